/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_incident - what the offices must have within 24 hours of identifying
 * a possible improper disclosure (IRS Publication 1075, reporting improper
 * inspections or disclosures): seven fields, the clock, and not one word of
 * return information.
 *
 *	words of the incident ── _digits, _names ──> clean, or the sentence why not
 *	                      ── report_incident_text, _json ──> the report
 *
 * No clock, no register: names that must not be there are given.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum { REPORT_INCIDENT_FIELDS = 8 }; /* room for matter.def's seven */

struct report_incident {
	uint64_t n;         /* its number */
	struct span origin; /* of the ledger: whose report this is */
	bool sandbox;
	int64_t opened_at; /* seconds since 1970, UTC: when it was identified */
	int64_t due_at;
	int64_t reported_at; /* 0: not yet */
	int64_t now;
	const char *name[REPORT_INCIDENT_FIELDS]; /* "contact" */
	const char *meaning[REPORT_INCIDENT_FIELDS];
	struct span value[REPORT_INCIDENT_FIELDS];
	size_t n_fields;
	uint64_t named;     /* requests that it names */
	uint64_t disclosed; /* of those: an address left */
	uint64_t entry;     /* of its opening */
};

/*
 * Refuses MALFORMED where `text` has nine digits that could be a TIN or a ZIP
 * with its add-on, in any usual grouping.
 */
MUST_USE enum err report_incident_digits(
	struct span text, struct why *reterr_why);

/*
 * Does it name this person?  The given name and a word of the surname, within
 * three words of each other, in either order.  All three are folded alike:
 * upper-case ASCII words with one blank between.
 */
bool report_incident_names(
	struct span folded, struct span given, struct span surname);

/* "reported after 3 h" and the like: how the 24 hours stand. */
void report_incident_clock(const struct report_incident *i, struct buf *to);

/* For people, 80 columns; and one JSON object. */
void report_incident_text(const struct report_incident *i, struct buf *to);
void report_incident_json(const struct report_incident *i, struct buf *to);

/* `text` broken at blanks, each line indented and of 80 columns at most. */
void report_wrap(struct span text, struct buf *to);
