/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include "base/read.h"
#include "request/request_int.h"

enum { FLAG_UNREADABLE = 1, FLAG_MALFORMED = 2, FLAG_UNNAMED = 4 };

static const struct {
	const char *path;
	const char *csv;
	const char *text;
	size_t max;
} fields[RQ_N] = {
#define FIELD(id, path, csv, max, text) [RQ_##id] = {path, csv, text, max},
#include "request/request.def"
};

const char *
request_field_path(enum request_field field)
{
	must(field < RQ_N);
	return fields[field].path;
}

bool
request_field_parse(struct span name, enum request_field *ret_field)
{
	for (int i = 0; i < RQ_N; i++)
		if (span_eq(name, span_text(fields[i].path)) ||
			span_eq(name, span_text(fields[i].csv))) {
			*ret_field = (enum request_field)i;
			return true;
		}
	return false;
}

const char *
request_field_csv(enum request_field field)
{
	must(field < RQ_N);
	return fields[field].csv;
}

const char *
request_field_text(enum request_field field)
{
	must(field < RQ_N);
	return fields[field].text;
}

size_t
request_field_max(enum request_field field)
{
	must(field < RQ_N);
	return fields[field].max;
}

void
request_encode(const struct request *request, struct buf *to)
{
	unsigned flags = (request->unreadable ? FLAG_UNREADABLE : 0U) |
			 (request->malformed ? FLAG_MALFORMED : 0U) |
			 (request->unnamed ? FLAG_UNNAMED : 0U);

	buf_u16be(to, RQ_N);
	for (int i = 0; i < RQ_N; i++)
		buf_sized(to, request->field[i]);
	buf_u8(to, (uint8_t)flags);
	buf_sized(to, span_text(request->member));
	buf_sized(to, span_text(request->says));
}

/* A value as request_put() would have kept it. */
static bool
value_ok(enum request_field field, struct span value)
{
	if (value.n == 0)
		return true;
	if ((field == RQ_ID || field == RQ_SUPERSEDES) && !request_id_ok(value))
		return false;
	return span_trim(value).n == value.n && span_is_utf8(value);
}

/* Printable ASCII that fits; false leaves `to` as it is. */
static bool
text_from(struct span s, char *to, size_t size)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] < 0x20 || s.at[i] > 0x7e)
			return false;
	return span_copy(s, to, size);
}

/* An unreadable line has no fields but perhaps its id. */
static bool
only_id(const struct request *r)
{
	for (int i = 0; i < RQ_N; i++)
		if (i != RQ_ID && r->field[i].n > 0)
			return false;
	return !r->malformed && !r->unnamed;
}

/* Flags, texts and fields that go together. */
static bool
request_whole(const struct request *r)
{
	bool fault = r->unreadable || r->malformed || r->unnamed;

	if (fault != (r->says[0] != '\0'))
		return false;
	if (!fault && r->member[0] != '\0')
		return false;
	if (r->unreadable)
		return only_id(r);
	return r->field[RQ_ID].n > 0 || r->malformed;
}

enum err
request_from_bytes(struct span bytes, struct request *ret_request)
{
	struct reader r = read_from(bytes);
	struct request request;
	unsigned n = read_u16be(&r);
	unsigned flags;

	request_start(&request);
	if (n > RQ_N)
		return ERR_MALFORMED;
	for (unsigned i = 0; i < n; i++) {
		enum request_field field = (enum request_field)i;

		request.field[i] = read_sized(&r, fields[i].max);
		if (!value_ok(field, request.field[i]))
			return ERR_MALFORMED;
	}
	flags = read_u8(&r);
	request.unreadable = (flags & FLAG_UNREADABLE) != 0;
	request.malformed = (flags & FLAG_MALFORMED) != 0;
	request.unnamed = (flags & FLAG_UNNAMED) != 0;
	if (flags >= 2 * FLAG_UNNAMED ||
		!text_from(read_sized(&r, sizeof(request.member) - 1),
			request.member, sizeof(request.member)) ||
		!text_from(read_sized(&r, sizeof(request.says) - 1),
			request.says, sizeof(request.says)) ||
		!read_end(&r) || !request_whole(&request))
		return ERR_MALFORMED;
	*ret_request = request;
	return ERR_OK;
}
