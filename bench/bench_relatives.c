/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench_relatives.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"

const char *
relatives_kind_word(enum relatives_kind kind)
{
	static const char *const words[RELATIVES_KINDS] = {"father-son",
		"twins", "siblings", "building", "one-tin", "couple",
		"strangers", "two-records", "household"};

	return words[kind];
}

const char *
relatives_kind_text(enum relatives_kind kind)
{
	static const char *const texts[RELATIVES_KINDS] = {"father and son",
		"twins", "siblings, TINs in a row", "name and building shared",
		"TIN of two people", "couple a letter apart",
		"strangers of one name", "two records of one person",
		"ordinary household"};

	return texts[kind];
}

const char *
relatives_slip_text(enum relatives_slip slip)
{
	static const char *const texts[SLIPS] = {"none",
		"a letter of the given name", "a letter of the surname",
		"an initial only", "day and month swapped",
		"a digit of the day", "unit left out", "suffix left out",
		"a digit of the TIN", "two digits of the TIN swapped",
		"a relative's TIN", "a relative's address"};

	return texts[slip];
}

/* ---- drawing ---- */

static unsigned
draw(struct relatives *w, unsigned n)
{
	w->state ^= w->state << 13;
	w->state ^= w->state >> 7;
	w->state ^= w->state << 17;
	return (unsigned)((w->state >> 11) % n);
}

/* Any seed, also 0 and its neighbours, to a state far from the others'. */
static uint64_t
spread(uint64_t seed)
{
	seed += 0x9e3779b97f4a7c15u;
	seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9u;
	seed = (seed ^ seed >> 27) * 0x94d049bb133111ebu;
	seed ^= seed >> 31;
	return seed == 0 ? 1 : seed;
}

static const char *const givens[] = {"JAMES", "MARY", "ROBERT", "LINDA",
	"MICHAEL", "SUSAN", "DAVID", "KAREN", "DANIEL", "NANCY", "JOSE",
	"CARMEN", "LUIS", "ROSA", "THOMAS", "HELEN", "KEVIN", "DIANA", "PETER",
	"LAURA"};
static const char *const twins[][2] = {{"JEAN", "DEAN"}, {"ERIC", "ERICA"},
	{"DARREN", "KAREN"}, {"JASON", "MASON"}, {"TIM", "TOM"},
	{"DEAN", "SEAN"}, {"CARL", "CARLA"}, {"LUIS", "LUISA"},
	{"DARYL", "CARYL"}, {"JUAN", "JUANA"}};
static const char *const couples[][2] = {{"CARLO", "CARLA"}, {"MARIO", "MARIA"},
	{"ANTONIO", "ANTONIA"}, {"JULIO", "JULIA"}, {"DANIEL", "DANIELA"},
	{"PAUL", "PAULA"}, {"ROBERT", "ROBERTA"}, {"ANGEL", "ANGELA"}};
/* The first COMMON are of the most usual ones. */
enum { COMMON = 6 };
static const char *const surnames[] = {"SMITH", "GARCIA", "NGUYEN", "JOHNSON",
	"MARTINEZ", "TORRES", "GARCIA LOPEZ", "DE LA CRUZ", "KOWALSKI", "PATEL",
	"OCONNOR", "TORREZ"};
static const char *const streets[] = {
	"MAIN ST", "OAK AVE", "ELM DR", "PINE RD", "LAKE BLVD", "HILL LN"};

#define MANY(list) (sizeof(list) / sizeof((list)[0]))
#define ANY(w, list) (list)[draw((w), MANY(list))]

static struct relatives_one *
member(struct relatives *w, struct relatives_family *f, const char *given,
	int year)
{
	struct relatives_one *o = &f->one[f->n++];

	must(f->n <= RELATIVES_FAMILY);
	*o = (struct relatives_one){
		.tin = w->next_tin,
		.year = year,
		.month = 1 + (int)draw(w, 12),
		.day = 1 + (int)draw(w, 28),
		.given = given,
		.surname = f->one[0].surname,
		.suffix = "",
		.house = (unsigned)(f - w->family),
	};
	w->next_tin += 1 + draw(w, 50);
	must(snprintf(o->id, sizeof(o->id), "F%05u-%u", o->house, f->n) > 0);
	return o;
}

static void
same_birth(struct relatives_one *to, const struct relatives_one *from)
{
	to->year = from->year;
	to->month = from->month;
	to->day = from->day;
}

