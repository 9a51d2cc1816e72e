/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One round of one batch.  The order is that of docs/ARCHITECTURE.md:
 *
 *	survey ─ decide anew ─ S durable ─ package ─ decide anew ─ D durable
 *	─ rename; a crash may come at any point, another act wherever the lock
 *	is free: before the round, between S and D, between two chunks.
 */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"

/* One request on its way out. */
struct leaving {
	uint32_t row;
	bool wished;
	bool address;
	bool made;
	bool due; /* by the clerk, when S was drawn up */
};

struct round {
	struct sim *s;
	uint32_t batch;
	uint64_t moment; /* s->moment, when S was drawn up */
	struct leaving x[SIM_CHUNK];
	size_t n;
};

/* ---- what the moment says ---- */

/* R18, R19, R3 and the age of the screens: without these nothing leaves. */
static bool
in_force(struct sim *s, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	const struct law *law = s->world.law[b->law];
	int32_t screens = register_screens_day(s->registers, DAY_NONE, s->at);
	char id[32];

	(void)snprintf(id, sizeof(id), "ICE-DIR-%d", b->certifier);
	return (s->fault == SIM_FAULT_SUSPENDED ||
		       (law_effective(law) <= s->today &&
			       s->today < law_expires(law) &&
			       register_agreement_loaded(s->registers,
				       span_text(law_agreement_id(law)),
				       s->world.law_hash[b->law], s->at))) &&
	       (s->fault == SIM_FAULT_SAFEGUARDS ||
		       register_safeguards(s->registers,
			       span_text(law_requester(law)), s->at, NULL)) &&
	       (s->fault == SIM_FAULT_CERTIFIER ||
		       register_certifies(s->registers, span_text(id),
			       span_text(law_agreement_id(law)), s->at)) &&
	       screens != DAY_NONE &&
	       s->today - screens <= (int32_t)law_screen_days(law);
}

static bool
gives_address(const struct sim *s, const struct law *law)
{
	const unsigned need = LAW_FIELD_NAME | LAW_FIELD_MAILING_ADDRESS;

	return s->fault == SIM_FAULT_FIELDS || (law_fields(law) & need) == need;
}

/* By an order over what the requester wrote, or an objection. */
static bool
is_covered(struct sim *s, uint32_t row)
{
	return sim_covered(s, row, SIM_NOBODY) ||
	       (s->fault != SIM_FAULT_OBJECTION &&
		       sim_matter_find(s, MATTER_STOPS_RELEASE, MATTER_NO_KIND,
			       s->given[row].batch, row + 1) != 0);
}

static bool
may_leave(struct sim *s, uint32_t row)
{
	const struct sim_row *r = &s->mem.row[row];
	const struct law *law =
		s->world.law[s->mem.batch[s->given[row].batch].law];
	struct evidence ev = r->ev;

	if (!r->looked || !gives_address(s, law))
		return false;
	match_evidence(&r->match, &ev);
	sim_moment(s, row, r->human, &ev);
	/* The planted faults answer with the evidence of the look-up. */
	if (s->fault == SIM_FAULT_SUSPENDED)
		evidence_set_flag(&ev, EV_TERM, true);
	if (s->fault == SIM_FAULT_SAFEGUARDS)
		evidence_set_flag(&ev, EV_SAFEGUARDS, true);
	return sim_decide(law, &ev) == LAW_REVIEW && !is_covered(s, row) &&
	       (r->roll == s->mem.roll || s->fault == SIM_FAULT_STALE_ROLL);
}

static struct case_moment
moment_of(struct sim *s, uint32_t row)
{
	struct sim_row *r = &s->mem.row[row];
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];
	struct case_moment m = {.submitter = b->by, .may = may_leave(s, row)};
	static const uint8_t somebody_else[32] = {1};

	m.n_approvers = sim_approvers(s, row, r->verdict, m.approver);
	m.withheld = sim_withheld(s, row, r->verdict) ||
		     (r->sustained && s->fault != SIM_FAULT_SUSTAINED);
	if (s->fault == SIM_FAULT_SUBMITTER)
		m.submitter = somebody_else;
	return m;
}

