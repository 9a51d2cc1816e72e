/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/desk.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "os/signals.h"
#include "proc/proc_sandbox.h"
#include "wire/wire.h"

enum {
	WAIT_MS = 1000,
	GRACE_S = 60, /* after the gate has given up on it */
	SECOND = 1000000000,
};

struct work {
	pid_t pid; /* 0: free */
	int64_t since;
};

struct taking {
	const struct desk_start *start;
	struct work *work; /* settings->workers */
	uint64_t n;        /* of them at work */
	sigset_t calm;     /* the mask while it waits */
};

static volatile sig_atomic_t told_to_end;

static void
on_signal(int number)
{
	if (number == SIGTERM)
		told_to_end = 1;
}

/* What it was told is seen while it waits, and not between. */
static enum err
take_signals(sigset_t *calm)
{
	const struct sigaction act = {.sa_handler = on_signal};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t own;

	(void)sigemptyset(&own);
	(void)sigaddset(&own, SIGTERM);
	(void)sigaddset(&own, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &own, calm) != 0 ||
		sigaction(SIGTERM, &act, NULL) != 0 ||
		sigaction(SIGCHLD, &act, NULL) != 0 ||
		sigaction(SIGHUP, &ignore, NULL) != 0 ||
		sigaction(SIGINT, &ignore, NULL) != 0 ||
		sigaction(SIGPIPE, &ignore, NULL) != 0)
		return err_origin(ERR_IO);
	(void)sigdelset(calm, SIGTERM);
	(void)sigdelset(calm, SIGCHLD);
	return ERR_OK;
}

/* ---- workers ---- */

/* A worker begun is brought to its end, whoever is told to end. */
static _Noreturn void
child(struct taking *t, int fd)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	const struct sigaction plain = {.sa_handler = SIG_DFL};
	enum err e;

	(void)prctl(PR_SET_NAME, "weir-worker");
	(void)sigaction(SIGTERM, &ignore, NULL);
	(void)sigaction(SIGCHLD, &plain, NULL);
	(void)sigprocmask(SIG_SETMASK, &t->calm, NULL);
	if (fd > 3)
		(void)close_range(3, (unsigned)fd - 1, 0);
	(void)close_range((unsigned)fd + 1, ~0U, 0);
	e = desk_work(t->start, fd);
	_exit(e == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void
begin(struct taking *t, int fd)
{
	struct work *free = t->work;
	pid_t pid;

	while (free->pid != 0)
		free++;
	pid = fork();
	if (pid == 0)
		child(t, fd);
	if (pid < 0) {
		(void)fprintf(
			stderr, "weir-desk: no worker: errno %d\n", errno);
		return;
	}
	*free = (struct work){pid, os_ticks()};
	t->n++;
}

static void
reap(struct taking *t)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (uint64_t i = 0; i < t->start->settings->workers; i++)
			if (t->work[i].pid == pid) {
				t->work[i].pid = 0;
				t->n--;
			}
		if (WIFSIGNALED(status))
			(void)fprintf(stderr,
				"weir-desk: a worker ended by signal %d\n",
				WTERMSIG(status));
	}
}

/* The gate has long given up on it. */
static void
end_late_ones(struct taking *t)
{
	const struct settings *s = t->start->settings;
	const int64_t now = os_ticks();

	for (uint64_t i = 0; i < s->workers; i++)
		if (t->work[i].pid != 0 &&
			(uint64_t)(now - t->work[i].since) / SECOND >
				s->answer + GRACE_S)
			(void)kill(t->work[i].pid, SIGKILL);
}

/* ---- questions ---- */

static void
take(struct taking *t)
{
	uint8_t id[8];
	int fd = -1;
	ssize_t n = wire_take(t->start->questions, id, sizeof(id), &fd);

	if (n == sizeof(id) && fd >= 0)
		begin(t, fd);
	else if (n > 0)
		(void)fprintf(stderr, "weir-desk: that is no question\n");
	else if (n == 0) /* nobody is left who could ask */
		told_to_end = 1;
	os_close(&fd);
}

static enum err
step(struct taking *t)
{
	const struct timespec wait = {.tv_sec = WAIT_MS / 1000};
	bool free = !told_to_end && t->n < t->start->settings->workers;
	struct pollfd p = {
		.fd = free ? t->start->questions : -1, .events = POLLIN};
	int n = ppoll(&p, 1, &wait, &t->calm);

	if (n < 0 && errno != EINTR)
		return err_origin(ERR_IO);
	os_let_signals_in(&t->calm);
	reap(t);
	end_late_ones(t);
	if (n > 0 && (p.revents & POLLIN) != 0)
		take(t);
	return ERR_OK;
}

enum err
desk_serve(const struct desk_start *start)
{
	struct taking t = {.start = start};
	const uint8_t one = 1;
	enum err e = take_signals(&t.calm);

	t.work = mem_zeroed(start->settings->workers * sizeof(*t.work));
	if (t.work == NULL)
		return err_origin(ERR_NOMEM);
	if (e == ERR_OK)
		e = board_lock(&start->board, false);
	if (e == ERR_OK)
		e = proc_sandbox_desk();
	if (e == ERR_OK && write(start->ready, &one, 1) != 1)
		e = err_origin(ERR_IO);
	while (e == ERR_OK && !(told_to_end && t.n == 0))
		e = step(&t);
	mem_free(t.work);
	return e;
}
