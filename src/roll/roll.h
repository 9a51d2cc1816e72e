/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * roll - the custodian's records: built once from CSV into an immutable,
 * checksummed index, then mapped read-only and looked up.
 *
 *	CSV ── roll_build() ──> index file ── roll_open() ──> struct roll
 *	        names, checks,   sections and     mapped, verified,
 *	        groups, keys     checksums        shared by any number of readers
 *
 * The CSV is DESIGN.md "Roll"; docs/formats/roll.md has its fields and the
 * bytes of the index.  A file that is not so is refused whole: a roll is the
 * custodian's own, and half a roll would answer wrongly.
 *
 * What is kept: what a row says of name, numbers, dates and address as written
 * (nothing is corrected), each said once however many years repeat it, and two
 * keys: TIN, and house (ZIP, number and street in standard form).  Every
 * confirmation needs an address of the person, so the house key reaches every
 * record that can be confirmed.  joint_id is checked and not kept.
 *
 * A struct roll never changes after roll_open() and may be read by any number
 * of threads.  Lookups allocate nothing, fail never, and stay inside the
 * mapping whatever its bytes are; an index out of range is our own bug
 * (must()) for numbers a caller counts up, and "nothing" for numbers read from
 * the file.
 *
 * Only roll_build.c, roll_delta.c, roll_stream.c, roll_write.c and roll_open.c
 * touch descriptors, and only those that the caller passes in; naming, syncing
 * and replacing files is the caller's.
 */

#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "person/person.h"

enum {
	ROLL_VERSION = 2,
	ROLL_HASH = 32,       /* SHA-256 */
	ROLL_YEARS_MAX = 32,  /* first to last tax year of one roll */
	ROLL_FIELD_MAX = 256, /* bytes of one CSV field */
	ROLL_NOBODY = UINT32_MAX,
};

struct roll;

/* ---- building ---- */

/*
 * Where CSV comes from.  `read` puts up to `size` bytes in `to` and says how
 * many; 0 is the end.  `name` is for messages.
 */
struct roll_source {
	const char *name;
	enum err (*read)(void *ctx, uint8_t *to, size_t size, size_t *ret_n);
	void *ctx;
};

/* A source over bytes in memory, for tests and fuzzing: `left` is consumed. */
struct roll_source roll_source_bytes(const char *name, struct span *left);

struct roll_progress { /* called about every 65,536 rows, and at the end */
	void (*tell)(void *ctx, uint64_t rows, uint64_t bytes);
	void *ctx;
};

struct roll_build_options {
	struct roll_progress progress;
	uint64_t most_memory; /* bytes while building; 0: 4 GiB */
};

struct roll_stats {
	uint64_t n_bytes; /* of CSV */
	uint64_t n_rows;
	uint32_t n_people;
	uint32_t n_identities; /* distinct name, TIN, birth date per person */
	uint32_t n_spans;      /* runs of years of which all else is equal */
	uint32_t n_addresses;  /* as written; those of late are not repeated */
	uint64_t index_bytes;
	bool sorted_first; /* a person's rows were not adjacent */
};

/*
 * Reads every source (each begins with its own header record) and writes the
 * index to `fd`, a new empty file open for reading and writing.  The header
 * page is written last: an unfinished file is no roll, and one that was
 * refused or failed is left empty.  `options` may be NULL.
 *
 * A person is written as soon as its last row was read, to drafts far behind
 * the end of the file (it must be sparse: no FAT), so that memory does not
 * grow with the roll.  `most_memory` bounds the dictionaries and the sorting:
 * with less, equal texts are said more often and keys are sorted in more
 * passes, and a look-up answers the same.  A megabyte or two for buffers, the
 * places of the keys (about half a byte a person) and the most frequent key
 * come besides.
 *
 * Refuses MALFORMED (`reterr_why` names source, line and field) and TOO_LARGE
 * (2^31 people; a section over 16 GiB; a field over ROLL_FIELD_MAX; years
 * further apart than ROLL_YEARS_MAX; rows of a person not adjacent and not 4
 * bytes of memory for each run of them).  Fails NOMEM, IO.
 */
MUST_USE enum err roll_build(const struct roll_source *sources,
	size_t n_sources, int fd, const struct roll_build_options *options,
	struct roll_stats *ret_stats, struct why *reterr_why);

/* ---- opening ---- */

