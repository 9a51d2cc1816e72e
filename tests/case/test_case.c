/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of case.h, and docs/STATES.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/day.h"
#include "case/case.h"

static const uint8_t ana[CASE_PRINT] = {1};
static const uint8_t ben[CASE_PRINT] = {2};
static const uint8_t submitter[CASE_PRINT] = {3};

enum { ANYBODY = 63 };

static struct case_act
by(const uint8_t *who)
{
	return (struct case_act){.who = ANYBODY,
		.by = who,
		.submitter = submitter,
		.first = ana};
}

/*
 * The moves, written a second time and by hand: this is what case.def means.
 * One line a state: "event>state event>state".
 */
static const char *const meant[][2] = {
	{"received", "refuse>refused accept>accepted ask>request-review"},
	{"refused", "supersede>superseded judge-anew>received"},
	{"accepted", "confirm>review leave-open>unresolved withhold>withheld "
		     "ask>request-review stop>stopped withdraw>withdrawn "
		     "lapse>lapsed answer-neutral>accepted"},
	{"request-review",
		"clear>accepted return>returned stop>stopped "
		"withdraw>withdrawn lapse>lapsed answer-neutral>request-review"},
	{"returned", "supersede>superseded judge-anew>received"},
	{"unresolved", "decide-anew>accepted stop>stopped withdraw>withdrawn "
		       "lapse>lapsed answer-neutral>unresolved"},
	{"withheld", "decide-anew>accepted stop>stopped withdraw>withdrawn "
		     "lapse>lapsed answer-neutral>withheld"},
	{"review", "approve>approved-once withhold>withheld "
		   "decide-anew>accepted stop>stopped withdraw>withdrawn "
		   "lapse>lapsed answer-neutral>review"},
	{"approved-once", "approve>approved withhold>withheld "
			  "decide-anew>accepted stop>stopped "
			  "withdraw>withdrawn lapse>lapsed "
			  "answer-neutral>approved-once"},
	{"approved", "seal>sealed withhold>withheld decide-anew>accepted "
		     "stop>stopped withdraw>withdrawn lapse>lapsed "
		     "answer-neutral>approved"},
	{"sealed", "deliver>delivered decide-anew>accepted withhold>withheld "
		   "stop>stopped withdraw>withdrawn"},
	{"delivered", "recall>recalled destroy>destroyed "
		      "hand-over-again>delivered"},
	{"stopped", "resume>accepted withhold>withheld withdraw>withdrawn "
		    "lapse>lapsed answer-neutral>stopped"},
	{"recalled", "destroy>destroyed hand-over-again>delivered"},
	{"destroyed", ""},
	{"withdrawn", ""},
	{"lapsed", ""},
	{"superseded", ""},
};

static enum case_state
meant_move(enum case_state from, enum case_event event)
{
	for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		struct span moves = span_text(meant[i][1]);

		if (strcmp(meant[i][0], case_state_text(from)) != 0)
			continue;
		while (moves.n > 0) {
			struct span to = span_cut(&moves, ' ');
			struct span name = span_cut(&to, '>');
			enum case_state state;

			if (!span_eq(name, span_text(case_event_text(event))))
				continue;
			assert_true(case_state_parse(to, &state));
			return state;
		}
	}
	return CASE_NO_STATE;
}

static bool
can_be(unsigned s, unsigned a)
{
	struct case_request request;

	return case_load((uint8_t)s, (uint8_t)a, &request) == ERR_OK;
}

/* What each pair must end in, the package included. */
static enum err
meant_err(struct case_request r, enum case_event v)
{
	bool answered = r.answered != CASE_ANSWERED_NONE;

	if (v == CASE_TO_WITHDRAW && answered)
		return ERR_TOO_LATE;
	if (meant_move(r.state, v) == CASE_NO_STATE)
		return ERR_BAD_MOVE;
	if (v == CASE_TO_ANSWER && answered)
		return ERR_TOO_LATE;
	if (v == CASE_TO_REJUDGE && answered)
		return ERR_TOO_LATE;
	if (v == CASE_TO_LAPSE && !answered)
		return ERR_TOO_EARLY;
	return ERR_OK;
}

