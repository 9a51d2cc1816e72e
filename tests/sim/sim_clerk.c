/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model: an honest clerk with cards and lists, who knows the law by heart,
 * the people by sight, and nothing of the program.  Asks no folder of src/ but
 * for calendar days, for the text of a package, and for an entry's commitment.
 */
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"

/* ---- the agreements, as counsel reads them ---- */

static const int answer_days[SIM_LAWS] = {30, 4, 5, 3};
static const int screen_days[SIM_LAWS] = {90, 40, 40, 40};

static bool
names_address(int law)
{
	return law != 3;
}

static bool
in_term(int law, int32_t day)
{
	return day >= day_of(2025, 4, 7) &&
	       day < day_of(law == 0 ? 2030 : 2060, 4, 7);
}

/* ---- who is who ---- */

/* Two people of one name are one name. */
static int
name_of(int human)
{
	return human >= 30 ? human - 30 : human;
}

static int
tin_of(const struct sim_ask *ask)
{
	return ask->flaw == SIM_FLAW_NO_KEY ? SIM_NOBODY : ask->tin_of;
}

static int
birth_of(const struct sim_ask *ask)
{
	return ask->flaw == SIM_FLAW_NO_KEY ? SIM_NOBODY : ask->birth_of;
}

static bool
same_name(const struct sim_ask *a, const struct sim_ask *b)
{
	return name_of(a->name_of) == name_of(b->name_of) &&
	       (a->flaw == SIM_FLAW_NO_GIVEN) == (b->flaw == SIM_FLAW_NO_GIVEN);
}

/* As far as what is written tells. */
static bool
same_person(const struct sim_ask *a, const struct sim_ask *b)
{
	return same_name(a, b) && tin_of(a) == tin_of(b) &&
	       birth_of(a) == birth_of(b);
}

static bool
same_reason(const struct sim_ask *a, const struct sim_ask *b)
{
	bool general = a->flaw == SIM_FLAW_GENERAL;
	bool half = a->flaw == SIM_FLAW_HALF_REASON;

	if (general || b->flaw == SIM_FLAW_GENERAL)
		return general && b->flaw == SIM_FLAW_GENERAL;
	return half == (b->flaw == SIM_FLAW_HALF_REASON) &&
	       a->case_number == b->case_number && same_name(a, b) &&
	       (half || a->order == b->order);
}

/* ---- the roll, by eye ---- */

static bool
is_there(const struct sim_world *w, int roll, int human)
{
	for (int y = 0; y < SIM_YEARS; y++)
		if (w->record[roll][human][y].there)
			return true;
	return false;
}

static int
copies(const struct sim_world *w, int roll, int human)
{
	return !is_there(w, roll, human) ? 0 : w->doubled[roll][human] ? 2 : 1;
}

/* Has this person an own address there?  `alone`: not on another's return. */
static bool
lives_there(
	const struct sim_world *w, int roll, int human, int house, bool alone)
{
	for (int y = 0; y < SIM_YEARS; y++) {
		const struct sim_record *r = &w->record[roll][human][y];

		if (r->there && r->own && r->house == house &&
			!(alone && r->dependent))
			return true;
	}
	return false;
}

static bool
agrees(const struct sim_world *w, int roll, const struct sim_ask *ask,
	int human)
{
	return ask->name_of >= 0 && name_of(ask->name_of) == name_of(human) &&
	       (tin_of(ask) < 0 || tin_of(ask) == human) &&
	       (birth_of(ask) < 0 || birth_of(ask) == human) &&
	       lives_there(w, roll, human, ask->house, false);
}

/* The one person whom every word fits; NOBODY: none, or more than one. */
static int
find(const struct sim_world *w, int roll, const struct sim_ask *ask)
{
	int found = SIM_NOBODY;
	int n = 0;

	if (roll < 0)
		return SIM_NOBODY;
	if (tin_of(ask) >= 0 && (tin_of(ask) == SIM_HUMANS ||
					copies(w, roll, tin_of(ask)) != 1))
		return SIM_NOBODY;
	for (int h = 0; h < SIM_HUMANS; h++)
		if (is_there(w, roll, h) && agrees(w, roll, ask, h)) {
			n += copies(w, roll, h);
			found = h;
		}
	return n == 1 ? found : SIM_NOBODY;
}

