/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worlds of relatives (bench/bench_relatives.h): people whom a careless rule
 * would take for each other.  Whoever is confirmed must be the one who was
 * meant.  weir-bench accuracy does the like for millions.
 */
#include "match/world.h"

#include "bench/bench_relatives.h"

enum {
	FAMILIES = 12000,
	ASKS_EACH = 8, /* of each person */
	SEED = 20250701,
};

struct count {
	unsigned asked;
	unsigned found;
	unsigned wrong;
};

static void
ask_one(const struct roll *roll, struct relatives *world,
	const struct relatives_family *f, const struct relatives_one *o,
	struct count *count)
{
	struct relatives_ask ask;
	struct match_result r;
	char id[65];

	if (!relatives_ask(world, f, o, &ask))
		return;
	match_request(roll, &ask.query, &r);
	count->asked++;
	count->found += confirmed(roll, &r, id)[0] != '\0';
	if (relatives_wrong(o, &ask.query, id)) {
		count->wrong++;
		print_message("%s: meant %s%s (%s %s, %s), got %s\n",
			relatives_kind_text(f->kind), o->id,
			o->absent ? " absent" : "", ask.query.name.given,
			ask.query.name.joined, relatives_slip_text(ask.slip),
			id);
	}
}

/* Twins whom parents named JON and JOHN are one name to any rule. */
static void
the_names_drawn_are_different_names(void **state)
{
	struct relatives world;

	(void)state;
	assert_int_equal(
		relatives_draw(&world, SEED, 400, 1U << RELATIVES_TWINS),
		ERR_OK);
	for (unsigned i = 0; i < world.n; i++) {
		const struct relatives_one *one = world.family[i].one;
		struct person_name a;
		struct person_name b;

		person_name(span_text(one[0].given), SPAN(""), SPAN("SMITH"),
			SPAN(""), &a);
		person_name(span_text(one[1].given), SPAN(""), SPAN("SMITH"),
			SPAN(""), &b);
		assert_int_equal(person_given_compare(&a, &b), LEVEL_CONFLICT);
		assert_int_equal(person_given_compare(&b, &a), LEVEL_CONFLICT);
	}
	relatives_fini(&world);
}

static void
nobody_is_taken_for_a_relative(void **state)
{
	OWNED(roll) roll = NULL;
	OWNED_BUF(csv, 64 << 20);
	struct count counts[RELATIVES_KINDS] = {{0}};
	struct relatives w;
	unsigned asked = 0;

	(void)state;
	assert_int_equal(
		relatives_draw(&w, SEED, FAMILIES, UINT32_MAX), ERR_OK);
	relatives_csv(&w, &csv);
	assert_int_equal(buf_error(&csv), ERR_OK);
	roll = roll_of(buf_span(&csv));
	for (unsigned i = 0; i < w.n; i++)
		for (unsigned k = 0; k < w.family[i].n * ASKS_EACH; k++)
			ask_one(roll, &w, &w.family[i],
				&w.family[i].one[k % w.family[i].n],
				&counts[w.family[i].kind]);
	for (unsigned i = 0; i < RELATIVES_KINDS; i++) {
		print_message("%-28s asked %6u found %6u wrong %u\n",
			relatives_kind_text((enum relatives_kind)i),
			counts[i].asked, counts[i].found, counts[i].wrong);
		asked += counts[i].asked;
		assert_int_equal(counts[i].wrong, 0);
		if (i != RELATIVES_ONE_TIN && i != RELATIVES_RECORDS)
			assert_true(counts[i].found * 5 > counts[i].asked * 2);
	}
	assert_true(asked >= 190000);
	relatives_fini(&w);
}

static int
start(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_names_drawn_are_different_names),
		cmocka_unit_test(nobody_is_taken_for_a_relative),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
