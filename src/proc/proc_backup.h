/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_backup - an instance in one file, made while verbs run; and out of it.
 *
 *	backup/v1 = tar in zstd (os/pack.h):
 *		what is taken under the instance's lock: instance, keeper/, the
 *		ledger but for its full tiles, the store
 *		the rest: redo as long as it was then, full tiles, law, batches,
 *		sealed, outbox, log, secret, roll where it is asked for
 *		backup/manifest     a line for each of them, with its SHA-384
 *		backup/summary      what it is of, and the manifest's SHA-384
 *		backup/summary.p7s  signed by the instance's own key
 *
 * The store is never behind the ledger in it, and the redo log never behind the
 * store: so what is restored opens.  What happened after it is in no back-up:
 * an instance that was restored lets no verb change it before `weir recover`
 * (proc_recover.h) has brought it to the end of the redo log, which is best kept
 * on another disk.  docs/formats/backup.md has the bytes.
 */

#include "proc/proc_instance.h"

struct proc_backup_options {
	const char *path; /* of the instance */
	const char *key;  /* who does it */
	const char *file; /* what is made: a file, or a folder to make it in */
	const char *keys; /* the keys apart, in this file; NULL */
	bool without_keys;
	bool with_roll;
};

enum { PROC_BACKUP_PATH = INSTANCE_FILE_MAX + 256 + 16 };

struct proc_backup_result {
	char file[PROC_BACKUP_PATH];
	uint64_t files;
	uint64_t bytes; /* of what is in it, unpacked */
	uint64_t entries;
	bool without_roll; /* one serves, and was left out */
};

/* By an operator or administrator; one act of the ledger, and its object is the
 * SHA-384 of the summary.  Refuses NOT_ALLOWED, EXISTS (the file); fails IO, and
 * leaves nothing half written. */
MUST_USE enum err proc_backup(const struct proc_backup_options *options,
	struct proc_backup_result *ret_result, struct why *reterr_why);

struct proc_restore_options {
	const char *file;
	const char *keys; /* where they were kept apart; NULL */
	const char *path; /* of the instance that is made */
	const char
		*signer; /* certificate that must have signed; NULL: its own */
};

struct proc_restore_result {
	uint64_t files;
	char made[64];   /* when the back-up was */
	char signer[65]; /* SHA-256 of the certificate that signed */
	bool has_keys;
	bool has_roll;
};

/*
 * Makes the folder, whole or not at all: every byte is compared with the signed
 * manifest before it gets its name.  Refuses EXISTS (the folder), NOT_FOUND,
 * DAMAGED and MISMATCH (with the name of the file in it), BAD_SIGNATURE.
 */
MUST_USE enum err proc_restore(const struct proc_restore_options *options,
	struct proc_restore_result *ret_result, struct why *reterr_why);
