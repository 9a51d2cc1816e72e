/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV to struct request (RFC 4180).  One scanner serves the search for the end
 * of a record and the reading of its fields, so that both see the same quotes.
 */
#include "request/request.h"

#include "request/request_int.h"

enum { COLUMNS_MAX = 64, NAME_SIZE = 64 };

enum cell_end {
	CELL_COMMA,   /* another field follows */
	CELL_LINE,    /* the record ends with a line end */
	CELL_INPUT,   /* the bytes end, outside quotes */
	CELL_OPEN,    /* the bytes end inside quotes */
	CELL_QUOTE,   /* a quote inside a field that has none around it */
	CELL_TRAILING /* something after the closing quote */
};

struct cell {
	struct span raw; /* without the quotes around it, "" still doubled */
	bool quoted;
	size_t used; /* bytes, what ends the field included */
	enum cell_end end;
};

/* `i` is where a field's text ended; fills in how. */
static struct cell
cell_close(struct cell cell, struct span bytes, size_t i)
{
	size_t left = bytes.n - i;

	cell.used = i + 1;
	if (left == 0) {
		cell.used = i;
		cell.end = CELL_INPUT;
	} else if (bytes.at[i] == ',') {
		cell.end = CELL_COMMA;
	} else if (bytes.at[i] == '\n') {
		cell.end = CELL_LINE;
	} else if (bytes.at[i] == '\r' && left > 1 && bytes.at[i + 1] == '\n') {
		cell.used = i + 2;
		cell.end = CELL_LINE;
	} else if (bytes.at[i] == '\r' && left == 1) {
		cell.end = CELL_INPUT;
	} else {
		cell.end = CELL_TRAILING;
	}
	return cell;
}

static struct cell
cell_quoted(struct span bytes)
{
	struct cell cell = {.quoted = true};
	size_t i = 1;

	for (;;) {
		const uint8_t *quote =
			i < bytes.n ? memchr(bytes.at + i, '"', bytes.n - i)
				    : NULL;

		if (quote == NULL) {
			cell.used = bytes.n;
			cell.end = CELL_OPEN;
			return cell;
		}
		i = (size_t)(quote - bytes.at) + 1;
		if (i == bytes.n || bytes.at[i] != '"')
			break;
		i++;
	}
	cell.raw = span_of(bytes.at + 1, i - 2);
	return cell_close(cell, bytes, i);
}

static struct cell
cell_plain(struct span bytes)
{
	struct cell cell = {0};
	size_t i = 0;

	while (i < bytes.n && bytes.at[i] != ',' && bytes.at[i] != '\n' &&
		bytes.at[i] != '"')
		i++;
	if (i < bytes.n && bytes.at[i] == '"') {
		cell.used = i;
		cell.end = CELL_QUOTE;
		return cell;
	}
	/* a CR belongs to the line end, or to the end of the bytes */
	if (i > 0 && bytes.at[i - 1] == '\r' &&
		(i == bytes.n || bytes.at[i] == '\n'))
		i--;
	cell.raw = span_of(bytes.at, i);
	return cell_close(cell, bytes, i);
}

static struct cell
cell_next(struct span bytes)
{
	return bytes.n > 0 && bytes.at[0] == '"' ? cell_quoted(bytes)
						 : cell_plain(bytes);
}

/* Past the first LF of `bytes`, 0 when there is none. */
static size_t
first_line(struct span bytes)
{
	const uint8_t *lf =
		bytes.n > 0 ? memchr(bytes.at, '\n', bytes.n) : NULL;

	return lf == NULL ? 0 : (size_t)(lf - bytes.at) + 1;
}

size_t
request_csv_record(struct span bytes, bool at_end)
{
	bool full = bytes.n > REQUEST_LINE_MAX;
	struct span all = bytes;
	size_t n = 0;
	struct cell cell = {0};

	if (full) {
		at_end = false;
		all.n = REQUEST_LINE_MAX;
	}
	do {
		cell = cell_next(span_of(all.at + n, all.n - n));
		n += cell.used;
	} while (cell.end == CELL_COMMA);
	if (cell.end == CELL_LINE)
		return n;
	if (cell.end == CELL_INPUT || cell.end == CELL_OPEN) {
		if (cell.end == CELL_INPUT && at_end)
			return n;
		if (!at_end && !full)
			return 0;
	}
	/* broken quotes, or none that close in time: one line is lost */
	n = first_line(all);
	return n == 0 && at_end ? all.n : n;
}

