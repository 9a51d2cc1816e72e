/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/limit.h"

enum { SECOND = 1000000000, DAY = 86400 };

/* ---- the bucket ---- */

/* How long one question takes out of it, and all of them. */
static int64_t
each(const struct limit_rule *rule)
{
	return SECOND / (int64_t)rule->rate;
}

static int64_t
whole(const struct limit_rule *rule)
{
	return each(rule) * (int64_t)rule->burst;
}

/* How far it is from full: from nothing to all of it. */
static int64_t
missing(const struct limit_rule *rule, const struct limit_state *state,
	struct limit_time now)
{
	int64_t left = state->full > now.ticks ? state->full - now.ticks : 0;

	return left < whole(rule) ? left : whole(rule);
}

static bool
has_one(const struct limit_rule *rule, const struct limit_state *state,
	struct limit_time now)
{
	return missing(rule, state, now) + each(rule) <= whole(rule);
}

/* ---- the day ---- */

int64_t
limit_day(struct limit_time now)
{
	return now.at / DAY;
}

static void
turn_day(struct limit_state *state, struct limit_time now)
{
	if (state->day == limit_day(now))
		return;
	state->day = limit_day(now);
	state->questions = 0;
	state->lines = 0;
}

/* Not over the end: what a gate left may be anything. */
static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* ---- asked ---- */

enum limit_kind
limit_ask(const struct limit_rule *rule, struct limit_state *state,
	struct limit_time now)
{
	turn_day(state, now);
	if (rule->questions > 0 && state->questions >= rule->questions)
		return LIMIT_QUESTIONS;
	/* What was further off than a whole bucket is a whole bucket off. */
	state->full = now.ticks + missing(rule, state, now);
	if (!has_one(rule, state, now))
		return LIMIT_RATE;
	state->full += each(rule);
	state->questions = sum(state->questions, 1);
	return LIMIT_FREE;
}

enum limit_kind
limit_lines(const struct limit_rule *rule, struct limit_state *state,
	struct limit_time now, uint64_t n)
{
	turn_day(state, now);
	if (rule->lines > 0 && sum(state->lines, n) > rule->lines)
		return LIMIT_LINES;
	state->lines = sum(state->lines, n);
	return LIMIT_FREE;
}

void
limit_give_back(struct limit_state *state, int64_t day, uint64_t n)
{
	if (state->day == day)
		state->lines -= n < state->lines ? n : state->lines;
}

/* ---- told ---- */

static uint64_t
left_of(uint64_t most, uint64_t taken)
{
	if (most == 0)
		return UINT64_MAX;
	return taken < most ? most - taken : 0;
}

uint64_t
limit_left(const struct limit_rule *rule, const struct limit_state *state,
	struct limit_time now, enum limit_kind kind)
{
	bool today = state->day == limit_day(now);

	switch (kind) {
	case LIMIT_RATE:
		return (uint64_t)((whole(rule) - missing(rule, state, now)) /
				  each(rule));
	case LIMIT_QUESTIONS:
		return left_of(rule->questions, today ? state->questions : 0);
	case LIMIT_LINES:
		return left_of(rule->lines, today ? state->lines : 0);
	case LIMIT_FREE:
	case LIMIT_AT_ONCE:
	case LIMIT_KINDS:
		break;
	}
	return UINT64_MAX;
}

unsigned
limit_wait(const struct limit_rule *rule, const struct limit_state *state,
	struct limit_time now, enum limit_kind kind)
{
	int64_t ns = missing(rule, state, now) + each(rule) - whole(rule);

	if (kind == LIMIT_QUESTIONS || kind == LIMIT_LINES)
		return (unsigned)(DAY - now.at % DAY);
	if (kind != LIMIT_RATE || ns <= SECOND)
		return 1;
	return (unsigned)((ns + SECOND - 1) / SECOND);
}
