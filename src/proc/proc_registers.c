/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_registers.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/read.h"
#include "proc/proc_account.h"
#include "proc/proc_keeper.h"
#include "proc/proc_policy.h"

enum { ACT_MAX = 1 << 16, HEADS_MAX = 1 << 14, HEAD_NAME = 64 };

/* Two more than the registers: the holds, and the ledger's policy. */
enum { HEADS = REG_N + 2 };

static const char *
head_name(int i)
{
	if (i < REG_N)
		return register_name((enum register_id)i);
	return i == REG_N ? "hold" : PROC_POLICY_HEAD;
}

/* Which entry changed it last, kept beside it in the store. */
static enum err
remember_head(struct instance *in, const char *name, uint64_t index)
{
	OWNED_BUF(bytes, 8);
	char key[HEAD_NAME];

	(void)snprintf(key, sizeof(key), "head/%s", name);
	buf_u64be(&bytes, index);
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	return store_put(in->store, key, buf_span(&bytes));
}

static enum err
enter_change(struct instance *in, const char *name, const char *change,
	struct span subject, struct span record, struct span head,
	struct span signature, uint64_t *ret_index)
{
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("register", name),
		ACCOUNT_TEXT("change", change),
		{"subject", subject},
		{"record", record},
		{"head", head},
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		{"signature", signature},
		{"at", span_of(NULL, 0)},
	};

	day_time_text(in->at, at);
	fields[7].value = span_text(at);
	return account_entry(in, LEDGER_REGISTER, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		ret_index);
}

/* After all changes of one register: what its bytes hash to now. */
static enum err
enter_head(struct instance *in, const char *name, const char *change,
	const uint8_t head[32], struct span signature)
{
	uint64_t index;
	enum err e = enter_change(in, name, change, span_of(NULL, 0),
		span_of(NULL, 0), span_of(head, 32), signature, &index);

	return e == ERR_OK ? remember_head(in, name, index) : e;
}

enum err
proc_registers_change(struct instance *in, enum register_verb verb,
	const struct register_row *row, int64_t at)
{
	struct register_act act = {.verb = verb, .row = *row, .at = at};
	OWNED_BUF(bytes, ACT_MAX);
	OWNED_BUF(signature, 4096);
	enum err e;

	memcpy(act.actor, in->actor.print, sizeof(act.actor));
	e = register_apply(in->registers, &act, &in->why);
	if (e != ERR_OK)
		return e;
	register_act_encode(&act, &bytes);
	e = buf_error(&bytes);
	if (e == ERR_OK)
		e = instance_sign(in, buf_span(&bytes), &signature);
	if (e != ERR_OK)
		return e;
	in->changed |= 1U << row->id;
	return enter_change(in, register_name(row->id),
		verb == REG_ADD ? "add" : "revoke", row->value[0],
		buf_span(&bytes), span_of(NULL, 0), buf_span(&signature), NULL);
}

enum err
proc_registers_apply(struct instance *in, enum register_verb verb,
	const struct register_row *row)
{
	struct register_act act = {.verb = verb, .row = *row, .at = in->at};

	memcpy(act.actor, in->actor.print, sizeof(act.actor));
	in->changed |= 1U << row->id;
	return register_apply(in->registers, &act, &in->why);
}

enum err
proc_registers_list(struct instance *in, enum register_id id,
	struct span subject, struct span record)
{
	OWNED_BUF(signature, 4096);
	enum err e = instance_sign(in, record, &signature);

	in->changed |= 1U << id; /* also where it changed nothing */
	return e == ERR_OK ? enter_change(in, register_name(id), "load",
				     subject, record, span_of(NULL, 0),
				     buf_span(&signature), NULL)
			   : e;
}

enum err
proc_registers_holds(struct instance *in, const struct proc_registers_act *act,
	uint64_t *ret_entry)
{
	uint8_t bytes[32];
	struct span head = span_of(bytes, sizeof(bytes));
	enum err e = instance_save_holds(in);

	if (e == ERR_OK)
		e = instance_holds_hash(in, bytes);
	if (e == ERR_OK)
		e = enter_change(in, "hold", act->change, act->subject,
			act->record, act->sealed ? span_of(NULL, 0) : head,
			act->signature, ret_entry);
	if (e != ERR_OK)
		return e;
	return act->sealed
		       ? enter_head(in, "hold", "head", bytes, span_of(NULL, 0))
		       : remember_head(in, "hold", *ret_entry);
}

