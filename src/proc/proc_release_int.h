/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Inside proc_release*.c: one round of one batch.
 *
 *	proc_release.c         may it run; the chunks: S, packages, D, rename
 *	proc_release_anew.c    what this moment says of a request
 *	proc_release_survey.c  before the round: looked up on this roll, who waits
 *	proc_release_finish.c  what a crash left between D and the rename
 */

#include "case/case_anew.h"
#include "proc/proc_release.h"
#include "proc/proc_review.h"
#include "proc/proc_trail.h"
#include "proc/proc_vault.h"
#include "proc/proc_volume.h"

enum { RELEASE_NAME_BYTES = 96 };

/* One request on its way out. */
struct leaving {
	struct batch_request b;
	bool covered; /* by a hold or an objection, by what the requester wrote:
		       * answered again when that has ended */
	bool told;    /* by one that the actor may know of */
	bool void_;   /* approvals that it had count no longer */
	bool wished;  /* an address, as the judge sees it */
	bool address; /* as the vault decided */
	bool made;    /* a package is in sealed/ */
	uint64_t seal; /* index of S */
	uint8_t recipient[32];
	uint8_t package[32]; /* its hash; the row's only once D is made */
	struct span file;    /* its bytes, while they are written */
	struct buf evidence;
	struct buf codes;
};

struct release {
	struct instance *in;
	const struct proc_release_options *options;
	struct proc_release_result *result;
	struct store_batch batch;
	struct law *law;
	struct buf law_files; /* vault_law_encode() */
	uint8_t roll[32];     /* that serves */
	struct review_approvals approvals;
	struct account_opened entry; /* the batch's */
	uint8_t registers[32];
	int sealed; /* the folders */
	int outbox;
	struct proc_list demanded; /* back: never handed over again */
	struct leaving leaving[VAULT_CHUNK];
	size_t n;
	uint32_t *order;    /* of the lines, drawn: in which they are entered */
	size_t done;        /* so many of them were looked at */
	uint64_t not_again; /* looked up once, and not on the roll of now */
	uint64_t again;     /* of those that wait: answered before */
	uint64_t excused;   /* of these: may not leave now, so need not wait */
	bool whole;         /* all that were answered are answered again */
	bool begun; /* packages go; or went, in a round that was cut off */
	bool kept;  /* whole is in the store, for one that is cut off */
};

/* ---- proc_release_anew.c ---- */

/* May an address leave, by the whole law over this moment?  Sets x->covered,
 * and the evidence of the moment in x->b. */
MUST_USE enum err release_may(
	struct release *r, struct leaving *x, bool *ret_may);

/* Moves x->b.row to where this moment puts it; sets wished, void_, covered. */
MUST_USE enum err release_decide_anew(struct release *r, struct leaving *x);

/* Is it answered in this round? */
bool release_is_open(const struct release *r, const struct store_request *row);

/* ---- proc_release_survey.c ---- */

/*
 * Before anything is answered: what was looked up on another roll is looked up
 * on this one; approvals that count no longer are void; what was stopped and
 * is free again waits for people.  Counts who waits.  Enters the act of
 * releasing, once, whatever it finds.
 */
MUST_USE enum err release_survey(struct release *r);

/* Was it looked up on a roll that no longer serves?  Sets, never clears. */
MUST_USE enum err release_is_stale(
	struct release *r, const struct store_request *row, bool *ret_stale);

/* ---- proc_release_finish.c ---- */

/* Keeps what the round is, so that one that is cut off between two chunks is
 * gone on with for all, and its second look is drawn.  Read before a round,
 * into `whole` and `begun`; kept once, before its first package; forgotten
 * within the transaction that ends it. */
MUST_USE enum err release_read_begun(struct release *r);
MUST_USE enum err release_begin(struct release *r);
MUST_USE enum err release_forget_begun(struct release *r);

/* Packages whose entry D is in the ledger and that are still in sealed/ are
 * handed over, or recalled where they may not leave now. */
MUST_USE enum err release_finish(struct release *r);

void release_package_name(
	const struct store_request *row, char name[RELEASE_NAME_BYTES]);
