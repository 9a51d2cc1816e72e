/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates, vetoes, rivals; then what the one person has to give. */
#include "match/match_int.h"

#include <string.h>

#include "base/day.h"

static void
result_of(const struct match_record *record, struct match_result *result)
{
	result->cause = record->cause;
	memcpy(result->level, record->level, sizeof(result->level));
}

/* ---- what the person has to give ---- */

static bool
screen_clear(const struct roll *roll, uint32_t person)
{
	struct roll_person is = roll_person(roll, person);

	for (uint32_t i = 0; i < is.n_spans; i++)
		if (roll_span(roll, person, i).screen != ROLL_CLEAR)
			return false;
	return true;
}

static void
confirm(const struct roll *roll, const struct match_query *query,
	const struct match_record *record, struct match_result *result)
{
	size_t found = 0;

	result->person = MATCH_CONFIRMED;
	result->index = record->person;
	result->own_row = record->own_row;
	result->screen_clear = screen_clear(roll, record->person);
	for (size_t i = 0; i < query->n_years; i++) {
		struct roll_own_address own;

		if (!roll_own_address(
			    roll, record->person, query->years[i], &own))
			continue;
		result->years_found |= 1u << i;
		found++;
	}
	if (found > 0)
		result->years = found == query->n_years ? MATCH_YEARS_ALL
							: MATCH_YEARS_SOME;
}

/* ---- candidates ---- */

struct search {
	struct match_record best;
	size_t n_met;
	uint32_t n_compared;
};

static void
search_add(struct search *search, const struct match_record *record)
{
	if (search->n_compared == 0 || match_further(&search->best, record))
		search->best = *record;
	search->n_compared++;
	search->n_met += record->cause == MATCH_C_MET;
}

static void
search_one(const struct roll *roll, const struct match_query *query,
	uint32_t person, struct search *search)
{
	struct match_record record;

	match_judge(roll, query, person, &record);
	search_add(search, &record);
}

/* ---- a TIN that nobody has ---- */

/* Does somebody with this TIN meet the request but for its own? */
static bool
met_with(const struct roll *roll, struct match_query *query, uint32_t tin)
{
	struct roll_found found = roll_find_tin(roll, tin);

	query->tin = tin;
	for (size_t i = 0; i < found.n; i++) {
		uint32_t person = roll_found_person(&found, i);
		struct match_record record;

		if (person == ROLL_NOBODY)
			continue;
		match_judge(roll, query, person, &record);
		if (record.cause == MATCH_C_MET)
			return true;
	}
	return false;
}

enum { TIN_DIGITS = 9, SLIPS_MOST = TIN_DIGITS * 9 + TIN_DIGITS - 1 };

/* Those with another digit at one place, or a digit and the next swapped. */
static size_t
slips_of(uint32_t tin, uint32_t slips[SLIPS_MOST])
{
	size_t n = 0;

	for (uint32_t place = 1; place <= 100000000; place *= 10) {
		uint32_t here = tin / place % 10;
		uint32_t next = tin / place / 10 % 10;
		uint32_t without = tin - here * place;

		for (uint32_t digit = 0; digit < 10; digit++)
			if (digit != here)
				slips[n++] = without + digit * place;
		if (place < 100000000 && here != next)
			slips[n++] = without - next * place * 10 +
				     next * place + here * place * 10;
	}
	return n;
}

/* Of use to whoever reads the refusal, and to nothing else: no TIN but the one
 * given ever finds anybody. */
static bool
tin_is_near(const struct roll *roll, const struct match_query *query)
{
	struct match_query other = *query;
	uint32_t slips[SLIPS_MOST];
	size_t n = slips_of(query->tin, slips);

	/* So many places all over the roll: asked for at once. */
	for (size_t i = 0; i < n; i++)
		roll_ahead_tin(roll, slips[i], ROLL_AHEAD_PLACE);
	for (size_t i = 0; i < n; i++)
		roll_ahead_tin(roll, slips[i], ROLL_AHEAD_THING);
	for (size_t i = 0; i < n; i++)
		if (met_with(roll, &other, slips[i]))
			return true;
	return false;
}

