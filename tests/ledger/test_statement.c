/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger of a few entries in memory, and accounts over it: a true one, and
 * those that a liar who has all keys but the truth would make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/code.h"
#include "ledger/statement.h"
#include "plain.h"

#define ORIGIN "test.invalid/ledger"
#define MAP_AT "2026-03-09T12:00:00Z"

enum { FIRST = 2026 * 12, LAST = FIRST + 1, ENTRIES = 9, MAP = 8, STEP = 13 };

static const uint8_t engine[32] = {5};
static const uint8_t subject[32] = {6};
static uint8_t seed[32] = {7};
static struct ledger_vkey vkey;

/* One entry with what it says. */
struct made {
	struct ledger_entry entry;
	struct ledger_head head;
	uint8_t key[32];
	struct ledger_field field[8];
	size_t n;
	uint8_t bytes[LEDGER_ENTRY];
};
static struct made made[ENTRIES];
static struct ledger_hash leaves[ENTRIES];
static struct buf checkpoint;
static struct ledger_map *map;
static uint8_t late_object[sizeof(LEDGER_LATE) - 1 + 8];
static uint8_t erase_object[sizeof(LEDGER_ERASE) - 1 + 16];

static void
make(uint64_t index, enum ledger_type type, const struct ledger_field *fields,
	size_t n, const uint8_t *tag)
{
	struct made *m = &made[index];

	*m = (struct made){.n = n,
		.head = ledger_head_of(type, NULL, engine),
		.entry = {.index = index,
			.day = ledger_period_first(FIRST) + (int32_t)index}};
	m->key[0] = (uint8_t)(index + 1);
	for (size_t i = 0; i < n; i++)
		m->field[i] = fields[i];
	if (tag != NULL)
		memcpy(m->entry.tag, tag, 32);
	else
		crypto_sha256(span_of(&index, sizeof(index)), m->entry.tag);
	assert_int_equal(
		ledger_commit(&m->head, m->key, m->field, m->n, &m->entry.root),
		ERR_OK);
	ledger_entry_write(&m->entry, m->bytes);
	leaves[index] = plain_leaf(span_of(m->bytes, LEDGER_ENTRY));
}

static void
tag_of(uint32_t period, uint64_t i, uint8_t tag[32])
{
	uint8_t key[32];

	ledger_period_key(subject, period, key);
	ledger_subject_tag(key, i, tag);
}

#define T(name, text)                                                          \
	{                                                                      \
		name, SPAN(text)                                               \
	}
static const uint8_t print[32] = {0xaa};

static void
make_disclosure(uint64_t s, uint64_t d, const char *seal, const uint8_t *tag)
{
	const struct ledger_field sealed[] = {
		T("fields", "name"), T("purpose", "trial"), T("batch", "1")};
	const struct ledger_field delivered[] = {T("batch", "1"),
		T("outcome", "address"), {"seal", span_text(seal)},
		{"recipient", span_of(print, 32)},
		T("at", "2026-01-03T10:00:00Z")};

	make(s, LEDGER_SEAL, sealed, 3, NULL);
	make(d, LEDGER_DELIVER, delivered, 5, tag);
}

static void
make_map(void)
{
	static struct ledger_hash root;
	struct ledger_field fields[] = {
		T("size", "8"), {"root", {NULL, 0}}, T("at", MAP_AT)};

	assert_int_equal(ledger_map_new(&map), ERR_OK);
	for (uint64_t i = 0; i < MAP; i++)
		assert_int_equal(
			ledger_map_add(map, made[i].entry.tag, i), ERR_OK);
	assert_int_equal(ledger_map_close(map), ERR_OK);
	root = ledger_map_root(map);
	fields[1].value = span_of(root.at, 32);
	make(MAP, LEDGER_MAP, fields, 3, NULL);
}

/* 0 cover, 1 batch, 2 S and 3 D of January; 4 S and 5 D of another person;
 * 6 tells 5 late; 7 erases 2 and 3. */
