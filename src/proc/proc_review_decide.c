/* SPDX-License-Identifier: Apache-2.0 */
/* People decide: one signature over a list, one entry. */
#include "proc/proc_review.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "proc/proc_cosign.h"
#include "proc/proc_locate.h"
#include "proc/proc_permit.h"
#include "proc/proc_reply.h"
#include "proc/proc_sample.h"
#include "release/release.h"
#include "review/review.h"

enum {
	LIST_MAX = 1 << 30,
	OBJECT_MAX = 1 << 16,
	TEXT_MAX = 4096,
};

enum act { APPROVE, WITHHOLD, RETURN };

static const char *const act_text[] = {
	[APPROVE] = "approve",
	[WITHHOLD] = "withhold",
	[RETURN] = "return",
};

/* What one signature is over. */
struct pile {
	enum act act;
	struct store_request *row;
	size_t n;
	size_t size;
	struct buf list;      /* of u64 line, 32 hash */
	struct buf text;      /* that is signed */
	struct buf object;    /* of a list: "ID ground" a line */
	struct buf signature; /* over the text */
	uint64_t entry;
};

struct decide {
	struct instance *in;
	const struct proc_review_options *options;
	struct proc_review_result *result;
	struct store_batch batch;
	struct review_approvals before;
	bool plain; /* of all only what is */
	struct pile pile[2];
	size_t n; /* piles */
};

/* ---- which requests ---- */

static bool
fits(enum act act, const struct store_request *row)
{
	enum case_state state = (enum case_state)row->state;

	switch (act) {
	case APPROVE:
		return state == CASE_REQUEST_REVIEW ||
		       case_move(state, CASE_TO_APPROVE) != CASE_NO_STATE;
	case WITHHOLD:
		return state != CASE_ACCEPTED && /* the law's to decide */
		       case_move(state, CASE_TO_WITHHOLD) != CASE_NO_STATE;
	case RETURN:
		break;
	}
	/* What was looked up is never given back. */
	return state == CASE_REQUEST_REVIEW && row->matched == STORE_NO_ENTRY;
}

static enum err
take_row(struct pile *p, const struct store_request *row)
{
	struct store_request *rows;

	if (p->n == p->size) {
		size_t size = p->size == 0 ? 256 : p->size * 2;

		rows = mem_resize(p->row, size, sizeof(*rows));
		if (rows == NULL)
			return err_origin(ERR_NOMEM);
		p->row = rows;
		p->size = size;
	}
	p->row[p->n++] = *row;
	return ERR_OK;
}

static bool
signed_before(struct decide *d, const struct store_request *row)
{
	const uint8_t *two[2];
	size_t n = review_approvers(
		d->in, &d->before, row->line, row->verdict, two);

	return n > 0 && register_same_person(
				d->in->registers, two[0], d->in->actor.print);
}

static enum err
is_plain(struct decide *d, const struct store_request *row, bool *ret_plain)
{
	struct batch_request b;
	enum err e = proc_batch_open(d->in, row, &b);

	if (e != ERR_OK)
		return e;
	*ret_plain = b.match.n > 0 &&
		     review_borderline(&b.evidence, &b.result) == NULL;
	proc_batch_fini(&b);
	return ERR_OK;
}

/* One of all.  What a person must read first is never among them. */
static enum err
gather_row(void *context, struct store_request *row)
{
	struct decide *d = context;
	struct pile *p = &d->pile[0];
	bool plain = true;
	enum err e = ERR_OK;

	if (!fits(p->act, row) || row->state == CASE_REQUEST_REVIEW)
		return ERR_OK;
	if (p->act == APPROVE && signed_before(d, row)) {
		d->result->skipped++;
		return ERR_OK;
	}
	if (d->plain)
		e = is_plain(d, row, &plain);
	if (e == ERR_OK && !plain)
		d->result->borderline++;
	return e == ERR_OK && plain ? take_row(p, row) : e;
}

static enum err
wrong_state(struct decide *d, enum act act, const struct store_request *row)
{
	const char *state = case_state_text((enum case_state)row->state);

	if (row->state == CASE_REQUEST_REVIEW && act == WITHHOLD)
		return instance_says(d->in, ERR_BAD_MOVE,
			"request %s is in request review: it is let go on, or "
			"given back by weir review return, with reasons that "
			"the requester reads",
			row->id);
	return instance_says(d->in, ERR_BAD_MOVE,
		act == RETURN
			? "request %s is %s: only what waits in request "
			  "review is given back"
			: "request %s is %s: nothing waits for a decision",
		row->id, state);
}

