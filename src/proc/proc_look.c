/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_look.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "proc/proc_incident.h"
#include "proc/proc_permit.h"
#include "proc/proc_review.h"
#include "release/release.h"
#include "review/review.h"

enum { NAME = 48, LINES_MAX = 4000, GROUND_MAX = 600, TEXT = 1024 };

/* ---- drawing ---- */

struct drawing {
	struct instance *in;
	uint64_t since; /* entries D from here on are of this drawing */
	uint8_t seed[REVIEW_SEED];
	uint64_t n;
	struct review_draw *draw; /* NULL: only the seed yet */
};

static bool
is_of(const struct drawing *d, const struct store_request *row)
{
	return row->delivered != STORE_NO_ENTRY && row->delivered >= d->since;
}

static enum err
chain_row(void *context, struct store_request *row)
{
	struct drawing *d = context;
	OWNED_BUF(entry, LEDGER_ENTRY);
	uint8_t next[CRYPTO_SHA256];
	enum err e;

	if (!is_of(d, row))
		return ERR_OK;
	e = store_journal_get(d->in->store, row->delivered, &entry, NULL);
	if (e != ERR_OK)
		return e;
	crypto_sha256_2(
		span_of(d->seed, sizeof(d->seed)), buf_span(&entry), next);
	memcpy(d->seed, next, sizeof(next));
	d->n++;
	return ERR_OK;
}

static enum err
draw_row(void *context, struct store_request *row)
{
	struct drawing *d = context;

	if (is_of(d, row))
		review_draw_add(d->draw, row->line, REVIEW_ACCEPTED);
	return ERR_OK;
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return (*x > *y) - (*x < *y);
}

/* The first of the drawing, by their ranks; "3,17,204". */
static size_t
write_lines(const struct drawing *d, struct buf *to)
{
	const struct review_drawn_part *part = &d->draw->part[REVIEW_ACCEPTED];
	uint64_t line[REVIEW_DRAW_MOST];
	size_t n = (size_t)matter_look_size(d->n);

	if (n > part->n)
		n = part->n;
	for (size_t i = 0; i < n; i++)
		line[i] = part->item[i].line;
	qsort(line, n, sizeof(line[0]), by_number);
	for (size_t i = 0; i < n; i++)
		buf_printf(to, "%s%" PRIu64, i == 0 ? "" : ",", line[i]);
	return n;
}

static enum err
open_look(struct drawing *d, uint32_t batch, uint64_t *ret_n)
{
	struct proc_matter new = {.kind = MATTER_OF_LOOK,
		.who = MATTER_BY_PROGRAM,
		.batch = batch,
		.request = ""};
	char text[3][120];
	OWNED_BUF(seed, 128);
	OWNED_BUF(lines, LINES_MAX);
	size_t n = write_lines(d, &lines);

	(void)snprintf(text[0], sizeof(text[0]), "%" PRIu64, d->n);
	(void)snprintf(text[1], sizeof(text[1]), "%zu", n);
	(void)snprintf(text[2], sizeof(text[2]),
		"none wrong: with 95 %% confidence at most %" PRIu64
		" of the %" PRIu64,
		review_sample_bound(d->n, n), d->n);
	code_hex(&seed, span_of(d->seed, sizeof(d->seed)));
	if (buf_error(&seed) != ERR_OK)
		return buf_error(&seed);
	if (buf_error(&lines) != ERR_OK)
		return buf_error(&lines);
	new.words.field[0] = span_text(text[0]);
	new.words.field[1] = span_text(text[1]);
	new.words.field[2] = span_text(text[2]);
	new.words.field[3] = buf_span(&seed);
	new.words.field[4] = buf_span(&lines);
	return proc_matter_open(d->in, &new, ret_n);
}

/* Where the last drawing of the batch ended. */
static enum err
read_mark(struct instance *in, const char *name, uint64_t *ret_since)
{
	OWNED_BUF(bytes, 8);
	struct reader r;
	enum err e = store_get(in->store, name, &bytes);

	*ret_since = 0;
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	r = read_from(buf_span(&bytes));
	*ret_since = read_u64be(&r);
	return read_end(&r) ? ERR_OK
			    : instance_says(in, ERR_DAMAGED,
				      "the store: %s is not a place", name);
}

