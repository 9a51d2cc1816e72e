/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_delay.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger/statement.h"
#include "proc/proc_permit.h"
#include "proc/proc_subject.h"

enum { LATE_MAX = 1 << 15, DELAY_BYTES = 64 };

const char *
proc_delay_state_text(enum proc_delay_state state)
{
	static const char *const text[] = {
		[DELAY_STANDS] = "stands",
		[DELAY_LIFTED] = "lifted",
		[DELAY_OVERDUE] = "overdue",
		[DELAY_ENDED] = "ended",
	};

	return text[state];
}

enum proc_delay_state
proc_delay_state(const struct instance *in, const struct store_delay *delay)
{
	if (delay->told != STORE_NO_ENTRY)
		return DELAY_ENDED;
	if (delay->lifted != STORE_NO_ENTRY)
		return DELAY_LIFTED;
	return in->clock >= delay->until ? DELAY_OVERDUE : DELAY_STANDS;
}

enum err
proc_delay_stands(
	struct instance *in, uint32_t batch, uint64_t line, bool *ret_stands)
{
	return store_delay_stands(
		in->store, batch, line, in->clock, ret_stands);
}

/* ---- placing and lifting ---- */

static enum err
find(struct instance *in, const char *request, struct store_request *ret_row)
{
	enum err e = store_request_find(in->store, request, ret_row);

	return e == ERR_NOT_FOUND
		       ? instance_says(in, e, "no request %s", request)
		       : e;
}

static enum err
enter(struct instance *in, const char *act, const struct store_request *row,
	struct span object, struct span ground, uint64_t *ret_entry)
{
	char batch[16] = "";
	char at[DAY_TIME_TEXT] = "";
	const struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", act),
		{"batch", span_of(batch, (size_t)snprintf(batch, sizeof(batch),
						 "%" PRIu32, row->batch))},
		ACCOUNT_TEXT("request", row->id),
		{"object", object},
		{"ground", ground},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};

	day_time_text(in->at, at);
	return account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		ret_entry);
}

/* Text of lines: UTF-8, with nothing that misleads a reader. */
static bool
is_text(struct span text)
{
	while (text.n > 0)
		if (!span_is_plain(span_trim(span_cut(&text, '\n'))))
			return false;
	return true;
}

static enum err
check_order(struct instance *in, const struct store_request *row,
	struct span ground, int32_t until)
{
	if (row->answered == CASE_ANSWERED_ADDRESS)
		return instance_says(in, ERR_TOO_LATE,
			"an address of %s left already and is in the account "
			"of that person: a delay is placed before that",
			row->id);
	if (span_trim(ground).n == 0 || !is_text(ground))
		return instance_says(in, ERR_MALFORMED,
			"a delay needs a written ground: a text file");
	if (ground.n > PROC_DELAY_GROUND_MAX)
		return instance_says(in, ERR_TOO_LARGE,
			"the ground is longer than %d bytes",
			PROC_DELAY_GROUND_MAX);
	if (until <= in->clock)
		return instance_says(in, ERR_TOO_EARLY,
			"--until is the first day on which it does not stand: "
			"a day to come");
	if (until > in->clock + PROC_DELAY_DAYS)
		return instance_says(in, ERR_TOO_LARGE,
			"a delay ends within %d days; another may be placed "
			"before it does",
			PROC_DELAY_DAYS);
	return ERR_OK;
}

