/* SPDX-License-Identifier: Apache-2.0 */
/* os/file: files are replaced whole, locks exclude, reading has an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/file.h"

struct place {
	char root[64];
	int dir;
};

static int
enter(void **state)
{
	static struct place p;

	(void)snprintf(p.root, sizeof(p.root), "/tmp/weir-os-XXXXXX");
	if (mkdtemp(p.root) == NULL)
		return -1;
	p.dir = open(p.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = &p;
	return p.dir < 0 ? -1 : 0;
}

static int
leave(void **state)
{
	struct place *p = *state;

	os_close(&p->dir);
	return os_remove_tree(AT_FDCWD, p->root) == ERR_OK ? 0 : -1;
}

static void
holds(int dir, const char *name, const char *want)
{
	OWNED_BUF(b, 1 << 20);

	assert_int_equal(os_read(dir, name, &b), ERR_OK);
	assert_true(span_eq(buf_span(&b), span_text(want)));
}

static void
what_was_written_is_read_back_with_its_mode(void **state)
{
	const struct place *p = *state;
	struct stat st;

	assert_false(os_exists(p->dir, "a"));
	assert_int_equal(os_write(p->dir, "a", SPAN("first"), 0600), ERR_OK);
	assert_true(os_exists(p->dir, "a"));
	holds(p->dir, "a", "first");
	assert_int_equal(fstatat(p->dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(os_write(p->dir, "a", SPAN("2"), 0600), ERR_OK);
	holds(p->dir, "a", "2");
	assert_int_equal(
		os_write_loose(p->dir, "a", span_of(NULL, 0), 0644), ERR_OK);
	holds(p->dir, "a", "");
	assert_false(os_exists(p->dir, "a.new"));
}

/* A writer is killed at any moment; a reader sees one whole version. */
static void
replacing_is_whole_whenever_it_is_cut_off(void **state)
{
	enum { SIZE = 200000, KILLS = 40 };
	const struct place *p = *state;
	static uint8_t bytes[SIZE];

	memset(bytes, 'a', SIZE);
	assert_int_equal(
		os_write(p->dir, "f", span_of(bytes, SIZE), 0600), ERR_OK);
	for (unsigned i = 0; i < KILLS; i++) {
		OWNED_BUF(b, SIZE);
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			for (unsigned k = 0;; k++) {
				memset(bytes, 'a' + (int)(k % 26), SIZE);
				(void)!os_write_loose(p->dir, "f",
					span_of(bytes, SIZE), 0600);
			}
		}
		(void)nanosleep(
			&(struct timespec){0, 500000 + 137000 * i}, NULL);
		/* while it runs, and after it was killed */
		assert_int_equal(os_read(p->dir, "f", &b), ERR_OK);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(b.n, SIZE);
		assert_memory_equal(b.at, b.at + 1, SIZE - 1);
		buf_clear(&b);
		assert_int_equal(os_read(p->dir, "f", &b), ERR_OK);
		assert_int_equal(b.n, SIZE);
		assert_memory_equal(b.at, b.at + 1, SIZE - 1);
	}
}

static void
a_replacement_that_cannot_be_made_leaves_the_old_one(void **state)
{
	const struct place *p = *state;
	char name[600];

	assert_int_equal(os_write(p->dir, "a", SPAN("old"), 0600), ERR_OK);
	assert_int_equal(mkdirat(p->dir, "a.new", 0700), 0);
	assert_int_equal(os_write(p->dir, "a", SPAN("new"), 0600), ERR_IO);
	assert_int_equal(errno, EISDIR);
	holds(p->dir, "a", "old");
	assert_int_equal(mkdirat(p->dir, "d", 0700), 0);
	assert_int_equal(os_write(p->dir, "d", SPAN("new"), 0600), ERR_IO);
	assert_false(os_exists(p->dir, "d.new"));
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = 0;
	assert_int_not_equal(os_write(p->dir, name, SPAN("x"), 0600), ERR_OK);
	assert_int_not_equal(
		os_write(p->dir, "no/such", SPAN("x"), 0600), ERR_OK);
}

