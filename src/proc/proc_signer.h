/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_signer - who may sign what an agreement stands on, by the registers of a
 * moment, and whether they did.
 *
 *	PROVER      the receipt: whoever has the role `prover`
 *	CUSTODIAN   the agreement: whoever has the role `signatory`
 *	REQUESTER   the agreement: a certifier in force under it who is head of
 *	            agency; a delegate signs manifests, and binds nobody
 *
 * A signature is detached CMS over the exact bytes (crypto_cms_verify()).
 */

#include "register/register.h"

enum proc_signer { SIGNER_PROVER, SIGNER_CUSTODIAN, SIGNER_REQUESTER };

/* "the custodian's", for sentences; "custodian", the word of files. */
const char *proc_signer_text(enum proc_signer who);
const char *proc_signer_word(enum proc_signer who);

enum { PROC_SIGNER_NAME = 129 };

/*
 * Refuses BAD_SIGNATURE, MALFORMED as crypto_cms_verify(), and NOT_FOUND: the
 * register has nobody who may.  `agreement` is its id.
 */
MUST_USE enum err proc_signer_check(const struct register_set *set,
	enum proc_signer who, struct span agreement, int64_t at,
	struct span text, struct span signature,
	char ret_name[PROC_SIGNER_NAME], struct why *reterr_why);