static enum err
gather_one(struct decide *d, struct pile *p, const char *id)
{
	struct store_request row;
	enum err e = proc_review_find(d->in, d->options->batch, id, &row);

	if (e != ERR_OK)
		return e;
	if (!fits(p->act, &row))
		return wrong_state(d, p->act, &row);
	if (p->act == APPROVE && signed_before(d, &row)) {
		d->result->skipped++;
		return ERR_OK;
	}
	return take_row(p, &row);
}

/* I9: one entry for each that was found would count them. */
static enum err
one_by_list(struct decide *d)
{
	const struct pile *p = &d->pile[0];

	if (d->in->sandbox || p->act == RETURN || p->n == 0 ||
		p->row[0].state == CASE_REQUEST_REVIEW)
		return ERR_OK;
	return instance_says(d->in, ERR_NOT_ALLOWED,
		"what was found is signed by list, so that entries do not "
		"count it: weir review sign --list FILE");
}

/* ---- by list ---- */

static int
by_line(const void *a, const void *b)
{
	const struct store_request *x = a;
	const struct store_request *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

static enum err
no_request_twice(struct decide *d)
{
	const struct pile *a = &d->pile[0];
	const struct pile *w = &d->pile[1];
	size_t i = 0;

	for (size_t k = 0; k < 2; k++) {
		struct pile *p = &d->pile[k];

		if (p->n > 1)
			qsort(p->row, p->n, sizeof(p->row[0]), by_line);
		for (size_t at = 1; at < p->n; at++)
			if (p->row[at].line == p->row[at - 1].line)
				return instance_says(d->in, ERR_MALFORMED,
					"the list names request %s twice",
					p->row[at].id);
	}
	for (size_t at = 0; at < w->n; at++) {
		while (i < a->n && a->row[i].line < w->row[at].line)
			i++;
		if (i < a->n && a->row[i].line == w->row[at].line)
			return instance_says(d->in, ERR_MALFORMED,
				"the list approves and withholds request %s",
				w->row[at].id);
	}
	return ERR_OK;
}

static enum err
gather_item(struct decide *d, const struct review_item *item, uint64_t line)
{
	struct pile *p = &d->pile[item->withhold];
	char id[STORE_ID_MAX];
	enum err e;

	if (!span_copy(item->id, id, sizeof(id)))
		return instance_says(d->in, ERR_MALFORMED,
			"line %" PRIu64 " of the list names no request", line);
	e = gather_one(d, p, id);
	if (e == ERR_OK && p->n > 0 &&
		p->row[p->n - 1].state == CASE_REQUEST_REVIEW)
		return instance_says(d->in, ERR_BAD_MOVE,
			"request %s is in request review: weir review approve "
			"--request lets it go on",
			id);
	if (e == ERR_OK && item->withhold) {
		buf_printf(&p->object, "%s ", id);
		buf_bytes(&p->object, item->ground);
		buf_text(&p->object, "\n");
	}
	return e;
}

static enum err
gather_list(struct decide *d)
{
	struct span text = d->options->list;
	struct review_item item;
	uint64_t line = 0;
	enum err e;

	for (;;) {
		e = review_list_next(&text, &line, &item, &d->in->why);
		if (e == ERR_NOT_FOUND)
			break;
		if (e == ERR_OK)
			e = gather_item(d, &item, line);
		if (e != ERR_OK)
			return e;
	}
	if (buf_error(&d->pile[1].object) != ERR_OK)
		return instance_says(d->in, ERR_TOO_LARGE,
			"the grounds of one list are over %d bytes",
			OBJECT_MAX);
	return no_request_twice(d);
}

static enum err
gather(struct decide *d)
{
	enum err e;

	if (d->n == 2)
		return gather_list(d);
	if (d->options->request == NULL)
		return proc_batch_each(d->in, d->options->batch, gather_row, d);
	e = gather_one(d, &d->pile[0], d->options->request);
	return e == ERR_OK ? one_by_list(d) : e;
}

/* ---- signing and entering ---- */

/* The list, the text over its hash, and the signature. */
static enum err
sign(struct decide *d, struct pile *p)
{
	struct release_approval approval = {
		.origin = span_text(d->in->origin),
		.batch = d->options->batch,
		.act = p->act == APPROVE ? RELEASE_APPROVE : RELEASE_WITHHOLD,
		.count = p->n,
	};
	enum err e;

	for (size_t i = 0; i < p->n; i++) {
		buf_u64be(&p->list, p->row[i].line);
		buf_bytes(&p->list, span_of(p->row[i].verdict, 32));
	}
	e = buf_error(&p->list);
	if (e == ERR_OK)
		e = release_verdicts_hash_bytes(
			buf_span(&p->list), approval.verdicts);
	if (e != ERR_OK)
		return e;
	release_approval_encode(&approval, &p->text);
	e = buf_error(&p->text);
	return e == ERR_OK
		       ? instance_sign(d->in, buf_span(&p->text), &p->signature)
		       : e;
}

static enum err
enter(struct decide *d, struct pile *p)
{
	struct instance *in = d->in;
	char batch[16] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", act_text[p->act]),
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_TEXT("request", d->options->request),
		{"object", buf_span(&p->object)},
		{"verdicts", buf_span(&p->text)},
		ACCOUNT_TEXT(
			"ground", p->act == APPROVE ? "" : d->options->ground),
		{"signature", buf_span(&p->signature)},
		ACCOUNT_TEXT("at", ""),
	};

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, d->options->batch);
	day_time_text(in->at, at);
	fields[2].value = span_text(batch);
	fields[8].value = span_text(at);
	return account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		&p->entry);
}

