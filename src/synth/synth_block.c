/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/*
 * One block of people: households one after another until SYNTH_BLOCK people
 * are there.  The last household may be cut: its children, or the other of a
 * couple, are then people who never filed.
 */

enum { BUILDINGS = 2 };

struct cast {
	const struct synth *world;
	struct synth_rng rng;
	uint64_t number;
	struct synth_person *at;
	size_t n;
	uint16_t household;
	unsigned itins;
	/* houses of flats that several households of the block live in */
	struct synth_address building[BUILDINGS];
	int flats[BUILDINGS];
};

struct home { /* one household: how it is called and where it lived */
	enum synth_group group;
	char surname[48];
	struct synth_address address[SYNTH_ADDRESSES_MAX];
	uint8_t n_addresses;
	uint8_t at_year[SYNTH_YEARS_MAX];
	int64_t joint;
};

/* ---- names ---- */

static void
plain_hyphens(char *text)
{
	for (char *c = text; *c != '\0'; c++)
		if (*c == '-')
			*c = ' ';
}

static void
draw_surname(struct cast *c, enum synth_group group, char to[48])
{
	const struct synth_table *table = c->world->surnames[group];

	synth_set(to, 48, synth_word(table, &c->rng));
	if (strcmp(to, "DELA-CRUZ") == 0)
		plain_hyphens(to);
	if (group == GROUP_HISPANIC && synth_chance(&c->rng, 420)) {
		const char *second = synth_word(table, &c->rng);

		if (strcmp(second, to) != 0) {
			char both[48];

			SYNTH_FORMAT(both, "%s %s", to, second);
			synth_set(to, 48, both);
		}
	}
}

static const char *
draw_given(struct cast *c, enum synth_group group, bool female, int32_t birth)
{
	int decade = (day_year(birth) - SYNTH_DECADE_FIRST) / 10;

	if (decade < 0)
		decade = 0;
	if (decade >= SYNTH_DECADES)
		decade = SYNTH_DECADES - 1;
	if (group == GROUP_GENERAL || synth_chance(&c->rng, 180))
		return synth_word(
			c->world->given_by_decade[decade][female], &c->rng);
	return synth_word(c->world->given[group][female], &c->rng);
}

static void
draw_names(struct cast *c, const struct home *h, struct synth_person *p)
{
	SYNTH_SET(p->given, draw_given(c, h->group, p->female, p->birth));
	SYNTH_SET(p->surname, h->surname);
	if (synth_chance(&c->rng, 300))
		return;
	SYNTH_SET(p->middle, draw_given(c, h->group, p->female, p->birth));
	if (synth_chance(&c->rng, 700))
		p->middle[1] = '\0';
}

/* ---- where ---- */

static void
draw_flat(struct cast *c, struct synth_address *a)
{
	unsigned b = synth_below(&c->rng, BUILDINGS);

	*a = c->building[b];
	c->flats[b] += synth_between(&c->rng, 1, 3);
	SYNTH_FORMAT(a->unit, "APT %d", 100 + c->flats[b]);
}

static void
draw_home(struct cast *c, struct home *h)
{
	int years = synth_n_years(c->world);
	uint32_t moves = synth_below(&c->rng, 100);

	*h = (struct home){.joint = -1};
	h->n_addresses = (uint8_t)(moves < 60   ? 1
				   : moves < 85 ? 2
				   : moves < 96 ? 3
						: 4);
	if (h->n_addresses > years)
		h->n_addresses = (uint8_t)years;
	for (size_t i = 0; i < h->n_addresses; i++)
		if (synth_chance(&c->rng, 120))
			draw_flat(c, &h->address[i]);
		else
			synth_address_draw(c->world, &c->rng, &h->address[i]);
	for (int i = 1; i < h->n_addresses; i++)
		h->at_year[synth_between(&c->rng, 1, years - 1)]++;
	for (int y = 1; y < years; y++)
		h->at_year[y] = (uint8_t)(h->at_year[y] + h->at_year[y - 1]);
}

static void
draw_household(struct cast *c, struct home *h)
{
	uint32_t at = synth_below(&c->rng, 1000);

	draw_home(c, h);
	h->group = at < 560   ? GROUP_GENERAL
		   : at < 860 ? GROUP_HISPANIC
		   : at < 930 ? GROUP_EAST_ASIAN
		   : at < 970 ? GROUP_SOUTH_ASIAN
			      : GROUP_AFRICAN_CARIBBEAN;
	draw_surname(c, h->group, h->surname);
	c->household++;
}

/* ---- one person ---- */

static int32_t
draw_birth(struct cast *c, int from_year, int to_year)
{
	int32_t first = day_of(from_year, 1, 1);

	return first + (int32_t)synth_below(&c->rng,
			       (uint32_t)(day_of(to_year + 1, 1, 1) - first));
}

