/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * request_single - the envelope in which one request comes by itself.
 *
 *	{"weir:line":"...","weir:manifest":"...","weir:signature":"..."}
 *
 * One JSON object, each member once and no other, each the base64 of the very
 * bytes.  It comes from outside like the requests do, and goes through the same
 * parser (request_json_int.h).  What is in it is not looked at here.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "request/request.h"

enum {
	SINGLE_BYTES_MAX = REQUEST_LINE_MAX, /* of the envelope */
	SINGLE_SIGNATURE_MAX = 16 * 1024,
};

struct request_single {
	struct span line;
	struct span manifest;
	struct span signature;
};

/* What it says lies in `arena` (at least SINGLE_BYTES_MAX).  Refuses TOO_LARGE
 * and MALFORMED, with the member named; fails NOMEM. */
MUST_USE enum err request_single_parse(struct request_reader *reader,
	struct span bytes, struct arena *arena,
	struct request_single *ret_single, struct why *reterr_why);

/* The envelope of these, for the requester's side. */
void request_single_write(const struct request_single *single, struct buf *to);
