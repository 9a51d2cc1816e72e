/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/settings.h"

#include <inttypes.h>

#include "base/num.h"

static const struct {
	const char *name;
	size_t at;
	uint64_t least;
	uint64_t most;
	uint64_t otherwise;
} numbers[] = {
#define SETTING(field, name, least, most, otherwise)                           \
	{name, offsetof(struct settings, field), least, most, otherwise},
#include "serve/settings.def"
};
enum { NUMBERS = sizeof(numbers) / sizeof(*numbers) };

static void
put_number(struct settings *s, size_t i, uint64_t value)
{
	memcpy((uint8_t *)s + numbers[i].at, &value, sizeof(value));
}

struct settings
settings_default(void)
{
	struct settings s = {.listen = "127.0.0.1:8443"};

	for (size_t i = 0; i < NUMBERS; i++)
		put_number(&s, i, numbers[i].otherwise);
	return s;
}

static bool
is_oid(struct span text)
{
	bool digit = false;

	for (size_t i = 0; i < text.n; i++) {
		bool dot = text.at[i] == '.';

		if (!dot && (text.at[i] < '0' || text.at[i] > '9'))
			return false;
		if (dot && !digit)
			return false;
		digit = !dot;
	}
	return digit;
}

/* "policy ROLE OID" */
static bool
take_policy(struct settings *s, struct span value)
{
	struct settings_policy *p = &s->policy[s->n_policies];
	struct span role = span_cut(&value, ' ');
	struct span oid = span_trim(value);

	if (s->n_policies == SETTINGS_POLICIES || role.n == 0 || !is_oid(oid) ||
		!span_copy(role, p->role, sizeof(p->role)) ||
		!span_copy(oid, p->oid, sizeof(p->oid)))
		return false;
	s->n_policies++;
	return true;
}

static enum err
take_line(struct settings *s, struct span line, size_t n, struct why *why)
{
	struct span value = line;
	struct span name = span_cut(&value, ' ');
	uint64_t number;

	value = span_trim(value);
	if (span_eq(name, SPAN("listen")) && value.n > 0 &&
		span_is_plain(value) &&
		span_copy(value, s->listen, sizeof(s->listen)))
		return ERR_OK;
	if (span_eq(name, SPAN("policy")) && take_policy(s, value))
		return ERR_OK;
	for (size_t i = 0; i < NUMBERS; i++) {
		if (!span_eq(name, span_text(numbers[i].name)))
			continue;
		if (!num_parse(value, numbers[i].most, &number) ||
			number < numbers[i].least)
			return why_set(why, ERR_MALFORMED,
				"line %zu: %s is a number from %" PRIu64
				" to %" PRIu64,
				n, numbers[i].name, numbers[i].least,
				numbers[i].most);
		put_number(s, i, number);
		return ERR_OK;
	}
	return why_set(why, ERR_MALFORMED,
		"line %zu: no setting of the service (docs/formats/service.md)",
		n);
}

enum err
settings_parse(
	struct span text, struct settings *ret_settings, struct why *reterr_why)
{
	struct settings s = settings_default();
	size_t n = 0;

	while (text.n > 0) {
		struct span line = span_trim(span_cut(&text, '\n'));
		enum err e;

		n++;
		if (line.n == 0 || line.at[0] == '#')
			continue;
		e = take_line(&s, line, n, reterr_why);
		if (e != ERR_OK)
			return e;
	}
	*ret_settings = s;
	return ERR_OK;
}
