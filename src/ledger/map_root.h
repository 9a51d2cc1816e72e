/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * map_root - the public file of a map's root, ledger/map/SIZE: which entry of
 * the ledger says it, and the openings that show that it does.
 *
 *	weir/map@v1\n
 *	size <entries in the map>\n
 *	root <base64>\n
 *	at <RFC 3339 time>\n
 *	index <entry>\n
 *	opening <base64 of an opening file>\n	size, root, at
 */

#include "ledger/entry.h"
#include "ledger/map.h"

enum {
	LEDGER_MAP_OPENINGS = 3,
	LEDGER_MAP_ROOT_MAX = 1 << 14, /* bytes of the file */
};

struct ledger_map_root {
	uint64_t size;
	struct ledger_hash root;
	int64_t at;
	uint64_t index;
	struct span opening[LEDGER_MAP_OPENINGS]; /* base64 text, borrowed */
};

/* The value of field i (size, root, at) as the entry commits to it. */
void ledger_map_root_field(
	const struct ledger_map_root *root, size_t i, struct buf *to);
extern const char *const ledger_map_root_fields[LEDGER_MAP_OPENINGS];

void ledger_map_root_write(const struct ledger_map_root *root, struct buf *to);

/* Refuses MALFORMED, TOO_LARGE; what it accepts is written again as it was. */
MUST_USE enum err ledger_map_root_parse(
	struct span bytes, struct ledger_map_root *ret_root);

/* That `entry` is a map's, at that index, and says just this.  Refuses
 * MISMATCH. */
MUST_USE enum err ledger_map_root_check(
	const struct ledger_map_root *root, const struct ledger_entry *entry);
