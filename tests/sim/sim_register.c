/* SPDX-License-Identifier: Apache-2.0 */
/* Registers, holds, matters, rolls: each change a signed act and an entry. */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "person/person.h"

/* ---- people ---- */

bool
sim_has(const struct sim *s, const struct sim_signer *who, const char *role)
{
	return register_has_role(s->registers, who->print, role, s->at);
}

/* register_same_person() walks the whole register: remembered while it is as
 * it was.  Prints are of our staff. */
bool
sim_same_person(struct sim *s, const uint8_t *a, const uint8_t *b)
{
	int i = -1;
	int k = -1;

	if (s->same_n != register_n(s->registers, REG_ROLE)) {
		memset(s->same, 0, sizeof(s->same));
		s->same_n = register_n(s->registers, REG_ROLE);
	}
	for (int n = 0; n < SIM_STAFF * SIM_CERTS; n++) {
		const uint8_t *print =
			s->staff[n / SIM_CERTS].print[n % SIM_CERTS];

		if (memcmp(print, a, 32) == 0)
			i = n;
		if (memcmp(print, b, 32) == 0)
			k = n;
	}
	must(i >= 0 && k >= 0);
	if (s->same[i][k] == 0)
		s->same[i][k] =
			register_same_person(s->registers, a, b) ? 2 : 1;
	return s->same[i][k] == 2;
}

/* ---- register acts ---- */

