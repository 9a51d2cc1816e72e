/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of report.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "report/report.h"

/* A request received on a day of 2026 that was refused. */
static struct report_row
refused(const char *id, int month)
{
	return (struct report_row){
		.day = day_of(2026, month, 1),
		.disclosed = DAY_NONE,
		.batch = 3,
		.request_id = span_text(id),
		.agreement = SPAN("AG-IRS-ICE-2025"),
		.requester = SPAN("ICE"),
		.officer_id = SPAN("HSI-40160"),
		.officer_name = SPAN("OFFICER 0160"),
		.officer_address = SPAN("500 12TH ST SW, WASHINGTON DC"),
		.authority = SPAN("8 USC 1253(a)(1)"),
		.purpose = SPAN("criminal-investigation"),
		.codes = SPAN("I2-B1-ADDRESS AG-DUPLICATE"),
		.state = CASE_REFUSED,
		.answered = CASE_ANSWERED_NONE,
		.entry_s = REPORT_NO_ENTRY,
		.entry_d = REPORT_NO_ENTRY,
		.years = {2021, 2022},
		.n_years = 2,
	};
}

static struct report_row
neutral(const char *id, enum case_state state)
{
	struct report_row row = refused(id, 11);

	row.state = state;
	row.answered = CASE_ANSWERED_NEUTRAL;
	row.codes = SPAN("");
	row.entry_s = 10;
	row.entry_d = 11;
	return row;
}

static struct report_row
delivered(const char *id, const char *taxpayer)
{
	struct report_row row = neutral(id, CASE_DELIVERED);

	row.answered = CASE_ANSWERED_ADDRESS;
	row.disclosed = day_of(2027, 1, 4);
	row.taxpayer = span_text(taxpayer);
	return row;
}

struct rows {
	const struct report_row *at;
	size_t n;
	struct buf out;
};

static enum err
next(void *arg, struct report_row *ret_row, bool *ret_end)
{
	struct rows *rows = arg;

	*ret_end = rows->n == 0;
	if (rows->n == 0)
		return ERR_OK;
	*ret_row = *rows->at++;
	rows->n--;
	return ERR_OK;
}

static enum err
keep(void *arg, struct span bytes)
{
	struct rows *rows = arg;

	buf_bytes(&rows->out, bytes);
	return buf_error(&rows->out);
}

static enum err
account(const struct report_row *at, size_t n, struct report_totals *totals,
	struct buf *ret_csv, struct why *why)
{
	struct rows rows = {.at = at, .n = n};
	enum err e;

	buf_init(&rows.out, 1 << 20);
	e = report_accounting(next, &rows, keep, &rows, totals, why);
	if (ret_csv != NULL)
		buf_bytes(ret_csv, buf_span(&rows.out));
	buf_fini(&rows.out);
	return e;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	for (text = strstr(text, word); text != NULL;
		text = strstr(text + 1, word))
		n++;
	return n;
}

/* R24, R25: every request is a record, the refused and withdrawn with their
 * reasons and dates, and every disclosure is one more. */
