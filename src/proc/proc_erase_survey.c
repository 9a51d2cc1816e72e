/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests an erasure takes, and why others are kept. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "matter/matter.h"
#include "os/file.h"
#include "proc/proc_erase.h"
#include "proc/proc_hold.h"
#include "proc/proc_matter.h"
#include "proc/proc_subject.h"

/* The place of "lines" among the fields of a LOOK matter. */
enum { NAME_BYTES = STORE_ID_MAX + 16, LOOK_LINES = 4 };

/* A matter that is open, and what it is about. */
struct open_matter {
	uint64_t n;
	struct proc_ref ref; /* batch 0: of none; line 0: of all its lines */
	struct proc_list list;
};

struct survey {
	struct instance *in;
	const struct proc_erase_order *order;
	int32_t today; /* the day that it is judged for */
	proc_erase_kept *each;
	void *context;
	struct erase_survey *s;
	struct proc_list delays;
	struct open_matter *matter;
	size_t n_matters;
	struct store_batch batch;
	int outbox; /* of that batch; -1: none */
	int sealed;
};

/* ---- what is open beside the requests themselves ---- */

/* Lines of a sample that nobody has decided on. */
static enum err
add_sampled(void *context, const struct store_sampled *sampled)
{
	return sampled->decided == STORE_NO_ENTRY
		       ? proc_list_add(context, sampled->batch, sampled->line)
		       : ERR_OK;
}

/* Lines drawn for a second look: "3,17,204". */
static enum err
add_looked_at(struct survey *v, const struct store_matter *row,
	struct proc_list *list)
{
	struct proc_matter_words words;
	struct span lines;
	uint64_t line = 0;
	enum err e = proc_matter_words(v->in, row, &words);

	if (e != ERR_OK)
		return e;
	lines = words.words.field[LOOK_LINES];
	while (e == ERR_OK && lines.n > 0)
		if (num_parse(span_cut(&lines, ','), UINT64_MAX, &line))
			e = proc_list_add(list, row->batch, line);
	proc_matter_words_fini(&words);
	return e;
}

/* A sample is of the lines drawn, not of all its batch. */
static enum err
add_drawn(
	struct survey *v, const struct store_matter *row, struct open_matter *m)
{
	enum err e = ERR_OK;

	if (row->kind != MATTER_OF_SAMPLE && row->kind != MATTER_OF_LOOK)
		return ERR_OK;
	m->ref.batch = 0;
	e = row->kind == MATTER_OF_SAMPLE
		    ? store_sampled_each(
			      v->in->store, row->batch, add_sampled, &m->list)
		    : add_looked_at(v, row, &m->list);
	proc_list_sort(&m->list);
	return e;
}

static enum err
add_matter(struct survey *v, const struct store_matter *row)
{
	struct open_matter m = {.n = row->n, .ref = {row->batch, row->line}};
	struct open_matter *more =
		mem_resize(v->matter, v->n_matters + 1, sizeof(*v->matter));
	enum err e;

	if (more == NULL)
		return err_origin(ERR_NOMEM);
	v->matter = more;
	e = proc_list_load(v->in, row->n, &m.list);
	if (e != ERR_OK)
		return e;
	e = add_drawn(v, row, &m);
	v->matter[v->n_matters++] = m;
	return e;
}

