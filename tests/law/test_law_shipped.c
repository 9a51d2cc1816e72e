/* SPDX-License-Identifier: Apache-2.0 */
/* The law files that come with the program, and what they decide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "law/law_world.h"

/* A request on which nothing is to say, and a person found. */
static struct evidence
sound(void)
{
	struct evidence ev = {0};

	for (unsigned i = 0; i < EV_N; i++)
		if (evidence_type((enum evidence_id)i) == EV_FLAG)
			evidence_set_flag(&ev, (enum evidence_id)i, true);
	evidence_set_word(&ev, EV_FORM, "readable");
	evidence_set_word(&ev, EV_NAME, "full");
	evidence_set_word(&ev, EV_ADDRESS, "deliverable");
	evidence_set_number(&ev, EV_PERIODS, 2);
	evidence_set_word(&ev, EV_AUTHORITY, "8-usc-1253-a-1-A");
	evidence_set_word(&ev, EV_REASON, "specific");
	evidence_set_word(&ev, EV_OFFICER, "engaged");
	evidence_set_word(&ev, EV_CASE, "open");
	evidence_set_word(&ev, EV_PURPOSE, "criminal-proceeding");
	evidence_set_word(&ev, EV_UNIT, "other");
	evidence_set_number(&ev, EV_ORDER_AGE, 400);
	evidence_set_word(&ev, EV_GROUND, "deportability");
	evidence_set_word(&ev, EV_STAY, "none");
	evidence_set_word(&ev, EV_TIN, "given");
	evidence_set_word(&ev, EV_BIRTH, "none");
	evidence_set_number(&ev, EV_OFFICER_LOAD, 3);
	evidence_set_number(&ev, EV_VOLUME, 5000);
	evidence_set_word(&ev, EV_PERSON, "confirmed");
	evidence_set_word(&ev, EV_YEARS, "all");
	return ev;
}

/* "CODE CODE" of what is not met, strongest first. */
static enum law_answer
codes_of(const struct law *law, const struct evidence *ev,
	enum evidence_half half, char *text, size_t size)
{
	const struct law_rule *unmet[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX];
	enum law_answer answer = law_decide(law, ev, half, met);
	size_t n = law_unmet(law, met, unmet);
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += snprintf(text + at, size - at, "%s%s", i ? " " : "",
			unmet[i]->code);
	assert_true(at < size);
	return answer;
}

static void
expect(const struct law *law, const struct evidence *ev,
	enum evidence_half half, enum law_answer answer, const char *codes)
{
	char text[2000];

	assert_int_equal(codes_of(law, ev, half, text, sizeof(text)), answer);
	assert_string_equal(text, codes);
}

static void
a_sound_request_is_accepted_and_reviewed(void **state)
{
	OWNED(law) law = shipped();
	struct evidence ev = sound();

	(void)state;
	expect(law, &ev, EV_REQUEST, LAW_REVIEW, "");
	expect(law, &ev, EV_RECORD, LAW_REVIEW, "");
}

/* What the roll tells is no part of the answer at once (R17). */
static void
the_first_answer_does_not_see_the_record(void **state)
{
	OWNED(law) law = shipped();
	struct evidence ev = sound();
	bool met[LAW_RULES_MAX];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct evidence other = ev;
		bool met_too[LAW_RULES_MAX];

		for (unsigned i = 0; i < EV_N; i++) {
			enum evidence_id id = (enum evidence_id)i;

			if (evidence_half(id) == EV_RECORD)
				other.value[i] = draw_value(id);
			else if (draw(6) == 0)
				ev.value[i] = other.value[i] = draw_value(id);
		}
		assert_int_equal(law_decide(law, &ev, EV_REQUEST, met),
			law_decide(law, &other, EV_REQUEST, met_too));
		assert_memory_equal(
			met, met_too, law_n_rules(law) * sizeof(met[0]));
	}
}

