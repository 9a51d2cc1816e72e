/* SPDX-License-Identifier: Apache-2.0 */
/* All entries in their order. */
#include "store/log_int.h"

static enum err
each_of_bundle(struct span bytes, const struct ledger_tile *t,
	store_log_each *each, void *context)
{
	struct reader r = read_from(bytes);

	for (unsigned i = 0; i < t->width; i++) {
		struct span entry = ledger_bundle_next(&r);
		enum err e = read_ok(&r) ? each(context, t->n * LEDGER_TILE + i,
						   entry)
					 : ERR_DAMAGED;

		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
store_log_entries(
	const struct store_log_dir *from, store_log_each *each, void *context)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES};
	OWNED_BUF(bytes, STORE_LOG_FILE_MAX);
	enum err e = ERR_OK;

	for (; e == ERR_OK && t.n * LEDGER_TILE < from->size; t.n++) {
		t.width = ledger_tile_width(t.level, t.n, from->size);
		e = store_log_read_tile(from->dir, &t, &bytes);
		if (e == ERR_OK)
			e = each_of_bundle(buf_span(&bytes), &t, each, context);
	}
	return e;
}
