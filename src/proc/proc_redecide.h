/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_redecide - every past request through another agreement (R30, R31):
 * which releases it refuses, which refusals it grants, who received what.
 *
 *	entries Q and M ──> the evidence kept with them
 *	evidence ── the law that the entry names, or `from` ──> was
 *	         └─ the other law ──────────────────────────> now
 *
 * Nobody is looked up, so a request that was refused at the door has no
 * evidence of the roll.  Where a law lets such a one in, what it comes to is
 * not known: it is `open`, and is listed, because nothing else can be said of
 * it.  What the registers, the counters and the day were is in the evidence
 * and is not asked again: a request is judged as of the moment it was judged.
 *
 * No request, register, hold, law or package changes.  The reading is an
 * entry, as every reading is (I6).
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"

enum redecide_outcome {
	REDECIDE_REFUSED,
	REDECIDE_ASKED, /* a person reads the request first */
	REDECIDE_WITHHELD,
	REDECIDE_UNRESOLVED,
	REDECIDE_OPEN,     /* let in; the roll was not asked about it */
	REDECIDE_RELEASED, /* every rule is met */
	REDECIDE_N
};

struct redecide_side {
	enum redecide_outcome outcome;
	const struct law *law;
	uint64_t unmet; /* bits of law_n_rules() */
};

/* One request that the two decide otherwise, or whose address left and would
 * not now.  Spans live until `each` returns. */
struct proc_redecide_item {
	const struct store_request *row;
	struct redecide_side was;
	struct redecide_side now;
	bool left; /* an address was handed over */
	struct span agency;
	struct span officer;      /* id, as requested */
	struct span officer_name; /* as requested */
	struct span delivered; /* time of entry D, text; empty: nothing was */
};

struct proc_redecide_options {
	const struct law *law;
	const struct law *from; /* NULL: the law that each entry names */
	uint32_t batch;         /* 0: all */
	enum err (*each)(void *context, const struct proc_redecide_item *item);
	void (*tell)(
		void *context, const char *stage, uint64_t done, uint64_t of);
	void *context;
};

struct proc_redecide_result {
	uint64_t requests;
	uint64_t same;
	uint64_t erased; /* of which nothing is kept; in none of these */
	uint64_t other[REDECIDE_N][REDECIDE_N]; /* of those listed: was, now */
	uint64_t left;     /* addresses handed over, of all requests */
	uint64_t left_bad; /* of these, those that the other law keeps back */
	uint64_t entry;    /* of this reading */
	/* left_bad, and every answer that the other law would not give, an
	 * address or neutral: by batch and line. */
	struct proc_list bad;
	struct proc_list recall;
};

/*
 * Refuses NOT_ALLOWED (not counsel, a safeguards officer or an inspector),
 * NOT_FOUND (no such batch), DAMAGED (an entry that does not hold, or a law
 * whose files are not kept as they were).  proc_redecide_fini() always.  Needs
 * person_init(), before the process locks itself in.
 */
MUST_USE enum err proc_redecide(struct instance *in,
	const struct proc_redecide_options *options,
	struct proc_redecide_result *ret_result);
void proc_redecide_fini(struct proc_redecide_result *result);

const char *redecide_text(enum redecide_outcome outcome); /* "released" */

/*
 * What follows from it, as drafts: nothing is opened, signed or sent.
 *
 *	notices   to the people whose address left (proc_notice.h), in its
 *	          words; for counsel and safeguards officers
 *	demands   to the recipient, to return or destroy (proc_demand.h), one
 *	          a batch
 */
struct proc_redecide_drafts {
	const char *ground;
	struct span template; /* of a notice; empty: the program's own */
	struct buf *notices;
	struct buf *demands;
	struct buf *recall; /* CSV of what they name, for `recall demand` */
	uint64_t persons;
	uint64_t demanded;
};
MUST_USE enum err proc_redecide_draft(struct instance *in,
	const struct proc_redecide_result *result,
	struct proc_redecide_drafts *drafts);
