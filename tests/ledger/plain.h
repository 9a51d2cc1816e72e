/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * plain - the tree again, as RFC 6962 section 2.1 writes it down: recursive,
 * over all leaves, with nothing remembered.  Slow, and short enough to be
 * believed.
 */

#include <stdlib.h>

#include "crypto/crypto.h"
#include "ledger/tile.h"
#include "ledger/tree.h"

static inline struct ledger_hash
plain_hash(const void *bytes, size_t n)
{
	struct ledger_hash h;

	crypto_sha256(span_of(bytes, n), h.at);
	return h;
}

static inline struct ledger_hash
plain_leaf(struct span entry)
{
	uint8_t *all = malloc(entry.n + 1);
	struct ledger_hash h;

	all[0] = 0;
	memcpy(all + 1, entry.at, entry.n);
	h = plain_hash(all, entry.n + 1);
	free(all);
	return h;
}

static inline size_t
plain_split(size_t n)
{
	size_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static inline struct ledger_hash
plain_root(const struct ledger_hash *leaves, size_t n)
{
	uint8_t node[65] = {1};
	struct ledger_hash half;
	size_t k;

	if (n == 0)
		return plain_hash("", 0);
	if (n == 1)
		return leaves[0];
	k = plain_split(n);
	half = plain_root(leaves, k);
	memcpy(node + 1, half.at, 32);
	half = plain_root(leaves + k, n - k);
	memcpy(node + 33, half.at, 32);
	return plain_hash(node, sizeof(node));
}

/* PATH(m, D[n]) */
static inline void
plain_path(const struct ledger_hash *leaves, size_t n, size_t m,
	struct ledger_proof *p)
{
	size_t k;

	if (n == 1)
		return;
	k = plain_split(n);
	if (m < k) {
		plain_path(leaves, k, m, p);
		p->at[p->n++] = plain_root(leaves + k, n - k);
	} else {
		plain_path(leaves + k, n - k, m - k, p);
		p->at[p->n++] = plain_root(leaves, k);
	}
}

/* SUBPROOF(m, D[n], b) */
static inline void
plain_subproof(const struct ledger_hash *leaves, size_t n, size_t m, bool b,
	struct ledger_proof *p)
{
	size_t k;

	if (m == n) {
		if (!b)
			p->at[p->n++] = plain_root(leaves, n);
		return;
	}
	k = plain_split(n);
	if (m <= k) {
		plain_subproof(leaves, k, m, b, p);
		p->at[p->n++] = plain_root(leaves + k, n - k);
	} else {
		plain_subproof(leaves + k, n - k, m - k, false, p);
		p->at[p->n++] = plain_root(leaves, k);
	}
}

/* Tiles out of an array of leaves, for ledger_tiles.read. */
struct plain_tiles {
	const struct ledger_hash *leaves;
	size_t n;
	size_t reads;
};

static inline enum err
plain_tile(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	struct plain_tiles *t = arg;
	size_t under = (size_t)1 << (8 * level);

	t->reads++;
	must(ledger_tile_width((int)level, n, t->n) == width);
	for (size_t i = 0; i < width; i++) {
		struct ledger_hash h = plain_root(
			t->leaves + ((size_t)n * 256 + i) * under, under);

		memcpy(to + i * 32, h.at, 32);
	}
	return ERR_OK;
}
