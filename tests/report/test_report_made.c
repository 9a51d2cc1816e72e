/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawn ledgers, and each report counted a second time by plain loops over what
 * was told (report_drawn.h); what no ledger of ours says is refused; where a
 * total does not tie, no report is made.
 */
#include "report_drawn.h"

#include <stdlib.h>

enum { WORLDS = 40 };

/* ---- the plain count ---- */

struct plain {
	uint64_t requests;
	uint64_t state[REPORT_N_STATES];
	uint64_t disclosures;
	uint64_t taxpayers;
};

static struct plain
count(const struct drawn *w, const char *agency, const char *provision,
	int year)
{
	struct plain c = {0};
	bool seen[DRAWN_PEOPLE + 1] = {false};

	for (size_t i = 0; i < w->n; i++) {
		const struct drawn_request *q = &w->q[i];

		if ((agency != NULL &&
			    strcmp(w->agency[q->batch], agency) != 0) ||
			(provision != NULL &&
				strcmp(w->provision[q->batch], provision) != 0))
			continue;
		if (q->year == year) {
			c.requests++;
			c.state[q->state]++;
		}
		if (q->left_year == year) {
			c.disclosures++;
			c.taxpayers += !seen[q->person];
			seen[q->person] = true;
		}
	}
	return c;
}

static uint64_t
number(const struct report_doc *doc, const struct report_table *table,
	size_t row, size_t column)
{
	const struct report_cell *cell =
		report_table_cell(doc, table, row, column);

	assert_int_equal(cell->is, REPORT_CELL_COUNT);
	return cell->n;
}

static bool
cell_is(const struct report_doc *doc, const struct report_table *table,
	size_t row, size_t column, const char *text)
{
	return span_eq(report_cell_span(
			       doc, report_table_cell(doc, table, row, column)),
		span_text(text));
}

/* ---- the yearly report ---- */

static void
annual_of(const struct drawn *w, int year)
{
	OWNED(report_doc) doc = NULL;
	struct report_about about = drawn_about(w);
	const struct report_table *table;
	struct plain all = count(w, NULL, NULL, year);
	struct why why = {""};
	uint64_t requests = 0;
	size_t rows;

	assert_int_equal(report_doc_new(&doc), ERR_OK);
	assert_int_equal(
		report_annual(w->ledger, &about, year, 0, doc, &why), ERR_OK);
	table = report_doc_table(doc, SPAN("agencies"));
	rows = report_table_rows(table);
	assert_int_equal(number(doc, table, rows - 1, 2), all.requests);
	assert_int_equal(number(doc, table, rows - 1, 3), all.disclosures);
	assert_int_equal(number(doc, table, rows - 1, 4), all.taxpayers);
	for (size_t r = 0; r + 1 < rows; r++) {
		struct plain one = {0};

		for (size_t a = 0; a < 3; a++)
			for (size_t p = 0; p < 2; p++)
				if (cell_is(doc, table, r, 0,
					    drawn_agencies[a]) &&
					cell_is(doc, table, r, 1,
						drawn_provisions[p]))
					one = count(w, drawn_agencies[a],
						drawn_provisions[p], year);
		assert_int_equal(number(doc, table, r, 2), one.requests);
		assert_int_equal(number(doc, table, r, 3), one.disclosures);
		assert_int_equal(number(doc, table, r, 4), one.taxpayers);
		requests += one.requests;
	}
	assert_int_equal(requests, all.requests);
	table = report_doc_table(doc, SPAN("purposes"));
	for (size_t r = 0; r < report_table_rows(table); r++)
		requests -= number(doc, table, r, 2);
	assert_int_equal(requests, 0);
}

static void
annual_is_counted(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		struct drawn w;

		drawn_world(&w, seed, DRAWN_LINES);
		for (int year = 2025; year <= 2026; year++)
			annual_of(&w, year);
		w.ledger = report_ledger_free(w.ledger);
	}
}

/* ---- Form 5466-B ---- */

static void
form_is_counted(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		struct drawn w;
		OWNED(report_doc) doc = NULL;
		struct why why = {""};
		const struct report_table *table;
		uint64_t records = 0;
		struct plain all;
		size_t rows;

		drawn_world(&w, seed, DRAWN_LINES);
		all = count(&w, NULL, NULL, 2026);
		assert_int_equal(report_doc_new(&doc), ERR_OK);
		assert_int_equal(report_form_5466b(w.ledger,
					 &(struct report_about){.at = w.at}, 0,
					 2026, doc, &why),
			ERR_OK);
		table = report_doc_table(doc, SPAN("disclosures"));
		rows = report_table_rows(table);
		assert_true(rows > 2);
		for (size_t r = 0; r + 1 < rows; r++) {
			uint64_t n = number(doc, table, r, 8);

			records += n;
			assert_true(n >= number(doc, table, r, 9) &&
				    number(doc, table, r, 9) > 0);
			assert_true(number(doc, table, r, 10) <=
				    number(doc, table, r, 11));
		}
		assert_int_equal(records, all.disclosures);
		assert_int_equal(
			number(doc, table, rows - 1, 8), all.disclosures);
		assert_int_equal(
			number(doc, table, rows - 1, 9), all.taxpayers);
		w.ledger = report_ledger_free(w.ledger);
	}
}

