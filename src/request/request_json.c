/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON to struct request.  The table of request.def is a tree by its '/'; the
 * walk keeps the node it is in, so that a member is looked up among its
 * siblings only, beginning after the one found last: requests written in the
 * table's order cost one comparison a member.
 */
#include "request/request.h"

#include <stdio.h>

#include "base/mem.h"
#include "request/request_int.h"

enum { NODES_MAX = 48, GROUP = -1, NAME_MAX_BYTES = 48, LIST_MAX = 512 };

struct node {
	char name[NAME_MAX_BYTES];
	size_t n;
	int parent;
	int field; /* enum request_field, or GROUP */
};

struct request_reader {
	struct request_json *json;
	struct node node[NODES_MAX]; /* [0] is the request itself */
	int n_nodes;
};

struct decode {
	const struct request_reader *reader;
	struct arena *arena;
	struct request *request;
	int at[REQUEST_DEPTH_MAX + 1]; /* groups we are in */
	size_t depth;
	size_t skip; /* levels of a value we do not read */
	int last;    /* node found last */
	bool whole;  /* the line is one object */
	bool in_list;
	bool list_bad;
	uint8_t list[LIST_MAX]; /* taxable periods, joined by ',' */
	size_t n_list;
	size_t items;
};

/* ---- the tree ---- */

static int
node_find(const struct request_reader *reader, int parent, struct span name,
	int last)
{
	int n = reader->n_nodes;

	for (int i = 1; i <= n; i++) {
		int at = (last + i) % n;
		const struct node *node = &reader->node[at];

		if (at != 0 && node->parent == parent && node->n == name.n &&
			memcmp(node->name, name.at, name.n) == 0)
			return at;
	}
	return -1;
}

static int
node_add(struct request_reader *reader, int parent, struct span name)
{
	struct node *node = &reader->node[reader->n_nodes];

	must(reader->n_nodes < NODES_MAX);
	must(span_copy(name, node->name, sizeof(node->name)));
	node->n = name.n;
	node->parent = parent;
	node->field = GROUP;
	return reader->n_nodes++;
}

static void
node_tree(struct request_reader *reader)
{
	reader->n_nodes = 1;
	reader->node[0].field = GROUP;
	reader->node[0].parent = -1;
	for (int field = 0; field < RQ_N; field++) {
		struct span path = span_text(
			request_field_path((enum request_field)field));
		int at = 0;

		while (path.n > 0) {
			struct span name = span_cut(&path, '/');
			int child = node_find(reader, at, name, 0);

			at = child >= 0 ? child : node_add(reader, at, name);
		}
		reader->node[at].field = field;
	}
}

enum err
request_reader_new(struct request_reader **ret_reader)
{
	OWNED(request_reader) reader = mem_zeroed(sizeof(*reader));

	if (reader == NULL)
		return err_origin(ERR_NOMEM);
	reader->json = request_json_new(REQUEST_LINE_MAX, REQUEST_DEPTH_MAX);
	if (reader->json == NULL)
		return err_origin(ERR_NOMEM);
	node_tree(reader);
	*ret_reader = request_reader_take(&reader);
	return ERR_OK;
}

struct request_json *
request_reader_json(struct request_reader *reader)
{
	return reader->json;
}

struct request_reader *
request_reader_free(struct request_reader *reader)
{
	if (reader != NULL)
		request_json_free(reader->json);
	mem_free(reader);
	return NULL;
}

/* ---- members ---- */

static bool
opens(const struct request_json_token *token)
{
	return token->kind == RJ_OBJECT || token->kind == RJ_ARRAY;
}

static void
bad_leaf(struct decode *d, int field, const struct request_json_token *token,
	const char *says)
{
	request_fault(d->request, REQUEST_BAD_MEMBER,
		span_text(request_field_path((enum request_field)field)), "%s",
		says);
	if (opens(token))
		d->skip = 1;
}

/* One taxable period: a string, or a whole number written as one. */
static void
list_item(struct decode *d, const struct request_json_token *token)
{
	char digits[24];
	struct span text = span_of(token->text, token->n_text);
	size_t comma = d->items++ == 0 ? 0 : 1;

	if (token->kind == RJ_INTEGER && token->number >= 0) {
		int n = snprintf(digits, sizeof(digits), "%lld",
			(long long)token->number);
		text = span_of(digits, (size_t)n);
	} else if (token->kind != RJ_STRING) {
		d->list_bad = true;
		if (opens(token))
			d->skip = 1;
		return;
	}
	text = span_trim(text);
	if (text.n + comma > sizeof(d->list) - d->n_list) {
		d->list_bad = true;
		return;
	}
	if (comma > 0)
		d->list[d->n_list++] = ',';
	if (text.n > 0)
		memcpy(d->list + d->n_list, text.at, text.n);
	d->n_list += text.n;
}

