/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* match_int - one record against one request; for this folder only. */

#include "match/match.h"

/* How a record stands to a request: the first veto, or MET. */
struct match_record {
	uint32_t person;
	enum match_cause cause;
	uint8_t level[MATCH_N_FIELDS];
	enum person_level middle; /* as person_middle_compare() */
	bool own_row;             /* the address is of a row of its own */
	uint32_t address;         /* of the roll, that agreed; see `person` */
};

/* Compares everything but what only other records can tell. */
void match_judge(const struct roll *roll, const struct match_query *query,
	uint32_t person, struct match_record *ret_record);

/* Could `person`, without a TIN, get further than the birth date?  So by one
 * identity at least; those who cannot stand behind all who can. */
bool match_birth_agrees(const struct roll *roll,
	const struct match_query *query, uint32_t person);

/* NEARER or UNIT where somebody else stands in the way, else MET. */
enum match_cause match_household(const struct roll *roll,
	const struct match_query *query, const struct match_record *record);

/* Is `a` further from the request than `b`?  For what is shown only. */
bool match_further(const struct match_record *a, const struct match_record *b);
