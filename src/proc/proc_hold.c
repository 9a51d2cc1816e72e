/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_hold.h"

#include <inttypes.h>
#include <stdio.h>

#include "person/person.h"
#include "proc/proc_account.h"
#include "proc/proc_permit.h"
#include "proc/proc_registers.h"

enum { BYTES_MAX = HOLD_BYTES_MAX + 1024 };

static size_t
fold(struct span text, char to[256])
{
	return person_fold(text, to);
}

static enum err
enter_hold(struct instance *in, const struct hold *hold, const char *change,
	struct span signature, uint64_t *ret_entry)
{
	char number[24] = "";
	char effective[DAY_TIME_TEXT] = "";
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(scope, BYTES_MAX);
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("hold", ""),
		ACCOUNT_TEXT("change", change),
		ACCOUNT_TEXT("ground", hold_ground_text(hold_ground(hold))),
		ACCOUNT_TEXT("docket", hold_docket(hold)),
		{"scope", span_of(NULL, 0)},
		ACCOUNT_TEXT("effect", hold_effect_text(hold_effect(hold))),
		ACCOUNT_TEXT("effective", ""),
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		{"signature", signature},
		ACCOUNT_TEXT("at", ""),
	};

	(void)snprintf(number, sizeof(number), "%" PRIu64, hold_number(hold));
	day_time_text(hold_effective_at(hold), effective);
	day_time_text(in->at, at);
	hold_scope_text(hold, &scope);
	if (buf_error(&scope) != ERR_OK)
		return buf_error(&scope);
	fields[0].value = span_text(number);
	fields[4].value = buf_span(&scope);
	fields[6].value = span_text(effective);
	fields[9].value = span_text(at);
	return account_entry(in, LEDGER_HOLD, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		ret_entry);
}

/* The entry of the act, the register's head, both durable. */
static enum err
finish(struct instance *in, const struct hold *hold, const char *change,
	struct span signed_bytes, uint64_t *ret_entry)
{
	OWNED_BUF(signature, 4096);
	enum err e = crypto_sign(in->actor.key, signed_bytes, &signature);

	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = enter_hold(in, hold, change, buf_span(&signature), ret_entry);
	if (e == ERR_OK)
		e = proc_registers_holds(in, change, buf_span(&signature));
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	if (e == ERR_OK)
		e = proc_registers_heads(in);
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

static struct hold_act
act_of(const struct instance *in)
{
	struct hold_act act = {
		.counsel = instance_has_role(in, in->actor.print, "counsel"),
		.at = in->at,
	};

	memcpy(act.by, in->actor.print, sizeof(act.by));
	return act;
}

static uint64_t
next_number(const struct hold_set *holds)
{
	size_t n = hold_set_n(holds);

	return n == 0 ? 1 : hold_number(hold_set_at(holds, n - 1)) + 1;
}

enum err
proc_hold_place(struct instance *in, const struct hold_order *order,
	uint64_t *ret_number, uint64_t *ret_entry)
{
	struct hold_act act;
	OWNED(hold) hold = NULL;
	OWNED_BUF(bytes, BYTES_MAX);
	const struct hold *placed;
	enum err e = proc_permit(in, PERMIT_HOLD);

	if (e != ERR_OK)
		return e;
	act = act_of(in);
	e = hold_place(
		next_number(in->holds), order, &act, fold, &hold, &in->why);
	if (e != ERR_OK)
		return e;
	hold_place_bytes(hold, &bytes);
	e = buf_error(&bytes);
	*ret_number = hold_number(hold);
	if (e == ERR_OK)
		e = hold_set_add(in->holds, &hold);
	if (e != ERR_OK)
		return e;
	placed = hold_set_find(in->holds, *ret_number);
	return finish(in, placed, "place", buf_span(&bytes), ret_entry);
}

enum err
proc_hold_lift(struct instance *in, uint64_t number, bool *ret_lifted)
{
	struct hold *hold = hold_set_find(in->holds, number);
	struct hold_act act;
	enum hold_event event;
	OWNED_BUF(bytes, BYTES_MAX);
	uint64_t entry = 0;
	enum err e = proc_permit(in, PERMIT_HOLD);

	if (e != ERR_OK)
		return e;
	if (hold == NULL)
		return instance_says(
			in, ERR_NOT_FOUND, "there is no hold %" PRIu64, number);
	act = act_of(in);
	event = hold_state(hold) == HOLD_LIFT_ASKED ? HOLD_GRANT : HOLD_ASK;
	e = hold_apply(hold, event, &act, &in->why);
	if (e != ERR_OK)
		return e;
	hold_act_bytes(number, event, &act, &bytes);
	e = buf_error(&bytes);
	if (e == ERR_OK)
		e = finish(in, hold, hold_event_text(event), buf_span(&bytes),
			&entry);
	*ret_lifted = hold_state(hold) == HOLD_LIFTED;
	return e;
}
