/* SPDX-License-Identifier: Apache-2.0 */
/* serve: the gateway over HTTPS, until SIGTERM. */
#include <stdio.h>

#include "api/api.h"
#include "base/mem.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "console/console.h"
#include "proc/proc_instance.h"
#include "serve/service.h"

/* A day is played in a sandbox alone, which whoever opens it is told. */
static enum err
read_today(const struct cli_args *args, const int32_t *today, struct why *why)
{
	static struct instance in;
	enum err e =
		instance_open(args->instance, INSTANCE_READ, NULL, *today, &in);

	*why = in.why;
	instance_close(&in);
	return e;
}

static enum cli_exit
run_serve(const struct cli_args *args)
{
	const char *names = cli_value(args, "names");
	struct serve_route *all =
		mem_zeroed((api_n_routes + console_n_routes) * sizeof(*all));
	const struct serve_site site = {
		.route = all,
		.n = api_n_routes + console_n_routes,
		.file = console_files,
		.n_files = console_n_files,
		.refuse = {[SERVE_API] = api_refuse,
			[SERVE_PAGE] = console_refuse},
		.unsigned_ = {[SERVE_API] = api_unsigned,
			[SERVE_PAGE] = console_unsigned},
		.decided = api_decided,
	};
	int32_t today = DAY_NONE;
	const struct service_options options = {
		.path = args->instance,
		.listen = cli_value(args, "listen"),
		.site = &site,
		.today = cli_on(args, "today") ? &today : NULL,
		.ready = cli_tell_ready,
	};
	struct why why = {""};
	enum err e = all == NULL ? ERR_NOMEM : ERR_OK;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &today)) {
		mem_free(all);
		return CLI_USAGE;
	}
	if (e == ERR_OK && options.today != NULL)
		e = read_today(args, &today, &why);
	if (e == ERR_OK)
		e = service_make(args->instance,
			names == NULL ? "DNS:localhost,IP:127.0.0.1,IP:::1"
				      : names,
			&why);
	if (e == ERR_OK && !cli_on(args, "init")) {
		memcpy(all, api_routes, api_n_routes * sizeof(*all));
		memcpy(all + api_n_routes, console_routes,
			console_n_routes * sizeof(*all));
		e = service_run(&options, &why);
	}
	mem_free(all);
	return cli_says(e, &why);
}

const struct cli_verb cli_verbs_serve[] = {
	{"serve", "", "Serve agencies and people over HTTPS, until SIGTERM",
		"TLS 1.3 with client certificates; docs/SERVICE.md says who may "
		"ask what.\nDIR/service/ holds its settings, its key and "
		"certificate, and clients.pem: the\nauthorities whose "
		"certificates are taken.  What is missing of the first three is\n"
		"made; in a sandbox clients.pem is made of its people.  SIGHUP "
		"reads them anew.\nPort 0 takes a free one; the first line tells "
		"it.",
		{{"listen", "ADDRESS:PORT",
			 "127.0.0.1:8443, [::1]:8443; else as the settings say",
			 false},
			{"names", "LIST",
				"of the certificate that is made: "
				"DNS:gate.example,IP:10.0.0.1",
				false},
			{"today", "DAY", "answer as on that day; sandbox only",
				false},
			{"init", NULL, "make DIR/service/ and end", false}},
		0, 0, true, run_serve},
	{0},
};
