/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The drawn world: every request of it against its roll, by the matcher and by
 * the plain one, judged by the truth.  Prints a row per kind of case.
 */
#include "match/world.h"

#include <stdlib.h>
#include <threads.h>
#include <time.h>

#include "match/plain.h"
#include "request/request.h"

#define WORLD WEIR_SOURCE "/../shared/data/world-dev/"

enum { KINDS_MAX = 128, FILE_MAX = 64 << 20, REQUESTS_MAX = 100000 };

struct kind {
	char name[64];
	unsigned none;
	unsigned rival;
	unsigned withheld; /* confirmed, and something withholds */
	unsigned right;    /* free to go, and the right person */
	unsigned other;    /* free to go; the truth names nobody */
	unsigned wrong;
};

struct world {
	char *roll_csv;
	size_t roll_n;
	char *requests;
	size_t requests_n;
	char *truth;
	size_t truth_n;
	struct roll *roll;
	struct plain *plain;
	struct kind kinds[KINDS_MAX];
	size_t n_kinds;
	size_t plain_good;
	size_t plain_good_right;
	size_t loose; /* free to go where nobody was wanted */
	size_t differ;
	size_t n;
	double match_ms;
	struct match_query *query; /* as many as requests were asked */
	struct match_result *result;
	unsigned causes[MATCH_N_CAUSES];
};

static char *
file_read(const char *path, size_t *ret_n)
{
	FILE *f = fopen(path, "rbe");
	char *at;

	if (f == NULL)
		return NULL;
	at = malloc(FILE_MAX);
	assert_non_null(at);
	*ret_n = fread(at, 1, FILE_MAX, f);
	(void)fclose(f);
	return at;
}

static struct kind *
kind_of(struct world *w, struct span name)
{
	for (size_t i = 0; i < w->n_kinds; i++)
		if (span_eq(span_text(w->kinds[i].name), name))
			return &w->kinds[i];
	assert_true(w->n_kinds < KINDS_MAX);
	must(span_copy(name, w->kinds[w->n_kinds].name, 64));
	return &w->kinds[w->n_kinds++];
}

/* What only the request decides would have stopped it before a look-up. */
static bool
asks_the_roll(struct span want)
{
	return span_starts(want, SPAN("review")) ||
	       span_starts(want, SPAN("unresolved")) ||
	       span_starts(want, SPAN("withheld"));
}

static bool
is_free(const struct match_result *r)
{
	return r->person == MATCH_CONFIRMED && r->own_row && r->screen_clear &&
	       r->years != MATCH_YEARS_NONE;
}

static void
tally(struct world *w, struct kind *kind, struct span want, struct span who,
	const struct match_result *r, const char *id)
{
	bool right = who.n > 0 && span_eq(who, span_text(id));
	bool allowed = memmem(want.at, want.n, "review", 6) != NULL;

	w->causes[r->cause]++;
	if (r->person == MATCH_NONE)
		kind->none++;
	else if (r->person == MATCH_RIVAL)
		kind->rival++;
	else if (!is_free(r))
		kind->withheld++;
	else if (right)
		kind->right++;
	else if (who.n == 0)
		kind->other++;
	else
		kind->wrong++;
	if (is_free(r) && asks_the_roll(want) && !allowed)
		w->loose++;
	if (span_eq(want, SPAN("review"))) {
		w->plain_good++;
		w->plain_good_right += right && is_free(r);
		if (!(right && is_free(r)) && getenv("WORLD_SHOW") != NULL)
			print_message("missed good: %.*s %s\n", (int)who.n,
				who.at, match_cause_word(r->cause));
	}
}

static void
one_request(struct world *w, const struct request *request, struct span want,
	struct span who, struct span kind)
{
	struct match_query q;
	struct match_result r;
	struct timespec from;
	struct timespec to;
	const char *plain;
	char id[65];

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	match_query_from(request, &q);
	match_request(w->roll, &q, &r);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	w->match_ms += (to.tv_sec - from.tv_sec) * 1e3 +
		       (to.tv_nsec - from.tv_nsec) / 1e6;
	(void)confirmed(w->roll, &r, id);
	plain = plain_match(w->plain, &q);
	assert_true(w->n < REQUESTS_MAX);
	w->query[w->n] = q;
	w->result[w->n] = r;
	w->n++;
	if (strcmp(plain, id) != 0) {
		w->differ++;
		print_message("%.*s: matcher '%s' (%s), plain '%s'\n",
			(int)request->field[RQ_ID].n, request->field[RQ_ID].at,
			id, match_cause_word(r.cause), plain);
	}
	tally(w, kind_of(w, kind), want, who, &r, id);
}

static void
all_requests(struct world *w)
{
	struct span lines = span_of(w->requests, w->requests_n);
	struct span truth = span_of(w->truth, w->truth_n);
	struct request_reader *reader = NULL;
	struct arena arena;

	assert_int_equal(request_reader_new(&reader), ERR_OK);
	assert_int_equal(arena_init(&arena, 1 << 18), ERR_OK);
	(void)span_cut(&truth, '\n');
	while (lines.n > 0) {
		struct span line = span_cut(&lines, '\n');
		struct span row = span_trim(span_cut(&truth, '\n'));
		struct span id = span_cut(&row, ',');
		struct span want = span_cut(&row, ',');
		struct span code = span_cut(&row, ',');
		struct span who = span_cut(&row, ',');
		struct request request;

		(void)code;
		arena_reset(&arena);
		assert_int_equal(
			request_decode_json(reader, line, &arena, &request),
			ERR_OK);
		if (request.unreadable)
			continue;
		assert_true(span_eq(request.field[RQ_ID], id));
		one_request(w, &request, want, who, row);
	}
	arena_fini(&arena);
	reader = request_reader_free(reader);
}

