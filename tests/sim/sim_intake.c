/* SPDX-License-Identifier: Apache-2.0 */
/* From a batch to people who read it; and what a requester may still do. */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"

enum { YEAR_DAYS = 365 };

/* ---- the moment ---- */

static void
set_officer(struct sim *s, const struct request *q, struct evidence *ev)
{
	const struct register_entry *entry;
	struct register_row row;

	if (evidence_is(ev, EV_OFFICER, "none"))
		return;
	entry = register_find(
		s->registers, REG_OFFICER, q->field[RQ_OFFICER_ID], s->at);
	if (entry == NULL) {
		evidence_set_word(ev, EV_OFFICER, "unregistered");
		return;
	}
	register_entry_row(entry, &row);
	if (!register_engaged(&row, q->field[RQ_CASE_ID]))
		evidence_set_word(ev, EV_OFFICER, "unregistered");
	if (strcmp(request_unit_word(register_get(&row, REG_OFFICER_UNIT)),
		    "civil-removal") == 0)
		evidence_set_word(ev, EV_UNIT, "civil-removal");
}

bool
sim_screened(const struct sim *s, int human)
{
	char id[16];

	if (s->fault == SIM_FAULT_SCREENS ||
		(s->fault == SIM_FAULT_SCREEN_AT_DOOR && s->door))
		return false;
	sim_person_id(human, false, id);
	return register_screened(s->registers, span_text(id), 0, s->at);
}

void
sim_moment(struct sim *s, uint32_t row, int human, struct evidence *ev)
{
	const struct sim_given *g = &s->given[row];
	int which = s->mem.batch[g->batch].law;
	const struct law *law = s->world.law[which];
	int32_t order = request_day(&g->q, RQ_ORDER_DATE);
	bool loaded = register_agreement_loaded(s->registers,
		span_text(law_agreement_id(law)), s->world.law_hash[which],
		s->at);

	set_officer(s, &g->q, ev);
	evidence_set_flag(ev, EV_TERM,
		loaded && law_effective(law) <= s->today &&
			s->today < law_expires(law));
	evidence_set_flag(ev, EV_SAFEGUARDS,
		register_safeguards(s->registers, span_text(law_requester(law)),
			s->at, NULL));
	if (order != DAY_NONE && order <= s->today)
		evidence_set_number(
			ev, EV_ORDER_AGE, (uint64_t)(s->today - order));
	evidence_set_flag(ev, EV_NO_HOLD, !sim_covered(s, row, human));
	if (human != SIM_NOBODY)
		evidence_set_flag(ev, EV_SCREEN, !sim_screened(s, human));
}

