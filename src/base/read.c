/* SPDX-License-Identifier: Apache-2.0 */
#include "base/read.h"

struct reader
read_from(struct span bytes)
{
	return (struct reader){.left = bytes};
}

struct span
read_bytes(struct reader *r, size_t n)
{
	struct span out;

	if (r->failed || n > r->left.n) {
		r->failed = true;
		return span_of(NULL, 0);
	}
	out = span_of(r->left.at, n);
	if (n > 0) /* no sum with NULL, which the empty span has */
		r->left.at += n;
	r->left.n -= n;
	return out;
}

static uint64_t
read_be(struct reader *r, size_t n)
{
	struct span s = read_bytes(r, n);
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | s.at[i];
	return v;
}

uint8_t
read_u8(struct reader *r)
{
	return (uint8_t)read_be(r, 1);
}

uint16_t
read_u16be(struct reader *r)
{
	return (uint16_t)read_be(r, 2);
}

uint32_t
read_u32be(struct reader *r)
{
	return (uint32_t)read_be(r, 4);
}

uint64_t
read_u64be(struct reader *r)
{
	return read_be(r, 8);
}

struct span
read_sized(struct reader *r, size_t max)
{
	size_t n = read_u32be(r);

	if (n > max)
		r->failed = true;
	return read_bytes(r, n);
}

struct span
read_line(struct reader *r)
{
	const uint8_t *lf = r->failed || r->left.n == 0
				    ? NULL
				    : memchr(r->left.at, '\n', r->left.n);
	struct span line;

	if (lf == NULL) {
		r->failed = true;
		return span_of(NULL, 0);
	}
	line = read_bytes(r, (size_t)(lf - r->left.at));
	(void)read_bytes(r, 1);
	return line;
}

struct span
read_line_after(struct reader *r, const char *word)
{
	struct span line = read_line(r);
	struct span first = span_cut(&line, ' ');

	if (!span_eq(first, span_text(word)))
		r->failed = true;
	return line;
}

bool
read_ok(const struct reader *r)
{
	return !r->failed;
}

bool
read_end(const struct reader *r)
{
	return !r->failed && r->left.n == 0;
}
