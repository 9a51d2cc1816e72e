/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crypto_pkcs11 - a key in a PKCS#11 module, which never leaves it: the ledger's
 * (Ed25519), or a person's (P-256, P-384) with its certificate.
 *
 * The key is named by a URI (crypto_uri.h).  The PIN is in the file that
 * pin-source names, with a last LF perhaps; where none is named somebody may be
 * asked.  The module is loaded into this process and does what it likes there: so
 * this is a process of its own (proc_token.h).
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "crypto/crypto.h"

struct crypto_module_key;

/* Asks a person for the PIN of the token of that name.  Refuses with a
 * sentence. */
typedef enum err crypto_module_ask(const char *token, char *to, size_t size,
	size_t *ret_n, struct why *reterr_why);

/*
 * The ledger's.  Loads the module, logs in and finds the key, once.  The URI
 * names token, object, module-path and pin-source.  Refuses, each with a
 * sentence: MALFORMED (the URI), NOT_FOUND (module, token, PIN file or key, or
 * more than one of them) and NOT_ALLOWED (the PIN is wrong, or the token will not
 * have us).
 */
MUST_USE enum err crypto_module_open(const char *uri,
	struct crypto_module_key **ret_key, struct why *reterr_why);

/*
 * A person's, and the DER of the certificate that lies beside it in the token:
 * with the key's id, else with its label.  Without module-path the one of p11-kit
 * is used, which knows all that are set up on this machine; without pin-source
 * `ask` is.  Refuses as above.
 */
MUST_USE enum err crypto_module_open_person(const char *uri,
	crypto_module_ask *ask, struct crypto_module_key **ret_key,
	struct buf *ret_cert, struct why *reterr_why);

struct crypto_module_key *crypto_module_key_free(struct crypto_module_key *key);
DEFINE_OWNED(crypto_module_key);

/* Its public half, as the module says it; of the ledger's. */
void crypto_module_public(const struct crypto_module_key *key,
	uint8_t ret_public[CRYPTO_ED_PUBLIC]);

/* Ed25519.  Refuses NOT_ALLOWED: the module does not sign, with what it
 * answered. */
MUST_USE enum err crypto_module_sign(const struct crypto_module_key *key,
	struct span text, uint8_t ret_sig[CRYPTO_ED_SIG],
	struct why *reterr_why);

/* ECDSA: r and s appended, each as long as the curve's order.  A key that wants
 * the PIN each time (CKA_ALWAYS_AUTHENTICATE) gets it.  Refuses as above. */
MUST_USE enum err crypto_module_sign_digest(struct crypto_module_key *key,
	struct span digest, struct buf *to, struct why *reterr_why);

/* What the flags of a token (CK_TOKEN_INFO) tell of the tries that are left,
 * after a wrong PIN: "", or the end of a sentence. */
const char *crypto_module_tries(uint64_t flags);
