/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_locate.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/read.h"
#include "proc/proc_keeper.h"
#include "proc/proc_law.h"
#include "proc/proc_permit.h"
#include "proc/proc_registers.h"
#include "proc/proc_reply.h"
#include "proc/proc_share.h"
#include "proc/proc_vault.h"

enum { ANSWER_MAX = PROC_LOOKUP_ANSWER, PROOFS_MAX = 1 << 18 };

struct locate {
	struct instance *in;
	const struct store_batch *of;
	const struct proc_locate_options *options;
	struct batch_moment moment;
	uint8_t registers[32]; /* hash of all heads, as read */
	struct law *law;
	uint8_t roll[32];
	struct account_opened batch; /* its entry, opened */
	struct batch_request request[VAULT_LOOKUP];
	size_t n;
	/* of the part that is before the vault */
	size_t from;
	struct vault_found found[VAULT_LOOKUP];
	struct account_made made[VAULT_LOOKUP];
	uint32_t order[VAULT_LOOKUP];
	uint64_t done;
};

/* ---- one chunk ---- */

/* Entry L commits to exactly these requests. */
static enum err
enter_lookup(const struct proc_lookup *q, const struct span *requests, size_t n,
	uint64_t first, uint64_t *ret_index)
{
	struct instance *in = q->in;
	char text[3][24] = {""};
	char at[DAY_TIME_TEXT] = "";
	uint8_t hash[32] = {0};
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_BYTES("request", hash, 32),
		ACCOUNT_TEXT("first", ""),
		ACCOUNT_TEXT("count", ""),
		ACCOUNT_BYTES("roll", q->roll, 32),
		ACCOUNT_TEXT("at", ""),
	};
	enum err e;

	vault_requests_hash(requests, n, hash);
	(void)snprintf(text[0], sizeof(text[0]), "%" PRIu32, q->of->n);
	(void)snprintf(text[1], sizeof(text[1]), "%" PRIu64, first);
	(void)snprintf(text[2], sizeof(text[2]), "%zu", n);
	day_time_text(in->at, at);
	fields[0].value = span_text(text[0]);
	fields[2].value = span_text(text[1]);
	fields[3].value = span_text(text[2]);
	fields[5].value = span_text(at);
	e = account_begin(in);
	if (e == ERR_OK)
		e = account_entry(in, LEDGER_LOOKUP, q->of->law, fields,
			sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
			ret_index);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static struct vault_proved
proved(struct span proof, const uint8_t entry[LEDGER_ENTRY],
	const struct account_opened *opened)
{
	return (struct vault_proved){proof, span_of(entry, LEDGER_ENTRY),
		&opened->head, opened->key, opened->field, opened->n_fields};
}

static enum err
ask_vault(const struct proc_lookup *q, const struct span *requests, size_t n,
	uint64_t lookup, struct buf *answer)
{
	struct instance *in = q->in;
	const uint64_t indices[] = {q->of->entry, lookup};
	uint8_t entry[2][LEDGER_ENTRY];
	struct account_opened opened;
	OWNED_BUF(proofs, PROOFS_MAX);
	struct reader r;
	struct vault_proved two[2];
	enum err e = account_publish(in, NULL);

	if (e == ERR_OK)
		e = keeper_prove(&in->keeper, indices, 2, &proofs, &in->why);
	if (e == ERR_OK)
		e = account_open(in, lookup, &opened);
	if (e != ERR_OK)
		return e;
	ledger_entry_write(&q->batch->entry, entry[0]);
	ledger_entry_write(&opened.entry, entry[1]);
	r = read_from(buf_span(&proofs));
	two[0] = proved(read_sized(&r, PROOFS_MAX), entry[0], q->batch);
	two[1] = proved(read_sized(&r, PROOFS_MAX), entry[1], &opened);
	e = read_end(&r) ? vault_lookup(q->vault, &two[0], &two[1], requests, n,
				   answer, &in->why)
			 : err_origin(ERR_PEER);
	account_opened_fini(&opened);
	return e;
}

enum err
proc_lookup(const struct proc_lookup *q, const struct span *requests, size_t n,
	uint64_t first, struct buf *answer)
{
	uint64_t index = 0;
	enum err e = enter_lookup(q, requests, n, first, &index);

	return e == ERR_OK ? ask_vault(q, requests, n, index, answer) : e;
}