static const char *
other_given(struct relatives *w, const struct relatives_family *f)
{
	for (;;) {
		const char *given = ANY(w, givens);
		unsigned i = 0;

		while (i < f->n && strcmp(f->one[i].given, given) != 0)
			i++;
		if (i == f->n)
			return given;
	}
}

/* Nobody gives two children one name; one of two forms of it, some do. */
static void
draw_siblings(struct relatives *w, struct relatives_family *f)
{
	struct relatives_one *a = &f->one[0];
	struct relatives_one *b = &f->one[1];

	b->given = other_given(w, f);
	b->tin = a->tin + 1;
	(void)member(w, f, other_given(w, f), b->year + 2);
	f->one[2].tin = a->tin + 2;
	w->next_tin += 60;
}

/* One in eight in a house of flats. */
static void
draw_household(struct relatives *w, struct relatives_family *f)
{
	unsigned unit = draw(w, 8) == 0 ? 1 + draw(w, 20) : 0;

	f->n = 1;
	(void)member(w, f, other_given(w, f), f->one[0].year + (int)draw(w, 8));
	for (int i = 0; i < 2; i++)
		(void)member(
			w, f, other_given(w, f), f->one[0].year + 24 + 3 * i);
	for (unsigned i = 0; i < f->n; i++)
		f->one[i].unit = unit;
}

static void
draw_twins(
	struct relatives *w, struct relatives_one *a, struct relatives_one *b)
{
	unsigned k = draw(w, MANY(twins));

	a->given = twins[k][0];
	b->given = twins[k][1];
	same_birth(b, a);
	b->tin = a->tin + 1;
	w->next_tin += 60;
}

static void
draw_couple(
	struct relatives *w, struct relatives_one *a, struct relatives_one *b)
{
	unsigned c = draw(w, MANY(couples));

	a->given = couples[c][draw(w, 2)];
	b->given = couples[c][a->given == couples[c][0]];
	b->year = a->year + 1;
}

static void
draw_relation(struct relatives *w, struct relatives_family *f)
{
	struct relatives_one *a = &f->one[0];
	struct relatives_one *b = &f->one[1];

	switch (f->kind) {
	case RELATIVES_FATHER_SON:
		b->suffix = draw(w, 2) ? "JR" : "";
		a->suffix = draw(w, 3) ? "" : "SR";
		break;
	case RELATIVES_TWINS:
		draw_twins(w, a, b);
		break;
	case RELATIVES_SIBLINGS:
		draw_siblings(w, f);
		break;
	case RELATIVES_BUILDING:
		a->unit = 1 + draw(w, 9);
		b->unit = a->unit + 1;
		break;
	case RELATIVES_ONE_TIN:
		b->given = draw(w, 2) ? a->given : ANY(w, givens);
		b->tin = a->tin;
		a->shared = b->shared = true;
		break;
	case RELATIVES_COUPLE:
		draw_couple(w, a, b);
		break;
	case RELATIVES_STRANGERS:
		b->house += w->n;
		break;
	case RELATIVES_RECORDS:
		same_birth(b, a);
		a->twice = b->twice = true;
		break;
	case RELATIVES_HOUSEHOLD:
	case RELATIVES_KINDS:
	default:
		draw_household(w, f);
		break;
	}
}

static void
draw_family(struct relatives *w, struct relatives_family *f,
	enum relatives_kind kind)
{
	unsigned surname = draw(w, MANY(surnames));
	struct relatives_one *a;

	f->kind = kind;
	f->common = surname < COMMON;
	f->one[0].surname = surnames[surname];
	a = member(w, f, ANY(w, givens), 1950 + (int)draw(w, 20));
	(void)member(w, f, a->given, a->year + 20 + (int)draw(w, 15));
	draw_relation(w, f);
	if (!a->twice && !a->shared && draw(w, 3) == 0)
		f->one[draw(w, f->n)].absent = true;
}

enum err
relatives_draw(
	struct relatives *w, uint64_t seed, unsigned families, unsigned kinds)
{
	enum relatives_kind kind = RELATIVES_KINDS;

	must((kinds & ((1U << RELATIVES_KINDS) - 1)) != 0);
	*w = (struct relatives){
		.state = spread(seed), .next_tin = 200000000, .n = families};
	w->family = mem_zeroed(families * sizeof(*w->family));
	if (w->family == NULL)
		return err_origin(ERR_NOMEM);
	for (unsigned i = 0; i < families; i++) {
		do
			kind = kind + 1U >= RELATIVES_KINDS ? 0 : kind + 1U;
		while ((kinds >> kind & 1) == 0);
		draw_family(w, &w->family[i], kind);
	}
	return ERR_OK;
}

