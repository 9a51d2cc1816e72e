/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * span - bytes that somebody else owns, passed by value.
 *
 * A span is valid as long as what it points into; it is never terminated and
 * may hold any byte.  SPAN("text") is the span of a literal.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *at;
	size_t n;
};

#define SPAN(literal)                                                          \
	((struct span){(const uint8_t *)("" literal), sizeof(literal) - 1})

static inline struct span
span_of(const void *at, size_t n)
{
	return (struct span){at, n};
}

/* NULL gives the empty span. */
static inline struct span
span_text(const char *text)
{
	return span_of(text, text == NULL ? 0 : strlen(text));
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

/* ASCII letters compare without case. */
bool span_eq_nocase(struct span a, struct span b);

/* Bytewise order; a prefix comes first. */
int span_cmp(struct span a, struct span b);

/* Without ASCII blanks (space, tab, CR, LF) at either end. */
struct span span_trim(struct span s);

/* Cuts at the first `sep`: returns what is before, leaves the rest in `s`. */
struct span span_cut(struct span *s, uint8_t sep);

bool span_starts(struct span s, struct span prefix);

/* True where no byte is anything but zero; so for the empty span. */
bool span_is_zero(struct span s);

/* True where every byte is well-formed UTF-8 (RFC 3629) and none is NUL. */
bool span_is_utf8(struct span s);

/*
 * True where it is UTF-8 on one line with nothing that a terminal or a reader
 * could be misled by: no control (C0, DEL, C1), no zero-width or bidirectional
 * mark (U+200B to 200F, 2028 to 202E, 2060 to 206F, FEFF).
 */
bool span_is_plain(struct span s);

/*
 * Copies into `to` of `size` bytes and terminates it.  False, and "" in `to`,
 * when it does not fit or holds NUL.
 */
bool span_copy(struct span s, char *to, size_t size);
