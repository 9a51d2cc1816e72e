/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes to a witness from the network, and what comes back to a log.
 * What is accepted is written again as it was read; nothing is cosigned by
 * chance.
 */
#include "crypto/crypto.h"
#include "ledger/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_request(struct span bytes)
{
	static const uint8_t public[32] = {1};
	struct ledger_witness_request q;
	struct ledger_witness_kept kept = {.size = 0};
	struct ledger_vkey key;
	OWNED_BUF(again, 2 * LEDGER_WITNESS_MAX);

	if (ledger_witness_request_parse(bytes, &q) != ERR_OK)
		return;
	ledger_witness_request_write(q.old, &q.proof, q.checkpoint, &again);
	must(span_eq(buf_span(&again), bytes));
	must(ledger_witness_decide(&q, NULL, &kept) == LEDGER_WITNESS_UNKNOWN);
	if (ledger_vkey_make(q.cp.origin, LEDGER_VKEY_ED25519, public, &key) !=
		ERR_OK)
		return;
	must(ledger_witness_decide(&q, &key, &kept) ==
		LEDGER_WITNESS_NOT_SIGNED);
}

static void
one_answer(struct span bytes)
{
	OWNED_BUF(note, 2 * LEDGER_WITNESS_LINES);
	struct ledger_note parsed;
	uint64_t n;

	(void)!ledger_witness_size_parse(bytes, &n);
	if (ledger_witness_lines_check(bytes) != ERR_OK)
		return;
	/* Put under any note it is its lines and nothing else. */
	buf_text(&note, "origin\n5\nroot\n\n");
	buf_bytes(&note, bytes);
	must(ledger_note_parse(buf_span(&note), &parsed) == ERR_OK);
	must(span_eq(parsed.text, SPAN("origin\n5\nroot\n")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(crypto_init() == ERR_OK);
	one_request(span_of(data, size));
	one_answer(span_of(data, size));
	return 0;
}
