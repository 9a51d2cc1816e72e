/* SPDX-License-Identifier: Apache-2.0 */
/* Where there are no threads. */
#include "verify/verify_int.h"

void
verify_lanes(unsigned lanes, uint64_t n, verify_work *work, void *arg)
{
	must(lanes >= 1);
	for (uint64_t i = 0; i < n; i++)
		work(arg, 0, i);
}
