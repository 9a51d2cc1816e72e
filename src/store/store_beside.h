/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A thread that does one job of the store's, whenever it is asked to, while the
 * store's owner goes on.  It is begun when it is first asked: by then its
 * process has locked itself in, and so is it.
 */

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"

struct beside {
	void (*job)(void *context);
	void *context;
	pthread_t thread;
	bool runs;
	pthread_mutex_t lock; /* of what follows, and of the job's own */
	pthread_cond_t changed;
	bool asked; /* until it is done */
	bool end;
};

MUST_USE enum err store_beside_init(
	struct beside *b, void (*job)(void *context), void *context);
/* Ends the thread, after the job that it is at. */
void store_beside_fini(struct beside *b);

void store_beside_lock(struct beside *b);
void store_beside_unlock(struct beside *b);
/* With the lock held, and nothing asked: false where there can be no thread. */
bool store_beside_ask(struct beside *b);
/* With the lock held: until what was asked is done. */
void store_beside_wait(struct beside *b);