void
relatives_fini(struct relatives *w)
{
	mem_free(w->family);
	*w = (struct relatives){0};
}

/* ---- the roll ---- */

static void
line_of(unsigned house, char line[64])
{
	must(snprintf(line, 64, "%u %s", 100 + house / 6, streets[house % 6]) <
		64);
}

static void
unit_of(const struct relatives_one *o, char unit[16])
{
	unit[0] = '\0';
	if (o->unit != 0)
		must(snprintf(unit, 16, "APT %u", o->unit) < 16);
}

static void
rows_of(const struct relatives_family *f, struct buf *csv)
{
	for (unsigned i = 0; i < f->n; i++) {
		const struct relatives_one *o = &f->one[i];
		char line[64];
		char unit[16];

		if (o->absent)
			continue;
		line_of(o->house, line);
		unit_of(o, unit);
		buf_printf(csv,
			"%s,%u,SSN,%s,,%s,%s,%04d-%02d-%02d,primary,,2023,%s,"
			"%s,RIO LINDA,CA,95673,return,\n",
			o->id, (unsigned)o->tin, o->given, o->surname,
			o->suffix, o->year, o->month, o->day, line, unit);
	}
}

void
relatives_csv(const struct relatives *w, struct buf *csv)
{
	buf_text(csv,
		"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"
		"birth_date,filing_role,joint_id,tax_year,address_line,unit,"
		"city,state,zip,address_source,screen\n");
	for (unsigned i = 0; i < w->n; i++)
		rows_of(&w->family[i], csv);
}

/* ---- requests ---- */

/* False where the letter drawn is the one that was there. */
static bool
slip_letter(struct relatives *w, char *name)
{
	size_t i = draw(w, (unsigned)strlen(name));
	char before = name[i];

	if (before != ' ')
		name[i] = (char)('A' + draw(w, 26));
	return name[i] != before;
}

static uint32_t
slip_digit(struct relatives *w, uint32_t tin)
{
	uint32_t place = 1;

	for (unsigned i = draw(w, 8); i > 0; i--)
		place *= 10;
	return tin - tin / place % 10 * place + draw(w, 10) * place;
}

static uint32_t
slip_swap(struct relatives *w, uint32_t tin)
{
	uint32_t place = 1;
	uint32_t low;
	uint32_t high;

	for (unsigned i = draw(w, 7); i > 0; i--)
		place *= 10;
	low = tin / place % 10;
	high = tin / place / 10 % 10;
	return tin - low * place - high * place * 10 + high * place +
	       low * place * 10;
}

/*
 * A slip that writes just what a relative of that name or that number would
 * have written makes a request about that relative: no rule can tell.
 */
static bool
describes_another(const struct relatives_family *f,
	const struct relatives_one *meant, const struct match_query *q)
{
	for (unsigned i = 0; i < f->n; i++) {
		const struct relatives_one *o = &f->one[i];
		enum person_level given;
		struct person_name name;

		if (o == meant)
			continue;
		person_name(span_text(o->given), SPAN(""),
			span_text(o->surname), span_text(o->suffix), &name);
		given = person_given_compare(&q->name, &name);
		if (strcmp(o->given, meant->given) != 0 &&
			given >= LEVEL_EDIT && q->name.given[1] != '\0')
			return true;
		if (q->tin == o->tin && q->tin != meant->tin &&
			given >= LEVEL_INITIAL &&
			(!q->birth_stated ||
				q->birth == day_of(o->year, o->month, o->day)))
			return true;
	}
	return false;
}

static enum relatives_slip
draw_slip(struct relatives *w, const struct relatives_family *f)
{
	bool home = f->kind == RELATIVES_HOUSEHOLD;

	if (home ? draw(w, 10) != 0 : draw(w, 2) == 0)
		return SLIP_NONE;
	return 1 + (enum relatives_slip)draw(
			   w, (home ? SLIPS_ORDINARY : SLIPS) - 1U);
}

/* What of a request's text a slip changes; each says whether it did. */
struct draft {
	char given[24];
	char surname[24];
	char line[64];
	char unit[16];
	const char *suffix;
};

static const struct relatives_one *
other_of(struct relatives *w, const struct relatives_family *f,
	const struct relatives_one *o)
{
	unsigned at = (unsigned)(o - f->one);

	return &f->one[(at + 1 + draw(w, f->n - 1)) % f->n];
}