enum err
proc_look_draw(
	struct instance *in, const struct store_batch *batch, uint64_t *ret_n)
{
	static struct review_draw draw;
	struct drawing d = {.in = in};
	char name[NAME];
	OWNED_BUF(mark, 8);
	enum err e;

	*ret_n = 0;
	(void)snprintf(name, sizeof(name), "look/%" PRIu32, batch->n);
	e = read_mark(in, name, &d.since);
	if (e == ERR_OK)
		e = proc_batch_each(in, batch->n, chain_row, &d);
	if (e != ERR_OK || d.n == 0)
		return e;
	review_draw_init(&draw, d.seed);
	d.draw = &draw;
	buf_u64be(&mark, in->next);
	e = proc_batch_each(in, batch->n, draw_row, &d);
	if (e == ERR_OK)
		e = open_look(&d, batch->n, ret_n);
	return e == ERR_OK ? store_put(in->store, name, buf_span(&mark)) : e;
}

/* ---- what was drawn ---- */

/* One LOOK matter with what was decided of it. */
struct look {
	struct store_matter row;
	struct matter matter;
	uint64_t line[REVIEW_DRAW_MOST];
	uint8_t decision[REVIEW_DRAW_MOST];
	size_t n;
	size_t wrong;
	size_t left;
};

static bool
cut_lines(struct look *l, struct span lines)
{
	while (lines.n > 0) {
		if (l->n == REVIEW_DRAW_MOST ||
			!num_parse(span_cut(&lines, ','), UINT64_MAX,
				&l->line[l->n]))
			return false;
		l->n++;
	}
	return true;
}

static enum err
take_note(void *context, const struct proc_note *note)
{
	struct look *l = context;

	if (note->note.noted != MATTER_NOTED_LOOKED)
		return ERR_OK;
	for (size_t i = 0; i < l->n; i++)
		if (l->line[i] == note->note.line &&
			l->decision[i] == MATTER_NO_DECISION) {
			l->decision[i] = note->note.what;
			l->left--;
			l->wrong += note->note.what == MATTER_LOOK_WRONG;
		}
	return ERR_OK;
}

static enum err
read_look(struct instance *in, struct look *l)
{
	struct proc_matter_words words;
	enum err e = proc_matter_words(in, &l->row, &words);
	bool ok;

	if (e != ERR_OK)
		return e;
	l->n = 0;
	l->wrong = 0;
	memset(l->decision, 0, sizeof(l->decision));
	ok = cut_lines(l, words.words.field[4]);
	proc_matter_words_fini(&words);
	l->left = l->n;
	if (!ok)
		return instance_says(in, ERR_DAMAGED,
			"matter %" PRIu64 " draws no lines", l->row.n);
	return proc_trail_each(in, l->row.n, take_note, l);
}

static enum err
next_look(struct instance *in, uint32_t batch, struct look *l)
{
	enum err e = proc_matter_next(
		in, l->row.n, MATTER_OF_LOOK, batch, &l->row, &l->matter);

	return e == ERR_OK ? read_look(in, l) : e;
}

/* ---- who may look ---- */

/* Did this person sign anything about the line? */
static bool
signed_line(const struct instance *in, const struct review_approvals *all,
	uint64_t line, const uint8_t print[32])
{
	for (size_t i = 0; i < all->n; i++) {
		struct reader r = read_from(all->item[i].list);

		if (!register_same_person(
			    in->registers, all->item[i].signer, print))
			continue;
		while (r.left.n >= RELEASE_VERDICT_BYTES) {
			if (read_u64be(&r) == line)
				return true;
			(void)read_bytes(&r, 32);
		}
	}
	return false;
}

/* Is there a reviewer who has not? */
static bool
is_another(const struct instance *in, const struct review_approvals *all,
	uint64_t line)
{
	for (size_t i = 0; i < register_n(in->registers, REG_ROLE); i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_ROLE, i);
		struct register_row row;
		struct span print;

		register_entry_row(entry, &row);
		print = register_get(&row, REG_ROLE_PRINT);
		if (register_in_force(in->registers, entry, in->at) &&
			register_is(&row, REG_ROLE_ROLE, "reviewer") &&
			!signed_line(in, all, line, print.at))
			return true;
	}
	return false;
}

