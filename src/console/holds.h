/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* holds - parts that the pages about holds share. */

#include "console/show.h"
#include "hold/hold.h"

/* What the order says, as items of a list. */
void holds_order(struct page *p, const struct hold *hold);

/* The hold that the path names and the actor sees; a reading where `reading` is
 * not NULL.  Refuses NOT_FOUND, NOT_ALLOWED. */
MUST_USE enum err holds_find(struct desk *desk, const struct ask *ask,
	const char *reading, const struct hold **ret_hold);

/* SHA-256 of the order's file that a form gave, or the hash itself once the file
 * was hashed (`order-hash`); NULL in *ret_order: neither.  False: no hash. */
bool holds_read_order(
	const struct ask *ask, uint8_t hash[32], const uint8_t **ret_order);

/* What it stops and what left under it, to be read before it is placed and
 * after.  `draft`: nobody placed it yet.  Enters the reading. */
MUST_USE enum err console_holds_reach(
	struct page *p, const struct hold *hold, bool draft);
