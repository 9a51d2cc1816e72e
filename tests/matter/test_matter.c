/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of matter.h, and docs/MATTERS.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "matter/matter.h"

enum { NOW = 1793491200 };

/* Every field of a kind, filled. */
static struct matter_words
words_of(enum matter_kind kind)
{
	struct matter_words w = {0};

	for (size_t i = 0; i < matter_n_fields(kind); i++)
		w.field[i] = span_text("something");
	return w;
}

static struct matter
opened(enum matter_kind kind)
{
	struct matter m = {.n = 7, .batch = 3, .line = 9};
	struct matter_words w = words_of(kind);
	struct why why;

	assert_int_equal(
		matter_open(&m, kind, matter_kind_who(kind), &w, NOW, &why),
		ERR_OK);
	return m;
}

static void
every_kind_opens_for_who_may_and_for_nobody_else(void **state)
{
	(void)state;
	for (unsigned k = 1; k < MATTER_N_KINDS; k++) {
		struct matter_words w = words_of((enum matter_kind)k);

		for (unsigned bit = 1; bit <= MATTER_BY_OTHER; bit <<= 1) {
			struct matter m = {.n = 1};
			struct why why;
			bool may = (matter_kind_who((enum matter_kind)k) &
					   bit) != 0;

			assert_int_equal(matter_open(&m, (enum matter_kind)k,
						 bit, &w, NOW, &why),
				may ? ERR_OK : ERR_NOT_ALLOWED);
			assert_int_equal(
				m.state, may ? MATTER_OPEN : MATTER_NO_STATE);
		}
	}
}

/* M1 and M2 over every kind, state, decision and role. */
static void
a_decision_moves_only_its_kind_from_its_state_by_its_role(void **state)
{
	unsigned moved = 0;

	(void)state;
	for (unsigned k = 1; k < MATTER_N_KINDS; k++)
		for (unsigned d = 1; d < MATTER_N_DECISIONS; d++)
			for (unsigned bit = 1; bit <= MATTER_BY_OTHER;
				bit <<= 1) {
				struct matter m = opened((enum matter_kind)k);
				struct matter before = m;
				struct why why;
				enum err e = matter_decide(&m,
					(enum matter_decision)d, bit,
					span_text("ag.1-term: so"), NOW + 1,
					&why);

				if (e == ERR_OK) {
					moved++;
					assert_int_not_equal(
						m.state, MATTER_OPEN);
					assert_int_equal(
						matter_check(&m), ERR_OK);
				} else {
					assert_memory_equal(
						&m, &before, sizeof(m));
				}
			}
	/* counted by hand in matter.def: each decision from OPEN, by role */
	assert_int_equal(moved, 2 + 1 + 2 + 4 + 2 + 2 + 2 + 3 + 2);
}

static void
an_incident_is_reported_and_then_closed(void **state)
{
	struct matter m = opened(MATTER_OF_INCIDENT);
	struct why why;

	(void)state;
	assert_int_equal(matter_decide(&m, MATTER_INCIDENT_CLOSE,
				 MATTER_BY_COUNSEL, span_text("x"), NOW, &why),
		ERR_BAD_MOVE);
	assert_int_equal(
		matter_decide(&m, MATTER_INCIDENT_REPORT, MATTER_BY_SAFEGUARDS,
			span_of(NULL, 0), NOW + 10, &why),
		ERR_OK);
	assert_int_equal(m.state, MATTER_REPORTED);
	assert_true(matter_is_open(&m));
	assert_int_equal(matter_decide(&m, MATTER_INCIDENT_CLOSE,
				 MATTER_BY_COUNSEL, span_text("x"), NOW, &why),
		ERR_TOO_EARLY);
	assert_int_equal(
		matter_decide(&m, MATTER_INCIDENT_CLOSE, MATTER_BY_COUNSEL,
			span_text("mended"), NOW + 10, &why),
		ERR_OK);
	assert_false(matter_is_open(&m));
	for (unsigned d = 1; d < MATTER_N_DECISIONS; d++)
		assert_int_equal(matter_decide(&m, (enum matter_decision)d, ~0U,
					 span_text("again"), NOW + 20, &why),
			ERR_BAD_MOVE);
}

/* M2: an incident's report is due in 24 hours (R30); late, it is overdue and
 * stays open. */
