/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * log - the ledger's files.  One process writes them: the keeper.
 *
 *	public folder			private folder
 *	  checkpoint   signed root	  key   signing seed, 0600
 *	  ledger.vkey  who signs	  wal   entries, durable before anything
 *	  keys         all that did	  next  the next key, if it is here
 *	  tile/...     C2SP tiles	  cas   last size and root ever signed
 *					  lock  one writer
 *
 *	append:  entries -> wal, one fdatasync		   => durable
 *		 full tiles written, read back, hashed anew
 *	publish: partial tiles the same -> cas, one fdatasync
 *		 -> signature -> checkpoint written	   => public
 *	settle:  tiles and checkpoint synced at once -> cas; at a close
 *
 * Nothing is signed that does not extend what `cas` says was signed last;
 * keep it on another device than the rest where that is to mean most.  What is
 * not settled is in the wal, and is made from it again after a crash.  After
 * any failure to write or to sync the log answers ERR_IO to everything and
 * the process must end: what the disk then holds is found out by opening
 * again, which cuts off the unacknowledged end of the wal, makes the rest
 * durable anew, and writes all that may be in memory alone or torn on disk.
 *
 * An acknowledged entry is lost only where the disk loses what it said it
 * kept.  The wal's last group cannot be told from one torn in the writing if
 * it is damaged later; so nothing may leave on an entry that is not published
 * (a published one is covered by `cas`, and its loss is refused, MISMATCH).
 *
 * System calls after opening: openat close read write pread64 pwrite64 fstat
 * fsync fdatasync syncfs ftruncate renameat mkdirat unlinkat getdents64 lseek fcntl.
 */

#include "base/buf.h"
#include "base/own.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "ledger/tree.h"

enum {
	STORE_LOG_GROUP = 16384,   /* most entries in one append */
	STORE_LOG_WAITING = 65536, /* entries that may wait for publish */
};

struct store_log;
struct ledger_keys;

/*
 * A new ledger in two folders that hold none: origin is its name (host and
 * path, no scheme), seed 32 random bytes.  It has an empty, signed checkpoint
 * afterwards.  Refuses EXISTS, BUSY, MALFORMED (the origin).
 */
MUST_USE enum err store_log_create(int public_dir, int private_dir,
	const char *origin, const uint8_t seed[32]);
/* The same, with a key that may be in a module. */
struct ledger_keyfile;
MUST_USE enum err store_log_create_by(
	int public_dir, int private_dir, const struct ledger_keyfile *key);

/*
 * Opens and recovers.  The folders' descriptors are duplicated.  Refuses
 * NOT_FOUND, BUSY (another writer), DAMAGED (a file is not what we wrote) and
 * MISMATCH (the files are consistent, but not with what was signed last);
 * `reterr_why` names the file.
 */
MUST_USE enum err store_log_open(int public_dir, int private_dir,
	struct store_log **ret_log, struct why *reterr_why);
struct store_log *store_log_free(struct store_log *log);
DEFINE_OWNED(store_log);

/*
 * Sets the index of each entry, 1 to STORE_LOG_GROUP of them, and returns when
 * all are durable.  Publishes by itself when more than STORE_LOG_WAITING
 * would wait.  Fails IO, NOMEM; after NOMEM nothing was appended.
 */
MUST_USE enum err store_log_append(
	struct store_log *log, struct ledger_entry *entries, size_t n);

/* Makes everything appended public; nothing to do is done at once. */
MUST_USE enum err store_log_publish(struct store_log *log);

/* Makes the public folder durable as far as it is published, so that it is
 * whole after a crash without being opened; for before a close. */
MUST_USE enum err store_log_settle(struct store_log *log);

uint64_t store_log_size(const struct store_log *log);      /* durable */
uint64_t store_log_published(const struct store_log *log); /* signed */

/* The published checkpoint's bytes, until the next call that changes the log.*/
struct span store_log_checkpoint(const struct store_log *log);
/* The log's: also the chain of keys that a copy of it points to. */
const struct ledger_vkey *store_log_vkey(const struct store_log *log);

/* The published checkpoint with more signature lines under ours takes its place.
 * Whether those lines hold is the caller's to know.  Refuses NOT_ALLOWED for
 * another text, or one that does not begin with our line. */
MUST_USE enum err store_log_cosigned(
	struct store_log *log, struct span checkpoint);

/* A note over another text of ours (the heads of the registers), signed by the
 * log's key.  Refuses NOT_ALLOWED for a text that does not end in LF or whose
 * first line is the origin: a checkpoint is signed by publishing alone. */
