/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_account - entries: first into the journal, then into the ledger.
 *
 *	account_begin      a store transaction
 *	account_entry ...  each gets its index, its random key, its place in the
 *	                   journal with its sealed opening
 *	account_commit     the store is durable, then the ledger is
 *	account_publish    tiles and a signed checkpoint, and where a policy is
 *	                   loaded a round of its witnesses (proc_cosign.h)
 *
 * A crash between the two leaves the store ahead; account_reconcile() (run by
 * every verb that opens the ledger) appends the same bytes.  The ledger ahead
 * of the store is refused: the store was rolled back.
 */

#include "proc/proc_instance.h"

/* A field of the entry being made. */
#define ACCOUNT_TEXT(name, text)                                               \
	((struct ledger_field){(name), span_text(text)})
#define ACCOUNT_BYTES(name, at, n)                                             \
	((struct ledger_field){(name), span_of((at), (n))})

MUST_USE enum err account_begin(struct instance *in);
/* Undoes what is not committed; in->why keeps its sentence. */
void account_abandon(struct instance *in);

/*
 * `law` and `key` may be NULL: zero, and a random key.  `private` is kept with
 * the sealed opening and committed to by nothing (a request's keys, say).
 */
MUST_USE enum err account_entry(struct instance *in, enum ledger_type type,
	const uint8_t law[32], const struct ledger_field *fields, size_t n,
	struct span private, uint64_t *ret_index);

/* The same with a tag of its own (32 bytes; NULL: a random one). */
MUST_USE enum err account_tagged(struct instance *in, enum ledger_type type,
	const uint8_t law[32], const struct ledger_field *fields, size_t n,
	struct span private, const uint8_t *tag, uint64_t *ret_index);

/*
 * Many entries of a kind, made ahead, by threads where it pays: places are
 * reserved within a transaction, an entry is made for one of them, and all are
 * put before the commit, in any order.
 */
struct account_made {
	uint64_t index;
	enum ledger_type type;
	uint8_t entry[LEDGER_ENTRY];
	struct buf sealed; /* the caller's, initialised: is written over */
};
enum { ACCOUNT_SEALED_MAX = 1 << 18 };
MUST_USE enum err account_reserve(
	struct instance *in, size_t n, uint64_t *ret_first);
/* The same in an order that is drawn (ledger/order.h), so that no place says
 * whose entry it is: the k-th place is for thing order[k]. */
MUST_USE enum err account_reserve_drawn(
	struct instance *in, size_t n, uint32_t *order, uint64_t *ret_first);
/* As account_entry() for made->index; touches nothing of the instance. */
MUST_USE enum err account_make(const struct instance *in, enum ledger_type type,
	const uint8_t law[32], const struct ledger_field *fields, size_t n,
	struct span private, struct account_made *made);
MUST_USE enum err account_put(
	struct instance *in, const struct account_made *made);

/* Refuses UNSIGNED, having abandoned it, where instance_sign() wants something
 * signed of it. */
MUST_USE enum err account_commit(struct instance *in);

/* The same in two: the store is durable after the first, the ledger after the
 * second.  Nothing is asked of the keeper between them. */
MUST_USE enum err account_commit_ask(struct instance *in);
MUST_USE enum err account_commit_hear(struct instance *in);

/* Ends the transaction, one way or the other: commits where `e` is ERR_OK, else
 * abandons and returns it. */
MUST_USE enum err account_end(struct instance *in, enum err e);

/*
 * Publishing.  How many entries a ledger gets, and when, would tell what people
 * did.  So it is made public where something must be proved to the outside
 * (what a requester sent, what leaves, a hold, a register) and by the daily
 * round, and nowhere else: acts wait, durable, for the next time.  And each
 * time there are as many entries more as it takes for a fixed number, 64 or,
 * where that is too few, four times as many: entries `cover`, of which nobody
 * who has no key can tell that they are.
 *
 * The day that an entry shows is the day of the publication before it, one for
 * all that wait together; when it was made is in its field "at".
 */
MUST_USE enum err account_publish(
	struct instance *in, struct buf *ret_checkpoint);

/* The same with no cover, right after one with it and under the same lock:
 * where all that came since is told by what a requester sent. */
MUST_USE enum err account_publish_told(struct instance *in);

/* account_publish(), and the witnesses are not asked: in a verb that publishes
 * again before anything leaves, and whose next checkpoint has all of this; or
 * ends with account_bring(), which asks them where that was not so. */
MUST_USE enum err account_publish_between(struct instance *in);
MUST_USE enum err account_bring(struct instance *in);

/* So many entries `cover` in the place of as many that a requester would count
 * and that are not made; adds them in transactions of their own. */
