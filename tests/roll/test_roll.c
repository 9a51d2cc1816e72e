/* SPDX-License-Identifier: Apache-2.0 */
/* The roll: what a load refuses, what an index promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "roll/roll.h"
#include "roll/roll_int.h"

#define HEADER                                                                 \
	"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"        \
	"birth_date,filing_role,joint_id,tax_year,address_line,unit,city,"     \
	"state,zip,address_source,screen\n"
#define ANA "P1,123456789,SSN,ANA,M,GARCIA,,1980-02-03,primary,J1,"
#define HOME "12 N MAIN ST,APT 4,RIO LINDA,CA,95673,"

static const char small[] = HEADER ANA
	"2020," HOME "return,\n" ANA "2021," HOME "return,\n" ANA "2022," HOME
	"care-of,\n" ANA "2023,PO BOX 9,,TULSA,OK,74153,"
	"third-party,exam\n"
	"P2,,,BO,,CHO,JR,,dependent,,2021," HOME "return,\n";

static int
new_file(void)
{
	int fd = memfd_create("roll", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static enum err
build_bytes(struct span csv, int fd, struct roll_stats *stats, struct why *why)
{
	struct roll_source source = roll_source_bytes("roll.csv", &csv);

	return roll_build(&source, 1, fd, NULL, stats, why);
}

static struct roll *
build(const char *csv)
{
	struct roll *roll = NULL;
	struct roll_stats stats;
	struct why why = {{0}};
	int fd = new_file();
	enum err e = build_bytes(span_text(csv), fd, &stats, &why);

	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), why.text);
	assert_int_equal(roll_open(fd, ROLL_CHECK_ALL, &roll, &why), ERR_OK);
	(void)close(fd);
	return roll;
}

static off_t
file_bytes(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_size;
}

#define assert_span(s, text) assert_true(span_eq((s), span_text(text)))

/* ---- what is kept ---- */

static void
a_row_says_what_it_said(void **state)
{
	OWNED(roll) roll = build(small);
	uint32_t ana = roll_find_person(roll, SPAN("P1"));
	uint32_t bo = roll_find_person(roll, SPAN("P2"));
	struct roll_identity is = roll_identity(roll, ana, 0);

	(void)state;
	assert_int_equal(roll_n_people(roll), 2);
	assert_int_equal(roll_find_person(roll, SPAN("P3")), ROLL_NOBODY);
	assert_int_equal(is.tin, 123456789);
	assert_int_equal(is.tin_type, ROLL_SSN);
	assert_int_equal(is.birth, day_of(1980, 2, 3));
	assert_span(is.given, "ANA");
	assert_span(is.middle, "M");
	assert_span(is.surname, "GARCIA");
	assert_span(is.suffix, "");
	is = roll_identity(roll, bo, 0);
	assert_int_equal(is.tin, 0);
	assert_int_equal(is.tin_type, ROLL_NO_TIN);
	assert_int_equal(is.birth, DAY_NONE);
	assert_span(is.suffix, "JR");
	assert_span(roll_person(roll, bo).id, "P2");
}

static void
years_that_say_the_same_cost_one_span(void **state)
{
	OWNED(roll) roll = build(small);
	struct roll_person ana = roll_person(roll, 0);
	struct roll_span span = roll_span(roll, 0, 0);

	(void)state;
	assert_int_equal(ana.n_identities, 1);
	assert_int_equal(ana.n_spans, 3);
	assert_int_equal(span.years,
		roll_year_bit(roll, 2020) | roll_year_bit(roll, 2021));
	assert_int_equal(roll_span(roll, 0, 1).address, span.address);
	assert_int_equal(roll_span(roll, 0, 1).origin, ROLL_CARE_OF);
	assert_int_equal(roll_span(roll, 0, 2).screen, ROLL_EXAM);
	assert_int_equal(roll_span(roll, 1, 0).address, span.address);
	assert_int_equal(roll_n_addresses(roll), 2);
	assert_int_equal(roll_year_bit(roll, 2019), 0);
	assert_int_equal(roll_year_bit(roll, 2024), 0);
}

