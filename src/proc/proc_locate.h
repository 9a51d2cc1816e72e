/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_locate - accepted rows through the vault, a chunk at a time:
 *
 *	entry L, durable and signed ─> vault looks ─> the whole law ─> entry M
 *
 * Rows that were looked up stay as they are; so after a crash, or when request
 * review let one go on, the same call does what is left.
 */

#include "proc/proc_kept.h"
#include "proc/proc_volume.h"

struct proc_locate_options {
	void (*tell)(
		void *context, const char *stage, uint64_t done, uint64_t of);
	void *context;
	struct proc_kept *kept; /* or NULL: what this process accepted itself */
};

/*
 * Needs the ledger and the vault.  Refuses NOT_FOUND where no roll is loaded.
 * Where a cap of the batch is not cleared nobody is looked up, and *ret_gate
 * says which it is.  `options` may be NULL.
 */
MUST_USE enum err proc_locate(struct instance *in,
	const struct store_batch *batch,
	const struct proc_locate_options *options,
	enum proc_volume_gate *ret_gate);

/*
 * What is left of a batch that was answered: look-ups, and it is whole
 * (STAGE_LOCATED); durable and published.  Where counsel refused it, it is
 * whole with nobody looked up; where it waits for counsel, it stays as it is.
 */
MUST_USE enum err proc_locate_rest(struct instance *in,
	struct store_batch *batch, const struct proc_locate_options *options);

/* The same by number, as a verb of its own.  Refuses NOT_ALLOWED, NOT_FOUND,
 * TOO_EARLY (its reply is not written: it is submitted again). */
MUST_USE enum err proc_resume(
	struct instance *in, uint32_t n, struct store_batch *ret_batch);

/* One question to a vault: its entry L first, durable and published. */
struct proc_lookup {
	struct instance *in;
	struct proc_peer *vault;
	const struct store_batch *of;
	const struct account_opened *batch; /* of->entry, opened */
	const uint8_t *roll;                /* that the vault has open */
};
enum { PROC_LOOKUP_ANSWER = 1 << 25 };

/* Looks up to VAULT_LOOKUP requests up, the first being line `first`;
 * vault_found_read() cuts `answer`. */
MUST_USE enum err proc_lookup(const struct proc_lookup *lookup,
	const struct span *requests, size_t n, uint64_t first,
	struct buf *answer);
