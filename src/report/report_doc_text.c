/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report in 80 columns.  A table that fits is printed as one, each heading
 * broken at its blanks; one that does not is printed row by row, a column a
 * line.
 */
#include "report/report_doc.h"

enum { WIDE = 80, GAP = 2, INDENT = 2, NAME = 26, LINE_MAX = 1 << 20 };

/* How many columns of a terminal: characters, of text that is plain. */
static size_t
width_of(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += (text.at[i] & 0xc0) != 0x80;
	return n;
}

static void
blanks(size_t n, struct buf *to)
{
	buf_printf(to, "%*s", (int)n, "");
}

/*
 * Text broken at blanks into lines of `width`, the first going on where the
 * line is already `indent` wide.  A longer word stands alone on its line, and
 * is cut where even that is too short.
 */
static void
wrap(struct span text, size_t indent, size_t width, struct buf *to)
{
	size_t column = indent;

	while (text.n > 0) {
		struct span word = span_cut(&text, ' ');
		size_t n = width_of(word);

		if (column > indent && column + 1 + n > width) {
			buf_u8(to, '\n');
			blanks(indent, to);
			column = indent;
		} else if (column > indent) {
			buf_u8(to, ' ');
			column++;
		}
		for (size_t i = 0; i < word.n; i++) {
			bool begins = (word.at[i] & 0xc0) != 0x80;

			if (begins && column == width) {
				buf_u8(to, '\n');
				blanks(indent, to);
				column = indent;
			}
			buf_u8(to, word.at[i]);
			column += begins;
		}
	}
	buf_u8(to, '\n');
}

static void
put_words(struct span text, size_t indent, struct buf *to)
{
	OWNED_BUF(plain, LINE_MAX);

	report_plain(text, &plain);
	wrap(buf_span(&plain), indent, WIDE, to);
}

static void
named(struct span name, struct span value, struct buf *to)
{
	size_t n = width_of(name);

	blanks(INDENT, to);
	buf_bytes(to, name);
	if (n + 1 > NAME) {
		buf_u8(to, '\n');
		blanks(INDENT + NAME, to);
	} else {
		blanks(NAME - n, to);
	}
	put_words(value, INDENT + NAME, to);
}

/* ---- a table that fits ---- */

/* The next piece of a title: up to a blank, or with its hyphen to a |. */
static size_t
piece(const char *title, bool *ret_hyphen)
{
	size_t n = strcspn(title, " |");

	*ret_hyphen = title[n] == '|';
	return n;
}

static size_t
longest_piece(const char *title)
{
	size_t most = 0;

	while (*title != '\0') {
		bool hyphen;
		size_t n = piece(title, &hyphen);

		most = n + hyphen > most ? n + hyphen : most;
		title += n + (title[n] != '\0');
	}
	return most;
}

static bool
widths(const struct report_doc *doc, const struct report_table *table,
	size_t width[REPORT_COLUMNS_MAX])
{
	size_t sum = 0;
	OWNED_BUF(cell, LINE_MAX);

	for (size_t c = 0; c < table->n_columns; c++) {
		width[c] = longest_piece(table->column[c].title);
		for (size_t r = 0; r < report_table_rows(table); r++) {
			size_t n;

			buf_clear(&cell);
			report_cell_plain(doc,
				report_table_cell(doc, table, r, c), &cell);
			n = width_of(buf_span(&cell));
			width[c] = n > width[c] ? n : width[c];
		}
		sum += width[c] + (c == 0 ? 0 : GAP);
	}
	return sum <= WIDE;
}

static void
padded(const struct report_table *table, size_t column, struct span text,
	size_t width, struct buf *to)
{
	size_t n = width_of(text);
	bool last = column + 1 == table->n_columns;

	blanks(column == 0 ? 0 : GAP, to);
	if (table->column[column].kind == REPORT_COUNT)
		blanks(width - n, to);
	buf_bytes(to, text);
	if (table->column[column].kind != REPORT_COUNT && !last)
		blanks(width - n, to);
}

/* As many pieces of a title as fit; a word that goes on has a hyphen. */
static void
cut_heading(const char **title, size_t width, struct buf *to)
{
	size_t used = 0;
	bool glued = false; /* to the piece before */

	while (**title != '\0') {
		bool hyphen;
		size_t n = piece(*title, &hyphen);
		size_t gap = used > 0 && !glued;

		if (used > 0 && used + gap + n + hyphen > width)
			break;
		buf_text(to, gap ? " " : "");
		buf_bytes(to, span_of(*title, n));
		used += gap + n;
		*title += n + ((*title)[n] != '\0');
		glued = hyphen;
	}
	if (glued && **title != '\0')
		buf_u8(to, '-');
}

/* Without the blanks that a line ends with. */
static void
end_line(struct buf *to)
{
	while (to->n > 0 && to->at[to->n - 1] == ' ')
		to->n--;
	buf_u8(to, '\n');
}

static void
headings(const struct report_table *table,
	const size_t width[REPORT_COLUMNS_MAX], struct buf *to)
{
	const char *rest[REPORT_COLUMNS_MAX];
	bool more = true;
	OWNED_BUF(cell, 256);

	for (size_t c = 0; c < table->n_columns; c++)
		rest[c] = table->column[c].title;
	while (more) {
		more = false;
		for (size_t c = 0; c < table->n_columns; c++) {
			buf_clear(&cell);
			cut_heading(&rest[c], width[c], &cell);
			padded(table, c, buf_span(&cell), width[c], to);
			more = more || *rest[c] != '\0';
		}
		end_line(to);
	}
}

