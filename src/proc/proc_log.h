/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_log - the log of an instance: one line of JSON a record, with the names
 * of the Elastic Common Schema, for the events that IRS Publication 1075
 * (AU-2, AU-3) asks for.  proc_audit.def lists them.
 *
 *	DIR/log/2026-11-28-001.jsonl	one file a day, another one where it grows
 *					too large; each begins with the name and
 *					the SHA-256 of the one before
 *	DIR/log/lock			one writer at a time
 *
 * A record says when, who (a certificate's fingerprint), what, on which batch
 * or request, and how it ended.  It never has a name, an address, a number of a
 * person, or anything else that a requester wrote but the id it gave; and what
 * it has of that is escaped to plain ASCII on one line (I12).
 *
 * What cannot be logged is not done (AU-5): proc_log_event() fails IO with a
 * sentence, and the caller must not go on.  A record is written whole or not at
 * all.  It is in the system's hands when the call returns, and on the disk
 * when the file is closed; what must survive a power cut is an entry of the
 * ledger.
 *
 *	struct audit a = {.event = AUDIT_ASK, .outcome = AUDIT_SUCCESS,
 *		.actor = print, .what = "GET /batches", .object = span};
 *	e = proc_log_event(in->log, &a, &why);
 *
 * One thread of a process uses a log at a time; several processes may share a
 * folder.  A process that locks itself in opens its log first and keeps
 * DIR/log writable (another day is another file).
 */

#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

enum audit_event {
#define AUDIT(ID, ...) AUDIT_##ID,
#include "proc/proc_audit.def"
	AUDIT_N
};

enum audit_outcome { AUDIT_SUCCESS, AUDIT_FAILURE, AUDIT_UNKNOWN };

/* How an event is told of, for tables of it. */
struct audit_kind {
	const char *action;
	const char *category;
	const char *type;
	const char *au2; /* of Publication 1075, in our words */
	const char *from;
};
const struct audit_kind *proc_log_kind(enum audit_event event);

struct audit {
	enum audit_event event;
	enum audit_outcome outcome;
	const uint8_t *actor; /* SHA-256 of the certificate; NULL: nobody yet */
	const char *what;     /* an act, a permit, a method and a path; NULL */
	struct span object;   /* "batch 7 request R-1"; cut after 200 bytes */
	const char *from;     /* the address asked from; NULL: this machine */
	int status;           /* an exit status or HTTP's; -1 and 0: none */
	enum err error;       /* why not; ERR_OK: none */
};

struct proc_log;

/*
 * The log of the instance whose folder is `dir` and whose name is `origin`.
 * `where` is the value of `log` in DIR/instance: words out of
 *
 *	folder			DIR/log (also where `where` is empty)
 *	stderr			standard error
 *	journal[=SOCKET]	the journal of systemd
 *
 * Refuses MALFORMED (another word), fails IO with a sentence.
 */
MUST_USE enum err proc_log_open(int dir, const char *origin, struct span where,
	struct proc_log **ret_log, struct why *reterr_why);
struct proc_log *proc_log_free(struct proc_log *log);
DEFINE_OWNED(proc_log);

/* Writes it, to every place that is asked for.  `log` may be NULL: an instance
 * that is being made has none; then nothing is done. */
MUST_USE enum err proc_log_event(struct proc_log *log,
	const struct audit *audit, struct why *reterr_why);

/* ---- the verb of a command line, which opens and closes instances ---- */

/* Told once, before anything else: "batch submit". */
void proc_log_verb(const char *verb);

/* instance_close() gives its log here, and proc_log_end() writes how the verb
 * ended into it, with its exit status, and frees it. */
void proc_log_rest(struct proc_log *log, const uint8_t *actor);
MUST_USE enum err proc_log_end(int status, struct why *reterr_why);

/* ---- the files ---- */

/* One file of a folder of logs, in their order. */
struct proc_log_file {
	char name[32];
	int32_t day;
	unsigned number; /* of that day, from 1 */
	bool closed;     /* nothing more is written to it */
};
typedef enum err proc_log_each(void *context, const struct proc_log_file *file);

/* `dir` is of the instance.  No log folder is none. */
MUST_USE enum err proc_log_files(int dir, proc_log_each *each, void *context);

/* That each file begins with the hash of the one before; refuses MISMATCH with
 * the file's name, DAMAGED where one has no such beginning. */
MUST_USE enum err proc_log_check(
	int dir, uint64_t *ret_files, struct why *reterr_why);

/* SHA-256 of the newest closed file of a day before `day`, and its name; refuses
 * NOT_FOUND. */
MUST_USE enum err proc_log_closed(int dir, int32_t day,
	struct proc_log_file *ret_file, uint8_t ret_hash[32]);

/* Removes closed files of days before `day`, each with its record; how many. */
MUST_USE enum err proc_log_remove(struct proc_log *log, int32_t day,
	const uint8_t *actor, uint64_t *ret_n, struct why *reterr_why);
