/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights: the roll's own frequencies, told and never deciding.  Against
 * log2(m / u) as a plain loop over the same roll has it.
 */
#include "match/world.h"

#include <math.h>

enum { PEOPLE = 4000 };

/* One SMITH in four, one JOHN in eight; born on any day of twenty years. */
static void
write_person(struct buf *csv, unsigned i)
{
	static const char *const rare[] = {"OKONKWO", "VANDERBILT", "ZYLSTRA",
		"QUISENBERRY", "FEATHERSTONE"};
	const char *surname = i % 4 == 0 ? "SMITH" : rare[i % 5];
	const char *given = i % 8 == 0 ? "JOHN" : i % 8 < 4 ? "MARY" : "AMARA";

	buf_printf(csv,
		"P%05u,%u,SSN,%s,,%s,,%u-%02u-%02u,primary,,2024,%u OAK ST,,"
		"DAYTON,OH,45470,return,\n",
		i, 212000001 + i * 7, given, surname, 1950 + i % 20,
		1 + i / 20 % 12, 1 + i / 240 % 28, 1 + i / 3);
}

static struct roll *
drawn_roll(void)
{
	OWNED_BUF(csv, 1 << 22);

	buf_text(&csv, ROLL_HEADER_LINE);
	for (unsigned i = 0; i < PEOPLE; i++)
		write_person(&csv, i);
	assert_int_equal(buf_error(&csv), ERR_OK);
	return roll_of(buf_span(&csv));
}

/* Asks for person `i` as the roll has it. */
static struct match_query
query_for(const struct roll *roll, uint32_t i)
{
	struct roll_identity is = roll_identity(roll, i, 0);
	struct roll_span span = roll_span(roll, i, 0);
	struct match_query q = {.tin = is.tin,
		.tin_stated = true,
		.birth = is.birth,
		.birth_stated = true,
		.years = {2024},
		.n_years = 1};

	roll_name(&is, &q.name);
	roll_address_standard(roll, span.address, &q.address);
	q.house = roll_address_house(roll, span.address);
	return q;
}

static double
rate_of(const struct roll *roll, bool given, const char *name)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < PEOPLE; i++) {
		struct roll_identity is = roll_identity(roll, i, 0);

		n += span_eq(given ? is.given : is.surname, span_text(name));
	}
	return (double)n / PEOPLE;
}

static void
near_bits(int hundredths, double bits)
{
	if (fabs(hundredths / 100.0 - bits) > 0.02)
		fail_msg("%d hundredths, and %f bits", hundredths, bits);
}

static struct match_weights
weigh(const struct roll *roll, const struct match_rates *rates,
	const struct match_query *q, struct match_result *ret_result)
{
	struct match_weights w;

	match_request(roll, q, ret_result);
	match_weigh(rates, q, ret_result, &w);
	assert_true(w.known);
	return w;
}

static void
a_weight_is_what_the_roll_makes_it(void **state)
{
	OWNED(roll) roll = drawn_roll();
	OWNED(match_rates) rates = NULL;
	struct match_result r;
	struct match_weights w;
	struct match_query q;

	(void)state;
	assert_int_equal(match_rates_new(roll, &rates), ERR_OK);
	q = query_for(roll, 8); /* JOHN SMITH */
	w = weigh(roll, rates, &q, &r);
	assert_int_equal(r.person, MATCH_CONFIRMED);
	near_bits(w.of[MATCH_W_TIN], log2(.98 * PEOPLE));
	near_bits(w.of[MATCH_W_GIVEN], log2(.9 / rate_of(roll, true, "JOHN")));
	/* twenty years, each as often: a day in 7305 */
	near_bits(w.of[MATCH_W_BIRTH], log2(.97 * 20 * 365.25));
	assert_int_equal(w.of[MATCH_W_SUFFIX], 0);
	q = query_for(roll, 1); /* MARY VANDERBILT */
	w = weigh(roll, rates, &q, &r);
	near_bits(w.of[MATCH_W_GIVEN], log2(.9 / rate_of(roll, true, "MARY")));
}

