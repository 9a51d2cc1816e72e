/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * tile - the files of a C2SP tlog-tiles ledger: their names, their widths and
 * the entry bundles.
 *
 *	tile/<L>/<N>		 256 hashes, 8,192 bytes
 *	tile/<L>/<N>.p/<W>	 the first W of them, W 1 to 255
 *	tile/entries/<N>[.p/<W>] 256 (W) entries: u16 length, then the bytes
 *
 * N is written in groups of three digits, all but the last after an x:
 * 1234067 is x001/x234/067.  Hash i of tile n of level l is the root over the
 * entries [(n * 256 + i) * 256^l, ... + 256^l).  In a tree of s entries the
 * level has floor(s / 256^l) hashes; a partial tile is never empty.
 */

#include "base/buf.h"
#include "base/read.h"

enum {
	LEDGER_TILE = 256, /* hashes or entries */
	LEDGER_TILE_BYTES = 8192,
	LEDGER_TILE_LEVELS = 8,   /* 256^8 is past LEDGER_SIZE_MAX */
	LEDGER_TILE_ENTRIES = -1, /* as a level: the bundles */
	LEDGER_TILE_PATH = 64,    /* bytes for any path, terminated */
	LEDGER_ENTRY_MAX = 65535, /* what a bundle can hold */
};

struct ledger_tile {
	int level; /* 0 to 7, or LEDGER_TILE_ENTRIES */
	uint64_t n;
	unsigned width; /* 1 to 256 */
};

/* "tile/0/x001/x234/067.p/9"; `t` must be a possible tile. */
void ledger_tile_path(const struct ledger_tile *t, char to[LEDGER_TILE_PATH]);

/* Refuses MALFORMED any path that ledger_tile_path() would not have made. */
MUST_USE enum err ledger_tile_parse(
	struct span path, struct ledger_tile *ret_tile);

/* The width of tile `n` of `level` in a tree of `size`: 0 where it is not. */
unsigned ledger_tile_width(int level, uint64_t n, uint64_t size);

/* Entries longer than LEDGER_ENTRY_MAX set TOO_LARGE in `b`. */
void ledger_bundle_add(struct buf *b, struct span entry);

/* The next entry; the reader fails where it is cut short. */
struct span ledger_bundle_next(struct reader *r);