/* ---- for the public ---- */

static bool
is_hidden(const struct report_doc *doc, const struct report_table *table,
	size_t row, size_t column)
{
	return report_table_cell(doc, table, row, column)->is ==
	       REPORT_CELL_HIDDEN;
}

/* What is printed is right; what is small is not; and the yearly report's public
 * form keeps back whatever this one does. */
static void
public_of(const struct drawn *w, int year, uint64_t threshold,
	size_t *ret_printed)
{
	OWNED(report_doc) doc = NULL;
	OWNED(report_doc) annual = NULL;
	struct report_about about = drawn_about(w);
	struct why why = {""};
	const struct report_table *table;
	const struct report_table *beside;

	assert_int_equal(report_doc_new(&doc), ERR_OK);
	assert_int_equal(report_doc_new(&annual), ERR_OK);
	assert_int_equal(report_transparency(
				 w->ledger, &about, year, threshold, doc, &why),
		ERR_OK);
	assert_int_equal(
		report_annual(w->ledger, &about, year, threshold, annual, &why),
		ERR_OK);
	table = report_doc_table(doc, SPAN("outcomes"));
	beside = report_doc_table(annual, SPAN("agencies"));
	for (size_t r = 0; r < report_table_rows(table); r++) {
		struct plain c = {0};

		for (size_t a = 0; a < 3; a++)
			if (cell_is(doc, table, r, 0, drawn_agencies[a]))
				c = count(w, drawn_agencies[a], NULL, year);
		if (cell_is(doc, table, r, 0, "all"))
			c = count(w, NULL, NULL, year);
		if (!is_hidden(doc, table, r, 1))
			assert_int_equal(number(doc, table, r, 1), c.requests);
		if (!is_hidden(doc, table, r, 6))
			assert_int_equal(number(doc, table, r, 6),
				c.state[REPORT_NEUTRAL]);
		for (size_t i = 1; i < table->n_columns; i++) {
			if (is_hidden(doc, table, r, i))
				continue;
			++*ret_printed;
			assert_true(number(doc, table, r, i) == 0 ||
				    number(doc, table, r, i) >= threshold);
		}
		for (size_t k = 0; k < report_table_rows(beside); k++) {
			struct span agency = report_cell_span(annual,
				report_table_cell(annual, beside, k, 0));

			if (!span_eq(agency, report_cell_span(doc,
						     report_table_cell(doc,
							     table, r, 0))))
				continue;
			assert_true(!is_hidden(doc, table, r, 1) ||
				    is_hidden(annual, beside, k, 2));
			assert_true(!is_hidden(doc, table, r, 7) ||
				    is_hidden(annual, beside, k, 3));
		}
	}
}

static void
public_tells_nothing_small(void **state)
{
	size_t printed = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		struct drawn w;

		drawn_world(&w, seed, seed % 3 == 0 ? 4 : DRAWN_LINES);
		for (int year = 2025; year <= 2026; year++)
			public_of(&w, year, seed % 2 == 0 ? 10 : 3, &printed);
		w.ledger = report_ledger_free(w.ledger);
	}
	assert_true(printed > 500);
}

/* ---- what cannot be ---- */

static void
refused(enum err e, const char *says, struct why *why)
{
	assert_int_equal(e, ERR_MISMATCH);
	assert_non_null(strstr(why->text, says));
	why->text[0] = '\0';
}

