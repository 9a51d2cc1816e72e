/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_custody - where every package that was handed over is now (R29): when it
 * went, acknowledged when, kept where, until when it may be used, destroyed
 * when; and what of that is overdue.
 *
 * A neutral package is held, and destroyed, like one with an address: all of
 * it but `answer` is the same for both, so that what a requester is sent of
 * it (custody list --recipient) tells nothing.  The end of use is the day of
 * hand-over and the agreement's expiry-days, which is what entry S commits to.
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"

enum { PROC_CUSTODY_ACK_DAYS = 5 };

/* Entries D, as (batch, index), whose packages holds pulled back out of the
 * outbox; sorted.  The caller frees it. */
MUST_USE enum err proc_custody_pulled(
	struct instance *in, struct proc_list *ret_list);

enum proc_custody_place {
	CUSTODY_OUTBOX,      /* nobody fetched it */
	CUSTODY_RECIPIENT,   /* fetched */
	CUSTODY_PULLED_BACK, /* by a hold, out of the outbox */
	CUSTODY_DESTROYED,   /* certified */
};

/* What the recipient wrote of one package: when each letter was taken (0: none
 * was) and its entry (STORE_NO_ENTRY). */
struct proc_custody_letters {
	int64_t acknowledged_at;
	uint64_t acknowledged;
	int64_t kept_at; /* the newest letter of custody */
	uint64_t kept;
	int64_t destroyed_at;
	uint64_t destroyed;
};

/* Of the package that was handed over last, which the request must have: what
 * was written of one before it says nothing of where this one is. */
MUST_USE enum err proc_custody_letters(struct instance *in,
	const struct store_request *row,
	struct proc_custody_letters *ret_letters);

/* The day of destruction that its certificate states; DAY_NONE: there is none. */
MUST_USE enum err proc_custody_destruction(struct instance *in,
	const struct proc_custody_letters *letters, int32_t *ret_day);

struct proc_custody_item {
	const struct store_request *row;
	struct span officer; /* id, as requested */
	int64_t delivered_at;
	struct proc_custody_letters letters;
	enum proc_custody_place place;
	struct span kept;  /* "holder; where; which copy", as written */
	int32_t ends;      /* first day on which it may not be used */
	bool preserved;    /* a hold that the actor sees keeps it */
	uint64_t demanded; /* open RECALL matter that names it; 0: none */
	bool late;         /* not acknowledged in time */
	bool expired;      /* its use ended, and it is not destroyed */
	bool expiring;     /* it ends within 14 days */
	bool overdue;      /* late, expired, or its demand is overdue */
};

struct proc_custody_counts {
	uint64_t packages; /* = outbox + recipient + pulled_back + destroyed */
	uint64_t outbox;
	uint64_t recipient;
	uint64_t pulled_back;
	uint64_t destroyed;
	uint64_t acknowledged;
	uint64_t late;
	uint64_t expired;
	uint64_t expiring; /* within 14 days */
	uint64_t overdue;
	uint64_t erased; /* of which nothing is kept; in none of these */
};

struct proc_custody_options {
	uint32_t batch;    /* 0: all */
	uint32_t ack_days; /* to acknowledge */
	bool overdue;      /* tell of these only; all are counted */
};

typedef enum err proc_custody_each(
	void *context, const struct proc_custody_item *item);

/* In the order of batches and lines.  `each` may be NULL.  Entered by the
 * caller.  MISMATCH: the packages are not as many as the states count. */
MUST_USE enum err proc_custody(struct instance *in,
	const struct proc_custody_options *options, proc_custody_each *each,
	void *context, struct proc_custody_counts *ret_counts);

const char *proc_custody_place_text(enum proc_custody_place place);