enum err
proc_registers_policy(struct instance *in, struct span record)
{
	OWNED_BUF(signature, 4096);
	uint8_t head[CRYPTO_SHA256];
	uint64_t index;
	enum err e = instance_sign(in, record, &signature);

	crypto_sha256(record, head);
	if (e == ERR_OK)
		e = enter_change(in, PROC_POLICY_HEAD, "load", span_of(NULL, 0),
			record, span_of(head, sizeof(head)),
			buf_span(&signature), &index);
	return e == ERR_OK ? remember_head(in, PROC_POLICY_HEAD, index) : e;
}

enum err
proc_registers_finish(struct instance *in)
{
	enum err e = instance_save_registers(in);

	for (int id = 0; e == ERR_OK && id < REG_N; id++) {
		uint8_t head[32];

		if ((in->changed & 1U << id) == 0)
			continue;
		e = instance_register_hash(in, (enum register_id)id, head);
		if (e == ERR_OK)
			e = enter_head(in, register_name((enum register_id)id),
				"head", head, span_of(NULL, 0));
	}
	in->changed = 0;
	if (e == ERR_OK)
		e = account_commit(in);
	else
		account_abandon(in);
	return e == ERR_OK ? proc_registers_heads(in) : e;
}

static enum err
tell_head(struct instance *in, struct span known, const char *name)
{
	OWNED_BUF(bytes, 8);
	char key[HEAD_NAME];
	uint8_t hash[32];
	uint64_t told = 0;
	uint64_t index;
	struct reader r;
	enum err e;

	(void)snprintf(key, sizeof(key), "head/%s", name);
	e = store_get(in->store, key, &bytes);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&bytes));
	index = read_u64be(&r);
	e = keeper_heads_find(known, span_text(name), &told, hash);
	if (e == ERR_OK && told >= index)
		return ERR_OK;
	return e == ERR_OK || e == ERR_NOT_FOUND ? account_head(in, index) : e;
}

enum err
proc_registers_heads(struct instance *in)
{
	OWNED_BUF(note, HEADS_MAX);
	struct ledger_note parsed;
	enum err e = keeper_heads(&in->keeper, &note, &in->why);

	if (e == ERR_OK)
		e = ledger_note_parse(buf_span(&note), &parsed);
	for (int i = 0; e == ERR_OK && i < HEADS; i++)
		e = tell_head(in, parsed.text, head_name(i));
	return e;
}

int64_t
proc_registers_last(const struct instance *in)
{
	int64_t last = 0;

	for (int id = 0; id < REG_N; id++) {
		size_t n = register_n(in->registers, (enum register_id)id);

		for (size_t i = 0; i < n; i++) {
			const struct register_entry *entry = register_at(
				in->registers, (enum register_id)id, i);

			if (entry->added_at > last)
				last = entry->added_at;
			if (entry->revoked_at != REGISTER_AT_NEVER &&
				entry->revoked_at > last)
				last = entry->revoked_at;
		}
	}
	return last;
}

enum err
proc_registers_hash(struct instance *in, uint8_t ret_hash[32])
{
	OWNED_BUF(heads, 32 * (REG_N + 1));
	uint8_t hash[32];
	enum err e = ERR_OK;

	for (int id = 0; e == ERR_OK && id < REG_N; id++) {
		e = instance_register_hash(in, (enum register_id)id, hash);
		buf_bytes(&heads, span_of(hash, sizeof(hash)));
	}
	if (e == ERR_OK)
		e = instance_holds_hash(in, hash);
	buf_bytes(&heads, span_of(hash, sizeof(hash)));
	if (e == ERR_OK)
		e = buf_error(&heads);
	crypto_sha256(buf_span(&heads), ret_hash);
	return e;
}
