/* SPDX-License-Identifier: Apache-2.0 */
/* What became of every request of a batch, as a picture, as a table, and as
 * totals that tie (I10). */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_batch.h"
#include "report/report_html.h"

enum { DAY_BYTES = DAY_TEXT };

/* ---- the list of batches ---- */

static void
put_row(struct page *p, const struct store_batch *b, const struct case_sums *s)
{
	show_cell_link(p, 0, "/flow", b->n);
	page_cell_text(p, 1, b->agreement);
	page_cell_day(p, 2, b->today);
	page_cell_number(p, 3, s->received);
	page_cell_number(p, 4, s->refused);
	page_cell_number(p, 5, s->withdrawn);
	page_cell_number(p, 6, s->open);
	page_cell_number(p, 7, s->neutral);
	page_cell_number(p, 8, s->delivered);
}

static enum err
sums_of(struct instance *in, uint32_t n, struct store_batch *batch,
	struct case_totals *totals, struct case_sums *sums)
{
	enum err e = proc_batch_get(in, n, batch);

	*totals = (struct case_totals){0};
	if (e == ERR_OK && batch->stage >= STAGE_JUDGED)
		e = proc_batch_totals(in, n, totals);
	if (e == ERR_OK)
		*sums = case_totals_sums(totals);
	return e;
}

static enum err
put_batches(struct page *p, uint32_t last)
{
	struct case_totals totals;
	struct store_batch batch;
	struct case_sums sums;
	enum err e = ERR_OK;

	if (last == 0) {
		page_empty(p, "No batch has come in yet.");
		return ERR_OK;
	}
	page_table(p, "Batches, the newest first",
		"#Batch|Agreement|Received on|#Received|#Refused|#Withdrawn|"
		"#Open|#Neutral|#Delivered");
	for (uint32_t n = last; e == ERR_OK && n > 0; n--) {
		e = sums_of(&p->desk->in, n, &batch, &totals, &sums);
		if (e == ERR_OK)
			put_row(p, &batch, &sums);
	}
	page_table_end(p);
	return e;
}

/* Both permits: requests may be read, and which answers held an address. */
static enum err
may_see(struct instance *in)
{
	enum err e = proc_permit(in, PERMIT_READ);

	return e == ERR_OK ? proc_permit(in, PERMIT_OUTCOMES) : e;
}

enum err
console_flows(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	uint32_t last = 0;
	struct page p;
	enum err e = may_see(in);

	(void)ask;
	if (e == ERR_OK)
		e = account_reading(in, "list-flow", 0, "");
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "What became of every batch",
			.lead = "From what was received to every outcome.",
			.here = "/flow",
			.wide = true});
	e = put_batches(&p, last);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- the picture of one ---- */

static const struct report_column columns[] = {
	{"state", "state", REPORT_TEXT},
	{"answered", "answered", REPORT_TEXT},
	{"requests", "requests", REPORT_COUNT},
};

static enum err
put_picture(struct page *p, const struct case_sums *s)
{
	const struct report_link link[] = {
		{0, NULL, "received", s->received, false},
		{0, "received", "refused", s->refused, false},
		{0, "received", "withdrawn", s->withdrawn, false},
		{0, "received", "accepted", s->accepted, false},
		{1, "accepted", "open", s->open, false},
		{1, "accepted", "neutral", s->neutral, false},
		{1, "accepted", "address delivered", s->delivered, false},
		{2, "address delivered", "with the recipient",
			s->with_recipient, false},
		{2, "address delivered", "recalled", s->recalled, false},
		{2, "address delivered", "destroyed", s->destroyed, false},
	};
	OWNED(report_doc) doc = NULL;
	enum err e = report_doc_new(&doc);

	if (e != ERR_OK)
		return e;
	report_table_begin(doc, "flow", "What became of the requests", columns,
		sizeof(columns) / sizeof(*columns));
	report_chart_of_flows(doc, "What became of the requests",
		"From left to right: all received; then refused, withdrawn or "
		"accepted; then open, answered neutrally or an address "
		"delivered; then where those are.",
		link, sizeof(link) / sizeof(*link));
	e = report_doc_error(doc);
	if (e == ERR_OK)
		report_chart_svg(doc, &doc->chart[0], 1, p->to);
	return e;
}

