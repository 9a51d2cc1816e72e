/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* agreement - what the pages about agreements share. */

#include "console/console_int.h"
#include "proc/proc_proof.h"

enum { AGREEMENT_HEX = 65 };

/* Whoever sees the registers: it is no secret. */
MUST_USE enum err agreement_may_see(struct instance *in);

/* The files of one set and the law that they make; the caller frees them, also
 * after a refusal. */
struct agreement_texts {
	struct proc_law_file file[PROC_LAW_FILES]; /* the agreement last */
	struct buf text[PROC_LAW_FILES];
	size_t n;
	struct law *law;
};
MUST_USE enum err agreement_texts_read(
	struct instance *in, const uint8_t hash[32], struct agreement_texts *t);
void agreement_texts_fini(struct agreement_texts *t);

void agreement_hex(const uint8_t hash[32], char to[AGREEMENT_HEX]);
/* Of an address; NOT_FOUND with a sentence. */
MUST_USE enum err agreement_hash(
	struct desk *desk, struct span hex, uint8_t hash[32]);

/* Parties and term, as items of a list. */
void agreement_put_term(struct page *p, const struct law *law);

/* The receipt with each property and its answer, as it says of itself. */
void agreement_put_receipt(struct page *p, const struct proc_proof *proof);

/* What differs between two sets: clause by clause, what the agreement says of
 * itself, and line by line.  Refuses TOO_LARGE. */
struct agreement_side {
	const struct proc_law_file *file; /* the agreement last */
	size_t n;
	const struct law *law;
};
struct agreement_side agreement_side_of(const struct agreement_texts *t);
MUST_USE enum err agreement_put_diffs(struct page *p,
	const struct agreement_side *a, const struct agreement_side *b);