static void
every_pair_of_state_and_event(void **state)
{
	unsigned n_moves = 0;

	(void)state;
	for (unsigned s = 1; s < CASE_N_STATES; s++) {
		for (unsigned v = 1; v < CASE_N_EVENTS; v++) {
			assert_int_equal(case_move(s, v), meant_move(s, v));
			for (unsigned a = 0; a < CASE_N_ANSWERED; a++) {
				struct case_request r;
				struct case_request was;
				struct case_act act = by(ben);
				enum err e;

				if (case_load(s, a, &r) != ERR_OK)
					continue;
				was = r;
				e = case_apply(&r, v, &act, NULL);
				assert_int_equal(e, meant_err(was, v));
				assert_int_equal(r.state,
					e == ERR_OK ? case_move(s, v) : s);
				assert_true(e == ERR_OK || r.answered == a);
				assert_true(can_be(r.state, r.answered));
				n_moves += e == ERR_OK;
			}
		}
	}
	assert_int_equal(n_moves, 98); /* counted by hand in `meant` */
}

/* By hand: with which package a request may be in which state (C1, C2). */
static void
packages_and_states_that_fit(void **state)
{
	(void)state;
	for (unsigned s = 0; s < CASE_N_STATES + 2; s++) {
		bool none = s > 0 && s < CASE_N_STATES && s != CASE_DELIVERED &&
			    s != CASE_RECALLED && s != CASE_DESTROYED &&
			    s != CASE_LAPSED;
		bool neutral = s > 0 && s < CASE_N_STATES &&
			       s != CASE_RECEIVED && s != CASE_REFUSED &&
			       s != CASE_WITHDRAWN && s != CASE_DELIVERED &&
			       s != CASE_RECALLED && s != CASE_DESTROYED;
		bool address = s == CASE_DELIVERED || s == CASE_RECALLED ||
			       s == CASE_DESTROYED;

		assert_int_equal(can_be(s, CASE_ANSWERED_NONE), none);
		assert_int_equal(can_be(s, CASE_ANSWERED_NEUTRAL), neutral);
		assert_int_equal(can_be(s, CASE_ANSWERED_ADDRESS), address);
		assert_false(can_be(s, CASE_N_ANSWERED));
	}
}

static void
only_the_role_named_may(void **state)
{
	(void)state;
	for (unsigned s = 1; s < CASE_N_STATES; s++) {
		for (unsigned v = 1; v < CASE_N_EVENTS; v++) {
			for (unsigned w = 1; w <= CASE_BY_REQUESTER; w *= 2) {
				struct case_request r = {.state = s};
				struct case_act act = by(ben);

				if (!can_be(s, CASE_ANSWERED_NONE) ||
					(case_event_who(v) & w) != 0)
					continue;
				act.who = w;
				assert_int_equal(case_apply(&r, v, &act, NULL),
					ERR_NOT_ALLOWED);
				assert_int_equal(r.state, s);
			}
		}
	}
	/* by hand: the events that let something out */
	assert_int_equal(case_event_who(CASE_TO_APPROVE), CASE_BY_REVIEWER);
	assert_int_equal(case_event_who(CASE_TO_SEAL), CASE_BY_VAULT);
	assert_int_equal(case_event_who(CASE_TO_DELIVER), CASE_BY_KEEPER);
	assert_int_equal(case_event_who(CASE_TO_WITHDRAW), CASE_BY_REQUESTER);
}

