/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/code.h"
#include "base/day.h"
#include "base/mem.h"
#include "crypto/crypto_int.h"

enum {
	CERT_FILE_MAX = 64 * 1024,
	RSA_BITS_MIN = 3072, /* NIST SP 800-57: 128 bits of strength */
	RSA_BITS_MAX = 8192, /* above it one signature is a slow attack */
};

/* Without it, OpenSSL asks the terminal for the pass phrase of a PEM file. */
static int
no_passphrase(char *to, int size, int writing, void *ctx)
{
	(void)to;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

enum err
crypto_pkey_usable(const EVP_PKEY *pkey, struct why *reterr_why)
{
	char group[32] = "";
	int explicit = 1; /* a curve spelled out, which RFC 5480 forbids */
	int bits = EVP_PKEY_get_bits(pkey);

	if (EVP_PKEY_is_a(pkey, "RSA")) {
		if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX)
			return ERR_OK;
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"an RSA key has 3072 to 8192 bits, this one %d", bits);
	}
	if (EVP_PKEY_is_a(pkey, "EC") &&
		EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) ==
			1 &&
		EVP_PKEY_get_int_param(pkey,
			OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
			&explicit) == 1 &&
		explicit == 0 &&
		(strcmp(group, "prime256v1") == 0 ||
			strcmp(group, "secp384r1") == 0))
		return ERR_OK;
	return crypto_refused(why_set(reterr_why, ERR_NOT_ALLOWED,
		"the key is not of a kind that is used here (P-256, P-384, "
		"RSA of 3072 bits or more)"));
}

/* One certificate and nothing after it but text that is no PEM block. */
static X509 *
cert_from_pem(struct span bytes)
{
	AT_END(BIO) bio = BIO_new_mem_buf(bytes.at, (int)bytes.n);
	X509 *x509;
	X509 *second;

	if (bio == NULL)
		return NULL;
	x509 = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	if (x509 == NULL)
		return NULL;
	second = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	if (second == NULL)
		return x509;
	X509_free(second);
	X509_free(x509);
	return NULL;
}

static X509 *
cert_from_der(struct span bytes)
{
	const unsigned char *at = bytes.at;
	X509 *x509 = d2i_X509(NULL, &at, (long)bytes.n);

	if (x509 != NULL && at == bytes.at + bytes.n)
		return x509;
	X509_free(x509);
	return NULL;
}

/* Seconds since 1970; false for a time that no calendar has. */
static bool
seconds_of(const ASN1_TIME *t, int64_t *ret_at)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	/* Not timegm(), which opens the time zone's file. */
	*ret_at =
		(int64_t)day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) *
			86400 +
		tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	return true;
}

static enum err
cert_fill(struct crypto_cert *cert)
{
	uint8_t *to;
	int n = i2d_X509(cert->x509, NULL);

	if (n <= 0 || n > CERT_FILE_MAX ||
		X509_get0_pubkey(cert->x509) == NULL ||
		!seconds_of(
			X509_get0_notBefore(cert->x509), &cert->not_before) ||
		!seconds_of(X509_get0_notAfter(cert->x509), &cert->not_after))
		return crypto_refused(ERR_MALFORMED);
	to = buf_space(&cert->der, (size_t)n);
	if (to == NULL)
		return buf_error(&cert->der);
	(void)i2d_X509(cert->x509, &to);
	crypto_sha256(buf_span(&cert->der), cert->fingerprint);
	return ERR_OK;
}

enum err
crypto_cert_parse(struct span bytes, struct crypto_cert **ret_cert)
{
	OWNED(crypto_cert) cert = NULL;
	bool der = bytes.n > 0 && bytes.at[0] == 0x30;
	enum err e;

	if (bytes.n == 0 || bytes.n > CERT_FILE_MAX)
		return ERR_MALFORMED;
	cert = mem_zeroed(sizeof(*cert));
	if (cert == NULL)
		return err_origin(ERR_NOMEM);
	buf_init(&cert->der, CERT_FILE_MAX);
	cert->x509 = der ? cert_from_der(bytes) : cert_from_pem(bytes);
	if (cert->x509 == NULL)
		return crypto_refused(ERR_MALFORMED);
	e = cert_fill(cert);
	if (e != ERR_OK)
		return e;
	/* Two encodings of one certificate would have two fingerprints. */
	if (der && !span_eq(buf_span(&cert->der), bytes))
		return ERR_MALFORMED;
	*ret_cert = crypto_cert_take(&cert);
	return crypto_refused(ERR_OK);
}

