/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map of tags (ledger/map.h) is made anew from the entries: its root must be
 * the one that its file says, and an entry of the ledger must commit to that.
 */
#include "ledger/map.h"

#include <stdio.h>

#include "base/day.h"
#include "base/own.h"
#include "ledger/map_root.h"
#include "verify/verify_days.h"
#include "verify/verify_int.h"

static struct span
entry_bytes(const struct buf *bundle, uint64_t index)
{
	return span_of(
		bundle->at + index % LEDGER_TILE * VERIFY_BUNDLE_STEP + 2,
		LEDGER_ENTRY);
}

static enum err
read_bundle(struct verify *v, uint64_t n, struct buf *to)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
	char path[LEDGER_TILE_PATH];

	t.width = ledger_tile_width(t.level, n, v->result->cp.size);
	return verify_read_tile(v, &t, to, path, v->fault);
}

enum err
verify_map_anew(struct verify *v, uint64_t size, struct ledger_hash *ret_root)
{
	OWNED(ledger_map) map = NULL;
	OWNED_BUF(bundle, VERIFY_FILE_MAX);
	enum err e = ledger_map_new(&map);

	for (uint64_t i = 0; e == ERR_OK && i < size; i++) {
		struct ledger_entry entry;

		if (i % LEDGER_TILE == 0)
			e = read_bundle(v, i / LEDGER_TILE, &bundle);
		if (e == ERR_OK)
			e = ledger_entry_parse(entry_bytes(&bundle, i), &entry);
		if (e == ERR_OK)
			e = ledger_map_add(map, entry.tag, i);
	}
	if (e == ERR_OK)
		e = ledger_map_close(map);
	if (e == ERR_OK)
		*ret_root = ledger_map_root(map);
	return e;
}

enum err
verify_entry_read(
	struct verify *v, uint64_t index, struct ledger_entry *ret_entry)
{
	OWNED_BUF(bundle, VERIFY_FILE_MAX);
	enum err e = read_bundle(v, index / LEDGER_TILE, &bundle);

	return e == ERR_OK ? ledger_entry_parse(
				     entry_bytes(&bundle, index), ret_entry)
			   : e;
}

static enum err
check_entry(
	struct verify *v, const char *path, const struct ledger_map_root *root)
{
	struct ledger_entry entry;
	enum err e = verify_entry_read(v, root->index, &entry);

	if (e == ERR_OK && ledger_map_root_check(root, &entry) != ERR_OK)
		return verify_fault_set(v->fault, path, 0,
			"the entry that it names does not say this");
	return e;
}

enum err
verify_map(struct verify *v, const char *path)
{
	OWNED_BUF(file, LEDGER_MAP_ROOT_MAX);
	struct ledger_map_root root;
	struct ledger_hash anew;
	char name[VERIFY_PATH];
	enum err e = verify_read(v->source, path, &file, v->fault);

	if (e != ERR_OK)
		return e;
	if (ledger_map_root_parse(buf_span(&file), &root) != ERR_OK)
		return verify_fault_set(
			v->fault, path, 0, "not in the form of a map's root");
	(void)snprintf(
		name, sizeof(name), "map/%llu", (unsigned long long)root.size);
	if (v->asked->growing && strcmp(name, path) == 0 &&
		root.size + VERIFY_COVER > v->result->cp.size)
		return ERR_OK; /* past the checkpoint */
	if (strcmp(name, path) != 0 || root.size > root.index ||
		root.index >= v->result->cp.size)
		return verify_fault_set(v->fault, path, 0,
			"its size is not its name, or its entry is not after "
			"those that it maps");
	/* Its publication hides 64 entries, of which it is one. */
	if (root.size + VERIFY_COVER > v->result->cp.size)
		return verify_fault_set(v->fault, path, 0,
			"its entry was published without the cover that hides "
			"it");
	e = check_entry(v, path, &root);
	if (e == ERR_OK)
		e = verify_map_anew(v, root.size, &anew);
	if (e == ERR_OK && !ledger_hash_same(&anew, &root.root))
		return verify_fault_set(v->fault, path, 0,
			"the tags of the entries lead to another root");
	if (e == ERR_OK && day_at(root.at) > v->result->map_day)
		v->result->map_day = day_at(root.at);
	return e;
}
