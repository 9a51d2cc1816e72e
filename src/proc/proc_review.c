/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_review.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/mem.h"
#include "proc/proc_explain.h"
#include "proc/proc_hold.h"
#include "proc/proc_locate.h"
#include "proc/proc_permit.h"
#include "proc/proc_registrar.h"
#include "release/release.h"

enum { ITEM = 40, LIST_MAX = 1 << 30, SHOW_MAX = 1 << 20 };

/* ---- what waits ---- */

struct list {
	struct instance *in;
	struct review_approvals approvals;
	proc_review_each *each;
	void *context;
};

static bool
waits(uint8_t state)
{
	return state == CASE_REQUEST_REVIEW || state == CASE_REVIEW ||
	       state == CASE_APPROVED_ONCE;
}

static enum err
list_row(void *context, struct store_request *row)
{
	struct list *l = context;
	struct batch_request b;
	struct proc_review_item item = {&b, 0};
	const uint8_t *two[2];
	enum err e;

	if (!waits(row->state))
		return ERR_OK;
	e = proc_batch_open(l->in, row, &b);
	if (e != ERR_OK)
		return e;
	item.approvals = (unsigned)review_approvers(
		l->in, &l->approvals, row->line, row->verdict, two);
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

static enum err
find_row(struct instance *in, uint32_t batch, const char *id,
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

enum err
proc_review_show(
	struct instance *in, uint32_t n, const char *id, struct buf *to)
{
	struct store_batch batch;
	struct store_request row;
	struct batch_request b;
	OWNED(law) law = NULL;
	enum err e = proc_registrar_reader(in);

	if (e == ERR_OK)
		e = proc_batch_get(in, n, &batch);
	if (e == ERR_OK)
		e = find_row(in, n, id, &row);
	if (e == ERR_OK)
		e = account_reading(in, "show-review", n, id);
	if (e == ERR_OK)
		e = instance_law(in, batch.law, &law);
	if (e == ERR_OK)
		e = proc_batch_open(in, &row, &b);
	if (e != ERR_OK)
		return e;
	(void)proc_hold_veil(in, law, &batch, &b);
	buf_printf(to,
		"request %s, line %" PRIu64 " of batch %" PRIu32
		": %s\n\nAs written:\n",
		id, row.line, n, case_state_text((enum case_state)row.state));
	show_fields(&b.request, to);
	buf_text(to, "\nThe law:\n");
	law_trace(law, &b.evidence, b.match.n > 0 ? EV_RECORD : EV_REQUEST, to);
	if (b.match.n > 0) {
		buf_text(to, "\nThe record, graded:\n");
		match_explain(&b.result, to);
	}
	proc_batch_fini(&b);
	return buf_error(to);
}

/* ---- deciding ---- */

struct decide {
	struct instance *in;
	const struct proc_review_options *options;
	struct proc_review_result *result;
	struct store_batch batch;
	struct review_approvals before;
	bool withhold;
	struct store_request *row; /* those that this act decides */
	size_t n;
	size_t size;
	struct buf list;
	struct buf text;
	struct buf signature;
	uint64_t entry;
};

static enum err
take_row(struct decide *d, const struct store_request *row)
{
	struct store_request *rows;

	if (d->n == d->size) {
		size_t size = d->size == 0 ? 256 : d->size * 2;

		rows = mem_resize(d->row, size, sizeof(*rows));
		if (rows == NULL)
			return err_origin(ERR_NOMEM);
		d->row = rows;
		d->size = size;
	}
	d->row[d->n++] = *row;
	return ERR_OK;
}

static enum err
gather_row(void *context, struct store_request *row)
{
	struct decide *d = context;
	const uint8_t *two[2];
	size_t n;

	if (!waits(row->state) && !(d->withhold && row->state == CASE_APPROVED))
		return ERR_OK;
	/* Never in bulk: what a person must read first. */
	if (row->state == CASE_REQUEST_REVIEW && d->options->request == NULL)
		return ERR_OK;
	n = review_approvers(d->in, &d->before, row->line, row->verdict, two);
	if (!d->withhold && n > 0 &&
		register_same_person(
			d->in->registers, two[0], d->in->actor.print)) {
		d->result->skipped++;
		return ERR_OK;
	}
	return take_row(d, row);
}

static enum err
gather(struct decide *d)
{
	struct store_request row;
	enum err e;

	if (d->options->request == NULL)
		return proc_batch_each(d->in, d->options->batch, gather_row, d);
	e = find_row(d->in, d->options->batch, d->options->request, &row);
	if (e == ERR_OK)
		e = gather_row(d, &row);
	if (e == ERR_OK && d->n == 0 && d->result->skipped == 0)
		return instance_says(d->in, ERR_BAD_MOVE,
			"request %s is %s: nothing waits for a decision",
			d->options->request,
			case_state_text((enum case_state)row.state));
	return e;
}

/* The list, the text over its hash, and the signature. */
static enum err
sign(struct decide *d)
{
	struct release_verdict *verdicts =
		mem_zeroed((d->n + 1) * sizeof(*verdicts));
	struct release_approval approval = {
		.origin = span_text(d->in->origin),
		.batch = d->options->batch,
		.act = d->withhold ? RELEASE_WITHHOLD : RELEASE_APPROVE,
		.count = d->n,
	};
	enum err e = verdicts == NULL ? err_origin(ERR_NOMEM) : ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->n; i++) {
		verdicts[i].line = d->row[i].line;
		memcpy(verdicts[i].hash, d->row[i].verdict, 32);
		buf_u64be(&d->list, d->row[i].line);
		buf_bytes(&d->list, span_of(d->row[i].verdict, 32));
	}
	if (e == ERR_OK)
		e = release_verdicts_hash(verdicts, d->n, approval.verdicts);
	if (e == ERR_OK) {
		release_approval_encode(&approval, &d->text);
		e = release_approval_sign(
			d->in->actor.key, &approval, &d->signature);
	}
	if (e == ERR_OK)
		e = buf_error(&d->list);
	if (e == ERR_OK)
		e = buf_error(&d->text);
	mem_free(verdicts);
	return e;
}

static enum err
enter(struct decide *d)
{
	struct instance *in = d->in;
	char batch[16] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", d->withhold ? "withhold" : "approve"),
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_TEXT("request", d->options->request),
		{"verdicts", buf_span(&d->text)},
		ACCOUNT_TEXT("ground", d->options->ground),
		{"signature", buf_span(&d->signature)},
		ACCOUNT_TEXT("at", ""),
	};

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, d->options->batch);
	day_time_text(in->at, at);
	fields[2].value = span_text(batch);
	fields[7].value = span_text(at);
	return account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		&d->entry);
}

