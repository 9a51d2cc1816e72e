/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_batch.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/read.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_recall.h"

enum { PAGE = 256 };

const struct case_act proc_by_judge = {.who = CASE_BY_JUDGE};
const struct case_act proc_by_vault = {.who = CASE_BY_VAULT};
const struct case_act proc_by_keeper = {.who = CASE_BY_KEEPER};

uint64_t
proc_batch_unmet(const bool met[LAW_RULES_MAX], size_t n_rules)
{
	uint64_t unmet = 0;

	must(n_rules <= 64);
	for (size_t i = 0; i < n_rules; i++)
		if (!met[i])
			unmet |= 1ULL << i;
	return unmet;
}

void
proc_batch_met(uint64_t unmet, size_t n_rules, bool met[LAW_RULES_MAX])
{
	for (size_t i = 0; i < n_rules; i++)
		met[i] = (unmet >> i & 1) == 0;
}

enum law_answer
proc_batch_decide(const struct law *law, const struct evidence *ev,
	bool met[LAW_RULES_MAX])
{
	enum law_answer answer = law_decide(law, ev, EV_RECORD, met);

	if (answer != LAW_ASK)
		return answer;
	answer = LAW_REVIEW;
	for (size_t i = 0; i < law_n_rules(law); i++) {
		enum law_answer one = law_rule(law, i)->answer;

		if (!met[i] && one != LAW_ASK && one > answer)
			answer = one;
	}
	return answer;
}

void
proc_batch_codes(
	const struct law *law, uint64_t unmet, const char *sep, struct buf *to)
{
	bool met[LAW_RULES_MAX];
	const struct law_rule *rules[LAW_RULES_MAX];
	size_t n;

	proc_batch_met(unmet, law_n_rules(law), met);
	n = law_unmet(law, met, rules);
	for (size_t i = 0; i < n; i++) {
		buf_text(to, i == 0 ? "" : sep);
		buf_text(to, rules[i]->code);
	}
}

const char *
proc_batch_outcome(enum case_state state)
{
	switch (state) {
	case CASE_APPROVED_ONCE:
		return case_state_text(CASE_REVIEW);
	case CASE_RETURNED:
	case CASE_SUPERSEDED:
		return case_state_text(CASE_REFUSED);
	case CASE_RECEIVED:
	case CASE_ACCEPTED:
		return case_state_text(CASE_UNRESOLVED);
	case CASE_NO_STATE:
	case CASE_REFUSED:
	case CASE_REQUEST_REVIEW:
	case CASE_UNRESOLVED:
	case CASE_WITHHELD:
	case CASE_REVIEW:
	case CASE_APPROVED:
	case CASE_SEALED:
	case CASE_DELIVERED:
	case CASE_STOPPED:
	case CASE_RECALLED:
	case CASE_DESTROYED:
	case CASE_WITHDRAWN:
	case CASE_LAPSED:
	case CASE_N_STATES:
		break;
	}
	return case_state_text(state);
}

/* ---- a request from its entries ---- */

static enum err
open_judged(struct instance *in, struct batch_request *b)
{
	enum err e = account_open(in, b->row.judged, &b->judged);

	if (e != ERR_OK)
		return e;
	b->encoded = account_field(&b->judged, "as_written");
	if (!evidence_decode(
		    account_field(&b->judged, "evidence"), &b->evidence) ||
		request_from_bytes(b->encoded, &b->request) != ERR_OK)
		return instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " does not hold a request",
			b->row.judged);
	return ERR_OK;
}

static enum err
open_matched(struct instance *in, struct batch_request *b)
{
	enum err e = account_open(in, b->row.matched, &b->matched);

	if (e != ERR_OK)
		return e;
	b->match = span_of(b->matched.private.at,
		b->matched.private.n < MATCH_BYTES ? b->matched.private.n
						   : MATCH_BYTES);
	b->person = account_field(&b->matched, "person");
	if (!evidence_decode(
		    account_field(&b->matched, "evidence"), &b->evidence) ||
		!match_decode(b->match, &b->result) ||
		!match_weights_decode(
			span_of(b->matched.private.at + b->match.n,
				b->matched.private.n - b->match.n),
			&b->weights))
		return instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " does not hold a match",
			b->row.matched);
	return ERR_OK;
}

enum err
proc_batch_open(struct instance *in, const struct store_request *row,
	struct batch_request *ret)
{
	enum err e;

	*ret = (struct batch_request){.row = *row};
	e = open_judged(in, ret);
	if (e == ERR_OK && row->matched != STORE_NO_ENTRY)
		e = open_matched(in, ret);
	if (e != ERR_OK)
		proc_batch_fini(ret);
	return e;
}

void
proc_batch_fini(struct batch_request *request)
{
	account_opened_fini(&request->judged);
	account_opened_fini(&request->matched);
}

void
proc_batch_move(struct store_request *row, enum case_event event,
	const struct case_act *act)
{
	struct case_request c;
	struct why why;

	must(case_load(row->state, row->answered, &c) == ERR_OK);
	must(case_apply(&c, event, act, &why) == ERR_OK);
	row->state = c.state;
	row->answered = c.answered;
}

