/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_ids.h"

#include "base/mem.h"
#include "proc/proc_keys.h"

enum { FIRST_SIZE = 256 };

/* The slot of this id, or the empty one where it belongs. */
static uint32_t *
slot_of(struct proc_ids *ids, struct span id)
{
	size_t mask = 2 * ids->size - 1;
	size_t at = (size_t)proc_keys_text(id) & mask;

	while (ids->slot[at] != 0 &&
		!span_eq(span_text(ids->id[ids->slot[at] - 1]), id))
		at = (at + 1) & mask;
	return &ids->slot[at];
}

/* Twice the room: a file may name as many as it has lines. */
static enum err
grow(struct proc_ids *ids)
{
	size_t size = ids->size == 0 ? FIRST_SIZE : ids->size * 2;
	char(*all)[STORE_ID_MAX] = mem_resize(ids->id, size, sizeof(*all));

	if (all == NULL)
		return err_origin(ERR_NOMEM);
	ids->id = all;
	mem_free(ids->slot);
	ids->slot = mem_zeroed(2 * size * sizeof(*ids->slot));
	if (ids->slot == NULL) {
		ids->size = ids->n = 0;
		return err_origin(ERR_NOMEM);
	}
	ids->size = size;
	for (size_t i = 0; i < ids->n; i++)
		*slot_of(ids, span_text(ids->id[i])) = (uint32_t)i + 1;
	return ERR_OK;
}

enum err
proc_ids_place(struct proc_ids *ids, struct span id, uint32_t *ret_place)
{
	enum err e = ids->n == ids->size ? grow(ids) : ERR_OK;
	char text[STORE_ID_MAX];
	uint32_t *slot;

	if (e != ERR_OK)
		return e;
	if (!span_copy(id, text, sizeof(text)))
		text[0] = '\0';
	slot = slot_of(ids, span_text(text));
	if (*slot == 0) {
		memcpy(ids->id[ids->n++], text, sizeof(text));
		*slot = (uint32_t)ids->n;
	}
	*ret_place = *slot - 1;
	return ERR_OK;
}

void
proc_ids_fini(struct proc_ids *ids)
{
	mem_free(ids->id);
	mem_free(ids->slot);
	*ids = (struct proc_ids){0};
}
