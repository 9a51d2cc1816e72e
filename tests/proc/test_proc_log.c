/* SPDX-License-Identifier: Apache-2.0 */
/* The log: its records, the chain of its files, the end of their time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/day.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_log_int.h"
#include "proc/proc_permit.h"

static char folder[64];
static int dir = -1;
static struct why why;

static int
begin(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/weir-log.XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(os_folder(AT_FDCWD, folder, false, &dir), ERR_OK);
	assert_int_equal(crypto_init(), ERR_OK);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	assert_int_equal(os_remove_tree(dir, "log"), ERR_OK);
	(void)unlinkat(dir, "socket", 0);
	os_close(&dir);
	return rmdir(folder);
}

static struct proc_log *
open_log(const char *where)
{
	struct proc_log *log = NULL;

	assert_int_equal(
		proc_log_open(dir, "o.example/x", span_text(where), &log, &why),
		ERR_OK);
	return log;
}

static void
say(struct proc_log *log, const char *what, struct span object)
{
	uint8_t print[32] = {0xab, 1};
	struct audit a = {.event = AUDIT_FTI,
		.actor = print,
		.what = what,
		.object = object};

	assert_int_equal(proc_log_event(log, &a, &why), ERR_OK);
}

struct found {
	struct proc_log_file file[32];
	size_t n;
};

static enum err
find(void *context, const struct proc_log_file *file)
{
	struct found *f = context;

	assert_true(f->n < 32);
	f->file[f->n++] = *file;
	return ERR_OK;
}

static struct found
files(void)
{
	struct found f = {.n = 0};

	assert_int_equal(proc_log_files(dir, find, &f), ERR_OK);
	return f;
}

static void
read_file(const char *name, struct buf *to)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "log/%s", name);
	assert_int_equal(os_read(dir, path, to), ERR_OK);
}

/* A file as an older day would have left it. */
static void
put_file(const char *name, const char *text, mode_t mode)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "log/%s", name);
	assert_int_equal(os_write(dir, path, span_text(text), mode), ERR_OK);
	assert_int_equal(fchmodat(dir, path, mode, 0), 0);
}

/* ---- records ---- */

static void
hostile_bytes_stay_one_line(void **state)
{
	static const char id[] =
		"x\n{\"event.action\":\"y\"}\x1b[2J\xe2\x80\xae\xff\\";
	OWNED(proc_log) log = open_log("");
	OWNED_BUF(bytes, 1 << 16);
	struct found f;
	json_t *record;
	const char *line;
	size_t n = 0;

	(void)state;
	say(log, "read", span_of(id, sizeof(id) - 1));
	f = files();
	assert_int_equal(f.n, 1);
	read_file(f.file[0].name, &bytes);
	for (size_t i = 0; i < bytes.n; i++) {
		n += bytes.at[i] == '\n';
		assert_true(bytes.at[i] == '\n' ||
			    (bytes.at[i] >= 0x20 && bytes.at[i] < 0x7f));
	}
	assert_int_equal(n, 2);
	line = memchr(bytes.at, '\n', bytes.n);
	line++;
	record = json_loadb(line,
		bytes.n - (size_t)(line - (const char *)bytes.at),
		JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(record);
	assert_string_equal(
		json_string_value(json_object_get(record, "weir.object")),
		"x\\x0a{\"event.action\":\"y\"}\\x1b[2J\\xe2\\x80\\xae\\xff\\");
	assert_string_equal(
		json_string_value(json_object_get(record, "event.action")),
		"fti-access");
	assert_memory_equal(
		json_string_value(json_object_get(record, "user.id")), "ab01",
		4);
	json_decref(record);
}

static void
an_object_is_cut(void **state)
{
	OWNED(proc_log) log = open_log("folder");
	char id[5000];

	(void)state;
	memset(id, '"', sizeof(id));
	say(log, "read", span_of(id, sizeof(id)));
	memset(id, 0xff, sizeof(id));
	say(log, "read", span_of(id, sizeof(id)));
}

static void
every_event_and_permit_has_its_kind(void **state)
{
	(void)state;
	for (int i = 0; i < AUDIT_N; i++) {
		const struct audit_kind *kind =
			proc_log_kind((enum audit_event)i);

		assert_true(kind->action[0] != '\0' && kind->au2[0] != '\0' &&
			    kind->from[0] != '\0');
	}
	assert_int_equal(proc_permit_audit(PERMIT_RELEASE), AUDIT_DISCLOSE);
	assert_int_equal(proc_permit_audit(PERMIT_PEOPLE), AUDIT_PRIVILEGE);
	assert_int_equal(proc_permit_audit(PERMIT_READ), AUDIT_FTI);
	for (int i = 0; i < PERMIT_N; i++)
		assert_true(
			proc_permit_audit((enum proc_permit)i) >= AUDIT_FTI);
}

static void
where_it_goes_is_checked(void **state)
{
	struct proc_log *log = NULL;

	(void)state;
	assert_int_equal(proc_log_open(dir, "o", SPAN("paper"), &log, &why),
		ERR_MALFORMED);
	assert_non_null(strstr(why.text, "journal=SOCKET"));
	assert_int_equal(
		proc_log_open(dir, "o", SPAN("journal=/nowhere/x"), &log, &why),
		ERR_IO);
	assert_non_null(strstr(why.text, "what cannot be logged is not done"));
}

static void
the_journal_gets_a_record(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char where[128];
	char got[4096];
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	(void)state;
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", folder);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	(void)snprintf(where, sizeof(where), "folder journal=%s", at.sun_path);
	{
		OWNED(proc_log) log = open_log(where);

		say(log, "read", SPAN("batch 1"));
	}
	n = recv(fd, got, sizeof(got) - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, "SYSLOG_IDENTIFIER=weir\n"));
	assert_non_null(strstr(got, "MESSAGE={\"@timestamp\""));
	assert_int_equal(files().n, 1);
	(void)close(fd);
}

