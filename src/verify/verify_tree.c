/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass from the leaves up.  A bundle is checked alone: the form and the
 * place of its entries, their hashes against the tile of leaves, and the root
 * over them, which is a hash of level 1; so bundles are shared out over
 * threads.  A group of them is then put together in order, level by level, and
 * what is left at the end gives the root, which must be the signed one.  Memory
 * is that of a group, whatever the ledger's size.
 */
#include <inttypes.h>

#include "base/mem.h"
#include "base/own.h"
#include "verify/verify_days.h"
#include "verify/verify_int.h"

enum { GROUP = 1024 /* bundles */ };

/* What a bundle gives. */
struct bundle {
	enum err e;
	struct verify_fault fault; /* where e is DAMAGED */
	struct ledger_hash over;
	struct verify_days days;
};

/* What a thread works with. */
struct lane {
	struct buf entries;
	struct buf tile;
	struct ledger_hash leaf[LEDGER_TILE];
};

struct edge {
	unsigned n;
	struct ledger_hash at[LEDGER_TILE];
};

struct pass {
	struct verify *v;
	uint64_t first; /* bundle of the group */
	unsigned lanes;
	struct lane lane[VERIFY_LANES];
	struct bundle bundle[GROUP];
	struct edge edge[LEDGER_TILE_LEVELS];
	struct verify_days days;
	struct buf tile;
};

static struct pass *
pass_free(struct pass *p)
{
	if (p == NULL)
		return NULL;
	for (unsigned i = 0; i < p->lanes; i++) {
		buf_fini(&p->lane[i].entries);
		buf_fini(&p->lane[i].tile);
	}
	buf_fini(&p->tile);
	mem_free(p);
	return NULL;
}
DEFINE_OWNED(pass);

static struct pass *
pass_new(struct verify *v)
{
	struct pass *p = mem_zeroed(sizeof(*p));

	if (p == NULL)
		return NULL;
	p->v = v;
	p->days = VERIFY_DAYS_NONE;
	p->lanes = v->asked->lanes;
	if (p->lanes < 1)
		p->lanes = 1;
	if (p->lanes > VERIFY_LANES)
		p->lanes = VERIFY_LANES;
	for (unsigned i = 0; i < p->lanes; i++) {
		buf_init(&p->lane[i].entries, VERIFY_FILE_MAX);
		buf_init(&p->lane[i].tile, VERIFY_FILE_MAX);
	}
	buf_init(&p->tile, VERIFY_FILE_MAX);
	return p;
}

/* ---- a tile's file ---- */

enum err
verify_read_tile(const struct verify *v, const struct ledger_tile *t,
	struct buf *to, char path[LEDGER_TILE_PATH], struct verify_fault *fault)
{
	size_t step = t->level == LEDGER_TILE_ENTRIES ? VERIFY_BUNDLE_STEP
						      : LEDGER_HASH;
	size_t want = t->width * step;
	enum err e;

	ledger_tile_path(t, path);
	buf_clear(to);
	e = v->source->read(v->source->arg, path, to);
	if (e == ERR_NOT_FOUND && v->asked->growing && t->width < LEDGER_TILE) {
		struct ledger_tile full = *t;

		full.width = LEDGER_TILE;
		ledger_tile_path(&full, path);
		e = verify_read(v->source, path, to, fault);
		want = to->n >= want ? to->n : want;
	} else if (err_is_refusal(e)) {
		return verify_fault_set(fault, path, 0, "%s",
			e == ERR_NOT_FOUND ? "it is not there" : err_text(e));
	}
	if (e == ERR_OK)
		e = buf_error(to);
	if (e != ERR_OK)
		return e;
	if (to->n != want)
		return verify_fault_set(fault, path,
			to->n < want ? to->n : want,
			"%zu bytes where %zu belong", to->n, want);
	to->n = t->width * step;
	return ERR_OK;
}

/* The hashes on disk are those that were computed. */
static enum err
same_hashes(const struct buf *file, const char *path,
	const struct ledger_hash *want, unsigned n, struct verify_fault *fault)
{
	for (unsigned i = 0; i < n; i++)
		if (memcmp(file->at + i * (size_t)LEDGER_HASH, want[i].at,
			    LEDGER_HASH) != 0)
			return verify_fault_set(fault, path,
				(uint64_t)i * LEDGER_HASH,
				"hash %u is not that of what is below it", i);
	return ERR_OK;
}

