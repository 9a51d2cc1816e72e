/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/mem.h"

/*
 * One group for each agency and calendar year, in the order agency, year.  A
 * request counts in the year in which it was received, a disclosure and its
 * taxpayer in the year of entry D.
 */
struct group {
	char *agency;
	int year;
	struct case_totals cases;
	uint64_t disclosures;
	uint64_t taxpayers;
};

/* A set of (group's year and agency, taxpayer), to count each once.  The same
 * set with an empty agency and year 0 counts over all. */
struct seen {
	uint8_t *key; /* u32be length of the agency, agency, year, taxpayer */
	size_t n;
};

/* (p)(3)(C)(ii): the general purposes for which an agency asked. */
struct purpose {
	char agency[REPORT_NAME_MAX];
	char text[REPORT_NAME_MAX];
	uint64_t n;
};

struct report_totals {
	struct purpose *purpose;
	size_t n_purposes;
	size_t size_purposes;
	struct group *group;
	size_t n;
	size_t size;
	struct seen *seen;
	size_t n_seen;
	size_t size_seen; /* a power of two; half full at most */
	uint64_t taxpayers;
	uint64_t disclosures;
	struct case_totals cases;
};

enum err
report_totals_new(struct report_totals **ret_totals)
{
	struct report_totals *totals = mem_zeroed(sizeof(*totals));

	if (totals == NULL)
		return err_origin(ERR_NOMEM);
	*ret_totals = totals;
	return ERR_OK;
}

struct report_totals *
report_totals_free(struct report_totals *totals)
{
	if (totals == NULL)
		return NULL;
	for (size_t i = 0; i < totals->n; i++)
		mem_free(totals->group[i].agency);
	for (size_t i = 0; i < totals->size_seen; i++)
		mem_wipe(totals->seen[i].key, totals->seen[i].n);
	mem_free(totals->group);
	mem_free(totals->purpose);
	mem_free(totals->seen);
	mem_free(totals);
	return NULL;
}

/* ---- groups ---- */

