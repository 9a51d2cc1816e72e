/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * agency - the pages of who asks for an agency.
 *
 *	agency.c        its batches, one batch, mending a line
 *	agency_reply.c  what was refused of one and why, and the reply as a letter
 *	agency_post.c   packages
 *	agency_custody.c  where its packages are, and what is due
 *	letters.c       what it wrote since, and the receipts
 *	upload.c        a batch is sent
 *
 * Nothing here differs among accepted requests (I9): what is shown of a line is
 * shown of refused ones alone, and of accepted ones only what was given to all.
 * A line's entry is opened without what was found.  Advice is a function of the
 * words of a line alone (request/advice.def), and is in the signed reply.
 */

#include "console/console_int.h"
#include "proc/proc_agency.h"

/* The batch of the path, where it is the asker's to see. */
MUST_USE enum err agency_batch(struct desk *desk, const struct ask *ask,
	struct store_batch *ret_batch);

/* Begins a page below the batch's own: `head` without its place and crumbs. */
struct page agency_page_begin(struct desk *desk, struct answer *answer,
	uint32_t batch, struct page_head head);

/* Agreement, days, sums: what is true of the whole of it. */
MUST_USE enum err agency_put_totals(
	struct page *p, const struct store_batch *batch);

/* Refused, or given back by a person who read it before anybody was looked up. */
bool agency_refused(const struct store_request *row);
/* Neither, and not ended by the agency itself. */
bool agency_accepted(const struct store_request *row);

/* Lines after line `after` as a table, and the way to those that come later:
 * the refused ones with their reasons, or also the accepted ones that have
 * advice. */
enum agency_lines { AGENCY_REFUSED, AGENCY_REPLY };
MUST_USE enum err agency_put_lines(struct page *p,
	const struct store_batch *batch, uint64_t after,
	enum agency_lines which);

/* The sentence that says why nothing more is told of accepted lines. */
void agency_put_alike(struct page *p);
