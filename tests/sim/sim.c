/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test-sim [--seeds N] [--steps M] [--seed S] [--fault WORD] [--twin] [-v]
 *
 * Without options, as in the unit suite: a few seeds, twins, and every planted
 * fault, which must be found.
 */
#include "sim/sim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/day.h"
#include "base/num.h"

enum { STEPS = 100000, SEEDS = 2, TWIN_STEPS = 10000 };

static bool loud; /* -v */

/* ---- one run ---- */

static void *
room(size_t n, size_t size)
{
	void *at = mem_zeroed(n * size);

	must(at != NULL);
	return at;
}

static void
make_store(struct sim_store *t, size_t steps)
{
	t->row = room(steps + 4096, sizeof(*t->row));
	t->batch = room(steps / 4 + 1024, sizeof(*t->batch));
	t->matter = room(steps / 2 + 4096, sizeof(*t->matter));
	t->roll = SIM_NOBODY;
	t->law = 1;
	buf_init(&t->holds, 1 << 24);
}

static void
free_store(struct sim_store *t)
{
	mem_free(t->row);
	mem_free(t->batch);
	mem_free(t->matter);
	buf_fini(&t->holds);
}

static void
name_staff(struct sim *s)
{
	static const char *const names[SIM_STAFF] = {"Olga Operator",
		"Omar Operator", "Rita Reviewer", "Remy Reviewer",
		"Rosa Reviewer", "Ralf Reviewer", "Ruth Reviewer",
		"Carl Counsel", "Cora Counsel", "Sven Safeguards"};

	for (int i = 0; i < SIM_STAFF; i++) {
		(void)snprintf(s->staff[i].name, sizeof(s->staff[i].name), "%s",
			names[i]);
		for (int k = 0; k < SIM_CERTS; k++) {
			int both[2] = {i, k};

			crypto_sha256(span_of(both, sizeof(both)),
				s->staff[i].print[k]);
		}
	}
}

static void
open_office(struct sim *s)
{
	static const char *const roles[SIM_STAFF] = {"operator", "operator",
		"reviewer", "reviewer", "reviewer", "reviewer", "reviewer",
		"counsel", "counsel", "safeguards"};
	enum sim_outcome o = SIM_DONE;

	for (int i = 0; i < SIM_STAFF && o == SIM_DONE; i++)
		o = sim_role(s, i, 0, roles[i], true);
	for (int i = 0; i < SIM_OFFICERS && o == SIM_DONE; i++)
		o = sim_officer(s, i, true, false, 0);
	for (int i = 0; i < SIM_CERTIFIERS && o == SIM_DONE; i++)
		o = sim_certifier(s, i, true);
	if (o == SIM_DONE)
		o = sim_role(s, 5, 1, "reviewer", true);
	if (o == SIM_DONE)
		o = sim_agency(s, false, DAY_NONE);
	for (int i = 0; i < 2 && o == SIM_DONE; i++)
		o = sim_screens(s, i);
	if (o == SIM_DONE)
		o = sim_agreement(s, 1);
	if (o == SIM_DONE)
		o = sim_roll_load(s, 0);
	must(o == SIM_DONE);
}

static void
sim_make(struct sim *s, uint64_t seed, enum sim_kind kind, enum sim_fault fault,
	size_t steps)
{
	memset(s, 0, sizeof(*s));
	s->seed = seed;
	s->fault = fault;
	s->twin = kind != SIM_DRAWN;
	sim_world_new(seed, kind, &s->world);
	name_staff(s);
	make_store(&s->mem, steps);
	make_store(&s->disk, steps);
	s->given = room(steps + 4096, sizeof(*s->given));
	s->files = room(steps + 4096, sizeof(*s->files));
	s->approval = room(steps + 4096, sizeof(*s->approval));
	s->journal = room(4 * steps + 8192, sizeof(*s->journal));
	s->log.leaf = room(4 * steps + 8192, sizeof(*s->log.leaf));
	s->log.tile = room(steps / 64 + 1024, sizeof(*s->log.tile));
	s->clerk.card = room(steps + 4096, sizeof(*s->clerk.card));
	s->clerk.batch = room(steps / 4 + 1024, sizeof(*s->clerk.batch));
	s->clerk.hold = room(steps / 8 + 1024, sizeof(*s->clerk.hold));
	s->clerk.world = &s->world;
	s->clerk.roll = s->clerk.agreement = SIM_NOBODY;
	s->clerk.review = DAY_NONE;
	s->clerk.screens_day[0] = s->clerk.screens_day[1] = DAY_NONE;
	buf_init(&s->acts, 1 << 26);
	buf_init(&s->snapshot, 1 << 26);
	must(register_set_new(&s->registers) == ERR_OK);
	must(hold_set_new(&s->holds) == ERR_OK);
	s->at = (int64_t)day_of(2025, 6, 2) * 86400 + 9 * 3600;
	s->today = s->clerk.today = day_at(s->at);
	s->first_open_matter = 1;
	s->up = true;
	open_office(s);
}