/* Where the group is, or where it belongs. */
static size_t
group_place(const struct report_totals *totals, struct span agency, int year)
{
	size_t low = 0;
	size_t high = totals->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct group *g = &totals->group[mid];
		int order = span_cmp(span_text(g->agency), agency);

		if (order < 0 || (order == 0 && g->year < year))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
group_is(const struct report_totals *totals, size_t i, struct span agency,
	int year)
{
	return i < totals->n && totals->group[i].year == year &&
	       span_eq(span_text(totals->group[i].agency), agency);
}

static enum err
groups_grow(struct report_totals *totals)
{
	size_t size = totals->size == 0 ? 8 : totals->size * 2;
	struct group *at;

	if (totals->n < totals->size)
		return ERR_OK;
	if (totals->n >= REPORT_GROUPS_MAX)
		return ERR_TOO_LARGE;
	at = mem_resize(totals->group, size, sizeof(*at));
	if (at == NULL)
		return err_origin(ERR_NOMEM);
	totals->group = at;
	totals->size = size;
	return ERR_OK;
}

/* The group, made where there is none. */
static enum err
group_get(struct report_totals *totals, struct span agency, int year,
	size_t *ret_place)
{
	size_t i = group_place(totals, agency, year);
	struct group group = {.year = year};
	enum err e;

	*ret_place = i;
	if (group_is(totals, i, agency, year))
		return ERR_OK;
	e = groups_grow(totals);
	if (e != ERR_OK)
		return e;
	group.agency = mem_zeroed(agency.n + 1);
	if (group.agency == NULL)
		return err_origin(ERR_NOMEM);
	must(span_copy(agency, group.agency, agency.n + 1));
	memmove(totals->group + i + 1, totals->group + i,
		(totals->n - i) * sizeof(group));
	totals->group[i] = group;
	totals->n++;
	return ERR_OK;
}

/* ---- distinct taxpayers ---- */

static size_t
hash(struct span s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.at[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29);
}

/* The key's slot, or the empty one where it belongs. */
static size_t
seen_place(const struct seen *seen, size_t size, struct span key)
{
	size_t i = hash(key) & (size - 1);

	while (seen[i].key != NULL &&
		!span_eq(span_of(seen[i].key, seen[i].n), key))
		i = (i + 1) & (size - 1);
	return i;
}

static enum err
seen_grow(struct report_totals *totals)
{
	size_t size = totals->size_seen == 0 ? 64 : totals->size_seen * 2;
	struct seen *seen;

	if (totals->n_seen * 2 < totals->size_seen)
		return ERR_OK;
	seen = mem_zeroed(size * sizeof(*seen));
	if (seen == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < totals->size_seen; i++) {
		struct seen one = totals->seen[i];

		if (one.key != NULL)
			seen[seen_place(seen, size, span_of(one.key, one.n))] =
				one;
	}
	mem_free(totals->seen);
	totals->seen = seen;
	totals->size_seen = size;
	return ERR_OK;
}

/* Notes the key; says whether it is new. */
static enum err
seen_add(struct report_totals *totals, struct span key, bool *ret_new)
{
	enum err e = seen_grow(totals);
	struct seen *slot;
	uint8_t *own;

	if (e != ERR_OK)
		return e;
	slot = &totals->seen[seen_place(totals->seen, totals->size_seen, key)];
	*ret_new = slot->key == NULL;
	if (!*ret_new)
		return ERR_OK;
	own = mem_zeroed(key.n);
	if (own == NULL)
		return err_origin(ERR_NOMEM);
	memcpy(own, key.at, key.n);
	*slot = (struct seen){.key = own, .n = key.n};
	totals->n_seen++;
	return ERR_OK;
}

static enum err
taxpayer_add(struct report_totals *totals, struct span agency, int year,
	struct span taxpayer, uint64_t *count)
{
	OWNED_BUF(key, (size_t)3 * REPORT_TEXT_MAX);
	bool is_new = false;
	enum err e;

	buf_sized(&key, agency);
	buf_u32be(&key, (uint32_t)year);
	buf_bytes(&key, taxpayer);
	if (buf_error(&key) != ERR_OK)
		return buf_error(&key);
	e = seen_add(totals, buf_span(&key), &is_new);
	if (e == ERR_OK && is_new)
		(*count)++;
	return e;
}

/* ---- purposes ---- */

/* The purpose's code where it is one, else "other": it is printed. */
static void
purpose_text(struct span text, char to[REPORT_NAME_MAX])
{
	if (text.n == 0)
		(void)span_copy(SPAN("not stated"), to, REPORT_NAME_MAX);
	else if (!span_is_plain(text) || !span_copy(text, to, REPORT_NAME_MAX))
		(void)span_copy(SPAN("other"), to, REPORT_NAME_MAX);
}

static bool
purpose_is(const struct purpose *a, const struct purpose *b)
{
	return strcmp(a->agency, b->agency) == 0 &&
	       strcmp(a->text, b->text) == 0;
}

static enum err
purpose_add(struct report_totals *totals, const struct report_row *row)
{
	struct purpose purpose = {.n = 1};
	struct purpose *at;
	size_t size =
		totals->size_purposes == 0 ? 8 : totals->size_purposes * 2;

	must(span_copy(row->requester, purpose.agency, REPORT_NAME_MAX));
	purpose_text(row->purpose, purpose.text);
	if (totals->n_purposes >= REPORT_PURPOSES_MAX - 64)
		(void)span_copy(SPAN("other"), purpose.text, REPORT_NAME_MAX);
	for (size_t i = 0; i < totals->n_purposes; i++) {
		if (purpose_is(&totals->purpose[i], &purpose)) {
			totals->purpose[i].n++;
			return ERR_OK;
		}
	}
	if (totals->n_purposes == REPORT_PURPOSES_MAX)
		return ERR_TOO_LARGE;
	if (totals->n_purposes == totals->size_purposes) {
		at = mem_resize(totals->purpose, size, sizeof(*at));
		if (at == NULL)
			return err_origin(ERR_NOMEM);
		totals->purpose = at;
		totals->size_purposes = size;
	}
	totals->purpose[totals->n_purposes++] = purpose;
	return ERR_OK;
}

/* ---- rows ---- */

static enum err
mismatch(const struct report_row *row, const char *what, struct why *why)
{
	return why_set(why, ERR_MISMATCH, "batch %llu, request %.*s: %s",
		(unsigned long long)row->batch,
		span_is_plain(row->request_id) && row->request_id.n < 65
			? (int)row->request_id.n
			: 0,
		(const char *)row->request_id.at, what);
}

static bool
sizes_fit(const struct report_row *row)
{
	const struct span text[] = {row->request_id, row->agreement,
		row->requester, row->officer_id, row->officer_name,
		row->officer_address, row->authority, row->purpose, row->codes,
		row->taxpayer};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		if (text[i].n > REPORT_TEXT_MAX)
			return false;
	return row->n_years <= REPORT_YEARS_MAX;
}

/* A day that day_parse() could have given. */
static bool
is_day(int32_t day)
{
	return day >= day_of(1800, 1, 1) && day <= day_of(2999, 12, 31);
}

/* I1 as the accounting sees it: an address left if and only if S and D are
 * there, in that order, with the day of D and whose address it was. */
static enum err
disclosure_check(const struct report_row *row, struct why *reterr_why)
{
	if (row->answered != CASE_ANSWERED_ADDRESS)
		return row->disclosed == DAY_NONE
			       ? ERR_OK
			       : mismatch(row,
					 "a day of disclosure, and no address "
					 "left",
					 reterr_why);
	if (row->entry_s == REPORT_NO_ENTRY ||
		row->entry_d == REPORT_NO_ENTRY || row->entry_d <= row->entry_s)
		return mismatch(row, "an address left without its two entries",
			reterr_why);
	if (!is_day(row->disclosed) || row->disclosed < row->day ||
		row->taxpayer.n == 0)
		return mismatch(row, "an address left on no day or of nobody",
			reterr_why);
	return ERR_OK;
}

static enum err
row_check(const struct report_row *row, struct why *reterr_why)
{
	struct case_request request;

	if (case_load((uint8_t)row->state, (uint8_t)row->answered, &request) !=
			ERR_OK ||
		request.state == CASE_RECEIVED)
		return mismatch(row,
			"no request can be in this state and have this answer",
			reterr_why);
	if (!sizes_fit(row))
		return why_set(reterr_why, ERR_TOO_LARGE,
			"a value of the accounting is over its limit");
	if (!is_day(row->day) || row->requester.n == 0 ||
		row->requester.n >= REPORT_NAME_MAX ||
		!span_is_plain(row->requester))
		return mismatch(
			row, "no day of receipt or no agency", reterr_why);
	return disclosure_check(row, reterr_why);
}

static enum err
disclosure_add(struct report_totals *totals, const struct report_row *row)
{
	int year = day_year(row->disclosed);
	size_t i;
	enum err e = group_get(totals, row->requester, year, &i);

	if (e == ERR_OK)
		e = taxpayer_add(totals, row->requester, year, row->taxpayer,
			&totals->group[i].taxpayers);
	if (e == ERR_OK)
		e = taxpayer_add(totals, span_of(NULL, 0), 0, row->taxpayer,
			&totals->taxpayers);
	if (e != ERR_OK)
		return e;
	totals->group[i].disclosures++;
	totals->disclosures++;
	return ERR_OK;
}

enum err
report_totals_add(struct report_totals *totals, const struct report_row *row,
	struct why *reterr_why)
{
	struct case_request request = {.state = (uint8_t)row->state,
		.answered = (uint8_t)row->answered};
	enum err e = row_check(row, reterr_why);
	size_t i;

	if (e == ERR_OK && row->answered == CASE_ANSWERED_ADDRESS)
		e = disclosure_add(totals, row);
	if (e == ERR_OK)
		e = group_get(totals, row->requester, day_year(row->day), &i);
	if (e == ERR_OK)
		e = purpose_add(totals, row);
	if (e != ERR_OK)
		return e;
	case_totals_add(&totals->group[i].cases, &request, 1);
	case_totals_add(&totals->cases, &request, 1);
	return ERR_OK;
}

/* ---- sums ---- */

static struct report_counts
counts_of(const struct case_totals *cases, uint64_t disclosures,
	uint64_t taxpayers)
{
	struct case_sums s = case_totals_sums(cases);

	return (struct report_counts){
		.requests = s.received,
		.refused = s.refused,
		.withdrawn = s.withdrawn,
		.open = s.open,
		.neutral = s.neutral,
		.delivered = s.delivered,
		.recalled = s.recalled,
		.destroyed = s.destroyed,
		.disclosures = disclosures,
		.taxpayers = taxpayers,
	};
}

bool
report_totals_get(const struct report_totals *totals, struct span agency,
	int year, struct report_counts *ret_counts)
{
	size_t i = group_place(totals, agency, year);

	if (agency.n == 0 && year == 0) {
		*ret_counts = counts_of(
			&totals->cases, totals->disclosures, totals->taxpayers);
		return true;
	}
	if (!group_is(totals, i, agency, year))
		return false;
	*ret_counts = counts_of(&totals->group[i].cases,
		totals->group[i].disclosures, totals->group[i].taxpayers);
	return true;
}

/* Each group ties, the groups add up to all, and as many addresses were
 * disclosed as requests are delivered. */
static bool
totals_tie(const struct report_totals *totals)
{
	struct report_counts all =
		counts_of(&totals->cases, totals->disclosures, 0);
	uint64_t requests = 0;
	uint64_t delivered = 0;
	uint64_t disclosures = 0;

	for (size_t i = 0; i < totals->n; i++) {
		struct report_counts c = counts_of(&totals->group[i].cases,
			totals->group[i].disclosures, 0);

		if (!case_totals_tie(&totals->group[i].cases) ||
			totals->group[i].taxpayers > c.disclosures)
			return false;
		requests += c.requests;
		delivered += c.delivered;
		disclosures += c.disclosures;
	}
	return case_totals_tie(&totals->cases) && requests == all.requests &&
	       delivered == all.delivered && disclosures == all.disclosures &&
	       all.delivered == all.disclosures &&
	       totals->taxpayers <= all.disclosures;
}

enum err
report_accounting(report_next *next, void *next_arg, report_write *write,
	void *write_arg, struct report_totals *totals, struct why *reterr_why)
{
	OWNED_BUF(out, 1 << 20);
	bool end = false;
	enum err e = ERR_OK;

	if (write != NULL)
		report_csv_header(&out);
	while (e == ERR_OK && !end) {
		struct report_row row = {.entry_s = REPORT_NO_ENTRY,
			.entry_d = REPORT_NO_ENTRY,
			.disclosed = DAY_NONE};

		e = next(next_arg, &row, &end);
		if (e == ERR_OK && !end)
			e = report_totals_add(totals, &row, reterr_why);
		if (e != ERR_OK || write == NULL)
			continue;
		if (!end)
			report_csv_row(&row, &out);
		if (buf_error(&out) != ERR_OK)
			return buf_error(&out);
		e = write(write_arg, buf_span(&out));
		buf_clear(&out);
	}
	if (e == ERR_OK && !totals_tie(totals))
		e = why_set(reterr_why, ERR_MISMATCH, "the totals do not tie");
	return e;
}

/* ---- printing ---- */

struct column {
	const char *name;
	bool in_text;
	size_t at;
};

#define COLUMN(name, in_text)                                                  \
	{                                                                      \
#name, (in_text), offsetof(struct report_counts, name)         \
	}
static const struct column columns[] = {
	COLUMN(requests, true),
	COLUMN(refused, true),
	COLUMN(withdrawn, true),
	COLUMN(open, true),
	COLUMN(neutral, true),
	COLUMN(delivered, true),
	COLUMN(recalled, false),
	COLUMN(destroyed, false),
	COLUMN(disclosures, true),
	COLUMN(taxpayers, true),
};

enum { N_COLUMNS = sizeof(columns) / sizeof(columns[0]), AGENCY_WIDTH = 14 };

static uint64_t
count_at(const struct report_counts *counts, const struct column *column)
{
	uint64_t n;

	memcpy(&n, (const uint8_t *)counts + column->at, sizeof(n));
	return n;
}

static void
line_text(const char *agency, const char *year,
	const struct report_counts *counts, struct buf *to)
{
	/* 14 + 1 + 4 and eight columns of 7: 75 */
	buf_printf(to, "%-*s %4s", AGENCY_WIDTH, agency, year);
	for (size_t i = 0; i < N_COLUMNS; i++)
		if (columns[i].in_text)
			buf_printf(to, " %6llu",
				(unsigned long long)count_at(
					counts, &columns[i]));
	buf_u8(to, '\n');
}

static void
head_text(struct buf *to)
{
	buf_text(to,
		"Accounting of requests and disclosures, 26 USC 6103(p)(3)\n\n"
		"                   ------- requests received in the year -------"
		" entry D in it\n"
		"agency         year  total refusd withdr   open neutrl delivd"
		" disclo taxpay\n");
}

void
report_totals_text(const struct report_totals *totals, struct buf *to)
{
	struct report_counts all = counts_of(
		&totals->cases, totals->disclosures, totals->taxpayers);

	head_text(to);
	for (size_t i = 0; i < totals->n; i++) {
		const struct group *g = &totals->group[i];
		struct report_counts c =
			counts_of(&g->cases, g->disclosures, g->taxpayers);
		size_t n = strlen(g->agency);
		char year[8];

		year[0] = (char)('0' + g->year / 1000 % 10);
		year[1] = (char)('0' + g->year / 100 % 10);
		year[2] = (char)('0' + g->year / 10 % 10);
		year[3] = (char)('0' + g->year % 10);
		year[4] = '\0';
		if (n > AGENCY_WIDTH) /* the numbers stay in their columns */
			buf_printf(to, "%s\n", g->agency);
		line_text(n > AGENCY_WIDTH ? "" : g->agency, year, &c, to);
	}
	line_text("all", "", &all, to);
	buf_printf(to,
		"\nrequests = refused + withdrawn + open + neutral + "
		"delivered.\n"
		"Of those delivered, %llu recalled and %llu destroyed.  "
		"A taxpayer counts once a\n"
		"year and agency, and once in the last line.\n",
		(unsigned long long)all.recalled,
		(unsigned long long)all.destroyed);
	if (totals->n_purposes > 0)
		buf_text(to,
			"\nGeneral purposes, and requests made for each:\n");
	for (size_t i = 0; i < totals->n_purposes; i++)
		buf_printf(to, "  %s\n    %s: %llu\n",
			totals->purpose[i].agency, totals->purpose[i].text,
			(unsigned long long)totals->purpose[i].n);
}

static void
purposes_json(const struct report_totals *totals, struct buf *to)
{
	for (size_t i = 0; i < totals->n_purposes; i++) {
		const struct purpose *p = &totals->purpose[i];

		buf_printf(to, "%s{\"agency\":", i == 0 ? "" : ",");
		buf_json(to, span_text(p->agency));
		buf_text(to, ",\"purpose\":");
		buf_json(to, span_text(p->text));
		buf_printf(to, ",\"requests\":%llu}", (unsigned long long)p->n);
	}
}

static void
counts_json(const struct report_counts *counts, struct buf *to)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		buf_printf(to, "%s\"%s\":%llu", i == 0 ? "" : ",",
			columns[i].name,
			(unsigned long long)count_at(counts, &columns[i]));
}

