/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Candidate pairs: whoever shares one of several exact keys.  Each pass says
 * which fields make its key; a record that lacks one of them has none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bench/bench_link.h"

enum {
	BLOCK_MOST = 20000, /* pairs of one block; a larger one tells nothing */
	PARTS = 4,
};

enum part {
	END,
	ID,
	ID_HEAD, /* its first half, and its last: a slip spoils but one */
	ID_TAIL,
	BIRTH,
	YEAR,
	MONTH_DAY,
	GIVEN,
	SURNAME,
	GIVEN_SOUND,
	SURNAME_SOUND,
	NAMES, /* given and surname, in either order */
	NAME_SOUNDS,
	NUMBER,
	STREET,
	UNIT,
	CITY,
	ZIP,
};

static const uint8_t passes[][PARTS] = {
	{ID},
	{ID_HEAD, YEAR},
	{ID_TAIL, YEAR},
	{ID_HEAD, ID_TAIL},
	{ID_HEAD, GIVEN_SOUND},
	{ID_TAIL, GIVEN_SOUND},
	{ID_HEAD, SURNAME_SOUND},
	{ID_TAIL, SURNAME_SOUND},
	{BIRTH, GIVEN_SOUND},
	{BIRTH, SURNAME_SOUND},
	{BIRTH, ZIP},
	{BIRTH, NUMBER},
	{BIRTH},
	{NAMES},
	{NAME_SOUNDS, YEAR},
	{NAME_SOUNDS, ZIP},
	{NAME_SOUNDS, MONTH_DAY},
	{SURNAME, ZIP},
	{GIVEN, ZIP},
	{SURNAME, YEAR},
	{GIVEN, MONTH_DAY},
	{STREET, NUMBER},
	{STREET, ZIP},
	{STREET, SURNAME_SOUND},
	{STREET, GIVEN_SOUND},
	{UNIT, ZIP},
	{UNIT, NUMBER},
	{UNIT, SURNAME_SOUND},
	{ZIP, NUMBER},
	{CITY, NUMBER, YEAR},
};
enum { N_PASSES = sizeof(passes) / sizeof(passes[0]) };

static uint64_t
mix(uint64_t h, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		h = (h ^ bytes.at[i]) * 0x100000001b3u;
	h = (h ^ 0xff) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 31;
}

/* Soundex: the first letter, then classes of consonants; at most four. */
static size_t
sound(const char *text, char to[4])
{
	static const char class[] = "01230120022455012623010202";
	char before = '0';
	size_t n = 0;

	for (; *text != '\0' && n < 4; text++) {
		char c = *text;
		char k;

		if (c < 'A' || c > 'Z')
			continue;
		k = class[c - 'A'];
		if (n == 0)
			to[n++] = c;
		else if (k != '0' && k != before)
			to[n++] = k;
		if (c != 'H' && c != 'W')
			before = k;
	}
	return n;
}

static uint64_t
mix_sound(uint64_t h, const char *text)
{
	char code[4];

	return mix(h, span_of(code, sound(text, code)));
}

/* Both names, in an order that does not tell which stood where. */
static uint64_t
mix_names(uint64_t h, const char *given, const char *surname, bool sounds)
{
	uint64_t a;
	uint64_t b;

	if (given[0] == '\0' || surname[0] == '\0')
		return 0;
	a = sounds ? mix_sound(1, given) : mix(1, span_text(given));
	b = sounds ? mix_sound(1, surname) : mix(1, span_text(surname));
	h ^= a < b ? a : b;
	h *= 0x9e3779b97f4a7c15u;
	return mix(h ^ (a < b ? b : a), SPAN(""));
}

/* `text[from, to)`, where it is long enough; else nothing. */
static struct span
slice(const char *text, size_t from, size_t to)
{
	return strlen(text) < to ? SPAN("") : span_of(text + from, to - from);
}

static struct span
part_text(const struct link *l, const struct link_record *r, enum part part)
{
	const char *id = link_text(l, r->text[LINK_ID]);
	const char *birth = link_text(l, r->text[LINK_BIRTH]);
	size_t n = strlen(id);

	switch (part) {
	case ID:
		return span_text(id);
	case ID_HEAD:
		return n < 6 ? SPAN("") : slice(id, 0, n / 2);
	case ID_TAIL:
		return n < 6 ? SPAN("") : slice(id, n - n / 2, n);
	case BIRTH:
		return span_text(birth);
	case YEAR:
		return slice(birth, 0, 4);
	case MONTH_DAY:
		return slice(birth, 4, 8);
	case GIVEN:
	case GIVEN_SOUND:
		return span_text(link_text(l, r->text[LINK_GIVEN]));
	case SURNAME:
	case SURNAME_SOUND:
		return span_text(link_text(l, r->text[LINK_SURNAME]));
	case NUMBER:
		return span_text(link_text(l, r->text[LINK_NUMBER]));
	case STREET:
		return span_text(link_text(l, r->text[LINK_STREET]));
	case UNIT:
		return span_text(link_text(l, r->text[LINK_UNIT]));
	case CITY:
		return span_text(link_text(l, r->text[LINK_CITY]));
	case ZIP:
		return span_text(link_text(l, r->text[LINK_ZIP]));
	case END:
	case NAMES:
	case NAME_SOUNDS:
	default:
		return SPAN("");
	}
}

