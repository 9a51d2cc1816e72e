/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_recall - a hold that arrives pulls back what nobody fetched.
 *
 *	the hold's entries, and that it is to pull back     durable
 *	outbox/N/X.cms -> sealed/N/X.cms.pulled             one rename each: it
 *	                    tells whether somebody was faster
 *	act "recall", rows, the list of what was pulled     durable
 *	sealed/N/X.cms.pulled is deleted, or kept under an order to preserve
 *
 * All under the lock under which packages are handed over.  A crash between any
 * two of these is finished by whoever opens the instance next, before anything
 * else; the act is entered for who placed the hold.  One act is entered for
 * every hold that stops, whatever it found, so that entries count no addresses.
 *
 * What is pulled (hold_pull()): everything in the order's scope as requested,
 * with an address or neutral; or, where the record alone is in scope, the whole
 * batch.  A delivered address is RECALLED, a neutral answer keeps its state, and
 * both are `held`: the release that follows the hold answers them anew.  A
 * package that is no longer in the outbox was fetched: proc_affected lists it,
 * and somebody must ask it back.
 */

#include "proc/proc_batch.h"
#include "proc/proc_keys.h"

/* Within the transaction that enters a hold which stops. */
MUST_USE enum err proc_recall_intend(struct instance *in, uint64_t hold);

/* Does what is intended or half done; nothing where nothing is.  *ret_n (NULL:
 * not wanted): how many packages this pulled back. */
MUST_USE enum err proc_recall_finish(struct instance *in, uint64_t *ret_n);

/* ---- what was pulled ---- */

struct proc_recalled {
	uint32_t batch;
	uint64_t line;
	uint64_t delivered; /* its entry D */
};

struct proc_recall_list {
	uint64_t entry; /* the act */
	int64_t at;
	size_t n;
	struct buf bytes;
};

/* The list of what a release found staged, accounted for and not to leave: no
 * hold has that number. */
enum { PROC_RECALL_STAGED = 0 };

/* Within a transaction: one more of these, entered by the act at `entry`. */
MUST_USE enum err proc_recall_staged(
	struct instance *in, const struct store_request *row, uint64_t entry);

/* What a hold pulled; refuses NOT_FOUND (nothing ever), DAMAGED. */
MUST_USE enum err proc_recall_list(
	struct instance *in, uint64_t hold, struct proc_recall_list *ret_list);
void proc_recall_list_fini(struct proc_recall_list *list);
struct proc_recalled proc_recall_at(
	const struct proc_recall_list *list, size_t i);

struct proc_recall_when {
	uint64_t hold;
	uint64_t entry; /* the act; of staged ones the last */
	int64_t at;
};

/* All that was pulled back, by entry D: whoever asks where a package is must
 * know it of neutral ones too, whose state does not tell. */
struct proc_recall_index {
	struct proc_key *at; /* key: D; value: place in `list` */
	size_t n;
	struct proc_recall_when *list;
	size_t n_lists;
};
MUST_USE enum err proc_recall_index(
	struct instance *in, struct proc_recall_index *ret_index);
void proc_recall_index_fini(struct proc_recall_index *index);
/* NULL: it was not pulled back. */
const struct proc_recall_when *proc_recall_find(
	const struct proc_recall_index *index, uint64_t delivered);

/* ---- deleting ---- */

/*
 * Deletes a file of this request below sealed/N (nothing there is fine); where
 * a hold says to preserve what it is about, it is kept as NAME.INDEX.kept
 * instead, `index` an entry that tells several of one name apart.
 */
MUST_USE enum err proc_recall_discard(struct instance *in,
	const struct store_request *row, int sealed, const char *name,
	uint64_t index);
