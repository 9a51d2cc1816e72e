/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of all batches by what they say: the same name and case, the same
 * reason, the same officer.  The keys are hashes, so those of one batch lie all
 * over an index; written line by line each transaction would write most of its
 * pages.  So they have a table of their own, to which a batch that has all its
 * rows adds its keys at once, in their order.
 *
 * The table says nothing that the rows do not, so it is no part of the redo
 * log; and `keyed` is not either, which names the batches that are in it: the
 * keys of any other are made before they are asked for.
 */
#include "crypto/crypto.h"
#include "store/store_int.h"

/* Of its SHA-256 the first eight bytes. */
static uint64_t
text_key(struct span text)
{
	uint8_t hash[CRYPTO_SHA256];
	uint64_t key = 0;

	crypto_sha256(text, hash);
	for (size_t i = 0; i < 8; i++)
		key = key << 8 | hash[i];
	return key;
}

static void
sql_text_key(sqlite3_context *context, int n, sqlite3_value **value)
{
	const void *bytes = sqlite3_value_blob(value[0]);
	struct span text =
		span_of(bytes, (size_t)sqlite3_value_bytes(value[0]));

	must(n == 1);
	sqlite3_result_int64(context, (sqlite3_int64)text_key(text));
}

enum err
store_keys_function(struct store *store)
{
	return sqlite3_create_function_v2(store->db, "text_key", 1,
		       SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
		       NULL, sql_text_key, NULL, NULL, NULL) == SQLITE_OK
		       ? ERR_OK
		       : store_failed(store);
}

bool
store_keys_table(const char *table)
{
	return strcmp(table, "request_key") == 0 || strcmp(table, "keyed") == 0;
}

/* The next batch after `n` whose keys are not there, and whether it is judged;
 * refuses NOT_FOUND. */
static enum err
next_owed(struct store *store, uint64_t *n, bool *ret_judged)
{
	sqlite3_stmt *q = store_statement(store, SQL_KEYS_OWED);
	enum err e;

	store_bind_u64(q, 1, *n);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	*n = store_column_u64(q, 0);
	*ret_judged = store_column_u64(q, 1) != 0;
	(void)sqlite3_reset(q);
	return ERR_OK;
}

static enum err
add_keys(struct store *store, uint64_t batch, bool judged)
{
	const enum sql all[] = {SQL_KEYS_DUPLICATE, SQL_KEYS_REASON,
		SQL_KEYS_OFFICER, SQL_KEYED};
	enum err e = ERR_OK;

	/* One that is being judged gets further lines: it stays owed. */
	for (size_t i = 0; e == ERR_OK && i < (judged ? 4 : 3); i++) {
		sqlite3_stmt *q = store_statement(store, all[i]);

		store_bind_u64(q, 1, batch);
		e = store_done(store, q);
	}
	return e;
}

static enum err
settle(struct store *store)
{
	uint64_t batch = 0;
	bool judged = false;
	enum err e;

	while ((e = next_owed(store, &batch, &judged)) == ERR_OK) {
		e = add_keys(store, batch, judged);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
store_keys_settle(struct store *store)
{
	uint64_t batch = 0;
	bool judged = false;
	enum err e = next_owed(store, &batch, &judged);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (sqlite3_get_autocommit(store->db) == 0)
		return settle(store);
	e = store_begin(store);
	if (e != ERR_OK)
		return e;
	e = settle(store);
	if (e == ERR_OK)
		return store_commit(store);
	store_rollback(store);
	return e;
}

/* A book that is open gets its keys line by line; what the redo log brought it
 * came without. */
enum err
store_keys_forget(struct store *store)
{
	return store_done(store, store_statement(store, SQL_BOOKS_OWED));
}

static enum err
add_key(struct store *store, const struct store_request *request, int kind,
	uint64_t key)
{
	sqlite3_stmt *q = store_statement(store, SQL_KEY_ADD);

	(void)sqlite3_bind_int(q, 1, kind);
	store_bind_u64(q, 2, key);
	store_bind_u64(q, 3, request->batch);
	store_bind_u64(q, 4, request->line);
	return store_done(store, q);
}

enum err
store_keys_add(struct store *store, const struct store_request *request)
{
	enum err e = add_key(store, request, 1, request->duplicate_key);

	if (e == ERR_OK && request->reason_key != 0)
		e = add_key(store, request, 2, request->reason_key);
	return e == ERR_OK ? add_key(store, request, 3,
				     text_key(span_text(request->officer)))
			   : e;
}

/* ---- asking ---- */

static enum err
is_there(struct store *store, sqlite3_stmt *q, bool *ret_is)
{
	uint64_t n = 0;
	enum err e = store_one_number(store, q, &n);

	if (e == ERR_OK)
		*ret_is = n != 0;
	return e;
}

enum err
store_duplicate_known(struct store *store, const struct store_duplicate_of *of,
	bool *ret_known)
{
	sqlite3_stmt *q = store_statement(store, SQL_DUPLICATE_KNOWN);

	store_bind_u64(q, 1, of->key);
	store_bind_u64(q, 2, of->batch);
	for (int i = 0; i < 3; i++)
		store_bind_u64(q, 3 + i, of->over[i]);
	store_bind_u64(q, 6, of->but_batch);
	store_bind_u64(q, 7, of->but_line);
	return is_there(store, q, ret_known);
}

static enum err
is_anothers(struct store *store, enum sql which, uint32_t batch,
	uint64_t reason, uint64_t person, bool *ret_is)
{
	sqlite3_stmt *q = store_statement(store, which);

	store_bind_u64(q, 1, reason);
	store_bind_u64(q, 2, person);
	store_bind_u64(q, 3, batch);
	return is_there(store, q, ret_is);
}

enum err
store_reason_known(struct store *store, uint32_t batch, uint64_t reason,
	uint64_t person, bool *ret_known)
{
	return is_anothers(
		store, SQL_REASON_KNOWN, batch, reason, person, ret_known);
}

enum err
store_reason_shared(struct store *store, uint32_t batch, uint64_t reason,
	uint64_t person, bool *ret_shared)
{
	return is_anothers(
		store, SQL_REASON_SHARED, batch, reason, person, ret_shared);
}

enum err
store_officer_persons(struct store *store, const char *officer, int32_t since,
	uint32_t batch, enum err (*each)(void *context, uint64_t person_key),
	void *context)
{
	sqlite3_stmt *q = store_statement(store, SQL_OFFICER_PERSONS);
	enum err e;

	store_bind_u64(q, 1, text_key(span_text(officer)));
	(void)sqlite3_bind_int(q, 2, since);
	store_bind_u64(q, 3, batch);
	store_bind_text(q, 4, officer);
	while ((e = store_row(store, q)) == ERR_OK) {
		e = each(context, store_column_u64(q, 0));
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
