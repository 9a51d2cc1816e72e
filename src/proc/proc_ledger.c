/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_ledger.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/num.h"
#include "crypto/crypto.h"
#include "ledger/settings.h"
#include "os/file.h"

enum { VKEY_FILE_MAX = 1024, PATH_BYTES = 1280, STAMP_NAME = 64 };

/* ---- whom to believe ---- */

static enum err
vkey_of(struct span text, const char *where, struct ledger_vkey *ret_key,
	struct why *why)
{
	if (ledger_vkey_parse(span_trim(text), ret_key) == ERR_OK)
		return ERR_OK;
	return why_set(why, ERR_MALFORMED,
		"%s: not a verifier key, NAME+ID+BASE64 on one line", where);
}

static enum err
vkey_read(int at, const char *file, const char *where,
	struct ledger_vkey *ret_key, struct why *why)
{
	OWNED_BUF(text, VKEY_FILE_MAX);
	enum err e = os_read(at, file, &text);

	if (e != ERR_OK)
		return why_set(why, e, "%s: %s", where, err_text(e));
	return vkey_of(buf_span(&text), where, ret_key, why);
}

enum err
proc_ledger_vkey(const char *text_or_file, struct ledger_vkey *ret_key,
	struct why *reterr_why)
{
	struct span text = span_text(text_or_file);

	if (ledger_vkey_parse(text, ret_key) == ERR_OK)
		return ERR_OK;
	return vkey_read(
		AT_FDCWD, text_or_file, text_or_file, ret_key, reterr_why);
}

/* ---- and whom else, then ---- */

struct proc_chain *
proc_chain_free(struct proc_chain *chain)
{
	if (chain == NULL)
		return NULL;
	buf_fini(&chain->file);
	mem_free(chain);
	return NULL;
}

static enum err
chain_new(struct proc_chain **ret)
{
	*ret = mem_zeroed(sizeof(**ret));
	if (*ret == NULL)
		return err_origin(ERR_NOMEM);
	buf_init(&(*ret)->file, LEDGER_KEYS_FILE_MAX);
	return ERR_OK;
}

enum err
proc_chain_folder(int dir, struct ledger_vkey *key,
	struct proc_chain **ret_chain, struct why *reterr_why)
{
	OWNED(proc_chain) c = NULL;
	enum err e = chain_new(&c);

	if (e == ERR_OK)
		e = store_log_dir_keys(
			dir, key, &c->file, &c->keys, reterr_why);
	if (e != ERR_OK)
		return e;
	key->keys = &c->keys;
	*ret_chain = proc_chain_take(&c);
	return ERR_OK;
}

enum err
proc_chain_file(const char *file, struct ledger_vkey *key,
	struct proc_chain **ret_chain, struct why *reterr_why)
{
	OWNED(proc_chain) c = NULL;
	struct why why = {""};
	enum err e = chain_new(&c);

	if (e == ERR_OK)
		e = os_read(AT_FDCWD, file, &c->file);
	if (e == ERR_OK)
		e = ledger_keys_parse(buf_span(&c->file), &c->keys, &why);
	if (e == ERR_OK && ledger_keys_find(&c->keys, key) == NULL)
		e = why_set(&why, ERR_MISMATCH,
			"the key that you trust is none of them");
	if (e != ERR_OK)
		return why_set(reterr_why, e, "%s: %s", file,
			why.text[0] == '\0' ? err_text(e) : why.text);
	key->keys = &c->keys;
	*ret_chain = proc_chain_take(&c);
	return ERR_OK;
}

/* ---- the folder ---- */

enum err
proc_ledger_open(const char *path, const char *vkey,
	struct proc_ledger *ret_ledger, struct why *reterr_why)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	enum err e = os_folder(AT_FDCWD, path, false, &l.dir);

	if (e != ERR_OK)
		return why_set(reterr_why, e, "%s: %s", path, err_text(e));
	buf_init(&l.note, LEDGER_NOTE_MAX);
	l.own_key = vkey == NULL;
	if (vkey != NULL)
		e = proc_ledger_vkey(vkey, &l.vkey, reterr_why);
	else if (!os_exists(l.dir, "ledger.vkey") &&
		 os_exists(l.dir, "ledger/ledger.vkey"))
		e = why_set(reterr_why, ERR_NOT_FOUND,
			"%s: an instance; its public ledger is %s/ledger", path,
			path);
	else
		e = vkey_read(l.dir, "ledger.vkey", "ledger.vkey", &l.vkey,
			reterr_why);
	if (e == ERR_OK)
		e = proc_chain_folder(l.dir, &l.vkey, &l.chain, reterr_why);
	if (e != ERR_OK)
		proc_ledger_close(&l);
	else
		*ret_ledger = l;
	return e;
}

