/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_book.h"

#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_cosign.h"
#include "proc/proc_permit.h"
#include "proc/proc_sample.h"
#include "proc/proc_volume.h"

enum { OBJECT_MAX = 128 };

/* ---- opening ---- */

static enum err
find(struct submit *s, struct proc_book *book)
{
	struct instance *in = s->in;
	struct store_batch like = {.today = in->clock};
	uint32_t n = 0;
	bool open = false;
	enum err e;

	(void)snprintf(like.agreement, sizeof(like.agreement), "%s",
		s->manifest.agreement);
	memcpy(like.law, in->law_hash, sizeof(like.law));
	memcpy(like.submitter, in->actor.print, sizeof(like.submitter));
	e = store_book_find(in->store, &like, s->manifest.certifier_id, &n);
	if (e == ERR_OK)
		e = store_batch_get(in->store, n, &book->batch);
	return e == ERR_OK ? store_book_get(in->store, n, &open, book->hash)
			   : e;
}

/* Its date is the day of receipt: from then on what waits lapses. */
static enum err
make(struct submit *s, struct proc_book *book)
{
	struct instance *in = s->in;
	enum err e = submit_number(s);

	s->batch.sequence = STORE_BOOK_SEQUENCE + (uint64_t)s->batch.n;
	s->batch.n_lines = 0;
	if (e == ERR_OK)
		e = submit_enter(s, in->clock);
	if (e == ERR_OK)
		e = store_batch_add(in->store, &s->batch);
	if (e == ERR_OK)
		e = proc_sample_open(in, &s->batch);
	if (e == ERR_OK)
		e = store_book_add(
			in->store, s->batch.n, s->manifest.certifier_id);
	book->batch = s->batch;
	memset(book->hash, 0, sizeof(book->hash));
	return e;
}

enum err
proc_book_open(struct submit *s, struct proc_book *ret_book)
{
	enum err e = find(s, ret_book);

	if (e == ERR_NOT_FOUND)
		e = make(s, ret_book);
	(void)snprintf(ret_book->certifier, sizeof(ret_book->certifier), "%s",
		s->manifest.certifier_id);
	return e;
}

/* ---- lines ---- */

void
proc_book_hash(struct proc_book *book, const uint8_t manifest[32])
{
	uint8_t next[CRYPTO_SHA256];

	crypto_sha256_2(span_of(book->hash, sizeof(book->hash)),
		span_of(manifest, 32), next);
	memcpy(book->hash, next, sizeof(next));
}

enum err
proc_book_save(struct instance *in, const struct proc_book *book)
{
	enum err e = store_batch_update(in->store, &book->batch);

	return e == ERR_OK
		       ? store_book_hash(in->store, book->batch.n, book->hash)
		       : e;
}

/* ---- closing ---- */

/* How many lines it has, and which: no line is added or left out after. */
static enum err
enter_close(struct submit *s, const uint8_t hash[32])
{
	OWNED_BUF(object, OBJECT_MAX);

	buf_text(&object, "weir/book/v1\n");
	buf_u64be(&object, s->batch.n_lines);
	buf_bytes(&object, span_of(hash, 32));
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	return account_act(
		s->in, "close-book", s->batch.n, "", buf_span(&object), NULL);
}

static enum err
close_now(struct submit *s, const struct law *law, const uint8_t hash[32])
{
	enum err e = account_begin(s->in);

	if (e != ERR_OK)
		return e;
	e = enter_close(s, hash);
	if (e == ERR_OK)
		e = store_book_close(s->in->store, s->batch.n);
	if (e == ERR_OK)
		e = submit_count(s, law);
	if (e == ERR_OK)
		return account_commit(s->in);
	account_abandon(s->in);
	return e;
}

static enum err
close_open(struct submit *s)
{
	struct law *law = NULL;
	char name[32];
	uint8_t hash[32];
	bool open = false;
	enum err e = store_book_get(s->in->store, s->batch.n, &open, hash);

	/* What a submit left that was killed before its batch had a row. */
	(void)snprintf(name, sizeof(name), "batches/%" PRIu32, s->batch.n);
	if (e == ERR_OK)
		e = os_remove_tree(s->in->dir, name);
	if (e == ERR_OK)
		e = instance_law(s->in, s->batch.law, &law);
	if (e == ERR_OK)
		e = close_now(s, law, hash);
	law = law_free(law);
	return e;
}

static enum err
close_book(struct instance *in, struct store_batch *batch)
{
	static struct proc_submit_result result;
	static const struct proc_submit_options options;
	static struct submit s;
	enum err e = ERR_OK;

	result = (struct proc_submit_result){.batch = batch->n};
	s = (struct submit){.options = &options,
		.result = &result,
		.in = in,
		.batch = *batch,
		.folder = -1,
		.kept = PROC_KEPT_NONE};
	if (s.batch.stage < STAGE_JUDGED)
		e = close_open(&s);
	if (e == ERR_OK)
		e = instance_folder(in, "batches", s.batch.n, true, &s.folder);
	if (e == ERR_OK)
		e = submit_finish(&s);
	os_close(&s.folder);
	*batch = s.batch;
	return e;
}

enum err
proc_book_close(struct instance *in, uint32_t n, struct store_batch *ret_batch)
{
	enum err e = proc_permit(in, PERMIT_SUBMIT);

	if (e == ERR_OK)
		e = proc_cosign_fresh(in);
	if (e == ERR_OK)
		e = proc_batch_get(in, n, ret_batch);
	if (e == ERR_OK && !store_is_book(ret_batch))
		return instance_says(in, ERR_MISMATCH,
			"batch %" PRIu32 " is no book: it came as a file", n);
	return e == ERR_OK ? close_book(in, ret_batch) : e;
}

/* Closed, and waiting for counsel, it is left alone. */
static enum err
close_over(struct instance *in, struct store_batch *batch, uint64_t *n_closed)
{
	enum proc_volume_gate gate = VOLUME_OPEN;
	uint64_t matter;
	enum err e = batch->stage < STAGE_ANSWERED
			     ? ERR_OK
			     : proc_volume_gate(in, batch->n, &gate, &matter);

	if (e != ERR_OK || gate == VOLUME_WAITS)
		return e;
	e = proc_cosign_fresh(in);
	if (e == ERR_OK)
		e = close_book(in, batch);
	*n_closed += e == ERR_OK;
	return e;
}

enum err
proc_books_close(struct instance *in, uint64_t *ret_n)
{
	struct store_batch batch;
	uint32_t last = 0;
	enum err e = proc_permit(in, PERMIT_SUBMIT);

	*ret_n = 0;
	if (e == ERR_OK)
		e = store_batch_last(in->store, &last);
	for (uint32_t n = 1; e == ERR_OK && n <= last; n++) {
		e = proc_batch_get(in, n, &batch);
		/* Also one whose closing was cut off. */
		if (e == ERR_OK && store_is_book(&batch) &&
			batch.stage < STAGE_LOCATED && batch.today < in->clock)
			e = close_over(in, &batch, ret_n);
	}
	return e;
}
