/* SPDX-License-Identifier: Apache-2.0 */
/* What the office has open: objections of law, caps, alarms, and the rest of
 * docs/MATTERS.md; and their answers. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "law/law.h"
#include "proc/proc_matter.h"

enum { PATH_BYTES = 96, SAYS_BYTES = 256, WORD_BYTES = 32 };

/* ---- the list ---- */

static void
put_about(struct page *p, const struct matter *m)
{
	if (m->line != 0)
		html_put(p->to, "batch %" PRIu32 ", line %" PRIu64, m->batch,
			m->line);
	else if (m->batch != 0)
		html_put(p->to, "batch %" PRIu32, m->batch);
	else
		buf_text(p->to, "the office");
}

static void
put_row(struct page *p, const struct matter *m)
{
	show_cell_link(p, 0, "/matters", m->n);
	page_cell_text(p, 1, matter_kind_text((enum matter_kind)m->kind));
	page_cell_text(p, 2, matter_state_text((enum matter_state)m->state));
	page_cell(p, 3);
	put_about(p, m);
	page_cell_end(p, 3);
	show_cell_time(p, 4, m->opened_at);
	page_cell(p, 5);
	show_clock(p, m->due_at, m->state == MATTER_OPEN, p->desk->in.at);
	page_cell_end(p, 5);
}

static bool
is_listed(struct span show, const struct matter *m, int64_t now)
{
	if (span_eq(show, SPAN("overdue")))
		return matter_overdue(m, now);
	return span_eq(show, SPAN("all")) || matter_is_open(m);
}

static void
put_filter(struct page *p, struct span show, struct span kind)
{
	page_form_get(p, "/matters");
	page_select(p,
		&(struct page_field){.name = "show",
			.label = "Show",
			.value = show,
			.must = true},
		"open=Open|overdue=Overdue|all=All, closed ones too");
	page_select_begin(
		p, &(struct page_field){
			   .name = "kind", .label = "Kind", .must = true});
	page_option(p, "", "Every kind", kind.n == 0);
	for (unsigned k = MATTER_NO_KIND + 1; k < MATTER_N_KINDS; k++) {
		const char *word = matter_kind_text((enum matter_kind)k);

		page_option(p, word, word, span_eq(kind, span_text(word)));
	}
	page_select_end(p);
	page_button(p, PAGE_SECOND, "Show", NULL, NULL);
	page_form_end(p);
}

static enum err
put_all(struct page *p, struct span show, enum matter_kind kind)
{
	struct instance *in = &p->desk->in;
	struct store_matter row = {.n = 0};
	struct matter m;
	size_t n = 0;
	enum err e;

	while ((e = proc_matter_next(in, row.n, kind, 0, &row, &m)) == ERR_OK) {
		if (!is_listed(show, &m, in->at))
			continue;
		if (n++ == 0)
			page_table(p, "Matters, the oldest first",
				"#Number|Kind|State|About|Opened|Due");
		put_row(p, &m);
	}
	if (e != ERR_NOT_FOUND)
		return e;
	if (n > 0)
		page_table_end(p);
	else
		page_empty(p, "Nothing here. What somebody must answer is "
			      "listed as soon as it is opened.");
	return ERR_OK;
}

enum err
console_matters(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct span show = ask_get(ask, ASK_QUERY, "show");
	struct span word = ask_get(ask, ASK_QUERY, "kind");
	enum matter_kind kind = MATTER_NO_KIND;
	struct page p;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK && word.n > 0 && !matter_kind_parse(word, &kind))
		return instance_says(
			in, ERR_NOT_FOUND, "there is no such kind of matter");
	if (e == ERR_OK)
		e = account_reading(in, "list-matters", 0, "");
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Matters",
			.lead = "What the office has open beside requests. "
				"Nothing closes by itself.",
			.here = "/matters",
			.wide = true});
	page_done(&p, ask);
	put_filter(&p, show, word);
	e = put_all(&p, show, kind);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- one ---- */

static void
put_words(struct page *p, const struct matter *m,
	const struct proc_matter_words *w)
{
	enum matter_kind kind = (enum matter_kind)m->kind;

	for (size_t i = 0; i < matter_n_fields(kind); i++) {
		page_item_begin(p, matter_field_meaning(kind, i));
		show_lines(p, w->words.field[i]);
		page_item_end(p);
	}
	if (w->request.n > 0)
		show_item_lines(p, "Request", w->request);
}

