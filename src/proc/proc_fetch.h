/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_fetch - the requester fetches a package through the service.
 *
 *	outbox/N/ID.cms ──> entry "fetch-package" ──> batches/N/fetched-ID.cms
 *	                    durable                   and its bytes go out
 *
 * From then on it is with the recipient, whatever became of the connection: a
 * hold that comes later counts it as left and does not pull it back.  Until it
 * is acknowledged it may be fetched again, unless a hold might cover it by now.
 *
 * What is told of one package is told of each: where it is hangs on what was
 * handed over and fetched, which is every accepted request's alike (I9).
 */

#include "proc/proc_batch.h"

enum fetch_state {
	FETCH_NOT_YET, /* nothing was handed over for it */
	FETCH_READY,   /* nobody has fetched it */
	FETCH_AGAIN,   /* it was fetched, and may be again */
	FETCH_GONE,    /* pulled back, acknowledged, or fetched otherwise */
};
const char *proc_fetch_text(enum fetch_state state);

/* Where the package of one request is; `row` of a batch of the actor's. */
MUST_USE enum err proc_fetch_state(struct instance *in,
	const struct store_request *row, enum fetch_state *ret_state);

/*
 * Opens the package of a request for reading, and closes its way back.  Needs
 * the ledger.  Refuses NOT_ALLOWED (no role for it), NOT_FOUND (no such request
 * of the actor's agency), TOO_EARLY, TOO_LATE (gone), HELD (not a second time,
 * now).
 */
MUST_USE enum err proc_fetch(struct instance *in, uint32_t batch,
	const char *id, struct store_request *ret_row, int *ret_file);
