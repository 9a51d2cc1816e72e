/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_drawn - a drawn ledger, told to report_ledger.h entry by entry, and
 * beside it a plain list of what was told: one struct a request, counted by
 * loops over all of it.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>

#include "report/report_made.h"

enum { DRAWN_BATCHES = 6, DRAWN_LINES = 60, DRAWN_PEOPLE = 40 };

struct drawn_request {
	char id[16];
	uint32_t batch; /* from 1 */
	unsigned line;
	unsigned person; /* 0: nobody */
	enum report_state state;
	int year;      /* of receipt */
	int left_year; /* of the first address; 0 */
	uint64_t d;    /* newest delivery: entry, 0 none */
	uint8_t package[32];
	bool address; /* the newest package is one */
};

struct drawn {
	struct report_ledger *ledger;
	struct drawn_request q[DRAWN_BATCHES * DRAWN_LINES];
	size_t n;
	const char *agency[DRAWN_BATCHES + 1];
	const char *provision[DRAWN_BATCHES + 1];
	uint64_t entry; /* the next */
	uint64_t seed;
	int64_t at;
};

static const char *const drawn_agencies[] = {
	"us.dhs.ice", "us.doj.dea", "<script>us.x & \"y\"</script>"};
static const char *const drawn_provisions[] = {
	"26 USC 6103(i)(2)", "26 USC 6103(i)(1)"};

static unsigned
drawn_below(struct drawn *w, unsigned below)
{
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(w->seed >> 33) % below;
}

static inline void
drawn_hash(uint64_t n, uint8_t to[32])
{
	memset(to, (int)(n % 251), 32);
	memcpy(to, &n, sizeof(n));
}

static inline void
drawn_batch(struct drawn *w, uint32_t n)
{
	struct report_says_batch b = {.entry = w->entry++,
		.at = w->at,
		.n = n,
		.count = DRAWN_LINES,
		.agreement = SPAN("AG-1")};
	struct why why;

	w->agency[n] = drawn_agencies[drawn_below(w, 3)];
	w->provision[n] = drawn_provisions[drawn_below(w, 2)];
	b.agency = span_text(w->agency[n]);
	b.provision = span_text(w->provision[n]);
	assert_int_equal(report_ledger_batch(w->ledger, &b, &why), ERR_OK);
}

static inline void
drawn_judge(struct drawn *w, uint32_t batch, unsigned line)
{
	static const char *const purposes[] = {
		"criminal-investigation", "grand-jury", "unknown"};
	struct drawn_request *q = &w->q[w->n++];
	struct report_says_request says = {.entry = w->entry++,
		.at = w->at,
		.batch = batch,
		.line = line,
		.refused = drawn_below(w, 4) == 0,
		.authority = SPAN("8-usc-1253-a-1-A"),
		.officer = SPAN("HSI-1")};
	struct why why = {""};

	*q = (struct drawn_request){.batch = batch,
		.line = line,
		.state = says.refused ? REPORT_REFUSED : REPORT_OPEN,
		.year = day_year(day_at(w->at))};
	(void)snprintf(q->id, sizeof(q->id), "R%u-%u", batch, line);
	says.id = span_text(q->id);
	says.purpose = span_text(purposes[drawn_below(w, 3)]);
	assert_int_equal(report_ledger_request(w->ledger, &says, &why), ERR_OK);
	if (says.refused)
		return;
	q->person =
		drawn_below(w, 2) == 0 ? 0 : 1 + drawn_below(w, DRAWN_PEOPLE);
	if (q->person != 0) {
		char person[16];

		(void)snprintf(person, sizeof(person), "P%u", q->person);
		assert_int_equal(
			report_ledger_match(w->ledger, w->entry++, batch,
				says.id, span_text(person), &why),
			ERR_OK);
	}
}

/* S and D: the same for everybody. */
static inline enum err
drawn_deliver(struct drawn *w, struct drawn_request *q, bool address)
{
	struct report_says_delivery d = {.at = w->at,
		.batch = q->batch,
		.id = span_text(q->id),
		.address = address,
		.seal = w->entry};
	uint8_t recipient[32] = {7};
	struct why why = {""};
	enum err e;

	assert_int_equal(report_ledger_seal(w->ledger, w->entry++, q->batch,
				 span_text(q->id), &why),
		ERR_OK);
	d.entry = w->entry++;
	drawn_hash(d.entry, q->package);
	d.package = span_of(q->package, 32);
	d.recipient = span_of(recipient, 32);
	e = report_ledger_delivery(w->ledger, &d, &why);
	if (e != ERR_OK)
		return e;
	q->d = d.entry;
	q->address = address;
	if (address) {
		q->state = REPORT_DELIVERED;
		if (q->left_year == 0)
			q->left_year = day_year(day_at(w->at));
	} else if (q->state == REPORT_OPEN) {
		q->state = REPORT_NEUTRAL;
	}
	return ERR_OK;
}

/* One thing that may happen to a request, told and noted. */
static inline void
drawn_step(struct drawn *w, struct drawn_request *q)
{
	struct why why = {""};
	unsigned what = drawn_below(w, 7);

	if (q->state == REPORT_REFUSED || q->state == REPORT_WITHDRAWN ||
		q->state == REPORT_DESTROYED)
		return;
	if (what == 0 && q->state == REPORT_OPEN) {
		q->state = REPORT_WITHDRAWN;
		assert_int_equal(report_ledger_withdrawn(w->ledger, w->entry++,
					 q->batch, span_text(q->id), &why),
			ERR_OK);
	} else if (what == 1 && q->state == REPORT_OPEN) {
		q->state = REPORT_REFUSED;
		assert_int_equal(report_ledger_returned(w->ledger, w->entry++,
					 q->batch, span_text(q->id), &why),
			ERR_OK);
	} else if (what == 2 && q->d != 0) {
		if (q->address && q->state == REPORT_DELIVERED)
			q->state = REPORT_RECALLED;
		assert_int_equal(report_ledger_pulled(w->ledger, w->entry++,
					 w->at, q->d, &why),
			ERR_OK);
	} else if (what == 3 && q->d != 0) {
		struct report_says_letter letter = {.entry = w->entry++,
			.at = w->at,
			.kind = REPORT_LETTER_DESTROYED,
			.package = span_of(q->package, 32)};

		if (q->address)
			q->state = REPORT_DESTROYED;
		assert_int_equal(
			report_ledger_letter(w->ledger, &letter, &why), ERR_OK);
	} else {
		assert_int_equal(
			drawn_deliver(
				w, q, q->person != 0 && drawn_below(w, 3) != 0),
			ERR_OK);
	}
}

static inline void
drawn_world(struct drawn *w, uint64_t seed, unsigned lines)
{
	*w = (struct drawn){
		.seed = seed, .at = (int64_t)day_of(2025, 11, 20) * 86400};
	assert_int_equal(report_ledger_new(&w->ledger), ERR_OK);
	for (uint32_t b = 1; b <= DRAWN_BATCHES; b++) {
		w->at += (int64_t)drawn_below(w, 40) * 86400;
		drawn_batch(w, b);
		for (unsigned i = 1; i <= lines; i++)
			drawn_judge(w, b, i);
		for (unsigned i = 0; i < w->n * 2; i++) {
			w->at += 60;
			drawn_step(w, &w->q[drawn_below(w, (unsigned)w->n)]);
		}
	}
}

static inline struct report_about
drawn_about(const struct drawn *w)
{
	return (struct report_about){.origin = SPAN("weir.example/1"),
		.at = (int64_t)day_of(2026, 11, 28) * 86400,
		.size = w->entry,
		.root = SPAN("cm9vdA==")};
}
