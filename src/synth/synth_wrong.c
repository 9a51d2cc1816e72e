/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/*
 * Requests that are sound on paper and must not end in an address: what is
 * wrong with them only the roll can tell.  Each maker takes a sound request
 * and changes one thing in a way known to be wrong.
 */

/* ---- whom ---- */

static int64_t
index_of(const struct synth_maker *m, int64_t id)
{
	int64_t first = (int64_t)m->block[0].id;

	if (id < first || id >= first + (int64_t)m->n)
		return -1;
	return id - first;
}

/* Another of the household for whom `test` holds, on the roll; or NULL. */
static const struct synth_person *
housemate(const struct synth_maker *m, const struct synth_person *p,
	bool (*test)(
		const struct synth_person *p, const struct synth_person *q))
{
	for (size_t i = 0; i < m->n; i++) {
		const struct synth_person *q = &m->block[i];

		if (q != p && q->household == p->household && test(p, q))
			return q;
	}
	return NULL;
}

static bool
is_spouse(const struct synth_person *p, const struct synth_person *q)
{
	return p->joint >= 0 && p->joint == q->joint &&
	       (p->joint == (int64_t)p->id || q->joint == (int64_t)q->id) &&
	       q->birth < p->birth + 6000 && p->birth < q->birth + 6000;
}

/* One letter apart, or one letter more: MARIO MARIA, DANIEL DANIELA. */
static bool
near_named(const char *a, const char *b)
{
	size_t n = strlen(a), k = strlen(b);
	size_t same = 0;

	while (same < n && same < k && a[same] == b[same])
		same++;
	if (n == k)
		return same < n && strcmp(a + same + 1, b + same + 1) == 0;
	if (n + 1 == k)
		return strcmp(a + same, b + same + 1) == 0;
	return k + 1 == n && strcmp(a + same + 1, b + same) == 0;
}

static bool
is_near_named_spouse(const struct synth_person *p, const struct synth_person *q)
{
	return is_spouse(p, q) && strcmp(p->surname, q->surname) == 0 &&
	       near_named(p->given, q->given);
}

static bool
is_other_named_spouse(
	const struct synth_person *p, const struct synth_person *q)
{
	return is_spouse(p, q) && p->given[0] != q->given[0];
}

/* Father or son of the same name. */
static bool
is_namesake(const struct synth_person *p, const struct synth_person *q)
{
	return strcmp(p->given, q->given) == 0 &&
	       strcmp(p->surname, q->surname) == 0 && p->same_as < 0 &&
	       (p->birth > q->birth + 5000 || q->birth > p->birth + 5000);
}

static bool
is_twin(const struct synth_person *p, const struct synth_person *q)
{
	return p->twin == (int64_t)q->id && p->given[0] != q->given[0];
}

/* Born next to each other and numbered in a row. */
static bool
is_next_number(const struct synth_person *p, const struct synth_person *q)
{
	return memcmp(p->tin, q->tin, 8) == 0 && p->given[0] != q->given[0] &&
	       p->twin < 0;
}

static bool
has_spouse(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) &&
	       housemate(m, p, is_other_named_spouse) != NULL;
}

static bool
has_near_spouse(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) &&
	       housemate(m, p, is_near_named_spouse) != NULL;
}

static bool
has_namesake(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) && housemate(m, p, is_namesake) != NULL;
}

static bool
has_twin(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) && housemate(m, p, is_twin) != NULL;
}

static bool
has_two_records(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) && index_of(m, p->same_as) >= 0;
}

static bool
is_child(const struct synth_maker *m, const struct synth_person *p)
{
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (p->row[y].present && p->row[y].role != SYNTH_DEPENDENT)
			return false;
	return true;
}

static bool
has_next_number(const struct synth_maker *m, const struct synth_person *p)
{
	return is_child(m, p) && housemate(m, p, is_next_number) != NULL;
}

static bool
is_screened(const struct synth_maker *m, const struct synth_person *p)
{
	bool own = false, screened = false;

	for (int y = 0; y < synth_n_years(m->world); y++) {
		if (p->row[y].present && p->row[y].role == SYNTH_DEPENDENT)
			return false;
		own |= synth_row_is_own(&p->row[y]) && synth_row_in_time(m, y);
		screened |= p->row[y].screen != SYNTH_SCREEN_NONE;
	}
	return own && screened && p->same_as < 0 && p->twin < 0;
}

/* A year without a row, though others have one. */
static bool
has_gap(const struct synth_maker *m, const struct synth_person *p)
{
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (!p->row[y].present && synth_row_in_time(m, y))
			return synth_is_filer(m, p) && p->same_as < 0;
	return false;
}

