/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of a hold (docs/formats/registers.md has the table).  What was placed
 * comes first and is what is signed; the state and the two acts follow.  A hold
 * to which a later order asked for an exception is of version 2: the same bytes
 * as before, and then the exceptions.
 */
#include "base/mem.h"
#include "base/read.h"
#include "hold/hold_int.h"

enum {
	HOLD_VERSION = 1,
	HOLD_VERSION_EXCEPTIONS = 2,
	HOLD_FLAG_SEALED = 1,
	HOLD_FLAG_ORDER = 2,
	HOLD_FLAG_EXCEPT = 1,
};

static void
act_encode(const struct hold_act *act, struct buf *to)
{
	buf_bytes(to, span_of(act->by, HOLD_PRINT));
	buf_u8(to, act->counsel);
	buf_u64be(to, (uint64_t)act->at);
}

static void
placed_encode(const struct hold *hold, struct buf *to)
{
	const struct hold_terms *terms = &hold->terms;

	buf_u8(to, HOLD_VERSION);
	buf_u64be(to, hold->number);
	buf_u8(to, (uint8_t)hold->ground);
	buf_u8(to, (uint8_t)hold->effect);
	buf_u8(to, (uint8_t)((hold->sealed ? HOLD_FLAG_SEALED : 0) |
			     (hold->has_order ? HOLD_FLAG_ORDER : 0)));
	buf_bytes(to, span_of(hold->order, HOLD_PRINT));
	buf_sized(to, span_text(hold->docket));
	buf_sized(to, span_text(hold->note));
	buf_u64be(to, (uint64_t)hold->effective_at);
	buf_u64be(to, (uint64_t)hold->served_at);
	buf_u32be(to, (uint32_t)hold->review_day);
	act_encode(&hold->placed, to);
	buf_u32be(to, (uint32_t)terms->n);
	for (size_t i = 0; i < terms->n; i++) {
		const struct hold_term *term = &terms->at[i];

		buf_u8(to, term->except ? HOLD_FLAG_EXCEPT : 0);
		buf_u8(to, term->scope);
		buf_u8(to, (uint8_t)term->kind);
		buf_sized(to, hold_term_text(terms, term));
	}
}

/* As it was asked: what is signed. */
static void
asked_encode(const struct hold_exception *x, struct buf *to)
{
	buf_u8(to, x->has_order ? HOLD_FLAG_ORDER : 0);
	buf_bytes(to, span_of(x->order, HOLD_PRINT));
	buf_sized(to, span_text(x->docket));
	buf_sized(to, span_text(x->note));
	act_encode(&x->asked, to);
	buf_u32be(to, (uint32_t)x->terms.n);
	for (size_t i = 0; i < x->terms.n; i++) {
		const struct hold_term *term = &x->terms.at[i];

		buf_u8(to, term->scope);
		buf_u8(to, (uint8_t)term->kind);
		buf_sized(to, hold_term_text(&x->terms, term));
	}
}

/* The hold without its exceptions. */
static void
body_encode(const struct hold *hold, struct buf *to)
{
	placed_encode(hold, to);
	buf_u8(to, (uint8_t)hold->state);
	act_encode(&hold->asked, to);
	act_encode(&hold->granted, to);
	buf_u64be(to, (uint64_t)hold->last_at);
}

void
hold_encode(const struct hold *hold, struct buf *to)
{
	OWNED_BUF(body, HOLD_BYTES_MAX);

	hold_check(hold);
	if (hold->n_exceptions == 0) {
		body_encode(hold, to);
		return;
	}
	body_encode(hold, &body);
	if (buf_error(&body) != ERR_OK && buf_error(to) == ERR_OK)
		to->error = buf_error(&body);
	buf_u8(to, HOLD_VERSION_EXCEPTIONS);
	buf_sized(to, buf_span(&body));
	buf_u32be(to, hold->n_exceptions);
	for (uint32_t i = 0; i < hold->n_exceptions; i++) {
		asked_encode(hold->exceptions[i], to);
		buf_u8(to, (uint8_t)hold->exceptions[i]->state);
		act_encode(&hold->exceptions[i]->answered, to);
	}
}

void
hold_except_bytes(const struct hold *hold, uint32_t n, enum hold_event event,
	const struct hold_act *act, struct buf *to)
{
	must(n > 0 && n <= hold->n_exceptions);
	buf_text(to, "weir/hold-except/v1\n");
	buf_u64be(to, hold->number);
	buf_u8(to, (uint8_t)event);
	act_encode(act, to);
	buf_u32be(to, n);
	asked_encode(hold->exceptions[n - 1], to);
}

