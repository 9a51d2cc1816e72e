/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_ids - the distinct ids that a file names, each with its place in the
 * order in which it was first seen.  A zeroed struct is empty; the caller calls
 * proc_ids_fini().
 */

#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

struct proc_ids {
	char (*id)[STORE_ID_MAX];
	uint32_t *slot; /* 1 + place, by hash; twice as many as `size` */
	size_t n;
	size_t size;
};

/* An id too long to be one has the place of the empty id.  Fails NOMEM. */
MUST_USE enum err proc_ids_place(
	struct proc_ids *ids, struct span id, uint32_t *ret_place);
void proc_ids_fini(struct proc_ids *ids);
