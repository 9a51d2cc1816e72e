/* SPDX-License-Identifier: Apache-2.0 */
/* register officer|certifier|role|recipient|screen|agreement, and the life of
 * an agreement.  The options of `add` are the columns of register.def. */
#include <stdio.h>
#include <stdlib.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_registrar.h"

enum { LIST_MAX = 1 << 30, CELL_MAX = 160, ROWS_MAX = 4000 };

/* "register officer" -> REG_OFFICER */
static enum register_id
id_of(const struct cli_args *args)
{
	enum register_id id = REG_OFFICER;

	must(register_parse(
		span_text(args->verb->name + sizeof("register")), &id));
	return id;
}

/* ---- list ---- */

static bool
is_listed(const struct instance *in, const struct register_entry *entry,
	const struct cli_args *args)
{
	return cli_on(args, "all") ||
	       register_in_force(in->registers, entry, in->at);
}

static enum cli_exit
list_json(const struct instance *in, enum register_id id,
	const struct cli_args *args)
{
	for (size_t i = 0; i < register_n(in->registers, id); i++) {
		const struct register_entry *entry =
			register_at(in->registers, id, i);
		OWNED_BUF(line, 1 << 17);

		if (!is_listed(in, entry, args))
			continue;
		register_entry_json(entry, &line);
		buf_text(&line, "\n");
		if (buf_error(&line) != ERR_OK ||
			cli_out(NULL, buf_span(&line)) != ERR_OK)
			return CLI_FAILURE;
	}
	return CLI_DONE;
}

/* What a person reads of a column; a hash that is no key is cut. */
static void
put_cell(const struct register_column_info *info, struct span value,
	struct buf *to)
{
	if (info->type != REG_HASH) {
		buf_bytes(to, value);
	} else {
		bool cut = info->need != REG_KEY && value.n > 8;

		code_hex(to, cut ? span_of(value.at, 8) : value);
		buf_text(to, cut ? "..." : "");
	}
	buf_u8(to, 0);
}

static void
put_day(const struct instance *in, int64_t at, struct buf *to)
{
	char day[DAY_TEXT] = "";

	if (at != REGISTER_AT_NEVER)
		day_text(zone_day(&in->zone, at), day);
	buf_text(to, day);
	buf_u8(to, 0);
}

/* The texts of all cells, each terminated, row by row. */
static size_t
put_rows(const struct instance *in, enum register_id id,
	const struct cli_args *args, struct buf *to)
{
	size_t rows = 0;

	for (size_t i = 0; i < register_n(in->registers, id); i++) {
		const struct register_entry *entry =
			register_at(in->registers, id, i);
		struct register_row row;

		if (!is_listed(in, entry, args))
			continue;
		register_entry_row(entry, &row);
		for (size_t c = 0; c < register_n_columns(id); c++) {
			const struct register_column_info *info =
				register_column((enum register_column)(
					register_first(id) + c));

			if (info->type != REG_BYTES)
				put_cell(info, row.value[c], to);
		}
		put_day(in, entry->added_at, to);
		put_day(in, entry->revoked_at, to);
		rows++;
	}
	return rows;
}

static size_t
put_heads(enum register_id id, const char *heads[REGISTER_COLUMNS_MAX + 2])
{
	size_t n = 0;

	for (size_t c = 0; c < register_n_columns(id); c++) {
		const struct register_column_info *info = register_column(
			(enum register_column)(register_first(id) + c));

		if (info->type != REG_BYTES)
			heads[n++] = info->name;
	}
	heads[n++] = "added";
	heads[n++] = "revoked";
	return n;
}

static enum cli_exit
list_table(const struct instance *in, enum register_id id,
	const struct cli_args *args)
{
	const char *heads[REGISTER_COLUMNS_MAX + 2];
	size_t n = put_heads(id, heads);
	OWNED_BUF(text, LIST_MAX);
	size_t rows = put_rows(in, id, args, &text);
	OWNED_BUF(cells, LIST_MAX);
	const char *at = (const char *)text.at;

	if (rows == 0) {
		printf("none\n");
		return CLI_DONE;
	}
	for (size_t i = 0; i < rows * n && buf_error(&text) == ERR_OK; i++) {
		buf_bytes(&cells, span_of(&at, sizeof(at)));
		at += strlen(at) + 1;
	}
	if (buf_error(&text) != ERR_OK || buf_error(&cells) != ERR_OK)
		return CLI_FAILURE;
	cli_table(
		heads, n, 0, (const char *const *)(const void *)cells.at, rows);
	return CLI_DONE;
}

