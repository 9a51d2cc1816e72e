/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines to rows and entries.  Two passes: what one line is worth may depend on
 * all lines (the load of an officer, a reason used for two people), so facts
 * are gathered first, and every line is judged with all of them.
 */
#include "proc/proc_submit_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "proc/proc_keys.h"
#include "proc/proc_registers.h"
#include "proc/proc_volume.h"

enum {
	CHUNK_MAX = 1 << 24,
	YEAR_DAYS = SUBMIT_YEAR,
};

/* ---- evidence of a line with the facts of all ---- */

/* What the line and the registers say; false: it is no request. */
static bool
set_moment(const struct judge *j, const struct front_line *line,
	struct evidence *ev)
{
	*ev = line->evidence;
	if (line->request.unreadable)
		return false;
	proc_batch_set_moment(
		j->s->in, &j->moment, &line->request, span_of(NULL, 0), ev);
	/* A hold is not the requester's to know (I9): only the roll's side. */
	ev->value[EV_NO_HOLD] = 0;
	evidence_set_flag(ev, EV_SIGNER, true);
	return true;
}

static void
set_facts(const struct judge *j, const struct fact *fact, struct evidence *ev)
{
	evidence_set_flag(ev, EV_REASON_OWN, fact->own_reason);
	evidence_set_flag(ev, EV_FIRST, fact->first);
	evidence_set_number(ev, EV_OFFICER_LOAD,
		j->load == NULL ? 0 : j->load[fact->officer]);
	evidence_set_number(ev, EV_VOLUME, j->volume);
	if (fact->same_id || fact->bad_link)
		evidence_set_word(ev, EV_FORM, "malformed");
}

void
submit_evidence(const struct judge *j, const struct front_line *line,
	const struct fact *fact, struct evidence *ev)
{
	if (set_moment(j, line, ev))
		set_facts(j, fact, ev);
}

/* ---- first pass ---- */

/* What the law says of the line but for duplicates and loads, whatever the
 * other lines turn out to say of it. */
static uint8_t
weigh_line(struct judge *j, const struct front_line *line)
{
	struct evidence said;
	bool readable = set_moment(j, line, &said);
	uint8_t passes = 0;

	for (unsigned i = 0; i < FACT_N_CASES; i++) {
		struct fact fact = {
			.first = true,
			.own_reason = (i & FACT_OWN_REASON) != 0,
			.same_id = (i & FACT_BAD_FORM) != 0,
		};
		struct evidence ev = said;

		if (readable)
			set_facts(j, &fact, &ev);
		if (law_decide(j->law, &ev, EV_REQUEST, NULL) != LAW_REFUSED)
			passes |= (uint8_t)(1U << i);
	}
	return passes;
}

