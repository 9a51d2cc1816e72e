/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: seven fields, a clock of 24 hours, a report, the people. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_incident.h"
#include "proc/proc_notice.h"

enum {
	PATH_BYTES = 96,
	IDS_MAX = 200,
	WORDS_MAX = 4096, /* of one field */
};

/* ---- the list ---- */

static enum err
put_all(struct page *p)
{
	struct instance *in = &p->desk->in;
	struct store_matter row = {.n = 0};
	struct matter m;
	size_t n = 0;
	enum err e;

	while ((e = proc_matter_next(in, row.n, MATTER_OF_INCIDENT, 0, &row,
			&m)) == ERR_OK) {
		if (n++ == 0)
			page_table(p, "Incidents, the oldest first",
				"#Number|State|Found|Report due");
		show_cell_link(p, 0, "/incidents", m.n);
		page_cell_text(
			p, 1, matter_state_text((enum matter_state)m.state));
		show_cell_time(p, 2, m.opened_at);
		page_cell(p, 3);
		show_clock(p, m.due_at, m.state == MATTER_OPEN, in->at);
		page_cell_end(p, 3);
	}
	if (e != ERR_NOT_FOUND)
		return e;
	if (n > 0)
		page_table_end(p);
	else
		page_empty(p, "No incident was ever opened. Whoever has a role "
			      "opens one at once when something may have gone "
			      "where the law forbids it.");
	return ERR_OK;
}

enum err
console_incidents(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct page p;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = account_reading(in, "list-incidents", 0, "");
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Incidents",
			.lead = "A possible improper disclosure is reported "
				"within 24 hours.",
			.here = "/incidents",
			.wide = true});
	page_done(&p, ask);
	show_button(&p, "/incidents/new", "Open an incident");
	e = put_all(&p);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- opening and amending ---- */

/* What a form says: a field of the kind each, and the requests. */
struct saying {
	struct proc_incident incident;
	char word[MATTER_FIELDS_MAX][WORDS_MAX];
	char id[IDS_MAX][STORE_ID_MAX];
	const char *at[IDS_MAX];
	size_t n_ids;
	struct proc_list named;
};

static size_t
n_fields(void)
{
	return matter_n_fields(MATTER_OF_INCIDENT);
}

static bool
take_ids(struct saying *s, struct span rest)
{
	while (rest.n > 0) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.n == 0)
			continue;
		if (s->n_ids == IDS_MAX ||
			!span_copy(line, s->id[s->n_ids], STORE_ID_MAX))
			return false;
		s->at[s->n_ids] = s->id[s->n_ids];
		s->n_ids++;
	}
	return true;
}

/* Fields that are empty are not known yet, or stay as they were. */
static enum err
take_form(struct desk *desk, const struct ask *ask, struct saying *s)
{
	struct instance *in = &desk->in;
	uint64_t batch = 0;

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < n_fields(); i++) {
		struct span text = span_trim(ask_get(ask, ASK_FORM,
			matter_field_name(MATTER_OF_INCIDENT, i)));

		if (text.n == 0)
			continue;
		if (!span_copy(text, s->word[i], WORDS_MAX))
			return instance_says(in, ERR_MALFORMED,
				"%s: at most %d bytes",
				matter_field_name(MATTER_OF_INCIDENT, i),
				(int)WORDS_MAX - 1);
		s->incident.field[i] = s->word[i];
	}
	if (ask_get(ask, ASK_FORM, "batch").n > 0 &&
		!ask_number(ask, ASK_FORM, "batch", UINT32_MAX, &batch))
		return instance_says(
			in, ERR_MALFORMED, "a batch has a number; empty: any");
	s->incident.batch = (uint32_t)batch;
	if (!take_ids(s, ask_get(ask, ASK_FORM, "requests")))
		return instance_says(in, ERR_MALFORMED,
			"at most 200 requests here, each by its id; more by "
			"weir incident open --list");
	return s->n_ids == 0 ? ERR_OK
			     : proc_incident_find(in, s->incident.batch, s->at,
				       s->n_ids, &s->named);
}

static void
put_named(struct page *p, const struct ask *ask)
{
	page_area(p, &(struct page_field){.name = "requests",
			     .label = "Requests that it is about",
			     .hint = "One a line, by id",
			     .value = ask_get(ask, ASK_FORM, "requests"),
			     .rows = 3});
	page_input(p, &(struct page_field){.name = "batch",
			      .label = "Batch of those requests",
			      .hint = "Empty: the last with that id",
			      .type = "number",
			      .value = ask_get(ask, ASK_FORM, "batch")});
}

