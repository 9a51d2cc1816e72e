/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_sample - some of a batch's lines, refused and accepted, each decided by
 * one person before others are approved together (R23).
 *
 *	the batch comes in        its seed is entered (a SAMPLE matter) before a
 *	                          line is read
 *	it is judged              drawn, and the drawing entered; nobody was
 *	                          looked up yet
 *	review sample             a reviewer says of each that what was decided
 *	                          of it is right or wrong: an act each
 *	the last one, none wrong  the matter is closed as sound, with its bound
 *	one wrong                 closed as wrong: nothing is approved together
 *
 * The number of these acts hangs on the number of lines and on nothing that
 * was found.  What is drawn and decided is checked against its entries
 * whenever it is read.
 */

#include "proc/proc_matter.h"
#include "review/review.h"

enum { PROC_SAMPLE_MOST = REVIEW_N_PARTS * REVIEW_DRAW_MOST };

/* Within the transaction in which a batch comes in: enters its seed. */
MUST_USE enum err proc_sample_open(
	struct instance *in, const struct store_batch *batch);

/* Once a batch is judged: draws, and enters what was drawn.  Again is nothing.
 * For a batch of an older program it enters the seed too. */
MUST_USE enum err proc_sample_draw(
	struct instance *in, const struct store_batch *batch);

/* As it stands. */
struct proc_sample {
	struct store_matter row;
	struct matter matter;
	uint8_t seed[REVIEW_SEED];
	uint64_t lines[REVIEW_N_PARTS]; /* of the batch */
	size_t drawn[REVIEW_N_PARTS];
	struct store_sampled item[PROC_SAMPLE_MOST]; /* by part and line */
	size_t n;
	size_t n_decided;
	size_t n_wrong;
};
/* Refuses NOT_FOUND (the batch), TOO_EARLY (not drawn yet), DAMAGED.  Large:
 * keep it static. */
MUST_USE enum err proc_sample_read(
	struct instance *in, uint32_t batch, struct proc_sample *ret_sample);

/* One or two sentences: what is still to do, or what it shows. */
void proc_sample_says(const struct proc_sample *sample, struct buf *to);

struct proc_sample_decision {
	uint32_t batch;
	uint64_t line;
	bool wrong;
	const char *ground; /* of a wrong one it must be there */
};
/*
 * One reviewer, who did not submit the batch, decides one line.  Refuses
 * NOT_ALLOWED, NOT_FOUND (not drawn), EXISTS (was decided), MALFORMED (wrong
 * without a ground), BAD_MOVE (the sample is closed).  *ret_sample is how it
 * stands then.
 */
MUST_USE enum err proc_sample_decide(struct instance *in,
	const struct proc_sample_decision *decision,
	struct proc_sample *ret_sample);

/* Refuses TOO_EARLY (not all were decided) and NOT_ALLOWED (one was wrong) with
 * a sentence: may others be approved together? */
MUST_USE enum err proc_sample_allows(struct instance *in, uint32_t batch);
