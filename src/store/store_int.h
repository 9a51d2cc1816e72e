/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside store_*.c: the open database, and short words for SQLite's. */

/* As Debian builds it; sqlite3.h declares sessions only so. */
#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

#include "store/store.h"

enum sql {
#define SQL(name, text) SQL_##name,
#include "store/store_sql.def"
#undef SQL
	SQL_N
};

enum {
	STORE_REDO_HEAD = 8 + 1 + 1 + 8 + 8, /* of a record of the log */
	STORE_CHANGES_MAX = 1 << 29,         /* bytes of its body */
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *prepared[SQL_N];
	char error[WHY_MAX];
	struct aside *aside; /* store_aside.c; NULL: not wanted */
	struct later *later; /* store_later.c; NULL: each commit is synced */

	/* store_redo.c */
	int redo; /* the log; -1: none */
	bool redo_on;
	bool redo_written;    /* this transaction's record */
	uint64_t redo_number; /* of the store's last change */
	uint64_t redo_from;   /* of the last base */
	uint64_t redo_before; /* the log's end before the last record */
	uint64_t redo_end;    /* and after it */
	uint64_t redo_last;   /* number of the record before that end */
	uint8_t redo_first[STORE_REDO_HEAD]; /* how the log begins */

	struct changes *changes; /* store_changes.c */
};

/* Keeps SQLite's sentence; ERR_STORE. */
enum err store_failed(struct store *store);
enum err store_run(struct store *store, const char *sql);

/*
 * store_schema.c: brings the store to this program's version, step by step in
 * one transaction; with `make` from nothing.  A version this program does not
 * know is refused.
 */
enum err store_upgrade(struct store *store, bool make);

/* Prepared, reset, unbound. */
sqlite3_stmt *store_statement(struct store *store, enum sql which);
/* Runs one that gives no rows. */
enum err store_done(struct store *store, sqlite3_stmt *q);
/* Steps to the first or next row; refuses NOT_FOUND after the last. */
enum err store_row(struct store *store, sqlite3_stmt *q);
enum err store_one_number(struct store *store, sqlite3_stmt *q, uint64_t *ret);

void store_bind_bytes(sqlite3_stmt *q, int at, struct span bytes);
void store_bind_text(sqlite3_stmt *q, int at, const char *text);
void store_bind_u64(sqlite3_stmt *q, int at, uint64_t v);
struct span store_column_bytes(sqlite3_stmt *q, int at);
uint64_t store_column_u64(sqlite3_stmt *q, int at);
/* The store's own bytes: a wrong length is a damaged store. */
enum err store_column_exact(
	struct store *store, sqlite3_stmt *q, int at, uint8_t *to, size_t n);
enum err store_column_text(
	struct store *store, sqlite3_stmt *q, int at, char *to, size_t size);

/* One row of REQUEST_COLUMNS. */
enum err store_one_request(
	struct store *store, sqlite3_stmt *q, struct store_request *ret);

/* store_keys.c: the function text_key() of its statements, before they are
 * prepared; and the tables that the redo log leaves out. */
enum err store_keys_function(struct store *store);
bool store_keys_table(const char *table);
enum err store_keys_forget(struct store *store);

/* store_aside.c: ends the thread, where there is one. */
void store_aside_end(struct store *store);

/* store_later.c: after a commit, nothing where each is synced; and at the store's
 * end. */
void store_later_ask(struct store *store);
void store_later_end(struct store *store);

/*
 * store_changes.c: what a transaction changes, as a changeset.  Watching begins
 * before any statement is prepared: what SQLite prepares unwatched may empty a
 * table without a word of its rows.  Between begin and end every change of a row
 * is taken, but of the tables of store_keys_table(); any() is false where there
 * was none, or nothing began; take() appends the changeset of all, and fails where
 * one could not be taken.
 */
enum err store_changes_watch(struct store *store);
void store_changes_free(struct store *store);
enum err store_changes_begin(struct store *store);
bool store_changes_any(const struct store *store);
enum err store_changes_take(struct store *store, struct buf *to);
void store_changes_end(struct store *store);

/* store_redo.c: within store_begin(), store_commit(), and after either end. */
enum err store_redo_begin(struct store *store);
enum err store_redo_commit(struct store *store);
void store_redo_end(struct store *store, bool committed);
/* Overwrites the log, which then begins where the store is. */
enum err store_redo_wipe(struct store *store);
