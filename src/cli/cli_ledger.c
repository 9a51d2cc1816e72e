/* SPDX-License-Identifier: Apache-2.0 */
/* ledger checkpoint, verify, prove, tail: of an instance or of a copy of its
 * public folder alone. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "base/mem.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "ledger/tile.h"
#include "os/file.h"
#include "proc/proc_ledger.h"

enum {
	AHEAD_S = 300,
	CERTS_MAX = 1 << 16,
	PATH_BYTES = 1280,
	TAIL = 20,
	TAIL_MAX = 1000000,
	TAIL_TABLE = 10000
};

/* What cannot even be read gets no answer, neither yes nor no. */
static enum cli_exit
unreadable(enum err e, const struct why *why)
{
	(void)cli_says(e, why);
	return CLI_FAILURE;
}

static enum cli_exit
open_ledger(const struct cli_args *args, struct proc_ledger *ledger)
{
	const char *dir = cli_value(args, "dir");
	char path[PATH_BYTES];
	struct why why = {""};
	enum err e = crypto_init();

	if ((dir == NULL) == (args->instance == NULL)) {
		cli_error("%s: weir -C DIR %s, or weir %s --dir FOLDER",
			dir == NULL ? "which ledger" : "one ledger at a time",
			args->verb->name, args->verb->name);
		return CLI_USAGE;
	}
	if (snprintf(path, sizeof(path), "%s%s",
		    dir == NULL ? args->instance : dir,
		    dir == NULL ? "/ledger" : "") >= (int)sizeof(path)) {
		cli_error("the folder's name is too long");
		return CLI_USAGE;
	}
	if (e == ERR_OK)
		e = proc_ledger_open(
			path, cli_value(args, "vkey"), ledger, &why);
	if (e == ERR_DAMAGED) /* its keys are no chain: that is an answer */
		return cli_says(e, &why);
	return e == ERR_OK ? CLI_DONE : unreadable(e, &why);
}

/* The same, with its signed head. */
static enum cli_exit
open_head(const struct cli_args *args, struct proc_ledger *ledger)
{
	struct why why = {""};
	enum cli_exit status = open_ledger(args, ledger);

	if (status != CLI_DONE)
		return status;
	return cli_says(proc_ledger_head(ledger, &why), &why);
}

static enum cli_exit
run_checkpoint(const struct cli_args *args)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	enum cli_exit status = open_head(args, &l);

	if (status == CLI_DONE)
		status = cli_put(NULL, buf_span(&l.note));
	proc_ledger_close(&l);
	return status;
}

/* ---- verify ---- */

struct verified {
	struct ledger_checkpoint cp;
	struct store_log_fault fault;
	bool has_old;
	uint64_t old_size;
	struct proc_ledger_watched watched;
	bool has_stamp;
	uint64_t stamp_size;
	int64_t stamp_at;
	struct why why;
};

/* By --policy it must have a quorum; without one it is told who cosigned. */
static enum err
verify_watched(
	struct proc_ledger *l, const struct span *policy, struct verified *v)
{
	enum err e = proc_ledger_head(l, &v->why);

	if (e == ERR_OK)
		e = proc_ledger_watched(
			l, policy, os_now() + AHEAD_S, &v->watched, &v->why);
	if (e != ERR_OK || policy == NULL || v->watched.seen.quorum)
		return e;
	if (v->watched.before > 0)
		return why_set(&v->why, ERR_MISMATCH,
			"no quorum of the policy cosigned these %" PRIu64
			" entries; the first %" PRIu64 " have one",
			l->cp.size, v->watched.before);
	return why_set(&v->why, ERR_MISMATCH,
		"no quorum of the policy cosigned these %" PRIu64 " entries",
		l->cp.size);
}

/* What --policy and --tsa name, read. */
struct asked {
	struct buf policy;
	struct buf certs;
	bool has_policy;
};

static enum err
verify_others(struct proc_ledger *l, const struct asked *a, struct verified *v)
{
	struct span policy = buf_span(&a->policy);
	enum err e = verify_watched(l, a->has_policy ? &policy : NULL, v);

	if (e == ERR_OK && v->has_stamp)
		e = proc_ledger_stamped(l, buf_span(&a->certs), &v->stamp_size,
			&v->stamp_at, &v->why);
	return e;
}

