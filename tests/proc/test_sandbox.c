/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proc_sandbox: for each profile a child enters and tries one thing.  What it
 * must not do ends it (seccomp) or is refused (Landlock); what it needs still
 * works.  Where the kernel lacks both, and under sanitizers what only seccomp
 * stops, is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_sandbox.h"

enum answer {
	DID = 0,
	REFUSED = 7,
	KILLED = 8, /* by SIGSYS */
	BROKEN = 9,
};

struct place {
	char root[64];
	int below; /* the folder a keeper is given */
	int file;  /* open for reading before the lock */
	int pair[2];
};
static struct place place;
static pid_t parent; /* asking for it in there would end the child */

/* What one child tries, once it is locked in. */
typedef int attempt(void);

static enum answer
try(enum proc_sandbox_profile profile, attempt *what)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		size_t n =
			profile == SANDBOX_KEEPER || profile == SANDBOX_WITNESS
				? 1
				: 0;

		if (proc_sandbox_enter(profile, &place.below, n) != ERR_OK)
			_exit(BROKEN);
		_exit(what());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : BROKEN;
	return (enum answer)WEXITSTATUS(status);
}

static int
answer(bool did)
{
	return did ? DID : REFUSED;
}

/* ---- what nobody may ---- */

static int
open_passwd(void)
{
	return answer(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
}

static int
open_own_secret(void)
{
	return answer(open("/proc/self/environ", O_RDONLY | O_CLOEXEC) >= 0);
}

static int
list_root(void)
{
	return answer(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0);
}

static int
write_new(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/outside", place.root);
	return answer(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
}

static int
run_a_program(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
	return REFUSED;
}

static int
remove_outside(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/kept", place.root);
	return answer(unlink(path) == 0);
}

static int
make_folder_outside(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/folder", place.root);
	return answer(mkdir(path, 0700) == 0);
}

/* Landlock has a word for these, or seccomp ends them. */
static attempt *const by_either[] = {open_passwd, open_own_secret, list_root,
	write_new, run_a_program, remove_outside, make_folder_outside};

static int
open_socket(void)
{
	return answer(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
}

static int
connect_out(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(fd >= 0 &&
		      connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
}

static int
fork_off(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return answer(pid > 0);
}

static int
signal_parent(void)
{
	return answer(kill(parent, 0) == 0);
}

static int
trace_parent(void)
{
	return answer(ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0);
}

static int
change_mode(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/kept", place.root);
	return answer(chmod(path, 0666) == 0);
}

/* Only seccomp stops these. */
static attempt *const by_seccomp[] = {open_socket, connect_out, fork_off,
	signal_parent, trace_parent, change_mode};

/* ---- what each needs ---- */

static int
serve(void)
{
	char c = 0;
	uint8_t hash[32];
	uint8_t random[16];
	void *memory = malloc(3 << 20);
	void *map = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool ok = memory != NULL && map != MAP_FAILED;

	crypto_sha256(SPAN("abc"), hash);
	ok = ok && hash[0] == 0xba;
	ok = ok && crypto_random(random, sizeof(random)) == ERR_OK;
	ok = ok && lseek(place.file, 0, SEEK_SET) == 0;
	ok = ok && read(place.file, &c, 1) == 1 && c == 'k';
	ok = ok && pread(place.file, &c, 1, 1) == 1 && c == 'e';
	ok = ok && send(place.pair[0], "x", 1, MSG_NOSIGNAL) == 1;
	ok = ok && recv(place.pair[1], &c, 1, 0) == 1 && c == 'x';
	ok = ok && os_now() > 0 && os_ticks() > 0 && os_peak_kib() > 0;
	free(memory);
	return answer(ok && munmap(map, 1 << 16) == 0);
}

static void *
thread_work(void *arg)
{
	*(int *)arg = 42;
	return malloc(100);
}

static int
start_threads(void)
{
	int done[4] = {0};
	pthread_t thread[4];
	bool ok = true;

	for (unsigned i = 0; i < 4; i++)
		ok = ok && pthread_create(&thread[i], NULL, thread_work,
				   &done[i]) == 0;
	for (unsigned i = 0; ok && i < 4; i++) {
		void *got = NULL;

		ok = pthread_join(thread[i], &got) == 0 && done[i] == 42;
		free(got);
	}
	return answer(ok);
}

static int
keep_files(void)
{
	OWNED_BUF(b, 64);
	OWNED_FD folder = -1;
	bool ok = os_write(place.below, "f", SPAN("one"), 0600) == ERR_OK &&
		  os_write(place.below, "f", SPAN("two"), 0600) == ERR_OK &&
		  os_read(place.below, "f", &b) == ERR_OK &&
		  span_eq(buf_span(&b), SPAN("two")) &&
		  os_folder(place.below, "d", true, &folder) == ERR_OK &&
		  os_write(folder, "g", SPAN("x"), 0600) == ERR_OK &&
		  renameat(folder, "g", folder, "h") == 0 &&
		  os_exists(folder, "h") &&
		  os_remove_tree(place.below, "d") == ERR_OK;

	return answer(ok && unlinkat(place.below, "f", 0) == 0);
}

/* ---- the table ---- */

static bool
has_landlock(void)
{
	return strstr(proc_sandbox_text(), "no Landlock") == NULL;
}

static bool
has_seccomp(void)
{
	return strstr(proc_sandbox_text(), "seccomp") != NULL &&
	       strstr(proc_sandbox_text(), "no seccomp") == NULL &&
	       prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

static const enum proc_sandbox_profile profiles[] = {
	SANDBOX_FRONT, SANDBOX_VAULT, SANDBOX_KEEPER, SANDBOX_WITNESS};
enum { PROFILES = sizeof(profiles) / sizeof(profiles[0]) };

static void
no_profile_reaches_another_file_or_program(void **state)
{
	(void)state;
	if (!has_landlock() && !has_seccomp())
		skip();
	for (unsigned p = 0; p < PROFILES; p++)
		for (size_t i = 0; i < sizeof(by_either) / sizeof(by_either[0]);
			i++) {
			enum answer a = try(profiles[p], by_either[i]);

			if (a != REFUSED && a != KILLED)
				fail_msg("profile %u, attempt %zu: %d", p, i,
					(int)a);
		}
	/* and nothing came of it */
	{
		OWNED_FD root = open(place.root, O_RDONLY | O_DIRECTORY);

		assert_true(os_exists(root, "kept"));
		assert_false(os_exists(root, "outside"));
		assert_false(os_exists(root, "folder"));
	}
}

static void
no_profile_opens_a_socket_forks_or_signals(void **state)
{
	(void)state;
	if (!has_seccomp())
		skip();
	for (unsigned p = 0; p < PROFILES; p++)
		for (size_t i = 0;
			i < sizeof(by_seccomp) / sizeof(by_seccomp[0]); i++) {
			enum answer a = try(profiles[p], by_seccomp[i]);

			if (a != KILLED)
				fail_msg("profile %u, attempt %zu: %d", p, i,
					(int)a);
		}
}

static void
each_profile_still_serves(void **state)
{
	(void)state;
	for (unsigned p = 0; p < PROFILES; p++)
		assert_int_equal(try(profiles[p], serve), DID);
	assert_int_equal(try(SANDBOX_VAULT, start_threads), DID);
	assert_int_equal(try(SANDBOX_KEEPER, keep_files), DID);
	assert_int_equal(try(SANDBOX_WITNESS, keep_files), DID);
}

/* The judge: one folder to write, one file to read, nothing beside them. */
static int
judge_works(void)
{
	char c = 0;
	int fds[2] = {place.below, -1};
	char path[128];
	bool ok;

	(void)snprintf(path, sizeof(path), "%s/kept", place.root);
	fds[1] = open(path, O_PATH | O_CLOEXEC);
	ok = proc_sandbox_judge(fds, 2, 1) == ERR_OK && keep_files() == DID;
	(void)close(fds[1]);
	fds[1] = open(path, O_RDONLY | O_CLOEXEC);
	ok = ok && read(fds[1], &c, 1) == 1 && c == 'k';
	ok = ok && open(path, O_WRONLY | O_CLOEXEC) < 0 && errno == EACCES;
	return answer(ok);
}

static int
judge_is_kept_in(void)
{
	if (proc_sandbox_judge(&place.below, 1, 1) != ERR_OK)
		return BROKEN;
	for (size_t i = 0; i < sizeof(by_either) / sizeof(by_either[0]); i++)
		if (by_either[i]() != REFUSED)
			return DID;
	return connect_out();
}

static void
the_judge_writes_and_reads_what_it_was_given_only(void **state)
{
	static attempt *const both[] = {judge_works, judge_is_kept_in};

	(void)state;
	if (!has_landlock())
		skip();
	for (unsigned i = 0; i < 2; i++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0)
			_exit(both[i]());
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), i == 0 ? DID : REFUSED);
	}
}

/* The courier: sockets to the outside and one file to read; no program, no
 * other file, no port. */
static int
courier_reaches_out(void)
{
	char path[128];
	char c = 0;
	int fd;
	bool ok;

	(void)snprintf(path, sizeof(path), "%s/kept", place.root);
	fd = open(path, O_PATH | O_CLOEXEC);
	ok = proc_sandbox_courier(&fd, 1) == ERR_OK;
	(void)close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ok = ok && read(fd, &c, 1) == 1 && c == 'k' && serve() == DID;
	ok = ok && start_threads() == DID;
	/* Nobody listens there, and it was tried. */
	ok = ok && connect_out() == REFUSED && errno == ECONNREFUSED;
	return answer(ok);
}

static int
courier_is_kept_in(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/kept", place.root);
	if (proc_sandbox_courier(NULL, 0) != ERR_OK)
		return BROKEN;
	return answer(open_passwd() == DID || list_root() == DID ||
		      open_own_secret() == DID || write_new() == DID ||
		      open(path, O_RDONLY | O_CLOEXEC) >= 0 ||
		      bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0);
}

static int
courier_runs_nothing(void)
{
	return proc_sandbox_courier(NULL, 0) == ERR_OK ? run_a_program()
						       : BROKEN;
}

static int
courier_forks_nothing(void)
{
	return proc_sandbox_courier(NULL, 0) == ERR_OK ? fork_off() : BROKEN;
}

static void
the_courier_reaches_out_and_nothing_else(void **state)
{
	static const struct {
		attempt *what;
		int want; /* a status; KILLED: by seccomp */
	} all[] = {
		{courier_reaches_out, DID},
		{courier_is_kept_in, REFUSED},
		{courier_runs_nothing, KILLED},
		{courier_forks_nothing, KILLED},
	};

	(void)state;
	if (!has_landlock() || !has_seccomp())
		skip();
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0)
			_exit(all[i].what());
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (all[i].want == KILLED)
			assert_true(WIFSIGNALED(status));
		else
			assert_true(WIFEXITED(status) &&
				    WEXITSTATUS(status) == all[i].want);
	}
}

