/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * limit - how much one agency may ask of the service.
 *
 *	rate, burst     so many questions a second, and so many at once after a
 *	                pause (a token bucket, kept as the time at which it is
 *	                full again)
 *	questions,      so many in a day of UTC
 *	lines
 *	at_once         so many that wait or are with a worker: the gate counts
 *
 * These keep one agency from taking the machine from the others.  How much an
 * agreement allows is said in the agreement (docs/VOLUME.md), and judged there.
 *
 * Pure: the time is an argument.  A state is data that any gate may have left:
 * whatever stands in it, no function here does anything but answer.
 */

#include "base/span.h"

struct limit_rule {
	uint64_t rate;      /* questions a second; at least 1 */
	uint64_t burst;     /* at least 1 */
	uint64_t at_once;   /* questions open; at least 1 */
	uint64_t questions; /* a day; 0: no limit */
	uint64_t lines;     /* a day; 0: no limit */
};

/* All zeros: nothing was asked yet. */
struct limit_state {
	int64_t full;       /* ns: when the bucket is full again */
	int64_t day;        /* of the two below */
	uint64_t questions; /* taken */
	uint64_t lines;
};

struct limit_time {
	int64_t ticks; /* ns of a steady clock */
	int64_t at;    /* seconds since 1970, UTC */
};

enum limit_kind {
	LIMIT_FREE, /* nothing stands in the way */
	LIMIT_RATE,
	LIMIT_AT_ONCE,
	LIMIT_QUESTIONS,
	LIMIT_LINES,
	LIMIT_KINDS,
};

/* Takes one question; or says what it is over, and takes nothing. */
enum limit_kind limit_ask(const struct limit_rule *rule,
	struct limit_state *state, struct limit_time now);
/* The same of `n` lines. */
enum limit_kind limit_lines(const struct limit_rule *rule,
	struct limit_state *state, struct limit_time now, uint64_t n);
/* Lines that were taken on that day, and then came to nothing. */
void limit_give_back(struct limit_state *state, int64_t day, uint64_t n);
int64_t limit_day(struct limit_time now);

/* What is left of RATE, QUESTIONS, LINES; UINT64_MAX: there is no limit. */
uint64_t limit_left(const struct limit_rule *rule,
	const struct limit_state *state, struct limit_time now,
	enum limit_kind kind);

/* Seconds, at least 1, until one more of that kind may be asked. */
unsigned limit_wait(const struct limit_rule *rule,
	const struct limit_state *state, struct limit_time now,
	enum limit_kind kind);
