/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify_json - one JSON object, member by member, without memory of its own:
 * as much of RFC 8259 as receipts and replies have.
 *
 *	struct verify_json j = verify_json_from(line);
 *	while (verify_json_next(&j, &member))
 *		...
 *	if (!verify_json_end(&j)) return ERR_MALFORMED;
 */

#include "base/buf.h"

enum verify_json_kind {
	VERIFY_JSON_STRING,
	VERIFY_JSON_NUMBER, /* a whole one, not negative */
	VERIFY_JSON_OTHER,  /* a list, an object, a word: passed over */
};

struct verify_json_member {
	struct span name; /* as written, between its quotes */
	enum verify_json_kind kind;
	struct span text; /* of a string: as written, between its quotes */
	uint64_t number;
};

struct verify_json {
	struct span left;
	bool failed;
	bool begun;
	bool ended;
};

struct verify_json verify_json_from(struct span bytes);
bool verify_json_next(struct verify_json *j, struct verify_json_member *ret);
/* The object came to its end, and nothing is after it. */
bool verify_json_end(const struct verify_json *j);

/* Appends the string's bytes.  False for an escape other than of a quote, a
 * backslash, a slash, LF, CR, TAB, BS, FF or one ASCII character. */
bool verify_json_text(struct span text, struct buf *to);
