/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions by priority, versions by their days, holds by what they cover. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/day.h"
#include "law/law_world.h"

static const char statute[] =
	"> q\n\n```weir\nstatute \"1 USC 1\" title \"t\" grant fields {name} "
	"cite \"c\"\nend\n```\n";

#define AGREEMENT                                                              \
	"```weir\nagreement AG-X title \"t\" narrows \"1 USC 1\" custodian a " \
	"requester b effective 2025-01-01 expires 2027-01-01 answer-days 1 "   \
	"lapse-days 1 expiry-days 1 fields {name}\n"
#define END "end\n```\n"

static struct law *
law_of(const char *agreement)
{
	OWNED(law) law = NULL;
	struct law_error error;

	assert_int_equal(law_new(&law), ERR_OK);
	assert_int_equal(
		law_add(law, "s.md", span_text(statute), &error), ERR_OK);
	if (law_add(law, "a.md", span_text(agreement), &error) != ERR_OK)
		fail_msg("line %u: %s", error.line, error.text);
	assert_int_equal(law_seal(law, &error), ERR_OK);
	return law_take(&law);
}

/* "" where all is met, else the code of the one rule that is not. */
static void
told(const struct law *law, const struct evidence *ev, const char *code)
{
	const struct law_rule *rules[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX];
	size_t n;

	(void)law_decide(law, ev, EV_RECORD, met);
	n = law_unmet(law, met, rules);
	if (n > 1 || strcmp(n == 0 ? "" : rules[0]->code, code) != 0)
		fail_msg("%zu told, %s, and not %s", n,
			n == 0 ? "" : rules[0]->code, code);
}

static const char excepted[] =
	AGREEMENT "rule r require request.periods at most 3 else refuse R "
		  "\"s\" cite \"c\"\n"
		  "exception court to r when request.purpose in "
		  "{criminal-proceeding, grand-jury} require request.periods "
		  "at most 5 else refuse C \"s\" cite \"c\"\n"
		  "exception jury to r priority 2 when request.purpose is "
		  "grand-jury require request.periods at most 7 else refuse J "
		  "\"s\" cite \"c\"\n"
		  "exception order to jury when request.order-stated cite "
		  "\"c\"\n" END;

static void
the_exception_of_greatest_priority_stands(void **state)
{
	static const struct {
		const char *purpose; /* NULL: not known */
		unsigned periods;
		const char *code;
	} cases[] = {
		{"criminal-investigation", 3, ""},
		{"criminal-investigation", 4, "R"},
		{"criminal-proceeding", 5, ""}, {"criminal-proceeding", 6, "C"},
		{"grand-jury", 6, ""}, /* more than `court` lets through */
		{"grand-jury", 7, ""}, {"grand-jury", 8, "J"}, {NULL, 3, ""},
		{NULL, 4, "R"}, /* nobody is excepted on what is not known */
	};
	OWNED(law) law = law_of(excepted);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct evidence ev = {{0}};

		if (cases[i].purpose != NULL)
			evidence_set_word(&ev, EV_PURPOSE, cases[i].purpose);
		evidence_set_number(&ev, EV_PERIODS, cases[i].periods);
		told(law, &ev, cases[i].code);
	}
}

static void
an_exception_to_an_exception_lifts_it(void **state)
{
	OWNED(law) law = law_of(excepted);
	OWNED_BUF(to, 1 << 16);
	struct evidence ev = {{0}};
	const char *text;

	(void)state;
	evidence_set_word(&ev, EV_PURPOSE, "grand-jury");
	evidence_set_number(&ev, EV_PERIODS, 60);
	told(law, &ev, "J");
	evidence_set_flag(&ev, EV_ORDER, false);
	told(law, &ev, "J");
	evidence_set_flag(&ev, EV_ORDER, true);
	told(law, &ev, "");
	law_trace(law, &ev, EV_RECORD, &to);
	buf_u8(&to, 0);
	text = (const char *)buf_span(&to).at;
	assert_non_null(strstr(text, "R: gives way to an exception (r, "));
	assert_non_null(strstr(text, "C: does not apply (court, "));
	assert_non_null(strstr(text, "J: gives way to an exception (jury, "));
	assert_non_null(strstr(text, "J: applies, and lifts its rule (order"));
	assert_non_null(strstr(text, "excepts   jury, and lifts it\n"));
	buf_clear(&to);
	law_trace_json(law, &ev, EV_RECORD, &to);
	buf_u8(&to, 0);
	text = (const char *)buf_span(&to).at;
	assert_memory_equal(text, "{\"answer\":\"review\",\"rules\":[", 28);
	assert_non_null(strstr(text, "{\"state\":\"excepted\",\"rule\":\"r\""));
	assert_non_null(strstr(text,
		"{\"state\":\"lifts\",\"rule\":\"order\",\"code\":\"J\","
		"\"file\":\"a.md\",\"line\":6,\"excepts\":\"jury\",\"when\":"
		"\"request.order-stated\",\"found\":{\"request.order-stated\":"
		"true},"));
	/* and lifts nothing where what it is an exception to does not apply */
	evidence_set_word(&ev, EV_PURPOSE, "criminal-proceeding");
	told(law, &ev, "C");
}

