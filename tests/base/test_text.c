/* SPDX-License-Identifier: Apache-2.0 */
/* num, code, day, err: bytes as numbers, digits and dates, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "base/code.h"
#include "base/day.h"
#include "base/err.h"
#include "base/num.h"

/* ---- num ---- */

/* The plain reading of up to four characters. */
static bool
plain_number(const char *s, size_t n, unsigned *ret)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++) {
		const char *digits = "0123456789";
		const char *hit = s[i] == 0 ? NULL : strchr(digits, s[i]);

		if (hit == NULL)
			return false;
		v = v * 10 + (unsigned)(hit - digits);
	}
	*ret = v;
	return n > 0;
}

static void
numbers_are_digits_and_nothing_else(void **state)
{
	static const char letters[] = "0123456789+- x.\n";

	(void)state;
	for (unsigned i = 0; i < 17 * 17 * 17; i++) {
		char s[3] = {letters[i % 17], letters[i / 17 % 17],
			letters[i / 289]};

		for (size_t n = 0; n <= 3; n++) {
			unsigned want = 0;
			uint64_t v = 777;
			bool ok = plain_number(s, n, &want);
			bool canonical = ok && (n == 1 || s[0] != '0');

			assert_int_equal(
				num_digits(span_of(s, n), 999, &v), ok);
			assert_int_equal(v, ok ? want : 777);
			v = 777;
			assert_int_equal(
				num_parse(span_of(s, n), 999, &v), canonical);
			assert_int_equal(v, canonical ? want : 777);
			assert_int_equal(num_parse(span_of(s, n), 99, &v),
				canonical && want <= 99);
		}
	}
}

