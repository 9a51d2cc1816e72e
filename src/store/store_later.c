/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commits whose sync is not waited for.  A transaction's changes are durable in
 * the redo log before it is committed; so SQLite's own log may be synced by a
 * thread while the ledger's disk is waited for, and only the next transaction
 * waits until that is done.  After a crash the store lacks one change at the
 * most, and that one is made when it is opened (store_redo_attach()).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "store/store_beside.h"
#include "store/store_int.h"

struct later {
	int log; /* SQLite's, open */
	struct beside beside;
	bool failed; /* its lock's */
};

static void
sync_log(void *context)
{
	struct later *l = context;
	bool done = fdatasync(l->log) == 0;

	store_beside_lock(&l->beside);
	l->failed = l->failed || !done;
	store_beside_unlock(&l->beside);
}

enum err
store_sync_later(struct store *store)
{
	struct later *l;
	enum err e;

	if (store->later != NULL)
		return ERR_OK;
	l = mem_zeroed(sizeof(*l));
	if (l == NULL)
		return err_origin(ERR_NOMEM);
	store->later = l;
	l->log = open(
		sqlite3_filename_wal(sqlite3_db_filename(store->db, "main")),
		O_RDWR | O_CLOEXEC);
	e = store_beside_init(&l->beside, sync_log, l);
	if (e == ERR_OK && l->log < 0)
		e = err_origin(ERR_IO);
	return e == ERR_OK ? store_run(store, "PRAGMA synchronous = NORMAL")
			   : e;
}

void
store_later_ask(struct store *store)
{
	struct later *l = store->later;
	bool asked;

	if (l == NULL)
		return;
	store_beside_lock(&l->beside);
	store_beside_wait(&l->beside);
	asked = store_beside_ask(&l->beside);
	store_beside_unlock(&l->beside);
	if (!asked)
		sync_log(l);
}

enum err
store_settle(struct store *store)
{
	struct later *l = store->later;
	bool failed;

	if (l == NULL)
		return ERR_OK;
	store_beside_lock(&l->beside);
	store_beside_wait(&l->beside);
	failed = l->failed;
	store_beside_unlock(&l->beside);
	if (!failed)
		return ERR_OK;
	(void)snprintf(store->error, sizeof(store->error),
		"its log could not be synced");
	return err_origin(ERR_IO);
}

void
store_later_end(struct store *store)
{
	struct later *l = store->later;

	if (l == NULL)
		return;
	store_beside_fini(&l->beside);
	os_close(&l->log);
	mem_free(l);
	store->later = NULL;
}
