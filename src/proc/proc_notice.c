/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "proc/proc_incident.h"
#include "proc/proc_permit.h"
#include "report/report_notice.h"

enum { NAME_MAX_BYTES = 512, PERSON_MAX = 65, DISCLOSURES_MAX = 64 };

/* ---- people ---- */

/* One disclosure, by whose it is. */
struct affected {
	char person[PERSON_MAX];
	struct proc_ref ref;
};

struct people {
	struct affected *at;
	size_t n;
	uint64_t persons;
	uint64_t left_out;
};

static int
by_person(const void *a, const void *b)
{
	const struct affected *x = a;
	const struct affected *y = b;
	int order = strcmp(x->person, y->person);

	if (order != 0)
		return order;
	if (x->ref.batch != y->ref.batch)
		return x->ref.batch < y->ref.batch ? -1 : 1;
	return (x->ref.line > y->ref.line) - (x->ref.line < y->ref.line);
}

static enum err
take_ref(struct instance *in, const struct proc_ref *ref, struct people *p)
{
	struct affected *to = &p->at[p->n];
	struct store_request row;
	struct batch_request b;
	bool fits;
	enum err e = store_request_get(in->store, ref->batch, ref->line, &row);

	if (e != ERR_OK)
		return e;
	if (row.answered != CASE_ANSWERED_ADDRESS) {
		p->left_out++;
		return ERR_OK;
	}
	e = proc_batch_open(in, &row, &b);
	if (e != ERR_OK)
		return e;
	fits = span_copy(b.person, to->person, sizeof(to->person));
	proc_batch_fini(&b);
	if (!fits)
		return instance_says(in, ERR_DAMAGED,
			"request %s: an address left, and its entries name no "
			"person",
			row.id);
	to->ref = *ref;
	p->n++;
	return ERR_OK;
}

static enum err
read_people(struct instance *in, const struct proc_list *list, struct people *p)
{
	enum err e = ERR_OK;

	*p = (struct people){
		.at = mem_resize(NULL, list->n + 1, sizeof(*p->at))};
	if (p->at == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; e == ERR_OK && i < list->n; i++)
		e = take_ref(in, &list->at[i], p);
	if (p->n > 0)
		qsort(p->at, p->n, sizeof(*p->at), by_person);
	for (size_t i = 0; i < p->n; i++)
		p->persons += i == 0 ||
			      strcmp(p->at[i - 1].person, p->at[i].person) != 0;
	return e;
}

static void
people_fini(struct people *p)
{
	mem_wipe(p->at, p->n * sizeof(*p->at));
}

/* ---- opening ---- */

/* Within a transaction. */
static enum err
enter_notice(struct instance *in, unsigned who, const struct proc_list *of,
	uint64_t persons, struct span ground, uint64_t incident,
	uint64_t *ret_n)
{
	struct proc_matter new = {
		.kind = MATTER_OF_NOTICE, .who = who, .request = ""};
	struct proc_list copy = {0};
	struct store_matter row;
	struct matter m;
	char number[2][24];
	enum err e;

	(void)snprintf(number[0], sizeof(number[0]), "%" PRIu64, incident);
	(void)snprintf(number[1], sizeof(number[1]), "%" PRIu64, persons);
	new.words.field[0] = ground;
	new.words.field[1] = span_text(number[0]);
	new.words.field[2] = span_text(number[1]);
	e = proc_matter_open(in, &new, ret_n);
	if (e == ERR_OK)
		e = proc_matter_get(in, *ret_n, &row, &m);
	for (size_t i = 0; e == ERR_OK && i < of->n; i++)
		e = proc_list_add(&copy, of->at[i].batch, of->at[i].line);
	if (e == ERR_OK)
		e = proc_list_save(in, &m, &copy);
	proc_list_fini(&copy);
	return e;
}

static enum err
finish(struct instance *in, enum err e)
{
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}

