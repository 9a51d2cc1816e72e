/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_amend.h"

#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_lines.h"
#include "request/request.h"

enum { LINE_MAX_BYTES = 1 << 18 };

struct amending {
	const struct proc_amend *options;
	struct request_reader *reader;
	struct arena arena;
	struct request_csv csv;
	struct proc_lines lines;
	struct proc_lines reply;
	struct why *why;
};

static enum err
begin(struct amending *a)
{
	struct proc_line header;
	bool end = false;
	enum err e = request_reader_new(&a->reader);

	if (e == ERR_OK)
		e = arena_init(&a->arena, 4 * REQUEST_ARENA_MAX);
	if (e == ERR_OK)
		e = proc_lines_begin(
			&a->lines, a->options->fd, a->options->csv);
	if (e != ERR_OK || !a->options->csv)
		return e;
	e = proc_lines_next(&a->lines, &header, &end);
	if (e == ERR_OK && (end || header.too_long))
		return why_set(a->why, ERR_MALFORMED,
			"the CSV has no header that can be read");
	return e == ERR_OK ? request_csv_header(header.bytes, &a->csv, a->why)
			   : e;
}

static void
fini(struct amending *a)
{
	a->reader = request_reader_free(a->reader);
	arena_fini(&a->arena);
	mem_free(a);
}

static enum err
next(struct amending *a, struct request *q, bool *ret_end)
{
	struct proc_line raw;
	enum err e = proc_lines_next(&a->lines, &raw, ret_end);

	if (e != ERR_OK || *ret_end)
		return e;
	arena_reset(&a->arena);
	*q = (struct request){.unreadable = false};
	if (raw.too_long) {
		request_refuse_line(q, "the line is longer than 64 KiB");
		return ERR_OK;
	}
	return a->options->csv
		       ? request_decode_csv(&a->csv, raw.bytes, &a->arena, q)
		       : request_decode_json(
				 a->reader, raw.bytes, &a->arena, q);
}

/* ---- one request ---- */

static enum err
set_members(struct amending *a, struct request *q)
{
	for (size_t i = 0; i < a->options->n_sets; i++) {
		const struct proc_amend_set *set = &a->options->set[i];
		enum request_field field;

		if (!request_field_parse(set->member, &field) ||
			field == RQ_ID || field == RQ_SUPERSEDES)
			return why_set(a->why, ERR_MALFORMED,
				"%.*s: no member of a request that can be set: "
				"docs/formats/requests.md has them",
				(int)set->member.n,
				(const char *)set->member.at);
		q->field[field] = set->value;
	}
	return ERR_OK;
}

/* Is what was written a request of the format? */
static enum err
read_again(struct amending *a, struct span line)
{
	struct request q = {.unreadable = false};
	struct arena arena;
	enum err e = arena_init(&arena, 4 * REQUEST_ARENA_MAX);

	if (e == ERR_OK)
		e = request_decode_json(a->reader, line, &arena, &q);
	if (e == ERR_OK && (q.unreadable || q.malformed || q.unnamed))
		e = why_set(a->why, ERR_MALFORMED, "%s: %s", q.member, q.says);
	arena_fini(&arena);
	return e;
}

/* `q`, whose place the new line takes; what is set stays in the caller's. */
static enum err
write_line(struct amending *a, struct request *q, const char *new_id,
	struct buf *to)
{
	struct span old = q->field[RQ_ID];
	char name[65];
	char id[80];
	enum err e;

	if (!span_copy(old, name, sizeof(name)))
		return err_origin(ERR_PEER);
	if (new_id == NULL)
		(void)snprintf(id, sizeof(id), "%.64s-2", name);
	else
		(void)snprintf(id, sizeof(id), "%s", new_id);
	if (span_eq(span_text(id), old))
		return why_set(a->why, ERR_MALFORMED,
			"the new request needs an id of its own, not %s", id);
	q->field[RQ_SUPERSEDES] = old;
	q->field[RQ_ID] = span_text(id);
	e = set_members(a, q);
	if (e != ERR_OK)
		return e;
	request_write_json(q, to);
	e = buf_error(to);
	return e == ERR_OK ? read_again(a, buf_span(to)) : e;
}

static enum err
find_line(struct amending *a, const char *id, struct request *q)
{
	bool end = false;
	enum err e;

	do
		e = next(a, q, &end);
	while (e == ERR_OK && !end && !span_eq(q->field[RQ_ID], span_text(id)));
	if (e == ERR_OK && end)
		e = why_set(a->why, ERR_NOT_FOUND,
			"no line of the file has the id %s", id);
	if (e == ERR_OK && q->unreadable)
		e = why_set(a->why, ERR_MALFORMED,
			"the line of %s cannot be read (%s): write it anew", id,
			q->says);
	return e;
}

