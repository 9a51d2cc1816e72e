/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and addresses as people write them: one person is on the roll as the
 * first line of each group has it; each line below writes the same person
 * another way, and is told whether that confirms.
 */
#include "match/world.h"

enum yes { NO, YES };

struct variant {
	enum yes confirms;
	const char *given;
	const char *middle;
	const char *surname;
	const char *suffix;
	const char *birth;
	const char *line;
	const char *unit;
	const char *place; /* CITY|ST|ZIP */
};

#define DAYTON "DAYTON|OH|45470"
#define BROOKLYN "BROOKLYN|NY|11201"
#define QUEENS "LONG ISLAND CITY|NY|11101"
#define PAUL "SAINT PAUL|MN|55101"

struct group {
	const char *what;
	struct variant row[10]; /* the first is the roll's; given NULL ends */
};

static const struct group groups[] = {
	{"two surnames in either order, or one of them",
		{{YES, "MARIA", "", "GARCIA LOPEZ", "", "1980-07-21",
			 "12 N MAIN ST", "", DAYTON},
			{YES, "Maria", "", "Lopez Garcia", "", "1980-07-21",
				"12 N Main St", "", DAYTON},
			{YES, "Maria", "", "Garcia-Lopez", "", "1980-07-21",
				"12 N Main St", "", DAYTON},
			{YES, "Maria", "", "Lopez", "", "1980-07-21",
				"12 N Main St", "", DAYTON},
			{NO, "Maria", "", "Garcia Perez", "", "1980-07-21",
				"12 N Main St", "", DAYTON}}},
	{"particles", {{YES, "JUAN", "", "DE LA CRUZ", "", "1975-02-28",
			       "55 ELM AVE", "", DAYTON},
			      {YES, "Juan", "", "DelaCruz", "", "1975-02-28",
				      "55 Elm Ave", "", DAYTON},
			      {YES, "Juan", "", "de la Cruz", "", "1975-02-28",
				      "55 Elm Avenue", "", DAYTON},
			      {NO, "Juan", "", "de la Rosa", "", "1975-02-28",
				      "55 Elm Ave", "", DAYTON}}},
	{"diacritics, apostrophes and other scripts",
		{{YES, "JOSE", "", "NUNEZ OBRIEN", "", "1991-11-05", "9 OAK CT",
			 "", DAYTON},
			{YES, "Jos\u00e9", "", "N\u00fa\u00f1ez O\u2019Brien",
				"", "1991-11-05", "9 Oak Ct", "", DAYTON},
			{YES, "JOS\u00c9", "", "Nu\u00f1ez-O'Brien", "",
				"1991-11-05", "9 Oak Court", "", DAYTON}}},
	{"a name in Cyrillic letters",
		{{YES, "IVAN", "", "PETROV", "", "1968-04-12", "7 PINE RD", "",
			 DAYTON},
			{YES, "\u0418\u0432\u0430\u043d", "",
				"\u041f\u0435\u0442\u0440\u043e\u0432", "",
				"1968-04-12", "7 Pine Rd", "", DAYTON}}},
	{"nicknames, initials, a middle name",
		{{YES, "WILLIAM", "HENRY", "BAKER", "", "1959-09-30",
			 "400 LAKE DR", "", DAYTON},
			{YES, "Bill", "", "Baker", "", "1959-09-30",
				"400 Lake Dr", "", DAYTON},
			{YES, "W", "H", "Baker", "", "1959-09-30",
				"400 Lake Drive", "", DAYTON},
			{YES, "William H", "", "Baker", "", "1959-09-30",
				"400 Lake Dr", "", DAYTON},
			{NO, "Walter", "", "Baker", "", "1959-09-30",
				"400 Lake Dr", "", DAYTON}}},
	{"generational suffixes",
		{{YES, "ROBERT", "", "STONE", "JR", "1984-01-17", "31 HILL ST",
			 "", DAYTON},
			{YES, "Robert", "", "Stone Jr.", "", "1984-01-17",
				"31 Hill St", "", DAYTON},
			{YES, "Robert", "", "Stone", "II", "1984-01-17",
				"31 Hill St", "", DAYTON},
			{YES, "Robert", "", "Stone", "", "1984-01-17",
				"31 Hill St", "", DAYTON},
			{NO, "Robert", "", "Stone", "Sr", "1984-01-17",
				"31 Hill St", "", DAYTON}}},
	{"day and month swapped, a digit wrong",
		{{YES, "ELENA", "", "ORLOVA", "", "1990-03-08", "18 BAY ST", "",
			 DAYTON},
			{YES, "Elena", "", "Orlova", "", "1990-08-03",
				"18 Bay St", "", DAYTON},
			{YES, "Elena", "", "Orlova", "", "1990-03-06",
				"18 Bay St", "", DAYTON},
			{NO, "Elena", "", "Orlova", "", "1990-05-06",
				"18 Bay St", "", DAYTON},
			{NO, "Elena", "", "Orlova", "", "1970-03-08",
				"18 Bay St", "", DAYTON},
			{NO, "E", "", "Orlova", "", "1990-08-03", "18 Bay St",
				"", DAYTON}}},
	{"units in the line or beside it",
		{{YES, "AISHA", "", "KHAN", "", "1988-12-01", "220 COURT ST",
			 "APT 4B", BROOKLYN},
			{YES, "Aisha", "", "Khan", "", "1988-12-01",
				"220 Court Street Apartment 4-B", "", BROOKLYN},
			{YES, "Aisha", "", "Khan", "", "1988-12-01",
				"220 Court St #4B", "", BROOKLYN},
			{YES, "Aisha", "", "Khan", "", "1988-12-01",
				"220 Court St", "Unit 4b", BROOKLYN},
			{YES, "Aisha", "", "Khan", "", "1988-12-01",
				"220 Court St", "", BROOKLYN},
			{NO, "Aisha", "", "Khan", "", "1988-12-01",
				"220 Court St", "Apt 4C", BROOKLYN}}},
	{"suffix and directional variants",
		{{YES, "DAVID", "", "WONG", "", "1979-06-14",
			 "1500 NW MARTIN LUTHER KING JR BLVD", "", DAYTON},
			{YES, "David", "", "Wong", "", "1979-06-14",
				"1500 Northwest Martin Luther King Jr "
				"Boulevard",
				"", DAYTON},
			{YES, "David", "", "Wong", "", "1979-06-14",
				"1500 N.W. Martin Luther King Jr Blvd.", "",
				DAYTON},
			{NO, "David", "", "Wong", "", "1979-06-14",
				"1500 NE Martin Luther King Jr Blvd", "",
				DAYTON},
			{NO, "David", "", "Wong", "", "1979-06-14",
				"1500 NW Martin Luther King Jr Ave", "",
				DAYTON}}},
	{"hyphenated house numbers and numbered streets",
		{{YES, "SOFIA", "", "ROSSI", "", "1966-10-10", "39-20 29TH ST",
			 "", QUEENS},
			{YES, "Sofia", "", "Rossi", "", "1966-10-10",
				"39-20 Twenty-Ninth Street", "", QUEENS},
			{YES, "Sofia", "", "Rossi", "", "1966-10-10",
				"39-20 29 St", "", QUEENS},
			{NO, "Sofia", "", "Rossi", "", "1966-10-10",
				"39-02 29th St", "", QUEENS}}},
	{"boxes, routes and highways",
		{{YES, "EARL", "", "DAWSON", "", "1949-08-22", "PO BOX 1402",
			 "", DAYTON},
			{YES, "Earl", "", "Dawson", "", "1949-08-22",
				"P.O. Box 1402", "", DAYTON},
			{YES, "Earl", "", "Dawson", "", "1949-08-22",
				"Post Office Box #1402", "", DAYTON},
			{NO, "Earl", "", "Dawson", "", "1949-08-22",
				"PO Box 1420", "", DAYTON}}},
	{"cities by the names that the postal service accepts",
		{{YES, "KIRSTEN", "", "OLSEN", "", "1972-05-05",
			 "60 WEST 7TH ST", "", PAUL},
			{YES, "Kirsten", "", "Olsen", "", "1972-05-05",
				"60 W 7th St", "", "St. Paul|MN|55101"},
			{YES, "Kirsten", "", "Olson", "", "1972-05-05",
				"60 W Seventh Street", "",
				"Saint Paul|MN|55101-2203"},
			{NO, "Kirsten", "", "Olsen", "", "1972-05-05",
				"60 W 7th St", "", "Minneapolis|MN|55101"},
			{NO, "Kirsten", "", "Olsen", "", "1972-05-05",
				"60 W 7th St", "", "Saint Paul|MN|55102"}}},
};

