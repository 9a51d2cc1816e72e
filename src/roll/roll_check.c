/* SPDX-License-Identifier: Apache-2.0 */
/* Is this an index of ours, whole, and what was written? */
#include "roll/roll_int.h"

#include <string.h>

struct section {
	const char *name;
	size_t size;
};

static const struct section sections[SEC_N] = {
#define SECTION(ID, size, text) [SEC_##ID] = {#ID, (size)},
#include "roll/roll.def"
};

size_t
roll_section_size(enum roll_section section)
{
	must(section < SEC_N);
	return sections[section].size;
}

static enum err
damaged(struct why *why, const char *says)
{
	return why_set(why, ERR_DAMAGED, "roll index: %s", says);
}

bool
roll_other_version(const uint8_t head[ROLL_HEAD])
{
	uint32_t version;

	memcpy(&version, head + offsetof(struct roll_header, version),
		sizeof(version));
	return memcmp(head, "WEIRROLL", 8) == 0 && version != ROLL_VERSION;
}

static enum err
check_kind(const struct roll_header *h, struct why *why)
{
	if (memcmp(h->magic, "WEIRROLL", sizeof(h->magic)) != 0)
		return damaged(why, "not a roll, or one never finished");
	if (h->order != ROLL_ORDER)
		return damaged(why, "made on a machine of other byte order");
	if (h->version != ROLL_VERSION || h->n_sections != SEC_N)
		return damaged(why, "of another version: load the CSV again");
	if (h->checksum !=
		roll_checksum(span_of(h, sizeof(*h) - sizeof(h->checksum))))
		return damaged(why, "the header is damaged");
	if (h->tables != roll_tables())
		return damaged(why,
			"built with other address rules: load the CSV again");
	return ERR_OK;
}

static enum err
check_places(struct roll *roll, struct why *why)
{
	uint64_t after = ROLL_HEADER;

	for (size_t i = 0; i < SEC_N; i++) {
		const struct roll_place *place = &roll->header.section[i];

		if (place->offset % ROLL_ALIGN != 0 || place->offset < after ||
			place->offset > roll->n ||
			place->bytes > roll->n - place->offset ||
			place->bytes % sections[i].size != 0)
			return damaged(why, "a section lies outside the file");
		after = place->offset + place->bytes;
		roll->section[i] =
			span_of(roll->at + place->offset, place->bytes);
	}
	return ERR_OK;
}

static size_t
elements(const struct roll *roll, enum roll_section section)
{
	return roll->section[section].n / sections[section].size;
}

static bool
keys_fit(struct roll *roll, unsigned which)
{
	unsigned section = roll_key_section(which);
	size_t n = roll->header.n_keys[which];
	unsigned bits = roll_place_bits(n);

	roll->bits[which] = bits;
	return roll->section[section].n == n * roll_key_bytes(bits) &&
	       roll->section[section + 1].n / 4 == ((size_t)1 << bits) + 1;
}

static enum err
check_counts(struct roll *roll, struct why *why)
{
	const struct roll_header *h = &roll->header;

	if (elements(roll, SEC_PEOPLE) != (size_t)h->n_people + 1 ||
		h->n_people == ROLL_NOBODY || h->last_year < h->first_year ||
		h->last_year - h->first_year >= ROLL_YEARS_MAX)
		return damaged(why, "its counts contradict its sections");
	for (unsigned i = 0; i < ROLL_N_KEYS; i++)
		if (!keys_fit(roll, i))
			return damaged(why, "its keys contradict their places");
	return ERR_OK;
}

enum err
roll_check_head(struct roll *roll, struct why *reterr_why)
{
	enum err e;

	if (roll->n < ROLL_HEADER)
		return damaged(reterr_why, "cut short: not even a header");
	memcpy(&roll->header, roll->at, sizeof(roll->header));
	e = check_kind(&roll->header, reterr_why);
	if (e != ERR_OK)
		return e;
	if (roll->header.file_bytes != roll->n)
		return damaged(reterr_why, "cut short, or something follows");
	e = check_places(roll, reterr_why);
	return e == ERR_OK ? check_counts(roll, reterr_why) : e;
}

enum err
roll_check_sums(const struct roll *roll, struct why *reterr_why)
{
	for (size_t i = 0; i < SEC_N; i++)
		if (roll_checksum(roll->section[i]) !=
			roll->header.section[i].checksum)
			return why_set(reterr_why, ERR_DAMAGED,
				"roll index: section %s is not what was "
				"written",
				sections[i].name);
	return ERR_OK;
}

bool
roll_hash_holds(const struct roll *roll)
{
	uint8_t hash[ROLL_HASH];

	if (roll->below != NULL && !roll_hash_holds(roll->below))
		return false;
	return roll_hash(&roll->header,
		       span_of(roll->at + ROLL_HEADER, roll->n - ROLL_HEADER),
		       false, hash) == ERR_OK &&
	       memcmp(hash, roll->header.hash, sizeof(hash)) == 0;
}

void
roll_info(const struct roll *roll, struct roll_info *ret_info)
{
	const struct roll_header *h = &roll->header;

	*ret_info = (struct roll_info){
		.version = h->version,
		.tables = h->tables,
		.n_people = h->n_people,
		.n_identities = h->n_identities,
		.n_spans = h->n_spans,
		.n_addresses = h->n_addresses,
		.n_rows = h->n_rows,
		.index_bytes = h->file_bytes,
		.first_year = h->first_year,
		.last_year = h->last_year,
		.sorted_first = (h->flags & ROLL_SORTED_FIRST) != 0,
	};
	memcpy(ret_info->hash, h->hash, sizeof(ret_info->hash));
	if (roll->below == NULL)
		return;
	/* Of both: rows and spans that a delta replaced are still below. */
	ret_info->n_replaced =
		(uint32_t)(roll->section[SEC_REPLACED].n / sizeof(uint32_t));
	ret_info->n_people +=
		roll->below->header.n_people - ret_info->n_replaced;
	ret_info->n_delta = h->n_people;
	ret_info->n_identities += roll->below->header.n_identities;
	ret_info->n_spans += roll->below->header.n_spans;
	ret_info->n_addresses += roll->below->header.n_addresses;
	ret_info->n_rows += roll->below->header.n_rows;
	ret_info->index_bytes += roll->below->header.file_bytes;
}