enum err
proc_amend_one(const struct proc_amend *amend, const char *id,
	const char *new_id, struct buf *ret_line, struct why *reterr_why)
{
	struct amending *a = mem_zeroed(sizeof(*a));
	struct request q;
	enum err e;

	if (a == NULL)
		return err_origin(ERR_NOMEM);
	a->options = amend;
	a->why = reterr_why;
	e = begin(a);
	if (e == ERR_OK)
		e = find_line(a, id, &q);
	if (e == ERR_OK)
		e = write_line(a, &q, new_id, ret_line);
	fini(a);
	return e;
}

/* ---- a whole reply ---- */

static struct span
member(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);

	return span_of(json_string_value(v), json_string_length(v));
}

static void
reasons_of(const json_t *root, struct proc_amend_line *line)
{
	const json_t *list = json_object_get(root, "reasons");

	for (size_t i = 0; i < json_array_size(list) && i < LAW_RULES_MAX;
		i++) {
		line->code[i] = member(json_array_get(list, i), "code");
		line->sentence[i] = member(json_array_get(list, i), "sentence");
		line->n_reasons++;
	}
}

/* Refused at once, or given back by who read it. */
static bool
is_to_mend(const json_t *root)
{
	struct span status = member(root, "status");

	return span_eq(status, SPAN("refused")) ||
	       span_eq(status, SPAN("returned"));
}

/* One line of the reply against the same line of the file. */
static enum err
pair(struct amending *a, const json_t *root, struct request *q,
	struct proc_amend_line *line, struct buf *mended)
{
	enum err e = ERR_OK;

	if (!json_is_object(root) || member(root, "status").n == 0)
		return why_set(a->why, ERR_MALFORMED,
			"the reply: line %" PRIu64 " is no answer", line->line);
	line->id = member(root, "request_id");
	if (!span_eq(line->id, q->field[RQ_ID]))
		return why_set(a->why, ERR_MISMATCH,
			"the reply is of another file: line %" PRIu64
			" answers %.*s",
			line->line, (int)line->id.n,
			line->id.n == 0 ? "no id" : (const char *)line->id.at);
	if (!is_to_mend(root))
		return ERR_OK;
	reasons_of(root, line);
	if (!q->unreadable && q->field[RQ_ID].n > 0) {
		e = write_line(a, q, NULL, mended);
		/* What is wrong with it is among the reasons. */
		if (e == ERR_MALFORMED && a->options->n_sets == 0)
			e = ERR_OK;
		line->mended = buf_span(mended);
	}
	return e;
}

static enum err
one_answer(struct amending *a, uint64_t number, struct span answer,
	enum err (*each)(void *, const struct proc_amend_line *), void *context)
{
	struct proc_amend_line line = {.line = number};
	OWNED_BUF(mended, LINE_MAX_BYTES);
	struct request q;
	bool end = false;
	json_error_t error;
	json_t *root = json_loadb((const char *)answer.at, answer.n,
		JSON_REJECT_DUPLICATES, &error);
	enum err e = next(a, &q, &end);

	if (e == ERR_OK && end)
		e = why_set(a->why, ERR_MISMATCH,
			"the reply has more lines than the file");
	if (e == ERR_OK)
		e = pair(a, root, &q, &line, &mended);
	if (e == ERR_OK && is_to_mend(root))
		e = each(context, &line);
	json_decref(root);
	return e;
}

enum err
proc_amend_reply(const struct proc_amend *amend, int reply,
	enum err (*each)(void *context, const struct proc_amend_line *line),
	void *context, struct why *reterr_why)
{
	struct amending *a = mem_zeroed(sizeof(*a));
	uint64_t number = 0;
	bool end = false;
	enum err e;

	if (a == NULL)
		return err_origin(ERR_NOMEM);
	a->options = amend;
	a->why = reterr_why;
	e = begin(a);
	if (e == ERR_OK)
		e = proc_lines_begin(&a->reply, reply, false);
	while (e == ERR_OK) {
		struct proc_line answer;

		e = proc_lines_next(&a->reply, &answer, &end);
		if (e != ERR_OK || end)
			break;
		e = one_answer(a, ++number, answer.bytes, each, context);
	}
	fini(a);
	return e;
}
