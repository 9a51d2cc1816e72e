/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proof files and openings, from the parties to a court case.  What is
 * accepted is written again as it was read; no proof holds by chance.
 */
#include "crypto/crypto.h"
#include "ledger/entry.h"
#include "ledger/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_proof(struct span bytes)
{
	static const struct ledger_hash leaf = {{1}};
	static const struct ledger_hash root = {{2}};
	struct ledger_proof_file f;
	OWNED_BUF(again, LEDGER_NOTE_MAX);

	if (ledger_proof_parse(bytes, &f) != ERR_OK)
		return;
	ledger_proof_write(&f, &again);
	must(span_eq(buf_span(&again), bytes));
	for (uint64_t size = f.index; size < f.index + 70; size++) {
		must(ledger_inclusion_check(
			     &f.proof, f.index, size, &leaf, &root) != ERR_OK);
		must(ledger_consistency_check(
			     &f.proof, f.index, size, &leaf, &root) != ERR_OK);
	}
}

static void
one_opening(struct span bytes)
{
	static const uint8_t none[32];
	struct ledger_entry entry = {.index = 0};
	struct ledger_entry old = {
		.told = ledger_head_of(LEDGER_SEAL, none, none)};
	struct ledger_opening o;
	OWNED_BUF(value, LEDGER_OPENING_MAX + 8);
	OWNED_BUF(again, 4 * LEDGER_OPENING_MAX);

	if (ledger_opening_parse(bytes, &value, &o) != ERR_OK)
		return;
	ledger_opening_write(&o, &again);
	must(span_eq(buf_span(&again), bytes));
	must(ledger_opening_check(&entry, &o, NULL) != ERR_OK);
	must(ledger_opening_check(&old, &o, NULL) != ERR_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(crypto_init() == ERR_OK);
	one_proof(span_of(data, size));
	one_opening(span_of(data, size));
	return 0;
}