static bool
row_is_anothers(const struct synth_row *row)
{
	return row->present && row->role != SYNTH_DEPENDENT &&
	       (row->source == SYNTH_PREPARER || row->source == SYNTH_CARE_OF);
}

static bool
has_care_of_year(const struct synth_maker *m, const struct synth_person *p)
{
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (row_is_anothers(&p->row[y]) && synth_row_in_time(m, y))
			return synth_is_filer(m, p) && p->same_as < 0;
	return false;
}

/* The address that rows of a preparer or care-of alone have; or NULL. */
static const struct synth_address *
anothers_address(const struct synth_maker *m, const struct synth_person *p)
{
	for (int y = 0; y < synth_n_years(m->world); y++) {
		bool own = false;

		if (!row_is_anothers(&p->row[y]))
			continue;
		for (int z = 0; z < synth_n_years(m->world); z++)
			own |= p->row[z].present &&
			       !row_is_anothers(&p->row[z]) &&
			       p->row[z].address == p->row[y].address;
		if (!own)
			return &p->address[p->row[y].address];
	}
	return NULL;
}

static bool
has_preparer(const struct synth_maker *m, const struct synth_person *p)
{
	const struct synth_address *a = anothers_address(m, p);

	/* a home that only a care-of row shows is no preparer's office */
	return a != NULL && strncmp(a->unit, "STE", 3) == 0 &&
	       synth_is_filer(m, p);
}

static bool
has_moved_and_grown(const struct synth_maker *m, const struct synth_person *p)
{
	bool child = false, own = false;

	for (int y = 0; y < synth_n_years(m->world); y++) {
		if (p->row[y].screen != SYNTH_SCREEN_NONE)
			return false;
		child |= p->row[y].present && synth_row_in_time(m, y) &&
			 p->row[y].role == SYNTH_DEPENDENT;
		own |= synth_row_is_own(&p->row[y]);
	}
	return child && own;
}

/* Somebody of another block, grown, who shares nothing with m->p. */
static const struct synth_person *
stranger(struct synth_maker *m)
{
	for (int tries = 0; tries < 50; tries++) {
		uint64_t number =
			synth_below(&m->rng, (uint32_t)m->world->n_blocks);
		size_t n = synth_block(m->world, number, m->other);
		size_t start = synth_below(&m->rng, (uint32_t)n);

		if (m->other[0].id == m->block[0].id)
			continue;
		for (size_t i = 0; i < n; i++) {
			const struct synth_person *q =
				&m->other[(start + i) % n];

			if (synth_is_filer(m, q) &&
				q->given[0] != m->p->given[0] &&
				q->surname[0] != m->p->surname[0] &&
				strcmp(q->address[0].zip,
					m->p->address[0].zip) != 0)
				return q;
		}
	}
	return NULL;
}

static bool
sound(struct synth_maker *m, synth_test *test, enum synth_identifiers by)
{
	if (!synth_seek(m, test))
		return false;
	synth_sound(m, by);
	return true;
}

/* ---- numbers ---- */

/* The number of another of the household, for whom `test` holds. */
static bool
give_tin_of(struct synth_maker *m, bool (*test)(const struct synth_person *p,
					   const struct synth_person *q))
{
	const struct synth_person *q = housemate(m, m->p, test);

	if (q == NULL)
		return false;
	synth_give_tin(m, q->tin);
	return true;
}

static bool
make_tin_of_another(struct synth_maker *m)
{
	const struct synth_person *q;

	if (!sound(m, synth_is_filer, BY_TIN))
		return false;
	q = stranger(m);
	if (q == NULL)
		return false;
	synth_give_tin(m, q->tin);
	if (synth_chance(&m->rng, 400))
		synth_give_birth(m, m->p->birth);
	return true;
}

/* A number near the right one that nobody on the roll has. */
static bool
give_unowned(struct synth_maker *m, void (*change)(struct synth_rng *, char *))
{
	for (int tries = 0; tries < 30; tries++) {
		char tin[10];

		SYNTH_SET(tin, m->p->tin);
		change(&m->rng, tin);
		if (strcmp(tin, m->p->tin) == 0 ||
			synth_tin_owner(m->world, tin) >= 0)
			continue;
		synth_give_tin(m, tin);
		return true;
	}
	return false;
}

static void
change_digit(struct synth_rng *rng, char *tin)
{
	size_t at = 3 + synth_below(rng, 6);

	tin[at] = (char)('0' + (tin[at] - '0' + synth_between(rng, 1, 9)) % 10);
}

