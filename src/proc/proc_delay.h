/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_delay - what an account does not tell yet (5 USC 552a(c)(3): disclosures
 * to law enforcement under (b)(7)).
 *
 * A delay is of one request, has a written ground and an end, and is placed
 * before an address of it leaves: then entry D gets a random tag, and nothing
 * in the person's account tells of it.  When it ends, by its day or because it
 * is lifted, the next daily round enters an act "account-late", which names the
 * entries D that were kept back (ledger/statement.h) and has the next tag of the
 * person's month.
 * One such act is made for every delay that ends, whether anything was kept
 * back or not (I9).
 */

#include "proc/proc_batch.h"

enum {
	PROC_DELAY_DAYS = 366, /* the longest; another may follow */
	PROC_DELAY_GROUND_MAX = 1 << 15,
};

enum proc_delay_state {
	DELAY_STANDS,
	DELAY_LIFTED,  /* by counsel; not entered in the account yet */
	DELAY_OVERDUE, /* its day has come; not entered yet */
	DELAY_ENDED,   /* and what it kept back is in the account */
};
const char *proc_delay_state_text(enum proc_delay_state state);
enum proc_delay_state proc_delay_state(
	const struct instance *in, const struct store_delay *delay);

/*
 * By counsel.  `until` is the first day on which it does not stand.  Refuses
 * NOT_ALLOWED, NOT_FOUND (no such request), MALFORMED (no ground, or not plain
 * text), TOO_LARGE, TOO_EARLY (no day ahead), TOO_LATE (an address left).
 */
MUST_USE enum err proc_delay_place(struct instance *in, const char *request,
	struct span ground, int32_t until, uint64_t *ret_n);

/* All that stand of that request; refuses NOT_ALLOWED, NOT_FOUND. */
MUST_USE enum err proc_delay_lift(
	struct instance *in, const char *request, uint64_t *ret_n);

struct proc_delay_item {
	const struct store_delay *delay;
	const char *request;
	int64_t placed_at;
	struct span ground;
	enum proc_delay_state state;
	int32_t late; /* days since its end; of DELAY_OVERDUE */
};
typedef enum err proc_delay_each(
	void *context, const struct proc_delay_item *item);

/* In order of placing; a reading.  Refuses NOT_ALLOWED. */
MUST_USE enum err proc_delay_list(
	struct instance *in, proc_delay_each *each, void *context);

/* Does one stand over that request now? */
MUST_USE enum err proc_delay_stands(
	struct instance *in, uint32_t batch, uint64_t line, bool *ret_stands);

/* The daily round: enters what ended, calls `each` (NULL allowed) for those
 * whose day was before today. */
MUST_USE enum err proc_delay_settle(struct instance *in,
	enum err (*each)(void *context, const struct store_delay *delay),
	void *context, uint64_t *ret_n);
