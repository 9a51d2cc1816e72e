/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <stdio.h>

#include <sqlite3.h>

#include "base/mem.h"

#define BATCH_COLUMNS                                                          \
	"n, sequence, agreement, sha384, manifest, law, submitter, n_lines,"   \
	" today, received_at, entry, stage, rounds, clock"
#define REQUEST_COLUMNS                                                        \
	"batch, line, id, answer, state, answered, held, unmet, person_key,"   \
	" duplicate_key, reason_key, officer, judged, matched, sealed,"        \
	" delivered, verdict, package"

enum sql {
#define SQL(name, text) SQL_##name,
#include "store/store_sql.def"
#undef SQL
	SQL_N
};

static const char *const sql_text[SQL_N] = {
#define SQL(name, text) [SQL_##name] = (text),
#include "store/store_sql.def"
#undef SQL
};

/* Version 1.  A later version adds a step; it never edits this one. */
static const char schema[] =
	"CREATE TABLE named(name TEXT PRIMARY KEY, bytes BLOB NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE journal(idx INTEGER PRIMARY KEY, entry BLOB NOT NULL,"
	" sealed BLOB NOT NULL);"
	"CREATE TABLE batch(n INTEGER PRIMARY KEY, sequence INTEGER NOT NULL,"
	" agreement TEXT NOT NULL, sha384 BLOB NOT NULL, manifest BLOB NOT NULL,"
	" law BLOB NOT NULL, submitter BLOB NOT NULL, n_lines INTEGER NOT NULL,"
	" today INTEGER NOT NULL, received_at INTEGER NOT NULL,"
	" entry INTEGER NOT NULL, stage INTEGER NOT NULL,"
	" rounds INTEGER NOT NULL, clock INTEGER NOT NULL,"
	" UNIQUE(agreement, sequence));"
	"CREATE TABLE request(batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" id TEXT NOT NULL, answer INTEGER NOT NULL, state INTEGER NOT NULL,"
	" answered INTEGER NOT NULL, held INTEGER NOT NULL,"
	" unmet INTEGER NOT NULL, person_key INTEGER NOT NULL,"
	" duplicate_key INTEGER NOT NULL, reason_key INTEGER NOT NULL,"
	" officer TEXT NOT NULL, judged INTEGER NOT NULL,"
	" matched INTEGER NOT NULL, sealed INTEGER NOT NULL,"
	" delivered INTEGER NOT NULL, verdict BLOB NOT NULL,"
	" package BLOB NOT NULL, PRIMARY KEY(batch, line)) WITHOUT ROWID;"
	"CREATE INDEX request_id ON request(id);"
	"CREATE INDEX request_duplicate ON request(duplicate_key);"
	"CREATE INDEX request_reason ON request(reason_key);"
	"CREATE INDEX request_officer ON request(officer);"
	"CREATE TABLE approval(id INTEGER PRIMARY KEY, batch INTEGER NOT NULL,"
	" withhold INTEGER NOT NULL, signer BLOB NOT NULL,"
	" entry INTEGER NOT NULL, text BLOB NOT NULL, signature BLOB NOT NULL);"
	"CREATE INDEX approval_batch ON approval(batch);"
	"PRAGMA user_version = 1;";

enum { SCHEMA_VERSION = 1 };

struct store {
	sqlite3 *db;
	sqlite3_stmt *prepared[SQL_N];
	char error[WHY_MAX];
};

/* ---- opening ---- */

static enum err
failed(struct store *store)
{
	(void)snprintf(store->error, sizeof(store->error), "%s",
		sqlite3_errmsg(store->db));
	return err_origin(ERR_STORE);
}

static enum err
run(struct store *store, const char *sql)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? ERR_OK
		       : failed(store);
}

static enum err
version_of(struct store *store, int *ret_version)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &q,
			  NULL) == SQLITE_OK &&
		  sqlite3_step(q) == SQLITE_ROW;

	*ret_version = ok ? sqlite3_column_int(q, 0) : 0;
	(void)sqlite3_finalize(q);
	return ok ? ERR_OK : failed(store);
}

