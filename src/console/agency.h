/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * agency - the pages of who asks for an agency.
 *
 *	agency.c        its batches, one batch with what was refused and why
 *	agency_post.c   packages
 *
 * Nothing here differs among accepted requests (I9): what is shown of a line is
 * shown of refused ones alone, and of accepted ones only what was given to all.
 * A line's entry is opened without what was found.
 */

#include "console/console_int.h"
#include "proc/proc_agency.h"

/* The batch of the path, where it is the asker's to see. */
MUST_USE enum err agency_batch(struct desk *desk, const struct ask *ask,
	struct store_batch *ret_batch);
