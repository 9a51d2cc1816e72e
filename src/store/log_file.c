/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "store/log_int.h"

/* One name for all: there is one writer, and a crash leaves at most one. */
#define TEMPORARY ".new"

static store_log_hook *asked;

void
store_log_set_hook(store_log_hook *hook)
{
	asked = hook;
}

/* False, with errno, where a test wants this step to fail. */
static bool
may(enum store_log_step step, const char *name)
{
	int why = asked == NULL ? 0 : asked(step, name);

	if (why != 0)
		errno = why;
	return why == 0;
}

enum err
store_log_file_read(int dir, const char *name, struct buf *to)
{
	/* A folder that somebody gave us may hold a pipe or a link. */
	OWNED_FD fd = openat(
		dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	uint8_t *at;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ERR_NOT_FOUND;
	if (fd < 0 && errno == ELOOP)
		return ERR_DAMAGED;
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_origin(ERR_IO);
	if (!S_ISREG(st.st_mode))
		return ERR_DAMAGED;
	if (st.st_size > STORE_LOG_FILE_MAX)
		return ERR_TOO_LARGE;
	buf_clear(to);
	at = buf_space(to, (size_t)st.st_size);
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	for (size_t n = 0; n < to->n;) {
		ssize_t got = read(fd, at + n, to->n - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) /* it shrank while we read */
			return err_origin(ERR_IO);
		n += (size_t)got;
	}
	return ERR_OK;
}

static enum err
write_at(int fd, const char *name, uint64_t offset, struct span bytes)
{
	bool whole = may(STORE_LOG_WRITE, name);
	int why = errno;

	bytes.n = whole ? bytes.n : bytes.n / 2;
	while (bytes.n > 0) {
		ssize_t n = pwrite(fd, bytes.at, bytes.n, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_origin(ERR_IO);
		bytes.at += n;
		bytes.n -= (size_t)n;
		offset += (uint64_t)n;
	}
	if (whole)
		return ERR_OK;
	errno = why;
	return err_origin(ERR_IO);
}

/* Never tried again: the pages of a failed fsync count as clean. */
static enum err
sync_fd(int fd, const char *name, bool data_only)
{
	if (!may(STORE_LOG_SYNC, name) ||
		(data_only ? fdatasync(fd) : fsync(fd)) != 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

enum err
store_log_file_add(int fd, const char *name, uint64_t offset, struct span bytes)
{
	enum err e = write_at(fd, name, offset, bytes);

	return e == ERR_OK ? sync_fd(fd, name, true) : e;
}

void
store_log_file_spoil(int fd, const char *name, uint64_t offset, size_t n)
{
	static const uint8_t zeros[512];

	must(n <= sizeof(zeros));
	if (may(STORE_LOG_WRITE, name))
		(void)!pwrite(fd, zeros, n, (off_t)offset);
}

/* The folders on the way to `name`. */
static enum err
folders_make(int dir, const char *name)
{
	char folder[STORE_LOG_PATH];

	for (const char *at = strchr(name, '/'); at != NULL;
		at = strchr(at + 1, '/')) {
		must(span_copy(span_of(name, (size_t)(at - name)), folder,
			sizeof(folder)));
		if (os_exists(dir, folder))
			continue;
		if (!may(STORE_LOG_MKDIR, folder) ||
			mkdirat(dir, folder, 0755) != 0)
			return err_origin(ERR_IO);
	}
	return ERR_OK;
}

/* Through the descriptor that wrote them. */
static enum err
read_back(int fd, const char *name, struct span bytes, struct buf *back)
{
	uint8_t *at;

	if (!may(STORE_LOG_READ, name))
		return err_origin(ERR_IO);
	buf_clear(back);
	at = buf_space(back, bytes.n + 1);
	if (buf_error(back) != ERR_OK)
		return buf_error(back);
	/* One byte more than there may be, in one call: our own file. */
	if (pread(fd, at, bytes.n + 1, 0) != (ssize_t)bytes.n)
		return err_origin(ERR_IO);
	back->n = bytes.n;
	return span_eq(bytes, buf_span(back)) ? ERR_OK : err_origin(ERR_IO);
}

/* `back` NULL: it is synced, and not read back. */
static enum err
write_temporary(int dir, const char *name, struct span bytes, mode_t mode,
	struct buf *back)
{
	OWNED_FD fd = openat(dir, TEMPORARY,
		O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	enum err e;

	if (fd < 0)
		return err_origin(ERR_IO);
	e = write_at(fd, name, 0, bytes);
	if (e != ERR_OK)
		return e;
	return back == NULL ? sync_fd(fd, name, false)
			    : read_back(fd, name, bytes, back);
}

static enum err
rename_temporary(int dir, const char *name)
{
	if (!may(STORE_LOG_RENAME, name))
		return err_origin(ERR_IO);
	if (renameat(dir, TEMPORARY, dir, name) == 0)
		return ERR_OK;
	return errno == ENOENT ? ERR_NOT_FOUND : err_origin(ERR_IO);
}

enum err
store_log_file_put(
	int dir, const char *name, struct span bytes, struct buf *back)
{
	enum err e = write_temporary(dir, name, bytes, 0644, back);

	if (e == ERR_OK)
		e = rename_temporary(dir, name);
	if (e != ERR_NOT_FOUND)
		return e;
	e = folders_make(dir, name);
	if (e == ERR_OK)
		e = rename_temporary(dir, name);
	return err_is_refusal(e) ? err_origin(ERR_IO) : e;
}

enum err
store_log_file_sync(int dir, const char *name)
{
	OWNED_FD fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ERR_NOT_FOUND;
	return fd < 0 ? err_origin(ERR_IO) : sync_fd(fd, name, false);
}

enum err
store_log_file_sync_all(int dir)
{
	if (!may(STORE_LOG_SYNC, "*"))
		return err_origin(ERR_IO);
	return os_sync_all(dir);
}

enum err
store_log_file_replace(
	int dir, const char *name, struct span bytes, mode_t mode)
{
	enum err e = write_temporary(dir, name, bytes, mode, NULL);

	must(strchr(name, '/') == NULL);
	if (e == ERR_OK)
		e = rename_temporary(dir, name);
	if (e == ERR_OK)
		e = store_log_file_sync(dir, ".");
	return err_is_refusal(e) ? err_origin(ERR_IO) : e;
}

enum err
store_log_file_remove(int dir, const char *name)
{
	if (!os_exists(dir, name))
		return ERR_OK;
	if (!may(STORE_LOG_REMOVE, name) || unlinkat(dir, name, 0) != 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

enum err
store_log_file_remove_folder(int dir, const char *name)
{
	if (!os_exists(dir, name))
		return ERR_OK;
	if (!may(STORE_LOG_REMOVE, name))
		return err_origin(ERR_IO);
	return os_remove_tree(dir, name);
}
