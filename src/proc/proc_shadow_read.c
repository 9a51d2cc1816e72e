/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Old files: a batch in another layout, and what was sent then.  Whatever is in
 * them is parsed by a process that holds the file and a socket, in memory that
 * does not grow with them.
 */
#include "proc/proc_shadow.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/read.h"
#include "os/file.h"
#include "proc/proc_lines.h"
#include "proc/proc_parsed.h"
#include "proc/proc_sandbox.h"

enum {
	RECORD_MOST = 1 << 18, /* of one record as it is sent */
	CHUNK = PARSED_PIECE - RECORD_MOST,
	NO_PLACE = -1,
	COLUMNS_MOST = 1024, /* of an old file */
};

enum what { A_BATCH, WHAT_WAS_SENT };

struct old {
	int fd; /* the socket */
	int file;
	enum what what;
	const struct proc_shadow_columns *columns;
	int place[SHADOW_COLUMNS]; /* of each in the file's records */
	size_t n;                  /* columns of the file */
	uint64_t row;
	struct buf chunk;
	struct span value[SHADOW_COLUMNS];
};

static struct proc_lines lines;
static uint8_t scratch[SHADOW_COLUMNS + 1][REQUEST_CSV_CELL];

/* ---- records ---- */

static enum err
name_column(struct old *o, struct span name, struct why *why)
{
	for (size_t i = 0; i < o->columns->n; i++) {
		if (!span_eq(name, span_text(o->columns->at[i].theirs)))
			continue;
		if (o->place[i] != NO_PLACE)
			return why_set(why, ERR_MALFORMED,
				"the header names %s twice",
				o->columns->at[i].theirs);
		o->place[i] = (int)o->n;
	}
	return ERR_OK;
}

