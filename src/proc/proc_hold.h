/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_hold - orders that stop, placed and lifted, each signed and entered.
 * A placed hold answers with its entry's index, and every later delivery was
 * judged under it: placing waits for the lock that hand-over holds.
 */

#include "proc/proc_instance.h"

/* Who may place: anybody with a role.  Refuses what hold_place() refuses. */
MUST_USE enum err proc_hold_place(struct instance *in,
	const struct hold_order *order, uint64_t *ret_number,
	uint64_t *ret_entry);

/*
 * The first to ask, the second, another, to grant; one of them counsel.
 * *ret_lifted says whether it is lifted now.  Refuses NOT_FOUND, NOT_ALLOWED.
 */
MUST_USE enum err proc_hold_lift(
	struct instance *in, uint64_t number, bool *ret_lifted);
