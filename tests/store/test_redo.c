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
	char command[256];

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
		PROMISE(what_is_shredded_is_in_no_file),
		PROMISE(shredding_is_no_part_of_the_log),
		PROMISE(a_log_half_overwritten_is_overwritten_to_its_end),
		PROMISE(another_that_is_open_reads_the_log_from_its_beginning),
		PROMISE(a_store_of_before_is_not_brought_past_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
