/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_redecide.h"

#include <inttypes.h>

#include "proc/proc_demand.h"
#include "proc/proc_laws.h"
#include "proc/proc_notice.h"
#include "proc/proc_permit.h"
#include "proc/proc_screen.h"
#include "report/report.h"

enum { TELL_EVERY = 256 };

struct redecide {
	struct instance *in;
	const struct proc_redecide_options *options;
	struct proc_redecide_result *result;
	struct proc_laws laws;
	struct store_batch batch;
	uint64_t of; /* requests in all */
};

const char *
redecide_text(enum redecide_outcome outcome)
{
	static const char *const words[REDECIDE_N] = {
		[REDECIDE_REFUSED] = "refused",
		[REDECIDE_ASKED] = "asked",
		[REDECIDE_WITHHELD] = "withheld",
		[REDECIDE_UNRESOLVED] = "unresolved",
		[REDECIDE_OPEN] = "open",
		[REDECIDE_RELEASED] = "released",
	};

	must((unsigned)outcome < REDECIDE_N);
	return words[outcome];
}

/* ---- evidence ---- */

/*
 * What the roll said of the taxpayer number alone, from the grades that were
 * kept.  Nothing where it was not asked, or could not be answered: no sound
 * number, or two records with it.
 */
static void
set_tax_number(const struct batch_request *b, struct evidence *ev)
{
	const uint8_t *level = b->result.level;

	if (b->match.n == 0)
		return;
	/* Nobody there: by the address alone, since no number was stated. */
	if (b->result.cause == MATCH_C_TIN_UNKNOWN ||
		b->result.cause == MATCH_C_TIN_NEAR ||
		b->result.cause == MATCH_C_NOBODY)
		evidence_set_word(ev, EV_TAX_NUMBER, "none");
	else if (level[MATCH_F_TIN] == LEVEL_EQUAL && b->result.n_compared == 1)
		evidence_set_word(ev, EV_TAX_NUMBER,
			level[MATCH_F_GIVEN] >= LEVEL_INITIAL &&
					level[MATCH_F_SURNAME] >= LEVEL_EDIT
				? "matches"
				: "other-name");
	else if (b->result.n_compared > 0 &&
		 level[MATCH_F_TIN] == LEVEL_MISSING)
		evidence_set_word(ev, EV_TAX_NUMBER, "none");
}

/* Facts of the request that an older version of the program did not grade. */
static void
set_newer(const struct redecide *r, const struct batch_request *b,
	struct evidence *ev)
{
	struct evidence now = {{0}};

	request_grade(&b->request,
		b->row.since != 0 ? b->row.since : r->batch.today, &now);
	for (int i = 0; i < EV_N; i++)
		if (ev->value[i] == 0 &&
			evidence_half((enum evidence_id)i) == EV_REQUEST)
			ev->value[i] = now.value[i];
}

/* Of an address that left: what stopped it once had ended by then, or the
 * vault would not have sealed it. */
static void
set_left(struct evidence *ev)
{
	evidence_set_flag(ev, EV_SCREEN, true);
	evidence_set_flag(ev, EV_NO_HOLD, true);
}

/* ---- one law ---- */

static enum redecide_outcome
outcome_of(enum law_answer answer, bool looked)
{
	switch (answer) {
	case LAW_REVIEW:
		return looked ? REDECIDE_RELEASED : REDECIDE_OPEN;
	case LAW_UNRESOLVED:
		return REDECIDE_UNRESOLVED;
	case LAW_WITHHELD:
		return REDECIDE_WITHHELD;
	case LAW_ASK:
		return REDECIDE_ASKED;
	case LAW_REFUSED:
		return REDECIDE_REFUSED;
	}
	must(!"an answer that is not listed");
	return REDECIDE_REFUSED;
}

/* Would it be released if the roll said the best of the number? */
static bool
rests_on_number(const struct law *law, const struct evidence *ev)
{
	struct evidence best = *ev;
	bool met[LAW_RULES_MAX];

	if (ev->value[EV_TAX_NUMBER] != 0)
		return false;
	evidence_set_word(&best, EV_TAX_NUMBER, "matches");
	return proc_batch_decide(law, &best, met) == LAW_REVIEW;
}

