/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of a log: files in the order of their names, each of which begins
 * with the hash of the one before.  One that is closed cannot be written (0400),
 * and that is how another process sees that it is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_log_int.h"

enum { WHOLE_MAX = LOG_FILE_MAX + LOG_RECORD_MAX, MOST_FILES = 1 << 20 };

static enum err
refuse(struct why *why, const char *name, const char *does)
{
	int cause = errno;

	(void)why_set(why, ERR_IO,
		"the log (log/%s) cannot be %s: %s; what cannot be logged is "
		"not done",
		name, does, strerror(cause));
	errno = cause;
	return err_origin(ERR_IO);
}

/* ---- names ---- */

/* "2026-11-28-001.jsonl" */
static bool
read_name(const char *text, struct proc_log_file *ret_file)
{
	struct span s = span_text(text);
	uint64_t number = 0;
	struct span tail;

	*ret_file = (struct proc_log_file){0};
	if (s.n < DAY_TEXT ||
		!day_parse(span_of(s.at, DAY_TEXT - 1), &ret_file->day))
		return false;
	tail = span_of(s.at + DAY_TEXT - 1, s.n - DAY_TEXT + 1);
	if (tail.at[0] != '-')
		return false;
	tail.at++;
	tail.n--;
	if (!num_digits(span_cut(&tail, '.'), LOG_FILES, &number) ||
		!span_eq(tail, SPAN("jsonl")) ||
		!span_copy(s, ret_file->name, sizeof(ret_file->name)))
		return false;
	ret_file->number = (unsigned)number;
	return true;
}

static void
name_of(int32_t day, unsigned number, char to[32])
{
	char text[DAY_TEXT] = "";

	day_text(day, text);
	(void)snprintf(to, 32, "%s-%03u.jsonl", text, number);
}

static int
in_order(const void *a, const void *b)
{
	const struct proc_log_file *x = a;
	const struct proc_log_file *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* ---- a list of them ---- */

struct list {
	struct proc_log_file *at;
	size_t n;
	size_t size;
};

static enum err
add_file(struct list *list, int folder, const char *name)
{
	struct proc_log_file file;
	struct stat st;

	if (!read_name(name, &file))
		return ERR_OK;
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		!S_ISREG(st.st_mode))
		return ERR_OK;
	file.closed = (st.st_mode & S_IWUSR) == 0;
	if (list->n == list->size) {
		size_t size = list->size * 2 + 64;
		void *more = size > MOST_FILES ? NULL
					       : mem_resize(list->at, size,
							 sizeof(*list->at));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		list->at = more;
		list->size = size;
	}
	list->at[list->n++] = file;
	return ERR_OK;
}

static enum err
list_files(int folder, struct list *list)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	enum err e = ERR_OK;

	if (dir == NULL) {
		os_close(&fd);
		return err_origin(ERR_IO);
	}
	while (e == ERR_OK && (entry = readdir(dir)) != NULL)
		e = add_file(list, folder, entry->d_name);
	(void)closedir(dir);
	if (e == ERR_OK && list->n > 1)
		qsort(list->at, list->n, sizeof(*list->at), in_order);
	return e;
}

enum err
proc_log_files(int dir, proc_log_each *each, void *context)
{
	struct list list = {0};
	OWNED_FD folder = -1;
	enum err e = os_folder(dir, "log", false, &folder);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = list_files(folder, &list);
	for (size_t i = 0; e == ERR_OK && i < list.n; i++)
		e = each(context, &list.at[i]);
	mem_free(list.at);
	return e;
}

static enum err
hash_file(int folder, const char *name, uint8_t ret_hash[32])
{
	OWNED_BUF(bytes, WHOLE_MAX);
	enum err e = os_read(folder, name, &bytes);

	if (e == ERR_OK)
		crypto_sha256(buf_span(&bytes), ret_hash);
	return e;
}

/* ---- writing ---- */

