/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <stdio.h>

#include "base/mem.h"
#include "os/file.h"
#include "store/store_int.h"

#define BATCH_COLUMNS                                                          \
	"n, sequence, agreement, sha384, manifest, law, submitter, n_lines,"   \
	" today, received_at, entry, stage, rounds, clock, counted"
#define REQUEST_COLUMNS                                                        \
	"batch, line, id, answer, state, answered, held, unmet, person_key,"   \
	" duplicate_key, reason_key, officer, judged, matched, sealed,"        \
	" delivered, verdict, package, since, authority"

#define MATTER_COLUMNS                                                         \
	"n, kind, state, batch, line, opened_at, due_at, changed_at,"          \
	" decision, opened, changed"

/* Requests of all batches that have a key of a kind, ?1: no batch is scanned. */
#define REQUESTS_BY_KEY(kind)                                                  \
	"request_key k CROSS JOIN request r ON r.batch = k.batch AND"          \
	" r.line = k.line WHERE k.kind = " #kind " AND k.key = ?1"

static const char *const sql_text[SQL_N] = {
#define SQL(name, text) [SQL_##name] = (text),
#include "store/store_sql.def"
#undef SQL
};

/* ---- opening ---- */

enum err
store_failed(struct store *store)
{
	(void)snprintf(store->error, sizeof(store->error), "%s",
		sqlite3_errmsg(store->db));
	return err_origin(ERR_STORE);
}

enum err
store_run(struct store *store, const char *sql)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? ERR_OK
		       : store_failed(store);
}

static enum err
prepare_all(struct store *store, bool make)
{
	enum err e = store_run(store,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
		/* A judge that is locked in can open no temporary file. */
		"PRAGMA temp_store = MEMORY;"
		"PRAGMA cache_size = -32768;"
		"PRAGMA wal_autocheckpoint = 8192;");

	if (e == ERR_OK)
		e = store_upgrade(store, make);
	for (int i = 0; e == ERR_OK && i < SQL_N; i++)
		if (sqlite3_prepare_v3(store->db, sql_text[i], -1,
			    SQLITE_PREPARE_PERSISTENT, &store->prepared[i],
			    NULL) != SQLITE_OK)
			e = store_failed(store);
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
	store->redo = -1;
	if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
		return err_origin(ERR_STORE);
	(void)sqlite3_extended_result_codes(store->db, 1);
	(void)sqlite3_busy_timeout(store->db, 10000);
	e = store_keys_function(store);
	if (e == ERR_OK)
		e = store_changes_watch(store);
	if (e == ERR_OK)
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
	store_redo_end(store, false);
	store_aside_end(store);
	store_later_end(store);
	os_close(&store->redo);
	for (int i = 0; i < SQL_N; i++)
		(void)sqlite3_finalize(store->prepared[i]);
	(void)sqlite3_close(store->db);
	store_changes_free(store);
	mem_free(store);
	return NULL;
}

const char *
store_error(const struct store *store)
{
	return store->error;
}

/* ---- statements ---- */

sqlite3_stmt *
store_statement(struct store *store, enum sql which)
{
	sqlite3_stmt *q = store->prepared[which];

	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
	return q;
}

/* Runs one that gives no rows. */
enum err
store_done(struct store *store, sqlite3_stmt *q)
{
	int rc = sqlite3_step(q);
	enum err e = rc == SQLITE_DONE || rc == SQLITE_ROW
			     ? ERR_OK
			     : store_failed(store);

	(void)sqlite3_reset(q);
	return e;
}

/* Steps to the first or next row; refuses NOT_FOUND after the last. */
enum err
store_row(struct store *store, sqlite3_stmt *q)
{
	int rc = sqlite3_step(q);

	if (rc == SQLITE_ROW)
		return ERR_OK;
	if (rc == SQLITE_DONE) {
		(void)sqlite3_reset(q);
		return ERR_NOT_FOUND;
	}
	(void)sqlite3_reset(q);
	return store_failed(store);
}