static int
set_up(void **state)
{
	const struct ledger_field batch[] = {
		T("batch", "1"), T("agreement", "AG-1")};
	struct ledger_field late[] = {
		T("act", "account-late"), {"object", {NULL, 0}}};
	struct ledger_field erase[] = {T("act", "erase"), {"object", {NULL, 0}},
		T("at", "2031-05-06T07:08:09Z")};
	struct ledger_checkpoint cp = {.origin = ORIGIN, .size = ENTRIES};
	uint8_t public[32];
	uint8_t tag[32];
	OWNED_BUF(text, 4096);

	(void)state;
	if (crypto_init() != ERR_OK ||
		crypto_ed_public(seed, public) != ERR_OK ||
		ledger_vkey_make(ORIGIN, LEDGER_VKEY_ED25519, public, &vkey) !=
			ERR_OK)
		return -1;
	memcpy(late_object, LEDGER_LATE, sizeof(LEDGER_LATE) - 1);
	late_object[sizeof(late_object) - 1] = 5;
	late[1].value = span_of(late_object, sizeof(late_object));
	make(0, LEDGER_COVER, NULL, 0, NULL);
	make(1, LEDGER_BATCH, batch, 2, NULL);
	tag_of(FIRST, 0, tag);
	make_disclosure(2, 3, "2", tag);
	make_disclosure(4, 5, "4", NULL);
	tag_of(LAST, 0, tag);
	make(6, LEDGER_ACT, late, 2, tag);
	memcpy(erase_object, LEDGER_ERASE, sizeof(LEDGER_ERASE) - 1);
	erase_object[sizeof(erase_object) - 9] = 2;
	erase_object[sizeof(erase_object) - 1] = 3;
	erase[1].value = span_of(erase_object, sizeof(erase_object));
	make(7, LEDGER_ACT, erase, 3, NULL);
	make_map();
	cp.root = plain_root(leaves, ENTRIES);
	ledger_checkpoint_text(&cp, &text);
	buf_init(&checkpoint, 4096);
	return ledger_note_sign(&vkey, seed, buf_span(&text), &checkpoint) ==
			       ERR_OK
		       ? 0
		       : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	map = ledger_map_free(map);
	buf_fini(&checkpoint);
	return 0;
}

/* ---- parts ---- */

static void
put_entry(struct buf *to, const char *name, uint64_t index)
{
	struct ledger_proof_file file = {
		.index = index, .checkpoint = buf_span(&checkpoint)};
	OWNED_BUF(text, 4096);
	OWNED_BUF(proof, 1 << 16);

	plain_path(leaves, ENTRIES, index, &file.proof);
	code_base64(&text, span_of(made[index].bytes, LEDGER_ENTRY));
	ledger_statement_part(name, buf_span(&text), to);
	ledger_proof_write(&file, &proof);
	ledger_statement_part("proof", buf_span(&proof), to);
}

static void
opening_text(const struct made *m, const char *field, struct buf *to)
{
	struct ledger_opening o;

	assert_int_equal(ledger_opening_make(&m->entry, &m->head, m->key,
				 m->field, m->n, field, &o),
		ERR_OK);
	ledger_opening_write(&o, to);
}

static void
put_told(struct buf *to, const char *name, uint64_t index,
	const struct ledger_statement_entry *want)
{
	put_entry(to, name, index);
	for (size_t i = 0; want->field[i] != NULL; i++) {
		OWNED_BUF(text, 1 << 14);

		opening_text(&made[index], want->field[i], &text);
		ledger_statement_part("opening", buf_span(&text), to);
	}
}

static void
put_disclosure(struct buf *to, uint64_t s, uint64_t d)
{
	put_told(to, "delivered", d, &ledger_statement_delivered);
	put_told(to, "entry", s, &ledger_statement_sealed);
	put_told(to, "entry", 1, &ledger_statement_batch);
}

static void
put_map(struct buf *to)
{
	struct ledger_map_root root = {.size = MAP, .index = MAP};
	struct buf text[LEDGER_MAP_OPENINGS];
	OWNED_BUF(file, LEDGER_MAP_ROOT_MAX);

	root.root = ledger_map_root(map);
	assert_true(day_time_parse(SPAN(MAP_AT), &root.at));
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		OWNED_BUF(one, 1 << 14);

		buf_init(&text[i], 1 << 14);
		opening_text(&made[MAP], ledger_map_root_fields[i], &one);
		code_base64(&text[i], buf_span(&one));
		root.opening[i] = buf_span(&text[i]);
	}
	ledger_map_root_write(&root, &file);
	ledger_statement_part("map", buf_span(&file), to);
	put_entry(to, "entry", MAP);
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++)
		buf_fini(&text[i]);
}

static void
put_period(struct buf *to, uint32_t period)
{
	char month[LEDGER_PERIOD_TEXT];
	uint8_t key[32];
	OWNED_BUF(line, 128);

	ledger_period_text(period, month);
	ledger_period_key(subject, period, key);
	buf_printf(&line, "%s ", month);
	code_base64(&line, span_of(key, 32));
	buf_u8(&line, '\n');
	ledger_statement_part("period", buf_span(&line), to);
}

