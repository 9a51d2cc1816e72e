/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys whose private half is elsewhere.
 *
 * OpenSSL makes a CMS message only with a private key in its hands.  So a key
 * made for the moment stands in for the one that is elsewhere, under a copy of
 * the certificate that has its public half: OpenSSL makes the whole message, and
 * then the signature over its signed attributes is replaced by the real one.  The
 * certificate that is put in is the real one, and no more is left of the other.
 */
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#include "base/mem.h"
#include "crypto/crypto_der.h"
#include "crypto/crypto_int.h"

#define OID_SIGNED SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")

enum { SIG_MAX = 256, CMS_MAX = 1 << 16, CURVE_NAME = 32 };

CRYPTO_OWNED(ECDSA_SIG, ECDSA_SIG_free);

enum err
crypto_key_elsewhere(const struct crypto_cert *cert,
	const struct crypto_elsewhere *how, struct crypto_key **ret_key,
	struct why *reterr_why)
{
	OWNED(crypto_key) key = NULL;
	EVP_PKEY *pkey = X509_get0_pubkey(cert->x509);
	enum err e = crypto_pkey_usable(pkey, reterr_why);

	if (e == ERR_OK && !EVP_PKEY_is_a(pkey, "EC"))
		e = why_set(reterr_why, ERR_NOT_ALLOWED,
			"a person's key in a module is P-256 or P-384");
	if (e != ERR_OK)
		return e;
	key = mem_zeroed(sizeof(*key));
	if (key == NULL)
		return err_origin(ERR_NOMEM);
	key->said = mem_zeroed(sizeof(*key->said));
	if (key->said == NULL)
		return err_origin(ERR_NOMEM);
	if (EVP_PKEY_up_ref(pkey) != 1)
		return crypto_failed();
	key->pkey = pkey;
	key->how = *how;
	*ret_key = crypto_key_take(&key);
	return ERR_OK;
}

const char *
crypto_key_said(const struct crypto_key *key)
{
	return key->said == NULL ? "" : key->said->text;
}

/* ---- one signature ---- */

/* The leftmost bits of a digest, as many as the order has (FIPS 186-5, 6.4). */
static size_t
order_bytes(const struct crypto_key *key)
{
	size_t n = ((size_t)EVP_PKEY_get_bits(key->pkey) + 7) / 8;

	return n < CRYPTO_SHA384 ? n : CRYPTO_SHA384;
}

/* r and s as Ecdsa-Sig-Value (RFC 3279). */
static enum err
encode(struct span raw, struct buf *to)
{
	AT_END(ECDSA_SIG) sig = ECDSA_SIG_new();
	int half = (int)raw.n / 2;
	BIGNUM *r = BN_bin2bn(raw.at, half, NULL);
	BIGNUM *s = BN_bin2bn(raw.at + half, half, NULL);
	uint8_t *der = NULL;
	int n;

	if (sig == NULL || r == NULL || s == NULL ||
		ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return crypto_failed();
	}
	n = i2d_ECDSA_SIG(sig, &der);
	if (n > 0)
		buf_bytes(to, span_of(der, (size_t)n));
	OPENSSL_free(der);
	return n > 0 ? buf_error(to) : crypto_failed();
}

static enum err
holds(const struct crypto_key *key, struct span data, struct span signature)
{
	AT_END(EVP_MD_CTX) ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestVerifyInit_ex(ctx, NULL, "SHA384", NULL,
				   NULL, key->pkey, NULL) != 1)
		return crypto_failed();
	if (EVP_DigestVerify(ctx, signature.at, signature.n, data.at, data.n) ==
		1)
		return ERR_OK;
	return crypto_refused(why_set(key->said, ERR_NOT_ALLOWED,
		"what the token signed does not hold by the certificate: they "
		"are not of one key"));
}

enum err
crypto_elsewhere_sign(
	const struct crypto_key *key, struct span data, struct buf *to)
{
	OWNED_BUF(raw, SIG_MAX);
	OWNED_BUF(der, SIG_MAX);
	uint8_t digest[CRYPTO_SHA384];
	size_t n = order_bytes(key);
	enum err e;

	key->said->text[0] = '\0';
	crypto_sha384(data, digest);
	e = key->how.sign(
		key->how.context, span_of(digest, n), &raw, key->said);
	if (e == ERR_OK && raw.n != 2 * n)
		e = why_set(key->said, ERR_NOT_ALLOWED,
			"what the token signed is as long as no signature by "
			"that certificate");
	if (e == ERR_OK)
		e = encode(buf_span(&raw), &der);
	if (e == ERR_OK)
		e = holds(key, data, buf_span(&der));
	if (e != ERR_OK)
		return e;
	buf_bytes(to, buf_span(&der));
	return buf_error(to);
}

