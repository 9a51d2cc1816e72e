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
	const struct proc_submit_options *options;
	struct proc_submit_result *result;
	struct instance in;
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
};

struct judge {
	struct submit *s;
	struct law *law;
	struct fact *fact; /* by line - 1 */
	size_t n;
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

/* proc_submit_judge.c: the evidence of a line with what other lines say. */
void submit_evidence(const struct judge *j, const struct front_line *line,
	const struct fact *fact, struct evidence *ev);

/* proc_submit_lines.c: the second pass, from the spool to rows and entries, but
 * for lines that a crash left with theirs. */
MUST_USE enum err submit_lines(struct judge *j);

/* proc_submit_judge.c: lines to rows and entries, up to STAGE_JUDGED; resumes
 * after the lines that have a row. */
MUST_USE enum err submit_judge(struct submit *s, const struct front_file *file);
