/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_token_person - the process that has a person's PKCS#11 module loaded.
 *
 * Wherever a person's key is read, a URI may stand in place of its file.  Then
 * this process is started, which loads the module, takes the PIN (from its file, or
 * asked for at the terminal: no other process of ours sees it), and gives the
 * certificate; later it signs digests, and ends when the key is freed.  It is
 * started by whoever reads the key, before he reads a secret of the instance or
 * locks himself in; it sees no record, no request and no store.
 */

#include "crypto/crypto.h"

/*
 * The key that a URI names (crypto_pkcs11.h), and its certificate.  Refuses what
 * crypto_module_open_person() and crypto_key_elsewhere() do, each with a
 * sentence.
 */
MUST_USE enum err proc_token_person(const char *uri,
	struct crypto_key **ret_key, struct crypto_cert **ret_cert,
	struct why *reterr_why);
