/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four forms, byte for byte: golden/doc.txt, .csv, .json, .html.  The
 * document has what could break out of a form: tags, quotes, formulas, controls,
 * marks that turn text round, long words, a number kept back, nothing at all.
 * WEIR_GOLDEN=write writes them anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/day.h"
#include "report_drawn.h"

enum { BYTES = 1 << 20 };

static const struct report_column narrow[] = {
	{"who", "who", REPORT_TEXT},
	{"asked", "asked", REPORT_COUNT},
	{"given", "instances of dis|closure", REPORT_COUNT},
};

static const struct report_column wide[] = {
	{"entry", "ledger entry", REPORT_COUNT},
	{"text", "as its holder wrote", REPORT_TEXT},
	{"hash", "package, SHA-256", REPORT_TEXT},
	{"more", "what follows from it for whoever reads this", REPORT_TEXT},
};

static void
put(struct report_doc *doc, const char *who, uint64_t asked, uint64_t given)
{
	report_cell_text(doc, span_text(who));
	report_cell_count(doc, asked);
	if (given == 0)
		report_cell_hidden(doc);
	else
		report_cell_count(doc, given);
}

static void
put_long(struct report_doc *doc, uint64_t n, const char *text)
{
	report_cell_count(doc, n);
	report_cell_text(doc, span_text(text));
	report_cell_text(doc, SPAN("0123456789abcdef0123456789abcdef0123456789"
				   "abcdef0123456789abcdef"));
	report_cell_none(doc);
}

static struct report_doc *
made(void)
{
	static const struct report_link links[] = {
		{0, NULL, "requests", 155, false},
		{0, "requests", "accepted", 120, false},
		{0, "requests", "refused", 0, true},
		{1, "accepted", "given", 0, true},
		{1, "accepted", "not given", 115, false},
	};
	struct report_doc *doc = NULL;

	assert_int_equal(report_doc_new(&doc), ERR_OK);
	report_doc_head(doc, "test", "A report <of> tests & \"quotes\"",
		"26 USC 6103(p)(3)");
	doc->sandbox = true;
	report_doc_fact(doc, "ledger", "Ledger",
		SPAN("weir.example/<img src=x onerror=alert(1)>"));
	report_doc_fact_count(doc, "size", "Entries of it", 1234567);
	report_table_begin(doc, "by_agency", "By agency", narrow, 3);
	put(doc, "us.dhs.ice", 100, 70);
	put(doc, "=HYPERLINK(\"http://x\",\"y\")", 20, 0);
	put(doc, "</td><script>alert('1')</script>", 1, 1);
	put(doc, "\xe2\x80\xaegnitirw\x1b[31m", 2, 2);
	put(doc, "caf\xc3\xa9, \"the\" &amp; more", 3, 3);
	put(doc, "all", 126, 0);
	report_table_totals(doc, 1);
	report_chart_of_bars(doc, "Asked <b>", "One bar & its agency.", 0, 1);
	report_table_begin(
		doc, "long", "What is too wide for a table", wide, 4);
	put_long(doc, 7,
		"ANA ROE; room 5 <b>; a copy that was made of the "
		"file as it was received, and kept");
	put_long(doc, 8, "broken \xff\xfe bytes\r\nSet-Cookie: x");
	report_chart_of_flows(doc, "Flows", "From left to right.", links, 5);
	report_table_begin(doc, "none", "What there is none of", narrow, 3);
	report_table_marked(doc);
	report_doc_note(doc, SPAN("A sentence with <tags> & \xe2\x80\x8b that "
				  "hides a blank."));
	assert_int_equal(report_doc_error(doc), ERR_OK);
	return doc;
}

static void
read_golden(const char *name, struct buf *to)
{
	char path[600];
	FILE *f;
	uint8_t *at;

	(void)snprintf(path, sizeof(path), "%s/tests/report/golden/%s",
		WEIR_SOURCE, name);
	f = fopen(path, "rbe");
	assert_non_null(f);
	at = buf_space(to, BYTES);
	assert_non_null(at);
	to->n = fread(at, 1, BYTES, f);
	(void)fclose(f);
}

static void
is_golden(const char *name, const struct buf *is)
{
	OWNED_BUF(want, BYTES);

	assert_int_equal(buf_error(is), ERR_OK);
	if (getenv("WEIR_GOLDEN") != NULL) {
		char path[600];
		FILE *f;

		(void)snprintf(path, sizeof(path), "%s/tests/report/golden/%s",
			WEIR_SOURCE, name);
		f = fopen(path, "wbe");
		assert_non_null(f);
		(void)fwrite(is->at, 1, is->n, f);
		(void)fclose(f);
		return;
	}
	read_golden(name, &want);
	assert_int_equal(want.n, is->n);
	assert_memory_equal(want.at, is->at, is->n);
}

