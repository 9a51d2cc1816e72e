/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/read.h"
#include "os/file.h"

static const char *const type_text[ANSWER_TYPES] = {
	[ANSWER_JSON] = "application/json",
	[ANSWER_PROBLEM] = "application/problem+json",
	[ANSWER_LINES] = "application/jsonl",
	[ANSWER_HTML] = "text/html; charset=utf-8",
	[ANSWER_TEXT_PLAIN] = "text/plain; charset=utf-8",
	[ANSWER_CSV] = "text/csv; charset=utf-8",
	[ANSWER_SVG] = "image/svg+xml",
	[ANSWER_CMS] = "application/cms",
	[ANSWER_BYTES] = "application/octet-stream",
};

const char *
answer_type_text(enum answer_type type)
{
	must((unsigned)type < ANSWER_TYPES);
	return type_text[type];
}

void
answer_init(struct answer *answer)
{
	*answer = (struct answer){.status = 200, .file = -1};
	buf_init(&answer->body, ANSWER_MAX);
	buf_init(&answer->signature, ANSWER_SIGNATURE);
}

void
answer_fini(struct answer *answer)
{
	os_close(&answer->file);
	buf_fini(&answer->body);
	buf_fini(&answer->signature);
}

void
answer_see(struct answer *answer, const char *location)
{
	answer->status = 303;
	(void)snprintf(
		answer->location, sizeof(answer->location), "%s", location);
}

void
answer_encode(const struct answer *answer, struct buf *to)
{
	buf_u32be(to, answer->status);
	buf_u8(to, (uint8_t)answer->type);
	buf_u32be(to, answer->retry_after);
	buf_sized(to, span_text(answer->etag));
	buf_sized(to, span_text(answer->location));
	buf_sized(to, span_text(answer->filename));
	buf_u8(to, (uint8_t)answer->who);
	buf_sized(to, span_text(answer->agency));
	buf_sized(to, buf_span(&answer->signature));
	buf_sized(to, buf_span(&answer->body));
}

/* What goes into a header has no control character. */
static bool
take_header(struct reader *r, char *to, size_t size)
{
	struct span text = read_sized(r, size - 1);

	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] < 0x20 || text.at[i] == 0x7f)
			return false;
	if (text.n > 0)
		memcpy(to, text.at, text.n);
	to[text.n] = '\0';
	return true;
}

enum err
answer_decode(struct span bytes, struct answer *answer)
{
	struct reader r = read_from(bytes);
	uint8_t type;
	uint8_t who;
	bool plain;

	answer_init(answer);
	answer->status = read_u32be(&r);
	type = read_u8(&r);
	answer->retry_after = read_u32be(&r);
	plain = take_header(&r, answer->etag, sizeof(answer->etag)) &&
		take_header(&r, answer->location, sizeof(answer->location)) &&
		take_header(&r, answer->filename, sizeof(answer->filename));
	who = read_u8(&r);
	plain = plain &&
		take_header(&r, answer->agency, sizeof(answer->agency));
	buf_bytes(&answer->signature, read_sized(&r, ANSWER_SIGNATURE));
	buf_bytes(&answer->body, read_sized(&r, ANSWER_MAX));
	if (!plain || !read_end(&r) || type >= ANSWER_TYPES ||
		who >= ANSWER_WHOS || answer->status < 200 ||
		answer->status > 599) {
		answer_fini(answer);
		return ERR_MALFORMED;
	}
	answer->type = (enum answer_type)type;
	answer->who = (enum answer_who)who;
	return buf_error(&answer->body);
}
