/* SPDX-License-Identifier: Apache-2.0 */
/* An agency's batches, and what was refused of each. */
#include "console/agency.h"

#include <inttypes.h>
#include <stdio.h>

#include "proc/proc_fetch.h"

enum { REFUSED_STEP = 25, ROWS = 256 };

enum err
agency_batch(
	struct desk *desk, const struct ask *ask, struct store_batch *ret_batch)
{
	uint32_t n = 0;
	enum err e = console_batch(desk, ask, &n);

	return e == ERR_OK ? proc_agency_batch(&desk->in, n, ret_batch) : e;
}

/* ---- all of them ---- */

static enum err
answer_day(struct instance *in, const struct store_batch *batch, int32_t *to)
{
	struct law *law = NULL;
	enum err e = instance_law(in, batch->law, &law);

	if (e == ERR_OK)
		*to = batch->today + (int32_t)law_answer_days(law);
	law = law_free(law);
	return e;
}

static enum err
put_row(struct page *p, const struct store_batch *batch)
{
	bool answered = batch->stage >= STAGE_ANSWERED;
	struct proc_agency_counts counts = {0};
	int32_t day = DAY_NONE;
	enum err e = answer_day(&p->desk->in, batch, &day);

	if (e == ERR_OK && answered)
		e = proc_agency_count(&p->desk->in, batch, &counts);
	page_cell(p, 0);
	html_put(p->to, "<a href=\"/batches/%" PRIu32 "\">%" PRIu32 "</a>",
		batch->n, batch->n);
	page_cell_end(p, 0);
	page_cell_text(p, 1, batch->agreement);
	page_cell_number(p, 2, batch->sequence);
	page_cell_day(p, 3, batch->today);
	page_cell_number(p, 4, batch->n_lines);
	page_cell_text(p, 5, answered ? "answered" : "being judged");
	page_cell_number(p, 6, counts.refused);
	page_cell_number(p, 7, counts.accepted);
	page_cell_day(p, 8, day);
	return e;
}

static enum err
put_rows(struct page *p, uint32_t after)
{
	static struct store_batch list[CONSOLE_STEP];
	size_t n = 0;
	enum err e =
		proc_agency_list(&p->desk->in, after, list, CONSOLE_STEP, &n);

	if (e == ERR_OK && n == 0) {
		page_empty(p, after == 0 ? "Your agency has sent no batch yet."
					 : "There is no more of it.");
		return ERR_OK;
	}
	page_table(p, "Batches, in the order they came in",
		"Batch|Agreement|#Sequence|Received|#Lines|State|#Refused|"
		"#Accepted|Answer day");
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = put_row(p, &list[i]);
	page_table_end(p);
	if (n == CONSOLE_STEP)
		html_put(p->to,
			"<p><a href=\"/batches?from=%" PRIu32
			"\">Later ones</a></p>\n",
			list[n - 1].n);
	return e;
}

enum err
console_batches(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){
			.title = "Batches", .here = "/batches", .wide = true});
	enum err e;

	page_done(&p, ask);
	e = put_rows(&p, (uint32_t)console_from(ask));
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- one: what was refused ---- */

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

static enum err
put_refused(
	struct page *p, const struct law *law, const struct store_request *row)
{
	const struct law_rule *unmet[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX];
	struct store_request blind = *row;
	struct batch_request b;
	size_t n;
	enum err e;

	blind.matched = STORE_NO_ENTRY;
	e = proc_batch_open(&p->desk->in, &blind, &b);
	if (e != ERR_OK)
		return e;
	page_cell_number(p, 0, row->line);
	page_cell_text(p, 1, row->id[0] == '\0' ? "none" : row->id);
	page_cell(p, 2);
	proc_batch_met(row->unmet, law_n_rules(law), met);
	n = law_unmet(law, met, unmet);
	for (size_t i = 0; i < n; i++)
		put_rule(p, &b, unmet[i]);
	page_cell_end(p, 2);
	page_cell(p, 3);
	if (!b.request.unreadable)
		html_put(p->to,
			"<a href=\"/batches/%" PRIu32 "/%" PRIu64
			"/mend\">Mend it</a>",
			row->batch, row->line);
	page_cell_end(p, 3);
	proc_batch_fini(&b);
	return ERR_OK;
}

/* Refused lines after line `after`; *ret_last is the last one shown, 0: all
 * were. */
static enum err
put_some_refused(struct page *p, const struct law *law, uint32_t batch,
	uint64_t after, uint64_t *ret_last)
{
	static struct store_request rows[ROWS];
	unsigned shown = 0;
	size_t n = 0;
	enum err e;

	*ret_last = 0;
	do {
		e = store_request_page(
			p->desk->in.store, batch, after, rows, ROWS, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			after = rows[i].line;
			if (rows[i].answer != LAW_REFUSED)
				continue;
			if (shown == REFUSED_STEP)
				return ERR_OK;
			e = put_refused(p, law, &rows[i]);
			shown++;
			*ret_last = after;
		}
	} while (e == ERR_OK && n == ROWS);
	*ret_last = 0;
	return e;
}

