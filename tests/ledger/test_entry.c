/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>

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

static struct ledger_entry
an_entry(void)
{
	struct ledger_entry e = {
		.type = LEDGER_SEAL, .index = 0x0102030405060708, .day = 20000};

	memset(e.tag, 1, 32);
	memset(e.law, 2, 32);
	memset(e.engine, 3, 32);
	assert_int_equal(
		ledger_commit(e.type, entry_key, fields, N_FIELDS, &e.root),
		ERR_OK);
	return e;
}

static void
an_entry_is_its_256_bytes(void **state)
{
	static const uint8_t head[24] = {'W', 'L', 'E', '1', LEDGER_SEAL, 0, 0,
		0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x4e, 0x20};
	struct ledger_entry e = an_entry();
	struct ledger_entry back;
	uint8_t bytes[LEDGER_ENTRY];
	uint8_t again[LEDGER_ENTRY];

	(void)state;
	ledger_entry_write(&e, bytes);
	assert_memory_equal(bytes, head, sizeof(head));
	assert_memory_equal(bytes + 24, e.tag, 32);
	assert_memory_equal(bytes + 56, e.root.at, 32);
	assert_memory_equal(bytes + 88, e.law, 32);
	assert_memory_equal(bytes + 120, e.engine, 32);
	assert_int_equal(
		ledger_entry_parse(span_of(bytes, sizeof(bytes)), &back),
		ERR_OK);
	ledger_entry_write(&back, again);
	assert_memory_equal(bytes, again, sizeof(bytes));
	assert_int_equal(
		ledger_entry_parse(span_of(bytes, 255), &back), ERR_MALFORMED);
}

/* Whatever is accepted has one form only, so no second text of an entry. */
static void
no_two_byte_strings_are_one_entry(void **state)
{
	struct ledger_entry e = an_entry();
	uint8_t bytes[LEDGER_ENTRY];

	(void)state;
	ledger_entry_write(&e, bytes);
	for (size_t i = 0; i < LEDGER_ENTRY * 8; i++) {
		struct ledger_entry back;
		uint8_t again[LEDGER_ENTRY];
		size_t at = i / 8;
		bool spare = at < 4 || (at > 4 && at < 8) ||
			     (at >= 20 && at < 24) || at >= 152;

		bytes[at] ^= (uint8_t)(1 << i % 8);
		if (ledger_entry_parse(span_of(bytes, sizeof(bytes)), &back) ==
			ERR_OK) {
			assert_false(spare);
			ledger_entry_write(&back, again);
			assert_memory_equal(bytes, again, sizeof(bytes));
		}
		bytes[at] ^= (uint8_t)(1 << i % 8);
	}
}

/* The commitments once more, by the words of the header. */
static struct ledger_hash
plain_field(const char *name, struct span value)
{
	OWNED_BUF(b, 100000);
	OWNED_BUF(salt_of, 100);
	uint8_t salt[32];
	struct ledger_hash c;

	buf_text(&salt_of, "salt/");
	buf_text(&salt_of, name);
	crypto_hmac_sha256(span_of(entry_key, 32), buf_span(&salt_of), salt);
	buf_text(&b, "weir/field/v1");
	buf_u8(&b, (uint8_t)strlen(name));
	buf_text(&b, name);
	buf_bytes(&b, span_of(salt, 32));
	buf_sized(&b, value);
	assert_int_equal(buf_error(&b), ERR_OK);
	c = plain_hash(b.at, b.n);
	return plain_leaf(span_of(c.at, 32));
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
	assert_memory_equal(e.root.at, want.at, 32);
}

static void
each_field_is_shown_alone(void **state)
{
	struct ledger_entry e = an_entry();
	const char *name;

	(void)state;
	for (size_t i = 0; (name = ledger_field_name(e.type, i)) != NULL; i++) {
		OWNED_BUF(text, 200000);
		OWNED_BUF(value, 100000);
		struct ledger_opening o;
		struct ledger_opening back;

		assert_int_equal(ledger_opening_make(e.type, entry_key, fields,
					 N_FIELDS, name, &o),
			ERR_OK);
		ledger_opening_write(&o, &text);
		assert_int_equal(
			ledger_opening_parse(buf_span(&text), &value, &back),
			ERR_OK);
		assert_int_equal(ledger_opening_check(&e, &back), ERR_OK);
		/* Every other text of it is no opening of this entry. */
		for (size_t at = 0; at < text.n; at++) {
			text.at[at] ^= 1;
			assert_true(ledger_opening_parse(buf_span(&text),
					    &value, &back) != ERR_OK ||
				    ledger_opening_check(&e, &back) != ERR_OK);
			text.at[at] ^= 1;
		}
	}
}

