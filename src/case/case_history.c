/* SPDX-License-Identifier: Apache-2.0 */
/* One request's history, and many requests' totals. */
#include "base/read.h"
#include "case/case_int.h"

enum { CASE_STEP_VERSION = 1 };

#define CASE_AT_MAX 253402300799LL /* 9999-12-31T23:59:59Z */

void
case_step_encode(const struct case_step *step, struct buf *to)
{
	buf_u8(to, CASE_STEP_VERSION);
	buf_u8(to, (uint8_t)step->event);
	buf_u8(to, (uint8_t)step->who);
	buf_bytes(to, span_of(step->by, CASE_PRINT));
	buf_u64be(to, (uint64_t)step->at);
	buf_u64be(to, step->entry);
}

enum err
case_step_decode(struct span bytes, struct case_step *ret_step)
{
	struct reader r = read_from(bytes);
	unsigned version = read_u8(&r);
	unsigned event = read_u8(&r);
	unsigned who = read_u8(&r);
	struct span by = read_bytes(&r, CASE_PRINT);
	uint64_t at = read_u64be(&r);
	struct case_step step = {.who = who, .at = (int64_t)at};

	step.entry = read_u64be(&r);
	if (!read_end(&r) || version != CASE_STEP_VERSION ||
		event == CASE_NO_EVENT || event >= CASE_N_EVENTS || who == 0 ||
		who >= 2 * CASE_BY_REQUESTER || at > CASE_AT_MAX)
		return ERR_MALFORMED;
	step.event = (enum case_event)event;
	memcpy(step.by, by.at, CASE_PRINT);
	*ret_step = step;
	return ERR_OK;
}

enum err
case_replay(const struct case_step *steps, size_t n,
	const uint8_t submitter[CASE_PRINT], struct case_request *ret_request,
	struct why *reterr_why)
{
	struct case_request request = case_received();
	const uint8_t *first = NULL;
	struct why why = {""};

	for (size_t i = 0; i < n; i++) {
		struct case_act act = {
			.who = steps[i].who,
			.by = steps[i].by,
			.submitter = submitter,
			.first = first,
		};
		enum err e = case_apply(&request, steps[i].event, &act, &why);

		if (e == ERR_OK && i > 0 && steps[i].at < steps[i - 1].at)
			e = why_set(&why, ERR_DAMAGED,
				"it is earlier than the step before");
		if (e != ERR_OK)
			return why_set(reterr_why, ERR_DAMAGED, "step %zu: %s",
				i + 1, why.text);
		if (request.state == CASE_APPROVED_ONCE &&
			steps[i].event == CASE_TO_APPROVE)
			first = steps[i].by;
	}
	*ret_request = request;
	return ERR_OK;
}

/* ---- totals ---- */

void
case_totals_add(struct case_totals *totals, const struct case_request *request,
	uint64_t n)
{
	case_check(request);
	must(request->state != CASE_RECEIVED);
	totals->n[request->state][request->answered] += n;
	totals->total += n;
}

static uint64_t
all_of(const struct case_totals *totals, enum case_state state)
{
	uint64_t n = 0;

	for (unsigned a = 0; a < CASE_N_ANSWERED; a++)
		n += totals->n[state][a];
	return n;
}

/* Refused, or given back by request review before any package went, or then
 * superseded: told the requester with reasons, and no accepted request. */
static bool
is_refused(unsigned state, enum case_answered how)
{
	return state == CASE_REFUSED ||
	       (how == CASE_ANSWERED_NONE &&
		       (state == CASE_RETURNED || state == CASE_SUPERSEDED));
}

static uint64_t
refused(const struct case_totals *totals)
{
	return all_of(totals, CASE_REFUSED) +
	       totals->n[CASE_RETURNED][CASE_ANSWERED_NONE] +
	       totals->n[CASE_SUPERSEDED][CASE_ANSWERED_NONE];
}

/* By package, over the states that are accepted. */
static uint64_t
answered(const struct case_totals *totals, enum case_answered how)
{
	uint64_t n = 0;

	for (unsigned s = CASE_NO_STATE + 1; s < CASE_N_STATES; s++) {
		if (s != CASE_WITHDRAWN && s != CASE_RECEIVED &&
			!is_refused(s, how))
			n += totals->n[s][how];
	}
	return n;
}

/* Every state on its own, so that a state nobody thought of does not tie. */
static uint64_t
accepted(const struct case_totals *totals)
{
	static const enum case_state states[] = {CASE_ACCEPTED,
		CASE_REQUEST_REVIEW, CASE_UNRESOLVED, CASE_WITHHELD,
		CASE_REVIEW, CASE_APPROVED_ONCE, CASE_APPROVED, CASE_SEALED,
		CASE_DELIVERED, CASE_STOPPED, CASE_RECALLED, CASE_DESTROYED,
		CASE_LAPSED};
	uint64_t n = totals->n[CASE_RETURNED][CASE_ANSWERED_NEUTRAL] +
		     totals->n[CASE_SUPERSEDED][CASE_ANSWERED_NEUTRAL];

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		n += all_of(totals, states[i]);
	return n;
}

struct case_sums
case_totals_sums(const struct case_totals *totals)
{
	return (struct case_sums){
		.received = totals->total,
		.refused = refused(totals),
		.withdrawn = all_of(totals, CASE_WITHDRAWN),
		.accepted = accepted(totals),
		.open = answered(totals, CASE_ANSWERED_NONE),
		.neutral = answered(totals, CASE_ANSWERED_NEUTRAL),
		.delivered = answered(totals, CASE_ANSWERED_ADDRESS),
		.with_recipient = all_of(totals, CASE_DELIVERED),
		.recalled = all_of(totals, CASE_RECALLED),
		.destroyed = all_of(totals, CASE_DESTROYED),
	};
}

/* C1 and C2 hold for whatever was counted, and all of it was judged. */
static bool
cells_are_sound(const struct case_totals *totals)
{
	for (unsigned s = 0; s < CASE_N_STATES; s++) {
		for (unsigned a = 0; a < CASE_N_ANSWERED; a++) {
			struct case_request request;

			if (totals->n[s][a] == 0)
				continue;
			if (s == CASE_RECEIVED ||
				case_load((uint8_t)s, (uint8_t)a, &request) !=
					ERR_OK)
				return false;
		}
	}
	return true;
}

bool
case_totals_tie(const struct case_totals *totals)
{
	struct case_sums s = case_totals_sums(totals);

	return cells_are_sound(totals) &&
	       s.received == s.refused + s.accepted + s.withdrawn &&
	       s.accepted == s.open + s.neutral + s.delivered &&
	       s.delivered == s.with_recipient + s.recalled + s.destroyed;
}
