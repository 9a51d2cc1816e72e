/* SPDX-License-Identifier: Apache-2.0 */
/* How large a second look is. */
#include "matter/matter_int.h"

enum { LEAST = 10, MOST = 299, ONE_IN = 10 };

uint64_t
matter_look_size(uint64_t n)
{
	uint64_t size = n / ONE_IN + (n % ONE_IN != 0);

	if (size < LEAST)
		size = LEAST;
	if (size > MOST)
		size = MOST;
	return size < n ? size : n;
}
