/* SPDX-License-Identifier: Apache-2.0 */
/* "When a person is confirmed", rule by rule, on a street of known people. */
#include "match/world.h"

/* clang-format off */
#define HOME ",RIO LINDA,CA,95673,return,\n"
static const char street[] = ROLL_HEADER_LINE
"ANA,100000001,SSN,ANA,,GARCIA LOPEZ,,1980-02-03,primary,,2021,12 N MAIN ST," HOME
"ANA,100000001,SSN,ANA,,GARCIA LOPEZ,,1980-02-03,primary,,2022,8 OAK AVE,,TULSA,OK,74153,care-of,\n"
"CARLA,100000002,SSN,CARLA,,ADAN,,1970-05-06,primary,,2021,20 N MAIN ST," HOME
"CARLO,100000003,SSN,CARLO,,ADAN,,1971-05-06,secondary,,2021,20 N MAIN ST," HOME
"SR,100000004,SSN,JUAN,,REYES,SR,1950-01-02,primary,,2021,30 N MAIN ST," HOME
"JR,100000005,SSN,JUAN,,REYES,JR,1980-01-02,primary,,2021,30 N MAIN ST," HOME
"KIM4,100000006,SSN,ROBERT,,KIM,,1960-07-08,primary,,2021,40 N MAIN ST,APT 4" HOME
"LEE5,100000007,SSN,WEI,,LEE,,1961-07-08,primary,,2021,40 N MAIN ST,APT 5" HOME
"SOLE,100000008,SSN,ROBERT,,POE,,1962-07-08,primary,,2021,50 N MAIN ST,APT 1" HOME
"KID,100000009,SSN,MIA,,POE,,2015-07-08,dependent,,2021,50 N MAIN ST,APT 1" HOME
"TWO1,100000010,SSN,HANA,,SATO,,1990-07-08,primary,,2021,60 N MAIN ST," HOME
"TWO2,100000011,SSN,HANA,,SATO,,1990-07-08,primary,,2021,60 N MAIN ST," HOME
"CI,100000012,SSN,OMAR,,ALI,,1991-07-08,primary,,2021,70 N MAIN ST,,RIO LINDA,CA,95673,return,ci\n"
"SHR1,100000013,SSN,LENA,,HALL,,1992-07-08,primary,,2021,80 N MAIN ST," HOME
"SHR2,100000013,SSN,TESS,,MOSS,,1993-07-08,primary,,2021,90 N MAIN ST," HOME
"BOB,100000014,SSN,BOB,,POE,,1999-07-08,primary,,2021,50 N MAIN ST,APT 1" HOME
"PREP,100000015,SSN,PATRICIA,,VEGA,,1965-07-08,primary,,2021,99 N MAIN ST," HOME
"PREP,100000015,SSN,PATRICIA,,VEGA,,1965-07-08,primary,,2022,5 OFFICE PARK DR,,TULSA,OK,74153,preparer,\n"
"PAT1,100000016,SSN,PATTY,,VEGA,,1966-07-08,primary,,2022,5 OFFICE PARK DR,,TULSA,OK,74153,preparer,\n"
"CARE,100000017,SSN,PATRICIA,,MORA,,1965-07-08,primary,,2021,97 N MAIN ST," HOME
"CARE,100000017,SSN,PATRICIA,,MORA,,1965-07-08,primary,,2022,7 PINE DR,,TULSA,OK,74153,care-of,\n"
"PAT2,100000018,SSN,PATTY,,MORA,,1966-07-08,primary,,2022,7 PINE DR,,TULSA,OK,74153,care-of,\n"
"SON,100000019,SSN,LUIS,,VALE,,1985-07-08,primary,,2021,98 N MAIN ST," HOME
"DAD,100000020,SSN,LUIS,,VALE,,1955-07-08,primary,,2021,98 N MAIN ST," HOME
"TORRES,100000021,SSN,EVA,,TORRES,,1955-07-08,primary,,2021,96 N MAIN ST," HOME
"TORREZ,100000022,SSN,EVA,,TORREZ,,1985-07-08,primary,,2021,96 N MAIN ST," HOME
"XIA,100000023,SSN,XILONA,,QUEZ,,1955-07-08,primary,,2021,94 N MAIN ST," HOME
"XIB,100000024,SSN,XILENA,,PENA,,1985-07-08,primary,,2021,94 N MAIN ST," HOME
"GAB,100000025,SSN,GABRIEL,A,RUIZ,,1960-07-08,primary,,2021,93 N MAIN ST," HOME
"GABA,100000026,SSN,GABRIELA,,RUIZ,,1961-07-09,secondary,,2021,93 N MAIN ST," HOME
"LINDA,100000027,SSN,ROSA,LINDA,RUIZ,,1960-07-08,primary,,2021,92 N MAIN ST," HOME
"ROSAL,100000028,SSN,ROSALINDA,,RUIZ,,1981-07-09,primary,,2021,92 N MAIN ST," HOME
"ANAM,100000029,SSN,ANA,MARIA,SOTO,,1981-07-09,primary,,2021,91 N MAIN ST," HOME
"LUIS1,100000030,SSN,JOSE,LUIS,SOTO,,1981-07-09,primary,,2021,90 N ELM ST," HOME
"MANU1,100000031,SSN,JOSE,MANUEL,SOTO,,1981-07-09,primary,,2021,90 N ELM ST," HOME
"RYAN,100000040,SSN,RYAN,,SCOTT,,1996-02-03,primary,,2021,89 N ELM ST," HOME
"BRIAN,100000041,SSN,BRIAN,,SCOTT,,1996-02-03,primary,,2021,89 N ELM ST," HOME
"NOD,,,IVAN,,ORLOV,,,primary,,2021,95 N MAIN ST," HOME;
/* clang-format on */

