/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 16 };

static void
fd_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}
#define OWNED_FD __attribute__((cleanup(fd_close))) int

static void
folder_close(DIR **folder)
{
	if (*folder != NULL)
		(void)closedir(*folder);
}

static enum err
open_error(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case ELOOP:
		return ERR_DAMAGED;
	default:
		return err_origin(ERR_IO);
	}
}

enum err
verify_dir_open(const char *path, struct verify_dir *ret_dir)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return open_error();
	ret_dir->fd = fd;
	return ERR_OK;
}

void
verify_dir_close(struct verify_dir *dir)
{
	fd_close(&dir->fd);
	dir->fd = -1;
}

/* ---- read ---- */

static enum err
read_all(int fd, struct buf *to)
{
	struct stat st;
	size_t left;

	if (fstat(fd, &st) != 0)
		return err_origin(ERR_IO);
	if (!S_ISREG(st.st_mode))
		return ERR_DAMAGED;
	if ((uint64_t)st.st_size > to->max - to->n)
		return ERR_TOO_LARGE;
	for (left = (size_t)st.st_size; left > 0;) {
		uint8_t *at = buf_space(to, left);
		ssize_t n = at == NULL ? 0 : read(fd, at, left);

		if (at == NULL)
			return buf_error(to);
		if (n < 0 && errno != EINTR)
			return err_origin(ERR_IO);
		to->n -= left - (n > 0 ? (size_t)n : 0);
		left -= n > 0 ? (size_t)n : 0;
		if (n == 0)
			break; /* it became shorter as we looked */
	}
	return ERR_OK;
}

static enum err
dir_read(void *arg, const char *path, struct buf *to)
{
	const struct verify_dir *dir = arg;
	OWNED_FD fd = openat(
		dir->fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? open_error() : read_all(fd, to);
}

enum err
verify_dir_file(const char *path, struct buf *to)
{
	OWNED_FD fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? open_error() : read_all(fd, to);
}

enum err
verify_dir_map(const char *path, struct span *ret_bytes)
{
	OWNED_FD fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	void *at;

	if (fd < 0)
		return open_error();
	if (fstat(fd, &st) != 0)
		return err_origin(ERR_IO);
	if (!S_ISREG(st.st_mode))
		return ERR_DAMAGED;
	if (st.st_size == 0)
		return ERR_OK;
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_origin(ERR_IO);
	*ret_bytes = span_of(at, (size_t)st.st_size);
	return ERR_OK;
}

/* ---- list ---- */

struct listing {
	int dir;
	verify_found *found;
	void *arg;
};

static enum err list_folder(
	const struct listing *l, const char *path, int depth);

/* A folder is walked; whatever else there is, is told. */
static enum err
list_name(const struct listing *l, const char *folder, const char *name,
	int depth)
{
	char path[VERIFY_PATH];
	struct stat st;
	int n;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return ERR_OK;
	n = snprintf(path, sizeof(path), "%s%s%s", folder,
		folder[0] == '\0' ? "" : "/", name);
	if (n < 0 || (size_t)n >= sizeof(path) || depth == DEPTH_MAX)
		return l->found(l->arg, path); /* a name that no ledger has */
	if (fstatat(l->dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? ERR_OK : err_origin(ERR_IO);
	return S_ISDIR(st.st_mode) ? list_folder(l, path, depth + 1)
				   : l->found(l->arg, path);
}

static enum err
list_folder(const struct listing *l, const char *path, int depth)
{
	__attribute__((cleanup(folder_close))) DIR *folder = NULL;
	int fd = openat(l->dir, path[0] == '\0' ? "." : path,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *d;
	enum err e = ERR_OK;

	if (fd < 0)
		return errno == ENOENT ? ERR_OK : err_origin(ERR_IO);
	folder = fdopendir(fd);
	if (folder == NULL) {
		(void)close(fd);
		return err_origin(ERR_IO);
	}
	while (e == ERR_OK && (d = readdir(folder)) != NULL)
		e = list_name(l, path, d->d_name, depth);
	return e;
}

static enum err
dir_list(void *arg, verify_found *found, void *found_arg)
{
	const struct verify_dir *dir = arg;
	const struct listing l = {dir->fd, found, found_arg};

	return list_folder(&l, "", 0);
}

struct verify_source
verify_dir_source(struct verify_dir *dir)
{
	return (struct verify_source){dir_read, dir_list, dir};
}
