/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_log.h"

static const struct cli_verb *const all[] = {
	cli_verbs_instance,
	cli_verbs_law,
	cli_verbs_agreement,
	cli_verbs_request,
	cli_verbs_single,
	cli_verbs_register,
	cli_verbs_screen,
	cli_verbs_batch,
	cli_verbs_drop,
	cli_verbs_shadow,
	cli_verbs_read,
	cli_verbs_report,
	cli_verbs_review,
	cli_verbs_queue,
	cli_verbs_hold,
	cli_verbs_letter,
	cli_verbs_matter,
	cli_verbs_incident,
	cli_verbs_look,
	cli_verbs_custody,
	cli_verbs_notice,
	cli_verbs_redecide,
	cli_verbs_tend,
	cli_verbs_doctor,
	cli_verbs_backup,
	cli_verbs_ledger,
	cli_verbs_ledger_key,
	cli_verbs_policy,
	cli_verbs_openings,
	cli_verbs_serve,
	cli_verbs_witness,
	cli_verbs_entry,
	cli_verbs_account,
	cli_verbs_erase,
	cli_verbs_package,
	cli_verbs_synth,
	NULL,
};

/* Where a failure began is for developers; its cause is for everybody. */
static void
say_failure(enum err e, const char *func, const char *file, int line)
{
	if (e == ERR_IO && errno != 0)
		cli_cause(strerror(errno));
	if (getenv("WEIR_TRACE") != NULL)
		(void)fprintf(stderr, "weir: failure: %s in %s at %s:%d\n",
			err_text(e), func, file, line);
}

/* What was done is done: that its end is not in the log is said. */
static void
say_end(enum cli_exit status)
{
	struct why why = {""};

	if (proc_log_end((int)status, &why) != ERR_OK)
		cli_error("done, but how it ended is not in the log: %s",
			why.text);
}

int
cli_main(int argc, char **argv)
{
	struct cli_args args;
	bool help = false;
	enum cli_exit status;

	err_set_hook(say_failure);
	status = cli_args_read(argc, argv, all, &args, &help);
	if (status == CLI_DONE && !help) {
		proc_log_verb(args.verb->name);
		status = args.verb->run(&args);
		say_end(status);
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		return CLI_FAILURE;
	return (int)status;
}
