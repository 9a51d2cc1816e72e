/* SPDX-License-Identifier: Apache-2.0 */
/* All holds, in the order of their numbers. */
#include "base/mem.h"
#include "base/read.h"
#include "hold/hold_int.h"

struct hold_set {
	struct hold **at;
	size_t n;
	size_t size;
};

enum { HOLD_SET_VERSION = 1 };

enum err
hold_set_new(struct hold_set **ret_set)
{
	struct hold_set *set = mem_zeroed(sizeof(*set));

	if (set == NULL)
		return err_origin(ERR_NOMEM);
	*ret_set = set;
	return ERR_OK;
}

struct hold_set *
hold_set_free(struct hold_set *set)
{
	if (set != NULL) {
		for (size_t i = 0; i < set->n; i++)
			(void)hold_free(set->at[i]);
		mem_free(set->at);
	}
	mem_free(set);
	return NULL;
}

enum err
hold_set_add(struct hold_set *set, struct hold **hold)
{
	size_t at = set->n;

	while (at > 0 && set->at[at - 1]->number > (*hold)->number)
		at--;
	if (at > 0 && set->at[at - 1]->number == (*hold)->number)
		return ERR_EXISTS;
	if (set->n == set->size) {
		size_t size = set->size == 0 ? 8 : set->size * 2;
		struct hold **all =
			mem_resize(set->at, size, sizeof(struct hold *));

		if (all == NULL)
			return err_origin(ERR_NOMEM);
		set->at = all;
		set->size = size;
	}
	memmove(&set->at[at + 1], &set->at[at],
		(set->n - at) * sizeof(struct hold *));
	set->at[at] = hold_take(hold);
	set->n++;
	return ERR_OK;
}

size_t
hold_set_n(const struct hold_set *set)
{
	return set->n;
}

struct hold *
hold_set_at(const struct hold_set *set, size_t i)
{
	must(i < set->n);
	return set->at[i];
}

struct hold *
hold_set_find(const struct hold_set *set, uint64_t number)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i]->number == number)
			return set->at[i];
	return NULL;
}

const struct hold *
hold_set_covers(const struct hold_set *set, enum hold_effect effect,
	const struct hold_target *target)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i]->effect == effect &&
			hold_covers(set->at[i], target))
			return set->at[i];
	return NULL;
}

void
hold_set_encode(const struct hold_set *set, struct buf *to)
{
	must(set->n <= UINT32_MAX);
	buf_u8(to, HOLD_SET_VERSION);
	buf_u32be(to, (uint32_t)set->n);
	for (size_t i = 0; i < set->n; i++) {
		OWNED_BUF(one, HOLD_BYTES_MAX);

		hold_encode(set->at[i], &one);
		if (buf_error(&one) != ERR_OK && buf_error(to) == ERR_OK)
			to->error = buf_error(&one);
		buf_sized(to, buf_span(&one));
	}
}

enum err
hold_set_decode(struct span bytes, struct hold_set **ret_set)
{
	struct reader r = read_from(bytes);
	unsigned version = read_u8(&r);
	uint32_t n = read_u32be(&r);
	OWNED(hold_set) set = NULL;
	enum err e;

	if (!read_ok(&r) || version != HOLD_SET_VERSION)
		return ERR_MALFORMED;
	e = hold_set_new(&set);
	for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
		OWNED(hold) hold = NULL;
		struct span one = read_sized(&r, HOLD_BYTES_MAX);

		if (!read_ok(&r))
			return ERR_MALFORMED;
		e = hold_decode(one, &hold);
		if (e == ERR_OK && i > 0 &&
			hold->number <= set->at[i - 1]->number)
			e = ERR_MALFORMED; /* in another order */
		if (e == ERR_OK)
			e = hold_set_add(set, &hold);
	}
	if (e != ERR_OK)
		return err_is_failure(e) ? e : ERR_MALFORMED;
	if (!read_end(&r))
		return ERR_MALFORMED;
	*ret_set = hold_set_take(&set);
	return ERR_OK;
}
