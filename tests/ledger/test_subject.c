/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "crypto/crypto.h"
#include "ledger/subject.h"

static const uint8_t secret[32] = {1, 2, 3};
static const uint8_t salt[32] = {9, 8, 7};

/* The tag again, as docs/formats/account.md writes it down. */
static void
plain_tag(struct span person, uint32_t period, uint64_t i, uint8_t tag[32])
{
	uint8_t subject[32];
	uint8_t month[32];
	OWNED_BUF(a, 256);
	OWNED_BUF(b, 256);
	OWNED_BUF(c, 256);

	buf_text(&a, "weir/subject/v1");
	buf_bytes(&a, span_of(salt, 32));
	buf_bytes(&a, person);
	crypto_hmac_sha256(span_of(secret, 32), buf_span(&a), subject);
	buf_text(&b, "weir/period/v1");
	buf_u32be(&b, period);
	crypto_hmac_sha256(span_of(subject, 32), buf_span(&b), month);
	buf_text(&c, "tag");
	buf_u64be(&c, i);
	crypto_hmac_sha256(span_of(month, 32), buf_span(&c), tag);
}

static void
our_tag(struct span person, uint32_t period, uint64_t i, uint8_t tag[32])
{
	uint8_t subject[32];
	uint8_t month[32];

	ledger_subject_key(secret, salt, person, subject);
	ledger_period_key(subject, period, month);
	ledger_subject_tag(month, i, tag);
}

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

static void
tags_are_those_of_the_written_form(void **state)
{
	static const uint64_t numbers[] = {0, 1, 255, 256, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (uint32_t period = 24310; period < 24313; period++) {
			uint8_t want[32];
			uint8_t got[32];

			plain_tag(SPAN("P00000017"), period, numbers[i], want);
			our_tag(SPAN("P00000017"), period, numbers[i], got);
			assert_memory_equal(got, want, 32);
		}
}

static void
another_month_person_or_number_is_another_tag(void **state)
{
	uint8_t tag[4][32];

	(void)state;
	our_tag(SPAN("P1"), 24310, 0, tag[0]);
	our_tag(SPAN("P1"), 24311, 0, tag[1]);
	our_tag(SPAN("P2"), 24310, 0, tag[2]);
	our_tag(SPAN("P1"), 24310, 1, tag[3]);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(tag[i], tag[k], 32);
}

static void
the_store_names_nobody(void **state)
{
	static const uint8_t other[32] = {4};
	uint8_t row[3][32];

	(void)state;
	ledger_subject_row(secret, SPAN("P1"), row[0]);
	ledger_subject_row(secret, SPAN("P2"), row[1]);
	ledger_subject_row(other, SPAN("P1"), row[2]);
	assert_memory_not_equal(row[0], row[1], 32);
	assert_memory_not_equal(row[0], row[2], 32);
}

static void
every_day_is_in_one_month(void **state)
{
	int32_t day = day_of(1999, 12, 1);

	(void)state;
	for (; day < day_of(2033, 1, 1); day++) {
		uint32_t period = ledger_period_of(day);
		char text[LEDGER_PERIOD_TEXT];
		char whole[DAY_TEXT];
		uint32_t again = 0;

		assert_true(ledger_period_first(period) <= day);
		assert_true(day <= ledger_period_last(period));
		assert_int_equal(ledger_period_last(period) + 1,
			ledger_period_first(period + 1));
		ledger_period_text(period, text);
		day_text(day, whole);
		assert_memory_equal(text, whole, 7);
		assert_true(ledger_period_parse(span_text(text), &again));
		assert_int_equal(again, period);
	}
}

static void
what_is_no_month_is_refused(void **state)
{
	static const char *const bad[] = {"", "2026-13", "2026-00", "2026-1",
		"2026-111", "1700-01", "2026/11", "26-11-01"};
	uint32_t period;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ledger_period_parse(span_text(bad[i]), &period));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_those_of_the_written_form),
		cmocka_unit_test(another_month_person_or_number_is_another_tag),
		cmocka_unit_test(the_store_names_nobody),
		cmocka_unit_test(every_day_is_in_one_month),
		cmocka_unit_test(what_is_no_month_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
