/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report - what the custodian must be able to show.  Here: the accounting of
 * 26 USC 6103(p)(3).
 *
 *	rows, one a request ── report_accounting ──> CSV: every request, every
 *	(from the store)                             disclosure ((p)(3)(A))
 *	                                        └──> totals by agency and year,
 *	                                             text and JSON ((p)(3)(C))
 *
 * No taxpayer's name, TIN, address or person_id is in any of it: a row has no
 * place for a name, and the key by which taxpayers are counted is never
 * printed.  Every number is derived from the rows, and those that must tie
 * are checked (I10) before anything is printed.
 */

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "case/case.h"
#include "report/report_doc.h"

enum {
	REPORT_YEARS_MAX = 16,
	REPORT_TEXT_MAX = 4096,    /* of one value */
	REPORT_NAME_MAX = 65,      /* an agency's id with its end */
	REPORT_PURPOSES_MAX = 512, /* further ones count as "other" */
	REPORT_GROUPS_MAX = 4096,  /* pairs of agency and calendar year */
};

#define REPORT_NO_ENTRY UINT64_MAX

/* One request, with its disclosure if there was one.  Spans are borrowed. */
struct report_row {
	int32_t day;       /* on which it was received */
	int32_t disclosed; /* day of entry D; DAY_NONE unless an address left */
	uint64_t batch;
	uint64_t line;
	struct span request_id;
	struct span agreement;
	struct span requester; /* agency: recipient id */
	struct span officer_id;
	struct span officer_name;
	struct span officer_address;
	struct span authority; /* as cited */
	struct span purpose;
	struct span codes; /* why not, as "I2-B1-ADDRESS AG-DUPLICATE" */
	enum case_state state;
	enum case_answered answered;
	uint64_t entry_s; /* ledger indices; REPORT_NO_ENTRY */
	uint64_t entry_d;
	uint16_t years[REPORT_YEARS_MAX]; /* tax years asked */
	size_t n_years;
	struct span taxpayer; /* any key, the same for the same person; needed
				 where an address left; never printed */
};

/* Gives the next row; sets *ret_end after the last.  Its failure is passed on
 * unchanged.  The row's spans need to live until the next call. */
typedef enum err report_next(
	void *arg, struct report_row *ret_row, bool *ret_end);

/* Takes a piece of the CSV. */
typedef enum err report_write(void *arg, struct span bytes);

struct report_totals; /* opaque */

MUST_USE enum err report_totals_new(struct report_totals **ret_totals);
struct report_totals *report_totals_free(struct report_totals *totals);
DEFINE_OWNED(report_totals);

/*
 * Reads all rows; writes the CSV (write NULL: not wanted) and counts.
 * Refuses MISMATCH (`reterr_why` names the row) where a row cannot be: an
 * address without entries S and D, day or taxpayer, or those without an
 * address; a state and package that no request can have; and where totals do
 * not tie.  Refuses TOO_LARGE past a limit above.  Fails NOMEM or as `next`
 * and `write` fail.
 */
MUST_USE enum err report_accounting(report_next *next, void *next_arg,
	report_write *write, void *write_arg, struct report_totals *totals,
	struct why *reterr_why);

/* The parts of it. */
void report_csv_header(struct buf *to);
void report_csv_row(const struct report_row *row, struct buf *to);
MUST_USE enum err report_totals_add(struct report_totals *totals,
	const struct report_row *row, struct why *reterr_why);

/*
 * One cell: quoted where needed (RFC 4180); a cell that a spreadsheet would
 * take for a formula gets a ' before it; bytes that are not plain text
 * (controls, bidirectional marks, broken UTF-8) become \xNN.
 */
void report_csv_cell(struct span text, struct buf *to);

/* Counts of one agency in one calendar year, or of all. */
struct report_counts {
	uint64_t requests; /* received in that year */
	uint64_t refused;  /* of those; these five add up to requests */
	uint64_t withdrawn;
	uint64_t open;
	uint64_t neutral;
	uint64_t delivered;
	uint64_t recalled; /* of the delivered */
	uint64_t destroyed;
	uint64_t disclosures; /* instances, in the year of entry D */
	uint64_t taxpayers;   /* distinct, in the year of entry D */
};

/* By agency, then year; "" and 0 for all together.  False: nothing such. */
bool report_totals_get(const struct report_totals *totals, struct span agency,
	int year, struct report_counts *ret_counts);

/* An 80-column table and what it does not show, for people. */
void report_totals_text(const struct report_totals *totals, struct buf *to);
void report_totals_json(const struct report_totals *totals, struct buf *to);
/* The same as tables: groups, purposes. */
void report_totals_doc(
	const struct report_totals *totals, struct report_doc *doc);
