/* SPDX-License-Identifier: Apache-2.0 */
/* The frame and every part of it give a page that is well formed and whose
 * fields are named; nothing that is put in becomes markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "console/console.h"
#include "console/page.h"
#include "console/verify.h"
#include "html_check.h"

#define EVIL "<script>\"'&\x01\xff\xe2\x80\xae"
#define TAMED "&lt;script&gt;&quot;&#39;&amp;\\x01\\xff\\xe2\\x80\\xae"

static struct desk desk;
static struct ask asked;
static struct answer answer;

static int
begin(void **state)
{
	(void)state;
	desk = (struct desk){.in = INSTANCE_NONE};
	desk.in.sandbox = true;
	(void)snprintf(desk.in.origin, sizeof(desk.in.origin), "%s", "a<b");
	asked = (struct ask){.file = -1};
	answer_init(&answer);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	answer_fini(&answer);
	return 0;
}

static bool
holds(const char *text)
{
	return memmem(answer.body.at, answer.body.n, text, strlen(text)) !=
	       NULL;
}

static void
test_text_is_no_markup(void **state)
{
	OWNED_BUF(to, 4096);
	OWNED_BUF(url, 4096);

	(void)state;
	html_put(&to, "<b title=\"%s\">%.*s %u%% %zu</b>", EVIL, 3, "a<bcd", 7u,
		(size_t)8);
	assert_true(span_eq(
		buf_span(&to), SPAN("<b title=\"" TAMED "\">a&lt;b 7% 8</b>")));
	html_url(&url, SPAN("a b/\"?&="));
	assert_true(span_eq(buf_span(&url), SPAN("a%20b%2F%22%3F%26%3D")));
}

static void
test_lines_stay_lines(void **state)
{
	OWNED_BUF(to, 4096);

	(void)state;
	html_lines(&to, SPAN("a\r\n<b\tc\r\n\x1b[0m"));
	assert_true(span_eq(buf_span(&to), SPAN("a\n&lt;b\tc\n\\x1b[0m")));
}

static void
put_parts(struct page *p)
{
	page_alert(p, PAGE_ERROR, "Head", EVIL);
	page_empty(p, EVIL);
	page_table(p, "Batches " EVIL, "Batch|Agreement|#Lines");
	for (unsigned i = 0; i < 3; i++) {
		page_cell_number(p, 0, i);
		page_cell_text(p, 1, EVIL);
		page_cell_number(p, 2, 123456u * i);
	}
	page_table_end(p);
	page_list(p);
	page_item(p, "Agreement", EVIL);
	page_item_day(p, "Day", 20000);
	page_item_day(p, "No day", DAY_NONE);
	page_item_time(p, "Time", 1793491200);
	page_list_end(p);
	page_pages(p, "/batches?mine=1",
		&(struct page_range){.first = 20, .step = 20, .of = 61});
}

static void
put_form(struct page *p)
{
	struct page_field ground = {.name = "ground",
		.label = "Ground",
		.hint = "Goes on record",
		.error = "say why",
		.must = true,
		.value = SPAN(EVIL)};
	struct page_field file = {.name = "file", .label = "A file"};
	struct page_field kind = {.name = "kind",
		.label = "Kind",
		.hint = "One of these",
		.value = SPAN("stop")};
	struct page_field day = {
		.name = "day", .label = "Day", .type = "date", .must = true};
	struct page_field which = {.name = "which", .label = "Which"};
	const struct page_field *const all[] = {&ground, &file};

	page_errors(p, all, 2);
	page_form(p, "/act", true);
	page_area(p, &ground);
	page_file(p, &file);
	page_radios(p, &kind, "stop=Stop|preserve=Preserve");
	page_input(p, &day);
	page_select(p, &which, "a=One|b");
	page_check(p, "box", "1", "All of them", true);
	page_hidden(p, "also", SPAN(EVIL));
	page_button(p, PAGE_MAIN, "Send", "do", "send");
	page_form_end(p);
}

static void
test_parts(void **state)
{
	struct page p = page_begin(&desk, &answer,
		&(struct page_head){.title = "Every part " EVIL,
			.lead = EVIL,
			.crumb = {{"/", "Start"}, {"/batches", EVIL}}});

	(void)state;
	put_parts(&p);
	put_form(&p);
	assert_int_equal(page_end(&p), ERR_OK);
	html_check("parts", buf_span(&answer.body));
	assert_true(holds(TAMED));
	assert_true(holds("a&lt;b"));
	assert_true(holds("href=\"/batches?mine=1&amp;from=40\"") ||
		    holds("href=\"/batches?mine=1&from=40\""));
	assert_true(holds("<a href=\"#ground\">Ground: say why</a>"));
	assert_true(holds("SANDBOX"));
	assert_false(holds("<script>"));
}

static void
make_ask(void)
{
	asked.value[0] =
		(struct ask_value){ASK_FORM, SPAN("ground"), SPAN(EVIL)};
	asked.value[1] = (struct ask_value){ASK_FORM, SPAN("line"), SPAN("3")};
	asked.value[2] = (struct ask_value){ASK_FORM, SPAN("line"), SPAN("4")};
	asked.value[3] =
		(struct ask_value){ASK_QUERY, SPAN("other"), SPAN("x")};
	asked.value[4] =
		(struct ask_value){ASK_FORM, SPAN("act-at"), SPAN("1")};
	asked.n = 5;
}

static const struct page_act act = {
	.title = "Withhold 2 requests",
	.says = "No address of them leaves.",
	.action = "/review/act",
	.button = "Withhold",
	.back = "/review",
};

static void
test_confirm_sends_all_again(void **state)
{
	(void)state;
	make_ask();
	assert_false(page_confirmed(&asked));
	assert_int_equal(page_confirm(&desk, &asked, &answer, &act), ERR_OK);
	html_check("confirm", buf_span(&answer.body));
	assert_true(holds("name=\"line\" value=\"3\""));
	assert_true(holds("name=\"line\" value=\"4\""));
	assert_true(holds("name=\"confirm\" value=\"yes\""));
	assert_false(holds("name=\"other\""));
}

static void
test_sign_shows_the_bytes(void **state)
{
	const struct span texts[] = {SPAN("weir/act\n<b>"), SPAN("another")};

	(void)state;
	make_ask();
	assert_int_equal(page_sign(&desk, &asked, &answer, &act,
				 &(struct page_texts){texts, 2, 1793491200}),
		ERR_OK);
	html_check("sign", buf_span(&answer.body));
	assert_int_equal(answer.status, 428);
	assert_true(holds("weir/act\n&lt;b&gt;"));
	/* printf 'weir/act\n<b>' | base64; | sha256sum */
	assert_true(holds("data-sign=\"d2Vpci9hY3QKPGI+\""));
	assert_true(holds("data-sign=\"YW5vdGhlcg==\""));
	assert_true(holds("name=\"act-at\" value=\"1793491200\""));
	assert_false(holds("name=\"act-at\" value=\"1\""));
	assert_true(holds("name=\"ground\""));
}

