/* SPDX-License-Identifier: Apache-2.0 */
/* The sample of a batch, its bound, and what may be approved with others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "review/review.h"

/* ---- the bound, against counting every subset ---- */

static uint64_t
choose(unsigned n, unsigned k)
{
	uint64_t c = 1;

	if (k > n)
		return 0;
	for (unsigned i = 1; i <= k; i++)
		c = c * (n - k + i) / i;
	return c;
}

/* Of all drawings of `n` of `lines`, those without one of the first `wrong`. */
static bool
unseen_by_counting(unsigned lines, unsigned wrong, unsigned n)
{
	uint64_t all = 0;
	uint64_t none = 0;

	for (uint32_t set = 0; set < 1U << lines; set++) {
		if ((unsigned)__builtin_popcount(set) != n)
			continue;
		all++;
		none += (set & ((1U << wrong) - 1)) == 0;
	}
	return 20 * none > all;
}

static bool
unseen(unsigned lines, unsigned wrong, unsigned n)
{
	return 20 * choose(lines - wrong, n) > choose(lines, n);
}

static void
the_bound_is_what_counting_says(void **state)
{
	(void)state;
	for (unsigned lines = 1; lines <= 12; lines++)
		for (unsigned n = 0; n <= lines; n++) {
			unsigned most = 0;

			for (unsigned wrong = 1; wrong <= lines; wrong++)
				if (unseen_by_counting(lines, wrong, n))
					most = wrong;
			assert_int_equal(review_sample_bound(lines, n), most);
		}
	for (unsigned lines = 13; lines <= 60; lines++)
		for (unsigned n = 0; n <= lines; n++) {
			unsigned most = 0;

			for (unsigned wrong = 1; wrong <= lines; wrong++)
				if (unseen(lines, wrong, n))
					most = wrong;
			assert_int_equal(review_sample_bound(lines, n), most);
		}
}

static void
the_size_is_the_smallest_that_bounds_one_in_a_hundred(void **state)
{
	static const uint64_t some[] = {1, 19, 20, 99, 100, 101, 150, 199, 200,
		299, 300, 1000, 4190, 5000, 99999, 1000000, 1280000, 100000000};

	(void)state;
	assert_int_equal(review_sample_size(0), 0);
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		size_t n = review_sample_size(some[i]);

		assert_true(n <= REVIEW_DRAW_MOST && n <= some[i]);
		assert_true(review_sample_bound(some[i], n) <= some[i] / 100);
		assert_true(
			review_sample_bound(some[i], n - 1) > some[i] / 100);
	}
	/* By hand: 19 of 20 leave one unseen in one of 20 drawings, and
	 * ln 0.05 / ln 0.99 is 298.07. */
	assert_int_equal(review_sample_size(20), 19);
	assert_int_equal(review_sample_size(1280000), 299);
	assert_int_equal(review_sample_bound(1280000, 299), 12759);
}

/* ---- the drawing, by a second way ---- */

enum { LINES = 4000 };

struct ranked {
	uint8_t rank[CRYPTO_SHA256];
	uint64_t line;
};

static int
by_rank(const void *a, const void *b)
{
	return memcmp(((const struct ranked *)a)->rank,
		((const struct ranked *)b)->rank, CRYPTO_SHA256);
}

static bool
is_refused(uint64_t line)
{
	return line % 7 == 3;
}

/* Sorts them all. */
static size_t
draw_plainly(const uint8_t seed[REVIEW_SEED], bool refused, uint64_t to[LINES])
{
	static struct ranked all[LINES];
	size_t n = 0;
	size_t size;

	for (uint64_t line = 1; line <= LINES; line++) {
		uint8_t message[REVIEW_SEED + 8] = {0};

		if (is_refused(line) != refused)
			continue;
		memcpy(message, seed, REVIEW_SEED);
		message[REVIEW_SEED + 6] = (uint8_t)(line / 256);
		message[REVIEW_SEED + 7] = (uint8_t)(line % 256);
		crypto_sha256(span_of(message, sizeof(message)), all[n].rank);
		all[n++].line = line;
	}
	qsort(all, n, sizeof(all[0]), by_rank);
	size = review_sample_size(n);
	for (size_t i = 0; i < size; i++)
		to[i] = all[i].line;
	return size;
}

