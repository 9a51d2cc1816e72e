/* SPDX-License-Identifier: Apache-2.0 */
/* What was answered to the lines of a batch, and the reply as a letter. */
#include <inttypes.h>
#include <stdio.h>

#include "console/agency.h"
#include "request/request_advice.h"

/* Of a page: lines shown, and lines looked at for them. */
enum { SHOWN = 50, LOOKED_AT = 4096, ROWS = 256 };

bool
agency_refused(const struct store_request *row)
{
	return row->answer == LAW_REFUSED || row->state == CASE_RETURNED;
}

bool
agency_accepted(const struct store_request *row)
{
	return !agency_refused(row) && row->state != CASE_WITHDRAWN &&
	       row->state != CASE_SUPERSEDED;
}

/* ---- one line ---- */

struct lines {
	struct page *p;
	const struct law *law;
	enum agency_lines which;
	unsigned shown;
	unsigned looked_at;
	uint64_t last; /* line looked at */
};

static void
put_rule(struct page *p, const struct batch_request *b,
	const struct law_rule *rule)
{
	bool form = strncmp(rule->code, "RQ-", 3) == 0;

	html_put(p->to, "<p><strong>%s</strong>: ", rule->code);
	if (form && b->request.says[0] != '\0')
		html_put(p->to, "%s%s%s", b->request.member,
			b->request.member[0] == '\0' ? "" : ": ",
			b->request.says);
	else
		html_put(p->to, "%s", rule->sentence);
	html_put(p->to, ". <cite>%s</cite></p>\n", rule->citation);
}

static void
put_reasons(struct lines *l, const struct batch_request *b)
{
	const struct law_rule *unmet[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX];
	size_t n;

	if (b->row.state == CASE_RETURNED) {
		buf_text(l->p->to,
			"<p>A person read it, before anybody was looked up, and "
			"gave it back: why is in reply-later.jsonl.</p>\n");
		return;
	}
	proc_batch_met(b->row.unmet, law_n_rules(l->law), met);
	n = law_unmet(l->law, met, unmet);
	for (size_t i = 0; i < n; i++)
		put_rule(l->p, b, unmet[i]);
}

/* The line's first cells; the table begins with the first one. */
static void
put_line(struct lines *l, const struct store_request *row, const char *class,
	const char *word)
{
	struct page *p = l->p;

	if (l->shown++ == 0)
		page_table(p,
			l->which == AGENCY_REFUSED
				? "Refused lines"
				: "Lines with a reason or with advice",
			"Line|Request|Answer|Why, and what to do");
	page_cell_number(p, 0, row->line);
	page_cell_text(p, 1, row->id[0] == '\0' ? "none" : row->id);
	page_cell(p, 2);
	html_put(p->to, "<span class=\"%s\">%s</span>", class, word);
	page_cell_end(p, 2);
	page_cell(p, 3);
}

static void
put_refused(struct lines *l, const struct batch_request *b)
{
	const struct store_request *row = &b->row;

	put_line(l, row, "console-no",
		row->state == CASE_RETURNED ? "given back" : "refused");
	put_reasons(l, b);
	if (!b->request.unreadable)
		html_put(l->p->to,
			"<p class=\"console-screen\"><a href=\"/batches/%" PRIu32
			"/%" PRIu64
			"/mend\" aria-label=\"Mend it and send it again: "
			"line %" PRIu64 "\">Mend it and send it again</a></p>"
			"\n",
			row->batch, row->line, row->line);
	page_cell_end(l->p, 3);
}

/* The law had what it said erased (docs/ERASURE.md). */
static void
put_erased(struct lines *l, const struct store_request *row)
{
	put_line(l, row, "console-no", "refused");
	html_put(l->p->to, "<p>%s.</p>\n", l->p->desk->in.why.text);
	page_cell_end(l->p, 3);
}

/* By the words of the line alone, as the signed reply has it. */
static void
put_advice(struct lines *l, const struct batch_request *b)
{
	struct evidence ev;
	unsigned said;

	must(evidence_decode(account_field(&b->judged, "evidence"), &ev));
	said = request_advise(&b->request, &ev);
	if (said == 0)
		return;
	put_line(l, &b->row, "console-yes", "accepted");
	for (int i = 0; i < ADVICE_N; i++)
		if ((said >> i & 1U) != 0)
			html_put(l->p->to, "<p><strong>%s</strong>: %s.</p>\n",
				request_advice_code((enum request_advice)i),
				request_advice_text((enum request_advice)i));
	page_cell_end(l->p, 3);
}