static void
numbers_end_at_the_maximum_and_never_wrap(void **state)
{
	uint64_t v = 0;

	(void)state;
	assert_true(num_parse(SPAN("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_false(num_parse(SPAN("18446744073709551616"), UINT64_MAX, &v));
	assert_false(num_parse(SPAN("18446744073709551620"), UINT64_MAX, &v));
	assert_false(num_parse(SPAN("99999999999999999999"), UINT64_MAX, &v));
	assert_false(num_parse(
		SPAN("184467440737095516150000000000"), UINT64_MAX, &v));
	assert_false(
		num_parse(SPAN("18446744073709551615"), UINT64_MAX - 1, &v));
	assert_true(num_digits(SPAN("00000000000000000000000007"), 7, &v) &&
		    v == 7);
	assert_true(num_parse(SPAN("0"), 0, &v) && v == 0);
}

/* ---- code ---- */

static void
hex_is_lower_case_of_exactly_the_length(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		uint8_t text[2] = {(uint8_t)(i >> 8), (uint8_t)i};
		uint8_t byte = 0x5a;
		OWNED_BUF(back, 8);
		bool ok = code_hex_parse(span_of(text, 2), &byte, 1);

		code_hex(&back, span_of(&byte, 1));
		if (ok != span_eq(buf_span(&back), span_of(text, 2)) &&
			memcmp(text, "5a", 2) != 0)
			fail_msg("%02x %02x", text[0], text[1]);
	}
	{
		uint8_t to[4];

		assert_true(code_hex_parse(SPAN("00ff7f80"), to, 4));
		assert_memory_equal(to, "\x00\xff\x7f\x80", 4);
		assert_false(code_hex_parse(SPAN("00ff7f8"), to, 4));
		assert_false(code_hex_parse(SPAN("00ff7f801"), to, 4));
		assert_false(code_hex_parse(SPAN("00ff7f80"), to, 3));
		assert_false(code_hex_parse(SPAN("00FF7F80"), to, 4));
		assert_true(code_hex_parse(span_of(NULL, 0), to, 0));
	}
}

static void
base64_knows_the_vectors_of_rfc_4648(void **state)
{
	static const char *const vector[][2] = {{"", ""}, {"f", "Zg=="},
		{"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

	(void)state;
	for (size_t i = 0; i < sizeof(vector) / sizeof(vector[0]); i++) {
		OWNED_BUF(b, 64);
		uint8_t to[8];
		size_t n = 99;
		size_t want = strlen(vector[i][0]);

		code_base64(&b, span_text(vector[i][0]));
		assert_true(span_eq(buf_span(&b), span_text(vector[i][1])));
		assert_true(code_base64_parse(buf_span(&b), to, 8, &n));
		assert_int_equal(n, want);
		assert_memory_equal(to, vector[i][0], want);
		/* Exactly as many bytes as fit, never one more. */
		assert_true(code_base64_parse(buf_span(&b), to, want, &n));
		if (want > 0)
			assert_false(code_base64_parse(
				buf_span(&b), to, want - 1, &n));
	}
}

/* What is accepted is what the encoder writes: tried for every last group of
 * one and of two bytes, and for every byte in every place of a whole one. */
static void
base64_accepts_one_spelling_only(void **state)
{
	unsigned accepted[4] = {0};

	(void)state;
	for (unsigned i = 0; i < 65536 * 3; i++) {
		uint8_t text[4] = {(uint8_t)(i >> 8), (uint8_t)i, '=', '='};
		uint8_t to[3];
		size_t n = 0;
		OWNED_BUF(back, 8);

		if (i >= 131072) {
			text[2] = text[1];
			text[1] = 'Z';
			text[3] = 'Z';
		} else if (i >= 65536) {
			text[2] = text[1];
			text[1] = 'Z';
		}
		if (!code_base64_parse(span_of(text, 4), to, 3, &n))
			continue;
		code_base64(&back, span_of(to, n));
		assert_true(span_eq(buf_span(&back), span_of(text, 4)));
		accepted[n] += 1;
	}
	assert_int_equal(accepted[1], 256);     /* every byte, once */
	assert_int_equal(accepted[2], 64 * 16); /* first and third letter */
	assert_int_equal(accepted[3], 64 * 64);
}

static void
base64_refuses_what_another_would_let_pass(void **state)
{
	static const char *const bad[] = {"Zg", "Zg=", "Zg===", "Z===", "====",
		"Zh==", "Zm9=", "Zg==Zg==", "Zm8=Zm8=", "Zm9v\n", "Zm9v\r\n  ",
		"Zm 9", " Zm9v", "Zm-_", "=m9v", "Z=9v", "Zm=v", "Zm9v="};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t to[16];
		size_t n;

		if (code_base64_parse(span_text(bad[i]), to, 16, &n))
			fail_msg("'%s' was accepted", bad[i]);
	}
}

/* ---- day ---- */

static int
length_of(int year, int month)
{
	static const int length[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return length[month - 1] + (month == 2 && leap);
}

static void
the_calendar_is_the_one_on_the_wall(void **state)
{
	int32_t want = -62091; /* 1800-01-01 */

	(void)state;
	for (int y = 1800; y <= 2999; y++)
		for (int m = 0; m <= 13; m++)
			for (int d = 0; d <= 32; d++) {
				char text[16];
				char back[DAY_TEXT];
				int32_t day = DAY_NONE;
				bool real = m >= 1 && m <= 12 && d >= 1 &&
					    d <= length_of(y, m);

				(void)snprintf(text, sizeof(text),
					"%04d-%02d-%02d", y, m, d);
				assert_int_equal(
					day_parse(span_text(text), &day), real);
				if (!real)
					continue;
				assert_int_equal(day, want);
				assert_int_equal(day_of(y, m, d), want);
				assert_int_equal(day_year(want), y);
				day_text(want, back);
				assert_string_equal(back, text);
				want++;
			}
}

/* Also before 1800 and before the year 0: the day after is the next one. */
static void
days_split_and_come_back_in_any_year(void **state)
{
	int y = -4801;
	int m = 12;
	int d = 31;

	(void)state;
	for (int32_t day = day_of(-4800, 1, 1); day < 4000000; day++) {
		int next[3];

		day_split(day, &next[0], &next[1], &next[2]);
		assert_int_equal(day_of(next[0], next[1], next[2]), day);
		if (d < length_of(y, m)) {
			d++;
		} else {
			d = 1;
			y += m == 12;
			m = m == 12 ? 1 : m + 1;
		}
		assert_int_equal(next[0], y);
		assert_int_equal(next[1], m);
		assert_int_equal(next[2], d);
	}
}

static void
dates_are_refused_in_any_other_form(void **state)
{
	static const char *const bad[] = {"", "2026", "2026-11-1",
		"2026-11-011", "2026-11-01 ", " 2026-11-01", "2026/11/01",
		"20261101", "1799-12-31", "3000-01-01", "-026-11-01",
		"2026-1 -01", "2026-+1-01", "2100-02-29"};
	int32_t day;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (day_parse(span_text(bad[i]), &day))
			fail_msg("'%s' was accepted", bad[i]);
}

/* Each changed byte of a time is refused, or prints back as itself. */
static void
times_are_those_of_the_c_library(void **state)
{
	uint64_t step = 7919 * 3601;

	(void)state;
	for (int64_t at = -5000000000; at < 32000000000; at += (int64_t)step) {
		char text[DAY_TIME_TEXT];
		char want[32];
		time_t t = (time_t)at;
		struct tm tm;
		int64_t back = 0;

		assert_non_null(gmtime_r(&t, &tm));
		assert_true(strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ",
				    &tm) > 0);
		day_time_text(at, text);
		assert_string_equal(text, want);
		assert_true(day_time_parse(span_text(text), &back));
		assert_true(back == at);
		assert_true(day_at(at) ==
			    (at - ((at % 86400) + 86400) % 86400) / 86400);
	}
	for (size_t i = 0; i < 20; i++)
		for (unsigned c = 0; c < 256; c++) {
			char text[] = "2026-10-09T18:17:16Z";
			char out[DAY_TIME_TEXT];
			int64_t at;

			text[i] = (char)c;
			if (!day_time_parse(span_of(text, 20), &at))
				continue;
			day_time_text(at, out);
			assert_memory_equal(out, text, 20);
		}
	{
		int64_t at;

		assert_false(day_time_parse(SPAN("2026-11-01T24:00:00Z"), &at));
		assert_false(day_time_parse(SPAN("2026-11-01T23:59:60Z"), &at));
		assert_false(day_time_parse(SPAN("2026-11-01T23:59:59"), &at));
		assert_false(day_time_parse(SPAN("2026-11-01t23:59:59Z"), &at));
	}
}

/* ---- err ---- */

static unsigned hooked;

static void
count_hook(enum err e, const char *func, const char *file, int line)
{
	assert_int_equal(e, ERR_IO);
	assert_non_null(func);
	assert_non_null(file);
	assert_true(line > 0);
	hooked++;
}

static void
errors_have_a_family_a_text_and_a_place(void **state)
{
	struct why why;
	char big[1000];

	(void)state;
#define ERR(name, value, text)                                                 \
	assert_string_equal(err_text(ERR_##name), text);                       \
	assert_int_equal(err_is_failure(ERR_##name), (value) < 0);             \
	assert_int_equal(err_is_refusal(ERR_##name), (value) > 0);
#include "base/err.def"
	assert_non_null(err_text((enum err)999));
	err_set_hook(count_hook);
	assert_int_equal(err_origin(ERR_IO), ERR_IO);
	err_set_hook(NULL);
	assert_int_equal(err_origin(ERR_IO), ERR_IO);
	assert_int_equal(hooked, 1);
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = 0;
	assert_int_equal(why_set(&why, ERR_HELD, "%s", big), ERR_HELD);
	assert_int_equal(strlen(why.text), WHY_MAX - 1);
	assert_int_equal(why_set(NULL, ERR_HELD, "%s", big), ERR_HELD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_digits_and_nothing_else),
		cmocka_unit_test(numbers_end_at_the_maximum_and_never_wrap),
		cmocka_unit_test(hex_is_lower_case_of_exactly_the_length),
		cmocka_unit_test(base64_knows_the_vectors_of_rfc_4648),
		cmocka_unit_test(base64_accepts_one_spelling_only),
		cmocka_unit_test(base64_refuses_what_another_would_let_pass),
		cmocka_unit_test(the_calendar_is_the_one_on_the_wall),
		cmocka_unit_test(days_split_and_come_back_in_any_year),
		cmocka_unit_test(dates_are_refused_in_any_other_form),
		cmocka_unit_test(times_are_those_of_the_c_library),
		cmocka_unit_test(errors_have_a_family_a_text_and_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
