/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "person/person.h"

/* ---- chance ---- */

static uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct synth_rng
synth_rng(uint64_t seed, uint64_t purpose, uint64_t counter)
{
	uint64_t state = seed;
	struct synth_rng rng;

	state = splitmix(&state) ^ (purpose * 0xd1342543de82ef95u);
	state = splitmix(&state) ^ counter;
	for (size_t i = 0; i < 4; i++)
		rng.s[i] = splitmix(&state);
	return rng;
}

static uint64_t
rotate(uint64_t x, unsigned k)
{
	return (x << k) | (x >> (64 - k));
}

uint64_t
synth_next(struct synth_rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

/* ---- tables ---- */

const struct synth_table *
synth_table(const char *name)
{
	for (size_t i = 0; i < synth_n_tables; i++)
		if (strcmp(synth_tables[i].name, name) == 0)
			return &synth_tables[i];
	must(!"a table of that name");
	return NULL;
}

const char *
synth_word(const struct synth_table *table, struct synth_rng *rng)
{
	uint32_t at = synth_below(rng, table->words[table->n - 1].upto);
	size_t low = 0, high = table->n - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->words[middle].upto > at)
			high = middle;
		else
			low = middle + 1;
	}
	return table->words[low].text;
}

static void
take_tables(struct synth *world)
{
	static const char *const groups[SYNTH_GROUPS] = {"general", "hispanic",
		"east-asian", "south-asian", "african-caribbean"};
	static const char *const sexes[2] = {"M", "F"};
	char name[64];

	for (size_t g = 0; g < SYNTH_GROUPS; g++) {
		SYNTH_FORMAT(name, "surnames %s", groups[g]);
		world->surnames[g] = synth_table(name);
		for (size_t s = 0; s < 2 && g != GROUP_GENERAL; s++) {
			SYNTH_FORMAT(name, "given %s %s", groups[g], sexes[s]);
			world->given[g][s] = synth_table(name);
		}
	}
	for (int d = 0; d < SYNTH_DECADES; d++)
		for (size_t s = 0; s < 2; s++) {
			SYNTH_FORMAT(name, "given general %d %s",
				SYNTH_DECADE_FIRST + 10 * d, sexes[s]);
			world->given_by_decade[d][s] = synth_table(name);
		}
	world->streets = synth_table("streets name");
	world->suffixes = synth_table("streets suffix");
}

/* ---- text ---- */

void
synth_set(char *to, size_t size, const char *text)
{
	size_t n = strlen(text);

	if (n >= size)
		n = size - 1;
	memcpy(to, text, n);
	to[n] = '\0';
}

void
synth_format(char *to, size_t size, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(to, size, fmt, args) < 0)
		to[0] = '\0';
	va_end(args);
}