/* I6 */
static void
two_people_approve_and_neither_submitted(void **state)
{
	struct case_request r = {.state = CASE_REVIEW};
	struct case_act act = by(submitter);
	struct why why;

	(void)state;
	act.who = CASE_BY_REVIEWER;
	assert_int_equal(
		case_apply(&r, CASE_TO_APPROVE, &act, &why), ERR_NOT_ALLOWED);
	assert_string_equal(
		why.text, "who submitted the batch cannot approve in it");
	act.by = ana;
	act.first = NULL;
	assert_int_equal(case_apply(&r, CASE_TO_APPROVE, &act, NULL), ERR_OK);
	assert_int_equal(r.state, CASE_APPROVED_ONCE);
	act.first = ana;
	assert_int_equal(
		case_apply(&r, CASE_TO_APPROVE, &act, &why), ERR_NOT_ALLOWED);
	assert_string_equal(
		why.text, "the second signature must be another person's");
	act.by = submitter;
	assert_int_equal(
		case_apply(&r, CASE_TO_APPROVE, &act, NULL), ERR_NOT_ALLOWED);
	act.by = ben;
	assert_int_equal(case_apply(&r, CASE_TO_APPROVE, &act, NULL), ERR_OK);
	assert_int_equal(r.state, CASE_APPROVED);
}

/* An unresolved request that was answered neutrally stays unresolved, and is
 * delivered later when it is resolved; it is then counted as delivered. */
static void
an_answer_leaves_the_state(void **state)
{
	static const enum case_event later[] = {CASE_TO_ANEW, CASE_TO_CONFIRM,
		CASE_TO_APPROVE, CASE_TO_APPROVE, CASE_TO_SEAL,
		CASE_TO_DELIVER};
	struct case_request r = {.state = CASE_UNRESOLVED};
	struct case_act act = by(ben);

	(void)state;
	assert_int_equal(case_apply(&r, CASE_TO_ANSWER, &act, NULL), ERR_OK);
	assert_int_equal(r.state, CASE_UNRESOLVED);
	assert_int_equal(r.answered, CASE_ANSWERED_NEUTRAL);
	assert_int_equal(
		case_apply(&r, CASE_TO_ANSWER, &act, NULL), ERR_TOO_LATE);
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		assert_int_equal(case_apply(&r, later[i], &act, NULL), ERR_OK);
	assert_int_equal(r.state, CASE_DELIVERED);
	assert_int_equal(r.answered, CASE_ANSWERED_ADDRESS);
}

/* What the requester may do and see does not depend on the state (C5): among
 * accepted requests with the same package day, withdrawing is one answer. */
static void
what_a_requester_sees_is_the_same(void **state)
{
	(void)state;
	for (unsigned s = CASE_ACCEPTED; s < CASE_N_STATES; s++) {
		for (unsigned a = 0; a < CASE_N_ANSWERED; a++) {
			struct case_request r;
			struct case_act act = by(ben);
			enum err want =
				a == CASE_ANSWERED_NONE ? ERR_OK : ERR_TOO_LATE;

			if (strcmp(case_state_seen(s), "accepted") != 0 ||
				case_load(s, a, &r) != ERR_OK)
				continue;
			assert_int_equal(
				case_apply(&r, CASE_TO_WITHDRAW, &act, NULL),
				want);
		}
	}
	assert_string_equal(case_state_seen(CASE_DELIVERED), "accepted");
	assert_string_equal(case_state_seen(CASE_UNRESOLVED), "accepted");
	assert_string_equal(case_state_seen(CASE_WITHHELD), "accepted");
	assert_string_equal(case_state_seen(CASE_STOPPED), "accepted");
	assert_string_equal(case_state_seen(CASE_LAPSED), "accepted");
	assert_string_equal(case_state_seen(CASE_RECALLED), "accepted");
}

/* I2: from everywhere before delivery a stop or a new decision leads away from
 * the package, and back only through two new approvals. */
