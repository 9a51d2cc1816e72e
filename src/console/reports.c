/* SPDX-License-Identifier: Apache-2.0 */
/* The reports of docs/REPORTS.md: made when they are asked for, as a document to
 * print or to take along as a file. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_coverage.h"
#include "proc/proc_hold.h"
#include "proc/proc_report.h"
#include "report/report_html.h"

enum {
	THRESHOLD = 10, /* the smallest number that is told to everybody */
	YEAR_LEAST = 1970,
	YEAR_MOST = 2999,
	WORD_BYTES = 32,
};

/* What is asked. */
struct asked {
	uint32_t batch;
	int year;
	char docket[HOLD_DOCKET_MAX];
	int64_t as_of;
};

typedef enum err make_report(
	struct instance *in, const struct asked *asked, struct report_doc *doc);

static enum err
make_accounting(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	OWNED(report_totals) totals = NULL;
	enum err e = report_totals_new(&totals);

	return e == ERR_OK ? proc_report_accounting(
				     in, asked->batch, NULL, NULL, totals, doc)
			   : e;
}

static enum err
make_form(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	return proc_report_form(in, asked->batch, asked->year, doc);
}

static enum err
make_annual(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	return proc_report_annual(in, asked->year, 0, doc);
}

static enum err
make_public(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	return proc_report_annual(in, asked->year, THRESHOLD, doc);
}

static enum err
make_transparency(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	return proc_report_transparency(in, asked->year, THRESHOLD, doc);
}

static enum err
make_coverage(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	uint64_t findings = 0;

	(void)asked;
	return proc_coverage(in, doc, &findings);
}

static enum err
make_court(
	struct instance *in, const struct asked *asked, struct report_doc *doc)
{
	const struct proc_report_court court = {
		.docket = asked->docket, .as_of = asked->as_of};

	return proc_report_court(in, &court, doc);
}

enum need { NEED_NOTHING, NEED_BATCH, NEED_YEAR, NEED_DOCKET };

static const struct report {
	const char *name;
	const char *title;
	const char *what;
	enum proc_permit permit;
	enum need need;
	make_report *make;
} reports[] = {
	{"court", "For a court",
		"Counts as of a time; the holds of a docket; what left before "
		"and after each, and who has it.",
		PERMIT_COURT, NEED_DOCKET, make_court},
	{"accounting", "Accounting",
		"Requests and disclosures of one batch or of all: 26 USC "
		"6103(p)(3).",
		PERMIT_REPORTS, NEED_BATCH, make_accounting},
	{"form-5466-b", "Form 5466-B",
		"One row for all that went on one day to one officer under one "
		"authority.",
		PERMIT_REPORTS, NEED_BATCH, make_form},
	{"annual", "Annual",
		"By agency and provision of law: 26 USC 6103(p)(3)(C).",
		PERMIT_REPORTS, NEED_YEAR, make_annual},
	{"annual-public", "Annual, for everybody",
		"The same with small numbers kept back.", PERMIT_REPORTS,
		NEED_YEAR, make_public},
	{"transparency", "Transparency",
		"What was asked in a year and what became of it, small numbers "
		"kept back.",
		PERMIT_REPORTS, NEED_YEAR, make_transparency},
	{"coverage", "Coverage",
		"Does the ledger cover what was released? Every difference is a "
		"finding.",
		PERMIT_REPORTS, NEED_NOTHING, make_coverage},
};

enum { REPORTS = sizeof(reports) / sizeof(*reports) };

/* ---- the list ---- */

static void
put_dockets(struct page *p)
{
	const struct instance *in = &p->desk->in;

	page_select_begin(
		p, &(struct page_field){
			   .name = "docket", .label = "Docket", .must = true});
	for (size_t i = 0; i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before = before ||
				 strcmp(hold_docket(hold_set_at(in->holds, k)),
					 hold_docket(hold)) == 0;
		if (!before && proc_hold_seen(in, hold))
			page_option(
				p, hold_docket(hold), hold_docket(hold), false);
	}
	page_select_end(p);
	page_input(p,
		&(struct page_field){.name = "as-of",
			.label = "As of",
			.hint = "A day, or a time in UTC; empty: all entries"});
}

static bool
has_docket(const struct instance *in)
{
	for (size_t i = 0; i < hold_set_n(in->holds); i++)
		if (proc_hold_seen(in, hold_set_at(in->holds, i)))
			return true;
	return false;
}