enum law_answer
sim_decide(const struct law *law, const struct evidence *ev)
{
	bool met[LAW_RULES_MAX];
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

/* ---- judging what was written ---- */

static bool
counts(const struct sim *s, uint32_t row)
{
	const struct sim_row *r = &s->mem.row[row];

	return r->answer != LAW_REFUSED && r->c.state != CASE_RETURNED &&
	       r->c.state != CASE_WITHDRAWN && r->c.state != CASE_SUPERSEDED;
}

/* Of its kind; the lines before it in its own batch are judged already. */
static bool
is_first(const struct sim *s, uint32_t row)
{
	const struct sim_given *g = &s->given[row];
	int64_t mends = g->ask.mends;

	for (uint32_t i = 0; i < s->mem.n_rows; i++)
		if (i != row &&
			s->given[i].keys.duplicate == g->keys.duplicate &&
			(i < row || s->given[i].batch != g->batch) &&
			counts(s, i))
			return false;
	if (mends == SIM_NOBODY)
		return true;
	if (s->mem.row[mends].c.state != CASE_REFUSED &&
		s->mem.row[mends].c.state != CASE_RETURNED)
		return false;
	for (uint32_t i = s->mem.batch[g->batch].first; i < row; i++)
		if (s->given[i].ask.mends == mends && counts(s, i))
			return false;
	return true;
}

static bool
is_own_reason(const struct sim *s, uint32_t row)
{
	const struct sim_given *g = &s->given[row];

	for (uint32_t i = 0; i < s->mem.n_rows; i++)
		if (i != row && s->given[i].keys.reason == g->keys.reason &&
			s->given[i].keys.person != g->keys.person &&
			(s->given[i].batch == g->batch ||
				s->mem.row[i].answer != LAW_REFUSED))
			return false;
	return true;
}

static bool
same_officer(const struct sim *s, uint32_t a, uint32_t b)
{
	return span_eq(s->given[a].q.field[RQ_OFFICER_ID],
		s->given[b].q.field[RQ_OFFICER_ID]);
}

/* Distinct people under the officer in a year; `accepted` has a bit for each
 * line of the row's own batch that counts. */
static uint64_t
officer_load(const struct sim *s, uint32_t row, uint32_t accepted)
{
	static uint64_t person[4096];
	size_t n = 0;
	const struct sim_batch *own = &s->mem.batch[s->given[row].batch];

	for (uint32_t i = s->mem.n_rows; i-- > 0 && n < 4096;) {
		const struct sim_batch *b = &s->mem.batch[s->given[i].batch];
		bool mine = b == own;
		size_t k = 0;

		if (b->day < s->today - YEAR_DAYS)
			break;
		if (!same_officer(s, i, row) ||
			(mine ? (accepted >> (i - own->first) & 1) == 0
			      : s->mem.row[i].answer == LAW_REFUSED))
			continue;
		while (k < n && person[k] != s->given[i].keys.person)
			k++;
		if (k == n)
			person[n++] = s->given[i].keys.person;
	}
	return n;
}

static void
complete(struct sim *s, uint32_t row, bool first, uint64_t load,
	struct evidence *ev)
{
	request_grade(&s->given[row].q, s->today, ev);
	sim_moment(s, row, SIM_NOBODY, ev);
	ev->value[EV_NO_HOLD] = 0;
	evidence_set_flag(ev, EV_SIGNER, true);
	evidence_set_flag(ev, EV_REASON_OWN, is_own_reason(s, row));
	evidence_set_flag(ev, EV_FIRST, first);
	evidence_set_number(ev, EV_OFFICER_LOAD, load);
	evidence_set_number(ev, EV_VOLUME, s->mem.n_rows);
}

static void
move(struct sim *s, uint32_t row, enum case_event event, unsigned who)
{
	struct why why = {{0}};

	if (case_apply(&sim_row(s, row)->c, event,
		    &(struct case_act){.who = who}, &why) != ERR_OK)
		sim_violate(s, 5, "%s: %s", s->given[row].id, why.text);
}

/* Mends: what it names gives way. */
static void
supersede(struct sim *s, uint32_t row)
{
	int64_t mends = s->given[row].ask.mends;

	if (mends == SIM_NOBODY || s->mem.row[row].answer == LAW_REFUSED)
		return;
	move(s, (uint32_t)mends, CASE_TO_SUPERSEDE, CASE_BY_JUDGE);
	sim_tell(s, NEWS_SUPERSEDED, mends, 0, 0);
}

static void
judge_row(struct sim *s, uint32_t row, bool first, uint64_t load, bool again)
{
	struct sim_row *r = sim_row(s, row);
	const struct law *law =
		s->world.law[s->mem.batch[s->given[row].batch].law];
	struct ledger_field fields[2];
	OWNED_BUF(evidence, 4096);

	complete(s, row, first, load, &r->ev);
	r->answer = (uint8_t)law_decide(law, &r->ev, EV_REQUEST, NULL);
	move(s, row, case_event_of((enum law_answer)r->answer, EV_REQUEST),
		CASE_BY_JUDGE);
	evidence_encode(&r->ev, &evidence);
	must(buf_error(&evidence) == ERR_OK);
	fields[0] =
		(struct ledger_field){"request", span_text(s->given[row].id)};
	fields[1] = (struct ledger_field){"evidence", buf_span(&evidence)};
	(void)sim_enter(s, LEDGER_REQUEST, s->given[row].batch, fields, 2);
	sim_tell(s, NEWS_JUDGED, row, r->answer, again);
	supersede(s, row);
}

/* ---- a batch comes in ---- */

static void
receive(struct sim *s, uint32_t batch, uint32_t line, const struct sim_ask *ask)
{
	uint32_t row = sim_row_add(s);
	struct sim_given *g = &s->given[row];
	struct sim_row *r = sim_row(s, row);
	OWNED_BUF(bytes, 1 << 16);

	mem_free(g->bytes); /* of a batch that a crash took back */
	*g = (struct sim_given){.batch = batch, .line = line, .ask = *ask};
	(void)snprintf(g->id, sizeof(g->id), "R%06u", row);
	sim_ask_write(&s->world, ask, g->id,
		ask->mends == SIM_NOBODY ? NULL : s->given[ask->mends].id,
		&bytes);
	must(buf_error(&bytes) == ERR_OK);
	g->n_bytes = bytes.n;
	g->bytes = mem_zeroed(bytes.n);
	must(g->bytes != NULL);
	memcpy(g->bytes, bytes.at, bytes.n);
	if (request_from_bytes(span_of(g->bytes, g->n_bytes), &g->q) != ERR_OK)
		sim_violate(s, 5, "a request of ours cannot be read back");
	g->keys = request_keys(&g->q);
	sim_given_names(g);
	*r = (struct sim_row){.c = case_received(),
		.answer = LAW_REFUSED, /* counts for nothing yet */
		.human = SIM_NOBODY,
		.roll = SIM_NOBODY,
		.sealed = SIM_NO_ENTRY,
		.delivered = SIM_NO_ENTRY};
}

/* Those that the law refuses for nothing that other lines say. */
static uint32_t
weigh(struct sim *s, const struct sim_batch *b)
{
	uint32_t accepted = 0;

	for (uint32_t i = 0; i < b->n; i++) {
		struct evidence ev = {{0}};

		complete(s, b->first + i, true, 0, &ev);
		if (law_decide(s->world.law[b->law], &ev, EV_REQUEST, NULL) !=
			LAW_REFUSED)
			accepted |= 1u << i;
	}
	return accepted;
}

/* As the program does: duplicates first, then loads over what is left. */
static void
judge_batch(struct sim *s, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	uint32_t accepted = weigh(s, b);
	bool first[SIM_LINES];
	uint64_t load[SIM_LINES];

	for (uint32_t i = 0; i < b->n; i++) {
		uint32_t row = b->first + i;

		first[i] = true;
		if ((accepted >> i & 1) == 0)
			continue;
		first[i] = is_first(s, row);
		if (!first[i])
			accepted &= ~(1u << i);
		else /* for the lines after it */
			sim_row(s, row)->answer = LAW_REVIEW;
	}
	for (uint32_t i = 0; i < b->n; i++)
		load[i] = officer_load(s, b->first + i, accepted);
	for (uint32_t i = 0; i < b->n; i++)
		judge_row(s, b->first + i, first[i], load[i], false);
}

static void
open_cap(struct sim *s, const struct sim_signer *who, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	uint32_t most = law_cap(s->world.law[b->law], LAW_CAP_BATCH);
	uint32_t n = 0;
	struct matter_words words = {
		.field = {SPAN("batch-most"), SPAN("3"), SPAN("2")}};
	struct matter m = {.batch = batch};
	struct why why;

	for (uint32_t i = 0; i < b->n; i++)
		n += s->mem.row[b->first + i].answer != LAW_REFUSED;
	if (most == 0 || n <= most)
		return;
	must(matter_open(&m, MATTER_OF_CAP, MATTER_BY_PROGRAM, &words, s->at,
		     &why) == ERR_OK);
	m.n = sim_matter_add(s);
	*sim_matter(s, (uint32_t)m.n) = m;
	sim_act(s, who->staff, who->cert, "cap", batch, SPAN("batch-most"));
}

enum sim_outcome
sim_submit(struct sim *s, const struct sim_signer *who, int certifier,
	const struct sim_ask *asks, size_t n)
{
	struct ledger_field fields[] = {
		{"actor", span_of(who->print, 32)},
	};
	struct sim_batch *b;
	uint32_t batch;
	char id[32];

	(void)snprintf(id, sizeof(id), "ICE-DIR-%d", certifier);
	if (!sim_has(s, who, "operator") ||
		register_find(s->registers, REG_CERTIFIER, span_text(id),
			s->at) == NULL)
		return SIM_REFUSED;
	sim_begin(s);
	s->by_person = true;
	batch = sim_batch_add(s);
	b = sim_batch(s, batch);
	*b = (struct sim_batch){.stage = SIM_JUDGED,
		.law = (uint8_t)s->mem.law,
		.certifier = (uint8_t)certifier,
		.n = (uint8_t)n,
		.submitter = (int8_t)who->staff,
		.day = s->today,
		.first = s->mem.n_rows};
	memcpy(b->by, who->print, 32);
	(void)sim_enter(s, LEDGER_BATCH, batch, fields, 1);
	sim_tell(s, NEWS_BATCH, batch, 0, 0);
	for (size_t i = 0; i < n; i++)
		receive(s, batch, (uint32_t)i + 1, &asks[i]);
	judge_batch(s, batch);
	open_cap(s, who, batch);
	if (!sim_commit(s) || !sim_publish(s))
		return SIM_CRASHED;
	for (uint32_t i = 0; i < n; i++)
		sim_view(s, "reply %s %s", s->given[b->first + i].id,
			s->mem.row[b->first + i].answer == LAW_REFUSED
				? "refused"
				: "accepted");
	return sim_locate(s, batch);
}

/* ---- the vault looks ---- */

/* The planted faults of matching: a person is taken all the same. */
static void
take_anybody(const struct sim *s, const struct match_query *query,
	struct match_result *result)
{
	struct roll_found found =
		roll_find_tin(s->world.roll[s->mem.roll], query->tin);

	if (query->tin == 0 || found.n == 0)
		return;
	result->person = MATCH_CONFIRMED;
	result->cause = MATCH_C_MET;
	result->index = roll_found_person(&found, 0);
	result->own_row = result->screen_clear = true;
	result->years = MATCH_YEARS_ALL;
}

void
sim_match(struct sim *s, uint32_t row, struct match_result *ret_result,
	int *ret_human)
{
	const struct roll *roll = s->world.roll[s->mem.roll];
	struct match_query query;

	match_query_from(&s->given[row].q, &query);
	match_request(roll, &query, ret_result);
	if (s->fault == SIM_FAULT_RIVAL && ret_result->person == MATCH_RIVAL)
		take_anybody(s, &query, ret_result);
	if (s->fault == SIM_FAULT_TIN_LANE && ret_result->person == MATCH_NONE)
		take_anybody(s, &query, ret_result);
	if (s->fault == SIM_FAULT_DEPENDENT &&
		ret_result->person == MATCH_CONFIRMED) {
		ret_result->own_row = true;
		ret_result->years = MATCH_YEARS_ALL;
	}
	*ret_human =
		ret_result->person != MATCH_CONFIRMED
			? SIM_NOBODY
			: sim_human_of(roll_person(roll, ret_result->index).id);
}

void
sim_verdict(const struct sim *s, uint32_t row,
	const struct match_result *result, int human, uint8_t ret_hash[32])
{
	const struct sim_given *g = &s->given[row];
	uint8_t request[32];
	OWNED_BUF(match, 1024);
	OWNED_BUF(all, 4096);

	crypto_sha256(span_of(g->bytes, g->n_bytes), request);
	match_encode(result, &match);
	buf_u32be(&all, g->batch);
	buf_u32be(&all, g->line);
	buf_bytes(&all, span_of(request, 32));
	buf_bytes(&all,
		span_of(s->world.law_hash[s->mem.batch[g->batch].law], 32));
	buf_sized(&all, buf_span(&match));
	buf_u32be(&all, (uint32_t)human);
	must(buf_error(&match) == ERR_OK && buf_error(&all) == ERR_OK);
	crypto_sha256(buf_span(&all), ret_hash);
}

static void
look_up(struct sim *s, uint32_t row)
{
	struct sim_row *r = sim_row(s, row);
	struct sim_batch *b = sim_batch(s, s->given[row].batch);
	enum law_answer answer;
	struct ledger_field fields[2];
	OWNED_BUF(evidence, 4096);
	struct evidence ev;
	int human;

	sim_match(s, row, &r->match, &human);
	r->human = (int16_t)human;
	r->roll = (int8_t)s->mem.roll;
	r->looked = true;
	ev = r->ev;
	match_evidence(&r->match, &ev);
	sim_moment(s, row, human, &ev);
	answer = sim_decide(s->world.law[b->law], &ev);
	if (r->c.state == CASE_ACCEPTED)
		move(s, row, case_event_of(answer, EV_RECORD),
			answer == LAW_REFUSED ? CASE_BY_JUDGE : CASE_BY_VAULT);
	sim_verdict(s, row, &r->match, human, r->verdict);
	evidence_encode(&ev, &evidence);
	must(buf_error(&evidence) == ERR_OK);
	fields[0] =
		(struct ledger_field){"request", span_text(s->given[row].id)};
	fields[1] = (struct ledger_field){"evidence", buf_span(&evidence)};
	sim_tell(s, NEWS_LOOKED, row, r->c.state, 0);
	if (s->fault == SIM_FAULT_COUNT_FOUND && human == SIM_NOBODY)
		return;
	(void)sim_enter(s, LEDGER_MATCH, s->given[row].batch, fields, 2);
	b->n_looks++;
}

static bool
enter_lookup(struct sim *s, uint32_t batch)
{
	struct ledger_field fields[] = {{"batch", SPAN("lines")}};
	uint64_t index;

	sim_begin(s);
	index = sim_enter(s, LEDGER_LOOKUP, batch, fields, 1);
	if (!sim_commit(s) || !sim_publish(s))
		return false;
	if (!sim_prove(s, index))
		sim_violate(s, 1, "a look-up has no entry that can be shown");
	return true;
}

/* What was recalled waits too, and stays where it is. */
static bool
is_to_look_up(const struct sim *s, uint32_t row)
{
	const struct sim_row *r = &s->mem.row[row];

	return !r->looked &&
	       (r->c.state == CASE_ACCEPTED || r->c.state == CASE_RECALLED);
}

enum sim_outcome
sim_locate(struct sim *s, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	bool any = false;

	if (s->mem.roll == SIM_NOBODY ||
		(s->fault != SIM_FAULT_CAP &&
			sim_matter_find(s, MATTER_STOPS_LOOKUP, MATTER_NO_KIND,
				batch, 0) != 0))
		return SIM_REFUSED;
	for (uint32_t i = b->first; i < b->first + b->n; i++)
		any |= is_to_look_up(s, i) && !b->refused;
	if (!any && b->stage == SIM_LOCATED)
		return SIM_REFUSED;
	if (any && !enter_lookup(s, batch))
		return SIM_CRASHED;
	sim_begin(s);
	for (uint32_t i = b->first; any && i < b->first + b->n; i++)
		if (is_to_look_up(s, i))
			look_up(s, i);
	sim_batch(s, batch)->stage = SIM_LOCATED;
	return sim_commit(s) && sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

/* ---- people ---- */

static void
sign(const uint8_t print[32], struct span text, uint8_t to[32])
{
	crypto_hmac_sha256(span_of(print, 32), text, to);
}

/* The signature, and that it is over this list: as the vault checks it. */
static bool
is_signed(const struct sim_approval *a)
{
	struct release_approval says;
	uint8_t signature[32];
	uint8_t hash[CRYPTO_SHA384];

	sign(a->signer, span_of(a->text, a->n_text), signature);
	return memcmp(signature, a->signature, 32) == 0 &&
	       release_approval_decode(span_of(a->text, a->n_text), &says) ==
		       ERR_OK &&
	       says.batch == a->batch && says.count == a->n &&
	       (says.act == RELEASE_WITHHOLD) == a->withhold &&
	       release_verdicts_hash(a->item, a->n, hash) == ERR_OK &&
	       memcmp(hash, says.verdicts, sizeof(hash)) == 0;
}

static bool
names(const struct sim_approval *a, uint32_t line, const uint8_t *verdict)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->item[i].line == line)
			return memcmp(a->item[i].hash, verdict, 32) == 0;
	return false;
}

