/* SPDX-License-Identifier: Apache-2.0 */
/* Forms: every field has its label, its hint and its error tied to it. */
#include <inttypes.h>
#include <stdio.h>

#include "console/page.h"

void
page_form(struct page *p, const char *action, bool files)
{
	html_put(p->to,
		files ? "<form class=\"console-form\" method=\"post\" "
			"enctype=\"multipart/form-data\" action=\"%s\">\n"
		      : "<form class=\"console-form\" method=\"post\" "
			"action=\"%s\">\n",
		action);
}

void
page_form_get(struct page *p, const char *action)
{
	html_put(p->to,
		"<form class=\"console-form console-search\" method=\"get\" "
		"action=\"%s\">\n",
		action);
}

void
page_form_end(struct page *p)
{
	buf_text(p->to, "</form>\n");
}

void
page_button(struct page *p, enum page_button kind, const char *text,
	const char *name, const char *value)
{
	static const char *const word[] = {
		[PAGE_MAIN] = "usa-button",
		[PAGE_SECOND] = "usa-button usa-button--outline",
		[PAGE_DANGER] = "usa-button usa-button--secondary",
	};

	html_put(p->to, "<button type=\"submit\" class=\"%s\"", word[kind]);
	if (name != NULL)
		html_put(p->to, " name=\"%s\" value=\"%s\"", name, value);
	html_put(p->to, ">%s</button>\n", text);
}

