/* SPDX-License-Identifier: Apache-2.0 */
/* One record against one request. */
#include "match/match_int.h"

#include <string.h>

#include "base/day.h"

/* ---- who ---- */

static enum person_level
tin_level(const struct match_query *query, uint32_t tin)
{
	if (!query->tin_stated)
		return LEVEL_MISSING;
	return query->tin != 0 && query->tin == tin ? LEVEL_EQUAL
						    : LEVEL_CONFLICT;
}

/* A date stated must agree: one that the record lacks cannot. */
static bool
birth_agrees(const struct match_query *query, enum person_level birth)
{
	return !query->birth_stated ||
	       (query->birth != DAY_NONE && birth == LEVEL_EQUAL);
}

/* A slip in the date is forgiven beside the TIN and the very name: a nickname
 * or an initial besides, and it may be a brother with his brother's number. */
static bool
birth_nearly_agrees(const struct match_query *query, const uint8_t *level)
{
	return query->birth != DAY_NONE && level[MATCH_F_TIN] == LEVEL_EQUAL &&
	       level[MATCH_F_GIVEN] == LEVEL_EQUAL &&
	       (level[MATCH_F_BIRTH] == LEVEL_VARIANT ||
		       level[MATCH_F_BIRTH] == LEVEL_EDIT);
}

static bool
given_agrees(enum person_level given)
{
	return given >= LEVEL_INITIAL;
}

static bool
surname_agrees(enum person_level surname)
{
	return surname >= LEVEL_EDIT;
}

static enum match_cause
who(const struct match_query *query, const uint8_t *level)
{
	if (level[MATCH_F_TIN] == LEVEL_CONFLICT)
		return MATCH_C_TIN;
	if (!birth_agrees(query, level[MATCH_F_BIRTH]) &&
		!birth_nearly_agrees(query, level))
		return MATCH_C_BIRTH;
	if (!given_agrees(level[MATCH_F_GIVEN]))
		return MATCH_C_GIVEN;
	if (!surname_agrees(level[MATCH_F_SURNAME]))
		return MATCH_C_SURNAME;
	if (level[MATCH_F_SUFFIX] == LEVEL_CONFLICT)
		return MATCH_C_SUFFIX;
	return MATCH_C_MET;
}

/* What comes later in the list of causes got further. */
static unsigned
stage(enum match_cause cause)
{
	return cause == MATCH_C_MET ? MATCH_N_CAUSES : (unsigned)cause;
}

static void
judge_identity(const struct match_query *query,
	const struct roll_identity *identity, struct match_record *record)
{
	struct person_name name;
	uint8_t *level = record->level;

	roll_name(identity, &name);
	level[MATCH_F_TIN] = (uint8_t)tin_level(query, identity->tin);
	level[MATCH_F_BIRTH] =
		(uint8_t)person_birth_compare(query->birth, identity->birth);
	level[MATCH_F_GIVEN] =
		(uint8_t)person_given_compare(&query->name, &name);
	level[MATCH_F_SURNAME] =
		(uint8_t)person_surname_compare(&query->name, &name);
	level[MATCH_F_SUFFIX] =
		(uint8_t)person_suffix_compare(&query->name, &name);
	record->middle = person_middle_compare(&query->name, &name);
	record->cause = who(query, level);
}

/* Of several identities, the one that agrees best: whole, never in parts. */
static void
judge_who(const struct roll *roll, const struct match_query *query,
	uint32_t n_identities, struct match_record *record)
{
	for (uint32_t i = 0; i < n_identities; i++) {
		struct roll_identity identity =
			roll_identity(roll, record->person, i);
		struct match_record one = *record;

		judge_identity(query, &identity, &one);
		if (i == 0 || match_further(record, &one))
			*record = one;
	}
}

/* ---- where ---- */

/* False where the written ZIP is surely another: spares the parsing. */
static bool
zip_may_be(struct span written, const char *zip)
{
	if (written.n < 5)
		return true;
	for (size_t i = 0; i < 5; i++)
		if (written.at[i] < '0' || written.at[i] > '9')
			return true;
	return memcmp(written.at, zip, 5) == 0;
}

static uint8_t
same(bool equal)
{
	return equal ? LEVEL_EQUAL : LEVEL_CONFLICT;
}

static uint8_t
city_level(const struct person_address *asked, const struct person_address *at)
{
	if (strcmp(asked->city, at->city) == 0)
		return LEVEL_EQUAL;
	return person_zip_agrees(at->zip, asked->city, at->state)
		       ? LEVEL_VARIANT
		       : LEVEL_CONFLICT;
}

