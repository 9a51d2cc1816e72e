/* SPDX-License-Identifier: Apache-2.0 */
/* The Markdown of law files as HTML.  The parser has refused all HTML in it. */
#include "proof/proof_html.h"

static void
put_escaped(struct span text, struct buf *to)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == '<')
			buf_text(to, "&lt;");
		else if (c == '>')
			buf_text(to, "&gt;");
		else if (c == '&')
			buf_text(to, "&amp;");
		else if (c == '"')
			buf_text(to, "&quot;");
		else
			buf_u8(to, c);
	}
}

static struct span
rest_of(struct span text, size_t at)
{
	return span_of(text.at + at, text.n - at);
}

/* Where `what` is in the text from `at` on; text.n: nowhere. */
static size_t
find(struct span text, size_t at, const char *what)
{
	while (at < text.n && !span_starts(rest_of(text, at), span_text(what)))
		at++;
	return at;
}

/* `*a*`, `**a**`, or a code in backticks at `at`: past it, or `at`. */
static size_t
put_marked(struct span text, size_t at, const char *mark, const char *tag,
	struct buf *to)
{
	size_t n = strlen(mark);
	size_t from = at + n;
	size_t end;

	if (!span_starts(rest_of(text, at), span_text(mark)))
		return at;
	end = find(text, from, mark);
	if (end >= text.n || end == from)
		return at;
	buf_printf(to, "<%s>", tag);
	put_escaped(span_of(text.at + from, end - from), to);
	buf_printf(to, "</%s>", tag);
	return end + n;
}

/* `[text](where)`: the text alone, since the page stands by itself. */
static size_t
put_link(struct span text, size_t at, struct buf *to)
{
	size_t middle = find(text, at, "](");
	size_t end = find(text, middle, ")");

	if (text.at[at] != '[' || end >= text.n)
		return at;
	buf_text(to, "<em>");
	put_escaped(span_of(text.at + at + 1, middle - at - 1), to);
	buf_text(to, "</em>");
	return end + 1;
}

void
proof_html_text(struct span text, bool marked, struct buf *to)
{
	static const char *const marks[][2] = {
		{"`", "code"}, {"**", "strong"}, {"*", "em"}};
	size_t at = 0;

	if (!marked) {
		put_escaped(text, to);
		return;
	}
	while (at < text.n) {
		size_t next = put_link(text, at, to);

		for (size_t i = 0; next == at && i < 3; i++)
			next = put_marked(
				text, at, marks[i][0], marks[i][1], to);
		if (next == at)
			put_escaped(span_of(text.at + next++, 1), to);
		at = next;
	}
}

/* ---- lines ---- */

enum open { NOTHING, PARAGRAPH, LIST, TABLE, QUOTE, CODE };

struct page {
	const struct proof_html_blocks *blocks;
	struct span left;
	size_t line; /* of the next one, from 1 */
	enum open open;
	bool dropped; /* the quotation at hand stands with its rules */
	struct buf *to;
};

static struct span
take(struct page *p)
{
	struct span line = span_cut(&p->left, '\n');

	p->line++;
	if (line.n > 0 && line.at[line.n - 1] == '\r')
		line.n--;
	return line;
}

static void
close_open(struct page *p)
{
	static const char *const ends[] = {[NOTHING] = "",
		[PARAGRAPH] = "</p>\n",
		[LIST] = "</li></ul>\n",
		[TABLE] = "</table></div>\n",
		[QUOTE] = "</p></blockquote>\n",
		[CODE] = "</code></pre>\n"};

	if (p->open != QUOTE || !p->dropped)
		buf_text(p->to, ends[p->open]);
	p->open = NOTHING;
}

static void
open_as(struct page *p, enum open kind, const char *tag)
{
	if (p->open == kind)
		return;
	close_open(p);
	buf_text(p->to, tag);
	p->open = kind;
}

/* Up to the line that closes it; the lines between. */
static struct span
take_block(struct page *p)
{
	struct span block = span_of(p->left.at, 0);

	while (p->left.n > 0) {
		struct span line = take(p);

		if (span_starts(span_trim(line), SPAN("```")))
			break;
		block.n = (size_t)(line.at + line.n - block.at);
	}
	return block;
}

static void
put_rules(struct page *p)
{
	size_t first = p->line;
	struct span block = take_block(p);

	close_open(p);
	p->blocks->block(p->blocks->context, first, block, p->to);
}

