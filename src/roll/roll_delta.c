/* SPDX-License-Identifier: Apache-2.0 */
/* A delta: the people that changed, each told whole, over a roll that stays. */
#include "roll/roll_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* ---- building ---- */

struct delta {
	struct roll_draft draft;
	const struct roll *news;
	const struct roll
		*below;          /* as it serves: a roll, or a delta over one */
	const struct roll *base; /* the lower layer of that */
};

/* Of an identity of `from`, the same in the draft. */
static enum err
copy_identity(
	struct delta *d, const struct roll_identity *from, uint32_t *ret_n)
{
	struct roll_raw_identity is = {
		.tin = from->tin | (uint32_t)from->tin_type << 30,
		.birth = from->birth,
	};
	enum err e = roll_dict_names(&d->draft.dict, from->given, from->middle,
		from->surname, from->suffix, &is);

	if (e == ERR_OK)
		*ret_n = roll_one_identity(&d->draft.one, &is);
	return e;
}

static enum err
copy_address(struct delta *d, const struct address_text *from,
	uint32_t *ret_address, uint32_t *ret_house)
{
	struct roll_dict *dict = &d->draft.dict;
	uint32_t town = 0;
	enum err e =
		roll_dict_town(dict, from->city, from->state, from->zip, &town);

	return e == ERR_OK ? roll_dict_address(
				     dict, town, from, ret_address, ret_house)
			   : e;
}

/* Bit `year - first of the roll` to bit `year modulo 32`. */
static uint32_t
years_modulo(const struct roll *roll, uint32_t years)
{
	unsigned by = roll->header.first_year % 32;

	return years << by | years >> (32 - by) % 32;
}

/* The rows of a person of `from` for years that the draft has none of. */
static enum err
copy_spans(struct delta *d, const struct roll *from, uint32_t person)
{
	struct roll_one *one = &d->draft.one;
	uint32_t n = roll_person(from, person).n_spans;
	enum err e = ERR_OK;

	for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
		struct roll_span is = roll_span(from, person, i);
		struct roll_identity identity =
			roll_identity(from, person, is.identity);
		struct address_text text = roll_address(from, is.address);
		struct roll_raw_span span = {
			.years = years_modulo(from, is.years) & ~one->years,
			.says = (uint8_t)((unsigned)is.role |
					  (unsigned)is.origin << 2 |
					  (unsigned)is.screen << 4),
		};
		uint32_t nth = 0;
		uint32_t house = 0;

		if (span.years == 0)
			continue;
		e = copy_identity(d, &identity, &nth);
		if (e == ERR_OK)
			e = copy_address(d, &text, &span.address, &house);
		span.identity = (uint8_t)nth;
		if (e == ERR_OK)
			roll_one_span(one, &span, house);
	}
	return e;
}

static enum err
replace(struct delta *d, struct span id)
{
	uint32_t person = roll_find_person(d->base, id);
	enum err e = ERR_OK;
	uint32_t *to;

	if (person == ROLL_NOBODY)
		return ERR_OK;
	to = roll_vec_add(&d->draft.replaced, &d->draft.dict.memory, &e);
	if (to != NULL)
		*to = person;
	return e;
}

/* One person: of the news, and what is below of other years. */
static enum err
copy_person(struct delta *d, const struct roll *first, uint32_t person,
	const struct roll *then, uint32_t other)
{
	struct roll_one *one = &d->draft.one;
	struct span id = roll_person(first, person).id;
	enum err e;

	if (id.n == 0 || id.n > ROLL_ID_MAX)
		return err_origin(ERR_PEER);
	one->id_n = id.n;
	memcpy(one->id, id.at, id.n);
	one->n_identities = one->n_spans = one->years = 0;
	e = copy_spans(d, first, person);
	if (e == ERR_OK && other != ROLL_NOBODY)
		e = copy_spans(d, then, other);
	if (e == ERR_OK)
		e = replace(d, id);
	return e == ERR_OK ? roll_one_end(&d->draft) : e;
}

static enum err
copy_all(struct delta *d)
{
	uint32_t n = roll_n_people(d->news);
	enum err e = ERR_OK;

	for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
		struct span id = roll_person(d->news, i).id;

		e = copy_person(d, d->news, i, d->below,
			roll_find_person(d->below, id));
	}
	/* What an earlier delta said of others. */
	for (uint32_t i = d->below->n_below;
		e == ERR_OK && d->below != d->base &&
		i < roll_n_people(d->below);
		i++)
		if (roll_find_person(d->news, roll_person(d->below, i).id) ==
			ROLL_NOBODY)
			e = copy_person(d, d->below, i, NULL, ROLL_NOBODY);
	return e;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x;
	uint32_t y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* The years that both together may have. */