/* Withheld by the law when it was looked up, and let go on since (as the
 * program does in proc_screen_wake_batch()). */
static void
wake(struct case_request *c, const struct case_moment *m)
{
	struct why why;

	if (c->state != CASE_WITHHELD || !m->may || m->withheld)
		return;
	must(case_apply(c, CASE_TO_ANEW,
		     &(struct case_act){.who = CASE_BY_JUDGE}, &why) == ERR_OK);
	must(case_apply(c, CASE_TO_CONFIRM,
		     &(struct case_act){.who = CASE_BY_VAULT}, &why) == ERR_OK);
}

/* Moves the row (within a transaction); is an address wished? */
static bool
decide_anew(struct sim *s, uint32_t row)
{
	struct case_moment m = moment_of(s, row);
	struct case_request c = s->mem.row[row].c;
	struct case_turn turn;

	wake(&c, &m);
	case_decide_anew(&c, &m, &turn);
	sim_row(s, row)->c = c;
	return turn.address;
}

/* ---- before the round ---- */

/* By the calendar: what was recalled does not lapse, and is answered again no
 * longer than what was answered neutrally. */
static bool
has_lapsed(const struct sim *s, uint32_t row)
{
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];

	return s->today >=
	       b->day + (int32_t)law_lapse_days(s->world.law[b->law]);
}

/* Whoever waits for an answer, whatever was found: so the number of entries M
 * does not tell whom an address went out for (I9). */
static bool
may_be_found(const struct sim *s, uint32_t row)
{
	const struct sim_row *r = &s->mem.row[row];

	if (r->c.answered != CASE_ANSWERED_NONE && has_lapsed(s, row))
		return false;
	return r->c.state != CASE_REQUEST_REVIEW &&
	       case_awaits_answer(&r->c, r->held);
}

static bool
unlook(struct sim *s, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	bool stale = false;

	for (uint32_t i = b->first; i < b->first + b->n; i++)
		stale |= may_be_found(s, i) && s->mem.row[i].looked &&
			 s->mem.row[i].roll != s->mem.roll;
	if (!stale || s->fault == SIM_FAULT_STALE_ROLL)
		return true;
	sim_begin(s);
	for (uint32_t i = b->first; i < b->first + b->n; i++) {
		struct sim_row *r = &s->mem.row[i];
		struct case_act act = {.who = CASE_BY_JUDGE};
		struct why why;

		if (!may_be_found(s, i))
			continue;
		r = sim_row(s, i);
		if (r->c.state != CASE_ACCEPTED && r->c.state != CASE_RECALLED)
			must(case_apply(&r->c,
				     r->c.state == CASE_STOPPED ? CASE_TO_RESUME
								: CASE_TO_ANEW,
				     &act, &why) == ERR_OK);
		r->looked = false;
	}
	sim_act(s, 0, 0, "look-up-again", batch, SPAN("another roll"));
	return sim_commit(s) && sim_publish(s);
}

/* From the day on which nothing public is in the way any more, the answer
 * days count again. */
static void
free_row(struct sim *s, uint32_t row)
{
	const struct sim_row *r = &s->mem.row[row];

	if (r->held && r->since < 0 && r->c.state != CASE_REQUEST_REVIEW &&
		!is_covered(s, row))
		sim_row(s, row)->since = s->today;
}

static bool
survey(struct sim *s, const struct sim_signer *who, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];

	if (!unlook(s, batch) || sim_locate(s, batch) == SIM_CRASHED)
		return false;
	sim_begin(s);
	for (uint32_t i = b->first; i < b->first + b->n; i++) {
		if (case_awaits_answer(&s->mem.row[i].c, true))
			(void)decide_anew(s, i);
		free_row(s, i);
	}
	sim_act(s, who->staff, who->cert, "release", batch, SPAN("a round"));
	return sim_commit(s) && sim_publish(s);
}

/* ---- what a crash left between D and the rename ---- */

