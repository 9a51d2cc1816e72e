/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_report.h"
#include "proc/proc_erase.h"

#include <inttypes.h>

#include "base/mem.h"
#include "base/read.h"
#include "proc/proc_hold.h"
#include "proc/proc_keeper.h"
#include "proc/proc_permit.h"
#include "proc/proc_screen.h"

enum { PAGE = 256, CODES_MAX = 4096 };

/* Where a walk over all batches is. */
struct walk {
	struct instance *in;
	uint32_t last; /* batch */
	struct store_batch batch;
	struct law *law; /* of that batch */
	struct store_request row[PAGE];
	size_t n;
	size_t at;
	bool more; /* of this batch, after `row` */
	bool open; /* `request` is */
	struct batch_request request;
	struct buf codes;
	struct proc_report_read read; /* what the entries say */
};

static enum err
next_batch(struct walk *w, uint32_t n)
{
	enum err e = proc_batch_get(w->in, n, &w->batch);

	w->law = law_free(w->law);
	if (e == ERR_OK)
		e = instance_law(w->in, w->batch.law, &w->law);
	w->n = 0;
	w->at = 0;
	w->more = true;
	return e;
}

/* An edited row is no row of an account. */
static enum err
is_entered(struct walk *w, const struct store_request *row)
{
	const struct report_ledger *l = w->read.ledger;
	size_t at = report_ledger_line(l, row->batch, row->line);
	enum report_state mine = proc_report_state(row);
	uint64_t act;
	bool gone = false;
	enum err e = at != SIZE_MAX ? ERR_OK
				    : proc_erase_gone(w->in, row->batch,
					      row->line, &gone, &act);

	if (e != ERR_OK || gone)
		return e;
	if (at == SIZE_MAX)
		return instance_says(w->in, ERR_MISMATCH,
			"batch %" PRIu32 ", line %" PRIu64
			": the store has a request that no entry judged; weir "
			"report coverage lists what differs",
			row->batch, row->line);
	if (mine == (enum report_state)l->request[at].state)
		return ERR_OK;
	return instance_says(w->in, ERR_MISMATCH,
		"batch %" PRIu32 ", line %" PRIu64
		": the store says %s and the entries say %s; weir report "
		"coverage lists what differs",
		row->batch, row->line, report_state_text(mine),
		report_state_text((enum report_state)l->request[at].state));
}

static enum err
next_page(struct walk *w)
{
	uint64_t after = w->n == 0 ? 0 : w->row[w->n - 1].line;
	enum err e = store_request_page(
		w->in->store, w->batch.n, after, w->row, PAGE, &w->n);

	for (size_t i = 0; e == ERR_OK && i < w->n; i++)
		e = proc_batch_sound(w->in, &w->row[i]);
	for (size_t i = 0; e == ERR_OK && i < w->n; i++)
		e = is_entered(w, &w->row[i]);
	w->at = 0;
	w->more = w->n == PAGE;
	return e;
}

static enum err
next_of_store(struct walk *w, bool *ret_end)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && w->at == w->n) {
		if (w->more)
			e = next_page(w);
		else if (w->batch.n < w->last)
			e = next_batch(w, w->batch.n + 1);
		else {
			*ret_end = true;
			return ERR_OK;
		}
	}
	return e;
}

/* Past those that were erased, which the report's head counts. */
static enum err
next_request(struct walk *w, bool *ret_end)
{
	enum err e;

	if (w->open)
		proc_batch_fini(&w->request);
	w->open = false;
	do {
		e = next_of_store(w, ret_end);
		if (e != ERR_OK || *ret_end)
			return e;
		e = proc_batch_open(w->in, &w->row[w->at], &w->request);
		w->at++;
	} while (e == ERR_ERASED);
	w->open = e == ERR_OK;
	return e;
}

/* ---- one row ---- */

static void
put_officer(const struct walk *w, struct report_row *to)
{
	const struct register_entry *entry = register_find(w->in->registers,
		REG_OFFICER, to->officer_id, w->batch.received_at);
	struct register_row row;

	if (entry == NULL)
		return;
	register_entry_row(entry, &row);
	to->officer_name = register_get(&row, REG_OFFICER_NAME);
	to->officer_address = register_get(&row, REG_OFFICER_ADDRESS);
}

