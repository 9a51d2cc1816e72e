/* SPDX-License-Identifier: Apache-2.0 */
/* What left that an order covers, and where each copy is now. */
#include "proc_answered.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "letter/letter.h"
#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_left.h"
#include "proc/proc_recall.h"

#define in answered
#define path answered_path
#define fine answered_fine
#define as answered_as

enum { ITEMS = 2 * WORLD_REQUESTS };

static struct told {
	char id[STORE_ID_MAX];
	char officer[STORE_ID_MAX];
	uint64_t entry;
	int64_t at;
	bool address;
	bool by_record;
	enum proc_custody_place place;
	int64_t place_at;
	uint64_t place_entry;
} told[ITEMS];
static size_t n_told;
static struct proc_left_about about;
static struct proc_left_counts counts;

static enum err
take_about(void *context, const struct proc_left_about *a)
{
	(void)context;
	about = *a;
	return ERR_OK;
}

static enum err
take_item(void *context, const struct proc_left_item *item)
{
	struct told *t = &told[n_told++];

	(void)context;
	assert_true(n_told <= ITEMS);
	*t = (struct told){.entry = item->entry,
		.at = item->at,
		.address = item->address,
		.by_record = item->by_record,
		.place = item->place,
		.place_at = item->place_at,
		.place_entry = item->place_entry};
	(void)snprintf(t->id, sizeof(t->id), "%s", item->row->id);
	assert_true(span_copy(item->officer, t->officer, STORE_ID_MAX));
	assert_int_equal(item->print.n, 32);
	assert_true(item->recipient.n > 0);
	return ERR_OK;
}

static enum err
ask(uint64_t hold, int64_t since)
{
	const struct proc_left_calls calls = {take_about, take_item, NULL};

	n_told = 0;
	return proc_left(&in, hold, since, &calls, &counts);
}

/* Asks, and checks that the totals are those of the list. */
static void
list(uint64_t hold, int64_t since)
{
	uint64_t place[CUSTODY_DESTROYED + 1] = {0};
	uint64_t addresses = 0;
	uint64_t acknowledged = 0;

	fine(ask(hold, since));
	for (size_t i = 0; i < n_told; i++) {
		place[told[i].place]++;
		addresses += told[i].address;
		acknowledged += told[i].place == CUSTODY_RECIPIENT &&
				told[i].place_at != 0;
		assert_true(i == 0 || told[i].entry > told[i - 1].entry);
		assert_true(told[i].entry < about.entry);
		assert_true(told[i].at >= about.since);
	}
	assert_int_equal(counts.left, n_told);
	assert_int_equal(counts.acknowledged, acknowledged);
	assert_memory_equal(counts.place, place, sizeof(place));
	assert_int_equal(counts.addresses, about.outcomes ? addresses : 0);
	assert_int_equal(
		counts.neutral, about.outcomes ? n_told - addresses : 0);
	assert_int_equal(about.as_of, in.at);
}

/* A hold of the day before all was answered, as counsel; it pulls nothing back
 * where everything was fetched. */
static uint64_t
place_to(const char *scope, enum hold_effect effect, bool sealed)
{
	struct span text = span_text(scope);
	struct proc_hold_placed placed;
	int32_t today;
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = effect,
		.sealed = sealed,
		.review_day = DAY_NONE,
		.scopes = &text,
		.n_scopes = 1,
	};

	assert_true(day_parse(SPAN(WORLD_TODAY), &today));
	order.effective_at = (int64_t)today * 86400;
	as("counsel");
	fine(proc_hold_place(&in, &order, &placed));
	return placed.number;
}

static uint64_t
place_on(const char *scope, bool sealed)
{
	return place_to(scope, HOLD_TO_STOP, sealed);
}

static void
fetch(const char *id)
{
	char name[2 * WORLD_PATH];

	(void)snprintf(name, sizeof(name), "%s/outbox/1/%s.cms", path, id);
	assert_int_equal(unlink(name), 0);
}

/* Who was given an address, of those that state a TIN or do not. */
static struct store_request found;
static char person[128];