static void
a_clock_that_ran_out_closes_nothing(void **state)
{
	struct matter m = opened(MATTER_OF_INCIDENT);

	(void)state;
	assert_int_equal(m.due_at, NOW + 24 * 3600);
	assert_false(matter_overdue(&m, NOW + 24 * 3600));
	assert_true(matter_overdue(&m, NOW + 24 * 3600 + 1));
	assert_true(matter_is_open(&m));
	m = opened(MATTER_OF_SAMPLE);
	assert_false(matter_overdue(&m, INT64_MAX));
}

/* M3, M4 */
static void
words_and_grounds_are_asked_for(void **state)
{
	struct matter m = {.n = 1};
	struct matter_words w = words_of(MATTER_OF_INCIDENT);
	struct why why;
	char long_text[2002];

	(void)state;
	for (size_t i = 0; i < matter_n_fields(MATTER_OF_INCIDENT); i++) {
		struct matter_words bad = w;

		bad.field[i] = span_of(NULL, 0);
		assert_int_equal(matter_open(&m, MATTER_OF_INCIDENT, ~0U, &bad,
					 NOW, &why),
			ERR_MALFORMED);
		assert_non_null(strstr(
			why.text, matter_field_name(MATTER_OF_INCIDENT, i)));
		bad.field[i] = span_text("two\nlines");
		assert_int_equal(matter_open(&m, MATTER_OF_INCIDENT, ~0U, &bad,
					 NOW, &why),
			ERR_MALFORMED);
	}
	memset(long_text, 'x', sizeof(long_text));
	m = opened(MATTER_OF_CAP);
	assert_int_equal(
		matter_decide(&m, MATTER_CAP_CLEAR, MATTER_BY_COUNSEL,
			span_of(long_text, sizeof(long_text)), NOW, &why),
		ERR_MALFORMED);
	assert_int_equal(matter_decide(&m, MATTER_CAP_CLEAR, MATTER_BY_COUNSEL,
				 span_text("  "), NOW, &why),
		ERR_MALFORMED);
	assert_int_equal(m.state, MATTER_OPEN);
}

static void
what_is_entered_is_read_back(void **state)
{
	(void)state;
	for (unsigned k = 1; k < MATTER_N_KINDS; k++) {
		struct matter m = opened((enum matter_kind)k);
		struct matter_words w = words_of((enum matter_kind)k);
		struct matter got = {0};
		struct matter_words got_words;
		OWNED_BUF(bytes, MATTER_BYTES_MAX);

		matter_open_encode(&m, &w, &bytes);
		assert_int_equal(
			matter_open_decode(buf_span(&bytes), &got, &got_words),
			ERR_OK);
		assert_memory_equal(&got, &m, sizeof(m));
		for (size_t n = 0; n < bytes.n; n++)
			assert_int_equal(
				matter_open_decode(
					span_of(bytes.at, n), &got, &got_words),
				ERR_MALFORMED);
	}
	for (unsigned d = 1; d < MATTER_N_DECISIONS; d++) {
		OWNED_BUF(bytes, MATTER_BYTES_MAX);
		enum matter_decision decision;
		struct span ground;
		uint64_t n;

		matter_decide_encode(
			12, (enum matter_decision)d, span_text("why"), &bytes);
		assert_int_equal(matter_decide_decode(buf_span(&bytes), &n,
					 &decision, &ground),
			ERR_OK);
		assert_int_equal(n, 12);
		assert_int_equal(decision, d);
		assert_true(span_eq(ground, span_text("why")));
	}
}

