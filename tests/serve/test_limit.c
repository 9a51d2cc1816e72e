/* SPDX-License-Identifier: Apache-2.0 */
/* How much an agency may ask: the bucket, the day, and what is told of both;
 * and that nothing which a gate left in a state does harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/limit.h"
#include "serve/settings.h"

enum { SECOND = 1000000000, DAY = 86400, NOON = 20000 * DAY + DAY / 2 };

static const struct limit_rule slow = {
	.rate = 10, .burst = 5, .at_once = 1, .questions = 0, .lines = 100};

static struct limit_time
after(int64_t ms)
{
	return (struct limit_time){
		.ticks = 1000 * (int64_t)SECOND + ms * 1000000,
		.at = NOON + ms / 1000};
}

static unsigned
asked(const struct limit_rule *rule, struct limit_state *s, int64_t ms,
	unsigned n)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < n; i++)
		taken += limit_ask(rule, s, after(ms)) == LIMIT_FREE;
	return taken;
}

static void
a_burst_and_then_the_rate(void **state)
{
	struct limit_state s = {.full = 0};
	struct limit_time early = after(100);

	(void)state;
	assert_int_equal(limit_left(&slow, &s, after(0), LIMIT_RATE), 5);
	assert_int_equal(asked(&slow, &s, 0, 20), 5);
	assert_int_equal(limit_left(&slow, &s, after(0), LIMIT_RATE), 0);
	assert_int_equal(limit_wait(&slow, &s, after(0), LIMIT_RATE), 1);
	early.ticks--;
	assert_int_equal(limit_ask(&slow, &s, early), LIMIT_RATE);
	assert_int_equal(asked(&slow, &s, 100, 9), 1);
	assert_int_equal(asked(&slow, &s, 450, 9), 3);
	/* Never more than a burst, however long the pause. */
	assert_int_equal(asked(&slow, &s, 3600000, 20), 5);
	assert_int_equal(s.questions, 5 + 1 + 3 + 5);
}

/* Ten a second, asked for a minute in steps of 7 ms. */
static void
over_a_minute_it_is_the_rate(void **state)
{
	struct limit_state s = {.full = 0};
	unsigned taken = 0;

	(void)state;
	for (int64_t ms = 0; ms < 60000; ms += 7)
		taken += asked(&slow, &s, ms, 3);
	assert_in_range(taken, 600, 605);
}

static void
one_that_is_slower_than_a_second(void **state)
{
	const struct limit_rule one = {.rate = 1, .burst = 1, .at_once = 1};
	struct limit_state s = {.full = 0};

	(void)state;
	assert_int_equal(asked(&one, &s, 0, 2), 1);
	assert_int_equal(limit_wait(&one, &s, after(0), LIMIT_RATE), 1);
	assert_int_equal(asked(&one, &s, 999, 1), 0);
	assert_int_equal(asked(&one, &s, 1000, 1), 1);
}

static void
a_day_of_lines_ends_with_the_day(void **state)
{
	struct limit_state s = {.full = 0};
	struct limit_time midnight = {
		.ticks = after(0).ticks, .at = NOON + DAY / 2};
	struct limit_time before = {.ticks = 1, .at = midnight.at - 1};

	(void)state;
	assert_int_equal(limit_left(&slow, &s, after(0), LIMIT_LINES), 100);
	assert_int_equal(limit_lines(&slow, &s, after(0), 60), LIMIT_FREE);
	assert_int_equal(limit_lines(&slow, &s, after(1), 41), LIMIT_LINES);
	assert_int_equal(limit_lines(&slow, &s, after(1), 40), LIMIT_FREE);
	assert_int_equal(limit_lines(&slow, &s, before, 1), LIMIT_LINES);
	assert_int_equal(limit_left(&slow, &s, before, LIMIT_LINES), 0);
	assert_int_equal(limit_wait(&slow, &s, before, LIMIT_LINES), 1);
	assert_int_equal(limit_wait(&slow, &s, after(0), LIMIT_LINES), DAY / 2);
	assert_int_equal(limit_left(&slow, &s, midnight, LIMIT_LINES), 100);
	assert_int_equal(limit_lines(&slow, &s, midnight, 100), LIMIT_FREE);
	/* What came to nothing is given back to its own day alone. */
	limit_give_back(&s, limit_day(before), 60);
	assert_int_equal(limit_lines(&slow, &s, midnight, 1), LIMIT_LINES);
	limit_give_back(&s, limit_day(midnight), 60);
	assert_int_equal(limit_lines(&slow, &s, midnight, 60), LIMIT_FREE);
	limit_give_back(&s, limit_day(midnight), UINT64_MAX);
	assert_int_equal(s.lines, 0);
}