static bool
is_other(struct sim *s, const uint8_t *a, const uint8_t *b)
{
	return s->fault == SIM_FAULT_ONE_TWICE ? memcmp(a, b, 32) != 0
					       : !sim_same_person(s, a, b);
}

static bool
may_approve(struct sim *s, const struct sim_batch *b, const uint8_t *signer)
{
	struct sim_signer who = {.print = signer};

	return (s->fault == SIM_FAULT_ROLE_LAPSED ||
		       sim_has(s, &who, "reviewer")) &&
	       (s->fault == SIM_FAULT_SUBMITTER ||
		       !sim_same_person(s, signer, b->by));
}

size_t
sim_approvers(struct sim *s, uint32_t row, const uint8_t *verdict,
	const uint8_t *two[2])
{
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];
	size_t n = 0;

	for (size_t i = 0; i < b->n_approvals; i++) {
		const struct sim_approval *a = &s->approval[b->approval[i]];

		if (!names(a, s->given[row].line, verdict) || !is_signed(a))
			continue;
		if (a->withhold)
			n = 0;
		else if (n < 2 && may_approve(s, b, a->signer) &&
			 (n == 0 || is_other(s, two[0], a->signer)))
			two[n++] = a->signer;
	}
	return n;
}

bool
sim_withheld(const struct sim *s, uint32_t row, const uint8_t *verdict)
{
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];
	bool last = false;

	for (size_t i = 0; i < b->n_approvals; i++) {
		const struct sim_approval *a = &s->approval[b->approval[i]];

		if (names(a, s->given[row].line, verdict))
			last = a->withhold;
	}
	return last;
}