static bool
recall(struct sim *s, uint32_t row)
{
	struct sim_row *r;
	struct why why;

	sim_begin(s);
	r = sim_row(s, row);
	must(case_apply(&r->c, CASE_TO_RECALL,
		     &(struct case_act){.who = CASE_BY_KEEPER},
		     &why) == ERR_OK);
	r->held = r->pulled = true;
	r->since = s->today;
	sim_act(s, 0, 0, "recall", s->given[row].batch,
		span_text(s->given[row].id));
	sim_tell(s, NEWS_RECALLED, row, 0, 0);
	if (!sim_commit(s) || !sim_publish(s))
		return false;
	sim_file_drop(&s->files[row].sealed);
	return true;
}

static bool
finish_row(struct sim *s, uint32_t row)
{
	struct sim_file *f = &s->files[row].sealed;
	const struct sim_row *r = &s->mem.row[row];
	struct case_moment m;

	if (!f->there)
		return true;
	if (f->torn || r->delivered == SIM_NO_ENTRY ||
		memcmp(f->hash, r->package, 32) != 0) {
		sim_file_drop(f); /* made and never accounted: nobody has it */
		return true;
	}
	if (!f->address)
		return sim_rename(s, row) && sim_outbox_sync(s, row, 1);
	if (r->c.state != CASE_DELIVERED) {
		sim_file_drop(f); /* demanded back before it was out */
		return true;
	}
	m = moment_of(s, row);
	if (s->fault != SIM_FAULT_FINISH_BLIND &&
		(!m.may || m.withheld || m.n_approvers < 2))
		return recall(s, row);
	return sim_rename(s, row) && sim_outbox_sync(s, row, 1);
}

/* ---- who is answered in this round ---- */

static int32_t
answer_day(const struct sim *s, uint32_t row)
{
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];
	const struct sim_row *r = &s->mem.row[row];

	return (r->since > 0 ? r->since : b->day) +
	       (int32_t)law_answer_days(s->world.law[b->law]);
}

static bool
is_open(const struct round *t, uint32_t row)
{
	const struct sim *s = t->s;
	const struct sim_row *r = &s->mem.row[row];

	return r->answer != LAW_REFUSED && case_awaits_answer(&r->c, r->held) &&
	       (r->c.answered == CASE_ANSWERED_NONE || !has_lapsed(s, row));
}

/* Nothing is looked at but what the requester knows. */
static bool
is_turn(const struct round *t, uint32_t row)
{
	struct sim *s = t->s;
	const struct sim_row *r = &s->mem.row[row];

	if (!is_open(t, row) ||
		(s->today < answer_day(s, row) && s->fault != SIM_FAULT_EARLY))
		return false;
	return r->c.answered == CASE_ANSWERED_NONE ||
	       (!is_covered(s, row) && r->c.state != CASE_REQUEST_REVIEW);
}

/* ---- S ---- */

/* The vault's own look: nobody's word is taken. */
static bool
vault_gives(struct sim *s, uint32_t row)
{
	struct match_result result;
	const uint8_t *two[2];
	uint8_t verdict[32];
	int human;

	if (s->fault == SIM_FAULT_STALE_ROLL)
		return true;
	sim_match(s, row, &result, &human);
	if (result.person != MATCH_CONFIRMED || sim_screened(s, human) ||
		!result.own_row || result.years == MATCH_YEARS_NONE)
		return false;
	sim_verdict(s, row, &result, human, verdict);
	return sim_approvers(s, row, verdict, two) == 2 &&
	       !sim_covered(s, row, human);
}

static const struct register_entry *
officer_of(struct sim *s, uint32_t row)
{
	return register_find(s->registers, REG_OFFICER,
		s->given[row].q.field[RQ_OFFICER_ID], s->at);
}

