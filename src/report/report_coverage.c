/* SPDX-License-Identifier: Apache-2.0 */
/* Coverage: the ledger against the store and the folders. */
#include <stdio.h>

#include "base/mem.h"
#include "report/report_made.h"

static const char *const outcome_text[REPORT_N_OUTCOMES] = {
	[REPORT_MATCHED] = "matched",
	[REPORT_RELEASED_WITHOUT_ENTRY] = "released without entry",
	[REPORT_ENTRY_WITHOUT_RELEASE] = "entry without release",
	[REPORT_EXCLUDED] = "excluded",
	[REPORT_UNDETERMINED] = "undetermined",
};

static const char *const compared_text[REPORT_N_COMPARED] = {
	[REPORT_ENTRIES] = "entries",
	[REPORT_REQUESTS_KEPT] = "requests",
	[REPORT_RELEASES] = "hand-overs",
	[REPORT_STAGED] = "seals",
	[REPORT_FILES] = "files",
};

static const struct report_column of_outcomes[] = {
	{"compared", "compared", REPORT_TEXT},
	{"looked_at", "looked at", REPORT_COUNT},
	{"matched", "matched", REPORT_COUNT},
	{"released_without_entry", "there, no entry", REPORT_COUNT},
	{"entry_without_release", "entry, not there", REPORT_COUNT},
	{"excluded", "ex|cluded", REPORT_COUNT},
	{"undetermined", "undeter|mined", REPORT_COUNT},
};

static const struct report_column of_findings[] = {
	{"finding", "finding", REPORT_COUNT},
	{"compared", "compared", REPORT_TEXT},
	{"outcome", "outcome", REPORT_TEXT},
	{"batch", "batch", REPORT_COUNT},
	{"subject", "request or file", REPORT_TEXT},
	{"entry", "entry", REPORT_COUNT},
	{"what", "what differs", REPORT_TEXT},
};

#define N(list) (sizeof(list) / sizeof((list)[0]))

enum { FINDINGS_MAX = 1 << 20 };

enum err
report_coverage_add(
	struct report_coverage *coverage, const struct report_finding *finding)
{
	size_t size = coverage->size == 0 ? 16 : coverage->size * 2;
	struct report_finding *grown;

	coverage->n[finding->compared][finding->outcome]++;
	if (finding->outcome == REPORT_MATCHED ||
		finding->outcome == REPORT_EXCLUDED ||
		coverage->n_findings == FINDINGS_MAX)
		return ERR_OK;
	if (coverage->n_findings == coverage->size) {
		grown = mem_resize(coverage->finding, size, sizeof(*grown));
		if (grown == NULL)
			return err_origin(ERR_NOMEM);
		coverage->finding = grown;
		coverage->size = size;
	}
	coverage->finding[coverage->n_findings++] = *finding;
	return ERR_OK;
}

void
report_coverage_fini(struct report_coverage *coverage)
{
	mem_free(coverage->finding);
	*coverage = (struct report_coverage){0};
}

static void
put_outcomes(const struct report_coverage *c, struct report_doc *doc)
{
	report_table_begin(doc, "outcomes",
		"What was compared, and how many agree", of_outcomes,
		N(of_outcomes));
	for (size_t i = 0; i < REPORT_N_COMPARED; i++) {
		uint64_t sum = 0;

		for (size_t o = 0; o < REPORT_N_OUTCOMES; o++)
			sum += c->n[i][o];
		report_cell_text(doc, span_text(compared_text[i]));
		report_cell_count(doc, sum);
		for (size_t o = 0; o < REPORT_N_OUTCOMES; o++)
			report_cell_count(doc, c->n[i][o]);
	}
	report_chart_of_bars(doc, "What was looked at",
		"One bar for each kind of thing compared, as long as many were "
		"looked at.",
		0, 1);
}

static void
put_finding(const struct report_finding *f, size_t n, struct report_doc *doc)
{
	report_cell_count(doc, n);
	report_cell_text(doc, span_text(compared_text[f->compared]));
	report_cell_text(doc, span_text(outcome_text[f->outcome]));
	if (f->batch == 0)
		report_cell_none(doc);
	else
		report_cell_count(doc, f->batch);
	if (f->subject[0] == '\0')
		report_cell_none(doc);
	else
		report_cell_text(doc, span_text(f->subject));
	if (f->entry == REPORT_NO_INDEX)
		report_cell_none(doc);
	else
		report_cell_count(doc, f->entry);
	report_cell_text(doc, span_text(f->what));
}

enum err
report_coverage_doc(const struct report_coverage *coverage,
	const struct report_about *about, struct report_doc *doc)
{
	report_doc_head(doc, "coverage",
		"Does the ledger cover what was released?",
		"26 USC 6103(p)(3)(A); draft-dogru-scitt-disclosure-evidence, "
		"coverage reconciliation");
	report_about_facts(about, doc);
	report_doc_fact_count(
		doc, "findings", "Findings", coverage->n_findings);
	put_outcomes(coverage, doc);
	report_table_begin(
		doc, "findings", "Findings", of_findings, N(of_findings));
	report_table_marked(doc);
	for (size_t i = 0; i < coverage->n_findings; i++)
		put_finding(&coverage->finding[i], i + 1, doc);
	report_doc_note(doc,
		SPAN("Compared are the entries that the store keeps with the "
		     "public ledger; its requests with what their entries say; "
		     "each hand-over (entry D) with the outbox; each package "
		     "sealed (entry S) with its hand-over; and each file in "
		     "outbox and sealed with the entries."));
	report_doc_note(doc,
		SPAN("Excluded: a letter of the recipient's accounts for it, "
		     "it was pulled back, a later package took its place, or "
		     "it is staged or withdrawn; the entries say which.  "
		     "Undetermined: what was kept does not tell, as of a "
		     "package that is no longer in the outbox and that nobody "
		     "acknowledged.  Each difference is a finding."));
	report_doc_note(doc,
		SPAN("It compares what this gateway keeps.  What left it by "
		     "another way, copied off the disk say, leaves no trace "
		     "that it could compare."));
	return report_doc_error(doc);
}
