/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass from the leaves up: each bundle's entries are hashed and compared
 * with their tile, each full tile's root goes up a level, and what is left on
 * every level gives the root, which must be the signed one.  Then the folders
 * are walked for files that the pass did not need: an old partial tile must
 * begin the tile that replaced it.  What lies past the checkpoint belongs to a
 * publish under way and is passed over.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "store/log_int.h"

enum {
	BUNDLE_STEP = 2 + LEDGER_ENTRY,
	DEPTH_MAX = 10, /* tile, level, groups, partial */
};

struct verify {
	int dir;
	struct ledger_checkpoint cp;
	struct store_log_fault *fault;
	struct ledger_vkey vkey; /* that is trusted */
	struct ledger_keys keys; /* that follow from it */
	struct buf keys_file;
	struct buf bundle;
	struct buf tile;
	struct store_log_edge edges[LEDGER_TILE_LEVELS];
};

static struct verify *
verify_free(struct verify *v)
{
	if (v == NULL)
		return NULL;
	buf_fini(&v->keys_file);
	buf_fini(&v->bundle);
	buf_fini(&v->tile);
	mem_free(v);
	return NULL;
}
DEFINE_OWNED(verify);

static enum err fault_set(struct store_log_fault *fault, const char *file,
	uint64_t offset, const char *fmt, ...) PRINTF_LIKE(4, 5);

static enum err
fault_set(struct store_log_fault *fault, const char *file, uint64_t offset,
	const char *fmt, ...)
{
	va_list ap;

	if (fault == NULL)
		return ERR_DAMAGED;
	(void)snprintf(fault->file, sizeof(fault->file), "%s", file);
	fault->offset = offset;
	va_start(ap, fmt);
	(void)vsnprintf(fault->text, sizeof(fault->text), fmt, ap);
	va_end(ap);
	return ERR_DAMAGED;
}

static enum err
read_or_fault(struct verify *v, const char *file, struct buf *to)
{
	enum err e = store_log_file_read(v->dir, file, to);

	if (err_is_refusal(e))
		return fault_set(v->fault, file, 0, "%s", err_text(e));
	return e;
}

/* The tile's bytes, cut to its width, in `to`. */
static enum err
tile_read(struct verify *v, const struct ledger_tile *t, size_t step,
	struct buf *to, char path[LEDGER_TILE_PATH])
{
	enum err e = store_log_read_tile(v->dir, t, to);

	ledger_tile_path(t, path);
	if (err_is_refusal(e))
		return fault_set(v->fault, path, 0, "%s", err_text(e));
	if (e != ERR_OK)
		return e;
	if (to->n != t->width * step && to->n != LEDGER_TILE * step)
		return fault_set(v->fault, path, 0,
			"%zu bytes where %zu belong", to->n, t->width * step);
	to->n = t->width * step;
	return ERR_OK;
}

/* ---- signature ---- */

/* Which keys the one that is trusted leads to. */
static enum err
verify_keys(struct verify *v)
{
	struct why why = {""};
	enum err e = store_log_dir_keys(
		v->dir, &v->vkey, &v->keys_file, &v->keys, &why);

	v->vkey.keys = &v->keys;
	return err_is_refusal(e) ? fault_set(v->fault, "keys", 0, "%s",
					   why.text + strlen("keys: "))
				 : e;
}

static enum err
verify_checkpoint(struct verify *v)
{
	enum err e = read_or_fault(v, "checkpoint", &v->bundle);

	if (e == ERR_OK)
		e = ledger_checkpoint_open(
			buf_span(&v->bundle), &v->vkey, &v->cp);
	/* It points into a buffer that is about to be used again. */
	v->cp.extension = span_of(NULL, 0);
	if (err_is_refusal(e) && e != ERR_DAMAGED)
		return fault_set(v->fault, "checkpoint", 0,
			"not a checkpoint that %s signed: %s", v->vkey.name,
			err_text(e));
	return e;
}

static enum err
verify_vkey(struct verify *v)
{
	enum err e = read_or_fault(v, "ledger.vkey", &v->tile);

	if (e != ERR_OK)
		return e;
	buf_clear(&v->bundle);
	ledger_vkey_text(ledger_keys_last(&v->keys), &v->bundle);
	buf_u8(&v->bundle, '\n');
	if (buf_error(&v->bundle) != ERR_OK)
		return buf_error(&v->bundle);
	if (!span_eq(buf_span(&v->bundle), buf_span(&v->tile)))
		return fault_set(v->fault, "ledger.vkey", 0,
			"not the key that is trusted here");
	return ERR_OK;
}