/* ---- the header ---- */

static int
column_of(struct span name)
{
	for (int field = 0; field < RQ_N; field++)
		if (span_eq(name, span_text(request_field_csv(
					  (enum request_field)field))))
			return field;
	return -1;
}

static enum err
header_add(struct request_csv *csv, struct span name, struct why *reterr_why)
{
	char shown[NAME_SIZE];

	request_printable(name, shown, sizeof(shown));
	if (csv->n_columns == COLUMNS_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"the header has more than %d columns",
			(int)COLUMNS_MAX);
	if (name.n == 0)
		return why_set(reterr_why, ERR_MALFORMED,
			"column %zu of the header has no name",
			csv->n_columns + 1);
	if (!span_is_utf8(name) ||
		!span_copy(name, csv->name[csv->n_columns], NAME_SIZE))
		return why_set(reterr_why, ERR_MALFORMED,
			"column %zu of the header: '%s' is too long or not "
			"UTF-8",
			csv->n_columns + 1, shown);
	for (size_t i = 0; i < csv->n_columns; i++)
		if (span_eq(span_text(csv->name[i]), name))
			return why_set(reterr_why, ERR_MALFORMED,
				"the header names '%s' twice", shown);
	csv->column[csv->n_columns++] = column_of(name);
	return ERR_OK;
}

static bool
header_has_id(const struct request_csv *csv)
{
	for (size_t i = 0; i < csv->n_columns; i++)
		if (csv->column[i] == RQ_ID)
			return true;
	return false;
}

enum err
request_csv_header(
	struct span record, struct request_csv *ret_csv, struct why *reterr_why)
{
	struct request_csv csv = {0};
	struct span left = record;
	struct cell cell;

	/* spreadsheets write a byte order mark */
	if (span_starts(left, SPAN("\xef\xbb\xbf")))
		left = span_of(left.at + 3, left.n - 3);
	do {
		enum err e;

		cell = cell_next(left);
		if (cell.end > CELL_INPUT)
			return why_set(reterr_why, ERR_MALFORMED,
				"column %zu of the header: its quotes are "
				"broken",
				csv.n_columns + 1);
		e = header_add(&csv, span_trim(cell.raw), reterr_why);
		if (e != ERR_OK)
			return e;
		left = span_of(left.at + cell.used, left.n - cell.used);
	} while (cell.end == CELL_COMMA);
	if (left.n > 0)
		return why_set(reterr_why, ERR_MALFORMED,
			"something stands after the header");
	if (!header_has_id(&csv))
		return why_set(reterr_why, ERR_MALFORMED,
			"no column of the header is requestID");
	*ret_csv = csv;
	return ERR_OK;
}

/* ---- a record ---- */

/* Every doubled quote once; what does not fit is cut, to be told as too
 * long. */
static struct span
unquote(struct cell cell, uint8_t to[REQUEST_CSV_CELL])
{
	size_t n = 0;

	if (!cell.quoted || memchr(cell.raw.at, '"', cell.raw.n) == NULL)
		return cell.raw;
	for (size_t i = 0; i < cell.raw.n && n < REQUEST_CSV_CELL; i++) {
		to[n++] = cell.raw.at[i];
		if (cell.raw.at[i] == '"')
			i++;
	}
	return span_of(to, n);
}

bool
request_csv_cell(struct span *record, uint8_t scratch[REQUEST_CSV_CELL],
	struct span *ret_value, bool *ret_last)
{
	struct cell cell = cell_next(*record);

	if (cell.end > CELL_INPUT)
		return false;
	*record = span_of(record->at + cell.used, record->n - cell.used);
	*ret_value = span_trim(unquote(cell, scratch));
	*ret_last = cell.end != CELL_COMMA;
	return !*ret_last || span_trim(*record).n == 0;
}

