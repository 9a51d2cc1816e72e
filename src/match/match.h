/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * match - is the person of this request one and only one person of the roll?
 *
 *	struct request ── match_query_from() ──> struct match_query
 *	query + roll ── match_request() ──> struct match_result
 *	result ── match_evidence() ──> the RECORD half of struct evidence
 *
 * docs/MATCHING.md has the rules with their reasons.  The result is a function
 * of query and roll alone: no I/O, no allocation, no clock, no score
 * that decides.  Same input, same bytes, on any number of threads.
 *
 * What must hold (tested from outside):
 *  M1  CONFIRMED names exactly one person, and every identifier given agrees.
 *  M2  An address that the requester wrote is one of that person's own.
 *  M3  Nobody else on the roll meets the request too, and nobody in the
 *      household is nearer to the name asked.
 *  M4  Ties are never resolved: order of rows and people changes nothing.
 */

#include "base/buf.h"
#include "base/err.h"
#include "law/evidence.h"
#include "person/person.h"
#include "request/request.h"
#include "roll/roll.h"

enum { MATCH_YEARS_MAX = 16 };

struct match_query {
	struct person_name name;
	struct person_address address;
	uint32_t tin;    /* nine digits; 0 where none or not sound */
	int32_t birth;   /* DAY_NONE where none or not sound */
	bool tin_stated; /* something was written, sound or not */
	bool birth_stated;
	uint16_t years[MATCH_YEARS_MAX]; /* ascending, distinct */
	size_t n_years;
};

/*
 * Standardises what the requester wrote.  A TIN or birth date that was stated
 * but is none makes a query that nobody meets.  Years past MATCH_YEARS_MAX or
 * not years leave n_years 0: nothing is then given for any year.
 */
void match_query_from(
	const struct request *request, struct match_query *ret_query);

enum match_person { MATCH_NONE, MATCH_RIVAL, MATCH_CONFIRMED };
enum match_years {
	MATCH_YEARS_NONE,
	MATCH_YEARS_SOME,
	MATCH_YEARS_ALL,
	/* Of a result that is shown only: neither this, nor own_row and
	 * screen_clear, may be told.  No match gives it, no bytes hold it. */
	MATCH_YEARS_UNTOLD,
};

/* What decided; the first that applies, in the order of match.def.  TIN_NEAR
 * stands in for TIN_UNKNOWN and refuses as that does. */
enum match_cause {
#define CAUSE(ID, word, text) MATCH_C_##ID,
#include "match/match.def"
	MATCH_N_CAUSES
};

enum match_field {
#define FIELD(ID, word, text) MATCH_F_##ID,
#include "match/match.def"
	MATCH_N_FIELDS
};

struct match_result {
	enum match_person person;
	enum match_cause cause;
	uint32_t index;         /* of the person in the roll; ROLL_NOBODY unless
			 * confirmed */
	bool own_row;           /* these four mean something only when */
	bool screen_clear;      /* confirmed; by the roll's own screen column */
	enum match_years years; /* that have something of their own to give */
	uint32_t years_found;   /* bit i: query year i has */
	/* Of the record nearest to the request; all MISSING when there was
	 * none to compare.  Grades only: never the record's own words. */
	uint8_t level[MATCH_N_FIELDS]; /* enum person_level */
	uint32_t n_compared;           /* records looked at */
};

void match_request(const struct roll *roll, const struct match_query *query,
	struct match_result *ret_result);

/*
 * Many requests.  match_places() says where each of queries[from..to) leads,
 * and match_places_sort() puts those next to each other that lead to people
 * next to each other, so that the roll is walked once, in its own order
 * (`room`: as many again).  match_many() gives the results of the places it is
 * given, each where its query stands.  What a result is depends on its own
 * query and the roll alone: parts of the places may be given to any number of
 * threads, in any order.  At most 2^32 - 1 queries.
 */
struct match_place {
	uint32_t person; /* of the roll; ROLL_NOBODY: leads nowhere */
	uint32_t query;
};
void match_places(const struct roll *roll, const struct match_query *queries,
	size_t from, size_t to, struct match_place *ret_places);
void match_places_sort(
	struct match_place *places, size_t n, struct match_place *room);
void match_many(const struct roll *roll, const struct match_query *queries,
	const struct match_place *places, size_t n,
	struct match_result *ret_results);

/*
 * Sets record.person always, and record.own-row, record.years and
 * record.screen-clear when a person was confirmed (else they stay unknown);
 * record.no-hold is not ours.
 */
void match_evidence(const struct match_result *result, struct evidence *ev);

/*
 * Canonical bytes; decode refuses (false) values out of their type.  Where the
 * person lies in the roll's index is not among them: a roll that says the same
 * of the person gives the same bytes, and signatures over them still count.
 * match_encode_placed(): as it was written before, with that place.
 */
void match_encode(const struct match_result *result, struct buf *to);
void match_encode_placed(const struct match_result *result, struct buf *to);
bool match_decode(struct span bytes, struct match_result *ret_result);

/* `{"person":"confirmed","cause":"...","levels":{"tin":"equal",...},...}`. */
void match_json(const struct match_result *result, struct buf *to);

/* A few plain lines for reviewers: grades, never the record's values. */
void match_explain(const struct match_result *result, struct buf *to);

const char *match_person_text(enum match_person person);
const char *match_years_text(enum match_years years);
const char *match_cause_word(enum match_cause cause);
const char *match_cause_text(enum match_cause cause);
const char *match_field_word(enum match_field field);
const char *match_field_text(enum match_field field);
const char *match_level_word(enum person_level level);
