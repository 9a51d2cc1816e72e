/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_kept - the requests that this process has just accepted, put by so that
 * they are looked up without their entries being opened again.
 *
 * They lie in a file without a name (proc_spool.h), so they are what was
 * judged; what lookup's entry commits to is made from them all the same.
 * Whoever finds one missing opens its entry: after a crash all are.
 */

#include "proc/proc_batch.h"
#include "proc/proc_spool.h"

struct proc_kept {
	struct proc_spool spool;
	struct buf some;  /* not written yet */
	struct span rest; /* of the piece that is being read */
	bool reading;
};
#define PROC_KEPT_NONE ((struct proc_kept){.spool = {.fd = -1}})

MUST_USE enum err proc_kept_open(int folder, struct proc_kept *ret_kept);

/* One as it is kept: `evidence` and `encoded` are those of its entry,
 * row->judged. */
void proc_kept_encode(const struct store_request *row,
	const struct evidence *evidence, struct span encoded, struct buf *to);
/* One more, so encoded, of a later line than the last. */
MUST_USE enum err proc_kept_add(struct proc_kept *kept, struct span one);

/* As proc_batch_open() of a row that was not looked up, but without the opened
 * entry.  Rows are asked for in the order of their lines.  Refuses NOT_FOUND:
 * it is not here; so does a NULL. */
MUST_USE enum err proc_kept_find(struct proc_kept *kept,
	const struct store_request *row, struct batch_request *ret);

void proc_kept_close(struct proc_kept *kept);
