/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_left - the clerk's question (R20, F16): what left since an order's
 * effective time that it covers, to whom, and where each copy is now.
 *
 * Every entry D of that time or later, by the times of the entries themselves;
 * a request that was answered twice is there twice.  Covered is what the
 * order's scope means with the exceptions that were granted, also of a hold
 * that was lifted: as requested, and by the record as far as the entries tell
 * it (the person_id).  Where a TIN or a name may be the record's, only the roll
 * could tell: those are counted as doubtful and not listed.
 *
 * Which packages held an address is told to whom PERMIT_OUTCOMES names; others
 * see neither that nor what is covered by the record alone.
 *
 * Both questions let others in while they read (instance_let_in()), so that no
 * single request waits for them: each request is told as it stood when its turn
 * came, never half before and half after.  Who may ask is asked again then.
 */

#include "proc/proc_custody.h"

struct proc_left_item {
	const struct store_request *row;
	struct span officer;   /* id, as requested */
	struct span recipient; /* agency */
	struct span print;     /* of the certificate it was sealed to */
	struct span package;   /* its SHA-256 */
	uint64_t entry;        /* D */
	int64_t at;
	bool address;
	bool by_record; /* and not as requested */
	enum proc_custody_place place;
	int64_t place_at;     /* acknowledged, pulled back or destroyed; 0 */
	uint64_t place_entry; /* of that; STORE_NO_ENTRY: none */
};

struct proc_left_counts {
	uint64_t left;      /* = addresses + neutral */
	uint64_t addresses; /* 0 where the actor may not know */
	uint64_t neutral;
	uint64_t place[CUSTODY_DESTROYED + 1]; /* adds up to `left` */
	uint64_t acknowledged;                 /* of those with the recipient */
	uint64_t doubtful;                     /* addresses, not listed */
	uint64_t erased;    /* entries D, whenever: nothing of them is kept */
	uint64_t meanwhile; /* entries of others, while it was counted */
};

struct proc_left_about {
	const struct hold *hold;
	int64_t since; /* asked, or the hold's effective time */
	int64_t as_of;
	uint64_t entry; /* of this reading: all before it is looked at */
	bool outcomes;  /* may the actor know them? */
};

struct proc_left_calls {
	enum err (*begin)(void *context, const struct proc_left_about *about);
	enum err (*each)(void *context, const struct proc_left_item *item);
	void *context;
};

/*
 * Others are let in: whatever points into registers, holds or law of `in` is
 * gone after it.  In the order of the entries.  `since` 0: the hold's effective time.  A
 * reading.  Refuses NOT_ALLOWED, NOT_FOUND (no hold that the actor sees),
 * DAMAGED.
 */
MUST_USE enum err proc_left(struct instance *in, uint64_t hold, int64_t since,
	const struct proc_left_calls *calls,
	struct proc_left_counts *ret_counts);

/* The same of an order that nobody has placed (proc_hold_draft()), the caller's
 * own. */
MUST_USE enum err proc_left_draft(struct instance *in, const struct hold *draft,
	const struct proc_left_calls *calls,
	struct proc_left_counts *ret_counts);

/* ---- what an order would stop ---- */

/* One batch with a request that the order covers. */
struct proc_left_reach {
	uint32_t batch;  /* 0: the sum of all */
	uint64_t open;   /* no package yet: it does not leave */
	uint64_t out;    /* answered: what left, or lies in the outbox */
	uint64_t closed; /* refused, given back, withdrawn, or its time over */
	uint64_t erased; /* it may cover them: nothing of them is kept */
	uint64_t opened; /* requests that had to be opened to know */
	uint64_t meanwhile; /* of the sum: entries of others, as above */
};
typedef enum err proc_left_each_reach(
	void *context, const struct proc_left_reach *reach);

/*
 * By what requesters wrote, batch after batch; `each` may be NULL.  Opens those
 * requests of which neither batch nor row tell whether the order covers them: by
 * a case, a statute, a number or a name.  Entered by the caller.  Lets others in
 * as proc_left() does, so `hold` is the caller's own.  Refuses NOT_ALLOWED.
 */
MUST_USE enum err proc_left_reach(struct instance *in, const struct hold *hold,
	proc_left_each_reach *each, void *context,
	struct proc_left_reach *ret_sum);
