/* SPDX-License-Identifier: Apache-2.0 */
/* matter list|show|answer: what an office has open, and its answers. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_matter.h"
#include "proc/proc_permit.h"

static enum cli_exit
open_instance(const struct cli_args *args, unsigned want, struct instance *in)
{
	return cli_says(instance_open(args->instance, want,
				cli_value(args, "key"), DAY_NONE, in),
		&in->why);
}

enum { CLOCK = 48 };

/* ---- list ---- */

/* "overdue 3 h", "in 20 h", "-" */
static void
clock_text(const struct matter *m, int64_t now, char to[CLOCK])
{
	int64_t left = (m->due_at - now) / 3600;

	if (m->due_at == 0 || m->state != MATTER_OPEN)
		(void)snprintf(to, CLOCK, "-");
	else if (matter_overdue(m, now))
		(void)snprintf(to, CLOCK, "overdue %" PRId64 " h", -left);
	else
		(void)snprintf(to, CLOCK, "in %" PRId64 " h", left);
}

static void
print_row(const struct matter *m, int64_t now)
{
	char opened[DAY_TIME_TEXT];
	char clock[CLOCK];
	char about[64] = "-";

	day_time_text(m->opened_at, opened);
	clock_text(m, now, clock);
	if (m->line != 0)
		(void)snprintf(about, sizeof(about),
			"batch %" PRIu32 " line %" PRIu64, m->batch, m->line);
	else if (m->batch != 0)
		(void)snprintf(
			about, sizeof(about), "batch %" PRIu32, m->batch);
	printf("%5" PRIu64 "  %-10s  %-8s  %-20s  %-14s  %s\n", m->n,
		matter_kind_text((enum matter_kind)m->kind),
		matter_state_text((enum matter_state)m->state), opened, clock,
		about);
}

static void
print_json(const struct matter *m, int64_t now)
{
	char opened[DAY_TIME_TEXT];
	char due[DAY_TIME_TEXT] = "";

	day_time_text(m->opened_at, opened);
	if (m->due_at != 0)
		day_time_text(m->due_at, due);
	printf("{\"matter\":%" PRIu64 ",\"kind\":\"%s\",\"state\":\"%s\","
	       "\"batch\":%" PRIu32 ",\"line\":%" PRIu64
	       ",\"opened\":\"%s\",\"due\":\"%s\",\"overdue\":%s,"
	       "\"decision\":\"%s\"}\n",
		m->n, matter_kind_text((enum matter_kind)m->kind),
		matter_state_text((enum matter_state)m->state), m->batch,
		m->line, opened, due, matter_overdue(m, now) ? "true" : "false",
		m->decision == MATTER_NO_DECISION
			? ""
			: matter_decision_text(
				  (enum matter_decision)m->decision));
}

static bool
is_listed(const struct cli_args *args, const struct matter *m, int64_t now)
{
	if (cli_on(args, "overdue"))
		return matter_overdue(m, now);
	return cli_on(args, "all") || matter_is_open(m);
}

static enum cli_exit
list(const struct cli_args *args, struct instance *in, enum matter_kind kind)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	size_t n = 0;
	enum err e;

	while ((e = proc_matter_next(in, row.n, kind, 0, &row, &m)) == ERR_OK) {
		if (!is_listed(args, &m, in->at))
			continue;
		if (cli_on(args, "json")) {
			print_json(&m, in->at);
		} else {
			if (n == 0)
				printf("%5s  %-10s  %-8s  %-20s  %-14s  %s\n",
					"NO", "KIND", "STATE", "OPENED", "DUE",
					"ABOUT");
			print_row(&m, in->at);
		}
		n++;
	}
	if (e != ERR_NOT_FOUND)
		return cli_says(e, &in->why);
	if (n == 0 && !cli_on(args, "json"))
		printf("nothing is open\n");
	return CLI_DONE;
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	static struct instance in;
	enum matter_kind kind = MATTER_NO_KIND;
	enum cli_exit status;

	if (cli_on(args, "kind") &&
		!matter_kind_parse(span_text(cli_value(args, "kind")), &kind)) {
		cli_error("--kind: '%s' is no kind of matter",
			cli_value(args, "kind"));
		return CLI_USAGE;
	}
	status = open_instance(args, INSTANCE_LEDGER, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_permit(&in, PERMIT_MATTERS), &in.why);
	if (status == CLI_DONE)
		status = cli_says(
			account_reading(&in, "list-matters", 0, ""), &in.why);
	if (status == CLI_DONE)
		status = list(args, &in, kind);
	instance_close(&in);
	return status;
}

