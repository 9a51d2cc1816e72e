/* SPDX-License-Identifier: Apache-2.0 */
/* ledger openings: every entry opened, for an inspector's weir-verify. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_instance.h"
#include "proc/proc_openings.h"

static enum err
write_piece(void *arg, struct span bytes)
{
	const int *fd = arg;

	return os_write_all(*fd, bytes);
}

/* The file is made before the instance shuts itself in, for its owner's eyes
 * alone, and never over one that is there. */
static enum cli_exit
run_openings(const struct cli_args *args)
{
	const char *out = cli_value(args, "out");
	OWNED_FD fd = open(out,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	static struct instance in;
	uint64_t size = 0;
	enum cli_exit status;
	enum err e;

	if (fd < 0) {
		cli_error("%s: %s", out, strerror(errno));
		return CLI_FAILURE;
	}
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE) {
		e = proc_openings(&in, write_piece, &fd, &size);
		if (e == ERR_OK)
			e = os_sync(fd);
		status = cli_says(e, &in.why);
	}
	if (status == CLI_DONE)
		printf("%" PRIu64 " entries opened in %s; whoever has it reads "
		       "all that the ledger says\n",
			size, out);
	else
		(void)unlink(out);
	instance_close(&in);
	return status;
}

const struct cli_verb cli_verbs_openings[] = {
	{"ledger openings", "", "Open every entry, for an inspector",
		"For `weir-verify --openings`, which computes every commitment "
		"anew and holds the\nwhole account against the law of the log. "
		"The file says all that the ledger\nsays, in the clear.  Only "
		"an inspector may; that it was done is an entry.",
		{{"out", "FILE", "a file that is not there yet", CLI_NEEDED},
			{"key", "FILE.key", "the inspector", false}},
		0, 0, true, run_openings},
	{0},
};
