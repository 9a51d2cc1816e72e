/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of people's tags, the roots over all tags, and what is delayed of
 * accounts. */
#include "store/store_int.h"

enum err
store_subject_get(struct store *store, const uint8_t row[STORE_HASH],
	struct store_subject *ret_subject)
{
	sqlite3_stmt *q = store_statement(store, SQL_SUBJECT_GET);
	struct store_subject s = {.n = 0};
	enum err e;

	store_bind_bytes(q, 1, span_of(row, STORE_HASH));
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	memcpy(s.row, row, STORE_HASH);
	e = store_column_exact(store, q, 0, s.salt, STORE_HASH);
	s.period = (uint32_t)store_column_u64(q, 1);
	s.n = store_column_u64(q, 2);
	(void)sqlite3_reset(q);
	if (e == ERR_OK)
		*ret_subject = s;
	return e;
}

enum err
store_subject_put(struct store *store, const struct store_subject *s)
{
	sqlite3_stmt *q = store_statement(store, SQL_SUBJECT_PUT);

	store_bind_bytes(q, 1, span_of(s->row, STORE_HASH));
	store_bind_bytes(q, 2, span_of(s->salt, STORE_HASH));
	store_bind_u64(q, 3, s->period);
	store_bind_u64(q, 4, s->n);
	return store_done(store, q);
}

/* ---- roots over all tags ---- */

enum err
store_map_add(struct store *store, const struct store_map *map)
{
	sqlite3_stmt *q = store_statement(store, SQL_MAP_ADD);

	store_bind_u64(q, 1, map->size);
	(void)sqlite3_bind_int64(q, 2, map->at);
	store_bind_u64(q, 3, map->entry);
	return store_done(store, q);
}

static enum err
one_map(struct store *store, sqlite3_stmt *q, struct store_map *ret_map)
{
	enum err e = store_row(store, q);

	if (e != ERR_OK)
		return e;
	*ret_map = (struct store_map){.size = store_column_u64(q, 0),
		.at = sqlite3_column_int64(q, 1),
		.entry = store_column_u64(q, 2)};
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_map_after(struct store *store, int64_t at, struct store_map *ret_map)
{
	sqlite3_stmt *q = store_statement(store, SQL_MAP_AFTER);

	(void)sqlite3_bind_int64(q, 1, at);
	return one_map(store, q, ret_map);
}

enum err
store_map_last(struct store *store, struct store_map *ret_map)
{
	return one_map(store, store_statement(store, SQL_MAP_LAST), ret_map);
}

/* ---- delays ---- */

static void
bind_delay(sqlite3_stmt *q, const struct store_delay *d)
{
	store_bind_u64(q, 1, d->n);
	store_bind_u64(q, 2, d->batch);
	store_bind_u64(q, 3, d->line);
	(void)sqlite3_bind_int64(q, 4, d->until);
	store_bind_u64(q, 5, d->placed);
	store_bind_u64(q, 6, d->lifted);
	store_bind_u64(q, 7, d->told);
}

enum err
store_delay_put(struct store *store, const struct store_delay *delay)
{
	sqlite3_stmt *q = store_statement(store, SQL_DELAY_PUT);

	bind_delay(q, delay);
	return store_done(store, q);
}

enum err
store_delay_next(
	struct store *store, uint64_t after, struct store_delay *ret_delay)
{
	sqlite3_stmt *q = store_statement(store, SQL_DELAY_NEXT);
	enum err e;

	store_bind_u64(q, 1, after);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	*ret_delay = (struct store_delay){
		.n = store_column_u64(q, 0),
		.batch = (uint32_t)store_column_u64(q, 1),
		.line = store_column_u64(q, 2),
		.until = (int32_t)sqlite3_column_int64(q, 3),
		.placed = store_column_u64(q, 4),
		.lifted = store_column_u64(q, 5),
		.told = store_column_u64(q, 6),
	};
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_delay_stands(struct store *store, uint32_t batch, uint64_t line,
	int32_t day, bool *ret_stands)
{
	sqlite3_stmt *q = store_statement(store, SQL_DELAY_STANDS);
	uint64_t n = 0;
	enum err e;

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	(void)sqlite3_bind_int64(q, 3, day);
	e = store_one_number(store, q, &n);
	*ret_stands = n > 0;
	return e;
}

enum err
store_delayed_add(
	struct store *store, uint32_t batch, uint64_t line, uint64_t delivered)
{
	sqlite3_stmt *q = store_statement(store, SQL_DELAYED_ADD);

	store_bind_u64(q, 1, delivered);
	store_bind_u64(q, 2, batch);
	store_bind_u64(q, 3, line);
	return store_done(store, q);
}

enum err
store_delayed_next(struct store *store, uint32_t batch, uint64_t line,
	uint64_t after, uint64_t *ret_delivered)
{
	sqlite3_stmt *q = store_statement(store, SQL_DELAYED_NEXT);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	store_bind_u64(q, 3, after);
	return store_one_number(store, q, ret_delivered);
}

enum err
store_delayed_told(
	struct store *store, uint32_t batch, uint64_t line, uint64_t told)
{
	sqlite3_stmt *q = store_statement(store, SQL_DELAYED_TOLD);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	store_bind_u64(q, 3, told);
	return store_done(store, q);
}
