/* SPDX-License-Identifier: Apache-2.0 */
/* How large a second look is, and what it shows when nothing is wrong. */
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

/* The chance that `size` of `n` hold none of `wrong`: the hypergeometric
 * distribution at 0, product over i of (n - wrong - i) / (n - i). */
static double
misses(uint64_t n, uint64_t size, uint64_t wrong)
{
	double p = 1.0;

	if (size > n - wrong)
		return 0.0;
	for (uint64_t i = 0; i < size; i++)
		p *= (double)(n - wrong - i) / (double)(n - i);
	return p;
}

uint64_t
matter_look_bound(uint64_t n, uint64_t size)
{
	uint64_t low = 1;
	uint64_t high = n + 1;

	must(size <= n);
	/* More wrong ones are never easier to miss. */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (middle <= n && misses(n, size, middle) > 0.05)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