static struct matter_note
note_of(enum matter_noted noted)
{
	static const char hash[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	struct matter_note note = {
		.n = 7, .noted = (uint8_t)noted, .batch = 3, .line = 9};

	note.text = span_text(noted == MATTER_NOTED_LISTED  ? hash
			      : noted == MATTER_NOTED_UNTIL ? "2027-01-31"
			      : noted == MATTER_NOTED_REPORTED
				      ? "2027-01-31T12:00:00Z"
				      : "words");
	if (noted == MATTER_NOTED_LOOKED)
		note.what = MATTER_LOOK_WRONG;
	return note;
}

static enum err
read_again(const struct matter_note *note, struct matter_note *ret_note)
{
	static struct buf bytes;

	buf_fini(&bytes);
	buf_init(&bytes, MATTER_BYTES_MAX);
	matter_note_encode(note, &bytes);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(
			matter_note_decode(span_of(bytes.at, n), ret_note),
			ERR_MALFORMED);
	return matter_note_decode(buf_span(&bytes), ret_note);
}

static void
a_note_says_only_what_its_kind_can(void **state)
{
	struct matter_note got;

	(void)state;
	for (unsigned k = 1; k < MATTER_N_NOTES; k++) {
		struct matter_note note = note_of((enum matter_noted)k);

		assert_int_equal(read_again(&note, &got), ERR_OK);
		assert_int_equal(got.n, note.n);
		assert_int_equal(got.noted, k);
		assert_int_equal(got.what, note.what);
		assert_int_equal(got.batch, note.batch);
		assert_int_equal(got.line, note.line);
		assert_true(span_eq(got.text, note.text));
		note.n = 0;
		assert_int_equal(read_again(&note, &got), ERR_MALFORMED);
		note.n = 7;
		note.text = span_text("two\nlines");
		assert_int_equal(read_again(&note, &got), ERR_MALFORMED);
	}
	struct matter_note looked = note_of(MATTER_NOTED_LOOKED);
	looked.what = MATTER_CAP_CLEAR;
	assert_int_equal(read_again(&looked, &got), ERR_MALFORMED);
	struct matter_note amended = note_of(MATTER_NOTED_AMENDED);
	amended.what = (uint8_t)matter_n_fields(MATTER_OF_INCIDENT);
	assert_int_equal(read_again(&amended, &got), ERR_MALFORMED);
	struct matter_note until = note_of(MATTER_NOTED_UNTIL);
	until.text = span_text("2027-02-30");
	assert_int_equal(read_again(&until, &got), ERR_MALFORMED);
	struct matter_note again = note_of(MATTER_NOTED_AGAIN);
	again.line = again.n;
	assert_int_equal(read_again(&again, &got), ERR_MALFORMED);
}

static void
a_second_look_is_as_large_as_it_says(void **state)
{
	(void)state;
	assert_int_equal(matter_look_size(0), 0);
	assert_int_equal(matter_look_size(1), 1);
	assert_int_equal(matter_look_size(10), 10);
	assert_int_equal(matter_look_size(100), 10);
	assert_int_equal(matter_look_size(101), 11);
	assert_int_equal(matter_look_size(2990), 299);
	assert_int_equal(matter_look_size(UINT64_MAX), 299);
}

static void
rows_that_nobody_made_are_refused(void **state)
{
	struct matter m = opened(MATTER_OF_LOOK);

	(void)state;
	m.state = MATTER_CLOSED; /* without a decision */
	assert_int_equal(matter_check(&m), ERR_DAMAGED);
	m.decision = MATTER_CAP_CLEAR; /* another kind's */
	assert_int_equal(matter_check(&m), ERR_DAMAGED);
	m.decision = MATTER_LOOK_SOUND;
	assert_int_equal(matter_check(&m), ERR_OK);
	m.kind = MATTER_N_KINDS;
	assert_int_equal(matter_check(&m), ERR_DAMAGED);
}

static void
the_page_is_what_the_table_says(void **state)
{
	OWNED_BUF(want, 1 << 16);
	OWNED_BUF(got, 1 << 16);
	FILE *f = fopen(WEIR_SOURCE "/docs/MATTERS.md", "rb");
	int c;

	(void)state;
	matter_print(&want);
	while (f != NULL && (c = fgetc(f)) != EOF)
		buf_u8(&got, (uint8_t)c);
	if (f != NULL)
		(void)fclose(f);
	if (!span_eq(buf_span(&want), buf_span(&got)))
		fail_msg("docs/MATTERS.md should be:\n%.*s", (int)want.n,
			(const char *)want.at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_kind_opens_for_who_may_and_for_nobody_else),
		cmocka_unit_test(
			a_decision_moves_only_its_kind_from_its_state_by_its_role),
		cmocka_unit_test(an_incident_is_reported_and_then_closed),
		cmocka_unit_test(a_clock_that_ran_out_closes_nothing),
		cmocka_unit_test(words_and_grounds_are_asked_for),
		cmocka_unit_test(what_is_entered_is_read_back),
		cmocka_unit_test(a_note_says_only_what_its_kind_can),
		cmocka_unit_test(a_second_look_is_as_large_as_it_says),
		cmocka_unit_test(rows_that_nobody_made_are_refused),
		cmocka_unit_test(the_page_is_what_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
