/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_queue.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "proc/proc_matter.h"
#include "proc/proc_permit.h"

enum { PEOPLE_MAX = 64, DAY_SECONDS = 86400 };

/* store_waiting_next() looks for these by number. */
_Static_assert(
	CASE_REQUEST_REVIEW == 4 && CASE_REVIEW == 8 && CASE_APPROVED_ONCE == 9,
	"the states of SQL_WAITING");

/* ---- people ---- */

static void
name_of(const struct instance *in, const uint8_t person[32], char to[64])
{
	const struct register_entry *entry =
		register_find_print(in->registers, REG_ROLE, person, in->at);
	struct register_row row;

	to[0] = '\0';
	if (entry == NULL)
		return;
	register_entry_row(entry, &row);
	if (!span_copy(register_get(&row, REG_ROLE_NAME), to, 64))
		(void)snprintf(to, 64, "somebody");
}

/* Reviewers in force, each person once. */
struct people {
	uint8_t print[PEOPLE_MAX][32];
	uint64_t n_given[PEOPLE_MAX];
	size_t n;
};

static void
add_person(const struct instance *in, struct people *p,
	const struct register_row *row)
{
	const uint8_t *print = register_get(row, REG_ROLE_PRINT).at;

	for (size_t i = 0; i < p->n; i++)
		if (register_same_person(in->registers, p->print[i], print))
			return;
	if (p->n < PEOPLE_MAX)
		memcpy(p->print[p->n++], print, 32);
}

static bool
is_named(const struct register_row *row, const char *to)
{
	OWNED_BUF(hex, 64);

	code_hex(&hex, register_get(row, REG_ROLE_PRINT));
	return span_eq_nocase(
		       register_get(row, REG_ROLE_NAME), span_text(to)) ||
	       span_eq_nocase(buf_span(&hex), span_text(to));
}

static void
find_people(const struct instance *in, const struct store_batch *batch,
	const char *to, struct people *p)
{
	size_t n = register_n(in->registers, REG_ROLE);

	for (size_t i = 0; i < n; i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_ROLE, i);
		struct register_row row;

		register_entry_row(entry, &row);
		if (register_in_force(in->registers, entry, in->at) &&
			register_is(&row, REG_ROLE_ROLE, "reviewer") &&
			!register_same_person(in->registers,
				register_get(&row, REG_ROLE_PRINT).at,
				batch->submitter) &&
			(to == NULL || is_named(&row, to)))
			add_person(in, p, &row);
	}
}

/* ---- the queue ---- */

struct queue {
	struct instance *in;
	bool mine;
	proc_queue_each *each;
	void *context;
	struct store_batch batch; /* of the last row; n 0: none */
	struct law *law;          /* its */
};

static enum err
open_batch(struct queue *q, uint32_t n)
{
	enum err e;

	if (q->batch.n == n)
		return ERR_OK;
	q->law = law_free(q->law);
	q->batch.n = 0;
	e = proc_batch_get(q->in, n, &q->batch);
	return e == ERR_OK ? instance_law(q->in, q->batch.law, &q->law) : e;
}

static const char *
awaits(const struct store_request *row)
{
	if (row->state == CASE_REQUEST_REVIEW)
		return "request review";
	return row->state == CASE_REVIEW ? "first signature"
					 : "second signature";
}

static enum err
give_row(struct queue *q, const struct store_request *row)
{
	struct instance *in = q->in;
	struct proc_queue_item item = {.batch = row->batch, .line = row->line};
	uint8_t person[STORE_HASH];
	enum err e = open_batch(q, row->batch);
	enum err found;

	if (e != ERR_OK)
		return e;
	found = store_assigned(in->store, row->batch, row->line, person);
	if (err_is_failure(found))
		return found;
	if (q->mine && (found != ERR_OK || !register_same_person(in->registers,
						   person, in->actor.print)))
		return ERR_OK;
	if (found == ERR_OK)
		name_of(in, person, item.assigned);
	memcpy(item.request, row->id, sizeof(item.request));
	item.awaits = awaits(row);
	item.due = proc_batch_answer_day(q->law, &q->batch, row);
	item.age = in->clock - q->batch.today;
	return q->each(q->context, &item);
}

