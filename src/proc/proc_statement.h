/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_statement - a person's account of disclosures (ledger/statement.h): made
 * for them or their representative, and checked by anybody.
 *
 * It goes to the end of a month: of the last one that had ended so many days
 * ago as the agreement's answer-days, for everybody who asks on that day.  The
 * root over all tags is that of the first daily round after it.
 */

#include "ledger/statement.h"
#include "proc/proc_account.h"

struct proc_statement_options {
	const char *person;        /* a person_id of the roll */
	bool representative;       /* else the person themselves */
	const char *identified_by; /* who looked */
	const char *how;           /* at what */
	int32_t until;             /* DAY_NONE: as far as it goes today */
};

/*
 * Appends the file to `to`; the question is an entry, which commits to who was
 * identified, by whom, how, and to the file's hash: it is durable before the
 * file is given.  Refuses NOT_ALLOWED (no role), MALFORMED (a text), TOO_EARLY
 * (no month has ended so long ago; the month asked for has not), NOT_FOUND (no
 * daily round since), DAMAGED.
 */
MUST_USE enum err proc_statement_make(struct instance *in,
	const struct proc_statement_options *options, struct buf *to,
	struct ledger_statement *ret_statement);

/* The last day that an account tells of, asked for on the instance's day. */
MUST_USE enum err proc_statement_as_of(struct instance *in, int32_t *ret_day);

/*
 * By anybody: the file itself; and with the public folder at `path` (NULL: not
 * looked at) that this ledger is whole, began as the checkpoint of the file,
 * that its map at that size has this root, and that no month was left out at
 * the beginning.  Refuses as ledger_statement_check(), and MISMATCH, DAMAGED.
 */
struct proc_statement_check {
	const char *path;
	const char *vkey; /* text or file; NULL: the folder's own */
	const char
		*keys; /* without a path: a file of the keys it has had; NULL */
};
MUST_USE enum err proc_statement_check(struct span file,
	const struct proc_statement_check *by,
	struct ledger_statement *ret_statement, struct why *reterr_why);
