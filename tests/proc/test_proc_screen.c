/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of screens, determinations, what they stop and what goes on. */
#include "proc_world.h"

#include <stdio.h>

#include "proc/proc_account.h"
#include "proc/proc_batch.h"
#include "proc/proc_registers.h"
#include "proc/proc_registrar.h"
#include "proc/proc_replay.h"
#include "proc/proc_reply.h"
#include "proc/proc_screen.h"

static struct instance in;
static struct proc_screen_result result;
static struct why why;
static char list[2 * WORLD_PATH];

static void
write_list(const char *rows)
{
	FILE *f = fopen(list, "w");

	assert_non_null(f);
	assert_true(fprintf(f, "person,ground\n%s", rows) > 0);
	assert_int_equal(fclose(f), 0);
}

/* By counsel; `stated` < 0: not stated. */
static enum err
load(const char *path, const char *source, const char *day, int stated,
	const char *who)
{
	struct proc_screen_load l = {.file = list,
		.source = source,
		.states_rows = stated >= 0,
		.rows = (uint64_t)stated};

	assert_true(day_parse(span_text(day), &l.as_of));
	why.text[0] = '\0';
	return proc_screen_load(path, &l, world_key(path, who), &result, &why);
}

static void
did(uint64_t rows, uint64_t added, uint64_t ended, uint64_t kept)
{
	assert_int_equal(result.rows, rows);
	assert_int_equal(result.added, added);
	assert_int_equal(result.ended, ended);
	assert_int_equal(result.kept, kept);
}

static const char *
fresh_copy(void)
{
	const char *path = world_copy();

	(void)snprintf(list, sizeof(list), "%s/list.csv", path);
	return path;
}

static bool
stops(const char *path, const char *person)
{
	bool screened;

	world_open(path, INSTANCE_READ, NULL, &in);
	screened = register_screened(in.registers, span_text(person), 0, in.at);
	instance_close(&in);
	return screened;
}

static enum err
determine(const char *path, const char *who, const char *person,
	const char *ground, const char *finding)
{
	uint64_t woken;
	enum err e;

	world_open(path, INSTANCE_LEDGER, who, &in);
	e = proc_screen_determine(&in, person, ground, finding, &woken);
	assert_int_equal(e == ERR_OK, in.why.text[0] == '\0');
	instance_close(&in);
	return e;
}

/* ---- lists ---- */

static void
a_list_replaces_the_one_of_its_source(void **state)
{
	const char *path = fresh_copy();

	(void)state;
	write_list("P1,ci\nP2,ci\nP3,informant\nP4,ci\nP1,ci\n");
	assert_int_equal(load(path, "ci", "2026-10-01", -1, "counsel"), ERR_OK);
	did(4, 4, 0, 0);
	write_list("P1,exam\nP9,exam\n");
	assert_int_equal(
		load(path, "exam", "2026-10-02", -1, "counsel"), ERR_OK);
	did(2, 2, 0, 0);
	write_list("P1,ci\nP2,ci\nP3,informant\nP5,ci\n");
	assert_int_equal(load(path, "ci", "2026-10-03", -1, "counsel"), ERR_OK);
	did(4, 1, 1, 0);
	assert_false(stops(path, "P4"));
	assert_true(stops(path, "P5"));
	assert_true(stops(path, "P9")); /* the other source's */
	world_open(path, INSTANCE_READ, NULL, &in);
	assert_int_equal(register_screens_day(in.registers, 0, in.at), 20728);
	instance_close(&in);
}

/* A row that people determined to stop outlives the list; `clear` does not. */
static void
what_was_determined_to_stop_stays(void **state)
{
	const char *path = fresh_copy();

	(void)state;
	write_list("P1,ci\nP2,ci\nP3,ci\nP4,ci\nP5,ci\nP6,ci\n");
	assert_int_equal(load(path, "ci", "2026-10-01", -1, "counsel"), ERR_OK);
	assert_int_equal(
		determine(path, "counsel", "P1", "ci", "identify"), ERR_OK);
	assert_int_equal(
		determine(path, "counsel", "P2", "ci", "impair"), ERR_OK);
	assert_int_equal(
		determine(path, "counsel", "P3", "ci", "clear"), ERR_OK);
	assert_false(stops(path, "P3"));
	/* The same list again leaves findings as they are. */
	assert_int_equal(load(path, "ci", "2026-10-02", 6, "counsel"), ERR_OK);
	did(6, 0, 0, 0);
	assert_false(stops(path, "P3"));
	write_list("P4,ci\nP5,ci\nP6,ci\n");
	assert_int_equal(load(path, "ci", "2026-10-03", 3, "counsel"), ERR_OK);
	did(3, 0, 1, 2);
	assert_true(stops(path, "P1"));
	assert_true(stops(path, "P2"));
	/* Listed again it was determined by nobody. */
	write_list("P3,ci\nP4,ci\nP5,ci\nP6,ci\n");
	assert_int_equal(load(path, "ci", "2026-10-04", 4, "counsel"), ERR_OK);
	did(4, 1, 0, 2);
	assert_true(stops(path, "P3"));
}

