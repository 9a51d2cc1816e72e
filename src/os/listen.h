/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* listen - a port of TCP. */

#include "base/err.h"

/* A socket that listens at "127.0.0.1:8080" or "[::1]:8080"; port 0: any, told
 * in ret_port.  What it accepts sends at once (TCP_NODELAY).  Refuses MALFORMED,
 * BUSY (the port is taken). */
MUST_USE enum err os_listen(const char *where, int *ret_fd, unsigned *ret_port);

/* Of a socket that listens; 0: it does not. */
unsigned os_port(int fd);
