/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_letter - the requester's own program makes what it signs: the manifest of
 * a batch, letters, and the signature beside each.  Needs no instance, no
 * register, no network; the same can be done by hand with an editor and stock
 * openssl (docs/REQUESTER.md).
 */

#include "base/buf.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "letter/letter.h"
#include "proc/proc_instance.h"
#include "request/request_manifest.h"

enum { PROC_SIGNED_NAME = 1280 };

/* `manifest` comes with all but count and hash: counts the lines of the file
 * and hashes it.  Refuses MALFORMED (no line; the CSV has no header). */
MUST_USE enum err proc_manifest_make(int requests, bool csv,
	struct request_manifest *manifest, struct why *reterr_why);

/* manifest.json, as request_manifest_parse() reads it. */
void proc_manifest_json(
	const struct request_manifest *manifest, struct buf *to);

/*
 * Signs a manifest or a letter as it lies there, as `openssl cms -sign -binary
 * -outform DER` does; appends the signature.  Refuses MALFORMED what is
 * neither, so that nobody signs what nobody can take.
 */
MUST_USE enum err proc_sign_document(struct span document,
	const struct instance_actor *signer, struct buf *ret_signature,
	struct why *reterr_why);

/* A letter as document and signature, checked; refuses as letter_check(), and
 * TOO_LARGE. */
MUST_USE enum err proc_letter_sign(const struct letter *letter,
	const struct instance_actor *signer, struct buf *ret_document,
	struct buf *ret_signature, struct why *reterr_why);

/*
 * A package that is to be named in an officer's letter: opens it, checks its
 * proof (`vkey` NULL: without the ledger's signature), and sets the item; the
 * id is kept in `arena`.  Refuses as proc_package_open() and
 * proc_package_check().
 */
MUST_USE enum err proc_letter_package(struct span file,
	const struct instance_actor *officer, const struct ledger_vkey *vkey,
	struct arena *arena, struct letter_item *ret_item,
	struct why *reterr_why);
