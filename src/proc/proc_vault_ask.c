/* SPDX-License-Identifier: Apache-2.0 */
/* The judge's side of the vault. */
#include "proc/proc_vault.h"

#include "base/read.h"
#include "crypto/crypto.h"
#include "wire/wire.h"

enum { QUESTION_MAX = 1 << 28 };

static enum err
ask(struct proc_peer *vault, enum wire_message what, const struct buf *question,
	enum wire_message want, struct buf *answer, struct why *reterr_why)
{
	enum err e = buf_error(question);

	if (e == ERR_OK)
		e = wire_send(vault->fd, what, buf_span(question));
	if (e == ERR_OK)
		e = wire_expect(
			vault->fd, want, WIRE_VAULT_REFUSE, answer, reterr_why);
	return e;
}

static void
put_proved(struct buf *to, enum ledger_type type, const struct vault_proved *p)
{
	const char *name;

	buf_sized(to, p->proof);
	buf_bytes(to, p->entry);
	ledger_head_encode(p->head, to);
	buf_bytes(to, span_of(p->key, LEDGER_KEY));
	for (size_t i = 0; (name = ledger_field_name(type, i)) != NULL; i++) {
		struct span value = span_of(NULL, 0);

		for (size_t k = 0; k < p->n_fields; k++)
			if (strcmp(p->field[k].name, name) == 0)
				value = p->field[k].value;
		buf_sized(to, value);
	}
}

void
vault_requests_hash(const struct span *requests, size_t n, uint8_t ret_hash[32])
{
	OWNED_BUF(all, QUESTION_MAX);

	for (size_t i = 0; i < n; i++)
		buf_sized(&all, requests[i]);
	must(buf_error(&all) == ERR_OK);
	crypto_sha256(buf_span(&all), ret_hash);
}

