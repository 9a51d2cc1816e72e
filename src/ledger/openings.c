/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/openings.h"

#define MAGIC SPAN("weir/openings/v1\n")

enum { ERASED, OPENED };

void
ledger_openings_begin(const char *origin, uint64_t size, struct buf *to)
{
	buf_bytes(to, MAGIC);
	buf_sized(to, span_text(origin));
	buf_u64be(to, size);
}

void
ledger_openings_add(const struct ledger_openings_entry *entry, struct buf *to)
{
	buf_u8(to, entry->erased ? ERASED : OPENED);
	buf_u64be(to, entry->index);
	if (entry->erased)
		return;
	buf_bytes(to, span_of(entry->key, LEDGER_KEY));
	ledger_head_encode(&entry->head, to);
	buf_u8(to, (uint8_t)entry->n_fields);
	for (size_t i = 0; i < entry->n_fields; i++) {
		struct span name = span_text(entry->field[i].name);

		buf_u8(to, (uint8_t)name.n);
		buf_bytes(to, name);
		buf_sized(to, entry->field[i].value);
	}
}

enum err
ledger_openings_open(
	struct reader *r, struct span *ret_origin, uint64_t *ret_size)
{
	struct span magic = read_bytes(r, MAGIC.n);

	*ret_origin = read_sized(r, 256);
	*ret_size = read_u64be(r);
	return read_ok(r) && span_eq(magic, MAGIC) ? ERR_OK : ERR_MALFORMED;
}

static bool
field_read(struct reader *r, struct ledger_openings_entry *e)
{
	struct span name = read_bytes(r, read_u8(r));
	struct span value = read_sized(r, LEDGER_OPENING_MAX);
	const char *known = ledger_field_known(e->head.type, name);

	if (!read_ok(r) || known == NULL)
		return false;
	for (size_t i = 0; i < e->n_fields; i++)
		if (e->field[i].name == known)
			return false;
	e->field[e->n_fields++] = (struct ledger_field){known, value};
	return true;
}

enum err
ledger_openings_next(struct reader *r, struct ledger_openings_entry *ret_entry)
{
	struct ledger_openings_entry e = {.n_fields = 0};
	uint8_t state = read_u8(r);
	struct span key;
	size_t n;

	e.index = read_u64be(r);
	e.erased = state == ERASED;
	if (e.erased || state != OPENED) {
		*ret_entry = e;
		return e.erased && read_ok(r) ? ERR_OK : ERR_MALFORMED;
	}
	key = read_bytes(r, LEDGER_KEY);
	if (!read_ok(r) || !ledger_head_decode(r, &e.head))
		return ERR_MALFORMED;
	memcpy(e.key, key.at, LEDGER_KEY);
	n = read_u8(r);
	if (n > LEDGER_FIELDS)
		return ERR_MALFORMED;
	while (n-- > 0)
		if (!field_read(r, &e))
			return ERR_MALFORMED;
	*ret_entry = e;
	return ERR_OK;
}
