/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench_bound.h"

#include <math.h>

/* The chance to see at most `k` of `n`. */
static double
at_most(uint64_t k, uint64_t n, double p)
{
	double term = (double)n * log1p(-p); /* log of the chance of 0 */
	double sum = exp(term);

	for (uint64_t i = 1; i <= k; i++) {
		term += log((double)(n - i + 1) / (double)i) + log(p) -
			log1p(-p);
		sum += exp(term);
	}
	return sum;
}

double
bench_bound(uint64_t k, uint64_t n)
{
	double low = 0;
	double high = 1;

	if (k >= n)
		return 1;
	for (int i = 0; i < 200; i++) {
		double p = (low + high) / 2;

		if (at_most(k, n, p) > .05)
			low = p;
		else
			high = p;
	}
	return high;
}
