/* SPDX-License-Identifier: Apache-2.0 */
/* A batch decided again says the same, until one byte of what it stands on is
 * changed; and what is read of a batch never shows the record. */
#include "proc_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "proc/proc_explain.h"
#include "proc/proc_registrar.h"
#include "proc/proc_replay.h"
#include "proc/proc_report.h"

/* What the replaying process leaves here is shared with it. */
struct replayed {
	const char *path;
	const char *key;
	enum err e;
	struct why why;
	struct proc_replay_result r;
};

static int
replay_it(void *arg)
{
	struct replayed *x = arg;

	x->e = proc_replay(x->path, 1, x->key, &x->r, &x->why);
	return 0;
}

static struct replayed *
replay_as(const char *path, const char *key)
{
	static struct replayed *x;

	if (x == NULL)
		x = mmap(NULL, sizeof(*x), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(x != MAP_FAILED);
	*x = (struct replayed){.path = path, .key = key};
	assert_int_equal(world_apart(replay_it, x), 0);
	return x;
}

static struct proc_replay_result
replay(const char *path)
{
	struct replayed *x = replay_as(path, NULL);

	if (x->e != ERR_OK)
		fail_msg("%s: %s", err_text(x->e), x->why.text);
	return x->r;
}

static void
says(const struct proc_replay_result *r, const char *what)
{
	for (size_t i = 0; i < r->n_differences; i++)
		if (strstr(r->difference[i].text, what) != NULL)
			return;
	fail_msg("nothing says '%s', of %zu differences", what,
		r->n_differences);
}

static void
a_batch_replays_the_same(void **state)
{
	struct proc_replay_result r = replay(world_copy());

	(void)state;
	for (size_t i = 0; i < r.n_differences; i++)
		print_error("line %lu: %s\n",
			(unsigned long)r.difference[i].line,
			r.difference[i].text);
	assert_int_equal(r.different, 0);
	assert_int_equal(r.requests, WORLD_REQUESTS);
	assert_int_equal(r.graded, WORLD_REQUESTS);
	assert_true(r.matched > WORLD_REQUESTS / 4);
	assert_int_equal(r.openings, r.requests + r.matched);
	assert_int_equal(r.decided, r.openings);
	assert_int_equal(r.no_roll, 0);
	assert_int_equal(r.other_engine, 0);
}

/* A replay writes entries of its own; they change nothing that was decided. */
static void
a_replay_replays_the_same(void **state)
{
	const char *path = world_copy();

	(void)state;
	assert_int_equal(replay(path).different, 0);
	assert_int_equal(replay(path).different, 0);
}

static void
one_byte_of_an_opening_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_sql(path, "UPDATE journal SET sealed = "
			"CAST(substr(sealed, 1, 40) AS BLOB) || "
			"CASE WHEN substr(sealed, 41, 1) = x'00' "
			"THEN x'01' ELSE x'00' END || "
			"CAST(substr(sealed, 42) AS BLOB) WHERE idx = "
			"(SELECT judged FROM request WHERE line = 9)");
	r = replay(path);
	assert_int_equal(r.different, 1);
	assert_int_equal(r.difference[0].line, 9);
	says(&r, "does not hold");
}

static void
one_byte_of_the_journal_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_sql(path, "UPDATE journal SET entry = "
			"CAST(substr(entry, 1, 60) AS BLOB) || "
			"CASE WHEN substr(entry, 61, 1) = x'00' "
			"THEN x'01' ELSE x'00' END || "
			"CAST(substr(entry, 62) AS BLOB) WHERE idx = "
			"(SELECT judged FROM request WHERE line = 9)");
	r = replay(path);
	assert_int_equal(r.different, 1);
	assert_int_equal(r.difference[0].line, 9);
}

/* An opening that belongs to another entry does not stand in for it. */
static void
two_openings_exchanged_are_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_sql(path, "UPDATE request SET judged = (SELECT r.judged FROM "
			"request r WHERE r.line = 10) WHERE line = 9");
	r = replay(path);
	says(&r, "is of another request");
}

/* So many entries more that the keeper's own journal no longer has the first
 * ones: those it would put right by itself. */
static void
grow_ledger(const char *path)
{
	static struct instance in;

	world_open(path, INSTANCE_LEDGER, NULL, &in);
	assert_int_equal(account_begin(&in), ERR_OK);
	for (int i = 0; i < 4200; i++)
		assert_int_equal(
			account_act(&in, "read", 0, "", span_of(NULL, 0), NULL),
			ERR_OK);
	assert_int_equal(account_commit(&in), ERR_OK);
	assert_int_equal(account_publish(&in, NULL), ERR_OK);
	instance_close(&in);
}

