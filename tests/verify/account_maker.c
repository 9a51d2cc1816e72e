/* SPDX-License-Identifier: Apache-2.0 */
#include "account_maker.h"

#include "base/code.h"
#include "base/day.h"
#include "crypto/crypto.h"
#include "ledger/plain.h"
#include "ledger/statement.h"

#define MAP_AT "2026-03-02T12:00:00Z"

enum { BATCH = 1, S = 2, D = 3, BEFORE = 6 };

static const uint8_t engine[32] = {5};
static const uint8_t subject[32] = {6};

/* ---- the ledger ---- */

static void
say(struct account_maker *w, enum ledger_type type,
	const struct ledger_field *fields, size_t n, const uint8_t *tag)
{
	uint64_t index = w->m.n;
	struct account_made *made = &w->made[index];

	*made = (struct account_made){.n = n,
		.head = ledger_head_of(type, NULL, engine),
		.entry = {.day = 20500}};
	made->key[0] = (uint8_t)(index + 1);
	for (size_t i = 0; i < n; i++)
		made->field[i] = fields[i];
	if (tag != NULL)
		memcpy(made->entry.tag, tag, 32);
	else
		crypto_sha256(span_of(&index, sizeof(index)), made->entry.tag);
	must(ledger_commit(&made->head, made->key, made->field, n,
		     &made->entry.root) == ERR_OK);
	maker_add(&w->m, &made->entry);
}

#define T(name, text)                                                          \
	{                                                                      \
		name, SPAN(text)                                               \
	}

void
account_maker_cover(struct maker *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ledger_entry e = {.day = 20500};
		uint64_t index = m->n + 1000;

		crypto_sha256(span_of(&index, sizeof(index)), e.tag);
		maker_add(m, &e);
	}
}

static void
tag_of(uint64_t i, uint8_t tag[32])
{
	uint8_t key[32];

	ledger_period_key(subject, ACCOUNT_MONTH, key);
	ledger_subject_tag(key, i, tag);
}

static void
say_map(struct account_maker *w, const struct account_lie *lie)
{
	struct ledger_field fields[] = {
		T("size", "6"), {"root", {NULL, 0}}, T("at", MAP_AT)};

	must(ledger_map_new(&w->map) == ERR_OK);
	for (uint64_t i = 0; i < BEFORE; i++) {
		const uint8_t *tag = w->made[i].entry.tag;
		uint8_t other[32] = {1};

		must(ledger_map_add(w->map,
			     lie->map_hides && i == 4 ? other : tag,
			     i) == ERR_OK);
	}
	must(ledger_map_close(w->map) == ERR_OK);
	w->root = ledger_map_root(w->map);
	fields[1].value = span_of(w->root.at, 32);
	say(w, LEDGER_MAP, fields, 3, NULL);
}

/* 0 nothing, 1 batch, 2 S, 3 D, 4 and 5 nothing, 6 the map, then cover. */
static void
tell(struct account_maker *w, const struct account_lie *lie)
{
	static const uint8_t print[32] = {0xaa};
	const struct ledger_field batch[] = {
		T("batch", "1"), T("agreement", "AG-1")};
	const struct ledger_field sealed[] = {
		T("fields", "name"), T("purpose", "trial")};
	const struct ledger_field delivered[] = {T("batch", "1"),
		T("outcome", "address"), T("seal", "2"),
		{"recipient", span_of(print, 32)},
		T("at", "2026-02-16T10:00:00Z")};
	uint8_t tag[32];

	maker_begin(&w->m, ACCOUNT_ORIGIN);
	tag_of(0, tag);
	say(w, LEDGER_COVER, NULL, 0, NULL);
	say(w, LEDGER_BATCH, batch, 2, NULL);
	say(w, LEDGER_SEAL, sealed, 2, NULL);
	say(w, LEDGER_DELIVER, delivered, 5, tag);
	say(w, LEDGER_COVER, NULL, 0, NULL);
	say(w, LEDGER_COVER, NULL, 0, NULL);
	say_map(w, lie);
	account_maker_cover(&w->m, 63);
	buf_init(&w->checkpoint, 4096);
	maker_checkpoint(&w->m, w->m.n, NULL, &w->checkpoint);
}

/* ---- the account ---- */

