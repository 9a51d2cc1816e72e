/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/keyfile.h"

#include "base/code.h"
#include "base/read.h"
#include "crypto/crypto.h"

static uint8_t
type_of(const char *kind)
{
	return strcmp(kind, "witness") == 0 ? LEDGER_VKEY_COSIGN
					    : LEDGER_VKEY_ED25519;
}

enum err
ledger_keyfile_make(const char *kind, const char *name, const uint8_t seed[32],
	struct ledger_keyfile *ret_key)
{
	struct ledger_keyfile key = {.uri = ""};
	uint8_t public[CRYPTO_ED_PUBLIC];
	enum err e = crypto_ed_public(seed, public);

	if (e == ERR_OK)
		e = ledger_vkey_make(name, type_of(kind), public, &key.vkey);
	if (e == ERR_OK) {
		memcpy(key.seed, seed, sizeof(key.seed));
		*ret_key = key;
	}
	ledger_keyfile_wipe(&key);
	return e;
}

void
ledger_keyfile_write(
	const char *kind, const struct ledger_keyfile *key, struct buf *to)
{
	bool here = key->uri[0] == '\0';

	buf_printf(to, "weir/%s-key%s/v1\n%s\n", kind, here ? "" : "-in-module",
		key->vkey.name);
	code_hex(to, span_of(here ? key->seed : key->vkey.public, 32));
	buf_u8(to, '\n');
	if (!here)
		buf_printf(to, "%s\n", key->uri);
}

/* "weir/KIND-key", then `tail`. */
static bool
is_first(struct span line, const char *kind, const char *tail)
{
	OWNED_BUF(want, 128);

	buf_printf(&want, "weir/%s-key%s/v1", kind, tail);
	return buf_error(&want) == ERR_OK && span_eq(line, buf_span(&want));
}

static enum err
parse(const char *kind, struct span bytes, struct ledger_keyfile *key)
{
	struct reader r = read_from(bytes);
	struct span first = read_line(&r);
	struct span name = read_line(&r);
	struct span hex = read_line(&r);
	bool there = is_first(first, kind, "-in-module");
	struct span uri = there ? read_line(&r) : span_of(NULL, 0);
	char as_text[LEDGER_NAME_MAX];
	uint8_t public[CRYPTO_ED_PUBLIC];
	enum err e = ERR_OK;

	if (!read_end(&r) || !(there || is_first(first, kind, "")) ||
		!span_copy(name, as_text, sizeof(as_text)) ||
		!code_hex_parse(hex, key->seed, sizeof(key->seed)) ||
		(there && (uri.n == 0 || !span_is_plain(uri) ||
				  !span_copy(uri, key->uri, sizeof(key->uri)))))
		return ERR_DAMAGED;
	if (there)
		memcpy(public, key->seed, sizeof(public));
	else
		e = crypto_ed_public(key->seed, public);
	if (there)
		memset(key->seed, 0, sizeof(key->seed));
	if (e != ERR_OK)
		return e;
	return ledger_vkey_make(as_text, type_of(kind), public, &key->vkey) ==
			       ERR_OK
		       ? ERR_OK
		       : ERR_DAMAGED;
}

enum err
ledger_keyfile_parse(
	const char *kind, struct span bytes, struct ledger_keyfile *ret_key)
{
	struct ledger_keyfile key = {.uri = ""};
	enum err e = parse(kind, bytes, &key);

	if (e == ERR_OK)
		*ret_key = key;
	ledger_keyfile_wipe(&key);
	return e;
}

void
ledger_keyfile_wipe(struct ledger_keyfile *key)
{
	explicit_bzero(key, sizeof(*key));
}