static void
one_byte_of_the_public_ledger_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	grow_ledger(path);
	/* entry 200, in its law's hash */
	world_damage(path, "ledger/tile/entries/000", 200 * 258 + 2 + 100);
	r = replay(path);
	assert_true(r.different > 0);
	says(&r, "the ledger: ");
	says(&r, "entry 200 is not the one in the ledger");
}

static void
another_verdict_in_the_store_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_sql(path, "UPDATE request SET verdict = zeroblob(32) WHERE "
			"line = (SELECT min(line) FROM request "
			"WHERE matched != -1)");
	r = replay(path);
	assert_int_equal(r.different, 1);
	says(&r, "the verdict has another hash");
}

static void
another_answer_in_the_store_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_sql(path, "UPDATE request SET unmet = unmet | 1 WHERE line = 3");
	r = replay(path);
	assert_int_equal(r.different, 1);
	says(&r, "other rules");
}

static void
a_line_taken_away_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_sql(path, "DELETE FROM request WHERE line = 300");
	r = replay(path);
	assert_int_equal(r.different, 1);
	says(&r, "lines, the store");
}

/* ---- law ---- */

static void
read_file(const char *path, const char *name, struct buf *to)
{
	char full[2 * WORLD_PATH];
	char some[256];
	size_t n;
	FILE *f;

	(void)snprintf(full, sizeof(full), "%s/%s", path, name);
	f = fopen(full, "r");
	assert_non_null(f);
	while ((n = fread(some, 1, sizeof(some), f)) > 0)
		buf_bytes(to, span_of(some, n));
	(void)fclose(f);
}

static void
load_law(const char *path, const char *from, const char *to)
{
	static struct instance in;
	char command[4 * WORLD_PATH];
	char file[2 * WORLD_PATH];
	const char *files[] = {file};
	OWNED_BUF(wrong, 1 << 16);
	enum err e;

	(void)snprintf(file, sizeof(file), "%s/irs-ice-2025.md", path);
	(void)snprintf(command, sizeof(command),
		"sed 's/%s/%s/' " WEIR_SOURCE "/agreements/irs-ice-2025.md "
		"> '%s'",
		from, to, file);
	assert_int_equal(system(command), 0);
	world_prove(path, file);
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	e = proc_registrar_load(&in, files, 1, NULL, &wrong);
	if (e != ERR_OK)
		fail_msg("%s: %.*s", in.why.text, (int)wrong.n,
			(const char *)wrong.at);
	instance_close(&in);
}

static void
a_batch_keeps_the_law_it_was_decided_under(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;
	OWNED_BUF(old, 4096);
	char set[128];

	(void)state;
	read_file(path, "law/current", &old);
	load_law(path, "require request.periods at most periods-most",
		"require request.periods at most 0");
	assert_int_equal(replay(path).different, 0);
	/* The old set is now what entries name, and no more. */
	(void)snprintf(set, sizeof(set), "law/%.64s/2-*", (char *)old.at);
	world_damage(path, set, 20);
	r = replay(path);
	assert_int_equal(r.different, 1);
	assert_int_equal(r.decided, 0);
	says(&r, "not the files that were loaded");
}

static void
one_byte_of_a_law_file_is_seen(void **state)
{
	const char *path = world_copy();
	struct replayed *x;

	(void)state;
	world_damage(path, "law/[0-9a-f]*/0-*", 20);
	x = replay_as(path, NULL);
	assert_int_equal(x->e, ERR_DAMAGED);
	assert_non_null(strstr(x->why.text, "not the files that were loaded"));
}

/* ---- rolls ---- */

static void
without_its_roll_the_rest_is_still_compared(void **state)
{
	const char *path = world_copy();
	char command[2 * WORLD_PATH];
	struct proc_replay_result r;

	(void)state;
	(void)snprintf(command, sizeof(command), "rm '%s'/roll/*.idx", path);
	assert_int_equal(system(command), 0);
	r = replay(path);
	assert_int_equal(r.different, 0);
	assert_int_equal(r.matched, 0);
	assert_true(r.no_roll > 0);
}

static void
one_byte_of_the_roll_is_seen(void **state)
{
	const char *path = world_copy();
	struct proc_replay_result r;

	(void)state;
	world_damage(path, "roll/*.idx", 20000);
	r = replay(path);
	assert_int_equal(r.different, 1);
	says(&r, "the roll that was asked is damaged");
}

/* ---- reading ---- */

