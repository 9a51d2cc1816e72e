/* SPDX-License-Identifier: Apache-2.0 */
/* The second look: answers drawn after they were delivered, and whether each was
 * right (docs/AFTER-DELIVERY.md). */
#include <inttypes.h>
#include <stdio.h>

#include "console/review.h"
#include "console/show.h"
#include "proc/proc_incident.h"
#include "proc/proc_look.h"
#include "proc/proc_matter.h"

enum { PAGE_ROWS = 500, GROUND_BYTES = 601, SAYS_BYTES = 1024 };

static void
look_path(char to[CONSOLE_PATH], uint32_t batch, uint64_t line)
{
	(void)snprintf(
		to, CONSOLE_PATH, "/looks/%" PRIu32 "/%" PRIu64, batch, line);
}

/* ---- the list ---- */

struct listing {
	struct page *p;
	uint64_t from;
	uint64_t n;      /* told so far */
	uint64_t matter; /* of the table that is open */
};

/* How a round was drawn, and what it can show. */
static enum err
put_round(struct page *p, const struct proc_look_item *item)
{
	struct store_matter row;
	struct matter m;
	struct proc_matter_words w = {0};
	char title[CONSOLE_PATH];
	enum err e = proc_matter_get(&p->desk->in, item->matter, &row, &m);

	if (e == ERR_OK)
		e = proc_matter_words(&p->desk->in, &row, &w);
	if (e == ERR_OK) {
		(void)snprintf(title, sizeof(title),
			"Batch %" PRIu32 ", drawn after a release", m.batch);
		page_h2(p, title);
		page_list(p);
		show_item_lines(
			p, "Answers that were handed over", w.words.field[0]);
		show_item_lines(p, "Drawn of them", w.words.field[1]);
		show_item_lines(p, "What it can show", w.words.field[2]);
		page_item_begin(p, "Due");
		show_clock(p, m.due_at, matter_is_open(&m), p->desk->in.at);
		page_item_end(p);
		page_item_begin(p, "How it was drawn");
		html_put(p->to,
			"<a href=\"/matters/%" PRIu64 "\">matter %" PRIu64
			"</a>, with the seed and the lines",
			m.n, m.n);
		page_item_end(p);
		page_list_end(p);
		page_table(p, "The answers that were drawn",
			"Request|#Line|Second look");
	}
	proc_matter_words_fini(&w);
	return e;
}

static void
put_decision(struct page *p, const struct proc_look_item *item)
{
	if (item->decision == MATTER_LOOK_SOUND)
		buf_text(p->to, "<span class=\"console-yes\">right</span>");
	else if (item->decision == MATTER_LOOK_WRONG)
		buf_text(p->to, "<span class=\"console-no\">wrong</span>");
	else if (item->again)
		buf_text(p->to,
			"<span class=\"console-open\">waits for another</span>");
	else
		buf_text(p->to, "<span class=\"console-open\">waits</span>");
}

static enum err
put_item(void *context, const struct proc_look_item *item)
{
	struct listing *l = context;
	struct page *p = l->p;
	uint64_t at = l->n++;
	char path[CONSOLE_PATH];
	enum err e;

	if (at < l->from || at >= l->from + PAGE_ROWS)
		return ERR_OK;
	if (l->matter != item->matter) {
		if (l->matter != 0)
			page_table_end(p);
		l->matter = item->matter;
		e = put_round(p, item);
		if (e != ERR_OK)
			return e;
	}
	look_path(path, item->row.batch, item->row.line);
	page_cell(p, 0);
	if (proc_permitted(&p->desk->in, PERMIT_READ))
		html_put(p->to, "<a href=\"%s\">%s</a>", path, item->row.id);
	else
		html_text(p->to, span_text(item->row.id));
	page_cell_end(p, 0);
	page_cell_number(p, 1, item->row.line);
	page_cell(p, 2);
	put_decision(p, item);
	page_cell_end(p, 2);
	return ERR_OK;
}