/* A request's name is one in its batch. */
static enum err
find_id_in_book(struct judge *j, const struct request *q, struct fact *fact)
{
	struct store_request other;
	char text[STORE_ID_MAX];
	enum err e;

	if (fact->id == 0 || !span_copy(q->field[RQ_ID], text, sizeof(text)))
		return ERR_OK;
	e = store_request_in(j->s->in->store, j->s->batch.n, text, &other);
	fact->same_id = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
submit_gather(struct judge *j, const struct front_line *line)
{
	const struct request *q = &line->request;
	struct fact *fact;
	enum err e;

	if (line->line != j->n + 1 || j->n == j->most)
		return err_origin(ERR_PEER);
	fact = &j->fact[j->n++];
	*fact = (struct fact){
		.person = line->keys.person,
		.duplicate = line->keys.duplicate,
		.reason = q->field[RQ_REASON].n == 0 ? 0 : line->keys.reason,
		.id = q->field[RQ_ID].n == 0 ? 0
					     : proc_keys_text(q->field[RQ_ID]),
		.readable = !q->unreadable,
		.passes = weigh_line(j, line),
	};
	e = submit_link_read(j, line->line, q);
	if (e == ERR_OK && j->alone)
		e = find_id_in_book(j, q, fact);
	return e == ERR_OK ? proc_ids_place(&j->officers,
				     q->field[RQ_OFFICER_ID], &fact->officer)
			   : e;
}

/* One chunk of the front whose turn it is; *ret_end: it has no more.  Each but
 * the last is of FRONT_CHUNK lines: the second pass counts on it. */
static enum err
gather_chunk(struct judge *j, struct proc_peer *front, bool *ret_end)
{
	struct span rest;
	size_t n = j->n + FRONT_CHUNK;
	enum err e = front_next(front, &j->chunk, ret_end, &j->s->in->why);

	if (e != ERR_OK || *ret_end)
		return e;
	rest = buf_span(&j->chunk);
	while (e == ERR_OK && rest.n > 0) {
		struct front_line line;

		e = front_line_read(&rest, &line);
		if (e == ERR_OK)
			e = submit_gather(j, &line);
	}
	if (e == ERR_OK && j->n != (n < j->most ? n : j->most))
		e = err_origin(ERR_PEER);
	return e == ERR_OK ? proc_spool_add(&j->spool, buf_span(&j->chunk)) : e;
}

static enum err
gather(struct judge *j)
{
	struct submit *s = j->s;
	enum err e = ERR_OK;
	bool end = false;

	for (uint32_t i = 0; e == ERR_OK && i < s->n_fronts; i++)
		e = front_send(&s->front[i], i, s->n_fronts);
	for (uint32_t i = 0; e == ERR_OK && j->n < j->most; i++) {
		e = gather_chunk(j, &s->front[i % s->n_fronts], &end);
		if (e == ERR_OK && end)
			e = err_origin(ERR_PEER);
		submit_progress(s, "reading", j->n, s->batch.n_lines);
	}
	for (uint32_t i = 0; e == ERR_OK && i < s->n_fronts; i++) {
		e = gather_chunk(j, &s->front[i], &end);
		if (e == ERR_OK && !end)
			e = err_origin(ERR_PEER);
	}
	return e;
}

/* ---- between the passes ---- */

/* Which lines repeat an id that an earlier line has, and which name one. */
static void
find_ids(struct judge *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++)
		if (j->fact[i].id != 0)
			j->list[n++] = (struct proc_key){j->fact[i].id, i};
	proc_keys_sort(j->list, n);
	for (size_t i = 1; i < n; i++)
		if (j->list[i].key == j->list[i - 1].key)
			j->fact[j->list[i].value].same_id = true;
	submit_links_check(j, n);
}

/* Of each run of one reason, in its first place: 1 where it is of one person
 * only, here and in all earlier batches. */
static enum err
weigh_reasons(struct judge *j, size_t n)
{
	enum err e = ERR_OK;

	for (size_t from = 0, to; e == ERR_OK && from < n; from = to) {
		struct proc_key *first = &j->list[from];
		bool other = false;

		to = proc_keys_run(j->list, n, from);
		other = first->value != j->list[to - 1].value;
		if (!other)
			e = store_reason_known(j->s->in->store, j->but,
				first->key, first->value, &other);
		first->value = other ? 0 : 1;
	}
	return e;
}

/* A reason is one's own where no other person has the same sentence, here or
 * in an earlier batch. */
static enum err
find_own_reasons(struct judge *j)
{
	size_t n = 0;
	enum err e;

	for (size_t i = 0; i < j->n; i++)
		if (j->fact[i].readable && j->fact[i].reason != 0)
			j->list[n++] = (struct proc_key){
				j->fact[i].reason, j->fact[i].person};
	proc_keys_sort(j->list, n);
	e = weigh_reasons(j, n);
	for (size_t i = 0; e == ERR_OK && i < j->n; i++) {
		struct fact *fact = &j->fact[i];

		if (fact->readable && fact->reason != 0)
			fact->own_reason = j->list[proc_keys_find(j->list, n,
							   fact->reason)]
						   .value == 1;
	}
	return e;
}