void
hold_place_bytes(const struct hold *hold, struct buf *to)
{
	buf_text(to, "weir/hold-place/v1\n");
	placed_encode(hold, to);
}

void
hold_act_bytes(uint64_t number, enum hold_event event,
	const struct hold_act *act, struct buf *to)
{
	buf_text(to, "weir/hold-act/v1\n");
	buf_u64be(to, number);
	buf_u8(to, (uint8_t)event);
	act_encode(act, to);
}

/* ---- reading ---- */

static bool
time_read(struct reader *r, int64_t *ret_at)
{
	uint64_t at = read_u64be(r);

	*ret_at = (int64_t)at;
	return read_ok(r) && at <= HOLD_AT_MAX;
}

static bool
act_read(struct reader *r, struct hold_act *to)
{
	struct span by = read_bytes(r, HOLD_PRINT);
	unsigned counsel = read_u8(r);

	if (!time_read(r, &to->at) || counsel > 1)
		return false;
	memcpy(to->by, by.at, HOLD_PRINT);
	to->counsel = counsel == 1;
	return true;
}

/* The fixed part; false where a value is none of ours. */
static bool
head_read(struct reader *r, struct hold *hold)
{
	unsigned version = read_u8(r);
	unsigned ground;
	unsigned effect;
	unsigned flags;
	struct span order;

	hold->number = read_u64be(r);
	ground = read_u8(r);
	effect = read_u8(r);
	flags = read_u8(r);
	order = read_bytes(r, HOLD_PRINT);
	if (!read_ok(r) || version != HOLD_VERSION || hold->number == 0 ||
		ground == 0 || ground >= HOLD_N_GROUNDS || effect == 0 ||
		effect >= HOLD_N_EFFECTS || flags > 3)
		return false;
	hold->ground = (enum hold_ground)ground;
	hold->effect = (enum hold_effect)effect;
	hold->sealed = (flags & HOLD_FLAG_SEALED) != 0;
	hold->has_order = (flags & HOLD_FLAG_ORDER) != 0;
	memcpy(hold->order, order.at, HOLD_PRINT);
	return hold->has_order || hold_is_nobody(hold->order);
}

static bool
text_read(struct reader *r, char *to, size_t size)
{
	struct span text = read_sized(r, size - 1);

	return read_ok(r) && span_is_plain(text) && span_copy(text, to, size);
}

/* Years 1800 to 2999, as day_parse() gives them. */
static bool
day_is_sound(int32_t day)
{
	char text[DAY_TEXT];
	int32_t back;

	if (day < -100000 || day > 400000)
		return day == DAY_NONE;
	day_text(day, text);
	return day_parse(span_text(text), &back) && back == day;
}

static enum err
terms_read(struct reader *r, struct hold_terms *terms)
{
	uint32_t n = read_u32be(r);

	if (!read_ok(r) || n == 0 || n > HOLD_TERMS_MAX)
		return ERR_MALFORMED;
	for (uint32_t i = 0; i < n; i++) {
		unsigned flags = read_u8(r);
		uint8_t scope = read_u8(r);
		unsigned kind = read_u8(r);
		struct span text = read_sized(r, HOLD_VALUE_MAX - 1);
		enum err e;

		if (!read_ok(r) || flags > HOLD_FLAG_EXCEPT || kind == 0 ||
			kind >= HOLD_N_KINDS)
			return ERR_MALFORMED;
		e = hold_term_add(terms, flags != 0, scope,
			(enum hold_kind)kind, text, NULL, NULL);
		if (e != ERR_OK)
			return e;
	}
	return hold_terms_check(terms, NULL);
}

/* Scopes are numbered from 0 without gaps, exceptions after them likewise:
 * else one hold could be written in two ways. */
static bool
scopes_are_numbered(const struct hold_terms *terms)
{
	if (terms->at[0].except || terms->at[0].scope != 0)
		return false;
	for (size_t i = 1; i < terms->n; i++) {
		const struct hold_term *a = &terms->at[i - 1];
		const struct hold_term *b = &terms->at[i];

		if (a->except == b->except ? b->scope != a->scope &&
						     b->scope != a->scope + 1
					   : a->except || b->scope != 0)
			return false;
		if (b->scope >= HOLD_SCOPES_MAX)
			return false;
	}
	return true;
}