static void
sim_fini(struct sim *s)
{
	for (uint32_t i = 0; i < s->mem.n_rows; i++) {
		mem_free(s->given[i].bytes);
		sim_file_drop(&s->files[i].sealed);
		sim_file_drop(&s->files[i].outbox);
		sim_file_drop(&s->files[i].before);
	}
	free_store(&s->mem);
	free_store(&s->disk);
	mem_free(s->given);
	mem_free(s->files);
	mem_free(s->approval);
	mem_free(s->journal);
	mem_free(s->log.leaf);
	mem_free(s->log.tile);
	mem_free(s->clerk.card);
	mem_free(s->clerk.batch);
	mem_free(s->clerk.hold);
	buf_fini(&s->acts);
	buf_fini(&s->snapshot);
	s->registers = register_set_free(s->registers);
	s->holds = hold_set_free(s->holds);
	sim_world_fini(&s->world);
}

static void
tell_trail(const struct sim *s)
{
	uint64_t from = s->step > SIM_TRAIL ? s->step - SIM_TRAIL : 0;

	for (uint64_t i = from; i < s->step; i++)
		(void)printf(
			"  %6" PRIu64 "  %s\n", i, s->trail[i % SIM_TRAIL]);
}

static void
tell_failure(const struct sim *s)
{
	(void)printf("I%d does not hold: %s\n"
		     "seed %" PRIu64 ", step %" PRIu64 "\n",
		s->violated, s->says, s->seed, s->step - 1);
	tell_trail(s);
	(void)printf("again: test-sim --seed %" PRIu64 " --steps %" PRIu64
		     "%s%s\n",
		s->seed, s->step, s->twin ? " --twin" : "",
		s->fault == SIM_SOUND ? "" : " with its fault");
}

static void
tell_counts(const struct sim *s)
{
	(void)printf("seed %" PRIu64 ": %" PRIu64 " steps, %u batches, %u "
		     "requests, %" PRIu64 " entries; open %" PRIu64
		     ", neutral %" PRIu64 ", with the recipient %" PRIu64
		     ", recalled %" PRIu64 ", destroyed %" PRIu64
		     ", refused %" PRIu64 ", withdrawn %" PRIu64 "\n",
		s->seed, s->step, s->mem.n_batches, s->mem.n_rows,
		s->mem.n_journal, s->clerk.sum[CLERK_SUM_OPEN],
		s->clerk.sum[CLERK_SUM_NEUTRAL],
		s->clerk.sum[CLERK_SUM_RECIPIENT],
		s->clerk.sum[CLERK_SUM_RECALLED],
		s->clerk.sum[CLERK_SUM_DESTROYED],
		s->clerk.sum[CLERK_SUM_REFUSED],
		s->clerk.sum[CLERK_SUM_WITHDRAWN]);
	if (!loud)
		return;
	for (size_t i = 0; i < sim_n_steps(); i++)
		(void)printf("%s%s %" PRIu64, i == 0 ? "  " : ", ",
			sim_step_text(i), s->done[i]);
	(void)printf("\n");
	for (unsigned state = 1; state < CASE_N_STATES; state++) {
		unsigned n = 0;

		for (uint32_t i = 0; i < s->mem.n_rows; i++)
			n += s->mem.row[i].c.state == state;
		(void)printf("%s%s %u", state == 1 ? "  " : ", ",
			case_state_text((enum case_state)state), n);
	}
	(void)printf("\n");
}

