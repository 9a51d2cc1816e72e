/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_custody.h"

#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_letter_take.h"
#include "proc/proc_recall.h"

enum { NAME_BYTES = 96, DAY = 86400, SOON_DAYS = 14, KEPT_MAX = 1024 };

const char *
proc_custody_place_text(enum proc_custody_place place)
{
	static const char *const text[] = {
		[CUSTODY_OUTBOX] = "outbox",
		[CUSTODY_RECIPIENT] = "recipient",
		[CUSTODY_PULLED_BACK] = "custodian",
		[CUSTODY_DESTROYED] = "destroyed",
	};

	return text[place];
}

enum err
proc_custody_letters(struct instance *in, const struct store_request *row,
	struct proc_custody_letters *ret_letters)
{
	struct store_letter l = {.n = 0};
	struct proc_custody_letters *to = ret_letters;
	enum err e;

	*to = (struct proc_custody_letters){.acknowledged = STORE_NO_ENTRY,
		.kept = STORE_NO_ENTRY,
		.destroyed = STORE_NO_ENTRY};
	while ((e = store_letter_next(
			in->store, l.n, row->batch, row->line, &l)) == ERR_OK) {
		if (l.entry < row->delivered)
			continue;
		if (l.kind == LETTER_ACKNOWLEDGE && to->acknowledged_at == 0) {
			to->acknowledged_at = l.at;
			to->acknowledged = l.entry;
		}
		if (l.kind == LETTER_DESTROYED && to->destroyed_at == 0) {
			to->destroyed_at = l.at;
			to->destroyed = l.entry;
		}
		if (l.kind == LETTER_CUSTODY) {
			to->kept_at = l.at;
			to->kept = l.entry;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_custody_destruction(struct instance *in,
	const struct proc_custody_letters *letters, int32_t *ret_day)
{
	static struct letter letter; /* large */
	struct account_opened opened;
	enum err e;

	*ret_day = DAY_NONE;
	if (letters->destroyed == STORE_NO_ENTRY)
		return ERR_OK;
	e = proc_letter_open(in, letters->destroyed, &opened, &letter);
	if (e != ERR_OK)
		return e;
	if (!day_parse(letter.member[LETTER_M_DESTROYED], ret_day))
		*ret_day = DAY_NONE; /* of our own ledger: it was checked */
	account_opened_fini(&opened);
	return ERR_OK;
}

/* ---- demands that are open ---- */

struct demand {
	uint64_t n;
	bool overdue;
	struct proc_list list;
};

enum { DEMANDS_MAX = 256 }; /* open at a time, that are shown apart */

struct custody {
	struct instance *in;
	const struct proc_custody_options *options;
	proc_custody_each *each;
	void *context;
	struct proc_custody_counts *counts;
	struct store_batch batch;
	struct law *law;
	int outbox;
	bool preserves; /* some hold does */
	struct buf kept;
	struct proc_list pulled;
	struct demand demand[DEMANDS_MAX];
	size_t n_demands;
};

static enum err
read_demands(struct custody *c)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	while (c->n_demands < DEMANDS_MAX &&
		(e = proc_matter_next(c->in, row.n, MATTER_OF_RECALL,
			 c->options->batch, &row, &m)) == ERR_OK) {
		struct demand *d = &c->demand[c->n_demands];

		if (!matter_is_open(&m))
			continue;
		*d = (struct demand){
			.n = m.n, .overdue = matter_overdue(&m, c->in->at)};
		e = proc_list_load(c->in, m.n, &d->list);
		if (e != ERR_OK)
			return e;
		c->n_demands++;
	}
	return c->n_demands == DEMANDS_MAX || e == ERR_NOT_FOUND ? ERR_OK : e;
}

static const struct demand *
demand_of(const struct custody *c, const struct store_request *row)
{
	for (size_t i = 0; i < c->n_demands; i++)
		if (proc_list_has(&c->demand[i].list, row->batch, row->line))
			return &c->demand[i];
	return NULL;
}

/* ---- what holds pulled back ---- */

enum err
proc_custody_pulled(struct instance *in, struct proc_list *ret_list)
{
	enum err e = ERR_OK;

	*ret_list = (struct proc_list){0};
	for (size_t i = 0; e == ERR_OK && i <= hold_set_n(in->holds); i++) {
		struct proc_recall_list list;

		e = proc_recall_list(in,
			i == 0 ? PROC_RECALL_STAGED
			       : hold_number(hold_set_at(in->holds, i - 1)),
			&list);
		if (e == ERR_NOT_FOUND) {
			e = ERR_OK;
			continue;
		}
		if (e != ERR_OK)
			break;
		for (size_t k = 0; e == ERR_OK && k < list.n; k++) {
			struct proc_recalled item = proc_recall_at(&list, k);

			e = proc_list_add(ret_list, item.batch, item.delivered);
		}
		proc_recall_list_fini(&list);
	}
	proc_list_sort(ret_list);
	if (e != ERR_OK)
		proc_list_fini(ret_list);
	return e;
}

/* ---- one package ---- */

static enum proc_custody_place
place_of(const struct custody *c, const struct proc_custody_item *item)
{
	char name[NAME_BYTES];

	if (item->letters.destroyed_at != 0)
		return CUSTODY_DESTROYED;
	(void)snprintf(name, sizeof(name), "%s.cms", item->row->id);
	if (c->outbox >= 0 && os_exists(c->outbox, name))
		return CUSTODY_OUTBOX;
	if (proc_list_has(&c->pulled, item->row->batch, item->row->delivered))
		return CUSTODY_PULLED_BACK;
	return CUSTODY_RECIPIENT;
}

/* By what the requester wrote alone, as it knows of it itself; *ret_seen: by a
 * hold that the actor may know of. */
static bool
is_preserved(const struct custody *c, const struct request *q, bool *ret_seen)
{
	struct batch_target target;
	bool covered = false;

	*ret_seen = false;
	proc_batch_target(c->in, &c->batch, q, span_of(NULL, 0), &target);
	for (size_t i = 0; i < hold_set_n(c->in->holds); i++) {
		const struct hold *hold = hold_set_at(c->in->holds, i);

		if (hold_effect(hold) != HOLD_TO_PRESERVE ||
			!hold_covers(hold, &target.target))
			continue;
		covered = true;
		*ret_seen = *ret_seen || proc_hold_seen(c->in, hold);
	}
	return covered;
}

/* What the newest letter of custody says. */
static enum err
read_kept(struct custody *c, struct proc_custody_item *item)
{
	static struct letter letter;
	struct account_opened opened;
	const enum letter_member parts[] = {
		LETTER_M_HOLDER, LETTER_M_PLACE, LETTER_M_COPY};
	enum err e;

	buf_clear(&c->kept);
	if (item->letters.kept == STORE_NO_ENTRY)
		return ERR_OK;
	e = proc_letter_open(c->in, item->letters.kept, &opened, &letter);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		buf_text(&c->kept, i == 0 ? "" : "; ");
		buf_bytes(&c->kept, letter.member[parts[i]]);
	}
	account_opened_fini(&opened);
	item->kept = buf_span(&c->kept);
	return buf_error(&c->kept);
}

static void
judge(struct custody *c, const struct batch_request *b,
	struct proc_custody_item *item)
{
	bool preserved =
		b != NULL && is_preserved(c, &b->request, &item->preserved);
	const struct demand *d = demand_of(c, item->row);
	bool there;

