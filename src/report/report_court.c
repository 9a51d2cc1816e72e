/* SPDX-License-Identifier: Apache-2.0 */
/* What a court asks: counts as of a time, the holds of a docket, what left. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/code.h"
#include "base/mem.h"
#include "report/report_made.h"

static const struct report_column of_holds[] = {
	{"hold", "hold", REPORT_COUNT},
	{"change", "what", REPORT_TEXT},
	{"entry", "ledger entry", REPORT_COUNT},
	{"at", "entered", REPORT_TEXT},
	{"effective", "effective", REPORT_TEXT},
	{"served", "served", REPORT_TEXT},
	{"ground", "ground", REPORT_TEXT},
	{"effect", "effect", REPORT_TEXT},
	{"scope", "scope", REPORT_TEXT},
	{"order_sha256", "order's file, SHA-256", REPORT_TEXT},
};

static const struct report_column of_states[] = {
	{"state", "requests", REPORT_TEXT},
	{"n", "how many", REPORT_COUNT},
};

static const struct report_column of_times[] = {
	{"hold", "hold", REPORT_COUNT},
	{"left", "packages that left", REPORT_TEXT},
	{"packages", "packages", REPORT_COUNT},
	{"addresses", "with an address", REPORT_COUNT},
	{"covered", "in the hold's scope", REPORT_COUNT},
	{"covered_addresses", "of these, with an address", REPORT_COUNT},
};

static const struct report_column of_copies[] = {
	{"entry", "entry", REPORT_COUNT},
	{"at", "handed over", REPORT_TEXT},
	{"agency", "agency", REPORT_TEXT},
	{"officer", "officer", REPORT_TEXT},
	{"request", "request", REPORT_TEXT},
	{"answer", "answer", REPORT_TEXT},
	{"covered", "in scope", REPORT_TEXT},
	{"place", "where it is", REPORT_TEXT},
	{"since", "since", REPORT_TEXT},
	{"place_entry", "entry that says so", REPORT_COUNT},
	{"holder", "as its holder wrote", REPORT_TEXT},
	{"package_sha256", "package, SHA-256", REPORT_TEXT},
};

#define COLUMNS(list) (sizeof(list) / sizeof((list)[0]))

static bool
of_docket(const struct report_ledger *l, const struct report_hold *h,
	const struct report_court *court)
{
	return span_eq(report_name_span(l, h->docket), court->docket);
}

static bool
places(const struct report_ledger *l, const struct report_hold *h)
{
	return span_eq(report_name_span(l, h->change), SPAN("place"));
}

static bool
is_covered(const struct report_court *court, size_t delivery)
{
	return court->covered[delivery] == REPORT_COVERED_AS_REQUESTED ||
	       court->covered[delivery] == REPORT_COVERED_BY_RECORD;
}

static void
put_hash(struct report_doc *doc, const uint8_t hash[REPORT_HASH])
{
	OWNED_BUF(hex, 128);

	code_hex(&hex, span_of(hash, REPORT_HASH));
	report_cell_text(doc, buf_span(&hex));
}

static void
put_holds(const struct report_ledger *l, const struct report_court *court,
	struct report_doc *doc)
{
	report_table_begin(doc, "holds", "Holds of this docket", of_holds,
		COLUMNS(of_holds));
	for (size_t i = 0; i < l->n_holds; i++) {
		const struct report_hold *h = &l->hold[i];

		if (!of_docket(l, h, court))
			continue;
		report_cell_count(doc, h->number);
		report_cell_text_or_none(doc, report_name_span(l, h->change));
		report_cell_count(doc, h->entry);
		report_cell_time(doc, h->at);
		report_cell_text_or_none(
			doc, report_name_span(l, h->effective));
		report_cell_text_or_none(doc, report_name_span(l, h->served));
		report_cell_text_or_none(doc, report_name_span(l, h->ground));
		report_cell_text_or_none(doc, report_name_span(l, h->effect));
		report_cell_text_or_none(doc, report_name_span(l, h->scope));
		if (h->has_order)
			put_hash(doc, h->order);
		else
			report_cell_none(doc);
	}
}

/* ---- counts ---- */

static void
put_state(struct report_doc *doc, const char *what, uint64_t n)
{
	report_cell_text(doc, span_text(what));
	report_cell_count(doc, n);
}