static bool
wants_itin(struct cast *c, const struct home *h)
{
	static const uint32_t of_thousand[SYNTH_GROUPS] = {4, 260, 90, 70, 120};

	return synth_chance(&c->rng, of_thousand[h->group]);
}

static void
draw_tin(struct cast *c, struct synth_person *p, bool itin)
{
	p->itin = itin && c->itins < SYNTH_ITINS;
	if (p->itin)
		synth_itin(c->world, c->number, c->itins++, p->tin);
	else
		synth_ssn(c->world, p->id, 0, p->tin);
}

/* An address that is on a person's return and is not theirs. */
static uint8_t
add_foreign_address(struct cast *c, struct synth_person *p)
{
	if (p->n_addresses == SYNTH_ADDRESSES_MAX)
		return 0;
	synth_street_draw(c->world, &c->rng,
		synth_place_draw(c->world, &c->rng),
		&p->address[p->n_addresses]);
	if (p->address[p->n_addresses].unit[0] == '\0')
		SYNTH_SET(p->address[p->n_addresses].unit, "STE 100");
	return p->n_addresses++;
}

static void
draw_source(struct cast *c, struct synth_person *p, struct synth_row *row)
{
	uint32_t at = synth_below(&c->rng, 1000);

	if (at >= 70)
		return;
	row->source = SYNTH_CARE_OF;
	if (at < 50)
		row->source = at < 30 ? SYNTH_THIRD_PARTY : SYNTH_PREPARER;
	if (row->source != SYNTH_THIRD_PARTY && synth_chance(&c->rng, 500)) {
		uint8_t other = add_foreign_address(c, p);

		if (other != 0)
			row->address = other;
	}
}

static void
draw_rows(struct cast *c, const struct home *h, struct synth_person *p,
	uint8_t role)
{
	int years = synth_n_years(c->world);
	int birth = day_year(p->birth), any = 0;
	uint32_t gaps = synth_below(&c->rng, 100);
	uint8_t screen = SYNTH_SCREEN_NONE;

	if (synth_chance(&c->rng, 9))
		screen = (uint8_t)(SYNTH_SCREEN_INFORMANT +
				   synth_below(&c->rng, 3));
	for (int y = 0; y < years; y++) {
		struct synth_row *row = &p->row[y];

		row->present = birth <= c->world->options.first_year + y &&
			       (gaps < 72 || synth_chance(&c->rng, 700) ||
				       (any == 0 && y == years - 1));
		if (!row->present)
			continue;
		any++;
		row->role = role;
		row->address = h->at_year[y];
		draw_source(c, p, row);
		if (screen != SYNTH_SCREEN_NONE && synth_chance(&c->rng, 700))
			row->screen = screen;
	}
	if (any == 0) { /* everybody on the roll has a row */
		p->row[years - 1].present = true;
		p->row[years - 1].role = role;
		p->row[years - 1].address = h->at_year[years - 1];
	}
}

/* The next person of the block, or NULL when it is full. */
static struct synth_person *
add_person(struct cast *c, const struct home *h, bool female, int32_t birth)
{
	struct synth_person *p;

	if (c->n == SYNTH_BLOCK)
		return NULL;
	p = &c->at[c->n];
	memset(p, 0, sizeof *p);
	p->id = c->number * SYNTH_BLOCK + c->n++;
	p->female = female;
	p->birth = birth;
	p->household = c->household;
	p->joint = h->joint;
	p->same_as = -1;
	p->twin = -1;
	memcpy(p->address, h->address, h->n_addresses * sizeof h->address[0]);
	p->n_addresses = h->n_addresses;
	draw_names(c, h, p);
	draw_tin(c, p, wants_itin(c, h));
	return p;
}

static struct synth_person *
add_adult(struct cast *c, const struct home *h, bool female, int32_t birth)
{
	struct synth_person *p = add_person(c, h, female, birth);

	if (p != NULL)
		draw_rows(c, h, p, SYNTH_PRIMARY);
	return p;
}

/* ---- households ---- */

static void
add_children(struct cast *c, const struct home *h, int n, int32_t youngest_of)
{
	int last = c->world->options.last_year;
	struct synth_person *before = NULL;

	for (int i = 0; i < n; i++) {
		int from = day_year(youngest_of) + 17;
		struct synth_person *p;

		if (from < last - 19)
			from = last - 19;
		if (from > last)
			return;
		p = add_person(c, h, synth_chance(&c->rng, 490),
			draw_birth(c, from, last));
		if (p == NULL)
			return;
		draw_rows(c, h, p, SYNTH_DEPENDENT);
		if (before != NULL && strcmp(before->given, p->given) == 0)
			SYNTH_SET(p->given, p->female ? "ESTHER" : "IGNATIUS");
		/* numbers asked for on one day */
		if (before != NULL && !before->itin && !p->itin &&
			synth_chance(&c->rng, 250)) {
			synth_ssn(c->world, before->id, 1, p->tin);
			before = NULL;
			continue;
		}
		before = p;
	}
}

