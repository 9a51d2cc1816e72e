/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_suppress - which numbers of a table are kept back, so that no small
 * one is told, and none can be had by subtracting.
 *
 * A table has rows and a last row that is their sum; columns are a tree, each
 * parent the sum of its children.  A number is sensitive where the caller says
 * so.  It is kept back, and so are others, until whoever knows every sum and
 * every number printed can show no more of a sensitive one than that it is from
 * 0 to something that is `threshold` or more.
 *
 * Method: cell suppression by network flow, as statistical offices use it for
 * tables of two dimensions (L. Cox, "Network models for complementary cell
 * suppression", Journal of the American Statistical Association 90, 1995; US
 * Census Bureau, Statistical Research Division report RR2001/01).  The sums of
 * such a table are the balances of a network: each cell an edge, its number the
 * flow.  How far a number that is kept back may move is the greatest flow round
 * it through others that are; where that is too little the cheapest way round
 * is kept back too.  What is shown at the end is audited again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { REPORT_SUPPRESS_ROWS = 1024, REPORT_SUPPRESS_COLUMNS = 32 };

struct report_sums {
	size_t n_rows; /* without the last, the sum */
	size_t n_columns;
	const int *parent;     /* of each column; -1: the whole */
	const uint64_t *value; /* (n_rows + 1) * n_columns, by row */
	const bool *sensitive; /* the same */
	uint64_t threshold;
};

/*
 * Sets hidden[] of every cell that is not printed.  *ret_all: nothing could be
 * protected otherwise, so all of it is kept back.  must() that the sums tie.
 * Refuses TOO_LARGE past REPORT_SUPPRESS_ROWS; fails NOMEM.
 */
MUST_USE enum err report_suppress(
	const struct report_sums *sums, bool *hidden, bool *ret_all);

/* What somebody who knows the sums and what is printed can show of a cell that
 * is not.  *ret_most UINT64_MAX: no bound.  Fails NOMEM. */
MUST_USE enum err report_suppress_bounds(const struct report_sums *sums,
	const bool *hidden, size_t cell, uint64_t *ret_least,
	uint64_t *ret_most);
