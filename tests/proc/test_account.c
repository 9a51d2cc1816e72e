/* SPDX-License-Identifier: Apache-2.0 */
/* proc_account: journal first, then the ledger; what is read back is what the
 * ledger commits to. */
#include "proc_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/day.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_keeper.h"

static struct instance in;
static const char *path;

static void
fine(enum err e)
{
	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), in.why.text);
}

static enum err
try_open(unsigned want)
{
	return instance_open(path, want, NULL, DAY_NONE, &in);
}

static int
enter(void **state)
{
	(void)state;
	in = INSTANCE_NONE;
	path = world_copy();
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	instance_close(&in);
	return 0;
}

static uint64_t
ledger_size(void)
{
	struct keeper_state state = {0};

	fine(keeper_open(&in.keeper, &state, &in.why));
	return state.size;
}

static void
act(const char *what)
{
	fine(account_begin(&in));
	fine(account_act(&in, what, 7, "R-1", SPAN("object"), NULL));
}

/* ---- writing ---- */

static void
an_act_is_in_both_and_reads_back_as_it_was(void **state)
{
	struct account_opened o;
	uint64_t index = 0;
	uint64_t journal = 0;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_begin(&in));
	fine(account_act(&in, "try", 7, "R-1", SPAN("object"), &index));
	fine(account_commit(&in));
	assert_true(ledger_size() == index + 1);
	fine(store_journal_count(in.store, &journal));
	assert_true(journal == index + 1);
	fine(account_open(&in, index, &o));
	assert_int_equal(o.head.type, LEDGER_ACT);
	assert_true(o.entry.index == index);
	assert_true(span_eq(account_field(&o, "act"), SPAN("try")));
	assert_true(span_eq(account_field(&o, "batch"), SPAN("7")));
	assert_true(span_eq(account_field(&o, "object"), SPAN("object")));
	assert_int_equal(account_field(&o, "no such field").n, 0);
	assert_true(span_eq(
		account_field(&o, "actor"), span_of(in.actor.print, 32)));
	account_opened_fini(&o);
}

static void
an_abandoned_act_leaves_nothing_and_its_index_is_used_again(void **state)
{
	uint64_t before;
	uint64_t journal = 0;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	before = in.next;
	act("never");
	account_abandon(&in);
	assert_true(in.next == before);
	assert_true(ledger_size() == before);
	act("done");
	fine(account_commit(&in));
	fine(store_journal_count(in.store, &journal));
	assert_true(journal == before + 1);
	assert_true(ledger_size() == before + 1);
}

/* The acts from the newest on, as the records name them; ends at `from`. */
static size_t
acts_back_to(uint64_t from, uint64_t found[], size_t most)
{
	uint64_t at = in.last_act;
	size_t n = 0;

	while (at != STORE_NO_ENTRY && at >= from) {
		struct account_opened o;

		assert_true(n < most);
		fine(account_open(&in, at, &o));
		assert_int_equal(o.head.type, LEDGER_ACT);
		found[n++] = at;
		assert_true(
			o.act_before == STORE_NO_ENTRY || o.act_before < at);
		at = o.act_before;
		account_opened_fini(&o);
	}
	return n;
}

static void
another_kind(void)
{
	struct ledger_field at = ACCOUNT_TEXT("at", "");

	fine(account_begin(&in));
	fine(account_entry(
		&in, LEDGER_COVER, NULL, &at, 1, span_of(NULL, 0), NULL));
	fine(account_commit(&in));
}

/* Whatever the store is made to leave out: each sealed record names the act
 * before it. */
static void
the_acts_are_a_chain(void **state)
{
	uint64_t found[8];
	enum ledger_type kind;
	uint64_t from;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	from = in.next;
	act("one");
	fine(account_commit(&in));
	another_kind();
	act("never");
	account_abandon(&in);
	act("two");
	fine(account_commit(&in));
	another_kind();
	another_kind();
	assert_int_equal(acts_back_to(from, found, 8), 2);
	assert_true(found[0] == from + 2 && found[1] == from);
	fine(account_kind(&in, from + 1, &kind));
	assert_int_equal(kind, LEDGER_COVER);
	fine(account_kind(&in, from + 2, &kind));
	assert_int_equal(kind, LEDGER_ACT);
	/* and so it is found again */
	instance_close(&in);
	fine(try_open(INSTANCE_LEDGER));
	assert_int_equal(acts_back_to(from, found, 8), 2);
	assert_true(found[0] == from + 2);
}

