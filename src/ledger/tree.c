/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tree.h"

#include "ledger/primitive.h"
#include "ledger/tile.h"

struct ledger_hash
ledger_hash_leaf(struct span entry)
{
	struct ledger_hash out;

	ledger_sha256_2(SPAN("\0"), entry, out.at);
	return out;
}

struct ledger_hash
ledger_hash_node(
	const struct ledger_hash *left, const struct ledger_hash *right)
{
	uint8_t node[1 + 2 * LEDGER_HASH] = {1};
	struct ledger_hash out;

	memcpy(node + 1, left->at, LEDGER_HASH);
	memcpy(node + 1 + LEDGER_HASH, right->at, LEDGER_HASH);
	ledger_sha256(span_of(node, sizeof(node)), out.at);
	return out;
}

bool
ledger_hash_same(const struct ledger_hash *a, const struct ledger_hash *b)
{
	return memcmp(a->at, b->at, LEDGER_HASH) == 0;
}

/* As a binary counter: the carry is a hash. */
void
ledger_tree_append(struct ledger_tree *t, const struct ledger_hash *leaf)
{
	struct ledger_hash carry = *leaf;
	unsigned bit = 0;

	must(t->size < LEDGER_SIZE_MAX);
	for (; (t->size >> bit & 1) != 0; bit++)
		carry = ledger_hash_node(&t->at[bit], &carry);
	t->at[bit] = carry;
	t->size++;
}

struct ledger_hash
ledger_tree_root(const struct ledger_tree *t)
{
	struct ledger_hash root;
	unsigned bit;

	if (t->size == 0) {
		ledger_sha256(span_of(NULL, 0), root.at);
		return root;
	}
	bit = (unsigned)__builtin_ctzll(t->size);
	root = t->at[bit];
	for (bit++; bit < 63; bit++)
		if ((t->size >> bit & 1) != 0)
			root = ledger_hash_node(&t->at[bit], &root);
	return root;
}

struct ledger_hash
ledger_tree_over(const struct ledger_hash *leaves, size_t n)
{
	struct ledger_tree t = {.size = 0};

	for (size_t i = 0; i < n; i++)
		ledger_tree_append(&t, &leaves[i]);
	return ledger_tree_root(&t);
}

/* ---- hashes out of tiles ---- */

/* The last tile read is kept: a proof asks each one several times. */
struct walk {
	const struct ledger_tiles *tiles;
	struct ledger_tile in;
	struct ledger_hash at[LEDGER_TILE];
};

static enum err
walk_tile(struct walk *w, unsigned level, uint64_t n)
{
	const struct ledger_tiles *from = w->tiles;
	enum err e;

	if (w->in.width > 0 && w->in.level == (int)level && w->in.n == n)
		return ERR_OK;
	w->in = (struct ledger_tile){.level = (int)level, .n = n};
	w->in.width = ledger_tile_width((int)level, n, from->size);
	must(w->in.width > 0);
	e = from->read(from->arg, level, n, w->in.width, w->at[0].at);
	if (e != ERR_OK)
		w->in.width = 0;
	return e;
}

/* The root over entries [k * 2^bits, (k + 1) * 2^bits), which must exist. */
static enum err
walk_subtree(
	struct walk *w, uint64_t k, unsigned bits, struct ledger_hash *ret_hash)
{
	uint64_t first = k << bits % 8;
	size_t count = (size_t)1 << bits % 8;
	enum err e = walk_tile(w, bits / 8, first / LEDGER_TILE);

	if (e == ERR_OK)
		*ret_hash =
			ledger_tree_over(w->at + first % LEDGER_TILE, count);
	return e;
}

/*
 * The root over entries [first, end): `first` must be where a subtree of the
 * whole tree begins, so that it is a multiple of each power of two that is
 * taken from the range, largest first.
 */
static enum err
walk_range(struct walk *w, uint64_t first, uint64_t end,
	struct ledger_hash *ret_hash)
{
	struct ledger_tree t = {.size = end - first};

	for (unsigned bit = 63; bit-- > 0;) {
		enum err e;

		if ((t.size >> bit & 1) == 0)
			continue;
		e = walk_subtree(w, first >> bit, bit, &t.at[bit]);
		if (e != ERR_OK)
			return e;
		first += (uint64_t)1 << bit;
	}
	*ret_hash = ledger_tree_root(&t);
	return ERR_OK;
}

enum err
ledger_tree_load(const struct ledger_tiles *tiles, struct ledger_tree *ret_tree)
{
	struct walk w = {.tiles = tiles};
	struct ledger_tree t = {.size = tiles->size};
	uint64_t first = 0;

	must(tiles->size <= LEDGER_SIZE_MAX);
	for (unsigned bit = 63; bit-- > 0;) {
		enum err e;

		if ((t.size >> bit & 1) == 0)
			continue;
		e = walk_subtree(&w, first >> bit, bit, &t.at[bit]);
		if (e != ERR_OK)
			return e;
		first += (uint64_t)1 << bit;
	}
	*ret_tree = t;
	return ERR_OK;
}

/* ---- proofs made ---- */

/* The largest power of two below n, for n > 1. */
static uint64_t
split_of(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* Made from the root down, taken from the leaf up. */
static void
proof_turn(struct ledger_proof *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct ledger_hash other = p->at[p->n - 1 - i];

		p->at[p->n - 1 - i] = p->at[i];
		p->at[i] = other;
	}
}

/* PATH of RFC 9162 section 2.1.3.1, as a loop. */
enum err
ledger_inclusion_make(const struct ledger_tiles *tiles, uint64_t index,
	struct ledger_proof *ret_proof)
{
	struct walk w = {.tiles = tiles};
	struct ledger_proof p = {.n = 0};
	uint64_t first = 0;
	uint64_t end = tiles->size;

