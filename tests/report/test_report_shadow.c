/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of old batches counts as a table of its own does, line by line; and
 * of what it keeps back for everybody no number can be had, neither of the table
 * nor of a reason's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "report/report_shadow.h"
#include "report/report_suppress.h"

enum { LINES = 400, COLUMNS = 4 };

static uint64_t seed = 7;

static unsigned
draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static const struct report_about about = {.origin = {(const uint8_t *)"x", 1},
	.shadow = true,
	.root = {(const uint8_t *)"y", 1}};

static struct report_doc *doc;
static struct report_shadow *shadow;

static void
begin(uint64_t threshold, bool lines)
{
	assert_int_equal(report_doc_new(&doc), ERR_OK);
	assert_int_equal(report_shadow_new(threshold, lines, &shadow), ERR_OK);
}

static void
end(void)
{
	shadow = report_shadow_free(shadow);
	doc = report_doc_free(doc);
}

static void
add(uint64_t batch, uint64_t line, enum case_state state, const char *codes,
	enum report_then then)
{
	char id[24];

	(void)snprintf(id, sizeof(id), "R%d", (int)line);
	assert_int_equal(report_shadow_add(shadow,
				 &(struct report_shadow_line){.batch = batch,
					 .line = line,
					 .request_id = span_text(id),
					 .codes = span_text(codes),
					 .state = state,
					 .then = then}),
		ERR_OK);
}

static const struct report_table *
table(const char *name)
{
	const struct report_table *t = report_doc_table(doc, span_text(name));

	assert_non_null(t);
	return t;
}

/* The number in it; UINT64_MAX: kept back. */
static uint64_t
number(const struct report_table *t, size_t row, size_t column)
{
	const struct report_cell *c = report_table_cell(doc, t, row, column);

	if (c->is == REPORT_CELL_HIDDEN)
		return UINT64_MAX;
	assert_int_equal(c->is, REPORT_CELL_COUNT);
	return c->n;
}

static struct span
text(const struct report_table *t, size_t row, size_t column)
{
	return report_cell_span(doc, report_table_cell(doc, t, row, column));
}

/* ---- counting ---- */

static void
every_line_is_counted_once(void **state)
{
	static const enum case_state states[] = {CASE_REFUSED,
		CASE_REQUEST_REVIEW, CASE_ACCEPTED, CASE_WITHDRAWN,
		CASE_UNRESOLVED, CASE_WITHHELD, CASE_REVIEW};
	uint64_t want[SHADOW_N_OUTCOMES][THEN_N] = {{0}};
	const struct report_table *t;

	(void)state;
	begin(0, false);
	for (uint64_t i = 1; i <= LINES; i++) {
		unsigned outcome = draw(SHADOW_N_OUTCOMES);
		enum report_then then = (enum report_then)draw(THEN_N);

		want[outcome][then]++;
		add(1 + i / 100, i, states[outcome], "A-B", then);
	}
	assert_int_equal(report_shadow_doc(shadow, &about, doc), ERR_OK);
	t = table("outcomes");
	assert_int_equal(report_table_rows(t), SHADOW_N_OUTCOMES + 1);
	for (size_t o = 0; o < SHADOW_N_OUTCOMES; o++) {
		assert_int_equal(number(t, o, 3),
			want[o][THEN_LEFT] + want[o][THEN_ELSEWHERE]);
		assert_int_equal(number(t, o, 4), want[o][THEN_NOTHING]);
		assert_int_equal(number(t, o, 5), want[o][THEN_UNKNOWN]);
		assert_int_equal(number(t, o, 2),
			number(t, o, 3) + number(t, o, 4) + number(t, o, 5));
	}
	assert_int_equal(number(t, SHADOW_N_OUTCOMES, 2), LINES);
	assert_int_equal(report_table_rows(table("batches")), 5);
	end();
}