size_t
synth_number(char *to, uint64_t value, unsigned width)
{
	char digits[20];
	unsigned n = 0;

	do
		digits[n++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	while (n < width && n < sizeof digits)
		digits[n++] = '0';
	for (unsigned i = 0; i < n; i++)
		to[i] = digits[n - 1 - i];
	return n;
}

/* ---- TINs ----
 *
 * A slot is a number below a modulus; slot k becomes (a k + c) mod m, which
 * meets every value once since a and m share no factor.  So TINs are unique
 * without a list of them, and the inverse of a leads from a TIN back to its
 * slot.  Both moduli are below 2^29, so that products fit.
 */

enum {
	SSN_AREAS = 898, /* 001 to 899 without 666 */
	SSN_GROUPS = 99,
	SSN_SERIALS = 9999,
	SSN_SLOTS = SSN_AREAS * SSN_GROUPS * SSN_SERIALS / 2,
	ITIN_GROUPS = 44, /* 50-65, 70-88, 90-92, 94-99 */
	ITIN_SLOTS = 100 * ITIN_GROUPS * 10000,
};
_Static_assert(SYNTH_PERSONS_MAX < SSN_SLOTS - SYNTH_BLOCK, "SSNs run out");
_Static_assert((SYNTH_PERSONS_MAX / SYNTH_BLOCK + 1) * SYNTH_ITINS < ITIN_SLOTS,
	"ITINs run out");

static uint64_t
inverse(uint64_t a, uint64_t m)
{
	int64_t t = 0, next_t = 1;
	int64_t r = (int64_t)m, next_r = (int64_t)a;

	while (next_r != 0) {
		int64_t q = r / next_r, keep;

		keep = t - q * next_t;
		t = next_t;
		next_t = keep;
		keep = r - q * next_r;
		r = next_r;
		next_r = keep;
	}
	if (r != 1)
		return 0; /* they share a factor */
	return (uint64_t)(t < 0 ? t + (int64_t)m : t);
}

static void
draw_permutation(struct synth_rng *rng, uint64_t m, uint64_t *ret_a,
	uint64_t *ret_inverse, uint64_t *ret_c)
{
	uint64_t a, back;

	do {
		a = m / 3 + synth_below(rng, (uint32_t)(m / 3));
		back = inverse(a, m);
	} while (back == 0);
	*ret_a = a;
	*ret_inverse = back;
	*ret_c = synth_below(rng, (uint32_t)m);
}

static void
put_tin(char to[10], unsigned area, unsigned group, unsigned serial)
{
	(void)synth_number(to, area, 3);
	(void)synth_number(to + 3, group, 2);
	(void)synth_number(to + 5, serial, 4);
	to[9] = '\0';
}

void
synth_ssn(const struct synth *world, uint64_t id, unsigned twin, char to[10])
{
	uint64_t slot =
		(world->ssn_a * (id % SSN_SLOTS) + world->ssn_c) % SSN_SLOTS;
	uint64_t at = 2 * slot + twin;
	unsigned serial = (unsigned)(at % SSN_SERIALS) + 1;
	unsigned group = (unsigned)(at / SSN_SERIALS % SSN_GROUPS) + 1;
	unsigned area = (unsigned)(at / SSN_SERIALS / SSN_GROUPS) + 1;

	put_tin(to, area + (area >= 666), group, serial);
}

static unsigned
itin_group(unsigned place)
{
	if (place < 16)
		return 50 + place;
	if (place < 35)
		return 70 + place - 16;
	if (place < 38)
		return 90 + place - 35;
	return 94 + place - 38;
}

void
synth_itin(const struct synth *world, uint64_t block, unsigned j, char to[10])
{
	uint64_t slot = (block * SYNTH_ITINS + j) % ITIN_SLOTS;
	uint64_t at = (world->itin_a * slot + world->itin_c) % ITIN_SLOTS;

	put_tin(to, 900 + (unsigned)(at / 10000 / ITIN_GROUPS),
		itin_group((unsigned)(at / 10000 % ITIN_GROUPS)),
		(unsigned)(at % 10000));
}

static unsigned
number_of(const char *digits, size_t n)
{
	unsigned value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (unsigned)(digits[i] - '0');
	return value;
}

/* The block whose people may have this TIN; false where none can. */
static bool
block_of_tin(const struct synth *world, const char tin[10], uint64_t *ret_block)
{
	unsigned area = number_of(tin, 3), group = number_of(tin + 3, 2);
	unsigned serial = number_of(tin + 5, 4), place = 0;
	uint64_t at, slot;

	if (area >= 900) {
		while (place < ITIN_GROUPS && itin_group(place) != group)
			place++;
		if (place == ITIN_GROUPS)
			return false;
		at = ((uint64_t)(area - 900) * ITIN_GROUPS + place) * 10000 +
		     serial;
		slot = (at + ITIN_SLOTS - world->itin_c) % ITIN_SLOTS;
		*ret_block =
			slot * world->itin_inverse % ITIN_SLOTS / SYNTH_ITINS;
		return true;
	}
	if (area == 0 || area == 666 || group == 0 || serial == 0)
		return false;
	at = ((uint64_t)(area - 1 - (area > 666)) * SSN_GROUPS + group - 1) *
		     SSN_SERIALS +
	     serial - 1;
	slot = (at / 2 + SSN_SLOTS - world->ssn_c) % SSN_SLOTS;
	*ret_block = slot * world->ssn_inverse % SSN_SLOTS / SYNTH_BLOCK;
	return true;
}

int64_t
synth_tin_owner(const struct synth *world, const char tin[10])
{
	struct synth_person block[SYNTH_BLOCK];
	uint64_t number;
	size_t n;

	if (!block_of_tin(world, tin, &number) || number >= world->n_blocks)
		return -1;
	n = synth_block(world, number, block);
	for (size_t i = 0; i < n; i++)
		if (strcmp(block[i].tin, tin) == 0)
			return (int64_t)block[i].id;
	return -1;
}

/* ---- places ---- */

enum place_kind { PLACE_HOME, PLACE_MILITARY, PLACE_ISLAND, PLACE_NOWHERE };

/* ZIPs of one office, where nobody lives. */
static bool
is_office(const char *city)
{
	return strcmp(city, "DHS") == 0 || strstr(city, "CORRECTION") != NULL;
}

static enum place_kind
place_kind(const char state[3], const char *city)
{
	static const char *const nowhere[] = {
		"AS", "GU", "MP", "VI", "FM", "MH", "PW", ""};

	if (state[0] == 'A' &&
		(state[1] == 'A' || state[1] == 'E' || state[1] == 'P'))
		return PLACE_MILITARY;
	if (strcmp(state, "PR") == 0)
		return PLACE_ISLAND;
	for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
		if (strcmp(state, nowhere[i]) == 0)
			return PLACE_NOWHERE;
	return is_office(city) ? PLACE_NOWHERE : PLACE_HOME;
}

static bool
place_at(size_t n, struct synth_place *ret_place)
{
	char city[ADDRESS_PART_MAX];

	if (!person_zip_at(n, ret_place->zip, city, ret_place->state))
		return false;
	SYNTH_SET(ret_place->city, city);
	return true;
}

/* Fills the three lists, which have room for all of the table. */
static void
sort_places(struct synth *world)
{
	struct synth_place place = {0};

	for (size_t i = 0; place_at(i, &place); i++)
		switch (place_kind(place.state, place.city)) {
		case PLACE_HOME:
			world->places[world->n_places++] = place;
			break;
		case PLACE_MILITARY:
			world->military[world->n_military++] = place;
			break;
		case PLACE_ISLAND:
			world->island[world->n_island++] = place;
			break;
		case PLACE_NOWHERE:
			break;
		}
}

/* Keeps as many places as the people fill, a different few by seed. */
static void
choose_places(struct synth *world)
{
	struct synth_rng rng = synth_rng(world->options.seed, 'z', 0);
	size_t want = (size_t)(world->options.persons / 300) + 30;

	for (size_t i = world->n_places; i-- > 1;) {
		size_t j = synth_below(&rng, (uint32_t)i + 1);
		struct synth_place keep = world->places[i];

		world->places[i] = world->places[j];
		world->places[j] = keep;
	}
	if (world->n_places > want)
		world->n_places = want;
}

static enum err
take_places(struct synth *world)
{
	struct synth_place place;
	size_t n = 0;

	while (place_at(n, &place))
		n++;
	world->places = mem_resize(NULL, n + 1, sizeof place);
	world->military = mem_resize(NULL, n + 1, sizeof place);
	world->island = mem_resize(NULL, n + 1, sizeof place);
	if (world->places == NULL || world->military == NULL ||
		world->island == NULL)
		return err_origin(ERR_NOMEM);
	sort_places(world);
	must(world->n_places > 0);
	choose_places(world);
	return ERR_OK;
}

/* ---- the world ---- */

static enum err
check_options(const struct synth_options *o, struct why *why)
{
	if (o->persons < 1 || o->persons > SYNTH_PERSONS_MAX)
		return why_set(why, ERR_MALFORMED,
			"a roll has 1 to %d people, not %llu",
			SYNTH_PERSONS_MAX, (unsigned long long)o->persons);
	if (o->first_year < 1900 || o->last_year > 2100 ||
		o->last_year < o->first_year ||
		o->last_year - o->first_year >= SYNTH_YEARS_MAX)
		return why_set(why, ERR_MALFORMED,
			"tax years %d to %d are not 1 to %d years in order",
			o->first_year, o->last_year, SYNTH_YEARS_MAX);
	return ERR_OK;
}

enum err
synth_new(const struct synth_options *options, struct synth **ret_world,
	struct why *reterr_why)
{
	OWNED(synth) world = NULL;
	struct synth_rng rng = synth_rng(options->seed, 't', 0);
	enum err r = check_options(options, reterr_why);

	if (r != ERR_OK)
		return r;
	world = mem_zeroed(sizeof *world);
	if (world == NULL)
		return err_origin(ERR_NOMEM);
	world->options = *options;
	world->n_blocks = (options->persons + SYNTH_BLOCK - 1) / SYNTH_BLOCK;
	take_tables(world);
	draw_permutation(&rng, SSN_SLOTS, &world->ssn_a, &world->ssn_inverse,
		&world->ssn_c);
	draw_permutation(&rng, ITIN_SLOTS, &world->itin_a, &world->itin_inverse,
		&world->itin_c);
	r = take_places(world);
	if (r != ERR_OK)
		return r;
	*ret_world = synth_take(&world);
	return ERR_OK;
}

struct synth *
synth_free(struct synth *world)
{
	if (world == NULL)
		return NULL;
	mem_free(world->places);
	mem_free(world->military);
	mem_free(world->island);
	mem_free(world);
	return NULL;
}