/* Whoever may not know what packages hold sees them counted as one. */
static void
put_states(const struct report_ledger *l, const struct report_court *court,
	struct report_doc *doc)
{
	uint64_t answered = 0;

	report_table_begin(doc, "requests", "All requests, as of that time",
		of_states, COLUMNS(of_states));
	for (size_t s = 0; s < REPORT_N_STATES; s++) {
		if (s < REPORT_NEUTRAL || court->outcomes)
			put_state(doc, report_state_text((enum report_state)s),
				l->n[s]);
		else
			answered += l->n[s];
	}
	if (!court->outcomes)
		put_state(doc, "answered", answered);
	put_state(doc, "received", l->n_requests);
	report_table_totals(doc, 1);
	report_chart_of_bars(doc, "All requests, as of that time",
		"One bar for each state that a request can be in.", 0, 1);
}

/* ---- before and after each hold ---- */

enum when { BEFORE_EFFECTIVE, BEFORE_ENTRY, AFTER_ENTRY, N_WHEN };

struct counted {
	uint64_t packages;
	uint64_t addresses;
	uint64_t covered;
	uint64_t covered_addresses;
};

/* The order is the ledger's; times only where the order itself names one. */
static enum when
when_of(const struct report_delivery *d, const struct report_hold *h,
	int64_t effective)
{
	if (d->entry > h->entry)
		return AFTER_ENTRY;
	return d->at < effective ? BEFORE_EFFECTIVE : BEFORE_ENTRY;
}

static void
put_when(const struct report_court *court, const struct report_hold *h,
	const char *what, const struct counted *n, struct report_doc *doc)
{
	report_cell_count(doc, h->number);
	report_cell_text(doc, span_text(what));
	report_cell_count(doc, n->packages);
	if (court->outcomes)
		report_cell_count(doc, n->addresses);
	else
		report_cell_none(doc);
	report_cell_count(doc, n->covered);
	if (court->outcomes)
		report_cell_count(doc, n->covered_addresses);
	else
		report_cell_none(doc);
}

static void
put_times_of(const struct report_ledger *l, const struct report_court *court,
	const struct report_hold *h, struct report_doc *doc)
{
	static const char *const text[N_WHEN] = {
		[BEFORE_EFFECTIVE] = "before the order's effective time",
		[BEFORE_ENTRY] = "from then to the hold's entry",
		[AFTER_ENTRY] = "after the hold's entry",
	};
	struct counted n[N_WHEN] = {{0}};
	int64_t effective = h->at;

	(void)day_time_parse(report_name_span(l, h->effective), &effective);
	for (size_t i = 0; i < l->n_deliveries; i++) {
		const struct report_delivery *d = &l->delivery[i];
		struct counted *c = &n[when_of(d, h, effective)];
		bool covered = is_covered(court, i);

		c->packages++;
		c->addresses += d->address;
		c->covered += covered;
		c->covered_addresses += covered && d->address;
	}
	for (size_t w = 0; w < N_WHEN; w++)
		put_when(court, h, text[w], &n[w], doc);
}

static void
put_times(const struct report_ledger *l, const struct report_court *court,
	struct report_doc *doc)
{
	report_table_begin(doc, "left", "What left before and after each hold",
		of_times, COLUMNS(of_times));
	for (size_t i = 0; i < l->n_holds; i++)
		if (of_docket(l, &l->hold[i], court) && places(l, &l->hold[i]))
			put_times_of(l, court, &l->hold[i], doc);
}

/* ---- who holds which copy ---- */

static void
put_copy(const struct report_ledger *l, const struct report_court *court,
	size_t i, struct report_doc *doc)
{
	const struct report_delivery *d = &l->delivery[i];
	const struct report_request *q = &l->request[d->request];

	report_cell_count(doc, d->entry);
	report_cell_time(doc, d->at);
	report_cell_text_or_none(
		doc, report_name_span(l, l->batch[q->batch].agency));
	report_cell_text_or_none(doc, report_name_span(l, q->officer));
	report_cell_text_or_none(doc, report_name_span(l, q->id));
	if (!court->outcomes)
		report_cell_none(doc);
	else
		report_cell_text(
			doc, d->address ? SPAN("address") : SPAN("neutral"));
	report_cell_text(doc, court->covered[i] == REPORT_COVERED_BY_RECORD
				      ? SPAN("by the record")
				      : SPAN("as requested"));
	report_cell_text(
		doc, span_text(report_place_text((enum report_place)d->place)));
	report_cell_time(doc, d->place_at);
	if (d->place_entry == REPORT_NO_INDEX)
		report_cell_none(doc);
	else
		report_cell_count(doc, d->place_entry);
	report_cell_text_or_none(doc, report_name_span(l, d->holder));
	put_hash(doc, d->package);
}

