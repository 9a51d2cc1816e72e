/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The redo log: every transaction's changes, durable before the transaction is.
 *
 *	record: "WEIRREDO" u8 version, u8 kind, u64 number, u64 length of the
 *	        body, body, SHA-256 of all that
 *
 * A CHANGE has SQLite's changeset of one transaction and brings a store of
 * number - 1 to `number`; a BASE has no body: what is after it builds on a
 * store of that number.  The store's own number is in `named`, in the same
 * transaction, so that both say where they stand.  A log that begins with
 * "WEIRWIPE" is being overwritten: nothing of it is to be read any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "store/store_int.h"

enum {
	VERSION = 1,
	CHANGE = 1,
	BASE = 2,
	HEAD = STORE_REDO_HEAD,
	BODY_MAX = STORE_CHANGES_MAX,
};

static const char magic[] = "WEIRREDO";
static const char wiping[] = "WEIRWIPE";

struct record {
	uint8_t kind;
	uint64_t number;
	uint64_t length; /* of the body */
};

/* ---- the store's own number ---- */

static enum err
read_number(struct store *store, uint64_t *ret_number)
{
	OWNED_BUF(bytes, 64);
	enum err e = store_get(store, "redo", &bytes);
	struct reader r = read_from(buf_span(&bytes));

	*ret_number = 0;
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		*ret_number = read_u64be(&r);
	if (e == ERR_OK && !read_end(&r)) {
		(void)snprintf(store->error, sizeof(store->error),
			"its number is damaged");
		e = err_origin(ERR_STORE);
	}
	return e;
}

static enum err
put_number(struct store *store, uint64_t number)
{
	OWNED_BUF(bytes, 64);

	buf_u64be(&bytes, number);
	return store_put(store, "redo", buf_span(&bytes));
}

/* ---- records ---- */

static void
head_encode(const struct record *record, struct buf *to)
{
	buf_text(to, magic);
	buf_u8(to, VERSION);
	buf_u8(to, record->kind);
	buf_u64be(to, record->number);
	buf_u64be(to, record->length);
}

static bool
head_decode(struct span bytes, struct record *ret_record)
{
	struct reader r = read_from(bytes);
	bool ours = span_eq(read_bytes(&r, 8), span_text(magic)) &&
		    read_u8(&r) == VERSION;

	ret_record->kind = read_u8(&r);
	ret_record->number = read_u64be(&r);
	ret_record->length = read_u64be(&r);
	return ours && read_end(&r) && ret_record->length <= BODY_MAX &&
	       (ret_record->kind == CHANGE ||
		       (ret_record->kind == BASE && ret_record->length == 0));
}

/* The whole record at `offset`; refuses NOT_FOUND where there is none that is
 * whole: the end, or what a crash left of one. */
static enum err
record_at(struct store *store, uint64_t offset, bool body,
	struct record *ret_record, struct buf *ret_body)
{
	uint8_t head[HEAD];
	uint8_t hash[CRYPTO_SHA256];
	uint8_t want[CRYPTO_SHA256];
	struct stat st;
	uint64_t left;

	if (fstat(store->redo, &st) != 0)
		return err_origin(ERR_IO);
	left = (uint64_t)st.st_size - offset;
	if ((uint64_t)st.st_size < offset + HEAD + sizeof(hash) ||
		pread(store->redo, head, HEAD, (off_t)offset) != HEAD ||
		!head_decode(span_of(head, HEAD), ret_record) ||
		ret_record->length > left - HEAD - sizeof(hash))
		return ERR_NOT_FOUND;
	if (!body)
		return ERR_OK;
	buf_clear(ret_body);
	buf_bytes(ret_body, span_of(head, HEAD));
	{
		size_t n = (size_t)ret_record->length;
		uint8_t *to = buf_space(ret_body, n);

		if (buf_error(ret_body) != ERR_OK)
			return buf_error(ret_body);
		if (pread(store->redo, to, n, (off_t)(offset + HEAD)) !=
				(ssize_t)n ||
			pread(store->redo, want, sizeof(want),
				(off_t)(offset + HEAD + n)) != sizeof(want))
			return err_origin(ERR_IO);
	}
	crypto_sha256(buf_span(ret_body), hash);
	return memcmp(hash, want, sizeof(hash)) == 0 ? ERR_OK : ERR_NOT_FOUND;
}

static enum err
write_record(struct store *store, const struct record *record, struct span body)
{
	OWNED_BUF(bytes, BODY_MAX + 128);
	uint8_t hash[CRYPTO_SHA256];
	enum err e;

	head_encode(record, &bytes);
	buf_bytes(&bytes, body);
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	crypto_sha256(buf_span(&bytes), hash);
	buf_bytes(&bytes, span_of(hash, sizeof(hash)));
	e = buf_error(&bytes);
	if (e == ERR_OK &&
		lseek(store->redo, (off_t)store->redo_end, SEEK_SET) < 0)
		e = err_origin(ERR_IO);
	if (e == ERR_OK)
		e = os_write_all(store->redo, buf_span(&bytes));
	if (e == ERR_OK && fdatasync(store->redo) != 0)
		e = err_origin(ERR_IO);
	if (e == ERR_OK && store->redo_end == 0)
		memcpy(store->redo_first, bytes.at, HEAD);
	if (e == ERR_OK) {
		store->redo_before = store->redo_end;
		store->redo_end += bytes.n;
		return ERR_OK;
	}
	(void)!ftruncate(store->redo, (off_t)store->redo_end);
	(void)snprintf(store->error, sizeof(store->error),
		"its redo log cannot be written");
	return e;
}