	item->demanded = d == NULL ? 0 : d->n;
	item->place = place_of(c, item);
	there = item->place == CUSTODY_OUTBOX ||
		item->place == CUSTODY_RECIPIENT;
	item->late = there && item->letters.acknowledged_at == 0 &&
		     c->in->at > item->delivered_at +
					 (int64_t)c->options->ack_days * DAY;
	item->expired = there && !preserved && c->in->clock >= item->ends;
	item->expiring = there && !preserved && !item->expired &&
			 c->in->clock >= item->ends - SOON_DAYS;
	item->overdue = item->late || item->expired ||
			(there && d != NULL && d->overdue);
}

static void
count(struct custody *c, const struct proc_custody_item *item)
{
	struct proc_custody_counts *n = c->counts;

	n->packages++;
	n->outbox += item->place == CUSTODY_OUTBOX;
	n->recipient += item->place == CUSTODY_RECIPIENT;
	n->pulled_back += item->place == CUSTODY_PULLED_BACK;
	n->destroyed += item->place == CUSTODY_DESTROYED;
	n->acknowledged += item->letters.acknowledged_at != 0;
	n->late += item->late;
	n->expired += item->expired;
	n->expiring += item->expiring;
	n->overdue += item->overdue;
}

/* When it was handed over, by its entry D. */
static enum err
read_delivered(struct custody *c, struct proc_custody_item *item)
{
	struct account_opened d;
	enum err e = account_open(c->in, item->row->delivered, &d);

	if (e != ERR_OK)
		return e;
	if (!day_time_parse(account_field(&d, "at"), &item->delivered_at))
		e = instance_says(c->in, ERR_DAMAGED,
			"entry %" PRIu64 " has no time", item->row->delivered);
	account_opened_fini(&d);
	item->ends = zone_day(&c->in->zone, item->delivered_at) +
		     (int32_t)law_expiry_days(c->law);
	return e;
}

static enum err
tell(struct custody *c, struct proc_custody_item *item,
	const struct batch_request *b)
{
	judge(c, b, item);
	count(c, item);
	if (c->each == NULL || (c->options->overdue && !item->overdue))
		return ERR_OK;
	item->officer = b->request.field[RQ_OFFICER_ID];
	return c->each(c->context, item);
}

/* What was asked is opened only where somebody is told of it, or a hold might
 * preserve it: counting a large batch is quick.  What was found never is. */
static enum err
look_at_row(void *context, struct store_request *row)
{
	struct custody *c = context;
	struct proc_custody_item item = {.row = row};
	struct store_request asked = *row;
	struct batch_request b;
	enum err e;

	if (row->delivered == STORE_NO_ENTRY)
		return ERR_OK;
	e = read_delivered(c, &item);
	if (e == ERR_ERASED) {
		c->counts->erased++;
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = proc_custody_letters(c->in, row, &item.letters);
	if (e == ERR_OK && c->each != NULL)
		e = read_kept(c, &item);
	if (e != ERR_OK)
		return e;
	if (c->each == NULL && !c->preserves)
		return tell(c, &item, NULL);
	asked.matched = STORE_NO_ENTRY;
	e = proc_batch_open(c->in, &asked, &b);
	if (e != ERR_OK)
		return e;
	e = tell(c, &item, &b);
	proc_batch_fini(&b);
	return e;
}

/* I10: as many packages as answers. */
static enum err
ties(struct custody *c, uint64_t before)
{
	struct case_totals totals;
	struct case_sums sums;
	enum err e = proc_batch_totals(c->in, c->batch.n, &totals);

	if (e != ERR_OK)
		return e;
	sums = case_totals_sums(&totals);
	if (c->counts->packages + c->counts->erased - before ==
		sums.neutral + sums.delivered)
		return ERR_OK;
	return instance_says(c->in, ERR_MISMATCH,
		"batch %" PRIu32 ": %" PRIu64 " packages, but %" PRIu64
		" answers",
		c->batch.n, c->counts->packages + c->counts->erased - before,
		sums.neutral + sums.delivered);
}

static enum err
look_at_batch(struct custody *c, uint32_t n)
{
	uint64_t before = c->counts->packages + c->counts->erased;
	enum err e = proc_batch_get(c->in, n, &c->batch);

	if (e == ERR_OK)
		e = instance_law(c->in, c->batch.law, &c->law);
	if (e != ERR_OK)
		return e;
	/* There is none before the first hand-over. */
	if (instance_folder(c->in, "outbox", n, false, &c->outbox) != ERR_OK)
		c->outbox = -1;
	e = proc_batch_each(c->in, n, look_at_row, c);
	if (e == ERR_OK)
		e = ties(c, before);
	os_close(&c->outbox);
	c->law = law_free(c->law);
	return e;
}

enum err
proc_custody(struct instance *in, const struct proc_custody_options *options,
	proc_custody_each *each, void *context,
	struct proc_custody_counts *ret_counts)
{
	static struct custody c;
	uint32_t last = options->batch;
	enum err e = ERR_OK;

	c = (struct custody){.in = in,
		.options = options,
		.each = each,
		.context = context,
		.counts = ret_counts,
		.outbox = -1};
	buf_init(&c.kept, KEPT_MAX);
	for (size_t i = 0; i < hold_set_n(in->holds); i++)
		c.preserves = c.preserves || hold_effect(hold_set_at(in->holds,
						     i)) == HOLD_TO_PRESERVE;
	*ret_counts = (struct proc_custody_counts){0};
	if (options->batch == 0)
		e = store_batch_last(in->store, &last);
	if (e == ERR_OK)
		e = proc_custody_pulled(in, &c.pulled);
	if (e == ERR_OK)
		e = read_demands(&c);
	for (uint32_t n = options->batch == 0 ? 1 : options->batch;
		e == ERR_OK && n <= last; n++)
		e = look_at_batch(&c, n);
	for (size_t i = 0; i < c.n_demands; i++)
		proc_list_fini(&c.demand[i].list);
	proc_list_fini(&c.pulled);
	buf_fini(&c.kept);
	return e;
}
