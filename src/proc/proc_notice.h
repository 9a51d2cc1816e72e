/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_notice - notices to people whose information left unlawfully (R31, F24):
 * a queue, its drafts, and what became of them.
 *
 * One matter holds all the people that one incident affects, so that neither
 * the matters nor the acts count them.  Only counsel suppresses, with a law or
 * an order cited and a day on which it ends; from that day the daily round
 * opens it again.
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"

struct proc_notice_result {
	uint64_t matter;
	uint64_t persons;
	uint64_t left_out; /* requests by which nothing was disclosed */
};

/* For `named`, or where it is empty for all that the incident names.  Refuses
 * NOT_ALLOWED; NOT_FOUND: no such incident, or nothing was disclosed. */
MUST_USE enum err proc_notice_open(struct instance *in, uint64_t incident,
	struct proc_list *named, const char *ground,
	struct proc_notice_result *ret_result);

struct proc_notice_item {
	struct matter matter;
	uint64_t incident;
	uint64_t persons;
	int32_t until;  /* suppressed until then; DAY_NONE */
	uint64_t again; /* the matter that took its place; 0 */
};
typedef enum err proc_notice_each(
	void *context, const struct proc_notice_item *item);

/* `all`: closed ones too.  A reading. */
MUST_USE enum err proc_notice_list(
	struct instance *in, bool all, proc_notice_each *each, void *context);

/* What a draft says besides its disclosures. */
struct proc_notice_words {
	struct span ground;   /* what the people are told of */
	struct span incident; /* its number; may be empty */
	struct span template; /* empty: the program's own */
};

/* Drafts to those of `list` to whom an address belonged that was disclosed,
 * of no notice yet; how many people.  No reading: the caller makes it one.
 * Refuses NOT_ALLOWED. */
MUST_USE enum err proc_notice_draft(struct instance *in,
	const struct proc_list *list, const struct proc_notice_words *words,
	struct buf *to, uint64_t *ret_persons);

/* The drafts, one a person, in `template` (empty: the program's own); a form
 * feed between two.  A reading. */
MUST_USE enum err proc_notice_show(
	struct instance *in, uint64_t n, struct span template, struct buf *to);

MUST_USE enum err proc_notice_sent(
	struct instance *in, uint64_t n, const char *ground);

/* Refuses MALFORMED: the ground cites no law or order; the day is not after
 * today. */
MUST_USE enum err proc_notice_suppress(
	struct instance *in, uint64_t n, int32_t until, const char *ground);

/* Opens again what is suppressed no longer; how many. */
MUST_USE enum err proc_notice_reopen(struct instance *in, uint64_t *ret_n);
