/* SPDX-License-Identifier: Apache-2.0 */
#include "witness/witness.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/code.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "ledger/keyfile.h"
#include "ledger/keys.h"
#include "os/file.h"

enum {
	KEY_MAX = 1024,
	HEX = 64,
	FILE_NAME = HEX + 8, /* HEX.other */
};

/* A log, by its key and, where that was changed, all that it has had. */
struct log_key {
	struct ledger_vkey vkey;
	struct ledger_keys keys;
	struct buf file; /* what they point into */
};

struct witness {
	int dir;
	int logs;
	int lock;
	struct ledger_keyfile key;
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
	return &w->key.vkey;
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
write_key(int dir, const struct ledger_keyfile *key)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);

	ledger_keyfile_write("witness", key, &text);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return os_write(dir, "key", buf_span(&text), 0600);
}

enum err
witness_create(const char *path, const char *name, const uint8_t seed[32],
	struct why *reterr_why)
{
	OWNED_FD dir = -1;
	OWNED_FD logs = -1;
	struct ledger_keyfile key;
	enum err e = ledger_keyfile_make("witness", name, seed, &key);

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
		e = write_vkey(dir, "witness.vkey", &key.vkey);
	/* Last: without it there is no witness yet. */
	if (e == ERR_OK)
		e = write_key(dir, &key);
	ledger_keyfile_wipe(&key);
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

/* The first key that it was known by.  Refuses NOT_FOUND, DAMAGED. */
static enum err
read_vkey(int logs, const char *origin, struct ledger_vkey *ret_key)
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

/* Refuses as above; log_fini() in every case. */
static enum err
read_log(int logs, const char *origin, struct log_key *log)
{
	char file[FILE_NAME];
	enum err e = read_vkey(logs, origin, &log->vkey);

	buf_init(&log->file, LEDGER_KEYS_FILE_MAX);
	if (e != ERR_OK)
		return e;
	file_of(origin, ".keys", file);
	e = os_read(logs, file, &log->file);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = ledger_keys_parse(buf_span(&log->file), &log->keys, NULL);
	if (e == ERR_OK && ledger_keys_find(&log->keys, &log->vkey) == NULL)
		e = ERR_DAMAGED;
	log->vkey.keys = &log->keys;
	return err_is_refusal(e) ? ERR_DAMAGED : e;
}

static void
log_fini(struct log_key *log)
{
	buf_fini(&log->file);
}

static enum err
is_other(const struct ledger_vkey *key, struct why *why)
{
	return why_set(why, ERR_EXISTS,
		"%s: another key of this log is known here; whoever changed it "
		"must show how (--keys, its public file `keys`)",
		key->name);
}

static enum err
add_log(int logs, const struct ledger_vkey *key, struct why *why)
{
	struct ledger_vkey known;
	char file[FILE_NAME];
	enum err e = read_vkey(logs, key->name, &known);

	if (e == ERR_OK && memcmp(known.public, key->public, 32) != 0)
		return is_other(key, why);
	if (e != ERR_NOT_FOUND)
		return e;
	file_of(key->name, ".vkey", file);
	return write_vkey(logs, file, key);
}

/* That a chain goes on from the one that is known: no key was taken away or
 * put in another's place. */
static bool
goes_on(const struct ledger_keys *was, const struct ledger_keys *is)
{
	for (size_t i = 0; i < was->n; i++)
		if (i >= is->n || memcmp(was->term[i].vkey.public,
					  is->term[i].vkey.public, 32) != 0)
			return false;
	return true;
}

/* The keys of a log that is known go on from those that are; of a new one the
 * trusted key is among them. */
static enum err
add_keys(int logs, const struct ledger_vkey *key, struct span bytes,
	struct why *why)
{
	static struct ledger_keys keys;
	struct log_key known = {.file = {.n = 0}};
	char file[FILE_NAME];
	struct why wrong = {""};
	enum err e = ledger_keys_parse(bytes, &keys, &wrong);

