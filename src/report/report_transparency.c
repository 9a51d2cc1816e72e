/* SPDX-License-Identifier: Apache-2.0 */
/* For the public: counts of a year, small ones kept back. */
#include <inttypes.h>

#include "base/mem.h"
#include "report/report_made.h"
#include "report/report_suppress.h"

static const struct report_column columns[] = {
	{"agency", "agency", REPORT_TEXT},
	{"requests", "requests", REPORT_COUNT},
	{"refused", "refused", REPORT_COUNT},
	{"withdrawn", "with|drawn", REPORT_COUNT},
	{"accepted", "accept|ed", REPORT_COUNT},
	{"open", "open", REPORT_COUNT},
	{"neutral", "nothing given", REPORT_COUNT},
	{"delivered", "address given", REPORT_COUNT},
	{"with_recipient", "with agency", REPORT_COUNT},
	{"recalled", "re|called", REPORT_COUNT},
	{"destroyed", "de|stroyed", REPORT_COUNT},
	{"taxpayers", "people", REPORT_COUNT},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* Each column the sum of those whose parent it is. */
static const int parent[REPORT_PUBLIC_N] = {
	[REPORT_PUBLIC_REQUESTS] = -1,
	[REPORT_PUBLIC_REFUSED] = REPORT_PUBLIC_REQUESTS,
	[REPORT_PUBLIC_WITHDRAWN] = REPORT_PUBLIC_REQUESTS,
	[REPORT_PUBLIC_ACCEPTED] = REPORT_PUBLIC_REQUESTS,
	[REPORT_PUBLIC_OPEN] = REPORT_PUBLIC_ACCEPTED,
	[REPORT_PUBLIC_NEUTRAL] = REPORT_PUBLIC_ACCEPTED,
	[REPORT_PUBLIC_DELIVERED] = REPORT_PUBLIC_ACCEPTED,
	[REPORT_PUBLIC_WITH] = REPORT_PUBLIC_DELIVERED,
	[REPORT_PUBLIC_RECALLED] = REPORT_PUBLIC_DELIVERED,
	[REPORT_PUBLIC_DESTROYED] = REPORT_PUBLIC_DELIVERED,
};

static void
values_of(const struct report_group *g, uint64_t to[REPORT_PUBLIC_N])
{
	to[REPORT_PUBLIC_REQUESTS] = g->requests;
	to[REPORT_PUBLIC_REFUSED] = g->state[REPORT_REFUSED];
	to[REPORT_PUBLIC_WITHDRAWN] = g->state[REPORT_WITHDRAWN];
	to[REPORT_PUBLIC_ACCEPTED] = report_group_accepted(g);
	to[REPORT_PUBLIC_OPEN] = g->state[REPORT_OPEN];
	to[REPORT_PUBLIC_NEUTRAL] = g->state[REPORT_NEUTRAL];
	to[REPORT_PUBLIC_DELIVERED] = report_group_delivered(g);
	to[REPORT_PUBLIC_WITH] = g->state[REPORT_DELIVERED];
	to[REPORT_PUBLIC_RECALLED] = g->state[REPORT_RECALLED];
	to[REPORT_PUBLIC_DESTROYED] = g->state[REPORT_DESTROYED];
}

/*
 * A number from 1 to the threshold is.  So is a nought where somebody was
 * looked up: that no address was given, or that one was given each time, tells
 * of everybody in the row whether they are on the roll.
 */
static void
sensitive_of(const uint64_t value[REPORT_PUBLIC_N], uint64_t threshold,
	bool to[REPORT_PUBLIC_N])
{
	bool looked =
		value[REPORT_PUBLIC_NEUTRAL] + value[REPORT_PUBLIC_DELIVERED] >
		0;

	for (size_t c = 0; c < REPORT_PUBLIC_N; c++)
		to[c] = value[c] > 0 && value[c] < threshold;
	if (!looked)
		return;
	to[REPORT_PUBLIC_NEUTRAL] = value[REPORT_PUBLIC_NEUTRAL] < threshold;
	to[REPORT_PUBLIC_DELIVERED] =
		value[REPORT_PUBLIC_DELIVERED] < threshold;
}

enum err
report_public_hidden(const struct report_groups *groups, uint64_t threshold,
	bool **ret_hidden, bool *ret_all)
{
	size_t rows = groups->n + 1;
	size_t cells = rows * REPORT_PUBLIC_N;
	uint64_t *value = mem_zeroed(cells * sizeof(*value));
	bool *sensitive = mem_zeroed(cells * sizeof(*sensitive));
	bool *hidden = mem_zeroed(cells * sizeof(*hidden));
	struct report_sums sums = {.n_rows = groups->n,
		.n_columns = REPORT_PUBLIC_N,
		.parent = parent,
		.value = value,
		.sensitive = sensitive,
		.threshold = threshold};
	enum err e = value == NULL || sensitive == NULL || hidden == NULL
			     ? err_origin(ERR_NOMEM)
			     : ERR_OK;

	for (size_t r = 0; e == ERR_OK && r < rows; r++) {
		const struct report_group *g =
			r < groups->n ? &groups->at[r] : &groups->all;

		values_of(g, value + r * REPORT_PUBLIC_N);
		sensitive_of(value + r * REPORT_PUBLIC_N, threshold,
			sensitive + r * REPORT_PUBLIC_N);
	}
	if (e == ERR_OK)
		e = report_suppress(&sums, hidden, ret_all);
	mem_free(value);
	mem_free(sensitive);
	if (e == ERR_OK)
		*ret_hidden = hidden;
	else
		mem_free(hidden);
	return e;
}

/* ---- the table ---- */

/*
 * People are no part of a sum, but as many as there are, so many addresses were
 * given at least.  So their number is kept back with that of the addresses; and
 * that of all with that of any agency.
 */
static bool
people_hidden(const struct report_groups *groups, const bool *hidden,
	uint64_t threshold)
{
	for (size_t r = 0; r <= groups->n; r++) {
		const struct report_group *g =
			r < groups->n ? &groups->at[r] : &groups->all;

		if (hidden[r * REPORT_PUBLIC_N + REPORT_PUBLIC_DELIVERED] ||
			(g->found > 0 && g->found < threshold))
			return true;
	}
	return false;
}

static void
put(struct report_doc *doc, uint64_t n, bool hide)
{
	if (hide)
		report_cell_hidden(doc);
	else
		report_cell_count(doc, n);
}

static void
put_row(struct span name, const struct report_group *g, const bool *hidden,
	bool people, struct report_doc *doc)
{
	uint64_t value[REPORT_PUBLIC_N];

	values_of(g, value);
	report_cell_text(doc, name);
	for (size_t c = 0; c < REPORT_PUBLIC_N; c++)
		put(doc, value[c], hidden[c]);
	put(doc, g->found, people);
}

/* What became of all requests, as far as it is printed. */
static void
put_flows(const struct report_group *g, const bool *hidden,
	struct report_doc *doc)
{
	static const struct {
		const char *from;
		const char *to;
		uint8_t level;
		uint8_t column;
	} way[] = {
		{NULL, "requests", 0, REPORT_PUBLIC_REQUESTS},
		{"requests", "accepted", 0, REPORT_PUBLIC_ACCEPTED},
		{"requests", "refused", 0, REPORT_PUBLIC_REFUSED},
		{"requests", "withdrawn", 0, REPORT_PUBLIC_WITHDRAWN},
		{"accepted", "address given", 1, REPORT_PUBLIC_DELIVERED},
		{"accepted", "nothing given", 1, REPORT_PUBLIC_NEUTRAL},
		{"accepted", "open", 1, REPORT_PUBLIC_OPEN},
		{"address given", "with agency", 2, REPORT_PUBLIC_WITH},
		{"address given", "recalled", 2, REPORT_PUBLIC_RECALLED},
		{"address given", "destroyed", 2, REPORT_PUBLIC_DESTROYED},
	};
	struct report_link link[sizeof(way) / sizeof(way[0])];
	uint64_t value[REPORT_PUBLIC_N];

	values_of(g, value);
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		link[i] = (struct report_link){.level = way[i].level,
			.from = way[i].from,
			.to = way[i].to,
			.n = hidden[way[i].column] ? 0 : value[way[i].column],
			.hidden = hidden[way[i].column]};
	report_chart_of_flows(doc, "What became of the requests",
		"From left to right: the requests received in the year, those "
		"accepted, refused and withdrawn; of the accepted those with "
		"an address given, with nothing given and open; and where the "
		"addresses given are.",
		link, sizeof(way) / sizeof(way[0]));
}

static void
notes(uint64_t threshold, bool all, struct report_doc *doc)
{
	OWNED_BUF(text, 2048);

	buf_printf(&text,
		"A number from 1 to %" PRIu64 " is kept back and printed as *, "
		"and so is a nought where people were looked up; with it as "
		"many others as are needed that nobody, from the sums and the "
		"numbers printed, can show more of it than that it lies "
		"between 0 and %" PRIu64 " or more.  No number is rounded: "
		"each is printed as counted or kept back.",
		threshold - 1, threshold);
	report_doc_note(doc, buf_span(&text));
	if (all)
		report_doc_note(doc,
			SPAN("The numbers of this year are so small that none "
			     "can be printed."));
	report_doc_note(doc,
		SPAN("Requests are those received in the year, with what had "
		     "become of each when this was made.  People are those "
		     "about whom an address was given, each once.  How the "
		     "numbers are kept back: cell suppression by network flow "
		     "(Cox, Journal of the American Statistical Association "
		     "90, 1995)."));
}

static void
put_table(const struct report_ledger *l, const struct report_groups *groups,
	const bool *hidden, bool people, struct report_doc *doc)
{
	const bool *last = hidden + groups->n * REPORT_PUBLIC_N;

	report_table_begin(doc, "outcomes",
		"Requests received in the year, and what became of them",
		columns, COLUMNS);
	for (size_t i = 0; i < groups->n; i++)
		put_row(report_name_span(l, groups->at[i].agency),
			&groups->at[i], hidden + i * REPORT_PUBLIC_N, people,
			doc);
	put_row(SPAN("all"), &groups->all, last, people, doc);
	report_table_totals(doc, 1);
	put_flows(&groups->all, last, doc);
}

enum err
report_transparency(const struct report_ledger *ledger,
	const struct report_about *about, int year, uint64_t threshold,
	struct report_doc *doc, struct why *reterr_why)
{
	struct report_groups groups = {0};
	bool *hidden = NULL;
	bool all = false;
	enum err e;

	must(threshold > 1);
	report_doc_head(doc, "transparency",
		"What was asked about people, and what became of it",
		"A report for the public");
	report_doc_fact_count(doc, "year", "Calendar year", (uint64_t)year);
	report_doc_fact_count(
		doc, "threshold", "Smallest number printed", threshold);
	report_about_facts(about, doc);
	e = report_groups_make(ledger, year, false, &groups, reterr_why);
	if (e == ERR_OK)
		e = report_public_hidden(&groups, threshold, &hidden, &all);
	if (e == ERR_OK) {
		put_table(ledger, &groups, hidden,
			people_hidden(&groups, hidden, threshold), doc);
		notes(threshold, all, doc);
		e = report_doc_error(doc);
	}
	report_groups_fini(&groups);
	mem_free(hidden);
	return e;
}