static enum err
read_matters(struct survey *v)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	while ((e = proc_matter_next(
			v->in, row.n, MATTER_NO_KIND, 0, &row, &m)) == ERR_OK) {
		if (matter_is_open(&m))
			e = add_matter(v, &row);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
read_delays(struct survey *v)
{
	struct store_delay d = {.n = 0};
	enum err e;

	while ((e = store_delay_next(v->in->store, d.n, &d)) == ERR_OK) {
		if (d.told == STORE_NO_ENTRY)
			e = proc_list_add(&v->delays, d.batch, d.line);
		if (e != ERR_OK)
			return e;
	}
	proc_list_sort(&v->delays);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- why it is kept: each sets in->why and refuses BAD_MOVE ---- */

#define KEPT(v, ...) instance_says((v)->in, ERR_BAD_MOVE, __VA_ARGS__)

static bool
is_over(enum case_state state)
{
	return state == CASE_REFUSED || state == CASE_RETURNED ||
	       state == CASE_DELIVERED || state == CASE_DESTROYED ||
	       state == CASE_WITHDRAWN || state == CASE_LAPSED ||
	       state == CASE_SUPERSEDED;
}

static enum err
by_state(const struct survey *v, const struct batch_request *b)
{
	char name[NAME_BYTES];

	if (v->batch.stage < STAGE_LOCATED)
		return KEPT(v, "its batch is not answered yet");
	if (!is_over((enum case_state)b->row.state))
		return KEPT(v, "it is open: %s",
			case_state_text((enum case_state)b->row.state));
	(void)snprintf(name, sizeof(name), "%s.cms", b->row.id);
	if ((v->outbox >= 0 && os_exists(v->outbox, name)) ||
		(v->sealed >= 0 && os_exists(v->sealed, name)))
		return KEPT(v, "nobody has fetched its package yet");
	return ERR_OK;
}

static enum err
by_hold(const struct survey *v, const struct batch_request *b)
{
	struct batch_target target;
	const struct hold *hold;

	proc_hold_record(v->in, &v->batch, b, &target);
	hold = hold_set_covers(v->in->holds, HOLD_TO_PRESERVE, &target.target);
	if (hold == NULL)
		return ERR_OK;
	if (!proc_hold_seen(v->in, hold))
		return KEPT(v, "an order says to preserve it; ask counsel");
	return KEPT(v, "hold %" PRIu64 " says to preserve it (%s, docket %s)",
		hold_number(hold), hold_ground_text(hold_ground(hold)),
		hold_docket(hold));
}

static enum err
by_matter(const struct survey *v, const struct batch_request *b)
{
	for (size_t i = 0; i < v->n_matters; i++) {
		const struct open_matter *m = &v->matter[i];

		if ((m->ref.batch == b->row.batch &&
			    (m->ref.line == 0 || m->ref.line == b->row.line)) ||
			proc_list_has(&m->list, b->row.batch, b->row.line))
			return KEPT(v, "matter %" PRIu64 " is open", m->n);
	}
	return ERR_OK;
}

static enum err
by_delay(const struct survey *v, const struct batch_request *b)
{
	return proc_list_has(&v->delays, b->row.batch, b->row.line)
		       ? KEPT(v, "a delay of it is not in the person's "
				 "account yet")
		       : ERR_OK;
}

static enum err
last_handed_over(
	const struct survey *v, const struct batch_request *b, int32_t *ret_day)
{
	struct account_opened d;
	enum err e = account_open(v->in, b->row.delivered, &d);

	if (e != ERR_OK)
		return e;
	*ret_day = account_day(v->in, &d);
	account_opened_fini(&d);
	return ERR_OK;
}

static enum err
by_account(const struct survey *v, const struct batch_request *b)
{
	int32_t ended = v->order->record_ended;
	int32_t day = 0;
	char until[DAY_TEXT];
	enum err e;

	if (b->row.delivered == STORE_NO_ENTRY)
		return ERR_OK;
	e = last_handed_over(v, b, &day);
	if (e != ERR_OK)
		return e;
	day_text(day + PROC_ERASE_ACCOUNT_DAYS, until);
	if (v->today < day + PROC_ERASE_ACCOUNT_DAYS)
		return KEPT(v,
			"its account is kept five years from the last "
			"hand-over, to %s (5 USC 552a(c)(2))",
			until);
	if (ended == DAY_NONE || ended > v->today)
		return KEPT(v,
			"its account is kept as long as the record itself (5 "
			"USC 552a(c)(2)): --record-ended says on which day "
			"that was destroyed");
	return ERR_OK;
}

/* ---- one request ---- */

static enum err
keep(struct survey *v, const struct store_request *row)
{
	struct erase_survey *s = v->s;

	s->kept++;
	if (s->first_kept.text[0] == '\0')
		(void)why_set(&s->first_kept, ERR_BAD_MOVE, "%s is kept: %s",
			row->id, v->in->why.text);
	return v->each == NULL ? ERR_OK
			       : v->each(v->context, row->id, v->in->why.text);
}

static enum err
take(struct survey *v, const struct store_request *row)
{
	struct erase_survey *s = v->s;
	struct erase_target *t;

	if (s->n == s->room) {
		size_t room = s->room == 0 ? 64 : 2 * s->room;
		struct erase_target *more =
			mem_resize(s->target, room, sizeof(*more));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		s->target = more;
		s->room = room;
	}
	t = &s->target[s->n++];
	*t = (struct erase_target){
		.ref = {row->batch, row->line}, .match = STORE_NO_ENTRY};
	(void)snprintf(t->id, sizeof(t->id), "%s", row->id);
	s->with_recipient += row->delivered != STORE_NO_ENTRY &&
			     row->state != CASE_DESTROYED;
	return ERR_OK;
}

static bool
is_of_person(const struct survey *v, const struct batch_request *b)
{
	return v->order->scope != ERASE_OF_PERSON ||
	       span_eq(b->person, span_text(v->order->what));
}

static enum err
judge_opened(struct survey *v, const struct batch_request *b)
{
	enum err (*const rules[])(
		const struct survey *v, const struct batch_request *b) = {
		by_state, by_hold, by_matter, by_delay, by_account};
	enum err e = ERR_OK;

	if (!is_of_person(v, b))
		return ERR_OK;
	v->s->found++;
	for (size_t i = 0; e == ERR_OK && i < sizeof(rules) / sizeof(*rules);
		i++)
		e = rules[i](v, b);
	if (e == ERR_BAD_MOVE)
		return keep(v, &b->row);
	return e == ERR_OK ? take(v, &b->row) : e;
}

static enum err
judge_row(void *context, struct store_request *row)
{
	struct survey *v = context;
	struct batch_request b;
	uint64_t act;
	bool gone = false;
	enum err e = proc_erase_gone(v->in, row->batch, row->line, &gone, &act);

	if (e != ERR_OK || gone)
		return e;
	if (v->order->scope == ERASE_OF_REQUEST &&
		strcmp(row->id, v->order->what) != 0)
		return ERR_OK;
	e = proc_batch_open(v->in, row, &b);
	if (e != ERR_OK)
		return e;
	e = judge_opened(v, &b);
	proc_batch_fini(&b);
	return e;
}

/* ---- all of the scope ---- */

static enum err
judge_batch(struct survey *v, uint32_t n)
{
	enum err e = store_batch_get(v->in->store, n, &v->batch);
	int32_t day = DAY_NONE;

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	if (v->order->scope == ERASE_OF_BEFORE &&
		(!day_parse(span_text(v->order->what), &day) ||
			v->batch.today >= day))
		return ERR_OK;
	if (instance_folder(v->in, "outbox", n, false, &v->outbox) != ERR_OK)
		v->outbox = -1;
	if (instance_folder(v->in, "sealed", n, false, &v->sealed) != ERR_OK)
		v->sealed = -1;
	e = proc_batch_each(v->in, n, judge_row, v);
	os_close(&v->outbox);
	os_close(&v->sealed);
	return e;
}

/* The batches that may hold any of it: [*first, *last]. */
static enum err
find_batches(struct survey *v, uint32_t *first, uint32_t *last)
{
	struct store_request row;
	uint64_t n = 0;
	enum err e;

	*first = 1;
	if (v->order->scope == ERASE_OF_REQUEST) {
		e = store_request_find(v->in->store, v->order->what, &row);
		*first = *last = row.batch;
		return e;
	}
	e = store_batch_last(v->in->store, last);
	if (e != ERR_OK || v->order->scope != ERASE_OF_BATCH)
		return e;
	if (!num_parse(span_text(v->order->what), *last, &n) || n == 0)
		return ERR_NOT_FOUND;
	*first = *last = (uint32_t)n;
	return ERR_OK;
}

static enum err
judge_all(struct survey *v)
{
	uint32_t first = 0;
	uint32_t last = 0;
	enum err e = read_matters(v);

	if (e == ERR_OK)
		e = read_delays(v);
	if (e == ERR_OK)
		e = find_batches(v, &first, &last);
	for (uint32_t n = first; e == ERR_OK && n <= last; n++)
		e = judge_batch(v, n);
	return e == ERR_NOT_FOUND
		       ? instance_says(v->in, e, "there is no %s %s",
				 proc_erase_scope_text(v->order->scope),
				 v->order->what)
		       : e;
}

/* ---- their entries ---- */

static struct erase_target *
find_target(const struct erase_survey *s, struct proc_ref ref)
{
	size_t low = 0;
	size_t high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct proc_ref at = s->target[mid].ref;

		if (at.batch < ref.batch ||
			(at.batch == ref.batch && at.line < ref.line))
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n && s->target[low].ref.batch == ref.batch &&
			       s->target[low].ref.line == ref.line
		       ? &s->target[low]
		       : NULL;
}

/* Entries M, S and D name a request by its id: of two lines with one id, the one
 * that was looked up. */
static enum err
line_of_id(
	struct instance *in, uint32_t batch, const char *id, uint64_t *ret_line)
{
	static struct store_request page[64];
	const size_t most = sizeof(page) / sizeof(page[0]);
	struct store_request first;
	uint64_t after;
	size_t n = most;
	enum err e = store_request_in(in->store, batch, id, &first);

	*ret_line = after = first.line;
	if (e != ERR_OK || first.matched != STORE_NO_ENTRY)
		return e;
	while (e == ERR_OK && n == most) {
		e = store_request_page(in->store, batch, after, page, most, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			after = page[i].line;
			if (strcmp(page[i].id, id) != 0 ||
				page[i].matched == STORE_NO_ENTRY)
				continue;
			*ret_line = page[i].line;
			return ERR_OK;
		}
	}
	return e;
}

/* A line of a batch, as its entry names it. */
static enum err
which_line(struct instance *in, const struct account_opened *o,
	struct proc_ref *ret_ref)
{
	char id[STORE_ID_MAX];
	uint64_t batch = 0;
	uint64_t line = 0;

	if (!num_parse(account_field(o, "batch"), UINT32_MAX, &batch))
		return ERR_NOT_FOUND;
	ret_ref->batch = (uint32_t)batch;
	if (o->head.type == LEDGER_REQUEST) {
		if (!num_parse(account_field(o, "line"), UINT64_MAX, &line))
			return ERR_NOT_FOUND;
		ret_ref->line = line;
		return ERR_OK;
	}
	if (!span_copy(account_field(o, "request"), id, sizeof(id)))
		return ERR_NOT_FOUND;
	return line_of_id(in, ret_ref->batch, id, &ret_ref->line);
}

/* Whose address an entry D handed over: the newest match before it said. */
static enum err
subject_of(struct instance *in, const struct account_opened *d,
	const struct erase_target *t, uint8_t ret_row[STORE_HASH])
{
	struct proc_subject_tag tag;
	struct account_opened m;
	enum err e;

	memset(ret_row, 0, STORE_HASH);
	if (!proc_subject_decode(d->private, &tag) ||
		tag.kind == SUBJECT_NONE || t->match == STORE_NO_ENTRY)
		return ERR_OK;
	e = account_open(in, t->match, &m);
	if (e != ERR_OK)
		return e;
	ledger_subject_row(
		in->subject_secret, account_field(&m, "person"), ret_row);
	account_opened_fini(&m);
	return ERR_OK;
}

static enum err
add_entry(struct survey *v, struct erase_target *t,
	const struct account_opened *o)
{
	struct erase_survey *s = v->s;
	struct erase_entry *at;

	if (s->n_entries == s->entries_room) {
		size_t room = s->entries_room == 0 ? 256 : 2 * s->entries_room;
		struct erase_entry *more =
			mem_resize(s->entry, room, sizeof(*more));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		s->entry = more;
		s->entries_room = room;
	}
	at = &s->entry[s->n_entries++];
	*at = (struct erase_entry){
		.target = (size_t)(t - s->target), .index = o->entry.index};
	if (o->head.type == LEDGER_MATCH)
		t->match = o->entry.index;
	return o->head.type == LEDGER_DELIVER
		       ? subject_of(v->in, o, t, at->subject)
		       : ERR_OK;
}

static enum err
look_at_entry(struct survey *v, uint64_t index)
{
	struct account_opened opened;
	struct proc_ref ref = {0};
	struct erase_target *t;
	enum ledger_type kind;
	enum err e = account_kind(v->in, index, &kind);

	if (e != ERR_OK ||
		(kind != LEDGER_REQUEST && kind != LEDGER_MATCH &&
			kind != LEDGER_SEAL && kind != LEDGER_DELIVER))
		return e;
	e = account_open(v->in, index, &opened);
	if (e != ERR_OK)
		return e == ERR_ERASED ? ERR_OK : e;
	e = which_line(v->in, &opened, &ref);
	t = e == ERR_OK ? find_target(v->s, ref) : NULL;
	if (t != NULL)
		e = add_entry(v, t, &opened);
	account_opened_fini(&opened);
	/* One of no request that the store has is nobody's to erase. */
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static int
by_target(const void *a, const void *b)
{
	const struct erase_entry *x = a;
	const struct erase_entry *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static enum err
find_entries(struct survey *v)
{
	enum err e = ERR_OK;

	for (uint64_t i = 0; e == ERR_OK && i < v->in->next; i++)
		e = look_at_entry(v, i);
	if (e == ERR_OK && v->s->n_entries > 0)
		qsort(v->s->entry, v->s->n_entries, sizeof(*v->s->entry),
			by_target);
	return e;
}

enum err
erase_survey(struct instance *in, const struct proc_erase_order *order,
	int32_t today, bool entries, proc_erase_kept *kept, void *context,
	struct erase_survey *ret_survey)
{
	struct survey v = {.in = in,
		.order = order,
		.today = today,
		.each = kept,
		.context = context,
		.s = ret_survey,
		.outbox = -1,
		.sealed = -1};
	enum err e;

	*ret_survey = (struct erase_survey){.n = 0};
	e = judge_all(&v);
	if (e == ERR_OK && entries && ret_survey->n > 0)
		e = find_entries(&v);
	for (size_t i = 0; i < v.n_matters; i++)
		proc_list_fini(&v.matter[i].list);
	mem_free(v.matter);
	proc_list_fini(&v.delays);
	if (e != ERR_OK)
		erase_survey_fini(ret_survey);
	return e;
}

void
erase_survey_fini(struct erase_survey *survey)
{
	mem_free(survey->target);
	mem_free(survey->entry);
	survey->target = NULL;
	survey->entry = NULL;
}
