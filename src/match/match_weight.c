/* SPDX-License-Identifier: Apache-2.0 */
/* Weights: docs/MATCHING.md, "What the evidence weighs". */
#include "match/match.h"

#include <stdio.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/read.h"

enum {
	SAMPLE = 16384,
	RUN = 64,        /* people next to each other: few pages are touched */
	SLOTS = 1 << 15, /* twice the sample: a third stays empty at least */
	YEARS = 256,     /* of birth, from FIRST_YEAR on */
	FIRST_YEAR = 1850,
	HOUSEHOLD_MOST = 800, /* hundredths of a bit */
	WEIGHT_MOST = 4000,
};

struct slot {
	uint32_t hash; /* of a name */
	uint32_t n;    /* 0: empty */
};

/* Of two people, how often: parts of a whole. */
struct rate {
	uint64_t part;
	uint64_t whole;
};

struct match_rates {
	uint32_t n_people; /* of the roll */
	uint32_t n;        /* of the sample */
	struct slot given[SLOTS];
	struct slot surname[SLOTS];
	uint32_t birth[YEARS];
	struct rate same_birth; /* two people born on one day */
};

/* ---- the sample ---- */

static uint32_t
hash_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name != '\0'; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619u;
	return hash;
}

/* The slot of a name, or the empty one where it belongs. */
static size_t
slot_of(const struct slot *slots, uint32_t hash)
{
	size_t at = hash % SLOTS;

	while (slots[at].n != 0 && slots[at].hash != hash)
		at = (at + 1) % SLOTS;
	return at;
}

static void
count_name(struct slot *slots, const char *name)
{
	uint32_t hash = hash_of(name);
	struct slot *slot = &slots[slot_of(slots, hash)];

	slot->hash = hash;
	slot->n++;
}

static void
count_person(
	struct match_rates *rates, const struct roll *roll, uint32_t person)
{
	struct roll_identity is = roll_identity(roll, person, 0);
	struct person_name name;
	int year;
	int month;
	int day;

	roll_name(&is, &name);
	count_name(rates->given, name.given);
	count_name(rates->surname, name.joined);
	rates->n++;
	if (is.birth == DAY_NONE)
		return;
	day_split(is.birth, &year, &month, &day);
	if (year >= FIRST_YEAR && year < FIRST_YEAR + YEARS)
		rates->birth[year - FIRST_YEAR]++;
}

/* As the years of the sample lie, and each day of a year as often. */
static struct rate
same_birth(const uint32_t birth[YEARS])
{
	uint64_t n = 0;
	uint64_t same = 0;

	for (size_t i = 0; i < YEARS; i++) {
		n += birth[i];
		same += (uint64_t)birth[i] * birth[i];
	}
	return same == 0 ? (struct rate){1, 365ULL * 80}
			 : (struct rate){same * 100, n * n * 36525};
}

enum err
match_rates_new(const struct roll *roll, struct match_rates **ret_rates)
{
	struct match_rates *rates = mem_zeroed(sizeof(*rates));
	uint64_t n = roll_n_people(roll);
	uint64_t runs = n <= SAMPLE ? (n + RUN - 1) / RUN : SAMPLE / RUN;

	if (rates == NULL)
		return err_origin(ERR_NOMEM);
	rates->n_people = (uint32_t)n;
	for (uint64_t run = 0; run < runs; run++) {
		uint64_t from = n <= SAMPLE ? run * RUN : n * run / runs;

		for (uint64_t i = from; i < from + RUN && i < n; i++)
			count_person(rates, roll, (uint32_t)i);
	}
	rates->same_birth = same_birth(rates->birth);
	*ret_rates = rates;
	return ERR_OK;
}

struct match_rates *
match_rates_free(struct match_rates *rates)
{
	mem_free(rates);
	return NULL;
}

/* ---- logarithms ---- */

