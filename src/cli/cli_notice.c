/* SPDX-License-Identifier: Apache-2.0 */
/* notice: people are told, or a law that is cited keeps it back. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_notice.h"

enum { DRAFTS_MAX = 1 << 28, TEMPLATE_MAX = 1 << 16 };

static bool
number_word(const struct cli_args *args, uint64_t *ret_n)
{
	return cli_number("notice", args->word[0], UINT64_MAX, ret_n);
}

/* ---- list ---- */

struct printing {
	bool json;
	const struct zone *zone;
	int64_t now;
	uint64_t n;
};

static enum err
print_item(void *context, const struct proc_notice_item *item)
{
	struct printing *p = context;
	const struct matter *m = &item->matter;
	char due[DAY_TEXT];
	char until[DAY_TEXT] = "-";

	day_text(zone_day(p->zone, m->due_at), due);
	if (item->until != DAY_NONE)
		day_text(item->until, until);
	if (p->json) {
		printf("{\"notice\":%" PRIu64 ",\"incident\":%" PRIu64
		       ",\"persons\":%" PRIu64
		       ",\"state\":\"%s\",\"due\":\"%s\",\"until\":\"%s\","
		       "\"again\":%" PRIu64 ",\"overdue\":%s}\n",
			m->n, item->incident, item->persons,
			matter_stands_text(m), due,
			item->until == DAY_NONE ? "" : until, item->again,
			matter_overdue(m, p->now) ? "true" : "false");
		return ERR_OK;
	}
	if (p->n++ == 0)
		printf("%6s  %8s  %8s  %-8s  %-10s  %-10s\n", "NOTICE",
			"INCIDENT", "PEOPLE", "STATE", "DUE", "UNTIL");
	printf("%6" PRIu64 "  %8" PRIu64 "  %8" PRIu64 "  %-8s  %-10s  %s%s\n",
		m->n, item->incident, item->persons, matter_stands_text(m), due,
		until, matter_overdue(m, p->now) ? "  overdue" : "");
	return ERR_OK;
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	static struct instance in;
	struct printing p = {.json = cli_on(args, "json"), .zone = &in.zone};
	enum cli_exit status = cli_open_ledger(args, &in);

	p.now = in.at;
	if (status == CLI_DONE)
		status = cli_says(proc_notice_list(&in, cli_on(args, "all"),
					  print_item, &p),
			&in.why);
	if (status == CLI_DONE && p.n == 0 && !p.json)
		printf("no notice is open\n");
	instance_close(&in);
	return status;
}

/* ---- show ---- */

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(drafts, DRAFTS_MAX);
	OWNED_BUF(template, TEMPLATE_MAX);
	uint64_t n = 0;
	enum cli_exit status = CLI_DONE;

	if (!number_word(args, &n))
		return CLI_USAGE;
	if (cli_on(args, "template"))
		status = cli_get(cli_value(args, "template"), &template);
	if (status != CLI_DONE)
		return status;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(
			proc_notice_show(&in, n, buf_span(&template), &drafts),
			&in.why);
	if (status == CLI_DONE)
		cli_text(stdout, buf_span(&drafts));
	instance_close(&in);
	return status;
}

/* ---- sent, suppress ---- */

static enum cli_exit
run_sent(const struct cli_args *args)
{
	static struct instance in;
	const char *ground = cli_value(args, "ground");
	uint64_t n = 0;
	enum cli_exit status;

	if (!number_word(args, &n))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(
			proc_notice_sent(&in, n, ground == NULL ? "" : ground),
			&in.why);
	if (status == CLI_DONE)
		printf("notice %" PRIu64 ": sent\n", n);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_suppress(const struct cli_args *args)
{
	static struct instance in;
	int32_t until = DAY_NONE;
	uint64_t n = 0;
	enum cli_exit status;

	if (!number_word(args, &n) ||
		!cli_day("--until", cli_value(args, "until"), &until))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_notice_suppress(&in, n, until,
					  cli_value(args, "ground")),
			&in.why);
	if (status == CLI_DONE)
		printf("notice %" PRIu64
		       ": suppressed until %s, when it is due again\n",
			n, cli_value(args, "until"));
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_notice[] = {
	{"notice list", "", "List the notices that are to be sent",
		"One notice is for all the people that one incident affects.",
		{{"all", NULL, "sent and suppressed ones too", false},
			{"json", NULL, "for a program", false}, OPTION_KEY},
		0, 0, true, run_list},
	{"notice show", "N", "Write the drafts, one a person",
		"In the words of data/notice.txt, or of a template of counsel's "
		"own.  A draft names\nthe person: it is return information.  A "
		"reading is an entry.",
		{{"template", "FILE", "other words", false}, OPTION_KEY}, 1, 1,
		true, run_show},
	{"notice sent", "N", "Say that a notice was sent", "",
		{{"ground", "TEXT", "how and when", false}, OPTION_KEY}, 1, 1,
		true, run_sent},
	{"notice suppress", "N", "Keep a notice back, by a law that is cited",
		"By counsel.  On the day given the daily round opens it again.",
		{{"ground", "TEXT", "the law or the order cited, and why",
			 true},
			{"until", "DAY", "until that day", true}, OPTION_KEY},
		1, 1, true, run_suppress},
	{0},
};