static uint64_t
put_copies(const struct report_ledger *l, const struct report_court *court,
	struct report_doc *doc)
{
	uint64_t perhaps = 0;

	report_table_begin(doc, "copies",
		"Every package in the scope of a hold of this docket, and who "
		"has it",
		of_copies, COLUMNS(of_copies));
	for (size_t i = 0; i < l->n_deliveries; i++) {
		perhaps += court->covered[i] == REPORT_COVERED_PERHAPS;
		if (is_covered(court, i))
			put_copy(l, court, i, doc);
	}
	return perhaps;
}

static void
notes(const struct report_court *court, uint64_t perhaps,
	struct report_doc *doc)
{
	report_doc_note(doc,
		SPAN("Before and after are by the order of the ledger's "
		     "entries: under the lock under which packages are handed "
		     "over, a hold is entered, and everything with a later "
		     "index was judged under it.  The order's own effective "
		     "time is compared with the times of the entries."));
	report_doc_note(doc,
		SPAN("No taxpayer is named.  A request is named by the number "
		     "that the requester gave it."));
	if (court->proofs)
		report_doc_note(doc,
			SPAN("For each entry named here the folder proofs/ has "
			     "its bytes (N.entry) and the proof that the "
			     "signed ledger holds it (N.tlog-proof, "
			     "c2sp.org/tlog-proof@v1): weir ledger verify and "
			     "stock openssl check them."));
	if (perhaps > 0) {
		OWNED_BUF(text, 256);

		buf_printf(&text,
			"%" PRIu64 " further addresses may be in scope by a "
			"name or number on the record, which is not shown here "
			"and only the roll could tell.",
			perhaps);
		report_doc_note(doc, buf_span(&text));
	}
}

enum err
report_court(const struct report_ledger *ledger,
	const struct report_about *about, const struct report_court *court,
	struct report_doc *doc, struct why *reterr_why)
{
	uint64_t perhaps;
	enum err e = report_ledger_tie(ledger, reterr_why);

	if (e != ERR_OK)
		return e;
	report_doc_head(doc, "court",
		"What was asked, what left, and who has it",
		"Statement of account for the court");
	report_doc_fact(doc, "docket", "Docket", court->docket);
	report_about_facts(about, doc);
	put_holds(ledger, court, doc);
	put_states(ledger, court, doc);
	put_times(ledger, court, doc);
	perhaps = put_copies(ledger, court, doc);
	notes(court, perhaps, doc);
	return report_doc_error(doc);
}

static int
by_number(const void *a_, const void *b_)
{
	const uint64_t *a = a_;
	const uint64_t *b = b_;

	return *a < *b ? -1 : *a > *b;
}

enum err
report_court_entries(const struct report_ledger *l,
	const struct report_court *court, uint64_t **ret_entry, size_t *ret_n)
{
	uint64_t *list = mem_zeroed(
		(l->n_holds + 3 * l->n_deliveries + 1) * sizeof(*list));
	size_t n = 0;
	size_t kept = 0;

	if (list == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < l->n_holds; i++)
		if (of_docket(l, &l->hold[i], court))
			list[n++] = l->hold[i].entry;
	for (size_t i = 0; i < l->n_deliveries; i++) {
		const struct report_delivery *d = &l->delivery[i];

		if (!is_covered(court, i))
			continue;
		list[n++] = d->seal;
		list[n++] = d->entry;
		if (d->place_entry != REPORT_NO_INDEX)
			list[n++] = d->place_entry;
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), by_number);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[kept++] = list[i];
	*ret_entry = list;
	*ret_n = kept;
	return ERR_OK;
}
