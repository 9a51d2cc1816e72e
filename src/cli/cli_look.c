/* SPDX-License-Identifier: Apache-2.0 */
/* look: answers drawn after they were delivered are looked at once more. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_look.h"

enum { SHOW_MAX = 1 << 20 };

static bool
batch_number(const struct cli_args *args, uint32_t *ret_n)
{
	const char *text = cli_value(args, "batch");
	uint64_t n = 0;

	if (text != NULL && !cli_number("--batch", text, UINT32_MAX, &n))
		return false;
	*ret_n = (uint32_t)n;
	return true;
}

struct printing {
	bool json;
	int64_t now;
	uint64_t n;
};

static const char *
word_of(uint8_t decision)
{
	return decision == MATTER_NO_DECISION
		       ? "open"
		       : matter_decision_text((enum matter_decision)decision);
}

static enum err
print_item(void *context, const struct proc_look_item *item)
{
	struct printing *p = context;
	char due[DAY_TIME_TEXT];

	day_time_text(item->due_at, due);
	if (p->json) {
		OWNED_BUF(id, 1024);

		buf_json(&id, span_text(item->row.id));
		printf("{\"matter\":%" PRIu64 ",\"batch\":%" PRIu32
		       ",\"line\":%" PRIu64 ",\"request_id\":%.*s,\"due\":"
		       "\"%s\",\"decision\":\"%s\"}\n",
			item->matter, item->row.batch, item->row.line,
			(int)id.n, (const char *)id.at, due,
			word_of(item->decision));
		return buf_error(&id);
	}
	if (p->n++ == 0)
		printf("%-24s %6s %7s  %-20s  %-8s\n", "REQUEST", "BATCH",
			"MATTER", "DUE", "DECISION");
	printf("%-24.40s %6" PRIu32 " %7" PRIu64 "  %-20s  %s%s\n",
		item->row.id, item->row.batch, item->matter, due,
		word_of(item->decision),
		item->decision == MATTER_NO_DECISION && p->now > item->due_at
			? ", overdue"
			: "");
	return ERR_OK;
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	static struct instance in;
	struct printing p = {.json = cli_on(args, "json")};
	uint32_t batch;
	enum cli_exit status;

	if (!batch_number(args, &batch))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	p.now = in.at;
	if (status == CLI_DONE)
		status = cli_says(proc_look_list(&in, batch,
					  cli_on(args, "all"), print_item, &p),
			&in.why);
	if (status == CLI_DONE && p.n == 0 && !p.json)
		printf("no answer waits for a second look\n");
	instance_close(&in);
	return status;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(text, SHOW_MAX);
	uint32_t batch;
	enum cli_exit status;

	if (!batch_number(args, &batch))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_look_show(&in, batch,
					  cli_value(args, "request"), &text),
			&in.why);
	if (status == CLI_DONE)
		cli_text(stdout, buf_span(&text));
	instance_close(&in);
	return status;
}

static void
print_decided(const struct proc_look_result *r, const char *id, bool wrong)
{
	printf("request %s: %s; matter %" PRIu64 ", %" PRIu64
	       " of the sample left\n",
		id, wrong ? "wrong" : "sound", r->matter, r->left);
	if (r->incident != 0)
		printf("incident %" PRIu64
		       ": the report is due within 24 hours; amend what is "
		       "known\n",
			r->incident);
}

static enum cli_exit
run_decide(const struct cli_args *args)
{
	static struct instance in;
	const char *ground = cli_value(args, "ground");
	struct proc_look_options o = {
		.request = cli_value(args, "request"),
		.wrong = cli_on(args, "wrong"),
		.ground = ground == NULL ? "" : ground,
	};
	struct proc_look_result result;
	enum cli_exit status;

	if (o.wrong == cli_on(args, "sound")) {
		cli_error("say one of --sound and --wrong");
		return CLI_USAGE;
	}
	if (!batch_number(args, &o.batch))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_look_decide(&in, &o, &result), &in.why);
	if (status == CLI_DONE)
		print_decided(&result, o.request, o.wrong);
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_look[] = {
	{"look list", "", "List the answers drawn for a second look",
		"After each round a sample of what was handed over is drawn, "
		"addresses and neutral\nanswers alike; it is due within 72 "
		"hours.",
		{{"batch", "N", "of that batch", false},
			{"all", NULL, "decided ones too", false},
			{"json", NULL, "for a program", false}, OPTION_KEY},
		0, 0, true, run_list},
	{"look show", "", "Show an answer drawn, with its graded evidence", "",
		{{"batch", "N", "the batch", true},
			{"request", "ID", "the request", true}, OPTION_KEY},
		0, 0, true, run_show},
	{"look decide", "", "Say whether an answer drawn was right",
		"By a reviewer who did not decide on it before, while there is "
		"one.  A wrong one\nopens an incident.",
		{{"batch", "N", "the batch", true},
			{"request", "ID", "the request", true},
			{"sound", NULL, "it was right", false},
			{"wrong", NULL, "it was not", false},
			{"ground", "TEXT",
				"what is wrong, in no words of the "
				"record",
				false},
			OPTION_KEY},
		0, 0, true, run_decide},
	{0},
};