void
store_bind_bytes(sqlite3_stmt *q, int at, struct span bytes)
{
	(void)sqlite3_bind_blob64(q, at,
		bytes.n == 0 ? (const void *)"" : bytes.at, bytes.n,
		SQLITE_STATIC);
}

void
store_bind_text(sqlite3_stmt *q, int at, const char *text)
{
	(void)sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC);
}

void
store_bind_u64(sqlite3_stmt *q, int at, uint64_t v)
{
	(void)sqlite3_bind_int64(q, at, (sqlite3_int64)v);
}

struct span
store_column_bytes(sqlite3_stmt *q, int at)
{
	const void *bytes = sqlite3_column_blob(q, at);

	return span_of(bytes, (size_t)sqlite3_column_bytes(q, at));
}

uint64_t
store_column_u64(sqlite3_stmt *q, int at)
{
	return (uint64_t)sqlite3_column_int64(q, at);
}

/* The store's own bytes: a wrong length is a damaged store. */
enum err
store_column_exact(
	struct store *store, sqlite3_stmt *q, int at, uint8_t *to, size_t n)
{
	struct span s = store_column_bytes(q, at);

	if (s.n != n) {
		(void)snprintf(store->error, sizeof(store->error),
			"a column holds %zu bytes, not %zu", s.n, n);
		return err_origin(ERR_STORE);
	}
	memcpy(to, s.at, n);
	return ERR_OK;
}

enum err
store_column_text(
	struct store *store, sqlite3_stmt *q, int at, char *to, size_t size)
{
	if (span_copy(store_column_bytes(q, at), to, size))
		return ERR_OK;
	(void)snprintf(store->error, sizeof(store->error),
		"a text is longer than %zu bytes", size - 1);
	return err_origin(ERR_STORE);
}

