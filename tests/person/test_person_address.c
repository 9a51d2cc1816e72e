/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses against the two corpora beside this file: good.txt, spellings
 * that are deliverable and what they all standardise to, and junk.txt, what
 * never is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "person/person_int.h"

enum { LINE_MAX_BYTES = 512, SPELLINGS = 16 };

struct row {
	char bytes[LINE_MAX_BYTES];
	struct address_text text;
};

/* "line | unit | urbanization | city | state | ZIP", or the line alone. */
static void
take_row(const char *from, struct row *row)
{
	struct span *const parts[] = {&row->text.line, &row->text.unit,
		&row->text.urbanization, &row->text.city, &row->text.state,
		&row->text.zip};
	struct span rest;

	assert_true(strlen(from) < sizeof(row->bytes));
	memset(row, 0, sizeof(*row));
	memcpy(row->bytes, from, strlen(from));
	rest = span_text(row->bytes);
	if (strchr(from, '|') == NULL) {
		row->text = (struct address_text){.line = span_trim(rest),
			.city = SPAN("DAYTON"),
			.state = SPAN("OH"),
			.zip = SPAN("45470")};
		return;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		*parts[i] = span_trim(span_cut(&rest, '|'));
}

static enum address_grade
grade_of(const struct address_text *text)
{
	struct person_address a;

	person_address(text, &a);
	/* a reason exactly where it is not deliverable */
	assert_int_equal(*person_address_why(&a) == '\0',
		person_address_grade(&a) == ADDRESS_DELIVERABLE);
	return person_address_grade(&a);
}

static FILE *
corpus(const char *name)
{
	char path[512];
	FILE *f;

	(void)snprintf(
		path, sizeof(path), WEIR_SOURCE "/tests/person/%s", name);
	f = fopen(path, "re");
	assert_non_null(f);
	return f;
}

/* The next line that is neither empty nor a remark; false at the end. */
static bool
next_line(FILE *f, char to[LINE_MAX_BYTES])
{
	while (fgets(to, LINE_MAX_BYTES, f) != NULL) {
		to[strcspn(to, "\n")] = '\0';
		if (to[0] != '\0' && strncmp(to, "# ", 2) != 0 &&
			strcmp(to, "#") != 0)
			return true;
	}
	return false;
}

/* ---- good.txt ---- */

static const char *const form_words[] = {"none", "street", "box", "rural",
	"highway", "military", "general", "island"};

static void
put_part(char *to, size_t size, const char *part)
{
	size_t n = strlen(to);

	(void)snprintf(to + n, size - n, " %s", *part == '\0' ? "-" : part);
	for (to += n + 1; *to != '\0'; to++)
		if (*to == ' ')
			*to = '_';
}

static void
describe(const struct person_address *a, char *to, size_t size)
{
	(void)snprintf(to, size, "> %s", form_words[a->form]);
	put_part(to, size, a->number);
	put_part(to, size, a->predir);
	put_part(to, size, a->street);
	put_part(to, size, a->suffix);
	put_part(to, size, a->postdir);
	put_part(to, size, a->unit);
}

static void
assert_same(const char *spelling, const struct person_address *a,
	const struct person_address *b)
{
	struct address_match there = person_address_compare(a, b);
	struct address_match back = person_address_compare(b, a);

	if (!there.line_equal || !back.line_equal ||
		there.unit != LEVEL_EQUAL || back.unit != LEVEL_EQUAL)
		fail_msg("not the same: %s", spelling);
}

static void
every_spelling_parses_to_the_same_parts(void **state)
{
	static struct row rows[SPELLINGS];
	static struct person_address parsed[SPELLINGS];
	FILE *f = corpus("good.txt");
	char line[LINE_MAX_BYTES];
	size_t n = 0;
	size_t seen = 0;

	(void)state;
	while (next_line(f, line)) {
		if (line[0] != '>') {
			assert_true(n < SPELLINGS);
			take_row(line, &rows[n]);
			person_address(&rows[n].text, &parsed[n]);
			n++;
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			char got[LINE_MAX_BYTES];

			describe(&parsed[i], got, sizeof(got));
			if (strcmp(got, line) != 0)
				fail_msg("%s: %s", rows[i].bytes, got);
			if (grade_of(&rows[i].text) != ADDRESS_DELIVERABLE)
				fail_msg("not deliverable: %s", rows[i].bytes);
			assert_same(rows[i].bytes, &parsed[0], &parsed[i]);
			seen++;
		}
		n = 0;
	}
	assert_int_equal(n, 0);
	assert_true(seen > 140);
	(void)fclose(f);
}

typedef void change(char *text);

static void
to_lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text | 32);
}

