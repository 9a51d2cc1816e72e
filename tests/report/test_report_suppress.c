/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept back cannot be had from what is printed: an adversary who knows
 * every sum solves them as linear programs (a simplex of its own, which knows
 * nothing of networks), and shows no more of a small number than the promise of
 * report_suppress.h.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/report_made.h"
#include "report/report_suppress.h"

enum { ROWS = 4, COLUMNS = REPORT_PUBLIC_N, CELLS = (ROWS + 1) * COLUMNS };

static const int parent[COLUMNS] = {-1, 0, 0, 0, 3, 3, 3, 6, 6, 6};
static const int leaf[] = {1, 2, 4, 5, 7, 8, 9};

static uint64_t seed;

static unsigned
draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* ---- the adversary ---- */

enum { EQUATIONS = (ROWS + 1) * 3 + COLUMNS, WIDE = CELLS + EQUATIONS + 1 };

/* Every sum there is, in words of who reads the table: row sums of each row,
 * column sums of each column.  a[k] is +1, -1 or 0 of each cell. */
static size_t
equations(size_t rows, double a[EQUATIONS][CELLS])
{
	static const int whole[] = {0, 3, 6};
	size_t n = 0;

	for (size_t r = 0; r <= rows; r++)
		for (size_t w = 0; w < 3; w++, n++)
			for (size_t c = 0; c < COLUMNS; c++)
				a[n][r * COLUMNS + c] = (int)c == whole[w] ? 1
							: parent[c] == whole[w]
								? -1
								: 0;
	for (size_t c = 0; c < COLUMNS; c++, n++)
		for (size_t r = 0; r <= rows; r++)
			a[n][r * COLUMNS + c] = r == rows ? 1 : -1;
	return n;
}

static double t[EQUATIONS + 1][WIDE];
static size_t basis[EQUATIONS];

static void
pivot(size_t n, size_t wide, size_t row, size_t column)
{
	double by = t[row][column];

	for (size_t j = 0; j < wide; j++)
		t[row][j] /= by;
	for (size_t i = 0; i <= n; i++) {
		double f = t[i][column];

		if (i == row || fabs(f) < 1e-12)
			continue;
		for (size_t j = 0; j < wide; j++)
			t[i][j] -= f * t[row][j];
	}
	basis[row] = column;
}

/* Lowers the last row (Bland's rule); false: without end. */
static bool
lower(size_t n, size_t vars, size_t wide)
{
	for (;;) {
		size_t column = 0;
		size_t row = n;

		while (column < vars && t[n][column] > -1e-9)
			column++;
		if (column == vars)
			return true;
		for (size_t i = 0; i < n; i++) {
			double ratio;

			if (t[i][column] < 1e-9)
				continue;
			ratio = t[i][wide - 1] / t[i][column];
			if (row == n ||
				ratio < t[row][wide - 1] / t[row][column] -
						1e-9 ||
				(ratio < t[row][wide - 1] / t[row][column] +
							1e-9 &&
					basis[i] < basis[row]))
				row = i;
		}
		if (row == n)
			return false;
		pivot(n, wide, row, column);
	}
}

