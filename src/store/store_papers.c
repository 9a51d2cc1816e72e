/* SPDX-License-Identifier: Apache-2.0 */
/* Matters and letters. */
#include "store/store_int.h"

enum err
store_matter_add(struct store *store, const struct store_matter *m)
{
	sqlite3_stmt *q = store_statement(store, SQL_MATTER_ADD);

	store_bind_u64(q, 1, m->n);
	store_bind_u64(q, 2, m->kind);
	store_bind_u64(q, 3, m->state);
	store_bind_u64(q, 4, m->batch);
	store_bind_u64(q, 5, m->line);
	(void)sqlite3_bind_int64(q, 6, m->opened_at);
	(void)sqlite3_bind_int64(q, 7, m->due_at);
	(void)sqlite3_bind_int64(q, 8, m->changed_at);
	store_bind_u64(q, 9, m->decision);
	store_bind_u64(q, 10, m->opened);
	store_bind_u64(q, 11, m->changed);
	return store_done(store, q);
}

enum err
store_matter_update(struct store *store, const struct store_matter *m)
{
	sqlite3_stmt *q = store_statement(store, SQL_MATTER_UPDATE);

	store_bind_u64(q, 1, m->n);
	store_bind_u64(q, 2, m->state);
	(void)sqlite3_bind_int64(q, 3, m->changed_at);
	store_bind_u64(q, 4, m->decision);
	store_bind_u64(q, 5, m->changed);
	return store_done(store, q);
}

static enum err
one_matter(struct store *store, sqlite3_stmt *q, struct store_matter *ret)
{
	enum err e = store_row(store, q);

	if (e != ERR_OK)
		return e;
	*ret = (struct store_matter){
		.n = store_column_u64(q, 0),
		.kind = (uint8_t)store_column_u64(q, 1),
		.state = (uint8_t)store_column_u64(q, 2),
		.batch = (uint32_t)store_column_u64(q, 3),
		.line = store_column_u64(q, 4),
		.opened_at = sqlite3_column_int64(q, 5),
		.due_at = sqlite3_column_int64(q, 6),
		.changed_at = sqlite3_column_int64(q, 7),
		.decision = (uint8_t)store_column_u64(q, 8),
		.opened = store_column_u64(q, 9),
		.changed = store_column_u64(q, 10),
	};
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_matter_get(
	struct store *store, uint64_t n, struct store_matter *ret_matter)
{
	sqlite3_stmt *q = store_statement(store, SQL_MATTER_GET);

	store_bind_u64(q, 1, n);
	return one_matter(store, q, ret_matter);
}

enum err
store_matter_last(struct store *store, uint64_t *ret_n)
{
	return store_one_number(
		store, store_statement(store, SQL_MATTER_LAST), ret_n);
}

enum err
store_matter_next(struct store *store, uint64_t after, uint8_t kind,
	uint32_t batch, struct store_matter *ret_matter)
{
	sqlite3_stmt *q = store_statement(store, SQL_MATTER_EACH);

	store_bind_u64(q, 1, after);
	store_bind_u64(q, 2, kind);
	store_bind_u64(q, 3, batch);
	return one_matter(store, q, ret_matter);
}

/* ---- letters ---- */

enum err
store_letter_add(struct store *store, const struct store_letter *l)
{
	sqlite3_stmt *q = store_statement(store, SQL_LETTER_ADD);

	store_bind_u64(q, 1, l->kind);
	store_bind_u64(q, 2, l->batch);
	store_bind_u64(q, 3, l->line);
	(void)sqlite3_bind_int64(q, 4, l->at);
	store_bind_u64(q, 5, l->entry);
	store_bind_bytes(q, 6, span_of(l->signer, STORE_HASH));
	store_bind_bytes(q, 7, span_of(l->hash, STORE_HASH));
	return store_done(store, q);
}

enum err
store_letter_known(struct store *store, const uint8_t hash[STORE_HASH],
	uint64_t *ret_entry)
{
	sqlite3_stmt *q = store_statement(store, SQL_LETTER_KNOWN);
	enum err e;

	store_bind_bytes(q, 1, span_of(hash, STORE_HASH));
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	*ret_entry = store_column_u64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_letter_next(struct store *store, uint64_t after, uint32_t batch,
	uint64_t line, struct store_letter *ret_letter)
{
	sqlite3_stmt *q = store_statement(store, SQL_LETTER_EACH);
	struct store_letter l;
	enum err e;

	store_bind_u64(q, 1, after);
	store_bind_u64(q, 2, batch);
	store_bind_u64(q, 3, line);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	l = (struct store_letter){
		.n = store_column_u64(q, 0),
		.kind = (uint8_t)store_column_u64(q, 1),
		.batch = (uint32_t)store_column_u64(q, 2),
		.line = store_column_u64(q, 3),
		.at = sqlite3_column_int64(q, 4),
		.entry = store_column_u64(q, 5),
	};
	e = store_column_exact(store, q, 6, l.signer, STORE_HASH);
	if (e == ERR_OK)
		e = store_column_exact(store, q, 7, l.hash, STORE_HASH);
	(void)sqlite3_reset(q);
	if (e == ERR_OK)
		*ret_letter = l;
	return e;
}