static void
only_an_own_address_is_given_for_its_year(void **state)
{
	OWNED(roll) roll = build(small);
	struct roll_own_address own;

	(void)state;
	assert_true(roll_own_address(roll, 0, 2020, &own));
	assert_span(own.text.line, "12 N MAIN ST");
	assert_span(own.text.unit, "APT 4");
	assert_int_equal(own.origin, ROLL_RETURN);
	assert_true(roll_own_address(roll, 0, 2023, &own));
	assert_span(own.text.line, "PO BOX 9");
	assert_int_equal(own.origin, ROLL_THIRD_PARTY);
	assert_false(roll_own_address(roll, 0, 2022, &own)); /* care of */
	assert_false(roll_own_address(roll, 0, 2024, &own)); /* no row */
	assert_false(roll_own_address(roll, 1, 2021, &own)); /* dependent */
}

static void
a_changed_name_or_tin_is_a_second_identity(void **state)
{
	OWNED(roll)
	roll = build(HEADER
		"P1,912345678,ITIN,ANA,,GARCIA,,1980-02-03,primary,,2020," HOME
		"return,\n"
		"P1,123456789,SSN,ANA,,GARCIA,,1980-02-03,primary,,2021," HOME
		"return,\n"
		"P1,912345678,ITIN,ANA,,GARCIA,,1980-02-03,primary,,2022," HOME
		"return,\n");
	struct roll_found old = roll_find_tin(roll, 912345678);
	struct roll_found new = roll_find_tin(roll, 123456789);

	(void)state;
	assert_int_equal(roll_person(roll, 0).n_identities, 2);
	assert_int_equal(roll_person(roll, 0).n_spans, 2);
	assert_int_equal(old.n, 1);
	assert_int_equal(roll_found_person(&old, 0), 0);
	assert_int_equal(new.n, 1);
	assert_int_equal(roll_found_person(&new, 0), 0);
	assert_int_equal(roll_find_tin(roll, 123456788).n, 0);
}

static void
everybody_of_a_house_is_found_by_it(void **state)
{
	OWNED(roll) roll = build(small);
	const struct address_text asked = {
		.line = SPAN("12 North Main Street"),
		.city = SPAN("Rio Linda"),
		.state = SPAN("CA"),
		.zip = SPAN("95673-1234"),
	};
	struct person_address house;
	struct roll_found found;

	(void)state;
	person_address(&asked, &house);
	found = roll_find_house(roll, roll_house_key(&house));
	assert_int_equal(found.n, 2);
	assert_int_equal(roll_found_person(&found, 0), 0);
	assert_int_equal(roll_found_person(&found, 1), 1);
	memset(&house, 0, sizeof(house));
	assert_int_equal(roll_house_key(&house), 0);
	assert_int_equal(roll_find_house(roll, 0).n, 0);
}

/* ---- forms of CSV ---- */

static void
columns_come_in_any_order_and_fields_in_quotes(void **state)
{
	OWNED(roll)
	roll = build(
		"\xef\xbb\xbfzip,person_id,tin,tin_type,given_name,surname,"
		"middle_name,suffix,birth_date,filing_role,joint_id,tax_year,"
		"address_line,unit,city,state,address_source,screen\r\n"
		"95673,\"P,1\",123456789,SSN,\"AN\"\"A\",\"GARC\xc3\x8d"
		"A\",,,,primary,,2020,\"1 ELM ST\",,,,return,ci\r\n");

	(void)state;
	assert_span(roll_person(roll, 0).id, "P,1");
	assert_span(roll_identity(roll, 0, 0).given, "AN\"A");
	assert_span(roll_identity(roll, 0, 0).surname, "GARC\xc3\x8d"
						       "A");
	assert_span(roll_address(roll, 0).zip, "95673");
	assert_int_equal(roll_span(roll, 0, 0).screen, ROLL_CI);
}