static enum err
open_for(struct instance *in, uint64_t incident, const struct proc_list *named,
	const char *ground, struct proc_notice_result *result)
{
	struct proc_list disclosed = {0};
	struct people p;
	enum err e = read_people(in, named, &p);

	result->persons = p.persons;
	result->left_out = p.left_out;
	if (e == ERR_OK && p.n == 0)
		e = instance_says(in, ERR_NOT_FOUND,
			"no address was disclosed by these requests: nobody "
			"is to be told");
	for (size_t i = 0; e == ERR_OK && i < p.n; i++)
		e = proc_list_add(
			&disclosed, p.at[i].ref.batch, p.at[i].ref.line);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e == ERR_OK)
		e = finish(in, enter_notice(in, proc_matter_roles(in),
				       &disclosed, p.persons, span_text(ground),
				       incident, &result->matter));
	proc_list_fini(&disclosed);
	people_fini(&p);
	return e;
}

enum err
proc_notice_open(struct instance *in, uint64_t incident,
	struct proc_list *named, const char *ground,
	struct proc_notice_result *ret_result)
{
	struct proc_incident_words w;
	enum err e = proc_permit(in, PERMIT_NOTICE);

	*ret_result = (struct proc_notice_result){0};
	if (e == ERR_OK)
		e = proc_incident_read(in, incident, &w);
	if (e != ERR_OK)
		return e;
	proc_list_sort(named);
	e = open_for(in, incident, named->n > 0 ? named : &w.named, ground,
		ret_result);
	proc_incident_fini(&w);
	return e;
}

/* ---- reading ---- */

static enum err
take_note(void *context, const struct proc_note *note)
{
	struct proc_notice_item *item = context;

	if (note->note.noted == MATTER_NOTED_UNTIL &&
		!day_parse(note->note.text, &item->until))
		return ERR_DAMAGED;
	if (note->note.noted == MATTER_NOTED_AGAIN)
		item->again = note->note.line;
	return ERR_OK;
}

/* With its words, which the caller frees. */
static enum err
read_notice(struct instance *in, const struct store_matter *row,
	const struct matter *m, struct proc_notice_item *ret_item,
	struct proc_matter_words *ret_words)
{
	enum err e = proc_matter_words(in, row, ret_words);

	*ret_item = (struct proc_notice_item){.matter = *m, .until = DAY_NONE};
	if (e != ERR_OK)
		return e;
	(void)num_parse(
		ret_words->words.field[1], UINT64_MAX, &ret_item->incident);
	(void)num_parse(
		ret_words->words.field[2], UINT64_MAX, &ret_item->persons);
	e = proc_trail_each(in, m->n, take_note, ret_item);
	if (e != ERR_OK)
		proc_matter_words_fini(ret_words);
	return e;
}

enum err
proc_notice_list(
	struct instance *in, bool all, proc_notice_each *each, void *context)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = account_reading(in, "list-notices", 0, "");
	while (e == ERR_OK) {
		struct proc_notice_item item;
		struct proc_matter_words words;

		e = proc_matter_next(in, row.n, MATTER_OF_NOTICE, 0, &row, &m);
		if (e != ERR_OK)
			break;
		e = read_notice(in, &row, &m, &item, &words);
		if (e != ERR_OK)
			break;
		proc_matter_words_fini(&words);
		if (all || matter_is_open(&m))
			e = each(context, &item);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
get_notice(struct instance *in, uint64_t n, struct store_matter *ret_row,
	struct matter *ret_matter)
{
	enum err e = proc_matter_get(in, n, ret_row, ret_matter);

	return e == ERR_OK && ret_matter->kind != MATTER_OF_NOTICE
		       ? instance_says(in, ERR_NOT_FOUND,
				 "matter %" PRIu64 " is no notice", n)
		       : e;
}

/* ---- drafts ---- */

/* What the facts of one person are borrowed from. */
struct draft {
	struct instance *in;
	struct report_notice notice;
	struct report_disclosure disclosure[DISCLOSURES_MAX];
	struct batch_request request[DISCLOSURES_MAX];
	struct account_opened delivered[DISCLOSURES_MAX];
	size_t n;
	char agency[DISCLOSURES_MAX][STORE_ID_MAX];
	char name[NAME_MAX_BYTES];
};

static void
draft_fini(struct draft *d)
{
	for (size_t i = 0; i < d->n; i++) {
		proc_batch_fini(&d->request[i]);
		account_opened_fini(&d->delivered[i]);
	}
	d->n = 0;
	explicit_bzero(d->name, sizeof(d->name));
}

static void
set_name(struct draft *d, const struct request *q)
{
	const enum request_field parts[] = {
		RQ_GIVEN, RQ_MIDDLE, RQ_SURNAME, RQ_SUFFIX};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct span part = q->field[parts[i]];

		if (part.n == 0 || n + part.n + 2 > sizeof(d->name))
			continue;
		if (n > 0)
			d->name[n++] = ' ';
		memcpy(d->name + n, part.at, part.n);
		n += part.n;
	}
	d->notice.name = span_of(d->name, n);
}

