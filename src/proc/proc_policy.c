/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_policy.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_keeper.h"
#include "proc/proc_permit.h"
#include "proc/proc_registers.h"

#define STORE_NAME "policy"

enum { LINE_BYTES = 4 + 1 + 104 + 1 /* dash, blank, base64, LF */ };

void
proc_policy_encode(const struct proc_policy_texts *t, struct buf *to)
{
	buf_sized(to, t->policy);
	buf_sized(to, t->settings);
	buf_sized(to, t->certs);
}

bool
proc_policy_texts(struct span record, struct proc_policy_texts *ret)
{
	struct reader r = read_from(record);

	ret->policy = read_sized(&r, PROC_POLICY_MAX);
	ret->settings = read_sized(&r, PROC_POLICY_MAX);
	ret->certs = read_sized(&r, PROC_POLICY_MAX);
	return read_end(&r);
}

struct proc_policy *
proc_policy_free(struct proc_policy *p)
{
	if (p == NULL)
		return NULL;
	p->policy = ledger_policy_free(p->policy);
	p->chain = proc_chain_free(p->chain);
	buf_fini(&p->record);
	mem_free(p);
	return NULL;
}

/* ---- in force ---- */

/* The key in force, with all that were. */
static enum err
read_own(struct instance *in, struct ledger_vkey *ret_key,
	struct proc_chain **ret_chain)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	enum err e = proc_ledger_in(in->path, &l, &in->why);

	if (e != ERR_OK)
		return e;
	*ret_key = l.vkey;
	*ret_chain = l.chain;
	l.chain = NULL;
	proc_ledger_close(&l);
	return ERR_OK;
}

static enum err
read_stored(struct instance *in, struct proc_policy **ret)
{
	OWNED(proc_policy) p = mem_zeroed(sizeof(*p));
	struct ledger_vkey own;
	enum err e;

	if (p == NULL)
		return err_origin(ERR_NOMEM);
	buf_init(&p->record, 2 * PROC_POLICY_MAX);
	e = store_get(in->store, STORE_NAME, &p->record);
	if (e == ERR_OK && !proc_policy_texts(buf_span(&p->record), &p->texts))
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		e = ledger_policy_parse(p->texts.policy, &p->policy, NULL);
	if (e == ERR_OK)
		e = ledger_settings_parse(
			p->texts.settings, &p->settings, NULL);
	if (e == ERR_OK)
		e = read_own(in, &own, &p->chain);
	if (e == ERR_OK) {
		ledger_policy_know(p->policy, &own);
		*ret = proc_policy_take(&p);
	}
	return e;
}

/* Whether the keeper knows a head of that name: then there must be a policy. */
static enum err
is_named(struct instance *in, bool *ret_named)
{
	OWNED_BUF(note, 1 << 14);
	struct ledger_note parsed;
	uint64_t index;
	uint8_t hash[32];
	enum err e = keeper_heads(&in->keeper, &note, &in->why);

	if (e == ERR_OK)
		e = ledger_note_parse(buf_span(&note), &parsed);
	if (e == ERR_OK)
		e = keeper_heads_find(
			parsed.text, SPAN(PROC_POLICY_HEAD), &index, hash);
	*ret_named = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_policy_open(struct instance *in)
{
	bool named = false;
	enum err e;

	in->policy = proc_policy_free(in->policy);
	e = read_stored(in, &in->policy);
	if (e == ERR_NOT_FOUND) {
		e = is_named(in, &named);
		if (e == ERR_OK && named)
			e = instance_says(in, ERR_MISMATCH,
				"the store has no policy of the ledger, and "
				"the ledger names one: the store was changed; "
				"nothing may leave");
		return e;
	}
	if (err_is_refusal(e))
		return instance_says(in, ERR_DAMAGED,
			"the ledger's policy in the store: %s", err_text(e));
	if (e == ERR_OK)
		e = keeper_policy(
			&in->keeper, buf_span(&in->policy->record), &in->why);
	return e;
}

/* ---- a new one ---- */

static enum err
read_file(struct instance *in, const char *file, struct buf *to)
{
	enum err e = os_read(AT_FDCWD, file, to);

	return e == ERR_OK || e == ERR_NOT_FOUND
		       ? e
		       : instance_says(in, e, "%s: %s", file, err_text(e));
}

/* NAME beside `file`. */
static enum err
read_beside(
	struct instance *in, const char *file, const char *name, struct buf *to)
{
	const char *slash = strrchr(file, '/');
	OWNED_BUF(whole, INSTANCE_FILE_MAX);
	char path[INSTANCE_FILE_MAX];
	enum err e;

	if (slash != NULL && name[0] != '/')
		buf_bytes(&whole, span_of(file, (size_t)(slash - file) + 1));
	buf_text(&whole, name);
	if (buf_error(&whole) != ERR_OK ||
		!span_copy(buf_span(&whole), path, sizeof(path)))
		return instance_says(in, ERR_TOO_LARGE, "a path is too long");
	e = read_file(in, path, to);
	return e == ERR_NOT_FOUND
		       ? instance_says(in, e, "%s: there is no such file", path)
		       : e;
}

struct loading {
	struct instance *in;
	const char *file;
	struct buf policy;
	struct buf settings;
	struct buf certs;
};

static enum err
says_file(struct loading *l, enum err e, const char *file)
{
	struct why why = l->in->why;

	return err_is_failure(e)
		       ? e
		       : instance_says(l->in, e, "%s: %.300s", file, why.text);
}

/* That its checkpoints are ours, and that packages have room for it. */
static enum err
check_policy(struct loading *l, const struct ledger_policy *p)
{
	struct instance *in = l->in;
	OWNED(proc_chain) chain = NULL;
	struct ledger_vkey key;
	size_t lines = 0;
	bool ours = false;
	enum err e = read_own(in, &key, &chain);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < p->n_logs; i++)
		ours = ours ||
		       ledger_keys_find(&chain->keys, &p->log[i].key) != NULL;
	if (!ours)
		return instance_says(in, ERR_MISMATCH,
			"%s: no line `log` has this ledger's key: it is in "
			"ledger/ledger.vkey",
			l->file);
	for (size_t i = 0; i < p->n_witnesses; i++) {
		lines += LINE_BYTES + strlen(p->witness[i].key.name);
		if (p->witness[i].url[0] != '\0' &&
			!ledger_url_ok(span_text(p->witness[i].url)))
			return instance_says(in, ERR_MALFORMED,
				"%s: a witness's URL is http:// or https:// "
				"and a host",
				l->file);
	}
	if (lines > PROC_POLICY_LINES)
		return instance_says(in, ERR_TOO_LARGE,
			"%s: the signatures of so many witnesses have no room "
			"in a package: ten with short names do",
			l->file);
	return ERR_OK;
}

