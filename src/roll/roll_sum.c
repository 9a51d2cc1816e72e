/* SPDX-License-Identifier: Apache-2.0 */
/* What the stored bytes depend on: sums, hashes and keys.  A change here is a
 * change of ROLL_VERSION. */
#include "roll/roll_int.h"

#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "crypto/crypto.h"

static const uint64_t odd[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9,
	0x94d049bb133111eb, 0xd6e8feb86659fd93};

static uint64_t
word_at(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Can be undone for a known word, and so can the word for a known sum. */
static inline uint64_t
fold(uint64_t sum, uint64_t word, uint64_t by)
{
	sum = (sum ^ word) * by;
	return sum ^ sum >> 32;
}

void
roll_sum_begin(struct roll_sum *sum, uint64_t n)
{
	*sum = (struct roll_sum){{n, odd[1], odd[2], odd[3]}, n};
}

void
roll_sum_add(struct roll_sum *sum, struct span bytes)
{
	uint64_t lane[4];

	must(bytes.n % 32 == 0);
	memcpy(lane, sum->lane, sizeof(lane));
	for (size_t i = 0; i < bytes.n; i += 32)
		for (size_t k = 0; k < 4; k++)
			lane[k] = fold(
				lane[k], word_at(bytes.at + i + 8 * k), odd[k]);
	memcpy(sum->lane, lane, sizeof(lane));
}

uint64_t
roll_sum_end(struct roll_sum *sum, struct span last)
{
	uint8_t block[32] = {0};
	size_t whole = last.n / 32 * 32;
	uint64_t all = sum->n;

	roll_sum_add(sum, span_of(last.at, whole));
	if (whole < last.n)
		memcpy(block, last.at + whole, last.n - whole);
	roll_sum_add(sum, span_of(block, sizeof(block)));
	for (size_t k = 0; k < 4; k++)
		all = fold(all, sum->lane[k], odd[0]);
	return all;
}

uint64_t
roll_checksum(struct span bytes)
{
	struct roll_sum sum;

	roll_sum_begin(&sum, bytes.n);
	return roll_sum_end(&sum, bytes);
}

uint64_t
roll_mix(struct span bytes, uint64_t seed)
{
	uint64_t sum = fold(seed, bytes.n, odd[1]);
	uint8_t last[8] = {0};
	size_t i = 0;

	for (; i + 8 <= bytes.n; i += 8)
		sum = fold(sum, word_at(bytes.at + i), odd[0]);
	if (i < bytes.n) {
		memcpy(last, bytes.at + i, bytes.n - i);
		sum = fold(sum, word_at(last), odd[0]);
	}
	sum = fold(sum, 0, odd[2]);
	return fold(sum, 0, odd[3]);
}

unsigned
roll_place_bits(size_t n_keys)
{
	unsigned bits = 0;

	while (bits < 28 && (size_t)8 << bits < n_keys)
		bits++;
	return bits;
}

static uint64_t
mix_text(const char *text, uint64_t seed)
{
	return roll_mix(span_text(text), seed);
}

/*
 * Suffix, directionals and city stay out: where the comparison forgives in
 * them, the key must not part what it would call equal.
 */
uint32_t
roll_house_key(const struct person_address *address)
{
	uint64_t key;

	if (address->zip[0] == '\0' ||
		(address->number[0] == '\0' && address->street[0] == '\0'))
		return 0;
	key = mix_text(address->zip, (uint64_t)address->form);
	key = mix_text(address->number, key);
	key = mix_text(address->street, key);
	return (uint32_t)key == 0 ? 1 : (uint32_t)key;
}

/* Forms of Publication 28 whose folding the key depends on. */
static const char *const samples[][4] = {
	{"123 North Main Street", "Apt 4", "Rio Linda", "95673"},
	{"12-34 56th Avenue", "", "Portland", "97219"},
	{"Post Office Box 1402", "", "Tulsa", "74153"},
	{"Rural Route 2 Box 15", "", "Ontario", "97914"},
	{"Highway Contract 68 Box 23A", "", "Ontario", "97914"},
	{"N6W23001 Bluemound Rd", "", "Dayton", "45470"},
	{"39 1/2 Saint Andrews Boulevard", "# 3", "Lowell", "72745"},
	{"1500 County Road 12", "", "Burr", "68324"},
	{"PSC 802 Box 74", "", "APO", "09499"},
	{"77 Twenty-Third Street NW", "", "Longwood", "28452"},
};

uint32_t
roll_tables(void)
{
	uint64_t sum = ROLL_VERSION;

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct address_text text = {
			.line = span_text(samples[i][0]),
			.unit = span_text(samples[i][1]),
			.city = span_text(samples[i][2]),
			.zip = span_text(samples[i][3]),
		};
		struct person_address address;
		uint32_t key;

		person_address_parts(&text, &address);
		key = roll_house_key(&address);
		sum = roll_mix(span_of(&key, sizeof(key)), sum);
	}
	return (uint32_t)sum;
}