static enum err
put_all(struct page *p, uint32_t batch, bool all, uint64_t from)
{
	struct listing l = {.p = p, .from = from};
	char base[CONSOLE_PATH];
	enum err e;

	buf_text(p->to, "<div data-rows=\"looks\">\n");
	e = proc_look_list(&p->desk->in, batch, all, put_item, &l);
	if (e != ERR_OK)
		return e;
	if (l.matter != 0)
		page_table_end(p);
	else
		page_empty(
			p, all ? "No answer was drawn yet. A sample is drawn "
				 "after each release, addresses and neutral "
				 "answers alike."
			       : "No answer waits for a second look.");
	buf_text(p->to, "</div>\n");
	(void)snprintf(base, sizeof(base), "/looks?batch=%" PRIu32 "%s", batch,
		all ? "&all=yes" : "");
	if (l.matter != 0)
		page_pages(p, base,
			&(struct page_range){
				.first = from, .step = PAGE_ROWS, .of = l.n});
	return ERR_OK;
}

enum err
console_looks(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint64_t batch = 0;
	bool all = ask_get(ask, ASK_QUERY, "all").n > 0;
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_MATTERS);

	if (e != ERR_OK)
		return e;
	(void)ask_number(ask, ASK_QUERY, "batch", UINT32_MAX, &batch);
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Second looks",
			.lead = "After each release a sample of its answers is "
				"drawn. Within 72 hours each is looked at "
				"again, by a reviewer who did not decide on it "
				"while there is one.",
			.here = "/looks",
			.wide = true});
	page_done(&p, ask);
	show_filter(&p, "/looks", batch,
		&(struct show_only){"all", "Decided ones too", all});
	e = put_all(&p, (uint32_t)batch, all, console_from(ask));
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- one of them ---- */

