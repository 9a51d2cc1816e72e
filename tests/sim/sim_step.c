/* SPDX-License-Identifier: Apache-2.0 */
/* The steps, and how often each is drawn. */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"

/* ---- picking: by numbers that everybody sees, never by what was found ---- */

static uint32_t
draw(struct sim *s, uint32_t below)
{
	return sim_draw(&s->rng, below);
}

static bool
one_in(struct sim *s, uint32_t n)
{
	return draw(s, n) == 0;
}

/* One of the last `most` batches; 0: there is none. */
static uint32_t
pick_batch(struct sim *s, uint32_t most)
{
	uint32_t n = s->mem.n_batches;

	return n == 0 ? 0 : n - draw(s, n < most ? n : most);
}

static uint32_t
pick_row(struct sim *s, uint32_t most)
{
	uint32_t batch = pick_batch(s, most);
	const struct sim_batch *b = &s->mem.batch[batch];

	return batch == 0 ? UINT32_MAX : b->first + draw(s, b->n);
}

static struct sim_signer
signer(struct sim *s, int staff, int cert)
{
	return (struct sim_signer){staff, cert, s->staff[staff].print[cert]};
}

/* Of `from` to `to` mostly; now and then anybody. */
static struct sim_signer
pick_staff(struct sim *s, int from, int to)
{
	int staff = one_in(s, 12) ? (int)draw(s, SIM_STAFF)
				  : from + (int)draw(s, (uint32_t)(to - from));

	return signer(s, staff, one_in(s, 8));
}

static struct sim_signer
pick_operator(struct sim *s)
{
	int staff = (int)draw(s, 2);

	if (!s->clerk.operator_[staff][0] && !one_in(s, 8))
		staff = 1 - staff;
	return signer(s, staff, 0);
}

static struct sim_signer
pick_reviewer(struct sim *s)
{
	int moved = s->clerk.reviewer[0][0] ? 0 : 1;

	if (s->clerk.reviewer[moved][0] && one_in(s, 3))
		return signer(s, moved, 0);
	return pick_staff(s, 2, 7);
}

static struct sim_signer
pick_counsel(struct sim *s)
{
	return pick_staff(s, 7, 9);
}

/* ---- what is asked ---- */

static void
draw_identity(struct sim *s, struct sim_ask *ask)
{
	int who = (int)draw(s, SIM_HUMANS);
	const struct sim_human *h = &s->world.human[who];

	ask->about = ask->name_of = who;
	ask->house = h->home[draw(s, 2)];
	ask->tin_of = one_in(s, 3) ? SIM_NOBODY : who;
	ask->birth_of = ask->tin_of >= 0 && one_in(s, 2) ? SIM_NOBODY : who;
}

/* Somebody else's name, number, day or house is written. */
static void
mix_identity(struct sim *s, struct sim_ask *ask)
{
	int other = (ask->about + 1 + (int)draw(s, 12)) % 30;
	const struct sim_human *h = &s->world.human[ask->about];
	int house = (int)draw(s, SIM_HOUSES);

	if (ask->about >= 30 || other == ask->about)
		return;
	switch (draw(s, 6)) {
	case 0:
		ask->tin_of = one_in(s, 2) ? other : SIM_HUMANS;
		break;
	case 1:
		ask->birth_of = one_in(s, 2) ? other : SIM_HUMANS;
		break;
	case 2:
		ask->name_of = one_in(s, 2) ? other : SIM_NOBODY;
		break;
	case 3:
		if (house == h->home[0] || house == h->home[1])
			return;
		ask->house = house;
		break;
	case 4:
		ask->house = SIM_HOUSES - 1; /* the preparer's */
		break;
	default:
		ask->name_of = SIM_NOBODY;
		ask->tin_of = SIM_HUMANS;
		break;
	}
	ask->about = SIM_NOBODY;
}

static void
draw_years(struct sim *s, struct sim_ask *ask)
{
	int last = day_year(s->today) - 1 - (int)draw(s, 3);

	ask->n_years = 1 + (int)draw(s, 3);
	if (ask->flaw == SIM_FLAW_THIS_YEAR)
		last = day_year(s->today);
	for (int i = 0; i < ask->n_years; i++)
		ask->year[i] = last - ask->n_years + 1 + i;
}

