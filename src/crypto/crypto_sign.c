/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include <openssl/rsa.h>

#include "crypto/crypto_int.h"

enum { SIGNATURE_MAX = 1024 }; /* RSA of 8192 bits */

/* RSA-PSS, salt as long as the hash (RFC 8017; FIPS 186-5); ECDSA has no
 * settings. */
static bool
set_padding(EVP_PKEY_CTX *ctx, const EVP_PKEY *pkey)
{
	if (!EVP_PKEY_is_a(pkey, "RSA"))
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) ==
		       1;
}

enum err
crypto_sign(const struct crypto_key *key, struct span data, struct buf *to)
{
	AT_END(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *settings = NULL;
	uint8_t signature[SIGNATURE_MAX];
	size_t n = sizeof(signature);

	if (crypto_pkey_usable(key->pkey, NULL) != ERR_OK)
		return ERR_NOT_ALLOWED;
	if (key->how.sign != NULL)
		return crypto_elsewhere_sign(key, data, to);
	if (ctx == NULL ||
		EVP_DigestSignInit_ex(ctx, &settings, "SHA384", NULL, NULL,
			key->pkey, NULL) != 1 ||
		!set_padding(settings, key->pkey) ||
		EVP_DigestSign(ctx, signature, &n, data.at, data.n) != 1)
		return crypto_failed();
	buf_bytes(to, span_of(signature, n));
	return buf_error(to);
}

enum err
crypto_verify(
	const struct crypto_cert *cert, struct span data, struct span signature)
{
	AT_END(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	EVP_PKEY *pkey = X509_get0_pubkey(cert->x509);
	EVP_PKEY_CTX *settings = NULL;

	if (crypto_pkey_usable(pkey, NULL) != ERR_OK)
		return ERR_NOT_ALLOWED;
	if (ctx == NULL ||
		EVP_DigestVerifyInit_ex(ctx, &settings, "SHA384", NULL, NULL,
			pkey, NULL) != 1 ||
		!set_padding(settings, pkey))
		return crypto_failed();
	if (EVP_DigestVerify(ctx, signature.at, signature.n, data.at, data.n) !=
		1)
		return crypto_refused(ERR_BAD_SIGNATURE);
	return ERR_OK;
}
