/* SPDX-License-Identifier: Apache-2.0 */
/* What was answered otherwise after the first reply, and both as one. */
#include "proc/proc_reply_int.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_review.h"

enum { SMALL = 1 << 16, LATER_MAX = 1 << 28 };

/* ---- writing ---- */

struct later {
	struct reply reply;
	struct review_approvals acts;
	uint64_t n;
};

static bool
was_returned(const struct store_request *row)
{
	return row->state == CASE_RETURNED ||
	       (row->state == CASE_SUPERSEDED && row->answer != LAW_REFUSED);
}

/* The reviewer's words, from the act that gave it back. */
static enum err
returned_line(struct later *l, const struct store_request *row)
{
	static const uint8_t nothing_found[32];
	struct account_opened act;
	uint64_t entry = STORE_NO_ENTRY;
	enum err e;

	for (size_t i = 0; i < l->acts.n; i++)
		if (l->acts.item[i].withhold &&
			review_approval_names(
				&l->acts.item[i], row->line, nothing_found))
			entry = l->acts.item[i].entry;
	if (entry == STORE_NO_ENTRY)
		return instance_says(l->reply.in, ERR_DAMAGED,
			"the store: nobody gave request %s back", row->id);
	e = account_open(l->reply.in, entry, &act);
	if (e != ERR_OK)
		return e;
	e = reply_line(&l->reply, row, RELEASE_RETURNED,
		account_field(&act, "ground"));
	account_opened_fini(&act);
	return e;
}

static enum err
later_row(void *context, struct store_request *row)
{
	struct later *l = context;
	enum err e = ERR_OK;

	if (was_returned(row))
		e = returned_line(l, row);
	else if (row->since == 0)
		return ERR_OK;
	else if (row->answer == LAW_REFUSED)
		e = reply_line(
			&l->reply, row, RELEASE_REFUSED, span_of(NULL, 0));
	else
		release_reply_line(span_text(row->id), RELEASE_ACCEPTED, NULL,
			0, &l->reply.text);
	l->n++;
	if (e == ERR_OK)
		e = buf_error(&l->reply.text);
	return e == ERR_OK && l->reply.text.n >= REPLY_PIECE
		       ? reply_flush(&l->reply)
		       : e;
}

static enum err
write_later(struct later *l, const struct store_batch *batch, int folder)
{
	OWNED_BUF(signature, SMALL);
	enum err e = proc_batch_each(l->reply.in, batch->n, later_row, l);

	if (e == ERR_OK)
		e = reply_flush(&l->reply);
	if (e == ERR_OK)
		e = os_sync(l->reply.fd);
	if (e == ERR_OK && l->n == 0)
		return ERR_OK;
	if (e == ERR_OK)
		e = reply_sign(l->reply.in, l->reply.fd, &signature);
	if (e == ERR_OK)
		e = os_write(folder, "reply-later.jsonl.p7s",
			buf_span(&signature), 0600);
	if (e == ERR_OK && renameat(folder, "reply-later.jsonl.new", folder,
				   "reply-later.jsonl") != 0)
		e = err_origin(ERR_IO);
	return e == ERR_OK ? os_sync(folder) : e;
}

enum err
proc_reply_later(struct instance *in, const struct store_batch *batch)
{
	struct later l = {.reply = {.in = in, .fd = -1}};
	OWNED_FD folder = -1;
	OWNED_FD fd = -1;
	enum err e = instance_folder(in, "batches", batch->n, false, &folder);

	if (e != ERR_OK)
		return e;
	fd = openat(folder, "reply-later.jsonl.new",
		O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	l.reply.fd = fd;
	buf_init(&l.reply.text, REPLY_PIECE + REPLY_LINE_MAX);
	e = fd < 0 ? err_origin(ERR_IO)
		   : instance_law(in, batch->law, &l.reply.law);
	if (e == ERR_OK)
		e = review_approvals_read(in, batch->n, &l.acts);
	if (e == ERR_OK)
		e = write_later(&l, batch, folder);
	review_approvals_fini(&l.acts);
	buf_fini(&l.reply.text);
	l.reply.law = law_free(l.reply.law);
	return e;
}

/* ---- both as one ---- */

struct both {
	struct span later; /* its lines that are not printed yet */
	struct buf line;   /* of the first, as far as it was read */
	proc_print *print;
	void *context;
};

/* `{"request_id":"R1","` of a line: what both replies to a request begin
 * with. */
static struct span
head_of(struct span line)
{
	static const char mark[] = ",\"status\":";
	const uint8_t *at = memmem(line.at, line.n, mark, sizeof(mark) - 1);

	return at == NULL ? line : span_of(line.at, (size_t)(at - line.at));
}

static enum err
print_line(struct both *b, struct span line)
{
	struct span rest = b->later;
	struct span later = span_cut(&rest, '\n');
	enum err e;

	if (b->later.n > 0 && span_eq(head_of(line), head_of(later))) {
		line = later;
		b->later = rest;
	}
	e = b->print(b->context, line);
	return e == ERR_OK ? b->print(b->context, SPAN("\n")) : e;
}

static enum err
take_piece(struct both *b, struct span piece)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && memchr(piece.at, '\n', piece.n) != NULL) {
		buf_bytes(&b->line, span_cut(&piece, '\n'));
		e = buf_error(&b->line);
		if (e == ERR_OK)
			e = print_line(b, buf_span(&b->line));
		buf_clear(&b->line);
	}
	buf_bytes(&b->line, piece);
	return e == ERR_OK ? buf_error(&b->line) : e;
}

static enum err
print_both(struct both *b, int folder)
{
	static uint8_t some[REPLY_LINE_MAX];
	OWNED_FD file = openat(folder, "reply.jsonl", O_RDONLY | O_CLOEXEC);
	size_t got = 0;
	enum err e;

	if (file < 0)
		return err_origin(ERR_IO);
	do {
		e = os_read_some(file, some, sizeof(some), &got);
		if (e == ERR_OK && got > 0)
			e = take_piece(b, span_of(some, got));
	} while (e == ERR_OK && got > 0);
	return e;
}

enum err
proc_reply_print(
	struct instance *in, uint32_t n, proc_print *print, void *context)
{
	struct store_batch batch;
	OWNED_FD folder = -1;
	OWNED_BUF(later, LATER_MAX);
	struct both b = {.print = print, .context = context};
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK && batch.stage < STAGE_ANSWERED)
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is not answered yet: submit it "
			"again to go on",
			n);
	if (e == ERR_OK)
		e = instance_folder(in, "batches", n, false, &folder);
	if (e != ERR_OK)
		return e;
	e = os_read(folder, "reply-later.jsonl", &later);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	b.later = buf_span(&later);
	buf_init(&b.line, REPLY_LINE_MAX);
	e = print_both(&b, folder);
	buf_fini(&b.line);
	return e;
}