/* MARIO and MARIA: each a known name, one letter apart. */
static const char *const near_names[][2] = {{"MARIO", "MARIA"},
	{"ANTONIO", "ANTONIA"}, {"CARLO", "CARLA"}, {"FRANCISCO", "FRANCISCA"},
	{"JUAN", "JUANA"}, {"JULIO", "JULIA"}, {"DANIEL", "DANIELA"},
	{"GABRIEL", "GABRIELA"}, {"PAUL", "PAULA"}, {"ERIC", "ERICA"},
	{"MARTIN", "MARTINA"}, {"ANGEL", "ANGELA"}, {"FERNANDO", "FERNANDA"},
	{"ALEJANDRO", "ALEJANDRA"}, {"MICHAEL", "MICHAELA"},
	{"CHRISTIAN", "CHRISTIANA"}, {"JOHN", "JOAN"}, {"ERIK", "ERIKA"},
	{"ADRIAN", "ADRIANA"}};

/* Who was born from `from` on and before `to`, both years. */
static struct synth_person *
add_couple(struct cast *c, struct home *h, bool near, int from, int to)
{
	const char *const *names = near_names[synth_below(
		&c->rng, sizeof near_names / sizeof *near_names)];
	int32_t birth = draw_birth(c, from, to - 1);
	int32_t latest = day_of(c->world->options.last_year - 18, 1, 1);
	struct synth_person *a =
		add_person(c, h, synth_chance(&c->rng, 300), birth);
	struct synth_person *b;

	if (a == NULL)
		return NULL;
	h->joint = a->joint = (int64_t)a->id;
	if (near)
		SYNTH_SET(a->given, names[a->female]);
	draw_rows(c, h, a, SYNTH_PRIMARY);
	birth += synth_between(&c->rng, -3600, 2500);
	b = add_person(c, h, !a->female, birth < latest ? birth : latest);
	if (b == NULL)
		return a;
	if (near)
		SYNTH_SET(b->given, names[b->female]);
	else if (synth_chance(&c->rng, h->group == GROUP_HISPANIC ? 550 : 150))
		draw_surname(c, h->group, b->surname);
	draw_rows(c, h, b, SYNTH_SECONDARY);
	return a;
}

static void
make_single(struct cast *c)
{
	struct home h;

	draw_household(c, &h);
	add_adult(c, &h, synth_chance(&c->rng, 500),
		draw_birth(c, 1930, c->world->options.last_year - 19));
}

static void
make_couple(struct cast *c)
{
	struct home h;
	struct synth_person *a;

	draw_household(c, &h);
	a = add_couple(c, &h, synth_chance(&c->rng, 45), 1934,
		c->world->options.last_year - 21);
	if (a != NULL)
		add_children(c, &h, synth_between(&c->rng, -1, 3), a->birth);
}

static void
make_parent(struct cast *c)
{
	struct home h;
	struct synth_person *p;

	draw_household(c, &h);
	p = add_adult(c, &h, synth_chance(&c->rng, 800),
		draw_birth(c, 1955, c->world->options.last_year - 20));
	if (p != NULL)
		add_children(c, &h, synth_between(&c->rng, 1, 4), p->birth);
}

/* Strangers, or brothers, under one roof; each files alone. */
static void
make_sharers(struct cast *c)
{
	struct home h;
	int n = synth_between(&c->rng, 2, 4);
	bool kin = synth_chance(&c->rng, 300);

	draw_household(c, &h);
	for (int i = 0; i < n; i++) {
		add_adult(c, &h, synth_chance(&c->rng, 400),
			draw_birth(c, 1960, c->world->options.last_year - 19));
		if (!kin)
			draw_surname(c, h.group, h.surname);
	}
}

/* Father and son of one name at one address, suffixed or not. */
static void
make_father_and_son(struct cast *c)
{
	static const char *const sons[] = {"JR", "JR", "JR", "II", "III", ""};
	static const char *const fathers[] = {"", "", "SR", "", "JR"};
	struct home h;
	struct synth_person *father, *son;
	int last = c->world->options.last_year;

	draw_household(c, &h);
	if (synth_chance(&c->rng, 500))
		father = add_couple(c, &h, false, last - 86, last - 54);
	else
		father = add_adult(
			c, &h, false, draw_birth(c, last - 86, last - 55));
	if (father == NULL || father->female)
		return;
	h.joint = -1;
	son = add_adult(c, &h, false,
		father->birth + synth_between(&c->rng, 6800, 12000));
	if (son == NULL)
		return;
	SYNTH_SET(son->given, father->given);
	SYNTH_SET(son->middle, father->middle);
	SYNTH_SET(son->surname, father->surname);
	SYNTH_SET(son->suffix, SYNTH_PICK(&c->rng, sons));
	if (strcmp(son->suffix, "III") == 0)
		SYNTH_SET(father->suffix, "JR");
	else if (son->suffix[0] != '\0')
		SYNTH_SET(father->suffix, fathers[synth_below(&c->rng, 4)]);
}

