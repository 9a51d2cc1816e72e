/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * map - from tags to entries: all tags of a ledger up to a size, sorted, under
 * a Merkle root, so that "no entry has this tag" is a proof.
 *
 *	row   = tag (32 bytes) || index of its entry, u64 big-endian
 *	order = bytewise over the row
 *	leaf  = SHA-256(00 || "weir/map/v1" || row)
 *	root  = RFC 6962 over the leaves
 *
 * The size is that of the ledger, whatever the tags mean: it tells nothing, and
 * whoever has the public folder makes the same map.
 *
 *	struct ledger_map *map;
 *	e = ledger_map_new(&map);
 *	ledger_map_add(map, tag, index) ...	(any order)
 *	e = ledger_map_close(map);		sorts and hashes
 *	e = ledger_map_prove(map, tag, &proof);
 *	e = ledger_map_check(&proof, size, &root, &found);
 *	ledger_map_free(map);
 *
 * A proof shows either the one row of a tag, or the two neighbours between
 * which it would be: they are adjacent, so there is none.  Before the first
 * and after the last row one neighbour is enough.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "ledger/tree.h"

enum {
	LEDGER_TAG = 32,
	LEDGER_MAP_ROW = LEDGER_TAG + 8,
	LEDGER_MAP_PROOF_MAX = 1 << 14, /* bytes of a proof as text */
};

struct ledger_map;

/* Fail NOMEM. */
MUST_USE enum err ledger_map_new(struct ledger_map **ret_map);
struct ledger_map *ledger_map_free(struct ledger_map *map);
DEFINE_OWNED(ledger_map);

/* Before closing.  Fails NOMEM. */
MUST_USE enum err ledger_map_add(
	struct ledger_map *map, const uint8_t tag[LEDGER_TAG], uint64_t index);

/* Sorts and hashes: about half a second a million rows.  Fails NOMEM. */
MUST_USE enum err ledger_map_close(struct ledger_map *map);

uint64_t ledger_map_size(const struct ledger_map *map);
struct ledger_hash ledger_map_root(const struct ledger_map *map);

/* The entry with that tag, the first where there are several; refuses
 * NOT_FOUND.  A closed map. */
MUST_USE enum err ledger_map_find(const struct ledger_map *map,
	const uint8_t tag[LEDGER_TAG], uint64_t *ret_index);

/* ---- proofs ---- */

/* A row and its place in the sorted list. */
struct ledger_map_leaf {
	uint64_t place;
	uint64_t index;
	uint8_t tag[LEDGER_TAG];
	struct ledger_proof proof;
};

/*
 * As text:
 *
 *	weir/map-proof@v1\n
 *	tag <base64>\n
 *	leaf <place> <index> <base64 tag>\n	one or two
 *	<base64 hash>\n				its siblings, leaf end first
 *
 * One leaf with the tag itself: its entry.  Else the neighbours.  A map of no
 * rows has no leaf.
 */
struct ledger_map_proof {
	uint8_t tag[LEDGER_TAG];
	size_t n_leaves;
	struct ledger_map_leaf leaf[2];
};

/* Of a closed map; never refuses, fails NOMEM. */
MUST_USE enum err ledger_map_prove(const struct ledger_map *map,
	const uint8_t tag[LEDGER_TAG], struct ledger_map_proof *ret_proof);

/*
 * Against the size and root of a map.  *ret_index is the tag's entry,
 * LEDGER_MAP_ABSENT where the proof shows that there is none.  Refuses
 * MISMATCH: it shows neither.
 */
#define LEDGER_MAP_ABSENT UINT64_MAX
MUST_USE enum err ledger_map_check(const struct ledger_map_proof *proof,
	uint64_t size, const struct ledger_hash *root, uint64_t *ret_index);

void ledger_map_proof_write(
	const struct ledger_map_proof *proof, struct buf *to);

/* Refuses MALFORMED, TOO_LARGE; looks at the form only.  What it accepts,
 * ledger_map_proof_write() gives back. */
MUST_USE enum err ledger_map_proof_parse(
	struct span bytes, struct ledger_map_proof *ret_proof);
