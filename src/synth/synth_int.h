/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* synth_int - what the files of synth share; for them and their tests only. */

#include "synth/synth.h"

/* ---- chance: splitmix64 seeds xoshiro256** (Blackman, Vigna; public) ---- */

struct synth_rng {
	uint64_t s[4];
};

/* The stream `counter` of `purpose` under `seed`; any two differ. */
struct synth_rng synth_rng(uint64_t seed, uint64_t purpose, uint64_t counter);
uint64_t synth_next(struct synth_rng *rng);

/* 0 to n - 1; `n` over 0.  The bias is below n / 2^32. */
static inline uint32_t
synth_below(struct synth_rng *rng, uint32_t n)
{
	return (uint32_t)(((synth_next(rng) >> 32) * n) >> 32);
}

/* `low` to `high`, both included. */
static inline int
synth_between(struct synth_rng *rng, int low, int high)
{
	return low + (int)synth_below(rng, (uint32_t)(high - low + 1));
}

/* True `n` times of a thousand. */
static inline bool
synth_chance(struct synth_rng *rng, uint32_t n)
{
	return synth_below(rng, 1000) < n;
}

/* One of a list of texts. */
#define SYNTH_PICK(rng, list)                                                  \
	((list)[synth_below((rng), (uint32_t)(sizeof(list) / sizeof *(list)))])

/* ---- tables: data/synth_*.txt, made into C by tools/gen-synth ---- */

struct synth_word {
	const char *text;
	uint32_t upto; /* sum of the weights up to and with this one */
};

struct synth_table {
	const char *name; /* "surnames hispanic", "given general 1950 M" */
	const struct synth_word *words;
	size_t n;
};

extern const struct synth_table synth_tables[];
extern const size_t synth_n_tables;

const struct synth_table *synth_table(const char *name);
const char *synth_word(const struct synth_table *table, struct synth_rng *rng);

/* ---- the world ---- */

enum { SYNTH_GROUPS = 5, SYNTH_DECADES = 11, SYNTH_DECADE_FIRST = 1920 };
enum synth_group {
	GROUP_GENERAL,
	GROUP_HISPANIC,
	GROUP_EAST_ASIAN,
	GROUP_SOUTH_ASIAN,
	GROUP_AFRICAN_CARIBBEAN,
};

struct synth_place {
	char zip[6];
	char state[3];
	char city[48];
};

struct synth {
	struct synth_options options;
	uint64_t n_blocks;
	struct synth_place *places; /* where people of this world live */
	size_t n_places;
	struct synth_place *military; /* APO, FPO, DPO */
	size_t n_military;
	struct synth_place *island; /* Puerto Rico */
	size_t n_island;
	const struct synth_table *surnames[SYNTH_GROUPS];
	const struct synth_table *given[SYNTH_GROUPS][2];
	const struct synth_table *given_by_decade[SYNTH_DECADES][2];
	const struct synth_table *streets;
	const struct synth_table *suffixes; /* "AVE:AVENUE" */
	uint64_t ssn_a, ssn_inverse, ssn_c;
	uint64_t itin_a, itin_inverse, itin_c;
};

static inline int
synth_n_years(const struct synth *world)
{
	return world->options.last_year - world->options.first_year + 1;
}

/* A place where many or few live: the first of the list are the largest. */
const struct synth_place *synth_place_draw(
	const struct synth *world, struct synth_rng *rng);

/* An address of any form of Publication 28, by how usual it is. */
void synth_address_draw(const struct synth *world, struct synth_rng *rng,
	struct synth_address *ret_address);
/* A numbered street at `place`, and a unit like "APT 3B". */
void synth_street_draw(const struct synth *world, struct synth_rng *rng,
	const struct synth_place *place, struct synth_address *ret_address);
void synth_unit_draw(struct synth_rng *rng, char to[12]);

/* TINs by slot: an SSN for person `id` (twin 0 or 1: a consecutive pair), an
 * ITIN for the `j`-th of block `block`, j below 8. */
enum { SYNTH_ITINS = 8 };
void synth_ssn(
	const struct synth *world, uint64_t id, unsigned twin, char to[10]);
void synth_itin(
	const struct synth *world, uint64_t block, unsigned j, char to[10]);

