/* SPDX-License-Identifier: Apache-2.0 */
/* URIs of keys in a module.  What is accepted names a token and a key, holds no
 * text that could mislead, and means the same with every byte written as %xx. */
#include <stdio.h>

#include "base/buf.h"
#include "crypto/crypto_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WRITTEN = 16384 };

static void
put(struct buf *to, const char *name, struct span value, char *between)
{
	if (value.n == 0)
		return;
	buf_printf(to, "%c%s=", *between, name);
	*between = *between == '?' ? '&' : *between == ':' ? ';' : *between;
	for (size_t i = 0; i < value.n; i++)
		buf_printf(to, "%%%02x", value.at[i]);
}

static void
write_again(const struct crypto_uri *u, struct buf *to)
{
	char path = ':';
	char query = '?';

	buf_text(to, "pkcs11");
	put(to, "id", span_of(u->id, u->n_id), &path);
	put(to, "type", span_text(u->type), &path);
	put(to, "object", span_text(u->object), &path);
	put(to, "model", span_text(u->model), &path);
	put(to, "manufacturer", span_text(u->manufacturer), &path);
	put(to, "serial", span_text(u->serial), &path);
	put(to, "token", span_text(u->token), &path);
	put(to, "pin-source", span_text(u->pin_source), &query);
	put(to, "module-path", span_text(u->module_path), &query);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crypto_uri u;
	struct crypto_uri again;
	struct why why = {""};
	OWNED_BUF(text, WRITTEN);
	enum err e = crypto_uri_parse(span_of(data, size), &u, &why);

	must(e == ERR_OK || e == ERR_MALFORMED || e == ERR_TOO_LARGE);
	must((e == ERR_OK) == (why.text[0] == '\0'));
	must(span_is_plain(span_text(why.text)));
	if (e != ERR_OK)
		return 0;
	must(size < CRYPTO_URI_MAX);
	must(u.token[0] != '\0' || u.serial[0] != '\0');
	must(u.object[0] != '\0' || u.n_id > 0);
	must(u.n_id <= sizeof(u.id) && u.pin_source[0] != '|');
	must(span_is_plain(span_text(u.token)));
	must(span_is_plain(span_text(u.module_path)));
	write_again(&u, &text);
	must(buf_error(&text) == ERR_OK);
	/* a path may itself begin with file: */
	if (text.n >= CRYPTO_URI_MAX || strncmp(u.pin_source, "file:", 5) == 0)
		return 0;
	must(crypto_uri_parse(buf_span(&text), &again, NULL) == ERR_OK);
	must(again.n_id == u.n_id && memcmp(again.id, u.id, u.n_id) == 0);
	must(strcmp(again.token, u.token) == 0);
	must(strcmp(again.serial, u.serial) == 0);
	must(strcmp(again.object, u.object) == 0);
	must(strcmp(again.module_path, u.module_path) == 0);
	must(strcmp(again.pin_source, u.pin_source) == 0);
	return 0;
}
