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

#include "proc/proc_batch.h"

struct proc_locate_progress {
	void (*tell)(
		void *context, const char *stage, uint64_t done, uint64_t of);
	void *context;
};

/* Needs the ledger and the vault.  Refuses NOT_FOUND where no roll is loaded. */
MUST_USE enum err proc_locate(struct instance *in,
	const struct store_batch *batch,
	const struct proc_locate_progress *progress);

/* One question to a vault: its entry L first, durable and published. */
struct proc_lookup {
	struct instance *in;
	struct proc_peer *vault;
	const struct store_batch *of;
	const struct account_opened *batch; /* of->entry, opened */
	const uint8_t *roll;                /* that the vault has open */
};
enum { PROC_LOOKUP_ANSWER = 1 << 25 };

/* Looks up to VAULT_CHUNK requests up, the first being line `first`;
 * vault_found_read() cuts `answer`. */
MUST_USE enum err proc_lookup(const struct proc_lookup *lookup,
	const struct span *requests, size_t n, uint64_t first,
	struct buf *answer);
