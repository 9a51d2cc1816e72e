/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto_uri.h"

#include "base/code.h"

#define SCHEME "pkcs11:"

struct attribute {
	const char *name;
	bool in_query;
	size_t at; /* of struct crypto_uri */
};

#define TEXT(name, in_query, member)                                           \
	{                                                                      \
		(name), (in_query), offsetof(struct crypto_uri, member)        \
	}

static const struct attribute attributes[] = {
	TEXT("token", false, token),
	TEXT("serial", false, serial),
	TEXT("manufacturer", false, manufacturer),
	TEXT("model", false, model),
	TEXT("object", false, object),
	TEXT("type", false, type),
	TEXT("module-path", true, module_path),
	TEXT("pin-source", true, pin_source),
};

bool
crypto_uri_is(const char *text)
{
	return strncmp(text, SCHEME, strlen(SCHEME)) == 0;
}

/* %xx decoded; something comes out, or it fails. */
static bool
decode(struct span text, uint8_t *to, size_t size, size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == '%') {
			if (i + 2 >= text.n ||
				!code_hex_parse(
					span_of(text.at + i + 1, 2), &c, 1))
				return false;
			i += 2;
		}
		if (n == size)
			return false;
		to[n++] = c;
	}
	*ret_n = n;
	return n > 0;
}

static bool
take_text(struct span value, char *to)
{
	uint8_t bytes[CRYPTO_URI_TEXT - 1];
	size_t n = 0;

	return to[0] == '\0' && decode(value, bytes, sizeof(bytes), &n) &&
	       span_is_plain(span_of(bytes, n)) &&
	       span_copy(span_of(bytes, n), to, CRYPTO_URI_TEXT);
}

static bool
take(struct span name, struct span value, bool in_query, struct crypto_uri *u)
{
	if (!in_query && span_eq(name, SPAN("id")))
		return u->n_id == 0 &&
		       decode(value, u->id, sizeof(u->id), &u->n_id);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (attributes[i].in_query == in_query &&
			span_eq(name, span_text(attributes[i].name)))
			return take_text(value, (char *)u + attributes[i].at);
	return false;
}

static enum err
take_part(struct span part, uint8_t between, struct crypto_uri *u,
	struct why *why)
{
	bool in_query = between == '&';

	while (part.n > 0) {
		struct span value = span_cut(&part, between);
		struct span name = span_cut(&value, '=');
		char shown[32] = "?";

		if (take(name, value, in_query, u))
			continue;
		if (span_eq(name, SPAN("pin-value")))
			return why_set(why, ERR_MALFORMED,
				"a PIN does not belong in a command, which "
				"others on this machine can read: put it into a "
				"file and say pin-source=FILE");
		if (span_is_plain(name))
			(void)span_copy(name, shown, sizeof(shown));
		return why_set(why, ERR_MALFORMED,
			"the key's URI: '%s' is no attribute that is taken "
			"there, or it is empty, too long, or stands twice",
			shown);
	}
	return ERR_OK;
}

/* file:PATH and file://PATH; no program (|) is run for a PIN. */
static bool
settle_pin_source(struct crypto_uri *u)
{
	size_t skip = 0;

	if (strncmp(u->pin_source, "file:", 5) == 0)
		skip = 5;
	if (skip > 0 && strncmp(u->pin_source + skip, "///", 3) == 0)
		skip += 2;
	memmove(u->pin_source, u->pin_source + skip,
		strlen(u->pin_source + skip) + 1);
	return u->pin_source[0] != '|' &&
	       (skip == 0 || u->pin_source[0] != '\0');
}

static enum err
settle(struct crypto_uri *u, struct why *why)
{
	if (u->type[0] != '\0' && strcmp(u->type, "private") != 0)
		return why_set(why, ERR_MALFORMED,
			"the key's URI: of its types only private signs");
	if (!settle_pin_source(u))
		return why_set(why, ERR_MALFORMED,
			"the key's URI: pin-source is a file");
	if ((u->token[0] == '\0' && u->serial[0] == '\0') ||
		(u->object[0] == '\0' && u->n_id == 0))
		return why_set(why, ERR_MALFORMED,
			"a key in a module is named so: pkcs11:token=T;object="
			"O?module-path=FILE.so&pin-source=FILE");
	return ERR_OK;
}

enum err
crypto_uri_parse(
	struct span text, struct crypto_uri *ret_uri, struct why *reterr_why)
{
	struct crypto_uri u = {.token = ""};
	struct span query = text;
	struct span path = span_cut(&query, '?');
	size_t scheme = strlen(SCHEME);
	enum err e;

	if (text.n >= CRYPTO_URI_MAX)
		return why_set(
			reterr_why, ERR_TOO_LARGE, "the key's URI is too long");
	if (!span_starts(path, SPAN(SCHEME)))
		return why_set(reterr_why, ERR_MALFORMED,
			"the key's URI begins with pkcs11:");
	e = take_part(span_of(path.at + scheme, path.n - scheme), ';', &u,
		reterr_why);
	if (e == ERR_OK)
		e = take_part(query, '&', &u, reterr_why);
	if (e == ERR_OK)
		e = settle(&u, reterr_why);
	if (e == ERR_OK)
		*ret_uri = u;
	return e;
}
