/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * check - a requester's lines against the law before they are sent.
 *
 *	worker ── fork ──> child: reads the law files, locks itself in as the
 *	                   front does, parses, says what it found in checked
 *	                   bytes, ends
 *	       <── pipe ──
 *	opens the instance, for the page around it
 *
 * What a stranger wrote is parsed where no secret, record or key is (I12): the
 * worker opens the instance after the child has ended.
 */

#include "console/console_int.h"

/* What the child says of one line, or at the end. */
enum { CHECK_REASONS = 64, CHECK_TEXT = 512 };
struct check_line {
	uint64_t line;
	char id[STORE_ID_MAX];
	uint8_t answer;  /* enum law_answer: LAW_REFUSED, ASK, REVIEW */
	uint32_t advice; /* bits of enum request_advice */
	size_t n;
	struct check_reason {
		char code[LAW_CODE_MAX];
		char sentence[CHECK_TEXT];
		char citation[CHECK_TEXT];
	} reason[CHECK_REASONS];
};
typedef void check_each(void *context, const struct check_line *line);

struct check_totals {
	uint64_t lines;
	uint64_t accepted;
	uint64_t asked;
	uint64_t refused;
};

struct check_told {
	struct buf bytes; /* check_each_line() */
	struct check_totals totals;
};

/*
 * Checks; desk->in is not open yet.  Refuses MALFORMED with a sentence in
 * desk->in.why.  The caller frees told->bytes.
 */
MUST_USE enum err check_run(struct desk *desk, struct span lines, bool csv,
	struct check_told *told);
/* Each line that was told of: those refused or asked, and those with advice. */
void check_each_line(
	const struct check_told *told, check_each *each, void *context);

/* The table of it. */
void check_put(struct page *p, const struct check_told *told);
