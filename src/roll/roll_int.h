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
 *       60     4  flags: 1 a person's rows were not adjacent; 2 person_ids
 *                 ascend, and so need no keys
 *       64    32  hash of the content (roll_seal())
 *       96  4 x 4  keys: TIN, house, person_id; zero
 *      112    32  hash of the roll that a delta lies over; zeroes: of none
 *      144  24 x n  sections: u64 offset, u64 bytes, u64 checksum
 *     4088     8  checksum of bytes 0 to 4087
 *
 * Sections follow in the order of roll.def, each at the next multiple of 64;
 * what lies between is zero.
 *
 * checksum: roll_checksum(), four lanes of multiply and fold.  Each step can
 * be undone, so that any one changed word changes the sum; chance lets other
 * damage through once in 2^64.
 *
 * While building, drafts lie in the same file far behind its end, a region of
 * 2^38 bytes each (the file is sparse), and are cut off when it is whole: so
 * there is no temporary file to remove, whatever happens.
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
	ROLL_SORTED_FIRST = 1, /* flags */
	ROLL_ASCENDING = 2,
	ROLL_RECORD_MAX = 64 * 1024,
};

#define ROLL_TIN_BITS 0x3fffffffu
#define ROLL_MORE 0x80000000u /* flag of a text: one more follows */

enum { ROLL_BY_TIN, ROLL_BY_HOUSE, ROLL_BY_ID, ROLL_N_KEYS };

/* The sections of a key; its places come right after. */
static inline unsigned
roll_key_section(unsigned key)
{
	return SEC_TIN_KEYS + 2 * key;
}

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
	uint32_t n_keys[ROLL_N_KEYS];
	uint32_t none;
	uint8_t below[ROLL_HASH];
	struct roll_place section[SEC_N];
	uint8_t zero[ROLL_HEADER - 144 - 24 * SEC_N - 8];
	uint64_t checksum;
};
_Static_assert(sizeof(struct roll_header) == ROLL_HEADER, "one page");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	"the index is mapped as it lies; another byte order needs a reader");

/*
 * A record: this, the identities, the spans (each packed), the bytes of
 * person_id, and zeroes up to a multiple of 4.  One place of memory for all
 * that is compared of a person.
 */
struct roll_raw_record {
	uint8_t id_n;
	uint8_t n_identities;
	uint8_t n_spans;
	uint8_t zero;
};

enum {
	ROLL_IDENTITY = 16, /* bytes of one with neither middle nor suffix */
	ROLL_SPAN = 10,
	ROLL_ID_MAX = 64,
	ROLL_ADDRESS = 10, /* bytes before the line */
};

/*
 * In the record: TIN (30 bits, 2 of the type), birth, given, surname; then the
 * middle name if the top bit of `given` is set, and the suffix if that of
 * `surname` is.  Text 0 is the empty text.
 */
struct roll_raw_identity {
	uint32_t tin;
	int32_t birth;
	uint32_t given; /* texts */
	uint32_t middle;
	uint32_t surname;
	uint32_t suffix;
};

/* In the record: the first ROLL_SPAN bytes. */
struct roll_raw_span {
	uint32_t years; /* bit: year modulo 32 */
	uint32_t address;
	uint8_t identity; /* nth of the person */
	uint8_t says;     /* role, origin << 2, screen << 4 */
	uint16_t zero;
};

struct roll_raw_town { /* texts */
	uint32_t city;
	uint32_t state;
	uint32_t zip;
};

/*
 * An address: its number is its offset / 4.  Then the line and the unit, and
 * zeroes up to a multiple of 4.
 */