static void
add_years(struct sim *s, uint32_t row, struct release_package *p)
{
	const struct roll *roll = s->world.roll[s->mem.roll];
	uint32_t person = s->mem.row[row].match.index;
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n = 0;

	if (!request_years(&s->given[row].q, years, &n))
		return;
	if (s->fault == SIM_FAULT_YEARS && n == 1 &&
		years[0] + 1 < SIM_FIRST_YEAR + SIM_YEARS)
		years[n++] = (uint16_t)(years[0] + 1);
	for (size_t i = 0; i < n; i++) {
		struct roll_own_address own;

		if (!roll_own_address(roll, person, years[i], &own))
			continue;
		p->address[p->n_addresses++] = (struct release_address){
			.tax_year = years[i],
			.source = own.origin == ROLL_RETURN
					  ? RELEASE_RETURN
					  : RELEASE_THIRD_PARTY,
			.line = own.text.line,
			.unit = own.text.unit,
			.city = own.text.city,
			.state = own.text.state,
			.zip = own.text.zip,
		};
	}
}

/* The planted faults of minimising: whatever row there is. */
static void
add_any_year(struct sim *s, uint32_t row, struct release_package *p)
{
	const struct roll *roll = s->world.roll[s->mem.roll];
	uint32_t person = s->mem.row[row].match.index;
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n = 0;

	if (!request_years(&s->given[row].q, years, &n))
		return;
	p->n_addresses = 0;
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < roll_person(roll, person).n_spans;
			k++) {
			struct roll_span span = roll_span(roll, person, k);
			struct address_text text;

			if ((span.years & roll_year_bit(roll, years[i])) == 0)
				continue;
			text = roll_address(roll, span.address);
			p->address[p->n_addresses++] =
				(struct release_address){.tax_year = years[i],
					.line = text.line,
					.unit = text.unit,
					.city = text.city,
					.state = text.state,
					.zip = text.zip};
			break;
		}
}

static void
package_of(struct sim *s, uint32_t row, bool address, struct release_package *p)
{
	const struct request *q = &s->given[row].q;

	*p = (struct release_package){
		.request_id = q->field[RQ_ID],
		.issued = s->today,
		.sandbox = s->sandbox,
		.answer = RELEASE_NEUTRAL,
		.origin = SPAN("sim.example/ledger"),
	};
	if (!address)
		return;
	p->answer = RELEASE_ADDRESS;
	p->given = q->field[RQ_GIVEN];
	p->surname = q->field[RQ_SURNAME];
	p->purpose = q->field[RQ_PURPOSE];
	p->expires = s->today + 90;
	if (s->fault == SIM_FAULT_CARE_OF || s->fault == SIM_FAULT_DEPENDENT)
		add_any_year(s, row, p);
	else
		add_years(s, row, p);
}

/* The file that sealed/ will have: its text is kept, and no key is made. */
static void
prepare_file(struct sim *s, struct leaving *x, const uint8_t officer[32])
{
	struct sim_file *f = &s->files[x->row].sealed;
	const struct sim_row *r = &s->mem.row[x->row];
	struct release_package p;
	const uint8_t *two[2] = {NULL, NULL};
	OWNED_BUF(json, RELEASE_FILE_SIZE);
	struct why why = {{0}};

	package_of(s, x->row, x->address, &p);
	if (release_package_encode(&p, &json, &why) != ERR_OK) {
		sim_violate(s, 3, "%s: %s", s->given[x->row].id, why.text);
		return;
	}
	sim_file_drop(f);
	*f = (struct sim_file){.address = x->address, .n_json = json.n};
	memcpy(f->recipient, officer, 32);
	if (x->address && sim_approvers(s, x->row, r->verdict, two) == 2) {
		memcpy(f->approver[0], two[0], 32);
		memcpy(f->approver[1], two[1], 32);
	}
	f->json = mem_zeroed(json.n + 1);
	must(f->json != NULL);
	memcpy(f->json, json.at, json.n);
}