/* An act that was not done is all zero; one that was names somebody. */
static bool
act_is(const struct hold_act *act, bool done)
{
	return done ? !hold_is_nobody(act->by)
		    : hold_is_nobody(act->by) && !act->counsel && act->at == 0;
}

/* H2, H3, and the acts in time order. */
static bool
acts_are_sound(const struct hold *hold)
{
	bool asked = hold->state != HOLD_PLACED;
	bool granted = hold->state == HOLD_LIFTED;
	const struct hold_act *last = granted ? &hold->granted : &hold->asked;

	if (!act_is(&hold->placed, true) || !act_is(&hold->asked, asked) ||
		!act_is(&hold->granted, granted) || hold->placed.at == 0 ||
		hold->last_at < hold->placed.at)
		return false;
	if (asked &&
		(hold->asked.at < hold->placed.at ||
			hold->asked.at > last->at || last->at != hold->last_at))
		return false;
	if (!granted)
		return true;
	return (hold->asked.counsel || hold->granted.counsel) &&
	       memcmp(hold->asked.by, hold->granted.by, HOLD_PRINT) != 0;
}

static bool
state_read(struct reader *r, struct hold *hold)
{
	unsigned state = read_u8(r);

	if (!read_ok(r) || state == 0 || state >= HOLD_N_STATES)
		return false;
	hold->state = (enum hold_state)state;
	return act_read(r, &hold->asked) && act_read(r, &hold->granted) &&
	       time_read(r, &hold->last_at) && acts_are_sound(hold);
}

/* What was decoded is written again and must be the same bytes. */
static enum err
compare(const struct hold *hold, struct span bytes)
{
	OWNED_BUF(again, HOLD_BYTES_MAX);

	hold_encode(hold, &again);
	if (buf_error(&again) != ERR_OK)
		return buf_error(&again);
	return span_eq(buf_span(&again), bytes) ? ERR_OK : ERR_MALFORMED;
}

/* All that was placed. */
static enum err
placed_read(struct reader *r, struct hold *hold)
{
	enum err e;

	if (!head_read(r, hold) ||
		!text_read(r, hold->docket, sizeof(hold->docket)) ||
		!text_read(r, hold->note, sizeof(hold->note)) ||
		!time_read(r, &hold->effective_at) ||
		!time_read(r, &hold->served_at))
		return ERR_MALFORMED;
	hold->review_day = (int32_t)read_u32be(r);
	if (!day_is_sound(hold->review_day) || !act_read(r, &hold->placed) ||
		hold->effective_at == 0 || hold->served_at == 0 ||
		(hold->ground == HOLD_BY_COURT && hold->docket[0] == '\0'))
		return ERR_MALFORMED;
	e = terms_read(r, &hold->terms);
	if (e == ERR_OK && !scopes_are_numbered(&hold->terms))
		e = ERR_MALFORMED;
	return e;
}

/* ---- exceptions ---- */

static enum err
exception_terms_read(struct reader *r, struct hold_terms *terms)
{
	uint32_t n = read_u32be(r);

	if (!read_ok(r) || n == 0 || n > HOLD_TERMS_MAX)
		return ERR_MALFORMED;
	for (uint32_t i = 0; i < n; i++) {
		uint8_t scope = read_u8(r);
		unsigned kind = read_u8(r);
		struct span text = read_sized(r, HOLD_VALUE_MAX - 1);
		enum err e;

		if (!read_ok(r) || kind == 0 || kind >= HOLD_N_KINDS ||
			(kind == HOLD_OF_PERSON &&
				span_starts(text, SPAN("id:"))))
			return ERR_MALFORMED;
		e = hold_term_add(terms, false, scope, (enum hold_kind)kind,
			text, NULL, NULL);
		if (e != ERR_OK)
			return e;
	}
	return scopes_are_numbered(terms) ? hold_terms_check(terms, NULL)
					  : ERR_MALFORMED;
}

/* H6, and its acts in time order. */
static bool
answer_is_sound(const struct hold *hold, const struct hold_exception *x)
{
	bool answered = x->state != HOLD_EXCEPTION_ASKED;

	if (!act_is(&x->asked, true) || !act_is(&x->answered, answered) ||
		x->asked.at < hold->placed.at ||
		(answered && x->answered.at < x->asked.at))
		return false;
	if (x->state != HOLD_EXCEPTION_GRANTED)
		return true;
	return (x->asked.counsel || x->answered.counsel) &&
	       memcmp(x->asked.by, x->answered.by, HOLD_PRINT) != 0;
}