/* That entries say what the keys say, and that the tree was as both signed it;
 * after the pass, so that tiles are believed. */
static enum err
verify_records(struct verify *v)
{
	struct store_log_dir from = {.dir = v->dir, .size = v->cp.size};
	struct ledger_tiles tiles = {store_log_tile, &from, from.size};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < v->keys.n_records; i++) {
		const struct ledger_keys_record *k = &v->keys.record[i];
		struct ledger_proof proof;
		struct ledger_entry entry;

		buf_clear(&v->tile);
		e = store_log_read_entry(&from, k->index, &v->tile);
		if (e == ERR_OK)
			e = ledger_entry_parse(buf_span(&v->tile), &entry);
		if (e == ERR_OK)
			e = ledger_keys_check(&v->keys, i, &entry);
		if (e == ERR_OK && k->rotate)
			e = k->size > from.size
				    ? ERR_MISMATCH
				    : ledger_consistency_make(
					      &tiles, k->size, &proof);
		if (e == ERR_OK && k->rotate)
			e = ledger_consistency_check(&proof, k->size, from.size,
				&k->root, &v->cp.root);
		if (err_is_refusal(e))
			return fault_set(v->fault, "keys", 0,
				"the ledger does not have what record %zu says",
				i);
	}
	return e;
}

/* ---- the pass ---- */

static enum err verify_push(struct verify *v, int level, uint64_t n,
	const struct ledger_hash *hash);

/* A tile as it was computed against the one on disk; up, when full. */
static enum err
verify_tile(struct verify *v, const struct ledger_tile *t)
{
	struct store_log_edge *edge = &v->edges[t->level];
	struct ledger_hash over;
	char path[LEDGER_TILE_PATH];
	enum err e = tile_read(v, t, LEDGER_HASH, &v->tile, path);

	if (e != ERR_OK)
		return e;
	must(edge->n == t->width);
	for (unsigned i = 0; i < t->width; i++)
		if (memcmp(v->tile.at + i * LEDGER_HASH, edge->at[i].at,
			    LEDGER_HASH) != 0)
			return fault_set(v->fault, path, i * LEDGER_HASH,
				"hash %u is not that of what is below it", i);
	if (t->width < LEDGER_TILE)
		return ERR_OK;
	over = ledger_tree_over(edge->at, LEDGER_TILE);
	edge->n = 0;
	return verify_push(v, t->level + 1, t->n, &over);
}

static enum err
verify_push(
	struct verify *v, int level, uint64_t n, const struct ledger_hash *hash)
{
	struct ledger_tile t = {.level = level, .width = LEDGER_TILE};
	struct store_log_edge *edge;

	must(level < LEDGER_TILE_LEVELS);
	edge = &v->edges[level];
	must(edge->n == n % LEDGER_TILE);
	edge->at[edge->n++] = *hash;
	t.n = n / LEDGER_TILE;
	return edge->n < LEDGER_TILE ? ERR_OK : verify_tile(v, &t);
}

static enum err
verify_entry(struct verify *v, const char *path, uint64_t at, uint64_t index)
{
	struct span bytes = span_of(v->bundle.at + at, BUNDLE_STEP);
	struct reader r = read_from(bytes);
	struct span entry_bytes = ledger_bundle_next(&r);
	struct ledger_entry entry;

	if (!read_end(&r) || ledger_entry_parse(entry_bytes, &entry) != ERR_OK)
		return fault_set(v->fault, path, at,
			"entry %llu is not in the form of one",
			(unsigned long long)index);
	if (entry.index != index)
		return fault_set(v->fault, path, at,
			"entry %llu says that it is entry %llu",
			(unsigned long long)index,
			(unsigned long long)entry.index);
	v->edges[0].at[v->edges[0].n++] = ledger_hash_leaf(entry_bytes);
	return ERR_OK;
}

static enum err
verify_bundle(struct verify *v, uint64_t n)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
	char path[LEDGER_TILE_PATH];
	enum err e;

	t.width = ledger_tile_width(t.level, n, v->cp.size);
	e = tile_read(v, &t, BUNDLE_STEP, &v->bundle, path);
	for (unsigned i = 0; e == ERR_OK && i < t.width; i++)
		e = verify_entry(v, path, (uint64_t)i * BUNDLE_STEP,
			n * LEDGER_TILE + i);
	if (e != ERR_OK)
		return e;
	t.level = 0;
	return verify_tile(v, &t);
}

