/* SPDX-License-Identifier: Apache-2.0 */
/* Two files to records: texts in standard form, numbered. */
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "bench/bench_csv.h"
#include "bench/bench_link.h"

enum { NO_COLUMN = BENCH_CSV_FIELDS, KEY_MAX = 256 };

const char *
link_field_word(enum link_field field)
{
	static const char *const words[LINK_FIELDS] = {"given_name", "surname",
		"birth_date", "id", "number", "street", "unit", "city", "zip",
		"state"};

	return words[field];
}

enum err
link_room(void **at, size_t *room, size_t least, size_t size)
{
	size_t more = *room < 1024 ? 1024 : *room;
	void *grown;

	if (least <= *room)
		return ERR_OK;
	while (more < least)
		more *= 2;
	grown = mem_resize(*at, more, size);
	if (grown == NULL)
		return err_origin(ERR_NOMEM);
	*at = grown;
	*room = more;
	return ERR_OK;
}

/* ---- numbered texts ---- */

static uint64_t
hash_of(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * 0x100000001b3u;
	return h ^ h >> 29;
}

static enum err
grow_table(struct link *l)
{
	size_t slots = l->slots == 0 ? 1 << 12 : l->slots * 2;
	uint32_t *slot = mem_zeroed(slots * sizeof(*slot));

	if (slot == NULL)
		return err_origin(ERR_NOMEM);
	for (uint32_t i = 1; i < l->n_text; i++) {
		size_t at = hash_of(link_text(l, i)) & (slots - 1);

		while (slot[at] != 0)
			at = (at + 1) & (slots - 1);
		slot[at] = i;
	}
	mem_free(l->slot);
	l->slot = slot;
	l->slots = slots;
	return ERR_OK;
}

static enum err
add_text(struct link *l, const char *text, uint32_t *ret_number)
{
	size_t n = strlen(text) + 1;
	void *at = l->texts;
	enum err e = link_room(&at, &l->texts_room, l->n_texts + n, 1);

	l->texts = at;
	if (e != ERR_OK)
		return e;
	at = l->text_at;
	e = link_room(&at, &l->text_room, l->n_text + 1, sizeof(*l->text_at));
	l->text_at = at;
	if (e != ERR_OK)
		return e;
	if (l->n_texts + n > UINT32_MAX)
		return ERR_TOO_LARGE;
	memcpy(l->texts + l->n_texts, text, n);
	l->text_at[l->n_text] = (uint32_t)l->n_texts;
	l->n_texts += n;
	*ret_number = (uint32_t)l->n_text++;
	return ERR_OK;
}

static enum err
number_text(struct link *l, const char *text, uint32_t *ret_number)
{
	enum err e = ERR_OK;
	size_t at;

	*ret_number = 0;
	if (l->n_text == 0)
		e = add_text(l, "", ret_number);
	if (e == ERR_OK && l->n_text * 2 >= l->slots)
		e = grow_table(l);
	if (e != ERR_OK || text[0] == '\0')
		return e;
	at = hash_of(text) & (l->slots - 1);
	while (l->slot[at] != 0 && strcmp(link_text(l, l->slot[at]), text) != 0)
		at = (at + 1) & (l->slots - 1);
	if (l->slot[at] == 0)
		e = add_text(l, text, &l->slot[at]);
	*ret_number = l->slot[at];
	return e;
}

/* ---- standard forms ---- */

static size_t
squeeze(char *text)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++)
		if (*c != ' ')
			text[n++] = *c;
	text[n] = '\0';
	return n;
}

static bool
all_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

static bool
is_century(const char *text)
{
	return memcmp(text, "18", 2) == 0 || memcmp(text, "19", 2) == 0 ||
	       memcmp(text, "20", 2) == 0;
}

/* Digits, the year first: 1991-11-15, 19911115 and 15/11/1991 alike are eight
 * digits that begin with 1991.  The order of the other two stays. */
static void
standard_birth(char *text)
{
	char year[4];

	if (squeeze(text) != 8 || !all_digits(text) || is_century(text) ||
		!is_century(text + 4))
		return;
	memcpy(year, text + 4, 4);
	memmove(text + 4, text, 4);
	memcpy(text, year, 4);
}

static void
standard_form(enum link_field field, struct span text, char to[PERSON_FOLD_MAX])
{
	(void)person_fold(text, to);
	if (field == LINK_BIRTH)
		standard_birth(to);
	else if (field == LINK_ID || field == LINK_NUMBER || field == LINK_ZIP)
		(void)squeeze(to);
}

/* ---- records ---- */

