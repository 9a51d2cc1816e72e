/* SPDX-License-Identifier: Apache-2.0 */
/* What was answered otherwise after the first reply, and both as one. */
#include "proc/proc_reply_int.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_keys.h"
#include "proc/proc_matter.h"
#include "proc/proc_review.h"

enum { SMALL = 1 << 16, LATER_MAX = 1 << 28 };

/* ---- writing ---- */

struct later {
	struct reply reply;
	struct review_approvals acts;
	struct proc_key *asked; /* line, matter: to be looked at again */
	size_t n_asked;
	size_t size_asked;
	uint64_t n;
};

/* ---- what the requester asked to be looked at again ---- */

static enum err
add_asked(struct later *l, const struct store_matter *m)
{
	if (l->n_asked == l->size_asked) {
		size_t size = l->size_asked == 0 ? 64 : l->size_asked * 2;
		struct proc_key *all = mem_resize(l->asked, size, sizeof(*all));

		if (all == NULL)
			return err_origin(ERR_NOMEM);
		l->asked = all;
		l->size_asked = size;
	}
	l->asked[l->n_asked++] = (struct proc_key){m->line, m->n};
	return ERR_OK;
}

static enum err
read_asked(struct later *l, uint32_t batch)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	while ((e = proc_matter_next(l->reply.in, row.n, MATTER_OF_RECONSIDER,
			batch, &row, &m)) == ERR_OK) {
		e = add_asked(l, &row);
		if (e != ERR_OK)
			return e;
	}
	proc_keys_sort(l->asked, l->n_asked);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The last matter about a line, or 0. */
static uint64_t
asked_of(const struct later *l, uint64_t line)
{
	size_t at = proc_keys_find(l->asked, l->n_asked, line);

	return at < l->n_asked
		       ? l->asked[proc_keys_run(l->asked, l->n_asked, at) - 1]
				 .value
		       : 0;
}

/* ---- what was given back ---- */

static bool
was_returned(const struct store_request *row)
{
	return row->state == CASE_RETURNED;
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

/* Of what the requester itself ended: a status and no reasons. */
static void
ended_line(struct later *l, const struct store_request *row)
{
	release_reply_line(
		&(struct release_reply){
			.request_id = span_text(row->id),
			.status = row->state == CASE_WITHDRAWN
					  ? RELEASE_WITHDRAWN
					  : RELEASE_SUPERSEDED,
		},
		&l->reply.text);
}

static enum err
no_line(struct later *l, const struct store_request *row)
{
	return was_returned(row) ? returned_line(l, row)
				 : reply_line(&l->reply, row, RELEASE_REFUSED,
					   span_of(NULL, 0));
}

/* With what is said of the last time that it was asked about. */
static enum err
asked_line(struct later *l, const struct store_request *row, uint64_t matter)
{
	struct store_matter m;
	struct matter value;
	struct proc_matter_words words;
	char due[DAY_TIME_TEXT];
	enum err e = proc_matter_get(l->reply.in, matter, &m, &value);

	if (e == ERR_OK)
		e = proc_matter_words(l->reply.in, &m, &words);
	if (e != ERR_OK)
		return e;
	day_time_text(m.due_at, due);
	if (m.state == MATTER_OPEN)
		l->reply.due = span_text(due);
	if (m.decision == MATTER_RECONSIDER_UPHOLD)
		l->reply.upheld = words.ground;
	e = no_line(l, row);
	l->reply.due = l->reply.upheld = span_of(NULL, 0);
	proc_matter_words_fini(&words);
	return e;
}

static enum err
later_row(void *context, struct store_request *row)
{
	struct later *l = context;
	uint64_t matter = asked_of(l, row->line);
	bool no = was_returned(row) || row->answer == LAW_REFUSED;
	bool ended =
		row->state == CASE_WITHDRAWN || row->state == CASE_SUPERSEDED;
	enum err e = ERR_OK;

	if (row->since == 0 && matter == 0 && !was_returned(row) && !ended)
		return ERR_OK;
	if (ended)
		ended_line(l, row);
	else if (no && matter != 0)
		e = asked_line(l, row, matter);
	else
		e = no ? no_line(l, row) : reply_accepted(&l->reply, row);
	/* What became of it was told; why is not known any more. */
	if (e == ERR_ERASED)
		return ERR_OK;
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
	struct law *law = NULL;
	enum err e = ERR_OK;

	if (!instance_answers(in)) /* nobody was answered */
		return ERR_OK;
	e = instance_folder(in, "batches", batch->n, false, &folder);
	if (e != ERR_OK)
		return e;
	fd = openat(folder, "reply-later.jsonl.new",
		O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	l.reply.fd = fd;
	buf_init(&l.reply.text, REPLY_PIECE + REPLY_LINE_MAX);
	e = fd < 0 ? err_origin(ERR_IO) : instance_law(in, batch->law, &law);
	l.reply.law = law;
	if (e == ERR_OK)
		e = review_approvals_read(in, batch->n, &l.acts);
	if (e == ERR_OK)
		e = read_asked(&l, batch->n);
	if (e == ERR_OK)
		e = write_later(&l, batch, folder);
	review_approvals_fini(&l.acts);
	mem_free(l.asked);
	buf_fini(&l.reply.text);
	law = law_free(law);
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

	if (e == ERR_OK)
		e = instance_must_answer(in->dir, &in->why);
	if (e == ERR_OK && batch.stage < STAGE_ANSWERED)
		return instance_says(in, ERR_TOO_EARLY,
			store_is_book(&batch)
				? "batch %" PRIu32 " is a book that is not "
				  "closed yet: `weir batch close`"
				: "batch %" PRIu32 " is not answered yet: "
				  "submit it again to go on",
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
