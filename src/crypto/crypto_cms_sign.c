/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "crypto/crypto_der.h"
#include "crypto/crypto_int.h"

#define OID_SIGNED SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
#define OID_DATA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define OID_SHA2 SPAN("\x60\x86\x48\x01\x65\x03\x04\x02")   /* .1 .2 .3 */
#define OID_ECDSA_SHA2 SPAN("\x2a\x86\x48\xce\x3d\x04\x03") /* .2 .3 .4 */
#define OID_RSA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01")    /* .x */
#define DER_NULL SPAN("\x05\x00")

enum {
	RSA_PLAIN = 1,      /* rsaEncryption: what OpenSSL writes */
	RSA_PSS = 10,       /* RFC 4056 */
	RSA_WITH_SHA2 = 10, /* 11, 12, 13: SHA-256, -384, -512 */
	ECDSA_WITH_SHA2 = 1,
};

/* What no signature covers, and what says who signed. */
struct signed_parts {
	struct span cert;   /* the one put in; empty: none */
	struct span before; /* all of SignedData that is before it ... */
	struct span after;  /* ... and behind */
	struct span who;    /* issuer and serial number, or key id */
	bool by_key_id;
	unsigned sha2; /* 1, 2, 3: SHA-256, -384, -512 */
	bool ecdsa;
};

/* The last arc of an algorithm's OID under `stem`; 0: it is not under it.
 * `ret_settings` is what follows the OID. */
static unsigned
arc_under(struct span algorithm, struct span stem, struct span *ret_settings)
{
	struct reader r = read_from(algorithm);
	struct span oid = crypto_der_take(&r, DER_OID);

	*ret_settings = r.left;
	if (!read_ok(&r) || oid.n != stem.n + 1 || !span_starts(oid, stem))
		return 0;
	return oid.at[stem.n];
}

static bool
none_or_null(struct span settings)
{
	return settings.n == 0 || span_eq(settings, DER_NULL);
}

/* SHA-2 with a signature of the same hash.  Nothing signs these names, so
 * each is held to the ways it is written. */
static bool
algorithms_known(
	struct span digest, struct span signature, struct signed_parts *parts)
{
	struct span settings;
	unsigned arc;

	parts->sha2 = arc_under(digest, OID_SHA2, &settings);
	if (parts->sha2 < 1 || parts->sha2 > 3 || !none_or_null(settings))
		return false;
	arc = arc_under(signature, OID_ECDSA_SHA2, &settings);
	parts->ecdsa = arc != 0;
	if (parts->ecdsa)
		return arc == parts->sha2 + ECDSA_WITH_SHA2 && settings.n == 0;
	arc = arc_under(signature, OID_RSA, &settings);
	if (arc == RSA_PSS)
		return true; /* OpenSSL reads and obeys its settings */
	return (arc == RSA_PLAIN || arc == parts->sha2 + RSA_WITH_SHA2) &&
	       span_eq(settings, DER_NULL);
}

/* SignerInfo (RFC 5652, 5.3), with signed attributes and no others. */
static bool
signer_shape(struct reader *r, struct span digests, struct signed_parts *parts)
{
	struct span version = crypto_der_take(r, DER_INTEGER);
	struct span digest;
	struct span digest_inside;
	struct reader again;
	struct span signature;

	parts->by_key_id = crypto_der_is(r, DER_KEY_ID);
	parts->who = crypto_der_take(
		r, parts->by_key_id ? DER_KEY_ID : DER_SEQUENCE);
	digest = crypto_der_whole(r, DER_SEQUENCE);
	again = read_from(digest);
	digest_inside = crypto_der_take(&again, DER_SEQUENCE);
	(void)crypto_der_take(r, DER_CONTEXT_0);
	signature = crypto_der_take(r, DER_SEQUENCE);
	(void)crypto_der_take(r, DER_OCTETS);
	return read_end(r) && span_eq(digests, digest) &&
	       span_eq(version,
		       parts->by_key_id ? SPAN("\x03") : SPAN("\x01")) &&
	       algorithms_known(digest_inside, signature, parts);
}

/* SignedData (RFC 5652, 5.1): detached, at most one certificate, no CRL. */
static enum err
signed_shape(
	struct span cms, struct signed_parts *parts, struct why *reterr_why)
{
	struct reader r = crypto_der_content(cms, OID_SIGNED);
	const uint8_t *body = r.left.at;
	struct span version = crypto_der_take(&r, DER_INTEGER);
	struct span digests = crypto_der_take(&r, DER_SET);
	struct reader content = crypto_der_enter(&r, DER_SEQUENCE);
	struct span type = crypto_der_take(&content, DER_OID);
	struct reader signers;
	struct reader signer;

