/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ledger/entry.h"
#include "os/file.h"
#include "plain.h"

static const uint8_t entry_key[32] = "thirty-two bytes nobody may know";
static const struct ledger_field fields[] = {
	{"outcome", {(const uint8_t *)"approved", 8}},
	{"request", {(const uint8_t *)"R-000417", 8}},
	{"recipient", {(const uint8_t *)"MARIA LOPEZ", 11}},
	{"plain", {(const uint8_t *)"12 ELM ST", 9}},
};
enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

static const uint8_t law[32] = {2, 2, 2};
static const uint8_t engine[32] = {3, 3};

static struct ledger_head
a_head(void)
{
	return ledger_head_of(LEDGER_SEAL, law, engine);
}

static struct ledger_entry
an_entry(void)
{
	struct ledger_entry e = {.index = 0x0102030405060708, .day = 20000};
	struct ledger_head head = a_head();

	memset(e.tag, 1, 32);
	assert_int_equal(
		ledger_commit(&head, entry_key, fields, N_FIELDS, &e.root),
		ERR_OK);
	return e;
}

static void
reads_back(const struct ledger_entry *e, const uint8_t bytes[LEDGER_ENTRY])
{
	uint8_t again[LEDGER_ENTRY];
	struct ledger_entry back;

	assert_int_equal(
		ledger_entry_parse(span_of(bytes, LEDGER_ENTRY), &back),
		ERR_OK);
	assert_int_equal(back.index, e->index);
	assert_int_equal(back.day, e->day);
	assert_int_equal(back.told.type, e->told.type);
	ledger_entry_write(&back, again);
	assert_memory_equal(bytes, again, LEDGER_ENTRY);
	assert_int_equal(
		ledger_entry_parse(span_of(bytes, 255), &back), ERR_MALFORMED);
}

static void
an_entry_is_its_256_bytes(void **state)
{
	static const uint8_t head[24] = {'W', 'L', 'E', '2', 0, 0, 0, 0, 1, 2,
		3, 4, 5, 6, 7, 8, 0, 0, 0x4e, 0x20};
	static const uint8_t zero[168];
	struct ledger_entry e = an_entry();
	uint8_t bytes[LEDGER_ENTRY];

	(void)state;
	ledger_entry_write(&e, bytes);
	assert_memory_equal(bytes, head, sizeof(head));
	assert_memory_equal(bytes + 24, e.tag, 32);
	assert_memory_equal(bytes + 56, e.root.at, 32);
	assert_memory_equal(bytes + 88, zero, sizeof(zero));
	reads_back(&e, bytes);
}

static void
one_text_only(uint8_t bytes[LEDGER_ENTRY], size_t spare_from, bool kind)
{
	for (size_t i = 0; i < LEDGER_ENTRY * 8; i++) {
		struct ledger_entry back;
		uint8_t again[LEDGER_ENTRY];
		size_t at = i / 8;
		bool spare = at < 4 || (at == 4 && !kind) ||
			     (at > 4 && at < 8) || (at >= 20 && at < 24) ||
			     at >= spare_from;

		bytes[at] ^= (uint8_t)(1 << i % 8);
		if (ledger_entry_parse(span_of(bytes, LEDGER_ENTRY), &back) ==
			ERR_OK) {
			assert_false(spare);
			ledger_entry_write(&back, again);
			assert_memory_equal(bytes, again, LEDGER_ENTRY);
		}
		bytes[at] ^= (uint8_t)(1 << i % 8);
	}
}

/* Whatever is accepted has one form only, so no second text of an entry. */
static void
no_two_byte_strings_are_one_entry(void **state)
{
	struct ledger_entry e = an_entry();
	uint8_t bytes[LEDGER_ENTRY];

	(void)state;
	ledger_entry_write(&e, bytes);
	one_text_only(bytes, 88, false);
	e.told = a_head();
	ledger_entry_write(&e, bytes);
	one_text_only(bytes, 152, true);
}

/* The commitments once more, by the words of the header. */
static struct ledger_hash
plain_salt(const char *of)
{
	struct ledger_hash salt;

	crypto_hmac_sha256(span_of(entry_key, 32), span_text(of), salt.at);
	return salt;
}

