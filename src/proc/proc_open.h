/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_open - one field of one entry, opened to one audience.
 *
 * proc_audience.def says which fields of which kinds an audience may be shown
 * and who may show them.  Each opening is an act: the entry, the field, to
 * whom, and why, durable before there is a file.  Whoever gets the file checks
 * it against the entry and a proof that it is in the ledger (proc_open_check()),
 * and learns that field, the kind, the law and the program, and nothing else.
 */

#include "ledger/entry.h"
#include "ledger/note.h"
#include "proc/proc_instance.h"

struct proc_open_options {
	uint64_t index;
	const char *field;
	const char *audience; /* "court" */
	const char *who;      /* to whom: a name, a docket */
	const char *ground;   /* why */
	const char *person;   /* for the audience "person": their person_id */
};

/*
 * Appends the opening's text.  Refuses NOT_FOUND (no such entry, field or
 * audience; or it is not of that person), NOT_ALLOWED (the actor, or the field
 * to that audience), TOO_EARLY (the entry is not public yet, so nothing could
 * be proved of it), MALFORMED (a name or ground that is no text).
 */
MUST_USE enum err proc_open(struct instance *in,
	const struct proc_open_options *options, struct buf *to);

/* "inspector, court, person" */
void proc_open_audiences(struct buf *to);

/* What an opening shows, after all of it was checked. */
struct proc_shown {
	uint64_t index;
	struct ledger_head head;
	struct ledger_opening opening; /* its value lies in the buffer given */
	struct ledger_checkpoint cp;
};

/*
 * With no instance: `entry` is in the ledger of `vkey` by `proof`, and commits
 * to what `opening` shows.  Refuses MALFORMED, TOO_LARGE, BAD_SIGNATURE,
 * NOT_FOUND and MISMATCH, with a sentence.
 */
MUST_USE enum err proc_open_check(struct span opening, struct span entry,
	struct span proof, const struct ledger_vkey *vkey, struct buf *value,
	struct proc_shown *ret_shown, struct why *reterr_why);
