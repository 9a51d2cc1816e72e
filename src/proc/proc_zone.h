/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_zone - the place whose days an instance counts by.
 *
 * It is chosen when the instance is made, kept in DIR/instance as `zone NAME
 * RULE` (base/zone.h) and in the ledger's first entry; where neither has one it
 * is UTC.  Nothing is looked up after that: a process behind its locks, a replay
 * and an auditor find the same day for the same moment.
 *
 * Moments are UTC everywhere, and so are the days that entries show to all
 * (docs/formats/ledger.md), the log's files, and the months of accounts.
 */

#include "base/err.h"
#include "base/zone.h"

struct instance;

/* By its IANA name, from the system's data; refuses MALFORMED, NOT_FOUND,
 * NOT_ALLOWED with a sentence. */
MUST_USE enum err proc_zone_find(
	const char *name, struct zone *ret_zone, struct why *reterr_why);

/* As DIR/instance says; DAMAGED where that is none. */
MUST_USE enum err proc_zone_read(int dir, struct zone *ret_zone);

/* Is in->zone that of the ledger's first entry?  Refuses MISMATCH. */
MUST_USE enum err proc_zone_bound(struct instance *in);