static void
the_attempts_are_possible_without_the_lock(void **state)
{
	(void)state;
	/* else refusing them would show nothing */
	assert_int_equal(open_passwd(), DID);
	assert_int_equal(list_root(), DID);
	assert_int_equal(open_socket(), DID);
	assert_int_equal(change_mode(), DID);
	assert_int_equal(make_folder_outside(), DID);
	{
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/folder", place.root);
		assert_int_equal(rmdir(path), 0);
	}
}

static int
enter(void **state)
{
	OWNED_FD root = -1;

	(void)state;
	(void)snprintf(place.root, sizeof(place.root), "/tmp/weir-lock-XXXXXX");
	if (mkdtemp(place.root) == NULL || crypto_init() != ERR_OK ||
		os_folder(AT_FDCWD, place.root, false, &root) != ERR_OK ||
		os_folder(root, "below", true, &place.below) != ERR_OK ||
		os_write(root, "kept", SPAN("kept"), 0600) != ERR_OK)
		return -1;
	place.file = openat(root, "kept", O_RDONLY | O_CLOEXEC);
	parent = getpid();
	print_message("%s\n", proc_sandbox_text());
	return socketpair(AF_UNIX, SOCK_STREAM, 0, place.pair);
}

static int
leave(void **state)
{
	(void)state;
	os_close(&place.below);
	os_close(&place.file);
	return os_remove_tree(AT_FDCWD, place.root) == ERR_OK ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_attempts_are_possible_without_the_lock),
		cmocka_unit_test(no_profile_reaches_another_file_or_program),
		cmocka_unit_test(no_profile_opens_a_socket_forks_or_signals),
		cmocka_unit_test(each_profile_still_serves),
		cmocka_unit_test(
			the_judge_writes_and_reads_what_it_was_given_only),
		cmocka_unit_test(the_courier_reaches_out_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
