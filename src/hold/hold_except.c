/* SPDX-License-Identifier: Apache-2.0 */
/* A later order lets something through while the hold stands; and what a hold
 * that arrives pulls back. */
#include "base/mem.h"
#include "hold/hold_int.h"

void
hold_exception_check(const struct hold_exception *x)
{
	bool answered = x->state != HOLD_EXCEPTION_ASKED;
	bool granted = x->state == HOLD_EXCEPTION_GRANTED;

	must(x->state > HOLD_NO_EXCEPTION &&
		x->state < HOLD_N_EXCEPTION_STATES);
	must(x->terms.n > 0 && !hold_is_nobody(x->asked.by));
	must(hold_is_nobody(x->answered.by) == !answered);
	must(!granted || x->asked.counsel || x->answered.counsel); /* H6 */
	must(!granted ||
		memcmp(x->asked.by, x->answered.by, HOLD_PRINT) != 0); /* H6 */
}

enum err
hold_exception_new(struct hold *hold, struct hold_exception **ret_exception)
{
	size_t n = hold->n_exceptions;
	struct hold_exception **all =
		mem_resize(hold->exceptions, n + 1, sizeof(void *));
	struct hold_exception *one;

	must(n < HOLD_EXCEPTIONS_MAX);
	if (all == NULL)
		return err_origin(ERR_NOMEM);
	hold->exceptions = all;
	one = mem_zeroed(sizeof(*one));
	if (one == NULL)
		return err_origin(ERR_NOMEM);
	hold_terms_init(&one->terms);
	all[hold->n_exceptions++] = one;
	*ret_exception = one;
	return ERR_OK;
}

void
hold_exception_drop(struct hold *hold)
{
	struct hold_exception *one = hold->exceptions[--hold->n_exceptions];

	hold_terms_fini(&one->terms);
	mem_free(one);
}

void
hold_exceptions_free(struct hold *hold)
{
	while (hold->n_exceptions > 0)
		hold_exception_drop(hold);
	mem_free(hold->exceptions);
	hold->exceptions = NULL;
}

size_t
hold_n_terms(const struct hold *hold)
{
	size_t n = hold->terms.n;

	for (uint32_t i = 0; i < hold->n_exceptions; i++)
		n += hold->exceptions[i]->terms.n;
	return n;
}

int64_t
hold_newest_at(const struct hold *hold)
{
	int64_t at = hold->last_at;

	for (uint32_t i = 0; i < hold->n_exceptions; i++) {
		const struct hold_exception *x = hold->exceptions[i];

		if (x->asked.at > at)
			at = x->asked.at;
		if (x->answered.at > at)
			at = x->answered.at;
	}
	return at;
}

/* ---- asking ---- */

static enum err
except_check(const struct hold *hold, const struct hold_except_order *order,
	const struct hold_act *act, struct why *reterr_why)
{
	if (hold_move(hold->state, HOLD_EXCEPT) == HOLD_NO_STATE)
		return why_set(reterr_why, ERR_BAD_MOVE,
			"hold %llu is lifted: there is nothing to except from",
			(unsigned long long)hold->number);
	if (order->n_scopes == 0)
		return why_set(reterr_why, ERR_MALFORMED,
			"an exception says what it lets through: --scope");
	if (order->n_scopes > HOLD_SCOPES_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"an exception has at most %d scopes", HOLD_SCOPES_MAX);
	if (hold->n_exceptions == HOLD_EXCEPTIONS_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"a hold has at most %d exceptions",
			HOLD_EXCEPTIONS_MAX);
	if (hold->ground == HOLD_BY_COURT && order->docket.n == 0)
		return why_set(reterr_why, ERR_MALFORMED,
			"an exception to a court's hold names its docket");
	return hold_act_check(hold, act, reterr_why);
}

/* Who was found on the roll is nothing that a requester may be told by. */
static bool
names_person_id(const struct hold_terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->at[i].kind == HOLD_OF_PERSON &&
			span_starts(hold_term_text(terms, &terms->at[i]),
				SPAN("id:")))
			return true;
	return false;
}

static enum err
except_fill(struct hold_exception *x, const struct hold_except_order *order,
	hold_fold *fold, struct why *reterr_why)
{
	enum err e = hold_text_take(order->docket, "docket", x->docket,
		sizeof(x->docket), reterr_why);

	if (e == ERR_OK)
		e = hold_text_take(order->note, "note", x->note,
			sizeof(x->note), reterr_why);
	for (size_t i = 0; e == ERR_OK && i < order->n_scopes; i++)
		e = hold_terms_add(&x->terms, false, (uint8_t)i,
			order->scopes[i], fold, reterr_why);
	if (e == ERR_OK && names_person_id(&x->terms))
		e = why_set(reterr_why, ERR_MALFORMED,
			"an exception names what requests say: a case, a "
			"request, a TIN or a name, not a person_id");
	x->has_order = order->order != NULL;
	if (x->has_order)
		memcpy(x->order, order->order, HOLD_PRINT);
	return e;
}