/* ---- one bundle ---- */

static enum err
check_entry(const struct verify *v, struct bundle *b, const char *path,
	uint64_t offset, uint64_t index, struct span bytes,
	struct ledger_hash *ret_leaf)
{
	struct reader r = read_from(bytes);
	struct span entry_bytes = ledger_bundle_next(&r);
	struct ledger_entry entry;

	if (!read_end(&r) || ledger_entry_parse(entry_bytes, &entry) != ERR_OK)
		return verify_fault_set(&b->fault, path, offset,
			"entry %" PRIu64 " is not in the form of one", index);
	if (entry.index != index)
		return verify_fault_set(&b->fault, path, offset,
			"entry %" PRIu64 " says that it is entry %" PRIu64,
			index, entry.index);
	if (b->days.n > 0 && entry.day < b->days.last && !v->played)
		return verify_fault_set(&b->fault, path, offset,
			"entry %" PRIu64 " is of a day before that of the "
			"entry before it",
			index);
	verify_days_add(&b->days, &entry);
	*ret_leaf = ledger_hash_leaf(entry_bytes);
	return ERR_OK;
}

static enum err
check_bundle(struct pass *p, struct lane *lane, struct bundle *b, uint64_t n)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
	char path[LEDGER_TILE_PATH];
	enum err e;

	t.width = ledger_tile_width(t.level, n, p->v->result->cp.size);
	e = verify_read_tile(p->v, &t, &lane->entries, path, &b->fault);
	for (unsigned i = 0; e == ERR_OK && i < t.width; i++) {
		uint64_t offset = (uint64_t)i * VERIFY_BUNDLE_STEP;

		e = check_entry(p->v, b, path, offset, n * LEDGER_TILE + i,
			span_of(lane->entries.at + offset, VERIFY_BUNDLE_STEP),
			&lane->leaf[i]);
	}
	if (e != ERR_OK)
		return e;
	t.level = 0;
	e = verify_read_tile(p->v, &t, &lane->tile, path, &b->fault);
	if (e == ERR_OK)
		e = same_hashes(
			&lane->tile, path, lane->leaf, t.width, &b->fault);
	b->over = ledger_tree_over(lane->leaf, t.width);
	return e;
}

static void
work_bundle(void *arg, unsigned lane, uint64_t i)
{
	struct pass *p = arg;
	struct bundle *b = &p->bundle[i];

	b->days = VERIFY_DAYS_NONE;
	b->e = check_bundle(p, &p->lane[lane], b, p->first + i);
}

/* ---- put together ---- */

static enum err
check_level(struct pass *p, int level, uint64_t n, unsigned width)
{
	struct ledger_tile t = {.level = level, .n = n, .width = width};
	char path[LEDGER_TILE_PATH];
	enum err e = verify_read_tile(p->v, &t, &p->tile, path, p->v->fault);

	return e != ERR_OK ? e
			   : same_hashes(&p->tile, path, p->edge[level].at,
				     width, p->v->fault);
}

/* A hash more on level 1 and up; full tiles are compared, and go up. */
static enum err
push(struct pass *p, struct ledger_hash hash, uint64_t n)
{
	for (int level = 1; level < LEDGER_TILE_LEVELS; level++) {
		struct edge *edge = &p->edge[level];
		enum err e;

		must(edge->n == n % LEDGER_TILE);
		edge->at[edge->n++] = hash;
		n /= LEDGER_TILE;
		if (edge->n < LEDGER_TILE)
			return ERR_OK;
		e = check_level(p, level, n, LEDGER_TILE);
		if (e != ERR_OK)
			return e;
		hash = ledger_tree_over(edge->at, LEDGER_TILE);
		edge->n = 0;
	}
	return ERR_OK;
}

/* Where an entry is in its bundle's file. */
static enum err
fault_at(struct verify *v, uint64_t index, const char *what)
{
	struct ledger_tile t = {
		.level = LEDGER_TILE_ENTRIES, .n = index / LEDGER_TILE};
	char path[LEDGER_TILE_PATH];

	t.width = ledger_tile_width(t.level, t.n, v->result->cp.size);
	ledger_tile_path(&t, path);
	return verify_fault_set(v->fault, path,
		index % LEDGER_TILE * VERIFY_BUNDLE_STEP,
		"entry %" PRIu64 " %s", index, what);
}

