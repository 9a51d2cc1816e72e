/* SPDX-License-Identifier: Apache-2.0 */
#include "match/plain.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/num.h"

enum {
	ID,
	TIN,
	TYPE,
	GIVEN,
	MIDDLE,
	SURNAME,
	SUFFIX,
	BIRTH,
	ROLE,
	JOINT,
	YEAR,
	LINE,
	UNIT,
	CITY,
	STATE,
	ZIP,
	SOURCE,
	SCREEN,
	COLUMNS
};

struct row {
	struct person_address at;
	bool own; /* return or third-party */
	bool preparer;
};

struct human {
	char id[65];
	uint32_t tin;
	int32_t birth;
	struct person_name name;
	size_t first;
	size_t end;
};

struct plain {
	struct human *people;
	size_t n_people;
	struct row *rows;
	size_t n_rows;
};

static void *
grown(void *at, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return at;
	at = realloc(at, (n == 0 ? 1 : 2 * n) * size);
	must(at != NULL);
	return at;
}

static void
add_row(struct plain *plain, const struct span *f)
{
	struct human *h = plain->n_people == 0
				  ? NULL
				  : plain->people + plain->n_people - 1;
	const struct address_text text = {.line = f[LINE],
		.unit = f[UNIT],
		.city = f[CITY],
		.state = f[STATE],
		.zip = f[ZIP]};
	uint64_t tin = 0;
	struct row *row;

	if (h == NULL || !span_eq(f[ID], span_text(h->id))) {
		plain->people =
			grown(plain->people, plain->n_people, sizeof(*h));
		h = plain->people + plain->n_people++;
		must(span_copy(f[ID], h->id, sizeof(h->id)));
		(void)num_digits(f[TIN], 999999999, &tin);
		h->tin = (uint32_t)tin;
		h->birth = DAY_NONE;
		(void)day_parse(f[BIRTH], &h->birth);
		person_name(
			f[GIVEN], f[MIDDLE], f[SURNAME], f[SUFFIX], &h->name);
		h->first = plain->n_rows;
	}
	plain->rows = grown(plain->rows, plain->n_rows, sizeof(*row));
	row = plain->rows + plain->n_rows++;
	person_address(&text, &row->at);
	row->own = span_eq(f[SOURCE], SPAN("return")) ||
		   span_eq(f[SOURCE], SPAN("third-party"));
	row->preparer = span_eq(f[SOURCE], SPAN("preparer"));
	h->end = plain->n_rows;
}

struct plain *
plain_load(const char *csv, size_t n)
{
	struct plain *plain = calloc(1, sizeof(*plain));
	struct span left = span_of(csv, n);

	must(plain != NULL);
	(void)span_cut(&left, '\n');
	while (left.n > 0) {
		struct span line = span_cut(&left, '\n');
		struct span f[COLUMNS];

		for (size_t i = 0; i < COLUMNS; i++)
			f[i] = span_cut(&line, ',');
		add_row(plain, f);
	}
	return plain;
}

struct plain *
plain_free(struct plain *plain)
{
	if (plain != NULL) {
		free(plain->people);
		free(plain->rows);
	}
	free(plain);
	return NULL;
}

/* ---- the rules ---- */

static bool
same_line(const struct person_address *a, const struct row *row)
{
	return strcmp(a->zip, row->at.zip) == 0 &&
	       person_address_compare(a, &row->at).line_equal;
}

static bool
another_unit_there(const struct plain *plain, const struct person_address *a)
{
	for (size_t i = 0; i < plain->n_rows; i++)
		if (same_line(a, &plain->rows[i]) &&
			person_address_compare(a, &plain->rows[i].at).unit ==
				LEVEL_CONFLICT)
			return true;
	return false;
}

static bool
tin_given(const struct match_query *q)
{
	return q->tin_stated;
}