void
page_hidden(struct page *p, const char *name, struct span value)
{
	html_put(p->to, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	html_lines(p->to, value);
	buf_text(p->to, "\">\n");
}

void
page_hidden_number(struct page *p, const char *name, uint64_t n)
{
	html_put(p->to,
		"<input type=\"hidden\" name=\"%s\" value=\"%" PRIu64 "\">\n",
		name, n);
}

/* ---- one field ---- */

static void
put_group(struct page *p, const struct page_field *f)
{
	html_put(p->to, f->error == NULL ? "<div class=\"usa-form-group\">"
					 : "<div class=\"usa-form-group "
					   "usa-form-group--error\">");
}

/* Its hint and its error, with the ids that put_described() names. */
static void
put_hints(struct page *p, const struct page_field *f)
{
	if (f->hint != NULL)
		html_put(p->to,
			"<div class=\"usa-hint\" id=\"%s-hint\">%s</div>",
			f->name, f->hint);
	if (f->error != NULL)
		html_put(p->to,
			"<span class=\"usa-error-message\" id=\"%s-error\">%s"
			"</span>",
			f->name, f->error);
}

static void
put_described(struct page *p, const struct page_field *f)
{
	if (f->hint != NULL && f->error != NULL)
		html_put(p->to, " aria-describedby=\"%s-hint %s-error\"",
			f->name, f->name);
	else if (f->hint != NULL)
		html_put(p->to, " aria-describedby=\"%s-hint\"", f->name);
	else if (f->error != NULL)
		html_put(p->to, " aria-describedby=\"%s-error\"", f->name);
	if (f->error != NULL)
		buf_text(p->to, " aria-invalid=\"true\"");
	if (f->must)
		buf_text(p->to, " required");
}

static void
put_must(struct page *p, const struct page_field *f)
{
	if (!f->must)
		buf_text(p->to, " <span class=\"usa-hint\">(optional)</span>");
}

static void
put_begin(struct page *p, const struct page_field *f)
{
	put_group(p, f);
	html_put(p->to, "<label class=\"usa-label\" for=\"%s\">%s", f->name,
		f->label);
	put_must(p, f);
	buf_text(p->to, "</label>");
	put_hints(p, f);
}

void
page_input(struct page *p, const struct page_field *f)
{
	put_begin(p, f);
	html_put(p->to,
		"<input class=\"usa-input\" type=\"%s\" id=\"%s\" name=\"%s\" "
		"autocomplete=\"off\" value=\"",
		f->type == NULL ? "text" : f->type, f->name, f->name);
	html_text(p->to, f->value);
	buf_text(p->to, "\"");
	put_described(p, f);
	buf_text(p->to, "></div>\n");
}

void
page_area(struct page *p, const struct page_field *f)
{
	put_begin(p, f);
	html_put(p->to,
		"<textarea class=\"usa-textarea\" id=\"%s\" name=\"%s\" "
		"rows=\"%u\"",
		f->name, f->name, f->rows == 0 ? 4 : f->rows);
	put_described(p, f);
	buf_text(p->to, ">\n");
	html_lines(p->to, f->value);
	buf_text(p->to, "</textarea></div>\n");
}

void
page_file(struct page *p, const struct page_field *f)
{
	put_begin(p, f);
	html_put(p->to,
		"<input class=\"console-file\" type=\"file\" id=\"%s\" "
		"name=\"%s\"",
		f->name, f->name);
	if (f->accept != NULL)
		html_put(p->to, " accept=\"%s\"", f->accept);
	if (f->several)
		buf_text(p->to, " multiple");
	put_described(p, f);
	buf_text(p->to, "></div>\n");
}

/* ---- choices ---- */

void
page_select_begin(struct page *p, const struct page_field *f)
{
	put_begin(p, f);
	html_put(p->to, "<select class=\"usa-select\" id=\"%s\" name=\"%s\"",
		f->name, f->name);
	put_described(p, f);
	buf_text(p->to, ">\n");
}

void
page_option(struct page *p, const char *value, const char *text, bool chosen)
{
	html_put(p->to,
		chosen ? "<option value=\"%s\" selected>%s</option>\n"
		       : "<option value=\"%s\">%s</option>\n",
		value, text);
}

void
page_select_end(struct page *p)
{
	buf_text(p->to, "</select></div>\n");
}

/* "value=Text" */
struct choice {
	char value[64];
	char text[160];
};

static struct choice
take_choice(struct span *rest)
{
	struct choice choice;
	struct span text = span_cut(rest, '|');
	struct span value = span_cut(&text, '=');

	must(span_copy(value, choice.value, sizeof(choice.value)));
	must(span_copy(
		text.n == 0 ? value : text, choice.text, sizeof(choice.text)));
	return choice;
}

void
page_select(struct page *p, const struct page_field *f, const char *words)
{
	struct span rest = span_text(words);

	page_select_begin(p, f);
	while (rest.n > 0) {
		struct choice choice = take_choice(&rest);

		page_option(p, choice.value, choice.text,
			span_eq(f->value, span_text(choice.value)));
	}
	page_select_end(p);
}

void
page_radios(struct page *p, const struct page_field *f, const char *words)
{
	struct span rest = span_text(words);

	put_group(p, f);
	html_put(p->to, "<fieldset class=\"usa-fieldset\" id=\"%s\"", f->name);
	if (f->hint != NULL)
		html_put(p->to, " aria-describedby=\"%s-hint\"", f->name);
	html_put(p->to, "><legend class=\"usa-legend\">%s", f->label);
	put_must(p, f);
	buf_text(p->to, "</legend>");
	put_hints(p, f);
	while (rest.n > 0) {
		struct choice choice = take_choice(&rest);
		bool on = span_eq(f->value, span_text(choice.value));

		html_put(p->to,
			"<div class=\"usa-radio\"><input class=\"usa-radio__"
			"input\" type=\"radio\" name=\"%s\" id=\"%s-%s\" "
			"value=\"%s\"",
			f->name, f->name, choice.value, choice.value);
		buf_text(p->to, on ? " checked" : "");
		buf_text(p->to, f->must ? " required" : "");
		html_put(p->to,
			"><label class=\"usa-radio__label\" for=\"%s-%s\">%s"
			"</label></div>\n",
			f->name, choice.value, choice.text);
	}
	buf_text(p->to, "</fieldset></div>\n");
}

void
page_check(struct page *p, const char *name, const char *value,
	const char *label, bool on)
{
	html_put(p->to,
		"<div class=\"usa-checkbox\"><input class=\"usa-checkbox__"
		"input\" type=\"checkbox\" name=\"%s\" id=\"%s-%s\" value="
		"\"%s\"",
		name, name, value, value);
	buf_text(p->to, on ? " checked" : "");
	html_put(p->to,
		"><label class=\"usa-checkbox__label\" for=\"%s-%s\">%s"
		"</label></div>\n",
		name, value, label);
}

/* ---- what is to be mended ---- */

void
page_errors(struct page *p, const struct page_field *const field[], size_t n)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++)
		wrong += field[i]->error != NULL;
	if (wrong == 0)
		return;
	buf_text(p->to,
		"<div class=\"usa-alert usa-alert--error\" role=\"alert\" "
		"tabindex=\"-1\"><div class=\"usa-alert__body\"><h2 class="
		"\"usa-alert__heading\">This is to be mended first</h2><ul "
		"class=\"usa-alert__text\">");
	for (size_t i = 0; i < n; i++)
		if (field[i]->error != NULL)
			html_put(p->to, "<li><a href=\"#%s\">%s: %s</a></li>",
				field[i]->name, field[i]->label,
				field[i]->error);
	buf_text(p->to, "</ul></div></div>\n");
}