static void
put_decision(struct page *p, const struct matter *m,
	const struct proc_matter_words *w)
{
	struct span by = account_field(&w->changed, "actor");

	if (m->decision == MATTER_NO_DECISION)
		return;
	page_h2(p, "The answer");
	page_list(p);
	page_item(p, "Decision",
		matter_decision_text((enum matter_decision)m->decision));
	page_item(p, "What it does",
		matter_decision_meaning((enum matter_decision)m->decision));
	show_item_lines(p, "Ground", w->ground);
	if (by.n == 32)
		show_item_person(p, "By", by.at, m->changed_at);
	page_list_end(p);
}

/* The rules that a ground may begin with. */
static void
put_rules(struct page *p)
{
	const struct law *law = p->desk->in.law;

	if (law == NULL)
		return;
	buf_text(p->to, "<details class=\"console-help\"><summary>The rules "
			"of the law in use</summary>\n");
	page_table(p, "Rules", "Rule|Code|What is told where it is not met");
	for (size_t i = 0; i < law_n_rules(law); i++) {
		const struct law_rule *rule = law_rule(law, i);

		page_cell(p, 0);
		html_put(p->to, "<code>%s</code>", rule->id);
		page_cell_end(p, 0);
		page_cell_text(p, 1, rule->code);
		page_cell_text(p, 2, rule->sentence);
	}
	page_table_end(p);
	buf_text(p->to, "</details>\n");
}

/* The words of matter.def. */
enum {
	PROGRAM = MATTER_BY_PROGRAM,
	OPERATOR = MATTER_BY_OPERATOR,
	REVIEWER = MATTER_BY_REVIEWER,
	COUNSEL = MATTER_BY_COUNSEL,
	SAFEGUARDS = MATTER_BY_SAFEGUARDS,
	REQUESTER = MATTER_BY_REQUESTER,
};

struct choice {
	enum matter_decision decision;
	unsigned who;
	enum matter_kind kind;
	uint8_t from;
};

