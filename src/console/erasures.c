/* SPDX-License-Identifier: Apache-2.0 */
/* Erasure: asked by one, granted by another, one of them counsel; who would go
 * and who is kept is read before either signs. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_erase.h"

enum { PATH_BYTES = 96, SAYS_BYTES = 240, KEPT_SHOWN = 500 };

/* ---- the list ---- */

struct listing {
	struct page *p;
	bool begun;
};

static enum err
put_item(void *context, const struct proc_erase_item *item)
{
	struct listing *l = context;
	struct page *p = l->p;
	const struct proc_erase_order *o = &item->order;

	if (!l->begun)
		page_table(p, "Erasures, the oldest first",
			"#Number|State|Of|Which|Ground|Schedule or order|"
			"Asked by|Asked");
	l->begun = true;
	show_cell_link(p, 0, "/erasures", item->row.n);
	page_cell_text(p, 1,
		proc_erase_state_text((enum proc_erase_state)item->row.state));
	page_cell_text(p, 2, proc_erase_scope_text(o->scope));
	page_cell_text(p, 3, o->what);
	page_cell_text(p, 4, proc_erase_ground_text(o->ground));
	page_cell_text(p, 5, o->basis);
	page_cell(p, 6);
	show_person(p, item->asker);
	page_cell_end(p, 6);
	show_cell_time(p, 7, item->asked_at);
	return ERR_OK;
}

/* ---- the form ---- */

enum field { SCOPE, WHAT, GROUND, BASIS, ENDED };

static const struct page_field fields[] = {
	[SCOPE] = {.name = "scope", .label = "Erase", .must = true},
	[WHAT] = {.name = "what",
		.label = "Which",
		.hint = "The request's id, the batch's number, the person's "
			"id, or the day",
		.must = true},
	[GROUND] = {.name = "ground", .label = "Ground", .must = true},
	[BASIS] = {.name = "basis",
		.label = "Schedule or order",
		.hint = "For example GRS 5.2, item 020; a docket; the number "
			"of the request that was granted",
		.must = true},
	[ENDED] = {.name = "record-ended",
		.label = "The records themselves were destroyed on",
		.hint = "You answer for it. Empty: they were not, or it is not "
			"known",
		.type = "date"},
};

static const char scope_words[] =
	"request=One request|batch=The requests of a batch|"
	"person=The requests that confirmed a person|"
	"before=The requests received before a day";
static const char ground_words[] =
	"retention=A retention schedule|court=An order of a court|"
	"amendment=A request that was granted (5 USC 552a(d)(2))";

struct asking {
	struct page_field field[ENDED + 1];
	struct proc_erase_order order;
	bool wrong;
};

static void
set_wrong(struct asking *a, enum field field, const char *error)
{
	a->field[field].error = error;
	a->wrong = true;
}

static void
take_form(struct asking *a, const struct ask *ask)
{
	struct proc_erase_order *o = &a->order;

	for (size_t i = 0; i <= ENDED; i++) {
		a->field[i] = fields[i];
		a->field[i].value = ask_get(ask, ASK_FORM, fields[i].name);
	}
	if (!proc_erase_scope_parse(a->field[SCOPE].value, &o->scope))
		set_wrong(a, SCOPE, "choose one");
	if (!proc_erase_ground_parse(a->field[GROUND].value, &o->ground))
		set_wrong(a, GROUND, "choose one");
	if (!span_copy(span_trim(a->field[WHAT].value), o->what,
		    sizeof(o->what)) ||
		o->what[0] == '\0')
		set_wrong(a, WHAT, "say which, in at most 511 bytes");
	if (!span_copy(span_trim(a->field[BASIS].value), o->basis,
		    sizeof(o->basis)) ||
		o->basis[0] == '\0')
		set_wrong(a, BASIS, "say which one, in at most 511 bytes");
	if (!show_read_day(a->field[ENDED].value, &o->record_ended))
		set_wrong(a, ENDED, "write a day, such as 2026-11-01");
}

static void
put_form(struct page *p, const struct asking *a)
{
	page_h2(p, "Ask for an erasure");
	page_form(p, "/erasures", false);
	page_radios(p, &a->field[SCOPE], scope_words);
	page_input(p, &a->field[WHAT]);
	page_select(p, &a->field[GROUND], ground_words);
	page_input(p, &a->field[BASIS]);
	page_input(p, &a->field[ENDED]);
	page_button(p, PAGE_MAIN, "See who would go", NULL, NULL);
	page_form_end(p);
}

