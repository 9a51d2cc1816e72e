/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * store - the case store: what the custodian must remember between verbs.
 *
 * SQLite (write-ahead log, synchronous=FULL): a group of changes is durable
 * when store_commit() returns.  One writer: the caller holds the instance's
 * lock.  Only opaque bytes and numbers live here: what a request said is in
 * `sealed` (AES-256-GCM under the instance's evidence key), never in a column.
 *
 * The journal is written before the ledger: row `idx` holds the entry's bytes
 * and its sealed opening.  At start the store may be ahead of the ledger (the
 * rest is appended again, the same bytes); the ledger ahead of the store means
 * that the store was rolled back, and nothing may leave (MISMATCH).
 *
 * All functions fail ERR_STORE or NOMEM; the sentence of SQLite's last error
 * is store_error().
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"

enum { STORE_ENTRY = 256, STORE_HASH = 32, STORE_ID_MAX = 65 };

struct store;

MUST_USE enum err store_open(
	const char *path, bool make, struct store **ret_store);
struct store *store_free(struct store *store);
DEFINE_OWNED(store);
const char *store_error(const struct store *store);

MUST_USE enum err store_begin(struct store *store);
MUST_USE enum err store_commit(struct store *store);
void store_rollback(struct store *store); /* nothing to undo is fine */

/* From here on a thread copies the write-ahead log into the store, and commits
 * do not wait for that: for who writes for long.  Before the process is locked
 * in, and after its children are started. */
MUST_USE enum err store_checkpoint_aside(struct store *store);

/*
 * From here on a commit does not wait until SQLite's log is synced: a thread
 * does that, and the next commit waits for it, as store_settle() does.  For who
 * has a redo log attached: there each change is durable before its commit, and
 * the one that a crash may take from the store is made again.  Fails IO where a
 * sync failed: then nothing more is committed.
 */
MUST_USE enum err store_sync_later(struct store *store);
MUST_USE enum err store_settle(struct store *store);

/* Its pages as they are now, into a file that is not there; verbs that read go on.
 */
MUST_USE enum err store_copy(struct store *store, const char *path);

/* SQLite's own look at the file.  Refuses DAMAGED, with its words. */
MUST_USE enum err store_quick_check(struct store *store, struct buf *to);

/* Many reads of one state, at the cost of one lock.  No store_begin() between
 * the two. */
MUST_USE enum err store_read_begin(struct store *store);
void store_read_end(struct store *store);

/* ---- the redo log ---- */

/*
 * From here on each transaction's changes are durable in DIR/redo before the
 * transaction is; it is best kept on another disk.  So a store put back from
 * yesterday can be brought to where it was.  *ret_behind is how many changes
 * the log has that the store lacks: 0; 1 where a crash came between the two;
 * more where an older store was put back.  Call it under the instance's lock,
 * each time that is taken.
 */
MUST_USE enum err store_redo_attach(
	struct store *store, int dir, uint64_t *ret_behind);

/* The same as a question, which changes neither; not after attaching.  Refuses
 * NOT_FOUND: there is no log. */
MUST_USE enum err store_redo_look(
	struct store *store, int dir, uint64_t *ret_behind);

/* Brings the store to the end of the log; how many changes that were.  ERR_STORE
 * where the log does not reach back to where the store is. */
MUST_USE enum err store_redo_apply(struct store *store, uint64_t *ret_n);

/* ---- named bytes: registers, holds, settings ---- */

MUST_USE enum err store_put(
	struct store *store, const char *name, struct span bytes);
/* Appends to `to`; refuses NOT_FOUND. */
MUST_USE enum err store_get(
	struct store *store, const char *name, struct buf *to);

/* ---- the journal of entries ---- */

MUST_USE enum err store_journal_add(struct store *store, uint64_t idx,
	struct span entry, struct span sealed);
MUST_USE enum err store_journal_count(struct store *store, uint64_t *ret_n);
/* Either buffer may be NULL; refuses NOT_FOUND. */
MUST_USE enum err store_journal_get(struct store *store, uint64_t idx,
	struct buf *ret_entry, struct buf *ret_sealed);

#define STORE_NO_ENTRY UINT64_MAX

/* The last index before `before` whose entry is an act "WLE1": its fifth byte
 * is 9 (ledger/entry.h).  Refuses NOT_FOUND. */
MUST_USE enum err store_journal_act(
	struct store *store, uint64_t before, uint64_t *ret_idx);

/* ---- batches ---- */

enum store_stage {          /* of submitting; each survives a crash */
	STAGE_RECEIVED = 1, /* frozen, the manifest's checks passed */
	STAGE_JUDGED,       /* every line has its entry and its row */
	STAGE_ANSWERED, /* the reply is written, before anybody is looked up */
	STAGE_LOCATED,  /* every accepted line was looked up: whole */
};

struct store_batch {
	uint32_t n;
	uint64_t sequence;
	char agreement[STORE_ID_MAX];
	uint8_t sha384[48];           /* of the requests file */
	uint8_t manifest[STORE_HASH]; /* SHA-256 of the manifest */
	uint8_t law[STORE_HASH];      /* SHA-256 over the law files, in order */
	uint8_t submitter[STORE_HASH];
	uint64_t n_lines;
	int32_t today; /* day of receipt */
	int64_t received_at;
	uint64_t entry; /* its ledger index */
	enum store_stage stage;
	uint32_t rounds;  /* of release that were finished */
	int32_t clock;    /* day that a sandbox set, or today's */
	uint64_t counted; /* entry of the counts read when it was judged, or
			   * STORE_NO_ENTRY */
};

MUST_USE enum err store_batch_add(
	struct store *store, const struct store_batch *batch);
/* Stage, rounds, entry, n_lines, counted. */
MUST_USE enum err store_batch_update(
	struct store *store, const struct store_batch *batch);
MUST_USE enum err store_batch_get(
	struct store *store, uint32_t n, struct store_batch *ret_batch);
/* By agreement and sequence; refuses NOT_FOUND. */
MUST_USE enum err store_batch_find(struct store *store, const char *agreement,
	uint64_t sequence, struct store_batch *ret_batch);
MUST_USE enum err store_batch_last(struct store *store, uint32_t *ret_n);

/* Greatest sequence number of an agreement, 0: none; books are passed over. */
MUST_USE enum err store_sequence_last(
	struct store *store, const char *agreement, uint64_t *ret_sequence);

/* ---- books: batches whose lines come one after the other ---- */

/* From here on sequence numbers are of books: no manifest's gets so far. */
enum { STORE_BOOK_SEQUENCE = 1 << 30 };

static inline bool
store_is_book(const struct store_batch *batch)
{
	return batch->sequence >= STORE_BOOK_SEQUENCE;
}

/* The batch is added too.  Its keys (below) are kept line by line. */
MUST_USE enum err store_book_add(
	struct store *store, uint32_t batch, const char *certifier);
/* The open one of its agreement, submitter, law, day of receipt, and this
 * certifier; refuses NOT_FOUND. */
MUST_USE enum err store_book_find(struct store *store,
	const struct store_batch *like, const char *certifier,
	uint32_t *ret_batch);
MUST_USE enum err store_book_close(struct store *store, uint32_t batch);
/* A hash over what it has so far: of no line zeros.  Refuses NOT_FOUND. */
MUST_USE enum err store_book_hash(
	struct store *store, uint32_t batch, const uint8_t hash[STORE_HASH]);
MUST_USE enum err store_book_get(struct store *store, uint32_t batch,
	bool *ret_open, uint8_t ret_hash[STORE_HASH]);

/* Which line an envelope became, by the SHA-256 of its manifest. */
struct store_single {
	uint8_t manifest[STORE_HASH];
	uint32_t batch;
	uint64_t line;
	uint64_t judged; /* its first entry Q */
};
MUST_USE enum err store_single_add(
	struct store *store, const struct store_single *single);
/* Refuses NOT_FOUND. */
MUST_USE enum err store_single_find(struct store *store,
	const uint8_t manifest[STORE_HASH], struct store_single *ret_single);

/* ---- requests ---- */

/* An older version of the store did not keep it. */
enum { STORE_NO_AUTHORITY = 255 };

struct store_request {
	uint32_t batch;
	uint64_t line;         /* from 1 */
	char id[STORE_ID_MAX]; /* "" where the line has none */
	uint8_t answer;        /* enum law_answer of the request half */
	uint8_t state;         /* enum case_state */
	uint8_t answered;      /* enum case_answered */
	bool held;             /* answered while a hold covered it */
	uint64_t unmet;        /* bit i: rule i of the batch's law not met */
	uint64_t person_key;
	uint64_t duplicate_key;
	uint64_t reason_key;
	char officer[STORE_ID_MAX];
	uint64_t judged; /* ledger indices, or STORE_NO_ENTRY */
	uint64_t matched;
	uint64_t sealed;
	uint64_t delivered;
	uint8_t verdict[STORE_HASH];
	uint8_t package[STORE_HASH]; /* SHA-256 of the sealed package */
	int32_t since;     /* judged anew on that day, from which its answer is
			* counted; 0: with its batch */
	uint8_t authority; /* as graded: the value of EV_AUTHORITY, or
			    * STORE_NO_AUTHORITY */
};

MUST_USE enum err store_request_add(
	struct store *store, const struct store_request *request);
/* All but what a line says of itself for good: its id, keys and officer, by
 * which there are indices. */
MUST_USE enum err store_request_update(
	struct store *store, const struct store_request *request);
/* Only what a look-up changes: state, answered, unmet, matched, verdict. */
MUST_USE enum err store_request_found(
	struct store *store, const struct store_request *request);
MUST_USE enum err store_request_get(struct store *store, uint32_t batch,
	uint64_t line, struct store_request *ret_request);
/* The last request with that id; refuses NOT_FOUND. */
MUST_USE enum err store_request_find(
	struct store *store, const char *id, struct store_request *ret_request);

/* The request of one batch with that id; refuses NOT_FOUND. */
MUST_USE enum err store_request_in(struct store *store, uint32_t batch,
	const char *id, struct store_request *ret_request);

/* The last one with that id of an agreement, in a batch before `batch`; of one
 * batch the first line.  Refuses NOT_FOUND. */
MUST_USE enum err store_request_named(struct store *store,
	const char *agreement, uint32_t batch, const char *id,
	struct store_request *ret_request);

/* The request with that id whose last package has that hash; refuses
 * NOT_FOUND. */
MUST_USE enum err store_request_packaged(struct store *store, const char *id,
	const uint8_t package[STORE_HASH], struct store_request *ret_request);

/* Up to `most` rows of a batch after line `after`, in order. */
MUST_USE enum err store_request_page(struct store *store, uint32_t batch,
	uint64_t after, struct store_request *to, size_t most, size_t *ret_n);

/*
 * Makes the keys by which the next four find requests, of every batch that has
 * not got them: asked first, within the caller's transaction or else in one of
 * its own.  Those of a batch that is being judged are of the lines with rows.
 */
MUST_USE enum err store_keys_settle(struct store *store);

/* The keys of one line of an open book, which is added now. */
MUST_USE enum err store_keys_add(
	struct store *store, const struct store_request *request);

/* Is an accepted request with this key open or answered, in a batch that is not
 * `batch`?  Not one in a state of `over` (given back, withdrawn, superseded),
 * and not the line that is amended. */
struct store_duplicate_of {
	uint32_t batch;
	uint64_t key;
	uint32_t but_batch; /* 0: no line is amended */
	uint64_t but_line;
	uint8_t over[3];
};
MUST_USE enum err store_duplicate_known(struct store *store,
	const struct store_duplicate_of *of, bool *ret_known);

/* Was this reason used for another person in a request that was accepted? */
MUST_USE enum err store_reason_known(struct store *store, uint32_t batch,
	uint64_t reason, uint64_t person, bool *ret_known);

/* Is it another person's in this batch, accepted or not, or in a request that
 * was accepted in any? */
MUST_USE enum err store_reason_shared(struct store *store, uint32_t batch,
	uint64_t reason, uint64_t person, bool *ret_shared);

/* How many lines of a batch have rows: they are the first ones. */
MUST_USE enum err store_lines_done(
	struct store *store, uint32_t batch, uint64_t *ret_n);

/* Distinct persons accepted under an officer since a day, but for `batch`. */
MUST_USE enum err store_officer_persons(struct store *store,
	const char *officer, int32_t since, uint32_t batch,
	enum err (*each)(void *context, uint64_t person_key), void *context);
/* Accepted lines since a day, but for `batch`. */
MUST_USE enum err store_volume(
	struct store *store, int32_t since, uint32_t batch, uint64_t *ret_n);

/* Lines of a batch by state and by whether and how they were answered. */
struct store_count {
	uint8_t state;
	uint8_t answered;
	uint8_t answer;
	uint64_t n;
};
MUST_USE enum err store_counts(struct store *store, uint32_t batch,
	struct store_count *to, size_t most, size_t *ret_n);

/* ---- how many were asked for, by agreement and day of receipt ---- */

/* Counts a batch that has all its rows, for the numbers below; again: anew. */
MUST_USE enum err store_tally(struct store *store, uint32_t batch);
/* Accepted in that batch. */
MUST_USE enum err store_tally_batch(
	struct store *store, uint32_t batch, uint64_t *ret_n);
/* Accepted under the agreement that day. */
MUST_USE enum err store_tally_day(struct store *store, const char *agreement,
	int32_t day, uint64_t *ret_n);
/* Citing that authority since a day, and how many of them were accepted.  Of
 * what an older version counted, only what was accepted, whatever it cites. */
MUST_USE enum err store_tally_since(struct store *store, const char *agreement,
	uint8_t authority, int32_t since, uint64_t *ret_n,
	uint64_t *ret_accepted);

/* The officer of a batch under whom most were accepted that day under the
 * agreement, in all batches; "" and 0 where none was. */
struct store_officer_day {
	char officer[STORE_ID_MAX];
	uint64_t n;
	uint64_t over; /* officers of the batch with more than `most` */
};
MUST_USE enum err store_officer_day(struct store *store, uint32_t batch,
	const char *agreement, int32_t day, uint64_t most,
	struct store_officer_day *ret_most);

/* ---- approvals ---- */

struct store_approval {
	uint64_t id;
	uint32_t batch;
	bool withhold;
	uint8_t signer[STORE_HASH];
	uint64_t entry;
	struct span text; /* what was signed: release_approval bytes */
	struct span signature;
};

MUST_USE enum err store_approval_add(
	struct store *store, const struct store_approval *approval);
MUST_USE enum err store_approval_each(struct store *store, uint32_t batch,
	enum err (*each)(void *context, const struct store_approval *approval),
	void *context);

/* ---- matters (matter/matter.h): numbers, states and clocks; what they say is
 * in their entries ---- */

struct store_matter {
	uint64_t n; /* from 1 */
	uint8_t kind;
	uint8_t state;
	uint8_t decision;
	uint32_t batch;
	uint64_t line;
	int64_t opened_at;
	int64_t due_at;
	int64_t changed_at;
	uint64_t opened;  /* ledger indices: of the opening */
	uint64_t changed; /* of the last decision, or STORE_NO_ENTRY */
};

MUST_USE enum err store_matter_add(
	struct store *store, const struct store_matter *matter);
/* State, decision, changed_at, changed. */
MUST_USE enum err store_matter_update(
	struct store *store, const struct store_matter *matter);
MUST_USE enum err store_matter_get(
	struct store *store, uint64_t n, struct store_matter *ret_matter);
MUST_USE enum err store_matter_last(struct store *store, uint64_t *ret_n);
/* The next after number `after`, of a kind (0: any) and a batch (0: any);
 * refuses NOT_FOUND. */
MUST_USE enum err store_matter_next(struct store *store, uint64_t after,
	uint8_t kind, uint32_t batch, struct store_matter *ret_matter);

/* ---- review: the sample of a batch, what waits, and for whom ---- */

/* Calls `each` with the answer of the request half of every line, rising. */
MUST_USE enum err store_answers(struct store *store, uint32_t batch,
	enum err (*each)(void *context, uint64_t line, uint8_t answer),
	void *context);

struct store_sampled {
	uint32_t batch;
	uint64_t line;
	uint8_t part;     /* enum review_part */
	bool wrong;       /* what was decided */
	uint64_t drawn;   /* ledger indices: of the drawing */
	uint64_t decided; /* of the decision, or STORE_NO_ENTRY */
};

MUST_USE enum err store_sampled_add(
	struct store *store, const struct store_sampled *sampled);
/* Wrong and decided. */
MUST_USE enum err store_sampled_update(
	struct store *store, const struct store_sampled *sampled);
/* By part, then by line. */
MUST_USE enum err store_sampled_each(struct store *store, uint32_t batch,
	enum err (*each)(void *context, const struct store_sampled *sampled),
	void *context);

/* A person is named by the fingerprint of a certificate. */
MUST_USE enum err store_assign(struct store *store, uint32_t batch,
	uint64_t line, const uint8_t person[STORE_HASH]);
/* Refuses NOT_FOUND. */
MUST_USE enum err store_assigned(struct store *store, uint32_t batch,
	uint64_t line, uint8_t ret_person[STORE_HASH]);

/* The request after that line of that batch, in this or a later one, that waits
 * for people: in request review, in review, or approved by one.  Refuses
 * NOT_FOUND. */
MUST_USE enum err store_waiting_next(struct store *store, uint32_t batch,
	uint64_t line, struct store_request *ret_request);

/* ---- letters of the requester: withdrawals, acknowledgements, ... ---- */

struct store_letter {
	uint64_t n;
	uint8_t kind;
	uint32_t batch;
	uint64_t line;
	int64_t at;
	uint64_t entry;
	uint8_t signer[STORE_HASH];
	uint8_t hash[STORE_HASH]; /* SHA-256 of the letter: taken once */
};

/* `n` is given by the store. */
MUST_USE enum err store_letter_add(
	struct store *store, const struct store_letter *letter);
/* The entry of a letter that was taken before; refuses NOT_FOUND. */
MUST_USE enum err store_letter_known(struct store *store,
	const uint8_t hash[STORE_HASH], uint64_t *ret_entry);
/* The next after number `after`, of a batch (0: any) and a line (0: any);
 * refuses NOT_FOUND. */
MUST_USE enum err store_letter_next(struct store *store, uint64_t after,
	uint32_t batch, uint64_t line, struct store_letter *ret_letter);

/* ---- tags of people's entries (ledger/subject.h) ---- */

struct store_subject {
	uint8_t row[STORE_HASH]; /* ledger_subject_row(): names nobody */
	uint8_t salt[STORE_HASH];
	uint32_t period; /* of the newest tag */
	uint64_t n;      /* tags of that period */
};

/* Refuses NOT_FOUND. */
MUST_USE enum err store_subject_get(struct store *store,
	const uint8_t row[STORE_HASH], struct store_subject *ret_subject);
/* Adds or replaces. */
MUST_USE enum err store_subject_put(
	struct store *store, const struct store_subject *subject);

/* ---- the roots over all tags (ledger/map_root.h) ---- */

struct store_map {
	uint64_t size;
	int64_t at;
	uint64_t entry;
};

MUST_USE enum err store_map_add(
	struct store *store, const struct store_map *map);
/* The first that was made at or after `at`; the newest.  Refuse NOT_FOUND. */
MUST_USE enum err store_map_after(
	struct store *store, int64_t at, struct store_map *ret_map);
MUST_USE enum err store_map_last(
	struct store *store, struct store_map *ret_map);

/* ---- what is delayed of an account ---- */

struct store_delay {
	uint64_t n; /* from 1 */
	uint32_t batch;
	uint64_t line;
	int32_t until;   /* the first day on which it does not stand */
	uint64_t placed; /* entries, or STORE_NO_ENTRY */
	uint64_t lifted;
	uint64_t told; /* what was kept back is in the account by this one */
};

/* Adds or replaces. */
MUST_USE enum err store_delay_put(
	struct store *store, const struct store_delay *delay);
/* The next after number `after`; refuses NOT_FOUND. */
MUST_USE enum err store_delay_next(
	struct store *store, uint64_t after, struct store_delay *ret_delay);

/* Does one stand over that request on that day? */
MUST_USE enum err store_delay_stands(struct store *store, uint32_t batch,
	uint64_t line, int32_t day, bool *ret_stands);

/* Entry D was kept out of an account; which ones still are, rising from after
 * `after` (from the first: STORE_NO_ENTRY), refuses NOT_FOUND; and they are in
 * it now. */
MUST_USE enum err store_delayed_add(
	struct store *store, uint32_t batch, uint64_t line, uint64_t delivered);
MUST_USE enum err store_delayed_next(struct store *store, uint32_t batch,
	uint64_t line, uint64_t after, uint64_t *ret_delivered);
MUST_USE enum err store_delayed_told(
	struct store *store, uint32_t batch, uint64_t line, uint64_t told);

/* ---- erasure: what is asked, what is gone, what is about to go ---- */

struct store_erasure {
	uint64_t n; /* from 1 */
	uint8_t state;
	uint64_t asked;    /* entries, or STORE_NO_ENTRY */
	uint64_t answered; /* granted or denied */
};

/* Adds or replaces. */
MUST_USE enum err store_erasure_put(
	struct store *store, const struct store_erasure *erasure);
/* The next after number `after`; refuses NOT_FOUND. */
MUST_USE enum err store_erasure_next(
	struct store *store, uint64_t after, struct store_erasure *ret_erasure);

/* Nothing is kept of that request any more, by the act at `act`. */
MUST_USE enum err store_erased_add(
	struct store *store, uint32_t batch, uint64_t line, uint64_t act);
/* By which act; refuses NOT_FOUND: it is kept. */
MUST_USE enum err store_erased_get(
	struct store *store, uint32_t batch, uint64_t line, uint64_t *ret_act);

/* An entry whose sealed record is to be destroyed, and whose tag it has. */
struct store_doomed {
	uint64_t idx;
	uint64_t act;
	uint32_t batch;
	uint64_t line;
	uint8_t subject[STORE_HASH]; /* store_subject.row; zero: nobody's */
};
MUST_USE enum err store_doomed_add(
	struct store *store, const struct store_doomed *doomed);
/* The next after `after`, from the first: STORE_NO_ENTRY; refuses NOT_FOUND. */
MUST_USE enum err store_doomed_next(
	struct store *store, uint64_t after, struct store_doomed *ret_doomed);
/* All of them are gone. */
MUST_USE enum err store_doomed_done(struct store *store);

/*
 * A transaction that the redo log does not have, since what it destroys would
 * be in its record; ended as any other.  store_scrub() comes after it.
 */
MUST_USE enum err store_shred_begin(struct store *store);
/* `sealed` in the place of the sealed record. */
MUST_USE enum err store_journal_shred(
	struct store *store, uint64_t idx, struct span sealed);
/* What a row says of the person: keys, rules not met, verdict. */
MUST_USE enum err store_request_shred(
	struct store *store, uint32_t batch, uint64_t line);

/*
 * Makes what was destroyed go from the disk too: the database is written anew
 * and its log emptied, the redo log is overwritten and begins again where the
 * store is.  A store put back from before cannot be brought here any more.
 * May be repeated; what a crash left half done of the redo log is finished by
 * store_redo_attach().
 */
MUST_USE enum err store_scrub(struct store *store);