enum err
log_folder_open(int dir, struct proc_log *log, struct why *reterr_why)
{
	enum err e = os_folder(dir, "log", true, &log->folder);

	if (e != ERR_OK)
		return refuse(reterr_why, "", "made");
	log->lock =
		openat(log->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return log->lock >= 0 ? ERR_OK : refuse(reterr_why, "lock", "opened");
}

/* The whole line, or the file as it was. */
static enum err
add_line(struct proc_log *log, struct span line, struct why *why)
{
	struct stat st;
	uint8_t last = '\n';

	if (fstat(log->file, &st) != 0 ||
		(st.st_size > 0 &&
			pread(log->file, &last, 1, st.st_size - 1) != 1))
		return refuse(why, log->name, "read");
	/* What was cut off by a crash stays a line of its own. */
	if ((last == '\n' || os_write_all(log->file, SPAN("\n")) == ERR_OK) &&
		os_write_all(log->file, line) == ERR_OK)
		return ERR_OK;
	(void)refuse(why, log->name, "written");
	(void)!ftruncate(log->file, st.st_size);
	return err_origin(ERR_IO);
}

/* The newest file is done with: durable, hashed, not to be written again. */
static enum err
close_file(struct proc_log *log, const struct proc_log_file *file,
	uint8_t ret_hash[32], struct why *why)
{
	OWNED_FD fd = openat(
		log->folder, file->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || os_sync(fd) != ERR_OK ||
		hash_file(log->folder, file->name, ret_hash) != ERR_OK ||
		fchmod(fd, 0400) != 0)
		return refuse(why, file->name, "closed");
	return ERR_OK;
}

/* Another file, which begins with what the one before was. */
static enum err
begin_file(
	struct proc_log *log, const struct log_before *before, struct why *why)
{
	static const struct audit start = {
		.event = AUDIT_LOG_START, .outcome = AUDIT_SUCCESS};
	OWNED_BUF(line, LOG_RECORD_MAX);
	enum err e;

	name_of(log->day, log->number, log->name);
	log->file = openat(log->folder, log->name,
		O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (log->file < 0)
		return refuse(why, log->name, "made");
	log_line(log, &start, before, &line);
	e = buf_error(&line);
	if (e == ERR_OK)
		e = add_line(log, buf_span(&line), why);
	/* An empty file would say that there was none before. */
	if (e != ERR_OK) {
		(void)unlinkat(log->folder, log->name, 0);
		os_close(&log->file);
	}
	return e;
}

static enum err
next_file(struct proc_log *log, const struct proc_log_file *last, int32_t today,
	struct why *why)
{
	struct log_before before = {.name = last == NULL ? "" : last->name};
	enum err e =
		last == NULL ? ERR_OK : close_file(log, last, before.hash, why);

	if (e != ERR_OK)
		return e;
	/* A clock that went back: names go on rising. */
	log->day = last != NULL && last->day > today ? last->day : today;
	log->number =
		last != NULL && last->day == log->day ? last->number + 1 : 1;
	return begin_file(log, &before, why);
}

/* Is the open file the one to write to still? */
static bool
is_newest(const struct proc_log *log, int32_t today)
{
	struct stat st;

	return log->file >= 0 && log->day >= today &&
	       fstat(log->file, &st) == 0 && (st.st_mode & S_IWUSR) != 0 &&
	       st.st_nlink > 0 && st.st_size < LOG_FILE_MAX;
}

static enum err
take_newest(
	struct proc_log *log, const struct proc_log_file *last, struct why *why)
{
	log->file = openat(log->folder, last->name,
		O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	if (log->file < 0)
		return refuse(why, last->name, "opened");
	log->day = last->day;
	log->number = last->number;
	(void)snprintf(log->name, sizeof(log->name), "%s", last->name);
	return ERR_OK;
}

static enum err
ready(struct proc_log *log, struct why *why)
{
	int32_t today = day_at(os_now());
	struct list list = {0};
	const struct proc_log_file *last;
	enum err e;

	if (is_newest(log, today))
		return ERR_OK;
	os_close(&log->file);
	e = list_files(log->folder, &list);
	if (e != ERR_OK) {
		mem_free(list.at);
		return refuse(why, "", "read");
	}
	last = list.n == 0 ? NULL : &list.at[list.n - 1];
	if (last != NULL && !last->closed)
		e = take_newest(log, last, why);
	if (e == ERR_OK && !is_newest(log, today)) {
		os_close(&log->file);
		e = next_file(log, last, today, why);
	}
	mem_free(list.at);
	return e;
}

enum err
log_folder_write(struct proc_log *log, struct span line, struct why *reterr_why)
{
	enum err e;

	while (flock(log->lock, LOCK_EX) != 0)
		if (errno != EINTR)
			return refuse(reterr_why, "lock", "locked");
	e = ready(log, reterr_why);
	if (e == ERR_OK)
		e = add_line(log, line, reterr_why);
	(void)flock(log->lock, LOCK_UN);
	return e;
}

/* ---- the chain ---- */

/* The value of "file.hash.sha256" in a file's first line; false: none. */
static bool
first_hash(struct span bytes, uint8_t ret_hash[32])
{
	static const char name[] = "\"file.hash.sha256\":\"";
	struct reader r = read_from(bytes);
	struct span line = read_line(&r);
	size_t n = sizeof(name) - 1;

	for (size_t i = 0; line.n >= n + 64 && i <= line.n - n - 64; i++)
		if (memcmp(line.at + i, name, n) == 0)
			return code_hex_parse(
				span_of(line.at + i + n, 64), ret_hash, 32);
	return false;
}

struct checking {
	int folder;
	uint64_t n;
	uint8_t before[32];
	struct why *why;
};

static enum err
check_file(void *context, const struct proc_log_file *file)
{
	struct checking *c = context;
	OWNED_BUF(bytes, WHOLE_MAX);
	uint8_t hash[32];
	enum err e = os_read(c->folder, file->name, &bytes);

	if (e != ERR_OK)
		return why_set(
			c->why, e, "log/%s: %s", file->name, err_text(e));
	if (c->n > 0 && !first_hash(buf_span(&bytes), hash))
		return why_set(c->why, ERR_DAMAGED,
			"log/%s does not begin with the hash of the file "
			"before it",
			file->name);
	if (c->n > 0 && memcmp(hash, c->before, sizeof(hash)) != 0)
		return why_set(c->why, ERR_MISMATCH,
			"the file before log/%s is not the one that was "
			"closed: it was changed, or one is missing",
			file->name);
	crypto_sha256(buf_span(&bytes), c->before);
	c->n++;
	return ERR_OK;
}

enum err
proc_log_check(int dir, uint64_t *ret_files, struct why *reterr_why)
{
	struct checking c = {.folder = -1, .why = reterr_why};
	enum err e = os_folder(dir, "log", false, &c.folder);

	if (e == ERR_OK)
		e = proc_log_files(dir, check_file, &c);
	os_close(&c.folder);
	*ret_files = c.n;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct looking {
	int32_t day;
	bool found;
	struct proc_log_file file;
};

static enum err
look_closed(void *context, const struct proc_log_file *file)
{
	struct looking *l = context;

	if (file->closed && file->day < l->day) {
		l->file = *file;
		l->found = true;
	}
	return ERR_OK;
}

enum err
proc_log_closed(int dir, int32_t day, struct proc_log_file *ret_file,
	uint8_t ret_hash[32])
{
	struct looking l = {.day = day};
	OWNED_FD folder = -1;
	enum err e = proc_log_files(dir, look_closed, &l);

	if (e == ERR_OK && !l.found)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = os_folder(dir, "log", false, &folder);
	*ret_file = l.file;
	return e == ERR_OK ? hash_file(folder, l.file.name, ret_hash) : e;
}

/* ---- the end of their time ---- */

static enum err
remove_one(struct proc_log *log, const struct proc_log_file *file,
	const uint8_t *actor, struct why *why)
{
	struct audit a = {
		.event = AUDIT_LOG_REMOVE,
		.outcome = AUDIT_SUCCESS,
		.actor = actor,
		.object = span_text(file->name),
	};
	enum err e = proc_log_event(log, &a, why);

	if (e == ERR_OK && unlinkat(log->folder, file->name, 0) != 0)
		return refuse(why, file->name, "removed");
	return e;
}

enum err
proc_log_remove(struct proc_log *log, int32_t day, const uint8_t *actor,
	uint64_t *ret_n, struct why *reterr_why)
{
	struct list list = {0};
	enum err e;

	*ret_n = 0;
	if (log == NULL || log->folder < 0)
		return ERR_OK;
	e = list_files(log->folder, &list);
	/* From the oldest on, so that no gap comes into the chain. */
	for (size_t i = 0; e == ERR_OK && i < list.n; i++) {
		if (!list.at[i].closed || list.at[i].day >= day)
			break;
		e = remove_one(log, &list.at[i], actor, reterr_why);
		*ret_n += e == ERR_OK;
	}
	mem_free(list.at);
	return e;
}
