/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A detached signature by an EC key, written out (RFC 5652, RFC 5754): what
 * OpenSSL's CMS_sign() makes, byte for byte but for the time and the signature,
 * in half its time.  Who signs a thousand answers a second asks for that; RSA is
 * left to OpenSSL.
 */
#include "crypto/crypto_der.h"
#include "crypto/crypto_int.h"

#define OID_SIGNED SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
#define OID_DATA SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define CONTENT_TYPE SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03")
#define DIGEST SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04")
#define SIGNING_TIME SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")
#define SHA384 SPAN("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02")
#define ECDSA_SHA384 SPAN("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03")
#define VERSION_1 SPAN("\x02\x01\x01")

enum { TIME_MAX = 32, PART_MAX = 1 << 17 };

static void
put(struct buf *to, uint8_t tag, struct span contents)
{
	crypto_der_put(to, tag, contents.n);
	buf_bytes(to, contents);
}

/* SEQUENCE { type, SET { value } } */
static void
put_attribute(struct buf *to, struct span type, struct span value)
{
	size_t set = crypto_der_head(value.n) + value.n;

	crypto_der_put(to, DER_SEQUENCE, type.n + set);
	buf_bytes(to, type);
	put(to, DER_SET, value);
}

/* UTCTime or GeneralizedTime, as RFC 5652 (11.3) wants it. */
static bool
put_now(struct buf *to)
{
	ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
	uint8_t *at = NULL;
	int n = now == NULL ? -1 : i2d_ASN1_TIME(now, &at);

	if (n > 0)
		buf_bytes(to, span_of(at, (size_t)n));
	OPENSSL_free(at);
	ASN1_TIME_free(now);
	return n > 0;
}

/* In the order of their encodings, as a SET OF has them. */
static enum err
put_attributes(struct buf *to, const uint8_t digest[CRYPTO_SHA384])
{
	OWNED_BUF(now, TIME_MAX);
	OWNED_BUF(hash, CRYPTO_SHA384 + 2);

	put(&hash, DER_OCTETS, span_of(digest, CRYPTO_SHA384));
	if (!put_now(&now))
		return crypto_failed();
	put_attribute(to, CONTENT_TYPE, OID_DATA);
	put_attribute(to, SIGNING_TIME, buf_span(&now));
	put_attribute(to, DIGEST, buf_span(&hash));
	if (buf_error(&hash) != ERR_OK)
		return buf_error(&hash);
	return buf_error(&now) == ERR_OK ? buf_error(to) : buf_error(&now);
}

/* issuerAndSerialNumber, with its head. */
static bool
put_who(struct buf *to, const struct crypto_cert *cert)
{
	uint8_t *issuer = NULL;
	uint8_t *serial = NULL;
	int n_issuer = i2d_X509_NAME(X509_get_issuer_name(cert->x509), &issuer);
	int n_serial =
		i2d_ASN1_INTEGER(X509_get0_serialNumber(cert->x509), &serial);
	bool is = n_issuer > 0 && n_serial > 0;

	if (is) {
		crypto_der_put(
			to, DER_SEQUENCE, (size_t)n_issuer + (size_t)n_serial);
		buf_bytes(to, span_of(issuer, (size_t)n_issuer));
		buf_bytes(to, span_of(serial, (size_t)n_serial));
	}
	OPENSSL_free(issuer);
	OPENSSL_free(serial);
	return is;
}

/* SignerInfo's contents (RFC 5652, 5.3). */
static enum err
put_signer(struct buf *to, const struct crypto_key *key,
	const struct crypto_cert *cert, const uint8_t digest[CRYPTO_SHA384])
{
	OWNED_BUF(attributes, PART_MAX);
	OWNED_BUF(signed_bytes, PART_MAX);
	OWNED_BUF(signature, PART_MAX);
	enum err e = put_attributes(&attributes, digest);

	if (e != ERR_OK)
		return e;
	put(&signed_bytes, DER_SET, buf_span(&attributes));
	e = buf_error(&signed_bytes);
	if (e == ERR_OK)
		e = crypto_sign(key, buf_span(&signed_bytes), &signature);
	if (e != ERR_OK)
		return e;
	buf_bytes(to, VERSION_1);
	if (!put_who(to, cert))
		return crypto_failed();
	buf_bytes(to, SHA384);
	put(to, DER_CONTEXT_0, buf_span(&attributes));
	buf_bytes(to, ECDSA_SHA384);
	put(to, DER_OCTETS, buf_span(&signature));
	return buf_error(to);
}

static size_t
whole(struct span contents)
{
	return crypto_der_head(contents.n) + contents.n;
}

enum err
crypto_cms_make(const struct crypto_key *key, const struct crypto_cert *cert,
	const uint8_t digest[CRYPTO_SHA384], struct buf *to)
{
	OWNED_BUF(signer, PART_MAX);
	OWNED_BUF(body, PART_MAX);
	size_t sequence;
	enum err e = put_signer(&signer, key, cert, digest);

	if (e != ERR_OK)
		return e;
	buf_bytes(&body, VERSION_1);
	put(&body, DER_SET, SHA384);
	put(&body, DER_SEQUENCE, OID_DATA);
	put(&body, DER_CONTEXT_0, buf_span(&cert->der));
	crypto_der_put(&body, DER_SET, whole(buf_span(&signer)));
	put(&body, DER_SEQUENCE, buf_span(&signer));
	if (buf_error(&body) != ERR_OK)
		return buf_error(&body);
	sequence = whole(buf_span(&body));
	crypto_der_put(to, DER_SEQUENCE,
		OID_SIGNED.n + crypto_der_head(sequence) + sequence);
	buf_bytes(to, OID_SIGNED);
	crypto_der_put(to, DER_CONTEXT_0, sequence);
	put(to, DER_SEQUENCE, buf_span(&body));
	return buf_error(to);
}
