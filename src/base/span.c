/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool
span_eq_nocase(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.at, b.at, n);

	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.n > 0 && is_blank(s.at[0])) {
		s.at++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.at[s.n - 1]))
		s.n--;
	return s;
}

struct span
span_cut(struct span *s, uint8_t sep)
{
	const uint8_t *hit = s->n == 0 ? NULL : memchr(s->at, sep, s->n);
	struct span head = *s;

	if (hit == NULL) {
		if (s->n > 0) /* no sum with NULL, which the empty span has */
			s->at += s->n;
		s->n = 0;
		return head;
	}
	head.n = (size_t)(hit - s->at);
	s->at = hit + 1;
	s->n -= head.n + 1;
	return head;
}

bool
span_is_zero(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] != 0)
			return false;
	return true;
}

bool
span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(s.at, prefix.at, prefix.n) == 0);
}

/* Length of the sequence that `lead` opens; 0: not a lead byte. */
static size_t
utf8_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* RFC 3629 section 4: overlong forms, surrogates and past U+10FFFF. */
static bool
utf8_second_ok(uint8_t lead, uint8_t second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

bool
span_is_utf8(struct span s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t n = utf8_length(s.at[i]);

		if (n == 0 || n > s.n - i || s.at[i] == 0)
			return false;
		for (size_t k = 1; k < n; k++)
			if ((s.at[i + k] & 0xc0) != 0x80)
				return false;
		if (n > 1 && !utf8_second_ok(s.at[i], s.at[i + 1]))
			return false;
		i += n;
	}
	return true;
}

/* Starts at `at`: a mark that span_is_plain() refuses?  Three bytes long. */
static bool
is_hidden_mark(const uint8_t *at)
{
	uint8_t low = at[2];

	if (at[0] == 0xef)
		return at[1] == 0xbb && low == 0xbf;
	if (at[0] != 0xe2)
		return false;
	if (at[1] == 0x80)
		return (low >= 0x8b && low <= 0x8f) ||
		       (low >= 0xa8 && low <= 0xae);
	return at[1] == 0x81 && low >= 0xa0 && low <= 0xaf;
}

bool
span_is_plain(struct span s)
{
	if (!span_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.at[i] < 0x20 || s.at[i] == 0x7f)
			return false;
		if (s.at[i] == 0xc2 && s.at[i + 1] < 0xa0)
			return false;
		if (s.at[i] >= 0xe0 && s.at[i] < 0xf0 &&
			is_hidden_mark(s.at + i))
			return false;
	}
	return true;
}

bool
span_copy(struct span s, char *to, size_t size)
{
	if (size == 0)
		return false;
	to[0] = '\0';
	if (s.n >= size || (s.n > 0 && memchr(s.at, 0, s.n) != NULL))
		return false;
	if (s.n > 0)
		memcpy(to, s.at, s.n);
	to[s.n] = '\0';
	return true;
}
