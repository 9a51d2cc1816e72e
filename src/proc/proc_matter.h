/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_matter - open matters (matter/matter.h), each opening and each decision
 * one signed act: its entry's `object` holds the words, the store a row.
 */

#include "matter/matter.h"
#include "proc/proc_account.h"

/* The bits of the roles that the actor has now. */
unsigned proc_matter_roles(const struct instance *in);

/* What is opened. */
struct proc_matter {
	enum matter_kind kind;
	unsigned who;        /* enum matter_who bits: MATTER_BY_PROGRAM,
			      * MATTER_BY_REQUESTER, or proc_matter_roles() */
	uint32_t batch;      /* 0: of no batch */
	uint64_t line;       /* 0: of no single request */
	const char *request; /* its id, or "" */
	struct matter_words words;
};

/* Within a transaction: one signed act about `matter` (its batch is named),
 * over `object`.  Refuses NOT_ALLOWED: nobody acts. */
MUST_USE enum err proc_matter_enter(struct instance *in, const char *act,
	const struct matter *matter, const char *request, struct span object,
	struct span ground, uint64_t *ret_entry);

/* Within a transaction (account_begin()).  Refuses as matter_open() does. */
MUST_USE enum err proc_matter_open(
	struct instance *in, const struct proc_matter *matter, uint64_t *ret_n);

/*
 * Within a transaction: decides, and enters it; what follows from it is the
 * caller's.  Refuses as matter_decide() does; NOT_FOUND; MALFORMED where a rule
 * must be cited and the ground does not begin with one of the law in use.
 */
MUST_USE enum err proc_matter_decide(struct instance *in, uint64_t n,
	enum matter_decision decision, unsigned who, struct span ground);

/*
 * The whole of `matter answer`: decides and does what follows (the table is in
 * proc_matter_answer.c), durable and published.  `word` is a decision of its
 * kind; refuses NOT_FOUND for another.
 */
MUST_USE enum err proc_matter_answer(
	struct instance *in, uint64_t n, const char *word, struct span ground);

/* Row to pure value; DAMAGED with a sentence where the store's row is none. */
MUST_USE enum err proc_matter_load(struct instance *in,
	const struct store_matter *row, struct matter *ret_matter);
MUST_USE enum err proc_matter_get(struct instance *in, uint64_t n,
	struct store_matter *ret_row, struct matter *ret_matter);

/* The next after number `after` of a kind (MATTER_NO_KIND: any) and a batch
 * (0: any); refuses NOT_FOUND after the last. */
MUST_USE enum err proc_matter_next(struct instance *in, uint64_t after,
	enum matter_kind kind, uint32_t batch, struct store_matter *ret_row,
	struct matter *ret_matter);

/*
 * Does an open matter stop this, or an objection that counsel sustained?  `stops` is LOOKUP (of a batch) or RELEASE (of
 * a request: one of its batch or of its line).  *ret_n is its number, or 0.
 */
MUST_USE enum err proc_matter_stops(struct instance *in,
	enum matter_stops stops, uint32_t batch, uint64_t line,
	uint64_t *ret_n);

/* The words it was opened with, and of its last decision (empty: none yet);
 * they live as long as the two opened entries. */
struct proc_matter_words {
	struct account_opened opened;
	struct account_opened changed;
	struct matter_words words;
	struct span request; /* its id, or empty */
	struct span ground;
};
MUST_USE enum err proc_matter_words(struct instance *in,
	const struct store_matter *row, struct proc_matter_words *ret_words);
void proc_matter_words_fini(struct proc_matter_words *words);

/* May the actor be shown it?  Whoever opened it may, whatever else they may
 * see; else NOT_ALLOWED without PERMIT_MATTERS. */
MUST_USE enum err proc_matter_may_show(
	struct instance *in, const struct proc_matter_words *words);