/* Which incidents name it. */
static enum err
put_incidents(struct page *p, const struct store_request *row)
{
	struct instance *in = &p->desk->in;
	struct store_matter matter = {.n = 0};
	struct matter m;
	size_t n = 0;
	enum err e;

	page_item_begin(p, "Incidents that name it");
	while ((e = proc_matter_next(in, matter.n, MATTER_OF_INCIDENT, 0,
			&matter, &m)) == ERR_OK) {
		struct proc_list named = {0};

		e = proc_list_load(in, m.n, &named);
		if (e == ERR_OK && proc_list_has(&named, row->batch, row->line))
			html_put(p->to,
				"%s<a href=\"/incidents/%" PRIu64
				"\">incident %" PRIu64 "</a> (%s)",
				n++ == 0 ? "" : ", ", m.n, m.n,
				matter_state_text((enum matter_state)m.state));
		proc_list_fini(&named);
		if (e != ERR_OK)
			return e;
	}
	if (n == 0)
		buf_text(p->to, "none");
	page_item_end(p);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
put_head(struct page *p, const struct proc_look_seen *seen)
{
	const struct store_request *row = &seen->item.row;
	enum err e;

	page_list(p);
	page_item_begin(p, "Second look");
	put_decision(p, &seen->item);
	page_item_end(p);
	if (seen->item.decision == MATTER_NO_DECISION) {
		page_item_begin(p, "Due");
		show_clock(p, seen->item.due_at, true, p->desk->in.at);
		page_item_end(p);
	}
	if (proc_permitted(&p->desk->in, PERMIT_OUTCOMES))
		page_item(p, "What was answered",
			case_answered_text((enum case_answered)row->answered));
	page_item_begin(p, "Sealed and handed over");
	html_put(p->to,
		"entries <a href=\"/ledger/entries/%" PRIu64 "\">%" PRIu64
		"</a> and <a href=\"/ledger/entries/%" PRIu64 "\">%" PRIu64
		"</a>",
		row->sealed, row->sealed, row->delivered, row->delivered);
	page_item_end(p);
	if (seen->at != 0)
		show_item_person(p, "Decided by", seen->by, seen->at);
	if (seen->ground[0] != '\0')
		show_item_lines(p, "Ground", span_text(seen->ground));
	e = put_incidents(p, row);
	page_list_end(p);
	return e;
}

static void
put_form(struct page *p, const struct proc_look_seen *seen, struct span ground,
	const char *error)
{
	char path[CONSOLE_PATH];

	look_path(path, seen->item.row.batch, seen->item.row.line);
	buf_text(p->to,
		"<p class=\"console-keys\"><kbd>a</kbd> says it was right, "
		"<kbd>w</kbd> says it was wrong on the ground written.</p>\n");
	page_form(p, path, false);
	page_input(p,
		&(struct page_field){.name = "ground",
			.label = "What is wrong",
			.hint = "Needed only where it was wrong. One line, "
				"without a word of the record: it goes into "
				"the incident, whose report leaves the office.",
			.error = error,
			.value = ground});
	buf_text(p->to, "<p class=\"console-buttons\">\n");
	review_button(p, PAGE_MAIN, "It was right", "sound", "a");
	review_button(p, PAGE_DANGER, "It was wrong", "wrong", "w");
	buf_text(p->to, "</p>\n");
	page_form_end(p);
}

static void
put_follows(struct page *p)
{
	buf_text(p->to,
		"<p>It was wrong. The incident named above has the report, "
		"which is due within 24 hours of its opening, and from it the "
		"people are told.</p>\n");
	if (proc_permitted(&p->desk->in, PERMIT_RECALL))
		show_button(p, "/demands/new", "Demand packages back");
}

static void
put_acts(struct page *p, const struct proc_look_seen *seen, struct span ground,
	const char *error)
{
	const struct proc_look_item *item = &seen->item;

	if (item->decision == MATTER_LOOK_WRONG)
		put_follows(p);
	if (!proc_permitted(&p->desk->in, PERMIT_LOOK) ||
		item->decision != MATTER_NO_DECISION)
		return;
	buf_text(p->to, "<section class=\"console-acts\" aria-label=\"Decide\">"
			"\n<h2>Was this answer right?</h2>\n");
	if (item->again)
		page_empty(p, "You decided on this request before. Another "
			      "reviewer takes the second look.");
	else
		put_form(p, seen, ground, error);
	buf_text(p->to, "</section>\n");
}

static enum err
put_parts(struct page *p, const struct proc_look_seen *seen, struct span ground,
	const char *error)
{
	const struct page_field field = {
		.name = "ground", .label = "What is wrong", .error = error};
	const struct page_field *const all[] = {&field};
	enum err e;

	page_errors(p, all, 1);
	buf_text(p->to, "<div class=\"console-two\"><div>\n");
	e = put_head(p, seen);
	review_put_grades(p, &seen->review);
	put_acts(p, seen, ground, error);
	buf_text(p->to, "</div><div>\n");
	review_put_written(p, &seen->review.request.request);
	buf_text(p->to, "</div></div>\n");
	review_put_law(p, &seen->review);
	return e;
}

/* The page of one; `error` is of the ground. */
static enum err
show_one(struct desk *desk, const struct ask *ask, struct answer *answer,
	uint32_t batch, uint64_t line, const char *error)
{
	static struct proc_look_seen seen; /* large */
	char title[CONSOLE_PATH];
	char up[CONSOLE_PATH];
	char up_name[CONSOLE_PATH];
	struct page p;
	enum err e = proc_look_see(&desk->in, batch, line, &seen);

	if (e != ERR_OK)
		return e;
	(void)snprintf(
		title, sizeof(title), "Second look at %s", seen.item.row.id);
	(void)snprintf(up, sizeof(up), "/looks?batch=%" PRIu32, batch);
	(void)snprintf(up_name, sizeof(up_name), "Batch %" PRIu32, batch);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/looks",
			.wide = true,
			.crumb = {{"/looks", "Second looks"}, {up, up_name}}});
	page_done(&p, ask);
	e = put_parts(&p, &seen, ask_get(ask, ASK_FORM, "ground"), error);
	proc_look_seen_fini(&seen);
	return e == ERR_OK ? page_end(&p) : e;
}

