/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_cosign.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/mem.h"
#include "ledger/witness.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_cosign_int.h"
#include "proc/proc_courier.h"
#include "proc/proc_keeper.h"
#include "proc/proc_permit.h"
#include "store/log.h"

#define STORE_NAME "cosigned"

enum { CHECKPOINT_MAX = 1 << 16, URL_TAIL = 80, SAID = 180 };

/* ---- what is published ---- */

enum err
proc_cosign_public(struct instance *in, struct proc_cosign_public *ret)
{
	OWNED_BUF(text, 1024);
	enum err e = os_folder(in->dir, "ledger", false, &ret->dir);

	buf_init(&ret->checkpoint, CHECKPOINT_MAX);
	if (e == ERR_OK)
		e = os_read(ret->dir, "ledger.vkey", &text);
	if (e == ERR_OK)
		e = ledger_vkey_parse(span_trim(buf_span(&text)), &ret->vkey);
	if (e == ERR_OK)
		e = proc_chain_folder(
			ret->dir, &ret->vkey, &ret->chain, &in->why);
	if (e == ERR_OK)
		e = os_read(ret->dir, "checkpoint", &ret->checkpoint);
	if (e == ERR_OK)
		e = ledger_checkpoint_open(
			buf_span(&ret->checkpoint), &ret->vkey, &ret->cp);
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "%s/ledger/checkpoint: %s",
				     in->path, err_text(e));
}

void
proc_cosign_public_fini(struct proc_cosign_public *p)
{
	os_close(&p->dir);
	p->chain = proc_chain_free(p->chain);
	buf_fini(&p->checkpoint);
}

/* ---- a round ---- */

struct target {
	size_t i; /* which witness of the policy */
	uint64_t old;
	bool again; /* in the second round */
	bool look;  /* it knows another state: see what it has */
	char url[COURIER_URL];
	struct buf body;
};

struct round {
	struct instance *in;
	const struct ledger_policy *policy;
	struct proc_cosign_public is;
	struct proc_cosign_result *result;
	size_t n;
	struct target target[LEDGER_POLICY_EACH];
	struct buf lines;
};

static struct proc_cosign_witness *
outcome(struct round *r, const struct target *t)
{
	return &r->result->witness[t->i];
}

/* PREFIX/tail, with one slash between. */
static bool
join_url(const char *prefix, const char *tail, char to[COURIER_URL])
{
	size_t n = strlen(prefix);
	bool slash = n > 0 && prefix[n - 1] == '/';

	return snprintf(to, COURIER_URL, "%s%s%s", prefix, slash ? "" : "/",
		       tail) < COURIER_URL;
}

/* From `old` to what is published. */
static enum err
make_proof(struct round *r, uint64_t old, struct ledger_proof *proof)
{
	struct store_log_dir from = {.dir = r->is.dir, .size = r->is.cp.size};
	struct ledger_tiles tiles = {
		.read = store_log_tile, .arg = &from, .size = from.size};

	proof->n = 0;
	if (old == 0 || old >= r->is.cp.size)
		return ERR_OK;
	return ledger_consistency_make(&tiles, old, proof);
}

static enum err
make_body(struct round *r, struct target *t)
{
	struct ledger_proof proof;
	enum err e = make_proof(r, t->old, &proof);

	if (e != ERR_OK)
		return instance_says(r->in, err_is_failure(e) ? e : ERR_DAMAGED,
			"the ledger's tiles give no proof from %" PRIu64
			" entries on: %s",
			t->old, err_text(e));
	buf_clear(&t->body);
	ledger_witness_request_write(
		t->old, &proof, buf_span(&r->is.checkpoint), &t->body);
	return buf_error(&t->body);
}

/* What each has, as far as we know: who is wrong is told (409). */
static enum err
set_targets(struct round *r)
{
	OWNED_BUF(cosigned, CHECKPOINT_MAX);
	struct ledger_policy_seen seen = {.witnesses = 0};
	enum err e = os_read(r->is.dir, "cosigned", &cosigned);

	if (e == ERR_OK && ledger_policy_check(r->policy, buf_span(&cosigned),
				   INT64_MAX, &seen) != ERR_OK)
		seen.witnesses = 0;
	if (err_is_failure(e))
		return e;
	r->result->n = r->policy->n_witnesses;
	r->result->size = r->is.cp.size;
	for (size_t i = 0; i < r->policy->n_witnesses; i++) {
		const struct ledger_policy_witness *w = &r->policy->witness[i];
		struct target *t = &r->target[r->n];

		memcpy(r->result->witness[i].name, w->name, sizeof(w->name));
		if (w->url[0] == '\0')
			continue;
		r->result->witness[i].asked = true;
		*t = (struct target){.i = i, .again = true};
		buf_init(&t->body, COURIER_BODY);
		if ((seen.witnesses >> i & 1) != 0 &&
			seen.cp.size <= r->is.cp.size)
			t->old = seen.cp.size;
		r->n++;
		if (!join_url(w->url, "add-checkpoint", t->url))
			return ERR_TOO_LARGE;
	}
	return ERR_OK;
}

