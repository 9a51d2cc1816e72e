/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify_days - what the days of entries tell of publications.
 *
 * An entry shows the day of the publication before it, the same for all that
 * wait together.  So where the day changes, the entries before were published
 * by then; and each publication that lets it change hides at least 64 entries
 * (docs/formats/ledger.md, "What entries do not say").  From the public bytes
 * alone follow
 *
 *	the cover     as long as a day stands, there are 64 entries or more, but
 *	              for the last day, of which more may come
 *	the cadence   from one day to the next is from one publication to the
 *	              next
 *
 * A stretch of entries is added one by one; two that lie side by side are
 * joined.  Entries "WLE1" are of before there was cover.
 */

#include "base/day.h"
#include "ledger/entry.h"

enum { VERIFY_COVER = 64 };

#define VERIFY_NO_PLACE UINT64_MAX

struct verify_days {
	uint64_t n;    /* entries */
	uint64_t from; /* the first's index */
	int32_t first; /* day; DAY_NONE: no entry */
	int32_t last;
	uint64_t second_from; /* where the day changes first; NO_PLACE */
	uint64_t last_from;   /* where the last day begins */
	bool first_old;       /* the first entry is of before */
	bool last_old;        /* so is the one at last_from */
	uint64_t bare_from;   /* a day's first entry that has not its cover */
	int32_t gap;          /* most days from one to the next */
	uint64_t gap_at;      /* the entry after it */
};
#define VERIFY_DAYS_NONE                                                       \
	((struct verify_days){.first = DAY_NONE,                               \
		.last = DAY_NONE,                                              \
		.second_from = VERIFY_NO_PLACE,                                \
		.bare_from = VERIFY_NO_PLACE})

void verify_days_add(
	struct verify_days *days, const struct ledger_entry *entry);

/* `next` begins where `days` ends, which are the ledger's from its beginning. */
void verify_days_join(struct verify_days *days, const struct verify_days *next);
