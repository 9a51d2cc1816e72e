/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_review.h"

#include <inttypes.h>
#include <stdio.h>

#include "case/case_anew.h"
#include "proc/proc_explain.h"
#include "proc/proc_hold.h"
#include "proc/proc_registrar.h"
#include "proc/proc_screen.h"
#include "review/review.h"

/* ---- what waits ---- */

struct list {
	struct instance *in;
	struct review_approvals approvals;
	proc_review_each *each;
	void *context;
};

static bool
waits(const struct store_request *row)
{
	struct case_request c;

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	return row->state == CASE_REQUEST_REVIEW || case_awaits_approval(&c);
}

/* Request review is blind to the roll: whatever was found is left out. */
static enum err
open_for_review(struct instance *in, const struct store_request *row,
	struct batch_request *ret)
{
	struct store_request blind = *row;

	if (row->state == CASE_REQUEST_REVIEW)
		blind.matched = STORE_NO_ENTRY;
	return proc_batch_open(in, &blind, ret);
}

static enum err
list_row(void *context, struct store_request *row)
{
	struct list *l = context;
	struct batch_request b;
	struct proc_review_item item = {&b, 0, NULL};
	const uint8_t *two[2];
	enum err e;

	if (!waits(row))
		return ERR_OK;
	e = open_for_review(l->in, row, &b);
	if (e != ERR_OK)
		return e;
	item.approvals = (unsigned)review_approvers(
		l->in, &l->approvals, row->line, row->verdict, two);
	if (b.match.n > 0)
		item.borderline = review_borderline(&b.evidence, &b.result);
	e = l->each(l->context, &item);
	proc_batch_fini(&b);
	return e;
}

enum err
proc_review_list(
	struct instance *in, uint32_t n, proc_review_each *each, void *context)
{
	struct list l = {.in = in, .each = each, .context = context};
	struct store_batch batch;
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK)
		e = proc_registrar_reader(in);
	if (e == ERR_OK)
		e = account_reading(in, "list-review", n, "");
	if (e == ERR_OK)
		e = review_approvals_read(in, n, &l.approvals);
	if (e != ERR_OK)
		return e;
	e = proc_batch_each(in, n, list_row, &l);
	review_approvals_fini(&l.approvals);
	return e;
}

/* ---- one request ---- */

enum err
proc_review_find(struct instance *in, uint32_t batch, const char *id,
	struct store_request *ret_row)
{
	enum err e = store_request_in(in->store, batch, id, ret_row);

	if (e == ERR_OK)
		e = proc_batch_sound(in, ret_row);
	return e == ERR_NOT_FOUND
		       ? instance_says(in, e,
				 "batch %" PRIu32 " has no request %s", batch,
				 id)
		       : e;
}

static void
show_fields(const struct request *q, struct buf *to)
{
	for (int f = 0; f < RQ_N; f++) {
		struct span value = q->field[f];

		if (value.n == 0)
			continue;
		buf_printf(to, "  %-24s ",
			request_field_text((enum request_field)f));
		proc_explain_text(value, to); /* it forges no line of ours */
		buf_text(to, "\n");
	}
}

struct show {
	struct instance *in;
	struct store_batch batch;
	struct law *law;
	struct buf *to;
	uint64_t n; /* shown */
};

static enum err
show_row(struct show *s, const struct store_request *row)
{
	struct batch_request b;
	enum err e = open_for_review(s->in, row, &b);

	if (e != ERR_OK)
		return e;
	(void)proc_hold_veil(s->in, s->law, &s->batch, &b);
	(void)proc_screen_veil(s->in, s->law, &b);
	buf_printf(s->to,
		"%srequest %s, line %" PRIu64 " of batch %" PRIu32
		": %s\n\nAs written:\n",
		s->n++ == 0 ? "" : "\n", row->id[0] == '\0' ? "-" : row->id,
		row->line, row->batch,
		case_state_text((enum case_state)row->state));
	show_fields(&b.request, s->to);
	buf_text(s->to, "\nThe law:\n");
	law_trace(s->law, &b.evidence, b.match.n > 0 ? EV_RECORD : EV_REQUEST,
		s->to);
	if (b.match.n > 0) {
		const char *why = review_borderline(&b.evidence, &b.result);

		buf_text(s->to, "\nThe record, graded:\n");
		match_explain(&b.result, &b.weights, s->to);
		buf_printf(s->to, "  %-36s %s\n", "plain, or borderline",
			why == NULL ? "plain" : why);
	}
	proc_batch_fini(&b);
	return buf_error(s->to);
}

