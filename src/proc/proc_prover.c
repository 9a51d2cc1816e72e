/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_prover.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

enum { NO_PROGRAM = 127 };

bool
proc_prover_path(char *to, size_t size)
{
	static const char name[] = "weir-prove";
	ssize_t n;
	char *slash;

	must(to != NULL);
	if (size <= sizeof(name))
		return false;
	n = readlink("/proc/self/exe", to, size - sizeof(name));
	if (n <= 0)
		return false;
	to[n] = '\0';
	slash = strrchr(to, '/');
	if (slash == NULL)
		return false;
	memcpy(slash + 1, name, sizeof(name));
	return true;
}

void
proc_prover_become(const char *path, const char *const *words)
{
	/* execv() changes none of them: its type is older than const. */
	(void)execv(path, (char *const *)(uintptr_t)words);
}

static _Noreturn void
child(const char *path, const char *const *words)
{
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (nothing >= 0)
		(void)dup2(nothing, STDOUT_FILENO);
	proc_prover_become(path, words);
	_exit(NO_PROGRAM);
}

enum err
proc_prover_run(
	const char *path, const char *const *words, struct why *reterr_why)
{
	int status = 0;
	pid_t pid;
	pid_t ended;

	(void)fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_origin(ERR_IO);
	if (pid == 0)
		child(path, words);
	do
		ended = waitpid(pid, &status, 0);
	while (ended < 0 && errno == EINTR);
	if (ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return ERR_OK;
	if (ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 1)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"not all of the agreement is proved: `weir agreement "
			"prove` says what is not");
	return why_set(reterr_why, err_origin(ERR_IO),
		"%s, which proves the agreement, cannot be run", path);
}
