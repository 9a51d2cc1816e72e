/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_reply_int.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_receipt.h"
#include "proc/proc_registrar.h"
#include "proc/proc_screen.h"
#include "release/release.h"
#include "request/request_advice.h"

enum { SMALL = 1 << 16 };

struct refused {
	const struct store_request *row;
	const struct request *request;
	const struct evidence *evidence; /* or more than the request half */
	enum release_status status;
	struct span ground;
};

/*
 * The sentence of a form code says which member and what is wrong with it; all
 * other sentences are the law file's own.
 */
static void
reason_sentence(
	const struct law_rule *rule, const struct refused *x, struct buf *to)
{
	bool form = strncmp(rule->code, "RQ-", 3) == 0;

	buf_text(to, rule->sentence);
	if (form && x->request->says[0] != '\0') {
		buf_printf(to, ": line %" PRIu64 ": ", x->row->line);
		if (x->request->member[0] != '\0')
			buf_printf(to, "%s: ", x->request->member);
		buf_text(to, x->request->says);
	}
	if (x->ground.n > 0) {
		buf_text(to, ": ");
		buf_bytes(to, x->ground);
	}
}

static enum err
put_refused(const struct reply *r, const struct refused *x, struct buf *to)
{
	struct release_reason reasons[LAW_RULES_MAX];
	const struct law_rule *rules[LAW_RULES_MAX];
	struct buf sentence[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX];
	size_t n;
	enum err e = ERR_OK;

	/* The unmet rules of the request half, whatever came later. */
	(void)law_decide(r->law, x->evidence, EV_REQUEST, met);
	n = law_unmet(r->law, met, rules);
	for (size_t i = 0; i < n; i++) {
		buf_init(&sentence[i], 4096);
		reason_sentence(rules[i], x, &sentence[i]);
		reasons[i] = (struct release_reason){span_text(rules[i]->code),
			buf_span(&sentence[i]), span_text(rules[i]->citation)};
		if (e == ERR_OK)
			e = buf_error(&sentence[i]);
	}
	if (e == ERR_OK)
		release_reply_line(
			&(struct release_reply){
				.request_id = span_text(x->row->id),
				.status = x->status,
				.reasons = reasons,
				.n_reasons = n,
				.since = x->row->since,
				.upheld = r->upheld,
				.due = r->due},
			to);
	for (size_t i = 0; i < n; i++)
		buf_fini(&sentence[i]);
	return e;
}

enum err
reply_line(struct reply *r, const struct store_request *row,
	enum release_status status, struct span ground)
{
	struct batch_request b;
	enum err e = proc_batch_open(r->in, row, &b);

	if (e != ERR_OK)
		return e;
	e = put_refused(r,
		&(struct refused){row, &b.request, &b.evidence, status, ground},
		&r->text);
	proc_batch_fini(&b);
	return e;
}

static void
put_accepted(const struct store_request *row, const struct request *request,
	const struct evidence *ev, struct buf *to)
{
	struct release_reason advice[ADVICE_N];
	unsigned said = request_advise(request, ev);
	size_t n = 0;

	for (int i = 0; i < ADVICE_N; i++)
		if ((said >> i & 1U) != 0)
			advice[n++] = (struct release_reason){
				.code = span_text(request_advice_code(
					(enum request_advice)i)),
				.sentence = span_text(request_advice_text(
					(enum request_advice)i))};
	release_reply_line(
		&(struct release_reply){.request_id = span_text(row->id),
			.status = RELEASE_ACCEPTED,
			.advice = advice,
			.n_advice = n,
			.since = row->since},
		to);
}

enum err
reply_accepted(struct reply *r, const struct store_request *row)
{
	struct batch_request b;
	struct evidence ev;
	enum err e = proc_batch_open(r->in, row, &b);

	if (e != ERR_OK)
		return e;
	/* Of entry Q alone, whatever was found since (I9). */
	must(evidence_decode(account_field(&b.judged, "evidence"), &ev));
	put_accepted(row, &b.request, &ev, &r->text);
	proc_batch_fini(&b);
	return ERR_OK;
}

enum err
reply_flush(struct reply *r)
{
	enum err e = os_write_all(r->fd, buf_span(&r->text));

	buf_clear(&r->text);
	return e;
}

