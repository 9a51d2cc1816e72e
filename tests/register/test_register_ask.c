/* SPDX-License-Identifier: Apache-2.0 */
/* What the rest of the program asks of the registers: pairs of roles that must
 * be apart, matters, certifiers, corrective plans, screens and their age. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/day.h"
#include "register/register.h"

enum { DAY = 86400 };

static const int64_t monday = 1793491200; /* 2026-11-01T00:00:00Z */

static int
begin(void **state)
{
	struct register_set *set = NULL;

	if (register_set_new(&set) != ERR_OK)
		return 1;
	*state = set;
	return 0;
}

static int
end(void **state)
{
	*state = register_set_free(*state);
	return 0;
}

static void
change(struct register_set *set, enum register_verb verb,
	const struct register_row *row, int64_t at)
{
	struct register_act act = {.verb = verb, .row = *row, .at = at};

	memset(act.actor, 0xaa, sizeof(act.actor));
	assert_int_equal(register_apply(set, &act, NULL), ERR_OK);
}

/* ---- roles ---- */

static struct register_row
role(const uint8_t print[REGISTER_PRINT], const char *name, const char *word)
{
	struct register_row row = {.id = REG_ROLE};

	register_put(&row, REG_ROLE_PRINT, span_of(print, REGISTER_PRINT));
	register_put(&row, REG_ROLE_ROLE, span_text(word));
	register_put(&row, REG_ROLE_NAME, span_text(name));
	register_put(&row, REG_ROLE_CERT, SPAN("der"));
	return row;
}

static const uint8_t ana[REGISTER_PRINT] = {1};
static const uint8_t ana_new[REGISTER_PRINT] = {2};
static const uint8_t ben[REGISTER_PRINT] = {3};

#define N_ROLES 8
static const char *const roles[N_ROLES] = {"operator", "reviewer", "counsel",
	"screener", "safeguards", "inspector", "administrator", "submitter"};

/* + together, - apart, s together in a sandbox only; as in roles[]. */
static const char together[N_ROLES][N_ROLES + 1] = {
	/* operator      */ "+--++-s+",
	/* reviewer      */ "-+--+---",
	/* counsel       */ "--+++--+",
	/* screener      */ "+-+++--+",
	/* safeguards    */ "+++++-s+",
	/* inspector     */ "-----+--",
	/* administrator */ "s---s-+s",
	/* submitter     */ "+-+++-s+",
};

static void
pairs_of_roles_are_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROLES * N_ROLES * 2; i++) {
		const char *one = roles[i / 2 / N_ROLES];
		const char *other = roles[i / 2 % N_ROLES];
		char want = together[i / 2 / N_ROLES][i / 2 % N_ROLES];
		bool sandbox = i % 2 != 0;
		bool may = want == '+' || (want == 's' && sandbox);
		struct register_row a = role(ana, "Ana", one);
		struct register_row b = role(ana, "Ana", other);
		OWNED(register_set) set = NULL;
		struct why why = {""};

		assert_int_equal(register_set_new(&set), ERR_OK);
		change(set, REG_ADD, &a, monday);
		if (register_apart(set, &b, monday, sandbox, &why) !=
			(may ? ERR_OK : ERR_NOT_ALLOWED))
			fail_msg("%s, %s: %s", one, other, why.text);
		assert_int_equal(why.text[0] == '\0', may);
	}
}

/* Neither a second certificate nor a second name makes a second person; a role
 * that has ended binds nobody. */
static void
a_renamed_certificate_is_the_same_person(void **state)
{
	struct register_set *set = *state;
	struct register_row first = role(ana, "Ana Reyes", "operator");
	struct register_row row;
	struct why why = {""};

	change(set, REG_ADD, &first, monday);
	row = role(ana_new, "ANA REYES", "reviewer");
	assert_int_equal(
		register_apart(set, &row, monday, true, &why), ERR_NOT_ALLOWED);
	assert_string_equal(why.text,
		"one person is not both operator and reviewer: who brings "
		"requests in and releases does not approve them");
	row = role(ana, "Ana Ortiz", "reviewer");
	assert_int_equal(
		register_apart(set, &row, monday, true, &why), ERR_NOT_ALLOWED);
	/* under the new name with the old certificate, then with a new one */
	row = role(ana, "Ana Ortiz", "safeguards");
	assert_int_equal(register_apart(set, &row, monday, true, NULL), ERR_OK);
	change(set, REG_ADD, &row, monday);
	row = role(ana_new, "Ana Ortiz", "safeguards");
	change(set, REG_ADD, &row, monday);
	row = role(ana_new, "A. Ortiz", "reviewer");
	assert_int_equal(
		register_apart(set, &row, monday, true, NULL), ERR_NOT_ALLOWED);
	row = role(ben, "Ben", "reviewer");
	assert_int_equal(register_apart(set, &row, monday, true, NULL), ERR_OK);
	change(set, REG_REVOKE, &first, monday + 1);
	row = role(ana, "Ana Reyes", "reviewer");
	assert_int_equal(
		register_apart(set, &row, monday + 1, true, NULL), ERR_OK);
}

