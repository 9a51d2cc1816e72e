/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/mem.h"

enum err
arena_init(struct arena *a, size_t size)
{
	*a = (struct arena){.at = mem_zeroed(size), .size = size};
	return a->at == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

void
arena_fini(struct arena *a)
{
	mem_wipe(a->at, a->size);
	*a = (struct arena){0};
}

void
arena_reset(struct arena *a)
{
	a->used = 0;
	a->overflow = false;
}

void *
arena_take(struct arena *a, size_t n)
{
	size_t start = (a->used + 15) & ~(size_t)15;
	void *out;

	if (a->overflow || start > a->size || n > a->size - start) {
		a->overflow = true;
		return NULL;
	}
	out = a->at + start;
	memset(out, 0, n);
	a->used = start + n;
	return out;
}

struct span
arena_copy(struct arena *a, struct span s)
{
	uint8_t *to = s.n == SIZE_MAX ? NULL : arena_take(a, s.n + 1);

	if (to == NULL)
		return span_of(NULL, 0);
	if (s.n > 0)
		memcpy(to, s.at, s.n);
	return span_of(to, s.n);
}