/* Of an address that left: its entries, its day, and whose it is. */
static enum err
put_disclosure(struct walk *w, struct report_row *to)
{
	const struct store_request *row = &w->request.row;
	struct account_opened opened;
	enum err e;

	if (row->answered != CASE_ANSWERED_ADDRESS)
		return ERR_OK;
	to->entry_s = row->sealed;
	to->entry_d = row->delivered;
	to->taxpayer = w->request.person;
	e = account_open(w->in, row->delivered, &opened);
	if (e != ERR_OK)
		return e;
	to->disclosed = account_day(w->in, &opened);
	account_opened_fini(&opened);
	return ERR_OK;
}

static void
put_years(const struct request *q, struct report_row *to)
{
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n = 0;

	if (!request_years(q, years, &n) || n > REPORT_YEARS_MAX)
		return; /* none that could be given */
	memcpy(to->years, years, n * sizeof(*years));
	to->n_years = n;
}

static enum err
next_row(void *arg, struct report_row *to, bool *ret_end)
{
	struct walk *w = arg;
	const struct request *q = &w->request.request;
	enum err e = next_request(w, ret_end);

	if (e != ERR_OK || *ret_end)
		return e;
	(void)proc_hold_veil(w->in, w->law, &w->batch, &w->request);
	(void)proc_screen_veil(w->in, w->law, &w->request);
	buf_clear(&w->codes);
	proc_batch_codes(w->law, w->request.row.unmet, " ", &w->codes);
	*to = (struct report_row){
		.day = w->batch.today,
		.disclosed = DAY_NONE,
		.batch = w->batch.n,
		.line = w->request.row.line,
		.request_id = span_text(w->request.row.id),
		.agreement = span_text(w->batch.agreement),
		.requester = span_text(law_requester(w->law)),
		.officer_id = q->field[RQ_OFFICER_ID],
		.officer_name = q->field[RQ_OFFICER_NAME],
		.authority = q->field[RQ_AUTHORITY],
		.purpose = q->field[RQ_PURPOSE],
		.codes = buf_span(&w->codes),
		.state = (enum case_state)w->request.row.state,
		.answered = (enum case_answered)w->request.row.answered,
		.entry_s = REPORT_NO_ENTRY,
		.entry_d = REPORT_NO_ENTRY,
	};
	put_officer(w, to);
	put_years(q, to);
	e = buf_error(&w->codes);
	return e == ERR_OK ? put_disclosure(w, to) : e;
}

/* "batch 3", "year 2026": what was asked for, in the act. */
static enum err
read_for(struct instance *in, const char *act, const char *what, uint64_t n,
	enum proc_permit permit, struct proc_report_read *read)
{
	OWNED_BUF(object, 64);

	if (n != 0)
		buf_printf(&object, "%s %" PRIu64, what, n);
	return proc_report_read(in, permit, act, buf_span(&object), read);
}

/* `batch` 0: all. */
static enum err
walk_open(struct walk *w, struct instance *in, uint32_t batch,
	enum proc_permit permit, const char *act)
{
	enum err e;

	*w = (struct walk){.in = in, .last = batch};
	buf_init(&w->codes, CODES_MAX);
	e = read_for(in, act, "batch", batch, permit, &w->read);
	if (e == ERR_OK && batch == 0)
		e = store_batch_last(in->store, &w->last);
	if (e == ERR_OK && w->last > 0)
		e = next_batch(w, batch == 0 ? 1 : batch);
	return e;
}

static void
walk_close(struct walk *w)
{
	if (w->open)
		proc_batch_fini(&w->request);
	buf_fini(&w->codes);
	w->law = law_free(w->law);
	proc_report_read_fini(&w->read);
}

enum err
proc_report_each(struct instance *in, const struct proc_report_each *of)
{
	static struct walk w;
	struct report_about about;
	struct report_row row;
	bool end = false;
	enum err e = walk_open(&w, in, of->batch, of->permit, of->act);

	while (e == ERR_OK && !end) {
		e = next_row(&w, &row, &end);
		if (e == ERR_OK && !end)
			e = of->each(of->context, &row);
	}
	if (e == ERR_OK) {
		about = proc_report_about(&w.read);
		e = of->end(of->context, &about);
	}
	walk_close(&w);
	return e;
}