/* Runs until a violation or the end; `view` NULL: nobody watches. */
static void
run(struct sim *s, uint64_t seed, enum sim_kind kind, enum sim_fault fault,
	size_t steps, struct buf *view)
{
	sim_make(s, seed, kind, fault, steps);
	s->view = view;
	while (s->step < steps) {
		sim_step(s);
		if (!sim_check(s))
			break;
	}
}

static bool
run_seed(uint64_t seed, size_t steps, bool talk)
{
	static struct sim s;
	bool ok;

	run(&s, seed, SIM_DRAWN, SIM_SOUND, steps, NULL);
	ok = s.violated == 0;
	if (!ok)
		tell_failure(&s);
	else if (talk)
		tell_counts(&s);
	sim_fini(&s);
	return ok;
}

/* ---- twins: two rolls, one view (I9) ---- */

static void
tell_difference(struct span a, struct span b)
{
	while (a.n > 0 || b.n > 0) {
		struct span one = span_cut(&a, '\n');
		struct span two = span_cut(&b, '\n');

		if (span_eq(one, two))
			continue;
		(void)printf("  where everybody is found: %.*s\n"
			     "  where nobody is found:    %.*s\n",
			(int)one.n, (const char *)one.at, (int)two.n,
			(const char *)two.at);
		return;
	}
}

/* The number of the invariant that failed; 0: the views are the same. */
static int
run_twins(uint64_t seed, size_t steps, enum sim_fault fault, bool talk)
{
	static struct sim s;
	OWNED_BUF(all, 1 << 28);
	OWNED_BUF(none, 1 << 28);
	struct buf *view[] = {&all, &none};
	static const enum sim_kind kinds[] = {SIM_ALL_FOUND, SIM_NONE_FOUND};
	uint64_t addresses[2];
	int violated = 0;

	for (int i = 0; i < 2 && violated == 0; i++) {
		run(&s, seed, kinds[i], fault, steps, view[i]);
		violated = s.violated;
		addresses[i] = s.clerk.sum[CLERK_SUM_RECIPIENT] +
			       s.clerk.sum[CLERK_SUM_RECALLED];
		if (violated != 0 && fault == SIM_SOUND)
			tell_failure(&s);
		else if (loud)
			tell_trail(&s);
		sim_fini(&s);
	}
	if (violated != 0)
		return violated;
	must(buf_error(&all) == ERR_OK && buf_error(&none) == ERR_OK);
	if (talk)
		(void)printf("twins of seed %" PRIu64 ": %" PRIu64
			     " and %" PRIu64 " addresses, %zu bytes of view\n",
			seed, addresses[0], addresses[1], all.n);
	if (fault == SIM_SOUND && (addresses[0] == 0 || addresses[1] != 0)) {
		(void)printf(
			"the twins of seed %" PRIu64 " show nothing\n", seed);
		return 9;
	}
	if (span_eq(buf_span(&all), buf_span(&none)))
		return 0;
	if (fault == SIM_SOUND) {
		(void)printf("I9 does not hold: the requester of seed %" PRIu64
			     " can tell the twins apart\n",
			seed);
		tell_difference(buf_span(&all), buf_span(&none));
	}
	return 9;
}

/* ---- planted faults ---- */