/* Does this row wait for this reviewer? */
static bool
waits(struct sim *s, uint32_t row, const struct sim_signer *who, bool one,
	bool withhold)
{
	const struct sim_row *r = &s->mem.row[row];
	const uint8_t *two[2];

	if (r->c.state == CASE_REQUEST_REVIEW)
		return one;
	if (r->c.state != CASE_REVIEW && r->c.state != CASE_APPROVED_ONCE &&
		!(withhold && r->c.state == CASE_APPROVED))
		return false;
	return withhold || sim_approvers(s, row, r->verdict, two) == 0 ||
	       is_other(s, two[0], who->print);
}

static void
move_reviewed(struct sim *s, uint32_t row, const struct sim_signer *who,
	bool withhold, const uint8_t *first)
{
	struct sim_row *r = sim_row(s, row);
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];
	bool request = r->c.state == CASE_REQUEST_REVIEW;
	enum case_event event =
		request    ? withhold ? CASE_TO_RETURN : CASE_TO_CLEAR
		: withhold ? CASE_TO_WITHHOLD
			   : CASE_TO_APPROVE;
	struct case_act act = {.who = CASE_BY_REVIEWER,
		.by = who->print,
		.submitter = b->by,
		.first = first};
	static const uint8_t somebody_else[32] = {1};
	struct why why = {{0}};

	if (s->fault == SIM_FAULT_SUBMITTER)
		act.submitter = somebody_else;
	/* Who signed first is a reviewer no more: this one is the first. */
	if (r->c.state == CASE_APPROVED_ONCE && first == NULL && !withhold) {
		move(s, row, CASE_TO_ANEW, CASE_BY_JUDGE);
		move(s, row, CASE_TO_CONFIRM, CASE_BY_VAULT);
	}
	if (case_apply(&r->c, event, &act, &why) != ERR_OK)
		sim_violate(s, 6, "%s: %s", s->given[row].id, why.text);
	if (event == CASE_TO_CLEAR)
		r->since = s->today;
	sim_tell(s,
		request    ? withhold ? NEWS_RETURNED : NEWS_CLEARED
		: withhold ? NEWS_WITHHELD
			   : NEWS_APPROVED,
		row, who->staff * SIM_CERTS + who->cert, 0);
}