static void
each_code_is_reported_alone(void **state)
{
	static const struct {
		const char *codes;
		enum evidence_id id;
		const char *word; /* NULL: the number; of a flag, false */
		uint64_t number;
		enum law_answer answer;
	} cases[] = {
		{"RQ-FORM", EV_FORM, "unreadable", 0, LAW_REFUSED},
		{"RQ-FORM", EV_FORM, "malformed", 0, LAW_REFUSED},
		{"RQ-FIELD", EV_MEMBERS, NULL, 0, LAW_REFUSED},
		{"I2-B1-NAME", EV_NAME, "partial", 0, LAW_REFUSED},
		{"I2-B1-NAME", EV_NAME, "none", 0, LAW_REFUSED},
		{"I2-B1-ADDRESS", EV_ADDRESS, "none", 0, LAW_REFUSED},
		{"I2-B1-ADDRESS", EV_ADDRESS, "zip-like", 0, LAW_REFUSED},
		{"I2-B1-ADDRESS", EV_ADDRESS, "locality", 0, LAW_REFUSED},
		{"I2-B2-PERIOD", EV_PERIODS, NULL, 0, LAW_REFUSED},
		{"I2-B2-PERIOD", EV_PERIODS, NULL, 11, LAW_REFUSED},
		{"", EV_PERIODS, NULL, 10, LAW_REVIEW},
		{"", EV_PERIODS, NULL, 1, LAW_REVIEW},
		{"I2-B2-PERIOD", EV_PERIODS_OVER, NULL, 0, LAW_REFUSED},
		{"I2-B3-AUTHORITY", EV_AUTHORITY, "none", 0, LAW_REFUSED},
		{"I2-B3-AUTHORITY", EV_AUTHORITY, "unknown", 0, LAW_REFUSED},
		{"I2-B3-AUTHORITY", EV_AUTHORITY, "civil", 0, LAW_REFUSED},
		{"I2-B3-AUTHORITY", EV_AUTHORITY, "8-usc-1253-a-1-other", 0,
			LAW_REFUSED},
		{"I2-B3-AUTHORITY", EV_AUTHORITY, "8-usc-1325", 0, LAW_REFUSED},
		{"I2-B3-AUTHORITY", EV_AUTHORITY, "8-usc-1326", 0, LAW_REFUSED},
		{"I2-B4-REASON", EV_REASON, "none", 0, LAW_REFUSED},
		{"I2-B4-REASON", EV_REASON, "general", 0, LAW_REFUSED},
		{"I2-B4-REASON", EV_REASON, "contradicted", 0, LAW_REFUSED},
		{"I2-B4-REASON", EV_REASON, "borderline", 0, LAW_ASK},
		{"I2-B4-REASON", EV_REASON_OWN, NULL, 0, LAW_REFUSED},
		{"I2-A-SIGNER", EV_SIGNER, NULL, 0, LAW_REFUSED},
		{"I2-A-OFFICER", EV_OFFICER, "none", 0, LAW_REFUSED},
		{"I2-A-OFFICER", EV_OFFICER, "unregistered", 0, LAW_REFUSED},
		{"I2-A-OFFICER", EV_OFFICER, "supervisor", 0, LAW_ASK},
		{"I2-A-CASE", EV_CASE, "none", 0, LAW_REFUSED},
		{"I2-A-CASE", EV_CASE, "closed", 0, LAW_REFUSED},
		{"I2-A-CASE", EV_CASE, "undated", 0, LAW_REFUSED},
		{"I2-A-CASE", EV_CASE, "future", 0, LAW_REFUSED},
		{"I2-A-USE", EV_PURPOSE, "none", 0, LAW_REFUSED},
		{"I2-A-USE", EV_PURPOSE, "unknown", 0, LAW_REFUSED},
		{"I2-A-USE", EV_PURPOSE, "civil-removal", 0, LAW_REFUSED},
		{"I2-A-USE", EV_PURPOSE, "administrative", 0, LAW_REFUSED},
		{"", EV_PURPOSE, "criminal-investigation", 0, LAW_REVIEW},
		{"", EV_PURPOSE, "grand-jury", 0, LAW_REVIEW},
		{"I2-A-USE", EV_UNIT, "civil-removal", 0, LAW_REFUSED},
		{"", EV_UNIT, "none", 0, LAW_REVIEW},
		{"S1253-ORDER", EV_ORDER, NULL, 0, LAW_REFUSED},
		{"S1253-90-DAYS", EV_ORDER_AGE, NULL, 0, LAW_REFUSED},
		{"S1253-90-DAYS", EV_ORDER_AGE, NULL, 90, LAW_REFUSED},
		{"", EV_ORDER_AGE, NULL, 91, LAW_REVIEW},
		{"S1253-GROUND", EV_GROUND, "none", 0, LAW_REFUSED},
		{"S1253-GROUND", EV_GROUND, "unknown", 0, LAW_REFUSED},
		{"S1253-GROUND", EV_GROUND, "inadmissibility", 0, LAW_REFUSED},
		{"S1253-STAY", EV_STAY, "not-stated", 0, LAW_REFUSED},
		{"S1253-STAY", EV_STAY, "stayed", 0, LAW_REFUSED},
		{"AG-IDENTIFIER", EV_TIN, "none", 0, LAW_REFUSED},
		{"AG-IDENTIFIER", EV_TIN, "malformed", 0, LAW_REFUSED},
		{"AG-OFFICER-LOAD", EV_OFFICER_LOAD, NULL, 101, LAW_REFUSED},
		{"", EV_OFFICER_LOAD, NULL, 100, LAW_REVIEW},
		{"AG-DUPLICATE", EV_FIRST, NULL, 0, LAW_REFUSED},
		{"AG-VOLUME", EV_VOLUME, NULL, 2000001, LAW_REFUSED},
		{"", EV_VOLUME, NULL, 2000000, LAW_REVIEW},
		{"AG-TERM", EV_TERM, NULL, 0, LAW_REFUSED},
		{"AG-SAFEGUARDS", EV_SAFEGUARDS, NULL, 0, LAW_REFUSED},
		{"AG-CONFIRM", EV_PERSON, "none", 0, LAW_UNRESOLVED},
		{"AG-CONFIRM", EV_PERSON, "rival", 0, LAW_UNRESOLVED},
		{"AG-OWN-ROW", EV_OWN_ROW, NULL, 0, LAW_WITHHELD},
		{"AG-YEARS", EV_YEARS, "none", 0, LAW_WITHHELD},
		{"", EV_YEARS, "some", 0, LAW_REVIEW},
		{"I2-6-SCREEN", EV_SCREEN, NULL, 0, LAW_WITHHELD},
		{"AG-HOLD", EV_NO_HOLD, NULL, 0, LAW_WITHHELD},
	};
	OWNED(law) law = shipped();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum evidence_id id = cases[i].id;
		bool record = evidence_half(id) == EV_RECORD;
		struct evidence ev = sound();

		if (cases[i].word != NULL)
			evidence_set_word(&ev, id, cases[i].word);
		else if (evidence_type(id) == EV_FLAG)
			evidence_set_flag(&ev, id, false);
		else
			evidence_set_number(&ev, id, cases[i].number);
		expect(law, &ev, EV_RECORD, cases[i].answer, cases[i].codes);
		expect(law, &ev, EV_REQUEST,
			record ? LAW_REVIEW : cases[i].answer,
			record ? "" : cases[i].codes);
	}
}

