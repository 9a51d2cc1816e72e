/* SPDX-License-Identifier: Apache-2.0 */
/* Who sees which hold, and what holds look at. */
#include <inttypes.h>
#include <stdio.h>

#include "proc/proc_hold.h"
#include "proc/proc_permit.h"

bool
proc_hold_seen(const struct instance *in, const struct hold *hold)
{
	return !hold_sealed(hold) || proc_permitted(in, PERMIT_HOLD_SEALED);
}

enum hold_show
proc_hold_show(const struct instance *in, const struct hold *hold)
{
	bool own = in->actor.cert != NULL &&
		   memcmp(hold_placer(hold), in->actor.print, HOLD_PRINT) == 0;

	return own || proc_permitted(in, PERMIT_HOLD_LEFT) ? HOLD_SHOW_ALL
							   : HOLD_SHOW_NOBODY;
}

enum err
proc_hold_get(
	struct instance *in, uint64_t number, const struct hold **ret_hold)
{
	const struct hold *hold = hold_set_find(in->holds, number);

	if (hold == NULL || !proc_hold_seen(in, hold))
		return instance_says(
			in, ERR_NOT_FOUND, "there is no hold %" PRIu64, number);
	*ret_hold = hold;
	return ERR_OK;
}

enum err
proc_hold_reading(struct instance *in, const char *act, uint64_t number)
{
	char object[24] = "";
	enum err e = proc_permit(in, PERMIT_HOLD);

	if (number != 0)
		(void)snprintf(object, sizeof(object), "%" PRIu64, number);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = account_act(in, act, 0, "", span_text(object), NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* ---- what holds look at ---- */

void
proc_hold_written(const struct instance *in, const struct store_batch *batch,
	const struct batch_request *b, struct batch_target *ret_target)
{
	proc_batch_target(in, batch, &b->request, span_of(NULL, 0), ret_target);
}

/*
 * The vault compares a hold with the record's own TIN and name, which the judge
 * never sees.  A TIN that was requested is the record's, or nobody would have
 * been confirmed; given name and surname are when they compared as equal.
 */
void
proc_hold_record(const struct instance *in, const struct store_batch *batch,
	const struct batch_request *b, struct batch_target *ret_target)
{
	struct hold_target *t = &ret_target->target;
	bool same = b->result.level[MATCH_F_GIVEN] == LEVEL_EQUAL &&
		    b->result.level[MATCH_F_SURNAME] == LEVEL_EQUAL;

	proc_batch_target(in, batch, &b->request, b->person, ret_target);
	if (b->person.n == 0)
		return;
	t->tin_unseen = t->tin[0].n == 0;
	t->name_unseen = same ? HOLD_UNSEEN_MORE : HOLD_UNSEEN_ALL;
}

bool
proc_hold_preserves(const struct instance *in, const struct store_batch *batch,
	const struct batch_request *b)
{
	struct batch_target target;

	proc_hold_record(in, batch, b, &target);
	return hold_set_covers(in->holds, HOLD_TO_PRESERVE, &target.target) !=
	       NULL;
}

/* ---- what is shown ---- */

static bool
is_seen(const struct instance *in, const struct hold_target *target,
	bool (*stops)(
		const struct hold *hold, const struct hold_target *target))
{
	for (size_t i = 0; i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);

		if (hold_effect(hold) == HOLD_TO_STOP &&
			proc_hold_seen(in, hold) && stops(hold, target))
			return true;
	}
	return false;
}

bool
proc_hold_told(const struct instance *in, const struct hold_target *target)
{
	return is_seen(in, target, hold_covers);
}

bool
proc_hold_veil(struct instance *in, const struct law *law,
	const struct store_batch *batch, struct batch_request *b)
{
	struct batch_target target;
	bool met[LAW_RULES_MAX];

	if (b->evidence.value[EV_NO_HOLD] != 1) /* false */
		return false;
	proc_batch_target(in, batch, &b->request, b->person, &target);
	/* Lifted or not: what an old decision says must not tell of it. */
	if (proc_permitted(in, PERMIT_HOLD_SEALED) ||
		is_seen(in, &target.target, hold_reaches))
		return false;
	evidence_set_flag(&b->evidence, EV_NO_HOLD, true);
	(void)proc_batch_decide(law, &b->evidence, met);
	b->row.unmet &= proc_batch_unmet(met, law_n_rules(law));
	return true;
}
