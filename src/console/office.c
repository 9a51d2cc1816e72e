/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's page: what is due, batches and what each waits for before it is
 * released, the roll and the screens; the daily round and a release. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "law/law.h"
#include "proc/proc_law.h"
#include "proc/proc_matter.h"
#include "proc/proc_release.h"
#include "proc/proc_tend.h"

enum { PATH_BYTES = 96 };

/* ---- what is due ---- */

struct due {
	struct page *p;
	bool begun;
};

static enum err
put_item(void *context, const struct proc_tend_item *item)
{
	struct due *d = context;

	if (!d->begun)
		page_table(d->p, "What is due", "What|Day|Standing|Says");
	d->begun = true;
	page_cell_text(d->p, 0, item->what);
	page_cell_day(d->p, 1, item->due);
	page_cell(d->p, 2);
	buf_text(d->p->to,
		item->overdue
			? "<strong class=\"console-overdue\">overdue</strong>"
			: "due");
	page_cell_end(d->p, 2);
	page_cell_text(d->p, 3, item->text);
	return ERR_OK;
}

static enum err
put_due(struct page *p)
{
	struct due d = {.p = p};
	struct proc_tend_result result = {0};
	struct proc_tend t = {&p->desk->in, put_item, &d, &result};
	enum err e = tend_due(&t, TEND_OFFICE | TEND_REGISTERS);

	if (e != ERR_OK)
		return e;
	if (d.begun)
		page_table_end(p);
	else
		page_empty(p, "Nothing is due.");
	return ERR_OK;
}

/* ---- batches, and what each waits for ---- */

/* Sentences, each on its own. */
struct missing {
	struct buf text;
};

static void
misses(struct missing *m, const char *text)
{
	if (m->text.n > 0)
		buf_u8(&m->text, '\n');
	buf_text(&m->text, text);
}

static void
misses_number(struct missing *m, uint64_t n, const char *what)
{
	char text[128];

	if (n == 0)
		return;
	(void)snprintf(text, sizeof(text), "%" PRIu64 " %s", n, what);
	misses(m, text);
}

static void
misses_people(struct missing *m, const struct case_totals *t)
{
	misses_number(m, t->n[CASE_REQUEST_REVIEW][CASE_ANSWERED_NONE],
		"in request review");
	misses_number(m, t->n[CASE_REVIEW][CASE_ANSWERED_NONE],
		"wait for two reviewers");
	misses_number(m, t->n[CASE_APPROVED_ONCE][CASE_ANSWERED_NONE],
		"wait for a second reviewer");
}

static enum err
find_missing(struct instance *in, const struct store_batch *b,
	const struct case_totals *totals, int32_t day, struct missing *m)
{
	uint64_t matter = 0;
	struct why why = {""};
	enum err e = ERR_OK;

	if (b->stage != STAGE_LOCATED)
		misses(m, "it is not whole: not everybody was looked up");
	if (in->clock < day)
		misses(m, "its answer day has not come");
	misses_people(m, totals);
	if (proc_law_proved(in, &why) != ERR_OK)
		misses(m, why.text);
	e = proc_matter_stops(in, MATTER_STOPS_RELEASE, b->n, 0, &matter);
	if (e == ERR_OK && matter != 0)
		misses(m, "an objection of law stops its addresses");
	if (e == ERR_OK)
		e = proc_matter_stops(
			in, MATTER_STOPS_LOOKUP, b->n, 0, &matter);
	if (e == ERR_OK && matter != 0)
		misses(m, "counsel has not answered that it is over a cap");
	return e;
}

static void
put_release(struct page *p, const struct store_batch *b)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "/office/%" PRIu32 "/release", b->n);
	page_form(p, path, false);
	page_button(p, PAGE_SECOND, "Release", NULL, NULL);
	page_form_end(p);
}

static enum err
put_batch(struct page *p, uint32_t n)
{
	struct instance *in = &p->desk->in;
	struct case_totals totals = {0};
	struct store_batch b;
	struct case_sums sums;
	struct missing m;
	OWNED(law) law = NULL;
	int32_t day;
	enum err e = proc_batch_get(in, n, &b);

	if (e == ERR_OK)
		e = instance_law(in, b.law, &law);
	if (e == ERR_OK && b.stage >= STAGE_JUDGED)
		e = proc_batch_totals(in, n, &totals);
	if (e != ERR_OK)
		return e;
	sums = case_totals_sums(&totals);
	day = b.today + (int32_t)law_answer_days(law);
	buf_init(&m.text, 1 << 12);
	e = find_missing(in, &b, &totals, day, &m);
	page_cell_number(p, 0, n);
	page_cell_day(p, 1, b.today);
	page_cell_day(p, 2, day);
	page_cell_number(p, 3, b.n_lines);
	page_cell_number(p, 4, sums.open);
	page_cell_number(p, 5, b.rounds);
	show_cell_span(
		p, 6, m.text.n == 0 ? SPAN("nothing") : buf_span(&m.text));
	page_cell(p, 7);
	if (b.stage == STAGE_LOCATED || b.stage == STAGE_ANSWERED)
		put_release(p, &b);
	page_cell_end(p, 7);
	buf_fini(&m.text);
	return e;
}

