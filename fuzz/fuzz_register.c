/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte says what the rest is: a whole register, an act, a row.  What
 * is accepted must be the bytes that we would have written, and what a
 * register decodes to must answer without harm.
 */
#include "register/register.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_register(struct span bytes)
{
	OWNED(register_set) set = NULL;
	OWNED_BUF(again, 1 << 24);
	OWNED_BUF(json, 1 << 24);
	enum register_id id;
	enum err e;

	if (register_set_new(&set) != ERR_OK)
		return;
	e = register_decode(set, bytes);
	must(e == ERR_OK || e == ERR_MALFORMED);
	if (e != ERR_OK)
		return;
	id = (enum register_id)bytes.at[1];
	register_encode(set, id, &again);
	/* an older row has fewer columns: then it is written longer */
	must(buf_error(&again) == ERR_OK && again.n >= bytes.n);
	must(again.n > bytes.n || span_eq(buf_span(&again), bytes));
	for (size_t i = 0; i < register_n(set, id); i++) {
		const struct register_entry *entry = register_at(set, id, i);
		struct register_row row;

		register_entry_row(entry, &row);
		register_entry_json(entry, &json);
		must(!register_in_force(set, entry, entry->added_at) ||
			register_find(set, id, row.value[0], entry->added_at) !=
				NULL);
	}
}

static void
try_act(struct span bytes)
{
	OWNED(register_set) set = NULL;
	OWNED_BUF(again, 1 << 20);
	struct register_act act;

	if (register_act_decode(bytes, &act) != ERR_OK)
		return;
	register_act_encode(&act, &again);
	must(again.n >= bytes.n);
	if (register_set_new(&set) != ERR_OK)
		return;
	if (register_apply(set, &act, NULL) == ERR_OK)
		must(register_n(set, act.row.id) == 1);
}

static void
try_row(struct span bytes)
{
	OWNED_BUF(json, 1 << 20);
	struct register_row row;

	if (register_row_decode(bytes, false, &row) == ERR_OK)
		register_row_json(&row, &json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 3 == 0)
		try_register(span_of(data + 1, size - 1));
	else if (data[0] % 3 == 1)
		try_act(span_of(data + 1, size - 1));
	else
		try_row(span_of(data + 1, size - 1));
	return 0;
}