static void
a_code_counts_where_it_stands_with_others(void **state)
{
	const struct report_table *t;

	(void)state;
	begin(0, false);
	add(1, 1, CASE_REFUSED, "I2-B1-ADDRESS", THEN_LEFT);
	add(1, 2, CASE_REFUSED, "I2-B1-ADDRESS AG-TERM", THEN_LEFT);
	add(1, 3, CASE_REFUSED, "AG-TERM", THEN_NOTHING);
	add(1, 4, CASE_UNRESOLVED, "AG-TERM", THEN_ELSEWHERE);
	add(1, 5, CASE_REVIEW, "", THEN_NOTHING);
	assert_int_equal(report_shadow_doc(shadow, &about, doc), ERR_OK);
	t = table("codes");
	assert_int_equal(report_table_rows(t), 3);
	assert_true(span_eq(text(t, 0, 1), SPAN("I2-B1-ADDRESS")));
	assert_int_equal(number(t, 0, 2), 2);
	assert_int_equal(number(t, 0, 3), 1);
	assert_int_equal(number(t, 0, 4), 2);
	assert_true(span_eq(text(t, 1, 1), SPAN("AG-TERM")));
	assert_int_equal(number(t, 1, 2), 2);
	assert_int_equal(number(t, 1, 3), 1);
	assert_int_equal(number(t, 1, 4), 1);
	assert_true(span_eq(text(t, 2, 0), SPAN("unresolved")));
	assert_int_equal(number(t, 2, 4), 1);
	end();
}

static void
lines_are_listed_where_asked_for(void **state)
{
	const struct report_table *t;

	(void)state;
	begin(0, true);
	add(3, 9, CASE_REFUSED, "I2-B1-ADDRESS", THEN_ELSEWHERE);
	assert_int_equal(report_shadow_doc(shadow, &about, doc), ERR_OK);
	t = table("lines");
	assert_true(span_eq(text(t, 0, 2), SPAN("R9")));
	assert_true(
		span_eq(text(t, 0, 3), SPAN("address left, to somebody else")));
	assert_true(span_eq(text(t, 0, 4), SPAN("refused")));
	assert_true(span_eq(text(t, 0, 5), SPAN("I2-B1-ADDRESS")));
	end();
	begin(0, false);
	add(3, 9, CASE_REFUSED, "I2-B1-ADDRESS", THEN_LEFT);
	assert_int_equal(report_shadow_doc(shadow, &about, doc), ERR_OK);
	assert_null(report_doc_table(doc, SPAN("lines")));
	end();
}

/* ---- for everybody ---- */

static void
no_small_number_is_printed(void **state)
{
	static const enum case_state states[] = {CASE_REFUSED,
		CASE_REQUEST_REVIEW, CASE_UNRESOLVED, CASE_WITHHELD,
		CASE_REVIEW};
	(void)state;
	for (int round = 0; round < 60; round++) {
		const struct report_table *t;
		OWNED_BUF(page, REPORT_DOC_MAX);

		begin(10, false);
		for (uint64_t i = 1; i <= LINES; i++) {
			unsigned of = draw(draw(5) + 1);

			add(1, i, states[of],
				of == 0 ? draw(9) == 0 ? "A-A A-B" : "A-A" : "",
				draw(8) == 0 ? THEN_NOTHING : THEN_LEFT);
		}
		assert_int_equal(
			report_shadow_doc(shadow, &about, doc), ERR_OK);
		t = table("outcomes");
		for (size_t o = 0; o < SHADOW_N_OUTCOMES; o++)
			for (size_t c = 2; c < 2 + COLUMNS; c++)
				assert_true(number(t, o, c) == 0 ||
					    number(t, o, c) >= 10);
		/* what stands alone in a row or column is no secret */
		for (size_t c = 2; c < 2 + COLUMNS; c++) {
			size_t n = 0;

			for (size_t o = 0; o <= SHADOW_N_OUTCOMES; o++)
				n += number(t, o, c) == UINT64_MAX;
			assert_true(n != 1);
		}
		t = table("codes");
		for (size_t r = 0; r < report_table_rows(t); r++)
			for (size_t c = 2; c < 5; c++)
				assert_true(number(t, r, c) >= 10);
		assert_null(report_doc_table(doc, SPAN("batches")));
		report_doc_html(doc, &page);
		assert_non_null(memmem(page.at, page.n, "Shadow: old", 11));
		end();
	}
}

static void
every_state_has_an_outcome(void **state)
{
	(void)state;
	for (int s = 0; s < CASE_N_STATES; s++)
		assert_true(report_shadow_outcome((enum case_state)s) <
			    SHADOW_N_OUTCOMES);
	assert_int_equal(report_shadow_outcome(CASE_REVIEW), SHADOW_LAWFUL);
	assert_int_equal(report_shadow_outcome(CASE_ACCEPTED), SHADOW_WAITS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_counted_once),
		cmocka_unit_test(a_code_counts_where_it_stands_with_others),
		cmocka_unit_test(lines_are_listed_where_asked_for),
		cmocka_unit_test(no_small_number_is_printed),
		cmocka_unit_test(every_state_has_an_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
