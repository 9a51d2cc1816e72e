/* SPDX-License-Identifier: Apache-2.0 */
/* A question and an answer are the same after their way between processes, and
 * bytes that are neither are refused, wherever they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/api.h"
#include "console/console.h"
#include "serve/ask.h"

static struct ask asked;
static struct ask read_back;

static void
make_ask(void)
{
	asked = (struct ask){.route = 7,
		.id = 1ull << 40,
		.actor = SPAN("certificate"),
		.body = SPAN("{}"),
		.file = -1,
		.n = 3};
	asked.value[0] =
		(struct ask_value){ASK_PATH, SPAN("batch"), SPAN("12")};
	asked.value[1] = (struct ask_value){ASK_FORM, SPAN("line"), SPAN("1")};
	asked.value[2] = (struct ask_value){ASK_FORM, SPAN("line"), SPAN("3")};
}

static void
test_ask_travels(void **state)
{
	OWNED_BUF(bytes, ASK_MAX);
	uint64_t n = 0;

	(void)state;
	make_ask();
	ask_encode(&asked, &bytes);
	assert_int_equal(ask_decode(buf_span(&bytes), &read_back), ERR_OK);
	assert_int_equal(read_back.route, 7);
	assert_int_equal(read_back.id, 1ull << 40);
	assert_true(ask_number(&read_back, ASK_PATH, "batch", 99, &n));
	assert_int_equal(n, 12);
	assert_false(ask_number(&read_back, ASK_PATH, "batch", 11, &n));
	assert_true(
		span_eq(ask_again(&read_back, ASK_FORM, "line", 1), SPAN("3")));
	assert_int_equal(ask_again(&read_back, ASK_FORM, "line", 2).n, 0);
	/* a value of the form is none of the query */
	assert_int_equal(ask_get(&read_back, ASK_QUERY, "line").n, 0);
}

static void
test_ask_cut_anywhere(void **state)
{
	OWNED_BUF(bytes, ASK_MAX);

	(void)state;
	make_ask();
	ask_encode(&asked, &bytes);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(ask_decode(span_of(bytes.at, n), &read_back),
			ERR_MALFORMED);
}

static void
test_text_has_no_controls(void **state)
{
	char text[8];

	(void)state;
	make_ask();
	asked.value[0].value = SPAN("a\nb");
	assert_false(ask_text(&asked, ASK_PATH, "batch", text, sizeof(text)));
	asked.value[0].value = SPAN("12345678");
	assert_false(ask_text(&asked, ASK_PATH, "batch", text, sizeof(text)));
	asked.value[0].value = SPAN("1234567");
	assert_true(ask_text(&asked, ASK_PATH, "batch", text, sizeof(text)));
	assert_string_equal(text, "1234567");
}

static void
test_answer_travels(void **state)
{
	struct answer answer;
	struct answer back;
	OWNED_BUF(bytes, ANSWER_MAX + 4096);

	(void)state;
	answer_init(&answer);
	answer_see(&answer, "/review?batch=1");
	buf_text(&answer.body, "see there");
	answer.who = ANSWER_OF;
	(void)strcpy(answer.agency, "us.dhs.ice");
	answer_encode(&answer, &bytes);
	assert_int_equal(answer_decode(buf_span(&bytes), &back), ERR_OK);
	assert_int_equal(back.status, 303);
	assert_int_equal(back.who, ANSWER_OF);
	assert_string_equal(back.agency, "us.dhs.ice");
	assert_string_equal(back.location, "/review?batch=1");
	assert_true(span_eq(buf_span(&back.body), SPAN("see there")));
	answer_fini(&back);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(answer_decode(span_of(bytes.at, n), &back),
			ERR_MALFORMED);
	answer_fini(&answer);
}

/* A header of an answer cannot begin another line. */
static void
test_answer_header_is_one_line(void **state)
{
	struct answer answer;
	struct answer back;
	OWNED_BUF(bytes, 4096);

	(void)state;
	answer_init(&answer);
	answer_see(&answer, "/a\r\nset-cookie: x");
	answer_encode(&answer, &bytes);
	assert_int_equal(answer_decode(buf_span(&bytes), &back), ERR_MALFORMED);
	answer_fini(&answer);
}

static bool
holds(const struct buf *b, const char *text)
{
	return memmem(b->at, b->n, text, strlen(text)) != NULL;
}

static void
test_refusals_escape(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer);
	api_refuse(403, ERR_NOT_ALLOWED, "not \"you\"", &answer);
	assert_int_equal(answer.status, 403);
	assert_true(holds(&answer.body, "\\\"you\\\""));
	console_refuse(404, ERR_NOT_FOUND, "<script>", &answer);
	assert_true(holds(&answer.body, "&lt;script&gt;"));
	answer_fini(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ask_travels),
		cmocka_unit_test(test_ask_cut_anywhere),
		cmocka_unit_test(test_text_has_no_controls),
		cmocka_unit_test(test_answer_travels),
		cmocka_unit_test(test_answer_header_is_one_line),
		cmocka_unit_test(test_refusals_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
