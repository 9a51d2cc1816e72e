/* SPDX-License-Identifier: Apache-2.0 */
/* The sample of a batch: what was drawn, and the decision on each. */
#include "console/review.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "proc/proc_registrar.h"
#include "proc/proc_sample.h"

static struct proc_sample sample; /* large */

/* ---- what was drawn ---- */

static enum err
put_drawn(struct page *p, const struct store_sampled *item)
{
	struct store_request row;
	bool decided = item->decided != STORE_NO_ENTRY;
	enum err e = store_request_get(
		p->desk->in.store, item->batch, item->line, &row);

	if (e != ERR_OK)
		return e;
	page_cell(p, 0);
	html_put(p->to,
		"<a href=\"/review/%" PRIu32 "/%" PRIu64 "?sample=1\">%" PRIu64
		"</a>",
		item->batch, item->line, item->line);
	page_cell_end(p, 0);
	page_cell_text(
		p, 1, item->part == REVIEW_REFUSED ? "refused" : "accepted");
	page_cell_text(p, 2, row.id);
	page_cell(p, 3);
	if (!decided)
		buf_text(p->to, "<span class=\"console-open\">not yet</span>");
	else
		html_put(p->to,
			item->wrong ? "<span class=\"console-no\">wrong</span>"
				    : "<span class=\"console-yes\">right"
				      "</span>");
	page_cell_end(p, 3);
	return ERR_OK;
}

static enum err
put_all_drawn(struct page *p)
{
	enum err e = ERR_OK;

	if (sample.n == 0) {
		page_empty(p, "Nothing was drawn: the batch has no lines.");
		return ERR_OK;
	}
	buf_text(p->to, "<div data-rows=\"sample\">\n");
	page_table(p, "The lines that were drawn",
		"Line|Answered|Request|Decided");
	for (size_t i = 0; e == ERR_OK && i < sample.n; i++)
		e = put_drawn(p, &sample.item[i]);
	page_table_end(p);
	buf_text(p->to, "</div>\n");
	return e;
}

/* How it was drawn, and what it can show. */
static void
put_plan(struct page *p)
{
	static const char *const part[REVIEW_N_PARTS] = {
		"Refused lines", "Accepted lines"};

	page_h2(p, "What it can show");
	page_table(p, "If none of the sample is wrong, with 95 % confidence",
		"Lines|#Of the batch|#Drawn|#At most wrong");
	for (size_t i = 0; i < REVIEW_N_PARTS; i++) {
		page_cell_text(p, 0, part[i]);
		page_cell_number(p, 1, sample.lines[i]);
		page_cell_number(p, 2, sample.drawn[i]);
		page_cell_number(p, 3,
			review_sample_bound(sample.lines[i], sample.drawn[i]));
	}
	page_table_end(p);
	html_put(p->to,
		"<p>The seed was entered before a line was read (entry %" PRIu64
		"): <code>",
		sample.row.opened);
	code_hex(p->to, span_of(sample.seed, sizeof(sample.seed)));
	buf_text(p->to, "</code></p>\n");
}

enum err
console_review_sample(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint32_t batch = 0;
	char up[CONSOLE_PATH];
	OWNED_BUF(says, 4096);
	struct page p;
	enum err e = console_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = proc_registrar_reader(&desk->in);
	if (e == ERR_OK)
		e = account_reading(&desk->in, "list-sample", batch, "");
	if (e == ERR_OK)
		e = proc_sample_read(&desk->in, batch, &sample);
	if (e != ERR_OK)
		return e;
	review_path(up, batch, "");
	p = page_begin(desk, answer,
		&(struct page_head){.title = "The sample",
			.here = "/queue",
			.crumb = {{"/queue", "Queue"}, {up, "The batch"}}});
	page_done(&p, ask);
	proc_sample_says(&sample, &says);
	html_put(p.to, "<p class=\"usa-intro\">%.*s</p>\n", (int)says.n,
		(const char *)says.at);
	put_plan(&p);
	e = put_all_drawn(&p);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- one of it ---- */

/* The next one that nobody decided, or the sample. */
static enum err
go_on(struct desk *desk, const struct ask *ask, struct answer *answer,
	uint32_t batch)
{
	struct review_going going = {.sample = true};
	char to[CONSOLE_PATH];

	for (size_t i = 0; i < sample.n; i++)
		if (sample.item[i].decided == STORE_NO_ENTRY)
			return review_line_page(desk, ask, answer, batch,
				sample.item[i].line, &going);
	review_path(to, batch, "sample");
	answer_see(answer, to);
	return ERR_OK;
}

static enum err
decide(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct proc_sample_decision *d)
{
	struct review_going going = {.sample = true, .error = "say why"};
	char action[CONSOLE_PATH];
	char back[CONSOLE_PATH];
	struct page_act act = {.title = "Decide one of the sample",
		.says = d->wrong ? "It was answered wrongly: nothing of this "
				   "batch is signed together any more."
				 : "It was answered rightly.",
		.action = action,
		.button = "Sign and send",
		.back = back,
		.here = "/queue"};
	enum err e;

	review_path(action, d->batch, "sample");
	review_path(back, d->batch, "sample");
	if (d->wrong && d->ground[0] == '\0') {
		answer->status = 400;
		return review_line_page(
			desk, ask, answer, d->batch, d->line, &going);
	}
	if (d->wrong && !page_confirmed(ask))
		return page_confirm(desk, ask, answer, &act);
	e = proc_sample_decide(&desk->in, d, &sample);
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return go_on(desk, ask, answer, d->batch);
}

enum err
console_review_drawn(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char ground[REVIEW_GROUND_MAX + 1];
	struct span what = ask_get(ask, ASK_FORM, "do");
	struct proc_sample_decision d = {
		.wrong = span_eq(what, SPAN("wrong")), .ground = ground};
	enum err e = proc_permit(&desk->in, PERMIT_REVIEW);

	if (e == ERR_OK)
		e = console_batch(desk, ask, &d.batch);
	if (e == ERR_OK)
		e = console_text(desk, ask, "ground", "the ground", ground,
			sizeof(ground));
	if (e != ERR_OK)
		return e;
	if (!ask_number(ask, ASK_FORM, "line", UINT32_MAX, &d.line) ||
		(!d.wrong && !span_eq(what, SPAN("right"))))
		return instance_says(&desk->in, ERR_MALFORMED,
			"the form says no line, or neither rightly nor wrongly");
	return decide(desk, ask, answer, &d);
}
