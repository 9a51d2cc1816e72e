/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking things up.  Every number read from the file is bounded where it is
 * used, so that a forged index shows nonsense and never another's memory.
 */
#include "roll/roll_int.h"

#include <string.h>

#include "base/day.h"

/* Element `i`, or zeroes past the end. */
static void
element(const struct roll *roll, enum roll_section section, size_t i, void *to,
	size_t size)
{
	struct span bytes = roll->section[section];

	if (i < bytes.n / size)
		memcpy(to, bytes.at + i * size, size);
	else
		memset(to, 0, size);
}

static uint32_t
number(const struct roll *roll, enum roll_section section, size_t i)
{
	uint32_t n;

	element(roll, section, i, &n, sizeof(n));
	return n;
}

static struct span
text(const struct roll *roll, uint32_t at)
{
	struct span bytes = roll->section[SEC_TEXT];
	size_t from = (size_t)at * 4;
	uint16_t n;

	if (bytes.n < 2 || from > bytes.n - 2)
		return span_of(NULL, 0);
	memcpy(&n, bytes.at + from, sizeof(n));
	if (n > bytes.n - from - 2)
		return span_of(NULL, 0);
	return span_of(bytes.at + from + 2, n);
}

/* ---- people ---- */

uint32_t
roll_n_people(const struct roll *roll)
{
	return roll->header.n_people;
}

/* A person and the end of what is its; empty where they contradict. */
static struct roll_raw_person
person_ends(const struct roll *roll, uint32_t person,
	struct roll_raw_person *ret_next)
{
	struct roll_raw_person is;

	must(person < roll->header.n_people);
	element(roll, SEC_PEOPLE, person, &is, sizeof(is));
	element(roll, SEC_PEOPLE, (size_t)person + 1, ret_next,
		sizeof(*ret_next));
	if (ret_next->first_identity > roll->header.n_identities ||
		is.first_identity > ret_next->first_identity)
		ret_next->first_identity = is.first_identity = 0;
	if (ret_next->first_span > roll->header.n_spans ||
		is.first_span > ret_next->first_span)
		ret_next->first_span = is.first_span = 0;
	return is;
}

struct roll_person
roll_person(const struct roll *roll, uint32_t person)
{
	struct roll_raw_person next;
	struct roll_raw_person is = person_ends(roll, person, &next);

	return (struct roll_person){
		.id = text(roll, is.id),
		.n_identities = next.first_identity - is.first_identity,
		.n_spans = next.first_span - is.first_span,
	};
}

struct roll_identity
roll_identity(const struct roll *roll, uint32_t person, uint32_t nth)
{
	struct roll_raw_person next;
	struct roll_raw_person is = person_ends(roll, person, &next);
	struct roll_raw_identity raw;

	if (nth >= next.first_identity - is.first_identity)
		return (struct roll_identity){.birth = DAY_NONE};
	element(roll, SEC_IDENTITIES, (size_t)is.first_identity + nth, &raw,
		sizeof(raw));
	return (struct roll_identity){
		.tin = raw.tin & 0x3fffffff,
		.tin_type = (enum roll_tin_type)(raw.tin >> 30),
		.birth = raw.birth,
		.given = text(roll, raw.given),
		.middle = text(roll, raw.middle),
		.surname = text(roll, raw.surname),
		.suffix = text(roll, raw.suffix),
	};
}

void
roll_name(const struct roll_identity *identity, struct person_name *ret_name)
{
	person_name(identity->given, identity->middle, identity->surname,
		identity->suffix, ret_name);
}

/* A role, source or screen that no roll has is read as the one that gives
 * least: a dependent's, a preparer's, a screened row. */
static unsigned
at_most(unsigned value, unsigned n, unsigned otherwise)
{
	return value < n ? value : otherwise;
}

struct roll_span
roll_span(const struct roll *roll, uint32_t person, uint32_t nth)
{
	struct roll_raw_person next;
	struct roll_raw_person is = person_ends(roll, person, &next);
	struct roll_raw_span raw = {.role_origin = 0xff, .screen = 0xff};

	if (nth < next.first_span - is.first_span)
		element(roll, SEC_SPANS, (size_t)is.first_span + nth, &raw,
			sizeof(raw));
	return (struct roll_span){
		.years = raw.years,
		.identity = raw.identity,
		.address = raw.address,
		.role = (enum roll_role)at_most(
			raw.role_origin & 0xf, ROLL_N_ROLES, ROLL_DEPENDENT),
		.origin = (enum roll_origin)at_most(
			raw.role_origin >> 4, ROLL_N_ORIGINS, ROLL_CARE_OF),
		.screen = (enum roll_screen)at_most(
			raw.screen, ROLL_N_SCREENS, ROLL_CI),
	};
}

