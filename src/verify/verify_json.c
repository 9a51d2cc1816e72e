/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify_json.h"

#include "base/num.h"

enum { DEPTH_MAX = 8 };

struct verify_json
verify_json_from(struct span bytes)
{
	return (struct verify_json){.left = span_trim(bytes)};
}

static void
skip(struct verify_json *j, size_t n)
{
	j->left = span_of(j->left.at + n, j->left.n - n);
}

static void
skip_blank(struct verify_json *j)
{
	while (j->left.n > 0 && (j->left.at[0] == ' ' || j->left.at[0] == '\t'))
		skip(j, 1);
}

static bool
take(struct verify_json *j, uint8_t c)
{
	skip_blank(j);
	if (j->left.n == 0 || j->left.at[0] != c) {
		j->failed = true;
		return false;
	}
	skip(j, 1);
	return true;
}

static bool
take_string(struct verify_json *j, struct span *ret)
{
	size_t n = 0;

	if (!take(j, '"'))
		return false;
	while (n < j->left.n && j->left.at[n] != '"' && j->left.at[n] >= 0x20)
		n += j->left.at[n] == '\\' ? 2 : 1;
	if (n >= j->left.n || j->left.at[n] != '"') {
		j->failed = true;
		return false;
	}
	*ret = span_of(j->left.at, n);
	skip(j, n + 1);
	return true;
}

/* Up to where the value ends: strings are stepped over whole, brackets are
 * counted. */
static bool
pass_over(struct verify_json *j)
{
	unsigned depth = 0;
	struct span string;

	while (j->left.n > 0 && !j->failed) {
		uint8_t c = j->left.at[0];

		if (c == '"') {
			(void)take_string(j, &string);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}'))
			return true;
		if (c == '[' || c == '{')
			depth++;
		if ((c == ']' || c == '}') && depth > 0)
			depth--;
		if (depth > DEPTH_MAX)
			break;
		skip(j, 1);
	}
	j->failed = true;
	return false;
}

static bool
take_value(struct verify_json *j, struct verify_json_member *m)
{
	size_t n = 0;

	skip_blank(j);
	if (j->left.n > 0 && j->left.at[0] == '"') {
		m->kind = VERIFY_JSON_STRING;
		return take_string(j, &m->text);
	}
	while (n < j->left.n && j->left.at[n] >= '0' && j->left.at[n] <= '9')
		n++;
	m->kind = VERIFY_JSON_OTHER;
	if (n > 0 && n < j->left.n &&
		(j->left.at[n] == ',' || j->left.at[n] == '}') &&
		num_parse(span_of(j->left.at, n), UINT64_MAX, &m->number)) {
		m->kind = VERIFY_JSON_NUMBER;
		skip(j, n);
		return true;
	}
	return pass_over(j);
}

bool
verify_json_next(struct verify_json *j, struct verify_json_member *ret)
{
	struct verify_json_member m = {.kind = VERIFY_JSON_OTHER};

	if (j->failed || j->ended || (!j->begun && !take(j, '{')))
		return false;
	skip_blank(j);
	if (j->left.n > 0 && j->left.at[0] == '}') {
		skip(j, 1);
		j->ended = true;
		return false;
	}
	if (j->begun && !take(j, ','))
		return false;
	j->begun = true;
	skip_blank(j);
	if (!take_string(j, &m.name) || !take(j, ':') || !take_value(j, &m))
		return false;
	*ret = m;
	return true;
}

bool
verify_json_end(const struct verify_json *j)
{
	return !j->failed && j->ended && j->left.n == 0;
}

static int
hex_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \u00XX of ASCII; -1: another. */
static int
ascii_escape(struct span s)
{
	int high = s.n < 4 ? -1 : hex_of(s.at[2]);
	int low = s.n < 4 ? -1 : hex_of(s.at[3]);

	if (high < 0 || high > 7 || low < 0 || s.at[0] != '0' || s.at[1] != '0')
		return -1;
	return high * 16 + low;
}

bool
verify_json_text(struct span text, struct buf *to)
{
	static const char from[] = "\"\\/nrtbf";
	static const char into[] = "\"\\/\n\r\t\b\f";

	for (size_t i = 0; i < text.n; i++) {
		const char *known;
		int c;

		if (text.at[i] != '\\') {
			buf_u8(to, text.at[i]);
			continue;
		}
		if (++i == text.n)
			return false;
		known = memchr(from, text.at[i], sizeof(from) - 1);
		if (known != NULL) {
			buf_u8(to, (uint8_t)into[known - from]);
			continue;
		}
		c = ascii_escape(span_of(text.at + i + 1, text.n - i - 1));
		if (text.at[i] != 'u' || c < 0)
			return false;
		buf_u8(to, (uint8_t)c);
		i += 4;
	}
	return true;
}
