/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_left_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/num.h"
#include "letter/letter.h"
#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_permit.h"
#include "proc/proc_recall.h"

enum { NAME_BYTES = 96 };

struct left {
	struct instance *in;
	uint64_t number; /* of a hold that stands; 0: a draft */
	struct proc_left_about about;
	const struct proc_left_calls *calls;
	struct proc_left_counts *counts;
	struct proc_recall_index recalled;
	struct store_batch batch; /* of the last D looked at; n 0: none yet */
	int outbox;
	int sealed;
	struct left_turn turn;
};

/* ---- others ---- */

enum err
proc_left_let_in(struct instance *in, bool outcomes, struct left_turn *turn,
	bool *ret_anew)
{
	uint64_t from = in->next;
	enum err e;

	*ret_anew = false;
	if (turn->work < LEFT_AT_ONCE)
		return ERR_OK;
	turn->work = 0;
	e = instance_let_in(in, ret_anew);
	if (e != ERR_OK || !*ret_anew)
		return e;
	turn->meanwhile += in->next - from;
	e = proc_permit(in, PERMIT_HOLD_LEFT);
	return e == ERR_OK && outcomes ? proc_permit(in, PERMIT_OUTCOMES) : e;
}

/* A copy that was in the outbox may be pulled back by now, and its batch's
 * folders made. */
static enum err
read_anew(struct left *l)
{
	const struct hold *hold;
	enum err e = ERR_OK;

	l->batch.n = 0;
	proc_recall_index_fini(&l->recalled);
	if (l->number != 0)
		e = proc_hold_get(l->in, l->number, &hold);
	return e == ERR_OK ? proc_recall_index(l->in, &l->recalled) : e;
}

static enum err
let_in(struct left *l)
{
	bool anew;
	enum err e =
		proc_left_let_in(l->in, l->about.outcomes, &l->turn, &anew);

	return e == ERR_OK && anew ? read_anew(l) : e;
}

/* ---- where a package is ---- */

/* A letter is about the package that was out when it came. */
static enum err
next_delivery(const struct left *l, const struct proc_left_item *item,
	int64_t *ret_at)
{
	struct account_opened newest;
	enum err e;

	*ret_at = INT64_MAX;
	if (item->row->delivered == item->entry ||
		item->row->delivered == STORE_NO_ENTRY)
		return ERR_OK;
	e = account_open(l->in, item->row->delivered, &newest);
	if (e != ERR_OK)
		return e;
	if (!day_time_parse(account_field(&newest, "at"), ret_at))
		e = ERR_DAMAGED;
	account_opened_fini(&newest);
	return e;
}