void
report_totals_json(const struct report_totals *totals, struct buf *to)
{
	struct report_counts all = counts_of(
		&totals->cases, totals->disclosures, totals->taxpayers);

	buf_text(to, "{\"report\":\"accounting\","
		     "\"citation\":\"26 USC 6103(p)(3)\",\"groups\":[");
	for (size_t i = 0; i < totals->n; i++) {
		const struct group *g = &totals->group[i];
		struct report_counts c =
			counts_of(&g->cases, g->disclosures, g->taxpayers);

		buf_printf(to, "%s{\"agency\":", i == 0 ? "" : ",");
		buf_json(to, span_text(g->agency));
		buf_printf(to, ",\"year\":%d,", g->year);
		counts_json(&c, to);
		buf_u8(to, '}');
	}
	buf_text(to, "],\"purposes\":[");
	purposes_json(totals, to);
	buf_text(to, "],\"all\":{");
	counts_json(&all, to);
	buf_text(to, "}}");
}

/* ---- as a document ---- */

static const struct report_column of_groups[] = {
	{"agency", "agency", REPORT_TEXT},
	{"year", "year", REPORT_TEXT},
	{"requests", "re|quests", REPORT_COUNT},
	{"refused", "re|fused", REPORT_COUNT},
	{"withdrawn", "with|drawn", REPORT_COUNT},
	{"open", "open", REPORT_COUNT},
	{"neutral", "neu|tral", REPORT_COUNT},
	{"delivered", "deliv|ered", REPORT_COUNT},
	{"recalled", "re|called", REPORT_COUNT},
	{"destroyed", "de|stroyed", REPORT_COUNT},
	{"disclosures", "dis|closures", REPORT_COUNT},
	{"taxpayers", "tax|payers", REPORT_COUNT},
};