/* ---- cover ---- */

static uint64_t
added_by(unsigned acts)
{
	uint64_t before = ledger_size();

	for (unsigned i = 0; i < acts; i++) {
		act("try");
		fine(account_commit(&in));
		if (i % 7 == 0) { /* another verb goes on */
			instance_close(&in);
			fine(try_open(INSTANCE_LEDGER));
		}
	}
	fine(account_publish(&in, NULL));
	return ledger_size() - before;
}

/* Nobody reads from the ledger's size how often somebody did something. */
static void
a_publication_adds_one_number_whatever_was_done(void **state)
{
	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_publish(&in, NULL));
	assert_int_equal(added_by(0), 64);
	assert_int_equal(added_by(1), 64);
	assert_int_equal(added_by(64), 64);
	assert_int_equal(added_by(65), 256);
	assert_int_equal(added_by(0), 64);
}

/* What a requester sent is counted by himself, and needs no cover. */
static void
what_is_told_is_not_covered(void **state)
{
	struct ledger_field at = ACCOUNT_TEXT("at", "");
	uint64_t before;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_publish(&in, NULL));
	before = ledger_size();
	fine(account_begin(&in));
	for (unsigned i = 0; i < 100; i++)
		fine(account_entry(&in, LEDGER_REQUEST, NULL, &at, 1,
			span_of(NULL, 0), NULL));
	fine(account_commit(&in));
	fine(account_publish_told(&in));
	assert_true(ledger_size() == before + 100);
	/* but an act among them is */
	act("try");
	fine(account_commit(&in));
	fine(account_publish_told(&in));
	assert_true(ledger_size() == before + 100 + 64);
}

/* All that became public together shows one day. */
static void
what_waited_shows_no_day_of_its_own(void **state)
{
	uint64_t from;
	int32_t day;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_publish(&in, NULL));
	from = in.next;
	day = account_public_day(&in);
	act("try");
	fine(account_commit(&in));
	in.at += INT64_C(3) * 86400;
	act("try");
	fine(account_commit(&in));
	fine(account_publish(&in, NULL));
	act("try");
	fine(account_commit(&in));
	for (uint64_t i = from; i < in.next; i++) {
		struct account_opened o;

		fine(account_open(&in, i, &o));
		assert_int_equal(
			o.entry.day, i + 1 < in.next ? day : day_at(in.at));
		if (o.head.type == LEDGER_ACT)
			assert_int_equal(account_day(&in, &o),
				day_at(in.at) - (i == from ? 3 : 0));
		account_opened_fini(&o);
	}
	day = account_public_day(&in);
	instance_close(&in);
	fine(try_open(INSTANCE_LEDGER));
	assert_int_equal(account_public_day(&in), day);
}

/* What was covered and then not published, for a kill came between, needs no
 * more of it.  The day of those that come after would have none. */
static void
a_publication_that_adds_no_cover_lets_the_day_stand(void **state)
{
	uint64_t before;
	int32_t day;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_publish(&in, NULL));
	day = account_public_day(&in);
	before = ledger_size();
	for (unsigned i = 0; i < 64; i++) {
		act("try");
		fine(account_commit(&in));
	}
	in.at += INT64_C(86400);
	fine(account_publish(&in, NULL));
	assert_true(ledger_size() == before + 64);
	assert_int_equal(account_public_day(&in), day);
	fine(account_publish(&in, NULL));
	assert_true(ledger_size() == before + 128);
	assert_int_equal(account_public_day(&in), day_at(in.at));
}

/* ---- after a crash ---- */

/* The store is durable and the ledger has not got it: what a kill between the
 * two leaves.  Many, so that it takes more than one append. */
