/* SPDX-License-Identifier: Apache-2.0 */
#undef _FORTIFY_SOURCE /* its wrappers stand where our definitions do */
#include "store/recorder.h"

#include <errno.h>
#include <linux/fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>

long syscall(long number, ...);
ssize_t readlink(const char *path, char *to, size_t n);

enum { PATH = 256, NAMES = 1200, OPS = 20000, INODES = 4000, SECTOR = 512 };

enum kind {
	WRITE,
	TRUNCATE,
	CREATE,
	RENAME,
	UNLINK,
	MKDIR,
	RMDIR,
	SYNC_FILE,
	SYNC_FOLDER,
	SYNC_ALL,
	SAY,
};

struct op {
	enum kind kind;
	int inode;
	char path[PATH];
	char to[PATH]; /* RENAME */
	uint64_t at;
	uint8_t *bytes;
	size_t n;
	uint64_t said;
	size_t durable; /* from this point on; SIZE_MAX: never */
	bool spoilt;
};

static struct op ops[OPS];
static size_t n_ops;
static char root[PATH]; /* "": nothing is taken down */

/* Which of our files has which number of the real disk. */
static struct {
	ino_t real;
	bool in_use;
} inodes[INODES];
static int n_inodes;

/* ---- faults ---- */

static int calls;
static int fault_at = -1;
static enum rec_fault fault_kind;
static int fault_errno;
static bool fault_on_sync;
static int calls_after;

void
rec_fault(int at, enum rec_fault fault, int error)
{
	calls = 0;
	calls_after = 0;
	fault_at = fault == REC_NO_FAULT ? -1 : at;
	fault_kind = fault;
	fault_errno = error;
	fault_on_sync = false;
}

int
rec_calls(void)
{
	return calls;
}

int
rec_calls_after(void)
{
	return calls_after;
}

bool
rec_fault_was_sync(void)
{
	return fault_on_sync;
}

/* True where this call is the one. */
static bool
hits(bool spoils)
{
	bool now = calls == fault_at;

	if (fault_at >= 0 && calls > fault_at && !spoils)
		calls_after++;
	calls++;
	return now;
}

/* ---- names ---- */

/* False where it is not below the root. */
static bool
path_of(int at, const char *name, char to[PATH])
{
	char whole[2 * PATH];
	char link[64];
	ssize_t n = 0;

	if (root[0] == 0)
		return false;
	if (name[0] != '/') {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
		n = readlink(link, whole, PATH - 1);
		if (n <= 0)
			return false;
	}
	(void)snprintf(whole + n, sizeof(whole) - (size_t)n, "%s%s",
		n > 0 ? "/" : "", name);
	n = (ssize_t)strlen(whole);
	if (n > 2 && strcmp(whole + n - 2, "/.") == 0)
		whole[n - 2] = 0;
	if (strncmp(whole, root, strlen(root)) != 0 ||
		whole[strlen(root)] != '/')
		return false;
	(void)snprintf(to, PATH, "%s", whole + strlen(root) + 1);
	return true;
}

static bool
path_of_fd(int fd, char to[PATH])
{
	return path_of(fd, ".", to);
}

static int
inode_of(ino_t real)
{
	for (int i = n_inodes - 1; i >= 0; i--)
		if (inodes[i].real == real && inodes[i].in_use)
			return i;
	return -1;
}

static int
inode_of_fd(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? inode_of(st.st_ino) : -1;
}

static int
inode_new(int fd)
{
	struct stat st;
	int was;

	if (fstat(fd, &st) != 0 || n_inodes == INODES)
		abort();
	was = inode_of(st.st_ino);
	if (was >= 0) /* the number is used again */
		inodes[was].in_use = false;
	inodes[n_inodes].real = st.st_ino;
	inodes[n_inodes].in_use = true;
	return n_inodes++;
}

/* ---- what is taken down ---- */

static struct op *
op_new(enum kind kind, const char *path, int inode)
{
	struct op *op = &ops[n_ops];

	if (n_ops == OPS)
		abort();
	n_ops++;
	free(op->bytes);
	*op = (struct op){.kind = kind, .inode = inode, .durable = SIZE_MAX};
	(void)snprintf(op->path, sizeof(op->path), "%s", path);
	return op;
}

void
rec_start(const char *where)
{
	(void)snprintf(root, sizeof(root), "%s", where);
	n_ops = 0;
	n_inodes = 0;
	rec_fault(-1, REC_NO_FAULT, 0);
}

void
rec_stop(void)
{
	root[0] = 0;
}

void
rec_say(uint64_t acknowledged)
{
	op_new(SAY, "", -1)->said = acknowledged;
}

static bool
is_in(const char *folder, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	return strlen(folder) == n && strncmp(folder, path, n) == 0;
}