/* Rules that ask a person first count as answered where one was asked. */
static void
decide(const struct law *law, const struct batch_request *b,
	const struct evidence *ev, struct redecide_side *ret_side)
{
	bool looked = b->match.n > 0;
	bool met[LAW_RULES_MAX];
	enum law_answer answer =
		looked && b->row.answer == LAW_ASK
			? proc_batch_decide(law, ev, met)
			: law_decide(law, ev, looked ? EV_RECORD : EV_REQUEST,
				  met);

	*ret_side =
		(struct redecide_side){.outcome = outcome_of(answer, looked),
			.law = law,
			.unmet = proc_batch_unmet(met, law_n_rules(law))};
}

/* The same, with what is known now of the number besides. */
static void
decide_anew(const struct law *law, const struct batch_request *b,
	const struct evidence *ev, struct redecide_side *ret_side)
{
	struct evidence more = *ev;

	set_tax_number(b, &more);
	decide(law, b, &more, ret_side);
	if (b->match.n > 0 && ret_side->outcome == REDECIDE_UNRESOLVED &&
		rests_on_number(law, &more))
		ret_side->outcome = REDECIDE_OPEN;
}

/* ---- one request ---- */

static enum err
take(struct redecide *r, const struct batch_request *b,
	const struct proc_redecide_item *item)
{
	struct proc_redecide_result *res = r->result;
	const struct store_request *row = &b->row;
	bool kept_back = item->now.outcome != REDECIDE_RELEASED;
	enum err e = ERR_OK;

	res->left += item->left;
	res->left_bad += item->left && kept_back;
	if (item->left && kept_back)
		e = proc_list_add(&res->bad, row->batch, row->line);
	if (e == ERR_OK && row->delivered != STORE_NO_ENTRY && kept_back)
		e = proc_list_add(&res->recall, row->batch, row->line);
	if (e == ERR_OK && item->was.outcome == item->now.outcome)
		res->same++;
	else if (e == ERR_OK)
		res->other[item->was.outcome][item->now.outcome]++;
	return e;
}

/* Where the two differ, or what left would not; with the time of its leaving. */
static enum err
give(struct redecide *r, const struct batch_request *b,
	struct proc_redecide_item *item)
{
	struct account_opened d = {0};
	enum err e = ERR_OK;

	if (item->was.outcome == item->now.outcome &&
		(!item->left || item->now.outcome == REDECIDE_RELEASED))
		return ERR_OK;
	if (b->row.delivered != STORE_NO_ENTRY)
		e = account_open(r->in, b->row.delivered, &d);
	if (e == ERR_OK) {
		item->delivered = account_field(&d, "at");
		e = r->options->each(r->options->context, item);
	}
	account_opened_fini(&d);
	return e;
}

static enum err
redecide_opened(struct redecide *r, struct batch_request *b)
{
	struct proc_redecide_item item = {
		.row = &b->row,
		.left = b->row.answered == CASE_ANSWERED_ADDRESS,
		.officer = b->request.field[RQ_OFFICER_ID],
		.officer_name = b->request.field[RQ_OFFICER_NAME],
	};
	struct evidence ev;
	struct law *law = NULL;
	enum err e = proc_laws_get(&r->laws, r->in,
		b->match.n > 0 ? b->matched.head.law : b->judged.head.law,
		&law);

	if (e == ERR_OK && law == NULL)
		return instance_says(r->in, ERR_DAMAGED,
			"request %s: the law it was decided by is not kept",
			b->row.id);
	if (e != ERR_OK)
		return e;
	/* Whom a screen withholds is not told by deciding again. */
	if (!item.left)
		(void)proc_screen_veil(r->in, law, b);
	item.agency = span_text(law_requester(law));
	ev = b->evidence;
	if (item.left)
		set_left(&ev);
	if (r->options->from == NULL)
		decide(law, b, &ev, &item.was);
	set_newer(r, b, &ev);
	if (r->options->from != NULL)
		decide_anew(r->options->from, b, &ev, &item.was);
	/* It left, whatever is kept of why. */
	if (r->options->from == NULL && item.left)
		item.was.outcome = REDECIDE_RELEASED;
	decide_anew(r->options->law, b, &ev, &item.now);
	e = take(r, b, &item);
	return e == ERR_OK ? give(r, b, &item) : e;
}

