/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * synth - drawn worlds: a roll of people who do not exist, and requests about
 * them with the answer each must get.
 *
 *    options ──> world ──> roll.csv             synth_roll()
 *                  └─────> requests, truth.csv  synth_requests()
 *
 * Everything is a function of the seeds and a counter: people are drawn in
 * blocks of SYNTH_BLOCK, each block from (seed, its number), and request i
 * from (requests_seed, i).  So any person or request is drawn again without
 * the others, memory does not grow with the world, and the same options give
 * the same bytes on every machine.
 *
 * The truth of a request comes from how it was made (which person, what was
 * then changed, and in what way that is known to be wrong), never from the
 * code under test: of our own folders only base and the ZIP table of person
 * are used.  docs/SYNTH.md lists the kinds of people and of requests.
 *
 * Nothing here reads a clock or a file; bytes go to the caller's sink.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

enum {
	SYNTH_BLOCK = 64,              /* people drawn together */
	SYNTH_YEARS_MAX = 12,          /* tax years of one roll */
	SYNTH_ADDRESSES_MAX = 5,       /* different addresses of a person */
	SYNTH_PERSONS_MAX = 300000000, /* TINs are unique up to here */
};

struct synth_options {
	uint64_t persons; /* 1 to SYNTH_PERSONS_MAX */
	uint64_t seed;
	int first_year; /* tax years of the roll, both included */
	int last_year;
};

/* Takes bytes as they come; anything but 0 ends the run with ERR_IO. */
struct synth_sink {
	int (*write)(void *user, struct span bytes);
	void *user;
};

/* ---- people ---- */

struct synth_address {
	char line[48];
	char unit[12];
	char city[48];
	char state[3];
	char zip[6];
};

enum synth_role { SYNTH_PRIMARY, SYNTH_SECONDARY, SYNTH_DEPENDENT };
enum synth_source {
	SYNTH_RETURN,
	SYNTH_THIRD_PARTY,
	SYNTH_PREPARER,
	SYNTH_CARE_OF,
};
enum synth_screen {
	SYNTH_SCREEN_NONE,
	SYNTH_SCREEN_INFORMANT,
	SYNTH_SCREEN_EXAM,
	SYNTH_SCREEN_CI,
};

struct synth_row { /* one tax year of one person */
	bool present;
	uint8_t role;    /* enum synth_role */
	uint8_t address; /* place in struct synth_person's addresses */
	uint8_t source;  /* enum synth_source */
	uint8_t screen;  /* enum synth_screen */
};

struct synth_person {
	uint64_t id; /* P%08llu on the roll */
	char tin[10];
	bool itin;
	bool female;
	char given[24];
	char middle[24];
	char surname[48];
	char suffix[4];
	int32_t birth;      /* as day.h */
	int64_t joint;      /* id of the primary of the joint return, or -1 */
	uint16_t household; /* within the block: who lives together */
	int64_t same_as;    /* id of the other record of this person, or -1 */
	int64_t twin;       /* id, or -1 */
	struct synth_row row[SYNTH_YEARS_MAX]; /* [year - first_year] */
	struct synth_address address[SYNTH_ADDRESSES_MAX];
	uint8_t n_addresses;
};

struct synth; /* one world: the options and the places people live in */

/* Refuses MALFORMED (`reterr_why`): no people, too many, years out of order. */
MUST_USE enum err synth_new(const struct synth_options *options,
	struct synth **ret_world, struct why *reterr_why);
struct synth *synth_free(struct synth *world);
DEFINE_OWNED(synth);

/*
 * Draws block `number` (people number * SYNTH_BLOCK and on).  Returns how many
 * of them are on the roll: less than SYNTH_BLOCK in its last block, 0 past it;
 * the people past the end are drawn all the same (they are on nobody's roll).
 */
size_t synth_block(const struct synth *world, uint64_t number,
	struct synth_person block[SYNTH_BLOCK]);

/* The id of the one person on the roll who has this TIN, or -1. */
int64_t synth_tin_owner(const struct synth *world, const char tin[10]);

/* ---- files ---- */

/* The roll as CSV, header first, a person's rows adjacent. */
MUST_USE enum err synth_roll(const struct synth_options *options,
	const struct synth_sink *to, struct why *reterr_why);

struct synth_request_options {
	struct synth_options world;
	uint64_t n; /* requests: lines, or CSV records after the header */
	uint64_t requests_seed;
	int32_t today;         /* day.h; orders, cases and years end before */
	const char *agreement; /* for the manifest, as these three */
	uint64_t sequence;
	const char *certifier;
	const char *id_prefix; /* of request ids; NULL: "R" */
	bool csv;              /* CSV with leaf names instead of JSON Lines */
	bool malformed;        /* some lines are no requests (RQ-FORM) */
	bool over_long; /* and some are over 64 KiB: nobody reads their id, so
			 * a score by id counts them as missing */
	uint32_t overload; /* matters under one officer, 0: none; over 100
				* they all stop (AG-OFFICER-LOAD) */
};

/*
 * `n` requests to one sink and their truth to the other: a header and one row
 * each, `request_id,want_outcome,any_code,person_id,kind`.  want_outcome holds
 * every acceptable outcome, the best first, between bars; any_code one code
 * that a refusal must name; person_id is set only where one is confirmed.
 */
MUST_USE enum err synth_requests(const struct synth_request_options *options,
	const struct synth_sink *requests, const struct synth_sink *truth,
	struct why *reterr_why);

/* manifest.json for them; `sha384` is the lower-case hex of the file. */
void synth_manifest(const struct synth_request_options *options,
	struct span sha384, struct buf *to);
