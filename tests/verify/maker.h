/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * maker - a second writer of ledgers, for tests: everything in memory, tiles
 * made anew from all leaves, no fsync, any origin, any entry.  It says whatever
 * it is told to say, also what a keeper never would.
 *
 *	struct maker m;
 *	maker_begin(&m, "sandbox.example.org/test");
 *	maker_add(&m, &entry);              // index set, day at least 20000
 *	maker_publish(&m, "/tmp/ledger");   // again after more entries
 *	maker_end(&m);
 */

#include "ledger/entry.h"
#include "ledger/note.h"

struct maker {
	uint8_t seed[32];
	struct ledger_vkey vkey;
	struct ledger_hash *leaf;
	uint8_t *entry; /* LEDGER_ENTRY bytes each */
	size_t n;
	size_t room;
	size_t published;
};

void maker_begin(struct maker *m, const char *origin);
void maker_end(struct maker *m);

/* An entry as it is, and its bytes as they are: nothing is checked. */
void maker_add(struct maker *m, struct ledger_entry *entry);
void maker_add_bytes(struct maker *m, const uint8_t bytes[LEDGER_ENTRY]);

/* The root of the first `n`. */
struct ledger_hash maker_root(const struct maker *m, size_t n);

/* A signed checkpoint of the first `n`; `witness` may be NULL. */
void maker_checkpoint(
	const struct maker *m, size_t n, const char *witness, struct buf *to);
/* The key by which maker_checkpoint() lets that witness sign. */
struct ledger_vkey maker_witness(const char *name);

/* Writes what is new into the folder, which is made; partial tiles of the last
 * time stay. */
void maker_publish(struct maker *m, const char *dir);