enum err
proc_report_accounting(struct instance *in, uint32_t batch, report_write *write,
	void *write_arg, struct report_totals *totals, struct report_doc *doc)
{
	static struct walk w;
	struct report_about about;
	enum err e =
		walk_open(&w, in, batch, PERMIT_ACCOUNTS, "report-accounting");

	if (e == ERR_OK)
		e = report_accounting(
			next_row, &w, write, write_arg, totals, &in->why);
	/* Of one that was refused nothing was read. */
	if (e == ERR_OK && doc != NULL) {
		about = proc_report_about(&w.read);
		report_totals_doc(totals, doc);
		report_about_facts(&about, doc);
		e = report_doc_error(doc);
	}
	walk_close(&w);
	return e;
}

/* ---- the reports that the entries alone make ---- */

enum err
proc_report_form(
	struct instance *in, uint32_t batch, int year, struct report_doc *doc)
{
	struct proc_report_read read = {.as_of = 0};
	struct report_about about;
	enum err e = read_for(in, "report-5466-b",
		batch != 0 ? "batch" : "year",
		batch != 0 ? batch : (uint64_t)year, PERMIT_ACCOUNTS, &read);

	about = proc_report_about(&read);
	if (e == ERR_OK)
		e = report_form_5466b(
			read.ledger, &about, batch, year, doc, &in->why);
	proc_report_read_fini(&read);
	return e;
}

enum err
proc_report_annual(struct instance *in, int year, uint64_t threshold,
	struct report_doc *doc)
{
	struct proc_report_read read = {.as_of = 0};
	struct report_about about;
	enum err e = read_for(in, "report-annual", "year", (uint64_t)year,
		PERMIT_REPORTS, &read);

	about = proc_report_about(&read);
	if (e == ERR_OK)
		e = report_annual(
			read.ledger, &about, year, threshold, doc, &in->why);
	proc_report_read_fini(&read);
	return e;
}

enum err
proc_report_transparency(struct instance *in, int year, uint64_t threshold,
	struct report_doc *doc)
{
	struct proc_report_read read = {.as_of = 0};
	struct report_about about;
	enum err e = read_for(in, "report-transparency", "year", (uint64_t)year,
		PERMIT_REPORTS, &read);

	about = proc_report_about(&read);
	if (e == ERR_OK)
		e = report_transparency(
			read.ledger, &about, year, threshold, doc, &in->why);
	proc_report_read_fini(&read);
	return e;
}

/* ---- for a court ---- */

/* What a hold of the docket means, of one request as its entries tell it. */
static enum report_covered
covered_by(const struct hold *hold, const struct report_ledger *l,
	const struct report_request *q, const struct store_batch *batch,
	const struct batch_request *b, struct instance *in)
{
	struct batch_target target;
	struct span agency = report_name_span(l, l->batch[q->batch].agency);

	proc_hold_written(in, batch, b, &target);
	target.target.recipient = agency;
	if (hold_reaches(hold, &target.target))
		return REPORT_COVERED_AS_REQUESTED;
	if (!proc_permitted(in, PERMIT_OUTCOMES))
		return REPORT_NOT_COVERED;
	proc_hold_record(in, batch, b, &target);
	target.target.recipient = agency;
	if (!hold_reaches(hold, &target.target))
		return REPORT_NOT_COVERED;
	target.target.tin_unseen = false;
	target.target.name_unseen = HOLD_SEEN;
	return hold_reaches(hold, &target.target) ? REPORT_COVERED_BY_RECORD
						  : REPORT_COVERED_PERHAPS;
}

struct covering {
	struct instance *in;
	const struct report_ledger *l;
	struct span docket;
	uint8_t *covered;
};

/* The strongest that any hold of the docket says. */
static enum report_covered
covered_request(struct covering *c, const struct report_request *q,
	const struct store_batch *batch, const struct batch_request *b)
{
	enum report_covered most = REPORT_NOT_COVERED;

	for (size_t i = 0; i < hold_set_n(c->in->holds); i++) {
		const struct hold *hold = hold_set_at(c->in->holds, i);
		enum report_covered one;

		if (!proc_hold_seen(c->in, hold) ||
			!span_eq(span_text(hold_docket(hold)), c->docket))
			continue;
		one = covered_by(hold, c->l, q, batch, b, c->in);
		if (one == REPORT_COVERED_AS_REQUESTED)
			return one;
		if (most == REPORT_NOT_COVERED ||
			one == REPORT_COVERED_BY_RECORD)
			most = one != REPORT_NOT_COVERED ? one : most;
	}
	return most;
}