enum { N_GROUPS = sizeof(groups) / sizeof(groups[0]), FIRST_TIN = 212300001 };

static struct roll *
all_on_one_roll(void)
{
	OWNED_BUF(csv, 1 << 16);

	buf_text(&csv, ROLL_HEADER_LINE);
	for (unsigned i = 0; i < N_GROUPS; i++) {
		const struct variant *v = &groups[i].row[0];
		struct span place = span_text(v->place);
		struct span city = span_cut(&place, '|');
		struct span state = span_cut(&place, '|');

		buf_printf(&csv, "P%02u,%u,SSN,%s,%s,%s,%s,%s,primary,,2024,",
			i, FIRST_TIN + i * 1000, v->given, v->middle,
			v->surname, v->suffix, v->birth);
		buf_printf(&csv, "%s,%s,%.*s,%.*s,%.*s,return,\n", v->line,
			v->unit, (int)city.n, (const char *)city.at,
			(int)state.n, (const char *)state.at, (int)place.n,
			(const char *)place.at);
	}
	assert_int_equal(buf_error(&csv), ERR_OK);
	return roll_of(buf_span(&csv));
}

static struct match_query
query_of(const struct variant *v, uint32_t tin)
{
	struct match_query q = {.tin = tin,
		.tin_stated = true,
		.birth_stated = true,
		.years = {2024},
		.n_years = 1};
	struct span place = span_text(v->place);
	struct address_text text = {
		.line = span_text(v->line), .unit = span_text(v->unit)};

	text.city = span_cut(&place, '|');
	text.state = span_cut(&place, '|');
	text.zip = place;
	assert_true(day_parse(span_text(v->birth), &q.birth));
	person_name(span_text(v->given), span_text(v->middle),
		span_text(v->surname), span_text(v->suffix), &q.name);
	match_query_at(&text, &q);
	return q;
}