static bool
holds(const uint64_t *lines, size_t n, uint64_t line)
{
	for (size_t i = 0; i < n; i++)
		if (lines[i] == line)
			return true;
	return false;
}

static struct review_draw draw;

static void
draw_all(const uint8_t seed[REVIEW_SEED], bool backwards)
{
	review_draw_init(&draw, seed);
	for (uint64_t i = 1; i <= LINES; i++) {
		uint64_t line = backwards ? LINES + 1 - i : i;

		review_draw_add(&draw, line,
			is_refused(line) ? REVIEW_REFUSED : REVIEW_ACCEPTED);
	}
}

static void
whoever_has_the_seed_draws_the_same(void **state)
{
	static uint64_t want[LINES];
	uint64_t have[REVIEW_DRAW_MOST];
	uint8_t seed[REVIEW_SEED];

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		memset(seed, (int)round, sizeof(seed));
		draw_all(seed, round % 2 != 0);
		for (unsigned part = 0; part < REVIEW_N_PARTS; part++) {
			size_t n = draw_plainly(
				seed, part == REVIEW_REFUSED, want);

			assert_int_equal(review_draw_end(&draw,
						 (enum review_part)part, have),
				n);
			for (size_t i = 0; i < n; i++) {
				assert_true(holds(want, n, have[i]));
				assert_true(i == 0 || have[i - 1] < have[i]);
			}
		}
	}
}

/* Each line is drawn about as often as each other: of 2,000 drawings of 38 of
 * 40 lines, each misses about 100. */
static void
no_line_is_spared(void **state)
{
	unsigned missed[41] = {0};
	uint64_t lines[REVIEW_DRAW_MOST];

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		uint8_t seed[REVIEW_SEED] = {
			(uint8_t)round, (uint8_t)(round >> 8)};
		size_t n;

		review_draw_init(&draw, seed);
		for (uint64_t line = 1; line <= 40; line++)
			review_draw_add(&draw, line, REVIEW_ACCEPTED);
		n = review_draw_end(&draw, REVIEW_ACCEPTED, lines);
		assert_int_equal(n, 38);
		for (uint64_t line = 1; line <= 40; line++)
			missed[line] += !holds(lines, n, line);
	}
	for (size_t line = 1; line <= 40; line++)
		assert_in_range(missed[line], 60, 145);
}

static void
the_seed_is_of_one_batch_and_one_key(void **state)
{
	uint8_t key[CRYPTO_KEY] = {1};
	uint8_t a[REVIEW_SEED];
	uint8_t b[REVIEW_SEED];

	(void)state;
	review_seed(key, SPAN("entry of batch 1"), a);
	review_seed(key, SPAN("entry of batch 1"), b);
	assert_memory_equal(a, b, sizeof(a));
	review_seed(key, SPAN("entry of batch 2"), b);
	assert_memory_not_equal(a, b, sizeof(a));
	key[31] = 1;
	review_seed(key, SPAN("entry of batch 1"), b);
	assert_memory_not_equal(a, b, sizeof(a));
}

/* ---- plain and borderline ---- */

static void
plain_pair(struct evidence *ev, struct match_result *result)
{
	*ev = (struct evidence){{0}};
	evidence_set_word(ev, EV_REASON, "specific");
	evidence_set_word(ev, EV_OFFICER, "engaged");
	*result = (struct match_result){
		.person = MATCH_CONFIRMED, .cause = MATCH_C_MET};
	memset(result->level, LEVEL_EQUAL, sizeof(result->level));
}

/* Every field at every level: the few that are not equal and still plain are
 * written here. */