static void
enter_seal(struct sim *s, struct leaving *x)
{
	struct sim_file *f = &s->files[x->row].sealed;
	uint8_t plain[32];
	struct ledger_field fields[] = {
		{"request", span_text(s->given[x->row].id)},
		{"outcome", x->address ? SPAN("address") : SPAN("neutral")},
		{"approvals", span_of(f->approver, x->address ? 64 : 0)},
		{"recipient", span_of(f->recipient, 32)},
		{"plain", span_of(plain, 32)},
	};

	crypto_sha256_2(
		span_of(f->recipient, 32), span_of(f->json, f->n_json), plain);
	f->seal = sim_enter(s, LEDGER_SEAL, s->given[x->row].batch, fields, 5);
	sim_row(s, x->row)->sealed = f->seal;
}

/* sealed/ gets the package: the key is made here. */
static bool
make_package(struct sim *s, uint32_t row)
{
	struct sim_file *f = &s->files[row].sealed;

	if (!sim_is_durable(s, f->seal, LEDGER_SEAL))
		sim_violate(s, 1, "%s: a package before entry S is durable",
			s->given[row].id);
	f->there = true;
	f->synced = false;
	crypto_sha256_2(span_of(&f->seal, sizeof(f->seal)),
		span_of(f->json, f->n_json), f->hash);
	return sim_point(s, "while packages are written");
}

static bool
prepare_row(struct sim *s, struct leaving *x)
{
	const struct register_entry *officer = officer_of(s, x->row);
	struct register_row row;
	struct sim_row *r;
	struct why why;

	*x = (struct leaving){.row = x->row};
	x->wished = decide_anew(s, x->row);
	x->due = clerk_due(&s->clerk, x->row);
	r = sim_row(s, x->row);
	if (officer == NULL)
		return true;
	x->address = x->wished && vault_gives(s, x->row);
	if (s->fault == SIM_FAULT_SIDE_DOOR &&
		r->c.state == CASE_REQUEST_REVIEW) {
		int human;

		sim_match(s, x->row, &r->match, &human);
		x->address = human != SIM_NOBODY;
	}
	if (s->fault == SIM_FAULT_SILENT && !x->address)
		return true;
	x->made = true;
	register_entry_row(officer, &row);
	prepare_file(s, x, register_get(&row, REG_OFFICER_PRINT).at);
	enter_seal(s, x);
	if (r->c.state == CASE_APPROVED)
		must(case_apply(&r->c, x->address ? CASE_TO_SEAL : CASE_TO_STOP,
			     &(struct case_act){.who = CASE_BY_VAULT},
			     &why) == ERR_OK);
	return s->fault != SIM_FAULT_KEY_BEFORE_S || make_package(s, x->row);
}

static bool
seal(struct round *t)
{
	struct sim *s = t->s;

	t->moment = s->moment;
	sim_begin(s);
	for (size_t i = 0; i < t->n; i++)
		if (!prepare_row(s, &t->x[i]))
			return false;
	if (!sim_commit(s) || !sim_publish(s))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		struct leaving *x = &t->x[i];

		if (!x->made)
			continue;
		if ((x->address || x->row % 4 == 0) &&
			!sim_prove(s, s->files[x->row].sealed.seal))
			sim_violate(s, 1, "%s: entry S cannot be shown",
				s->given[x->row].id);
		if (!make_package(s, x->row))
			return false;
	}
	return sim_sealed_sync(
		s, t->x[0].row, t->x[t->n - 1].row - t->x[0].row + 1);
}

/* ---- D ---- */

/* Hand-over is judged again, of everything (I2). */
static bool
still_may(struct sim *s, struct leaving *x)
{
	struct case_moment m;

	if (!in_force(s, s->given[x->row].batch) ||
		officer_of(s, x->row) == NULL)
		return false;
	if (!x->address)
		return true;
	if (s->fault == SIM_FAULT_SIDE_DOOR)
		return true;
	m = moment_of(s, x->row);
	return m.may && !m.withheld && m.n_approvers == 2 &&
	       vault_gives(s, x->row);
}

