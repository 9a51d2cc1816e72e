/* SPDX-License-Identifier: Apache-2.0 */
/* Batches as their agency sees them, and decisions for the custodian. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/api_int.h"
#include "os/file.h"
#include "proc/proc_agency.h"
#include "proc/proc_receipt.h"
#include "proc/proc_reply.h"

static enum err
open_batch(
	struct desk *desk, const struct ask *ask, struct store_batch *ret_batch)
{
	uint64_t n = 0;
	enum err e = api_number(desk, ask, "batch", UINT32_MAX, &n);

	return e == ERR_OK
		       ? proc_agency_batch(&desk->in, (uint32_t)n, ret_batch)
		       : e;
}

/* The same whatever was found: how far it is, up to the reply; the answer's
 * day; counts by what was written. */
static enum err
put_batch(struct instance *in, const struct store_batch *batch, struct buf *to)
{
	struct proc_agency_counts counts = {0};
	struct law *law = NULL;
	bool answered = batch->stage >= STAGE_ANSWERED;
	uint64_t judged = batch->n_lines;
	enum err e = instance_law(in, batch->law, &law);

	if (e == ERR_OK && !answered)
		e = store_lines_done(in->store, batch->n, &judged);
	if (e == ERR_OK && answered)
		e = proc_agency_count(in, batch, &counts);
	if (e != ERR_OK) {
		law = law_free(law);
		return e;
	}
	buf_text(to, "{");
	api_count(to, "batch", batch->n);
	api_word(to, "agreement", batch->agreement);
	api_count(to, "sequence", batch->sequence);
	api_hex(to, "sha384", span_of(batch->sha384, sizeof(batch->sha384)));
	api_day(to, "received", batch->today);
	api_count(to, "requests", batch->n_lines);
	api_word(to, "state", answered ? "answered" : "judging");
	api_count(to, "judged", judged);
	if (answered) {
		api_count(to, "refused", counts.refused);
		api_count(to, "accepted", counts.accepted);
	}
	api_day(to, "answer_day", batch->today + (int32_t)law_answer_days(law));
	buf_text(to, "}");
	law = law_free(law);
	return buf_error(to);
}

enum err
api_batches(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct store_batch list[API_PAGE_MOST];
	uint64_t after = 0;
	size_t limit = 0;
	size_t n = 0;
	struct buf *to = &answer->body;
	enum err e = api_page(desk, ask, UINT32_MAX, &after, &limit);

	if (e == ERR_OK)
		e = proc_agency_list(
			&desk->in, (uint32_t)after, list, limit, &n);
	buf_text(to, "{\"batches\":[");
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		buf_text(to, i == 0 ? "" : ",");
		e = put_batch(&desk->in, &list[i], to);
	}
	buf_text(to, "]");
	if (n == limit && n > 0)
		buf_printf(to,
			",\"next\":\"/api/v1/batches?after=%" PRIu32
			"&limit=%zu\"",
			list[n - 1].n, limit);
	buf_text(to, "}\n");
	if (e == ERR_OK)
		api_etag(ask, answer);
	return e == ERR_OK ? buf_error(to) : e;
}

enum err
api_batch(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	enum err e = open_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = put_batch(&desk->in, &batch, &answer->body);
	buf_text(&answer->body, "\n");
	if (e == ERR_OK)
		api_etag(ask, answer);
	return e == ERR_OK ? buf_error(&answer->body) : e;
}

/* ---- what may be long goes through a file that has no name ---- */

static enum err
to_file(void *context, struct span text)
{
	const int *fd = context;

	return os_write_all(*fd, text);
}

static enum err
send_lines(struct desk *desk, uint32_t batch, struct answer *answer,
	enum err (*print)(struct instance *in, uint32_t batch,
		proc_print *print, void *context))
{
	OWNED_FD file = memfd_create("lines", MFD_CLOEXEC);
	enum err e = ERR_OK;

	if (file < 0)
		return err_origin(ERR_IO);
	e = print(&desk->in, batch, to_file, &file);
	if (e == ERR_OK)
		e = os_rewind(file);
	if (e != ERR_OK)
		return e;
	answer->type = ANSWER_LINES;
	answer->file = file;
	file = -1;
	return ERR_OK;
}

enum err
api_reply(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	enum err e = open_batch(desk, ask, &batch);

	return e == ERR_OK ? send_lines(desk, batch.n, answer, proc_reply_print)
			   : e;
}

enum err
api_decisions(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint64_t n = 0;
	enum err e = api_number(desk, ask, "batch", UINT32_MAX, &n);

	return e == ERR_OK ? send_lines(desk, (uint32_t)n, answer,
				     proc_decisions_print)
			   : e;
}

enum err
api_receipt(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	enum err e = open_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = proc_receipt_read(&desk->in, batch.n, &answer->body);
	if (e == ERR_OK)
		api_etag(ask, answer);
	return e;
}

/* ---- files as they were signed, each with its signature ---- */

enum err
api_batch_file(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const struct {
		const char *name;
		enum answer_type type;
	} files[] = {
		{"reply.jsonl", ANSWER_LINES},
		{"reply.jsonl.p7s", ANSWER_CMS},
		{"reply-later.jsonl", ANSWER_LINES},
		{"reply-later.jsonl.p7s", ANSWER_CMS},
		{"receipt.json", ANSWER_JSON},
		{"receipt.json.p7s", ANSWER_CMS},
	};
	struct span name = ask_get(ask, ASK_PATH, "name");
	struct store_batch batch;
	OWNED_FD folder = -1;
	enum err e = open_batch(desk, ask, &batch);

	if (e == ERR_OK && batch.stage >= STAGE_ANSWERED)
		e = instance_folder(
			&desk->in, "batches", batch.n, false, &folder);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (folder < 0 || !span_eq(name, span_text(files[i].name)))
			continue;
		answer->file =
			openat(folder, files[i].name, O_RDONLY | O_CLOEXEC);
		answer->type = files[i].type;
		(void)snprintf(answer->filename, sizeof(answer->filename), "%s",
			files[i].name);
	}
	return answer->file >= 0
		       ? ERR_OK
		       : instance_says(&desk->in, ERR_NOT_FOUND,
				 "batch %" PRIu32 " has no such file", batch.n);
}