static void
put_absent(struct buf *to, uint32_t period, uint64_t i)
{
	struct ledger_map_proof proof;
	uint8_t tag[32];
	OWNED_BUF(text, LEDGER_MAP_PROOF_MAX);

	tag_of(period, i, tag);
	assert_int_equal(ledger_map_prove(map, tag, &proof), ERR_OK);
	ledger_map_proof_write(&proof, &text);
	ledger_statement_part("absent", buf_span(&text), to);
}

/* ---- whole files ---- */

struct lie {
	bool no_january;  /* the month's disclosure is left out */
	bool present;     /* and what it shows as absent is there */
	bool first_twice; /* D of another person in its place */
	bool no_late;
	bool other_late; /* another D than the act names */
	bool february_first;
	bool one_month; /* the second is not there */
	uint64_t
		erased; /* January's, by the act of that entry; 0: it is told */
	bool late_erased; /* February's, by an act that does not name it */
	int32_t as_of;    /* 0: the end of the second */
};

static void
put_erased(struct buf *to, uint64_t d, uint64_t act)
{
	put_entry(to, "erased", d);
	put_told(to, "entry", act,
		act == 7 ? &ledger_statement_erase : &ledger_statement_late);
}

static void
put_months(struct buf *to, const struct lie *lie)
{
	if (!lie->february_first) {
		put_period(to, FIRST);
		if (lie->erased != 0)
			put_erased(to, 3, lie->erased);
		else if (!lie->no_january)
			put_disclosure(to, 2, lie->first_twice ? 5 : 3);
		put_absent(to, FIRST, lie->present ? 0 : 1);
	}
	if (lie->one_month)
		return;
	put_period(to, LAST);
	if (!lie->no_late) {
		put_told(to, "late", 6, &ledger_statement_late);
		if (lie->late_erased)
			put_erased(to, 5, 7);
		else if (lie->other_late)
			put_disclosure(to, 2, 3);
		else
			put_disclosure(to, 4, 5);
	}
	put_absent(to, LAST, 1);
}

static void
put_file(struct buf *to, const struct lie *lie, struct span words)
{
	struct ledger_statement s = {.origin = ORIGIN,
		.person = "P1",
		.from = FIRST,
		.as_of =
			lie->as_of != 0 ? lie->as_of : ledger_period_last(LAST),
		.query = 12};

	ledger_statement_head(&s, to);
	ledger_statement_part("words", words, to);
	put_map(to);
	put_months(to, lie);
}

/* With the words that fit what it says, where it can be read. */
static enum err
answer(const struct lie *lie, struct ledger_statement *ret)
{
	struct why why = {""};
	OWNED_BUF(without, 1 << 20);
	OWNED_BUF(words, 1 << 16);
	OWNED_BUF(file, 1 << 20);
	enum err e;

	put_file(&without, lie, span_of(NULL, 0));
	e = ledger_statement_read(buf_span(&without), &vkey, ret, &why);
	if (e != ERR_OK)
		return e;
	ledger_statement_words(ret, &words);
	ledger_statement_fini(ret);
	put_file(&file, lie, buf_span(&words));
	return ledger_statement_check(buf_span(&file), &vkey, ret, &why);
}

static void
refused(const struct lie *lie, enum err want)
{
	struct ledger_statement s;

	assert_int_equal(answer(lie, &s), want);
}

static void
a_true_account_is_believed(void **state)
{
	struct ledger_statement s;

	(void)state;
	assert_int_equal(answer(&(struct lie){0}, &s), ERR_OK);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.list[0].entry, 3);
	assert_false(s.list[0].late);
	assert_string_equal(s.list[0].agreement, "AG-1");
	assert_string_equal(s.list[0].purpose, "trial");
	assert_int_equal(s.list[1].entry, 5);
	assert_true(s.list[1].late);
	assert_int_equal(s.map_size, MAP);
	ledger_statement_fini(&s);
}