/* Missing is refused, never skipped: one unknown, at least one code. */
static void
nothing_unknown_is_accepted(void **state)
{
	OWNED(law) law = shipped();

	(void)state;
	for (unsigned i = 0; i < EV_N; i++) {
		struct evidence ev = sound();

		/* one identifier is enough; the others are of other laws */
		if (i == EV_BIRTH || i == EV_TODAY || i == EV_ORDER_DATE ||
			i == EV_COURT_ORDER || i == EV_TAX_NUMBER)
			continue;
		ev.value[i] = 0;
		assert_int_not_equal(
			law_decide(law, &ev, EV_RECORD, NULL), LAW_REVIEW);
		if (evidence_half((enum evidence_id)i) == EV_REQUEST)
			assert_int_equal(law_decide(law, &ev, EV_REQUEST, NULL),
				LAW_REFUSED);
	}
}

static void
what_belongs_together_is_said_once(void **state)
{
	OWNED(law) law = shipped();
	struct evidence ev = {0};

	(void)state;
	/* nothing can be said of a line that cannot be read */
	expect(law, &ev, EV_REQUEST, LAW_REFUSED, "RQ-FORM");
	evidence_set_word(&ev, EV_FORM, "unreadable");
	expect(law, &ev, EV_RECORD, LAW_REFUSED, "RQ-FORM");

	ev = sound(); /* no order: its facts are not asked */
	evidence_set_flag(&ev, EV_ORDER, false);
	ev.value[EV_ORDER_AGE] = 0;
	evidence_set_word(&ev, EV_GROUND, "none");
	evidence_set_word(&ev, EV_STAY, "not-stated");
	expect(law, &ev, EV_REQUEST, LAW_REFUSED, "S1253-ORDER");

	ev = sound(); /* nobody confirmed: nothing more of nobody */
	evidence_set_word(&ev, EV_PERSON, "rival");
	evidence_set_flag(&ev, EV_OWN_ROW, false);
	evidence_set_flag(&ev, EV_SCREEN, false);
	evidence_set_flag(&ev, EV_NO_HOLD, false);
	evidence_set_word(&ev, EV_YEARS, "none");
	expect(law, &ev, EV_RECORD, LAW_UNRESOLVED, "AG-CONFIRM");

	ev = sound(); /* refused is stronger than asked, and both are told */
	evidence_set_word(&ev, EV_OFFICER, "supervisor");
	evidence_set_word(&ev, EV_ADDRESS, "locality");
	expect(law, &ev, EV_REQUEST, LAW_REFUSED, "I2-B1-ADDRESS I2-A-OFFICER");

	ev = sound(); /* the record never refuses, and a hold is not undone */
	evidence_set_flag(&ev, EV_NO_HOLD, false);
	evidence_set_flag(&ev, EV_SCREEN, false);
	expect(law, &ev, EV_RECORD, LAW_WITHHELD, "I2-6-SCREEN AG-HOLD");
}