struct ask {
	const char *given;
	const char *surname;
	const char *suffix;
	uint32_t tin;
	const char *birth;
	const char *line;
	const char *unit;
	const char *city; /* NULL: RIO LINDA, CA 95673 */
	const char *who;  /* "" nobody */
	enum match_cause cause;
};

static struct match_query
query_of(const struct ask *a)
{
	bool home = a->city == NULL;
	const struct address_text text = {
		.line = span_text(a->line),
		.unit = span_text(a->unit),
		.city = home ? SPAN("Rio Linda") : span_text(a->city),
		.state = home ? SPAN("CA") : SPAN("OK"),
		.zip = home ? SPAN("95673") : SPAN("74153"),
	};
	struct match_query q = {
		.tin = a->tin,
		.tin_stated = a->tin != 0,
		.birth = DAY_NONE,
		.birth_stated = a->birth != NULL,
		.years = {2021},
		.n_years = 1,
	};

	person_name(span_text(a->given), SPAN(""), span_text(a->surname),
		span_text(a->suffix), &q.name);
	match_query_at(&text, &q);
	if (a->birth != NULL)
		(void)day_parse(span_text(a->birth), &q.birth);
	return q;
}

#define B(id) 100000000 + (id)

static const struct ask asks[] = {
	/* plain good ones */
	{"Ana", "Garcia Lopez", "", B(1), NULL, "12 North Main Street", "",
		NULL, "ANA", MATCH_C_MET},
	{"Ana", "Garcia Lopez", "", 0, "1980-02-03", "12 N Main", "", NULL, "",
		MATCH_C_ADDRESS},
	{"Ana", "Garcia Lopez", "", 0, "1980-02-03", "12 N Elm St", "", NULL,
		"", MATCH_C_NOBODY},
	{"Ana", "Garcia Lopez", "", 0, "1980-02-03", "12 N Main St", "", NULL,
		"ANA", MATCH_C_MET},
	{"Ana", "Lopez-Garcia", "", B(1), "1980-02-03", "12 N Main St", "",
		NULL, "ANA", MATCH_C_MET},
	{"Ana", "Garcia", "", B(1), NULL, "12 N Main St", "", NULL, "ANA",
		MATCH_C_MET},
	{"A", "Garcia Lopez", "", B(1), NULL, "12 N Main St", "", NULL, "ANA",
		MATCH_C_MET},
	/* every identifier given agrees */
	{"Ana", "Garcia Lopez", "", B(99), NULL, "12 N Main St", "", NULL, "",
		MATCH_C_TIN_UNKNOWN},
	{"Ana", "Garcia Lopez", "", B(2), NULL, "12 N Main St", "", NULL, "",
		MATCH_C_GIVEN},
	{"Ana", "Garcia Lopez", "", B(1), "1981-03-04", "12 N Main St", "",
		NULL, "", MATCH_C_BIRTH},
	{"Ana", "Garcia Lopez", "", B(1), "1980-03-02", "12 N Main St", "",
		NULL, "ANA", MATCH_C_MET},
	{"Ana", "Garcia Lopez", "", B(1), "1980-02-08", "12 N Main St", "",
		NULL, "ANA", MATCH_C_MET},
	/* and not besides another tolerance: a brother with his brother's TIN */
	{"A", "Garcia Lopez", "", B(1), "1980-03-02", "12 N Main St", "", NULL,
		"", MATCH_C_BIRTH},
	{"Anna", "Garcia Lopez", "", B(1), "1982-02-03", "12 N Main St", "",
		NULL, "", MATCH_C_BIRTH},
	{"Ana", "Garcia Lopez", "", 0, "1980-03-02", "12 N Main St", "", NULL,
		"", MATCH_C_BIRTH},
	{"Ana", "Garcia Lopez", "", 0, "1980-02-08", "12 N Main St", "", NULL,
		"", MATCH_C_BIRTH},
	{"Ana", "Garcia Lopez", "", 0, NULL, "12 N Main St", "", NULL, "",
		MATCH_C_IDENTIFIER},
	{"Ana", "Garcia Lopez", "", 0, "not a date", "12 N Main St", "", NULL,
		"", MATCH_C_IDENTIFIER},
	{"Ana", "Garcia Lopez", "", B(1), "not a date", "12 N Main St", "",
		NULL, "", MATCH_C_IDENTIFIER},
	{"Ivan", "Orlov", "", 0, "1980-01-01", "95 N Main St", "", NULL, "",
		MATCH_C_BIRTH},
	/* one slip from the TIN of whoever is meant: told, and no better */
	{"Ana", "Garcia Lopez", "", 900000001, "1980-02-03", "12 N Main St", "",
		NULL, "", MATCH_C_TIN_NEAR},
	{"Ana", "Garcia Lopez", "", 10000001, NULL, "12 N Main St", "", NULL,
		"", MATCH_C_TIN_NEAR},
	{"Ana", "Garcia Lopez", "", 100000010 + 70, NULL, "12 N Main St", "",
		NULL, "", MATCH_C_TIN_UNKNOWN},
	{"Eva", "Torrez", "", 100000202, NULL, "96 N Main St", "", NULL, "",
		MATCH_C_TIN_NEAR},
	{"Gabriela", "Ruiz", "", 100000206, NULL, "93 N Main St", "", NULL, "",
		MATCH_C_TIN_NEAR},
	{"Gabriela", "Ruiz", "", 100000206, NULL, "94 N Main St", "", NULL, "",
		MATCH_C_TIN_UNKNOWN},
	{"Ana", "Garcia Lopez", "", 900000001, "1981-03-04", "12 N Main St", "",
		NULL, "", MATCH_C_TIN_UNKNOWN},
	/* addresses: the person's own, and exactly */
	{"Ana", "Garcia Lopez", "", B(1), NULL, "8 Oak Ave", "", "Tulsa", "",
		MATCH_C_ADDRESS},
	{"Ana", "Garcia Lopez", "", B(1), NULL, "13 N Main St", "", NULL, "",
		MATCH_C_ADDRESS},
	{"Ana", "Garcia Lopez", "", B(1), NULL, "12 N Main Ave", "", NULL, "",
		MATCH_C_ADDRESS},
	/* couples one letter apart */
	{"Carlo", "Adan", "", B(2), NULL, "20 N Main St", "", NULL, "",
		MATCH_C_GIVEN},
	{"Carla", "Adan", "", B(2), NULL, "20 N Main St", "", NULL, "CARLA",
		MATCH_C_MET},
	/* one letter off two people of the house, whatever else agrees */
	{"Xilana", "Quez", "", B(23), "1955-07-08", "94 N Main St", "", NULL,
		"", MATCH_C_NEARER},
	{"Xilona", "Quez", "", B(23), NULL, "94 N Main St", "", NULL, "XIA",
		MATCH_C_MET},
	{"Wwei", "Lee", "", B(7), NULL, "40 N Main St", "Apt 5", NULL, "LEE5",
		MATCH_C_MET},
	/* a middle initial is no letter of a given name */
	{"Gabriela", "Ruiz", "", B(25), NULL, "93 N Main St", "", NULL, "",
		MATCH_C_GIVEN},
	{"Gabriela", "Ruiz", "", B(25), "1960-07-08", "93 N Main St", "", NULL,
		"", MATCH_C_GIVEN},
	{"Gabriel A", "Ruiz", "", B(26), NULL, "93 N Main St", "", NULL, "",
		MATCH_C_GIVEN},
	{"Gabriel A", "Ruiz", "", B(25), NULL, "93 N Main St", "", NULL, "GAB",
		MATCH_C_MET},
	/* two names run together, with and without one who is called so */
	{"Anamaria", "Soto", "", B(29), NULL, "91 N Main St", "", NULL, "ANAM",
		MATCH_C_MET},
	{"Rosalinda", "Ruiz", "", B(27), NULL, "92 N Main St", "", NULL, "",
		MATCH_C_NEARER},
	{"Rosa", "Ruiz", "", B(27), NULL, "92 N Main St", "", NULL, "LINDA",
		MATCH_C_MET},
	/* twins of one given name: the middle name says which */
	{"Jose L", "Soto", "", B(31), "1981-07-09", "90 N Elm St", "", NULL, "",
		MATCH_C_NEARER},
	{"Jose Luis", "Soto", "", B(30), "1981-07-09", "90 N Elm St", "", NULL,
		"LUIS1", MATCH_C_MET},
	{"Jose L", "Soto", "", 0, "1981-07-09", "90 N Elm St", "", NULL, "",
		MATCH_C_RIVAL},
	{"Jose", "Soto", "", B(31), NULL, "90 N Elm St", "", NULL, "MANU1",
		MATCH_C_MET},
	/* father and son */
	{"Juan", "Reyes", "Jr", B(4), NULL, "30 N Main St", "", NULL, "",
		MATCH_C_SUFFIX},
	{"Juan", "Reyes", "", B(4), NULL, "30 N Main St", "", NULL, "SR",
		MATCH_C_MET},
	{"Juan", "Reyes", "", 0, "1980-01-02", "30 N Main St", "", NULL, "JR",
		MATCH_C_MET},
	{"Juan", "Reyes", "", 0, "1951-01-02", "30 N Main St", "", NULL, "",
		MATCH_C_BIRTH},
	/* the father's TIN and, one digit of the decade from his own, the son's
	 * date: nobody, whether the son is on the roll or not */
	{"Juan", "Reyes", "", B(4), "1980-01-02", "30 N Main St", "", NULL, "",
		MATCH_C_BIRTH},
	{"Luis", "Vale", "", B(20), "1945-07-08", "98 N Main St", "", NULL, "",
		MATCH_C_BIRTH},
	/* her TIN and, one digit from her own, the date of another here */
	{"Carla", "Adan", "", B(2), "1971-05-06", "20 N Main St", "", NULL, "",
		MATCH_C_NEARER},
	{"Juan", "Reyes", "", B(4), "1950-02-01", "30 N Main St", "", NULL,
		"SR", MATCH_C_MET},
	/* twins: the date tells nothing, and RYAN is BRIAN's other form */
	{"Ryan", "Scott", "", B(41), "1996-02-03", "89 N Elm St", "", NULL, "",
		MATCH_C_NEARER},
	{"Brian", "Scott", "", B(41), "1996-02-03", "89 N Elm St", "", NULL,
		"BRIAN", MATCH_C_MET},
	/* units */
	{"Robert", "Kim", "", B(6), NULL, "40 N Main St", "Apt 4", NULL, "KIM4",
		MATCH_C_MET},
	{"Robert", "Kim", "", B(6), NULL, "40 N Main St Apt 4", "", NULL,
		"KIM4", MATCH_C_MET},
	{"Robert", "Kim", "", B(6), NULL, "40 N Main St", "Apt 5", NULL, "",
		MATCH_C_UNIT},
	{"Robert", "Kim", "", B(6), NULL, "40 N Main St", "", NULL, "",
		MATCH_C_UNIT},
	{"Tess", "Poe", "", B(8), NULL, "50 N Main St", "", NULL, "",
		MATCH_C_GIVEN},
	{"Robert", "Poe", "", B(8), NULL, "50 N Main St", "", NULL, "SOLE",
		MATCH_C_MET},
	{"Robert", "Poe", "", 0, "1962-07-08", "50 N Main St", "", NULL, "",
		MATCH_C_UNIT},
	{"Ana", "Garcia Lopez", "", 0, "1980-02-03", "12 N Main St", "Apt 9",
		NULL, "ANA", MATCH_C_MET},
	/* a nickname, with and without somebody nearer in the house */
	{"Bob", "Kim", "", B(6), NULL, "40 N Main St", "Apt 4", NULL, "KIM4",
		MATCH_C_MET},
	{"Bob", "Poe", "", B(8), NULL, "50 N Main St", "Apt 1", NULL, "",
		MATCH_C_NEARER},
	{"Bob", "Poe", "", B(8), "1962-07-08", "50 N Main St", "Apt 1", NULL,
		"SOLE", MATCH_C_MET},
	/* a preparer's office is no household; a care-of address may be */
	{"Patty", "Vega", "", B(15), NULL, "99 N Main St", "", NULL, "PREP",
		MATCH_C_MET},
	{"Patty", "Mora", "", B(17), NULL, "97 N Main St", "", NULL, "",
		MATCH_C_NEARER},
	/* JR was asked, the TIN's record says nothing, a namesake lives there */
	{"Luis", "Vale", "Jr", B(20), NULL, "98 N Main St", "", NULL, "",
		MATCH_C_NEARER},
	{"Luis", "Vale", "", B(20), NULL, "98 N Main St", "", NULL, "DAD",
		MATCH_C_MET},
	/* one letter of the surname, and somebody has just that one */
	{"Eva", "Torres", "", B(22), NULL, "96 N Main St", "", NULL, "",
		MATCH_C_NEARER},
	{"Eva", "Torrez", "", B(22), NULL, "96 N Main St", "", NULL, "TORREZ",
		MATCH_C_MET},
	/* two records of one person, a TIN of two people */
	{"Hana", "Sato", "", 0, "1990-07-08", "60 N Main St", "", NULL, "",
		MATCH_C_RIVAL},
	{"Lena", "Hall", "", B(13), "1992-07-08", "80 N Main St", "", NULL, "",
		MATCH_C_TIN_SHARED},
};