static enum sim_outcome
change(struct sim *s, struct register_act *act, const struct sim_item *news)
{
	OWNED_BUF(bytes, REGISTER_ROW_MAX);
	struct why why;
	struct ledger_field fields[2];

	memcpy(act->actor, s->staff[0].print[0], 32);
	act->at = s->at;
	sim_begin(s);
	if (register_apply(s->registers, act, &why) != ERR_OK) {
		sim_abandon(s);
		return SIM_REFUSED;
	}
	register_act_encode(act, &bytes);
	must(buf_error(&bytes) == ERR_OK);
	buf_sized(&s->acts, buf_span(&bytes));
	s->mem.n_acts = s->acts.n;
	fields[0] = (struct ledger_field){
		"actor", span_of(s->staff[0].print[0], 32)};
	fields[1] = (struct ledger_field){"record", buf_span(&bytes)};
	s->by_person = true;
	s->moment++;
	if (s->fault != SIM_FAULT_NO_ACTOR || act->row.id != REG_SCREEN)
		(void)sim_enter(s, LEDGER_REGISTER, 0, fields, 2);
	if (news != NULL)
		sim_tell(s, news->news, news->a, news->b, news->c);
	if (!sim_commit(s))
		return SIM_CRASHED;
	return sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

static struct register_act
act_of(enum register_id id, bool add)
{
	return (struct register_act){
		.verb = add ? REG_ADD : REG_REVOKE,
		.row = {.id = id},
	};
}

static void
put(struct register_act *act, enum register_column c, const char *text)
{
	register_put(&act->row, c, span_text(text));
}

enum sim_outcome
sim_officer(struct sim *s, int officer, bool there, bool civil, uint32_t only)
{
	struct register_act act = act_of(REG_OFFICER, there);
	struct sim_item news = {.news = NEWS_OFFICER,
		.a = officer,
		.b = there,
		.c = (int64_t)only * 2 + civil};
	char id[32];
	char matters[24];
	uint8_t print[32];

	(void)snprintf(id, sizeof(id), "HSI-%05d", officer);
	crypto_sha256(span_text(id), print);
	put(&act, REG_OFFICER_ID, id);
	if (there) {
		put(&act, REG_OFFICER_NAME, "Dana Whitfield");
		put(&act, REG_OFFICER_UNIT,
			civil ? "Enforcement and Removal Operations"
			      : "Office of Professional Responsibility");
		register_put(&act.row, REG_OFFICER_PRINT, span_of(print, 32));
		(void)snprintf(
			matters, sizeof(matters), "HSI-HOU-25-%06u", only);
		if (only != 0)
			put(&act, REG_OFFICER_MATTERS, matters);
		put(&act, REG_OFFICER_CERT, "stands for a certificate");
	}
	return change(s, &act, &news);
}

enum sim_outcome
sim_certifier(struct sim *s, int certifier, bool there)
{
	struct register_act act = act_of(REG_CERTIFIER, there);
	struct sim_item news = {
		.news = NEWS_CERTIFIER, .a = certifier, .b = there};
	char id[32];
	uint8_t print[32];

	(void)snprintf(id, sizeof(id), "ICE-DIR-%d", certifier);
	crypto_sha256(span_text(id), print);
	put(&act, REG_CERTIFIER_ID, id);
	if (there) {
		put(&act, REG_CERTIFIER_NAME, "Robin Alvarado");
		put(&act, REG_CERTIFIER_ROLE, "head of agency");
		register_put(&act.row, REG_CERTIFIER_PRINT, span_of(print, 32));
		put(&act, REG_CERTIFIER_CERT, "stands for a certificate");
		put(&act, REG_CERTIFIER_FROM, "2024-01-01");
		put(&act, REG_CERTIFIER_AGREEMENT, "AG-IRS-ICE-2025");
	}
	return change(s, &act, &news);
}

enum sim_outcome
sim_role(struct sim *s, int staff, int cert, const char *role, bool there)
{
	struct register_act act = act_of(REG_ROLE, there);
	const uint8_t *print = s->staff[staff].print[cert];
	int what = strcmp(role, "reviewer") == 0   ? 0
		   : strcmp(role, "operator") == 0 ? 1
		   : strcmp(role, "counsel") == 0  ? 2
						   : 3;
	struct sim_item news = {.news = NEWS_ROLE,
		.a = staff * SIM_CERTS + cert,
		.b = what,
		.c = there};

	register_put(&act.row, REG_ROLE_PRINT, span_of(print, 32));
	put(&act, REG_ROLE_ROLE, role);
	if (there) {
		put(&act, REG_ROLE_NAME, s->staff[staff].name);
		put(&act, REG_ROLE_CERT, "stands for a certificate");
		if (register_apart(s->registers, &act.row, s->at, s->sandbox,
			    NULL) != ERR_OK)
			return SIM_REFUSED;
	}
	return change(s, &act, &news);
}

enum sim_outcome
sim_agency(struct sim *s, bool finding, int32_t review)
{
	struct register_act act = act_of(REG_RECIPIENT, false);
	struct sim_item news = {.news = NEWS_AGENCY, .a = finding, .b = review};
	struct sim_item gone = {.news = NEWS_AGENCY, .a = -1};
	char day[DAY_TEXT];
	enum sim_outcome o;

	put(&act, REG_RECIPIENT_ID, "us.dhs.ice");
	o = change(s, &act, &gone);
	if (o == SIM_CRASHED)
		return o;
	act = act_of(REG_RECIPIENT, true);
	put(&act, REG_RECIPIENT_ID, "us.dhs.ice");
	put(&act, REG_RECIPIENT_NAME, "Immigration and Customs Enforcement");
	put(&act, REG_RECIPIENT_SAFEGUARDS,
		finding ? "open-finding" : "in-order");
	if (review != DAY_NONE) {
		day_text(review, day);
		put(&act, REG_RECIPIENT_REVIEW, day);
	}
	return change(s, &act, &news);
}

enum sim_outcome
sim_screen(struct sim *s, int human, bool there)
{
	struct register_act act = act_of(REG_SCREEN, there);
	struct sim_item news = {.news = NEWS_SCREEN, .a = human, .b = there};
	char id[32];

	sim_person_id(human, false, id);
	put(&act, REG_SCREEN_PERSON, id);
	put(&act, REG_SCREEN_GROUND, "informant");
	if (there && sim_draw(&s->rng, 2) == 0)
		put(&act, REG_SCREEN_FINDING, "identify");
	return change(s, &act, &news);
}

enum sim_outcome
sim_screens(struct sim *s, int source)
{
	struct register_act act = act_of(REG_SCREENING, false);
	struct sim_item news = {
		.news = NEWS_SCREENS, .a = source, .b = s->today};
	struct sim_item gone = {
		.news = NEWS_SCREENS, .a = source, .b = DAY_NONE};
	const char *word = source == 0 ? "ci" : "exam";
	uint8_t hash[32];
	char day[DAY_TEXT];

	put(&act, REG_SCREENING_SOURCE, word);
	if (change(s, &act, &gone) == SIM_CRASHED)
		return SIM_CRASHED;
	act = act_of(REG_SCREENING, true);
	day_text(s->today, day);
	crypto_sha256(span_text(day), hash);
	put(&act, REG_SCREENING_SOURCE, word);
	register_put(&act.row, REG_SCREENING_FILE, span_of(hash, 32));
	put(&act, REG_SCREENING_AS_OF, day);
	put(&act, REG_SCREENING_ROWS, "3");
	return change(s, &act, &news);
}

enum sim_outcome
sim_agreement(struct sim *s, int law)
{
	struct register_act act = act_of(REG_AGREEMENT, false);
	struct sim_item news = {.news = NEWS_AGREEMENT, .a = law};
	struct sim_item gone = {.news = NEWS_AGREEMENT, .a = SIM_NOBODY};
	int of = law == SIM_NOBODY ? s->mem.law : law;

	put(&act, REG_AGREEMENT_ID, "AG-IRS-ICE-2025");
	if (change(s, &act, &gone) == SIM_CRASHED)
		return SIM_CRASHED;
	act = act_of(REG_AGREEMENT, true);
	put(&act, REG_AGREEMENT_ID, "AG-IRS-ICE-2025");
	register_put(&act.row, REG_AGREEMENT_FILE,
		span_of(s->world.law_hash[of], 32));
	put(&act, REG_AGREEMENT_STATUS,
		law == SIM_NOBODY ? "suspended" : "loaded");
	s->mem.law = of;
	return change(s, &act, &news);
}

/* ---- rolls ---- */

enum sim_outcome
sim_roll_load(struct sim *s, int roll)
{
	struct roll_info info;
	struct ledger_field fields[2];

	if (s->mem.roll == roll)
		return SIM_REFUSED;
	roll_info(s->world.roll[roll], &info);
	fields[0] = (struct ledger_field){
		"actor", span_of(s->staff[0].print[0], 32)};
	fields[1] = (struct ledger_field){"roll", span_of(info.hash, 32)};
	if (!sim_point(s, "with half an index"))
		return SIM_CRASHED;
	sim_begin(s);
	s->by_person = true;
	s->moment++;
	s->mem.roll = roll;
	(void)sim_enter(s, LEDGER_ROLL, 0, fields, 2);
	sim_tell(s, NEWS_ROLL, roll, 0, 0);
	if (!sim_commit(s))
		return SIM_CRASHED;
	return sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

/* ---- holds ---- */

static size_t
fold(struct span text, char to[256])
{
	return person_fold(text, to);
}

static void
scope_text(const struct sim *s, const struct clerk_hold *h, char to[128])
{
	const struct sim_human *human = &s->world.human[h->value % SIM_HUMANS];
	char id[32];
	char day[DAY_TEXT];
	size_t n = 0;

	sim_person_id((int)(h->value % SIM_HUMANS), false, id);
	switch (h->scope) {
	case CLERK_ALL:
	case CLERK_N_SCOPES:
		n = (size_t)snprintf(to, 128, "all");
		break;
	case CLERK_AGENCY:
		n = (size_t)snprintf(to, 128, "recipient=us.dhs.ice");
		break;
	case CLERK_AGREEMENT:
		n = (size_t)snprintf(to, 128, "agreement=AG-IRS-ICE-2025");
		break;
	case CLERK_STATUTE:
		n = (size_t)snprintf(to, 128, "statute=8 USC 1253");
		break;
	case CLERK_OFFICER:
		n = (size_t)snprintf(
			to, 128, "recipient=HSI-%05d", (int)h->value);
		break;
	case CLERK_CASE:
		n = (size_t)snprintf(
			to, 128, "case=HSI-HOU-25-%06d", (int)h->value);
		break;
	case CLERK_NAME:
		n = (size_t)snprintf(
			to, 128, "person=%s %s", human->given, human->surname);
		break;
	case CLERK_TIN:
		n = (size_t)snprintf(to, 128, "person=%09u", human->tin);
		break;
	case CLERK_PERSON:
		n = (size_t)snprintf(to, 128, "person=%s", id);
		break;
	case CLERK_BATCH:
		n = (size_t)snprintf(to, 128, "batch=%d", (int)h->value);
		break;
	case CLERK_REQUEST:
		n = (size_t)snprintf(to, 128, "request=R%06d", (int)h->value);
		break;
	}
	if (h->from != DAY_NONE) {
		day_text(h->from, day);
		(void)snprintf(to + n, 128 - n, ",from=%s", day);
	}
}

static bool
enter_hold(struct sim *s, const struct sim_signer *who, uint64_t number)
{
	OWNED_BUF(bytes, 1 << 16);
	struct ledger_field fields[3];

	hold_encode(hold_set_find(s->holds, number), &bytes);
	must(buf_error(&bytes) == ERR_OK);
	fields[0] = (struct ledger_field){"actor", span_of(who->print, 32)};
	fields[1] = (struct ledger_field){"scope", buf_span(&bytes)};
	s->by_person = true;
	s->dirty_holds = true;
	s->moment++;
	(void)sim_enter(s, LEDGER_HOLD, 0, fields, 2);
	return sim_commit(s) && sim_publish(s);
}

static struct hold_act
hold_act_of(const struct sim *s, const struct sim_signer *who)
{
	struct hold_act act = {
		.counsel = sim_has(s, who, "counsel"), .at = s->at};

	memcpy(act.by, who->print, sizeof(act.by));
	return act;
}

static bool
has_any(const struct sim *s, const struct sim_signer *who)
{
	return register_find_print(s->registers, REG_ROLE, who->print, s->at) !=
	       NULL;
}

enum sim_outcome
sim_hold_place(
	struct sim *s, const struct sim_signer *who, const struct clerk_hold *h)
{
	char scope[128];
	char except[64];
	struct span scopes[1];
	struct span exceptions[1];
	struct hold_order order = {.ground = HOLD_BY_COURT,
		.effect = h->stops ? HOLD_TO_STOP : HOLD_TO_PRESERVE,
		.docket = SPAN("1:25-cv-12822 (D. Mass.)"),
		.review_day = DAY_NONE,
		.scopes = scopes,
		.n_scopes = 1,
		.exceptions = exceptions,
		.n_exceptions = h->except != 0};
	struct hold_act act = hold_act_of(s, who);
	uint64_t number = s->clerk.n_holds + 1;
	struct hold *hold = NULL;
	struct why why = {{0}};

	if (!has_any(s, who))
		return SIM_REFUSED;
	scope_text(s, h, scope);
	(void)snprintf(
		except, sizeof(except), "case=HSI-HOU-25-%06d", (int)h->except);
	scopes[0] = span_text(scope);
	exceptions[0] = span_text(except);
	if (hold_place(number, &order, &act, fold, &hold, &why) != ERR_OK) {
		sim_violate(
			s, 2, "a hold is not taken: %s: %s", scope, why.text);
		return SIM_REFUSED;
	}
	must(hold_set_add(s->holds, &hold) == ERR_OK);
	sim_begin(s);
	s->item[s->n_items++] = (struct sim_item){
		.news = NEWS_HOLD, .a = (int64_t)number, .hold = *h};
	if (!enter_hold(s, who, number))
		return SIM_CRASHED;
	return sim_pull_back(s, who) ? SIM_DONE : SIM_CRASHED;
}

enum sim_outcome
sim_hold_move(struct sim *s, const struct sim_signer *who, uint64_t number,
	enum hold_event event)
{
	struct hold *hold = hold_set_find(s->holds, number);
	struct hold_act act = hold_act_of(s, who);
	struct why why;

	if (hold == NULL || !has_any(s, who) ||
		hold_apply(hold, event, &act, &why) != ERR_OK)
		return SIM_REFUSED;
	sim_begin(s);
	if (hold_state(hold) == HOLD_LIFTED)
		sim_tell(s, NEWS_LIFTED, (int64_t)number, 0, 0);
	return enter_hold(s, who, number) ? SIM_DONE : SIM_CRASHED;
}

enum sim_outcome
sim_hold_except(struct sim *s, const struct sim_signer *who,
	const struct sim_signer *other, uint64_t number, uint32_t case_number)
{
	struct hold *hold = hold_set_find(s->holds, number);
	struct hold_act act = hold_act_of(s, who);
	char scope[64];
	struct span scopes[1];
	struct hold_except_order order = {
		.docket = SPAN("1:25-cv-12822 (D. Mass.), order of the day"),
		.scopes = scopes,
		.n_scopes = 1};
	struct why why;
	uint32_t n = 0;

	(void)snprintf(
		scope, sizeof(scope), "case=HSI-HOU-25-%06u", case_number);
	scopes[0] = span_text(scope);
	if (hold == NULL || !has_any(s, who) || !has_any(s, other) ||
		hold_n_exceptions(hold) > 0 ||
		hold_except(hold, &order, &act, fold, &n, &why) != ERR_OK)
		return SIM_REFUSED;
	sim_begin(s);
	if (!enter_hold(s, who, number))
		return SIM_CRASHED;
	act = hold_act_of(s, other);
	if (hold_except_apply(hold, n, HOLD_EXCEPT_GRANT, &act, &why) != ERR_OK)
		return SIM_DONE; /* asked, and nobody granted it */
	sim_begin(s);
	sim_tell(s, NEWS_EXCEPTED, (int64_t)number, case_number, 0);
	return enter_hold(s, other, number) ? SIM_DONE : SIM_CRASHED;
}

void
sim_given_names(struct sim_given *g)
{
	OWNED_BUF(whole, 1024);

	buf_bytes(&whole, g->q.field[RQ_GIVEN]);
	buf_text(&whole, " ");
	buf_bytes(&whole, g->q.field[RQ_SURNAME]);
	must(buf_error(&whole) == ERR_OK);
	(void)person_fold(buf_span(&whole), g->folded);
	if (!request_tin(&g->q, g->tin))
		g->tin[0] = '\0';
	(void)snprintf(g->batch_text, sizeof(g->batch_text), "%u", g->batch);
}

bool
sim_covered(const struct sim *s, uint32_t row, int human)
{
	const struct sim_given *g = &s->given[row];
	struct hold_target target = {
		.agreement = SPAN("AG-IRS-ICE-2025"),
		.recipient = SPAN("us.dhs.ice"),
		.officer = g->q.field[RQ_OFFICER_ID],
		.statute = g->q.field[RQ_AUTHORITY],
		.batch = span_text(g->batch_text),
		.request = g->q.field[RQ_ID],
		.case_id = g->q.field[RQ_CASE_ID],
		.name = {span_text(g->folded)},
		.tin = {span_text(g->tin)},
		.day = s->mem.batch[g->batch].day,
	};
	char id[16];

	if (s->fault == SIM_FAULT_HOLD_AT_DOOR && s->door)
		return false;
	if (human >= 0) {
		sim_person_id(human, false, id);
		target.person = span_text(id);
		target.name[1] = span_text(s->world.folded[human]);
		target.tin[1] = span_text(s->world.tin[human]);
	}
	return hold_set_covers(s->holds, HOLD_TO_STOP, &target) != NULL;
}

/* ---- matters ---- */

uint32_t
sim_matter_find(const struct sim *s, enum matter_stops stops,
	enum matter_kind kind, uint32_t batch, uint32_t row)
{
	for (uint32_t i = s->first_open_matter == 0 ? 1 : s->first_open_matter;
		i <= s->mem.n_matters; i++) {
		const struct matter *m = &s->mem.matter[i];

		if (!matter_is_open(m) ||
			(kind != MATTER_NO_KIND && m->kind != kind) ||
			(stops != MATTER_STOPS_NONE &&
				matter_kind_stops((enum matter_kind)m->kind) !=
					stops) ||
			(batch != 0 && m->batch != batch) ||
			(row != 0 && m->line != 0 && m->line != row))
			continue;
		return i;
	}
	return 0;
}

static struct matter_words
words_of(enum matter_kind kind)
{
	struct matter_words words = {0};

	for (size_t i = 0; i < matter_n_fields(kind); i++)
		words.field[i] = SPAN("12");
	return words;
}

/* `row` is 1 + the row: 0 is none. */
enum sim_outcome
sim_matter_open(struct sim *s, const struct sim_signer *who,
	enum matter_kind kind, unsigned by, uint32_t batch, uint32_t row)
{
	struct matter_words words = words_of(kind);
	struct matter m = {.batch = batch, .line = row};
	struct matter back = {0};
	struct matter_words said;
	OWNED_BUF(bytes, MATTER_BYTES_MAX);
	struct why why;
	uint32_t n;

	if (matter_open(&m, kind, by, &words, s->at, &why) != ERR_OK)
		return SIM_REFUSED;
	s->moment++;
	sim_begin(s);
	n = sim_matter_add(s);
	m.n = n;
	*sim_matter(s, n) = m;
	matter_open_encode(&m, &words, &bytes);
	must(buf_error(&bytes) == ERR_OK);
	must(matter_open_decode(buf_span(&bytes), &back, &said) == ERR_OK &&
		back.kind == m.kind && back.line == m.line);
	sim_act(s, who->staff, who->cert, "matter-open", batch,
		buf_span(&bytes));
	if (kind == MATTER_OF_OBJECTION)
		sim_tell(s, NEWS_OBJECTED, batch, (int64_t)row - 1, 0);
	if (!sim_commit(s))
		return SIM_CRASHED;
	return sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}

static void
tell_answer(
	struct sim *s, const struct matter *m, enum matter_decision decision)
{
	int64_t row = (int64_t)m->line - 1;

	if (decision == MATTER_OBJECTION_SUSTAIN) {
		uint32_t first = s->mem.batch[m->batch].first;
		uint32_t end = first + s->mem.batch[m->batch].n;

		for (uint32_t i = first; i < end; i++)
			if (row < 0 || (uint32_t)row == i)
				sim_row(s, i)->sustained = true;
		sim_tell(s, NEWS_SUSTAINED, m->batch, row, 0);
	} else if (decision == MATTER_OBJECTION_OVERRULE) {
		sim_tell(s, NEWS_OVERRULED, m->batch, row, 0);
	} else if (decision == MATTER_CAP_REFUSE) {
		sim_batch(s, m->batch)->refused = true;
		sim_batch(s, m->batch)->stage = SIM_LOCATED;
		sim_tell(s, NEWS_CAP_REFUSED, m->batch, 0, 0);
	} else if (decision == MATTER_CAP_CLEAR) {
		sim_tell(s, NEWS_CAP_CLEARED, m->batch, 0, 0);
	}
}

enum sim_outcome
sim_matter_answer(struct sim *s, const struct sim_signer *who, uint32_t n,
	unsigned by, enum matter_decision decision)
{
	char ground[LAW_NAME_MAX + 16];
	struct matter m;
	OWNED_BUF(bytes, MATTER_BYTES_MAX);
	struct why why;
	uint64_t back = 0;
	enum matter_decision said;
	struct span words;

	if (n == 0 || n > s->mem.n_matters)
		return SIM_REFUSED;
	m = s->mem.matter[n];
	(void)snprintf(ground, sizeof(ground), "%s says so",
		s->world.rule[s->mem.law]);
	if (matter_decide(&m, decision, by, span_text(ground), s->at, &why) !=
		ERR_OK)
		return SIM_REFUSED;
	sim_begin(s);
	*sim_matter(s, n) = m;
	matter_decide_encode(n, decision, span_text(ground), &bytes);
	must(buf_error(&bytes) == ERR_OK);
	must(matter_decide_decode(buf_span(&bytes), &back, &said, &words) ==
			ERR_OK &&
		back == n && said == decision);
	sim_act(s, who->staff, who->cert, "matter-answer", m.batch,
		buf_span(&bytes));
	tell_answer(s, &m, decision);
	if (!sim_commit(s))
		return SIM_CRASHED;
	while (s->first_open_matter <= s->mem.n_matters &&
		(s->first_open_matter == 0 ||
			!matter_is_open(&s->mem.matter[s->first_open_matter])))
		s->first_open_matter++;
	return sim_publish(s) ? SIM_DONE : SIM_CRASHED;
}