static void
put_kinds(struct page *p)
{
	static const char *const needs[] = {
		[NEED_NOTHING] = "nothing",
		[NEED_BATCH] = "a batch, or none for all",
		[NEED_YEAR] = "a calendar year",
		[NEED_DOCKET] = "a docket; as of a time, or all entries",
	};

	page_table(p, "Reports that you may make", "Report|Tells|Needs");
	for (size_t i = 0; i < REPORTS; i++) {
		if (!proc_permitted(&p->desk->in, reports[i].permit))
			continue;
		page_cell_text(p, 0, reports[i].title);
		page_cell_text(p, 1, reports[i].what);
		page_cell_text(p, 2, needs[reports[i].need]);
	}
	page_table_end(p);
}

static void
put_form(struct page *p)
{
	page_form_get(p, "/reports/make");
	page_select_begin(
		p, &(struct page_field){
			   .name = "report", .label = "Report", .must = true});
	for (size_t i = 0; i < REPORTS; i++)
		if (proc_permitted(&p->desk->in, reports[i].permit))
			page_option(
				p, reports[i].name, reports[i].title, i == 0);
	page_select_end(p);
	page_input(p,
		&(struct page_field){
			.name = "batch", .label = "Batch", .type = "number"});
	page_input(p, &(struct page_field){.name = "year",
			      .label = "Calendar year",
			      .type = "number"});
	if (has_docket(&p->desk->in))
		put_dockets(p);
	page_button(p, PAGE_MAIN, "Make it, to read and print", NULL, NULL);
	page_button(p, PAGE_SECOND, "As CSV", "form", "csv");
	page_button(p, PAGE_SECOND, "As JSON", "form", "json");
	page_form_end(p);
	if (!has_docket(&p->desk->in))
		page_empty(p,
			"No hold has a docket yet, so there is nothing to "
			"tell a court.");
}

enum err
console_reports(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_REPORTS);

	(void)ask;
	if (e != ERR_OK && proc_permitted(&desk->in, PERMIT_COURT))
		e = ERR_OK;
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Reports",
			.lead = "Each is made anew of the whole ledger, and "
				"that it was made is an entry.",
			.here = "/reports"});
	put_kinds(&p);
	put_form(&p);
	return page_end(&p);
}

/* ---- one ---- */

static enum err
read_asked(struct desk *desk, const struct ask *ask, const struct report *r,
	struct asked *asked)
{
	struct instance *in = &desk->in;
	struct span text = span_trim(ask_get(ask, ASK_QUERY, "as-of"));
	uint64_t n = 0;
	int32_t day;

	if (r->need == NEED_BATCH && ask_get(ask, ASK_QUERY, "batch").n > 0 &&
		!ask_number(ask, ASK_QUERY, "batch", UINT32_MAX, &n))
		return instance_says(
			in, ERR_MALFORMED, "a batch has a number; empty: all");
	asked->batch = (uint32_t)n;
	if (r->need == NEED_YEAR &&
		(!ask_number(ask, ASK_QUERY, "year", YEAR_MOST, &n) ||
			n < YEAR_LEAST))
		return instance_says(in, ERR_MALFORMED,
			"a calendar year, such as 2026, is needed");
	asked->year = r->need == NEED_YEAR ? (int)n : 0;
	if (r->need != NEED_DOCKET)
		return ERR_OK;
	if (!ask_text(ask, ASK_QUERY, "docket", asked->docket,
		    sizeof(asked->docket)))
		return instance_says(in, ERR_MALFORMED,
			"the docket, as the hold names it, is needed");
	if (!show_read_time(&in->zone, text, &asked->as_of))
		return instance_says(in, ERR_MALFORMED,
			"as of: a day (2026-03-01), or a time "
			"(2026-03-01T15:00:00Z)");
	if (text.n > 0 && day_parse(text, &day))
		asked->as_of = zone_end(&in->zone, day);
	return ERR_OK;
}

static const struct report *
find(const char *name)
{
	for (size_t i = 0; i < REPORTS; i++)
		if (strcmp(reports[i].name, name) == 0)
			return &reports[i];
	return NULL;
}

/* ---- as a page, which prints ---- */