static void
a_journal_ahead_of_the_ledger_is_mended_on_open(void **state)
{
	uint64_t before;
	uint64_t last;
	uint8_t entry[LEDGER_ENTRY];
	OWNED_BUF(bytes, LEDGER_ENTRY);
	struct account_opened o;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	before = ledger_size();
	fine(account_begin(&in));
	for (unsigned i = 0; i < 3000; i++)
		fine(account_act(&in, "try", 7, "R-1", SPAN("x"), &last));
	fine(store_commit(in.store)); /* and here it was killed */
	fine(store_journal_get(in.store, last, &bytes, NULL));
	assert_true(ledger_size() == before);
	instance_close(&in);
	fine(try_open(INSTANCE_LEDGER));
	assert_true(ledger_size() == last + 1);
	assert_true(in.next == last + 1);
	/* the same bytes */
	fine(account_open(&in, last, &o));
	ledger_entry_write(&o.entry, entry);
	assert_memory_equal(entry, bytes.at, LEDGER_ENTRY);
	account_opened_fini(&o);
	fine(account_publish(&in, NULL));
	last = ledger_size();
	instance_close(&in);
	/* and once only */
	fine(try_open(INSTANCE_LEDGER));
	assert_true(ledger_size() == last);
}

static void
run(const char *what, const char *from, const char *to)
{
	char command[3 * WORLD_PATH];

	(void)snprintf(command, sizeof(command), "%s '%s/%s' '%s/%s'", what,
		path, from, path, to);
	assert_int_equal(system(command), 0);
}

/* A back-up of the store put back, `acts` later. */
static void
put_back(unsigned acts)
{
	run("cp", "store.db", "old.db");
	fine(try_open(INSTANCE_LEDGER));
	for (unsigned i = 0; i < acts; i++) {
		act("after the backup");
		fine(account_commit(&in));
	}
	instance_close(&in);
	run("cp", "old.db", "store.db");
	run("rm -f", "store.db-wal", "store.db-shm");
}

/* Without the log of changes: nothing may leave. */
static void
a_ledger_ahead_of_the_store_is_refused(void **state)
{
	(void)state;
	put_back(1);
	run("rm", "redo", "old.db");
	assert_int_equal(try_open(INSTANCE_LEDGER), ERR_MISMATCH);
	assert_non_null(strstr(in.why.text, "older than the ledger"));
}

/* As a crash between the log of changes and the store leaves it. */
static void
one_change_that_the_store_lacks_is_made(void **state)
{
	uint64_t next;

	(void)state;
	put_back(1);
	fine(try_open(INSTANCE_LEDGER));
	assert_int_equal(in.recovered, 1);
	next = in.next;
	instance_close(&in);
	fine(try_open(INSTANCE_LEDGER));
	assert_int_equal(in.recovered, 0);
	assert_true(in.next == next);
}

/* More of them are for a person to say. */
static void
an_older_store_is_brought_back_when_told_to(void **state)
{
	(void)state;
	put_back(3);
	assert_int_equal(try_open(INSTANCE_LEDGER), ERR_MISMATCH);
	assert_non_null(strstr(in.why.text, "weir recover"));
	instance_close(&in);
	fine(try_open(INSTANCE_LEDGER | INSTANCE_RECOVER));
	assert_int_equal(in.recovered, 3);
}

/* A store of another history, as long as the ledger. */
static void
a_store_that_is_not_the_ledger_s_is_refused(void **state)
{
	OWNED_BUF(entry, LEDGER_ENTRY);
	sqlite3 *db = NULL;
	char name[WORLD_PATH + 16];

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	instance_close(&in);
	(void)snprintf(name, sizeof(name), "%s/store.db", path);
	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db,
			"UPDATE journal SET entry = (SELECT entry FROM journal"
			" WHERE idx = 0) WHERE idx = (SELECT max(idx) FROM"
			" journal)",
			NULL, NULL, NULL),
		SQLITE_OK);
	(void)sqlite3_close(db);
	assert_int_equal(try_open(INSTANCE_LEDGER), ERR_MISMATCH);
	assert_non_null(strstr(in.why.text, "two histories"));
}

