/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_peer - a process of ours at the other end of a socketpair.
 *
 * Children are started before the parent reads any secret: a fork copies
 * memory.  A child keeps the descriptors it is given and closes all others,
 * opens what it needs, locks itself in (proc_sandbox.h), and serves until the
 * parent closes its end; so no process outlives the verb that started it.
 */

#include <sys/types.h>

#include "base/err.h"

struct proc_peer {
	const char *name;
	pid_t pid;
	int fd; /* -1: not running */
};

/* The child's whole life; its result is its exit status. */
typedef enum err proc_main(int fd, void *context);

#define PROC_PEER_NONE ((struct proc_peer){.fd = -1})

/* `keep` is one more descriptor that the child needs, or -1. */
MUST_USE enum err proc_start(const char *name, proc_main *serve, void *context,
	int keep, struct proc_peer *ret_peer);

/* Closes our end and waits.  Fails PEER where the child did not end well.
 * Does nothing for a peer that is not running. */
MUST_USE enum err proc_end(struct proc_peer *peer);

/* For error paths: ends, and ignores how. */
void proc_drop(struct proc_peer *peer);