static void
keep_approval(struct sim *s, uint32_t batch, const struct sim_signer *who,
	bool withhold, const uint32_t *rows, size_t n)
{
	struct sim_approval *a = &s->approval[s->mem.n_approvals];
	struct sim_batch *b = sim_batch(s, batch);
	struct release_approval says = {.origin = SPAN("sim.example/ledger"),
		.batch = batch,
		.act = withhold ? RELEASE_WITHHOLD : RELEASE_APPROVE,
		.count = n};
	OWNED_BUF(text, sizeof(a->text));

	*a = (struct sim_approval){
		.batch = batch, .withhold = withhold, .n = n};
	memcpy(a->signer, who->print, 32);
	for (size_t i = 0; i < n; i++) {
		a->item[i].line = s->given[rows[i]].line;
		memcpy(a->item[i].hash, s->mem.row[rows[i]].verdict, 32);
	}
	must(release_verdicts_hash(a->item, n, says.verdicts) == ERR_OK);
	release_approval_encode(&says, &text);
	must(buf_error(&text) == ERR_OK);
	memcpy(a->text, text.at, text.n);
	a->n_text = text.n;
	sign(who->print, buf_span(&text), a->signature);
	b->approval[b->n_approvals++] = s->mem.n_approvals++;
	sim_act(s, who->staff, who->cert, withhold ? "withhold" : "approve",
		batch, buf_span(&text));
}

