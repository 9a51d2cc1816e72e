/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* crypto_pkcs11_int - a module that is loaded and a key that was found in it:
 * what the ledger's key and people's keys share. */

#include <p11-kit/pkcs11.h>

#include "crypto/crypto_pkcs11.h"
#include "crypto/crypto_uri.h"

struct crypto_module_key {
	void *library;
	CK_FUNCTION_LIST *f;
	bool initialized;
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session; /* CK_INVALID_HANDLE: none */
	CK_OBJECT_HANDLE object;
	struct crypto_uri uri;
	crypto_module_ask *ask;           /* NULL: nobody can be asked */
	uint8_t public[CRYPTO_ED_PUBLIC]; /* of the ledger's */
	bool each_time;                   /* wants the PIN for each signature */
};

/* Returns `e` with that sentence, and what the module answered. */
enum err crypto_module_says(
	struct why *why, enum err e, const char *what, CK_RV answer);

/* The module, the token, the PIN, and the private key: `key->uri` and `ask` are
 * set before. */
MUST_USE enum err crypto_module_reach(
	struct crypto_module_key *key, struct why *why);

/* CKU_USER, or before one signature CKU_CONTEXT_SPECIFIC. */
MUST_USE enum err crypto_module_log_in(
	struct crypto_module_key *key, CK_USER_TYPE whose, struct why *why);

/* How many objects are there of that class, label ("": any) and id (none: any),
 * 0, 1, or 2 for more; the first of them. */
CK_ULONG crypto_module_look(struct crypto_module_key *key,
	CK_OBJECT_CLASS class, const char *label, struct span id,
	CK_OBJECT_HANDLE *ret_object);
