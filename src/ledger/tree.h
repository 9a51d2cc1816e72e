/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * tree - the Merkle tree of RFC 6962 section 2 (RFC 9162 section 2.1), and
 * the proofs that are taken from it.
 *
 *	leaf = SHA-256(00 || entry)	node = SHA-256(01 || left || right)
 *
 * The root of no entries is SHA-256 of nothing; n > 1 entries split at the
 * largest power of two below n.  struct ledger_tree is the right edge only:
 * it grows by leaves and gives the root, and remembers nothing else.  Proofs
 * are made from tiles (ledger/tile.h), which a callback reads, and checked
 * from nothing but their arguments.
 *
 *	struct ledger_tree t = {.size = 0};
 *	ledger_tree_append(&t, &leaf);
 *	root = ledger_tree_root(&t);
 *
 * Sizes go up to LEDGER_SIZE_MAX, so that other readers' signed 64-bit
 * numbers hold them.
 */

#include "base/err.h"
#include "base/span.h"

enum {
	LEDGER_HASH = 32,
	LEDGER_PROOF_MAX = 64, /* hashes in the longest proof */
};
#define LEDGER_SIZE_MAX ((uint64_t)INT64_MAX)

struct ledger_hash {
	uint8_t at[LEDGER_HASH];
};

/* at[i] is the root of the perfect subtree for bit i of `size`, left to right
 * from the highest bit; unused where that bit is 0. */
struct ledger_tree {
	uint64_t size;
	struct ledger_hash at[63];
};

/* Hashes in the order in which the checker takes them, leaf end first. */
struct ledger_proof {
	size_t n;
	struct ledger_hash at[LEDGER_PROOF_MAX];
};

struct ledger_hash ledger_hash_leaf(struct span entry);
struct ledger_hash ledger_hash_node(
	const struct ledger_hash *left, const struct ledger_hash *right);
bool ledger_hash_same(const struct ledger_hash *a, const struct ledger_hash *b);

/* `t` must be below LEDGER_SIZE_MAX. */
void ledger_tree_append(struct ledger_tree *t, const struct ledger_hash *leaf);
struct ledger_hash ledger_tree_root(const struct ledger_tree *t);

/* The root over `n` leaf hashes that lie side by side. */
struct ledger_hash ledger_tree_over(const struct ledger_hash *leaves, size_t n);

/*
 * Where proofs get their hashes.  `read` fills width * LEDGER_HASH bytes with
 * the first `width` hashes of tile `n` of `level`; `width` is the tile's own
 * in the tree of `size` entries (256, or that of its partial file).  What it
 * refuses or fails with is handed up.
 */
struct ledger_tiles {
	enum err (*read)(void *arg, unsigned level, uint64_t n, unsigned width,
		uint8_t *to);
	void *arg;
	uint64_t size;
};

/* The right edge of the whole tree, from its tiles. */
MUST_USE enum err ledger_tree_load(
	const struct ledger_tiles *tiles, struct ledger_tree *ret_tree);

/* That entry `index` is in the tree of tiles->size.  Refuses NOT_FOUND when
 * it cannot be. */
MUST_USE enum err ledger_inclusion_make(const struct ledger_tiles *tiles,
	uint64_t index, struct ledger_proof *ret_proof);

/* That the tree of tiles->size began as the tree of `old` entries.  Refuses
 * NOT_FOUND where old is 0 or larger than the tree. */
MUST_USE enum err ledger_consistency_make(const struct ledger_tiles *tiles,
	uint64_t old, struct ledger_proof *ret_proof);

/*
 * RFC 9162 sections 2.1.3.2 (the first gives the root that the proof leads to)
 * and 2.1.4.2.  All refuse MALFORMED for a proof of the wrong length or of what
 * cannot be, the checks MISMATCH when the hashes do not come out.  Equal sizes are consistent with the empty proof and equal
 * roots; the empty tree is not a tree to be consistent with.
 */
MUST_USE enum err ledger_inclusion_root(const struct ledger_proof *proof,
	uint64_t index, uint64_t size, const struct ledger_hash *leaf,
	struct ledger_hash *ret_root);
MUST_USE enum err ledger_inclusion_check(const struct ledger_proof *proof,
	uint64_t index, uint64_t size, const struct ledger_hash *leaf,
	const struct ledger_hash *root);
MUST_USE enum err ledger_consistency_check(const struct ledger_proof *proof,
	uint64_t old, uint64_t size, const struct ledger_hash *old_root,
	const struct ledger_hash *root);
