/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_share.h"

#include <pthread.h>
#include <sched.h>

enum { FEW = 8 };

struct share {
	pthread_t thread;
	proc_part *part;
	void *context;
	size_t from;
	size_t to;
	bool started;
	enum err e;
};

static void *
run(void *arg)
{
	struct share *share = arg;

	share->e = share->part(share->context, share->from, share->to);
	return NULL;
}

/* That this process may use: a file would say too, but it may be locked in. */
static size_t
processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set)
							     : 1;

	return n > PROC_SHARES ? PROC_SHARES : (size_t)n;
}

enum err
proc_share(size_t n, proc_part *part, void *context)
{
	struct share share[PROC_SHARES] = {{.e = ERR_OK}};
	size_t parts = n < FEW ? 1 : processors();
	enum err e = ERR_OK;

	for (size_t i = 0; i < parts; i++)
		share[i] = (struct share){.part = part,
			.context = context,
			.from = n * i / parts,
			.to = n * (i + 1) / parts};
	for (size_t i = 1; i < parts; i++)
		share[i].started = pthread_create(&share[i].thread, NULL, run,
					   &share[i]) == 0;
	for (size_t i = 0; i < parts; i++) {
		if (share[i].started)
			(void)pthread_join(share[i].thread, NULL);
		else
			(void)run(&share[i]);
		if (e == ERR_OK)
			e = share[i].e;
	}
	return e;
}