static const struct sim_record *
record_of(const struct sim_world *w, int roll, int human, int year)
{
	static const struct sim_record none;

	if (year < SIM_FIRST_YEAR || year >= SIM_FIRST_YEAR + SIM_YEARS)
		return &none;
	return &w->record[roll][human][year - SIM_FIRST_YEAR];
}

/* Something of the person's own, at that house and for a year asked. */
static bool
has_own(const struct sim_world *w, int roll, int human,
	const struct sim_ask *ask)
{
	bool any = false;

	for (int i = 0; i < ask->n_years; i++) {
		const struct sim_record *r =
			record_of(w, roll, human, ask->year[i]);

		any |= r->there && r->own && !r->dependent;
	}
	return any && lives_there(w, roll, human, ask->house, true);
}

/* ---- holds ---- */

static bool
reaches(const struct clerk_hold *h, const struct clerk_card *card, uint32_t row,
	int about)
{
	const struct sim_ask *ask = &card->ask;
	int value = (int)h->value;

	switch (h->scope) {
	case CLERK_ALL:
	case CLERK_AGENCY:
	case CLERK_AGREEMENT:
		return true;
	case CLERK_STATUTE:
		return ask->flaw != SIM_FLAW_CIVIL_LAW;
	case CLERK_OFFICER:
		return ask->officer == value &&
		       ask->flaw != SIM_FLAW_NO_OFFICER;
	case CLERK_CASE:
		return ask->case_number == (uint32_t)value;
	case CLERK_NAME:
		return (ask->name_of >= 0 && ask->flaw != SIM_FLAW_NO_GIVEN &&
			       name_of(ask->name_of) == name_of(value)) ||
		       (about >= 0 && name_of(about) == name_of(value));
	case CLERK_TIN:
		return tin_of(ask) == value || about == value;
	case CLERK_PERSON:
		return about == value;
	case CLERK_BATCH:
		return card->batch == (uint32_t)value;
	case CLERK_REQUEST:
		return row == (uint32_t)value;
	case CLERK_N_SCOPES:
		break;
	}
	return false;
}

/* By what was written, and (unless NOBODY) by who it is. */
static bool
is_held(const struct clerk *c, uint32_t row, int about)
{
	const struct clerk_card *card = &c->card[row];
	int32_t day = c->batch[card->batch].day;
	int64_t number = card->ask.case_number;

	for (uint32_t i = 1; i <= c->n_holds; i++) {
		const struct clerk_hold *h = &c->hold[i];

		if (h->stands && h->stops && day >= h->from &&
			number != h->except && number != h->granted &&
			reaches(h, card, row, about))
			return true;
	}
	return false;
}

/* ---- the agreement, the agency, the officer ---- */

static bool
safeguarded(const struct clerk *c)
{
	return c->agency && !c->finding &&
	       (c->review == DAY_NONE || c->review >= c->today);
}

static bool
under_agreement(const struct clerk *c, uint32_t batch)
{
	int law = c->batch[batch].law;

	return c->agreement == law && in_term(law, c->today) && safeguarded(c);
}

static bool
in_force(const struct clerk *c, uint32_t batch)
{
	int32_t oldest = c->screens_day[0] < c->screens_day[1]
				 ? c->screens_day[0]
				 : c->screens_day[1];

	return under_agreement(c, batch) &&
	       c->certifier[c->batch[batch].certifier] && oldest != DAY_NONE &&
	       oldest >= c->today - screen_days[c->batch[batch].law];
}

static bool
officer_fits(const struct clerk *c, const struct sim_ask *ask)
{
	uint32_t only = c->only[ask->officer];

	return ask->flaw != SIM_FLAW_NO_OFFICER && c->officer[ask->officer] &&
	       !c->civil[ask->officer] &&
	       (only == 0 || only == ask->case_number);
}

static bool
order_is_old(const struct clerk *c, const struct sim_ask *ask)
{
	return c->today - ask->order > 90;
}

/* ---- reading a request ---- */

enum verdict { REFUSE, ASK, ACCEPT };

