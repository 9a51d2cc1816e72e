/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * ready - what the parent can see of the instance from outside, once a second
 * and without opening it: can its disk be written, was it restored, have its
 * witnesses seen the ledger.  Reads what is public of the ledger and no record.
 */

#include "serve/board.h"

enum { READY_ROOM = 16 << 20 }; /* bytes that must be free */

struct ready {
	int64_t written; /* of ledger/cosigned, ns: it is read where this changed */
	int64_t inode;
	int64_t seen;    /* when a quorum saw it; 0: never */
	int64_t allowed; /* seconds; 0: no policy is loaded */
};

/* As of `at` (seconds, UTC).  What cannot be read says DISK. */
enum board_state ready_look(struct ready *ready, const char *path, int64_t at);

/* Is it a sandbox? */
bool ready_sandbox(const char *path);
