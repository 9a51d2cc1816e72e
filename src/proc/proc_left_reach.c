/* SPDX-License-Identifier: Apache-2.0 */
/* What an order would stop: every request, by what its requester wrote. */
#include "proc/proc_hold.h"
#include "proc/proc_left.h"
#include "proc/proc_permit.h"

struct reaching {
	struct instance *in;
	const struct hold *hold;
	struct store_batch batch;
	struct proc_left_reach here;
};

static void
count(struct proc_left_reach *reach, const struct store_request *row)
{
	struct case_request c;
	struct case_totals totals = {0};
	struct case_sums sums;

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	case_totals_add(&totals, &c, 1);
	sums = case_totals_sums(&totals);
	if (row->state == CASE_LAPSED || sums.accepted == 0)
		reach->closed++;
	else if (sums.open > 0)
		reach->open++;
	else
		reach->out++;
}

static enum err
reach_row(void *context, struct store_request *row)
{
	struct reaching *r = context;
	struct batch_request b;
	struct batch_target target;
	enum err e = proc_batch_open(r->in, row, &b);

	if (e != ERR_OK)
		return e;
	proc_hold_written(r->in, &r->batch, &b, &target);
	if (hold_covers(r->hold, &target.target))
		count(&r->here, row);
	proc_batch_fini(&b);
	return ERR_OK;
}

static enum err
reach_batch(struct reaching *r, uint32_t n)
{
	enum err e = proc_batch_get(r->in, n, &r->batch);

	r->here = (struct proc_left_reach){.batch = n};
	/* What is not judged has no entries to read, and is judged under it. */
	if (e != ERR_OK || r->batch.stage < STAGE_JUDGED)
		return e;
	return proc_batch_each(r->in, n, reach_row, r);
}

enum err
proc_left_reach(struct instance *in, const struct hold *hold,
	proc_left_each_reach *each, void *context,
	struct proc_left_reach *ret_sum)
{
	struct reaching r = {.in = in, .hold = hold};
	uint32_t last = 0;
	enum err e = proc_permit(in, PERMIT_HOLD_LEFT);

	*ret_sum = (struct proc_left_reach){.batch = 0};
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	for (uint32_t n = 1; e == ERR_OK && n <= last; n++) {
		e = reach_batch(&r, n);
		if (e != ERR_OK ||
			r.here.open + r.here.out + r.here.closed == 0)
			continue;
		ret_sum->open += r.here.open;
		ret_sum->out += r.here.out;
		ret_sum->closed += r.here.closed;
		if (each != NULL)
			e = each(context, &r.here);
	}
	return e;
}
