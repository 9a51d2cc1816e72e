/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_incident.h"

#include <inttypes.h>

#include "base/num.h"
#include "person/person.h"
#include "proc/proc_permit.h"
#include "report/report.h"

enum { FIELD_MAX = 2048, FOLDED_MAX = 8 * FIELD_MAX };

/* ---- no return information ---- */

/* Word by word, since folding has a maximum. */
static void
fold_all(struct span text, struct buf *to)
{
	while (text.n > 0) {
		char folded[PERSON_FOLD_MAX];
		struct span word = span_cut(&text, ' ');

		if (person_fold(word, folded) == 0)
			continue;
		buf_printf(to, "%s%s", to->n == 0 ? "" : " ", folded);
	}
}

static bool
holds_text(struct span text, struct span part)
{
	for (size_t i = 0; part.n >= 6 && i + part.n <= text.n; i++)
		if (memcmp(text.at + i, part.at, part.n) == 0)
			return true;
	return false;
}

static bool
tells_of(struct span text, struct span folded, const struct request *q)
{
	char given[PERSON_FOLD_MAX];
	char surname[PERSON_FOLD_MAX];
	char line[PERSON_FOLD_MAX];
	struct span g = {
		(uint8_t *)given, person_fold(q->field[RQ_GIVEN], given)};
	struct span s = {
		(uint8_t *)surname, person_fold(q->field[RQ_SURNAME], surname)};
	struct span a = {
		(uint8_t *)line, person_fold(q->field[RQ_STREET], line)};

	return report_incident_names(folded, g, s) || holds_text(folded, a) ||
	       holds_text(text, q->field[RQ_BIRTH]);
}

struct reading {
	struct instance *in;
	const char *name; /* of the field */
	struct span text;
	struct span folded;
};

static enum err
not_of_request(const struct reading *r, const struct proc_ref *ref)
{
	struct store_request row;
	struct batch_request b;
	bool tells;
	enum err e =
		store_request_get(r->in->store, ref->batch, ref->line, &row);

	if (e == ERR_OK)
		e = proc_batch_open(r->in, &row, &b);
	if (e != ERR_OK)
		return e;
	tells = tells_of(r->text, r->folded, &b.request);
	proc_batch_fini(&b);
	return tells ? instance_says(r->in, ERR_MALFORMED,
			       "%s: it tells of the person of request %s: the "
			       "report holds no return information",
			       r->name, row.id)
		     : ERR_OK;
}

enum err
proc_incident_read_over(struct instance *in, const char *name, struct span text,
	const struct proc_list *named)
{
	OWNED_BUF(folded, FOLDED_MAX);
	struct reading r = {in, name, text, span_of(NULL, 0)};
	struct why why;
	enum err e = report_incident_digits(text, &why);

	if (e != ERR_OK)
		return instance_says(in, e, "%s: %s", name, why.text);
	fold_all(text, &folded);
	e = buf_error(&folded);
	r.folded = buf_span(&folded);
	for (size_t i = 0; e == ERR_OK && i < named->n; i++)
		e = not_of_request(&r, &named->at[i]);
	return e;
}

static enum err
read_all_over(struct instance *in, const struct proc_incident *incident,
	const struct proc_list *named)
{
	enum err e = ERR_OK;

	for (size_t i = 0;
		e == ERR_OK && i < matter_n_fields(MATTER_OF_INCIDENT); i++)
		if (incident->field[i] != NULL)
			e = proc_incident_read_over(in,
				matter_field_name(MATTER_OF_INCIDENT, i),
				span_text(incident->field[i]), named);
	return e;
}

/* ---- opening ---- */

enum err
proc_incident_enter(struct instance *in, unsigned who,
	const struct proc_incident *incident, struct proc_list *named,
	uint64_t *ret_n)
{
	struct proc_matter new = {.kind = MATTER_OF_INCIDENT,
		.who = who,
		.batch = incident->batch,
		.request = ""};
	struct store_matter row;
	struct matter m;
	enum err e;

	for (size_t i = 0; i < matter_n_fields(MATTER_OF_INCIDENT); i++)
		new.words.field[i] = span_text(incident->field[i] != NULL
						       ? incident->field[i]
						       : PROC_INCIDENT_UNKNOWN);
	e = proc_matter_open(in, &new, ret_n);
	if (e == ERR_OK)
		e = proc_matter_get(in, *ret_n, &row, &m);
	return e == ERR_OK ? proc_list_save(in, &m, named) : e;
}