static enum err
put_all_refused(struct page *p, const struct store_batch *batch, uint64_t after)
{
	struct law *law = NULL;
	uint64_t last = 0;
	enum err e = instance_law(&p->desk->in, batch->law, &law);

	page_h2(p, "What was refused, and why");
	if (e != ERR_OK)
		return e;
	page_table(p, "Refused lines", "Line|Request|Why|Mend and send again");
	e = put_some_refused(p, law, batch->n, after, &last);
	page_table_end(p);
	law = law_free(law);
	if (last != 0)
		html_put(p->to,
			"<p><a href=\"/batches/%" PRIu32 "?from=%" PRIu64
			"\">More</a></p>\n",
			batch->n, last);
	return e;
}

/* ---- one: the whole ---- */

static void
put_files(struct page *p, uint32_t n)
{
	static const struct {
		const char *name;
		const char *says;
	} files[] = {
		{"reply.jsonl", "The reply, a line for each request"},
		{"reply.jsonl.p7s", "its signature"},
		{"receipt.json", "The receipt, with its place in the ledger"},
		{"receipt.json.p7s", "its signature"},
	};

	page_h2(p, "Files");
	buf_text(p->to, "<ul>\n");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		html_put(p->to,
			"<li><a href=\"/api/v1/batches/%" PRIu32
			"/files/%s\">%s</a>: %s</li>\n",
			n, files[i].name, files[i].name, files[i].says);
	html_put(p->to,
		"<li><a href=\"/batches/%" PRIu32
		"/packages\">Packages</a>, from the answer day on</li>\n</ul>\n",
		n);
}

static enum err
put_totals(struct page *p, const struct store_batch *batch)
{
	struct proc_agency_counts counts = {0};
	bool answered = batch->stage >= STAGE_ANSWERED;
	uint64_t judged = batch->n_lines;
	int32_t day = DAY_NONE;
	enum err e = answer_day(&p->desk->in, batch, &day);

	if (e == ERR_OK && answered)
		e = proc_agency_count(&p->desk->in, batch, &counts);
	if (e == ERR_OK && !answered)
		e = store_lines_done(p->desk->in.store, batch->n, &judged);
	page_list(p);
	page_item(p, "Agreement", batch->agreement);
	page_item_number(p, "Sequence number", batch->sequence);
	page_item_day(p, "Received", batch->today);
	page_item_number(p, "Lines", batch->n_lines);
	if (answered) {
		page_item_number(p, "Refused", counts.refused);
		page_item_number(p, "Accepted", counts.accepted);
		page_item_begin(p, "Answer day");
		console_due(p, day);
		page_item_end(p);
	} else {
		page_item_number(p, "Judged so far", judged);
	}
	page_list_end(p);
	return e;
}

enum err
console_agency_batch(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	char title[CONSOLE_PATH];
	struct page p;
	enum err e = agency_batch(desk, ask, &batch);

	if (e != ERR_OK)
		return e;
	(void)snprintf(title, sizeof(title), "Batch %" PRIu32, batch.n);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/batches",
			.wide = true,
			.crumb = {{"/batches", "Batches"}}});
	page_done(&p, ask);
	e = put_totals(&p, &batch);
	if (batch.stage < STAGE_ANSWERED) {
		page_empty(&p, "It is being judged. Load the page again to see "
			       "how far it is.");
		buf_text(p.to, "<p data-again=\"5\"></p>\n");
		return e == ERR_OK ? page_end(&p) : e;
	}
	put_files(&p, batch.n);
	if (e == ERR_OK)
		e = put_all_refused(&p, &batch, console_from(ask));
	buf_text(p.to,
		"<p>Accepted lines are all alike here: on the answer day "
		"each has one package, of one size, and nothing before "
		"it tells more.</p>\n");
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- mending ---- */

/* Only of what was refused: of others the form would begin with what is not
 * this page's to tell. */
static enum err
refused_row(
	struct desk *desk, const struct ask *ask, struct store_request *ret_row)
{
	struct store_batch batch;
	uint64_t line = 0;
	enum err e = agency_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = console_line(desk, ask, &line);
	if (e == ERR_OK)
		e = store_request_get(desk->in.store, batch.n, line, ret_row);
	if (e == ERR_NOT_FOUND ||
		(e == ERR_OK && (batch.stage < STAGE_ANSWERED ||
					ret_row->answer != LAW_REFUSED)))
		return instance_says(&desk->in, ERR_NOT_FOUND,
			"there is no refused line of that number");
	return e;
}

enum err
console_agency_mend(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_request row;
	struct batch_request b;
	struct request mended;
	OWNED_BUF(id, STORE_ID_MAX + 4);
	struct page p;
	enum err e = refused_row(desk, ask, &row);

	row.matched = STORE_NO_ENTRY;
	if (e == ERR_OK)
		e = proc_batch_open(&desk->in, &row, &b);
	if (e != ERR_OK)
		return e;
	mended = b.request;
	mended.field[RQ_SUPERSEDES] = b.request.field[RQ_ID];
	buf_bytes(&id, b.request.field[RQ_ID]);
	buf_text(&id, "-2");
	mended.field[RQ_ID] = buf_span(&id);
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Mend and send again",
			.here = "/batches",
			.lead = "The new line names the refused one, and goes "
				"into your next batch.",
			.crumb = {{"/batches", "Batches"}}});
	console_write_form(&p, &mended);
	proc_batch_fini(&b);
	return page_end(&p);
}
