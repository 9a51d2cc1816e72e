/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of N lines K are wrong, and n are drawn: none of the K is among them with the
 * probability C(N - K, n) / C(N, n), which falls with K and with n.
 */
#include "review/review.h"

/* Is it over 5 %?  The product of min(n, K) factors; doubles are off by less
 * than 1e-13, and what is 5 % exactly (19 drawn of 20) is not over it. */
static bool
likely_unseen(uint64_t lines, uint64_t wrong, uint64_t drawn)
{
	uint64_t few = wrong < drawn ? wrong : drawn;
	uint64_t many = wrong < drawn ? drawn : wrong;
	double p = 1;

	if (few > lines - many)
		return false;
	for (uint64_t i = 0; i < few; i++)
		p *= (double)(lines - many - i) / (double)(lines - i);
	return p > 0.05 * (1 + 1e-9);
}

size_t
review_sample_size(uint64_t lines)
{
	uint64_t wrong = lines / 100 + 1; /* the fewest over one in a hundred */
	size_t most =
		lines < REVIEW_DRAW_MOST ? (size_t)lines : REVIEW_DRAW_MOST;
	size_t n = 0;

	while (n < most && likely_unseen(lines, wrong, n))
		n++;
	return n;
}

uint64_t
review_sample_bound(uint64_t lines, size_t drawn)
{
	uint64_t low = 0; /* so many may be wrong */
	uint64_t high = lines - drawn + 1;

	must(drawn <= lines);
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (likely_unseen(lines, middle, drawn))
			low = middle;
		else
			high = middle;
	}
	return low;
}
