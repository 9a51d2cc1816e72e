/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"
#include "ledger/primitive.h"

void
ledger_sha256(struct span data, uint8_t out[32])
{
	crypto_sha256(data, out);
}

void
ledger_sha256_2(struct span first, struct span second, uint8_t out[32])
{
	crypto_sha256_2(first, second, out);
}

void
ledger_hmac_key(struct span key)
{
	crypto_hmac_sha256_key(key);
}

void
ledger_hmac_next(struct span data, uint8_t out[32])
{
	crypto_hmac_sha256_next(data, out);
}

enum err
ledger_ed_verify(const uint8_t public[32], struct span data,
	const uint8_t sig[LEDGER_ED_SIG])
{
	return crypto_ed_verify(public, data, sig);
}