static bool
is_refused_by_itself(const struct clerk *c, const struct sim_ask *ask)
{
	switch (ask->flaw) {
	case SIM_FLAW_NONE:
	case SIM_FLAW_HALF_REASON:
	case SIM_FLAW_SUPERVISOR:
	case SIM_FLAW_THIS_YEAR:
	case SIM_FLAW_YOUNG_ORDER:
		break;
	case SIM_FLAW_MALFORMED:
	case SIM_FLAW_UNNAMED:
	case SIM_FLAW_NO_GIVEN:
	case SIM_FLAW_ZIP_ADDRESS:
	case SIM_FLAW_NO_YEAR:
	case SIM_FLAW_CIVIL_LAW:
	case SIM_FLAW_GENERAL:
	case SIM_FLAW_NO_OFFICER:
	case SIM_FLAW_REMOVAL:
	case SIM_FLAW_CASE_CLOSED:
	case SIM_FLAW_CIVIL_USE:
	case SIM_FLAW_NO_ORDER:
	case SIM_FLAW_STAYED:
	case SIM_FLAW_INADMISSIBLE:
	case SIM_FLAW_NO_KEY:
	case SIM_N_FLAWS:
		return true;
	}
	for (int i = 0; i < ask->n_years; i++)
		if (ask->year[i] >= day_year(c->today))
			return true;
	return ask->opened > c->today || !order_is_old(c, ask) ||
	       (tin_of(ask) < 0 && birth_of(ask) < 0);
}

static bool
reason_is_shared(const struct clerk *c, uint32_t row)
{
	const struct clerk_card *mine = &c->card[row];

	for (uint32_t i = 0; i < c->n_cards; i++)
		if (i != row && same_reason(&c->card[i].ask, &mine->ask) &&
			!same_person(&c->card[i].ask, &mine->ask) &&
			(c->card[i].batch == mine->batch ||
				!c->card[i].law_refused))
			return true;
	return false;
}

/* Without what other lines of the batch say. */
static enum verdict
read_alone(const struct clerk *c, uint32_t row)
{
	const struct clerk_card *card = &c->card[row];

	if (is_refused_by_itself(c, &card->ask) ||
		!officer_fits(c, &card->ask) ||
		!under_agreement(c, card->batch) || reason_is_shared(c, row))
		return REFUSE;
	return card->ask.flaw == SIM_FLAW_HALF_REASON ||
			       card->ask.flaw == SIM_FLAW_SUPERVISOR
		       ? ASK
		       : ACCEPT;
}

static bool
still_counts(const struct clerk_card *card)
{
	return !card->law_refused && card->stand != CLERK_RETURNED &&
	       card->stand != CLERK_WITHDRAWN &&
	       card->stand != CLERK_SUPERSEDED;
}

/* `mine`: of the lines of its own batch, those that count so far. */
static bool
is_repeated(const struct clerk *c, uint32_t row, uint32_t mine)
{
	const struct clerk_card *card = &c->card[row];
	uint32_t first = c->batch[card->batch].first;
	int64_t mends = card->ask.mends;

	for (uint32_t i = 0; i < c->n_cards; i++) {
		const struct clerk_card *other = &c->card[i];
		bool own = other->batch == card->batch;
		bool counts = own ? i < row && (mine >> (i - first) & 1) != 0
				  : still_counts(other);

		if (i == row || !counts)
			continue;
		if (same_person(&other->ask, &card->ask) &&
			other->ask.case_number == card->ask.case_number)
			return true;
		if (own && mends != SIM_NOBODY && other->ask.mends == mends)
			return true;
	}
	return mends != SIM_NOBODY && c->card[mends].stand != CLERK_REFUSED &&
	       c->card[mends].stand != CLERK_RETURNED;
}

static int
written_officer(const struct sim_ask *ask)
{
	return ask->flaw == SIM_FLAW_NO_OFFICER ? 99999 : ask->officer;
}

/* People under the same officer within a year. */
static bool
is_overloaded(const struct clerk *c, uint32_t row, uint32_t mine)
{
	const struct clerk_card *card = &c->card[row];
	uint32_t first = c->batch[card->batch].first;
	uint32_t people[101];
	size_t n = 0;

	for (uint32_t i = c->n_cards; i-- > 0 && n <= 100;) {
		const struct clerk_card *other = &c->card[i];
		bool own = other->batch == card->batch;
		size_t k = 0;

		if (c->batch[other->batch].day < c->today - 365)
			break;
		if (written_officer(&other->ask) !=
				written_officer(&card->ask) ||
			(own ? (mine >> (i - first) & 1) == 0
			     : other->law_refused))
			continue;
		while (k < n &&
			!same_person(&c->card[people[k]].ask, &other->ask))
			k++;
		if (k == n)
			people[n++] = i;
	}
	return n > 100;
}