MUST_USE enum err account_stand_in(struct instance *in, uint64_t n);

/* ---- what account and publish share ---- */

/* Publishes where a transaction more could make the log do so by itself. */
MUST_USE enum err account_make_room(struct instance *in);
MUST_USE enum err account_begin_waiting(struct instance *in); /* never does */
void account_count_hidden(struct instance *in, uint64_t index, unsigned kind);
MUST_USE enum err account_read_hidden(
	struct instance *in, uint64_t published, int32_t newest_day);
/* Which an entry made now shows. */
int32_t account_public_day(struct instance *in);

/* One act of the actor: what (a word), on which batch, request, object. */
MUST_USE enum err account_act(struct instance *in, const char *act,
	uint32_t batch, const char *request, struct span object,
	uint64_t *ret_index);

/* Begin, act, commit: for a reading. */
MUST_USE enum err account_reading(struct instance *in, const char *act,
	uint32_t batch, const char *request);

/* ---- reading back ---- */

struct account_opened {
	struct ledger_entry entry;
	struct ledger_head head;
	uint8_t key[LEDGER_KEY];
	struct ledger_field field[LEDGER_FIELDS];
	size_t n_fields;
	struct span private;
	uint64_t act_before; /* the newest act before it; STORE_NO_ENTRY */
	struct buf bytes;    /* what the spans point into */
};

/* Opens one entry's sealed record and checks it against the entry's root:
 * DAMAGED where it does not hold; ERASED, with a sentence that names the act,
 * where it was destroyed.  account_opened_fini() wipes. */
MUST_USE enum err account_open(
	struct instance *in, uint64_t index, struct account_opened *ret_opened);
void account_opened_fini(struct account_opened *opened);
struct span account_field(
	const struct account_opened *opened, const char *name);

/* One field of it, to be shown to somebody (ledger_opening_make()). */
MUST_USE enum err account_show(const struct account_opened *opened,
	const char *name, struct ledger_opening *ret_opening);

/* ---- what is left of an entry whose record was destroyed ----
 *
 * As long whatever it was, sealed as the record was, so that nobody without
 * the evidence key can say that an entry was erased:
 *
 *	u8 version, u8 kind, u64 the act, i64 its time,
 *	32 whose tag it has (store_subject.row), 46 which tag (proc_subject.h)
 */
enum { ACCOUNT_SUBJECT = 46 };
struct account_erased {
	enum ledger_type kind;
	uint64_t act; /* its entry */
	int64_t at;
	uint8_t row[CRYPTO_SHA256];       /* zero: nobody's */
	uint8_t subject[ACCOUNT_SUBJECT]; /* zero: not of an entry D */
};

/* Refuses NOT_FOUND where it was not erased; DAMAGED. */
MUST_USE enum err account_erased(
	struct instance *in, uint64_t index, struct account_erased *ret_erased);

/* Puts `erased` in the place of the record: what it said is gone.  Within
 * store_shred_begin(); again where it was done before is fine. */
MUST_USE enum err account_shred(struct instance *in, uint64_t index,
	const struct account_erased *erased);

/* For account_open(): is `sealed` what is left of that entry? */
bool account_erased_read(const struct instance *in, struct span entry,
	struct span sealed, struct account_erased *ret_erased);

/* The day on which it was made. */
int32_t account_day(
	const struct instance *in, const struct account_opened *opened);

/* What kind of entry it is, from its sealed record: quicker than to open it,
 * and of no field.  DAMAGED as account_open(). */
MUST_USE enum err account_kind(
	struct instance *in, uint64_t index, enum ledger_type *ret_type);

/*
 * The acts, newest first.  Each sealed record names the newest act before it,
 * so that none can be left out of them by who can write the store.
 *
 *	for (at = in->last_act; at != STORE_NO_ENTRY && ...; at = opened.act_before)
 */

/* The sealed opening as stored, with its key: for the vault, which makes S
 * entries itself.  Encoding only. */
void account_opening_encode(const struct ledger_head *head,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n, struct span private, struct buf *to);
/* An entry made elsewhere (its index must be in->next), with its opening. */
MUST_USE enum err account_foreign(
	struct instance *in, struct span entry, struct span opening);

/* Refuses MISMATCH where store and ledger are not of one history; the newest
 * public entry is compared. */
MUST_USE enum err account_reconcile(struct instance *in);
/* The same for all entries from `from` on that were public when it opened. */
MUST_USE enum err account_compare(struct instance *in, uint64_t from);

/* Tells the keeper a register's head after its entry is in the ledger. */
MUST_USE enum err account_head(struct instance *in, uint64_t index);
