/* SPDX-License-Identifier: Apache-2.0 */
/* The child that parses, and what it says. */
#include "console/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/code.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "proc/proc_law.h"
#include "proc/proc_sandbox.h"
#include "proc/proc_zone.h"

enum { TOLD_MAX = 8 << 20, LINES_TOLD = 1000, HEX = 64 };

/* Kinds of what is told. */
enum { TOLD_LINE = 1, TOLD_END, TOLD_REFUSED };

/* ---- the child ---- */

struct telling {
	struct buf to;
	unsigned n;
};

static enum err
tell_line(void *context, const struct proc_check_line *line)
{
	struct telling *t = context;
	bool plain = line->answer == LAW_REVIEW && line->advice == 0;

	if (plain || t->n == LINES_TOLD)
		return ERR_OK;
	t->n++;
	buf_u8(&t->to, TOLD_LINE);
	buf_u64be(&t->to, line->line);
	buf_sized(&t->to, line->request->field[RQ_ID]);
	buf_u8(&t->to, (uint8_t)line->answer);
	buf_u32be(&t->to, line->advice);
	buf_u8(&t->to, (uint8_t)line->n_unmet);
	for (size_t i = 0; i < line->n_unmet; i++) {
		OWNED_BUF(sentence, CHECK_TEXT);

		proc_check_sentence(line, line->unmet[i], &sentence);
		buf_sized(&t->to, span_text(line->unmet[i]->code));
		buf_sized(&t->to, buf_span(&sentence));
		buf_sized(&t->to, span_text(line->unmet[i]->citation));
	}
	return buf_error(&t->to);
}

/* The law files in use, as the folder says; no store is opened. */
static enum err
read_law(const char *path, struct law **ret_law, struct zone *ret_zone,
	struct why *why)
{
	static struct instance in;
	OWNED_BUF(hex, HEX);
	uint8_t hash[32];
	enum err e;

	in = INSTANCE_NONE;
	in.dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)snprintf(in.path, sizeof(in.path), "%s", path);
	e = in.dir < 0 ? ERR_NOT_FOUND : os_read(in.dir, "law/current", &hex);
	if (e == ERR_OK && !code_hex_parse(buf_span(&hex), hash, sizeof(hash)))
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		e = proc_law_read(&in, hash, ret_law);
	if (e == ERR_OK)
		e = proc_zone_read(in.dir, ret_zone);
	os_close(&in.dir);
	return e == ERR_OK ? e
			   : why_set(why, e == ERR_NOT_FOUND ? ERR_BAD_MOVE : e,
				     "no agreement is loaded that lines could "
				     "be checked against");
}

static enum err
check(const char *path, int fd, bool csv, struct telling *t, struct why *why)
{
	OWNED(law) law = NULL;
	struct proc_check_totals totals;
	struct zone zone;
	struct proc_check_options o = {
		.fd = fd,
		.csv = csv,
		.each = tell_line,
		.context = t,
	};
	enum err e = read_law(path, &law, &zone, why);

	if (e == ERR_OK)
		e = proc_sandbox_enter(SANDBOX_FRONT, NULL, 0);
	o.law = law;
	if (e == ERR_OK)
		o.today = zone_day(&zone, os_now());
	if (e == ERR_OK)
		e = proc_check_requests(&o, &totals, why);
	if (e != ERR_OK)
		return e;
	buf_u8(&t->to, TOLD_END);
	buf_u64be(&t->to, totals.lines);
	buf_u64be(&t->to, totals.accepted);
	buf_u64be(&t->to, totals.asked);
	buf_u64be(&t->to, totals.refused);
	return buf_error(&t->to);
}

static _Noreturn void
be_child(const struct desk *desk, int fd, bool csv, int out)
{
	struct telling t = {.n = 0};
	struct why why = {""};
	enum err e;

	buf_init(&t.to, TOLD_MAX);
	e = check(desk->path, fd, csv, &t, &why);
	if (e != ERR_OK) {
		buf_clear(&t.to);
		buf_u8(&t.to, TOLD_REFUSED);
		buf_u32be(&t.to, (uint32_t)e);
		buf_sized(&t.to, span_text(why.text));
	}
	_exit(os_write_all(out, buf_span(&t.to)) == ERR_OK ? 0 : 1);
}