/* ---- show ---- */

static void
print_words(const struct matter *m, const struct proc_matter_words *w)
{
	for (size_t i = 0; i < matter_n_fields((enum matter_kind)m->kind);
		i++) {
		printf("  %-10s ",
			matter_field_name((enum matter_kind)m->kind, i));
		cli_text(stdout, w->words.field[i]);
		printf("\n");
	}
	if (w->request.n > 0) {
		printf("  %-10s ", "request");
		cli_text(stdout, w->request);
		printf("\n");
	}
	if (m->decision == MATTER_NO_DECISION)
		return;
	printf("  %-10s %s: %s\n", "decision",
		matter_decision_text((enum matter_decision)m->decision),
		matter_decision_meaning((enum matter_decision)m->decision));
	printf("  %-10s ", "ground");
	cli_text(stdout, w->ground);
	printf("\n");
}

static enum cli_exit
show(struct instance *in, uint64_t n)
{
	struct store_matter row;
	struct matter m;
	struct proc_matter_words words = {0};
	enum err e = proc_matter_get(in, n, &row, &m);

	if (e == ERR_OK)
		e = proc_matter_words(in, &row, &words);
	if (e == ERR_OK)
		e = proc_matter_may_show(in, &words);
	if (e == ERR_OK)
		e = account_reading(in, "show-matter", m.batch, "");
	if (e != ERR_OK) {
		proc_matter_words_fini(&words);
		return cli_says(e, &in->why);
	}
	print_row(&m, in->at);
	printf("  %s; entry %" PRIu64 "\n",
		matter_kind_meaning((enum matter_kind)m.kind), row.opened);
	print_words(&m, &words);
	proc_matter_words_fini(&words);
	return CLI_DONE;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_number("matter", args->word[0], UINT64_MAX, &n))
		return CLI_USAGE;
	status = open_instance(args, INSTANCE_LEDGER, &in);
	if (status == CLI_DONE)
		status = show(&in, n);
	instance_close(&in);
	return status;
}

/* ---- answer ---- */

static enum cli_exit
run_answer(const struct cli_args *args)
{
	static struct instance in;
	uint64_t n = 0;
	const char *ground = cli_value(args, "ground");
	enum cli_exit status;

	if (!cli_number("matter", args->word[0], UINT64_MAX, &n))
		return CLI_USAGE;
	status = open_instance(args, INSTANCE_LEDGER | INSTANCE_VAULT, &in);
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(
			proc_matter_answer(&in, n, cli_value(args, "decision"),
				span_text(ground == NULL ? "" : ground)),
			&in.why);
	if (status == CLI_DONE)
		printf("matter %" PRIu64 ": %s\n", n,
			cli_value(args, "decision"));
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_matter[] = {
	{"matter list", "", "List what the office has open, with its clocks",
		"docs/MATTERS.md has the kinds, who answers each, and by when.",
		{{"kind", "KIND", "of this kind only", false},
			{"all", NULL, "the closed ones too", false},
			{"overdue", NULL, "whose time has passed", false},
			{"json", NULL, "for a program", false}, OPTION_KEY},
		0, 0, true, run_list},
	{"matter show", "N", "Show one matter, its words and its answer", "",
		{OPTION_KEY}, 1, 1, true, run_show},
	{"matter answer", "N", "Answer a matter",
		"Who may, and what a decision needs, is in docs/MATTERS.md.",
		{{"decision", "WORD", "a decision of its kind", true},
			{"ground", "TEXT",
				"why; of an objection: the rule, and why",
				false},
			OPTION_KEY},
		1, 1, true, run_answer},
	{0},
};
