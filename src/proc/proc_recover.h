/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_recover - a store put back from a back-up, brought to where the ledger
 * is before anything may leave.
 *
 * Opening with INSTANCE_RECOVER has made the changes of the redo log; this
 * compares every entry of the store with the ledger's and enters that it was
 * done.  Without a redo log that reaches back far enough opening refuses: what
 * left since the back-up is not known, and so nothing leaves.
 */

#include "proc/proc_instance.h"

struct proc_recover_result {
	uint64_t changes;  /* that the store lacked */
	uint64_t entries;  /* of the ledger, each compared */
	uint64_t counters; /* of people's tags, that were made anew */
};

MUST_USE enum err proc_recover(
	struct instance *in, struct proc_recover_result *ret_result);
