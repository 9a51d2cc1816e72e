/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_hold.h"

#include <inttypes.h>
#include <stdio.h>

#include "person/person.h"
#include "proc/proc_permit.h"
#include "proc/proc_recall.h"
#include "proc/proc_registers.h"

enum { BYTES_MAX = HOLD_BYTES_MAX + 1024, NUMBER_TEXT = 24 };

static size_t
fold(struct span text, char to[256])
{
	return person_fold(text, to);
}

/* ---- what is entered ---- */

/* One act on a hold, of which `docket`, `order` and `scope` are the hold's own
 * or a later order's. */
struct act {
	const struct hold *hold;
	const char *change;
	const char *docket;
	const uint8_t *order;
	bool places;
	struct buf scope;
	struct buf bytes; /* signed */
	struct buf signature;
};

static void
act_init(struct act *act, const struct hold *hold, enum hold_event event)
{
	*act = (struct act){
		.hold = hold,
		.change = event == HOLD_NO_EVENT ? "place"
						 : hold_event_text(event),
		.docket = hold_docket(hold),
		.order = hold_order(hold),
		.places = event == HOLD_NO_EVENT,
	};
	buf_init(&act->scope, BYTES_MAX);
	buf_init(&act->bytes, BYTES_MAX);
	buf_init(&act->signature, 4096);
}

static void
act_fini(struct act *act)
{
	buf_fini(&act->scope);
	buf_fini(&act->bytes);
	buf_fini(&act->signature);
}

static enum err
enter_hold(struct instance *in, const struct act *act, const char *number,
	uint64_t *ret_entry)
{
	const struct hold *hold = act->hold;
	char effective[DAY_TIME_TEXT] = "";
	char served[DAY_TIME_TEXT] = "";
	char review[DAY_TEXT] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("hold", number),
		ACCOUNT_TEXT("change", act->change),
		ACCOUNT_TEXT("ground", hold_ground_text(hold_ground(hold))),
		ACCOUNT_TEXT("docket", act->docket),
		ACCOUNT_BYTES("order", act->order,
			act->order == NULL ? 0 : HOLD_PRINT),
		{"scope", buf_span(&act->scope)},
		ACCOUNT_TEXT("effect", hold_effect_text(hold_effect(hold))),
		{"effective", span_of(effective, DAY_TIME_TEXT - 1)},
		{"served", span_of(served, DAY_TIME_TEXT - 1)},
		{"review", span_of(NULL, 0)},
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		{"signature", buf_span(&act->signature)},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};

	day_time_text(hold_effective_at(hold), effective);
	day_time_text(hold_served_at(hold), served);
	day_time_text(in->at, at);
	if (hold_review_day(hold) != DAY_NONE) {
		day_text(hold_review_day(hold), review);
		fields[9].value = span_text(review);
	}
	return account_entry(in, LEDGER_HOLD, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		ret_entry);
}

/* The entries of one act, within a transaction. */
static enum err
enter(struct instance *in, const struct act *act, uint64_t *ret_entry)
{
	char number[NUMBER_TEXT] = "";
	uint64_t entry = 0;
	struct proc_registers_act change = {
		.change = act->change,
		.subject = span_of(NULL, 0),
		.record = buf_span(&act->bytes),
		.signature = buf_span(&act->signature),
		.sealed = hold_sealed(act->hold),
	};
	enum err e = ERR_OK;

	(void)snprintf(
		number, sizeof(number), "%" PRIu64, hold_number(act->hold));
	change.subject = span_text(number);
	if (!change.sealed)
		e = enter_hold(in, act, number, ret_entry);
	if (e == ERR_OK)
		e = proc_registers_holds(in, &change, &entry);
	if (e == ERR_OK && change.sealed)
		*ret_entry = entry;
	if (e == ERR_OK && act->places &&
		hold_effect(act->hold) == HOLD_TO_STOP)
		e = proc_recall_intend(in, hold_number(act->hold));
	return e;
}

/* Signs the act; what it says must fit into an entry. */
static enum err
sign(struct instance *in, struct act *act)
{
	if (act->scope.n == 0)
		hold_scope_text(act->hold, HOLD_SHOW_ALL, &act->scope);
	if (buf_error(&act->bytes) != ERR_OK)
		return buf_error(&act->bytes);
	if (buf_error(&act->scope) != ERR_OK)
		return buf_error(&act->scope);
	if (act->bytes.n > LEDGER_OPENING_MAX ||
		act->scope.n > LEDGER_OPENING_MAX)
		return instance_says(in, ERR_TOO_LARGE,
			"the order names too much for one hold: place it as "
			"several, each with a part of what it names");
	return instance_sign(in, buf_span(&act->bytes), &act->signature);
}

