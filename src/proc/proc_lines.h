/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_lines - a file of requests cut into lines, in bounded memory.
 *
 * JSON Lines: up to each LF.  CSV: records by request_csv_record(), the first
 * being the header.  A line over REQUEST_LINE_MAX is passed over and told as
 * too long; nothing grows with the file or with a line.
 */

#include "base/err.h"
#include "base/span.h"
#include "request/request.h"

enum { PROC_LINES_BUFFER = 4 * REQUEST_LINE_MAX };

struct proc_lines {
	int fd;
	bool csv;
	bool end;        /* of the file */
	bool skipping;   /* inside a line that is too long */
	uint64_t offset; /* of buffer[at] in the file */
	size_t at;
	size_t n;
	uint8_t buffer[PROC_LINES_BUFFER];
};

struct proc_line {
	struct span bytes; /* without LF or CRLF; until the next call */
	uint64_t offset;
	uint64_t length; /* with the line's end */
	bool too_long;   /* then `bytes` is empty */
};

/* From the file's beginning. */
MUST_USE enum err proc_lines_begin(struct proc_lines *lines, int fd, bool csv);

/* Sets *ret_end after the last line. */
MUST_USE enum err proc_lines_next(
	struct proc_lines *lines, struct proc_line *ret_line, bool *ret_end);
