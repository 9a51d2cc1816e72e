/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_hold - orders that stop, placed, excepted from and lifted, each act
 * signed and entered.  A placed hold answers with its entry's index, and every
 * later delivery was judged under it: placing waits for the lock that hand-over
 * holds.
 *
 * A sealed hold is counsel's to know.  Nobody else sees it in a list, an
 * explanation or an error, what it stops looks like what a reviewer withheld
 * (proc_hold_veil()), and in the ledger its act looks like a register's.  Only
 * to grant what counsel asked for, whoever has a role may name its number.
 */

#include "proc/proc_batch.h"

/*
 * Who may place: anybody with a role.  Refuses what hold_place() refuses.  What
 * it covers and nobody fetched is pulled back (proc_recall.h): *ret_pulled
 * packages.  It stands once *ret_entry is not 0, also where pulling back
 * failed: that is finished when the instance is opened next.
 */
struct proc_hold_placed {
	uint64_t number;
	uint64_t entry;
	uint64_t pulled;
};
MUST_USE enum err proc_hold_place(struct instance *in,
	const struct hold_order *order, struct proc_hold_placed *ret_placed);

/*
 * The hold that proc_hold_place() would place now, its number included; nothing
 * is placed, signed or entered.  For proc_left_draft() and proc_left_reach().
 * The caller frees it.
 */
MUST_USE enum err proc_hold_draft(struct instance *in,
	const struct hold_order *order, struct hold **ret_hold);

/*
 * The first to ask, the second, another person, to grant; one of them counsel,
 * and that still.  `deny` ends what was asked.  *ret_lifted says whether it is
 * lifted now.  Refuses NOT_FOUND, NOT_ALLOWED (an inspector's is to place, not
 * to lift), BAD_MOVE.
 */
MUST_USE enum err proc_hold_lift(struct instance *in, uint64_t number,
	bool deny, bool *ret_lifted, uint64_t *ret_entry);

/* A later order lets something through: asked; then granted or denied by the
 * same rule as a lift. */
MUST_USE enum err proc_hold_except(struct instance *in, uint64_t number,
	const struct hold_except_order *order, uint32_t *ret_n,
	uint64_t *ret_entry);
MUST_USE enum err proc_hold_except_answer(struct instance *in, uint64_t number,
	uint32_t n, bool grant, uint64_t *ret_entry);

/* ---- who sees which ---- */

bool proc_hold_seen(const struct instance *in, const struct hold *hold);

/* What of it the actor is shown: whom it names only to who may see what it
 * reaches (PERMIT_HOLD_LEFT), and to who placed it. */
enum hold_show proc_hold_show(
	const struct instance *in, const struct hold *hold);

/* The hold of that number that the actor sees; refuses NOT_FOUND. */
MUST_USE enum err proc_hold_get(
	struct instance *in, uint64_t number, const struct hold **ret_hold);

/* Enters that holds are read: "list-holds", "show-hold", ...  Whoever has a
 * role may. */
MUST_USE enum err proc_hold_reading(
	struct instance *in, const char *act, uint64_t number);

/*
 * Where none but sealed holds reach this request and the actor may not know of
 * them: its evidence is told as if nothing held it, and the rules not met
 * without that; then true.  For what is shown, never for what is decided.
 */
bool proc_hold_veil(struct instance *in, const struct law *law,
	const struct store_batch *batch, struct batch_request *b);

/* Does a standing hold that the actor sees stop this? */
bool proc_hold_told(
	const struct instance *in, const struct hold_target *target);

/* ---- what holds look at ---- */

/* By what the requester wrote; and by the record too, as far as its entries
 * tell it: the person_id, and that a TIN or a name may be on it. */
void proc_hold_written(const struct instance *in,
	const struct store_batch *batch, const struct batch_request *b,
	struct batch_target *ret_target);
void proc_hold_record(const struct instance *in,
	const struct store_batch *batch, const struct batch_request *b,
	struct batch_target *ret_target);

/*
 * Must this be preserved?  Asked before anything of a request is destroyed, or
 * its destruction is taken as done; in doubt it must.  With nobody confirmed
 * `person` is empty.
 */
bool proc_hold_preserves(const struct instance *in,
	const struct store_batch *batch, const struct batch_request *b);
