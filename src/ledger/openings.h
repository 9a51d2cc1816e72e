/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * openings - every entry of a ledger opened, for an inspector: one stream.
 *
 *	weir/openings/v1\n
 *	u32 n, n bytes		the ledger's origin
 *	u64			how many entries there are
 *	for each entry, in their order:
 *	  u8			1 opened, 0 erased: nothing more follows
 *	  u64			its index
 *	  32			entry key
 *	  66			head (ledger_head_encode())
 *	  u8			how many fields are given; the others are empty
 *	  each: u8 n, n bytes	its name
 *	        u32 n, n bytes	its value
 *
 * Numbers are big-endian.  Nothing in it is believed: who reads it computes
 * each commitment anew and compares it with the public entry.
 */

#include "base/buf.h"
#include "base/read.h"
#include "ledger/entry.h"

struct ledger_openings_entry {
	uint64_t index;
	bool erased; /* then nothing below is set */
	uint8_t key[LEDGER_KEY];
	struct ledger_head head;
	struct ledger_field field[LEDGER_FIELDS];
	size_t n_fields;
};

void ledger_openings_begin(const char *origin, uint64_t size, struct buf *to);
void ledger_openings_add(
	const struct ledger_openings_entry *entry, struct buf *to);

/* The first lines.  Refuses MALFORMED. */
MUST_USE enum err ledger_openings_open(
	struct reader *r, struct span *ret_origin, uint64_t *ret_size);

/* The next entry; its values point into the bytes read.  Refuses MALFORMED,
 * also for a name that no field of that kind has, or one given twice. */
MUST_USE enum err ledger_openings_next(
	struct reader *r, struct ledger_openings_entry *ret_entry);
