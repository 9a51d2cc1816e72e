/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drawn world through the parts that decide: every request decoded, graded,
 * judged by the shipped law, matched against the drawn roll and judged again;
 * the outcome beside the truth.  Prints a row per kind of case.  What only
 * registers know is worked out here in the simplest way: who signs and when is
 * in order, officers are all known, matters and repetitions are counted.
 *
 * SYNTH_WORLD="seed people requests requests_seed" draws another world;
 * SYNTH_SHOW=kind prints the requests of that kind that went wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/day.h"
#include "crypto/crypto.h"
#include "law/law.h"
#include "match/match.h"
#include "request/request.h"
#include "roll/roll.h"
#include "synth/synth.h"

enum { ALL = 512 << 20, KINDS_MAX = 128, CODES_MAX = 8 };

struct one { /* a request, and what became of it */
	struct request request;
	struct evidence ev;
	struct request_keys keys;
	enum law_answer answer;
	bool accepted;
	bool codes_ok; /* the wanted code among at most five */
	char confirmed[16];
	struct span want, code, who, kind;
};

struct kind {
	struct span name;
	size_t by_answer[LAW_REFUSED + 1];
	size_t n, wrong;
};

struct totals {
	size_t person, forbidden, tells, plain, plain_right, good, good_right,
		refused, coded;
};

static struct one *all;
static size_t n_all;
static struct kind kinds[KINDS_MAX];
static size_t n_kinds;
static struct law *law;

static int
keep(void *user, struct span bytes)
{
	buf_bytes(user, bytes);
	return buf_error(user) != ERR_OK;
}

static struct roll *
build(const struct synth_options *o)
{
	struct buf csv;
	struct synth_sink sink = {keep, &csv};
	int fd = memfd_create("roll", MFD_CLOEXEC);
	struct roll *roll = NULL;
	struct roll_source source;
	struct roll_stats stats;
	struct span left;
	struct why why = {{0}};

	buf_init(&csv, ALL);
	assert_int_equal(synth_roll(o, &sink, &why), ERR_OK);
	left = buf_span(&csv);
	source = roll_source_bytes("roll.csv", &left);
	if (roll_build(&source, 1, fd, NULL, &stats, &why) != ERR_OK ||
		roll_open(fd, ROLL_CHECK_ALL, &roll, &why) != ERR_OK)
		fail_msg("%s", why.text);
	assert_int_equal(stats.n_people, o->persons);
	assert_false(stats.sorted_first);
	(void)close(fd);
	buf_fini(&csv);
	return roll;
}

/* ---- what the registers know ---- */

static size_t
officer_matters(const struct one *x)
{
	size_t n = 0;

	for (size_t i = 0; i < n_all; i++)
		n += all[i].accepted &&
		     span_eq(all[i].request.field[RQ_OFFICER_ID],
			     x->request.field[RQ_OFFICER_ID]);
	return n;
}

static bool
is_first(const struct one *x)
{
	for (const struct one *y = all; y < x; y++)
		if (y->accepted && y->keys.duplicate == x->keys.duplicate)
			return false;
	return true;
}

static bool
reason_is_own(const struct one *x)
{
	for (size_t i = 0; i < n_all; i++)
		if (all[i].keys.reason == x->keys.reason &&
			all[i].keys.person != x->keys.person)
			return false;
	return true;
}

static void
judge(struct one *x, enum evidence_half half)
{
	const struct law_rule *rules[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX], found = false;
	size_t n;

	x->answer = law_decide(law, &x->ev, half, met);
	n = law_unmet(law, met, rules);
	for (size_t i = 0; i < n; i++)
		found |= span_eq(span_text(rules[i]->code), x->code);
	x->codes_ok = found && n <= 5;
}

static void
judge_requests(int32_t today)
{
	for (size_t i = 0; i < n_all; i++) {
		struct one *x = &all[i];

		request_grade(&x->request, today, &x->ev);
		evidence_set_flag(&x->ev, EV_SIGNER, true);
		evidence_set_flag(&x->ev, EV_TERM, true);
		evidence_set_flag(&x->ev, EV_SAFEGUARDS, true);
		evidence_set_number(&x->ev, EV_VOLUME, n_all);
		evidence_set_number(&x->ev, EV_OFFICER_LOAD, 1);
		evidence_set_flag(&x->ev, EV_REASON_OWN, reason_is_own(x));
		evidence_set_flag(&x->ev, EV_FIRST, is_first(x));
		judge(x, EV_REQUEST);
		x->accepted = x->answer != LAW_REFUSED;
	}
	for (size_t i = 0; i < n_all; i++) {
		evidence_set_number(
			&all[i].ev, EV_OFFICER_LOAD, officer_matters(&all[i]));
		judge(&all[i], EV_REQUEST);
	}
}

