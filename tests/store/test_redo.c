/* SPDX-License-Identifier: Apache-2.0 */
/* The redo log: a store that lacks the newest changes gets them, whatever a
 * crash left of the log's end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "store/store.h"

static char folder[64];
static char db[96];
static char log_path[96];
static int dir = -1;
static struct store *store;

/* Two names below the folder; "" for none. */
static void
shell(const char *what, const char *a, const char *b)
{
	char command[1024];

	(void)snprintf(command, sizeof(command), "cd %s && %s %s %s", folder,
		what, a, b);
	assert_int_equal(system(command), 0);
}

static void
reopen(void)
{
	store = store_free(store);
	assert_int_equal(store_open(db, false, &store), ERR_OK);
}

static uint64_t
attach(void)
{
	uint64_t behind = 99;

	assert_int_equal(store_redo_attach(store, dir, &behind), ERR_OK);
	return behind;
}

static void
write_one(const char *name, const char *value)
{
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_put(store, name, span_text(value)), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
}

static bool
has(const char *name, const char *value)
{
	OWNED_BUF(got, 64);

	return store_get(store, name, &got) == ERR_OK &&
	       span_eq(buf_span(&got), span_text(value));
}

static long
log_size(void)
{
	struct stat st;

	assert_int_equal(stat(log_path, &st), 0);
	return st.st_size;
}

/* The store as it was when it was kept. */
static void
keep(void)
{
	store = store_free(store);
	shell("cp", "store.db", "kept.db");
	reopen();
}

static void
put_back(void)
{
	store = store_free(store);
	shell("rm -f", "store.db-wal", "store.db-shm");
	shell("cp", "kept.db", "store.db");
	reopen();
}

static int
enter(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/weir-redo.XXXXXX");
	if (crypto_init() != ERR_OK || mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(db, sizeof(db), "%s/store.db", folder);
	(void)snprintf(log_path, sizeof(log_path), "%s/redo", folder);
	assert_int_equal(os_folder(AT_FDCWD, folder, false, &dir), ERR_OK);
	assert_int_equal(store_open(db, true, &store), ERR_OK);
	write_one("before", "the log");
	assert_int_equal(attach(), 0);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	store = store_free(store);
	os_close(&dir);
	shell("rm -rf", folder, "");
	return 0;
}

static void
what_the_store_lacks_is_made_again(void **state)
{
	uint64_t n = 0;

	(void)state;
	write_one("a", "1");
	keep();
	assert_int_equal(attach(), 0);
	write_one("a", "2");
	write_one("b", "3");
	write_one("a", "4");
	put_back();
	assert_true(has("a", "1"));
	assert_int_equal(attach(), 3);
	assert_int_equal(store_redo_apply(store, &n), ERR_OK);
	assert_int_equal(n, 3);
	assert_true(has("a", "4") && has("b", "3") && has("before", "the log"));
	assert_int_equal(attach(), 0);
	write_one("c", "5");
	reopen();
	assert_int_equal(attach(), 0);
}

/* What is undone, and what changes nothing, is in no record. */
static void
only_what_was_committed_is_in_the_log(void **state)
{
	long size = log_size();

	(void)state;
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_put(store, "a", SPAN("1")), ERR_OK);
	store_rollback(store);
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
	assert_int_equal(log_size(), size);
	write_one("a", "2");
	assert_true(log_size() > size);
}

/* The record is not durable, so its transaction never was. */
static void
an_end_torn_at_any_byte_is_cut_off(void **state)
{
	long whole;
	long all;

	(void)state;
	write_one("a", "1");
	keep();
	assert_int_equal(attach(), 0);
	whole = log_size();
	write_one("a", "2");
	all = log_size();
	shell("cp", "redo", "redo.all");
	for (long at = whole; at != all + 1; at++) {
		uint64_t n = 0;

		put_back();
		shell("cp", "redo.all", "redo");
		assert_int_equal(truncate(log_path, at), 0);
		assert_int_equal(attach(), at == all);
		assert_int_equal(log_size(), at == all ? all : whole);
		assert_int_equal(store_redo_apply(store, &n), ERR_OK);
		assert_true(has("a", at == all ? "2" : "1"));
		write_one("b", "3"); /* and it goes on */
	}
}

