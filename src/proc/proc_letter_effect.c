/* SPDX-License-Identifier: Apache-2.0 */
/* What each letter asks of a request, and does to it. */
#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_letter_int.h"
#include "proc/proc_matter.h"
#include "proc/proc_reply.h"

/* ---- may it? ---- */

/* What the requester sees of a request, for a sentence. */
static const char *
seen(const struct store_request *row)
{
	return case_state_seen((enum case_state)row->state);
}

static struct case_act
by_requester(const struct taking *t)
{
	return (struct case_act){.who = CASE_BY_REQUESTER, .by = t->signer};
}

/* C5: the words are the same for all that were accepted. */
static enum err
may_withdraw(
	struct taking *t, const struct letter_about *about, struct why *why)
{
	struct case_act act = by_requester(t);
	struct case_request c;
	struct why own;
	enum err e;

	if (about->row.answered != CASE_ANSWERED_NONE)
		return why_set(why, ERR_TOO_LATE, "its package has gone");
	e = case_load(about->row.state, about->row.answered, &c);
	if (e == ERR_OK)
		e = case_apply(&c, CASE_TO_WITHDRAW, &act, &own);
	return e == ERR_OK ? ERR_OK
			   : why_set(why, ERR_BAD_MOVE,
				     "it is %s: nothing to take back",
				     seen(&about->row));
}

static enum err
may_reconsider(
	struct taking *t, const struct letter_about *about, struct why *why)
{
	const struct store_request *row = &about->row;
	struct store_matter last = {.n = 0};
	struct store_matter m = {.n = 0};
	struct matter matter;
	enum err e;

	if (row->state != CASE_REFUSED && row->state != CASE_RETURNED)
		return why_set(
			why, ERR_BAD_MOVE, "it is %s, not refused", seen(row));
	if (row->answered != CASE_ANSWERED_NONE)
		return why_set(why, ERR_TOO_LATE,
			"its package went before it was given back: send it "
			"mended, with weir:supersedes");
	while ((e = proc_matter_next(&t->in, m.n, MATTER_OF_RECONSIDER,
			row->batch, &m, &matter)) == ERR_OK)
		if (m.line == row->line)
			last = m;
	if (e != ERR_NOT_FOUND)
		return e;
	if (last.n != 0 && last.state == MATTER_OPEN)
		return why_set(why, ERR_EXISTS,
			"it is being looked at again: matter %" PRIu64, last.n);
	if (last.n != 0 && last.decision == MATTER_RECONSIDER_UPHOLD)
		return why_set(why, ERR_EXISTS,
			"it was looked at again and upheld: send it mended, "
			"with weir:supersedes");
	return ERR_OK;
}

/* I9: what the roll said is looked at only where an address went, which the
 * requester knows. */
static enum err
may_destroy(struct taking *t, const struct letter_about *about, struct why *why)
{
	const struct store_request *row = &about->row;
	const struct hold *hold;
	struct batch_request b;
	struct batch_target target;
	struct store_batch batch;
	struct store_letter past = {.n = 0};
	enum err e;

	while ((e = store_letter_next(t->in.store, past.n, row->batch,
			row->line, &past)) == ERR_OK)
		if (past.kind == LETTER_DESTROYED &&
			past.entry > row->delivered)
			return why_set(why, ERR_EXISTS,
				"its destruction was certified before");
	if (e != ERR_NOT_FOUND)
		return e;
	e = proc_batch_get(&t->in, row->batch, &batch);
	if (e == ERR_OK)
		e = proc_batch_open(&t->in, row, &b);
	if (e != ERR_OK)
		return e;
	proc_batch_target(&t->in, &batch, &b.request,
		row->answered == CASE_ANSWERED_ADDRESS ? b.person
						       : span_of(NULL, 0),
		&target);
	hold = hold_set_covers(t->in.holds, HOLD_TO_PRESERVE, &target.target);
	if (hold != NULL)
		e = why_set(why, ERR_HELD,
			"a hold says to preserve it%s%s: nothing of it is "
			"destroyed",
			hold_sealed(hold) ? "" : ": docket ",
			hold_sealed(hold) ? "" : hold_docket(hold));
	proc_batch_fini(&b);
	return e;
}

enum err
letter_may(struct taking *t, const struct letter_about *about, struct why *why)
{
	switch (t->letter.kind) {
	case LETTER_WITHDRAW:
		return may_withdraw(t, about, why);
	case LETTER_RECONSIDER:
		return may_reconsider(t, about, why);
	case LETTER_DESTROYED:
		return may_destroy(t, about, why);
	case LETTER_ACKNOWLEDGE:
	case LETTER_CUSTODY:
	case LETTER_NO_KIND:
	case LETTER_N_KINDS:
		break;
	}
	return ERR_OK;
}

/* ---- it is done ---- */

/* Nothing of an address is destroyed where the package is a neutral one: the
 * address was pulled back before, and that one followed. */
static enum err
destroy(struct taking *t, struct store_request *row)
{
	struct case_act act = by_requester(t);
	struct account_opened delivered;
	enum err e;

	if (row->state != CASE_DELIVERED && row->state != CASE_RECALLED)
		return ERR_OK;
	e = account_open(&t->in, row->delivered, &delivered);
	if (e != ERR_OK)
		return e;
	if (span_eq(account_field(&delivered, "outcome"), SPAN("address")))
		proc_batch_move(row, CASE_TO_DESTROY, &act);
	account_opened_fini(&delivered);
	return ERR_OK;
}

static enum err
reconsider(struct taking *t, const struct store_request *row)
{
	struct proc_matter matter = {
		.kind = MATTER_OF_RECONSIDER,
		.who = MATTER_BY_REQUESTER,
		.batch = row->batch,
		.line = row->line,
		.request = row->id,
		.words.field = {t->letter.member[LETTER_M_REASON]},
	};
	uint64_t n;

	return proc_matter_open(&t->in, &matter, &n);
}

static enum err
move(struct taking *t, struct store_request *row)
{
	struct case_act act = by_requester(t);

	switch (t->letter.kind) {
	case LETTER_WITHDRAW:
		proc_batch_move(row, CASE_TO_WITHDRAW, &act);
		return ERR_OK;
	case LETTER_RECONSIDER:
		return reconsider(t, row);
	case LETTER_DESTROYED:
		return destroy(t, row);
	case LETTER_ACKNOWLEDGE:
	case LETTER_CUSTODY:
	case LETTER_NO_KIND:
	case LETTER_N_KINDS:
		break;
	}
	return ERR_OK;
}

enum err
letter_apply(struct taking *t, struct letter_about *about)
{
	struct store_letter row = {
		.kind = (uint8_t)t->letter.kind,
		.batch = about->row.batch,
		.line = about->row.line,
		.at = t->in.at,
		.entry = t->result->entry,
	};
	enum err e = move(t, &about->row);

	memcpy(row.signer, t->signer, sizeof(row.signer));
	memcpy(row.hash, t->hash, sizeof(row.hash));
	if (e == ERR_OK)
		e = store_request_update(t->in.store, &about->row);
	return e == ERR_OK ? store_letter_add(t->in.store, &row) : e;
}

/* ---- what follows on the disk ---- */

enum err
letter_after(struct taking *t)
{
	enum err e = ERR_OK;

	if (letter_kind_signer(t->letter.kind) != LETTER_BY_CERTIFIER)
		return ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < t->letter.n_items; i++)
		if (t->about[i].row.state == CASE_WITHDRAWN)
			e = proc_batch_unstage(&t->in, &t->about[i].row);
	return e == ERR_OK ? proc_reply_later(&t->in, &t->batch) : e;
}
