/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* request_int - what the two readers of this folder share. */

#include "base/arena.h"
#include "request/request.h"
#include "request/request_json_int.h"

/* An empty request that has no id yet. */
void request_start(struct request *request);

/*
 * Records a fault.  The flag is always set; member and sentence are those of
 * the first fault only, but an unreadable line's replace all others, and all
 * fields but the id go.  `member` may be any bytes: it is cut and escaped.
 */
void request_fault(struct request *request, enum request_fault fault,
	struct span member, const char *fmt, ...) PRINTF_LIKE(4, 5);

/*
 * Stores one member's text, trimmed; what is too long or no id where one must
 * be is REQUEST_BAD_MEMBER.  Blank: not stated.  Overflow stays in `arena`.
 */
void request_put(struct request *request, struct arena *arena,
	enum request_field field, struct span text);

/* What is asked of a request as a whole when all members were put. */
MUST_USE enum err request_finish(
	struct request *request, const struct arena *arena);

/* Printable ASCII of any bytes, "\xNN" for the rest, cut with "...". */
void request_printable(struct span bytes, char *to, size_t size);

/* The parser of a reader, and what one of its faults means in these bytes. */
struct request_json *request_reader_json(struct request_reader *reader);
const char *request_json_says(enum request_json_fault fault, struct span bytes);
