/* SPDX-License-Identifier: Apache-2.0 */
/* What people's accounts do not tell yet, and until when. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_delay.h"

enum { ROWS_BYTES = 4 << 20 };

struct listing {
	struct page *p;
	bool begun;
	uint64_t overdue;
};

static void
put_state(struct page *p, unsigned i, enum proc_delay_state state)
{
	page_cell(p, i);
	html_put(p->to,
		state == DELAY_OVERDUE
			? "<strong class=\"console-overdue\">%s</strong>"
			: "%s",
		proc_delay_state_text(state));
	page_cell_end(p, i);
}

static enum err
put_item(void *context, const struct proc_delay_item *item)
{
	struct listing *l = context;
	struct page *p = l->p;
	bool lift = item->state == DELAY_STANDS &&
		    proc_permitted(&p->desk->in, PERMIT_DELAY);

	if (!l->begun)
		page_table(p, "Delays, the oldest first",
			"#Number|Request|State|Placed|Until|Ground|Lift");
	l->begun = true;
	l->overdue += item->state == DELAY_OVERDUE;
	page_cell_number(p, 0, item->delay->n);
	page_cell_text(p, 1, item->request);
	put_state(p, 2, item->state);
	show_cell_time(p, 3, item->placed_at);
	page_cell_day(p, 4, item->delay->until);
	show_cell_span(p, 5, item->ground);
	page_cell(p, 6);
	if (lift) {
		page_form(p, "/delays/lift", false);
		page_hidden(p, "request", span_text(item->request));
		page_button(p, PAGE_SECOND, "Lift", NULL, NULL);
		page_form_end(p);
	}
	page_cell_end(p, 6);
	return ERR_OK;
}

static void
put_form(struct page *p, const struct ask *ask)
{
	page_h2(p, "Delay what an account tells of a request");
	page_form(p, "/delays", false);
	page_input(p, &(struct page_field){.name = "request",
			      .label = "Request",
			      .hint = "Before an address of it leaves",
			      .value = ask_get(ask, ASK_FORM, "request"),
			      .must = true});
	page_area(p, &(struct page_field){.name = "ground",
			     .label = "Ground",
			     .hint = "5 USC 552a(c)(3)",
			     .value = ask_get(ask, ASK_FORM, "ground"),
			     .must = true});
	page_input(p, &(struct page_field){.name = "until",
			      .label = "Until",
			      .hint = "The first day on which it is told; at "
				      "most 366 days ahead",
			      .type = "date",
			      .value = ask_get(ask, ASK_FORM, "until"),
			      .must = true});
	page_button(p, PAGE_MAIN, "Delay it", NULL, NULL);
	page_form_end(p);
}

/* What is past its day stands above the list, and is known below it. */
static enum err
put_list(struct page *p)
{
	OWNED_BUF(rows, ROWS_BYTES);
	struct buf *to = p->to;
	struct listing l = {.p = p};
	enum err e;

	p->to = &rows;
	e = proc_delay_list(&p->desk->in, put_item, &l);
	if (e == ERR_OK && l.begun)
		page_table_end(p);
	p->to = to;
	if (e == ERR_OK)
		e = buf_error(&rows);
	if (e != ERR_OK)
		return e;
	if (l.overdue > 0)
		page_alert(p, PAGE_WARNING, "A delay is past its day",
			"What it kept back is still not in the person's "
			"account: the daily round enters it.");
	if (!l.begun)
		page_empty(p, "Nothing is delayed, and nothing ever was.");
	buf_bytes(p->to, buf_span(&rows));
	return ERR_OK;
}

static enum err
put_page(struct desk *desk, const struct ask *ask, struct answer *answer,
	const char *error)
{
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_DELAYS);

	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Delays of accounts",
			.lead = "An account tells a person what was disclosed. "
				"What a law keeps back for a time ends by its "
				"day.",
			.here = "/delays",
			.wide = true});
	page_done(&p, ask);
	if (error != NULL)
		page_alert(&p, PAGE_ERROR, "This is to be mended first", error);
	e = put_list(&p);
	if (e != ERR_OK)
		return e;
	if (proc_permitted(&desk->in, PERMIT_DELAY))
		put_form(&p, ask);
	return page_end(&p);
}

enum err
console_delays(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return put_page(desk, ask, answer, NULL);
}

enum err
console_delay_place(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char request[STORE_ID_MAX];
	struct why why;
	int32_t until = DAY_NONE;
	uint64_t n = 0;
	enum err e = proc_permit(&desk->in, PERMIT_DELAY);

	if (e != ERR_OK)
		return e;
	if (!ask_text(ask, ASK_FORM, "request", request, sizeof(request)) ||
		!show_read_day(ask_get(ask, ASK_FORM, "until"), &until) ||
		until == DAY_NONE)
		return put_page(desk, ask, answer,
			"name a request, and a day such as 2026-11-01");
	e = proc_delay_place(&desk->in, request,
		span_trim(ask_get(ask, ASK_FORM, "ground")), until, &n);
	if (e == ERR_OK)
		return page_see(answer, "/delays", "delay-placed");
	if (err_is_failure(e) || e == ERR_NOT_ALLOWED || e == ERR_UNSIGNED)
		return e;
	why = desk->in.why;
	return put_page(desk, ask, answer, why.text);
}

enum err
console_delay_lift(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char request[STORE_ID_MAX];
	uint64_t n = 0;
	enum err e;

	if (!ask_text(ask, ASK_FORM, "request", request, sizeof(request)))
		return instance_says(
			&desk->in, ERR_MALFORMED, "which request?");
	e = proc_delay_lift(&desk->in, request, &n);
	return e == ERR_OK ? page_see(answer, "/delays", "delay-lifted") : e;
}