static void
each_request_finds_its_person_or_nobody(void **state)
{
	OWNED(roll) roll = roll_of(span_of(street, sizeof(street) - 1));

	(void)state;
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		struct match_query q = query_of(&asks[i]);
		struct match_result r;
		char id[65];

		match_request(roll, &q, &r);
		if (strcmp(confirmed(roll, &r, id), asks[i].who) != 0 ||
			r.cause != asks[i].cause)
			fail_msg("%zu: %s %s: '%s' (%s), wanted '%s' (%s)", i,
				asks[i].given, asks[i].surname, id,
				match_cause_word(r.cause), asks[i].who,
				match_cause_word(asks[i].cause));
	}
}

static void
what_withholds_is_told_apart_from_who(void **state)
{
	static const struct ask child = {"Mia", "Poe", "", B(9), NULL,
		"50 N Main St", "Apt 1", NULL, "", MATCH_C_MET};
	static const struct ask ci = {"Omar", "Ali", "", B(12), NULL,
		"70 N Main St", "", NULL, "", MATCH_C_MET};
	OWNED(roll) roll = roll_of(span_of(street, sizeof(street) - 1));
	struct match_query q = query_of(&child);
	struct match_result r;

	(void)state;
	match_request(roll, &q, &r);
	assert_int_equal(r.person, MATCH_CONFIRMED);
	assert_false(r.own_row);
	assert_int_equal(r.years, MATCH_YEARS_NONE);
	q = query_of(&ci);
	match_request(roll, &q, &r);
	assert_true(r.own_row);
	assert_false(r.screen_clear);
	assert_int_equal(r.years, MATCH_YEARS_ALL);
	q = query_of(&asks[0]);
	q.years[1] = 2022; /* care-of: not to be given */
	q.n_years = 2;
	match_request(roll, &q, &r);
	assert_true(r.screen_clear);
	assert_int_equal(r.years, MATCH_YEARS_SOME);
	assert_int_equal(r.years_found, 1);
	q.n_years = 0;
	match_request(roll, &q, &r);
	assert_int_equal(r.years, MATCH_YEARS_NONE);
}

