/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/day.h"
#include "ledger/keys.h"
#include "verify/verify_int.h"

void
verify_make_plain(char *text)
{
	if (span_is_plain(span_text(text)))
		return;
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

enum err
verify_fault_set(struct verify_fault *fault, const char *file, uint64_t offset,
	const char *fmt, ...)
{
	va_list ap;

	(void)snprintf(fault->file, sizeof(fault->file), "%s", file);
	fault->offset = offset;
	va_start(ap, fmt);
	(void)vsnprintf(fault->text, sizeof(fault->text), fmt, ap);
	va_end(ap);
	verify_make_plain(fault->file);
	verify_make_plain(fault->text);
	return ERR_DAMAGED;
}

enum err
verify_read(const struct verify_source *source, const char *path,
	struct buf *to, struct verify_fault *fault)
{
	enum err e;

	buf_clear(to);
	e = source->read(source->arg, path, to);
	if (e == ERR_OK)
		e = buf_error(to);
	if (err_is_refusal(e))
		return verify_fault_set(fault, path, 0, "%s",
			e == ERR_NOT_FOUND ? "it is not there" : err_text(e));
	return e;
}

/* ---- who signed what ---- */

/* A checkpoint's bytes, signed by the ledger; ret_signed has bit i for the i-th
 * witness. */
static enum err
open_checkpoint(const struct verify *v, struct span bytes, bool past,
	struct ledger_checkpoint *ret_cp, uint64_t *ret_signed)
{
	const struct ledger_vkey *vkey = verify_keys_trusted(v);
	struct ledger_vkey keys[LEDGER_KEYS_MAX + VERIFY_WITNESSES];
	struct ledger_note note;
	size_t n = verify_keys_all(v, keys);
	enum err e = past ? ledger_checkpoint_open_past(bytes, vkey, ret_cp)
			  : ledger_checkpoint_open(bytes, vkey, ret_cp);

	memcpy(keys + n, v->asked->witness,
		v->asked->n_witnesses * sizeof(keys[0]));
	if (e == ERR_OK)
		e = ledger_note_parse(bytes, &note);
	if (e == ERR_OK)
		e = ledger_note_verify(
			&note, keys, n + v->asked->n_witnesses, ret_signed);
	if (e == ERR_OK)
		*ret_signed >>= n;
	/* It points into bytes that may go. */
	ret_cp->extension = span_of(NULL, 0);
	return e;
}

static enum err
check_policy(struct verify *v, const char *file, struct span checkpoint)
{
	struct ledger_policy *p = v->asked->policy;
	struct ledger_policy_seen seen;
	bool named = false;
	enum err e;

	ledger_policy_know(p, verify_keys_trusted(v));
	for (size_t i = 0; i < p->n_logs; i++)
		named = named || verify_keys_has(v, &p->log[i].key);
	if (!named)
		return verify_fault_set(v->fault, file, 0,
			"the policy does not name this ledger's key");
	e = ledger_policy_check(p, checkpoint, v->asked->policy_until, &seen);
	if (err_is_refusal(e))
		return verify_fault_set(v->fault, file, 0,
			"a witness's signature: %s", err_text(e));
	if (e == ERR_OK && !seen.quorum)
		return verify_fault_set(v->fault, file, 0,
			"the witnesses that signed it are not enough for the "
			"policy");
	if (e == ERR_OK) {
		v->result->cosigned =
			(size_t)__builtin_popcountll(seen.witnesses);
		v->result->cosigned_at = seen.at;
	}
	return e;
}

/* Witnesses sign the newest checkpoint, or the one that is kept beside it with
 * their signatures: that it is of this ledger is checked with the files. */
static enum err
check_witnesses(struct verify *v, const char *file, struct span bytes)
{
	const struct verify_asked *asked = v->asked;
	struct ledger_checkpoint cp;
	uint64_t who = 0;
	enum err e = open_checkpoint(v, bytes, false, &cp, &who);

	if (err_is_refusal(e))
		return verify_fault_set(v->fault, file, 0,
			"not a checkpoint that %s signed, or not with those "
			"signatures: %s",
			asked->vkey.name, err_text(e));
	for (size_t i = 0; e == ERR_OK && i < asked->n_witnesses; i++)
		if ((who >> i & 1) == 0)
			return verify_fault_set(v->fault, file, 0,
				"the witness %s has not signed it",
				asked->witness[i].name);
	if (e == ERR_OK && asked->policy != NULL)
		e = check_policy(v, file, bytes);
	if (e == ERR_OK)
		v->result->cosigned_size = cp.size;
	return e;
}

static enum err
find_witnesses(struct verify *v, struct span checkpoint)
{
	OWNED_BUF(file, LEDGER_NOTE_MAX);
	enum err e;

	if (v->asked->n_witnesses == 0 && v->asked->policy == NULL)
		return ERR_OK;
	e = v->source->read(v->source->arg, "cosigned", &file);
	if (e == ERR_NOT_FOUND)
		return check_witnesses(v, "checkpoint", checkpoint);
	if (err_is_refusal(e))
		return verify_fault_set(
			v->fault, "cosigned", 0, "%s", err_text(e));
	return e == ERR_OK ? check_witnesses(v, "cosigned", buf_span(&file))
			   : e;
}

static enum err
check_checkpoint(struct verify *v)
{
	OWNED_BUF(file, LEDGER_NOTE_MAX);
	uint64_t who = 0;
	enum err e = verify_read(v->source, "checkpoint", &file, v->fault);

	if (e != ERR_OK)
		return e;
	e = open_checkpoint(v, buf_span(&file), false, &v->result->cp, &who);
	if (err_is_refusal(e))
		return verify_fault_set(v->fault, "checkpoint", 0,
			"not a checkpoint that %s signed: %s",
			v->asked->vkey.name, err_text(e));
	return e == ERR_OK ? find_witnesses(v, buf_span(&file)) : e;
}

/* ---- the past ---- */

struct tiles_arg {
	const struct verify *v;
	struct buf file;
};

static enum err
tile_read(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	struct tiles_arg *a = arg;
	struct ledger_tile t = {.level = (int)level, .n = n, .width = width};
	char path[LEDGER_TILE_PATH];
	enum err e = verify_read_tile(a->v, &t, &a->file, path, a->v->fault);

	if (e == ERR_OK)
		memcpy(to, a->file.at, width * (size_t)LEDGER_HASH);
	return e;
}

/* The proof is made from tiles and ends in the signed root: whatever the tiles
 * say by now, it cannot be wrong. */
enum err
verify_grew(struct verify *v, const struct verify_given *given,
	const struct ledger_checkpoint *old)
{
	struct tiles_arg arg = {.v = v};
	struct ledger_tiles tiles = {tile_read, &arg, v->result->cp.size};
	struct ledger_proof proof;
	enum err e = ERR_OK;

	if (old->size > tiles.size)
		return verify_fault_set(v->fault, given->name, 0,
			"it has %" PRIu64
			" entries and the ledger only %" PRIu64
			": entries were taken away",
			old->size, tiles.size);
	buf_init(&arg.file, VERIFY_FILE_MAX);
	if (old->size > 0)
		e = ledger_consistency_make(&tiles, old->size, &proof);
	buf_fini(&arg.file);
	if (e != ERR_OK)
		return e;
	if (old->size > 0)
		e = ledger_consistency_check(&proof, old->size, tiles.size,
			&old->root, &v->result->cp.root);
	if (e != ERR_OK)
		return verify_fault_set(v->fault, given->name, 0,
			"the ledger is not the one that had these %" PRIu64
			" entries: its past was changed",
			old->size);
	return ERR_OK;
}

enum err
verify_began(
	struct verify *v, const struct verify_given *given, uint64_t *ret_size)
{
	struct ledger_checkpoint old;
	uint64_t who;
	enum err e = open_checkpoint(v, given->bytes, true, &old, &who);

	if (err_is_refusal(e))
		return verify_fault_set(v->fault, given->name, 0,
			"not a checkpoint that %s signed: %s",
			v->asked->vkey.name, err_text(e));
	if (e != ERR_OK)
		return e;
	*ret_size = old.size;
	return verify_grew(v, given, &old);
}

enum err
verify_public(const struct verify_source *source,
	const struct verify_asked *asked, struct verify_result *ret_result,
	struct verify_fault *reterr_fault)
{
	struct verify v = {
		source, asked, ret_result, reterr_fault, false, NULL};
	enum err e;

	must(asked->n_old <= VERIFY_OLD);
	must(asked->n_witnesses <= VERIFY_WITNESSES);
	must(asked->n_receipts <= VERIFY_RECEIPTS);
	must(asked->n_accounts <= VERIFY_ACCOUNTS);
	v.played = strstr(asked->vkey.name, "sandbox") != NULL;
	*ret_result = (struct verify_result){.first_day = DAY_NONE,
		.last_day = DAY_NONE,
		.map_day = DAY_NONE};
	e = verify_keys(&v);
	if (e == ERR_OK)
		e = check_checkpoint(&v);
	if (e == ERR_OK)
		e = verify_tree(&v);
	if (e == ERR_OK)
		e = verify_keys_entered(&v);
	if (e == ERR_OK)
		e = verify_files(&v);
	for (size_t i = 0; e == ERR_OK && i < asked->n_old; i++)
		e = verify_began(&v, &asked->old[i], &ret_result->old_size[i]);
	if (e == ERR_OK)
		e = verify_told(&v);
	for (size_t i = 0; e == ERR_OK && i < asked->n_accounts; i++)
		e = verify_account(&v, &asked->account[i]);
	if (e == ERR_OK)
		e = verify_cadence(&v);
	v.keys = verify_keys_free(v.keys);
	return e;
}
