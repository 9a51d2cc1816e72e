/* SPDX-License-Identifier: Apache-2.0 */
/* Where packages are after their release: acknowledged, kept, expired, recalled,
 * destroyed; and demands for them. */
#include "console/custody.h"

#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_demand.h"

enum {
	PAGE_ROWS = 500,
	PATH_BYTES = 96,
	IDS_MAX = 200,
	DRAFT_MAX = 1 << 20,
};

static const char letters[] = "/custody/letters";

/* ---- what was written of a package ---- */

static void
put_link(struct page *p, const char *path, uint64_t entry)
{
	html_put(p->to, "<a href=\"%s/%" PRIu64 "\">", path, entry);
}

void
custody_cell_letter(struct page *p, unsigned i, const char *path, int64_t at,
	uint64_t entry)
{
	page_cell(p, i);
	if (at == 0) {
		buf_text(p->to, "none");
	} else {
		put_link(p, path, entry);
		page_time(p, at);
		buf_text(p->to, "</a>");
	}
	page_cell_end(p, i);
}

void
custody_cell_kept(struct page *p, unsigned i, const char *path,
	const struct proc_custody_item *item)
{
	page_cell(p, i);
	if (item->kept.n == 0) {
		buf_text(p->to, "not stated");
	} else {
		put_link(p, path, item->letters.kept);
		html_text(p->to, item->kept);
		buf_text(p->to, "</a>");
	}
	page_cell_end(p, i);
}

enum err
custody_cell_destroyed(struct page *p, unsigned i, const char *path,
	const struct proc_custody_item *item)
{
	int32_t day = DAY_NONE;
	enum err e =
		proc_custody_destruction(&p->desk->in, &item->letters, &day);

	if (e != ERR_OK)
		return e;
	page_cell(p, i);
	if (item->letters.destroyed_at == 0) {
		buf_text(p->to, "no");
	} else {
		put_link(p, path, item->letters.destroyed);
		page_day(p, day);
		buf_text(p->to, "</a>");
	}
	page_cell_end(p, i);
	return ERR_OK;
}

/* ---- the list ---- */

struct listing {
	struct page *p;
	bool outcomes;
	uint64_t from;
	uint64_t n; /* told so far */
	bool begun;
};

/* What there is to say of it, the gravest first. */
static const char *
note_of(const struct proc_custody_item *item)
{
	if (item->place == CUSTODY_DESTROYED)
		return "destroyed, as certified";
	if (item->expired)
		return "its use ended, and no certificate of destruction came";
	if (item->demanded != 0)
		return item->overdue ? "demanded back, and overdue"
				     : "demanded back";
	if (item->late)
		return "not acknowledged in time";
	if (item->preserved)
		return "preserved by a hold";
	return item->expiring ? "its use ends within 14 days" : "in order";
}

static const char *
place_of(enum proc_custody_place place)
{
	static const char *const text[] = {
		[CUSTODY_OUTBOX] = "outbox, not fetched",
		[CUSTODY_RECIPIENT] = "recipient",
		[CUSTODY_PULLED_BACK] = "back with the custodian",
		[CUSTODY_DESTROYED] = "destroyed",
	};

	return text[place];
}

static void
put_note(struct page *p, const struct proc_custody_item *item)
{
	html_put(p->to,
		item->overdue ? "<strong class=\"console-overdue\">%s</strong>"
			      : "%s",
		note_of(item));
	if (item->demanded != 0)
		html_put(p->to,
			", <a href=\"/demands/%" PRIu64 "\">demand %" PRIu64
			"</a>",
			item->demanded, item->demanded);
}