static void
nothing_leads_to_delivery_without_two_approvals(void **state)
{
	bool reached[CASE_N_STATES] = {false};
	bool more = true;

	(void)state;
	reached[CASE_RECEIVED] = true;
	while (more) {
		more = false;
		for (unsigned s = 1; s < CASE_N_STATES; s++) {
			for (unsigned v = 1; v < CASE_N_EVENTS; v++) {
				unsigned to = case_move(s, v);

				/* all moves but the second approval */
				if (!reached[s] || to == 0 || reached[to] ||
					(s == CASE_APPROVED_ONCE &&
						v == CASE_TO_APPROVE))
					continue;
				reached[to] = true;
				more = true;
			}
		}
	}
	assert_false(reached[CASE_APPROVED]);
	assert_false(reached[CASE_SEALED]);
	assert_false(reached[CASE_DELIVERED]);
	for (unsigned s = CASE_ACCEPTED; s <= CASE_SEALED; s++)
		assert_true(s == CASE_RETURNED ||
			    case_move(s, CASE_TO_STOP) == CASE_STOPPED);
	assert_int_equal(
		case_move(CASE_STOPPED, CASE_TO_RESUME), CASE_ACCEPTED);
}

static void
the_law_s_answer_moves_the_request(void **state)
{
	(void)state;
	assert_int_equal(
		case_event_of(LAW_REFUSED, EV_REQUEST), CASE_TO_REFUSE);
	assert_int_equal(case_event_of(LAW_ASK, EV_REQUEST), CASE_TO_ASK);
	assert_int_equal(case_event_of(LAW_REVIEW, EV_REQUEST), CASE_TO_ACCEPT);
	assert_int_equal(case_event_of(LAW_REFUSED, EV_RECORD), CASE_TO_STOP);
	assert_int_equal(case_event_of(LAW_ASK, EV_RECORD), CASE_TO_ASK);
	assert_int_equal(case_event_of(LAW_REVIEW, EV_RECORD), CASE_TO_CONFIRM);
	assert_int_equal(
		case_event_of(LAW_WITHHELD, EV_RECORD), CASE_TO_WITHHOLD);
	assert_int_equal(
		case_event_of(LAW_UNRESOLVED, EV_RECORD), CASE_TO_UNRESOLVE);
}

static void
words_go_both_ways(void **state)
{
	enum case_state s;
	enum case_event v;
	enum case_answered a;

	(void)state;
	for (unsigned i = 1; i < CASE_N_STATES; i++) {
		assert_true(
			case_state_parse(span_text(case_state_text(i)), &s));
		assert_int_equal(s, i);
	}
	for (unsigned i = 1; i < CASE_N_EVENTS; i++) {
		assert_true(
			case_event_parse(span_text(case_event_text(i)), &v));
		assert_int_equal(v, i);
	}
	for (unsigned i = 0; i < CASE_N_ANSWERED; i++) {
		assert_true(case_answered_parse(
			span_text(case_answered_text(i)), &a));
		assert_int_equal(a, i);
	}
	assert_false(case_state_parse(SPAN("Refused"), &s));
	assert_false(case_event_parse(SPAN(""), &v));
	assert_false(case_answered_parse(SPAN("maybe"), &a));
}

static struct case_step
step(enum case_event event, unsigned who, const uint8_t *print, int64_t at)
{
	struct case_step s = {.event = event, .who = who, .at = at, .entry = 9};

	memcpy(s.by, print, CASE_PRINT);
	return s;
}