static void
put_entry(struct account_maker *w, const char *name, uint64_t index)
{
	struct buf *to = &w->account;
	struct ledger_proof_file file = {
		.index = index, .checkpoint = buf_span(&w->checkpoint)};
	OWNED_BUF(text, 4096);
	OWNED_BUF(proof, 1 << 16);

	plain_path(w->m.leaf, w->m.n, index, &file.proof);
	code_base64(&text,
		span_of(w->m.entry + index * LEDGER_ENTRY, LEDGER_ENTRY));
	ledger_statement_part(name, buf_span(&text), to);
	ledger_proof_write(&file, &proof);
	ledger_statement_part("proof", buf_span(&proof), to);
}

static void
opening_text(const struct account_made *m, const char *field, struct buf *to)
{
	struct ledger_opening o;

	must(ledger_opening_make(&m->entry, &m->head, m->key, m->field, m->n,
		     field, &o) == ERR_OK);
	ledger_opening_write(&o, to);
}

static void
put_told(struct account_maker *w, const char *name, uint64_t index,
	const struct ledger_statement_entry *want)
{
	put_entry(w, name, index);
	for (size_t i = 0; want->field[i] != NULL; i++) {
		OWNED_BUF(text, 1 << 14);

		opening_text(&w->made[index], want->field[i], &text);
		ledger_statement_part("opening", buf_span(&text), &w->account);
	}
}

static void
put_map(struct account_maker *w)
{
	struct ledger_map_root root = {
		.size = BEFORE, .index = BEFORE, .root = w->root};
	struct buf text[LEDGER_MAP_OPENINGS];
	OWNED_BUF(file, LEDGER_MAP_ROOT_MAX);

	must(day_time_parse(SPAN(MAP_AT), &root.at));
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		OWNED_BUF(one, 1 << 14);

		buf_init(&text[i], 1 << 14);
		opening_text(&w->made[BEFORE], ledger_map_root_fields[i], &one);
		code_base64(&text[i], buf_span(&one));
		root.opening[i] = buf_span(&text[i]);
	}
	ledger_map_root_write(&root, &file);
	ledger_statement_part("map", buf_span(&file), &w->account);
	put_entry(w, "entry", BEFORE);
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++)
		buf_fini(&text[i]);
}

static void
put_month(struct account_maker *w)
{
	struct ledger_map_proof proof;
	char month[LEDGER_PERIOD_TEXT];
	uint8_t key[32];
	uint8_t tag[32];
	OWNED_BUF(line, 128);
	OWNED_BUF(absent, LEDGER_MAP_PROOF_MAX);

	ledger_period_text(ACCOUNT_MONTH, month);
	ledger_period_key(subject, ACCOUNT_MONTH, key);
	buf_printf(&line, "%s ", month);
	code_base64(&line, span_of(key, 32));
	buf_u8(&line, '\n');
	ledger_statement_part("period", buf_span(&line), &w->account);
	put_told(w, "delivered", D, &ledger_statement_delivered);
	put_told(w, "entry", S, &ledger_statement_sealed);
	put_told(w, "entry", BATCH, &ledger_statement_batch);
	tag_of(1, tag);
	must(ledger_map_prove(w->map, tag, &proof) == ERR_OK);
	ledger_map_proof_write(&proof, &absent);
	ledger_statement_part("absent", buf_span(&absent), &w->account);
}

static void
put_account(struct account_maker *w, const struct account_lie *lie,
	struct span words)
{
	struct ledger_statement s = {.origin = ACCOUNT_ORIGIN,
		.person = "P1",
		.from = ACCOUNT_MONTH,
		.as_of = ledger_period_last(ACCOUNT_MONTH),
		.query = lie->root_is_later ? BEFORE : ACCOUNT_QUERY};

	buf_clear(&w->account);
	ledger_statement_head(&s, &w->account);
	ledger_statement_part("words", words, &w->account);
	put_map(w);
	put_month(w);
}

static void
write_account(struct account_maker *w, const struct account_lie *lie)
{
	struct ledger_statement s;
	struct why why;
	OWNED_BUF(words, 1 << 16);

	buf_init(&w->account, 1 << 20);
	put_account(w, lie, span_of(NULL, 0));
	must(ledger_statement_read(
		     buf_span(&w->account), &w->m.vkey, &s, &why) == ERR_OK);
	ledger_statement_words(&s, &words);
	ledger_statement_fini(&s);
	if (lie->untrue_words)
		words.at[words.n / 2] ^= 1;
	put_account(w, lie, buf_span(&words));
}

void
account_maker_begin(struct account_maker *w, const struct account_lie *lie)
{
	tell(w, lie);
	write_account(w, lie);
}

void
account_maker_end(struct account_maker *w)
{
	w->map = ledger_map_free(w->map);
	buf_fini(&w->checkpoint);
	buf_fini(&w->account);
	maker_end(&w->m);
}