static enum err
put_item(void *context, const struct proc_custody_item *item)
{
	struct listing *l = context;
	uint64_t at = l->n++;
	unsigned i = 0;
	enum err e;

	if (at < l->from || at >= l->from + PAGE_ROWS)
		return ERR_OK;
	if (!l->begun)
		page_table(l->p, "Packages that were handed over",
			l->outcomes
				? "Request|#Batch|Officer|Handed over|"
				  "Acknowledged|Where|Kept|Use ends|Destroyed|"
				  "Answer|Standing"
				: "Request|#Batch|Officer|Handed over|"
				  "Acknowledged|Where|Kept|Use ends|Destroyed|"
				  "Standing");
	l->begun = true;
	page_cell_text(l->p, i++, item->row->id);
	page_cell_number(l->p, i++, item->row->batch);
	show_cell_span(l->p, i++, item->officer);
	show_cell_time(l->p, i++, item->delivered_at);
	custody_cell_letter(l->p, i++, letters, item->letters.acknowledged_at,
		item->letters.acknowledged);
	page_cell_text(l->p, i++, place_of(item->place));
	custody_cell_kept(l->p, i++, letters, item);
	page_cell_day(l->p, i++, item->ends);
	e = custody_cell_destroyed(l->p, i++, letters, item);
	if (l->outcomes)
		page_cell_text(l->p, i++,
			case_answered_text(
				(enum case_answered)item->row->answered));
	page_cell(l->p, i);
	put_note(l->p, item);
	page_cell_end(l->p, i);
	return e;
}

static void
put_counts(struct page *p, const struct proc_custody_counts *n)
{
	show_sum(p, "packages handed over", n->packages,
		(const struct show_part[]){
			{"in the outbox, not fetched", n->outbox},
			{"with the recipient", n->recipient},
			{"back with the custodian", n->pulled_back},
			{"destroyed, as certified", n->destroyed}},
		4);
	page_list(p);
	page_item_number(p, "Acknowledged", n->acknowledged);
	page_item_number(p, "Not acknowledged in 5 days", n->late);
	page_item_number(p, "Use ended, not destroyed", n->expired);
	page_item_number(p, "Use ends within 14 days", n->expiring);
	page_item_number(p, "Overdue in any of these ways", n->overdue);
	page_list_end(p);
}

static enum err
put_packages(
	struct page *p, const struct proc_custody_options *o, uint64_t from)
{
	struct listing l = {.p = p,
		.outcomes = proc_permitted(&p->desk->in, PERMIT_OUTCOMES),
		.from = from};
	struct proc_custody_counts counts;
	char base[PATH_BYTES];
	enum err e = proc_custody(&p->desk->in, o, put_item, &l, &counts);

	if (e != ERR_OK)
		return e;
	if (l.begun)
		page_table_end(p);
	else
		page_empty(p, o->overdue ? "Nothing is overdue."
					 : "No package was handed over yet.");
	(void)snprintf(base, sizeof(base), "/custody?batch=%" PRIu32 "%s",
		o->batch, o->overdue ? "&overdue=yes" : "");
	if (l.begun)
		page_pages(p, base,
			&(struct page_range){
				.first = from, .step = PAGE_ROWS, .of = l.n});
	put_counts(p, &counts);
	return ERR_OK;
}

enum err
console_custody(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct proc_custody_options o = {.ack_days = PROC_CUSTODY_ACK_DAYS};
	uint64_t batch = 0;
	uint64_t from = 0;
	struct page p;
	enum err e = proc_permit(in, PERMIT_CUSTODY);

	(void)ask_number(ask, ASK_QUERY, "batch", UINT32_MAX, &batch);
	(void)ask_number(ask, ASK_QUERY, "from", UINT32_MAX, &from);
	o.batch = (uint32_t)batch;
	o.overdue = ask_get(ask, ASK_QUERY, "overdue").n > 0;
	if (e == ERR_OK)
		e = account_reading(in, "list-custody", o.batch, "");
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Packages after release",
			.lead = "A neutral package is kept and destroyed like "
				"one with an address.",
			.here = "/custody",
			.wide = true});
	page_done(&p, ask);
	if (proc_permitted(in, PERMIT_RECALL))
		show_button(&p, "/demands/new", "Demand packages back");
	show_filter(&p, "/custody", batch,
		&(struct show_only){"overdue", "Overdue only", o.overdue});
	e = put_packages(&p, &o, from);
	return e == ERR_OK ? page_end(&p) : e;
}

