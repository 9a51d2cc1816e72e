/* SPDX-License-Identifier: Apache-2.0 */
/* package open|acknowledge|custody|destroyed: the officer's side. */
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "cli/cli_args.h"
#include "cli/cli_letter.h"
#include "cli/cli_print.h"
#include "crypto/crypto_uri.h"
#include "proc/proc_instance.h"
#include "proc/proc_ledger.h"
#include "proc/proc_letter.h"
#include "proc/proc_package.h"

static const char *
source_text(enum release_source source)
{
	return source == RELEASE_RETURN ? "return" : "third-party";
}

/* ---- for people ---- */

static void
print_part(const char *before, struct span text)
{
	if (text.n == 0)
		return;
	(void)fputs(before, stdout);
	cli_line(stdout, text);
}

static void
print_name(const struct release_package *p)
{
	(void)fputs("name     ", stdout);
	print_part("", p->given);
	print_part(" ", p->middle);
	print_part(" ", p->surname);
	print_part(" ", p->suffix);
	(void)fputs("\n", stdout);
}

static void
print_address(const struct release_address *a)
{
	printf("%-8u ", (unsigned)a->tax_year);
	print_part("", a->line);
	print_part(" ", a->unit);
	print_part(", ", a->city);
	print_part(", ", a->state);
	print_part(" ", a->zip);
	printf("  (%s)\n", source_text(a->source));
}

static void
print_answer(const struct release_package *p)
{
	char day[DAY_TEXT];

	if (p->sandbox)
		printf("SANDBOX: test data, about nobody\n");
	print_part("request  ", p->request_id);
	day_text(p->issued, day);
	printf("\nissued   %s\n", day);
	if (p->answer == RELEASE_NEUTRAL) {
		printf("\n" RELEASE_NEUTRAL_TEXT "\n");
		return;
	}
	print_name(p);
	for (size_t i = 0; i < p->n_addresses; i++)
		print_address(&p->address[i]);
	print_part("purpose  ", p->purpose);
	day_text(p->expires, day);
	printf("\nexpires  %s: not to be used from that day on\n", day);
}

static void
print_proof(const struct proc_package *p)
{
	printf("\nproof    holds: entry %" PRIu64 " of %s, which had %" PRIu64
	       " entries\n",
		p->entry.index, p->cp.origin, p->cp.size);
	printf("signer   %s\n",
		p->signature_checked
			? "the ledger's key, as given"
			: "NOT CHECKED against a known key: give --vkey");
}

/* ---- for programs ---- */

static void
json_text(struct buf *b, const char *name, struct span text)
{
	buf_printf(b, ",\"%s\":", name);
	buf_json(b, text);
}

static void
json_day(struct buf *b, const char *name, int32_t day)
{
	char text[DAY_TEXT];

	day_text(day, text);
	json_text(b, name, span_text(text));
}

static void
json_address(struct buf *b, const struct release_package *p)
{
	json_text(b, "given_name", p->given);
	json_text(b, "middle_name", p->middle);
	json_text(b, "surname", p->surname);
	json_text(b, "suffix", p->suffix);
	buf_text(b, ",\"addresses\":[");
	for (size_t i = 0; i < p->n_addresses; i++) {
		const struct release_address *a = &p->address[i];

		buf_printf(b, "%s{\"tax_year\":%u", i == 0 ? "" : ",",
			(unsigned)a->tax_year);
		json_text(b, "source", span_text(source_text(a->source)));
		json_text(b, "line", a->line);
		json_text(b, "unit", a->unit);
		json_text(b, "city", a->city);
		json_text(b, "state", a->state);
		json_text(b, "zip", a->zip);
		buf_text(b, "}");
	}
	buf_text(b, "]");
	json_text(b, "purpose", p->purpose);
	json_day(b, "expires", p->expires);
}

