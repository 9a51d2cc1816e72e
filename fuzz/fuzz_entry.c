/* SPDX-License-Identifier: Apache-2.0 */
/* An entry has one text: what is accepted is written again as it was read. */
#include "ledger/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ledger_entry e;
	uint8_t again[LEDGER_ENTRY];

	if (ledger_entry_parse(span_of(data, size), &e) != ERR_OK)
		return 0;
	ledger_entry_write(&e, again);
	must(span_eq(span_of(again, sizeof(again)), span_of(data, size)));
	return 0;
}
