/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * page - inside the page's module: one entry and its proof, by themselves.  The
 * rest of the ledger is not read.
 */

#include "ledger/keys.h"
#include "ledger/proof.h"
#include "verify/verify.h"

struct page_beside {
	struct verify_given entry;
	struct verify_given proof;
	/* Set by page_proof(): */
	struct ledger_keys keys; /* that the believed one leads to */
	struct buf keys_file;    /* what they point into */
	struct ledger_vkey believed;
};

/* Answers whether the entry is where its proof says, in words of its own.
 * Refuses BAD_SIGNATURE, MISMATCH, MALFORMED, after it has answered. */
MUST_USE enum err page_proof(const struct verify_source *source,
	const struct verify_asked *asked, struct page_beside *beside,
	struct buf *answer);
