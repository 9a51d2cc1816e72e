/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_ledger_key.h"

#include <inttypes.h>

#include "base/code.h"
#include "base/read.h"
#include "proc/proc_account.h"
#include "proc/proc_keeper.h"
#include "proc/proc_ledger.h"
#include "proc/proc_permit.h"
#include "proc/proc_policy.h"

#define ASKED "ledger-key-asked" /* in the store: struct asked */
#define KNOWN "ledger-key"       /* in the store: the vkey in force */
#define ACT_COMMIT "ledger-key-commit"
#define ACT_ASK "ledger-key-rotate-ask"
#define ACT_WITHDRAW "ledger-key-rotate-withdraw"
#define ACT_ROTATE "ledger-key-rotate"

enum { SMALL = 4096 };

/* What the first of two asked for. */
struct asked {
	uint8_t who[CRYPTO_SHA256];
	uint8_t new[32]; /* hash of the key */
	uint64_t compromised_after;
};

/* ---- an entry, and what the keeper does on it ---- */

static enum err
enter(struct instance *in, const char *act, struct span text,
	uint64_t *ret_index)
{
	enum err e = account_begin(in);

	if (e == ERR_OK)
		e = account_act(in, act, 0, "", text, ret_index);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* The entry's object, and the opening that shows it. */
static enum err
tell_keeper(struct instance *in, uint64_t index, bool rotate)
{
	OWNED_BUF(opening, LEDGER_KEYS_FILE_MAX);
	struct account_opened opened;
	struct ledger_opening shown;
	enum err e = account_open(in, index, &opened);

	if (e != ERR_OK)
		return e;
	e = account_show(&opened, "object", &shown);
	if (e == ERR_OK) {
		ledger_opening_write(&shown, &opening);
		e = buf_error(&opening);
	}
	if (e == ERR_OK)
		e = keeper_key(&in->keeper, rotate, index,
			account_field(&opened, "object"), buf_span(&opening),
			&in->why);
	account_opened_fini(&opened);
	return e;
}

/* ---- committing ---- */

enum err
proc_ledger_key_begin(
	struct instance *in, const uint8_t *next, uint64_t *ret_index)
{
	struct keeper_next keys;
	OWNED_BUF(text, LEDGER_KEYS_TEXT);
	uint8_t hash[32];
	enum err e =
		keeper_next(&in->keeper, next == NULL, false, &keys, &in->why);

	if (e != ERR_OK)
		return e;
	if (next == NULL)
		ledger_keys_hash(&keys.next, hash);
	else
		memcpy(hash, next, sizeof(hash));
	ledger_keys_commit_text(&keys.now, hash, in->at, &text);
	e = buf_error(&text);
	return e == ERR_OK ? enter(in, ACT_COMMIT, buf_span(&text), ret_index)
			   : e;
}

enum err
proc_ledger_key_put(struct instance *in, uint64_t index)
{
	return tell_keeper(in, index, false);
}

static enum err
commit(struct instance *in, const uint8_t *next)
{
	uint64_t index = 0;
	enum err e = proc_ledger_key_begin(in, next, &index);

	if (e == ERR_OK)
		e = account_publish(in, NULL);
	return e == ERR_OK ? proc_ledger_key_put(in, index) : e;
}

enum err
proc_ledger_key_commit(struct instance *in, const uint8_t *next)
{
	enum err e = proc_permit(in, PERMIT_LEDGER_KEY);

	return e == ERR_OK ? commit(in, next) : e;
}

/* ---- asking ---- */

static enum err
asked_put(struct instance *in, const struct asked *a)
{
	OWNED_BUF(bytes, SMALL);

	if (a != NULL) {
		buf_bytes(&bytes, span_of(a->who, sizeof(a->who)));
		buf_bytes(&bytes, span_of(a->new, sizeof(a->new)));
		buf_u64be(&bytes, a->compromised_after);
	}
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	return store_put(in->store, ASKED, buf_span(&bytes));
}

/* Refuses NOT_FOUND: nobody asked. */
static enum err
asked_get(struct instance *in, struct asked *ret)
{
	OWNED_BUF(bytes, SMALL);
	struct reader r;
	struct span who;
	struct span new;
	enum err e = store_get(in->store, ASKED, &bytes);

	if (e == ERR_OK && bytes.n == 0)
		e = ERR_NOT_FOUND;
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&bytes));
	who = read_bytes(&r, sizeof(ret->who));
	new = read_bytes(&r, sizeof(ret->new));
	ret->compromised_after = read_u64be(&r);
	if (!read_end(&r))
		return err_origin(ERR_DAMAGED);
	memcpy(ret->who, who.at, sizeof(ret->who));
	memcpy(ret->new, new.at, sizeof(ret->new));
	return ERR_OK;
}

