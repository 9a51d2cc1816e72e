/* SPDX-License-Identifier: Apache-2.0 */
/* How many were asked for. */
#include "store/store_int.h"

enum err
store_tally(struct store *store, uint32_t batch)
{
	sqlite3_stmt *q = store_statement(store, SQL_TALLY);

	store_bind_u64(q, 1, batch);
	return store_done(store, q);
}

enum err
store_tally_batch(struct store *store, uint32_t batch, uint64_t *ret_n)
{
	sqlite3_stmt *q = store_statement(store, SQL_TALLY_BATCH);

	store_bind_u64(q, 1, batch);
	return store_one_number(store, q, ret_n);
}

enum err
store_tally_day(struct store *store, const char *agreement, int32_t day,
	uint64_t *ret_n)
{
	sqlite3_stmt *q = store_statement(store, SQL_TALLY_DAY);

	store_bind_text(q, 1, agreement);
	(void)sqlite3_bind_int(q, 2, day);
	return store_one_number(store, q, ret_n);
}

enum err
store_tally_since(struct store *store, const char *agreement, uint8_t authority,
	int32_t since, uint64_t *ret_n, uint64_t *ret_accepted)
{
	sqlite3_stmt *q = store_statement(store, SQL_TALLY_SINCE);
	enum err e;

	store_bind_text(q, 1, agreement);
	(void)sqlite3_bind_int(q, 2, since);
	store_bind_u64(q, 3, authority);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	*ret_n = store_column_u64(q, 0);
	*ret_accepted = store_column_u64(q, 1);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_officer_day(struct store *store, uint32_t batch, const char *agreement,
	int32_t day, uint64_t most, struct store_officer_day *ret_most)
{
	sqlite3_stmt *q = store_statement(store, SQL_OFFICER_DAY);
	struct store_officer_day found = {.n = 0};
	enum err e;

	store_bind_u64(q, 1, batch);
	store_bind_text(q, 2, agreement);
	(void)sqlite3_bind_int(q, 3, day);
	store_bind_u64(q, 4, most);
	e = store_row(store, q);
	if (e == ERR_OK) {
		e = store_column_text(
			store, q, 0, found.officer, sizeof(found.officer));
		found.n = store_column_u64(q, 1);
		found.over = store_column_u64(q, 2);
		(void)sqlite3_reset(q);
	}
	if (err_is_failure(e))
		return e;
	*ret_most = found;
	return ERR_OK;
}
