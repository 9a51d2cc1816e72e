/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_rejudge.h"

#include <inttypes.h>

#include "letter/letter.h"
#include "proc/proc_keys.h"
#include "proc/proc_locate.h"
#include "proc/proc_registers.h"
#include "proc/proc_reply.h"
#include "proc/proc_submit_int.h"

enum { YEAR_DAYS = 365 };

struct rejudge {
	struct instance *in;
	struct store_batch batch;
	struct account_opened entered; /* the batch's entry */
	struct law *law;
	struct batch_request b;
	struct evidence ev;
	uint8_t registers[32];
	struct store_request other; /* that it supersedes; batch 0: none */
	enum link_kind link;
};

/* ---- what other requests say of it now ---- */

/* The one that it supersedes, in an earlier batch or above it in its own. */
static enum err
find_other(struct rejudge *r)
{
	struct span id = r->b.request.field[RQ_SUPERSEDES];
	struct store *store = r->in->store;
	char text[STORE_ID_MAX];
	enum err e;

	if (id.n == 0 || !span_copy(id, text, sizeof(text)))
		return ERR_OK;
	e = store_request_in(store, r->batch.n, text, &r->other);
	if (e == ERR_NOT_FOUND ||
		(e == ERR_OK && r->other.line >= r->b.row.line))
		e = store_request_named(
			store, r->batch.agreement, r->batch.n, text, &r->other);
	if (e == ERR_NOT_FOUND) { /* then its form is at fault, for good */
		r->other.batch = 0;
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = proc_batch_sound(r->in, &r->other);
	r->link = submit_link_kind(&r->other);
	return e;
}

static enum err
is_first(struct rejudge *r, bool *ret_first)
{
	bool known = false;
	struct store_duplicate_of of = {
		.batch = 0, /* its own counts too */
		.key = r->b.row.duplicate_key,
		.but_batch = r->other.batch,
		.but_line = r->other.line,
		.over = {CASE_RETURNED, CASE_WITHDRAWN, CASE_SUPERSEDED},
	};
	enum err e = store_duplicate_known(r->in->store, &of, &known);

	*ret_first = !known && (r->other.batch == 0 || r->link != LINK_LATE);
	return e;
}

struct load {
	uint64_t person;
	uint64_t n;
	bool has;
};

static enum err
count_person(void *context, uint64_t person)
{
	struct load *l = context;

	l->n++;
	l->has = l->has || person == l->person;
	return ERR_OK;
}

/* Facts that the batch gathered over all its lines, as they are now. */
static enum err
weigh(struct rejudge *r)
{
	struct store_request *row = &r->b.row;
	struct store *store = r->in->store;
	int32_t since = r->in->clock - YEAR_DAYS;
	struct load load = {.person = row->person_key};
	bool shared = false;
	bool first = false;
	uint64_t volume = 0;
	enum err e = store_keys_settle(store);

	if (e == ERR_OK)
		e = find_other(r);
	if (e == ERR_OK)
		e = is_first(r, &first);
	if (e == ERR_OK && row->reason_key != 0)
		e = store_reason_shared(store, row->batch, row->reason_key,
			row->person_key, &shared);
	if (e == ERR_OK)
		e = store_officer_persons(
			store, row->officer, since, 0, count_person, &load);
	if (e == ERR_OK)
		e = store_volume(store, since, 0, &volume);
	evidence_set_flag(
		&r->ev, EV_REASON_OWN, row->reason_key != 0 && !shared);
	evidence_set_flag(&r->ev, EV_FIRST, first);
	evidence_set_number(
		&r->ev, EV_OFFICER_LOAD, load.n + (load.has ? 0 : 1));
	evidence_set_number(&r->ev, EV_VOLUME,
		volume + (row->answer == LAW_REFUSED ? 1 : 0));
	return e;
}

/* The REQUEST half, made from nothing but what was written and what is now. */
static enum err
complete(struct rejudge *r)
{
	struct instance *in = r->in;
	struct batch_moment moment = proc_batch_moment(in, r->law, &r->batch);

	r->ev = (struct evidence){{0}};
	request_grade(&r->b.request, in->clock, &r->ev);
	if (r->b.request.unreadable)
		return ERR_OK;
	proc_batch_set_moment(
		in, &moment, &r->b.request, span_of(NULL, 0), &r->ev);
	/* A hold is not the requester's to know (I9): only the roll's side. */
	r->ev.value[EV_NO_HOLD] = 0;
	evidence_set_flag(&r->ev, EV_SIGNER,
		register_certifies(in->registers,
			account_field(&r->entered, "certifier"),
			span_text(r->batch.agreement), in->at));
	return weigh(r);
}

/* ---- what it supersedes ---- */

/* Who asked that it be looked at again: acts for the requester. */
static enum err
who_asked(struct rejudge *r, uint8_t ret_print[32])
{
	struct store_letter letter = {.n = 0};
	bool found = false;
	enum err e;

	while ((e = store_letter_next(r->in->store, letter.n, r->batch.n,
			r->b.row.line, &letter)) == ERR_OK)
		if (letter.kind == LETTER_RECONSIDER) {
			memcpy(ret_print, letter.signer, 32);
			found = true;
		}
	if (e != ERR_NOT_FOUND)
		return e;
	return found ? ERR_OK
		     : instance_says(r->in, ERR_NOT_FOUND,
			       "no letter asks that it be looked at again");
}

static enum err
move_other(struct rejudge *r)
{
	uint8_t print[32];
	struct case_act requester = {.who = CASE_BY_REQUESTER, .by = print};
	enum err e;

	if (r->other.batch == 0 || r->link == LINK_OVER || r->link == LINK_LATE)
		return ERR_OK;
	e = who_asked(r, print);
	if (e != ERR_OK)
		return e;
	if (r->link == LINK_REFUSED)
		proc_batch_move(&r->other, CASE_TO_SUPERSEDE, &proc_by_judge);
	else
		proc_batch_move(&r->other, CASE_TO_WITHDRAW, &requester);
	if (r->other.state == CASE_WITHDRAWN)
		e = proc_batch_unstage(r->in, &r->other);
	return e == ERR_OK ? store_request_update(r->in->store, &r->other) : e;
}

/* ---- the judgment ---- */

static enum err
decide(struct rejudge *r)
{
	struct store_request *row = &r->b.row;
	bool met[LAW_RULES_MAX];
	struct batch_judged judged = {.law = r->law,
		.law_hash = r->batch.law,
		.registers = r->registers,
		.evidence = &r->ev,
		.encoded = r->b.encoded};
	enum err e;

	row->answer = (uint8_t)law_decide(r->law, &r->ev, EV_REQUEST, met);
	row->unmet = proc_batch_unmet(met, law_n_rules(r->law));
	row->authority = (uint8_t)r->ev.value[EV_AUTHORITY];
	row->since = r->in->clock;
	row->matched = STORE_NO_ENTRY;
	proc_batch_move(row, CASE_TO_REJUDGE, &proc_by_judge);
	proc_batch_move(row,
		case_event_of((enum law_answer)row->answer, EV_REQUEST),
		&proc_by_judge);
	e = proc_batch_enter(r->in, &judged, row);
	if (e == ERR_OK && row->answer != LAW_REFUSED)
		e = move_other(r);
	if (e == ERR_OK)
		e = store_request_update(r->in->store, row);
	return e == ERR_OK ? store_tally(r->in->store, row->batch) : e;
}

static enum err
may_rejudge(struct rejudge *r, const struct store_request *row)
{
	if (row->state != CASE_REFUSED && row->state != CASE_RETURNED)
		return instance_says(r->in, ERR_BAD_MOVE,
			"request %s is %s: nothing to judge again", row->id,
			case_state_seen((enum case_state)row->state));
	if (row->answered != CASE_ANSWERED_NONE)
		return instance_says(r->in, ERR_TOO_LATE,
			"request %s was answered before it was given back: it "
			"is sent mended, with a new batch",
			row->id);
	if (r->in->law == NULL ||
		memcmp(r->in->law_hash, r->batch.law, 32) != 0)
		return instance_says(r->in, ERR_MISMATCH,
			"another law is in use than batch %" PRIu32
			" was judged by: it is sent mended, with a new batch",
			r->batch.n);
	return ERR_OK;
}

enum err
proc_rejudge(struct instance *in, uint32_t batch, uint64_t line)
{
	static struct rejudge r;
	struct store_request row;
	enum err e = proc_batch_get(in, batch, &r.batch);

	r = (struct rejudge){.in = in, .batch = r.batch};
	if (e == ERR_OK)
		e = store_request_get(in->store, batch, line, &row);
	if (e == ERR_OK)
		e = proc_batch_sound(in, &row);
	if (e == ERR_OK)
		e = may_rejudge(&r, &row);
	if (e == ERR_OK)
		e = instance_law(in, r.batch.law, &r.law);
	if (e == ERR_OK)
		e = proc_registers_hash(in, r.registers);
	if (e == ERR_OK)
		e = account_open(in, r.batch.entry, &r.entered);
	if (e == ERR_OK)
		e = proc_batch_open(in, &row, &r.b);
	if (e == ERR_OK)
		e = complete(&r);
	if (e == ERR_OK)
		e = decide(&r);
	proc_batch_fini(&r.b);
	account_opened_fini(&r.entered);
	r.law = law_free(r.law);
	return e;
}

enum err
proc_rejudge_after(struct instance *in, uint32_t n)
{
	struct store_batch batch;
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK)
		e = proc_reply_later(in, &batch);
	return e == ERR_OK ? proc_locate_rest(in, &batch, NULL) : e;
}