static void
stand_at(struct clerk_card *card, enum verdict v)
{
	card->law_refused = v == REFUSE;
	card->stand = v == REFUSE ? CLERK_REFUSED
		      : v == ASK  ? CLERK_ASKED
				  : CLERK_ACCEPTED;
}

static void
read_batch(struct clerk *c, uint32_t batch)
{
	const struct clerk_batch *b = &c->batch[batch];
	enum verdict v[SIM_LINES];
	uint32_t mine = 0;

	for (uint32_t i = 0; i < b->n; i++) {
		v[i] = read_alone(c, b->first + i);
		c->card[b->first + i].law_refused = true;
	}
	for (uint32_t i = 0; i < b->n; i++) {
		if (v[i] == REFUSE)
			continue;
		if (is_repeated(c, b->first + i, mine))
			v[i] = REFUSE;
		else
			mine |= 1u << i;
	}
	for (uint32_t i = 0; i < b->n; i++)
		if (v[i] != REFUSE && is_overloaded(c, b->first + i, mine))
			v[i] = REFUSE;
	for (uint32_t i = 0; i < b->n; i++)
		stand_at(&c->card[b->first + i], v[i]);
}

static void
read_again(struct clerk *c, uint32_t row)
{
	const struct clerk_batch *b = &c->batch[c->card[row].batch];
	uint32_t mine = 0;
	enum verdict v;

	for (uint32_t i = 0; i < b->n; i++)
		if (!c->card[b->first + i].law_refused &&
			still_counts(&c->card[b->first + i]))
			mine |= 1u << i;
	v = read_alone(c, row);
	if (v != REFUSE && is_repeated(c, row, mine))
		v = REFUSE;
	for (uint32_t i = 0; i < b->n; i++)
		if (!c->card[b->first + i].law_refused)
			mine |= 1u << i;
	mine |= 1u << (row - b->first);
	if (v != REFUSE && is_overloaded(c, row, mine))
		v = REFUSE;
	stand_at(&c->card[row], v);
	c->card[row].looked = false;
}

/* ---- cards ---- */

static enum clerk_sum
sum_of(const struct clerk_card *card)
{
	switch (card->stand) {
	case CLERK_REFUSED:
		return CLERK_SUM_REFUSED;
	case CLERK_WITHDRAWN:
		return CLERK_SUM_WITHDRAWN;
	case CLERK_RETURNED:
	case CLERK_SUPERSEDED:
		return card->answered == 0 ? CLERK_SUM_REFUSED
					   : CLERK_SUM_NEUTRAL;
	case CLERK_ASKED:
	case CLERK_ACCEPTED:
	case CLERK_LAPSED:
		break;
	}
	if (card->answered < 2)
		return card->answered == 0 ? CLERK_SUM_OPEN : CLERK_SUM_NEUTRAL;
	return card->where == 0   ? CLERK_SUM_RECIPIENT
	       : card->where == 1 ? CLERK_SUM_RECALLED
				  : CLERK_SUM_DESTROYED;
}

static void
take_batch(struct sim *s, uint32_t batch)
{
	struct clerk *c = &s->clerk;
	const struct sim_batch *paper = &s->mem.batch[batch];
	struct clerk_batch *b = &c->batch[batch];

	c->n_batches = batch;
	*b = (struct clerk_batch){.law = paper->law,
		.certifier = paper->certifier,
		.submitter = paper->submitter,
		.day = paper->day,
		.first = paper->first,
		.n = paper->n};
	for (uint32_t i = 0; i < b->n; i++) {
		struct clerk_card *card = &c->card[b->first + i];

		memset(card, 0, sizeof(*card));
		card->batch = batch;
		card->line = i + 1;
		card->ask = s->given[b->first + i].ask;
		card->about = SIM_NOBODY;
		card->roll = SIM_NOBODY;
	}
	c->n_cards = b->first + b->n;
	read_batch(c, batch);
	b->cap = 0;
	for (uint32_t i = 0; i < b->n; i++) {
		b->cap += !c->card[b->first + i].law_refused;
		c->sum[sum_of(&c->card[b->first + i])]++;
	}
	b->cap = b->law == 2 && b->cap > 2;
}

