/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside proc_drop*.c. */

#include "proc/proc_drop.h"
#include "proc/proc_front.h"

/* Who may certify, in this round: their certificates. */
struct drop_signers {
	struct buf cert[FRONT_SIGNERS];
	size_t n;
	int64_t at;
};

struct drop {
	const struct proc_drop_options *options;
	const struct drop_signers *signers;
	char agency[STORE_ID_MAX]; /* whose folder it is */
	int in;
	int out;
};

void drop_tell(const struct drop *d, enum proc_drop_what what, const char *name,
	uint32_t batch, uint64_t n, const char *says);

/* proc_drop_out.c: replies that are newer, and packages, of every batch that
 * came by this agency's folder.  `in` is open with the ledger. */
MUST_USE enum err drop_put_out(const struct drop *d, struct instance *in);

/* Copies a file of batches/N to out/ under another name, whole or not at all;
 * none there is fine. */
MUST_USE enum err drop_copy(int from, const char *name, int to, const char *as);
