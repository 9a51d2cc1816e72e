/* SPDX-License-Identifier: Apache-2.0 */
/* The yearly report of 26 USC 6103(p)(3)(C), and the rows of Form 5466-B. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/report_made.h"
#include "report/report_suppress.h"

enum { DAYS_TO_FURNISH = 90 };

void
report_about_facts(const struct report_about *about, struct report_doc *doc)
{
	char at[DAY_TIME_TEXT];

	doc->sandbox = about->sandbox;
	doc->shadow = about->shadow;
	day_time_text(about->at, at);
	report_doc_fact(doc, "ledger", "Ledger", about->origin);
	report_doc_fact_count(doc, "ledger_size", "Entries of it", about->size);
	report_doc_fact(
		doc, "ledger_root", "Root over these entries", about->root);
	report_doc_fact(doc, "made", "Made", span_text(at));
	if (about->erased > 0)
		report_doc_fact_count(doc, "erased",
			"Entries erased, which are in no sum here",
			about->erased);
	if (about->as_of == 0)
		return;
	day_time_text(about->as_of, at);
	report_doc_fact(doc, "as_of", "As of", span_text(at));
	report_doc_fact_count(doc, "passed_over",
		"Entries of a later time, passed over", about->passed_over);
}

/* ---- the yearly report ---- */

static const struct report_column by_agency[] = {
	{"agency", "agency", REPORT_TEXT},
	{"provision", "under", REPORT_TEXT},
	{"requests", "requests", REPORT_COUNT},
	{"disclosures", "instances of disclosure", REPORT_COUNT},
	{"taxpayers", "taxpayers", REPORT_COUNT},
};

static const struct report_column by_purpose[] = {
	{"agency", "agency", REPORT_TEXT},
	{"purpose", "general purpose", REPORT_TEXT},
	{"requests", "requests", REPORT_COUNT},
};

#define N(list) (sizeof(list) / sizeof((list)[0]))

static void
count_or_hide(struct report_doc *doc, uint64_t n, bool hide)
{
	if (hide)
		report_cell_hidden(doc);
	else
		report_cell_count(doc, n);
}

/* What the form for everybody keeps back: by pair of agency and provision. */
struct publishing {
	uint64_t threshold; /* 0: nothing is kept back */
	struct report_groups agencies;
	bool *hidden; /* as in the transparency report */
	bool any;     /* some disclosure is kept back */
};

static enum err
publish(const struct report_ledger *l, int year, uint64_t threshold,
	struct publishing *p, struct why *why)
{
	bool all = false;
	enum err e;

	*p = (struct publishing){.threshold = threshold};
	if (threshold == 0)
		return ERR_OK;
	e = report_groups_make(l, year, false, &p->agencies, why);
	return e == ERR_OK ? report_public_hidden(
				     &p->agencies, threshold, &p->hidden, &all)
			   : e;
}

static void
publish_fini(struct publishing *p)
{
	report_groups_fini(&p->agencies);
	mem_free(p->hidden);
}

static bool
hidden_at(const struct publishing *p, size_t agency, size_t column)
{
	return p->hidden[agency * REPORT_PUBLIC_N + column];
}

static bool
small(const struct publishing *p, uint64_t n)
{
	return n < p->threshold;
}

/* One pair that is kept back hides all of its agency: their sum is printed in
 * the transparency report. */
static void
of_agency(const struct publishing *p, const struct report_groups *pairs,
	struct report_name agency, bool *ret_requests, bool *ret_disclosures)
{
	size_t i = 0;

	while (i < p->agencies.n && p->agencies.at[i].agency.at != agency.at)
		i++;
	must(i < p->agencies.n);
	*ret_requests = hidden_at(p, i, REPORT_PUBLIC_REQUESTS);
	*ret_disclosures = *ret_requests ||
			   hidden_at(p, i, REPORT_PUBLIC_DELIVERED) ||
			   hidden_at(p, i, REPORT_PUBLIC_NEUTRAL);
	for (size_t k = 0; k < pairs->n; k++) {
		const struct report_group *g = &pairs->at[k];

		if (g->agency.at != agency.at)
			continue;
		*ret_requests = *ret_requests ||
				(g->requests > 0 && small(p, g->requests));
		*ret_disclosures = *ret_disclosures ||
				   small(p, g->disclosures) ||
				   small(p, g->taxpayers);
	}
}

