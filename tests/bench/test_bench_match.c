/* SPDX-License-Identifier: Apache-2.0 */
/* weir-bench match: two small files, and what must be linked. */
#include "bench/command.h"

#define FIELDS                                                                 \
	"given_name=given,surname=last,birth_date=born,id=ssn,number=no,"      \
	"street=street,city=city,zip=zip"
#define RUN "match a.csv b.csv --key id --fields " FIELDS
#define HEAD "id,given,last,born,ssn,no,street,city,zip\n"

/* People who do not look like each other, so that chance is measured. */
static const char *const crowd[] = {
	"MARY,KOWALSKI,19510203,400100,11,OAK AVENUE,DAYTON,45402",
	"HENRY,OBRIEN,19620415,400281,250,ELM STREET,TOLEDO,43604",
	"LUCIA,FERNANDEZ,19730627,400462,37,PINE ROAD,AKRON,44308",
	"WALTER,SCHMIDT,19840809,400643,1480,LAKE BOULEVARD,LIMA,45801",
	"AISHA,RAHMAN,19951011,400824,5,HILL LANE,CANTON,44702",
	"PIERRE,DUBOIS,19461123,401005,902,MILL COURT,PARMA,44129",
	"KEIKO,TANAKA,19571205,401186,66,RIVER DRIVE,ELYRIA,44035",
	"OLGA,PETROVA,19680117,401367,714,CHURCH STREET,XENIA,45385",
	"SAMUEL,ADEYEMI,19790229,401548,83,PARK PLACE,MARION,43302",
	"INGRID,LARSEN,19900310,401729,2001,VALLEY VIEW,ATHENS,45701",
};

static void
put_side(const char *name, char letter, const char *more)
{
	OWNED_BUF(text, 1 << 16);

	buf_text(&text, HEAD);
	for (size_t i = 0; i < sizeof(crowd) / sizeof(crowd[0]); i++)
		buf_printf(&text, "%c%zu,%s\n", letter, i, crowd[i]);
	buf_text(&text, more);
	buf_u8(&text, 0);
	assert_int_equal(buf_error(&text), ERR_OK);
	put_file(name, (const char *)text.at);
}

static bool
linked(const char *pair)
{
	return strstr(get_file("out"), pair) != NULL;
}

static unsigned
links(void)
{
	const char *at = get_file("out");
	unsigned n = 0;

	while ((at = strchr(at, '\n')) != NULL) {
		at++;
		n++;
	}
	return n - 1;
}