/* ---- a second evaluator, by hand, from DESIGN and not from the files ---- */

static bool
is(const struct evidence *ev, enum evidence_id id, const char *word)
{
	return evidence_is(ev, id, word);
}

static bool
yes(const struct evidence *ev, enum evidence_id id)
{
	return ev->value[id] == 2;
}

/* False only where it is known to be otherwise. */
static bool
may(const struct evidence *ev, enum evidence_id id, bool certain)
{
	return ev->value[id] == 0 || certain;
}

/* Number known and within. */
static bool
within(const struct evidence *ev, enum evidence_id id, uint32_t low,
	uint32_t high)
{
	uint32_t v = ev->value[id];

	return v != 0 && v - 1 >= low && v - 1 <= high;
}

struct said {
	char codes[40][LAW_CODE_MAX];
	size_t n;
	enum law_answer answer;
};

static void
say(struct said *said, bool good, const char *code, enum law_answer answer)
{
	if (good)
		return;
	if (answer > said->answer)
		said->answer = answer;
	for (size_t i = 0; i < said->n; i++)
		if (strcmp(said->codes[i], code) == 0)
			return;
	(void)snprintf(said->codes[said->n++], LAW_CODE_MAX, "%s", code);
}

static void
hand_statute(const struct evidence *ev, struct said *s)
{
	bool reason = (is(ev, EV_REASON, "borderline") ||
			      is(ev, EV_REASON, "specific")) &&
		      yes(ev, EV_REASON_OWN);
	bool perhaps = ev->value[EV_REASON] != 1 && ev->value[EV_REASON] != 2 &&
		       ev->value[EV_REASON] != 3 &&
		       ev->value[EV_REASON_OWN] != 1;
	bool criminal = is(ev, EV_PURPOSE, "criminal-investigation") ||
			is(ev, EV_PURPOSE, "criminal-proceeding") ||
			is(ev, EV_PURPOSE, "grand-jury");

	say(s, is(ev, EV_FORM, "readable"), "RQ-FORM", LAW_REFUSED);
	say(s, is(ev, EV_NAME, "full"), "I2-B1-NAME", LAW_REFUSED);
	say(s, is(ev, EV_ADDRESS, "deliverable"), "I2-B1-ADDRESS", LAW_REFUSED);
	say(s, within(ev, EV_PERIODS, 1, 10) && yes(ev, EV_PERIODS_OVER),
		"I2-B2-PERIOD", LAW_REFUSED);
	say(s, is(ev, EV_AUTHORITY, "8-usc-1253-a-1-A"), "I2-B3-AUTHORITY",
		LAW_REFUSED);
	say(s, reason, "I2-B4-REASON", LAW_REFUSED);
	say(s, !perhaps || is(ev, EV_REASON, "specific"), "I2-B4-REASON",
		LAW_ASK);
	say(s, yes(ev, EV_SIGNER), "I2-A-SIGNER", LAW_REFUSED);
	say(s,
		is(ev, EV_OFFICER, "supervisor") ||
			is(ev, EV_OFFICER, "engaged"),
		"I2-A-OFFICER", LAW_REFUSED);
	say(s, !may(ev, EV_OFFICER, is(ev, EV_OFFICER, "supervisor")),
		"I2-A-OFFICER", LAW_ASK);
	say(s, is(ev, EV_CASE, "open"), "I2-A-CASE", LAW_REFUSED);
	say(s,
		criminal &&
			(is(ev, EV_UNIT, "none") || is(ev, EV_UNIT, "other")),
		"I2-A-USE", LAW_REFUSED);
}

