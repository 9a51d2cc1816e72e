/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * primitive - what the ledger asks of a cryptographic library to be checked,
 * and all that it asks: SHA-256, HMAC-SHA-256 and an Ed25519 signature.
 *
 * One of these is linked:
 *
 *	primitive_crypto.c	OpenSSL, by src/crypto: the program `weir`
 *	primitive_sodium.c	libsodium: `weir-verify`
 *	primitive_page.c	what the page around a WebAssembly module gives
 *
 * so that who checks a ledger can do so with other software than who wrote it.
 * Signing is in note_sign.c, which no verifier links.
 */

#include "base/err.h"
#include "base/span.h"

enum { LEDGER_ED_SIG = 64 };

void ledger_sha256(struct span data, uint8_t out[32]);
void ledger_sha256_2(struct span first, struct span second, uint8_t out[32]);

/* HMAC of many texts under one key, which is this thread's until the next call
 * of the first. */
void ledger_hmac_key(struct span key);
void ledger_hmac_next(struct span data, uint8_t out[32]);

/* RFC 8032.  Refuses BAD_SIGNATURE. */
MUST_USE enum err ledger_ed_verify(const uint8_t public[32], struct span data,
	const uint8_t sig[LEDGER_ED_SIG]);