static enum err
cover_delivery(struct covering *c, size_t i)
{
	const struct report_delivery *d = &c->l->delivery[i];
	const struct report_request *q = &c->l->request[d->request];
	struct store_request row = {.batch = c->l->batch[q->batch].n,
		.line = q->line,
		.judged = q->judged,
		.matched = q->matched};
	struct store_batch batch = {.n = row.batch,
		.today = zone_day(&c->in->zone, c->l->batch[q->batch].at)};
	struct batch_request b;
	enum err e;

	if (!span_copy(report_name_span(c->l, c->l->batch[q->batch].agreement),
		    batch.agreement, sizeof(batch.agreement)))
		return ERR_DAMAGED;
	e = proc_batch_open(c->in, &row, &b);
	if (e != ERR_OK)
		return e;
	c->covered[i] = (uint8_t)covered_request(c, q, &batch, &b);
	/* A neutral answer is of nobody: only what was written counts. */
	if (!d->address && c->covered[i] == REPORT_COVERED_PERHAPS)
		c->covered[i] = REPORT_NOT_COVERED;
	proc_batch_fini(&b);
	return ERR_OK;
}

static bool
has_docket(const struct report_ledger *l, struct span docket)
{
	for (size_t i = 0; i < l->n_holds; i++)
		if (span_eq(report_name_span(l, l->hold[i].docket), docket))
			return true;
	return false;
}

static enum err
prove_some(struct instance *in, const struct proc_report_court *court,
	const uint64_t *entry, size_t n)
{
	OWNED_BUF(proofs, 1 << 24);
	OWNED_BUF(bytes, LEDGER_ENTRY);
	struct reader r;
	enum err e = keeper_prove(&in->keeper, entry, n, &proofs, &in->why);

	r = read_from(buf_span(&proofs));
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct span proof = read_sized(&r, 1 << 16);

		buf_clear(&bytes);
		if (!read_ok(&r))
			return err_origin(ERR_PEER);
		e = store_journal_get(in->store, entry[i], &bytes, NULL);
		if (e == ERR_OK)
			e = court->each(court->context, entry[i],
				buf_span(&bytes), proof);
	}
	return e;
}

static enum err
prove_all(struct instance *in, const struct proc_report_court *court,
	const struct report_ledger *l, const struct report_court *of)
{
	uint64_t *entry = NULL;
	size_t n = 0;
	enum err e;

	if (court->each == NULL)
		return ERR_OK;
	e = report_court_entries(l, of, &entry, &n);
	for (size_t i = 0; e == ERR_OK && i < n; i += KEEPER_PROOFS)
		e = prove_some(in, court, entry + i,
			n - i < KEEPER_PROOFS ? n - i : KEEPER_PROOFS);
	mem_free(entry);
	return e;
}

static enum err
make_court(struct instance *in, const struct proc_report_court *court,
	struct proc_report_read *read, struct report_doc *doc)
{
	const struct report_ledger *l = read->ledger;
	struct report_about about = proc_report_about(read);
	struct covering c = {
		.in = in, .l = l, .docket = span_text(court->docket)};
	struct report_court of = {.docket = c.docket,
		.outcomes = proc_permitted(in, PERMIT_OUTCOMES),
		.proofs = court->each != NULL};
	enum err e = ERR_OK;

	if (!has_docket(l, c.docket))
		return instance_says(in, ERR_NOT_FOUND,
			"no hold has the docket %s: weir hold list shows them",
			court->docket);
	c.covered = mem_zeroed(l->n_deliveries + 1);
	if (c.covered == NULL)
		return err_origin(ERR_NOMEM);
	of.covered = c.covered;
	for (size_t i = 0; e == ERR_OK && i < l->n_deliveries; i++)
		e = cover_delivery(&c, i);
	if (e == ERR_OK)
		e = report_court(l, &about, &of, doc, &in->why);
	if (e == ERR_OK)
		e = prove_all(in, court, l, &of);
	mem_free(c.covered);
	return e;
}

enum err
proc_report_court(struct instance *in, const struct proc_report_court *court,
	struct report_doc *doc)
{
	struct proc_report_read read = {.as_of = court->as_of};
	enum err e = proc_report_read(in, PERMIT_COURT, "report-court",
		span_text(court->docket), &read);

	if (e == ERR_OK)
		e = make_court(in, court, &read, doc);
	proc_report_read_fini(&read);
	return e;
}
