/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_entry - what the custodian's sealed records say of entries whose public
 * bytes say nothing.
 */

#include "ledger/entry.h"
#include "proc/proc_instance.h"

enum { PROC_KINDS = 256 };

/*
 * How many entries there are of each kind, from `from` on; `each` (NULL: not
 * wanted) is told every one.  Being asked is an act, which is not counted.
 * Refuses NOT_ALLOWED; DAMAGED where a record does not hold.
 */
typedef void (*proc_entry_each)(uint64_t index, enum ledger_type kind);
MUST_USE enum err proc_entry_kinds(struct instance *in, uint64_t from,
	proc_entry_each each, uint64_t ret_count[PROC_KINDS]);