static enum err
prepare_all(struct store *store, bool make)
{
	int version = 0;
	enum err e = run(store,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
		/* A judge that is locked in can open no temporary file. */
		"PRAGMA temp_store = MEMORY;");

	if (e == ERR_OK && make)
		e = run(store, schema);
	if (e == ERR_OK)
		e = version_of(store, &version);
	if (e == ERR_OK && version != SCHEMA_VERSION) {
		(void)snprintf(store->error, sizeof(store->error),
			"the store is of version %d, this program knows %d",
			version, SCHEMA_VERSION);
		return err_origin(ERR_STORE);
	}
	for (int i = 0; e == ERR_OK && i < SQL_N; i++)
		if (sqlite3_prepare_v3(store->db, sql_text[i], -1,
			    SQLITE_PREPARE_PERSISTENT, &store->prepared[i],
			    NULL) != SQLITE_OK)
			e = failed(store);
	return e;
}

enum err
store_open(const char *path, bool make, struct store **ret_store)
{
	OWNED(store) store = mem_zeroed(sizeof(*store));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    (make ? SQLITE_OPEN_CREATE : 0);
	enum err e;

	if (store == NULL)
		return err_origin(ERR_NOMEM);
	if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
		return err_origin(ERR_STORE);
	(void)sqlite3_extended_result_codes(store->db, 1);
	(void)sqlite3_busy_timeout(store->db, 10000);
	e = prepare_all(store, make);
	if (e == ERR_OK)
		*ret_store = store_take(&store);
	return e;
}

struct store *
store_free(struct store *store)
{
	if (store == NULL)
		return NULL;
	for (int i = 0; i < SQL_N; i++)
		(void)sqlite3_finalize(store->prepared[i]);
	(void)sqlite3_close(store->db);
	mem_free(store);
	return NULL;
}

const char *
store_error(const struct store *store)
{
	return store->error;
}

/* ---- statements ---- */

static sqlite3_stmt *
statement(struct store *store, enum sql which)
{
	sqlite3_stmt *q = store->prepared[which];

	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
	return q;
}

/* Runs one that gives no rows. */
static enum err
done(struct store *store, sqlite3_stmt *q)
{
	int rc = sqlite3_step(q);
	enum err e =
		rc == SQLITE_DONE || rc == SQLITE_ROW ? ERR_OK : failed(store);

	(void)sqlite3_reset(q);
	return e;
}

/* Steps to the first or next row; refuses NOT_FOUND after the last. */
static enum err
row(struct store *store, sqlite3_stmt *q)
{
	int rc = sqlite3_step(q);

	if (rc == SQLITE_ROW)
		return ERR_OK;
	if (rc == SQLITE_DONE) {
		(void)sqlite3_reset(q);
		return ERR_NOT_FOUND;
	}
	(void)sqlite3_reset(q);
	return failed(store);
}

static void
bind_bytes(sqlite3_stmt *q, int at, struct span bytes)
{
	(void)sqlite3_bind_blob64(q, at,
		bytes.n == 0 ? (const void *)"" : bytes.at, bytes.n,
		SQLITE_STATIC);
}

static void
bind_text(sqlite3_stmt *q, int at, const char *text)
{
	(void)sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC);
}

static void
bind_u64(sqlite3_stmt *q, int at, uint64_t v)
{
	(void)sqlite3_bind_int64(q, at, (sqlite3_int64)v);
}

static struct span
column_bytes(sqlite3_stmt *q, int at)
{
	const void *bytes = sqlite3_column_blob(q, at);

	return span_of(bytes, (size_t)sqlite3_column_bytes(q, at));
}

static uint64_t
column_u64(sqlite3_stmt *q, int at)
{
	return (uint64_t)sqlite3_column_int64(q, at);
}

/* The store's own bytes: a wrong length is a damaged store. */
static enum err
column_exact(
	struct store *store, sqlite3_stmt *q, int at, uint8_t *to, size_t n)
{
	struct span s = column_bytes(q, at);

