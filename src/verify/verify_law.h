/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify_law - the law of the log (verify/rule.def), entry by entry.
 *
 *	struct verify_law law = {.found = print, .origin = origin};
 *	e = verify_law_begin(&law);
 *	for each entry: e = verify_law_entry(&law, &entry, day);
 *	e = verify_law_end(&law, today, &totals);
 *	verify_law_fini(&law);
 *
 * Only what the entries themselves show is found, and all of that; an entry
 * whose key is destroyed shows nothing.  A finding names the entry and the
 * rule.  Nothing refuses; NOMEM fails.
 *
 *	verify_law.c       batches, judgments, lookups, matches, acts
 *	verify_law_seal.c  seals and deliveries
 *	verify_law_hold.c  holds, and what they cover
 *	verify_law_book.c  books of single requests
 *	verify_law_delay.c what accounts do not tell yet
 *	verify_law_erase.c erasures, and the entries they name
 */

#include "base/zone.h"
#include "verify/verify.h"
#include "verify/verify_book.h"

struct verify_law {
	verify_finding *found;
	void *arg;
	struct span origin;
	struct zone zone; /* as the first entry says: whose days all are */
	struct verify_book *book;
	uint64_t findings;
	uint64_t erased;
	/* the entry in hand */
	const struct ledger_openings_entry *entry;
	int32_t day;
	/* Who acts on a day that is played, or by a clock that was set back,
	 * acts at the time of the newest change of a register: no time up to
	 * this one says which day it was. */
	int64_t register_at;
};

MUST_USE enum err verify_law_begin(struct verify_law *law);
void verify_law_fini(struct verify_law *law);
MUST_USE enum err verify_law_entry(struct verify_law *law,
	const struct ledger_openings_entry *entry, int32_t day);

/* What can be said at the end alone: counts, and holds overdue on that day. */
void verify_law_end(struct verify_law *law, int32_t today,
	struct verify_totals *ret_totals);

/* ---- what its files share ---- */

void verify_law_found(struct verify_law *law, enum verify_rule rule,
	const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The field of the entry in hand; empty where it was not given. */
struct span verify_law_field(const struct verify_law *law, const char *name);
/* Its time as its field "at" says it, and that day there: the public one is that
 * of a publication, in UTC.  False: it says none, or one that may not be the day's. */
bool verify_law_at(const struct verify_law *law, int64_t *ret_at);
int32_t verify_law_day(const struct verify_law *law);
bool verify_law_day_is_sure(const struct verify_law *law);

bool verify_law_has_role(
	const struct verify_law *law, struct span person, struct span role);
/* The batch or request that the entry in hand names; NULL, found: none before
 * it. */
struct verify_batch *verify_law_batch(struct verify_law *law);
struct verify_request *verify_law_request(struct verify_law *law);

/* The act is about this request: by its field, or a line of its list. */
bool verify_law_act_is_of(
	const struct verify_act *act, const struct verify_request *r);

MUST_USE enum err verify_law_seal(struct verify_law *law);
MUST_USE enum err verify_law_deliver(struct verify_law *law);

/* A line of a batch that was not judged before. */
void verify_law_book_line(struct verify_law *law, const struct verify_batch *b,
	const struct verify_request *r);
/* The act that ends a book. */
MUST_USE enum err verify_law_book_close(
	struct verify_law *law, struct verify_batch *b, struct span object);
/* A lookup or an answer of that batch. */
void verify_law_book_first(
	struct verify_law *law, const struct verify_batch *b);
void verify_law_books_end(struct verify_law *law,
	struct ledger_openings_entry *at, int32_t today);

/* An act "delay", "delay-lift" or "account-late". */
MUST_USE enum err verify_law_delay(
	struct verify_law *law, struct span word, const struct verify_act *act);
/* An address of it is handed over. */
MUST_USE enum err verify_law_delivered(
	struct verify_law *law, const struct verify_request *r);
/* Finds those that are overdue: how many stand. */
uint64_t verify_law_delays_end(struct verify_law *law,
	struct ledger_openings_entry *at, int32_t today);

MUST_USE enum err verify_law_hold(struct verify_law *law);
/* The entry in hand says nothing any more. */
MUST_USE enum err verify_law_erased(struct verify_law *law);
/* An act whose word begins with "erase". */
MUST_USE enum err verify_law_erasure(
	struct verify_law *law, struct span word, const struct verify_act *act);
/* Finds each that no act names; `at` is the entry in hand. */
void verify_law_erased_end(
	struct verify_law *law, struct ledger_openings_entry *at);
/* Finds every hold that stands and covers it. */
void verify_law_held(struct verify_law *law, const struct verify_request *r);
