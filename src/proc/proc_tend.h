/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_tend - the daily round of an office.
 *
 *	close     books of single requests whose day is over (proc_book.h)
 *	lapse     what was answered neutrally, agreement's lapse-days after the
 *	          manifest's date (of what was judged anew: after that day), and
 *	          no hold reaches
 *	draw      second looks of a round that was cut off
 *	settle    demands of which all was certified destroyed
 *	reopen    notices whose suppression has ended
 *	undelay   what was kept out of accounts, and its delay has ended
 *	tell      what is due, and what is overdue
 *	log       once a month its hash into the ledger; what is older than
 *	          seven years goes (proc_tend_log.c)
 *	map       the root over all tags of the ledger
 *	cosign    a round of the ledger's witnesses, and a timestamp
 *
 * One act, "tend", is entered each time and commits to what lapsed, and one
 * root: there is none more on a day on which something did (I9).  A delay that
 * ended is one act more, whether it kept anything back or not; so is a month.
 * A book that is closed is entered as `batch close` does: what is public of it
 * follows from what was sent.
 */

#include "proc/proc_batch.h"

/* Of the store: when the last round was done, as a text. */
#define PROC_TEND_LAST "tend/last"

struct proc_tend_item {
	const char *
		what; /* "matter", "hold", "package", "answer", "ledger", ... */
	const char *text; /* one sentence, without return information */
	int32_t due;      /* the day; DAY_NONE: none */
	bool overdue;
};
typedef enum err proc_tend_each(
	void *context, const struct proc_tend_item *item);

struct proc_tend_result {
	uint64_t closed; /* books */
	uint64_t lapsed;
	uint64_t drawn;     /* second looks */
	uint64_t settled;   /* demands */
	uint64_t reopened;  /* notices */
	uint64_t undelayed; /* delays that ended */
	uint64_t unlogged;  /* files of the log that were seven years old */
	uint64_t due;       /* items told */
	uint64_t overdue;   /* of these */
};

/* By an operator; refuses NOT_ALLOWED, and what its parts refuse.  Needs the
 * ledger, and the vault where there are books. */
MUST_USE enum err proc_tend(struct instance *in, proc_tend_each *each,
	void *context, struct proc_tend_result *ret_result);

struct proc_tend;
MUST_USE enum err tend_log(struct proc_tend *t); /* proc_tend_log.c */

/* ---- proc_tend_due.c: what is due ---- */

struct proc_tend {
	struct instance *in;
	proc_tend_each *each;
	void *context;
	struct proc_tend_result *result;
};

#define DUE(function, group)                                                   \
	MUST_USE enum err tend_##function(struct proc_tend *t);
#include "proc/proc_tend.def"

/* All of these groups (a set), in the order of proc_tend.def. */
enum tend_group { TEND_OFFICE = 1, TEND_REGISTERS = 2 };
MUST_USE enum err tend_due(struct proc_tend *t, unsigned groups);

/* Tells of one thing. */
MUST_USE enum err tend_tell(struct proc_tend *t, const char *what, int32_t due,
	bool overdue, const char *fmt, ...) PRINTF_LIKE(5, 6);