static void
a_day_of_questions(void **state)
{
	const struct limit_rule few = {
		.rate = 1000, .burst = 1000, .at_once = 1, .questions = 3};
	struct limit_state s = {.full = 0};

	(void)state;
	assert_int_equal(asked(&few, &s, 0, 9), 3);
	assert_int_equal(limit_ask(&few, &s, after(0)), LIMIT_QUESTIONS);
	/* Refused, nothing is taken of the rate either. */
	assert_int_equal(limit_left(&few, &s, after(0), LIMIT_RATE), 997);
	assert_int_equal(limit_left(&few, &s, after(0), LIMIT_QUESTIONS), 0);
	assert_true(limit_left(&few, &s, after(0), LIMIT_LINES) == UINT64_MAX);
	assert_int_equal(limit_lines(&few, &s, after(0), 1u << 30), LIMIT_FREE);
}

static void
whatever_a_state_says_it_answers(void **state)
{
	static const int64_t full[] = {INT64_MIN, -1, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct limit_state s = {.full = full[i],
			.day = full[i],
			.questions = UINT64_MAX,
			.lines = UINT64_MAX};

		(void)limit_ask(&slow, &s, after(0));
		assert_true(s.full <= after(0).ticks + SECOND);
		/* At the latest after a burst's time all is as it was. */
		assert_int_equal(asked(&slow, &s, 500, 9), 5);
		s.day = limit_day(after(0));
		s.questions = UINT64_MAX;
		s.lines = UINT64_MAX;
		assert_int_equal(
			limit_lines(&slow, &s, after(0), 1), LIMIT_LINES);
		(void)limit_ask(&slow, &s, after(60000));
		assert_true(s.questions == UINT64_MAX);
	}
}

static void
settings_say_what_one_agency_has(void **state)
{
	static const char *const wrong[] = {"rate 0", "agency", "agency a",
		"agency a rate", "agency a rate 0", "agency a workers 2",
		"agency  rate 2", "lines-a-day x"};
	struct settings s;
	struct limit_rule rule;
	struct why why;

	(void)state;
	assert_int_equal(settings_parse(SPAN("agency us.dhs.ice rate 7\n"
					     "rate 50\nlines-a-day 1000\n"
					     "agency us.ssa lines-a-day 0\n"
					     "agency us.dhs.ice at-once 2\n"),
				 &s, &why),
		ERR_OK);
	rule = settings_limit(&s, "us.dhs.ice");
	assert_int_equal(rule.rate, 7);
	assert_int_equal(rule.at_once, 2);
	assert_int_equal(rule.lines, 1000);
	rule = settings_limit(&s, "us.ssa");
	assert_int_equal(rule.rate, 50);
	assert_int_equal(rule.lines, 0);
	rule = settings_limit(&s, "");
	assert_int_equal(rule.rate, 50);
	assert_int_equal(rule.burst, settings_default().limit.burst);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (settings_parse(span_text(wrong[i]), &s, &why) !=
				ERR_MALFORMED ||
			strstr(why.text, "line 1") == NULL)
			fail_msg("%s is taken", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_and_then_the_rate),
		cmocka_unit_test(over_a_minute_it_is_the_rate),
		cmocka_unit_test(one_that_is_slower_than_a_second),
		cmocka_unit_test(a_day_of_lines_ends_with_the_day),
		cmocka_unit_test(a_day_of_questions),
		cmocka_unit_test(whatever_a_state_says_it_answers),
		cmocka_unit_test(settings_say_what_one_agency_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
