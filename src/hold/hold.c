/* SPDX-License-Identifier: Apache-2.0 */
#include "hold/hold.h"

#include "base/mem.h"
#include "hold/hold_int.h"

/* A move listed twice stops the build: -Werror=override-init. */
static const uint8_t moves[HOLD_N_STATES][HOLD_N_EVENTS] = {
#define MOVE(from, event, to) [HOLD_##from][HOLD_##event] = HOLD_##to,
#include "hold/hold.def"
};

enum hold_state
hold_move(enum hold_state from, enum hold_event event)
{
	return (enum hold_state)moves[from][event];
}

bool
hold_is_nobody(const uint8_t print[HOLD_PRINT])
{
	static const uint8_t nobody[HOLD_PRINT];

	return memcmp(print, nobody, HOLD_PRINT) == 0;
}

void
hold_check(const struct hold *hold)
{
	bool asked =
		hold->state == HOLD_LIFT_ASKED || hold->state == HOLD_LIFTED;
	bool granted = hold->state == HOLD_LIFTED;

	must(hold->state > HOLD_NO_STATE && hold->state < HOLD_N_STATES);
	must(hold->number != 0 && !hold_is_nobody(hold->placed.by));    /* H1 */
	must(hold->ground > HOLD_NO_GROUND);                            /* H1 */
	must(hold->effect > HOLD_NO_EFFECT);                            /* H1 */
	must(hold->terms.n > 0 && !hold->terms.at[0].except);           /* H1 */
	must(hold_is_nobody(hold->asked.by) == !asked);                 /* H2 */
	must(hold_is_nobody(hold->granted.by) == !granted);             /* H3 */
	must(!granted || hold->asked.counsel || hold->granted.counsel); /* H3 */
	must(!granted || memcmp(hold->asked.by, hold->granted.by,       /* H3 */
				 HOLD_PRINT) != 0);
	for (uint32_t i = 0; i < hold->n_exceptions; i++)
		hold_exception_check(hold->exceptions[i]);
}

enum err
hold_empty(struct hold **ret_hold)
{
	struct hold *hold = mem_zeroed(sizeof(*hold));

	if (hold == NULL)
		return err_origin(ERR_NOMEM);
	hold_terms_init(&hold->terms);
	*ret_hold = hold;
	return ERR_OK;
}

struct hold *
hold_free(struct hold *hold)
{
	if (hold != NULL) {
		hold_terms_fini(&hold->terms);
		hold_exceptions_free(hold);
	}
	mem_wipe(hold, sizeof(*hold));
	return NULL;
}

/* ---- placing ---- */

static enum err
order_check(const struct hold_order *order, const struct hold_act *act,
	struct why *reterr_why)
{
	must(act->at > 0 && act->at <= HOLD_AT_MAX);
	must(order->ground > HOLD_NO_GROUND && order->ground < HOLD_N_GROUNDS);
	must(order->effect > HOLD_NO_EFFECT && order->effect < HOLD_N_EFFECTS);
	if (hold_is_nobody(act->by))
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"a hold names who places it");
	if (order->n_scopes == 0)
		return why_set(reterr_why, ERR_MALFORMED,
			"a hold says what it covers: --scope all, or less");
	if (order->n_scopes > HOLD_SCOPES_MAX ||
		order->n_exceptions > HOLD_SCOPES_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"a hold has at most %d scopes", HOLD_SCOPES_MAX);
	if (order->ground == HOLD_BY_COURT && order->docket.n == 0)
		return why_set(reterr_why, ERR_MALFORMED,
			"a court's hold names its docket");
	if (order->effective_at < 0 || order->effective_at > HOLD_AT_MAX ||
		order->served_at < 0 || order->served_at > HOLD_AT_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"the effective or served time is no time");
	return ERR_OK;
}

