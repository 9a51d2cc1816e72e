/* SPDX-License-Identifier: Apache-2.0 */
/* hold: orders stop what they cover, until two people lift them. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_hold.h"

static enum cli_exit
open_instance(const struct cli_args *args, unsigned want, struct instance *in)
{
	return cli_says(instance_open(args->instance, want,
				cli_value(args, "key"), DAY_NONE, in),
		&in->why);
}

static bool
read_time(const char *what, const char *text, int64_t now, int64_t *ret_at)
{
	int32_t day;

	*ret_at = now;
	if (text == NULL || day_time_parse(span_text(text), ret_at))
		return true;
	if (!day_parse(span_text(text), &day)) {
		cli_error("%s: '%s' is neither a day nor a time like "
			  "2026-11-01T12:00:00Z",
			what, text);
		return false;
	}
	*ret_at = (int64_t)day * 86400;
	return true;
}

/* SHA-256 of the order's file. */
static enum cli_exit
hash_order(const char *path, uint8_t hash[32])
{
	OWNED_BUF(file, 1 << 28);
	struct why why = {""};
	enum err e = os_read(AT_FDCWD, path, &file);

	if (e != ERR_OK)
		return cli_says(
			why_set(&why, e, "%s: %s", path, err_text(e)), &why);
	crypto_sha256(buf_span(&file), hash);
	return CLI_DONE;
}

/* False after a message. */
static bool
read_order(const struct cli_args *args, int64_t now, struct hold_order *o)
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
	return read_time("--effective", cli_value(args, "effective"), now,
		       &o->effective_at) &&
	       read_time("--served", cli_value(args, "served"), now,
		       &o->served_at);
}

static enum cli_exit
run_place(const struct cli_args *args)
{
	static struct instance in;
	struct span scope = span_text(cli_value(args, "scope"));
	struct span except = span_text(cli_value(args, "except"));
	struct hold_order order = {
		.scopes = &scope,
		.n_scopes = 1,
		.exceptions = &except,
		.n_exceptions = cli_on(args, "except") ? 1 : 0,
	};
	uint8_t hash[32];
	uint64_t number = 0;
	uint64_t entry = 0;
	enum cli_exit status = CLI_DONE;

	if (!read_order(args, os_now(), &order))
		return CLI_USAGE;
	if (crypto_init() != ERR_OK)
		return CLI_FAILURE;
	if (cli_on(args, "order")) {
		status = hash_order(cli_value(args, "order"), hash);
		order.order = hash;
	}
	if (status == CLI_DONE)
		status = open_instance(args, INSTANCE_LEDGER, &in);
	else
		return status;
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(
			proc_hold_place(&in, &order, &number, &entry), &in.why);
	if (status == CLI_DONE)
		printf("hold %" PRIu64 ", entry %" PRIu64
		       ": what it covers does not leave from now on\n",
			number, entry);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_lift(const struct cli_args *args)
{
	static struct instance in;
	uint64_t number = 0;
	bool lifted = false;
	enum cli_exit status;

	if (!cli_number("hold", args->word[0], UINT64_MAX, &number))
		return CLI_USAGE;
	status = open_instance(args, INSTANCE_LEDGER, &in);
	if (status == CLI_DONE)
		status =
			cli_says(proc_hold_lift(&in, number, &lifted), &in.why);
	if (status == CLI_DONE && lifted)
		printf("hold %" PRIu64 " is lifted\n", number);
	else if (status == CLI_DONE)
		printf("hold %" PRIu64 " still stands: a second person must "
		       "lift it too; one of the two is counsel\n",
			number);
	instance_close(&in);
	return status;
}

static void
print_hold(const struct hold *hold, bool json, int32_t today)
{
	OWNED_BUF(text, 1 << 22);
	char placed[DAY_TIME_TEXT];

	if (json) {
		hold_json(hold, &text);
		buf_text(&text, "\n");
		(void)!cli_out(NULL, buf_span(&text));
		return;
	}
	day_time_text(hold_placed_at(hold), placed);
	hold_scope_text(hold, &text);
	printf("hold %" PRIu64 "  %s  %s  %s  placed %s%s\n  docket ",
		hold_number(hold), hold_state_text(hold_state(hold)),
		hold_ground_text(hold_ground(hold)),
		hold_effect_text(hold_effect(hold)), placed,
		hold_review_due(hold, today) ? "  review is due" : "");
	cli_text(stdout, span_text(hold_docket(hold)));
	printf("\n  scope ");
	cli_text(stdout, buf_span(&text));
}

static enum cli_exit
run_holds(const struct cli_args *args)
{
	static struct instance in;
	enum cli_exit status =
		cli_says(instance_open(args->instance, INSTANCE_READ,
				 cli_value(args, "key"), DAY_NONE, &in),
			&in.why);
	bool counsel = status == CLI_DONE && in.actor.cert != NULL &&
		       instance_has_role(&in, in.actor.print, "counsel");
	size_t n = status == CLI_DONE ? hold_set_n(in.holds) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct hold *hold = hold_set_at(in.holds, i);

		if (!hold_sealed(hold) || counsel)
			print_hold(hold, cli_on(args, "json"), in.clock);
	}
	if (status == CLI_DONE && n == 0 && !cli_on(args, "json"))
		printf("no hold was ever placed\n");
	instance_close(&in);
	return status;
}

#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_hold[] = {
	{"hold place", "", "Place a hold: what it covers stops",
		"Scopes: all, recipient=, agreement=, statute=, batch=, case=, "
		"request=, person=,\nfrom=, until=; several joined by ',' must "
		"all hold.",
		{{"ground", "G",
			 "court, counsel, safeguards, parties or incident",
			 true},
			{"docket", "TEXT", "the order's docket", true},
			{"scope", "SCOPE", "what it covers", true},
			{"except", "SCOPE", "what the order excepts", false},
			{"order", "FILE", "the order's file, to be hashed",
				false},
			{"effective", "TIME", "effective time (now)", false},
			{"served", "TIME", "served time (now)", false},
			{"review", "DAY", "a day that reminds", false},
			{"effect", "E", "stop (default) or preserve", false},
			{"sealed", NULL, "shown to counsel only", false},
			{"note", "TEXT", "a note", false}, OPTION_KEY},
		0, 0, true, run_place},
	{"hold lift", "N", "Lift a hold; two people, one of them counsel", "",
		{OPTION_KEY}, 1, 1, true, run_lift},
	{"hold list", "", "List holds", "Sealed ones are shown to counsel.",
		{{"json", NULL, "for a program", false}, OPTION_KEY}, 0, 0,
		true, run_holds},
	{0},
};
