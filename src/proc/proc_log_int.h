/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_log_int - what the log's files share.
 *
 *	proc_log.c		records, and where they go
 *	proc_log_files.c	the folder: a chain of files
 */

#include "base/buf.h"
#include "proc/proc_log.h"

enum {
	LOG_RECORD_MAX = 4096,
	LOG_FILE_MAX = 1 << 24, /* then another one begins */
	LOG_FILES = 99999,      /* of one day */
	LOG_ORIGIN = 160,
	LOG_HOST = 65,
	LOG_VERB = 64,
};

struct proc_log {
	int folder; /* DIR/log; -1: not asked for */
	int lock;
	int file; /* the newest; -1: none is open */
	int socket;
	bool to_stderr;
	char name[32]; /* of the file */
	int32_t day;
	unsigned number;
	char origin[LOG_ORIGIN];
	char host[LOG_HOST];
};

/* What the first record of a file says of the file before it. */
struct log_before {
	const char *name; /* "": there was none */
	uint8_t hash[32];
};

/* Appends a record's line, `before` only of AUDIT_LOG_START. */
void log_line(const struct proc_log *log, const struct audit *audit,
	const struct log_before *before, struct buf *to);

/* DIR/log, made where it is not there. */
MUST_USE enum err log_folder_open(
	int dir, struct proc_log *log, struct why *reterr_why);

/* One line at the end of the newest file. */
MUST_USE enum err log_folder_write(
	struct proc_log *log, struct span line, struct why *reterr_why);