static void
rule(const struct report_table *table, const size_t width[REPORT_COLUMNS_MAX],
	struct buf *to)
{
	size_t n = 0;

	for (size_t c = 0; c < table->n_columns; c++)
		n += width[c] + (c == 0 ? 0 : GAP);
	for (size_t i = 0; i < n; i++)
		buf_u8(to, '-');
	buf_u8(to, '\n');
}

static void
as_table(const struct report_doc *doc, const struct report_table *table,
	const size_t width[REPORT_COLUMNS_MAX], struct buf *to)
{
	size_t rows = report_table_rows(table);
	OWNED_BUF(cell, LINE_MAX);

	headings(table, width, to);
	rule(table, width, to);
	for (size_t r = 0; r < rows; r++) {
		if (r > 0 && r + table->n_totals == rows)
			rule(table, width, to);
		for (size_t c = 0; c < table->n_columns; c++) {
			buf_clear(&cell);
			report_cell_plain(doc,
				report_table_cell(doc, table, r, c), &cell);
			padded(table, c, buf_span(&cell), width[c], to);
		}
		end_line(to);
	}
}

/* ---- one that fits when it is turned: a column a line ---- */

enum { TURNED_ROWS = 8 };

static void
cell_at(const struct report_doc *doc, const struct report_table *table,
	size_t row, size_t column, struct buf *to)
{
	buf_clear(to);
	report_cell_plain(doc, report_table_cell(doc, table, row, column), to);
}

static size_t
title_width(const struct report_table *table)
{
	size_t most = 0;

	for (size_t c = 0; c < table->n_columns; c++) {
		OWNED_BUF(title, 256);

		report_title(table->column[c].title, &title);
		most = title.n > most ? title.n : most;
	}
	return most;
}

static bool
turned_widths(const struct report_doc *doc, const struct report_table *table,
	size_t width[TURNED_ROWS])
{
	size_t rows = report_table_rows(table);
	size_t sum = title_width(table);
	OWNED_BUF(cell, LINE_MAX);

	for (size_t r = 0; rows <= TURNED_ROWS && r < rows; r++) {
		width[r] = 0;
		for (size_t c = 0; c < table->n_columns; c++) {
			size_t n;

			cell_at(doc, table, r, c, &cell);
			n = width_of(buf_span(&cell));
			width[r] = n > width[r] ? n : width[r];
		}
		sum += GAP + width[r];
	}
	return rows <= TURNED_ROWS && sum <= WIDE;
}

static void
as_turned(const struct report_doc *doc, const struct report_table *table,
	const size_t width[TURNED_ROWS], struct buf *to)
{
	size_t names = title_width(table);
	OWNED_BUF(cell, LINE_MAX);

	for (size_t c = 0; c < table->n_columns; c++) {
		buf_clear(&cell);
		report_title(table->column[c].title, &cell);
		buf_bytes(to, buf_span(&cell));
		blanks(names - cell.n, to);
		for (size_t r = 0; r < report_table_rows(table); r++) {
			cell_at(doc, table, r, c, &cell);
			blanks(GAP + width[r] - width_of(buf_span(&cell)), to);
			buf_bytes(to, buf_span(&cell));
		}
		end_line(to);
	}
}

/* ---- one that does not ---- */

static void
as_list(const struct report_doc *doc, const struct report_table *table,
	struct buf *to)
{
	size_t rows = report_table_rows(table);
	OWNED_BUF(cell, LINE_MAX);
	OWNED_BUF(title, 256);

	for (size_t r = 0; r < rows; r++) {
		buf_printf(to, "%s%s\n", r == 0 ? "" : "\n",
			r + table->n_totals >= rows ? "total" : "-");
		for (size_t c = 0; c < table->n_columns; c++) {
			const struct report_cell *at =
				report_table_cell(doc, table, r, c);

			if (at->is == REPORT_CELL_NONE)
				continue;
			buf_clear(&cell);
			buf_clear(&title);
			report_cell_plain(doc, at, &cell);
			report_title(table->column[c].title, &title);
			named(buf_span(&title), buf_span(&cell), to);
		}
	}
}

static void
put_table(const struct report_doc *doc, const struct report_table *table,
	struct buf *to)
{
	size_t width[REPORT_COLUMNS_MAX];
	size_t turned[TURNED_ROWS];

	buf_u8(to, '\n');
	put_words(span_text(table->caption), 0, to);
	buf_u8(to, '\n');
	if (report_table_rows(table) == 0)
		buf_text(to, "  none\n");
	else if (widths(doc, table, width))
		as_table(doc, table, width, to);
	else if (turned_widths(doc, table, turned))
		as_turned(doc, table, turned, to);
	else
		as_list(doc, table, to);
}

void
report_doc_text(const struct report_doc *doc, struct buf *to)
{
	put_words(span_text(doc->title), 0, to);
	put_words(span_text(doc->citation), 0, to);
	if (doc->sandbox)
		buf_text(to, "SANDBOX: nobody in it exists\n");
	if (doc->shadow)
		buf_text(to, "SHADOW: old batches were tried, nothing left\n");
	buf_u8(to, '\n');
	for (size_t i = 0; i < doc->n_facts; i++)
		named(span_text(doc->fact[i].title),
			report_word_span(doc, &doc->fact[i]), to);
	for (size_t i = 0; i < doc->n_tables; i++)
		put_table(doc, &doc->table[i], to);
	if (doc->n_notes > 0)
		buf_text(to, "\n");
	for (size_t i = 0; i < doc->n_notes; i++)
		put_words(report_word_span(doc, &doc->note[i]), 0, to);
}
