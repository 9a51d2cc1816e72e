/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crypto - the few things we ask of OpenSSL 3 (libcrypto), and no other way to
 * ask them: hashes, Ed25519 for the ledger, AES-256-GCM for the store, X.509
 * and CMS for people and packages.
 *
 * crypto_init() fetches every algorithm and seeds the random generator; it is
 * called once a process, before the process locks itself in, because the first
 * use after Landlock would silently skip openssl.cnf and the FIPS provider.
 * All functions return ERR_CRYPTO for a failure of the library itself.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

MUST_USE enum err crypto_init(void);

/* "OpenSSL 3.0.19 1 ..., FIPS provider: not active" for --version. */
const char *crypto_version(void);

enum { CRYPTO_SHA256 = 32, CRYPTO_SHA384 = 48 };

/* Never fail after crypto_init(); must() otherwise. */
void crypto_sha256(struct span data, uint8_t out[CRYPTO_SHA256]);
void crypto_sha256_2(
	struct span first, struct span second, uint8_t out[CRYPTO_SHA256]);
void crypto_sha384(struct span data, uint8_t out[CRYPTO_SHA384]);
void crypto_hmac_sha256(
	struct span key, struct span data, uint8_t out[CRYPTO_SHA256]);
/* The same in two steps, for many texts under one key: it is this thread's
 * until the next call of either. */
void crypto_hmac_sha256_key(struct span key);
void crypto_hmac_sha256_next(struct span data, uint8_t out[CRYPTO_SHA256]);

/* SHA-384 in pieces: for files that do not fit in memory. */
struct crypto_sha384;
MUST_USE enum err crypto_sha384_new(struct crypto_sha384 **ret);
void crypto_sha384_add(struct crypto_sha384 *h, struct span data);
void crypto_sha384_end(struct crypto_sha384 *h, uint8_t out[CRYPTO_SHA384]);
struct crypto_sha384 *crypto_sha384_free(struct crypto_sha384 *h);
DEFINE_OWNED(crypto_sha384);

MUST_USE enum err crypto_random(uint8_t *to, size_t n);
bool crypto_same(
	const uint8_t *a, const uint8_t *b, size_t n); /* const. time */

/* ---- Ed25519 (RFC 8032), raw keys, for the ledger ---- */

enum { CRYPTO_ED_SEED = 32, CRYPTO_ED_PUBLIC = 32, CRYPTO_ED_SIG = 64 };

MUST_USE enum err crypto_ed_public(const uint8_t seed[CRYPTO_ED_SEED],
	uint8_t ret_public[CRYPTO_ED_PUBLIC]);
MUST_USE enum err crypto_ed_sign(const uint8_t seed[CRYPTO_ED_SEED],
	struct span data, uint8_t ret_sig[CRYPTO_ED_SIG]);
/* Refuses BAD_SIGNATURE. */
MUST_USE enum err crypto_ed_verify(const uint8_t public[CRYPTO_ED_PUBLIC],
	struct span data, const uint8_t sig[CRYPTO_ED_SIG]);

/* ---- AES-256-GCM, 12-byte nonce chosen by the caller, 16-byte tag ---- */

enum { CRYPTO_KEY = 32, CRYPTO_NONCE = 12, CRYPTO_TAG = 16 };

/* Appends ciphertext and tag. */
MUST_USE enum err crypto_seal(const uint8_t key[CRYPTO_KEY],
	const uint8_t nonce[CRYPTO_NONCE], struct span aad, struct span plain,
	struct buf *to);
/* Appends the plain text; refuses BAD_SIGNATURE where the tag does not hold. */
MUST_USE enum err crypto_unseal(const uint8_t key[CRYPTO_KEY],
	const uint8_t nonce[CRYPTO_NONCE], struct span aad, struct span sealed,
	struct buf *to);

/* ---- people: certificates and keys ---- */

struct crypto_cert;
struct crypto_key;

/*
 * PEM or DER of one certificate; a key is PEM without a pass phrase.  Refuse
 * MALFORMED: more than one certificate, bytes after it, not in its one
 * encoding.  They may be read by many threads at once.
 */
MUST_USE enum err crypto_cert_parse(
	struct span bytes, struct crypto_cert **ret_cert);
