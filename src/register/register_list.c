/* SPDX-License-Identifier: Apache-2.0 */
#include "register/register_list.h"

#include "base/read.h"
#include "register/register.h"

static enum err
bad(uint32_t line, struct why *reterr_why, const char *says)
{
	return why_set(reterr_why, ERR_MALFORMED, "line %u: %s", line, says);
}

/* Up to the LF, which is not part of it, nor is a CR before it. */
static bool
cut_line(struct span *text, struct span *ret_line)
{
	const uint8_t *lf =
		text->n == 0 ? NULL : memchr(text->at, '\n', text->n);
	size_t n;

	if (lf == NULL)
		return false;
	n = (size_t)(lf - text->at);
	*ret_line = span_of(text->at, n > 0 && lf[-1] == '\r' ? n - 1 : n);
	*text = span_of(lf + 1, text->n - n - 1);
	return true;
}

/* The place of a ground's word; as many as there are where it is none. */
static uint8_t
ground_place(struct span word)
{
	struct span words =
		span_text(register_column(REG_SCREEN_GROUND)->words);
	uint8_t place = 0;

	while (words.n > 0 && !span_eq(word, span_cut(&words, '|')))
		place++;
	return register_ground(word) == 0 ? UINT8_MAX : place;
}

static enum err
parse_line(struct span line, uint32_t number, struct buf *to,
	struct why *reterr_why)
{
	struct span ground = line;
	struct span person = span_cut(&ground, ',');
	uint8_t place = ground_place(ground);

	if (person.n == line.n)
		return bad(number, reterr_why, "is not `person,ground`");
	if (person.n == 0 || !span_is_plain(person) ||
		!span_eq(person, span_trim(person)) ||
		memchr(person.at, '"', person.n) != NULL)
		return bad(number, reterr_why,
			"the person is not one plain word or number");
	if (person.n > register_column(REG_SCREEN_PERSON)->most)
		return bad(number, reterr_why, "the person is too long");
	if (place == UINT8_MAX)
		return bad(number, reterr_why,
			"the ground is not informant, exam or ci");
	buf_u8(to, place);
	buf_sized(to, person);
	return buf_error(to);
}

enum err
register_list_parse(struct span text, struct buf *to, uint32_t *ret_n,
	struct why *reterr_why)
{
	struct span line;
	uint32_t n = 0;

	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_of(text.at + 3, text.n - 3);
	if (!cut_line(&text, &line) || !span_eq(line, SPAN("person,ground")))
		return bad(1, reterr_why, "the header is not `person,ground`");
	while (cut_line(&text, &line)) {
		enum err e;

		if (n == REGISTER_LIST_MOST)
			return why_set(reterr_why, ERR_TOO_LARGE,
				"more than %d lines", REGISTER_LIST_MOST);
		e = parse_line(line, ++n + 1, to, reterr_why);
		if (e != ERR_OK)
			return e;
	}
	if (text.n > 0)
		return bad(n + 2, reterr_why,
			"the last line has no end: is the list whole?");
	*ret_n = n;
	return ERR_OK;
}

bool
register_list_next(struct span *rest, struct register_list_row *ret_row)
{
	struct reader r = read_from(*rest);
	struct span words =
		span_text(register_column(REG_SCREEN_GROUND)->words);
	unsigned place = read_u8(&r);
	struct span person =
		read_sized(&r, register_column(REG_SCREEN_PERSON)->most);
	struct span ground = {NULL, 0};

	if (!read_ok(&r))
		return false;
	for (unsigned i = 0; i <= place; i++)
		ground = span_cut(&words, '|');
	if (ground.n == 0)
		return false;
	*ret_row = (struct register_list_row){person, ground};
	*rest = r.left;
	return true;
}
