/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/* Sound requests: somebody on the roll, written as an office would write. */

/* ---- whom ---- */

bool
synth_row_is_own(const struct synth_row *row)
{
	return row->present && row->role != SYNTH_DEPENDENT &&
	       (row->source == SYNTH_RETURN ||
		       row->source == SYNTH_THIRD_PARTY);
}

/* A period that has ended on the day of the request. */
bool
synth_row_in_time(const struct synth_maker *m, int y)
{
	return m->world->options.first_year + y < day_year(m->options->today);
}

bool
synth_is_filer(const struct synth_maker *m, const struct synth_person *p)
{
	int years = synth_n_years(m->world), usable = 0;

	for (int y = 0; y < years; y++) {
		if (p->row[y].present && p->row[y].role == SYNTH_DEPENDENT)
			return false;
		if (p->row[y].screen != SYNTH_SCREEN_NONE)
			return false;
		usable +=
			synth_row_is_own(&p->row[y]) && synth_row_in_time(m, y);
	}
	return usable > 0;
}

bool
synth_seek(struct synth_maker *m, synth_test *test)
{
	for (int tries = 0; tries < 400; tries++) {
		uint64_t number =
			synth_below(&m->rng, (uint32_t)m->world->n_blocks);
		size_t start;

		m->n = synth_block(m->world, number, m->block);
		start = synth_below(&m->rng, (uint32_t)m->n);
		for (size_t i = 0; i < m->n; i++) {
			m->p = &m->block[(start + i) % m->n];
			if (test(m, m->p))
				return true;
		}
	}
	return false;
}

/* ---- words ---- */

const char *
synth_suffix_word(const struct synth *world, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < world->suffixes->n; i++) {
		const char *pair = world->suffixes->words[i].text;

		if (strncmp(pair, word, n) == 0 && pair[n] == ':')
			return pair + n + 1;
	}
	return NULL;
}

static bool
is_direction(const char *word)
{
	static const char *const all[] = {
		"N", "S", "E", "W", "NE", "NW", "SE", "SW"};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(word, all[i]) == 0)
			return true;
	return false;
}

static void
copy_word(char *to, size_t size, struct span word)
{
	if (!span_copy(word, to, size))
		to[0] = '\0';
}

/* Takes the last word of `rest` away. */
static struct span
last_word(struct span *rest)
{
	struct span word = *rest;
	size_t n = rest->n;

	while (n > 0 && rest->at[n - 1] != ' ')
		n--;
	word = span_of(rest->at + n, rest->n - n);
	rest->n = n > 0 ? n - 1 : 0;
	return word;
}

bool
synth_street_parse(const struct synth *world, const char *line,
	struct synth_street *ret_street)
{
	struct synth_street s = {0};
	struct span rest = span_text(line), first, word;
	char text[16];