struct crypto_cert *
crypto_cert_free(struct crypto_cert *cert)
{
	if (cert == NULL)
		return NULL;
	X509_free(cert->x509);
	buf_fini(&cert->der);
	mem_free(cert);
	return NULL;
}

enum err
crypto_key_parse(struct span pem, struct crypto_key **ret_key)
{
	AT_END(BIO) bio = NULL;
	OWNED(crypto_key) key = NULL;

	if (pem.n == 0 || pem.n > CERT_FILE_MAX)
		return ERR_MALFORMED;
	key = mem_zeroed(sizeof(*key));
	if (key == NULL)
		return err_origin(ERR_NOMEM);
	bio = BIO_new_mem_buf(pem.at, (int)pem.n);
	if (bio == NULL)
		return crypto_failed();
	key->pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (key->pkey == NULL)
		return crypto_refused(ERR_MALFORMED);
	*ret_key = crypto_key_take(&key);
	return crypto_refused(ERR_OK);
}

struct crypto_key *
crypto_key_free(struct crypto_key *key)
{
	if (key == NULL)
		return NULL;
	EVP_PKEY_free(key->pkey); /* wipes */
	if (key->how.end != NULL)
		key->how.end(key->how.context);
	mem_free(key->said);
	mem_free(key);
	return NULL;
}

void
crypto_cert_fingerprint(
	const struct crypto_cert *cert, uint8_t out[CRYPTO_SHA256])
{
	memcpy(out, cert->fingerprint, CRYPTO_SHA256);
}

void
crypto_cert_der(const struct crypto_cert *cert, struct buf *to)
{
	buf_bytes(to, buf_span(&cert->der));
}

void
crypto_cert_pem(const struct crypto_cert *cert, struct buf *to)
{
	OWNED_BUF(base64, 2 * CERT_FILE_MAX);
	struct span left;

	code_base64(&base64, buf_span(&cert->der));
	if (buf_error(&base64) != ERR_OK) {
		to->error = to->error != ERR_OK ? to->error : base64.error;
		return;
	}
	left = buf_span(&base64);
	buf_text(to, "-----BEGIN CERTIFICATE-----\n");
	while (left.n > 0) {
		size_t n = left.n < 64 ? left.n : 64;

		buf_bytes(to, span_of(left.at, n));
		buf_u8(to, '\n');
		left = span_of(left.at + n, left.n - n);
	}
	buf_text(to, "-----END CERTIFICATE-----\n");
}

/* Character by character; one that could mislead becomes '?'. */
static void
copy_printable(struct span name, char *to, size_t size)
{
	size_t n = 0;

	while (name.n > 0) {
		size_t step = 1;

		while (step < name.n && (name.at[step] & 0xc0) == 0x80)
			step++;
		if (n + step >= size)
			break;
		if (span_is_plain(span_of(name.at, step))) {
			memcpy(to + n, name.at, step);
			n += step;
		} else {
			to[n++] = '?';
		}
		name = span_of(name.at + step, name.n - step);
	}
	to[n] = '\0';
}

void
crypto_cert_name(const struct crypto_cert *cert, char *to, size_t size)
{
	const X509_NAME *subject = X509_get_subject_name(cert->x509);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	unsigned char *utf8 = NULL;
	int n = -1;

	must(size > 0);
	if (at >= 0)
		n = ASN1_STRING_to_UTF8(
			&utf8, X509_NAME_ENTRY_get_data(
				       X509_NAME_get_entry(subject, at)));
	if (n > 0 && span_is_utf8(span_of(utf8, (size_t)n)))
		copy_printable(span_of(utf8, (size_t)n), to, size);
	else
		to[0] = '\0';
	OPENSSL_free(utf8);
	(void)crypto_refused(ERR_OK);
}

bool
crypto_cert_valid_on(const struct crypto_cert *cert, int64_t at)
{
	return cert->not_before <= at && at <= cert->not_after;
}

bool
crypto_cert_fits_key(
	const struct crypto_cert *cert, const struct crypto_key *key)
{
	bool fits = EVP_PKEY_eq(X509_get0_pubkey(cert->x509), key->pkey) == 1;

	(void)crypto_refused(ERR_OK);
	return fits;
}

enum err
crypto_cert_usable(const struct crypto_cert *cert, struct why *reterr_why)
{
	return crypto_pkey_usable(X509_get0_pubkey(cert->x509), reterr_why);
}
