/* SPDX-License-Identifier: Apache-2.0 */
/* Erasures, and making sure that what they destroyed is on the disk no more. */
#include <stdio.h>

#include "store/store_int.h"

/* ---- erasures ---- */

enum err
store_erasure_put(struct store *store, const struct store_erasure *erasure)
{
	sqlite3_stmt *q = store_statement(store, SQL_ERASURE_PUT);

	store_bind_u64(q, 1, erasure->n);
	store_bind_u64(q, 2, erasure->state);
	store_bind_u64(q, 3, erasure->asked);
	store_bind_u64(q, 4, erasure->answered);
	return store_done(store, q);
}

enum err
store_erasure_next(
	struct store *store, uint64_t after, struct store_erasure *ret_erasure)
{
	sqlite3_stmt *q = store_statement(store, SQL_ERASURE_NEXT);
	enum err e;

	store_bind_u64(q, 1, after);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	*ret_erasure = (struct store_erasure){
		.n = store_column_u64(q, 0),
		.state = (uint8_t)store_column_u64(q, 1),
		.asked = store_column_u64(q, 2),
		.answered = store_column_u64(q, 3),
	};
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_erased_add(
	struct store *store, uint32_t batch, uint64_t line, uint64_t act)
{
	sqlite3_stmt *q = store_statement(store, SQL_ERASED_ADD);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	store_bind_u64(q, 3, act);
	return store_done(store, q);
}

enum err
store_erased_get(
	struct store *store, uint32_t batch, uint64_t line, uint64_t *ret_act)
{
	sqlite3_stmt *q = store_statement(store, SQL_ERASED_GET);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	return store_one_number(store, q, ret_act);
}

/* ---- entries about to go ---- */

enum err
store_doomed_add(struct store *store, const struct store_doomed *d)
{
	sqlite3_stmt *q = store_statement(store, SQL_DOOMED_ADD);

	store_bind_u64(q, 1, d->idx);
	store_bind_u64(q, 2, d->act);
	store_bind_u64(q, 3, d->batch);
	store_bind_u64(q, 4, d->line);
	store_bind_bytes(q, 5, span_of(d->subject, STORE_HASH));
	return store_done(store, q);
}

enum err
store_doomed_next(
	struct store *store, uint64_t after, struct store_doomed *ret_doomed)
{
	sqlite3_stmt *q = store_statement(store, SQL_DOOMED_NEXT);
	struct store_doomed d;
	enum err e;

	store_bind_u64(q, 1, after);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	d.idx = store_column_u64(q, 0);
	d.act = store_column_u64(q, 1);
	d.batch = (uint32_t)store_column_u64(q, 2);
	d.line = store_column_u64(q, 3);
	e = store_column_exact(store, q, 4, d.subject, STORE_HASH);
	(void)sqlite3_reset(q);
	if (e == ERR_OK)
		*ret_doomed = d;
	return e;
}

enum err
store_doomed_done(struct store *store)
{
	return store_done(store, store_statement(store, SQL_DOOMED_DONE));
}

/* ---- destroying ---- */

enum err
store_shred_begin(struct store *store)
{
	enum err e = store_run(store, "PRAGMA secure_delete = ON");

	return e == ERR_OK
		       ? store_done(store, store_statement(store, SQL_BEGIN))
		       : e;
}

enum err
store_journal_shred(struct store *store, uint64_t idx, struct span sealed)
{
	sqlite3_stmt *q = store_statement(store, SQL_JOURNAL_SHRED);

	store_bind_u64(q, 1, idx);
	store_bind_bytes(q, 2, sealed);
	return store_done(store, q);
}

enum err
store_request_shred(struct store *store, uint32_t batch, uint64_t line)
{
	const enum sql both[] = {SQL_REQUEST_SHRED, SQL_KEYS_SHRED};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < 2; i++) {
		sqlite3_stmt *q = store_statement(store, both[i]);

		store_bind_u64(q, 1, batch);
		store_bind_u64(q, 2, line);
		e = store_done(store, q);
	}
	return e;
}

/* ---- and nothing of it stays on the disk ---- */

/* VACUUM writes a copy first: beside the store, and nowhere else. */
static enum err
write_anew(struct store *store)
{
	const char *path = sqlite3_db_filename(store->db, "main");
	struct span folder = span_text(path == NULL ? "" : path);
	enum err e;

	while (folder.n > 0 && folder.at[folder.n - 1] != '/')
		folder.n--;
	sqlite3_temp_directory =
		sqlite3_mprintf("%.*s", (int)folder.n, (const char *)folder.at);
	if (sqlite3_temp_directory == NULL)
		return err_origin(ERR_NOMEM);
	e = store_run(store, "PRAGMA temp_store = FILE; VACUUM;");
	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory = NULL;
	return e == ERR_OK ? store_run(store, "PRAGMA temp_store = MEMORY") : e;
}

static enum err
empty_its_log(struct store *store)
{
	if (sqlite3_wal_checkpoint_v2(store->db, "main",
		    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
		return ERR_OK;
	(void)snprintf(store->error, sizeof(store->error),
		"its log cannot be emptied while somebody reads it: %s",
		sqlite3_errmsg(store->db));
	return err_origin(ERR_STORE);
}

enum err
store_scrub(struct store *store)
{
	enum err e = write_anew(store);

	if (e == ERR_OK)
		e = empty_its_log(store);
	return e == ERR_OK ? store_redo_wipe(store) : e;
}