static enum err
take_days(struct pass *p, const struct bundle *b, uint64_t n)
{
	if (b->days.first < p->days.last && !p->v->played)
		return fault_at(p->v, n * LEDGER_TILE,
			"is of a day before that of the entry before it");
	verify_days_join(&p->days, &b->days);
	return ERR_OK;
}

/* The last bundle, where it is not full, is an edge of level 0. */
static enum err
take_bundle(struct pass *p, const struct bundle *b, uint64_t n)
{
	uint64_t size = p->v->result->cp.size;
	enum err e = b->e;

	if (e == ERR_DAMAGED)
		*p->v->fault = b->fault;
	if (e == ERR_OK)
		e = take_days(p, b, n);
	if (e != ERR_OK)
		return e;
	p->v->result->files += 2;
	if (n < size / LEDGER_TILE)
		return push(p, b->over, n);
	p->edge[0].n = (unsigned)(size % LEDGER_TILE);
	p->edge[0].at[0] = b->over;
	return ERR_OK;
}

static enum err
check_group(struct pass *p, uint64_t n)
{
	enum err e = ERR_OK;

	verify_lanes(p->lanes, n, work_bundle, p);
	for (uint64_t i = 0; e == ERR_OK && i < n; i++)
		e = take_bundle(p, &p->bundle[i], p->first + i);
	return e;
}

/* ---- the root ---- */

/* The root over what is left on every level, lowest first: on each a row of
 * perfect trees, whose root joins that of all that lies to its right. */
static struct ledger_hash
edges_root(const struct pass *p)
{
	struct ledger_tree t = {.size = 0};
	struct ledger_hash root;
	bool any = p->edge[0].n > 0;

	if (p->v->result->cp.size == 0)
		return ledger_tree_root(&t);
	root = p->edge[0].at[0];
	for (int level = 1; level < LEDGER_TILE_LEVELS; level++) {
		const struct edge *edge = &p->edge[level];

		/* Perfect trees of 256^level, from the right. */
		for (unsigned left = edge->n; left > 0;) {
			unsigned k = left & (0U - left);
			struct ledger_hash h =
				ledger_tree_over(edge->at + left - k, k);

			root = any ? ledger_hash_node(&h, &root) : h;
			any = true;
			left -= k;
		}
	}
	return root;
}

static enum err
check_root(struct pass *p)
{
	struct verify *v = p->v;
	struct ledger_hash root;
	enum err e = ERR_OK;

	for (int level = 1; e == ERR_OK && level < LEDGER_TILE_LEVELS;
		level++) {
		uint64_t n = v->result->cp.size >> (8 * level);

		if (p->edge[level].n > 0)
			e = check_level(
				p, level, n / LEDGER_TILE, p->edge[level].n);
		/* full ones, the partial one */
		v->result->files += n / LEDGER_TILE + (p->edge[level].n > 0);
	}
	if (e != ERR_OK)
		return e;
	root = edges_root(p);
	if (!ledger_hash_same(&root, &v->result->cp.root))
		return verify_fault_set(v->fault, "checkpoint", 0,
			"the entries lead to another root");
	return ERR_OK;
}

/* What was published says by its days that it was hidden as the rest is. */
static enum err
check_days(const struct pass *p)
{
	struct verify_result *r = p->v->result;

	r->first_day = p->days.first;
	r->last_day = p->days.last;
	r->gap = p->days.gap;
	r->gap_at = p->days.gap_at;
	if (p->days.bare_from == VERIFY_NO_PLACE)
		return ERR_OK;
	return fault_at(p->v, p->days.bare_from,
		"and those of its day after it are not 64: they were "
		"published without the cover that hides what was done");
}

enum err
verify_tree(struct verify *v)
{
	OWNED(pass) p = pass_new(v);
	uint64_t size = v->result->cp.size;
	uint64_t bundles = size / LEDGER_TILE + (size % LEDGER_TILE > 0);
	enum err e = ERR_OK;

	if (p == NULL)
		return err_origin(ERR_NOMEM);
	while (e == ERR_OK && p->first < bundles) {
		uint64_t left = bundles - p->first;
		uint64_t n = left < GROUP ? left : GROUP;

		e = check_group(p, n);
		p->first += n;
	}
	if (e == ERR_OK)
		e = check_root(p);
	return e == ERR_OK ? check_days(p) : e;
}
