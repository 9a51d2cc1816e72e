/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * plain - a second matcher: slow, no index, the rules written straight down
 * from docs/MATCHING.md, over every person and every row.  It reads the CSV
 * by itself (no quotes), so that the roll is checked by it too.
 */

#include "match/match.h"

struct plain;

struct plain *plain_load(const char *csv, size_t n);
struct plain *plain_free(struct plain *plain);

/* The person_id confirmed, or "" where none is. */
const char *plain_match(
	const struct plain *plain, const struct match_query *query);