static void
rows_that_lie_apart_are_brought_together(void **state)
{
	static const char apart[] = HEADER ANA
		"2020," HOME "return,\n"
		"P2,,,BO,,CHO,,,dependent,,2021," HOME "return,\n"
		"P2,,,BO,,CHOI,,,dependent,,2022," HOME "return,\n" ANA
		"2021,PO BOX 9,,TULSA,OK,74153,return,\n"
		"P2,,,BO,,CHO,,,dependent,,2023," HOME "return,\n";
	struct span csv = span_text(apart);
	struct roll_stats stats;
	struct roll_info info;
	OWNED(roll) roll = NULL;
	int fd = new_file();

	(void)state;
	assert_int_equal(build_bytes(csv, fd, &stats, NULL), ERR_OK);
	assert_true(stats.sorted_first);
	assert_int_equal(roll_open(fd, ROLL_CHECK_ALL, &roll, NULL), ERR_OK);
	(void)close(fd);
	roll_info(roll, &info);
	assert_true(info.sorted_first);
	assert_int_equal(roll_person(roll, 0).n_spans, 2);
	assert_int_equal(roll_person(roll, 0).n_identities, 1);
	assert_int_equal(roll_person(roll, 1).n_spans, 2);
	assert_int_equal(roll_person(roll, 1).n_identities, 2);
	assert_span(
		roll_identity(roll, 1, roll_span(roll, 1, 0).identity).surname,
		"CHO");
	assert_span(
		roll_identity(roll, 1, roll_span(roll, 1, 1).identity).surname,
		"CHOI");
	assert_int_equal(
		roll_span(roll, 1, 1).years, roll_year_bit(roll, 2022));
}

static void
two_files_make_one_roll(void **state)
{
	struct span one = SPAN(HEADER ANA "2020," HOME "return,\n");
	struct span two = SPAN(
		HEADER ANA "2021," HOME "return,\n"
			   "P2,,,BO,,CHO,,,dependent,,2021," HOME "return,");
	struct roll_source sources[] = {
		roll_source_bytes("a.csv", &one),
		roll_source_bytes("b.csv", &two),
	};
	struct roll_stats stats;
	int fd = new_file();

	(void)state;
	assert_int_equal(
		roll_build(sources, 2, fd, NULL, &stats, NULL), ERR_OK);
	assert_int_equal(stats.n_people, 2);
	assert_int_equal(stats.n_rows, 3);
	assert_int_equal(stats.n_spans, 2);
	assert_false(stats.sorted_first);
	(void)close(fd);
}

/* ---- what is refused ---- */

struct refusal {
	const char *csv;
	enum err e;
	const char *says;
};

#define ROW(tin, type, birth, role, year, source, screen)                      \
	"P1," tin "," type ",ANA,,GARCIA,," birth "," role ",," year           \
	"," HOME source "," screen "\n"
#define GOOD ROW("", "", "", "primary", "2020", "return", "")