static enum err
take_found(void *context, struct store_request *row)
{
	const bool *tin = context;
	struct batch_request b;
	char digits[16];

	if (row->state != CASE_DELIVERED || found.id[0] != '\0')
		return ERR_OK;
	fine(proc_batch_open(&in, row, &b));
	if (request_tin(&b.request, digits) == *tin) {
		found = *row;
		assert_true(span_copy(b.person, person, sizeof(person)));
	}
	proc_batch_fini(&b);
	return ERR_OK;
}

static void
find_address(bool tin)
{
	memset(&found, 0, sizeof(found));
	as("counsel");
	fine(proc_batch_each(&in, 1, take_found, &tin));
	assert_true(found.id[0] != '\0');
}

static enum err
fetch_row(void *context, struct store_request *row)
{
	(void)context;
	if (row->delivered != STORE_NO_ENTRY)
		fetch(row->id);
	return ERR_OK;
}

static void
fetch_all(void)
{
	as("counsel");
	fine(proc_batch_each(&in, 1, fetch_row, NULL));
}

/* A line that was answered twice: what the letter is about. */
static enum err
take_second(void *context, struct store_request *row)
{
	struct store_letter *letter = context;

	if (row->state == CASE_WITHHELD && row->answered != CASE_ANSWERED_NONE)
		letter->line = row->line;
	return ERR_OK;
}

/* ---- the promises ---- */

static void
everything_of_a_batch_is_listed_once(void **state)
{
	uint64_t hold;
	uint64_t before;
	uint64_t answered_n;

	(void)state;
	fetch_all();
	hold = place_on("batch=1", false);
	before = in.next;
	list(hold, 0);
	assert_int_equal(in.next, before + 1); /* a reading is an entry */
	assert_int_equal(about.entry, before);
	answered_n = n_told;
	assert_true(counts.addresses > 4 && counts.neutral > 4);
	assert_int_equal(counts.place[CUSTODY_RECIPIENT], answered_n);
	/* nothing since a later time */
	list(hold, told[0].at + 1);
	assert_int_equal(n_told, 0);
	list(hold, told[0].at);
	assert_int_equal(n_told, answered_n);
}

static void
only_what_it_covers(void **state)
{
	char scope[160];
	char id[STORE_ID_MAX];
	uint64_t hold;

	(void)state;
	fetch_all();
	find_address(true);
	(void)snprintf(id, sizeof(id), "%s", found.id);
	(void)snprintf(scope, sizeof(scope), "request=%s", id);
	hold = place_on(scope, false);
	list(hold, 0);
	assert_int_equal(n_told, 1);
	assert_string_equal(told[0].id, id);
	assert_string_equal(told[0].officer, found.officer);
	assert_int_equal(told[0].entry, found.delivered);
	assert_true(told[0].address && !told[0].by_record);
	hold = place_on("case=NOBODY-1", false);
	list(hold, 0);
	assert_int_equal(n_told, 0);
}

/* By the person that the entries name; and who may not know of people is told
 * of none. */
static void
a_person_is_found_by_the_entries(void **state)
{
	char scope[160];
	uint64_t hold;

	(void)state;
	fetch_all();
	find_address(true);
	(void)snprintf(scope, sizeof(scope), "person=id:%s", person);
	hold = place_on(scope, false);
	list(hold, 0);
	assert_true(n_told >= 1);
	assert_true(told[0].by_record);
	for (size_t i = 0; i < n_told && told[i].entry != found.delivered; i++)
		assert_true(i + 1 < n_told);
	as("operator");
	list(hold, 0);
	assert_int_equal(n_told, 0);
	assert_false(about.outcomes);
}

/* A TIN that the record may have and the request does not state. */
static void
doubt_is_counted_and_not_listed(void **state)
{
	uint64_t hold;

	(void)state;
	fetch_all();
	find_address(false); /* there is one that states none */
	hold = place_on("person=tin:000000001", false);
	list(hold, 0);
	assert_int_equal(n_told, 0);
	assert_true(counts.doubtful > 0);
	hold = place_on("batch=1", false);
	list(hold, 0);
	assert_int_equal(counts.doubtful, 0);
	assert_true(counts.addresses > 0);
}

