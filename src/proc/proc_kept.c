/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_kept.h"

#include "base/read.h"

enum { PIECE = 1 << 20, RECORD_MAX = 1 << 18 };

enum err
proc_kept_open(int folder, struct proc_kept *ret_kept)
{
	*ret_kept = PROC_KEPT_NONE;
	buf_init(&ret_kept->some, PIECE + RECORD_MAX);
	return proc_spool_open(folder, &ret_kept->spool);
}

static enum err
flush(struct proc_kept *kept)
{
	enum err e = buf_error(&kept->some);

	if (e == ERR_OK && kept->some.n > 0)
		e = proc_spool_add(&kept->spool, buf_span(&kept->some));
	buf_clear(&kept->some);
	return e;
}

void
proc_kept_encode(const struct store_request *row,
	const struct evidence *evidence, struct span encoded, struct buf *to)
{
	OWNED_BUF(bytes, 4096);

	evidence_encode(evidence, &bytes);
	if (buf_error(&bytes) != ERR_OK && buf_error(to) == ERR_OK)
		to->error = buf_error(&bytes);
	buf_u64be(to, row->line);
	buf_u64be(to, row->judged);
	buf_sized(to, buf_span(&bytes));
	buf_sized(to, encoded);
}

enum err
proc_kept_add(struct proc_kept *kept, struct span one)
{
	must(!kept->reading);
	buf_bytes(&kept->some, one);
	return kept->some.n < PIECE ? buf_error(&kept->some) : flush(kept);
}

struct record {
	uint64_t line;
	uint64_t judged;
	struct span evidence;
	struct span encoded;
};

/* Looks at the next one without taking it. */
static enum err
peek(struct proc_kept *kept, struct record *ret, struct span *ret_after)
{
	struct reader r;
	enum err e = ERR_OK;

	if (!kept->reading) {
		e = flush(kept);
		if (e == ERR_OK)
			e = proc_spool_rewind(&kept->spool);
		kept->reading = true;
	}
	if (e == ERR_OK && kept->rest.n == 0)
		e = proc_spool_next(&kept->spool, &kept->rest);
	if (e != ERR_OK)
		return e;
	r = read_from(kept->rest);
	ret->line = read_u64be(&r);
	ret->judged = read_u64be(&r);
	ret->evidence = read_sized(&r, RECORD_MAX);
	ret->encoded = read_sized(&r, RECORD_MAX);
	*ret_after = r.left;
	return read_ok(&r) ? ERR_OK : err_origin(ERR_IO);
}

/* The bytes go with the request, as those of an opened entry would. */
static enum err
take(const struct record *record, const struct store_request *row,
	struct batch_request *ret)
{
	struct buf *bytes = &ret->judged.bytes;

	*ret = (struct batch_request){.row = *row};
	buf_init(bytes, RECORD_MAX);
	buf_bytes(bytes, record->encoded);
	if (buf_error(bytes) != ERR_OK)
		return buf_error(bytes);
	ret->encoded = buf_span(bytes);
	return evidence_decode(record->evidence, &ret->evidence) &&
			       request_from_bytes(
				       ret->encoded, &ret->request) == ERR_OK
		       ? ERR_OK
		       : err_origin(ERR_IO);
}

enum err
proc_kept_find(struct proc_kept *kept, const struct store_request *row,
	struct batch_request *ret)
{
	struct record record;
	struct span after;
	enum err e;

	if (kept == NULL || kept->spool.fd < 0)
		return ERR_NOT_FOUND;
	while ((e = peek(kept, &record, &after)) == ERR_OK &&
		record.line < row->line)
		kept->rest = after;
	if (e != ERR_OK)
		return e;
	if (record.line != row->line || record.judged != row->judged)
		return ERR_NOT_FOUND;
	e = take(&record, row, ret);
	kept->rest = after;
	if (e != ERR_OK)
		proc_batch_fini(ret);
	return e;
}

void
proc_kept_close(struct proc_kept *kept)
{
	proc_spool_close(&kept->spool);
	buf_fini(&kept->some);
}