static void
to_upper(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'a' && *text <= 'z')
			*text = (char)(*text & ~32);
}

/* Two blanks for one, and one at either end. */
static void
spread(char *text)
{
	char from[LINE_MAX_BYTES];
	size_t n = 0;

	(void)snprintf(from, sizeof(from), "%s", text);
	text[n++] = ' ';
	for (size_t i = 0; from[i] != '\0' && n + 3 < LINE_MAX_BYTES; i++) {
		text[n++] = from[i];
		if (from[i] == ' ')
			text[n++] = ' ';
	}
	text[n++] = '\t';
	text[n] = '\0';
}

/* A comma behind every word. */
static void
punctuate(char *text)
{
	char from[LINE_MAX_BYTES];
	size_t n = 0;

	(void)snprintf(from, sizeof(from), "%s", text);
	for (size_t i = 0; from[i] != '\0' && n + 3 < LINE_MAX_BYTES; i++) {
		if (from[i] == ' ')
			text[n++] = ',';
		text[n++] = from[i];
	}
	text[n++] = '.';
	text[n] = '\0';
}

static void
case_blanks_and_marks_change_nothing(void **state)
{
	static change *const changes[] = {
		to_lower, to_upper, spread, punctuate};
	FILE *f = corpus("good.txt");
	char line[LINE_MAX_BYTES];

	(void)state;
	while (next_line(f, line)) {
		struct row row;
		struct person_address before;

		if (line[0] == '>')
			continue;
		take_row(line, &row);
		person_address(&row.text, &before);
		for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]);
			i++) {
			char text[LINE_MAX_BYTES];
			struct address_text changed = row.text;
			struct person_address after;

			assert_true(
				span_copy(row.text.line, text, sizeof(text)));
			changes[i](text);
			changed.line = span_text(text);
			person_address(&changed, &after);
			if (memcmp(&before, &after, sizeof(before)) != 0)
				fail_msg("change %zu: %s", i, text);
		}
	}
	(void)fclose(f);
}

/* ---- junk.txt ---- */

static void
no_junk_is_deliverable(void **state)
{
	FILE *f = corpus("junk.txt");
	char line[LINE_MAX_BYTES];
	size_t seen = 0;

	(void)state;
	while (next_line(f, line)) {
		struct row row;

		take_row(strncmp(line, "+ ", 2) == 0 ? line + 2 : line, &row);
		if (grade_of(&row.text) == ADDRESS_DELIVERABLE)
			fail_msg("deliverable: %s", line);
		seen++;
	}
	assert_true(seen > 400);
	(void)fclose(f);
}

static void
junk_stays_junk_with_a_number_a_suffix_or_a_unit(void **state)
{
	static const char *const frames[] = {"12 %s ST", "12 %s", "%s ST",
		"%s APT 4", "1207 %s AVENUE # 3", "12 N %s RD", "(%s)",
		"%s 12345", "%s, %s", "12-34 %s LN UNIT B"};
	FILE *f = corpus("junk.txt");
	char line[LINE_MAX_BYTES];
	size_t seen = 0;

	(void)state;
	while (next_line(f, line)) {
		if (strncmp(line, "+ ", 2) != 0)
			continue;
		for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]);
			i++) {
			char text[2 * LINE_MAX_BYTES];
			struct address_text address = {.city = SPAN("DAYTON"),
				.state = SPAN("OH"),
				.zip = SPAN("45470")};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			(void)snprintf(text, sizeof(text), frames[i], line + 2,
				line + 2);
#pragma GCC diagnostic pop
			address.line = span_text(text);
			if (grade_of(&address) == ADDRESS_DELIVERABLE)
				fail_msg("deliverable: %s", text);
		}
		seen++;
	}
	assert_true(seen > 250);
	(void)fclose(f);
}

/* ---- differences that must stay differences ---- */

