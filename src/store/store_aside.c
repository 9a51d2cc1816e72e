/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints beside the writer.  SQLite's write-ahead log is copied into the
 * store now and then; by itself it does so in the commit that made the log too
 * long, and whoever waits for that commit waits for thousands of pages too.
 * Here a thread with a connection of its own copies while the writer goes on,
 * and the writer copies only what came meanwhile, once that is little: then the
 * log begins anew.  The thread has the disk write a few pages at a time, or the
 * writer's own syncs would wait behind thousands.
 *
 * Nothing durable hangs on it: what was committed is in the log, synced.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/store_beside.h"
#include "store/store_int.h"

enum {
	FRAMES = 8192, /* pages in the log from which on it is copied */
	LITTLE = 128,  /* that many the writer copies itself */
	AT_ONCE = 16,  /* pages that the disk is given */
};

struct aside {
	sqlite3 *db; /* the thread's, once it runs */
	struct beside beside;
	int done; /* frames of the log that are in the store; its lock's */
};

/* ---- a few pages at a time ---- */

static _Thread_local bool is_aside;
static _Thread_local unsigned given;

/* SQLite's pwrite(2).  What sync_file_range() cannot do is not needed: SQLite
 * syncs the store itself when all is copied. */
static ssize_t
write_gently(int fd, const void *bytes, size_t n, off_t at)
{
	ssize_t done = pwrite(fd, bytes, n, at);

	if (!is_aside || done < 0)
		return done;
	if (++given % AT_ONCE == 0)
		(void)sync_file_range(fd, 0, 0,
			SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE);
	return done;
}

static void
be_gentle(void)
{
	static const char *const names[] = {"pwrite", "pwrite64"};
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	for (size_t i = 0; i < 2; i++)
		if (vfs->iVersion >= 3 && vfs->xSetSystemCall != NULL &&
			vfs->xGetSystemCall(vfs, names[i]) != NULL)
			(void)vfs->xSetSystemCall(vfs, names[i],
				(sqlite3_syscall_ptr)write_gently);
}

/* ---- copying ---- */

static void
copy(void *context)
{
	struct aside *a = context;
	int all = 0;
	int done = 0;
	int rc;

	is_aside = true;
	rc = sqlite3_wal_checkpoint_v2(
		a->db, "main", SQLITE_CHECKPOINT_PASSIVE, &all, &done);
	store_beside_lock(&a->beside);
	a->done = rc == SQLITE_OK && done > 0 ? done : 0;
	store_beside_unlock(&a->beside);
}

/* Of every commit; `frames` is how long the log is. */
static int
committed(void *arg, sqlite3 *db, const char *name, int frames)
{
	struct aside *a = arg;
	bool ours;

	store_beside_lock(&a->beside);
	if (frames < a->done)
		a->done = 0; /* it began anew */
	ours = frames >= FRAMES && !a->beside.asked &&
	       (frames - a->done <= LITTLE || !store_beside_ask(&a->beside));
	store_beside_unlock(&a->beside);
	if (ours)
		(void)sqlite3_wal_checkpoint_v2(
			db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

/* Its files are opened now: later they may be out of reach. */
static bool
open_side(struct aside *a, const char *path)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

	return sqlite3_open_v2(path, &a->db, flags, NULL) == SQLITE_OK &&
	       sqlite3_exec(a->db,
		       "PRAGMA synchronous = FULL;"
		       "PRAGMA temp_store = MEMORY;"
		       "PRAGMA user_version;"
		       "SELECT count(*) FROM sqlite_schema",
		       NULL, NULL, NULL) == SQLITE_OK;
}

enum err
store_checkpoint_aside(struct store *store)
{
	struct aside *a;
	enum err e;

	if (store->aside != NULL)
		return ERR_OK;
	a = mem_zeroed(sizeof(*a));
	if (a == NULL)
		return err_origin(ERR_NOMEM);
	store->aside = a;
	be_gentle();
	e = store_beside_init(&a->beside, copy, a);
	if (e == ERR_OK &&
		!open_side(a, sqlite3_db_filename(store->db, "main")))
		e = err_origin(ERR_STORE);
	if (e == ERR_OK)
		(void)sqlite3_wal_hook(store->db, committed, a);
	return e;
}

void
store_aside_end(struct store *store)
{
	struct aside *a = store->aside;

	if (a == NULL)
		return;
	(void)sqlite3_wal_hook(store->db, NULL, NULL);
	store_beside_fini(&a->beside);
	(void)sqlite3_close(a->db);
	mem_free(a);
	store->aside = NULL;
}
