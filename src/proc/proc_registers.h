/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_registers - changes of registers and holds: checked, signed by the
 * actor, applied, stored and entered as one.
 */

#include "proc/proc_instance.h"

/*
 * Applies, signs and enters one change of a register at `at` (in->at but for
 * what a sandbox enrols).  Many changes may share one transaction: begin, one
 * call each, then proc_registers_finish().  Refuses what register_apply()
 * refuses (in->why).
 */
MUST_USE enum err proc_registers_change(struct instance *in,
	enum register_verb verb, const struct register_row *row, int64_t at);

/* The same without an entry, at in->at: of a list, which proc_registers_list()
 * enters whole, so that nobody counts its lines in the ledger. */
MUST_USE enum err proc_registers_apply(struct instance *in,
	enum register_verb verb, const struct register_row *row);
/* `record` says which list; the actor signs it. */
MUST_USE enum err proc_registers_list(struct instance *in, enum register_id id,
	struct span subject, struct span record);

/* Stores, commits, tells the keeper the heads. */
MUST_USE enum err proc_registers_finish(struct instance *in);

/*
 * Stores the holds and enters that they changed, within a transaction: what was
 * signed, and their head, in one entry.  A sealed hold's are two, as of any
 * register, with no `hold` entry beside: the public ledger shows no difference
 * between it and a new officer.  `*ret_entry` is the first of them.
 */
struct proc_registers_act {
	const char *change;
	struct span subject; /* the hold's number */
	struct span record;  /* what was signed */
	struct span signature;
	bool sealed;
};
MUST_USE enum err proc_registers_holds(struct instance *in,
	const struct proc_registers_act *act, uint64_t *ret_entry);

/* Enters the ledger's policy (proc_policy.h), signed, within a transaction. */
MUST_USE enum err proc_registers_policy(
	struct instance *in, struct span record);

/* Tells the keeper the heads it does not know yet. */
MUST_USE enum err proc_registers_heads(struct instance *in);

/* The time of the newest change of any register. */
int64_t proc_registers_last(const struct instance *in);

/* One hash over the heads of all registers and the holds, as they are read
 * now: counters and registers are part of the evidence (I11). */
MUST_USE enum err proc_registers_hash(
	struct instance *in, uint8_t ret_hash[32]);
