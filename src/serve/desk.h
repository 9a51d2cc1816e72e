/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * desk - the process that forks a worker for each question, so many at once; the
 * others wait in the socket.  It reads no question and no secret: each worker
 * does after the fork.
 *
 * A question is one packet: its number (u64be) and a descriptor, on which the
 * worker speaks with the gate (wire.def):
 *
 *	gate    SERVE_ASK, and the file that was sent
 *	worker  SERVE_TAKEN   from here on something may be done
 *	worker  SERVE_ANSWER, and a file; then it ends
 */

#include "serve/board.h"
#include "serve/settings.h"

struct desk_start {
	const char *path; /* of the instance */
	const struct serve_site *site;
	const struct settings *settings;
	const int32_t *today; /* service.h */
	int questions;        /* where they come: SOCK_SEQPACKET */
	int ready;            /* one byte is written there when it takes them */
	struct board board;
};

/* Until SIGTERM: then it takes no question more, and returns when the workers
 * there are have ended. */
MUST_USE enum err desk_serve(const struct desk_start *start);

/* The worker: the one question that comes on `fd`, answered. */
MUST_USE enum err desk_work(const struct desk_start *start, int fd);
