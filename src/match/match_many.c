/* SPDX-License-Identifier: Apache-2.0 */
/* Many requests: in the order in which the roll keeps whom they ask for. */
#include "match/match.h"

#include <string.h>

/* The first whom a query would look at. */
static uint32_t
first_person(const struct roll *roll, const struct match_query *query)
{
	struct roll_found found = query->tin_stated
					  ? roll_find_tin(roll, query->tin)
					  : roll_find_house(roll, query->house);

	return found.n == 0 ? ROLL_NOBODY : roll_found_person(&found, 0);
}

/* How many look-ups ahead what is needed is asked for; a place twice as far. */
enum { AHEAD = 4, CACHE_LINE = 64 };

static void
key_ahead(const struct roll *roll, const struct match_query *query,
	enum roll_ahead what)
{
	if (query->tin_stated)
		roll_ahead_tin(roll, query->tin, what);
	else
		roll_ahead_house(roll, query->house, what);
}

void
match_places(const struct roll *roll, const struct match_query *queries,
	size_t from, size_t to, struct match_place *ret_places)
{
	for (size_t i = from; i < to; i++) {
		if (to - i > 2 * AHEAD)
			key_ahead(roll, &queries[i + 2 * AHEAD],
				ROLL_AHEAD_PLACE);
		if (to - i > AHEAD)
			key_ahead(roll, &queries[i + AHEAD], ROLL_AHEAD_THING);
		ret_places[i] = (struct match_place){
			first_person(roll, &queries[i]), (uint32_t)i};
	}
}

enum { DIGIT_BITS = 11, DIGITS = 3, DIGIT_VALUES = 1 << DIGIT_BITS };

static uint32_t
digit_of(const struct match_place *place, unsigned digit)
{
	return place->person >> digit * DIGIT_BITS & (DIGIT_VALUES - 1);
}

/* One stable pass of a radix sort. */
static void
sort_by(const struct match_place *from, size_t n, unsigned digit,
	struct match_place *to)
{
	size_t at[DIGIT_VALUES + 1] = {0};

	for (size_t i = 0; i < n; i++)
		at[digit_of(&from[i], digit) + 1]++;
	for (size_t i = 1; i < DIGIT_VALUES; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < n; i++)
		to[at[digit_of(&from[i], digit)]++] = from[i];
}

void
match_places_sort(
	struct match_place *places, size_t n, struct match_place *room)
{
	struct match_place *from = places;
	struct match_place *to = room;

	for (unsigned digit = 0; digit < DIGITS; digit++) {
		struct match_place *sorted = to;

		sort_by(from, n, digit, to);
		to = from;
		from = sorted;
	}
	if (from != places)
		memcpy(places, from, n * sizeof(*places));
}

/* Queries are as many bytes as a batch has room for: by now out of the cache. */
static void
fetch(const struct match_query *query)
{
	for (size_t at = 0; at < sizeof(*query); at += CACHE_LINE)
		__builtin_prefetch((const char *)query + at);
}

/* What one will read: the query itself first, then by what is in it. */
static void
look_ahead(const struct roll *roll, const struct match_query *queries,
	const struct match_place *places, size_t left)
{
	if (left > 3 * AHEAD)
		fetch(&queries[places[3 * AHEAD].query]);
	if (left > 2 * AHEAD) {
		const struct match_query *query =
			&queries[places[2 * AHEAD].query];

		roll_ahead_person(
			roll, places[2 * AHEAD].person, ROLL_AHEAD_PLACE);
		if (query->tin_stated)
			roll_ahead_tin(roll, query->tin, ROLL_AHEAD_PLACE);
		roll_ahead_house(roll, query->house, ROLL_AHEAD_PLACE);
	}
	if (left > AHEAD) {
		const struct match_query *query = &queries[places[AHEAD].query];

		roll_ahead_person(roll, places[AHEAD].person, ROLL_AHEAD_THING);
		if (query->tin_stated)
			roll_ahead_tin(roll, query->tin, ROLL_AHEAD_THING);
		roll_ahead_house(roll, query->house, ROLL_AHEAD_THING);
	}
}

void
match_many(const struct roll *roll, const struct match_query *queries,
	const struct match_place *places, size_t n,
	struct match_result *ret_results)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t query = places[i].query;

		look_ahead(roll, queries, places + i, n - i);
		match_request(roll, &queries[query], &ret_results[query]);
	}
}
