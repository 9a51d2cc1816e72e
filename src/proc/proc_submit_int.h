/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside proc_submit*.c: one batch on its way in. */

#include "proc/proc_front.h"
#include "proc/proc_ids.h"
#include "proc/proc_kept.h"
#include "proc/proc_keys.h"
#include "proc/proc_reply_int.h"
#include "proc/proc_submit.h"

struct submit {
	const struct proc_submit_options *options; /* paths; progress */
	struct proc_submit_result *result;
	struct instance *in;
	struct proc_peer front[2];
	uint32_t n_fronts; /* two for a long file; the first does the rest */
	struct request_manifest manifest;
	struct store_batch batch;
	int folder; /* batches/N, or batches/incoming before it has a number */
	uint8_t registers[32]; /* hash of all heads, as read */
	struct proc_kept kept; /* what was accepted, to be looked up */
	bool replied;          /* the reply's lines are written */
	int64_t clock;         /* os_ticks() of the last stage's end */
};

enum { SUBMIT_YEAR = 365 }; /* days that loads and volumes are of */

/* Closes a stage's time. */
void submit_stage(struct submit *s, const char *stage);
void submit_progress(
	struct submit *s, const char *stage, uint64_t done, uint64_t of);

/* What other lines may say of one before duplicates and loads are counted. */
enum fact_case {
	FACT_OWN_REASON = 1,
	FACT_BAD_FORM = 2, /* its id is an earlier line's, or its link is bad */
	FACT_N_CASES = 4,
};

/* What is kept of a line between the passes: 48 bytes, which with one sorted
 * list of 16 bytes a line at a time is what grows here with a batch. */
struct fact {
	uint64_t person;
	uint64_t duplicate;
	uint64_t reason;
	uint64_t id;      /* hash of the request id; 0: none */
	uint32_t officer; /* place in officers */
	bool readable;
	uint8_t passes; /* bit i: accepted, if enum fact_case i is the case */
	bool accepted;  /* by all but duplicates and loads */
	bool own_reason;
	bool first;    /* of its kind: no duplicate */
	bool same_id;  /* an earlier line has this request id */
	bool bad_link; /* it supersedes what there is not */
};

/* What a line's weir:supersedes names. */
enum link_kind {
	LINK_NOTHING, /* that was received before under this agreement */
	LINK_REFUSED, /* or given back: this line mends it */
	LINK_OPEN,    /* accepted, no package yet: this line amends it */
	LINK_OVER,    /* withdrawn: this line begins anew */
	LINK_LATE,    /* answered, mended already, or accepted in this file */
};

/* A line that supersedes another: 32 bytes, only where a line says so. */
struct link {
	uint64_t id;    /* hash of the id that it names */
	uint64_t of;    /* line of the other */
	uint32_t line;  /* this one */
	uint32_t batch; /* of the other; 0: none is known */
	uint8_t kind;   /* enum link_kind */
	bool here;      /* the other is of these lines, `of` its place */
};

/*
 * Lines that are judged together: of a file all of it, of a book one.  A line's
 * place here is its number in the file; in its batch it is `from` more.  What
 * was received before, `but` the batch that is judged, is asked of the store;
 * a line of a book comes after all others, those of its book too: `but` is 0.
 */
struct judge {
	struct submit *s;
	struct law *law;
	struct fact *fact; /* by line - 1 */
	size_t n;
	uint64_t most; /* lines that there are to be */
	uint64_t from; /* lines of the batch before these */
	uint32_t but;
	bool alone;           /* a line of a book */
	struct seen *seen;    /* proc_submit_seen.c; NULL: the store is asked */
	struct span manifest; /* of a line of a book: its own hash ... */
	struct span private;  /* ... and what certified it */
	struct proc_spool spool;
	struct batch_moment moment;
	struct reply reply;       /* of lines that are judged now */
	struct proc_ids officers; /* nobody named is one too, without an id */
	uint64_t *load; /* of each, once counted: distinct persons, of these
			 * lines and of the year before */
	struct proc_key
		*list; /* as long as the batch, for one fact at a time */
	uint64_t volume;
	struct link *link; /* in the order of their lines */
	size_t n_links;
	size_t size_links;
	struct buf chunk;
};

