/* SPDX-License-Identifier: Apache-2.0 */
/* Books, and which envelope is which line of one. */
#include "store/store_int.h"

enum err
store_book_add(struct store *store, uint32_t batch, const char *certifier)
{
	sqlite3_stmt *q = store_statement(store, SQL_BOOK_ADD);
	enum err e;

	store_bind_u64(q, 1, batch);
	store_bind_text(q, 2, certifier);
	e = store_done(store, q);
	if (e != ERR_OK)
		return e;
	q = store_statement(store, SQL_KEYED);
	store_bind_u64(q, 1, batch);
	return store_done(store, q);
}

static enum err
one_batch(struct store *store, sqlite3_stmt *q, uint32_t *ret_batch)
{
	enum err e = store_row(store, q);

	if (e != ERR_OK)
		return e;
	*ret_batch = (uint32_t)store_column_u64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_book_find(struct store *store, const struct store_batch *like,
	const char *certifier, uint32_t *ret_batch)
{
	sqlite3_stmt *q = store_statement(store, SQL_BOOK_FIND);

	store_bind_text(q, 1, certifier);
	store_bind_text(q, 2, like->agreement);
	store_bind_bytes(q, 3, span_of(like->submitter, STORE_HASH));
	store_bind_bytes(q, 4, span_of(like->law, STORE_HASH));
	(void)sqlite3_bind_int(q, 5, like->today);
	return one_batch(store, q, ret_batch);
}

enum err
store_book_close(struct store *store, uint32_t batch)
{
	sqlite3_stmt *q = store_statement(store, SQL_BOOK_CLOSE);

	store_bind_u64(q, 1, batch);
	return store_done(store, q);
}

enum err
store_book_hash(
	struct store *store, uint32_t batch, const uint8_t hash[STORE_HASH])
{
	sqlite3_stmt *q = store_statement(store, SQL_BOOK_HASH);

	store_bind_u64(q, 1, batch);
	store_bind_bytes(q, 2, span_of(hash, STORE_HASH));
	return store_done(store, q);
}

enum err
store_book_get(struct store *store, uint32_t batch, bool *ret_open,
	uint8_t ret_hash[STORE_HASH])
{
	sqlite3_stmt *q = store_statement(store, SQL_BOOK_GET);
	enum err e;

	store_bind_u64(q, 1, batch);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	*ret_open = store_column_u64(q, 0) != 0;
	e = store_column_exact(store, q, 1, ret_hash, STORE_HASH);
	(void)sqlite3_reset(q);
	return e;
}

enum err
store_single_add(struct store *store, const struct store_single *single)
{
	sqlite3_stmt *q = store_statement(store, SQL_SINGLE_ADD);

	store_bind_bytes(q, 1, span_of(single->manifest, STORE_HASH));
	store_bind_u64(q, 2, single->batch);
	store_bind_u64(q, 3, single->line);
	store_bind_u64(q, 4, single->judged);
	return store_done(store, q);
}

enum err
store_single_find(struct store *store, const uint8_t manifest[STORE_HASH],
	struct store_single *ret_single)
{
	sqlite3_stmt *q = store_statement(store, SQL_SINGLE_FIND);
	enum err e;

	store_bind_bytes(q, 1, span_of(manifest, STORE_HASH));
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	memcpy(ret_single->manifest, manifest, STORE_HASH);
	ret_single->batch = (uint32_t)store_column_u64(q, 0);
	ret_single->line = store_column_u64(q, 1);
	ret_single->judged = store_column_u64(q, 2);
	(void)sqlite3_reset(q);
	return ERR_OK;
}
