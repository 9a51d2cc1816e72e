/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_log.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/code.h"
#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_log_int.h"

enum { OBJECT_MAX = 200, STAMP = 32 };

static const struct audit_kind kinds[AUDIT_N] = {
#define AUDIT(ID, action, category, type, au2, from)                           \
	[AUDIT_##ID] = {(action), (category), (type), (au2), (from)},
#include "proc/proc_audit.def"
};

const struct audit_kind *
proc_log_kind(enum audit_event event)
{
	must((unsigned)event < AUDIT_N);
	return &kinds[event];
}

/* The verb that this process was started for; "": it serves many. */
static struct {
	char verb[LOG_VERB];
	struct proc_log *log;
	bool has_actor;
	uint8_t actor[32];
} begun;

/* ---- a record ---- */

/* A JSON string of plain ASCII: of any other byte its \xNN as text. */
static void
put_ascii(struct buf *to, struct span text)
{
	if (text.n > OBJECT_MAX)
		text.n = OBJECT_MAX;
	buf_u8(to, '"');
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c < 0x20 || c > 0x7e)
			buf_printf(to, "\\\\x%02x", c);
		else if (c == '"' || c == '\\')
			buf_printf(to, "\\%c", c);
		else
			buf_u8(to, c);
	}
	buf_u8(to, '"');
}

static void
put_member(struct buf *to, const char *name, struct span text)
{
	buf_printf(to, ",\"%s\":", name);
	put_ascii(to, text);
}

static void
put_now(struct buf *to)
{
	struct timespec now;
	struct tm tm;
	char text[STAMP] = "";

	must(clock_gettime(CLOCK_REALTIME, &now) == 0);
	must(gmtime_r(&now.tv_sec, &tm) != NULL);
	must(strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) > 0);
	buf_printf(
		to, "{\"@timestamp\":\"%s.%06ldZ\"", text, now.tv_nsec / 1000);
}

static void
put_error(struct buf *to, enum err e)
{
	static const struct {
		enum err e;
		const char *name;
	} names[] = {
#define ERR(name, value, text) {(enum err)(value), #name},
#include "base/err.def"
	};

	if (e == ERR_OK)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].e == e)
			put_member(to, "error.code", span_text(names[i].name));
	put_member(to, "error.message", span_text(err_text(e)));
}

static void
put_before(struct buf *to, const struct log_before *before)
{
	if (before->name[0] == '\0')
		return;
	put_member(to, "file.name", span_text(before->name));
	buf_text(to, ",\"file.hash.sha256\":\"");
	code_hex(to, span_of(before->hash, sizeof(before->hash)));
	buf_u8(to, '"');
}

void
log_line(const struct proc_log *log, const struct audit *a,
	const struct log_before *before, struct buf *to)
{
	static const char *const outcomes[] = {"success", "failure", "unknown"};
	const struct audit_kind *kind = proc_log_kind(a->event);

	put_now(to);
	buf_printf(to,
		",\"ecs.version\":\"9.4.0\",\"log.level\":\"%s\""
		",\"event.kind\":\"event\",\"event.dataset\":\"weir.audit\""
		",\"event.action\":\"%s\",\"event.category\":[\"%s\"]"
		",\"event.type\":[\"%s\"],\"event.outcome\":\"%s\"",
		a->outcome == AUDIT_FAILURE ? "warn" : "info", kind->action,
		kind->category, kind->type, outcomes[a->outcome]);
	if (a->actor != NULL) {
		buf_text(to, ",\"user.id\":\"");
		code_hex(to, span_of(a->actor, 32));
		buf_u8(to, '"');
	}
	put_member(to, "process.name", SPAN("weir"));
	buf_printf(to, ",\"process.pid\":%ld", (long)getpid());
	put_member(to, "host.hostname", span_text(log->host));
	put_member(to, "service.name", SPAN("weir"));
	put_member(to, "service.id", span_text(log->origin));
	put_member(to, "service.version", SPAN(WEIR_VERSION));
	if (begun.verb[0] != '\0')
		put_member(to, "weir.verb", span_text(begun.verb));
	if (a->what != NULL)
		put_member(to, "weir.what", span_text(a->what));
	if (a->object.n > 0)
		put_member(to, "weir.object", a->object);
	if (a->from != NULL)
		put_member(to, "source.address", span_text(a->from));
	if (a->status > 0 || a->event == AUDIT_END)
		buf_printf(to, ",\"weir.status\":%d", a->status);
	put_error(to, a->error);
	if (before != NULL)
		put_before(to, before);
	buf_text(to, "}\n");
}

/* ---- where they go ---- */

static enum err
open_journal(struct proc_log *log, struct span path, struct why *why)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	if (!span_copy(path, at.sun_path, sizeof(at.sun_path)))
		return why_set(why, ERR_MALFORMED,
			"log journal=: a socket's path is at most %zu bytes",
			sizeof(at.sun_path) - 1);
	log->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (log->socket < 0 ||
		connect(log->socket, (const struct sockaddr *)&at,
			sizeof(at)) != 0)
		return why_set(why, err_origin(ERR_IO),
			"the journal at %s: %s; what cannot be logged is not "
			"done",
			at.sun_path, strerror(errno));
	return ERR_OK;
}

