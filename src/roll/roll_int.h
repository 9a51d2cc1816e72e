/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * roll_int - the bytes of the index and the steps of building it; for this
 * folder and its tests only.
 *
 *   offset  size  what (all numbers little-endian)
 *        0     8  "WEIRROLL"
 *        8     4  0x01020304, which another byte order reads otherwise
 *       12     4  ROLL_VERSION
 *       16     4  roll_tables()
 *       20     4  number of sections
 *       24     8  bytes of the whole file
 *       32     8  rows of the CSV
 *       40  4 x 4  people, identities, spans, addresses
 *       56   2,2  first and last tax year
 *       60     4  flags: 1 a person's rows were not adjacent
 *       64    32  SHA-256 of the file with this field and the last zeroed
 *       96  24 x n  sections: u64 offset, u64 bytes, u64 checksum
 *     4088     8  checksum of bytes 0 to 4087
 *
 * Sections follow in the order of roll.def, each at the next multiple of 64;
 * what lies between is zero.
 *
 * checksum: roll_checksum(), four lanes of multiply and fold.  Each step can
 * be undone, so that any one changed word changes the sum; chance lets other
 * damage through once in 2^64.
 */

#include "roll/roll.h"

enum roll_column {
#define COLUMN(ID, name, max, filled) COL_##ID,
#include "roll/roll.def"
	COL_N
};

enum roll_section {
#define SECTION(ID, size, text) SEC_##ID,
#include "roll/roll.def"
	SEC_N
};

enum {
	ROLL_HEADER = 4096,
	ROLL_ALIGN = 64,
	ROLL_ORDER = 0x01020304,
	ROLL_SORTED_FIRST = 1, /* flag */
	ROLL_RECORD_MAX = 64 * 1024,
};

/* ---- the bytes ---- */

struct roll_place {
	uint64_t offset;
	uint64_t bytes;
	uint64_t checksum;
};

struct roll_header {
	uint8_t magic[8];
	uint32_t order;
	uint32_t version;
	uint32_t tables;
	uint32_t n_sections;
	uint64_t file_bytes;
	uint64_t n_rows;
	uint32_t n_people;
	uint32_t n_identities;
	uint32_t n_spans;
	uint32_t n_addresses;
	uint16_t first_year;
	uint16_t last_year;
	uint32_t flags;
	uint8_t hash[ROLL_HASH];
	struct roll_place section[SEC_N];
	uint8_t zero[ROLL_HEADER - 96 - 24 * SEC_N - 8];
	uint64_t checksum;
};
_Static_assert(sizeof(struct roll_header) == ROLL_HEADER, "one page");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	"the index is mapped as it lies; another byte order needs a reader");

struct roll_raw_person {
	uint32_t id; /* text */
	uint32_t first_identity;
	uint32_t first_span;
};

struct roll_raw_identity {
	uint32_t tin; /* 30 bits, then 2 of the type */
	int32_t birth;
	uint32_t given; /* texts */
	uint32_t middle;
	uint32_t surname;
	uint32_t suffix;
};

struct roll_raw_span {
	uint32_t years;
	uint32_t address;
	uint16_t identity;   /* nth of the person */
	uint8_t role_origin; /* role, origin << 4 */
	uint8_t screen;
};

struct roll_raw_address { /* texts, but for the key */
	uint32_t line;
	uint32_t unit;
	uint32_t city;
	uint32_t state;
	uint32_t zip;
	uint32_t house; /* roll_house_key(); 0 while reading the CSV */
};

struct roll_key {
	uint32_t person; /* low half: sorts as one u64 by key, then person */
	uint32_t key;
};

size_t roll_section_size(enum roll_section section);
uint64_t roll_checksum(struct span bytes);

/* Spreads evenly; stable for ever (keys are stored). */
uint64_t roll_mix(struct span bytes, uint64_t seed);

/* One to one, so that TINs spread evenly and none meets another. */
static inline uint32_t
roll_tin_key(uint32_t tin)
{
	return tin * 0x9e3779b1u;
}

static inline uint32_t
roll_id_key(struct span id)
{
	return (uint32_t)roll_mix(id, 7);
}

/* Bits of a key that choose its place; places are 2^bits + 1 numbers. */
unsigned roll_place_bits(size_t n_keys);

/* Writes checksums and hash anew, as roll_build() does at its end.  `image`
 * must hold a whole header with sections inside. */
void roll_seal(uint8_t *image, size_t n);

/* ---- CSV ---- */

struct roll_csv {
	const struct roll_source *from;
	uint8_t *at; /* what was read and not yet used */
	size_t n;
	size_t used;
	bool ended;
	uint64_t line;      /* of the record last given, from 1 */
	uint64_t next_line; /* of the one after */
	uint64_t bytes;
};

enum { ROLL_FIELDS_MAX = 64 };

/* Fails NOMEM. */
MUST_USE enum err roll_csv_init(
	struct roll_csv *csv, const struct roll_source *from);
void roll_csv_fini(struct roll_csv *csv);

/*
 * The next record: `*ret_n` fields, which stay until the next call; 0 at the
 * end.  Blank lines are refused like any other record of one field.  Refuses
 * MALFORMED, TOO_LARGE; fails as the source does.
 */
