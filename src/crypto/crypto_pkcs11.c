/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto_pkcs11.h"

#include <dlfcn.h>
#include <stdio.h>

#include <p11-kit/pkcs11.h>

#include "base/code.h"
#include "base/mem.h"

enum { ATTRIBUTE = 512, PIN_MAX = 256, SLOTS = 64, POINT = 34 };

struct uri {
	char token[ATTRIBUTE];
	char object[ATTRIBUTE];
	char module_path[ATTRIBUTE];
	char pin_source[ATTRIBUTE];
};

struct crypto_module_key {
	void *library;
	CK_FUNCTION_LIST *f;
	bool initialized;
	CK_SESSION_HANDLE session; /* CK_INVALID_HANDLE: none */
	CK_OBJECT_HANDLE object;
	uint8_t public[CRYPTO_ED_PUBLIC];
};

/* ---- the URI ---- */

/* %xx decoded; no NUL comes out. */
static bool
decode(struct span text, char *to, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == '%') {
			if (i + 2 >= text.n ||
				!code_hex_parse(
					span_of(text.at + i + 1, 2), &c, 1))
				return false;
			i += 2;
		}
		if (c == '\0' || n + 1 >= size)
			return false;
		to[n++] = (char)c;
	}
	to[n] = '\0';
	return n > 0;
}

static bool
take_attribute(struct span text, struct uri *u)
{
	const struct {
		struct span name;
		char *to;
	} known[] = {
		{SPAN("token"), u->token},
		{SPAN("object"), u->object},
		{SPAN("module-path"), u->module_path},
		{SPAN("pin-source"), u->pin_source},
	};
	struct span name = span_cut(&text, '=');

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_eq(name, known[i].name))
			return known[i].to[0] == '\0' &&
			       decode(text, known[i].to, ATTRIBUTE);
	return false;
}

static bool
uri_parse(const char *text, struct uri *u)
{
	struct span query = span_text(text);
	struct span path = span_cut(&query, '?');

	*u = (struct uri){.token = ""};
	if (!span_starts(path, SPAN("pkcs11:")))
		return false;
	path = span_of(path.at + 7, path.n - 7);
	while (path.n > 0)
		if (!take_attribute(span_cut(&path, ';'), u))
			return false;
	while (query.n > 0)
		if (!take_attribute(span_cut(&query, '&'), u))
			return false;
	return u->token[0] != '\0' && u->object[0] != '\0' &&
	       u->module_path[0] != '\0' && u->pin_source[0] != '\0';
}

/* ---- the module ---- */

static enum err
says(struct why *why, enum err e, const char *what, CK_RV answer)
{
	return why_set(why, e, "%s (the module answered 0x%lx)", what, answer);
}

static enum err
load(struct crypto_module_key *k, const char *path, struct why *why)
{
	CK_C_INITIALIZE_ARGS how = {.flags = CKF_OS_LOCKING_OK};
	CK_RV (*get)(CK_FUNCTION_LIST **) = NULL;
	CK_RV rv;

	k->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (k->library != NULL)
		*(void **)&get = dlsym(k->library, "C_GetFunctionList");
	if (get == NULL || get(&k->f) != CKR_OK)
		return why_set(why, ERR_NOT_FOUND,
			"%s: no PKCS#11 module can be loaded from there", path);
	rv = k->f->C_Initialize(&how);
	k->initialized = rv == CKR_OK;
	/* For another key of ours. */
	return rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED
		       ? ERR_OK
		       : says(why, ERR_NOT_ALLOWED, "the module does not start",
				 rv);
}

/* Labels are padded with blanks. */
static bool
is_label(const CK_TOKEN_INFO *info, const char *label)
{
	uint8_t padded[sizeof(info->label)];
	size_t n = strlen(label);

	if (n > sizeof(padded))
		return false;
	memset(padded, ' ', sizeof(padded));
	memcpy(padded, label, n);
	return memcmp(padded, info->label, sizeof(padded)) == 0;
}

static enum err
open_token(struct crypto_module_key *k, const char *label, struct why *why)
{
	CK_SLOT_ID slot[SLOTS];
	CK_ULONG n = SLOTS;
	CK_TOKEN_INFO info;
	CK_RV rv = k->f->C_GetSlotList(CK_TRUE, slot, &n);

	for (CK_ULONG i = 0; rv == CKR_OK && i < n; i++) {
		if (k->f->C_GetTokenInfo(slot[i], &info) != CKR_OK ||
			!is_label(&info, label))
			continue;
		rv = k->f->C_OpenSession(
			slot[i], CKF_SERIAL_SESSION, NULL, NULL, &k->session);
		return rv == CKR_OK ? ERR_OK
				    : says(why, ERR_NOT_ALLOWED,
					      "the token does not open", rv);
	}
	return why_set(why, ERR_NOT_FOUND,
		"the module has no token '%.64s': is it plugged in?", label);
}

static enum err
read_pin(const char *source, char pin[PIN_MAX], size_t *ret_n, struct why *why)
{
	const char *path =
		strncmp(source, "file:", 5) == 0 ? source + 5 : source;
	FILE *f = fopen(path, "re");
	size_t n = f == NULL ? 0 : fread(pin, 1, PIN_MAX, f);

	if (f != NULL)
		(void)fclose(f);
	if (n > 0 && pin[n - 1] == '\n')
		n--;
	*ret_n = n;
	return n > 0 && n < PIN_MAX
		       ? ERR_OK
		       : why_set(why, ERR_NOT_FOUND,
				 "%s: no PIN can be read from there", path);
}

