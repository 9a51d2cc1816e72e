/* SPDX-License-Identifier: Apache-2.0 */
/* The module, the token, the PIN, the key; and the ledger's key, Ed25519. */
#include <dlfcn.h>
#include <stdio.h>

#include "base/mem.h"
#include "crypto/crypto_pkcs11_int.h"

/* Knows every module that is set up on this machine (p11-kit). */
#define ANY_MODULE "p11-kit-proxy.so"

enum { PIN_MAX = 256, SLOTS = 64, POINT = 34 };

enum err
crypto_module_says(struct why *why, enum err e, const char *what, CK_RV answer)
{
	return why_set(why, e, "%s (the module answered 0x%lx)", what, answer);
}

/* ---- the module ---- */

static enum err
load(struct crypto_module_key *k, struct why *why)
{
	const char *path =
		k->uri.module_path[0] == '\0' ? ANY_MODULE : k->uri.module_path;
	CK_C_INITIALIZE_ARGS how = {.flags = CKF_OS_LOCKING_OK};
	CK_RV (*get)(CK_FUNCTION_LIST **) = NULL;
	CK_RV rv;

	k->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (k->library != NULL)
		*(void **)&get = dlsym(k->library, "C_GetFunctionList");
	if (get == NULL || get(&k->f) != CKR_OK)
		return why_set(why, ERR_NOT_FOUND,
			"%s: no PKCS#11 module can be loaded from there%s",
			path,
			k->uri.module_path[0] == '\0'
				? ": say which, module-path=FILE.so"
				: "");
	rv = k->f->C_Initialize(&how);
	k->initialized = rv == CKR_OK;
	/* For another key of ours. */
	return rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED
		       ? ERR_OK
		       : crypto_module_says(why, ERR_NOT_ALLOWED,
				 "the module does not start", rv);
}

/* Texts of a token are padded with blanks; "" is any. */
static bool
is_text(const uint8_t *padded, size_t size, const char *text)
{
	size_t n = strlen(text);

	if (n == 0)
		return true;
	if (n > size || memcmp(padded, text, n) != 0)
		return false;
	for (size_t i = n; i < size; i++)
		if (padded[i] != ' ')
			return false;
	return true;
}

static bool
is_named(const CK_TOKEN_INFO *info, const struct crypto_uri *u)
{
	return is_text(info->label, sizeof(info->label), u->token) &&
	       is_text(info->serialNumber, sizeof(info->serialNumber),
		       u->serial) &&
	       is_text(info->manufacturerID, sizeof(info->manufacturerID),
		       u->manufacturer) &&
	       is_text(info->model, sizeof(info->model), u->model);
}

static const char *
token_name(const struct crypto_module_key *k)
{
	return k->uri.token[0] != '\0' ? k->uri.token : k->uri.serial;
}

static enum err
open_token(struct crypto_module_key *k, struct why *why)
{
	CK_SLOT_ID slot[SLOTS];
	CK_ULONG n = SLOTS;
	CK_TOKEN_INFO info;
	unsigned found = 0;
	CK_RV rv = k->f->C_GetSlotList(CK_TRUE, slot, &n);

	for (CK_ULONG i = 0; rv == CKR_OK && i < n; i++)
		if (k->f->C_GetTokenInfo(slot[i], &info) == CKR_OK &&
			is_named(&info, &k->uri)) {
			k->slot = slot[i];
			found++;
		}
	if (found == 0)
		return why_set(why, ERR_NOT_FOUND,
			"the module has no token '%.64s': is it plugged in?",
			token_name(k));
	if (found > 1)
		return why_set(why, ERR_NOT_FOUND,
			"the module has more than one token '%.64s': name it by "
			"its serial= too",
			token_name(k));
	rv = k->f->C_OpenSession(
		k->slot, CKF_SERIAL_SESSION, NULL, NULL, &k->session);
	return rv == CKR_OK ? ERR_OK
			    : crypto_module_says(why, ERR_NOT_ALLOWED,
				      "the token does not open", rv);
}

/* ---- the PIN ---- */

static enum err
read_pin(const char *path, char pin[PIN_MAX], size_t *ret_n, struct why *why)
{
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
get_pin(struct crypto_module_key *k, char pin[PIN_MAX], size_t *ret_n,
	struct why *why)
{
	if (k->uri.pin_source[0] != '\0')
		return read_pin(k->uri.pin_source, pin, ret_n, why);
	if (k->ask == NULL)
		return why_set(
			why, ERR_NOT_FOUND, "no PIN is named: pin-source=FILE");
	return k->ask(token_name(k), pin, PIN_MAX, ret_n, why);
}

static CK_FLAGS
token_flags(const struct crypto_module_key *k)
{
	CK_TOKEN_INFO info;

	return k->f->C_GetTokenInfo(k->slot, &info) == CKR_OK ? info.flags : 0;
}

const char *
crypto_module_tries(uint64_t flags)
{
	if ((flags & CKF_USER_PIN_LOCKED) != 0)
		return ", and the token is locked now";
	if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return ", and one try is left before the token locks itself";
	if ((flags & CKF_USER_PIN_COUNT_LOW) != 0)
		return ", and the token locks itself after a few of them";
	return "";
}

static enum err
refused_pin(const struct crypto_module_key *k, CK_RV rv, struct why *why)
{
	char text[128] = "the token takes no login";

	if (rv == CKR_PIN_LOCKED)
		(void)snprintf(text, sizeof(text), "the token's PIN is locked");
	else if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LEN_RANGE ||
		 rv == CKR_PIN_INVALID)
		(void)snprintf(text, sizeof(text), "the token's PIN is wrong%s",
			crypto_module_tries(token_flags(k)));
	return crypto_module_says(why, ERR_NOT_ALLOWED, text, rv);
}

