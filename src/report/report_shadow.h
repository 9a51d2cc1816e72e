/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_shadow - what would have become of old batches, and what did
 * (docs/SHADOW.md, docs/formats/report-shadow.md).
 *
 *	report_shadow_new(threshold, lines, &s);
 *	report_shadow_add(s, &line);		once a line
 *	report_shadow_doc(s, &about, doc, &why);
 *
 * A line has one outcome and any number of codes.  In the form for everybody
 * (`threshold` over 0) small numbers are kept back as report_suppress.h says,
 * and nothing is printed of a code where the number that it is part of is not.
 */

#include "case/case.h"
#include "report/report_made.h"

enum report_shadow_outcome {
#define OUTCOME(name, word, text) SHADOW_##name,
#include "report/report_shadow.def"
	SHADOW_N_OUTCOMES
};

/* What happened to a line when it was really answered. */
enum report_then {
	THEN_UNKNOWN, /* what was sent then was not given */
	THEN_NOTHING,
	THEN_LEFT,
	THEN_ELSEWHERE, /* left, and not to the officer that it names */
	THEN_N
};

struct report_shadow_line {
	uint64_t batch;
	uint64_t line;
	struct span request_id;
	struct span codes; /* "I2-B1-ADDRESS AG-DUPLICATE" */
	enum case_state state;
	enum report_then then;
};

struct report_shadow; /* opaque */

/* `threshold` 0: every number; `lines`: each line too, and then no threshold.
 * Fails NOMEM. */
MUST_USE enum err report_shadow_new(
	uint64_t threshold, bool lines, struct report_shadow **ret_shadow);
struct report_shadow *report_shadow_free(struct report_shadow *shadow);
DEFINE_OWNED(report_shadow);

/* Refuses TOO_LARGE past REPORT_SHADOW_CODES or REPORT_SHADOW_BATCHES; fails
 * NOMEM. */
enum { REPORT_SHADOW_CODES = 512, REPORT_SHADOW_BATCHES = 4096 };
MUST_USE enum err report_shadow_add(
	struct report_shadow *shadow, const struct report_shadow_line *line);

/* Rows of what was sent then that are of no line of theirs, or hold no
 * address: said beside the table. */
void report_shadow_strays(
	struct report_shadow *shadow, uint64_t unknown, uint64_t empty);

MUST_USE enum err report_shadow_doc(const struct report_shadow *shadow,
	const struct report_about *about, struct report_doc *doc);

enum report_shadow_outcome report_shadow_outcome(enum case_state state);