	if (e == ERR_OK && ledger_keys_find(&keys, key) == NULL)
		e = why_set(&wrong, ERR_MISMATCH, "VKEY is none of them");
	if (e != ERR_OK)
		return why_set(why, e, "the keys of %s: %s", key->name,
			wrong.text[0] != '\0' ? wrong.text : err_text(e));
	e = read_log(logs, key->name, &known);
	if (e == ERR_OK && (ledger_keys_find(&keys, &known.vkey) == NULL ||
				   (known.vkey.keys != NULL &&
					   !goes_on(&known.keys, &keys))))
		e = why_set(why, ERR_MISMATCH,
			"%s: these keys do not go on from those that are "
			"known here",
			key->name);
	log_fini(&known);
	if (e == ERR_NOT_FOUND)
		e = add_log(logs, key, why);
	file_of(key->name, ".keys", file);
	return e == ERR_OK ? os_write(logs, file, bytes, 0644) : e;
}

enum err
witness_add_log(const char *path, const struct ledger_vkey *key,
	struct span keys, struct why *reterr_why)
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
		e = keys.n == 0 ? add_log(logs, key, reterr_why)
				: add_keys(logs, key, keys, reterr_why);
	return e == ERR_OK || reterr_why == NULL || reterr_why->text[0] != '\0'
		       ? e
		       : why_set(reterr_why, e, "%s: %s", path, err_text(e));
}

/* ---- serving ---- */

static enum err
read_key(struct witness *w)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);
	enum err e = os_read(w->dir, "key", &text);

	return e == ERR_OK ? ledger_keyfile_parse(
				     "witness", buf_span(&text), &w->key)
			   : e;
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
		e = ledger_checkpoint_open_past(buf_span(&note), log, &cp);
	if (err_is_refusal(e))
		return ERR_DAMAGED;
	if (e == ERR_OK)
		*ret_kept = (struct ledger_witness_kept){cp.size, cp.root};
	return e;
}

/* Of the log, by any key that it has had. */
static bool
is_by_log(const struct ledger_note_sig *sig, const struct log_key *log)
{
	const struct ledger_keys *keys = log->vkey.keys;
	bool is = sig->id == log->vkey.id;

	for (size_t i = 0; keys != NULL && i < keys->n; i++)
		is = is || sig->id == keys->term[i].vkey.id;
	return is && span_eq(sig->name, span_text(log->vkey.name));
}

/* The text, an empty line, the log's signature and ours. */
static enum err
keep(struct witness *w, const struct ledger_witness_request *q,
	const struct log_key *log, struct span line)
{
	OWNED_BUF(note, LEDGER_NOTE_MAX);
	char file[FILE_NAME];

	buf_bytes(&note, q->note.text);
	buf_u8(&note, '\n');
	for (size_t i = 0; i < q->note.n_sigs; i++)
		if (is_by_log(&q->note.sigs[i], log))
			buf_bytes(&note, q->note.sigs[i].line);
	buf_bytes(&note, line);
	if (buf_error(&note) != ERR_OK)
		return buf_error(&note);
	file_of(log->vkey.name, "", file);
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
	const struct log_key *log, int64_t now, struct buf *to)
{
	OWNED_BUF(line, KEY_MAX);
	enum err e = ledger_note_line(&w->key.vkey, w->key.seed,
		now < 0 ? 0 : now, q->note.text, &line);

	if (e == ERR_OK)
		e = keep(w, q, log, buf_span(&line));
	if (e != ERR_OK)
		return e;
	buf_bytes(to, buf_span(&line));
	return buf_error(to);
}

static enum err
answer_log(struct witness *w, const struct ledger_witness_request *q,
	const struct log_key *log, int64_t now,
	enum ledger_witness_status *ret_status, struct buf *to)
{
	struct ledger_witness_kept kept = {.size = 0};
	enum err e = read_kept(w, &log->vkey, &kept);

	if (e != ERR_OK)
		return e;
	*ret_status = ledger_witness_decide(q, &log->vkey, &kept);
	if (*ret_status == LEDGER_WITNESS_OK)
		return cosign(w, q, log, now, to);
	if (*ret_status == LEDGER_WITNESS_INCONSISTENT)
		keep_conflict(w, q);
	if (*ret_status == LEDGER_WITNESS_OTHER_SIZE)
		buf_printf(to, "%llu\n", (unsigned long long)kept.size);
	return buf_error(to);
}

static enum err
answer(struct witness *w, const struct ledger_witness_request *q, int64_t now,
	enum ledger_witness_status *ret_status, struct buf *to)
{
	struct log_key log = {.file = {.n = 0}};
	enum err e = read_log(w->logs, q->cp.origin, &log);

	if (e == ERR_OK)
		e = answer_log(w, q, &log, now, ret_status, to);
	log_fini(&log);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
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
