/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* command - what the tests of weir-bench share: a command run in a folder of
 * its own, and what it printed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "bench/bench.h"
#include "os/file.h"

static inline int
folder_start(void **state)
{
	static char folder[] = "/tmp/weir-test-bench.XXXXXX";

	*state = mkdtemp(folder);
	return *state == NULL ? -1 : chdir(folder);
}

static inline int
folder_end(void **state)
{
	return chdir("/") == 0 && os_remove_tree(AT_FDCWD, *state) == ERR_OK
		       ? 0
		       : -1;
}

static inline void
put_file(const char *name, const char *text)
{
	assert_int_equal(
		os_write_loose(AT_FDCWD, name, span_text(text), 0600), ERR_OK);
}

/* A file of this folder as text, until the next call. */
static inline const char *
get_file(const char *name)
{
	static struct buf text;

	buf_fini(&text);
	buf_init(&text, 1 << 20);
	assert_int_equal(os_read(AT_FDCWD, name, &text), ERR_OK);
	buf_u8(&text, 0);
	assert_int_equal(buf_error(&text), ERR_OK);
	return (const char *)text.at;
}

/* Runs "COMMAND WORD...", words apart by blanks, with both outputs in files
 * `out` and `err`. */
static inline int
bench(const char *line)
{
	char words[512];
	char *argv[32] = {(char[]){"weir-bench"}};
	char *rest = NULL;
	int argc = 1;
	int status;
	int old_out = dup(STDOUT_FILENO);
	int old_err = dup(STDERR_FILENO);

	assert_true(span_copy(span_text(line), words, sizeof(words)));
	for (char *w = strtok_r(words, " ", &rest); w != NULL && argc < 31;
		w = strtok_r(NULL, " ", &rest))
		argv[argc++] = w;
	(void)fflush(NULL);
	(void)dup2(
		open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
	(void)dup2(
		open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
	status = bench_main(argc, argv);
	(void)fflush(NULL);
	(void)dup2(old_out, STDOUT_FILENO);
	(void)dup2(old_err, STDERR_FILENO);
	(void)close(old_out);
	(void)close(old_err);
	return status;
}
