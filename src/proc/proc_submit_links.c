/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request in the place of another (weir:supersedes).  Whether it may be is
 * a function of what the requester wrote and was told: the other one's id, and
 * whether it was refused, withdrawn or answered, never of the roll.
 */
#include "proc/proc_submit_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "proc/proc_account.h"
#include "proc/proc_keys.h"
#include "proc/proc_reply.h"

enum link_kind
submit_link_kind(const struct store_request *row)
{
	enum case_state state = (enum case_state)row->state;

	if (state == CASE_REFUSED || state == CASE_RETURNED)
		return LINK_REFUSED;
	if (state == CASE_WITHDRAWN)
		return LINK_OVER;
	return row->answered == CASE_ANSWERED_NONE &&
			       case_move(state, CASE_TO_WITHDRAW) !=
				       CASE_NO_STATE
		       ? LINK_OPEN
		       : LINK_LATE;
}

static enum err
grow(struct judge *j)
{
	size_t size = j->size_links == 0 ? 256 : j->size_links * 2;
	struct link *link;

	if (j->n_links < j->size_links)
		return ERR_OK;
	link = mem_resize(j->link, size, sizeof(*link));
	if (link == NULL)
		return err_origin(ERR_NOMEM);
	j->link = link;
	j->size_links = size;
	return ERR_OK;
}

enum err
submit_link_read(struct judge *j, uint64_t line, const struct request *request)
{
	struct span id = request->field[RQ_SUPERSEDES];
	struct link *link;
	struct store_request row;
	char text[STORE_ID_MAX];
	enum err e;

	if (id.n == 0 || !span_copy(id, text, sizeof(text)))
		return ERR_OK;
	e = grow(j);
	if (e != ERR_OK)
		return e;
	link = &j->link[j->n_links++];
	*link = (struct link){.id = proc_keys_text(id), .line = (uint32_t)line};
	/* The lines of a book before this one are an earlier batch's to it. */
	e = j->alone ? store_request_in(
			       j->s->in->store, j->s->batch.n, text, &row)
		     : ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		e = store_request_named(j->s->in->store, j->s->batch.agreement,
			j->s->batch.n, text, &row);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = proc_batch_sound(j->s->in, &row);
	if (e != ERR_OK)
		return e;
	link->batch = row.batch;
	link->of = row.line;
	link->kind = (uint8_t)submit_link_kind(&row);
	return ERR_OK;
}

void
submit_links_check(struct judge *j, size_t n)
{
	for (size_t i = 0; i < j->n_links; i++) {
		struct link *link = &j->link[i];
		size_t at = proc_keys_find(j->list, n, link->id);

		if (at < n && j->list[at].value + 1 < link->line) {
			link->batch = j->s->batch.n;
			link->of = j->list[at].value + 1;
			link->here = true;
		}
		j->fact[link->line - 1].bad_link = link->batch == 0;
	}
}

static void
refuse_late(struct fact *fact)
{
	fact->first = false;
	fact->accepted = false;
}

/* One request has one in its place: the first line that would be accepted. */
static void
keep_first(struct judge *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n_links; i++) {
		const struct link *link = &j->link[i];

		if (j->fact[link->line - 1].accepted)
			j->list[n++] = (struct proc_key){
				(uint64_t)link->batch << 32 | link->of,
				link->line};
	}
	proc_keys_sort(j->list, n);
	for (size_t i = 1; i < n; i++)
		if (j->list[i].key == j->list[i - 1].key)
			refuse_late(&j->fact[j->list[i].value - 1]);
}

void
submit_links_settle(struct judge *j)
{
	for (size_t i = 0; i < j->n_links; i++) {
		struct link *link = &j->link[i];
		struct fact *fact = &j->fact[link->line - 1];

		if (link->here)
			link->kind = j->fact[link->of - 1].accepted
					     ? LINK_LATE
					     : LINK_REFUSED;
		if (fact->accepted && link->kind == LINK_LATE)
			refuse_late(fact);
	}
	keep_first(j);
}

const struct link *
submit_link(const struct judge *j, uint64_t line)
{
	size_t from = 0;
	size_t to = j->n_links;

	while (from < to) {
		size_t at = from + (to - from) / 2;

		if (j->link[at].line < line)
			from = at + 1;
		else
			to = at;
	}
	return from < j->n_links && j->link[from].line == line ? &j->link[from]
							       : NULL;
}

/* ---- moves ---- */

/* The requester acts by its certified batch. */
static enum err
certifier_print(struct submit *s, uint8_t ret_print[32])
{
	const struct register_entry *entry = register_find(s->in->registers,
		REG_CERTIFIER, span_text(s->manifest.certifier_id), s->in->at);
	struct register_row row;
	struct span print;

	if (entry == NULL) /* check_agreement() has seen it */
		return err_origin(ERR_PEER);
	register_entry_row(entry, &row);
	print = register_get(&row, REG_CERTIFIER_PRINT);
	must(print.n == 32);
	memcpy(ret_print, print.at, 32);
	return ERR_OK;
}

/* Where the other one stands now: since a crash it may have been answered. */
static enum err
move_other(struct judge *j, const struct link *link,
	const struct case_act *requester, uint64_t *n_withdrawn)
{
	struct store *store = j->s->in->store;
	struct store_request other;
	enum err e = store_request_get(store, link->batch, link->of, &other);

	if (e == ERR_OK)
		e = proc_batch_sound(j->s->in, &other);
	if (e != ERR_OK)
		return e;
	if (submit_link_kind(&other) == LINK_REFUSED) {
		proc_batch_move(&other, CASE_TO_SUPERSEDE, &proc_by_judge);
	} else if (submit_link_kind(&other) == LINK_OPEN && !link->here) {
		proc_batch_move(&other, CASE_TO_WITHDRAW, requester);
		++*n_withdrawn;
		/* Before the commit: what is sealed and gone is made anew. */
		e = proc_batch_unstage(j->s->in, &other);
	}
	return e != ERR_OK ? e : store_request_update(store, &other);
}

enum err
submit_links_move(struct judge *j)
{
	struct submit *s = j->s;
	uint8_t print[32];
	char text[64];
	struct case_act requester = {.who = CASE_BY_REQUESTER, .by = print};
	uint64_t n = 0;
	enum err e = certifier_print(s, print);

	for (size_t i = 0; e == ERR_OK && i < j->n_links; i++) {
		struct store_request row;

		e = store_request_get(s->in->store, s->batch.n,
			j->from + j->link[i].line, &row);
		if (e == ERR_OK && row.answer != LAW_REFUSED)
			e = move_other(j, &j->link[i], &requester, &n);
	}
	if (e != ERR_OK || n == 0)
		return e;
	(void)snprintf(text, sizeof(text), "%" PRIu64 " requests amended", n);
	return account_act(
		s->in, "amend", s->batch.n, "", span_text(text), NULL);
}

/* The batches whose lines were mended or amended: each once. */
static size_t
other_batches(struct judge *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n_links; i++)
		if (j->link[i].batch != 0 && !j->link[i].here)
			j->list[n++] = (struct proc_key){j->link[i].batch, 0};
	proc_keys_sort(j->list, n);
	return n;
}

enum err
submit_links_tell(struct judge *j)
{
	size_t n = other_batches(j);
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n;
		i = proc_keys_run(j->list, n, i)) {
		struct store_batch other;

		e = proc_batch_get(j->s->in, (uint32_t)j->list[i].key, &other);
		if (e == ERR_OK && other.stage >= STAGE_ANSWERED)
			e = proc_reply_later(j->s->in, &other);
	}
	return e;
}