static enum err
note_years(struct delta *d)
{
	const struct roll_header *a = &d->news->header;
	const struct roll_header *b = &d->below->header;
	struct roll_draft *draft = &d->draft;

	draft->first_year =
		a->first_year < b->first_year ? a->first_year : b->first_year;
	draft->last_year =
		a->last_year > b->last_year ? a->last_year : b->last_year;
	draft->n_rows = a->n_rows;
	return draft->last_year - draft->first_year < ROLL_YEARS_MAX
		       ? ERR_OK
		       : ERR_TOO_LARGE;
}

static enum err
build(struct delta *d, int fd, uint64_t *ret_bytes)
{
	struct roll_draft *draft = &d->draft;
	enum err e = note_years(d);

	if (e == ERR_OK)
		e = copy_all(d);
	if (e == ERR_OK)
		e = roll_merge(draft, NULL);
	if (e != ERR_OK)
		return e;
	if (draft->replaced.n > 0)
		qsort(draft->replaced.at, draft->replaced.n, sizeof(uint32_t),
			by_number);
	memcpy(draft->below, d->base->header.hash, sizeof(draft->below));
	return roll_write(draft, fd, ret_bytes);
}

enum err
roll_delta(const struct roll *news, const struct roll *below, int fd,
	uint64_t most_memory, struct roll_stats *ret_stats)
{
	struct delta *d = mem_zeroed(sizeof(*d));
	uint64_t bytes = 0;
	enum err e;

	if (d == NULL)
		return err_origin(ERR_NOMEM);
	d->news = news;
	d->below = below;
	d->base = below->below == NULL ? below : below->below;
	e = roll_draft_init(&d->draft, fd, most_memory);
	if (e == ERR_OK)
		e = build(d, fd, &bytes);
	if (e == ERR_OK)
		*ret_stats = (struct roll_stats){
			.n_rows = d->draft.n_rows,
			.n_people = d->draft.n_people,
			.n_identities = d->draft.n_identities,
			.n_spans = d->draft.n_spans,
			.n_addresses = d->draft.dict.n_addresses,
			.index_bytes = bytes,
		};
	else if (ftruncate(fd, 0) != 0 && !err_is_failure(e))
		e = err_origin(ERR_IO);
	roll_draft_fini(&d->draft);
	mem_wipe(d, sizeof(*d));
	return e;
}

/* ---- laying ---- */

bool
roll_is_delta(const struct roll *roll, uint8_t ret_below[32])
{
	static const uint8_t none[ROLL_HASH];

	memcpy(ret_below, roll->header.below, ROLL_HASH);
	return memcmp(roll->header.below, none, ROLL_HASH) != 0;
}

static enum err
hide(struct roll *delta, uint32_t n_below, struct why *why)
{
	struct span all = delta->section[SEC_REPLACED];

	delta->hidden = mem_zeroed(n_below / 8 + 1);
	if (delta->hidden == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < all.n / 4; i++) {
		uint32_t person;

		memcpy(&person, all.at + 4 * i, sizeof(person));
		if (person >= n_below)
			return why_set(why, ERR_DAMAGED,
				"roll index: a delta replaces somebody whom "
				"the roll below has not");
		delta->hidden[person / 8] |= (uint8_t)(1u << person % 8);
	}
	return ERR_OK;
}

/* Numbers of both layers in one row must fit. */
static bool
numbers_fit(const struct roll *delta, const struct roll *below)
{
	return (uint64_t)delta->header.n_people + below->header.n_people <
		       ROLL_NOBODY &&
	       (delta->section[SEC_ADDRESSES].n +
		       below->section[SEC_ADDRESSES].n) /
			       4 <
		       UINT32_MAX;
}

enum err
roll_lay(struct roll *delta, struct roll **below, struct why *reterr_why)
{
	OWNED(roll) under = roll_take(below);
	uint8_t hash[ROLL_HASH];
	uint32_t n = under->header.n_people;
	enum err e;

	must(delta->below == NULL && under->below == NULL);
	if (!roll_is_delta(delta, hash) ||
		memcmp(hash, under->header.hash, sizeof(hash)) != 0 ||
		delta->header.first_year > under->header.first_year ||
		delta->header.last_year < under->header.last_year ||
		!numbers_fit(delta, under))
		return why_set(reterr_why, ERR_DAMAGED,
			"roll index: not a delta over this roll");
	e = hide(delta, n, reterr_why);
	if (e != ERR_OK)
		return e;
	delta->n_below = n;
	delta->addresses_below =
		(uint32_t)(under->section[SEC_ADDRESSES].n / 4);
	delta->below = roll_take(&under);
	return ERR_OK;
}
