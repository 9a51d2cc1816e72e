/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* note_int - what vkey.c, note.c and note_sign.c share. */

#include "base/buf.h"
#include "base/span.h"
#include "ledger/note.h"

/* U+2014 and a space: how a line of signature begins. */
#define LEDGER_NOTE_DASH SPAN("\xe2\x80\x94 ")

enum {
	LEDGER_NOTE_ID = 4, /* bytes of a key's id before its signature */
	LEDGER_COSIGNED_MAX = LEDGER_NOTE_MAX + 64,
};

/* What a witness signs. */
void ledger_cosigned_text(uint64_t at, struct span text, struct buf *to);

/* A key name: not empty, shorter than LEDGER_NAME_MAX, UTF-8, no space of
 * Unicode's, no control character, no '+'. */
bool ledger_name_ok(struct span name);
