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

/* A browser reads a page and a program a problem, whatever the address is. */
static void
test_refusals_are_read(void **state)
{
	static const struct {
		enum serve_face asked_for;
		const char *accept;
		enum serve_face reads;
	} all[] = {
		{SERVE_API, "text/html,application/xhtml+xml,*/*;q=0.8",
			SERVE_PAGE},
		{SERVE_PAGE, "text/html", SERVE_PAGE},
		{SERVE_PAGE, "application/json", SERVE_API},
		{SERVE_PAGE, "application/problem+json", SERVE_API},
		{SERVE_API, "text/html, application/json", SERVE_API},
		{SERVE_API, "*/*", SERVE_API},
		{SERVE_PAGE, "*/*", SERVE_PAGE},
		{SERVE_PAGE, "", SERVE_PAGE},
		{SERVE_API, "text/htm", SERVE_API},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_int_equal(
			serve_reads(all[i].asked_for, span_text(all[i].accept)),
			all[i].reads);
}

/* Each status has its own words, in the same frame. */
static void
test_refusals_as_pages(void **state)
{
	static const struct {
		unsigned status;
		const char *title;
	} all[] = {
		{400, "<h1>Refused</h1>"},
		{403, "<h1>Not for your certificate</h1>"},
		{404, "<h1>There is no such thing here</h1>"},
		{410, "<h1>It is not kept any more</h1>"},
		{413, "<h1>Too large</h1>"},
		{500, "<h1>A failure of ours</h1>"},
		{503, "<h1>Busy</h1>"},
	};
	struct answer answer;

	(void)state;
	answer_init(&answer);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		console_refuse(all[i].status, ERR_OK, "why", &answer);
		assert_int_equal(answer.status, all[i].status);
		assert_int_equal(answer.type, ANSWER_HTML);
		assert_true(holds(&answer.body, all[i].title));
		assert_true(holds(&answer.body, "<a href=\"/\">"));
	}
	answer_fini(&answer);
	assert_int_equal(serve_status(ERR_ERASED), 410);
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
		cmocka_unit_test(test_refusals_are_read),
		cmocka_unit_test(test_refusals_as_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
