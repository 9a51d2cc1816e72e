/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/settings.h"

#include <inttypes.h>

#include "base/num.h"
#include "crypto/crypto.h"

struct number {
	const char *name;
	size_t at; /* in struct settings, struct limit_rule */
	uint64_t least;
	uint64_t most;
	uint64_t otherwise;
};
static const struct number numbers[] = {
#define SETTING(field, name, least, most, otherwise)                           \
	{name, offsetof(struct settings, field), least, most, otherwise},
#include "serve/settings.def"
};
static const struct number limits[] = {
#define LIMIT(field, name, least, most, otherwise)                             \
	{name, offsetof(struct limit_rule, field), least, most, otherwise},
#include "serve/settings.def"
};
enum {
	NUMBERS = sizeof(numbers) / sizeof(*numbers),
	LIMITS = sizeof(limits) / sizeof(*limits),
};

static void
put_number(void *to, const struct number *number, uint64_t value)
{
	memcpy((uint8_t *)to + number->at, &value, sizeof(value));
}

struct settings
settings_default(void)
{
	struct settings s = {.listen = "127.0.0.1:8443"};

	for (size_t i = 0; i < NUMBERS; i++)
		put_number(&s, &numbers[i], numbers[i].otherwise);
	for (size_t i = 0; i < LIMITS; i++)
		put_number(&s.limit, &limits[i], limits[i].otherwise);
	return s;
}

struct limit_rule
settings_limit(const struct settings *s, const char *agency)
{
	struct limit_rule rule = s->limit;

	for (size_t i = 0; i < s->n_agencies; i++) {
		const struct settings_agency *a = &s->agency[i];

		for (size_t k = 0; k < LIMITS && strcmp(a->id, agency) == 0;
			k++)
			if ((a->said & 1U << k) != 0)
				memcpy((uint8_t *)&rule + limits[k].at,
					(const uint8_t *)&a->limit +
						limits[k].at,
					sizeof(uint64_t));
	}
	return rule;
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

/* *ret_i is the number of that name; refuses NOT_FOUND, MALFORMED. */
static enum err
take_number(const struct number *list, size_t n_list, struct span name,
	struct span value, void *to, size_t *ret_i, size_t n, struct why *why)
{
	uint64_t number;
	size_t i = 0;

	while (i < n_list && !span_eq(name, span_text(list[i].name)))
		i++;
	if (i == n_list)
		return ERR_NOT_FOUND;
	if (!num_parse(value, list[i].most, &number) || number < list[i].least)
		return why_set(why, ERR_MALFORMED,
			"line %zu: %s is a number from %" PRIu64 " to %" PRIu64,
			n, list[i].name, list[i].least, list[i].most);
	put_number(to, &list[i], number);
	*ret_i = i;
	return ERR_OK;
}

/* That of this id; NULL: there are too many. */
static struct settings_agency *
agency_of(struct settings *s, struct span id)
{
	struct settings_agency *a = s->agency;

	while (a < s->agency + s->n_agencies && !span_eq(span_text(a->id), id))
		a++;
	if (a < s->agency + s->n_agencies)
		return a;
	if (s->n_agencies == SETTINGS_AGENCIES || id.n == 0 ||
		!span_is_plain(id) || !span_copy(id, a->id, sizeof(a->id)))
		return NULL;
	s->n_agencies++;
	return a;
}

/* "agency ID NAME VALUE" */
static enum err
take_agency(struct settings *s, struct span value, size_t n, struct why *why)
{
	struct span id = span_cut(&value, ' ');
	struct span name = span_cut(&value, ' ');
	struct settings_agency *a = agency_of(s, id);
	size_t i = 0;
	enum err e;

	if (a == NULL)
		return why_set(why, ERR_MALFORMED,
			"line %zu: agency ID NAME VALUE, of %d agencies at "
			"most",
			n, SETTINGS_AGENCIES);
	e = take_number(
		limits, LIMITS, name, span_trim(value), &a->limit, &i, n, why);
	if (e == ERR_NOT_FOUND)
		return why_set(why, ERR_MALFORMED,
			"line %zu: an agency has no such limit "
			"(docs/formats/service.md)",
			n);
	if (e == ERR_OK)
		a->said |= 1U << i;
	return e;
}

static enum err
take_line(struct settings *s, struct span line, size_t n, struct why *why)
{
	struct span value = line;
	struct span name = span_cut(&value, ' ');
	size_t i;
	enum err e;

	value = span_trim(value);
	if (span_eq(name, SPAN("listen")) && value.n > 0 &&
		span_is_plain(value) &&
		span_copy(value, s->listen, sizeof(s->listen)))
		return ERR_OK;
	if (span_eq(name, SPAN("policy")) && take_policy(s, value))
		return ERR_OK;
	if (span_eq(name, SPAN("agency")))
		return take_agency(s, value, n, why);
	e = take_number(numbers, NUMBERS, name, value, s, &i, n, why);
	if (e == ERR_NOT_FOUND)
		e = take_number(
			limits, LIMITS, name, value, &s->limit, &i, n, why);
	if (e == ERR_NOT_FOUND)
		return why_set(why, ERR_MALFORMED,
			"line %zu: no setting of the service "
			"(docs/formats/service.md)",
			n);
	return e;
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

uint64_t
settings_bars(const struct settings *settings, struct span cert)
{
	const struct settings *s = settings;
	OWNED(crypto_cert) is = NULL;
	bool read = s->n_policies > 0 && crypto_cert_parse(cert, &is) == ERR_OK;
	uint64_t bars = 0;

	for (size_t i = 0; i < s->n_policies; i++) {
		bool asserted = false;

		for (size_t k = 0; k < s->n_policies; k++)
			if (read &&
				strcmp(s->policy[k].role, s->policy[i].role) ==
					0 &&
				crypto_cert_asserts(is, s->policy[k].oid))
				asserted = true;
		if (!asserted)
			bars |= (uint64_t)1 << i;
	}
	return bars;
}