static enum err
print_json(const struct proc_package *p, enum err e, const struct why *why)
{
	const struct release_package *r = &p->package;
	bool neutral = r->answer == RELEASE_NEUTRAL;
	OWNED_BUF(b, 1 << 16);

	buf_printf(&b, "{\"ok\":%s", e == ERR_OK ? "true" : "false");
	if (e != ERR_OK)
		json_text(&b, "fault",
			span_text(why->text[0] == '\0' ? err_text(e)
						       : why->text));
	buf_printf(&b, ",\"key_trusted\":%s,\"sandbox\":%s",
		p->signature_checked ? "true" : "false",
		r->sandbox ? "true" : "false");
	json_text(&b, "request_id", r->request_id);
	json_day(&b, "issued", r->issued);
	json_text(&b, "answer", span_text(neutral ? "neutral" : "address"));
	if (neutral)
		json_text(&b, "text", SPAN(RELEASE_NEUTRAL_TEXT));
	else
		json_address(&b, r);
	json_text(&b, "origin", r->origin);
	if (e == ERR_OK)
		buf_printf(&b, ",\"entry\":%" PRIu64 ",\"size\":%" PRIu64,
			p->entry.index, p->cp.size);
	buf_text(&b, "}\n");
	return buf_error(&b) == ERR_OK ? cli_out(NULL, buf_span(&b))
				       : buf_error(&b);
}

/* ---- the verb ---- */

/* Opens, checks, prints.  What does not hold is not shown as an answer: only a
 * program gets it, beside "ok":false. */
static enum cli_exit
open_package(const struct cli_args *args, struct span file,
	const struct instance_actor *officer, const struct ledger_vkey *vkey)
{
	struct proc_package p;
	struct why why = {""};
	enum err e =
		proc_package_open(file, officer->key, officer->cert, &p, &why);

	if (e == ERR_OK) {
		e = proc_package_check(&p, officer->cert, vkey, &why);
		if (cli_on(args, "json")) {
			enum err out = print_json(&p, e, &why);

			e = out == ERR_OK ? e : out;
		} else if (e == ERR_OK) {
			print_answer(&p.package);
			print_proof(&p);
		}
	}
	proc_package_close(&p);
	return cli_says(e, &why);
}

/* Opening needs the key itself, and not a signature. */
static enum err
read_opener(const struct cli_args *args, struct instance_actor *officer,
	struct why *why)
{
	const char *key = cli_value(args, "key");

	if (crypto_uri_is(key))
		return why_set(why, ERR_NOT_ALLOWED,
			"a key in a module signs here, and opens nothing: open "
			"the package with a key in a file, or by `openssl cms "
			"-decrypt` and the module's own provider");
	return instance_actor_read(key, officer, why);
}

static enum cli_exit
run_open(const struct cli_args *args)
{
	struct instance_actor officer = {.cert = NULL};
	OWNED(proc_chain) chain = NULL;
	struct ledger_vkey vkey;
	struct why why = {""};
	OWNED_BUF(file, 1 << 20);
	enum cli_exit status = cli_get(args->word[0], &file);
	enum err e = crypto_init();

	if (status != CLI_DONE)
		return status;
	if (e == ERR_OK)
		e = read_opener(args, &officer, &why);
	if (e == ERR_OK && cli_on(args, "vkey"))
		e = proc_ledger_vkey(cli_value(args, "vkey"), &vkey, &why);
	if (e == ERR_OK && cli_on(args, "vkey") && cli_on(args, "keys"))
		e = proc_chain_file(
			cli_value(args, "keys"), &vkey, &chain, &why);
	if (e != ERR_OK) {
		(void)cli_says(e, &why);
		status = CLI_FAILURE;
	} else {
		status = open_package(args, buf_span(&file), &officer,
			cli_on(args, "vkey") ? &vkey : NULL);
	}
	instance_actor_fini(&officer);
	return status;
}

/* ---- letters ---- */

/* Who signs, and the ledger's key where it is given. */
static enum cli_exit
letter_signer(const struct cli_args *args, struct instance_actor *officer,
	struct ledger_vkey *vkey)
{
	struct why why = {""};
	enum err e = crypto_init();
	enum cli_exit status;

