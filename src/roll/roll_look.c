/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking things up.  Every number read from the file is bounded where it is
 * used, so that a forged index shows nonsense and never another's memory.
 */
#include "roll/roll_int.h"

#include <string.h>

#include "base/day.h"

enum { CACHE_LINE = 64 };

/* Element `i`, or zeroes past the end. */
static inline void
element(const struct roll *roll, enum roll_section section, size_t i, void *to,
	size_t size)
{
	struct span bytes = roll->section[section];

	must(i <= UINT32_MAX); /* so that the product is no other number */
	if ((i + 1) * size <= bytes.n)
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

/* ---- layers ---- */

/* The layer that has `*person`, and its number there; NULL: the delta speaks
 * for it. */
static const struct roll *
layer_of(const struct roll *roll, uint32_t *person)
{
	if (roll->below == NULL)
		return roll;
	if (*person >= roll->n_below) {
		*person -= roll->n_below;
		return roll;
	}
	if ((roll->hidden[*person / 8] >> *person % 8 & 1) != 0)
		return NULL;
	return roll->below;
}

static const struct roll *
layer_of_address(const struct roll *roll, uint32_t *address)
{
	if (roll->below == NULL)
		return roll;
	if (*address < roll->addresses_below)
		return roll->below;
	*address -= roll->addresses_below;
	return roll;
}

/* ---- people ---- */

uint32_t
roll_n_people(const struct roll *roll)
{
	return roll->n_below + roll->header.n_people;
}

/* A record within its section; every read asks whether it is still inside. */
struct record {
	struct span bytes; /* from its head to the end of the section */
	struct roll_raw_record head;
	size_t at;
};

static struct record
record_of(const struct roll *roll, uint32_t person)
{
	struct span all = roll->section[SEC_RECORDS];
	struct record r = {.at = sizeof(r.head)};
	size_t from;

	must(person < roll->header.n_people);
	from = (size_t)number(roll, SEC_PEOPLE, person) * 4;
	if (from > all.n || all.n - from < sizeof(r.head))
		return r;
	r.bytes = span_of(all.at + from, all.n - from);
	memcpy(&r.head, r.bytes.at, sizeof(r.head));
	return r;
}

static bool
record_take(struct record *r, void *to, size_t size)
{
	if (r->at > r->bytes.n || size > r->bytes.n - r->at)
		return false;
	memcpy(to, r->bytes.at + r->at, size);
	r->at += size;
	return true;
}

static bool
identity_take(struct record *r, struct roll_raw_identity *is)
{
	uint32_t raw[4];
	bool whole = record_take(r, raw, sizeof(raw));

	*is = (struct roll_raw_identity){0};
	if (!whole)
		return false;
	is->tin = raw[0];
	memcpy(&is->birth, &raw[1], sizeof(is->birth));
	is->given = raw[2] & ~ROLL_MORE;
	is->surname = raw[3] & ~ROLL_MORE;
	if ((raw[2] & ROLL_MORE) != 0)
		whole = record_take(r, &is->middle, sizeof(is->middle));
	if (whole && (raw[3] & ROLL_MORE) != 0)
		whole = record_take(r, &is->suffix, sizeof(is->suffix));
	return whole;
}

static bool
identities_skip(struct record *r)
{
	struct roll_raw_identity is;

	for (unsigned i = 0; i < r->head.n_identities; i++)
		if (!identity_take(r, &is))
			return false;
	return true;
}

struct roll_raw_identity
roll_identity_at(const struct roll *roll, uint32_t person, uint32_t nth)
{
	struct record r = record_of(roll, person);
	struct roll_raw_identity is = {.birth = DAY_NONE};

	if (nth >= r.head.n_identities)
		return is;
	for (uint32_t i = 0; i <= nth; i++)
		if (!identity_take(&r, &is))
			return (struct roll_raw_identity){.birth = DAY_NONE};
	return is;
}

/* Past the end: one that gives least. */
static const struct roll_raw_span span_nowhere = {
	.address = UINT32_MAX,
	.says = 0xff,
};

struct roll_raw_span
roll_span_at(const struct roll *roll, uint32_t person, uint32_t nth)
{
	const struct roll_raw_span none = span_nowhere;
	struct record r = record_of(roll, person);
	struct roll_raw_span span = none;

	if (nth >= r.head.n_spans || !identities_skip(&r))
		return none;
	r.at += (size_t)nth * ROLL_SPAN;
	return record_take(&r, &span, ROLL_SPAN) ? span : none;
}

struct roll_person
roll_person(const struct roll *roll, uint32_t person)
{
	const struct roll *layer = layer_of(roll, &person);
	struct record r =
		layer == NULL ? (struct record){0} : record_of(layer, person);
	struct roll_person is = {
		.n_identities = r.head.n_identities,
		.n_spans = r.head.n_spans,
	};

	if (identities_skip(&r)) {
		r.at += (size_t)r.head.n_spans * ROLL_SPAN;
		if (r.at <= r.bytes.n && r.head.id_n <= r.bytes.n - r.at)
			is.id = span_of(r.bytes.at + r.at, r.head.id_n);
	}
	return is;
}

struct roll_identity
roll_identity(const struct roll *roll, uint32_t person, uint32_t nth)
{
	const struct roll *layer = layer_of(roll, &person);
	struct roll_raw_identity raw;

	if (layer == NULL)
		return (struct roll_identity){.birth = DAY_NONE};
	raw = roll_identity_at(layer, person, nth);
	return (struct roll_identity){
		.tin = raw.tin & ROLL_TIN_BITS,
		.tin_type = (enum roll_tin_type)(raw.tin >> 30),
		.birth = raw.birth,
		.given = text(layer, raw.given),
		.middle = text(layer, raw.middle),
		.surname = text(layer, raw.surname),
		.suffix = text(layer, raw.suffix),
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

/* Bit `year % 32` to bit `year - first`. */
static uint32_t
years_of(const struct roll *roll, uint32_t years)
{
	unsigned by = roll->header.first_year % 32;

	return years >> by | years << (32 - by) % 32;
}

struct roll_span
roll_span(const struct roll *roll, uint32_t person, uint32_t nth)
{
	const struct roll *layer = layer_of(roll, &person);
	struct roll_raw_span raw =
		layer == NULL ? span_nowhere : roll_span_at(layer, person, nth);

	return (struct roll_span){
		.years = years_of(roll, raw.years),
		.identity = raw.identity,
		.address = raw.address == UINT32_MAX
				   ? UINT32_MAX
				   : layer->addresses_below + raw.address,
		.role = (enum roll_role)at_most(
			raw.says & 3, ROLL_N_ROLES, ROLL_DEPENDENT),
		.origin = (enum roll_origin)at_most(
			raw.says >> 2 & 3, ROLL_N_ORIGINS, ROLL_CARE_OF),
		.screen = (enum roll_screen)at_most(
			raw.says >> 4, ROLL_N_SCREENS, ROLL_CI),
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
	return roll->header.n_addresses +
	       (roll->below == NULL ? 0 : roll_n_addresses(roll->below));
}

/* An address and what follows it in the section; false: none there. */
static bool
address_at(const struct roll *roll, uint32_t address,
	struct roll_raw_address *ret_raw, struct span *ret_text)
{
	struct span all = roll->section[SEC_ADDRESSES];
	size_t from = (size_t)address * 4;

	if (from > all.n || all.n - from < ROLL_ADDRESS)
		return false;
	memcpy(ret_raw, all.at + from, ROLL_ADDRESS);
	from += ROLL_ADDRESS;
	*ret_text = span_of(all.at + from, all.n - from);
	return true;
}

struct address_text
roll_address(const struct roll *roll, uint32_t address)
{
	struct roll_raw_address raw;
	struct roll_raw_town town;
	struct span rest;
	size_t line;
	size_t unit;

	roll = layer_of_address(roll, &address);
	if (!address_at(roll, address, &raw, &rest))
		return (struct address_text){0};
	line = raw.lengths & 0x1ff;
	unit = raw.lengths >> 9;
	if (line + unit > rest.n)
		return (struct address_text){0};
	element(roll, SEC_TOWNS, raw.town, &town, sizeof(town));
	return (struct address_text){
		.line = span_of(rest.at, line),
		.unit = span_of(rest.at + line, unit),
		.city = text(roll, town.city),
		.state = text(roll, town.state),
		.zip = text(roll, town.zip),
	};
}

uint32_t
roll_address_house(const struct roll *roll, uint32_t address)
{
	struct roll_raw_address raw;
	struct span rest;

	roll = layer_of_address(roll, &address);
	return address_at(roll, address, &raw, &rest) ? raw.house : 0;
}

void
roll_address_standard(const struct roll *roll, uint32_t address,
	struct person_address *ret_address)
{
	struct address_text as_written = roll_address(roll, address);

	person_address_parts(&as_written, ret_address);
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

/* Entry `i` of a key: its person, and the low bytes of the key. */
static uint32_t
entry_at(const struct roll *roll, unsigned which, size_t i, uint32_t *ret_rest)
{
	struct span bytes = roll->section[roll_key_section(which)];
	size_t size = roll_key_bytes(roll->bits[which]);
	size_t from = i * size;
	uint64_t raw = 0;

	must(i <= UINT32_MAX && size <= sizeof(raw));
	if (from + sizeof(raw) <= bytes.n)
		memcpy(&raw, bytes.at + from, sizeof(raw));
	else if (from + size <= bytes.n)
		memcpy(&raw, bytes.at + from, size);
	*ret_rest = (uint32_t)((raw & UINT64_MAX >> (64 - 8 * size)) >> 32);
	return (uint32_t)raw;
}

/* The first of [low, high) with `rest` or more; they ascend. */
static size_t
bound(const struct roll *roll, unsigned which, size_t low, size_t high,
	uint64_t rest)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t is;

		(void)entry_at(roll, which, middle, &is);
		if (is < rest)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
part_of(const struct roll *roll, unsigned which, uint32_t key)
{
	return (size_t)((uint64_t)key << roll->bits[which] >> 32);
}

/* The entries of `key`, within those of its leading part. */
static struct roll_found
find(const struct roll *roll, unsigned which, uint32_t key)
{
	enum roll_section places =
		(enum roll_section)(roll_key_section(which) + 1);
	size_t part = part_of(roll, which, key);
	unsigned kept = 8 * ((unsigned)roll_key_bytes(roll->bits[which]) - 4);
	uint64_t rest = key & (((uint64_t)1 << kept) - 1);
	size_t low = number(roll, places, part);
	size_t high = number(roll, places, part + 1);
	size_t end;

	if (high > roll->header.n_keys[which] || low > high)
		low = high = 0;
	low = bound(roll, which, low, high, rest);
	for (end = low; end < high; end++) {
		uint32_t is;

		(void)entry_at(roll, which, end, &is);
		if (is != rest)
			break;
	}
	return (struct roll_found){
		.roll = roll,
		.at = low,
		.n = end - low,
		.keys = which,
	};
}

/* Of a delta: those below, then its own. */
static struct roll_found
find_layers(const struct roll *roll, unsigned which, uint32_t key)
{
	struct roll_found found = find(roll, which, key);
	struct roll_found below;

	if (roll->below == NULL)
		return found;
	below = find(roll->below, which, key);
	found.at_below = below.at;
	found.n_below = below.n;
	found.n += below.n;
	return found;
}

uint32_t
roll_found_person(const struct roll_found *found, size_t nth)
{
	const struct roll *roll = found->roll;
	uint32_t person;
	uint32_t rest;

	must(nth < found->n);
	if (nth < found->n_below) {
		person = entry_at(
			roll->below, found->keys, found->at_below + nth, &rest);
		return person < roll->n_below && layer_of(roll, &person) != NULL
			       ? person
			       : ROLL_NOBODY;
	}
	person = entry_at(
		roll, found->keys, found->at + nth - found->n_below, &rest);
	return person < roll->header.n_people ? roll->n_below + person
					      : ROLL_NOBODY;
}

/* ---- ahead ---- */

static void
fetch(struct span bytes, size_t at)
{
	if (at < bytes.n)
		__builtin_prefetch(bytes.at + at);
}

static void
ahead_key(const struct roll *roll, unsigned which, uint32_t key,
	enum roll_ahead what)
{
	unsigned section = roll_key_section(which);
	size_t part = part_of(roll, which, key);

	if (what == ROLL_AHEAD_PLACE)
		fetch(roll->section[section + 1], part * sizeof(uint32_t));
	else
		fetch(roll->section[section],
			(size_t)number(
				roll, (enum roll_section)(section + 1), part) *
				roll_key_bytes(roll->bits[which]));
	if (roll->below != NULL)
		ahead_key(roll->below, which, key, what);
}

void
roll_ahead_tin(const struct roll *roll, uint32_t tin, enum roll_ahead what)
{
	ahead_key(roll, ROLL_BY_TIN, roll_tin_key(tin), what);
}

void
roll_ahead_house(const struct roll *roll, uint32_t key, enum roll_ahead what)
{
	ahead_key(roll, ROLL_BY_HOUSE, key, what);
}

void
roll_ahead_person(
	const struct roll *roll, uint32_t person, enum roll_ahead what)
{
	const struct roll *layer =
		person < roll_n_people(roll) ? layer_of(roll, &person) : NULL;
	size_t at;

	if (layer == NULL)
		return;
	if (what == ROLL_AHEAD_PLACE) {
		fetch(layer->section[SEC_PEOPLE], person * sizeof(uint32_t));
		return;
	}
	at = (size_t)number(layer, SEC_PEOPLE, person) * 4;
	fetch(layer->section[SEC_RECORDS], at);
	fetch(layer->section[SEC_RECORDS], at + CACHE_LINE);
}

struct roll_found
roll_find_tin(const struct roll *roll, uint32_t tin)
{
	if (tin == 0 || tin > 999999999)
		return (struct roll_found){.roll = roll};
	return find_layers(roll, ROLL_BY_TIN, roll_tin_key(tin));
}

struct roll_found
roll_find_house(const struct roll *roll, uint32_t key)
{
	if (key == 0)
		return (struct roll_found){.roll = roll};
	return find_layers(roll, ROLL_BY_HOUSE, key);
}

/* The id of a layer's own person. */
static struct span
own_id(const struct roll *roll, uint32_t person)
{
	return roll_person(roll, roll->n_below + person).id;
}

static uint32_t
find_ascending(const struct roll *roll, struct span id)
{
	uint32_t low = 0;
	uint32_t high = roll->header.n_people;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = span_cmp(own_id(roll, middle), id);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return ROLL_NOBODY;
}

/* Among a layer's own people. */
static uint32_t
find_own(const struct roll *roll, struct span id)
{
	struct roll_found found;

	if ((roll->header.flags & ROLL_ASCENDING) != 0)
		return find_ascending(roll, id);
	found = find(roll, ROLL_BY_ID, roll_id_key(id));
	for (size_t i = 0; i < found.n; i++) {
		uint32_t rest;
		uint32_t person =
			entry_at(roll, ROLL_BY_ID, found.at + i, &rest);

		if (person < roll->header.n_people &&
			span_eq(own_id(roll, person), id))
			return person;
	}
	return ROLL_NOBODY;
}

uint32_t
roll_find_person(const struct roll *roll, struct span id)
{
	uint32_t person = find_own(roll, id);
	uint32_t same;

	if (person != ROLL_NOBODY)
		return roll->n_below + person;
	if (roll->below == NULL)
		return ROLL_NOBODY;
	same = person = find_own(roll->below, id);
	return person != ROLL_NOBODY && layer_of(roll, &same) != NULL
		       ? person
		       : ROLL_NOBODY;
}
