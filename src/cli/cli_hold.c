/* SPDX-License-Identifier: Apache-2.0 */
/* hold: orders stop what they cover, until two people lift them. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_explain.h"
#include "proc/proc_hold.h"
#include "proc/proc_left.h"

enum { TEXT_MAX = 1 << 22, ORDER_FILE_MAX = 1 << 28 };

/* What a verb of this file works on. */
static struct instance in;

static enum cli_exit
open_instance(const struct cli_args *args)
{
	int32_t today = DAY_NONE;
	enum err e;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &today))
		return CLI_USAGE;
	e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), today, &in);
	if (e == ERR_OK)
		e = instance_lock_in(&in);
	return cli_says(e, &in.why);
}

static bool
hold_number_of(const struct cli_args *args, uint64_t *ret_number)
{
	return cli_number("hold", args->word[0], UINT64_MAX, ret_number);
}

/* ---- an order, from options ---- */

/* 0: not given. */
static bool
read_time(const struct cli_args *args, const char *name, int64_t *ret_at)
{
	const char *text = cli_value(args, name);
	struct zone zone;
	int32_t day;

	*ret_at = 0;
	if (text == NULL || day_time_parse(span_text(text), ret_at))
		return true;
	if (!day_parse(span_text(text), &day)) {
		cli_error("--%s: '%s' is neither a day nor a time like "
			  "2026-11-01T12:00:00Z",
			name, text);
		return false;
	}
	zone = cli_zone(args);
	*ret_at = zone_start(&zone, day);
	return true;
}

/* SHA-256 of the order's file; NULL in *ret_order: none is given. */
static enum cli_exit
hash_order(const struct cli_args *args, uint8_t hash[32],
	const uint8_t **ret_order)
{
	const char *path = cli_value(args, "order");
	OWNED_BUF(file, ORDER_FILE_MAX);
	enum cli_exit status;

	*ret_order = NULL;
	if (path == NULL)
		return CLI_DONE;
	if (crypto_init() != ERR_OK)
		return CLI_FAILURE;
	status = cli_get(path, &file);
	if (status != CLI_DONE)
		return status;
	crypto_sha256(buf_span(&file), hash);
	*ret_order = hash;
	return CLI_DONE;
}

/* False after a message. */
static bool
read_scopes(const struct cli_args *args, const char *name,
	struct span to[HOLD_SCOPES_MAX], size_t *ret_n)
{
	const char *text[HOLD_SCOPES_MAX];

	*ret_n = cli_values(args, name, text, HOLD_SCOPES_MAX);
	if (*ret_n > HOLD_SCOPES_MAX) {
		cli_error("--%s is given more than %d times", name,
			HOLD_SCOPES_MAX);
		return false;
	}
	for (size_t i = 0; i < *ret_n; i++)
		to[i] = span_text(text[i]);
	return true;
}

/* False after a message. */
static bool
read_order(const struct cli_args *args, struct hold_order *o)
{
	const char *effect = cli_value(args, "effect");

	o->effect = HOLD_TO_STOP;
	o->docket = span_text(cli_value(args, "docket"));
	o->note = span_text(cli_value(args, "note"));
	o->sealed = cli_on(args, "sealed");
	o->review_day = DAY_NONE;
	if (!hold_ground_parse(
		    span_text(cli_value(args, "ground")), &o->ground)) {
		cli_error("--ground is court, counsel, safeguards, parties or "
			  "incident");
		return false;
	}
	if (effect != NULL &&
		!hold_effect_parse(span_text(effect), &o->effect)) {
		cli_error("--effect is stop or preserve");
		return false;
	}
	if (cli_on(args, "review") &&
		!cli_day("--review", cli_value(args, "review"), &o->review_day))
		return false;
	return read_time(args, "effective", &o->effective_at) &&
	       read_time(args, "served", &o->served_at);
}

/* ---- placing, lifting, excepting ---- */