static enum cli_exit
run_list(const struct cli_args *args, enum register_id id)
{
	static struct instance in;
	enum cli_exit status;
	enum err e;

	if (args->n_words != 1) {
		cli_error("usage: weir -C DIR %s list [--all] [--json]",
			args->verb->name);
		return CLI_USAGE;
	}
	e = instance_open(args->instance,
		id == REG_SCREEN ? INSTANCE_LEDGER : INSTANCE_READ,
		cli_value(args, "key"), DAY_NONE, &in);
	if (e == ERR_OK)
		e = proc_registrar_list(&in, id);
	status = cli_says(e, &in.why);
	if (status == CLI_DONE)
		status = cli_on(args, "json") ? list_json(&in, id, args)
					      : list_table(&in, id, args);
	instance_close(&in);
	return status;
}

/* ---- add, revoke ---- */

/* A column that comes out of --cert or by a verb of its own, and has no option
 * here. */
static bool
has_no_option(const struct register_column_info *info)
{
	return strcmp(info->name, "fingerprint") == 0 ||
	       strcmp(info->name, "certificate") == 0 ||
	       (info->id == REG_SCREEN && info->need >= REG_LATER);
}

static bool
has_cert(enum register_id id)
{
	return id == REG_OFFICER || id == REG_CERTIFIER || id == REG_ROLE;
}

static enum err
read_columns(struct instance *in, const struct cli_args *args,
	struct arena *arena, struct register_row *row)
{
	enum err e = ERR_OK;

	for (size_t c = 0; e == ERR_OK && c < register_n_columns(row->id);
		c++) {
		const struct register_column_info *info = register_column(
			(enum register_column)(register_first(row->id) + c));
		const char *text = has_no_option(info)
					   ? NULL
					   : cli_value(args, info->name);

		if (text != NULL)
			e = register_put_text(row, span_text(info->name),
				span_text(text), arena, &in->why);
	}
	if (e == ERR_OK && has_cert(row->id) && cli_on(args, "cert"))
		e = proc_registrar_cert(
			in, cli_value(args, "cert"), arena, row);
	return e;
}

static enum err
add_row(struct instance *in, const struct cli_args *args, struct arena *arena,
	struct register_row *row)
{
	enum err e = read_columns(in, args, arena, row);

	if (e == ERR_OK && has_cert(row->id) && !cli_on(args, "cert"))
		e = instance_says(in, ERR_MALFORMED,
			"say whose certificate it is: --cert FILE.crt");
	return e == ERR_OK
		       ? proc_registrar_add(in, row, cli_on(args, "replace"))
		       : e;
}

/* The words after `revoke` are the KEY columns, in their order; for a
 * fingerprint the file of the certificate will do. */
static enum err
revoke_row(struct instance *in, const struct cli_args *args,
	struct arena *arena, struct register_row *row)
{
	size_t word = 1;
	enum err e = ERR_OK;

	for (size_t c = 0; e == ERR_OK && c < register_n_columns(row->id);
		c++) {
		const struct register_column_info *info = register_column(
			(enum register_column)(register_first(row->id) + c));
		const char *text = word < args->n_words ? args->word[word] : "";
		size_t n = strlen(text);

		if (!register_is_key((enum register_column)(
			    register_first(row->id) + c)) ||
			(info->need == REG_LATER_KEY && n == 0))
			continue;
		word++;
		if (info->type == REG_HASH && n > 4 &&
			strcmp(text + n - 4, ".crt") == 0)
			e = proc_registrar_cert(in, text, arena, row);
		else
			e = register_put_text(row, span_text(info->name),
				span_text(text), arena, &in->why);
	}
	if (e == ERR_OK && word != args->n_words)
		e = instance_says(in, ERR_MALFORMED,
			"%s revoke takes %zu words: what the row is named by",
			args->verb->name, word - 1);
	return e == ERR_OK ? proc_registrar_revoke(in, row) : e;
}