enum err
hold_except(struct hold *hold, const struct hold_except_order *order,
	const struct hold_act *act, hold_fold *fold, uint32_t *ret_n,
	struct why *reterr_why)
{
	struct hold_exception *x = NULL;
	enum err e;

	hold_check(hold);
	e = except_check(hold, order, act, reterr_why);
	if (e == ERR_OK)
		e = hold_exception_new(hold, &x);
	if (e != ERR_OK)
		return e;
	x->state = HOLD_EXCEPTION_ASKED;
	x->asked = *act;
	e = except_fill(x, order, fold, reterr_why);
	if (e == ERR_OK && hold_n_terms(hold) > HOLD_TERMS_MAX)
		e = why_set(reterr_why, ERR_TOO_LARGE,
			"a hold has at most %d terms", HOLD_TERMS_MAX);
	if (e != ERR_OK) {
		hold_exception_drop(hold);
		return e;
	}
	*ret_n = hold->n_exceptions;
	hold_check(hold);
	return ERR_OK;
}

/* ---- answering ---- */

static enum err
answer_guard(const struct hold *hold, const struct hold_exception *x,
	enum hold_event event, const struct hold_act *act,
	struct why *reterr_why)
{
	bool same = memcmp(act->by, x->asked.by, HOLD_PRINT) == 0;
	enum err e = hold_act_check(hold, act, reterr_why);

	if (e != ERR_OK)
		return e;
	if (event == HOLD_EXCEPT_GRANT)
		return hold_second_check(
			&x->asked, act, "exception", reterr_why);
	if (!same && !act->counsel)
		return why_set(reterr_why, ERR_NOT_ALLOWED,
			"only counsel, or who asked, ends a request for an "
			"exception");
	return ERR_OK;
}

enum err
hold_except_apply(struct hold *hold, uint32_t n, enum hold_event event,
	const struct hold_act *act, struct why *reterr_why)
{
	struct hold_exception *x;
	enum err e;

	hold_check(hold);
	must(event == HOLD_EXCEPT_GRANT || event == HOLD_EXCEPT_DENY);
	if (n == 0 || n > hold->n_exceptions)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"hold %llu has no exception %lu",
			(unsigned long long)hold->number, (unsigned long)n);
	x = hold->exceptions[n - 1];
	if (hold_move(hold->state, event) == HOLD_NO_STATE)
		return why_set(reterr_why, ERR_BAD_MOVE,
			"hold %llu is %s: it cannot take '%s'",
			(unsigned long long)hold->number,
			hold_state_text(hold->state), hold_event_text(event));
	if (x->state != HOLD_EXCEPTION_ASKED)
		return why_set(reterr_why, ERR_BAD_MOVE,
			"exception %lu of hold %llu is %s: it cannot take '%s'",
			(unsigned long)n, (unsigned long long)hold->number,
			hold_exception_state_text(x->state),
			hold_event_text(event));
	e = answer_guard(hold, x, event, act, reterr_why);
	if (e != ERR_OK)
		return e;
	x->answered = *act;
	x->state = event == HOLD_EXCEPT_GRANT ? HOLD_EXCEPTION_GRANTED
					      : HOLD_EXCEPTION_DENIED;
	hold_check(hold);
	return ERR_OK;
}

/* ---- what it says ---- */

uint32_t
hold_n_exceptions(const struct hold *hold)
{
	return hold->n_exceptions;
}

bool
hold_exception(const struct hold *hold, uint32_t n,
	struct hold_exception_says *ret_says)
{
	const struct hold_exception *x;

	if (n == 0 || n > hold->n_exceptions)
		return false;
	x = hold->exceptions[n - 1];
	*ret_says = (struct hold_exception_says){
		.state = x->state,
		.docket = x->docket,
		.note = x->note,
		.order = x->has_order ? x->order : NULL,
		.asked = x->asked,
		.answered = x->answered,
	};
	return true;
}

/* ---- pulling back ---- */

size_t
hold_pull(uint8_t *flags, size_t n)
{
	bool all = false;
	size_t pulled = 0;

	for (size_t i = 0; i < n; i++)
		all = all || ((flags[i] & HOLD_OUT) != 0 &&
				     (flags[i] & HOLD_RECORD) != 0 &&
				     (flags[i] & HOLD_WRITTEN) == 0);
	for (size_t i = 0; i < n; i++) {
		if ((flags[i] & HOLD_OUT) == 0 ||
			(!all && (flags[i] & HOLD_WRITTEN) == 0))
			continue;
		flags[i] |= HOLD_PULLED;
		pulled++;
	}
	return pulled;
}