static void
each_way_of_writing_finds_its_own_person_or_nobody(void **state)
{
	OWNED(roll) roll = all_on_one_roll();
	unsigned wrong = 0;

	(void)state;
	for (unsigned i = 0; i < N_GROUPS; i++) {
		const struct group *g = &groups[i];
		char own[8];

		(void)snprintf(own, sizeof(own), "P%02u", i);
		for (size_t k = 0; k < 10 && g->row[k].given != NULL; k++) {
			const struct variant *v = &g->row[k];
			struct match_query q =
				query_of(v, FIRST_TIN + i * 1000);
			struct match_result r;
			char id[65];

			match_request(roll, &q, &r);
			if (strcmp(confirmed(roll, &r, id),
				    v->confirms == YES ? own : "") == 0)
				continue;
			print_error("%s, line %zu: '%s' (%s)\n", g->what, k, id,
				match_cause_word(r.cause));
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* Without the TIN a slip in the date is not forgiven, and a unit left out is
 * not; all other ways of writing are as good as with it. */
static void
without_a_tin_the_date_and_the_unit_are_exact(void **state)
{
	OWNED(roll) roll = all_on_one_roll();

	(void)state;
	for (unsigned i = 0; i < N_GROUPS; i++) {
		const struct variant *own = &groups[i].row[0];

		for (size_t k = 0; k < 10 && groups[i].row[k].given != NULL;
			k++) {
			const struct variant *v = &groups[i].row[k];
			bool initial = v->given[1] == '\0';
			bool exact = strcmp(v->birth, own->birth) == 0 &&
				     (strstr(v->line, "4") != NULL ||
					     v->unit[0] != '\0' ||
					     own->unit[0] == '\0');
			struct match_query q = query_of(v, 0);
			struct match_result r;

			q.tin_stated = false;
			match_request(roll, &q, &r);
			if (!initial)
				assert_int_equal(r.person == MATCH_CONFIRMED,
					v->confirms == YES && exact);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_way_of_writing_finds_its_own_person_or_nobody),
		cmocka_unit_test(without_a_tin_the_date_and_the_unit_are_exact),
	};

	must(crypto_init() == ERR_OK);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
