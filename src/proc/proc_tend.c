/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_tend.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "proc/proc_book.h"
#include "proc/proc_cosign.h"
#include "proc/proc_delay.h"
#include "proc/proc_demand.h"
#include "proc/proc_look.h"
#include "proc/proc_map.h"
#include "proc/proc_notice.h"
#include "proc/proc_permit.h"
#include "proc/proc_subject.h"

enum { TEXT = 240 };

enum err
tend_tell(struct proc_tend *t, const char *what, int32_t due, bool overdue,
	const char *fmt, ...)
{
	char text[TEXT];
	struct proc_tend_item item = {what, text, due, overdue};
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->result->due++;
	t->result->overdue += overdue;
	return t->each(t->context, &item);
}

/* ---- books ---- */

/* What cannot be closed now stays open, and is told. */
static enum err
close_books(struct proc_tend *t)
{
	enum err e = proc_books_close(t->in, &t->result->closed);

	return err_is_refusal(e) ? tend_tell(t, "book", DAY_NONE, true,
					   "a book of single requests is not "
					   "closed: %.180s",
					   t->in->why.text)
				 : e;
}

/* ---- lapsing ---- */

struct lapsing {
	struct instance *in;
	struct store_batch batch;
	struct law *law;
	int32_t from; /* the manifest's date */
	uint64_t n;
	uint8_t hash[CRYPTO_SHA256]; /* chained over batch and line of each */
};

/* A hold of any effect that reaches what was asked keeps it open. */
static enum err
is_held(struct lapsing *l, const struct store_request *row, bool *ret_held)
{
	struct batch_target target;
	struct batch_request b;
	enum err e = proc_batch_open(l->in, row, &b);

	if (e != ERR_OK)
		return e;
	proc_batch_target(
		l->in, &l->batch, &b.request, span_of(NULL, 0), &target);
	*ret_held = hold_set_covers(l->in->holds, HOLD_TO_STOP,
			    &target.target) != NULL ||
		    hold_set_covers(l->in->holds, HOLD_TO_PRESERVE,
			    &target.target) != NULL;
	proc_batch_fini(&b);
	return ERR_OK;
}

static bool
is_over(const struct lapsing *l, const struct store_request *row)
{
	int32_t from = row->since != 0 ? row->since : l->from;

	/* A hold stopped it, or pulled its package back: another answer is
	 * owed first. */
	if (row->held && row->state != CASE_REQUEST_REVIEW)
		return false;
	return row->answered == CASE_ANSWERED_NEUTRAL &&
	       case_move((enum case_state)row->state, CASE_TO_LAPSE) !=
		       CASE_NO_STATE &&
	       l->in->clock >= from + (int32_t)law_lapse_days(l->law);
}

static enum err
lapse_row(void *context, struct store_request *row)
{
	struct lapsing *l = context;
	OWNED_BUF(place, 12);
	uint8_t next[CRYPTO_SHA256];
	bool held = false;
	enum err e;

	if (!is_over(l, row))
		return ERR_OK;
	e = is_held(l, row, &held);
	if (e != ERR_OK || held)
		return e;
	proc_batch_move(row, CASE_TO_LAPSE, &proc_by_judge);
	buf_u32be(&place, row->batch);
	buf_u64be(&place, row->line);
	crypto_sha256_2(
		span_of(l->hash, sizeof(l->hash)), buf_span(&place), next);
	memcpy(l->hash, next, sizeof(next));
	l->n++;
	return store_request_update(l->in->store, row);
}

static enum err
lapse_batch(struct lapsing *l, uint32_t n)
{
	struct instance *in = l->in;
	enum err e = proc_batch_get(in, n, &l->batch);

	if (e != ERR_OK || l->batch.stage != STAGE_LOCATED)
		return e;
	e = instance_law(in, l->batch.law, &l->law);
	if (e == ERR_OK)
		e = proc_batch_manifest_day(in, &l->batch, &l->from);
	/* What was judged anew lapses later, never earlier. */
	if (e == ERR_OK &&
		in->clock >= l->from + (int32_t)law_lapse_days(l->law))
		e = proc_batch_each(in, n, lapse_row, l);
	l->law = law_free(l->law);
	return e;
}