static void
swap_digits(struct synth_rng *rng, char *tin)
{
	size_t at = 3 + synth_below(rng, 5);
	char keep = tin[at];

	tin[at] = tin[at + 1];
	tin[at + 1] = keep;
}

static bool
make_one_digit(struct synth_maker *m)
{
	return sound(m, synth_is_filer, BY_TIN) &&
	       give_unowned(m, change_digit);
}

static bool
make_swapped_digits(struct synth_maker *m)
{
	return sound(m, synth_is_filer, BY_BOTH) &&
	       give_unowned(m, swap_digits);
}

static bool
make_spouse_tin(struct synth_maker *m)
{
	return sound(m, has_spouse, BY_TIN) &&
	       give_tin_of(m, is_other_named_spouse);
}

static bool
make_near_spouse(struct synth_maker *m)
{
	return sound(m, has_near_spouse, BY_TIN) &&
	       give_tin_of(m, is_near_named_spouse);
}

static bool
make_father_tin_son_birth(struct synth_maker *m)
{
	const struct synth_person *q;

	if (!sound(m, has_namesake, BY_BOTH))
		return false;
	q = housemate(m, m->p, is_namesake);
	if (q == NULL)
		return false;
	synth_give_birth(m, q->birth);
	m->d->suffix[0] = '\0';
	return true;
}

static bool
make_twin_tin(struct synth_maker *m)
{
	return sound(m, has_twin, BY_BOTH) && give_tin_of(m, is_twin);
}

/* A child's name with the number of the one born next. */
static bool
make_sibling_tin(struct synth_maker *m)
{
	if (!sound(m, has_next_number, BY_TIN) ||
		!give_tin_of(m, is_next_number))
		return false;

	SYNTH_FORMAT(m->d->year[0], "%d", m->world->options.last_year);
	m->d->n_years = 1;
	return true;
}

/* ---- days ---- */

static bool
make_birth_off(struct synth_maker *m)
{
	int year, month, day;

	if (!sound(m, synth_is_filer, BY_TIN))
		return false;
	day_split(m->p->birth, &year, &month, &day);
	/* another decade, month and day: neither one digit nor a swap */
	SYNTH_FORMAT(m->d->birth, "%04d-%02d-%02d",
		year + (year < 1960 ? 13 : -13), month % 12 + 1,
		(day + 13) % 27 + 1);
	return true;
}

/* Without a TIN the day must be equal: one digit off is another person. */
static bool
make_birth_near(struct synth_maker *m)
{
	int year, month, day;

	if (!sound(m, synth_is_filer, BY_BIRTH))
		return false;
	day_split(m->p->birth, &year, &month, &day);
	SYNTH_FORMAT(m->d->birth, "%04d-%02d-%02d", year, month,
		day > 1 ? day - 1 : 2);
	return true;
}

/* Whose father may have been born in this century or the last. */
static bool
is_young_filer(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) && day_year(p->birth) > 1945 &&
	       housemate(m, p, is_namesake) == NULL;
}

/* A father of the same name who never filed. */
static bool
make_absent_father(struct synth_maker *m)
{
	if (!sound(m, is_young_filer, BY_BIRTH))
		return false;
	synth_give_birth(m, m->p->birth - synth_between(&m->rng, 7600, 13000));
	m->d->suffix[0] = '\0';
	return true;
}

/* ---- names ---- */

static bool
make_other_name(struct synth_maker *m)
{
	const struct synth_person *q;

	if (!sound(m, synth_is_filer, BY_TIN))
		return false;
	q = stranger(m);
	if (q == NULL)
		return false;
	synth_give_name(m, q);
	return true;
}

static bool
make_same_name_elsewhere(struct synth_maker *m)
{
	const struct synth_person *q;

	if (!sound(m, synth_is_filer, BY_BIRTH))
		return false;
	q = stranger(m);
	if (q == NULL)
		return false;
	synth_give_address(m, &q->address[0]);
	synth_give_birth(m, m->p->birth + synth_between(&m->rng, 400, 3000));
	return true;
}

/* Is the address given in the request also this other record's own? */
static bool
shares_address(const struct synth_maker *m, const struct synth_person *q)
{
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (synth_row_is_own(&q->row[y]) &&
			memcmp(&q->address[q->row[y].address], m->own,
				sizeof *m->own) == 0)
			return true;
	return false;
}

static bool
make_two_records(struct synth_maker *m)
{
	for (int tries = 0; tries < 5; tries++) {
		if (!sound(m, has_two_records, BY_BIRTH))
			return false;
		if (shares_address(m, &m->block[index_of(m, m->p->same_as)]))
			return true;
	}
	return false;
}