static void
evidence_says_no_more_than_is_known(void **state)
{
	OWNED(roll) roll = roll_of(span_of(street, sizeof(street) - 1));
	struct match_query q = query_of(&asks[0]);
	struct evidence ev = {{0}};
	struct match_result r;

	(void)state;
	match_request(roll, &q, &r);
	match_evidence(&r, &ev);
	assert_true(evidence_is(&ev, EV_PERSON, "confirmed"));
	assert_true(evidence_is(&ev, EV_YEARS, "all"));
	assert_int_equal(ev.value[EV_OWN_ROW], 2);
	assert_int_equal(ev.value[EV_SCREEN], 2);
	assert_int_equal(ev.value[EV_NO_HOLD], 0);
	q.tin++;
	match_request(roll, &q, &r);
	ev = (struct evidence){{0}};
	match_evidence(&r, &ev);
	assert_true(evidence_is(&ev, EV_PERSON, "none"));
	assert_int_equal(ev.value[EV_OWN_ROW], 0);
	assert_int_equal(ev.value[EV_SCREEN], 0);
	assert_int_equal(ev.value[EV_YEARS], 0);
	q.tin = 900000001;
	match_request(roll, &q, &r);
	assert_int_equal(r.cause, MATCH_C_TIN_NEAR);
	assert_int_equal(r.n_compared, 0);
	ev = (struct evidence){{0}};
	match_evidence(&r, &ev);
	assert_true(evidence_is(&ev, EV_PERSON, "none"));
	for (size_t i = 0; i < MATCH_N_FIELDS; i++)
		assert_int_equal(r.level[i], LEVEL_MISSING);
}