static void
an_opening_says_nothing_else(void **state)
{
	struct ledger_entry e = an_entry();
	struct ledger_opening o;

	(void)state;
	assert_int_equal(ledger_opening_make(e.type, entry_key, fields,
				 N_FIELDS, "outcome", &o),
		ERR_OK);
	o.value = SPAN("withheld");
	assert_int_equal(ledger_opening_check(&e, &o), ERR_MISMATCH);
	o.value = SPAN("approved");
	e.type = LEDGER_DELIVER; /* the same word stands elsewhere there */
	assert_int_not_equal(ledger_opening_check(&e, &o), ERR_OK);
	e.type = LEDGER_ROLL;
	assert_int_equal(ledger_opening_check(&e, &o), ERR_NOT_FOUND);
}

static void
wrong_fields_are_refused(void **state)
{
	static uint8_t large[LEDGER_OPENING_MAX + 1];
	struct ledger_field two[2] = {{"roll", SPAN("x")}, {"roll", SPAN("y")}};
	struct ledger_hash root;
	struct ledger_opening o;

	(void)state;
	assert_int_equal(ledger_commit(LEDGER_ROLL, entry_key, two, 2, &root),
		ERR_EXISTS);
	two[1].name = "rol";
	assert_int_equal(ledger_commit(LEDGER_ROLL, entry_key, two, 2, &root),
		ERR_NOT_FOUND);
	two[0].value = span_of(large, sizeof(large));
	assert_int_equal(ledger_commit(LEDGER_ROLL, entry_key, two, 1, &root),
		ERR_TOO_LARGE);
	assert_int_equal(ledger_opening_make(
				 LEDGER_ROLL, entry_key, two, 0, "batch", &o),
		ERR_NOT_FOUND);
	assert_null(ledger_type_text((enum ledger_type)0));
	assert_null(ledger_type_text((enum ledger_type)200));
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

static void
two_outcomes_differ_in_the_root_alone(void **state)
{
	struct ledger_field other[N_FIELDS];
	struct ledger_entry a = an_entry();
	struct ledger_entry b = a;
	uint8_t a_bytes[LEDGER_ENTRY];
	uint8_t b_bytes[LEDGER_ENTRY];

	(void)state;
	memcpy(other, fields, sizeof(fields));
	other[0].value = SPAN("unresolved");
	assert_int_equal(
		ledger_commit(b.type, entry_key, other, N_FIELDS, &b.root),
		ERR_OK);
	ledger_entry_write(&a, a_bytes);
	ledger_entry_write(&b, b_bytes);
	assert_memory_not_equal(a_bytes + 56, b_bytes + 56, 32);
	memset(a_bytes + 56, 0, 32);
	memset(b_bytes + 56, 0, 32);
	assert_memory_equal(a_bytes, b_bytes, LEDGER_ENTRY);
}

static void
parsing_an_opening_survives_a_failed_allocation(void **state)
{
	struct ledger_opening o;
	struct ledger_opening back;
	OWNED_BUF(text, 10000);

	(void)state;
	assert_int_equal(ledger_opening_make(LEDGER_SEAL, entry_key, fields,
				 N_FIELDS, "plain", &o),
		ERR_OK);
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
		cmocka_unit_test(wrong_fields_are_refused),
		cmocka_unit_test(
			the_public_bytes_hold_no_value_and_no_bare_hash),
		cmocka_unit_test(two_outcomes_differ_in_the_root_alone),
		cmocka_unit_test(
			parsing_an_opening_survives_a_failed_allocation),
		cmocka_unit_test(the_page_lists_every_type_with_its_fields),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
