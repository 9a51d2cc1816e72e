/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store says who approved, withheld, objected and answered; so does the
 * journal, whose entries the ledger has and which cannot be edited without its
 * key.  A row that was deleted, added or changed in the store is found here.
 */
#include "proc/proc_review.h"

#include <inttypes.h>

#include "proc/proc_matter.h"

struct audit {
	struct instance *in;
	uint32_t batch;
	struct span batch_text;
	struct review_approvals approvals;
	uint64_t n_approvals; /* acts found */
	uint64_t n_opened;    /* matters of the batch */
	uint64_t n_answered;  /* whose last answer was found */
};

static enum err
differs(struct audit *a, uint64_t entry, const char *what)
{
	return instance_says(a->in, ERR_DAMAGED,
		"the store: %s of batch %" PRIu32 " is not as entry %" PRIu64
		" has it",
		what, a->batch, entry);
}

/* ---- the acts, one by one ---- */

static enum err
meet_approval(struct audit *a, uint64_t entry, const struct account_opened *act,
	bool withhold)
{
	for (size_t i = 0; i < a->approvals.n; i++) {
		const struct review_approval *item = &a->approvals.item[i];

		if (item->entry != entry)
			continue;
		a->n_approvals++;
		if (item->withhold == withhold &&
			span_eq(span_of(item->signer, 32),
				account_field(act, "actor")) &&
			span_eq(item->text, account_field(act, "verdicts")) &&
			span_eq(item->signature,
				account_field(act, "signature")) &&
			review_approval_sound(item))
			return ERR_OK;
		break;
	}
	return differs(a, entry, withhold ? "a withholding" : "an approval");
}

static enum err
meet_opening(struct audit *a, uint64_t entry, const struct account_opened *act)
{
	struct matter opened = {0};
	struct matter_words words;
	struct store_matter row;
	enum err e;

	if (matter_open_decode(account_field(act, "object"), &opened, &words) !=
		ERR_OK)
		return differs(a, entry, "a matter");
	e = store_matter_get(a->in->store, opened.n, &row);
	if (err_is_failure(e))
		return e;
	if (e != ERR_OK || row.opened != entry || row.kind != opened.kind ||
		row.batch != opened.batch || row.line != opened.line)
		return differs(a, entry, "a matter");
	a->n_opened++;
	return ERR_OK;
}

static enum err
meet_answer(struct audit *a, uint64_t entry, const struct account_opened *act)
{
	struct store_matter row;
	enum matter_decision decision;
	struct span ground;
	uint64_t n;
	enum err e;

	if (matter_decide_decode(account_field(act, "object"), &n, &decision,
		    &ground) != ERR_OK)
		return differs(a, entry, "an answer");
	e = store_matter_get(a->in->store, n, &row);
	if (err_is_failure(e))
		return e;
	if (e != ERR_OK || row.changed == STORE_NO_ENTRY || row.changed < entry)
		return differs(a, entry, "an answer");
	if (row.changed > entry)
		return ERR_OK; /* a later one comes */
	a->n_answered++;
	return row.decision == (uint8_t)decision
		       ? ERR_OK
		       : differs(a, entry, "an answer");
}

static enum err
meet(struct audit *a, uint64_t entry, const struct account_opened *opened)
{
	struct span act = account_field(opened, "act");

	if (!span_eq(account_field(opened, "batch"), a->batch_text))
		return ERR_OK;
	if (span_eq(act, SPAN("approve")))
		return meet_approval(a, entry, opened, false);
	if (span_eq(act, SPAN("withhold")) || span_eq(act, SPAN("return")))
		return meet_approval(a, entry, opened, true);
	if (span_starts(act, SPAN("open-")))
		return meet_opening(a, entry, opened);
	if (span_starts(act, SPAN("answer-")))
		return meet_answer(a, entry, opened);
	return ERR_OK;
}

static enum err
meet_all(struct audit *a, uint64_t from)
{
	struct instance *in = a->in;
	uint64_t at = in->last_act;
	enum err e = ERR_OK;

	while (e == ERR_OK && at != STORE_NO_ENTRY && at >= from) {
		struct account_opened opened;

		e = account_open(in, at, &opened);
		if (e == ERR_OK)
			e = meet(a, at, &opened);
		at = opened.act_before;
		account_opened_fini(&opened);
	}
	return e;
}

/* ---- what no act made ---- */

static enum err
none_added(struct audit *a)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	uint64_t n_matters = 0;
	uint64_t n_answered = 0;
	enum err e;

	while ((e = proc_matter_next(a->in, row.n, MATTER_NO_KIND, a->batch,
			&row, &m)) == ERR_OK) {
		n_matters++;
		n_answered += row.changed != STORE_NO_ENTRY;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	if (a->n_approvals == a->approvals.n && a->n_opened == n_matters &&
		a->n_answered == n_answered)
		return ERR_OK;
	return instance_says(a->in, ERR_DAMAGED,
		"the store has approvals or matters of batch %" PRIu32
		" that no entry made",
		a->batch);
}

enum err
proc_review_audit(struct instance *in, uint32_t batch)
{
	struct audit a = {.in = in, .batch = batch};
	struct store_batch of;
	OWNED_BUF(text, 16);
	enum err e = proc_batch_get(in, batch, &of);

	if (e != ERR_OK)
		return e;
	buf_printf(&text, "%" PRIu32, batch);
	a.batch_text = buf_span(&text);
	e = review_approvals_read(in, batch, &a.approvals);
	if (e == ERR_OK)
		e = meet_all(&a, of.entry);
	if (e == ERR_OK)
		e = none_added(&a);
	review_approvals_fini(&a.approvals);
	return e;
}