static void
list_end(struct decode *d)
{
	d->in_list = false;
	if (d->list_bad)
		request_fault(d->request, REQUEST_BAD_MEMBER,
			span_text(request_field_path(RQ_PERIODS)),
			"a short list of years, each a string or a number");
	else
		request_put(d->request, d->arena, RQ_PERIODS,
			span_of(d->list, d->n_list));
}

static void
put_periods(struct decode *d, const struct request_json_token *token)
{
	d->n_list = 0;
	d->items = 0;
	d->list_bad = false;
	if (token->kind == RJ_ARRAY) {
		d->in_list = true;
		return;
	}
	/* NIEM JSON writes a single value without the brackets of a list. */
	list_item(d, token);
	list_end(d);
}

static void
put_leaf(struct decode *d, int field, const struct request_json_token *token)
{
	if (token->kind == RJ_NULL)
		return;
	if (field == RQ_PERIODS) {
		put_periods(d, token);
	} else if (field == RQ_ORDER_STAY) {
		if (token->kind != RJ_TRUE && token->kind != RJ_FALSE)
			bad_leaf(d, field, token, "must be true or false");
		else
			request_put(d->request, d->arena, RQ_ORDER_STAY,
				token->kind == RJ_TRUE ? SPAN("true")
						       : SPAN("false"));
	} else if (token->kind != RJ_STRING) {
		bad_leaf(d, field, token, "must be a string");
	} else {
		request_put(d->request, d->arena, (enum request_field)field,
			span_of(token->text, token->n_text));
	}
}

/* The path of a member, for the reply: groups by '/', then its own name. */
static void
fault_at(struct decode *d, enum request_fault fault, struct span name,
	const char *says)
{
	uint8_t path[256];
	size_t n = 0;

	for (size_t i = 2; i <= d->depth; i++) {
		const struct node *node = &d->reader->node[d->at[i]];

		memcpy(path + n, node->name, node->n);
		n += node->n;
		path[n++] = '/';
	}
	if (name.n > sizeof(path) - n)
		name.n = sizeof(path) - n;
	if (name.n > 0)
		memcpy(path + n, name.at, name.n);
	request_fault(d->request, fault, span_of(path, n + name.n), "%s", says);
}

static void
put_member(struct decode *d, const struct request_json_token *token)
{
	struct span name = span_of(token->name, token->n_name);
	int at = node_find(d->reader, d->at[d->depth], name, d->last);

	if (at < 0) {
		fault_at(d, REQUEST_UNNAMED, name,
			"not a member of the format; its value was not kept");
		d->skip = opens(token) ? 1 : 0;
		return;
	}
	d->last = at;
	if (d->reader->node[at].field != GROUP) {
		put_leaf(d, d->reader->node[at].field, token);
	} else if (token->kind == RJ_OBJECT) {
		d->at[++d->depth] = at;
	} else if (token->kind != RJ_NULL) {
		fault_at(d, REQUEST_BAD_MEMBER, name, "must be an object");
		d->skip = opens(token) ? 1 : 0;
	}
}

static void
take_token(void *context, const struct request_json_token *token)
{
	struct decode *d = context;

	if (d->skip > 0) {
		if (opens(token))
			d->skip++;
		else if (token->kind == RJ_END)
			d->skip--;
	} else if (d->in_list) {
		if (token->kind == RJ_END)
			list_end(d);
		else
			list_item(d, token);
	} else if (token->kind == RJ_END) {
		d->depth--;
	} else if (d->depth > 0) {
		put_member(d, token);
	} else if (token->kind == RJ_OBJECT) {
		d->whole = true;
		d->at[d->depth = 1] = 0;
	} else if (opens(token)) {
		d->skip = 1;
	}
}

/* ---- lines that are no request ---- */

struct skim {
	size_t end; /* bytes of the first whole object, 0: it never ends */
	struct span id;
	size_t n_ids; /* times that the request's own level names one */
};

static struct span
skip_blanks(struct span s)
{
	while (s.n > 0 && (s.at[0] == ' ' || s.at[0] == '\t'))
		s = span_of(s.at + 1, s.n - 1);
	return s;
}