enum err
vault_lookup(struct proc_peer *vault, const struct vault_proved *batch,
	const struct vault_proved *lookup, const struct span *requests,
	size_t n, struct buf *answer, struct why *reterr_why)
{
	OWNED_BUF(question, QUESTION_MAX);

	must(n > 0 && n <= VAULT_LOOKUP);
	put_proved(&question, LEDGER_BATCH, batch);
	put_proved(&question, LEDGER_LOOKUP, lookup);
	buf_u32be(&question, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		buf_sized(&question, requests[i]);
	return ask(vault, WIRE_VAULT_LOOKUP, &question, WIRE_VAULT_FOUND,
		answer, reterr_why);
}

enum err
vault_found_read(struct span *answer, struct vault_found *ret_found)
{
	struct reader r = read_from(*answer);
	struct vault_found found = {
		.match = read_sized(&r, 4096),
		.person = read_sized(&r, 256),
		.weights = read_sized(&r, 256),
	};
	struct match_weights weights;

	if (!read_ok(&r) || !match_weights_decode(found.weights, &weights) ||
		!match_decode(found.match, &found.result))
		return err_origin(ERR_PEER);
	*answer = r.left;
	*ret_found = found;
	return ERR_OK;
}

static enum err
ask_roll(struct proc_peer *vault, uint8_t ret_hash[32], int32_t *ret_day,
	struct why *reterr_why)
{
	OWNED_BUF(question, 1);
	OWNED_BUF(answer, 4096);
	struct reader r;
	struct span hash;
	enum err e = ask(vault, WIRE_VAULT_ROLL, &question, WIRE_VAULT_ROLL_IS,
		&answer, reterr_why);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	hash = read_bytes(&r, 32);
	*ret_day = (int32_t)read_u32be(&r);
	if (!read_end(&r))
		return err_origin(ERR_PEER);
	memcpy(ret_hash, hash.at, 32);
	return ERR_OK;
}

enum err
vault_roll(
	struct proc_peer *vault, uint8_t ret_hash[32], struct why *reterr_why)
{
	int32_t day;

	return ask_roll(vault, ret_hash, &day, reterr_why);
}

enum err
vault_roll_day(
	struct proc_peer *vault, int32_t *ret_day, struct why *reterr_why)
{
	uint8_t hash[32];

	return ask_roll(vault, hash, ret_day, reterr_why);
}

void
vault_verdict_hash(const struct vault_verdict *v, uint8_t ret_hash[32])
{
	OWNED_BUF(b, 1 << 18);
	uint8_t request[32];

	crypto_sha256(v->request, request);
	buf_text(&b, "weir/verdict/v1\n");
	buf_u32be(&b, v->batch);
	buf_u64be(&b, v->line);
	buf_bytes(&b, span_of(request, sizeof(request)));
	buf_bytes(&b, span_of(v->law, 32));
	buf_u8(&b, v->answer);
	buf_sized(&b, v->match);
	buf_sized(&b, v->person);
	must(buf_error(&b) == ERR_OK);
	crypto_sha256(buf_span(&b), ret_hash);
}

enum err
vault_begin(struct proc_peer *vault, const struct vault_round *round,
	struct why *reterr_why)
{
	OWNED_BUF(question, QUESTION_MAX);
	OWNED_BUF(answer, 4096);

	put_proved(&question, LEDGER_BATCH, round->batch);
	buf_u64be(&question, (uint64_t)round->at);
	buf_u32be(&question, (uint32_t)round->issued);
	buf_u32be(&question, (uint32_t)round->day);
	buf_u32be(&question, (uint32_t)round->received);
	buf_bytes(&question, span_of(round->law, 32));
	buf_bytes(&question, span_of(round->engine, 32));
	buf_sized(&question, round->law_files);
	buf_sized(&question, round->heads);
	buf_sized(&question, round->holds);
	for (int id = 0; id < REG_N; id++)
		buf_sized(&question, round->registers[id]);
	buf_bytes(&question, round->approvals);
	return ask(vault, WIRE_VAULT_REGISTERS, &question, WIRE_VAULT_DONE,
		&answer, reterr_why);
}

enum err
vault_prepare(struct proc_peer *vault, uint64_t first,
	const struct vault_wish *wishes, size_t n, struct buf *answer,
	struct why *reterr_why)
{
	OWNED_BUF(question, QUESTION_MAX);

	must(n > 0 && n <= VAULT_CHUNK);
	buf_u64be(&question, first);
	buf_u32be(&question, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_u64be(&question, wishes[i].line);
		buf_u8(&question, wishes[i].address);
		buf_sized(&question, wishes[i].request);
		buf_sized(&question, wishes[i].evidence);
		buf_sized(&question, wishes[i].codes);
	}
	return ask(vault, WIRE_VAULT_PREPARE, &question, WIRE_VAULT_PREPARED,
		answer, reterr_why);
}

enum err
vault_prepared_read(struct span *answer, struct vault_prepared *ret_prepared)
{
	struct reader r = read_from(*answer);
	struct vault_prepared p = {
		.outcome = (enum vault_outcome)read_u8(&r),
		.why = read_sized(&r, 256),
		.entry = read_sized(&r, LEDGER_ENTRY),
		.opening = read_sized(&r, 1 << 16),
		.recipient = read_sized(&r, 32),
	};

	if (!read_ok(&r) || p.outcome < VAULT_ADDRESS ||
		p.outcome > VAULT_NO_OFFICER)
		return err_origin(ERR_PEER);
	*answer = r.left;
	*ret_prepared = p;
	return ERR_OK;
}

enum err
vault_seal(struct proc_peer *vault, struct span proofs, struct buf *answer,
	struct why *reterr_why)
{
	OWNED_BUF(question, QUESTION_MAX);

	buf_bytes(&question, proofs);
	return ask(vault, WIRE_VAULT_SEAL, &question, WIRE_VAULT_SEALED, answer,
		reterr_why);
}
