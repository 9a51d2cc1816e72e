/* SPDX-License-Identifier: Apache-2.0 */
#include "witness/witness.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "os/file.h"

#define KEY_LINE SPAN("weir/witness-key/v1")

enum {
	KEY_MAX = 1024,
	HEX = 64,
	FILE_NAME = HEX + 8, /* HEX.other */
};

struct witness {
	int dir;
	int logs;
	int lock;
	struct ledger_vkey key;
	uint8_t seed[32];
};

struct witness *
witness_free(struct witness *witness)
{
	if (witness == NULL)
		return NULL;
	os_close(&witness->dir);
	os_close(&witness->logs);
	os_close(&witness->lock);
	mem_wipe(witness, sizeof(*witness));
	return NULL;
}

const struct ledger_vkey *
witness_vkey(const struct witness *w)
{
	return &w->key;
}

int
witness_folder(const struct witness *w)
{
	return w->dir;
}

/* ---- a new one ---- */

static enum err
write_vkey(int dir, const char *file, const struct ledger_vkey *key)
{
	OWNED_BUF(text, KEY_MAX);

	ledger_vkey_text(key, &text);
	buf_u8(&text, '\n');
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return os_write(dir, file, buf_span(&text), 0644);
}

static enum err
write_key(int dir, const char *name, const uint8_t seed[32])
{
	OWNED_BUF(text, KEY_MAX);
	enum err e;

	buf_bytes(&text, KEY_LINE);
	buf_printf(&text, "\n%s\n", name);
	code_hex(&text, span_of(seed, 32));
	buf_u8(&text, '\n');
	e = buf_error(&text);
	if (e == ERR_OK)
		e = os_write(dir, "key", buf_span(&text), 0600);
	return e;
}

enum err
witness_create(const char *path, const char *name, const uint8_t seed[32],
	struct why *reterr_why)
{
	OWNED_FD dir = -1;
	OWNED_FD logs = -1;
	struct ledger_vkey key;
	uint8_t public[CRYPTO_ED_PUBLIC];
	enum err e = crypto_ed_public(seed, public);

	if (e == ERR_OK)
		e = ledger_vkey_make(name, LEDGER_VKEY_COSIGN, public, &key);
	if (e == ERR_MALFORMED)
		return why_set(reterr_why, e,
			"a witness's name has no space and no +: "
			"witness.example.org/1");
	if (e == ERR_OK)
		e = os_folder(AT_FDCWD, path, true, &dir);
	if (e == ERR_OK && os_exists(dir, "key"))
		return why_set(reterr_why, ERR_EXISTS,
			"%s: there is a witness here already", path);
	if (e == ERR_OK)
		e = os_folder(dir, "logs", true, &logs);
	if (e == ERR_OK)
		e = write_vkey(dir, "witness.vkey", &key);
	/* Last: without it there is no witness yet. */
	if (e == ERR_OK)
		e = write_key(dir, name, seed);
	return e == ERR_OK
		       ? e
		       : why_set(reterr_why, e, "%s: %s", path, err_text(e));
}

/* ---- logs ---- */

/* The file of a log, with `suffix`. */
static void
file_of(const char *origin, const char *suffix, char to[FILE_NAME])
{
	OWNED_BUF(hex, FILE_NAME);
	uint8_t hash[CRYPTO_SHA256];

	crypto_sha256(span_text(origin), hash);
	code_hex(&hex, span_of(hash, sizeof(hash)));
	buf_text(&hex, suffix);
	if (buf_error(&hex) != ERR_OK ||
		!span_copy(buf_span(&hex), to, FILE_NAME))
		to[0] = '\0';
}

/* Refuses NOT_FOUND, DAMAGED. */
static enum err
read_log(int logs, const char *origin, struct ledger_vkey *ret_key)
{
	OWNED_BUF(text, KEY_MAX);
	char file[FILE_NAME];
	enum err e;

	file_of(origin, ".vkey", file);
	e = os_read(logs, file, &text);
	if (e != ERR_OK)
		return e == ERR_TOO_LARGE ? ERR_DAMAGED : e;
	if (ledger_vkey_parse(span_trim(buf_span(&text)), ret_key) != ERR_OK ||
		strcmp(ret_key->name, origin) != 0)
		return ERR_DAMAGED;
	return ERR_OK;
}

