/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_submit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"

static _Noreturn void
submit(const struct proc_submit_options *options, int pipe)
{
	static struct proc_submit_result r;
	static struct proc_submit_went went;

	went.e = proc_submit(options, &r);
	went.batch = r.batch;
	went.again = r.again;
	went.lines = r.lines;
	memcpy(went.code, r.code, sizeof(went.code));
	went.why = r.why;
	buf_fini(&r.told);
	(void)!write(pipe, &went, sizeof(went));
	_exit(0);
}

enum err
proc_submit_apart(const struct proc_submit_options *options,
	struct proc_submit_went *ret_went)
{
	int ends[2];
	int status = 0;
	size_t n = 0;
	pid_t child;
	enum err e = ERR_OK;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_origin(ERR_IO);
	child = fork();
	if (child == 0)
		submit(options, ends[1]);
	os_close(&ends[1]);
	if (child < 0)
		e = err_origin(ERR_IO);
	else
		e = os_read_exact(
			ends[0], (uint8_t *)ret_went, sizeof(*ret_went), &n);
	os_close(&ends[0]);
	if (child > 0)
		(void)waitpid(child, &status, 0);
	return e == ERR_OK && n < sizeof(*ret_went) ? err_origin(ERR_PEER) : e;
}
