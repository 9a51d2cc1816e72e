/* SPDX-License-Identifier: Apache-2.0 */
/* What a crash left between entry D and the rename. */
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_recall.h"
#include "proc/proc_release_int.h"
#include "release/release.h"

void
release_package_name(
	const struct store_request *row, char name[RELEASE_NAME_BYTES])
{
	(void)snprintf(name, RELEASE_NAME_BYTES, "%s.cms", row->id);
}

/* Is the file in sealed/ the one that entry D accounts for? */
static enum err
is_accounted(struct release *r, const struct store_request *row,
	const char *name, bool *ret_is)
{
	OWNED_BUF(file, RELEASE_FILE_SIZE);
	uint8_t hash[32];
	enum err e = os_read(r->sealed, name, &file);

	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&file), hash);
	*ret_is = row->delivered != STORE_NO_ENTRY &&
		  memcmp(hash, row->package, sizeof(hash)) == 0;
	return ERR_OK;
}

/* It may not leave now: recalled, and answered in this round like any other. */
static enum err
recall(struct release *r, struct store_request *row, const char *name)
{
	enum err e = account_begin(r->in);

	if (e != ERR_OK)
		return e;
	e = account_act(r->in, "recall", r->batch.n, row->id,
		span_of(row->package, 32), NULL);
	proc_batch_move(row, CASE_TO_RECALL, &proc_by_keeper);
	row->held = true;
	if (e == ERR_OK)
		e = store_request_update(r->in->store, row);
	if (e != ERR_OK) {
		account_abandon(r->in);
		return e;
	}
	e = account_commit(r->in);
	return e == ERR_OK ? proc_recall_discard(r->in, row, r->sealed, name,
				     row->delivered)
			   : e;
}

static enum err
may_leave(struct release *r, const struct store_request *row, bool *ret_may)
{
	struct leaving *x = &r->leaving[0];
	enum err e;

	*ret_may = true;
	if (row->state != CASE_DELIVERED)
		return ERR_OK;
	memset(x, 0, sizeof(*x));
	e = proc_batch_open(r->in, row, &x->b);
	if (e != ERR_OK)
		return e;
	e = release_may(r, x, ret_may);
	*ret_may = *ret_may && !x->covered;
	proc_batch_fini(&x->b);
	return e;
}

static enum err
hand_over(struct release *r, const char *name)
{
	if (renameat(r->sealed, name, r->outbox, name) != 0)
		return err_origin(ERR_IO);
	r->result->finished++;
	return ERR_OK;
}

static enum err
finish_row(void *context, struct store_request *row)
{
	struct release *r = context;
	char name[RELEASE_NAME_BYTES];
	bool accounted = false;
	bool may = true;
	enum err e;

	release_package_name(row, name);
	if (row->id[0] == '\0' || !os_exists(r->sealed, name))
		return ERR_OK;
	e = is_accounted(r, row, name, &accounted);
	if (e != ERR_OK)
		return e;
	/* Made and never accounted: nobody has it, it is made anew. */
	if (!accounted)
		return proc_recall_discard(
			r->in, row, r->sealed, name, row->sealed);
	e = may_leave(r, row, &may);
	if (e != ERR_OK)
		return e;
	return may ? hand_over(r, name) : recall(r, row, name);
}

enum err
release_finish(struct release *r)
{
	enum err e = proc_batch_each(r->in, r->options->batch, finish_row, r);

	return e == ERR_OK && r->result->finished > 0 ? os_sync(r->outbox) : e;
}
