/* SPDX-License-Identifier: Apache-2.0 */
/* Reports, in the form that is asked for: JSON, CSV of one table, HTML. */
#include <stdio.h>

#include "api/api_int.h"
#include "base/num.h"
#include "proc/proc_coverage.h"
#include "proc/proc_report.h"

enum {
	YEAR_LEAST = 1970,
	YEAR_MOST = 2999,
	THRESHOLD = 10,
	THRESHOLD_LEAST = 3,
	THRESHOLD_MOST = 1000
};

struct asked {
	uint64_t year;
	uint64_t batch;
	uint64_t threshold;
	int64_t as_of;
	char docket[256];
};

typedef enum err make(
	struct instance *in, const struct asked *asked, struct report_doc *doc);

static enum err
number(struct desk *desk, const struct ask *ask, const char *name,
	uint64_t least, uint64_t most, uint64_t *to)
{
	if (ask_get(ask, ASK_QUERY, name).n == 0)
		return ERR_OK;
	if (ask_number(ask, ASK_QUERY, name, most, to) && *to >= least)
		return ERR_OK;
	return instance_says(&desk->in, ERR_MALFORMED,
		"%s: a number from %llu to %llu", name,
		(unsigned long long)least, (unsigned long long)most);
}

static enum err
read_asked(struct desk *desk, const struct ask *ask, struct asked *a)
{
	struct span at = ask_get(ask, ASK_QUERY, "as_of");
	enum err e = number(desk, ask, "year", YEAR_LEAST, YEAR_MOST, &a->year);

	if (e == ERR_OK)
		e = number(desk, ask, "batch", 1, UINT32_MAX, &a->batch);
	if (e == ERR_OK)
		e = number(desk, ask, "threshold", THRESHOLD_LEAST,
			THRESHOLD_MOST, &a->threshold);
	if (e == ERR_OK && at.n > 0 && !day_time_parse(at, &a->as_of))
		e = instance_says(&desk->in, ERR_MALFORMED,
			"as_of: a time like 2026-03-01T15:00:00Z");
	if (e == ERR_OK && ask_get(ask, ASK_QUERY, "docket").n > 0 &&
		!ask_text(
			ask, ASK_QUERY, "docket", a->docket, sizeof(a->docket)))
		e = instance_says(
			&desk->in, ERR_MALFORMED, "docket: one line of text");
	return e;
}

static enum err
write_doc(struct desk *desk, const struct ask *ask,
	const struct report_doc *doc, struct answer *answer)
{
	struct span name = ask_get(ask, ASK_QUERY, "table");
	const struct report_table *table = &doc->table[0];

	if (api_wants(ask, "html", "text/html")) {
		answer->type = ANSWER_HTML;
		report_doc_html(doc, &answer->body);
	} else if (api_wants(ask, "csv", "text/csv")) {
		if (name.n > 0)
			table = report_doc_table(doc, name);
		if (table == NULL || doc->n_tables == 0)
			return instance_says(&desk->in, ERR_NOT_FOUND,
				"this report has no such table");
		answer->type = ANSWER_CSV;
		report_doc_csv(doc, table, &answer->body);
	} else {
		report_doc_json(doc, &answer->body);
	}
	return buf_error(&answer->body);
}

static enum err
report(struct desk *desk, const struct ask *ask, struct answer *answer,
	make *one)
{
	OWNED(report_doc) doc = NULL;
	struct asked asked = {.threshold = THRESHOLD};
	enum err e = read_asked(desk, ask, &asked);

	if (e == ERR_OK)
		e = report_doc_new(&doc);
	if (e == ERR_OK)
		e = one(&desk->in, &asked, doc);
	if (e == ERR_OK)
		e = report_doc_error(doc);
	return e == ERR_OK ? write_doc(desk, ask, doc, answer) : e;
}

static enum err
need_year(struct instance *in, const struct asked *a)
{
	return a->year != 0 ? ERR_OK
			    : instance_says(in, ERR_MALFORMED,
				      "year: say of which year");
}

static enum err
annual(struct instance *in, const struct asked *a, struct report_doc *doc)
{
	enum err e = need_year(in, a);

	return e == ERR_OK ? proc_report_annual(in, (int)a->year, 0, doc) : e;
}

static enum err
transparency(struct instance *in, const struct asked *a, struct report_doc *doc)
{
	enum err e = need_year(in, a);

	return e == ERR_OK ? proc_report_transparency(
				     in, (int)a->year, a->threshold, doc)
			   : e;
}

static enum err
coverage(struct instance *in, const struct asked *a, struct report_doc *doc)
{
	uint64_t findings;

	(void)a;
	return proc_coverage(in, doc, &findings);
}

static enum err
court(struct instance *in, const struct asked *a, struct report_doc *doc)
{
	struct proc_report_court c = {.docket = a->docket, .as_of = a->as_of};

	return a->docket[0] != '\0' ? proc_report_court(in, &c, doc)
				    : instance_says(in, ERR_MALFORMED,
					      "docket: say of which case");
}

static enum err
accounting(struct instance *in, const struct asked *a, struct report_doc *doc)
{
	OWNED(report_totals) totals = NULL;
	enum err e = report_totals_new(&totals);

	return e == ERR_OK ? proc_report_accounting(in, (uint32_t)a->batch,
				     NULL, NULL, totals, doc)
			   : e;
}

enum err
api_report_annual(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return report(desk, ask, answer, annual);
}

enum err
api_report_transparency(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return report(desk, ask, answer, transparency);
}

enum err
api_report_coverage(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return report(desk, ask, answer, coverage);
}

enum err
api_report_court(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return report(desk, ask, answer, court);
}

enum err
api_report_accounting(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return report(desk, ask, answer, accounting);
}
