/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/day.h"
#include "person/person_int.h"

/* ---- folding ---- */

static void
text_folds_to_upper_case_ascii(void **state)
{
	static const struct {
		const char *text;
		const char *folded;
	} rows[] = {
		{"", ""},
		{"  a\tb\n", "A B"},
		{"O'Neil-Smith", "ONEIL SMITH"},
		{"O\u2019Neil", "ONEIL"},
		{"Mu\u00f1oz", "MUNOZ"},
		{"Mun\u0303oz", "MUNOZ"},
		{"Stra\u00dfe", "STRASSE"},
		{"\u0141\u00f3d\u017a", "LODZ"},
		{"\u00c6r\u00f8", "AERO"},
		{"\uff35\uff2e\uff2b", "UNK"},
		{"Nguy\u1ec5n", "NGUYEN"},
		{"\u041d\u0415\u0418\u0417\u0412\u0415\u0421\u0422\u041d\u041e",
			"NEIZVESTNO"},
		{"un\u200bknown", "UNKNOWN"},
		{"un\u00adknown", "UNKNOWN"},
		{"a\xff\xc3(b", "A B"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char to[PERSON_FOLD_MAX];
		size_t n = person_fold(span_text(rows[i].text), to);

		assert_string_equal(to, rows[i].folded);
		assert_int_equal(n, strlen(to));
	}
}

static void
long_text_is_cut_and_never_overruns(void **state)
{
	static uint8_t text[1 << 16];
	struct person_words words;
	char to[PERSON_FOLD_MAX];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(person_fold(span_of(text, sizeof(text)), to),
		PERSON_FOLD_MAX - 1);
	for (size_t i = 0; i + 2 < sizeof(text); i += 3)
		memcpy(text + i, "\xe4\xb8\x8d", 3); /* one han letter */
	assert_true(
		person_fold(span_of(text, sizeof(text)), to) < PERSON_FOLD_MAX);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 == 0 ? 'a' : ' ';
	person_words(span_of(text, sizeof(text)), FOLD_LINE, &words);
	assert_true(words.cut);
	assert_int_equal(words.n, WORDS_MAX);
}

/* ---- names ---- */

static void
names_grade(void **state)
{
	static const struct {
		const char *given;
		const char *surname;
		enum person_name_grade grade;
	} rows[] = {
		{"Benjamin", "Pent", NAME_FULL},
		{"Mar\u00eda Jos\u00e9", "Garc\u00eda L\u00f3pez", NAME_FULL},
		{"Xiu", "Ng", NAME_FULL},
		{"Li", "Wu", NAME_FULL},
		{"\u0418\u0432\u0430\u043d",
			"\u041f\u0435\u0442\u0440\u043e\u0432", NAME_FULL},
		/* odd, and real in the company of a known given name */
		{"Maria", "Null", NAME_FULL},
		{"Susan", "Doe", NAME_FULL},
		{"Min", "Na", NAME_FULL},
		{"Sandra", "O", NAME_FULL},
		{"David", "Blank", NAME_FULL},
		{"Peter", "Noone", NAME_FULL},
		{"Paul", "Corp", NAME_FULL},
		{"Maria", "Unk", NAME_PARTIAL},
		{"John", "Doe", NAME_PARTIAL},
		{"JANE", "ROE", NAME_PARTIAL},
		{"Maria", "", NAME_PARTIAL},
		{"", "Garcia", NAME_PARTIAL},
		{"M", "Garcia", NAME_PARTIAL},
		{"Malcolm", "X", NAME_PARTIAL},
		{"FNU", "Mohammad", NAME_PARTIAL},
		{"Maria", "LNU", NAME_PARTIAL},
		{"J", "X", NAME_PARTIAL},
		{"", "", NAME_NONE},
		{"UNKNOWN", "X", NAME_NONE},
		{"UNKNOWN", "UNKNOWN", NAME_NONE},
		{"UNKOWN", "UNKNWON", NAME_NONE},
		{"", "Doe", NAME_NONE},
		{"J", "Doe", NAME_NONE},
		{"J", "Unknown", NAME_NONE},
		{"Null", "Null", NAME_NONE},
		{"Test", "Test", NAME_NONE},
		{"Test", "User", NAME_NONE},
		{"N/A", "N/A", NAME_NONE},
		{"No", "Name", NAME_NONE},
		{"NO NAME", "GIVEN", NAME_NONE},
		{"XXX", "XXX", NAME_NONE},
		{"Asdf", "Qwerty", NAME_NONE},
		{"TBD", "TBD", NAME_NONE},
		{"Baby Boy", "", NAME_NONE},
		{"Desconocido", "Desconocida", NAME_NONE},
		{"Sin nombre", "Sin apellido", NAME_NONE},
		{"Inconnu", "", NAME_NONE},
		{"\u041d\u0435\u0438\u0437\u0432\u0435\u0441\u0442\u043d\u043e",
			"", NAME_NONE},
		{"\u4e0d\u8be6", "\u4e0d\u8be6", NAME_NONE},
		{"\u0645\u062c\u0647\u0648\u0644", "", NAME_NONE},
		{"12345", "999", NAME_NONE},
		{"Acme", "Widgets LLC", NAME_NONE},
		{"Acme", "Corp", NAME_NONE},
		{"Paul", "Acme Corp", NAME_NONE},
		{"", "Corp", NAME_NONE},
		{"Garcia Brothers", "Inc.", NAME_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum person_name_grade grade =
			person_name_grade(span_text(rows[i].given), SPAN(""),
				span_text(rows[i].surname));

		if (grade != rows[i].grade)
			fail_msg("%s %s: %d", rows[i].given, rows[i].surname,
				(int)grade);
	}
}

struct levels {
	const char *asked[4]; /* given, middle, surname, suffix */
	const char *record[4];
	enum person_level given;
	enum person_level surname;
	enum person_level suffix;
	bool both_ways;
};

static void
take_name(const char *const parts[4], struct person_name *name)
{
	person_name(span_text(parts[0]), span_text(parts[1]),
		span_text(parts[2]), span_text(parts[3]), name);
}

static void
names_compare_by_level(void **state)
{
#define EQ LEVEL_EQUAL
	static const struct levels rows[] = {
		{{"Rafael", "", "Perez Reyes", ""},
			{"RAFAEL", "PEDRO", "PEREZ REYES", ""}, EQ, EQ, EQ,
			true},
		{{"Ana", "Maria", "Soto-Gomez", ""},
			{"ANAMARIA", "", "SOTO GOMEZ", ""}, LEVEL_VARIANT, EQ,
			EQ, true},
		{{"Juan Carlos", "", "Ruiz", ""}, {"JUAN", "C", "RUIZ", ""},
			LEVEL_VARIANT, EQ, EQ, true},
		{{"Juan Carlos", "", "Ruiz", ""},
			{"JUANCARLOS", "", "RUIZ", ""}, EQ, EQ, EQ, true},
		/* an initial is a letter of no name but its own */
		{{"Gabriela", "", "Ruiz", ""}, {"GABRIEL", "A", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Gabriela", "", "Ruiz", ""}, {"GABRIEL A", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Gabriela", "", "Ruiz", ""}, {"GABRIEL A.", "M", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Daniela", "", "Ruiz", ""}, {"DANIEL", "A", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Juana", "", "Ruiz", ""}, {"JUAN", "A", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Josefa", "", "Ruiz", ""}, {"JOSE", "F A", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Josefa", "", "Ruiz", ""}, {"JOSE F", "A", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Mariana", "", "Ruiz", ""}, {"MARI", "A", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Al", "", "Ruiz", ""}, {"A L", "", "RUIZ", ""}, LEVEL_INITIAL,
			EQ, EQ, true},
		{{"A L", "", "Ruiz", ""}, {"ROBERT", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Gabriel A", "", "Ruiz", ""}, {"GABRIEL", "", "RUIZ", ""}, EQ,
			EQ, EQ, true},
		{{"J Carlos", "", "Ruiz", ""}, {"JUAN", "CARLOS", "RUIZ", ""},
			LEVEL_INITIAL, EQ, EQ, true},
		{{"J Carlos", "", "Ruiz", ""}, {"JOSE", "LUIS", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"J", "", "Ruiz", ""}, {"J", "C", "RUIZ", ""}, LEVEL_INITIAL,
			EQ, EQ, true},
		{{"Rick", "", "Ruiz", ""}, {"RICARDO", "", "RUIZ", ""},
			LEVEL_VARIANT, EQ, EQ, true},
		{{"Suki", "", "Ruiz", ""}, {"SUZANNE", "", "RUIZ", ""},
			LEVEL_VARIANT, EQ, EQ, true},
		{{"Chuy", "", "Ruiz", ""}, {"JESUS", "", "RUIZ", ""},
			LEVEL_VARIANT, EQ, EQ, true},
		{{"Lupe", "", "Ruiz", ""}, {"GUADALUPE", "", "RUIZ", ""},
			LEVEL_VARIANT, EQ, EQ, true},
		{{"Cassandra", "", "Ramos", ""}, {"SANDRA", "", "RAMOS", ""},
			LEVEL_VARIANT, EQ, EQ, true},
		{{"J", "", "Ruiz", ""}, {"JUAN", "", "RUIZ", ""}, LEVEL_INITIAL,
			EQ, EQ, true},
		{{"K", "", "Ruiz", ""}, {"JUAN", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"", "", "Ruiz", ""}, {"JUAN", "", "RUIZ", ""}, LEVEL_MISSING,
			EQ, EQ, true},
		{{"Heln", "", "Ruiz", ""}, {"HELEN", "", "RUIZ", ""},
			LEVEL_EDIT, EQ, EQ, false},
		{{"Keellee", "", "Ruiz", ""}, {"KELLEE", "", "RUIZ", ""},
			LEVEL_EDIT, EQ, EQ, false},
		/* names of their own, one letter apart */
		{{"Mario", "", "Ruiz", ""}, {"MARIA", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Julio", "", "Ruiz", ""}, {"JULIA", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Frances", "", "Ruiz", ""}, {"FRANCIS", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Lisa", "", "Ruiz", ""}, {"BETH", "", "RUIZ", ""},
			LEVEL_CONFLICT, EQ, EQ, true},
		{{"Pedro", "", "Pachecomoreles", ""},
			{"PEDRO", "", "PACHECO MORALES", ""}, EQ, LEVEL_EDIT,
			EQ, true},
		{{"Pedro", "", "Morales Pacheco", ""},
			{"PEDRO", "", "PACHECO MORALES", ""}, EQ, LEVEL_VARIANT,
			EQ, true},
		{{"Luis", "", "Chavez", ""},
			{"LUIS", "", "CHAVEZ MARTINEZ", ""}, EQ, LEVEL_VARIANT,
			EQ, true},
		{{"Luis", "", "de la Cruz", ""}, {"LUIS", "", "CRUZ", ""}, EQ,
			LEVEL_VARIANT, EQ, true},
		{{"Luis", "", "de la Cruz", ""}, {"LUIS", "", "DELACRUZ", ""},
			EQ, EQ, EQ, true},
		{{"Luis", "", "Chavez", ""}, {"LUIS", "", "CHAVES", ""}, EQ,
			LEVEL_EDIT, EQ, true},
		{{"Luis", "", "O'Neil", ""}, {"LUIS", "", "ONEIL", ""}, EQ, EQ,
			EQ, true},
		{{"Luis", "", "Chavez", ""}, {"LUIS", "", "GOMEZ", ""}, EQ,
			LEVEL_CONFLICT, EQ, true},
		{{"Luis", "", "Li", ""}, {"LUIS", "", "LE", ""}, EQ,
			LEVEL_CONFLICT, EQ, true},
		{{"Luis", "", "Veloz", "Jr."}, {"LUIS", "", "VELOZ", "JR"}, EQ,
			EQ, EQ, true},
		{{"Luis", "", "Veloz II", ""}, {"LUIS", "", "VELOZ", "JR"}, EQ,
			EQ, EQ, true},
		{{"Luis", "", "Veloz", ""}, {"LUIS", "", "VELOZ", "SR"}, EQ, EQ,
			LEVEL_MISSING, true},
		{{"Luis", "", "Veloz", "SR"}, {"LUIS", "", "VELOZ", "JR"}, EQ,
			EQ, LEVEL_CONFLICT, true},
		{{"Luis", "", "Veloz", "III"}, {"LUIS", "", "VELOZ", "JR"}, EQ,
			EQ, LEVEL_CONFLICT, true},
	};
#undef EQ

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct person_name a;
		struct person_name r;

		take_name(rows[i].asked, &a);
		take_name(rows[i].record, &r);
		for (int turn = 0; turn <= rows[i].both_ways; turn++) {
			const struct person_name *x = turn == 0 ? &a : &r;
			const struct person_name *y = turn == 0 ? &r : &a;

			if (person_given_compare(x, y) != rows[i].given ||
				person_surname_compare(x, y) !=
					rows[i].surname ||
				person_suffix_compare(x, y) != rows[i].suffix)
				fail_msg("row %zu turn %d: %d %d %d", i, turn,
					(int)person_given_compare(x, y),
					(int)person_surname_compare(x, y),
					(int)person_suffix_compare(x, y));
		}
	}
}

/* A name's unused bytes are zero, so that it compares as bytes. */
static void
equal_names_are_equal_bytes(void **state)
{
	const char *const x[4] = {
		"Ana Mar\u00eda", "J.", "Soto-G\u00f3mez", "Jr"};
	const char *const y[4] = {"ANA  MARIA", "J", "SOTO GOMEZ", "JUNIOR"};
	struct person_name a;
	struct person_name b;

	(void)state;
	memset(&a, 0xa5, sizeof(a));
	memset(&b, 0x5a, sizeof(b));
	take_name(x, &a);
	take_name(y, &b);
	assert_memory_equal(&a, &b, sizeof(a));
}

/* ---- one edit, against the recurrence ---- */

static int
osa_plain(const char *a, const char *b)
{
	int d[8][8];
	int n = (int)strlen(a);
	int m = (int)strlen(b);

	for (int i = 0; i <= n; i++)
		for (int k = 0; k <= m; k++) {
			int best = i == 0 ? k : k == 0 ? i : 99;
			int same = i > 0 && k > 0 && a[i - 1] == b[k - 1];

			if (i > 0 && k > 0) {
				best = d[i - 1][k - 1] + !same;
				if (d[i - 1][k] + 1 < best)
					best = d[i - 1][k] + 1;
				if (d[i][k - 1] + 1 < best)
					best = d[i][k - 1] + 1;
			}
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
				a[i - 2] == b[k - 1] &&
				d[i - 2][k - 2] + 1 < best)
				best = d[i - 2][k - 2] + 1;
			d[i][k] = best;
		}
	return d[n][m];
}

static void
word_of(unsigned code, char to[6])
{
	size_t n = 0;

	for (; code > 0; code /= 4)
		to[n++] = (char)('A' + code % 4 - 1);
	to[n] = '\0';
}

/* Every two words of up to five letters over three. */
static void
one_edit_is_what_the_recurrence_says(void **state)
{
	(void)state;
	for (unsigned x = 0; x < 1024; x++)
		for (unsigned y = 0; y < 1024; y++) {
			char a[6];
			char b[6];

			word_of(x, a);
			word_of(y, b);
			if (strchr(a, '@') != NULL || strchr(b, '@') != NULL)
				continue;
			assert_int_equal(
				person_osa1(a, b), osa_plain(a, b) <= 1);
		}
}

/* ---- birth dates ---- */

static void
birth_dates_compare_by_level(void **state)
{
	static const struct {
		int asked[3];
		int record[3];
		enum person_level level;
	} rows[] = {
		{{1980, 3, 4}, {1980, 3, 4}, LEVEL_EQUAL},
		{{1980, 3, 4}, {1980, 4, 3}, LEVEL_VARIANT},
		{{1980, 3, 4}, {1981, 3, 4}, LEVEL_EDIT},
		{{1980, 3, 4}, {1980, 3, 14}, LEVEL_EDIT},
		{{1980, 3, 4}, {1989, 3, 4}, LEVEL_EDIT},
		{{1980, 3, 4}, {1970, 3, 4}, LEVEL_CONFLICT},
		{{1980, 3, 4}, {1950, 3, 4}, LEVEL_CONFLICT},
		{{1980, 3, 4}, {2080, 3, 4}, LEVEL_CONFLICT},
		{{1980, 3, 4}, {1981, 4, 3}, LEVEL_CONFLICT},
		{{1980, 3, 9}, {1980, 3, 10}, LEVEL_CONFLICT},
		{{1980, 3, 4}, {2000, 9, 1}, LEVEL_CONFLICT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int32_t a = day_of(
			rows[i].asked[0], rows[i].asked[1], rows[i].asked[2]);
		int32_t r = day_of(rows[i].record[0], rows[i].record[1],
			rows[i].record[2]);

		assert_int_equal(person_birth_compare(a, r), rows[i].level);
		assert_int_equal(person_birth_compare(r, a), rows[i].level);
		assert_int_equal(
			person_birth_compare(a, DAY_NONE), LEVEL_MISSING);
	}
}

/* ---- ZIP ---- */

static void
cities_agree_with_their_zips(void **state)
{
	static const struct {
		const char *zip;
		const char *city;
		const char *state;
		bool agrees;
	} rows[] = {
		{"55145", "SAINT PAUL", "MN", true},
		{"55145", "ST PAUL", "MN", true},
		{"55145", "STPAUL", "MN", false},
		{"55145", "PAUL", "MN", false},
		{"55145", "SAINT PAUL", "WI", false},
		{"11101", "LONG ISLAND CITY", "NY", true},
		{"11101", "QUEENS", "NY", true},
		{"11201", "BROOKLYN", "NY", true},
		{"11201", "QUEENS", "NY", false},
		{"10001", "MANHATTAN", "NY", true},
		{"22101", "MCLEAN", "VA", true},
		{"22101", "MC LEAN", "VA", true},
		{"27101", "WINSTON SALEM", "NC", true},
		{"16066", "CRANBERRY TOWNSHIP", "PA", true},
		{"16066", "CRANBERRY TWP", "PA", true},
		{"12345", "SCHENECTADY", "NY", true},
		{"12345", "DAYTON", "OH", false},
		{"09012", "APO", "AE", true},
		{"09012", "BERLIN", "AE", false},
		{"00901", "SAN JUAN", "PR", true},
		{"00000", "DAYTON", "OH", false},
		{"99999", "KETCHIKAN", "AK", false},
		{"20073", "AMARILLO", "TX", false},
		{"20073", "AMARILLO", "DC", false},
		{"", "DAYTON", "OH", false},
		{"4547", "DAYTON", "OH", false},
		{"45470", "", "OH", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (person_zip_agrees(rows[i].zip, rows[i].city,
			    rows[i].state) != rows[i].agrees)
			fail_msg("%s %s %s", rows[i].zip, rows[i].city,
				rows[i].state);
}

/* Sorted, each agreeing with itself: what the generator draws is accepted. */
static void
every_row_of_the_table_agrees_with_itself(void **state)
{
	char zip[6];
	char last[6] = "";
	char city[ADDRESS_PART_MAX];
	char abbreviation[3];
	size_t agencies = 0;
	size_t n;

	(void)state;
	for (n = 0; person_zip_at(n, zip, city, abbreviation); n++) {
		struct address_text text = {.line = SPAN("12 MAIN ST"),
			.city = span_text(city),
			.state = span_text(abbreviation),
			.zip = span_text(zip)};
		struct person_address a;
		bool military = abbreviation[0] == 'A' &&
				strchr("AEP", abbreviation[1]) != NULL;

		assert_true(strcmp(last, zip) < 0);
		memcpy(last, zip, sizeof(last));
		person_address(&text, &a);
		if (a.facility) { /* ZIPs of the agencies' own */
			agencies++;
			continue;
		}
		if (!military &&
			person_address_grade(&a) != ADDRESS_DELIVERABLE)
			fail_msg("%s %s %s", city, abbreviation, zip);
	}
	assert_true(n > 40000);
	assert_true(agencies < 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_folds_to_upper_case_ascii),
		cmocka_unit_test(long_text_is_cut_and_never_overruns),
		cmocka_unit_test(names_grade),
		cmocka_unit_test(names_compare_by_level),
		cmocka_unit_test(equal_names_are_equal_bytes),
		cmocka_unit_test(one_edit_is_what_the_recurrence_says),
		cmocka_unit_test(birth_dates_compare_by_level),
		cmocka_unit_test(cities_agree_with_their_zips),
		cmocka_unit_test(every_row_of_the_table_agrees_with_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
