/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of report_notice.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/day.h"
#include "report/report_notice.h"

#define TEXT(s)                                                                \
	{                                                                      \
		(const uint8_t *)(s), sizeof(s) - 1                            \
	}

static const struct report_disclosure disclosures[] = {
	{TEXT("R1"), TEXT("2026-11-01T12:00:00Z"), TEXT("us.dhs.ice"),
		TEXT("A. OFFICER"), TEXT("8 USC 1253(a)(1)(A)"),
		TEXT("criminal-investigation"), 17},
	{TEXT("R2"), TEXT("2026-11-02T12:00:00Z"), TEXT("us.dhs.ice"),
		TEXT("B. OFFICER"), TEXT("8 USC 1253(a)(1)(A)"),
		TEXT("criminal-investigation"), 99},
};

static struct report_notice
notice(void)
{
	return (struct report_notice){.origin = SPAN("example.gov/weir"),
		.custodian = SPAN("us.treasury.irs"),
		.name = SPAN("MARIA LOPEZ"),
		.person = SPAN("P00000017"),
		.ground = SPAN("A rule of ours was wrong."),
		.incident = SPAN("5"),
		.today = day_of(2026, 12, 1),
		.disclosure = disclosures,
		.n_disclosures = 2};
}

static bool
has(const struct buf *text, const char *part)
{
	size_t n = strlen(part);

	for (size_t i = 0; i + n <= text->n; i++)
		if (memcmp(text->at + i, part, n) == 0)
			return true;
	return false;
}

/* 26 USC 7431(e): the date, and the rights; and every fact of each. */
static void
the_shipped_words_hold_every_fact(void **state)
{
	static const char *const parts[] = {"us.treasury.irs", "2026-12-01",
		"MARIA LOPEZ", "person P00000017", "2026-11-01T12:00:00Z",
		"2026-11-02T12:00:00Z", "us.dhs.ice", "A. OFFICER",
		"B. OFFICER", "8 USC 1253(a)(1)(A)", "criminal-investigation",
		"R1", "R2", "entry 17", "entry 99", "A rule of ours was wrong.",
		"26 USC 7431(a)(1)", "26 USC 7431(d)", "26 USC 7431(e)",
		"incident 5 of example.gov/weir"};
	struct report_notice n = notice();
	struct why why;
	OWNED_BUF(text, 1 << 16);

	(void)state;
	assert_int_equal(
		report_notice_text(&n, report_notice_template(), &text, &why),
		ERR_OK);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!has(&text, parts[i]))
			fail_msg("missing: %s", parts[i]);
	assert_false(has(&text, "{"));
	assert_false(has(&text, "SANDBOX"));
	n.sandbox = true;
	assert_int_equal(
		report_notice_text(&n, report_notice_template(), &text, &why),
		ERR_OK);
	assert_true(has(&text, "SANDBOX"));
}

static void
a_template_of_counsel_is_filled_or_refused_with_its_line(void **state)
{
	static const char *const bad[] = {
		"a\nb {nothing} c", "a\nb {name", "a\nb {}", "a\nb {"};
	struct report_notice n = notice();
	struct why why;
	OWNED_BUF(text, 1 << 16);

	(void)state;
	assert_int_equal(
		report_notice_text(
			&n, SPAN("Dear {name}: {ground}{today}"), &text, &why),
		ERR_OK);
	assert_true(span_eq(
		buf_span(&text), SPAN("Dear MARIA LOPEZ: A rule of ours was "
				      "wrong.2026-12-01")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
			report_notice_text(&n, span_text(bad[i]), &text, &why),
			ERR_MALFORMED);
		assert_non_null(strstr(why.text, "line 2"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_words_hold_every_fact),
		cmocka_unit_test(
			a_template_of_counsel_is_filled_or_refused_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
