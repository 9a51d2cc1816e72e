/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * buf - bytes that we build, with a maximum and a sticky error.
 *
 *	OWNED_BUF(b, 4096);
 *	buf_u32be(&b, n);
 *	buf_text(&b, "name");
 *	if (buf_error(&b) != ERR_OK) ...	// asked once, at the end
 *
 * Every append after the first failure does nothing.  The error is NOMEM or
 * TOO_LARGE (past the maximum given to buf_init; buf_printf() needs room for
 * one byte more than it appends).
 */

#include "base/err.h"
#include "base/span.h"

struct buf {
	uint8_t *at;
	size_t n;
	size_t size;
	size_t max;
	enum err error;
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);  /* frees, and may be used again at once */
void buf_clear(struct buf *b); /* keeps the memory, forgets the error */

#define OWNED_BUF(name, max)                                                   \
	__attribute__((cleanup(buf_fini))) struct buf name;                    \
	buf_init(&name, (max))

MUST_USE enum err buf_error(const struct buf *b);
struct span buf_span(const struct buf *b);

void buf_bytes(struct buf *b, struct span bytes);
void buf_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16be(struct buf *b, uint16_t v);
void buf_u32be(struct buf *b, uint32_t v);
void buf_u64be(struct buf *b, uint64_t v);

/* u32 length, then the bytes: read back by read_sized(). */
void buf_sized(struct buf *b, struct span bytes);

/* A JSON string with its quotes; every control byte and non-ASCII-safe
 * terminal byte (below 0x20, 0x7f) is escaped, UTF-8 passes. */
void buf_json(struct buf *b, struct span text);

/* The text with & < > " ' as character references: in HTML, XML or SVG it is
 * nothing but text, between tags or in quotes. */
void buf_markup(struct buf *b, struct span text);

/* `n` zeroed bytes at the end, to be written by the caller; NULL on error. */
uint8_t *buf_space(struct buf *b, size_t n);
