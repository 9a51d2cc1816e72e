/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_roll - another roll serves.  The index is built in a process of its own
 * beside the one that serves, named by its hash, and switched in by one
 * rename; earlier indexes stay for replays until they are removed by hand.
 */

#include "proc/proc_instance.h"
#include "roll/roll.h"

struct proc_roll_result {
	struct roll_stats stats;
	uint8_t hash[32];
	int64_t ns;
};

/*
 * `files` are paths, or "-" for standard input.  `delta`: they say what changed
 * of the roll that serves (roll_delta()), which stays below; of screens that is
 * no news but for the people it names, so that a stale screen stays stale.
 * Refuses as roll_build(), and NOT_FOUND: a delta, and no roll serves.
 */
MUST_USE enum err proc_roll_load(const char *path, const char *const *files,
	size_t n_files, bool delta, const char *key,
	struct proc_roll_result *ret_result, struct why *reterr_why);

/*
 * Opens the index `name` of the folder roll/ and, where that is a delta, the
 * roll below it.  `ret_at`: when the lower one was made, seconds since 1970.
 * Refuses NOT_FOUND (no such file), DAMAGED.
 */
MUST_USE enum err proc_roll_open(int folder, const char *name,
	enum roll_check check, struct roll **ret_roll, int64_t *ret_at,
	struct why *reterr_why);

/* What serves now, and since when (seconds since 1970).  `whole` reads every
 * byte of it: checksums and hash; else the header alone.  Refuses NOT_FOUND (no
 * roll was loaded yet), DAMAGED. */
MUST_USE enum err proc_roll_info(const char *path, bool whole,
	struct roll_info *ret_info, int64_t *ret_at, struct why *reterr_why);
