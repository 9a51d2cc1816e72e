/* SPDX-License-Identifier: Apache-2.0 */
/* One batch for its reviewers: what waits, the sample, all that is plain. */
#include "console/review.h"

#include <inttypes.h>
#include <stdio.h>

#include "proc/proc_queue.h"
#include "proc/proc_sample.h"

/* ---- what waits ---- */

struct list {
	struct page *p;
	uint32_t batch;
	uint64_t from;
	uint64_t n;
	uint64_t shown;
	uint64_t plain;
	uint64_t borderline;
	uint64_t first; /* line of the first one; 0: none */
};

static enum err
put_item(void *context, const struct proc_review_item *item)
{
	struct list *l = context;
	const struct store_request *row = &item->request->row;
	bool looked = item->request->match.n > 0;

	l->plain += looked && item->borderline == NULL;
	l->borderline += looked && item->borderline != NULL;
	l->first = l->first == 0 ? row->line : l->first;
	if (l->n++ < l->from || l->shown == CONSOLE_STEP)
		return ERR_OK;
	if (l->shown++ == 0)
		page_table(l->p, "What waits, in the order of lines",
			"Request|State|#Signatures|Plain, or borderline");
	page_cell(l->p, 0);
	html_put(l->p->to, "<a href=\"/review/%" PRIu32 "/%" PRIu64 "\">%s</a>",
		l->batch, row->line, row->id);
	page_cell_end(l->p, 0);
	page_cell_text(l->p, 1, case_state_text((enum case_state)row->state));
	page_cell_number(l->p, 2, item->approvals);
	page_cell_text(l->p, 3,
		!looked                    ? "not looked up"
		: item->borderline == NULL ? "plain"
					   : item->borderline);
	return ERR_OK;
}

static void
put_end(struct page *p, const struct list *l)
{
	char base[CONSOLE_PATH];

	if (l->shown > 0)
		page_table_end(p);
	else
		page_empty(p, "Nothing of this batch waits for a decision.");
	buf_text(p->to, "</div>\n");
	review_path(base, l->batch, "");
	page_pages(p, base,
		&(struct page_range){
			.first = l->from, .step = CONSOLE_STEP, .of = l->n});
}

/* ---- together ---- */

static void
put_sample(struct page *p, uint32_t batch)
{
	static struct proc_sample sample;
	OWNED_BUF(says, 4096);
	enum err e = proc_sample_read(&p->desk->in, batch, &sample);

	page_h2(p, "The sample");
	if (e != ERR_OK) {
		page_empty(p, p->desk->in.why.text);
		return;
	}
	proc_sample_says(&sample, &says);
	html_put(p->to, "<p>%.*s</p>\n", (int)says.n, (const char *)says.at);
	html_put(p->to,
		"<p><a href=\"/review/%" PRIu32 "/sample\">See the %zu lines "
		"that were drawn</a></p>\n",
		batch, sample.n);
}

static void
put_together(struct page *p, const struct list *l)
{
	char path[CONSOLE_PATH];

	page_h2(p, "Decide");
	if (l->first != 0)
		html_put(p->to,
			"<p><a class=\"usa-button\" data-key=\"Enter\" href="
			"\"/review/%" PRIu32 "/%" PRIu64 "\">One after the "
			"other</a></p>\n",
			l->batch, l->first);
	review_path(path, l->batch, "plain");
	html_put(p->to,
		"<p>%" PRIu64 " are plain: every identifier, both names and "
		"the address agree. %" PRIu64 " are borderline, and are "
		"decided one by one.</p>\n",
		l->plain, l->borderline);
	page_form(p, path, false);
	page_button(p, PAGE_SECOND, "Sign all that are plain", NULL, NULL);
	page_form_end(p);
	review_path(path, l->batch, "sign");
	html_put(p->to,
		"<p><a href=\"%s\">Sign a list that you bring</a></p>\n", path);
}