static void
hand_order(const struct evidence *ev, struct said *s)
{
	bool cited =
		may(ev, EV_AUTHORITY, is(ev, EV_AUTHORITY, "8-usc-1253-a-1-A"));
	bool facts = cited && may(ev, EV_ORDER, yes(ev, EV_ORDER));

	say(s, !cited || yes(ev, EV_ORDER), "S1253-ORDER", LAW_REFUSED);
	say(s, !facts || is(ev, EV_GROUND, "deportability"), "S1253-GROUND",
		LAW_REFUSED);
	say(s, !facts || within(ev, EV_ORDER_AGE, 91, 100000), "S1253-90-DAYS",
		LAW_REFUSED);
	say(s, !facts || is(ev, EV_STAY, "none"), "S1253-STAY", LAW_REFUSED);
}

static void
hand_agreement(const struct evidence *ev, struct said *s)
{
	say(s, yes(ev, EV_TERM), "AG-TERM", LAW_REFUSED);
	say(s, yes(ev, EV_MEMBERS), "RQ-FIELD", LAW_REFUSED);
	say(s, is(ev, EV_TIN, "given") || is(ev, EV_BIRTH, "given"),
		"AG-IDENTIFIER", LAW_REFUSED);
	say(s, within(ev, EV_OFFICER_LOAD, 0, 100), "AG-OFFICER-LOAD",
		LAW_REFUSED);
	say(s, within(ev, EV_VOLUME, 0, 2000000), "AG-VOLUME", LAW_REFUSED);
	say(s, yes(ev, EV_FIRST), "AG-DUPLICATE", LAW_REFUSED);
	say(s, yes(ev, EV_SAFEGUARDS), "AG-SAFEGUARDS", LAW_REFUSED);
}

static void
hand_record(const struct evidence *ev, struct said *s)
{
	bool found = may(ev, EV_PERSON, is(ev, EV_PERSON, "confirmed"));

	say(s, is(ev, EV_PERSON, "confirmed"), "AG-CONFIRM", LAW_UNRESOLVED);
	say(s, !found || yes(ev, EV_SCREEN), "I2-6-SCREEN", LAW_WITHHELD);
	say(s, !found || yes(ev, EV_OWN_ROW), "AG-OWN-ROW", LAW_WITHHELD);
	say(s, !found || is(ev, EV_YEARS, "some") || is(ev, EV_YEARS, "all"),
		"AG-YEARS", LAW_WITHHELD);
	say(s, !found || yes(ev, EV_NO_HOLD), "AG-HOLD", LAW_WITHHELD);
}

static struct said
by_hand(const struct evidence *ev, enum evidence_half half)
{
	struct said s = {.answer = LAW_REVIEW};

	say(&s, ev->value[EV_FORM] >= 2, "RQ-FORM", LAW_REFUSED);
	if (s.n > 0)
		return s;
	hand_statute(ev, &s);
	hand_order(ev, &s);
	hand_agreement(ev, &s);
	if (half == EV_RECORD)
		hand_record(ev, &s);
	return s;
}

static void
the_files_say_what_the_design_says(void **state)
{
	OWNED(law) law = shipped();
	size_t seen[LAW_REFUSED + 1] = {0};

	(void)state;
	for (int round = 0; round < 300000; round++) {
		enum evidence_half half = draw(2) ? EV_RECORD : EV_REQUEST;
		const struct law_rule *unmet[LAW_RULES_MAX];
		struct evidence ev = sound();
		bool met[LAW_RULES_MAX];
		uint32_t spoilt = 1 + draw(12);
		struct said s;

		for (unsigned i = 0; i < EV_N; i++)
			if (draw(EV_N) < spoilt)
				ev.value[i] = draw_value((enum evidence_id)i);
		s = by_hand(&ev, half);
		assert_int_equal(law_decide(law, &ev, half, met), s.answer);
		assert_int_equal(law_unmet(law, met, unmet), s.n);
		for (size_t i = 0; i < s.n; i++) {
			bool found = false;

			for (size_t j = 0; j < s.n; j++)
				found |= !strcmp(s.codes[i], unmet[j]->code);
			assert_true(found);
		}
		seen[s.answer]++;
	}
	for (int i = 0; i <= LAW_REFUSED; i++)
		assert_true(seen[i] > 100);
}