static void
take_answer(struct round *r, struct target *t, const struct courier_answer *a)
{
	struct proc_cosign_witness *w = outcome(r, t);
	uint64_t size = 0;
	char said[SAID];

	t->again = false;
	w->status = a->status;
	w->text[0] = '\0';
	if (a->status == LEDGER_WITNESS_OK) {
		buf_bytes(&r->lines, a->body);
	} else if (a->status == 0) {
		(void)span_copy(a->body, said, sizeof(said));
		(void)snprintf(w->text, sizeof(w->text), "no answer: %s", said);
	} else if (a->status == LEDGER_WITNESS_OTHER_SIZE &&
		   ledger_witness_size_parse(a->body, &size) == ERR_OK) {
		t->again = size <= r->is.cp.size && size != t->old;
		t->look = !t->again;
		t->old = size;
		(void)snprintf(w->text, sizeof(w->text),
			"it has cosigned %" PRIu64 " entries", size);
	} else {
		/* 409 without a size: another root, as it was told before
		 * July 2026 */
		t->look = a->status == LEDGER_WITNESS_INCONSISTENT ||
			  a->status == LEDGER_WITNESS_OTHER_SIZE;
		(void)snprintf(w->text, sizeof(w->text), "%s",
			ledger_witness_status_text(
				(enum ledger_witness_status)a->status));
	}
}

/* Asks those that are to be asked (again). */
static enum err
ask(struct round *r)
{
	struct courier_errand errand[LEDGER_POLICY_EACH];
	struct courier_answer answer[LEDGER_POLICY_EACH];
	struct target *whose[LEDGER_POLICY_EACH];
	OWNED_BUF(bytes, COURIER_ROUND);
	size_t n = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->n; i++) {
		struct target *t = &r->target[i];

		if (!t->again)
			continue;
		e = make_body(r, t);
		errand[n] = (struct courier_errand){
			COURIER_ADD, t->url, buf_span(&t->body)};
		whose[n++] = t;
	}
	if (e != ERR_OK || n == 0)
		return e;
	e = courier_round(&r->in->courier, errand, n, &bytes, answer);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		take_answer(r, whose[i], &answer[i]);
	return e == ERR_OK ? buf_error(&r->lines) : e;
}

/* ---- a witness that knows another state than we do ---- */

/* Our own key signed it, and this ledger did not grow out of it. */
static enum err
judge_shown(struct round *r, const struct target *t, struct span shown)
{
	struct ledger_checkpoint cp;
	enum err e = ledger_checkpoint_open_past(shown, &r->is.vkey, &cp);

	if (e == ERR_OK)
		e = store_log_extends(r->is.dir, &r->is.vkey, shown);
	if (e != ERR_MISMATCH)
		return err_is_failure(e) ? e : ERR_OK;
	r->in->put_back = true;
	(void)instance_says(r->in, ERR_MISMATCH,
		"the witness %s shows a checkpoint of %" PRIu64
		" entries that this ledger's key signed, and the ledger of "
		"%" PRIu64 " did not grow out of it: an older copy was put "
		"back; nothing new is decided until the newest one is",
		r->policy->witness[t->i].name, cp.size, r->is.cp.size);
	return ERR_OK;
}

static enum err
look(struct round *r, struct target *t)
{
	struct courier_errand errand = {COURIER_GET, t->url, span_of(NULL, 0)};
	struct courier_answer answer;
	OWNED_BUF(bytes, COURIER_ROUND);
	OWNED_BUF(tail, URL_TAIL);
	uint8_t hash[CRYPTO_SHA256];
	enum err e;

	crypto_sha256(span_text(r->is.cp.origin), hash);
	code_hex(&tail, span_of(hash, sizeof(hash)));
	buf_text(&tail, "/checkpoint");
	buf_u8(&tail, 0);
	e = buf_error(&tail);
	if (e == ERR_OK && !join_url(r->policy->witness[t->i].url,
				   (const char *)tail.at, t->url))
		e = ERR_TOO_LARGE;
	if (e == ERR_OK)
		e = courier_round(&r->in->courier, &errand, 1, &bytes, &answer);
	if (e == ERR_OK && answer.status == 200)
		e = judge_shown(r, t, answer.body);
	return e;
}

/* ---- a round, whole ---- */

static enum err
remember(struct instance *in, struct span checkpoint)
{
	enum err e = store_begin(in->store);

	if (e != ERR_OK)
		return e;
	e = store_put(in->store, STORE_NAME, checkpoint);
	if (e == ERR_OK)
		return store_commit(in->store);
	store_rollback(in->store);
	return e;
}

