/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_demand - packages demanded back from the recipient (R29, F16): a signed
 * document, a matter with a clock of 72 hours, an alarm while it is overdue.
 *
 *	batches/N/demand-M.json		one request a line; what is signed
 *	batches/N/demand-M.json.p7s	detached CMS, as of a reply
 *	batches/N/demand-M.txt		the same in words, for a person
 *
 * A demand names every answered request of its scope, addresses and neutral
 * answers alike, so that it does not tell which were which; inside, the state
 * of the addresses becomes RECALLED.  It is settled when a certificate of
 * destruction has come for all that it names.
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"

struct proc_demand_options {
	uint32_t batch;
	const char *officer; /* only the packages of that officer; NULL: all */
	const char *const *requests; /* only these; none: all */
	size_t n_requests;
	const struct proc_list *list; /* only those of its batch, sorted; NULL:
				       * all */
	const char *ground;
};

struct proc_demand_result {
	uint64_t matter;
	uint64_t named;     /* requests */
	uint64_t addresses; /* of these, an address was disclosed */
	bool preserve;      /* a hold says: keep, do not destroy */
};

/*
 * Refuses NOT_ALLOWED (not counsel, a safeguards officer or the operator),
 * NOT_FOUND (a request that was not answered; nothing in the scope that is not
 * destroyed), MALFORMED (the ground: empty, or with return information).
 */
MUST_USE enum err proc_demand_make(struct instance *in,
	const struct proc_demand_options *options,
	struct proc_demand_result *ret_result);

/*
 * What such a demand would say, in words: no matter is opened,
 * nothing is signed, nothing changes.  Those of the list that are not with the
 * recipient are left out; where that leaves none, nothing is written.  No
 * reading: the caller makes it one.  Refuses NOT_ALLOWED.
 */
MUST_USE enum err proc_demand_draft(struct instance *in,
	const struct proc_demand_options *options, struct buf *to,
	struct proc_demand_result *ret_result);

/* The document in words, and how many certificates came; a reading.  Refuses
 * NOT_FOUND, DAMAGED (the files are not those that were signed). */
MUST_USE enum err proc_demand_show(
	struct instance *in, uint64_t n, struct buf *to);

/* Within a transaction: closes each open demand of which all was certified
 * destroyed; how many. */
MUST_USE enum err proc_demand_settle(struct instance *in, uint64_t *ret_n);

/* All that any demand named of a batch, sorted: it is never handed over again,
 * whatever was answered.  The caller frees it. */
MUST_USE enum err proc_demand_named(
	struct instance *in, uint32_t batch, struct proc_list *ret_list);
