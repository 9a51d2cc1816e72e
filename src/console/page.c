/* SPDX-License-Identifier: Apache-2.0 */
#include "console/page.h"

#include <inttypes.h>
#include <stdio.h>

static const struct page_nav nav[] = {
#define NAV(path, name, permit, says) {path, name, PERMIT_##permit, says},
#define NAV_REQUESTER(path, name, says) {path, name, PERMIT_N, says},
#include "console/nav.def"
	{NULL, NULL, PERMIT_N, NULL},
};

static const char *const done_words[][2] = {
#define DONE(word, sentence) {word, sentence},
#include "console/done.def"
};

/* ---- who ---- */

bool
page_requester(const struct instance *in)
{
	return in->actor.cert != NULL && in->registers != NULL &&
	       instance_has_role(in, in->actor.print, "requester");
}

static void
put_roles(const struct instance *in, struct buf *to)
{
	struct span print = span_of(in->actor.print, sizeof(in->actor.print));
	const struct register_entry *entry = NULL;
	const char *before = "";

	while ((entry = register_next(in->registers, REG_ROLE, print, in->at,
			entry)) != NULL) {
		struct register_row row;

		register_entry_row(entry, &row);
		buf_text(to, before);
		html_text(to, register_get(&row, REG_ROLE_ROLE));
		before = ", ";
	}
	if (*before == '\0')
		buf_text(to, "no role");
}

static void
put_who(struct page *p, const struct instance *in)
{
	if (in->actor.cert == NULL || in->registers == NULL)
		return;
	html_put(p->to,
		"<p class=\"console-who\"><span class=\"console-name\">%s"
		"</span> <span class=\"console-roles\">",
		in->actor.name);
	put_roles(in, p->to);
	buf_text(p->to, "</span></p>");
}

/* ---- the frame ---- */

static bool
sees(const struct instance *in, const struct page_nav *item)
{
	return item->permit == PERMIT_N ? page_requester(in)
					: proc_permitted(in, item->permit);
}

const struct page_nav *
page_nav_next(const struct instance *in, const struct page_nav *after)
{
	const struct page_nav *item = after == NULL ? nav : after + 1;

	while (item->href != NULL && !sees(in, item))
		item++;
	return item->href == NULL ? NULL : item;
}

static void
put_nav(struct page *p, const struct instance *in, const char *here)
{
	const struct page_nav *item = NULL;

	buf_text(p->to, "<nav class=\"console-nav\" aria-label=\"Main\"><ul>");
	while ((item = page_nav_next(in, item)) != NULL) {
		bool current = here != NULL && strcmp(here, item->href) == 0;

		html_put(p->to,
			current ? "<li><a href=\"%s\" aria-current="
				  "\"page\">%s</a></li>"
				: "<li><a href=\"%s\">%s</a></li>",
			item->href, item->name);
	}
	buf_text(p->to, "</ul></nav>\n");
}

static void
put_header(struct page *p, const struct page_head *head)
{
	const struct instance *in = p->desk == NULL ? NULL : &p->desk->in;

	buf_text(p->to,
		"<header class=\"console-header\"><div class=\"grid-container"
		"-widescreen console-bar\"><p class=\"console-title\">"
		"<a href=\"/\">Weir</a>");
	if (in != NULL)
		html_put(p->to, " <span class=\"console-origin\">%s</span>",
			in->origin);
	buf_text(p->to, "</p>");
	if (in != NULL)
		put_who(p, in);
	buf_text(p->to, "</div>");
	if (in != NULL && in->registers != NULL && in->actor.cert != NULL) {
		buf_text(p->to, "<div class=\"grid-container-widescreen\">");
		put_nav(p, in, head->here);
		buf_text(p->to, "</div>");
	}
	buf_text(p->to, "</header>\n");
}

static void
put_sandbox(struct page *p)
{
	if (p->desk != NULL && p->desk->in.sandbox)
		buf_text(p->to,
			"<div class=\"console-sandbox\" role=\"note\"><div "
			"class=\"grid-container-widescreen\"><strong>SANDBOX"
			"</strong> Every person here is made up, and nothing "
			"leaves.</div></div>\n");
}

static void
put_crumbs(struct page *p, const struct page_head *head)
{
	if (head->crumb[0].href == NULL)
		return;
	buf_text(p->to, "<nav class=\"usa-breadcrumb usa-breadcrumb--wrap\" "
			"aria-label=\"Breadcrumbs\"><ol class=\"usa-breadcrumb"
			"__list\">");
	for (size_t i = 0; i < 4 && head->crumb[i].href != NULL; i++)
		html_put(p->to,
			"<li class=\"usa-breadcrumb__list-item\"><a class="
			"\"usa-breadcrumb__link\" href=\"%s\"><span>%s</span>"
			"</a></li>",
			head->crumb[i].href, head->crumb[i].name);
	html_put(p->to,
		"<li class=\"usa-breadcrumb__list-item usa-current\" "
		"aria-current=\"page\"><span>%s</span></li></ol></nav>\n",
		head->title);
}

struct page
page_begin(
	struct desk *desk, struct answer *answer, const struct page_head *head)
{
	struct page p = {.desk = desk, .answer = answer, .to = &answer->body};

	answer->type = ANSWER_HTML;
	buf_clear(p.to);
	html_put(p.to,
		"<!doctype html>\n<html lang=\"en\"><head>"
		"<meta charset=\"utf-8\"><title>%s \xe2\x80\x93 Weir</title>"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\"><link rel=\"stylesheet\" href=\"%s\">"
		"<script src=\"%s\" defer></script></head>\n<body class=\"%s\">"
		"<a class=\"usa-skipnav\" href=\"#main\">Skip to main content"
		"</a>\n",
		head->title, page_style_path, page_script_path,
		head->plain ? "console-document" : "console-page");
	put_sandbox(&p);
	put_header(&p, head);
	html_put(p.to,
		"<main id=\"main\" class=\"%s console-main\" "
		"tabindex=\"-1\">\n",
		head->wide ? "grid-container-widescreen" : "grid-container");
	put_crumbs(&p, head);
	html_put(p.to, "<h1>%s</h1>\n", head->title);
	if (head->lead != NULL)
		html_put(p.to, "<p class=\"usa-intro\">%s</p>\n", head->lead);
	return p;
}

enum err
page_end(struct page *p)
{
	enum err e;

	buf_text(p->to,
		"</main>\n<footer class=\"console-footer\"><div "
		"class=\"grid-container-widescreen\"><p>Weir " WEIR_VERSION
		". What you read and do here is entered in the ledger "
		"under your certificate.</p></div></footer>\n"
		"</body></html>\n");
	e = buf_error(p->to);
	if (e == ERR_TOO_LARGE && p->desk != NULL)
		return instance_says(&p->desk->in, e,
			"this is more than one page can hold: narrow it down");
	return e;
}

/* ---- after an act ---- */

enum err
page_see(struct answer *answer, const char *location, const char *done)
{
	char to[ANSWER_TEXT];

	(void)snprintf(to, sizeof(to), "%s%cdone=%s", location,
		strchr(location, '?') == NULL ? '?' : '&', done);
	answer_see(answer, to);
	return ERR_OK;
}

void
page_done(struct page *p, const struct ask *ask)
{
	struct span word = ask_get(ask, ASK_QUERY, "done");

	for (size_t i = 0; i < sizeof(done_words) / sizeof(*done_words); i++)
		if (span_eq(word, span_text(done_words[i][0])))
			page_alert(p, PAGE_SUCCESS, NULL, done_words[i][1]);
}