static void
every_request_and_every_disclosure_is_a_record(void **state)
{
	struct report_row rows[] = {refused("R1", 10),
		neutral("R2", CASE_UNRESOLVED), delivered("R3", "P17"),
		refused("R4", 10)};
	OWNED(report_totals) totals = NULL;
	OWNED_BUF(csv, 1 << 16);

	(void)state;
	rows[3].state = CASE_WITHDRAWN;
	assert_int_equal(report_totals_new(&totals), ERR_OK);
	assert_int_equal(account(rows, 4, totals, &csv, NULL), ERR_OK);
	buf_u8(&csv, 0);
	assert_string_equal((const char *)csv.at,
		"record,date,batch,request_id,agreement,requester,officer_id,"
		"officer_name,officer_address,authority,purpose,outcome,"
		"answered,codes,disclosed,tax_years,entry_s,entry_d\r\n"
		"request,2026-10-01,3,R1,AG-IRS-ICE-2025,ICE,HSI-40160,"
		"\"OFFICER 0160\",\"500 12TH ST SW, WASHINGTON DC\",\"8 USC "
		"1253(a)(1)\",criminal-investigation,refused,none,"
		"\"I2-B1-ADDRESS AG-DUPLICATE\",,2021 2022,,\r\n"
		"request,2026-11-01,3,R2,AG-IRS-ICE-2025,ICE,HSI-40160,"
		"\"OFFICER 0160\",\"500 12TH ST SW, WASHINGTON DC\",\"8 USC "
		"1253(a)(1)\",criminal-investigation,unresolved,neutral,,,2021 "
		"2022,,\r\n"
		"request,2026-11-01,3,R3,AG-IRS-ICE-2025,ICE,HSI-40160,"
		"\"OFFICER 0160\",\"500 12TH ST SW, WASHINGTON DC\",\"8 USC "
		"1253(a)(1)\",criminal-investigation,delivered,address,,,2021 "
		"2022,,\r\n"
		"disclosure,2027-01-04,3,R3,AG-IRS-ICE-2025,ICE,HSI-40160,"
		"\"OFFICER 0160\",\"500 12TH ST SW, WASHINGTON DC\",\"8 USC "
		"1253(a)(1)\",criminal-investigation,delivered,address,,"
		"mailing-address,2021 2022,10,11\r\n"
		"request,2026-10-01,3,R4,AG-IRS-ICE-2025,ICE,HSI-40160,"
		"\"OFFICER 0160\",\"500 12TH ST SW, WASHINGTON DC\",\"8 USC "
		"1253(a)(1)\",criminal-investigation,withdrawn,none,"
		"\"I2-B1-ADDRESS AG-DUPLICATE\",,2021 2022,,\r\n");
	assert_int_equal(count((const char *)csv.at, "P17"), 0);
}

/* R26: requests by year of receipt; instances and distinct taxpayers by year
 * of entry D; by agency and for all. */
static void
counts_are_by_agency_and_year(void **state)
{
	struct report_row rows[] = {refused("R1", 10),
		neutral("R2", CASE_WITHHELD), delivered("R3", "P17"),
		delivered("R4", "P17"), delivered("R5", "P18"),
		delivered("R6", "P17"), delivered("R7", "P17")};
	OWNED(report_totals) totals = NULL;
	struct report_counts c;

	(void)state;
	rows[5].requester = SPAN("CBP");
	rows[6].disclosed = day_of(2026, 12, 31);
	rows[6].state = CASE_RECALLED;
	assert_int_equal(report_totals_new(&totals), ERR_OK);
	assert_int_equal(account(rows, 7, totals, NULL, NULL), ERR_OK);
	assert_true(report_totals_get(totals, SPAN("ICE"), 2026, &c));
	assert_int_equal(c.requests, 6);
	assert_int_equal(c.refused, 1);
	assert_int_equal(c.neutral, 1);
	assert_int_equal(c.delivered, 4);
	assert_int_equal(c.recalled, 1);
	assert_int_equal(c.disclosures, 1);
	assert_int_equal(c.taxpayers, 1);
	assert_true(report_totals_get(totals, SPAN("ICE"), 2027, &c));
	assert_int_equal(c.requests, 0);
	assert_int_equal(c.disclosures, 3);
	assert_int_equal(c.taxpayers, 2);
	assert_true(report_totals_get(totals, SPAN("CBP"), 2027, &c));
	assert_int_equal(c.disclosures, 1);
	assert_int_equal(c.taxpayers, 1);
	assert_true(report_totals_get(totals, SPAN(""), 0, &c));
	assert_int_equal(c.requests, 7);
	assert_int_equal(c.disclosures, 5);
	assert_int_equal(c.taxpayers, 2);
	assert_false(report_totals_get(totals, SPAN("FBI"), 2027, &c));
}

