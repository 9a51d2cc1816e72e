/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log_int.h"

struct span
store_log_tail_entry(const struct store_log *log, uint64_t i)
{
	must(i < log->tail.n / LEDGER_ENTRY);
	return span_of(log->tail.at + i * LEDGER_ENTRY, LEDGER_ENTRY);
}

static void
bundle_write(const struct store_log *log, const struct ledger_tile *t,
	struct buf *to)
{
	uint64_t first = t->n * LEDGER_TILE - log->tail_first;

	buf_clear(to);
	for (unsigned i = 0; i < t->width; i++)
		ledger_bundle_add(to, store_log_tail_entry(log, first + i));
}

static const struct ledger_hash *
leaf_at(const struct store_log *log, uint64_t index)
{
	size_t at = (size_t)(index - log->tail_first) * LEDGER_HASH;

	must(at < log->leaves.n);
	return (const struct ledger_hash *)(log->leaves.at + at);
}

/* ---- out ---- */

/* Tiles that the last checkpoint needed were synced before it was signed. */
static bool
is_trusted(const struct store_log *log, const struct ledger_tile *t)
{
	return ledger_tile_width(t->level, t->n, log->trusted) == t->width;
}

/* A folder's names are made durable with the last of them; only bundles and
 * leaf tiles come in long rows. */
static bool
is_last_in_folder(const struct store_log *log, const struct ledger_tile *t)
{
	return t->level > 0 || t->width < LEDGER_TILE || t->n % 1000 == 999 ||
	       t->n + 1 == log->tree.size / LEDGER_TILE;
}

static enum err
put_tile(struct store_log *log, const struct ledger_tile *t, struct span bytes)
{
	char path[LEDGER_TILE_PATH];
	enum err e;

	ledger_tile_path(t, path);
	e = store_log_file_folders(log->public_dir, path);
	if (e == ERR_OK)
		e = store_log_file_put(log->public_dir, path, bytes, 0644);
	if (e == ERR_OK && is_last_in_folder(log, t))
		e = store_log_file_sync_folder(log->public_dir, path);
	if (e == ERR_OK)
		e = store_log_file_read(log->public_dir, path, &log->back);
	if (e == ERR_OK && !span_eq(bytes, buf_span(&log->back)))
		e = err_origin(ERR_IO); /* the disk gives back other bytes */
	return err_is_refusal(e) ? err_origin(ERR_IO) : e;
}

static enum err
put_hashes(struct store_log *log, int level, uint64_t n,
	const struct ledger_hash *at, unsigned width)
{
	struct ledger_tile t = {.level = level, .n = n, .width = width};

	if (is_trusted(log, &t))
		return ERR_OK;
	return put_tile(log, &t, span_of(at, width * sizeof(*at)));
}

/* One hash more on a level; a full tile goes out, and up. */
static enum err
push(struct store_log *log, unsigned level, uint64_t n,
	const struct ledger_hash *hash)
{
	struct store_log_edge *edge = &log->next[level];
	struct ledger_hash over;
	enum err e;

	must(level < LEDGER_TILE_LEVELS && edge->n == n % LEDGER_TILE);
	edge->at[edge->n++] = *hash;
	if (edge->n < LEDGER_TILE)
		return ERR_OK;
	e = put_hashes(log, (int)level, n / LEDGER_TILE, edge->at, LEDGER_TILE);
	if (e != ERR_OK)
		return e;
	over = ledger_tree_over(edge->at, LEDGER_TILE);
	edge->n = 0;
	return push(log, level + 1, n / LEDGER_TILE, &over);
}

/* The leaves once more, from what the disk gave back. */
static enum err
bundle_rehash(const struct store_log *log, const struct ledger_tile *t,
	struct span back)
{
	struct reader r = read_from(back);

