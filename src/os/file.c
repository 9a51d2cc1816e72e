/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 512, TICK_MS = 20 };

enum err
os_folder(int at, const char *name, bool make, int *ret_fd)
{
	int fd;

	if (make && mkdirat(at, name, 0700) != 0 && errno != EEXIST)
		return err_origin(ERR_IO);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND
							   : err_origin(ERR_IO);
	*ret_fd = fd;
	return ERR_OK;
}

void
os_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

enum err
os_rewind(int fd)
{
	return lseek(fd, 0, SEEK_SET) == 0 ? ERR_OK : err_origin(ERR_IO);
}

enum err
os_read_some(int fd, uint8_t *to, size_t size, size_t *ret_n)
{
	ssize_t n;

	do
		n = read(fd, to, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_origin(ERR_IO);
	*ret_n = (size_t)n;
	return ERR_OK;
}

void
os_widen_pipe(int fd)
{
	(void)fcntl(fd, F_SETPIPE_SZ, 1 << 20);
}

enum err
os_read_exact(int fd, uint8_t *to, size_t n, size_t *ret_n)
{
	size_t got = 0;

	while (got < n) {
		size_t some = 0;
		enum err e = os_read_some(fd, to + got, n - got, &some);

		if (e != ERR_OK)
			return e;
		if (some == 0)
			break;
		got += some;
	}
	*ret_n = got;
	return ERR_OK;
}

enum err
os_read_fd(int fd, struct buf *to)
{
	for (;;) {
		uint8_t some[16384];
		size_t n = 0;
		enum err e = os_read_some(fd, some, sizeof(some), &n);

		if (e != ERR_OK)
			return e;
		if (n == 0)
			return buf_error(to);
		buf_bytes(to, span_of(some, n));
		if (buf_error(to) != ERR_OK)
			return buf_error(to);
	}
}

enum err
os_read(int at, const char *name, struct buf *to)
{
	OWNED_FD fd = openat(at, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_origin(ERR_IO);
	return os_read_fd(fd, to);
}

enum err
os_write_all(int fd, struct span bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.at, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_origin(ERR_IO);
		bytes.at += n;
		bytes.n -= (size_t)n;
	}
	return ERR_OK;
}

enum err
os_sync(int fd)
{
	return fsync(fd) == 0 ? ERR_OK : err_origin(ERR_IO);
}

enum err
os_sync_all(int fd)
{
	return syncfs(fd) == 0 ? ERR_OK : err_origin(ERR_IO);
}

static enum err
write_new(int at, const char *name, struct span bytes, mode_t mode, bool sync)
{
	OWNED_FD fd = openat(
		at, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	enum err e;

	if (fd < 0)
		return err_origin(ERR_IO);
	e = os_write_all(fd, bytes);
	if (e == ERR_OK && sync)
		e = os_sync(fd);
	return e;
}

static enum err
replace(int at, const char *name, struct span bytes, mode_t mode, bool sync)
{
	char temporary[PATH_BYTES];
	enum err e;

	if (snprintf(temporary, sizeof(temporary), "%s.new", name) >=
		(int)sizeof(temporary))
		return ERR_TOO_LARGE;
	e = write_new(at, temporary, bytes, mode, sync);
	if (e == ERR_OK && renameat(at, temporary, at, name) != 0)
		e = err_origin(ERR_IO);
	if (e != ERR_OK) {
		int why = errno;

		(void)unlinkat(at, temporary, 0);
		errno = why;
	}
	return e;
}

enum err
os_write(int at, const char *name, struct span bytes, mode_t mode)
{
	enum err e = replace(at, name, bytes, mode, true);

	return e == ERR_OK ? os_sync(at) : e;
}

enum err
os_write_loose(int at, const char *name, struct span bytes, mode_t mode)
{
	return replace(at, name, bytes, mode, false);
}

bool
os_exists(int at, const char *name)
{
	return faccessat(at, name, F_OK, 0) == 0;
}

static enum err
remove_inside(int folder)
{
	DIR *dir = fdopendir(dup(folder));
	struct dirent *entry;
	enum err e = ERR_OK;

	if (dir == NULL)
		return err_origin(ERR_IO);
	while (e == ERR_OK && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(folder, entry->d_name, 0) != 0 &&
			unlinkat(folder, entry->d_name, AT_REMOVEDIR) != 0)
			e = err_origin(ERR_IO);
	}
	(void)closedir(dir);
	return e;
}

enum err
os_remove_tree(int at, const char *name)
{
	OWNED_FD folder = -1;
	enum err e = os_folder(at, name, false, &folder);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = remove_inside(folder);
	if (e == ERR_OK && unlinkat(at, name, AT_REMOVEDIR) != 0)
		e = err_origin(ERR_IO);
	return e;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

enum err
os_remove_all(const char *path)
{
	enum { OPEN_AT_ONCE = 16 };

	return nftw(path, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS) == 0
		       ? ERR_OK
		       : err_origin(ERR_IO);
}

enum err
os_lock(int at, const char *name, bool wait, int *ret_fd)
{
	int fd = openat(at, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_origin(ERR_IO);
	while (flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		os_close(&fd);
		return errno == EWOULDBLOCK ? ERR_BUSY : err_origin(ERR_IO);
	}
	*ret_fd = fd;
	return ERR_OK;
}

static void
on_tick(int number)
{
	(void)number;
}

/* Ticks until stopped, so that none is lost that comes before the wait. */
static enum err
tick(unsigned ms)
{
	const struct itimerval every = {
		.it_interval = {.tv_usec = (long)ms * 1000},
		.it_value = {.tv_usec = (long)ms * 1000},
	};
	const struct sigaction act = {.sa_handler = on_tick};

	return sigaction(SIGALRM, &act, NULL) == 0 &&
			       setitimer(ITIMER_REAL, &every, NULL) == 0
		       ? ERR_OK
		       : err_origin(ERR_IO);
}

/* A place in the kernel's queue, which a poller would never have. */
enum err
os_lock_within(int at, const char *name, unsigned ms, int *ret_fd)
{
	const int64_t until = os_ticks() + (int64_t)ms * 1000000;
	int fd = openat(at, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	enum err e = fd < 0 ? err_origin(ERR_IO) : tick(TICK_MS);
	bool locked = false;

	while (e == ERR_OK && !locked) {
		locked = flock(fd, LOCK_EX) == 0;
		if (!locked && errno != EINTR)
			e = err_origin(ERR_IO);
		else if (!locked && os_ticks() >= until)
			e = ERR_BUSY;
	}
	if (tick(0) != ERR_OK && e == ERR_OK)
		e = err_origin(ERR_IO);
	if (e == ERR_OK)
		*ret_fd = fd;
	else
		os_close(&fd);
	return e;
}

int64_t
os_now(void)
{
	return (int64_t)time(NULL);
}

void
os_pause_ms(unsigned ms)
{
	struct timespec t = {
		.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

int64_t
os_ticks(void)
{
	struct timespec t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

long
os_peak_kib(void)
{
	struct rusage usage;

	must(getrusage(RUSAGE_SELF, &usage) == 0);
	return usage.ru_maxrss;
}