	if (s.n != n) {
		(void)snprintf(store->error, sizeof(store->error),
			"a column holds %zu bytes, not %zu", s.n, n);
		return err_origin(ERR_STORE);
	}
	memcpy(to, s.at, n);
	return ERR_OK;
}

static enum err
column_text(struct store *store, sqlite3_stmt *q, int at, char *to, size_t size)
{
	if (span_copy(column_bytes(q, at), to, size))
		return ERR_OK;
	(void)snprintf(store->error, sizeof(store->error),
		"a text is longer than %zu bytes", size - 1);
	return err_origin(ERR_STORE);
}

enum err
store_begin(struct store *store)
{
	return done(store, statement(store, SQL_BEGIN));
}

enum err
store_commit(struct store *store)
{
	return done(store, statement(store, SQL_COMMIT));
}

void
store_rollback(struct store *store)
{
	if (sqlite3_get_autocommit(store->db) == 0)
		(void)done(store, statement(store, SQL_ROLLBACK));
}

enum err
store_put(struct store *store, const char *name, struct span bytes)
{
	sqlite3_stmt *q = statement(store, SQL_PUT);

	bind_text(q, 1, name);
	bind_bytes(q, 2, bytes);
	return done(store, q);
}

enum err
store_get(struct store *store, const char *name, struct buf *to)
{
	sqlite3_stmt *q = statement(store, SQL_GET);
	enum err e;

	bind_text(q, 1, name);
	e = row(store, q);
	if (e != ERR_OK)
		return e;
	buf_bytes(to, column_bytes(q, 0));
	(void)sqlite3_reset(q);
	return buf_error(to);
}

/* ---- journal ---- */

enum err
store_journal_add(struct store *store, uint64_t idx, struct span entry,
	struct span sealed)
{
	sqlite3_stmt *q = statement(store, SQL_JOURNAL_ADD);

	bind_u64(q, 1, idx);
	bind_bytes(q, 2, entry);
	bind_bytes(q, 3, sealed);
	return done(store, q);
}