static enum err
keep_approval(struct decide *d, struct pile *p)
{
	OWNED_BUF(text, LIST_MAX);
	struct store_approval a = {
		.batch = d->options->batch,
		.withhold = p->act != APPROVE,
		.entry = p->entry,
		.signature = buf_span(&p->signature),
	};

	buf_sized(&text, buf_span(&p->text));
	buf_sized(&text, buf_span(&p->list));
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	a.text = buf_span(&text);
	memcpy(a.signer, d->in->actor.print, sizeof(a.signer));
	return store_approval_add(d->in->store, &a);
}

/* ---- what follows ---- */

/* The one signature that it had counts no longer: who gave it is no reviewer
 * now. */
static void
begin_anew(struct store_request *row)
{
	proc_batch_move(row, CASE_TO_ANEW, &proc_by_judge);
	proc_batch_move(row, CASE_TO_CONFIRM, &proc_by_vault);
}

static void
move_row(struct decide *d, enum act act, struct store_request *row)
{
	const uint8_t *two[2] = {NULL, NULL};
	struct case_act by = {
		.who = CASE_BY_REVIEWER,
		.by = d->in->actor.print,
		.submitter = d->batch.submitter,
	};
	enum case_event event = act == RETURN     ? CASE_TO_RETURN
				: act == WITHHOLD ? CASE_TO_WITHHOLD
				: row->state == CASE_REQUEST_REVIEW
					? CASE_TO_CLEAR
					: CASE_TO_APPROVE;

	if (review_approvers(d->in, &d->before, row->line, row->verdict, two) >
		0)
		by.first = two[0];
	else if (row->state == CASE_APPROVED_ONCE && event == CASE_TO_APPROVE)
		begin_anew(row);
	proc_batch_move(row, event, &by);
	/* Answered before: so many days later it is answered again, found or
	 * not; sooner where nobody was found would tell. */
	if (event == CASE_TO_CLEAR && row->answered != CASE_ANSWERED_NONE)
		row->since = d->in->clock;
	d->result->decided++;
	d->result->withheld += act == WITHHOLD;
	d->result->approved += row->state == CASE_APPROVED;
	d->result->cleared += event == CASE_TO_CLEAR;
}

static enum err
carry_out(struct decide *d, struct pile *p)
{
	enum err e = enter(d, p);

	if (e == ERR_OK)
		e = keep_approval(d, p);
	for (size_t i = 0; e == ERR_OK && i < p->n; i++) {
		move_row(d, p->act, &p->row[i]);
		e = store_request_update(d->in->store, &p->row[i]);
	}
	return e;
}

static enum err
carry_out_all(struct decide *d)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->n; i++)
		e = sign(d, &d->pile[i]);
	if (e == ERR_OK)
		e = account_begin(d->in);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < d->n; i++)
		e = carry_out(d, &d->pile[i]);
	if (e == ERR_OK)
		return account_commit(d->in);
	account_abandon(d->in);
	return e;
}

