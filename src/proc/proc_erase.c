/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks for an erasure, and who answers. */
#include "proc/proc_erase.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/num.h"
#include "base/read.h"
#include "proc/proc_permit.h"

#define FIRST_LINE "weir/erase-order/v1"

enum { ORDER_MAX = 4096 };

/* ---- words ---- */

static const char *const state_text[] = {
	[ERASE_NO_STATE] = NULL,
#define STATE(NAME, text) [ERASE_##NAME] = (text),
#include "proc/proc_erase.def"
};
static const char *const ground_text[] = {
	[ERASE_NO_GROUND] = NULL,
#define GROUND(NAME, text, meaning) [ERASE_BY_##NAME] = (text),
#include "proc/proc_erase.def"
};
static const char *const scope_text[] = {
	[ERASE_NO_SCOPE] = NULL,
#define SCOPE(NAME, text, meaning) [ERASE_OF_##NAME] = (text),
#include "proc/proc_erase.def"
};

const char *
proc_erase_state_text(enum proc_erase_state state)
{
	return state_text[state];
}

const char *
proc_erase_ground_text(enum proc_erase_ground ground)
{
	return ground_text[ground];
}

const char *
proc_erase_scope_text(enum proc_erase_scope scope)
{
	return scope_text[scope];
}

bool
proc_erase_ground_parse(struct span text, enum proc_erase_ground *ret)
{
	for (int i = 1; i < ERASE_N_GROUNDS; i++) {
		if (!span_eq(text, span_text(ground_text[i])))
			continue;
		*ret = (enum proc_erase_ground)i;
		return true;
	}
	return false;
}

bool
proc_erase_scope_parse(struct span text, enum proc_erase_scope *ret)
{
	for (int i = 1; i < ERASE_N_SCOPES; i++) {
		if (!span_eq(text, span_text(scope_text[i])))
			continue;
		*ret = (enum proc_erase_scope)i;
		return true;
	}
	return false;
}

/* ---- an order as its entry has it ----
 *
 *	weir/erase-order/v1
 *	erasure N
 *	scope WORD what
 *	ground WORD basis
 *	record-ended DAY|-
 */

static void
order_encode(uint64_t n, const struct proc_erase_order *o, struct buf *to)
{
	char day[DAY_TEXT] = "-";

	if (o->record_ended != DAY_NONE)
		day_text(o->record_ended, day);
	buf_printf(to,
		FIRST_LINE "\nerasure %" PRIu64 "\nscope %s %s\nground %s %s\n"
			   "record-ended %s\n",
		n, scope_text[o->scope], o->what, ground_text[o->ground],
		o->basis, day);
}

static bool
order_decode(struct span text, uint64_t n, struct proc_erase_order *ret)
{
	struct reader r = read_from(text);
	struct span first = read_line(&r);
	struct span number = read_line_after(&r, "erasure");
	struct span scope = read_line_after(&r, "scope");
	struct span ground = read_line_after(&r, "ground");
	struct span ended = read_line_after(&r, "record-ended");
	uint64_t got = 0;

	ret->record_ended = DAY_NONE;
	return read_end(&r) && span_eq(first, SPAN(FIRST_LINE)) &&
	       num_parse(number, UINT64_MAX, &got) && got == n &&
	       proc_erase_scope_parse(span_cut(&scope, ' '), &ret->scope) &&
	       span_copy(scope, ret->what, sizeof(ret->what)) &&
	       proc_erase_ground_parse(span_cut(&ground, ' '), &ret->ground) &&
	       span_copy(ground, ret->basis, sizeof(ret->basis)) &&
	       (span_eq(ended, SPAN("-")) ||
		       day_parse(ended, &ret->record_ended));
}

enum err
proc_erase_item_read(struct instance *in, const struct store_erasure *row,
	struct proc_erase_item *ret_item)
{
	struct proc_erase_item item = {.row = *row};
	struct account_opened o;
	struct span actor;
	enum err e = account_open(in, row->asked, &o);

	if (e != ERR_OK)
		return e;
	actor = account_field(&o, "actor");
	if (!order_decode(account_field(&o, "object"), row->n, &item.order) ||
		actor.n != sizeof(item.asker) ||
		!day_time_parse(account_field(&o, "at"), &item.asked_at) ||
		row->state <= ERASE_NO_STATE || row->state >= ERASE_N_STATES)
		e = instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " does not ask for erasure %" PRIu64,
			row->asked, row->n);
	else
		memcpy(item.asker, actor.at, actor.n);
	account_opened_fini(&o);
	if (e == ERR_OK)
		*ret_item = item;
	return e;
}

