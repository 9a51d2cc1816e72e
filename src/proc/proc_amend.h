/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_amend - the requester's own program writes a request anew: mended after
 * a refusal, or changed after it was accepted (another officer).
 *
 * The new line has an id of its own and weir:supersedes names the old one; all
 * else is as it was written, but for what is set.  A member that the format
 * does not name is left out, and so is one of the wrong kind: it must be set.
 * Nothing is corrected by guess.
 */

#include "base/buf.h"
#include "base/err.h"
#include "law/law.h"

struct proc_amend_set {
	struct span member; /* by its path or its CSV name */
	struct span value;  /* empty: takes it out */
};

struct proc_amend {
	int fd; /* of the file of requests that was sent; not a pipe */
	bool csv;
	const struct proc_amend_set *set;
	size_t n_sets;
};

/*
 * The line of one request.  `new_id` NULL: the old id and "-2".  Refuses
 * NOT_FOUND (no such line), MALFORMED (the old line cannot be read at all; no
 * such member; the new line is not in the format), with a sentence.
 */
MUST_USE enum err proc_amend_one(const struct proc_amend *amend, const char *id,
	const char *new_id, struct buf *ret_line, struct why *reterr_why);

/* A refused or returned line of a reply, with the line that takes its place. */
struct proc_amend_line {
	uint64_t line;
	struct span id;
	struct span code[LAW_RULES_MAX];
	struct span sentence[LAW_RULES_MAX];
	size_t n_reasons;
	struct span mended; /* empty: it cannot be read, write it anew */
};

/*
 * Every refused or returned line of a reply (JSON Lines, in the order of the file).
 * Refuses MISMATCH where the reply is of another file, MALFORMED (no reply).
 */
MUST_USE enum err proc_amend_reply(const struct proc_amend *amend, int reply,
	enum err (*each)(void *context, const struct proc_amend_line *line),
	void *context, struct why *reterr_why);
