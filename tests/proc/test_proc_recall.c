/* SPDX-License-Identifier: Apache-2.0 */
/* A hold that arrives pulls back what nobody fetched, and nothing tells which
 * of it were addresses. */
#include "proc_answered.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_recall.h"
#include "proc/proc_registers.h"

enum { LINES = WORLD_REQUESTS + 1 };

#define in answered
#define path answered_path
#define fine answered_fine
#define as answered_as
#define release answered_release
#define begin answered_begin
#define end answered_end

/* ---- what there is ---- */

struct line {
	struct store_request row;
	bool out; /* its package is in the outbox, and may be pulled back */
};

static struct line lines[LINES];
static char first_address[STORE_ID_MAX];

static bool
is_in(const char *folder, const char *id, const char *ending)
{
	char name[2 * WORLD_PATH];
	struct stat st;

	(void)snprintf(
		name, sizeof(name), "%s/%s/1/%s%s", path, folder, id, ending);
	return stat(name, &st) == 0;
}

static enum err
look_row(void *context, struct store_request *row)
{
	(void)context;
	lines[row->line].row = *row;
	lines[row->line].out = is_in("outbox", row->id, ".cms") &&
			       row->state != CASE_REQUEST_REVIEW;
	if (row->state == CASE_DELIVERED && first_address[0] == '\0')
		(void)snprintf(
			first_address, sizeof(first_address), "%s", row->id);
	return ERR_OK;
}

/* Reads all rows and where their packages are. */
static void
look(void)
{
	first_address[0] = '\0';
	memset(lines, 0, sizeof(lines));
	as("operator");
	fine(proc_batch_each(&in, 1, look_row, NULL));
}

static size_t
n_files(const char *folder)
{
	char name[2 * WORLD_PATH];
	struct dirent *d;
	DIR *dir;
	size_t n = 0;

	(void)snprintf(name, sizeof(name), "%s/%s/1", path, folder);
	dir = opendir(name);
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		n += d->d_name[0] != '.';
	(void)closedir(dir);
	return n;
}

static size_t
n_out(void)
{
	size_t n = 0;

	for (size_t i = 1; i < LINES; i++)
		n += lines[i].out;
	return n;
}

static void
place(const char *scope, enum hold_effect effect,
	struct proc_hold_placed *ret_placed)
{
	struct span text = span_text(scope);
	const struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = effect,
		.review_day = DAY_NONE,
		.scopes = &text,
		.n_scopes = 1,
	};

	as("counsel");
	fine(proc_hold_place(&in, &order, ret_placed));
}

/* "recipient=ID" and the like, of what the first address's request says. */
static void
scope_of(const char *kind, enum request_field field, char to[160])
{
	struct batch_request b;
	struct store_request row;
	int n = snprintf(to, 160, "%s=", kind);

	fine(store_request_in(in.store, 1, first_address, &row));
	fine(proc_batch_open(&in, &row, &b));
	assert_true(span_copy(field == RQ_N ? b.person : b.request.field[field],
		to + n, 128));
	proc_batch_fini(&b);
}

/* Every row against what it was: pulled where `is` says so, else as before. */
static void
only_these_are_pulled(bool (*is)(const struct line *before, void *arg),
	void *arg, size_t want)
{
	static struct line before[LINES];
	size_t n = 0;

	memcpy(before, lines, sizeof(lines));
	look();
	for (size_t i = 1; i < LINES; i++) {
		const struct line *was = &before[i];
		const struct line *now = &lines[i];
		bool pulled = was->out && is(was, arg);
		uint8_t state = pulled && was->row.state == CASE_DELIVERED
					? CASE_RECALLED
					: was->row.state;

		assert_int_equal(now->row.state, state);
		assert_int_equal(now->row.answered, was->row.answered);
		assert_int_equal(now->row.held, was->row.held || pulled);
		assert_int_equal(now->out, was->out && !pulled);
		assert_int_equal(now->row.delivered, was->row.delivered);
		n += pulled;
	}
	assert_int_equal(n, want);
	assert_int_equal(n_files("sealed"), 0);
}

static bool
has_officer(const struct line *was, void *arg)
{
	return strcmp(was->row.officer, arg) == 0;
}

static bool
any(const struct line *was, void *arg)
{
	(void)was;
	(void)arg;
	return true;
}

