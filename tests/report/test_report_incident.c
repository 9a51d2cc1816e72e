/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of report_incident.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/report_incident.h"

enum { OPENED = 1793491200 /* 2026-11-01T00:00:00Z */, HOUR = 3600 };

static void
nine_digits_are_refused_however_they_are_grouped(void **state)
{
	static const char *const bad[] = {"123456789", "no. 123-45-6789.",
		"123 45 6789", "12-3456789", "x123.456.789", "60601-1234",
		"2026-11-01 and 123456789"};
	static const char *const good[] = {"", "on 2026-11-01 at 12:00",
		"2026-11-01T12:00:00Z", "12345678", "1234567890",
		"docket 1:26-cv-00457", "42,695 of 47,289", "between 10 and 20",
		"entry 12345 of 67890", "60601"};
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (report_incident_digits(span_text(bad[i]), &why) !=
			ERR_MALFORMED)
			fail_msg("taken: %s", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (report_incident_digits(span_text(good[i]), &why) != ERR_OK)
			fail_msg("refused: %s", good[i]);
}

static void
a_name_is_seen_in_either_order_and_near(void **state)
{
	struct span given = SPAN("MARIA ELENA");
	struct span surname = SPAN("LOPEZ GARCIA");

	(void)state;
	assert_true(report_incident_names(
		SPAN("TO MARIA LOPEZ AT NOON"), given, surname));
	assert_true(
		report_incident_names(SPAN("GARCIA MARIA"), given, surname));
	assert_true(report_incident_names(
		SPAN("MARIA E DE LOPEZ"), given, surname));
	assert_false(report_incident_names(
		SPAN("MARIA CALLED AND SAID THAT LOPEZ"), given, surname));
	assert_false(report_incident_names(SPAN("MARIA"), given, surname));
	assert_false(report_incident_names(SPAN("LOPEZ"), given, surname));
	assert_false(
		report_incident_names(SPAN("MARIAN LOPEZ"), given, surname));
	/* an initial, or no name, names nobody */
	assert_false(report_incident_names(SPAN("A B"), SPAN("A"), SPAN("B")));
	assert_false(report_incident_names(
		SPAN("X Y"), span_of(NULL, 0), span_of(NULL, 0)));
}

static struct report_incident
incident(void)
{
	return (struct report_incident){.n = 3,
		.origin = SPAN("example.gov/weir"),
		.opened_at = OPENED,
		.due_at = OPENED + 24 * HOUR,
		.now = OPENED + 2 * HOUR,
		.name = {"contact", "what"},
		.meaning = {"agency and contact", "what happened"},
		.value = {SPAN("Disclosure office"), SPAN("a \"name\"")},
		.n_fields = 2,
		.named = 5,
		.disclosed = 4,
		.entry = 77};
}

static void
clock_is(const struct report_incident *i, const char *want)
{
	OWNED_BUF(got, 256);

	report_incident_clock(i, &got);
	if (!span_eq(buf_span(&got), span_text(want)))
		fail_msg("%.*s", (int)got.n, (const char *)got.at);
}

static void
the_clock_says_how_the_24_hours_stand(void **state)
{
	struct report_incident i = incident();

	(void)state;
	clock_is(&i,
		"not reported yet: due 2026-11-02T00:00:00Z, 22 h are left");
	i.now = i.due_at + 1;
	clock_is(&i, "not reported yet: overdue since 2026-11-02T00:00:00Z");
	i.reported_at = i.due_at;
	clock_is(&i, "reported after 24 h");
	i.reported_at = i.due_at + HOUR;
	clock_is(&i, "reported after 25 h, later than the 24 hours");
}

static void
the_report_is_whole_and_fits(void **state)
{
	struct report_incident i = incident();
	OWNED_BUF(text, 1 << 16);
	OWNED_BUF(json, 1 << 16);
	size_t column = 0;

	(void)state;
	i.sandbox = true;
	i.value[1] = SPAN("one two three four five six seven eight nine ten "
			  "eleven twelve thirteen fourteen fifteen sixteen");
	report_incident_text(&i, &text);
	report_incident_json(&i, &json);
	assert_int_equal(buf_error(&text), ERR_OK);
	for (size_t c = 0; c < text.n; c++) {
		column = text.at[c] == '\n' ? 0 : column + 1;
		assert_true(column <= 80);
	}
	buf_u8(&text, 0);
	buf_u8(&json, 0);
	assert_non_null(strstr((char *)text.at, "SANDBOX"));
	assert_non_null(strstr((char *)text.at, "1. agency and contact\n"));
	assert_non_null(strstr((char *)text.at, "2. what happened\n"));
	assert_non_null(strstr((char *)text.at, "    Disclosure office\n"));
	assert_non_null(strstr((char *)text.at, "sixteen"));
	assert_non_null(strstr((char *)json.at, "\"reported\":null"));
	assert_non_null(
		strstr((char *)json.at, "\"contact\":\"Disclosure office\""));
	assert_non_null(
		strstr((char *)json.at, "\"disclosed\":4,\"entry\":77}"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nine_digits_are_refused_however_they_are_grouped),
		cmocka_unit_test(a_name_is_seen_in_either_order_and_near),
		cmocka_unit_test(the_clock_says_how_the_24_hours_stand),
		cmocka_unit_test(the_report_is_whole_and_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
