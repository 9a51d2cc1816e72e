/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/ask.h"

#include <string.h>

#include "base/num.h"
#include "base/read.h"

static const char *const method_text[ASK_METHODS] = {
	[ASK_GET] = "GET",
	[ASK_POST] = "POST",
	[ASK_PUT] = "PUT",
	[ASK_DELETE] = "DELETE",
};

const char *
ask_method_text(enum ask_method method)
{
	must((unsigned)method < ASK_METHODS);
	return method_text[method];
}

struct span
ask_again(const struct ask *ask, enum ask_part part, const char *name, size_t i)
{
	struct span wanted = span_text(name);

	for (size_t k = 0; k < ask->n; k++)
		if (ask->value[k].part == part &&
			span_eq(ask->value[k].name, wanted) && i-- == 0)
			return ask->value[k].value;
	return (struct span){0};
}

struct span
ask_get(const struct ask *ask, enum ask_part part, const char *name)
{
	return ask_again(ask, part, name, 0);
}

bool
ask_number(const struct ask *ask, enum ask_part part, const char *name,
	uint64_t most, uint64_t *ret_n)
{
	return num_parse(ask_get(ask, part, name), most, ret_n);
}

bool
ask_text(const struct ask *ask, enum ask_part part, const char *name, char *to,
	size_t size)
{
	struct span value = ask_get(ask, part, name);

	if (value.n == 0 || value.n >= size)
		return false;
	for (size_t i = 0; i < value.n; i++)
		if (value.at[i] < 0x20 || value.at[i] == 0x7f)
			return false;
	memcpy(to, value.at, value.n);
	to[value.n] = '\0';
	return true;
}

/* ---- as bytes ---- */

void
ask_encode(const struct ask *ask, struct buf *to)
{
	buf_u32be(to, ask->route);
	buf_u64be(to, ask->id);
	buf_sized(to, ask->actor);
	buf_sized(to, ask->body);
	buf_u32be(to, (uint32_t)ask->n);
	for (size_t i = 0; i < ask->n; i++) {
		buf_u8(to, (uint8_t)ask->value[i].part);
		buf_sized(to, ask->value[i].name);
		buf_sized(to, ask->value[i].value);
	}
}

enum err
ask_decode(struct span bytes, struct ask *ask)
{
	struct reader r = read_from(bytes);
	uint32_t n;

	ask->file = -1;
	ask->route = read_u32be(&r);
	ask->id = read_u64be(&r);
	ask->actor = read_sized(&r, ASK_VALUE_MAX);
	ask->body = read_sized(&r, ASK_BODY_MAX);
	n = read_u32be(&r);
	if (!read_ok(&r) || n > ASK_VALUES)
		return ERR_MALFORMED;
	ask->n = n;
	for (size_t i = 0; i < n; i++) {
		uint8_t part = read_u8(&r);

		if (part >= ASK_PARTS)
			return ERR_MALFORMED;
		ask->value[i].part = (enum ask_part)part;
		ask->value[i].name = read_sized(&r, ASK_NAME_MAX);
		ask->value[i].value = read_sized(&r, ASK_VALUE_MAX);
	}
	return read_end(&r) ? ERR_OK : ERR_MALFORMED;
}

static bool
names(struct span accept, const char *type)
{
	struct span wanted = span_text(type);

	for (size_t i = 0; i + wanted.n <= accept.n; i++)
		if (span_eq(span_of(accept.at + i, wanted.n), wanted))
			return true;
	return false;
}

enum serve_face
serve_reads(enum serve_face asked_for, struct span accept)
{
	bool page = names(accept, "text/html");
	bool json = names(accept, "application/json") ||
		    names(accept, "application/problem+json");

	if (page == json)
		return asked_for;
	return page ? SERVE_PAGE : SERVE_API;
}

unsigned
serve_status(enum err e)
{
	static const struct {
		enum err e;
		unsigned status;
	} known[] = {
		{ERR_OK, 200},
		{ERR_MALFORMED, 400},
		{ERR_NOT_ALLOWED, 403},
		{ERR_NOT_FOUND, 404},
		{ERR_EXISTS, 409},
		{ERR_BAD_MOVE, 409},
		{ERR_TOO_EARLY, 409},
		{ERR_TOO_LATE, 409},
		{ERR_HELD, 409},
		{ERR_MISMATCH, 409},
		{ERR_TOO_LARGE, 413},
		{ERR_BAD_SIGNATURE, 422},
		{ERR_ERASED, 410},
		{ERR_UNSIGNED, 428},
		{ERR_TOO_MANY, 429},
		{ERR_BUSY, 503},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].e == e)
			return known[i].status;
	return 500;
}
