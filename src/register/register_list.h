/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * register_list - a list of screens as Criminal Investigation or Examination
 * hands it over: CSV with the header `person,ground` and a line for each, in
 * LF or CRLF, no quotes, no blank line, the last line ended too (one that was
 * cut short is no smaller list).
 *
 * What it is parsed to, and what one process hands to another: for each line
 * u8 ground (place of its word in register.def) and the person, sized; at most
 * REGISTER_LIST_MOST lines.
 */

#include "base/buf.h"
#include "base/err.h"

enum {
	REGISTER_LIST_MOST = 200000,
	REGISTER_LIST_FILE = 1 << 24,  /* bytes of the CSV */
	REGISTER_LIST_BYTES = 1 << 24, /* of what it is parsed to */
};

/* Appends the rows to `to`.  Refuses MALFORMED and TOO_LARGE, with the line and
 * what is wrong; nothing of the text is repeated. */
MUST_USE enum err register_list_parse(struct span text, struct buf *to,
	uint32_t *ret_n, struct why *reterr_why);

struct register_list_row {
	struct span person;
	struct span ground; /* the word */
};

/* Cuts the next row off; false: what is left is none. */
bool register_list_next(struct span *rest, struct register_list_row *ret_row);
