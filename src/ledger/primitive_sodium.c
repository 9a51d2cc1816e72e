/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing here draws a random number or depends on the processor, so that
 * sodium_init() is not needed and most of libsodium stays out of the program.
 */
#include "ledger/primitive.h"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_sign_ed25519.h>

static _Thread_local crypto_auth_hmacsha256_state keyed;

void
ledger_sha256(struct span data, uint8_t out[32])
{
	must(crypto_hash_sha256(out, data.at, data.n) == 0);
}

void
ledger_sha256_2(struct span first, struct span second, uint8_t out[32])
{
	crypto_hash_sha256_state state;

	must(crypto_hash_sha256_init(&state) == 0);
	must(crypto_hash_sha256_update(&state, first.at, first.n) == 0);
	if (second.n > 0)
		must(crypto_hash_sha256_update(&state, second.at, second.n) ==
			0);
	must(crypto_hash_sha256_final(&state, out) == 0);
}

void
ledger_hmac_key(struct span key)
{
	must(crypto_auth_hmacsha256_init(&keyed, key.at, key.n) == 0);
}

void
ledger_hmac_next(struct span data, uint8_t out[32])
{
	crypto_auth_hmacsha256_state state = keyed;

	must(crypto_auth_hmacsha256_update(&state, data.at, data.n) == 0);
	must(crypto_auth_hmacsha256_final(&state, out) == 0);
}

enum err
ledger_ed_verify(const uint8_t public[32], struct span data,
	const uint8_t sig[LEDGER_ED_SIG])
{
	return crypto_sign_ed25519_verify_detached(
		       sig, data.at, data.n, public) == 0
		       ? ERR_OK
		       : ERR_BAD_SIGNATURE;
}