static void
put_words(struct page *p, const struct ask *ask,
	const struct proc_incident_words *now)
{
	for (size_t i = 0; i < n_fields(); i++) {
		const char *name = matter_field_name(MATTER_OF_INCIDENT, i);
		struct span value = ask_get(ask, ASK_FORM, name);

		if (value.n == 0 && now != NULL &&
			!span_eq(now->report.value[i],
				SPAN(PROC_INCIDENT_UNKNOWN)))
			value = now->report.value[i];
		page_area(p, &(struct page_field){.name = name,
				     .label = matter_field_meaning(
					     MATTER_OF_INCIDENT, i),
				     .value = value,
				     .rows = 2});
	}
}

static enum err
put_open_form(struct desk *desk, const struct ask *ask, struct answer *answer,
	const char *error)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Open an incident",
			.lead = "At once, with what is known; the rest is "
				"written in later. The 24 hours begin when you "
				"open it.",
			.here = "/incidents",
			.crumb = {{"/incidents", "Incidents"}}});

	if (error != NULL)
		page_alert(&p, PAGE_ERROR, "This is to be mended first", error);
	page_alert(&p, PAGE_INFO, NULL,
		"Nothing about a person: no number, name, birth date or "
		"address. The report leaves the office.");
	page_form(&p, "/incidents/new", false);
	put_words(&p, ask, NULL);
	put_named(&p, ask);
	page_button(&p, PAGE_DANGER, "Open the incident", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

enum err
console_incident_new(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	enum err e = proc_permit(&desk->in, PERMIT_INCIDENT);

	return e == ERR_OK ? put_open_form(desk, ask, answer, NULL) : e;
}

enum err
console_incident_open(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct saying s;
	char path[PATH_BYTES];
	struct why why;
	uint64_t n = 0;
	const struct page_act act = {.title = "Open this incident",
		.says = "The 24 hours begin now.",
		.action = "/incidents/new",
		.button = "Open the incident",
		.back = "/incidents",
		.here = "/incidents"};
	enum err e = proc_permit(&desk->in, PERMIT_INCIDENT);

	if (e != ERR_OK)
		return e;
	e = take_form(desk, ask, &s);
	if (e == ERR_OK)
		e = proc_incident_open(&desk->in, &s.incident, &s.named, &n);
	proc_list_fini(&s.named);
	if (e == ERR_MALFORMED || e == ERR_NOT_FOUND) {
		why = desk->in.why;
		return put_open_form(desk, ask, answer, why.text);
	}
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	/* Who may open one may not always see it. */
	(void)snprintf(path, sizeof(path),
		proc_permitted(&desk->in, PERMIT_MATTERS)
			? "/incidents/%" PRIu64
			: "/matters/%" PRIu64,
		n);
	return page_see(answer, path, "incident-open");
}

/* ---- one ---- */

static void
put_report(struct page *p, const struct proc_incident_words *w)
{
	const struct report_incident *r = &w->report;
	OWNED_BUF(clock, 256);

	report_incident_clock(r, &clock);
	page_list(p);
	page_item(p, "State",
		matter_state_text((enum matter_state)w->matter.state));
	show_item_lines(p, "The 24 hours", buf_span(&clock));
	page_item_time(p, "Found", r->opened_at);
	page_item_time(p, "Report due", r->due_at);
	for (size_t i = 0; i < r->n_fields; i++)
		show_item_lines(p, r->meaning[i], r->value[i]);
	page_item_number(p, "Requests that it names", r->named);
	page_item_number(p, "Of these, an address left", r->disclosed);
	page_item_begin(p, "Entry");
	html_put(p->to,
		"<a href=\"/ledger/entries/%" PRIu64 "\">%" PRIu64 "</a>",
		r->entry, r->entry);
	page_item_end(p);
	page_list_end(p);
}

static void
put_notice_form(struct page *p, uint64_t n)
{
	char path[PATH_BYTES];

	if (!proc_permitted(&p->desk->in, PERMIT_NOTICE))
		return;
	page_h2(p, "Tell the people");
	(void)snprintf(path, sizeof(path), "/incidents/%" PRIu64 "/notice", n);
	page_form(p, path, false);
	page_area(p,
		&(struct page_field){.name = "ground",
			.label = "What they are told of",
			.hint = "For all to whom an address belonged that this "
				"incident names",
			.must = true});
	page_button(p, PAGE_MAIN, "Open a notice", NULL, NULL);
	page_form_end(p);
}

/* Two acts, each with its signature: what it says, and whom it is about. */
static void
put_amend(struct page *p, const struct ask *ask,
	const struct proc_incident_words *w)
{
	char path[PATH_BYTES];

	if (!proc_permitted(&p->desk->in, PERMIT_AMEND))
		return;
	(void)snprintf(path, sizeof(path), "/incidents/%" PRIu64 "/amend",
		w->matter.n);
	page_h2(p, "As more is known");
	page_form(p, path, false);
	put_words(p, ask, w);
	page_button(p, PAGE_MAIN, "Write it in", NULL, NULL);
	page_form_end(p);
	page_h2(p, "Name more requests");
	page_form(p, path, false);
	put_named(p, ask);
	page_button(p, PAGE_MAIN, "Name them", NULL, NULL);
	page_form_end(p);
}

static void
put_acts(struct page *p, const struct ask *ask,
	const struct proc_incident_words *w)
{
	uint64_t n = w->matter.n;
	char path[PATH_BYTES];

	if (!matter_is_open(&w->matter))
		return;
	put_amend(p, ask, w);
	if (w->matter.state == MATTER_OPEN &&
		proc_permitted(&p->desk->in, PERMIT_NOTICE)) {
		page_h2(p, "Report it");
		(void)snprintf(
			path, sizeof(path), "/incidents/%" PRIu64 "/report", n);
		page_form(p, path, false);
		page_check(p, "unknown", "yes",
			"Also where a field is not known yet", false);
		page_button(p, PAGE_DANGER, "It is reported: the clock ends",
			NULL, NULL);
		page_form_end(p);
	}
	put_notice_form(p, n);
	html_put(p->to,
		"<p>It is closed on <a href=\"/matters/%" PRIu64
		"\">its matter's page</a>, once it was reported.</p>\n",
		n);
}

static enum err
show_one(struct desk *desk, const struct ask *ask, struct answer *answer,
	uint64_t n, const char *error)
{
	struct instance *in = &desk->in;
	struct proc_incident_words w;
	char title[48];
	char path[PATH_BYTES];
	struct page p;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = account_reading(in, "show-incident", 0, "");
	if (e == ERR_OK)
		e = proc_incident_read(in, n, &w);
	if (e != ERR_OK)
		return e;
	(void)snprintf(title, sizeof(title), "Incident %" PRIu64, n);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/incidents",
			.crumb = {{"/incidents", "Incidents"}}});
	page_done(&p, ask);
	if (error != NULL)
		page_alert(&p, PAGE_ERROR, "This is to be mended first", error);
	(void)snprintf(path, sizeof(path), "/incidents/%" PRIu64 "/text", n);
	show_button(&p, path, "The report, to print or send");
	put_report(&p, &w);
	put_acts(&p, ask, &w);
	proc_incident_fini(&w);
	return page_end(&p);
}

