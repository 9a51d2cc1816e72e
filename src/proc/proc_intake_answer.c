/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is handed back: of the request half alone, and the same whenever the
 * envelope comes again, since it is made of the first entry Q both times.
 */
#include "proc/proc_intake_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"

static enum err
put_body(struct intake *k, struct intake_place *place,
	const struct store_single *is, uint64_t sequence, struct span taken,
	struct span reply)
{
	struct buf *to = &place->single->body;

	buf_clear(to);
	buf_clear(&place->single->signature);
	place->single->batch = is->batch;
	place->single->refused = ERR_OK;
	place->single->code[0] = '\0';
	place->single->why.text[0] = '\0';
	buf_text(to, "{\"reply\":");
	buf_bytes(to, span_trim(reply));
	buf_printf(to,
		",\"batch\":%" PRIu32 ",\"line\":%" PRIu64
		",\"sequence\":%" PRIu64 ",\"taken\":",
		is->batch, is->line, sequence);
	buf_json(to, taken);
	buf_text(to, ",\"manifest\":\"");
	code_hex(to, span_of(place->front.hash, CRYPTO_SHA256));
	buf_text(to, "\"}");
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	return crypto_cms_sign(
		k->key, k->cert, buf_span(to), &place->single->signature);
}

enum err
intake_answer_new(struct intake *k, struct intake_place *place)
{
	const struct store_single is = {
		.batch = place->line.row.batch, .line = place->line.row.line};
	char at[DAY_TIME_TEXT] = "";

	day_time_text(k->in.at, at);
	return put_body(k, place, &is, place->book->batch.sequence,
		span_text(at), buf_span(&place->line.reply));
}

/* As it was judged first, whatever became of it since. */
static enum err
judged_first(struct intake *k, const struct store_single *is,
	const struct account_opened *q, const struct law *law,
	struct buf *ret_reply)
{
	struct reply reply = {.in = &k->in, .law = law, .fd = -1};
	struct store_request row;
	struct request request;
	struct evidence ev;
	enum err e = store_request_get(k->in.store, is->batch, is->line, &row);

	if (e == ERR_OK)
		e = proc_batch_sound(&k->in, &row);
	if (e == ERR_OK)
		e = request_from_bytes(
			account_field(q, "as_written"), &request);
	if (e != ERR_OK || !evidence_decode(account_field(q, "evidence"), &ev))
		return err_is_failure(e) ? e : ERR_DAMAGED;
	row.answer = (uint8_t)law_decide(law, &ev, EV_REQUEST, NULL);
	row.since = 0;
	return reply_make(&reply, &row, &request, &ev, ret_reply);
}

static enum err
answer_from(struct intake *k, struct intake_place *place,
	const struct store_single *is)
{
	OWNED_BUF(reply, REPLY_LINE_MAX);
	struct account_opened q;
	struct store_batch batch;
	struct law *older = NULL; /* where its law is not that of today */
	const struct law *law = k->in.law;
	enum err e = proc_batch_get(&k->in, is->batch, &batch);

	if (e == ERR_OK)
		e = account_open(&k->in, is->judged, &q);
	if (e != ERR_OK)
		return e;
	if (law == NULL ||
		memcmp(batch.law, k->in.law_hash, sizeof(batch.law)) != 0) {
		e = instance_law(&k->in, batch.law, &older);
		law = older;
	}
	if (e == ERR_OK)
		e = judged_first(k, is, &q, law, &reply);
	if (e == ERR_OK)
		e = put_body(k, place, is, batch.sequence,
			account_field(&q, "at"), buf_span(&reply));
	account_opened_fini(&q);
	older = law_free(older);
	return e;
}

enum err
intake_answer_again(struct intake *k, struct intake_place *place)
{
	struct store_single is;
	enum err e = store_single_find(k->in.store, place->front.hash, &is);

	if (e == ERR_OK)
		e = answer_from(k, place, &is);
	/* Nobody can bring the others down by what is gone (docs/ERASURE.md). */
	if (e == ERR_ERASED)
		return intake_answer_problem(place->single, INTAKE_REFUSED, e,
			"", "it was answered, and what it said was erased");
	return e;
}

enum err
intake_answer_problem(struct intake_single *single, enum intake_status status,
	enum err kind, const char *code, const char *sentence)
{
	single->status = status;
	single->batch = 0;
	single->refused = kind;
	(void)span_copy(span_text(code), single->code, sizeof(single->code));
	(void)why_set(&single->why, kind, "%s", sentence);
	buf_clear(&single->body);
	buf_clear(&single->signature);
	buf_text(&single->body, "{\"code\":");
	buf_json(&single->body, span_text(code));
	buf_text(&single->body, ",\"sentence\":");
	buf_json(&single->body, span_text(sentence));
	if (status == INTAKE_BUSY)
		buf_printf(&single->body, ",\"retry_ms\":%d", INTAKE_RETRY_MS);
	buf_text(&single->body, "}");
	return buf_error(&single->body);
}