/* ---- files ---- */

static void
another_day_is_another_file(void **state)
{
	OWNED(proc_log) log = NULL;
	struct found f;
	uint64_t n = 0;

	(void)state;
	log = open_log("");
	put_file("2026-01-02-001.jsonl", "{\"a\":1}\n", 0600);
	say(log, "read", SPAN(""));
	f = files();
	assert_int_equal(f.n, 2);
	assert_true(f.file[0].closed && !f.file[1].closed);
	assert_int_equal(proc_log_check(dir, &n, &why), ERR_OK);
	assert_int_equal(n, 2);

	/* One byte of a closed file. */
	put_file("2026-01-02-001.jsonl", "{\"a\":2}\n", 0400);
	assert_int_equal(proc_log_check(dir, &n, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, f.file[1].name));
}

static void
another_process_may_have_gone_on(void **state)
{
	OWNED(proc_log) a = open_log("");
	OWNED(proc_log) b = open_log("");
	struct found f;
	uint64_t n = 0;

	(void)state;
	say(a, "one", SPAN(""));
	say(b, "two", SPAN(""));
	/* b finds it too large, closes it and goes on in the next. */
	f = files();
	{
		char path[64];

		(void)snprintf(path, sizeof(path), "log/%s", f.file[0].name);
		{
			OWNED_FD fd = openat(dir, path, O_WRONLY | O_CLOEXEC);

			assert_int_equal(ftruncate(fd, LOG_FILE_MAX), 0);
		}
	}
	say(b, "three", SPAN(""));
	say(a, "four", SPAN(""));
	f = files();
	assert_int_equal(f.n, 2);
	assert_int_equal(f.file[1].number, 2);
	assert_int_equal(proc_log_check(dir, &n, &why), ERR_OK);
	{
		OWNED_BUF(bytes, 1 << 16);

		read_file(f.file[1].name, &bytes);
		assert_non_null(memmem(bytes.at, bytes.n, "four", 4));
	}
}

static void
a_clock_that_went_back_goes_on(void **state)
{
	OWNED(proc_log) log = open_log("");
	struct found f;

	(void)state;
	put_file("2999-12-31-007.jsonl", "{}\n", 0400);
	say(log, "read", SPAN(""));
	f = files();
	assert_int_equal(f.n, 2);
	assert_string_equal(f.file[1].name, "2999-12-31-008.jsonl");
}

