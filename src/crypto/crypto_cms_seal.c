/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>

#include "crypto/crypto_der.h"
#include "crypto/crypto_int.h"

#define OID_AUTH_ENVELOPED SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")
#define OID_DATA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define OID_AES_256_GCM SPAN("\x60\x86\x48\x01\x65\x03\x04\x01\x2e")

enum { SIZE_TRIES = 4, LEARNT_SLOTS = 64 };

enum err
crypto_cms_append(CMS_ContentInfo *cms, struct buf *to)
{
	int n = i2d_CMS_ContentInfo(cms, NULL);
	uint8_t *at;

	if (n <= 0)
		return crypto_failed();
	at = buf_space(to, (size_t)n);
	if (at == NULL)
		return buf_error(to);
	if (i2d_CMS_ContentInfo(cms, &at) != n)
		return crypto_failed();
	return ERR_OK;
}

/* A certificate that says what its key is for must say that it is for this. */
static bool
may_receive(const struct crypto_cert *cert)
{
	uint32_t usage = X509_get_key_usage(cert->x509);
	bool rsa = EVP_PKEY_is_a(X509_get0_pubkey(cert->x509), "RSA") == 1;

	return crypto_cert_usable(cert, NULL) == ERR_OK &&
	       (usage & (rsa ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT)) != 0;
}

/* SP 800-56A/B: ECDH with the X9.63 KDF (RFC 5753), RSA-OAEP with SHA-256. */
static bool
set_transport(CMS_RecipientInfo *recipient, EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(recipient);
	const struct crypto_algorithms *a = crypto_algorithms();

	if (ctx == NULL)
		return false;
	if (EVP_PKEY_is_a(pkey, "EC"))
		return EVP_PKEY_CTX_set_ecdh_kdf_md(ctx,
			       EVP_PKEY_get_bits(pkey) > 256 ? a->sha384
							     : a->sha256) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(ctx, a->sha256) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, a->sha256) == 1;
}

enum err
crypto_cms_seal(
	const struct crypto_cert *to_whom, struct span plain, struct buf *to)
{
	AT_END(CMS_ContentInfo) cms = NULL;
	AT_END(BIO) bio = NULL;
	CMS_RecipientInfo *recipient;
	EVP_PKEY *pkey = X509_get0_pubkey(to_whom->x509);
	unsigned by = CMS_KEY_PARAM;

	if (!may_receive(to_whom))
		return ERR_NOT_ALLOWED;
	if (plain.n > INT_MAX / 2)
		return ERR_TOO_LARGE;
	/* A key id has one length and says nobody's name. */
	if (X509_get0_subject_key_id(to_whom->x509) != NULL)
		by |= CMS_USE_KEYID;
	bio = BIO_new_mem_buf(
		plain.n == 0 ? (const uint8_t *)"" : plain.at, (int)plain.n);
	cms = CMS_encrypt(NULL, NULL, crypto_algorithms()->aes_gcm,
		CMS_BINARY | CMS_PARTIAL);
	if (bio == NULL || cms == NULL)
		return crypto_failed();
	recipient = CMS_add1_recipient(cms, to_whom->x509, NULL, NULL, by);
	if (recipient == NULL || !set_transport(recipient, pkey) ||
		CMS_final(cms, bio, NULL, CMS_BINARY) != 1)
		return crypto_failed();
	return crypto_cms_append(cms, to);
}

/* Seals `plain` and `n_fill` blanks. */
static enum err
seal_filled(const struct crypto_cert *to_whom, struct span plain, size_t n_fill,
	struct buf *to)
{
	OWNED_BUF(filled, plain.n + n_fill);
	uint8_t *blanks;

	buf_bytes(&filled, plain);
	blanks = buf_space(&filled, n_fill);
	if (buf_error(&filled) != ERR_OK)
		return buf_error(&filled);
	if (n_fill > 0)
		memset(blanks, ' ', n_fill);
	return crypto_cms_seal(to_whom, buf_span(&filled), to);
}

/*
 * How many bytes an envelope adds is learnt from the first one of its kind and
 * kept for the process: a word per slot, kind above, bytes below.  A slot that
 * another kind has taken costs a second seal and nothing else.
 */
static _Atomic uint64_t learnt[LEARNT_SLOTS];

/* Envelopes of one kind have one overhead: bits of the key, and how the
 * recipient is named, in how many bytes. */