static void
reading_is_bounded_by_the_buffer(void **state)
{
	const struct place *p = *state;
	static const size_t size[] = {0, 1, 16383, 16384, 16385, 50000};

	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		static uint8_t bytes[50000];
		size_t n = size[i];
		OWNED_BUF(fits, n);
		OWNED_BUF(small, n == 0 ? 0 : n - 1);

		memset(bytes, 7, sizeof(bytes));
		assert_int_equal(
			os_write_loose(p->dir, "a", span_of(bytes, n), 0600),
			ERR_OK);
		assert_int_equal(os_read(p->dir, "a", &fits), ERR_OK);
		assert_true(span_eq(buf_span(&fits), span_of(bytes, n)));
		if (n > 0)
			assert_int_equal(
				os_read(p->dir, "a", &small), ERR_TOO_LARGE);
	}
	{
		OWNED_BUF(b, 16);

		assert_int_equal(os_read(p->dir, "none", &b), ERR_NOT_FOUND);
		assert_int_equal(os_read(p->dir, ".", &b), ERR_IO);
		assert_int_equal(os_write(p->dir, "a", SPAN("12"), 0600), 0);
		/* it appends */
		assert_int_equal(os_read(p->dir, "a", &b), ERR_OK);
		assert_int_equal(os_read(p->dir, "a", &b), ERR_OK);
		assert_true(span_eq(buf_span(&b), SPAN("1212")));
	}
}

static void
reading_piece_by_piece_ends_and_begins_again(void **state)
{
	const struct place *p = *state;
	uint8_t some[4];
	size_t n = 99;
	OWNED_FD fd = -1;

	assert_int_equal(os_write(p->dir, "a", SPAN("abcdef"), 0600), ERR_OK);
	fd = openat(p->dir, "a", O_RDONLY | O_CLOEXEC);
	for (unsigned pass = 0; pass < 2; pass++) {
		assert_int_equal(os_read_exact(fd, some, 4, &n), ERR_OK);
		assert_int_equal(n, 4);
		assert_memory_equal(some, "abcd", 4);
		assert_int_equal(os_read_exact(fd, some, 4, &n), ERR_OK);
		assert_int_equal(n, 2);
		assert_memory_equal(some, "ef", 2);
		assert_int_equal(os_read_some(fd, some, 4, &n), ERR_OK);
		assert_int_equal(n, 0);
		assert_int_equal(os_rewind(fd), ERR_OK);
	}
	assert_int_equal(os_read_some(-1, some, 4, &n), ERR_IO);
	assert_int_equal(os_rewind(-1), ERR_IO);
}

/* A pipe gives less than was asked for; exact goes on until all came. */
static void
exact_reading_waits_for_the_rest(void **state)
{
	int fds[2];
	uint8_t got[6];
	size_t n = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		for (const char *s = "abcdef"; *s != 0; s++) {
			(void)!os_write_all(fds[1], span_of(s, 1));
			(void)nanosleep(&(struct timespec){0, 2000000}, NULL);
		}
		_exit(0);
	}
	os_close(&fds[1]);
	assert_int_equal(os_read_exact(fds[0], got, 6, &n), ERR_OK);
	assert_int_equal(n, 6);
	assert_memory_equal(got, "abcdef", 6);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	os_close(&fds[0]);
	assert_int_equal(fds[0], -1);
	os_close(&fds[0]);
}

