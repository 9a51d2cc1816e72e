/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_parsed - a file of somebody's, parsed by a process that has nothing but
 * it and a socket, and given back in pieces.
 *
 *	proc_parsed(child, &context, file, take, &mine, &why);
 *
 *	child(fd, context):	proc_sandbox_enter(SANDBOX_FRONT, NULL, 0)
 *				parsed_piece(fd, bytes) ...
 *				return parsed_end(fd, e, &why)
 */

#include "base/span.h"
#include "proc/proc_peer.h"

enum { PARSED_PIECE = 1 << 20 };

/*
 * Each piece is given to `take`, whose failure or refusal ends it and is passed
 * on.  Refuses as the child says, with its sentence; fails PEER where it did not
 * end well.  What was taken before a refusal counts for nothing.
 */
MUST_USE enum err proc_parsed(proc_main *child, void *context, int file,
	enum err (*take)(void *mine, struct span piece), void *mine,
	struct why *reterr_why);

/* The child's: at most PARSED_PIECE bytes; and how it went, its exit status. */
MUST_USE enum err parsed_piece(int fd, struct span piece);
MUST_USE enum err parsed_end(int fd, enum err e, struct why *why);