static enum err
put_page(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct asking *a, const char *error)
{
	const struct page_field *field[ENDED + 1];
	struct listing l = {.begun = false};
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_ERASURES);

	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Erasures",
			.lead = "What is kept of a request is destroyed when "
				"its time is over: one asks, another grants. "
				"The ledger stays as it is.",
			.here = "/erasures",
			.wide = true});
	page_done(&p, ask);
	if (error != NULL)
		page_alert(&p, PAGE_ERROR, "It is not to be erased", error);
	for (size_t i = 0; i <= ENDED; i++)
		field[i] = &a->field[i];
	page_errors(&p, field, ENDED + 1);
	l.p = &p;
	e = proc_erase_list(&desk->in, put_item, &l);
	if (e != ERR_OK)
		return e;
	if (l.begun)
		page_table_end(&p);
	else
		page_empty(&p, "Nobody has asked for an erasure.");
	if (proc_permitted(&desk->in, PERMIT_ERASE))
		put_form(&p, a);
	return page_end(&p);
}

enum err
console_erasures(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct asking a = {.wrong = false};

	for (size_t i = 0; i <= ENDED; i++)
		a.field[i] = fields[i];
	return put_page(desk, ask, answer, &a, NULL);
}

/* ---- asking ---- */

/* With what would go and what is kept: before it is signed too. */
static void
say_what_goes(const struct asking *a, const struct proc_erase_result *r,
	char says[SAYS_BYTES])
{
	(void)snprintf(says, SAYS_BYTES,
		"You ask that what is kept of %s %.60s is destroyed: %" PRIu64
		" requests with %" PRIu64 " entries would go, %" PRIu64
		" are kept. Another person grants it.",
		proc_erase_scope_text(a->order.scope), a->order.what,
		r->requests, r->entries, r->kept);
}

enum err
console_erasure_ask(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct asking a = {.wrong = false};
	struct proc_erase_result r = {.n = 0};
	char says[SAYS_BYTES];
	char path[PATH_BYTES];
	const struct page_act act = {.title = "Ask for this erasure",
		.says = says,
		.action = "/erasures",
		.button = "Ask for it",
		.back = "/erasures",
		.here = "/erasures"};
	struct why why;
	enum err e = proc_permit(&desk->in, PERMIT_ERASE);

	if (e != ERR_OK)
		return e;
	take_form(&a, ask);
	if (a.wrong)
		return put_page(desk, ask, answer, &a, NULL);
	e = proc_erase_ask(&desk->in, &a.order, NULL, NULL, &r);
	if (e == ERR_MALFORMED || e == ERR_NOT_FOUND || e == ERR_BAD_MOVE) {
		why = desk->in.why;
		return put_page(desk, ask, answer, &a, why.text);
	}
	say_what_goes(&a, &r, says);
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	(void)snprintf(path, sizeof(path), "/erasures/%" PRIu64, r.n);
	return page_see(answer, path, "erasure-asked");
}

/* ---- one of them ---- */

struct keeping {
	struct page *p;
	uint64_t n;
};

static enum err
put_kept(void *context, const char *request, const char *why)
{
	struct keeping *k = context;

	if (k->n++ >= KEPT_SHOWN)
		return ERR_OK;
	if (k->n == 1)
		page_table(k->p, "Requests that are kept", "Request|Why");
	page_cell_text(k->p, 0, request);
	page_cell_text(k->p, 1, why);
	return ERR_OK;
}

static void
put_order(struct page *p, const struct proc_erase_item *item)
{
	const struct proc_erase_order *o = &item->order;

	page_item(p, "State",
		proc_erase_state_text((enum proc_erase_state)item->row.state));
	page_item(p, "Of", proc_erase_scope_text(o->scope));
	page_item(p, "Which", o->what);
	page_item(p, "Ground", proc_erase_ground_text(o->ground));
	page_item(p, "Schedule or order", o->basis);
	page_item_day(
		p, "The records themselves were destroyed on", o->record_ended);
	show_item_person(p, "Asked by", item->asker, item->asked_at);
	page_item_number(p, "Asked in entry", item->row.asked);
	if (item->row.answered != STORE_NO_ENTRY)
		page_item_number(p, "Answered in entry", item->row.answered);
}

static void
put_answer(struct page *p, uint64_t n)
{
	char path[PATH_BYTES];

	if (!proc_permitted(&p->desk->in, PERMIT_ERASE))
		return;
	page_h2(p, "Answer it");
	buf_text(p->to,
		"<p>Another person than who asked grants it; one of the two is "
		"counsel. What goes cannot be brought back.</p>\n");
	(void)snprintf(path, sizeof(path), "/erasures/%" PRIu64, n);
	page_form(p, path, false);
	buf_text(p->to, "<p class=\"console-buttons\">");
	page_button(p, PAGE_DANGER, "Grant it", "answer", "grant");
	page_button(p, PAGE_SECOND, "Deny it", "answer", "deny");
	buf_text(p->to, "</p>");
	page_form_end(p);
}

