/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_ledger_key - the ledger's next key: committed to, and put in force.
 *
 *	commit	an act whose object says the hash of the next key; published;
 *		its opening and a note of the key in force go into ledger/keys
 *	rotate	one person asks, another grants; an act that says both keys;
 *		published by the old key; then the keeper lets the new one sign,
 *		and the next of that is committed to
 *
 * The next key is in keeper/next, where it was made or a person put it (a file
 * of `weir ledger key make`); for a commitment its hash is enough.
 */

#include "ledger/keys.h"
#include "proc/proc_instance.h"

/* Commits to a key with that hash; NULL: to the one in keeper/next, which is
 * made where there is none.  Refuses NOT_ALLOWED. */
MUST_USE enum err proc_ledger_key_commit(
	struct instance *in, const uint8_t *next);

/* The first time, for a new ledger: not yet published. */
MUST_USE enum err proc_ledger_key_begin(
	struct instance *in, const uint8_t *next, uint64_t *ret_index);
/* Once it is. */
MUST_USE enum err proc_ledger_key_put(struct instance *in, uint64_t index);

struct proc_ledger_key_rotate {
	/* What the old key signed past so many entries is worth nothing;
	 * LEDGER_SIZE_MAX: nobody else has it. */
	uint64_t compromised_after;
	const uint8_t *next; /* hash of the key after; NULL: one is made here */
};

/*
 * The first of two people asks, another grants what was asked.  Refuses
 * NOT_ALLOWED (who, or the same person), NOT_FOUND (nothing was committed to, or
 * keeper/next is not there) and MISMATCH (another key is there, or another thing
 * was asked for).
 */
MUST_USE enum err proc_ledger_key_rotate(struct instance *in,
	const struct proc_ledger_key_rotate *how, bool *ret_done);

/* What was asked for and not granted is asked for no more; NOT_FOUND. */
MUST_USE enum err proc_ledger_key_withdraw(struct instance *in);

/* That the ledger's folder is not of before its key was changed.  Refuses
 * MISMATCH. */
MUST_USE enum err proc_ledger_key_agrees(struct instance *in);