static void
where_each_copy_is(void **state)
{
	struct store_letter letter = {
		.kind = LETTER_ACKNOWLEDGE, .batch = 1, .entry = 77};
	uint64_t hold;
	int64_t at = 0;

	(void)state;
	find_address(true);
	fetch(found.id); /* before the hold came: it is with the recipient */
	hold = place_on("batch=1", false);
	list(hold, 0);
	/* what a person reads first is left where it was */
	assert_true(counts.place[CUSTODY_PULLED_BACK] > 0);
	assert_int_equal(counts.place[CUSTODY_RECIPIENT], 1);
	assert_int_equal(counts.place[CUSTODY_OUTBOX] +
				 counts.place[CUSTODY_PULLED_BACK] + 1,
		n_told);
	for (size_t i = 0; i < n_told; i++) {
		if (told[i].place == CUSTODY_PULLED_BACK)
			assert_int_equal(told[i].place_at,
				hold_placed_at(hold_set_at(in.holds, 0)));
		if (told[i].entry != found.delivered)
			continue;
		assert_int_equal(told[i].place, CUSTODY_RECIPIENT);
		assert_int_equal(told[i].place_at, 0);
		at = told[i].at;
	}
	letter.line = found.line;
	letter.at = at + 60;
	fine(account_begin(&in));
	fine(store_letter_add(in.store, &letter));
	fine(account_commit(&in));
	list(hold, 0);
	assert_int_equal(counts.acknowledged, 1);
	letter.kind = LETTER_DESTROYED;
	letter.at = at + 120;
	letter.entry = 78;
	letter.hash[0] = 1;
	fine(account_begin(&in));
	fine(store_letter_add(in.store, &letter));
	fine(account_commit(&in));
	list(hold, 0);
	assert_int_equal(counts.place[CUSTODY_DESTROYED], 1);
	assert_int_equal(counts.acknowledged, 0);
	for (size_t i = 0; i < n_told; i++)
		if (told[i].entry == found.delivered) {
			assert_int_equal(told[i].place_at, at + 120);
			assert_int_equal(told[i].place_entry, 78);
		}
}

/* Pulled back, and given again after the hold: two copies, told apart. */
static void
a_second_package_is_another_line(void **state)
{
	struct proc_release_result r;
	uint64_t hold;
	uint64_t pulled;
	uint64_t entry;
	bool lifted;

	(void)state;
	hold = place_on("all", false);
	list(hold, 0);
	pulled = counts.place[CUSTODY_PULLED_BACK];
	assert_int_equal(counts.place[CUSTODY_RECIPIENT], 0);
	fine(proc_hold_lift(&in, hold, false, &lifted, &entry));
	as("reviewer-1");
	fine(proc_hold_lift(&in, hold, false, &lifted, &entry));
	answered_release(&r);
	assert_int_equal(r.answered, pulled);
	as("counsel");
	list(hold, 0); /* lifted: what did the order mean? */
	assert_int_equal(counts.place[CUSTODY_PULLED_BACK], pulled);
	assert_int_equal(counts.place[CUSTODY_OUTBOX], n_told - pulled);
	assert_true(counts.place[CUSTODY_OUTBOX] >= pulled);
	for (size_t i = 0; i < n_told; i++)
		assert_false(told[i].by_record);
}

/* Fetched, and answered again: the first is with the recipient, whatever lies
 * in the outbox now, and a letter is about the one that was out. */
