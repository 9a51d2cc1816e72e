/* SPDX-License-Identifier: Apache-2.0 */
/* span: every promise of base/span.h, against the plainest second reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/span.h"

/* ---- a second, slow reading of UTF-8: decode, then encode again ---- */

static size_t
encode(uint32_t c, uint8_t to[4])
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 63));
		to[2] = (uint8_t)(0x80 | (c & 63));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 63));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 63));
	to[3] = (uint8_t)(0x80 | (c & 63));
	return 4;
}

/* Takes `n` bytes as one character, whatever they are. */
static uint32_t
squeeze(const uint8_t *at, size_t n)
{
	static const uint8_t mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = at[0] & mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (at[i] & 63);
	return c;
}

static bool
plain_utf8(const uint8_t *at, size_t n)
{
	if (n == 0)
		return true;
	for (size_t k = 1; k <= 4 && k <= n; k++) {
		uint8_t back[4];
		uint32_t c = squeeze(at, k);

		if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			continue;
		if (encode(c, back) == k && memcmp(back, at, k) == 0)
			return plain_utf8(at + k, n - k);
	}
	return false;
}

static void
utf8_is_what_rfc_3629_says_for_every_three_bytes(void **state)
{
	(void)state;
	assert_true(span_is_utf8(span_of(NULL, 0)));
	for (uint32_t v = 0; v < 1U << 24; v++) {
		uint8_t s[3] = {
			(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

		if (span_is_utf8(span_of(s, 3)) != plain_utf8(s, 3))
			fail_msg("%06x", v);
	}
	for (uint32_t v = 0; v < 1U << 16; v++) {
		uint8_t s[2] = {(uint8_t)(v >> 8), (uint8_t)v};

		assert_int_equal(span_is_utf8(span_of(s, 2)), plain_utf8(s, 2));
		assert_int_equal(
			span_is_utf8(span_of(s + 1, 1)), plain_utf8(s + 1, 1));
	}
}

static void
utf8_of_four_bytes_stops_at_its_last_character(void **state)
{
	static const uint8_t edge[] = {0, 0x7f, 0x80, 0x8f, 0x90, 0xbf, 0xc0};

	(void)state;
	for (unsigned lead = 0xe0; lead < 256; lead++)
		for (unsigned second = 0; second < 256; second++)
			for (size_t i = 0; i < 49; i++) {
				uint8_t s[4] = {(uint8_t)lead, (uint8_t)second,
					edge[i / 7], edge[i % 7]};

				assert_int_equal(span_is_utf8(span_of(s, 4)),
					plain_utf8(s, 4));
			}
}

static bool
may_be_shown(uint32_t c)
{
	return !(c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
		 (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		 (c >= 0x2060 && c <= 0x206f) || c == 0xfeff);
}

static void
plain_refuses_exactly_the_listed_characters(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		uint8_t s[6] = {'a'};
		size_t n = encode(c, s + 1);
		bool sound = c < 0xd800 || c > 0xdfff;

		s[n + 1] = 'z';
		if (span_is_plain(span_of(s, n + 2)) !=
			(sound && may_be_shown(c)))
			fail_msg("U+%04X", c);
	}
	assert_false(span_is_plain(SPAN("\xc2")));
	assert_false(span_is_plain(SPAN("\xe2\x80")));
}

/* ---- comparing ---- */

static void
equality_without_case_is_of_ascii_letters_only(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			uint8_t x = (uint8_t)a;
			uint8_t y = (uint8_t)b;
			bool letters = (x | 32) == (y | 32) &&
				       (x | 32) >= 'a' && (x | 32) <= 'z';

			assert_int_equal(
				span_eq_nocase(span_of(&x, 1), span_of(&y, 1)),
				x == y || letters);
			assert_int_equal(
				span_eq(span_of(&x, 1), span_of(&y, 1)),
				x == y);
		}
	assert_false(span_eq(SPAN("a"), SPAN("ab")));
	assert_false(span_eq_nocase(SPAN("a"), SPAN("Ab")));
	assert_true(span_eq(span_of(NULL, 0), SPAN("")));
	assert_true(span_eq_nocase(span_of(NULL, 0), SPAN("")));
}

/* The i-th of all strings over 00 01 ff of up to three bytes. */
static struct span
nth(unsigned i, uint8_t to[3])
{
	static const uint8_t letter[] = {0, 1, 0xff};
	size_t n = 0;

	for (; i > 0; i = (i - 1) / 3)
		to[n++] = letter[(i - 1) % 3];
	return span_of(to, n);
}

static int
plain_cmp(struct span a, struct span b)
{
	for (size_t i = 0;; i++) {
		if (i == a.n || i == b.n)
			return (a.n > i) - (b.n > i);
		if (a.at[i] != b.at[i])
			return a.at[i] < b.at[i] ? -1 : 1;
	}
}

static void
order_is_bytewise_and_a_prefix_comes_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 40; i++)
		for (unsigned k = 0; k < 40; k++) {
			uint8_t bytes[2][3];
			struct span a = nth(i, bytes[0]);
			struct span b = nth(k, bytes[1]);
			int order = span_cmp(a, b);

			assert_int_equal(
				(order > 0) - (order < 0), plain_cmp(a, b));
			assert_int_equal(order == 0, span_eq(a, b));
			assert_int_equal(span_starts(a, b),
				a.n >= b.n && span_eq(span_of(a.at, b.n), b));
		}
	assert_int_equal(span_cmp(span_of(NULL, 0), span_of(NULL, 0)), 0);
	assert_true(span_starts(span_of(NULL, 0), span_of(NULL, 0)));
}