enum err
store_copy(struct store *store, const char *path)
{
	sqlite3 *to = NULL;
	sqlite3_backup *copy = NULL;
	int rc = sqlite3_open_v2(path, &to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_NOMUTEX,
		NULL);

	/* What is cut off is thrown away: it needs no journal. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(
			to, "PRAGMA journal_mode=OFF", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		copy = sqlite3_backup_init(to, "main", store->db, "main");
	if (copy != NULL) {
		(void)sqlite3_backup_step(copy, -1);
		rc = sqlite3_backup_finish(copy);
	}
	if (copy == NULL || rc != SQLITE_OK)
		(void)snprintf(store->error, sizeof(store->error), "%s",
			to == NULL ? "out of memory" : sqlite3_errmsg(to));
	(void)sqlite3_close(to);
	return copy != NULL && rc == SQLITE_OK ? ERR_OK : err_origin(ERR_STORE);
}

static int
add_row(void *context, int n, char **values, char **names)
{
	struct buf *to = context;

	(void)names;
	if (n > 0 && values[0] != NULL)
		buf_printf(to, "%s%s", to->n > 0 ? "; " : "", values[0]);
	return 0;
}

enum err
store_quick_check(struct store *store, struct buf *to)
{
	int rc = sqlite3_exec(
		store->db, "PRAGMA quick_check(5)", add_row, to, NULL);

	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB) {
		buf_printf(to, "%s%s", to->n > 0 ? "; " : "",
			sqlite3_errmsg(store->db));
		return ERR_DAMAGED;
	}
	if (rc != SQLITE_OK)
		return store_failed(store);
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	return span_eq(buf_span(to), SPAN("ok")) ? ERR_OK : ERR_DAMAGED;
}

enum err
store_begin(struct store *store)
{
	enum err e = store_done(store, store_statement(store, SQL_BEGIN));

	if (e == ERR_OK)
		e = store_redo_begin(store);
	if (e != ERR_OK)
		store_rollback(store);
	return e;
}

enum err
store_commit(struct store *store)
{
	enum err e = store_settle(store);

	if (e == ERR_OK)
		e = store_redo_commit(store);
	if (e == ERR_OK)
		e = store_done(store, store_statement(store, SQL_COMMIT));
	store_redo_end(store, e == ERR_OK);
	if (e == ERR_OK)
		store_later_ask(store);
	return e;
}

void
store_rollback(struct store *store)
{
	store_redo_end(store, false);
	if (sqlite3_get_autocommit(store->db) == 0)
		(void)store_done(store, store_statement(store, SQL_ROLLBACK));
}

enum err
store_read_begin(struct store *store)
{
	return store_done(store, store_statement(store, SQL_READ));
}

void
store_read_end(struct store *store)
{
	(void)store_done(store, store_statement(store, SQL_COMMIT));
}

enum err
store_put(struct store *store, const char *name, struct span bytes)
{
	sqlite3_stmt *q = store_statement(store, SQL_PUT);

	store_bind_text(q, 1, name);
	store_bind_bytes(q, 2, bytes);
	return store_done(store, q);
}

enum err
store_get(struct store *store, const char *name, struct buf *to)
{
	sqlite3_stmt *q = store_statement(store, SQL_GET);
	enum err e;

	store_bind_text(q, 1, name);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	buf_bytes(to, store_column_bytes(q, 0));
	(void)sqlite3_reset(q);
	return buf_error(to);
}

/* ---- journal ---- */

enum err
store_journal_add(struct store *store, uint64_t idx, struct span entry,
	struct span sealed)
{
	sqlite3_stmt *q = store_statement(store, SQL_JOURNAL_ADD);

	store_bind_u64(q, 1, idx);
	store_bind_bytes(q, 2, entry);
	store_bind_bytes(q, 3, sealed);
	return store_done(store, q);
}

enum err
store_one_number(struct store *store, sqlite3_stmt *q, uint64_t *ret_n)
{
	enum err e = store_row(store, q);

	if (e != ERR_OK)
		return e;
	*ret_n = store_column_u64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_journal_count(struct store *store, uint64_t *ret_n)
{
	return store_one_number(
		store, store_statement(store, SQL_JOURNAL_COUNT), ret_n);
}

enum err
store_journal_get(struct store *store, uint64_t idx, struct buf *ret_entry,
	struct buf *ret_sealed)
{
	sqlite3_stmt *q = store_statement(store, SQL_JOURNAL_GET);
	enum err e;

	store_bind_u64(q, 1, idx);
	e = store_row(store, q);
	if (e != ERR_OK)
		return e;
	if (ret_entry != NULL)
		buf_bytes(ret_entry, store_column_bytes(q, 0));
	if (ret_sealed != NULL)
		buf_bytes(ret_sealed, store_column_bytes(q, 1));
	(void)sqlite3_reset(q);
	if (ret_entry != NULL && buf_error(ret_entry) != ERR_OK)
		return buf_error(ret_entry);
	return ret_sealed == NULL ? ERR_OK : buf_error(ret_sealed);
}

/* ---- batches ---- */

enum err
store_batch_add(struct store *store, const struct store_batch *b)
{
	sqlite3_stmt *q = store_statement(store, SQL_BATCH_ADD);

	store_bind_u64(q, 1, b->n);
	store_bind_u64(q, 2, b->sequence);
	store_bind_text(q, 3, b->agreement);
	store_bind_bytes(q, 4, span_of(b->sha384, sizeof(b->sha384)));
	store_bind_bytes(q, 5, span_of(b->manifest, STORE_HASH));
	store_bind_bytes(q, 6, span_of(b->law, STORE_HASH));
	store_bind_bytes(q, 7, span_of(b->submitter, STORE_HASH));
	store_bind_u64(q, 8, b->n_lines);
	(void)sqlite3_bind_int(q, 9, b->today);
	(void)sqlite3_bind_int64(q, 10, b->received_at);
	store_bind_u64(q, 11, b->entry);
	store_bind_u64(q, 12, b->stage);
	store_bind_u64(q, 13, b->rounds);
	(void)sqlite3_bind_int(q, 14, b->clock);
	store_bind_u64(q, 15, b->counted);
	return store_done(store, q);
}

enum err
store_batch_update(struct store *store, const struct store_batch *b)
{
	sqlite3_stmt *q = store_statement(store, SQL_BATCH_UPDATE);

	store_bind_u64(q, 1, b->n);
	store_bind_u64(q, 2, b->n_lines);
	store_bind_u64(q, 3, b->entry);
	store_bind_u64(q, 4, b->stage);
	store_bind_u64(q, 5, b->rounds);
	store_bind_u64(q, 6, b->counted);
	return store_done(store, q);
}

static enum err
batch_from_row(struct store *store, sqlite3_stmt *q, struct store_batch *ret)
{
	struct store_batch b = {
		.n = (uint32_t)store_column_u64(q, 0),
		.sequence = store_column_u64(q, 1),
		.n_lines = store_column_u64(q, 7),
		.today = sqlite3_column_int(q, 8),
		.received_at = sqlite3_column_int64(q, 9),
		.entry = store_column_u64(q, 10),
		.stage = (enum store_stage)sqlite3_column_int(q, 11),
		.rounds = (uint32_t)store_column_u64(q, 12),
		.clock = sqlite3_column_int(q, 13),
		.counted = store_column_u64(q, 14),
	};
	enum err e = store_column_text(
		store, q, 2, b.agreement, sizeof(b.agreement));

	if (e == ERR_OK)
		e = store_column_exact(store, q, 3, b.sha384, sizeof(b.sha384));
	if (e == ERR_OK)
		e = store_column_exact(store, q, 4, b.manifest, STORE_HASH);
	if (e == ERR_OK)
		e = store_column_exact(store, q, 5, b.law, STORE_HASH);
	if (e == ERR_OK)
		e = store_column_exact(store, q, 6, b.submitter, STORE_HASH);
	(void)sqlite3_reset(q);
	if (e == ERR_OK)
		*ret = b;
	return e;
}

enum err
store_batch_get(struct store *store, uint32_t n, struct store_batch *ret_batch)
{
	sqlite3_stmt *q = store_statement(store, SQL_BATCH_GET);
	enum err e;

	store_bind_u64(q, 1, n);
	e = store_row(store, q);
	return e == ERR_OK ? batch_from_row(store, q, ret_batch) : e;
}

enum err
store_batch_find(struct store *store, const char *agreement, uint64_t sequence,
	struct store_batch *ret_batch)
{
	sqlite3_stmt *q = store_statement(store, SQL_BATCH_FIND);
	enum err e;

	store_bind_text(q, 1, agreement);
	store_bind_u64(q, 2, sequence);
	e = store_row(store, q);
	return e == ERR_OK ? batch_from_row(store, q, ret_batch) : e;
}

enum err
store_batch_last(struct store *store, uint32_t *ret_n)
{
	uint64_t n = 0;
	enum err e = store_one_number(
		store, store_statement(store, SQL_BATCH_LAST), &n);

	if (e == ERR_OK)
		*ret_n = (uint32_t)n;
	return e;
}

/* ---- requests ---- */

static void
bind_request(sqlite3_stmt *q, const struct store_request *r)
{
	store_bind_u64(q, 1, r->batch);
	store_bind_u64(q, 2, r->line);
	store_bind_text(q, 3, r->id);
	store_bind_u64(q, 4, r->answer);
	store_bind_u64(q, 5, r->state);
	store_bind_u64(q, 6, r->answered);
	store_bind_u64(q, 7, r->held);
	store_bind_u64(q, 8, r->unmet);
	store_bind_u64(q, 9, r->person_key);
	store_bind_u64(q, 10, r->duplicate_key);
	store_bind_u64(q, 11, r->reason_key);
	store_bind_text(q, 12, r->officer);
	store_bind_u64(q, 13, r->judged);
	store_bind_u64(q, 14, r->matched);
	store_bind_u64(q, 15, r->sealed);
	store_bind_u64(q, 16, r->delivered);
	store_bind_bytes(q, 17, span_of(r->verdict, STORE_HASH));
	store_bind_bytes(q, 18, span_of(r->package, STORE_HASH));
	(void)sqlite3_bind_int(q, 19, r->since);
	store_bind_u64(q, 20, r->authority);
}

static enum err
request_from_row(
	struct store *store, sqlite3_stmt *q, struct store_request *ret)
{
	struct store_request r = {
		.batch = (uint32_t)store_column_u64(q, 0),
		.line = store_column_u64(q, 1),
		.answer = (uint8_t)store_column_u64(q, 3),
		.state = (uint8_t)store_column_u64(q, 4),
		.answered = (uint8_t)store_column_u64(q, 5),
		.held = store_column_u64(q, 6) != 0,
		.unmet = store_column_u64(q, 7),
		.person_key = store_column_u64(q, 8),
		.duplicate_key = store_column_u64(q, 9),
		.reason_key = store_column_u64(q, 10),
		.judged = store_column_u64(q, 12),
		.matched = store_column_u64(q, 13),
		.sealed = store_column_u64(q, 14),
		.delivered = store_column_u64(q, 15),
		.since = sqlite3_column_int(q, 18),
		.authority = (uint8_t)store_column_u64(q, 19),
	};
	enum err e = store_column_text(store, q, 2, r.id, sizeof(r.id));

	if (e == ERR_OK)
		e = store_column_text(
			store, q, 11, r.officer, sizeof(r.officer));
	if (e == ERR_OK)
		e = store_column_exact(store, q, 16, r.verdict, STORE_HASH);
	if (e == ERR_OK)
		e = store_column_exact(store, q, 17, r.package, STORE_HASH);
	if (e == ERR_OK)
		*ret = r;
	return e;
}

enum err
store_request_add(struct store *store, const struct store_request *request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_ADD);

	bind_request(q, request);
	return store_done(store, q);
}

enum err
store_request_update(struct store *store, const struct store_request *request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_UPDATE);

	bind_request(q, request);
	return store_done(store, q);
}

