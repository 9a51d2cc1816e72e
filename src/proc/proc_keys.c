/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_keys.h"

#include "base/mem.h"

struct proc_keys_slot {
	uint64_t key; /* 0: free */
	uint64_t value;
};

static size_t
place_of(const struct proc_keys_slot *slot, size_t size, uint64_t key)
{
	size_t at = (size_t)(key * 0x9e3779b97f4a7c15ULL) & (size - 1);

	while (slot[at].key != 0 && slot[at].key != key)
		at = (at + 1) & (size - 1);
	return at;
}

static enum err
grow(struct proc_keys *keys)
{
	size_t size = keys->size == 0 ? 1024 : keys->size * 2;
	struct proc_keys_slot *slot = mem_zeroed(size * sizeof(*slot));

	if (slot == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < keys->size; i++)
		if (keys->slot[i].key != 0)
			slot[place_of(slot, size, keys->slot[i].key)] =
				keys->slot[i];
	mem_free(keys->slot);
	keys->slot = slot;
	keys->size = size;
	return ERR_OK;
}

enum err
proc_keys_add(struct proc_keys *keys, uint64_t key, uint64_t value,
	uint64_t *ret_value)
{
	size_t at;

	if (key == 0)
		key = 1;
	if (keys->n * 4 >= keys->size * 3) {
		enum err e = grow(keys);

		if (e != ERR_OK)
			return e;
	}
	at = place_of(keys->slot, keys->size, key);
	if (keys->slot[at].key == 0) {
		keys->slot[at] = (struct proc_keys_slot){key, value};
		keys->n++;
	}
	*ret_value = keys->slot[at].value;
	return ERR_OK;
}

bool
proc_keys_find(const struct proc_keys *keys, uint64_t key, uint64_t *ret_value)
{
	size_t at;

	if (keys->size == 0)
		return false;
	at = place_of(keys->slot, keys->size, key == 0 ? 1 : key);
	if (keys->slot[at].key == 0)
		return false;
	*ret_value = keys->slot[at].value;
	return true;
}

void
proc_keys_set(struct proc_keys *keys, uint64_t key, uint64_t value)
{
	size_t at;

	must(keys->size > 0);
	at = place_of(keys->slot, keys->size, key == 0 ? 1 : key);
	must(keys->slot[at].key != 0);
	keys->slot[at].value = value;
}

void
proc_keys_fini(struct proc_keys *keys)
{
	mem_free(keys->slot);
	*keys = (struct proc_keys){0};
}
