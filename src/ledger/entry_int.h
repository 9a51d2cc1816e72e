/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* entry_int - what entry.c and commit.c share. */

#include "ledger/entry.h"

/* How many fields an entry "WLE1" of the type has. */
uint8_t ledger_fields_1(enum ledger_type type);
