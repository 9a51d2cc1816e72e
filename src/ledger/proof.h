/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proof - one entry's proof as a file that a court can check with no software
 * of ours (c2sp.org/tlog-proof@v1):
 *
 *	c2sp.org/tlog-proof@v1\n
 *	extra <base64>\n		optional, and authenticated by nothing
 *	index <n>\n
 *	<base64 hash>\n			leaf's sibling first, any number
 *	\n
 *	<checkpoint, as it was signed>
 */

#include "ledger/note.h"
#include "ledger/tree.h"

/* Points into the bytes it was parsed from. */
struct ledger_proof_file {
	struct span extra; /* base64 text; empty: none */
	uint64_t index;
	struct ledger_proof proof;
	struct span checkpoint;
};

void ledger_proof_write(const struct ledger_proof_file *f, struct buf *to);

/* Refuses MALFORMED, TOO_LARGE; looks at the form only. */
MUST_USE enum err ledger_proof_parse(
	struct span bytes, struct ledger_proof_file *ret_file);

/*
 * The whole check: the form, the checkpoint's signature by `key`, and that
 * `entry` is at the index the file names.  ret_index and ret_cp may be NULL.
 * Refuses MALFORMED, TOO_LARGE, BAD_SIGNATURE and MISMATCH.
 */
MUST_USE enum err ledger_proof_check(struct span bytes, struct span entry,
	const struct ledger_vkey *key, uint64_t *ret_index,
	struct ledger_checkpoint *ret_cp);
