/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before a round.  Nothing is answered here; what changed since people signed
 * is set right, so that the round meets every request where it belongs.
 */
#include "proc/proc_locate.h"
#include "proc/proc_release_int.h"
#include "proc/proc_screen.h"

/* ---- another roll serves ---- */

struct stale {
	struct release *r;
	bool stale;   /* something was looked up on another roll */
	bool waiting; /* something was not looked up: a crash */
};

enum err
release_is_stale(
	struct release *r, const struct store_request *row, bool *ret_stale)
{
	struct account_opened matched;
	enum err e;

	if (row->matched == STORE_NO_ENTRY)
		return ERR_OK;
	e = account_open(r->in, row->matched, &matched);
	if (e != ERR_OK)
		return e;
	*ret_stale = !span_eq(account_field(&matched, "roll"),
		span_of(r->roll, sizeof(r->roll)));
	account_opened_fini(&matched);
	return ERR_OK;
}

/* What was disclosed, withdrawn or is over is not looked up again. */
static bool
may_be_found(const struct store_request *row)
{
	struct case_request c;

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	return row->answered != CASE_ANSWERED_ADDRESS &&
	       row->state != CASE_REQUEST_REVIEW &&
	       case_awaits_answer(&c, true);
}

static enum err
find_stale(void *context, struct store_request *row)
{
	struct stale *s = context;

	if (s->stale || !may_be_found(row))
		return ERR_OK;
	s->waiting = s->waiting || row->state == CASE_ACCEPTED;
	return release_is_stale(s->r, row, &s->stale);
}

/* Back to ACCEPTED, so that it is looked up: all of a batch, since who is and
 * who is not found again is nobody's to see. */
static enum err
unlook(void *context, struct store_request *row)
{
	struct release *r = context;

	if (!may_be_found(row)) {
		r->not_again += row->matched != STORE_NO_ENTRY;
		return ERR_OK;
	}
	if (row->state != CASE_ACCEPTED)
		proc_batch_move(row,
			row->state == CASE_STOPPED ? CASE_TO_RESUME
						   : CASE_TO_ANEW,
			&proc_by_judge);
	row->matched = STORE_NO_ENTRY;
	return store_request_update(r->in->store, row);
}

static enum err
unlook_all(struct release *r)
{
	enum err e = account_begin(r->in);

	if (e != ERR_OK)
		return e;
	e = proc_batch_each(r->in, r->batch.n, unlook, r);
	if (e == ERR_OK)
		e = account_act(r->in, "look-up-again", r->batch.n, "",
			span_of(r->roll, sizeof(r->roll)), NULL);
	if (e != ERR_OK) {
		account_abandon(r->in);
		return e;
	}
	e = account_commit(r->in);
	/* As many entries as if none had been given an address. */
	return e == ERR_OK ? account_stand_in(r->in, r->not_again) : e;
}

static enum err
look_again(struct release *r)
{
	struct stale s = {.r = r};
	enum proc_volume_gate gate;
	enum err e = proc_batch_each(r->in, r->batch.n, find_stale, &s);

	if (e == ERR_OK && s.stale)
		e = unlook_all(r);
	return e == ERR_OK && (s.stale || s.waiting)
		       ? proc_locate(r->in, &r->batch, NULL, &gate)
		       : e;
}

/* ---- what stands where it no longer belongs ---- */

static bool
is_surveyed(const struct store_request *row)
{
	return row->state == CASE_REVIEW || row->state == CASE_APPROVED_ONCE ||
	       row->state == CASE_APPROVED || row->state == CASE_SEALED ||
	       row->state == CASE_STOPPED || row->state == CASE_RECALLED;
}

/* It waits for people before it is answered anew. */
static bool
waits_again(const struct release *r, const struct store_request *row)
{
	struct case_request c;

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	return case_awaits_approval(&c) && row->held &&
	       row->answered != CASE_ANSWERED_NONE &&
	       !proc_list_has(&r->demanded, row->batch, row->line) &&
	       (row->since == 0 || r->in->clock >= proc_batch_answer_day(r->law,
							   &r->batch, row));
}

/*
 * Only what goes back to people is moved here.  What may not leave now is
 * stopped when its turn comes: until then nothing is decided about it, and a
 * stop that ends before that was none.
 */
static enum err
survey_row(void *context, struct store_request *row)
{
	struct release *r = context;
	struct leaving *x = &r->leaving[0];
	struct store_request before = *row;
	enum err e;

	if (!is_surveyed(row) ||
		proc_list_has(&r->demanded, row->batch, row->line))
		return ERR_OK;
	memset(x, 0, sizeof(*x));
	e = proc_batch_open(r->in, row, &x->b);
	if (e != ERR_OK)
		return e;
	e = release_decide_anew(r, x);
	*row = x->b.row;
	proc_batch_fini(&x->b);
	if (e != ERR_OK || row->state == CASE_STOPPED) {
		*row = before;
		/* nobody is to sign what may not leave */
		r->excused += e == ERR_OK && waits_again(r, row);
		return e;
	}
	r->result->void_ += x->void_;
	/* It could not leave when the others were answered: the next package
	 * for it is its address, so all get another one with it, whatever they
	 * got before. */
	r->whole = r->whole || (x->wished && !row->held &&
				       row->answered != CASE_ANSWERED_NONE);
	return row->state == before.state
		       ? ERR_OK
		       : store_request_update(r->in->store, row);
}

static enum err
count_waiting(void *context, struct store_request *row)
{
	struct release *r = context;
	struct case_request c;

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	r->result->waiting +=
		waits_again(r, row) ||
		(case_awaits_approval(&c) &&
			row->answered == CASE_ANSWERED_NONE &&
			!proc_list_has(&r->demanded, row->batch, row->line));
	r->again += waits_again(r, row);
	return ERR_OK;
}

enum err
release_survey(struct release *r)
{
	uint64_t woken = 0;
	enum err e = look_again(r);

	if (e == ERR_OK)
		e = release_read_begun(r);
	if (e == ERR_OK)
		e = account_begin(r->in);
	if (e != ERR_OK)
		return e;
	e = proc_screen_wake_batch(r->in, r->batch.n, &woken);
	if (e == ERR_OK)
		e = proc_batch_each(r->in, r->batch.n, survey_row, r);
	if (e == ERR_OK)
		e = account_act(r->in, "release", r->batch.n, "",
			span_of(NULL, 0), NULL);
	if (e != ERR_OK) {
		account_abandon(r->in);
		return e;
	}
	e = account_commit(r->in);
	if (e == ERR_OK)
		e = proc_batch_each(r->in, r->batch.n, count_waiting, r);
	r->again -= e == ERR_OK ? r->excused : 0;
	return e;
}
