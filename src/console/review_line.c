/* SPDX-License-Identifier: Apache-2.0 */
/* One request, laid out: as written, graded beside it, and the law on it. */
#include "console/review.h"

#include <inttypes.h>
#include <stdio.h>

#include "match/match.h"

/* ---- as written, beside it the grade ---- */

/* Which member of the request each grade is about. */
static const enum request_field written[MATCH_N_FIELDS] = {
	[MATCH_F_TIN] = RQ_TIN,
	[MATCH_F_BIRTH] = RQ_BIRTH,
	[MATCH_F_GIVEN] = RQ_GIVEN,
	[MATCH_F_SURNAME] = RQ_SURNAME,
	[MATCH_F_SUFFIX] = RQ_SUFFIX,
	[MATCH_F_NUMBER] = RQ_STREET,
	[MATCH_F_STREET] = RQ_STREET,
	[MATCH_F_ZIP] = RQ_ZIP,
	[MATCH_F_CITY] = RQ_CITY,
	[MATCH_F_UNIT] = RQ_ADDR_UNIT,
};

static const char *
grade_class(enum person_level level)
{
	if (level == LEVEL_EQUAL)
		return "console-yes";
	return level == LEVEL_CONFLICT ? "console-no" : "console-open";
}

static void
put_grade(struct page *p, const struct proc_review_seen *seen, unsigned f)
{
	enum person_level level =
		(enum person_level)seen->request.result.level[f];
	struct span as_written = seen->request.request.field[written[f]];

	page_cell_text(p, 0, match_field_text((enum match_field)f));
	page_cell(p, 1);
	if (as_written.n == 0)
		buf_text(p->to, "<span class=\"console-muted\">nothing</span>");
	html_text(p->to, as_written);
	page_cell_end(p, 1);
	page_cell(p, 2);
	html_put(p->to, "<span class=\"%s\">%s</span>", grade_class(level),
		match_level_word(level));
	page_cell_end(p, 2);
}

void
review_put_grades(struct page *p, const struct proc_review_seen *seen)
{
	const struct match_result *result = &seen->request.result;
	char bits[MATCH_WEIGHT_TEXT];

	page_h2(p, "The request beside the record");
	if (!seen->looked) {
		page_empty(p, "Nobody was looked up for it yet: it is read "
			      "without what the roll has.");
		return;
	}
	html_put(p->to, "<p><strong>%s</strong>: %s.</p>\n",
		match_person_text(result->person),
		match_cause_text(result->cause));
	page_table(p, "How far the nearest record agrees; never its words",
		"Field|As written|The record");
	for (unsigned f = 0; f < MATCH_N_FIELDS; f++)
		put_grade(p, seen, f);
	page_table_end(p);
	page_list(p);
	page_item(p, "Plain or borderline",
		seen->borderline == NULL ? "plain" : seen->borderline);
	if (result->years != MATCH_YEARS_UNTOLD &&
		result->person == MATCH_CONFIRMED)
		page_item(p, "Years asked that have something to give",
			match_years_text(result->years));
	page_item_number(p, "Records compared", result->n_compared);
	if (seen->request.weights.known) {
		match_weight_text(
			match_weights_sum(&seen->request.weights), bits);
		page_item_begin(p, "Weight, which decides nothing");
		html_put(p->to, "%s bits", bits);
		page_item_end(p);
	}
	page_list_end(p);
}

void
review_put_written(struct page *p, const struct request *request)
{
	page_h2(p, "As written");
	page_list(p);
	for (int f = 0; f < RQ_N; f++) {
		if (request->field[f].n == 0)
			continue;
		page_item_begin(p, request_field_text((enum request_field)f));
		html_text(p->to, request->field[f]);
		page_item_end(p);
	}
	if (request->says[0] != '\0') {
		page_item_begin(p, "At fault");
		html_put(p->to, "%s%s%s", request->member,
			request->member[0] == '\0' ? "" : ": ", request->says);
		page_item_end(p);
	}
	page_list_end(p);
}

/* ---- the law ---- */

struct clauses {
	struct page *p;
	const char *file;
};

static const char *
state_class(const struct law_traced *traced)
{
	if (!traced->met)
		return "console-no";
	return strcmp(traced->state, "met") == 0 ? "console-yes"
						 : "console-open";
}