static bool
none(const struct line *was, void *arg)
{
	(void)was;
	(void)arg;
	return false;
}

/* ---- the promises ---- */

static void
what_was_written_is_pulled_address_or_not(void **state)
{
	struct proc_hold_placed placed;
	char officer[STORE_ID_MAX];
	char scope[160];

	(void)state;
	look();
	scope_of("recipient", RQ_OFFICER_ID, scope);
	(void)snprintf(officer, sizeof(officer), "%.64s",
		scope + strlen("recipient="));
	place(scope, HOLD_TO_STOP, &placed);
	assert_true(placed.pulled > 1);
	only_these_are_pulled(has_officer, officer, placed.pulled);
}

/* By the record alone: then all of the batch, or who was found would show. */
static void
what_the_record_covers_pulls_the_whole_batch(void **state)
{
	struct proc_hold_placed placed;
	char scope[160];

	(void)state;
	look();
	scope_of("person", RQ_N, scope);
	place(scope, HOLD_TO_STOP, &placed);
	only_these_are_pulled(any, NULL, placed.pulled);
}

/* The TIN of nobody here: pulled where a request that found somebody states
 * none, since the record's own is the vault's to know. */
static void
a_tin_that_may_be_the_records_is_pulled(void **state)
{
	struct proc_hold_placed placed;

	(void)state;
	look();
	place("person=tin:000000001", HOLD_TO_STOP, &placed);
	only_these_are_pulled(any, NULL, placed.pulled);
	assert_true(placed.pulled > 0);
}

static void
a_hold_on_others_pulls_nothing(void **state)
{
	struct proc_hold_placed placed;

	(void)state;
	look();
	place("case=NOBODY-1", HOLD_TO_STOP, &placed);
	assert_int_equal(placed.pulled, 0);
	only_these_are_pulled(none, NULL, 0);
	place("person=id:NOBODY", HOLD_TO_STOP, &placed);
	only_these_are_pulled(none, NULL, 0);
	place("all", HOLD_TO_PRESERVE, &placed);
	only_these_are_pulled(none, NULL, 0);
}

/* Fetched is fetched: an address stays with its recipient. */
static void
what_was_fetched_is_not_recalled(void **state)
{
	struct proc_hold_placed placed;
	char name[2 * WORLD_PATH];

	(void)state;
	look();
	(void)snprintf(
		name, sizeof(name), "%s/outbox/1/%s.cms", path, first_address);
	assert_int_equal(unlink(name), 0);
	look();
	assert_int_equal(first_address[0] == '\0', 0);
	place("all", HOLD_TO_STOP, &placed);
	only_these_are_pulled(any, NULL, placed.pulled);
	assert_int_equal(n_out(), 0);
}

/* Of a crash between D and the rename: nobody can have it. */
static void
what_stayed_sealed_is_pulled_too(void **state)
{
	struct proc_hold_placed placed;
	char from[2 * WORLD_PATH];
	char to[2 * WORLD_PATH];

	(void)state;
	look();
	(void)snprintf(
		from, sizeof(from), "%s/outbox/1/%s.cms", path, first_address);
	(void)snprintf(
		to, sizeof(to), "%s/sealed/1/%s.cms", path, first_address);
	assert_int_equal(rename(from, to), 0);
	place("all", HOLD_TO_STOP, &placed);
	only_these_are_pulled(any, NULL, placed.pulled);
}

/* As many entries, of the same types, whatever it found. */
static void
entries_count_no_addresses(void **state)
{
	static const char *const scopes[] = {"all", "case=NOBODY-1"};
	unsigned type[2][256] = {{0}};
	size_t n[2] = {0};
	struct proc_hold_placed placed;

	for (size_t k = 0; k < 2; k++) {
		assert_int_equal(begin(state), 0);
		place(scopes[k], HOLD_TO_STOP, &placed);
		assert_int_equal(placed.pulled == 0, k == 1);
		for (uint64_t i = placed.entry; i < in.next; i++) {
			struct account_opened o;

			fine(account_open(&in, i, &o));
			assert_true(n[k] < 256);
			type[k][n[k]++] = o.head.type;
			account_opened_fini(&o);
		}
		assert_int_equal(end(state), 0);
	}
	assert_int_equal(n[0], n[1]);
	assert_memory_equal(type[0], type[1], sizeof(type[0]));
}

/* ---- the list ---- */

