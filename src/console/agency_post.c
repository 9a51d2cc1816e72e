/* SPDX-License-Identifier: Apache-2.0 */
/* Packages of an agency. */
#include "console/agency.h"

#include <inttypes.h>
#include <stdio.h>

#include "proc/proc_fetch.h"

/* ---- packages ---- */

enum { ROWS = 50 };

static enum err
put_package(struct page *p, const struct store_request *row)
{
	enum fetch_state state = FETCH_NOT_YET;
	char path[CONSOLE_PATH];
	enum err e = proc_fetch_state(&p->desk->in, row, &state);

	page_cell_text(p, 0, row->id);
	page_cell_number(p, 1, row->line);
	page_cell_text(p, 2, proc_fetch_text(state));
	page_cell(p, 3);
	if (state == FETCH_READY || state == FETCH_AGAIN) {
		(void)snprintf(path, sizeof(path),
			"/batches/%" PRIu32 "/packages", row->batch);
		html_put(p->to,
			"<form method=\"post\" action=\"%s\"><input type="
			"\"hidden\" name=\"request\" value=\"%s\"><button "
			"type=\"submit\" class=\"usa-button usa-button--"
			"outline\" aria-label=\"Fetch the package of %s\">"
			"Fetch</button></form>",
			path, row->id, row->id);
	}
	page_cell_end(p, 3);
	return e;
}

static enum err
put_packages(struct page *p, uint32_t batch, uint64_t after)
{
	static struct store_request rows[ROWS];
	size_t n = 0;
	bool any = false;
	enum err e = store_request_page(
		p->desk->in.store, batch, after, rows, ROWS, &n);

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (!agency_accepted(&rows[i]))
			continue;
		if (!any)
			page_table(p, "Packages of accepted requests",
				"Request|#Line|Package|Fetch");
		any = true;
		e = put_package(p, &rows[i]);
	}
	if (any)
		page_table_end(p);
	else
		page_empty(p, "No accepted request among these lines.");
	if (n == ROWS)
		html_put(p->to,
			"<p><a href=\"/batches/%" PRIu32
			"/packages?from=%" PRIu64 "\">Later lines</a></p>\n",
			batch, rows[n - 1].line);
	return e;
}

enum err
console_packages(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	struct page p;
	enum err e = agency_batch(desk, ask, &batch);

	if (e != ERR_OK)
		return e;
	p = agency_page_begin(desk, answer, batch.n,
		(struct page_head){.title = "Packages",
			.lead = "Each is for its officer's key alone, and all "
				"have one size: whether one has an address, "
				"only that key tells."});
	e = put_packages(&p, batch.n, console_from(ask));
	return e == ERR_OK ? page_end(&p) : e;
}

enum err
console_package(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char id[STORE_ID_MAX];
	struct store_request row;
	uint32_t n = 0;
	enum err e = console_batch(desk, ask, &n);

	if (e == ERR_OK && !ask_text(ask, ASK_FORM, "request", id, sizeof(id)))
		e = instance_says(
			&desk->in, ERR_NOT_FOUND, "there is no such request");
	if (e == ERR_OK)
		e = proc_fetch(&desk->in, n, id, &row, &answer->file);
	if (e != ERR_OK)
		return e;
	answer->type = ANSWER_CMS;
	(void)snprintf(
		answer->filename, sizeof(answer->filename), "%s.cms", row.id);
	return ERR_OK;
}