/* The least (sign 1) or the most (sign -1) that `cell` can be; INFINITY. */
static double
extreme(const struct report_sums *s, const bool *hidden, size_t cell, int sign)
{
	static double a[EQUATIONS][CELLS];
	size_t cells = (s->n_rows + 1) * s->n_columns;
	size_t n;
	size_t wide;
	bool ends;

	memset(a, 0, sizeof(a));
	memset(t, 0, sizeof(t));
	n = equations(s->n_rows, a);
	wide = cells + n + 1;
	for (size_t i = 0; i < n; i++) {
		double b = 0;
		double flip;

		for (size_t j = 0; j < cells; j++)
			b -= hidden[j] ? 0 : a[i][j] * (double)s->value[j];
		flip = b < 0 ? -1 : 1;
		for (size_t j = 0; j < cells; j++)
			t[i][j] = hidden[j] ? flip * a[i][j] : 0;
		t[i][cells + i] = 1;
		t[i][wide - 1] = flip * b;
		basis[i] = cells + i;
		for (size_t j = 0; j < wide; j++)
			if (j < cells || j == wide - 1)
				t[n][j] -= t[i][j];
	}
	assert_true(lower(n, cells, wide)); /* some table there is */
	assert_true(fabs(t[n][wide - 1]) < 1e-6);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; basis[i] >= cells && j < cells; j++)
			if (fabs(t[i][j]) > 1e-9)
				pivot(n, wide, i, j);
	for (size_t j = 0; j < wide; j++)
		t[n][j] = 0;
	t[n][cell] = sign;
	for (size_t i = 0; i < n; i++) {
		double f = t[n][basis[i]];

		for (size_t j = 0; fabs(f) > 1e-12 && j < wide; j++)
			t[n][j] -= f * t[i][j];
	}
	ends = lower(n, cells, wide);
	return ends ? -t[n][wide - 1] * sign : INFINITY;
}

/* ---- tables ---- */

struct table {
	uint64_t value[CELLS];
	bool sensitive[CELLS];
	struct report_sums sums;
};

/* Small numbers and large ones, as a year with many agencies has them. */
static unsigned
some(void)
{
	static const unsigned most[] = {1, 3, 12, 60, 3000};

	return draw(most[draw(5)]);
}

static void
draw_table(struct table *table, size_t rows, uint64_t threshold)
{
	memset(table, 0, sizeof(*table));
	table->sums = (struct report_sums){.n_rows = rows,
		.n_columns = COLUMNS,
		.parent = parent,
		.value = table->value,
		.sensitive = table->sensitive,
		.threshold = threshold};
	for (size_t r = 0; r < rows; r++) {
		uint64_t *v = table->value + r * COLUMNS;

		for (size_t i = 0; i < sizeof(leaf) / sizeof(leaf[0]); i++)
			v[leaf[i]] = some();
		v[6] = v[7] + v[8] + v[9];
		v[3] = v[4] + v[5] + v[6];
		v[0] = v[1] + v[2] + v[3];
		for (size_t c = 0; c < COLUMNS; c++)
			table->value[rows * COLUMNS + c] += v[c];
	}
	for (size_t i = 0; i < (rows + 1) * COLUMNS; i++)
		table->sensitive[i] =
			table->value[i] < threshold &&
			(table->value[i] > 0 || i % COLUMNS == 5 ||
				i % COLUMNS == 6);
}

static void
nothing_small_is_told(struct table *table, const bool *hidden)
{
	const struct report_sums *s = &table->sums;

	for (size_t i = 0; i < (s->n_rows + 1) * COLUMNS; i++) {
		double least;
		double most;
		uint64_t low;
		uint64_t high;

		if (!hidden[i]) {
			assert_false(table->sensitive[i]);
			continue;
		}
		least = extreme(s, hidden, i, 1);
		most = extreme(s, hidden, i, -1);
		assert_int_equal(
			report_suppress_bounds(s, hidden, i, &low, &high),
			ERR_OK);
		assert_true(fabs(least - (double)low) < 1e-6);
		assert_true(high == UINT64_MAX
				    ? isinf(most)
				    : fabs(most - (double)high) < 1e-6);
		if (!table->sensitive[i])
			continue;
		assert_true(least < 1e-6);
		assert_true(most > (double)s->threshold - 1e-6);
	}
}