/* Whoever has the TIN, and nobody else: a TIN given must be the record's. */
static void
search_tin(const struct roll *roll, const struct match_query *query,
	struct search *search)
{
	struct roll_found found = roll_find_tin(roll, query->tin);

	search->best.cause = MATCH_C_TIN_UNKNOWN;
	for (size_t i = 0; i < found.n; i++) {
		uint32_t person = roll_found_person(&found, i);

		if (person != ROLL_NOBODY)
			search_one(roll, query, person, search);
	}
	if (search->n_compared == 0 && tin_is_near(roll, query))
		search->best.cause = MATCH_C_TIN_NEAR;
	if (search->n_compared > 1) {
		search->best.cause = MATCH_C_TIN_SHARED;
		search->n_met = 0;
	}
}

/* Those whose birth date agrees, or those whose date does not. */
static uint32_t
search_born(const struct roll *roll, const struct match_query *query,
	const struct roll_found *found, bool agrees, struct search *search)
{
	uint32_t others = 0;

	for (size_t i = 0; i < found->n; i++) {
		uint32_t person = roll_found_person(found, i);

		if (person == ROLL_NOBODY)
			continue;
		if (match_birth_agrees(roll, query, person) == agrees)
			search_one(roll, query, person, search);
		else
			others++;
	}
	return others;
}

/*
 * Everybody at the house.  Whose date is another is vetoed before any whose
 * date agrees: it can neither meet the request nor be the nearest, and is
 * compared only where nobody's date agrees, for the grades to be shown.
 */
static void
search_house(const struct roll *roll, const struct match_query *query,
	struct search *search)
{
	struct roll_found found = roll_find_house(roll, query->house);
	uint32_t others;

	search->best.cause = MATCH_C_NOBODY;
	others = search_born(roll, query, &found, true, search);
	if (search->n_compared == 0)
		(void)search_born(roll, query, &found, false, search);
	else
		search->n_compared += others;
	if (search->n_met > 1)
		search->best.cause = MATCH_C_RIVAL;
}

/* What was stated and is none can agree with nobody. */
static bool
identifiers_sound(const struct match_query *query)
{
	if (query->tin_stated && query->tin == 0)
		return false;
	if (query->birth_stated && query->birth == DAY_NONE)
		return false;
	return query->tin_stated || query->birth_stated;
}

static bool
is_rival(enum match_cause cause)
{
	return cause == MATCH_C_RIVAL || cause == MATCH_C_TIN_SHARED ||
	       cause == MATCH_C_NEARER;
}

void
match_request(const struct roll *roll, const struct match_query *query,
	struct match_result *ret_result)
{
	struct search search = {.best.cause = MATCH_C_IDENTIFIER};

	*ret_result = (struct match_result){.index = ROLL_NOBODY};
	memset(search.best.level, LEVEL_MISSING, sizeof(search.best.level));
	if (identifiers_sound(query) && query->tin_stated)
		search_tin(roll, query, &search);
	else if (identifiers_sound(query))
		search_house(roll, query, &search);
	if (search.n_met == 1)
		search.best.cause = match_household(roll, query, &search.best);
	result_of(&search.best, ret_result);
	ret_result->n_compared = search.n_compared;
	if (search.n_met == 1 && search.best.cause == MATCH_C_MET)
		confirm(roll, query, &search.best, ret_result);
	else if (is_rival(search.best.cause))
		ret_result->person = MATCH_RIVAL;
}

void
match_evidence(const struct match_result *result, struct evidence *ev)
{
	evidence_set_word(ev, EV_PERSON, match_person_text(result->person));
	if (result->person != MATCH_CONFIRMED)
		return;
	evidence_set_flag(ev, EV_OWN_ROW, result->own_row);
	evidence_set_word(ev, EV_YEARS, match_years_text(result->years));
	evidence_set_flag(ev, EV_SCREEN, result->screen_clear);
}