static void
a_history_is_walked_again(void **state)
{
	static const uint8_t us[CASE_PRINT];
	struct case_step steps[] = {
		step(CASE_TO_ACCEPT, CASE_BY_JUDGE, us, 1),
		step(CASE_TO_CONFIRM, CASE_BY_VAULT, us, 1),
		step(CASE_TO_APPROVE, CASE_BY_REVIEWER, ana, 2),
		step(CASE_TO_ANEW, CASE_BY_VAULT, us, 3),
		step(CASE_TO_CONFIRM, CASE_BY_VAULT, us, 3),
		step(CASE_TO_APPROVE, CASE_BY_REVIEWER, ben, 4),
		step(CASE_TO_APPROVE, CASE_BY_REVIEWER, ana, 5),
		step(CASE_TO_SEAL, CASE_BY_VAULT, us, 6),
		step(CASE_TO_DELIVER, CASE_BY_KEEPER, us, 7),
	};
	size_t n = sizeof(steps) / sizeof(steps[0]);
	struct case_request r;
	struct why why = {""};

	(void)state;
	assert_int_equal(case_replay(steps, n, submitter, &r, &why), ERR_OK);
	assert_int_equal(r.state, CASE_DELIVERED);
	memcpy(steps[6].by, ben, CASE_PRINT);
	assert_int_equal(
		case_replay(steps, n, submitter, &r, &why), ERR_DAMAGED);
	assert_string_equal(why.text,
		"step 7: the second signature must be another person's");
	memcpy(steps[6].by, submitter, CASE_PRINT);
	assert_int_equal(
		case_replay(steps, n, submitter, &r, NULL), ERR_DAMAGED);
	memcpy(steps[6].by, ana, CASE_PRINT);
	steps[8].at = 5;
	assert_int_equal(
		case_replay(steps, n, submitter, &r, NULL), ERR_DAMAGED);
	steps[8].at = 7;
	assert_int_equal(case_replay(steps + 1, n - 1, submitter, &r, NULL),
		ERR_DAMAGED);
}

static void
steps_go_both_ways_as_bytes(void **state)
{
	struct case_step s =
		step(CASE_TO_WITHDRAW, CASE_BY_REQUESTER, ana, 1793491200);
	struct case_step back;
	OWNED_BUF(a, 64);

	(void)state;
	case_step_encode(&s, &a);
	assert_int_equal(a.n, CASE_STEP_BYTES);
	assert_int_equal(case_step_decode(buf_span(&a), &back), ERR_OK);
	assert_int_equal(back.event, s.event);
	assert_int_equal(back.who, s.who);
	assert_int_equal(back.at, s.at);
	assert_int_equal(back.entry, 9);
	assert_memory_equal(back.by, ana, CASE_PRINT);
	for (size_t n = 0; n < a.n; n++)
		assert_int_equal(case_step_decode(span_of(a.at, n), &back),
			ERR_MALFORMED);
	a.at[1] = CASE_N_EVENTS;
	assert_int_equal(case_step_decode(buf_span(&a), &back), ERR_MALFORMED);
}

/*
 * I10: 200,000 random events over 500 requests; after every one that moved
 * something the totals, counted anew, tie, and agree with a second count kept
 * by hand along the way.
 */
static void
totals_tie_at_every_moment(void **state)
{
	enum { N = 500 };
	struct case_request r[N];
	uint64_t delivered = 0;
	uint64_t neutral_went = 0;
	uint32_t seed = 20261101;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct case_act act = by(ben);

		r[i] = case_received();
		assert_int_equal(
			case_apply(&r[i],
				i % 5 == 0 ? CASE_TO_REFUSE : CASE_TO_ACCEPT,
				&act, NULL),
			ERR_OK);
	}
	for (unsigned k = 0; k < 200000; k++) {
		struct case_act act = by(ben);
		size_t i = (seed = seed * 1664525u + 1013904223u) >> 8;
		unsigned v = (seed = seed * 1664525u + 1013904223u) >> 8;
		enum err e;

		v = v % (CASE_N_EVENTS - 1u) + 1u;
		i %= N;
		/* the ends are rare, else everything ends before it is told */
		if ((v == CASE_TO_WITHDRAW || v == CASE_TO_LAPSE ||
			    v == CASE_TO_RETURN || v == CASE_TO_STOP) &&
			k % 64 != 0)
			continue;
		e = case_apply(&r[i], v, &act, NULL);
		if (e != ERR_OK)
			continue;
		/* judged anew is judged at once */
		if (r[i].state == CASE_RECEIVED)
			assert_int_equal(
				case_apply(&r[i], CASE_TO_REFUSE, &act, NULL),
				ERR_OK);
		delivered += v == CASE_TO_DELIVER;
		neutral_went += v == CASE_TO_ANSWER;
		if (k % 100 == 0) {
			struct case_totals t = {0};
			struct case_sums s;

			for (size_t j = 0; j < N; j++)
				case_totals_add(&t, &r[j], 1);
			s = case_totals_sums(&t);
			assert_true(case_totals_tie(&t));
			assert_int_equal(s.received, N);
			assert_int_equal(s.delivered, delivered);
			assert_true(s.neutral <= neutral_went);
			assert_true(s.refused >= N / 5);
		}
	}
	assert_true(delivered > 0);
}