static enum cli_exit
run_change(const struct cli_args *args, enum register_id id)
{
	static struct instance in;
	struct register_row row = {.id = id};
	struct arena arena = {0};
	enum err e = arena_init(&arena, REGISTRAR_ARENA);
	enum cli_exit status;

	in = INSTANCE_NONE;
	if (e == ERR_OK)
		e = instance_open(args->instance, INSTANCE_LEDGER,
			cli_value(args, "key"), DAY_NONE, &in);
	if (e == ERR_OK)
		e = strcmp(args->word[0], "add") == 0
			    ? add_row(&in, args, &arena, &row)
			    : revoke_row(&in, args, &arena, &row);
	status = cli_says(e, &in.why);
	instance_close(&in);
	arena_fini(&arena);
	return status;
}

static enum cli_exit
run_register(const struct cli_args *args)
{
	const char *what = args->word[0];
	enum register_id id = id_of(args);

	if (strcmp(what, "list") == 0)
		return run_list(args, id);
	if (id == REG_AGREEMENT) {
		cli_error("agreements are changed by weir agreement load, "
			  "suspend and terminate");
		return CLI_USAGE;
	}
	if (id == REG_SCREENING) {
		cli_error("it is changed by weir screen load and weir roll "
			  "load");
		return CLI_USAGE;
	}
	if (strcmp(what, "add") == 0 && args->n_words == 1)
		return run_change(args, id);
	if (strcmp(what, "revoke") == 0)
		return run_change(args, id);
	cli_error("usage: weir -C DIR %s %s", args->verb->name,
		args->verb->words);
	return CLI_USAGE;
}

/* ---- agreements ---- */

static enum cli_exit
run_load(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(wrong, 1 << 16);
	enum cli_exit status;
	enum err e;

	if (args->n_words == 0 && !cli_on(args, "receipt")) {
		cli_error("a FILE, or --receipt for the agreement in use");
		return CLI_USAGE;
	}
	e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, &in);

	if (e == ERR_OK)
		e = proc_registrar_load(&in, args->word, args->n_words,
			cli_value(args, "receipt"), &wrong);
	cli_text(stderr, buf_span(&wrong));
	status = cli_says(e, &in.why);
	if (status == CLI_DONE) {
		OWNED_BUF(hex, 65);

		code_hex(&hex, span_of(in.law_hash, 32));
		printf("%s is loaded, law %.*s\n", law_agreement_id(in.law),
			(int)hex.n, (const char *)hex.at);
	}
	instance_close(&in);
	return status;
}

static enum cli_exit
end_agreement(const struct cli_args *args, const char *end)
{
	static struct instance in;
	enum err e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, &in);
	enum cli_exit status;

	if (e == ERR_OK)
		e = proc_registrar_end(&in, args->word[0], end);
	status = cli_says(e, &in.why);
	if (status == CLI_DONE)
		printf("%s is %s\n", args->word[0], end);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_suspend(const struct cli_args *args)
{
	return end_agreement(args, "suspended");
}

static enum cli_exit
run_terminate(const struct cli_args *args)
{
	return end_agreement(args, "terminated");
}

#define LISTING                                                                \
	{"all", NULL, "list: with what was revoked", false},                   \
	{                                                                      \
		"json", NULL, "list: JSON Lines", false                        \
	}
#define ACTING                                                                 \
	{"replace", NULL, "add: revoke the row with this key first", false},   \
	{                                                                      \
		"key", "FILE.key", "who does this", false                      \
	}

static const char changing[] =
	"Each change is signed, and an entry of the ledger; nothing is ever\n"
	"removed.  Only an administrator changes this one.";