/* Durable, or undone. */
static enum err
finish(struct instance *in, enum err e)
{
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}

enum err
proc_incident_open(struct instance *in, const struct proc_incident *incident,
	struct proc_list *named, uint64_t *ret_n)
{
	enum err e = proc_permit(in, PERMIT_INCIDENT);

	if (e == ERR_OK)
		e = read_all_over(in, incident, named);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	return finish(in, proc_incident_enter(in, proc_matter_roles(in),
				  incident, named, ret_n));
}

/* ---- as it stands ---- */

static enum err
get_incident(struct instance *in, uint64_t n, struct store_matter *ret_row,
	struct matter *ret_matter)
{
	enum err e = proc_matter_get(in, n, ret_row, ret_matter);

	if (e == ERR_OK && ret_matter->kind != MATTER_OF_INCIDENT)
		return instance_says(in, ERR_NOT_FOUND,
			"matter %" PRIu64 " is of the kind %s, no incident", n,
			matter_kind_text((enum matter_kind)ret_matter->kind));
	return e;
}

static enum err
take_note(void *context, const struct proc_note *note)
{
	struct proc_incident_words *w = context;

	if (note->note.noted == MATTER_NOTED_AMENDED) {
		struct buf *field = &w->field[note->note.what];

		buf_clear(field);
		buf_bytes(field, note->note.text);
		return buf_error(field);
	}
	if (note->note.noted == MATTER_NOTED_REPORTED &&
		!day_time_parse(note->note.text, &w->report.reported_at))
		return ERR_DAMAGED;
	return ERR_OK;
}

static enum err
read_words(struct instance *in, const struct store_matter *row,
	struct proc_incident_words *w)
{
	struct proc_matter_words words;
	size_t n = matter_n_fields(MATTER_OF_INCIDENT);
	enum err e = proc_matter_words(in, row, &words);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		buf_bytes(&w->field[i], words.words.field[i]);
	proc_matter_words_fini(&words);
	e = proc_trail_each(in, row->n, take_note, w);
	w->report.n_fields = n;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		w->report.name[i] = matter_field_name(MATTER_OF_INCIDENT, i);
		w->report.meaning[i] =
			matter_field_meaning(MATTER_OF_INCIDENT, i);
		w->report.value[i] = buf_span(&w->field[i]);
		e = buf_error(&w->field[i]);
	}
	return e;
}

static enum err
count_named(struct instance *in, struct proc_incident_words *w)
{
	enum err e = ERR_OK;

	w->report.named = w->named.n;
	for (size_t i = 0; e == ERR_OK && i < w->named.n; i++) {
		struct store_request row;

		e = store_request_get(in->store, w->named.at[i].batch,
			w->named.at[i].line, &row);
		if (e == ERR_OK)
			w->report.disclosed +=
				row.answered == CASE_ANSWERED_ADDRESS;
	}
	return e;
}

enum err
proc_incident_read(
	struct instance *in, uint64_t n, struct proc_incident_words *ret_words)
{
	struct proc_incident_words *w = ret_words;
	struct store_matter row;
	enum err e;

	*w = (struct proc_incident_words){.report = {.n = n}};
	for (size_t i = 0; i < MATTER_FIELDS_MAX; i++)
		buf_init(&w->field[i], FIELD_MAX);
	e = get_incident(in, n, &row, &w->matter);
	if (e == ERR_OK)
		e = read_words(in, &row, w);
	if (e == ERR_OK)
		e = proc_list_load(in, n, &w->named);
	if (e == ERR_OK)
		e = count_named(in, w);
	if (e != ERR_OK) {
		proc_incident_fini(w);
		return e;
	}
	w->report.origin = span_text(in->origin);
	w->report.sandbox = in->sandbox;
	w->report.opened_at = w->matter.opened_at;
	w->report.due_at = w->matter.due_at;
	w->report.now = in->at;
	w->report.entry = row.opened;
	return ERR_OK;
}

