/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_keys - facts about one batch's own lines, found by sorting.
 *
 * Pairs of 64-bit keys are sorted where they stand (heap sort: no memory
 * besides, the same time for any order), then runs of one key are walked.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct proc_key {
	uint64_t key;
	uint64_t value;
};

/* By key, then value. */
void proc_keys_sort(struct proc_key *keys, size_t n);

/* The end of the run of equal keys that begins at `from`. */
size_t proc_keys_run(const struct proc_key *keys, size_t n, size_t from);

/* The first place of `key` in sorted keys; n: it is not there. */
size_t proc_keys_find(const struct proc_key *keys, size_t n, uint64_t key);

/* The key of a text: of its SHA-256, the first eight bytes. */
uint64_t proc_keys_text(struct span text);
