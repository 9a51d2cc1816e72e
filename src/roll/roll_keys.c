/* SPDX-License-Identifier: Apache-2.0 */
/* Sorted keys, and where the keys of each leading part begin. */
#include "roll/roll_int.h"

#include <string.h>

#include "base/mem.h"

/* A struct roll_key read as a number is the key, then the person. */
static uint64_t
key_number(const struct roll_key *key)
{
	return (uint64_t)key->key << 32 | key->person;
}

/* One pass of a radix sort; false when all have the same byte. */
static bool
radix_pass(const struct roll_key *from, struct roll_key *to, size_t n,
	unsigned shift)
{
	size_t start[257] = {0};

	for (size_t i = 0; i < n; i++)
		start[(key_number(&from[i]) >> shift & 0xff) + 1]++;
	for (size_t i = 0; i < 256; i++) {
		if (start[i + 1] == n)
			return false;
		start[i + 1] += start[i];
	}
	for (size_t i = 0; i < n; i++)
		to[start[key_number(&from[i]) >> shift & 0xff]++] = from[i];
	return true;
}

static enum err
keys_sort(struct roll_vec *keys)
{
	struct roll_key *from = keys->at;
	struct roll_key *to;
	size_t n = 0;

	if (keys->n < 2)
		return ERR_OK;
	to = mem_resize(NULL, keys->size, sizeof(*to));
	if (to == NULL)
		return err_origin(ERR_NOMEM);
	for (unsigned shift = 0; shift < 64; shift += 8)
		if (radix_pass(from, to, keys->n, shift)) {
			struct roll_key *swap = from;

			from = to;
			to = swap;
		}
	for (size_t i = 0; i < keys->n; i++)
		if (n == 0 || key_number(&from[i]) != key_number(&from[n - 1]))
			from[n++] = from[i];
	keys->n = n;
	keys->at = from;
	mem_free(to);
	return ERR_OK;
}

static enum err
places_make(struct roll_draft *draft, unsigned which)
{
	const struct roll_vec *keys = &draft->keys[which];
	const struct roll_key *key = keys->at;
	unsigned bits = roll_place_bits(keys->n);
	size_t n = ((size_t)1 << bits) + 1;
	size_t at = 0;

	for (size_t part = 0; part < n; part++) {
		enum err e = ERR_OK;
		uint32_t *to = roll_vec_add(
			&draft->places[which], &draft->dict.memory, &e);

		if (to == NULL)
			return e;
		while (at < keys->n &&
			(uint64_t)key[at].key << bits >> 32 < part)
			at++;
		*to = (uint32_t)at;
	}
	return ERR_OK;
}

static enum err
key_add(struct roll_draft *draft, unsigned which, uint32_t key, uint32_t person)
{
	enum err e = ERR_OK;
	struct roll_key *to =
		roll_vec_add(&draft->keys[which], &draft->dict.memory, &e);

	if (to != NULL)
		*to = (struct roll_key){.key = key, .person = person};
	return e;
}

/* ---- houses ---- */

static void
address_keys(struct roll_draft *draft)
{
	const struct roll_dict *dict = &draft->dict;
	struct roll_raw_address *all = draft->dict.address.at;

	for (size_t i = 0; i < dict->address.n; i++) {
		const struct address_text text = {
			.line = roll_dict_span(dict, all[i].line),
			.unit = roll_dict_span(dict, all[i].unit),
			.city = roll_dict_span(dict, all[i].city),
			.state = roll_dict_span(dict, all[i].state),
			.zip = roll_dict_span(dict, all[i].zip),
		};
		struct person_address address;

		person_address(&text, &address);
		all[i].house = roll_house_key(&address);
	}
}

static enum err
houses(struct roll_draft *draft)
{
	const struct roll_raw_address *all = draft->dict.address.at;
	const struct roll_note *notes = draft->notes.at;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < draft->notes.n; i++) {
		uint32_t house = all[notes[i].address].house;

		if (house == 0)
			continue;
		if (i > 0 && notes[i].person == notes[i - 1].person &&
			notes[i].address == notes[i - 1].address)
			continue;
		e = key_add(draft, ROLL_BY_HOUSE, house, notes[i].person);
	}
	return e;
}

enum err
roll_key_all(struct roll_draft *draft)
{
	const struct roll_known *known = draft->known.at;
	const uint32_t *ids = draft->dict.person_id.at;
	enum err e;

	address_keys(draft);
	e = houses(draft);

	for (size_t i = 0; e == ERR_OK && i < draft->known.n; i++) {
		uint32_t tin = known[i].is.tin & 0x3fffffff;

		if (tin != 0)
			e = key_add(draft, ROLL_BY_TIN, roll_tin_key(tin),
				known[i].person);
	}
	for (uint32_t i = 0; e == ERR_OK && i < draft->dict.person_id.n; i++)
		e = key_add(draft, ROLL_BY_ID,
			roll_id_key(roll_dict_span(&draft->dict, ids[i])), i);
	for (unsigned which = 0; e == ERR_OK && which < 3; which++) {
		e = keys_sort(&draft->keys[which]);
		if (e == ERR_OK)
			e = places_make(draft, which);
	}
	return e;
}
