/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks, what a code means, how the service does. */
#include <inttypes.h>

#include "api/api_document.h"
#include "api/api_int.h"
#include "base/num.h"
#include "os/file.h"
#include "proc/proc_agency.h"
#include "proc/proc_permit.h"
#include "report/report_doc.h"
#include "serve/board.h"

/* In the gate: nothing is opened, the parent has looked. */
enum err
api_readiness(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	const char *not_yet = board_says(desk->board, os_ticks());

	(void)ask;
	if (not_yet != NULL)
		return instance_says(&desk->in, ERR_BUSY, "%s", not_yet);
	buf_text(&answer->body, "{");
	api_flag(&answer->body, "ready", true);
	api_flag(&answer->body, "sandbox",
		atomic_load(&desk->board->parent->sandbox) != 0);
	buf_text(&answer->body, "}\n");
	return buf_error(&answer->body);
}

enum err
api_openapi(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)desk;
	must(api_document_files_n == 1);
	buf_bytes(&answer->body,
		span_of(api_document_files[0].at, api_document_files[0].n));
	api_etag(ask, answer);
	return buf_error(&answer->body);
}

static void
put_roles(const struct instance *in, struct buf *to)
{
	struct span key = span_of(in->actor.print, sizeof(in->actor.print));
	const struct register_entry *entry = NULL;
	bool first = true;

	buf_text(to, ",\"roles\":[");
	while ((entry = register_next(
			in->registers, REG_ROLE, key, in->at, entry)) != NULL) {
		struct register_row row;

		register_entry_row(entry, &row);
		buf_text(to, first ? "" : ",");
		first = false;
		buf_json(to, register_get(&row, REG_ROLE_ROLE));
	}
	buf_text(to, "]");
}

enum err
api_me(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	const struct instance *in = &desk->in;
	struct buf *to = &answer->body;
	bool first = true;

	if (in->actor.cert == NULL)
		return instance_says(&desk->in, ERR_NOT_ALLOWED, "nobody asks");
	buf_text(to, "{");
	api_word(to, "name", in->actor.name);
	api_hex(to, "fingerprint",
		span_of(in->actor.print, sizeof(in->actor.print)));
	put_roles(in, to);
	if (proc_agency(in).n > 0)
		api_text(to, "agency", proc_agency(in));
	api_flag(to, "sandbox", in->sandbox);
	buf_text(to, ",\"may\":[");
	for (unsigned i = 0; i < PERMIT_N; i++) {
		if (!proc_permitted(in, (enum proc_permit)i))
			continue;
		buf_text(to, first ? "" : ",");
		first = false;
		buf_json(to, span_text(proc_permit_text((enum proc_permit)i)));
	}
	buf_text(to, "]}\n");
	api_etag(ask, answer);
	return buf_error(to);
}

/* ---- the page of a code ---- */

struct code_says {
	const char *sentence;
	const char *citation;
	const char *quote;
	const char *rule;
};

/* A refusal of the gate itself has no code but its status: /codes/404. */
static bool
find_status(struct span code, struct code_says *ret)
{
	uint64_t status;

	if (!num_parse(code, 599, &status) || status < 400)
		return false;
	*ret = (struct code_says){api_title((unsigned)status), "", "", ""};
	return true;
}

static bool
find_code(const struct instance *in, struct span code, struct code_says *ret)
{
	static const struct {
		const char *name;
		const char *text;
	} ours[] = {
#define ERR(name, value, text) {#name, (text)},
#include "base/err.def"
	};

	for (size_t i = 0; in->law != NULL && i < law_n_rules(in->law); i++) {
		const struct law_rule *r = law_rule(in->law, i);

		if (!span_eq(code, span_text(r->code)))
			continue;
		*ret = (struct code_says){
			r->sentence, r->citation, r->quote, r->source};
		return true;
	}
	for (size_t i = 1; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (!span_eq(code, span_text(ours[i].name)))
			continue;
		*ret = (struct code_says){ours[i].text, "", "", ""};
		return true;
	}
	return find_status(code, ret);
}