static enum err
redecide_row(void *context, struct store_request *row)
{
	struct redecide *r = context;
	const struct proc_redecide_options *o = r->options;
	struct batch_request b;
	enum err e = proc_batch_open(r->in, row, &b);

	if (e == ERR_ERASED) {
		r->result->erased++;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (r->result->requests++ % TELL_EVERY == 0 && o->tell != NULL)
		o->tell(o->context, "deciding again", r->result->requests - 1,
			r->of);
	e = redecide_opened(r, &b);
	proc_batch_fini(&b);
	return e;
}

/* ---- all of them ---- */

static enum err
count_requests(struct redecide *r, uint32_t first, uint32_t last)
{
	enum err e = ERR_OK;

	for (uint32_t n = first; e == ERR_OK && n <= last; n++) {
		struct store_batch batch;

		e = proc_batch_get(r->in, n, &batch);
		if (e == ERR_OK)
			r->of += batch.n_lines;
	}
	return e;
}

static enum err
redecide_all(struct redecide *r)
{
	const struct proc_redecide_options *o = r->options;
	uint32_t first = o->batch == 0 ? 1 : o->batch;
	uint32_t last = o->batch;
	enum err e = ERR_OK;

	if (o->batch == 0)
		e = store_batch_last(r->in->store, &last);
	if (e == ERR_OK)
		e = count_requests(r, first, last);
	for (uint32_t n = first; e == ERR_OK && n <= last; n++) {
		e = proc_batch_get(r->in, n, &r->batch);
		if (e == ERR_OK)
			e = proc_batch_each(r->in, n, redecide_row, r);
	}
	if (o->tell != NULL)
		o->tell(o->context, NULL, 0, 0);
	return e;
}

enum err
proc_redecide(struct instance *in, const struct proc_redecide_options *options,
	struct proc_redecide_result *ret_result)
{
	struct redecide r = {
		.in = in, .options = options, .result = ret_result};
	enum err e = proc_permit(in, PERMIT_AFFECTED);

	*ret_result = (struct proc_redecide_result){0};
	if (e == ERR_OK)
		e = account_reading(in, "redecide", options->batch, "");
	if (e != ERR_OK)
		return e;
	ret_result->entry = in->next - 1;
	e = redecide_all(&r);
	proc_laws_fini(&r.laws);
	return e;
}

void
proc_redecide_fini(struct proc_redecide_result *result)
{
	proc_list_fini(&result->bad);
	proc_list_fini(&result->recall);
}

/* ---- what follows ---- */

static bool
has_batch(const struct proc_list *list, uint32_t batch)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->at[i].batch == batch)
			return true;
	return false;
}

static enum err
list_recall(struct instance *in, const struct proc_redecide_result *result,
	struct buf *to)
{
	enum err e = ERR_OK;

	buf_text(to, "request_id,batch,line,entry_d\n");
	for (size_t i = 0; e == ERR_OK && i < result->recall.n; i++) {
		const struct proc_ref *ref = &result->recall.at[i];
		struct store_request row;

		if (!has_batch(&result->bad, ref->batch))
			continue;
		e = store_request_get(in->store, ref->batch, ref->line, &row);
		if (e != ERR_OK)
			return e;
		report_csv_cell(span_text(row.id), to);
		buf_printf(to, ",%" PRIu32 ",%" PRIu64 ",%" PRIu64 "\n",
			row.batch, row.line, row.delivered);
		e = buf_error(to);
	}
	return e;
}

/* One a batch from which an address left; a form feed between two. */
static enum err
draft_demands(struct instance *in, const struct proc_redecide_result *result,
	struct proc_redecide_drafts *drafts)
{
	uint32_t done = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < result->recall.n; i++) {
		struct proc_demand_options o = {
			.batch = result->recall.at[i].batch,
			.list = &result->recall,
			.ground = drafts->ground};
		struct proc_demand_result made = {0};

		if (o.batch == done || !has_batch(&result->bad, o.batch))
			continue;
		done = o.batch;
		if (drafts->demands->n > 0)
			buf_text(drafts->demands, "\f\n");
		e = proc_demand_draft(in, &o, drafts->demands, &made);
		drafts->demanded += made.named;
	}
	return e == ERR_OK ? buf_error(drafts->demands) : e;
}

enum err
proc_redecide_draft(struct instance *in,
	const struct proc_redecide_result *result,
	struct proc_redecide_drafts *drafts)
{
	const struct proc_notice_words words = {
		.ground = span_text(drafts->ground),
		.incident = SPAN("(none is open yet)"),
		.template = drafts->template};
	enum err e = proc_notice_draft(
		in, &result->bad, &words, drafts->notices, &drafts->persons);

	drafts->demanded = 0;
	if (e == ERR_OK)
		e = list_recall(in, result, drafts->recall);
	return e == ERR_OK ? draft_demands(in, result, drafts) : e;
}
