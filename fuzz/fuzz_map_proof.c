/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs from a map, from whoever shows a person's account.  What is accepted
 * is written again as it was read; no proof holds by chance. */
#include "crypto/crypto.h"
#include "ledger/map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ledger_hash root = {{2}};
	struct span bytes = span_of(data, size);
	struct ledger_map_proof p;
	uint64_t index;
	OWNED_BUF(again, LEDGER_MAP_PROOF_MAX);

	must(crypto_init() == ERR_OK);
	if (ledger_map_proof_parse(bytes, &p) != ERR_OK)
		return 0;
	ledger_map_proof_write(&p, &again);
	must(span_eq(buf_span(&again), bytes));
	for (uint64_t n = 0; n < 70; n++)
		must(ledger_map_check(&p, n, &root, &index) != ERR_OK);
	for (size_t i = 0; i < p.n_leaves; i++)
		must(ledger_map_check(&p, p.leaf[i].place + 1, &root, &index) !=
			ERR_OK);
	return 0;
}
