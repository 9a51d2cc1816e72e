/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bench_csv - anybody's CSV (RFC 4180) from bytes in memory, strictly: records
 * end in LF or CRLF or with the file, a field that begins with a quote ends
 * with one and doubles those within.  Blanks around a field do not count, nor
 * does a byte order mark.
 */

#include "base/err.h"
#include "base/span.h"

enum { BENCH_CSV_FIELDS = 256, BENCH_CSV_TEXT = 64 * 1024 };

struct bench_csv {
	const char *name; /* for messages */
	struct span left;
	uint64_t line; /* of the record last read, from 1 */
	uint64_t next_line;
	size_t n; /* fields of the record last read; 0: the end */
	struct span field[BENCH_CSV_FIELDS];
	size_t n_text;
	uint8_t text[BENCH_CSV_TEXT]; /* what quoted fields hold */
};

void bench_csv_init(struct bench_csv *csv, const char *name, struct span bytes);

/* The next record; its fields stay until the next call.  Refuses MALFORMED and
 * TOO_LARGE, with file and line. */
MUST_USE enum err bench_csv_next(struct bench_csv *csv, struct why *reterr_why);

/* A field as CSV writes it, quoted where it must be. */
struct buf;
void bench_csv_write(struct buf *to, struct span field);
