/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_made - the reports, each made of a ledger that was read
 * (report_ledger.h) into a document (report_doc.h).  docs/REPORTS.md says what
 * each is for; docs/formats/report-*.md name its tables and columns.
 *
 * All refuse MISMATCH where a total does not tie: a report is right or there is
 * none.  All fail NOMEM.
 */

#include "report/report_count.h"
#include "report/report_doc.h"

/* Of which ledger, and when: on every report. */
struct report_about {
	struct span origin;
	bool sandbox;
	bool shadow;
	int64_t at;
	uint64_t size;    /* entries read */
	struct span root; /* base64, of a tree of that size */
	int64_t as_of;    /* entries of later times were passed over; 0: none */
	uint64_t passed_over;
	uint64_t erased; /* entries that are in no sum */
};

/*
 * 26 USC 6103(p)(3)(C): by agency and provision the requests, the instances of
 * disclosure, the taxpayers; and the general purposes.  `threshold` 0: as the
 * law asks for it; else the form for everybody, with small numbers kept back
 * wherever the transparency report of that year keeps them back.
 */
MUST_USE enum err report_annual(const struct report_ledger *ledger,
	const struct report_about *about, int year, uint64_t threshold,
	struct report_doc *doc, struct why *reterr_why);

/* For the public: what became of the requests of a year, small numbers kept
 * back (report_suppress.h). */
MUST_USE enum err report_transparency(const struct report_ledger *ledger,
	const struct report_about *about, int year, uint64_t threshold,
	struct report_doc *doc, struct why *reterr_why);

/* Which numbers of which agencies are kept back in that report: for what is
 * published beside it.  Rows are those of report_groups_make() by agency and
 * one more for all; the caller frees *ret_hidden. */
enum report_public_column {
	REPORT_PUBLIC_REQUESTS,
	REPORT_PUBLIC_REFUSED,
	REPORT_PUBLIC_WITHDRAWN,
	REPORT_PUBLIC_ACCEPTED,
	REPORT_PUBLIC_OPEN,
	REPORT_PUBLIC_NEUTRAL,
	REPORT_PUBLIC_DELIVERED,
	REPORT_PUBLIC_WITH,
	REPORT_PUBLIC_RECALLED,
	REPORT_PUBLIC_DESTROYED,
	REPORT_PUBLIC_N
};
MUST_USE enum err report_public_hidden(const struct report_groups *groups,
	uint64_t threshold, bool **ret_hidden, bool *ret_all);

/* Rows in the manner of IRS Form 5466-B, Multiple Record of Disclosure: one for
 * all that went on one day to one officer under one authority.  `batch` 0 and
 * `year` 0: all. */
MUST_USE enum err report_form_5466b(const struct report_ledger *ledger,
	const struct report_about *about, uint32_t batch, int year,
	struct report_doc *doc, struct why *reterr_why);

/* ---- what a court asks ---- */

enum report_covered {
	REPORT_NOT_COVERED,
	REPORT_COVERED_AS_REQUESTED,
	REPORT_COVERED_BY_RECORD,
	REPORT_COVERED_PERHAPS /* only the roll could tell; counted, not listed */
};

struct report_court {
	struct span docket;
	const uint8_t *covered; /* of each delivery; enum report_covered */
	bool outcomes; /* may the reader know which packages held an address? */
	bool proofs;   /* they lie beside it */
};
MUST_USE enum err report_court(const struct report_ledger *ledger,
	const struct report_about *about, const struct report_court *court,
	struct report_doc *doc, struct why *reterr_why);

/* The entries that the report of a court cites, rising, each once; the caller
 * frees it. */
MUST_USE enum err report_court_entries(const struct report_ledger *ledger,
	const struct report_court *court, uint64_t **ret_entry, size_t *ret_n);

/* ---- coverage ---- */

/* The five outcomes of draft-dogru-scitt-disclosure-evidence. */
enum report_outcome {
	REPORT_MATCHED,
	REPORT_RELEASED_WITHOUT_ENTRY,
	REPORT_ENTRY_WITHOUT_RELEASE,
	REPORT_EXCLUDED,
	REPORT_UNDETERMINED,
	REPORT_N_OUTCOMES
};

enum report_compared {
	REPORT_ENTRIES, /* the store's journal against the public ledger */
	REPORT_REQUESTS_KEPT, /* the store's rows against the entries */
	REPORT_RELEASES,      /* entries D against the folders */
	REPORT_STAGED,        /* entries S against the folders */
	REPORT_FILES,         /* files in outbox and sealed against entries D */
	REPORT_N_COMPARED
};

struct report_finding {
	enum report_compared compared;
	enum report_outcome outcome;
	uint64_t entry;   /* REPORT_NO_INDEX: none */
	uint32_t batch;   /* 0: none */
	char subject[96]; /* request id, or the name of a file */
	char what[160];   /* one sentence of ours */
};

struct report_coverage {
	uint64_t n[REPORT_N_COMPARED][REPORT_N_OUTCOMES];
	struct report_finding *finding;
	size_t n_findings;
	size_t size;
};

/* Counts it; what is not MATCHED or EXCLUDED is also a finding.  Fails NOMEM.
 * report_coverage_fini() frees. */
MUST_USE enum err report_coverage_add(
	struct report_coverage *coverage, const struct report_finding *finding);
void report_coverage_fini(struct report_coverage *coverage);

/* `ties` says whether the ledger's own totals do: in this report that is a
 * finding, and no refusal. */
MUST_USE enum err report_coverage_doc(const struct report_coverage *coverage,
	const struct report_about *about, struct report_doc *doc);

/* ---- shared by them ---- */

void report_about_facts(
	const struct report_about *about, struct report_doc *doc);
