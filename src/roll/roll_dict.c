/* SPDX-License-Identifier: Apache-2.0 */
/* What the builder says once: texts, towns, addresses of late. */
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

/* An address of late, with its bytes: equal is what is equal byte by byte. */
struct roll_near {
	uint32_t address;
	uint32_t house;
	uint32_t town;
	uint16_t lengths; /* 0: nothing here */
	uint8_t text[114];
};

enum { NEAR_MIN = 64, NEAR_MAX = 1 << 17 };

enum err
roll_dict_init(struct roll_dict *dict, int fd, uint64_t most_memory)
{
	uint32_t empty = 0;
	enum err e;

	*dict = (struct roll_dict){
		.words.each = 4,
		.towns.each = sizeof(struct roll_raw_town),
		.memory.most = most_memory,
		.n_near = NEAR_MIN,
	};
	while (dict->n_near < NEAR_MAX &&
		dict->n_near * sizeof(struct roll_near) * 64 < most_memory)
		dict->n_near *= 2;
	dict->near = mem_zeroed(dict->n_near * sizeof(*dict->near));
	e = dict->near == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
	if (e == ERR_OK)
		e = roll_stream_init(&dict->text, fd, REGION_TEXT);
	if (e == ERR_OK)
		e = roll_stream_init(&dict->town, fd, REGION_TOWNS);
	if (e == ERR_OK)
		e = roll_stream_init(&dict->address, fd, REGION_ADDRESSES);
	if (e == ERR_OK) /* number 0 */
		e = roll_dict_text(dict, span_of(NULL, 0), &empty);
	return e;
}

void
roll_dict_fini(struct roll_dict *dict)
{
	roll_stream_fini(&dict->text);
	roll_stream_fini(&dict->town);
	roll_stream_fini(&dict->address);
	roll_vec_fini(&dict->words);
	roll_vec_fini(&dict->towns);
	roll_table_fini(&dict->texts);
	roll_table_fini(&dict->town_table);
	if (dict->near != NULL)
		mem_wipe(dict->near, dict->n_near * sizeof(*dict->near));
	dict->near = NULL;
}

static struct span
dict_span(const struct roll_dict *dict, uint32_t text)
{
	const uint8_t *at = (const uint8_t *)dict->words.at + 4 * (size_t)text;
	uint16_t n;

	must(text < dict->words.n);
	memcpy(&n, at, sizeof(n));
	return span_of(at + 2, n);
}

/* ---- tables ---- */

typedef uint64_t hash_fn(const struct roll_dict *dict, uint32_t value);

static uint64_t
hash_text(const struct roll_dict *dict, uint32_t value)
{
	return roll_mix(dict_span(dict, value), 0);
}

