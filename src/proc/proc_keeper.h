/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_keeper - the process that alone writes the ledger and holds its key.
 *
 * It opens the two folders, locks itself in, and serves one judge.  Between
 * keeper_open() and keeper_close() it holds the log's lock; so a long verb
 * that closes between its chunks lets another verb (a hold) in.
 *
 * It also keeps, for each register, which entry changed it last and the hash
 * of the register's bytes after that change ("head"), and signs that list: the
 * vault checks by it that the registers it is shown are the newest ones.
 */

#include "base/buf.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "proc/proc_peer.h"

/* The child.  `context` is the path of the instance (char *). */
enum err proc_keeper(int fd, void *context);

/* ---- the judge's side ---- */

struct keeper_state {
	uint64_t size; /* durable entries */
	uint64_t published;
};

MUST_USE enum err keeper_open(struct proc_peer *keeper,
	struct keeper_state *ret_state, struct why *reterr_why);
MUST_USE enum err keeper_close(struct proc_peer *keeper);

/* `entries` are n * LEDGER_ENTRY bytes whose indices begin at `first`, which
 * must be the ledger's size (MISMATCH).  Durable when it returns. */
MUST_USE enum err keeper_append(struct proc_peer *keeper, uint64_t first,
	struct span entries, struct why *reterr_why);
/* The same in two; nothing else is asked between them. */
MUST_USE enum err keeper_append_ask(
	struct proc_peer *keeper, uint64_t first, struct span entries);
MUST_USE enum err keeper_append_hear(
	struct proc_peer *keeper, struct why *reterr_why);

/* Makes it public; appends the signed checkpoint to `ret_checkpoint` (NULL: not
 * wanted). */
MUST_USE enum err keeper_publish(struct proc_peer *keeper,
	struct buf *ret_checkpoint, struct why *reterr_why);

/* Proofs (tlog-proof files) of published entries, as sized texts in order. */
enum { KEEPER_PROOFS = 1000 };
MUST_USE enum err keeper_prove(struct proc_peer *keeper, const uint64_t *index,
	size_t n, struct buf *to, struct why *reterr_why);

/*
 * Tells a register's head: the entry at `index` (type register) is opened with
 * its key and all its fields, and must commit to them.
 */
MUST_USE enum err keeper_head(struct proc_peer *keeper, uint64_t index,
	const struct ledger_head *head, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields,
	struct why *reterr_why);

/* The file of a map's root (ledger/map_root.h), whose entry is in the ledger
 * and says what it says: else MISMATCH.  It comes into the public folder. */
MUST_USE enum err keeper_map(
	struct proc_peer *keeper, struct span file, struct why *reterr_why);

/*
 * The policy in force, each time it is opened: the three texts that the head
 * "policy" commits to, sized, one after the other (proc_policy.h).  They are
 * public: ledger/policy, ledger/policy.settings, ledger/tsa.pem.  Refuses
 * MISMATCH: it is not what the head names.
 */
MUST_USE enum err keeper_policy(
	struct proc_peer *keeper, struct span record, struct why *reterr_why);

/* What the published checkpoint is by that policy. */
struct keeper_cosigned {
	uint64_t witnesses; /* bit i: the i-th of the policy */
	bool quorum;
};

/*
 * Signature lines of witnesses: those that hold, of the policy's keys, go under
 * the published checkpoint; other lines are passed over.  With a quorum it is
 * ledger/cosigned too.  Appends the checkpoint to `ret_checkpoint` (NULL: not
 * wanted).  Refuses NOT_FOUND: no policy was told.
 */
MUST_USE enum err keeper_cosign(struct proc_peer *keeper, struct span lines,
	struct keeper_cosigned *ret_cosigned, struct buf *ret_checkpoint,
	struct why *reterr_why);

/* A timestamp over the bytes of a checkpoint of ours, which the courier checked:
 * ledger/timestamp/SIZE.tsr, .checkpoint, and then latest. */
MUST_USE enum err keeper_stamp(struct proc_peer *keeper, struct span checkpoint,
	struct span reply, struct why *reterr_why);

/*
 * The signed list of heads:
 *
 *	weir heads/v1\n ORIGIN\n size N\n {REGISTER INDEX HEX\n}
 */
MUST_USE enum err keeper_heads(
	struct proc_peer *keeper, struct buf *to, struct why *reterr_why);

/* Of a verified text of heads: the hash of one register; NOT_FOUND. */
MUST_USE enum err keeper_heads_find(struct span text, struct span name,
	uint64_t *ret_index, uint8_t ret_hash[32]);

/* The key in force, and the next one where its file is here. */
struct keeper_next {
	struct ledger_vkey now;
	struct ledger_vkey next;
};

/* With `make` a next key is made where there is none; with `needed` it must be
 * there (NOT_FOUND); with neither `next` is not looked for. */
MUST_USE enum err keeper_next(struct proc_peer *keeper, bool make, bool needed,
	struct keeper_next *ret_keys, struct why *reterr_why);

/* The key in force commits to the next (store_log_key_commit()), or gives its
 * place up to it (store_log_key_rotate()): as the published entry at `index`
 * says in its object, `text`. */
MUST_USE enum err keeper_key(struct proc_peer *keeper, bool rotate,
	uint64_t index, struct span text, struct span opening,
	struct why *reterr_why);
