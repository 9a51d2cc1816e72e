/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_letter_take - a requester's letter comes in.
 *
 *	front    form, then whose signature
 *	judge    is the signer on the register, in force, of that agreement or
 *	         that officer; may each request be moved so
 *	entry    one act: the letter's bytes, its signature, its reason
 *	effects  with the entry, in one transaction; then the receipt
 *
 * All or nothing.  The same letter again (by its hash) does nothing twice: what
 * a crash left over is finished, and the same receipt is given.
 *
 * What is answered depends on whether a package went and on what the requester
 * was told, never on what was found (C5, I9).
 */

#include "letter/letter.h"
#include "proc/proc_batch.h"

struct proc_letter_options {
	const char *path;      /* of the instance */
	const char *letter;    /* file */
	const char *signature; /* NULL: the letter's name and ".p7s" */
	const char *key; /* of who takes it; NULL: the sandbox's operator */
	int32_t today;   /* DAY_NONE: the clock's */
	/* Instead of the files and the key: it came over the network. */
	struct span document;
	struct span signed_by; /* the signature over it */
	const struct instance_asker *asker;
};

struct proc_letter_result {
	enum letter_kind kind;
	size_t n;   /* requests it is about */
	bool again; /* was taken before */
	uint64_t entry;
	struct buf receipt; /* its JSON; proc_letter_fini() */
	/* Refused requests, each with its reason. */
	struct {
		char id[STORE_ID_MAX];
		struct why why;
	} refused[LETTER_ITEMS_MAX];
	size_t n_refused;
	struct why why;
};

/* Refuses as docs/formats/letters.md lists. */
MUST_USE enum err proc_letter_take(const struct proc_letter_options *options,
	struct proc_letter_result *ret_result);
void proc_letter_fini(struct proc_letter_result *result);

/* A letter that was taken, by the index of its entry; spans point into
 * `opened`, which the caller ends. */
MUST_USE enum err proc_letter_open(struct instance *in, uint64_t entry,
	struct account_opened *ret_opened, struct letter *ret_letter);
