/* SPDX-License-Identifier: Apache-2.0 */
/* What a hold stops, and what has left that it covers. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/holds.h"
#include "proc/proc_hold.h"
#include "proc/proc_left.h"

enum { ROWS_MAX = 500, ROWS_BYTES = 8 << 20 }; /* of what left, on one page */

/* ---- others, while it is counted ---- */

static void
put_meanwhile(struct page *p, const char *what, uint64_t entries)
{
	if (entries > 0)
		html_put(p->to,
			"<p>Others were at work while this was counted: "
			"%" PRIu64 " entries came. Each %s is counted as it "
			"stood when its turn came.</p>\n",
			entries, what);
}

/* ---- what it stops ---- */

struct stops {
	struct page *p;
	bool begun;
};

static enum err
put_batch(void *context, const struct proc_left_reach *reach)
{
	struct stops *s = context;

	if (!s->begun)
		page_table(s->p, "Requests that it covers, by batch",
			"#Batch|#Stopped: no package yet|#Answered|"
			"#Closed");
	s->begun = true;
	show_cell_link(s->p, 0, "/flow", reach->batch);
	page_cell_number(s->p, 1, reach->open);
	page_cell_number(s->p, 2, reach->out);
	page_cell_number(s->p, 3, reach->closed);
	return ERR_OK;
}

static enum err
put_stops(struct page *p, const struct hold *hold)
{
	struct stops s = {.p = p};
	struct proc_left_reach sum;
	enum err e;

	page_h2(p, hold_effect(hold) == HOLD_TO_STOP
			   ? "What it stops"
			   : "What it keeps from being destroyed");
	e = proc_left_reach(&p->desk->in, hold, put_batch, &s, &sum);
	if (e != ERR_OK)
		return e;
	if (s.begun)
		page_table_end(p);
	else
		page_empty(p, "It covers no request that came in so far, by "
			      "what was written in them. It covers what comes "
			      "in from now on.");
	show_sum(p, "requests are covered", sum.open + sum.out + sum.closed,
		(const struct show_part[]){{"have no package yet", sum.open},
			{"are answered", sum.out},
			{"are closed: refused, withdrawn or lapsed",
				sum.closed}},
		3);
	if (sum.erased > 0)
		html_put(p->to,
			"<p>%" PRIu64 " more are erased: whether it covers "
			"them is not known any more.</p>\n",
			sum.erased);
	put_meanwhile(p, "request", sum.meanwhile);
	return ERR_OK;
}

/* ---- what has left ---- */

struct left {
	struct page *p;
	bool outcomes;
	bool begun;
	uint64_t n;
};

static enum err
put_about(void *context, const struct proc_left_about *about)
{
	struct left *l = context;

	l->outcomes = about->outcomes;
	buf_text(l->p->to, "<p>Since ");
	page_time(l->p, about->since);
	buf_text(l->p->to, ", as of ");
	page_time(l->p, about->as_of);
	html_put(l->p->to, ", entry %" PRIu64 " of the ledger.</p>\n",
		about->entry);
	return ERR_OK;
}

static const char *
where(enum proc_custody_place place)
{
	static const char *const text[] = {
		[CUSTODY_OUTBOX] = "in the outbox, not fetched",
		[CUSTODY_RECIPIENT] = "with the recipient",
		[CUSTODY_PULLED_BACK] = "back with the custodian",
		[CUSTODY_DESTROYED] = "destroyed, as certified",
	};

	return text[place];
}

static void
put_place(struct left *l, const struct proc_left_item *item)
{
	html_put(l->p->to, "%s", where(item->place));
	if (item->place_at == 0)
		return;
	buf_text(l->p->to,
		item->place == CUSTODY_RECIPIENT ? ", acknowledged " : ", ");
	page_time(l->p, item->place_at);
}

static enum err
put_item(void *context, const struct proc_left_item *item)
{
	struct left *l = context;
	unsigned i = 0;

	if (l->n++ >= ROWS_MAX)
		return ERR_OK;
	if (!l->begun)
		page_table(l->p, "Packages that left and are covered",
			l->outcomes ? "Request|#Batch|Officer|Agency|"
				      "Handed over|#Entry|Answer|Where it is"
				    : "Request|#Batch|Officer|Agency|"
				      "Handed over|#Entry|Where it is");
	l->begun = true;
	page_cell_text(l->p, i++, item->row->id);
	page_cell_number(l->p, i++, item->row->batch);
	show_cell_span(l->p, i++, item->officer);
	show_cell_span(l->p, i++, item->recipient);
	show_cell_time(l->p, i++, item->at);
	page_cell_number(l->p, i++, item->entry);
	if (l->outcomes)
		page_cell_text(
			l->p, i++, item->address ? "address" : "neutral");
	page_cell(l->p, i);
	put_place(l, item);
	page_cell_end(l->p, i);
	return ERR_OK;
}