/* log2 of a / b in hundredths, cut towards zero: the same on every machine. */
static int
log2_of(uint64_t a, uint64_t b)
{
	uint64_t x;
	int whole = 0;
	int parts = 0;

	must(a > 0 && b > 0 && a < 1ULL << 62 && b < 1ULL << 62);
	if (a < b)
		return -log2_of(b, a);
	while (a / 2 >= b) {
		b *= 2;
		whole++;
	}
	while (a >= 1ULL << 32) {
		a /= 2;
		b /= 2;
	}
	/* 1 <= a / b < 2, 31 places behind the point; each squaring gives one
	 * binary place of the logarithm */
	x = (a << 31) / b;
	for (int i = 0; i < 10; i++) {
		x = x * x >> 31;
		parts = parts * 2 + (x >= 1ULL << 32);
		x >>= x >= 1ULL << 32;
	}
	return whole * 100 + parts * 100 / 1024;
}

static int
weight(unsigned m, struct rate u)
{
	int w = log2_of(m * u.whole, 10000 * u.part);

	return w > WEIGHT_MOST    ? WEIGHT_MOST
	       : w < -WEIGHT_MOST ? -WEIGHT_MOST
				  : w;
}

/* ---- how often, by chance ---- */

/* A name of the sample, `times` as often; one that the sample lacks counts as
 * if half a person had it. */
static struct rate
rate_of_name(const struct match_rates *rates, const struct slot *slots,
	const char *name, unsigned times)
{
	uint64_t n = slots[slot_of(slots, hash_of(name))].n;
	uint64_t part = (n == 0 ? 1 : 2 * n) * times;
	uint64_t whole = 2ULL * rates->n;

	return (struct rate){part < whole ? part : whole, whole};
}

static struct rate
rate_of_birth(const struct match_rates *rates, unsigned times)
{
	return (struct rate){
		rates->same_birth.part * times, rates->same_birth.whole};
}

/* ---- the table of docs/MATCHING.md ---- */

/* m in ten-thousandths; and how often such a level is met by chance: `times` as
 * often as the value itself, or, where that is 0, one in `one_in`. */
struct level_row {
	unsigned m;
	unsigned times;
	unsigned one_in;
};

typedef struct level_row kind_rows[LEVEL_EQUAL + 1];

static const kind_rows tin_rows = {
	[LEVEL_CONFLICT] = {100, 0, 1},
	[LEVEL_EQUAL] = {9800, 1, 0},
};
static const kind_rows birth_rows = {
	[LEVEL_CONFLICT] = {50, 0, 1},
	[LEVEL_EDIT] = {150, 30, 0},
	[LEVEL_VARIANT] = {50, 1, 0},
	[LEVEL_EQUAL] = {9700, 1, 0},
};
static const kind_rows given_rows = {
	[LEVEL_CONFLICT] = {50, 0, 1},
	[LEVEL_INITIAL] = {200, 0, 12},
	[LEVEL_EDIT] = {150, 10, 0},
	[LEVEL_VARIANT] = {500, 4, 0},
	[LEVEL_EQUAL] = {9000, 1, 0},
};
static const kind_rows surname_rows = {
	[LEVEL_CONFLICT] = {100, 0, 1},
	[LEVEL_INITIAL] = {50, 0, 12},
	[LEVEL_EDIT] = {150, 10, 0},
	[LEVEL_VARIANT] = {300, 4, 0},
	[LEVEL_EQUAL] = {9300, 1, 0},
};

/* Suffixes are of so few people that two who have one have one of three. */
enum { SUFFIX_EQUAL = 150, SUFFIX_CONFLICT = -560 };

/* A house: equal number, street and ZIP of one and the same person, or not. */
enum { HOUSE_EQUAL_M = 9000, HOUSE_OTHER_M = 1000, HOUSE_PEOPLE = 3 };

static int
weigh_level(const kind_rows rows, uint8_t level, struct rate u)
{
	if (level == LEVEL_MISSING || rows[level].m == 0)
		return 0;
	if (rows[level].times == 0)
		return weight(
			rows[level].m, (struct rate){1, rows[level].one_in});
	return weight(rows[level].m, u);
}

static int
weigh_house(const struct match_rates *rates, const uint8_t *level)
{
	uint64_t n = rates->n_people;

	if (level[MATCH_F_NUMBER] == LEVEL_MISSING)
		return 0;
	if (level[MATCH_F_NUMBER] != LEVEL_EQUAL ||
		level[MATCH_F_STREET] != LEVEL_EQUAL ||
		level[MATCH_F_ZIP] != LEVEL_EQUAL)
		return weight(HOUSE_OTHER_M, (struct rate){1, 1});
	return weight(
		HOUSE_EQUAL_M, (struct rate){HOUSE_PEOPLE,
				       n < HOUSE_PEOPLE ? HOUSE_PEOPLE : n});
}