/* ---- sealed openings ---- */

/* Replaces `column` of the journal's row. */
static void
put_blob(uint64_t index, const char *column, struct span bytes)
{
	char name[WORLD_PATH + 16];
	char sql[96];
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;

	(void)snprintf(name, sizeof(name), "%s/store.db", path);
	(void)snprintf(sql, sizeof(sql),
		"UPDATE journal SET %s = ?1 WHERE idx = ?2", column);
	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	(void)sqlite3_bind_blob64(q, 1, bytes.at, bytes.n, SQLITE_STATIC);
	(void)sqlite3_bind_int64(q, 2, (sqlite3_int64)index);
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	assert_int_equal(sqlite3_changes(db), 1);
	(void)sqlite3_finalize(q);
	(void)sqlite3_close(db);
}

static void
is_damaged(uint64_t index)
{
	struct account_opened o;

	assert_int_equal(account_open(&in, index, &o), ERR_DAMAGED);
	assert_non_null(strstr(in.why.text, "does not hold"));
}

static void
an_opening_with_any_byte_changed_is_refused(void **state)
{
	static const char *const columns[] = {"sealed", "entry"};
	OWNED_BUF(entry, LEDGER_ENTRY);
	OWNED_BUF(sealed, 1 << 18);
	uint64_t index = 0;
	struct account_opened o;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_begin(&in));
	fine(account_act(&in, "try", 7, "R-1", SPAN("x"), &index));
	fine(account_commit(&in));
	fine(store_journal_get(in.store, index, &entry, &sealed));
	for (unsigned c = 0; c < 2; c++) {
		struct buf *b = c == 0 ? &sealed : &entry;

		for (size_t i = 0; i < b->n; i++) {
			b->at[i] ^= (uint8_t)(1U << i % 8);
			put_blob(index, columns[c], buf_span(b));
			is_damaged(index);
			b->at[i] ^= (uint8_t)(1U << i % 8);
		}
		for (size_t n = 0; n < b->n; n += 11) {
			put_blob(index, columns[c], span_of(b->at, n));
			is_damaged(index);
		}
		put_blob(index, columns[c], buf_span(b));
	}
	fine(account_open(&in, index, &o));
	account_opened_fini(&o);
}

static void
an_opening_fits_its_own_entry_only(void **state)
{
	OWNED_BUF(entry, LEDGER_ENTRY);
	OWNED_BUF(sealed, 1 << 18);
	uint64_t first = 0;
	uint64_t second = 0;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_begin(&in));
	fine(account_act(&in, "one", 7, "R-1", SPAN("x"), &first));
	fine(account_act(&in, "one", 7, "R-1", SPAN("x"), &second));
	fine(account_commit(&in));
	fine(store_journal_get(in.store, first, &entry, &sealed));
	put_blob(second, "sealed", buf_span(&sealed));
	is_damaged(second);
	/* with its entry too: its index is another's */
	put_blob(second, "entry", buf_span(&entry));
	is_damaged(second);
	{
		struct account_opened o;

		assert_int_equal(account_open(&in, in.next, &o), ERR_DAMAGED);
	}
}

static void
another_evidence_key_opens_nothing(void **state)
{
	struct account_opened o;
	OWNED_FD dir = -1;
	OWNED_BUF(key, 64);

	(void)state;
	fine(os_folder(AT_FDCWD, path, false, &dir));
	fine(os_read(dir, "secret/evidence.key", &key));
	key.at[31] ^= 1;
	fine(os_write(dir, "secret/evidence.key", buf_span(&key), 0600));
	fine(try_open(INSTANCE_READ));
	assert_int_equal(account_open(&in, 0, &o), ERR_DAMAGED);
	instance_close(&in);
	/* a key of another size is no key */
	fine(os_write(dir, "secret/evidence.key", span_of(key.at, 31), 0600));
	assert_int_equal(try_open(INSTANCE_READ), ERR_DAMAGED);
	instance_close(&in);
	key.at[31] ^= 1;
	fine(os_write(dir, "secret/evidence.key", buf_span(&key), 0600));
	fine(try_open(INSTANCE_READ));
	fine(account_open(&in, 0, &o));
	account_opened_fini(&o);
}

