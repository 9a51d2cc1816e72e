/* SPDX-License-Identifier: Apache-2.0 */
/* custody, recall: where packages are, and how they are demanded back. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_custody.h"
#include "proc/proc_demand.h"
#include "proc/proc_incident.h"
#include "proc/proc_permit.h"

enum { SHOW_MAX = 1 << 28, LIST_MAX = 1 << 28, LINE_BYTES = 1 << 14 };

/* `today`: a day that a sandbox plays. */
static enum cli_exit
open_instance(
	const struct cli_args *args, const char *today, struct instance *in)
{
	int32_t clock = DAY_NONE;
	enum cli_exit status;

	if (today != NULL && !cli_day("--today", today, &clock))
		return CLI_USAGE;
	status = cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				  cli_value(args, "key"), clock, in),
		&in->why);
	return status == CLI_DONE ? cli_says(instance_lock_in(in), &in->why)
				  : status;
}

static bool
number_option(const struct cli_args *args, const char *name, uint64_t otherwise,
	uint32_t *ret_n)
{
	const char *text = cli_value(args, name);
	uint64_t n = otherwise;

	if (text != NULL && !cli_number(name, text, UINT32_MAX, &n))
		return false;
	*ret_n = (uint32_t)n;
	return true;
}

/* ---- list ---- */

struct printing {
	bool json;
	const struct zone *zone;
	bool recipient; /* nothing that tells an address from a neutral one */
	uint64_t n;
};

static void
day_of_time(const struct zone *zone, int64_t at, char to[DAY_TEXT])
{
	if (at == 0)
		(void)snprintf(to, DAY_TEXT, "-");
	else
		day_text(zone_day(zone, at), to);
}

static const char *
note_of(const struct proc_custody_item *item)
{
	if (item->place == CUSTODY_DESTROYED)
		return "destroyed";
	if (item->expired)
		return "expired";
	if (item->demanded != 0)
		return item->overdue ? "demanded!" : "demanded";
	if (item->late)
		return "not ackn.";
	return item->preserved ? "preserved" : "";
}

static enum err
print_row(struct printing *p, const struct proc_custody_item *item)
{
	char day[3][DAY_TEXT];

	day_of_time(p->zone, item->delivered_at, day[0]);
	day_of_time(p->zone, item->letters.acknowledged_at, day[1]);
	day_text(item->ends, day[2]);
	if (p->n++ == 0)
		printf("%-16s %-12s %-10s %-10s %-9s %-10s %s\n", "REQUEST",
			"OFFICER", "HANDED", "ACKNOWL.", "WHERE", "USE ENDS",
			"");
	printf("%-16s ", item->row->id);
	cli_line(stdout, item->officer);
	printf("%*s %-10s %-10s %-9s %-10s %s\n",
		item->officer.n < 12 ? 12 - (int)item->officer.n : 0, "",
		day[0], day[1], proc_custody_place_text(item->place), day[2],
		note_of(item));
	return ERR_OK;
}

static void
json_time(const char *name, int64_t at, struct buf *to)
{
	char text[DAY_TIME_TEXT];

	day_time_text(at, text);
	if (at == 0)
		buf_printf(to, ",\"%s\":null", name);
	else
		buf_printf(to, ",\"%s\":\"%s\"", name, text);
}

static void
json_inside(const struct proc_custody_item *item, struct buf *to)
{
	const struct store_request *row = item->row;

	buf_printf(to,
		",\"batch\":%" PRIu32 ",\"line\":%" PRIu64
		",\"answer\":\"%s\",\"state\":\"%s\",\"entry_s\":%" PRIu64
		",\"entry_d\":%" PRIu64,
		row->batch, row->line,
		case_answered_text((enum case_answered)row->answered),
		case_state_text((enum case_state)row->state), row->sealed,
		row->delivered);
}

static enum err
print_json(struct printing *p, const struct proc_custody_item *item)
{
	char ends[DAY_TEXT];
	OWNED_BUF(line, LINE_BYTES);

	day_text(item->ends, ends);
	buf_text(&line, "{\"request_id\":");
	buf_json(&line, span_text(item->row->id));
	buf_text(&line, ",\"officer\":");
	buf_json(&line, item->officer);
	buf_text(&line, ",\"package\":\"");
	code_hex(&line, span_of(item->row->package, STORE_HASH));
	buf_text(&line, "\"");
	json_time("handed_over", item->delivered_at, &line);
	json_time("acknowledged", item->letters.acknowledged_at, &line);
	json_time("custody", item->letters.kept_at, &line);
	buf_text(&line, ",\"kept\":");
	buf_json(&line, item->kept);
	json_time("destroyed", item->letters.destroyed_at, &line);
	buf_printf(&line,
		",\"where\":\"%s\",\"use_ends\":\"%s\",\"demand\":%" PRIu64
		",\"preserved\":%s,\"overdue\":%s",
		proc_custody_place_text(item->place), ends, item->demanded,
		item->preserved ? "true" : "false",
		item->overdue ? "true" : "false");
	if (!p->recipient)
		json_inside(item, &line);
	buf_text(&line, "}\n");
	if (buf_error(&line) != ERR_OK)
		return buf_error(&line);
	return cli_out(NULL, buf_span(&line));
}

