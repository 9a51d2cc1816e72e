/* SPDX-License-Identifier: Apache-2.0 */
/* The sorted list, its hashes, and proofs from it. */
#include "ledger/map.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ledger/map_int.h"
#include "ledger/tile.h"

enum { BUCKETS = 1 << 16, FIRST_ROWS = 256 };

struct row {
	uint8_t at[LEDGER_MAP_ROW];
};

struct ledger_map {
	struct row *row;
	uint64_t n;
	uint64_t room;
	bool closed;
	/* Of level l: hash i is the root over rows [i * 256^l, + 256^l). */
	struct ledger_hash *level[LEDGER_TILE_LEVELS];
	struct ledger_tree tree;
};

enum err
ledger_map_new(struct ledger_map **ret_map)
{
	*ret_map = mem_zeroed(sizeof(**ret_map));
	return *ret_map == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

struct ledger_map *
ledger_map_free(struct ledger_map *map)
{
	if (map == NULL)
		return NULL;
	for (size_t i = 0; i < LEDGER_TILE_LEVELS; i++)
		mem_free(map->level[i]);
	mem_free(map->row);
	mem_free(map);
	return NULL;
}

static void
put_index(uint64_t index, uint8_t to[8])
{
	for (int i = 0; i < 8; i++)
		to[i] = (uint8_t)(index >> (56 - 8 * i));
}

static uint64_t
index_of(const struct row *row)
{
	uint64_t index = 0;

	for (int i = 0; i < 8; i++)
		index = index << 8 | row->at[LEDGER_TAG + i];
	return index;
}

enum err
ledger_map_add(
	struct ledger_map *map, const uint8_t tag[LEDGER_TAG], uint64_t index)
{
	must(!map->closed);
	if (map->n == map->room) {
		uint64_t room = map->room == 0 ? FIRST_ROWS : 2 * map->room;
		struct row *more =
			mem_resize(map->row, (size_t)room, sizeof(*more));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		map->row = more;
		map->room = room;
	}
	memcpy(map->row[map->n].at, tag, LEDGER_TAG);
	put_index(index, map->row[map->n].at + LEDGER_TAG);
	map->n++;
	return ERR_OK;
}

/* ---- sorting: by the first two bytes, then within each such bucket ---- */

static int
row_compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct row));
}

static size_t
bucket_of(const struct row *row)
{
	return (size_t)row->at[0] << 8 | row->at[1];
}

static enum err
sort(struct ledger_map *map)
{
	size_t *start = mem_zeroed((BUCKETS + 1) * sizeof(*start));
	struct row *sorted =
		mem_resize(NULL, (size_t)map->n + 1, sizeof(*sorted));

	if (start == NULL || sorted == NULL) {
		mem_free(start);
		mem_free(sorted);
		return err_origin(ERR_NOMEM);
	}
	for (uint64_t i = 0; i < map->n; i++)
		start[bucket_of(&map->row[i]) + 1]++;
	for (size_t b = 0; b < BUCKETS; b++)
		start[b + 1] += start[b];
	/* Afterwards start[b] is where b ends and the next one begins. */
	for (uint64_t i = 0; i < map->n; i++)
		sorted[start[bucket_of(&map->row[i])]++] = map->row[i];
	for (size_t b = 0, from = 0; b < BUCKETS; from = start[b++])
		if (start[b] - from > 1)
			qsort(sorted + from, start[b] - from, sizeof(*sorted),
				row_compare);
	mem_free(start);
	mem_free(map->row);
	map->row = sorted;
	map->room = map->n + 1;
	return ERR_OK;
}

/* ---- hashing ---- */

static enum err
hash_rows(struct ledger_map *map)
{
	struct ledger_hash *to =
		mem_resize(NULL, (size_t)map->n + 1, sizeof(*to));

	if (to == NULL)
		return err_origin(ERR_NOMEM);
	map->level[0] = to;
	for (uint64_t i = 0; i < map->n; i++)
		to[i] = ledger_map_leaf_hash(
			map->row[i].at, index_of(&map->row[i]));
	return ERR_OK;
}

