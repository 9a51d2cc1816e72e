/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting keys in bounded memory: count how many begin with each leading part
 * (these counts are the places of the index), then fetch as many parts at a
 * time as memory holds, each key straight to its part, and sort the parts,
 * which are short.
 */
#include "roll/roll_int.h"

#include <string.h>

#include "base/mem.h"

enum { PIECE = 64 * 1024, INSERT_MAX = 32, KEYS_MIN = 4096 };

/* ---- one part ---- */

static void
sift(uint64_t *keys, size_t root, size_t n)
{
	uint64_t key = keys[root];

	for (size_t child; (child = 2 * root + 1) < n; root = child) {
		if (child + 1 < n && keys[child + 1] > keys[child])
			child++;
		if (keys[child] <= key)
			break;
		keys[root] = keys[child];
	}
	keys[root] = key;
}

static void
part_sort(uint64_t *keys, size_t n)
{
	if (n <= INSERT_MAX) {
		for (size_t i = 1; i < n; i++) {
			uint64_t key = keys[i];
			size_t k = i;

			for (; k > 0 && keys[k - 1] > key; k--)
				keys[k] = keys[k - 1];
			keys[k] = key;
		}
		return;
	}
	for (size_t i = n / 2; i-- > 0;)
		sift(keys, i, n);
	for (size_t i = n; i-- > 1;) {
		uint64_t most = keys[0];

		keys[0] = keys[i];
		keys[i] = most;
		sift(keys, 0, i);
	}
}

/* ---- all of them ---- */

struct sorting {
	struct roll_stream *keys;
	size_t n;
	unsigned bits;
	uint64_t *piece; /* of the stream, PIECE keys */
	uint32_t *place; /* 2^bits + 2: while fetching, [p + 1] is where the
			  * next key of part p goes */
	uint64_t *sorted;
	size_t most;
};

static size_t
part_of(const struct sorting *s, uint64_t key)
{
	return (size_t)(key >> 32 << s->bits >> 32);
}

typedef void key_fn(struct sorting *s, uint64_t key, size_t low, size_t high);

static void
count_key(struct sorting *s, uint64_t key, size_t low, size_t high)
{
	(void)low;
	(void)high;
	s->place[part_of(s, key) + 2]++;
}

/* `low` and `high` are parts; their keys begin at `sorted`. */
static void
fetch_key(struct sorting *s, uint64_t key, size_t low, size_t high)
{
	size_t part = part_of(s, key);

	if (part >= low && part < high)
		s->sorted[s->place[part + 1]++ - s->place[low]] = key;
}

static enum err
each_key(struct sorting *s, key_fn *fn, size_t low, size_t high)
{
	enum err e = roll_stream_flush(s->keys);

	for (size_t at = 0; e == ERR_OK && at < s->n; at += PIECE) {
		size_t n = s->n - at < PIECE ? s->n - at : PIECE;

		e = roll_read_at(s->keys->fd, (uint8_t *)s->piece,
			n * sizeof(*s->piece),
			s->keys->base + at * sizeof(*s->piece));
		for (size_t i = 0; e == ERR_OK && i < n; i++)
			fn(s, s->piece[i], low, high);
	}
	return e;
}

/* [p + 1] is where part p begins, and moves to its end while it is fetched:
 * then [p] is where p begins, as the index has it. */
static enum err
sort_parts(struct sorting *s, roll_keys_fn *each, void *ctx)
{
	size_t parts = (size_t)1 << s->bits;
	size_t high;
	enum err e = ERR_OK;

	for (size_t low = 0; e == ERR_OK && low < parts; low = high) {
		uint32_t from = s->place[low];

		high = low + 1;
		while (high < parts && s->place[high + 2] - from <= s->most)
			high++;
		e = each_key(s, fetch_key, low, high);
		for (size_t p = low; e == ERR_OK && p < high; p++)
			part_sort(s->sorted + (s->place[p] - from),
				s->place[p + 1] - s->place[p]);
		if (e == ERR_OK)
			e = each(ctx, s->sorted, s->place[high] - from);
	}
	return e;
}

/* Counts, sums up, and makes room for as much as there may be at once. */
static enum err
places_make(struct sorting *s, const struct roll_memory *memory)
{
	size_t parts = (size_t)1 << s->bits;
	uint64_t left = memory->most - memory->used;
	enum err e = each_key(s, count_key, 0, parts);

	if (e != ERR_OK)
		return e;
	s->most = left / 2 / sizeof(*s->sorted);
	s->most = s->most < KEYS_MIN ? KEYS_MIN : s->most;
	s->most = s->most > s->n ? s->n + 1 : s->most;
	for (size_t p = 0; p < parts; p++)
		if (s->place[p + 2] > s->most)
			s->most = s->place[p + 2];
	for (size_t p = 1; p < parts + 2; p++)
		s->place[p] += s->place[p - 1];
	s->sorted = mem_resize(NULL, s->most, sizeof(*s->sorted));
	return s->sorted == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

enum err
roll_keys_sort(struct roll_stream *keys, struct roll_memory *memory,
	roll_keys_fn *each, void *ctx, uint32_t **ret_places)
{
	struct sorting s = {.keys = keys, .n = keys->n / sizeof(uint64_t)};
	enum err e = ERR_OK;

	if (s.n >= UINT32_MAX)
		return ERR_TOO_LARGE;
	s.bits = roll_place_bits(s.n);
	s.piece = mem_resize(NULL, PIECE, sizeof(*s.piece));
	s.place = mem_zeroed((((size_t)1 << s.bits) + 2) * sizeof(*s.place));
	if (s.piece == NULL || s.place == NULL)
		e = err_origin(ERR_NOMEM);
	if (e == ERR_OK)
		e = places_make(&s, memory);
	if (e == ERR_OK)
		e = sort_parts(&s, each, ctx);
	mem_free(s.piece);
	if (s.sorted != NULL)
		mem_wipe(s.sorted, s.most * sizeof(*s.sorted));
	if (e == ERR_OK)
		*ret_places = s.place;
	else
		mem_free(s.place);
	return e;
}

/* ---- person_id ---- */

enum err
roll_id_keys(struct roll_draft *draft)
{
	struct roll reader = {.header.n_people = draft->n_people};
	struct roll_stream *keys = &draft->keys[ROLL_BY_ID];
	enum err e =
		roll_stream_map(&draft->records, &reader.section[SEC_RECORDS]);

	if (e == ERR_OK)
		e = roll_stream_map(
			&draft->people, &reader.section[SEC_PEOPLE]);
	roll_stream_restart(keys);
	for (uint32_t i = 0; e == ERR_OK && i < draft->n_people; i++) {
		struct span id = roll_person(&reader, i).id;
		uint64_t key = (uint64_t)roll_id_key(id) << 32 | i;

		e = roll_stream_add(keys, span_of(&key, sizeof(key)));
	}
	roll_stream_unmap(reader.section[SEC_RECORDS]);
	roll_stream_unmap(reader.section[SEC_PEOPLE]);
	return e;
}
