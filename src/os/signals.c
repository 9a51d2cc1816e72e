/* SPDX-License-Identifier: Apache-2.0 */
#include "os/signals.h"

void
os_let_signals_in(const sigset_t *calm)
{
	sigset_t own;

	(void)sigprocmask(SIG_SETMASK, calm, &own);
	(void)sigprocmask(SIG_SETMASK, &own, NULL);
}