static void
enter_delivery(struct sim *s, struct leaving *x)
{
	struct sim_row *r = sim_row(s, x->row);
	struct sim_file *f = &s->files[x->row].sealed;
	struct ledger_field fields[] = {
		{"request", span_text(s->given[x->row].id)},
		{"outcome", x->address ? SPAN("address") : SPAN("neutral")},
		{"seal", span_of(&f->seal, sizeof(f->seal))},
		{"package", span_of(f->hash, 32)},
		{"recipient", span_of(f->recipient, 32)},
	};

	r->delivered =
		sim_enter(s, LEDGER_DELIVER, s->given[x->row].batch, fields, 5);
	memcpy(r->package, f->hash, 32);
	f->deliver = r->delivered;
}

static void
apply_delivery(struct sim *s, struct leaving *x)
{
	struct sim_row *r = sim_row(s, x->row);
	struct case_act act = {.who = CASE_BY_KEEPER};
	bool back = r->c.state == CASE_RECALLED;
	struct why why = {{0}};
	enum err e = ERR_OK;

	if (x->address)
		e = case_apply(&r->c, back ? CASE_TO_REISSUE : CASE_TO_DELIVER,
			&act, &why);
	else if (r->c.answered == CASE_ANSWERED_NONE)
		e = case_apply(&r->c, CASE_TO_ANSWER, &act, &why);
	if (e != ERR_OK) {
		sim_violate(s, 5, "%s: %s", s->given[x->row].id, why.text);
		return;
	}
	sim_tell(s,
		x->address ? back ? NEWS_REISSUED : NEWS_ADDRESS : NEWS_NEUTRAL,
		x->row, 0, 0);
}

static void
deliver_row(struct sim *s, struct leaving *x)
{
	struct sim_row *r = sim_row(s, x->row);
	struct why why;

	if (!x->made)
		return;
	if (x->address != (x->due && clerk_due(&s->clerk, x->row)) && x->due &&
		clerk_due(&s->clerk, x->row))
		sim_violate(s, 5, "%s: lawful, and no address leaves",
			s->given[x->row].id);
	if (!still_may(s, x)) {
		x->made = false;
		if (r->c.state == CASE_SEALED)
			must(case_apply(&r->c, CASE_TO_STOP,
				     &(struct case_act){.who = CASE_BY_JUDGE},
				     &why) == ERR_OK);
		return;
	}
	enter_delivery(s, x);
	apply_delivery(s, x);
	r->held = is_covered(s, x->row) || r->c.state == CASE_REQUEST_REVIEW;
	r->since = r->held ? -1 : r->since;
	r->pulled = false;
}

static bool
deliver(struct round *t)
{
	struct sim *s = t->s;

	sim_begin(s);
	for (size_t i = 0; i < t->n; i++)
		deliver_row(s, &t->x[i]);
	if (s->fault == SIM_FAULT_RENAME_BEFORE_D) {
		for (size_t i = 0; i < t->n; i++)
			if (t->x[i].made && !sim_rename(s, t->x[i].row))
				return false;
	}
	if (!sim_commit(s) || !sim_publish(s))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (s->fault != SIM_FAULT_RENAME_BEFORE_D && t->x[i].made &&
			!sim_rename(s, t->x[i].row))
			return false;
	return sim_outbox_sync(
		s, t->x[0].row, t->x[t->n - 1].row - t->x[0].row + 1);
}

/* ---- the round ---- */

/* The lock is free: another verb may come in.  False: the machine stopped. */
static bool
yield(struct sim *s)
{
	sim_interlope(s);
	return s->up;
}

static void
drop_withdrawn(struct round *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct sim_row *r = &t->s->mem.row[t->x[i].row];

		if (case_awaits_answer(&r->c, r->held))
			t->x[n++] = t->x[i];
	}
	t->n = n;
}