void
proc_incident_fini(struct proc_incident_words *words)
{
	for (size_t i = 0; i < MATTER_FIELDS_MAX; i++)
		buf_fini(&words->field[i]);
	proc_list_fini(&words->named);
}

/* ---- what changes it ---- */

static enum err
may_change(struct instance *in, const struct matter *m)
{
	enum err e = proc_permit(in, PERMIT_AMEND);

	if (e == ERR_OK && !matter_is_open(m))
		e = instance_says(in, ERR_BAD_MOVE,
			"incident %" PRIu64 " is closed: open another", m->n);
	return e;
}

static enum err
enter_fields(struct instance *in, const struct matter *m,
	const struct proc_incident *incident)
{
	enum err e = ERR_OK;

	for (size_t i = 0;
		e == ERR_OK && i < matter_n_fields(MATTER_OF_INCIDENT); i++) {
		struct matter_note note = {.n = m->n,
			.noted = MATTER_NOTED_AMENDED,
			.what = (uint8_t)i,
			.text = span_text(incident->field[i])};
		struct matter probe = {0};
		struct matter_words words = {0};

		if (incident->field[i] == NULL)
			continue;
		/* M4, as if it were opened with it */
		for (size_t f = 0; f < matter_n_fields(MATTER_OF_INCIDENT); f++)
			words.field[f] = SPAN(PROC_INCIDENT_UNKNOWN);
		words.field[i] = note.text;
		e = matter_open(&probe, MATTER_OF_INCIDENT, ~0U, &words, in->at,
			&in->why);
		if (e == ERR_OK)
			e = proc_trail_add(in, m, "", &note);
	}
	return e;
}

enum err
proc_incident_amend(
	struct instance *in, uint64_t n, const struct proc_incident *incident)
{
	struct proc_incident_words w;
	enum err e = proc_incident_read(in, n, &w);

	if (e != ERR_OK)
		return e;
	e = may_change(in, &w.matter);
	if (e == ERR_OK)
		e = read_all_over(in, incident, &w.named);
	if (e == ERR_OK) {
		e = account_begin(in);
		if (e == ERR_OK)
			e = finish(in, enter_fields(in, &w.matter, incident));
	}
	proc_incident_fini(&w);
	return e;
}

enum err
proc_incident_name(
	struct instance *in, uint64_t n, const struct proc_list *more)
{
	struct proc_incident_words w;
	enum err e = proc_incident_read(in, n, &w);

	if (e != ERR_OK)
		return e;
	e = may_change(in, &w.matter);
	for (size_t i = 0; e == ERR_OK && i < w.report.n_fields; i++)
		e = proc_incident_read_over(
			in, w.report.name[i], w.report.value[i], more);
	for (size_t i = 0; e == ERR_OK && i < more->n; i++)
		e = proc_list_add(
			&w.named, more->at[i].batch, more->at[i].line);
	if (e == ERR_OK) {
		e = account_begin(in);
		if (e == ERR_OK)
			e = finish(in, proc_list_save(in, &w.matter, &w.named));
	}
	proc_incident_fini(&w);
	return e;
}

/* ---- the report ---- */

static enum err
may_report(
	struct instance *in, const struct proc_incident_words *w, bool unknown)
{
	const struct report_incident *r = &w->report;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->n_fields; i++) {
		if (!unknown &&
			span_eq(r->value[i], SPAN(PROC_INCIDENT_UNKNOWN)))
			return instance_says(in, ERR_MALFORMED,
				"%s is not known yet: weir incident amend "
				"%" PRIu64 " --%s TEXT, or report without it: "
				"--unknown",
				r->name[i], r->n, r->name[i]);
		e = proc_incident_read_over(
			in, r->name[i], r->value[i], &w->named);
	}
	return e;
}

