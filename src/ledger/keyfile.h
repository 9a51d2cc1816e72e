/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * keyfile - the private key of a log or a witness, as it is kept in a file of
 * mode 0600.
 *
 *	weir/<kind>-key/v1\n		kind: ledger, witness
 *	<name>\n
 *	<64 hex digits: the seed>\n
 *
 * or, where the key is in a PKCS#11 module and never leaves it:
 *
 *	weir/<kind>-key-in-module/v1\n
 *	<name>\n
 *	<64 hex digits: the public key>\n
 *	<its URI, RFC 7512>\n
 */

#include "base/buf.h"
#include "base/err.h"
#include "ledger/note.h"

enum {
	LEDGER_KEYFILE_MAX = 2048, /* bytes of the file */
	LEDGER_KEYFILE_URI = 1024, /* of a module's URI, terminated */
};

struct ledger_keyfile {
	struct ledger_vkey vkey;
	uint8_t seed[32];
	char uri[LEDGER_KEYFILE_URI]; /* "": the seed is here */
};

/* Keys are of the type that goes with `kind`.  Refuses MALFORMED (the name). */
MUST_USE enum err ledger_keyfile_make(const char *kind, const char *name,
	const uint8_t seed[32], struct ledger_keyfile *ret_key);

void ledger_keyfile_write(
	const char *kind, const struct ledger_keyfile *key, struct buf *to);

/* Refuses DAMAGED: no such file, or one of another kind. */
MUST_USE enum err ledger_keyfile_parse(
	const char *kind, struct span bytes, struct ledger_keyfile *ret_key);

void ledger_keyfile_wipe(struct ledger_keyfile *key);