static enum err
verify(const struct proc_ledger *l, struct span old, struct verified *v)
{
	enum err e = store_log_verify(l->dir, &l->vkey, &v->cp, &v->fault);

	if (e == ERR_OK && v->has_old)
		e = proc_ledger_began(l, old, &v->old_size, &v->why);
	if (v->fault.text[0] != '\0')
		(void)why_set(&v->why, e, "%s: at byte %" PRIu64 ": %s",
			v->fault.file, v->fault.offset, v->fault.text);
	return e;
}

static void
watched_json(const struct verified *v, struct buf *b)
{
	if (v->watched.has_policy)
		buf_printf(b, ",\"cosigned_by\":%d,\"quorum\":%s",
			__builtin_popcountll(v->watched.seen.witnesses),
			v->watched.seen.quorum ? "true" : "false");
	if (v->has_stamp)
		buf_printf(b,
			",\"stamp_size\":%" PRIu64 ",\"stamp_at\":%" PRId64,
			v->stamp_size, v->stamp_at);
}

static void
verified_json(const struct proc_ledger *l, enum err e, const struct verified *v)
{
	OWNED_BUF(b, 1 << 14);

	buf_printf(&b, "{\"ok\":%s", e == ERR_OK ? "true" : "false");
	buf_text(&b, ",\"origin\":");
	buf_json(&b, span_text(l->vkey.name));
	buf_printf(&b, ",\"key_trusted\":%s", l->own_key ? "false" : "true");
	if (v->cp.origin[0] != '\0') {
		buf_printf(&b, ",\"size\":%" PRIu64 ",\"root\":\"", v->cp.size);
		code_base64(&b, span_of(v->cp.root.at, LEDGER_HASH));
		buf_text(&b, "\"");
	}
	if (e == ERR_OK && v->has_old)
		buf_printf(&b, ",\"old_size\":%" PRIu64, v->old_size);
	if (e == ERR_OK)
		watched_json(v, &b);
	if (v->fault.text[0] != '\0') {
		buf_text(&b, ",\"file\":");
		buf_json(&b, span_text(v->fault.file));
		buf_printf(&b, ",\"offset\":%" PRIu64, v->fault.offset);
	}
	if (e != ERR_OK) {
		buf_text(&b, ",\"fault\":");
		buf_json(&b, span_text(v->fault.text[0] != '\0' ? v->fault.text
				       : v->why.text[0] != '\0' ? v->why.text
								: err_text(e)));
	}
	buf_text(&b, "}\n");
	if (buf_error(&b) == ERR_OK)
		(void)cli_out(NULL, buf_span(&b));
}

static void
watched_text(const struct verified *v)
{
	const struct proc_ledger_watched *w = &v->watched;
	char when[DAY_TIME_TEXT];

	if (!w->has_policy)
		printf("watched by nobody: no policy is loaded\n");
	else
		printf("watched by %zu, cosigned by %d: %s\n", w->n_witnesses,
			__builtin_popcountll(w->seen.witnesses),
			w->seen.quorum ? "a quorum" : "no quorum");
	if (!v->has_stamp)
		return;
	day_time_text(v->stamp_at, when);
	printf("stamp  %" PRIu64 " entries, %s\n", v->stamp_size, when);
}

static void
verified_text(const struct proc_ledger *l, const struct verified *v)
{
	OWNED_BUF(b, 1024);

	code_base64(&b, span_of(v->cp.root.at, LEDGER_HASH));
	printf("origin %s\nkey    %s\nsize   %" PRIu64 "\nroot   %.*s\n",
		v->cp.origin,
		l->own_key ? "the folder's own; --vkey checks it against one "
			     "from elsewhere"
			   : "as given",
		v->cp.size, (int)b.n, (const char *)b.at);
	if (v->has_old)
		printf("old    %" PRIu64 " entries, unchanged\n", v->old_size);
	watched_text(v);
	printf("ok\n");
}