static void
compare_judged(struct sim *s, uint32_t row, enum law_answer answer)
{
	struct clerk_card *card = &s->clerk.card[row];
	enum law_answer mine = card->stand == CLERK_REFUSED ? LAW_REFUSED
			       : card->stand == CLERK_ASKED ? LAW_ASK
							    : LAW_REVIEW;

	if (mine != answer)
		sim_violate(s, 5, "%s is %s, and the clerk says %s",
			s->given[row].id, law_answer_text(answer),
			law_answer_text(mine));
}

/* What the vault must have found. */
static enum case_state
state_when_found(const struct clerk *c, uint32_t row)
{
	const struct clerk_card *card = &c->card[row];

	if (card->answered == 2)
		return CASE_RECALLED;
	if (!officer_fits(c, &card->ask) || !under_agreement(c, card->batch))
		return CASE_STOPPED;
	if (card->about < 0)
		return CASE_UNRESOLVED;
	if (!card->give || c->screen[card->about] ||
		is_held(c, row, card->about))
		return CASE_WITHHELD;
	return CASE_REVIEW;
}

static void
note_found(struct sim *s, uint32_t row, enum case_state state)
{
	struct clerk *c = &s->clerk;
	struct clerk_card *card = &c->card[row];
	struct clerk_batch *b = &c->batch[card->batch];
	int about = find(c->world, c->roll, &card->ask);

	if (card->roll != c->roll || card->about != about)
		card->refused_by_reviewer = false;
	card->looked = true;
	card->roll = c->roll;
	card->about = about;
	card->give =
		about >= 0 && has_own(c->world, c->roll, about, &card->ask);
	b->lookups++;
	if (b->cap != 0)
		sim_violate(s, 5, "%s is looked up, and a cap waits",
			s->given[row].id);
	if (about != s->mem.row[row].human)
		sim_violate(s, 4, "%s is said to be %d, and is %d",
			s->given[row].id, s->mem.row[row].human, about);
	if (state_when_found(c, row) != state)
		sim_violate(s, 5, "%s is %s, and the clerk says %s",
			s->given[row].id, case_state_text(state),
			case_state_text(state_when_found(c, row)));
}

/* Signatures over what was seen on this roll count no more; what was seen on
 * another may have been the same, so none of them makes an address due. */
static void
strike(struct clerk_card *card)
{
	int n = 0;

	for (int i = 0; i < card->n_approvals; i++)
		if (card->approval[i].roll != card->roll) {
			card->approval[n] = card->approval[i];
			card->approval[n++].roll = SIM_NOBODY;
		}
	card->n_approvals = n;
}

static void
note_review(struct clerk_card *card, enum sim_news news, int pair)
{
	if (news == NEWS_CLEARED) {
		card->stand = CLERK_ACCEPTED;
	} else if (news == NEWS_RETURNED) {
		card->stand = CLERK_RETURNED;
	} else if (news == NEWS_WITHHELD) {
		strike(card);
		card->refused_by_reviewer = true;
	} else if (card->n_approvals < SIM_APPROVALS) {
		card->refused_by_reviewer = false;
		card->approval[card->n_approvals++] =
			(struct clerk_approval){pair, card->about, card->roll};
	}
}

static void
note_answer(struct clerk_card *card, enum sim_news news)
{
	if (news == NEWS_NEUTRAL && card->answered == 0)
		card->answered = 1;
	if (news == NEWS_ADDRESS || news == NEWS_REISSUED) {
		card->answered = 2;
		card->where = 0;
	}
	if (news == NEWS_RECALLED)
		card->where = 1;
	if (news == NEWS_DESTROYED)
		card->where = 2;
}

