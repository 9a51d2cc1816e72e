/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_package - the officer's side: opens a package and checks what it says
 * of itself.  Needs the package, the officer's key and certificate, and best
 * the ledger's verifier key; no instance, no network.
 *
 * A package carries a c2sp.org/tlog-proof of entry S, whose `extra` line is
 * base64 of
 *
 *	entry S, 256 bytes || ledger_opening_write() of its field "plain"
 *
 * and four things must hold of it:
 *
 *	signed		the checkpoint is the named key's (only with a key)
 *	included	entry S is in the tree of that checkpoint
 *	opened		entry S commits to the value that is shown
 *	same		that value is release_commitment() of this package for
 *			this officer's certificate
 *
 * Then the custodian accounted for exactly these bytes, to this officer,
 * before the package was made.
 */

#include "base/arena.h"
#include "base/err.h"
#include "crypto/crypto.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "release/release.h"

struct proc_package {
	struct arena arena;
	struct release_package package; /* points into the arena */
	bool signature_checked;         /* against a key that was given */
	struct ledger_checkpoint cp;    /* without its extension */
	struct ledger_entry entry;      /* S */
};

/*
 * Opens and decodes, no more.  `key` and `cert` are the officer's.  Refuses
 * MALFORMED, BAD_SIGNATURE: not for this key, or changed on the way.  The
 * caller closes whatever the answer.
 */
MUST_USE enum err proc_package_open(struct span file,
	const struct crypto_key *key, const struct crypto_cert *cert,
	struct proc_package *ret_package, struct why *reterr_why);
void proc_package_close(struct proc_package *package);

/*
 * The four checks; `vkey` NULL leaves the first out.  Refuses NOT_FOUND (it
 * carries no proof), MALFORMED, TOO_LARGE, BAD_SIGNATURE and MISMATCH, each
 * with a sentence that says which check did not hold.
 */
MUST_USE enum err proc_package_check(struct proc_package *package,
	const struct crypto_cert *cert, const struct ledger_vkey *vkey,
	struct why *reterr_why);
