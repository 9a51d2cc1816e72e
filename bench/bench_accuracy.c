/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accuracy: worlds of relatives, a roll made of each, and the product's
 * matcher asked about everybody.  Worlds are drawn in rounds, each from the
 * seed and its number, until every kind has had the decisions wanted; so what
 * is counted does not depend on the number of threads.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "bench/bench_bound.h"
#include "bench/bench_relatives.h"
#include "match/match.h"
#include "os/file.h"
#include "roll/roll.h"

enum {
	WORLDS = 16,         /* of a round */
	FAMILIES_LEAST = 90, /* of a world; more where more are wanted */
	FAMILIES_MOST = 3000,
	FAMILIES_PART = 50, /* a family for so many decisions */
	ASKS_EACH = 16,     /* of each person */
	CSV_MAX = 64 << 20,
	ROUNDS_MAX = 100000,
	SHOWN = 200, /* bytes of a wrong one */
};

enum row {
	ROW_TIN = RELATIVES_KINDS,
	ROW_NO_TIN,
	ROW_COMMON,
	ROW_SHARED, /* a household of two or more on the roll */
	ROW_ALL,
	ROWS,
};

struct count {
	uint64_t asked;
	uint64_t found;
	uint64_t wrong;
};

struct found { /* of people who can and should be */
	uint64_t asked;
	uint64_t found;
};

struct tally {
	struct count row[ROWS];
	struct found slip[2][SLIPS]; /* with a TIN or without */
	struct found household[SLIPS];
	uint64_t undecidable; /* requests that describe a relative */
	char wrong[SHOWN];    /* the first */
	enum err error;
	struct why why;
};

struct accuracy {
	uint64_t seed;
	uint64_t decisions;
	uint64_t first;    /* world of this round */
	unsigned families; /* of a world */
	unsigned threads;
	unsigned kinds; /* asked for, as bits */
	unsigned open;  /* ... and not yet at their number */
	struct tally world[WORLDS];
	struct tally all;
};

/* ---- one world ---- */

static enum err
roll_of(const struct relatives *world, struct roll **ret_roll, struct why *why)
{
	OWNED_BUF(csv, CSV_MAX);
	OWNED_FD fd = memfd_create("roll", MFD_CLOEXEC);
	struct roll_source source;
	struct roll_stats stats;
	struct span bytes;
	enum err e;

	if (fd < 0)
		return err_origin(ERR_IO);
	relatives_csv(world, &csv);
	if (buf_error(&csv) != ERR_OK)
		return buf_error(&csv);
	bytes = buf_span(&csv);
	source = roll_source_bytes("world", &bytes);
	e = roll_build(&source, 1, fd, NULL, &stats, why);
	return e == ERR_OK ? roll_open(fd, ROLL_CHECK_HEAD, ret_roll, why) : e;
}

static bool
lives_with_others(
	const struct relatives_family *f, const struct relatives_one *meant)
{
	for (unsigned i = 0; i < f->n; i++)
		if (&f->one[i] != meant && !f->one[i].absent &&
			f->one[i].house == meant->house)
			return true;
	return false;
}

static void
count_row(struct tally *t, int row, bool found, bool wrong)
{
	t->row[row].asked++;
	t->row[row].found += found;
	t->row[row].wrong += wrong;
}

static void
count_found(struct found *f, bool found)
{
	f->asked++;
	f->found += found;
}

static void
tell_wrong(struct tally *t, uint64_t number, const struct relatives_family *f,
	const struct relatives_one *meant, const struct relatives_ask *ask,
	const char *id)
{
	if (t->wrong[0] == '\0')
		(void)snprintf(t->wrong, sizeof(t->wrong),
			"world %" PRIu64 ", %s: meant %s%s, slip: %s, %s; "
			"confirmed %s",
			number, relatives_kind_word(f->kind), meant->id,
			meant->absent ? " (not on the roll)" : "",
			relatives_slip_text(ask->slip),
			ask->query.tin_stated ? "TIN given" : "no TIN", id);
}