static void
the_first_of_two_stays_where_it_went(void **state)
{
	struct store_letter letter = {
		.kind = LETTER_ACKNOWLEDGE, .batch = 1, .entry = 77};
	struct proc_release_result r;
	uint64_t hold;
	char sql[128];

	(void)state;
	fetch_all();
	instance_close(&in);
	(void)snprintf(sql, sizeof(sql),
		"UPDATE request SET held = 1 WHERE answered = %d AND state = "
		"%d",
		CASE_ANSWERED_NEUTRAL, CASE_WITHHELD);
	world_sql(path, sql);
	answered_release(&r);
	assert_true(r.answered > 0);
	as("counsel");
	fine(proc_batch_each(&in, 1, take_second, &letter));
	letter.at = in.at;
	fine(account_begin(&in));
	fine(store_letter_add(in.store, &letter));
	fine(account_commit(&in));
	hold = place_to("batch=1", HOLD_TO_PRESERVE, false);
	list(hold, 0);
	assert_int_equal(counts.place[CUSTODY_OUTBOX], r.answered);
	assert_int_equal(counts.place[CUSTODY_RECIPIENT], n_told - r.answered);
	assert_int_equal(counts.acknowledged, 0);
}

/* ---- before it is placed ---- */

static struct hold *
draft_of(const char *scope)
{
	struct span text = span_text(scope);
	struct hold *hold = NULL;
	int32_t today;
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_STOP,
		.review_day = DAY_NONE,
		.scopes = &text,
		.n_scopes = 1,
	};

	assert_true(day_parse(SPAN(WORLD_TODAY), &today));
	order.effective_at = (int64_t)today * 86400;
	fine(proc_hold_draft(&in, &order, &hold));
	return hold;
}

/* What a draft is said to reach is what the hold reaches, and nothing is placed
 * by asking. */
static void
a_draft_tells_what_the_hold_would(void **state)
{
	const struct proc_left_calls calls = {take_about, take_item, NULL};
	OWNED(hold) draft = NULL;
	struct proc_left_counts before;
	size_t n_before;
	uint64_t hold;

	(void)state;
	fetch_all();
	as("counsel");
	draft = draft_of("batch=1");
	n_told = 0;
	fine(proc_left_draft(&in, draft, &calls, &counts));
	before = counts;
	n_before = n_told;
	assert_true(n_before > 8);
	assert_int_equal(hold_set_n(in.holds), 0);
	hold = place_on("batch=1", false);
	assert_int_equal(hold, hold_number(draft));
	list(hold, 0);
	assert_memory_equal(&counts, &before, sizeof(before));
	assert_int_equal(n_told, n_before);
	as("prover");
	assert_int_equal(
		proc_left_draft(&in, draft, &calls, &counts), ERR_NOT_ALLOWED);
}

static struct proc_left_reach reached;

static enum err
take_reach(void *context, const struct proc_left_reach *reach)
{
	(void)context;
	reached = *reach;
	return ERR_OK;
}

static void
reach_of(const char *scope, struct proc_left_reach *ret_sum)
{
	OWNED(hold) draft = draft_of(scope);

	memset(&reached, 0, sizeof(reached));
	fine(proc_left_reach(&in, draft, take_reach, NULL, ret_sum));
}

static void
what_it_stops_is_counted(void **state)
{
	struct proc_left_reach sum;
	struct case_totals totals;
	struct case_sums sums;
	char scope[160];

	(void)state;
	find_address(true);
	fine(proc_batch_totals(&in, 1, &totals));
	sums = case_totals_sums(&totals);
	reach_of("all", &sum);
	assert_int_equal(sum.open + sum.out + sum.closed, sums.received);
	assert_int_equal(sum.out, sums.neutral + sums.delivered);
	assert_int_equal(sum.open, sums.open);
	assert_int_equal(reached.batch, 1);
	(void)snprintf(scope, sizeof(scope), "request=%s", found.id);
	reach_of(scope, &sum);
	assert_true(sum.out == 1 && sum.open == 0 && sum.closed == 0);
	reach_of("batch=2", &sum);
	assert_int_equal(sum.open + sum.out + sum.closed, 0);
	assert_int_equal(reached.batch, 0);
}

/* One request after the other, each opened; and how many have an empty column,
 * as an unreadable line has. */
