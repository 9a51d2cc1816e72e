/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What requesters were told.  A receipt names an entry and holds a checkpoint
 * that has it: that checkpoint must be where this ledger began.  The reply that
 * came with it has a line for each request, and its totals must tie:
 *
 *	received = refused + accepted + withdrawn
 *
 * with those given back among the refused, as docs/STATES.md has it.  All
 * receipts together ask for as many entries as they tell of requests, and no
 * batch and no number of one requester's was given twice.  Who signed a receipt
 * is told by its CMS signature, which `openssl cms -verify` checks.
 */
#include <inttypes.h>

#include "base/num.h"
#include "base/read.h"
#include "verify/verify_int.h"
#include "verify/verify_json.h"

struct receipt {
	bool is_batch;
	uint64_t batch;
	uint64_t count;
	uint64_t sequence;
	uint64_t entry;
	bool has_count;
	bool has_entry;
	struct span ledger;
	struct span agreement;
	struct span checkpoint; /* as written */
};

static bool
receipt_parse(struct span bytes, struct receipt *r)
{
	struct verify_json j = verify_json_from(bytes);
	struct verify_json_member m;

	while (verify_json_next(&j, &m)) {
		if (span_eq(m.name, SPAN("weir:receipt")))
			r->is_batch = span_eq(m.text, SPAN("batch"));
		else if (span_eq(m.name, SPAN("weir:ledger")))
			r->ledger = m.text;
		else if (span_eq(m.name, SPAN("weir:agreementID")))
			r->agreement = m.text;
		else if (span_eq(m.name, SPAN("weir:checkpoint")))
			r->checkpoint = m.text;
		else if (span_eq(m.name, SPAN("weir:batch")))
			r->batch = m.number;
		else if (span_eq(m.name, SPAN("weir:sequence")))
			r->sequence = m.number;
		if (m.kind != VERIFY_JSON_NUMBER)
			continue;
		if (span_eq(m.name, SPAN("weir:count"))) {
			r->count = m.number;
			r->has_count = true;
		} else if (span_eq(m.name, SPAN("weir:entry"))) {
			r->entry = m.number;
			r->has_entry = true;
		}
	}
	return verify_json_end(&j) && r->has_entry && r->checkpoint.n > 0 &&
	       (!r->is_batch || r->has_count);
}

static enum err
check_receipt(struct verify *v, const struct verify_given *given,
	const struct receipt *r)
{
	OWNED_BUF(note, LEDGER_NOTE_MAX);
	struct verify_given checkpoint = {given->name, {NULL, 0}};
	uint64_t size = 0;
	enum err e;

	if (!span_eq(r->ledger, span_text(v->asked->vkey.name)))
		return verify_fault_set(v->fault, given->name, 0,
			"a receipt of another ledger");
	if (!verify_json_text(r->checkpoint, &note) ||
		buf_error(&note) != ERR_OK)
		return verify_fault_set(v->fault, given->name, 0,
			"its checkpoint is not in the form of one");
	checkpoint.bytes = buf_span(&note);
	e = verify_began(v, &checkpoint, &size);
	if (e == ERR_OK && r->entry >= size)
		return verify_fault_set(v->fault, given->name, 0,
			"its checkpoint has no entry %" PRIu64, r->entry);
	return e;
}

/* ---- a reply ---- */

static enum err
reply_line(struct verify *v, const struct verify_given *given, struct span line,
	uint64_t offset, struct verify_told *told)
{
	struct verify_json j = verify_json_from(line);
	struct verify_json_member m;
	struct span status = {NULL, 0};

	while (verify_json_next(&j, &m))
		if (span_eq(m.name, SPAN("status")))
			status = m.text;
	if (!verify_json_end(&j))
		return verify_fault_set(v->fault, given->name, offset,
			"a line that is not in the form of a reply");
	told->received++;
	if (span_eq(status, SPAN("accepted")))
		told->accepted++;
	else if (span_eq(status, SPAN("withdrawn")))
		told->withdrawn++;
	else if (span_eq(status, SPAN("refused")) ||
		 span_eq(status, SPAN("returned")) ||
		 span_eq(status, SPAN("superseded")))
		told->refused++;
	else
		return verify_fault_set(v->fault, given->name, offset,
			"a line that tells no status");
	return ERR_OK;
}

static enum err
check_reply(struct verify *v, const struct verify_given *given, uint64_t count,
	struct verify_told *told)
{
	struct reader r = read_from(given->bytes);
	uint64_t before = told->received;

	while (!read_end(&r)) {
		uint64_t offset = given->bytes.n - r.left.n;
		struct span line = read_line(&r);
		enum err e =
			!read_ok(&r)
				? verify_fault_set(v->fault, given->name,
					  offset, "its last line is cut off")
				: reply_line(v, given, line, offset, told);

		if (e != ERR_OK)
			return e;
	}
	if (told->received - before != count)
		return verify_fault_set(v->fault, given->name, 0,
			"%" PRIu64 " lines, and its receipt counts %" PRIu64,
			told->received - before, count);
	return ERR_OK;
}

/* ---- all of them ---- */

/* One number of a batch, one number of a requester's, one receipt. */
static enum err
check_twice(struct verify *v, const struct receipt *all, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		bool same_batch = all[k].batch == all[i].batch;
		bool same_sequence =
			all[k].sequence == all[i].sequence &&
			span_eq(all[k].agreement, all[i].agreement);

		if (!all[k].is_batch || !all[i].is_batch ||
			(!same_batch && !same_sequence))
			continue;
		return verify_fault_set(v->fault, v->asked->receipt[i].name, 0,
			"the batch of another receipt again: %s",
			v->asked->receipt[k].name);
	}
	return ERR_OK;
}

static enum err
check_one(struct verify *v, struct receipt *all, size_t i)
{
	const struct verify_given *given = &v->asked->receipt[i];
	const struct verify_given *reply = &v->asked->reply[i];
	struct verify_told *told = &v->result->told;
	struct verify_told before;
	enum err e;

	if (!receipt_parse(given->bytes, &all[i]))
		return verify_fault_set(v->fault, given->name, 0,
			"not in the form of a receipt");
	e = check_receipt(v, given, &all[i]);
	if (e == ERR_OK)
		e = check_twice(v, all, i);
	if (e != ERR_OK || !all[i].is_batch)
		return e;
	told->batches++;
	told->requests += all[i].count;
	before = *told;
	if (reply->name != NULL)
		e = check_reply(v, reply, all[i].count, told);
	v->result->told_batch[v->result->n_told++] = (struct verify_told_batch){
		.batch = all[i].batch,
		.entry = all[i].entry,
		.count = all[i].count,
		.refused = told->refused - before.refused,
		.replied = told->received > before.received &&
			   told->withdrawn == before.withdrawn,
	};
	return e;
}

enum err
verify_told(struct verify *v)
{
	struct receipt all[VERIFY_RECEIPTS] = {{.batch = 0}};
	const struct verify_told *told = &v->result->told;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < v->asked->n_receipts; i++)
		e = check_one(v, all, i);
	if (e == ERR_OK && told->requests + told->batches > v->result->cp.size)
		return verify_fault_set(v->fault, "checkpoint", 0,
			"%" PRIu64 " entries, and the receipts tell of %" PRIu64
			" batches and %" PRIu64 " requests, each an entry",
			v->result->cp.size, told->batches, told->requests);
	must(e != ERR_OK || told->received == told->refused + told->accepted +
						      told->withdrawn);
	return e;
}