void
proc_ledger_close(struct proc_ledger *ledger)
{
	os_close(&ledger->dir);
	ledger->vkey.keys = NULL;
	ledger->chain = proc_chain_free(ledger->chain);
	buf_fini(&ledger->note);
}

enum err
proc_ledger_head(struct proc_ledger *ledger, struct why *reterr_why)
{
	enum err e;

	buf_clear(&ledger->note);
	e = os_read(ledger->dir, "checkpoint", &ledger->note);
	if (e == ERR_OK)
		e = ledger_checkpoint_open(
			buf_span(&ledger->note), &ledger->vkey, &ledger->cp);
	if (e != ERR_OK)
		return why_set(reterr_why, e,
			"checkpoint, by the key of %s: %s", ledger->vkey.name,
			err_text(e));
	return ERR_OK;
}

/* ---- entries ---- */

static enum err
entry_says(enum err e, uint64_t index, struct why *why)
{
	return why_set(why, e, "entry %" PRIu64 ": %s", index,
		e == ERR_NOT_FOUND ? "the ledger has none, or its file is gone"
				   : err_text(e));
}

enum err
proc_ledger_prove(const struct proc_ledger *ledger, uint64_t index,
	struct buf *entry, struct buf *proof, struct why *reterr_why)
{
	struct store_log_dir from = {ledger->dir, ledger->cp.size};
	struct ledger_tiles tiles = {store_log_tile, &from, from.size};
	struct ledger_proof_file file = {
		.index = index, .checkpoint = buf_span(&ledger->note)};
	size_t before = entry->n;
	enum err e = store_log_read_entry(&from, index, entry);

	if (e == ERR_OK)
		e = ledger_inclusion_make(&tiles, index, &file.proof);
	if (e == ERR_OK) {
		ledger_proof_write(&file, proof);
		e = buf_error(proof);
	}
	if (e == ERR_OK) {
		struct span bytes =
			span_of(entry->at + before, entry->n - before);
		enum err check = ledger_proof_check(
			buf_span(proof), bytes, &ledger->vkey, NULL, NULL);

		e = err_is_refusal(check) ? ERR_DAMAGED : check;
	}
	return e == ERR_OK ? ERR_OK : entry_says(e, index, reterr_why);
}

enum err
proc_ledger_entry(const struct proc_ledger *ledger, uint64_t index,
	struct ledger_entry *ret_entry, struct why *reterr_why)
{
	struct store_log_dir from = {ledger->dir, ledger->cp.size};
	OWNED_BUF(bytes, LEDGER_ENTRY_MAX);
	enum err e = store_log_read_entry(&from, index, &bytes);

	if (e == ERR_OK &&
		(ledger_entry_parse(buf_span(&bytes), ret_entry) != ERR_OK ||
			ret_entry->index != index))
		e = ERR_DAMAGED;
	return e == ERR_OK ? ERR_OK : entry_says(e, index, reterr_why);
}

enum err
proc_ledger_began(const struct proc_ledger *ledger, struct span old,
	uint64_t *ret_size, struct why *reterr_why)
{
	struct ledger_checkpoint was;
	enum err e = ledger_checkpoint_open_past(old, &ledger->vkey, &was);

	if (e != ERR_OK)
		return why_set(reterr_why, e,
			"the old checkpoint, by the key of %s: %s",
			ledger->vkey.name, err_text(e));
	*ret_size = was.size;
	e = store_log_extends(ledger->dir, &ledger->vkey, old);
	if (e == ERR_MISMATCH)
		return why_set(reterr_why, e,
			"the ledger is not the one that had %" PRIu64
			" entries: its past was changed",
			was.size);
	if (e != ERR_OK)
		return why_set(reterr_why, e, "since the old checkpoint: %s",
			err_text(e));
	return ERR_OK;
}

/* ---- who watches it ---- */

enum err
proc_ledger_in(const char *instance, struct proc_ledger *ret_ledger,
	struct why *reterr_why)
{
	char path[PATH_BYTES];

	if (snprintf(path, sizeof(path), "%s/ledger", instance) >=
		(int)sizeof(path))
		return why_set(
			reterr_why, ERR_TOO_LARGE, "the path is too long");
	return proc_ledger_open(path, NULL, ret_ledger, reterr_why);
}