static enum err
add_log(int logs, const struct ledger_vkey *key, struct why *why)
{
	struct ledger_vkey known;
	char file[FILE_NAME];
	enum err e = read_log(logs, key->name, &known);

	if (e == ERR_OK && memcmp(known.public, key->public, 32) != 0)
		return why_set(why, ERR_EXISTS,
			"%s: another key of this log is known here; whoever "
			"changed it must show why, and only then remove the "
			"file",
			key->name);
	if (e != ERR_NOT_FOUND)
		return e;
	file_of(key->name, ".vkey", file);
	return write_vkey(logs, file, key);
}

enum err
witness_add_log(
	const char *path, const struct ledger_vkey *key, struct why *reterr_why)
{
	OWNED_FD dir = -1;
	OWNED_FD logs = -1;
	OWNED_FD lock = -1;
	enum err e;

	if (key->type != LEDGER_VKEY_ED25519)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"%s: this key cosigns; a log's is of type 01",
			key->name);
	e = os_folder(AT_FDCWD, path, false, &dir);
	if (e == ERR_OK && !os_exists(dir, "key"))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = os_folder(dir, "logs", false, &logs);
	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, e,
			"%s: there is no witness here; `weir witness init`",
			path);
	if (e == ERR_OK)
		e = os_lock(logs, "lock", true, &lock);
	if (e == ERR_OK)
		e = add_log(logs, key, reterr_why);
	return e == ERR_OK || reterr_why == NULL || reterr_why->text[0] != '\0'
		       ? e
		       : why_set(reterr_why, e, "%s: %s", path, err_text(e));
}

/* ---- serving ---- */

static enum err
read_key(struct witness *w)
{
	OWNED_BUF(text, KEY_MAX);
	struct reader r;
	struct span first;
	struct span name;
	struct span seed;
	char as_text[LEDGER_NAME_MAX];
	uint8_t public[CRYPTO_ED_PUBLIC];
	enum err e = os_read(w->dir, "key", &text);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&text));
	first = read_line(&r);
	name = read_line(&r);
	seed = read_line(&r);
	if (!read_end(&r) || !span_eq(first, KEY_LINE) ||
		!span_copy(name, as_text, sizeof(as_text)) ||
		!code_hex_parse(seed, w->seed, sizeof(w->seed)))
		return ERR_DAMAGED;
	e = crypto_ed_public(w->seed, public);
	if (e != ERR_OK)
		return e;
	return ledger_vkey_make(as_text, LEDGER_VKEY_COSIGN, public, &w->key) ==
			       ERR_OK
		       ? ERR_OK
		       : ERR_DAMAGED;
}

enum err
witness_open(
	const char *path, struct witness **ret_witness, struct why *reterr_why)
{
	OWNED(witness) w = mem_zeroed(sizeof(*w));
	enum err e;

	if (w == NULL)
		return err_origin(ERR_NOMEM);
	w->dir = -1;
	w->logs = -1;
	w->lock = -1;
	e = os_folder(AT_FDCWD, path, false, &w->dir);
	if (e == ERR_OK)
		e = read_key(w);
	if (e == ERR_OK)
		e = os_folder(w->dir, "logs", false, &w->logs);
	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, e,
			"%s: there is no witness here; `weir witness init`",
			path);
	if (e == ERR_OK)
		e = os_lock(w->dir, "lock", false, &w->lock);
	if (e == ERR_BUSY)
		return why_set(reterr_why, e,
			"%s: another process serves this witness", path);
	if (e != ERR_OK)
		return why_set(reterr_why, e, "%s: %s", path, err_text(e));
	*ret_witness = witness_take(&w);
	return ERR_OK;
}

/* What was cosigned last of this log; nothing is size 0. */
static enum err
read_kept(const struct witness *w, const struct ledger_vkey *log,
	struct ledger_witness_kept *ret_kept)
{
	OWNED_BUF(note, LEDGER_NOTE_MAX);
	struct ledger_checkpoint cp;
	char file[FILE_NAME];
	enum err e;