static uint64_t
mix_part(uint64_t h, const struct link *l, const struct link_record *r,
	enum part part)
{
	struct span text;

	if (part == NAMES || part == NAME_SOUNDS)
		return mix_names(h, link_text(l, r->text[LINK_GIVEN]),
			link_text(l, r->text[LINK_SURNAME]),
			part == NAME_SOUNDS);
	text = part_text(l, r, part);
	if (text.n == 0)
		return 0;
	if (part == GIVEN_SOUND || part == SURNAME_SOUND)
		return mix_sound(h, (const char *)text.at);
	return mix(h, text);
}

/* 0: it has none. */
static uint64_t
key_of(const struct link *l, const struct link_record *r, const uint8_t *pass)
{
	uint64_t h = 1;

	for (size_t i = 0; h != 0 && i < PARTS && pass[i] != END; i++)
		h = mix_part(h, l, r, (enum part)pass[i]);
	return h;
}

/* ---- pairs ---- */

struct keyed {
	uint64_t key;
	uint32_t record;
};

static int
by_key(const void *a, const void *b)
{
	const struct keyed *x = a;
	const struct keyed *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

struct codes { /* a << 32 | b */
	uint64_t *at;
	size_t n;
	size_t room;
};

static size_t
fill(const struct link *l, unsigned side, const uint8_t *pass, struct keyed *to)
{
	size_t n = 0;

	for (size_t i = 0; i < l->side[side].n; i++) {
		uint64_t key = key_of(l, &l->side[side].record[i], pass);

		if (key != 0)
			to[n++] = (struct keyed){key, (uint32_t)i};
	}
	qsort(to, n, sizeof(*to), by_key);
	return n;
}

static size_t
run_length(const struct keyed *at, size_t left)
{
	size_t n = 1;

	while (n < left && at[n].key == at[0].key)
		n++;
	return n;
}

static enum err
add_block(struct codes *codes, const struct keyed *a, size_t n_a,
	const struct keyed *b, size_t n_b)
{
	void *at = codes->at;
	enum err e = link_room(
		&at, &codes->room, codes->n + n_a * n_b, sizeof(*codes->at));

	codes->at = at;
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n_a; i++)
		for (size_t k = 0; k < n_b; k++)
			codes->at[codes->n++] =
				(uint64_t)a[i].record << 32 | b[k].record;
	return ERR_OK;
}

static enum err
one_pass(struct link *l, const uint8_t *pass, struct keyed *a, struct keyed *b,
	struct codes *codes)
{
	size_t n_a = fill(l, 0, pass, a);
	size_t n_b = fill(l, 1, pass, b);
	size_t i = 0;
	size_t k = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && i < n_a && k < n_b) {
		size_t run_a = run_length(a + i, n_a - i);
		size_t run_b = run_length(b + k, n_b - k);

		if (a[i].key < b[k].key) {
			i += run_a;
		} else if (a[i].key > b[k].key) {
			k += run_b;
		} else {
			if (run_a > BLOCK_MOST / run_b)
				l->big_blocks++;
			else
				e = add_block(
					codes, a + i, run_a, b + k, run_b);
			i += run_a;
			k += run_b;
		}
	}
	return e;
}

static int
by_code(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
each_once(struct codes *codes)
{
	size_t n = 0;

	if (codes->n == 0)
		return;
	qsort(codes->at, codes->n, sizeof(*codes->at), by_code);
	for (size_t i = 0; i < codes->n; i++)
		if (n == 0 || codes->at[n - 1] != codes->at[i])
			codes->at[n++] = codes->at[i];
	codes->n = n;
}

static enum err
to_pairs(struct link *l, const struct codes *codes)
{
	void *at = l->pair;
	enum err e =
		link_room(&at, &l->pairs_room, codes->n + 1, sizeof(*l->pair));

	l->pair = at;
	if (e != ERR_OK)
		return e;
	l->n_pairs = codes->n;
	for (size_t i = 0; i < codes->n; i++)
		l->pair[i] =
			(struct link_pair){.a = (uint32_t)(codes->at[i] >> 32),
				.b = (uint32_t)codes->at[i]};
	return ERR_OK;
}

enum err
link_block(struct link *l)
{
	struct keyed *a = mem_zeroed((l->side[0].n + 1) * sizeof(*a));
	struct keyed *b = mem_zeroed((l->side[1].n + 1) * sizeof(*b));
	struct codes codes = {0};
	enum err e = a == NULL || b == NULL ? err_origin(ERR_NOMEM) : ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < N_PASSES; i++) {
		e = one_pass(l, passes[i], a, b, &codes);
		each_once(&codes);
	}
	if (e == ERR_OK)
		e = to_pairs(l, &codes);
	mem_free(a);
	mem_free(b);
	mem_free(codes.at);
	return e;
}