/* More known, or better, is never worse for what the requester is told. */
static void
raising_a_grade_never_turns_accepted_into_refused(void **state)
{
	OWNED(law) law = shipped();

	(void)state;
	for (int round = 0; round < 300000; round++) {
		struct evidence ev = sound();
		struct evidence more;
		enum evidence_id id;

		for (unsigned i = 0; i < EV_N; i++)
			if (draw(6) == 0)
				ev.value[i] = draw_value((enum evidence_id)i);
		do
			id = (enum evidence_id)draw(EV_N);
		while (evidence_type(id) != EV_GRADE &&
			evidence_type(id) != EV_FLAG);
		if (ev.value[id] == greatest_value(id))
			continue;
		more = ev;
		more.value[id] += 1 + draw(greatest_value(id) - ev.value[id]);
		assert_true(law_decide(law, &more, EV_REQUEST, NULL) <=
			    law_decide(law, &ev, EV_REQUEST, NULL));
		if (law_decide(law, &ev, EV_RECORD, NULL) == LAW_REVIEW)
			assert_int_equal(
				law_decide(law, &more, EV_RECORD, NULL),
				LAW_REVIEW);
	}
}

static void
every_rule_can_be_broken_and_matters(void **state)
{
	OWNED(law) law = shipped();
	bool broken[LAW_RULES_MAX] = {0};

	(void)state;
	for (int round = 0; round < 100000; round++) {
		struct evidence ev = sound();
		bool met[LAW_RULES_MAX];
		size_t n = 0;
		size_t which = 0;

		for (int k = 0; k < 2; k++) {
			enum evidence_id id = (enum evidence_id)draw(EV_N);

			ev.value[id] = draw_value(id);
		}
		(void)law_decide(law, &ev, EV_RECORD, met);
		for (size_t i = 0; i < law_n_rules(law); i++) {
			n += !met[i];
			which = met[i] ? which : i;
		}
		if (n == 1)
			broken[which] = true;
	}
	for (size_t i = 0; i < law_n_rules(law); i++)
		if (!broken[i])
			fail_msg("%s is never alone", law_rule(law, i)->id);
}

static void
deciding_allocates_nothing(void **state)
{
	OWNED(law) law = shipped();
	struct evidence ev = sound();
	bool met[LAW_RULES_MAX];

	(void)state;
	mem_fail_after(0);
	assert_int_equal(law_decide(law, &ev, EV_RECORD, met), LAW_REVIEW);
	assert_null(mem_zeroed(1)); /* the first since then */
	mem_fail_after(-1);
}

static void
the_agreement_says_who_when_and_what(void **state)
{
	OWNED(law) law = shipped();
	uint32_t n = 0;

	(void)state;
	assert_string_equal(law_agreement_id(law), "AG-IRS-ICE-2025");
	assert_string_equal(law_custodian(law), "us.treasury.irs");
	assert_string_equal(law_requester(law), "us.dhs.ice");
	assert_int_equal(law_effective(law), 20185); /* 2025-04-07 */
	assert_true(law_expires(law) > law_effective(law));
	assert_true(law_answer_days(law) > 0);
	assert_true(law_lapse_days(law) > 0);
	assert_true(law_expiry_days(law) > 0);
	assert_int_equal(law_screen_days(law), 90);
	assert_int_equal(
		law_fields(law), LAW_FIELD_NAME | LAW_FIELD_MAILING_ADDRESS);
	assert_true(law_setting(law, SPAN("officer-most"), &n));
	assert_int_equal(n, 100);
	assert_false(law_setting(law, SPAN("officer"), &n));
	assert_int_equal(law_cap(law, LAW_CAP_BATCH), 1500000);
	assert_int_equal(law_cap(law, LAW_CAP_DAY), 1500000);
	assert_int_equal(law_cap(law, LAW_CAP_OFFICER_DAY), 100);
	assert_int_equal(law_n_base_rates(law), 1);
	assert_string_equal(
		law_base_rate(law, 0)->statute, "8 USC 1253(a)(1)(A)");
	assert_int_equal(law_base_rate(law, 0)->per_year, 2);
	assert_int_equal(law_base_rate(law, 0)->times, 1000);
	for (size_t i = 0; i < law_n_rules(law); i++) {
		const struct law_rule *rule = law_rule(law, i);
		bool told = rule->answer >= LAW_ASK;

		assert_int_equal(rule->reads_record, !told);
		assert_true(strlen(rule->citation) > 0);
		if (strncmp(rule->file, "statutes/", 9) == 0)
			assert_true(strlen(rule->quote) > 20);
	}
}