/* "lapsed 12, SHA-256 over batch and line of each: ..." */
static enum err
enter_round(struct lapsing *l)
{
	OWNED_BUF(object, 128);
	char at[DAY_TIME_TEXT] = "";
	enum err e;

	buf_text(&object, "weir/tend/v1\n");
	buf_u64be(&object, l->n);
	buf_bytes(&object, span_of(l->hash, sizeof(l->hash)));
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	day_time_text(l->in->at, at);
	e = store_put(l->in->store, PROC_TEND_LAST, span_text(at));
	if (e != ERR_OK)
		return e;
	return account_act(l->in, "tend", 0, "", buf_span(&object), NULL);
}

static enum err
lapse(struct instance *in, uint64_t *ret_n)
{
	struct lapsing l = {.in = in};
	uint32_t last = 0;
	enum err e = store_batch_last(in->store, &last);

	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	for (uint32_t n = 1; e == ERR_OK && n <= last; n++)
		e = lapse_batch(&l, n);
	if (e == ERR_OK)
		e = enter_round(&l);
	*ret_n = l.n;
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* ---- second looks ---- */

static enum err
draw_batch(struct instance *in, uint32_t n, uint64_t *n_drawn)
{
	struct store_batch batch;
	uint64_t look = 0;
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = proc_look_draw(in, &batch, &look);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	*n_drawn += look != 0;
	return account_commit(in);
}

static enum err
draw(struct instance *in, uint64_t *n_drawn)
{
	uint32_t last = 0;
	enum err e = store_batch_last(in->store, &last);

	for (uint32_t n = 1; e == ERR_OK && n <= last; n++)
		e = draw_batch(in, n, n_drawn);
	return e;
}

/* ---- demands ---- */

static enum err
settle(struct instance *in, uint64_t *n_settled)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = proc_demand_settle(in, n_settled);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* ---- delays of accounts ---- */

static enum err
tell_late(void *context, const struct store_delay *d)
{
	struct proc_tend *t = context;

	return tend_tell(t, "delay", d->until, true,
		"delay %" PRIu64 " of an account ended %d days ago: what it "
		"kept back is entered now",
		d->n, (int)(t->in->clock - d->until));
}

static enum err
undelay(struct proc_tend *t)
{
	return proc_delay_settle(t->in, tell_late, t, &t->result->undelayed);
}

/* In an instance of an older program. */
static enum err
begin_tags(struct instance *in)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = proc_subject_begin(in);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* ---- witnesses and timestamps ---- */

/* Asks for a timestamp, and tells what would stop new decisions. */
static enum err
tend_witnesses(struct proc_tend *t)
{
	struct instance *in = t->in;
	uint64_t size;
	int64_t at;
	enum err e;

	if (in->policy == NULL)
		return ERR_OK;
	e = in->policy->settings.timestamp_url[0] == '\0'
		    ? ERR_OK
		    : proc_cosign_stamp(in, &size, &at);
	if (!err_is_failure(e))
		e = proc_cosign_fresh(in);
	if (e != ERR_TOO_LATE && e != ERR_MISMATCH)
		return e;
	return tend_tell(t, "ledger", DAY_NONE, true, "%s", in->why.text);
}

/* ---- the round ---- */

enum err
proc_tend(struct instance *in, proc_tend_each *each, void *context,
	struct proc_tend_result *ret_result)
{
	struct proc_tend t = {in, each, context, ret_result};
	enum err e = proc_permit(in, PERMIT_TEND);

	*ret_result = (struct proc_tend_result){0};
	if (e == ERR_OK)
		e = close_books(&t);
	if (e == ERR_OK)
		e = lapse(in, &ret_result->lapsed);
	if (e == ERR_OK)
		e = draw(in, &ret_result->drawn);
	if (e == ERR_OK)
		e = settle(in, &ret_result->settled);
	if (e == ERR_OK)
		e = proc_notice_reopen(in, &ret_result->reopened);
	if (e == ERR_OK)
		e = begin_tags(in);
	if (e == ERR_OK)
		e = undelay(&t);
	if (e == ERR_OK)
		e = tend_due(&t, TEND_OFFICE | TEND_REGISTERS);
	if (e == ERR_OK)
		e = tend_log(&t);
	if (e == ERR_OK)
		e = proc_map_enter(in);
	return e == ERR_OK ? tend_witnesses(&t) : e;
}
