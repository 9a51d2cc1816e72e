/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_queue - what waits for people, over all batches, by when, and for whom.
 *
 * Being assigned binds nobody and keeps nobody out: it says who means to look.
 * One act assigns many, so that entries do not count what was found (I9).
 */

#include "proc/proc_batch.h"

struct proc_queue_item {
	uint32_t batch;
	uint64_t line;   /* 0: of no single request */
	uint64_t matter; /* 0: a request */
	char request[STORE_ID_MAX];
	const char *awaits; /* "request review", "second signature", "sample" */
	int32_t due;        /* the day of its answer; DAY_NONE: no day */
	int32_t age;        /* days since it came in */
	char assigned[64];  /* to whom; "": nobody */
};
typedef enum err proc_queue_each(
	void *context, const struct proc_queue_item *item);

/* A reading, by whoever may read requests: requests first, in the order of
 * batches and lines; then what is open and a reviewer answers.  `mine`: only
 * what is assigned to the actor. */
MUST_USE enum err proc_queue(
	struct instance *in, bool mine, proc_queue_each *each, void *context);

struct proc_queue_assign {
	uint32_t batch;
	const char *request; /* this one; NULL: by lines */
	uint64_t from;       /* 0: from the first */
	uint64_t until;      /* 0: to the last */
	/* Name or fingerprint of a reviewer.  NULL: what is nobody's yet is
	 * shared among all who may review the batch. */
	const char *to;
};

/* Of these what waits.  Refuses NOT_ALLOWED (also where `to` submitted the
 * batch), NOT_FOUND. */
MUST_USE enum err proc_queue_assign(struct instance *in,
	const struct proc_queue_assign *assign, uint64_t *ret_n);