/* Order, texts, and who asked. */
static bool
asked_read(struct reader *r, const struct hold *hold, struct hold_exception *x)
{
	unsigned flags = read_u8(r);
	struct span order = read_bytes(r, HOLD_PRINT);

	if (!read_ok(r) || (flags & ~(unsigned)HOLD_FLAG_ORDER) != 0)
		return false;
	x->has_order = flags != 0;
	memcpy(x->order, order.at, HOLD_PRINT);
	return (x->has_order || hold_is_nobody(x->order)) &&
	       text_read(r, x->docket, sizeof(x->docket)) &&
	       text_read(r, x->note, sizeof(x->note)) &&
	       (hold->ground != HOLD_BY_COURT || x->docket[0] != '\0') &&
	       act_read(r, &x->asked);
}

static enum err
exception_read(
	struct reader *r, const struct hold *hold, struct hold_exception *x)
{
	unsigned state;
	enum err e = asked_read(r, hold, x) ? ERR_OK : ERR_MALFORMED;

	if (e == ERR_OK)
		e = exception_terms_read(r, &x->terms);
	if (e != ERR_OK)
		return e;
	state = read_u8(r);
	if (!read_ok(r) || state == 0 || state >= HOLD_N_EXCEPTION_STATES)
		return ERR_MALFORMED;
	x->state = (enum hold_exception_state)state;
	return act_read(r, &x->answered) && answer_is_sound(hold, x)
		       ? ERR_OK
		       : ERR_MALFORMED;
}

static enum err
exceptions_read(struct reader *r, struct hold *hold)
{
	uint32_t n = read_u32be(r);
	enum err e = ERR_OK;

	if (!read_ok(r) || n == 0 || n > HOLD_EXCEPTIONS_MAX)
		return ERR_MALFORMED;
	for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
		struct hold_exception *x = NULL;

		e = hold_exception_new(hold, &x);
		if (e == ERR_OK)
			e = exception_read(r, hold, x);
		if (e == ERR_OK && i > 0 &&
			x->asked.at < hold->exceptions[i - 1]->asked.at)
			e = ERR_MALFORMED;
	}
	if (e != ERR_OK)
		return e;
	/* Nothing is asked or granted once a hold is lifted. */
	return hold_n_terms(hold) > HOLD_TERMS_MAX ||
			       (hold->state == HOLD_LIFTED &&
				       hold_newest_at(hold) > hold->last_at)
		       ? ERR_MALFORMED
		       : ERR_OK;
}

static enum err
body_read(struct reader *r, struct hold *hold)
{
	enum err e = placed_read(r, hold);

	return e == ERR_OK && !state_read(r, hold) ? ERR_MALFORMED : e;
}

/* Version 2 is version 1 and the exceptions. */
static enum err
hold_read(struct reader *r, struct hold *hold)
{
	struct reader body;
	enum err e;

	if (r->left.n == 0 || r->left.at[0] != HOLD_VERSION_EXCEPTIONS)
		return body_read(r, hold);
	(void)read_u8(r);
	body = read_from(read_sized(r, HOLD_BYTES_MAX));
	if (!read_ok(r))
		return ERR_MALFORMED;
	e = body_read(&body, hold);
	if (e == ERR_OK && !read_end(&body))
		e = ERR_MALFORMED;
	return e == ERR_OK ? exceptions_read(r, hold) : e;
}

enum err
hold_decode(struct span bytes, struct hold **ret_hold)
{
	struct reader r = read_from(bytes);
	OWNED(hold) hold = NULL;
	enum err e = hold_empty(&hold);

	if (e == ERR_OK)
		e = hold_read(&r, hold);
	if (e == ERR_OK && !read_end(&r))
		e = ERR_MALFORMED;
	if (e == ERR_OK)
		e = compare(hold, bytes);
	if (e != ERR_OK)
		return err_is_failure(e) ? e : ERR_MALFORMED;
	*ret_hold = hold_take(&hold);
	return ERR_OK;
}

enum err
hold_copy(const struct hold *hold, struct hold **ret_copy)
{
	OWNED_BUF(bytes, HOLD_BYTES_MAX);

	hold_encode(hold, &bytes);
	return buf_error(&bytes) == ERR_OK
		       ? hold_decode(buf_span(&bytes), ret_copy)
		       : buf_error(&bytes);
}