static enum err
flush_piece(struct reply *r)
{
	enum err e = buf_error(&r->text);

	return e == ERR_OK && r->text.n >= REPLY_PIECE ? reply_flush(r) : e;
}

static enum err
reply_row(void *context, struct store_request *row)
{
	struct reply *r = context;
	enum err e = ERR_OK;

	if (row->answer == LAW_REFUSED)
		e = reply_line(r, row, RELEASE_REFUSED, span_of(NULL, 0));
	else
		e = reply_accepted(r, row);
	return e == ERR_OK ? flush_piece(r) : e;
}

enum err
reply_begin(struct reply *ret_reply, struct instance *in, const struct law *law,
	int folder)
{
	*ret_reply = (struct reply){.in = in,
		.law = law,
		.fd = openat(folder, "reply.jsonl.new",
			O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
	buf_init(&ret_reply->text, REPLY_PIECE + REPLY_LINE_MAX);
	return ret_reply->fd < 0 ? err_origin(ERR_IO) : ERR_OK;
}

enum err
reply_make(const struct reply *r, const struct store_request *row,
	const struct request *request, const struct evidence *ev,
	struct buf *to)
{
	struct refused refused = {
		row, request, ev, RELEASE_REFUSED, span_of(NULL, 0)};
	enum err e = ERR_OK;

	if (row->answer == LAW_REFUSED)
		e = put_refused(r, &refused, to);
	else
		put_accepted(row, request, ev, to);
	return e == ERR_OK ? buf_error(to) : e;
}

enum err
reply_add(struct reply *r, struct span line)
{
	buf_bytes(&r->text, line);
	return flush_piece(r);
}

enum err
reply_end(struct reply *r)
{
	enum err e = reply_flush(r);

	return e == ERR_OK ? os_sync(r->fd) : e;
}

void
reply_close(struct reply *r)
{
	if (r->fd < 0)
		return;
	os_close(&r->fd);
	buf_fini(&r->text);
}

enum err
reply_sign(struct instance *in, int fd, struct buf *to)
{
	OWNED(crypto_key) key = NULL;
	OWNED(crypto_cert) cert = NULL;
	enum err e = proc_receipt_signer(in, &key, &cert);

	if (e == ERR_OK)
		e = os_rewind(fd);
	return e == ERR_OK ? crypto_cms_sign_file(key, cert, fd, to) : e;
}

/* Line by line, since a batch may be larger than memory. */
static enum err
write_lines(struct reply *r, const struct store_batch *batch)
{
	enum err e = store_read_begin(r->in->store);

	if (e != ERR_OK)
		return instance_says(
			r->in, e, "the store: %s", store_error(r->in->store));
	e = proc_batch_each(r->in, batch->n, reply_row, r);
	store_read_end(r->in->store);
	return e == ERR_OK ? reply_end(r) : e;
}

static enum err
write_all(struct instance *in, const struct store_batch *batch, int folder)
{
	struct law *law = NULL;
	struct reply r = {.fd = -1};
	enum err e = instance_law(in, batch->law, &law);

	if (e == ERR_OK)
		e = reply_begin(&r, in, law, folder);
	if (e == ERR_OK)
		e = write_lines(&r, batch);
	reply_close(&r);
	law = law_free(law);
	return e;
}

enum err
proc_reply_write(struct instance *in, const struct store_batch *batch,
	int folder, bool written)
{
	OWNED_BUF(signature, SMALL);
	OWNED_FD fd = -1;
	enum err e = ERR_OK;

	if (!instance_answers(in)) /* nobody is answered */
		return ERR_OK;
	if (!written)
		e = write_all(in, batch, folder);
	if (e == ERR_OK) {
		fd = openat(folder, "reply.jsonl.new", O_RDONLY | O_CLOEXEC);
		e = fd < 0 ? err_origin(ERR_IO)
			   : reply_sign(in, fd, &signature);
	}
	if (e == ERR_OK)
		e = os_write(
			folder, "reply.jsonl.p7s", buf_span(&signature), 0600);
	if (e == ERR_OK &&
		renameat(folder, "reply.jsonl.new", folder, "reply.jsonl") != 0)
		e = err_origin(ERR_IO);
	return e == ERR_OK ? os_sync(folder) : e;
}

/* ---- decisions ---- */

struct decisions {
	struct instance *in;
	struct law *law;
	const struct store_batch *batch;
	proc_print *print;
	void *context;
};

static void
json_codes(const struct law *law, uint64_t unmet, struct buf *to)
{
	const struct law_rule *rules[LAW_RULES_MAX];
	bool met[LAW_RULES_MAX];
	size_t n;

	proc_batch_met(unmet, law_n_rules(law), met);
	n = law_unmet(law, met, rules);
	buf_text(to, "[");
	for (size_t i = 0; i < n; i++) {
		buf_text(to, i == 0 ? "" : ",");
		buf_json(to, span_text(rules[i]->code));
	}
	buf_text(to, "]");
}

static void
decision_line(const struct decisions *d, const struct batch_request *b,
	struct buf *to)
{
	uint64_t entry = b->row.matched != STORE_NO_ENTRY ? b->row.matched
							  : b->row.judged;

	buf_text(to, "{\"request_id\":");
	buf_json(to, span_text(b->row.id));
	buf_printf(to,
		",\"line\":%" PRIu64 ",\"outcome\":\"%s\",\"state\":\"%s\","
		"\"codes\":",
		b->row.line, proc_batch_outcome((enum case_state)b->row.state),
		case_state_text((enum case_state)b->row.state));
	json_codes(d->law, b->row.unmet, to);
	buf_text(to, ",\"person_id\":");
	if (b->person.n == 0)
		buf_text(to, "null");
	else
		buf_json(to, b->person);
	buf_text(to, ",\"evidence\":");
	evidence_json(&b->evidence, to);
	if (b->match.n > 0) {
		buf_text(to, ",\"match\":");
		match_json(&b->result, to);
	}
	if (b->weights.known) {
		buf_text(to, ",\"weights\":");
		match_weights_json(&b->weights, to);
	}
	buf_printf(to, ",\"answered\":\"%s\",\"entry\":%" PRIu64 ",\"law\":\"",
		case_answered_text((enum case_answered)b->row.answered), entry);
	code_hex(to, span_of(d->batch->law, 32));
	buf_text(to, "\"}\n");
}

static enum err
erased_row(const struct decisions *d, const struct store_request *row)
{
	struct account_erased erased;
	OWNED_BUF(line, REPLY_LINE_MAX);
	char at[DAY_TIME_TEXT];
	enum err e = account_erased(d->in, row->judged, &erased);

	if (e != ERR_OK)
		return e;
	day_time_text(erased.at, at);
	buf_text(&line, "{\"request_id\":");
	buf_json(&line, span_text(row->id));
	buf_printf(&line,
		",\"line\":%" PRIu64
		",\"outcome\":\"erased\",\"erased\":\"%s\","
		"\"entry\":%" PRIu64 "}\n",
		row->line, at, erased.act);
	e = buf_error(&line);
	return e == ERR_OK ? d->print(d->context, buf_span(&line)) : e;
}

static enum err
decision_row(void *context, struct store_request *row)
{
	struct decisions *d = context;
	struct batch_request b;
	OWNED_BUF(line, REPLY_LINE_MAX);
	enum err e = proc_batch_open(d->in, row, &b);

	if (e == ERR_ERASED)
		return erased_row(d, row);
	if (e != ERR_OK)
		return e;
	(void)proc_hold_veil(d->in, d->law, d->batch, &b);
	(void)proc_screen_veil(d->in, d->law, &b);
	decision_line(d, &b, &line);
	proc_batch_fini(&b);
	e = buf_error(&line);
	return e == ERR_OK ? d->print(d->context, buf_span(&line)) : e;
}

enum err
proc_decisions_print(
	struct instance *in, uint32_t n, proc_print *print, void *context)
{
	struct store_batch batch;
	struct decisions d = {
		.in = in, .batch = &batch, .print = print, .context = context};
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK)
		e = proc_registrar_reader(in);
	if (e == ERR_OK)
		e = account_reading(in, "read-decisions", n, "");
	if (e == ERR_OK)
		e = instance_law(in, batch.law, &d.law);
	if (e == ERR_OK)
		e = proc_batch_each(in, n, decision_row, &d);
	d.law = law_free(d.law);
	return e;
}
