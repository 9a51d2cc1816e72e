/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/mem.h"
#include "crypto/crypto_int.h"

static struct crypto_algorithms fetched;
static char version_text[160];
static pthread_key_t thread_end;

/*
 * Contexts are kept for the life of a thread: making one costs more than
 * hashing a Merkle node with it.
 */
struct thread_hashes {
	EVP_MD_CTX *sha256;
	EVP_MD_CTX *sha384;
	EVP_MAC_CTX *hmac;
	bool registered;
};

static _Thread_local struct thread_hashes mine;

static void
thread_hashes_end(void *at)
{
	struct thread_hashes *t = at;

	EVP_MD_CTX_free(t->sha256);
	EVP_MD_CTX_free(t->sha384);
	EVP_MAC_CTX_free(t->hmac);
	*t = (struct thread_hashes){0};
}

static void
thread_hashes_register(void)
{
	if (mine.registered)
		return;
	mine.registered = true;
	must(pthread_setspecific(thread_end, &mine) == 0);
}

const struct crypto_algorithms *
crypto_algorithms(void)
{
	must(fetched.sha256 != NULL);
	return &fetched;
}

enum err
crypto_failed_at(const char *func, const char *file, int line)
{
	ERR_clear_error();
	return err_origin_at(ERR_CRYPTO, func, file, line);
}

enum err
crypto_refused(enum err refusal)
{
	ERR_clear_error();
	return refusal;
}

static bool
fetch_all(struct crypto_algorithms *a)
{
	a->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	a->sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
	a->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	a->aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	a->aes_wrap = EVP_CIPHER_fetch(NULL, "AES-256-WRAP", NULL);
	a->x963 = EVP_KDF_fetch(NULL, "X963KDF", NULL);
	return a->sha256 != NULL && a->sha384 != NULL && a->hmac != NULL &&
	       a->aes_gcm != NULL && a->aes_wrap != NULL && a->x963 != NULL;
}

static void
version_write(const EVP_MD *md)
{
	const OSSL_PROVIDER *from = EVP_MD_get0_provider(md);
	const char *name = from == NULL ? "" : OSSL_PROVIDER_get0_name(from);

	(void)snprintf(version_text, sizeof(version_text),
		"%s, FIPS provider: %s", OpenSSL_version(OPENSSL_VERSION),
		strcmp(name, "fips") == 0 ? "active" : "not active");
}

enum err
crypto_init(void)
{
	struct crypto_algorithms a = {0};
	uint8_t seeded[CRYPTO_KEY];

	if (fetched.sha256 != NULL)
		return ERR_OK;
	/* The C library opens the time zone's file when OpenSSL first asks for
	 * the date, even in UTC: now, and not behind a locked door. */
	tzset();
	if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG |
					OPENSSL_INIT_LOAD_CRYPTO_STRINGS |
					OPENSSL_INIT_ADD_ALL_CIPHERS |
					OPENSSL_INIT_ADD_ALL_DIGESTS,
		    NULL) != 1)
		return crypto_failed();
	if (!fetch_all(&a) || RAND_bytes(seeded, sizeof(seeded)) != 1 ||
		RAND_priv_bytes(seeded, sizeof(seeded)) != 1)
		return crypto_failed();
	if (pthread_key_create(&thread_end, thread_hashes_end) != 0)
		return err_origin(ERR_CRYPTO);
	version_write(a.sha256);
	fetched = a;
	return ERR_OK;
}

const char *
crypto_version(void)
{
	(void)crypto_algorithms();
	return version_text;
}

/* A context of this thread, ready for the first byte. */
static EVP_MD_CTX *
hash_begin(EVP_MD_CTX **kept, const EVP_MD *md)
{
	if (*kept == NULL) {
		thread_hashes_register();
		*kept = EVP_MD_CTX_new();
	}
	must(*kept != NULL);
	must(EVP_DigestInit_ex2(*kept, md, NULL) == 1);
	return *kept;
}