/* xs:boolean has four spellings; JSON's two are what is kept. */
static void
put_stay(struct request *request, struct arena *arena, struct span value)
{
	bool yes = span_eq_nocase(value, SPAN("true")) ||
		   span_eq(value, SPAN("1"));
	bool no = span_eq_nocase(value, SPAN("false")) ||
		  span_eq(value, SPAN("0"));

	if (yes || no)
		request_put(request, arena, RQ_ORDER_STAY,
			yes ? SPAN("true") : SPAN("false"));
	else if (value.n > 0)
		request_fault(request, REQUEST_BAD_MEMBER,
			span_text(request_field_path(RQ_ORDER_STAY)),
			"must be true or false");
}

static void
put_cell(const struct request_csv *csv, size_t column, struct cell cell,
	struct request *request, struct arena *arena)
{
	uint8_t text[REQUEST_CSV_CELL];
	struct span value = span_trim(unquote(cell, text));
	int field = csv->column[column];

	if (value.n == 0)
		return;
	if (field < 0)
		request_fault(request, REQUEST_UNNAMED,
			span_text(csv->name[column]),
			"not a column of the format; its value was not kept");
	else if (field == RQ_ORDER_STAY)
		put_stay(request, arena, value);
	else
		request_put(request, arena, (enum request_field)field, value);
}

/* The id of a record that is refused, where its column can be reached. */
static void
recover_id(const struct request_csv *csv, struct span record,
	struct request *request, struct arena *arena)
{
	size_t at = 0;
	struct cell cell;

	for (size_t i = 0; i < csv->n_columns; i++) {
		cell = cell_next(span_of(record.at + at, record.n - at));
		if (cell.end > CELL_INPUT)
			return;
		if (csv->column[i] == RQ_ID) {
			struct span id = span_trim(cell.raw);

			if (request_id_ok(id))
				request->field[RQ_ID] = arena_copy(arena, id);
			return;
		}
		if (cell.end != CELL_COMMA)
			return;
		at += cell.used;
	}
}

static const char *
cell_says(const struct cell *cell, size_t n, size_t columns)
{
	if (cell->end == CELL_OPEN)
		return "a quote is never closed";
	if (cell->end == CELL_QUOTE)
		return "a quote inside a field that does not begin with one";
	if (cell->end == CELL_TRAILING)
		return "something stands after a closing quote";
	if (n < columns)
		return "fewer fields than the header has columns";
	return "more fields than the header has columns";
}

/* Why the whole record cannot be read; NULL when it can. */
static const char *
record_says(const struct request_csv *csv, struct span record)
{
	size_t at = 0;
	size_t n = 0;
	struct cell cell;

	if (span_trim(record).n == 0)
		return "the line is empty";
	if (record.n > REQUEST_LINE_MAX)
		return "the line is longer than 65536 bytes";
	if (memchr(record.at, 0, record.n) != NULL)
		return "holds a NUL";
	if (!span_is_utf8(record))
		return "not UTF-8";
	do {
		cell = cell_next(span_of(record.at + at, record.n - at));
		at += cell.used;
		n++;
	} while (cell.end == CELL_COMMA);
	if (cell.end > CELL_INPUT || n != csv->n_columns)
		return cell_says(&cell, n, csv->n_columns);
	if (at != record.n &&
		span_trim(span_of(record.at + at, record.n - at)).n > 0)
		return "something stands after the end of the record";
	return NULL;
}

enum err
request_decode_csv(const struct request_csv *csv, struct span record,
	struct arena *arena, struct request *ret_request)
{
	const char *says = record_says(csv, record);
	size_t at = 0;

	request_start(ret_request);
	if (says != NULL) {
		request_refuse_line(ret_request, says);
		recover_id(csv, record, ret_request, arena);
		return request_finish(ret_request, arena);
	}
	for (size_t i = 0; i < csv->n_columns; i++) {
		struct cell cell =
			cell_next(span_of(record.at + at, record.n - at));

		put_cell(csv, i, cell, ret_request, arena);
		at += cell.used;
	}
	return request_finish(ret_request, arena);
}
