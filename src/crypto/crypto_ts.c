/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3161 timestamps: asking for one, and whether one holds. */
#include <openssl/pem.h>
#include <openssl/ts.h>

#include "crypto/crypto_int.h"

enum { CERTS_MAX = 8, IMPRINT = CRYPTO_SHA256 };

CRYPTO_OWNED(TS_REQ, TS_REQ_free);
CRYPTO_OWNED(TS_RESP, TS_RESP_free);
CRYPTO_OWNED(TS_MSG_IMPRINT, TS_MSG_IMPRINT_free);
CRYPTO_OWNED(TS_VERIFY_CTX, TS_VERIFY_CTX_free);
CRYPTO_OWNED(X509_STORE, X509_STORE_free);
CRYPTO_OWNED(X509_ALGOR, X509_ALGOR_free);
CRYPTO_OWNED(ASN1_INTEGER, ASN1_INTEGER_free);
CRYPTO_OWNED(ASN1_TIME, ASN1_TIME_free);

/* SHA-256 of `data`, as a request has it. */
static bool
set_imprint(TS_REQ *req, struct span data)
{
	AT_END(TS_MSG_IMPRINT) imprint = TS_MSG_IMPRINT_new();
	AT_END(X509_ALGOR) algorithm = X509_ALGOR_new();
	uint8_t hash[IMPRINT];

	if (imprint == NULL || algorithm == NULL)
		return false;
	crypto_sha256(data, hash);
	return X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
		       NULL) == 1 &&
	       TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	       TS_MSG_IMPRINT_set_msg(imprint, hash, IMPRINT) == 1 &&
	       TS_REQ_set_msg_imprint(req, imprint) == 1;
}

static bool
set_nonce(TS_REQ *req, const uint8_t nonce[CRYPTO_TS_NONCE])
{
	AT_END(ASN1_INTEGER) number = ASN1_INTEGER_new();
	uint64_t value = 0;

	for (size_t i = 0; i < CRYPTO_TS_NONCE; i++)
		value = value << 8 | nonce[i];
	return number != NULL && ASN1_INTEGER_set_uint64(number, value) == 1 &&
	       TS_REQ_set_nonce(req, number) == 1;
}

/* NULL where the library failed. */
static TS_REQ *
request(struct span data, const uint8_t *nonce)
{
	TS_REQ *req = TS_REQ_new();

	if (req != NULL && TS_REQ_set_version(req, 1) == 1 &&
		set_imprint(req, data) &&
		(nonce == NULL || set_nonce(req, nonce)) &&
		TS_REQ_set_cert_req(req, 1) == 1)
		return req;
	TS_REQ_free(req);
	return NULL;
}

enum err
crypto_ts_request(
	struct span data, const uint8_t nonce[CRYPTO_TS_NONCE], struct buf *to)
{
	AT_END(TS_REQ) req = request(data, nonce);
	uint8_t *der = NULL;
	int n = req == NULL ? -1 : i2d_TS_REQ(req, &der);

	if (n <= 0)
		return crypto_failed();
	buf_bytes(to, span_of(der, (size_t)n));
	OPENSSL_free(der);
	return buf_error(to);
}

/* ---- does it hold? ---- */

/* Those who are trusted, at that time: the TSA's own certificate is enough. */
static X509_STORE *
trusted(struct span pem, int64_t at)
{
	X509_STORE *store = X509_STORE_new();
	BIO *in = pem.n == 0 || pem.n > INT32_MAX
			  ? NULL
			  : BIO_new_mem_buf(pem.at, (int)pem.n);
	int n = 0;

	for (X509 *x; store != NULL && in != NULL && n < CERTS_MAX; n++) {
		x = PEM_read_bio_X509(in, NULL, NULL, NULL);
		if (x == NULL)
			break;
		if (X509_STORE_add_cert(store, x) != 1)
			n = CERTS_MAX;
		X509_free(x);
	}
	BIO_free(in);
	if (store != NULL && n > 0 && n <= CERTS_MAX) {
		X509_VERIFY_PARAM *p = X509_STORE_get0_param(store);

		X509_VERIFY_PARAM_set_time(p, (time_t)at);
		if (X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN) ==
			1)
			return store;
	}
	X509_STORE_free(store);
	return NULL;
}

static bool
time_of(TS_RESP *reply, int64_t *ret_at)
{
	TS_TST_INFO *info = TS_RESP_get_tst_info(reply);
	const ASN1_GENERALIZEDTIME *when =
		info == NULL ? NULL : TS_TST_INFO_get_time(info);
	AT_END(ASN1_TIME) epoch = ASN1_TIME_set(NULL, 0);
	int days;
	int seconds;

	if (when == NULL || epoch == NULL ||
		ASN1_TIME_diff(&days, &seconds, epoch, when) != 1)
		return false;
	*ret_at = (int64_t)days * 86400 + seconds;
	return *ret_at > 0;
}

static bool
holds(TS_RESP *reply, struct span data, const uint8_t *nonce, struct span pem,
	int64_t at)
{
	AT_END(TS_REQ) req = request(data, nonce);
	AT_END(TS_VERIFY_CTX)
	ctx = req == NULL ? NULL : TS_REQ_to_TS_VERIFY_CTX(req, NULL);
	X509_STORE *store = ctx == NULL ? NULL : trusted(pem, at);

	if (store == NULL)
		return false;
	/* The context owns it from here on. */
	(void)TS_VERIFY_CTX_set_store(ctx, store);
	(void)TS_VERIFY_CTX_add_flags(ctx, TS_VFY_SIGNATURE);
	return TS_RESP_verify_response(ctx, reply) == 1;
}

enum err
crypto_ts_check(struct span reply, struct span data, const uint8_t *nonce,
	struct span certs, int64_t *ret_at, struct why *reterr_why)
{
	const unsigned char *at = reply.at;
	AT_END(TS_RESP)
	parsed = reply.n == 0 || reply.n > CRYPTO_TS_MAX
			 ? NULL
			 : d2i_TS_RESP(NULL, &at, (long)reply.n);
	int64_t when = 0;

	if (parsed == NULL || at != reply.at + reply.n) {
		(void)crypto_refused(ERR_OK);
		return why_set(reterr_why, ERR_MALFORMED,
			"not a timestamp reply (RFC 3161)");
	}
	if (!time_of(parsed, &when)) {
		(void)crypto_refused(ERR_OK);
		return why_set(reterr_why, ERR_BAD_SIGNATURE,
			"the time-stamping authority gave no timestamp");
	}
	if (!holds(parsed, data, nonce, certs, when)) {
		(void)crypto_refused(ERR_OK);
		return why_set(reterr_why, ERR_BAD_SIGNATURE,
			"the timestamp is not over these bytes, not for this "
			"question, or not by the authority whose certificate "
			"was given");
	}
	*ret_at = when;
	return ERR_OK;
}