/* The report's writer escapes: a page of facts. */
static enum err
put_page(struct span code, const struct code_says *says, struct buf *to)
{
	OWNED(report_doc) doc = NULL;
	enum err e = report_doc_new(&doc);

	if (e != ERR_OK)
		return e;
	report_doc_head(doc, "code", "What a code means", says->citation);
	report_doc_fact(doc, "code", "Code", code);
	report_doc_fact(doc, "says", "It says", span_text(says->sentence));
	if (says->quote[0] != '\0')
		report_doc_fact(
			doc, "law", "The law's words", span_text(says->quote));
	if (says->rule[0] != '\0')
		report_doc_fact(doc, "rule", "The rule", span_text(says->rule));
	e = report_doc_error(doc);
	if (e == ERR_OK)
		report_doc_html(doc, to);
	return e == ERR_OK ? buf_error(to) : e;
}

enum err
api_code(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct span code = ask_get(ask, ASK_PATH, "code");
	struct buf *to = &answer->body;
	struct code_says says;

	if (!find_code(&desk->in, code, &says))
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "there is no such code");
	if (api_wants(ask, "html", "text/html")) {
		answer->type = ANSWER_HTML;
		return put_page(code, &says, to);
	}
	buf_text(to, "{");
	api_text(to, "code", code);
	api_word(to, "sentence", says.sentence);
	api_word(to, "citation", says.citation);
	api_word(to, "quote", says.quote);
	api_word(to, "rule", says.rule);
	buf_text(to, "}\n");
	api_etag(ask, answer);
	return buf_error(to);
}

/* ---- metrics: names nobody, tells no outcome ---- */

static void
metric(struct buf *to, const char *name, const char *help, const char *type,
	uint64_t n)
{
	buf_printf(to, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", name,
		help, name, type, name, n);
}

/* What the service's processes count themselves. */
static void
put_board(const struct board *board, struct buf *to)
{
	static const struct {
		enum limit_kind kind;
		const char *name;
		const char *help;
	} limits[] = {
		{LIMIT_RATE, "weir_limited_rate_total",
			"Answered 429: more in a second than an agency may."},
		{LIMIT_AT_ONCE, "weir_limited_at_once_total",
			"Answered 429: more at once than an agency may."},
		{LIMIT_QUESTIONS, "weir_limited_questions_total",
			"Answered 429: more questions in a day."},
		{LIMIT_LINES, "weir_limited_lines_total",
			"Answered 429: more requests in a day."},
	};

	metric(to, "weir_ready", "1 where /readiness says so.", "gauge",
		board_says(board, os_ticks()) == NULL);
	metric(to, "weir_gate_starts_total", "Gates started; one a reload.",
		"counter", atomic_load(&board->parent->gates));
	metric(to, "weir_process_starts_total",
		"Other processes started; one each a reload.", "counter",
		atomic_load(&board->parent->others));
	metric(to, "weir_questions_total", "Questions asked of a worker.",
		"counter", atomic_load(&board->gate->questions));
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		metric(to, limits[i].name, limits[i].help, "counter",
			atomic_load(&board->gate->limited[limits[i].kind]));
}

enum err
api_metrics(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct proc_agency_counts sum = {0};
	uint64_t journal = 0;
	uint64_t unfinished = 0;
	uint32_t last = 0;
	enum err e = proc_permit(in, PERMIT_METRICS);

	(void)ask;
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	if (e == ERR_OK)
		e = store_journal_count(in->store, &journal);
	for (uint32_t i = 1; e == ERR_OK && i <= last; i++) {
		struct proc_agency_counts one = {0};
		struct store_batch batch;

		e = store_batch_get(in->store, i, &batch);
		if (e == ERR_OK && batch.stage >= STAGE_ANSWERED)
			e = proc_agency_count(in, &batch, &one);
		else if (e == ERR_OK)
			unfinished++;
		sum.received += one.received;
		sum.refused += one.refused;
	}
	if (e != ERR_OK)
		return e;
	answer->type = ANSWER_TEXT_PLAIN;
	metric(&answer->body, "weir_batches_total", "Batches taken in.",
		"counter", last);
	metric(&answer->body, "weir_batches_unanswered",
		"Batches whose reply is not signed yet.", "gauge", unfinished);
	metric(&answer->body, "weir_requests_total",
		"Requests in answered batches.", "counter", sum.received);
	metric(&answer->body, "weir_requests_refused_total",
		"Requests refused or given back by what was written.",
		"counter", sum.refused);
	metric(&answer->body, "weir_ledger_entries_total",
		"Entries of the ledger, published or not.", "counter", journal);
	if (desk->board != NULL)
		put_board(desk->board, &answer->body);
	return buf_error(&answer->body);
}