static enum cli_exit
run_verify(const struct cli_args *args)
{
	struct verified v = {.has_old = cli_on(args, "old"),
		.has_stamp = cli_on(args, "tsa")};
	struct asked a = {.has_policy = cli_on(args, "policy")};
	struct proc_ledger l = PROC_LEDGER_NONE;
	OWNED_BUF(old, LEDGER_NOTE_MAX);
	enum cli_exit status = open_ledger(args, &l);
	enum err e;

	buf_init(&a.policy, LEDGER_POLICY_MAX);
	buf_init(&a.certs, CERTS_MAX);
	if (status == CLI_DONE && v.has_old)
		status = cli_get(cli_value(args, "old"), &old);
	if (status == CLI_DONE && a.has_policy)
		status = cli_get(cli_value(args, "policy"), &a.policy);
	if (status == CLI_DONE && v.has_stamp)
		status = cli_get(cli_value(args, "tsa"), &a.certs);
	if (status == CLI_DONE) {
		e = verify(&l, buf_span(&old), &v);
		if (e == ERR_OK)
			e = verify_others(&l, &a, &v);
		if (cli_on(args, "json"))
			verified_json(&l, e, &v);
		else if (e == ERR_OK)
			verified_text(&l, &v);
		status = cli_says(e, &v.why);
	}
	buf_fini(&a.policy);
	buf_fini(&a.certs);
	proc_ledger_close(&l);
	return status;
}

/* ---- prove ---- */

static enum cli_exit
run_prove(const struct cli_args *args)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	struct why why = {""};
	OWNED_BUF(entry, LEDGER_ENTRY_MAX);
	OWNED_BUF(proof, LEDGER_NOTE_MAX);
	uint64_t index = 0;
	enum cli_exit status;

	if (!cli_number("INDEX", args->word[0], LEDGER_SIZE_MAX, &index))
		return CLI_USAGE;
	status = open_head(args, &l);
	if (status == CLI_DONE)
		status = cli_says(
			proc_ledger_prove(&l, index, &entry, &proof, &why),
			&why);
	if (status == CLI_DONE && cli_on(args, "entry"))
		status = cli_put(cli_value(args, "entry"), buf_span(&entry));
	if (status == CLI_DONE)
		status = cli_put(cli_value(args, "out"), buf_span(&proof));
	proc_ledger_close(&l);
	return status;
}

/* ---- tail ---- */

static enum err
print_json(const struct ledger_entry *e)
{
	const struct {
		const char *name;
		const uint8_t *at;
	} hex[] = {
		{"tag", e->tag},
		{"root", e->root.at},
		{"law", e->told.law},
		{"engine", e->told.engine},
	};
	bool told = e->told.type != LEDGER_NO_TYPE;
	char day[DAY_TEXT];
	OWNED_BUF(b, 2048);

	day_text(e->day, day);
	buf_printf(&b, "{\"index\":%" PRIu64 ",\"day\":\"%s\",\"form\":%d",
		e->index, day, told ? 1 : 2);
	if (told)
		buf_printf(
			&b, ",\"type\":\"%s\"", ledger_type_text(e->told.type));
	for (size_t i = 0; i < (told ? 4 : 2); i++) {
		buf_printf(&b, ",\"%s\":\"", hex[i].name);
		code_hex(&b, span_of(hex[i].at, 32));
		buf_text(&b, "\"");
	}
	buf_text(&b, "}\n");
	return buf_error(&b) == ERR_OK ? cli_out(NULL, buf_span(&b))
				       : buf_error(&b);
}

struct tail_row {
	char index[24];
	char day[DAY_TEXT];
	char root[2 * LEDGER_HASH + 1];
};

/* A row of the table: four cells. */
static void
put_row(const struct ledger_entry *e, struct tail_row *row, const char **cells)
{
	(void)snprintf(row->index, sizeof(row->index), "%" PRIu64, e->index);
	day_text(e->day, row->day);
	for (size_t i = 0; i < LEDGER_HASH; i++)
		(void)snprintf(row->root + 2 * i, 3, "%02x", e->root.at[i]);
	cells[0] = row->index;
	cells[1] = row->day;
	cells[2] = e->told.type == LEDGER_NO_TYPE
			   ? "hidden"
			   : ledger_type_text(e->told.type);
	cells[3] = row->root;
}