	for (unsigned i = 0; i < t->width; i++) {
		struct ledger_hash leaf =
			ledger_hash_leaf(ledger_bundle_next(&r));

		if (!ledger_hash_same(
			    &leaf, leaf_at(log, t->n * LEDGER_TILE + i)))
			return err_origin(ERR_IO);
	}
	return read_end(&r) ? ERR_OK : err_origin(ERR_IO);
}

static enum err
bundle_out(struct store_log *log, uint64_t n)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
	const struct ledger_hash *leaves = leaf_at(log, n * LEDGER_TILE);
	struct ledger_hash over;
	enum err e = ERR_OK;

	t.width = ledger_tile_width(t.level, n, log->tree.size);
	if (!is_trusted(log, &t)) {
		bundle_write(log, &t, &log->scratch);
		e = buf_error(&log->scratch);
		if (e == ERR_OK)
			e = put_tile(log, &t, buf_span(&log->scratch));
		if (e == ERR_OK)
			e = bundle_rehash(log, &t, buf_span(&log->back));
	}
	if (e == ERR_OK)
		e = put_hashes(log, 0, n, leaves, t.width);
	if (e != ERR_OK || t.width < LEDGER_TILE)
		return e;
	over = ledger_tree_over(leaves, LEDGER_TILE);
	return push(log, 1, n, &over);
}

/* The root that a reader of the disk gets: from the right edge alone. */
static enum err
disk_root(const struct store_log *log, uint64_t size,
	struct ledger_hash *ret_root)
{
	struct store_log_dir from = {.dir = log->public_dir, .size = size};
	struct ledger_tiles tiles = {
		.read = store_log_tile, .arg = &from, .size = size};
	struct ledger_tree t;
	enum err e = ledger_tree_load(&tiles, &t);

	if (e == ERR_OK)
		*ret_root = ledger_tree_root(&t);
	return e;
}

/* It must be the root that is about to be signed. */
static enum err
edge_check(const struct store_log *log)
{
	struct ledger_hash want = ledger_tree_root(&log->tree);
	struct ledger_hash got;
	enum err e = disk_root(log, log->tree.size, &got);

	if (err_is_refusal(e))
		return err_origin(ERR_IO);
	if (e != ERR_OK)
		return e;
	return ledger_hash_same(&got, &want) ? ERR_OK : err_origin(ERR_IO);
}

enum err
store_log_tiles_write(struct store_log *log)
{
	uint64_t size = log->tree.size;
	enum err e = ERR_OK;

	memcpy(log->next, log->edges, sizeof(log->next));
	for (uint64_t n = log->tail_first / LEDGER_TILE;
		e == ERR_OK && n * LEDGER_TILE < size; n++)
		e = bundle_out(log, n);
	for (int level = 1; e == ERR_OK && level < LEDGER_TILE_LEVELS;
		level++) {
		const struct store_log_edge *edge = &log->next[level];

		if (edge->n > 0)
			e = put_hashes(log, level, size >> (8 * (level + 1)),
				edge->at, edge->n);
	}
	return e == ERR_OK ? edge_check(log) : e;
}

/* ---- at opening ---- */

static enum err
is_on_disk(struct store_log *log, const struct ledger_tile *t,
	struct span bytes, bool *ret_same)
{
	char path[LEDGER_TILE_PATH];
	enum err e;

	ledger_tile_path(t, path);
	e = store_log_file_read(log->public_dir, path, &log->back);
	if (err_is_failure(e))
		return e;
	if (e != ERR_OK || !span_eq(bytes, buf_span(&log->back)))
		*ret_same = false;
	return ERR_OK;
}

/* The bundles and leaf tiles of the tail. */
static enum err
look_at_tail(struct store_log *log, bool *ret_as_written)
{
	enum err e = ERR_OK;

	for (uint64_t n = log->tail_first / LEDGER_TILE;
		e == ERR_OK && n * LEDGER_TILE < log->published; n++) {
		struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
		struct span hashes =
			span_of(leaf_at(log, n * LEDGER_TILE), LEDGER_HASH);

		t.width = ledger_tile_width(t.level, n, log->published);
		bundle_write(log, &t, &log->scratch);
		e = buf_error(&log->scratch);
		if (e == ERR_OK)
			e = is_on_disk(log, &t, buf_span(&log->scratch),
				ret_as_written);
		t.level = 0;
		hashes.n *= t.width;
		if (e == ERR_OK)
			e = is_on_disk(log, &t, hashes, ret_as_written);
	}
	return e;
}