struct crypto_cert *crypto_cert_free(struct crypto_cert *cert);
DEFINE_OWNED(crypto_cert);
MUST_USE enum err crypto_key_parse(
	struct span pem, struct crypto_key **ret_key);
struct crypto_key *crypto_key_free(struct crypto_key *key);
DEFINE_OWNED(crypto_key);

/*
 * A key whose private half is elsewhere, in a module that signs digests for us.
 * `sign` appends r and s, each as long as the order of the certificate's curve,
 * for a digest cut to that length; it refuses with a sentence.  `end` is called
 * once, when the key is freed.
 */
struct crypto_elsewhere {
	enum err (*sign)(void *context, struct span digest, struct buf *to,
		struct why *reterr_why);
	void (*end)(void *context);
	void *context;
};

/* The key of that certificate: signs as any other, each signature checked
 * before it is used, and opens nothing (crypto_cms_open() refuses NOT_ALLOWED).
 * Refuses NOT_ALLOWED, `how` untouched: not P-256 or P-384. */
MUST_USE enum err crypto_key_elsewhere(const struct crypto_cert *cert,
	const struct crypto_elsewhere *how, struct crypto_key **ret_key,
	struct why *reterr_why);

/* Why it did not sign when it was asked last; "" for a key that is here. */
const char *crypto_key_said(const struct crypto_key *key);

/* SHA-256 of the DER certificate: how a person is named in entries. */
void crypto_cert_fingerprint(
	const struct crypto_cert *cert, uint8_t out[CRYPTO_SHA256]);
void crypto_cert_der(const struct crypto_cert *cert, struct buf *to);
void crypto_cert_pem(const struct crypto_cert *cert, struct buf *to);
/* Common name, cut to `size` bytes with its end; what would steer a terminal
 * becomes '?'.  "" when there is none. */
void crypto_cert_name(const struct crypto_cert *cert, char *to, size_t size);
/* `at` in seconds since 1970; both ends belong to the term. */
bool crypto_cert_valid_on(const struct crypto_cert *cert, int64_t at);
bool crypto_cert_fits_key(
	const struct crypto_cert *cert, const struct crypto_key *key);

/* Refuses NOT_ALLOWED for a key we cannot use: not P-256, P-384, RSA >= 3072
 * (Ed25519 cannot sign or receive CMS in OpenSSL 3.0). */
MUST_USE enum err crypto_cert_usable(
	const struct crypto_cert *cert, struct why *reterr_why);

/*
 * A new P-256 key and a self-signed certificate, as PEM; for sandboxes and the
 * instance's own signing key.  It can sign and receive CMS.  `org` is put
 * beside the name (O=).  Refuses MALFORMED: a name that is empty, over 64 bytes
 * or not UTF-8; dates the wrong way round.
 */
MUST_USE enum err crypto_make_identity(const char *name, const char *org,
	int64_t not_before, int64_t not_after, struct buf *ret_key_pem,
	struct buf *ret_cert_pem);

/* The same for a server of TLS: `san` is "DNS:gate.example,IP:127.0.0.1". */
MUST_USE enum err crypto_make_server(const char *name, const char *org,
	const char *san, int64_t not_before, int64_t not_after,
	struct buf *ret_key_pem, struct buf *ret_cert_pem);

/* Does the certificate assert this policy, "2.16.840.1.101.3.2.1.3.13"? */
bool crypto_cert_asserts(const struct crypto_cert *cert, const char *oid);

/*
 * ECDSA or RSA-PSS over SHA-384 of `data`; for approvals, holds, registers.
 * `openssl dgst -sha384 -sign K` makes the same for EC.  Both refuse
 * NOT_ALLOWED for a key of another kind, verify refuses BAD_SIGNATURE.
 */
MUST_USE enum err crypto_sign(
	const struct crypto_key *key, struct span data, struct buf *to);
MUST_USE enum err crypto_verify(const struct crypto_cert *cert,
	struct span data, struct span signature);

/* ---- CMS (RFC 5652, RFC 5083/5084) ---- */