static void
draw_ask(struct sim *s, size_t line, struct sim_ask *ask)
{
	*ask = (struct sim_ask){.mends = SIM_NOBODY};
	if (one_in(s, 5))
		ask->flaw = (enum sim_flaw)draw(s, SIM_N_FLAWS);
	draw_identity(s, ask);
	if (one_in(s, 6))
		mix_identity(s, ask);
	draw_years(s, ask);
	ask->officer = (int)draw(s, 1 + draw(s, SIM_OFFICERS));
	ask->case_number =
		100000 + (uint32_t)((s->step * SIM_LINES + line) % 900000);
	ask->order = s->today - 92 - (int32_t)draw(s, 300);
	if (ask->flaw == SIM_FLAW_YOUNG_ORDER)
		ask->order = s->today - 60 - (int32_t)draw(s, 30);
	ask->opened = s->today - 1 - (int32_t)draw(s, 90);
}

/* Asked before: the same once more, or mended. */
static void
draw_again(struct sim *s, struct sim_ask *ask)
{
	uint32_t row = pick_row(s, SIM_WINDOW);
	const struct sim_row *r;

	if (row == UINT32_MAX)
		return;
	r = &s->mem.row[row];
	*ask = s->given[row].ask;
	ask->mends = SIM_NOBODY;
	if (r->c.state == CASE_REFUSED || r->c.state == CASE_RETURNED) {
		ask->mends = row;
		ask->flaw = SIM_FLAW_NONE;
		draw_years(s, ask);
	}
}

static enum sim_outcome
submit(struct sim *s)
{
	struct sim_signer who = pick_operator(s);
	int certifier = (int)draw(s, SIM_CERTIFIERS);
	size_t n = 1 + draw(s, SIM_LINES);
	struct sim_ask ask[SIM_LINES];

	for (size_t i = 0; i < n; i++) {
		draw_ask(s, i, &ask[i]);
		if (one_in(s, 8))
			draw_again(s, &ask[i]);
	}
	sim_say(s, "%s submits %zu, certified by %d", s->staff[who.staff].name,
		n, certifier);
	return sim_submit(s, &who, certifier, ask, n);
}

static enum sim_outcome
locate(struct sim *s)
{
	uint32_t batch = pick_batch(s, 12);

	sim_say(s, "batch %u is looked up", batch);
	return batch == 0 ? SIM_REFUSED : sim_locate(s, batch);
}

/* ---- people ---- */

static enum sim_outcome
review(struct sim *s, bool one, bool withhold)
{
	struct sim_signer who = pick_reviewer(s);
	uint32_t batch = pick_batch(s, 9);
	int line;

	if (batch == 0)
		return SIM_REFUSED;
	line = one ? (int)draw(s, s->mem.batch[batch].n) : -1;
	sim_say(s, "%s %s batch %u line %d", s->staff[who.staff].name,
		withhold ? "withholds in" : "approves in", batch, line + 1);
	return sim_review(s, &who, batch, line, withhold);
}

static enum sim_outcome
approve_all(struct sim *s)
{
	return review(s, false, false);
}

static enum sim_outcome
approve_one(struct sim *s)
{
	return review(s, true, false);
}

static enum sim_outcome
withhold(struct sim *s)
{
	return review(s, true, true);
}

static enum sim_outcome
release(struct sim *s)
{
	struct sim_signer who = pick_operator(s);
	uint32_t batch = pick_batch(s, 16);

	sim_say(s, "a round of batch %u", batch);
	return batch == 0 ? SIM_REFUSED : sim_release(s, &who, batch);
}

static enum sim_outcome
object(struct sim *s)
{
	struct sim_signer who = pick_staff(s, 0, SIM_STAFF);
	uint32_t row = pick_row(s, 16);
	bool whole = one_in(s, 2);

	if (row == UINT32_MAX)
		return SIM_REFUSED;
	sim_say(s, "%s objects to %s%s", s->staff[who.staff].name,
		whole ? "the batch of " : "", s->given[row].id);
	return sim_matter_open(s, &who, MATTER_OF_OBJECTION, MATTER_BY_OPERATOR,
		s->given[row].batch, whole ? 0 : row + 1);
}

static enum sim_outcome
answer(struct sim *s, enum matter_kind kind)
{
	struct sim_signer who = pick_counsel(s);
	bool yes = !one_in(s, 3);
	uint32_t n = sim_matter_find(s, MATTER_STOPS_NONE, kind, 0, 0);
	unsigned by = sim_has(s, &who, "counsel") ? MATTER_BY_COUNSEL
						  : MATTER_BY_REVIEWER;
	enum matter_decision d =
		kind == MATTER_OF_OBJECTION ? yes ? MATTER_OBJECTION_OVERRULE
						  : MATTER_OBJECTION_SUSTAIN
		: kind == MATTER_OF_CAP
			? yes ? MATTER_CAP_CLEAR : MATTER_CAP_REFUSE
			: MATTER_RECALL_CLOSE;

	sim_say(s, "%s answers matter %u: %s", s->staff[who.staff].name, n,
		matter_decision_text(d));
	return sim_matter_answer(s, &who, n, by, d);
}