/* Surname and house together are no more than eight bits, whoever it is. */
static void
a_household_counts_once(void **state)
{
	OWNED(roll) roll = drawn_roll();
	OWNED(match_rates) rates = NULL;
	struct match_result r;
	struct match_weights w;
	struct match_query q = query_for(roll, 6);

	(void)state;
	assert_int_equal(match_rates_new(roll, &rates), ERR_OK);
	w = weigh(roll, rates, &q, &r);
	assert_int_equal(w.of[MATCH_W_HOUSEHOLD], 800);
	assert_int_equal(
		match_weights_sum(&w), w.of[MATCH_W_TIN] + w.of[MATCH_W_BIRTH] +
					       w.of[MATCH_W_GIVEN] + 800);
	/* another's house says so */
	q.address = query_for(roll, 600).address;
	q.house = query_for(roll, 600).house;
	w = weigh(roll, rates, &q, &r);
	assert_int_equal(r.person, MATCH_NONE);
	assert_true(w.of[MATCH_W_HOUSEHOLD] < 800);
}

static void
what_differs_weighs_against(void **state)
{
	OWNED(roll) roll = drawn_roll();
	OWNED(match_rates) rates = NULL;
	struct match_result r;
	struct match_weights equal;
	struct match_weights w;
	struct match_query q = query_for(roll, 5);

	(void)state;
	assert_int_equal(match_rates_new(roll, &rates), ERR_OK);
	equal = weigh(roll, rates, &q, &r);
	q.birth += 4000;
	w = weigh(roll, rates, &q, &r);
	assert_true(w.of[MATCH_W_BIRTH] < 0);
	assert_int_equal(w.of[MATCH_W_TIN], equal.of[MATCH_W_TIN]);
	q = query_for(roll, 5);
	person_name(
		SPAN("WOLFGANG"), SPAN(""), SPAN("SMITH"), SPAN(""), &q.name);
	w = weigh(roll, rates, &q, &r);
	assert_true(w.of[MATCH_W_GIVEN] < 0);
	/* an initial says little, and not nothing against */
	person_name(SPAN("A"), SPAN(""), SPAN("SMITH"), SPAN(""), &q.name);
	w = weigh(roll, rates, &q, &r);
	assert_true(w.of[MATCH_W_GIVEN] < equal.of[MATCH_W_GIVEN]);
	/* who gave no TIN is not weighed by it */
	q = query_for(roll, 5);
	q.tin_stated = false;
	q.tin = 0;
	w = weigh(roll, rates, &q, &r);
	assert_int_equal(w.of[MATCH_W_TIN], 0);
}

static void
bytes_come_back_and_junk_does_not(void **state)
{
	struct match_weights w = {
		.of = {2325, -560, 0, 3999, -4000}, .known = true};
	struct match_weights back;
	OWNED_BUF(bytes, 64);
	OWNED_BUF(json, 256);

	(void)state;
	match_weights_encode(&w, &bytes);
	assert_true(match_weights_decode(buf_span(&bytes), &back));
	assert_memory_equal(&back.of, &w.of, sizeof(w.of));
	for (size_t n = 1; n < bytes.n; n++)
		assert_false(match_weights_decode(span_of(bytes.at, n), &back));
	bytes.at[1] = 0x7f; /* more than any weight is */
	assert_false(match_weights_decode(buf_span(&bytes), &back));
	assert_true(match_weights_decode(span_of(NULL, 0), &back));
	assert_false(back.known);
	match_weights_json(&w, &json);
	buf_u8(&json, 0);
	assert_string_equal((char *)json.at,
		"{\"tin\":23.25,\"birth-date\":-5.60,\"given-name\":0.00,"
		"\"suffix\":39.99,\"household\":-40.00,\"all\":17.64}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_weight_is_what_the_roll_makes_it),
		cmocka_unit_test(a_household_counts_once),
		cmocka_unit_test(what_differs_weighs_against),
		cmocka_unit_test(bytes_come_back_and_junk_does_not),
	};

	must(crypto_init() == ERR_OK);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
