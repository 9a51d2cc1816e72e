/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * review - what people may decide together, and what the sample of a batch
 * shows (R23).
 *
 *	lines of a batch ── review_draw_*() ──> the sample: some of the
 *	                    refused, some of the accepted
 *	every one of it decided by a person, none wrong
 *	                 ── review_sample_bound() ──> at most so many are
 *	evidence + match ── review_borderline() ──> NULL: it is plain, and may
 *	                    be approved with others; else why it may not
 *
 * The sample hangs on a seed that is entered before a line of the batch is
 * read, on the number of its lines that were refused and accepted, and on
 * nothing that was found.  Whoever has the seed draws it again:
 * docs/REVIEW.md says how.
 *
 * No clock, file, database, log or randomness.
 */

#include "base/buf.h"
#include "base/err.h"
#include "crypto/crypto.h"
#include "law/evidence.h"
#include "match/match.h"

/* ---- the drawing ---- */

enum { REVIEW_SEED = 32, REVIEW_DRAW_MOST = 299 };

enum review_part { REVIEW_REFUSED, REVIEW_ACCEPTED, REVIEW_N_PARTS };

/*
 * HMAC-SHA256(key, "weir sample/v1\n", the bytes of the batch's entry): `key`
 * is older than the batch, and the entry is older than its lines are read.
 */
void review_seed(const uint8_t key[CRYPTO_KEY], struct span batch_entry,
	uint8_t ret_seed[REVIEW_SEED]);

/*
 * The n lines of a part whose SHA-256(seed, line as u64be) are the smallest;
 * n = review_sample_size() of the lines of that part.  Large: keep it static.
 */
struct review_draw {
	uint8_t seed[REVIEW_SEED];
	struct review_drawn_part {
		uint64_t lines; /* seen */
		size_t n;
		struct review_ranked {
			uint8_t rank[CRYPTO_SHA256];
			uint64_t line;
		} item[REVIEW_DRAW_MOST]; /* by rank, rising */
	} part[REVIEW_N_PARTS];
};
void review_draw_init(
	struct review_draw *draw, const uint8_t seed[REVIEW_SEED]);
/* Each line once, in any order. */
void review_draw_add(
	struct review_draw *draw, uint64_t line, enum review_part part);
/* Its lines, rising; how many. */
size_t review_draw_end(const struct review_draw *draw, enum review_part part,
	uint64_t ret_lines[REVIEW_DRAW_MOST]);

/* ---- what it shows ---- */

/*
 * The smallest sample in which, if more than one in a hundred of `lines` were
 * wrong, at least one would be found in 95 of 100 drawings (hypergeometric,
 * without replacement).  At most REVIEW_DRAW_MOST, and never over `lines`.
 */
size_t review_sample_size(uint64_t lines);

/* `drawn` of `lines` were decided and none was wrong: with 95 % confidence at
 * most so many of all are. */
uint64_t review_sample_bound(uint64_t lines, size_t drawn);

/* ---- what may be approved with others ---- */

/*
 * NULL: plain.  Every identifier given is equal, both names are, and number,
 * street, ZIP and unit of the address; the reason is specific and the officer
 * engaged in the case.  Else a few words that say what is not.
 */
const char *review_borderline(
	const struct evidence *ev, const struct match_result *result);

/* ---- the list that a reviewer signs ---- */

/*
 *	# a comment
 *	approve R0000001
 *	withhold R0000002 the birth year cannot be right
 */
struct review_item {
	bool withhold;
	struct span id;
	struct span ground; /* of withholding; else empty */
};

enum { REVIEW_GROUND_MAX = 500 };

/* Takes one item off `text`; *line counts the lines read.  Refuses NOT_FOUND
 * after the last, MALFORMED with a sentence. */
MUST_USE enum err review_list_next(struct span *text, uint64_t *line,
	struct review_item *ret_item, struct why *reterr_why);