static bool
covers(const struct op *sync, const struct op *op)
{
	switch (op->kind) {
	case WRITE:
	case TRUNCATE:
		return sync->kind == SYNC_ALL ||
		       (sync->kind == SYNC_FILE && sync->inode == op->inode);
	case CREATE:
	case RENAME:
	case UNLINK:
	case MKDIR:
	case RMDIR:
		return sync->kind == SYNC_ALL ||
		       (sync->kind == SYNC_FOLDER &&
			       is_in(sync->path, op->path));
	case SYNC_FILE:
	case SYNC_FOLDER:
	case SYNC_ALL:
	case SAY:
		return false;
	}
	return false;
}

/* Done, or (spoils) failed. */
static void
synced(struct op *sync, bool spoils)
{
	for (struct op *op = ops; op < sync; op++) {
		if (op->durable != SIZE_MAX || op->spoilt || !covers(sync, op))
			continue;
		if (spoils)
			op->spoilt = true;
		else
			op->durable = n_ops;
	}
}

static bool
sync_fails(enum kind kind, const char *path, int inode)
{
	bool fails = hits(false) && fault_kind == REC_FAIL;

	synced(op_new(kind, path, inode), fails);
	if (fails)
		fault_on_sync = true;
	errno = fails ? fault_errno : 0;
	return fails;
}

/* ---- the calls ---- */

int
openat64(int at, const char *name, int flags, ...)
{
	char path[PATH];
	bool below = path_of(at, name, path);
	bool makes = below && (flags & O_CREAT) != 0;
	struct stat st;
	bool was = makes && fstatat(at, name, &st, 0) == 0;
	unsigned mode;
	va_list ap;
	int fd;

	va_start(ap, flags);
	mode = va_arg(ap, unsigned);
	va_end(ap);
	if (makes && hits(false) && fault_kind == REC_FAIL) {
		errno = fault_errno;
		return -1;
	}
	fd = (int)syscall(SYS_openat, at, name, flags, mode);
	if (fd < 0 || !makes)
		return fd;
	if (!was)
		(void)op_new(CREATE, path, inode_new(fd));
	else if ((flags & O_TRUNC) != 0)
		(void)op_new(TRUNCATE, path, inode_of_fd(fd));
	return fd;
}

ssize_t
pwrite64(int fd, const void *bytes, size_t n, off_t at)
{
	int inode = root[0] == 0 ? -1 : inode_of_fd(fd);
	const uint8_t *from = bytes;
	bool zeros = inode >= 0 && n > 0 && from[0] == 0;
	struct op *op;

	for (size_t i = 0; zeros && i < n; i++)
		zeros = from[i] == 0;
	if (inode >= 0 && hits(zeros)) {
		if (fault_kind == REC_FAIL) {
			errno = fault_errno;
			return -1;
		}
		n -= n / 2;
	}
	if (inode >= 0) {
		op = op_new(WRITE, "", inode);
		op->at = (uint64_t)at;
		op->n = n;
		op->bytes = malloc(n + 1);
		if (op->bytes == NULL)
			abort();
		memcpy(op->bytes, bytes, n);
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, bytes, n, at);
}

static int
sync_one(int fd, long number)
{
	char path[PATH];
	struct stat st;

	if (!path_of_fd(fd, path) || fstat(fd, &st) != 0)
		return (int)syscall(number, fd);
	if (S_ISDIR(st.st_mode))
		return sync_fails(SYNC_FOLDER, path, -1) ? -1 : 0;
	return sync_fails(SYNC_FILE, path, inode_of(st.st_ino)) ? -1 : 0;
}

int
fsync(int fd)
{
	return sync_one(fd, SYS_fsync);
}

int
fdatasync(int fd)
{
	return sync_one(fd, SYS_fdatasync);
}

int
syncfs(int fd)
{
	char path[PATH];

	if (!path_of_fd(fd, path))
		return (int)syscall(SYS_syncfs, fd);
	return sync_fails(SYNC_ALL, path, -1) ? -1 : 0;
}

int
renameat(int from_at, const char *from, int to_at, const char *to)
{
	char path[PATH];
	char to_path[PATH];
	struct stat st;
	bool below = path_of(from_at, from, path) &&
		     path_of(to_at, to, to_path) &&
		     fstatat(from_at, from, &st, 0) == 0;
	int result;

	if (below && hits(false) && fault_kind == REC_FAIL) {
		errno = fault_errno;
		return -1;
	}
	result = (int)syscall(SYS_renameat, from_at, from, to_at, to);
	if (below && result == 0) {
		struct op *op = op_new(RENAME, to_path, inode_of(st.st_ino));

		(void)snprintf(op->to, sizeof(op->to), "%s", path);
	}
	return result;
}

int
mkdirat(int at, const char *name, mode_t mode)
{
	char path[PATH];
	bool below = path_of(at, name, path);
	int result;

	if (below && hits(false) && fault_kind == REC_FAIL) {
		errno = fault_errno;
		return -1;
	}
	result = (int)syscall(SYS_mkdirat, at, name, mode);
	if (below && result == 0)
		(void)op_new(MKDIR, path, -1);
	return result;
}