static bool
chunk(struct round *t)
{
	struct sim *s = t->s;

	s->door = false;
	if (!in_force(s, t->batch))
		return true;
	if (!seal(t) || !yield(s))
		return false;
	s->door = true;
	/* Withdrawn while the lock was free: what was staged is nobody's. */
	drop_withdrawn(t);
	/* Something changed: all of them are sealed anew, and not only those
	 * whose address may no longer go, which would tell who they are. */
	if (s->moment != t->moment && t->n > 0 && in_force(s, t->batch) &&
		s->fault != SIM_FAULT_SIDE_DOOR && !seal(t))
		return false;
	if (t->n > 0 && !deliver(t))
		return false;
	s->door = false;
	return true;
}
static bool
run(struct round *t)
{
	struct sim *s = t->s;
	const struct sim_batch *b = &s->mem.batch[t->batch];
	uint32_t next = b->first;

	while (next < b->first + b->n) {
		t->n = 0;
		for (; next < b->first + b->n && t->n < SIM_CHUNK; next++)
			if (is_turn(t, next))
				t->x[t->n++] = (struct leaving){.row = next};
		if (t->n == 0)
			return true;
		sim_say(s, "%zu leave", t->n);
		if (!chunk(t) || !yield(s))
			return false;
		/* Each row once a round, whatever came in between. */
	}
	return true;
}

static bool
first_may(const struct sim *s, const struct sim_batch *b)
{
	int32_t days = (int32_t)law_answer_days(s->world.law[b->law]);

	if (s->fault != SIM_FAULT_EARLY)
		return s->today >= b->day + days;
	for (uint32_t i = b->first; i < b->first + b->n; i++)
		if (case_awaits_approval(&s->mem.row[i].c))
			return s->today >= b->day + days;
	return true;
}

enum sim_outcome
sim_release(struct sim *s, const struct sim_signer *who, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	struct round t = {.s = s, .batch = batch};

	if (!sim_has(s, who, "operator") || b->stage != SIM_LOCATED ||
		s->mem.roll == SIM_NOBODY || !in_force(s, batch))
		return SIM_REFUSED;
	if (!survey(s, who, batch))
		return SIM_CRASHED;
	for (uint32_t i = b->first; i < b->first + b->n; i++)
		if (!finish_row(s, i))
			return SIM_CRASHED;
	if (!first_may(s, b))
		return SIM_REFUSED;
	s->door = false;
	return run(&t) ? SIM_DONE : SIM_CRASHED;
}

/* ---- a hold arrives ---- */

static void
pull_row(struct sim *s, uint32_t row)
{
	struct sim_row *r = sim_row(s, row);
	struct why why;

	if (r->c.state == CASE_DELIVERED) {
		must(case_apply(&r->c, CASE_TO_RECALL,
			     &(struct case_act){.who = CASE_BY_KEEPER},
			     &why) == ERR_OK);
		sim_tell(s, NEWS_RECALLED, row, 0, 0);
	}
	r->pulled = r->held = true;
	r->since = -1;
}

static bool
pull_batch(struct sim *s, const struct sim_signer *who, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	uint8_t flags[SIM_LINES] = {0};

	for (uint32_t i = 0; i < b->n; i++) {
		uint32_t row = b->first + i;
		const struct sim_file *f = &s->files[row].outbox;

		if (!f->there || f->fetched)
			continue;
		flags[i] |= HOLD_OUT;
		if (sim_covered(s, row, SIM_NOBODY))
			flags[i] |= HOLD_WRITTEN;
		if (f->address && sim_covered(s, row, s->mem.row[row].human))
			flags[i] |= HOLD_RECORD;
	}
	if (hold_pull(flags, b->n) == 0)
		return true;
	sim_begin(s);
	for (uint32_t i = 0; i < b->n; i++)
		if ((flags[i] & HOLD_PULLED) != 0)
			pull_row(s, b->first + i);
	sim_act(s, who->staff, who->cert, "pull-back", batch, SPAN("a hold"));
	if (!sim_commit(s) || !sim_publish(s))
		return false;
	for (uint32_t i = 0; i < b->n; i++)
		if ((flags[i] & HOLD_PULLED) != 0)
			sim_unlink(s, b->first + i);
	return true;
}

bool
sim_pull_back(struct sim *s, const struct sim_signer *who)
{
	uint32_t n = s->mem.n_batches;

	for (uint32_t b = n > SIM_WINDOW ? n - SIM_WINDOW + 1 : 1; b <= n; b++)
		if (!pull_batch(s, who, b))
			return false;
	return true;
}