enum err
proc_batch_make(const struct instance *in, const struct batch_judged *judged,
	struct store_request *row, struct account_made *made)
{
	char batch[16] = "";
	char number[24] = "";
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(codes, 4096);
	OWNED_BUF(evidence, 4096);
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_TEXT("request", row->id),
		ACCOUNT_TEXT("line", ""),
		ACCOUNT_TEXT("outcome",
			law_answer_text((enum law_answer)row->answer)),
		{"codes", span_of(NULL, 0)},
		{"evidence", span_of(NULL, 0)},
		ACCOUNT_BYTES("registers", judged->registers, 32),
		{"as_written", judged->encoded},
		ACCOUNT_TEXT("at", ""),
		{"manifest", judged->manifest},
	};

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, row->batch);
	(void)snprintf(number, sizeof(number), "%" PRIu64, row->line);
	day_time_text(in->at, at);
	proc_batch_codes(judged->law, row->unmet, " ", &codes);
	evidence_encode(judged->evidence, &evidence);
	if (buf_error(&codes) != ERR_OK || buf_error(&evidence) != ERR_OK)
		return err_origin(ERR_NOMEM);
	fields[0].value = span_text(batch);
	fields[2].value = span_text(number);
	fields[4].value = buf_span(&codes);
	fields[5].value = buf_span(&evidence);
	fields[8].value = span_text(at);
	row->judged = made->index;
	return account_make(in, LEDGER_REQUEST, judged->law_hash, fields,
		sizeof(fields) / sizeof(fields[0]), judged->private, made);
}

enum err
proc_batch_enter(struct instance *in, const struct batch_judged *judged,
	struct store_request *row)
{
	struct account_made made;
	enum err e = account_reserve(in, 1, &made.index);

	if (e != ERR_OK)
		return e;
	buf_init(&made.sealed, ACCOUNT_SEALED_MAX);
	e = proc_batch_make(in, judged, row, &made);
	if (e == ERR_OK)
		e = account_put(in, &made);
	buf_fini(&made.sealed);
	return e;
}

/* ---- the moment ---- */

void
proc_batch_target(const struct instance *in, const struct store_batch *batch,
	const struct request *q, struct span person, struct batch_target *ret)
{
	OWNED_BUF(name, 1024);
	const enum request_field parts[] = {RQ_GIVEN, RQ_MIDDLE, RQ_SURNAME};

	*ret = (struct batch_target){0};
	for (size_t i = 0; i < 3; i++) {
		buf_bytes(&name, q->field[parts[i]]);
		buf_text(&name, " ");
	}
	(void)snprintf(ret->batch, sizeof(ret->batch), "%" PRIu32, batch->n);
	ret->target = (struct hold_target){
		.agreement = span_text(batch->agreement),
		.recipient = in->law == NULL
				     ? span_of(NULL, 0)
				     : span_text(law_requester(in->law)),
		.officer = q->field[RQ_OFFICER_ID],
		.statute = q->field[RQ_AUTHORITY],
		.batch = span_text(ret->batch),
		.request = q->field[RQ_ID],
		.case_id = q->field[RQ_CASE_ID],
		.person = person,
		.day = batch->today,
	};
	ret->target.name[0] =
		span_of(ret->folded, person_fold(buf_span(&name), ret->folded));
	if (request_tin(q, ret->tin))
		ret->target.tin[0] = span_text(ret->tin);
}

/* Officer and unit as the register has them now (R11, R12). */
static void
set_officer(
	const struct instance *in, const struct request *q, struct evidence *ev)
{
	const struct register_entry *entry;
	struct register_row row;

	if (evidence_is(ev, EV_OFFICER, "none"))
		return;
	entry = register_find(
		in->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], in->at);
	if (entry == NULL) {
		evidence_set_word(ev, EV_OFFICER, "unregistered");
		return;
	}
	register_entry_row(entry, &row);
	/* On the register for other cases is not on it for this one. */
	if (!register_engaged(&row, q->field[RQ_CASE_ID]))
		evidence_set_word(ev, EV_OFFICER, "unregistered");
	if (strcmp(request_unit_word(register_get(&row, REG_OFFICER_UNIT)),
		    "civil-removal") == 0)
		evidence_set_word(ev, EV_UNIT, "civil-removal");
}

struct batch_moment
proc_batch_moment(const struct instance *in, const struct law *law,
	const struct store_batch *batch)
{
	bool loaded = register_agreement_loaded(in->registers,
		span_text(law_agreement_id(law)), batch->law, in->at);

	return (struct batch_moment){
		.law = law,
		.batch = batch,
		.term = loaded && in->proved &&
			law_effective(law) <= in->clock &&
			in->clock < law_expires(law),
		.safeguards = register_safeguards(in->registers,
			span_text(law_requester(law)), in->at, NULL),
	};
}

