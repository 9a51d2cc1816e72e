/* SPDX-License-Identifier: Apache-2.0 */
#include "law/law_int.h"

#include <stdio.h>

/* The line of `text` that holds the byte at `at`. */
static struct span
line_around(struct span text, size_t at)
{
	size_t from = at;
	size_t to = at;

	while (from > 0 && text.at[from - 1] != '\n')
		from--;
	while (to < text.n && text.at[to] != '\n')
		to++;
	if (to > from && text.at[to - 1] == '\r')
		to--;
	return span_of(text.at + from, to - from);
}

static bool
is_inner_byte(struct span s, size_t i)
{
	return i < s.n && (s.at[i] & 0xc0) == 0x80;
}

/* Copies the part of `line` around `column`, whole characters only. */
static void
keep_line(struct law_error *error, struct span line)
{
	size_t most = sizeof(error->source) - 1;
	size_t from = 0;
	size_t to;

	if (line.n > most && error->column > most / 2)
		from = error->column - most / 2;
	if (line.n > most && from > line.n - most)
		from = line.n - most;
	while (is_inner_byte(line, from))
		from++;
	to = line.n - from > most ? from + most : line.n;
	while (to > from && is_inner_byte(line, to))
		to--;
	error->source_column = (unsigned)from + 1;
	if (!span_copy(span_of(line.at + from, to - from), error->source,
		    sizeof(error->source)))
		error->source[0] = '\0';
}

void
law_error_set(struct law_error *error, const char *file, struct span text,
	struct span at)
{
	size_t offset;
	struct span line;

	error->file[0] = '\0';
	if (file != NULL)
		(void)snprintf(error->file, sizeof(error->file), "%s", file);
	if (at.at == NULL)
		return;
	offset = (size_t)(at.at - text.at);
	must(offset <= text.n);
	line = line_around(text, offset);
	error->line = 1;
	for (size_t i = 0; i < offset; i++)
		error->line += text.at[i] == '\n';
	error->column = (unsigned)(at.at - line.at) + 1;
	error->length = (unsigned)at.n;
	if (at.at + at.n > line.at + line.n)
		error->length = at.at < line.at + line.n
					? (unsigned)(line.at + line.n - at.at)
					: 0;
	keep_line(error, line);
}

/* Control bytes never reach a terminal; a tab is a blank, for the caret. */
static void
show_line(const char *line, struct buf *to)
{
	for (; *line != '\0'; line++) {
		uint8_t c = (uint8_t)*line;

		if (c == '\t')
			c = ' ';
		buf_u8(to, c < 0x20 || c == 0x7f ? '?' : c);
	}
}

static void
show_caret(const struct law_error *error, struct buf *to)
{
	struct span s = span_text(error->source);
	size_t from = error->column - error->source_column;

	for (size_t i = 0; i < from && i < s.n; i++)
		if (!is_inner_byte(s, i))
			buf_u8(to, ' ');
	buf_u8(to, '^');
	for (size_t i = from + 1; i < from + error->length && i < s.n; i++)
		if (!is_inner_byte(s, i))
			buf_u8(to, '~');
}

void
law_error_show(const struct law_error *error, struct buf *to)
{
	show_line(error->file, to);
	if (error->line > 0)
		buf_printf(to, "%s%u:%u", error->file[0] == '\0' ? "" : ":",
			error->line, error->column);
	if (to->n > 0)
		buf_text(to, ": ");
	show_line(error->text, to);
	buf_text(to, "\n");
	if (error->line == 0)
		return;
	buf_printf(to, "%5u | ", error->line);
	show_line(error->source, to);
	buf_text(to, "\n      | ");
	show_caret(error, to);
	buf_text(to, "\n");
}