static void
ask_one(struct tally *t, const struct roll *roll, struct relatives *world,
	const struct relatives_family *f, const struct relatives_one *o,
	uint64_t number)
{
	struct relatives_ask ask;
	struct match_result r;
	char id[65] = "";
	bool found;
	bool wrong;
	bool tin;

	if (!relatives_ask(world, f, o, &ask)) {
		t->undecidable++;
		return;
	}
	match_request(roll, &ask.query, &r);
	if (r.person == MATCH_CONFIRMED)
		must(span_copy(roll_person(roll, r.index).id, id, sizeof(id)));
	found = id[0] != '\0';
	wrong = relatives_wrong(o, &ask.query, id);
	tin = ask.query.tin_stated;
	count_row(t, (int)f->kind, found, wrong);
	count_row(t, tin ? ROW_TIN : ROW_NO_TIN, found, wrong);
	count_row(t, ROW_ALL, found, wrong);
	if (f->common)
		count_row(t, ROW_COMMON, found, wrong);
	if (lives_with_others(f, o))
		count_row(t, ROW_SHARED, found, wrong);
	if (relatives_findable(o)) {
		count_found(&t->slip[!tin][ask.slip], found);
		if (f->kind == RELATIVES_HOUSEHOLD)
			count_found(&t->household[ask.slip], found);
	}
	if (wrong)
		tell_wrong(t, number, f, o, &ask, id);
}

static void
one_world(const struct accuracy *a, uint64_t number, struct tally *t)
{
	OWNED(roll) roll = NULL;
	struct relatives world;

	*t = (struct tally){0};
	t->error = relatives_draw(&world,
		a->seed * 0x9e3779b97f4a7c15u + number, a->families, a->open);
	if (t->error == ERR_OK)
		t->error = roll_of(&world, &roll, &t->why);
	for (unsigned i = 0; t->error == ERR_OK && i < world.n; i++) {
		const struct relatives_family *f = &world.family[i];

		for (unsigned k = 0; k < f->n * ASKS_EACH; k++)
			ask_one(t, roll, &world, f, &f->one[k % f->n], number);
	}
	relatives_fini(&world);
}

static void
some_worlds(void *ctx, unsigned thread)
{
	struct accuracy *a = ctx;

	for (unsigned i = thread; i < WORLDS; i += a->threads)
		one_world(a, a->first + i, &a->world[i]);
}

/* ---- all of them ---- */

static void
add_found(struct found *to, const struct found *more)
{
	to->asked += more->asked;
	to->found += more->found;
}

static enum bench_exit
add_tally(struct accuracy *a, const struct tally *t)
{
	for (unsigned i = 0; i < ROWS; i++) {
		a->all.row[i].asked += t->row[i].asked;
		a->all.row[i].found += t->row[i].found;
		a->all.row[i].wrong += t->row[i].wrong;
	}
	for (unsigned i = 0; i < SLIPS; i++) {
		add_found(&a->all.slip[0][i], &t->slip[0][i]);
		add_found(&a->all.slip[1][i], &t->slip[1][i]);
		add_found(&a->all.household[i], &t->household[i]);
	}
	a->all.undecidable += t->undecidable;
	if (t->wrong[0] != '\0')
		printf("WRONG: seed %" PRIu64 ", %s\n", a->seed, t->wrong);
	return bench_says("world", t->error, &t->why);
}

static enum bench_exit
one_round(struct accuracy *a)
{
	enum bench_exit status = BENCH_DONE;

	if (!bench_threads(a->threads, some_worlds, a))
		return BENCH_FAILURE;
	for (unsigned i = 0; status == BENCH_DONE && i < WORLDS; i++)
		status = add_tally(a, &a->world[i]);
	for (unsigned k = 0; k < RELATIVES_KINDS; k++)
		if (a->all.row[k].found >= a->decisions)
			a->open &= ~(1U << k);
	a->first += WORLDS;
	return status;
}

/* ---- what is printed ---- */

static const char *
row_text(unsigned row)
{
	switch (row) {
	case ROW_TIN:
		return "all: TIN given";
	case ROW_NO_TIN:
		return "all: no TIN, birth date given";
	case ROW_COMMON:
		return "all: common surname";
	case ROW_SHARED:
		return "all: shared household";
	case ROW_ALL:
		return "all";
	default:
		return relatives_kind_text((enum relatives_kind)row);
	}
}

static void
print_rows(const struct accuracy *a)
{
	printf("| stratum | asked | confirmed | wrong | 95 %% bound, per "
	       "million |\n|---|---|---|---|---|\n");
	for (unsigned i = 0; i < ROWS; i++) {
		const struct count *c = &a->all.row[i];

		if (c->asked == 0)
			continue;
		printf("| %s | %" PRIu64 " | %" PRIu64 " | %" PRIu64
		       " | %.3f |\n",
			row_text(i), c->asked, c->found, c->wrong,
			1e6 * bench_bound(c->wrong, c->found));
	}
	printf("\n%" PRIu64 " requests more describe a relative and are not "
	       "counted; %" PRIu64 " worlds, seed %" PRIu64 ".\n",
		a->all.undecidable, a->first, a->seed);
}

