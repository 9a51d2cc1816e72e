/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int left_before_failure = -1;

static int
fails_now(void)
{
	if (left_before_failure == 0) {
		left_before_failure = -1;
		return 1;
	}
	if (left_before_failure > 0)
		left_before_failure--;
	return 0;
}

void *
mem_zeroed(size_t size)
{
	return fails_now() ? NULL : calloc(1, size);
}

void *
mem_resize(void *at, size_t n, size_t size)
{
	return fails_now() ? NULL : reallocarray(at, n, size);
}

void
mem_free(void *at)
{
	free(at);
}

void
mem_wipe(void *at, size_t n)
{
	if (at != NULL)
		explicit_bzero(at, n);
	free(at);
}

void
mem_fail_after(int n)
{
	left_before_failure = n;
}