static const struct refusal refusals[] = {
	{"", ERR_MALFORMED, "roll.csv: empty"},
	{HEADER, ERR_MALFORMED, "roll.csv: no rows"},
	{"person_id,tin\n", ERR_MALFORMED, "header: tin_type: this column"},
	{"person_id,PERSON_ID\n", ERR_MALFORMED, "header: PERSON_ID: a roll"},
	{"tin,tin\n", ERR_MALFORMED, "roll.csv:1: header: tin: named twice"},
	{HEADER "P1,2\n", ERR_MALFORMED,
		"roll.csv:2: 2 fields, and the header has 18"},
	{HEADER GOOD "\n", ERR_MALFORMED, "roll.csv:3: 1 fields"},
	{HEADER "\"P1\n\n", ERR_MALFORMED, "roll.csv:2: a quote never ends"},
	{HEADER "\"P1\"x,\n", ERR_MALFORMED, "text after a closing quote"},
	{HEADER "P\"1,\n", ERR_MALFORMED, "a quote inside a field"},
	{HEADER GOOD ROW(
		 "12345678", "SSN", "", "primary", "2021", "return", ""),
		ERR_MALFORMED, "roll.csv:3: tin: is not nine digits"},
	{HEADER ROW("000000000", "SSN", "", "primary", "2021", "return", ""),
		ERR_MALFORMED, "roll.csv:2: tin: is not nine digits"},
	{HEADER ROW("123456789", "EIN", "", "primary", "2021", "return", ""),
		ERR_MALFORMED, "tin_type: is not SSN, ITIN or ATIN"},
	{HEADER ROW("123456789", "", "", "primary", "2021", "return", ""),
		ERR_MALFORMED, "tin_type: must be given with a TIN"},
	{HEADER ROW("", "SSN", "", "primary", "2021", "return", ""),
		ERR_MALFORMED, "tin_type: must be given with a TIN"},
	{HEADER ROW("", "", "1980-02-30", "primary", "2021", "return", ""),
		ERR_MALFORMED, "birth_date: is not a date"},
	{HEADER ROW("", "", "", "head", "2021", "return", ""), ERR_MALFORMED,
		"filing_role: is not primary"},
	{HEADER ROW("", "", "", "", "2021", "return", ""), ERR_MALFORMED,
		"filing_role: is empty"},
	{HEADER ROW("", "", "", "primary", "21", "return", ""), ERR_MALFORMED,
		"tax_year: is not a year"},
	{HEADER ROW("", "", "", "primary", "20x1", "return", ""), ERR_MALFORMED,
		"tax_year: is not a year"},
	{HEADER ROW("", "", "", "primary", "2021", "Return", ""), ERR_MALFORMED,
		"address_source: is not return"},
	{HEADER ROW("", "", "", "primary", "2021", "return", "CI"),
		ERR_MALFORMED, "screen: is not empty, informant"},
	{HEADER GOOD GOOD, ERR_MALFORMED,
		"roll.csv:3: tax_year: this person has a row for that year"},
	{HEADER GOOD ROW("", "", "", "primary", "2052", "return", ""),
		ERR_TOO_LARGE, "roll.csv:3: tax_year: the years of one roll"},
	{HEADER "P1,,,A\x01,,B,,,primary,,2020," HOME "return,\n",
		ERR_MALFORMED, "given_name: holds a control character"},
	{HEADER "P1,,,A\xff,,B,,,primary,,2020," HOME "return,\n",
		ERR_MALFORMED, "given_name: holds a control character"},
	{HEADER ",,,A,,B,,,primary,,2020," HOME "return,\n", ERR_MALFORMED,
		"person_id: is empty"},
	{HEADER "P1,,,A,,B,,,primary,,2020,1 ELM,,,,12345678901234567,return,"
		"\n",
		ERR_TOO_LARGE, "roll.csv:2: zip: more than 16 bytes"},
};

static void
what_is_not_a_roll_is_refused_by_line_and_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct roll_stats stats;
		struct why why = {{0}};
		int fd = new_file();
		enum err e = build_bytes(span_text(r->csv), fd, &stats, &why);

		if (e != r->e || strstr(why.text, r->says) == NULL)
			fail_msg("%zu: wanted '%s', got %d '%s'", i, r->says,
				(int)e, why.text);
		assert_int_equal(file_bytes(fd), 0); /* nothing half-written */
		(void)close(fd);
	}
}

static void
a_record_without_end_is_refused(void **state)
{
	size_t n = sizeof(HEADER) + 600000;
	char *csv = test_malloc(n + 1);
	struct roll_stats stats;
	struct why why = {{0}};
	int fd = new_file();

	(void)state;
	memcpy(csv, HEADER, sizeof(HEADER) - 1);
	memset(csv + sizeof(HEADER) - 1, 'x', n - sizeof(HEADER) + 1);
	csv[sizeof(HEADER) - 1] = '"';
	assert_int_equal(
		build_bytes(span_of(csv, n), fd, &stats, &why), ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "roll.csv:2: a record of more than"));
	test_free(csv);
	(void)close(fd);
}

/* Drawn rows: with many texts and houses, and ids in no order if `step` is
 * not 1; `years` rows a person, together or (`apart`) year by year. */
static void
draw(struct buf *csv, unsigned n, unsigned step, unsigned years, bool apart)
{
	buf_text(csv, HEADER);
	for (unsigned i = 0; i < n * years; i++) {
		unsigned p = (apart ? i % n : i / years) * step % n;
		unsigned year = 2020 + (apart ? i / n : i % years);
		char row[256];

		(void)snprintf(row, sizeof(row),
			"Q%06u,%09u,SSN,G%u,,S%u,,1980-01-%02u,primary,,%u,"
			"%u N MAIN ST,APT %u,TOWN %u,CA,95673,return,\n",
			p, 100000000 + p * 77, p % 500, p % 900, 1 + p % 28,
			year, 1 + p / 3 + (year > 2021), year / 2022, p % 50);
		buf_text(csv, row);
	}
}

