/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * review - the pages on which reviewers decide.
 *
 *	review.c          one batch: what waits, the sample, all that is plain
 *	review_line.c     one request, laid out
 *	review_decide.c   the decisions on it
 *	review_sample.c   the sample
 *	looks.c           the second look at what was delivered
 *
 * What was found is signed by list (proc_review.h).  The list of what a reviewer
 * decided and has not signed yet is with him: it goes from page to page as the
 * field `list` of the forms, and on the server nothing is kept of it.
 */

#include "console/console_int.h"
#include "proc/proc_review.h"

/* What goes along from one request to the next. */
struct review_going {
	struct span list;   /* decided so far: review_list_next() */
	const char *error;  /* of the ground; NULL: none */
	struct span ground; /* as it was sent */
	bool sample;        /* it was drawn: is it right? */
};

/* The page of one line; a reading. */
MUST_USE enum err review_line_page(struct desk *desk, const struct ask *ask,
	struct answer *answer, uint32_t batch, uint64_t line,
	const struct review_going *going);

/* The next one of the batch after `line` that waits and is not in the list.
 * NOT_FOUND: none. */
MUST_USE enum err review_next(struct desk *desk, uint32_t batch, uint64_t line,
	struct span list, struct store_request *ret_row);

/* The page on which a list is signed. */
MUST_USE enum err review_list_page(struct desk *desk, struct answer *answer,
	uint32_t batch, struct span list);

/* How many decisions are in a list; 0 too where it cannot be read. */
size_t review_list_n(struct span list);

/* The forms below a request. */
void review_acts(struct page *p, const struct proc_review_seen *seen,
	const struct review_going *going);

/* Its parts: the grades beside what was written, the request, the law. */
void review_put_grades(struct page *p, const struct proc_review_seen *seen);
void review_put_written(struct page *p, const struct request *request);
void review_put_law(struct page *p, const struct proc_review_seen *seen);

/* A button of a decision: `value` of "do", and its key. */
void review_button(struct page *p, enum page_button kind, const char *text,
	const char *value, const char *key);

/* "/review/7/", and what follows. */
void review_path(char to[CONSOLE_PATH], uint32_t batch, const char *rest);