static void
match_one(const struct roll *roll, struct one *x)
{
	struct match_query query;
	struct match_result result;

	if (x->answer != LAW_REVIEW)
		return;
	match_query_from(&x->request, &query);
	match_request(roll, &query, &result);
	match_evidence(&result, &x->ev);
	evidence_set_flag(&x->ev, EV_NO_HOLD, true);
	judge(x, EV_RECORD);
	if (result.person == MATCH_CONFIRMED)
		assert_true(span_copy(roll_person(roll, result.index).id,
			x->confirmed, sizeof(x->confirmed)));
}

/* ---- reading ---- */

static void
read_all(struct span lines, struct span truth, struct arena *arena)
{
	struct request_reader *reader = NULL;

	assert_int_equal(request_reader_new(&reader), ERR_OK);
	(void)span_cut(&truth, '\n');
	for (n_all = 0; lines.n > 0; n_all++) {
		struct one *x = &all[n_all];
		struct span row = span_cut(&truth, '\n');
		struct span id = span_cut(&row, ',');

		assert_int_equal(
			request_decode_json(reader, span_cut(&lines, '\n'),
				arena, &x->request),
			ERR_OK);
		if (!span_eq(x->request.field[RQ_ID], id))
			print_message("%.*s: its id is not read: %s\n",
				(int)id.n, id.at, x->request.says);
		x->want = span_cut(&row, ',');
		x->code = span_cut(&row, ',');
		x->who = span_cut(&row, ',');
		x->kind = row;
		x->keys = request_keys(&x->request);
	}
	assert_false(arena->overflow);
	reader = request_reader_free(reader);
}

/* ---- the outcome beside the truth ---- */

static struct kind *
kind_of(struct span name)
{
	size_t i = 0;

	while (i < n_kinds && !span_eq(kinds[i].name, name))
		i++;
	assert_true(i < KINDS_MAX);
	if (i == n_kinds)
		kinds[n_kinds++].name = name;
	return &kinds[i];
}

static const char *
outcome_of(const struct one *x)
{
	static const char *const words[] = {"review", "unresolved", "withheld",
		"request-review", "refused"};

	return words[x->answer];
}

static bool
wanted(const struct one *x, const char *word)
{
	struct span left = x->want;

	while (left.n > 0)
		if (span_eq(span_cut(&left, '|'), span_text(word)))
			return true;
	return false;
}

static bool
is_right(struct one *x, struct totals *t)
{
	bool open = x->answer == LAW_REVIEW;
	bool right = open && x->who.n > 0 &&
		     span_eq(x->who, span_text(x->confirmed));
	bool good = span_eq(x->kind, SPAN("good")) ||
		    span_eq(x->kind, SPAN("good-hard"));
	bool ok = wanted(x, outcome_of(x));

	t->forbidden += open && !wanted(x, "review");
	t->person += open && wanted(x, "review") && !right;
	t->tells += x->answer == LAW_REFUSED && !ok && !good;
	if (wanted(x, "review") && !wanted(x, "unresolved")) {
		t->plain++;
		t->plain_right += right;
	}
	t->good += good;
	t->good_right += good && right;
	if (span_eq(x->want, SPAN("refused"))) {
		t->refused++;
		t->coded += x->answer == LAW_REFUSED && x->codes_ok;
		ok = ok && x->codes_ok;
	}
	return ok && (!open || right);
}

static void
show(const struct one *x)
{
	const struct law_rule *rules[LAW_RULES_MAX];
	const char *which = getenv("SYNTH_SHOW");
	bool met[LAW_RULES_MAX];
	size_t n;
	OWNED_BUF(text, 65536);

	if (which == NULL || !span_eq(x->kind, span_text(which)))
		return;
	for (size_t f = 0; f < RQ_N; f++)
		buf_printf(&text, "%s%.*s", f == 0 ? "" : "|",
			(int)x->request.field[f].n, x->request.field[f].at);
	buf_text(&text, "\n");
	(void)law_decide(law, &x->ev,
		x->answer == LAW_REFUSED ? EV_REQUEST : EV_RECORD, met);
	n = law_unmet(law, met, rules);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "  %s: %s\n", rules[i]->code,
			rules[i]->sentence);
	print_message("%.*s: %s, wanted %.*s\n%.*s\n", (int)x->kind.n,
		x->kind.at, outcome_of(x), (int)x->want.n, x->want.at,
		(int)text.n, text.at);
}

static void
print_table(const struct totals *t)
{
	print_message("%-24s %7s %10s %8s %7s %7s %6s\n", "kind", "review",
		"unresolved", "withheld", "ask", "refused", "wrong");
	for (size_t i = 0; i < n_kinds; i++) {
		const struct kind *k = &kinds[i];

		print_message("%-24.*s %7zu %10zu %8zu %7zu %7zu %6zu\n",
			(int)k->name.n, k->name.at, k->by_answer[LAW_REVIEW],
			k->by_answer[LAW_UNRESOLVED],
			k->by_answer[LAW_WITHHELD], k->by_answer[LAW_ASK],
			k->by_answer[LAW_REFUSED], k->wrong);
	}
	print_message("wrong person %zu, forbidden %zu, tells %zu, plain good "
		      "%zu of %zu, good %zu of %zu, right code %zu of %zu\n",
		t->person, t->forbidden, t->tells, t->plain_right, t->plain,
		t->good_right, t->good, t->coded, t->refused);
}