static void
what_cannot_be_is_refused(void **state)
{
	struct drawn w;
	struct why why = {""};
	struct drawn_request *q;
	struct report_ledger *l;
	uint8_t hash[32] = {1};
	struct report_says_letter letter = {
		.entry = 99999, .package = span_of(hash, 32)};
	struct report_says_request again = {.entry = 99999, .batch = 1};

	(void)state;
	drawn_world(&w, 7, 4);
	l = w.ledger;
	q = &w.q[0];
	while (q->state != REPORT_REFUSED)
		q++;
	assert_int_equal(drawn_deliver(&w, q, false), ERR_MISMATCH);
	refused(report_ledger_match(
			l, 99999, q->batch, span_text(q->id), SPAN("P1"), &why),
		"entry 99999 looks somebody up for a request that was refused",
		&why);
	refused(report_ledger_match(l, 99999, 77, SPAN("R"), SPAN("P1"), &why),
		"never judged", &why);
	refused(report_ledger_withdrawn(
			l, 99999, q->batch, span_text(q->id), &why),
		"was not open", &why);
	refused(report_ledger_pulled(l, 99999, 1, 88888, &why),
		"never handed over", &why);
	refused(report_ledger_letter(l, &letter, &why), "never left", &why);
	refused(report_ledger_fetched(l, 99999, span_of(hash, 32), &why),
		"gives out a package that was never handed over", &why);
	assert_true(l->n_deliveries > 0);
	assert_false(l->delivery[0].fetched);
	assert_int_equal(report_ledger_fetched(l, 99999,
				 span_of(l->delivery[0].package, 32), &why),
		ERR_OK);
	assert_true(l->delivery[0].fetched);
	refused(report_ledger_demanded(l, 99999, 1, q->batch, q->line, &why),
		"never handed over", &why);
	again.line = 1;
	again.batch = 5000;
	refused(report_ledger_request(l, &again, &why), "never came in", &why);
	again.batch = 1;
	for (size_t i = 0; i < w.n; i++)
		if (w.q[i].batch == 1 && w.q[i].state != REPORT_REFUSED)
			again.line = w.q[i].line;
	refused(report_ledger_request(l, &again, &why),
		"judges a request again", &why);
	for (q = w.q; q->state != REPORT_OPEN && q->state != REPORT_NEUTRAL;)
		q++;
	q->person = 0;
	for (size_t i = 0; i < l->n_requests; i++)
		l->request[i].person.n = 0;
	assert_int_equal(drawn_deliver(&w, q, true), ERR_MISMATCH);
	w.ledger = report_ledger_free(w.ledger);
}

/* Every report refuses; none prints a total that does not tie. */
static void
all_refuse(const struct drawn *w)
{
	struct report_about about = drawn_about(w);
	uint8_t *covered = calloc(w->ledger->n_deliveries + 1, 1);
	struct report_court court = {.docket = SPAN("D"), .covered = covered};
	OWNED(report_doc) doc = NULL;
	struct why why = {""};

	assert_int_equal(report_doc_new(&doc), ERR_OK);
	refused(report_annual(w->ledger, &about, 2026, 0, doc, &why), "tie",
		&why);
	refused(report_transparency(w->ledger, &about, 2026, 10, doc, &why),
		"tie", &why);
	refused(report_form_5466b(w->ledger, &about, 0, 0, doc, &why), "tie",
		&why);
	refused(report_court(w->ledger, &about, &court, doc, &why), "tie",
		&why);
	assert_int_equal(doc->n_tables, 0);
	free(covered);
}

static void
totals_that_do_not_tie_are_refused(void **state)
{
	struct drawn w;
	struct report_ledger *l;
	size_t at = 0;

	(void)state;
	drawn_world(&w, 3, DRAWN_LINES);
	l = w.ledger;
	l->n[REPORT_OPEN]++; /* one more was moved than there is */
	all_refuse(&w);
	l->n[REPORT_OPEN]--;
	l->n_requests--; /* one is gone */
	all_refuse(&w);
	l->n_requests++;
	while (l->request[at].state != REPORT_NEUTRAL)
		at++;
	l->request[at].state = REPORT_OPEN; /* one was moved by hand */
	all_refuse(&w);
	l->request[at].state = REPORT_NEUTRAL;
	for (at = 0; l->request[at].state != REPORT_DELIVERED;)
		at++;
	l->request[at].first = 0; /* counted as left, and nothing left */
	all_refuse(&w);
	w.ledger = report_ledger_free(w.ledger);
}

/* ---- coverage ---- */

static void
each_difference_is_a_finding(void **state)
{
	struct report_coverage c = {0};
	struct report_finding f = {.compared = REPORT_FILES,
		.entry = REPORT_NO_INDEX,
		.batch = 3,
		.subject = "<b>R1</b>.cms",
		.what = "it lies there"};
	OWNED(report_doc) doc = NULL;
	struct report_about about = {.at = 0};
	const struct report_table *table;

	(void)state;
	for (unsigned o = 0; o < REPORT_N_OUTCOMES; o++) {
		f.outcome = (enum report_outcome)o;
		for (unsigned i = 0; i < 20; i++)
			assert_int_equal(report_coverage_add(&c, &f), ERR_OK);
	}
	assert_int_equal(c.n_findings, 60); /* but for matched and excluded */
	assert_int_equal(report_doc_new(&doc), ERR_OK);
	assert_int_equal(report_coverage_doc(&c, &about, doc), ERR_OK);
	table = report_doc_table(doc, SPAN("findings"));
	assert_int_equal(report_table_rows(table), 60);
	table = report_doc_table(doc, SPAN("outcomes"));
	assert_int_equal(number(doc, table, REPORT_FILES, 1), 100);
	report_coverage_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(annual_is_counted),
		cmocka_unit_test(form_is_counted),
		cmocka_unit_test(public_tells_nothing_small),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(totals_that_do_not_tie_are_refused),
		cmocka_unit_test(each_difference_is_a_finding),
	};

	return cmocka_run_group_tests_name("report-made", tests, NULL, NULL);
}