static void
where_levels(const struct person_address *asked,
	const struct person_address *at, enum person_level unit, uint8_t *level)
{
	level[MATCH_F_NUMBER] = same(strcmp(asked->number, at->number) == 0);
	level[MATCH_F_STREET] = same(strcmp(asked->street, at->street) == 0 &&
				     strcmp(asked->suffix, at->suffix) == 0 &&
				     strcmp(asked->predir, at->predir) == 0 &&
				     strcmp(asked->postdir, at->postdir) == 0);
	level[MATCH_F_ZIP] = same(strcmp(asked->zip, at->zip) == 0);
	level[MATCH_F_CITY] = city_level(asked, at);
	level[MATCH_F_UNIT] = (uint8_t)unit;
}

/* A unit left out is let through here only with the TIN; whether others live
 * at that number is asked of the household. */
static bool
unit_agrees(enum person_level unit, enum person_level tin)
{
	return unit == LEVEL_EQUAL || unit == LEVEL_VARIANT ||
	       (unit == LEVEL_MISSING && tin == LEVEL_EQUAL);
}

/* `record` as it stands by this one address. */
static void
judge_span(const struct match_query *query, const struct roll_span *span,
	const struct person_address *at, struct match_record *record)
{
	struct address_match m = person_address_compare(&query->address, at);
	enum person_level tin = record->level[MATCH_F_TIN];

	where_levels(&query->address, at, m.unit, record->level);
	record->own_row = roll_role_own(span->role);
	record->address = span->address;
	if (record->cause != MATCH_C_MET)
		return;
	if (!m.line_equal || !roll_origin_own(span->origin))
		record->cause = MATCH_C_ADDRESS;
	else if (!unit_agrees(m.unit, tin))
		record->cause = MATCH_C_UNIT;
}

/* No other address of the person can stand nearer. */
static bool
is_nearest(
	const struct match_record *who_only, const struct match_record *record)
{
	const uint8_t *level = record->level;

	return record->cause == who_only->cause && record->own_row &&
	       level[MATCH_F_NUMBER] == LEVEL_EQUAL &&
	       level[MATCH_F_STREET] == LEVEL_EQUAL &&
	       level[MATCH_F_ZIP] == LEVEL_EQUAL &&
	       level[MATCH_F_CITY] == LEVEL_EQUAL &&
	       level[MATCH_F_UNIT] == LEVEL_EQUAL;
}

/*
 * The best of the addresses with the house key asked, or else, for the grades
 * only, of those whose ZIP may be the same.  False: there was none.
 */
static bool
judge_spans(const struct roll *roll, const struct match_query *query,
	const struct match_record *who_only, bool by_key,
	struct match_record *record)
{
	uint32_t n = roll_person(roll, record->person).n_spans;
	uint32_t parsed = 0; /* the address in `at`, once there is any */
	struct person_address at;
	bool any = false;

	for (uint32_t i = 0; i < n; i++) {
		struct roll_span span;
		struct match_record one;

		if (any && is_nearest(who_only, record))
			break;
		span = roll_span(roll, record->person, i);
		if (by_key ? roll_address_house(roll, span.address) !=
					query->house
			   : !zip_may_be(roll_address(roll, span.address).zip,
				     query->address.zip))
			continue;
		if (!any || span.address != parsed)
			roll_address_standard(roll, span.address, &at);
		parsed = span.address;
		one = *who_only;
		judge_span(query, &span, &at, &one);
		if (!any || match_further(record, &one))
			*record = one;
		any = true;
	}
	return any;
}

bool
match_birth_agrees(const struct roll *roll, const struct match_query *query,
	uint32_t person)
{
	uint32_t n = roll_person(roll, person).n_identities;

	for (uint32_t i = 0; i < n; i++)
		if (birth_agrees(query,
			    person_birth_compare(query->birth,
				    roll_identity(roll, person, i).birth)))
			return true;
	return false;
}

void
match_judge(const struct roll *roll, const struct match_query *query,
	uint32_t person, struct match_record *ret_record)
{
	struct roll_person is = roll_person(roll, person);
	struct match_record who_only = {
		.person = person, .cause = MATCH_C_NOBODY};

	memset(who_only.level, LEVEL_MISSING, sizeof(who_only.level));
	judge_who(roll, query, is.n_identities, &who_only);
	*ret_record = who_only;
	if (who_only.cause == MATCH_C_MET)
		ret_record->cause = MATCH_C_ADDRESS;
	if (!judge_spans(roll, query, &who_only, true, ret_record))
		(void)judge_spans(roll, query, &who_only, false, ret_record);
}

/* ---- which is nearer ---- */

bool
match_further(const struct match_record *a, const struct match_record *b)
{
	unsigned sum_a = 0;
	unsigned sum_b = 0;

	if (stage(a->cause) != stage(b->cause))
		return stage(a->cause) < stage(b->cause);
	if (a->own_row != b->own_row)
		return !a->own_row;
	for (size_t i = 0; i < MATCH_N_FIELDS; i++) {
		sum_a += a->level[i];
		sum_b += b->level[i];
	}
	if (sum_a != sum_b)
		return sum_a < sum_b;
	return memcmp(a->level, b->level, sizeof(a->level)) < 0;
}
