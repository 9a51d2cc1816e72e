/* SPDX-License-Identifier: Apache-2.0 */
/* The levels of two records, field by field: names and dates by the functions
 * of src/person, other texts by edits and words. */
#include <string.h>

#include "bench/bench_link.h"

enum { OSA_MAX = 48 };

/* Optimal string alignment distance of what fits OSA_MAX letters. */
static size_t
osa(const char *a, const char *b)
{
	size_t n = strnlen(a, OSA_MAX);
	size_t m = strnlen(b, OSA_MAX);
	uint8_t row[3][OSA_MAX + 1];

	for (size_t k = 0; k <= m; k++)
		row[0][k] = (uint8_t)k;
	for (size_t i = 1; i <= n; i++) {
		uint8_t *now = row[i % 3];
		const uint8_t *up = row[(i + 2) % 3];
		const uint8_t *upper = row[(i + 1) % 3];

		now[0] = (uint8_t)i;
		for (size_t k = 1; k <= m; k++) {
			unsigned best =
				up[k - 1] + (unsigned)(a[i - 1] != b[k - 1]);

			if (up[k] + 1U < best)
				best = up[k] + 1U;
			if (now[k - 1] + 1U < best)
				best = now[k - 1] + 1U;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
				a[i - 2] == b[k - 1] &&
				upper[k - 2] + 1U < best)
				best = upper[k - 2] + 1U;
			now[k] = (uint8_t)best;
		}
	}
	return row[n % 3][m];
}

static size_t
longer(const char *a, const char *b)
{
	size_t n = strnlen(a, OSA_MAX);
	size_t m = strnlen(b, OSA_MAX);

	return n > m ? n : m;
}

/* A word of three letters or more that both have. */
static bool
shares_word(const char *a, const char *b)
{
	while (*a != '\0') {
		size_t n = strcspn(a, " ");

		for (const char *w = b; n >= 3 && *w != '\0';) {
			size_t m = strcspn(w, " ");

			if (n == m && memcmp(a, w, n) == 0)
				return true;
			w += m + (w[m] == ' ');
		}
		a += n + (a[n] == ' ');
	}
	return false;
}

static bool
begins_alike(const char *a, const char *b)
{
	return strncmp(a, b, 3) == 0;
}

/* One is an initial of the other, or what is left of it when it was cut. */
static bool
is_beginning(const char *a, const char *b)
{
	size_t n = strlen(a);
	size_t m = strlen(b);

	return strncmp(a, b, n < m ? n : m) == 0;
}

static enum link_level
text_level(const char *a, const char *b)
{
	size_t d;
	size_t n = longer(a, b);

	if (person_osa1(a, b))
		return n > 2 ? LINK_EDIT : LINK_NEAR;
	d = osa(a, b);
	if (d * 3 <= n)
		return LINK_NEAR;
	if (d * 2 <= n || is_beginning(a, b) || begins_alike(a, b) ||
		shares_word(a, b))
		return LINK_FAR;
	return LINK_CONFLICT;
}

static enum link_level
digits_level(const char *a, const char *b)
{
	size_t d;

	if (person_osa1(a, b))
		return LINK_EDIT;
	d = osa(a, b);
	if (d == 2)
		return LINK_NEAR;
	return d * 2 <= longer(a, b) ? LINK_FAR : LINK_CONFLICT;
}

static enum link_level
name_level(enum person_level person, const char *a, const char *b)
{
	if (person == LEVEL_VARIANT)
		return LINK_VARIANT;
	return text_level(a, b);
}

static bool
month_day_swapped(const char *a, const char *b)
{
	return strlen(a) == 8 && strlen(b) == 8 && memcmp(a, b, 4) == 0 &&
	       memcmp(a + 4, b + 6, 2) == 0 && memcmp(a + 6, b + 4, 2) == 0;
}

static enum link_level
field_level(const struct link *l, enum link_field field,
	const struct link_record *a, const struct link_record *b)
{
	const char *x = link_text(l, a->text[field]);
	const char *y = link_text(l, b->text[field]);

	if (x[0] == '\0' || y[0] == '\0')
		return LINK_MISSING;
	if (a->text[field] == b->text[field])
		return LINK_EQUAL;
	switch (field) {
	case LINK_GIVEN:
		return name_level(
			person_given_compare(&a->name, &b->name), x, y);
	case LINK_SURNAME:
		return name_level(
			person_surname_compare(&a->name, &b->name), x, y);
	case LINK_BIRTH:
		return month_day_swapped(x, y) ? LINK_VARIANT
					       : digits_level(x, y);
	case LINK_ID:
	case LINK_NUMBER:
	case LINK_ZIP:
		return digits_level(x, y);
	case LINK_STREET:
	case LINK_UNIT:
	case LINK_CITY:
	case LINK_STATE:
	case LINK_FIELDS:
	default:
		return text_level(x, y);
	}
}

/* One field of a against another of b, for what was written in the wrong
 * column. */
static enum link_level
across(const struct link *l, uint32_t a, uint32_t b)
{
	const char *x = link_text(l, a);
	const char *y = link_text(l, b);

	if (a == 0 || b == 0)
		return LINK_MISSING;
	return a == b ? LINK_EQUAL : text_level(x, y);
}

/* Are both of them, or the one that there is, better the other way round? */
static bool
turn(const struct link *l, const struct link_record *a,
	const struct link_record *b, enum link_field one, enum link_field two,
	uint8_t *level)
{
	enum link_level x = across(l, a->text[one], b->text[two]);
	enum link_level y = across(l, a->text[two], b->text[one]);

	if (level[one] >= LINK_NEAR || level[two] >= LINK_NEAR)
		return false;
	if ((x < LINK_EDIT && y < LINK_EDIT) || x == LINK_CONFLICT ||
		y == LINK_CONFLICT)
		return false;
	level[one] = (uint8_t)x;
	level[two] = (uint8_t)y;
	return true;
}

void
link_compare(const struct link *l, struct link_pair *pair)
{
	const struct link_record *a = &l->side[0].record[pair->a];
	const struct link_record *b = &l->side[1].record[pair->b];

	for (unsigned f = 0; f < LINK_FIELDS; f++)
		pair->level[f] =
			(uint8_t)field_level(l, (enum link_field)f, a, b);
	pair->names_turned =
		turn(l, a, b, LINK_GIVEN, LINK_SURNAME, pair->level);
	pair->address_turned =
		turn(l, a, b, LINK_STREET, LINK_UNIT, pair->level);
}