static void
a_result_goes_through_bytes_and_back(void **state)
{
	OWNED(roll) roll = roll_of(span_of(street, sizeof(street) - 1));

	(void)state;
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		struct match_query q = query_of(&asks[i]);
		struct match_result r;
		struct match_result back;
		OWNED_BUF(bytes, 256);
		OWNED_BUF(again, 256);

		match_request(roll, &q, &r);
		match_encode(&r, &bytes);
		assert_true(match_decode(buf_span(&bytes), &back));
		match_encode(&back, &again);
		assert_true(span_eq(buf_span(&bytes), buf_span(&again)));
		/* Where the person lies is no part of them. */
		if (r.person == MATCH_CONFIRMED)
			r.index++;
		buf_clear(&again);
		match_encode(&r, &again);
		assert_true(span_eq(buf_span(&bytes), buf_span(&again)));
		buf_clear(&again);
		match_encode_placed(&r, &again);
		assert_true(match_decode(buf_span(&again), &back));
		assert_int_equal(r.index, back.index);
		for (size_t n = 0; n < bytes.n; n++)
			assert_false(match_decode(span_of(bytes.at, n), &back));
		for (size_t n = 0; n < bytes.n; n++) { /* no crash */
			bytes.at[n] ^= 0xff;
			(void)match_decode(buf_span(&bytes), &back);
			bytes.at[n] ^= 0xff;
		}
	}
}

