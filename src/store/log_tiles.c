/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"
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

/* ---- what is to be synced ---- */

static bool
is_unsynced(const struct store_log *log, const char *name)
{
	struct span left = buf_span(&log->unsynced);

	while (left.n > 0)
		if (span_eq(span_cut(&left, '\0'), span_text(name)))
			return true;
	return false;
}

void
store_log_unsynced(struct store_log *log, const char *name)
{
	if (log->n_unsynced > STORE_LOG_UNSYNCED || is_unsynced(log, name))
		return;
	if (log->n_unsynced++ < STORE_LOG_UNSYNCED)
		buf_bytes(&log->unsynced, span_of(name, strlen(name) + 1));
}

/* A file, and the folders down to it: which of them are new is not asked. */
static void
unsynced_tile(struct store_log *log, const char *path)
{
	char folder[LEDGER_TILE_PATH];

	store_log_unsynced(log, path);
	for (const char *at = strchr(path, '/'); at != NULL;
		at = strchr(at + 1, '/')) {
		must(span_copy(span_of(path, (size_t)(at - path)), folder,
			sizeof(folder)));
		store_log_unsynced(log, folder);
	}
	store_log_unsynced(log, ".");
}

enum err
store_log_tiles_sync(struct store_log *log)
{
	struct span left = buf_span(&log->unsynced);
	enum err e = buf_error(&log->unsynced);

	if (log->n_unsynced > STORE_LOG_UNSYNCED) {
		left.n = 0;
		e = store_log_file_sync_all(log->public_dir);
	}
	while (e == ERR_OK && left.n > 0) {
		const char *name = (const char *)left.at;

		(void)span_cut(&left, '\0');
		e = store_log_file_sync(log->public_dir, name);
		if (e == ERR_NOT_FOUND) /* tidied away */
			e = ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	buf_clear(&log->unsynced);
	log->n_unsynced = 0;
	return ERR_OK;
}

/* ---- out ---- */

static bool
is_trusted(const struct store_log *log, const struct ledger_tile *t)
{
	return ledger_tile_width(t->level, t->n, log->trusted) == t->width;
}

static enum err
put_tile(struct store_log *log, const struct ledger_tile *t, struct span bytes)
{
	char path[LEDGER_TILE_PATH];

	ledger_tile_path(t, path);
	unsynced_tile(log, path);
	return store_log_file_put(log->public_dir, path, bytes, &log->back);
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
	struct store_log_edge *edge = &log->edges[level];
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

/* A bundle and its leaf tile, as wide as `size` makes them. */
static enum err
bundle_out(struct store_log *log, uint64_t n, uint64_t size)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
	enum err e = ERR_OK;

	t.width = ledger_tile_width(t.level, n, size);
	if (is_trusted(log, &t))
		return ERR_OK;
	bundle_write(log, &t, &log->scratch);
	e = buf_error(&log->scratch);
	if (e == ERR_OK)
		e = put_tile(log, &t, buf_span(&log->scratch));
	if (e == ERR_OK)
		e = bundle_rehash(log, &t, buf_span(&log->back));
	t.level = 0;
	if (e == ERR_OK)
		e = put_tile(log, &t,
			span_of(leaf_at(log, n * LEDGER_TILE),
				(size_t)t.width * LEDGER_HASH));
	return e;
}

/* Full bundles up to `end` are in files: they leave the tail. */
static void
tail_drop(struct store_log *log, uint64_t end)
{
	size_t gone = (size_t)(end - log->tail_first);

	if (gone == 0)
		return;
	memmove(log->tail.at, log->tail.at + gone * LEDGER_ENTRY,
		log->tail.n - gone * LEDGER_ENTRY);
	memmove(log->leaves.at, log->leaves.at + gone * LEDGER_HASH,
		log->leaves.n - gone * LEDGER_HASH);
	log->tail.n -= gone * LEDGER_ENTRY;
	log->leaves.n -= gone * LEDGER_HASH;
	log->tail_first = end;
}

enum err
store_log_tiles_full(struct store_log *log)
{
	uint64_t first = log->tail_first;
	uint64_t end = log->tree.size / LEDGER_TILE * LEDGER_TILE;
	enum err e = ERR_OK;

	for (uint64_t at = first; e == ERR_OK && at < end; at += LEDGER_TILE) {
		uint64_t n = at / LEDGER_TILE;
		struct ledger_hash over;

		e = bundle_out(log, n, log->tree.size);
		over = ledger_tree_over(leaf_at(log, at), LEDGER_TILE);
		if (e == ERR_OK)
			e = push(log, 1, n, &over);
	}
	if (e != ERR_OK || end == first)
		return e;
	tail_drop(log, end);
	/* The wal has these entries still, so their old parts may go. */
	e = store_log_tiles_tidy(log, LEDGER_TILE_ENTRIES, first);
	return e == ERR_OK ? store_log_tiles_tidy(log, 0, first) : e;
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
	enum err e = store_log_tiles_full(log);

	if (e == ERR_OK && log->tail.n > 0)
		e = bundle_out(log, size / LEDGER_TILE, size);
	for (int level = 1; e == ERR_OK && level < LEDGER_TILE_LEVELS;
		level++) {
		const struct store_log_edge *edge = &log->edges[level];

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

/* The bundles and leaf tiles of the tail, below `size`. */
static enum err
look_at_tail(struct store_log *log, uint64_t size, bool *ret_as_written)
{
	enum err e = ERR_OK;

	for (uint64_t n = log->tail_first / LEDGER_TILE;
		e == ERR_OK && n * LEDGER_TILE < size; n++) {
		struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
		struct span hashes =
			span_of(leaf_at(log, n * LEDGER_TILE), LEDGER_HASH);

		t.width = ledger_tile_width(t.level, n, size);
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
store_log_tiles_look(struct store_log *log, uint64_t size,
	const struct ledger_hash *root, bool *ret_as_written)
{
	struct ledger_hash got;
	enum err e;

	*ret_as_written = true;
	e = look_at_tail(log, size, ret_as_written);
	if (e == ERR_OK)
		e = disk_root(log, size, &got);
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

/* ---- after a crash ---- */

/* What the tile at the right edge begins with. */
static struct span
edge_bytes(struct store_log *log, const struct ledger_tile *t)
{
	if (t->level > 0)
		return span_of(log->edges[t->level].at,
			(size_t)t->width * LEDGER_HASH);
	if (t->level == 0)
		return span_of(log->leaves.at, (size_t)t->width * LEDGER_HASH);
	bundle_write(log, t, &log->scratch);
	return buf_span(&log->scratch);
}

static enum err
mend_edge(struct store_log *log, int level)
{
	unsigned up = 8 * ((level < 0 ? 0U : (unsigned)level) + 1);
	struct ledger_tile t = {.level = level};
	char path[LEDGER_TILE_PATH];
	unsigned width;
	enum err e = ERR_OK;

	t.n = up < 64 ? log->tree.size >> up : 0;
	width = ledger_tile_width(level, t.n, log->tree.size);
	for (t.width = 1; e == ERR_OK && t.width < LEDGER_TILE; t.width++) {
		ledger_tile_path(&t, path);
		if (!os_exists(log->public_dir, path))
			continue;
		if (t.width > width)
			e = store_log_file_remove(log->public_dir, path);
		else
			e = put_tile(log, &t, edge_bytes(log, &t));
	}
	return e;
}

enum err
store_log_tiles_mend(struct store_log *log)
{
	enum err e = store_log_tiles_full(log);

	for (int level = LEDGER_TILE_ENTRIES;
		e == ERR_OK && level < LEDGER_TILE_LEVELS; level++)
		e = mend_edge(log, level);
	return e;
}

/* ---- afterwards ---- */

static enum err
tidy_tile(struct store_log *log, const struct ledger_tile *t)
{
	char path[STORE_LOG_PATH];
	size_t n;

	ledger_tile_path(t, path);
	n = strlen(path);
	memcpy(path + n, ".p", sizeof(".p"));
	return store_log_file_remove_folder(log->public_dir, path);
}

/* Only a tile that was not full can have left partial ones: the one at the old
 * edge, and at each publishing since; all between are looked at. */
enum err
store_log_tiles_tidy(struct store_log *log, int level, uint64_t old)
{
	unsigned up = 8 * ((level < 0 ? 0U : (unsigned)level) + 1);
	struct ledger_tile t = {.level = level, .width = LEDGER_TILE};
	enum err e = ERR_OK;

	if (up >= 64)
		return ERR_OK;
	for (t.n = old >> up; e == ERR_OK && t.n < log->tree.size >> up; t.n++)
		e = tidy_tile(log, &t);
	return e;
}
