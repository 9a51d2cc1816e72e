/* SPDX-License-Identifier: Apache-2.0 */
/* The truth: who there is, what each roll says of them, what is asked. */
#include "sim/sim.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/day.h"
#include "base/num.h"

/* ---- drawing ---- */

uint64_t
sim_mix(uint64_t a, uint64_t b)
{
	uint64_t z = a + 0x9e3779b97f4a7c15u * (b + 1);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t
sim_draw(uint64_t *state, uint32_t below)
{
	*state = sim_mix(*state, 1);
	return (uint32_t)((*state >> 16) % below);
}

/* ---- people and houses ---- */

/* Far from each other: no nickname, no initial, no single edit. */
static const char *const givens[] = {"ALFRED", "BEATRIZ", "CHENGUANG", "DMITRI",
	"ESTHER", "FATIMA", "GUSTAVO", "HELGA", "IBRAHIM", "JOAQUIN", "KWAME",
	"LUCIANA", "MEHMET", "NADEZHDA", "OLUWASEUN", "PRAKASH"};
static const char *const surnames[] = {"OKAFOR", "NAKAMURA", "VILLANUEVA",
	"PETROSYAN", "KOWALCZYK", "HASHEMI", "LINDQVIST", "MBEKI", "TORRES",
	"ZHAROVA", "CASTELLANO", "DIMITROV", "ELGAMAL", "FERREIRA", "GUPTA",
	"HALVORSEN"};

static const struct sim_house houses[SIM_HOUSES] = {
	{"101 MAPLE ST", "HOUSTON", "TX", "77002"},
	{"212 CEDAR AVE", "HOUSTON", "TX", "77002"},
	{"323 WALNUT RD", "HOUSTON", "TX", "77002"},
	{"434 CHESTNUT LN", "HOUSTON", "TX", "77002"},
	{"545 JUNIPER DR", "SPRINGFIELD", "IL", "62701"},
	{"656 SYCAMORE ST", "SPRINGFIELD", "IL", "62701"},
	{"767 HICKORY AVE", "SPRINGFIELD", "IL", "62701"},
	{"878 POPLAR RD", "SPRINGFIELD", "IL", "62701"},
	{"989 ALDER LN", "PORTLAND", "OR", "97201"},
	{"1090 SPRUCE DR", "PORTLAND", "OR", "97201"},
	{"1111 MAGNOLIA ST", "PORTLAND", "OR", "97201"},
	{"1222 DOGWOOD AVE", "PORTLAND", "OR", "97201"},
	{"1333 REDWOOD RD", "MIAMI", "FL", "33101"},
	{"1444 CYPRESS LN", "MIAMI", "FL", "33101"},
	{"1555 LAUREL DR", "MIAMI", "FL", "33101"},
	{"900 COMMERCE ST", "HOUSTON", "TX", "77002"},
};

enum { OFFICE = SIM_HOUSES - 1 };

const struct sim_house *
sim_house(int i)
{
	must(i >= 0 && i < SIM_HOUSES);
	return &houses[i];
}

void
sim_person_id(int human, bool second, char to[16])
{
	must(human >= 0 && human < SIM_HUMANS);
	(void)snprintf(to, 16, "%c%05d", second ? 'D' : 'P', human);
}

int
sim_human_of(struct span id)
{
	uint64_t n = 0;

	if (id.n != 6 || !num_digits(span_of(id.at + 1, 5), SIM_HUMANS, &n))
		return SIM_NOBODY;
	return (int)n;
}

static void
draw_humans(uint64_t *rng, struct sim_world *w)
{
	for (int i = 0; i < SIM_HUMANS; i++) {
		struct sim_human *h = &w->human[i];
		int given = i % 16;
		int surname = (i * 5 + i / 16) % 16;

		h->given = givens[given];
		h->surname = surnames[surname];
		h->tin = 400010000u + 1010101u * (uint32_t)i % 90000000u;
		h->birth = day_of(1950 + i, 1 + i % 12, 3 + i % 25);
		h->home[0] = (int)sim_draw(rng, OFFICE);
		h->home[1] = (int)sim_draw(rng, OFFICE);
		h->moved = SIM_FIRST_YEAR + (int)sim_draw(rng, SIM_YEARS);
	}
	/* Two people of one name in one house, told apart by other things. */
	for (int i = 30; i < SIM_HUMANS; i++) {
		const struct sim_human *twin = &w->human[i - 30];

		w->human[i].given = twin->given;
		w->human[i].surname = twin->surname;
		w->human[i].home[0] = twin->home[0];
		w->human[i].home[1] = twin->home[1];
	}
}

/* As a hold compares them. */
static void
fold_humans(struct sim_world *w)
{
	for (int i = 0; i < SIM_HUMANS; i++) {
		const struct sim_human *h = &w->human[i];
		char whole[64];

		(void)snprintf(
			whole, sizeof(whole), "%s %s", h->given, h->surname);
		(void)person_fold(span_text(whole), w->folded[i]);
		(void)snprintf(w->tin[i], sizeof(w->tin[i]), "%09u", h->tin);
	}
}

/* ---- rolls ---- */

static void
draw_record(uint64_t *rng, const struct sim_world *w, int human, int year,
	bool dependent, struct sim_record *to)
{
	const struct sim_human *h = &w->human[human];
	uint32_t kind = sim_draw(rng, 16);

	*to = (struct sim_record){
		.there = sim_draw(rng, 16) != 0,
		.dependent = dependent,
		.own = true,
		.third_party = kind == 3,
		.house = h->home[SIM_FIRST_YEAR + year >= h->moved],
	};
	if (kind == 1) { /* through a preparer's office */
		to->own = false;
		to->house = OFFICE;
	} else if (kind == 2) { /* in care of somebody */
		to->own = false;
		to->house = w->human[(human + 7) % SIM_HUMANS].home[0];
	}
}

static void
draw_roll(uint64_t *rng, struct sim_world *w, int roll)
{
	for (int i = 0; i < SIM_HUMANS; i++) {
		bool absent = sim_draw(rng, 14) == 0;
		uint32_t dependent = sim_draw(rng, 12);

		w->doubled[roll][i] = sim_draw(rng, 14) == 0;
		for (int y = 0; y < SIM_YEARS; y++) {
			struct sim_record *r = &w->record[roll][i][y];

			draw_record(rng, w, i, y,
				dependent == 0 ||
					(dependent == 1 && y < SIM_YEARS / 2),
				r);
			r->there = r->there && !absent;
		}
	}
}

/* Everybody is there, plainly; or nobody who is asked for. */
static void
level_roll(struct sim_world *w, int roll)
{
	bool there = w->kind == SIM_ALL_FOUND;

	for (int i = 0; i < SIM_HUMANS; i++) {
		const struct sim_human *h = &w->human[i];

		w->doubled[roll][i] = false;
		for (int y = 0; y < SIM_YEARS; y++)
			w->record[roll][i][y] = (struct sim_record){
				.there = there,
				.own = true,
				.house =
					h->home[SIM_FIRST_YEAR + y >= h->moved],
			};
	}
}

static void
write_person(const struct sim_world *w, int roll, int human, bool second,
	struct buf *csv)
{
	const struct sim_human *h = &w->human[human];
	char id[16];
	char birth[DAY_TEXT];

	sim_person_id(human, second, id);
	day_text(h->birth, birth);
	for (int y = 0; y < SIM_YEARS; y++) {
		const struct sim_record *r = &w->record[roll][human][y];
		const struct sim_house *house = &houses[r->house];
		const char *source =
			r->own ? r->third_party ? "third-party" : "return"
			: r->house == OFFICE ? "preparer"
					     : "care-of";

		if (!r->there)
			continue;
		buf_printf(csv,
			"%s,%09u,SSN,%s,,%s,,%s,%s,,%d,%s,,%s,%s,%s,%s,\n", id,
			h->tin, h->given, h->surname, birth,
			r->dependent ? "dependent" : "primary",
			SIM_FIRST_YEAR + y, house->line, house->city,
			house->state, house->zip, source);
	}
}

static struct roll *
build_roll(const struct sim_world *w, int roll)
{
	OWNED_BUF(csv, 1 << 22);
	struct span left;
	struct roll_source source;
	struct roll_stats stats;
	struct roll *ret = NULL;
	struct why why = {{0}};
	int fd = memfd_create("roll", MFD_CLOEXEC);

	buf_text(&csv,
		"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"
		"birth_date,filing_role,joint_id,tax_year,address_line,unit,"
		"city,state,zip,address_source,screen\n");
	for (int i = 0; i < SIM_HUMANS; i++) {
		write_person(w, roll, i, false, &csv);
		if (w->doubled[roll][i])
			write_person(w, roll, i, true, &csv);
	}
	/* A roll of no rows is none. */
	buf_printf(&csv,
		"Q00000,899%06d,SSN,WOLFGANG,,SCHWARZENEGGER,,1961-02-03,"
		"primary,,2018,7 ELSEWHERE ST,,MIAMI,FL,33101,return,\n",
		roll);
	left = buf_span(&csv);
	source = roll_source_bytes("roll.csv", &left);
	if (fd < 0 || buf_error(&csv) != ERR_OK ||
		roll_build(&source, 1, fd, NULL, &stats, &why) != ERR_OK ||
		roll_open(fd, ROLL_CHECK_ALL, &ret, &why) != ERR_OK) {
		(void)fprintf(stderr, "the roll: %s\n", why.text);
		abort();
	}
	(void)close(fd);
	return ret;
}

/* ---- the law ---- */

/* Of the agreement that is part of the program, with some lines changed. */
static void
change(struct span text, const char *const pairs[][2], size_t n, struct buf *to)
{
	while (text.n > 0) {
		struct span line = span_cut(&text, '\n');
		bool changed = false;

		for (size_t i = 0; i < n; i++)
			if (span_starts(line, span_text(pairs[i][0]))) {
				buf_text(to, pairs[i][1]);
				changed = true;
			}
		if (!changed)
			buf_bytes(to, line);
		buf_text(to, "\n");
	}
}

static void
write_agreement(int which, struct span text, struct buf *to)
{
	static const char *const quick[][2] = {
		{"expires ", "expires 2060-04-07"},
		{"screen-days", "screen-days 40"},
		{"answer-days", "answer-days 4"},
		{"lapse-days", "lapse-days 20"},
	};
	static const char *const capped[][2] = {
		{"expires ", "expires 2060-04-07"},
		{"screen-days", "screen-days 40"},
		{"answer-days", "answer-days 5"},
		{"lapse-days", "lapse-days 16"},
		{"batch-most", "batch-most 2"},
	};
	static const char *const names[][2] = {
		{"expires ", "expires 2060-04-07"},
		{"screen-days", "screen-days 40"},
		{"answer-days", "answer-days 3"},
		{"lapse-days", "lapse-days 12"},
		{"fields ", "fields {name}"},
	};

	if (which == 0)
		buf_bytes(to, text);
	else if (which == 1)
		change(text, quick, 4, to);
	else if (which == 2)
		change(text, capped, 5, to);
	else
		change(text, names, 5, to);
}

static void
make_law(struct sim_world *w, int which)
{
	struct law_error error;
	const char *name;
	struct span text;
	enum err e = law_new(&w->law[which]);

	for (size_t i = 0; e == ERR_OK && law_shipped(i, &name, &text); i++) {
		OWNED_BUF(mine, LAW_FILE_MAX);
		bool last = span_starts(span_text(name), SPAN("agreements/"));

		write_agreement(last ? which : 0, text, &mine);
		must(buf_error(&mine) == ERR_OK);
		crypto_sha256(buf_span(&mine), w->law_hash[which]);
		e = law_add(w->law[which], name, buf_span(&mine), &error);
	}
	if (e == ERR_OK)
		e = law_seal(w->law[which], &error);
	if (e != ERR_OK) {
		(void)fprintf(stderr, "the law: %s\n", error.text);
		abort();
	}
	(void)snprintf(w->rule[which], LAW_NAME_MAX, "%s",
		law_rule(w->law[which], 0)->id);
}

void
sim_world_new(uint64_t seed, enum sim_kind kind, struct sim_world *w)
{
	uint64_t rng = sim_mix(seed, 77);

	*w = (struct sim_world){.kind = kind};
	draw_humans(&rng, w);
	fold_humans(w);
	for (int roll = 0; roll < SIM_ROLLS; roll++) {
		draw_roll(&rng, w, roll);
		if (kind != SIM_DRAWN)
			level_roll(w, roll);
		w->roll[roll] = build_roll(w, roll);
	}
	for (int i = 0; i < SIM_LAWS; i++)
		make_law(w, i);
}

void
sim_world_fini(struct sim_world *w)
{
	for (int i = 0; i < SIM_ROLLS; i++)
		w->roll[i] = roll_free(w->roll[i]);
	for (int i = 0; i < SIM_LAWS; i++)
		w->law[i] = law_free(w->law[i]);
}

/* ---- what a requester writes ---- */

struct writing {
	struct request q;
	char text[RQ_N][200];
};

static void write_field(struct writing *w, enum request_field f,
	const char *fmt, ...) PRINTF_LIKE(3, 4);

static void
write_field(struct writing *w, enum request_field f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(w->text[f], sizeof(w->text[f]), fmt, args);
	va_end(args);
	w->q.field[f] = span_text(w->text[f]);
}

static void
write_who(const struct sim_world *world, const struct sim_ask *ask,
	struct writing *w)
{
	const struct sim_house *house = &houses[ask->house];
	char birth[DAY_TEXT];

	if (ask->flaw != SIM_FLAW_NO_GIVEN)
		write_field(w, RQ_GIVEN, "%s",
			ask->name_of < 0 ? "XIOMARA"
					 : world->human[ask->name_of].given);
	write_field(w, RQ_SURNAME, "%s",
		ask->name_of < 0 ? "QUISPE"
				 : world->human[ask->name_of].surname);
	if (ask->tin_of >= 0 && ask->flaw != SIM_FLAW_NO_KEY)
		write_field(w, RQ_TIN, "%09u",
			ask->tin_of == SIM_HUMANS
				? 700000001u
				: world->human[ask->tin_of].tin);
	if (ask->birth_of >= 0 && ask->flaw != SIM_FLAW_NO_KEY) {
		day_text(ask->birth_of == SIM_HUMANS
				 ? day_of(1931, 7, 30)
				 : world->human[ask->birth_of].birth,
			birth);
		write_field(w, RQ_BIRTH, "%s", birth);
	}
	if (ask->flaw == SIM_FLAW_ZIP_ADDRESS) {
		write_field(w, RQ_STREET, "%s", "FAILED TO PROVIDE");
	} else {
		write_field(w, RQ_STREET, "%s", house->line);
		write_field(w, RQ_CITY, "%s", house->city);
		write_field(w, RQ_STATE, "%s", house->state);
	}
	write_field(w, RQ_ZIP, "%s", house->zip);
}

static void
write_periods(const struct sim_ask *ask, struct writing *w)
{
	char text[64] = "";
	size_t n = 0;

	if (ask->flaw == SIM_FLAW_NO_YEAR)
		return;
	for (int i = 0; i < ask->n_years; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%d",
			i == 0 ? "" : ",", ask->year[i]);
	write_field(w, RQ_PERIODS, "%s", text);
}

static void
write_reason(const struct sim_ask *ask, const char *case_id, const char *order,
	struct writing *w)
{
	if (ask->flaw == SIM_FLAW_GENERAL)
		write_field(w, RQ_REASON, "needed for an investigation");
	else if (ask->flaw == SIM_FLAW_HALF_REASON)
		write_field(w, RQ_REASON, "case %s: %s was seen", case_id,
			w->text[RQ_SURNAME]);
	else
		write_field(w, RQ_REASON,
			"case %s: %s %s told an officer after the order of %s "
			"that no departure was planned",
			case_id, w->text[RQ_GIVEN], w->text[RQ_SURNAME], order);
}

static void
write_case(const struct sim_ask *ask, struct writing *w)
{
	char case_id[24];
	char day[DAY_TEXT];

	(void)snprintf(
		case_id, sizeof(case_id), "HSI-HOU-25-%06u", ask->case_number);
	write_field(w, RQ_CASE_ID, "%s", case_id);
	day_text(ask->opened, day);
	write_field(w, RQ_CASE_OPENED, "%s", day);
	write_field(w, RQ_CASE_STATUS, "%s",
		ask->flaw == SIM_FLAW_CASE_CLOSED ? "closed" : "open");
	day_text(ask->order, day);
	write_reason(ask, case_id, day, w);
	if (ask->flaw == SIM_FLAW_NO_ORDER)
		return;
	write_field(w, RQ_ORDER_DATE, "%s", day);
	write_field(w, RQ_ORDER_GROUND, "%s",
		ask->flaw == SIM_FLAW_INADMISSIBLE ? "8 USC 1182(a)(6)(A)"
						   : "8 USC 1227(a)(2)(A)");
	write_field(w, RQ_ORDER_STAY, "%s",
		ask->flaw == SIM_FLAW_STAYED ? "true" : "false");
}

static void
write_asker(const struct sim_ask *ask, struct writing *w)
{
	write_field(w, RQ_AUTHORITY, "%s",
		ask->flaw == SIM_FLAW_CIVIL_LAW ? "8 USC 1229a"
						: "8 USC 1253(a)(1)(A)");
	write_field(w, RQ_PURPOSE, "%s",
		ask->flaw == SIM_FLAW_CIVIL_USE ? "civil-removal"
						: "criminal-proceeding");
	write_field(w, RQ_OFFICER_ID, "HSI-%05d",
		ask->flaw == SIM_FLAW_NO_OFFICER ? 99999 : ask->officer);
	write_field(w, RQ_OFFICER_NAME, "Dana Whitfield");
	write_field(w, RQ_OFFICER_ROLE, "%s",
		ask->flaw == SIM_FLAW_SUPERVISOR ? "Assistant Director"
						 : "case agent");
	write_field(w, RQ_OFFICER_UNIT, "%s",
		ask->flaw == SIM_FLAW_REMOVAL
			? "Enforcement and Removal Operations"
			: "Office of Professional Responsibility");
}

void
sim_ask_write(const struct sim_world *world, const struct sim_ask *ask,
	const char *id, const char *mends, struct buf *to)
{
	static struct writing w;

	memset(&w, 0, sizeof(w));
	write_field(&w, RQ_ID, "%s", id);
	write_who(world, ask, &w);
	write_periods(ask, &w);
	write_case(ask, &w);
	write_asker(ask, &w);
	if (mends != NULL)
		write_field(&w, RQ_SUPERSEDES, "%s", mends);
	w.q.malformed = ask->flaw == SIM_FLAW_MALFORMED;
	w.q.unnamed = ask->flaw == SIM_FLAW_UNNAMED;
	if (w.q.malformed || w.q.unnamed) {
		(void)snprintf(w.q.member, sizeof(w.q.member), "nc:Person");
		(void)snprintf(w.q.says, sizeof(w.q.says), "not so");
	}
	request_encode(&w.q, to);
}