MUST_USE enum err roll_csv_record(struct roll_csv *csv,
	struct span fields[ROLL_FIELDS_MAX], size_t *ret_n,
	struct why *reterr_why);

/* ---- rows ---- */

struct roll_row {
	struct span col[COL_N];
	uint32_t
		changed; /* bit of each column that differs from the row before */
	uint32_t tin;
	enum roll_tin_type tin_type;
	int32_t birth;
	uint16_t year;
	enum roll_role role;
	enum roll_origin origin;
	enum roll_screen screen;
};

struct roll_rows {
	struct roll_csv csv;
	size_t n_fields;
	uint8_t place[COL_N]; /* of each column in the record */
	uint8_t *kept[2];     /* the record before and this one */
	unsigned now;
	bool first;
};

MUST_USE enum err roll_rows_init(struct roll_rows *rows,
	const struct roll_source *from, struct why *reterr_why);
void roll_rows_fini(struct roll_rows *rows);

/* The next row into `row`, which holds the one before; `*ret_end` when there
 * was none.  Texts stay until the next call. */
MUST_USE enum err roll_rows_next(struct roll_rows *rows, struct roll_row *row,
	bool *ret_end, struct why *reterr_why);

/* ---- dictionaries ---- */

/* Elements that we append, within the builder's memory. */
struct roll_vec {
	void *at;
	size_t n;
	size_t size;
	size_t each;
};

struct roll_memory {
	uint64_t used;
	uint64_t most;
};

/* Room for one more; NULL, with `*ret_error` set, when there is none. */
void *roll_vec_add(
	struct roll_vec *vec, struct roll_memory *memory, enum err *ret_error);
void roll_vec_fini(struct roll_vec *vec);

/* Open addressing over u32 values; empty slots are UINT32_MAX. */
struct roll_table {
	uint32_t *slot;
	size_t size; /* a power of two */
	size_t n;
};
void roll_table_fini(struct roll_table *table);

struct roll_dict {
	struct roll_vec text; /* bytes of section TEXT */
	struct roll_vec address;
	struct roll_vec person_id; /* u32: text of each person */
	struct roll_table texts;
	struct roll_table addresses;
	struct roll_table people;
	struct roll_memory memory;
};
void roll_dict_init(struct roll_dict *dict, uint64_t most_memory);
void roll_dict_fini(struct roll_dict *dict);

/* Each gives the number of what is there already or is added; refuses
 * TOO_LARGE, fails NOMEM. */
MUST_USE enum err roll_dict_text(
	struct roll_dict *dict, struct span text, uint32_t *ret_text);
MUST_USE enum err roll_dict_address(struct roll_dict *dict,
	const struct roll_raw_address *address, uint32_t *ret_address);
MUST_USE enum err roll_dict_person(struct roll_dict *dict, struct span id,
	uint32_t *ret_person, bool *ret_new);
struct span roll_dict_span(const struct roll_dict *dict, uint32_t text);

/* ---- from rows to sections ---- */

struct roll_note { /* one row of the CSV */
	uint32_t person;
	uint32_t identity;
	uint32_t address;
	uint16_t year;
	uint8_t role_origin;
	uint8_t screen;
};

struct roll_known { /* one identity, as found */
	struct roll_raw_identity is;
	uint32_t person;
	uint32_t before; /* of the same person; UINT32_MAX: none */
};

struct roll_draft {
	struct roll_dict dict;
	struct roll_vec notes;
	struct roll_vec known;
	struct roll_vec last_known; /* u32 a person, into `known` */
	struct roll_vec seen;       /* u64 a person: its years */
	uint16_t base_year;         /* of bit 0 in `seen` */
	uint16_t first_year;
	uint16_t last_year;
	bool sorted_first;

	struct roll_vec people; /* the sections */
	struct roll_vec identities;
	struct roll_vec spans;
	struct roll_vec keys[3]; /* struct roll_key: TIN, house, person_id */
	struct roll_vec places[3];
};

enum { ROLL_BY_TIN, ROLL_BY_HOUSE, ROLL_BY_ID };

/* Orders notes and identities by person, where they are not, and folds the
 * notes into spans. */
MUST_USE enum err roll_group(struct roll_draft *draft);

/* Makes the three sorted keys and their places. */
MUST_USE enum err roll_key_all(struct roll_draft *draft);

/* ---- writing ---- */

struct roll_sections {
	struct span bytes[SEC_N];
	struct roll_header header; /* counts and years filled in */
};

/* Lays the sections out in `fd`, hashes what lies there, and writes the header
 * last.  Fails IO, NOMEM. */
MUST_USE enum err roll_write(
	int fd, struct roll_sections *sections, uint64_t *ret_bytes);

/* ---- reading ---- */

struct roll {
	const uint8_t *at;
	size_t n;
	bool mapped;
	struct roll_header header;
	struct span section[SEC_N];
	unsigned tin_bits;
	unsigned house_bits;
	unsigned id_bits;
};

/* Checks the header and bounds of `roll->at`; fills in the rest. */
MUST_USE enum err roll_check_head(struct roll *roll, struct why *reterr_why);
MUST_USE enum err roll_check_sums(
	const struct roll *roll, struct why *reterr_why);
