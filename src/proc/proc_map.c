/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_map.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_keeper.h"

enum { OPENING_TEXT_MAX = 4096 };

/* ---- making it ---- */

static enum err
add_entry(void *context, uint64_t index, struct span bytes)
{
	struct ledger_entry entry;

	if (ledger_entry_parse(bytes, &entry) != ERR_OK || entry.index != index)
		return ERR_DAMAGED;
	return ledger_map_add(context, entry.tag, index);
}

enum err
proc_map_build(const struct store_log_dir *from, struct ledger_map **ret_map,
	struct why *reterr_why)
{
	OWNED(ledger_map) map = NULL;
	enum err e = ledger_map_new(&map);

	if (e == ERR_OK)
		e = store_log_entries(from, add_entry, map);
	if (e == ERR_OK)
		e = ledger_map_close(map);
	if (e != ERR_OK)
		return why_set(reterr_why, err_is_failure(e) ? e : ERR_DAMAGED,
			"the map of %" PRIu64 " entries cannot be made: %s",
			from->size, err_text(e));
	*ret_map = map;
	map = NULL;
	return ERR_OK;
}

/* ---- the file of its root ---- */

static enum err
put_opening(const struct account_opened *entry, const char *field,
	struct buf *base64)
{
	OWNED_BUF(text, OPENING_TEXT_MAX);
	struct ledger_opening o;
	enum err e = account_show(entry, field, &o);

	if (e != ERR_OK)
		return e;
	ledger_opening_write(&o, &text);
	code_base64(base64, buf_span(&text));
	return buf_error(&text) == ERR_OK ? buf_error(base64)
					  : buf_error(&text);
}

static enum err
root_of(const struct account_opened *entry, const struct store_map *map,
	struct ledger_map_root *root)
{
	struct span hash = account_field(entry, "root");

	if (entry->head.type != LEDGER_MAP || hash.n != LEDGER_HASH)
		return ERR_DAMAGED;
	*root = (struct ledger_map_root){
		.size = map->size, .at = map->at, .index = map->entry};
	memcpy(root->root.at, hash.at, LEDGER_HASH);
	return ERR_OK;
}

static enum err
write_root(const struct account_opened *entry, const struct store_map *map,
	struct buf *to)
{
	struct buf text[LEDGER_MAP_OPENINGS];
	struct ledger_map_root root;
	enum err e = root_of(entry, map, &root);

	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		buf_init(&text[i], 2 * OPENING_TEXT_MAX);
		if (e == ERR_OK)
			e = put_opening(
				entry, ledger_map_root_fields[i], &text[i]);
		root.opening[i] = buf_span(&text[i]);
	}
	if (e == ERR_OK) {
		ledger_map_root_write(&root, to);
		e = buf_error(to);
	}
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++)
		buf_fini(&text[i]);
	return e;
}

enum err
proc_map_root(struct instance *in, const struct store_map *map,
	struct buf *file, struct ledger_map_root *ret_root)
{
	struct account_opened entry;
	enum err e = account_open(in, map->entry, &entry);

	if (e != ERR_OK)
		return e;
	buf_clear(file);
	e = write_root(&entry, map, file);
	if (e == ERR_OK)
		e = ledger_map_root_parse(buf_span(file), ret_root);
	if (e == ERR_OK)
		e = ledger_map_root_check(ret_root, &entry.entry);
	account_opened_fini(&entry);
	return e == ERR_OK || err_is_failure(e)
		       ? e
		       : instance_says(in, ERR_DAMAGED,
				 "the store: the map of %" PRIu64
				 " entries is not what entry %" PRIu64 " says",
				 map->size, map->entry);
}

static enum err
put_file(struct instance *in, const struct store_map *map)
{
	OWNED_BUF(file, LEDGER_MAP_ROOT_MAX);
	struct ledger_map_root root;
	enum err e = proc_map_root(in, map, &file, &root);

	return e == ERR_OK ? keeper_map(&in->keeper, buf_span(&file), &in->why)
			   : e;
}

/* ---- once a round ---- */

static enum err
enter(struct instance *in, const struct ledger_map *map,
	struct store_map *ret_row)
{
	char size[24] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_hash root = ledger_map_root(map);
	const struct ledger_field fields[] = {
		{"size", span_of(size,
				 (size_t)snprintf(size, sizeof(size),
					 "%" PRIu64, ledger_map_size(map)))},
		{"root", span_of(root.at, LEDGER_HASH)},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};
	struct store_map row = {.size = ledger_map_size(map), .at = in->at};
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	day_time_text(in->at, at);
	e = account_entry(in, LEDGER_MAP, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		&row.entry);
	if (e == ERR_OK)
		e = store_map_add(in->store, &row);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	*ret_row = row;
	return account_commit(in);
}

static enum err
finish_last(struct instance *in, int public_dir)
{
	char name[32];
	struct store_map last;
	enum err e = store_map_last(in->store, &last);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	(void)snprintf(name, sizeof(name), "map/%" PRIu64, last.size);
	return os_exists(public_dir, name) ? ERR_OK : put_file(in, &last);
}

static enum err
build_public(struct instance *in, int public_dir, struct ledger_map **ret_map)
{
	struct store_log_dir from = {.dir = public_dir, .size = in->next};

	return proc_map_build(&from, ret_map, &in->why);
}

enum err
proc_map_enter(struct instance *in)
{
	OWNED_FD public = -1;
	OWNED(ledger_map) map = NULL;
	struct store_map row;
	enum err e = os_folder(in->dir, "ledger", false, &public);

	if (e == ERR_OK)
		e = account_publish(in, NULL);
	if (e == ERR_OK)
		e = finish_last(in, public);
	if (e == ERR_OK)
		e = build_public(in, public, &map);
	if (e == ERR_OK)
		e = enter(in, map, &row);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	return e == ERR_OK ? put_file(in, &row) : e;
}