static bool
is_held(const struct instance *in, const struct store_batch *batch,
	const struct request *q, struct span person)
{
	struct batch_target target;

	if (hold_set_n(in->holds) == 0)
		return false;
	proc_batch_target(in, batch, q, person, &target);
	return hold_set_covers(in->holds, HOLD_TO_STOP, &target.target) != NULL;
}

void
proc_batch_set_moment(const struct instance *in,
	const struct batch_moment *moment, const struct request *q,
	struct span person, struct evidence *ev)
{
	int32_t order = request_day(q, RQ_ORDER_DATE);

	set_officer(in, q, ev);
	evidence_set_flag(ev, EV_TERM, moment->term);
	evidence_set_flag(ev, EV_SAFEGUARDS, moment->safeguards);
	evidence_set_day(ev, EV_TODAY, in->clock);
	if (order != DAY_NONE && order <= in->clock) {
		evidence_set_number(
			ev, EV_ORDER_AGE, (uint64_t)(in->clock - order));
		evidence_set_day(ev, EV_ORDER_DATE, order);
	}
	evidence_set_flag(
		ev, EV_NO_HOLD, !is_held(in, moment->batch, q, person));
}

void
proc_batch_screen(const struct instance *in, const struct match_result *result,
	struct span person, struct evidence *ev)
{
	bool clear = result->screen_clear ||
		     register_cleared(in->registers, person, in->at);

	if (result->person == MATCH_CONFIRMED)
		evidence_set_flag(ev, EV_SCREEN,
			clear && !register_screened(
					 in->registers, person, 0, in->at));
}

/* ---- rows ---- */

int32_t
proc_batch_answer_day(const struct law *law, const struct store_batch *batch,
	const struct store_request *row)
{
	return (row->since != 0 ? row->since : batch->today) +
	       (int32_t)law_answer_days(law);
}

enum err
proc_batch_sound(struct instance *in, const struct store_request *row)
{
	struct case_request c;

	if (case_load(row->state, row->answered, &c) == ERR_OK &&
		row->answer <= LAW_REFUSED)
		return ERR_OK;
	return instance_says(in, ERR_DAMAGED,
		"the store: line %" PRIu64 " of batch %" PRIu32
		" is in no state there is",
		row->line, row->batch);
}

enum err
proc_batch_each_between(struct instance *in, uint32_t batch,
	enum err (*each)(void *context, struct store_request *row),
	enum err (*between)(void *context), void *context)
{
	static struct store_request rows[PAGE];
	uint64_t after = 0;
	size_t n = 0;

	do {
		enum err e = store_request_page(
			in->store, batch, after, rows, PAGE, &n);

		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			after = rows[i].line;
			e = proc_batch_sound(in, &rows[i]);
			if (e == ERR_OK)
				e = each(context, &rows[i]);
		}
		if (e == ERR_OK && n == PAGE && between != NULL)
			e = between(context);
		if (e != ERR_OK)
			return e;
	} while (n == PAGE);
	return ERR_OK;
}

enum err
proc_batch_each(struct instance *in, uint32_t batch,
	enum err (*each)(void *context, struct store_request *row),
	void *context)
{
	return proc_batch_each_between(in, batch, each, NULL, context);
}

enum err
proc_batch_get(struct instance *in, uint32_t n, struct store_batch *ret_batch)
{
	enum err e = store_batch_get(in->store, n, ret_batch);

	return e == ERR_NOT_FOUND
		       ? instance_says(in, e, "there is no batch %" PRIu32, n)
		       : e;
}

enum err
proc_batch_manifest_day(
	struct instance *in, const struct store_batch *batch, int32_t *ret_day)
{
	struct account_opened opened;
	enum err e = account_open(in, batch->entry, &opened);

	if (e != ERR_OK)
		return e;
	*ret_day = batch->today;
	if (opened.private.n == 4) {
		struct reader r = read_from(opened.private);
		int32_t day = (int32_t)read_u32be(&r);

		if (day < batch->today)
			*ret_day = day;
	}
	account_opened_fini(&opened);
	return ERR_OK;
}

enum err
proc_batch_totals(
	struct instance *in, uint32_t batch, struct case_totals *ret_totals)
{
	struct store_count count[512];
	size_t n = 0;
	enum err e = store_counts(in->store, batch, count, 512, &n);

	*ret_totals = (struct case_totals){0};
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct case_request c;

		e = case_load(count[i].state, count[i].answered, &c);
		if (e == ERR_OK)
			case_totals_add(ret_totals, &c, count[i].n);
	}
	must(e != ERR_OK || case_totals_tie(ret_totals)); /* I10 */
	return e;
}

enum err
proc_batch_unstage(struct instance *in, const struct store_request *row)
{
	char name[STORE_ID_MAX + 8];
	OWNED_FD folder = -1;
	enum err e = instance_folder(in, "sealed", row->batch, false, &folder);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	(void)snprintf(name, sizeof(name), "%s.cms", row->id);
	return os_exists(folder, name)
		       ? proc_recall_discard(in, row, folder, name, row->sealed)
		       : ERR_OK;
}