static void
a_lock_excludes_until_it_is_closed(void **state)
{
	const struct place *p = *state;
	OWNED_FD first = -1;
	OWNED_FD second = -1;
	pid_t pid;
	int status;

	assert_int_equal(os_lock(p->dir, "lock", false, &first), ERR_OK);
	assert_int_equal(os_lock(p->dir, "lock", false, &second), ERR_BUSY);
	assert_int_equal(second, -1);
	pid = fork();
	if (pid == 0) {
		int fd = -1;

		os_close(&first); /* its own copy: the lock is the parent's */
		_exit(os_lock(p->dir, "lock", false, &fd) == ERR_BUSY ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	os_close(&first);
	assert_int_equal(os_lock(p->dir, "lock", false, &second), ERR_OK);
	os_close(&second);
	assert_int_equal(os_lock(p->dir, "no/lock", true, &second), ERR_IO);
}

static void
who_waits_gets_the_lock_after_the_other(void **state)
{
	const struct place *p = *state;
	int *turn = mmap(NULL, sizeof(*turn), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	OWNED_FD fd = -1;
	pid_t pid;

	assert_ptr_not_equal(turn, MAP_FAILED);
	assert_int_equal(os_lock(p->dir, "lock", true, &fd), ERR_OK);
	pid = fork();
	if (pid == 0) {
		int mine = -1;

		os_close(&fd);
		if (os_lock(p->dir, "lock", true, &mine) != ERR_OK)
			_exit(1);
		__atomic_fetch_add(turn, 1, __ATOMIC_SEQ_CST);
		_exit(0);
	}
	(void)nanosleep(&(struct timespec){0, 50000000}, NULL);
	assert_int_equal(__atomic_load_n(turn, __ATOMIC_SEQ_CST), 0);
	os_close(&fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(__atomic_load_n(turn, __ATOMIC_SEQ_CST), 1);
	assert_int_equal(munmap(turn, sizeof(*turn)), 0);
}

static void
folders_are_made_private_and_only_when_asked(void **state)
{
	const struct place *p = *state;
	OWNED_FD fd = -1;
	struct stat st;

	assert_int_equal(os_folder(p->dir, "d", false, &fd), ERR_NOT_FOUND);
	assert_int_equal(os_folder(p->dir, "d", true, &fd), ERR_OK);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	os_close(&fd);
	assert_int_equal(os_folder(p->dir, "d", true, &fd), ERR_OK);
	os_close(&fd);
	assert_int_equal(os_write(p->dir, "f", SPAN("x"), 0600), ERR_OK);
	assert_int_equal(os_folder(p->dir, "f", false, &fd), ERR_NOT_FOUND);
	assert_int_equal(fd, -1);
	assert_int_equal(os_sync(p->dir), ERR_OK);
	assert_int_equal(os_sync_all(p->dir), ERR_OK);
	assert_int_equal(os_sync(-1), ERR_IO);
	assert_int_equal(os_sync_all(-1), ERR_IO);
}

static void
a_tree_of_two_levels_goes_and_nothing_beside_it(void **state)
{
	const struct place *p = *state;
	OWNED_FD d = -1;
	OWNED_FD in = -1;

	assert_int_equal(os_remove_tree(p->dir, "t"), ERR_OK);
	assert_int_equal(os_write(p->dir, "keep", SPAN("kept"), 0600), 0);
	assert_int_equal(os_folder(p->dir, "t", true, &d), ERR_OK);
	for (unsigned i = 0; i < 300; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "f%u", i);
		assert_int_equal(os_write_loose(d, name, SPAN("x"), 0600), 0);
	}
	assert_int_equal(os_folder(d, "empty", true, &in), ERR_OK);
	/* A link is removed, never what it leads to. */
	assert_int_equal(symlinkat("../keep", d, "link"), 0);
	assert_int_equal(os_remove_tree(p->dir, "t"), ERR_OK);
	assert_false(os_exists(p->dir, "t"));
	holds(p->dir, "keep", "kept");
	os_close(&d);
	os_close(&in);
	/* Deeper than it promises: refused, and the deep file stays. */
	assert_int_equal(os_folder(p->dir, "t", true, &d), ERR_OK);
	assert_int_equal(os_folder(d, "deep", true, &in), ERR_OK);
	assert_int_equal(os_write(in, "f", SPAN("x"), 0600), ERR_OK);
	assert_int_equal(os_remove_tree(p->dir, "t"), ERR_IO);
	assert_true(os_exists(in, "f"));
	assert_int_equal(os_remove_tree(d, "deep"), ERR_OK);
	assert_int_equal(os_remove_tree(p->dir, "t"), ERR_OK);
}

static void
clocks_go_forward(void **state)
{
	int64_t ticks = os_ticks();

	(void)state;
	assert_true(os_now() > 1700000000);
	(void)nanosleep(&(struct timespec){0, 2000000}, NULL);
	assert_true(os_ticks() - ticks >= 2000000);
	assert_true(os_peak_kib() > 100);
}

#define PROMISE(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(what_was_written_is_read_back_with_its_mode),
		PROMISE(replacing_is_whole_whenever_it_is_cut_off),
		cmocka_unit_test_setup_teardown(
			a_replacement_that_cannot_be_made_leaves_the_old_one,
			enter, leave),
		PROMISE(reading_is_bounded_by_the_buffer),
		PROMISE(reading_piece_by_piece_ends_and_begins_again),
		PROMISE(exact_reading_waits_for_the_rest),
		PROMISE(a_lock_excludes_until_it_is_closed),
		PROMISE(who_waits_gets_the_lock_after_the_other),
		PROMISE(folders_are_made_private_and_only_when_asked),
		PROMISE(a_tree_of_two_levels_goes_and_nothing_beside_it),
		PROMISE(clocks_go_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