static void
the_trace_tells_what_was_asked_found_and_cited(void **state)
{
	OWNED(law) law = shipped();
	OWNED_BUF(to, 1 << 20);
	struct evidence ev = sound();
	const char *text;

	(void)state;
	evidence_set_word(&ev, EV_ADDRESS, "locality");
	evidence_set_word(&ev, EV_AUTHORITY, "8-usc-1326");
	law_trace(law, &ev, EV_REQUEST, &to);
	buf_u8(&to, '\0');
	assert_int_equal(buf_error(&to), ERR_OK);
	text = (const char *)buf_span(&to).at;
	assert_non_null(strstr(
		text, "  I2-B1-ADDRESS: NOT MET (i2.B-i-address, line "));
	assert_non_null(strstr(text,
		"      required  request.address at least deliverable\n"
		"      found     request.address: locality\n"
		"      answer    refused: no address of the taxpayer is stated "
		"to which mail can be delivered\n"
		"      cited     26 USC 6103(i)(2)(B)(i)\n"));
	assert_non_null(strstr(text, "S1253-ORDER: does not apply"));
	assert_non_null(strstr(text, "answer: refused\n"));
	assert_null(strstr(text, "record."));

	buf_clear(&to);
	law_print(law, &to);
	buf_u8(&to, '\0');
	text = (const char *)buf_span(&to).at;
	assert_non_null(strstr(text, "discloses   name, mailing-address\n"));
	assert_non_null(strstr(text, "us.dhs.ice"));
	assert_non_null(strstr(text, "AG-CONFIRM (unresolved): "));
}

/* ---- the files as bytes ---- */

static size_t
read_whole(const char *path, uint8_t *to, size_t size)
{
	FILE *f = fopen(path, "rbe");
	size_t n;

	if (f == NULL)
		return 0;
	n = fread(to, 1, size, f);
	(void)fclose(f);
	return n;
}

static void
what_is_in_the_program_is_what_is_in_the_tree(void **state)
{
	static uint8_t bytes[1 << 16];
	const char *name;
	struct span text;
	size_t i = 0;

	(void)state;
	for (; law_shipped(i, &name, &text); i++) {
		char path[500];
		size_t n;

		(void)snprintf(path, sizeof(path), "%s/%s", WEIR_SOURCE, name);
		n = read_whole(path, bytes, sizeof(bytes));
		assert_int_equal(n, text.n);
		assert_memory_equal(bytes, text.at, n);
	}
	assert_int_equal(i, 3);
	for (i = 0; law_statute(i, &name, &text); i++) {
		char path[500];
		size_t n;

		(void)snprintf(path, sizeof(path), "%s/%s", WEIR_SOURCE, name);
		n = read_whole(path, bytes, sizeof(bytes));
		assert_int_equal(n, text.n);
		assert_memory_equal(bytes, text.at, n);
	}
	assert_int_equal(i, 5);
}

/* Loads the shipped files but for file `cut`, which is `text`. */
static enum err
load_with(size_t cut, struct span text, struct law_error *reterr)
{
	OWNED(law) law = NULL;
	const char *name;
	struct span whole;
	enum err e = law_new(&law);

	for (size_t i = 0; e == ERR_OK && law_shipped(i, &name, &whole); i++)
		e = law_add(law, name, i == cut ? text : whole, reterr);
	return e == ERR_OK ? law_seal(law, reterr) : e;
}

static void
a_file_cut_anywhere_is_refused(void **state)
{
	const char *name;
	struct span text;

	(void)state;
	for (size_t i = 0; law_shipped(i, &name, &text); i++) {
		for (size_t n = 0; n <= text.n; n++) {
			OWNED_BUF(shown, 1 << 16);
			/* its own memory, so that a byte too far is seen */
			uint8_t *copy = mem_zeroed(n + (n == 0));
			struct law_error error;
			enum err e;

			memcpy(copy, text.at, n);
			e = load_with(i, span_of(copy, n), &error);
			mem_free(copy);
			if (n + 1 >= text.n) { /* but for its last LF */
				assert_int_equal(e, ERR_OK);
				continue;
			}
			assert_int_equal(e, ERR_MALFORMED);
			law_error_show(&error, &shown);
			assert_int_equal(buf_error(&shown), ERR_OK);
			assert_true(error.text[0] != '\0');
		}
	}
}

