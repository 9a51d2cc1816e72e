/* SPDX-License-Identifier: Apache-2.0 */
/* The sample of a batch, what waits for people and for whom; their acts. */
#include "store/store_int.h"

enum err
store_answers(struct store *store, uint32_t batch,
	enum err (*each)(void *context, uint64_t line, uint8_t answer),
	void *context)
{
	sqlite3_stmt *q = store_statement(store, SQL_ANSWERS);
	enum err e;

	store_bind_u64(q, 1, batch);
	while ((e = store_row(store, q)) == ERR_OK) {
		e = each(context, store_column_u64(q, 0),
			(uint8_t)store_column_u64(q, 1));
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
store_sampled_add(struct store *store, const struct store_sampled *s)
{
	sqlite3_stmt *q = store_statement(store, SQL_SAMPLED_ADD);

	store_bind_u64(q, 1, s->batch);
	store_bind_u64(q, 2, s->line);
	store_bind_u64(q, 3, s->part);
	store_bind_u64(q, 4, s->drawn);
	store_bind_u64(q, 5, s->wrong);
	store_bind_u64(q, 6, s->decided);
	return store_done(store, q);
}

enum err
store_sampled_update(struct store *store, const struct store_sampled *s)
{
	sqlite3_stmt *q = store_statement(store, SQL_SAMPLED_UPDATE);

	store_bind_u64(q, 1, s->batch);
	store_bind_u64(q, 2, s->line);
	store_bind_u64(q, 3, s->wrong);
	store_bind_u64(q, 4, s->decided);
	return store_done(store, q);
}

enum err
store_sampled_each(struct store *store, uint32_t batch,
	enum err (*each)(void *context, const struct store_sampled *sampled),
	void *context)
{
	sqlite3_stmt *q = store_statement(store, SQL_SAMPLED_EACH);
	enum err e;

	store_bind_u64(q, 1, batch);
	while ((e = store_row(store, q)) == ERR_OK) {
		struct store_sampled s = {
			.batch = batch,
			.line = store_column_u64(q, 0),
			.part = (uint8_t)store_column_u64(q, 1),
			.drawn = store_column_u64(q, 2),
			.wrong = store_column_u64(q, 3) != 0,
			.decided = store_column_u64(q, 4),
		};

		e = each(context, &s);
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
store_assign(struct store *store, uint32_t batch, uint64_t line,
	const uint8_t person[STORE_HASH])
{
	sqlite3_stmt *q = store_statement(store, SQL_ASSIGN);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	store_bind_bytes(q, 3, span_of(person, STORE_HASH));
	return store_done(store, q);
}

enum err
store_assigned(struct store *store, uint32_t batch, uint64_t line,
	uint8_t ret_person[STORE_HASH])
{
	sqlite3_stmt *q = store_statement(store, SQL_ASSIGNED);
	enum err e;

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	e = store_row(store, q);
	if (e == ERR_OK)
		e = store_column_exact(store, q, 0, ret_person, STORE_HASH);
	(void)sqlite3_reset(q);
	return e;
}

enum err
store_waiting_next(struct store *store, uint32_t batch, uint64_t line,
	struct store_request *ret_request)
{
	sqlite3_stmt *q = store_statement(store, SQL_WAITING);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	return store_one_request(store, q, ret_request);
}

enum err
store_journal_act(struct store *store, uint64_t before, uint64_t *ret_idx)
{
	sqlite3_stmt *q = store_statement(store, SQL_JOURNAL_ACT);

	store_bind_u64(q, 1, before);
	return store_one_number(store, q, ret_idx);
}