static enum err
keep_approval(struct decide *d)
{
	OWNED_BUF(text, LIST_MAX);
	struct store_approval a = {
		.batch = d->options->batch,
		.withhold = d->withhold,
		.entry = d->entry,
		.signature = buf_span(&d->signature),
	};

	buf_sized(&text, buf_span(&d->text));
	buf_sized(&text, buf_span(&d->list));
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	a.text = buf_span(&text);
	memcpy(a.signer, d->in->actor.print, sizeof(a.signer));
	return store_approval_add(d->in->store, &a);
}

static void
move_row(struct decide *d, struct store_request *row)
{
	const uint8_t *two[2] = {NULL, NULL};
	struct case_act act = {
		.who = CASE_BY_REVIEWER,
		.by = d->in->actor.print,
		.submitter = d->batch.submitter,
	};
	bool request_review = row->state == CASE_REQUEST_REVIEW;
	enum case_event event =
		request_review ? d->withhold ? CASE_TO_RETURN : CASE_TO_CLEAR
		: d->withhold  ? CASE_TO_WITHHOLD
			       : CASE_TO_APPROVE;

	if (review_approvers(d->in, &d->before, row->line, row->verdict, two) >
		0)
		act.first = two[0];
	proc_batch_move(row, event, &act);
	d->result->decided++;
	d->result->approved += row->state == CASE_APPROVED;
	d->result->cleared += event == CASE_TO_CLEAR;
}

static enum err
carry_out(struct decide *d)
{
	enum err e = account_begin(d->in);

	if (e != ERR_OK)
		return e;
	e = enter(d);
	if (e == ERR_OK)
		e = keep_approval(d);
	for (size_t i = 0; e == ERR_OK && i < d->n; i++) {
		move_row(d, &d->row[i]);
		e = store_request_update(d->in->store, &d->row[i]);
	}
	if (e == ERR_OK)
		return account_commit(d->in);
	account_abandon(d->in);
	return e;
}

static enum err
may_decide(struct decide *d)
{
	struct instance *in = d->in;
	enum err e = proc_permit(in, PERMIT_REVIEW);

	if (e == ERR_OK)
		e = proc_batch_get(in, d->options->batch, &d->batch);
	if (e != ERR_OK)
		return e;
	if (d->batch.stage != STAGE_LOCATED)
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is not whole yet: `batch status` "
			"says what it waits for",
			d->options->batch);
	if (register_same_person(
		    in->registers, in->actor.print, d->batch.submitter))
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s submitted this batch and so cannot review it",
			in->actor.name);
	if (d->options->request == NULL && !d->withhold && !in->sandbox)
		return instance_says(in, ERR_NOT_ALLOWED,
			"--all is for sandboxes: here each request is decided "
			"on its own");
	return ERR_OK;
}

static enum err
decide(struct instance *in, const struct proc_review_options *options,
	bool withhold, struct proc_review_result *result)
{
	struct decide d = {.in = in,
		.options = options,
		.result = result,
		.withhold = withhold};
	enum proc_volume_gate gate;
	enum err e = may_decide(&d);

	*result = (struct proc_review_result){0};
	buf_init(&d.list, LIST_MAX);
	buf_init(&d.text, 4096);
	buf_init(&d.signature, 4096);
	if (e == ERR_OK)
		e = review_approvals_read(in, options->batch, &d.before);
	if (e == ERR_OK)
		e = gather(&d);
	if (e == ERR_OK && d.n > 0) {
		e = sign(&d);
		if (e == ERR_OK)
			e = carry_out(&d);
		if (e == ERR_OK && result->cleared > 0)
			e = proc_locate(in, &d.batch, NULL, &gate);
		if (e == ERR_OK)
			e = account_publish(in, NULL);
	}
	review_approvals_fini(&d.before);
	mem_free(d.row);
	buf_fini(&d.list);
	buf_fini(&d.text);
	buf_fini(&d.signature);
	return e;
}

enum err
proc_review_approve(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result)
{
	return decide(in, options, false, ret_result);
}

enum err
proc_review_withhold(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result)
{
	return decide(in, options, true, ret_result);
}
