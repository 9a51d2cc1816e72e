/* SPDX-License-Identifier: Apache-2.0 */
/* Where an agency's packages are, as its own letters say, and what is due of it.
 * Nothing here tells an address from a neutral answer, or that a hold that the
 * agency was not told of keeps anything. */
#include "console/agency.h"

#include <inttypes.h>
#include <stdio.h>

#include "console/custody.h"
#include "console/show.h"

enum { PAGE_ROWS = 500 };

struct listing {
	struct page *p;
	const char *letters; /* of the batch */
	uint64_t from;
	uint64_t n; /* told so far */
	bool begun;
};

static const char *
place_of(enum proc_custody_place place)
{
	static const char *const text[] = {
		[CUSTODY_OUTBOX] = "with the custodian, to be fetched",
		[CUSTODY_RECIPIENT] = "fetched",
		[CUSTODY_PULLED_BACK] = "taken back before it was fetched",
		[CUSTODY_DESTROYED] = "destroyed, as certified",
	};

	return text[place];
}

/* What the agency is to write next. */
static const char *
due_of(const struct instance *in, const struct proc_custody_item *item)
{
	if (item->place == CUSTODY_DESTROYED ||
		item->place == CUSTODY_PULLED_BACK)
		return "nothing";
	if (item->demanded != 0)
		return "it is demanded back: certify as the demand says";
	if (in->clock >= item->ends)
		return "its use has ended: stop using it, and certify its "
		       "destruction where no order keeps it";
	if (item->letters.acknowledged_at != 0)
		return "nothing until its use ends";
	return item->late ? "acknowledge it: five days have passed"
			  : "acknowledge it";
}

static enum err
put_item(void *context, const struct proc_custody_item *item)
{
	struct listing *l = context;
	struct page *p = l->p;
	uint64_t at = l->n++;
	enum err e;

	if (at < l->from || at >= l->from + PAGE_ROWS)
		return ERR_OK;
	if (!l->begun)
		page_table(p, "Packages that were handed over",
			"Request|Officer|Handed over|Acknowledged|Where|Kept|"
			"Use ends|Destroyed|Due from your agency");
	l->begun = true;
	page_cell_text(p, 0, item->row->id);
	show_cell_span(p, 1, item->officer);
	show_cell_time(p, 2, item->delivered_at);
	custody_cell_letter(p, 3, l->letters, item->letters.acknowledged_at,
		item->letters.acknowledged);
	page_cell_text(p, 4, place_of(item->place));
	custody_cell_kept(p, 5, l->letters, item);
	page_cell_day(p, 6, item->ends);
	e = custody_cell_destroyed(p, 7, l->letters, item);
	page_cell_text(p, 8, due_of(&p->desk->in, item));
	return e;
}

static enum err
put_packages(struct page *p, uint32_t batch, const char *letters, uint64_t from)
{
	const struct proc_custody_options o = {
		.batch = batch, .ack_days = PROC_CUSTODY_ACK_DAYS};
	struct listing l = {.p = p, .letters = letters, .from = from};
	struct proc_custody_counts n;
	char base[CONSOLE_PATH];
	enum err e = proc_custody(&p->desk->in, &o, put_item, &l, &n);

	if (e != ERR_OK)
		return e;
	(void)snprintf(
		base, sizeof(base), "/batches/%" PRIu32 "/custody", batch);
	if (l.begun) {
		page_table_end(p);
		page_pages(p, base,
			&(struct page_range){
				.first = from, .step = PAGE_ROWS, .of = l.n});
	} else {
		page_empty(p, "No package was handed over yet. Each accepted "
			      "request has one from the answer day on.");
	}
	show_sum(p, "packages handed over", n.packages,
		(const struct show_part[]){{"to be fetched", n.outbox},
			{"fetched", n.recipient},
			{"taken back before they were fetched", n.pulled_back},
			{"destroyed, as certified", n.destroyed}},
		4);
	page_list(p);
	page_item_number(p, "Acknowledged", n.acknowledged);
	page_item_number(p, "Not acknowledged in five days", n.late);
	page_list_end(p);
	return ERR_OK;
}

enum err
console_agency_custody(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_batch batch;
	char letters[CONSOLE_PATH];
	struct page p;
	enum err e = agency_batch(desk, ask, &batch);

	if (e == ERR_OK)
		e = account_reading(&desk->in, "list-custody", batch.n, "");
	if (e != ERR_OK)
		return e;
	p = agency_page_begin(desk, answer, batch.n,
		(struct page_head){.title = "Where the packages are",
			.lead = "As your agency's letters say. A package is "
				"acknowledged within five days, and kept and "
				"destroyed alike whatever is in it.",
			.wide = true});
	(void)snprintf(letters, sizeof(letters), "/batches/%" PRIu32 "/letters",
		batch.n);
	show_button(&p, letters, "Hand in a letter");
	e = put_packages(&p, batch.n, letters, console_from(ask));
	return e == ERR_OK ? page_end(&p) : e;
}
