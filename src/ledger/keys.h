/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * keys - the keys that a ledger has had, each named by the one before it
 * (ledger/keys in the public folder).
 *
 *	weir/ledger-keys/v1\n
 *	first <vkey>\n
 *	commit|rotate <entry> <bytes> <bytes>\n<note><opening>	any number
 *
 * The note of a `commit` is signed by the key in force, and says the hash of
 * the key that is to be the next; who knows that hash does not know the key:
 *
 *	weir/key-commit/v1\n<origin>\nkey <vkey>\nnext <64 hex>\nat <time>\n
 *	next = SHA-256("weir/next-key/v1\n" || vkey || "\n")
 *
 * The note of a `rotate` is signed by the old key and by the new one, which
 * must be the one that was committed to last:
 *
 *	weir/key-rotate/v1\n<origin>\nold <vkey>\nnew <vkey>\n
 *	[compromised-after <size>\n]at <time>\nsize <size>\nroot <base64>\n
 *
 * The old key signs no checkpoint of more than `size` entries; those of
 * `compromised-after` and fewer stay worth something, where it is there: what
 * the key signed past them may be a thief's.  Each note's text (a rotate's
 * without size and root) is the object of an entry `act`, opened here, so that
 * whoever has the ledger sees that it was in it.
 *
 * A reader who has any one key of the chain from elsewhere has them all, since
 * each link is signed by both ends.
 */

#include "ledger/entry.h"
#include "ledger/note.h"

enum {
	LEDGER_KEYS_MAX = 32,      /* keys */
	LEDGER_KEYS_RECORDS = 128, /* commits and rotates */
	LEDGER_KEYS_FILE_MAX = 1 << 19,
	LEDGER_KEYS_TEXT = 2048, /* bytes of a note's text */
};

struct ledger_keys_term {
	struct ledger_vkey vkey;
	uint64_t from; /* it signs checkpoints of so many entries and more, */
	uint64_t
		until; /* and of no more than this; LEDGER_SIZE_MAX: in force */
	uint64_t worth; /* less than `until`: it was stolen after this size */
};

/* Points into the bytes that were parsed. */
struct ledger_keys_record {
	bool rotate;
	uint64_t index; /* of its entry */
	struct span text;
	struct span opening;
	uint64_t size; /* of a rotate: the tree that both keys signed */
	struct ledger_hash root;
};

struct ledger_keys {
	size_t n;
	struct ledger_keys_term term[LEDGER_KEYS_MAX];
	size_t n_records;
	struct ledger_keys_record record[LEDGER_KEYS_RECORDS];
	bool has_next; /* the key in force has committed to the next */
	uint8_t next[32];
};

/* A ledger that has had one key and committed to no other. */
void ledger_keys_one(const struct ledger_vkey *key, struct ledger_keys *ret);

/*
 * Refuses MALFORMED, TOO_LARGE, BAD_SIGNATURE, and MISMATCH: a key that was not
 * committed to, or sizes that fall.  Whether the entries say so is
 * ledger_keys_check()'s to see.
 */
MUST_USE enum err ledger_keys_parse(
	struct span bytes, struct ledger_keys *ret, struct why *reterr_why);

/* That record `i` is the object of that entry, which must have its index.
 * Refuses MISMATCH. */
MUST_USE enum err ledger_keys_check(const struct ledger_keys *keys, size_t i,
	const struct ledger_entry *entry);

/* The one in force. */
const struct ledger_vkey *ledger_keys_last(const struct ledger_keys *keys);
/* NULL: it is none of them. */
const struct ledger_keys_term *ledger_keys_find(
	const struct ledger_keys *keys, const struct ledger_vkey *key);

/* What is committed to, of a key. */
void ledger_keys_hash(const struct ledger_vkey *key, uint8_t ret_hash[32]);

/* ---- making them: texts, as entries have them ---- */

void ledger_keys_commit_text(const struct ledger_vkey *key,
	const uint8_t next[32], int64_t at, struct buf *to);
/* compromised_after: LEDGER_SIZE_MAX where it is not. */
void ledger_keys_rotate_text(const struct ledger_vkey *old,
	const struct ledger_vkey *new, uint64_t compromised_after, int64_t at,
	struct buf *to);
/* The lines that a rotate's note has more. */
void ledger_keys_rotate_tail(
	uint64_t size, const struct ledger_hash *root, struct buf *to);

void ledger_keys_head(const struct ledger_vkey *first, struct buf *to);
void ledger_keys_record_write(bool rotate, uint64_t index, struct span note,
	struct span opening, struct buf *to);