static enum sim_outcome
answer_objection(struct sim *s)
{
	return answer(s, MATTER_OF_OBJECTION);
}

static enum sim_outcome
answer_cap(struct sim *s)
{
	return answer(s, MATTER_OF_CAP);
}

static enum sim_outcome
answer_recall(struct sim *s)
{
	return answer(s, MATTER_OF_RECALL);
}

/* ---- holds ---- */

static uint32_t
standing(const struct sim *s)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i <= s->clerk.n_holds; i++)
		n += s->clerk.hold[i].stands;
	return n;
}

static int64_t
draw_value(struct sim *s, enum clerk_scope scope, uint32_t row)
{
	const struct sim_ask *ask = &s->given[row].ask;

	if (scope == CLERK_OFFICER)
		return ask->officer;
	if (scope == CLERK_CASE)
		return ask->case_number;
	if (scope == CLERK_BATCH)
		return s->given[row].batch;
	if (scope == CLERK_REQUEST)
		return row;
	return ask->about >= 0 ? ask->about : (int)draw(s, SIM_HUMANS);
}

static enum sim_outcome
place(struct sim *s)
{
	struct sim_signer who = pick_staff(s, 0, SIM_STAFF);
	uint32_t row = pick_row(s, 16);
	struct clerk_hold h = {.from = DAY_NONE,
		.stops = !one_in(s, 10),
		.scope = (enum clerk_scope)draw(s, CLERK_N_SCOPES)};

	if (row == UINT32_MAX || standing(s) >= SIM_HOLDS)
		return SIM_REFUSED;
	/* What only the roll links to somebody is left out of twins. */
	if (s->twin && (h.scope == CLERK_TIN || h.scope == CLERK_PERSON ||
			       h.scope == CLERK_NAME))
		h.scope = CLERK_CASE;
	if (h.scope <= CLERK_STATUTE && !one_in(s, 3))
		h.scope = CLERK_REQUEST;
	h.value = draw_value(s, h.scope, row);
	if (one_in(s, 4))
		h.except = s->given[pick_row(s, 16)].ask.case_number;
	if (one_in(s, 4))
		h.from = s->today - (int32_t)draw(s, 8);
	sim_say(s, "%s places hold %u: kind %d, %d%s", s->staff[who.staff].name,
		s->clerk.n_holds + 1, (int)h.scope, (int)h.value,
		h.stops ? "" : ", to preserve");
	return sim_hold_place(s, &who, &h);
}

static uint32_t
pick_hold(struct sim *s)
{
	uint32_t nth = draw(s, SIM_HOLDS);

	for (uint32_t i = s->clerk.n_holds; i > 0; i--)
		if (s->clerk.hold[i].stands && nth-- == 0)
			return i;
	return 0;
}

static enum sim_outcome
lift(struct sim *s, enum hold_event event)
{
	struct sim_signer who =
		one_in(s, 2) ? pick_counsel(s) : pick_staff(s, 0, SIM_STAFF);
	uint32_t n = pick_hold(s);

	sim_say(s, "%s: %s to lift hold %u", s->staff[who.staff].name,
		hold_event_text(event), n);
	return n == 0 ? SIM_REFUSED : sim_hold_move(s, &who, n, event);
}

static enum sim_outcome
ask_lift(struct sim *s)
{
	return lift(s, HOLD_ASK);
}

static enum sim_outcome
grant_lift(struct sim *s)
{
	return lift(s, HOLD_GRANT);
}

static enum sim_outcome
deny_lift(struct sim *s)
{
	return lift(s, HOLD_DENY);
}

static enum sim_outcome
except(struct sim *s)
{
	struct sim_signer who = pick_counsel(s);
	struct sim_signer other = pick_staff(s, 0, SIM_STAFF);
	uint32_t n = pick_hold(s);
	uint32_t row = pick_row(s, 16);

	if (n == 0 || row == UINT32_MAX)
		return SIM_REFUSED;
	sim_say(s, "hold %u: an exception for case %u", n,
		s->given[row].ask.case_number);
	return sim_hold_except(
		s, &who, &other, n, s->given[row].ask.case_number);
}