/* ---- destroying what it holds ---- */

static enum err
write_base(struct store *store)
{
	store->redo_from = store->redo_number;
	store->redo_last = store->redo_number;
	return write_record(store,
		&(struct record){BASE, store->redo_number, 0},
		span_of(NULL, 0));
}

static enum err
write_at(struct store *store, uint64_t offset, struct span bytes)
{
	if (lseek(store->redo, (off_t)offset, SEEK_SET) < 0)
		return err_origin(ERR_IO);
	return os_write_all(store->redo, bytes);
}

/* Its first bytes first: what a crash leaves of it says what it is. */
static enum err
overwrite(struct store *store)
{
	static const uint8_t zeros[1 << 16];
	struct stat st;
	uint64_t at = sizeof(wiping) - 1;
	enum err e = write_at(store, 0, SPAN("WEIRWIPE"));

	if (e == ERR_OK &&
		(fdatasync(store->redo) != 0 || fstat(store->redo, &st) != 0))
		e = err_origin(ERR_IO);
	while (e == ERR_OK && at < (uint64_t)st.st_size) {
		uint64_t left = (uint64_t)st.st_size - at;
		size_t n = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);

		e = write_at(store, at, span_of(zeros, n));
		at += n;
	}
	if (e == ERR_OK &&
		(fdatasync(store->redo) != 0 || ftruncate(store->redo, 0) != 0))
		e = err_origin(ERR_IO);
	return e;
}

enum err
store_redo_wipe(struct store *store)
{
	enum err e;

	if (store->redo < 0)
		return ERR_OK;
	e = overwrite(store);
	store->redo_end = 0;
	return e == ERR_OK ? write_base(store) : e;
}

static enum err
finish_wiping(struct store *store)
{
	uint8_t first[sizeof(wiping) - 1];

	if (pread(store->redo, first, sizeof(first), 0) != sizeof(first) ||
		memcmp(first, wiping, sizeof(first)) != 0)
		return ERR_OK;
	return overwrite(store);
}

/* ---- attaching ---- */

/* What this store has seen of its log before is still there: others add.  One
 * that begins otherwise was overwritten, and begun again. */
static void
scan_from(struct store *store, bool seen, off_t size)
{
	uint8_t first[HEAD] = {0};

	(void)!pread(store->redo, first, HEAD, 0);
	if (seen && (uint64_t)size >= store->redo_end &&
		memcmp(first, store->redo_first, HEAD) == 0)
		return;
	memcpy(store->redo_first, first, HEAD);
	store->redo_end = 0;
	store->redo_from = UINT64_MAX;
	store->redo_last = 0;
}