static void
weigh_lines(struct judge *j)
{
	for (size_t i = 0; i < j->n; i++) {
		struct fact *fact = &j->fact[i];
		unsigned this =
			(fact->own_reason ? FACT_OWN_REASON : 0) |
			(fact->same_id || fact->bad_link ? FACT_BAD_FORM : 0);

		fact->accepted = ((uint32_t)fact->passes >> this & 1U) != 0;
		fact->first = true;
	}
}

/* Has an earlier batch one of its kind, that this line does not amend? */
static enum err
known_before(struct judge *j, uint64_t line, bool *ret_known)
{
	const struct link *link = submit_link(j, line);
	struct store_duplicate_of of = {
		.batch = j->but,
		.key = j->fact[line - 1].duplicate,
		.but_batch = link == NULL ? 0 : link->batch,
		.but_line = link == NULL ? 0 : link->of,
		.over = {CASE_RETURNED, CASE_WITHDRAWN, CASE_SUPERSEDED},
	};

	return store_duplicate_known(j->s->in->store, &of, ret_known);
}

/* Of accepted lines of one kind only the first stays, and none where an
 * earlier batch has one. */
static enum err
find_duplicates(struct judge *j)
{
	size_t n = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < j->n; i++)
		if (j->fact[i].accepted)
			j->list[n++] =
				(struct proc_key){j->fact[i].duplicate, i};
	proc_keys_sort(j->list, n);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct fact *fact = &j->fact[j->list[i].value];
		bool known = i > 0 && j->list[i].key == j->list[i - 1].key;

		if (!known)
			e = known_before(j, j->list[i].value + 1, &known);
		fact->first = !known;
		fact->accepted = !known;
	}
	return e;
}

struct persons {
	struct proc_key *list; /* person, 0; room for more at the end */
	size_t n;
	size_t size;
};

static enum err
add_person(void *context, uint64_t person)
{
	struct persons *p = context;

	if (p->n == p->size) {
		size_t size = p->size == 0 ? 256 : p->size * 2;
		struct proc_key *list =
			mem_resize(p->list, size, sizeof(*list));

		if (list == NULL)
			return err_origin(ERR_NOMEM);
		p->list = list;
		p->size = size;
	}
	p->list[p->n++] = (struct proc_key){person, 0};
	return ERR_OK;
}

/* Distinct persons of one officer: these lines' and the year's before. */
static enum err
count_officer(struct judge *j, const struct proc_key *mine, size_t n)
{
	struct persons persons = {0};
	const char *officer = j->officers.id[mine[0].key];
	enum err e;

	if (j->seen != NULL)
		return submit_seen_officer(j->seen, j->s->in->store, officer,
			j->s->batch.today, mine[0].value,
			&j->load[mine[0].key]);
	e = store_officer_persons(j->s->in->store, officer,
		j->s->batch.today - YEAR_DAYS, j->but, add_person, &persons);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = add_person(&persons, mine[i].value);
	proc_keys_sort(persons.list, persons.n);
	for (size_t i = 0; i < persons.n;
		i = proc_keys_run(persons.list, persons.n, i))
		j->load[mine[0].key]++;
	mem_free(persons.list);
	return e;
}

static enum err
count_volume(struct judge *j)
{
	int32_t today = j->s->batch.today;

	return j->seen != NULL ? submit_seen_volume(j->seen, j->s->in->store,
					 today, &j->volume)
			       : store_volume(j->s->in->store,
					 today - YEAR_DAYS, j->but, &j->volume);
}

static enum err
count_officers(struct judge *j)
{
	size_t n = 0;
	enum err e = ERR_OK;

	j->load = mem_zeroed((j->officers.n + 1) * sizeof(*j->load));
	if (j->load == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < j->n; i++)
		if (j->fact[i].accepted)
			j->list[n++] = (struct proc_key){
				j->fact[i].officer, j->fact[i].person};
	proc_keys_sort(j->list, n);
	for (size_t i = 0, to; e == ERR_OK && i < n; i = to) {
		to = proc_keys_run(j->list, n, i);
		e = count_officer(j, j->list + i, to - i);
	}
	if (e == ERR_OK)
		e = count_volume(j);
	j->volume += n;
	return e;
}

