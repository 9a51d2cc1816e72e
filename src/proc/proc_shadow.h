/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_shadow - old batches, tried in a shadow (docs/SHADOW.md).
 *
 *	FILE ── columns named anew ── certified by the shadow ── proc_submit()
 *	SENT ── which of its lines got an address then ── batches/N/sent
 *
 * The batch goes the one way that there is.  What is particular is before it,
 * the layout of the file and who vouches for it, and beside it, what was sent
 * then, which decides nothing and which report shadow compares.
 */

#include "proc/proc_submit.h"
#include "report/report_shadow.h"

enum { SHADOW_COLUMNS = 40, SHADOW_NAME = 64 };

/* Which column of an old file is which of ours. */
struct proc_shadow_columns {
	struct {
		char ours[SHADOW_NAME];
		char theirs[SHADOW_NAME];
	} at[SHADOW_COLUMNS];
	size_t n;
};

/*
 * "ours=theirs,ours=theirs": of a batch the names of the CSV form of requests
 * (docs/formats/requests.md), of what was sent `request`, `address` and
 * `recipient`.  Refuses MALFORMED with a sentence.
 */
MUST_USE enum err proc_shadow_batch_columns(struct span text,
	struct proc_shadow_columns *ret_columns, struct why *reterr_why);
MUST_USE enum err proc_shadow_sent_columns(struct span text,
	struct proc_shadow_columns *ret_columns, struct why *reterr_why);

struct proc_shadow_options {
	const char *path; /* of the instance */
	const char *file; /* the old batch; CSV where it ends in .csv */
	const struct proc_shadow_columns *columns; /* NULL: as it is */
	const char *sent;                          /* NULL: not known */
	const struct proc_shadow_columns *sent_columns;
	int32_t today; /* the day played; DAY_NONE: the clock's */
	void (*progress)(
		void *context, const char *stage, uint64_t done, uint64_t of);
	void *context;
};

struct proc_shadow_result {
	uint32_t batch;
	bool again; /* it was tried before */
	uint64_t lines;
	uint64_t officers; /* put on the register for it */
	/* Of what was sent then. */
	uint64_t rows;
	uint64_t left;      /* lines of the batch that got an address */
	uint64_t elsewhere; /* of them, to somebody else than its officer */
	uint64_t unknown;   /* rows of no line of the batch */
	uint64_t empty;     /* rows without an address */
	uint64_t twice;     /* rows of a line that had one before */
	char code[LAW_CODE_MAX]; /* of a batch that is refused whole */
};

/* Refuses NOT_ALLOWED (no shadow), NOT_FOUND, MALFORMED, BUSY, and the whole
 * batch as proc_submit(). */
MUST_USE enum err proc_shadow_try(const struct proc_shadow_options *options,
	struct proc_shadow_result *ret_result, struct why *reterr_why);

/* report shadow: `batch` 0 is all; `threshold` 0 prints every number; `lines`
 * lists each line, for the inspector.  Refuses NOT_ALLOWED. */
MUST_USE enum err proc_shadow_report(struct instance *in, uint32_t batch,
	uint64_t threshold, bool lines, struct report_doc *doc);

/* ---- proc_shadow_read.c: old files, parsed by a process that has no more ---- */

/* Writes the batch as a CSV of requests to `to`.  Where the columns name no
 * requestID it is the number of the row. */
MUST_USE enum err shadow_map(int file,
	const struct proc_shadow_columns *columns, int to,
	struct why *reterr_why);

struct shadow_row {
	struct span request;
	bool address;
	struct span recipient;
};
MUST_USE enum err shadow_sent(int file,
	const struct proc_shadow_columns *columns,
	enum err (*each)(void *context, const struct shadow_row *row),
	void *context, struct why *reterr_why);
