/* SPDX-License-Identifier: Apache-2.0 */
/* Names of tiles, and entry bundles, from a folder that anybody filled. */
#include "ledger/tile.h"
#include "ledger/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_path(struct span bytes)
{
	struct ledger_tile t;
	char again[LEDGER_TILE_PATH];

	if (ledger_tile_parse(bytes, &t) != ERR_OK)
		return;
	must(t.level >= LEDGER_TILE_ENTRIES && t.level < LEDGER_TILE_LEVELS);
	must(t.width >= 1 && t.width <= LEDGER_TILE);
	ledger_tile_path(&t, again);
	must(span_eq(span_text(again), bytes));
	must(ledger_tile_width(t.level, t.n, LEDGER_SIZE_MAX) <= LEDGER_TILE);
}

static void
one_bundle(struct span bytes)
{
	struct reader r = read_from(bytes);
	OWNED_BUF(again, 1 << 24);

	while (r.left.n > 0 && read_ok(&r)) {
		struct span entry = ledger_bundle_next(&r);

		if (read_ok(&r))
			ledger_bundle_add(&again, entry);
	}
	if (read_end(&r))
		must(span_eq(buf_span(&again), bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	one_path(span_of(data, size));
	one_bundle(span_of(data, size));
	return 0;
}
