/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include "base/day.h"
#include "base/read.h"

static const uint8_t magic[4] = "WLE1";

enum { SPARE = 104 };

const char *
ledger_type_text(enum ledger_type type)
{
	switch (type) {
#define TYPE(name, value, text, meaning)                                       \
	case LEDGER_##name:                                                    \
		return text;
#include "ledger/entry.def"
	case LEDGER_NO_TYPE:
		break;
	}
	return NULL;
}

const char *
ledger_type_meaning(enum ledger_type type)
{
	switch (type) {
#define TYPE(name, value, text, meaning)                                       \
	case LEDGER_##name:                                                    \
		return meaning;
#include "ledger/entry.def"
	case LEDGER_NO_TYPE:
		break;
	}
	return NULL;
}

static void
put_be(uint8_t *to, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

void
ledger_entry_write(const struct ledger_entry *e, uint8_t to[LEDGER_ENTRY])
{
	must(ledger_type_text(e->type) != NULL && e->day >= 0);
	must(e->index <= LEDGER_SIZE_MAX);
	memset(to, 0, LEDGER_ENTRY);
	memcpy(to, magic, sizeof(magic));
	to[4] = (uint8_t)e->type;
	put_be(to + 8, e->index, 8);
	put_be(to + 16, (uint64_t)e->day, 4);
	memcpy(to + 24, e->tag, 32);
	memcpy(to + 56, e->root.at, 32);
	memcpy(to + 88, e->law, 32);
	memcpy(to + 120, e->engine, 32);
}

static bool
all_zero(struct span s)
{
	uint8_t any = 0;

	for (size_t i = 0; i < s.n; i++)
		any |= s.at[i];
	return any == 0;
}

enum err
ledger_entry_parse(struct span bytes, struct ledger_entry *ret_entry)
{
	struct ledger_entry e = {.type = LEDGER_NO_TYPE};
	struct reader r = read_from(bytes);
	uint32_t day;
	bool spare;

	if (bytes.n != LEDGER_ENTRY || memcmp(bytes.at, magic, 4) != 0)
		return ERR_MALFORMED;
	(void)read_bytes(&r, sizeof(magic));
	e.type = (enum ledger_type)read_u8(&r);
	spare = all_zero(read_bytes(&r, 3));
	e.index = read_u64be(&r);
	day = read_u32be(&r);
	spare = all_zero(read_bytes(&r, 4)) && spare;
	memcpy(e.tag, read_bytes(&r, 32).at, 32);
	memcpy(e.root.at, read_bytes(&r, 32).at, 32);
	memcpy(e.law, read_bytes(&r, 32).at, 32);
	memcpy(e.engine, read_bytes(&r, 32).at, 32);
	spare = all_zero(read_bytes(&r, SPARE)) && spare;
	if (!spare || ledger_type_text(e.type) == NULL ||
		e.index > LEDGER_SIZE_MAX || day > INT32_MAX)
		return ERR_MALFORMED;
	e.day = (int32_t)day;
	*ret_entry = e;
	return ERR_OK;
}