/* ---- registers ---- */

/* From the one desk to the other: what was submitted stays submitted. */
static enum sim_outcome
change_desk(struct sim *s)
{
	int staff = (int)draw(s, 2);

	sim_say(s, "%s is reviewer from now on", s->staff[staff].name);
	if (sim_role(s, staff, 0, "operator", false) == SIM_CRASHED)
		return SIM_CRASHED;
	return sim_role(s, staff, 0, "reviewer", true);
}

static enum sim_outcome
change_role(struct sim *s)
{
	static const char *const roles[] = {
		"reviewer", "reviewer", "operator", "counsel"};
	int staff = 1 + (int)draw(s, SIM_STAFF - 1);
	int cert = (int)draw(s, SIM_CERTS);
	const char *role = roles[draw(s, 4)];
	bool there = one_in(s, 2);

	if (one_in(s, 3))
		return change_desk(s);
	sim_say(s, "%s (%d): %s %s", s->staff[staff].name, cert,
		there ? "gets the role" : "loses the role", role);
	return sim_role(s, staff, cert, role, there);
}

static enum sim_outcome
change_officer(struct sim *s)
{
	int officer = (int)draw(s, SIM_OFFICERS);
	bool there = s->clerk.officer[officer];
	bool civil = one_in(s, 3);
	uint32_t row = pick_row(s, 16);
	uint32_t only;

	sim_say(s, "officer %d: %s", officer,
		there   ? "revoked"
		: civil ? "civil unit"
			: "registered");
	only = !civil && one_in(s, 3) && row != UINT32_MAX
		       ? s->given[row].ask.case_number
		       : 0;
	return sim_officer(s, officer, !there, civil, only);
}

static enum sim_outcome
change_certifier(struct sim *s)
{
	int certifier = (int)draw(s, SIM_CERTIFIERS);
	bool there = s->clerk.certifier[certifier];

	sim_say(s, "certifier %d: %s", certifier,
		there ? "revoked" : "registered");
	return sim_certifier(s, certifier, !there);
}

static enum sim_outcome
change_agency(struct sim *s)
{
	bool finding = one_in(s, 2);
	int32_t review =
		one_in(s, 2) ? DAY_NONE : s->today + (int32_t)draw(s, 40);

	sim_say(s, "safeguards: %s", finding ? "a finding" : "in order");
	return sim_agency(s, finding, review);
}

static enum sim_outcome
change_screen(struct sim *s)
{
	int human = (int)draw(s, SIM_HUMANS);
	int n = 0;
	bool there;

	for (int i = 0; i < SIM_HUMANS; i++)
		n += s->clerk.screen[i];
	for (int i = 0; n > 3 && i < SIM_HUMANS; i++)
		if (s->clerk.screen[i])
			human = i;
	there = s->clerk.screen[human];

	sim_say(s, "a screen on %d: %s", human, there ? "ended" : "entered");
	return sim_screen(s, human, !there);
}

static enum sim_outcome
load_screens(struct sim *s)
{
	int source = (int)draw(s, 2);

	sim_say(s, "the screens of source %d", source);
	return sim_screens(s, source);
}

static enum sim_outcome
change_agreement(struct sim *s)
{
	static const int laws[] = {0, 1, 2, 3, SIM_NOBODY, 1};
	int law = one_in(s, 2) ? s->mem.law : laws[draw(s, 6)];

	sim_say(s, "the agreement: %s %d", law < 0 ? "suspended" : "loaded",
		law);
	return sim_agreement(s, law);
}

static enum sim_outcome
load_roll(struct sim *s)
{
	int roll = (int)draw(s, SIM_ROLLS);

	sim_say(s, "roll %d is loaded", roll);
	return sim_roll_load(s, roll);
}

/* ---- the requester ---- */

static enum sim_outcome
withdraw(struct sim *s)
{
	uint32_t row = pick_row(s, 12);
	bool whole = one_in(s, 5);

	if (row == UINT32_MAX)
		return SIM_REFUSED;
	sim_say(s, "%s%s is withdrawn", whole ? "the batch of " : "",
		s->given[row].id);
	return sim_withdraw(s, s->given[row].batch,
		whole ? -1 : (int)s->given[row].line - 1);
}

