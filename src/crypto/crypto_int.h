/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crypto_int - what the files of this folder share: the algorithms fetched by
 * crypto_init(), and OpenSSL's own objects freed when they go out of scope.
 */

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>

#include "crypto/crypto.h"

/* Written once by crypto_init(), read by all threads after. */
struct crypto_algorithms {
	EVP_MD *sha256;
	EVP_MD *sha384;
	EVP_MAC *hmac;
	EVP_CIPHER *aes_gcm;
	EVP_CIPHER *aes_wrap;
	EVP_KDF *x963;
};

/* must() that crypto_init() was called. */
const struct crypto_algorithms *crypto_algorithms(void);

/* Wraps a failure of the library, and empties its queue of errors. */
#define crypto_failed() crypto_failed_at(__func__, __FILE__, __LINE__)
enum err crypto_failed_at(const char *func, const char *file, int line);

/* Empties the library's queue of errors; returns `refusal`. */
enum err crypto_refused(enum err refusal);

struct crypto_cert {
	X509 *x509;
	struct buf der;
	uint8_t fingerprint[CRYPTO_SHA256];
	int64_t not_before;
	int64_t not_after;
};

struct crypto_key {
	EVP_PKEY *pkey; /* its public half, where it is elsewhere */
	struct crypto_elsewhere how; /* sign is NULL: it is here */
	struct why *said;            /* NULL: it is here */
};

/* crypto_sign() and crypto_cms_sign() of a key that is elsewhere: what `bio`
 * holds to its end. */
MUST_USE enum err crypto_elsewhere_sign(
	const struct crypto_key *key, struct span data, struct buf *to);
MUST_USE enum err crypto_elsewhere_cms(const struct crypto_key *key,
	const struct crypto_cert *cert, BIO *bio, struct buf *to);

/* Refuses NOT_ALLOWED; EC P-256 or P-384, RSA of 3072 to 8192 bits. */
MUST_USE enum err crypto_pkey_usable(
	const EVP_PKEY *pkey, struct why *reterr_why);

/* crypto_cms_verify() where the data was hashed, with the hash that `cms` names,
 * as it passed by. */
MUST_USE enum err crypto_cms_verify_digest(struct span cms, struct span digest,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *reterr_why);

/* crypto_cms_make.c: the detached signature of an EC key that may sign, over what
 * has this digest, with the key's certificate in it. */
MUST_USE enum err crypto_cms_make(const struct crypto_key *key,
	const struct crypto_cert *cert, const uint8_t digest[CRYPTO_SHA384],
	struct buf *to);

/* Appends the DER of `cms`. */
MUST_USE enum err crypto_cms_append(CMS_ContentInfo *cms, struct buf *to);

#define CRYPTO_OWNED(type, free_it)                                            \
	static inline void crypto_at_end_##type(type **at)                     \
	{                                                                      \
		free_it(*at);                                                  \
	}                                                                      \
	struct crypto_key
#define AT_END(type) __attribute__((cleanup(crypto_at_end_##type))) type *

CRYPTO_OWNED(BIO, BIO_free_all);
CRYPTO_OWNED(X509, X509_free);
CRYPTO_OWNED(X509_EXTENSION, X509_EXTENSION_free);
CRYPTO_OWNED(EVP_PKEY, EVP_PKEY_free);
CRYPTO_OWNED(EVP_MD_CTX, EVP_MD_CTX_free);
CRYPTO_OWNED(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free);
CRYPTO_OWNED(CMS_ContentInfo, CMS_ContentInfo_free);
