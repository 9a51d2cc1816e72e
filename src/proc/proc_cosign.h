/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_cosign - the log's side of being watched: checkpoints to witnesses, a
 * timestamp now and then, and no new decision when both are too old.
 *
 * A round follows each publication, and begins each verb that decides something
 * new (proc_cosign_fresh()).  Who does not answer stops nothing: only where no
 * quorum cosigned, or no timestamp was had, for longer than the settings allow
 * does `submit`, `release` or a review's decision refuse.  Nothing is dropped,
 * holds and readings work, and the next quorum ends it.
 *
 * A witness may know a later or another state of this ledger than the ledger
 * does.  Its word is not enough for that; it shows the checkpoint, which this
 * ledger's own key signed.  Then an older copy of the whole instance was put
 * back, and nothing new is decided.
 *
 * The checkpoint that a quorum cosigned last is kept in the store, with the
 * cases.  At start-up the ledger must be one that grew out of it.
 */

#include "proc/proc_policy.h"

enum { PROC_COSIGN_TEXT = 200 };

/* What came of one witness. */
struct proc_cosign_witness {
	char name[LEDGER_NAME_MAX];  /* as the policy calls it */
	bool asked;                  /* it has a URL */
	bool cosigned;               /* the checkpoint has its line */
	unsigned status;             /* of HTTP; 0: no answer */
	char text[PROC_COSIGN_TEXT]; /* why not, in words of ours */
};

struct proc_cosign_result {
	uint64_t size; /* of the checkpoint */
	bool quorum;
	size_t n;
	struct proc_cosign_witness witness[LEDGER_POLICY_EACH];
};

/*
 * Brings the published checkpoint to every witness with a URL and what they sign
 * to the keeper.  `ret_result` and `ret_checkpoint` may be NULL.  Nothing is done
 * where no policy is loaded.  That a witness knows a later state sets
 * in->put_back, and in->why, and is no error here.
 */
MUST_USE enum err proc_cosign(struct instance *in,
	struct proc_cosign_result *ret_result, struct buf *ret_checkpoint);

/* A timestamp over the checkpoint as it stands, asked for and kept.  Refuses
 * NOT_FOUND (no policy, or its settings name no authority) and what the courier
 * says of the reply. */
MUST_USE enum err proc_cosign_stamp(
	struct instance *in, uint64_t *ret_size, int64_t *ret_at);

/* `ledger cosign`, `ledger stamp` by who may; the stamp only where settings
 * name an authority. */
MUST_USE enum err proc_cosign_by_hand(
	struct instance *in, struct proc_cosign_result *ret_result);
MUST_USE enum err proc_cosign_stamp_by_hand(
	struct instance *in, uint64_t *ret_size, int64_t *ret_at);

/*
 * Before something new is decided.  Refuses TOO_LATE: no quorum or no timestamp
 * for too long; MISMATCH: an older copy was put back.
 */
MUST_USE enum err proc_cosign_fresh(struct instance *in);

/* The same without asking anybody: between two chunks of a long verb, whose
 * publications asked. */
MUST_USE enum err proc_cosign_still(struct instance *in);

/* That the ledger grew out of what was cosigned last.  Refuses MISMATCH. */
MUST_USE enum err proc_cosign_agrees(struct instance *in);
