/* SPDX-License-Identifier: Apache-2.0 */
/* Checking lines before they are sent, and writing one. */
#include "console/check.h"

#include <inttypes.h>

#include "base/code.h"
#include "proc/proc_check.h"
#include "request/request_advice.h"

enum { LINE_MAX_BYTES = 1 << 17 };

/* ---- what was found ---- */

static void
put_advice(struct page *p, uint32_t advice)
{
	for (unsigned i = 0; i < ADVICE_N; i++)
		if ((advice >> i & 1) != 0)
			html_put(p->to, "<p>%s: %s.</p>\n",
				request_advice_code((enum request_advice)i),
				request_advice_text((enum request_advice)i));
}

static void
put_answer(struct page *p, uint8_t answer)
{
	if (answer == LAW_REFUSED)
		buf_text(p->to, "<span class=\"console-no\">refused</span>");
	else if (answer == LAW_ASK)
		buf_text(p->to, "<span class=\"console-open\">accepted, and a "
				"person reads it first</span>");
	else
		buf_text(p->to, "<span class=\"console-yes\">accepted</span>");
}

static void
put_line(void *context, const struct check_line *line)
{
	struct page *p = context;

	page_cell_number(p, 0, line->line);
	page_cell_text(p, 1, line->id[0] == '\0' ? "none" : line->id);
	page_cell(p, 2);
	put_answer(p, line->answer);
	page_cell_end(p, 2);
	page_cell(p, 3);
	for (size_t i = 0; i < line->n; i++)
		html_put(p->to,
			"<p><strong>%s</strong>: %s. <cite>%s</cite></p>\n",
			line->reason[i].code, line->reason[i].sentence,
			line->reason[i].citation);
	put_advice(p, line->advice);
	page_cell_end(p, 3);
}

void
check_put(struct page *p, const struct check_told *told)
{
	const struct check_totals *t = &told->totals;

	page_list(p);
	page_item_number(p, "Lines", t->lines);
	page_item_number(p, "Would be accepted", t->accepted);
	page_item_number(p, "Of them read by a person first", t->asked);
	page_item_number(p, "Would be refused", t->refused);
	page_list_end(p);
	if (t->lines == 0)
		page_empty(p, "There is no line in it.");
	else if (told->bytes.n > 33)
		page_table(p, "Lines with a reason or with advice",
			"Line|Request|Answer|Why, and what to do");
	check_each_line(told, put_line, p);
	if (p->n_label > 0)
		page_table_end(p);
	page_h2(p, "What was taken to be in order");
	buf_text(p->to, "<ul>\n");
	for (size_t i = 0; proc_check_assumed(i) != NULL; i++)
		html_put(p->to, "<li>%s</li>\n", proc_check_assumed(i));
	buf_text(p->to, "</ul>\n");
}

/* ---- a file ---- */

static void
put_form(struct page *p)
{
	page_form(p, "/check", true);
	page_area(p, &(struct page_field){.name = "lines",
			     .label = "Lines",
			     .hint = "One request a line, in JSON, or a CSV "
				     "with its header. Up to 1 MB.",
			     .rows = 8});
	page_file(p, &(struct page_field){.name = "file",
			     .label = "Or a file",
			     .accept = ".jsonl,.json,.csv"});
	page_radios(p,
		&(struct page_field){.name = "format",
			.label = "Format",
			.must = true,
			.value = SPAN("jsonl")},
		"jsonl=JSON, one a line|csv=CSV");
	page_button(p, PAGE_MAIN, "Check", NULL, NULL);
	page_form_end(p);
}

enum err
console_check(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Check before sending",
			.here = "/check",
			.lead = "The law as it would be applied today. Nobody "
				"is looked up, and nothing is kept."});

	(void)ask;
	put_form(&p);
	return page_end(&p);
}

/* The page opens the instance once the child is gone. */
static enum err
open_after(struct desk *desk)
{
	return instance_open_for(
		desk->path, INSTANCE_READ, &desk->asker, &desk->in);
}

