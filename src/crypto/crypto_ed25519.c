/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include "crypto/crypto_int.h"

static EVP_PKEY *
ed_private(const uint8_t seed[CRYPTO_ED_SEED])
{
	return EVP_PKEY_new_raw_private_key_ex(
		NULL, "ED25519", NULL, seed, CRYPTO_ED_SEED);
}

enum err
crypto_ed_public(const uint8_t seed[CRYPTO_ED_SEED],
	uint8_t ret_public[CRYPTO_ED_PUBLIC])
{
	AT_END(EVP_PKEY) key = ed_private(seed);
	size_t n = CRYPTO_ED_PUBLIC;

	if (key == NULL ||
		EVP_PKEY_get_raw_public_key(key, ret_public, &n) != 1)
		return crypto_failed();
	return ERR_OK;
}

enum err
crypto_ed_sign(const uint8_t seed[CRYPTO_ED_SEED], struct span data,
	uint8_t ret_sig[CRYPTO_ED_SIG])
{
	AT_END(EVP_PKEY) key = ed_private(seed);
	AT_END(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	size_t n = CRYPTO_ED_SIG;

	if (key == NULL || ctx == NULL ||
		EVP_DigestSignInit_ex(ctx, NULL, NULL, NULL, NULL, key, NULL) !=
			1 ||
		EVP_DigestSign(ctx, ret_sig, &n, data.at, data.n) != 1)
		return crypto_failed();
	return ERR_OK;
}

enum err
crypto_ed_verify(const uint8_t public[CRYPTO_ED_PUBLIC], struct span data,
	const uint8_t sig[CRYPTO_ED_SIG])
{
	AT_END(EVP_PKEY)
	key = EVP_PKEY_new_raw_public_key_ex(
		NULL, "ED25519", NULL, public, CRYPTO_ED_PUBLIC);
	AT_END(EVP_MD_CTX) ctx = EVP_MD_CTX_new();

	if (key == NULL || ctx == NULL ||
		EVP_DigestVerifyInit_ex(
			ctx, NULL, NULL, NULL, NULL, key, NULL) != 1)
		return crypto_failed();
	/* 0 and below: the library tells "wrong" and "unreadable" apart, we
	 * need not. */
	if (EVP_DigestVerify(ctx, sig, CRYPTO_ED_SIG, data.at, data.n) != 1)
		return crypto_refused(ERR_BAD_SIGNATURE);
	return ERR_OK;
}