static enum err
last_number(struct instance *in, uint64_t *ret_n)
{
	struct store_delay d = {.n = 0};
	enum err e;

	do
		e = store_delay_next(in->store, d.n, &d);
	while (e == ERR_OK);
	*ret_n = d.n;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
place(struct instance *in, const struct store_request *row, struct span ground,
	struct store_delay *d)
{
	OWNED_BUF(object, DELAY_BYTES);
	char day[DAY_TEXT];
	enum err e = last_number(in, &d->n);

	d->n++;
	day_text(d->until, day);
	buf_printf(&object, "weir/delay/v1\n%" PRIu64 " until %s\n", d->n, day);
	if (e == ERR_OK)
		e = buf_error(&object);
	if (e == ERR_OK)
		e = enter(in, "delay", row, buf_span(&object), ground,
			&d->placed);
	return e == ERR_OK ? store_delay_put(in->store, d) : e;
}

enum err
proc_delay_place(struct instance *in, const char *request, struct span ground,
	int32_t until, uint64_t *ret_n)
{
	struct store_request row;
	struct store_delay d = {.until = until,
		.lifted = STORE_NO_ENTRY,
		.told = STORE_NO_ENTRY};
	enum err e = proc_permit(in, PERMIT_DELAY);

	if (e == ERR_OK)
		e = find(in, request, &row);
	if (e == ERR_OK)
		e = check_order(in, &row, ground, until);
	if (e != ERR_OK)
		return e;
	d.batch = row.batch;
	d.line = row.line;
	e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = account_end(in, place(in, &row, ground, &d));
	*ret_n = d.n;
	return e;
}

static enum err
lift(struct instance *in, const struct store_request *row, uint64_t *n)
{
	struct store_delay d = {.n = 0};
	enum err e;

	while ((e = store_delay_next(in->store, d.n, &d)) == ERR_OK) {
		OWNED_BUF(object, DELAY_BYTES);

		if (d.batch != row->batch || d.line != row->line ||
			proc_delay_state(in, &d) != DELAY_STANDS)
			continue;
		buf_printf(&object, "weir/delay/v1\n%" PRIu64 "\n", d.n);
		e = buf_error(&object);
		if (e == ERR_OK)
			e = enter(in, "delay-lift", row, buf_span(&object),
				span_of(NULL, 0), &d.lifted);
		if (e == ERR_OK)
			e = store_delay_put(in->store, &d);
		if (e != ERR_OK)
			return e;
		(*n)++;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_delay_lift(struct instance *in, const char *request, uint64_t *ret_n)
{
	struct store_request row;
	enum err e = proc_permit(in, PERMIT_DELAY);

	*ret_n = 0;
	if (e == ERR_OK)
		e = find(in, request, &row);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = lift(in, &row, ret_n);
	if (e == ERR_OK && *ret_n == 0)
		e = instance_says(
			in, ERR_NOT_FOUND, "no delay stands over %s", request);
	return account_end(in, e);
}

/* ---- the list ---- */

static enum err
tell(struct instance *in, const struct store_delay *d, proc_delay_each *each,
	void *context)
{
	struct store_request row;
	struct account_opened placed;
	struct proc_delay_item item = {.delay = d};
	enum err e = store_request_get(in->store, d->batch, d->line, &row);

	if (e == ERR_OK)
		e = account_open(in, d->placed, &placed);
	if (e != ERR_OK)
		return e;
	item.request = row.id;
	item.state = proc_delay_state(in, d);
	item.ground = account_field(&placed, "ground");
	if (item.state == DELAY_OVERDUE)
		item.late = in->clock - d->until;
	e = day_time_parse(account_field(&placed, "at"), &item.placed_at)
		    ? each(context, &item)
		    : instance_says(in, ERR_DAMAGED,
			      "entry %" PRIu64 " has no time", d->placed);
	account_opened_fini(&placed);
	return e;
}

enum err
proc_delay_list(struct instance *in, proc_delay_each *each, void *context)
{
	struct store_delay d = {.n = 0};
	enum err e = proc_permit(in, PERMIT_DELAYS);

	if (e == ERR_OK)
		e = account_reading(in, "delay-list", 0, "");
	if (e != ERR_OK)
		return e;
	while ((e = store_delay_next(in->store, d.n, &d)) == ERR_OK) {
		e = tell(in, &d, each, context);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- what ends ---- */

/* Whose addresses they are, by the newest match. */
static enum err
next_tag(struct instance *in, const struct store_delay *d,
	struct proc_subject_tag *ret_tag)
{
	struct store_request row;
	struct batch_request b;
	enum err e = store_request_get(in->store, d->batch, d->line, &row);

	if (e == ERR_OK)
		e = proc_batch_open(in, &row, &b);
	if (e != ERR_OK)
		return e;
	e = proc_subject_next(in, b.person, ret_tag);
	proc_batch_fini(&b);
	return e;
}

static enum err
kept_back(struct instance *in, const struct store_delay *d, struct buf *object,
	bool *ret_any)
{
	uint64_t delivered = STORE_NO_ENTRY;
	enum err e;

	*ret_any = false;
	buf_text(object, LEDGER_LATE);
	while ((e = store_delayed_next(in->store, d->batch, d->line, delivered,
			&delivered)) == ERR_OK) {
		buf_u64be(object, delivered);
		*ret_any = true;
	}
	return e == ERR_NOT_FOUND ? buf_error(object) : e;
}

static enum err
enter_late(struct instance *in, struct span object,
	const struct proc_subject_tag *tag, uint64_t *ret_entry)
{
	uint8_t private[PROC_SUBJECT_BYTES];
	char at[DAY_TIME_TEXT] = "";
	const struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", "account-late"),
		{"object", object},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};

	day_time_text(in->at, at);
	proc_subject_encode(tag, private);
	return account_tagged(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]),
		span_of(private, sizeof(private)),
		tag->kind == SUBJECT_TAGGED ? tag->tag : NULL, ret_entry);
}

/* Where another delay stands over the same request, it waits for that one. */
static enum err
settle_one(struct instance *in, struct store_delay *d)
{
	OWNED_BUF(object, LATE_MAX);
	struct proc_subject_tag tag = {.kind = SUBJECT_NONE};
	bool stands = false;
	bool any = false;
	enum err e = proc_delay_stands(in, d->batch, d->line, &stands);

	if (e == ERR_OK && !stands)
		e = kept_back(in, d, &object, &any);
	if (e == ERR_OK && any)
		e = next_tag(in, d, &tag);
	if (e == ERR_OK)
		e = enter_late(in, buf_span(&object), &tag, &d->told);
	if (e == ERR_OK && any)
		e = store_delayed_told(in->store, d->batch, d->line, d->told);
	return e == ERR_OK ? store_delay_put(in->store, d) : e;
}

static enum err
settle(struct instance *in,
	enum err (*each)(void *context, const struct store_delay *delay),
	void *context, uint64_t *n)
{
	struct store_delay d = {.n = 0};
	enum err e;

	while ((e = store_delay_next(in->store, d.n, &d)) == ERR_OK) {
		enum proc_delay_state state = proc_delay_state(in, &d);

		if (state != DELAY_LIFTED && state != DELAY_OVERDUE)
			continue;
		if (state == DELAY_OVERDUE && in->clock > d.until &&
			each != NULL)
			e = each(context, &d);
		if (e == ERR_OK)
			e = settle_one(in, &d);
		if (e != ERR_OK)
			return e;
		(*n)++;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_delay_settle(struct instance *in,
	enum err (*each)(void *context, const struct store_delay *delay),
	void *context, uint64_t *ret_n)
{
	enum err e = account_begin(in);

	*ret_n = 0;
	if (e != ERR_OK)
		return e;
	return account_end(in, settle(in, each, context, ret_n));
}
