/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delays: what accounts do not tell yet (docs/ACCOUNT.md).  Each that ended is
 * told by one act "account-late", which names what it kept back and not whose
 * it was: the first delay that it fits is the one.  Where a time does not say
 * which day it was (verify_law.h), what may have been is not found.
 */
#include "verify/verify_law.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/statement.h"

enum { DAYS_MOST = 366 };

/* "weir/delay/v1" LF, the number, and where it is placed its end. */
static bool
number_of(struct span object, uint64_t *ret_n, int32_t *ret_until)
{
	struct span line;
	struct span number;

	if (!span_eq(span_cut(&object, '\n'), SPAN("weir/delay/v1")))
		return false;
	line = span_cut(&object, '\n');
	number = span_cut(&line, ' ');
	*ret_until = DAY_NONE;
	if (!num_parse(number, UINT64_MAX, ret_n) || object.n > 0)
		return false;
	return line.n == 0 || (span_eq(span_cut(&line, ' '), SPAN("until")) &&
				      day_parse(line, ret_until));
}

static void
check_counsel(struct verify_law *law, enum verify_rule rule,
	const struct verify_act *act)
{
	if (!verify_law_has_role(law, act->actor, SPAN("counsel")))
		verify_law_found(law, rule, "by a person who is not counsel");
}

/* ---- placed ---- */

static void
check_order(struct verify_law *law, const struct verify_request *r, uint64_t n,
	int32_t until)
{
	int32_t day = verify_law_day(law);
	struct span ground = verify_law_field(law, "ground");

	if (n != law->book->delay.n + 1 && law->erased == 0)
		verify_law_found(law, VERIFY_RULE_DELAY,
			"delay %" PRIu64 " is the %zuth", n,
			law->book->delay.n + 1);
	if (span_trim(ground).n == 0)
		verify_law_found(law, VERIFY_RULE_DELAY, "without a ground");
	if (until == DAY_NONE || until > (int64_t)day + DAYS_MOST ||
		(until <= day && verify_law_day_is_sure(law)))
		verify_law_found(law, VERIFY_RULE_DELAY,
			"its end is not one of the %d days to come",
			(int)DAYS_MOST);
	if (r->by_address)
		verify_law_found(law, VERIFY_RULE_DELAY,
			"entry %" PRIu64 " handed an address over before",
			r->delivered);
}

static enum err
place(struct verify_law *law, const struct verify_act *act)
{
	const struct verify_request *r = verify_law_request(law);
	struct verify_delay *d;
	uint64_t n = 0;
	int32_t until = DAY_NONE;

	if (r == NULL)
		return ERR_OK;
	if (!number_of(act->object, &n, &until)) {
		verify_law_found(law, VERIFY_RULE_DELAY, "it places none");
		return ERR_OK;
	}
	check_counsel(law, VERIFY_RULE_DELAY, act);
	check_order(law, r, n, until);
	d = verify_book_add_delay(law->book);
	if (d == NULL)
		return err_origin(ERR_NOMEM);
	*d = (struct verify_delay){
		.n = n,
		.entry = law->entry->index,
		.request = (uint64_t)(r - law->book->request.at),
		.until = until,
		.lifted = DAY_NONE,
	};
	return ERR_OK;
}

/* ---- lifted ---- */

static void
lift(struct verify_law *law, const struct verify_act *act)
{
	struct verify_delay *d = NULL;
	uint64_t n = 0;
	int32_t until;

	check_counsel(law, VERIFY_RULE_DELAY_LIFT, act);
	if (number_of(act->object, &n, &until))
		for (size_t i = 0; i < law->book->delay.n; i++)
			if (law->book->delay.at[i].n == n)
				d = &law->book->delay.at[i];
	if (d == NULL) {
		if (law->erased == 0)
			verify_law_found(law, VERIFY_RULE_DELAY_LIFT,
				"delay %" PRIu64 " was not placed", n);
		return;
	}
	if (d->told || d->lifted != DAY_NONE ||
		(d->until <= verify_law_day(law) &&
			verify_law_day_is_sure(law)))
		verify_law_found(law, VERIFY_RULE_DELAY_LIFT,
			"delay %" PRIu64 " stood no more", n);
	d->lifted = verify_law_day(law);
}

/* ---- kept back ---- */

static bool
is_over(const struct verify_delay *d)
{
	return d->told || d->lifted != DAY_NONE;
}