	if (read_ok(&r))
		parts->before = span_of(body, (size_t)(r.left.at - body));
	if (crypto_der_is(&r, DER_CONTEXT_0))
		parts->cert = crypto_der_take(&r, DER_CONTEXT_0);
	parts->after = r.left;
	signers = crypto_der_enter(&r, DER_SET);
	signer = crypto_der_enter(&signers, DER_SEQUENCE);
	if (!read_end(&r) || !read_ok(&signer) || !span_eq(type, OID_DATA))
		return why_set(reterr_why, ERR_MALFORMED,
			"not a CMS signature in DER (`openssl cms -sign "
			"-binary -outform DER` makes one)");
	if (!read_end(&content))
		return why_set(reterr_why, ERR_MALFORMED,
			"the signature holds its content; it must be detached");
	if (!read_end(&signers))
		return why_set(reterr_why, ERR_MALFORMED,
			"more than one signer; exactly one is expected");
	if (!signer_shape(&signer, digests, parts) ||
		!span_eq(version,
			parts->by_key_id ? SPAN("\x03") : SPAN("\x01")))
		return why_set(reterr_why, ERR_MALFORMED,
			"the signer's part is not SHA-2 with ECDSA or RSA over "
			"signed attributes");
	return ERR_OK;
}

/* Bytes, not OpenSSL's comparison of names, which folds case. */
static bool
names_it(const struct signed_parts *parts, const struct crypto_cert *cert)
{
	const ASN1_OCTET_STRING *key_id = X509_get0_subject_key_id(cert->x509);
	uint8_t *issuer = NULL;
	uint8_t *serial = NULL;
	int n_issuer;
	int n_serial;
	bool same;

	if (parts->cert.n > 0 && !span_eq(parts->cert, buf_span(&cert->der)))
		return false;
	if (parts->by_key_id)
		return key_id != NULL &&
		       span_eq(parts->who,
			       span_of(ASN1_STRING_get0_data(key_id),
				       (size_t)ASN1_STRING_length(key_id)));
	n_issuer = i2d_X509_NAME(X509_get_issuer_name(cert->x509), &issuer);
	n_serial =
		i2d_ASN1_INTEGER(X509_get0_serialNumber(cert->x509), &serial);
	same = n_issuer > 0 && n_serial > 0 &&
	       parts->who.n == (size_t)n_issuer + (size_t)n_serial &&
	       memcmp(parts->who.at, issuer, (size_t)n_issuer) == 0 &&
	       memcmp(parts->who.at + n_issuer, serial, (size_t)n_serial) == 0;
	OPENSSL_free(issuer);
	OPENSSL_free(serial);
	return same;
}