static void
the_act_commits_to_the_list(void **state)
{
	struct proc_recall_list list;
	struct proc_hold_placed placed;
	struct account_opened o;
	uint8_t hash[32];

	(void)state;
	look();
	place("all", HOLD_TO_STOP, &placed);
	fine(proc_recall_list(&in, placed.number, &list));
	assert_int_equal(list.n, placed.pulled);
	assert_int_equal(list.at, in.at);
	for (size_t i = 0; i < list.n; i++) {
		struct proc_recalled item = proc_recall_at(&list, i);

		assert_int_equal(item.batch, 1);
		assert_true(lines[item.line].out);
		assert_int_equal(
			item.delivered, lines[item.line].row.delivered);
	}
	fine(account_open(&in, list.entry, &o));
	assert_true(span_eq(account_field(&o, "act"), SPAN("recall")));
	assert_true(span_eq(account_field(&o, "ground"), SPAN("hold 1")));
	assert_true(span_eq(
		account_field(&o, "actor"), span_of(in.actor.print, 32)));
	crypto_sha256(buf_span(&list.bytes), hash);
	assert_true(span_eq(account_field(&o, "object"), span_of(hash, 32)));
	account_opened_fini(&o);
	proc_recall_list_fini(&list);
	assert_int_equal(
		proc_recall_list(&in, placed.number + 1, &list), ERR_NOT_FOUND);
}

/* ---- crashes ---- */

/* The hold's entries are durable, and the process is gone. */
static void
place_and_die(const char *scope, bool renamed, uint64_t *ret_number)
{
	struct span text = span_text(scope);
	const struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_STOP,
		.review_day = DAY_NONE,
		.scopes = &text,
		.n_scopes = 1,
	};
	struct proc_registers_act act = {.change = "place"};
	struct hold_act by = {.counsel = true};
	struct hold *hold = NULL;
	uint64_t entry;
	size_t n = 0;

	as("counsel");
	memcpy(by.by, in.actor.print, 32);
	by.at = in.at;
	*ret_number = 1;
	fine(hold_place(1, &order, &by, NULL, &hold, &in.why));
	fine(hold_set_add(in.holds, &hold));
	fine(account_begin(&in));
	fine(proc_registers_holds(&in, &act, &entry));
	fine(proc_recall_intend(&in, 1));
	fine(account_commit(&in));
	instance_close(&in);
	for (size_t i = 1; renamed && i < LINES; i++) {
		char from[2 * WORLD_PATH];
		char to[2 * WORLD_PATH];

		if (!lines[i].out || n++ % 3 != 0)
			continue;
		(void)snprintf(from, sizeof(from), "%s/outbox/1/%s.cms", path,
			lines[i].row.id);
		(void)snprintf(to, sizeof(to), "%s/sealed/1/%s.cms.pulled",
			path, lines[i].row.id);
		assert_int_equal(rename(from, to), 0);
	}
}

static void
who_opens_next_pulls_back_for_who_placed(void **state)
{
	struct instance_actor counsel = {0};
	struct proc_recall_list list;
	struct account_opened o;
	uint64_t number;
	size_t out;

	for (unsigned renamed = 0; renamed < 2; renamed++) {
		assert_int_equal(begin(state), 0);
		look();
		out = n_out();
		place_and_die("all", renamed == 1, &number);
		as("operator");
		fine(proc_recall_list(&in, number, &list));
		assert_int_equal(list.n, out);
		fine(account_open(&in, list.entry, &o));
		fine(instance_actor_read(
			world_key(path, "counsel"), &counsel, &in.why));
		assert_true(span_eq(account_field(&o, "actor"),
			span_of(counsel.print, 32)));
		instance_actor_fini(&counsel);
		account_opened_fini(&o);
		proc_recall_list_fini(&list);
		only_these_are_pulled(any, NULL, out);
		assert_int_equal(end(state), 0);
	}
}

/* What was begun by the record goes to its end, also where the package that it
 * was begun for was fetched meanwhile. */
static void
what_was_begun_goes_to_its_end(void **state)
{
	uint64_t number;

	(void)state;
	look();
	place_and_die("person=id:NOBODY", true, &number);
	look();
	assert_int_equal(n_out(), 0);
	assert_int_equal(n_files("sealed"), 0);
}

