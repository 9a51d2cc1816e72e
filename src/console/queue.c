/* SPDX-License-Identifier: Apache-2.0 */
/* The queue: what waits for people, over all batches. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "proc/proc_queue.h"

struct queue {
	struct page *p;
	uint64_t from;
	uint64_t n;
	uint64_t shown;
};

/* Where it is decided. */
static void
path_of(const struct proc_queue_item *item, char to[CONSOLE_PATH])
{
	if (item->matter == 0)
		(void)snprintf(to, CONSOLE_PATH, "/review/%" PRIu32 "/%" PRIu64,
			item->batch, item->line);
	else if (strcmp(item->awaits, "sample") == 0)
		(void)snprintf(to, CONSOLE_PATH, "/review/%" PRIu32 "/sample",
			item->batch);
	else if (strcmp(item->awaits, "second look") == 0)
		(void)snprintf(
			to, CONSOLE_PATH, "/looks?batch=%" PRIu32, item->batch);
	else
		(void)snprintf(
			to, CONSOLE_PATH, "/matters/%" PRIu64, item->matter);
}

static void
put_first(struct page *p, const struct proc_queue_item *item)
{
	char path[CONSOLE_PATH];

	path_of(item, path);
	page_cell(p, 0);
	html_put(p->to, "<a href=\"%s\">%s</a>", path,
		item->request[0] == '\0' ? item->awaits : item->request);
	page_cell_end(p, 0);
	page_cell(p, 1);
	if (item->batch != 0)
		html_put(p->to,
			"<a href=\"/review/%" PRIu32 "\">%" PRIu32 "</a>",
			item->batch, item->batch);
	page_cell_end(p, 1);
}

static enum err
put_item(void *context, const struct proc_queue_item *item)
{
	struct queue *q = context;
	struct page *p = q->p;

	if (q->n++ < q->from || q->shown == CONSOLE_STEP)
		return ERR_OK;
	if (q->shown++ == 0)
		page_table(p, "What waits, in the order it came in",
			"Request|Batch|Waits for|Answer day|#Days here|"
			"Assigned to");
	put_first(p, item);
	page_cell_text(p, 2, item->awaits);
	page_cell(p, 3);
	console_due(p, item->due);
	page_cell_end(p, 3);
	page_cell_number(p, 4, (uint64_t)(item->age < 0 ? 0 : item->age));
	page_cell_text(
		p, 5, item->assigned[0] == '\0' ? "nobody" : item->assigned);
	return ERR_OK;
}

static void
put_choice(struct page *p, bool mine)
{
	html_put(p->to,
		mine ? "<p><a href=\"/queue\">Show what is everybody's</a></p>\n"
		     : "<p><a href=\"/queue?mine=1\">Show only what is "
		       "yours</a></p>\n");
	buf_text(p->to,
		"<p class=\"console-keys\"><kbd>j</kbd> and <kbd>k</kbd> go "
		"down and up, <kbd>Enter</kbd> opens.</p>\n");
}

enum err
console_queue(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	bool mine = span_eq(ask_get(ask, ASK_QUERY, "mine"), SPAN("1"));
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = mine ? "Your queue" : "Queue",
			.here = "/queue",
			.wide = true});
	struct queue q = {.p = &p, .from = console_from(ask)};
	enum err e;

	page_done(&p, ask);
	put_choice(&p, mine);
	buf_text(p.to, "<div data-rows=\"queue\">\n");
	e = proc_queue(&desk->in, mine, put_item, &q);
	if (e != ERR_OK)
		return e;
	if (q.shown > 0)
		page_table_end(&p);
	else
		page_empty(&p, q.n == 0 ? "Nothing waits for a person."
					: "There is no more of it.");
	buf_text(p.to, "</div>\n");
	page_pages(&p, mine ? "/queue?mine=1" : "/queue",
		&(struct page_range){
			.first = q.from, .step = CONSOLE_STEP, .of = q.n});
	return page_end(&p);
}