enum roll_check {
	ROLL_CHECK_ALL,  /* header, bounds, and the checksum of every section */
	ROLL_CHECK_HEAD, /* header and bounds: when ALL was done before */
};

/*
 * Maps `fd` read-only (it may be closed afterwards).  The file must not be
 * changed or cut while it is mapped.  Refuses DAMAGED: not a roll, another
 * version, cut short, or a checksum that does not hold (`reterr_why`).
 * Fails IO, NOMEM.
 */
MUST_USE enum err roll_open(int fd, enum roll_check check,
	struct roll **ret_roll, struct why *reterr_why);

/* By the first ROLL_HEAD bytes of a file: an index, and of an earlier or later
 * version of this program, which cannot read it. */
enum { ROLL_HEAD = 16 };
bool roll_other_version(const uint8_t head[ROLL_HEAD]);

/* The same over bytes in memory that outlive the roll; aligned to 8. */
MUST_USE enum err roll_from_bytes(struct span bytes, enum roll_check check,
	struct roll **ret_roll, struct why *reterr_why);

struct roll *roll_free(struct roll *roll);
DEFINE_OWNED(roll);

/* ---- deltas ---- */

/*
 * A delta says anew what changed since a roll was built, and lies over it: a
 * person of the delta is told by the delta alone, everybody else by the roll
 * below, and nothing is built again.
 *
 * roll_delta() makes one over `below` of the people of `news` (an index of the
 * changed rows).  For a person whom `below` knows, rows of the years that
 * `news` has take the place of those, and the rest stays.  Where `below` is a
 * delta already, the new one takes in what it said and lies over the same roll:
 * there are never more than two layers.  A person cannot be taken away.
 *
 * Refuses TOO_LARGE as roll_build() (the years of both together too).  Fails
 * NOMEM, IO.
 */
MUST_USE enum err roll_delta(const struct roll *news, const struct roll *below,
	int fd, uint64_t most_memory, struct roll_stats *ret_stats);

/* True of a delta, and the hash of the roll that must lie below it. */
bool roll_is_delta(const struct roll *roll, uint8_t ret_below[32]);

/*
 * Lays `delta`, as opened, over `*below`, and owns that from then on (also
 * where it refuses).  A delta that was not laid answers for its own people
 * alone.  Refuses DAMAGED: no delta, or over another roll.  Fails NOMEM.
 */
MUST_USE enum err roll_lay(
	struct roll *delta, struct roll **below, struct why *reterr_why);

struct roll_info {
	uint32_t version;
	uint32_t tables; /* roll_tables() when it was built */
	uint32_t n_people;
	uint32_t n_identities;
	uint32_t n_spans;
	uint32_t n_addresses;
	uint64_t n_rows;
	uint64_t index_bytes;
	uint16_t first_year;
	uint16_t last_year;
	bool sorted_first;
	uint8_t hash[ROLL_HASH]; /* of the whole content: names the roll */
	uint32_t n_delta;        /* people whom a delta tells; 0: no delta */
	uint32_t n_replaced;     /* of those, known to the roll below */
};
void roll_info(const struct roll *roll, struct roll_info *ret_info);

/* Computes the content hash anew and compares: false when it is another.  A
 * checksum tells damage; only this tells a forger. */
bool roll_hash_holds(const struct roll *roll);

/*
 * A fingerprint of the standardising rules on which the house key depends,
 * taken by folding a fixed set of addresses.  An index built under other rules
 * would hide people: roll_open() refuses it, and it must be built again.
 */
uint32_t roll_tables(void);

/* ---- people ---- */

enum roll_role { ROLL_PRIMARY, ROLL_SECONDARY, ROLL_DEPENDENT, ROLL_N_ROLES };
enum roll_origin { /* column address_source */
	ROLL_RETURN,
	ROLL_THIRD_PARTY,
	ROLL_PREPARER,
	ROLL_CARE_OF,
	ROLL_N_ORIGINS
};
enum roll_screen {
	ROLL_CLEAR,
	ROLL_INFORMANT,
	ROLL_EXAM,
	ROLL_CI,
	ROLL_N_SCREENS
};
enum roll_tin_type { ROLL_NO_TIN, ROLL_SSN, ROLL_ITIN, ROLL_ATIN, ROLL_N_TINS };

const char *roll_role_text(enum roll_role role);
const char *roll_origin_text(enum roll_origin origin);
const char *roll_screen_text(enum roll_screen screen);
const char *roll_tin_type_text(enum roll_tin_type type);