static void
a_line_cut_off_is_a_line(void **state)
{
	OWNED(proc_log) log = open_log("");
	OWNED_BUF(bytes, 1 << 16);
	char name[32] = "";
	char day[DAY_TEXT];
	size_t n = 0;

	(void)state;
	day_text(day_at(os_now()), day);
	(void)snprintf(name, sizeof(name), "%s-001.jsonl", day);
	put_file(name, "{\"@timestamp\":\"20", 0600);
	say(log, "read", SPAN(""));
	read_file(name, &bytes);
	for (size_t i = 0; i < bytes.n; i++)
		n += bytes.at[i] == '\n';
	assert_int_equal(n, 2);
}

static void
what_cannot_be_written_fails(void **state)
{
	OWNED(proc_log) log = open_log("");
	struct audit a = {.event = AUDIT_FTI};
	struct found f;
	char path[64];
	struct stat before;
	struct stat after;
	int fd;

	(void)state;
	say(log, "read", SPAN(""));
	f = files();
	(void)snprintf(path, sizeof(path), "log/%s", f.file[0].name);
	assert_int_equal(fstatat(dir, path, &before, 0), 0);
	/* A descriptor that cannot be written in the place of the file's. */
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(dup2(fd, log->file), log->file);
	(void)close(fd);
	assert_int_equal(proc_log_event(log, &a, &why), ERR_IO);
	assert_non_null(strstr(why.text, "what cannot be logged is not done"));
	assert_int_equal(fstatat(dir, path, &after, 0), 0);
	assert_int_equal(before.st_size, after.st_size);
}

static void
what_is_old_goes(void **state)
{
	OWNED(proc_log) log = open_log("");
	OWNED_BUF(bytes, 1 << 16);
	struct proc_log_file file;
	uint8_t hash[32];
	struct found f;
	uint64_t n = 0;

	(void)state;
	put_file("2001-05-01-001.jsonl", "{}\n", 0400);
	put_file("2001-05-01-002.jsonl", "{}\n", 0400);
	put_file("2010-01-01-001.jsonl", "{}\n", 0600);
	say(log, "read", SPAN(""));
	assert_int_equal(
		proc_log_closed(dir, day_of(2009, 1, 1), &file, hash), ERR_OK);
	assert_string_equal(file.name, "2001-05-01-002.jsonl");
	assert_int_equal(proc_log_closed(dir, day_of(2001, 5, 1), &file, hash),
		ERR_NOT_FOUND);
	assert_int_equal(
		proc_log_remove(log, day_of(2001, 5, 2), NULL, &n, &why),
		ERR_OK);
	assert_int_equal(n, 2);
	f = files();
	assert_int_equal(f.n, 2);
	read_file(f.file[1].name, &bytes);
	assert_non_null(memmem(bytes.at, bytes.n, "2001-05-01-002.jsonl", 20));
	/* What is open stays, however old. */
	assert_int_equal(
		proc_log_remove(log, day_of(2999, 1, 1), NULL, &n, &why),
		ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(files().n, 1);
}

static void
names_that_are_none_are_passed_over(void **state)
{
	OWNED(proc_log) log = open_log("");

	(void)state;
	put_file("2026-01-02-1.txt", "", 0600);
	put_file("2026-13-02-001.jsonl", "", 0600);
	put_file("x2026-01-02-001.jsonl", "", 0600);
	put_file("2026-01-02-001.jsonl.new2", "", 0600);
	put_file("2026-01-02", "", 0600);
	assert_int_equal(files().n, 0);
	say(log, "read", SPAN(""));
	assert_int_equal(files().n, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(hostile_bytes_stay_one_line),
		T(an_object_is_cut),
		T(every_event_and_permit_has_its_kind),
		T(where_it_goes_is_checked),
		T(the_journal_gets_a_record),
		T(another_day_is_another_file),
		T(another_process_may_have_gone_on),
		T(a_clock_that_went_back_goes_on),
		T(a_line_cut_off_is_a_line),
		T(what_cannot_be_written_fails),
		T(what_is_old_goes),
		T(names_that_are_none_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
