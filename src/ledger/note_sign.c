/* SPDX-License-Identifier: Apache-2.0 */
/* The half of ledger/note.h that needs a private key: no verifier links it. */
#include "base/code.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "ledger/note_int.h"

static void
sig_write(const struct ledger_vkey *key, struct span sig, struct buf *to)
{
	OWNED_BUF(blob, LEDGER_NOTE_ID + 8 + CRYPTO_ED_SIG);

	buf_u32be(&blob, key->id);
	buf_bytes(&blob, sig);
	if (buf_error(&blob) != ERR_OK) {
		to->error = buf_error(&blob);
		return;
	}
	buf_bytes(to, LEDGER_NOTE_DASH);
	buf_printf(to, "%s ", key->name);
	code_base64(to, buf_span(&blob));
	buf_u8(to, '\n');
}

void
ledger_note_line_of(
	const struct ledger_vkey *key, const uint8_t sig[64], struct buf *to)
{
	sig_write(key, span_of(sig, CRYPTO_ED_SIG), to);
}

static enum err
cosign_line(const struct ledger_vkey *key, const uint8_t seed[32], int64_t at,
	struct span text, struct buf *to)
{
	uint8_t sig[8 + CRYPTO_ED_SIG];
	OWNED_BUF(signed_text, LEDGER_COSIGNED_MAX);
	enum err e;

	must(at >= 0);
	ledger_cosigned_text((uint64_t)at, text, &signed_text);
	e = buf_error(&signed_text);
	if (e == ERR_OK)
		e = crypto_ed_sign(seed, buf_span(&signed_text), sig + 8);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < 8; i++)
		sig[i] = (uint8_t)((uint64_t)at >> (56 - 8 * i));
	sig_write(key, span_of(sig, sizeof(sig)), to);
	return buf_error(to);
}

enum err
ledger_note_line(const struct ledger_vkey *key, const uint8_t seed[32],
	int64_t at, struct span text, struct buf *to)
{
	uint8_t sig[CRYPTO_ED_SIG];
	enum err e;

	if (key->type == LEDGER_VKEY_COSIGN)
		return cosign_line(key, seed, at, text, to);
	e = crypto_ed_sign(seed, text, sig);
	if (e != ERR_OK)
		return e;
	sig_write(key, span_of(sig, sizeof(sig)), to);
	return buf_error(to);
}

enum err
ledger_note_sign(const struct ledger_vkey *key, const uint8_t seed[32],
	struct span text, struct buf *to)
{
	must(text.n > 0 && text.at[text.n - 1] == '\n');
	must(key->type == LEDGER_VKEY_ED25519);
	buf_bytes(to, text);
	buf_u8(to, '\n');
	return ledger_note_line(key, seed, 0, text, to);
}