static const struct {
	const char *word;
	uint64_t seed;
	unsigned invariants;
	const char *text;
} faults[SIM_N_FAULTS] = {
	[SIM_SOUND] = {"sound", 1, 0, "forgets nothing"},
#define FAULT(id, word, seed, invariants, text)                                \
	[SIM_FAULT_##id] = {(word), (seed), (invariants), (text)},
#include "sim/fault.def"
};

/* Within one run, or by twins; and by an invariant that is about it. */
static bool
run_fault(enum sim_fault fault, uint64_t seed, size_t steps, bool talk)
{
	static struct sim s;
	char where[32] = "by twins";
	int violated = 0;

	if (seed > 0) {
		run(&s, seed, SIM_DRAWN, fault, steps, NULL);
		violated = s.violated;
		if (violated != 0)
			(void)snprintf(where, sizeof(where), "at step %" PRIu64,
				s.step - 1);
		if (talk && violated != 0)
			tell_failure(&s);
		sim_fini(&s);
	}
	if (violated == 0)
		violated = run_twins(1, TWIN_STEPS, fault, talk);
	if (violated != 0 && (faults[fault].invariants >> violated & 1) != 0) {
		(void)printf("found: %-16s I%-2d %-14s  %s\n",
			faults[fault].word, violated, where,
			faults[fault].text);
		return true;
	}
	(void)printf("NOT FOUND: %s (I%d): %s\n", faults[fault].word, violated,
		faults[fault].text);
	return false;
}

static bool
run_all_faults(void)
{
	bool ok = true;

	for (int f = SIM_SOUND + 1; f < SIM_N_FAULTS; f++)
		ok = run_fault(
			     (enum sim_fault)f, faults[f].seed, STEPS, false) &&
		     ok;
	return ok;
}

/* ---- options ---- */

struct options {
	uint64_t seed;
	uint64_t seeds;
	uint64_t steps;
	int fault;
	bool twin;
	bool talk;
	bool drawn; /* --seed, --seeds or --steps was given */
};

static bool
read_number(const char *text, uint64_t *ret)
{
	return text != NULL && num_parse(span_text(text), UINT64_MAX, ret);
}

static bool
read_fault(const char *text, int *ret)
{
	for (int f = 0; text != NULL && f < SIM_N_FAULTS; f++)
		if (strcmp(faults[f].word, text) == 0) {
			*ret = f;
			return true;
		}
	return false;
}

static bool
read_options(int argc, char **argv, struct options *o)
{
	bool ok = true;

	for (int i = 1; ok && i < argc; i++) {
		const char *name = argv[i];

		if (strcmp(name, "--twin") == 0) {
			o->twin = true;
		} else if (strcmp(name, "-v") == 0) {
			o->talk = true;
		} else if (strcmp(name, "--fault") == 0) {
			ok = read_fault(argv[++i], &o->fault);
		} else {
			uint64_t *to =
				strcmp(name, "--seed") == 0    ? &o->seed
				: strcmp(name, "--seeds") == 0 ? &o->seeds
				: strcmp(name, "--steps") == 0 ? &o->steps
							       : NULL;

			o->drawn = true;
			ok = to != NULL && read_number(argv[++i], to);
		}
	}
	return ok;
}

static bool
run_seeds(const struct options *o)
{
	bool ok = true;

	for (uint64_t i = 0; ok && i < o->seeds; i++)
		ok = o->twin ? run_twins(o->seed + i, o->steps, SIM_SOUND,
				       true) == 0
			     : run_seed(o->seed + i, o->steps, true);
	return ok;
}

/* The seeds in one process, what shows that they can fail in another. */
static bool
run_suite(void)
{
	struct options o = {.seed = 1, .seeds = SEEDS, .steps = STEPS};
	int status = 1;
	bool ok;
	pid_t child = fork();

	must(child >= 0);
	if (child == 0)
		exit(run_twins(1, TWIN_STEPS, SIM_SOUND, true) == 0 &&
					run_all_faults()
				? 0
				: 1);
	ok = run_seeds(&o);
	must(waitpid(child, &status, 0) == child);
	return ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int
main(int argc, char **argv)
{
	struct options o = {.seed = 1, .seeds = 1, .steps = STEPS};

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	must(crypto_init() == ERR_OK);
	if (!read_options(argc, argv, &o)) {
		(void)fprintf(stderr,
			"usage: test-sim [--seeds N] [--steps M] [--seed S]\n"
			"                [--fault WORD] [--twin] [-v]\n");
		return 2;
	}
	loud = o.talk;
	if (o.fault != SIM_SOUND)
		return run_fault((enum sim_fault)o.fault,
			       o.drawn ? o.seed : faults[o.fault].seed, o.steps,
			       o.talk)
			       ? 0
			       : 1;
	if (o.drawn || o.twin)
		return run_seeds(&o) ? 0 : 1;
	return run_suite() ? 0 : 1;
}
