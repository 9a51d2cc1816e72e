/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* note_int - what vkey.c and note.c share. */

#include "base/span.h"

/* A key name: not empty, shorter than LEDGER_NAME_MAX, UTF-8, no space of
 * Unicode's, no control character, no '+'. */
bool ledger_name_ok(struct span name);
