/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead log after a crash: whatever stands there, groups are taken
 * off it from the front, each inside the bytes, and the walk ends.
 */
#include "store/log_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store_log_wal wal;
	struct store_log_group g;
	uint64_t first;

	if (store_log_wal_parse(span_of(data, size), &wal) != ERR_OK)
		return 0;
	first = wal.first;
	while (store_log_wal_next(&wal.groups, first, &g) ==
		STORE_LOG_GROUP_WHOLE) {
		must(g.entries.n > 0 && g.entries.n % LEDGER_ENTRY == 0);
		must(g.entries.at >= data &&
			g.entries.at + g.entries.n <= data + size);
		first += g.entries.n / LEDGER_ENTRY;
	}
	return 0;
}