/* ---- demands ---- */

enum field { BATCH, OFFICER, REQUESTS, GROUND };

static const struct page_field fields[] = {
	[BATCH] = {.name = "batch",
		.label = "Batch",
		.type = "number",
		.must = true},
	[OFFICER] = {.name = "officer",
		.label = "Only the packages of this officer",
		.hint = "The officer's number; empty: all of the batch"},
	[REQUESTS] = {.name = "requests",
		.label = "Only these requests",
		.hint = "One a line; empty: all of the batch",
		.rows = 4},
	[GROUND] = {.name = "ground",
		.label = "Ground",
		.hint = "It is sent along: nothing about a person",
		.must = true,
		.rows = 3},
};

enum { FIELDS = GROUND + 1 };

static enum err
put_demand_form(struct desk *desk, struct answer *answer,
	const struct page_field *field)
{
	const struct page_field *all[FIELDS];
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Demand packages back",
			.lead = "It names every answered request of its scope, "
				"whatever was answered, and asks for a "
				"certificate within 72 hours.",
			.here = "/custody",
			.crumb = {{"/custody", "Packages"}}});

	for (size_t i = 0; i < FIELDS; i++)
		all[i] = &field[i];
	page_errors(&p, all, FIELDS);
	page_form(&p, "/demands/new", false);
	page_input(&p, all[BATCH]);
	page_input(&p, all[OFFICER]);
	page_area(&p, all[REQUESTS]);
	page_area(&p, all[GROUND]);
	page_button(&p, PAGE_MAIN, "See what it says", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

enum err
console_demand_new(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	enum err e = proc_permit(&desk->in, PERMIT_RECALL);

	(void)ask;
	return e == ERR_OK ? put_demand_form(desk, answer, fields) : e;
}

/* What the form says, in memory of its own. */
struct demanding {
	struct proc_demand_options o;
	char officer[STORE_ID_MAX];
	char ground[MATTER_GROUND_MAX + 1];
	char id[IDS_MAX][STORE_ID_MAX];
	const char *at[IDS_MAX];
};

static bool
take_requests(struct demanding *d, struct span rest)
{
	while (rest.n > 0) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.n == 0)
			continue;
		if (d->o.n_requests == IDS_MAX ||
			!span_copy(line, d->id[d->o.n_requests], STORE_ID_MAX))
			return false;
		d->at[d->o.n_requests] = d->id[d->o.n_requests];
		d->o.n_requests++;
	}
	d->o.requests = d->o.n_requests == 0 ? NULL : d->at;
	return true;
}

/* False: `field` has the errors. */
static bool
take_demand(const struct ask *ask, struct demanding *d,
	struct page_field field[FIELDS])
{
	bool ok = true;
	uint64_t batch = 0;

	for (size_t i = 0; i < FIELDS; i++) {
		field[i] = fields[i];
		field[i].value = ask_get(ask, ASK_FORM, field[i].name);
	}
	if (!ask_number(ask, ASK_FORM, "batch", UINT32_MAX, &batch) ||
		batch == 0) {
		field[BATCH].error = "a batch has a number";
		ok = false;
	}
	d->o.batch = (uint32_t)batch;
	if (span_trim(field[OFFICER].value).n > 0) {
		if (span_copy(span_trim(field[OFFICER].value), d->officer,
			    sizeof(d->officer)))
			d->o.officer = d->officer;
		else
			field[OFFICER].error = "no officer has such a number";
	}
	if (!take_requests(d, field[REQUESTS].value))
		field[REQUESTS].error =
			"at most 200, each the id of a request; demand all of "
			"an officer or of the batch instead";
	if (!span_copy(span_trim(field[GROUND].value), d->ground,
		    sizeof(d->ground)) ||
		d->ground[0] == '\0')
		field[GROUND].error = "say why, in at most 2,000 bytes";
	d->o.ground = d->ground;
	return ok && field[OFFICER].error == NULL &&
	       field[REQUESTS].error == NULL && field[GROUND].error == NULL;
}