/* The requester by the agreement that the batch came under. */
static enum err
set_agency(struct instance *in, uint32_t n, char to[STORE_ID_MAX])
{
	struct store_batch batch;
	OWNED(law) law = NULL;
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK)
		e = instance_law(in, batch.law, &law);
	if (e == ERR_OK)
		(void)snprintf(to, STORE_ID_MAX, "%s", law_requester(law));
	return e;
}

static enum err
add_disclosure(struct draft *d, const struct proc_ref *ref)
{
	struct instance *in = d->in;
	struct report_disclosure *to = &d->disclosure[d->n];
	struct batch_request *b = &d->request[d->n];
	struct store_request row;
	enum err e = store_request_get(in->store, ref->batch, ref->line, &row);

	if (e == ERR_OK)
		e = proc_batch_open(in, &row, b);
	if (e != ERR_OK)
		return e;
	e = set_agency(in, row.batch, d->agency[d->n]);
	if (e == ERR_OK)
		e = account_open(in, row.delivered, &d->delivered[d->n]);
	if (e != ERR_OK) {
		proc_batch_fini(b);
		return e;
	}
	*to = (struct report_disclosure){
		.request = b->request.field[RQ_ID],
		.at = account_field(&d->delivered[d->n], "at"),
		.agency = span_text(d->agency[d->n]),
		.officer = b->request.field[RQ_OFFICER_NAME],
		.authority = b->request.field[RQ_AUTHORITY],
		.purpose = b->request.field[RQ_PURPOSE],
		.entry = row.delivered,
	};
	if (d->n++ == 0)
		set_name(d, &b->request);
	return ERR_OK;
}

/* Those of the person who is at `i`; *ret_next is the next one's place. */
static enum err
draft_one(struct draft *d, const struct people *p, size_t i,
	struct span template, struct buf *to, size_t *ret_next)
{
	size_t next = i;
	enum err e = ERR_OK;

	for (; e == ERR_OK && next < p->n &&
		strcmp(p->at[next].person, p->at[i].person) == 0;
		next++) {
		if (d->n == DISCLOSURES_MAX) {
			e = instance_says(d->in, ERR_TOO_LARGE,
				"more than %d disclosures of one person: name "
				"fewer requests in a notice",
				DISCLOSURES_MAX);
			break;
		}
		e = add_disclosure(d, &p->at[next].ref);
	}
	*ret_next = next;
	d->notice.person = span_text(p->at[i].person);
	d->notice.disclosure = d->disclosure;
	d->notice.n_disclosures = d->n;
	if (e == ERR_OK && i > 0)
		buf_text(to, "\f\n");
	if (e == ERR_OK)
		e = report_notice_text(&d->notice, template, to, &d->in->why);
	draft_fini(d);
	return e;
}

static enum err
draft_all(struct instance *in, const struct people *p,
	const struct proc_notice_words *words, struct buf *to)
{
	static struct draft d;
	struct span template = words->template.n > 0 ? words->template
						     : report_notice_template();
	enum err e = ERR_OK;

	memset(&d, 0, sizeof(d));
	d.in = in;
	d.notice = (struct report_notice){.origin = span_text(in->origin),
		.custodian = span_text(
			in->law == NULL ? in->origin : law_custodian(in->law)),
		.ground = words->ground,
		.incident = words->incident,
		.today = in->clock,
		.sandbox = in->sandbox};
	for (size_t i = 0; e == ERR_OK && i < p->n;)
		e = draft_one(&d, p, i, template, to, &i);
	return e;
}

enum err
proc_notice_draft(struct instance *in, const struct proc_list *list,
	const struct proc_notice_words *words, struct buf *to,
	uint64_t *ret_persons)
{
	struct people p = {0};
	enum err e = proc_permit(in, PERMIT_NOTICE);

	if (e == ERR_OK)
		e = read_people(in, list, &p);
	if (e == ERR_OK)
		e = draft_all(in, &p, words, to);
	*ret_persons = p.persons;
	people_fini(&p);
	return e;
}

