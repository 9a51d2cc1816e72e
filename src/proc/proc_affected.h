/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_affected - which answers were given under a rule, a set of law files, a
 * version of the program: the question after an error was found (R30).
 *
 * The law and the engine are those that entry S names: under them the vault
 * and the judge decided for the last time.  A rule is asked of the law that
 * the batch was judged by, by its code or its name.
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"

struct proc_affected_options {
	const char *rule;   /* code or name; NULL: any */
	const char *law;    /* begins the hash in hex, 4 digits or more; NULL */
	const char *engine; /* the same */
	int64_t since;      /* handed over at that time or later; 0: ever */
	uint32_t batch;     /* 0: all */
	bool neutral;       /* neutral answers too, not only disclosures */
};

/* One answer; spans live until `each` returns. */
struct proc_affected_item {
	const struct store_request *row;
	struct span officer;   /* id, as requested */
	struct span agency;    /* the requester's id */
	struct span delivered; /* time of entry D, text */
	const uint8_t *law;
	const uint8_t *engine;
	bool address;
	bool met; /* the rule asked was (true where none was asked) */
};

struct proc_affected_counts {
	uint64_t answers;
	uint64_t addresses; /* disclosures, of these */
	uint64_t neutral;
	uint64_t taxpayers; /* distinct, of the disclosures */
	uint64_t erased;    /* answers of which nothing is kept; in none */
};

typedef enum err proc_affected_each(
	void *context, const struct proc_affected_item *item);

/*
 * In the order of batches and lines; a reading.  `ret_list` (NULL: not wanted)
 * gets them too; the caller frees it.  Refuses NOT_ALLOWED: not counsel, a
 * safeguards officer or an inspector; NOT_FOUND: no law that any batch was
 * judged by has the rule.
 */
MUST_USE enum err proc_affected(struct instance *in,
	const struct proc_affected_options *options, proc_affected_each *each,
	void *context, struct proc_affected_counts *ret_counts,
	struct proc_list *ret_list);