	if (e == ERR_OK)
		e = read_opener(args, officer, &why);
	if (e == ERR_OK && cli_on(args, "vkey"))
		e = proc_ledger_vkey(cli_value(args, "vkey"), vkey, &why);
	status = cli_says(e, &why);
	return status == CLI_DONE ? CLI_DONE : CLI_FAILURE;
}

/* Each package must open and hold, or nothing is acknowledged. */
static enum cli_exit
add_packages(const struct cli_args *args, const struct instance_actor *officer,
	const struct ledger_vkey *vkey, struct arena *arena,
	struct letter *letter)
{
	for (size_t i = 0; i < args->n_words; i++) {
		struct why why = {""};
		struct why with = {""};
		OWNED_BUF(file, 1 << 20);
		enum cli_exit status = cli_get(args->word[i], &file);
		enum err e = ERR_OK;

		if (status != CLI_DONE)
			return status;
		e = proc_letter_package(buf_span(&file), officer, vkey, arena,
			&letter->item[letter->n_items++], &why);
		if (e == ERR_OK)
			continue;
		(void)why_set(&with, e, "%s: %s", args->word[i],
			why.text[0] == '\0' ? err_text(e) : why.text);
		return cli_says(e, &with);
	}
	return CLI_DONE;
}

static enum cli_exit
run_acknowledge(const struct cli_args *args)
{
	static struct letter letter;
	struct instance_actor officer = {.cert = NULL};
	struct ledger_vkey vkey;
	struct arena arena = {.at = NULL};
	char day[DAY_TEXT];
	enum cli_exit status = cli_letter_day(args, "date", day);

	letter = (struct letter){.kind = LETTER_ACKNOWLEDGE};
	letter.member[LETTER_M_SIGNER] = span_text(cli_value(args, "officer"));
	letter.member[LETTER_M_DATE] = span_text(day);
	letter.member[LETTER_M_OPENED] = span_text(day);
	if (status == CLI_DONE)
		status = letter_signer(args, &officer, &vkey);
	if (status == CLI_DONE)
		status = cli_says(arena_init(&arena, LETTER_ARENA), NULL);
	if (status == CLI_DONE)
		status = add_packages(args, &officer,
			cli_on(args, "vkey") ? &vkey : NULL, &arena, &letter);
	if (status == CLI_DONE)
		status = cli_letter_put(
			&letter, &officer, cli_value(args, "out"));
	arena_fini(&arena);
	instance_actor_fini(&officer);
	return status;
}

/* The packages of an acknowledgement, or those of them that are named. */
static enum cli_exit
acknowledged(
	const struct cli_args *args, struct arena *arena, struct letter *letter)
{
	static struct letter from;
	struct why why = {""};
	OWNED_BUF(file, LETTER_BYTES_MAX);
	enum cli_exit status = cli_get(args->word[0], &file);

	letter_init();
	if (status == CLI_DONE)
		status = cli_says(
			letter_parse(buf_span(&file), arena, &from, &why),
			&why);
	if (status != CLI_DONE)
		return status;
	if (from.kind != LETTER_ACKNOWLEDGE) {
		cli_error("%s is not an acknowledgement", args->word[0]);
		return CLI_NO;
	}
	letter->member[LETTER_M_SIGNER] = from.member[LETTER_M_SIGNER];
	for (size_t i = 0; i < from.n_items; i++) {
		bool named = args->n_words == 1;

		for (size_t k = 1; k < args->n_words; k++)
			named |= span_eq(
				from.item[i].request, span_text(args->word[k]));
		if (named)
			letter->item[letter->n_items++] = from.item[i];
	}
	if (args->n_words == 1 || letter->n_items == args->n_words - 1)
		return CLI_DONE;
	cli_error(
		"%s does not acknowledge all of these requests", args->word[0]);
	return CLI_NO;
}

/* A letter about packages that were acknowledged: by now the file may be
 * gone. */