/* ---- cutting ---- */

static void
trimming_takes_the_four_blanks_from_both_ends_only(void **state)
{
	(void)state;
	assert_true(span_eq(span_trim(SPAN(" \t\r\na b\n\r\t ")), SPAN("a b")));
	assert_int_equal(span_trim(SPAN(" \t\r\n")).n, 0);
	assert_int_equal(span_trim(span_of(NULL, 0)).n, 0);
	for (unsigned c = 0; c < 256; c++) {
		uint8_t s[3] = {(uint8_t)c, 'x', (uint8_t)c};
		bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';

		assert_int_equal(span_trim(span_of(s, 3)).n, blank ? 1 : 3);
	}
}

static void
cutting_gives_each_part_once_and_ends(void **state)
{
	struct span rest = SPAN("a,,bc,");
	struct span none = span_of(NULL, 0);

	(void)state;
	assert_true(span_eq(span_cut(&rest, ','), SPAN("a")));
	assert_true(span_eq(span_cut(&rest, ','), SPAN("")));
	assert_true(span_eq(span_cut(&rest, ','), SPAN("bc")));
	assert_int_equal(rest.n, 0);
	assert_true(span_eq(span_cut(&rest, ','), SPAN("")));
	assert_int_equal(rest.n, 0);
	rest = SPAN("whole");
	assert_true(span_eq(span_cut(&rest, ','), SPAN("whole")));
	assert_int_equal(rest.n, 0);
	assert_int_equal(span_cut(&none, ',').n, 0);
}

static void
a_copy_is_whole_and_terminated_or_empty(void **state)
{
	char to[8];

	(void)state;
	for (size_t n = 0; n < 12; n++)
		for (size_t size = 0; size <= sizeof(to); size++) {
			bool fits = n < size;

			memset(to, 'x', sizeof(to));
			assert_int_equal(
				span_copy(span_of("abcdefghijkl", n), to, size),
				fits);
			if (size > 0)
				assert_int_equal(strlen(to), fits ? n : 0);
			if (size < sizeof(to))
				assert_int_equal(to[size], 'x');
		}
	assert_false(span_copy(span_of("a\0b", 3), to, sizeof(to)));
	assert_string_equal(to, "");
	assert_true(span_copy(span_of(NULL, 0), to, 1));
	assert_int_equal(span_text(NULL).n, 0);
	assert_int_equal(SPAN("a\0b").n, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			utf8_is_what_rfc_3629_says_for_every_three_bytes),
		cmocka_unit_test(
			utf8_of_four_bytes_stops_at_its_last_character),
		cmocka_unit_test(plain_refuses_exactly_the_listed_characters),
		cmocka_unit_test(
			equality_without_case_is_of_ascii_letters_only),
		cmocka_unit_test(order_is_bytewise_and_a_prefix_comes_first),
		cmocka_unit_test(
			trimming_takes_the_four_blanks_from_both_ends_only),
		cmocka_unit_test(cutting_gives_each_part_once_and_ends),
		cmocka_unit_test(a_copy_is_whole_and_terminated_or_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