static enum err
decide_report(struct instance *in, const struct matter *m)
{
	struct matter_note note = {.n = m->n, .noted = MATTER_NOTED_REPORTED};
	char at[DAY_TIME_TEXT];
	enum err e = proc_matter_decide(in, m->n, MATTER_INCIDENT_REPORT,
		proc_matter_roles(in), span_of(NULL, 0));

	day_time_text(in->at, at);
	note.text = span_text(at);
	return e == ERR_OK ? proc_trail_add(in, m, "", &note) : e;
}

/* The first time it ends the clock; after that it is a reading. */
static enum err
enter_report(struct instance *in, const struct matter *m)
{
	enum err e;

	if (m->state != MATTER_OPEN)
		return account_reading(in, "read-incident", 0, "");
	e = account_begin(in);
	return e == ERR_OK ? finish(in, decide_report(in, m)) : e;
}

enum err
proc_incident_report(struct instance *in, uint64_t n, bool unknown,
	struct proc_incident_words *ret_words)
{
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = proc_incident_read(in, n, ret_words);
	if (e != ERR_OK)
		return e;
	e = may_report(in, ret_words, unknown);
	if (e == ERR_OK)
		e = enter_report(in, &ret_words->matter);
	if (e == ERR_OK && ret_words->report.reported_at == 0)
		ret_words->report.reported_at = in->at;
	if (e != ERR_OK)
		proc_incident_fini(ret_words);
	return e;
}

enum err
proc_incident_find(struct instance *in, uint32_t batch, const char *const *ids,
	size_t n, struct proc_list *to)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct store_request row;

		e = batch == 0
			    ? store_request_find(in->store, ids[i], &row)
			    : store_request_in(in->store, batch, ids[i], &row);
		if (e == ERR_NOT_FOUND)
			return instance_says(
				in, e, "there is no request %s", ids[i]);
		if (e == ERR_OK)
			e = proc_list_add(to, row.batch, row.line);
	}
	return e;
}

/* ---- a list ---- */

/* Up to the comma after a cell, quoted or not; false where there is none. */
static bool
cut_cell(struct span *rest, struct span *ret_cell)
{
	bool quoted = false;

	for (size_t i = 0; i < rest->n; i++) {
		if (rest->at[i] == '"')
			quoted = !quoted;
		if (rest->at[i] != ',' || quoted)
			continue;
		*ret_cell = span_of(rest->at, i);
		*rest = span_of(rest->at + i + 1, rest->n - i - 1);
		return true;
	}
	return false;
}

static bool
cut_number(struct span *rest, uint64_t max, uint64_t *ret_n)
{
	struct span cell;

	return cut_cell(rest, &cell) && num_parse(cell, max, ret_n) &&
	       *ret_n > 0;
}

static enum err
find_line(struct instance *in, struct span text, uint64_t number,
	struct proc_list *to)
{
	struct store_request row;
	struct span id;
	uint64_t batch = 0;
	uint64_t line = 0;
	OWNED_BUF(cell, 1024);
	enum err e;

	if (!cut_cell(&text, &id) || !cut_number(&text, UINT32_MAX, &batch) ||
		!cut_number(&text, INT64_MAX, &line))
		return instance_says(in, ERR_MALFORMED,
			"line %" PRIu64 " of the list begins with no request, "
			"batch and line",
			number);
	e = store_request_get(in->store, (uint32_t)batch, line, &row);
	if (e == ERR_OK)
		report_csv_cell(span_text(row.id), &cell);
	if (e == ERR_OK && !span_eq(buf_span(&cell), id))
		e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		return instance_says(in, e,
			"line %" PRIu64 " of the list: batch %" PRIu64
			" has another request at line %" PRIu64 ", or none",
			number, batch, line);
	return e == ERR_OK ? proc_list_add(to, row.batch, row.line) : e;
}

enum err
proc_incident_find_listed(
	struct instance *in, struct span csv, struct proc_list *to)
{
	enum err e = ERR_OK;
	uint64_t number = 1;

	if (!span_starts(csv, SPAN("request_id,batch,line,")))
		return instance_says(in, ERR_MALFORMED,
			"the list has not the heads request_id,batch,line in "
			"its first line");
	(void)span_cut(&csv, '\n');
	while (e == ERR_OK && csv.n > 0)
		e = find_line(in, span_cut(&csv, '\n'), ++number, to);
	return e;
}
