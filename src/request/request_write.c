/* SPDX-License-Identifier: Apache-2.0 */
/* A request as one JSON line, in the order of request.def. */
#include "request/request.h"

enum { GROUPS_MAX = REQUEST_DEPTH_MAX };

struct writer {
	struct buf *to;
	struct span group[GROUPS_MAX]; /* that are open */
	size_t depth;
	bool first; /* nothing yet in the object that is open */
};

static void
put_name(struct writer *w, struct span name)
{
	buf_text(w->to, w->first ? "" : ",");
	buf_json(w->to, name);
	buf_text(w->to, ":");
	w->first = false;
}

static void
close_to(struct writer *w, size_t depth)
{
	for (; w->depth > depth; w->depth--) {
		buf_text(w->to, "}");
		w->first = false;
	}
}

/* Opens the groups of a path and returns its last name. */
static struct span
open_path(struct writer *w, struct span path)
{
	size_t depth = 0;
	struct span name = span_cut(&path, '/');

	for (; path.n > 0; depth++, name = span_cut(&path, '/')) {
		if (depth < w->depth && span_eq(w->group[depth], name))
			continue;
		close_to(w, depth);
		must(depth < GROUPS_MAX);
		put_name(w, name);
		buf_text(w->to, "{");
		w->group[w->depth++] = name;
		w->first = true;
	}
	close_to(w, depth);
	return name;
}

static void
put_periods(struct writer *w, struct span years)
{
	size_t commas = 0;

	for (size_t i = 0; i < years.n; i++)
		commas += years.at[i] == ',';
	buf_text(w->to, "[");
	for (size_t i = 0; i <= commas; i++) {
		buf_text(w->to, i == 0 ? "" : ",");
		buf_json(w->to, span_cut(&years, ','));
	}
	buf_text(w->to, "]");
}

void
request_write_json(const struct request *request, struct buf *to)
{
	struct writer w = {.to = to, .first = true};

	buf_text(to, "{");
	for (int i = 0; i < RQ_N; i++) {
		enum request_field f = (enum request_field)i;
		struct span value = request->field[f];

		if (value.n == 0)
			continue;
		put_name(&w, open_path(&w, span_text(request_field_path(f))));
		if (f == RQ_PERIODS)
			put_periods(&w, value);
		else if (f == RQ_ORDER_STAY &&
			 (span_eq(value, SPAN("true")) ||
				 span_eq(value, SPAN("false"))))
			buf_bytes(to, value);
		else
			buf_json(to, value);
	}
	close_to(&w, 0);
	buf_text(to, "}\n");
}