static bool
may_review(struct sim *s, const struct sim_signer *who, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];

	return sim_has(s, who, "reviewer") && b->stage == SIM_LOCATED &&
	       b->n_approvals < SIM_APPROVALS &&
	       (s->fault == SIM_FAULT_SUBMITTER ||
		       !sim_same_person(s, who->print, b->by));
}

enum sim_outcome
sim_review(struct sim *s, const struct sim_signer *who, uint32_t batch,
	int line, bool withhold)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	uint32_t rows[SIM_LINES];
	const uint8_t *first[SIM_LINES];
	bool cleared = false;
	size_t n = 0;

	if (!may_review(s, who, batch))
		return SIM_REFUSED;
	for (uint32_t i = 0; i < b->n; i++) {
		const uint8_t *two[2] = {NULL, NULL};

		if ((line >= 0 && (uint32_t)line != i) ||
			!waits(s, b->first + i, who, line >= 0, withhold))
			continue;
		(void)sim_approvers(
			s, b->first + i, s->mem.row[b->first + i].verdict, two);
		first[n] = two[0];
		rows[n++] = b->first + i;
	}
	if (n == 0)
		return SIM_REFUSED;
	sim_begin(s);
	keep_approval(s, batch, who, withhold, rows, n);
	for (size_t i = 0; i < n; i++) {
		move_reviewed(s, rows[i], who, withhold, first[i]);
		cleared |= s->mem.row[rows[i]].c.state == CASE_ACCEPTED;
	}
	if (!sim_commit(s) || !sim_publish(s))
		return SIM_CRASHED;
	return cleared && sim_locate(s, batch) == SIM_CRASHED ? SIM_CRASHED
							      : SIM_DONE;
}