static void
put_counts(struct left *l, const struct proc_left_counts *n)
{
	struct page *p = l->p;

	show_sum(p, "packages left", n->left,
		(const struct show_part[]){{"in the outbox, not fetched",
						   n->place[CUSTODY_OUTBOX]},
			{"with the recipient", n->place[CUSTODY_RECIPIENT]},
			{"back with the custodian",
				n->place[CUSTODY_PULLED_BACK]},
			{"destroyed, as certified",
				n->place[CUSTODY_DESTROYED]}},
		4);
	if (l->outcomes)
		show_sum(p, "packages left", n->left,
			(const struct show_part[]){
				{"with an address", n->addresses},
				{"neutral", n->neutral}},
			2);
	else
		page_alert(p, PAGE_INFO, NULL,
			"Not told to you: which held an address, and what is "
			"covered by the record alone.");
	if (n->doubtful > 0)
		html_put(p->to,
			"<p>%" PRIu64 " more with an address may be covered: "
			"the request does not say all that the record may. A "
			"hold on the person's id finds them.</p>\n",
			n->doubtful);
	put_meanwhile(p, "package", n->meanwhile);
}

/* The totals stand above the list, and are known below it. */
static enum err
put_left(struct page *p, const struct hold *hold, bool draft)
{
	OWNED_BUF(rows, ROWS_BYTES);
	struct buf *to = p->to;
	struct left l = {.p = p};
	const struct proc_left_calls calls = {put_about, put_item, &l};
	struct proc_left_counts n;
	enum err e;

	page_h2(p, "What has already left");
	p->to = &rows;
	e = draft ? proc_left_draft(&p->desk->in, hold, &calls, &n)
		  : proc_left(&p->desk->in, hold_number(hold), 0, &calls, &n);
	if (e == ERR_OK && l.begun)
		page_table_end(p);
	p->to = to;
	if (e == ERR_OK)
		e = buf_error(&rows);
	if (e != ERR_OK)
		return e;
	put_counts(&l, &n);
	if (l.n > ROWS_MAX)
		html_put(p->to,
			"<p>The first %d of %" PRIu64 " are shown; "
			"<code>weir hold affected</code> lists all.</p>\n",
			(int)ROWS_MAX, l.n);
	buf_bytes(p->to, buf_span(&rows));
	if (!l.begun)
		page_empty(p, "Nothing that it covers has left since it is "
			      "effective.");
	return ERR_OK;
}

enum err
console_holds_reach(struct page *p, const struct hold *hold, bool draft)
{
	enum err e;

	if (!proc_permitted(&p->desk->in, PERMIT_HOLD_LEFT)) {
		page_alert(p, PAGE_INFO, NULL,
			"What it stops and what has left is shown to operators, "
			"reviewers, counsel, safeguards officers and "
			"inspectors.");
		return ERR_OK;
	}
	e = put_stops(p, hold);
	return e == ERR_OK ? put_left(p, hold, draft) : e;
}

enum err
console_hold_left(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	const struct hold *placed = NULL;
	OWNED(hold) hold = NULL; /* others are let in */
	char title[64];
	char path[64];
	char name[48];
	struct page p;
	enum err e = holds_find(desk, ask, NULL, &placed);

	if (e == ERR_OK)
		e = hold_copy(placed, &hold);
	if (e != ERR_OK)
		return e;
	(void)snprintf(name, sizeof(name), "Hold %" PRIu64, hold_number(hold));
	(void)snprintf(
		path, sizeof(path), "/holds/%" PRIu64, hold_number(hold));
	(void)snprintf(title, sizeof(title), "What hold %" PRIu64 " stops",
		hold_number(hold));
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/holds",
			.crumb = {{"/holds", "Holds"}, {path, name}},
			.wide = true});
	page_done(&p, ask);
	e = console_holds_reach(&p, hold, false);
	return e == ERR_OK ? page_end(&p) : e;
}
