/* SPDX-License-Identifier: Apache-2.0 */
/* Packages: where each is, and fetching one.  Of every accepted request the
 * same is told, whatever is in its package. */
#include <inttypes.h>
#include <stdio.h>

#include "api/api_int.h"
#include "proc/proc_agency.h"
#include "proc/proc_fetch.h"

static enum err
put_package(
	struct instance *in, const struct store_request *row, struct buf *to)
{
	enum fetch_state state = FETCH_NOT_YET;
	enum err e = proc_fetch_state(in, row, &state);

	buf_text(to, "{");
	api_word(to, "request_id", row->id);
	api_count(to, "line", row->line);
	api_word(to, "package", proc_fetch_text(state));
	if (state == FETCH_READY || state == FETCH_AGAIN)
		api_hex(to, "sha256",
			span_of(row->package, sizeof(row->package)));
	buf_text(to, "}");
	return e;
}

static bool
is_accepted(const struct store_request *row)
{
	return row->answer != LAW_REFUSED && row->state != CASE_RETURNED &&
	       row->state != CASE_WITHDRAWN && row->state != CASE_SUPERSEDED;
}

/* The accepted lines among up to `limit` lines after line `after`. */
static enum err
put_page(struct desk *desk, uint32_t batch, uint64_t after, size_t limit,
	struct buf *to)
{
	static struct store_request rows[API_PAGE_MOST];
	bool first = true;
	size_t n = 0;
	enum err e = store_request_page(
		desk->in.store, batch, after, rows, limit, &n);

	buf_text(to, "{\"packages\":[");
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = proc_batch_sound(&desk->in, &rows[i]);
		if (e != ERR_OK || !is_accepted(&rows[i]))
			continue;
		buf_text(to, first ? "" : ",");
		first = false;
		e = put_package(&desk->in, &rows[i], to);
	}
	buf_text(to, "]");
	if (n == limit)
		buf_printf(to,
			",\"next\":\"/api/v1/batches/%" PRIu32
			"/packages?after=%" PRIu64 "&limit=%zu\"",
			batch, rows[n - 1].line, limit);
	buf_text(to, "}\n");
	return e;
}

enum err
api_packages(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	uint64_t n = 0;
	uint64_t after = 0;
	size_t limit = 0;
	enum err e = api_number(desk, ask, "batch", UINT32_MAX, &n);

	if (e == ERR_OK)
		e = api_page(desk, ask, UINT32_MAX, &after, &limit);
	if (e == ERR_OK)
		e = proc_agency_batch(&desk->in, (uint32_t)n, &batch);
	if (e == ERR_OK)
		e = put_page(desk, batch.n, after, limit, &answer->body);
	if (e == ERR_OK)
		api_etag(ask, answer);
	return e == ERR_OK ? buf_error(&answer->body) : e;
}

enum err
api_package(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char id[STORE_ID_MAX];
	struct store_request row;
	uint64_t n = 0;
	enum err e = api_number(desk, ask, "batch", UINT32_MAX, &n);

	if (e == ERR_OK && !ask_text(ask, ASK_PATH, "request", id, sizeof(id)))
		e = instance_says(
			&desk->in, ERR_NOT_FOUND, "there is no such request");
	if (e == ERR_OK)
		e = proc_fetch(&desk->in, (uint32_t)n, id, &row, &answer->file);
	if (e != ERR_OK)
		return e;
	answer->type = ANSWER_CMS;
	(void)snprintf(
		answer->filename, sizeof(answer->filename), "%s.cms", row.id);
	return ERR_OK;
}
