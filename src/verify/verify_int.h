/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify_int - what the files of this folder share.
 *
 *	verify.c        the order of the checks; checkpoints and witnesses
 *	verify_keys.c   who may sign
 *	verify_tree.c   entries, tiles, root
 *	verify_files.c  no file too many; partial tiles left over
 *	verify_map.c    maps of tags
 *	verify_told.c   receipts and replies
 *	verify_account.c   persons' accounts
 *	verify_cadence.c   how long it was not published
 *	verify_lanes.c  many bundles at once, where there are threads
 */

#include "ledger/tile.h"
#include "verify/verify.h"

enum { VERIFY_BUNDLE_STEP = 2 + LEDGER_ENTRY };

struct verify {
	const struct verify_source *source;
	const struct verify_asked *asked;
	struct verify_result *result;
	struct verify_fault *fault;
	bool played; /* a sandbox: days are said, and may fall */
	struct verify_keys *keys;
};

/* verify_keys.c: the keys that the trusted one leads to, and that ledger.vkey is
 * the last; once the tiles are believed, that entries say so. */
struct verify_keys;
MUST_USE enum err verify_keys(struct verify *v);
MUST_USE enum err verify_keys_entered(struct verify *v);
struct verify_keys *verify_keys_free(struct verify_keys *keys);
/* The trusted key, with all of them. */
const struct ledger_vkey *verify_keys_trusted(const struct verify *v);
/* Puts all of them into `to`, which has room for LEDGER_KEYS_MAX: how many. */
size_t verify_keys_all(const struct verify *v, struct ledger_vkey *to);
bool verify_keys_has(const struct verify *v, const struct ledger_vkey *key);

/* What comes out of a hostile file steers no terminal. */
void verify_make_plain(char *text);

/* Names the fault, and is ERR_DAMAGED. */
enum err verify_fault_set(struct verify_fault *fault, const char *file,
	uint64_t offset, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Replaces `to` by the file's bytes; what refuses is named as a fault. */
MUST_USE enum err verify_read(const struct verify_source *source,
	const char *path, struct buf *to, struct verify_fault *fault);

/* The tile as a tree of the checkpoint's size has it: exactly its width, or,
 * in a ledger that grows, the beginning of the full one that took its place. */
MUST_USE enum err verify_read_tile(const struct verify *v,
	const struct ledger_tile *t, struct buf *to,
	char path[LEDGER_TILE_PATH], struct verify_fault *fault);

/* verify_tree.c: everything that the checkpoint's root stands for. */
MUST_USE enum err verify_tree(struct verify *v);

/* verify_map.c: one public map of tags. */
MUST_USE enum err verify_map(struct verify *v, const char *path);

/* verify_files.c: every other file. */
MUST_USE enum err verify_files(struct verify *v);

/* verify_told.c */
MUST_USE enum err verify_told(struct verify *v);

/* verify_account.c: one of those that were given. */
MUST_USE enum err verify_account(
	struct verify *v, const struct verify_given *given);

/* verify_cadence.c: after all else. */
MUST_USE enum err verify_cadence(struct verify *v);

/* verify_map.c: the root over the tags of the first `size` entries. */
MUST_USE enum err verify_map_anew(
	struct verify *v, uint64_t size, struct ledger_hash *ret_root);

/* verify_map.c: one entry, of tiles that are believed. */
MUST_USE enum err verify_entry_read(
	struct verify *v, uint64_t index, struct ledger_entry *ret_entry);

/* verify.c: that the ledger had this tree, whoever signed it. */
MUST_USE enum err verify_grew(struct verify *v,
	const struct verify_given *given, const struct ledger_checkpoint *old);

/* verify.c: that the ledger began as the checkpoint that was given. */
MUST_USE enum err verify_began(
	struct verify *v, const struct verify_given *given, uint64_t *ret_size);

/* verify_lanes.c: work(arg, lane, i) for every i below n, each lane in one
 * thread at a time; how many there are is the implementation's affair, and at
 * most `lanes`. */
typedef void verify_work(void *arg, unsigned lane, uint64_t i);
void verify_lanes(unsigned lanes, uint64_t n, verify_work *work, void *arg);