/* The tag of its month, the act that names it, and no word of what it was. */
static void
what_was_erased_is_told_as_that(void **state)
{
	struct ledger_statement s;
	OWNED_BUF(words, 1 << 16);

	(void)state;
	assert_int_equal(answer(&(struct lie){.erased = 7}, &s), ERR_OK);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.list[0].entry, 3);
	assert_true(s.list[0].erased);
	assert_int_equal(s.list[0].erased_by, 7);
	ledger_statement_words(&s, &words);
	assert_non_null(memmem(words.at, words.n,
		"erased on 2031-05-06 by the act of entry 7", 42));
	assert_false(s.list[1].erased);
	ledger_statement_fini(&s);
	refused(&(struct lie){.erased = 6}, ERR_MALFORMED);
	refused(&(struct lie){.late_erased = true}, ERR_MISMATCH);
}

static void
an_act_names_what_it_erases(void **state)
{
	struct span object = span_of(erase_object, sizeof(erase_object));

	(void)state;
	assert_true(ledger_erase_names(object, 2));
	assert_true(ledger_erase_names(object, 3));
	assert_false(ledger_erase_names(object, 4));
	object.n--;
	assert_false(ledger_erase_names(object, 2));
	assert_false(ledger_erase_names(SPAN(LEDGER_LATE), 2));
	assert_false(ledger_erase_names(span_of(NULL, 0), 0));
}

static void
what_leaves_something_out_is_refused(void **state)
{
	(void)state;
	refused(&(struct lie){.no_january = true}, ERR_MISMATCH);
	refused(&(struct lie){.no_january = true, .present = true},
		ERR_MISMATCH);
	refused(&(struct lie){.no_late = true}, ERR_MISMATCH);
	refused(&(struct lie){.february_first = true}, ERR_MISMATCH);
	refused(&(struct lie){.one_month = true}, ERR_MALFORMED);
}

static void
what_is_another_persons_is_refused(void **state)
{
	(void)state;
	refused(&(struct lie){.first_twice = true}, ERR_MISMATCH);
	refused(&(struct lie){.other_late = true}, ERR_MISMATCH);
}

/* The root is of the 9th of March: it shows nothing of that month. */
static void
a_day_after_the_root_is_refused(void **state)
{
	(void)state;
	refused(&(struct lie){.as_of = ledger_period_last(LAST + 1)},
		ERR_MISMATCH);
	refused(&(struct lie){.as_of = ledger_period_last(LAST) - 1},
		ERR_MALFORMED);
}

static void
other_words_and_another_key_are_refused(void **state)
{
	uint8_t public[32];
	struct ledger_vkey other;
	struct ledger_statement s;
	struct why why;
	OWNED_BUF(file, 1 << 20);

	(void)state;
	put_file(&file, &(struct lie){0}, SPAN("Nothing was disclosed.\n"));
	assert_int_equal(
		ledger_statement_check(buf_span(&file), &vkey, &s, &why),
		ERR_MISMATCH);
	seed[0] ^= 1;
	assert_int_equal(crypto_ed_public(seed, public), ERR_OK);
	seed[0] ^= 1;
	assert_int_equal(
		ledger_vkey_make(ORIGIN, LEDGER_VKEY_ED25519, public, &other),
		ERR_OK);
	assert_int_equal(
		ledger_statement_check(buf_span(&file), &other, &s, &why),
		ERR_BAD_SIGNATURE);
}

/* Wherever it is: in a header, a proof, an entry, a word. */
static void
a_changed_byte_is_noticed(void **state)
{
	struct ledger_statement s;
	struct why why;
	OWNED_BUF(without, 1 << 20);
	OWNED_BUF(words, 1 << 16);
	OWNED_BUF(file, 1 << 20);

	(void)state;
	put_file(&without, &(struct lie){0}, span_of(NULL, 0));
	assert_int_equal(
		ledger_statement_read(buf_span(&without), &vkey, &s, &why),
		ERR_OK);
	ledger_statement_words(&s, &words);
	ledger_statement_fini(&s);
	put_file(&file, &(struct lie){0}, buf_span(&words));
	for (size_t i = 0; i < file.n; i += STEP) {
		enum err e;

		file.at[i] ^= 1;
		e = ledger_statement_check(buf_span(&file), &vkey, &s, &why);
		if (e == ERR_OK)
			fail_msg("byte %zu may be another", i);
		file.at[i] ^= 1;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_true_account_is_believed),
		cmocka_unit_test(what_was_erased_is_told_as_that),
		cmocka_unit_test(an_act_names_what_it_erases),
		cmocka_unit_test(what_leaves_something_out_is_refused),
		cmocka_unit_test(what_is_another_persons_is_refused),
		cmocka_unit_test(a_day_after_the_root_is_refused),
		cmocka_unit_test(other_words_and_another_key_are_refused),
		cmocka_unit_test(a_changed_byte_is_noticed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