/* J GARCIA, born with another J GARCIA. */
static bool
is_alliterating_twin(const struct synth_person *p, const struct synth_person *q)
{
	return p->twin == (int64_t)q->id && p->given[0] == q->given[0];
}

static bool
has_alliterating_twin(const struct synth_maker *m, const struct synth_person *p)
{
	return synth_is_filer(m, p) &&
	       housemate(m, p, is_alliterating_twin) != NULL;
}

static bool
make_twin_initial(struct synth_maker *m)
{
	if (!sound(m, has_alliterating_twin, BY_BIRTH) ||
		!shares_address(m, housemate(m, m->p, is_alliterating_twin)))
		return false;
	m->d->given[1] = '\0';
	m->d->middle[0] = '\0';
	return true;
}

/* ---- addresses ---- */

static bool
line_is_theirs(const struct synth_maker *m, const struct synth_street *s)
{
	for (int i = 0; i < m->p->n_addresses; i++) {
		struct synth_street own;

		if (synth_street_parse(m->world, m->p->address[i].line, &own) &&
			memcmp(&own, s, sizeof own) == 0)
			return true;
	}
	return false;
}

/* A sound request about somebody in a numbered street. */
static bool
in_a_street(struct synth_maker *m, struct synth_street *ret_street)
{
	for (int tries = 0; tries < 10; tries++) {
		if (!sound(m, synth_is_filer, BY_ANY))
			return false;
		if (synth_street_parse(m->world, m->own->line, ret_street))
			return true;
	}
	return false;
}

static bool
give_street(struct synth_maker *m, const struct synth_street *s)
{
	struct synth_address a = *m->own;

	if (line_is_theirs(m, s))
		return false;
	SYNTH_FORMAT(a.line, "%s%s%s %s %s%s%s", s->number,
		s->before[0] == '\0' ? "" : " ", s->before, s->name, s->suffix,
		s->after[0] == '\0' ? "" : " ", s->after);
	synth_give_address(m, &a);
	return true;
}

static bool
make_other_suffix(struct synth_maker *m)
{
	static const char *const suffixes[] = {
		"ST", "AVE", "RD", "DR", "LN", "CT", "BLVD"};
	struct synth_street s;
	const char *other;

	if (!in_a_street(m, &s))
		return false;
	do
		other = SYNTH_PICK(&m->rng, suffixes);
	while (strcmp(other, s.suffix) == 0);
	memset(s.suffix, 0, sizeof s.suffix);
	SYNTH_SET(s.suffix, other);
	return give_street(m, &s);
}

static bool
make_other_street(struct synth_maker *m)
{
	static const char *const names[] = {"QUINCE", "TAMARACK", "VAN BUREN",
		"ZINNIA", "UPLAND", "EUCLID", "KEYSTONE", "WHIPPOORWILL"};
	struct synth_street s;

	if (!in_a_street(m, &s))
		return false;
	memset(s.name, 0, sizeof s.name);
	SYNTH_SET(s.name, SYNTH_PICK(&m->rng, names));
	return give_street(m, &s);
}

static bool
make_other_number(struct synth_maker *m)
{
	struct synth_street s;
	size_t n;

	if (!in_a_street(m, &s))
		return false;
	n = strlen(s.number);
	s.number[n - 1] = (char)('0' + (s.number[n - 1] - '0' + 2) % 10);
	return s.number[0] != '0' && give_street(m, &s);
}

static bool
make_other_directional(struct synth_maker *m)
{
	struct synth_street s;

	for (int tries = 0; tries < 12; tries++) {
		if (!in_a_street(m, &s))
			return false;
		if (s.before[0] != '\0')
			break;
	}
	if (s.before[0] == '\0')
		return false;
	s.before[0] = s.before[0] == 'N'   ? 'S'
		      : s.before[0] == 'S' ? 'N'
		      : s.before[0] == 'E' ? 'W'
					   : 'E';
	return give_street(m, &s);
}

static bool
make_wrong_unit(struct synth_maker *m)
{
	for (int tries = 0; tries < 20; tries++) {
		struct synth_address a;

		if (!sound(m, synth_is_filer, BY_ANY))
			return false;
		if (m->own->unit[0] == '\0')
			continue;
		a = *m->own; /* no drawn building is so high */
		SYNTH_FORMAT(
			a.unit, "APT %d", synth_between(&m->rng, 2000, 2999));
		synth_give_address(m, &a);
		return true;
	}
	return false;
}

