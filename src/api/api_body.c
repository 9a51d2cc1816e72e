/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object of a question: strict, small, every member known. */
#include <inttypes.h>

#include <jansson.h>

#include "api/api_int.h"

static enum err
take_text(const struct api_member *m, const json_t *v, struct span *to,
	struct why *why)
{
	*to = span_of(json_string_value(v), json_string_length(v));
	if (!json_is_string(v))
		return why_set(why, ERR_MALFORMED, "%s: a text", m->name);
	if (!span_is_plain(*to))
		return why_set(why, ERR_MALFORMED, "%s: one line of plain text",
			m->name);
	return ERR_OK;
}

static enum err
take_texts(const struct api_member *m, const json_t *v, struct api_value *to,
	struct why *why)
{
	size_t n = json_array_size(v);

	if (!json_is_array(v) || n == 0 || n > m->most || n > API_LIST)
		return why_set(why, ERR_MALFORMED,
			"%s: a list of 1 to %zu texts", m->name, m->most);
	for (size_t i = 0; i < n; i++) {
		enum err e =
			take_text(m, json_array_get(v, i), &to->list[i], why);

		if (e != ERR_OK)
			return e;
	}
	to->n_list = n;
	return ERR_OK;
}

static enum err
take(const struct api_member *m, const json_t *v, struct api_value *to,
	struct why *why)
{
	enum err e = ERR_OK;

	if (json_is_null(v))
		return ERR_OK;
	to->given = true;
	switch (m->kind) {
	case API_TEXT:
		e = take_text(m, v, &to->text, why);
		if (e == ERR_OK && to->text.n > m->most)
			e = why_set(why, ERR_MALFORMED, "%s: at most %zu bytes",
				m->name, m->most);
		return e;
	case API_NUMBER:
		if (!json_is_integer(v) || json_integer_value(v) < 0 ||
			(uint64_t)json_integer_value(v) > m->most)
			return why_set(why, ERR_MALFORMED,
				"%s: a number from 0 to %zu", m->name, m->most);
		to->n = (uint64_t)json_integer_value(v);
		return ERR_OK;
	case API_FLAG:
		to->n = json_is_true(v);
		return json_is_boolean(v)
			       ? ERR_OK
			       : why_set(why, ERR_MALFORMED,
					 "%s: true or false", m->name);
	case API_TEXTS:
		return take_texts(m, v, to, why);
	}
	return ERR_OK;
}

static size_t
find(const struct api_member *members, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(members[i].name, name) != 0)
		i++;
	return i;
}

static enum err
take_all(json_t *object, const struct api_member *members, size_t n,
	struct api_body *body, struct why *why)
{
	const char *name;
	json_t *v;
	enum err e = ERR_OK;

	json_object_foreach(object, name, v)
	{
		size_t i = find(members, n, name);

		if (e == ERR_OK && i == n)
			e = why_set(why, ERR_MALFORMED,
				"a member that is not known here");
		if (e == ERR_OK)
			e = take(&members[i], v, &body->value[i], why);
	}
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		if (members[i].must && !body->value[i].given)
			e = why_set(why, ERR_MALFORMED, "%s is not given",
				members[i].name);
	return e;
}

enum err
api_body_read(struct span bytes, const struct api_member *members, size_t n,
	struct api_body *ret_body, struct why *why)
{
	json_error_t error;
	enum err e;

	must(n <= API_BODY_MEMBERS);
	*ret_body = (struct api_body){.json = NULL};
	if (bytes.n == 0) /* nothing is an object without members */
		bytes = SPAN("{}");
	ret_body->json = json_loadb((const char *)bytes.at, bytes.n,
		JSON_REJECT_DUPLICATES, &error);
	if (ret_body->json == NULL)
		return why_set(why, ERR_MALFORMED,
			"the body is no JSON: line %d, column %d", error.line,
			error.column);
	if (!json_is_object(ret_body->json))
		e = why_set(why, ERR_MALFORMED, "the body is no JSON object");
	else
		e = take_all(ret_body->json, members, n, ret_body, why);
	if (e != ERR_OK)
		api_body_fini(ret_body);
	return e;
}

void
api_body_fini(struct api_body *body)
{
	json_decref(body->json);
	*body = (struct api_body){.json = NULL};
}
