/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The intake as a process of the service: answers come by their number to whom
 * sent, nobody holds another up, what was sent before it is told to end is
 * answered, and its locks hold: a forbidden call is planted in it and ends it,
 * or is refused, and the next one answers.
 */
#include "proc_world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "proc/proc_intake.h"
#include "proc/proc_sandbox.h"
#include "wire/wire.h"

#if defined(__SANITIZE_ADDRESS__)
#define SECCOMP 0 /* sanitizers need calls of their own: Landlock alone */
#else
#define SECCOMP 1
#endif

enum plant { NOTHING, OPEN, SOCKET, FORK, PTRACE, EXEC, CONNECT, PLANTS };

/* Seen by the intake too. */
static struct {
	_Atomic int plant;
	_Atomic int did; /* errno of it; -1: it worked */
	_Atomic int barred;
	_Atomic int serves;
} * shared;

static const char *path;
static int door[2];
static pid_t pid;
static struct buf cert;
static struct buf payload;

/* ---- the intake ---- */

static volatile sig_atomic_t told;
static sigset_t calm;

static void
on_end(int number)
{
	(void)number;
	told = 1;
}

static enum err
begin(void *context)
{
	const struct sigaction act = {.sa_handler = on_end};
	sigset_t own;

	(void)context;
	(void)sigemptyset(&own);
	(void)sigaddset(&own, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &own, &calm);
	(void)sigdelset(&calm, SIGTERM);
	shared->serves = sigaction(SIGTERM, &act, NULL) == 0;
	return shared->serves ? ERR_OK : ERR_IO;
}

static int
planted(int what)
{
	char *const none[] = {NULL};
	long done = 0;

	if (what == OPEN)
		done = open("/etc/hostname", O_RDONLY);
	else if (what == SOCKET)
		done = socket(AF_INET, SOCK_STREAM, 0);
	else if (what == FORK)
		done = fork();
	else if (what == PTRACE)
		done = ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	else if (what == EXEC)
		done = execve("/bin/true", none, none);
	else if (what == CONNECT)
		done = connect(0, NULL, 0);
	return done < 0 ? errno : -1;
}

/* Runs in the intake, for a certificate that it has not met. */
static uint64_t
bars(void *context, struct span of)
{
	int what = shared->plant;

	(void)context;
	(void)of;
	shared->plant = NOTHING;
	if (what != NOTHING)
		shared->did = planted(what);
	return (uint64_t)shared->barred;
}

static void
start(void)
{
	const struct intake_serving serving = {
		.path = path,
		.door = door[1],
		.begin = begin,
		.told = &told,
		.calm = &calm,
		.bars = bars,
		.role = {"requester"},
	};
	struct why why = {""};

	(void)fflush(NULL);
	shared->serves = 0;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		enum err e;

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		e = intake_serve(&serving, &why);
		if (e != ERR_OK)
			(void)fprintf(stderr, "# intake: %s\n", why.text);
		_exit(e == ERR_OK ? 0 : 1);
	}
	while (!shared->serves && waitpid(pid, NULL, WNOHANG) == 0)
		os_pause_ms(2);
}

