/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* service_int - what the files of the parent share. */

#include "serve/settings.h"

/* The process that judges single requests: until SIGTERM.  Senders come at
 * `door`; one byte is written to `ready` when it serves. */
MUST_USE enum err service_intake(
	const char *path, const struct settings *settings, int door, int ready);

/* Tells the service manager (sd_notify(3), NOTIFY_SOCKET); nothing where there
 * is none. */
void service_notify(const char *state);

/* drop_round.c: the life of the process that does one round of `weir drop`, as
 * whom service/drop.crt names; its result is its exit status.  Another round
 * that is at work is no failure. */
MUST_USE enum err drop_round(const char *path, int folder);