static void
adversary(void **state)
{
	size_t printed = 0;
	size_t kept_back = 0;
	size_t needed_more = 0;
	size_t whole = 0;

	(void)state;
	for (unsigned n = 0; n < 400; n++) {
		struct table table;
		bool hidden[CELLS];
		bool all = false;
		size_t cells;

		seed = n + 1;
		draw_table(&table, 1 + n % ROWS, n % 2 == 0 ? 10 : 3);
		cells = (table.sums.n_rows + 1) * COLUMNS;
		assert_int_equal(
			report_suppress(&table.sums, hidden, &all), ERR_OK);
		whole += all;
		for (size_t i = 0; i < cells; i++) {
			assert_true(!table.sensitive[i] || hidden[i]);
			printed += !hidden[i];
			kept_back += hidden[i];
			needed_more += hidden[i] && !table.sensitive[i];
		}
		if (!all)
			nothing_small_is_told(&table, hidden);
	}
	/* It is no trick to keep everything back. */
	print_message("# %zu printed, %zu kept back, %zu of them beside, "
		      "%zu tables whole\n",
		printed, kept_back, needed_more, whole);
	assert_true(printed > 5000 && needed_more > 500 && whole < 100);
}

/* The plain case: one agency, few found.  Its small number is not the rest. */
static void
one_agency(void **state)
{
	static const uint64_t value[2 * COLUMNS] = {100, 20, 0, 80, 0, 76, 4, 4,
		0, 0, 100, 20, 0, 80, 0, 76, 4, 4, 0, 0};
	bool sensitive[2 * COLUMNS] = {false};
	bool hidden[2 * COLUMNS];
	bool all;
	struct report_sums s = {.n_rows = 1,
		.n_columns = COLUMNS,
		.parent = parent,
		.value = value,
		.sensitive = sensitive,
		.threshold = 10};

	(void)state;
	for (size_t i = 0; i < 2 * COLUMNS; i++)
		sensitive[i] = value[i] > 0 && value[i] < 10;
	assert_int_equal(report_suppress(&s, hidden, &all), ERR_OK);
	assert_false(all);
	assert_true(hidden[REPORT_PUBLIC_DELIVERED]);
	assert_true(hidden[REPORT_PUBLIC_NEUTRAL]);
	assert_false(hidden[REPORT_PUBLIC_REQUESTS]);
	assert_false(hidden[REPORT_PUBLIC_REFUSED]);
	/* Without the second, subtraction gives the first. */
	hidden[REPORT_PUBLIC_NEUTRAL] = false;
	hidden[COLUMNS + REPORT_PUBLIC_NEUTRAL] = false;
	assert_true(fabs(extreme(&s, hidden, REPORT_PUBLIC_DELIVERED, -1) - 4) <
		    1e-6);
	assert_true(fabs(extreme(&s, hidden, REPORT_PUBLIC_DELIVERED, 1) - 4) <
		    1e-6);
}

/* So few that nothing can be told. */
static void
too_few(void **state)
{
	static const uint64_t value[2 * COLUMNS] = {
		3, 1, 0, 2, 0, 1, 1, 1, 0, 0, 3, 1, 0, 2, 0, 1, 1, 1, 0, 0};
	bool sensitive[2 * COLUMNS];
	bool hidden[2 * COLUMNS];
	bool all = false;
	struct report_sums s = {.n_rows = 1,
		.n_columns = COLUMNS,
		.parent = parent,
		.value = value,
		.sensitive = sensitive,
		.threshold = 10};

	(void)state;
	for (size_t i = 0; i < 2 * COLUMNS; i++)
		sensitive[i] = value[i] > 0;
	assert_int_equal(report_suppress(&s, hidden, &all), ERR_OK);
	for (size_t i = 0; i < 2 * COLUMNS; i++)
		assert_true(hidden[i] || value[i] == 0);
	s.n_rows = REPORT_SUPPRESS_ROWS + 1;
	assert_int_equal(report_suppress(&s, hidden, &all), ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adversary),
		cmocka_unit_test(one_agency),
		cmocka_unit_test(too_few),
	};

	return cmocka_run_group_tests_name(
		"report-suppress", tests, NULL, NULL);
}
