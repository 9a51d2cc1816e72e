/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_rejudge - a request that was refused or given back is judged again, since
 * its requester asked for it and a person said so (matter RECONSIDER, `anew`).
 *
 * Judged, not let through: what was written is graded again by this program,
 * the registers and counters are those of now, and the batch's own law decides
 * (I5).  A new entry Q takes the old one's place; an accepted request is then
 * looked up like any other, and its answer day counts from today.
 */

#include "proc/proc_batch.h"

/*
 * Within a transaction.  Refuses BAD_MOVE (neither refused nor given back) and
 * MISMATCH (another law is in use than its batch was judged by: it goes mended
 * with a new batch).
 */
MUST_USE enum err proc_rejudge(
	struct instance *in, uint32_t batch, uint64_t line);

/* After it is durable: the reply says what is so now, and what was accepted is
 * looked up.  Needs the vault. */
MUST_USE enum err proc_rejudge_after(struct instance *in, uint32_t batch);
