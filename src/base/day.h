/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * day - a civil date as days since 1970-01-01 (proleptic Gregorian), and the
 * two texts we use: "2026-11-01" and RFC 3339 UTC seconds.  No clock here.
 */

#include "base/span.h"

enum {
	DAY_NONE = INT32_MIN, /* not stated */
	DAY_TEXT = 11,        /* bytes for "YYYY-MM-DD" */
	DAY_TIME_TEXT = 21,   /* bytes for "YYYY-MM-DDThh:mm:ssZ" */
};

/* Years 1800 to 2999; refuses (false) a date no calendar has. */
bool day_parse(struct span text, int32_t *ret_day);
int32_t day_of(int year, int month, int day);
void day_split(int32_t day, int *ret_year, int *ret_month, int *ret_day);
int day_year(int32_t day);
void day_text(int32_t day, char to[DAY_TEXT]);

/* From seconds since 1970, UTC. */
int32_t day_at(int64_t at);
void day_time_text(int64_t at, char to[DAY_TIME_TEXT]);

/* "YYYY-MM-DDThh:mm:ssZ" only. */
bool day_time_parse(struct span text, int64_t *ret_at);
