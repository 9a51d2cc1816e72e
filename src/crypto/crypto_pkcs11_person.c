/* SPDX-License-Identifier: Apache-2.0 */
/* A person's key in a module: P-256 or P-384, with its certificate. */
#include "base/mem.h"
#include "crypto/crypto_pkcs11_int.h"

enum {
	CERT_MAX = 1 << 14,
	SIG_MAX = 2 * 66, /* P-521, which is refused later, in plain words */
};

/* Of the private key: its kind, its id, and how often it wants the PIN. */
static enum err
read_private(struct crypto_module_key *k, uint8_t id[CRYPTO_URI_ID],
	size_t *ret_n_id, struct why *why)
{
	CK_KEY_TYPE kind = 0;
	CK_BBOOL each_time = CK_FALSE;
	CK_ATTRIBUTE type = {CKA_KEY_TYPE, &kind, sizeof(kind)};
	CK_ATTRIBUTE ask = {
		CKA_ALWAYS_AUTHENTICATE, &each_time, sizeof(each_time)};
	CK_ATTRIBUTE named = {CKA_ID, id, CRYPTO_URI_ID};
	CK_RV rv = k->f->C_GetAttributeValue(k->session, k->object, &type, 1);

	if (rv != CKR_OK || kind != CKK_EC)
		return crypto_module_says(why, ERR_NOT_ALLOWED,
			"the key of that name is no P-256 or P-384 key", rv);
	/* Not every token has these. */
	rv = k->f->C_GetAttributeValue(k->session, k->object, &ask, 1);
	k->each_time = rv == CKR_OK && each_time == CK_TRUE;
	rv = k->f->C_GetAttributeValue(k->session, k->object, &named, 1);
	*ret_n_id = rv == CKR_OK && named.ulValueLen <= CRYPTO_URI_ID
			    ? named.ulValueLen
			    : 0;
	return ERR_OK;
}

static enum err
find_cert(struct crypto_module_key *k, struct span id,
	CK_OBJECT_HANDLE *ret_cert, struct why *why)
{
	CK_ULONG n = 0;

	if (id.n > 0)
		n = crypto_module_look(k, CKO_CERTIFICATE, "", id, ret_cert);
	if (n == 0 && k->uri.object[0] != '\0')
		n = crypto_module_look(k, CKO_CERTIFICATE, k->uri.object,
			span_of(NULL, 0), ret_cert);
	if (n == 1)
		return ERR_OK;
	return why_set(why, ERR_NOT_FOUND,
		n == 0 ? "the token has no certificate with that key: put it "
			 "there, with the key's id (pkcs11-tool --write-object "
			 "FILE.der --type cert --id ID)"
		       : "the token has more than one certificate with that "
			 "key, and which is meant is not said");
}

static enum err
read_cert(struct crypto_module_key *k, struct span id, struct buf *to,
	struct why *why)
{
	CK_OBJECT_HANDLE cert;
	CK_ATTRIBUTE get = {CKA_VALUE, NULL, 0};
	enum err e = find_cert(k, id, &cert, why);
	CK_RV rv;

	if (e != ERR_OK)
		return e;
	rv = k->f->C_GetAttributeValue(k->session, cert, &get, 1);
	if (rv != CKR_OK || get.ulValueLen == 0 || get.ulValueLen > CERT_MAX)
		return crypto_module_says(why, ERR_NOT_FOUND,
			"the key's certificate cannot be read", rv);
	get.pValue = buf_space(to, get.ulValueLen);
	if (get.pValue == NULL)
		return buf_error(to);
	rv = k->f->C_GetAttributeValue(k->session, cert, &get, 1);
	return rv == CKR_OK
		       ? ERR_OK
		       : crypto_module_says(why, ERR_NOT_FOUND,
				 "the key's certificate cannot be read", rv);
}

enum err
crypto_module_open_person(const char *uri, crypto_module_ask *ask,
	struct crypto_module_key **ret_key, struct buf *ret_cert,
	struct why *reterr_why)
{
	OWNED(crypto_module_key) k = mem_zeroed(sizeof(*k));
	uint8_t id[CRYPTO_URI_ID];
	size_t n_id = 0;
	enum err e;

	if (k == NULL)
		return err_origin(ERR_NOMEM);
	k->ask = ask;
	e = crypto_uri_parse(span_text(uri), &k->uri, reterr_why);
	if (e == ERR_OK)
		e = crypto_module_reach(k, reterr_why);
	if (e == ERR_OK)
		e = read_private(k, id, &n_id, reterr_why);
	if (e == ERR_OK)
		e = read_cert(k, span_of(id, n_id), ret_cert, reterr_why);
	if (e == ERR_OK)
		*ret_key = crypto_module_key_take(&k);
	return e;
}

enum err
crypto_module_sign_digest(struct crypto_module_key *k, struct span digest,
	struct buf *to, struct why *reterr_why)
{
	CK_MECHANISM how = {.mechanism = CKM_ECDSA};
	uint8_t sig[SIG_MAX];
	CK_ULONG n = sizeof(sig);
	CK_RV rv = k->f->C_SignInit(k->session, &how, k->object);

	if (rv == CKR_OK && k->each_time) {
		enum err e = crypto_module_log_in(
			k, CKU_CONTEXT_SPECIFIC, reterr_why);

		if (e != ERR_OK)
			return e;
	}
	if (rv == CKR_OK)
		rv = k->f->C_Sign(k->session, (CK_BYTE_PTR)(uintptr_t)digest.at,
			digest.n, sig, &n);
	if (rv != CKR_OK)
		return crypto_module_says(reterr_why, ERR_NOT_ALLOWED,
			"the token does not sign", rv);
	buf_bytes(to, span_of(sig, n));
	return buf_error(to);
}
