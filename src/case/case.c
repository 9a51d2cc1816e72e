/* SPDX-License-Identifier: Apache-2.0 */
#include "case/case.h"

#include "case/case_int.h"

/* A move listed twice stops the build: -Werror=override-init. */
static const uint8_t moves[CASE_N_STATES][CASE_N_EVENTS] = {
#define MOVE(from, event, to) [CASE_##from][CASE_TO_##event] = CASE_##to,
#include "case/case.def"
};

enum case_state
case_move(enum case_state from, enum case_event event)
{
	must(from > CASE_NO_STATE && from < CASE_N_STATES);
	must(event > CASE_NO_EVENT && event < CASE_N_EVENTS);
	return (enum case_state)moves[from][event];
}

bool
case_is_final(enum case_state state)
{
	for (unsigned v = CASE_NO_EVENT + 1; v < CASE_N_EVENTS; v++)
		if (case_move(state, (enum case_event)v) != CASE_NO_STATE)
			return false;
	return true;
}

/* C1 and C2: may a request in this state have this package? */
static bool
answer_fits(enum case_state state, enum case_answered answered)
{
	switch (state) {
	case CASE_RECEIVED:
	case CASE_REFUSED:
	case CASE_WITHDRAWN:
		return answered == CASE_ANSWERED_NONE;
	case CASE_SUPERSEDED:
		return answered != CASE_ANSWERED_ADDRESS;
	case CASE_DELIVERED:
	case CASE_RECALLED:
	case CASE_DESTROYED:
		return answered == CASE_ANSWERED_ADDRESS;
	case CASE_LAPSED:
		return answered == CASE_ANSWERED_NEUTRAL;
	case CASE_ACCEPTED:
	case CASE_REQUEST_REVIEW:
	case CASE_RETURNED:
	case CASE_UNRESOLVED:
	case CASE_WITHHELD:
	case CASE_REVIEW:
	case CASE_APPROVED_ONCE:
	case CASE_APPROVED:
	case CASE_SEALED:
	case CASE_STOPPED:
		return answered != CASE_ANSWERED_ADDRESS;
	case CASE_NO_STATE:
	case CASE_N_STATES:
		break;
	}
	return false;
}

static bool
is_sound(const struct case_request *request)
{
	return request->state > CASE_NO_STATE &&
	       request->state < CASE_N_STATES &&
	       request->answered < CASE_N_ANSWERED &&
	       answer_fits((enum case_state)request->state,
		       (enum case_answered)request->answered);
}

void
case_check(const struct case_request *request)
{
	must(is_sound(request));
}

struct case_request
case_received(void)
{
	return (struct case_request){
		.state = CASE_RECEIVED,
		.answered = CASE_ANSWERED_NONE,
	};
}

enum err
case_load(uint8_t state, uint8_t answered, struct case_request *ret_request)
{
	struct case_request request = {.state = state, .answered = answered};

	if (!is_sound(&request))
		return ERR_DAMAGED;
	*ret_request = request;
	return ERR_OK;
}

/* ---- moving ---- */

bool
case_same_person(const uint8_t *a, const uint8_t *b)
{
	return a != NULL && b != NULL && memcmp(a, b, CASE_PRINT) == 0;
}

/* C3: two people, neither of them the submitter. */
static enum err
approve_guard(enum case_state from, const struct case_act *act,
	struct why *reterr_why)
{
	must(act->submitter != NULL);
	must(from != CASE_APPROVED_ONCE || act->first != NULL);
	if (case_same_person(act->by, act->submitter))
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"who submitted the batch cannot approve in it");
	if (from == CASE_APPROVED_ONCE && case_same_person(act->by, act->first))
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"the second signature must be another person's");
	return ERR_OK;
}

/* What hangs on the package and not on the state (C2). */
static enum err
answer_guard(const struct case_request *request, enum case_event event,
	struct why *reterr_why)
{
	bool answered = request->answered != CASE_ANSWERED_NONE;

	if (event == CASE_TO_ANSWER && answered)
		return why_set(reterr_why, ERR_TOO_LATE,
			"the request was answered already");
	if (event == CASE_TO_REJUDGE && answered)
		return why_set(reterr_why, ERR_TOO_LATE,
			"the request was answered and is not judged again");
	if (event == CASE_TO_LAPSE && !answered)
		return why_set(reterr_why, ERR_TOO_EARLY,
			"a request is answered before it lapses");
	return ERR_OK;
}

static enum err
who_guard(enum case_event event, const struct case_act *act,
	struct why *reterr_why)
{
	unsigned people =
		CASE_BY_REVIEWER | CASE_BY_COUNSEL | CASE_BY_REQUESTER;

	if ((act->who & case_event_who(event)) == 0)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"this role may not %s", case_event_text(event));
	must((act->who & people) == 0 || act->by != NULL);
	return ERR_OK;
}

static enum case_answered
answered_after(const struct case_request *request, enum case_event event)
{
	if (event == CASE_TO_DELIVER)
		return CASE_ANSWERED_ADDRESS;
	if (event == CASE_TO_ANSWER)
		return CASE_ANSWERED_NEUTRAL;
	return (enum case_answered)request->answered;
}

enum err
case_apply(struct case_request *request, enum case_event event,
	const struct case_act *act, struct why *reterr_why)
{
	enum case_state from = (enum case_state)request->state;
	enum case_state to;
	enum err e;

	case_check(request);
	must(event > CASE_NO_EVENT && event < CASE_N_EVENTS);
	e = who_guard(event, act, reterr_why);
	if (e != ERR_OK)
		return e;
	/* C5: before the table, so that it is the same in every state */
	if (event == CASE_TO_WITHDRAW &&
		request->answered != CASE_ANSWERED_NONE)
		return why_set(reterr_why, ERR_TOO_LATE,
			"the request was answered and cannot be withdrawn");
	to = case_move(from, event);
	if (to == CASE_NO_STATE)
		return why_set(reterr_why, ERR_BAD_MOVE,
			"a request that is %s cannot take '%s'",
			case_state_text(from), case_event_text(event));
	e = event == CASE_TO_APPROVE ? approve_guard(from, act, reterr_why)
				     : answer_guard(request, event, reterr_why);
	if (e != ERR_OK)
		return e;
	request->answered = (uint8_t)answered_after(request, event);
	request->state = (uint8_t)to;
	case_check(request);
	return ERR_OK;
}

enum case_event
case_event_of(enum law_answer answer, enum evidence_half half)
{
	switch (answer) {
	case LAW_REFUSED:
		return half == EV_REQUEST ? CASE_TO_REFUSE : CASE_TO_STOP;
	case LAW_ASK:
		return CASE_TO_ASK;
	case LAW_REVIEW:
		return half == EV_REQUEST ? CASE_TO_ACCEPT : CASE_TO_CONFIRM;
	case LAW_WITHHELD:
		must(half == EV_RECORD);
		return CASE_TO_WITHHOLD;
	case LAW_UNRESOLVED:
		must(half == EV_RECORD);
		return CASE_TO_UNRESOLVE;
	}
	must(false); /* the law has five answers */
	return CASE_NO_EVENT;
}