/* One person, two numbers: an ITIN first, an SSN later. */
static void
make_two_records(struct cast *c)
{
	struct home h;
	struct synth_person *a, *b;

	draw_household(c, &h);
	a = add_adult(
		c, &h, synth_chance(&c->rng, 500), draw_birth(c, 1945, 2000));
	if (a == NULL)
		return;
	b = add_adult(c, &h, a->female, a->birth);
	if (b == NULL)
		return;
	SYNTH_SET(b->given, a->given);
	SYNTH_SET(b->middle, a->middle);
	SYNTH_SET(b->surname, a->surname);
	if (!a->itin && !b->itin)
		draw_tin(c, b, true);
	a->same_as = (int64_t)b->id;
	b->same_as = (int64_t)a->id;
}

/* Two of one day, numbered in a row. */
static void
make_twins(struct cast *c)
{
	struct home h;
	struct synth_person *parent, *a, *b;
	bool grown = synth_chance(&c->rng, 500);
	int last = c->world->options.last_year;
	int32_t birth = grown ? draw_birth(c, 1970, last - 20)
			      : draw_birth(c, last - 18, last - 4);

	draw_household(c, &h);
	parent = add_adult(c, &h, true, birth - 9000);
	a = add_person(c, &h, synth_chance(&c->rng, 500), birth);
	if (parent == NULL || a == NULL)
		return;
	draw_rows(c, &h, a, grown ? SYNTH_PRIMARY : SYNTH_DEPENDENT);
	b = add_person(c, &h, a->female, birth);
	if (b == NULL)
		return;
	draw_rows(c, &h, b, grown ? SYNTH_PRIMARY : SYNTH_DEPENDENT);
	if (strcmp(a->given, b->given) == 0)
		SYNTH_SET(b->given, b->female ? "ROSALIND" : "BARNABY");
	if (!a->itin && !b->itin)
		synth_ssn(c->world, a->id, 1, b->tin);
	a->twin = (int64_t)b->id;
	b->twin = (int64_t)a->id;
}

/* A child who files alone in the later years. */
static void
make_grown_child(struct cast *c)
{
	struct home h;
	struct synth_person *parent, *p;
	int years = synth_n_years(c->world);
	int last = c->world->options.last_year;

	draw_household(c, &h);
	parent = add_couple(c, &h, false, last - 60, last - 42);
	if (parent == NULL)
		return;
	p = add_person(c, &h, synth_chance(&c->rng, 500),
		draw_birth(c, last - 23, last - 19));
	if (p == NULL)
		return;
	p->joint = -1;
	draw_rows(c, &h, p, SYNTH_DEPENDENT);
	for (int y = synth_between(&c->rng, 1, years); y < years; y++)
		p->row[y].role = SYNTH_PRIMARY;
	if (synth_chance(&c->rng, 300)) /* a grandparent with them */
		add_adult(c, &h, true, parent->birth - 10000);
}

static void
draw_household_of_some_kind(struct cast *c)
{
	static void (*const kinds[])(struct cast *) = {make_single, make_couple,
		make_parent, make_sharers, make_grown_child,
		make_father_and_son, make_two_records, make_twins};
	static const uint32_t upto[] = {
		300, 690, 820, 880, 920, 960, 975, 1000};
	uint32_t at = synth_below(&c->rng, 1000);
	size_t i = 0;

	while (upto[i] <= at)
		i++;
	kinds[i](c);
}

size_t
synth_block(const struct synth *world, uint64_t number,
	struct synth_person block[SYNTH_BLOCK])
{
	struct cast c = {.world = world, .number = number, .at = block};
	uint64_t first = number * SYNTH_BLOCK;

	c.rng = synth_rng(world->options.seed, 'b', number);
	for (size_t i = 0; i < BUILDINGS; i++)
		synth_street_draw(world, &c.rng,
			synth_place_draw(world, &c.rng), &c.building[i]);
	while (c.n < SYNTH_BLOCK)
		draw_household_of_some_kind(&c);
	if (first >= world->options.persons)
		return 0;
	return world->options.persons - first < SYNTH_BLOCK
		       ? (size_t)(world->options.persons - first)
		       : SYNTH_BLOCK;
}