static const struct report_column of_purposes[] = {
	{"agency", "agency", REPORT_TEXT},
	{"purpose", "general purpose", REPORT_TEXT},
	{"requests", "requests", REPORT_COUNT},
};

static void
doc_row(const char *agency, int year, const struct report_counts *counts,
	struct report_doc *doc)
{
	char day[DAY_TEXT];

	report_cell_text(doc, span_text(agency));
	if (year == 0) {
		report_cell_none(doc);
	} else {
		day_text(day_of(year, 1, 1), day);
		report_cell_text(doc, span_of(day, 4));
	}
	for (size_t i = 0; i < N_COLUMNS; i++)
		report_cell_count(doc, count_at(counts, &columns[i]));
}

void
report_totals_doc(const struct report_totals *totals, struct report_doc *doc)
{
	struct report_counts all = counts_of(
		&totals->cases, totals->disclosures, totals->taxpayers);

	report_doc_head(doc, "accounting",
		"Accounting of requests and disclosures", "26 USC 6103(p)(3)");
	report_table_begin(doc, "groups",
		"Requests by year of receipt, disclosures and taxpayers by year "
		"of disclosure",
		of_groups, sizeof(of_groups) / sizeof(of_groups[0]));
	for (size_t i = 0; i < totals->n; i++) {
		const struct group *g = &totals->group[i];
		struct report_counts c =
			counts_of(&g->cases, g->disclosures, g->taxpayers);

		doc_row(g->agency, g->year, &c, doc);
	}
	doc_row("all", 0, &all, doc);
	report_table_totals(doc, 1);
	report_chart_of_bars(doc, "Requests, by agency and year",
		"One bar for each agency and year, as long as the requests "
		"received are many.",
		0, 2);
	report_table_begin(doc, "purposes",
		"General purposes, and requests made for each", of_purposes,
		sizeof(of_purposes) / sizeof(of_purposes[0]));
	for (size_t i = 0; i < totals->n_purposes; i++) {
		report_cell_text(doc, span_text(totals->purpose[i].agency));
		report_cell_text(doc, span_text(totals->purpose[i].text));
		report_cell_count(doc, totals->purpose[i].n);
	}
	report_doc_note(doc,
		SPAN("requests = refused + withdrawn + open + neutral + "
		     "delivered.  A taxpayer counts once a year and agency, "
		     "and once in the last line."));
}