static void
the_page_of_formats_has_every_pair(void **state)
{
	static const char *const pairs[] = {
#define APART(one, other, where, why) "\n| " #one " | " #other " | ",
#include "register/register.def"
	};
	static char page[1 << 16];
	FILE *f = fopen(WEIR_SOURCE "/docs/formats/registers.md", "rb");

	(void)state;
	assert_non_null(f);
	assert_true(fread(page, 1, sizeof(page) - 1, f) > 0);
	(void)fclose(f);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (strstr(page, pairs[i]) == NULL)
			fail_msg("not on the page: %s", pairs[i] + 1);
}

/* ---- officers, certifiers, recipients ---- */

static void
matters_are_those_that_are_stated(void **state)
{
	struct register_row row = {.id = REG_OFFICER};

	(void)state;
	assert_true(register_engaged(&row, SPAN("HSI-1")));
	assert_true(register_engaged(&row, span_of(NULL, 0)));
	register_put(&row, REG_OFFICER_MATTERS, SPAN("HSI-1, hsi 2,,HSI-33"));
	assert_true(register_engaged(&row, SPAN("HSI-1")));
	assert_true(register_engaged(&row, SPAN(" hsi-1 ")));
	assert_true(register_engaged(&row, SPAN("HSI2")));
	assert_true(register_engaged(&row, SPAN("HSI-33")));
	assert_false(register_engaged(&row, SPAN("HSI-3")));
	assert_false(register_engaged(&row, SPAN("HSI-333")));
	assert_false(register_engaged(&row, SPAN("HSI-1, hsi 2")));
	assert_false(register_engaged(&row, span_of(NULL, 0)));
	assert_false(register_engaged(&row, SPAN(" ")));
}

static struct register_row
certifier(const char *agreement)
{
	struct register_row row = {.id = REG_CERTIFIER};

	register_put(&row, REG_CERTIFIER_ID, SPAN("ICE-DIR"));
	register_put(&row, REG_CERTIFIER_NAME, SPAN("ACTING DIRECTOR"));
	register_put(&row, REG_CERTIFIER_ROLE, SPAN("head of agency"));
	register_put(&row, REG_CERTIFIER_PRINT, span_of(ana, REGISTER_PRINT));
	register_put(&row, REG_CERTIFIER_CERT, SPAN("der"));
	register_put(&row, REG_CERTIFIER_FROM, SPAN("2026-11-01"));
	register_put(&row, REG_CERTIFIER_UNTIL, SPAN("2026-11-03"));
	register_put(&row, REG_CERTIFIER_AGREEMENT, span_text(agreement));
	return row;
}

static bool
certifies(const struct register_set *set, int64_t at)
{
	return register_certifies(set, SPAN("ICE-DIR"), SPAN("AG-1"), at);
}

static void
a_certifier_counts_while_one_of_that_id_is_in_force(void **state)
{
	struct register_set *set = *state;
	struct register_row row = certifier("AG-1");

	assert_false(certifies(set, monday));
	change(set, REG_ADD, &row, monday);
	assert_true(certifies(set, monday));
	assert_true(certifies(set, monday + 2 * DAY - 1));
	assert_false(certifies(set, monday + 2 * DAY)); /* until */
	assert_false(
		register_certifies(set, SPAN("ICE-DIR"), SPAN("AG-2"), monday));
	assert_false(
		register_certifies(set, SPAN("ICE"), SPAN("AG-1"), monday));
	change(set, REG_REVOKE, &row, monday + 10);
	assert_false(certifies(set, monday + 10));
	/* a successor: another certificate under the same id */
	register_put(&row, REG_CERTIFIER_PRINT, span_of(ben, REGISTER_PRINT));
	change(set, REG_ADD, &row, monday + 20);
	assert_true(certifies(set, monday + 20));
}

static const char *
safeguards(const char *word, const char *plan, int64_t at)
{
	static struct why why;
	OWNED(register_set) set = NULL;
	struct register_row row = {.id = REG_RECIPIENT};
	bool sound;

	assert_int_equal(register_set_new(&set), ERR_OK);
	register_put(&row, REG_RECIPIENT_ID, SPAN("ICE"));
	register_put(&row, REG_RECIPIENT_NAME, SPAN("ICE"));
	register_put(&row, REG_RECIPIENT_SAFEGUARDS, span_text(word));
	register_put(&row, REG_RECIPIENT_PLAN, span_text(plan));
	change(set, REG_ADD, &row, monday);
	why.text[0] = '\0';
	sound = register_safeguards(set, SPAN("ICE"), at, &why);
	assert_int_equal(sound, why.text[0] == '\0');
	return why.text;
}

static void
a_corrective_plan_has_its_day(void **state)
{
	(void)state;
	assert_string_equal(safeguards("in-order", "", monday), "");
	assert_string_equal(safeguards("in-order", "2026-11-02", monday), "");
	assert_string_equal(
		safeguards("in-order", "2026-11-02", monday + DAY), "");
	assert_string_equal(
		safeguards("in-order", "2026-11-02", monday + 2 * DAY),
		"the agency's corrective plan was due on 2026-11-02, and the "
		"register does not say what became of it");
	assert_string_equal(safeguards("open-finding", "", monday),
		"the agency has an open safeguard finding, and no corrective "
		"plan with a date");
	assert_string_equal(safeguards("open-finding", "2026-12-01", monday),
		"the agency has an open safeguard finding; its corrective plan "
		"is due on 2026-12-01");
}