static void
put_clause_parts(struct page *p, const struct law_traced *traced)
{
	const struct law_rule *rule = traced->rule;

	if (rule->quote[0] != '\0')
		html_put(p->to,
			"<blockquote class=\"console-quote\">%s"
			"</blockquote>\n",
			rule->quote);
	page_list(p);
	page_item(p, "Cited", rule->citation);
	if (rule->when[0] != '\0')
		page_item(p, "Only when", rule->when);
	if (rule->require[0] != '\0')
		page_item(p, "Required", rule->require);
	if (traced->found.n > 0) {
		page_item_begin(p, "Found");
		buf_text(p->to, "<pre tabindex=\"0\">");
		html_lines(p->to, traced->found);
		buf_text(p->to, "</pre>");
		page_item_end(p);
	}
	if (!traced->met)
		page_item(p, "So it is", law_answer_text(rule->answer));
	else
		page_item(p, "Else it is said", rule->sentence);
	if (rule->docket != NULL)
		page_item(p, "By order", rule->docket);
	page_list_end(p);
}

static void
put_clause(void *context, const struct law_traced *traced)
{
	struct clauses *c = context;

	if (c->file == NULL || strcmp(c->file, traced->rule->file) != 0)
		html_put(c->p->to, "<h3>%s</h3>\n", traced->rule->file);
	c->file = traced->rule->file;
	html_put(c->p->to,
		traced->met ? "<details class=\"console-clause\"><summary>"
			      "<span class=\"%s\">%s</span> %s: %s</summary>\n"
			    : "<details class=\"console-clause\" open><summary>"
			      "<span class=\"%s\">%s</span> %s: %s</summary>\n",
		state_class(traced), traced->state, traced->rule->code,
		traced->met ? traced->rule->citation : traced->rule->sentence);
	put_clause_parts(c->p, traced);
	buf_text(c->p->to, "</details>\n");
}

void
review_put_law(struct page *p, const struct proc_review_seen *seen)
{
	struct clauses c = {.p = p};

	page_h2(p, "The law, clause by clause");
	law_trace_clauses(seen->law, &seen->request.evidence,
		seen->looked ? EV_RECORD : EV_REQUEST, put_clause, &c);
}

/* ---- the head ---- */

static void
put_approvers(struct page *p, const struct proc_review_seen *seen)
{
	page_item_begin(p, "Approved by");
	if (seen->n_approvers == 0)
		buf_text(p->to, "nobody yet");
	for (unsigned i = 0; i < seen->n_approvers; i++) {
		if (i > 0)
			buf_text(p->to, ", ");
		console_person(p, seen->approver[i]);
	}
	page_item_end(p);
}

static void
put_head(struct page *p, const struct proc_review_seen *seen)
{
	const struct store_request *row = &seen->request.row;

	page_list(p);
	page_item_begin(p, "State");
	html_put(p->to, "<strong>%s</strong>: %s",
		case_state_text((enum case_state)row->state),
		case_state_meaning((enum case_state)row->state));
	page_item_end(p);
	page_item_begin(p, "Answer day");
	console_due(p, proc_batch_answer_day(seen->law, &seen->batch, row));
	page_item_end(p);
	page_item_day(p, "Received", seen->batch.today);
	page_item(p, "Agreement", seen->batch.agreement);
	put_approvers(p, seen);
	page_list_end(p);
}

static void
title_of(const struct store_request *row, char to[CONSOLE_PATH])
{
	if (row->id[0] == '\0')
		(void)snprintf(to, CONSOLE_PATH, "Line %" PRIu64, row->line);
	else
		(void)snprintf(to, CONSOLE_PATH, "Request %s", row->id);
}

enum err
review_line_page(struct desk *desk, const struct ask *ask,
	struct answer *answer, uint32_t batch, uint64_t line,
	const struct review_going *going)
{
	static struct proc_review_seen seen;
	char title[CONSOLE_PATH];
	char up[CONSOLE_PATH];
	char up_name[CONSOLE_PATH];
	struct page p;
	enum err e = proc_review_see(&desk->in, batch, line, &seen);

	if (e != ERR_OK)
		return e;
	title_of(&seen.request.row, title);
	review_path(up, batch, "");
	(void)snprintf(up_name, sizeof(up_name), "Batch %" PRIu32, batch);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/queue",
			.wide = true,
			.crumb = {{"/queue", "Queue"}, {up, up_name}}});
	page_done(&p, ask);
	buf_text(p.to, "<div class=\"console-two\"><div>\n");
	put_head(&p, &seen);
	review_put_grades(&p, &seen);
	review_acts(&p, &seen, going);
	buf_text(p.to, "</div><div>\n");
	review_put_written(&p, &seen.request.request);
	buf_text(p.to, "</div></div>\n");
	review_put_law(&p, &seen);
	proc_review_seen_fini(&seen);
	return page_end(&p);
}

enum err
console_review_line(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct review_going going = {
		.sample = span_eq(ask_get(ask, ASK_QUERY, "sample"), SPAN("1")),
	};
	uint32_t batch = 0;
	uint64_t line = 0;
	enum err e = console_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = console_line(desk, ask, &line);
	return e == ERR_OK ? review_line_page(
				     desk, ask, answer, batch, line, &going)
			   : e;
}
