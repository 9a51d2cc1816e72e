/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_spool - pieces that are written once and then read in the same order,
 * in a file without a name: nothing else can reach or change it, and it is gone
 * with the process.  What is too much for memory is put by here.
 *
 *	struct proc_spool s = PROC_SPOOL_NONE;
 *	e = proc_spool_open(folder, &s);
 *	e = proc_spool_add(&s, piece); ...
 *	e = proc_spool_rewind(&s);
 *	while ((e = proc_spool_next(&s, &piece)) == ERR_OK)
 *		...
 *	proc_spool_close(&s);
 */

#include "base/buf.h"
#include "base/err.h"

enum { PROC_SPOOL_PIECE = 1 << 24 }; /* most bytes of one */

struct proc_spool {
	int fd;
	struct buf piece; /* that was read last */
};
#define PROC_SPOOL_NONE ((struct proc_spool){.fd = -1})

/* On the disk of that folder.  Fails IO. */
MUST_USE enum err proc_spool_open(int folder, struct proc_spool *ret_spool);
/* Refuses TOO_LARGE; fails IO. */
MUST_USE enum err proc_spool_add(struct proc_spool *spool, struct span piece);
MUST_USE enum err proc_spool_rewind(struct proc_spool *spool);
/* The next piece, until the call after this; refuses NOT_FOUND after the last.
 */
MUST_USE enum err proc_spool_next(
	struct proc_spool *spool, struct span *ret_piece);
/* Also of one that was never opened. */
void proc_spool_close(struct proc_spool *spool);
