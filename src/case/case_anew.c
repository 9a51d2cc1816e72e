/* SPDX-License-Identifier: Apache-2.0 */
#include "case/case_anew.h"

static void
move(struct case_request *request, enum case_event event,
	const struct case_act *act)
{
	struct why why;

	must(case_apply(request, event, act, &why) == ERR_OK);
}

static void
by_program(struct case_request *request, enum case_event event, unsigned who)
{
	move(request, event, &(struct case_act){.who = who});
}

/* The signatures that count, one after the other. */
static void
sign_again(struct case_request *request, const struct case_moment *m)
{
	struct case_act act = {
		.who = CASE_BY_REVIEWER, .submitter = m->submitter};

	must(m->n_approvers <= 2);
	for (size_t i = 0; i < m->n_approvers; i++) {
		act.by = m->approver[i];
		act.first = i == 0 ? NULL : m->approver[0];
		move(request, CASE_TO_APPROVE, &act);
	}
}

static enum case_state
place_of(const struct case_moment *m)
{
	if (m->withheld)
		return CASE_WITHHELD;
	if (!m->may)
		return CASE_STOPPED;
	return m->n_approvers == 0   ? CASE_REVIEW
	       : m->n_approvers == 1 ? CASE_APPROVED_ONCE
				     : CASE_APPROVED;
}

/* How many signatures its state says it has. */
static size_t
signed_by(enum case_state state)
{
	if (state == CASE_APPROVED || state == CASE_SEALED)
		return 2;
	return state == CASE_APPROVED_ONCE ? 1 : 0;
}

static bool
is_decided_anew(enum case_state state)
{
	return state == CASE_REVIEW || state == CASE_APPROVED_ONCE ||
	       state == CASE_APPROVED || state == CASE_SEALED ||
	       state == CASE_STOPPED;
}

void
case_decide_anew(struct case_request *request, const struct case_moment *m,
	struct case_turn *ret_turn)
{
	enum case_state from = (enum case_state)request->state;
	enum case_state to = place_of(m);

	*ret_turn = (struct case_turn){.address = false};
	if (from == CASE_RECALLED || from == CASE_DELIVERED)
		ret_turn->address =
			m->may && !m->withheld && m->n_approvers == 2;
	if (!is_decided_anew(from))
		return;
	if (to != from && to == CASE_STOPPED) {
		by_program(request, CASE_TO_STOP, CASE_BY_JUDGE);
	} else if (to != from) {
		by_program(request,
			from == CASE_STOPPED ? CASE_TO_RESUME : CASE_TO_ANEW,
			CASE_BY_JUDGE);
		by_program(request,
			to == CASE_WITHHELD ? CASE_TO_WITHHOLD
					    : CASE_TO_CONFIRM,
			CASE_BY_VAULT);
		if (to != CASE_WITHHELD)
			sign_again(request, m);
	}
	must(request->state == to);
	ret_turn->address = to == CASE_APPROVED;
	ret_turn->void_ = signed_by(to) < signed_by(from);
}

bool
case_awaits_answer(const struct case_request *request, bool again)
{
	switch ((enum case_state)request->state) {
	case CASE_ACCEPTED:
	case CASE_REQUEST_REVIEW:
	case CASE_UNRESOLVED:
	case CASE_WITHHELD:
	case CASE_REVIEW:
	case CASE_APPROVED_ONCE:
	case CASE_APPROVED:
	case CASE_SEALED:
	case CASE_STOPPED:
		return again || request->answered == CASE_ANSWERED_NONE;
	case CASE_RECALLED:
	case CASE_DELIVERED:
	case CASE_DESTROYED:
		return again;
	case CASE_NO_STATE:
	case CASE_RECEIVED:
	case CASE_REFUSED:
	case CASE_RETURNED:
	case CASE_WITHDRAWN:
	case CASE_LAPSED:
	case CASE_SUPERSEDED:
	case CASE_N_STATES:
		break;
	}
	return false;
}

bool
case_awaits_approval(const struct case_request *request)
{
	return request->state == CASE_REVIEW ||
	       request->state == CASE_APPROVED_ONCE;
}
