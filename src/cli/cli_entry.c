/* SPDX-License-Identifier: Apache-2.0 */
/* ledger kinds, open, check-opening: what sealed records say of entries. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_entry.h"
#include "proc/proc_ledger.h"
#include "proc/proc_open.h"

static void
print_kinds(const uint64_t count[PROC_KINDS], bool json)
{
	const char *before = "{";

	for (unsigned kind = 0; kind < PROC_KINDS; kind++) {
		enum ledger_type type = (enum ledger_type)kind;

		if (count[kind] == 0)
			continue;
		if (json)
			printf("%s\"%s\":%" PRIu64, before,
				ledger_type_text(type), count[kind]);
		else
			printf("%8" PRIu64 "  %-10s %s\n", count[kind],
				ledger_type_text(type),
				ledger_type_meaning(type));
		before = ",";
	}
	if (json)
		printf("%s}\n", before[0] == '{' ? "{" : "");
}

static void
print_one(uint64_t index, enum ledger_type kind)
{
	printf("%8" PRIu64 "  %s\n", index, ledger_type_text(kind));
}

static enum cli_exit
run_kinds(const struct cli_args *args)
{
	static struct instance in;
	static uint64_t count[PROC_KINDS];
	enum cli_exit status;
	bool each = cli_on(args, "each");
	uint64_t from = 0;

	if (cli_on(args, "from") &&
		!cli_number("--from", cli_value(args, "from"), LEDGER_SIZE_MAX,
			&from))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_entry_kinds(&in, from,
					  each ? print_one : NULL, count),
			&in.why);
	if (status == CLI_DONE && !each)
		print_kinds(count, cli_on(args, "json"));
	instance_close(&in);
	return status;
}

/* ---- one field to one reader ---- */

enum { OPENING_TEXT_MAX = 1 << 18 };

/* Made before the door is locked; for its owner only. */
static FILE *
make_file(const char *path)
{
	int fd;
	FILE *to;

	if (path == NULL || strcmp(path, "-") == 0)
		return stdout;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	to = fd < 0 ? NULL : fdopen(fd, "w");
	if (to == NULL)
		cli_error("%s: cannot be written", path);
	return to;
}

static enum cli_exit
put_file(FILE *to, struct span text)
{
	bool ok = fwrite(text.at, 1, text.n, to) == text.n;

	if (to != stdout)
		ok = fclose(to) == 0 && ok;
	return ok ? CLI_DONE : CLI_FAILURE;
}

static enum cli_exit
run_open(const struct cli_args *args)
{
	static struct instance in;
	struct proc_open_options o = {
		.field = cli_value(args, "field"),
		.audience = cli_value(args, "for"),
		.who = cli_value(args, "who"),
		.ground = cli_value(args, "ground"),
		.person = cli_value(args, "person"),
	};
	OWNED_BUF(text, OPENING_TEXT_MAX);
	enum cli_exit status;
	enum cli_exit written;
	FILE *to;

	if (!cli_number("INDEX", args->word[0], LEDGER_SIZE_MAX, &o.index))
		return CLI_USAGE;
	to = make_file(cli_value(args, "out"));
	if (to == NULL)
		return CLI_FAILURE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_open(&in, &o, &text), &in.why);
	instance_close(&in);
	if (status != CLI_DONE)
		buf_clear(&text);
	written = put_file(to, buf_span(&text));
	return status == CLI_DONE ? written : status;
}

/* Bytes that are no text are shown in hexadecimal. */
static void
print_value(struct span value)
{
	OWNED_BUF(hex, 2 * LEDGER_OPENING_MAX);

	if (span_is_plain(value)) {
		printf("text    ");
		cli_text(stdout, value);
		printf("\n");
		return;
	}
	code_hex(&hex, value);
	printf("bytes   %.*s\n", (int)hex.n, (const char *)hex.at);
}