static bool
slip_text(struct relatives *w, const struct relatives_family *f,
	const struct relatives_one *o, enum relatives_slip slip, bool tin,
	struct draft *d)
{
	const struct relatives_one *other;
	bool had_unit = d->unit[0] != '\0';

	switch (slip) {
	case SLIP_GIVEN:
		return slip_letter(w, d->given);
	case SLIP_SURNAME:
		return slip_letter(w, d->surname);
	case SLIP_INITIAL:
		if (tin)
			d->given[1] = '\0';
		return tin;
	case SLIP_UNIT:
		d->unit[0] = '\0';
		return had_unit;
	case SLIP_SUFFIX:
		d->suffix = "";
		return o->suffix[0] != '\0';
	case SLIP_HOME_OTHER:
		other = other_of(w, f, o);
		line_of(other->house, d->line);
		unit_of(other, d->unit);
		return other->house != o->house || other->unit != o->unit;
	case SLIP_NONE:
	case SLIP_DAY_MONTH:
	case SLIP_DATE_DIGIT:
	case SLIP_TIN_DIGIT:
	case SLIP_TIN_SWAP:
	case SLIP_TIN_OTHER:
	case SLIPS:
	default:
		return false;
	}
}

/* The same of its numbers.  A date is only mistaken beside a TIN: without one
 * it must be the record's. */
static void
slip_numbers(struct relatives *w, const struct relatives_family *f,
	const struct relatives_one *o, enum relatives_slip slip,
	struct match_query *q)
{
	int day = o->day / 10 * 10 + (int)draw(w, 9);

	if (q->tin_stated && slip == SLIP_TIN_DIGIT)
		q->tin = slip_digit(w, o->tin);
	if (q->tin_stated && slip == SLIP_TIN_SWAP)
		q->tin = slip_swap(w, o->tin);
	if (q->tin_stated && slip == SLIP_TIN_OTHER)
		q->tin = other_of(w, f, o)->tin;
	if (q->birth_stated && slip == SLIP_DAY_MONTH && o->day <= 12)
		q->birth = day_of(o->year, o->day, o->month);
	if (q->birth_stated && slip == SLIP_DATE_DIGIT)
		q->birth = day_of(o->year, o->month, day < 1 ? 1 : day);
}

static void
write_query(const struct draft *d, struct match_query *q)
{
	struct address_text text = {.line = span_text(d->line),
		.unit = span_text(d->unit),
		.city = SPAN("Rio Linda"),
		.state = SPAN("CA"),
		.zip = SPAN("95673")};

	person_name(span_text(d->given), SPAN(""), span_text(d->surname),
		span_text(d->suffix), &q->name);
	match_query_at(&text, q);
}

bool
relatives_ask(struct relatives *w, const struct relatives_family *f,
	const struct relatives_one *o, struct relatives_ask *ret_ask)
{
	enum relatives_slip slip = draw_slip(w, f);
	bool tin = draw(w, 3) != 0;
	bool birth = !tin || draw(w, 2);
	int32_t born = day_of(o->year, o->month, o->day);
	struct match_query *q = &ret_ask->query;
	struct draft d = {.suffix = o->suffix};
	bool slipped;

	must(span_copy(span_text(o->given), d.given, sizeof(d.given)) &&
		span_copy(span_text(o->surname), d.surname, sizeof(d.surname)));
	line_of(o->house, d.line);
	unit_of(o, d.unit);
	*q = (struct match_query){.tin = tin ? o->tin : 0,
		.tin_stated = tin,
		.birth = birth ? born : DAY_NONE,
		.birth_stated = birth,
		.years = {2023},
		.n_years = 1};
	slipped = slip_text(w, f, o, slip, tin, &d);
	slip_numbers(w, f, o, slip, q);
	slipped |= (tin && q->tin != o->tin) || (birth && q->birth != born);
	ret_ask->slip = slipped ? slip : SLIP_NONE;
	write_query(&d, q);
	return !describes_another(f, o, q);
}

/* ---- the truth ---- */

bool
relatives_wrong(const struct relatives_one *meant,
	const struct match_query *query, const char *id)
{
	if (id[0] == '\0')
		return false;
	return meant->absent || strcmp(id, meant->id) != 0 ||
	       (meant->shared && query->tin_stated) ||
	       (meant->twice && !query->tin_stated);
}

bool
relatives_findable(const struct relatives_one *one)
{
	return !one->absent && !one->shared && !one->twice;
}
