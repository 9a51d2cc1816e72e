/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * api_once - Idempotency-Key: what was answered under a key is answered again
 * for a day, and nothing is done.
 *
 *	DIR/service/once/HEX	SHA-256 over the certificate and the key
 *	    u64 when, 32 hash of what was sent, u32 status, sized location, body
 *
 * The file is locked while the first is at work, so that two at the same time
 * are one after the other.  Only what was done is kept: after a refusal or a
 * failure the key may be used again.  Without the header nothing is kept.
 */

#include "api/api_int.h"

enum { API_ONCE_SECONDS = 86400, API_ONCE_KEY = 128 };

struct api_once {
	int file; /* -1: no key is given */
	bool again;
	uint8_t sent[32];
};
#define API_ONCE_NONE ((struct api_once){.file = -1})

/*
 * `part` is what was sent (a file is hashed too).  Sets `answer` and ret->again
 * where it was answered before, or, as a problem with status 422, where the key
 * was used for something else.  Refuses MALFORMED: a key of another form.
 */
MUST_USE enum err api_once_begin(struct desk *desk, const struct ask *ask,
	const struct span *part, size_t n, struct answer *answer,
	struct api_once *ret_once);

/* Keeps the answer of what went well; returns `e`. */
MUST_USE enum err api_once_end(
	struct api_once *once, enum err e, const struct answer *answer);
