/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_peer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"

/* Leaves 0 to 2 and the two given. */
static void
close_others(int a, int b)
{
	int low = a < b || b < 0 ? a : b;
	int high = a < b || b < 0 ? b : a;

	if (low > 3)
		(void)close_range(3, (unsigned)low - 1, 0);
	if (high < 0) {
		(void)close_range((unsigned)low + 1, ~0U, 0);
		return;
	}
	if (high > low + 1)
		(void)close_range((unsigned)low + 1, (unsigned)high - 1, 0);
	(void)close_range((unsigned)high + 1, ~0U, 0);
}

/* errno of the child's last failure of input or output; 0: none. */
static int cause;

/* A parent that went away is no news: it may have been killed, or have got the
 * answer it wanted. */
static void
tell_failure(enum err e, const char *func, const char *file, int line)
{
	if (e == ERR_IO)
		cause = errno;
	if (e != ERR_PEER && getenv("WEIR_TRACE") != NULL)
		(void)fprintf(stderr, "weir: failure: %s in %s at %s:%d\n",
			err_text(e), func, file, line);
}

static _Noreturn void
child(const char *name, proc_main *serve, void *context, int fd, int keep)
{
	enum err e;

	err_set_hook(tell_failure);
	(void)prctl(PR_SET_NAME, name);
	/* The parent may be killed at any moment; then so are we. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_others(fd, keep);
	e = serve(fd, context);
	if (e == ERR_OK || e == ERR_PEER)
		_exit(EXIT_SUCCESS);
	(void)fprintf(stderr, "weir: %s: %s%s%s\n", name, err_text(e),
		cause == 0 ? "" : ": ", cause == 0 ? "" : strerror(cause));
	_exit(EXIT_FAILURE);
}

enum err
proc_start(const char *name, proc_main *serve, void *context, int keep,
	struct proc_peer *ret_peer)
{
	int pair[2];
	pid_t parent = getpid();
	pid_t pid;

	(void)fflush(NULL);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_origin(ERR_IO);
	pid = fork();
	if (pid < 0) {
		os_close(&pair[0]);
		os_close(&pair[1]);
		return err_origin(ERR_IO);
	}
	if (pid == 0) {
		os_close(&pair[0]);
		if (getppid() != parent)
			_exit(EXIT_FAILURE);
		child(name, serve, context, pair[1], keep);
	}
	os_close(&pair[1]);
	*ret_peer = (struct proc_peer){.name = name, .pid = pid, .fd = pair[0]};
	return ERR_OK;
}

enum err
proc_end(struct proc_peer *peer)
{
	int status = 0;
	pid_t pid;

	if (peer->fd < 0)
		return ERR_OK;
	os_close(&peer->fd);
	do
		pid = waitpid(peer->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	if (pid != peer->pid || !WIFEXITED(status) ||
		WEXITSTATUS(status) != EXIT_SUCCESS)
		return err_origin(ERR_PEER);
	return ERR_OK;
}

void
proc_drop(struct proc_peer *peer)
{
	(void)!proc_end(peer);
}