static enum sim_outcome
rejudge(struct sim *s)
{
	struct sim_signer who = pick_reviewer(s);
	uint32_t row = pick_row(s, 24);

	if (row == UINT32_MAX)
		return SIM_REFUSED;
	sim_say(s, "%s is reconsidered", s->given[row].id);
	return sim_rejudge(s, &who, row);
}

static enum sim_outcome
lapse(struct sim *s)
{
	uint32_t batch = pick_batch(s, SIM_WINDOW - 8);

	sim_say(s, "batch %u lapses", batch);
	return batch == 0 ? SIM_REFUSED : sim_lapse(s, batch);
}

static enum sim_outcome
fetch(struct sim *s)
{
	uint32_t batch = pick_batch(s, 24);

	sim_say(s, "what is out of batch %u is fetched", batch);
	return batch == 0 ? SIM_REFUSED : sim_fetch(s, batch);
}

static enum sim_outcome
demand(struct sim *s)
{
	struct sim_signer who = pick_counsel(s);
	uint32_t row = pick_row(s, 24);

	if (row == UINT32_MAX || s->twin)
		return SIM_REFUSED;
	sim_say(s, "%s is demanded back", s->given[row].id);
	return sim_demand(s, &who, row);
}

static enum sim_outcome
destroy(struct sim *s)
{
	uint32_t row = pick_row(s, 24);

	if (row == UINT32_MAX || s->twin)
		return SIM_REFUSED;
	sim_say(s, "%s is destroyed", s->given[row].id);
	return sim_destroy(s, row);
}

/* ---- time and trouble ---- */

static enum sim_outcome
pass_days(struct sim *s)
{
	uint32_t days = 1 + draw(s, 2);

	s->at += (int64_t)days * 86400;
	s->today = day_at(s->at);
	s->clerk.today = s->today;
	sim_say(s, "%u days pass", days);
	return SIM_DONE;
}

static enum sim_outcome
crash(struct sim *s)
{
	sim_say(s, "the power fails");
	sim_crash(s);
	return SIM_CRASHED;
}

/* Everybody back to their own desk; a role in the way goes first. */
static enum sim_outcome
mend_desk(struct sim *s, int staff, bool has[SIM_CERTS], const char *role,
	bool other[SIM_CERTS], const char *other_role)
{
	for (int cert = 0; cert < SIM_CERTS; cert++)
		if (other[cert])
			return sim_role(s, staff, cert, other_role, false);
	return has[0] ? SIM_REFUSED : sim_role(s, staff, 0, role, true);
}

static enum sim_outcome
mend_people(struct sim *s)
{
	struct clerk *c = &s->clerk;
	int i = (int)draw(s, SIM_STAFF - 1);

	if (i < 2)
		return one_in(s, 3)
			       ? mend_desk(s, i, c->operator_[i], "operator",
					 c->reviewer[i], "reviewer")
			       : SIM_REFUSED;
	if (i >= 7)
		return mend_desk(s, i, c->counsel[i], "counsel", c->reviewer[i],
			"reviewer");
	if (c->operator_[i][0] || c->operator_[i][1])
		return mend_desk(s, i, c->reviewer[i], "reviewer",
			c->operator_[i], "operator");
	return mend_desk(
		s, i, c->reviewer[i], "reviewer", c->counsel[i], "counsel");
}

static enum sim_outcome
mend_hold(struct sim *s)
{
	struct sim_signer one = signer(s, 7, 0);
	struct sim_signer two = signer(s, 8, 0);
	uint32_t n = pick_hold(s);

	if (n == 0)
		return SIM_REFUSED;
	(void)sim_hold_move(s, &one, n, HOLD_ASK);
	return s->up ? sim_hold_move(s, &two, n, HOLD_GRANT) : SIM_CRASHED;
}

static enum sim_outcome
mend_one(struct sim *s, uint32_t what)
{
	struct clerk *c = &s->clerk;
	int i = (int)draw(s, SIM_OFFICERS);

	switch (what) {
	case 0:
		return c->agreement >= 0 &&
				       (c->agreement != 3 || !one_in(s, 12))
			       ? SIM_REFUSED
			       : sim_agreement(s, 1 + (int)one_in(s, 4));
	case 1:
		return c->agency && !c->finding && c->review == DAY_NONE
			       ? SIM_REFUSED
			       : sim_agency(s, false, DAY_NONE);
	case 2:
		if (c->officer[i] && !c->civil[i] && c->only[i] == 0)
			return SIM_REFUSED;
		return sim_officer(s, i, !c->officer[i], false, 0);
	case 3:
		i %= SIM_CERTIFIERS;
		return c->certifier[i] ? SIM_REFUSED
				       : sim_certifier(s, i, true);
	case 4:
		return mend_people(s);
	case 5:
		i %= 2;
		return c->screens_day[i] >= s->today - 20 ? SIM_REFUSED
							  : sim_screens(s, i);
	default:
		return one_in(s, 3) ? mend_hold(s) : SIM_REFUSED;
	}
}