enum err
proc_ledger_policy(const struct proc_ledger *ledger, struct buf *policy,
	struct buf *settings, struct why *reterr_why)
{
	enum err e = os_read(ledger->dir, "policy", policy);

	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, e,
			"no policy is loaded: no witness watches this ledger");
	if (e == ERR_OK)
		e = os_read(ledger->dir, "policy.settings", settings);
	if (e == ERR_NOT_FOUND)
		e = ERR_OK;
	return e == ERR_OK ? e
			   : why_set(reterr_why, e, "policy: %s", err_text(e));
}

/* NUMBER.suffix in the folder of timestamps. */
static enum err
read_stamp(int dir, uint64_t size, const char *suffix, struct buf *to)
{
	char name[STAMP_NAME];

	(void)snprintf(name, sizeof(name), "%" PRIu64 "%s", size, suffix);
	return os_read(dir, name, to);
}

enum err
proc_ledger_stamped(const struct proc_ledger *ledger, struct span certs,
	uint64_t *ret_size, int64_t *ret_at, struct why *reterr_why)
{
	OWNED_BUF(latest, STAMP_NAME);
	OWNED_BUF(reply, CRYPTO_TS_MAX);
	OWNED_BUF(data, LEDGER_NOTE_MAX);
	OWNED_FD dir = -1;
	uint64_t named = 0;
	enum err e = os_folder(ledger->dir, "timestamp", false, &dir);

	if (e == ERR_OK)
		e = os_read(dir, "latest", &latest);
	if (e == ERR_OK &&
		!num_parse(span_trim(buf_span(&latest)), UINT64_MAX, &named))
		e = ERR_MALFORMED;
	if (e == ERR_OK)
		e = read_stamp(dir, named, ".checkpoint", &data);
	if (e == ERR_OK)
		e = read_stamp(dir, named, ".tsr", &reply);
	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, e, "there is no timestamp here");
	if (e != ERR_OK)
		return why_set(reterr_why, e, "timestamp: %s", err_text(e));
	e = crypto_ts_check(buf_span(&reply), buf_span(&data), NULL, certs,
		ret_at, reterr_why);
	return e == ERR_OK ? proc_ledger_began(ledger, buf_span(&data),
				     ret_size, reterr_why)
			   : e;
}

/* The checkpoint that a quorum cosigned last, where it is of this ledger. */
static enum err
quorum_before(const struct proc_ledger *ledger, const struct ledger_policy *p,
	int64_t until, uint64_t *ret_size)
{
	OWNED_BUF(cosigned, LEDGER_NOTE_MAX);
	struct ledger_policy_seen seen;
	enum err e = os_read(ledger->dir, "cosigned", &cosigned);

	*ret_size = 0;
	if (e == ERR_OK)
		e = ledger_policy_check(p, buf_span(&cosigned), until, &seen);
	if (e == ERR_OK && seen.quorum)
		e = proc_ledger_began(
			ledger, buf_span(&cosigned), ret_size, NULL);
	if (e != ERR_OK)
		*ret_size = 0;
	return err_is_failure(e) ? e : ERR_OK;
}

enum err
proc_ledger_watched(const struct proc_ledger *ledger, const struct span *policy,
	int64_t until, struct proc_ledger_watched *ret_watched,
	struct why *reterr_why)
{
	OWNED(ledger_policy) p = NULL;
	OWNED_BUF(own, LEDGER_POLICY_MAX);
	OWNED_BUF(settings, LEDGER_SETTINGS_MAX);
	struct proc_ledger_watched w = {.has_policy = true};
	enum err e = policy != NULL ? ERR_OK
				    : proc_ledger_policy(
					      ledger, &own, &settings, NULL);

	if (e == ERR_NOT_FOUND) {
		*ret_watched = (struct proc_ledger_watched){.before = 0};
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = ledger_policy_parse(
			policy != NULL ? *policy : buf_span(&own), &p,
			reterr_why);
	if (e != ERR_OK)
		return e;
	ledger_policy_know(p, &ledger->vkey);
	w.n_witnesses = p->n_witnesses;
	e = ledger_policy_check(p, buf_span(&ledger->note), until, &w.seen);
	if (e == ERR_BAD_SIGNATURE)
		return why_set(reterr_why, e,
			"checkpoint: no log of the policy signed it, or a "
			"witness's signature does not hold");
	if (e == ERR_OK && !w.seen.quorum)
		e = quorum_before(ledger, p, until, &w.before);
	if (e == ERR_OK)
		*ret_watched = w;
	return e;
}