static enum err
number_of(struct desk *desk, const struct ask *ask, uint64_t *ret_n)
{
	if (ask_number(ask, ASK_PATH, "incident", UINT64_MAX, ret_n))
		return ERR_OK;
	return instance_says(
		&desk->in, ERR_NOT_FOUND, "an incident has a number");
}

enum err
console_incident(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint64_t n = 0;
	enum err e = number_of(desk, ask, &n);

	return e == ERR_OK ? show_one(desk, ask, answer, n, NULL) : e;
}

/* The report as text: what goes to the offices that must have it. */
enum err
console_incident_text(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct proc_incident_words w;
	uint64_t n = 0;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = number_of(desk, ask, &n);
	if (e == ERR_OK)
		e = account_reading(in, "show-incident", 0, "");
	if (e == ERR_OK)
		e = proc_incident_read(in, n, &w);
	if (e != ERR_OK)
		return e;
	answer->type = ANSWER_TEXT_PLAIN;
	report_incident_text(&w.report, &answer->body);
	proc_incident_fini(&w);
	return buf_error(&answer->body);
}

/* An act on incident `n`, refused for its words: the page with them again. */
static enum err
again(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct page_act *act, uint64_t n, enum err e)
{
	struct why why = desk->in.why;

	if (e == ERR_MALFORMED || e == ERR_NOT_FOUND)
		return show_one(desk, ask, answer, n, why.text);
	return page_signed(desk, ask, answer, act, e);
}

