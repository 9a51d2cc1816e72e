/* SPDX-License-Identifier: Apache-2.0 */
/* The words that the ledger, the command line and JSON use. */
#include "base/code.h"
#include "hold/hold_int.h"

const char *
hold_state_text(enum hold_state state)
{
	static const char *const text[HOLD_N_STATES] = {
#define STATE(name, text) [HOLD_##name] = (text),
#include "hold/hold.def"
	};

	must(state > HOLD_NO_STATE && state < HOLD_N_STATES);
	return text[state];
}

const char *
hold_event_text(enum hold_event event)
{
	static const char *const text[HOLD_N_EVENTS] = {
#define EVENT(name, text) [HOLD_##name] = (text),
#include "hold/hold.def"
	};

	must(event > HOLD_NO_EVENT && event < HOLD_N_EVENTS);
	return text[event];
}

const char *
hold_ground_text(enum hold_ground ground)
{
	static const char *const text[HOLD_N_GROUNDS] = {
#define GROUND(name, text) [HOLD_BY_##name] = (text),
#include "hold/hold.def"
	};

	must(ground > HOLD_NO_GROUND && ground < HOLD_N_GROUNDS);
	return text[ground];
}

const char *
hold_effect_text(enum hold_effect effect)
{
	static const char *const text[HOLD_N_EFFECTS] = {
#define EFFECT(name, text) [HOLD_TO_##name] = (text),
#include "hold/hold.def"
	};

	must(effect > HOLD_NO_EFFECT && effect < HOLD_N_EFFECTS);
	return text[effect];
}

const char *
hold_kind_text(enum hold_kind kind)
{
	static const char *const text[HOLD_N_KINDS] = {
#define KIND(name, text) [HOLD_OF_##name] = (text),
#include "hold/hold.def"
	};

	must(kind > HOLD_NO_KIND && kind < HOLD_N_KINDS);
	return text[kind];
}

const char *
hold_exception_state_text(enum hold_exception_state state)
{
	static const char *const text[HOLD_N_EXCEPTION_STATES] = {
#define EXCEPTION(name, text) [HOLD_EXCEPTION_##name] = (text),
#include "hold/hold.def"
	};

	must(state > HOLD_NO_EXCEPTION && state < HOLD_N_EXCEPTION_STATES);
	return text[state];
}

bool
hold_ground_parse(struct span text, enum hold_ground *ret_ground)
{
	for (unsigned g = HOLD_NO_GROUND + 1; g < HOLD_N_GROUNDS; g++) {
		if (span_eq(text,
			    span_text(hold_ground_text((enum hold_ground)g)))) {
			*ret_ground = (enum hold_ground)g;
			return true;
		}
	}
	return false;
}

bool
hold_effect_parse(struct span text, enum hold_effect *ret_effect)
{
	for (unsigned f = HOLD_NO_EFFECT + 1; f < HOLD_N_EFFECTS; f++) {
		if (span_eq(text,
			    span_text(hold_effect_text((enum hold_effect)f)))) {
			*ret_effect = (enum hold_effect)f;
			return true;
		}
	}
	return false;
}

/* Does term `i` begin a scope? */
static bool
begins(const struct hold_terms *terms, size_t i)
{
	return i == 0 || terms->at[i].except != terms->at[i - 1].except ||
	       terms->at[i].scope != terms->at[i - 1].scope;
}

/* Does term `i` end one? */
static bool
ends(const struct hold_terms *terms, size_t i)
{
	return i + 1 == terms->n || begins(terms, i + 1);
}

/* A person is no less named in an order than in a request. */
static void
put_term(const struct hold_terms *terms, size_t i, enum hold_show show,
	struct buf *to)
{
	if (show == HOLD_SHOW_NOBODY && terms->at[i].kind == HOLD_OF_PERSON)
		buf_text(to, "person=(not shown)");
	else
		hold_term_print(terms, &terms->at[i], to);
}

static void
terms_text(const struct hold_terms *terms, enum hold_show show, struct buf *to)
{
	for (size_t i = 0; i < terms->n; i++) {
		if (!begins(terms, i))
			buf_u8(to, ',');
		else if (terms->at[i].except)
			buf_text(to, "except ");
		put_term(terms, i, show, to);
		if (ends(terms, i))
			buf_u8(to, '\n');
	}
}

void
hold_scope_text(const struct hold *hold, enum hold_show show, struct buf *to)
{
	terms_text(&hold->terms, show, to);
}