/* ---- CMS ---- */

/* The certificate of a key that can sign here, on the same curve. */
static enum err
stand_in(const struct crypto_key *key, const struct crypto_cert *cert,
	EVP_PKEY **ret_key, X509 **ret_cert)
{
	char curve[CURVE_NAME] = "";

	if (EVP_PKEY_get_group_name(key->pkey, curve, sizeof(curve), NULL) != 1)
		return crypto_failed();
	*ret_key = EVP_EC_gen(curve);
	*ret_cert = X509_dup(cert->x509);
	return *ret_key != NULL && *ret_cert != NULL &&
			       X509_set_pubkey(*ret_cert, *ret_key) == 1
		       ? ERR_OK
		       : crypto_failed();
}

static enum err
make_message(const struct crypto_key *key, const struct crypto_cert *cert,
	BIO *bio, CMS_ContentInfo **ret_cms)
{
	static const unsigned how = CMS_BINARY | CMS_DETACHED;
	AT_END(EVP_PKEY) other = NULL;
	AT_END(X509) other_cert = NULL;
	enum err e = stand_in(key, cert, &other, &other_cert);

	if (e != ERR_OK)
		return e;
	*ret_cms = CMS_sign(NULL, NULL, NULL, NULL, how | CMS_PARTIAL);
	if (*ret_cms == NULL ||
		CMS_add1_signer(*ret_cms, other_cert, other,
			crypto_algorithms()->sha384,
			CMS_BINARY | CMS_NOSMIMECAP | CMS_NOCERTS) == NULL ||
		CMS_add1_cert(*ret_cms, cert->x509) != 1 ||
		CMS_final(*ret_cms, bio, NULL, how) != 1)
		return crypto_failed();
	return ERR_OK;
}

/* The signed attributes, as they are signed: SET OF (RFC 5652, 5.4). */
static enum err
attributes(CMS_ContentInfo *cms, struct buf *to)
{
	OWNED_BUF(der, CMS_MAX);
	enum err e = crypto_cms_append(cms, &der);
	struct reader r = crypto_der_content(buf_span(&der), OID_SIGNED);
	struct reader signers;
	struct reader signer;

	if (e != ERR_OK)
		return e;
	(void)crypto_der_take(&r, DER_INTEGER);
	(void)crypto_der_take(&r, DER_SET);
	(void)crypto_der_take(&r, DER_SEQUENCE);
	(void)crypto_der_take(&r, DER_CONTEXT_0);
	signers = crypto_der_enter(&r, DER_SET);
	signer = crypto_der_enter(&signers, DER_SEQUENCE);
	(void)crypto_der_take(&signer, DER_INTEGER);
	(void)crypto_der_take(&signer, DER_SEQUENCE);
	(void)crypto_der_take(&signer, DER_SEQUENCE);
	buf_bytes(to, crypto_der_whole(&signer, DER_CONTEXT_0));
	if (!read_ok(&r) || !read_ok(&signer) || to->n == 0)
		return crypto_failed();
	to->at[0] = DER_SET;
	return buf_error(to);
}

enum err
crypto_elsewhere_cms(const struct crypto_key *key,
	const struct crypto_cert *cert, BIO *bio, struct buf *to)
{
	AT_END(CMS_ContentInfo) cms = NULL;
	OWNED_BUF(signed_part, CMS_MAX);
	OWNED_BUF(signature, SIG_MAX);
	CMS_SignerInfo *signer;
	enum err e = make_message(key, cert, bio, &cms);

	if (e == ERR_OK)
		e = attributes(cms, &signed_part);
	if (e == ERR_OK)
		e = crypto_elsewhere_sign(
			key, buf_span(&signed_part), &signature);
	if (e != ERR_OK)
		return e;
	signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	if (signer == NULL ||
		ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(signer),
			signature.at, (int)signature.n) != 1)
		return crypto_failed();
	return crypto_cms_append(cms, to);
}