/* A commit whose sync is not waited for: what a crash may take of SQLite's log
 * is the last change at the most, and the redo log has it. */
static void
what_is_synced_later_is_in_the_log_before(void **state)
{
	char name[16];
	uint64_t n = 0;

	(void)state;
	assert_int_equal(store_sync_later(store), ERR_OK);
	assert_int_equal(store_sync_later(store), ERR_OK);
	for (unsigned i = 0; i < 50; i++) {
		(void)snprintf(name, sizeof(name), "later %u", i);
		write_one(name, "durable");
	}
	assert_int_equal(store_settle(store), ERR_OK);
	shell("cp", "store.db", "kept.db");
	shell("cp", "store.db-wal", "kept.wal");
	write_one("the last", "durable");
	assert_int_equal(store_settle(store), ERR_OK);
	store = store_free(store);
	shell("rm -f", "store.db-wal", "store.db-shm");
	shell("cp", "kept.db", "store.db");
	shell("cp", "kept.wal", "store.db-wal");
	reopen();
	assert_true(has("later 49", "durable"));
	assert_false(has("the last", "durable"));
	assert_int_equal(store_sync_later(store), ERR_OK);
	assert_int_equal(attach(), 1);
	assert_int_equal(store_redo_apply(store, &n), ERR_OK);
	assert_int_equal(store_settle(store), ERR_OK);
	assert_true(has("the last", "durable"));
}

