/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "verify/verify_int.h"

struct share {
	unsigned lane;
	uint64_t from;
	uint64_t to;
	verify_work *work;
	void *arg;
};

static void *
share_run(void *arg)
{
	struct share *s = arg;

	for (uint64_t i = s->from; i < s->to; i++)
		s->work(s->arg, s->lane, i);
	return NULL;
}

/* A thread that cannot be had is no error: its share is done here. */
void
verify_lanes(unsigned lanes, uint64_t n, verify_work *work, void *arg)
{
	struct share share[VERIFY_LANES];
	pthread_t thread[VERIFY_LANES];
	bool started[VERIFY_LANES] = {false};

	must(lanes >= 1 && lanes <= VERIFY_LANES);
	for (unsigned i = 0; i < lanes; i++) {
		share[i] = (struct share){
			i, n * i / lanes, n * (i + 1) / lanes, work, arg};
		if (i > 0 && share[i].from < share[i].to)
			started[i] = pthread_create(&thread[i], NULL, share_run,
					     &share[i]) == 0;
	}
	for (unsigned i = 0; i < lanes; i++)
		if (!started[i])
			(void)share_run(&share[i]);
	for (unsigned i = 0; i < lanes; i++)
		if (started[i])
			must(pthread_join(thread[i], NULL) == 0);
}