static void
another_house_is_another_house(void **state)
{
	static const struct {
		const char *asked;
		const char *record;
		bool line_equal;
		enum person_level unit;
	} rows[] = {
		{"575 20th St", "575 20TH AVE", false, LEVEL_EQUAL},
		{"12 OAK ST", "12 OAK AVE", false, LEVEL_EQUAL},
		{"12 OAK", "12 OAK ST", false, LEVEL_EQUAL},
		{"12 N OAK ST", "12 S OAK ST", false, LEVEL_EQUAL},
		{"12 N OAK ST", "12 OAK ST", false, LEVEL_EQUAL},
		{"12 OAK ST N", "12 N OAK ST", false, LEVEL_EQUAL},
		{"12 OAK ST", "13 OAK ST", false, LEVEL_EQUAL},
		{"12A OAK ST", "12 OAK ST", false, LEVEL_EQUAL},
		{"12 1/2 OAK ST", "12 OAK ST", false, LEVEL_EQUAL},
		{"12 OAK ST", "12 OAKS ST", false, LEVEL_EQUAL},
		{"12 5TH ST", "12 6TH ST", false, LEVEL_EQUAL},
		{"12 HIGHWAY 61", "12 HIGHWAY 62", false, LEVEL_EQUAL},
		{"12 STATE ROUTE 9", "12 COUNTY ROAD 9", false, LEVEL_EQUAL},
		{"PO BOX 12", "PO BOX 13", false, LEVEL_EQUAL},
		{"PO BOX 12", "RR 12 BOX 12", false, LEVEL_EQUAL},
		{"RR 1 BOX 12", "RR 2 BOX 12", false, LEVEL_EQUAL},
		{"RR 1 BOX 12", "HC 1 BOX 12", false, LEVEL_EQUAL},
		{"UNKNOWN", "UNKNOWN", false, LEVEL_EQUAL},
		{"12 OAK ST APT 4", "12 OAK ST APT 5", true, LEVEL_CONFLICT},
		{"12 OAK ST APT 4", "12 OAK ST # 4", true, LEVEL_EQUAL},
		{"12 OAK ST", "12 OAK ST APT 5", true, LEVEL_MISSING},
		{"12 OAK ST APT 4", "12 OAK ST", true, LEVEL_VARIANT},
		{"12 OAK ST FL 2", "12 OAK ST APT 2", true, LEVEL_CONFLICT},
		{"12 OAK ST APT 2", "12 OAK ST BLDG 3 APT 2", true,
			LEVEL_CONFLICT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row a;
		struct row r;
		struct person_address x;
		struct person_address y;
		struct address_match match;

		take_row(rows[i].asked, &a);
		take_row(rows[i].record, &r);
		person_address(&a.text, &x);
		person_address(&r.text, &y);
		match = person_address_compare(&x, &y);
		if (match.line_equal != rows[i].line_equal ||
			match.unit != rows[i].unit)
			fail_msg("%s / %s: %d %d", rows[i].asked,
				rows[i].record, match.line_equal,
				(int)match.unit);
		assert_int_equal(person_address_compare(&y, &x).line_equal,
			match.line_equal);
	}
}

/* ---- one house, however its parts are put together ---- */

struct spelt {
	const char *standard;
	const char *spelt;
};

static const struct spelt directions[] = {{"", ""}, {"N", "North"},
	{"S", "So."}, {"E", "EAST"}, {"W", "West"}, {"NE", "North East"},
	{"SW", "SOUTHWEST"}};
static const struct spelt kinds[] = {{"AVE", "Avenue"}, {"RD", "Road"},
	{"LOOP", "Loop"}, {"HWY", "Highway"}, {"ST", "Street"}, {"LN", "Lane"},
	{"RTE", "ROUTE"}};
static const char *const names[] = {"NORTH", "WEST", "FOREST", "STATE",
	"COUNTY", "RANCH", "AVENUE", "HIGHWAY", "LOOP", "FM", "RIVER",
	"LONG LAKE", "5TH", "E", "OLD MILL", "ST JOHNS", "STATE PARK",
	"NORTH STAR"};
static const struct spelt units[] = {{"", ""}, {"APT 103", "#103"},
	{"APT B", "Unit B"}, {"STE 4B", "Suite 4-B"}, {"FL 2", "2nd Floor"},
	{"LOT 7", "Lot 7"}, {"BSMT", "Basement"}};

#define N_OF(list) (sizeof(list) / sizeof((list)[0]))

static void
put_together(bool spelt, bool apart, const struct spelt *pre, const char *name,
	const struct spelt *kind, const struct spelt *post,
	const struct spelt *unit, struct person_address *ret_address)
{
	char line[LINE_MAX_BYTES];
	const char *own = spelt ? unit->spelt : unit->standard;
	struct address_text text = {.city = SPAN("DAYTON"),
		.state = SPAN("OH"),
		.zip = SPAN("45470")};

	(void)snprintf(line, sizeof(line), "2722 %s %s %s %s %s",
		spelt ? pre->spelt : pre->standard, name,
		spelt ? kind->spelt : kind->standard,
		spelt ? post->spelt : post->standard, apart ? "" : own);
	text.line = span_text(line);
	if (apart)
		text.unit = span_text(own);
	person_address(&text, ret_address);
}

static size_t
spellings_differ(const struct spelt *pre, const char *name,
	const struct spelt *kind, const struct spelt *post,
	const struct spelt *unit)
{
	struct person_address one[4];
	size_t differ = 0;

	for (unsigned i = 0; i < 4; i++) {
		struct address_match m;

		put_together((i & 1) != 0, (i & 2) != 0, pre, name, kind, post,
			unit, &one[i]);
		m = person_address_compare(&one[0], &one[i]);
		if (m.line_equal && m.unit == LEVEL_EQUAL &&
			!one[i].placeholder && !one[i].facility)
			continue;
		print_message("2722 %s %s %s %s %s: %s\n", pre->standard, name,
			kind->standard, post->standard, unit->standard,
			i == 0   ? "none"
			: i == 1 ? "spelt out"
			: i == 2 ? "unit apart"
				 : "both");
		differ++;
	}
	return differ;
}

static void
a_unit_apart_or_words_spelt_out_are_the_same_house(void **state)
{
	size_t differ = 0;

	(void)state;
	for (size_t a = 0; a < N_OF(directions); a++)
		for (size_t b = 0; b < N_OF(names); b++)
			for (size_t c = 0; c < N_OF(kinds); c++)
				for (size_t d = 0; d < N_OF(directions); d++)
					for (size_t e = 0; e < N_OF(units); e++)
						differ += spellings_differ(
							&directions[a],
							names[b], &kinds[c],
							&directions[d],
							&units[e]);
	assert_int_equal(differ, 0);
}

/* No two of them, written in full, are the same house; but STATE ROAD and
 * STATE ROUTE are. */
static void
other_words_are_another_house(void **state)
{
	enum { ALL = N_OF(directions) * N_OF(names) * N_OF(kinds) };
	static struct person_address all[N_OF(directions) * ALL];
	size_t n = 0;

	(void)state;
	for (size_t a = 0; a < N_OF(directions); a++)
		for (size_t k = 0; k < ALL; k++)
			put_together(true, false,
				&directions[k % N_OF(directions)],
				names[k / N_OF(directions) % N_OF(names)],
				&kinds[k / N_OF(directions) / N_OF(names)],
				&directions[a], &units[1], &all[n++]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (person_address_compare(&all[i], &all[k])
					.line_equal &&
				strncmp(all[i].street, "STATE RTE", 9) != 0)
				fail_msg("%s %s %s %s", all[i].predir,
					all[i].street, all[i].suffix,
					all[i].postdir);
}

static void
another_name_of_the_same_post_office_is_the_same_city(void **state)
{
	struct row a;
	struct row b;
	struct person_address x;
	struct person_address y;

	(void)state;
	take_row("18-18 47TH AVE | | | QUEENS | NY | 11101", &a);
	take_row("18-18 47TH AVE | | | LONG ISLAND CITY | NY | 11101", &b);
	person_address(&a.text, &x);
	person_address(&b.text, &y);
	assert_true(person_address_compare(&x, &y).line_equal);
	take_row("18-18 47TH AVE | | | BROOKLYN | NY | 11101", &a);
	person_address(&a.text, &x);
	assert_false(person_address_compare(&x, &y).line_equal);
}

/* ---- the drawn world, where it is there ---- */

/* The n-th field of a CSV line that has no quotes. */
static struct span
field(const char *line, size_t n)
{
	struct span rest = span_text(line);
	struct span cut = {0};

	for (size_t i = 0; i <= n; i++)
		cut = span_cut(&rest, ',');
	return cut;
}

static void
every_roll_row_of_the_drawn_world_is_deliverable(void **state)
{
	FILE *f = fopen(WEIR_SOURCE "/../shared/data/world-dev/roll.csv", "re");
	char line[1024];
	size_t seen = 0;

	(void)state;
	if (f == NULL)
		skip();
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f) != NULL) {
		struct address_text text = {.line = field(line, 11),
			.unit = field(line, 12),
			.city = field(line, 13),
			.state = field(line, 14),
			.zip = field(line, 15)};

		if (strchr(line, '"') != NULL)
			continue;
		if (grade_of(&text) != ADDRESS_DELIVERABLE)
			fail_msg("not deliverable: %s", line);
		assert_int_equal(person_name_grade(field(line, 3),
					 field(line, 4), field(line, 5)),
			NAME_FULL);
		seen++;
	}
	assert_true(seen > 80000);
	(void)fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_parses_to_the_same_parts),
		cmocka_unit_test(case_blanks_and_marks_change_nothing),
		cmocka_unit_test(no_junk_is_deliverable),
		cmocka_unit_test(
			junk_stays_junk_with_a_number_a_suffix_or_a_unit),
		cmocka_unit_test(another_house_is_another_house),
		cmocka_unit_test(
			a_unit_apart_or_words_spelt_out_are_the_same_house),
		cmocka_unit_test(other_words_are_another_house),
		cmocka_unit_test(
			another_name_of_the_same_post_office_is_the_same_city),
		cmocka_unit_test(
			every_roll_row_of_the_drawn_world_is_deliverable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
