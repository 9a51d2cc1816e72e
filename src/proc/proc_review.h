/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_review - people decide.
 *
 * Request review reads the request itself and lets it go on or gives it back;
 * match review approves or withholds, never returns.  An approval is one
 * signature over the ordered list of the verdicts approved (I6); the second of
 * two different reviewers, neither the submitter, makes a request approved.
 */

#include "proc/proc_batch.h"

struct proc_review_options {
	uint32_t batch;
	const char *request; /* NULL: all that wait */
	const char *ground;  /* of withholding or giving back */
};

struct proc_review_result {
	uint64_t decided;  /* moved by this act */
	uint64_t approved; /* now have both signatures */
	uint64_t cleared;  /* went on from request review */
	uint64_t skipped;  /* this reviewer approved them before */
};

/* One row of the work list. */
struct proc_review_item {
	const struct batch_request *request;
	unsigned approvals;
};
typedef enum err proc_review_each(
	void *context, const struct proc_review_item *item);

/* What waits for people, in the order of lines; a reading. */
MUST_USE enum err proc_review_list(struct instance *in, uint32_t batch,
	proc_review_each *each, void *context);

/* One request: what was asked, what the law says, how the match stands. */
MUST_USE enum err proc_review_show(struct instance *in, uint32_t batch,
	const char *request, struct buf *to);

/* Needs the ledger, the vault, a reviewer.  Refuses NOT_ALLOWED, NOT_FOUND,
 * BAD_MOVE (not a request that waits). */
MUST_USE enum err proc_review_approve(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);
MUST_USE enum err proc_review_withhold(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);

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

/* Who approved exactly this verdict and is a reviewer now; up to two different
 * people.  Withholding it makes the approvals before void, whatever the row's
 * state says. */
size_t review_approvers(const struct instance *in,
	const struct review_approvals *approvals, uint64_t line,
	const uint8_t verdict[32], const uint8_t *ret_two[2]);

/* Did a reviewer withhold exactly this verdict, and nobody approve it since? */
bool review_withheld(const struct review_approvals *approvals, uint64_t line,
	const uint8_t verdict[32]);