static void
print_hash(const char *name, const uint8_t hash[32])
{
	OWNED_BUF(hex, 64);

	code_hex(&hex, span_of(hash, 32));
	printf("%s%.*s\n", name, (int)hex.n, (const char *)hex.at);
}

static void
print_shown(const struct proc_shown *s)
{
	printf("ok\norigin  %s\nsize    %" PRIu64 "\nentry   %" PRIu64
	       "\nkind    %s, %s\n",
		s->cp.origin, s->cp.size, s->index,
		ledger_type_text(s->head.type),
		ledger_type_meaning(s->head.type));
	print_hash("law     ", s->head.law);
	print_hash("engine  ", s->head.engine);
	printf("field   %s\n", s->opening.field);
	print_value(s->opening.value);
}

static enum cli_exit
run_check(const struct cli_args *args)
{
	OWNED_BUF(opening, OPENING_TEXT_MAX);
	OWNED_BUF(entry, LEDGER_ENTRY);
	OWNED_BUF(proof, LEDGER_NOTE_MAX);
	OWNED_BUF(value, LEDGER_OPENING_MAX + 3);
	OWNED(proc_chain) chain = NULL;
	struct ledger_vkey vkey;
	struct proc_shown shown;
	struct why why = {""};
	enum err e = crypto_init();
	enum cli_exit status;

	if (e == ERR_OK)
		e = proc_ledger_vkey(cli_value(args, "vkey"), &vkey, &why);
	if (e == ERR_OK && cli_on(args, "keys"))
		e = proc_chain_file(
			cli_value(args, "keys"), &vkey, &chain, &why);
	status = cli_says(e, &why);
	if (status == CLI_DONE)
		status = cli_get(args->word[0], &opening);
	if (status == CLI_DONE)
		status = cli_get(cli_value(args, "entry"), &entry);
	if (status == CLI_DONE)
		status = cli_get(cli_value(args, "proof"), &proof);
	if (status != CLI_DONE)
		return status;
	e = proc_open_check(buf_span(&opening), buf_span(&entry),
		buf_span(&proof), &vkey, &value, &shown, &why);
	if (e == ERR_OK)
		print_shown(&shown);
	return cli_says(e, &why);
}

const struct cli_verb cli_verbs_entry[] = {
	{"ledger kinds", "",
		"Count the entries of each kind, for the custodian",
		"No public byte tells what an entry is; the sealed records do. "
		" Asking is an entry.",
		{{"from", "INDEX", "the first entry that counts (0)", false},
			{"each", NULL, "list them instead", false},
			{"key", "FILE", "who asks (the sandbox's operator)",
				false},
			{"json", NULL, "one JSON object", false}},
		0, 0, true, run_kinds},
	{"ledger open", "INDEX", "Open one field of one entry to one audience",
		"What may be opened to whom stands in a table: to an inspector "
		"all, to a court whom\nit went to and on what basis, to a "
		"person what is their own.  Each opening is an\nentry, with who "
		"and why.  Give the file with `ledger prove INDEX --entry E "
		"--out P`.",
		{{"field", "NAME", "the field", true},
			{"for", "AUDIENCE", "inspector, court or person", true},
			{"who", "TEXT", "to whom: a name, a docket", true},
			{"ground", "TEXT", "why", true},
			{"person", "PERSON",
				"whose own it is, for the audience person",
				false},
			{"out", "FILE", "the opening (standard output)", false},
			{"key", "FILE", "who opens it", false}},
		1, 1, true, run_open},
	{"ledger check-opening", "FILE",
		"Check an opened field against its entry and proof",
		"Needs no instance.  Exit status 1 where the entry is not in "
		"the ledger of that key,\nor does not commit to what is shown.",
		{{"entry", "FILE", "the entry's bytes", true},
			{"proof", "FILE", "its proof", true},
			{"vkey", "FILE|KEY", "the ledger's key, from elsewhere",
				true},
			{"keys", "FILE",
				"all keys that the ledger has had (its public "
				"file)",
				false}},
		1, 1, false, run_check},
	{0},
};