static void
put_code(struct page *p)
{
	struct span block = take_block(p);

	close_open(p);
	buf_text(p->to, "<pre><code>");
	proof_html_text(block, false, p->to);
	buf_text(p->to, "</code></pre>\n");
}

static void
put_heading(struct page *p, struct span line)
{
	unsigned level = 0;

	while (level < line.n && line.at[level] == '#')
		level++;
	close_open(p);
	level = level > 4 ? 6 : level + 1; /* below the page's own */
	buf_printf(p->to, "<h%u>", level);
	while (line.n > 0 && (line.at[0] == '#' || line.at[0] == ' '))
		line = rest_of(line, 1);
	proof_html_text(line, true, p->to);
	buf_printf(p->to, "</h%u>\n", level);
}

/* | a | b | ; the line of dashes below the head is dropped. */
static void
put_row(struct page *p, struct span line)
{
	const char *tag = p->open == TABLE ? "td" : "th";
	const char *scope = p->open == TABLE ? "" : " scope=\"col\"";

	if (span_starts(line, SPAN("|-")) || span_starts(line, SPAN("|:")))
		return;
	open_as(p, TABLE, "<div class=\"wide\"><table>\n");
	buf_text(p->to, "<tr>");
	line = span_trim(line);
	(void)span_cut(&line, '|');
	while (line.n > 0) {
		struct span cell = span_trim(span_cut(&line, '|'));

		buf_printf(p->to, "<%s%s>", tag, scope);
		proof_html_text(cell, true, p->to);
		buf_printf(p->to, "</%s>", tag);
	}
	buf_text(p->to, "</tr>\n");
}

/* Of what follows, the next block of rules has them under this quotation. */
static bool
stands_with_rules(struct page ahead)
{
	while (ahead.left.n > 0) {
		struct span line = take(&ahead);
		size_t first = ahead.line;

		if (span_eq(span_trim(line), SPAN("```weir")))
			return ahead.blocks->quoted(ahead.blocks->context,
				first, take_block(&ahead));
		if (span_starts(line, SPAN("```")))
			(void)take_block(&ahead);
	}
	return false;
}

static void
put_quote(struct page *p, struct span line)
{
	struct span text = span_trim(rest_of(line, 1));

	if (p->open != QUOTE) {
		close_open(p);
		p->dropped = stands_with_rules(*p);
		buf_text(p->to, p->dropped ? "" : "<blockquote><p>");
		p->open = QUOTE;
	}
	if (p->dropped)
		return;
	if (text.n == 0)
		buf_text(p->to, "</p><p>");
	proof_html_text(text, true, p->to);
	buf_text(p->to, "\n");
}

static void
put_line(struct page *p, struct span line)
{
	struct span bare = span_trim(line);

	if (span_starts(line, SPAN("#"))) {
		put_heading(p, line);
	} else if (span_starts(line, SPAN(">"))) {
		put_quote(p, line);
	} else if (span_starts(line, SPAN("|"))) {
		put_row(p, line);
	} else if (span_starts(line, SPAN("    ")) && p->open != LIST &&
		   p->open != PARAGRAPH) {
		open_as(p, CODE, "<pre><code>");
		proof_html_text(rest_of(line, 4), false, p->to);
		buf_text(p->to, "\n");
	} else if (span_starts(line, SPAN("- "))) {
		bool more = p->open == LIST;

		open_as(p, LIST, "<ul>");
		buf_text(p->to, more ? "</li><li>" : "<li>");
		proof_html_text(rest_of(line, 2), true, p->to);
		buf_text(p->to, "\n");
	} else if (bare.n == 0) {
		close_open(p);
	} else {
		if (p->open != LIST)
			open_as(p, PARAGRAPH, "<p>");
		proof_html_text(bare, true, p->to);
		buf_text(p->to, "\n");
	}
}

void
proof_html_markdown(struct span text, const struct proof_html_blocks *blocks,
	struct buf *to)
{
	struct page p = {.blocks = blocks, .left = text, .line = 1, .to = to};

	while (p.left.n > 0) {
		struct span line = take(&p);

		if (span_eq(span_trim(line), SPAN("```weir")))
			put_rules(&p);
		else if (span_starts(line, SPAN("```")))
			put_code(&p);
		else
			put_line(&p, line);
	}
	close_open(&p);
}