static const struct choice choices[] = {
#define DECISION(KIND, NAME, text, who, from, to, needs, meaning)              \
	{MATTER_##KIND##_##NAME, who, MATTER_OF_##KIND, MATTER_##from},
#include "matter/matter.def"
};

enum { CHOICES = sizeof(choices) / sizeof(*choices) };

static bool
may_decide(const struct choice *c, const struct matter *m, unsigned roles)
{
	return c->kind == m->kind && c->from == m->state &&
	       (c->who & roles) != 0;
}

static bool
needs_rule(const struct matter *m, unsigned roles)
{
	for (size_t i = 0; i < CHOICES; i++)
		if (may_decide(&choices[i], m, roles) &&
			matter_decision_needs(choices[i].decision) ==
				MATTER_NEEDS_RULE)
			return true;
	return false;
}

/* Decisions that have pages of their own are made there. */
static bool
is_elsewhere(const struct matter *m)
{
	return m->kind == MATTER_OF_SAMPLE || m->kind == MATTER_OF_LOOK ||
	       m->kind == MATTER_OF_NOTICE;
}

static void
put_choices(struct page *p, const struct matter *m, unsigned roles)
{
	buf_text(p->to, "<fieldset class=\"usa-fieldset\"><legend "
			"class=\"usa-legend\">Decision</legend>\n");
	for (size_t i = 0; i < CHOICES; i++) {
		const char *word = matter_decision_text(choices[i].decision);

		if (!may_decide(&choices[i], m, roles))
			continue;
		html_put(p->to,
			"<div class=\"usa-radio\"><input class=\"usa-radio__"
			"input\" type=\"radio\" name=\"decision\" "
			"id=\"decision-%s\" value=\"%s\" required>"
			"<label class=\"usa-radio__label\" "
			"for=\"decision-%s\">%s: %s</label></div>\n",
			word, word, word, word,
			matter_decision_meaning(choices[i].decision));
	}
	buf_text(p->to, "</fieldset>\n");
}

static void
put_answer(struct page *p, const struct matter *m, struct span ground,
	const char *error)
{
	unsigned roles = proc_matter_roles(&p->desk->in);
	bool rule = needs_rule(m, roles);
	bool any = false;
	char path[PATH_BYTES];
	struct page_field field = {.name = "ground",
		.label = "Ground",
		.hint = rule ? "It begins with the name of a rule of the law "
			       "in use, for example: I2-A-USE: a removal "
			       "proceeding is civil"
			     : "Why; it is entered with your answer",
		.value = ground,
		.error = error,
		.must = true,
		.rows = 4};
	const struct page_field *const all[] = {&field};

	for (size_t i = 0; i < CHOICES; i++)
		any = any || may_decide(&choices[i], m, roles);
	if (!any || is_elsewhere(m))
		return;
	page_h2(p, "Answer it");
	page_errors(p, all, 1);
	(void)snprintf(path, sizeof(path), "/matters/%" PRIu64, m->n);
	page_form(p, path, false);
	put_choices(p, m, roles);
	page_area(p, &field);
	if (rule)
		put_rules(p);
	page_button(p, PAGE_MAIN, "Answer", NULL, NULL);
	page_form_end(p);
}

static void
put_matter(struct page *p, const struct store_matter *row,
	const struct matter *m, const struct proc_matter_words *w)
{
	struct span by = account_field(&w->opened, "actor");

	html_put(p->to, "<p>%s.</p>\n",
		matter_kind_meaning((enum matter_kind)m->kind));
	page_list(p);
	page_item(p, "Kind", matter_kind_text((enum matter_kind)m->kind));
	page_item(p, "State", matter_state_text((enum matter_state)m->state));
	page_item_begin(p, "About");
	put_about(p, m);
	page_item_end(p);
	page_item_begin(p, "Due");
	show_clock(p, m->due_at, m->state == MATTER_OPEN, p->desk->in.at);
	page_item_end(p);
	if (by.n == 32)
		show_item_person(p, "Opened by", by.at, m->opened_at);
	page_item_begin(p, "Entry");
	html_put(p->to,
		"<a href=\"/ledger/entries/%" PRIu64 "\">%" PRIu64 "</a>",
		row->opened, row->opened);
	page_item_end(p);
	put_words(p, m, w);
	page_list_end(p);
	if (m->kind == MATTER_OF_INCIDENT)
		html_put(p->to,
			"<p><a href=\"/incidents/%" PRIu64 "\">This "
			"incident and its report</a></p>\n",
			m->n);
	if (m->kind == MATTER_OF_LOOK)
		html_put(p->to,
			"<p><a href=\"/looks?batch=%" PRIu32
			"&amp;all=yes\">The answers that were drawn</a></p>\n",
			m->batch);
	if (m->kind == MATTER_OF_NOTICE)
		html_put(p->to,
			"<p><a href=\"/notices/%" PRIu64 "\">This notice and "
			"its drafts</a></p>\n",
			m->n);
	put_decision(p, m, w);
}

static enum err
show_one(struct desk *desk, const struct ask *ask, struct answer *answer,
	uint64_t n, const char *error)
{
	struct instance *in = &desk->in;
	struct store_matter row;
	struct matter m;
	struct proc_matter_words w = {0};
	char title[64];
	struct page p;
	enum err e = proc_matter_get(in, n, &row, &m);

	if (e == ERR_OK)
		e = proc_matter_words(in, &row, &w);
	if (e == ERR_OK)
		e = proc_matter_may_show(in, &w);
	if (e == ERR_OK)
		e = account_reading(in, "show-matter", m.batch, "");
	if (e == ERR_OK) {
		(void)snprintf(title, sizeof(title), "Matter %" PRIu64, n);
		p = page_begin(desk, answer,
			&(struct page_head){.title = title,
				.here = "/matters",
				.crumb = {{"/matters", "Matters"}}});
		page_done(&p, ask);
		put_matter(&p, &row, &m, &w);
		put_answer(&p, &m, ask_get(ask, ASK_FORM, "ground"), error);
		e = page_end(&p);
	}
	proc_matter_words_fini(&w);
	return e;
}

static enum err
number_of(struct desk *desk, const struct ask *ask, uint64_t *ret_n)
{
	if (ask_number(ask, ASK_PATH, "matter", UINT64_MAX, ret_n))
		return ERR_OK;
	return instance_says(&desk->in, ERR_NOT_FOUND,
		"a matter has a number, such as /matters/1");
}

enum err
console_matter(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint64_t n = 0;
	enum err e = number_of(desk, ask, &n);

	return e == ERR_OK ? show_one(desk, ask, answer, n, NULL) : e;
}

enum err
console_matter_answer(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char word[WORD_BYTES];
	char path[PATH_BYTES];
	char says[SAYS_BYTES];
	const struct page_act act = {.title = "Answer this matter",
		.says = says,
		.action = path,
		.button = "Sign the answer",
		.back = path,
		.here = "/matters"};
	struct why why;
	uint64_t n = 0;
	enum err e = number_of(desk, ask, &n);

	if (e != ERR_OK)
		return e;
	if (!ask_text(ask, ASK_FORM, "decision", word, sizeof(word)))
		return show_one(desk, ask, answer, n, "choose a decision too");
	(void)snprintf(path, sizeof(path), "/matters/%" PRIu64, n);
	(void)snprintf(says, sizeof(says),
		"You answer matter %" PRIu64 ": %s. An answer is given once.",
		n, word);
	e = proc_matter_answer(&desk->in, n, word,
		span_trim(ask_get(ask, ASK_FORM, "ground")));
	if (e == ERR_MALFORMED) {
		why = desk->in.why;
		return show_one(desk, ask, answer, n, why.text);
	}
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return page_see(answer, path, "matter-answered");
}