int
unlinkat(int at, const char *name, int flags)
{
	char path[PATH];
	bool below = path_of(at, name, path);
	int result;

	if (below && hits(false) && fault_kind == REC_FAIL) {
		errno = fault_errno;
		return -1;
	}
	result = (int)syscall(SYS_unlinkat, at, name, flags);
	if (below && result == 0)
		(void)op_new(
			(flags & AT_REMOVEDIR) != 0 ? RMDIR : UNLINK, path, -1);
	return result;
}

/* ---- states ---- */

struct file {
	uint8_t *bytes;
	size_t n;
};
struct name {
	char path[PATH];
	int inode; /* -1: a folder */
};
struct disk {
	struct file file[INODES];
	struct name name[NAMES];
	size_t n_names;
};

static bool
is_change(const struct op *op)
{
	return op->kind < SYNC_FILE;
}

size_t
rec_points(void)
{
	return n_ops + 1;
}

/* Spoilt ones are lost, and no choice. */
static bool
is_open(const struct op *op, size_t point)
{
	return is_change(op) && !op->spoilt && op->durable > point;
}

size_t
rec_open_changes(size_t point)
{
	size_t n = 0;

	for (size_t i = 0; i < point; i++)
		n += is_open(&ops[i], point);
	return n;
}

uint64_t
rec_said(size_t point)
{
	uint64_t said = 0;

	for (size_t i = 0; i < point; i++)
		if (ops[i].kind == SAY)
			said = ops[i].said;
	return said;
}

static void
file_write(struct file *f, const struct op *op, bool torn)
{
	size_t end = (size_t)op->at + op->n;

	if (end > f->n) {
		f->bytes = realloc(f->bytes, end);
		if (f->bytes == NULL)
			abort();
		memset(f->bytes + f->n, 0, end - f->n);
		f->n = end;
	}
	if (!torn) {
		memcpy(f->bytes + op->at, op->bytes, op->n);
		return;
	}
	if (random() % 2 == 0) { /* a beginning, cut anywhere */
		memcpy(f->bytes + op->at, op->bytes,
			(size_t)random() % (op->n + 1));
		return;
	}
	for (size_t at = 0; at < op->n; at += SECTOR) /* some sectors */
		if (random() % 2 == 0)
			memcpy(f->bytes + op->at + at, op->bytes + at,
				op->n - at < SECTOR ? op->n - at : SECTOR);
}

static void
name_drop(struct disk *d, const char *path)
{
	for (size_t i = 0; i < d->n_names; i++)
		if (strcmp(d->name[i].path, path) == 0) {
			d->name[i] = d->name[--d->n_names];
			return;
		}
}

static void
name_put(struct disk *d, const char *path, int inode)
{
	name_drop(d, path);
	if (d->n_names == NAMES)
		abort();
	(void)snprintf(d->name[d->n_names].path, PATH, "%s", path);
	d->name[d->n_names++].inode = inode;
}

static void
apply(struct disk *d, const struct op *op, bool torn)
{
	switch (op->kind) {
	case WRITE:
		file_write(&d->file[op->inode], op, torn);
		break;
	case TRUNCATE:
		d->file[op->inode].n = 0;
		break;
	case CREATE:
		name_put(d, op->path, op->inode);
		break;
	case RENAME:
		name_drop(d, op->to);
		name_put(d, op->path, op->inode);
		break;
	case MKDIR:
		name_put(d, op->path, -1);
		break;
	case UNLINK:
	case RMDIR:
		name_drop(d, op->path);
		break;
	case SYNC_FILE:
	case SYNC_FOLDER:
	case SYNC_ALL:
	case SAY:
		break;
	}
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(
		((const struct name *)a)->path, ((const struct name *)b)->path);
}

/* A name whose folder is not there is not there either. */
static void
put_all(struct disk *d, const char *folder)
{
	qsort(d->name, d->n_names, sizeof(d->name[0]), by_path);
	for (size_t i = 0; i < d->n_names; i++) {
		const struct name *name = &d->name[i];
		char path[2 * PATH];
		FILE *f;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, name->path);
		if (name->inode < 0) {
			(void)mkdir(path, 0755);
			continue;
		}
		f = fopen(path, "we");
		if (f == NULL)
			continue;
		if (d->file[name->inode].n > 0)
			(void)fwrite(d->file[name->inode].bytes, 1,
				d->file[name->inode].n, f);
		(void)fclose(f);
	}
}

void
rec_build(size_t point, const char *folder,
	enum rec_choice (*choice)(void *ctx, size_t i), void *ctx)
{
	static struct disk d;
	size_t asked = 0;

	d.n_names = 0;
	for (size_t i = 0; i < INODES; i++)
		d.file[i].n = 0;
	for (size_t i = 0; i < point; i++) {
		const struct op *op = &ops[i];
		enum rec_choice c = REC_DONE;

		if (!is_change(op) || op->spoilt)
			continue;
		if (is_open(op, point))
			c = choice(ctx, asked++);
		if (c != REC_LOST)
			apply(&d, op, c == REC_TORN && op->kind == WRITE);
	}
	put_all(&d, folder);
}
