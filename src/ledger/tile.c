/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/tile.h"

#include <stdio.h>

#include "base/num.h"
#include "ledger/tree.h"

/* How many hashes (or entries) the level has in a tree of `size`. */
static uint64_t
level_count(int level, uint64_t size)
{
	return level <= 0 ? size : size >> (8 * (unsigned)level);
}

unsigned
ledger_tile_width(int level, uint64_t n, uint64_t size)
{
	uint64_t count = level_count(level, size);

	must(level >= LEDGER_TILE_ENTRIES && level < LEDGER_TILE_LEVELS);
	if (n < count / LEDGER_TILE)
		return LEDGER_TILE;
	return n == count / LEDGER_TILE ? (unsigned)(count % LEDGER_TILE) : 0;
}

/* Groups of three digits, from the back. */
static void
number_text(uint64_t n, char to[32])
{
	unsigned groups[7];
	size_t k = 0;
	size_t used = 0;

	do {
		groups[k++] = (unsigned)(n % 1000);
		n /= 1000;
	} while (n > 0);
	while (k-- > 0)
		used += (size_t)snprintf(to + used, 32 - used,
			k > 0 ? "x%03u/" : "%03u", groups[k]);
}

void
ledger_tile_path(const struct ledger_tile *t, char to[LEDGER_TILE_PATH])
{
	char level[8] = "entries";
	char number[32];
	char partial[8] = "";

	must(t->width > 0 && t->width <= LEDGER_TILE && t->level < 8);
	must(t->n <= LEDGER_SIZE_MAX / LEDGER_TILE);
	if (t->level >= 0)
		(void)snprintf(
			level, sizeof(level), "%u", (unsigned)t->level % 8);
	if (t->width < LEDGER_TILE)
		(void)snprintf(
			partial, sizeof(partial), ".p/%u", t->width % 256);
	number_text(t->n, number);
	(void)snprintf(
		to, LEDGER_TILE_PATH, "tile/%s/%s%s", level, number, partial);
}

/* Takes `c` off the front, where it is there. */
static bool
take(struct span *s, uint8_t c)
{
	if (s->n == 0 || s->at[0] != c)
		return false;
	s->at++;
	s->n--;
	return true;
}

/* "x001/x234/067" at the front of `s`: the groups' digits, one number. */
static bool
number_parse(struct span *s, uint64_t *ret_n)
{
	uint64_t n = 0;
	bool more = true;

	while (more) {
		uint64_t group;

		more = take(s, 'x');
		if (s->n < 3 || !num_digits(span_of(s->at, 3), 999, &group) ||
			n > LEDGER_SIZE_MAX / 1000)
			return false;
		n = n * 1000 + group;
		s->at += 3;
		s->n -= 3;
		if (more && !take(s, '/'))
			return false;
	}
	*ret_n = n;
	return n <= LEDGER_SIZE_MAX / LEDGER_TILE;
}

static bool
partial_parse(struct span s, unsigned *ret_width)
{
	uint64_t width = LEDGER_TILE;

	if (s.n > 0) {
		if (!span_starts(s, SPAN(".p/")) ||
			!num_parse(span_of(s.at + 3, s.n - 3), 255, &width) ||
			width == 0)
			return false;
	}
	*ret_width = (unsigned)width;
	return true;
}

enum err
ledger_tile_parse(struct span path, struct ledger_tile *ret_tile)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES};
	struct span left = path;
	char again[LEDGER_TILE_PATH];
	struct span level;
	uint64_t number;

	if (!span_eq(span_cut(&left, '/'), SPAN("tile")))
		return ERR_MALFORMED;
	level = span_cut(&left, '/');
	if (!span_eq(level, SPAN("entries"))) {
		if (!num_parse(level, LEDGER_TILE_LEVELS - 1, &number))
			return ERR_MALFORMED;
		t.level = (int)number;
	}
	if (!number_parse(&left, &t.n) || !partial_parse(left, &t.width))
		return ERR_MALFORMED;
	/* One text a tile: "x000/001" is 1 too, and not its name. */
	ledger_tile_path(&t, again);
	if (!span_eq(path, span_text(again)))
		return ERR_MALFORMED;
	*ret_tile = t;
	return ERR_OK;
}

void
ledger_bundle_add(struct buf *b, struct span entry)
{
	if (entry.n > LEDGER_ENTRY_MAX) {
		b->error = b->error != ERR_OK ? b->error : ERR_TOO_LARGE;
		return;
	}
	buf_u16be(b, (uint16_t)entry.n);
	buf_bytes(b, entry);
}

struct span
ledger_bundle_next(struct reader *r)
{
	return read_bytes(r, read_u16be(r));
}