static enum err
tail_table(const struct proc_ledger *l, uint64_t count, struct why *why)
{
	static const char *const heads[] = {"INDEX", "DAY", "KIND", "ROOT"};
	struct tail_row *rows = mem_zeroed((count + 1) * sizeof(*rows));
	const char **cells = mem_zeroed((4 * count + 1) * sizeof(*cells));
	enum err e =
		rows == NULL || cells == NULL ? err_origin(ERR_NOMEM) : ERR_OK;

	for (uint64_t i = 0; e == ERR_OK && i < count; i++) {
		struct ledger_entry entry;

		e = proc_ledger_entry(l, l->cp.size - count + i, &entry, why);
		if (e == ERR_OK)
			put_row(&entry, &rows[i], &cells[4 * i]);
	}
	if (e == ERR_OK)
		cli_table(heads, 4, 1, cells, count);
	mem_free(rows);
	mem_free(cells);
	return e;
}

static enum err
tail_json(const struct proc_ledger *l, uint64_t count, struct why *why)
{
	enum err e = ERR_OK;

	for (uint64_t i = l->cp.size - count; e == ERR_OK && i < l->cp.size;
		i++) {
		struct ledger_entry entry;

		e = proc_ledger_entry(l, i, &entry, why);
		if (e == ERR_OK)
			e = print_json(&entry);
	}
	return e;
}

static enum cli_exit
run_tail(const struct cli_args *args)
{
	bool json = cli_on(args, "json");
	struct proc_ledger l = PROC_LEDGER_NONE;
	struct why why = {""};
	uint64_t count = TAIL;
	enum cli_exit status;

	if (cli_on(args, "count") &&
		!cli_number("--count", cli_value(args, "count"),
			json ? TAIL_MAX : TAIL_TABLE, &count))
		return CLI_USAGE;
	status = open_head(args, &l);
	if (status == CLI_DONE) {
		if (count > l.cp.size)
			count = l.cp.size;
		status = cli_says(json ? tail_json(&l, count, &why)
				       : tail_table(&l, count, &why),
			&why);
	}
	proc_ledger_close(&l);
	return status;
}

/* clang-format off: one row a line */
#define DIR_OPTION                                                             \
	{                                                                      \
		"dir", "FOLDER", "a public ledger folder, instead of -C DIR",  \
			false                                                  \
	}
#define VKEY_OPTION                                                            \
	{                                                                      \
		"vkey", "FILE|KEY",                                            \
			"the key to believe (else the folder's own)", false    \
	}
/* clang-format on */

const struct cli_verb cli_verbs_ledger[] = {
	{"ledger checkpoint", "", "Print the signed checkpoint",
		"A C2SP signed note: origin, size, root, signature.  Keep it: "
		"`ledger verify --old`\nlater shows that nothing before it was "
		"changed.",
		{DIR_OPTION, VKEY_OPTION}, 0, 0, false, run_checkpoint},
	{"ledger verify", "", "Check the whole public ledger",
		"Every signature, entry, tile and hash.  Needs the public "
		"folder alone: no secret\nand no instance.  Exit status 1, "
		"with file and byte, at the first fault.",
		{DIR_OPTION, VKEY_OPTION,
			{"old", "FILE", "a checkpoint kept from before", false},
			{"policy", "FILE",
				"it must have a quorum of this policy", false},
			{"tsa", "FILE.pem",
				"its newest timestamp must hold by this",
				false},
			{"json", NULL, "one JSON object", false}},
		0, 0, false, run_verify},
	{"ledger prove", "INDEX", "Prove that an entry is in the ledger",
		"A c2sp.org/tlog-proof@v1 file, made from the public folder "
		"alone; anybody checks it\nwith the entry's bytes and the "
		"ledger's key.",
		{DIR_OPTION, VKEY_OPTION,
			{"out", "FILE", "the proof (standard output)", false},
			{"entry", "FILE", "also write the entry's bytes",
				false}},
		1, 1, false, run_prove},
	{"ledger tail", "", "Show the last entries, as the public sees them",
		"",
		{DIR_OPTION, VKEY_OPTION,
			{"count", "N", "how many (20); also -n N", false},
			{"json", NULL, "JSON Lines, with all public bytes",
				false}},
		0, 0, false, run_tail},
	{0},
};