uint32_t
roll_year_bit(const struct roll *roll, uint16_t year)
{
	const struct roll_header *h = &roll->header;

	if (year < h->first_year || year > h->last_year)
		return 0;
	return 1u << (year - h->first_year);
}

/* ---- addresses ---- */

uint32_t
roll_n_addresses(const struct roll *roll)
{
	return roll->header.n_addresses;
}

struct address_text
roll_address(const struct roll *roll, uint32_t address)
{
	struct roll_raw_address raw;

	if (address >= roll->header.n_addresses)
		return (struct address_text){0};
	element(roll, SEC_ADDRESSES, address, &raw, sizeof(raw));
	return (struct address_text){
		.line = text(roll, raw.line),
		.unit = text(roll, raw.unit),
		.city = text(roll, raw.city),
		.state = text(roll, raw.state),
		.zip = text(roll, raw.zip),
	};
}

uint32_t
roll_address_house(const struct roll *roll, uint32_t address)
{
	struct roll_raw_address raw;

	element(roll, SEC_ADDRESSES, address, &raw, sizeof(raw));
	return raw.house;
}

void
roll_address_standard(const struct roll *roll, uint32_t address,
	struct person_address *ret_address)
{
	struct address_text as_written = roll_address(roll, address);

	person_address(&as_written, ret_address);
}

bool
roll_own_address(const struct roll *roll, uint32_t person, uint16_t year,
	struct roll_own_address *ret_own)
{
	uint32_t bit = roll_year_bit(roll, year);
	uint32_t n = roll_person(roll, person).n_spans;

	for (uint32_t i = 0; i < n; i++) {
		struct roll_span span = roll_span(roll, person, i);

		if ((span.years & bit) == 0 || !roll_role_own(span.role) ||
			!roll_origin_own(span.origin))
			continue;
		*ret_own = (struct roll_own_address){
			.address = span.address,
			.text = roll_address(roll, span.address),
			.origin = span.origin,
		};
		return true;
	}
	return false;
}

/* ---- keys ---- */

static struct roll_key
key_at(const struct roll *roll, enum roll_section keys, size_t i)
{
	struct roll_key key;

	element(roll, keys, i, &key, sizeof(key));
	return key;
}

/* The entries of `key`, within those of its leading part. */
static struct roll_found
find(const struct roll *roll, enum roll_section keys, unsigned bits,
	uint32_t key)
{
	enum roll_section places = (enum roll_section)(keys + 1);
	size_t part = (size_t)((uint64_t)key << bits >> 32);
	size_t n_keys = roll->section[keys].n / sizeof(struct roll_key);
	size_t low = number(roll, places, part);
	size_t high = number(roll, places, part + 1);
	size_t end;

	if (high > n_keys || low > high)
		low = high = 0;
	while (low < high && key_at(roll, keys, low).key < key)
		low++;
	end = low;
	while (end < high && key_at(roll, keys, end).key == key)
		end++;
	return (struct roll_found){
		.roll = roll,
		.at = low,
		.n = end - low,
		.keys = keys,
	};
}

uint32_t
roll_found_person(const struct roll_found *found, size_t nth)
{
	uint32_t person;

	must(nth < found->n);
	person = key_at(
		found->roll, (enum roll_section)found->keys, found->at + nth)
			 .person;
	return person < found->roll->header.n_people ? person : ROLL_NOBODY;
}

struct roll_found
roll_find_tin(const struct roll *roll, uint32_t tin)
{
	if (tin == 0 || tin > 999999999)
		return (struct roll_found){.roll = roll};
	return find(roll, SEC_TIN_KEYS, roll->tin_bits, roll_tin_key(tin));
}

struct roll_found
roll_find_house(const struct roll *roll, uint32_t key)
{
	if (key == 0)
		return (struct roll_found){.roll = roll};
	return find(roll, SEC_HOUSE_KEYS, roll->house_bits, key);
}

uint32_t
roll_find_person(const struct roll *roll, struct span id)
{
	struct roll_found found =
		find(roll, SEC_ID_KEYS, roll->id_bits, roll_id_key(id));

	for (size_t i = 0; i < found.n; i++) {
		uint32_t person = roll_found_person(&found, i);

		if (person != ROLL_NOBODY &&
			span_eq(roll_person(roll, person).id, id))
			return person;
	}
	return ROLL_NOBODY;
}
