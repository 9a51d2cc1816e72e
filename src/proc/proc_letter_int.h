/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside proc_letter_*.c: one letter on its way in. */

#include "proc/proc_front.h"
#include "proc/proc_letter_take.h"

/* One request that the letter is about. */
struct letter_about {
	const struct letter_item *item;
	struct store_request row;
};

struct taking {
	const struct proc_letter_options *options;
	struct proc_letter_result *result;
	struct instance in;
	struct proc_peer front;
	struct buf document;
	struct buf signature;
	struct buf encoded;
	uint8_t hash[32]; /* of the document */
	struct letter letter;
	uint8_t signer[32];       /* fingerprint */
	struct store_batch batch; /* of a certifier's letter */
	struct letter_about about[LETTER_ITEMS_MAX];
};

/* ---- proc_letter_effect.c ---- */

/* May this request be moved so?  Refuses with a sentence, as
 * docs/formats/letters.md lists; changes nothing. */
MUST_USE enum err letter_may(
	struct taking *t, const struct letter_about *about, struct why *why);

/* Within the transaction of the letter's entry. */
MUST_USE enum err letter_apply(struct taking *t, struct letter_about *about);

/* After it is durable, and again when it is taken again: staged packages of
 * withdrawn requests go, the reply says what is so now. */
MUST_USE enum err letter_after(struct taking *t);