static struct synth_request_options
options_of_run(void)
{
	struct synth_request_options o = {.world = {.persons = 5000,
						  .seed = 7,
						  .first_year = 2020,
						  .last_year = 2024},
		.n = 1500,
		.requests_seed = 7,
		.agreement = "AG-IRS-ICE-2025",
		.sequence = 1,
		.certifier = "ICE-DIR",
		.malformed = true,
		.overload = 110};
	const char *other = getenv("SYNTH_WORLD");

	o.today = day_of(2026, 11, 1);
	if (other != NULL)
		assert_int_equal(
			sscanf(other, "%lu %lu %lu %lu", &o.world.seed,
				&o.world.persons, &o.n, &o.requests_seed),
			4);
	return o;
}

static void
outcomes_agree_with_the_truth(void **state)
{
	struct synth_request_options o = options_of_run();
	OWNED_BUF(lines, ALL);
	OWNED_BUF(truth, ALL);
	struct synth_sink a = {keep, &lines}, b = {keep, &truth};
	struct roll *roll;
	struct totals t = {0};
	struct arena arena;

	(void)state;
	assert_int_equal(crypto_init(), ERR_OK);
	roll = build(&o.world);
	assert_int_equal(synth_requests(&o, &a, &b, NULL), ERR_OK);
	assert_int_equal(arena_init(&arena, 2 * lines.n + (1 << 20)), ERR_OK);
	assert_int_equal(law_new_shipped(&law), ERR_OK);
	all = calloc(o.n, sizeof(*all));
	assert_non_null(all);
	read_all(buf_span(&lines), buf_span(&truth), &arena);
	judge_requests(o.today);
	for (size_t i = 0; i < n_all; i++) {
		struct kind *k = kind_of(all[i].kind);

		match_one(roll, &all[i]);
		k->n++;
		k->by_answer[all[i].answer]++;
		if (!is_right(&all[i], &t)) {
			k->wrong++;
			show(&all[i]);
		}
	}
	print_table(&t);
	free(all);
	arena_fini(&arena);
	law = law_free(law);
	roll = roll_free(roll);
	assert_int_equal(t.person, 0);
	assert_int_equal(t.forbidden, 0);
	assert_int_equal(t.tells, 0);
	assert_true(t.plain_right * 100 >= t.plain * 99);
	assert_true(t.coded * 100 >= t.refused * 97);
}

/* The same requests as CSV say the same as their JSON, field by field. */
static void
csv_says_the_same_as_json(void **state)
{
	struct synth_request_options o = options_of_run();
	struct request_reader *reader = NULL;
	OWNED_BUF(json, ALL);
	OWNED_BUF(csv, ALL);
	OWNED_BUF(truth, ALL);
	struct synth_sink to_json = {keep, &json}, to_csv = {keep, &csv};
	struct synth_sink to_truth = {keep, &truth};
	struct request_csv columns;
	struct span lines, records;
	struct arena arena;
	size_t n;

	(void)state;
	o.malformed = false;
	assert_int_equal(synth_requests(&o, &to_json, &to_truth, NULL), 0);
	o.csv = true;
	assert_int_equal(synth_requests(&o, &to_csv, &to_truth, NULL), 0);
	assert_int_equal(request_reader_new(&reader), ERR_OK);
	assert_int_equal(arena_init(&arena, 4 * REQUEST_ARENA_MAX), ERR_OK);
	lines = buf_span(&json);
	records = buf_span(&csv);
	n = request_csv_record(records, false);
	assert_int_equal(
		request_csv_header(span_of(records.at, n), &columns, NULL),
		ERR_OK);
	while (lines.n > 0) {
		struct request a, b;

		records = span_of(records.at + n, records.n - n);
		n = request_csv_record(records, false);
		arena_reset(&arena);
		assert_int_equal(request_decode_json(reader,
					 span_cut(&lines, '\n'), &arena, &a),
			ERR_OK);
		assert_int_equal(request_decode_csv(&columns,
					 span_of(records.at, n), &arena, &b),
			ERR_OK);
		for (size_t f = 0; f < RQ_N; f++)
			assert_true(span_eq(a.field[f], b.field[f]));
		assert_int_equal(a.unnamed, b.unnamed);
		assert_false(a.unreadable || a.malformed || b.unreadable ||
			     b.malformed);
	}
	assert_int_equal(records.n, n);
	arena_fini(&arena);
	reader = request_reader_free(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_says_the_same_as_json),
		cmocka_unit_test(outcomes_agree_with_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