MUST_USE enum err store_log_sign(
	const struct store_log *log, struct span text, struct buf *to);

/* Any durable entry.  Refuses NOT_FOUND, DAMAGED. */
MUST_USE enum err store_log_entry(const struct store_log *log, uint64_t index,
	struct ledger_entry *ret_entry);

/* A published entry's proof, as a file (ledger/proof.h).  Refuses NOT_FOUND
 * where it is not published yet, DAMAGED where the tiles are not there. */
MUST_USE enum err store_log_prove(
	const struct store_log *log, uint64_t index, struct buf *to);

/* ---- keys (ledger/keys.h) ---- */

/*
 * Signs where the key's file names a module: a signature over `text` by the key
 * in it that has this public half.  One for the process.
 */
typedef enum err store_log_signer(const char *uri, const uint8_t public[32],
	struct span text, uint8_t ret_sig[64]);
void store_log_set_signer(store_log_signer *sign);

/* All keys that the ledger has had; the last signs. */
const struct ledger_keys *store_log_keys(const struct store_log *log);

/* The key in the private folder's file `next`; where there is none and `make`,
 * a new one is put there.  Refuses NOT_FOUND, DAMAGED. */
MUST_USE enum err store_log_next(struct store_log *log, bool make,
	struct ledger_vkey *ret_key, struct why *reterr_why);

/*
 * Into the public folder: that the key in force commits to the next one.  The
 * published entry at `index` must have `text` (ledger_keys_commit_text()) as its
 * object, which `opening` shows.  Refuses MISMATCH, NOT_FOUND.
 */
MUST_USE enum err store_log_key_commit(struct store_log *log, uint64_t index,
	struct span text, struct span opening, struct why *reterr_why);

/*
 * The key in `next` signs from here on; the one before it is destroyed where it
 * was a file.  As above, with ledger_keys_rotate_text(); refuses NOT_ALLOWED
 * where not all is published, MISMATCH where the next key is another than was
 * committed to.  A crash leaves the old key in force or the new one.
 */
MUST_USE enum err store_log_key_rotate(struct store_log *log, uint64_t index,
	struct span text, struct span opening, struct why *reterr_why);

/*
 * The keys that a public folder shows, for a reader who trusts `key`: `ret` (of
 * one key, where there is no file) points into `file`.  Refuses DAMAGED: they
 * are no chain, or `key` is none of them.
 */
MUST_USE enum err store_log_dir_keys(int public_dir,
	const struct ledger_vkey *key, struct buf *file,
	struct ledger_keys *ret, struct why *reterr_why);

/* ---- a public folder, as anybody may read it ---- */

struct store_log_dir {
	int dir;       /* of the public folder */
	uint64_t size; /* of the checkpoint that the reader trusts */
};

/* For ledger_tiles.read, with a struct store_log_dir as its argument.  Takes
 * the full tile where the partial one is gone.  Refuses NOT_FOUND, DAMAGED. */
MUST_USE enum err store_log_tile(
	void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to);

/* Appends the bytes of entry `index`. */
MUST_USE enum err store_log_read_entry(
	const struct store_log_dir *from, uint64_t index, struct buf *to);

/* Every entry's bytes, in order.  Refuses DAMAGED, and what `each` refuses. */
typedef enum err store_log_each(
	void *context, uint64_t index, struct span entry);
MUST_USE enum err store_log_entries(
	const struct store_log_dir *from, store_log_each *each, void *context);

/* The first fault that was found, where there is one. */
struct store_log_fault {
	char file[LEDGER_NAME_MAX]; /* under the public folder */
	uint64_t offset;
	char text[WHY_MAX];
};

/*
 * Everything: the signature, every entry's form and place, every bundle and
 * every tile against the root, every left-over partial tile, no file under
 * tile/ that does not belong.  `vkey` is what the reader trusts; ledger.vkey
 * must agree with it, or with the last key of a chain that it is in.  Refuses DAMAGED, with the fault; ret_cp is set when
 * nothing was wrong.
 */
MUST_USE enum err store_log_verify(int public_dir,
	const struct ledger_vkey *vkey, struct ledger_checkpoint *ret_cp,
	struct store_log_fault *reterr_fault);

/*
 * That the ledger as it now is began as `old`, a checkpoint kept from before.
 * Refuses MALFORMED and BAD_SIGNATURE (either checkpoint), NOT_FOUND,
 * DAMAGED, and MISMATCH: it did not.
 */
MUST_USE enum err store_log_extends(
	int public_dir, const struct ledger_vkey *vkey, struct span old);