/* Is it another reviewer's?  Whoever is none has nothing to decide anyway. */
static bool
is_for_another(const struct instance *in, const struct review_approvals *all,
	uint64_t line)
{
	return proc_permitted(in, PERMIT_LOOK) &&
	       signed_line(in, all, line, in->actor.print) &&
	       is_another(in, all, line);
}

static enum err
find_again(struct instance *in, uint32_t batch, uint64_t line, bool *ret_again)
{
	struct review_approvals all;
	enum err e = review_approvals_read(in, batch, &all);

	if (e != ERR_OK)
		return e;
	*ret_again = is_for_another(in, &all, line);
	review_approvals_fini(&all);
	return ERR_OK;
}

static enum err
tell_each(struct instance *in, const struct look *l,
	const struct review_approvals *all, bool decided, proc_look_each *each,
	void *context)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < l->n; i++) {
		struct proc_look_item item = {.matter = l->row.n,
			.due_at = l->matter.due_at,
			.decision = l->decision[i]};
		bool open = item.decision == MATTER_NO_DECISION;

		if (!decided && !open)
			continue;
		item.again = open && is_for_another(in, all, l->line[i]);
		e = store_request_get(
			in->store, l->matter.batch, l->line[i], &item.row);
		if (e == ERR_OK)
			e = each(context, &item);
	}
	return e;
}

static enum err
tell_look(struct instance *in, const struct look *l, bool all,
	proc_look_each *each, void *context)
{
	struct review_approvals approvals;
	enum err e = review_approvals_read(in, l->matter.batch, &approvals);

	if (e != ERR_OK)
		return e;
	e = tell_each(in, l, &approvals, all, each, context);
	review_approvals_fini(&approvals);
	return e;
}