void
hold_exception_text(const struct hold *hold, uint32_t n, enum hold_show show,
	struct buf *to)
{
	must(n > 0 && n <= hold->n_exceptions);
	terms_text(&hold->exceptions[n - 1]->terms, show, to);
}

/* One scope as a JSON string; returns the term after it. */
static size_t
scope_json(const struct hold_terms *terms, size_t i, enum hold_show show,
	struct buf *to)
{
	OWNED_BUF(text, HOLD_BYTES_MAX);

	do {
		if (text.n > 0)
			buf_u8(&text, ',');
		put_term(terms, i, show, &text);
	} while (!ends(terms, i++));
	if (buf_error(&text) != ERR_OK && buf_error(to) == ERR_OK)
		to->error = buf_error(&text);
	buf_json(to, buf_span(&text));
	return i;
}

static void
scopes_json(const struct hold_terms *terms, bool except, enum hold_show show,
	struct buf *to)
{
	bool first = true;

	buf_u8(to, '[');
	for (size_t i = 0; i < terms->n;) {
		if (terms->at[i].except != except) {
			i++;
			continue;
		}
		if (!first)
			buf_u8(to, ',');
		first = false;
		i = scope_json(terms, i, show, to);
	}
	buf_u8(to, ']');
}

static void
act_json(const char *did, const struct hold_act *act, struct buf *to)
{
	char text[DAY_TIME_TEXT];

	if (hold_is_nobody(act->by))
		return;
	day_time_text(act->at, text);
	buf_printf(to, ",\"%s\":\"%s\",\"%s_by\":\"", did, text, did);
	code_hex(to, span_of(act->by, HOLD_PRINT));
	buf_u8(to, '"');
}

static void
when_json(const char *name, int64_t at, struct buf *to)
{
	char text[DAY_TIME_TEXT];

	day_time_text(at, text);
	buf_printf(to, ",\"%s\":\"%s\"", name, text);
}

static void
order_json(const uint8_t order[HOLD_PRINT], struct buf *to)
{
	buf_text(to, ",\"order\":\"");
	code_hex(to, span_of(order, HOLD_PRINT));
	buf_u8(to, '"');
}

static void
note_json(const char *note, enum hold_show show, struct buf *to)
{
	if (note[0] == '\0' || show == HOLD_SHOW_NOBODY)
		return;
	buf_text(to, ",\"note\":");
	buf_json(to, span_text(note));
}

/* What later orders let through, or would. */
static void
exceptions_json(const struct hold *hold, enum hold_show show, struct buf *to)
{
	buf_text(to, ",\"exceptions\":[");
	for (uint32_t i = 0; i < hold->n_exceptions; i++) {
		const struct hold_exception *x = hold->exceptions[i];

		buf_printf(to,
			"%s{\"exception\":%lu,\"state\":\"%s\",\"docket\":",
			i == 0 ? "" : ",", (unsigned long)i + 1,
			hold_exception_state_text(x->state));
		buf_json(to, span_text(x->docket));
		note_json(x->note, show, to);
		buf_text(to, ",\"scope\":");
		scopes_json(&x->terms, false, show, to);
		if (x->has_order)
			order_json(x->order, to);
		act_json("asked", &x->asked, to);
		act_json(hold_exception_state_text(x->state), &x->answered, to);
		buf_u8(to, '}');
	}
	buf_u8(to, ']');
}

void
hold_json(const struct hold *hold, enum hold_show show, struct buf *to)
{
	char day[DAY_TEXT];

	buf_printf(to,
		"{\"hold\":%llu,\"state\":\"%s\",\"ground\":\"%s\","
		"\"effect\":\"%s\",\"sealed\":%s,\"docket\":",
		(unsigned long long)hold->number, hold_state_text(hold->state),
		hold_ground_text(hold->ground), hold_effect_text(hold->effect),
		hold->sealed ? "true" : "false");
	buf_json(to, span_text(hold->docket));
	note_json(hold->note, show, to);
	buf_text(to, ",\"scope\":");
	scopes_json(&hold->terms, false, show, to);
	buf_text(to, ",\"except\":");
	scopes_json(&hold->terms, true, show, to);
	exceptions_json(hold, show, to);
	if (hold->has_order)
		order_json(hold->order, to);
	when_json("effective", hold->effective_at, to);
	when_json("served", hold->served_at, to);
	if (hold->review_day != DAY_NONE) {
		day_text(hold->review_day, day);
		buf_printf(to, ",\"review\":\"%s\"", day);
	}
	act_json("placed", &hold->placed, to);
	act_json("asked", &hold->asked, to);
	act_json("lifted", &hold->granted, to);
	buf_u8(to, '}');
}
