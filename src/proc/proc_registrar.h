/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_registrar - what people may do to the registers, one signed act at a
 * time: durable in the store and the ledger, published, or not done.
 *
 *	administrator        people: officers, certifiers, roles; agreements
 *	safeguards           recipients
 *	screener, counsel    screens, with their grounds; nobody else sees any
 *	                     of it (26 USC 6103(i)(6)), and seeing is an act of
 *	                     its own; an administrator may add one, which stops
 *	counsel              agreements too
 *
 * (proc_permit.def.)  Two roles that must be apart are never one person's
 * (register_apart(): NOT_ALLOWED).
 *
 * An instance in which no role was ever given has nobody to ask: there the
 * one who makes himself administrator may do so, once.
 */

#include "base/arena.h"
#include "proc/proc_instance.h"
#include "proc/proc_proof.h"

enum { REGISTRAR_ARENA = 1 << 16 }; /* enough for one row's values */

/*
 * Puts a certificate's columns: fingerprint, certificate and, where the row
 * has no name yet and the register has the column, its common name.  `path`
 * is PEM or DER.  Refuses NOT_FOUND, MALFORMED, NOT_ALLOWED (a key of a kind we
 * cannot use), TOO_LATE (not valid now); `in->why`.
 */
MUST_USE enum err proc_registrar_cert(struct instance *in, const char *path,
	struct arena *arena, struct register_row *row);
/* The same of bytes that a person gave; `path` names it in a refusal. */
MUST_USE enum err proc_registrar_cert_of(struct instance *in, struct span file,
	const char *path, struct arena *arena, struct register_row *row);

/* Adds, or with `replace` revokes the row with this key and adds.  Refuses
 * MALFORMED too where a delegate has no delegation. */
MUST_USE enum err proc_registrar_add(
	struct instance *in, const struct register_row *row, bool replace);
/* `row` has the KEY columns.  The last administrator stays (NOT_ALLOWED). */
MUST_USE enum err proc_registrar_revoke(
	struct instance *in, const struct register_row *row);

/* May the actor list this register?  For screens: enters that it was read. */
MUST_USE enum err proc_registrar_list(struct instance *in, enum register_id id);

/* May the actor read what requests led to (PERMIT_READ)? */
MUST_USE enum err proc_registrar_reader(struct instance *in);

/* ---- agreements ---- */

enum { REGISTRAR_FILES = PROC_LAW_FILES };

/* What a load is given: statutes, and the agreement last (`n` 0: the files of
 * the set in use), with what they stand on. */
struct proc_registrar_given {
	struct proc_law_file file[REGISTRAR_FILES];
	size_t n;
	struct span receipt;
	struct span receipt_signature;
	struct span party[PROC_PROOF_PARTIES]; /* empty: not signed; where `n`
						* is 0: as it is kept */
};

/* The law that they make: the texts are those of `given`, or its own. */
struct proc_registrar_law {
	struct proc_law_file file[2 * PROC_LAW_FILES]; /* the agreement last */
	size_t n;
	struct buf current[PROC_LAW_FILES];
	struct proc_proof proof;
	struct law *law; /* NULL: they make none */
	uint8_t hash[32];
};
void proc_registrar_law_init(struct proc_registrar_law *l);
void proc_registrar_law_fini(struct proc_registrar_law *l);

/*
 * Loads an agreement.  Other statutes it names come from the set in use, then
 * from the program.  The set, the register's row and the entry are one: after a
 * crash either the old set is in use or the new one; nothing is written before
 * the act is signed.  A file that is not sound is MALFORMED, with its line in
 * `ret_error`.
 *
 * It stands on a receipt that it is proved and, outside a sandbox, on both
 * agencies' signatures: refused as proc_proof_check() and proc_proof_parties(),
 * NOT_ALLOWED where one is not there.  The same files may be loaded again with
 * another receipt; without any file those of the set in use are, with the
 * signatures that are kept.
 */
MUST_USE enum err proc_registrar_load_given(struct instance *in,
	const struct proc_registrar_given *given, struct buf *ret_error);

/*
 * All that proc_registrar_load_given() asks before it changes anything, and
 * nothing changed: refuses as that does.  Also where it refuses, `l` (set up)
 * has as much as was found: the files, and the law where they make one.
 */
MUST_USE enum err proc_registrar_weigh(struct instance *in,
	const struct proc_registrar_given *given, struct proc_registrar_law *l,
	struct buf *ret_error);

/* The same of files, the agreement the last of `paths`; its receipt is `receipt`
 * (NULL: FILE.receipt), and the signatures stand beside them. */
MUST_USE enum err proc_registrar_load(struct instance *in,
	const char *const *paths, size_t n_paths, const char *receipt,
	struct buf *ret_error);

/* "suspended" or "terminated": nothing is accepted and nothing leaves. */
MUST_USE enum err proc_registrar_end(
	struct instance *in, const char *agreement, const char *status);