struct roll_raw_address { /* in the file: its first ROLL_ADDRESS bytes */
	uint32_t town;
	uint32_t house;   /* roll_house_key() */
	uint16_t lengths; /* of the line, of the unit << 9 */
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

/* Bytes of a stored key: the person, and as many of the low ones of the key as
 * its place does not tell. */
static inline size_t
roll_key_bytes(unsigned bits)
{
	return 4 + (32 - bits + 7) / 8;
}

/* roll_checksum() piece by piece; all but the last a multiple of 32 bytes. */
struct roll_sum {
	uint64_t lane[4];
	uint64_t n;
};
void roll_sum_begin(struct roll_sum *sum, uint64_t n);
void roll_sum_add(struct roll_sum *sum, struct span bytes);
uint64_t roll_sum_end(struct roll_sum *sum, struct span last);

/* The hash: SHA-256 over the header (its own field and the checksum as zero)
 * and the SHA-256 of every 16 MiB that follow.  Fails NOMEM. */
MUST_USE enum err roll_hash(const struct roll_header *header, struct span rest,
	bool drop, uint8_t hash[ROLL_HASH]);

/*
 * Writes checksums and hash anew, as roll_build() does at its end.  `image`
 * must hold a whole header with sections inside.  `drop`: the image is a
 * file, whose pages need not stay.  Fails NOMEM.
 */
MUST_USE enum err roll_seal_header(
	struct roll_header *header, const uint8_t *image, size_t n, bool drop);
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
	size_t n_kept;        /* bytes of this one */
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

/* ---- drafts ---- */

enum roll_region {      /* of the file while it is built */
	REGION_RECORDS, /* where they stay, after the header */
	REGION_PEOPLE,
	REGION_TEXT,
	REGION_TOWNS,
	REGION_ADDRESSES,
	REGION_TIN,
	REGION_HOUSE,
	REGION_ID,
	REGION_LINES,
	REGION_MERGED,
	REGION_MERGED_PEOPLE,
	REGION_N
};

struct roll_stream { /* appended to, in large pieces */
	int fd;
	uint64_t base;
	uint64_t n; /* bytes, those held too */
	uint8_t *held;
	size_t n_held;
};

/* Fails NOMEM. */
MUST_USE enum err roll_stream_init(
	struct roll_stream *stream, int fd, enum roll_region region);
void roll_stream_fini(struct roll_stream *stream);
void roll_stream_restart(struct roll_stream *stream);

/* Refuses TOO_LARGE (2^34 bytes: numbers are fours of them); fails IO. */
MUST_USE enum err roll_stream_add(
	struct roll_stream *stream, struct span bytes);
MUST_USE enum err roll_stream_flush(struct roll_stream *stream);

/* Maps what was written; roll_stream_unmap() after.  Fails IO. */
MUST_USE enum err roll_stream_map(
	struct roll_stream *stream, struct span *ret_bytes);
void roll_stream_unmap(struct span bytes);

MUST_USE enum err roll_write_at(int fd, struct span bytes, uint64_t at);
MUST_USE enum err roll_read_at(int fd, uint8_t *to, size_t n, uint64_t at);

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

/*
 * What is said once while memory lasts.  What does not fit goes to the file
 * unseen and may be said again: equal numbers mean equal texts, and not the
 * other way round.
 */
struct roll_dict {
	struct roll_stream text;
	struct roll_stream town;
	struct roll_stream address;
	struct roll_vec words; /* the leading part of `text` */
	struct roll_vec towns; /* of `town` */
	struct roll_table texts;
	struct roll_table town_table;
	struct roll_near *near; /* addresses of late */
	size_t n_near;
	uint32_t n_addresses;
	struct roll_memory memory;
};
MUST_USE enum err roll_dict_init(
	struct roll_dict *dict, int fd, uint64_t most_memory);
void roll_dict_fini(struct roll_dict *dict);

/* Each gives the number of what is there already or is added; refuses
 * TOO_LARGE, fails NOMEM, IO. */
MUST_USE enum err roll_dict_text(
	struct roll_dict *dict, struct span text, uint32_t *ret_text);
MUST_USE enum err roll_dict_names(struct roll_dict *dict, struct span given,
	struct span middle, struct span surname, struct span suffix,
	struct roll_raw_identity *ret_identity);
MUST_USE enum err roll_dict_town(struct roll_dict *dict, struct span city,
	struct span state, struct span zip, uint32_t *ret_town);

/* Standardises it for its key only when it is not one of late. */
MUST_USE enum err roll_dict_address(struct roll_dict *dict, uint32_t town,
	const struct address_text *text, uint32_t *ret_address,
	uint32_t *ret_house);

/* ---- people ---- */

/* A person whose rows are being read: one a year, so never more than this. */
struct roll_one {
	uint8_t id[ROLL_ID_MAX];
	size_t id_n; /* 0: nobody yet */
	uint32_t n_identities;
	uint32_t n_spans;
	uint32_t years; /* that have a row; bit: year modulo 32 */
	struct roll_raw_identity identity[ROLL_YEARS_MAX];
	struct roll_raw_span span[ROLL_YEARS_MAX];
	uint32_t house[ROLL_YEARS_MAX]; /* of each span */
	uint64_t line;                  /* of the first row */
	uint16_t source;
};

struct roll_draft {
	struct roll_dict dict;
	struct roll_stream records;
	struct roll_stream people;
	struct roll_stream keys[ROLL_N_KEYS]; /* u64: key << 32 | person */
	struct roll_stream lines; /* u64 a person from `lines_from` on: source
				   * << 48 | line */
	struct roll_one one;
	uint8_t last_id[ROLL_ID_MAX];
	size_t last_id_n;
	uint32_t town; /* of the row before */
	uint32_t identity;
	uint32_t address;
	uint32_t house;
	uint64_t n_rows;
	uint32_t n_people;
	uint32_t n_identities;
	uint32_t n_spans;
	uint32_t lines_from; /* the first person_id out of order */
	uint16_t first_year;
	uint16_t last_year;
	bool ascending; /* every person_id after the one before */
	bool sorted_first;
	const struct roll_source *sources; /* for messages */
	uint8_t below[ROLL_HASH];          /* of a delta */
	struct roll_vec replaced;          /* u32, ascending when written */
};

/* Fails NOMEM. */
MUST_USE enum err roll_draft_init(
	struct roll_draft *draft, int fd, uint64_t most_memory);
void roll_draft_fini(struct roll_draft *draft);

/* Takes one row in; a person is written when the next one begins. */
MUST_USE enum err roll_row_take(struct roll_draft *draft,
	const struct roll_row *row, const struct roll_rows *rows,
	uint16_t source, struct why *reterr_why);

/* Writes the person of `draft->one`, if any, with its keys. */
MUST_USE enum err roll_one_end(struct roll_draft *draft);

/* The place of `identity` in the person, where it is added if need be. */
uint32_t roll_one_identity(
	struct roll_one *one, const struct roll_raw_identity *identity);
void roll_one_span(
	struct roll_one *one, const struct roll_raw_span *span, uint32_t house);

/*
 * Where person_ids did not ascend: finds those that come again, and makes one
 * person of each.  Refuses MALFORMED (a year twice), TOO_LARGE (4 bytes for
 * every person must be had); fails NOMEM, IO.
 */
MUST_USE enum err roll_merge(struct roll_draft *draft, struct why *reterr_why);

/* ---- keys ---- */

/* Keys `[0, n)`, ascending; whole runs of equal keys. */
typedef enum err roll_keys_fn(void *ctx, const uint64_t *keys, size_t n);

/*
 * Sorts a stream of keys, as much of it at a time as memory lets us hold, and
 * gives `each` the parts in order.  `ret_places`: 2^bits + 1 numbers, for the
 * caller to free.  Fails NOMEM, IO.
 */
MUST_USE enum err roll_keys_sort(struct roll_stream *keys,
	struct roll_memory *memory, roll_keys_fn *each, void *ctx,
	uint32_t **ret_places);

/* The keys of person_id, of records already written. */
MUST_USE enum err roll_id_keys(struct roll_draft *draft);

/* ---- writing ---- */

/* Puts the sections together in `fd`, hashes what lies there, and writes the
 * header last.  Refuses TOO_LARGE; fails IO, NOMEM. */
MUST_USE enum err roll_write(
	struct roll_draft *draft, int fd, uint64_t *ret_bytes);

/* ---- reading ---- */

struct roll {
	const uint8_t *at;
	size_t n;
	bool mapped;
	struct roll_header header;
	struct span section[SEC_N];
	unsigned bits[ROLL_N_KEYS];

	/* Of a delta: what it lies over.  People and addresses are numbered
	 * from the lower roll on. */
	struct roll *below;
	uint8_t *hidden; /* bit a person below: the delta speaks for it */
	uint32_t n_below;
	uint32_t addresses_below; /* numbers taken by those below */
};

/* As they lie in a record; what is not there, or leaves it, is zeroes. */
struct roll_raw_identity roll_identity_at(
	const struct roll *roll, uint32_t person, uint32_t nth);
struct roll_raw_span roll_span_at(
	const struct roll *roll, uint32_t person, uint32_t nth);

/* Checks the header and bounds of `roll->at`; fills in the rest. */
MUST_USE enum err roll_check_head(struct roll *roll, struct why *reterr_why);
MUST_USE enum err roll_check_sums(
	const struct roll *roll, struct why *reterr_why);
