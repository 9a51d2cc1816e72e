/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request_single.h"

#include "base/code.h"
#include "request/request_int.h"
#include "request/request_manifest.h"

enum { LINE, MANIFEST, SIGNATURE, N };

static const struct {
	const char *name;
	size_t most;
} members[N] = {
	[LINE] = {"weir:line", SINGLE_BYTES_MAX},
	[MANIFEST] = {"weir:manifest", MANIFEST_BYTES_MAX},
	[SIGNATURE] = {"weir:signature", SINGLE_SIGNATURE_MAX},
};

struct parse {
	struct span value[N];
	struct arena *arena;
	size_t depth;
	struct why why;
	bool refused;
};

static void
refuse(struct parse *p, struct span name, const char *says)
{
	char shown[64];

	if (p->refused)
		return;
	p->refused = true;
	request_printable(name, shown, sizeof(shown));
	(void)why_set(&p->why, ERR_MALFORMED, "envelope: %s%s%s", shown,
		shown[0] == '\0' ? "" : ": ", says);
}

static void
take_value(struct parse *p, int m, const struct request_json_token *t)
{
	struct span name = span_text(members[m].name);
	size_t most = t->kind == RJ_STRING ? t->n_text / 4 * 3 : 0;
	uint8_t *to = arena_take(p->arena, most + 1);
	size_t n = 0;

	if (t->kind != RJ_STRING || to == NULL ||
		!code_base64_parse(span_of(t->text, t->n_text), to, most, &n) ||
		n == 0)
		refuse(p, name, "must be base64");
	else if (n > members[m].most)
		refuse(p, name, "is too long");
	else
		p->value[m] = span_of(to, n);
}

static void
take_member(struct parse *p, const struct request_json_token *t)
{
	struct span name = span_of(t->name, t->n_name);
	int m = 0;

	while (m < N && !span_eq(name, span_text(members[m].name)))
		m++;
	if (m == N)
		refuse(p, name, "not a member of an envelope");
	else
		take_value(p, m, t);
}

/* After a fault what is still to come is passed over. */
static void
take_token(void *context, const struct request_json_token *t)
{
	struct parse *p = context;

	if (p->refused)
		return;
	if (t->kind == RJ_END)
		p->depth--;
	else if (p->depth == 1)
		take_member(p, t);
	else if (t->kind == RJ_OBJECT)
		p->depth++;
	else
		refuse(p, SPAN(""), "must be one object");
}

enum err
request_single_parse(struct request_reader *reader, struct span bytes,
	struct arena *arena, struct request_single *ret_single,
	struct why *reterr_why)
{
	struct parse p = {.arena = arena};
	struct span twin = SPAN("");
	enum request_json_fault fault;

	if (bytes.n > SINGLE_BYTES_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"envelope: longer than %d bytes",
			(int)SINGLE_BYTES_MAX);
	if (span_trim(bytes).n == 0)
		return why_set(
			reterr_why, ERR_MALFORMED, "envelope: it is empty");
	fault = request_json_walk(request_reader_json(reader), bytes.at,
		bytes.n, take_token, &p, &twin.at, &twin.n);
	if (fault == RJ_NO_MEMORY)
		return err_origin(ERR_NOMEM);
	if (fault != RJ_SOUND) {
		p.refused = false;
		refuse(&p, twin, request_json_says(fault, bytes));
	}
	for (int m = 0; m < N; m++)
		if (p.value[m].n == 0)
			refuse(&p, span_text(members[m].name), "is missing");
	if (p.refused)
		return why_set(reterr_why, ERR_MALFORMED, "%s", p.why.text);
	*ret_single = (struct request_single){
		p.value[LINE], p.value[MANIFEST], p.value[SIGNATURE]};
	return ERR_OK;
}

static void
put_member(const char *name, struct span bytes, struct buf *to)
{
	buf_printf(to, "\"%s\":\"", name);
	code_base64(to, bytes);
	buf_text(to, "\"");
}

void
request_single_write(const struct request_single *single, struct buf *to)
{
	buf_text(to, "{");
	put_member(members[LINE].name, single->line, to);
	buf_text(to, ",");
	put_member(members[MANIFEST].name, single->manifest, to);
	buf_text(to, ",");
	put_member(members[SIGNATURE].name, single->signature, to);
	buf_text(to, "}\n");
}
