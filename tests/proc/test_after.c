/* SPDX-License-Identifier: Apache-2.0 */
/* What follows a delivery: notes and lists of matters are bound to the ledger;
 * what goes into a report is read over; a store that lies is found out. */
#include "proc_world.h"

#include <stdio.h>

#include "proc/proc_affected.h"
#include "proc/proc_custody.h"
#include "proc/proc_demand.h"
#include "proc/proc_incident.h"
#include "proc/proc_look.h"
#include "proc/proc_tend.h"

static struct instance in;

static const char *
opened_as(const char *who)
{
	const char *path = world_copy();

	world_open(path, INSTANCE_LEDGER, who, &in);
	return path;
}

static uint64_t
an_incident(struct proc_list *named)
{
	struct proc_incident incident = {
		.field = {NULL, NULL, "by a review", "a rule was wrong"}};
	uint64_t n = 0;

	assert_int_equal(proc_incident_open(&in, &incident, named, &n), ERR_OK);
	return n;
}

/* Line 1 to 3 of the batch, 2 named twice. */
static void
three(struct proc_list *to)
{
	const uint64_t lines[] = {3, 2, 1, 2};

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(proc_list_add(to, 1, lines[i]), ERR_OK);
}

static void
a_list_is_sorted_kept_and_found_again(void **state)
{
	struct proc_list list = {0};
	struct proc_incident_words w;
	uint64_t n;

	(void)state;
	(void)opened_as("counsel");
	three(&list);
	n = an_incident(&list);
	proc_list_fini(&list);
	assert_int_equal(proc_incident_read(&in, n, &w), ERR_OK);
	assert_int_equal(w.named.n, 3);
	assert_true(proc_list_has(&w.named, 1, 1));
	assert_true(proc_list_has(&w.named, 1, 3));
	assert_false(proc_list_has(&w.named, 1, 4));
	assert_false(proc_list_has(&w.named, 2, 1));
	assert_true(span_eq(w.report.value[0], SPAN(PROC_INCIDENT_UNKNOWN)));
	assert_true(span_eq(w.report.value[3], SPAN("a rule was wrong")));
	assert_int_equal(w.report.due_at, w.report.opened_at + 24 * 3600);
	proc_incident_fini(&w);
	instance_close(&in);
}

/* The hash in the noted act is of the list: a store that lost, gained or
 * changed a request is found out; so is a trail that is cut or points
 * elsewhere. */
static void
a_store_that_lies_about_a_matter_is_damaged(void **state)
{
	static const char *const lies[] = {
		"UPDATE named SET bytes = substr(bytes, 1, 24)"
		" WHERE name LIKE 'matter/%/list'",
		"UPDATE named SET bytes = bytes || x'000000010000000000000009'"
		" WHERE name LIKE 'matter/%/list'",
		"UPDATE named SET bytes = x'000000010000000000000001"
		"000000010000000000000002000000010000000000000004'"
		" WHERE name LIKE 'matter/%/list'",
		"DELETE FROM named WHERE name LIKE 'matter/%/list'",
		"UPDATE named SET bytes = substr(bytes, 1, 7)"
		" WHERE name LIKE 'matter/%/trail'",
		"UPDATE named SET bytes = x'0000000000000001'"
		" WHERE name LIKE 'matter/%/trail'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct proc_list list = {0};
		struct proc_incident_words w;
		const char *path = opened_as("counsel");
		uint64_t n;

		three(&list);
		n = an_incident(&list);
		proc_list_fini(&list);
		instance_close(&in);
		world_sql(path, lies[i]);
		world_open(path, INSTANCE_LEDGER, "counsel", &in);
		if (proc_incident_read(&in, n, &w) != ERR_DAMAGED)
			fail_msg("not seen: %s", lies[i]);
		instance_close(&in);
	}
}

/* A trail that is another matter's. */
static void
a_trail_belongs_to_one_matter(void **state)
{
	struct proc_list list = {0};
	struct proc_incident_words w;
	const char *path = opened_as("counsel");
	uint64_t first;
	uint64_t second;
	char sql[200];

	(void)state;
	three(&list);
	first = an_incident(&list);
	second = an_incident(&list);
	proc_list_fini(&list);
	instance_close(&in);
	(void)snprintf(sql, sizeof(sql),
		"UPDATE named SET bytes = (SELECT bytes FROM named WHERE name ="
		" 'matter/%d/trail') WHERE name = 'matter/%d/trail'",
		(int)first, (int)second);
	world_sql(path, sql);
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_incident_read(&in, first, &w), ERR_OK);
	proc_incident_fini(&w);
	assert_int_equal(proc_incident_read(&in, second, &w), ERR_DAMAGED);
	instance_close(&in);
}

/* A field in the request's own words: name, birth date, street, TIN. */
static void
a_report_holds_nothing_of_who_it_is_about(void **state)
{
	struct store_request row;
	struct batch_request b;
	struct proc_list list = {0};
	OWNED_BUF(text, 1024);
	static const enum request_field parts[] = {
		RQ_BIRTH, RQ_STREET, RQ_SURNAME};
	size_t n_seen = 0;

	(void)state;
	(void)opened_as("counsel");
	for (uint64_t line = 1; line <= 60; line++) {
		assert_int_equal(
			store_request_get(in.store, 1, line, &row), ERR_OK);
		assert_int_equal(proc_batch_open(&in, &row, &b), ERR_OK);
		list.n = 0;
		assert_int_equal(proc_list_add(&list, 1, line), ERR_OK);
		for (size_t i = 0; i < 3; i++) {
			struct span part = b.request.field[parts[i]];
			struct span given = b.request.field[RQ_GIVEN];

			buf_clear(&text);
			buf_text(&text, "it went to ");
			if (i == 2)
				buf_bytes(&text, given);
			buf_text(&text, " ");
			buf_bytes(&text, part);
			buf_text(&text, " of there");
			if (part.n < 6 || given.n < 2 || row.answer != 0 ||
				!span_is_plain(part) || !span_is_plain(given))
				continue;
			n_seen++;
			if (proc_incident_read_over(&in, "what",
				    buf_span(&text), &list) != ERR_MALFORMED)
				fail_msg("taken: %.*s", (int)text.n,
					(const char *)text.at);
		}
		proc_batch_fini(&b);
	}
	assert_true(n_seen > 30);
	list.n = 0;
	assert_int_equal(proc_list_add(&list, 1, 1), ERR_OK);
	assert_int_equal(proc_incident_read_over(&in, "what",
				 SPAN("the rule of the unit was wrong"), &list),
		ERR_OK);
	proc_list_fini(&list);
	instance_close(&in);
}