static uint32_t
kind_of(const struct crypto_cert *cert)
{
	const ASN1_OCTET_STRING *key_id = X509_get0_subject_key_id(cert->x509);
	uint32_t bits =
		(uint32_t)EVP_PKEY_get_bits(X509_get0_pubkey(cert->x509));
	int n;

	if (key_id != NULL)
		n = ASN1_STRING_length(key_id);
	else
		n = i2d_X509_NAME(X509_get_issuer_name(cert->x509), NULL) +
		    i2d_ASN1_INTEGER(X509_get0_serialNumber(cert->x509), NULL);
	return (uint32_t)n << 16 | (key_id == NULL ? 0U : 1U << 15) |
	       (bits & 0x7fff);
}

static _Atomic uint64_t *
slot_of(uint32_t kind)
{
	return &learnt[kind * 2654435761U >> 26];
}

enum err
crypto_cms_seal_to_size(const struct crypto_cert *to_whom, struct span plain,
	size_t size, struct buf *to)
{
	uint32_t kind = kind_of(to_whom);
	uint64_t known = atomic_load(slot_of(kind));
	size_t overhead = known >> 32 == kind ? (uint32_t)known : 0;
	size_t before = to->n;

	for (int i = 0; i < SIZE_TRIES; i++) {
		size_t took;
		enum err e;

		if (plain.n > size || overhead > size - plain.n)
			return ERR_TOO_LARGE;
		e = seal_filled(to_whom, plain, size - plain.n - overhead, to);
		if (e != ERR_OK)
			return e;
		took = to->n - before;
		if (took == size) {
			atomic_store(slot_of(kind),
				(uint64_t)kind << 32 | (uint32_t)overhead);
			return ERR_OK;
		}
		to->n = before;
		if (took < size && overhead < size - took)
			return err_origin(ERR_CRYPTO);
		overhead = overhead + took - size;
	}
	return err_origin(ERR_CRYPTO);
}

/*
 * AuthEnvelopedData (RFC 5083) to one recipient, AES-256-GCM with a whole tag,
 * no attributes.  OpenSSL takes a tag of any length the sender likes, and
 * opens messages that authenticate nothing.
 */
static bool
sealed_shape(struct span cms)
{
	struct reader r = crypto_der_content(cms, OID_AUTH_ENVELOPED);
	struct span version = crypto_der_take(&r, DER_INTEGER);
	struct reader recipients = crypto_der_enter(&r, DER_SET);
	struct reader content = crypto_der_enter(&r, DER_SEQUENCE);
	struct span tag = crypto_der_take(&r, DER_OCTETS);
	struct span type = crypto_der_take(&content, DER_OID);
	struct reader algorithm = crypto_der_enter(&content, DER_SEQUENCE);
	struct span cipher = crypto_der_take(&algorithm, DER_OID);
	uint8_t kind = recipients.left.n > 0 ? recipients.left.at[0] : 0;

	(void)crypto_der_take(&content, DER_KEY_ID);
	(void)crypto_der_take(&recipients, kind);
	return read_end(&r) && read_end(&recipients) && read_end(&content) &&
	       read_ok(&algorithm) && span_eq(version, SPAN("\x00")) &&
	       span_eq(type, OID_DATA) && span_eq(cipher, OID_AES_256_GCM) &&
	       tag.n == CRYPTO_TAG;
}

enum err
crypto_cms_open(const struct crypto_key *key, const struct crypto_cert *cert,
	struct span cms, struct buf *to)
{
	AT_END(CMS_ContentInfo) parsed = NULL;
	AT_END(BIO) bio = NULL;
	const unsigned char *at = cms.at;
	char *plain = NULL;
	long n;

	if (key->how.sign != NULL)
		return ERR_NOT_ALLOWED;
	if (cms.n > INT_MAX || !sealed_shape(cms))
		return ERR_MALFORMED;
	parsed = d2i_CMS_ContentInfo(NULL, &at, (long)cms.n);
	if (parsed == NULL)
		return crypto_refused(ERR_MALFORMED);
	bio = BIO_new(BIO_s_mem());
	if (bio == NULL)
		return crypto_failed();
	if (CMS_decrypt(parsed, key->pkey, cert == NULL ? NULL : cert->x509,
		    NULL, bio, CMS_BINARY) != 1)
		return crypto_refused(ERR_BAD_SIGNATURE);
	n = BIO_get_mem_data(bio, &plain);
	buf_bytes(to, span_of(plain, n > 0 ? (size_t)n : 0));
	return buf_error(to);
}
