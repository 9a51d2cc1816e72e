/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_volume - how many were asked for (R22): counted once, in the
 * transaction that ends the judging of a batch, and kept sealed with one act.
 *
 *	over a cap      a matter for counsel; nobody of the batch is looked up
 *	                until it is cleared, and nobody ever where it is refused
 *	far over the    an alarm for counsel, one at a time for a statute;
 *	statute's use   stops nothing
 *
 * The requester's reply is the same with and without: it is made of what was
 * judged alone.
 */

#include "proc/proc_batch.h"

/* Counts `batch`, whose rows are all there, sets batch->counted, and opens the
 * matters that follow.  Within a transaction. */
MUST_USE enum err proc_volume_count(
	struct instance *in, const struct law *law, struct store_batch *batch);

enum proc_volume_gate {
	VOLUME_OPEN,  /* no cap stands in the way */
	VOLUME_WAITS, /* for counsel */
	VOLUME_SHUT,  /* counsel refused: nobody is looked up */
};

/* *ret_matter is the first in the way, or 0. */
MUST_USE enum err proc_volume_gate(struct instance *in, uint32_t batch,
	enum proc_volume_gate *ret_gate, uint64_t *ret_matter);

/* What counsel's refusal does to a batch that was answered: it is whole,
 * with nobody looked up.  Within a transaction. */
MUST_USE enum err proc_volume_shut(struct instance *in, uint32_t batch);

/* Tells, a line or two each, the caps that this batch is over, and the alarms
 * that it raised or that are open. */
MUST_USE enum err proc_volume_tell(
	struct instance *in, uint32_t batch, struct buf *to);

/*
 * Is the batch's own count from `least` to `most`, and do the kept counts, by
 * the law, give the matters that there are?  Refuses MISMATCH, DAMAGED with a
 * sentence in in->why.  A batch of an older version, without counts, is in
 * order.
 */
MUST_USE enum err proc_volume_replay(struct instance *in, const struct law *law,
	const struct store_batch *batch, uint64_t least, uint64_t most);