static enum err
put_batches(struct page *p)
{
	uint32_t last = 0;
	enum err e = store_batch_last(p->desk->in.store, &last);

	page_h2(p, "Batches");
	if (e != ERR_OK)
		return e;
	if (last == 0) {
		page_empty(p, "No batch has come in yet.");
		return ERR_OK;
	}
	page_table(p, "Batches, the newest first",
		"#Batch|Received|Answer day|#Lines|#Not answered|#Rounds|"
		"Missing before all is answered|Release");
	for (uint32_t n = last; e == ERR_OK && n > 0; n--)
		e = put_batch(p, n);
	page_table_end(p);
	return e;
}

/* ---- roll and screens ---- */

static void
put_screens(struct page *p)
{
	const struct instance *in = &p->desk->in;
	int32_t day = register_screens_day(in->registers, DAY_NONE, in->at);

	page_item_begin(p, "Screens show the state of");
	if (day == DAY_NONE)
		buf_text(
			p->to, "no list was loaded: the roll's own day counts");
	else
		page_day(p, day);
	page_item_end(p);
	if (in->law != NULL)
		page_item_number(p, "Screens may be so many days old",
			law_screen_days(in->law));
}

/* By the register: the worker that makes the page reaches no roll. */
static void
put_roll(struct page *p)
{
	const struct instance *in = &p->desk->in;
	const struct register_entry *entry = register_find(
		in->registers, REG_SCREENING, SPAN("roll"), in->at);
	struct register_row row;

	page_h2(p, "Roll and screens");
	if (entry == NULL)
		page_empty(p, "The register has no day of the roll's screens. "
			      "Which roll serves is told by weir doctor.");
	page_list(p);
	if (entry != NULL) {
		register_entry_row(entry, &row);
		page_item_time(p, "The roll serves since", entry->added_at);
		page_item_begin(p, "Rows of it");
		html_text(p->to, register_get(&row, REG_SCREENING_ROWS));
		page_item_end(p);
		page_item_begin(p, "Its hash");
		show_hex(p, register_get(&row, REG_SCREENING_FILE));
		page_item_end(p);
	}
	put_screens(p);
	page_list_end(p);
}

/* ---- the page ---- */

enum err
console_office(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct page p;
	enum err e = proc_permit(in, PERMIT_TEND);

	if (e == ERR_OK)
		e = account_reading(in, "list-due", 0, "");
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "The office today",
			.here = "/office",
			.wide = true});
	page_done(&p, ask);
	page_h2(&p, "Due");
	e = put_due(&p);
	if (e != ERR_OK)
		return e;
	page_form(&p, "/office/tend", false);
	page_button(&p, PAGE_MAIN, "Do the daily round", NULL, NULL);
	page_form_end(&p);
	e = put_batches(&p);
	if (e != ERR_OK)
		return e;
	put_roll(&p);
	return page_end(&p);
}

enum err
console_tend(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_tend_result r = {0};
	struct due d = {.begun = false};
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "The daily round is done",
			.here = "/office",
			.crumb = {{"/office", "The office today"}},
			.wide = true});
	enum err e;

	(void)ask;
	d.p = &p;
	e = proc_tend(&desk->in, put_item, &d, &r);
	if (e != ERR_OK)
		return e;
	if (d.begun)
		page_table_end(&p);
	else
		page_empty(&p, "Nothing is due.");
	page_list(&p);
	page_item_number(&p, "Books of single requests closed", r.closed);
	page_item_number(&p, "Lapsed", r.lapsed);
	page_item_number(&p, "Second looks drawn", r.drawn);
	page_item_number(&p, "Demands settled", r.settled);
	page_item_number(&p, "Notices due again", r.reopened);
	page_item_number(&p, "Delays that ended", r.undelayed);
	page_list_end(&p);
	return page_end(&p);
}

static void
put_result(struct page *p, const struct proc_release_result *r)
{
	page_list(p);
	page_item_number(p, "Packages handed over", r->answered);
	page_item_number(p, "Neutral because a hold covers them", r->held);
	page_item_number(p, "Approved, but decided otherwise now", r->void_);
	page_item_number(p, "No officer to seal to", r->nobody);
	page_item_number(p, "Finished of a round cut off", r->finished);
	page_item_number(p, "Still waiting for reviewers", r->waiting);
	page_list_end(p);
}

enum err
console_release(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_release_options o = {.batch = 0};
	struct proc_release_result r = {0};
	char path[PATH_BYTES];
	char says[160];
	char title[64];
	const struct page_act act = {.title = title,
		.says = says,
		.action = path,
		.button = "Release it",
		.back = "/office",
		.here = "/office"};
	uint64_t n = 0;
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_RELEASE);

	if (e != ERR_OK)
		return e;
	if (!ask_number(ask, ASK_PATH, "batch", UINT32_MAX, &n))
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "a batch has a number");
	(void)snprintf(path, sizeof(path), "/office/%" PRIu64 "/release", n);
	(void)snprintf(title, sizeof(title), "Release batch %" PRIu64, n);
	(void)snprintf(says, sizeof(says),
		"Every accepted request of batch %" PRIu64
		" that is open gets one package. All is decided anew first.",
		n);
	if (!page_confirmed(ask))
		return page_confirm(desk, ask, answer, &act);
	o.batch = (uint32_t)n;
	e = proc_release(&desk->in, &o, &r);
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Released",
			.lead = title,
			.here = "/office",
			.crumb = {{"/office", "The office today"}}});
	put_result(&p, &r);
	return page_end(&p);
}