/* May this certificate sign, then? */
static enum err
may_sign(const struct crypto_cert *cert, const struct signed_parts *parts,
	int64_t at, struct why *reterr_why)
{
	uint32_t usage = X509_get_key_usage(cert->x509);

	if (!crypto_cert_valid_on(cert, at))
		return why_set(reterr_why, ERR_BAD_SIGNATURE,
			"the signer's certificate is not valid on that day");
	if (crypto_cert_usable(cert, reterr_why) != ERR_OK)
		return ERR_BAD_SIGNATURE;
	if ((usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
		return why_set(reterr_why, ERR_BAD_SIGNATURE,
			"the signer's certificate is not for signatures");
	if (parts->ecdsa !=
		(EVP_PKEY_is_a(X509_get0_pubkey(cert->x509), "EC") == 1))
		return why_set(reterr_why, ERR_BAD_SIGNATURE,
			"the signature is of another kind than the "
			"signer's key");
	return ERR_OK;
}

/*
 * The message without the certificate in it, which is the one that is allowed,
 * byte for byte (names_it()): OpenSSL needs four times as long to read another
 * certificate's key as to verify by the one that we have.
 */
static void
put_without_cert(const struct signed_parts *parts, struct buf *to)
{
	size_t body = parts->before.n + parts->after.n;
	size_t sequence = crypto_der_head(body) + body;
	struct span type = OID_SIGNED;

	crypto_der_put(to, DER_SEQUENCE,
		crypto_der_head(type.n) + type.n + crypto_der_head(sequence) +
			sequence);
	crypto_der_put(to, DER_OID, type.n);
	buf_bytes(to, type);
	crypto_der_put(to, DER_CONTEXT_0, sequence);
	crypto_der_put(to, DER_SEQUENCE, body);
	buf_bytes(to, parts->before);
	buf_bytes(to, parts->after);
}

/* What OpenSSL makes of it; its own encoding of the message must be `cms`. */
static CMS_ContentInfo *
cms_parse(struct span cms)
{
	const unsigned char *at = cms.at;
	CMS_ContentInfo *parsed = d2i_CMS_ContentInfo(NULL, &at, (long)cms.n);
	uint8_t *again = NULL;
	int n = parsed == NULL ? -1 : i2d_CMS_ContentInfo(parsed, &again);
	bool same = n > 0 && span_eq(cms, span_of(again, (size_t)n));

	OPENSSL_free(again);
	if (same)
		return parsed;
	CMS_ContentInfo_free(parsed);
	return NULL;
}

/* What is signed: all of it, or where `hashed` its digest. */
struct signed_data {
	struct span bytes;
	bool hashed;
};

/* Signed attributes that say "data" and this digest, and a signature over
 * them: what CMS_verify() asks where it hashes by itself. */
static bool
says_digest(CMS_SignerInfo *signer, struct span digest)
{
	const ASN1_OCTET_STRING *is = CMS_signed_get0_data_by_OBJ(signer,
		OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
	const ASN1_OBJECT *type = CMS_signed_get0_data_by_OBJ(
		signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);

	return is != NULL && type != NULL &&
	       OBJ_obj2nid(type) == NID_pkcs7_data &&
	       span_eq(digest, span_of(ASN1_STRING_get0_data(is),
				       (size_t)ASN1_STRING_length(is)));
}

static enum err
digest_holds(struct span cms, struct span digest,
	const struct crypto_cert *cert, bool *ret_holds)
{
	AT_END(CMS_ContentInfo) parsed = cms_parse(cms);
	STACK_OF(CMS_SignerInfo) *all =
		parsed == NULL ? NULL : CMS_get0_SignerInfos(parsed);
	CMS_SignerInfo *signer =
		all == NULL ? NULL : sk_CMS_SignerInfo_value(all, 0);

	*ret_holds = false;
	if (signer != NULL && says_digest(signer, digest)) {
		CMS_SignerInfo_set1_signer_cert(signer, cert->x509);
		*ret_holds = CMS_SignerInfo_verify(signer) == 1;
	}
	return crypto_refused(ERR_OK);
}

static enum err
holds_without_cert(struct span cms, struct span data,
	const struct crypto_cert *cert, bool *ret_holds)
{
	AT_END(CMS_ContentInfo) parsed = cms_parse(cms);
	AT_END(BIO)
	bio = BIO_new_mem_buf(
		data.n == 0 ? (const uint8_t *)"" : data.at, (int)data.n);
	STACK_OF(X509) *signers = sk_X509_new_null();

	*ret_holds = false;
	if (bio == NULL || signers == NULL ||
		sk_X509_push(signers, cert->x509) <= 0) {
		sk_X509_free(signers);
		return crypto_failed();
	}
	/* No chain is built: the list of those allowed is the authority. */
	*ret_holds = parsed != NULL &&
		     CMS_verify(parsed, signers, NULL, bio, NULL,
			     CMS_BINARY | CMS_NOINTERN |
				     CMS_NO_SIGNER_CERT_VERIFY) == 1;
	sk_X509_free(signers);
	return crypto_refused(ERR_OK);
}

static enum err
signature_holds(struct span cms, const struct signed_parts *parts,
	struct span data, const struct crypto_cert *cert, bool *ret_holds)
{
	OWNED_BUF(bare, cms.n);

	if (parts->cert.n == 0)
		return holds_without_cert(cms, data, cert, ret_holds);
	put_without_cert(parts, &bare);
	return buf_error(&bare) == ERR_OK ? holds_without_cert(buf_span(&bare),
						    data, cert, ret_holds)
					  : buf_error(&bare);
}

static enum err
verify(struct span cms, const struct signed_data *data,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *reterr_why)
{
	struct signed_parts parts = {0};
	enum err e = signed_shape(cms, &parts, reterr_why);
	bool holds = false;

	if (e != ERR_OK)
		return e;
	if (data->bytes.n > INT_MAX || cms.n > INT_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"too large to be checked in one piece");
	e = why_set(reterr_why, ERR_BAD_SIGNATURE,
		"the signer is not one of those who may sign");
	for (size_t i = 0; i < n_allowed; i++) {
		if (!names_it(&parts, allowed[i]))
			continue;
		e = may_sign(allowed[i], &parts, at, reterr_why);
		if (e != ERR_OK)
			continue;
		e = data->hashed
			    ? digest_holds(cms, data->bytes, allowed[i], &holds)
			    : signature_holds(cms, &parts, data->bytes,
				      allowed[i], &holds);
		if (e != ERR_OK)
			return e;
		if (holds) {
			*ret_signer = i;
			return ERR_OK;
		}
		e = why_set(reterr_why, ERR_BAD_SIGNATURE,
			"the signature does not hold for this file");
	}
	return e;
}

enum err
crypto_cms_verify(struct span cms, struct span data,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *reterr_why)
{
	return verify(cms, &(struct signed_data){.bytes = data}, allowed,
		n_allowed, at, ret_signer, reterr_why);
}

enum err
crypto_cms_verify_digest(struct span cms, struct span digest,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *reterr_why)
{
	return verify(cms,
		&(struct signed_data){.bytes = digest, .hashed = true}, allowed,
		n_allowed, at, ret_signer, reterr_why);
}

static bool
add_signer(CMS_ContentInfo *cms, const struct crypto_key *key,
	const struct crypto_cert *cert)
{
	CMS_SignerInfo *signer = CMS_add1_signer(cms, cert->x509, key->pkey,
		crypto_algorithms()->sha384,
		CMS_BINARY | CMS_NOSMIMECAP | CMS_KEY_PARAM);

	if (signer == NULL)
		return false;
	return !EVP_PKEY_is_a(key->pkey, "RSA") ||
	       EVP_PKEY_CTX_set_rsa_padding(
		       CMS_SignerInfo_get0_pkey_ctx(signer),
		       RSA_PKCS1_PSS_PADDING) == 1;
}

static enum err
sign_bio(const struct crypto_key *key, const struct crypto_cert *cert, BIO *bio,
	struct buf *to)
{
	static const unsigned how = CMS_BINARY | CMS_DETACHED;
	AT_END(CMS_ContentInfo) cms = NULL;

	if (crypto_pkey_usable(key->pkey, NULL) != ERR_OK ||
		!crypto_cert_fits_key(cert, key))
		return ERR_NOT_ALLOWED;
	if (key->how.sign != NULL)
		return bio == NULL ? crypto_failed()
				   : crypto_elsewhere_cms(key, cert, bio, to);
	cms = CMS_sign(NULL, NULL, NULL, NULL, how | CMS_PARTIAL);
	if (bio == NULL || cms == NULL || !add_signer(cms, key, cert) ||
		CMS_final(cms, bio, NULL, how) != 1)
		return crypto_failed();
	return crypto_cms_append(cms, to);
}

static enum err
sign_ec(const struct crypto_key *key, const struct crypto_cert *cert,
	struct span data, struct buf *to)
{
	uint8_t digest[CRYPTO_SHA384];

	if (crypto_pkey_usable(key->pkey, NULL) != ERR_OK ||
		!crypto_cert_fits_key(cert, key))
		return ERR_NOT_ALLOWED;
	crypto_sha384(data, digest);
	return crypto_cms_make(key, cert, digest, to);
}

enum err
crypto_cms_sign(const struct crypto_key *key, const struct crypto_cert *cert,
	struct span data, struct buf *to)
{
	AT_END(BIO) bio = NULL;

	if (data.n > INT_MAX)
		return ERR_TOO_LARGE;
	if (EVP_PKEY_is_a(key->pkey, "EC"))
		return sign_ec(key, cert, data, to);
	bio = BIO_new_mem_buf(
		data.n == 0 ? (const uint8_t *)"" : data.at, (int)data.n);
	return sign_bio(key, cert, bio, to);
}

enum err
crypto_cms_sign_file(const struct crypto_key *key,
	const struct crypto_cert *cert, int fd, struct buf *to)
{
	AT_END(BIO) bio = BIO_new_fd(fd, BIO_NOCLOSE);
	size_t before = to->n;
	enum err e = sign_bio(key, cert, bio, to);

	/* OpenSSL takes a failed read for the end of the file. */
	if (e != ERR_OK || BIO_eof(bio) == 1)
		return e;
	to->n = before;
	return crypto_refused(err_origin(ERR_IO));
}
