/* SPDX-License-Identifier: Apache-2.0 */
/* The decisions on a request, and the list that is signed. */
#include "console/review.h"

#include <inttypes.h>
#include <stdio.h>

#include "proc/proc_permit.h"
#include "review/review.h"

enum { LIST_MAX = ASK_VALUE_MAX - 4096 };

void
review_path(char to[CONSOLE_PATH], uint32_t batch, const char *rest)
{
	(void)snprintf(to, CONSOLE_PATH, "/review/%" PRIu32 "%s%s", batch,
		*rest == '\0' ? "" : "/", rest);
}

/* ---- the list ---- */

static bool
in_list(struct span list, const char *id)
{
	struct review_item item;
	struct why why;
	uint64_t line = 0;

	while (review_list_next(&list, &line, &item, &why) == ERR_OK)
		if (span_eq(item.id, span_text(id)))
			return true;
	return false;
}

size_t
review_list_n(struct span list)
{
	struct review_item item;
	struct why why;
	uint64_t line = 0;
	size_t n = 0;

	while (review_list_next(&list, &line, &item, &why) == ERR_OK)
		n++;
	return n;
}

enum err
review_next(struct desk *desk, uint32_t batch, uint64_t line, struct span list,
	struct store_request *row)
{
	enum err e = proc_permit(&desk->in, PERMIT_REVIEW);

	while (e == ERR_OK) {
		e = store_waiting_next(desk->in.store, batch, line, row);
		if (e == ERR_OK && row->batch != batch)
			e = ERR_NOT_FOUND;
		if (e == ERR_OK && !in_list(list, row->id))
			return ERR_OK;
		line = row->line;
	}
	return e;
}

enum err
review_list_page(struct desk *desk, struct answer *answer, uint32_t batch,
	struct span list)
{
	struct page_field field = {
		.name = "list",
		.label = "Decisions",
		.hint = "A line each: approve ID, or withhold ID and the "
			"ground. A line that you take out is not decided.",
		.value = list,
		.rows = 16,
		.must = true,
	};
	char up[CONSOLE_PATH];
	char here[CONSOLE_PATH];
	struct page p;