static enum err
read_all(struct loading *l)
{
	struct instance *in = l->in;
	OWNED(ledger_policy) p = NULL;
	struct ledger_settings s;
	char beside[INSTANCE_FILE_MAX];
	enum err e = read_file(in, l->file, &l->policy);

	if (e == ERR_NOT_FOUND)
		return instance_says(
			in, e, "%s: there is no such file", l->file);
	if (e != ERR_OK)
		return e;
	e = ledger_policy_parse(buf_span(&l->policy), &p, &in->why);
	if (e != ERR_OK)
		return says_file(l, e, l->file);
	e = check_policy(l, p);
	if (e == ERR_OK && snprintf(beside, sizeof(beside), "%s.settings",
				   l->file) >= (int)sizeof(beside))
		e = instance_says(in, ERR_TOO_LARGE, "a path is too long");
	if (e == ERR_OK)
		e = read_file(in, beside, &l->settings);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	e = ledger_settings_parse(buf_span(&l->settings), &s, &in->why);
	if (e != ERR_OK)
		return says_file(l, e, beside);
	return s.timestamp_cert[0] == '\0'
		       ? ERR_OK
		       : read_beside(in, l->file, s.timestamp_cert, &l->certs);
}

static enum err
enter(struct loading *l)
{
	struct instance *in = l->in;
	struct proc_policy_texts texts = {buf_span(&l->policy),
		buf_span(&l->settings), buf_span(&l->certs)};
	OWNED_BUF(record, 2 * PROC_POLICY_MAX);
	enum err e;

	proc_policy_encode(&texts, &record);
	if (buf_error(&record) != ERR_OK || record.n > PROC_POLICY_MAX)
		return instance_says(in, ERR_TOO_LARGE,
			"policy, settings and certificate are more than "
			"49,152 bytes");
	e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = store_put(in->store, STORE_NAME, buf_span(&record));
	if (e == ERR_OK)
		e = proc_registers_policy(in, buf_span(&record));
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	if (e == ERR_OK)
		e = proc_registers_heads(in);
	if (e == ERR_OK)
		e = proc_policy_open(in);
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

enum err
proc_policy_load(struct instance *in, const char *file)
{
	struct loading l = {.in = in, .file = file};
	enum err e = proc_permit(in, PERMIT_POLICY);

	buf_init(&l.policy, PROC_POLICY_MAX);
	buf_init(&l.settings, LEDGER_SETTINGS_MAX);
	buf_init(&l.certs, PROC_POLICY_MAX);
	if (e == ERR_OK)
		e = read_all(&l);
	if (e == ERR_OK)
		e = enter(&l);
	buf_fini(&l.policy);
	buf_fini(&l.settings);
	buf_fini(&l.certs);
	return e;
}
