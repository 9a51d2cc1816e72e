/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify_days.h"

static bool
is_old(const struct ledger_entry *entry)
{
	return entry->told.type != LEDGER_NO_TYPE;
}

/* A day that stood from one entry to before another. */
static void
take_day(struct verify_days *days, uint64_t from, uint64_t to, bool old)
{
	if (!old && to - from < VERIFY_COVER &&
		days->bare_from == VERIFY_NO_PLACE)
		days->bare_from = from;
}

static void
take_gap(struct verify_days *days, int32_t gap, uint64_t at)
{
	if (gap <= days->gap)
		return;
	days->gap = gap;
	days->gap_at = at;
}

void
verify_days_add(struct verify_days *days, const struct ledger_entry *entry)
{
	if (days->n++ == 0) {
		days->from = entry->index;
		days->first = entry->day;
		days->first_old = is_old(entry);
	} else if (entry->day == days->last) {
		return;
	} else {
		if (days->second_from == VERIFY_NO_PLACE)
			days->second_from = entry->index;
		else
			take_day(days, days->last_from, entry->index,
				days->last_old);
		take_gap(days, entry->day - days->last, entry->index);
	}
	days->last = entry->day;
	days->last_from = entry->index;
	days->last_old = is_old(entry);
}

void
verify_days_join(struct verify_days *days, const struct verify_days *next)
{
	uint64_t from = days->last_from;
	bool old = days->last_old;

	if (next->n == 0)
		return;
	if (days->n == 0) {
		days->first = next->first;
		from = next->from;
		old = next->first_old;
	} else if (next->first != days->last) {
		take_day(days, from, next->from, old);
		take_gap(days, next->first - days->last, next->from);
		from = next->from;
		old = next->first_old;
	}
	if (next->second_from != VERIFY_NO_PLACE) {
		take_day(days, from, next->second_from, old);
		from = next->last_from;
		old = next->last_old;
	}
	if (next->bare_from < days->bare_from &&
		days->bare_from == VERIFY_NO_PLACE)
		days->bare_from = next->bare_from;
	take_gap(days, next->gap, next->gap_at);
	days->n += next->n;
	days->last = next->last;
	days->last_from = from;
	days->last_old = old;
}