static struct roll *
build_with(struct span csv, uint64_t most_memory, struct roll_stats *stats)
{
	const struct roll_build_options options = {.most_memory = most_memory};
	struct roll_source source = roll_source_bytes("roll.csv", &csv);
	struct roll *roll = NULL;
	struct why why = {{0}};
	int fd = new_file();
	enum err e = roll_build(&source, 1, fd, &options, stats, &why);

	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), why.text);
	assert_int_equal(roll_open(fd, ROLL_CHECK_ALL, &roll, &why), ERR_OK);
	assert_true(roll_hash_holds(roll));
	(void)close(fd);
	return roll;
}

/* Everybody of `a` is in `b`, with all that is said, and found by every key. */
static void
assert_same(const struct roll *a, const struct roll *b)
{
	assert_int_equal(roll_n_people(a), roll_n_people(b));
	for (uint32_t p = 0; p < roll_n_people(a); p++) {
		struct roll_person is = roll_person(a, p);
		struct roll_identity who = roll_identity(a, p, 0);
		uint32_t q = roll_find_person(b, is.id);
		struct roll_identity other = roll_identity(b, q, 0);
		struct roll_found found = roll_find_tin(b, who.tin);

		assert_true(span_eq(is.id, roll_person(b, q).id));
		assert_int_equal(found.n, 1);
		assert_int_equal(roll_found_person(&found, 0), q);
		assert_true(span_eq(who.given, other.given));
		assert_true(span_eq(who.surname, other.surname));
		assert_int_equal(who.birth, other.birth);
		for (uint16_t year = 2018; year < 2026; year++) {
			struct roll_own_address of_a = {0};
			struct roll_own_address of_b = {0};
			bool has = roll_own_address(a, p, year, &of_a);
			bool here = false;

			assert_int_equal(
				has, roll_own_address(b, q, year, &of_b));
			assert_true(span_eq(of_a.text.line, of_b.text.line));
			assert_true(span_eq(of_a.text.unit, of_b.text.unit));
			assert_true(span_eq(of_a.text.city, of_b.text.city));
			if (!has)
				continue;
			found = roll_find_house(
				b, roll_address_house(a, of_a.address));
			for (size_t i = 0; i < found.n; i++)
				here |= roll_found_person(&found, i) == q;
			assert_true(here);
		}
	}
}

enum { DRAWN = 4000 };

static void
little_memory_changes_no_answer(void **state)
{
	OWNED_BUF(csv, 4 << 20);
	OWNED(roll) much = NULL;
	OWNED(roll) little = NULL;
	struct roll_stats stats;
	struct roll_stats less;

	(void)state;
	draw(&csv, DRAWN, 1, 3, false);
	much = build_with(buf_span(&csv), 0, &stats);
	little = build_with(buf_span(&csv), 20000, &less);
	assert_int_equal(stats.n_people, DRAWN);
	assert_false(less.sorted_first);
	assert_true(less.index_bytes > stats.index_bytes);
	assert_same(much, little);
}

static void
ids_in_no_order_are_found_and_brought_together(void **state)
{
	OWNED_BUF(csv, 4 << 20);
	OWNED_BUF(other, 4 << 20);
	OWNED(roll) sorted = NULL;
	OWNED(roll) mixed = NULL;
	OWNED(roll) apart = NULL;
	struct roll_stats stats;
	struct roll_stats little;

	(void)state;
	draw(&csv, DRAWN, 1, 3, false);
	sorted = build_with(buf_span(&csv), 0, &stats);
	draw(&other, DRAWN, 1237, 3, false);
	mixed = build_with(buf_span(&other), 0, &stats);
	assert_false(stats.sorted_first);
	assert_same(sorted, mixed);
	buf_clear(&other);
	draw(&other, DRAWN, 1237, 3, true);
	apart = build_with(buf_span(&other), 0, &stats);
	assert_true(stats.sorted_first);
	assert_int_equal(stats.n_rows, 3 * DRAWN);
	assert_same(mixed, apart);
	apart = roll_free(apart);
	apart = build_with(buf_span(&other), 50000, &little);
	assert_same(mixed, apart);
	assert_true(little.n_addresses > stats.n_addresses);
	assert_int_equal(little.n_spans, stats.n_spans);
}

