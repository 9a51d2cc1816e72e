/* SPDX-License-Identifier: Apache-2.0 */
/* What the builder says once: texts, addresses, people. */
#include "roll/roll_int.h"

#include <string.h>

#include "base/mem.h"

enum { EMPTY = -1 };

void *
roll_vec_add(
	struct roll_vec *vec, struct roll_memory *memory, enum err *ret_error)
{
	if (vec->n == vec->size) {
		size_t size = vec->size == 0 ? 1024 : vec->size * 2;
		uint64_t more = (size - vec->size) * vec->each;
		void *at;

		if (memory->used + more > memory->most) {
			*ret_error = ERR_TOO_LARGE;
			return NULL;
		}
		at = mem_resize(vec->at, size, vec->each);
		if (at == NULL) {
			*ret_error = err_origin(ERR_NOMEM);
			return NULL;
		}
		memory->used += more;
		vec->at = at;
		vec->size = size;
	}
	return (uint8_t *)vec->at + vec->each * vec->n++;
}

void
roll_vec_fini(struct roll_vec *vec)
{
	mem_wipe(vec->at, vec->size * vec->each);
	*vec = (struct roll_vec){.each = vec->each};
}

void
roll_table_fini(struct roll_table *table)
{
	mem_free(table->slot);
	*table = (struct roll_table){0};
}

void
roll_dict_init(struct roll_dict *dict, uint64_t most_memory)
{
	*dict = (struct roll_dict){
		.text.each = 4,
		.address.each = sizeof(struct roll_raw_address),
		.person_id.each = sizeof(uint32_t),
		.memory.most = most_memory,
	};
}

void
roll_dict_fini(struct roll_dict *dict)
{
	roll_vec_fini(&dict->text);
	roll_vec_fini(&dict->address);
	roll_vec_fini(&dict->person_id);
	roll_table_fini(&dict->texts);
	roll_table_fini(&dict->addresses);
	roll_table_fini(&dict->people);
}

struct span
roll_dict_span(const struct roll_dict *dict, uint32_t text)
{
	const uint8_t *at = (const uint8_t *)dict->text.at + 4 * (size_t)text;
	uint16_t n;

	must(text < dict->text.n);
	memcpy(&n, at, sizeof(n));
	return span_of(at + 2, n);
}

/* ---- tables ---- */

typedef uint64_t hash_fn(const struct roll_dict *dict, uint32_t value);

static uint64_t
hash_text(const struct roll_dict *dict, uint32_t value)
{
	return roll_mix(roll_dict_span(dict, value), 0);
}

static uint64_t
hash_address(const struct roll_dict *dict, uint32_t value)
{
	const struct roll_raw_address *all = dict->address.at;

	return roll_mix(span_of(&all[value], sizeof(all[value])), 0);
}

static uint64_t
hash_person(const struct roll_dict *dict, uint32_t value)
{
	const uint32_t *ids = dict->person_id.at;

	return roll_mix(roll_dict_span(dict, ids[value]), 0);
}

static void
table_put(struct roll_table *table, uint64_t hash, uint32_t value)
{
	size_t i = hash & (table->size - 1);

	while (table->slot[i] != (uint32_t)EMPTY)
		i = (i + 1) & (table->size - 1);
	table->slot[i] = value;
}

/* Keeps at least half of the slots empty. */
static enum err
table_room(struct roll_dict *dict, struct roll_table *table, hash_fn *hash)
{
	struct roll_table more = {.size = table->size * 2, .n = table->n};
	uint64_t bytes;

	if (table->n < table->size / 2)
		return ERR_OK;
	if (more.size == 0)
		more.size = 1024;
	bytes = (more.size - table->size) * sizeof(uint32_t);
	if (dict->memory.used + bytes > dict->memory.most)
		return ERR_TOO_LARGE;
	more.slot = mem_resize(NULL, more.size, sizeof(uint32_t));
	if (more.slot == NULL)
		return err_origin(ERR_NOMEM);
	dict->memory.used += bytes;
	memset(more.slot, 0xff, more.size * sizeof(uint32_t));
	for (size_t i = 0; i < table->size; i++)
		if (table->slot[i] != (uint32_t)EMPTY)
			table_put(&more, hash(dict, table->slot[i]),
				table->slot[i]);
	roll_table_fini(table);
	*table = more;
	return ERR_OK;
}

