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
	uint32_t house;  /* roll_house_key() of that */
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

/* Sets the query's address, and its house. */
void match_query_at(
	const struct address_text *written, struct match_query *query);

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
 * Canonical bytes, always MATCH_BYTES; decode refuses (false) values out of
 * their type.  Where the person lies in the roll's index is not among them: a
 * roll that says the same of the person gives the same bytes, and signatures
 * over them still count.
 * match_encode_placed(): as it was written before, with that place.
 */
enum { MATCH_BYTES = 19 + MATCH_N_FIELDS };
void match_encode(const struct match_result *result, struct buf *to);
void match_encode_placed(const struct match_result *result, struct buf *to);
bool match_decode(struct span bytes, struct match_result *ret_result);

/* ---- weights ---- */

/*
 * How much each kind of evidence speaks for the record, in hundredths of a
 * bit: log2(m / u) after Fellegi and Sunter (A theory for record linkage, 1969),
 * m being how often the level is seen of one and the same person (the table of
 * docs/MATCHING.md), u how often of two people of the roll.  u is the roll's
 * own: of names and years of birth as a sample of it has them.  A household
 * shares surname and address: they are one kind, and count so much and no more.
 *
 * For people to read.  No weight decides anything, none is part of what is
 * signed, and a roll loaded anew may weigh otherwise.
 */
enum match_kind {
#define WEIGHT(ID, word) MATCH_W_##ID,
#include "match/match.def"
	MATCH_N_WEIGHTS
};
struct match_weights {
	int16_t of[MATCH_N_WEIGHTS];
	bool known; /* a decision from before there were any has none */
};

/* How often names and years of birth are among 16,384 people of a roll, evenly
 * taken; the same of the same roll.  The caller owns it.  Fails NOMEM. */
struct match_rates;
MUST_USE enum err match_rates_new(
	const struct roll *roll, struct match_rates **ret_rates);
struct match_rates *match_rates_free(struct match_rates *rates);
DEFINE_OWNED(match_rates);

/* Of a result that compared nobody all are 0. */
void match_weigh(const struct match_rates *rates,
	const struct match_query *query, const struct match_result *result,
	struct match_weights *ret_weights);

/* Decoding empty bytes gives weights that are not known. */
void match_weights_encode(const struct match_weights *weights, struct buf *to);
bool match_weights_decode(struct span bytes, struct match_weights *ret_weights);

/* "+23.25", in bits; household evidence is in the sum as one kind. */
enum { MATCH_WEIGHT_TEXT = 16 };
void match_weight_text(int hundredths, char to[MATCH_WEIGHT_TEXT]);
int match_weights_sum(const struct match_weights *weights);
const char *match_kind_word(enum match_kind kind);

/* `{"tin":23.25,...,"all":41.07}`, in bits. */
void match_weights_json(const struct match_weights *weights, struct buf *to);

/* ---- for people ---- */

/* `{"person":"confirmed","cause":"...","levels":{"tin":"equal",...},...}`. */
void match_json(const struct match_result *result, struct buf *to);

/* A small table for reviewers: grades and weights, never the record's values.
 * `weights` may be NULL. */
void match_explain(const struct match_result *result,
	const struct match_weights *weights, struct buf *to);

const char *match_person_text(enum match_person person);
const char *match_years_text(enum match_years years);
const char *match_cause_word(enum match_cause cause);
const char *match_cause_text(enum match_cause cause);
const char *match_field_word(enum match_field field);
const char *match_field_text(enum match_field field);
const char *match_level_word(enum person_level level);
