/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_book - a batch whose lines come one after the other (docs/SINGLES.md).
 *
 *	opened with its first line ─ lines ─ closed ─ sample, caps, reply,
 *	its entry, its seed          each    count    receipt, look-ups: as of
 *	                             with    and      any batch (proc_submit.h)
 *	                             entry Q hash
 *
 * It is of one agreement, certifier, submitter, law and day of receipt.  Each
 * step is durable before the next; to close a book again goes on where a crash
 * stopped it.
 */

#include "proc/proc_submit_int.h"

struct proc_book {
	struct store_batch batch;
	char certifier[STORE_ID_MAX];
	uint8_t hash[32]; /* of all manifests: proc_book_hash() */
};

/*
 * The open book of s->manifest, of who acts, and of this moment, or a new one,
 * with its entry.  Within a transaction.
 */
MUST_USE enum err proc_book_open(struct submit *s, struct proc_book *ret_book);

/* One line more, whose manifest has that SHA-256; proc_book_save() puts it
 * down.  Within a transaction. */
void proc_book_hash(struct proc_book *book, const uint8_t manifest[32]);
MUST_USE enum err proc_book_save(
	struct instance *in, const struct proc_book *book);

/*
 * Closes it, and goes on to its end.  Needs the ledger and the vault.  Refuses
 * NOT_ALLOWED, NOT_FOUND, MISMATCH (batch `n` is no book).
 */
MUST_USE enum err proc_book_close(
	struct instance *in, uint32_t n, struct store_batch *ret_batch);

/* All whose day is over, also those whose closing was cut off; how many that
 * were.  What counsel has to clear first waits. */
MUST_USE enum err proc_books_close(struct instance *in, uint64_t *ret_n);
