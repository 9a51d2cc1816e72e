/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in the manner of IRS Form 5466-B, Multiple Record of Disclosure. */
#include <stdlib.h>

#include "base/mem.h"
#include "report/report_made.h"

static const struct report_column columns[] = {
	{"date", "date of disclosure", REPORT_TEXT},
	{"agency", "agency", REPORT_TEXT},
	{"officer", "officer", REPORT_TEXT},
	{"provision", "under", REPORT_TEXT},
	{"authority", "statute cited", REPORT_TEXT},
	{"purpose", "purpose", REPORT_TEXT},
	{"disclosed", "what was disclosed", REPORT_TEXT},
	{"batch", "batch", REPORT_COUNT},
	{"records", "records", REPORT_COUNT},
	{"taxpayers", "taxpayers", REPORT_COUNT},
	{"first_entry", "first entry", REPORT_COUNT},
	{"last_entry", "last entry", REPORT_COUNT},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* One disclosure, by what the form puts in one line. */
struct line {
	const struct report_ledger *l;
	const struct report_request *q;
	int32_t day;
	uint64_t entry;
};

static int
by_text(const struct report_ledger *l, struct report_name a,
	struct report_name b)
{
	return span_cmp(report_name_span(l, a), report_name_span(l, b));
}

/* Which row it belongs to; of one row 0. */
static int
compare_rows(const struct line *a, const struct line *b)
{
	const struct report_batch *in_a = &a->l->batch[a->q->batch];
	const struct report_batch *in_b = &a->l->batch[b->q->batch];
	const struct report_name names[][2] = {
		{in_a->agency, in_b->agency},
		{a->q->officer, b->q->officer},
		{in_a->provision, in_b->provision},
		{a->q->authority, b->q->authority},
		{a->q->purpose, b->q->purpose},
	};
	int order;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (in_a->n != in_b->n)
		return in_a->n < in_b->n ? -1 : 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		order = by_text(a->l, names[i][0], names[i][1]);
		if (order != 0)
			return order;
	}
	return 0;
}

/* Of one row by person, so that each is counted once. */
static int
compare(const void *a_, const void *b_)
{
	const struct line *a = a_;
	const struct line *b = b_;
	int order = compare_rows(a, b);

	if (order != 0)
		return order;
	if (a->q->person.at != b->q->person.at)
		return a->q->person.at < b->q->person.at ? -1 : 1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

static void
put_row(const struct line *line, size_t n, struct report_doc *doc)
{
	const struct report_ledger *l = line->l;
	const struct report_batch *batch = &l->batch[line->q->batch];
	uint64_t first = line->entry;
	uint64_t last = line->entry;
	uint64_t people = 0;

	for (size_t i = 0; i < n; i++) {
		first = line[i].entry < first ? line[i].entry : first;
		last = line[i].entry > last ? line[i].entry : last;
		people += i == 0 ||
			  line[i].q->person.at != line[i - 1].q->person.at;
	}
	report_cell_day(doc, line->day);
	report_cell_text_or_none(doc, report_name_span(l, batch->agency));
	report_cell_text_or_none(doc, report_name_span(l, line->q->officer));
	report_cell_text_or_none(doc, report_name_span(l, batch->provision));
	report_cell_text_or_none(doc, report_name_span(l, line->q->authority));
	report_cell_text_or_none(doc, report_name_span(l, line->q->purpose));
	report_cell_text(doc, SPAN("mailing-address"));
	report_cell_count(doc, batch->n);
	report_cell_count(doc, n);
	report_cell_count(doc, people);
	report_cell_count(doc, first);
	report_cell_count(doc, last);
}

static void
put_total(uint64_t records, uint64_t people, struct report_doc *doc)
{
	report_cell_text(doc, SPAN("all"));
	for (size_t i = 1; i < COLUMNS; i++) {
		if (i == COLUMNS - 4)
			report_cell_count(doc, records);
		else if (i == COLUMNS - 3)
			report_cell_count(doc, people);
		else
			report_cell_none(doc);
	}
	report_table_totals(doc, 1);
}

static uint64_t
put_rows(const struct line *line, size_t n, struct report_doc *doc)
{
	uint64_t records = 0;

	for (size_t i = 0; i < n;) {
		size_t k = i + 1;

		while (k < n && compare_rows(&line[i], &line[k]) == 0)
			k++;
		put_row(&line[i], k - i, doc);
		records += k - i;
		i = k;
	}
	return records;
}

static int
by_person(const void *a_, const void *b_)
{
	const struct line *a = a_;
	const struct line *b = b_;

	return a->q->person.at < b->q->person.at
		       ? -1
		       : a->q->person.at > b->q->person.at;
}

static size_t
gather(const struct report_ledger *l, uint32_t batch, int year, struct line *to)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_requests; i++) {
		const struct report_request *q = &l->request[i];
		const struct report_delivery *d;

		if (q->first == 0 ||
			(batch != 0 && l->batch[q->batch].n != batch))
			continue;
		d = &l->delivery[q->first - 1];
		if (report_in_year(l, d->at, year))
			to[n++] = (struct line){
				l, q, zone_day(&l->zone, d->at), d->entry};
	}
	return n;
}

static void
notes(struct report_doc *doc)
{
	report_doc_note(doc,
		SPAN("One row for all that was disclosed on one day, of one "
		     "batch, to one officer, under one authority and for one "
		     "purpose.  The taxpayers are not named, and so their tax "
		     "years are not here: the entries lead to them, for "
		     "whoever may open entries.  The agency codes, authority "
		     "codes and source codes of the Internal Revenue Manual "
		     "11.3.37 are put in by the office that files the form."));
}

enum err
report_form_5466b(const struct report_ledger *ledger,
	const struct report_about *about, uint32_t batch, int year,
	struct report_doc *doc, struct why *reterr_why)
{
	struct line *line =
		mem_zeroed((ledger->n_requests + 1) * sizeof(*line));
	uint64_t people = 0;
	size_t n;
	enum err e = report_ledger_tie(ledger, reterr_why);

	if (line == NULL)
		e = err_origin(ERR_NOMEM);
	if (e != ERR_OK) {
		mem_free(line);
		return e;
	}
	report_doc_head(doc, "form-5466-b", "Multiple record of disclosure",
		"IRS Form 5466-B; 26 USC 6103(p)(3)(A)");
	if (year != 0)
		report_doc_fact_count(
			doc, "year", "Calendar year", (uint64_t)year);
	if (batch != 0)
		report_doc_fact_count(doc, "batch", "Batch", batch);
	report_about_facts(about, doc);
	report_table_begin(doc, "disclosures", "Disclosures", columns, COLUMNS);
	n = gather(ledger, batch, year, line);
	if (n > 0) {
		uint64_t records;

		qsort(line, n, sizeof(*line), compare);
		records = put_rows(line, n, doc);
		must(records == n);
		qsort(line, n, sizeof(*line), by_person);
		for (size_t i = 0; i < n; i++)
			people += i == 0 || by_person(&line[i - 1], &line[i]);
		put_total(records, people, doc);
	}
	notes(doc);
	mem_free(line);
	return report_doc_error(doc);
}