const struct cli_verb cli_verbs_register[] = {
	{"register officer", "list | add | revoke ID",
		"the requester's officers, to whom packages are sealed",
		changing,
		{{"id", "ID", "the requester's number for the officer", false},
			{"name", "TEXT", "full name; else the certificate's",
				false},
			{"unit", "TEXT", "unit as registered", false},
			{"role", "TEXT", "role on cases", false},
			{"cert", "FILE.crt", "the officer's certificate",
				false},
			{"address", "TEXT", "office, for the accounting",
				false},
			{"recipient", "ID", "the officer's agency", false},
			{"matters", "CASE,...",
				"cases the officer is engaged in; else not "
				"stated",
				false},
			LISTING, ACTING},
		1, 2, true, run_register},
	{"register certifier", "list | add | revoke ID",
		"who may sign a manifest for the requester", changing,
		{{"id", "ID", "as the manifest names the certifier", false},
			{"name", "TEXT", "full name; else the certificate's",
				false},
			{"role", "TEXT",
				"head of agency, inspector general, delegate",
				false},
			{"cert", "FILE.crt", "the certifier's certificate",
				false},
			{"delegation", "HEX",
				"SHA-256 of the delegation on file; a delegate "
				"has one",
				false},
			{"from", "DATE", "first day", false},
			{"until", "DATE", "first day no longer", false},
			{"agreement", "ID", "under which it is signed", false},
			LISTING, ACTING},
		1, 2, true, run_register},
	{"register role", "list | add | revoke FINGERPRINT|FILE.crt ROLE",
		"the custodian's people and what each may do",
		"ROLE: operator, submitter, reviewer, counsel, screener, "
		"safeguards, inspector,\nadministrator; or requester, with "
		"--agency: who asks the service for an agency.\nTwo that must "
		"be apart are refused to one person, also under another\n"
		"certificate.  Each change is signed, and an entry of the "
		"ledger.  Only an\nadministrator changes roles; the first of "
		"an instance adds himself.",
		{{"role", "ROLE", "what the person may do", false},
			{"agency", "ID",
				"of a requester: the agency for which it asks",
				false},
			{"name", "TEXT", "full name; else the certificate's",
				false},
			{"cert", "FILE.crt", "the person's certificate", false},
			LISTING, ACTING},
		1, 3, true, run_register},
	{"register recipient", "list | add | revoke ID",
		"agencies that receive, and their safeguards",
		"The safeguards officer changes it.  Nothing leaves to an "
		"agency with an open\nfinding, with a corrective plan whose "
		"day is past, or with an overdue review.\nEach change is "
		"signed, and an entry of the ledger.",
		{{"id", "ID", "the agency, as the agreement names it", false},
			{"name", "TEXT", "full name", false},
			{"safeguards", "WORD", "in-order or open-finding",
				false},
			{"plan", "DATE",
				"by which the corrective plan is carried out",
				false},
			{"review", "DATE", "of the next safeguard review",
				false},
			{"address", "TEXT", "for the accounting", false},
			LISTING, ACTING},
		1, 2, true, run_register},
	{"register screen", "list | add | revoke PERSON GROUND [SOURCE]",
		"people about whom nothing may be given: 26 USC 6103(i)(6)",
		"Screener and counsel change and list it; a listing is an entry "
		"of the ledger.\nAn administrator may add a row.  See also weir "
		"screen load and determine.",
		{{"person", "ID", "person_id of the roll", false},
			{"ground", "WORD", "informant, exam or ci", false},
			{"from", "DATE", "first day; else at once", false},
			LISTING, ACTING},
		1, 4, true, run_register},
	{"register screening", "list", "how new the screens are",
		"It is changed by weir screen load and weir roll load.",
		{LISTING, {"key", "FILE.key", "who does this", false}}, 1, 1,
		true, run_register},
	{"register agreement", "list",
		"agreements and whether each may be used",
		"They are changed by weir agreement load, suspend, terminate.",
		{LISTING, {"key", "FILE.key", "who does this", false}}, 1, 1,
		true, run_register},
	{"agreement load", "[[STATUTE...] FILE]", "put an agreement in force",
		"Statutes that it names and that are not given come from the "
		"set in use, then\nfrom the program.  Counsel or an "
		"administrator does this.  Decisions that were\nmade keep "
		"the law that they name.\n"
		"It needs a receipt that all of it is proved (weir agreement "
		"prove), signed by\nsomebody with the role prover; and outside "
		"a sandbox FILE.custodian.p7s and\nFILE.requester.p7s beside "
		"FILE (weir agreement sign).  Without FILE, the agreement in "
		"use is loaded again\nwith --receipt.",
		{{"receipt", "FILE", "the receipt (FILE.receipt)", false},
			{"key", "FILE.key", "who does this", false}},
		0, 8, true, run_load},
	{"agreement suspend", "ID",
		"nothing is accepted and nothing leaves for now",
		"Counsel or an administrator; agreement load ends it.",
		{{"key", "FILE.key", "who does this", false}}, 1, 1, true,
		run_suspend},
	{"agreement terminate", "ID",
		"nothing is accepted and nothing leaves any more",
		"Counsel or an administrator.",
		{{"key", "FILE.key", "who does this", false}}, 1, 1, true,
		run_terminate},
	{0},
};