/* Text cut to fit, always terminated. */
void synth_set(char *to, size_t size, const char *text);
void synth_format(char *to, size_t size, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* Digits, zeroes before them up to `width`; no terminator.  Returns how many
 * (20 at most), for what is drawn too often for a format. */
size_t synth_number(char *to, uint64_t value, unsigned width);
#define SYNTH_SET(to, text) synth_set((to), sizeof(to), (text))
#define SYNTH_FORMAT(to, ...) synth_format((to), sizeof(to), __VA_ARGS__)

/* ---- one request, as text, with its truth ---- */

enum synth_fault { /* what keeps a line from being a request */
	FAULT_NONE,
	FAULT_UNNAMED,   /* a member that the format does not name */
	FAULT_TRUNCATED, /* the line ends in the middle */
	FAULT_TWICE,     /* a member is there twice */
	FAULT_NUL,
	FAULT_UTF8,
	FAULT_LONG, /* over 64 KiB */
	FAULT_DEEP,
	FAULT_TYPE, /* a name that is a number, a list, null */
};

struct synth_draft {
	char id[32];
	char given[64], middle[64], surname[96], suffix[16];
	char tin[24], birth[24];
	char line[192], unit[32], city[96], state[24], zip[16], zip4[8];
	char year[12][8];
	size_t n_years;
	bool no_years; /* the member itself is missing */
	char authority[64];
	char reason[1400];
	char case_id[48], opened[24], status[24];
	bool no_order;
	char order_date[24], ground[48];
	char stay; /* 'f' false, 't' true, 0 not stated */
	char officer_id[24], officer_name[64], role[64], unit_text[96];
	char purpose[40];
	char supersedes[32];
	enum synth_fault fault;
	const char *unnamed; /* FAULT_UNNAMED: which */
	uint32_t style;      /* bits: how the line is laid out */

	const char *want; /* the truth */
	const char *code;
	const char *kind;
	int64_t person; /* -1: nobody */
};

/* What a kind's maker works with; see synth_kind.c. */
struct synth_maker {
	const struct synth *world;
	const struct synth_request_options *options;
	struct synth_rng rng;
	uint64_t i;
	struct synth_person *block; /* SYNTH_BLOCK people: who is asked about */
	struct synth_person *other; /* SYNTH_BLOCK people: somebody else */
	size_t n;                   /* of block, on the roll */
	const struct synth_person *p;    /* the person asked about */
	const struct synth_address *own; /* which address of theirs is given */
	struct synth_draft *d;
	int32_t order_day, opened_day;
	bool reasoned; /* the kind has written the reason itself */
};

/* Request `i`: the same whenever it is asked for. */
void synth_draft(struct synth_maker *m, uint64_t i);

/* ---- synth_good.c: sound requests ---- */

typedef bool synth_test(
	const struct synth_maker *m, const struct synth_person *p);

/* Draws blocks until somebody passes `test`: m->p, m->block.  False after some
 * hundred blocks: this world has nobody like that. */
bool synth_seek(struct synth_maker *m, synth_test *test);
synth_test synth_is_filer; /* an adult, unscreened, with a usable row */

/* Row of year `first_year + y` gives the person's own address. */
bool synth_row_is_own(const struct synth_row *row);
bool synth_row_in_time(const struct synth_maker *m, int y);

enum synth_identifiers { BY_ANY, BY_TIN, BY_BIRTH, BY_BOTH };

/* Everything but the reason, about m->p, written plainly as the roll has it or
 * with differences of form only (case, abbreviations, separators). */
void synth_sound(struct synth_maker *m, enum synth_identifiers by);
void synth_give_address(struct synth_maker *m, const struct synth_address *a);
void synth_give_name(struct synth_maker *m, const struct synth_person *p);
void synth_give_tin(struct synth_maker *m, const char tin[10]);
void synth_give_birth(struct synth_maker *m, int32_t birth);
void synth_give_officer(struct synth_maker *m, const char *prefix, uint64_t o);

bool synth_make_good(struct synth_maker *m);
bool synth_make_good_hard(struct synth_maker *m);
bool synth_make_not_on_roll(struct synth_maker *m);

/* "12 N MAIN ST" in parts; false for the other forms. */
struct synth_street {
	char number[16], before[4], name[40], suffix[8], after[4];
};
bool synth_street_parse(const struct synth *world, const char *line,
	struct synth_street *ret_street);

/* The long form of a suffix; NULL where `word` is none. */
const char *synth_suffix_word(const struct synth *world, const char *word);

void synth_typo(struct synth_rng *rng, char *text);
void synth_title_case(char *text);

/* ---- synth_wrong.c, synth_refuse.c: the other kinds ---- */

struct synth_kind {
	const char *name;
	uint32_t weight; /* of all kinds' sum */
	bool (*make)(struct synth_maker *m);
	const char *want;
	const char *code; /* "": none */
};
extern const struct synth_kind synth_wrong_kinds[];
extern const size_t synth_n_wrong_kinds;
extern const struct synth_kind synth_refuse_kinds[];
extern const size_t synth_n_refuse_kinds;

/* ---- synth_reason.c ---- */

void synth_reason_specific(struct synth_maker *m);
void synth_reason_shared(struct synth_maker *m, struct synth_rng *pair);
bool synth_make_boilerplate(struct synth_maker *m);
bool synth_make_long_boilerplate(struct synth_maker *m);
bool synth_make_borrowed(struct synth_maker *m);
bool synth_make_contradicted(struct synth_maker *m);
bool synth_make_case_only(struct synth_maker *m);
bool synth_make_no_reason(struct synth_maker *m);

/* ---- synth_write.c ---- */

void synth_write_json(const struct synth_draft *d, struct buf *to);
void synth_write_csv_header(struct buf *to);
void synth_write_csv(const struct synth_draft *d, struct buf *to);