static void
put_agency(const struct report_ledger *l, const struct report_groups *pairs,
	size_t i, struct publishing *p, struct report_doc *doc)
{
	const struct report_group *g = &pairs->at[i];
	bool requests = false;
	bool disclosures = false;

	if (p->threshold > 0)
		of_agency(p, pairs, g->agency, &requests, &disclosures);
	p->any = p->any || disclosures || requests;
	report_cell_text(doc, report_name_span(l, g->agency));
	report_cell_text(doc, report_name_span(l, g->provision));
	count_or_hide(doc, g->requests, requests);
	count_or_hide(doc, g->disclosures, disclosures);
	count_or_hide(doc, g->taxpayers, disclosures);
}

static void
put_agencies(const struct report_ledger *l, const struct report_groups *pairs,
	struct publishing *p, struct report_doc *doc)
{
	report_table_begin(doc, "agencies",
		"Requests, instances of disclosure and taxpayers, by agency "
		"and provision",
		by_agency, N(by_agency));
	for (size_t i = 0; i < pairs->n; i++)
		put_agency(l, pairs, i, p, doc);
	report_cell_text(doc, SPAN("all"));
	report_cell_none(doc);
	count_or_hide(doc, pairs->all.requests, p->any);
	count_or_hide(doc, pairs->all.disclosures, p->any);
	count_or_hide(doc, pairs->all.taxpayers, p->any);
	report_table_totals(doc, 1);
	if (pairs->n > 0)
		report_chart_of_bars(doc, "Instances of disclosure, by agency",
			"One bar for each agency and provision, as long as the "
			"instances of disclosure in the year are many.",
			0, 3);
}

/* ---- purposes ---- */

struct purpose {
	struct report_name agency;
	struct report_name text;
	uint64_t n;
	bool hidden;
};

/* Of all agencies; of one: the words of EV_PURPOSE. */
enum { PURPOSES_MAX = 4096, PURPOSES_OF_ONE = 32 };

struct purposes {
	struct purpose at[PURPOSES_MAX];
	size_t n;
};

static bool
same_purpose(const struct purpose *p, const struct report_request *q,
	const struct report_batch *b)
{
	return p->agency.at == b->agency.at && p->text.at == q->purpose.at &&
	       p->text.n == q->purpose.n;
}

static enum err
count_purpose(struct purposes *list, const struct report_request *q,
	const struct report_batch *b)
{
	size_t i = 0;

	while (i < list->n && !same_purpose(&list->at[i], q, b))
		i++;
	if (i == PURPOSES_MAX)
		return ERR_TOO_LARGE;
	if (i == list->n)
		list->at[list->n++] = (struct purpose){
			.agency = b->agency, .text = q->purpose};
	list->at[i].n++;
	return ERR_OK;
}

static void
put_purpose(const struct report_ledger *l, const struct purpose *p,
	struct report_doc *doc)
{
	report_cell_text(doc, report_name_span(l, p->agency));
	report_cell_text(doc, report_name_span(l, p->text));
	count_or_hide(doc, p->n, p->hidden);
}

/* The purposes of one agency add up to its requests, which are printed: so
 * they are kept back as a table of one row. */
static enum err
hide_purposes(struct purposes *list, struct report_name agency,
	uint64_t threshold, uint64_t requests)
{
	int parent[PURPOSES_OF_ONE];
	uint64_t value[2 * PURPOSES_OF_ONE];
	bool sensitive[2 * PURPOSES_OF_ONE];
	bool hidden[2 * PURPOSES_OF_ONE];
	struct report_sums sums = {.n_rows = 1,
		.n_columns = 1,
		.parent = parent,
		.value = value,
		.sensitive = sensitive,
		.threshold = threshold};
	bool all = false;
	size_t c = 0;
	enum err e;

	for (size_t i = 0; i < list->n; i++)
		sums.n_columns += list->at[i].agency.at == agency.at;
	if (sums.n_columns > PURPOSES_OF_ONE)
		return ERR_TOO_LARGE;
	parent[0] = -1;
	value[0] = requests;
	for (size_t i = 0; i < list->n; i++)
		if (list->at[i].agency.at == agency.at) {
			parent[++c] = 0;
			value[c] = list->at[i].n;
		}
	for (c = 0; c < sums.n_columns; c++) {
		sensitive[c] = value[c] > 0 && value[c] < threshold;
		value[sums.n_columns + c] = value[c];
		sensitive[sums.n_columns + c] = sensitive[c];
	}
	e = report_suppress(&sums, hidden, &all);
	c = 0;
	for (size_t i = 0; e == ERR_OK && i < list->n; i++)
		if (list->at[i].agency.at == agency.at)
			list->at[i].hidden = hidden[++c] || all;
	return e;
}