/* ---- entries ---- */

static enum err
enter(struct instance *in, const char *act, struct span object,
	uint64_t *ret_entry)
{
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(signature, 4096);
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", act),
		{"object", object},
		{"signature", span_of(NULL, 0)},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};
	enum err e = instance_sign(in, object, &signature);

	day_time_text(in->at, at);
	fields[3].value = buf_span(&signature);
	return e == ERR_OK ? account_entry(in, LEDGER_ACT, NULL, fields,
				     sizeof(fields) / sizeof(fields[0]),
				     span_of(NULL, 0), ret_entry)
			   : e;
}

static enum err
last_number(struct instance *in, uint64_t *ret_n)
{
	struct store_erasure row = {.n = 0};
	enum err e;

	do
		e = store_erasure_next(in->store, row.n, &row);
	while (e == ERR_OK);
	*ret_n = row.n;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- asking ---- */

static bool
is_line(const char *text)
{
	return text[0] != '\0' && text[0] != ' ' &&
	       span_is_plain(span_text(text));
}

static enum err
check_order(struct instance *in, const struct proc_erase_order *o)
{
	int32_t day;

	if (!is_line(o->what) || !is_line(o->basis))
		return instance_says(in, ERR_MALFORMED,
			"an erasure says of what, and on which schedule or "
			"order (--basis), in one line of text each");
	if (o->scope == ERASE_OF_BEFORE && !day_parse(span_text(o->what), &day))
		return instance_says(
			in, ERR_MALFORMED, "--received-before is a day");
	return ERR_OK;
}

static enum err
ask(struct instance *in, const struct proc_erase_order *o,
	struct store_erasure *row)
{
	OWNED_BUF(object, ORDER_MAX);
	enum err e = last_number(in, &row->n);

	row->n++;
	order_encode(row->n, o, &object);
	if (e == ERR_OK)
		e = buf_error(&object);
	if (e == ERR_OK)
		e = enter(in, "erase-ask", buf_span(&object), &row->asked);
	return e == ERR_OK ? store_erasure_put(in->store, row) : e;
}

static enum err
anything_to_do(struct instance *in, const struct erase_survey *s,
	const struct proc_erase_order *o)
{
	if (s->n > 0)
		return ERR_OK;
	if (s->kept > 0) {
		in->why = s->first_kept;
		return ERR_BAD_MOVE;
	}
	return instance_says(in, ERR_NOT_FOUND,
		"nothing of %s %s is kept that could be erased",
		scope_text[o->scope], o->what);
}

enum err
proc_erase_ask(struct instance *in, const struct proc_erase_order *order,
	proc_erase_kept *kept, void *context,
	struct proc_erase_result *ret_result)
{
	struct store_erasure row = {
		.state = ERASE_ASKED, .answered = STORE_NO_ENTRY};
	struct erase_survey s = {.n = 0};
	enum err e = proc_permit(in, PERMIT_ERASE);

	if (e == ERR_OK)
		e = check_order(in, order);
	if (e == ERR_OK)
		e = erase_survey(in, order, in->clock, true, kept, context, &s);
	if (e == ERR_OK)
		e = anything_to_do(in, &s, order);
	if (e == ERR_OK) {
		e = account_begin(in);
		if (e == ERR_OK)
			e = account_end(in, ask(in, order, &row));
	}
	*ret_result = (struct proc_erase_result){.n = row.n,
		.entry = row.asked,
		.requests = s.n,
		.entries = s.n_entries,
		.kept = s.kept,
		.with_recipient = s.with_recipient};
	erase_survey_fini(&s);
	return e;
}

/* ---- answering ---- */

static enum err
find_any(struct instance *in, uint64_t n, struct store_erasure *ret_row,
	struct proc_erase_item *ret_item)
{
	enum err e = n == 0 ? ERR_NOT_FOUND
			    : store_erasure_next(in->store, n - 1, ret_row);

	if (e == ERR_NOT_FOUND || (e == ERR_OK && ret_row->n != n))
		return instance_says(
			in, ERR_NOT_FOUND, "there is no erasure %" PRIu64, n);
	return e == ERR_OK ? proc_erase_item_read(in, ret_row, ret_item) : e;
}

static enum err
find(struct instance *in, uint64_t n, struct store_erasure *ret_row,
	struct proc_erase_item *ret_item)
{
	enum err e = find_any(in, n, ret_row, ret_item);

	if (e == ERR_OK && ret_row->state != ERASE_ASKED)
		return instance_says(in, ERR_BAD_MOVE,
			"erasure %" PRIu64 " is %s", n,
			state_text[ret_row->state]);
	return e;
}

/* Two people, one of them counsel, by the roles of now. */
static enum err
may_grant(struct instance *in, const struct proc_erase_item *item)
{
	if (memcmp(item->asker, in->actor.print, sizeof(item->asker)) == 0)
		return instance_says(in, ERR_NOT_ALLOWED,
			"who asked for an erasure does not grant it: another "
			"person does");
	if (!instance_has_role(in, item->asker, "counsel") &&
		!instance_has_role(in, in->actor.print, "counsel"))
		return instance_says(in, ERR_NOT_ALLOWED,
			"one of the two who ask for an erasure and grant it "
			"is counsel");
	return ERR_OK;
}

static enum err
answer(struct instance *in, struct store_erasure *row, const char *act,
	enum proc_erase_state state)
{
	OWNED_BUF(object, 64);
	enum err e;

	buf_printf(
		&object, "weir/erase-answer/v1\nerasure %" PRIu64 "\n", row->n);
	row->state = (uint8_t)state;
	e = buf_error(&object);
	if (e == ERR_OK)
		e = enter(in, act, buf_span(&object), &row->answered);
	return e == ERR_OK ? store_erasure_put(in->store, row) : e;
}

static enum err
answer_durably(struct instance *in, struct store_erasure *row, const char *act,
	enum proc_erase_state state)
{
	enum err e = account_begin(in);

	return e == ERR_OK ? account_end(in, answer(in, row, act, state)) : e;
}

enum err
proc_erase_grant(struct instance *in, uint64_t n, proc_erase_kept *kept,
	void *context, struct proc_erase_result *ret_result)
{
	struct store_erasure row;
	struct proc_erase_item item;
	enum err e = proc_permit(in, PERMIT_ERASE);

	*ret_result = (struct proc_erase_result){.n = n};
	if (e == ERR_OK)
		e = find(in, n, &row, &item);
	if (e == ERR_OK)
		e = may_grant(in, &item);
	if (e == ERR_OK)
		e = answer_durably(in, &row, "erase-grant", ERASE_GRANTED);
	return e == ERR_OK
		       ? erase_carry_out(in, &row, kept, context, ret_result)
		       : e;
}

enum err
proc_erase_deny(struct instance *in, uint64_t n)
{
	struct store_erasure row;
	struct proc_erase_item item;
	enum err e = proc_permit(in, PERMIT_ERASE);

	if (e == ERR_OK)
		e = find(in, n, &row, &item);
	return e == ERR_OK
		       ? answer_durably(in, &row, "erase-deny", ERASE_DENIED)
		       : e;
}

/* ---- the list ---- */

enum err
proc_erase_list(struct instance *in,
	enum err (*each)(void *context, const struct proc_erase_item *item),
	void *context)
{
	struct store_erasure row = {.n = 0};
	enum err e = proc_permit(in, PERMIT_ERASURES);

	if (e == ERR_OK)
		e = account_reading(in, "erase-list", 0, "");
	if (e != ERR_OK)
		return e;
	while ((e = store_erasure_next(in->store, row.n, &row)) == ERR_OK) {
		struct proc_erase_item item;

		e = proc_erase_item_read(in, &row, &item);
		if (e == ERR_OK)
			e = each(context, &item);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_erase_look(struct instance *in, uint64_t n, proc_erase_kept *kept,
	void *context, struct proc_erase_item *ret_item,
	struct proc_erase_result *ret_result)
{
	struct store_erasure row;
	struct erase_survey s = {.n = 0};
	enum err e = proc_permit(in, PERMIT_ERASURES);

	*ret_result = (struct proc_erase_result){.n = n};
	if (e == ERR_OK)
		e = account_reading(in, "erase-show", 0, "");
	if (e == ERR_OK)
		e = find_any(in, n, &row, ret_item);
	if (e != ERR_OK || row.state != ERASE_ASKED)
		return e;
	e = erase_survey(
		in, &ret_item->order, in->clock, true, kept, context, &s);
	ret_result->requests = s.n;
	ret_result->entries = s.n_entries;
	ret_result->kept = s.kept;
	ret_result->with_recipient = s.with_recipient;
	erase_survey_fini(&s);
	return e;
}

enum err
proc_erase_gone(struct instance *in, uint32_t batch, uint64_t line,
	bool *ret_gone, uint64_t *ret_act)
{
	enum err e = store_erased_get(in->store, batch, line, ret_act);

	*ret_gone = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
