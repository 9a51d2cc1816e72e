/* SPDX-License-Identifier: Apache-2.0 */
/* What this moment says of one request (I2). */
#include "proc/proc_hold.h"
#include "proc/proc_matter.h"
#include "proc/proc_release_int.h"

/* I3: a package with an address holds these two fields, so the agreement, which
 * may only narrow the statute, must name both. */
static bool
gives_address(const struct law *law)
{
	const unsigned need = LAW_FIELD_NAME | LAW_FIELD_MAILING_ADDRESS;

	return (law_fields(law) & need) == need;
}

/* An order covers what the requester wrote, or somebody objects. */
static enum err
set_covered(struct release *r, struct leaving *x)
{
	struct instance *in = r->in;
	struct batch_target target;
	uint64_t objection = 0;
	enum err e = proc_matter_stops(in, MATTER_STOPS_RELEASE, r->batch.n,
		x->b.row.line, &objection);

	proc_batch_target(
		in, &r->batch, &x->b.request, span_of(NULL, 0), &target);
	x->covered = objection != 0 || hold_set_covers(in->holds, HOLD_TO_STOP,
					       &target.target) != NULL;
	x->told = objection != 0 || proc_hold_told(in, &target.target);
	return e;
}

enum err
release_may(struct release *r, struct leaving *x, bool *ret_may)
{
	struct instance *in = r->in;
	struct batch_moment moment = proc_batch_moment(in, r->law, &r->batch);
	bool met[LAW_RULES_MAX];

	proc_batch_set_moment(
		in, &moment, &x->b.request, x->b.person, &x->b.evidence);
	proc_batch_screen(in, &x->b.result, x->b.person, &x->b.evidence);
	*ret_may = x->b.match.n > 0 && gives_address(r->law) &&
		   proc_batch_decide(r->law, &x->b.evidence, met) == LAW_REVIEW;
	return set_covered(r, x);
}

enum err
release_decide_anew(struct release *r, struct leaving *x)
{
	struct store_request *row = &x->b.row;
	struct case_moment m = {.submitter = r->batch.submitter};
	struct case_request c;
	struct case_turn turn;
	bool may;
	enum err e = release_may(r, x, &may);

	if (e != ERR_OK)
		return e;
	m.may = may && !x->covered;
	m.n_approvers = review_approvers(
		r->in, &r->approvals, row->line, row->verdict, m.approver);
	m.withheld = review_withheld(&r->approvals, row->line, row->verdict);
	must(case_load(row->state, row->answered, &c) == ERR_OK);
	case_decide_anew(&c, &m, &turn);
	row->state = c.state;
	x->wished = turn.address;
	x->void_ = turn.void_;
	return ERR_OK;
}

bool
release_is_open(const struct release *r, const struct store_request *row)
{
	struct case_request c;
	bool again =
		row->held || (r->whole && row->answered != CASE_ANSWERED_NONE);

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	if (row->answer == LAW_REFUSED ||
		proc_list_has(&r->demanded, row->batch, row->line))
		return false;
	/* Pulled back when its time was over: with the addresses beside it,
	 * which do not lapse, it comes again. */
	if (row->state == CASE_LAPSED && row->held)
		return true;
	return case_awaits_answer(&c, again) &&
	       (row->since == 0 || r->in->clock >= proc_batch_answer_day(r->law,
							   &r->batch, row));
}
