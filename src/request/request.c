/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include <stdarg.h>
#include <stdio.h>

#include "request/request_int.h"

void
request_printable(struct span bytes, char *to, size_t size)
{
	size_t n = 0;
	char one[8];

	must(size >= 16);
	for (size_t i = 0; i < bytes.n; i++) {
		uint8_t c = bytes.at[i];
		bool plain = c >= 0x20 && c < 0x7f && c != '\\';
		int len = snprintf(
			one, sizeof(one), plain ? "%c" : "\\x%02x", (int)c);

		if (n + (size_t)len + 4 > size) {
			memcpy(to + n, "...", 3);
			n += 3;
			break;
		}
		memcpy(to + n, one, (size_t)len);
		n += (size_t)len;
	}
	to[n] = '\0';
}

void
request_start(struct request *request)
{
	memset(request, 0, sizeof(*request));
}

void
request_fault(struct request *request, enum request_fault fault,
	struct span member, const char *fmt, ...)
{
	bool first = !request->unreadable && !request->malformed &&
		     !request->unnamed;
	struct span id = request->field[RQ_ID];
	va_list ap;

	must(fault != REQUEST_SOUND);
	if (fault == REQUEST_UNREADABLE) {
		request_start(request);
		request->field[RQ_ID] = id;
		request->unreadable = true;
	} else if (fault == REQUEST_BAD_MEMBER) {
		request->malformed = true;
	} else {
		request->unnamed = true;
	}
	if (!first && fault != REQUEST_UNREADABLE)
		return;
	request_printable(member, request->member, sizeof(request->member));
	va_start(ap, fmt);
	(void)vsnprintf(request->says, sizeof(request->says), fmt, ap);
	va_end(ap);
}

void
request_refuse_line(struct request *request, const char *says)
{
	char text[sizeof(request->says)];

	request_start(request);
	request_printable(span_text(says), text, sizeof(text));
	request_fault(request, REQUEST_UNREADABLE, SPAN(""), "%s", text);
}

bool
request_id_ok(struct span id)
{
	if (id.n == 0 || id.n > 64 || id.at[0] == '.' || id.at[0] == '-')
		return false;
	for (size_t i = 0; i < id.n; i++) {
		uint8_t c = id.at[i];
		uint8_t folded = c | 0x20;

		if (!(folded >= 'a' && folded <= 'z') &&
			!(c >= '0' && c <= '9') && c != '.' && c != '_' &&
			c != ':' && c != '-')
			return false;
	}
	return true;
}

void
request_put(struct request *request, struct arena *arena,
	enum request_field field, struct span text)
{
	struct span path = span_text(request_field_path(field));
	size_t most = request_field_max(field);

	text = span_trim(text);
	if (text.n == 0)
		return;
	if (text.n > most)
		request_fault(request, REQUEST_BAD_MEMBER, path,
			"longer than %zu bytes", most);
	else if ((field == RQ_ID || field == RQ_SUPERSEDES) &&
		 !request_id_ok(text))
		request_fault(request, REQUEST_BAD_MEMBER, path,
			"an id is 1 to 64 letters, digits, '.', '_', ':' or "
			"'-', and begins with neither '.' nor '-'");
	else
		request->field[field] = arena_copy(arena, text);
}

enum err
request_finish(struct request *request, const struct arena *arena)
{
	if (arena->overflow)
		return err_origin(ERR_NOMEM);
	if (!request->unreadable && request->field[RQ_ID].n == 0)
		request_fault(request, REQUEST_BAD_MEMBER,
			span_text(request_field_path(RQ_ID)),
			"every request has an id of its own");
	return ERR_OK;
}