static bool
make_address_elsewhere(struct synth_maker *m)
{
	const struct synth_person *q;

	if (!sound(m, synth_is_filer, BY_ANY))
		return false;
	q = stranger(m);
	if (q == NULL)
		return false;
	for (int i = 0; i < m->p->n_addresses; i++)
		if (strcmp(m->p->address[i].zip, q->address[0].zip) == 0)
			return false;
	synth_give_address(m, &q->address[0]);
	return true;
}

static bool
make_preparer_address(struct synth_maker *m)
{
	if (!sound(m, has_preparer, BY_ANY))
		return false;
	synth_give_address(m, anothers_address(m, m->p));
	return true;
}

/* ---- rows ---- */

static void
ask_year(struct synth_maker *m, int y)
{
	SYNTH_FORMAT(m->d->year[0], "%d", m->world->options.first_year + y);
	m->d->n_years = 1;
}

static bool
make_child(struct synth_maker *m)
{
	if (!sound(m, is_child, BY_ANY))
		return false;
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (m->p->row[y].present && synth_row_in_time(m, y))
			ask_year(m, y);
	if (m->p->n_addresses > 0)
		synth_give_address(m, &m->p->address[0]);
	return m->d->n_years > 0;
}

static bool
make_year_without_row(struct synth_maker *m)
{
	if (!sound(m, has_gap, BY_ANY))
		return false;
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (!m->p->row[y].present && synth_row_in_time(m, y))
			ask_year(m, y);
	return true;
}

static bool
make_only_care_of(struct synth_maker *m)
{
	if (!sound(m, has_care_of_year, BY_ANY))
		return false;
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (row_is_anothers(&m->p->row[y]) && synth_row_in_time(m, y))
			ask_year(m, y);
	m->d->person = (int64_t)m->p->id;
	return true;
}

static bool
make_grown_child(struct synth_maker *m)
{
	if (!sound(m, has_moved_and_grown, BY_BOTH))
		return false;
	for (int y = 0; y < synth_n_years(m->world); y++)
		if (m->p->row[y].present && synth_row_in_time(m, y) &&
			m->p->row[y].role == SYNTH_DEPENDENT)
			ask_year(m, y);
	return true;
}

static bool
make_screened(struct synth_maker *m)
{
	if (!sound(m, is_screened, BY_ANY))
		return false;
	m->d->person = (int64_t)m->p->id;
	return true;
}

static const char unresolved[] = "unresolved";
static const char withheld[] = "withheld|unresolved";

const struct synth_kind synth_wrong_kinds[] = {
	{"tin-of-another", 160, make_tin_of_another, unresolved, ""},
	{"one-digit-tin", 110, make_one_digit, unresolved, ""},
	{"swapped-digits-tin", 60, make_swapped_digits, unresolved, ""},
	{"spouse-tin", 120, make_spouse_tin, unresolved, ""},
	{"near-named-spouse", 140, make_near_spouse, unresolved, ""},
	{"father-tin-son-birth", 120, make_father_tin_son_birth, unresolved,
		""},
	{"twin-tin", 60, make_twin_tin, unresolved, ""},
	{"sibling-tin", 60, make_sibling_tin, unresolved, ""},
	{"birth-date-off", 140, make_birth_off, unresolved, ""},
	{"birth-date-near", 80, make_birth_near, unresolved, ""},
	{"absent-father", 150, make_absent_father, unresolved, ""},
	{"other-name", 140, make_other_name, unresolved, ""},
	{"same-name-elsewhere", 140, make_same_name_elsewhere, unresolved, ""},
	{"two-records", 140, make_two_records, unresolved, ""},
	{"twin-initial", 40, make_twin_initial, "unresolved|refused", ""},
	{"other-suffix", 130, make_other_suffix, unresolved, ""},
	{"other-street", 130, make_other_street, unresolved, ""},
	{"other-number", 120, make_other_number, unresolved, ""},
	{"other-directional", 60, make_other_directional, unresolved, ""},
	{"wrong-unit", 140, make_wrong_unit, unresolved, ""},
	{"address-elsewhere", 140, make_address_elsewhere, unresolved, ""},
	{"preparer-address", 90, make_preparer_address, unresolved, ""},
	{"not-on-roll", 120, synth_make_not_on_roll, unresolved, ""},
	{"child", 130, make_child, withheld, ""},
	{"year-without-a-row", 120, make_year_without_row, withheld, ""},
	{"only-care-of", 110, make_only_care_of, withheld, ""},
	{"grown-child", 40, make_grown_child, withheld, ""},
	{"screened", 90, make_screened, "withheld", ""},
};
const size_t synth_n_wrong_kinds =
	sizeof synth_wrong_kinds / sizeof *synth_wrong_kinds;