static enum cli_exit
run_place(const struct cli_args *args)
{
	struct span scopes[HOLD_SCOPES_MAX];
	struct span exceptions[HOLD_SCOPES_MAX];
	struct hold_order order = {.scopes = scopes, .exceptions = exceptions};
	uint8_t hash[32];
	struct proc_hold_placed placed = {0};
	enum cli_exit status;

	if (!read_order(args, &order) ||
		!read_scopes(args, "scope", scopes, &order.n_scopes) ||
		!read_scopes(args, "except", exceptions, &order.n_exceptions))
		return CLI_USAGE;
	status = hash_order(args, hash, &order.order);
	if (status != CLI_DONE)
		return status;
	status = open_instance(args);
	if (status == CLI_DONE)
		status = cli_says(
			proc_hold_place(&in, &order, &placed), &in.why);
	if (status == CLI_DONE)
		printf("hold %" PRIu64 ", entry %" PRIu64 ": %s\n",
			placed.number, placed.entry,
			order.effect == HOLD_TO_STOP
				? "what it covers does not leave from now on"
				: "nothing it covers is destroyed from now on");
	if (status == CLI_DONE && placed.pulled > 0)
		printf("%" PRIu64 " packages that nobody had fetched are "
		       "pulled back\n",
			placed.pulled);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_lift(const struct cli_args *args)
{
	uint64_t number = 0;
	uint64_t entry = 0;
	bool lifted = false;
	bool deny = cli_on(args, "deny");
	enum cli_exit status;

	if (!hold_number_of(args, &number))
		return CLI_USAGE;
	status = open_instance(args);
	if (status == CLI_DONE)
		status = cli_says(
			proc_hold_lift(&in, number, deny, &lifted, &entry),
			&in.why);
	if (status == CLI_DONE && lifted)
		printf("hold %" PRIu64 " is lifted, entry %" PRIu64 "\n",
			number, entry);
	else if (status == CLI_DONE)
		printf("hold %" PRIu64 " still stands, entry %" PRIu64 ": %s\n",
			number, entry,
			deny ? "it is not to be lifted"
			     : "a second person must lift\nit too; one of the "
			       "two is counsel");
	instance_close(&in);
	return status;
}

static enum cli_exit
ask_exception(const struct cli_args *args, uint64_t number)
{
	struct span scopes[HOLD_SCOPES_MAX];
	struct hold_except_order order = {
		.docket = span_text(cli_value(args, "docket")),
		.note = span_text(cli_value(args, "note")),
		.scopes = scopes,
	};
	uint8_t hash[32];
	uint64_t entry = 0;
	uint32_t n = 0;
	enum cli_exit status;

	if (!read_scopes(args, "scope", scopes, &order.n_scopes))
		return CLI_USAGE;
	status = hash_order(args, hash, &order.order);
	if (status != CLI_DONE)
		return status;
	status = open_instance(args);
	if (status == CLI_DONE)
		status = cli_says(
			proc_hold_except(&in, number, &order, &n, &entry),
			&in.why);
	if (status == CLI_DONE)
		printf("exception %" PRIu32 " of hold %" PRIu64
		       ", entry %" PRIu64
		       ": asked; it lets nothing through until\n"
		       "a second person grants it; one of the two is counsel\n",
			n, number, entry);
	instance_close(&in);
	return status;
}

static enum cli_exit
answer_exception(const struct cli_args *args, uint64_t number, bool grant)
{
	const char *name = grant ? "grant" : "deny";
	uint64_t n = 0;
	uint64_t entry = 0;
	enum cli_exit status;

	if (!cli_number(grant ? "--grant" : "--deny", cli_value(args, name),
		    UINT32_MAX, &n))
		return CLI_USAGE;
	status = open_instance(args);
	if (status == CLI_DONE)
		status = cli_says(proc_hold_except_answer(&in, number,
					  (uint32_t)n, grant, &entry),
			&in.why);
	if (status == CLI_DONE)
		printf("exception %" PRIu64 " of hold %" PRIu64 " is %s, entry "
		       "%" PRIu64 "%s\n",
			n, number, grant ? "granted" : "denied", entry,
			grant ? ": what it names is not held" : "");
	instance_close(&in);
	return status;
}

static enum cli_exit
run_except(const struct cli_args *args)
{
	bool grant = cli_on(args, "grant");
	bool deny = cli_on(args, "deny");
	uint64_t number = 0;

	if (!hold_number_of(args, &number))
		return CLI_USAGE;
	if (grant + deny + cli_on(args, "scope") != 1) {
		cli_error("say --scope to ask, or --grant E, or --deny E");
		return CLI_USAGE;
	}
	return grant || deny ? answer_exception(args, number, grant)
			     : ask_exception(args, number);
}

/* ---- reading ---- */

/* "  docket     1:26-cv-00457", one line for each of the text. */
static void
print_lines(const char *name, struct span text)
{
	while (text.n > 0) {
		printf("  %-11s", name);
		cli_line(stdout, span_cut(&text, '\n'));
		printf("\n");
		name = "";
	}
}

static void
print_order(const uint8_t *order)
{
	OWNED_BUF(hex, 128);

	if (order == NULL)
		return;
	code_hex(&hex, span_of(order, HOLD_PRINT));
	print_lines("order", buf_span(&hex));
}

static void
print_act(const char *what, int64_t at, const uint8_t *by)
{
	OWNED_BUF(line, 1024);
	char text[DAY_TIME_TEXT];

	day_time_text(at, text);
	buf_printf(&line, "%s by ", text);
	proc_explain_person(&in, by, &line);
	print_lines(what, buf_span(&line));
}

static void
print_exception(const struct hold *hold, uint32_t n)
{
	struct hold_exception_says says;
	OWNED_BUF(scope, TEXT_MAX);
	enum hold_show show = proc_hold_show(&in, hold);

	must(hold_exception(hold, n, &says));
	hold_exception_text(hold, n, show, &scope);
	printf("  exception %" PRIu32 ", %s\n", n,
		hold_exception_state_text(says.state));
	print_lines("  docket", span_text(says.docket));
	print_lines("  lets", buf_span(&scope));
	print_order(says.order);
	if (show == HOLD_SHOW_ALL)
		print_lines("  note", span_text(says.note));
	print_act("  asked", says.asked.at, says.asked.by);
	if (says.state != HOLD_EXCEPTION_ASKED)
		print_act("  answered", says.answered.at, says.answered.by);
}

static void
print_times(const struct hold *hold)
{
	char at[DAY_TIME_TEXT];
	char day[DAY_TEXT];

	day_time_text(hold_effective_at(hold), at);
	print_lines("effective", span_text(at));
	day_time_text(hold_served_at(hold), at);
	print_lines("served", span_text(at));
	if (hold_review_day(hold) != DAY_NONE) {
		day_text(hold_review_day(hold), day);
		print_lines("review", span_text(day));
	}
}

static void
print_hold(const struct hold *hold, bool json)
{
	OWNED_BUF(text, TEXT_MAX);
	char placed[DAY_TIME_TEXT];

	if (json) {
		hold_json(hold, proc_hold_show(&in, hold), &text);
		buf_text(&text, "\n");
		(void)!cli_out(NULL, buf_span(&text));
		return;
	}
	day_time_text(hold_placed_at(hold), placed);
	hold_scope_text(hold, proc_hold_show(&in, hold), &text);
	printf("hold %" PRIu64 "  %s  %s  %s  placed %s%s%s\n",
		hold_number(hold), hold_state_text(hold_state(hold)),
		hold_ground_text(hold_ground(hold)),
		hold_effect_text(hold_effect(hold)), placed,
		hold_sealed(hold) ? "  sealed" : "",
		hold_review_due(hold, in.clock) ? "  review is due" : "");
	print_lines("docket", span_text(hold_docket(hold)));
	print_lines("scope", buf_span(&text));
	print_order(hold_order(hold));
	print_times(hold);
	if (proc_hold_show(&in, hold) == HOLD_SHOW_ALL)
		print_lines("note", span_text(hold_note(hold)));
	print_act("placed", hold_placed_at(hold), hold_placer(hold));
	if (hold_state(hold) == HOLD_LIFT_ASKED)
		print_act("lift asked", hold_asked_at(hold), hold_asker(hold));
	for (uint32_t n = 1; n <= hold_n_exceptions(hold); n++)
		print_exception(hold, n);
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	bool json = cli_on(args, "json");
	bool due = cli_on(args, "due");
	enum cli_exit status = open_instance(args);
	size_t n = 0;

	if (status == CLI_DONE)
		status = cli_says(
			proc_hold_reading(&in, "list-holds", 0), &in.why);
	for (size_t i = 0; status == CLI_DONE && i < hold_set_n(in.holds);
		i++) {
		const struct hold *hold = hold_set_at(in.holds, i);

		if (!proc_hold_seen(&in, hold) ||
			(due && !hold_review_due(hold, in.clock)))
			continue;
		print_hold(hold, json);
		n++;
	}
	if (status == CLI_DONE && n == 0 && !json)
		printf(due ? "no hold's review is due\n"
			   : "no hold was ever placed\n");
	instance_close(&in);
	return status;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	const struct hold *hold = NULL;
	uint64_t number = 0;
	enum cli_exit status;

	if (!hold_number_of(args, &number))
		return CLI_USAGE;
	status = open_instance(args);
	if (status == CLI_DONE)
		status = cli_says(
			proc_hold_reading(&in, "show-hold", number), &in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_hold_get(&in, number, &hold), &in.why);
	if (status == CLI_DONE)
		print_hold(hold, cli_on(args, "json"));
	instance_close(&in);
	return status;
}

/* ---- what left ---- */

enum { ID_WIDTH = 20, ITEM_MAX = 4096 };

struct left_print {
	bool json;
	bool outcomes;
	bool first;
};

/* "acknowledged", "pulled_back", "destroyed": what its time is of. */
static const char *
place_event(enum proc_custody_place place)
{
	return place == CUSTODY_RECIPIENT     ? "acknowledged"
	       : place == CUSTODY_PULLED_BACK ? "pulled_back"
					      : "destroyed";
}

static void
json_text(const char *name, struct span text, struct buf *to)
{
	buf_printf(to, ",\"%s\":", name);
	buf_json(to, text);
}

static void
json_hex(const char *name, struct span bytes, struct buf *to)
{
	buf_printf(to, ",\"%s\":\"", name);
	code_hex(to, bytes);
	buf_u8(to, '"');
}

static void
left_json(const struct left_print *p, const struct proc_left_item *item,
	struct buf *to)
{
	char at[DAY_TIME_TEXT];

	day_time_text(item->at, at);
	buf_printf(to, "%s{\"request\":", p->first ? "" : ",");
	buf_json(to, span_text(item->row->id));
	buf_printf(to, ",\"batch\":%" PRIu32 ",\"line\":%" PRIu64,
		item->row->batch, item->row->line);
	json_text("officer", item->officer, to);
	json_text("recipient", item->recipient, to);
	json_hex("certificate", item->print, to);
	json_text("at", span_text(at), to);
	buf_printf(to, ",\"entry\":%" PRIu64, item->entry);
	json_hex("package", item->package, to);
	if (p->outcomes) {
		json_text("outcome",
			item->address ? SPAN("address") : SPAN("neutral"), to);
		json_text("by",
			item->by_record ? SPAN("record") : SPAN("request"), to);
	}
	json_text("where", span_text(proc_custody_place_text(item->place)), to);
	if (item->place_at != 0) {
		day_time_text(item->place_at, at);
		json_text(place_event(item->place), span_text(at), to);
		buf_printf(to, ",\"where_entry\":%" PRIu64, item->place_entry);
	}
	buf_u8(to, '}');
}

/* One line of 80 columns; a long id has its own, and so has the time from
 * which the copy is where it is. */
static void
left_text(const struct left_print *p, const struct proc_left_item *item,
	struct buf *to)
{
	char at[DAY_TIME_TEXT];
	const char *id = item->row->id;

	day_time_text(item->at, at);
	if (strlen(id) > ID_WIDTH) {
		buf_printf(to, "%s\n", id);
		id = "";
	}
	buf_printf(to, "%-*s %-12.12s %s %7" PRIu64 " %-7s %s\n", ID_WIDTH, id,
		item->row->officer, at, item->entry,
		!p->outcomes    ? "-"
		: item->address ? "address"
				: "neutral",
		proc_custody_place_text(item->place));
	if (item->place_at == 0)
		return;
	day_time_text(item->place_at, at);
	buf_printf(to, "%*s %s %s, entry %" PRIu64 "\n", ID_WIDTH, "",
		item->place == CUSTODY_PULLED_BACK ? "pulled back"
						   : place_event(item->place),
		at, item->place_entry);
}

static enum err
print_left(void *context, const struct proc_left_item *item)
{
	struct left_print *p = context;
	OWNED_BUF(text, ITEM_MAX);

	if (p->json)
		left_json(p, item, &text);
	else
		left_text(p, item, &text);
	p->first = false;
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	if (p->json)
		return cli_out(NULL, buf_span(&text));
	cli_text(stdout, buf_span(&text));
	return ERR_OK;
}

static enum err
print_left_head(void *context, const struct proc_left_about *about)
{
	struct left_print *p = context;
	char since[DAY_TIME_TEXT];
	char as_of[DAY_TIME_TEXT];

	p->outcomes = about->outcomes;
	day_time_text(about->since, since);
	day_time_text(about->as_of, as_of);
	if (p->json) {
		printf("{\"hold\":%" PRIu64
		       ",\"state\":\"%s\",\"since\":\"%s\","
		       "\"as_of\":\"%s\",\"entry\":%" PRIu64 ",\"left\":[",
			hold_number(about->hold),
			hold_state_text(hold_state(about->hold)), since, as_of,
			about->entry);
		return ERR_OK;
	}
	printf("hold %" PRIu64 "  %s  what left since %s\n",
		hold_number(about->hold),
		hold_state_text(hold_state(about->hold)), since);
	print_lines("docket", span_text(hold_docket(about->hold)));
	printf("  as of      %s, entry %" PRIu64 "\n\n", as_of, about->entry);
	printf("%-*s %-12s %-20s %7s %-7s %s\n", ID_WIDTH, "REQUEST", "OFFICER",
		"LEFT", "ENTRY", "WHAT", "WHERE NOW");
	return ERR_OK;
}

static void
left_totals_json(const struct proc_left_counts *n, bool outcomes)
{
	printf("],\"totals\":{\"left\":%" PRIu64, n->left);
	if (outcomes)
		printf(",\"addresses\":%" PRIu64 ",\"neutral\":%" PRIu64,
			n->addresses, n->neutral);
	for (int place = 0; place <= CUSTODY_DESTROYED; place++)
		printf(",\"%s\":%" PRIu64,
			proc_custody_place_text((enum proc_custody_place)place),
			n->place[place]);
	printf(",\"acknowledged\":%" PRIu64 ",\"erased\":%" PRIu64,
		n->acknowledged, n->erased);
	if (outcomes)
		printf(",\"doubtful\":%" PRIu64, n->doubtful);
	printf(",\"meanwhile\":%" PRIu64, n->meanwhile);
	printf("}}\n");
}

static void
left_totals(const struct proc_left_counts *n, bool outcomes)
{
	printf("\n%8" PRIu64 " packages left", n->left);
	if (outcomes)
		printf(": %" PRIu64 " with an address, %" PRIu64 " neutral",
			n->addresses, n->neutral);
	printf("\n%8" PRIu64 " in the outbox, not fetched\n"
	       "%8" PRIu64 " with the recipient, %" PRIu64 " acknowledged\n"
	       "%8" PRIu64 " back with the custodian\n"
	       "%8" PRIu64 " destroyed, as certified\n",
		n->place[CUSTODY_OUTBOX], n->place[CUSTODY_RECIPIENT],
		n->acknowledged, n->place[CUSTODY_PULLED_BACK],
		n->place[CUSTODY_DESTROYED]);
	if (n->erased > 0)
		printf("%8" PRIu64 " entries of hand-overs, of any day, are "
		       "erased: what they were is not known\n",
			n->erased);
	if (!outcomes)
		printf("Not told to you: which held an address, and what is "
		       "covered by the record alone.\n");
	if (n->doubtful > 0)
		printf("%8" PRIu64 " more with an address may be covered: the "
		       "request does not say all that\n         the record "
		       "may.  A hold on the person_id finds them.\n",
			n->doubtful);
	if (n->meanwhile > 0)
		printf("Others were at work meanwhile: %" PRIu64
		       " entries came. Each package\nis told as it stood when "
		       "its turn came.\n",
			n->meanwhile);
}

static enum cli_exit
run_affected(const struct cli_args *args)
{
	struct left_print p = {.json = cli_on(args, "json"), .first = true};
	const struct proc_left_calls calls = {print_left_head, print_left, &p};
	struct proc_left_counts n;
	uint64_t number = 0;
	int64_t since = 0;
	enum cli_exit status;

	if (!hold_number_of(args, &number) || !read_time(args, "since", &since))
		return CLI_USAGE;
	status = open_instance(args);
	if (status == CLI_DONE)
		status = cli_says(
			proc_left(&in, number, since, &calls, &n), &in.why);
	if (status == CLI_DONE && p.json)
		left_totals_json(&n, p.outcomes);
	else if (status == CLI_DONE)
		left_totals(&n, p.outcomes);
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}
#define OPTION_TODAY                                                           \
	{                                                                      \
		"today", "DATE", "the day to act on; sandbox only", false      \
	}
#define OPTION_JSON                                                            \
	{                                                                      \
		"json", NULL, "for a program", false                           \
	}

const struct cli_verb cli_verbs_hold[] = {
	{"hold place", "", "Place a hold: what it covers stops",
		"Scopes: all, recipient=, agreement=, statute=, batch=, case=, "
		"request=, person=,\nfrom=, until=; several joined by ',' must "
		"all hold, and of several --scope any one.\nWhoever has a role "
		"may place one.",
		{{"ground", "G",
			 "court, counsel, safeguards, parties or incident",
			 true},
			{"docket", "TEXT", "the order's docket", true},
			{"scope", "SCOPE", "what it covers",
				CLI_NEEDED | CLI_MORE},
			{"except", "SCOPE", "what the order excepts", CLI_MORE},
			{"order", "FILE", "the order's file, to be hashed",
				false},
			{"effective", "TIME", "effective time (now)", false},
			{"served", "TIME", "served time (now)", false},
			{"review", "DAY", "a day that reminds", false},
			{"effect", "E", "stop (default) or preserve", false},
			{"sealed", NULL, "shown to counsel only", false},
			{"note", "TEXT", "a note", false}, OPTION_TODAY,
			OPTION_KEY},
		0, 0, true, run_place},
	{"hold except", "N", "Let through what a later order lets through",
		"The hold stands; --scope says what the later order takes out "
		"of it.  One person\nasks, a second grants it by its number, "
		"one of the two is counsel.  Until then it\nchanges nothing.  "
		"A scope is as in hold place, but names no person_id.",
		{{"scope", "SCOPE", "what is let through", CLI_MORE},
			{"docket", "TEXT", "the later order's docket", false},
			{"order", "FILE", "its file, to be hashed", false},
			{"note", "TEXT", "a note", false},
			{"grant", "E", "grant exception E", false},
			{"deny", "E", "deny it", false}, OPTION_TODAY,
			OPTION_KEY},
		1, 1, true, run_except},
	{"hold lift", "N", "Lift a hold; two people, one of them counsel",
		"The first asks, the second, another person, lifts.",
		{{"deny", NULL, "it is not to be lifted, though asked", false},
			OPTION_TODAY, OPTION_KEY},
		1, 1, true, run_lift},
	{"hold list", "", "List holds",
		"Sealed ones are shown to counsel.  A reading is an entry.",
		{{"due", NULL, "those whose review day has come", false},
			OPTION_JSON, OPTION_TODAY, OPTION_KEY},
		0, 0, true, run_list},
	{"hold show", "N", "Show one hold, with its exceptions",
		"A reading is an entry.",
		{OPTION_JSON, OPTION_TODAY, OPTION_KEY}, 1, 1, true, run_show},
	{"hold affected", "N", "List what left that a hold covers",
		"Every package handed over at or after the order's effective "
		"time: to whom, when, and\nwhere it is now: outbox, recipient "
		"(acknowledged when), custodian (pulled back),\ndestroyed.  "
		"Totals tie with the list.  A reading is an entry.",
		{{"since", "TIME", "from then on (the hold's effective time)",
			 false},
			OPTION_JSON, OPTION_TODAY, OPTION_KEY},
		1, 1, true, run_affected},
	{0},
};