/*
 * Detached SignedData over `data`, by exactly one of `allowed`, whose
 * certificate must be valid at `at`: the list is the authority, no chain is
 * built.  DER, SHA-2 with ECDSA or RSA, signed attributes; it may hold the
 * signer's own certificate and no other, no CRL, nothing unsigned, so that not
 * one bit of it can change unseen.  Refuses MALFORMED (not that; attached
 * content; not exactly one signer), TOO_LARGE (2 GiB) and BAD_SIGNATURE (signer
 * not among `allowed`, out of its dates, or the signature does not hold;
 * `reterr_why`).
 */
MUST_USE enum err crypto_cms_verify(struct span cms, struct span data,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *reterr_why);
/*
 * The same of SignedData that holds its content, of any length up to `most`
 * bytes, as it comes: `read` gives the message (0 bytes at its end) and `write`
 * is given the content in pieces, which counts for nothing before this returns
 * ERR_OK.  DER, or BER as `openssl cms -sign -stream` cuts it.  Memory does not
 * grow with it.  Fails as `read` and `write` do.
 */
struct crypto_stream {
	enum err (*read)(
		void *context, uint8_t *to, size_t size, size_t *ret_n);
	enum err (*write)(void *context, struct span piece);
	void *context;
};
MUST_USE enum err crypto_cms_unwrap(const struct crypto_stream *stream,
	uint64_t most, const struct crypto_cert *const *allowed,
	size_t n_allowed, int64_t at, size_t *ret_signer,
	struct why *reterr_why);

/* SHA-384 with ECDSA or RSA-PSS, DER appended; signing time by the clock.
 * Refuses NOT_ALLOWED: a key of another kind, or not the certificate's. */
MUST_USE enum err crypto_cms_sign(const struct crypto_key *key,
	const struct crypto_cert *cert, struct span data, struct buf *to);

/* The same over a file of any size, read from where `fd` stands to its end;
 * fails IO, with nothing appended, where it cannot be read to there. */
MUST_USE enum err crypto_cms_sign_file(const struct crypto_key *key,
	const struct crypto_cert *cert, int fd, struct buf *to);

/*
 * AuthEnvelopedData (RFC 5083), AES-256-GCM, to one certificate; DER appended.
 * ECDH with the X9.63 KDF and SHA-256 (P-256) or SHA-384 (P-384); RSA-OAEP with
 * SHA-256.  The recipient is named by key id where its certificate has one.
 * Refuses NOT_ALLOWED: a key of another kind, or a certificate that says it is
 * not for this.
 */
MUST_USE enum err crypto_cms_seal(
	const struct crypto_cert *to_whom, struct span plain, struct buf *to);

/*
 * The same, with blanks after `plain` so that exactly `size` bytes are
 * appended, whoever the recipient is.  The first seal to a kind of certificate
 * is made twice: how much an envelope adds is learnt from it.  Refuses TOO_LARGE
 * where `plain` does not fit.
 */
MUST_USE enum err crypto_cms_seal_to_size(const struct crypto_cert *to_whom,
	struct span plain, size_t size, struct buf *to);

/*
 * Appends the plain text, or nothing.  `cert` tells which recipient `key` is;
 * NULL: any.  Refuses MALFORMED (not AuthEnvelopedData of the form above, with
 * a whole tag) and BAD_SIGNATURE (another's, or changed on the way), and
 * NOT_ALLOWED for a key that is elsewhere.
 */
MUST_USE enum err crypto_cms_open(const struct crypto_key *key,
	const struct crypto_cert *cert, struct span cms, struct buf *to);

/* ---- timestamps (RFC 3161) ---- */

enum {
	CRYPTO_TS_NONCE = 8,
	CRYPTO_TS_MAX = 1 << 16, /* bytes of a reply */
};

/* A TimeStampReq over SHA-256 of `data`, which asks for the certificate; DER
 * appended.  `openssl ts -query` makes the like. */
MUST_USE enum err crypto_ts_request(
	struct span data, const uint8_t nonce[CRYPTO_TS_NONCE], struct buf *to);

/*
 * That `reply` is a timestamp over `data`, with that nonce (NULL: whatever it
 * has), by an authority of `certs`: PEM, its own certificate or those that issued
 * it, good at the time it tells.  Refuses MALFORMED, and BAD_SIGNATURE: it does
 * not hold, or none was granted.
 */
MUST_USE enum err crypto_ts_check(struct span reply, struct span data,
	const uint8_t *nonce, struct span certs, int64_t *ret_at,
	struct why *reterr_why);
