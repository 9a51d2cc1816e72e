/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte says what the rest is: a hold, a set of holds, a scope as
 * typed, or a scope and then acts (three bytes each: event, person, time).
 * What is accepted is written again as the same bytes; a scope that is printed
 * is read; a refused act changes nothing; a lifted hold stays lifted; an
 * exception counts only once granted.
 */
#include "hold/hold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct hold_target target = {
	.agreement = {(const uint8_t *)"AG-1", 4},
	.name = {{(const uint8_t *)"MARIA LOPEZ", 11}},
	.tin = {{(const uint8_t *)"123456789", 9}},
	.statute = {(const uint8_t *)"8-usc-1253-a-1-A", 16},
	.case_id = {(const uint8_t *)"HSI-1", 5},
	.day = 20000,
};

static void
try_hold(struct span bytes)
{
	OWNED(hold) hold = NULL;
	OWNED_BUF(again, HOLD_BYTES_MAX);
	OWNED_BUF(json, 1 << 24);
	enum err e = hold_decode(bytes, &hold);

	must(!err_is_failure(e) && (e == ERR_OK) == (hold != NULL));
	if (e != ERR_OK)
		return;
	hold_encode(hold, &again);
	must(span_eq(buf_span(&again), bytes));
	hold_json(hold, HOLD_SHOW_ALL, &json);
	hold_scope_text(hold, HOLD_SHOW_ALL, &json);
	for (uint32_t n = 1; n <= hold_n_exceptions(hold); n++)
		hold_exception_text(hold, n, HOLD_SHOW_ALL, &json);
	must(buf_error(&json) == ERR_OK);
	(void)hold_covers(hold, &target);
}

static void
try_set(struct span bytes)
{
	OWNED(hold_set) set = NULL;
	OWNED_BUF(again, 1 << 24);

	if (hold_set_decode(bytes, &set) != ERR_OK)
		return;
	hold_set_encode(set, &again);
	must(span_eq(buf_span(&again), bytes));
	(void)hold_set_covers(set, HOLD_TO_STOP, &target);
}

static struct hold *
try_scope(struct span scope)
{
	const struct hold_act act = {.by = {1}, .at = 1};
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_STOP,
		.review_day = DAY_NONE,
		.scopes = &scope,
		.n_scopes = 1,
	};
	struct hold *hold = NULL;
	OWNED(hold) again = NULL;
	OWNED_BUF(text, HOLD_BYTES_MAX);
	OWNED_BUF(bytes, HOLD_BYTES_MAX);
	struct span printed;

	if (hold_place(1, &order, &act, NULL, &hold, NULL) != ERR_OK)
		return NULL;
	(void)hold_covers(hold, &target);
	hold_scope_text(hold, HOLD_SHOW_ALL, &text);
	hold_encode(hold, &bytes);
	try_hold(buf_span(&bytes));
	printed = span_of(text.at, text.n - 1);
	scope = printed;
	must(hold_place(1, &order, &act, NULL, &again, NULL) == ERR_OK);
	buf_clear(&text);
	hold_encode(again, &text);
	must(span_eq(buf_span(&text), buf_span(&bytes)));
	return hold;
}

/* Asks for the target's own case, or answers the newest such request. */
static enum err
try_exception(struct hold *hold, enum hold_event v, const struct hold_act *act)
{
	struct span scope = SPAN("case=HSI-1");
	struct hold_except_order order = {.scopes = &scope, .n_scopes = 1};
	uint32_t before = hold_n_exceptions(hold);
	uint32_t n = 0;
	enum err e;

	if (v != HOLD_EXCEPT)
		return hold_except_apply(hold, before, v, act, NULL);
	e = hold_except(hold, &order, act, NULL, &n, NULL);
	must(hold_n_exceptions(hold) == before + (e == ERR_OK));
	must(e != ERR_OK || n == before + 1);
	return e;
}

/* By the exceptions' states alone. */
static bool
is_excepted(const struct hold *hold)
{
	struct hold_exception_says says;

	for (uint32_t n = 1; hold_exception(hold, n, &says); n++)
		if (says.state == HOLD_EXCEPTION_GRANTED)
			return true;
	return false;
}

static void
try_acts(const uint8_t *data, size_t size)
{
	OWNED(hold) hold = try_scope(SPAN("all"));
	struct hold_act act = {.at = 1};

	must(hold != NULL);
	for (; size >= 3; data += 3, size -= 3) {
		enum hold_event v = data[0] % (HOLD_N_EVENTS - 1U) + 1U;
		enum hold_state before = hold_state(hold);
		OWNED_BUF(bytes, HOLD_BYTES_MAX);
		enum err e;

		act.by[0] = data[1] % 4U;
		act.counsel = data[1] >= 128;
		act.at += data[2];
		e = v >= HOLD_EXCEPT ? try_exception(hold, v, &act)
				     : hold_apply(hold, v, &act, NULL);
		must(!err_is_failure(e));
		must(e == ERR_OK || hold_state(hold) == before);
		must(before != HOLD_LIFTED || e != ERR_OK);
		must(v < HOLD_EXCEPT || hold_state(hold) == before);
		must(hold_reaches(hold, &target) == !is_excepted(hold));
		must(hold_covers(hold, &target) ==
			(hold_state(hold) != HOLD_LIFTED &&
				!is_excepted(hold)));
		hold_encode(hold, &bytes);
		try_hold(buf_span(&bytes));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (data[0] % 4) {
	case 0:
		try_hold(span_of(data + 1, size - 1));
		break;
	case 1:
		try_set(span_of(data + 1, size - 1));
		break;
	case 2:
		(void)hold_free(try_scope(span_of(data + 1, size - 1)));
		break;
	default:
		try_acts(data + 1, size - 1);
	}
	return 0;
}