static void
a_list_that_ends_most_says_how_many_it_has(void **state)
{
	const char *path = fresh_copy();

	(void)state;
	write_list("P1,ci\nP2,ci\nP3,ci\n");
	assert_int_equal(
		load(path, "ci", "2026-10-01", 2, "counsel"), ERR_MISMATCH);
	assert_int_equal(load(path, "ci", "2026-10-01", 3, "counsel"), ERR_OK);
	write_list("P1,ci\n");
	assert_int_equal(
		load(path, "ci", "2026-10-02", -1, "counsel"), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "2 of the 3 rows of ci are not in "
					 "it"));
	assert_true(stops(path, "P2"));
	assert_int_equal(load(path, "ci", "2026-10-02", 1, "counsel"), ERR_OK);
	did(1, 0, 2, 0);
}

static void
who_may_not_and_what_is_no_list_change_nothing(void **state)
{
	const char *path = fresh_copy();
	uint64_t before;

	(void)state;
	write_list("P1,ci\n");
	world_open(path, INSTANCE_LEDGER, NULL, &in);
	before = in.next;
	instance_close(&in);
	assert_int_equal(load(path, "ci", "2026-10-01", -1, "operator"),
		ERR_NOT_ALLOWED);
	assert_int_equal(load(path, "ci", "2026-10-01", -1, "reviewer-1"),
		ERR_NOT_ALLOWED);
	assert_int_equal(determine(path, "operator", "P1", "ci", "clear"),
		ERR_NOT_ALLOWED);
	assert_int_equal(
		determine(path, "counsel", "P1", "ci", "maybe"), ERR_MALFORMED);
	assert_int_equal(determine(path, "counsel", "P1", "tax", "clear"),
		ERR_MALFORMED);
	assert_int_equal(
		determine(path, "counsel", "P1", "ci", ""), ERR_MALFORMED);
	write_list("P1,ci\nP2,c");
	assert_int_equal(
		load(path, "ci", "2026-10-01", -1, "counsel"), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "list.csv: line 3: "));
	(void)remove(list);
	assert_int_equal(
		load(path, "ci", "2026-10-01", -1, "counsel"), ERR_NOT_FOUND);
	world_open(path, INSTANCE_LEDGER, NULL, &in);
	assert_int_equal(in.next, before);
	assert_int_equal(register_n(in.registers, REG_SCREEN), 0);
	instance_close(&in);
	write_list("P1,ci\n");
	assert_int_equal(load(path, "ci", "2026-10-02", -1, "counsel"), ERR_OK);
	assert_int_equal(
		load(path, "ci", "2026-10-01", -1, "counsel"), ERR_TOO_EARLY);
}

static uint64_t
entries_of(const char *path, const char *rows)
{
	uint64_t before;

	write_list(rows);
	world_open(path, INSTANCE_LEDGER, NULL, &in);
	before = in.next;
	instance_close(&in);
	assert_int_equal(load(path, "ci", "2026-10-01", -1, "counsel"), ERR_OK);
	world_open(path, INSTANCE_LEDGER, NULL, &in);
	before = in.next - before;
	instance_close(&in);
	return before;
}

/* Nobody counts screened people in the public ledger. */
static void
a_list_is_one_entry_however_long(void **state)
{
	uint64_t none = entries_of(fresh_copy(), "");
	uint64_t five = entries_of(
		fresh_copy(), "P1,ci\nP2,ci\nP3,ci\nP4,ci\nP5,informant\n");

	(void)state;
	assert_int_equal(none, five);
}

/* ---- determinations ---- */