enum err
store_log_tiles_look(struct store_log *log, const struct ledger_hash *root,
	bool *ret_as_written)
{
	struct ledger_hash got;
	enum err e;

	*ret_as_written = true;
	e = look_at_tail(log, ret_as_written);
	if (e == ERR_OK)
		e = disk_root(log, log->published, &got);
	if (err_is_failure(e))
		return e;
	if (e != ERR_OK || !ledger_hash_same(&got, root))
		*ret_as_written = false;
	return ERR_OK;
}

struct ledger_tree
store_log_edges_tree(
	const struct store_log_edge edges[LEDGER_TILE_LEVELS], uint64_t size)
{
	struct ledger_tree t = {.size = size};

	for (unsigned level = 0; level < LEDGER_TILE_LEVELS; level++) {
		const struct store_log_edge *edge = &edges[level];
		size_t at = 0;

		must(edge->n == (size >> (8 * level)) % LEDGER_TILE);
		for (unsigned bit = 8; bit-- > 0;) {
			size_t n = (size_t)1 << bit;

			if ((edge->n & n) == 0)
				continue;
			t.at[8 * level + bit] =
				ledger_tree_over(edge->at + at, n);
			at += n;
		}
	}
	return t;
}

enum err
store_log_tiles_load(struct store_log *log, uint64_t size)
{
	struct store_log_dir from = {.dir = log->public_dir, .size = size};

	for (unsigned level = 1; level < LEDGER_TILE_LEVELS; level++) {
		struct store_log_edge *edge = &log->edges[level];
		uint64_t count = log->tail_first >> (8 * level);
		enum err e;

		edge->n = (unsigned)(count % LEDGER_TILE);
		if (edge->n == 0)
			continue;
		e = store_log_tile(&from, level, count / LEDGER_TILE,
			ledger_tile_width(
				(int)level, count / LEDGER_TILE, size),
			edge->at[0].at);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* ---- afterwards ---- */

void
store_log_tiles_drop(struct store_log *log)
{
	uint64_t first = log->tree.size / LEDGER_TILE * LEDGER_TILE;
	size_t gone = (size_t)(first - log->tail_first);

	memmove(log->tail.at, log->tail.at + gone * LEDGER_ENTRY,
		log->tail.n - gone * LEDGER_ENTRY);
	memmove(log->leaves.at, log->leaves.at + gone * LEDGER_HASH,
		log->leaves.n - gone * LEDGER_HASH);
	log->tail.n -= gone * LEDGER_ENTRY;
	log->leaves.n -= gone * LEDGER_HASH;
	log->tail_first = first;
	memcpy(log->edges, log->next, sizeof(log->edges));
}

enum err
store_log_tiles_tidy(struct store_log *log, uint64_t old)
{
	for (int level = LEDGER_TILE_ENTRIES; level < LEDGER_TILE_LEVELS;
		level++) {
		unsigned up = 8 * ((level < 0 ? 0U : (unsigned)level) + 1);
		struct ledger_tile t = {.level = level, .width = LEDGER_TILE};
		char path[STORE_LOG_PATH];
		size_t n;
		enum err e;

		t.n = up < 64 ? old >> up : 0;
		if (ledger_tile_width(level, t.n, log->tree.size) < LEDGER_TILE)
			continue;
		ledger_tile_path(&t, path);
		n = strlen(path);
		memcpy(path + n, ".p", sizeof(".p"));
		e = store_log_file_remove_folder(log->public_dir, path);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
