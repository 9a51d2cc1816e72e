/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts, tables, lists of names and values. */
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "console/page.h"

void
page_alert(struct page *p, enum page_alert kind, const char *heading,
	const char *text)
{
	static const char *const word[] = {
		[PAGE_INFO] = "usa-alert--info",
		[PAGE_WARNING] = "usa-alert--warning",
		[PAGE_ERROR] = "usa-alert--error",
		[PAGE_SUCCESS] = "usa-alert--success",
	};

	html_put(p->to,
		"<div class=\"usa-alert %s usa-alert--slim\" "
		"role=\"%s\"><div class=\"usa-alert__body\">",
		word[kind], kind == PAGE_ERROR ? "alert" : "status");
	if (heading != NULL)
		html_put(p->to, "<h2 class=\"usa-alert__heading\">%s</h2>",
			heading);
	html_put(p->to, "<p class=\"usa-alert__text\">%s</p></div></div>\n",
		text);
}

void
page_empty(struct page *p, const char *text)
{
	html_put(p->to, "<p class=\"console-empty\">%s</p>\n", text);
}

void
page_h2(struct page *p, const char *text)
{
	html_put(p->to, "<h2>%s</h2>\n", text);
}

/* ---- days and times ---- */

void
page_day(struct page *p, int32_t day)
{
	char text[DAY_TEXT];

	if (day == DAY_NONE) {
		buf_text(p->to, "none");
		return;
	}
	day_text(day, text);
	html_put(p->to, "<time datetime=\"%s\">%s</time>", text, text);
}

void
page_time(struct page *p, int64_t at)
{
	char text[DAY_TIME_TEXT];

	day_time_text(at, text);
	html_put(p->to, "<time datetime=\"%s\">%.*s %.*s UTC</time>", text, 10,
		text, 5, text + 11);
}

/* ---- tables ---- */

static void
take_label(struct page *p, struct span name)
{
	must(p->n_label < sizeof(p->label) / sizeof(*p->label));
	must(span_copy(name, p->label[p->n_label], sizeof(*p->label)));
	p->n_label++;
}

void
page_table(struct page *p, const char *caption, const char *columns)
{
	struct span rest = span_text(columns);

	p->n_label = 0;
	html_put(p->to,
		"<table class=\"usa-table usa-table--borderless "
		"usa-table--stacked-header console-table\"><caption>%s"
		"</caption><thead><tr>",
		caption);
	while (rest.n > 0) {
		struct span name = span_cut(&rest, '|');

		take_label(p, name);
		if (name.n > 0 && *name.at == '#')
			html_put(p->to,
				"<th scope=\"col\" class=\"console-number"
				"\">%s</th>",
				p->label[p->n_label - 1] + 1);
		else
			html_put(p->to, "<th scope=\"col\">%s</th>",
				p->label[p->n_label - 1]);
	}
	buf_text(p->to, "</tr></thead><tbody>\n");
}

void
page_cell(struct page *p, unsigned i)
{
	const char *name;
	bool number;

	must(i < p->n_label);
	name = p->label[i];
	number = *name == '#';
	if (i == 0)
		html_put(p->to, "<tr><th scope=\"row\" data-label=\"%s\">",
			name + number);
	else if (number)
		html_put(p->to,
			"<td class=\"console-number\" data-label=\"%s\">",
			name + 1);
	else
		html_put(p->to, "<td data-label=\"%s\">", name);
}

void
page_cell_end(struct page *p, unsigned i)
{
	buf_text(p->to, i == 0 ? "</th>" : "</td>");
	if (i + 1 == p->n_label)
		buf_text(p->to, "</tr>\n");
}

void
page_cell_text(struct page *p, unsigned i, const char *text)
{
	page_cell(p, i);
	html_put(p->to, "%s", text);
	page_cell_end(p, i);
}

void
page_cell_number(struct page *p, unsigned i, uint64_t n)
{
	page_cell(p, i);
	html_put(p->to, "%" PRIu64, n);
	page_cell_end(p, i);
}

void
page_cell_day(struct page *p, unsigned i, int32_t day)
{
	page_cell(p, i);
	page_day(p, day);
	page_cell_end(p, i);
}

void
page_table_end(struct page *p)
{
	buf_text(p->to, "</tbody></table>\n");
	p->n_label = 0;
}

/* ---- names and values ---- */

void
page_list(struct page *p)
{
	buf_text(p->to, "<dl class=\"console-list\">\n");
}

void
page_item_begin(struct page *p, const char *name)
{
	html_put(p->to, "<div><dt>%s</dt><dd>", name);
}

void
page_item_end(struct page *p)
{
	buf_text(p->to, "</dd></div>\n");
}

void
page_item(struct page *p, const char *name, const char *text)
{
	page_item_begin(p, name);
	html_put(p->to, "%s", text);
	page_item_end(p);
}

void
page_item_number(struct page *p, const char *name, uint64_t n)
{
	page_item_begin(p, name);
	html_put(p->to, "%" PRIu64, n);
	page_item_end(p);
}

void
page_item_day(struct page *p, const char *name, int32_t day)
{
	page_item_begin(p, name);
	page_day(p, day);
	page_item_end(p);
}

void
page_item_time(struct page *p, const char *name, int64_t at)
{
	page_item_begin(p, name);
	page_time(p, at);
	page_item_end(p);
}

void
page_list_end(struct page *p)
{
	buf_text(p->to, "</dl>\n");
}

/* ---- pages of a list ---- */

static void
put_page_link(struct page *p, const char *base, uint64_t from, bool next)
{
	html_put(p->to,
		next ? "<li class=\"usa-pagination__item usa-pagination__arrow"
		       "\"><a class=\"usa-pagination__link usa-pagination__"
		       "next-page\" rel=\"next\" href=\"%s%sfrom=%" PRIu64
		       "\">Next</a></li>"
		     : "<li class=\"usa-pagination__item usa-pagination__arrow"
		       "\"><a class=\"usa-pagination__link usa-pagination__"
		       "previous-page\" rel=\"prev\" href=\"%s%sfrom=%" PRIu64
		       "\">Previous</a></li>",
		base, strchr(base, '?') == NULL ? "?" : "&", from);
}

void
page_pages(struct page *p, const char *base, const struct page_range *range)
{
	uint64_t first = range->first;
	uint64_t step = range->step;
	uint64_t of = range->of;
	uint64_t left = of > first ? of - first : 0;
	uint64_t shown = left < step ? left : step;

	if (of == 0)
		return;
	html_put(p->to,
		"<p class=\"console-range\">%" PRIu64 " to %" PRIu64
		" of %" PRIu64 "</p>\n",
		first + 1, first + shown, of);
	if (first == 0 && shown >= of)
		return;
	buf_text(p->to,
		"<nav aria-label=\"Pages\" class=\"usa-pagination\"><ul "
		"class=\"usa-pagination__list\">");
	if (first > 0)
		put_page_link(p, base, first > step ? first - step : 0, false);
	if (first + shown < of)
		put_page_link(p, base, first + shown, true);
	buf_text(p->to, "</ul></nav>\n");
}