/* ---- screens ---- */

static struct register_row
screen(const char *ground, const char *source, const char *finding)
{
	struct register_row row = {.id = REG_SCREEN};

	register_put(&row, REG_SCREEN_PERSON, SPAN("P1"));
	register_put(&row, REG_SCREEN_GROUND, span_text(ground));
	register_put(&row, REG_SCREEN_SOURCE, span_text(source));
	register_put(&row, REG_SCREEN_FINDING, span_text(finding));
	return row;
}

static bool
stops(const struct register_set *set, unsigned flagged)
{
	return register_screened(set, SPAN("P1"), flagged, monday + DAY);
}

static void
only_a_finding_that_clears_ends_a_screen(void **state)
{
	struct register_set *set = *state;
	unsigned exam = register_ground(SPAN("exam"));
	unsigned ci = register_ground(SPAN("ci"));
	static const char *const findings[] = {"", "identify", "impair"};
	struct register_row row;

	assert_true(exam != 0 && ci != 0 && exam != ci);
	assert_int_equal(register_ground(SPAN("EXAM")), 0);
	assert_false(stops(set, 0));
	assert_true(stops(set, exam));
	for (size_t i = 0; i < 3; i++) {
		row = screen("exam", "", findings[i]);
		change(set, REG_ADD, &row, monday);
		assert_true(stops(set, 0));
		assert_true(stops(set, exam));
		assert_false(register_cleared(set, SPAN("P1"), monday));
		change(set, REG_REVOKE, &row, monday);
	}
	row = screen("exam", "", "clear");
	change(set, REG_ADD, &row, monday);
	assert_true(register_cleared(set, SPAN("P1"), monday));
	assert_false(register_cleared(set, SPAN("P2"), monday));
	assert_false(stops(set, 0));
	assert_false(stops(set, exam));
	assert_true(stops(set, ci)); /* another ground is another matter */
	assert_true(stops(set, ci | exam));
	/* the same ground by another's list, and nobody looked at that */
	row = screen("exam", "exam", "");
	change(set, REG_ADD, &row, monday);
	assert_true(stops(set, 0));
	change(set, REG_REVOKE, &row, monday);
	assert_false(stops(set, exam));
	row = screen("ci", "ci", "clear");
	change(set, REG_ADD, &row, monday);
	assert_false(stops(set, ci | exam));
	change(set, REG_REVOKE, &row, monday);
	assert_true(stops(set, ci));
	assert_true(
		register_screened(set, SPAN("P2"), exam, monday)); /* not P1 */
}

static void
list_of(struct register_set *set, const char *source, const char *day)
{
	struct register_row row = {.id = REG_SCREENING};

	register_put(&row, REG_SCREENING_SOURCE, span_text(source));
	register_put(&row, REG_SCREENING_FILE, span_of(ana, REGISTER_PRINT));
	register_put(&row, REG_SCREENING_AS_OF, span_text(day));
	register_put(&row, REG_SCREENING_ROWS, SPAN("7"));
	if (register_find(set, REG_SCREENING, span_text(source), monday) !=
		NULL)
		change(set, REG_REVOKE, &row, monday);
	change(set, REG_ADD, &row, monday);
}

static void
is_of(const struct register_set *set, const char *want)
{
	int32_t day = 0;

	assert_true(day_parse(span_text(want), &day));
	assert_int_equal(register_screens_day(set, 20000, monday), day);
}

/* The source that is longer ago counts; a roll is news of both. */
static void
screens_are_as_old_as_their_older_source(void **state)
{
	struct register_set *set = *state;
	char roll_day[DAY_TEXT] = "";

	day_text(20000, roll_day);
	is_of(set, roll_day); /* nothing is said */
	list_of(set, "ci", "2026-10-20");
	is_of(set, roll_day); /* nothing of exam */
	list_of(set, "exam", "2026-10-10");
	is_of(set, "2026-10-10");
	list_of(set, "roll", "2026-09-01");
	is_of(set, "2026-10-10");
	list_of(set, "roll", "2026-10-15");
	is_of(set, "2026-10-15");
	list_of(set, "exam", "2026-10-25");
	is_of(set, "2026-10-20");
	list_of(set, "ci", "2026-10-31");
	is_of(set, "2026-10-25");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(pairs_of_roles_are_apart),
		TEST(a_renamed_certificate_is_the_same_person),
		TEST(the_page_of_formats_has_every_pair),
		TEST(matters_are_those_that_are_stated),
		TEST(a_certifier_counts_while_one_of_that_id_is_in_force),
		TEST(a_corrective_plan_has_its_day),
		TEST(only_a_finding_that_clears_ends_a_screen),
		TEST(screens_are_as_old_as_their_older_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
