/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In WebAssembly: the page around the module has a cryptographic library
 * (libsodium's own build for the web), and lends it.
 */
#include "ledger/primitive.h"

#define LENT(name) __attribute__((import_module("weir"), import_name(name)))

LENT("sha256")
void ledger_page_sha256(const uint8_t *first, size_t first_n,
	const uint8_t *second, size_t second_n, uint8_t *out);
LENT("hmac_sha256")
void ledger_page_hmac(const uint8_t *key, size_t key_n, const uint8_t *data,
	size_t n, uint8_t *out);
LENT("ed25519_verify")
int ledger_page_verify(const uint8_t *public, const uint8_t *data, size_t n,
	const uint8_t *sig);

static uint8_t keyed[64];
static size_t keyed_n;

void
ledger_sha256(struct span data, uint8_t out[32])
{
	ledger_page_sha256(data.at, data.n, NULL, 0, out);
}

void
ledger_sha256_2(struct span first, struct span second, uint8_t out[32])
{
	ledger_page_sha256(first.at, first.n, second.at, second.n, out);
}

void
ledger_hmac_key(struct span key)
{
	must(key.n <= sizeof(keyed));
	memcpy(keyed, key.at, key.n);
	keyed_n = key.n;
}

void
ledger_hmac_next(struct span data, uint8_t out[32])
{
	ledger_page_hmac(keyed, keyed_n, data.at, data.n, out);
}

enum err
ledger_ed_verify(const uint8_t public[32], struct span data,
	const uint8_t sig[LEDGER_ED_SIG])
{
	return ledger_page_verify(public, data.at, data.n, sig) == 0
		       ? ERR_OK
		       : ERR_BAD_SIGNATURE;
}