struct columns {
	size_t key;
	size_t of[LINK_FIELDS];
	size_t n;
};

static size_t
find_column(const struct bench_csv *csv, struct span name)
{
	size_t i = 0;

	while (i < csv->n && !span_eq(csv->field[i], name))
		i++;
	return i;
}

static enum err
read_header(struct bench_csv *csv, struct span key, const struct span *column,
	struct columns *c, struct why *why)
{
	enum err e = bench_csv_next(csv, why);

	if (e != ERR_OK)
		return e;
	c->n = csv->n;
	c->key = find_column(csv, key);
	if (c->key == csv->n)
		return why_set(why, ERR_MALFORMED, "%s:1: no column '%.*s'",
			csv->name, (int)key.n, (const char *)key.at);
	for (size_t i = 0; i < LINK_FIELDS; i++) {
		c->of[i] = NO_COLUMN;
		if (column[i].n == 0)
			continue;
		c->of[i] = find_column(csv, column[i]);
		if (c->of[i] == csv->n)
			return why_set(why, ERR_MALFORMED,
				"%s:1: no column '%.*s'", csv->name,
				(int)column[i].n, (const char *)column[i].at);
	}
	return ERR_OK;
}

static enum err
add_record(struct link *l, struct link_side *side, const struct bench_csv *csv,
	const struct columns *c)
{
	struct span name[2] = {SPAN(""), SPAN("")};
	struct link_record *r;
	void *at = side->record;
	enum err e =
		link_room(&at, &side->room, side->n + 1, sizeof(*side->record));

	side->record = at;
	if (e != ERR_OK)
		return e;
	r = &side->record[side->n++];
	*r = (struct link_record){0};
	for (unsigned f = 0; e == ERR_OK && f < LINK_FIELDS; f++) {
		char text[PERSON_FOLD_MAX];

		if (c->of[f] == NO_COLUMN)
			continue;
		if (f <= LINK_SURNAME)
			name[f] = csv->field[c->of[f]];
		standard_form((enum link_field)f, csv->field[c->of[f]], text);
		e = number_text(l, text, &r->text[f]);
	}
	person_name(name[0], SPAN(""), name[1], SPAN(""), &r->name);
	return e;
}

static enum err
add_key(struct link *l, struct link_side *side, const struct bench_csv *csv,
	const struct columns *c, struct why *why)
{
	char text[KEY_MAX];

	if (csv->field[c->key].n == 0 ||
		!span_copy(csv->field[c->key], text, sizeof(text)))
		return why_set(why, ERR_MALFORMED,
			"%s:%llu: no key, or one of more than %d bytes",
			csv->name, (unsigned long long)csv->line, KEY_MAX - 1);
	return number_text(l, text, &side->record[side->n - 1].key);
}

enum err
link_read(struct link *l, unsigned side, const char *name, struct span bytes,
	struct span key, const struct span *column, struct why *reterr_why)
{
	static struct bench_csv csv;
	struct columns c;
	enum err e;

	bench_csv_init(&csv, name, bytes);
	e = read_header(&csv, key, column, &c, reterr_why);
	while (e == ERR_OK) {
		e = bench_csv_next(&csv, reterr_why);
		if (e != ERR_OK || csv.n == 0)
			break;
		if (csv.n != c.n)
			return why_set(reterr_why, ERR_MALFORMED,
				"%s:%llu: %zu fields where the header has %zu",
				name, (unsigned long long)csv.line, csv.n, c.n);
		e = add_record(l, &l->side[side], &csv, &c);
		if (e == ERR_OK)
			e = add_key(l, &l->side[side], &csv, &c, reterr_why);
	}
	return e;
}

enum err
link_count(struct link *l)
{
	for (unsigned f = 0; f < LINK_FIELDS; f++) {
		l->count[f] = mem_zeroed((l->n_text + 1) * sizeof(uint32_t));
		if (l->count[f] == NULL)
			return err_origin(ERR_NOMEM);
		for (unsigned s = 0; s < 2; s++)
			for (size_t i = 0; i < l->side[s].n; i++) {
				uint32_t t = l->side[s].record[i].text[f];

				l->count[f][t] += t != 0;
				l->said[f] += t != 0;
			}
	}
	return ERR_OK;
}

void
link_fini(struct link *l)
{
	for (unsigned f = 0; f < LINK_FIELDS; f++)
		mem_free(l->count[f]);
	mem_free(l->side[0].record);
	mem_free(l->side[1].record);
	mem_free(l->texts);
	mem_free(l->text_at);
	mem_free(l->slot);
	mem_free(l->pair);
	mem_free(l->linked);
	*l = (struct link){0};
}