static enum err
show_waiting(void *context, struct store_request *row)
{
	return waits(row) ? show_row(context, row) : ERR_OK;
}

static enum err
find_line(struct instance *in, uint32_t batch, uint64_t line,
	struct store_request *ret_row)
{
	enum err e = store_request_get(in->store, batch, line, ret_row);

	if (e == ERR_OK)
		e = proc_batch_sound(in, ret_row);
	return e == ERR_NOT_FOUND
		       ? instance_says(in, e,
				 "batch %" PRIu32 " has no line %" PRIu64,
				 batch, line)
		       : e;
}

static enum err
show_begin(struct show *s, uint32_t n, const char *id)
{
	enum err e = account_reading(s->in, "show-review", n, id);

	return e == ERR_OK ? instance_law(s->in, s->batch.law, &s->law) : e;
}

static enum err
may_show(struct show *s, uint32_t n)
{
	enum err e = proc_registrar_reader(s->in);

	return e == ERR_OK ? proc_batch_get(s->in, n, &s->batch) : e;
}

enum err
proc_review_show(
	struct instance *in, uint32_t n, const char *id, struct buf *to)
{
	struct store_request row;
	struct show s = {.in = in, .to = to};
	enum err e = may_show(&s, n);

	if (e == ERR_OK && id != NULL)
		e = proc_review_find(in, n, id, &row);
	if (e == ERR_OK)
		e = show_begin(&s, n, id == NULL ? "" : id);
	if (e == ERR_OK)
		e = id == NULL ? proc_batch_each(in, n, show_waiting, &s)
			       : show_row(&s, &row);
	s.law = law_free(s.law);
	if (e == ERR_TOO_LARGE)
		return instance_says(in, e,
			"more waits than can be shown at once: name one");
	return e;
}

enum err
proc_review_show_line(
	struct instance *in, uint32_t n, uint64_t line, struct buf *to)
{
	struct store_request row;
	struct show s = {.in = in, .to = to};
	enum err e = may_show(&s, n);

	if (e == ERR_OK)
		e = find_line(in, n, line, &row);
	if (e == ERR_OK)
		e = show_begin(&s, n, row.id);
	if (e == ERR_OK)
		e = show_row(&s, &row);
	s.law = law_free(s.law);
	return e;
}

/* ---- one, taken apart ---- */

static enum err
see_approvers(struct instance *in, struct proc_review_seen *seen)
{
	const struct store_request *row = &seen->request.row;
	struct review_approvals approvals;
	const uint8_t *two[2] = {NULL, NULL};
	enum err e = review_approvals_read(in, row->batch, &approvals);

	if (e != ERR_OK)
		return e;
	seen->n_approvers = (unsigned)review_approvers(
		in, &approvals, row->line, row->verdict, two);
	for (size_t i = 0; i < seen->n_approvers; i++)
		memcpy(seen->approver[i], two[i], sizeof(seen->approver[i]));
	review_approvals_fini(&approvals);
	return ERR_OK;
}

enum err
proc_review_see(struct instance *in, uint32_t n, uint64_t line,
	struct proc_review_seen *seen)
{
	struct store_request row;
	struct show s = {.in = in};
	enum err e = may_show(&s, n);

	*seen = (struct proc_review_seen){.batch = s.batch};
	if (e == ERR_OK)
		e = find_line(in, n, line, &row);
	if (e == ERR_OK)
		e = show_begin(&s, n, row.id);
	if (e == ERR_OK)
		e = open_for_review(in, &row, &seen->request);
	if (e != ERR_OK) {
		s.law = law_free(s.law);
		return e;
	}
	seen->law = s.law;
	(void)proc_hold_veil(in, s.law, &s.batch, &seen->request);
	(void)proc_screen_veil(in, s.law, &seen->request);
	seen->waits = waits(&row);
	seen->looked = seen->request.match.n > 0;
	if (seen->looked)
		seen->borderline = review_borderline(
			&seen->request.evidence, &seen->request.result);
	e = see_approvers(in, seen);
	if (e != ERR_OK)
		proc_review_seen_fini(seen);
	return e;
}

void
proc_review_seen_fini(struct proc_review_seen *seen)
{
	proc_batch_fini(&seen->request);
	seen->law = law_free(seen->law);
}
