/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown outside, tokens inside.  What a reader sees and what the program
 * reads must be the same text, so whatever would part them is refused: a
 * block that looks like ours and is not, text that Markdown hides.
 */
#include "law/law_int.h"

enum { FENCE = 3 };

struct law_lexer
law_lexer_from(struct span text)
{
	return (struct law_lexer){.text = text};
}

static struct law_token
token_of(enum law_token_kind kind, struct span text)
{
	return (struct law_token){.kind = kind, .text = text};
}

static struct law_token
bad_token(struct span text, const char *why)
{
	return (struct law_token){LAW_BAD, text, why};
}

static struct span
rest_of(const struct law_lexer *l)
{
	return span_of(l->text.at + l->at, l->text.n - l->at);
}

/* The line at `l->at` without its end; moves past it. */
static struct span
take_line(struct law_lexer *l)
{
	struct span rest = rest_of(l);
	struct span line = span_cut(&rest, '\n');

	l->at = l->text.n - rest.n;
	return line;
}

static struct span
skip(struct span s, size_t n)
{
	return span_of(s.at + n, s.n - n);
}

/* Past blanks and the `>` of quotes. */
static struct span
undressed(struct span line)
{
	while (line.n > 0 &&
		(line.at[0] == ' ' || line.at[0] == '\t' || line.at[0] == '>'))
		line = skip(line, 1);
	return span_trim(line);
}

static bool
holds(struct span line, struct span what)
{
	for (; line.n >= what.n; line = skip(line, 1))
		if (span_starts(line, what))
			return true;
	return false;
}

/* ```such``` is code within a line, and opens nothing. */
static bool
is_fence(struct span line)
{
	if (span_starts(line, SPAN("~~~")))
		return true;
	if (!span_starts(line, SPAN("```")))
		return false;
	while (line.n > 0 && line.at[0] == '`')
		line = skip(line, 1);
	return !holds(line, SPAN("`"));
}

/* A fence that a reader would take for one of ours. */
static bool
names_us(struct span fence)
{
	uint8_t mark = fence.at[0];
	struct span info = fence;

	while (info.n > 0 && info.at[0] == mark)
		info = skip(info, 1);
	info = span_trim(info);
	return info.n >= 4 && span_eq_nocase(span_of(info.at, 4), SPAN("weir"));
}

/* A tag or a comment: may hide what stands between it and its end. */
static bool
has_html(struct span line)
{
	for (; line.n >= 2; line = skip(line, 1)) {
		uint8_t c = line.at[1];

		if (line.at[0] == '<' && (c == '!' || c == '/' || c == '?' ||
						 (c >= 'a' && c <= 'z') ||
						 (c >= 'A' && c <= 'Z')))
			return true;
	}
	return false;
}

/* Past a block that is not ours; a bad token where it hides one of ours. */
static struct law_token
skip_other(struct law_lexer *l, struct span opens)
{
	struct span fence = span_of(undressed(opens).at, FENCE);

	while (l->at < l->text.n) {
		struct span line = undressed(take_line(l));

		if (is_fence(line) && names_us(line))
			return bad_token(
				line, "a weir block inside another block");
		if (span_starts(line, fence))
			return token_of(LAW_BREAK, line);
	}
	return bad_token(span_trim(opens), "this block is never closed");
}

static void
note_quote(struct law_lexer *l, struct span line)
{
	if (l->quote.n == 0)
		l->quote = line;
	else
		l->quote.n = (size_t)(line.at + line.n - l->quote.at);
}

/*
 * Prose up to the next block of ours: BREAK inside it, END without one, or
 * BAD.  Remembers the quotation above it.
 */
static struct law_token
skip_prose(struct law_lexer *l)
{
	l->quote = span_of(NULL, 0);
	while (l->at < l->text.n) {
		struct span line = take_line(l);
		struct span bare = undressed(line);
		struct law_token other;

		if (has_html(line))
			return bad_token(span_trim(line),
				"a law file has no HTML: it can hide text");
		if (span_starts(line, SPAN(">")))
			note_quote(l, span_trim(line));
		if (!is_fence(bare))
			continue;
		if (span_eq(span_trim(line), SPAN("```weir")) &&
			line.at[0] == '`') {
			l->inside = true;
			l->opens = span_trim(line);
			return token_of(LAW_BREAK, l->opens);
		}
		if (names_us(bare))
			return bad_token(bare,
				"a block of rules opens with ```weir at "
				"the start of its line");
		other = skip_other(l, line);
		if (other.kind == LAW_BAD)
			return other;
	}
	return token_of(LAW_END, span_of(l->text.at + l->text.n, 0));
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/* True at the first byte of a line. */
static bool
starts_line(const struct law_lexer *l)
{
	return l->at == 0 || l->text.at[l->at - 1] == '\n';
}

static struct law_token
lex_string(struct law_lexer *l)
{
	struct span rest = rest_of(l);

	for (size_t i = 1; i < rest.n; i++) {
		if (rest.at[i] == '"') {
			l->at += i + 1;
			return token_of(
				LAW_STRING, span_of(rest.at + 1, i - 1));
		}
		if (rest.at[i] == '`')
			break;
	}
	return bad_token(
		span_of(rest.at, 1), "this text is never closed by \"");
}

static struct law_token
lex_word(struct law_lexer *l)
{
	struct span rest = rest_of(l);
	size_t n = 0;

	while (n < rest.n && is_word(rest.at[n]))
		n++;
	l->at += n;
	return token_of(LAW_WORD, span_of(rest.at, n));
}

static struct law_token
lex_close(struct law_lexer *l)
{
	struct span line = span_trim(take_line(l));

	if (!span_eq(line, SPAN("```")))
		return bad_token(line, "a block ends with ``` alone");
	l->inside = false;
	return token_of(LAW_BREAK, line);
}

/* One character that is no part of the language, all its bytes. */
static struct law_token
lex_stranger(const struct law_lexer *l)
{
	struct span rest = rest_of(l);
	size_t n = 1;

	while (n < rest.n && (rest.at[n] & 0xc0) == 0x80)
		n++;
	return bad_token(
		span_of(rest.at, n), "this character has no meaning here");
}

struct law_token
law_lex(struct law_lexer *l)
{
	uint8_t c;

	if (!l->inside)
		return skip_prose(l);
	while (l->at < l->text.n && is_blank(l->text.at[l->at]))
		l->at++;
	if (l->at == l->text.n)
		return bad_token(l->opens, "this block is never closed");
	c = l->text.at[l->at];
	if (c == '`' && starts_line(l))
		return lex_close(l);
	if (c == '"')
		return lex_string(l);
	if (c == '{' || c == '}' || c == '(' || c == ')' || c == ',') {
		l->at++;
		return token_of(LAW_MARK, span_of(l->text.at + l->at - 1, 1));
	}
	return is_word(c) ? lex_word(l) : lex_stranger(l);
}