enum err
console_checked(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct span lines = ask_get(ask, ASK_FORM, "file");
	bool csv = span_eq(ask_get(ask, ASK_FORM, "format"), SPAN("csv"));
	struct check_told told;
	struct page p;
	enum err e;

	if (lines.n == 0)
		lines = ask_get(ask, ASK_FORM, "lines");
	e = check_run(desk, lines, csv, &told);
	if (e == ERR_OK)
		e = open_after(desk);
	if (e == ERR_OK) {
		p = page_begin(desk, answer,
			&(struct page_head){.title = "What would be answered",
				.here = "/check",
				.wide = true,
				.crumb = {{"/check", "Check"}}});
		check_put(&p, &told);
		e = page_end(&p);
	}
	buf_fini(&told.bytes);
	return e;
}

/* ---- one line, written in a form ---- */

/* Members whose text is long. */
static bool
is_long(enum request_field f)
{
	return f == RQ_REASON;
}

static void
put_member(struct page *p, enum request_field f, struct span value)
{
	char label[64];
	struct page_field field = {.name = request_field_csv(f),
		.label = label,
		.value = value,
		.rows = 4};
	const char *text = request_field_text(f);
	size_t n = strlen(text);

	must(n > 0 && n < sizeof(label));
	memcpy(label, text, n + 1);
	if (label[0] >= 'a' && label[0] <= 'z')
		label[0] = (char)(label[0] - 'a' + 'A');
	if (is_long(f))
		page_area(p, &field);
	else
		page_input(p, &field);
}

void
console_write_form(struct page *p, const struct request *request)
{
	page_form(p, "/write", false);
	for (int f = 0; f < RQ_N; f++)
		put_member(p, (enum request_field)f, request->field[f]);
	page_button(p, PAGE_MAIN, "Write and check the line", NULL, NULL);
	page_form_end(p);
}

enum err
console_write(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct request request = {.unreadable = false};
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Write a request",
			.here = "/check",
			.lead = "Makes the line that goes into your next "
				"batch. Nothing is sent or kept.",
			.crumb = {{"/check", "Check"}}});

	/* mending one: ask says which members, all by name */
	for (int f = 0; f < RQ_N; f++)
		request.field[f] = ask_get(ask, ASK_QUERY,
			request_field_csv((enum request_field)f));
	console_write_form(&p, &request);
	return page_end(&p);
}

/* What the form has, as one line. */
static void
take_request(const struct ask *ask, struct request *request)
{
	*request = (struct request){.unreadable = false};
	for (int f = 0; f < RQ_N; f++)
		request->field[f] = span_trim(ask_get(ask, ASK_FORM,
			request_field_csv((enum request_field)f)));
}

static enum err
put_written(struct page *p, struct span line)
{
	OWNED_BUF(base64, 2 * LINE_MAX_BYTES);

	page_h2(p, "The line");
	code_base64(&base64, line);
	buf_text(p->to, "<pre tabindex=\"0\">");
	html_lines(p->to, line);
	buf_text(p->to, "</pre>\n<p><a class=\"usa-button\" download="
			"\"request.jsonl\" href=\"data:application/octet-"
			"stream;base64,");
	buf_bytes(p->to, buf_span(&base64));
	buf_text(p->to, "\">Save it</a></p>\n<p>Put it into your next batch, "
			"which your certifier signs");
	buf_text(p->to, page_requester(&p->desk->in)
				? ", and <a href=\"/batches/new\">send that</a>"
				  ".</p>\n"
				: ".</p>\n");
	return buf_error(&base64);
}

enum err
console_written(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct request request;
	OWNED_BUF(line, LINE_MAX_BYTES);
	struct check_told told;
	struct page p;
	enum err e;

	take_request(ask, &request);
	request_write_json(&request, &line);
	if (buf_error(&line) != ERR_OK)
		return instance_says(&desk->in, ERR_TOO_LARGE,
			"this is longer than a request may be");
	e = check_run(desk, buf_span(&line), false, &told);
	if (e == ERR_OK)
		e = open_after(desk);
	if (e == ERR_OK) {
		p = page_begin(desk, answer,
			&(struct page_head){.title = "The request, written",
				.here = "/check",
				.crumb = {{"/check", "Check"}}});
		e = put_written(&p, buf_span(&line));
		check_put(&p, &told);
		page_h2(&p, "Mend it");
		console_write_form(&p, &request);
		if (e == ERR_OK)
			e = page_end(&p);
	}
	buf_fini(&told.bytes);
	return e;
}