static bool
has(const struct buf *b, const char *what)
{
	return memmem(b->at, b->n, what, strlen(what)) != NULL;
}

static void
text(void **state)
{
	OWNED(report_doc) doc = made();
	OWNED_BUF(out, BYTES);
	struct span rest;

	(void)state;
	report_doc_text(doc, &out);
	is_golden("doc.txt", &out);
	rest = buf_span(&out);
	while (rest.n > 0) {
		struct span line = span_cut(&rest, '\n');

		assert_true(span_is_plain(line));
		assert_true(line.n <= 80 || memchr(line.at, 0xc3, line.n));
	}
}

static void
csv(void **state)
{
	OWNED(report_doc) doc = made();
	OWNED_BUF(out, BYTES);

	(void)state;
	report_doc_csv(doc, &doc->table[0], &out);
	is_golden("doc.csv", &out);
	assert_true(has(&out, "\"'=HYPERLINK("));
	assert_null(report_doc_table(doc, SPAN("another")));
	assert_ptr_equal(report_doc_table(doc, SPAN("long")), &doc->table[1]);
}

static void
json(void **state)
{
	OWNED(report_doc) doc = made();
	OWNED_BUF(out, BYTES);

	(void)state;
	report_doc_json(doc, &out);
	is_golden("doc.json", &out);
	assert_true(has(&out, "\"given\":\"*\""));
	for (size_t i = 0; i < out.n; i++)
		assert_true(out.at[i] == '\n' || out.at[i] >= 0x20);
}

/* Only tags that the writer has itself, each closed where it must be; no
 * attribute but those; no text that became one. */
static void
html(void **state)
{
	static const char *const tags[] = {"!DOCTYPE", "html", "head", "meta",
		"title", "style", "body", "main", "h1", "h2", "p", "dl", "dt",
		"dd", "section", "figure", "figcaption", "svg", "desc", "text",
		"rect", "line", "path", "div", "table", "caption", "thead",
		"tbody", "tr", "th", "td", "abbr", "strong"};
	OWNED(report_doc) doc = made();
	OWNED_BUF(out, BYTES);
	struct span rest;

	(void)state;
	report_doc_html(doc, &out);
	is_golden("doc.html", &out);
	assert_false(has(&out, "<script"));
	assert_false(has(&out, "<img"));
	assert_false(has(&out, "<b>"));
	assert_false(has(&out, "href"));
	assert_false(has(&out, "url("));
	assert_true(has(&out, "&lt;script&gt;alert(&#39;1&#39;)"));
	assert_true(has(&out, "default-src 'none'"));
	rest = buf_span(&out);
	while (rest.n > 0) {
		struct span tag;
		bool known = false;

		(void)span_cut(&rest, '<');
		tag = span_cut(&rest, '>');
		if (tag.n > 0 && tag.at[0] == '/')
			tag = span_of(tag.at + 1, tag.n - 1);
		tag = span_cut(&tag, ' ');
		for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
			known = known || span_eq(tag, span_text(tags[i]));
		assert_true(known || tag.n == 0);
	}
}

/* A whole report: what a requester's agency wrote does not leave its cell. */
static void
hostile_names_stay_text(void **state)
{
	struct drawn w;
	OWNED(report_doc) doc = NULL;
	OWNED_BUF(out, BYTES);
	struct report_about about;
	struct why why;

	(void)state;
	drawn_world(&w, 11, DRAWN_LINES);
	about = drawn_about(&w);
	assert_int_equal(report_doc_new(&doc), ERR_OK);
	assert_int_equal(
		report_annual(w.ledger, &about, 2026, 0, doc, &why), ERR_OK);
	report_doc_html(doc, &out);
	assert_true(has(&out, "&lt;script&gt;us.x &amp; &quot;y&quot;"));
	assert_false(has(&out, "<script"));
	w.ledger = report_ledger_free(w.ledger);
}

/* As much as fits, and the error is there to be asked. */
static void
limits_are_errors(void **state)
{
	OWNED(report_doc) doc = NULL;

	(void)state;
	assert_int_equal(report_doc_new(&doc), ERR_OK);
	for (unsigned i = 0; i < REPORT_WORDS_MAX; i++)
		report_doc_note(doc, SPAN("a"));
	assert_int_equal(report_doc_error(doc), ERR_OK);
	report_doc_note(doc, SPAN("a"));
	assert_int_equal(report_doc_error(doc), ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(csv),
		cmocka_unit_test(json),
		cmocka_unit_test(html),
		cmocka_unit_test(hostile_names_stay_text),
		cmocka_unit_test(limits_are_errors),
	};

	return cmocka_run_group_tests_name("report-doc", tests, NULL, NULL);
}
