/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * read - checked reading of a span, with a sticky error.
 *
 *	struct reader r = read_from(bytes);
 *	uint32_t n = read_u32be(&r);
 *	struct span name = read_sized(&r, NAME_MAX_BYTES);
 *	if (!read_end(&r)) return ERR_MALFORMED;   // short, too long, or rest
 *
 * After the first failure every getter returns zero or the empty span.
 * Spans point into the bytes given.
 */

#include "base/span.h"

struct reader {
	struct span left;
	bool failed;
};

struct reader read_from(struct span bytes);
uint8_t read_u8(struct reader *r);
uint16_t read_u16be(struct reader *r);
uint32_t read_u32be(struct reader *r);
uint64_t read_u64be(struct reader *r);
struct span read_bytes(struct reader *r, size_t n);

/* u32 length then bytes; fails when longer than `max`. */
struct span read_sized(struct reader *r, size_t max);

/* One line without its LF; fails where no LF is left. */
struct span read_line(struct reader *r);

/* The rest of the next line after `word` and a blank; fails where it begins
 * otherwise. */
struct span read_line_after(struct reader *r, const char *word);

bool read_ok(const struct reader *r);

/* True when nothing failed and nothing is left. */
bool read_end(const struct reader *r);
