/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The readers of single values: first byte says which.  Whatever is accepted
 * is written back as the very same bytes, since each has one spelling only.
 */
#include "base/code.h"
#include "base/day.h"
#include "base/num.h"
#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 4096 };

static void
base64(struct span s)
{
	uint8_t bytes[BYTES_MAX];
	size_t n = 0;
	OWNED_BUF(back, 4 * BYTES_MAX);

	if (!code_base64_parse(s, bytes, sizeof(bytes), &n))
		return;
	code_base64(&back, span_of(bytes, n));
	must(buf_error(&back) == ERR_OK && span_eq(buf_span(&back), s));
}

static void
hex(struct span s)
{
	uint8_t bytes[BYTES_MAX];
	OWNED_BUF(back, 4 * BYTES_MAX);

	if (s.n / 2 > BYTES_MAX || !code_hex_parse(s, bytes, s.n / 2))
		return;
	code_hex(&back, span_of(bytes, s.n / 2));
	must(buf_error(&back) == ERR_OK && span_eq(buf_span(&back), s));
}

static void
number(struct span s)
{
	uint64_t v = 0;
	uint64_t same = 0;
	OWNED_BUF(back, 32);

	if (!num_parse(s, UINT64_MAX, &v))
		return;
	must(num_digits(s, v, &same) && same == v);
	must(v == 0 || !num_parse(s, v - 1, &same));
	buf_printf(&back, "%llu", (unsigned long long)v);
	must(span_eq(buf_span(&back), s));
}

static void
dates(struct span s)
{
	char text[DAY_TIME_TEXT];
	int32_t day;
	int64_t at;

	if (day_parse(s, &day)) {
		day_text(day, text);
		must(span_eq(span_text(text), s));
	}
	if (day_time_parse(s, &at)) {
		day_time_text(at, text);
		must(span_eq(span_text(text), s));
	}
}

/* A sequence is well formed exactly when each of its pieces is, cut anywhere
 * that is not inside a character. */
static void
utf8(struct span s)
{
	bool whole = span_is_utf8(s);

	must(!span_is_plain(s) || whole);
	for (size_t i = 0; i <= s.n && i < 64; i++) {
		bool head = span_is_utf8(span_of(s.at, i));
		bool tail = span_is_utf8(span_of(s.at + i, s.n - i));

		must(!(head && tail) || whole);
		must(!whole || head == tail);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const read[])(struct span) = {
		base64, hex, number, dates, utf8};

	if (size == 0)
		return 0;
	read[data[0] % (sizeof(read) / sizeof(read[0]))](
		span_of(data + 1, size - 1));
	return 0;
}