static struct ledger_hash
plain_field(const char *name, struct span value)
{
	OWNED_BUF(b, 100000);
	char of[64];
	struct ledger_hash salt;

	(void)snprintf(of, sizeof(of), "salt/%s", name);
	salt = plain_salt(of);
	buf_text(&b, "weir/field/v2");
	buf_u8(&b, LEDGER_SEAL);
	buf_u8(&b, (uint8_t)strlen(name));
	buf_text(&b, name);
	buf_bytes(&b, span_of(salt.at, 32));
	buf_sized(&b, value);
	assert_int_equal(buf_error(&b), ERR_OK);
	return plain_leaf(buf_span(&b));
}

static struct ledger_hash
plain_entry(size_t n, const struct ledger_hash *of_fields)
{
	OWNED_BUF(head, 1000);
	OWNED_BUF(both, 1000);
	struct ledger_hash salt = plain_salt("head");
	struct ledger_hash h;

	buf_text(&head, "weir/head/v2");
	buf_u8(&head, LEDGER_SEAL);
	buf_u8(&head, (uint8_t)n);
	buf_bytes(&head, span_of(law, 32));
	buf_bytes(&head, span_of(engine, 32));
	buf_bytes(&head, span_of(salt.at, 32));
	h = plain_hash(head.at, head.n);
	buf_text(&both, "weir/entry/v2");
	buf_bytes(&both, span_of(h.at, 32));
	buf_bytes(&both, span_of(of_fields->at, 32));
	return plain_hash(both.at, both.n);
}

static void
the_root_is_that_of_the_words_in_the_header(void **state)
{
	struct ledger_hash leaves[LEDGER_FIELDS];
	struct ledger_entry e = an_entry();
	struct ledger_hash want;
	size_t n = 0;

	(void)state;
	for (; ledger_field_name(LEDGER_SEAL, n) != NULL; n++) {
		struct span value = {NULL, 0};

		for (size_t i = 0; i < N_FIELDS; i++)
			if (strcmp(fields[i].name,
				    ledger_field_name(LEDGER_SEAL, n)) == 0)
				value = fields[i].value;
		leaves[n] =
			plain_field(ledger_field_name(LEDGER_SEAL, n), value);
	}
	want = plain_root(leaves, n);
	want = plain_entry(n, &want);
	assert_memory_equal(e.root.at, want.at, 32);
}

static void
show(const char *name, struct ledger_opening *ret)
{
	struct ledger_entry e = an_entry();
	struct ledger_head head = a_head();

	assert_int_equal(ledger_opening_make(&e, &head, entry_key, fields,
				 N_FIELDS, name, ret),
		ERR_OK);
}

static void
each_field_is_shown_alone(void **state)
{
	struct ledger_entry e = an_entry();
	const char *name;

	(void)state;
	for (size_t i = 0; (name = ledger_field_name(LEDGER_SEAL, i)) != NULL;
		i++) {
		OWNED_BUF(text, 200000);
		OWNED_BUF(value, 100000);
		struct ledger_opening o;
		struct ledger_opening back;
		struct ledger_head head;

		show(name, &o);
		ledger_opening_write(&o, &text);
		assert_int_equal(
			ledger_opening_parse(buf_span(&text), &value, &back),
			ERR_OK);
		assert_int_equal(
			ledger_opening_check(&e, &back, &head), ERR_OK);
		assert_int_equal(head.type, LEDGER_SEAL);
		assert_memory_equal(head.law, law, 32);
		assert_memory_equal(head.engine, engine, 32);
		/* Every other text of it is no opening of this entry. */
		for (size_t at = 0; at < text.n; at++) {
			text.at[at] ^= 1;
			assert_true(ledger_opening_parse(buf_span(&text),
					    &value, &back) != ERR_OK ||
				    ledger_opening_check(&e, &back, NULL) !=
					    ERR_OK);
			text.at[at] ^= 1;
		}
	}
}

/* Each part of what is shown is bound: its value, whose field it is, under
 * which law and program, and how many fields there are beside it. */