static uint64_t
hash_town(const struct roll_dict *dict, uint32_t value)
{
	const struct roll_raw_town *all = dict->towns.at;

	return roll_mix(span_of(&all[value], sizeof(all[value])), 0);
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

/* Into memory too, where there is room. */
static enum err
text_keep(struct roll_dict *dict, struct span padded)
{
	size_t before = dict->words.n;
	enum err e = ERR_OK;

	if (before != (dict->text.n - padded.n) / 4)
		return ERR_TOO_LARGE; /* one before it did not fit */
	for (size_t i = 0; i < padded.n; i += 4) {
		void *word = roll_vec_add(&dict->words, &dict->memory, &e);

		if (word == NULL) {
			dict->words.n = before;
			return e;
		}
		memcpy(word, padded.at + i, 4);
	}
	return ERR_OK;
}

static enum err
text_add(struct roll_dict *dict, struct span text, struct span *ret_padded,
	uint8_t buffer[4 + ROLL_FIELD_MAX], uint32_t *ret_text)
{
	uint16_t n = (uint16_t)text.n;
	size_t size = (2 + text.n + 3) / 4 * 4;
	uint64_t number = dict->text.n / 4;

	must(text.n <= ROLL_FIELD_MAX);
	if (number > INT32_MAX) /* the top bit is the record's */
		return ERR_TOO_LARGE;
	memset(buffer, 0, size);
	memcpy(buffer, &n, sizeof(n));
	if (text.n > 0)
		memcpy(buffer + 2, text.at, text.n);
	*ret_text = (uint32_t)number;
	*ret_padded = span_of(buffer, size);
	return roll_stream_add(&dict->text, *ret_padded);
}

enum err
roll_dict_text(struct roll_dict *dict, struct span text, uint32_t *ret_text)
{
	struct roll_table *table = &dict->texts;
	uint8_t buffer[4 + ROLL_FIELD_MAX];
	struct span padded = {NULL, 0};
	uint64_t hash;
	enum err e;
	enum err room = table_room(dict, table, hash_text);

	*ret_text = 0;
	if (text.n == 0 && dict->text.n > 0)
		return ERR_OK;
	if (room != ERR_OK && room != ERR_TOO_LARGE)
		return room;
	hash = roll_mix(text, 0);
	for (size_t i = hash & (table->size - 1);
		table->size > 0 && table->slot[i] != (uint32_t)EMPTY;
		i = (i + 1) & (table->size - 1))
		if (span_eq(dict_span(dict, table->slot[i]), text)) {
			*ret_text = table->slot[i];
			return ERR_OK;
		}
	e = text_add(dict, text, &padded, buffer, ret_text);
	if (e != ERR_OK || room != ERR_OK)
		return e;
	e = text_keep(dict, padded);
	if (e != ERR_OK)
		return e == ERR_TOO_LARGE ? ERR_OK : e;
	table_put(table, hash, *ret_text);
	table->n++;
	return ERR_OK;
}

enum err
roll_dict_names(struct roll_dict *dict, struct span given, struct span middle,
	struct span surname, struct span suffix,
	struct roll_raw_identity *ret_identity)
{
	enum err e = roll_dict_text(dict, given, &ret_identity->given);

	if (e == ERR_OK)
		e = roll_dict_text(dict, middle, &ret_identity->middle);
	if (e == ERR_OK)
		e = roll_dict_text(dict, surname, &ret_identity->surname);
	if (e == ERR_OK)
		e = roll_dict_text(dict, suffix, &ret_identity->suffix);
	return e;
}

/* ---- towns ---- */

static enum err
town_find(struct roll_dict *dict, const struct roll_raw_town *town,
	uint32_t *ret_town)
{
	struct roll_table *table = &dict->town_table;
	const struct roll_raw_town *all;
	uint64_t hash = roll_mix(span_of(town, sizeof(*town)), 0);
	enum err room = table_room(dict, table, hash_town);
	struct roll_raw_town *to;
	enum err e;

	if (room != ERR_OK && room != ERR_TOO_LARGE)
		return room;
	all = dict->towns.at;
	for (size_t i = hash & (table->size - 1);
		table->size > 0 && table->slot[i] != (uint32_t)EMPTY;
		i = (i + 1) & (table->size - 1))
		if (memcmp(&all[table->slot[i]], town, sizeof(*town)) == 0) {
			*ret_town = table->slot[i];
			return ERR_OK;
		}
	*ret_town = (uint32_t)(dict->town.n / sizeof(*town));
	e = roll_stream_add(&dict->town, span_of(town, sizeof(*town)));
	if (e != ERR_OK || room != ERR_OK || *ret_town != dict->towns.n)
		return e;
	to = roll_vec_add(&dict->towns, &dict->memory, &e);
	if (to == NULL)
		return e == ERR_TOO_LARGE ? ERR_OK : e;
	*to = *town;
	table_put(table, hash, *ret_town);
	table->n++;
	return ERR_OK;
}

enum err
roll_dict_town(struct roll_dict *dict, struct span city, struct span state,
	struct span zip, uint32_t *ret_town)
{
	struct roll_raw_town town;
	enum err e = roll_dict_text(dict, city, &town.city);

	if (e == ERR_OK)
		e = roll_dict_text(dict, state, &town.state);
	if (e == ERR_OK)
		e = roll_dict_text(dict, zip, &town.zip);
	return e == ERR_OK ? town_find(dict, &town, ret_town) : e;
}

/* ---- addresses ---- */

static bool
near_is(const struct roll_near *near, uint32_t town, uint16_t lengths,
	const struct address_text *text)
{
	return near->lengths == lengths && near->town == town && lengths != 0 &&
	       memcmp(near->text, text->line.at, text->line.n) == 0 &&
	       (text->unit.n == 0 || memcmp(near->text + text->line.n,
					     text->unit.at, text->unit.n) == 0);
}

static enum err
address_add(struct roll_dict *dict, const struct roll_raw_address *is,
	const struct address_text *text, uint32_t *ret_address)
{
	uint8_t buffer[ROLL_ADDRESS + 512 + 128] = {0};
	size_t n = ROLL_ADDRESS + text->line.n + text->unit.n;

	must(text->line.n < 512 && text->unit.n < 128);
	memcpy(buffer, is, ROLL_ADDRESS);
	if (text->line.n > 0)
		memcpy(buffer + ROLL_ADDRESS, text->line.at, text->line.n);
	if (text->unit.n > 0)
		memcpy(buffer + ROLL_ADDRESS + text->line.n, text->unit.at,
			text->unit.n);
	*ret_address = (uint32_t)(dict->address.n / 4);
	dict->n_addresses++;
	return roll_stream_add(
		&dict->address, span_of(buffer, (n + 3) / 4 * 4));
}

static void
near_keep(struct roll_near *near, const struct roll_raw_address *is,
	const struct address_text *text, uint32_t address)
{
	*near = (struct roll_near){
		.address = address,
		.house = is->house,
		.town = is->town,
		.lengths = is->lengths,
	};
	memcpy(near->text, text->line.at, text->line.n);
	if (text->unit.n > 0)
		memcpy(near->text + text->line.n, text->unit.at, text->unit.n);
}

enum err
roll_dict_address(struct roll_dict *dict, uint32_t town,
	const struct address_text *text, uint32_t *ret_address,
	uint32_t *ret_house)
{
	struct roll_raw_address is = {
		.town = town,
		.lengths = (uint16_t)(text->line.n | text->unit.n << 9),
	};
	uint64_t hash = roll_mix(text->line, town);
	struct roll_near *near;
	struct person_address address;
	enum err e;

	hash = roll_mix(text->unit, hash);
	near = &dict->near[hash & (dict->n_near - 1)];
	if (text->line.n > 0 && near_is(near, town, is.lengths, text)) {
		*ret_address = near->address;
		*ret_house = near->house;
		return ERR_OK;
	}
	person_address_parts(text, &address);
	is.house = *ret_house = roll_house_key(&address);
	e = address_add(dict, &is, text, ret_address);
	if (e == ERR_OK && text->line.n > 0 &&
		text->line.n + text->unit.n <= sizeof(near->text))
		near_keep(near, &is, text, *ret_address);
	return e;
}