static void
whatever_is_graded_is_borderline(void **state)
{
	struct evidence ev;
	struct match_result result;

	(void)state;
	plain_pair(&ev, &result);
	assert_null(review_borderline(&ev, &result));
	for (unsigned f = 0; f < MATCH_N_FIELDS; f++)
		for (unsigned l = LEVEL_CONFLICT; l <= LEVEL_EQUAL; l++) {
			bool not_given =
				(f == MATCH_F_TIN || f == MATCH_F_BIRTH) &&
				l == LEVEL_MISSING;
			bool same_post =
				f == MATCH_F_CITY && l == LEVEL_VARIANT;

			plain_pair(&ev, &result);
			result.level[f] = (uint8_t)l;
			assert_int_equal(
				review_borderline(&ev, &result) == NULL,
				l == LEVEL_EQUAL || not_given || same_post);
		}
}

static void
what_request_review_let_go_on_is_borderline(void **state)
{
	struct evidence ev;
	struct match_result result;

	(void)state;
	plain_pair(&ev, &result);
	evidence_set_word(&ev, EV_REASON, "borderline");
	assert_non_null(review_borderline(&ev, &result));
	plain_pair(&ev, &result);
	evidence_set_word(&ev, EV_OFFICER, "supervisor");
	assert_non_null(review_borderline(&ev, &result));
	plain_pair(&ev, &result);
	ev = (struct evidence){{0}}; /* nothing is known */
	assert_non_null(review_borderline(&ev, &result));
	plain_pair(&ev, &result);
	result.person = MATCH_RIVAL;
	assert_non_null(review_borderline(&ev, &result));
}

/* ---- the list ---- */

static void
a_list_is_read_line_by_line(void **state)
{
	struct span text = SPAN("# mine of today\n\napprove R1\r\n"
				"  withhold R2 the date, \"1970\", is wrong \n"
				"approve R3");
	struct review_item item;
	struct why why;
	uint64_t line = 0;

	(void)state;
	assert_int_equal(review_list_next(&text, &line, &item, &why), ERR_OK);
	assert_false(item.withhold);
	assert_true(span_eq(item.id, SPAN("R1")));
	assert_int_equal(line, 3);
	assert_int_equal(review_list_next(&text, &line, &item, &why), ERR_OK);
	assert_true(item.withhold);
	assert_true(span_eq(item.id, SPAN("R2")));
	assert_true(span_eq(item.ground, SPAN("the date, \"1970\", is wrong")));
	assert_int_equal(review_list_next(&text, &line, &item, &why), ERR_OK);
	assert_true(span_eq(item.id, SPAN("R3")));
	assert_int_equal(
		review_list_next(&text, &line, &item, &why), ERR_NOT_FOUND);
}

static void
a_list_that_says_something_else_is_refused(void **state)
{
	static const char *const wrong[] = {"R1", "approve", "withhold R1",
		"approve R1 R2", "aprove R1", "approve R1\x1b[2J",
		"withhold  ground of nobody"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct span text = span_text(wrong[i]);
		struct review_item item = {0};
		struct why why;
		uint64_t line = 0;

		/* the last one reads as a ground for the request `ground` */
		if (i + 1 == sizeof(wrong) / sizeof(wrong[0])) {
			assert_int_equal(
				review_list_next(&text, &line, &item, &why),
				ERR_OK);
			assert_true(span_eq(item.id, SPAN("ground")));
			continue;
		}
		assert_int_equal(review_list_next(&text, &line, &item, &why),
			ERR_MALFORMED);
	}
}

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bound_is_what_counting_says),
		cmocka_unit_test(
			the_size_is_the_smallest_that_bounds_one_in_a_hundred),
		cmocka_unit_test(whoever_has_the_seed_draws_the_same),
		cmocka_unit_test(no_line_is_spared),
		cmocka_unit_test(the_seed_is_of_one_batch_and_one_key),
		cmocka_unit_test(whatever_is_graded_is_borderline),
		cmocka_unit_test(what_request_review_let_go_on_is_borderline),
		cmocka_unit_test(a_list_is_read_line_by_line),
		cmocka_unit_test(a_list_that_says_something_else_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
