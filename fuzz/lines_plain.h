/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * lines_plain - the plainest reading of proc_lines.h, over a whole file in
 * memory: how long the record at `at` is, and whether it is too long.  For
 * CSV a small automaton of RFC 4180 of its own.
 */

#include "request/request.h"

struct plain_line {
	size_t length;
	bool too_long;
	struct span bytes; /* without LF or CRLF */
};

static size_t
plain_to_lf(struct span rest)
{
	size_t n = 0;

	while (n < rest.n && rest.at[n] != '\n')
		n++;
	return n < rest.n ? n + 1 : n;
}

/* Where the quotes are sound the record's length, line end included; 0: broken
 * or open at the end of what there is. */
static size_t
plain_csv(struct span rest)
{
	enum { START, BARE, QUOTED, CLOSED } at = START;

	for (size_t i = 0; i < rest.n; i++) {
		uint8_t c = rest.at[i];
		bool crlf = c == '\r' &&
			    (i + 1 == rest.n || rest.at[i + 1] == '\n');

		if (at == QUOTED) {
			at = c == '"' ? CLOSED : QUOTED;
			continue;
		}
		if (c == '\n')
			return i + 1;
		if (c == ',') {
			at = START;
			continue;
		}
		if (c == '"' && at == BARE)
			return 0;
		if (c == '"') /* opens, or is the second of two */
			at = QUOTED;
		else if (at == CLOSED && !crlf)
			return 0;
		else if (at != CLOSED)
			at = BARE;
	}
	return at == QUOTED ? 0 : rest.n;
}

static struct plain_line
plain_next(struct span rest, bool csv)
{
	struct plain_line line = {.length = plain_to_lf(rest)};
	size_t n;

	if (csv) {
		size_t most =
			rest.n < REQUEST_LINE_MAX ? rest.n : REQUEST_LINE_MAX;
		size_t record = plain_csv(span_of(rest.at, most));

		/* what runs to the limit without an end is not a record yet */
		if (record == most && most < rest.n &&
			rest.at[most - 1] != '\n')
			record = 0;
		if (record != 0)
			line.length = record;
	}
	line.too_long = line.length > REQUEST_LINE_MAX;
	n = line.length;
	if (n > 0 && rest.at[n - 1] == '\n')
		n--;
	if (n > 0 && rest.at[n - 1] == '\r')
		n--;
	line.bytes = span_of(rest.at, line.too_long ? 0 : n);
	return line;
}
