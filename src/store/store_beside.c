/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_beside.h"

enum err
store_beside_init(struct beside *b, void (*job)(void *context), void *context)
{
	*b = (struct beside){.job = job, .context = context};
	return pthread_mutex_init(&b->lock, NULL) == 0 &&
			       pthread_cond_init(&b->changed, NULL) == 0
		       ? ERR_OK
		       : err_origin(ERR_NOMEM);
}

static void *
run(void *arg)
{
	struct beside *b = arg;
	bool end = false;

	while (!end) {
		store_beside_lock(b);
		while (!b->asked && !b->end)
			(void)pthread_cond_wait(&b->changed, &b->lock);
		end = !b->asked;
		store_beside_unlock(b);
		if (end)
			break;
		b->job(b->context);
		store_beside_lock(b);
		b->asked = false;
		(void)pthread_cond_broadcast(&b->changed);
		store_beside_unlock(b);
	}
	return NULL;
}

void
store_beside_fini(struct beside *b)
{
	if (b->runs) {
		store_beside_lock(b);
		b->end = true;
		(void)pthread_cond_broadcast(&b->changed);
		store_beside_unlock(b);
		(void)pthread_join(b->thread, NULL);
	}
	(void)pthread_cond_destroy(&b->changed);
	(void)pthread_mutex_destroy(&b->lock);
}

void
store_beside_lock(struct beside *b)
{
	(void)pthread_mutex_lock(&b->lock);
}

void
store_beside_unlock(struct beside *b)
{
	(void)pthread_mutex_unlock(&b->lock);
}

bool
store_beside_ask(struct beside *b)
{
	b->runs = b->runs || pthread_create(&b->thread, NULL, run, b) == 0;
	b->asked = b->runs;
	(void)pthread_cond_broadcast(&b->changed);
	return b->runs;
}

void
store_beside_wait(struct beside *b)
{
	while (b->asked)
		(void)pthread_cond_wait(&b->changed, &b->lock);
}
