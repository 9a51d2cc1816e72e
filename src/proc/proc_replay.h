/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_replay - a batch decided again from what was kept of it, and compared
 * with what was said then (I11).
 *
 *	account   every opening holds against its entry, and the entry is the
 *	          one that the public ledger shows; the ledger's tiles lead to
 *	          its signed root
 *	law       the evidence of the opening through the law files that the
 *	          entry names: the same answer, codes, unmet rules and verdict
 *	grades    the request as written, graded anew for its day of receipt:
 *	          the same words wherever the request alone decides
 *	match     the request looked up anew, in the roll of that hash where it
 *	          is kept: the same bytes, the same person
 *	volume    the counts kept when it was judged, by the law's caps and base
 *	          rates: the matters that were opened
 *
 * Grades are made in the judge's own process, from the bytes that the front
 * made of the line: no outside bytes are parsed.  A look-up anew has an entry L
 * like any other.  What the registers said at the moment is in the evidence,
 * and is not asked again.
 */

#include "proc/proc_batch.h"

enum { REPLAY_ROLLS = 4, REPLAY_DIFFERENCES = 20, REPLAY_TEXT = 200 };

struct proc_replay_result {
	uint64_t requests;
	uint64_t openings; /* that hold, and are the ledger's */
	uint64_t decided;  /* halves of the law, gone through again */
	uint64_t graded;
	uint64_t matched;        /* looked up again */
	uint64_t no_roll;        /* looked up in a roll that is not kept */
	uint64_t other_engine;   /* openings made by another version */
	uint64_t erased;         /* requests of which nothing is kept */
	struct why first_erased; /* which, and by which act */
	uint64_t different;      /* requests with a difference, and the whole */
	size_t n_differences;
	struct {
		uint64_t line; /* 0: of the whole batch */
		char id[STORE_ID_MAX];
		char text[REPLAY_TEXT];
	} difference[REPLAY_DIFFERENCES]; /* the first ones */
};

/*
 * Refuses NOT_FOUND (no such batch), TOO_EARLY (not answered yet),
 * NOT_ALLOWED (the actor has no role).  What does not hold is a difference and
 * no refusal.  Locks the process in (instance_lock_in()).
 */
MUST_USE enum err proc_replay(const char *path, uint32_t batch, const char *key,
	struct proc_replay_result *ret_result, struct why *reterr_why);