static enum err
make_match(const struct locate *l, struct batch_request *b,
	const struct vault_found *found, struct account_made *made)
{
	char batch[16] = "";
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(codes, 4096);
	OWNED_BUF(evidence, 4096);
	OWNED_BUF(private, 4096);
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_TEXT("request", b->row.id),
		ACCOUNT_TEXT("outcome",
			case_state_text((enum case_state)b->row.state)),
		{"codes", span_of(NULL, 0)},
		{"person", found->person},
		{"evidence", span_of(NULL, 0)},
		ACCOUNT_BYTES("registers", l->registers, 32),
		ACCOUNT_BYTES("roll", l->roll, 32),
		ACCOUNT_TEXT("at", ""),
	};

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, b->row.batch);
	day_time_text(l->in->at, at);
	proc_batch_codes(l->law, b->row.unmet, " ", &codes);
	evidence_encode(&b->evidence, &evidence);
	buf_bytes(&private, found->match);
	buf_bytes(&private, found->weights);
	if (buf_error(&codes) != ERR_OK || buf_error(&evidence) != ERR_OK ||
		buf_error(&private) != ERR_OK)
		return err_origin(ERR_NOMEM);
	fields[0].value = span_text(batch);
	fields[3].value = buf_span(&codes);
	fields[5].value = buf_span(&evidence);
	fields[8].value = span_text(at);
	b->row.matched = made->index;
	return account_make(l->in, LEDGER_MATCH, l->of->law, fields,
		sizeof(fields) / sizeof(fields[0]), buf_span(&private), made);
}

/* The whole law over what was found; the row and entry M. */
static enum err
decide_one(const struct locate *l, struct batch_request *b,
	const struct vault_found *found, struct account_made *made)
{
	const struct instance *in = l->in;
	bool met[LAW_RULES_MAX];
	enum law_answer answer;
	struct vault_verdict verdict = {
		.batch = b->row.batch,
		.line = b->row.line,
		.request = b->encoded,
		.law = l->of->law,
		.match = found->match,
		.person = found->person,
	};

	proc_batch_set_moment(
		in, &l->moment, &b->request, found->person, &b->evidence);
	match_evidence(&found->result, &b->evidence);
	proc_batch_screen(in, &found->result, found->person, &b->evidence);
	answer = proc_batch_decide(l->law, &b->evidence, met);
	b->row.unmet = proc_batch_unmet(met, law_n_rules(l->law));
	proc_batch_move(&b->row, case_event_of(answer, EV_RECORD),
		answer == LAW_REFUSED ? &proc_by_judge : &proc_by_vault);
	verdict.answer = (uint8_t)answer;
	vault_verdict_hash(&verdict, b->row.verdict);
	return make_match(l, b, found, made);
}

static enum err
decide_some(void *context, size_t from, size_t to)
{
	struct locate *l = context;
	enum err e = ERR_OK;

	for (size_t i = from; e == ERR_OK && i < to; i++)
		e = decide_one(
			l, &l->request[l->from + i], &l->found[i], &l->made[i]);
	return e;
}

static enum err
decide_all(struct locate *l, size_t n)
{
	uint64_t first = 0;
	enum err e = account_reserve_drawn(l->in, n, l->order, &first);

	for (size_t k = 0; e == ERR_OK && k < n; k++)
		l->made[l->order[k]].index = first + k;
	if (e == ERR_OK)
		e = proc_share(n, decide_some, l);
	for (size_t k = 0; e == ERR_OK && k < n; k++)
		e = account_put(l->in, &l->made[l->order[k]]);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = store_request_found(
			l->in->store, &l->request[l->from + i].row);
	return e;
}

