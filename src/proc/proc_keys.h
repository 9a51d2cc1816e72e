/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* proc_keys - a map from 64-bit keys to 64-bit values, open addressing; for the
 * facts that one batch gives about its own lines. */

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct proc_keys {
	struct proc_keys_slot *slot;
	size_t size; /* a power of two, or 0 */
	size_t n;
};

/* Adds `key`, or leaves it: *ret_value is the value it has now.  Key 0 is
 * taken as 1.  Fails NOMEM. */
MUST_USE enum err proc_keys_add(struct proc_keys *keys, uint64_t key,
	uint64_t value, uint64_t *ret_value);
bool proc_keys_find(
	const struct proc_keys *keys, uint64_t key, uint64_t *ret_value);
/* Changes the value of a key that is there (must()). */
void proc_keys_set(struct proc_keys *keys, uint64_t key, uint64_t value);
void proc_keys_fini(struct proc_keys *keys);
