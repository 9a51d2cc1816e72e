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