/* ---- the requester ---- */

enum sim_outcome
sim_withdraw(struct sim *s, uint32_t batch, int line)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	struct case_act act = {
		.who = CASE_BY_REQUESTER, .by = s->staff[0].print[0]};
	size_t n = 0;

	sim_begin(s);
	for (uint32_t i = 0; i < b->n; i++) {
		struct why why;
		bool ok;

		if (line >= 0 && (uint32_t)line != i)
			continue;
		ok = case_apply(&sim_row(s, b->first + i)->c, CASE_TO_WITHDRAW,
			     &act, &why) == ERR_OK;
		n += ok;
		sim_view(s, "withdraw %s: %s", s->given[b->first + i].id,
			ok ? "done" : "no");
		if (ok)
			sim_tell(s, NEWS_WITHDRAWN, b->first + i, 0, 0);
	}
	if (n == 0) {
		sim_abandon(s);
		return SIM_REFUSED;
	}
	sim_act(s, 0, 0, "withdraw", batch, SPAN("by the requester"));
	return sim_commit(s) && sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

enum sim_outcome
sim_lapse(struct sim *s, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	int32_t days = (int32_t)law_lapse_days(s->world.law[b->law]);
	size_t n = 0;

	if (s->today < b->day + days)
		return SIM_REFUSED;
	sim_begin(s);
	for (uint32_t i = b->first; i < b->first + b->n; i++) {
		struct case_request c = s->mem.row[i].c;
		struct why why;

		if (case_apply(&c, CASE_TO_LAPSE,
			    &(struct case_act){.who = CASE_BY_JUDGE},
			    &why) != ERR_OK)
			continue;
		sim_row(s, i)->c = c;
		sim_tell(s, NEWS_LAPSED, i, 0, 0);
		n++;
	}
	if (n == 0) {
		sim_abandon(s);
		return SIM_REFUSED;
	}
	sim_act(s, 0, 0, "lapse", batch, SPAN("the agreement's days"));
	return sim_commit(s) && sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

/* The lines of its batch that count, itself among them. */
static uint32_t
accepted_with(const struct sim *s, uint32_t row)
{
	const struct sim_batch *b = &s->mem.batch[s->given[row].batch];
	uint32_t accepted = 1u << (row - b->first);

	for (uint32_t i = 0; i < b->n; i++)
		if (s->mem.row[b->first + i].answer != LAW_REFUSED)
			accepted |= 1u << i;
	return accepted;
}

/* The requester asks, a person says anew, and it is judged as of today. */
enum sim_outcome
sim_rejudge(struct sim *s, const struct sim_signer *who, uint32_t row)
{
	struct case_request c = s->mem.row[row].c;
	struct why why;
	uint32_t batch = s->given[row].batch;
	uint32_t matter;
	enum sim_outcome o;

	if (case_apply(&c, CASE_TO_REJUDGE,
		    &(struct case_act){.who = CASE_BY_JUDGE}, &why) != ERR_OK ||
		s->mem.batch[batch].stage != SIM_LOCATED)
		return SIM_REFUSED;
	o = sim_matter_open(s, who, MATTER_OF_RECONSIDER, MATTER_BY_REQUESTER,
		batch, row + 1);
	if (o != SIM_DONE)
		return o;
	matter = s->mem.n_matters;
	o = sim_matter_answer(
		s, who, matter, MATTER_BY_REVIEWER, MATTER_RECONSIDER_ANEW);
	if (o != SIM_DONE)
		return o;
	sim_begin(s);
	sim_row(s, row)->c = c;
	sim_row(s, row)->answer = LAW_REFUSED;
	sim_row(s, row)->looked = false;
	sim_row(s, row)->since = s->today;
	sim_act(s, who->staff, who->cert, "judge-anew", batch, SPAN("anew"));
	judge_row(s, row, is_first(s, row),
		officer_load(s, row, accepted_with(s, row)), true);
	sim_view(s, "reply %s %s", s->given[row].id,
		s->mem.row[row].answer == LAW_REFUSED ? "refused" : "accepted");
	if (!sim_commit(s) || !sim_publish(s))
		return SIM_CRASHED;
	return sim_locate(s, batch) == SIM_CRASHED ? SIM_CRASHED : SIM_DONE;
}

/* ---- after delivery ---- */

enum sim_outcome
sim_fetch(struct sim *s, uint32_t batch)
{
	const struct sim_batch *b = &s->mem.batch[batch];
	size_t n = 0;

	for (uint32_t i = b->first; i < b->first + b->n; i++)
		if (s->files[i].outbox.there && !s->files[i].outbox.fetched) {
			s->files[i].outbox.fetched = true;
			n++;
		}
	return n > 0 ? SIM_DONE : SIM_REFUSED;
}

enum sim_outcome
sim_demand(struct sim *s, const struct sim_signer *who, uint32_t row)
{
	struct case_act act = {.who = CASE_BY_COUNSEL, .by = who->print};
	struct case_request c = s->mem.row[row].c;
	struct why why;
	enum sim_outcome o;

	if (!sim_has(s, who, "counsel") || !s->files[row].outbox.fetched ||
		case_apply(&c, CASE_TO_RECALL, &act, &why) != ERR_OK)
		return SIM_REFUSED;
	o = sim_matter_open(s, who, MATTER_OF_RECALL, MATTER_BY_COUNSEL,
		s->given[row].batch, row + 1);
	if (o != SIM_DONE)
		return o;
	sim_begin(s);
	sim_row(s, row)->pulled = false;
	sim_row(s, row)->held = false;
	if (s->fault != SIM_FAULT_LOST_RECALL)
		sim_row(s, row)->c = c;
	sim_act(s, who->staff, who->cert, "recall", s->given[row].batch,
		span_text(s->given[row].id));
	sim_tell(s, NEWS_RECALLED, row, 0, 0);
	return sim_commit(s) && sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

enum sim_outcome
sim_destroy(struct sim *s, uint32_t row)
{
	struct case_act act = {
		.who = CASE_BY_REQUESTER, .by = s->staff[0].print[0]};
	struct case_request c = s->mem.row[row].c;
	struct why why;

	/* What was pulled back before anybody had it cannot be destroyed. */
	if (s->mem.row[row].pulled || !s->files[row].outbox.fetched ||
		case_apply(&c, CASE_TO_DESTROY, &act, &why) != ERR_OK)
		return SIM_REFUSED;
	sim_begin(s);
	sim_row(s, row)->c = c;
	sim_act(s, 0, 0, "destroyed", s->given[row].batch,
		span_text(s->given[row].id));
	sim_tell(s, NEWS_DESTROYED, row, 0, 0);
	return sim_commit(s) && sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}