enum err
verify_law_delivered(struct verify_law *law, const struct verify_request *r)
{
	struct verify_book *book = law->book;
	uint64_t request = (uint64_t)(r - book->request.at);
	struct verify_kept *kept = NULL;

	for (size_t i = 0; i < book->delay.n; i++) {
		const struct verify_delay *d = &book->delay.at[i];
		bool stands = d->until > verify_law_day(law);

		if (d->request != request || is_over(d) ||
			(!stands && verify_law_day_is_sure(law)))
			continue;
		if (kept == NULL)
			kept = verify_book_add_kept(book);
		if (kept == NULL)
			return err_origin(ERR_NOMEM);
		kept->entry = law->entry->index;
		kept->request = request;
		kept->sure = kept->sure || stands;
	}
	return ERR_OK;
}

/* ---- told late ---- */

static bool
list_has(struct span list, uint64_t entry)
{
	struct reader r = read_from(list);

	while (r.left.n >= 8)
		if (read_u64be(&r) == entry)
			return true;
	return false;
}

/* Another delay stands over the same request, or where the day is not sure may
 * stand: what is kept waits for that. */
static bool
waits(const struct verify_law *law, const struct verify_delay *d, bool may)
{
	const struct verify_book *book = law->book;

	for (size_t i = 0; i < book->delay.n; i++) {
		const struct verify_delay *other = &book->delay.at[i];

		if (other != d && other->request == d->request &&
			!is_over(other) &&
			(other->until > verify_law_day(law) ||
				(may && !verify_law_day_is_sure(law))))
			return true;
	}
	return false;
}

/* The list is what that delay kept back; empty where nothing is told yet. */
static bool
fits(const struct verify_law *law, const struct verify_delay *d,
	struct span list)
{
	const struct verify_book *book = law->book;
	uint64_t named = 0;
	bool all = true;

	if (d->told ||
		(d->lifted == DAY_NONE && d->until > verify_law_day(law)))
		return false;
	for (size_t i = 0; i < book->kept.n; i++) {
		const struct verify_kept *k = &book->kept.at[i];

		if (k->request != d->request || k->told)
			continue;
		if (list_has(list, k->entry))
			named++;
		else if (k->sure)
			all = false;
	}
	if (list.n == 0)
		return all || waits(law, d, true);
	return all && named == list.n / 8 && !waits(law, d, false);
}

static void
tell_late(struct verify_law *law, const struct verify_act *act)
{
	const struct verify_book *book = law->book;
	struct reader r = read_from(act->object);
	struct verify_delay *d = NULL;

	if (!span_eq(read_bytes(&r, sizeof(LEDGER_LATE) - 1),
		    SPAN(LEDGER_LATE)) ||
		r.left.n % 8 != 0) {
		verify_law_found(
			law, VERIFY_RULE_TOLD_LATE, "it tells of nothing");
		return;
	}
	for (size_t i = 0; d == NULL && i < book->delay.n; i++)
		if (fits(law, &book->delay.at[i], r.left))
			d = &book->delay.at[i];
	if (d == NULL && law->erased == 0)
		verify_law_found(law, VERIFY_RULE_TOLD_LATE,
			"no delay that has ended kept back just this");
	for (size_t i = 0; i < book->kept.n; i++)
		if (list_has(r.left, book->kept.at[i].entry))
			book->kept.at[i].told = true;
	if (d != NULL)
		d->told = true;
}

enum err
verify_law_delay(
	struct verify_law *law, struct span word, const struct verify_act *act)
{
	if (span_eq(word, SPAN("delay")))
		return place(law, act);
	if (span_eq(word, SPAN("delay-lift")))
		lift(law, act);
	else
		tell_late(law, act);
	return ERR_OK;
}

/* ---- the end ---- */

/* The round of its last day, or of the day after it was lifted, tells it. */
static bool
is_overdue(const struct verify_delay *d, int32_t today)
{
	if (d->told)
		return false;
	return d->lifted == DAY_NONE ? d->until != DAY_NONE && d->until < today
				     : today > (int64_t)d->lifted + 1;
}

uint64_t
verify_law_delays_end(
	struct verify_law *law, struct ledger_openings_entry *at, int32_t today)
{
	uint64_t standing = 0;

	for (size_t i = 0; i < law->book->delay.n; i++) {
		const struct verify_delay *d = &law->book->delay.at[i];

		at->index = d->entry;
		standing += !is_over(d) && d->until > today;
		if (is_overdue(d, today) && law->erased == 0)
			verify_law_found(law, VERIFY_RULE_DELAY_OVER,
				"delay %" PRIu64, d->n);
	}
	return standing;
}