/* 20,000 rows of a small generator, counted a second time by plain walks. */
static void
many_rows_count_as_a_plain_walk_does(void **state)
{
	enum { N = 20000, PEOPLE = 3000 };
	static struct report_row rows[N];
	static char person[PEOPLE][8];
	static bool seen[PEOPLE];
	OWNED(report_totals) totals = NULL;
	struct report_counts c;
	uint64_t disclosures = 0;
	uint64_t taxpayers = 0;
	uint32_t seed = 7;
	struct rows walk;

	(void)state;
	for (size_t i = 0; i < PEOPLE; i++)
		(void)snprintf(person[i], sizeof(person[i]), "P%zu", i);
	for (size_t i = 0; i < N; i++) {
		size_t who =
			((seed = seed * 1664525u + 1013904223u) >> 8) % PEOPLE;

		rows[i] = i % 3 == 0 ? delivered("R", person[who])
				     : neutral("R", CASE_STOPPED);
		if (i % 3 == 0) {
			disclosures++;
			taxpayers += !seen[who];
			seen[who] = true;
		}
	}
	assert_int_equal(report_totals_new(&totals), ERR_OK);
	walk = (struct rows){.at = rows, .n = N};
	assert_int_equal(
		report_accounting(next, &walk, NULL, NULL, totals, NULL),
		ERR_OK);
	assert_true(report_totals_get(totals, SPAN("ICE"), 2027, &c));
	assert_int_equal(c.disclosures, disclosures);
	assert_int_equal(c.taxpayers, taxpayers);
}

/* I1, seen from the books: whatever cannot be is told with its request. */
static void
rows_that_cannot_be_are_refused(void **state)
{
	struct report_row bad[] = {delivered("R1", "P1"), delivered("R1", "P1"),
		delivered("R1", "P1"), delivered("R1", ""),
		delivered("R1", "P1"), neutral("R1", CASE_STOPPED),
		neutral("R1", CASE_REFUSED), neutral("R1", CASE_STOPPED),
		neutral("R1", CASE_STOPPED), neutral("R1", CASE_STOPPED)};
	struct why why;

	(void)state;
	bad[0].entry_s = REPORT_NO_ENTRY;
	bad[1].entry_d = REPORT_NO_ENTRY;
	bad[2].entry_d = bad[2].entry_s;
	bad[4].disclosed = bad[4].day - 1;
	bad[5].disclosed = bad[5].day;
	bad[7].day = DAY_NONE;
	bad[8].requester = SPAN("");
	bad[9].requester = SPAN("IC\x1b[2JE");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		OWNED(report_totals) totals = NULL;

		why = (struct why){""};
		assert_int_equal(report_totals_new(&totals), ERR_OK);
		assert_int_equal(
			account(&bad[i], 1, totals, NULL, &why), ERR_MISMATCH);
		assert_true(span_starts(
			span_text(why.text), SPAN("batch 3, request R1: ")));
	}
}

static void
cell_is(struct span text, const char *want)
{
	OWNED_BUF(b, 4096);

	report_csv_cell(text, &b);
	buf_u8(&b, 0);
	assert_string_equal((const char *)b.at, want);
}

