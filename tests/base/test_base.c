/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/day.h"

static void
days_and_texts_go_both_ways(void **state)
{
	char text[DAY_TEXT];
	int32_t day;

	(void)state;
	for (int32_t d = -62000; d < 376000; d++) {
		day_text(d, text);
		assert_true(day_parse(span_text(text), &day));
		assert_int_equal(day, d);
	}
	assert_false(day_parse(SPAN("2019-02-29"), &day));
	assert_false(day_parse(SPAN("2019-02-30"), &day));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_texts_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
