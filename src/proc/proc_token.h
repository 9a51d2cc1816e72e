/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_token - the process that has the PKCS#11 module of the ledger's key loaded
 * (crypto_pkcs11.h); that of a person's key is proc_token_person.h.
 *
 * A module opens files and sockets of its own at each signature, so it can live
 * in no process that locks itself in: the keeper's parent of one.  Whoever signs
 * starts it before he locks himself in, and asks it over a socket; it gets texts
 * to sign, gives signatures, and ends with who started it.  It sees no record, no
 * request and no store, and parses nothing but what we send.
 */

#include "ledger/keyfile.h"

/* Where one of the keys is in a module: starts the process, and lets
 * store/log.h sign by it.  Does nothing where none is. */
MUST_USE enum err proc_token_begin(
	const struct ledger_keyfile *keys, size_t n_keys);
/* What store_log_create_by() and a keeper need: the two files of a folder. */
MUST_USE enum err proc_token_begin_folder(int private_dir);
void proc_token_end(void);

/* The token is there, takes the PIN, and has this key.  OK for a key that is in
 * no module.  Refuses as crypto_module_open(), and MISMATCH: another key. */
MUST_USE enum err proc_token_check(
	const struct ledger_keyfile *key, struct why *reterr_why);
/* The same of keeper/key. */
MUST_USE enum err proc_token_check_folder(
	int private_dir, struct why *reterr_why);

/* What was wrong when it last did not sign; "": nothing. */
const char *proc_token_said(void);