/* Not torn but damaged: before where the store is. */
static void
a_damaged_log_is_set_aside(void **state)
{
	uint64_t n = 0;
	int fd;

	(void)state;
	write_one("a", "1");
	keep();
	assert_int_equal(attach(), 0);
	write_one("a", "2");
	reopen();
	fd = open(log_path, O_WRONLY);
	assert_int_equal(pwrite(fd, "X", 1, 60), 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(attach(), 0);
	assert_true(os_exists(dir, "redo.damaged"));
	assert_true(has("a", "2"));
	write_one("a", "3");
	/* a store from before the new log cannot be brought forward */
	put_back();
	assert_int_equal(attach(), 2);
	assert_int_equal(store_redo_apply(store, &n), ERR_STORE);
	assert_true(has("a", "1"));
	assert_non_null(strstr(store_error(store), "begins at"));
}

static void
a_change_that_does_not_fit_is_not_made(void **state)
{
	uint64_t n = 0;

	(void)state;
	write_one("a", "1");
	keep();
	assert_int_equal(attach(), 0);
	write_one("a", "2");
	put_back();
	/* somebody wrote without the log */
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_put(store, "a", SPAN("other")), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
	assert_int_equal(attach(), 1);
	assert_int_equal(store_redo_apply(store, &n), ERR_STORE);
	assert_int_equal(n, 0);
	assert_true(has("a", "other"));
}

/* Keys say nothing that rows do not: they are made again, not logged. */
static void
keys_of_requests_are_no_part_of_the_log(void **state)
{
	struct store_batch batch = {.n = 1,
		.sequence = 1,
		.agreement = "A",
		.stage = STAGE_JUDGED,
		.counted = STORE_NO_ENTRY};
	struct store_request r = {
		.batch = 1, .line = 1, .state = 4, .duplicate_key = 7};
	const struct store_duplicate_of of = {.batch = 2, .key = 7};
	bool known = false;
	uint64_t n = 0;
	long before;

	(void)state;
	keep();
	assert_int_equal(attach(), 0);
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_batch_add(store, &batch), ERR_OK);
	assert_int_equal(store_request_add(store, &r), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
	before = log_size();
	assert_int_equal(store_keys_settle(store), ERR_OK);
	assert_int_equal(store_duplicate_known(store, &of, &known), ERR_OK);
	assert_true(known);
	assert_int_equal(log_size(), before);

	put_back();
	assert_int_equal(attach(), 1);
	assert_int_equal(store_redo_apply(store, &n), ERR_OK);
	assert_int_equal(store_duplicate_known(store, &of, &known), ERR_OK);
	assert_false(known);
	assert_int_equal(store_keys_settle(store), ERR_OK);
	assert_int_equal(store_duplicate_known(store, &of, &known), ERR_OK);
	assert_true(known);
}

/* ---- every kind of change ---- */

enum { NAMES = 11, LINES = 40, VALUE = 300 };

/* xorshift64: the same changes each time. */
static uint64_t drawn = 88172645463325252;
static unsigned
draw(unsigned below)
{
	drawn ^= drawn << 13;
	drawn ^= drawn >> 7;
	drawn ^= drawn << 17;
	return (unsigned)(drawn % below);
}

static void
put_drawn(void)
{
	char name[16];
	uint8_t value[VALUE];
	unsigned n = draw(4) == 0 ? draw(VALUE) : 8;

	(void)snprintf(name, sizeof(name), "name %u", draw(NAMES));
	memset(value, (int)draw(3), n);
	assert_int_equal(store_put(store, name, span_of(value, n)), ERR_OK);
}

/* A line that is there is changed, any other added. */
static void
request_drawn(bool there[LINES])
{
	unsigned line = draw(LINES);
	struct store_request r = {.batch = 1,
		.line = line,
		.state = (uint8_t)draw(3),
		.person_key = (uint64_t)draw(2) << 63,
		.officer = "somebody"};

	(void)snprintf(r.id, sizeof(r.id), "%u", draw(3));
	assert_int_equal(there[line] ? store_request_update(store, &r)
				     : store_request_add(store, &r),
		ERR_OK);
	there[line] = true;
}

static void
doomed_drawn(uint64_t *n)
{
	const struct store_doomed d = {.idx = ++*n, .act = draw(9)};

	if (draw(5) == 0)
		assert_int_equal(store_doomed_done(store), ERR_OK);
	else
		assert_int_equal(store_doomed_add(store, &d), ERR_OK);
}

static void
journal_drawn(uint64_t *n)
{
	const uint8_t entry[VALUE] = {0};

	assert_int_equal(
		store_journal_add(store, (*n)++, span_of(entry, draw(VALUE)),
			draw(2) == 0 ? span_of(NULL, 0) : SPAN("\xff")),
		ERR_OK);
}

/* Forty transactions; one in five never was. */
static void
change_at_random(void)
{
	bool there[LINES] = {false};
	uint64_t entries = 0;
	uint64_t doomed = 0;

	for (unsigned i = 0; i < 40; i++) {
		bool before[LINES];
		uint64_t entries_before = entries;

		memcpy(before, there, sizeof(before));
		assert_int_equal(store_begin(store), ERR_OK);
		for (unsigned k = draw(60); k > 0; k--)
			switch (draw(4)) {
			case 0:
				put_drawn();
				break;
			case 1:
				request_drawn(there);
				break;
			case 2:
				doomed_drawn(&doomed);
				break;
			default:
				journal_drawn(&entries);
				break;
			}
		if (draw(5) != 0) {
			assert_int_equal(store_commit(store), ERR_OK);
			continue;
		}
		store_rollback(store);
		memcpy(there, before, sizeof(there));
		entries = entries_before;
	}
}

/* Every row, as text; SQLite's own numbers of rows are nobody's. */
static void
dump(const char *to)
{
	store = store_free(store);
	shell("python3 -c 'import sqlite3; print(*sorted(sqlite3.connect("
	      "\"store.db\").iterdump()), sep=\"\\n\")' >",
		to, "");
	reopen();
}

static void
every_kind_of_change_is_made_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		uint64_t behind;
		uint64_t n = 0;

		keep();
		assert_int_equal(attach(), 0);
		change_at_random();
		dump("as-it-was");
		put_back();
		behind = attach();
		assert_true(behind > 0);
		assert_int_equal(store_redo_apply(store, &n), ERR_OK);
		assert_int_equal(n, behind);
		dump("made-again");
		shell("cmp", "as-it-was", "made-again");
		put_back();
		shell("rm", "redo", "");
		assert_int_equal(attach(), 0);
	}
}

/* Rows of an older version lack the columns that came later; SQLite tells their
 * values as NULL where it tells of a change, and nowhere else. */