/* What is as it was is not written anew. */
static enum err
drop_same(struct desk *desk, uint64_t n, struct saying *s, bool *ret_any)
{
	struct proc_incident_words w;
	enum err e = proc_incident_read(&desk->in, n, &w);

	*ret_any = false;
	for (size_t i = 0; e == ERR_OK && i < n_fields(); i++) {
		if (s->incident.field[i] != NULL &&
			span_eq(span_text(s->incident.field[i]),
				w.report.value[i]))
			s->incident.field[i] = NULL;
		*ret_any |= s->incident.field[i] != NULL;
	}
	if (e == ERR_OK)
		proc_incident_fini(&w);
	return e;
}

static enum err
amend(struct desk *desk, const struct ask *ask, uint64_t n)
{
	static struct saying s;
	bool any = false;
	enum err e = proc_permit(&desk->in, PERMIT_AMEND);

	if (e != ERR_OK)
		return e;
	e = take_form(desk, ask, &s);
	if (e == ERR_OK)
		e = drop_same(desk, n, &s, &any);
	if (e == ERR_OK && any == (s.named.n > 0))
		e = instance_says(&desk->in, ERR_MALFORMED,
			any ? "what it says and whom it is about are two acts: "
			      "write in one, then the other"
			    : "nothing of it is new");
	else if (e == ERR_OK)
		e = any ? proc_incident_amend(&desk->in, n, &s.incident)
			: proc_incident_name(&desk->in, n, &s.named);
	proc_list_fini(&s.named);
	return e;
}

enum err
console_incident_amend(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char back[PATH_BYTES];
	char path[PATH_BYTES];
	uint64_t n = 0;
	const struct page_act act = {.title = "Amend this incident",
		.says = "What you wrote takes the place of what was known.",
		.action = path,
		.button = "Sign what is known now",
		.back = back,
		.here = "/incidents"};
	enum err e = number_of(desk, ask, &n);

	if (e != ERR_OK)
		return e;
	(void)snprintf(back, sizeof(back), "/incidents/%" PRIu64, n);
	(void)snprintf(path, sizeof(path), "/incidents/%" PRIu64 "/amend", n);
	e = amend(desk, ask, n);
	return e == ERR_OK ? page_see(answer, back, "incident-amended")
			   : again(desk, ask, answer, &act, n, e);
}

enum err
console_incident_report(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_incident_words w;
	char back[PATH_BYTES];
	char path[PATH_BYTES];
	uint64_t n = 0;
	bool unknown = ask_get(ask, ASK_FORM, "unknown").n > 0;
	const struct page_act act = {.title = "This incident is reported",
		.says = "The report has gone to the offices that must have it. "
			"Its clock ends.",
		.action = path,
		.button = "Sign that it is reported",
		.back = back,
		.here = "/incidents"};
	enum err e = number_of(desk, ask, &n);

	if (e != ERR_OK)
		return e;
	(void)snprintf(back, sizeof(back), "/incidents/%" PRIu64, n);
	(void)snprintf(path, sizeof(path), "/incidents/%" PRIu64 "/report", n);
	e = proc_incident_report(&desk->in, n, unknown, &w);
	if (e != ERR_OK)
		return again(desk, ask, answer, &act, n, e);
	proc_incident_fini(&w);
	return page_see(answer, back, "incident-reported");
}

enum err
console_incident_notice(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_notice_result r = {0};
	struct proc_list none = {0};
	char ground[MATTER_GROUND_MAX + 1];
	char back[PATH_BYTES];
	char path[PATH_BYTES];
	uint64_t n = 0;
	const struct page_act act = {.title = "Open a notice",
		.says = "The people whose address this incident names are to be "
			"told.",
		.action = path,
		.button = "Open the notice",
		.back = back,
		.here = "/incidents"};
	enum err e = number_of(desk, ask, &n);

	if (e != ERR_OK)
		return e;
	(void)snprintf(back, sizeof(back), "/incidents/%" PRIu64, n);
	(void)snprintf(path, sizeof(path), "/incidents/%" PRIu64 "/notice", n);
	if (!span_copy(span_trim(ask_get(ask, ASK_FORM, "ground")), ground,
		    sizeof(ground)))
		return show_one(desk, ask, answer, n,
			"what they are told of: at most 2,000 bytes");
	e = proc_notice_open(&desk->in, n, &none, ground, &r);
	proc_list_fini(&none);
	if (e != ERR_OK)
		return again(desk, ask, answer, &act, n, e);
	(void)snprintf(path, sizeof(path), "/notices/%" PRIu64, r.matter);
	return page_see(answer, path, "notice-open");
}
