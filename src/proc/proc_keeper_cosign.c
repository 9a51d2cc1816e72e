/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper's part in being watched: the policy, witnesses' lines under the
 * checkpoint, and timestamps. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_courier.h"
#include "proc/proc_keeper.h"
#include "proc/proc_keeper_int.h"
#include "proc/proc_policy.h"
#include "wire/wire.h"

enum {
	LINES_MAX = 1 << 22,
	AHEAD_S = 300, /* so far another clock may be before ours */
	STAMP_NAME = 64,
};

/* ---- the policy ---- */

static const struct keeper_a_head *
head_of(const struct keeper *k, const char *name)
{
	for (size_t i = 0; i < k->n_heads; i++)
		if (strcmp(k->head[i].name, name) == 0)
			return &k->head[i];
	return NULL;
}

/* A public file is written only where it is not so already. */
static enum err
put_public(struct keeper *k, const char *name, struct span bytes)
{
	OWNED_BUF(is, PROC_POLICY_MAX);
	enum err e = os_read(k->public_dir, name, &is);

	if (err_is_failure(e) || (e == ERR_OK && span_eq(buf_span(&is), bytes)))
		return e;
	if (e == ERR_NOT_FOUND && bytes.n == 0)
		return ERR_OK;
	return os_write(k->public_dir, name, bytes, 0644);
}

enum err
keeper_serve_policy(struct keeper *k, struct reader *r, struct why *why)
{
	const struct keeper_a_head *head = head_of(k, PROC_POLICY_HEAD);
	struct proc_policy_texts texts;
	uint8_t hash[CRYPTO_SHA256];
	enum err e = ERR_OK;

	crypto_sha256(r->left, hash);
	if (head == NULL || memcmp(head->hash, hash, sizeof(hash)) != 0)
		return why_set(why, ERR_MISMATCH,
			"the ledger's policy is not the one that its entry "
			"names: `weir ledger policy load` again");
	if (!proc_policy_texts(r->left, &texts))
		return ERR_MALFORMED;
	k->policy = ledger_policy_free(k->policy);
	e = ledger_policy_parse(texts.policy, &k->policy, why);
	if (e == ERR_OK)
		e = put_public(k, "policy", texts.policy);
	if (e == ERR_OK)
		e = put_public(k, "policy.settings", texts.settings);
	if (e == ERR_OK)
		e = put_public(k, "tsa.pem", texts.certs);
	return e == ERR_OK
		       ? wire_send(k->fd, WIRE_KEEPER_DONE, span_of(NULL, 0))
		       : e;
}

/* ---- cosignatures ---- */

/* The newest line of that witness over `text` that holds; empty: none.  One
 * that does not hold says nothing of the others. */
static struct span
best_line(const struct ledger_note *note, const struct ledger_vkey *key,
	int64_t until)
{
	struct span best = span_of(NULL, 0);
	int64_t newest = -1;

	for (size_t i = 0; i < note->n_sigs; i++) {
		struct ledger_note one = {.text = note->text,
			.n_sigs = 1,
			.sigs = {note->sigs[i]}};
		int64_t at;

		if (ledger_note_cosigned(&one, key, &at) != ERR_OK ||
			at > until || at <= newest)
			continue;
		newest = at;
		best = note->sigs[i].line;
	}
	return best;
}

/* Our line, and one of each witness of the policy. */
static void
put_lines(const struct keeper *k, const struct ledger_note *note, int64_t until,
	struct buf *to)
{
	buf_bytes(to, note->text);
	buf_u8(to, '\n');
	buf_bytes(to, note->sigs[0].line);
	for (size_t i = 0; i < k->policy->n_witnesses; i++)
		buf_bytes(
			to, best_line(note, &k->policy->witness[i].key, until));
}

/* More lines than a note may have are not heard: 64 witnesses need less. */
static enum err
join(struct keeper *k, struct span lines, int64_t until, struct buf *to)
{
	OWNED_BUF(all, LINES_MAX);
	struct ledger_note note;
	enum err e;

	buf_bytes(&all, store_log_checkpoint(k->log));
	buf_bytes(&all, lines);
	e = buf_error(&all);
	if (e == ERR_OK)
		e = ledger_note_parse(buf_span(&all), &note);
	if (e != ERR_OK)
		return e;
	put_lines(k, &note, until, to);
	return buf_error(to);
}

enum err
keeper_serve_cosign(struct keeper *k, struct reader *r, struct why *why)
{
	int64_t until = os_now() + AHEAD_S;
	struct ledger_policy_seen seen;
	OWNED_BUF(note, LEDGER_NOTE_MAX);
	enum err e = ERR_OK;

	if (k->policy == NULL)
		return why_set(why, ERR_NOT_FOUND, "no policy is loaded");
	ledger_policy_know(k->policy, store_log_vkey(k->log));
	e = join(k, r->left, until, &note);
	if (e == ERR_OK)
		e = ledger_policy_check(
			k->policy, buf_span(&note), until, &seen);
	if (e == ERR_OK)
		e = store_log_cosigned(k->log, buf_span(&note));
	if (e == ERR_OK && seen.quorum &&
		k->policy->quorum != LEDGER_QUORUM_NONE)
		e = put_public(k, "cosigned", buf_span(&note));
	if (e == ERR_BAD_SIGNATURE)
		return why_set(
			why, e, "the policy does not name this ledger's key");
	if (e != ERR_OK)
		return e;
	buf_u64be(&k->reply, seen.witnesses);
	buf_u8(&k->reply, seen.quorum);
	buf_bytes(&k->reply, buf_span(&note));
	if (buf_error(&k->reply) != ERR_OK)
		return buf_error(&k->reply);
	return wire_send(k->fd, WIRE_KEEPER_COSIGNED_IS, buf_span(&k->reply));
}

/* ---- timestamps ---- */

static enum err
put_stamp(struct keeper *k, uint64_t size, struct span checkpoint,
	struct span reply)
{
	char name[STAMP_NAME];
	OWNED_FD folder = -1;
	enum err e;

	if (mkdirat(k->public_dir, "timestamp", 0755) != 0 && errno != EEXIST)
		return err_origin(ERR_IO);
	e = os_folder(k->public_dir, "timestamp", false, &folder);
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".checkpoint", size);
	if (e == ERR_OK)
		e = os_write(folder, name, checkpoint, 0644);
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".tsr", size);
	if (e == ERR_OK)
		e = os_write(folder, name, reply, 0644);
	(void)snprintf(name, sizeof(name), "%" PRIu64 "\n", size);
	return e == ERR_OK ? os_write(folder, "latest", span_text(name), 0644)
			   : e;
}

enum err
keeper_serve_stamp(struct keeper *k, struct reader *r, struct why *why)
{
	struct span checkpoint = read_sized(r, COURIER_ANSWER);
	struct span reply = read_sized(r, CRYPTO_TS_MAX);
	struct ledger_checkpoint cp;
	enum err e;

	if (!read_end(r))
		return ERR_MALFORMED;
	e = ledger_checkpoint_open(checkpoint, store_log_vkey(k->log), &cp);
	if (err_is_refusal(e) ||
		(e == ERR_OK && cp.size > store_log_published(k->log)))
		return why_set(why, ERR_MISMATCH,
			"a timestamp over no checkpoint of this ledger");
	if (e == ERR_OK)
		e = put_stamp(k, cp.size, checkpoint, reply);
	return e == ERR_OK
		       ? wire_send(k->fd, WIRE_KEEPER_DONE, span_of(NULL, 0))
		       : e;
}
