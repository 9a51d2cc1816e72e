/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_agency - the requester's side of the service: for which agency somebody
 * asks, and which batches are that agency's.
 *
 * A certificate with the role `requester` asks for the agency that its row on
 * the role register names, which is on the recipient register; a batch is of
 * the agency that its agreement names.  Nothing that is told here, and in no
 * order or number, differs among accepted requests (I9).
 */

#include "proc/proc_batch.h"

/* The agency for which the actor asks, as a requester in force; empty: none.
 * The span lives as long as the registers are not read anew. */
struct span proc_agency(const struct instance *in);

/* The same of another person, by a fingerprint: has who asks for an agency that
 * of this law?  So has who asks for none, as the custodian's own people do. */
bool proc_agency_is(const struct instance *in, const uint8_t print[32],
	const struct law *law);

/* May the actor bring in what is asked under this law?  A requester only what
 * its own agency's agreement covers: NOT_ALLOWED. */
MUST_USE enum err proc_agency_may(struct instance *in, const struct law *law);

/*
 * The batch, for who asks as the requester of its agency, or for who may read
 * it as the custodian does.  Refuses NOT_FOUND, also for another agency's: that
 * there is one is not told.
 */
MUST_USE enum err proc_agency_batch(
	struct instance *in, uint32_t n, struct store_batch *ret_batch);

/* What a requester is told of a batch: these are functions of what it sent, of
 * the day, and of what was given to all. */
struct proc_agency_counts {
	uint64_t received;
	uint64_t refused;  /* with those given back */
	uint64_t accepted; /* with those withdrawn */
};
MUST_USE enum err proc_agency_count(struct instance *in,
	const struct store_batch *batch, struct proc_agency_counts *ret_counts);

/* Up to `most` batches after number `after` that the actor may see, rising. */
MUST_USE enum err proc_agency_list(struct instance *in, uint32_t after,
	struct store_batch *to, size_t most, size_t *ret_n);