static enum err
write_journal(struct proc_log *log, const struct audit *a, struct span line,
	struct why *why)
{
	OWNED_BUF(message, LOG_RECORD_MAX + 256);

	line.n--; /* its LF */
	buf_printf(&message,
		"PRIORITY=%d\nSYSLOG_IDENTIFIER=weir\nSYSLOG_FACILITY=10\n"
		"MESSAGE=",
		a->outcome == AUDIT_FAILURE ? 4 : 6);
	buf_bytes(&message, line);
	buf_u8(&message, '\n');
	if (buf_error(&message) != ERR_OK)
		return buf_error(&message);
	return send(log->socket, message.at, message.n, MSG_NOSIGNAL) ==
			       (ssize_t)message.n
		       ? ERR_OK
		       : why_set(why, err_origin(ERR_IO),
				 "the journal takes no record (%s): what "
				 "cannot be logged is not done",
				 strerror(errno));
}

static enum err
add_place(int dir, struct proc_log *log, struct span word, struct why *why)
{
	struct span name = span_cut(&word, '=');

	if (span_eq(name, SPAN("folder")) && word.n == 0)
		return log_folder_open(dir, log, why);
	if (span_eq(name, SPAN("journal")))
		return open_journal(log,
			word.n > 0 ? word : SPAN("/run/systemd/journal/socket"),
			why);
	if (!span_eq(name, SPAN("stderr")) || word.n != 0)
		return why_set(why, ERR_MALFORMED,
			"the line `log` of the file `instance`: one or more of "
			"folder, stderr, journal, journal=SOCKET");
	log->to_stderr = true;
	return ERR_OK;
}

enum err
proc_log_open(int dir, const char *origin, struct span where,
	struct proc_log **ret_log, struct why *reterr_why)
{
	OWNED(proc_log) log = mem_zeroed(sizeof(*log));
	enum err e = ERR_OK;

	if (log == NULL)
		return err_origin(ERR_NOMEM);
	*log = (struct proc_log){
		.folder = -1, .lock = -1, .file = -1, .socket = -1};
	(void)snprintf(log->origin, sizeof(log->origin), "%s", origin);
	if (gethostname(log->host, sizeof(log->host) - 1) != 0)
		log->host[0] = '\0';
	if (where.n == 0)
		where = SPAN("folder");
	while (e == ERR_OK && where.n > 0)
		e = add_place(dir, log, span_cut(&where, ' '), reterr_why);
	if (e == ERR_OK)
		*ret_log = proc_log_take(&log);
	return e;
}

struct proc_log *
proc_log_free(struct proc_log *log)
{
	if (log == NULL)
		return NULL;
	os_close(&log->file);
	os_close(&log->lock);
	os_close(&log->folder);
	os_close(&log->socket);
	mem_free(log);
	return NULL;
}

enum err
proc_log_event(
	struct proc_log *log, const struct audit *audit, struct why *reterr_why)
{
	OWNED_BUF(line, LOG_RECORD_MAX);
	enum err e;

	if (log == NULL)
		return ERR_OK;
	log_line(log, audit, NULL, &line);
	e = buf_error(&line);
	if (e == ERR_OK && log->folder >= 0)
		e = log_folder_write(log, buf_span(&line), reterr_why);
	if (e == ERR_OK && log->socket >= 0)
		e = write_journal(log, audit, buf_span(&line), reterr_why);
	if (e == ERR_OK && log->to_stderr) {
		e = os_write_all(STDERR_FILENO, buf_span(&line));
		if (e != ERR_OK)
			(void)why_set(reterr_why, e,
				"standard error takes no record: what cannot "
				"be logged is not done");
	}
	return e;
}

/* ---- a command line ---- */

void
proc_log_verb(const char *verb)
{
	(void)snprintf(begun.verb, sizeof(begun.verb), "%s", verb);
}

void
proc_log_rest(struct proc_log *log, const uint8_t *actor)
{
	if (log == NULL)
		return;
	begun.log = proc_log_free(begun.log);
	/* Nobody will say how it ended. */
	if (begun.verb[0] == '\0')
		log = proc_log_free(log);
	begun.log = log;
	begun.has_actor = actor != NULL;
	if (actor != NULL)
		memcpy(begun.actor, actor, sizeof(begun.actor));
}

enum err
proc_log_end(int status, struct why *reterr_why)
{
	struct audit a = {
		.event = AUDIT_END,
		.outcome = status == 0 ? AUDIT_SUCCESS : AUDIT_FAILURE,
		.actor = begun.has_actor ? begun.actor : NULL,
		.status = status,
	};
	enum err e = proc_log_event(begun.log, &a, reterr_why);

	begun.log = proc_log_free(begun.log);
	return e;
}