enum err
store_request_found(struct store *store, const struct store_request *request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_FOUND);

	store_bind_u64(q, 1, request->batch);
	store_bind_u64(q, 2, request->line);
	store_bind_u64(q, 3, request->state);
	store_bind_u64(q, 4, request->answered);
	store_bind_u64(q, 5, request->unmet);
	store_bind_u64(q, 6, request->matched);
	store_bind_bytes(q, 7, span_of(request->verdict, STORE_HASH));
	return store_done(store, q);
}

enum err
store_one_request(
	struct store *store, sqlite3_stmt *q, struct store_request *ret)
{
	enum err e = store_row(store, q);

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
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_GET);

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, line);
	return store_one_request(store, q, ret_request);
}

enum err
store_request_find(
	struct store *store, const char *id, struct store_request *ret_request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_FIND);

	store_bind_text(q, 1, id);
	return store_one_request(store, q, ret_request);
}

enum err
store_request_in(struct store *store, uint32_t batch, const char *id,
	struct store_request *ret_request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_IN);

	store_bind_text(q, 1, id);
	store_bind_u64(q, 2, batch);
	return store_one_request(store, q, ret_request);
}

enum err
store_request_named(struct store *store, const char *agreement, uint32_t batch,
	const char *id, struct store_request *ret_request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_NAMED);

	store_bind_text(q, 1, id);
	store_bind_u64(q, 2, batch);
	store_bind_text(q, 3, agreement);
	return store_one_request(store, q, ret_request);
}

