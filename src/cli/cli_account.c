/* SPDX-License-Identifier: Apache-2.0 */
/* ledger account, check-account, delay: what a person is told. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "proc/proc_delay.h"
#include "proc/proc_statement.h"

/* `lock`: it writes no file that a person named. */
static enum cli_exit
open_instance(const struct cli_args *args, bool lock, struct instance *in)
{
	int32_t today = DAY_NONE;
	enum err e;

	*in = INSTANCE_NONE;
	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &today))
		return CLI_USAGE;
	e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), today, in);
	if (e == ERR_OK && lock)
		e = instance_lock_in(in);
	return cli_says(e, &in->why);
}

/* ---- the account ---- */

static bool
read_for(const char *text, bool *ret_representative)
{
	*ret_representative = strcmp(text, "representative") == 0;
	if (*ret_representative || strcmp(text, "self") == 0)
		return true;
	cli_error("--for is self or representative");
	return false;
}

static enum cli_exit
give(struct instance *in, const struct proc_statement_options *o,
	const char *out)
{
	OWNED_BUF(file, LEDGER_STATEMENT_MAX);
	struct ledger_statement s;
	char day[DAY_TEXT];
	enum cli_exit status =
		cli_says(proc_statement_make(in, o, &file, &s), &in->why);

	if (status != CLI_DONE)
		return status;
	(void)umask(077); /* it is that person's alone */
	status = cli_put(out, buf_span(&file));
	day_text(s.as_of, day);
	if (status == CLI_DONE && strcmp(out, "-") != 0)
		printf("up to %s, %zu disclosures, entry %" PRIu64 "\n", day,
			s.n, s.query);
	ledger_statement_fini(&s);
	return status;
}

static enum cli_exit
run_account(const struct cli_args *args)
{
	static struct instance in;
	struct proc_statement_options o = {
		.person = cli_value(args, "person"),
		.identified_by = cli_value(args, "identified-by"),
		.how = cli_value(args, "how"),
		.until = DAY_NONE,
	};
	enum cli_exit status;

	if (!read_for(cli_value(args, "for"), &o.representative) ||
		(cli_on(args, "until") &&
			!cli_day(
				"--until", cli_value(args, "until"), &o.until)))
		return CLI_USAGE;
	status = open_instance(args, false, &in);
	if (status == CLI_DONE)
		status = give(&in, &o, cli_value(args, "out"));
	instance_close(&in);
	return status;
}

/* ---- checking one ---- */

static void
print_checked(const struct ledger_statement *s, bool own_key, bool folder)
{
	char day[DAY_TEXT];
	OWNED_BUF(words, LEDGER_STATEMENT_MAX);

	ledger_statement_words(s, &words);
	cli_text(stdout, buf_span(&words));
	day_text(s->as_of, day);
	printf("\nkey    %s\nledger %s\nok     %zu disclosures up to %s\n",
		own_key ? "the folder's own; --vkey checks it against one from "
			  "elsewhere"
			: "as given",
		folder ? "whole; its tags make the root that this is shown "
			 "under"
		       : "not looked at (--ledger): that its tags make this "
			 "root was not checked",
		s->n, day);
}

static enum cli_exit
run_check(const struct cli_args *args)
{
	const struct proc_statement_check by = {
		.path = cli_value(args, "ledger"),
		.vkey = cli_value(args, "vkey"),
		.keys = cli_value(args, "keys"),
	};
	struct ledger_statement s;
	struct why why = {""};
	OWNED_BUF(file, LEDGER_STATEMENT_MAX);
	enum cli_exit status;

	if (by.path == NULL && by.vkey == NULL) {
		cli_error("give --ledger FOLDER, --vkey KEY, or both");
		return CLI_USAGE;
	}
	status = cli_says(crypto_init(), NULL);
	if (status == CLI_DONE)
		status = cli_get(args->word[0], &file);
	if (status == CLI_DONE)
		status = cli_says(
			proc_statement_check(buf_span(&file), &by, &s, &why),
			&why);
	if (status != CLI_DONE)
		return status;
	print_checked(&s, by.vkey == NULL, by.path != NULL);
	ledger_statement_fini(&s);
	return CLI_DONE;
}

/* ---- delays ---- */

static enum cli_exit
place(struct instance *in, const struct cli_args *args)
{
	OWNED_BUF(ground, PROC_DELAY_GROUND_MAX + 1);
	int32_t until;
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_on(args, "request") || !cli_on(args, "ground") ||
		!cli_on(args, "until")) {
		cli_error("ledger delay place needs --request, --ground and "
			  "--until");
		return CLI_USAGE;
	}
	if (!cli_day("--until", cli_value(args, "until"), &until))
		return CLI_USAGE;
	status = cli_get(cli_value(args, "ground"), &ground);
	if (status == CLI_DONE)
		status = open_instance(args, true, in);
	if (status == CLI_DONE)
		status = cli_says(
			proc_delay_place(in, cli_value(args, "request"),
				buf_span(&ground), until, &n),
			&in->why);
	if (status == CLI_DONE)
		printf("delay %" PRIu64 "\n", n);
	return status;
}