	*ret_kept = (struct ledger_witness_kept){.size = 0};
	file_of(log->name, "", file);
	e = os_read(w->logs, file, &note);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = ledger_checkpoint_open(buf_span(&note), log, &cp);
	if (err_is_refusal(e))
		return ERR_DAMAGED;
	if (e == ERR_OK)
		*ret_kept = (struct ledger_witness_kept){cp.size, cp.root};
	return e;
}

/* The text, an empty line, the log's signature and ours. */
static enum err
keep(struct witness *w, const struct ledger_witness_request *q,
	const struct ledger_vkey *log, struct span line)
{
	OWNED_BUF(note, LEDGER_NOTE_MAX);
	char file[FILE_NAME];

	buf_bytes(&note, q->note.text);
	buf_u8(&note, '\n');
	for (size_t i = 0; i < q->note.n_sigs; i++)
		if (q->note.sigs[i].id == log->id &&
			span_eq(q->note.sigs[i].name, span_text(log->name)))
			buf_bytes(&note, q->note.sigs[i].line);
	buf_bytes(&note, line);
	if (buf_error(&note) != ERR_OK)
		return buf_error(&note);
	file_of(log->name, "", file);
	return os_write(w->logs, file, buf_span(&note), 0644);
}

/* What the log signed and must not have: for whoever asks it why.  Where this
 * cannot be kept the answer is the same. */
static void
keep_conflict(const struct witness *w, const struct ledger_witness_request *q)
{
	char file[FILE_NAME];

	file_of(q->cp.origin, ".other", file);
	if (q->old > 0)
		(void)!os_write(w->logs, file, q->checkpoint, 0644);
}

/* Kept, and then told: never the other way round. */
static enum err
cosign(struct witness *w, const struct ledger_witness_request *q,
	const struct ledger_vkey *log, int64_t now, struct buf *to)
{
	OWNED_BUF(line, KEY_MAX);
	enum err e = ledger_note_line(
		&w->key, w->seed, now < 0 ? 0 : now, q->note.text, &line);

	if (e == ERR_OK)
		e = keep(w, q, log, buf_span(&line));
	if (e != ERR_OK)
		return e;
	buf_bytes(to, buf_span(&line));
	return buf_error(to);
}

static enum err
answer(struct witness *w, const struct ledger_witness_request *q, int64_t now,
	enum ledger_witness_status *ret_status, struct buf *to)
{
	struct ledger_witness_kept kept = {.size = 0};
	struct ledger_vkey log;
	enum err e = read_log(w->logs, q->cp.origin, &log);

	if (e == ERR_OK)
		e = read_kept(w, &log, &kept);
	else if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	*ret_status = ledger_witness_decide(q, &log, &kept);
	if (*ret_status == LEDGER_WITNESS_OK)
		return cosign(w, q, &log, now, to);
	if (*ret_status == LEDGER_WITNESS_INCONSISTENT)
		keep_conflict(w, q);
	if (*ret_status == LEDGER_WITNESS_OTHER_SIZE)
		buf_printf(to, "%llu\n", (unsigned long long)kept.size);
	return buf_error(to);
}

enum err
witness_answer(struct witness *w, struct span body, int64_t now,
	enum ledger_witness_status *ret_status, struct buf *to)
{
	struct ledger_witness_request q;
	enum err e = ledger_witness_request_parse(body, &q);

	*ret_status = LEDGER_WITNESS_UNKNOWN;
	if (e == ERR_OK)
		e = answer(w, &q, now, ret_status, to);
	else if (err_is_refusal(e)) {
		*ret_status = LEDGER_WITNESS_MALFORMED;
		e = ERR_OK;
	}
	if (e == ERR_OK && to->n == 0)
		buf_printf(to, "%s\n", ledger_witness_status_text(*ret_status));
	return e == ERR_OK ? buf_error(to) : e;
}

enum err
witness_checkpoint(const struct witness *w, struct span hex, struct buf *to)
{
	uint8_t hash[CRYPTO_SHA256];
	char file[FILE_NAME];

	if (!code_hex_parse(hex, hash, sizeof(hash)) ||
		!span_copy(hex, file, sizeof(file)))
		return ERR_NOT_FOUND;
	return os_read(w->logs, file, to);
}