/* Totals that do not tie are told, whichever count is wrong. */
static void
totals_that_do_not_tie_are_told(void **state)
{
	struct case_totals t = {0};
	struct case_request r = {
		.state = CASE_DELIVERED, .answered = CASE_ANSWERED_ADDRESS};

	(void)state;
	case_totals_add(&t, &r, 47289);
	assert_true(case_totals_tie(&t));
	assert_int_equal(case_totals_sums(&t).with_recipient, 47289);
	t.total += 200;
	assert_false(case_totals_tie(&t));
	t.total -= 200;
	t.n[CASE_UNRESOLVED][CASE_ANSWERED_ADDRESS] += 1;
	t.total += 1;
	assert_false(case_totals_tie(&t));
	t.n[CASE_UNRESOLVED][CASE_ANSWERED_ADDRESS] = 0;
	t.n[CASE_RECEIVED][CASE_ANSWERED_NONE] = 1;
	assert_false(case_totals_tie(&t));
	t.n[CASE_RECEIVED][CASE_ANSWERED_NONE] = 0;
	t.n[CASE_LAPSED][CASE_ANSWERED_NONE] = 1; /* lapsed, never answered */
	assert_false(case_totals_tie(&t));
	t.n[CASE_LAPSED][CASE_ANSWERED_NONE] = 0;
	t.n[CASE_LAPSED][CASE_ANSWERED_NEUTRAL] = 1;
	assert_true(case_totals_tie(&t));
}

/* The committed page is what the program prints. */
static void
the_page_is_drawn_from_the_table(void **state)
{
	static uint8_t page[1 << 16];
	OWNED_BUF(want, 1 << 16);
	FILE *f = fopen(WEIR_SOURCE "/docs/STATES.md", "rb");
	size_t n;

	(void)state;
	case_print(&want);
	assert_int_equal(buf_error(&want), ERR_OK);
	if (f == NULL)
		fail_msg("docs/STATES.md is missing; it should be:\n%.*s",
			(int)want.n, (const char *)want.at);
	n = fread(page, 1, sizeof(page), f);
	(void)fclose(f);
	if (!span_eq(buf_span(&want), span_of(page, n)))
		fail_msg("docs/STATES.md should be:\n%.*s", (int)want.n,
			(const char *)want.at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_state_and_event),
		cmocka_unit_test(packages_and_states_that_fit),
		cmocka_unit_test(only_the_role_named_may),
		cmocka_unit_test(two_people_approve_and_neither_submitted),
		cmocka_unit_test(an_answer_leaves_the_state),
		cmocka_unit_test(what_a_requester_sees_is_the_same),
		cmocka_unit_test(
			nothing_leads_to_delivery_without_two_approvals),
		cmocka_unit_test(the_law_s_answer_moves_the_request),
		cmocka_unit_test(words_go_both_ways),
		cmocka_unit_test(a_history_is_walked_again),
		cmocka_unit_test(steps_go_both_ways_as_bytes),
		cmocka_unit_test(totals_tie_at_every_moment),
		cmocka_unit_test(totals_that_do_not_tie_are_told),
		cmocka_unit_test(the_page_is_drawn_from_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