static void
write_card(struct sim *s, const struct sim_item *item)
{
	struct clerk *c = &s->clerk;
	uint32_t row = (uint32_t)item->a;
	struct clerk_card *card = &c->card[row];

	switch ((int)item->news) {
	case NEWS_JUDGED:
		if (item->c != 0)
			read_again(c, row);
		compare_judged(s, row, (enum law_answer)item->b);
		break;
	case NEWS_LOOKED:
		note_found(s, row, (enum case_state)item->b);
		break;
	case NEWS_CLEARED:
	case NEWS_RETURNED:
	case NEWS_APPROVED:
	case NEWS_WITHHELD:
		note_review(card, item->news, (int)item->b);
		break;
	case NEWS_WITHDRAWN:
		card->stand = CLERK_WITHDRAWN;
		break;
	case NEWS_SUPERSEDED:
		card->stand = CLERK_SUPERSEDED;
		break;
	case NEWS_LAPSED:
		card->stand = CLERK_LAPSED;
		break;
	default:
		note_answer(card, item->news);
		break;
	}
}

/* An objection is to one request, or (row < 0) to a whole batch. */
static void
note_objection(struct clerk *c, const struct sim_item *item)
{
	const struct clerk_batch *b = &c->batch[item->a];

	for (uint32_t i = b->first; i < b->first + b->n; i++) {
		if (item->b >= 0 && (uint32_t)item->b != i)
			continue;
		c->card[i].objections += item->news == NEWS_OBJECTED ? 1 : -1;
		c->card[i].sustained |= item->news == NEWS_SUSTAINED;
	}
}

static void
note_role(struct clerk *c, const struct sim_item *item)
{
	int staff = (int)item->a / SIM_CERTS;
	int cert = (int)item->a % SIM_CERTS;

	if (item->b == 0)
		c->reviewer[staff][cert] = item->c != 0;
	else if (item->b == 1)
		c->operator_[staff][cert] = item->c != 0;
	else if (item->b == 2)
		c->counsel[staff][cert] = item->c != 0;
}

static void
note_register(struct clerk *c, const struct sim_item *item)
{
	switch ((int)item->news) {
	case NEWS_OFFICER:
		c->officer[item->a] = item->b != 0;
		c->civil[item->a] = (item->c & 1) != 0;
		c->only[item->a] = (uint32_t)(item->c >> 1);
		break;
	case NEWS_CERTIFIER:
		c->certifier[item->a] = item->b != 0;
		break;
	case NEWS_ROLE:
		note_role(c, item);
		break;
	case NEWS_AGENCY:
		c->agency = item->a >= 0;
		c->finding = item->a == 1;
		c->review = (int32_t)item->b;
		break;
	case NEWS_SCREEN:
		c->screen[item->a] = item->b != 0;
		break;
	case NEWS_SCREENS:
		c->screens_day[item->a] = (int32_t)item->b;
		break;
	case NEWS_AGREEMENT:
		c->agreement = (int)item->a;
		break;
	default:
		break;
	}
}

static void
note_hold(struct clerk *c, const struct sim_item *item)
{
	if (item->news == NEWS_HOLD) {
		c->n_holds = (uint32_t)item->a;
		c->hold[item->a] = item->hold;
		c->hold[item->a].stands = true;
	} else if (item->news == NEWS_LIFTED) {
		c->hold[item->a].stands = false;
	} else {
		c->hold[item->a].granted = item->b;
	}
}

void
clerk_write(struct sim *s, const struct sim_item *item)
{
	struct clerk *c = &s->clerk;

	switch (item->news) {
	case NEWS_BATCH:
		take_batch(s, (uint32_t)item->a);
		break;
	case NEWS_CAP_REFUSED:
		c->batch[item->a].refused = true;
		break;
	case NEWS_CAP_CLEARED:
		c->batch[item->a].cap = 0;
		break;
	case NEWS_OBJECTED:
	case NEWS_SUSTAINED:
	case NEWS_OVERRULED:
		note_objection(c, item);
		break;
	case NEWS_OFFICER:
	case NEWS_CERTIFIER:
	case NEWS_ROLE:
	case NEWS_AGENCY:
	case NEWS_SCREEN:
	case NEWS_SCREENS:
	case NEWS_AGREEMENT:
		note_register(c, item);
		break;
	case NEWS_HOLD:
	case NEWS_LIFTED:
	case NEWS_EXCEPTED:
		note_hold(c, item);
		break;
	case NEWS_ROLL:
		c->roll = (int)item->a;
		break;
	case NEWS_JUDGED:
	case NEWS_LOOKED:
	case NEWS_CLEARED:
	case NEWS_RETURNED:
	case NEWS_APPROVED:
	case NEWS_WITHHELD:
	case NEWS_WITHDRAWN:
	case NEWS_SUPERSEDED:
	case NEWS_LAPSED:
	case NEWS_NEUTRAL:
	case NEWS_ADDRESS:
	case NEWS_REISSUED:
	case NEWS_RECALLED:
	case NEWS_DESTROYED:
		c->sum[sum_of(&c->card[item->a])]--;
		write_card(s, item);
		c->sum[sum_of(&c->card[item->a])]++;
		break;
	}
}