static void
reach_slowly(const char *scope, uint64_t *ret_covered, uint64_t *ret_empty)
{
	OWNED(hold) draft = draft_of(scope);
	struct store_batch batch;
	struct store_request row;

	*ret_covered = *ret_empty = 0;
	fine(store_batch_get(in.store, 1, &batch));
	for (uint64_t line = 1; line <= batch.n_lines; line++) {
		struct batch_request b;
		struct batch_target target;

		fine(store_request_get(in.store, 1, line, &row));
		*ret_empty += row.id[0] == '\0' || row.officer[0] == '\0';
		fine(proc_batch_open(&in, &row, &b));
		proc_hold_written(&in, &batch, &b, &target);
		*ret_covered += hold_covers(draft, &target.target);
		proc_batch_fini(&b);
	}
}

/* What batch and row tell is not opened for, and it is the same. */
static void
only_what_is_sealed_is_opened(void **state)
{
	struct {
		char scope[160];
		bool opens;
	} tries[] = {{"all", false}, {"batch=1", false}, {"batch=2", false},
		{"agreement=AG-IRS-ICE-2025", false}, {"recipient=CBP", false},
		{"until=2000-01-01", false}, {"from=2000-01-01", false},
		{"case=X-1,batch=2", false}, {"case=X-1", true},
		{"statute=8 USC 1253", true}, {"person=MARIA LOPEZ", true},
		{"person=P00000001", false}, {"", false}, {"", false}};
	enum { N = sizeof(tries) / sizeof(*tries) };

	(void)state;
	find_address(true);
	(void)snprintf(tries[N - 2].scope, sizeof(tries->scope), "recipient=%s",
		found.officer);
	(void)snprintf(tries[N - 1].scope, sizeof(tries->scope), "request=%s",
		found.id);
	for (size_t i = 0; i < N; i++) {
		struct proc_left_reach sum;
		uint64_t covered;
		uint64_t empty;

		reach_of(tries[i].scope, &sum);
		reach_slowly(tries[i].scope, &covered, &empty);
		assert_int_equal(sum.open + sum.out + sum.closed, covered);
		assert_true(empty < 30);
		assert_int_equal(sum.opened > empty, tries[i].opens);
	}
}

static void
who_may_ask(void **state)
{
	static const char *const may[] = {"operator", "reviewer-1", "counsel"};
	uint64_t hold;
	uint64_t sealed;

	(void)state;
	hold = place_on("batch=1", false);
	sealed = place_on("batch=1", true);
	for (size_t i = 0; i < 3; i++) {
		as(may[i]);
		list(hold, 0);
		assert_true(n_told > 0);
		assert_int_equal(about.outcomes, i > 0);
		assert_int_equal(
			ask(sealed, 0), i == 2 ? ERR_OK : ERR_NOT_FOUND);
		assert_int_equal(ask(99, 0), ERR_NOT_FOUND);
	}
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "certifier", &in);
	assert_int_equal(ask(hold, 0), ERR_NOT_ALLOWED);
}

/* A neutral package that was pulled back is with the custodian too: the list
 * that a requester may be sent tells nothing. */
static void
custody_tells_pulled_neutral_ones_too(void **state)
{
	const struct proc_custody_options o = {.ack_days = 5};
	struct proc_custody_counts c;
	uint64_t hold;

	(void)state;
	fetch_all();
	as("counsel");
	fine(proc_custody(&in, &o, NULL, NULL, &c));
	assert_int_equal(c.pulled_back, 0);
	assert_int_equal(answered_end(state), 0);
	assert_int_equal(answered_begin(state), 0);
	hold = place_on("batch=1", false);
	list(hold, 0);
	fine(proc_custody(&in, &o, NULL, NULL, &c));
	assert_int_equal(c.pulled_back, counts.place[CUSTODY_PULLED_BACK]);
	assert_int_equal(c.recipient, 0);
}

/* ---- others, meanwhile ---- */