	review_path(up, batch, "");
	review_path(here, batch, "sign");
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Sign your decisions",
			.here = "/queue",
			.lead = "One signature covers the list. It is two "
				"entries of the ledger, whatever it names.",
			.crumb = {{"/queue", "Queue"}, {up, "The batch"}}});
	page_form(&p, here, false);
	page_area(&p, &field);
	page_hidden(&p, "do", SPAN("sign"));
	page_button(&p, PAGE_MAIN, "Sign this list", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

/* ---- the forms ---- */

static void
put_going(struct page *p, const struct proc_review_seen *seen,
	const struct review_going *going)
{
	page_hidden_number(p, "line", seen->request.row.line);
	if (going->list.n > 0)
		page_hidden(p, "list", going->list);
}

static void
put_ground(struct page *p, const struct review_going *going, const char *label)
{
	page_input(p, &(struct page_field){.name = "ground",
			      .label = label,
			      .hint = "One line of at most 500 bytes, without "
				      "the record's words.",
			      .error = going->error,
			      .value = going->ground});
}

void
review_button(struct page *p, enum page_button kind, const char *text,
	const char *value, const char *key)
{
	static const char *const word[] = {
		[PAGE_MAIN] = "usa-button",
		[PAGE_SECOND] = "usa-button usa-button--outline",
		[PAGE_DANGER] = "usa-button usa-button--secondary",
	};

	html_put(p->to,
		"<button type=\"submit\" class=\"%s\" name=\"do\" value=\"%s\" "
		"data-key=\"%s\" data-press=\"1\">%s</button>\n",
		word[kind], value, key, text);
}

/* Request review: read blind, let go on or given back. */
static void
put_first_look(struct page *p)
{
	review_button(p, PAGE_MAIN, "Let it go on", "clear", "a");
	review_button(p, PAGE_SECOND, "Skip", "skip", "s");
}

static void
put_match_look(struct page *p)
{
	review_button(p, PAGE_MAIN, "Approve, and next", "approve", "a");
	review_button(p, PAGE_SECOND, "Withhold, and next", "withhold", "w");
	review_button(p, PAGE_SECOND, "Skip", "skip", "s");
}

static void
put_keys(struct page *p, bool first)
{
	html_put(p->to,
		first ? "<p class=\"console-keys\"><kbd>a</kbd> lets it go on, "
			"<kbd>r</kbd> gives it back, <kbd>s</kbd> skips, "
			"<kbd>o</kbd> objects.</p>\n"
		      : "<p class=\"console-keys\"><kbd>a</kbd> approves, "
			"<kbd>w</kbd> withholds on the ground written, "
			"<kbd>s</kbd> skips, <kbd>o</kbd> objects.</p>\n");
}

static void
put_decide(struct page *p, const struct proc_review_seen *seen,
	const struct review_going *going)
{
	bool first = seen->request.row.state == CASE_REQUEST_REVIEW;
	size_t n = review_list_n(going->list);
	char path[CONSOLE_PATH];

	review_path(path, seen->batch.n, "decide");
	put_keys(p, first);
	page_form(p, path, false);
	put_going(p, seen, going);
	put_ground(p, going,
		first ? "Why it is given back: the requester reads it"
		      : "Ground of withholding");
	buf_text(p->to, "<p class=\"console-buttons\">\n");
	if (first) {
		put_first_look(p);
		review_button(p, PAGE_SECOND, "Give it back", "return", "r");
	} else {
		put_match_look(p);
	}
	buf_text(p->to, "</p>\n");
	if (n > 0) {
		html_put(p->to,
			"<p>%zu decided and not signed yet.</p><p class="
			"\"console-buttons\">",
			n);
		review_button(p, PAGE_MAIN, "Sign them", "list", "z");
		buf_text(p->to, "</p>\n");
	}
	page_form_end(p);
}

static void
put_object(struct page *p, const struct proc_review_seen *seen)
{
	char path[CONSOLE_PATH];

	review_path(path, seen->batch.n, "object");
	buf_text(p->to, "<details><summary data-key=\"o\">Object that the law "
			"forbids it</summary>\n");
	page_form(p, path, false);
	page_hidden_number(p, "line", seen->request.row.line);
	page_area(p, &(struct page_field){.name = "words",
			     .label = "What forbids it, and why",
			     .hint = "It stops every address of this request "
				     "until counsel answers. Nobody can take "
				     "it back.",
			     .must = true});
	page_button(p, PAGE_DANGER, "Object", NULL, NULL);
	page_form_end(p);
	buf_text(p->to, "</details>\n");
}

static void
put_sample(struct page *p, const struct proc_review_seen *seen,
	const struct review_going *going)
{
	char path[CONSOLE_PATH];

	review_path(path, seen->batch.n, "sample");
	page_form(p, path, false);
	page_hidden_number(p, "line", seen->request.row.line);
	buf_text(p->to, "<p>This line was drawn for the sample. Was it "
			"answered rightly, from what was asked?</p>\n");
	put_ground(p, going, "Why it was answered wrongly");
	buf_text(p->to, "<p class=\"console-buttons\">\n");
	review_button(p, PAGE_MAIN, "Rightly", "right", "a");
	review_button(p, PAGE_DANGER, "Wrongly", "wrong", "w");
	buf_text(p->to, "</p>\n");
	page_form_end(p);
}

void
review_acts(struct page *p, const struct proc_review_seen *seen,
	const struct review_going *going)
{
	bool reviews = proc_permitted(&p->desk->in, PERMIT_REVIEW);

	if (!reviews)
		return;
	buf_text(p->to, "<section class=\"console-acts\" aria-label=\"Decide\">"
			"\n<h2>Decide</h2>\n");
	if (register_same_person(p->desk->in.registers, p->desk->in.actor.print,
		    seen->batch.submitter))
		page_empty(p, "You brought this batch in, and so decide "
			      "nothing of it.");
	else if (going->sample)
		put_sample(p, seen, going);
	else if (seen->waits)
		put_decide(p, seen, going);
	else
		page_empty(p, "Nothing waits for a decision here.");
	if (seen->request.row.answer != LAW_REFUSED)
		put_object(p, seen);
	buf_text(p->to, "</section>\n");
}

/* ---- one decision ---- */

struct decision {
	struct desk *desk;
	const struct ask *ask;
	struct answer *answer;
	uint32_t batch;
	uint64_t line;
	struct store_request row;
	char what[16];
	char ground[REVIEW_GROUND_MAX + 1];
	struct span list;
};

static enum err
take(struct decision *d)
{
	enum err e = console_batch(d->desk, d->ask, &d->batch);

	if (e != ERR_OK)
		return e;
	d->list = ask_get(d->ask, ASK_FORM, "list");
	if (!ask_number(d->ask, ASK_FORM, "line", UINT32_MAX, &d->line) ||
		!ask_text(d->ask, ASK_FORM, "do", d->what, sizeof(d->what)))
		return instance_says(&d->desk->in, ERR_MALFORMED,
			"the form names no line or no decision");
	e = console_text(d->desk, d->ask, "ground", "the ground", d->ground,
		sizeof(d->ground));
	if (e == ERR_OK)
		e = store_request_get(
			d->desk->in.store, d->batch, d->line, &d->row);
	return e == ERR_NOT_FOUND
		       ? instance_says(&d->desk->in, e,
				 "batch %" PRIu32 " has no line %" PRIu64,
				 d->batch, d->line)
		       : e;
}

/* The next one, or where there is none the list. */
static enum err
go_on(struct decision *d, struct span list)
{
	struct review_going going = {.list = list};
	struct store_request next;
	enum err e = review_next(d->desk, d->batch, d->line, list, &next);

	if (e == ERR_NOT_FOUND) /* once around */
		e = review_next(d->desk, d->batch, 0, list, &next);
	if (e == ERR_OK && next.line != d->line)
		return review_line_page(d->desk, d->ask, d->answer, d->batch,
			next.line, &going);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (list.n > 0)
		return review_list_page(d->desk, d->answer, d->batch, list);
	return page_see(d->answer, "/queue", "nothing-waits");
}

static enum err
ask_ground(struct decision *d)
{
	struct review_going going = {
		.list = d->list,
		.error = "say why",
		.ground = span_text(d->ground),
	};

	d->answer->status = 400;
	return review_line_page(
		d->desk, d->ask, d->answer, d->batch, d->line, &going);
}

static enum err
put_on_list(struct decision *d, bool withhold)
{
	OWNED_BUF(list, LIST_MAX);

	if (withhold && d->ground[0] == '\0')
		return ask_ground(d);
	buf_bytes(&list, d->list);
	if (list.n > 0 && list.at[list.n - 1] != '\n')
		buf_text(&list, "\n");
	buf_printf(&list, withhold ? "withhold %s %s\n" : "approve %s\n",
		d->row.id, d->ground);
	if (buf_error(&list) != ERR_OK)
		return instance_says(&d->desk->in, ERR_TOO_LARGE,
			"this list is full: sign it, then go on");
	return go_on(d, buf_span(&list));
}

typedef enum err decide_verb(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);

/* Request review: done at once. */
static enum err
decide_now(struct decision *d, decide_verb *verb, const char *title)
{
	struct proc_review_result result = {0};
	struct proc_review_options options = {
		.batch = d->batch,
		.request = d->row.id,
		.ground = d->ground,
	};
	char back[CONSOLE_PATH];
	char action[CONSOLE_PATH];
	struct page_act act = {.title = title,
		.says = "It is entered in the ledger under your name.",
		.action = action,
		.button = "Sign and send",
		.back = back,
		.here = "/queue"};
	enum err e = verb(&d->desk->in, &options, &result);

	review_path(back, d->batch, "");
	review_path(action, d->batch, "decide");
	if (e == ERR_OK)
		return go_on(d, d->list);
	return page_signed(d->desk, d->ask, d->answer, &act, e);
}

enum err
console_review_decide(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct decision d = {.desk = desk, .ask = ask, .answer = answer};
	enum err e = take(&d);

	if (e != ERR_OK)
		return e;
	if (strcmp(d.what, "approve") == 0 || strcmp(d.what, "withhold") == 0)
		return put_on_list(&d, d.what[0] == 'w');
	if (strcmp(d.what, "skip") == 0)
		return go_on(&d, d.list);
	if (strcmp(d.what, "list") == 0)
		return review_list_page(desk, answer, d.batch, d.list);
	if (strcmp(d.what, "clear") == 0)
		return decide_now(&d, proc_review_approve, "Let it go on");
	if (strcmp(d.what, "return") != 0)
		return instance_says(
			&desk->in, ERR_MALFORMED, "there is no such decision");
	if (d.ground[0] == '\0')
		return ask_ground(&d);
	return decide_now(&d, proc_review_return, "Give it back");
}

/* ---- signing the list ---- */

enum err
console_review_list(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint32_t batch = 0;
	enum err e = console_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = proc_permit(&desk->in, PERMIT_REVIEW);
	return e == ERR_OK
		       ? review_list_page(desk, answer, batch, (struct span){0})
		       : e;
}

enum err
console_review_sign(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_review_result result = {0};
	struct proc_review_options options = {
		.ground = "",
		.list = ask_get(ask, ASK_FORM, "list"),
	};
	char back[CONSOLE_PATH];
	char action[CONSOLE_PATH];
	char says[128];
	struct page_act act = {.title = "Sign your decisions",
		.says = says,
		.action = action,
		.button = "Sign and send",
		.back = back,
		.here = "/queue"};
	enum err e = console_batch(desk, ask, &options.batch);

	if (e != ERR_OK)
		return e;
	review_path(back, options.batch, "");
	review_path(action, options.batch, "sign");
	(void)snprintf(says, sizeof(says), "%zu decisions of batch %" PRIu32,
		review_list_n(options.list), options.batch);
	e = proc_review_sign(&desk->in, &options, &result);
	if (e == ERR_OK)
		return page_see(answer, back, "list-signed");
	return page_signed(desk, ask, answer, &act, e);
}

/* ---- objecting ---- */

enum err
console_review_object(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct decision d = {.desk = desk, .ask = ask, .answer = answer};
	char words[4096];
	char back[CONSOLE_PATH];
	char rest[32];
	char action[CONSOLE_PATH];
	struct page_act act = {.title = "Object",
		.says = "No address of this request leaves until counsel has "
			"answered.",
		.action = action,
		.button = "Object",
		.back = back,
		.here = "/queue"};
	uint64_t matter = 0;
	enum err e = console_batch(desk, ask, &d.batch);

	if (e != ERR_OK)
		return e;
	if (!ask_number(ask, ASK_FORM, "line", UINT32_MAX, &d.line))
		return instance_says(
			&desk->in, ERR_MALFORMED, "the form names no line");
	e = console_text(
		desk, ask, "words", "what forbids it", words, sizeof(words));
	if (e == ERR_OK)
		e = store_request_get(desk->in.store, d.batch, d.line, &d.row);
	(void)snprintf(rest, sizeof(rest), "%" PRIu64, d.line);
	review_path(back, d.batch, rest);
	review_path(action, d.batch, "object");
	if (e != ERR_OK)
		return e;
	if (!page_confirmed(ask))
		return page_confirm(desk, ask, answer, &act);
	e = proc_review_object(&desk->in, d.batch, d.row.id, words, &matter);
	if (e == ERR_OK)
		return page_see(answer, back, "objected");
	return page_signed(desk, ask, answer, &act, e);
}
