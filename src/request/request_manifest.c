/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request_manifest.h"

#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "request/request_int.h"

enum member {
	M_AGREEMENT,
	M_SEQUENCE,
	M_COUNT,
	M_SHA384,
	M_CERTIFIER,
	M_DATE,
	M_OFFICER_ID,
	M_NAME,
	M_ROLE,
	M_N
};

static const struct {
	const char *name;
	bool inside; /* a member of weir:certifier */
	const char *form;
} members[M_N] = {
	[M_AGREEMENT] = {"weir:agreementID", false, "an id"},
	[M_SEQUENCE] = {"weir:sequence", false,
		"a whole number from 1 to 2147483647"},
	[M_COUNT] = {"weir:count", false, "a whole number from 1 to 100000000"},
	[M_SHA384] = {"weir:sha384", false, "96 lower-case hex digits"},
	[M_CERTIFIER] = {"weir:certifier", false, "an object"},
	[M_DATE] = {"weir:date", false, "a day, YYYY-MM-DD"},
	[M_OFFICER_ID] = {"weir:officerID", true, "an id"},
	[M_NAME] = {"nc:PersonFullName", true, "1 to 128 bytes of plain text"},
	[M_ROLE] = {"weir:roleText", true, "1 to 128 bytes of plain text"},
};

struct parse {
	struct request_manifest *out;
	bool seen[M_N];
	size_t depth;
	size_t skip;
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
	(void)why_set(&p->why, ERR_MALFORMED, "manifest: %s%s%s", shown,
		shown[0] == '\0' ? "" : ": ", says);
}

static bool
plain(struct span s, char *to, size_t size)
{
	s = span_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] < 0x20 || s.at[i] == 0x7f)
			return false;
	return s.n > 0 && span_copy(s, to, size);
}

static bool
whole(const struct request_json_token *t, int64_t max, uint32_t *ret_value)
{
	if (t->kind != RJ_INTEGER || t->number < 1 || t->number > max)
		return false;
	*ret_value = (uint32_t)t->number;
	return true;
}

static bool
take_text(struct request_manifest *out, enum member m, struct span text)
{
	switch (m) {
	case M_AGREEMENT:
		return request_id_ok(text) &&
		       span_copy(text, out->agreement, sizeof(out->agreement));
	case M_OFFICER_ID:
		return request_id_ok(text) &&
		       span_copy(text, out->certifier_id,
			       sizeof(out->certifier_id));
	case M_SHA384:
		return code_hex_parse(text, out->sha384, sizeof(out->sha384));
	case M_DATE:
		return day_parse(text, &out->date);
	case M_NAME:
		return plain(
			text, out->certifier_name, sizeof(out->certifier_name));
	case M_ROLE:
		return plain(
			text, out->certifier_role, sizeof(out->certifier_role));
	case M_SEQUENCE:
	case M_COUNT:
	case M_CERTIFIER:
	case M_N:
	default:
		return false;
	}
}

static bool
take_member(struct parse *p, enum member m, const struct request_json_token *t)
{
	if (m == M_SEQUENCE)
		return whole(t, MANIFEST_SEQUENCE_MAX, &p->out->sequence);
	if (m == M_COUNT)
		return whole(t, MANIFEST_COUNT_MAX, &p->out->count);
	if (m == M_CERTIFIER) {
		p->depth += t->kind == RJ_OBJECT ? 1 : 0;
		return t->kind == RJ_OBJECT;
	}
	return t->kind == RJ_STRING &&
	       take_text(p->out, m, span_of(t->text, t->n_text));
}

static enum member
member_of(const struct parse *p, struct span name)
{
	for (int m = 0; m < M_N; m++)
		if (members[m].inside == (p->depth == 2) &&
			span_eq(name, span_text(members[m].name)))
			return (enum member)m;
	return M_N;
}

static void
put_member(struct parse *p, const struct request_json_token *t)
{
	struct span name = span_of(t->name, t->n_name);
	enum member m = member_of(p, name);
	char form[80];

	if (m == M_N) {
		refuse(p, name, "not a member of a manifest");
	} else {
		p->seen[m] = true;
		if (take_member(p, m, t))
			return;
		(void)snprintf(
			form, sizeof(form), "must be %s", members[m].form);
		refuse(p, name, form);
	}
	if (t->kind == RJ_OBJECT || t->kind == RJ_ARRAY)
		p->skip = 1;
}

static void
take_token(void *context, const struct request_json_token *t)
{
	struct parse *p = context;
	bool opens = t->kind == RJ_OBJECT || t->kind == RJ_ARRAY;

	if (p->skip > 0) {
		if (opens)
			p->skip++;
		else if (t->kind == RJ_END)
			p->skip--;
	} else if (t->kind == RJ_END) {
		p->depth--;
	} else if (p->depth > 0) {
		put_member(p, t);
	} else if (t->kind == RJ_OBJECT) {
		p->depth = 1;
	} else {
		refuse(p, SPAN(""), "must be one object");
		p->skip = opens ? 1 : 0;
	}
}

/* The first member missing, or M_N. */
static enum member
missing(const struct parse *p)
{
	for (int m = 0; m < M_N; m++)
		if (!p->seen[m])
			return (enum member)m;
	return M_N;
}

enum err
request_manifest_parse(struct request_reader *reader, struct span bytes,
	struct request_manifest *ret_manifest, struct why *reterr_why)
{
	struct request_manifest out = {0};
	struct parse p = {.out = &out};
	struct span twin = SPAN("");
	enum request_json_fault fault;
	enum member m;

	if (bytes.n > MANIFEST_BYTES_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"manifest: longer than %d bytes",
			(int)MANIFEST_BYTES_MAX);
	if (span_trim(bytes).n == 0)
		return why_set(
			reterr_why, ERR_MALFORMED, "manifest: it is empty");
	fault = request_json_walk(request_reader_json(reader), bytes.at,
		bytes.n, take_token, &p, &twin.at, &twin.n);
	if (fault == RJ_NO_MEMORY)
		return err_origin(ERR_NOMEM);
	if (fault != RJ_SOUND) {
		p.refused = false;
		refuse(&p, twin, request_json_says(fault, bytes));
	}
	m = missing(&p);
	if (m != M_N)
		refuse(&p, span_text(members[m].name), "is missing");
	if (p.refused)
		return why_set(reterr_why, ERR_MALFORMED, "%s", p.why.text);
	*ret_manifest = out;
	return ERR_OK;
}
