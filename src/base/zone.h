/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * zone - which day it is at a place.
 *
 * A zone is its IANA name and the rule of its days in POSIX's form (POSIX.1
 * chapter 8, TZ):
 *
 *	America/New_York EST5EDT,M3.2.0,M11.1.0
 *
 * That text says everything, today as in ten years, without a file: where it is
 * kept, in an instance and in the first entry of its ledger, anybody finds the
 * same day for the same moment.  The rule is that of the day on which the text
 * was made; what the place's clocks did years before is not in it.
 *
 * Day follows upon day: a rule by which one would come twice, because clocks go
 * back over midnight, is none of ours.  All zero is UTC.
 */

#include "base/err.h"
#include "base/span.h"

enum { ZONE_NAME = 64, ZONE_TEXT = 160 };

/* On the `week`th (5: last) `weekday` (0: Sunday) of the month, so many seconds
 * after midnight by the clock that is about to change. */
struct zone_change {
	uint8_t month;
	uint8_t week;
	uint8_t weekday;
	int32_t second;
};

struct zone {
	char text[ZONE_TEXT]; /* "": UTC */
	int32_t winter;       /* seconds east of UTC */
	int32_t summer;       /* not less; the same: clocks are not changed */
	struct zone_change to_summer;
	struct zone_change to_winter;
};

/* The name and the rule, with one blank between; false: not in that form, or a
 * rule that no place has. */
bool zone_parse(struct span text, struct zone *ret_zone);

/* "America/New_York"; "UTC". */
struct span zone_name(const struct zone *zone);

/* A name that may be looked for as a file's: letters, digits, _ + - and / . */
bool zone_name_ok(struct span name);

bool zone_same(const struct zone *a, const struct zone *b);

/* From seconds since 1970 UTC: the day there, and how far its clocks are east
 * of UTC. */
int32_t zone_day(const struct zone *zone, int64_t at);
int32_t zone_offset(const struct zone *zone, int64_t at);

/* The first second of the day, and its last. */
int64_t zone_start(const struct zone *zone, int32_t day);
int64_t zone_end(const struct zone *zone, int32_t day);

/* The zone that a file of the IANA's data is of (TZif, RFC 8536), if all that
 * it says of `since` and later is what its rule says; MALFORMED: not such a
 * file; NOT_ALLOWED: its clocks change by no such rule. */
MUST_USE enum err zone_file_parse(struct span name, struct span file,
	int64_t since, struct zone *ret_zone);