/* ---- texts ---- */

static enum err
text_add(struct roll_dict *dict, struct span text, uint32_t *ret_text)
{
	size_t words = (2 + text.n + 3) / 4;
	uint16_t n = (uint16_t)text.n;
	size_t first = dict->text.n;
	enum err e = ERR_OK;
	uint8_t *to;

	must(text.n <= UINT16_MAX);
	if (first + words >= UINT32_MAX)
		return ERR_TOO_LARGE;
	for (size_t i = 0; i < words; i++) {
		void *word = roll_vec_add(&dict->text, &dict->memory, &e);

		if (word == NULL)
			return e;
		memset(word, 0, 4);
	}
	to = (uint8_t *)dict->text.at + 4 * first;
	memcpy(to, &n, sizeof(n));
	if (text.n > 0)
		memcpy(to + 2, text.at, text.n);
	*ret_text = (uint32_t)first;
	return ERR_OK;
}

enum err
roll_dict_text(struct roll_dict *dict, struct span text, uint32_t *ret_text)
{
	struct roll_table *table = &dict->texts;
	uint64_t hash = roll_mix(text, 0);
	enum err e = table_room(dict, table, hash_text);

	if (e != ERR_OK)
		return e;
	for (size_t i = hash & (table->size - 1);
		table->slot[i] != (uint32_t)EMPTY;
		i = (i + 1) & (table->size - 1))
		if (span_eq(roll_dict_span(dict, table->slot[i]), text)) {
			*ret_text = table->slot[i];
			return ERR_OK;
		}
	e = text_add(dict, text, ret_text);
	if (e != ERR_OK)
		return e;
	table_put(table, hash, *ret_text);
	table->n++;
	return ERR_OK;
}

/* ---- addresses ---- */

enum err
roll_dict_address(struct roll_dict *dict,
	const struct roll_raw_address *address, uint32_t *ret_address)
{
	struct roll_table *table = &dict->addresses;
	const struct roll_raw_address *all;
	uint64_t hash = roll_mix(span_of(address, sizeof(*address)), 0);
	enum err e = table_room(dict, table, hash_address);
	struct roll_raw_address *to;

	if (e != ERR_OK)
		return e;
	all = dict->address.at;
	for (size_t i = hash & (table->size - 1);
		table->slot[i] != (uint32_t)EMPTY;
		i = (i + 1) & (table->size - 1))
		if (memcmp(&all[table->slot[i]], address, sizeof(*address)) ==
			0) {
			*ret_address = table->slot[i];
			return ERR_OK;
		}
	to = roll_vec_add(&dict->address, &dict->memory, &e);
	if (to == NULL)
		return e;
	*to = *address;
	*ret_address = (uint32_t)(dict->address.n - 1);
	table_put(table, hash, *ret_address);
	table->n++;
	return ERR_OK;
}

/* ---- people ---- */

enum err
roll_dict_person(struct roll_dict *dict, struct span id, uint32_t *ret_person,
	bool *ret_new)
{
	struct roll_table *table = &dict->people;
	const uint32_t *ids;
	uint64_t hash = roll_mix(id, 0);
	enum err e = table_room(dict, table, hash_person);
	uint32_t text;
	uint32_t *to;

	*ret_new = false;
	if (e != ERR_OK)
		return e;
	ids = dict->person_id.at;
	for (size_t i = hash & (table->size - 1);
		table->slot[i] != (uint32_t)EMPTY;
		i = (i + 1) & (table->size - 1))
		if (span_eq(roll_dict_span(dict, ids[table->slot[i]]), id)) {
			*ret_person = table->slot[i];
			return ERR_OK;
		}
	e = text_add(dict, id, &text);
	to = e == ERR_OK ? roll_vec_add(&dict->person_id, &dict->memory, &e)
			 : NULL;
	if (to == NULL)
		return e;
	*to = text;
	*ret_person = (uint32_t)(dict->person_id.n - 1);
	*ret_new = true;
	table_put(table, hash, *ret_person);
	table->n++;
	return ERR_OK;
}
