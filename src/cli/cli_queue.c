/* SPDX-License-Identifier: Apache-2.0 */
/* review queue, review assign: what waits, by when, and for whom. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_queue.h"

static enum cli_exit
open_today(const struct cli_args *args, struct instance *in)
{
	return cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				cli_value(args, "key"), DAY_NONE, in),
		&in->why);
}

/* ---- queue ---- */

struct print {
	const struct instance *in;
	uint64_t n;
};

/* "in 12 d", "today", "3 d late", "-" */
static void
left_text(int32_t due, int32_t today, char to[24])
{
	int64_t left = (int64_t)due - today;

	if (due == DAY_NONE)
		(void)snprintf(to, 24, "-");
	else if (left == 0)
		(void)snprintf(to, 24, "today");
	else if (left < 0)
		(void)snprintf(to, 24, "%" PRId64 " d late", -left);
	else
		(void)snprintf(to, 24, "in %" PRId64 " d", left);
}

static enum err
print_row(void *context, const struct proc_queue_item *item)
{
	struct print *p = context;
	char due[DAY_TEXT] = "-";
	char left[24];

	if (p->n++ == 0)
		printf("%-16s %5s  %-16s %-10s %9s %4s %s\n", "REQUEST",
			"BATCH", "AWAITS", "DUE", "LEFT", "AGE", "ASSIGNED");
	if (item->due != DAY_NONE)
		day_text(item->due, due);
	left_text(item->due, p->in->clock, left);
	printf("%-16.64s %5" PRIu32 "  %-16s %-10s %9s %4" PRId32 " %.13s\n",
		item->request, item->batch, item->awaits, due, left, item->age,
		item->assigned[0] == '\0' ? "-" : item->assigned);
	return ERR_OK;
}

static enum err
print_json(void *context, const struct proc_queue_item *item)
{
	struct print *p = context;
	char due[DAY_TEXT] = "";
	OWNED_BUF(line, 4096);

	p->n++;
	if (item->due != DAY_NONE)
		day_text(item->due, due);
	buf_printf(&line,
		"{\"batch\":%" PRIu32 ",\"line\":%" PRIu64
		",\"matter\":%" PRIu64 ",\"request\":",
		item->batch, item->line, item->matter);
	buf_json(&line, span_text(item->matter == 0 ? item->request : ""));
	buf_printf(&line,
		",\"awaits\":\"%s\",\"due\":\"%s\",\"overdue\":%s,\"age\":"
		"%" PRId32 ",\"assigned\":",
		item->awaits, due,
		item->due != DAY_NONE && item->due < p->in->clock ? "true"
								  : "false",
		item->age);
	buf_json(&line, span_text(item->assigned));
	buf_text(&line, "}\n");
	if (buf_error(&line) != ERR_OK)
		return buf_error(&line);
	return cli_out(NULL, buf_span(&line));
}

static enum cli_exit
run_queue(const struct cli_args *args)
{
	static struct instance in;
	struct print p = {.in = &in};
	bool json = cli_on(args, "json");
	enum cli_exit status = open_today(args, &in);

	if (status == CLI_DONE)
		status = cli_says(proc_queue(&in, cli_on(args, "mine"),
					  json ? print_json : print_row, &p),
			&in.why);
	if (status == CLI_DONE && p.n == 0 && !json)
		printf("nothing waits\n");
	instance_close(&in);
	return status;
}

/* ---- assign ---- */

static bool
read_lines(const struct cli_args *args, struct proc_queue_assign *a)
{
	return (!cli_on(args, "from") ||
		       cli_number("--from", cli_value(args, "from"), UINT32_MAX,
			       &a->from)) &&
	       (!cli_on(args, "until") ||
		       cli_number("--until", cli_value(args, "until"),
			       UINT32_MAX, &a->until));
}

static enum cli_exit
run_assign(const struct cli_args *args)
{
	static struct instance in;
	struct proc_queue_assign a = {
		.request = cli_value(args, "request"),
		.to = cli_value(args, "to"),
	};
	uint64_t batch = 0;
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_number(
		    "--batch", cli_value(args, "batch"), UINT32_MAX, &batch) ||
		!read_lines(args, &a))
		return CLI_USAGE;
	if ((a.to == NULL) != cli_on(args, "share")) {
		cli_error("say --to PERSON, or --share");
		return CLI_USAGE;
	}
	a.batch = (uint32_t)batch;
	status = open_today(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_queue_assign(&in, &a, &n), &in.why);
	if (status == CLI_DONE)
		printf("%" PRIu64 " requests assigned\n", n);
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_queue[] = {
	{"review queue", "", "List what waits for people, over all batches",
		"With the day of its answer, its age in days, and to whom it is "
		"assigned.",
		{{"mine", NULL, "what is assigned to who asks", false},
			{"json", NULL, "for a program", false}, OPTION_KEY},
		0, 0, true, run_queue},
	{"review assign", "", "Say who is to look at what",
		"Of these what waits.  It binds nobody, and keeps nobody out.",
		{{"batch", "N", "the batch", true},
			{"request", "ID", "this request", false},
			{"from", "N", "from this line", false},
			{"until", "N", "to this line", false},
			{"to", "PERSON", "a reviewer, by name or fingerprint",
				false},
			{"share", NULL, "what is nobody's, among all reviewers",
				false},
			OPTION_KEY},
		0, 0, true, run_assign},
	{0},
};
