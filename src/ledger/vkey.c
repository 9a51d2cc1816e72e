/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/note.h"

#include <stdio.h>

#include "base/code.h"
#include "ledger/note_int.h"
#include "ledger/primitive.h"

/* The code point at the front of well-formed UTF-8, taken off. */
static uint32_t
rune_next(struct span *s)
{
	uint32_t c = s->at[0];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if (n > 1)
		c &= 0x7fU >> n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (s->at[i] & 0x3fU);
	s->at += n;
	s->n -= n;
	return c;
}

/* White_Space of the Unicode character database. */
static bool
rune_is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool
ledger_name_ok(struct span name)
{
	if (name.n == 0 || name.n >= LEDGER_NAME_MAX || !span_is_utf8(name))
		return false;
	while (name.n > 0) {
		uint32_t c = rune_next(&name);

		if (c < 0x20 || c == 0x7f || c == '+' || rune_is_space(c))
			return false;
	}
	return true;
}

static uint32_t
key_id(const char *name, uint8_t type, const uint8_t public[32])
{
	uint8_t tail[2 + 32] = {'\n', type};
	uint8_t hash[LEDGER_HASH];

	memcpy(tail + 2, public, 32);
	ledger_sha256_2(span_text(name), span_of(tail, sizeof(tail)), hash);
	return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 |
	       (uint32_t)hash[2] << 8 | hash[3];
}

enum err
ledger_vkey_make(const char *name, uint8_t type, const uint8_t public[32],
	struct ledger_vkey *ret_key)
{
	struct ledger_vkey key = {.type = type};

	if ((type != LEDGER_VKEY_ED25519 && type != LEDGER_VKEY_COSIGN) ||
		!ledger_name_ok(span_text(name)) ||
		!span_copy(span_text(name), key.name, sizeof(key.name)))
		return ERR_MALFORMED;
	memcpy(key.public, public, sizeof(key.public));
	key.id = key_id(name, type, public);
	*ret_key = key;
	return ERR_OK;
}

enum err
ledger_vkey_parse(struct span text, struct ledger_vkey *ret_key)
{
	struct span name = span_cut(&text, '+');
	struct span id = span_cut(&text, '+');
	struct ledger_vkey key;
	char as_text[LEDGER_NAME_MAX];
	uint8_t id_bytes[4];
	uint8_t raw[1 + 32];
	char again[16];
	size_t n;

	if (!code_hex_parse(id, id_bytes, sizeof(id_bytes)) ||
		!code_base64_parse(text, raw, sizeof(raw), &n) ||
		n != sizeof(raw) || !span_copy(name, as_text, sizeof(as_text)))
		return ERR_MALFORMED;
	if (ledger_vkey_make(as_text, raw[0], raw + 1, &key) != ERR_OK)
		return ERR_MALFORMED;
	(void)snprintf(again, sizeof(again), "%08x", key.id);
	if (!span_eq(id, span_text(again)))
		return ERR_MALFORMED;
	*ret_key = key;
	return ERR_OK;
}

void
ledger_vkey_text(const struct ledger_vkey *key, struct buf *to)
{
	uint8_t raw[1 + 32] = {key->type};

	memcpy(raw + 1, key->public, 32);
	buf_printf(to, "%s+%08x+", key->name, key->id);
	code_base64(to, span_of(raw, sizeof(raw)));
}