static enum err
hash_level(struct ledger_map *map, size_t level, uint64_t n)
{
	struct ledger_hash *to = mem_resize(NULL, (size_t)n + 1, sizeof(*to));

	if (to == NULL)
		return err_origin(ERR_NOMEM);
	map->level[level] = to;
	for (uint64_t i = 0; i < n; i++)
		to[i] = ledger_tree_over(
			map->level[level - 1] + i * LEDGER_TILE, LEDGER_TILE);
	return ERR_OK;
}

static enum err
read_level(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	const struct ledger_map *map = arg;

	memcpy(to, map->level[level] + n * LEDGER_TILE,
		width * sizeof(struct ledger_hash));
	return ERR_OK;
}

static struct ledger_tiles
tiles_of(const struct ledger_map *map)
{
	return (struct ledger_tiles){.read = read_level,
		.arg = (void *)(uintptr_t)map,
		.size = map->n};
}

enum err
ledger_map_close(struct ledger_map *map)
{
	struct ledger_tiles tiles;
	enum err e;

	must(!map->closed);
	e = sort(map);
	if (e == ERR_OK)
		e = hash_rows(map);
	for (uint64_t level = 1, n = map->n >> 8; e == ERR_OK && n > 0; n >>= 8)
		e = hash_level(map, level++, n);
	tiles = tiles_of(map);
	if (e == ERR_OK)
		e = ledger_tree_load(&tiles, &map->tree);
	map->closed = e == ERR_OK;
	return e;
}

uint64_t
ledger_map_size(const struct ledger_map *map)
{
	return map->n;
}

struct ledger_hash
ledger_map_root(const struct ledger_map *map)
{
	must(map->closed);
	return ledger_tree_root(&map->tree);
}

/* ---- looking up ---- */

/* The place of the first row whose tag is not below `tag`. */
static uint64_t
place_of(const struct ledger_map *map, const uint8_t tag[LEDGER_TAG])
{
	uint64_t low = 0;
	uint64_t high = map->n;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (memcmp(map->row[mid].at, tag, LEDGER_TAG) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
has_at(const struct ledger_map *map, uint64_t place,
	const uint8_t tag[LEDGER_TAG])
{
	return place < map->n &&
	       memcmp(map->row[place].at, tag, LEDGER_TAG) == 0;
}

enum err
ledger_map_find(const struct ledger_map *map, const uint8_t tag[LEDGER_TAG],
	uint64_t *ret_index)
{
	uint64_t place = place_of(map, tag);

	must(map->closed);
	if (!has_at(map, place, tag))
		return ERR_NOT_FOUND;
	*ret_index = index_of(&map->row[place]);
	return ERR_OK;
}

static enum err
prove_row(const struct ledger_map *map, uint64_t place,
	struct ledger_map_proof *proof)
{
	struct ledger_map_leaf *leaf = &proof->leaf[proof->n_leaves++];
	struct ledger_tiles tiles = tiles_of(map);

	leaf->place = place;
	leaf->index = index_of(&map->row[place]);
	memcpy(leaf->tag, map->row[place].at, LEDGER_TAG);
	return ledger_inclusion_make(&tiles, place, &leaf->proof);
}

enum err
ledger_map_prove(const struct ledger_map *map, const uint8_t tag[LEDGER_TAG],
	struct ledger_map_proof *ret_proof)
{
	uint64_t place = place_of(map, tag);
	enum err e = ERR_OK;

	must(map->closed);
	*ret_proof = (struct ledger_map_proof){.n_leaves = 0};
	memcpy(ret_proof->tag, tag, LEDGER_TAG);
	if (has_at(map, place, tag))
		return prove_row(map, place, ret_proof);
	if (place > 0)
		e = prove_row(map, place - 1, ret_proof);
	if (e == ERR_OK && place < map->n)
		e = prove_row(map, place, ret_proof);
	return e;
}