static void
put_assign(struct page *p, uint32_t batch)
{
	char path[CONSOLE_PATH];

	review_path(path, batch, "assign");
	buf_text(p->to, "<details class=\"console-exact\"><summary>Say who is "
			"to look at what</summary>\n");
	page_form(p, path, false);
	page_input(p, &(struct page_field){.name = "from",
			      .label = "From line",
			      .type = "number"});
	page_input(p,
		&(struct page_field){
			.name = "until", .label = "To line", .type = "number"});
	page_input(
		p, &(struct page_field){.name = "to",
			   .label = "Reviewer",
			   .hint = "A name or a fingerprint. Empty: what is "
				   "nobody's is shared among all reviewers."});
	page_button(p, PAGE_SECOND, "Assign", NULL, NULL);
	page_form_end(p);
	buf_text(p->to, "</details>\n");
}

enum err
console_review(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct list l = {.from = console_from(ask)};
	char title[CONSOLE_PATH];
	struct page p;
	enum err e = console_batch(desk, ask, &l.batch);

	if (e != ERR_OK)
		return e;
	(void)snprintf(
		title, sizeof(title), "Review of batch %" PRIu32, l.batch);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/queue",
			.wide = true,
			.crumb = {{"/queue", "Queue"}}});
	page_done(&p, ask);
	l.p = &p;
	buf_text(p.to, "<div data-rows=\"batch\">\n");
	e = proc_review_list(&desk->in, l.batch, put_item, &l);
	if (e != ERR_OK)
		return e;
	put_end(&p, &l);
	if (proc_permitted(&desk->in, PERMIT_REVIEW))
		put_together(&p, &l);
	put_sample(&p, l.batch);
	if (proc_permitted(&desk->in, PERMIT_ASSIGN))
		put_assign(&p, l.batch);
	return page_end(&p);
}

/* ---- all that is plain ---- */

enum err
console_review_plain(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct proc_sample sample;
	struct proc_review_result result = {0};
	struct proc_review_options options = {.ground = "", .plain = true};
	char back[CONSOLE_PATH];
	char action[CONSOLE_PATH];
	OWNED_BUF(says, 4096);
	struct page_act act = {.title = "Sign all that are plain",
		.action = action,
		.button = "Sign them",
		.back = back,
		.here = "/queue"};
	enum err e = proc_permit(&desk->in, PERMIT_REVIEW);

	if (e == ERR_OK)
		e = console_batch(desk, ask, &options.batch);
	if (e == ERR_OK)
		e = proc_sample_read(&desk->in, options.batch, &sample);
	if (e == ERR_OK)
		e = proc_sample_allows(&desk->in, options.batch);
	if (e != ERR_OK)
		return e;
	review_path(back, options.batch, "");
	review_path(action, options.batch, "plain");
	proc_sample_says(&sample, &says);
	buf_text(&says, " One signature approves every request of the batch "
			"that is plain and that you have not signed.");
	buf_u8(&says, 0);
	if (buf_error(&says) != ERR_OK)
		return buf_error(&says);
	act.says = (const char *)says.at;
	if (!page_confirmed(ask))
		return page_confirm(desk, ask, answer, &act);
	e = proc_review_approve(&desk->in, &options, &result);
	if (e == ERR_OK)
		return page_see(answer, back, "plain-signed");
	return page_signed(desk, ask, answer, &act, e);
}

/* ---- who is to look ---- */

enum err
console_review_assign(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_queue_assign assign = {0};
	char to[128];
	char back[CONSOLE_PATH];
	uint64_t n = 0;
	enum err e = console_batch(desk, ask, &assign.batch);

	if (e == ERR_OK)
		e = console_text(
			desk, ask, "to", "the reviewer", to, sizeof(to));
	if (e != ERR_OK)
		return e;
	assign.to = to[0] == '\0' ? NULL : to;
	(void)ask_number(ask, ASK_FORM, "from", UINT32_MAX, &assign.from);
	(void)ask_number(ask, ASK_FORM, "until", UINT32_MAX, &assign.until);
	e = proc_queue_assign(&desk->in, &assign, &n);
	if (e != ERR_OK)
		return e;
	review_path(back, assign.batch, "");
	return page_see(answer, back, "assigned");
}