static enum err
print_item(void *context, const struct proc_custody_item *item)
{
	struct printing *p = context;

	return p->json ? print_json(p, item) : print_row(p, item);
}

static void
print_counts(const struct proc_custody_counts *n)
{
	printf("packages %" PRIu64 " = in the outbox %" PRIu64
	       " + with the recipient %" PRIu64 "\n  + back with the "
	       "custodian %" PRIu64 " + destroyed %" PRIu64 "\n",
		n->packages, n->outbox, n->recipient, n->pulled_back,
		n->destroyed);
	printf("acknowledged %" PRIu64 "; not in time %" PRIu64
	       "; use ended %" PRIu64 ", ends within 14 days %" PRIu64
	       "; overdue %" PRIu64 "\n",
		n->acknowledged, n->late, n->expired, n->expiring, n->overdue);
	if (n->erased > 0)
		printf("%" PRIu64 " more were handed over and are erased\n",
			n->erased);
}

static enum cli_exit
list(const struct cli_args *args, struct instance *in,
	const struct proc_custody_options *o)
{
	struct printing p = {.json = cli_on(args, "json"),
		.zone = &in->zone,
		.recipient = cli_on(args, "recipient")};
	struct proc_custody_counts counts;
	enum err e = proc_permit(in, PERMIT_CUSTODY);

	if (e == ERR_OK)
		e = account_reading(in, "list-custody", o->batch, "");
	if (e == ERR_OK)
		e = proc_custody(in, o, print_item, &p, &counts);
	if (e != ERR_OK)
		return cli_says(e, &in->why);
	if (!p.json)
		print_counts(&counts);
	return CLI_DONE;
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	static struct instance in;
	struct proc_custody_options o = {.overdue = cli_on(args, "overdue")};
	enum cli_exit status;

	if (!number_option(args, "batch", 0, &o.batch) ||
		!number_option(
			args, "ack-days", PROC_CUSTODY_ACK_DAYS, &o.ack_days))
		return CLI_USAGE;
	status = open_instance(args, cli_value(args, "today"), &in);
	if (status == CLI_DONE)
		status = list(args, &in, &o);
	instance_close(&in);
	return status;
}

/* ---- recall ---- */

static enum cli_exit
run_demand(const struct cli_args *args)
{
	static struct instance in;
	struct proc_demand_options o = {.officer = cli_value(args, "officer"),
		.requests = args->word,
		.n_requests = args->n_words,
		.ground = cli_value(args, "ground")};
	struct proc_demand_result result;
	struct proc_list asked = {0};
	OWNED_BUF(csv, LIST_MAX);
	enum cli_exit status;

	if (!number_option(args, "batch", 0, &o.batch))
		return CLI_USAGE;
	status = cli_on(args, "list") ? cli_get(cli_value(args, "list"), &csv)
				      : CLI_DONE;
	if (status == CLI_DONE)
		status = open_instance(args, NULL, &in);
	if (status == CLI_DONE && cli_on(args, "list")) {
		status = cli_says(
			proc_incident_find_listed(&in, buf_span(&csv), &asked),
			&in.why);
		proc_list_sort(&asked);
		o.list = &asked;
	}
	if (status == CLI_DONE)
		status = cli_says(proc_demand_make(&in, &o, &result), &in.why);
	if (status == CLI_DONE)
		printf("demand %" PRIu64 ": %" PRIu64
		       " packages, due within 72 hours%s\nsend "
		       "batches/%" PRIu32 "/demand-%" PRIu64
		       ".json, its .p7s and its .txt\n",
			result.matter, result.named,
			result.preserve ? "; to be sealed, not destroyed" : "",
			o.batch, result.matter);
	proc_list_fini(&asked);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(text, SHOW_MAX);
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_number("demand", args->word[0], UINT64_MAX, &n))
		return CLI_USAGE;
	status = open_instance(args, NULL, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_demand_show(&in, n, &text), &in.why);
	if (status == CLI_DONE)
		cli_text(stdout, buf_span(&text));
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_custody[] = {
	{"custody list", "", "List where every package is, and what is overdue",
		"Acknowledgements, copies and destruction are as the "
		"recipient's letters say.\n--recipient is for its eyes: "
		"nothing in it tells an address from a neutral answer.",
		{{"batch", "N", "of that batch", false},
			{"overdue", NULL, "only what is overdue", false},
			{"ack-days", "N", "days to acknowledge (5)", false},
			{"recipient", NULL, "as the recipient may see it",
				false},
			{"json", NULL, "JSON Lines", false},
			{"today", "DAY", "in a sandbox: on that day", false},
			OPTION_KEY},
		0, 0, true, run_list},
	{"recall demand", "[REQUEST...]", "Demand packages back, signed",
		"Names every answered request of the batch, of one officer, or "
		"those given, whatever\nthe answer was; due within 72 hours.  "
		"By counsel, a safeguards officer or the\noperator.",
		{{"batch", "N", "the batch", true},
			{"officer", "ID", "only that officer's", false},
			{"list", "FILE",
				"only those of the batch that FILE lists "
				"(demands.csv of redecide)",
				false},
			{"ground", "TEXT", "why", true}, OPTION_KEY},
		0, CLI_WORDS, true, run_demand},
	{"recall show", "N", "Show a demand, and what was certified", "",
		{OPTION_KEY}, 1, 1, true, run_show},
	{0},
};
