/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an order would stop, by what requesters wrote.  Most orders are decided
 * by what the store has in columns: by the batch, then it is counted whole; by
 * the row, its id and officer.  Only where the order looks at what is sealed (a
 * case, a statute, a number or a name) is a request opened for it.
 */
#include "proc/proc_hold.h"
#include "proc/proc_left_int.h"
#include "proc/proc_permit.h"

enum {
	SEALED = 1u << HOLD_OF_STATUTE | 1u << HOLD_OF_CASE |
		 1u << HOLD_OF_PERSON,
	OF_A_ROW = 1u << HOLD_OF_RECIPIENT | 1u << HOLD_OF_REQUEST,
	COUNTS = 512,
};

struct reaching {
	struct instance *in;
	const struct hold *hold;
	struct store_batch batch;
	struct proc_left_reach here;
	struct left_turn turn;
};

static void
count(struct proc_left_reach *reach, uint8_t state, uint8_t answered,
	uint64_t n)
{
	struct case_request c;
	struct case_totals totals = {0};
	struct case_sums sums;

	must(case_load(state, answered, &c) == ERR_OK);
	case_totals_add(&totals, &c, n);
	sums = case_totals_sums(&totals);
	if (state == CASE_LAPSED || sums.accepted == 0)
		reach->closed += n;
	else if (sums.open > 0)
		reach->open += n;
	else
		reach->out += n;
}

/* ---- one request ---- */

static enum err
open_row(struct reaching *r, const struct store_request *row)
{
	struct store_request written = *row;
	struct batch_request b;
	struct batch_target target;
	enum err e;

	written.matched = STORE_NO_ENTRY; /* what was found is not asked */
	r->here.opened++;
	r->turn.work += LEFT_OPENED;
	e = proc_batch_open(r->in, &written, &b);
	if (e == ERR_ERASED) {
		r->here.erased++;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	proc_hold_written(r->in, &r->batch, &b, &target);
	if (hold_covers(r->hold, &target.target))
		count(&r->here, row->state, row->answered, 1);
	proc_batch_fini(&b);
	return ERR_OK;
}

/* A column that is empty may stand for a text that did not fit. */
static enum hold_glance
glance_row(struct reaching *r, const struct store_request *row)
{
	struct request unread = {.unreadable = false};
	struct batch_target target;
	unsigned kinds = SEALED;

	proc_batch_target(r->in, &r->batch, &unread, span_of(NULL, 0), &target);
	target.target.request = span_text(row->id);
	target.target.officer = span_text(row->officer);
	if (row->id[0] == '\0')
		kinds |= 1u << HOLD_OF_REQUEST;
	if (row->officer[0] == '\0')
		kinds |= 1u << HOLD_OF_RECIPIENT;
	return hold_glance(r->hold, &target.target, kinds);
}

static enum err
reach_row(void *context, struct store_request *row)
{
	struct reaching *r = context;
	enum hold_glance glance = glance_row(r, row);

	r->turn.work += LEFT_LOOKED;
	if (glance == HOLD_COVERS_PERHAPS)
		return open_row(r, row);
	if (glance == HOLD_COVERS_SURELY)
		count(&r->here, row->state, row->answered, 1);
	return ERR_OK;
}

/* ---- one batch ---- */

/* The hold is the caller's own, the batch a copy of what does not change, and
 * the rows are read page after page: nothing is to be read anew. */
static enum err
let_in(void *context)
{
	struct reaching *r = context;
	bool anew;

	return proc_left_let_in(r->in, false, &r->turn, &anew);
}

static enum hold_glance
glance_batch(struct reaching *r)
{
	struct request unread = {.unreadable = false};
	struct batch_target target;

	proc_batch_target(r->in, &r->batch, &unread, span_of(NULL, 0), &target);
	return hold_glance(r->hold, &target.target, SEALED | OF_A_ROW);
}

static enum err
count_batch(struct reaching *r)
{
	static struct store_count of[COUNTS];
	size_t n = 0;
	enum err e = store_counts(r->in->store, r->batch.n, of, COUNTS, &n);

	r->turn.work += r->batch.n_lines * LEFT_LOOKED;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct store_request row = {.batch = r->batch.n,
			.state = of[i].state,
			.answered = of[i].answered};

		e = proc_batch_sound(r->in, &row);
		if (e == ERR_OK)
			count(&r->here, row.state, row.answered, of[i].n);
	}
	return e;
}

static enum err
reach_batch(struct reaching *r, uint32_t n)
{
	enum err e = proc_batch_get(r->in, n, &r->batch);
	enum hold_glance glance;

	r->here = (struct proc_left_reach){.batch = n};
	/* What is not judged has no entries to read, and is judged under it. */
	if (e != ERR_OK || r->batch.stage < STAGE_JUDGED)
		return e;
	glance = glance_batch(r);
	if (glance == HOLD_COVERS_NOT)
		return ERR_OK;
	return glance == HOLD_COVERS_SURELY ? count_batch(r)
					    : proc_batch_each_between(r->in, n,
						      reach_row, let_in, r);
}

/* ---- all of them ---- */

static void
add(struct proc_left_reach *sum, const struct proc_left_reach *here)
{
	sum->open += here->open;
	sum->out += here->out;
	sum->closed += here->closed;
	sum->erased += here->erased;
	sum->opened += here->opened;
}

enum err
proc_left_reach(struct instance *in, const struct hold *hold,
	proc_left_each_reach *each, void *context,
	struct proc_left_reach *ret_sum)
{
	struct reaching r = {.in = in, .hold = hold};
	uint32_t last = 0;
	enum err e = proc_permit(in, PERMIT_HOLD_LEFT);

	*ret_sum = (struct proc_left_reach){.batch = 0};
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	for (uint32_t n = 1; e == ERR_OK && n <= last; n++) {
		e = reach_batch(&r, n);
		if (e != ERR_OK)
			break;
		add(ret_sum, &r.here);
		if (each != NULL &&
			r.here.open + r.here.out + r.here.closed > 0)
			e = each(context, &r.here);
		if (e == ERR_OK)
			e = let_in(&r);
	}
	ret_sum->meanwhile = r.turn.meanwhile;
	return e;
}
