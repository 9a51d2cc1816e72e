/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/witness.h"

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"

void
ledger_witness_request_write(uint64_t old, const struct ledger_proof *proof,
	struct span checkpoint, struct buf *to)
{
	must(proof->n <= LEDGER_WITNESS_PROOF);
	buf_printf(to, "old %llu\n", (unsigned long long)old);
	for (size_t i = 0; i < proof->n; i++) {
		code_base64(to, span_of(proof->at[i].at, LEDGER_HASH));
		buf_u8(to, '\n');
	}
	buf_u8(to, '\n');
	buf_bytes(to, checkpoint);
}

/* Up to and with the empty line. */
static enum err
read_proof(struct reader *r, struct ledger_proof *proof)
{
	for (proof->n = 0;; proof->n++) {
		struct span line = read_line(r);
		size_t n;

		if (!read_ok(r))
			return ERR_MALFORMED;
		if (line.n == 0)
			return ERR_OK;
		if (proof->n == LEDGER_WITNESS_PROOF ||
			!code_base64_parse(line, proof->at[proof->n].at,
				LEDGER_HASH, &n) ||
			n != LEDGER_HASH)
			return ERR_MALFORMED;
	}
}

enum err
ledger_witness_request_parse(
	struct span bytes, struct ledger_witness_request *ret_request)
{
	struct reader r = read_from(bytes);
	struct span old = read_line(&r);
	enum err e;

	if (bytes.n > LEDGER_WITNESS_MAX)
		return ERR_TOO_LARGE;
	if (!read_ok(&r) || !span_eq(span_cut(&old, ' '), SPAN("old")) ||
		!num_parse(old, LEDGER_SIZE_MAX, &ret_request->old))
		return ERR_MALFORMED;
	e = read_proof(&r, &ret_request->proof);
	if (e != ERR_OK)
		return e;
	ret_request->checkpoint = r.left;
	e = ledger_note_parse_lax(r.left, &ret_request->note);
	if (e == ERR_OK)
		e = ledger_checkpoint_parse(
			ret_request->note.text, &ret_request->cp);
	return e;
}

/* That it grew out of what was kept. */
static bool
follows(const struct ledger_witness_request *q,
	const struct ledger_witness_kept *kept)
{
	static const struct ledger_tree none = {.size = 0};
	struct ledger_hash empty = ledger_tree_root(&none);

	/* A tree of nothing has one root; and everything follows it. */
	if (q->old == 0)
		return q->proof.n == 0 &&
		       (q->cp.size > 0 ||
			       ledger_hash_same(&q->cp.root, &empty));
	return ledger_consistency_check(&q->proof, kept->size, q->cp.size,
		       &kept->root, &q->cp.root) == ERR_OK;
}

enum ledger_witness_status
ledger_witness_decide(const struct ledger_witness_request *request,
	const struct ledger_vkey *key, const struct ledger_witness_kept *kept)
{
	if (key == NULL)
		return LEDGER_WITNESS_UNKNOWN;
	must(strcmp(key->name, request->cp.origin) == 0);
	if (ledger_log_signed(&request->note, key, request->cp.size, false) !=
		ERR_OK)
		return LEDGER_WITNESS_NOT_SIGNED;
	if (request->old > request->cp.size)
		return LEDGER_WITNESS_MALFORMED;
	if (request->old != kept->size)
		return LEDGER_WITNESS_OTHER_SIZE;
	return follows(request, kept) ? LEDGER_WITNESS_OK
				      : LEDGER_WITNESS_INCONSISTENT;
}

const char *
ledger_witness_status_text(enum ledger_witness_status status)
{
	switch (status) {
	case LEDGER_WITNESS_OK:
		return "cosigned";
	case LEDGER_WITNESS_MALFORMED:
		return "invalid input: not an add-checkpoint request";
	case LEDGER_WITNESS_NOT_SIGNED:
		return "invalid signature: not by this log's key";
	case LEDGER_WITNESS_UNKNOWN:
		return "unknown log: its origin is not on the list here";
	case LEDGER_WITNESS_OTHER_SIZE:
		return "another size was cosigned last";
	case LEDGER_WITNESS_INCONSISTENT:
		return "the consistency proof does not hold";
	}
	return "?";
}

enum err
ledger_witness_lines_check(struct span lines)
{
	OWNED_BUF(note, LEDGER_WITNESS_LINES + 8);
	struct ledger_note parsed;
	enum err e;

	if (lines.n > LEDGER_WITNESS_LINES)
		return ERR_TOO_LARGE;
	/* As the lines of some note: the last empty line is the one before. */
	buf_text(&note, "x\n\n");
	buf_bytes(&note, lines);
	e = buf_error(&note);
	if (e == ERR_OK)
		e = ledger_note_parse(buf_span(&note), &parsed);
	if (e == ERR_OK && parsed.text.n != 2)
		e = ERR_MALFORMED;
	return e;
}

enum err
ledger_witness_size_parse(struct span body, uint64_t *ret_size)
{
	struct reader r = read_from(body);
	struct span line = read_line(&r);

	return read_end(&r) && num_parse(line, LEDGER_SIZE_MAX, ret_size)
		       ? ERR_OK
		       : ERR_MALFORMED;
}