static enum err
destroy_all_staged(struct decide *d)
{
	enum err e = ERR_OK;

	for (size_t k = 0; k < d->n; k++)
		for (size_t i = 0; e == ERR_OK && i < d->pile[k].n; i++)
			if (d->pile[k].act == WITHHOLD)
				e = proc_review_destroy(
					d->in, &d->pile[k].row[i]);
	return e;
}

static enum err
follow_up(struct decide *d)
{
	enum proc_volume_gate gate; /* a cap not cleared looks nobody up */
	enum err e = ERR_OK;

	if (d->result->cleared > 0)
		e = proc_locate(d->in, &d->batch, NULL, &gate);
	if (e == ERR_OK && d->result->withheld > 0)
		e = destroy_all_staged(d);
	if (e == ERR_OK && d->pile[0].act == RETURN)
		e = proc_reply_later(d->in, &d->batch);
	return e;
}

/* ---- may this person? ---- */

static enum err
may_decide(struct decide *d)
{
	struct instance *in = d->in;
	enum err e = proc_permit(in, PERMIT_REVIEW);

	if (e == ERR_OK)
		e = proc_cosign_fresh(in);
	if (e == ERR_OK)
		e = proc_batch_get(in, d->options->batch, &d->batch);
	if (e != ERR_OK)
		return e;
	if (d->batch.stage != STAGE_LOCATED)
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is not whole yet: submit it "
			"again to go on",
			d->options->batch);
	if (register_same_person(
		    in->registers, in->actor.print, d->batch.submitter))
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s submitted this batch and so cannot review it",
			in->actor.name);
	if (strlen(d->options->ground) <= REVIEW_GROUND_MAX &&
		span_is_plain(span_text(d->options->ground)))
		return ERR_OK;
	return instance_says(in, ERR_MALFORMED,
		"a ground is one line of plain text, of at most %d bytes",
		REVIEW_GROUND_MAX);
}

/* R23: together only after the sample, and then only what is plain. */
static enum err
may_decide_all(struct decide *d)
{
	enum err e;

	if (d->n == 2 || d->options->request != NULL ||
		d->pile[0].act != APPROVE)
		return ERR_OK;
	d->plain = d->options->plain || !d->in->sandbox;
	if (!d->plain)
		return ERR_OK;
	e = proc_review_audit(d->in, d->options->batch);
	return e == ERR_OK ? proc_sample_allows(d->in, d->options->batch) : e;
}

static void
pile_init(struct pile *p, enum act act)
{
	*p = (struct pile){.act = act};
	buf_init(&p->list, LIST_MAX);
	buf_init(&p->text, TEXT_MAX);
	buf_init(&p->object, OBJECT_MAX);
	buf_init(&p->signature, TEXT_MAX);
}

static void
pile_fini(struct pile *p)
{
	mem_free(p->row);
	buf_fini(&p->list);
	buf_fini(&p->text);
	buf_fini(&p->object);
	buf_fini(&p->signature);
}

/* An empty list is signed all the same. */
static enum err
decide_all(struct decide *d)
{
	enum err e = may_decide(d);

	if (e == ERR_OK)
		e = may_decide_all(d);
	if (e == ERR_OK)
		e = review_approvals_read(d->in, d->options->batch, &d->before);
	if (e == ERR_OK)
		e = gather(d);
	if (e != ERR_OK || (d->n == 1 && d->pile[0].n == 0))
		return e;
	e = carry_out_all(d);
	return e == ERR_OK ? follow_up(d) : e;
}

static enum err
decide(struct instance *in, const struct proc_review_options *options,
	enum act act, bool by_list, struct proc_review_result *result)
{
	struct decide d = {.in = in,
		.options = options,
		.result = result,
		.n = by_list ? 2 : 1};
	enum err e;

	*result = (struct proc_review_result){0};
	pile_init(&d.pile[0], act);
	pile_init(&d.pile[1], WITHHOLD);
	e = decide_all(&d);
	review_approvals_fini(&d.before);
	pile_fini(&d.pile[0]);
	pile_fini(&d.pile[1]);
	return e;
}

enum err
proc_review_approve(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result)
{
	return decide(in, options, APPROVE, false, ret_result);
}

enum err
proc_review_withhold(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result)
{
	return decide(in, options, WITHHOLD, false, ret_result);
}

enum err
proc_review_return(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result)
{
	return decide(in, options, RETURN, false, ret_result);
}

enum err
proc_review_sign(struct instance *in, const struct proc_review_options *options,
	struct proc_review_result *ret_result)
{
	return decide(in, options, APPROVE, true, ret_result);
}