static enum err
publish_purposes(const struct publishing *p, struct purposes *list)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < p->agencies.n; i++) {
		const struct report_group *g = &p->agencies.at[i];

		e = hide_purposes(list, g->agency, p->threshold, g->requests);
		for (size_t k = 0; k < list->n; k++)
			if (list->at[k].agency.at == g->agency.at &&
				hidden_at(p, i, REPORT_PUBLIC_REQUESTS))
				list->at[k].hidden = true;
	}
	return e;
}

static enum err
put_purposes(const struct report_ledger *l, int year,
	const struct publishing *p, struct purposes *list,
	struct report_doc *doc)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->n_requests; i++) {
		const struct report_request *q = &l->request[i];

		if (report_in_year(l, q->at, year))
			e = count_purpose(list, q, &l->batch[q->batch]);
	}
	if (e == ERR_OK && p->threshold > 0)
		e = publish_purposes(p, list);
	report_table_begin(doc, "purposes",
		"General purposes for which the requests were made", by_purpose,
		N(by_purpose));
	for (size_t i = 0; e == ERR_OK && i < list->n; i++)
		put_purpose(l, &list->at[i], doc);
	return e;
}

static void
annual_notes(uint64_t threshold, struct report_doc *doc)
{
	report_doc_note(doc,
		SPAN("A request counts in the year in which it was received; "
		     "an instance of disclosure and its taxpayer in the year "
		     "of the entry that accounts for its hand-over, once for "
		     "each request.  A taxpayer counts once for each agency "
		     "and provision, and once in the last row, so that the "
		     "rows may add up to more."));
	if (threshold == 0)
		return;
	report_doc_note(doc,
		SPAN("A number marked * is kept back: it is small, or a small "
		     "one could be had from it by subtracting.  No number is "
		     "rounded."));
}

static void
year_facts(const struct report_ledger *l, int year,
	const struct report_about *about, struct report_doc *doc)
{
	char due[DAY_TEXT];
	int32_t close = day_of(year, 12, 31);

	day_text(close + DAYS_TO_FURNISH, due);
	report_doc_fact_count(doc, "year", "Calendar year", (uint64_t)year);
	report_doc_fact(doc, "due", "To be furnished by", span_text(due));
	if (zone_day(&l->zone, about->at) <= close)
		report_doc_fact(doc, "year_is", "The year",
			SPAN("is not over: the numbers will grow"));
}

enum err
report_annual(const struct report_ledger *ledger,
	const struct report_about *about, int year, uint64_t threshold,
	struct report_doc *doc, struct why *reterr_why)
{
	struct report_groups pairs = {0};
	struct publishing p = {0};
	struct purposes *list = mem_zeroed(sizeof(*list));
	enum err e = list == NULL ? err_origin(ERR_NOMEM) : ERR_OK;

	report_doc_head(doc, threshold == 0 ? "annual" : "annual-public",
		"Report on disclosures of returns and return information",
		"26 USC 6103(p)(3)(C)");
	year_facts(ledger, year, about, doc);
	report_about_facts(about, doc);
	if (e == ERR_OK)
		e = report_groups_make(ledger, year, true, &pairs, reterr_why);
	if (e == ERR_OK)
		e = publish(ledger, year, threshold, &p, reterr_why);
	if (e == ERR_OK) {
		put_agencies(ledger, &pairs, &p, doc);
		e = put_purposes(ledger, year, &p, list, doc);
		annual_notes(threshold, doc);
	}
	if (e == ERR_OK)
		e = report_doc_error(doc);
	report_groups_fini(&pairs);
	publish_fini(&p);
	mem_free(list);
	return e;
}