/* The year 2023 is bit 0 of the roll, bit 7 of the record: and so on around. */
static void
thirty_two_years_are_told_apart(void **state)
{
	OWNED_BUF(csv, 1 << 16);
	OWNED(roll) roll = NULL;
	struct roll_stats stats;

	(void)state;
	buf_text(&csv, HEADER);
	for (unsigned year = 1999; year < 1999 + ROLL_YEARS_MAX; year++) {
		char row[200];

		(void)snprintf(row, sizeof(row),
			"P1,,,A%u,M,B,JR,,primary,,%u,%u ELM ST,,X,CA,95673,"
			"return,\n",
			year, year, year);
		buf_text(&csv, row);
	}
	roll = build_with(buf_span(&csv), 0, &stats);
	assert_int_equal(roll_person(roll, 0).n_spans, ROLL_YEARS_MAX);
	for (uint32_t i = 0; i < ROLL_YEARS_MAX; i++) {
		struct roll_span span = roll_span(roll, 0, i);
		char line[32];

		assert_int_equal(span.years, 1u << i);
		assert_int_equal(
			span.years, roll_year_bit(roll, (uint16_t)(1999 + i)));
		assert_int_equal(span.identity, i);
		(void)snprintf(line, sizeof(line), "%u ELM ST", 1999 + i);
		assert_span(roll_address(roll, span.address).line, line);
		assert_span(roll_identity(roll, 0, i).suffix, "JR");
	}
}

static void
a_year_that_comes_again_later_is_refused_by_line(void **state)
{
	struct span csv =
		SPAN(HEADER ANA "2020," HOME "return,\n"
				"P0,,,BO,,CHO,,,dependent,,2021," HOME
				"return,\n" ANA "2021," HOME "return,\n"
				"P2,,,BO,,CHO,,,dependent,,2021," HOME
				"return,\n" ANA "2020," HOME "return,\n");
	struct roll_stats stats;
	struct why why = {{0}};
	int fd = new_file();

	(void)state;
	assert_int_equal(build_bytes(csv, fd, &stats, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "roll.csv:6: tax_year: this person"));
	assert_int_equal(file_bytes(fd), 0);
	(void)close(fd);
}

static void
an_index_of_version_1_is_refused(void **state)
{
	struct roll_stats stats;
	struct roll *roll = NULL;
	struct why why = {{0}};
	uint32_t version = 1;
	int fd = new_file();

	(void)state;
	assert_int_equal(
		build_bytes(span_text(small), fd, &stats, NULL), ERR_OK);
	assert_int_equal(pwrite(fd, &version, 4, 12), 4);
	assert_int_equal(
		roll_open(fd, ROLL_CHECK_ALL, &roll, &why), ERR_DAMAGED);
	assert_non_null(strstr(why.text, "load the CSV again"));
	(void)close(fd);
}

static void
every_failed_allocation_is_survived(void **state)
{
	struct span csv;
	struct roll_stats stats;
	struct roll *roll = NULL;
	int fd = new_file();
	int n = 0;

	(void)state;
	for (;; n++) {
		enum err e;

		csv = span_text(small);
		mem_fail_after(n);
		e = build_bytes(csv, fd, &stats, NULL);
		mem_fail_after(-1);
		if (e == ERR_OK)
			break;
		assert_int_equal(e, ERR_NOMEM);
		assert_int_equal(file_bytes(fd), 0);
		assert_true(n < 1000);
	}
	assert_true(n > 10);
	mem_fail_after(0);
	assert_int_equal(roll_open(fd, ROLL_CHECK_ALL, &roll, NULL), ERR_NOMEM);
	mem_fail_after(-1);
	assert_null(roll);
	(void)close(fd);
}

/* ---- the index ---- */

