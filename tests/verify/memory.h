/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * memory - a ledger's files in memory, as a struct verify_source: changed a
 * byte at a time, ten thousands of times a minute.
 */

#include "ledger/tile.h"
#include "verify/verify.h"

enum { MEMORY_FILES = 64 };

struct memory_file {
	char path[LEDGER_TILE_PATH];
	struct buf bytes;
	bool gone;
};

struct memory {
	size_t n;
	struct memory_file file[MEMORY_FILES];
};

/* All that is in the folder. */
void memory_load(struct memory *m, const char *dir);
void memory_add(struct memory *m, const char *path, struct span bytes);
void memory_fini(struct memory *m);
struct verify_source memory_source(struct memory *m);