static bool
address_confirms(const struct plain *plain, const struct match_query *q,
	const struct human *h)
{
	for (size_t i = h->first; i < h->end; i++) {
		const struct row *row = &plain->rows[i];
		enum person_level unit;

		if (!row->own || !same_line(&q->address, row))
			continue;
		unit = person_address_compare(&q->address, &row->at).unit;
		if (unit == LEVEL_EQUAL || unit == LEVEL_VARIANT)
			return true;
		if (unit == LEVEL_MISSING && tin_given(q) &&
			!another_unit_there(plain, &row->at))
			return true;
	}
	return false;
}

static bool
birth_agrees(const struct match_query *q, const struct human *h)
{
	enum person_level level;

	if (!q->birth_stated || q->birth == h->birth)
		return true;
	if (!tin_given(q))
		return false;
	level = person_birth_compare(q->birth, h->birth);
	return (level == LEVEL_VARIANT || level == LEVEL_EDIT) &&
	       strcmp(q->name.given, h->name.given) == 0;
}

static bool
meets(const struct plain *plain, const struct match_query *q,
	const struct human *h)
{
	enum person_level given;
	enum person_level surname;

	if (tin_given(q) && (q->tin == 0 || q->tin != h->tin))
		return false;
	if (!birth_agrees(q, h))
		return false;
	given = person_given_compare(&q->name, &h->name);
	surname = person_surname_compare(&q->name, &h->name);
	return given >= LEVEL_INITIAL && surname >= LEVEL_EDIT &&
	       person_suffix_compare(&q->name, &h->name) != LEVEL_CONFLICT &&
	       address_confirms(plain, q, h);
}

/* One home that both had, in what may be the same unit. */
static bool
shared_a_home(
	const struct plain *plain, const struct human *a, const struct human *b)
{
	for (size_t i = a->first; i < a->end; i++)
		for (size_t k = b->first; k < b->end; k++) {
			const struct row *x = &plain->rows[i];
			const struct row *y = &plain->rows[k];

			if (!x->preparer && !y->preparer &&
				same_line(&x->at, y) &&
				person_address_compare(&x->at, &y->at).unit !=
					LEVEL_CONFLICT)
				return true;
		}
	return false;
}

static bool
nearer(const struct match_query *q, const struct human *h,
	const struct human *other)
{
	enum person_level given = person_given_compare(&q->name, &h->name);
	enum person_level given2 = person_given_compare(&q->name, &other->name);
	enum person_level sur = person_surname_compare(&q->name, &h->name);
	enum person_level sur2 = person_surname_compare(&q->name, &other->name);
	bool birth = person_birth_compare(q->birth, h->birth) == LEVEL_EQUAL;

	if (q->birth_stated && !birth && q->birth == other->birth)
		return true;
	if (given == LEVEL_EDIT && given2 >= LEVEL_EDIT)
		return true;
	if (sur2 < LEVEL_EDIT)
		return false;
	if (person_middle_compare(&q->name, &h->name) == LEVEL_CONFLICT &&
		person_middle_compare(&q->name, &other->name) >=
			LEVEL_INITIAL &&
		given2 >= given)
		return true;
	if (tin_given(q) && q->birth_stated && birth &&
		q->birth != other->birth)
		return false;
	if (given2 != given)
		return given2 > given;
	if (sur2 != sur)
		return sur2 > sur;
	return q->name.suffix != 0 && h->name.suffix != q->name.suffix &&
	       (other->name.suffix == 0 ||
		       other->name.suffix == q->name.suffix);
}

const char *
plain_match(const struct plain *plain, const struct match_query *q)
{
	const struct human *met = NULL;
	size_t n_met = 0;
	size_t n_tin = 0;

	if (!q->tin_stated && !q->birth_stated)
		return "";
	if (q->birth_stated && q->birth == DAY_NONE)
		return "";
	for (size_t i = 0; i < plain->n_people; i++) {
		const struct human *h = &plain->people[i];

		n_tin += q->tin != 0 && h->tin == q->tin;
		if (meets(plain, q, h)) {
			met = h;
			n_met++;
		}
	}
	if (n_met != 1 || n_tin > 1)
		return "";
	for (size_t i = 0; i < plain->n_people; i++) {
		const struct human *other = &plain->people[i];

		if (other != met && shared_a_home(plain, met, other) &&
			nearer(q, met, other))
			return "";
	}
	return met->id;
}