static enum err
decide_part(struct locate *l, size_t n, struct span answer)
{
	struct instance *in = l->in;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = vault_found_read(&answer, &l->found[i]);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = decide_all(l, n);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
open_one(struct locate *l, struct batch_request *b)
{
	struct store_request row = b->row;
	enum err e = proc_kept_find(
		l->options == NULL ? NULL : l->options->kept, &row, b);

	return e == ERR_NOT_FOUND ? proc_batch_open(l->in, &row, b) : e;
}

/* The requests of the chunk, as their entries have them. */
static enum err
open_chunk(struct locate *l)
{
	enum err e = store_read_begin(l->in->store);

	if (e != ERR_OK)
		return instance_says(
			l->in, e, "the store: %s", store_error(l->in->store));
	for (size_t i = 0; e == ERR_OK && i < l->n; i++)
		e = open_one(l, &l->request[i]);
	store_read_end(l->in->store);
	return e;
}

/* From the l->from-th on, as many as one question to the vault may have. */
static enum err
locate_part(struct locate *l, size_t *ret_n)
{
	struct span requests[VAULT_LOOKUP];
	OWNED_BUF(answer, ANSWER_MAX);
	struct proc_lookup q = {
		l->in, &l->in->vault, l->of, &l->batch, l->roll};
	size_t bytes = 0;
	size_t n = 0;
	enum err e;

	for (; l->from + n < l->n; n++) {
		requests[n] = l->request[l->from + n].encoded;
		bytes += requests[n].n;
		if (n > 0 && bytes > VAULT_LOOKUP_BYTES)
			break;
	}
	*ret_n = n;
	e = proc_lookup(&q, requests, n, l->request[l->from].row.line, &answer);
	return e == ERR_OK ? decide_part(l, n, buf_span(&answer)) : e;
}

static enum err
locate_chunk(struct locate *l)
{
	enum err e = open_chunk(l);
	size_t n = 0;

	for (l->from = 0; e == ERR_OK && l->from < l->n; l->from += n)
		e = locate_part(l, &n);
	for (size_t i = 0; i < l->n; i++)
		proc_batch_fini(&l->request[i]);
	l->n = 0;
	if (l->options != NULL && l->options->tell != NULL)
		l->options->tell(l->options->context, "looking up", l->done,
			l->of->n_lines);
	return e;
}

static enum err
add_row(void *context, struct store_request *row)
{
	struct locate *l = context;

	l->done = row->line;
	if (row->state != CASE_ACCEPTED || row->matched != STORE_NO_ENTRY)
		return ERR_OK;
	l->request[l->n++] = (struct batch_request){.row = *row};
	return l->n == VAULT_LOOKUP ? locate_chunk(l) : ERR_OK;
}

static enum err
locate_all(struct instance *in, const struct store_batch *batch,
	const struct proc_locate_options *options)
{
	static struct locate l;
	enum err e;

	l = (struct locate){.in = in, .of = batch, .options = options};
	for (size_t i = 0; i < VAULT_LOOKUP; i++)
		buf_init(&l.made[i].sealed, ACCOUNT_SEALED_MAX);
	e = instance_law(in, batch->law, &l.law);
	if (e == ERR_OK)
		e = vault_roll(&in->vault, l.roll, &in->why);
	if (e == ERR_OK)
		e = proc_registers_hash(in, l.registers);
	if (e == ERR_OK)
		e = account_open(in, batch->entry, &l.batch);
	if (e == ERR_OK) {
		l.moment = proc_batch_moment(in, l.law, batch);
		e = proc_batch_each(in, batch->n, add_row, &l);
		if (e == ERR_OK)
			e = locate_chunk(&l);
		for (size_t i = 0; i < l.n; i++)
			proc_batch_fini(&l.request[i]);
		account_opened_fini(&l.batch);
	}
	for (size_t i = 0; i < VAULT_LOOKUP; i++)
		buf_fini(&l.made[i].sealed);
	l.law = law_free(l.law);
	return e;
}

enum err
proc_locate(struct instance *in, const struct store_batch *batch,
	const struct proc_locate_options *options,
	enum proc_volume_gate *ret_gate)
{
	uint64_t matter;
	enum err e = proc_volume_gate(in, batch->n, ret_gate, &matter);

	return e == ERR_OK && *ret_gate == VOLUME_OPEN
		       ? locate_all(in, batch, options)
		       : e;
}

static enum err
end_locating(struct instance *in, struct store_batch *batch)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	batch->stage = STAGE_LOCATED;
	e = store_batch_update(in->store, batch);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

enum err
proc_locate_rest(struct instance *in, struct store_batch *batch,
	const struct proc_locate_options *options)
{
	enum proc_volume_gate gate;
	enum err e = proc_locate(in, batch, options, &gate);

	if (e == ERR_OK && gate != VOLUME_WAITS)
		e = end_locating(in, batch);
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

/* Nobody is looked up under an agreement that is not in force. */
static bool
in_force(const struct instance *in, const struct store_batch *batch)
{
	return in->law != NULL && in->proved &&
	       in->clock >= law_effective(in->law) &&
	       in->clock < law_expires(in->law) &&
	       register_agreement_loaded(in->registers,
		       span_text(batch->agreement), batch->law, in->at);
}

enum err
proc_resume(struct instance *in, uint32_t n, struct store_batch *ret_batch)
{
	enum err e = proc_permit(in, PERMIT_SUBMIT);
	struct why why = {""};

	if (e == ERR_OK)
		e = proc_batch_get(in, n, ret_batch);
	if (e != ERR_OK)
		return e;
	if (ret_batch->stage < STAGE_ANSWERED)
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32
			" is not answered yet: submit it again to go on",
			n);
	/* What a crash cut off after a letter or a reconsideration. */
	e = proc_reply_later(in, ret_batch);
	if (e != ERR_OK ||
		(ret_batch->stage == STAGE_LOCATED && !in_force(in, ret_batch)))
		return e;
	if (proc_law_proved(in, &why) != ERR_OK)
		return instance_says(in, ERR_NOT_ALLOWED,
			"AG-TERM: %s: nobody is looked up", why.text);
	if (!in_force(in, ret_batch))
		return instance_says(in, ERR_NOT_ALLOWED,
			"AG-TERM: the agreement %s, as the batch was judged "
			"by it, is not in force: nobody is looked up",
			ret_batch->agreement);
	return proc_locate_rest(in, ret_batch, NULL);
}
