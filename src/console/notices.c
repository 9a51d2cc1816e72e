/* SPDX-License-Identifier: Apache-2.0 */
/* Notices to people whose information left unlawfully: the queue, its drafts,
 * sent or suppressed. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_notice.h"

enum { PATH_BYTES = 96, DRAFTS_MAX = 8 << 20 };

struct listing {
	struct page *p;
	bool begun;
};

static enum err
put_item(void *context, const struct proc_notice_item *item)
{
	struct listing *l = context;
	const struct matter *m = &item->matter;

	if (!l->begun)
		page_table(l->p, "Notices, the oldest first",
			"#Notice|#Incident|#People|State|Due|"
			"Suppressed until");
	l->begun = true;
	show_cell_link(l->p, 0, "/notices", m->n);
	show_cell_link(l->p, 1, "/incidents", item->incident);
	page_cell_number(l->p, 2, item->persons);
	page_cell_text(l->p, 3, matter_stands_text(m));
	page_cell(l->p, 4);
	show_clock(l->p, m->due_at, m->state == MATTER_OPEN, l->p->desk->in.at);
	page_cell_end(l->p, 4);
	page_cell_day(l->p, 5, item->until);
	return ERR_OK;
}

enum err
console_notices(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct listing l = {.begun = false};
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_MATTERS);

	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Notices",
			.lead = "People are told, or a law that is cited keeps "
				"it back until a day.",
			.here = "/notices",
			.wide = true});
	page_done(&p, ask);
	l.p = &p;
	e = proc_notice_list(&desk->in, true, put_item, &l);
	if (e != ERR_OK)
		return e;
	if (l.begun)
		page_table_end(&p);
	else
		page_empty(&p, "No notice. One is opened from an incident.");
	return page_end(&p);
}

/* ---- one ---- */

static void
put_acts(struct page *p, uint64_t n)
{
	char path[PATH_BYTES];

	if (!proc_permitted(&p->desk->in, PERMIT_NOTICE))
		return;
	page_h2(p, "Answer it");
	(void)snprintf(path, sizeof(path), "/notices/%" PRIu64, n);
	page_form(p, path, false);
	page_radios(p,
		&(struct page_field){
			.name = "decision", .label = "Decision", .must = true},
		"sent=Sent: the notices went to the people|"
		"suppress=Suppressed until a day, by counsel");
	page_area(p, &(struct page_field){.name = "ground",
			     .label = "Ground",
			     .hint = "To suppress: the law or the order that "
				     "keeps it back",
			     .rows = 3});
	page_input(p, &(struct page_field){.name = "until",
			      .label = "Suppressed until",
			      .hint = "On that day it is opened again",
			      .type = "date"});
	page_button(p, PAGE_MAIN, "Answer", NULL, NULL);
	page_form_end(p);
}

/* Each draft on a sheet of its own. */
static void
put_drafts(struct page *p, struct span drafts)
{
	while (drafts.n > 0) {
		struct span one = span_cut(&drafts, '\f');

		buf_text(
			p->to, "<pre tabindex=\"0\" class=\"console-letter\">");
		html_lines(p->to, one);
		buf_text(p->to, "</pre>\n");
	}
}

static enum err
show_one(struct desk *desk, const struct ask *ask, struct answer *answer,
	uint64_t n, const char *error)
{
	struct instance *in = &desk->in;
	OWNED_BUF(drafts, DRAFTS_MAX);
	struct store_matter row;
	struct matter m;
	char title[48];
	struct page p;
	enum err e = proc_notice_show(in, n, span_of(NULL, 0), &drafts);

	if (e == ERR_OK)
		e = proc_matter_get(in, n, &row, &m);
	if (e != ERR_OK)
		return e;
	(void)snprintf(title, sizeof(title), "Notice %" PRIu64, n);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/notices",
			.crumb = {{"/notices", "Notices"}}});
	page_done(&p, ask);
	if (error != NULL)
		page_alert(&p, PAGE_ERROR, "This is to be mended first", error);
	page_list(&p);
	page_item(&p, "State", matter_stands_text(&m));
	page_item_begin(&p, "Due");
	show_clock(&p, m.due_at, m.state == MATTER_OPEN, in->at);
	page_item_end(&p);
	page_list_end(&p);
	if (m.state == MATTER_OPEN)
		put_acts(&p, n);
	page_h2(&p, "The drafts");
	put_drafts(&p, buf_span(&drafts));
	return page_end(&p);
}

static enum err
number_of(struct desk *desk, const struct ask *ask, uint64_t *ret_n)
{
	if (ask_number(ask, ASK_PATH, "notice", UINT64_MAX, ret_n))
		return ERR_OK;
	return instance_says(&desk->in, ERR_NOT_FOUND, "a notice has a number");
}

enum err
console_notice(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint64_t n = 0;
	enum err e = number_of(desk, ask, &n);

	return e == ERR_OK ? show_one(desk, ask, answer, n, NULL) : e;
}

enum err
console_notice_answer(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	bool sent = span_eq(ask_get(ask, ASK_FORM, "decision"), SPAN("sent"));
	char ground[MATTER_GROUND_MAX + 1];
	char path[PATH_BYTES];
	int32_t until = DAY_NONE;
	struct why why;
	uint64_t n = 0;
	const struct page_act act = {.title = sent ? "These notices were sent"
						   : "Suppress these notices",
		.says = sent ? "The people were told."
			     : "The people are not told until that day, by the "
			       "law or the order that you cite.",
		.action = path,
		.button = sent ? "Sign that they were sent"
			       : "Sign the suppression",
		.back = path,
		.here = "/notices"};
	enum err e = number_of(desk, ask, &n);

	if (e != ERR_OK)
		return e;
	(void)snprintf(path, sizeof(path), "/notices/%" PRIu64, n);
	if (!span_copy(span_trim(ask_get(ask, ASK_FORM, "ground")), ground,
		    sizeof(ground)))
		return show_one(desk, ask, answer, n,
			"the ground: at most 2,000 bytes");
	if (!sent && (!show_read_day(ask_get(ask, ASK_FORM, "until"), &until) ||
			     until == DAY_NONE))
		return show_one(desk, ask, answer, n,
			"to suppress, say until which day");
	e = sent ? proc_notice_sent(&desk->in, n, ground)
		 : proc_notice_suppress(&desk->in, n, until, ground);
	if (e == ERR_MALFORMED) {
		why = desk->in.why;
		return show_one(desk, ask, answer, n, why.text);
	}
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return page_see(
		answer, path, sent ? "notice-sent" : "notice-suppressed");
}
