/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log_int.h"

enum err
store_log_read_tile(int dir, const struct ledger_tile *t, struct buf *to)
{
	struct ledger_tile full = {t->level, t->n, LEDGER_TILE};
	char path[LEDGER_TILE_PATH];
	enum err e;

	ledger_tile_path(t, path);
	e = store_log_file_read(dir, path, to);
	if (e != ERR_NOT_FOUND || t->width == LEDGER_TILE)
		return e;
	ledger_tile_path(&full, path);
	return store_log_file_read(dir, path, to);
}

enum err
store_log_tile(
	void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	const struct store_log_dir *from = arg;
	struct ledger_tile t = {.level = (int)level, .n = n, .width = width};
	OWNED_BUF(bytes, STORE_LOG_FILE_MAX);
	enum err e;

	must(width > 0 && width <= LEDGER_TILE);
	e = store_log_read_tile(from->dir, &t, &bytes);
	if (e != ERR_OK)
		return e;
	if (bytes.n != width * LEDGER_HASH && bytes.n != LEDGER_TILE_BYTES)
		return ERR_DAMAGED;
	memcpy(to, bytes.at, width * LEDGER_HASH);
	return ERR_OK;
}

enum err
store_log_read_entry(
	const struct store_log_dir *from, uint64_t index, struct buf *to)
{
	struct ledger_tile t = {
		.level = LEDGER_TILE_ENTRIES, .n = index / LEDGER_TILE};
	OWNED_BUF(bytes, STORE_LOG_FILE_MAX);
	struct span entry = {NULL, 0};
	struct reader r;
	enum err e;

	if (index >= from->size)
		return ERR_NOT_FOUND;
	t.width = ledger_tile_width(t.level, t.n, from->size);
	e = store_log_read_tile(from->dir, &t, &bytes);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&bytes));
	for (uint64_t i = 0; i <= index % LEDGER_TILE; i++)
		entry = ledger_bundle_next(&r);
	if (!read_ok(&r))
		return ERR_DAMAGED;
	buf_bytes(to, entry);
	return buf_error(to);
}

enum err
store_log_extends(
	int public_dir, const struct ledger_vkey *vkey, struct span old)
{
	OWNED_BUF(now, LEDGER_NOTE_MAX);
	struct ledger_checkpoint was;
	struct ledger_checkpoint is;
	struct store_log_dir from = {.dir = public_dir};
	struct ledger_tiles tiles = {.read = store_log_tile, .arg = &from};
	struct ledger_proof proof = {.n = 0};
	enum err e = store_log_file_read(public_dir, "checkpoint", &now);

	if (e == ERR_OK)
		e = ledger_checkpoint_open(buf_span(&now), vkey, &is);
	if (e == ERR_OK)
		e = ledger_checkpoint_open_past(old, vkey, &was);
	if (e != ERR_OK)
		return e;
	if (was.size > is.size)
		return ERR_MISMATCH;
	if (was.size == 0)
		return ERR_OK;
	from.size = is.size;
	tiles.size = is.size;
	e = ledger_consistency_make(&tiles, was.size, &proof);
	if (e != ERR_OK)
		return e;
	/* Our own proof: where it fails, the tiles or the past are false. */
	e = ledger_consistency_check(
		&proof, was.size, is.size, &was.root, &is.root);
	return e == ERR_MALFORMED ? ERR_MISMATCH : e;
}