static enum err
put_row(struct lines *l, const struct store_request *row)
{
	struct store_request blind = *row;
	bool refused = agency_refused(row);
	struct batch_request b;
	enum err e;

	if (!refused && (l->which == AGENCY_REFUSED || !agency_accepted(row)))
		return ERR_OK;
	blind.matched = STORE_NO_ENTRY;
	e = proc_batch_open(&l->p->desk->in, &blind, &b);
	if (e == ERR_ERASED) {
		if (refused)
			put_erased(l, row);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (refused)
		put_refused(l, &b);
	else
		put_advice(l, &b);
	proc_batch_fini(&b);
	return ERR_OK;
}

/* ---- all of them ---- */

/* True while there is more that the page may look at. */
static bool
room(const struct lines *l, size_t n)
{
	return n == ROWS && l->shown < SHOWN && l->looked_at < LOOKED_AT;
}

static enum err
put_some(struct lines *l, uint32_t batch, bool *ret_more)
{
	static struct store_request rows[ROWS];
	size_t n = 0;
	size_t i = 0;
	enum err e;

	do {
		e = store_request_page(
			l->p->desk->in.store, batch, l->last, rows, ROWS, &n);
		for (i = 0; e == ERR_OK && i < n && l->shown < SHOWN; i++) {
			l->last = rows[i].line;
			l->looked_at++;
			e = put_row(l, &rows[i]);
		}
	} while (e == ERR_OK && room(l, n));
	*ret_more = n == ROWS || i < n;
	return e;
}

enum err
agency_put_lines(struct page *p, const struct store_batch *batch,
	uint64_t after, enum agency_lines which)
{
	struct lines l = {.p = p, .which = which, .last = after};
	struct law *law = NULL;
	bool more = false;
	enum err e = instance_law(&p->desk->in, batch->law, &law);

	l.law = law;
	if (e == ERR_OK)
		e = put_some(&l, batch->n, &more);
	law = law_free(law);
	if (l.shown > 0)
		page_table_end(p);
	else if (which == AGENCY_REFUSED)
		page_empty(p,
			more ? "None among these lines." : "None was refused.");
	else
		page_empty(p, "None of these lines has a reason or advice.");
	if (more)
		html_put(p->to,
			"<p>Lines after %" PRIu64 " are on another page: <a "
			"href=\"/batches/%" PRIu32 "%s?from=%" PRIu64
			"\">Later lines</a></p>\n",
			l.last, batch->n, which == AGENCY_REPLY ? "/reply" : "",
			l.last);
	return e;
}

void
agency_put_alike(struct page *p)
{
	buf_text(p->to,
		"<p>Accepted lines are all alike here: on the answer day each "
		"has one package, of one size, and nothing before it tells "
		"more. Advice is of a line's own words alone: who writes the "
		"same is advised the same, whatever is found.</p>\n");
}

/* ---- the reply as a letter ---- */

enum err
console_agency_reply(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	char title[CONSOLE_PATH];
	struct page p;
	enum err e = agency_batch(desk, ask, &batch);

	if (e == ERR_OK && batch.stage < STAGE_ANSWERED)
		e = instance_says(&desk->in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is still being judged", batch.n);
	if (e != ERR_OK)
		return e;
	(void)snprintf(
		title, sizeof(title), "Reply to batch %" PRIu32, batch.n);
	p = agency_page_begin(desk, answer, batch.n,
		(struct page_head){.title = title, .plain = true});
	e = agency_put_totals(&p, &batch);
	buf_text(p.to,
		"<p class=\"console-screen\"><button type=\"button\" "
		"class=\"usa-button usa-button--outline console-script\" "
		"data-print=\"1\">Print this page</button></p>\n");
	if (e == ERR_OK)
		e = agency_put_lines(
			&p, &batch, console_from(ask), AGENCY_REPLY);
	agency_put_alike(&p);
	buf_text(p.to,
		"<p>A refused line may be mended and sent again in another "
		"batch, naming this one; a certifier may ask that a refusal be "
		"looked at again. What is signed is the file reply.jsonl, and "
		"this page shows what it says.</p>\n");
	return e == ERR_OK ? page_end(&p) : e;
}