static struct span
image_of(const char *csv)
{
	struct roll_stats stats;
	int fd = new_file();
	size_t n;
	void *at;

	assert_int_equal(build_bytes(span_text(csv), fd, &stats, NULL), ERR_OK);
	n = (size_t)file_bytes(fd);
	at = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	assert_true(at != MAP_FAILED);
	(void)close(fd);
	assert_int_equal(stats.index_bytes, n);
	return span_of(at, n);
}

static uint8_t *
writable(struct span image)
{
	union {
		const uint8_t *in;
		uint8_t *out;
	} at = {.in = image.at};

	return at.out;
}

static void
any_changed_byte_is_seen(void **state)
{
	struct span image = image_of(small);
	uint8_t *at = writable(image);
	size_t unseen = 0;

	(void)state;
	for (size_t i = 0; i < image.n; i++) {
		struct roll *roll = NULL;
		enum err e;

		at[i] ^= (uint8_t)(1u << i % 8);
		e = roll_from_bytes(image, ROLL_CHECK_ALL, &roll, NULL);
		at[i] ^= (uint8_t)(1u << i % 8);
		assert_true(e == ERR_DAMAGED || e == ERR_OK);
		unseen += e == ERR_OK; /* padding between sections only */
		roll = roll_free(roll);
	}
	assert_true(unseen < SEC_N * ROLL_ALIGN);
	(void)munmap(at, image.n);
}

static void
padding_too_is_part_of_the_hash(void **state)
{
	struct span image = image_of(small);
	uint8_t *at = writable(image);
	struct roll *roll = NULL;

	(void)state;
	assert_int_equal(
		roll_from_bytes(image, ROLL_CHECK_ALL, &roll, NULL), ERR_OK);
	assert_true(roll_hash_holds(roll));
	for (size_t i = ROLL_HEADER; i < image.n; i += 5) {
		at[i] ^= 1;
		assert_false(roll_hash_holds(roll));
		at[i] ^= 1;
	}
	assert_true(roll_hash_holds(roll));
	roll = roll_free(roll);
	(void)munmap(at, image.n);
}

static void
a_cut_index_is_refused_at_every_length(void **state)
{
	struct span image = image_of(small);
	uint8_t *at = writable(image);

	(void)state;
	for (size_t n = 0; n < image.n; n++) {
		struct roll *roll = NULL;

		assert_int_equal(roll_from_bytes(span_of(at, n),
					 ROLL_CHECK_HEAD, &roll, NULL),
			ERR_DAMAGED);
		assert_null(roll);
	}
	(void)munmap(at, image.n);
}

static void
one_csv_is_one_hash(void **state)
{
	struct span image = image_of(small);
	struct span again = image_of(small);

	(void)state;
	assert_true(span_eq(image, again));
	(void)munmap(writable(image), image.n);
	(void)munmap(writable(again), again.n);
}

static void
a_forged_index_shows_nothing_of_ours(void **state)
{
	struct span image = image_of(small);
	uint8_t *at = writable(image);

	(void)state;
	for (size_t i = ROLL_HEADER; i < image.n; i += 4) {
		struct roll *roll = NULL;
		uint8_t kept[4];

		memcpy(kept, at + i, 4);
		memset(at + i, 0xff, 4);
		roll_seal(at, image.n);
		assert_int_equal(
			roll_from_bytes(image, ROLL_CHECK_ALL, &roll, NULL),
			ERR_OK);
		for (uint32_t p = 0; p < roll_n_people(roll); p++) {
			struct roll_person is = roll_person(roll, p);
			struct roll_own_address own;

			for (uint32_t k = 0; k < is.n_spans && k < 9; k++)
				(void)roll_address(
					roll, roll_span(roll, p, k).address);
			for (uint32_t k = 0; k < is.n_identities; k++)
				(void)roll_identity(roll, p, k);
			(void)roll_own_address(roll, p, 2021, &own);
		}
		(void)roll_find_person(roll, SPAN("P1"));
		(void)roll_find_tin(roll, 123456789);
		roll = roll_free(roll);
		memcpy(at + i, kept, 4);
	}
	(void)munmap(at, image.n);
}

/* ---- the drawn world ---- */

static const char world[] = WEIR_SOURCE "/../shared/data/world-dev/roll.csv";

struct told {
	uint64_t rows;
	unsigned times;
};

