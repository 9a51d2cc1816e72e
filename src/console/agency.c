/* SPDX-License-Identifier: Apache-2.0 */
/* An agency's batches, and what was refused of each. */
#include "console/agency.h"

#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"

enum err
agency_batch(
	struct desk *desk, const struct ask *ask, struct store_batch *ret_batch)
{
	uint32_t n = 0;
	enum err e = proc_permit(&desk->in, PERMIT_SUBMIT);

	if (e == ERR_OK)
		e = console_batch(desk, ask, &n);
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
	/* Who reads more has pages that are entered. */
	enum err e = proc_permit(&desk->in, PERMIT_SUBMIT);

	if (e != ERR_OK)
		return e;
	page_done(&p, ask);
	if (proc_permitted(&desk->in, PERMIT_SUBMIT))
		buf_text(p.to, "<p><a class=\"usa-button\" href=\"/batches/new"
			       "\">Send a batch</a></p>\n");
	e = put_rows(&p, (uint32_t)console_from(ask));
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- one: the whole ---- */

static bool
has_later(struct instance *in, uint32_t n)
{
	OWNED_FD folder = -1;

	return instance_folder(in, "batches", n, false, &folder) == ERR_OK &&
	       os_exists(folder, "reply-later.jsonl.p7s");
}

static void
put_more(struct page *p, uint32_t n)
{
	html_put(p->to,
		"<li><a href=\"/batches/%" PRIu32
		"/packages\">Packages</a>, from the answer day on</li>\n"
		"<li><a href=\"/batches/%" PRIu32
		"/custody\">Where the packages are</a>: acknowledged, kept, "
		"destroyed, and what is due</li>\n"
		"<li><a href=\"/batches/%" PRIu32
		"/letters\">Letters</a>: what your agency wrote about this "
		"batch since, with their receipts</li>\n",
		n, n, n);
	buf_text(p->to,
		"<li><a href=\"/ledger/check\">Verify reply and receipt in "
		"this browser</a>, against the public ledger</li>\n</ul>\n");
}

static void
put_files(struct page *p, uint32_t n)
{
	static const struct {
		const char *name;
		const char *says;
	} files[] = {
		{"reply.jsonl", "the reply, a line for each request"},
		{"reply.jsonl.p7s", "its signature"},
		{"receipt.json", "the receipt, with its place in the ledger"},
		{"receipt.json.p7s", "its signature"},
		{"reply-later.jsonl", "what was answered otherwise since"},
		{"reply-later.jsonl.p7s", "its signature"},
	};
	size_t all = sizeof(files) / sizeof(files[0]);

	if (!has_later(&p->desk->in, n))
		all -= 2;
	page_h2(p, "Files");
	html_put(p->to,
		"<ul>\n<li><a href=\"/batches/%" PRIu32
		"/reply\">The reply as a letter</a>, to read and to print"
		"</li>\n",
		n);
	for (size_t i = 0; i < all; i++)
		html_put(p->to,
			"<li><a href=\"/api/v1/batches/%" PRIu32
			"/files/%s\">%s</a>: %s</li>\n",
			n, files[i].name, files[i].name, files[i].says);
	put_more(p, n);
}

/* How far it is, which the page looks at again by itself where it can. */
static enum err
put_judging(struct page *p, const struct store_batch *batch)
{
	uint64_t done = 0;
	enum err e = store_lines_done(p->desk->in.store, batch->n, &done);

	html_put(p->to,
		"<div class=\"console-live\" id=\"live\" data-again=\"3\">\n"
		"<p><label for=\"judged\">Judged so far: %" PRIu64
		" of %" PRIu64 " lines</label></p>\n<progress class=\""
		"console-progress\" id=\"judged\" max=\"%" PRIu64
		"\" value=\"%" PRIu64 "\"></progress>\n<p>This goes on whether "
		"the page is open or not. <a href=\"/batches/%" PRIu32
		"\">Look again</a></p>\n</div>\n",
		done, batch->n_lines, batch->n_lines, done, batch->n);
	return e;
}

struct page
agency_page_begin(struct desk *desk, struct answer *answer, uint32_t batch,
	struct page_head head)
{
	char up[CONSOLE_PATH];

	(void)snprintf(up, sizeof(up), "/batches/%" PRIu32, batch);
	head.here = "/batches";
	head.crumb[0] = (struct page_crumb){"/batches", "Batches"};
	head.crumb[1] = (struct page_crumb){up, "The batch"};
	return page_begin(desk, answer, &head);
}

enum err
agency_put_totals(struct page *p, const struct store_batch *batch)
{
	struct proc_agency_counts counts = {0};
	bool answered = batch->stage >= STAGE_ANSWERED;
	int32_t day = DAY_NONE;
	enum err e = answer_day(&p->desk->in, batch, &day);

	if (e == ERR_OK && answered)
		e = proc_agency_count(&p->desk->in, batch, &counts);
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
	e = agency_put_totals(&p, &batch);
	if (batch.stage < STAGE_ANSWERED) {
		if (e == ERR_OK)
			e = put_judging(&p, &batch);
		return e == ERR_OK ? page_end(&p) : e;
	}
	put_files(&p, batch.n);
	page_h2(&p, "What was refused, and why");
	if (e == ERR_OK)
		e = agency_put_lines(
			&p, &batch, console_from(ask), AGENCY_REFUSED);
	agency_put_alike(&p);
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
					!agency_refused(ret_row))))
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
