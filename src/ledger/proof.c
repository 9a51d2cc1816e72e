/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/proof.h"

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"

void
ledger_proof_write(const struct ledger_proof_file *f, struct buf *to)
{
	buf_text(to, FIRST_LINE "\n");
	if (f->extra.n > 0) {
		buf_text(to, "extra ");
		buf_bytes(to, f->extra);
		buf_u8(to, '\n');
	}
	buf_printf(to, "index %llu\n", (unsigned long long)f->index);
	for (size_t i = 0; i < f->proof.n; i++) {
		code_base64(to, span_of(f->proof.at[i].at, LEDGER_HASH));
		buf_u8(to, '\n');
	}
	buf_u8(to, '\n');
	buf_bytes(to, f->checkpoint);
}

/* What follows `word` in the line; false when it does not begin so. */
static bool
after(struct span line, struct span word, struct span *ret_rest)
{
	if (!span_starts(line, word))
		return false;
	*ret_rest = span_of(line.at + word.n, line.n - word.n);
	return true;
}

/* Canonical, as long as it may be: four characters at a time. */
static bool
base64_ok(struct span text)
{
	uint8_t three[3];
	size_t n = 3;

	if (text.n == 0 || text.n % 4 != 0)
		return false;
	for (size_t i = 0; i < text.n; i += 4)
		if (n != 3 || !code_base64_parse(
				      span_of(text.at + i, 4), three, 3, &n))
			return false;
	return true;
}

/* Up to the first empty line. */
static bool
hashes_parse(struct reader *r, struct ledger_proof *p)
{
	struct span line;
	size_t n;

	for (line = read_line(r); line.n > 0; line = read_line(r)) {
		if (p->n == LEDGER_PROOF_MAX ||
			!code_base64_parse(
				line, p->at[p->n].at, LEDGER_HASH, &n) ||
			n != LEDGER_HASH)
			return false;
		p->n++;
	}
	return read_ok(r);
}

enum err
ledger_proof_parse(struct span bytes, struct ledger_proof_file *ret_file)
{
	struct reader r = read_from(bytes);
	struct ledger_proof_file f = {.index = 0};
	struct ledger_note note;
	struct span line;
	struct span number;
	enum err e;

	if (bytes.n > LEDGER_NOTE_MAX)
		return ERR_TOO_LARGE;
	if (!span_eq(read_line(&r), SPAN(FIRST_LINE)))
		return ERR_MALFORMED;
	line = read_line(&r);
	if (after(line, SPAN("extra "), &f.extra)) {
		if (!base64_ok(f.extra))
			return ERR_MALFORMED;
		line = read_line(&r);
	}
	if (!after(line, SPAN("index "), &number) ||
		!num_parse(number, LEDGER_SIZE_MAX, &f.index) ||
		!hashes_parse(&r, &f.proof))
		return ERR_MALFORMED;
	f.checkpoint = r.left;
	e = ledger_note_parse(f.checkpoint, &note);
	if (e != ERR_OK)
		return e;
	*ret_file = f;
	return ERR_OK;
}

enum err
ledger_proof_check(struct span bytes, struct span entry,
	const struct ledger_vkey *key, uint64_t *ret_index,
	struct ledger_checkpoint *ret_cp)
{
	struct ledger_hash leaf = ledger_hash_leaf(entry);
	struct ledger_proof_file f;
	struct ledger_checkpoint cp;
	enum err e = ledger_proof_parse(bytes, &f);

	if (e == ERR_OK)
		e = ledger_checkpoint_open(f.checkpoint, key, &cp);
	if (e == ERR_OK)
		e = ledger_inclusion_check(
			&f.proof, f.index, cp.size, &leaf, &cp.root);
	if (e != ERR_OK)
		return e;
	if (ret_index != NULL)
		*ret_index = f.index;
	if (ret_cp != NULL)
		*ret_cp = cp;
	return ERR_OK;
}