/* The first thing that is amiss, from a drawn one on. */
static enum sim_outcome
mend(struct sim *s)
{
	uint32_t first = draw(s, 7);
	enum sim_outcome o = SIM_REFUSED;

	sim_say(s, "what is amiss is set right");
	for (uint32_t i = 0; i < 7 && o == SIM_REFUSED; i++)
		o = mend_one(s, (first + i) % 7);
	return o;
}

/* ---- the table ---- */

struct step {
	const char *text;
	unsigned weight;
	unsigned between; /* while a round waits for the lock */
	enum sim_outcome (*run)(struct sim *s);
};

static const struct step steps[] = {
	{"submit", 30, 0, submit},
	{"look up", 8, 0, locate},
	{"approve all", 240, 0, approve_all},
	{"approve one", 60, 2, approve_one},
	{"withhold", 8, 2, withhold},
	{"release", 130, 0, release},
	{"object", 3, 8, object},
	{"answer an objection", 16, 0, answer_objection},
	{"answer a cap", 30, 0, answer_cap},
	{"end a recall", 4, 0, answer_recall},
	{"place a hold", 2, 10, place},
	{"ask to lift", 20, 0, ask_lift},
	{"lift", 24, 0, grant_lift},
	{"deny a lift", 2, 0, deny_lift},
	{"except", 6, 0, except},
	{"role", 2, 4, change_role},
	{"officer", 1, 3, change_officer},
	{"certifier", 1, 2, change_certifier},
	{"safeguards", 1, 2, change_agency},
	{"screen", 3, 10, change_screen},
	{"load screens", 4, 0, load_screens},
	{"agreement", 1, 3, change_agreement},
	{"load a roll", 2, 3, load_roll},
	{"withdraw", 4, 4, withdraw},
	{"reconsider", 8, 2, rejudge},
	{"lapse", 12, 1, lapse},
	{"fetch", 60, 0, fetch},
	{"demand back", 20, 2, demand},
	{"destroy", 20, 0, destroy},
	{"days", 22, 1, pass_days},
	{"crash", 2, 0, crash},
	{"mend", 70, 0, mend},
};
enum { N_STEPS = sizeof(steps) / sizeof(steps[0]) };

size_t
sim_n_steps(void)
{
	return N_STEPS;
}

const char *
sim_step_text(size_t i)
{
	return steps[i].text;
}

static size_t
draw_step(struct sim *s, bool between)
{
	uint32_t sum = 0;
	uint32_t at;

	for (size_t i = 0; i < N_STEPS; i++)
		sum += between ? steps[i].between : steps[i].weight;
	at = draw(s, sum);
	for (size_t i = 0; i < N_STEPS; i++) {
		uint32_t w = between ? steps[i].between : steps[i].weight;

		if (at < w)
			return i;
		at -= w;
	}
	return 0;
}

static void
run_step(struct sim *s, size_t i)
{
	enum sim_outcome o = steps[i].run(s);

	s->done[i] += o == SIM_DONE;
	if (o == SIM_REFUSED)
		sim_say(s, "no");
}

void
sim_interlope(struct sim *s)
{
	if (!one_in(s, 7))
		return;
	sim_say(s, "meanwhile");
	run_step(s, draw_step(s, true));
}

void
sim_step(struct sim *s)
{
	s->rng = sim_mix(s->seed, s->step);
	s->now[0] = '\0';
	s->at += 1 + draw(s, 300);
	s->today = day_at(s->at);
	s->clerk.today = s->today;
	if (s->up) {
		size_t i = draw_step(s, false);

		if (!s->twin && one_in(s, steps[i].run == release ? 6 : 30))
			s->crash_in = 1 + draw(s, 40);
		run_step(s, i);
	} else if (one_in(s, 4)) {
		(void)pass_days(s);
	} else {
		sim_say(s, "started again");
		sim_restart(s);
	}
	s->crash_in = 0;
	(void)snprintf(s->trail[s->step % SIM_TRAIL], SIM_SAY, "%s", s->now);
	s->step++;
}
