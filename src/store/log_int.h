/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * log_int - what the log's files and their tests share.
 *
 *	log_file.c	bytes to disk and back, each step open to a fault
 *	log_wal.c	the write-ahead log and `cas`
 *	log_tiles.c	tiles out of the tail, and the check before signing
 *	log_read.c	a public folder, as anybody may read it
 *	log_verify.c	all of it
 *	log_keys.c	the key that signs, and all that did
 *	log_rotate.c	the next key: committed to, and in force
 *	log_cosign.c	lines of witnesses under the checkpoint
 *	log.c		create, open and recover, append, publish
 */

#include <sys/types.h>

#include "ledger/keyfile.h"
#include "ledger/keys.h"
#include "ledger/tile.h"
#include "store/log.h"

/* ---- log_file.c ---- */

/*
 * Each step that changes the disk is told to the hook first: 0 lets it be
 * done, an errno makes it fail with that.  STORE_LOG_WRITE that fails has
 * written the first half of its bytes, as a full disk does.
 */
enum store_log_step {
	STORE_LOG_WRITE,
	STORE_LOG_READ, /* back what was written; changes nothing */
	STORE_LOG_SYNC,
	STORE_LOG_RENAME,
	STORE_LOG_MKDIR,
	STORE_LOG_REMOVE,
};
typedef int store_log_hook(enum store_log_step step, const char *name);
void store_log_set_hook(store_log_hook *hook);

enum {
	STORE_LOG_FILE_MAX = 1 << 26, /* bytes of any file we read whole */
	STORE_LOG_PATH = LEDGER_TILE_PATH + 8,
};

/* Replaces `to` by a regular file's bytes.  Refuses NOT_FOUND, TOO_LARGE, and
 * DAMAGED for what is no regular file. */
MUST_USE enum err store_log_file_read(
	int dir, const char *name, struct buf *to);

/* Temporary, read back into `back` (IO where the bytes are others), rename, with
 * no sync: whoever has no other copy of them syncs before it relies on them.
 * Makes the folders on the way. */
MUST_USE enum err store_log_file_put(
	int dir, const char *name, struct span bytes, struct buf *back);
/* The same in the folder itself, durable: fsync, rename, fsync. */
MUST_USE enum err store_log_file_replace(
	int dir, const char *name, struct span bytes, mode_t mode);
/* A file or a folder; refuses NOT_FOUND. */
MUST_USE enum err store_log_file_sync(int dir, const char *name);
/* All that was written to the folder's disk. */
MUST_USE enum err store_log_file_sync_all(int dir);
/* At `offset`, then fdatasync. */
MUST_USE enum err store_log_file_add(
	int fd, const char *name, uint64_t offset, struct span bytes);
/*
 * After a failed sync the bytes can be read and may not be on the disk.  Zeros
 * over them, so that whoever opens next does not believe them; never synced,
 * and of no matter where they fail.
 */
void store_log_file_spoil(int fd, const char *name, uint64_t offset, size_t n);
/* Either may be gone already. */
MUST_USE enum err store_log_file_remove(int dir, const char *name);
MUST_USE enum err store_log_file_remove_folder(int dir, const char *name);

/* ---- the state of a writer ---- */

/* The hashes of the last tile of a level that is not full. */
struct store_log_edge {
	unsigned n;
	struct ledger_hash at[LEDGER_TILE];
};

/* What was signed last, apart from what it was signed over; and how far tiles
 * and checkpoint were durable then. */
struct store_log_cas {
	uint64_t serial; /* the newer slot has the larger one */
	uint64_t size;
	uint64_t settled;
	bool closed; /* nothing was left undone after that */
	struct ledger_hash root;
};

/*
 * Three sizes, each at most the next:
 *
 *	settled		in tiles and a checkpoint that are durable
 *	published	in a checkpoint that was signed: `cas` has it
 *	tree.size	in the wal: durable
 *
 * and tail_first, up to which all bundles are full and in files, durable or
 * not.  The wal keeps whatever is not settled: it begins at or before it.
 */
struct store_log {
	int public_dir;
	int private_dir;
	int lock;
	int wal;
	int cas;
	bool broken;               /* a write failed: nothing more is done */
	struct ledger_keyfile key; /* key.vkey.keys is `keys` */
	struct ledger_keys keys;   /* that the ledger has had */
	struct buf keys_file;      /* what they point into; empty: one */

	struct ledger_tree tree; /* over all that is durable */
	uint64_t wal_first;      /* index of the wal's first entry */
	uint64_t wal_bytes;      /* to the end of its last group */
	uint64_t wal_room;       /* and of the zeros behind that */

	/* Entries and leaf hashes from tail_first, a multiple of 256, on;
	 * edges[l] is level l as it is at tail_first (level 0: nothing). */
	uint64_t tail_first;
	struct buf tail;
	struct buf leaves;
	struct store_log_edge edges[LEDGER_TILE_LEVELS];

	uint64_t published;
	uint64_t settled;
	uint64_t trusted;  /* tiles of this size need not be written */
	unsigned cas_next; /* the slot that is not the newest */
	struct store_log_cas signed_last;
	struct buf checkpoint; /* empty: there is none */
	struct buf scratch;    /* one file on its way out */
	struct buf back;       /* the same read back */