/* proc_submit_links.c: one request in the place of another.  Read while lines
 * are gathered; checked once all ids are known (sorted in `n` of j->list, with
 * the line less one); settled once each line was judged by itself; and what was
 * superseded moves once every line has its row, in the caller's transaction. */
MUST_USE enum err submit_link_read(
	struct judge *j, uint64_t line, const struct request *request);
void submit_links_check(struct judge *j, size_t n);
void submit_links_settle(struct judge *j);
MUST_USE enum err submit_links_move(struct judge *j);

/* After that: the replies of the batches whose requests moved say so. */
MUST_USE enum err submit_links_tell(struct judge *j);

/* What the requester knows of a request that was received before. */
enum link_kind submit_link_kind(const struct store_request *row);

/* The link of a line; NULL: it supersedes nothing. */
const struct link *submit_link(const struct judge *j, uint64_t line);

/* ---- what a batch and a book share ---- */

/* A refusal of all of it, with its code, in the result. */
enum err submit_refuse(struct submit *s, enum err e, const char *code,
	const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The act that accounts for it; within a transaction. */
MUST_USE enum err submit_account_refusal(struct submit *s);

/* The certifiers in force on this day. */
size_t submit_signers(
	const struct instance *in, struct front_signer to[FRONT_SIGNERS]);
/* The codes of a batch: term, signer's agreement, safeguards. */
MUST_USE enum err submit_check(struct submit *s);
/* The next batch, of this manifest and moment. */
MUST_USE enum err submit_number(struct submit *s);
/* Its entry; it lapses from day `from`.  Within a transaction. */
MUST_USE enum err submit_enter(struct submit *s, int32_t from);
/* What is left of one that is judged: sample, reply and receipt, look-ups. */
MUST_USE enum err submit_finish(struct submit *s);
/* What hangs on a whole batch, once it has all its lines, and its stage.  Within
 * a transaction. */
MUST_USE enum err submit_count(struct submit *s, const struct law *law);

/* What one line comes to. */
struct submit_line {
	struct store_request row;
	struct account_made entry; /* its index is set before */
	struct buf reply;
	struct buf kept; /* empty unless accepted */
	struct buf
		member; /* of a fault in its form, with the next; empty: none */
	struct buf says;
};
void submit_line_init(struct submit_line *line);
void submit_line_fini(struct submit_line *line);
/* Its row, entry and reply; by any thread. */
MUST_USE enum err submit_line_make(
	const struct judge *j, struct front_line *line, struct submit_line *to);

/* Facts of one line more; once all are there, what they say of each other. */
MUST_USE enum err submit_gather(struct judge *j, const struct front_line *line);
MUST_USE enum err submit_weigh(struct judge *j);

/*
 * proc_submit_seen.c: what was accepted before, kept between the lines of
 * books so that one costs the same however many came before; whoever keeps it
 * adds each line that is accepted, and forgets all when others judged.
 */
struct seen *submit_seen_new(void);
struct seen *submit_seen_free(struct seen *seen);
void submit_seen_forget(struct seen *seen);
/* Distinct persons accepted under an officer in the year before `today`, with
 * this one; and accepted requests of that year. */
MUST_USE enum err submit_seen_officer(struct seen *seen, struct store *store,
	const char *officer, int32_t today, uint64_t person, uint64_t *ret_n);
MUST_USE enum err submit_seen_volume(
	struct seen *seen, struct store *store, int32_t today, uint64_t *ret_n);
/* A line was accepted; it is in the store, in this transaction. */
void submit_seen_add(struct seen *seen, const struct store_request *row);

/* proc_submit_judge.c: the evidence of a line with what other lines say. */
void submit_evidence(const struct judge *j, const struct front_line *line,
	const struct fact *fact, struct evidence *ev);

/* proc_submit_lines.c: the second pass, from the spool to rows and entries, but
 * for lines that a crash left with theirs. */
MUST_USE enum err submit_lines(struct judge *j);

/* proc_submit_judge.c: lines to rows and entries, up to STAGE_JUDGED; resumes
 * after the lines that have a row. */
MUST_USE enum err submit_judge(struct submit *s, const struct front_file *file);
