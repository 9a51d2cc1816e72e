/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints beside the writer.  SQLite's write-ahead log is copied into the
 * store now and then; by itself it does so in the commit that made the log too
 * long, and whoever waits for that commit waits for thousands of pages too.
 * Here a thread with a connection of its own copies while the writer goes on,
 * and the writer copies only what came meanwhile, once that is little: then the
 * log begins anew.
 *
 * Nothing durable hangs on it: what was committed is in the log, synced.
 */
#include <pthread.h>

#include "base/mem.h"
#include "store/store_int.h"

enum {
	FRAMES = 8192, /* pages in the log from which on it is copied */
	LITTLE = 512,  /* that many the writer copies itself */
};

struct aside {
	sqlite3 *db; /* the thread's, once it runs */
	pthread_t thread;
	bool runs;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t asked_for;
	bool asked; /* until it is done */
	bool end;
	int done; /* frames of the log that are in the store */
};

static void
copy(struct aside *a)
{
	int all = 0;
	int done = 0;
	int rc = sqlite3_wal_checkpoint_v2(
		a->db, "main", SQLITE_CHECKPOINT_PASSIVE, &all, &done);

	(void)pthread_mutex_lock(&a->lock);
	a->done = rc == SQLITE_OK && done > 0 ? done : 0;
	a->asked = false;
	(void)pthread_mutex_unlock(&a->lock);
}

static void *
run(void *arg)
{
	struct aside *a = arg;
	bool end = false;

	while (!end) {
		(void)pthread_mutex_lock(&a->lock);
		while (!a->asked && !a->end)
			(void)pthread_cond_wait(&a->asked_for, &a->lock);
		end = a->end;
		(void)pthread_mutex_unlock(&a->lock);
		if (!end)
			copy(a);
	}
	return NULL;
}

/* Not before it is needed: by then its process is locked in, and so is it. */
static bool
ask(struct aside *a)
{
	a->runs = a->runs || pthread_create(&a->thread, NULL, run, a) == 0;
	a->asked = a->runs;
	(void)pthread_cond_signal(&a->asked_for);
	return a->runs;
}

/* Of every commit; `frames` is how long the log is. */
static int
committed(void *arg, sqlite3 *db, const char *name, int frames)
{
	struct aside *a = arg;
	bool ours;

	(void)pthread_mutex_lock(&a->lock);
	if (frames < a->done)
		a->done = 0; /* it began anew */
	ours = frames >= FRAMES && !a->asked &&
	       (frames - a->done <= LITTLE || !ask(a));
	(void)pthread_mutex_unlock(&a->lock);
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

	if (store->aside != NULL)
		return ERR_OK;
	a = mem_zeroed(sizeof(*a));
	if (a == NULL)
		return err_origin(ERR_NOMEM);
	store->aside = a;
	if (pthread_mutex_init(&a->lock, NULL) != 0 ||
		pthread_cond_init(&a->asked_for, NULL) != 0)
		return err_origin(ERR_NOMEM);
	if (!open_side(a, sqlite3_db_filename(store->db, "main")))
		return err_origin(ERR_STORE);
	(void)sqlite3_wal_hook(store->db, committed, a);
	return ERR_OK;
}

void
store_aside_end(struct store *store)
{
	struct aside *a = store->aside;

	if (a == NULL)
		return;
	(void)sqlite3_wal_hook(store->db, NULL, NULL);
	if (a->runs) {
		(void)pthread_mutex_lock(&a->lock);
		a->end = true;
		(void)pthread_cond_signal(&a->asked_for);
		(void)pthread_mutex_unlock(&a->lock);
		(void)pthread_join(a->thread, NULL);
	}
	(void)sqlite3_close(a->db);
	(void)pthread_cond_destroy(&a->asked_for);
	(void)pthread_mutex_destroy(&a->lock);
	mem_free(a);
	store->aside = NULL;
}