static void
equal_people_are_linked_and_strangers_are_not(void **state)
{
	(void)state;
	put_side("a.csv", 'a',
		"alone,GEORGE,MILLER,19330102,555000,8,FERRY WAY,ADA,45810\n");
	put_side("b.csv", 'b',
		"other,RUTH,CARTER,20010930,909090,77,DOCK ROAD,ORRVILLE,"
		"44667\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_int_equal(links(), 10);
	for (unsigned i = 0; i < 10; i++) {
		char pair[16];

		(void)snprintf(pair, sizeof(pair), "\na%u,b%u,", i, i);
		assert_true(linked(pair));
	}
}

static void
slips_swaps_and_gaps_are_forgiven(void **state)
{
	(void)state;
	put_side("a.csv", 'a',
		"p,CATHERINE,JOHNSTONE,19520714,300111,40,BIRCH CLOSE,BEREA,"
		"44017\n"
		"q,RODRIGO,VALDEZ,19880520,300222,9,CEDAR HILL,SOLON,44139\n"
		"r,HELEN,ABERNATHY,19470411,300333,312,QUARRY ROAD,KENT,"
		"44240\n");
	put_side("b.csv", 'b',
		"P,KATE,JOHNSTON,1952-07-14,300111,40,BIRCH CLOSE,BEREA,\n"
		"Q,Valdez,Rodrigo,,300222,9,CEDAR HILL,,44139\n"
		"R,,ABERNATHY,19471104,300338,312,QUARY ROAD,KENT,44240\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_int_equal(links(), 13);
	assert_true(linked("\np,P,"));
	assert_true(linked("\nq,Q,"));
	assert_true(linked("\nr,R,"));
}

/* Two records of the second file that are the same cannot be told apart; one
 * that is better takes the record, and the worse gets nobody. */
static void
no_record_is_linked_twice_and_ties_are_dropped(void **state)
{
	(void)state;
	put_side("a.csv", 'a',
		"t,NORMAN,FAIRFAX,19550505,700700,3,SPRING WALK,HURON,44839\n"
		"s,EDITH,WINSLOW,19440404,800800,21,GROVE END,SALEM,44460\n");
	put_side("b.csv", 'b',
		"T1,NORMAN,FAIRFAX,19550505,700700,3,SPRING WALK,HURON,44839\n"
		"T2,NORMAN,FAIRFAX,19550505,700700,3,SPRING WALK,HURON,44839\n"
		"S1,EDITH,WINSLO,19440404,800800,21,GROVE END,SALEM,44460\n"
		"S2,EDITH,WINSLOW,19440404,800800,21,GROVE END,SALEM,44460\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_int_equal(links(), 11);
	assert_true(linked("\ns,S2,"));
	assert_false(linked("\nt,"));
	assert_false(linked(",S1,"));
	assert_non_null(strstr(get_file("err"), "2 pairs dropped as ties"));
}

static void
a_record_that_two_want_alike_is_nobodys(void **state)
{
	(void)state;
	put_side("a.csv", 'a',
		"t1,NORMAN,FAIRFAX,19550505,700700,3,SPRING WALK,HURON,44839\n"
		"t2,NORMAN,FAIRFAX,19550505,700700,3,SPRING WALK,HURON,44839\n");
	put_side("b.csv", 'b',
		"T,NORMAN,FAIRFAX,19550505,700700,3,SPRING WALK,HURON,44839\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_int_equal(links(), 10);
	assert_false(linked(",T,"));
}

/* An address alone, however exact, is no person. */
static void
a_household_is_not_a_person(void **state)
{
	(void)state;
	put_side("a.csv", 'a',
		"h,JOSEPH,LAMBERT,19320101,100001,15,STATION ROAD,DOVER,"
		"44622\n");
	put_side("b.csv", 'b',
		"H,BEATRICE,QUINN,19991231,987654,15,STATION ROAD,DOVER,"
		"44622\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_false(linked("\nh,"));
	put_side("a.csv", 'a', "h,,,,,15,STATION ROAD,DOVER,44622\n");
	put_side("b.csv", 'b', "H,,,,,15,STATION ROAD,DOVER,44622\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_int_equal(links(), 10);
	assert_false(linked("\nh,"));
}

static void
the_order_of_rows_and_the_run_change_nothing(void **state)
{
	char first[4096];

	(void)state;
	put_side("a.csv", 'a', "");
	put_side("b.csv", 'b', "");
	assert_int_equal(bench(RUN " --levels"), BENCH_DONE);
	assert_true(
		span_copy(span_text(get_file("out")), first, sizeof(first)));
	assert_int_equal(bench(RUN " --levels --out links.csv"), BENCH_DONE);
	assert_string_equal(get_file("links.csv"), first);
	assert_string_equal(get_file("out"), "");
}

static void
keys_and_fields_in_quotes_are_read_and_written(void **state)
{
	(void)state;
	put_side("a.csv", 'a',
		"\"x,1\",\"AGNES\",\"HOLLOWAY\",19360606,606060,"
		"12,\"ABBEY, THE\",STOW,44224");
	put_side("b.csv", 'b',
		"\"y\"\"2\", AGNES , HOLLOWAY,19360606,606060,"
		"12,ABBEY THE,STOW,44224\r\n");
	assert_int_equal(bench(RUN), BENCH_DONE);
	assert_true(linked("\n\"x,1\",\"y\"\"2\","));
}

static void
a_broken_file_is_refused_by_name_and_line(void **state)
{
	static const struct {
		const char *more;
		const char *says;
	} broken[] = {
		{"z,A,B\n", "b.csv:12: 3 fields where the header has 9"},
		{"z,\"A\n", "b.csv:12: a quote that never ends"},
		{"z,\"A\"B,C\n", "b.csv:12: text after a closing quote"},
		{"z,A\"B\",C\n", "b.csv:12: a quote inside"},
		{",A,B,C,D,E,F,G,H\n", "b.csv:12: no key"},
		{"\n", "b.csv:12: 1 fields"},
	};

	(void)state;
	put_side("a.csv", 'a', "");
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		put_side("b.csv", 'b', broken[i].more);
		assert_int_equal(bench(RUN), BENCH_NO);
		if (strstr(get_file("err"), broken[i].says) == NULL)
			fail_msg("%s", get_file("err"));
		assert_string_equal(get_file("out"), "");
	}
	put_file("b.csv", "key,given\n1,A\n");
	assert_int_equal(bench(RUN), BENCH_NO);
	assert_non_null(strstr(get_file("err"), "b.csv:1: no column 'id'"));
}

static void
what_is_asked_wrongly_is_usage(void **state)
{
	static const char *const wrong[] = {"match a.csv b.csv --key id",
		"match a.csv --key id --fields " FIELDS,
		"match a.csv b.csv --key id --fields age=born",
		"match a.csv b.csv --key id --fields id=ssn,id=no",
		RUN " --threshold much", RUN " --nothing", RUN " --levels=1",
		RUN " --key id", RUN " --out", "nothing"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(bench(wrong[i]), BENCH_USAGE);
	assert_int_equal(bench("match x.csv b.csv --key id --fields " FIELDS),
		BENCH_FAILURE);
	assert_int_equal(bench("match --help"), BENCH_DONE);
	assert_non_null(strstr(get_file("out"), "--threshold BITS"));
}

static void
a_higher_threshold_links_fewer(void **state)
{
	(void)state;
	put_side("a.csv", 'a', "");
	put_side("b.csv", 'b', "");
	assert_int_equal(bench(RUN " --threshold 100"), BENCH_DONE);
	assert_int_equal(links(), 0);
	assert_int_equal(bench(RUN " --threshold=-5.5"), BENCH_DONE);
	assert_int_equal(links(), 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_people_are_linked_and_strangers_are_not),
		cmocka_unit_test(slips_swaps_and_gaps_are_forgiven),
		cmocka_unit_test(
			no_record_is_linked_twice_and_ties_are_dropped),
		cmocka_unit_test(a_record_that_two_want_alike_is_nobodys),
		cmocka_unit_test(a_household_is_not_a_person),
		cmocka_unit_test(the_order_of_rows_and_the_run_change_nothing),
		cmocka_unit_test(
			keys_and_fields_in_quotes_are_read_and_written),
		cmocka_unit_test(a_broken_file_is_refused_by_name_and_line),
		cmocka_unit_test(what_is_asked_wrongly_is_usage),
		cmocka_unit_test(a_higher_threshold_links_fewer),
	};

	return cmocka_run_group_tests(tests, folder_start, folder_end);
}