static int
stop(void)
{
	int status = 0;

	(void)kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* ---- who sends ---- */

/* `room`: bytes of answers that may lie unread; 0: as the kernel has it. */
static int
come_with(int room)
{
	int pair[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	if (room > 0)
		assert_int_equal(setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF,
					 &room, sizeof(room)),
			0);
	assert_int_equal(wire_give(door[0], SPAN("i"), pair[1]), 1);
	os_close(&pair[1]);
	return pair[0];
}

static int
come(void)
{
	return come_with(0);
}

static void
sends(int fd, uint64_t from, uint64_t n)
{
	for (uint64_t i = from; i < from + n; i++)
		assert_int_equal(
			intake_send(fd, i, buf_span(&cert), SPAN("{}")),
			ERR_OK);
}

/* The next answer is that status, and is returned by its number; 0: the end. */
static uint64_t
hears(int fd, enum intake_status status)
{
	struct intake_answer a;

	if (intake_receive(fd, &payload, &a) != ERR_OK || a.id == 0)
		return 0;
	assert_int_equal(a.status, status);
	return a.id;
}

static void
hears_all(int fd, uint64_t from, uint64_t n)
{
	for (uint64_t i = from; i < from + n; i++)
		assert_int_equal(hears(fd, INTAKE_REFUSED), i);
}

/* ---- tests ---- */

static void
answers_come_by_number_to_whom_sent(void **state)
{
	int a = come();
	int b = come();
	struct intake_answer answer;

	(void)state;
	sends(a, 1, 100);
	sends(b, 1000, 100);
	hears_all(b, 1000, 100);
	hears_all(a, 1, 100);
	sends(a, 7, 1);
	assert_int_equal(intake_receive(a, &payload, &answer), ERR_OK);
	assert_int_equal(answer.refused, ERR_MALFORMED);
	assert_true(span_eq(answer.code, SPAN("RQ-FORM")));
	assert_true(answer.sentence.n > 0);
	assert_int_equal(answer.signature.n, 0);
	os_close(&a);
	os_close(&b);
}

static void
who_speaks_out_of_turn_is_closed(void **state)
{
	int a = come();
	int b = come();
	int c = come();

	(void)state;
	assert_int_equal(
		wire_send(a, WIRE_INTAKE_ANSWER, SPAN("12345678")), ERR_OK);
	assert_int_equal(send(b, "\xff\xff\xff\xff\xff\xff\xff", 7, 0), 7);
	sends(c, 1, 3);
	hears_all(c, 1, 3);
	assert_int_equal(hears(a, INTAKE_REFUSED), 0);
	assert_int_equal(hears(b, INTAKE_REFUSED), 0);
	os_close(&a);
	os_close(&b);
	os_close(&c);
}

static void
who_does_not_read_holds_nobody_up(void **state)
{
	int a = come_with(1);
	int b = come();

	(void)state;
	sends(a, 1, 900); /* fewer than may wait */
	sends(b, 1, 10);
	hears_all(b, 1, 10);
	os_close(&a);
	sends(b, 11, 10);
	hears_all(b, 11, 10);
	os_close(&b);
}

static void
what_was_sent_is_answered_before_it_ends(void **state)
{
	int a = come();
	int status = 0;

	(void)state;
	sends(a, 1, 1);
	hears_all(a, 1, 1);
	sends(a, 2, 200);
	assert_int_equal(kill(pid, SIGTERM), 0);
	hears_all(a, 2, 200);
	assert_int_equal(hears(a, INTAKE_REFUSED), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	os_close(&a);
	start();
}

static void
a_barred_role_is_no_role(void **state)
{
	int a;

	(void)state;
	assert_int_equal(stop(), 0); /* whom it met it knows */
	shared->barred = 1;
	start();
	a = come();
	sends(a, 1, 1);
	assert_int_equal(hears(a, INTAKE_FORBIDDEN), 1);
	assert_int_equal(stop(), 0);
	os_close(&a);
	shared->barred = 0;
	start();
}

/* An intake that has not met us does it.  None runs before or after. */
static void
plants(enum plant what)
{
	int a = come(); /* waits for it */
	int status = 0;

	shared->did = 0;
	shared->plant = (int)what;
	start();
	sends(a, 1, 1);
	if (what == OPEN) {
		hears_all(a, 1, 1);
		assert_int_equal(shared->did, EACCES);
		assert_int_equal(stop(), 0);
		os_close(&a);
		return;
	}
	assert_int_equal(hears(a, INTAKE_REFUSED), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
	os_close(&a);
}

/* What it was sent is answered by it or, where it ended, by the next. */
static void
its_locks_hold(void **state)
{
	int a;

	(void)state;
	assert_int_equal(stop(), 0);
	if (strstr(proc_sandbox_text(), "no Landlock") == NULL)
		plants(OPEN);
	for (int what = SOCKET; SECCOMP && what < PLANTS; what++)
		plants((enum plant)what);
	start();
	a = come();
	sends(a, 1, 1);
	hears_all(a, 1, 1);
	os_close(&a);
}

/* An older kernel's rights: seccomp holds what Landlock cannot. */
static void
the_rights_of_abi_2_are_enough(void **state)
{
	(void)setenv("WEIR_LANDLOCK_ABI", "2", 1);
	its_locks_hold(state);
	(void)unsetenv("WEIR_LANDLOCK_ABI");
}

/* ---- a world ---- */

static int
make(void **state)
{
	struct instance_actor who = {.cert = NULL};
	struct why why;

	if (world_make(state) != 0)
		return -1;
	path = world_copy();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED ||
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, door) !=
			0 ||
		fcntl(door[1], F_SETFL, O_NONBLOCK) != 0)
		return -1;
	buf_init(&cert, 1 << 14);
	buf_init(&payload, 1 << 18);
	if (instance_actor_read(world_key(path, "requester"), &who, &why) != 0)
		return -1;
	crypto_cert_der(who.cert, &cert);
	instance_actor_fini(&who);
	start();
	return 0;
}

static int
end(void **state)
{
	int status = stop();

	buf_fini(&cert);
	buf_fini(&payload);
	os_close(&door[0]);
	os_close(&door[1]);
	return world_remove(state) == 0 && status == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_by_number_to_whom_sent),
		cmocka_unit_test(who_speaks_out_of_turn_is_closed),
		cmocka_unit_test(who_does_not_read_holds_nobody_up),
		cmocka_unit_test(what_was_sent_is_answered_before_it_ends),
		cmocka_unit_test(a_barred_role_is_no_role),
		cmocka_unit_test(its_locks_hold),
		cmocka_unit_test(the_rights_of_abi_2_are_enough),
	};

	return cmocka_run_group_tests(tests, make, end);
}