static void
an_opening_says_nothing_else(void **state)
{
	struct ledger_entry e = an_entry();
	struct ledger_opening o;
	struct ledger_opening lie;

	(void)state;
	show("outcome", &o);
	assert_int_equal(ledger_opening_check(&e, &o, NULL), ERR_OK);
	lie = o;
	lie.value = SPAN("withheld");
	assert_int_equal(ledger_opening_check(&e, &lie, NULL), ERR_MISMATCH);
	lie = o;
	lie.head.type = LEDGER_REQUEST; /* the same word stands there too */
	assert_int_not_equal(ledger_opening_check(&e, &lie, NULL), ERR_OK);
	lie.head.type = LEDGER_ROLL;
	assert_int_equal(ledger_opening_check(&e, &lie, NULL), ERR_NOT_FOUND);
	lie = o;
	lie.head.law[0] ^= 1;
	assert_int_equal(ledger_opening_check(&e, &lie, NULL), ERR_MISMATCH);
	lie = o;
	lie.head.engine[31] ^= 1;
	assert_int_equal(ledger_opening_check(&e, &lie, NULL), ERR_MISMATCH);
	lie = o;
	lie.head_salt[0] ^= 1;
	assert_int_equal(ledger_opening_check(&e, &lie, NULL), ERR_MISMATCH);
	lie = o;
	lie.head.n_fields--;
	assert_int_not_equal(ledger_opening_check(&e, &lie, NULL), ERR_OK);
	lie.head.n_fields = LEDGER_FIELDS;
	assert_int_not_equal(ledger_opening_check(&e, &lie, NULL), ERR_OK);
	lie = o;
	lie.head.type = LEDGER_NO_TYPE; /* as an opening of "WLE1" */
	assert_int_equal(ledger_opening_check(&e, &lie, NULL), ERR_MALFORMED);
}

/* Nobody who has an entry and its key can say that it is of another kind. */
static void
an_entry_is_of_one_kind(void **state)
{
	static const uint8_t other[32] = {9};
	struct ledger_entry e = an_entry();
	struct ledger_head head = a_head();

	(void)state;
	assert_int_equal(
		ledger_commits(&e, &head, entry_key, fields, N_FIELDS), ERR_OK);
	assert_int_equal(ledger_commits(&e, &head, other, fields, N_FIELDS),
		ERR_MISMATCH);
	assert_int_equal(
		ledger_commits(&e, &head, entry_key, fields, N_FIELDS - 1),
		ERR_MISMATCH);
	head.law[3] ^= 1;
	assert_int_equal(ledger_commits(&e, &head, entry_key, fields, N_FIELDS),
		ERR_MISMATCH);
	for (unsigned type = 1; type < 256; type++) {
		head = ledger_head_of((enum ledger_type)type, law, engine);
		if (type != LEDGER_SEAL)
			assert_int_not_equal(
				ledger_commits(
					&e, &head, entry_key, fields, N_FIELDS),
				ERR_OK);
	}
}

/* A field that a kind is given later does not change what older entries of it
 * say: how many they have is theirs. */
static void
fields_may_be_added_to_a_kind(void **state)
{
	struct ledger_head before = a_head();
	struct ledger_head now = a_head();
	struct ledger_entry e = an_entry();
	struct ledger_opening o;

	(void)state;
	before.n_fields--;
	assert_int_equal(
		ledger_commit(&before, entry_key, fields, N_FIELDS, &e.root),
		ERR_OK);
	assert_int_equal(
		ledger_commits(&e, &before, entry_key, fields, N_FIELDS),
		ERR_OK);
	assert_int_equal(ledger_commits(&e, &now, entry_key, fields, N_FIELDS),
		ERR_MISMATCH);
	assert_int_equal(ledger_opening_make(&e, &before, entry_key, fields,
				 N_FIELDS, "plain", &o),
		ERR_OK);
	assert_int_equal(ledger_opening_check(&e, &o, NULL), ERR_OK);
	assert_int_equal(ledger_opening_make(&e, &before, entry_key, fields,
				 N_FIELDS, "at", &o),
		ERR_NOT_FOUND);
}

/* ---- the form of before ---- */

static void
old_file(const char *name, struct buf *to)
{
	char path[256];

	(void)snprintf(
		path, sizeof(path), WEIR_SOURCE "/tests/ledger/wle1/%s", name);
	assert_int_equal(os_read(AT_FDCWD, path, to), ERR_OK);
}

static void
old_entry(struct ledger_entry *ret)
{
	OWNED_BUF(bytes, LEDGER_ENTRY);

	old_file("entry", &bytes);
	assert_int_equal(ledger_entry_parse(buf_span(&bytes), ret), ERR_OK);
	reads_back(ret, bytes.at);
}