/* To the end: what is there, and whether all of it builds up to one store. */
static enum err
scan(struct store *store, bool seen, uint64_t *ret_last, bool *ret_torn)
{
	struct stat st;
	enum err e;

	if (fstat(store->redo, &st) != 0)
		return err_origin(ERR_IO);
	scan_from(store, seen, st.st_size);
	*ret_last = store->redo_last;
	for (;;) {
		OWNED_BUF(body, HEAD + BODY_MAX);
		struct record record;

		e = record_at(store, store->redo_end, false, &record, NULL);
		/* Only the last can be torn; its hash says. */
		if (e == ERR_OK && store->redo_end + HEAD + record.length +
						   CRYPTO_SHA256 ==
					   (uint64_t)st.st_size)
			e = record_at(
				store, store->redo_end, true, &record, &body);
		if (e != ERR_OK)
			break;
		if (record.kind == BASE)
			store->redo_from = record.number;
		*ret_last = store->redo_last = record.number;
		store->redo_end += HEAD + record.length + CRYPTO_SHA256;
	}
	*ret_torn = (uint64_t)st.st_size > store->redo_end;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
open_log(struct store *store, int dir)
{
	os_close(&store->redo);
	store->redo = openat(
		dir, "redo", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return store->redo < 0 ? err_origin(ERR_IO) : os_sync(dir);
}

/* A log that breaks off before where the store is was damaged, not torn: it is
 * kept for people to look at, and another one begins. */
static enum err
set_aside(struct store *store, int dir)
{
	if (renameat(dir, "redo", dir, "redo.damaged") != 0)
		return err_origin(ERR_IO);
	store->redo_end = 0;
	return open_log(store, dir);
}

/* Is the log that is open the one that is there? */
static bool
is_in_place(const struct store *store, int dir)
{
	struct stat there;
	struct stat ours;

	return fstatat(dir, "redo", &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(store->redo, &ours) == 0 && there.st_ino == ours.st_ino &&
	       there.st_dev == ours.st_dev;
}

enum err
store_redo_attach(struct store *store, int dir, uint64_t *ret_behind)
{
	uint64_t last = 0;
	bool torn = false;
	bool seen = store->redo_on && is_in_place(store, dir);
	enum err e = seen ? ERR_OK : open_log(store, dir);

	*ret_behind = 0;
	store->redo_on = false;
	if (e == ERR_OK)
		e = finish_wiping(store);
	if (e == ERR_OK)
		e = scan(store, seen, &last, &torn);
	if (e == ERR_OK)
		e = read_number(store, &store->redo_number);
	if (e == ERR_OK && torn && last < store->redo_number)
		e = set_aside(store, dir);
	else if (e == ERR_OK && torn &&
		 ftruncate(store->redo, (off_t)store->redo_end) != 0)
		e = err_origin(ERR_IO);
	if (e != ERR_OK)
		return e;
	store->redo_on = true;
	/* A new log, or one of a store that went on without it. */
	if (store->redo_end == 0 || last < store->redo_number)
		return write_base(store);
	*ret_behind = last - store->redo_number;
	return ERR_OK;
}

enum err
store_redo_look(struct store *store, int dir, uint64_t *ret_behind)
{
	uint64_t number = 0;
	uint64_t last = 0;
	bool torn = false;
	enum err e = ERR_OK;

	must(store->redo < 0);
	*ret_behind = 0;
	store->redo = openat(dir, "redo", O_RDONLY | O_CLOEXEC);
	if (store->redo < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_origin(ERR_IO);
	e = scan(store, false, &last, &torn);
	if (e == ERR_OK)
		e = read_number(store, &number);
	os_close(&store->redo);
	*ret_behind = last > number ? last - number : 0;
	return e;
}

/* ---- rolling forward ---- */

/* Whatever a change finds otherwise than it was made for ends it. */
static int
no_conflict(void *context, int kind, sqlite3_changeset_iter *iter)
{
	(void)context;
	(void)kind;
	(void)iter;
	return SQLITE_CHANGESET_ABORT;
}

static enum err
apply(struct store *store, struct span changes)
{
	enum err e = store_run(store, "BEGIN IMMEDIATE");

	if (e != ERR_OK)
		return e;
	/* SQLite takes it as not const and does not change it.  The keys of
	 * what it brings are not in it. */
	if (sqlite3changeset_apply(store->db, (int)changes.n,
		    (void *)(uintptr_t)changes.at, NULL, no_conflict,
		    NULL) == SQLITE_OK) {
		e = store_keys_forget(store);
		if (e == ERR_OK) {
			e = store_run(store, "COMMIT");
			if (e == ERR_OK)
				store_later_ask(store);
			return e;
		}
	}
	(void)snprintf(store->error, sizeof(store->error),
		"a change of the redo log does not fit: %s",
		sqlite3_errmsg(store->db));
	(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return err_origin(ERR_STORE);
}

enum err
store_redo_apply(struct store *store, uint64_t *ret_n)
{
	uint64_t offset = 0;
	enum err e = ERR_OK;

	*ret_n = 0;
	if (store->redo_from > store->redo_number) {
		(void)snprintf(store->error, sizeof(store->error),
			"the redo log begins at change %" PRIu64
			", the store is at %" PRIu64,
			store->redo_from, store->redo_number);
		return err_origin(ERR_STORE);
	}
	while (e == ERR_OK && offset < store->redo_end) {
		OWNED_BUF(body, HEAD + BODY_MAX);
		struct record record;

		e = record_at(store, offset, true, &record, &body);
		if (e != ERR_OK)
			break;
		offset += HEAD + record.length + CRYPTO_SHA256;
		if (record.kind != CHANGE ||
			record.number != store->redo_number + 1)
			continue;
		e = apply(store, span_of(body.at + HEAD, body.n - HEAD));
		store->redo_number += e == ERR_OK;
		*ret_n += e == ERR_OK;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	(void)snprintf(store->error, sizeof(store->error),
		"the redo log is damaged after change %" PRIu64,
		store->redo_number);
	return err_origin(ERR_STORE);
}

/* ---- a transaction ---- */

enum err
store_redo_begin(struct store *store)
{
	return store->redo_on ? store_changes_begin(store) : ERR_OK;
}

enum err
store_redo_commit(struct store *store)
{
	OWNED_BUF(changes, BODY_MAX);
	enum err e;

	if (!store_changes_any(store))
		return ERR_OK;
	e = put_number(store, store->redo_number + 1);
	if (e == ERR_OK)
		e = store_changes_take(store, &changes);
	if (e == ERR_OK)
		e = write_record(store,
			&(struct record){
				CHANGE, store->redo_number + 1, changes.n},
			buf_span(&changes));
	store->redo_written = e == ERR_OK;
	return e;
}

void
store_redo_end(struct store *store, bool committed)
{
	store_changes_end(store);
	/* A change whose commit failed never was. */
	if (store->redo_written && !committed) {
		store->redo_end = store->redo_before;
		(void)!ftruncate(store->redo, (off_t)store->redo_end);
	}
	if (store->redo_written && committed)
		store->redo_last = ++store->redo_number;
	store->redo_written = false;
}