/* ---- may it leave? ---- */

bool
clerk_two_people(const struct clerk *c, uint32_t row, bool in_force)
{
	const struct clerk_card *card = &c->card[row];
	int submitter = c->batch[card->batch].submitter;
	int first = SIM_NOBODY;

	for (int i = 0; i < card->n_approvals; i++) {
		const struct clerk_approval *a = &card->approval[i];
		int staff = a->pair / SIM_CERTS;

		if (a->about != card->about || staff == submitter ||
			(in_force && !c->reviewer[staff][a->pair % SIM_CERTS]))
			continue;
		if (first >= 0 && staff != first)
			return true;
		first = staff;
	}
	return false;
}

/* The same, of signatures made since it was looked up on this roll. */
static bool
is_signed_here(const struct clerk *c, uint32_t row)
{
	struct clerk_card here = c->card[row];
	int submitter = c->batch[here.batch].submitter;
	int first = SIM_NOBODY;

	for (int i = 0; i < here.n_approvals; i++) {
		const struct clerk_approval *a = &here.approval[i];
		int staff = a->pair / SIM_CERTS;

		if (a->roll != c->roll || a->about != here.about ||
			staff == submitter ||
			!c->reviewer[staff][a->pair % SIM_CERTS])
			continue;
		if (first >= 0 && staff != first)
			return true;
		first = staff;
	}
	return false;
}

/* Everything that may change between two looks (I2). */
static bool
moment_allows(const struct clerk *c, uint32_t row, int about)
{
	const struct clerk_card *card = &c->card[row];

	return !is_held(c, row, about) && about >= 0 && !c->screen[about] &&
	       card->objections == 0 && !card->sustained &&
	       !card->refused_by_reviewer && officer_fits(c, &card->ask) &&
	       order_is_old(c, &card->ask);
}

static bool
passed_gate(const struct clerk *c, uint32_t row)
{
	const struct clerk_card *card = &c->card[row];
	const struct clerk_batch *b = &c->batch[card->batch];

	return card->stand == CLERK_ACCEPTED && card->looked && card->give &&
	       b->cap == 0 && !b->refused;
}

bool
clerk_due(const struct clerk *c, uint32_t row)
{
	const struct clerk_card *card = &c->card[row];

	return passed_gate(c, row) && card->roll == c->roll &&
	       names_address(c->batch[card->batch].law) &&
	       in_force(c, card->batch) && moment_allows(c, row, card->about) &&
	       is_signed_here(c, row) &&
	       (card->answered < 2 || card->where == 1);
}

/* ---- at the door ---- */

static bool
is_written(struct span has, const char *want)
{
	return span_eq(has, span_text(want));
}

/* The package's words against what was asked and what the agreement names. */
static bool
fields_fit(const struct clerk *c, uint32_t row, const struct release_package *p)
{
	const struct clerk_card *card = &c->card[row];
	const struct sim_ask *ask = &card->ask;

	if (p->answer == RELEASE_NEUTRAL)
		return p->n_addresses == 0 && p->given.n == 0 &&
		       p->surname.n == 0;
	if (!names_address(c->batch[card->batch].law) || ask->name_of < 0 ||
		p->middle.n != 0 || p->n_addresses == 0 ||
		!is_written(p->given, c->world->human[ask->name_of].given) ||
		!is_written(p->surname, c->world->human[ask->name_of].surname))
		return false;
	for (size_t i = 0; i < p->n_addresses; i++) {
		bool asked = false;

		for (int k = 0; k < ask->n_years; k++)
			asked |= ask->year[k] == p->address[i].tax_year;
		if (!asked)
			return false;
	}
	return true;
}

