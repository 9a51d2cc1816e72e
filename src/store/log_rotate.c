/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The next key: committed to, and then in force.
 *
 * A change of keys is made when `keys` is durable.  Before that the old key is
 * in force and nothing was done; after it the new one is, and whatever the
 * files still lack store_log_open() brings to its end.
 */
#include "crypto/crypto.h"
#include "os/file.h"
#include "store/log_int.h"

static enum err
broken(struct store_log *log, enum err e)
{
	log->broken = log->broken || err_is_failure(e);
	return e;
}

/* ---- the next key ---- */

static enum err
make_next(struct store_log *log, struct ledger_keyfile *ret_key)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);
	uint8_t seed[CRYPTO_ED_SEED];
	enum err e = crypto_random(seed, sizeof(seed));

	if (e == ERR_OK)
		e = ledger_keyfile_make(
			"ledger", log->key.vkey.name, seed, ret_key);
	explicit_bzero(seed, sizeof(seed));
	if (e != ERR_OK)
		return e;
	ledger_keyfile_write("ledger", ret_key, &text);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return store_log_file_replace(
		log->private_dir, "next", buf_span(&text), 0600);
}

static enum err
read_next(struct store_log *log, bool make, struct ledger_keyfile *ret_key,
	struct why *why)
{
	enum err e = store_log_key_read(log->private_dir, "next", ret_key);

	if (e == ERR_NOT_FOUND && make)
		return make_next(log, ret_key);
	if (e == ERR_NOT_FOUND)
		return why_set(why, e,
			"keeper/next: the next key is not here; put its file "
			"there");
	if (e == ERR_OK && strcmp(ret_key->vkey.name, log->key.vkey.name) != 0)
		e = ERR_DAMAGED;
	return e == ERR_DAMAGED
		       ? why_set(why, e,
				 "keeper/next: not a key file of this ledger, "
				 "as `weir ledger key make` writes it")
		       : e;
}

enum err
store_log_next(struct store_log *log, bool make, struct ledger_vkey *ret_key,
	struct why *reterr_why)
{
	struct ledger_keyfile next = {.uri = ""};
	enum err e = read_next(log, make, &next, reterr_why);

	if (e == ERR_OK)
		*ret_key = next.vkey;
	ledger_keyfile_wipe(&next);
	return e;
}

/* ---- records ---- */

/* `record` behind what is there, read as every reader does, before it is
 * written: so nobody can be shown a chain that does not hold. */
static enum err
add_record(struct store_log *log, struct span record, struct why *why)
{
	static struct ledger_keys would;
	OWNED_BUF(file, LEDGER_KEYS_FILE_MAX);
	struct ledger_entry entry;
	size_t last;
	enum err e;

	if (log->keys_file.n == 0)
		ledger_keys_head(&log->key.vkey, &file);
	buf_bytes(&file, buf_span(&log->keys_file));
	buf_bytes(&file, record);
	e = buf_error(&file);
	if (e == ERR_OK)
		e = ledger_keys_parse(buf_span(&file), &would, why);
	if (e != ERR_OK)
		return e;
	last = would.n_records - 1;
	e = would.record[last].index < log->published
		    ? store_log_entry(log, would.record[last].index, &entry)
		    : ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = ledger_keys_check(&would, last, &entry);
	if (err_is_refusal(e))
		return why_set(why, e, "entry %llu does not say this of a key",
			(unsigned long long)would.record[last].index);
	return e == ERR_OK ? store_log_file_replace(log->public_dir, "keys",
				     buf_span(&file), 0644)
			   : e;
}

enum err
store_log_key_commit(struct store_log *log, uint64_t index, struct span text,
	struct span opening, struct why *reterr_why)
{
	OWNED_BUF(note, LEDGER_KEYS_FILE_MAX);
	OWNED_BUF(record, LEDGER_KEYS_FILE_MAX);
	enum err e;

	if (log->broken)
		return err_origin(ERR_IO);
	e = store_log_note(log, text, &note);
	if (e != ERR_OK)
		return e;
	ledger_keys_record_write(
		false, index, buf_span(&note), opening, &record);
	e = buf_error(&record);
	if (e == ERR_OK)
		e = add_record(log, buf_span(&record), reterr_why);
	if (e == ERR_OK)
		e = store_log_keys_load(log, reterr_why);
	return broken(log, e);
}

/* ---- the change ---- */

static enum err
rotate_record(struct store_log *log, const struct ledger_keyfile *next,
	uint64_t index, struct span text, struct span opening, struct buf *to)
{
	struct ledger_hash root = ledger_tree_root(&log->tree);
	OWNED_BUF(whole, LEDGER_KEYS_TEXT);
	OWNED_BUF(note, LEDGER_KEYS_FILE_MAX);
	enum err e;

	buf_bytes(&whole, text);
	ledger_keys_rotate_tail(log->tree.size, &root, &whole);
	e = buf_error(&whole);
	if (e == ERR_OK)
		e = store_log_note(log, buf_span(&whole), &note);
	if (e == ERR_OK)
		e = store_log_line(next, buf_span(&whole), &note);
	if (e != ERR_OK)
		return e;
	ledger_keys_record_write(true, index, buf_span(&note), opening, to);
	return buf_error(to);
}

/* What a crash would leave to store_log_open(). */
static enum err
take_over(struct store_log *log, const struct ledger_keyfile *next,
	struct why *why)
{
	enum err e;

	log->key = *next;
	e = store_log_keys_load(log, why);
	if (e == ERR_OK)
		e = store_log_key_put(log);
	if (e == ERR_OK)
		e = store_log_file_remove(log->private_dir, "next");
	if (e == ERR_OK)
		e = store_log_vkey_put(log);
	return e == ERR_OK ? store_log_sign_again(log) : e;
}

enum err
store_log_key_rotate(struct store_log *log, uint64_t index, struct span text,
	struct span opening, struct why *reterr_why)
{
	struct ledger_keyfile next = {.uri = ""};
	OWNED_BUF(record, LEDGER_KEYS_FILE_MAX);
	enum err e;

	if (log->broken)
		return err_origin(ERR_IO);
	if (log->published != log->tree.size)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"not all entries are published");
	e = store_log_settle(log);
	if (e == ERR_OK)
		e = read_next(log, false, &next, reterr_why);
	if (e == ERR_OK)
		e = rotate_record(log, &next, index, text, opening, &record);
	if (e == ERR_OK)
		e = add_record(log, buf_span(&record), reterr_why);
	if (e == ERR_OK) {
		e = take_over(log, &next, reterr_why);
		log->broken = log->broken || e != ERR_OK;
	}
	ledger_keyfile_wipe(&next);
	return broken(log, e);
}
