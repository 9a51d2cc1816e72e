/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_drop - folders for agencies that only do batches (docs/formats/drop.md).
 *
 *	DIR/drop/AGENCY/in/NAME.jsonl (or .csv, or .jsonl.cms: signed, the lines in
 *	                   it), .manifest.json, .manifest.json.p7s
 *	                   NAME.done            written last: it is whole
 *	DIR/drop/AGENCY/out/NAME.reply.jsonl, .receipt.json, each with .p7s
 *	                    NAME.problem.json   why it was refused
 *	                    NAME.packages/ID.cms
 *
 * One round takes every file that has its .done, as `batch submit` would, gives
 * back what there is to give back, and ends.  A file without .done is not
 * touched.  What came in is removed last, so that a round which was cut off is
 * done again by the next one: the same batch gives the same answer.
 *
 * All that is in a folder of an agency is hostile: names are checked, links are
 * not followed, what is read is copied first and parsed by the front.
 */

#include "proc/proc_submit.h"

enum { PROC_DROP_NAME = 65 }; /* with its end */

/* Bytes of lines in a NAME.jsonl.cms. */
#define PROC_DROP_MOST (UINT64_C(4) << 30)

enum proc_drop_what {
	DROP_TAKEN,    /* it is a batch now */
	DROP_AGAIN,    /* it was one */
	DROP_REFUSED,  /* NAME.problem.json says why */
	DROP_LATER,    /* this round could not; the next one tries again */
	DROP_PACKAGES, /* `n` packages were put out */
};
const char *proc_drop_text(enum proc_drop_what what);

struct proc_drop_item {
	enum proc_drop_what what;
	const char *agency;
	const char *name;
	uint32_t batch;
	uint64_t n;
	const char *says; /* of REFUSED and LATER */
};

struct proc_drop_options {
	const char *path; /* of the instance */
	const char *key;  /* who does it; NULL: the sandbox's operator */
	/* Instead of a key, which a round needs none of; NULL. */
	const struct instance_asker *asker;
	int32_t today; /* DAY_NONE: the clock's */
	void (*tell)(void *context, const struct proc_drop_item *item);
	void *context;
};

/* Makes the folders of agencies on the recipient register that have none.
 * Refuses NOT_ALLOWED, BUSY (another round is at work).  What is refused of one
 * file is told and is no error. */
MUST_USE enum err proc_drop_round(
	const struct proc_drop_options *options, struct why *reterr_why);

/* Is this a name that a file may have here?  1 to 64 of A-Z a-z 0-9 . _ -,
 * neither . nor - first. */
bool proc_drop_name_is_sound(struct span name);