static void
nobody_without_a_role_reads(void **state)
{
	static struct instance in;
	const char *path = world_copy();
	OWNED(report_totals) totals = NULL;
	OWNED_BUF(text, 1 << 20);

	(void)state;
	assert_int_equal(replay_as(path, world_key(path, "certifier"))->e,
		ERR_NOT_ALLOWED);
	world_open(path, INSTANCE_LEDGER, "certifier", &in);
	assert_int_equal(proc_explain(&in, 0, "R0000000", false, &text),
		ERR_NOT_ALLOWED);
	assert_int_equal(report_totals_new(&totals), ERR_OK);
	assert_int_equal(
		proc_report_accounting(&in, 0, NULL, NULL, totals, NULL),
		ERR_NOT_ALLOWED);
	instance_close(&in);
	assert_int_equal(text.n, 0);
}

struct told {
	struct instance *in;
	size_t confirmed;
};

/* Nothing of the record: not even the id it has there. */
static enum err
tell_one(void *context, struct store_request *row)
{
	struct told *t = context;
	struct batch_request b;
	char person[80];
	OWNED_BUF(text, 1 << 20);

	assert_int_equal(proc_batch_open(t->in, row, &b), ERR_OK);
	assert_true(span_copy(b.person, person, sizeof(person)));
	assert_int_equal(
		proc_explain(t->in, row->batch, row->id, false, &text), ERR_OK);
	buf_u8(&text, 0);
	assert_non_null(strstr((const char *)text.at, row->id));
	assert_non_null(strstr((const char *)text.at, "The law, files "));
	assert_non_null(strstr((const char *)text.at, "\"status\":"));
	if (person[0] != '\0') {
		assert_null(strstr((const char *)text.at, person));
		assert_non_null(
			strstr((const char *)text.at, "The record, graded"));
		t->confirmed++;
	}
	proc_batch_fini(&b);
	return ERR_OK;
}

static void
explain_tells_grades_and_never_the_record(void **state)
{
	static struct instance in;
	static struct store_request rows[WORLD_REQUESTS];
	struct told t = {.in = &in};
	const char *path = world_copy();
	size_t n = 0;
	uint64_t before;

	(void)state;
	world_open(path, INSTANCE_LEDGER, NULL, &in);
	before = in.next;
	assert_int_equal(
		store_request_page(in.store, 1, 0, rows, WORLD_REQUESTS, &n),
		ERR_OK);
	for (size_t i = 0; i < n; i++)
		if (rows[i].id[0] != '\0')
			assert_int_equal(tell_one(&t, &rows[i]), ERR_OK);
	assert_true(t.confirmed > 10);
	/* each reading is an entry */
	assert_true(in.next >= before + t.confirmed);
	instance_close(&in);
}

static void
what_a_requester_wrote_cannot_draw_on_the_screen(void **state)
{
	OWNED_BUF(text, 256);

	(void)state;
	proc_explain_text(SPAN("a\nb\x1b[2J\xe2\x80\xae"), &text);
	assert_true(span_eq(
		buf_span(&text), SPAN("a\\x0ab\\x1b[2J\\xe2\\x80\\xae")));
}

static void
the_accounting_counts_every_request(void **state)
{
	static struct instance in;
	OWNED(report_totals) totals = NULL;
	struct report_counts all;

	(void)state;
	world_open(world_copy(), INSTANCE_LEDGER, NULL, &in);
	assert_int_equal(report_totals_new(&totals), ERR_OK);
	assert_int_equal(
		proc_report_accounting(&in, 0, NULL, NULL, totals, NULL),
		ERR_OK);
	assert_true(report_totals_get(totals, SPAN(""), 0, &all));
	assert_int_equal(all.requests, WORLD_REQUESTS);
	assert_int_equal(all.requests, all.refused + all.open);
	assert_true(all.refused > 0 && all.open > 0);
	instance_close(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_replays_the_same),
		cmocka_unit_test(a_replay_replays_the_same),
		cmocka_unit_test(one_byte_of_an_opening_is_seen),
		cmocka_unit_test(one_byte_of_the_journal_is_seen),
		cmocka_unit_test(two_openings_exchanged_are_seen),
		cmocka_unit_test(one_byte_of_the_public_ledger_is_seen),
		cmocka_unit_test(another_verdict_in_the_store_is_seen),
		cmocka_unit_test(another_answer_in_the_store_is_seen),
		cmocka_unit_test(a_line_taken_away_is_seen),
		cmocka_unit_test(a_batch_keeps_the_law_it_was_decided_under),
		cmocka_unit_test(one_byte_of_a_law_file_is_seen),
		cmocka_unit_test(without_its_roll_the_rest_is_still_compared),
		cmocka_unit_test(one_byte_of_the_roll_is_seen),
		cmocka_unit_test(nobody_without_a_role_reads),
		cmocka_unit_test(explain_tells_grades_and_never_the_record),
		cmocka_unit_test(
			what_a_requester_wrote_cannot_draw_on_the_screen),
		cmocka_unit_test(the_accounting_counts_every_request),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
