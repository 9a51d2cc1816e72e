/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_report.h"

#include <inttypes.h>

#include "proc/proc_hold.h"
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

static enum err
next_page(struct walk *w)
{
	uint64_t after = w->n == 0 ? 0 : w->row[w->n - 1].line;
	enum err e = store_request_page(
		w->in->store, w->batch.n, after, w->row, PAGE, &w->n);

	for (size_t i = 0; e == ERR_OK && i < w->n; i++)
		e = proc_batch_sound(w->in, &w->row[i]);
	w->at = 0;
	w->more = w->n == PAGE;
	return e;
}

static enum err
next_request(struct walk *w, bool *ret_end)
{
	enum err e = ERR_OK;

	if (w->open)
		proc_batch_fini(&w->request);
	w->open = false;
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
	if (e == ERR_OK)
		e = proc_batch_open(w->in, &w->row[w->at], &w->request);
	w->open = e == ERR_OK;
	w->at++;
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
	to->disclosed = account_day(&opened);
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

enum err
proc_report_accounting(struct instance *in, uint32_t batch, report_write *write,
	void *write_arg, struct report_totals *totals)
{
	static struct walk w;
	uint32_t first = batch == 0 ? 1 : batch;
	enum err e = proc_permit(in, PERMIT_ACCOUNTS);

	w = (struct walk){.in = in, .last = batch};
	buf_init(&w.codes, CODES_MAX);
	if (e == ERR_OK && batch == 0)
		e = store_batch_last(in->store, &w.last);
	if (e == ERR_OK)
		e = account_reading(in, "report-accounting", batch, "");
	if (e == ERR_OK && w.last > 0)
		e = next_batch(&w, first);
	if (e == ERR_OK)
		e = report_accounting(
			next_row, &w, write, write_arg, totals, &in->why);
	if (w.open)
		proc_batch_fini(&w.request);
	buf_fini(&w.codes);
	w.law = law_free(w.law);
	return e;
}
