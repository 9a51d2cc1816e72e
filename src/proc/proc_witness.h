/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_witness - the process that serves a witness until it is told to end.
 *
 * It opens its folder and its port, shuts itself in (no file but below the
 * folder, no new socket, no program: proc_sandbox.h), and serves.  SIGTERM and
 * SIGINT end it between two requests, with nothing left open.
 */

#include "base/err.h"

/* Called once it listens: the port. */
typedef void proc_witness_ready(void *context, unsigned port);

/* Refuses as witness_open(), and MALFORMED, BUSY for `where`. */
MUST_USE enum err proc_witness_serve(const char *path, const char *where,
	proc_witness_ready *ready, void *context, struct why *reterr_why);