enum err
hold_text_take(struct span text, const char *what, char *to, size_t size,
	struct why *reterr_why)
{
	if (!span_is_plain(text))
		return why_set(reterr_why, ERR_MALFORMED,
			"the %s must be one line of printable text", what);
	if (!span_copy(text, to, size))
		return why_set(reterr_why, ERR_TOO_LARGE,
			"the %s is longer than %zu bytes", what, size - 1);
	return ERR_OK;
}

static enum err
scopes_take(struct hold *hold, const struct hold_order *order, hold_fold *fold,
	struct why *reterr_why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < order->n_scopes; i++)
		e = hold_terms_add(&hold->terms, false, (uint8_t)i,
			order->scopes[i], fold, reterr_why);
	for (size_t i = 0; e == ERR_OK && i < order->n_exceptions; i++)
		e = hold_terms_add(&hold->terms, true, (uint8_t)i,
			order->exceptions[i], fold, reterr_why);
	return e;
}

enum err
hold_place(uint64_t number, const struct hold_order *order,
	const struct hold_act *act, hold_fold *fold, struct hold **ret_hold,
	struct why *reterr_why)
{
	OWNED(hold) hold = NULL;
	enum err e = order_check(order, act, reterr_why);

	must(number != 0);
	if (e == ERR_OK)
		e = hold_empty(&hold);
	if (e == ERR_OK)
		e = hold_text_take(order->docket, "docket", hold->docket,
			sizeof(hold->docket), reterr_why);
	if (e == ERR_OK)
		e = hold_text_take(order->note, "note", hold->note,
			sizeof(hold->note), reterr_why);
	if (e == ERR_OK)
		e = scopes_take(hold, order, fold, reterr_why);
	if (e != ERR_OK)
		return e;
	hold->number = number;
	hold->state = HOLD_PLACED;
	hold->ground = order->ground;
	hold->effect = order->effect;
	hold->sealed = order->sealed;
	hold->has_order = order->order != NULL;
	if (hold->has_order)
		memcpy(hold->order, order->order, HOLD_PRINT);
	hold->effective_at =
		order->effective_at == 0 ? act->at : order->effective_at;
	hold->served_at = order->served_at == 0 ? act->at : order->served_at;
	hold->review_day = order->review_day;
	hold->placed = *act;
	hold->last_at = act->at;
	hold_check(hold);
	*ret_hold = hold_take(&hold);
	return ERR_OK;
}

/* ---- lifting ---- */

enum err
hold_act_check(const struct hold *hold, const struct hold_act *act,
	struct why *reterr_why)
{
	must(act->at > 0 && act->at <= HOLD_AT_MAX);
	if (hold_is_nobody(act->by))
		return why_set(
			reterr_why, ERR_NOT_ALLOWED, "an act names its actor");
	if (act->at < hold_newest_at(hold))
		return why_set(reterr_why, ERR_TOO_EARLY,
			"the act before this one is later");
	return ERR_OK;
}

enum err
hold_second_check(const struct hold_act *first, const struct hold_act *second,
	const char *what, struct why *reterr_why)
{
	if (memcmp(first->by, second->by, HOLD_PRINT) == 0)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"who asked for the %s cannot grant it", what);
	if (!first->counsel && !second->counsel)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"one of the two who %s a hold must be counsel",
			strcmp(what, "lift") == 0 ? what : "except from");
	return ERR_OK;
}

/* What the table cannot say: who may act, and when. */
static enum err
hold_guard(const struct hold *hold, enum hold_event event,
	const struct hold_act *act, struct why *reterr_why)
{
	bool same = memcmp(act->by, hold->asked.by, HOLD_PRINT) == 0;
	enum err e = hold_act_check(hold, act, reterr_why);

	if (e == ERR_OK && event == HOLD_GRANT)
		e = hold_second_check(&hold->asked, act, "lift", reterr_why);
	if (e != ERR_OK)
		return e;
	if (event == HOLD_DENY && !same && !act->counsel)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"only counsel, or who asked, ends a request to lift");
	return ERR_OK;
}

