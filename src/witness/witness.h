/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * witness - a witness on disk: what it cosigned last of each log it knows.
 *
 *	DIR/key            its signing seed, 0600
 *	DIR/witness.vkey   who it is, for policies
 *	DIR/lock           one server at a time
 *	DIR/logs/HEX.vkey  a log's key; HEX is SHA-256 of its origin
 *	DIR/logs/HEX.keys  all keys that it has had, where it was changed
 *	DIR/logs/HEX       the checkpoint that was cosigned last, with the log's
 *	                   signature and ours
 *	DIR/logs/HEX.other the last that its log signed and that did not follow
 *	                   from what was kept: evidence, if the proof was sound
 *
 * It never cosigns two histories of a log: every request is held against the
 * file of that log, read anew, and the new checkpoint is durable under its name
 * before the answer is made.  One process has the lock and answers one request
 * after the other; so looking and keeping are one step.  Where keeping fails
 * nothing was answered, and the disk has the old file or the new one: either
 * is a good state to go on from.
 */

#include "base/buf.h"
#include "base/own.h"
#include "ledger/witness.h"

struct witness;

/* `name` is the key's (host and path, no scheme), `seed` 32 random bytes.
 * Refuses EXISTS, MALFORMED (the name). */
MUST_USE enum err witness_create(const char *path, const char *name,
	const uint8_t seed[32], struct why *reterr_why);

/*
 * From now on this log is known, also to a server that runs.  `keys` is empty,
 * or its public file of them (ledger/keys.h): then all of them are known.
 * Refuses EXISTS (its origin has another key here), NOT_ALLOWED (no key of a
 * log), NOT_FOUND (no witness at `path`), MISMATCH (`key` is none of the keys, or
 * they do not go on from those that are known), and what ledger_keys_parse()
 * refuses.
 */
MUST_USE enum err witness_add_log(const char *path,
	const struct ledger_vkey *key, struct span keys,
	struct why *reterr_why);

/* Refuses NOT_FOUND, DAMAGED, and BUSY: another server has it. */
MUST_USE enum err witness_open(
	const char *path, struct witness **ret_witness, struct why *reterr_why);
struct witness *witness_free(struct witness *witness);
DEFINE_OWNED(witness);

const struct ledger_vkey *witness_vkey(const struct witness *w);
/* For the sandbox: the folder's descriptor. */
int witness_folder(const struct witness *w);

/*
 * One add-checkpoint request at `now`: the status, and in `to` the answer's
 * body: the signature line, the size, or a sentence.  Fails IO, NOMEM, CRYPTO:
 * nothing may be answered but that it failed.  Refuses DAMAGED: what was kept
 * cannot be read, and this log is not cosigned until a person looked.
 */
MUST_USE enum err witness_answer(struct witness *w, struct span body,
	int64_t now, enum ledger_witness_status *ret_status, struct buf *to);

/* The checkpoint cosigned last of the log whose origin hashes to `hex`, 64
 * digits.  Refuses NOT_FOUND, also for what are no such digits. */
MUST_USE enum err witness_checkpoint(
	const struct witness *w, struct span hex, struct buf *to);
