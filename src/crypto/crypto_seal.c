/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include "crypto/crypto_int.h"

/* The context after the nonce, the key and the additional data. */
static bool
gcm_begin(EVP_CIPHER_CTX *ctx, int encrypt, const uint8_t *key,
	const uint8_t *nonce, struct span aad)
{
	int n;

	return aad.n <= INT_MAX &&
	       EVP_CipherInit_ex2(ctx, crypto_algorithms()->aes_gcm, key, nonce,
		       encrypt, NULL) == 1 &&
	       (aad.n == 0 || EVP_CipherUpdate(
				      ctx, NULL, &n, aad.at, (int)aad.n) == 1);
}

static bool
gcm_run(EVP_CIPHER_CTX *ctx, struct span from, uint8_t *to)
{
	int n;

	return from.n == 0 ||
	       EVP_CipherUpdate(ctx, to, &n, from.at, (int)from.n) == 1;
}

enum err
crypto_seal(const uint8_t key[CRYPTO_KEY], const uint8_t nonce[CRYPTO_NONCE],
	struct span aad, struct span plain, struct buf *to)
{
	AT_END(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	uint8_t none[CRYPTO_TAG];
	uint8_t *out;
	int n;

	if (plain.n > INT_MAX - CRYPTO_TAG)
		return ERR_TOO_LARGE;
	out = buf_space(to, plain.n + CRYPTO_TAG);
	if (out == NULL)
		return buf_error(to);
	if (ctx == NULL || !gcm_begin(ctx, 1, key, nonce, aad) ||
		!gcm_run(ctx, plain, out) ||
		EVP_CipherFinal_ex(ctx, none, &n) != 1 ||
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG,
			out + plain.n) != 1)
		return crypto_failed();
	return ERR_OK;
}

enum err
crypto_unseal(const uint8_t key[CRYPTO_KEY], const uint8_t nonce[CRYPTO_NONCE],
	struct span aad, struct span sealed, struct buf *to)
{
	AT_END(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	uint8_t tag[CRYPTO_TAG];
	uint8_t *out;
	size_t n_plain;
	int n;

	if (sealed.n < CRYPTO_TAG || sealed.n > INT_MAX)
		return ERR_BAD_SIGNATURE;
	n_plain = sealed.n - CRYPTO_TAG;
	memcpy(tag, sealed.at + n_plain, CRYPTO_TAG);
	out = buf_space(to, n_plain);
	if (out == NULL)
		return buf_error(to);
	if (ctx == NULL || !gcm_begin(ctx, 0, key, nonce, aad) ||
		!gcm_run(ctx, span_of(sealed.at, n_plain), out) ||
		EVP_CIPHER_CTX_ctrl(
			ctx, EVP_CTRL_AEAD_SET_TAG, CRYPTO_TAG, tag) != 1) {
		explicit_bzero(out, n_plain);
		to->n -= n_plain;
		return crypto_failed();
	}
	if (EVP_CipherFinal_ex(ctx, tag, &n) == 1)
		return ERR_OK;
	/* What does not hold is not handed out, not even in part. */
	explicit_bzero(out, n_plain);
	to->n -= n_plain;
	return crypto_refused(ERR_BAD_SIGNATURE);
}