/* `text` after a member name: the string that is its value, else empty. */
static struct span
skim_value(struct span text)
{
	const uint8_t *close;

	text = skip_blanks(text);
	if (text.n == 0 || text.at[0] != ':')
		return SPAN("");
	text = skip_blanks(span_of(text.at + 1, text.n - 1));
	if (text.n == 0 || text.at[0] != '"')
		return SPAN("");
	text = span_of(text.at + 1, text.n - 1);
	close = text.n > 0 ? memchr(text.at, '"', text.n) : NULL;
	return close == NULL ? SPAN("")
			     : span_of(text.at, (size_t)(close - text.at));
}

/* The string that begins at `i`, its quotes included; short when cut. */
static size_t
skim_string(struct span line, size_t i)
{
	size_t n = 1;

	while (i + n < line.n && line.at[i + n] != '"')
		n += line.at[i + n] == '\\' ? 2 : 1;
	return i + n < line.n ? n + 1 : line.n - i;
}

/*
 * What can be told of a line that is not JSON: where its first object ends,
 * and the id when the outermost object names exactly one and nothing but an
 * id's own letters are in it.  Attributes nothing by guess.
 */
static void
skim_line(struct span line, struct skim *s)
{
	static const struct span name = {
		(const uint8_t *)"\"weir:requestID\"", 16};
	size_t depth = 0;
	size_t step;

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < line.n && s->end == 0; i += step) {
		uint8_t c = line.at[i];

		step = 1;
		if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
			s->end = depth == 0 ? i + 1 : 0;
		} else if (c == '"') {
			step = skim_string(line, i);
			if (depth != 1 ||
				!span_eq(span_of(line.at + i, step), name))
				continue;
			s->id = skim_value(
				span_of(line.at + i + step, line.n - i - step));
			s->n_ids++;
		}
	}
}

static const char *
syntax_says(struct span line, const struct skim *s)
{
	struct span rest = span_of(line.at + s->end, line.n - s->end);

	if (line.at[0] == '[')
		return "one object is wanted, not a list";
	if (line.at[0] == 0xef)
		return "begins with a byte order mark";
	if (line.at[0] != '{')
		return "not a JSON object";
	if (s->end == 0)
		return "the object never ends";
	if (span_trim(rest).n > 0)
		return "something stands after the end of the object";
	return "not JSON";
}

const char *
request_json_says(enum request_json_fault fault, struct span line)
{
	struct skim s;

	switch (fault) {
	case RJ_BAD_UTF8:
		return "not UTF-8";
	case RJ_BAD_STRING:
		return "a string holds a control byte, a wrong escape or half "
		       "of a surrogate pair";
	case RJ_BAD_NUMBER:
		return "a number is not one JSON can have, or is too large";
	case RJ_TOO_DEEP:
		return "objects and lists nest deeper than 8 levels";
	case RJ_HAS_NUL:
		return "holds a NUL";
	case RJ_TWICE:
		return "the member is there twice";
	case RJ_CROWDED:
		return "an object has more than 64 members";
	case RJ_SOUND:
	case RJ_NO_MEMORY:
	case RJ_SYNTAX:
	default:
		skim_line(line, &s);
		return syntax_says(line, &s);
	}
}

static enum err
unreadable(struct request *request, struct arena *arena, struct span line,
	enum request_json_fault fault, struct span member)
{
	struct skim s;

	skim_line(line, &s);
	request->field[RQ_ID] = SPAN("");
	request_fault(request, REQUEST_UNREADABLE, member, "%s",
		request_json_says(fault, line));
	if (s.n_ids == 1 && request_id_ok(s.id))
		request->field[RQ_ID] = arena_copy(arena, s.id);
	return request_finish(request, arena);
}

enum err
request_decode_json(struct request_reader *reader, struct span line,
	struct arena *arena, struct request *ret_request)
{
	struct decode d = {
		.reader = reader, .arena = arena, .request = ret_request};
	struct span twin = SPAN("");
	enum request_json_fault fault;

	_Static_assert(REQUEST_MEMBERS_MAX == 64 && REQUEST_DEPTH_MAX == 8,
		"said in the sentences above, and in request_json.cc");
	request_start(ret_request);
	line = span_trim(line);
	if (line.n == 0 || line.n > REQUEST_LINE_MAX) {
		request_refuse_line(ret_request,
			line.n == 0 ? "the line is empty"
				    : "the line is longer than 65536 bytes");
		return ERR_OK;
	}
	if (memchr(line.at, 0, line.n) != NULL)
		fault = RJ_HAS_NUL;
	else
		fault = request_json_walk(reader->json, line.at, line.n,
			take_token, &d, &twin.at, &twin.n);
	if (fault == RJ_NO_MEMORY)
		return err_origin(ERR_NOMEM);
	if (fault != RJ_SOUND || !d.whole)
		return unreadable(ret_request, arena, line, fault, twin);
	return request_finish(ret_request, arena);
}