static void
tell(void *ctx, uint64_t rows, uint64_t bytes)
{
	struct told *told = ctx;

	assert_true(rows >= told->rows);
	(void)bytes;
	told->rows = rows;
	told->times++;
}

static enum err
file_read(void *ctx, uint8_t *to, size_t size, size_t *ret_n)
{
	ssize_t n = read(*(int *)ctx, to, size);

	assert_true(n >= 0);
	*ret_n = (size_t)n;
	return ERR_OK;
}

static void
the_world_loads_and_every_person_is_found(void **state)
{
	int csv = open(world, O_RDONLY | O_CLOEXEC);
	struct roll_source source = {world, file_read, &csv};
	struct told told = {0};
	const struct roll_build_options options = {.progress = {tell, &told}};
	struct roll_stats stats;
	OWNED(roll) roll = NULL;
	struct timespec from, to;
	int fd = new_file();

	(void)state;
	if (csv < 0)
		skip();
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(
		roll_build(&source, 1, fd, &options, &stats, NULL), ERR_OK);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	print_message("%llu rows, %u people, %u spans, %u addresses, %llu "
		      "bytes: %.0f ms\n",
		(unsigned long long)stats.n_rows, stats.n_people, stats.n_spans,
		stats.n_addresses, (unsigned long long)stats.index_bytes,
		(to.tv_sec - from.tv_sec) * 1e3 +
			(to.tv_nsec - from.tv_nsec) / 1e6);
	assert_int_equal(told.rows, stats.n_rows);
	assert_true(told.times >= 2);
	assert_int_equal(roll_open(fd, ROLL_CHECK_ALL, &roll, NULL), ERR_OK);
	assert_true(roll_hash_holds(roll));
	for (uint32_t p = 0; p < roll_n_people(roll); p++) {
		struct roll_person is = roll_person(roll, p);
		struct roll_identity id = roll_identity(roll, p, 0);
		struct roll_found found = roll_find_tin(roll, id.tin);

		assert_int_equal(roll_find_person(roll, is.id), p);
		assert_int_equal(found.n, 1);
		assert_int_equal(roll_found_person(&found, 0), p);
		for (uint32_t k = 0; k < is.n_spans; k++) {
			struct person_address at;
			bool here = false;

			roll_address_standard(
				roll, roll_span(roll, p, k).address, &at);
			found = roll_find_house(roll, roll_house_key(&at));
			for (size_t i = 0; i < found.n; i++)
				here |= roll_found_person(&found, i) == p;
			assert_true(here);
		}
	}
	(void)close(fd);
	(void)close(csv);
}

static int
start(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_says_what_it_said),
		cmocka_unit_test(years_that_say_the_same_cost_one_span),
		cmocka_unit_test(only_an_own_address_is_given_for_its_year),
		cmocka_unit_test(a_changed_name_or_tin_is_a_second_identity),
		cmocka_unit_test(everybody_of_a_house_is_found_by_it),
		cmocka_unit_test(
			columns_come_in_any_order_and_fields_in_quotes),
		cmocka_unit_test(rows_that_lie_apart_are_brought_together),
		cmocka_unit_test(two_files_make_one_roll),
		cmocka_unit_test(
			what_is_not_a_roll_is_refused_by_line_and_field),
		cmocka_unit_test(a_record_without_end_is_refused),
		cmocka_unit_test(little_memory_changes_no_answer),
		cmocka_unit_test(
			ids_in_no_order_are_found_and_brought_together),
		cmocka_unit_test(thirty_two_years_are_told_apart),
		cmocka_unit_test(
			a_year_that_comes_again_later_is_refused_by_line),
		cmocka_unit_test(an_index_of_version_1_is_refused),
		cmocka_unit_test(every_failed_allocation_is_survived),
		cmocka_unit_test(any_changed_byte_is_seen),
		cmocka_unit_test(padding_too_is_part_of_the_hash),
		cmocka_unit_test(a_cut_index_is_refused_at_every_length),
		cmocka_unit_test(one_csv_is_one_hash),
		cmocka_unit_test(a_forged_index_shows_nothing_of_ours),
		cmocka_unit_test(the_world_loads_and_every_person_is_found),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
