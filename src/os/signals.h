/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* signals - for a process whose signals are open in ppoll() alone. */

#include <signal.h>

/* Takes what waits, with the mask `calm`: ppoll() that finds something lets no
 * signal in, and a busy socket has always something. */
void os_let_signals_in(const sigset_t *calm);