/* What they signed, to the keeper. */
static enum err
hand_in(struct round *r, struct buf *ret_checkpoint)
{
	struct keeper_cosigned c = {.quorum = false};
	OWNED_BUF(checkpoint, CHECKPOINT_MAX);
	enum err e = keeper_cosign(&r->in->keeper, buf_span(&r->lines), &c,
		&checkpoint, &r->in->why);

	if (e != ERR_OK)
		return e;
	r->result->quorum = c.quorum;
	for (size_t i = 0; i < r->result->n; i++) {
		struct proc_cosign_witness *w = &r->result->witness[i];

		w->cosigned = (c.witnesses >> i & 1) != 0;
		if (w->status == LEDGER_WITNESS_OK && !w->cosigned)
			(void)snprintf(w->text, sizeof(w->text),
				"its signature does not hold, or is of "
				"another key or time");
	}
	if (c.quorum && r->policy->quorum != LEDGER_QUORUM_NONE)
		e = remember(r->in, buf_span(&checkpoint));
	if (e == ERR_OK && ret_checkpoint != NULL) {
		buf_clear(ret_checkpoint);
		buf_bytes(ret_checkpoint, buf_span(&checkpoint));
		e = buf_error(ret_checkpoint);
	}
	return e;
}

static enum err
run(struct round *r, struct buf *ret_checkpoint)
{
	enum err e = set_targets(r);

	if (e == ERR_OK && r->in->courier.fd >= 0)
		e = ask(r);
	if (e == ERR_OK && r->in->courier.fd >= 0)
		e = ask(r); /* those that told their size */
	for (size_t i = 0; e == ERR_OK && i < r->n; i++)
		if (r->target[i].look)
			e = look(r, &r->target[i]);
	return e == ERR_OK ? hand_in(r, ret_checkpoint) : e;
}

enum err
proc_cosign(struct instance *in, struct proc_cosign_result *ret_result,
	struct buf *ret_checkpoint)
{
	struct round *r;
	enum err e;

	if (in->policy == NULL)
		return ERR_OK;
	r = mem_zeroed(sizeof(*r));
	if (r == NULL)
		return err_origin(ERR_NOMEM);
	r->result = ret_result;
	if (r->result == NULL)
		r->result = mem_zeroed(sizeof(*r->result));
	r->in = in;
	r->policy = in->policy->policy;
	r->is.dir = -1;
	buf_init(&r->lines, COURIER_ROUND);
	e = r->result == NULL ? err_origin(ERR_NOMEM)
			      : proc_cosign_public(in, &r->is);
	if (e == ERR_OK)
		e = run(r, ret_checkpoint);
	for (size_t i = 0; i < r->n; i++)
		buf_fini(&r->target[i].body);
	proc_cosign_public_fini(&r->is);
	buf_fini(&r->lines);
	if (r->result != ret_result)
		mem_free(r->result);
	mem_free(r);
	return e;
}

enum err
proc_cosign_by_hand(struct instance *in, struct proc_cosign_result *ret_result)
{
	enum err e = proc_permit(in, PERMIT_COSIGN);

	*ret_result = (struct proc_cosign_result){.size = 0};
	if (e == ERR_OK && in->policy == NULL)
		e = instance_says(in, ERR_NOT_FOUND,
			"no policy is loaded, so there is nobody to ask: "
			"`weir ledger policy load`");
	/* What waits is not published bare (I9). */
	if (e == ERR_OK && in->next > in->shown)
		e = account_publish(in, NULL);
	if (e == ERR_OK)
		e = proc_cosign(in, ret_result, NULL);
	return e == ERR_OK && in->put_back ? ERR_MISMATCH : e;
}

/* ---- at start-up ---- */

static enum err
grew_out_of(struct instance *in, struct span cosigned)
{
	struct proc_cosign_public is = {.dir = -1};
	struct ledger_checkpoint was;
	enum err e = proc_cosign_public(in, &is);

	if (e == ERR_OK)
		e = ledger_checkpoint_open_past(cosigned, &is.vkey, &was);
	if (e == ERR_OK && was.size > is.cp.size && in->recover)
		e = ERR_OK; /* asked again when all is published */
	else if (e == ERR_OK)
		e = store_log_extends(is.dir, &is.vkey, cosigned);
	if (e == ERR_MISMATCH)
		e = instance_says(in, e,
			"witnesses cosigned this ledger with %" PRIu64
			" entries, and the one of %" PRIu64
			" here did not grow out of it: its folder was put "
			"back; nothing may leave; `weir recover` brings it to "
			"where it was",
			was.size, is.cp.size);
	proc_cosign_public_fini(&is);
	return e;
}

enum err
proc_cosign_agrees(struct instance *in)
{
	OWNED_BUF(cosigned, CHECKPOINT_MAX);
	enum err e = store_get(in->store, STORE_NAME, &cosigned);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	return e == ERR_OK ? grew_out_of(in, buf_span(&cosigned)) : e;
}