static void
print_share(const struct found *f)
{
	if (f->asked == 0)
		printf(" - |");
	else
		printf(" %.4f of %" PRIu64 " |",
			(double)f->found / (double)f->asked, f->asked);
}

static void
print_recall(const struct accuracy *a)
{
	struct found all = {0};
	struct found sound = {0}; /* the TIN, where given, is the record's */

	printf("\nPeople on the roll, once, with a TIN of their own: found\n\n"
	       "| slip | TIN given | no TIN | ordinary household |\n"
	       "|---|---|---|---|\n");
	for (unsigned i = 0; i < SLIPS; i++) {
		printf("| %s |", relatives_slip_text((enum relatives_slip)i));
		print_share(&a->all.slip[0][i]);
		print_share(&a->all.slip[1][i]);
		print_share(&a->all.household[i]);
		printf("\n");
		add_found(&all, &a->all.household[i]);
		if (i != SLIP_TIN_DIGIT && i != SLIP_TIN_SWAP)
			add_found(&sound, &a->all.household[i]);
	}
	printf("| all, one slip in ten requests | | |");
	print_share(&all);
	printf("\n| ... but for slips in the TIN | | |");
	print_share(&sound);
	printf("\n");
}

/* ---- the command ---- */

static unsigned
families_of_world(uint64_t decisions)
{
	uint64_t n = decisions / FAMILIES_PART;

	if (n < FAMILIES_LEAST)
		return FAMILIES_LEAST;
	return n > FAMILIES_MOST ? FAMILIES_MOST : (unsigned)n;
}

static bool
read_strata(const char *text, unsigned *ret_kinds)
{
	struct span rest = span_text(text);

	*ret_kinds = text == NULL ? (1U << RELATIVES_KINDS) - 1 : 0;
	while (rest.n > 0) {
		struct span one = span_cut(&rest, ',');
		unsigned k = 0;

		while (k < RELATIVES_KINDS &&
			!span_eq(one, span_text(relatives_kind_word(
					      (enum relatives_kind)k))))
			k++;
		if (k == RELATIVES_KINDS) {
			bench_error("--strata: '%.*s' is none", (int)one.n,
				(const char *)one.at);
			return false;
		}
		*ret_kinds |= 1U << k;
	}
	if (*ret_kinds == 0)
		bench_error("--strata: none is named");
	return *ret_kinds != 0;
}

static enum bench_exit
run_accuracy(const struct bench_args *args)
{
	static struct accuracy a;
	uint64_t threads = 1;
	enum bench_exit status = BENCH_DONE;

	a = (struct accuracy){.seed = 1, .decisions = 100000};
	if (!bench_number(args, "threads", 1, BENCH_THREADS, &threads) ||
		!bench_number(args, "seed", 0, UINT64_MAX, &a.seed) ||
		!bench_number(args, "decisions", 1, 1000000000, &a.decisions) ||
		!read_strata(bench_value(args, "strata"), &a.kinds))
		return BENCH_USAGE;
	a.threads = (unsigned)threads;
	a.open = a.kinds;
	a.families = families_of_world(a.decisions);
	for (unsigned i = 0; status == BENCH_DONE && a.open != 0; i++) {
		if (i == ROUNDS_MAX) {
			bench_error("too few are confirmed");
			return BENCH_FAILURE;
		}
		status = one_round(&a);
	}
	if (status != BENCH_DONE)
		return status;
	print_rows(&a);
	print_recall(&a);
	return a.all.row[ROW_ALL].wrong == 0 ? BENCH_DONE : BENCH_NO;
}

const struct bench_command bench_command_accuracy = {
	"accuracy",
	"",
	0,
	"Counts wrong persons in drawn worlds of relatives",
	"Draws people whom a careless rule would take for each other, an eighth "
	"of them not\non the roll, asks about them with slips, and counts whom "
	"the product's matcher\nconfirms.  The bound is Clopper and Pearson's, "
	"one-sided.  Exit status 1 when\nanybody wrong was confirmed; the "
	"first of each world is told.\n\nSTRATA: father-son,twins,siblings,"
	"building,one-tin,couple,strangers,two-records,\nhousehold.",
	{
		{"strata", "STRATA", "only these (all)", false},
		{"decisions", "N",
			"people confirmed in each stratum, at least (100000)",
			false},
		{"seed", "S", "of the worlds (1)", false},
		{"threads", "T", "how many (1)", false},
		{NULL, NULL, NULL, false},
	},
	run_accuracy,
};
