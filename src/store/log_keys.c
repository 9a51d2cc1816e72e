/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key that signs, and all that did.
 *
 * The public file `keys` says which key is in force.  Where it says more than
 * the private file `key`, a change was under way: the key is in `next`, and is
 * put into its place; then ledger.vkey and the checkpoint follow.
 */
#include "base/code.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "store/log_int.h"

enum { VKEY_MAX = 1024 };

static store_log_signer *signer;

void
store_log_set_signer(store_log_signer *sign)
{
	signer = sign;
}

/* ---- signing ---- */

enum err
store_log_line(
	const struct ledger_keyfile *key, struct span text, struct buf *to)
{
	uint8_t sig[CRYPTO_ED_SIG];
	enum err e;

	if (key->uri[0] == '\0')
		return ledger_note_line(&key->vkey, key->seed, 0, text, to);
	/* A module is not believed: it may have another key by that name. */
	e = signer == NULL ? err_origin(ERR_CRYPTO)
			   : signer(key->uri, key->vkey.public, text, sig);
	if (e == ERR_OK)
		e = crypto_ed_verify(key->vkey.public, text, sig);
	if (e != ERR_OK)
		return err_is_failure(e) ? e : err_origin(ERR_CRYPTO);
	ledger_note_line_of(&key->vkey, sig, to);
	return buf_error(to);
}

enum err
store_log_note(const struct store_log *log, struct span text, struct buf *to)
{
	buf_bytes(to, text);
	buf_u8(to, '\n');
	return store_log_line(&log->key, text, to);
}

/* ---- files ---- */

enum err
store_log_vkey_put(const struct store_log *log)
{
	OWNED_BUF(text, VKEY_MAX);

	ledger_vkey_text(&log->key.vkey, &text);
	buf_u8(&text, '\n');
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return store_log_file_replace(
		log->public_dir, "ledger.vkey", buf_span(&text), 0644);
}

enum err
store_log_key_put(const struct store_log *log)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);

	ledger_keyfile_write("ledger", &log->key, &text);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return store_log_file_replace(
		log->private_dir, "key", buf_span(&text), 0600);
}

enum err
store_log_key_read(
	int private_dir, const char *name, struct ledger_keyfile *ret_key)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);
	enum err e = store_log_file_read(private_dir, name, &text);

	if (e == ERR_OK)
		e = ledger_keyfile_parse("ledger", buf_span(&text), ret_key);
	return e == ERR_TOO_LARGE ? ERR_DAMAGED : e;
}

enum err
store_log_dir_keys(int public_dir, const struct ledger_vkey *key,
	struct buf *file, struct ledger_keys *ret, struct why *reterr_why)
{
	struct why why = {""};
	enum err e = store_log_file_read(public_dir, "keys", file);

	if (e == ERR_NOT_FOUND) {
		ledger_keys_one(key, ret);
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = ledger_keys_parse(buf_span(file), ret, &why);
	if (err_is_refusal(e))
		return why_set(reterr_why, ERR_DAMAGED, "keys: %s",
			why.text[0] != '\0' ? why.text : err_text(e));
	if (e == ERR_OK && ledger_keys_find(ret, key) == NULL)
		return why_set(reterr_why, ERR_DAMAGED,
			"keys: the key that is trusted here is none of them");
	return e;
}

enum err
store_log_keys_load(struct store_log *log, struct why *why)
{
	enum err e = store_log_dir_keys(log->public_dir, &log->key.vkey,
		&log->keys_file, &log->keys, why);

	log->key.vkey.keys = &log->keys;
	return e;
}

/* ---- opening ---- */

/* From `next` into the place of `key`. */
static enum err
finish_change(struct store_log *log, struct why *why)
{
	const struct ledger_vkey *last = ledger_keys_last(&log->keys);
	struct ledger_keyfile next = {.uri = ""};
	enum err e = store_log_key_read(log->private_dir, "next", &next);

	if (e == ERR_NOT_FOUND || e == ERR_DAMAGED ||
		(e == ERR_OK && memcmp(next.vkey.public, last->public, 32)))
		return why_set(why, ERR_DAMAGED,
			"key: it was changed, and the new one is neither here "
			"nor in keeper/next");
	if (e == ERR_OK) {
		log->key = next;
		log->key.vkey.keys = &log->keys;
		e = store_log_key_put(log);
	}
	ledger_keyfile_wipe(&next);
	return e == ERR_OK ? store_log_file_remove(log->private_dir, "next")
			   : e;
}

/* A crash may have left the new key in both places. */
static enum err
tidy_next(struct store_log *log)
{
	struct ledger_keyfile next = {.uri = ""};
	enum err e = store_log_key_read(log->private_dir, "next", &next);
	bool same = e == ERR_OK &&
		    memcmp(next.vkey.public, log->key.vkey.public, 32) == 0;

	ledger_keyfile_wipe(&next);
	if (same)
		return store_log_file_remove(log->private_dir, "next");
	return err_is_failure(e) ? e : ERR_OK;
}

/* ledger.vkey holds the key in force; an older one where a change was under
 * way. */
static enum err
look_at_vkey(struct store_log *log, struct why *why)
{
	struct ledger_vkey is;
	enum err e =
		store_log_file_read(log->public_dir, "ledger.vkey", &log->back);
	struct span text = buf_span(&log->back);

	if (err_is_failure(e))
		return e;
	if (e != ERR_OK || text.n == 0 || text.at[text.n - 1] != '\n' ||
		ledger_vkey_parse(span_of(text.at, text.n - 1), &is) !=
			ERR_OK ||
		ledger_keys_find(&log->keys, &is) == NULL)
		return why_set(
			why, ERR_DAMAGED, "ledger.vkey: is not our key's");
	return memcmp(is.public, log->key.vkey.public, 32) == 0
		       ? ERR_OK
		       : store_log_vkey_put(log);
}

enum err
store_log_keys_open(struct store_log *log, struct why *why)
{
	enum err e = store_log_key_read(log->private_dir, "key", &log->key);

	if (e == ERR_NOT_FOUND)
		return why_set(why, e, "key: there is no ledger here");
	if (e == ERR_DAMAGED)
		return why_set(why, e, "key: not a signing key");
	if (e == ERR_OK)
		e = store_log_keys_load(log, why);
	if (e != ERR_OK)
		return e;
	e = memcmp(ledger_keys_last(&log->keys)->public, log->key.vkey.public,
		    32) == 0
		    ? tidy_next(log)
		    : finish_change(log, why);
	return e == ERR_OK ? look_at_vkey(log, why) : e;
}

bool
store_log_key_signed(const struct store_log *log)
{
	struct ledger_note note;

	return ledger_note_parse(buf_span(&log->checkpoint), &note) == ERR_OK &&
	       ledger_note_verify(&note, &log->key.vkey, 1, NULL) == ERR_OK;
}

const struct ledger_keys *
store_log_keys(const struct store_log *log)
{
	return &log->keys;
}