static int
weigh_household(const struct match_rates *rates,
	const struct match_query *query, const uint8_t *level)
{
	uint8_t surname = level[MATCH_F_SURNAME];
	int w = weigh_level(surname_rows, surname,
			rate_of_name(rates, rates->surname, query->name.joined,
				surname_rows[surname].times)) +
		weigh_house(rates, level);

	return w > HOUSEHOLD_MOST ? HOUSEHOLD_MOST : w;
}

void
match_weigh(const struct match_rates *rates, const struct match_query *query,
	const struct match_result *result, struct match_weights *ret_weights)
{
	const uint8_t *level = result->level;
	uint8_t birth = level[MATCH_F_BIRTH];
	uint8_t given = level[MATCH_F_GIVEN];
	int16_t *of = ret_weights->of;

	*ret_weights = (struct match_weights){.known = true};
	if (result->n_compared == 0 || rates->n == 0)
		return;
	of[MATCH_W_TIN] = (int16_t)weigh_level(tin_rows, level[MATCH_F_TIN],
		(struct rate){1, rates->n_people});
	of[MATCH_W_BIRTH] = (int16_t)weigh_level(birth_rows, birth,
		rate_of_birth(rates, birth_rows[birth].times));
	of[MATCH_W_GIVEN] = (int16_t)weigh_level(given_rows, given,
		rate_of_name(rates, rates->given, query->name.given,
			given_rows[given].times));
	if (query->name.suffix != 0 && level[MATCH_F_SUFFIX] != LEVEL_MISSING)
		of[MATCH_W_SUFFIX] = level[MATCH_F_SUFFIX] == LEVEL_EQUAL
					     ? SUFFIX_EQUAL
					     : SUFFIX_CONFLICT;
	of[MATCH_W_HOUSEHOLD] = (int16_t)weigh_household(rates, query, level);
}

/* ---- as bytes and as text ---- */

void
match_weights_encode(const struct match_weights *weights, struct buf *to)
{
	if (!weights->known)
		return;
	buf_u8(to, MATCH_N_WEIGHTS);
	for (size_t i = 0; i < MATCH_N_WEIGHTS; i++)
		buf_u16be(to, (uint16_t)weights->of[i]);
}

bool
match_weights_decode(struct span bytes, struct match_weights *ret_weights)
{
	struct reader r = read_from(bytes);

	*ret_weights = (struct match_weights){.known = bytes.n > 0};
	if (bytes.n == 0)
		return true;
	if (read_u8(&r) != MATCH_N_WEIGHTS)
		return false;
	for (size_t i = 0; i < MATCH_N_WEIGHTS; i++) {
		ret_weights->of[i] = (int16_t)read_u16be(&r);
		if (ret_weights->of[i] > WEIGHT_MOST ||
			ret_weights->of[i] < -WEIGHT_MOST)
			return false;
	}
	return read_end(&r);
}

void
match_weight_text(int hundredths, char to[MATCH_WEIGHT_TEXT])
{
	unsigned size = (unsigned)(hundredths < 0 ? -hundredths : hundredths);

	(void)snprintf(to, MATCH_WEIGHT_TEXT, "%c%u.%02u",
		hundredths < 0 ? '-' : '+', size / 100, size % 100);
}

int
match_weights_sum(const struct match_weights *weights)
{
	int sum = 0;

	for (size_t i = 0; i < MATCH_N_WEIGHTS; i++)
		sum += weights->of[i];
	return sum;
}

static void
number_json(int hundredths, struct buf *to)
{
	char text[MATCH_WEIGHT_TEXT];

	match_weight_text(hundredths, text);
	buf_text(to, text[0] == '+' ? text + 1 : text);
}

void
match_weights_json(const struct match_weights *weights, struct buf *to)
{
	buf_u8(to, '{');
	for (unsigned i = 0; i < MATCH_N_WEIGHTS; i++) {
		buf_printf(to, "\"%s\":", match_kind_word((enum match_kind)i));
		number_json(weights->of[i], to);
		buf_u8(to, ',');
	}
	buf_text(to, "\"all\":");
	number_json(match_weights_sum(weights), to);
	buf_u8(to, '}');
}