/* Once the lines are gathered: duplicates, links, reasons, loads. */
enum err
submit_weigh(struct judge *j)
{
	enum err e;

	find_ids(j);
	e = find_own_reasons(j);
	if (e != ERR_OK)
		return e;
	weigh_lines(j);
	submit_links_settle(j);
	e = find_duplicates(j);
	return e == ERR_OK ? count_officers(j) : e;
}

enum err
submit_count(struct submit *s, const struct law *law)
{
	enum err e = proc_volume_count(s->in, law, &s->batch);

	s->batch.stage = STAGE_JUDGED;
	return e == ERR_OK ? store_batch_update(s->in->store, &s->batch) : e;
}

/* What hangs on the whole batch, and its stage, at one stroke. */
static enum err
end_judging(struct judge *j)
{
	struct submit *s = j->s;
	enum err e = account_begin(s->in);

	if (e != ERR_OK)
		return e;
	e = submit_links_move(j);
	if (e == ERR_OK)
		e = submit_count(s, j->law);
	if (e == ERR_OK)
		return account_commit(s->in);
	account_abandon(s->in);
	return e;
}

static enum err
run_passes(struct judge *j)
{
	struct submit *s = j->s;
	enum err e = proc_registers_hash(s->in, s->registers);

	if (e == ERR_OK)
		e = store_keys_settle(s->in->store);
	if (e == ERR_OK)
		e = gather(j);
	submit_stage(s, "parse, grade");
	if (e == ERR_OK)
		e = submit_weigh(j);
	submit_stage(s, "weigh");
	if (e == ERR_OK)
		e = submit_lines(j);
	if (e == ERR_OK)
		e = end_judging(j);
	if (e == ERR_OK)
		e = submit_links_tell(j);
	submit_stage(s, "judge, commit");
	return e;
}

/* What a line is judged with, and where what it comes to is put. */
static enum err
open_judge(struct judge *j, uint64_t lines, uint64_t done)
{
	struct submit *s = j->s;
	enum err e = ERR_OK;

	j->fact = mem_zeroed((lines + 1) * sizeof(*j->fact));
	j->list = mem_zeroed((lines + 1) * sizeof(*j->list));
	if (j->fact == NULL || j->list == NULL)
		e = err_origin(ERR_NOMEM);
	if (e == ERR_OK)
		e = instance_law(s->in, s->batch.law, &j->law);
	if (e == ERR_OK) {
		j->moment = proc_batch_moment(s->in, j->law, &s->batch);
		e = proc_spool_open(s->folder, &j->spool);
	}
	if (e == ERR_OK)
		e = proc_kept_open(s->folder, &s->kept);
	/* Of a batch that a crash cut short, the entries have the first. */
	if (e == ERR_OK && done == 0 && instance_answers(s->in))
		e = reply_begin(&j->reply, s->in, j->law, s->folder);
	return e;
}

static void
close_judge(struct judge *j)
{
	proc_spool_close(&j->spool);
	reply_close(&j->reply);
	j->law = law_free(j->law);
	mem_free(j->fact);
	mem_free(j->list);
	proc_ids_fini(&j->officers);
	mem_free(j->load);
	mem_free(j->link);
	buf_fini(&j->chunk);
}

enum err
submit_judge(struct submit *s, const struct front_file *file)
{
	struct judge j = {.s = s,
		.most = s->batch.n_lines,
		.but = s->batch.n,
		.spool = PROC_SPOOL_NONE,
		.reply = {.fd = -1}};
	uint64_t done = 0;
	enum err e = store_lines_done(s->in->store, s->batch.n, &done);

	must(file->lines == s->batch.n_lines);
	s->result->lines = done;
	buf_init(&j.chunk, CHUNK_MAX);
	if (e == ERR_OK)
		e = open_judge(&j, file->lines, done);
	if (e == ERR_OK)
		e = run_passes(&j);
	if (e == ERR_OK && j.reply.fd >= 0) {
		e = reply_end(&j.reply);
		s->replied = e == ERR_OK;
	}
	close_judge(&j);
	return e;
}
