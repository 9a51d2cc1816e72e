/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_review - people decide.
 *
 *	proc_review.c            what waits, and one request to look at
 *	proc_review_decide.c     approve, withhold, return, sign
 *	proc_review_object.c     an objection of law, and what sustaining it does
 *	proc_review_approvals.c  the signatures, for the release
 *	proc_review_audit.c      is the store what people signed?
 *
 * Request review reads the request itself, is shown nothing of the roll, and
 * lets it go on or gives it back with reasons that go to the requester.  Match
 * review comes after and approves or withholds, never returns.  An approval is
 * one signature over the ordered list of the verdicts approved (I6); the
 * second of two different reviewers, neither the submitter, makes a request
 * approved.
 *
 * Outside a sandbox what was found is decided by lists: how many entries a
 * reviewer makes then hangs on how often he signs and not on how many requests
 * found somebody (I9).  All that wait are signed together only after the sample
 * of the batch was decided (proc_sample.h), and then only those that are plain
 * (review/review.h).
 */

#include "proc/proc_batch.h"
#include "proc/proc_matter.h"

struct proc_review_options {
	uint32_t batch;
	const char *request; /* NULL: all that wait */
	const char *ground;  /* of withholding or giving back */
	struct span list;    /* of signing: review_list_next() */
	bool plain;          /* all, in a sandbox too, as outside of one */
};

struct proc_review_result {
	uint64_t decided;    /* moved by this act */
	uint64_t withheld;   /* of these */
	uint64_t approved;   /* now have both signatures */
	uint64_t cleared;    /* went on from request review */
	uint64_t skipped;    /* this reviewer approved them before */
	uint64_t borderline; /* left for a decision each */
};

/* One row of the work list. */
struct proc_review_item {
	const struct batch_request *request;
	unsigned approvals;
	const char *borderline; /* why it is; NULL: plain, or not looked up */
};
typedef enum err proc_review_each(
	void *context, const struct proc_review_item *item);

/* What waits for people, in the order of lines; a reading. */
MUST_USE enum err proc_review_list(struct instance *in, uint32_t batch,
	proc_review_each *each, void *context);

/*
 * What was asked, what the law says, how the match stands; of a request in
 * request review nothing of the roll.  `request` NULL: each that waits, one
 * after the other, as one reading.  By line: also what has no id.
 */
MUST_USE enum err proc_review_show(struct instance *in, uint32_t batch,
	const char *request, struct buf *to);
MUST_USE enum err proc_review_show_line(
	struct instance *in, uint32_t batch, uint64_t line, struct buf *to);

/*
 * The same of one line, taken apart for whoever lays it out; a reading.  What
 * the actor may not know is left out of it, as it is above.
 */
struct proc_review_seen {
	struct store_batch batch;
	struct law *law; /* of the batch */
	struct batch_request request;
	bool waits;
	bool looked;            /* up: match and grades mean something */
	const char *borderline; /* why it is; NULL: plain, or not looked up */
	unsigned n_approvers;
	uint8_t approver[2][32];
};
MUST_USE enum err proc_review_see(struct instance *in, uint32_t batch,
	uint64_t line, struct proc_review_seen *ret_seen);
void proc_review_seen_fini(struct proc_review_seen *seen);

/*
 * All need the ledger, the vault, a reviewer who did not submit.  Refuse
 * NOT_ALLOWED, NOT_FOUND, BAD_MOVE (not a request that waits), and what
 * proc_sample_allows() refuses.
 *
 * approve: `request`, or all.  withhold: what waits or is approved, sealed or
 * stopped; a package that is staged for it is destroyed.  return: `request`,
 * from request review, and what the requester is told (proc_reply.h).  sign:
 * what `list` names, approvals and withholdings: always two entries, also of
 * nothing.
 */
MUST_USE enum err proc_review_approve(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);
MUST_USE enum err proc_review_withhold(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);
MUST_USE enum err proc_review_return(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);
MUST_USE enum err proc_review_sign(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);

/*
 * An objection of law: opens a matter that stops every address of what it names
 * (`request` NULL: the whole batch), whoever has approved it, until counsel
 * answers it by a rule; nobody can take it back.  Whoever has a role may.
 * Refuses NOT_FOUND, BAD_MOVE (refused, so nothing can leave), MALFORMED.
 */
MUST_USE enum err proc_review_object(struct instance *in, uint32_t batch,
	const char *request, const char *words, uint64_t *ret_matter);

/* Within the transaction in which counsel sustains it: what it names is
 * withheld, as far as it has not left. */
MUST_USE enum err proc_review_sustain(
	struct instance *in, const struct store_matter *objection);

/* Destroys what is staged for a request that is withheld now, or sets it aside
 * where a hold preserves it; not what is accounted as handed over already. */
MUST_USE enum err proc_review_destroy(
	struct instance *in, const struct store_request *row);

/* The row of a batch with that id, or NOT_FOUND with a sentence. */
MUST_USE enum err proc_review_find(struct instance *in, uint32_t batch,
	const char *id, struct store_request *ret_row);

/*
 * Compares approvals, withholdings and matters of a batch in the store with the
 * acts in the journal, both ways: DAMAGED where one is missing, was added or
 * changed.  (proc_sample_read() compares the sample.)
 */
MUST_USE enum err proc_review_audit(struct instance *in, uint32_t batch);

/* ---- approvals, for the release ---- */

/* One approval as it is kept. */
struct review_approval {
	uint8_t signer[32];
	uint64_t entry;
	bool withhold;
	struct span text;
	struct span signature;
	struct span list; /* of u64 line, 32 hash, in the order of lines */
};

/* All approvals and withholdings of a batch, in their order, in memory; `bytes` holds them. */
struct review_approvals {
	struct review_approval *item;
	size_t n;
	size_t size;
	struct buf bytes;
};
MUST_USE enum err review_approvals_read(struct instance *in, uint32_t batch,
	struct review_approvals *ret_approvals);
void review_approvals_fini(struct review_approvals *approvals);

/* Is its list the one whose hash it signs? */
bool review_approval_sound(const struct review_approval *approval);

/* Is it over exactly this verdict, among others? */
bool review_approval_names(const struct review_approval *approval,
	uint64_t line, const uint8_t verdict[32]);

/* Who approved exactly this verdict and is a reviewer now; up to two different
 * people.  Withholding it makes the approvals before void, whatever the row's
 * state says. */
size_t review_approvers(const struct instance *in,
	const struct review_approvals *approvals, uint64_t line,
	const uint8_t verdict[32], const uint8_t *ret_two[2]);

/* Did a reviewer withhold exactly this verdict, and nobody approve it since? */
bool review_withheld(const struct review_approvals *approvals, uint64_t line,
	const uint8_t verdict[32]);