	/* Names in the public folder to be synced, each with its NUL; past
	 * STORE_LOG_UNSYNCED the whole disk is. */
	struct buf unsynced;
	size_t n_unsynced;
};

enum { STORE_LOG_UNSYNCED = 48 };

/* The i-th entry of the tail. */
struct span store_log_tail_entry(const struct store_log *log, uint64_t i);

/* A tile's file, or that of the full tile where the partial one is gone: then
 * it is longer than asked.  (log_read.c) */
MUST_USE enum err store_log_read_tile(
	int dir, const struct ledger_tile *t, struct buf *to);

/* ---- log_wal.c ---- */

/* The newer of the two slots that holds; ret_next is the other.  Refuses
 * NOT_FOUND, and DAMAGED where neither does. */
MUST_USE enum err store_log_cas_read(
	int dir, struct store_log_cas *ret_cas, unsigned *ret_next);
/* A new file with `cas` in its first slot. */
MUST_USE enum err store_log_cas_create(
	int dir, const struct store_log_cas *cas);
/* log->signed_last over the older slot of the open file, durable. */
MUST_USE enum err store_log_cas_write(struct store_log *log);

/* What stands at the head of the wal. */
struct store_log_wal {
	uint64_t first;
	struct ledger_hash root; /* of the tree of `first` entries */
	struct span groups;
};

/* Appends one group with `root`, that of the tree after it. */
void store_log_wal_group(struct buf *to, uint64_t first, struct span entries,
	const struct ledger_hash *root);
/* A whole wal: head, and one group where there are entries. */
MUST_USE enum err store_log_wal_write(struct store_log *log);
MUST_USE enum err store_log_wal_empty(int dir);
/* Refuses DAMAGED. */
MUST_USE enum err store_log_wal_parse(
	struct span bytes, struct store_log_wal *ret_wal);

struct store_log_group {
	struct span entries;
	struct ledger_hash root;
};
enum store_log_next {
	STORE_LOG_GROUP_WHOLE,
	STORE_LOG_GROUP_NONE, /* nothing but zeros is left */
	STORE_LOG_GROUP_TORN, /* the rest is the beginning of a last group */
	STORE_LOG_GROUP_LOST, /* no group here, and yet something follows */
};
/* Takes one group off.  Only the form: the caller compares the root. */
enum store_log_next store_log_wal_next(
	struct span *left, uint64_t first, struct store_log_group *ret_group);

/* ---- log_tiles.c ---- */

/* Puts what is full into files, each read back and hashed anew, and forgets
 * it; what `trusted` covers is there already. */
MUST_USE enum err store_log_tiles_full(struct store_log *log);
/* Then what is not full; and compares the root that the files now give with the
 * one in memory. */
MUST_USE enum err store_log_tiles_write(struct store_log *log);
/* False where a tile of the tail is not in its file as it should be in a tree
 * of `size`, or the tiles do not lead to `root`. */
MUST_USE enum err store_log_tiles_look(struct store_log *log, uint64_t size,
	const struct ledger_hash *root, bool *ret_as_written);
/* After a crash: partial tiles of sizes published before may be torn.  Those
 * at the right edge are written anew, those beyond it removed. */
MUST_USE enum err store_log_tiles_mend(struct store_log *log);
/* Partial tiles of `level` that full ones have replaced since the tree had
 * `old` entries. */
MUST_USE enum err store_log_tiles_tidy(
	struct store_log *log, int level, uint64_t old);
/* All that was put into the public folder, durable. */
MUST_USE enum err store_log_tiles_sync(struct store_log *log);
/* To be synced then. */
void store_log_unsynced(struct store_log *log, const char *name);

/* The tree of `size` entries whose edges these are. */
struct ledger_tree store_log_edges_tree(
	const struct store_log_edge edges[LEDGER_TILE_LEVELS], uint64_t size);
/* The edges at tail_first, from a public folder whose tree has `size`. */
MUST_USE enum err store_log_tiles_load(struct store_log *log, uint64_t size);

/* ---- log_keys.c ---- */

/*
 * The key, and all that the ledger has had; a change of keys that was written to
 * the public folder and not yet to ours is brought to its end.  Refuses
 * NOT_FOUND (there is no ledger) and DAMAGED.
 */
MUST_USE enum err store_log_keys_open(struct store_log *log, struct why *why);
MUST_USE enum err store_log_key_put(const struct store_log *log);
MUST_USE enum err store_log_vkey_put(const struct store_log *log);
/* Another key than the one it was opened with. */
MUST_USE enum err store_log_keys_load(struct store_log *log, struct why *why);
MUST_USE enum err store_log_key_read(
	int private_dir, const char *name, struct ledger_keyfile *ret_key);
/* A line of signature by that key. */
MUST_USE enum err store_log_line(
	const struct ledger_keyfile *key, struct span text, struct buf *to);
/* The key in force is that which signed the checkpoint: else it is to sign. */
bool store_log_key_signed(const struct store_log *log);
/* `text`, an empty line, a line of signature. */
MUST_USE enum err store_log_note(
	const struct store_log *log, struct span text, struct buf *to);

/* ---- log.c ---- */

/* The checkpoint again, by the key in force. */
MUST_USE enum err store_log_sign_again(struct store_log *log);