struct roll_person {
	struct span id; /* person_id as written */
	uint32_t n_identities;
	uint32_t n_spans;
};
uint32_t roll_n_people(const struct roll *roll);
struct roll_person roll_person(const struct roll *roll, uint32_t person);

/* Who one is: as many as the rows tell apart (a new surname, an ITIN that
 * became an SSN); nearly always one. */
struct roll_identity {
	uint32_t tin; /* 0: none */
	enum roll_tin_type tin_type;
	int32_t birth; /* DAY_NONE: not stated */
	struct span given;
	struct span middle;
	struct span surname;
	struct span suffix;
};
struct roll_identity roll_identity(
	const struct roll *roll, uint32_t person, uint32_t nth);

/* The name in standard form. */
void roll_name(
	const struct roll_identity *identity, struct person_name *ret_name);

/* The tax years in which a person's rows say the same. */
struct roll_span {
	uint32_t years;    /* bit i: first_year of the roll + i */
	uint32_t identity; /* nth of the person */
	uint32_t address;  /* for roll_address() */
	enum roll_role role;
	enum roll_origin origin;
	enum roll_screen screen;
};
struct roll_span roll_span(
	const struct roll *roll, uint32_t person, uint32_t nth);

/* The bit of a year in roll_span.years; 0: the roll has no such year. */
uint32_t roll_year_bit(const struct roll *roll, uint16_t year);

/*
 * For whoever looks up many: has what a look-up will read brought nearer, so
 * that it need not be waited for.  Each is said twice, some look-ups apart:
 * where it stands is fetched, and later what stands there.  They change nothing
 * and may be said of any value.
 */
enum roll_ahead { ROLL_AHEAD_PLACE, ROLL_AHEAD_THING };
void roll_ahead_tin(
	const struct roll *roll, uint32_t tin, enum roll_ahead what);
void roll_ahead_house(
	const struct roll *roll, uint32_t key, enum roll_ahead what);
void roll_ahead_person(
	const struct roll *roll, uint32_t person, enum roll_ahead what);

/* Source return or third-party: may confirm a person and may be given out. */
bool roll_origin_own(enum roll_origin origin);

/* A row that is the person's own: not one of a dependent. */
bool roll_role_own(enum roll_role role);

/* ---- addresses ---- */

/* How many; the numbers of addresses are places, and not below this.  Equal
 * numbers are equal addresses, and not the other way round. */
uint32_t roll_n_addresses(const struct roll *roll);

/* As written; valid as long as the roll.  Empty spans past the end. */
struct address_text roll_address(const struct roll *roll, uint32_t address);

/* In standard form, to compare and not to grade (person_address_parts());
 * parsed anew at every call. */
void roll_address_standard(const struct roll *roll, uint32_t address,
	struct person_address *ret_address);

/* Its house key, as roll_house_key() of the standard form; spares parsing. */
uint32_t roll_address_house(const struct roll *roll, uint32_t address);

/*
 * What may be given out for one tax year (I7): the address of the person's own
 * row, not a dependent's, of source return or third-party.  False: nothing.
 */
struct roll_own_address {
	uint32_t address;
	struct address_text text;
	enum roll_origin origin;
};
bool roll_own_address(const struct roll *roll, uint32_t person, uint16_t year,
	struct roll_own_address *ret_own);

/* ---- keys ---- */

/* People found by a key, ascending, each once. */
struct roll_found {
	const struct roll *roll;
	size_t at_below; /* those of the roll below a delta come first */
	size_t n_below;
	size_t at;     /* first entry */
	size_t n;      /* entries */
	unsigned keys; /* which key */
};
/* ROLL_NOBODY from a forged index. */
uint32_t roll_found_person(const struct roll_found *found, size_t nth);

/* By TIN, of any of a person's identities. */
struct roll_found roll_find_tin(const struct roll *roll, uint32_t tin);

/*
 * By house: everybody with any row, of whatever role and source, at an address
 * of this ZIP, number and street name.  Others may be among them (the key is a
 * hash); nobody is missing whose address equals by person_address_compare().
 * roll_house_key() is 0 where the address has no such key; 0 finds nobody.
 */
uint32_t roll_house_key(const struct person_address *address);
struct roll_found roll_find_house(const struct roll *roll, uint32_t key);

/* A person by person_id; ROLL_NOBODY when there is none. */
uint32_t roll_find_person(const struct roll *roll, struct span id);
