/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of time zones, as every system has them (RFC 8536):
 *
 *	header, times of 4 bytes     for readers of before 2005: passed over
 *	header, times of 8 bytes     each change, and what it changes to
 *	LF rule LF                   for all that comes after
 *
 * Only the rule is taken; the changes of the time to come must be the same.
 */
#include "base/read.h"
#include "base/zone.h"

enum {
	HEADER_REST = 15,
	TYPE_BYTES = 6,
	COUNT_MAX = 1 << 16,
	FILE_COUNTS = 6,
};

#define YEAR_9999 253402300799LL /* no day is told of later */

struct block {
	struct span times; /* 8 bytes each */
	struct span kinds; /* one byte each */
	struct span types; /* seconds east of UTC first */
};

enum count { N_UT, N_STD, N_LEAP, N_TIMES, N_TYPES, N_CHARS };

static bool
read_block(struct reader *r, size_t wide, struct block *ret)
{
	uint32_t n[FILE_COUNTS];
	struct span magic = read_bytes(r, 4);

	if (!span_eq(magic, SPAN("TZif")) || read_u8(r) < '2')
		return false;
	(void)read_bytes(r, HEADER_REST);
	for (size_t i = 0; i < FILE_COUNTS; i++) {
		n[i] = read_u32be(r);
		if (n[i] > COUNT_MAX)
			return false;
	}
	ret->times = read_bytes(r, n[N_TIMES] * wide);
	ret->kinds = read_bytes(r, n[N_TIMES]);
	ret->types = read_bytes(r, n[N_TYPES] * (size_t)TYPE_BYTES);
	(void)read_bytes(
		r, n[N_CHARS] + n[N_LEAP] * (wide + 4) + n[N_STD] + n[N_UT]);
	return read_ok(r) && n[N_TYPES] > 0;
}

static int64_t
time_of(const struct block *b, size_t i)
{
	struct reader r = read_from(span_of(b->times.at + i * 8, 8));

	return (int64_t)read_u64be(&r);
}

/* Before the first change the first type holds. */
static bool
offset_after(const struct block *b, size_t changes, int32_t *ret_offset)
{
	size_t kind = changes == 0 ? 0 : b->kinds.at[changes - 1];
	struct reader r;

	if (kind >= b->types.n / TYPE_BYTES)
		return false;
	r = read_from(span_of(b->types.at + kind * TYPE_BYTES, 4));
	*ret_offset = (int32_t)read_u32be(&r);
	return true;
}

static bool
says_same(const struct block *b, int64_t since, const struct zone *zone)
{
	size_t n = b->kinds.n;
	size_t i = 0;
	int32_t before;
	int32_t after;

	while (i < n && time_of(b, i) <= since)
		i++;
	if (!offset_after(b, i, &before) || before != zone_offset(zone, since))
		return false;
	for (; i < n; i++) {
		int64_t at = time_of(b, i);

		if (at > YEAR_9999)
			break;
		if (!offset_after(b, i, &before) ||
			!offset_after(b, i + 1, &after) ||
			before != zone_offset(zone, at - 1) ||
			after != zone_offset(zone, at))
			return false;
	}
	return true;
}

enum err
zone_file_parse(struct span name, struct span file, int64_t since,
	struct zone *ret_zone)
{
	struct reader r = read_from(file);
	struct block old;
	struct block b;
	struct zone zone;
	char text[ZONE_TEXT];
	struct span rule;
	size_t n = name.n;

	if (!read_block(&r, 4, &old) || !read_block(&r, 8, &b) ||
		read_line(&r).n > 0)
		return ERR_MALFORMED;
	rule = read_line(&r);
	if (!read_ok(&r) || !zone_name_ok(name) ||
		n + 1 + rule.n >= sizeof(text))
		return ERR_MALFORMED;
	memcpy(text, name.at, n);
	text[n] = ' ';
	memcpy(text + n + 1, rule.at, rule.n);
	if (rule.n == 0 || !zone_parse(span_of(text, n + 1 + rule.n), &zone) ||
		!says_same(&b, since, &zone))
		return ERR_NOT_ALLOWED;
	*ret_zone = zone;
	return ERR_OK;
}