static enum err
give_rows(struct queue *q)
{
	struct store_request row = {.batch = 0};
	enum err e;

	while ((e = store_waiting_next(
			q->in->store, row.batch, row.line, &row)) == ERR_OK) {
		e = proc_batch_sound(q->in, &row);
		if (e == ERR_OK)
			e = give_row(q, &row);
		if (e != ERR_OK)
			break;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* What of the matters is a reviewer's; NULL: it is not. */
static const char *
awaits_matter(const struct matter *m)
{
	if (!matter_is_open(m))
		return NULL;
	switch ((enum matter_kind)m->kind) {
	case MATTER_OF_SAMPLE:
		return "sample";
	case MATTER_OF_LOOK:
		return "second look";
	case MATTER_OF_RECONSIDER:
		return "reconsideration";
	case MATTER_NO_KIND:
	case MATTER_OF_CAP:
	case MATTER_OF_ALARM:
	case MATTER_OF_OBJECTION:
	case MATTER_OF_RECALL:
	case MATTER_OF_INCIDENT:
	case MATTER_OF_NOTICE:
	case MATTER_N_KINDS:
		break;
	}
	return NULL;
}

static enum err
give_matter(struct queue *q, const struct matter *m, const char *what)
{
	struct proc_queue_item item = {
		.batch = m->batch,
		.line = m->line,
		.matter = m->n,
		.awaits = what,
		.due = m->due_at == 0 ? DAY_NONE
				      : zone_day(&q->in->zone, m->due_at),
		.age = (int32_t)((q->in->at - m->opened_at) / DAY_SECONDS),
	};

	(void)snprintf(
		item.request, sizeof(item.request), "matter %" PRIu64, m->n);
	return q->each(q->context, &item);
}

static enum err
give_matters(struct queue *q)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	while ((e = proc_matter_next(
			q->in, row.n, MATTER_NO_KIND, 0, &row, &m)) == ERR_OK) {
		const char *what = awaits_matter(&m);

		if (what != NULL)
			e = give_matter(q, &m, what);
		if (e != ERR_OK)
			break;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_queue(struct instance *in, bool mine, proc_queue_each *each, void *context)
{
	struct queue q = {
		.in = in, .mine = mine, .each = each, .context = context};
	enum err e = proc_permit(in, PERMIT_READ);

	if (e == ERR_OK)
		e = account_reading(in, "list-queue", 0, "");
	if (e == ERR_OK)
		e = give_rows(&q);
	if (e == ERR_OK && !mine)
		e = give_matters(&q);
	q.law = law_free(q.law);
	return e;
}

/* ---- assigning ---- */

struct assign {
	struct instance *in;
	const struct proc_queue_assign *what;
	struct people people;
	uint64_t n;
};

static bool
waits(const struct store_request *row)
{
	return row->state == CASE_REQUEST_REVIEW || row->state == CASE_REVIEW ||
	       row->state == CASE_APPROVED_ONCE;
}

static enum err
assign_row(struct assign *a, const struct store_request *row)
{
	size_t to = (size_t)(a->n % a->people.n);
	uint8_t before[STORE_HASH];
	enum err e = a->what->to != NULL
			     ? ERR_NOT_FOUND
			     : store_assigned(a->in->store, row->batch,
				       row->line, before);

	if (e != ERR_NOT_FOUND) /* somebody's already */
		return e;
	e = store_assign(
		a->in->store, row->batch, row->line, a->people.print[to]);
	a->people.n_given[to]++;
	a->n++;
	return e;
}

static enum err
assign_rows(struct assign *a)
{
	const struct proc_queue_assign *w = a->what;
	struct store_request row = {
		.batch = w->batch, .line = w->from == 0 ? 0 : w->from - 1};
	enum err e;

	if (w->request != NULL) {
		e = store_request_in(a->in->store, w->batch, w->request, &row);
		if (e == ERR_NOT_FOUND)
			return instance_says(a->in, e,
				"batch %" PRIu32 " has no request %s", w->batch,
				w->request);
		if (e == ERR_OK && !waits(&row))
			return instance_says(a->in, ERR_BAD_MOVE,
				"request %s does not wait for people",
				w->request);
		return e == ERR_OK ? assign_row(a, &row) : e;
	}
	while ((e = store_waiting_next(
			a->in->store, row.batch, row.line, &row)) == ERR_OK) {
		if (row.batch != w->batch ||
			(w->until != 0 && row.line > w->until))
			return ERR_OK;
		e = assign_row(a, &row);
		if (e != ERR_OK)
			break;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
enter_assignment(struct assign *a)
{
	const struct proc_queue_assign *w = a->what;
	OWNED_BUF(object, PEOPLE_MAX * 128);

	buf_printf(
		&object, "lines %" PRIu64 " %" PRIu64 "\n", w->from, w->until);
	for (size_t i = 0; i < a->people.n; i++) {
		code_hex(&object, span_of(a->people.print[i], 32));
		buf_printf(&object, " %" PRIu64 "\n", a->people.n_given[i]);
	}
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	return account_act(a->in, "assign", w->batch,
		w->request == NULL ? "" : w->request, buf_span(&object), NULL);
}

static enum err
assign_now(struct assign *a)
{
	enum err e = account_begin(a->in);

	if (e != ERR_OK)
		return e;
	e = assign_rows(a);
	if (e == ERR_OK)
		e = enter_assignment(a);
	if (e == ERR_OK)
		return account_commit(a->in);
	account_abandon(a->in);
	return e;
}

enum err
proc_queue_assign(struct instance *in, const struct proc_queue_assign *assign,
	uint64_t *ret_n)
{
	struct assign a = {.in = in, .what = assign};
	struct store_batch batch;
	enum err e = proc_permit(in, PERMIT_ASSIGN);

	if (e == ERR_OK)
		e = proc_batch_get(in, assign->batch, &batch);
	if (e != ERR_OK)
		return e;
	find_people(in, &batch, assign->to, &a.people);
	if (a.people.n == 0)
		return instance_says(in, ERR_NOT_FOUND,
			"%s is no reviewer who may review batch %" PRIu32,
			assign->to == NULL ? "nobody" : assign->to,
			assign->batch);
	if (assign->to != NULL && a.people.n > 1)
		return instance_says(in, ERR_MISMATCH,
			"more than one reviewer is named %s: give a "
			"fingerprint",
			assign->to);
	e = assign_now(&a);
	*ret_n = a.n;
	return e;
}