static enum err
read_header(struct old *o, struct why *why)
{
	struct proc_line line;
	struct span rest;
	struct span name;
	bool end = false;
	bool last = false;
	enum err e = proc_lines_next(&lines, &line, &end);

	if (e == ERR_OK && (end || line.too_long))
		return why_set(why, ERR_MALFORMED,
			"there is no header that can be read");
	rest = line.bytes;
	if (e == ERR_OK && span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_of(rest.at + 3, rest.n - 3);
	for (size_t i = 0; i < SHADOW_COLUMNS; i++)
		o->place[i] = NO_PLACE;
	for (; e == ERR_OK && !last; o->n++) {
		if (o->n == COLUMNS_MOST ||
			!request_csv_cell(&rest, scratch[0], &name, &last))
			return why_set(why, ERR_MALFORMED,
				"the header is no record of CSV");
		e = name_column(o, name, why);
	}
	for (size_t i = 0; e == ERR_OK && i < o->columns->n; i++)
		if (o->place[i] == NO_PLACE)
			return why_set(why, ERR_MALFORMED,
				"the header has no column %s",
				o->columns->at[i].theirs);
	return e;
}

/* The values of one record; false: it is none, or of another length. */
static bool
read_record(struct old *o, struct span rest)
{
	bool last = false;
	size_t n = 0;

	for (; !last; n++) {
		size_t to = SHADOW_COLUMNS;
		struct span value;

		for (size_t i = 0; i < o->columns->n; i++)
			if (o->place[i] == (int)n)
				to = i;
		if (n == o->n ||
			!request_csv_cell(&rest, scratch[to], &value, &last))
			return false;
		if (to < SHADOW_COLUMNS)
			o->value[to] = value;
		/* one column may be two of ours */
		for (size_t i = 0; i < to && to < SHADOW_COLUMNS; i++)
			if (o->place[i] == (int)n)
				o->value[i] = value;
	}
	return n == o->n;
}

static struct span
value_of(const struct old *o, const char *ours)
{
	for (size_t i = 0; i < o->columns->n; i++)
		if (strcmp(o->columns->at[i].ours, ours) == 0)
			return o->value[i];
	return span_of(NULL, 0);
}

/* ---- a batch ---- */

static const char request_id[] = "requestID";

static bool
has_ids(const struct old *o)
{
	for (size_t i = 0; i < o->columns->n; i++)
		if (strcmp(o->columns->at[i].ours, request_id) == 0)
			return true;
	return false;
}

static void
put_header(struct old *o)
{
	buf_text(&o->chunk, request_id);
	for (size_t i = 0; i < o->columns->n; i++)
		if (strcmp(o->columns->at[i].ours, request_id) != 0)
			buf_printf(&o->chunk, ",%s", o->columns->at[i].ours);
	buf_text(&o->chunk, "\n");
}

static void
put_value(struct buf *to, struct span value)
{
	buf_text(to, "\"");
	while (value.n > 0) {
		bool quote = memchr(value.at, '"', value.n) != NULL;

		buf_bytes(to, span_cut(&value, '"'));
		buf_text(to, quote ? "\"\"" : "");
	}
	buf_text(to, "\"");
}

/* What cannot be read stays a line that cannot be read: it has one field more
 * than the header. */
static void
put_request(struct old *o, bool sound)
{
	struct span id = sound ? value_of(o, request_id) : span_of(NULL, 0);
	char number[24];

	(void)snprintf(number, sizeof(number), "%" PRIu64, o->row);
	put_value(&o->chunk, has_ids(o) ? id : span_text(number));
	for (size_t i = 0; i < o->columns->n; i++) {
		if (strcmp(o->columns->at[i].ours, request_id) == 0)
			continue;
		buf_text(&o->chunk, ",");
		if (sound)
			put_value(&o->chunk, o->value[i]);
	}
	buf_text(&o->chunk, sound ? "\n" : ",\n");
}

/* ---- what was sent ---- */

static enum err
put_sent(struct old *o, bool sound, struct why *why)
{
	if (!sound)
		return why_set(why, ERR_MALFORMED,
			"row %" PRIu64
			": its quotes are broken, or it has not as many "
			"fields as the header",
			o->row);
	buf_sized(&o->chunk, value_of(o, "request"));
	buf_u8(&o->chunk, value_of(o, "address").n > 0);
	buf_sized(&o->chunk, value_of(o, "recipient"));
	return ERR_OK;
}

/* ---- the process ---- */

static enum err
send_chunk(struct old *o)
{
	enum err e = buf_error(&o->chunk);

	if (e == ERR_OK && o->chunk.n > 0)
		e = parsed_piece(o->fd, buf_span(&o->chunk));
	buf_clear(&o->chunk);
	return e;
}

static enum err
send_rows(struct old *o, struct why *why)
{
	enum err e = ERR_OK;

	if (o->what == A_BATCH)
		put_header(o);
	while (e == ERR_OK) {
		struct proc_line line;
		bool end = false;
		bool sound;

		e = proc_lines_next(&lines, &line, &end);
		if (e != ERR_OK || end)
			break;
		o->row++;
		sound = !line.too_long && read_record(o, line.bytes);
		if (o->what == A_BATCH)
			put_request(o, sound);
		else
			e = put_sent(o, sound, why);
		if (e == ERR_OK && o->chunk.n >= CHUNK)
			e = send_chunk(o);
	}
	return e == ERR_OK ? send_chunk(o) : e;
}

static enum err
reader(int fd, void *context)
{
	struct old *o = context;
	struct why why = {""};
	enum err e = proc_sandbox_enter(SANDBOX_FRONT, NULL, 0);

	o->fd = fd;
	buf_init(&o->chunk, PARSED_PIECE);
	if (e == ERR_OK)
		e = proc_lines_begin(&lines, o->file, true);
	if (e == ERR_OK)
		e = read_header(o, &why);
	if (e == ERR_OK)
		e = send_rows(o, &why);
	buf_fini(&o->chunk);
	return parsed_end(fd, e, &why);
}

/* ---- who asked for it ---- */

static enum err
write_rows(void *context, struct span rows)
{
	return os_write_all(*(const int *)context, rows);
}

enum err
shadow_map(int file, const struct proc_shadow_columns *columns, int to,
	struct why *reterr_why)
{
	struct old o = {.file = file, .what = A_BATCH, .columns = columns};
	enum err e = proc_parsed(reader, &o, file, write_rows, &to, reterr_why);

	return e == ERR_OK ? os_sync(to) : e;
}

struct teller {
	enum err (*each)(void *context, const struct shadow_row *row);
	void *context;
};

static enum err
tell_rows(void *context, struct span rows)
{
	const struct teller *t = context;
	struct reader r = read_from(rows);
	enum err e = ERR_OK;

	while (e == ERR_OK && r.left.n > 0) {
		struct shadow_row row = {
			.request = read_sized(&r, REQUEST_LINE_MAX)};

		row.address = read_u8(&r) != 0;
		row.recipient = read_sized(&r, REQUEST_LINE_MAX);
		e = read_ok(&r) ? t->each(t->context, &row)
				: err_origin(ERR_PEER);
	}
	return e;
}

enum err
shadow_sent(int file, const struct proc_shadow_columns *columns,
	enum err (*each)(void *context, const struct shadow_row *row),
	void *context, struct why *reterr_why)
{
	struct old o = {
		.file = file, .what = WHAT_WAS_SENT, .columns = columns};
	struct teller t = {each, context};

	return proc_parsed(reader, &o, file, tell_rows, &t, reterr_why);
}