static bool
is_house(const struct release_address *a, int house)
{
	const struct sim_house *h = sim_house(house);

	return is_written(a->line, h->line) && is_written(a->city, h->city) &&
	       is_written(a->state, h->state) && is_written(a->zip, h->zip);
}

/* I4 and I7: of the right person, and nobody else's. */
static void
compare_addresses(const struct clerk *c, int about,
	const struct release_package *p, struct sim_seen *seen)
{
	for (size_t i = 0; i < p->n_addresses; i++) {
		const struct release_address *a = &p->address[i];
		const struct sim_record *r =
			record_of(c->world, c->roll, about, a->tax_year);

		if (r->there && (!r->own || r->dependent))
			seen->third = false;
		else if (!r->there || !is_house(a, r->house))
			seen->person = false;
	}
}

static void
judge_address(struct clerk *c, uint32_t row, const struct release_package *p,
	struct sim_seen *seen)
{
	const struct clerk_card *card = &c->card[row];
	int about = find(c->world, c->roll, &card->ask);

	seen->gate = passed_gate(c, row);
	seen->people = clerk_two_people(c, row, true);
	seen->moment = moment_allows(c, row, about >= 0 ? about : card->about);
	seen->person =
		about >= 0 && about == card->about && about == card->ask.about;
	if (about >= 0)
		compare_addresses(c, about, p, seen);
}

/* Entry S commits to exactly this, to this recipient, by these two. */
static bool
commits(const struct sim *s, uint32_t row, const struct sim_file *file)
{
	uint8_t key[32];
	uint8_t plain[32];
	struct ledger_entry e;
	struct ledger_opening o;
	struct ledger_head is;
	struct ledger_head head = sim_head(s, LEDGER_SEAL, s->given[row].batch);
	struct ledger_field fields[] = {
		{"request", span_text(s->given[row].id)},
		{"outcome", file->address ? SPAN("address") : SPAN("neutral")},
		{"approvals", span_of(file->approver, file->address ? 64 : 0)},
		{"recipient", span_of(file->recipient, 32)},
		{"plain", span_of(plain, 32)},
	};

	crypto_sha256_2(span_of(file->recipient, 32),
		span_of(file->json, file->n_json), plain);
	sim_entry_key(s, file->seal, key);
	return ledger_entry_parse(
		       span_of(s->journal[file->seal].bytes, LEDGER_ENTRY),
		       &e) == ERR_OK &&
	       ledger_opening_make(&e, &head, key, fields, 5, "plain", &o) ==
		       ERR_OK &&
	       ledger_opening_check(&e, &o, &is) == ERR_OK &&
	       is.type == LEDGER_SEAL;
}

void
clerk_look_at(struct sim *s, uint32_t row, const struct sim_file *file,
	struct sim_seen *seen)
{
	static struct arena arena;
	struct clerk *c = &s->clerk;
	const struct clerk_card *card = &c->card[row];
	const struct clerk_batch *b = &c->batch[card->batch];
	uint64_t d = s->disk.row[row].delivered;
	struct release_package p;
	struct why why = {{0}};

	if (arena.at == NULL)
		must(arena_init(&arena, RELEASE_ARENA) == ERR_OK);
	arena.used = 0;
	arena.overflow = false;
	*seen = (struct sim_seen){row, file->address, .moment = true,
		.fields = true, .person = true, .gate = true, .people = true,
		.third = true};
	seen->s_durable = sim_is_durable(s, file->seal, LEDGER_SEAL) &&
			  commits(s, row, file);
	seen->d_durable = d != SIM_NO_ENTRY &&
			  sim_is_durable(s, d, LEDGER_DELIVER) &&
			  memcmp(s->disk.row[row].package, file->hash, 32) == 0;
	seen->force = in_force(c, card->batch);
	seen->turn = c->today >= b->day + answer_days[b->law];
	if (release_package_decode(span_of(file->json, file->n_json), &arena,
		    &p, &why) != ERR_OK ||
		!span_eq(p.request_id, span_text(s->given[row].id)) ||
		(p.answer == RELEASE_ADDRESS) != file->address) {
		seen->fields = false;
		return;
	}
	seen->fields = fields_fit(c, row, &p);
	if (file->address)
		judge_address(c, row, &p, seen);
}
