/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_release - one package for every accepted request of a batch.
 *
 * A round goes through the batch in chunks; between two chunks other verbs (a
 * hold) may come in.  For each chunk, under the instance's lock:
 *
 *	decide anew ─> vault: entries S ─> ledger ─> vault: packages ─> sealed/
 *	            registers, holds       durable   made only now
 *	decide anew ─> entries D ─> ledger durable ─> rename into outbox/
 *
 * The first round answers every accepted request.  A later round answers again
 * those that were answered while a hold of the requester's own kind (a case, a
 * statute, all) covered them, or that request review let go on since.  Where
 * anything else has ended that kept an address back (reviewers were late, a
 * screen was cleared, another roll serves), all that were answered get a package
 * again, the delivered ones their address: never a set that tells which of them
 * were on the roll.
 */

#include "proc/proc_batch.h"

struct proc_release_options {
	uint32_t batch;
	void (*progress)(
		void *context, const char *stage, uint64_t done, uint64_t of);
	void *context;
};

struct proc_release_result {
	uint64_t answered;  /* packages handed over in this round */
	uint64_t addresses; /* of these */
	uint64_t held;      /* answered neutrally because a hold covers them */
	uint64_t void_;     /* approved, but decided otherwise now */
	uint64_t nobody;    /* no officer to seal to: nothing was made */
	uint64_t finished;  /* of a round that was cut off */
	uint64_t waiting;   /* still wait for reviewers */
};

/*
 * Needs the ledger, the vault, an operator, a roll.  Refuses TOO_EARLY before
 * the answer day (in a sandbox: while requests wait for reviewers), and in a
 * later round while those to be answered anew wait: nothing leaves.
 */
MUST_USE enum err proc_release(struct instance *in,
	const struct proc_release_options *options,
	struct proc_release_result *ret_result);
