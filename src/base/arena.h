/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * arena - memory for one request: a fixed block, handed out from the front,
 * all of it given back at once.  Overflow is sticky and asked once.
 */

#include "base/err.h"
#include "base/span.h"

struct arena {
	uint8_t *at;
	size_t size;
	size_t used;
	bool overflow;
};

/* Refuses nothing; fails NOMEM. */
MUST_USE enum err arena_init(struct arena *a, size_t size);
void arena_fini(struct arena *a); /* wipes and frees */
void arena_reset(struct arena *a);

/* Zeroed, aligned to 16; NULL when full (and then always). */
void *arena_take(struct arena *a, size_t n);

/* A copy with a terminator after it; the empty span when full. */
struct span arena_copy(struct arena *a, struct span s);
