/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_receipt - what the custodian gives for what came in: what it was, when,
 * its entry, and a checkpoint that has that entry; signed by the instance.
 *
 *	batches/N/receipt.json		of a batch
 *	batches/letters/ENTRY.json	of a letter
 *	... .p7s			the signature beside each
 *
 * A receipt says what the requester gave and nothing of what was found.
 * docs/formats/letters.md has the members.
 */

#include "letter/letter.h"
#include "proc/proc_account.h"

enum { PROC_RECEIPT_MAX = 1 << 15 };

/* The instance's own key and certificate: secret/signing.{key,crt}. */
MUST_USE enum err proc_receipt_signer(struct instance *in,
	struct crypto_key **ret_key, struct crypto_cert **ret_cert);

/* Of a batch that is judged; publishes a checkpoint first. */
MUST_USE enum err proc_receipt_batch(
	struct instance *in, const struct store_batch *batch, int folder);

struct proc_receipt_letter {
	enum letter_kind kind;
	size_t n; /* requests it is about */
	const uint8_t *hash;
	struct span taken; /* time, as its entry says it */
	uint64_t entry;
};

/* Publishes a checkpoint, writes the receipt, and appends it to `ret_json`; one
 * that was written before stays as it was. */
MUST_USE enum err proc_receipt_letter(struct instance *in,
	const struct proc_receipt_letter *of, struct buf *ret_json);

/* The receipt of a batch as it was signed.  Refuses NOT_FOUND: none yet. */
MUST_USE enum err proc_receipt_read(
	struct instance *in, uint32_t batch, struct buf *to);
