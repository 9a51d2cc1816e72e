/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_map - the map from tags to entries (ledger/map.h), of a public folder;
 * and its root in the ledger, once a daily round.
 *
 * The round makes one whatever happened that day, so that it tells nothing; a
 * release makes none, since an account goes to the end of a month and what a
 * release adds is under the root of the next round.
 */

#include "ledger/map_root.h"
#include "proc/proc_account.h"
#include "store/log.h"

/* Of the first `from->size` entries.  Refuses DAMAGED; fails NOMEM, IO. */
MUST_USE enum err proc_map_build(const struct store_log_dir *from,
	struct ledger_map **ret_map, struct why *reterr_why);

/* Publishes, makes the map of all that is public, enters its root, publishes
 * that, and puts the root's file into the public folder; and that of the round
 * before, where a crash left none. */
MUST_USE enum err proc_map_enter(struct instance *in);

/* The public file of a root that was entered, parsed; `file` keeps its bytes. */
MUST_USE enum err proc_map_root(struct instance *in,
	const struct store_map *map, struct buf *file,
	struct ledger_map_root *ret_root);