/* Died after the rows were moved and before the files were deleted. */
static void
what_is_left_to_delete_is_deleted(void **state)
{
	static const uint8_t pending[] = {1, 2, 0, 0, 0, 0, 0, 0, 0, 1};
	struct proc_hold_placed placed;
	char name[2 * WORLD_PATH];
	uint64_t next;
	FILE *f;

	(void)state;
	look();
	place("all", HOLD_TO_STOP, &placed);
	(void)snprintf(name, sizeof(name), "%s/sealed/1/%s.cms.pulled", path,
		first_address);
	f = fopen(name, "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	fine(account_begin(&in));
	fine(store_put(
		in.store, "recall/pending", span_of(pending, sizeof(pending))));
	fine(account_commit(&in));
	next = in.next;
	as("operator");
	assert_int_equal(in.next, next);
	assert_int_equal(n_files("sealed"), 0);
	/* and nothing is left to do */
	as("operator");
	assert_int_equal(in.next, next);
}

/* A release that finds a package staged which may not leave recalls it too, and
 * it is on a list. */
static void
what_a_release_recalls_is_listed(void **state)
{
	struct proc_release_result r;
	struct proc_recall_index index;
	char from[2 * WORLD_PATH];
	char to[2 * WORLD_PATH];
	struct register_row row = {.id = REG_SCREEN};
	char person[160];
	uint64_t d = 0;

	(void)state;
	look();
	fine(proc_recall_index(&in, &index));
	assert_int_equal(index.n, 0);
	proc_recall_index_fini(&index);
	scope_of("", RQ_N, person);
	for (size_t i = 1; i < LINES; i++)
		if (strcmp(lines[i].row.id, first_address) == 0)
			d = lines[i].row.delivered;
	(void)snprintf(
		from, sizeof(from), "%s/outbox/1/%s.cms", path, first_address);
	(void)snprintf(
		to, sizeof(to), "%s/sealed/1/%s.cms", path, first_address);
	assert_int_equal(rename(from, to), 0);
	register_put(&row, REG_SCREEN_PERSON, span_text(person + 1));
	register_put(&row, REG_SCREEN_GROUND, SPAN("ci"));
	fine(account_begin(&in));
	fine(proc_registers_change(&in, REG_ADD, &row, in.at));
	fine(proc_registers_finish(&in));
	release(&r);
	look();
	fine(proc_recall_index(&in, &index));
	assert_int_equal(index.n, 1);
	assert_non_null(proc_recall_find(&index, d));
	assert_int_equal(proc_recall_find(&index, d)->hold, PROC_RECALL_STAGED);
	assert_null(proc_recall_find(&index, d + 1));
	proc_recall_index_fini(&index);
}

static void
a_store_that_says_nonsense_is_refused(void **state)
{
	static const uint8_t bad[][11] = {{1}, {1, 3}, {2, 1}, {1, 0}};

	(void)state;
	as("counsel");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fine(account_begin(&in));
		fine(store_put(in.store, "recall/pending",
			span_of(bad[i], i == 0 ? 1 : 10)));
		fine(account_commit(&in));
		assert_int_equal(proc_recall_finish(&in, NULL), ERR_DAMAGED);
	}
}

/* A list cut anywhere, with more behind it, or of another version. */
static void
a_list_that_says_nonsense_is_refused(void **state)
{
	struct proc_hold_placed placed;
	struct proc_recall_list list;
	struct proc_recall_index index;
	OWNED_BUF(bytes, 1 << 16);
	char key[32];
	size_t whole;

	(void)state;
	place("all", HOLD_TO_STOP, &placed);
	fine(proc_recall_list(&in, placed.number, &list));
	buf_bytes(&bytes, buf_span(&list.bytes));
	proc_recall_list_fini(&list);
	buf_u8(&bytes, 0);
	whole = bytes.n - 1;
	(void)snprintf(key, sizeof(key), "recalled/%llu",
		(unsigned long long)placed.number);
	for (size_t n = 0; n <= bytes.n; n = n == 40 ? whole - 1 : n + 1) {
		fine(account_begin(&in));
		fine(store_put(in.store, key, span_of(bytes.at, n)));
		fine(account_commit(&in));
		if (n == whole)
			continue;
		assert_int_equal(proc_recall_list(&in, placed.number, &list),
			ERR_DAMAGED);
		assert_int_equal(proc_recall_index(&in, &index), ERR_DAMAGED);
	}
	bytes.at[0] = 2;
	fine(account_begin(&in));
	fine(store_put(in.store, key, span_of(bytes.at, whole)));
	fine(account_commit(&in));
	assert_int_equal(
		proc_recall_list(&in, placed.number, &list), ERR_DAMAGED);
}