static enum err
log_in(struct crypto_module_key *k, const char *source, struct why *why)
{
	char pin[PIN_MAX];
	size_t n = 0;
	enum err e = read_pin(source, pin, &n, why);
	CK_RV rv = CKR_OK;

	if (e == ERR_OK)
		rv = k->f->C_Login(
			k->session, CKU_USER, (CK_UTF8CHAR_PTR)pin, n);
	explicit_bzero(pin, sizeof(pin));
	if (e != ERR_OK || rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
		return e;
	return says(why, ERR_NOT_ALLOWED,
		rv == CKR_PIN_INCORRECT ? "the token's PIN is wrong"
		: rv == CKR_PIN_LOCKED  ? "the token's PIN is locked"
					: "the token takes no login",
		rv);
}

static enum err
find(struct crypto_module_key *k, CK_OBJECT_CLASS class, const char *label,
	CK_OBJECT_HANDLE *ret, struct why *why)
{
	CK_ATTRIBUTE want[] = {
		{CKA_CLASS, &class, sizeof(class)},
		{CKA_LABEL, (void *)(uintptr_t)label, strlen(label)},
	};
	CK_OBJECT_HANDLE found[2];
	CK_ULONG n = 0;
	CK_RV rv = k->f->C_FindObjectsInit(k->session, want, 2);

	if (rv == CKR_OK)
		rv = k->f->C_FindObjects(k->session, found, 2, &n);
	(void)k->f->C_FindObjectsFinal(k->session);
	if (rv != CKR_OK || n != 1)
		return why_set(why, ERR_NOT_FOUND,
			"the token has %s '%.64s', and each half must be there",
			n > 1 ? "more than one key" : "no key", label);
	*ret = found[0];
	return ERR_OK;
}

/* An OCTET STRING of 32 bytes. */
static enum err
read_public(struct crypto_module_key *k, const char *label, struct why *why)
{
	uint8_t point[POINT];
	CK_ATTRIBUTE get = {CKA_EC_POINT, point, sizeof(point)};
	CK_OBJECT_HANDLE public;
	enum err e = find(k, CKO_PUBLIC_KEY, label, &public, why);
	CK_RV rv;

	if (e != ERR_OK)
		return e;
	rv = k->f->C_GetAttributeValue(k->session, public, &get, 1);
	if (rv != CKR_OK || get.ulValueLen != POINT || point[0] != 0x04 ||
		point[1] != CRYPTO_ED_PUBLIC)
		return says(why, ERR_NOT_FOUND,
			"the key of that name is no Ed25519 key", rv);
	memcpy(k->public, point + 2, CRYPTO_ED_PUBLIC);
	return ERR_OK;
}

enum err
crypto_module_open(const char *uri, struct crypto_module_key **ret_key,
	struct why *reterr_why)
{
	OWNED(crypto_module_key) k = mem_zeroed(sizeof(*k));
	struct uri u;
	enum err e;

	if (k == NULL)
		return err_origin(ERR_NOMEM);
	if (!uri_parse(uri, &u))
		return why_set(reterr_why, ERR_MALFORMED,
			"a key in a module is named so: pkcs11:token=T;object="
			"O?module-path=FILE.so&pin-source=FILE");
	e = load(k, u.module_path, reterr_why);
	if (e == ERR_OK)
		e = open_token(k, u.token, reterr_why);
	if (e == ERR_OK)
		e = log_in(k, u.pin_source, reterr_why);
	if (e == ERR_OK)
		e = find(k, CKO_PRIVATE_KEY, u.object, &k->object, reterr_why);
	if (e == ERR_OK)
		e = read_public(k, u.object, reterr_why);
	if (e == ERR_OK)
		*ret_key = crypto_module_key_take(&k);
	return e;
}

struct crypto_module_key *
crypto_module_key_free(struct crypto_module_key *key)
{
	if (key == NULL)
		return NULL;
	if (key->initialized)
		(void)key->f->C_Finalize(NULL);
	/* Not unloaded: some modules leave threads behind. */
	mem_free(key);
	return NULL;
}

void
crypto_module_public(const struct crypto_module_key *key,
	uint8_t ret_public[CRYPTO_ED_PUBLIC])
{
	memcpy(ret_public, key->public, CRYPTO_ED_PUBLIC);
}

enum err
crypto_module_sign(const struct crypto_module_key *key, struct span text,
	uint8_t ret_sig[CRYPTO_ED_SIG], struct why *reterr_why)
{
	CK_MECHANISM how = {.mechanism = CKM_EDDSA};
	CK_ULONG n = CRYPTO_ED_SIG;
	CK_RV rv = key->f->C_SignInit(key->session, &how, key->object);

	if (rv == CKR_OK)
		rv = key->f->C_Sign(key->session,
			(CK_BYTE_PTR)(uintptr_t)text.at, text.n, ret_sig, &n);
	return rv == CKR_OK && n == CRYPTO_ED_SIG
		       ? ERR_OK
		       : says(reterr_why, ERR_NOT_ALLOWED,
				 "the token does not sign", rv);
}