static void
an_explanation_grades_and_never_quotes(void **state)
{
	OWNED(roll) roll = roll_of(span_of(street, sizeof(street) - 1));
	struct match_query q = query_of(&asks[10]); /* swapped birth date */
	struct match_result r;
	OWNED_BUF(text, 4096);
	OWNED_BUF(json, 4096);

	(void)state;
	match_request(roll, &q, &r);
	match_explain(&r, NULL, &text);
	match_json(&r, &json);
	buf_u8(&text, 0);
	buf_u8(&json, 0);
	assert_int_equal(buf_error(&text), ERR_OK);
	assert_non_null(strstr((char *)text.at, "person: confirmed"));
	assert_non_null(strstr((char *)text.at, "another form of the same"));
	assert_null(strstr((char *)text.at, "GARCIA"));
	assert_null(strstr((char *)text.at, "1980"));
	assert_null(strstr((char *)text.at, "MAIN"));
	assert_non_null(strstr((char *)json.at, "\"birth-date\":\"variant\""));
}

/* M4: the same rows in another order find the same people. */
static void
the_order_of_people_changes_nothing(void **state)
{
	OWNED(roll) one = roll_of(span_of(street, sizeof(street) - 1));
	OWNED(roll) two = NULL;
	OWNED_BUF(csv, 1 << 16);
	const char *end = street + sizeof(street) - 1;

	(void)state;
	buf_text(&csv, ROLL_HEADER_LINE);
	while (end > street + sizeof(ROLL_HEADER_LINE) - 1) {
		const char *line = end - 1;

		while (line[-1] != '\n')
			line--;
		buf_bytes(&csv, span_of(line, (size_t)(end - line)));
		end = line;
	}
	two = roll_of(buf_span(&csv));
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		struct match_query q = query_of(&asks[i]);
		struct match_result a;
		struct match_result b;
		char id[65];
		char id2[65];

		match_request(one, &q, &a);
		match_request(two, &q, &b);
		assert_string_equal(
			confirmed(one, &a, id), confirmed(two, &b, id2));
		assert_int_equal(a.cause, b.cause);
		assert_memory_equal(a.level, b.level, sizeof(a.level));
	}
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
		cmocka_unit_test(each_request_finds_its_person_or_nobody),
		cmocka_unit_test(what_withholds_is_told_apart_from_who),
		cmocka_unit_test(evidence_says_no_more_than_is_known),
		cmocka_unit_test(a_result_goes_through_bytes_and_back),
		cmocka_unit_test(an_explanation_grades_and_never_quotes),
		cmocka_unit_test(the_order_of_people_changes_nothing),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
