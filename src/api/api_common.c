/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out, and the small rules of HTTP that each question shares. */
#include <inttypes.h>
#include <stdio.h>

#include "api/api_int.h"
#include "base/code.h"
#include "base/num.h"

static void
name_it(struct buf *to, const char *name)
{
	if (to->n > 0 && to->at[to->n - 1] != '{' && to->at[to->n - 1] != '[')
		buf_text(to, ",");
	buf_json(to, span_text(name));
	buf_text(to, ":");
}

void
api_text(struct buf *to, const char *name, struct span text)
{
	name_it(to, name);
	buf_json(to, text);
}

void
api_word(struct buf *to, const char *name, const char *text)
{
	api_text(to, name, span_text(text));
}

void
api_count(struct buf *to, const char *name, uint64_t n)
{
	name_it(to, name);
	buf_printf(to, "%" PRIu64, n);
}

void
api_flag(struct buf *to, const char *name, bool yes)
{
	name_it(to, name);
	buf_text(to, yes ? "true" : "false");
}

void
api_day(struct buf *to, const char *name, int32_t day)
{
	char text[DAY_TEXT];

	day_text(day, text);
	api_word(to, name, text);
}

void
api_time(struct buf *to, const char *name, int64_t at)
{
	char text[DAY_TIME_TEXT];

	day_time_text(at, text);
	api_word(to, name, text);
}

void
api_hex(struct buf *to, const char *name, struct span bytes)
{
	name_it(to, name);
	buf_text(to, "\"");
	code_hex(to, bytes);
	buf_text(to, "\"");
}

enum err
api_number(struct desk *desk, const struct ask *ask, const char *name,
	uint64_t most, uint64_t *ret_n)
{
	if (ask_number(ask, ASK_PATH, name, most, ret_n) && *ret_n > 0)
		return ERR_OK;
	return instance_says(
		&desk->in, ERR_NOT_FOUND, "there is no such %s", name);
}

enum err
api_page(struct desk *desk, const struct ask *ask, uint64_t most,
	uint64_t *ret_after, size_t *ret_limit)
{
	uint64_t limit = API_PAGE;

	*ret_after = 0;
	if (ask_get(ask, ASK_QUERY, "after").n > 0 &&
		!ask_number(ask, ASK_QUERY, "after", most, ret_after))
		return instance_says(&desk->in, ERR_MALFORMED,
			"after: the number that the last answer named");
	if (ask_get(ask, ASK_QUERY, "limit").n > 0 &&
		(!ask_number(ask, ASK_QUERY, "limit", API_PAGE_MOST, &limit) ||
			limit == 0))
		return instance_says(&desk->in, ERR_MALFORMED,
			"limit: a number from 1 to %d", API_PAGE_MOST);
	*ret_limit = (size_t)limit;
	return ERR_OK;
}

/* ---- ETag ---- */

enum { TAG_BYTES = 16 };

static void
tag_of(struct span state, struct buf *to)
{
	uint8_t hash[CRYPTO_SHA256];

	crypto_sha256(state, hash);
	code_hex(to, span_of(hash, TAG_BYTES));
}

/* `"a", W/"b"` or `*`: is the tag among them? */
static bool
names_tag(struct span header, struct span tag)
{
	if (span_eq(span_trim(header), SPAN("*")))
		return true;
	while (header.n > 0) {
		struct span one = span_trim(span_cut(&header, ','));

		if (span_starts(one, SPAN("W/")))
			one = span_of(one.at + 2, one.n - 2);
		if (one.n == tag.n + 2 && one.at[0] == '"' &&
			one.at[one.n - 1] == '"' &&
			span_eq(span_of(one.at + 1, tag.n), tag))
			return true;
	}
	return false;
}

void
api_etag(const struct ask *ask, struct answer *answer)
{
	OWNED_BUF(tag, 2 * TAG_BYTES);

	tag_of(buf_span(&answer->body), &tag);
	if (!span_copy(buf_span(&tag), answer->etag, sizeof(answer->etag)))
		return;
	if (!names_tag(
		    ask_get(ask, ASK_HEADER, "if-none-match"), buf_span(&tag)))
		return;
	answer->status = 304;
	buf_clear(&answer->body);
}

enum err
api_if_match(struct desk *desk, const struct ask *ask, struct span state)
{
	struct span header = ask_get(ask, ASK_HEADER, "if-match");
	OWNED_BUF(tag, 2 * TAG_BYTES);

	tag_of(state, &tag);
	if (header.n == 0 || names_tag(header, buf_span(&tag)))
		return ERR_OK;
	return instance_says(&desk->in, ERR_MISMATCH,
		"it was changed since you looked: look again");
}

bool
api_wants(const struct ask *ask, const char *format, const char *type)
{
	struct span asked = ask_get(ask, ASK_QUERY, "format");
	struct span accept = ask_get(ask, ASK_HEADER, "accept");

	if (asked.n > 0)
		return span_eq(asked, span_text(format));
	while (accept.n > 0) {
		struct span one = span_cut(&accept, ',');
		struct span name = span_trim(span_cut(&one, ';'));

		if (span_eq_nocase(name, span_text(type)))
			return true;
		if (span_eq_nocase(name, SPAN("application/json")))
			return false;
	}
	return false;
}