	first = span_cut(&rest, ' ');
	copy_word(s.number, sizeof s.number, first);
	if (s.number[0] == '\0' || strspn(s.number, "0123456789") != first.n)
		return false;
	word = last_word(&rest);
	copy_word(text, sizeof text, word);
	if (is_direction(text)) {
		SYNTH_SET(s.after, text);
		word = last_word(&rest);
		copy_word(text, sizeof text, word);
	}
	if (text[0] == '\0' || synth_suffix_word(world, text) == NULL)
		return false;
	SYNTH_SET(s.suffix, text);
	first = rest;
	copy_word(text, sizeof text, span_cut(&first, ' '));
	if (is_direction(text) && first.n > 0) {
		SYNTH_SET(s.before, text);
		rest = first;
	}
	copy_word(s.name, sizeof s.name, rest);
	if (s.name[0] == '\0')
		return false;
	*ret_street = s;
	return true;
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void
synth_title_case(char *text)
{
	for (char *c = text; *c != '\0'; c++)
		if (c > text && c[-1] != ' ' && c[-1] != '-' && *c >= 'A' &&
			*c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
}

/* One edit: two letters swapped, one changed, or one dropped. */
void
synth_typo(struct synth_rng *rng, char *text)
{
	size_t n = strlen(text), at;
	uint32_t edit;

	if (n < 4)
		return;
	at = 1 + synth_below(rng, (uint32_t)n - 2);
	for (size_t i = 0;
		i < n && !(is_letter(text[at]) && is_letter(text[at + 1])); i++)
		at = 1 + (at % (n - 2));
	edit = synth_below(rng, 3);
	if (edit == 0 && text[at] != text[at + 1]) {
		char keep = text[at];

		text[at] = text[at + 1];
		text[at + 1] = keep;
	} else if (edit < 2) {
		text[at] = text[at] == 'E' ? 'A' : 'E';
	} else {
		memmove(text + at, text + at + 1, n - at);
	}
}

/* ---- how it is written ---- */

enum { STYLE_TITLE = 1 << 16, STYLE_ACCENT = 1 << 17 };

static void
in_style(const struct synth_maker *m, char *text)
{
	if (m->d->style & STYLE_TITLE)
		synth_title_case(text);
}

/* As the names are spelt where they come from. */
static void
accent(char *text, size_t size)
{
	static const char *const pairs[][2] = {{"MUNOZ", "MUÑOZ"},
		{"PENA", "PEÑA"}, {"NUNEZ", "NÚÑEZ"}, {"ZUNIGA", "ZÚÑIGA"},
		{"GARCIA", "GARCÍA"}, {"RODRIGUEZ", "RODRÍGUEZ"},
		{"HERNANDEZ", "HERNÁNDEZ"}, {"GONZALEZ", "GONZÁLEZ"},
		{"LOPEZ", "LÓPEZ"}, {"PEREZ", "PÉREZ"}, {"DIAZ", "DÍAZ"},
		{"RAMIREZ", "RAMÍREZ"}, {"SANCHEZ", "SÁNCHEZ"},
		{"JIMENEZ", "JIMÉNEZ"}, {"JOSE", "JOSÉ"}, {"JESUS", "JESÚS"},
		{"SOFIA", "SOFÍA"}, {"MARTINEZ", "MARTÍNEZ"},
		{"CASTANEDA", "CASTAÑEDA"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (strcmp(text, pairs[i][0]) == 0) {
			synth_set(text, size, pairs[i][1]);
			return;
		}
}

void
synth_give_name(struct synth_maker *m, const struct synth_person *p)
{
	struct synth_draft *d = m->d;

	SYNTH_SET(d->given, p->given);
	SYNTH_SET(d->surname, p->surname);
	SYNTH_SET(d->middle, synth_chance(&m->rng, 500) ? p->middle : "");
	if (d->middle[0] != '\0' && synth_chance(&m->rng, 500))
		d->middle[1] = '\0';
	SYNTH_SET(d->suffix, synth_chance(&m->rng, 600) ? p->suffix : "");
	in_style(m, d->given);
	in_style(m, d->middle);
	in_style(m, d->surname);
	if (d->style & STYLE_ACCENT) {
		accent(d->given, sizeof d->given);
		accent(d->surname, sizeof d->surname);
	}
}

void
synth_give_tin(struct synth_maker *m, const char tin[10])
{
	if (synth_chance(&m->rng, 450))
		SYNTH_FORMAT(
			m->d->tin, "%.3s-%.2s-%.4s", tin, tin + 3, tin + 5);
	else
		SYNTH_SET(m->d->tin, tin);
}

void
synth_give_birth(struct synth_maker *m, int32_t birth)
{
	char text[DAY_TEXT];

	day_text(birth, text);
	SYNTH_SET(m->d->birth, text);
}

/* "N" as "NORTH", the suffix in full or with a point. */
static void
write_street(struct synth_maker *m, const struct synth_street *s)
{
	static const char *const words[][2] = {
		{"N", "NORTH"}, {"S", "SOUTH"}, {"E", "EAST"}, {"W", "WEST"}};
	const char *before = s->before, *suffix = s->suffix, *point = "";

	for (size_t i = 0; i < 4 && synth_chance(&m->rng, 300); i++)
		if (strcmp(before, words[i][0]) == 0) {
			before = words[i][1];
			break;
		}
	if (synth_chance(&m->rng, 300))
		suffix = synth_suffix_word(m->world, s->suffix);
	else if (synth_chance(&m->rng, 80))
		point = ".";
	SYNTH_FORMAT(m->d->line, "%s%s%s %s %s%s%s%s", s->number,
		before[0] == '\0' ? "" : " ", before, s->name, suffix, point,
		s->after[0] == '\0' ? "" : " ", s->after);
}

static void
write_box(struct synth_maker *m, const char *line)
{
	static const char *const boxes[] = {"PO BOX", "P.O. BOX", "P O BOX",
		"POST OFFICE BOX", "P. O. BOX"};
	static const char *const rural[] = {"RR", "R.R.", "RURAL ROUTE"};

	if (strncmp(line, "PO BOX ", 7) == 0)
		SYNTH_FORMAT(m->d->line, "%s %s", SYNTH_PICK(&m->rng, boxes),
			line + 7);
	else if (strncmp(line, "RR ", 3) == 0)
		SYNTH_FORMAT(m->d->line, "%s %s", SYNTH_PICK(&m->rng, rural),
			line + 3);
	else
		SYNTH_SET(m->d->line, line);
}

static void
write_unit(struct synth_maker *m, const char *unit)
{
	struct synth_draft *d = m->d;
	char text[32];

	SYNTH_SET(text, unit);
	if (strncmp(unit, "APT ", 4) == 0 && synth_chance(&m->rng, 250))
		SYNTH_FORMAT(text, "%s%s",
			synth_chance(&m->rng, 500) ? "APT. " : "APARTMENT ",
			unit + 4);
	if (unit[0] != '\0' && synth_chance(&m->rng, 150)) {
		size_t n = strlen(d->line);

		synth_format(d->line + n, sizeof d->line - n, " %s", text);
		text[0] = '\0';
	}
	SYNTH_SET(d->unit, text);
}

void
synth_give_address(struct synth_maker *m, const struct synth_address *a)
{
	struct synth_draft *d = m->d;
	struct synth_street street;

	if (synth_street_parse(m->world, a->line, &street))
		write_street(m, &street);
	else
		write_box(m, a->line);
	write_unit(m, a->unit);
	SYNTH_SET(d->city, a->city);
	SYNTH_SET(d->state, a->state);
	SYNTH_SET(d->zip, a->zip);
	d->zip4[0] = '\0';
	if (synth_chance(&m->rng, 120))
		SYNTH_FORMAT(
			d->zip, "%s-%04u", a->zip, synth_below(&m->rng, 10000));
	else if (synth_chance(&m->rng, 60))
		SYNTH_FORMAT(d->zip4, "%04u", synth_below(&m->rng, 10000));
	in_style(m, d->line);
	in_style(m, d->unit);
	in_style(m, d->city);
}

/* ---- the rest of it ---- */

void
synth_give_officer(struct synth_maker *m, const char *prefix, uint64_t o)
{
	static const char *const units[] = {"Homeland Security Investigations",
		"HSI Chicago", "HSI El Paso", "HSI Baltimore Group 4",
		"Office of Professional Responsibility",
		"HSI Document and Benefit Fraud Task Force",
		"HSI Worksite Enforcement",
		"Homeland Security Investigations, "
		"Special Agent in Charge San Diego",
		"HSI Financial Crimes"};
	static const char *const roles[] = {"case agent", "case agent",
		"special agent", "criminal investigator", "investigating agent",
		"lead case agent"};
	struct synth_rng rng = synth_rng(m->options->requests_seed, 'o', o);
	const struct synth *w = m->world;
	bool female = synth_chance(&rng, 450);
	struct synth_draft *d = m->d;

	SYNTH_FORMAT(d->officer_id, "%s%05llu", prefix, (unsigned long long)o);
	SYNTH_FORMAT(d->officer_name, "%s %s",
		synth_word(w->given_by_decade[6][female], &rng),
		synth_word(w->surnames[synth_below(&rng, 2)], &rng));
	SYNTH_SET(d->role, SYNTH_PICK(&rng, roles));
	SYNTH_SET(d->unit_text, SYNTH_PICK(&rng, units));
}

static void
give_matter(struct synth_maker *m)
{
	static const char *const offices[] = {"NYC", "LAX", "ELP", "BOS", "SEA",
		"DEN", "ATL", "NEW", "SND", "BUF", "PHX", "HOU", "MIA", "CHI"};
	static const char *const grounds[] = {"8 USC 1227(a)(1)(A)",
		"8 USC 1227(a)(1)(B)", "8 USC 1227(a)(1)(C)(i)",
		"8 USC 1227(a)(2)(A)", "8 USC 1227(a)(2)(A)(iii)",
		"8 USC 1227(a)(2)(B)(i)", "8 USC 1227(a)(3)(D)"};
	static const char *const purposes[] = {
		"criminal-investigation", "criminal-proceeding", "grand-jury"};
	struct synth_draft *d = m->d;
	int32_t today = m->options->today;
	int age = synth_chance(&m->rng, 20) ? synth_between(&m->rng, 91, 119)
					    : synth_between(&m->rng, 120, 2300);
	int year;
	char day[DAY_TEXT];

	m->order_day = today - age;
	m->opened_day = m->order_day +
			synth_between(&m->rng, 5, age < 300 ? age - 1 : 300);
	day_text(m->order_day, day);
	SYNTH_SET(d->order_date, day);
	day_text(m->opened_day, day);
	SYNTH_SET(d->opened, day);
	year = day_year(m->opened_day) % 100;
	if (synth_chance(&m->rng, 850))
		SYNTH_FORMAT(d->case_id, "HSI-%s-%02d-%06u",
			SYNTH_PICK(&m->rng, offices), year,
			synth_below(&m->rng, 1000000));
	else
		SYNTH_FORMAT(d->case_id, "%02d-CR-%05u-%s", year,
			synth_below(&m->rng, 100000),
			SYNTH_PICK(&m->rng, offices));
	SYNTH_SET(d->status, "open");
	SYNTH_SET(d->ground, SYNTH_PICK(&m->rng, grounds));
	d->stay = 'f';
	SYNTH_SET(d->purpose, SYNTH_PICK(&m->rng, purposes));
	SYNTH_SET(d->authority, synth_chance(&m->rng, 700)
					? "8 USC 1253(a)(1)"
					: "8 USC 1253(a)(1)(A)");
}

static void
add_year(struct synth_maker *m, int y)
{
	struct synth_draft *d = m->d;

	SYNTH_FORMAT(
		d->year[d->n_years], "%d", m->world->options.first_year + y);
	d->n_years++;
}

/* One or two years that have a row of the person's own; ascending. */
static void
give_years(struct synth_maker *m)
{
	int years = synth_n_years(m->world), n = 0, chosen, second;
	int usable[SYNTH_YEARS_MAX];

	for (int y = 0; y < years; y++)
		if (synth_row_is_own(&m->p->row[y]) && synth_row_in_time(m, y))
			usable[n++] = y;
	m->d->n_years = 0;
	if (n == 0)
		return;
	chosen = (int)synth_below(&m->rng, (uint32_t)n);
	add_year(m, usable[chosen]);
	second = chosen + 1 + (int)synth_below(&m->rng, 3);
	if (second < n && synth_chance(&m->rng, 300))
		add_year(m, usable[second]);
}

/* Any address of the person's own, of whatever year. */
static const struct synth_address *
choose_address(struct synth_maker *m)
{
	int years = synth_n_years(m->world);
	int start = (int)synth_below(&m->rng, (uint32_t)years);

	for (int i = 0; i < years; i++) {
		const struct synth_row *row = &m->p->row[(start + i) % years];

		if (synth_row_is_own(row))
			return &m->p->address[row->address];
	}
	return &m->p->address[0];
}

static void
give_identifiers(struct synth_maker *m, enum synth_identifiers by)
{
	uint32_t at = synth_below(&m->rng, 10);

	if (by == BY_ANY)
		by = at < 4 ? BY_TIN : at < 7 ? BY_BIRTH : BY_BOTH;
	if (by != BY_BIRTH)
		synth_give_tin(m, m->p->tin);
	if (by != BY_TIN)
		synth_give_birth(m, m->p->birth);
}

void
synth_sound(struct synth_maker *m, enum synth_identifiers by)
{
	uint64_t officers = m->options->n / 20 + 12;
	struct synth_draft clean = {.person = -1};

	SYNTH_SET(clean.id, m->d->id);
	*m->d = clean;
	m->reasoned = false;
	m->d->style = (uint32_t)synth_next(&m->rng) & 0xffff;
	if (synth_chance(&m->rng, 450))
		m->d->style |= STYLE_TITLE;
	else if (synth_chance(&m->rng, 150))
		m->d->style |= STYLE_ACCENT;
	synth_give_name(m, m->p);
	give_identifiers(m, by);
	m->own = choose_address(m);
	synth_give_address(m, m->own);
	give_years(m);
	give_matter(m);
	synth_give_officer(
		m, "HSI-", 40000 + synth_below(&m->rng, (uint32_t)officers));
}

/* ---- good ---- */

static const char *
nickname_of(const char *given)
{
	static const char *const pairs[][2] = {{"ROBERT", "BOB"},
		{"WILLIAM", "BILL"}, {"JAMES", "JIM"}, {"RICHARD", "RICK"},
		{"MICHAEL", "MIKE"}, {"JOSEPH", "JOE"}, {"THOMAS", "TOM"},
		{"CHARLES", "CHUCK"}, {"CHRISTOPHER", "CHRIS"},
		{"ANTHONY", "TONY"}, {"DANIEL", "DAN"}, {"DAVID", "DAVE"},
		{"EDWARD", "ED"}, {"KENNETH", "KEN"}, {"STEVEN", "STEVE"},
		{"TIMOTHY", "TIM"}, {"ELIZABETH", "LIZ"}, {"MARGARET", "PEGGY"},
		{"PATRICIA", "PAT"}, {"KATHERINE", "KATHY"},
		{"DEBORAH", "DEBBIE"}, {"BARBARA", "BARB"},
		{"JENNIFER", "JENNY"}, {"REBECCA", "BECKY"},
		{"FRANCISCO", "PACO"}, {"JOSE", "PEPE"}, {"GUADALUPE", "LUPE"},
		{"JESUS", "CHUY"}, {"ROBERTO", "BETO"}, {"ALEJANDRO", "ALEX"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (strcmp(given, pairs[i][0]) == 0)
			return pairs[i][1];
	return NULL;
}

/* DESIGN.md: ordinary nicknames, compounds and one letter must resolve. */
static void
vary_name(struct synth_maker *m)
{
	struct synth_draft *d = m->d;
	const char *nick = nickname_of(m->p->given);
	char *space = strncmp(m->p->surname, "DELA ", 5) == 0
			      ? NULL
			      : strchr(d->surname, ' ');
	uint32_t at = synth_below(&m->rng, 1000);

	if (at < 350 && nick != NULL && m->p->twin < 0) {
		SYNTH_SET(d->given, nick);
		in_style(m, d->given);
	} else if (space != NULL && at < 400) {
		*space = '-';
	} else if (space != NULL && at < 600) {
		*space = '\0'; /* the first of two */
	} else if (at >= 950 && strlen(m->p->surname) > 5) {
		synth_typo(&m->rng, d->surname);
	}
}

static void
conclude(struct synth_maker *m, const char *want, const char *kind)
{
	m->d->want = want;
	m->d->kind = kind;
	m->d->person = (int64_t)m->p->id;
}

bool
synth_make_good(struct synth_maker *m)
{
	if (!synth_seek(m, synth_is_filer))
		return false;
	synth_sound(m, m->p->same_as >= 0 ? BY_TIN : BY_ANY);
	vary_name(m);
	/* one number of two, or one of a pair by the day alone: a careful
	 * custodian may want more */
	conclude(m,
		m->p->same_as >= 0 || (m->p->twin >= 0 && m->d->tin[0] == '\0')
			? "review|unresolved"
			: "review",
		"good");
	return true;
}

/* ---- good, but for an error that may cost the answer ---- */

static bool
mar_given(struct synth_maker *m)
{
	synth_typo(&m->rng, m->d->given);
	return true;
}

static bool
mar_street(struct synth_maker *m)
{
	struct synth_street s;

	if (!synth_street_parse(m->world, m->own->line, &s) ||
		!is_letter(s.name[0]))
		return false;
	synth_typo(&m->rng, s.name);
	write_street(m, &s);
	SYNTH_SET(m->d->unit, m->own->unit);
	return true;
}

static bool
mar_city(struct synth_maker *m)
{
	synth_typo(&m->rng, m->d->city);
	return true;
}

static bool
mar_birth(struct synth_maker *m)
{
	int year, month, day;

	day_split(m->p->birth, &year, &month, &day);
	synth_give_tin(m, m->p->tin);
	if (day <= 12 && day != month)
		SYNTH_FORMAT(m->d->birth, "%04d-%02d-%02d", year, day, month);
	else
		SYNTH_FORMAT(m->d->birth, "%04d-%02d-%02d",
			year % 10 == 9 ? year - 1 : year + 1, month, day);
	return true;
}

static bool
drop_unit(struct synth_maker *m)
{
	struct synth_street s;

	if (m->own->unit[0] == '\0' ||
		!synth_street_parse(m->world, m->own->line, &s))
		return false;
	write_street(m, &s);
	m->d->unit[0] = '\0';
	return true;
}

static bool
add_unit(struct synth_maker *m)
{
	if (m->own->unit[0] != '\0')
		return false;
	synth_unit_draw(&m->rng, m->d->unit);
	return true;
}

static bool
swap_surnames(struct synth_maker *m)
{
	char *space = strchr(m->d->surname, ' ');
	char turned[96];

	if (space == NULL || m->d->style & STYLE_ACCENT)
		return false;
	SYNTH_FORMAT(turned, "%s %.*s", space + 1, (int)(space - m->d->surname),
		m->d->surname);
	SYNTH_SET(m->d->surname, turned);
	return true;
}

static bool
cite_otherwise(struct synth_maker *m)
{
	SYNTH_SET(m->d->authority, synth_chance(&m->rng, 500)
					   ? "8 U.S.C. 1253(a)(1)(A)"
					   : "8 U.S.C. § 1253(a)(1)");
	return true;
}

bool
synth_make_good_hard(struct synth_maker *m)
{
	static bool (*const mars[])(struct synth_maker *) = {mar_given,
		mar_given, mar_street, mar_city, mar_birth, drop_unit, add_unit,
		swap_surnames, cite_otherwise};

	for (int tries = 0; tries < 8; tries++) {
		if (!synth_seek(m, synth_is_filer))
			return false;
		synth_sound(m, m->p->same_as >= 0 ? BY_TIN : BY_ANY);
		vary_name(m);
		if (!SYNTH_PICK(&m->rng, mars)(m))
			continue;
		conclude(m, "review|unresolved|refused", "good-hard");
		return true;
	}
	return false;
}

/* ---- nobody: drawn like the others, past the end of the roll ---- */

bool
synth_make_not_on_roll(struct synth_maker *m)
{
	uint64_t past = m->world->n_blocks + synth_below(&m->rng, 1000);

	synth_block(m->world, past, m->block);
	m->n = SYNTH_BLOCK;
	for (size_t i = 0; i < m->n; i++) {
		m->p = &m->block[i];
		if (synth_is_filer(m, m->p))
			break;
	}
	synth_sound(m, BY_ANY);
	m->d->want = "unresolved";
	m->d->kind = "not-on-roll";
	m->d->person = -1;
	return true;
}
