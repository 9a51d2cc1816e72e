/* SPDX-License-Identifier: Apache-2.0 */
/* weir-bench accuracy: what it counts, and that nothing but seed and number
 * changes the count. */
#include "bench/command.h"

#include "base/day.h"
#include "bench/bench_bound.h"
#include "bench/bench_relatives.h"

static bool
near(double is, double should)
{
	return is > should * .9995 && is < should * 1.0005;
}

/* From tables of Clopper and Pearson, and the rule of three. */
static void
the_bound_is_exact(void **state)
{
	(void)state;
	assert_true(near(bench_bound(0, 10), .25887));
	assert_true(near(bench_bound(1, 100), .046562));
	assert_true(near(bench_bound(3, 10), .60662));
	assert_true(near(1e6 * bench_bound(0, 3000000), .998577));
	assert_true(near(bench_bound(0, 0), 1));
	assert_true(near(bench_bound(5, 5), 1));
}

static void
threads_change_nothing_and_seeds_do(void **state)
{
	char first[8192];

	(void)state;
	assert_int_equal(bench("accuracy --decisions 50 --seed 7"), BENCH_DONE);
	assert_true(
		span_copy(span_text(get_file("out")), first, sizeof(first)));
	assert_int_equal(bench("accuracy --decisions 50 --seed 7 --threads 3"),
		BENCH_DONE);
	assert_string_equal(get_file("out"), first);
	assert_int_equal(bench("accuracy --decisions 50 --seed 8 --threads 2"),
		BENCH_DONE);
	assert_string_not_equal(get_file("out"), first);
	assert_non_null(strstr(first, "| father and son | "));
	assert_non_null(strstr(first, "| all: shared household | "));
}

static void
only_the_strata_named_are_drawn(void **state)
{
	(void)state;
	assert_int_equal(
		bench("accuracy --decisions 50 --strata twins,household"),
		BENCH_DONE);
	assert_non_null(strstr(get_file("out"), "| twins | "));
	assert_non_null(strstr(get_file("out"), "| ordinary household | "));
	assert_null(strstr(get_file("out"), "| father and son | "));
	assert_int_equal(bench("accuracy --strata cousins"), BENCH_USAGE);
	assert_int_equal(bench("accuracy --strata="), BENCH_USAGE);
	assert_int_equal(bench("accuracy --threads 0"), BENCH_USAGE);
	assert_int_equal(bench("accuracy --decisions none"), BENCH_USAGE);
}

static void
whoever_was_not_meant_is_wrong(void **state)
{
	struct relatives_one one = {.id = "F00001-1"};
	struct match_query query = {.tin_stated = true};

	(void)state;
	assert_false(relatives_wrong(&one, &query, ""));
	assert_false(relatives_wrong(&one, &query, "F00001-1"));
	assert_true(relatives_wrong(&one, &query, "F00001-2"));
	one.absent = true;
	assert_true(relatives_wrong(&one, &query, "F00001-1"));
	assert_false(relatives_wrong(&one, &query, ""));
	one = (struct relatives_one){.id = "F00001-1", .shared = true};
	assert_true(relatives_wrong(&one, &query, "F00001-1"));
	query.tin_stated = false;
	assert_false(relatives_wrong(&one, &query, "F00001-1"));
	one = (struct relatives_one){.id = "F00001-1", .twice = true};
	assert_true(relatives_wrong(&one, &query, "F00001-1"));
	query.tin_stated = true;
	assert_false(relatives_wrong(&one, &query, "F00001-1"));
}

/* Each kind has people off the roll, and rows for nobody else. */
static void
some_of_those_asked_for_are_not_on_the_roll(void **state)
{
	struct relatives world;
	OWNED_BUF(csv, 16 << 20);
	unsigned rows = 0;
	unsigned absent[RELATIVES_KINDS] = {0};

	(void)state;
	assert_int_equal(relatives_draw(&world, 3, 900, UINT32_MAX), ERR_OK);
	relatives_csv(&world, &csv);
	assert_int_equal(buf_error(&csv), ERR_OK);
	for (size_t i = 0; i < csv.n; i++)
		rows += csv.at[i] == '\n';
	for (unsigned i = 0; i < world.n; i++)
		for (unsigned k = 0; k < world.family[i].n; k++) {
			rows -= !world.family[i].one[k].absent;
			absent[world.family[i].kind] +=
				world.family[i].one[k].absent;
		}
	assert_int_equal(rows, 1); /* the header */
	for (unsigned i = 0; i < RELATIVES_KINDS; i++)
		if (i != RELATIVES_ONE_TIN && i != RELATIVES_RECORDS)
			assert_in_range(absent[i], 15, 60);
	relatives_fini(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bound_is_exact),
		cmocka_unit_test(threads_change_nothing_and_seeds_do),
		cmocka_unit_test(only_the_strata_named_are_drawn),
		cmocka_unit_test(whoever_was_not_meant_is_wrong),
		cmocka_unit_test(some_of_those_asked_for_are_not_on_the_roll),
	};

	return cmocka_run_group_tests(tests, folder_start, folder_end);
}