/* I12: nothing that a requester wrote runs in a spreadsheet or a terminal. */
static void
no_cell_is_a_formula_or_a_control(void **state)
{
	(void)state;
	cell_is(SPAN(""), "");
	cell_is(SPAN("R0000001"), "R0000001");
	cell_is(SPAN("a,b"), "\"a,b\"");
	cell_is(SPAN("a\"b"), "\"a\"\"b\"");
	cell_is(SPAN("=1+1"), "\"'=1+1\"");
	cell_is(SPAN("+1"), "\"'+1\"");
	cell_is(SPAN("-2"), "\"'-2\"");
	cell_is(SPAN("@SUM(A1)"), "\"'@SUM(A1)\"");
	cell_is(SPAN("=HYPERLINK(\"http://x\",\"y\")"),
		"\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
	cell_is(SPAN("\xef\xbc\x9d"
		     "1"),
		"\"'\xef\xbc\x9d"
		"1\"");
	cell_is(SPAN("\t=1"), "\"'\\x09=1\"");
	cell_is(SPAN("a\r\n=1"), "\"a\\x0d\\x0a=1\"");
	cell_is(SPAN("a\x1b[2J"), "\"a\\x1b[2J\"");
	cell_is(SPAN("a\xe2\x80\xae"
		     "b"),
		"\"a\\xe2\\x80\\xaeb\"");
	cell_is(SPAN("\xff\""), "\"\\xff\"\"\"");
	cell_is(SPAN("Jos\xc3\xa9"), "Jos\xc3\xa9");
	cell_is(span_of("a\0b", 3), "\"a\\x00b\"");
}

static void
the_table_fits_and_says_the_same_as_json(void **state)
{
	struct report_row rows[] = {refused("R1", 10),
		neutral("R2", CASE_UNRESOLVED), delivered("R3", "P17")};
	OWNED(report_totals) totals = NULL;
	OWNED_BUF(text, 1 << 16);
	OWNED_BUF(json, 1 << 16);
	struct span lines;

	(void)state;
	rows[0].requester =
		SPAN("AN-AGENCY-WITH-A-VERY-LONG-IDENTIFIER-INDEED");
	rows[1].purpose = SPAN("=cmd|'\x1b");
	assert_int_equal(report_totals_new(&totals), ERR_OK);
	assert_int_equal(account(rows, 3, totals, NULL, NULL), ERR_OK);
	report_totals_text(totals, &text);
	report_totals_json(totals, &json);
	for (lines = buf_span(&text); lines.n > 0;)
		assert_true(span_cut(&lines, '\n').n < 80);
	buf_u8(&text, 0);
	buf_u8(&json, 0);
	assert_non_null(strstr((const char *)text.at,
		"ICE            2026      2      0      0      0      1      1 "
		"     0      0\n"));
	assert_non_null(strstr((const char *)text.at,
		"ICE            2027      0      0      0      0      0      0 "
		"     1      1\n"));
	assert_non_null(strstr((const char *)text.at,
		"all                      3      1      0      0      1      1 "
		"     1      1\n"));
	assert_non_null(strstr((const char *)json.at,
		"\"all\":{\"requests\":3,\"refused\":1,\"withdrawn\":0,"
		"\"open\":0,\"neutral\":1,\"delivered\":1,\"recalled\":0,"
		"\"destroyed\":0,\"disclosures\":1,\"taxpayers\":1}}"));
	assert_non_null(strstr((const char *)json.at,
		"{\"agency\":\"ICE\",\"purpose\":\"other\",\"requests\":1}"));
	assert_int_equal(count((const char *)json.at, "P17"), 0);
}

static void
lost_allocations_are_told(void **state)
{
	struct report_row rows[] = {refused("R1", 10), delivered("R2", "P1"),
		delivered("R3", "P2"), neutral("R4", CASE_REVIEW)};
	enum err e = ERR_NOMEM;

	(void)state;
	for (int n = 0; e == ERR_NOMEM; n++) {
		OWNED(report_totals) totals = NULL;

		mem_fail_after(n);
		e = report_totals_new(&totals);
		if (e == ERR_OK)
			e = account(rows, 4, totals, NULL, NULL);
	}
	mem_fail_after(-1);
	assert_int_equal(e, ERR_OK);
}

/* docs/formats/report-accounting.md has a line for each column, in order. */
static void
the_page_of_formats_is_this_header(void **state)
{
	static char page[1 << 16];
	const char *at = page;
	FILE *f = fopen(WEIR_SOURCE "/docs/formats/report-accounting.md", "rb");
	OWNED_BUF(header, 1024);
	struct span left;

	(void)state;
	assert_non_null(f);
	assert_true(fread(page, 1, sizeof(page) - 1, f) > 0);
	(void)fclose(f);
	report_csv_header(&header);
	for (left = span_trim(buf_span(&header)); left.n > 0;) {
		struct span name = span_cut(&left, ',');
		OWNED_BUF(line, 64);

		buf_text(&line, "\n| ");
		buf_bytes(&line, name);
		buf_text(&line, " |");
		buf_u8(&line, 0);
		at = strstr(at, (const char *)line.at);
		if (at == NULL)
			fail_msg("not in its place: %s",
				(const char *)line.at + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_request_and_every_disclosure_is_a_record),
		cmocka_unit_test(counts_are_by_agency_and_year),
		cmocka_unit_test(many_rows_count_as_a_plain_walk_does),
		cmocka_unit_test(rows_that_cannot_be_are_refused),
		cmocka_unit_test(no_cell_is_a_formula_or_a_control),
		cmocka_unit_test(the_table_fits_and_says_the_same_as_json),
		cmocka_unit_test(lost_allocations_are_told),
		cmocka_unit_test(the_page_of_formats_is_this_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
