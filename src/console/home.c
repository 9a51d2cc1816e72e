/* SPDX-License-Identifier: Apache-2.0 */
/* The start page: what waits for the one who asks, and what there is for them. */
#include <inttypes.h>

#include "console/console_int.h"
#include "proc/proc_queue.h"

struct waiting {
	uint64_t all;
	uint64_t late;
	uint64_t mine;
	int32_t today;
	const char *name;
};

static enum err
count(void *context, const struct proc_queue_item *item)
{
	struct waiting *w = context;

	w->all++;
	w->late += item->due != DAY_NONE && item->due < w->today;
	w->mine += strcmp(item->assigned, w->name) == 0;
	return ERR_OK;
}

static void
put_number(struct page *p, const char *href, uint64_t n, const char *what)
{
	html_put(p->to,
		"<li class=\"console-card\"><p class=\"console-big\">%" PRIu64
		"</p><p><a href=\"%s\">%s</a></p></li>\n",
		n, href, what);
}

static void
put_waiting(struct page *p, const struct waiting *w)
{
	page_h2(p, "What waits");
	if (w->all == 0) {
		page_empty(p, "Nothing waits for a person.");
		return;
	}
	buf_text(p->to, "<ul class=\"console-cards\">\n");
	put_number(p, "/queue", w->all, "wait for a person");
	put_number(p, "/queue?mine=1", w->mine, "of them are yours");
	put_number(p, "/queue", w->late, "are past their day");
	buf_text(p->to, "</ul>\n");
}

static void
put_places(struct page *p)
{
	const struct page_nav *item = NULL;

	page_h2(p, "What there is for you");
	if (page_nav_next(&p->desk->in, NULL) == NULL) {
		page_empty(p,
			"Your certificate has no role here. An administrator "
			"gives roles; an agency's officer is registered by the "
			"safeguards officer.");
		return;
	}
	buf_text(p->to, "<ul class=\"console-cards\">\n");
	while ((item = page_nav_next(&p->desk->in, item)) != NULL)
		html_put(p->to,
			"<li class=\"console-card\"><h3><a href=\"%s\">%s</a>"
			"</h3><p>%s</p></li>\n",
			item->href, item->name, item->says);
	buf_text(p->to, "</ul>\n");
}

enum err
console_home(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct waiting w = {
		.today = desk->in.clock, .name = desk->in.actor.name};
	bool reviews = proc_permitted(&desk->in, PERMIT_REVIEW);
	enum err e = ERR_OK;
	struct page p;

	if (reviews)
		e = proc_queue(&desk->in, false, count, &w);
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Start", .here = "/"});
	page_done(&p, ask);
	if (reviews)
		put_waiting(&p, &w);
	put_places(&p);
	return page_end(&p);
}