/* Made by the program of before. */
static void
an_entry_of_before_is_read_and_opened(void **state)
{
	static const char *const shown[] = {"plain", "recipient", "outcome"};
	struct ledger_entry e;
	struct ledger_entry of_now = an_entry();
	uint8_t two[32];

	(void)state;
	old_entry(&e);
	assert_int_equal(e.told.type, LEDGER_SEAL);
	assert_int_equal(e.told.law[0], 2);
	assert_int_equal(e.told.engine[31], 3);
	assert_int_equal(
		ledger_commits(&e, &e.told, entry_key, fields, N_FIELDS),
		ERR_OK);
	memset(two, 2, sizeof(two));
	assert_memory_equal(e.told.law, two, 32);
	for (size_t i = 0; i < 3; i++) {
		char name[64];
		OWNED_BUF(text, 10000);
		OWNED_BUF(again, 10000);
		OWNED_BUF(value, 10000);
		struct ledger_opening o;
		struct ledger_opening mine;
		struct ledger_head head;

		(void)snprintf(name, sizeof(name), "%s.opening", shown[i]);
		old_file(name, &text);
		assert_int_equal(
			ledger_opening_parse(buf_span(&text), &value, &o),
			ERR_OK);
		assert_int_equal(ledger_opening_check(&e, &o, &head), ERR_OK);
		assert_int_equal(head.type, LEDGER_SEAL);
		assert_int_equal(
			ledger_opening_check(&of_now, &o, NULL), ERR_MALFORMED);
		/* and the same is made of it now */
		assert_int_equal(ledger_opening_make(&e, &e.told, entry_key,
					 fields, N_FIELDS, shown[i], &mine),
			ERR_OK);
		ledger_opening_write(&mine, &again);
		assert_true(span_eq(buf_span(&text), buf_span(&again)));
		o.value = SPAN("x");
		assert_int_equal(
			ledger_opening_check(&e, &o, NULL), ERR_MISMATCH);
	}
}

/* Its head stands in the open: no other may be claimed. */
static void
an_entry_of_before_has_the_head_that_it_tells(void **state)
{
	struct ledger_entry e;
	struct ledger_head head;

	(void)state;
	old_entry(&e);
	head = e.told;
	head.law[0] ^= 1;
	assert_int_equal(ledger_commits(&e, &head, entry_key, fields, N_FIELDS),
		ERR_MISMATCH);
	head = e.told;
	head.type = LEDGER_COVER; /* which was not a kind then */
	e.told = head;
	{
		uint8_t bytes[LEDGER_ENTRY];
		struct ledger_entry back;

		ledger_entry_write(&e, bytes);
		assert_int_equal(ledger_entry_parse(
					 span_of(bytes, sizeof(bytes)), &back),
			ERR_MALFORMED);
	}
}

static enum err
commits_roll(const struct ledger_field *two, size_t n)
{
	struct ledger_head head = ledger_head_of(LEDGER_ROLL, law, engine);
	struct ledger_hash root;

	return ledger_commit(&head, entry_key, two, n, &root);
}

static void
wrong_fields_are_refused(void **state)
{
	static uint8_t large[LEDGER_OPENING_MAX + 1];
	struct ledger_field two[2] = {{"roll", SPAN("x")}, {"roll", SPAN("y")}};
	struct ledger_entry e = an_entry();
	struct ledger_head head = a_head();
	struct ledger_opening o;

	(void)state;
	assert_int_equal(commits_roll(two, 2), ERR_EXISTS);
	two[1].name = "rol";
	assert_int_equal(commits_roll(two, 2), ERR_NOT_FOUND);
	two[0].value = span_of(large, sizeof(large));
	assert_int_equal(commits_roll(two, 1), ERR_TOO_LARGE);
	assert_int_equal(ledger_opening_make(&e, &head, entry_key, fields,
				 N_FIELDS, "roll", &o),
		ERR_NOT_FOUND);
	assert_null(ledger_type_text((enum ledger_type)0));
	assert_null(ledger_type_text((enum ledger_type)200));
	assert_int_equal(ledger_type_of(SPAN("seal")), LEDGER_SEAL);
	assert_int_equal(ledger_type_of(SPAN("sea")), LEDGER_NO_TYPE);
}

/* I9: what is public tells nothing of a person.  Two entries that differ in
 * what became of the request differ in the root alone, and neither holds a
 * value, nor its bare hash. */
static bool
holds(struct span all, struct span part)
{
	return memmem(all.at, all.n, part.at, part.n) != NULL;
}

