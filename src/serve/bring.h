/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bring - a batch that was sent to the service comes in, for the API and for the
 * console alike.  The worker forks: its child does what `batch submit` does, to
 * the end, and tells through a pipe how far it is; the worker goes on
 *
 *	once the reply is signed, of a file up to BRING_AT_ONCE
 *	once the batch has its number, of a longer one
 *	where the whole batch was refused before that
 *
 * and never waits for anybody to be looked up.  What a crash leaves over goes
 * on when the same batch is sent again.
 */

#include "proc/proc_submit.h"
#include "serve/ask.h"

enum { BRING_AT_ONCE = 8 << 20, BRING_PART_MAX = 1 << 16 };

/* What was sent: the file of the ask, and two parts of its form of these names,
 * or their headers in base64. */
struct bring_sent {
	struct buf manifest;
	struct buf signature;
	struct proc_submit_given given; /* points into the ask, the desk, both
					 * of these */
};
/* Refuses MALFORMED with what is missing; bring_fini() also after that. */
MUST_USE enum err bring_read(
	struct desk *desk, const struct ask *ask, struct bring_sent *ret_sent);
void bring_fini(struct bring_sent *sent);

struct bring_taken {
	uint32_t batch;
	bool done;  /* the reply is signed; else it is still being judged */
	bool again; /* the same was sent before */
};
/* Refuses as proc_submit() does, with the code and the sentence in
 * desk->in.why. */
MUST_USE enum err bring_batch(struct desk *desk,
	const struct proc_submit_given *given, struct bring_taken *ret_taken);
