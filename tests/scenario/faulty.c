/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty - goes under a program (LD_PRELOAD) and lets one of its calls that
 * change a file fail, or kills it there: whole program, all its processes.
 *
 *	FAULTY_COUNT=FILE  how many such calls there were, kept there: 8 bytes
 *	FAULTY_AT=N        the N-th (from 1) fails with EIO;
 *	FAULTY_HOW=kill    or there all processes of the group are killed;
 *	FAULTY_HOW=after   or right after the call was done.
 *
 * Counted are writes to regular files, syncs, renames, removals and cuts, of
 * the program and of every process that it starts.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static uint64_t *count; /* in FILE, the same for all processes */
static uint64_t at;
static int kills; /* 1: before the call, 2: after it */

__attribute__((constructor)) static void
faulty_begin(void)
{
	const char *file = getenv("FAULTY_COUNT");
	const char *n = getenv("FAULTY_AT");
	const char *how = getenv("FAULTY_HOW");
	int fd;

	if (file == NULL || count != NULL)
		return;
	fd = open(file, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, 8) != 0)
		return;
	count = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (count == MAP_FAILED)
		count = NULL;
	at = n == NULL ? 0 : strtoull(n, NULL, 10);
	if (how != NULL)
		kills = strcmp(how, "kill") == 0 ? 1 : 2;
}

static void
end_all(void)
{
	(void)kill(0, SIGKILL);
	for (;;)
		(void)pause();
}

/* Is this call the one? */
static int
turn(void)
{
	if (count == NULL || __sync_add_and_fetch(count, 1) != at)
		return 0;
	if (kills == 1)
		end_all();
	return 1;
}

static int
regular(int fd)
{
	struct stat st;
	int before = errno;
	int yes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	errno = before;
	return yes;
}

/* CALL(type, name, (parameters), (arguments), does it count) */
#define CALL(type, name, parameters, arguments, counts)                        \
	type name parameters                                                   \
	{                                                                      \
		static type(*real) parameters;                                 \
		int ours = (counts) && turn();                                 \
		type got;                                                      \
                                                                               \
		if (real == NULL)                                              \
			*(void **)&real = dlsym(RTLD_NEXT, #name);             \
		if (ours && kills == 0) {                                      \
			errno = EIO;                                           \
			return -1;                                             \
		}                                                              \
		got = real arguments;                                          \
		if (ours)                                                      \
			end_all();                                             \
		return got;                                                    \
	}                                                                      \
	struct stat

CALL(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n),
	regular(fd));
CALL(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o),
	1);
CALL(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o),
	(fd, b, n, o), 1);
CALL(ssize_t, pwritev, (int fd, const struct iovec *v, int n, off_t o),
	(fd, v, n, o), 1);
CALL(int, fsync, (int fd), (fd), 1);
CALL(int, fdatasync, (int fd), (fd), 1);
CALL(int, syncfs, (int fd), (fd), 1);
CALL(int, ftruncate, (int fd, off_t n), (fd, n), regular(fd));
CALL(int, ftruncate64, (int fd, off64_t n), (fd, n), regular(fd));
CALL(int, rename, (const char *a, const char *b), (a, b), 1);
CALL(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b),
	1);
CALL(int, renameat2,
	(int d, const char *a, int e, const char *b, unsigned int f),
	(d, a, e, b, f), 1);
CALL(int, unlink, (const char *a), (a), 1);
CALL(int, unlinkat, (int d, const char *a, int f), (d, a, f), 1);
CALL(int, mkdirat, (int d, const char *a, mode_t m), (d, a, m), 1);
