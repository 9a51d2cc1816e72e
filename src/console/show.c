/* SPDX-License-Identifier: Apache-2.0 */
#include "console/show.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "proc/proc_explain.h"

enum { NAME_MAX_BYTES = 1024 };

void
show_person(struct page *p, const uint8_t print[32])
{
	OWNED_BUF(name, NAME_MAX_BYTES);

	proc_explain_person(&p->desk->in, print, &name);
	html_text(p->to, buf_span(&name));
}

void
show_lines(struct page *p, struct span text)
{
	bool first = true;

	while (text.n > 0) {
		if (!first)
			buf_text(p->to, "<br>");
		html_text(p->to, span_cut(&text, '\n'));
		first = false;
	}
}

void
show_hex(struct page *p, struct span bytes)
{
	buf_text(p->to, "<code class=\"console-hash\">");
	code_hex(p->to, bytes);
	buf_text(p->to, "</code>");
}

void
show_item_lines(struct page *p, const char *name, struct span text)
{
	page_item_begin(p, name);
	if (text.n == 0)
		buf_text(p->to, "none");
	show_lines(p, text);
	page_item_end(p);
}

void
show_item_person(
	struct page *p, const char *name, const uint8_t print[32], int64_t at)
{
	page_item_begin(p, name);
	show_person(p, print);
	buf_text(p->to, ", ");
	page_time(p, at);
	page_item_end(p);
}

void
show_cell_span(struct page *p, unsigned i, struct span text)
{
	page_cell(p, i);
	show_lines(p, text);
	page_cell_end(p, i);
}

void
show_cell_time(struct page *p, unsigned i, int64_t at)
{
	page_cell(p, i);
	if (at == 0)
		buf_text(p->to, "none");
	else
		page_time(p, at);
	page_cell_end(p, i);
}

void
show_cell_link(struct page *p, unsigned i, const char *path, uint64_t n)
{
	page_cell(p, i);
	html_put(p->to, "<a href=\"%s/%" PRIu64 "\">%" PRIu64 "</a>", path, n,
		n);
	page_cell_end(p, i);
}

void
show_button(struct page *p, const char *href, const char *text)
{
	html_put(p->to,
		"<a class=\"usa-button usa-button--outline\" href=\"%s\">%s"
		"</a>\n",
		href, text);
}

void
show_filter(struct page *p, const char *path, uint64_t batch,
	const struct show_only *only)
{
	char text[24] = "";

	if (batch != 0)
		(void)snprintf(text, sizeof(text), "%" PRIu64, batch);
	page_form_get(p, path);
	page_input(p, &(struct page_field){.name = "batch",
			      .label = "Batch",
			      .hint = "Empty: all",
			      .type = "number",
			      .value = span_text(text)});
	page_check(p, only->name, "yes", only->label, only->on);
	page_button(p, PAGE_SECOND, "Show", NULL, NULL);
	page_form_end(p);
}

void
show_clock(struct page *p, int64_t due_at, bool open, int64_t now)
{
	int64_t hours = (due_at - now) / 3600;

	if (due_at == 0 || !open) {
		buf_text(p->to, "no clock");
		return;
	}
	if (now > due_at)
		html_put(p->to,
			"<strong class=\"console-overdue\">overdue by %" PRId64
			" h</strong>",
			-hours);
	else
		html_put(p->to, "in %" PRId64 " h", hours);
	buf_text(p->to, " (");
	page_time(p, due_at);
	buf_text(p->to, ")");
}

void
show_sum(struct page *p, const char *whole, uint64_t n,
	const struct show_part *part, size_t n_parts)
{
	uint64_t sum = 0;

	html_put(p->to,
		"<p class=\"console-sum\"><strong>%" PRIu64 " %s</strong>", n,
		whole);
	for (size_t i = 0; i < n_parts; i++) {
		sum += part[i].n;
		html_put(p->to, " %s %" PRIu64 " %s", i == 0 ? "=" : "+",
			part[i].n, part[i].name);
	}
	buf_text(p->to, sum == n ? ". This ties.</p>\n"
				 : ". <strong class=\"console-overdue\">This "
				   "does not tie.</strong></p>\n");
}

bool
show_read_time(const struct zone *zone, struct span text, int64_t *ret_at)
{
	int32_t day;

	text = span_trim(text);
	*ret_at = 0;
	if (text.n == 0 || day_time_parse(text, ret_at))
		return true;
	if (!day_parse(text, &day))
		return false;
	*ret_at = zone_start(zone, day);
	return true;
}

bool
show_read_day(struct span text, int32_t *ret_day)
{
	text = span_trim(text);
	*ret_day = DAY_NONE;
	return text.n == 0 || day_parse(text, ret_day);
}