/* ---- what is erased ---- */

static void
shred(uint64_t index, uint64_t by)
{
	const struct account_erased erased = {.act = by, .at = 1735689600};

	fine(store_shred_begin(in.store));
	fine(account_shred(&in, index, &erased));
	fine(store_commit(in.store));
}

static void
what_was_erased_says_so_and_by_which_act(void **state)
{
	struct account_erased erased;
	struct account_opened o;
	enum ledger_type kind = LEDGER_NO_TYPE;
	uint64_t index = 0;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_begin(&in));
	fine(account_act(&in, "try", 7, "R-1", SPAN("object"), &index));
	fine(account_act(&in, "erase", 7, "R-1", SPAN("object"), NULL));
	fine(account_commit(&in));
	assert_int_equal(account_erased(&in, index, &erased), ERR_NOT_FOUND);
	shred(index, index + 1);
	shred(index, index + 1); /* after a crash: once more */
	assert_int_equal(account_open(&in, index, &o), ERR_ERASED);
	assert_non_null(strstr(in.why.text, "erased on 2025-01-01"));
	fine(account_erased(&in, index, &erased));
	assert_int_equal(erased.kind, LEDGER_ACT);
	assert_true(erased.act == index + 1);
	fine(account_kind(&in, index, &kind));
	assert_int_equal(kind, LEDGER_ACT);
	/* the entry itself is what it was: the ledger goes on */
	fine(account_publish(&in, NULL));
	instance_close(&in);
	fine(try_open(INSTANCE_LEDGER));
}

/* Who can write the store cannot say of another entry that it was erased, nor
 * give out a record as what is left of one. */
static void
what_is_left_of_an_entry_fits_it_alone(void **state)
{
	struct account_erased erased;
	struct account_opened o;
	char statement[160];
	uint64_t index = 0;

	(void)state;
	fine(try_open(INSTANCE_LEDGER));
	fine(account_begin(&in));
	fine(account_act(&in, "try", 7, "R-1", SPAN("object"), &index));
	fine(account_act(&in, "try", 7, "R-2", SPAN("object"), NULL));
	fine(account_commit(&in));
	shred(index, index + 1);
	instance_close(&in);
	(void)snprintf(statement, sizeof(statement),
		"UPDATE journal SET sealed = (SELECT sealed FROM journal WHERE "
		"idx = %llu) WHERE idx = %llu",
		(unsigned long long)index, (unsigned long long)index + 1);
	world_sql(path, statement);
	fine(try_open(INSTANCE_READ));
	assert_int_equal(account_open(&in, index + 1, &o), ERR_DAMAGED);
	assert_int_equal(
		account_erased(&in, index + 1, &erased), ERR_NOT_FOUND);
}

#define PROMISE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(an_act_is_in_both_and_reads_back_as_it_was),
		PROMISE(an_abandoned_act_leaves_nothing_and_its_index_is_used_again),
		PROMISE(the_acts_are_a_chain),
		PROMISE(a_publication_adds_one_number_whatever_was_done),
		PROMISE(what_is_told_is_not_covered),
		PROMISE(what_waited_shows_no_day_of_its_own),
		PROMISE(a_publication_that_adds_no_cover_lets_the_day_stand),
		PROMISE(a_journal_ahead_of_the_ledger_is_mended_on_open),
		PROMISE(a_ledger_ahead_of_the_store_is_refused),
		PROMISE(one_change_that_the_store_lacks_is_made),
		PROMISE(an_older_store_is_brought_back_when_told_to),
		PROMISE(a_store_that_is_not_the_ledger_s_is_refused),
		PROMISE(an_opening_with_any_byte_changed_is_refused),
		PROMISE(an_opening_fits_its_own_entry_only),
		PROMISE(another_evidence_key_opens_nothing),
		PROMISE(what_was_erased_says_so_and_by_which_act),
		PROMISE(what_is_left_of_an_entry_fits_it_alone),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