/* A token that has a keypad of its own asks for itself. */
enum err
crypto_module_log_in(
	struct crypto_module_key *k, CK_USER_TYPE whose, struct why *why)
{
	bool keypad = (token_flags(k) & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
	char pin[PIN_MAX];
	size_t n = 0;
	enum err e = keypad ? ERR_OK : get_pin(k, pin, &n, why);
	CK_RV rv = CKR_OK;

	if (e == ERR_OK)
		rv = k->f->C_Login(k->session, whose,
			keypad ? NULL : (CK_UTF8CHAR_PTR)pin, n);
	explicit_bzero(pin, sizeof(pin));
	if (e != ERR_OK || rv == CKR_OK ||
		(rv == CKR_USER_ALREADY_LOGGED_IN && whose == CKU_USER))
		return e;
	return refused_pin(k, rv, why);
}

/* ---- the key ---- */

CK_ULONG
crypto_module_look(struct crypto_module_key *k, CK_OBJECT_CLASS class,
	const char *label, struct span id, CK_OBJECT_HANDLE *ret_object)
{
	CK_ATTRIBUTE want[3] = {{CKA_CLASS, &class, sizeof(class)}};
	CK_OBJECT_HANDLE found[2];
	CK_ULONG n_want = 1;
	CK_ULONG n = 0;
	CK_RV rv;

	if (label[0] != '\0')
		want[n_want++] = (CK_ATTRIBUTE){
			CKA_LABEL, (void *)(uintptr_t)label, strlen(label)};
	if (id.n > 0)
		want[n_want++] =
			(CK_ATTRIBUTE){CKA_ID, (void *)(uintptr_t)id.at, id.n};
	rv = k->f->C_FindObjectsInit(k->session, want, n_want);
	if (rv == CKR_OK)
		rv = k->f->C_FindObjects(k->session, found, 2, &n);
	(void)k->f->C_FindObjectsFinal(k->session);
	if (rv != CKR_OK || n == 0)
		return 0;
	*ret_object = found[0];
	return n;
}

static enum err
find(struct crypto_module_key *k, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *ret,
	struct why *why)
{
	const char *name =
		k->uri.object[0] == '\0' ? "of that id" : k->uri.object;
	CK_ULONG n = crypto_module_look(
		k, class, k->uri.object, span_of(k->uri.id, k->uri.n_id), ret);

	if (n == 1)
		return ERR_OK;
	if (n > 1)
		return why_set(why, ERR_NOT_FOUND,
			"the token has more than one %s key '%.64s': name it "
			"by its id= too",
			class == CKO_PUBLIC_KEY ? "public" : "private", name);
	return why_set(why, ERR_NOT_FOUND,
		"the token has no key '%.64s' (its %s half is not there)", name,
		class == CKO_PUBLIC_KEY ? "public" : "private");
}

enum err
crypto_module_reach(struct crypto_module_key *k, struct why *why)
{
	enum err e = load(k, why);

	if (e == ERR_OK)
		e = open_token(k, why);
	if (e == ERR_OK)
		e = crypto_module_log_in(k, CKU_USER, why);
	return e == ERR_OK ? find(k, CKO_PRIVATE_KEY, &k->object, why) : e;
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

/* ---- the ledger's ---- */

/* An OCTET STRING of 32 bytes. */
static enum err
read_public(struct crypto_module_key *k, struct why *why)
{
	uint8_t point[POINT];
	CK_ATTRIBUTE get = {CKA_EC_POINT, point, sizeof(point)};
	CK_OBJECT_HANDLE public;
	enum err e = find(k, CKO_PUBLIC_KEY, &public, why);
	CK_RV rv;

	if (e != ERR_OK)
		return e;
	rv = k->f->C_GetAttributeValue(k->session, public, &get, 1);
	if (rv != CKR_OK || get.ulValueLen != POINT || point[0] != 0x04 ||
		point[1] != CRYPTO_ED_PUBLIC)
		return crypto_module_says(why, ERR_NOT_FOUND,
			"the key of that name is no Ed25519 key", rv);
	memcpy(k->public, point + 2, CRYPTO_ED_PUBLIC);
	return ERR_OK;
}

enum err
crypto_module_open(const char *uri, struct crypto_module_key **ret_key,
	struct why *reterr_why)
{
	OWNED(crypto_module_key) k = mem_zeroed(sizeof(*k));
	enum err e;

	if (k == NULL)
		return err_origin(ERR_NOMEM);
	e = crypto_uri_parse(span_text(uri), &k->uri, reterr_why);
	if (e == ERR_OK &&
		(k->uri.module_path[0] == '\0' || k->uri.pin_source[0] == '\0'))
		e = why_set(reterr_why, ERR_MALFORMED,
			"the ledger's key in a module is named so, with both of "
			"these: ...?module-path=FILE.so&pin-source=FILE");
	if (e == ERR_OK)
		e = crypto_module_reach(k, reterr_why);
	if (e == ERR_OK)
		e = read_public(k, reterr_why);
	if (e == ERR_OK)
		*ret_key = crypto_module_key_take(&k);
	return e;
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
		       : crypto_module_says(reterr_why, ERR_NOT_ALLOWED,
				 "the token does not sign", rv);
}