static enum err
ask(struct instance *in, struct asked *a)
{
	OWNED_BUF(object, SMALL);
	enum err e;

	memcpy(a->who, in->actor.print, sizeof(a->who));
	buf_text(&object, "new ");
	code_hex(&object, span_of(a->new, sizeof(a->new)));
	if (a->compromised_after != LEDGER_SIZE_MAX)
		buf_printf(&object, "\ncompromised-after %" PRIu64,
			a->compromised_after);
	buf_u8(&object, '\n');
	e = buf_error(&object);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = account_act(in, ACT_ASK, 0, "", buf_span(&object), NULL);
	if (e == ERR_OK)
		e = asked_put(in, a);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* ---- granting ---- */

/* Two people, and what was asked for. */
static enum err
may_grant(struct instance *in, const struct asked *was, const struct asked *is)
{
	if (register_same_person(in->registers, was->who, in->actor.print))
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s asked for it and cannot grant it: a second person "
			"must",
			in->actor.name);
	if (register_find_print(in->registers, REG_ROLE, was->who, in->at) ==
		NULL)
		return instance_says(in, ERR_NOT_ALLOWED,
			"who asked for it has no role any more: `weir ledger "
			"key rotate --withdraw`, and ask again");
	if (was->compromised_after == is->compromised_after)
		return ERR_OK;
	if (was->compromised_after == LEDGER_SIZE_MAX)
		return instance_says(in, ERR_MISMATCH,
			"what was asked for says nothing of a compromise: "
			"`--withdraw`, and ask again");
	return instance_says(in, ERR_MISMATCH,
		"what was asked for says --compromised-after %" PRIu64
		": say the same, or `--withdraw`, and ask again",
		was->compromised_after);
}

/* Which key would be put in force; that it was committed to. */
static enum err
find_next(struct instance *in, struct keeper_next *ret)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	uint8_t hash[32];
	enum err e = keeper_next(&in->keeper, false, true, ret, &in->why);

	if (e == ERR_OK)
		e = proc_ledger_in(in->path, &l, &in->why);
	if (e != ERR_OK)
		return e;
	ledger_keys_hash(&ret->next, hash);
	if (!l.chain->keys.has_next)
		e = instance_says(in, ERR_NOT_FOUND,
			"the ledger has not committed to a next key: `weir "
			"ledger key commit`");
	else if (memcmp(hash, l.chain->keys.next, sizeof(hash)) != 0)
		e = instance_says(in, ERR_MISMATCH,
			"keeper/next is not the key that the ledger committed "
			"to");
	proc_ledger_close(&l);
	return e;
}

/* After a change: the store knows which key is in force. */
static enum err
remember(struct instance *in, const struct ledger_vkey *key)
{
	OWNED_BUF(text, SMALL);
	enum err e;

	ledger_vkey_text(key, &text);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = store_put(in->store, KNOWN, buf_span(&text));
	if (e == ERR_OK)
		e = asked_put(in, NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
grant(struct instance *in, const struct proc_ledger_key_rotate *how,
	const struct keeper_next *keys)
{
	OWNED_BUF(text, LEDGER_KEYS_TEXT);
	uint64_t index = 0;
	enum err e;

	ledger_keys_rotate_text(
		&keys->now, &keys->next, how->compromised_after, in->at, &text);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = enter(in, ACT_ROTATE, buf_span(&text), &index);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	if (e == ERR_OK)
		e = tell_keeper(in, index, true);
	if (e == ERR_OK)
		e = remember(in, &keys->next);
	if (e == ERR_OK)
		e = proc_policy_open(in);
	return e == ERR_OK ? commit(in, how->next) : e;
}

static enum err
check_size(struct instance *in, uint64_t compromised_after)
{
	if (compromised_after == LEDGER_SIZE_MAX ||
		compromised_after <= in->published)
		return ERR_OK;
	return instance_says(in, ERR_MALFORMED,
		"--compromised-after is a size that the ledger had: it has "
		"%" PRIu64 " entries",
		in->published);
}

enum err
proc_ledger_key_rotate(struct instance *in,
	const struct proc_ledger_key_rotate *how, bool *ret_done)
{
	struct asked is = {.compromised_after = how->compromised_after};
	struct asked was;
	struct keeper_next keys;
	enum err e = proc_permit(in, PERMIT_LEDGER_KEY);

	*ret_done = false;
	if (e == ERR_OK)
		e = check_size(in, how->compromised_after);
	if (e == ERR_OK)
		e = find_next(in, &keys);
	if (e != ERR_OK)
		return e;
	ledger_keys_hash(&keys.next, is.new);
	e = asked_get(in, &was);
	if (e == ERR_NOT_FOUND ||
		(e == ERR_OK && memcmp(was.new, is.new, 32) != 0))
		return ask(in, &is);
	if (e == ERR_OK)
		e = may_grant(in, &was, &is);
	if (e == ERR_OK)
		e = grant(in, how, &keys);
	*ret_done = e == ERR_OK;
	return e;
}

enum err
proc_ledger_key_withdraw(struct instance *in)
{
	struct asked was;
	enum err e = proc_permit(in, PERMIT_LEDGER_KEY);

	if (e == ERR_OK)
		e = asked_get(in, &was);
	if (e == ERR_NOT_FOUND)
		return instance_says(
			in, e, "nobody asked for a change of the ledger's key");
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = account_act(in, ACT_WITHDRAW, 0, "", span_of(NULL, 0), NULL);
	if (e == ERR_OK)
		e = asked_put(in, NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* ---- at start-up ---- */

enum err
proc_ledger_key_agrees(struct instance *in)
{
	OWNED_BUF(text, SMALL);
	struct proc_ledger l = PROC_LEDGER_NONE;
	struct ledger_vkey key;
	enum err e = store_get(in->store, KNOWN, &text);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK && ledger_vkey_parse(buf_span(&text), &key) != ERR_OK)
		e = err_origin(ERR_DAMAGED);
	if (e == ERR_OK)
		e = proc_ledger_in(in->path, &l, &in->why);
	if (e == ERR_OK && ledger_keys_find(&l.chain->keys, &key) == NULL)
		e = instance_says(in, ERR_MISMATCH,
			"ledger/ and keeper/ are of before the ledger's key was "
			"changed, and what the old key would sign is worth "
			"nothing; nothing may leave: bring back both as they "
			"were after it");
	proc_ledger_close(&l);
	return e;
}