static void
put_ties(struct page *p, const struct case_totals *totals,
	const struct case_sums *s)
{
	page_h2(p, "Totals");
	show_sum(p, "received", s->received,
		(const struct show_part[]){
			{"refused or given back", s->refused},
			{"accepted", s->accepted}, {"withdrawn", s->withdrawn}},
		3);
	show_sum(p, "accepted", s->accepted,
		(const struct show_part[]){{"open", s->open},
			{"answered neutrally", s->neutral},
			{"delivered", s->delivered}},
		3);
	show_sum(p, "delivered", s->delivered,
		(const struct show_part[]){
			{"with the recipient", s->with_recipient},
			{"recalled", s->recalled}, {"destroyed", s->destroyed}},
		3);
	if (case_totals_tie(totals))
		page_alert(p, PAGE_SUCCESS, NULL,
			"All totals tie, counted once by state and once as a "
			"whole.");
	else
		page_alert(p, PAGE_ERROR, "The totals do not tie",
			"Nothing may leave until it is known why: see weir "
			"report coverage.");
}

/* The same numbers, by state, for those who do not see the picture. */
static void
put_states(struct page *p, const struct case_totals *totals)
{
	bool begun = false;

	for (unsigned s = 0; s < CASE_N_STATES; s++)
		for (unsigned a = 0; a < CASE_N_ANSWERED; a++) {
			if (totals->n[s][a] == 0)
				continue;
			if (!begun)
				page_table(p, "Requests by state and by answer",
					"State|What it is|Answer|#Requests");
			begun = true;
			page_cell_text(
				p, 0, case_state_text((enum case_state)s));
			page_cell_text(
				p, 1, case_state_meaning((enum case_state)s));
			page_cell_text(p, 2,
				case_answered_text((enum case_answered)a));
			page_cell_number(p, 3, totals->n[s][a]);
		}
	if (begun)
		page_table_end(p);
}

static void
put_batch(struct page *p, const struct store_batch *b)
{
	static const char *const stage[] = {
		[STAGE_RECEIVED] = "received, being judged",
		[STAGE_JUDGED] = "judged",
		[STAGE_ANSWERED] = "replied to; people are being looked up",
		[STAGE_LOCATED] = "whole: every accepted line was looked up",
	};

	page_list(p);
	page_item(p, "Agreement", b->agreement);
	page_item_number(p, "Sequence", b->sequence);
	page_item_day(p, "Received on", b->today);
	page_item_number(p, "Lines", b->n_lines);
	page_item(p, "Stage", stage[b->stage]);
	page_item_number(p, "Rounds of release", b->rounds);
	page_item_begin(p, "Entry");
	html_put(p->to,
		"<a href=\"/ledger/entries/%" PRIu64 "\">%" PRIu64 "</a>",
		b->entry, b->entry);
	page_item_end(p);
	page_item_begin(p, "Law, SHA-256");
	show_hex(p, span_of(b->law, sizeof(b->law)));
	page_item_end(p);
	page_list_end(p);
}

enum err
console_flow(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct case_totals totals;
	struct store_batch batch;
	struct case_sums sums;
	char title[64];
	uint64_t n = 0;
	struct page p;
	enum err e = may_see(in);

	if (e == ERR_OK && !ask_number(ask, ASK_PATH, "batch", UINT32_MAX, &n))
		return instance_says(in, ERR_NOT_FOUND,
			"a batch has a number, such as /flow/1");
	if (e == ERR_OK)
		e = sums_of(in, (uint32_t)n, &batch, &totals, &sums);
	if (e == ERR_OK)
		e = account_reading(in, "show-flow", (uint32_t)n, "");
	if (e != ERR_OK)
		return e;
	(void)snprintf(
		title, sizeof(title), "What became of batch %" PRIu64, n);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/flow",
			.crumb = {{"/flow", "Every batch"}},
			.wide = true});
	put_batch(&p, &batch);
	if (batch.stage < STAGE_JUDGED) {
		page_empty(&p, "It is being judged: its lines are counted "
			       "once all are.");
		return page_end(&p);
	}
	page_h2(&p, "The flow");
	e = put_picture(&p, &sums);
	put_ties(&p, &totals, &sums);
	put_states(&p, &totals);
	return e == ERR_OK ? page_end(&p) : e;
}