static const char columns_added_later[] =
	"'import sqlite3; sqlite3.connect(\"store.db\").executescript(\"\"\""
	"ALTER TABLE batch DROP COLUMN counted;"
	"ALTER TABLE batch ADD COLUMN counted INTEGER NOT NULL DEFAULT -1;"
	"ALTER TABLE request DROP COLUMN authority;"
	"ALTER TABLE request DROP COLUMN since;"
	"ALTER TABLE request ADD COLUMN since INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE request ADD COLUMN authority INTEGER NOT NULL DEFAULT 255;"
	"\"\"\")'";

static void
a_row_older_than_its_columns_is_changed_again(void **state)
{
	struct store_batch batch = {.n = 1, .agreement = "A", .counted = 7};
	struct store_request r = {.batch = 1, .line = 1, .officer = "somebody"};
	uint64_t n = 0;

	(void)state;
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_batch_add(store, &batch), ERR_OK);
	assert_int_equal(store_request_add(store, &r), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
	store = store_free(store);
	shell("python3 -c", columns_added_later, "");
	reopen();
	keep();
	assert_int_equal(attach(), 0);
	assert_int_equal(store_begin(store), ERR_OK);
	batch.stage = STAGE_JUDGED;
	r.since = 20000;
	r.state = 4;
	assert_int_equal(store_batch_update(store, &batch), ERR_OK);
	assert_int_equal(store_request_found(store, &r), ERR_OK);
	assert_int_equal(store_request_update(store, &r), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
	dump("as-it-was");
	put_back();
	assert_int_equal(attach(), 1);
	assert_int_equal(store_redo_apply(store, &n), ERR_OK);
	dump("made-again");
	shell("cmp", "as-it-was", "made-again");
}

/* Rows that change again and again are logged as they were and as they are. */
static void
a_name_written_often_is_logged_once(void **state)
{
	uint8_t value[4096] = {0};
	long size;

	(void)state;
	write_one("large", "");
	size = log_size();
	assert_int_equal(store_begin(store), ERR_OK);
	for (uint8_t i = 1; i < 100; i++) {
		value[0] = i;
		assert_int_equal(store_put(store, "large",
					 span_of(value, sizeof(value))),
			ERR_OK);
		assert_int_equal(store_put(store, "small", SPAN("x")), ERR_OK);
	}
	assert_int_equal(store_commit(store), ERR_OK);
	assert_in_range(log_size() - size, 4096, 4096 + 512);
	/* and one that is as it was before is not */
	size = log_size();
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(store_put(store, "small", SPAN("y")), ERR_OK);
	assert_int_equal(store_put(store, "small", SPAN("x")), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
	assert_int_equal(log_size(), size);
}

/* ---- destroying ---- */

static bool
any_file_holds(struct span what)
{
	static const char *const names[] = {"store.db", "store.db-wal", "redo"};
	bool held = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		OWNED_BUF(bytes, 1 << 24);

		if (os_read(dir, names[i], &bytes) == ERR_OK && bytes.n > 0)
			held = held || memmem(bytes.at, bytes.n, what.at,
					       what.n) != NULL;
	}
	return held;
}

static void
add_record(const char *record)
{
	assert_int_equal(store_begin(store), ERR_OK);
	assert_int_equal(
		store_journal_add(store, 0, SPAN("entry"), span_text(record)),
		ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
}

static void
shred_record(void)
{
	assert_int_equal(store_shred_begin(store), ERR_OK);
	assert_int_equal(
		store_journal_shred(store, 0, SPAN("nothing")), ERR_OK);
	assert_int_equal(store_commit(store), ERR_OK);
}

#define SECRET "a record of 38 bytes that is to be gone"

static void
what_is_shredded_is_in_no_file(void **state)
{
	OWNED_BUF(sealed, 64);

	(void)state;
	add_record(SECRET);
	assert_true(any_file_holds(SPAN(SECRET)));
	shred_record();
	assert_int_equal(store_scrub(store), ERR_OK);
	assert_false(any_file_holds(SPAN(SECRET)));
	assert_int_equal(store_journal_get(store, 0, NULL, &sealed), ERR_OK);
	assert_true(span_eq(buf_span(&sealed), SPAN("nothing")));
	/* and it goes on */
	write_one("a", "1");
	reopen();
	assert_int_equal(attach(), 0);
	assert_true(has("a", "1"));
	assert_int_equal(store_scrub(store), ERR_OK);
}

/* The transaction itself must not carry it into the log. */
static void
shredding_is_no_part_of_the_log(void **state)
{
	long before;

	(void)state;
	add_record(SECRET);
	before = log_size();
	shred_record();
	assert_int_equal(log_size(), before);
}

/* What is in a log that is being overwritten is never read again. */
static void
a_log_half_overwritten_is_overwritten_to_its_end(void **state)
{
	static const uint8_t zeros[64];
	int fd;

	(void)state;
	add_record(SECRET);
	keep();
	shell("cp", "redo", "redo.kept");
	for (off_t done = 8; done < 64; done += 8) {
		put_back();
		shell("cp", "redo.kept", "redo");
		assert_int_equal(attach(), 0);
		write_one("more", SECRET);
		store = store_free(store);
		fd = open(log_path, O_WRONLY);
		assert_true(fd >= 0);
		assert_int_equal(pwrite(fd, "WEIRWIPE", 8, 0), 8);
		assert_int_equal(
			pwrite(fd, zeros, (size_t)done - 8, 8), done - 8);
		assert_int_equal(close(fd), 0);
		reopen();
		assert_int_equal(attach(), 0);
		assert_false(os_exists(dir, "redo.damaged"));
		assert_int_equal(log_size(), 58);
		assert_true(has("more", SECRET));
	}
}

/* A store that stays open while another destroys: as long a log as it knew
 * begins otherwise now. */
static void
another_that_is_open_reads_the_log_from_its_beginning(void **state)
{
	struct store *other = NULL;
	uint64_t behind = 99;

	(void)state;
	assert_int_equal(store_open(db, false, &other), ERR_OK);
	assert_int_equal(store_redo_attach(other, dir, &behind), ERR_OK);
	add_record(SECRET);
	shred_record();
	assert_int_equal(store_scrub(store), ERR_OK);
	for (int i = 0; i < 20; i++)
		write_one("a", "a value that makes the log longer again");
	assert_int_equal(store_redo_attach(other, dir, &behind), ERR_OK);
	assert_int_equal(behind, 0);
	assert_false(os_exists(dir, "redo.damaged"));
	assert_int_equal(store_begin(other), ERR_OK);
	assert_int_equal(store_put(other, "b", SPAN("2")), ERR_OK);
	assert_int_equal(store_commit(other), ERR_OK);
	other = store_free(other);
	assert_int_equal(attach(), 0);
	assert_true(has("b", "2"));
}

static void
a_store_of_before_is_not_brought_past_it(void **state)
{
	uint64_t n = 0;

	(void)state;
	add_record(SECRET);
	keep();
	assert_int_equal(attach(), 0);
	write_one("a", "1");
	write_one("a", "2");
	shred_record();
	assert_int_equal(store_scrub(store), ERR_OK);
	put_back();
	assert_int_equal(attach(), 2);
	assert_int_equal(store_redo_apply(store, &n), ERR_STORE);
	assert_non_null(strstr(store_error(store), "begins at"));
}

int
main(void)
{
#define PROMISE(f) cmocka_unit_test_setup_teardown(f, enter, leave)
	const struct CMUnitTest tests[] = {
		PROMISE(what_the_store_lacks_is_made_again),
		PROMISE(only_what_was_committed_is_in_the_log),
		PROMISE(an_end_torn_at_any_byte_is_cut_off),
		PROMISE(what_is_synced_later_is_in_the_log_before),
		PROMISE(a_damaged_log_is_set_aside),
		PROMISE(a_change_that_does_not_fit_is_not_made),
		PROMISE(keys_of_requests_are_no_part_of_the_log),
		PROMISE(every_kind_of_change_is_made_again),
		PROMISE(a_row_older_than_its_columns_is_changed_again),
		PROMISE(a_name_written_often_is_logged_once),
		PROMISE(what_is_shredded_is_in_no_file),
		PROMISE(shredding_is_no_part_of_the_log),
		PROMISE(a_log_half_overwritten_is_overwritten_to_its_end),
		PROMISE(another_that_is_open_reads_the_log_from_its_beginning),
		PROMISE(a_store_of_before_is_not_brought_past_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