static enum cli_exit
later_letter(const struct cli_args *args, struct letter *letter)
{
	struct instance_actor officer = {.cert = NULL};
	struct arena arena = {.at = NULL};
	char day[DAY_TEXT];
	enum cli_exit status = cli_letter_day(args, "date", day);

	letter->member[LETTER_M_DATE] = span_text(day);
	if (status == CLI_DONE)
		status = cli_signer(cli_value(args, "key"), &officer);
	if (status == CLI_DONE)
		status = cli_says(arena_init(&arena, LETTER_ARENA), NULL);
	if (status == CLI_DONE)
		status = acknowledged(args, &arena, letter);
	if (status == CLI_DONE)
		status = cli_letter_put(
			letter, &officer, cli_value(args, "out"));
	arena_fini(&arena);
	instance_actor_fini(&officer);
	return status;
}

static enum cli_exit
run_custody(const struct cli_args *args)
{
	static struct letter letter;

	letter = (struct letter){.kind = LETTER_CUSTODY};
	letter.member[LETTER_M_HOLDER] = span_text(cli_value(args, "holder"));
	letter.member[LETTER_M_PLACE] = span_text(cli_value(args, "place"));
	letter.member[LETTER_M_COPY] = span_text(cli_value(args, "copy"));
	return later_letter(args, &letter);
}

static enum cli_exit
run_destroyed(const struct cli_args *args)
{
	static struct letter letter;
	char day[DAY_TEXT];
	enum cli_exit status = cli_letter_day(args, "on", day);

	letter = (struct letter){.kind = LETTER_DESTROYED};
	letter.member[LETTER_M_DESTROYED] = span_text(day);
	letter.member[LETTER_M_METHOD] = span_text(cli_value(args, "method"));
	letter.member[LETTER_M_WITNESS] = span_text(cli_value(args, "witness"));
	return status == CLI_DONE ? later_letter(args, &letter) : status;
}

#define LETTER_OPTIONS                                                         \
	{"key", "K", "the officer's key, K.crt beside", true},                 \
		{"out", "FILE", "the letter; its signature is FILE.p7s",       \
			true},                                                 \
	{                                                                      \
		"date", "DATE", "the day it is written (today)", false         \
	}

const struct cli_verb cli_verbs_package[] = {
	{"package open", "FILE", "Open a package and check its proof",
		"The officer's side; needs no instance.  The certificate lies "
		"beside the key: x.key\nand x.crt.  Exit status 1 where it is "
		"not for this key, was changed, or its proof\ndoes not hold.",
		{{"key", "K", "the officer's key", true},
			{"vkey", "FILE|KEY",
				"the ledger's key, to check the "
				"signature with",
				false},
			{"keys", "FILE",
				"all keys that the ledger has had (its public "
				"file)",
				false},
			{"json", NULL, "one JSON object", false}},
		1, 1, false, run_open},
	{"package acknowledge", "FILE...", "Acknowledge packages that arrived",
		"Opens each, checks its proof, and writes one letter that "
		"names each by its hash.\nAcknowledge every package, the "
		"neutral ones too: then the letters tell nothing.",
		{{"officer", "ID", "the officer's id, as requested", true},
			{"vkey", "FILE|KEY", "the ledger's key, to check with",
				false},
			LETTER_OPTIONS},
		1, CLI_WORDS, false, run_acknowledge},
	{"package custody", "LETTER [REQUEST...]", "Say where a copy is kept",
		"LETTER is the acknowledgement; without requests, of all that "
		"it names.",
		{{"holder", "TEXT", "who has the copy", true},
			{"place", "TEXT", "office or system", true},
			{"copy", "TEXT", "which copy it is", true},
			LETTER_OPTIONS},
		1, CLI_WORDS, false, run_custody},
	{"package destroyed", "LETTER [REQUEST...]", "Certify destruction",
		"LETTER is the acknowledgement; without requests, of all that "
		"it names.  The\ncertificate says that every copy is gone.",
		{{"method", "TEXT", "how it was destroyed", true},
			{"on", "DATE", "the day of destruction (today)", false},
			{"witness", "TEXT", "who else was there", false},
			LETTER_OPTIONS},
		1, CLI_WORDS, false, run_destroyed},
	{0},
};
