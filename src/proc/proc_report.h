/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_report - the reports (docs/REPORTS.md).
 *
 * All are made of the ledger's entries, opened (proc_report_read.h).  The record
 * of the accounting, report/report.h, has a row for each request of the store:
 * what a requester asked comes out of entry Q, the person by whom taxpayers are
 * counted out of entry M, the day of a disclosure out of entry D, and a row
 * that says anything else than the entries refuses the whole of it.  Officers'
 * names and addresses are those of the register on the day of receipt.
 */

#include "proc/proc_batch.h"
#include "proc/proc_report_read.h"
#include "report/report.h"

/*
 * The accounting of 26 USC 6103(p)(3) over one batch, or over all (`batch` 0),
 * in order of batch and line; a reading.  `write` may be NULL; `doc` too, else
 * it is given the totals.  Needs the ledger.  Refuses NOT_ALLOWED (no role), NOT_FOUND, DAMAGED, and what
 * report_accounting() refuses.
 */
MUST_USE enum err proc_report_accounting(struct instance *in, uint32_t batch,
	report_write *write, void *write_arg, struct report_totals *totals,
	struct report_doc *doc);

/*
 * The rows of that record, for another report: `each` for every request of one
 * batch, or of all (`batch` 0), then `end` with the ledger that it was.  Refuses
 * as the accounting does, and as they do.
 */
struct proc_report_each {
	uint32_t batch;
	enum proc_permit permit;
	const char *act; /* the word of its own entry */
	enum err (*each)(void *context, const struct report_row *row);
	enum err (*end)(void *context, const struct report_about *about);
	void *context;
};
MUST_USE enum err proc_report_each(
	struct instance *in, const struct proc_report_each *of);

/* Rows in the manner of Form 5466-B; `batch` and `year` 0: all. */
MUST_USE enum err proc_report_form(
	struct instance *in, uint32_t batch, int year, struct report_doc *doc);

/* `threshold` 0: as the law asks for it; else for everybody. */
MUST_USE enum err proc_report_annual(struct instance *in, int year,
	uint64_t threshold, struct report_doc *doc);
MUST_USE enum err proc_report_transparency(struct instance *in, int year,
	uint64_t threshold, struct report_doc *doc);

/*
 * For a court: `as_of` 0 is all.  `each` (NULL: not wanted) is given the bytes
 * and the proof of every entry that the report cites.  Refuses NOT_FOUND where
 * the actor sees no hold of that docket.
 */
struct proc_report_court {
	const char *docket;
	int64_t as_of;
	enum err (*each)(void *context, uint64_t entry, struct span bytes,
		struct span proof);
	void *context;
};
MUST_USE enum err proc_report_court(struct instance *in,
	const struct proc_report_court *court, struct report_doc *doc);