static void
a_determination_goes_to_every_source(void **state)
{
	const char *path = fresh_copy();
	struct register_row row = {.id = REG_SCREEN};

	(void)state;
	write_list("P1,ci\nP1,exam\n");
	assert_int_equal(load(path, "ci", "2026-10-01", -1, "counsel"), ERR_OK);
	assert_int_equal(
		load(path, "exam", "2026-10-01", -1, "counsel"), ERR_OK);
	register_put(&row, REG_SCREEN_PERSON, SPAN("P1"));
	register_put(&row, REG_SCREEN_GROUND, SPAN("ci"));
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	instance_close(&in);
	assert_int_equal(
		determine(path, "counsel", "P1", "ci", "clear"), ERR_OK);
	assert_true(stops(path, "P1")); /* exam */
	assert_int_equal(
		determine(path, "counsel", "P1", "exam", "clear"), ERR_OK);
	assert_false(stops(path, "P1"));
	/* by hand, and again by another finding */
	assert_int_equal(
		determine(path, "counsel", "P1", "ci", "impair"), ERR_OK);
	assert_true(stops(path, "P1"));
	assert_int_equal(
		determine(path, "counsel", "P2", "ci", "identify"), ERR_OK);
	assert_true(stops(path, "P2"));
}

static enum err
first_flagged(void *context, struct store_request *row)
{
	struct store_request *found = context;
	struct batch_request b;
	bool met[LAW_RULES_MAX];

	if (found->line != 0 || row->state != CASE_WITHHELD)
		return ERR_OK;
	assert_int_equal(proc_batch_open(&in, row, &b), ERR_OK);
	evidence_set_flag(&b.evidence, EV_SCREEN, true);
	if (!b.result.screen_clear &&
		proc_batch_decide(in.law, &b.evidence, met) == LAW_REVIEW)
		*found = *row;
	proc_batch_fini(&b);
	return ERR_OK;
}

static const char *sought;

static enum err
same_id(void *context, struct store_request *row)
{
	if (strcmp(row->id, sought) == 0)
		*(struct store_request *)context = *row;
	return ERR_OK;
}

static int
replay_it(void *arg)
{
	struct proc_replay_result r;
	struct why w = {""};
	enum err e = proc_replay(arg, 1, world_key(arg, "reviewer-1"), &r, &w);

	if (e != ERR_OK || r.different != 0)
		print_error("%s %s\n", w.text, r.difference[0].text);
	return e != ERR_OK || r.different != 0;
}

/* ---- what is shown ---- */

struct seen {
	const char *id; /* of the one request looked for; NULL: any */
	unsigned withheld;
	unsigned by_screen; /* the line names that code alone */
	unsigned by_other;
	unsigned veiled;
	char line[8192]; /* of `id` */
};

static enum err
see_line(void *context, struct span text)
{
	struct seen *s = context;
	char line[8192];

	assert_true(span_copy(text, line, sizeof(line)));
	if (s->id != NULL && strstr(line, s->id) != NULL)
		memcpy(s->line, line, sizeof(line));
	if (strstr(line, "\"outcome\":\"withheld\"") == NULL)
		return ERR_OK;
	s->withheld++;
	s->by_screen += strstr(line, "\"codes\":[\"I2-6-SCREEN\"]") != NULL;
	s->by_other += strstr(line, "I2-6-SCREEN") == NULL;
	s->veiled += strstr(line, "I2-6-SCREEN") != NULL &&
		     strstr(line, "AG-OWN-ROW") != NULL &&
		     strstr(line, "AG-YEARS") != NULL &&
		     strstr(line, "screen-clear") == NULL &&
		     strstr(line, "screen_clear") == NULL &&
		     strstr(line, "own-row") == NULL &&
		     strstr(line, "own_row") == NULL &&
		     strstr(line, "years") == NULL;
	return ERR_OK;
}

static void
see(const char *path, const char *who, struct seen *s)
{
	world_open(path, INSTANCE_LEDGER, who, &in);
	assert_int_equal(proc_decisions_print(&in, 1, see_line, s), ERR_OK);
	instance_close(&in);
}

/* Whom a screen withholds, and whom the roll has nothing of, look the same. */
static void
reviewers_do_not_see_a_screen(void **state)
{
	const char *path = fresh_copy();
	struct seen reviewer = {.id = NULL};
	struct seen counsel = {.id = NULL};

	(void)state;
	see(path, "reviewer-1", &reviewer);
	see(path, "counsel", &counsel);
	assert_true(counsel.by_screen > 0 && counsel.by_other > 0);
	assert_int_equal(counsel.veiled, 0);
	assert_int_equal(reviewer.withheld, counsel.withheld);
	assert_int_equal(reviewer.veiled, reviewer.withheld);
}

