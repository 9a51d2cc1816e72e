/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir-twins [-n CASES] [-s SEED] [-t STATUTE]... AGREEMENT...: draws evidence
 * and asks the evaluator and the solver of each what it makes of it; one case on
 * which they differ ends it with status 1.  Then the same for the evaluator
 * alone, timed: one core, no allocation, no trace.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/cli_print.h"
#include "proc/proc_check.h"
#include "prove/prove_int.h"
#include "prove/prove_twin.h"

enum { TIMED = 20000000, KEPT = 4096 };

static uint64_t seed = 1;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 11) % below);
}

/* Numbers that the law compares `id` with: drawn beside them, both sides. */
struct bounds {
	uint32_t at[2 * LAW_TESTS_MAX];
	uint32_t n;
};

static struct bounds bounds[EV_N];

static void
note_bounds(const struct law *law)
{
	for (size_t i = 0; i < law->n_tests; i++) {
		const struct law_test *t = &law->test[i];
		struct bounds *b = &bounds[t->evidence];

		b->at[b->n++] = t->low;
		b->at[b->n++] = t->high;
	}
}

static uint32_t
draw_value(enum evidence_id id)
{
	uint32_t most = evidence_greatest(id);
	const struct bounds *b = &bounds[id];
	uint32_t v;

	if (most < 32 || b->n == 0 || draw(8) == 0)
		return draw(most + 1);
	v = b->at[draw(b->n)] + draw(3);
	v = v == 0 ? 0 : v - 1;
	return v > most ? most : v;
}

/* Half of what is drawn is good but for a piece or two: then all rules are
 * close to deciding. */
static void
draw_evidence(const struct law *law, struct evidence *ev)
{
	bool near_good = draw(2) == 0;

	for (int id = 0; id < EV_N; id++) {
		ev->value[id] = draw_value((enum evidence_id)id);
		if (near_good && draw(16) != 0 &&
			evidence_type((enum evidence_id)id) != EV_ONEOF &&
			evidence_greatest((enum evidence_id)id) < 32)
			ev->value[id] = evidence_greatest((enum evidence_id)id);
	}
	/* days near each other */
	if (draw(2) == 0 && ev->value[EV_TODAY] > 100)
		ev->value[EV_ORDER_DATE] = ev->value[EV_TODAY] - draw(100);
	(void)law;
}

static bool
compare(const struct law *law, uint64_t cases)
{
	OWNED(prove_twin) twin = NULL;
	uint64_t released = 0;
	clock_t begun = clock();

	if (prove_twin_new(law, &twin) != ERR_OK)
		return false;
	for (uint64_t i = 0; i < cases; i++) {
		struct evidence ev;

		draw_evidence(law, &ev);
		if (!prove_twin_agrees(twin, &ev)) {
			OWNED_BUF(text, 1 << 16);

			prove_example(law, NULL, &ev, &text);
			printf("solver and evaluator differ:\n");
			cli_text(stdout, buf_span(&text));
			return false;
		}
		released += law_decide(law, &ev, EV_RECORD, NULL) == LAW_REVIEW;
	}
	printf("%s: %llu cases, solver and evaluator agree on each of %zu "
	       "rules; %llu released; %.1f s of processor\n",
		law_agreement_id(law), (unsigned long long)cases,
		law_n_rules(law), (unsigned long long)released,
		(double)(clock() - begun) / CLOCKS_PER_SEC);
	(void)fflush(stdout);
	return true;
}

static void
time_evaluator(const struct law *law)
{
	static struct evidence kept[KEPT];
	bool met[LAW_RULES_MAX];
	unsigned sum = 0;
	clock_t begun;
	double ns;

	for (size_t i = 0; i < KEPT; i++)
		draw_evidence(law, &kept[i]);
	mem_fail_after(0); /* an allocation would fail, and be seen */
	begun = clock();
	for (size_t i = 0; i < TIMED; i++)
		sum += (unsigned)law_decide(
			law, &kept[i % KEPT], EV_RECORD, met);
	ns = (double)(clock() - begun) / CLOCKS_PER_SEC * 1e9 / TIMED;
	if (mem_zeroed(1) != NULL)
		printf("the evaluator allocated\n");
	mem_fail_after(-1);
	printf("%s: %.0f ns a decision of %zu rules, one core, no allocation "
	       "(sum %u)\n",
		law_agreement_id(law), ns, law_n_rules(law), sum);
}

static bool
run(const char *file, const char *const *statutes, size_t n, uint64_t cases)
{
	OWNED(law) law = NULL;

	if (cli_open_law(file, statutes, n, &law) != CLI_DONE)
		return false;
	memset(bounds, 0, sizeof(bounds));
	note_bounds(law);
	if (cases > 0 && !compare(law, cases))
		return false;
	time_evaluator(law);
	return true;
}

int
main(int argc, char **argv)
{
	const char *statutes[PROC_CHECK_STATUTES];
	size_t n_statutes = 0;
	uint64_t cases = 1000000;
	int option;

	while ((option = getopt(argc, argv, "n:s:t:")) != -1) {
		bool ok = option == 'n' ? num_parse(span_text(optarg),
						  UINT32_MAX, &cases)
			  : option == 's'
				  ? num_parse(span_text(optarg), UINT32_MAX,
					    &seed) &&
					    seed > 0
				  : option == 't' &&
					    n_statutes < PROC_CHECK_STATUTES;

		if (option == 't' && ok)
			statutes[n_statutes++] = optarg;
		if (!ok)
			optind = argc;
	}
	if (optind >= argc) {
		(void)fputs("usage: weir-twins [-n CASES] [-s SEED] [-t "
			    "STATUTE]... AGREEMENT...\n",
			stderr);
		return CLI_USAGE;
	}
	for (; optind < argc; optind++)
		if (!run(argv[optind], statutes, n_statutes, cases))
			return CLI_NO;
	return CLI_DONE;
}
