/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_openings - every entry opened, for an inspector (ledger/openings.h).
 *
 * That it is done is an entry, and the checkpoint is published first, so that
 * the stream holds that entry too: who opens everything is seen to.
 */

#include "base/err.h"
#include "base/span.h"

struct instance;

/* Takes a piece of the stream. */
typedef enum err proc_openings_write(void *arg, struct span bytes);

/* Refuses NOT_ALLOWED (no inspector), DAMAGED (an opening that does not
 * hold); ret_size is how many entries were opened. */
MUST_USE enum err proc_openings(struct instance *in, proc_openings_write *write,
	void *arg, uint64_t *ret_size);
