/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_reply - what goes back, and what the custodian alone sees.
 *
 * The reply is a function of the request half: two accepted requests that say
 * the same have the same line but for the id.  Written once, signed with the
 * instance's key.
 *
 * Request review, which is blind to the roll, may give a request back; one may
 * be withdrawn, upheld, judged anew: these lines are in a second file, written
 * again and signed again each time, the newest word on each.
 */

#include "proc/proc_batch.h"

/* batches/N/reply.jsonl and reply.jsonl.p7s; `written`: its lines are there,
 * under another name, written while they were judged (proc_reply_int.h). */
MUST_USE enum err proc_reply_write(struct instance *in,
	const struct store_batch *batch, int folder, bool written);

/* Takes a piece of text that is to be printed. */
typedef enum err proc_print(void *context, struct span text);

/* batches/N/reply-later.jsonl and reply-later.jsonl.p7s: what was given back,
 * withdrawn, looked at again or judged anew, in the order of the lines.  None:
 * no file. */
MUST_USE enum err proc_reply_later(
	struct instance *in, const struct store_batch *batch);

/* The reply of a batch: the first, as it was signed, but a line that has a
 * later one is that. */
MUST_USE enum err proc_reply_print(
	struct instance *in, uint32_t batch, proc_print *print, void *context);

/*
 * The decisions, JSON Lines, in the order of the lines:
 * {"request_id","outcome","codes":[],"person_id","evidence":{},"entry","law"}.
 * Custodian only.
 */
MUST_USE enum err proc_decisions_print(
	struct instance *in, uint32_t batch, proc_print *print, void *context);