static void
a_file_with_bytes_changed_never_stops_us(void **state)
{
	static const char marks[] = "\"`{}(),\n>~< \x80\xff\x01-9aA";
	static uint8_t bytes[1 << 16];
	const char *name;
	struct span text;

	(void)state;
	for (size_t i = 0; law_shipped(i, &name, &text); i++) {
		for (int round = 0; round < 3000; round++) {
			OWNED_BUF(shown, 1 << 16);
			struct law_error error;

			memcpy(bytes, text.at, text.n);
			for (uint32_t k = draw(3) + 1; k > 0; k--)
				bytes[draw((uint32_t)text.n)] =
					(uint8_t)marks[draw(sizeof(marks) - 1)];
			if (load_with(i, span_of(bytes, text.n), &error) ==
				ERR_OK)
				continue;
			law_error_show(&error, &shown);
			assert_true(error.text[0] != '\0');
		}
	}
}

static void
memory_may_fail_at_any_point(void **state)
{
	struct law *law = NULL;
	int n = 0;

	(void)state;
	for (;; n++) {
		enum err e;

		mem_fail_after(n);
		e = law_new_shipped(&law);
		mem_fail_after(-1);
		if (e == ERR_OK)
			break;
		assert_int_equal(e, ERR_NOMEM);
		assert_null(law);
	}
	law_free(law);
	assert_true(n >= 2);
}

/* ---- the quotations ---- */

/* Blanks folded, so that line ends do not matter. */
static size_t
folded(const uint8_t *from, size_t n, char *to)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		bool blank = from[i] == ' ' || from[i] == '\n';

		if (!blank || (k > 0 && to[k - 1] != ' '))
			to[k++] = blank ? ' ' : (char)from[i];
	}
	while (k > 0 && to[k - 1] == ' ')
		k--;
	to[k] = '\0';
	return k;
}

static void
quotes_are_word_for_word(struct span text, const char *code)
{
	static char line[1 << 14];

	while (text.n > 0) {
		struct span raw = span_cut(&text, '\n');

		if (!span_starts(raw, SPAN(">")))
			continue;
		(void)folded(raw.at + 1, raw.n - 1, line);
		if (strstr(code, line) == NULL)
			fail_msg("not in the Code: %s", line);
	}
}

/* False where the Code's text is not at hand. */
static bool
quotes_are_of(const char *name, struct span text, const char *source)
{
	static uint8_t bytes[1 << 20];
	static char code[1 << 20];
	char path[500];
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/../shared/data/statutes/%s",
		WEIR_SOURCE, source);
	n = read_whole(path, bytes, sizeof(bytes));
	if (n == 0) {
		print_message("%s is absent: %s\n", path, name);
		return false;
	}
	(void)folded(bytes, n, code);
	quotes_are_word_for_word(text, code);
	return true;
}

static void
quotes_are_the_code_word_for_word(void **state)
{
	static const char *const sources[] = {"26-usc-6103-a-b-i-p.md",
		"26-usc-6103-a-b-i-p.md", "8-usc-1253.md", "8-usc-1325.md",
		"8-usc-1326.md"};
	const char *name;
	struct span text;

	(void)state;
	for (size_t i = 0; law_statute(i, &name, &text); i++)
		if (!quotes_are_of(name, text, sources[i]))
			skip();
	for (size_t i = 0; law_shipped(i, &name, &text); i++)
		if (strncmp(name, "agreements/", 11) == 0)
			assert_true(quotes_are_of(name, text, sources[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_request_is_accepted_and_reviewed),
		cmocka_unit_test(the_first_answer_does_not_see_the_record),
		cmocka_unit_test(each_code_is_reported_alone),
		cmocka_unit_test(nothing_unknown_is_accepted),
		cmocka_unit_test(what_belongs_together_is_said_once),
		cmocka_unit_test(the_files_say_what_the_design_says),
		cmocka_unit_test(
			raising_a_grade_never_turns_accepted_into_refused),
		cmocka_unit_test(every_rule_can_be_broken_and_matters),
		cmocka_unit_test(deciding_allocates_nothing),
		cmocka_unit_test(the_agreement_says_who_when_and_what),
		cmocka_unit_test(
			the_trace_tells_what_was_asked_found_and_cited),
		cmocka_unit_test(what_is_in_the_program_is_what_is_in_the_tree),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_file_with_bytes_changed_never_stops_us),
		cmocka_unit_test(memory_may_fail_at_any_point),
		cmocka_unit_test(quotes_are_the_code_word_for_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