static void
a_version_is_in_force_on_its_days(void **state)
{
	OWNED(law)
	law = law_of(AGREEMENT
		"rule r until 2026-01-01 require request.periods at most 3 "
		"else refuse OLD \"s\" cite \"c\"\n"
		"rule r from 2026-01-01 until 2026-02-01 require "
		"request.periods at most 2 else refuse NEW \"s\" cite \"c\"\n"
		"rule r from 2026-02-01 when request.order-stated require "
		"request.periods at most 1 else refuse NEWER \"s\" cite "
		"\"c\"\n" END);
	struct evidence ev = {{0}};

	(void)state;
	evidence_set_number(&ev, EV_PERIODS, 4);
	evidence_set_flag(&ev, EV_ORDER, false);
	evidence_set_day(&ev, EV_TODAY, day_of(2025, 12, 31));
	told(law, &ev, "OLD");
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 1, 1));
	told(law, &ev, "NEW");
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 1, 31));
	told(law, &ev, "NEW");
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 2, 1));
	told(law, &ev, "");
	evidence_set_flag(&ev, EV_ORDER, true);
	told(law, &ev, "NEWER");
	evidence_set_number(&ev, EV_PERIODS, 3);
	evidence_set_day(&ev, EV_TODAY, day_of(2025, 12, 31));
	told(law, &ev, "");
	/* on a day that is not known each version is asked */
	ev.value[EV_TODAY] = 0;
	assert_int_equal(law_decide(law, &ev, EV_REQUEST, NULL), LAW_REFUSED);
	assert_int_equal(law_rule(law, 0)->until, day_of(2026, 1, 1));
	assert_int_equal(law_rule(law, 0)->from, DAY_NONE);
}

static void
a_hold_stops_what_it_covers_and_tells_nobody(void **state)
{
	OWNED(law)
	law = law_of(AGREEMENT
		"hold h docket \"1:26-cv-1\" from 2026-03-01 until 2026-06-01 "
		"when request.purpose is grand-jury withhold H \"s\" cite "
		"\"c\"\n"
		"exception x to h when record.own-row cite \"c\"\n" END);
	struct evidence ev = {{0}};

	(void)state;
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 3, 1));
	evidence_set_word(&ev, EV_PURPOSE, "criminal-proceeding");
	told(law, &ev, "");
	evidence_set_word(&ev, EV_PURPOSE, "grand-jury");
	told(law, &ev, "H");
	ev.value[EV_PURPOSE] = 0; /* what is not known is covered */
	told(law, &ev, "H");
	assert_int_equal(law_decide(law, &ev, EV_RECORD, NULL), LAW_WITHHELD);
	assert_int_equal(law_decide(law, &ev, EV_REQUEST, NULL), LAW_REVIEW);
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 6, 1));
	told(law, &ev, "");
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 5, 31));
	told(law, &ev, "H");
	evidence_set_flag(&ev, EV_OWN_ROW, true);
	told(law, &ev, "");
	assert_string_equal(law_rule(law, 0)->docket, "1:26-cv-1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exception_of_greatest_priority_stands),
		cmocka_unit_test(an_exception_to_an_exception_lifts_it),
		cmocka_unit_test(a_version_is_in_force_on_its_days),
		cmocka_unit_test(a_hold_stops_what_it_covers_and_tells_nobody),
	};

	return cmocka_run_group_tests_name("law-exceptions", tests, NULL, NULL);
}