static enum err
verify_tree(struct verify *v)
{
	struct ledger_tree t;
	struct ledger_hash root;
	enum err e = ERR_OK;

	for (uint64_t n = 0; e == ERR_OK && n * LEDGER_TILE < v->cp.size; n++)
		e = verify_bundle(v, n);
	for (int level = 1; e == ERR_OK && level < LEDGER_TILE_LEVELS;
		level++) {
		struct ledger_tile left = {.level = level};

		left.n = v->cp.size >> (8 * level) >> 8;
		left.width = v->edges[level].n;
		if (left.width > 0)
			e = verify_tile(v, &left);
	}
	if (e != ERR_OK)
		return e;
	t = store_log_edges_tree(v->edges, v->cp.size);
	root = ledger_tree_root(&t);
	if (!ledger_hash_same(&root, &v->cp.root))
		return fault_set(v->fault, "checkpoint", 0,
			"the entries lead to another root");
	return ERR_OK;
}

/* ---- what else lies there ---- */

static enum err
verify_old_partial(
	struct verify *v, const char *path, const struct ledger_tile *t)
{
	struct ledger_tile now = *t;
	char now_path[LEDGER_TILE_PATH];
	size_t step = t->level < 0 ? BUNDLE_STEP : LEDGER_HASH;
	enum err e = read_or_fault(v, path, &v->tile);

	now.width = ledger_tile_width(t->level, t->n, v->cp.size);
	if (e == ERR_OK)
		e = tile_read(v, &now, step, &v->bundle, now_path);
	if (e != ERR_OK)
		return e;
	if (v->tile.n != t->width * step)
		return fault_set(v->fault, path, 0, "not its width");
	for (size_t i = 0; i < v->tile.n; i++)
		if (v->tile.at[i] != v->bundle.at[i])
			return fault_set(v->fault, path, i, "not as %s begins",
				now_path);
	return ERR_OK;
}

static void
dir_close(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

static enum err verify_folder(struct verify *v, const char *path, int depth);

static enum err
verify_name(struct verify *v, const char *folder, const char *name, int depth)
{
	char path[STORE_LOG_PATH + 256];
	struct ledger_tile t;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return ERR_OK;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (ledger_tile_parse(span_text(path), &t) != ERR_OK)
		return verify_folder(v, path, depth + 1);
	if (t.width < ledger_tile_width(t.level, t.n, v->cp.size))
		return verify_old_partial(v, path, &t);
	return ERR_OK;
}

static enum err
verify_folder(struct verify *v, const char *path, int depth)
{
	__attribute__((cleanup(dir_close))) DIR *dir = NULL;
	int fd = openat(v->dir, path,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct dirent *d;
	enum err e = ERR_OK;

	if (fd < 0 && errno == ENOENT && (depth == 0 || v->cp.size > 0))
		return ERR_OK; /* nothing yet, or tidied away as we looked */
	if (fd < 0 || depth > DEPTH_MAX || strlen(path) >= STORE_LOG_PATH) {
		os_close(&fd);
		return fault_set(v->fault, path, 0, "not a folder of tiles");
	}
	dir = fdopendir(fd);
	if (dir == NULL) {
		os_close(&fd);
		return err_origin(ERR_IO);
	}
	while (e == ERR_OK && (d = readdir(dir)) != NULL)
		e = verify_name(v, path, d->d_name, depth);
	return e;
}

enum err
store_log_verify(int public_dir, const struct ledger_vkey *vkey,
	struct ledger_checkpoint *ret_cp, struct store_log_fault *reterr_fault)
{
	OWNED(verify) v = mem_zeroed(sizeof(*v));
	enum err e;

	if (v == NULL)
		return err_origin(ERR_NOMEM);
	v->dir = public_dir;
	v->fault = reterr_fault;
	v->vkey = *vkey;
	buf_init(&v->keys_file, LEDGER_KEYS_FILE_MAX);
	buf_init(&v->bundle, STORE_LOG_FILE_MAX);
	buf_init(&v->tile, STORE_LOG_FILE_MAX);
	e = verify_keys(v);
	if (e == ERR_OK)
		e = verify_checkpoint(v);
	if (e == ERR_OK)
		e = verify_vkey(v);
	if (e == ERR_OK)
		e = verify_tree(v);
	if (e == ERR_OK)
		e = verify_records(v);
	if (e == ERR_OK)
		e = verify_folder(v, "tile", 0);
	if (e == ERR_OK)
		*ret_cp = v->cp;
	return e;
}