/* The entries of the act and the register's head, durable. */
static enum err
carry_out(struct instance *in, struct act *act, uint64_t *ret_entry)
{
	enum err e = sign(in, act);

	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = enter(in, act, ret_entry);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	return e == ERR_OK ? proc_registers_heads(in) : e;
}

static struct hold_act
by_actor(const struct instance *in)
{
	struct hold_act act = {
		.counsel = instance_has_role(in, in->actor.print, "counsel"),
		.at = in->at,
	};

	memcpy(act.by, in->actor.print, sizeof(act.by));
	return act;
}

/* ---- placing ---- */

/* The next after all that are not sealed; of a sealed one by its entry. */
static enum err
next_number(struct instance *in, bool sealed, uint64_t *ret_number)
{
	uint64_t last = 0;

	for (size_t i = 0; i < hold_set_n(in->holds); i++) {
		uint64_t n = hold_number(hold_set_at(in->holds, i));

		if (n < HOLD_SEALED_FROM)
			last = n;
	}
	*ret_number = sealed ? HOLD_SEALED_FROM + in->next : last + 1;
	if (!sealed && *ret_number == HOLD_SEALED_FROM)
		return instance_says(in, ERR_TOO_LARGE,
			"there are %d holds: no more can be placed",
			HOLD_SEALED_FROM - 1);
	return ERR_OK;
}

/* What it covers and nobody fetched comes back, under the same lock. */
static enum err
pull_back(struct instance *in, struct proc_hold_placed *placed)
{
	struct why why;
	enum err e = proc_recall_finish(in, &placed->pulled);

	if (e == ERR_OK)
		return account_publish(in, NULL);
	why = in->why;
	return instance_says(in, e,
		"hold %" PRIu64 " is placed, entry %" PRIu64
		"; what nobody fetched is not all pulled back yet, the next "
		"verb goes on with it: %s",
		placed->number, placed->entry,
		why.text[0] == '\0' ? err_text(e) : why.text);
}

enum err
proc_hold_draft(struct instance *in, const struct hold_order *order,
	struct hold **ret_hold)
{
	uint64_t number = 0;
	struct hold_act by;
	enum err e = proc_permit(in, PERMIT_HOLD);

	if (e == ERR_OK)
		e = next_number(in, order->sealed, &number);
	if (e != ERR_OK)
		return e;
	by = by_actor(in);
	return hold_place(number, order, &by, fold, ret_hold, &in->why);
}

enum err
proc_hold_place(struct instance *in, const struct hold_order *order,
	struct proc_hold_placed *ret_placed)
{
	OWNED(hold) hold = NULL;
	uint64_t number = 0;
	uint64_t entry = 0;
	struct act act;
	enum err e = proc_hold_draft(in, order, &hold);

	*ret_placed = (struct proc_hold_placed){0};
	if (e != ERR_OK)
		return e;
	number = hold_number(hold);
	e = hold_set_add(in->holds, &hold);
	if (e != ERR_OK)
		return e;
	act_init(&act, hold_set_find(in->holds, number), HOLD_NO_EVENT);
	hold_place_bytes(act.hold, &act.bytes);
	e = carry_out(in, &act, &entry);
	act_fini(&act);
	if (e != ERR_OK)
		return e;
	*ret_placed = (struct proc_hold_placed){number, entry, 0};
	return pull_back(in, ret_placed);
}

/* ---- two people ---- */

/*
 * What the signatures alone cannot show of the two who lift or except: that
 * they are two people (another certificate makes no other one), that who asked
 * has a role still, and that one of them is counsel now.
 */
static enum err
second_may(struct instance *in, const uint8_t *first, bool first_counsel)
{
	if (register_same_person(in->registers, first, in->actor.print))
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s asked for it and cannot grant it: a second person "
			"must",
			in->actor.name);
	if (register_find_print(in->registers, REG_ROLE, first, in->at) == NULL)
		return instance_says(in, ERR_NOT_ALLOWED,
			"who asked for it has no role any more: let counsel "
			"deny it, and another ask again");
	if (first_counsel && !instance_has_role(in, first, "counsel") &&
		!instance_has_role(in, in->actor.print, "counsel"))
		return instance_says(in, ERR_NOT_ALLOWED,
			"who asked for it is not counsel any more: counsel "
			"must grant it");
	return ERR_OK;
}

