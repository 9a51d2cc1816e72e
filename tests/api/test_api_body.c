/* SPDX-License-Identifier: Apache-2.0 */
/* What an object of a question may be, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/api_int.h"

static const struct api_member members[] = {
	{"text", API_TEXT, 8, true},
	{"number", API_NUMBER, 100, false},
	{"flag", API_FLAG, 0, false},
	{"list", API_TEXTS, 2, false},
};

static struct api_body body;
static struct why why;

static enum err
read_body(const char *json)
{
	return api_body_read(span_text(json), members, 4, &body, &why);
}

static void
members_are_read(void **state)
{
	(void)state;
	assert_int_equal(read_body("{\"list\":[\"a\",\"b\"],\"flag\":true,"
				   "\"number\":100,\"text\":\"12345678\"}"),
		ERR_OK);
	assert_true(span_eq(body.value[0].text, SPAN("12345678")));
	assert_int_equal(body.value[1].n, 100);
	assert_int_equal(body.value[2].n, 1);
	assert_int_equal(body.value[3].n_list, 2);
	assert_true(span_eq(body.value[3].list[1], SPAN("b")));
	api_body_fini(&body);
	assert_int_equal(read_body("{\"text\":\"a\",\"number\":null}"), ERR_OK);
	assert_false(body.value[1].given);
	api_body_fini(&body);
}

static void
all_else_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"{}",
		"[]",
		"nul",
		"{\"text\":\"a\"",
		"{\"text\":\"a\"} x",
		"{\"text\":\"123456789\"}",
		"{\"text\":\"a\\u0000b\"}",
		"{\"text\":\"a\\nb\"}",
		"{\"text\":\"a\xff\"}",
		"{\"text\":\"a\",\"text\":\"a\"}",
		"{\"text\":\"a\",\"other\":1}",
		"{\"text\":1}",
		"{\"text\":{\"text\":\"a\"}}",
		"{\"text\":\"a\",\"number\":101}",
		"{\"text\":\"a\",\"number\":-1}",
		"{\"text\":\"a\",\"number\":1.5}",
		"{\"text\":\"a\",\"number\":99999999999999999999}",
		"{\"text\":\"a\",\"flag\":\"true\"}",
		"{\"text\":\"a\",\"list\":[]}",
		"{\"text\":\"a\",\"list\":[\"a\",\"b\",\"c\"]}",
		"{\"text\":\"a\",\"list\":[[\"a\"]]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why.text[0] = '\0';
		if (read_body(wrong[i]) != ERR_MALFORMED)
			fail_msg("%s", wrong[i]);
		assert_true(why.text[0] != '\0');
	}
}

/* A thousand levels, and a hundred thousand. */
static void
depth_is_bounded(void **state)
{
	static char deep[200001];

	(void)state;
	memset(deep, '[', sizeof(deep) - 1);
	assert_int_equal(read_body(deep), ERR_MALFORMED);
	deep[1000] = '\0';
	assert_int_equal(read_body(deep), ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_read),
		cmocka_unit_test(all_else_is_refused),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