enum err
hold_apply(struct hold *hold, enum hold_event event, const struct hold_act *act,
	struct why *reterr_why)
{
	enum hold_state to;
	enum err e;

	hold_check(hold);
	must(event > HOLD_NO_EVENT && event <= HOLD_DENY);
	to = hold_move(hold->state, event);
	if (to == HOLD_NO_STATE)
		return why_set(reterr_why, ERR_BAD_MOVE,
			"hold %llu is %s: it cannot take '%s'",
			(unsigned long long)hold->number,
			hold_state_text(hold->state), hold_event_text(event));
	e = hold_guard(hold, event, act, reterr_why);
	if (e != ERR_OK)
		return e;
	if (event == HOLD_ASK)
		hold->asked = *act;
	else if (event == HOLD_GRANT)
		hold->granted = *act;
	else
		hold->asked = (struct hold_act){.at = 0};
	hold->state = to;
	hold->last_at = act->at;
	hold_check(hold);
	return ERR_OK;
}

static bool
reaches(const struct hold *hold, const struct hold_target *target,
	struct hold_unread unread)
{
	if (!hold_terms_cover(&hold->terms, target, unread))
		return false;
	for (uint32_t i = 0; i < hold->n_exceptions; i++) {
		const struct hold_exception *x = hold->exceptions[i];

		if (x->state == HOLD_EXCEPTION_GRANTED &&
			hold_terms_surely(&x->terms, target, unread))
			return false;
	}
	return true;
}

bool
hold_reaches(const struct hold *hold, const struct hold_target *target)
{
	return reaches(hold, target, (struct hold_unread){.kinds = 0});
}

enum hold_glance
hold_glance(const struct hold *hold, const struct hold_target *target,
	unsigned unread)
{
	if (hold->state == HOLD_LIFTED ||
		!reaches(hold, target, (struct hold_unread){unread, true}))
		return HOLD_COVERS_NOT;
	return reaches(hold, target, (struct hold_unread){unread, false})
		       ? HOLD_COVERS_SURELY
		       : HOLD_COVERS_PERHAPS;
}

bool
hold_covers(const struct hold *hold, const struct hold_target *target)
{
	return hold->state != HOLD_LIFTED && hold_reaches(hold, target);
}

/* ---- what it says ---- */

uint64_t
hold_number(const struct hold *hold)
{
	return hold->number;
}

enum hold_state
hold_state(const struct hold *hold)
{
	return hold->state;
}

enum hold_ground
hold_ground(const struct hold *hold)
{
	return hold->ground;
}

enum hold_effect
hold_effect(const struct hold *hold)
{
	return hold->effect;
}

bool
hold_sealed(const struct hold *hold)
{
	return hold->sealed;
}

const char *
hold_docket(const struct hold *hold)
{
	return hold->docket;
}

const char *
hold_note(const struct hold *hold)
{
	return hold->note;
}

const uint8_t *
hold_order(const struct hold *hold)
{
	return hold->has_order ? hold->order : NULL;
}

const uint8_t *
hold_placer(const struct hold *hold)
{
	return hold->placed.by;
}

int64_t
hold_placed_at(const struct hold *hold)
{
	return hold->placed.at;
}

int64_t
hold_effective_at(const struct hold *hold)
{
	return hold->effective_at;
}

int64_t
hold_served_at(const struct hold *hold)
{
	return hold->served_at;
}

int32_t
hold_review_day(const struct hold *hold)
{
	return hold->review_day;
}

const uint8_t *
hold_asker(const struct hold *hold)
{
	return hold->state == HOLD_PLACED ? NULL : hold->asked.by;
}

int64_t
hold_asked_at(const struct hold *hold)
{
	return hold->asked.at;
}

bool
hold_asked_by_counsel(const struct hold *hold)
{
	return hold->asked.counsel;
}

bool
hold_review_due(const struct hold *hold, int32_t today)
{
	return hold->state != HOLD_LIFTED && hold->review_day != DAY_NONE &&
	       hold->review_day <= today;
}