/* Sealed, it is counsel's; but what counsel asked for may be granted by whom
 * counsel tells its number. */
static enum err
find(struct instance *in, uint64_t number, bool asked_by_counsel,
	struct hold **ret_hold)
{
	struct hold *hold = hold_set_find(in->holds, number);

	if (hold == NULL || (!proc_hold_seen(in, hold) && !asked_by_counsel))
		return instance_says(
			in, ERR_NOT_FOUND, "there is no hold %" PRIu64, number);
	*ret_hold = hold;
	return ERR_OK;
}

/* ---- lifting ---- */

static bool
lift_is_asked_by_counsel(const struct instance *in, uint64_t number)
{
	const struct hold *hold = hold_set_find(in->holds, number);

	return hold != NULL && hold_state(hold) == HOLD_LIFT_ASKED &&
	       hold_asked_by_counsel(hold);
}

enum err
proc_hold_lift(struct instance *in, uint64_t number, bool deny,
	bool *ret_lifted, uint64_t *ret_entry)
{
	struct hold *hold = NULL;
	enum hold_event event = HOLD_DENY;
	struct hold_act by;
	struct act act;
	enum err e = proc_permit(in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = find(in, number,
			!deny && lift_is_asked_by_counsel(in, number), &hold);
	if (e != ERR_OK)
		return e;
	if (!deny)
		event = hold_state(hold) == HOLD_LIFT_ASKED ? HOLD_GRANT
							    : HOLD_ASK;
	if (event == HOLD_GRANT)
		e = second_may(
			in, hold_asker(hold), hold_asked_by_counsel(hold));
	by = by_actor(in);
	if (e == ERR_OK)
		e = hold_apply(hold, event, &by, &in->why);
	if (e != ERR_OK)
		return e;
	act_init(&act, hold, event);
	hold_act_bytes(number, event, &by, &act.bytes);
	e = carry_out(in, &act, ret_entry);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	act_fini(&act);
	*ret_lifted = hold_state(hold) == HOLD_LIFTED;
	return e;
}

/* ---- exceptions ---- */

static enum err
except_act(struct instance *in, const struct hold *hold, uint32_t n,
	enum hold_event event, const struct hold_act *by, uint64_t *ret_entry)
{
	struct hold_exception_says says;
	struct act act;
	enum err e;

	must(hold_exception(hold, n, &says));
	act_init(&act, hold, event);
	act.docket = says.docket;
	act.order = says.order;
	hold_exception_text(hold, n, HOLD_SHOW_ALL, &act.scope);
	hold_except_bytes(hold, n, event, by, &act.bytes);
	e = carry_out(in, &act, ret_entry);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	act_fini(&act);
	return e;
}

enum err
proc_hold_except(struct instance *in, uint64_t number,
	const struct hold_except_order *order, uint32_t *ret_n,
	uint64_t *ret_entry)
{
	struct hold *hold = NULL;
	struct hold_act by;
	enum err e = proc_permit(in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = find(in, number, false, &hold);
	if (e != ERR_OK)
		return e;
	by = by_actor(in);
	e = hold_except(hold, order, &by, fold, ret_n, &in->why);
	return e == ERR_OK ? except_act(in, hold, *ret_n, HOLD_EXCEPT, &by,
				     ret_entry)
			   : e;
}

enum err
proc_hold_except_answer(struct instance *in, uint64_t number, uint32_t n,
	bool grant, uint64_t *ret_entry)
{
	const enum hold_event event =
		grant ? HOLD_EXCEPT_GRANT : HOLD_EXCEPT_DENY;
	struct hold *hold = hold_set_find(in->holds, number);
	struct hold_exception_says says;
	bool known = hold != NULL && hold_exception(hold, n, &says);
	struct hold_act by;
	enum err e = proc_permit(in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = find(in, number,
			grant && known && says.asked.counsel &&
				says.state == HOLD_EXCEPTION_ASKED,
			&hold);
	if (e == ERR_OK && known && grant && says.state == HOLD_EXCEPTION_ASKED)
		e = second_may(in, says.asked.by, says.asked.counsel);
	if (e != ERR_OK)
		return e;
	by = by_actor(in);
	e = hold_except_apply(hold, n, event, &by, &in->why);
	return e == ERR_OK ? except_act(in, hold, n, event, &by, ret_entry) : e;
}