static enum err
put_draft(struct desk *desk, const struct ask *ask, struct answer *answer,
	struct demanding *d, struct page_field field[FIELDS])
{
	OWNED_BUF(draft, DRAFT_MAX);
	struct proc_demand_result r = {0};
	struct page p;
	enum err e = account_reading(&desk->in, "demand-draft", d->o.batch, "");

	if (e == ERR_OK)
		e = proc_demand_draft(&desk->in, &d->o, &draft, &r);
	if (e == ERR_MALFORMED) {
		field[GROUND].error = desk->in.why.text;
		return put_demand_form(desk, answer, field);
	}
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "What this demand says",
			.lead = "Nothing is sent or changed yet.",
			.here = "/custody",
			.crumb = {{"/custody", "Packages"},
				{"/demands/new", "Demand packages back"}}});
	if (r.preserve)
		page_alert(&p, PAGE_WARNING, "A hold preserves some of it",
			"It asks to seal and keep, not to destroy.");
	buf_text(p.to, "<pre tabindex=\"0\" class=\"console-letter\">");
	html_lines(p.to, buf_span(&draft));
	buf_text(p.to, "</pre>\n");
	page_form(&p, "/demands/new", false);
	for (size_t i = 0; i < ask->n; i++)
		if (ask->value[i].part == ASK_FORM) {
			char name[ASK_NAME_MAX + 1];

			if (span_copy(ask->value[i].name, name, sizeof(name)))
				page_hidden(&p, name, ask->value[i].value);
		}
	page_hidden(&p, "confirm", SPAN("yes"));
	page_button(&p, PAGE_DANGER, "Go on and sign it", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

enum err
console_demand_make(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct demanding d;
	struct page_field field[FIELDS];
	struct proc_demand_result r = {0};
	char path[PATH_BYTES];
	const struct page_act act = {.title = "Demand packages back",
		.says = "You demand these packages back from the recipient. "
			"They are not handed over again, whatever is answered.",
		.action = "/demands/new",
		.button = "Demand them back",
		.back = "/custody",
		.here = "/custody"};
	enum err e = proc_permit(&desk->in, PERMIT_RECALL);

	memset(&d, 0, sizeof(d));
	if (e != ERR_OK)
		return e;
	if (!take_demand(ask, &d, field))
		return put_demand_form(desk, answer, field);
	if (!page_confirmed(ask))
		return put_draft(desk, ask, answer, &d, field);
	e = proc_demand_make(&desk->in, &d.o, &r);
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	(void)snprintf(path, sizeof(path), "/demands/%" PRIu64, r.matter);
	return page_see(answer, path, "demanded");
}

enum err
console_demand(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	OWNED_BUF(text, DRAFT_MAX);
	char title[48];
	uint64_t n = 0;
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_CUSTODY);

	if (e != ERR_OK)
		return e;
	if (!ask_number(ask, ASK_PATH, "demand", UINT64_MAX, &n))
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "a demand has a number");
	e = proc_demand_show(&desk->in, n, &text);
	if (e != ERR_OK)
		return e;
	(void)snprintf(title, sizeof(title), "Demand %" PRIu64, n);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/custody",
			.crumb = {{"/custody", "Packages"}},
			.plain = true});
	page_done(&p, ask);
	buf_text(p.to, "<pre tabindex=\"0\" class=\"console-letter\">");
	html_lines(p.to, buf_span(&text));
	buf_text(p.to, "</pre>\n");
	html_put(p.to,
		"<p><a href=\"/matters/%" PRIu64 "\">The matter: its clock "
		"and its end</a></p>\n",
		n);
	return page_end(&p);
}
