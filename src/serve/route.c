/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/route.h"

#include <stdio.h>

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* %XX, and in a query + for a blank; false where an escape is none. */
static bool
decode(struct span raw, bool query, struct buf *to)
{
	for (size_t i = 0; i < raw.n; i++) {
		int high;
		int low;

		if (raw.at[i] != '%') {
			buf_u8(to, query && raw.at[i] == '+' ? ' ' : raw.at[i]);
			continue;
		}
		high = i + 2 < raw.n ? hex(raw.at[i + 1]) : -1;
		low = i + 2 < raw.n ? hex(raw.at[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		buf_u8(to, (uint8_t)(high << 4 | low));
		i += 2;
	}
	return buf_error(to) == ERR_OK;
}

static bool
has_slash(struct span s)
{
	return s.n > 0 && memchr(s.at, '/', s.n) != NULL;
}

/* ---- the path ---- */

static bool
segment_sound(struct span s)
{
	if (s.n == 0 || span_eq(s, SPAN(".")) || span_eq(s, SPAN("..")) ||
		!span_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] < 0x20 || s.at[i] == 0x7f || s.at[i] == '/' ||
			s.at[i] == '\\')
			return false;
	return true;
}

/* Each raw segment by itself, so that an encoded slash is seen. */
static bool
read_path(struct span raw, struct buf *to)
{
	bool last = false;

	if (raw.n == 0 || raw.at[0] != '/')
		return false;
	raw = span_of(raw.at + 1, raw.n - 1);
	buf_u8(to, '/');
	if (raw.n == 0)
		return true;
	while (!last) {
		bool more = has_slash(raw);
		struct span part = span_cut(&raw, '/');
		size_t from = to->n;

		if (!decode(part, false, to) ||
			!segment_sound(span_of(to->at + from, to->n - from)))
			return false;
		last = !more;
		if (more && raw.n == 0)
			return false;
		if (more)
			buf_u8(to, '/');
	}
	return true;
}

/* ---- the query ---- */

static bool
read_pair(struct span pair, struct route_address *a, size_t *offsets)
{
	struct span value = pair;
	struct span name = span_cut(&value, '=');
	size_t from = a->bytes.n;
	size_t middle;

	if (a->n == ASK_VALUES || !decode(name, true, &a->bytes))
		return false;
	middle = a->bytes.n;
	if (middle - from > ASK_NAME_MAX || middle == from ||
		!decode(value, true, &a->bytes))
		return false;
	offsets[0] = from;
	a->value[a->n] = (struct ask_value){.part = ASK_QUERY,
		.name = span_of(NULL, middle - from),
		.value = span_of(NULL, a->bytes.n - middle)};
	return span_is_utf8(span_of(a->bytes.at + from, middle - from)) &&
	       span_is_utf8(span_of(a->bytes.at + middle, a->bytes.n - middle));
}

/* The bytes move while they grow: spans are set at the end. */
static bool
read_query(struct span raw, struct route_address *a)
{
	size_t offset[ASK_VALUES];

	while (raw.n > 0) {
		struct span pair = span_cut(&raw, '&');

		if (pair.n == 0)
			continue;
		if (!read_pair(pair, a, &offset[a->n < ASK_VALUES ? a->n : 0]))
			return false;
		a->n++;
	}
	for (size_t i = 0; i < a->n; i++) {
		struct ask_value *v = &a->value[i];

		v->name.at = a->bytes.at + offset[i];
		v->value.at = v->name.at + v->name.n;
	}
	return true;
}

enum err
route_address_read(struct span raw, struct route_address *a)
{
	struct span query = raw;
	struct span path;
	size_t n;

	a->n = 0;
	a->path = span_of(NULL, 0);
	buf_init(&a->bytes, ROUTE_RAW_MAX + 1);
	if (raw.n > ROUTE_RAW_MAX)
		return ERR_TOO_LARGE;
	path = span_cut(&query, '?');
	if (!read_path(path, &a->bytes))
		return ERR_MALFORMED;
	n = a->bytes.n;
	if (!read_query(query, a))
		return ERR_MALFORMED;
	a->path = span_of(a->bytes.at, n);
	return buf_error(&a->bytes);
}

void
route_address_fini(struct route_address *address)
{
	buf_fini(&address->bytes);
}

/* ---- the table ---- */

/* Segment by segment; braces fit any one. */
static bool
fits(const char *pattern, struct span path)
{
	struct span want = span_text(pattern);

	for (;;) {
		bool more_want = has_slash(want);
		bool more = has_slash(path);
		struct span w = span_cut(&want, '/');
		struct span p = span_cut(&path, '/');

		if (!(w.n > 0 && w.at[0] == '{' && p.n > 0) && !span_eq(w, p))
			return false;
		if (more != more_want)
			return false;
		if (!more)
			return true;
	}
}

static void
add_allowed(char allow[ROUTE_ALLOW_MAX], const char *method)
{
	size_t n = strlen(allow);

	if (strstr(allow, method) == NULL)
		(void)snprintf(allow + n, ROUTE_ALLOW_MAX - n, "%s%s",
			n == 0 ? "" : ", ", method);
}

enum err
route_find(const struct serve_site *site, const char *method, struct span path,
	uint32_t *ret_route, char allow[ROUTE_ALLOW_MAX])
{
	bool head = strcmp(method, "HEAD") == 0;
	bool known = false;

	allow[0] = '\0';
	for (size_t i = 0; i < site->n; i++) {
		const struct serve_route *r = &site->route[i];
		const char *its = ask_method_text(r->method);

		if (!fits(r->path, path))
			continue;
		if (strcmp(head ? "GET" : method, its) == 0) {
			*ret_route = (uint32_t)i;
			return ERR_OK;
		}
		known = true;
		add_allowed(allow, its);
		if (r->method == ASK_GET)
			add_allowed(allow, "HEAD");
	}
	if (known)
		add_allowed(allow, "OPTIONS");
	return known ? ERR_BAD_MOVE : ERR_NOT_FOUND;
}

void
route_parts(const struct serve_route *route, struct span path, struct ask *ask)
{
	struct span want = span_text(route->path);

	while (want.n > 0) {
		struct span w = span_cut(&want, '/');
		struct span p = span_cut(&path, '/');

		if (w.n < 2 || w.at[0] != '{' || ask->n == ASK_VALUES)
			continue;
		ask->value[ask->n++] = (struct ask_value){.part = ASK_PATH,
			.name = span_of(w.at + 1, w.n - 2),
			.value = p};
	}
}

const struct serve_static *
route_file(const struct serve_site *site, struct span path)
{
	for (size_t i = 0; i < site->n_files; i++)
		if (span_eq(span_text(site->file[i].path), path))
			return &site->file[i];
	return NULL;
}