	must(tiles->size <= LEDGER_SIZE_MAX);
	if (index >= tiles->size)
		return ERR_NOT_FOUND;
	while (end - first > 1) {
		uint64_t middle = first + split_of(end - first);
		bool left = index < middle;
		enum err e = walk_range(&w, left ? middle : first,
			left ? end : middle, &p.at[p.n]);

		if (e != ERR_OK)
			return e;
		p.n++;
		first = left ? first : middle;
		end = left ? middle : end;
	}
	proof_turn(&p);
	*ret_proof = p;
	return ERR_OK;
}

/*
 * SUBPROOF of RFC 9162 section 2.1.4.1, as a loop: `whole` while the range in
 * hand is one whose root the reader has already.
 */
enum err
ledger_consistency_make(const struct ledger_tiles *tiles, uint64_t old,
	struct ledger_proof *ret_proof)
{
	struct walk w = {.tiles = tiles};
	struct ledger_proof p = {.n = 0};
	uint64_t first = 0;
	uint64_t end = tiles->size;
	bool whole = true;
	enum err e = ERR_OK;

	must(tiles->size <= LEDGER_SIZE_MAX);
	if (old == 0 || old > tiles->size)
		return ERR_NOT_FOUND;
	while (e == ERR_OK && old != end) {
		uint64_t middle = first + split_of(end - first);
		bool left = old <= middle;

		e = walk_range(&w, left ? middle : first, left ? end : middle,
			&p.at[p.n]);
		p.n++;
		whole = whole && left;
		first = left ? first : middle;
		end = left ? middle : end;
	}
	if (e == ERR_OK && !whole)
		e = walk_range(&w, first, end, &p.at[p.n++]);
	if (e != ERR_OK)
		return e;
	proof_turn(&p);
	*ret_proof = p;
	return ERR_OK;
}

/* ---- proofs checked: no tile, no memory, no trust ---- */

/* RFC 9162 section 2.1.3.2. */
enum err
ledger_inclusion_root(const struct ledger_proof *proof, uint64_t index,
	uint64_t size, const struct ledger_hash *leaf,
	struct ledger_hash *ret_root)
{
	struct ledger_hash hash = *leaf;
	uint64_t at = index;
	uint64_t last = size - 1;

	if (size > LEDGER_SIZE_MAX || index >= size ||
		proof->n > LEDGER_PROOF_MAX)
		return ERR_MALFORMED;
	for (size_t i = 0; i < proof->n; i++) {
		if (last == 0)
			return ERR_MALFORMED;
		if ((at & 1) != 0 || at == last) {
			hash = ledger_hash_node(&proof->at[i], &hash);
			while ((at & 1) == 0 && at != 0) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			hash = ledger_hash_node(&hash, &proof->at[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	if (last != 0)
		return ERR_MALFORMED;
	*ret_root = hash;
	return ERR_OK;
}

enum err
ledger_inclusion_check(const struct ledger_proof *proof, uint64_t index,
	uint64_t size, const struct ledger_hash *leaf,
	const struct ledger_hash *root)
{
	struct ledger_hash got;
	enum err e = ledger_inclusion_root(proof, index, size, leaf, &got);

	if (e != ERR_OK)
		return e;
	return ledger_hash_same(&got, root) ? ERR_OK : ERR_MISMATCH;
}

/* The two roots that a consistency proof leads to, side by side. */
struct two_roots {
	struct ledger_hash old;
	struct ledger_hash now;
	uint64_t at;   /* of the old tree's last node on this level */
	uint64_t last; /* of the new one's */
};

static enum err
two_roots_step(struct two_roots *r, const struct ledger_hash *given)
{
	if (r->last == 0)
		return ERR_MALFORMED;
	if ((r->at & 1) != 0 || r->at == r->last) {
		r->old = ledger_hash_node(given, &r->old);
		r->now = ledger_hash_node(given, &r->now);
		while ((r->at & 1) == 0 && r->at != 0) {
			r->at >>= 1;
			r->last >>= 1;
		}
	} else {
		r->now = ledger_hash_node(&r->now, given);
	}
	r->at >>= 1;
	r->last >>= 1;
	return ERR_OK;
}

static enum err
two_roots_walk(struct two_roots *r, const struct ledger_proof *proof, size_t i)
{
	for (; i < proof->n; i++) {
		enum err e = two_roots_step(r, &proof->at[i]);

		if (e != ERR_OK)
			return e;
	}
	return r->last == 0 ? ERR_OK : ERR_MALFORMED;
}

/* RFC 9162 section 2.1.4.2. */
enum err
ledger_consistency_check(const struct ledger_proof *proof, uint64_t old,
	uint64_t size, const struct ledger_hash *old_root,
	const struct ledger_hash *root)
{
	struct two_roots r = {.at = old - 1, .last = size - 1};
	size_t i = 0;

	if (size > LEDGER_SIZE_MAX || old == 0 || old > size ||
		proof->n > LEDGER_PROOF_MAX || (proof->n == 0) != (old == size))
		return ERR_MALFORMED;
	if (old == size)
		return ledger_hash_same(old_root, root) ? ERR_OK : ERR_MISMATCH;
	for (; (r.at & 1) != 0; r.at >>= 1)
		r.last >>= 1;
	/* An old tree that is a perfect subtree is its own first hash. */
	r.old = (old & (old - 1)) == 0 ? *old_root : proof->at[i++];
	r.now = r.old;
	if (two_roots_walk(&r, proof, i) != ERR_OK)
		return ERR_MALFORMED;
	return ledger_hash_same(&r.old, old_root) &&
			       ledger_hash_same(&r.now, root)
		       ? ERR_OK
		       : ERR_MISMATCH;
}
