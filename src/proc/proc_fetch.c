/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_fetch.h"

#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_agency.h"
#include "proc/proc_custody.h"
#include "proc/proc_hold.h"
#include "proc/proc_permit.h"
#include "proc/proc_review.h"

enum { NAME_BYTES = 128, SCOPE_MAX = 1 << 22 };

static const char *const state_text[] = {
	[FETCH_NOT_YET] = "not-yet",
	[FETCH_READY] = "ready",
	[FETCH_AGAIN] = "fetched",
	[FETCH_GONE] = "gone",
};

const char *
proc_fetch_text(enum fetch_state state)
{
	must((size_t)state < sizeof(state_text) / sizeof(state_text[0]));
	return state_text[state];
}

struct place {
	int outbox; /* -1: there is none */
	int batch;
	char name[NAME_BYTES];
	char fetched[NAME_BYTES];
};

static enum err
folder_of(const struct instance *in, const char *kind, uint32_t batch, int *fd)
{
	enum err e = instance_folder(in, kind, batch, false, fd);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
find_place(
	struct instance *in, const struct store_request *row, struct place *p)
{
	enum err e = folder_of(in, "outbox", row->batch, &p->outbox);

	(void)snprintf(p->name, sizeof(p->name), "%s.cms", row->id);
	(void)snprintf(
		p->fetched, sizeof(p->fetched), "fetched-%s.cms", row->id);
	return e == ERR_OK ? folder_of(in, "batches", row->batch, &p->batch)
			   : e;
}

static void
place_fini(struct place *p)
{
	os_close(&p->outbox);
	os_close(&p->batch);
}

static enum err
state_in(struct instance *in, const struct store_request *row,
	const struct place *p, enum fetch_state *ret_state)
{
	struct proc_custody_letters letters;
	enum err e;

	*ret_state = FETCH_NOT_YET;
	if (row->answered == CASE_ANSWERED_NONE)
		return ERR_OK;
	*ret_state = FETCH_READY;
	if (p->outbox >= 0 && os_exists(p->outbox, p->name))
		return ERR_OK;
	*ret_state = FETCH_GONE;
	if (p->batch < 0 || !os_exists(p->batch, p->fetched))
		return ERR_OK;
	e = proc_custody_letters(in, row, &letters);
	if (e == ERR_OK && letters.acknowledged_at == 0)
		*ret_state = FETCH_AGAIN;
	return e;
}

enum err
proc_fetch_state(struct instance *in, const struct store_request *row,
	enum fetch_state *ret_state)
{
	struct place p = {.outbox = -1, .batch = -1};
	enum err e = find_place(in, row, &p);

	if (e == ERR_OK)
		e = state_in(in, row, &p, ret_state);
	place_fini(&p);
	return e;
}

/* May a hold that stands be about this request?  By what was written; where it
 * names a person it may be anybody's, so that nothing tells whose (I9). */
static enum err
may_be_held(struct instance *in, const struct store_batch *batch,
	const struct store_request *row, bool *ret_held)
{
	struct batch_target target;
	struct batch_request b;
	enum err e = proc_batch_open(in, row, &b);

	if (e != ERR_OK)
		return e;
	proc_hold_written(in, batch, &b, &target);
	*ret_held = false;
	for (size_t i = 0; i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);
		OWNED_BUF(scope, SCOPE_MAX);

		if (hold_effect(hold) != HOLD_TO_STOP ||
			hold_state(hold) == HOLD_LIFTED)
			continue;
		hold_scope_text(hold, HOLD_SHOW_ALL, &scope);
		*ret_held |= hold_covers(hold, &target.target) ||
			     buf_error(&scope) != ERR_OK ||
			     memmem(scope.at, scope.n, "person=", 7) != NULL;
	}
	proc_batch_fini(&b);
	return ERR_OK;
}

/* Entered first: then the way back is closed, and only then it goes. */
static enum err
enter_and_move(
	struct instance *in, const struct store_request *row, struct place *p)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = account_act(in, "fetch-package", row->batch, row->id,
		span_of(row->package, sizeof(row->package)), NULL);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	if (e != ERR_OK || !os_exists(p->outbox, p->name))
		return e;
	if (renameat(p->outbox, p->name, p->batch, p->fetched) != 0)
		return err_origin(ERR_IO);
	e = os_sync(p->batch);
	return e == ERR_OK ? os_sync(p->outbox) : e;
}

static enum err
may_fetch(struct instance *in, const struct store_batch *batch,
	const struct store_request *row, enum fetch_state state)
{
	bool held = false;
	enum err e = ERR_OK;

	if (state == FETCH_NOT_YET)
		return instance_says(in, ERR_TOO_EARLY,
			"no package was handed over for %s yet", row->id);
	if (state == FETCH_GONE)
		return instance_says(in, ERR_TOO_LATE,
			"the package of %s is not here any more", row->id);
	if (state == FETCH_AGAIN)
		e = may_be_held(in, batch, row, &held);
	return e == ERR_OK && held
		       ? instance_says(in, ERR_HELD,
				 "the package of %s was fetched, and cannot be "
				 "a second time now",
				 row->id)
		       : e;
}

enum err
proc_fetch(struct instance *in, uint32_t n, const char *id,
	struct store_request *ret_row, int *ret_file)
{
	struct place p = {.outbox = -1, .batch = -1};
	enum fetch_state state = FETCH_GONE;
	struct store_batch batch;
	enum err e = proc_permit(in, PERMIT_FETCH);

	if (e == ERR_OK)
		e = proc_agency_batch(in, n, &batch);
	if (e == ERR_OK)
		e = proc_review_find(in, n, id, ret_row);
	if (e != ERR_OK)
		return e;
	e = find_place(in, ret_row, &p);
	if (e == ERR_OK)
		e = state_in(in, ret_row, &p, &state);
	if (e == ERR_OK)
		e = may_fetch(in, &batch, ret_row, state);
	if (e == ERR_OK)
		e = enter_and_move(in, ret_row, &p);
	if (e == ERR_OK) {
		*ret_file = openat(p.batch, p.fetched, O_RDONLY | O_CLOEXEC);
		e = *ret_file < 0 ? err_origin(ERR_IO) : ERR_OK;
	}
	place_fini(&p);
	return e;
}