enum err
store_request_packaged(struct store *store, const char *id,
	const uint8_t package[STORE_HASH], struct store_request *ret_request)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_PACKAGED);

	store_bind_text(q, 1, id);
	store_bind_bytes(q, 2, span_of(package, STORE_HASH));
	return store_one_request(store, q, ret_request);
}

enum err
store_request_page(struct store *store, uint32_t batch, uint64_t after,
	struct store_request *to, size_t most, size_t *ret_n)
{
	sqlite3_stmt *q = store_statement(store, SQL_REQUEST_PAGE);
	size_t n = 0;
	enum err e = ERR_OK;

	store_bind_u64(q, 1, batch);
	store_bind_u64(q, 2, after);
	store_bind_u64(q, 3, most);
	while (n < most && (e = store_row(store, q)) == ERR_OK) {
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
store_sequence_last(
	struct store *store, const char *agreement, uint64_t *ret_sequence)
{
	sqlite3_stmt *q = store_statement(store, SQL_SEQUENCE_LAST);

	store_bind_text(q, 1, agreement);
	return store_one_number(store, q, ret_sequence);
}

enum err
store_lines_done(struct store *store, uint32_t batch, uint64_t *ret_n)
{
	sqlite3_stmt *q = store_statement(store, SQL_LINES_DONE);

	store_bind_u64(q, 1, batch);
	return store_one_number(store, q, ret_n);
}

enum err
store_volume(
	struct store *store, int32_t since, uint32_t batch, uint64_t *ret_n)
{
	sqlite3_stmt *q = store_statement(store, SQL_VOLUME);

	(void)sqlite3_bind_int(q, 1, since);
	store_bind_u64(q, 2, batch);
	return store_one_number(store, q, ret_n);
}

enum err
store_counts(struct store *store, uint32_t batch, struct store_count *to,
	size_t most, size_t *ret_n)
{
	sqlite3_stmt *q = store_statement(store, SQL_COUNTS);
	size_t n = 0;
	enum err e;

	store_bind_u64(q, 1, batch);
	while ((e = store_row(store, q)) == ERR_OK) {
		if (n == most) {
			(void)sqlite3_reset(q);
			(void)snprintf(store->error, sizeof(store->error),
				"requests are in more than %zu kinds of states",
				most);
			return err_origin(ERR_STORE);
		}
		to[n++] = (struct store_count){
			.state = (uint8_t)store_column_u64(q, 0),
			.answered = (uint8_t)store_column_u64(q, 1),
			.answer = (uint8_t)store_column_u64(q, 2),
			.n = store_column_u64(q, 3),
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
	sqlite3_stmt *q = store_statement(store, SQL_APPROVAL_ADD);

	store_bind_u64(q, 1, approval->batch);
	store_bind_u64(q, 2, approval->withhold);
	store_bind_bytes(q, 3, span_of(approval->signer, STORE_HASH));
	store_bind_u64(q, 4, approval->entry);
	store_bind_bytes(q, 5, approval->text);
	store_bind_bytes(q, 6, approval->signature);
	return store_done(store, q);
}

enum err
store_approval_each(struct store *store, uint32_t batch,
	enum err (*each)(void *context, const struct store_approval *approval),
	void *context)
{
	sqlite3_stmt *q = store_statement(store, SQL_APPROVAL_EACH);
	enum err e;

	store_bind_u64(q, 1, batch);
	while ((e = store_row(store, q)) == ERR_OK) {
		struct store_approval a = {
			.id = store_column_u64(q, 0),
			.batch = (uint32_t)store_column_u64(q, 1),
			.withhold = store_column_u64(q, 2) != 0,
			.entry = store_column_u64(q, 4),
			.text = store_column_bytes(q, 5),
			.signature = store_column_bytes(q, 6),
		};

		e = store_column_exact(store, q, 3, a.signer, STORE_HASH);
		if (e == ERR_OK)
			e = each(context, &a);
		if (e != ERR_OK)
			break;
	}
	(void)sqlite3_reset(q);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