enum err
proc_look_list(struct instance *in, uint32_t batch, bool all,
	proc_look_each *each, void *context)
{
	static struct look l;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	l.row.n = 0;
	if (e == ERR_OK)
		e = account_reading(in, "list-looks", batch, "");
	while (e == ERR_OK) {
		e = next_look(in, batch, &l);
		if (e == ERR_OK && (all || matter_is_open(&l.matter)))
			e = tell_look(in, &l, all, each, context);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The first matter that drew it and where nobody decided; `any`: or did. */
static enum err
find_drawn(struct instance *in, uint32_t batch, const char *id, bool any,
	struct look *l, struct store_request *ret_row)
{
	bool seen = false;
	enum err e = store_request_in(in->store, batch, id, ret_row);

	if (e == ERR_NOT_FOUND)
		return instance_says(in, e,
			"batch %" PRIu32 " has no request %s", batch, id);
	l->row.n = 0;
	while (e == ERR_OK && (e = next_look(in, batch, l)) == ERR_OK)
		for (size_t i = 0; i < l->n; i++) {
			if (l->line[i] != ret_row->line)
				continue;
			seen = true;
			if (any || l->decision[i] == MATTER_NO_DECISION)
				return ERR_OK;
		}
	if (e != ERR_NOT_FOUND)
		return e;
	return instance_says(in, e,
		seen ? "request %s was looked at: it is decided"
		     : "request %s was not drawn for a second look",
		id);
}

enum err
proc_look_show(
	struct instance *in, uint32_t batch, const char *id, struct buf *to)
{
	static struct look l;
	struct store_request row;
	enum err e = proc_permit(in, PERMIT_MATTERS);

	if (e == ERR_OK)
		e = find_drawn(in, batch, id, true, &l, &row);
	if (e != ERR_OK)
		return e;
	buf_printf(to,
		"second look, matter %" PRIu64 "; answered: %s; entries S "
		"%" PRIu64 ", D %" PRIu64 "\n",
		l.row.n, case_answered_text((enum case_answered)row.answered),
		row.sealed, row.delivered);
	return proc_review_show(in, batch, id, to);
}

/* ---- one of them ---- */

/* The matter that is meant: where nobody decided, else the last that drew it. */
static enum err
find_line(struct instance *in, uint32_t batch, uint64_t line,
	struct proc_look_item *item)
{
	static struct look l;
	bool seen = false;
	enum err e = ERR_OK;

	l.row.n = 0;
	while ((e = next_look(in, batch, &l)) == ERR_OK)
		for (size_t i = 0; i < l.n; i++) {
			if (l.line[i] != line)
				continue;
			seen = true;
			item->matter = l.row.n;
			item->due_at = l.matter.due_at;
			item->decision = l.decision[i];
			if (item->decision == MATTER_NO_DECISION)
				return ERR_OK;
		}
	if (e != ERR_NOT_FOUND || seen)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	return instance_says(in, e,
		"line %" PRIu64 " of batch %" PRIu32
		" was not drawn for a second look",
		line, batch);
}

static enum err
take_decided(void *context, const struct proc_note *note)
{
	struct proc_look_seen *seen = context;

	if (note->note.noted != MATTER_NOTED_LOOKED ||
		note->note.line != seen->item.row.line)
		return ERR_OK;
	if (!day_time_parse(note->at, &seen->at) ||
		!span_copy(
			note->note.text, seen->ground, sizeof(seen->ground)) ||
		note->actor.n != sizeof(seen->by))
		return ERR_DAMAGED;
	memcpy(seen->by, note->actor.at, sizeof(seen->by));
	return ERR_OK;
}

enum err
proc_look_see(struct instance *in, uint32_t batch, uint64_t line,
	struct proc_look_seen *seen)
{
	enum err e = proc_permit(in, PERMIT_MATTERS);

	*seen = (struct proc_look_seen){.at = 0};
	if (e == ERR_OK)
		e = find_line(in, batch, line, &seen->item);
	if (e == ERR_OK)
		e = store_request_get(in->store, batch, line, &seen->item.row);
	if (e == ERR_OK && seen->item.decision == MATTER_NO_DECISION)
		e = find_again(in, batch, line, &seen->item.again);
	if (e == ERR_OK)
		e = proc_trail_each(in, seen->item.matter, take_decided, seen);
	return e == ERR_OK ? proc_review_see(in, batch, line, &seen->review)
			   : e;
}

void
proc_look_seen_fini(struct proc_look_seen *seen)
{
	proc_review_seen_fini(&seen->review);
}

static enum err
take_first(void *context, const struct proc_look_item *item)
{
	uint64_t *line = context;

	if (*line == 0 && !item->again)
		*line = item->row.line;
	return ERR_OK;
}

enum err
proc_look_next(struct instance *in, uint32_t batch, uint64_t *ret_line)
{
	static struct look l;
	enum err e = proc_permit(in, PERMIT_LOOK);

	*ret_line = 0;
	l.row.n = 0;
	while (e == ERR_OK && *ret_line == 0) {
		e = next_look(in, batch, &l);
		if (e == ERR_OK && matter_is_open(&l.matter))
			e = tell_look(in, &l, false, take_first, ret_line);
	}
	return e;
}

/* ---- deciding ---- */

struct deciding {
	struct instance *in;
	const struct proc_look_options *options;
	struct proc_look_result *result;
	struct look *look;
	struct store_request row;
};

struct incident_texts {
	char contact[400]; /* matter.def's maximum is asked for later */
	char happened[40];
	char found[200];
	char what[TEXT];
	char records[40];
	char place[300];
	char systems[300];
};

static enum err
incident_texts(const struct deciding *d, struct incident_texts *t)
{
	struct instance *in = d->in;
	bool address = d->row.answered == CASE_ANSWERED_ADDRESS;
	char now[DAY_TIME_TEXT];
	struct account_opened opened;
	struct span at;
	enum err e = account_open(in, d->row.delivered, &opened);

	if (e != ERR_OK)
		return e;
	at = account_field(&opened, "at");
	if (!span_copy(at, t->happened, sizeof(t->happened)))
		t->happened[0] = '-';
	account_opened_fini(&opened);
	day_time_text(in->at, now);
	(void)snprintf(t->contact, sizeof(t->contact), "%s; %s",
		in->law == NULL ? in->origin : law_custodian(in->law),
		in->actor.name);
	(void)snprintf(t->found, sizeof(t->found),
		"%s, by a second look at answers drawn after delivery (matter "
		"%" PRIu64 ")",
		now, d->look->row.n);
	(void)snprintf(t->what, sizeof(t->what),
		address ? "an address that was disclosed was judged wrong: %s; "
			  "name as requested and mailing address"
			: "a neutral answer was judged wrong: %s; nothing of a "
			  "person left",
		d->options->ground);
	(void)snprintf(t->records, sizeof(t->records), "%d known", address);
	(void)snprintf(t->place, sizeof(t->place),
		"the outbox of batch %" PRIu32 ", to %s", d->row.batch,
		in->law == NULL ? "its officer" : law_requester(in->law));
	(void)snprintf(
		t->systems, sizeof(t->systems), "Weir, ledger %s", in->origin);
	return ERR_OK;
}

/* The same acts whatever the answer was. */
static enum err
open_incident(struct deciding *d)
{
	struct proc_list named = {0};
	struct incident_texts t;
	struct proc_incident incident = {
		.field = {t.contact, t.happened, t.found, t.what, t.records,
			t.place, t.systems},
		.batch = d->row.batch};
	enum err e = incident_texts(d, &t);

	if (e == ERR_OK)
		e = proc_list_add(&named, d->row.batch, d->row.line);
	if (e == ERR_OK)
		e = proc_incident_enter(d->in, proc_matter_roles(d->in),
			&incident, &named, &d->result->incident);
	proc_list_fini(&named);
	return e;
}

static enum err
close_look(struct deciding *d)
{
	const struct look *l = d->look;
	size_t wrong = l->wrong + d->options->wrong;
	char ground[80];

	(void)snprintf(ground, sizeof(ground),
		"%zu of %zu looked at were wrong", wrong, l->n);
	return proc_matter_decide(d->in, l->row.n,
		wrong > 0 ? MATTER_LOOK_WRONG : MATTER_LOOK_SOUND,
		proc_matter_roles(d->in), span_text(ground));
}

static enum err
carry_out(struct deciding *d)
{
	struct matter_note note = {.n = d->look->row.n,
		.noted = MATTER_NOTED_LOOKED,
		.what = d->options->wrong ? MATTER_LOOK_WRONG
					  : MATTER_LOOK_SOUND,
		.batch = d->row.batch,
		.line = d->row.line,
		.text = span_text(d->options->ground)};
	enum err e = account_begin(d->in);

	if (e != ERR_OK)
		return e;
	e = proc_trail_add(d->in, &d->look->matter, d->row.id, &note);
	if (e == ERR_OK && d->options->wrong)
		e = open_incident(d);
	d->result->left = d->look->left - 1;
	if (e == ERR_OK && d->result->left == 0)
		e = close_look(d);
	if (e != ERR_OK) {
		account_abandon(d->in);
		return e;
	}
	return account_commit(d->in);
}

static enum err
may_look(struct instance *in, const struct store_request *row)
{
	bool again = false;
	enum err e = find_again(in, row->batch, row->line, &again);

	return again ? instance_says(in, ERR_NOT_ALLOWED,
			       "%s decided on this request before: another "
			       "reviewer takes the second look",
			       in->actor.name)
		     : e;
}

static enum err
check_ground(struct instance *in, const struct proc_look_options *o)
{
	struct span ground = span_text(o->ground);

	if (o->wrong && span_trim(ground).n == 0)
		return instance_says(in, ERR_MALFORMED,
			"'wrong' needs a ground: what is wrong, without a word "
			"of the record");
	if (ground.n > GROUND_MAX || !span_is_plain(ground))
		return instance_says(in, ERR_MALFORMED,
			"the ground is one plain line of at most %d bytes",
			GROUND_MAX);
	return ERR_OK;
}

enum err
proc_look_decide(struct instance *in, const struct proc_look_options *options,
	struct proc_look_result *ret_result)
{
	static struct look l;
	struct deciding d = {
		.in = in, .options = options, .result = ret_result, .look = &l};
	struct proc_list one = {0};
	enum err e = proc_permit(in, PERMIT_LOOK);

	*ret_result = (struct proc_look_result){0};
	if (e == ERR_OK)
		e = check_ground(in, options);
	if (e == ERR_OK)
		e = find_drawn(in, options->batch, options->request, false, &l,
			&d.row);
	if (e == ERR_OK)
		e = may_look(in, &d.row);
	if (e == ERR_OK)
		e = proc_list_add(&one, d.row.batch, d.row.line);
	if (e == ERR_OK)
		e = proc_incident_read_over(
			in, "the ground", span_text(options->ground), &one);
	ret_result->matter = l.row.n;
	if (e == ERR_OK)
		e = carry_out(&d);
	proc_list_fini(&one);
	return e;
}
