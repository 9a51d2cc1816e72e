/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key on the first line, then a person's account; and the file of a map's
 * root.  What is accepted tells no more than it may, and a root is written
 * again as it was read.
 */
#include "crypto/crypto.h"
#include "ledger/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_root(struct span bytes)
{
	static const struct ledger_entry entry = {.index = 7};
	struct ledger_map_root root;
	OWNED_BUF(again, LEDGER_MAP_ROOT_MAX);

	if (ledger_map_root_parse(bytes, &root) != ERR_OK)
		return;
	ledger_map_root_write(&root, &again);
	must(span_eq(buf_span(&again), bytes));
	must(ledger_map_root_check(&root, &entry) != ERR_OK);
}

static void
one_statement(struct span bytes)
{
	struct span line = span_cut(&bytes, '\n');
	struct ledger_statement s;
	struct ledger_vkey key;
	struct span checkpoint;
	struct why why;

	(void)!ledger_statement_checkpoint(bytes, &checkpoint);
	if (ledger_vkey_parse(line, &key) != ERR_OK)
		return;
	if (ledger_statement_check(bytes, &key, &s, &why) != ERR_OK)
		return;
	must(s.map_entry < s.size && s.map_size <= s.map_entry);
	for (size_t i = 0; i < s.n; i++)
		must(s.list[i].entry < s.map_size);
	must(ledger_statement_checkpoint(bytes, &checkpoint) == ERR_OK);
	ledger_statement_fini(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(crypto_init() == ERR_OK);
	one_root(span_of(data, size));
	one_statement(span_of(data, size));
	return 0;
}