static void
put_goes(struct page *p, const struct proc_erase_result *r)
{
	page_list(p);
	page_item_number(p, "Requests that would go", r->requests);
	page_item_number(p, "Entries whose records would go", r->entries);
	page_item_number(p, "Requests that are kept", r->kept);
	page_item_number(p, "Packages of them that recipients still have",
		r->with_recipient);
	page_list_end(p);
}

/* The list of those kept stands below the sums, and is known before them. */
enum err
console_erasure(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	OWNED_BUF(rows, 1 << 20);
	struct proc_erase_item item;
	struct proc_erase_result r;
	char title[48];
	uint64_t n = 0;
	struct page p;
	struct page below;
	struct keeping k = {.p = &below};
	enum err e;

	if (!ask_number(ask, ASK_PATH, "erasure", UINT64_MAX, &n))
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "an erasure has a number");
	(void)snprintf(title, sizeof(title), "Erasure %" PRIu64, n);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/erasures",
			.crumb = {{"/erasures", "Erasures"}}});
	below = p;
	below.to = &rows;
	e = proc_erase_look(&desk->in, n, put_kept, &k, &item, &r);
	if (e != ERR_OK)
		return e;
	page_done(&p, ask);
	page_list(&p);
	put_order(&p, &item);
	page_list_end(&p);
	if (item.row.state != ERASE_ASKED)
		return page_end(&p);
	page_h2(&p, "What it would do now");
	put_goes(&p, &r);
	if (k.n > 0)
		page_table_end(&below);
	if (buf_error(&rows) != ERR_OK)
		return buf_error(&rows);
	buf_bytes(p.to, buf_span(&rows));
	if (k.n > KEPT_SHOWN)
		html_put(p.to,
			"<p>The first %d of %" PRIu64 " are shown.</p>\n",
			(int)KEPT_SHOWN, k.n);
	put_answer(&p, n);
	return page_end(&p);
}

/* ---- answering ---- */

static enum err
put_done(struct desk *desk, struct answer *answer,
	const struct proc_erase_result *r)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Erased",
			.here = "/erasures",
			.crumb = {{"/erasures", "Erasures"}}});

	page_list(&p);
	page_item_number(&p, "Erasure", r->n);
	page_item_number(&p, "Requests that are gone", r->requests);
	page_item_number(&p, "Entries whose records are gone", r->entries);
	page_item_number(&p, "Requests that are kept", r->kept);
	page_list_end(&p);
	html_put(p.to,
		"<p>Not gone: back-ups and copies made before now; packages "
		"with their recipients (%" PRIu64
		" whose destruction nobody certified); the roll. Make a "
		"back-up now: one from before cannot be brought here any "
		"more.</p>\n",
		r->with_recipient);
	return page_end(&p);
}

/* What is destroyed lies in files that a worker that is locked in does not
 * reach: the store's copy, the redo log. */
enum err
console_erasure_answer(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	bool deny = span_eq(ask_get(ask, ASK_FORM, "answer"), SPAN("deny"));
	struct proc_erase_result r;
	char path[PATH_BYTES];
	char title[64];
	uint64_t n = 0;
	const struct page_act act = {.title = title,
		.says = deny ? "Nothing is destroyed."
			     : "What is kept of these requests is destroyed, "
			       "and cannot be brought back.",
		.action = path,
		.button = deny ? "Deny it" : "Grant it",
		.back = path,
		.here = "/erasures"};
	enum err e;

	if (!ask_number(ask, ASK_PATH, "erasure", UINT64_MAX, &n))
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "an erasure has a number");
	(void)snprintf(path, sizeof(path), "/erasures/%" PRIu64, n);
	(void)snprintf(title, sizeof(title), "%s erasure %" PRIu64,
		deny ? "Deny" : "Grant", n);
	e = instance_open_for(
		desk->path, INSTANCE_LEDGER, &desk->asker, &desk->in);
	if (e != ERR_OK)
		return e;
	e = deny ? proc_erase_deny(&desk->in, n)
		 : proc_erase_grant(&desk->in, n, NULL, NULL, &r);
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return deny ? page_see(answer, path, "erasure-denied")
		    : put_done(desk, answer, &r);
}
