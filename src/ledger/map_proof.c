/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs from a map: what they show, and their text. */
#include <inttypes.h>

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/map_int.h"

#define PROOF_LINE "weir/map-proof@v1"

enum { DOMAIN_BYTES = 11 };
static const uint8_t domain[DOMAIN_BYTES] = "weir/map/v1";

struct ledger_hash
ledger_map_leaf_hash(const uint8_t tag[LEDGER_TAG], uint64_t index)
{
	uint8_t bytes[DOMAIN_BYTES + LEDGER_MAP_ROW];

	memcpy(bytes, domain, DOMAIN_BYTES);
	memcpy(bytes + DOMAIN_BYTES, tag, LEDGER_TAG);
	for (int i = 0; i < 8; i++)
		bytes[DOMAIN_BYTES + LEDGER_TAG + i] =
			(uint8_t)(index >> (56 - 8 * i));
	return ledger_hash_leaf(span_of(bytes, sizeof(bytes)));
}

/* ---- what it shows ---- */

static bool
is_in(const struct ledger_map_leaf *leaf, uint64_t size,
	const struct ledger_hash *root)
{
	struct ledger_hash hash = ledger_map_leaf_hash(leaf->tag, leaf->index);

	return ledger_inclusion_check(
		       &leaf->proof, leaf->place, size, &hash, root) == ERR_OK;
}

/* -1, 0, 1: the leaf's tag is below, at, above the tag asked for. */
static int
side(const struct ledger_map_proof *p, size_t i)
{
	int order = memcmp(p->leaf[i].tag, p->tag, LEDGER_TAG);

	return (order > 0) - (order < 0);
}

/* Nothing lies between the leaves given where `tag` would be. */
static bool
is_gap(const struct ledger_map_proof *p, uint64_t size)
{
	if (p->n_leaves == 0)
		return size == 0;
	if (p->n_leaves == 2)
		return side(p, 0) < 0 && side(p, 1) > 0 &&
		       p->leaf[0].place < size &&
		       p->leaf[1].place == p->leaf[0].place + 1;
	return (side(p, 0) > 0 && p->leaf[0].place == 0) ||
	       (side(p, 0) < 0 && p->leaf[0].place == size - 1);
}

enum err
ledger_map_check(const struct ledger_map_proof *proof, uint64_t size,
	const struct ledger_hash *root, uint64_t *ret_index)
{
	struct ledger_tree empty = {.size = 0};
	struct ledger_hash none = ledger_tree_root(&empty);

	if (size == 0 && !ledger_hash_same(&none, root))
		return ERR_MISMATCH;
	for (size_t i = 0; i < proof->n_leaves; i++)
		if (!is_in(&proof->leaf[i], size, root))
			return ERR_MISMATCH;
	if (proof->n_leaves == 1 && side(proof, 0) == 0) {
		*ret_index = proof->leaf[0].index;
		return ERR_OK;
	}
	if (!is_gap(proof, size))
		return ERR_MISMATCH;
	*ret_index = LEDGER_MAP_ABSENT;
	return ERR_OK;
}

/* ---- as text ---- */

void
ledger_map_proof_write(const struct ledger_map_proof *proof, struct buf *to)
{
	buf_text(to, PROOF_LINE "\ntag ");
	code_base64(to, span_of(proof->tag, LEDGER_TAG));
	buf_u8(to, '\n');
	for (size_t i = 0; i < proof->n_leaves; i++) {
		const struct ledger_map_leaf *leaf = &proof->leaf[i];

		buf_printf(to, "leaf %" PRIu64 " %" PRIu64 " ", leaf->place,
			leaf->index);
		code_base64(to, span_of(leaf->tag, LEDGER_TAG));
		buf_u8(to, '\n');
		for (size_t k = 0; k < leaf->proof.n; k++) {
			code_base64(
				to, span_of(leaf->proof.at[k].at, LEDGER_HASH));
			buf_u8(to, '\n');
		}
	}
}

static bool
parse_32(struct span text, uint8_t to[32])
{
	size_t n;

	return code_base64_parse(text, to, 32, &n) && n == 32;
}

/* The rest of a line after "leaf ". */
static bool
parse_leaf(struct span line, struct ledger_map_leaf *to)
{
	struct span place = span_cut(&line, ' ');
	struct span index = span_cut(&line, ' ');

	return num_parse(place, LEDGER_SIZE_MAX, &to->place) &&
	       num_parse(index, LEDGER_SIZE_MAX, &to->index) &&
	       parse_32(line, to->tag);
}

/* One more line: a leaf, or a hash of the leaf before. */
static bool
parse_line(struct span line, struct ledger_map_proof *p)
{
	struct span word = SPAN("leaf ");
	struct ledger_proof *hashes;

	if (span_starts(line, word))
		return p->n_leaves < 2 &&
		       parse_leaf(span_of(line.at + word.n, line.n - word.n),
			       &p->leaf[p->n_leaves++]);
	if (p->n_leaves == 0)
		return false;
	hashes = &p->leaf[p->n_leaves - 1].proof;
	return hashes->n < LEDGER_PROOF_MAX &&
	       parse_32(line, hashes->at[hashes->n++].at);
}

enum err
ledger_map_proof_parse(struct span bytes, struct ledger_map_proof *ret_proof)
{
	struct ledger_map_proof p = {.n_leaves = 0};
	struct reader r = read_from(bytes);
	struct span first = read_line(&r);
	struct span tag = read_line(&r);
	struct span word = SPAN("tag ");

	if (bytes.n > LEDGER_MAP_PROOF_MAX)
		return ERR_TOO_LARGE;
	if (!read_ok(&r) || !span_eq(first, SPAN(PROOF_LINE)) ||
		!span_starts(tag, word) ||
		!parse_32(span_of(tag.at + word.n, tag.n - word.n), p.tag))
		return ERR_MALFORMED;
	while (!read_end(&r)) {
		struct span line = read_line(&r);

		if (!read_ok(&r) || !parse_line(line, &p))
			return ERR_MALFORMED;
	}
	*ret_proof = p;
	return ERR_OK;
}