static void
hash_end(EVP_MD_CTX *ctx, uint8_t *out)
{
	must(EVP_DigestFinal_ex(ctx, out, NULL) == 1);
}

void
crypto_sha256(struct span data, uint8_t out[CRYPTO_SHA256])
{
	crypto_sha256_2(data, span_of(NULL, 0), out);
}

void
crypto_sha256_2(
	struct span first, struct span second, uint8_t out[CRYPTO_SHA256])
{
	EVP_MD_CTX *ctx = hash_begin(&mine.sha256, crypto_algorithms()->sha256);

	must(EVP_DigestUpdate(ctx, first.at, first.n) == 1);
	if (second.n > 0)
		must(EVP_DigestUpdate(ctx, second.at, second.n) == 1);
	hash_end(ctx, out);
}

void
crypto_sha384(struct span data, uint8_t out[CRYPTO_SHA384])
{
	EVP_MD_CTX *ctx = hash_begin(&mine.sha384, crypto_algorithms()->sha384);

	must(EVP_DigestUpdate(ctx, data.at, data.n) == 1);
	hash_end(ctx, out);
}

/* OpenSSL takes a NULL key for "the key of the call before". */
void
crypto_hmac_sha256_key(struct span key)
{
	static char digest[] = "SHA256";
	OSSL_PARAM with[] = {
		OSSL_PARAM_construct_utf8_string(
			OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	bool first = mine.hmac == NULL;

	if (first) {
		thread_hashes_register();
		mine.hmac = EVP_MAC_CTX_new(crypto_algorithms()->hmac);
	}
	must(mine.hmac != NULL);
	must(EVP_MAC_init(mine.hmac, key.n == 0 ? (const uint8_t *)"" : key.at,
		     key.n, first ? with : NULL) == 1);
}

void
crypto_hmac_sha256_next(struct span data, uint8_t out[CRYPTO_SHA256])
{
	must(mine.hmac != NULL);
	must(EVP_MAC_init(mine.hmac, NULL, 0, NULL) == 1);
	must(EVP_MAC_update(mine.hmac, data.at, data.n) == 1);
	must(EVP_MAC_final(mine.hmac, out, NULL, CRYPTO_SHA256) == 1);
}

void
crypto_hmac_sha256(
	struct span key, struct span data, uint8_t out[CRYPTO_SHA256])
{
	crypto_hmac_sha256_key(key);
	crypto_hmac_sha256_next(data, out);
}

struct crypto_sha384 {
	EVP_MD_CTX *ctx;
};

enum err
crypto_sha384_new(struct crypto_sha384 **ret)
{
	OWNED(crypto_sha384) h = mem_zeroed(sizeof(*h));

	if (h == NULL)
		return err_origin(ERR_NOMEM);
	h->ctx = EVP_MD_CTX_new();
	if (h->ctx == NULL || EVP_DigestInit_ex2(h->ctx,
				      crypto_algorithms()->sha384, NULL) != 1)
		return crypto_failed();
	*ret = crypto_sha384_take(&h);
	return ERR_OK;
}

void
crypto_sha384_add(struct crypto_sha384 *h, struct span data)
{
	must(EVP_DigestUpdate(h->ctx, data.at, data.n) == 1);
}

void
crypto_sha384_end(struct crypto_sha384 *h, uint8_t out[CRYPTO_SHA384])
{
	hash_end(h->ctx, out);
}

struct crypto_sha384 *
crypto_sha384_free(struct crypto_sha384 *h)
{
	if (h != NULL)
		EVP_MD_CTX_free(h->ctx);
	mem_free(h);
	return NULL;
}

enum err
crypto_random(uint8_t *to, size_t n)
{
	must(n <= INT_MAX);
	return RAND_priv_bytes(to, (int)n) == 1 ? ERR_OK : crypto_failed();
}

bool
crypto_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