enum err
proc_notice_show(
	struct instance *in, uint64_t n, struct span template, struct buf *to)
{
	struct store_matter row;
	struct matter m;
	struct proc_matter_words words;
	struct proc_list list = {0};
	uint64_t persons;
	enum err e = proc_permit(in, PERMIT_NOTICE);

	if (e == ERR_OK)
		e = get_notice(in, n, &row, &m);
	if (e == ERR_OK)
		e = account_reading(in, "show-notice", 0, "");
	if (e == ERR_OK)
		e = proc_matter_words(in, &row, &words);
	if (e != ERR_OK)
		return e;
	e = proc_list_load(in, n, &list);
	if (e == ERR_OK)
		e = proc_notice_draft(in, &list,
			&(struct proc_notice_words){
				.ground = words.words.field[0],
				.incident = words.words.field[1],
				.template = template},
			to, &persons);
	proc_list_fini(&list);
	proc_matter_words_fini(&words);
	return e;
}

/* ---- sent, suppressed, due again ---- */

enum err
proc_notice_sent(struct instance *in, uint64_t n, const char *ground)
{
	struct store_matter row;
	struct matter m;
	enum err e = get_notice(in, n, &row, &m);

	return e == ERR_OK
		       ? proc_matter_answer(in, n, "sent", span_text(ground))
		       : e;
}

static bool
cites(const char *ground)
{
	static const char *const words[] = {"USC", "U.S.C.", "CFR", "C.F.R.",
		"Fed. R.", "docket", "order of"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(ground, words[i]) != NULL)
			return true;
	return false;
}

static enum err
decide_suppress(struct instance *in, const struct matter *m, int32_t until,
	const char *ground)
{
	char day[DAY_TEXT];
	struct matter_note note = {.n = m->n, .noted = MATTER_NOTED_UNTIL};
	enum err e = proc_matter_decide(in, m->n, MATTER_NOTICE_SUPPRESS,
		proc_matter_roles(in), span_text(ground));

	day_text(until, day);
	note.text = span_text(day);
	return e == ERR_OK ? proc_trail_add(in, m, "", &note) : e;
}

enum err
proc_notice_suppress(
	struct instance *in, uint64_t n, int32_t until, const char *ground)
{
	struct store_matter row;
	struct matter m;
	enum err e = get_notice(in, n, &row, &m);

	if (e == ERR_OK && !cites(ground))
		e = instance_says(in, ERR_MALFORMED,
			"the ground cites the law or the order that keeps the "
			"notice back: 26 USC ..., order of ..., docket ...");
	if (e == ERR_OK && until <= in->clock)
		e = instance_says(in, ERR_MALFORMED,
			"a suppression ends on a day after today");
	if (e == ERR_OK)
		e = account_begin(in);
	return e == ERR_OK ? finish(in, decide_suppress(in, &m, until, ground))
			   : e;
}

static enum err
open_again(struct instance *in, const struct store_matter *row,
	const struct matter *m, uint64_t *n_opened)
{
	struct matter_note note = {.n = m->n, .noted = MATTER_NOTED_AGAIN};
	struct proc_notice_item item;
	struct proc_matter_words words;
	struct proc_list list = {0};
	enum err e = read_notice(in, row, m, &item, &words);

	if (e != ERR_OK)
		return e;
	if (item.until != DAY_NONE && item.until <= in->clock &&
		item.again == 0) {
		e = proc_list_load(in, m->n, &list);
		if (e == ERR_OK)
			e = account_begin(in);
		if (e == ERR_OK) {
			e = enter_notice(in, MATTER_BY_PROGRAM, &list,
				item.persons, words.words.field[0],
				item.incident, &note.line);
			if (e == ERR_OK)
				e = proc_trail_add(in, m, "", &note);
			e = finish(in, e);
		}
		*n_opened += e == ERR_OK;
	}
	proc_list_fini(&list);
	proc_matter_words_fini(&words);
	return e;
}

enum err
proc_notice_reopen(struct instance *in, uint64_t *ret_n)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	*ret_n = 0;
	while ((e = proc_matter_next(
			in, row.n, MATTER_OF_NOTICE, 0, &row, &m)) == ERR_OK) {
		if (m.decision == MATTER_NOTICE_SUPPRESS)
			e = open_again(in, &row, &m, ret_n);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