static void
put_cell(struct page *p, const struct report_doc *doc,
	const struct report_cell *cell, unsigned i)
{
	OWNED_BUF(text, 1 << 16);

	report_cell_plain(doc, cell, &text);
	page_cell(p, i);
	if (cell->is == REPORT_CELL_HIDDEN)
		buf_text(p->to, "<abbr title=\"kept back\">*</abbr>");
	else
		html_text(p->to, buf_span(&text));
	page_cell_end(p, i);
}

/* "#requests|refused" of the page's tables. */
static void
put_heads(const struct report_table *t, struct buf *to)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		if (c > 0)
			buf_u8(to, '|');
		if (t->column[c].kind == REPORT_COUNT)
			buf_u8(to, '#');
		report_title(t->column[c].title, to);
	}
	buf_u8(to, 0);
}

static void
put_table(struct page *p, const struct report_doc *doc,
	const struct report_table *t)
{
	OWNED_BUF(heads, 2048);

	if (report_table_rows(t) == 0) {
		page_h2(p, t->caption);
		page_empty(p, "Nothing of this kind.");
		return;
	}
	put_heads(t, &heads);
	buf_text(p->to, "<div class=\"console-scroll\" tabindex=\"0\" "
			"role=\"group\" aria-label=\"");
	html_put(p->to, "%s\">\n", t->caption);
	page_table(p, t->caption, (const char *)heads.at);
	for (size_t r = 0; r < report_table_rows(t); r++)
		for (size_t c = 0; c < t->n_columns; c++)
			put_cell(p, doc, report_table_cell(doc, t, r, c),
				(unsigned)c);
	page_table_end(p);
	buf_text(p->to, "</div>\n");
}

static void
put_facts(struct page *p, const struct report_doc *doc)
{
	page_list(p);
	for (size_t i = 0; i < doc->n_facts; i++)
		show_item_lines(p, doc->fact[i].title,
			report_word_span(doc, &doc->fact[i]));
	page_list_end(p);
	for (size_t i = 0; i < doc->n_notes; i++) {
		buf_text(p->to, "<p>");
		html_text(p->to, report_word_span(doc, &doc->note[i]));
		buf_text(p->to, "</p>\n");
	}
}

static enum err
put_page(struct desk *desk, struct answer *answer, const struct report_doc *doc)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = doc->title,
			.lead = doc->citation,
			.here = "/reports",
			.crumb = {{"/reports", "Reports"}},
			.wide = true,
			.plain = true});

	put_facts(&p, doc);
	for (size_t t = 0; t < doc->n_tables; t++) {
		for (size_t c = 0; c < doc->n_charts; c++)
			if (doc->chart[c].table == t)
				report_chart_svg(
					doc, &doc->chart[c], c + 1, p.to);
		put_table(&p, doc, &doc->table[t]);
	}
	return page_end(&p);
}

static enum err
write_as(struct desk *desk, const struct report_doc *doc, struct span form,
	struct answer *answer)
{
	bool csv = span_eq(form, SPAN("csv"));

	if (!csv && !span_eq(form, SPAN("json")))
		return put_page(desk, answer, doc);
	answer->type = csv ? ANSWER_CSV : ANSWER_JSON;
	if (csv)
		report_doc_csv(doc, &doc->table[0], &answer->body);
	else
		report_doc_json(doc, &answer->body);
	(void)snprintf(answer->filename, sizeof(answer->filename), "%s.%s",
		doc->name, csv ? "csv" : "json");
	return buf_error(&answer->body);
}

enum err
console_report(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	OWNED(report_doc) doc = NULL;
	struct asked asked = {0};
	char name[WORD_BYTES];
	const struct report *r = NULL;
	enum err e;

	if (ask_text(ask, ASK_QUERY, "report", name, sizeof(name)))
		r = find(name);
	if (r == NULL)
		return instance_says(
			in, ERR_NOT_FOUND, "there is no such report");
	e = proc_permit(in, r->permit);
	if (e == ERR_OK)
		e = read_asked(desk, ask, r, &asked);
	if (e == ERR_OK)
		e = report_doc_new(&doc);
	if (e == ERR_OK)
		e = r->make(in, &asked, doc);
	if (e == ERR_OK)
		e = report_doc_error(doc);
	if (e != ERR_OK)
		return e;
	e = write_as(desk, doc, ask_get(ask, ASK_QUERY, "form"), answer);
	return e == ERR_TOO_LARGE
		       ? instance_says(in, e,
				 "this report is too long for one page: weir "
				 "report --out writes it into a folder")
		       : e;
}