static enum err
which(struct desk *desk, const struct ask *ask, uint32_t *ret_batch,
	uint64_t *ret_line)
{
	enum err e = console_batch(desk, ask, ret_batch);

	return e == ERR_OK ? console_line(desk, ask, ret_line) : e;
}

enum err
console_look(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint32_t batch = 0;
	uint64_t line = 0;
	enum err e = which(desk, ask, &batch, &line);

	return e == ERR_OK ? show_one(desk, ask, answer, batch, line, NULL) : e;
}

/* ---- deciding ---- */

/* The incident that a wrong one opened; else the next that waits. */
static enum err
go_on(struct desk *desk, struct answer *answer, uint32_t batch,
	const struct proc_look_result *r)
{
	char path[CONSOLE_PATH];
	uint64_t next = 0;
	enum err e;

	if (r->incident != 0) {
		(void)snprintf(
			path, sizeof(path), "/incidents/%" PRIu64, r->incident);
		return page_see(answer, path, "look-wrong");
	}
	e = proc_look_next(&desk->in, batch, &next);
	if (e == ERR_OK) {
		look_path(path, batch, next);
		return page_see(answer, path, "look-sound");
	}
	return e == ERR_NOT_FOUND ? page_see(answer, "/looks", "look-done") : e;
}

static enum err
decide(struct desk *desk, const struct ask *ask, struct answer *answer,
	uint64_t line, const struct proc_look_options *o)
{
	struct proc_look_result r;
	struct why why;
	char path[CONSOLE_PATH];
	char says[SAYS_BYTES];
	const struct page_act act = {.title = "Decide on an answer",
		.says = says,
		.action = path,
		.button = o->wrong ? "It was wrong: open the incident"
				   : "Sign and send",
		.back = path,
		.here = "/looks"};
	enum err e;

	look_path(path, o->batch, line);
	(void)snprintf(says, sizeof(says),
		o->wrong ? "You say that the answer to %s was wrong: %s. An "
			   "incident is opened for it, and its report is due "
			   "within 24 hours."
			 : "You say that the answer to %s was right.%s",
		o->request, o->wrong ? o->ground : "");
	if (o->wrong && o->ground[0] == '\0') {
		answer->status = 400;
		return show_one(
			desk, ask, answer, o->batch, line, "say what is wrong");
	}
	if (o->wrong && !page_confirmed(ask))
		return page_confirm(desk, ask, answer, &act);
	e = proc_look_decide(&desk->in, o, &r);
	if (e == ERR_MALFORMED) {
		why = desk->in.why;
		answer->status = 400;
		return show_one(desk, ask, answer, o->batch, line, why.text);
	}
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return go_on(desk, answer, o->batch, &r);
}

enum err
console_look_decide(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char ground[GROUND_BYTES];
	struct span what = ask_get(ask, ASK_FORM, "do");
	struct store_request row;
	struct proc_look_options o = {.request = row.id,
		.wrong = span_eq(what, SPAN("wrong")),
		.ground = ground};
	uint64_t line = 0;
	enum err e = proc_permit(&desk->in, PERMIT_LOOK);

	if (e == ERR_OK)
		e = which(desk, ask, &o.batch, &line);
	if (e == ERR_OK && !o.wrong && !span_eq(what, SPAN("sound")))
		return instance_says(&desk->in, ERR_MALFORMED,
			"the form says neither that it was right nor that it "
			"was wrong");
	if (e == ERR_OK)
		e = console_text(desk, ask, "ground", "the ground", ground,
			sizeof(ground));
	if (e != ERR_OK)
		return e;
	e = store_request_get(desk->in.store, o.batch, line, &row);
	if (e == ERR_NOT_FOUND)
		return instance_says(&desk->in, e,
			"batch %" PRIu32 " has no line %" PRIu64, o.batch,
			line);
	return e == ERR_OK ? decide(desk, ask, answer, line, &o) : e;
}
