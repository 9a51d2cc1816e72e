/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crypto_pkcs11 - an Ed25519 key in a PKCS#11 module, which never leaves it.
 *
 * The key is named by a URI (RFC 7512) with these attributes, and no others:
 *
 *	pkcs11:token=LABEL;object=LABEL?module-path=FILE.so&pin-source=FILE
 *
 * pin-source is a file (also as file:/...) that holds the PIN, and a last LF
 * perhaps.  The module is loaded into this process and does what it likes there:
 * so this is a process of its own (proc_token.h).
 */

#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "crypto/crypto.h"

struct crypto_module_key;

/*
 * Loads the module, logs in and finds the key, once.  Refuses, each with a
 * sentence: MALFORMED (the URI), NOT_FOUND (module, token, PIN file or key) and
 * NOT_ALLOWED (the PIN is wrong, or the token will not have us).
 */
MUST_USE enum err crypto_module_open(const char *uri,
	struct crypto_module_key **ret_key, struct why *reterr_why);
struct crypto_module_key *crypto_module_key_free(struct crypto_module_key *key);
DEFINE_OWNED(crypto_module_key);

/* Its public half, as the module says it. */
void crypto_module_public(const struct crypto_module_key *key,
	uint8_t ret_public[CRYPTO_ED_PUBLIC]);

/* Refuses NOT_ALLOWED: the module does not sign, with what it answered. */
MUST_USE enum err crypto_module_sign(const struct crypto_module_key *key,
	struct span text, uint8_t ret_sig[CRYPTO_ED_SIG],
	struct why *reterr_why);
