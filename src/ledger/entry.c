/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/entry.h"

#include "base/day.h"
#include "base/read.h"
#include "ledger/entry_int.h"

enum { MAGIC = 4, SPARE = 168, SPARE_1 = 104 };

static const uint8_t magic[MAGIC] = "WLE2";
static const uint8_t magic_1[MAGIC] = "WLE1";

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

enum ledger_type
ledger_type_of(struct span word)
{
	static const struct {
		const char *text;
		enum ledger_type type;
	} types[] = {
#define TYPE(name, value, text, meaning) {text, LEDGER_##name},
#include "ledger/entry.def"
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_eq(span_text(types[i].text), word))
			return types[i].type;
	return LEDGER_NO_TYPE;
}

void
ledger_head_encode(const struct ledger_head *head, struct buf *to)
{
	buf_u8(to, (uint8_t)head->type);
	buf_u8(to, head->n_fields);
	buf_bytes(to, span_of(head->law, sizeof(head->law)));
	buf_bytes(to, span_of(head->engine, sizeof(head->engine)));
}

bool
ledger_head_decode(struct reader *r, struct ledger_head *ret_head)
{
	struct ledger_head head = {.type = (enum ledger_type)read_u8(r)};
	struct span law;
	struct span engine;

	head.n_fields = read_u8(r);
	law = read_bytes(r, 32);
	engine = read_bytes(r, 32);
	if (!read_ok(r) || ledger_type_text(head.type) == NULL ||
		head.n_fields > LEDGER_FIELDS)
		return false;
	memcpy(head.law, law.at, sizeof(head.law));
	memcpy(head.engine, engine.at, sizeof(head.engine));
	*ret_head = head;
	return true;
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
	must(e->day >= 0 && e->index <= LEDGER_SIZE_MAX);
	memset(to, 0, LEDGER_ENTRY);
	memcpy(to, magic, MAGIC);
	put_be(to + 8, e->index, 8);
	put_be(to + 16, (uint64_t)e->day, 4);
	memcpy(to + 24, e->tag, 32);
	memcpy(to + 56, e->root.at, 32);
	if (e->told.type == LEDGER_NO_TYPE)
		return;
	memcpy(to, magic_1, MAGIC);
	to[4] = (uint8_t)e->told.type;
	memcpy(to + 88, e->told.law, 32);
	memcpy(to + 120, e->told.engine, 32);
}

static bool
all_zero(struct span s)
{
	uint8_t any = 0;

	for (size_t i = 0; i < s.n; i++)
		any |= s.at[i];
	return any == 0;
}

/* The rest of an entry, from byte 88. */
static bool
rest_parse(struct reader *r, enum ledger_type told, struct ledger_head *ret)
{
	struct span law;
	struct span engine;

	if (told == LEDGER_NO_TYPE)
		return all_zero(read_bytes(r, SPARE));
	law = read_bytes(r, 32);
	engine = read_bytes(r, 32);
	*ret = ledger_head_of(told, law.at, engine.at);
	ret->n_fields = ledger_fields_1(told);
	return all_zero(read_bytes(r, SPARE_1));
}

enum err
ledger_entry_parse(struct span bytes, struct ledger_entry *ret_entry)
{
	struct ledger_entry e = {.told = {.type = LEDGER_NO_TYPE}};
	struct reader r = read_from(bytes);
	enum ledger_type told;
	uint32_t day;
	bool first;
	bool spare;

	if (bytes.n != LEDGER_ENTRY)
		return ERR_MALFORMED;
	first = memcmp(bytes.at, magic_1, MAGIC) == 0;
	if (!first && memcmp(bytes.at, magic, MAGIC) != 0)
		return ERR_MALFORMED;
	(void)read_bytes(&r, MAGIC);
	told = (enum ledger_type)read_u8(&r);
	if (first ? ledger_fields_1(told) == 0 : told != LEDGER_NO_TYPE)
		return ERR_MALFORMED;
	spare = all_zero(read_bytes(&r, 3));
	e.index = read_u64be(&r);
	day = read_u32be(&r);
	spare = all_zero(read_bytes(&r, 4)) && spare;
	memcpy(e.tag, read_bytes(&r, 32).at, 32);
	memcpy(e.root.at, read_bytes(&r, 32).at, 32);
	spare = rest_parse(&r, told, &e.told) && spare;
	if (!spare || e.index > LEDGER_SIZE_MAX || day > INT32_MAX)
		return ERR_MALFORMED;
	e.day = (int32_t)day;
	*ret_entry = e;
	return ERR_OK;
}