static void
print_table(const struct world *w)
{
	print_message("%-24s %6s %6s %8s %6s %6s %6s\n", "kind", "none",
		"rival", "withheld", "right", "other", "wrong");
	for (size_t i = 0; i < w->n_kinds; i++)
		print_message("%-24s %6u %6u %8u %6u %6u %6u\n",
			w->kinds[i].name, w->kinds[i].none, w->kinds[i].rival,
			w->kinds[i].withheld, w->kinds[i].right,
			w->kinds[i].other, w->kinds[i].wrong);
	for (size_t i = 0; i < MATCH_N_CAUSES; i++)
		print_message(
			"  %-24s %u\n", match_cause_word(i), w->causes[i]);
	print_message("%zu requests in %.0f ms; plain good %zu of %zu\n", w->n,
		w->match_ms, w->plain_good_right, w->plain_good);
}

static void
nobody_wrong_and_nearly_everybody_right(void **state)
{
	struct world *w = *state;

	if (w == NULL)
		skip();
	all_requests(w);
	print_table(w);
	for (size_t i = 0; i < w->n_kinds; i++)
		assert_int_equal(w->kinds[i].wrong, 0);
	assert_int_equal(w->loose, 0);
	assert_int_equal(w->differ, 0);
	assert_true(w->plain_good_right * 100 >= w->plain_good * 99);
}

/* ---- many at once ---- */

struct part {
	const struct world *w;
	const struct match_place *places;
	size_t n;
	struct match_result *result;
};

static int
match_part(void *context)
{
	const struct part *part = context;

	match_many(part->w->roll, part->w->query, part->places, part->n,
		part->result);
	return 0;
}

static bool
same_result(const struct match_result *a, const struct match_result *b)
{
	OWNED_BUF(one, 256);
	OWNED_BUF(other, 256);

	match_encode_placed(a, &one);
	match_encode_placed(b, &other);
	assert_int_equal(buf_error(&one), ERR_OK);
	return span_eq(buf_span(&one), buf_span(&other));
}

/* In `n_parts` threads, begun from the last part. */
static void
match_in_parts(
	const struct world *w, const struct match_place *places, size_t n_parts)
{
	struct match_result *result = calloc(w->n, sizeof(*result));
	struct part part[8];
	thrd_t thread[8];

	assert_non_null(result);
	for (size_t i = n_parts; i-- > 0;) {
		size_t from = w->n * i / n_parts;

		part[i] = (struct part){w, places + from,
			w->n * (i + 1) / n_parts - from, result};
		assert_int_equal(thrd_create(&thread[i], match_part, &part[i]),
			thrd_success);
	}
	for (size_t i = 0; i < n_parts; i++)
		assert_int_equal(thrd_join(thread[i], NULL), thrd_success);
	for (size_t i = 0; i < w->n; i++)
		assert_true(same_result(&result[i], &w->result[i]));
	free(result);
}

static void
many_are_as_one_by_one_on_any_number_of_threads(void **state)
{
	const struct world *w = *state;
	struct match_place *places;

	if (w == NULL)
		skip();
	assert_true(w->n > 1000);
	places = calloc(2 * w->n, sizeof(*places));
	assert_non_null(places);
	match_places(w->roll, w->query, w->n / 3, w->n, places);
	match_places(w->roll, w->query, 0, w->n / 3, places);
	match_places_sort(places, w->n, places + w->n);
	for (size_t i = 1; i < w->n; i++)
		assert_true(places[i - 1].person < places[i].person ||
			    (places[i - 1].person == places[i].person &&
				    places[i - 1].query < places[i].query));
	match_in_parts(w, places, 1);
	match_in_parts(w, places, 2);
	match_in_parts(w, places, 7);
	free(places);
}

static int
start(void **state)
{
	static struct world w;

	if (crypto_init() != ERR_OK)
		return -1;
	w.roll_csv = file_read(WORLD "roll.csv", &w.roll_n);
	w.requests = file_read(WORLD "requests.jsonl", &w.requests_n);
	w.truth = file_read(WORLD "truth.csv", &w.truth_n);
	if (w.roll_csv == NULL || w.requests == NULL || w.truth == NULL)
		return 0;
	w.roll = roll_of(span_of(w.roll_csv, w.roll_n));
	w.plain = plain_load(w.roll_csv, w.roll_n);
	w.query = calloc(REQUESTS_MAX, sizeof(*w.query));
	w.result = calloc(REQUESTS_MAX, sizeof(*w.result));
	if (w.query == NULL || w.result == NULL)
		return -1;
	*state = &w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	if (w == NULL)
		return 0;
	w->roll = roll_free(w->roll);
	w->plain = plain_free(w->plain);
	free(w->roll_csv);
	free(w->requests);
	free(w->truth);
	free(w->query);
	free(w->result);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_wrong_and_nearly_everybody_right),
		cmocka_unit_test(
			many_are_as_one_by_one_on_any_number_of_threads),
	};

	return cmocka_run_group_tests(tests, start, end);
}