/* ---- the worker ---- */

static enum err
hear(int in, struct buf *to)
{
	uint8_t some[4096];
	ssize_t n;

	while ((n = read(in, some, sizeof(some))) > 0)
		buf_bytes(to, span_of(some, (size_t)n));
	return n < 0 ? err_origin(ERR_IO) : buf_error(to);
}

/* The child's word is checked bytes: it parsed what a stranger wrote. */
static bool
take_line(struct reader *r, struct check_line *line)
{
	*line = (struct check_line){.line = read_u64be(r)};
	if (!span_copy(read_sized(r, STORE_ID_MAX - 1), line->id,
		    sizeof(line->id)))
		line->id[0] = '\0';
	line->answer = read_u8(r);
	line->advice = read_u32be(r);
	line->n = read_u8(r);
	if (!read_ok(r) || line->n > CHECK_REASONS)
		return false;
	for (size_t i = 0; i < line->n; i++) {
		struct check_reason *reason = &line->reason[i];
		bool fits =
			span_copy(read_sized(r, LAW_CODE_MAX - 1), reason->code,
				sizeof(reason->code)) &&
			span_copy(read_sized(r, CHECK_TEXT - 1),
				reason->sentence, sizeof(reason->sentence)) &&
			span_copy(read_sized(r, CHECK_TEXT - 1),
				reason->citation, sizeof(reason->citation));

		if (!fits || !read_ok(r))
			return false;
	}
	return true;
}

static enum err
take_end(struct desk *desk, struct reader *r, uint8_t kind,
	struct check_totals *totals)
{
	struct span says;
	uint32_t e;

	if (kind == TOLD_END) {
		totals->lines = read_u64be(r);
		totals->accepted = read_u64be(r);
		totals->asked = read_u64be(r);
		totals->refused = read_u64be(r);
		return read_end(r) ? ERR_OK : err_origin(ERR_PEER);
	}
	e = read_u32be(r);
	says = read_sized(r, WHY_MAX - 1);
	if (kind != TOLD_REFUSED || !read_end(r) || (int32_t)e <= 0)
		return err_origin(ERR_PEER);
	return instance_says(&desk->in, (enum err)e, "%.*s", (int)says.n,
		(const char *)says.at);
}

static enum err
judge_told(struct desk *desk, struct check_told *told)
{
	static struct check_line line;
	struct reader r = read_from(buf_span(&told->bytes));

	for (;;) {
		uint8_t kind = read_u8(&r);

		if (!read_ok(&r))
			return err_origin(ERR_PEER);
		if (kind != TOLD_LINE)
			return take_end(desk, &r, kind, &told->totals);
		if (!take_line(&r, &line))
			return err_origin(ERR_PEER);
	}
}

static enum err
start(struct desk *desk, int fd, bool csv, struct buf *to)
{
	int ends[2];
	pid_t child;
	enum err e;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_origin(ERR_IO);
	child = fork();
	if (child == 0)
		be_child(desk, fd, csv, ends[1]);
	os_close(&ends[1]);
	e = child < 0 ? err_origin(ERR_IO) : hear(ends[0], to);
	os_close(&ends[0]);
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	return e;
}

enum err
check_run(
	struct desk *desk, struct span lines, bool csv, struct check_told *told)
{
	OWNED_FD fd = memfd_create("lines", MFD_CLOEXEC);
	enum err e;

	told->totals = (struct check_totals){0};
	buf_init(&told->bytes, TOLD_MAX);
	if (fd < 0)
		return err_origin(ERR_IO);
	e = os_write_all(fd, lines);
	if (e == ERR_OK)
		e = start(desk, fd, csv, &told->bytes);
	return e == ERR_OK ? judge_told(desk, told) : e;
}

void
check_each_line(const struct check_told *told, check_each *each, void *context)
{
	static struct check_line line;
	struct reader r = read_from(buf_span(&told->bytes));

	while (read_u8(&r) == TOLD_LINE && take_line(&r, &line))
		each(context, &line);
}
