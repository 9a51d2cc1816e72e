/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_look - a second look at answers after they were delivered (F15: an error
 * of 2025 was told 169 days late).
 *
 *	a round's entries D ── chained SHA-256 ──> seed ── review_draw ──> lines
 *	one LOOK matter for the round, due 72 hours after it
 *	each answer drawn decided on its own: sound, or wrong: an incident
 *
 * Drawn over addresses and neutral answers alike, so that neither the size of
 * the sample nor the number of acts tells which they were.  Who gave a decision
 * on a request does not look at it again while another reviewer is there.
 */

#include "proc/proc_batch.h"
#include "proc/proc_review.h"
#include "proc/proc_trail.h"

/*
 * Within a transaction, at the end of a round: draws over what was handed over
 * since the last drawing of this batch, also what a round that was cut off
 * had handed over.  *ret_n is the matter, 0: nothing was handed over.
 */
MUST_USE enum err proc_look_draw(
	struct instance *in, const struct store_batch *batch, uint64_t *ret_n);

/* One answer drawn. */
struct proc_look_item {
	uint64_t matter;
	int64_t due_at;
	struct store_request row;
	uint8_t decision; /* MATTER_LOOK_SOUND, _WRONG or MATTER_NO_DECISION */
	bool again; /* not for the actor, a reviewer: decided on it before */
};
typedef enum err proc_look_each(
	void *context, const struct proc_look_item *item);

/* Of a batch (0: all), matter by matter; `all`: decided and closed ones too.
 * A reading. */
MUST_USE enum err proc_look_list(struct instance *in, uint32_t batch, bool all,
	proc_look_each *each, void *context);

/* Graded evidence, as proc_review_show(); never the record.  Refuses
 * NOT_FOUND: not drawn. */
MUST_USE enum err proc_look_show(struct instance *in, uint32_t batch,
	const char *request, struct buf *to);

/* The same of one line, taken apart for whoever lays it out; a reading. */
struct proc_look_seen {
	struct proc_look_item item;
	uint8_t by[32]; /* who decided about it, where somebody did */
	int64_t at;     /* and when; 0: nobody did */
	char ground[MATTER_GROUND_MAX + 1];
	struct proc_review_seen review;
};
MUST_USE enum err proc_look_see(struct instance *in, uint32_t batch,
	uint64_t line, struct proc_look_seen *ret_seen);
void proc_look_seen_fini(struct proc_look_seen *seen);

/* The first line of the batch that waits for the actor, a reviewer; NOT_FOUND:
 * none does. */
MUST_USE enum err proc_look_next(
	struct instance *in, uint32_t batch, uint64_t *ret_line);

struct proc_look_options {
	uint32_t batch;
	const char *request;
	bool wrong;
	const char *ground; /* needed for wrong */
};

struct proc_look_result {
	uint64_t matter;
	uint64_t incident; /* opened by this decision; 0: none */
	uint64_t left;     /* of the sample */
};

/*
 * Decides about one answer, by a reviewer.  The last one closes the matter.
 * Refuses NOT_ALLOWED (decided on this request before, and another reviewer is
 * on the register), NOT_FOUND (not drawn, or decided), MALFORMED (no ground;
 * one that holds return information: it goes into the incident).
 */
MUST_USE enum err proc_look_decide(struct instance *in,
	const struct proc_look_options *options,
	struct proc_look_result *ret_result);
