/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the other people of a house can tell: is another unit there, and
 * is somebody nearer to what was asked?  Asked only of a record that meets
 * everything else, and only where it met it by a tolerance.
 */
#include "match/match_int.h"

#include <string.h>

#include "base/day.h"

/* ---- the people of a house ---- */

/* A preparer's office is nobody's home; whose care it is, may be. */
static bool
is_home(const struct roll_span *span)
{
	return span->origin != ROLL_PREPARER;
}

/*
 * Does `person` have a row, of whatever role, in this house: at home, in a
 * unit that may be the same?  Or, with `other_unit`, any row at all in a unit
 * that is another?
 */
static bool
has_row_at(const struct roll *roll, uint32_t person,
	const struct person_address *house, bool other_unit)
{
	uint32_t n = roll_person(roll, person).n_spans;
	uint32_t key = roll_house_key(house);

	for (uint32_t i = 0; i < n; i++) {
		struct roll_span span = roll_span(roll, person, i);
		struct person_address at;
		struct address_match m;

		if (roll_address_house(roll, span.address) != key)
			continue;
		if (!other_unit && !is_home(&span))
			continue;
		roll_address_standard(roll, span.address, &at);
		m = person_address_compare(house, &at);
		if (m.line_equal && (m.unit == LEVEL_CONFLICT) == other_unit)
			return true;
	}
	return false;
}

static bool
other_unit_there(const struct roll *roll, const struct match_record *record)
{
	struct roll_found found = roll_find_house(
		roll, roll_address_house(roll, record->address));
	struct person_address house;

	roll_address_standard(roll, record->address, &house);
	for (size_t i = 0; i < found.n; i++) {
		uint32_t person = roll_found_person(&found, i);

		if (person != ROLL_NOBODY &&
			has_row_at(roll, person, &house, true))
			return true;
	}
	return false;
}

/* ---- who is nearer ---- */

struct nearness {
	enum person_level given;
	enum person_level middle;
	enum person_level surname;
	enum person_level suffix;
	enum person_level birth;
};

static bool
suffix_asked(const struct match_query *query)
{
	return query->name.suffix != 0;
}

/*
 * Both a TIN and a birth date equal: the name written in a shorter or another
 * form is then this person's, whoever else is in the house.  One letter of a
 * given name stays a question all the same.
 */
static bool
surely(const struct match_record *record)
{
	return record->level[MATCH_F_TIN] == LEVEL_EQUAL &&
	       record->level[MATCH_F_BIRTH] == LEVEL_EQUAL;
}

/* By the date or a letter alone, whatever the other is called besides: the date
 * is nearly this record's and wholly somebody else's; or CARLO was asked, this
 * is CARLA, and a CARLO lives here. */
static bool
nearer_at_all(const struct match_query *query,
	const struct match_record *record, const struct nearness *other)
{
	if (query->birth_stated &&
		record->level[MATCH_F_BIRTH] != LEVEL_EQUAL &&
		other->birth == LEVEL_EQUAL)
		return true;
	return record->level[MATCH_F_GIVEN] == LEVEL_EDIT &&
	       other->given >= LEVEL_EDIT;
}

static bool
is_nearer(const struct match_query *query, const struct match_record *record,
	const struct nearness *other)
{
	enum person_level given = record->level[MATCH_F_GIVEN];
	enum person_level surname = record->level[MATCH_F_SURNAME];

	if (nearer_at_all(query, record, other))
		return true;
	if (other->surname < LEVEL_EDIT)
		return false;
	/* JOSE LUIS was asked, this is JOSE MANUEL, and a JOSE LUIS is here */
	if (record->middle == LEVEL_CONFLICT && other->given >= given &&
		other->middle >= LEVEL_INITIAL)
		return true;
	/* of twins the date tells nothing: RYAN asked, BRIAN's TIN */
	if (surely(record) && other->birth != LEVEL_EQUAL)
		return false;
	if (other->given != given)
		return other->given > given;
	if (other->surname != surname)
		return other->surname > surname;
	/* JR was asked, this one says nothing, and there is a namesake */
	return suffix_asked(query) &&
	       record->level[MATCH_F_SUFFIX] != LEVEL_EQUAL &&
	       other->suffix != LEVEL_CONFLICT;
}

static bool
person_is_nearer(const struct roll *roll, const struct match_query *query,
	const struct match_record *record, uint32_t person)
{
	uint32_t n = roll_person(roll, person).n_identities;

	for (uint32_t i = 0; i < n; i++) {
		struct roll_identity identity = roll_identity(roll, person, i);
		struct nearness other;
		struct person_name name;

		roll_name(&identity, &name);
		other = (struct nearness){
			.given = person_given_compare(&query->name, &name),
			.middle = person_middle_compare(&query->name, &name),
			.surname = person_surname_compare(&query->name, &name),
			.suffix = person_suffix_compare(&query->name, &name),
			.birth = person_birth_compare(
				query->birth, identity.birth),
		};
		if (is_nearer(query, record, &other))
			return true;
	}
	return false;
}

/* Names first: hardly anybody is nearer, and nobody's address need then be
 * parsed. */
static bool
nearer_in_house(const struct roll *roll, const struct match_query *query,
	const struct match_record *record, uint32_t address)
{
	struct roll_found found =
		roll_find_house(roll, roll_address_house(roll, address));
	struct person_address house;
	bool parsed = false;

	for (size_t i = 0; i < found.n; i++) {
		uint32_t person = roll_found_person(&found, i);

		if (person == ROLL_NOBODY || person == record->person ||
			!person_is_nearer(roll, query, record, person))
			continue;
		if (!parsed)
			roll_address_standard(roll, address, &house);
		parsed = true;
		if (has_row_at(roll, person, &house, false))
			return true;
	}
	return false;
}

static bool
at_home_before(const struct roll *roll, uint32_t person, uint32_t end,
	uint32_t address)
{
	for (uint32_t i = 0; i < end; i++) {
		struct roll_span span = roll_span(roll, person, i);

		if (span.address == address && is_home(&span))
			return true;
	}
	return false;
}

/* Every house that the person ever shared: who moved away is still of the
 * household. */
static bool
nearer_in_household(const struct roll *roll, const struct match_query *query,
	const struct match_record *record)
{
	uint32_t n = roll_person(roll, record->person).n_spans;

	for (uint32_t i = 0; i < n; i++) {
		struct roll_span span = roll_span(roll, record->person, i);

		if (is_home(&span) &&
			!at_home_before(
				roll, record->person, i, span.address) &&
			nearer_in_house(roll, query, record, span.address))
			return true;
	}
	return false;
}

/* Nothing but equal: nobody can be nearer. */
static bool
met_exactly(const struct match_query *query, const struct match_record *record)
{
	return record->level[MATCH_F_GIVEN] == LEVEL_EQUAL &&
	       record->middle != LEVEL_CONFLICT &&
	       record->level[MATCH_F_SURNAME] == LEVEL_EQUAL &&
	       (!query->birth_stated ||
		       record->level[MATCH_F_BIRTH] == LEVEL_EQUAL) &&
	       (!suffix_asked(query) ||
		       record->level[MATCH_F_SUFFIX] == LEVEL_EQUAL);
}

enum match_cause
match_household(const struct roll *roll, const struct match_query *query,
	const struct match_record *record)
{
	if (record->level[MATCH_F_UNIT] == LEVEL_MISSING &&
		other_unit_there(roll, record))
		return MATCH_C_UNIT;
	if (!met_exactly(query, record) &&
		nearer_in_household(roll, query, record))
		return MATCH_C_NEARER;
	return MATCH_C_MET;
}