/* ---- the seal ---- */

enum { CHUNK = 16 * 1024 * 1024 };

/* What was read of a file need not stay in memory: a roll may be larger. */
static void
done_with(struct span bytes, bool drop)
{
	uintptr_t page = ROLL_HEADER;
	uintptr_t from = ((uintptr_t)bytes.at + page - 1) / page * page;
	uintptr_t to = ((uintptr_t)bytes.at + bytes.n) / page * page;

	if (drop && from < to)
		(void)madvise((void *)from, to - from, MADV_DONTNEED);
}

static uint64_t
section_sum(struct span bytes, bool drop)
{
	struct roll_sum sum;

	roll_sum_begin(&sum, bytes.n);
	while (bytes.n > CHUNK) {
		struct span chunk = span_of(bytes.at, CHUNK);

		roll_sum_add(&sum, chunk);
		done_with(chunk, drop);
		bytes = span_of(bytes.at + CHUNK, bytes.n - CHUNK);
	}
	return roll_sum_end(&sum, bytes);
}

enum err
roll_hash(const struct roll_header *header, struct span rest, bool drop,
	uint8_t hash[ROLL_HASH])
{
	struct roll_header blank = *header;
	size_t n = (rest.n + CHUNK - 1) / CHUNK;
	uint8_t *list = mem_resize(NULL, n + 1, ROLL_HASH);

	if (list == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < n; i++) {
		size_t left = rest.n - i * CHUNK;
		struct span chunk = span_of(
			rest.at + i * CHUNK, left < CHUNK ? left : CHUNK);

		crypto_sha256(chunk, list + i * ROLL_HASH);
		done_with(chunk, drop);
	}
	memset(blank.hash, 0, sizeof(blank.hash));
	blank.checksum = 0;
	crypto_sha256_2(span_of(&blank, sizeof(blank)),
		span_of(list, n * ROLL_HASH), hash);
	mem_free(list);
	return ERR_OK;
}

enum err
roll_seal_header(
	struct roll_header *header, const uint8_t *image, size_t n, bool drop)
{
	struct span rest = span_of(image + ROLL_HEADER, n - ROLL_HEADER);
	enum err e;

	must(n >= ROLL_HEADER);
	for (size_t i = 0; i < SEC_N; i++) {
		struct roll_place *place = &header->section[i];

		must(place->offset <= n && place->bytes <= n - place->offset);
		place->checksum = section_sum(
			span_of(image + place->offset, place->bytes), drop);
	}
	e = roll_hash(header, rest, drop, header->hash);
	header->checksum = roll_checksum(
		span_of(header, sizeof(*header) - sizeof(header->checksum)));
	return e;
}

void
roll_seal(uint8_t *image, size_t n)
{
	struct roll_header header;

	memcpy(&header, image, sizeof(header));
	must(roll_seal_header(&header, image, n, false) == ERR_OK);
	memcpy(image, &header, sizeof(header));
}
