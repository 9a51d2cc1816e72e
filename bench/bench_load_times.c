/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench_load.h"

static size_t
place_of(uint64_t us)
{
	unsigned power = 0;

	while (us >> power >= 2 * TIMES_STEPS)
		power++;
	if (power >= TIMES_POWERS - 1)
		return TIMES_POWERS * TIMES_STEPS - 1;
	/* below 64 each has a place of its own */
	return us < TIMES_STEPS ? (size_t)us
				: (power + 1) * (size_t)TIMES_STEPS +
					  (size_t)((us >> power) - TIMES_STEPS);
}

/* The most that is in a place. */
static uint64_t
most_of(size_t place)
{
	size_t power = place / TIMES_STEPS;
	uint64_t step = place % TIMES_STEPS;

	return power == 0 ? step
			  : ((step + TIMES_STEPS + 1) << (power - 1)) - 1;
}

void
bench_times_add(struct bench_times *t, uint64_t us)
{
	t->n++;
	t->in[place_of(us)]++;
	if (us > t->most)
		t->most = us;
}

double
bench_times_ms(const struct bench_times *t, unsigned per_mille)
{
	uint64_t wanted = (t->n * per_mille + 999) / 1000;
	uint64_t seen = 0;
	size_t i = 0;

	while (i < TIMES_POWERS * TIMES_STEPS - 1 && seen + t->in[i] < wanted)
		seen += t->in[i++];
	return t->n == 0 ? 0 : (double)most_of(i) / 1000;
}