static void
the_public_bytes_hold_no_value_and_no_bare_hash(void **state)
{
	struct ledger_entry e = an_entry();
	uint8_t bytes[LEDGER_ENTRY];

	(void)state;
	ledger_entry_write(&e, bytes);
	for (size_t i = 0; i < N_FIELDS; i++) {
		struct ledger_hash bare =
			plain_hash(fields[i].value.at, fields[i].value.n);

		assert_false(holds(span_of(bytes, 256), fields[i].value));
		assert_false(holds(span_of(bytes, 256), span_of(bare.at, 32)));
	}
}

/* All but index, day, tag and root is the same whatever an entry is. */
static void
what_an_entry_is_differs_in_the_root_alone(void **state)
{
	struct ledger_field other[N_FIELDS];
	struct ledger_entry a = an_entry();
	struct ledger_head head = a_head();
	uint8_t a_bytes[LEDGER_ENTRY];

	(void)state;
	ledger_entry_write(&a, a_bytes);
	memset(a_bytes + 56, 0, 32);
	memcpy(other, fields, sizeof(fields));
	other[0].value = SPAN("unresolved");
	for (unsigned type = 1; type < 256; type++) {
		struct ledger_entry b = a;
		uint8_t b_bytes[LEDGER_ENTRY];
		size_t n = type == LEDGER_SEAL ? N_FIELDS : 0;

		if (ledger_type_text((enum ledger_type)type) == NULL)
			continue;
		head = ledger_head_of((enum ledger_type)type, engine, law);
		assert_int_equal(
			ledger_commit(&head, entry_key, other, n, &b.root),
			ERR_OK);
		assert_memory_not_equal(b.root.at, a.root.at, 32);
		ledger_entry_write(&b, b_bytes);
		memset(b_bytes + 56, 0, 32);
		assert_memory_equal(a_bytes, b_bytes, LEDGER_ENTRY);
	}
}

static void
parsing_an_opening_survives_a_failed_allocation(void **state)
{
	struct ledger_opening o;
	struct ledger_opening back;
	OWNED_BUF(text, 10000);

	(void)state;
	show("plain", &o);
	ledger_opening_write(&o, &text);
	for (int n = 0;; n++) {
		OWNED_BUF(value, 100);
		enum err e;

		mem_fail_after(n);
		e = ledger_opening_parse(buf_span(&text), &value, &back);
		mem_fail_after(-1);
		if (e == ERR_OK)
			break;
		assert_int_equal(e, ERR_NOMEM);
	}
}

/* The page that others read says what the code does. */
static void
the_page_lists_every_type_with_its_fields(void **state)
{
	OWNED_BUF(page, 100000);

	(void)state;
	assert_int_equal(
		os_read(AT_FDCWD, WEIR_SOURCE "/docs/formats/ledger.md", &page),
		ERR_OK);
	for (int type = 1; type < 256; type++) {
		OWNED_BUF(line, 1000);
		const char *word = ledger_type_text((enum ledger_type)type);
		const char *name;

		if (word == NULL)
			continue;
		buf_printf(&line, "| %d | %s |", type, word);
		for (size_t i = 0; (name = ledger_field_name(
					    (enum ledger_type)type, i)) != NULL;
			i++)
			buf_printf(&line, " %s", name);
		buf_text(&line, " |\n");
		if (!holds(buf_span(&page), buf_span(&line)))
			fail_msg("not on the page: %.*s", (int)line.n,
				(const char *)line.at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_its_256_bytes),
		cmocka_unit_test(no_two_byte_strings_are_one_entry),
		cmocka_unit_test(the_root_is_that_of_the_words_in_the_header),
		cmocka_unit_test(each_field_is_shown_alone),
		cmocka_unit_test(an_opening_says_nothing_else),
		cmocka_unit_test(an_entry_is_of_one_kind),
		cmocka_unit_test(fields_may_be_added_to_a_kind),
		cmocka_unit_test(an_entry_of_before_is_read_and_opened),
		cmocka_unit_test(an_entry_of_before_has_the_head_that_it_tells),
		cmocka_unit_test(wrong_fields_are_refused),
		cmocka_unit_test(
			the_public_bytes_hold_no_value_and_no_bare_hash),
		cmocka_unit_test(what_an_entry_is_differs_in_the_root_alone),
		cmocka_unit_test(
			parsing_an_opening_survives_a_failed_allocation),
		cmocka_unit_test(the_page_lists_every_type_with_its_fields),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