static void
an_incident_is_amended_until_it_is_closed(void **state)
{
	struct proc_list none = {0};
	struct proc_incident more = {.field = {"the office"}};
	struct proc_incident_words w;
	char long_text[400];
	uint64_t n;

	(void)state;
	(void)opened_as("counsel");
	n = an_incident(&none);
	assert_int_equal(proc_incident_amend(&in, n, &more), ERR_OK);
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	more.field[0] = long_text; /* 200 bytes at most */
	assert_int_equal(proc_incident_amend(&in, n, &more), ERR_MALFORMED);
	more.field[0] = "two\nlines";
	assert_int_equal(proc_incident_amend(&in, n, &more), ERR_MALFORMED);
	assert_int_equal(
		proc_incident_report(&in, n, false, &w), ERR_MALFORMED);
	assert_non_null(strstr(in.why.text, "not known yet"));
	assert_int_equal(proc_incident_report(&in, n, true, &w), ERR_OK);
	assert_true(span_eq(w.report.value[0], SPAN("the office")));
	assert_int_equal(w.report.reported_at, in.at);
	proc_incident_fini(&w);
	assert_int_equal(
		proc_matter_answer(&in, n, "close", SPAN("done")), ERR_OK);
	more.field[0] = "again";
	assert_int_equal(proc_incident_amend(&in, n, &more), ERR_BAD_MOVE);
	assert_int_equal(proc_incident_read(&in, n + 1, &w), ERR_NOT_FOUND);
	instance_close(&in);
}

static enum err
count_item(void *context, const struct proc_tend_item *item)
{
	uint64_t *n = context;

	assert_non_null(item->what);
	assert_true(span_is_plain(span_text(item->text)));
	(*n)++;
	return ERR_OK;
}

/* Nothing was handed over: nothing lapses, is drawn or demanded. */
static void
before_a_release_nothing_follows(void **state)
{
	struct proc_tend_result result;
	struct proc_custody_options o = {.ack_days = 5};
	struct proc_custody_counts counts;
	struct proc_demand_options demand = {.batch = 1, .ground = "g"};
	struct proc_demand_result made;
	struct proc_affected_options asked = {.neutral = true};
	struct proc_affected_counts affected;
	uint64_t n = 0;

	(void)state;
	(void)opened_as("operator");
	assert_int_equal(proc_tend(&in, count_item, &n, &result), ERR_OK);
	assert_int_equal(result.lapsed + result.drawn + result.settled, 0);
	assert_int_equal(n, result.due);
	assert_int_equal(proc_custody(&in, &o, NULL, NULL, &counts), ERR_OK);
	assert_int_equal(counts.packages, 0);
	assert_int_equal(proc_demand_make(&in, &demand, &made), ERR_NOT_FOUND);
	demand.ground = " ";
	assert_int_equal(proc_demand_make(&in, &demand, &made), ERR_MALFORMED);
	assert_int_equal(
		proc_affected(&in, &asked, NULL, NULL, &affected, NULL),
		ERR_OK);
	assert_int_equal(affected.answers, 0);
	asked.law = "abc";
	assert_int_equal(
		proc_affected(&in, &asked, NULL, NULL, &affected, NULL),
		ERR_MALFORMED);
	asked.law = "ABCD";
	assert_int_equal(
		proc_affected(&in, &asked, NULL, NULL, &affected, NULL),
		ERR_MALFORMED);
	instance_close(&in);
}

/* The manifest's date is kept beside the batch's entry; an older program's
 * batch has none, and counts from its day of receipt. */
static void
the_manifest_s_day_is_never_after_receipt(void **state)
{
	struct store_batch batch;
	int32_t day = 0;

	(void)state;
	(void)opened_as("operator");
	assert_int_equal(proc_batch_get(&in, 1, &batch), ERR_OK);
	assert_int_equal(proc_batch_manifest_day(&in, &batch, &day), ERR_OK);
	assert_true(day <= batch.today);
	batch.today = day - 10;
	assert_int_equal(proc_batch_manifest_day(&in, &batch, &day), ERR_OK);
	assert_int_equal(day, batch.today);
	instance_close(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_sorted_kept_and_found_again),
		cmocka_unit_test(a_store_that_lies_about_a_matter_is_damaged),
		cmocka_unit_test(a_trail_belongs_to_one_matter),
		cmocka_unit_test(a_report_holds_nothing_of_who_it_is_about),
		cmocka_unit_test(an_incident_is_amended_until_it_is_closed),
		cmocka_unit_test(before_a_release_nothing_follows),
		cmocka_unit_test(the_manifest_s_day_is_never_after_receipt),
	};

	assert_int_equal(crypto_init(), ERR_OK);
	return cmocka_run_group_tests(tests, world_make, world_remove);
}