static enum err
one_number(struct store *store, sqlite3_stmt *q, uint64_t *ret_n)
{
	enum err e = row(store, q);

	if (e != ERR_OK)
		return e;
	*ret_n = column_u64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_journal_count(struct store *store, uint64_t *ret_n)
{
	return one_number(store, statement(store, SQL_JOURNAL_COUNT), ret_n);
}

enum err
store_journal_get(struct store *store, uint64_t idx, struct buf *ret_entry,
	struct buf *ret_sealed)
{
	sqlite3_stmt *q = statement(store, SQL_JOURNAL_GET);
	enum err e;

	bind_u64(q, 1, idx);
	e = row(store, q);
	if (e != ERR_OK)
		return e;
	if (ret_entry != NULL)
		buf_bytes(ret_entry, column_bytes(q, 0));
	if (ret_sealed != NULL)
		buf_bytes(ret_sealed, column_bytes(q, 1));
	(void)sqlite3_reset(q);
	if (ret_entry != NULL && buf_error(ret_entry) != ERR_OK)
		return buf_error(ret_entry);
	return ret_sealed == NULL ? ERR_OK : buf_error(ret_sealed);
}

/* ---- batches ---- */

enum err
store_batch_add(struct store *store, const struct store_batch *b)
{
	sqlite3_stmt *q = statement(store, SQL_BATCH_ADD);

	bind_u64(q, 1, b->n);
	bind_u64(q, 2, b->sequence);
	bind_text(q, 3, b->agreement);
	bind_bytes(q, 4, span_of(b->sha384, sizeof(b->sha384)));
	bind_bytes(q, 5, span_of(b->manifest, STORE_HASH));
	bind_bytes(q, 6, span_of(b->law, STORE_HASH));
	bind_bytes(q, 7, span_of(b->submitter, STORE_HASH));
	bind_u64(q, 8, b->n_lines);
	(void)sqlite3_bind_int(q, 9, b->today);
	(void)sqlite3_bind_int64(q, 10, b->received_at);
	bind_u64(q, 11, b->entry);
	bind_u64(q, 12, b->stage);
	bind_u64(q, 13, b->rounds);
	(void)sqlite3_bind_int(q, 14, b->clock);
	return done(store, q);
}

enum err
store_batch_update(struct store *store, const struct store_batch *b)
{
	sqlite3_stmt *q = statement(store, SQL_BATCH_UPDATE);

	bind_u64(q, 1, b->n);
	bind_u64(q, 2, b->n_lines);
	bind_u64(q, 3, b->entry);
	bind_u64(q, 4, b->stage);
	bind_u64(q, 5, b->rounds);
	return done(store, q);
}

static enum err
batch_from_row(struct store *store, sqlite3_stmt *q, struct store_batch *ret)
{
	struct store_batch b = {
		.n = (uint32_t)column_u64(q, 0),
		.sequence = column_u64(q, 1),
		.n_lines = column_u64(q, 7),
		.today = sqlite3_column_int(q, 8),
		.received_at = sqlite3_column_int64(q, 9),
		.entry = column_u64(q, 10),
		.stage = (enum store_stage)sqlite3_column_int(q, 11),
		.rounds = (uint32_t)column_u64(q, 12),
		.clock = sqlite3_column_int(q, 13),
	};
	enum err e = column_text(store, q, 2, b.agreement, sizeof(b.agreement));

	if (e == ERR_OK)
		e = column_exact(store, q, 3, b.sha384, sizeof(b.sha384));
	if (e == ERR_OK)
		e = column_exact(store, q, 4, b.manifest, STORE_HASH);
	if (e == ERR_OK)
		e = column_exact(store, q, 5, b.law, STORE_HASH);
	if (e == ERR_OK)
		e = column_exact(store, q, 6, b.submitter, STORE_HASH);
	(void)sqlite3_reset(q);
	if (e == ERR_OK)
		*ret = b;
	return e;
}

enum err
store_batch_get(struct store *store, uint32_t n, struct store_batch *ret_batch)
{
	sqlite3_stmt *q = statement(store, SQL_BATCH_GET);
	enum err e;

	bind_u64(q, 1, n);
	e = row(store, q);
	return e == ERR_OK ? batch_from_row(store, q, ret_batch) : e;
}

enum err
store_batch_find(struct store *store, const char *agreement, uint64_t sequence,
	struct store_batch *ret_batch)
{
	sqlite3_stmt *q = statement(store, SQL_BATCH_FIND);
	enum err e;

	bind_text(q, 1, agreement);
	bind_u64(q, 2, sequence);
	e = row(store, q);
	return e == ERR_OK ? batch_from_row(store, q, ret_batch) : e;
}

enum err
store_batch_last(struct store *store, uint32_t *ret_n)
{
	uint64_t n = 0;
	enum err e = one_number(store, statement(store, SQL_BATCH_LAST), &n);

	if (e == ERR_OK)
		*ret_n = (uint32_t)n;
	return e;
}

/* ---- requests ---- */

static void
bind_request(sqlite3_stmt *q, const struct store_request *r)
{
	bind_u64(q, 1, r->batch);
	bind_u64(q, 2, r->line);
	bind_text(q, 3, r->id);
	bind_u64(q, 4, r->answer);
	bind_u64(q, 5, r->state);
	bind_u64(q, 6, r->answered);
	bind_u64(q, 7, r->held);
	bind_u64(q, 8, r->unmet);
	bind_u64(q, 9, r->person_key);
	bind_u64(q, 10, r->duplicate_key);
	bind_u64(q, 11, r->reason_key);
	bind_text(q, 12, r->officer);
	bind_u64(q, 13, r->judged);
	bind_u64(q, 14, r->matched);
	bind_u64(q, 15, r->sealed);
	bind_u64(q, 16, r->delivered);
	bind_bytes(q, 17, span_of(r->verdict, STORE_HASH));
	bind_bytes(q, 18, span_of(r->package, STORE_HASH));
}

static enum err
request_from_row(
	struct store *store, sqlite3_stmt *q, struct store_request *ret)
{
	struct store_request r = {
		.batch = (uint32_t)column_u64(q, 0),
		.line = column_u64(q, 1),
		.answer = (uint8_t)column_u64(q, 3),
		.state = (uint8_t)column_u64(q, 4),
		.answered = (uint8_t)column_u64(q, 5),
		.held = column_u64(q, 6) != 0,
		.unmet = column_u64(q, 7),
		.person_key = column_u64(q, 8),
		.duplicate_key = column_u64(q, 9),
		.reason_key = column_u64(q, 10),
		.judged = column_u64(q, 12),
		.matched = column_u64(q, 13),
		.sealed = column_u64(q, 14),
		.delivered = column_u64(q, 15),
	};
	enum err e = column_text(store, q, 2, r.id, sizeof(r.id));

	if (e == ERR_OK)
		e = column_text(store, q, 11, r.officer, sizeof(r.officer));
	if (e == ERR_OK)
		e = column_exact(store, q, 16, r.verdict, STORE_HASH);
	if (e == ERR_OK)
		e = column_exact(store, q, 17, r.package, STORE_HASH);
	if (e == ERR_OK)
		*ret = r;
	return e;
}

enum err
store_request_add(struct store *store, const struct store_request *request)
{
	sqlite3_stmt *q = statement(store, SQL_REQUEST_ADD);

	bind_request(q, request);
	return done(store, q);
}

enum err
store_request_update(struct store *store, const struct store_request *request)
{
	sqlite3_stmt *q = statement(store, SQL_REQUEST_UPDATE);

	bind_request(q, request);
	return done(store, q);
}

static enum err
one_request(struct store *store, sqlite3_stmt *q, struct store_request *ret)
{
	enum err e = row(store, q);

	if (e != ERR_OK)
		return e;
	e = request_from_row(store, q, ret);
	(void)sqlite3_reset(q);
	return e;
}

enum err
store_request_get(struct store *store, uint32_t batch, uint64_t line,
	struct store_request *ret_request)
{
	sqlite3_stmt *q = statement(store, SQL_REQUEST_GET);

	bind_u64(q, 1, batch);
	bind_u64(q, 2, line);
	return one_request(store, q, ret_request);
}

enum err
store_request_find(
	struct store *store, const char *id, struct store_request *ret_request)
{
	sqlite3_stmt *q = statement(store, SQL_REQUEST_FIND);

	bind_text(q, 1, id);
	return one_request(store, q, ret_request);
}

enum err
store_request_in(struct store *store, uint32_t batch, const char *id,
	struct store_request *ret_request)
{
	sqlite3_stmt *q = statement(store, SQL_REQUEST_IN);

	bind_text(q, 1, id);
	bind_u64(q, 2, batch);
	return one_request(store, q, ret_request);
}

enum err
store_request_page(struct store *store, uint32_t batch, uint64_t after,
	struct store_request *to, size_t most, size_t *ret_n)
{
	sqlite3_stmt *q = statement(store, SQL_REQUEST_PAGE);
	size_t n = 0;
	enum err e = ERR_OK;

	bind_u64(q, 1, batch);
	bind_u64(q, 2, after);
	bind_u64(q, 3, most);
	while (n < most && (e = row(store, q)) == ERR_OK) {
		e = request_from_row(store, q, &to[n]);
		if (e != ERR_OK)
			break;
		n++;
	}
	(void)sqlite3_reset(q);
	if (err_is_failure(e))
		return e;
	*ret_n = n;
	return ERR_OK;
}

enum err
store_duplicate_known(
	struct store *store, uint32_t batch, uint64_t key, bool *ret_known)
{
	sqlite3_stmt *q = statement(store, SQL_DUPLICATE_KNOWN);
	uint64_t n = 0;
	enum err e;

	bind_u64(q, 1, key);
	bind_u64(q, 2, batch);
	e = one_number(store, q, &n);
	if (e == ERR_OK)
		*ret_known = n != 0;
	return e;
}

enum err
store_sequence_last(
	struct store *store, const char *agreement, uint64_t *ret_sequence)
{
	sqlite3_stmt *q = statement(store, SQL_SEQUENCE_LAST);

	bind_text(q, 1, agreement);
	return one_number(store, q, ret_sequence);
}

enum err
store_lines_done(struct store *store, uint32_t batch, uint64_t *ret_n)
{
	sqlite3_stmt *q = statement(store, SQL_LINES_DONE);

	bind_u64(q, 1, batch);
	return one_number(store, q, ret_n);
}

enum err
store_reason_known(struct store *store, uint32_t batch, uint64_t reason,
	uint64_t person, bool *ret_known)
{
	sqlite3_stmt *q = statement(store, SQL_REASON_KNOWN);
	uint64_t n = 0;
	enum err e;

	bind_u64(q, 1, reason);
	bind_u64(q, 2, person);
	bind_u64(q, 3, batch);
	e = one_number(store, q, &n);
	if (e == ERR_OK)
		*ret_known = n != 0;
	return e;
}

enum err
store_officer_persons(struct store *store, const char *officer, int32_t since,
	uint32_t batch, enum err (*each)(void *context, uint64_t person_key),
	void *context)
{
	sqlite3_stmt *q = statement(store, SQL_OFFICER_PERSONS);
	enum err e;

	bind_text(q, 1, officer);
	(void)sqlite3_bind_int(q, 2, since);
	bind_u64(q, 3, batch);
	while ((e = row(store, q)) == ERR_OK) {
		e = each(context, column_u64(q, 0));
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
store_volume(
	struct store *store, int32_t since, uint32_t batch, uint64_t *ret_n)
{
	sqlite3_stmt *q = statement(store, SQL_VOLUME);

	(void)sqlite3_bind_int(q, 1, since);
	bind_u64(q, 2, batch);
	return one_number(store, q, ret_n);
}

enum err
store_counts(struct store *store, uint32_t batch, struct store_count *to,
	size_t most, size_t *ret_n)
{
	sqlite3_stmt *q = statement(store, SQL_COUNTS);
	size_t n = 0;
	enum err e;

	bind_u64(q, 1, batch);
	while ((e = row(store, q)) == ERR_OK) {
		if (n == most) {
			(void)sqlite3_reset(q);
			(void)snprintf(store->error, sizeof(store->error),
				"requests are in more than %zu kinds of states",
				most);
			return err_origin(ERR_STORE);
		}
		to[n++] = (struct store_count){
			.state = (uint8_t)column_u64(q, 0),
			.answered = (uint8_t)column_u64(q, 1),
			.answer = (uint8_t)column_u64(q, 2),
			.n = column_u64(q, 3),
		};
	}
	if (err_is_failure(e))
		return e;
	*ret_n = n;
	return ERR_OK;
}

/* ---- approvals ---- */

enum err
store_approval_add(struct store *store, const struct store_approval *approval)
{
	sqlite3_stmt *q = statement(store, SQL_APPROVAL_ADD);

	bind_u64(q, 1, approval->batch);
	bind_u64(q, 2, approval->withhold);
	bind_bytes(q, 3, span_of(approval->signer, STORE_HASH));
	bind_u64(q, 4, approval->entry);
	bind_bytes(q, 5, approval->text);
	bind_bytes(q, 6, approval->signature);
	return done(store, q);
}

enum err
store_approval_each(struct store *store, uint32_t batch,
	enum err (*each)(void *context, const struct store_approval *approval),
	void *context)
{
	sqlite3_stmt *q = statement(store, SQL_APPROVAL_EACH);
	enum err e;

	bind_u64(q, 1, batch);
	while ((e = row(store, q)) == ERR_OK) {
		struct store_approval a = {
			.id = column_u64(q, 0),
			.batch = (uint32_t)column_u64(q, 1),
			.withhold = column_u64(q, 2) != 0,
			.entry = column_u64(q, 4),
			.text = column_bytes(q, 5),
			.signature = column_bytes(q, 6),
		};

		e = column_exact(store, q, 3, a.signer, STORE_HASH);
		if (e == ERR_OK)
			e = each(context, &a);
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