/* What the recipient certified last of this package. */
static enum err
by_letters(const struct left *l, struct proc_left_item *item)
{
	struct store_letter letter = {.n = 0};
	int64_t until;
	enum err e = next_delivery(l, item, &until);

	while (e == ERR_OK) {
		e = store_letter_next(l->in->store, letter.n, item->row->batch,
			item->row->line, &letter);
		if (e != ERR_OK || letter.at < item->at || letter.at >= until)
			continue;
		if (letter.kind == LETTER_DESTROYED)
			item->place = CUSTODY_DESTROYED;
		else if (letter.kind != LETTER_ACKNOWLEDGE ||
			 item->place_at != 0)
			continue;
		item->place_at = letter.at;
		item->place_entry = letter.entry;
		if (item->place == CUSTODY_DESTROYED)
			break;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static bool
is_there(int folder, const struct store_request *row)
{
	char name[NAME_BYTES];

	(void)snprintf(name, sizeof(name), "%s.cms", row->id);
	return folder >= 0 && os_exists(folder, name);
}

static enum err
find_place(const struct left *l, struct proc_left_item *item)
{
	const struct proc_recall_when *when =
		proc_recall_find(&l->recalled, item->entry);
	bool newest = item->entry == item->row->delivered;

	item->place = CUSTODY_RECIPIENT;
	item->place_entry = STORE_NO_ENTRY;
	if (when != NULL) {
		item->place = CUSTODY_PULLED_BACK;
		item->place_at = when->at;
		item->place_entry = when->entry;
		return ERR_OK;
	}
	if (newest && is_there(l->outbox, item->row)) {
		item->place = CUSTODY_OUTBOX;
		return ERR_OK;
	}
	/* Cut off between D and the rename. */
	if (newest && is_there(l->sealed, item->row)) {
		item->place = CUSTODY_PULLED_BACK;
		return ERR_OK;
	}
	return by_letters(l, item);
}

/* ---- one entry D ---- */

static void
count(struct left *l, const struct proc_left_item *item)
{
	struct proc_left_counts *n = l->counts;

	n->left++;
	n->place[item->place]++;
	n->acknowledged +=
		item->place == CUSTODY_RECIPIENT && item->place_at != 0;
	if (!l->about.outcomes)
		return;
	n->addresses += item->address;
	n->neutral += !item->address;
}

/* Covered: as requested, or by the record; doubtful ones are only counted. */
static bool
is_covered(struct left *l, const struct batch_request *b,
	struct proc_left_item *item)
{
	const struct hold *hold = l->about.hold;
	struct batch_target written;
	struct batch_target record;
	bool maybe;

	proc_hold_written(l->in, &l->batch, b, &written);
	if (hold_reaches(hold, &written.target))
		return true;
	if (!l->about.outcomes)
		return false;
	proc_hold_record(l->in, &l->batch, b, &record);
	maybe = hold_reaches(hold, &record.target);
	record.target.tin_unseen = false;
	record.target.name_unseen = HOLD_SEEN;
	item->by_record = hold_reaches(hold, &record.target);
	l->counts->doubtful += maybe && !item->by_record && item->address;
	return item->by_record;
}

static enum err
tell(struct left *l, const struct store_request *row,
	struct proc_left_item *item)
{
	struct batch_request b;
	struct batch_target target;
	enum err e = proc_batch_open(l->in, row, &b);

	if (e != ERR_OK)
		return e;
	item->row = row;
	item->officer = b.request.field[RQ_OFFICER_ID];
	proc_hold_written(l->in, &l->batch, &b, &target);
	item->recipient = target.target.recipient;
	if (is_covered(l, &b, item)) {
		e = find_place(l, item);
		if (e == ERR_OK)
			count(l, item);
		if (e == ERR_OK)
			e = l->calls->each(l->calls->context, item);
	}
	proc_batch_fini(&b);
	return e;
}

/* The batch that entry D names, with its folders. */
static enum err
turn_to(struct left *l, struct span number)
{
	uint64_t n = 0;
	enum err e;

	if (!num_parse(number, UINT32_MAX, &n))
		return ERR_DAMAGED;
	if (n == l->batch.n)
		return ERR_OK;
	os_close(&l->outbox);
	os_close(&l->sealed);
	e = proc_batch_get(l->in, (uint32_t)n, &l->batch);
	if (e == ERR_OK)
		e = instance_folder(
			l->in, "outbox", l->batch.n, false, &l->outbox);
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		e = instance_folder(
			l->in, "sealed", l->batch.n, false, &l->sealed);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
look_at(struct left *l, uint64_t index)
{
	struct proc_left_item item = {.entry = index};
	struct account_opened d;
	struct store_request row;
	char id[STORE_ID_MAX];
	enum err e = account_open(l->in, index, &d);

	if (e == ERR_ERASED) {
		l->counts->erased++;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (!day_time_parse(account_field(&d, "at"), &item.at) ||
		!span_copy(account_field(&d, "request"), id, sizeof(id)))
		e = ERR_DAMAGED;
	item.address = span_eq(account_field(&d, "outcome"), SPAN("address"));
	item.print = account_field(&d, "recipient");
	item.package = account_field(&d, "package");
	if (e == ERR_OK && item.at >= l->about.since) {
		e = turn_to(l, account_field(&d, "batch"));
		if (e == ERR_OK)
			e = store_request_in(
				l->in->store, l->batch.n, id, &row);
		if (e == ERR_OK)
			e = proc_batch_sound(l->in, &row);
		if (e == ERR_OK)
			e = tell(l, &row, &item);
	}
	account_opened_fini(&d);
	return e == ERR_NOT_FOUND || e == ERR_DAMAGED
		       ? instance_says(l->in, ERR_DAMAGED,
				 "entry %" PRIu64 " delivers what the store "
				 "does not know",
				 index)
		       : e;
}

/* ---- all of them ---- */

static enum err
is_delivery(struct left *l, uint64_t index, bool *ret_is)
{
	enum ledger_type type = LEDGER_NO_TYPE;
	enum err e = account_kind(l->in, index, &type);

	*ret_is = e == ERR_OK && type == LEDGER_DELIVER;
	return e;
}

static enum err
walk(struct left *l)
{
	enum err e = l->calls->begin(l->calls->context, &l->about);

	for (uint64_t i = 0; e == ERR_OK && i < l->about.entry; i++) {
		bool is = false;

		e = is_delivery(l, i, &is);
		l->turn.work += is ? LEFT_DELIVERED : LEFT_KIND;
		if (e == ERR_OK && is)
			e = look_at(l, i);
		if (e == ERR_OK)
			e = let_in(l);
	}
	l->counts->meanwhile = l->turn.meanwhile;
	return e;
}

static enum err
enter_reading(struct left *l, bool draft)
{
	struct instance *in = l->in;
	char number[24] = "";
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	if (!draft)
		(void)snprintf(number, sizeof(number), "%" PRIu64,
			hold_number(l->about.hold));
	e = account_act(in, draft ? "hold-draft" : "hold-affected", 0, "",
		span_text(number), &l->about.entry);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
left(struct instance *in, const struct hold *hold, int64_t since, bool draft,
	const struct proc_left_calls *calls,
	struct proc_left_counts *ret_counts)
{
	struct left l = {.in = in,
		.number = draft ? 0 : hold_number(hold),
		.calls = calls,
		.counts = ret_counts,
		.outbox = -1,
		.sealed = -1};
	enum err e;

	*ret_counts = (struct proc_left_counts){0};
	l.about.hold = hold;
	l.about.since = since == 0 ? hold_effective_at(hold) : since;
	l.about.as_of = in->at;
	l.about.outcomes = proc_permitted(in, PERMIT_OUTCOMES);
	e = enter_reading(&l, draft);
	if (e == ERR_OK)
		e = proc_recall_index(in, &l.recalled);
	if (e == ERR_OK)
		e = walk(&l);
	must(e != ERR_OK ||
		ret_counts->place[CUSTODY_OUTBOX] +
				ret_counts->place[CUSTODY_RECIPIENT] +
				ret_counts->place[CUSTODY_PULLED_BACK] +
				ret_counts->place[CUSTODY_DESTROYED] ==
			ret_counts->left);
	proc_recall_index_fini(&l.recalled);
	os_close(&l.outbox);
	os_close(&l.sealed);
	return e;
}

enum err
proc_left(struct instance *in, uint64_t number, int64_t since,
	const struct proc_left_calls *calls,
	struct proc_left_counts *ret_counts)
{
	const struct hold *placed = NULL;
	OWNED(hold) hold = NULL;
	enum err e = proc_permit(in, PERMIT_HOLD_LEFT);

	*ret_counts = (struct proc_left_counts){0};
	if (e == ERR_OK)
		e = proc_hold_get(in, number, &placed);
	if (e == ERR_OK)
		e = hold_copy(placed, &hold);
	return e == ERR_OK ? left(in, hold, since, false, calls, ret_counts)
			   : e;
}

enum err
proc_left_draft(struct instance *in, const struct hold *draft,
	const struct proc_left_calls *calls,
	struct proc_left_counts *ret_counts)
{
	enum err e = proc_permit(in, PERMIT_HOLD_LEFT);

	*ret_counts = (struct proc_left_counts){0};
	return e == ERR_OK ? left(in, draft, 0, true, calls, ret_counts) : e;
}