static enum cli_exit
lift(struct instance *in, const struct cli_args *args)
{
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_on(args, "request")) {
		cli_error("ledger delay lift needs --request");
		return CLI_USAGE;
	}
	status = open_instance(args, true, in);
	if (status == CLI_DONE)
		status = cli_says(
			proc_delay_lift(in, cli_value(args, "request"), &n),
			&in->why);
	if (status == CLI_DONE)
		printf("lifted %" PRIu64 "; what they kept back comes into "
		       "accounts with the next daily round\n",
			n);
	return status;
}

struct listing {
	bool json;
	bool overdue;
};

static enum err
print_delay(void *context, const struct proc_delay_item *item)
{
	struct listing *l = context;
	char until[DAY_TEXT];
	char placed[DAY_TIME_TEXT];
	OWNED_BUF(line, 1 << 18);
	struct span ground = item->ground;

	l->overdue = l->overdue || item->state == DELAY_OVERDUE;
	day_text(item->delay->until, until);
	day_time_text(item->placed_at, placed);
	if (!l->json) {
		printf("%c %" PRIu64 " %s %s until %s, placed %s",
			item->state == DELAY_OVERDUE ? '!' : ' ',
			item->delay->n, item->request,
			proc_delay_state_text(item->state), until, placed);
		if (item->state == DELAY_OVERDUE)
			printf(", overdue by %d days: weir tend enters it",
				(int)item->late);
		printf("\n    ");
		cli_line(stdout, span_trim(span_cut(&ground, '\n')));
		printf("\n");
		return ERR_OK;
	}
	buf_printf(
		&line, "{\"delay\":%" PRIu64 ",\"request\":", item->delay->n);
	buf_json(&line, span_text(item->request));
	buf_printf(&line,
		",\"state\":\"%s\",\"until\":\"%s\",\"placed\":\"%s\","
		"\"late_days\":%d,\"ground\":",
		proc_delay_state_text(item->state), until, placed,
		(int)item->late);
	buf_json(&line, ground);
	buf_text(&line, "}\n");
	return buf_error(&line) == ERR_OK ? cli_out(NULL, buf_span(&line))
					  : buf_error(&line);
}

static enum cli_exit
list(struct instance *in, const struct cli_args *args)
{
	struct listing l = {.json = cli_on(args, "json")};
	enum cli_exit status = open_instance(args, true, in);

	if (status == CLI_DONE)
		status = cli_says(
			proc_delay_list(in, print_delay, &l), &in->why);
	return status == CLI_DONE && l.overdue ? CLI_NO : status;
}

static enum cli_exit
run_delay(const struct cli_args *args)
{
	static const struct cli_word words[] = {
		{"place", place}, {"lift", lift}, {"list", list}, {NULL, NULL}};

	return cli_run_word(args, words, "ledger delay place, lift or list");
}

#define KEY_OPTION                                                             \
	{                                                                      \
		"key", "K", "who does it", false                               \
	}
#define TODAY_OPTION                                                           \
	{                                                                      \
		"today", "DAY", "in a sandbox: on that day", false             \
	}

const struct cli_verb cli_verbs_account[] = {
	{"ledger account", "", "A person's account of disclosures, with proof",
		"What was disclosed of a person, each with its proof, and a "
		"proof that nothing more\nis in their account, to the end of "
		"a month that is the same for everybody who asks.\nWho was "
		"identified, by whom and how is an entry.",
		{{"person", "ID", "as the roll has them", true},
			{"for", "WHOM", "self or representative", true},
			{"identified-by", "NAME", "who looked", true},
			{"how", "TEXT", "at what", true},
			{"out", "FILE", "the account", true},
			{"until", "DAY", "no later month than this", false},
			TODAY_OPTION, KEY_OPTION},
		0, 0, true, run_account},
	{"ledger check-account", "FILE", "Check a person's account",
		"Needs no secret and no instance: the file, the public ledger "
		"and its key.  Prints\nthe account in words.  Exit status 1: "
		"it is not what the ledger says.",
		{{"ledger", "FOLDER", "the public ledger", false},
			{"vkey", "FILE|KEY",
				"the key to believe (else the folder's own)",
				false},
			{"keys", "FILE",
				"without --ledger: all keys that the ledger "
				"has had (its public file)",
				false}},
		1, 1, false, run_check},
	{"ledger delay", "place|lift|list", "What an account does not tell yet",
		"Before an address of a request leaves, counsel may keep it "
		"out of the person's\naccount to a day, on a written ground "
		"(5 USC 552a(c)(3)).  list: ! is overdue, exit\nstatus 1.",
		{{"request", "ID", "place, lift: the request", false},
			{"ground", "FILE", "place: why", false},
			{"until", "DAY",
				"place: the first day on which it ends", false},
			{"json", NULL, "list: JSON Lines", false}, TODAY_OPTION,
			KEY_OPTION},
		1, 1, true, run_delay},
	{0},
};