/* Counsel places a hold, in another process, once a byte comes. */
static int
place_apart(int go, const char *scope)
{
	struct span text = span_text(scope);
	struct instance other;
	struct proc_hold_placed placed;
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_STOP,
		.review_day = DAY_NONE,
		.scopes = &text,
		.n_scopes = 1,
	};
	char byte;
	bool done;

	if (read(go, &byte, 1) != 1)
		return 1;
	done = instance_open(path, INSTANCE_LEDGER, world_key(path, "counsel"),
		       DAY_NONE, &other) == ERR_OK &&
	       proc_hold_place(&other, &order, &placed) == ERR_OK;
	instance_close(&other);
	return !done;
}

/* What is open has the lock; they stand at `turn` when this returns. */
static pid_t
others_wait(const char *scope)
{
	enum err e = ERR_OK;
	int go[2];
	pid_t child;

	instance_close(&in);
	assert_int_equal(pipe(go), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(place_apart(go[0], scope));
	as("counsel");
	assert_int_equal(write(go[1], "", 1), 1);
	while (e != ERR_BUSY) {
		OWNED_FD turn = -1;

		e = os_lock(in.dir, "turn", false, &turn);
		assert_true(e == ERR_OK || e == ERR_BUSY);
	}
	os_close(&go[0]);
	os_close(&go[1]);
	return child;
}

static void
others_did(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
others_come_in_while_a_draft_is_counted(void **state)
{
	OWNED(hold) draft = NULL;
	struct proc_left_reach quiet;
	struct proc_left_reach sum;
	pid_t child;

	(void)state;
	/* the same lines again, as a long batch has them */
	world_sql(path,
		"INSERT INTO request SELECT batch, line + 300 * k, id, answer,"
		" state, answered, held, unmet, person_key, duplicate_key,"
		" reason_key, officer, judged, matched, sealed, delivered,"
		" verdict, package, since, authority FROM request,"
		" (SELECT 1 AS k UNION SELECT 2 UNION SELECT 3)");
	world_sql(path, "UPDATE batch SET n_lines = 4 * n_lines");
	as("counsel");
	draft = draft_of("case=X-1");
	fine(proc_left_reach(&in, draft, NULL, NULL, &quiet));
	assert_int_equal(quiet.meanwhile, 0);
	child = others_wait("case=NOBODY-1");
	fine(proc_left_reach(&in, draft, NULL, NULL, &sum));
	assert_int_equal(hold_set_n(in.holds), 1); /* theirs stands */
	assert_true(sum.meanwhile > 0);
	assert_int_equal(sum.opened, quiet.opened);
	others_did(child);
}

/* What they pulled back is told as it is then: it never left. */
static void
others_come_in_while_what_left_is_listed(void **state)
{
	const struct proc_left_calls calls = {take_about, take_item, NULL};
	OWNED(hold) draft = NULL;
	pid_t child;

	(void)state;
	as("counsel");
	draft = draft_of("all");
	child = others_wait("all");
	n_told = 0;
	fine(proc_left_draft(&in, draft, &calls, &counts));
	assert_true(counts.meanwhile > 0);
	assert_true(counts.place[CUSTODY_OUTBOX] > 0);
	assert_true(counts.place[CUSTODY_PULLED_BACK] > 0);
	assert_int_equal(counts.place[CUSTODY_RECIPIENT], 0);
	others_did(child);
}

int
main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, answered_begin, answered_end)
	const struct CMUnitTest tests[] = {
		TEST(everything_of_a_batch_is_listed_once),
		TEST(only_what_it_covers),
		TEST(a_person_is_found_by_the_entries),
		TEST(doubt_is_counted_and_not_listed),
		TEST(where_each_copy_is),
		TEST(a_second_package_is_another_line),
		TEST(the_first_of_two_stays_where_it_went),
		TEST(a_draft_tells_what_the_hold_would),
		TEST(what_it_stops_is_counted),
		TEST(only_what_is_sealed_is_opened),
		TEST(who_may_ask),
		TEST(custody_tells_pulled_neutral_ones_too),
		TEST(others_come_in_while_a_draft_is_counted),
		TEST(others_come_in_while_what_left_is_listed),
	};

	return cmocka_run_group_tests(tests, answered_make, world_remove);
}