static void
test_refusals(void **state)
{
	static const unsigned all[] = {
		400, 401, 403, 404, 409, 413, 422, 429, 500, 503};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		console_refuse(all[i], ERR_MALFORMED, EVIL, &answer);
		assert_int_equal(answer.status, all[i]);
		html_check("refused", buf_span(&answer.body));
		assert_true(holds(TAMED));
	}
}

/* What a page says was done is one of our sentences. */
static void
test_done_is_ours(void **state)
{
	struct page p;

	(void)state;
	asked.value[0] =
		(struct ask_value){ASK_QUERY, SPAN("done"), SPAN("signed")};
	asked.value[1] = (struct ask_value){
		ASK_QUERY, SPAN("done"), SPAN("Pay here: http://x")};
	asked.n = 1;
	p = page_begin(&desk, &answer, &(struct page_head){.title = "T"});
	page_done(&p, &asked);
	assert_int_equal(page_end(&p), ERR_OK);
	assert_true(holds("Your signature is on record."));
	asked.value[0] = asked.value[1];
	p = page_begin(&desk, &answer, &(struct page_head){.title = "T"});
	page_done(&p, &asked);
	assert_int_equal(page_end(&p), ERR_OK);
	assert_false(holds("Pay"));
}

/* What pages load is there, under the name that they load it by. */
static void
test_files_are_there(void **state)
{
	bool style = false;
	bool script = false;
	size_t bytes = 0;

	(void)state;
	for (size_t i = 0; i < console_n_files; i++) {
		const struct serve_static *f = &console_files[i];

		style |= strcmp(f->path, page_style_path) == 0;
		script |= strcmp(f->path, page_script_path) == 0;
		assert_true(span_starts(span_text(f->path), SPAN("/assets/")));
		assert_true(f->bytes.n > 0);
		if (!span_starts(span_text(f->path), SPAN("/assets/verify")))
			bytes += f->bytes.n;
		assert_int_equal(
			f->wasm, strcmp(f->path, page_verify_worker_path) == 0);
	}
	assert_true(style && script);
	assert_true(bytes < 200000); /* all that most pages ever load */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_no_markup),
		cmocka_unit_test(test_lines_stay_lines),
		cmocka_unit_test_setup_teardown(test_parts, begin, end),
		cmocka_unit_test_setup_teardown(
			test_confirm_sends_all_again, begin, end),
		cmocka_unit_test_setup_teardown(
			test_sign_shows_the_bytes, begin, end),
		cmocka_unit_test_setup_teardown(test_refusals, begin, end),
		cmocka_unit_test_setup_teardown(test_done_is_ours, begin, end),
		cmocka_unit_test(test_files_are_there),
	};

	if (crypto_init() != ERR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
