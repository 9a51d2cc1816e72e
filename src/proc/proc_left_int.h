/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Inside proc_left*.c: others are let in while it is counted.
 */

#include "proc/proc_left.h"

/* Work between two looks at who waits: some thirty milliseconds, since to let
 * somebody in and to read anew takes some twenty. */
enum {
	LEFT_LOOKED = 1,     /* a row */
	LEFT_KIND = 5,       /* what an entry is */
	LEFT_OPENED = 16,    /* a request */
	LEFT_DELIVERED = 64, /* a delivery with its request, and its copy */
	LEFT_AT_ONCE = 768 * LEFT_OPENED,
};

struct left_turn {
	size_t work;
	uint64_t meanwhile; /* entries of others */
};

/*
 * After so much work lets others in who wait.  Then *ret_anew: what was read
 * before may be another now.  `outcomes`: they are being told.  Refuses
 * NOT_ALLOWED to whom a role was taken meanwhile.
 */
MUST_USE enum err proc_left_let_in(struct instance *in, bool outcomes,
	struct left_turn *turn, bool *ret_anew);
