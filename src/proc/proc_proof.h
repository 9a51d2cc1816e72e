/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_proof - what a set of law files stands on: the receipt that it is
 * proved, and both agencies' signatures.
 *
 *	law/HEX/receipt, receipt.p7s            of these very files
 *	law/HEX/custodian.p7s, requester.p7s    over the agreement's bytes
 *
 * The receipt is looked at when an agreement is loaded, whenever an instance
 * is opened, and by the vault for itself; signatures when it is loaded.
 */

#include "proc/proc_law.h"
#include "proc/proc_signer.h"

enum { PROC_PROOF_PARTIES = 2 }; /* SIGNER_CUSTODIAN, SIGNER_REQUESTER */

struct proc_proof {
	struct buf receipt;
	struct buf receipt_signature;
	struct buf party[PROC_PROOF_PARTIES]; /* empty: not signed */
};

void proc_proof_init(struct proc_proof *proof);
void proc_proof_fini(struct proc_proof *proof);
#define OWNED_PROOF(name)                                                      \
	__attribute__((cleanup(proc_proof_fini))) struct proc_proof name;      \
	proc_proof_init(&name)

/*
 * Does the receipt prove this law, which these files make, the agreement last?
 * By the registers of that moment.  Refuses as proof_check() and
 * proc_signer_check(); an empty receipt is NOT_FOUND.
 */
MUST_USE enum err proc_proof_check(const struct register_set *set, int64_t at,
	const struct law *law, const struct proc_law_file *files, size_t n,
	struct span receipt, struct span signature, struct why *reterr_why);

/* Which of the two agencies signed these bytes, by name; "": did not.  Refuses
 * a signature that is there and does not hold. */
MUST_USE enum err proc_proof_parties(const struct register_set *set, int64_t at,
	const char *agreement, struct span text, const struct proc_proof *proof,
	char ret_name[PROC_PROOF_PARTIES][PROC_SIGNER_NAME],
	struct why *reterr_why);

/*
 * All that a law must stand on to be loaded: a receipt that holds and is new
 * enough, and outside a sandbox both signatures.  Refuses as above, with
 * `in->why`.
 */
MUST_USE enum err proc_proof_demand(struct instance *in, const struct law *law,
	const struct proc_law_file *files, size_t n,
	const struct proc_proof *proof);

/* From beside the agreement: RECEIPT, RECEIPT.p7s, FILE.custodian.p7s,
 * FILE.requester.p7s.  What is not there stays empty.  `receipt` NULL:
 * FILE.receipt; `file` NULL: the receipt alone, the rest stays as it is. */
MUST_USE enum err proc_proof_gather(const char *file, const char *receipt,
	struct proc_proof *proof, struct why *reterr_why);

/* Into the set's folder, and from there; what is not there stays empty. */
MUST_USE enum err proc_proof_keep(
	int dir, const uint8_t hash[32], const struct proc_proof *proof);
MUST_USE enum err proc_proof_kept(
	int dir, const uint8_t hash[32], struct proc_proof *proof);