/* Withheld by the roll's flag; cleared by the custodian it waits for reviewers,
 * without an entry of its own, and the batch replays. */
static void
what_only_a_screen_withheld_goes_on(void **state)
{
	static const char *const grounds[] = {"informant", "exam", "ci"};
	const char *path = fresh_copy();
	struct store_request row = {0};
	struct store_request now = {0};
	struct seen shown = {.id = NULL};
	struct batch_request b;
	char person[STORE_ID_MAX];
	uint64_t woken = 0;
	uint64_t total = 0;

	(void)state;
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_batch_each(&in, 1, first_flagged, &row), ERR_OK);
	assert_true(row.line > 0);
	assert_int_equal(proc_batch_open(&in, &row, &b), ERR_OK);
	assert_true(span_copy(b.person, person, sizeof(person)));
	proc_batch_fini(&b);
	for (size_t i = 0; i < 3; i++) {
		uint64_t before = in.next;

		assert_int_equal(proc_screen_determine(&in, person, grounds[i],
					 "clear", &woken),
			ERR_OK);
		assert_int_equal(in.next, before + 2); /* row, head */
		total += woken;
	}
	assert_true(total >= 1);
	sought = row.id;
	assert_int_equal(proc_batch_each(&in, 1, same_id, &now), ERR_OK);
	assert_int_equal(now.state, CASE_REVIEW);
	assert_int_equal(now.unmet, 0);
	assert_memory_not_equal(now.verdict, row.verdict, 32);
	instance_close(&in);
	/* that there was a screen is not told either */
	shown.id = row.id;
	see(path, "reviewer-1", &shown);
	assert_non_null(strstr(shown.line, "\"outcome\":\"review\""));
	assert_non_null(strstr(shown.line, "\"record.screen-clear\":true"));
	assert_non_null(strstr(shown.line, "\"screen_clear\":true"));
	assert_non_null(strstr(shown.line, "\"codes\":[]"));
	assert_int_equal(world_apart(replay_it, (void *)(uintptr_t)path), 0);
}

/* ---- age ---- */

static void
a_play_s_roll_is_as_new_as_its_day(void **state)
{
	const char *path = fresh_copy();

	(void)state;
	world_open(path, INSTANCE_LEDGER | INSTANCE_VAULT, NULL, &in);
	in.clock += 5000;
	assert_int_equal(proc_screen_fresh(&in, in.law), ERR_OK);
	/* Elsewhere it is as old as its file, while no row speaks of it. */
	in.sandbox = false;
	assert_int_equal(proc_screen_fresh(&in, in.law), ERR_TOO_LATE);
	in.clock -= 5000;
	assert_int_equal(proc_screen_fresh(&in, in.law), ERR_OK);
	in.clock += (int32_t)law_screen_days(in.law);
	assert_int_equal(proc_screen_fresh(&in, in.law), ERR_OK);
	in.clock += 2; /* the tests may run over midnight */
	assert_int_equal(proc_screen_fresh(&in, in.law), ERR_TOO_LATE);
	assert_non_null(strstr(in.why.text, "days old, and over 90 nothing"));
	/* and a roll that is loaded says its day */
	assert_int_equal(proc_screen_of_roll(&in, in.engine, 7), ERR_OK);
	assert_int_equal(proc_screen_fresh(&in, in.law), ERR_OK);
	assert_int_equal(register_n(in.registers, REG_SCREENING), 1);
	instance_close(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_replaces_the_one_of_its_source),
		cmocka_unit_test(what_was_determined_to_stop_stays),
		cmocka_unit_test(a_list_that_ends_most_says_how_many_it_has),
		cmocka_unit_test(
			who_may_not_and_what_is_no_list_change_nothing),
		cmocka_unit_test(a_list_is_one_entry_however_long),
		cmocka_unit_test(a_determination_goes_to_every_source),
		cmocka_unit_test(reviewers_do_not_see_a_screen),
		cmocka_unit_test(what_only_a_screen_withheld_goes_on),
		cmocka_unit_test(a_play_s_roll_is_as_new_as_its_day),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
