/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "crypto/crypto_int.h"

enum {
	IDENTITY_NAME_MAX = 64, /* RFC 5280, ub-common-name */
	SERIAL_SIZE = 16, /* one size, so that certificates have one size */
};

static bool
set_serial(X509 *cert)
{
	uint8_t bytes[SERIAL_SIZE];
	BIGNUM *n;
	bool set;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40);
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	set = n != NULL &&
	      BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) != NULL;
	BN_free(n);
	return set;
}

/* Issuer and subject alike: self-signed. */
static bool
set_names(X509 *cert, const char *name, const char *org)
{
	X509_NAME *subject = X509_get_subject_name(cert);

	return X509_NAME_add_entry_by_NID(subject, NID_organizationName,
		       MBSTRING_UTF8, (const unsigned char *)org, -1, -1,
		       0) == 1 &&
	       X509_NAME_add_entry_by_NID(subject, NID_commonName,
		       MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
		       0) == 1 &&
	       X509_set_issuer_name(cert, subject) == 1;
}

static bool
set_dates(X509 *cert, int64_t not_before, int64_t not_after)
{
	return ASN1_TIME_set(X509_getm_notBefore(cert), not_before) != NULL &&
	       ASN1_TIME_set(X509_getm_notAfter(cert), not_after) != NULL;
}

static bool
add_extension(X509 *cert, int nid, const char *value)
{
	AT_END(X509_EXTENSION) extension = NULL;
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	return extension != NULL && X509_add_ext(cert, extension, -1) == 1;
}

/* keyAgreement lets the same certificate sign and receive; the key id is how
 * an envelope names its recipient. */
static bool
make_cert(X509 *cert, EVP_PKEY *key, const char *name, const char *org,
	const char *san, int64_t not_before, int64_t not_after)
{
	return X509_set_version(cert, X509_VERSION_3) == 1 &&
	       set_serial(cert) && set_names(cert, name, org) &&
	       set_dates(cert, not_before, not_after) &&
	       X509_set_pubkey(cert, key) == 1 &&
	       add_extension(
		       cert, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(cert, NID_key_usage,
		       "critical,digitalSignature,keyAgreement") &&
	       (san == NULL ||
		       (add_extension(cert, NID_ext_key_usage, "serverAuth") &&
			       add_extension(
				       cert, NID_subject_alt_name, san))) &&
	       add_extension(cert, NID_subject_key_identifier, "hash") &&
	       X509_sign(cert, key, crypto_algorithms()->sha256) > 0;
}

static void
append_bio(struct buf *to, BIO *bio)
{
	char *at = NULL;
	long n = BIO_get_mem_data(bio, &at);

	buf_bytes(to, span_of(at, n > 0 ? (size_t)n : 0));
}

static enum err
write_pems(X509 *cert, EVP_PKEY *key, struct buf *ret_key_pem,
	struct buf *ret_cert_pem)
{
	AT_END(BIO) keys = BIO_new(BIO_s_mem());
	AT_END(BIO) certs = BIO_new(BIO_s_mem());

	if (keys == NULL || certs == NULL ||
		PEM_write_bio_PKCS8PrivateKey(
			keys, key, NULL, NULL, 0, NULL, NULL) != 1 ||
		PEM_write_bio_X509(certs, cert) != 1)
		return crypto_failed();
	append_bio(ret_key_pem, keys);
	append_bio(ret_cert_pem, certs);
	return buf_error(ret_key_pem) != ERR_OK ? buf_error(ret_key_pem)
						: buf_error(ret_cert_pem);
}

static bool
name_fits(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= IDENTITY_NAME_MAX && span_is_utf8(span_text(name));
}

static enum err
make(const char *name, const char *org, const char *san, int64_t not_before,
	int64_t not_after, struct buf *ret_key_pem, struct buf *ret_cert_pem)
{
	AT_END(EVP_PKEY) key = NULL;
	AT_END(X509) cert = NULL;

	if (!name_fits(name) || !name_fits(org) || not_after < not_before)
		return ERR_MALFORMED;
	key = EVP_EC_gen("P-256");
	cert = X509_new();
	if (key == NULL || cert == NULL ||
		!make_cert(cert, key, name, org, san, not_before, not_after))
		return crypto_failed();
	return write_pems(cert, key, ret_key_pem, ret_cert_pem);
}

enum err
crypto_make_identity(const char *name, const char *org, int64_t not_before,
	int64_t not_after, struct buf *ret_key_pem, struct buf *ret_cert_pem)
{
	return make(name, org, NULL, not_before, not_after, ret_key_pem,
		ret_cert_pem);
}

enum err
crypto_make_server(const char *name, const char *org, const char *san,
	int64_t not_before, int64_t not_after, struct buf *ret_key_pem,
	struct buf *ret_cert_pem)
{
	return make(name, org, san, not_before, not_after, ret_key_pem,
		ret_cert_pem);
}

bool
crypto_cert_asserts(const struct crypto_cert *cert, const char *oid)
{
	CERTIFICATEPOLICIES *all = X509_get_ext_d2i(
		cert->x509, NID_certificate_policies, NULL, NULL);
	char text[128];
	bool found = false;

	for (int i = 0; i < sk_POLICYINFO_num(all) && !found; i++) {
		const POLICYINFO *one = sk_POLICYINFO_value(all, i);
		int n = OBJ_obj2txt(text, sizeof(text), one->policyid, 1);

		found = n > 0 && (size_t)n < sizeof(text) &&
			strcmp(text, oid) == 0;
	}
	CERTIFICATEPOLICIES_free(all);
	return found;
}