/* ---- preserving ---- */

static void
what_must_be_preserved_is_kept(void **state)
{
	struct proc_hold_placed placed;
	char ending[64];

	(void)state;
	look();
	place("all", HOLD_TO_PRESERVE, &placed);
	place("all", HOLD_TO_STOP, &placed);
	assert_int_equal(placed.pulled, n_out());
	assert_int_equal(n_files("sealed"), placed.pulled);
	for (size_t i = 1; i < LINES; i++) {
		if (!lines[i].out)
			continue;
		(void)snprintf(ending, sizeof(ending), ".cms.pulled.%llu.kept",
			(unsigned long long)lines[i].row.delivered);
		assert_true(is_in("sealed", lines[i].row.id, ending));
	}
}

/* ---- afterwards ---- */

/* One whose time was over has its package again with the addresses beside it,
 * or what comes back would tell. */
static void
what_lapsed_is_answered_again_too(void **state)
{
	struct proc_hold_placed placed;
	struct proc_release_result r;
	char sql[128];
	uint64_t entry;
	bool lifted;
	size_t line = 1;

	(void)state;
	look();
	while (!lines[line].out || lines[line].row.state != CASE_WITHHELD)
		line++;
	instance_close(&in);
	(void)snprintf(sql, sizeof(sql),
		"UPDATE request SET state = %d WHERE line = %zu", CASE_LAPSED,
		line);
	world_sql(path, sql);
	place("all", HOLD_TO_STOP, &placed);
	fine(proc_hold_lift(&in, placed.number, false, &lifted, &entry));
	as("reviewer-1");
	fine(proc_hold_lift(&in, placed.number, false, &lifted, &entry));
	look();
	assert_true(lines[line].row.held && !lines[line].out);
	release(&r);
	assert_int_equal(r.answered, placed.pulled);
	look();
	assert_true(!lines[line].row.held && lines[line].out);
	assert_int_equal(lines[line].row.state, CASE_LAPSED);
}

/* Lifted, everybody gets a package again: what was approved its address. */
static void
after_the_hold_all_are_answered_anew(void **state)
{
	static struct line before[LINES];
	struct proc_hold_placed placed;
	struct proc_release_result r;
	uint64_t entry;
	bool lifted;

	(void)state;
	look();
	memcpy(before, lines, sizeof(lines));
	place("all", HOLD_TO_STOP, &placed);
	release(&r);
	assert_int_equal(r.answered, 0);
	as("counsel");
	fine(proc_hold_lift(&in, placed.number, false, &lifted, &entry));
	as("reviewer-1");
	fine(proc_hold_lift(&in, placed.number, false, &lifted, &entry));
	assert_true(lifted);
	release(&r);
	assert_int_equal(r.answered, placed.pulled);
	look();
	for (size_t i = 1; i < LINES; i++) {
		assert_int_equal(lines[i].row.state, before[i].row.state);
		assert_int_equal(lines[i].out, before[i].out);
		assert_int_equal(lines[i].row.held, before[i].row.held);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_pulled_address_or_not),
		TEST(what_the_record_covers_pulls_the_whole_batch),
		TEST(a_tin_that_may_be_the_records_is_pulled),
		TEST(a_hold_on_others_pulls_nothing),
		TEST(what_was_fetched_is_not_recalled),
		TEST(what_stayed_sealed_is_pulled_too),
		TEST(entries_count_no_addresses),
		TEST(the_act_commits_to_the_list),
		TEST(who_opens_next_pulls_back_for_who_placed),
		TEST(what_was_begun_goes_to_its_end),
		TEST(what_is_left_to_delete_is_deleted),
		TEST(what_a_release_recalls_is_listed),
		TEST(a_store_that_says_nonsense_is_refused),
		TEST(a_list_that_says_nonsense_is_refused),
		TEST(what_must_be_preserved_is_kept),
		TEST(what_lapsed_is_answered_again_too),
		TEST(after_the_hold_all_are_answered_anew),
	};

	return cmocka_run_group_tests(tests, answered_make, world_remove);
}
