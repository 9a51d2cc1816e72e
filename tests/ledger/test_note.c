/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/code.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "ledger/note.h"
#include "ledger/proof.h"

#define DASH "\xe2\x80\x94 "

static const uint8_t seed[32] = "a seed that only this test knows";
static struct ledger_vkey key;

static int
set_up(void **state)
{
	uint8_t public[32];

	(void)state;
	if (crypto_init() != ERR_OK ||
		crypto_ed_public(seed, public) != ERR_OK ||
		ledger_vkey_make("ledger.example.org/t", LEDGER_VKEY_ED25519,
			public, &key) != ERR_OK)
		return -1;
	return 0;
}

static enum err
parse(const char *text)
{
	struct ledger_note note;

	return ledger_note_parse(span_text(text), &note);
}

static void
a_note_that_we_sign_is_read_back(void **state)
{
	OWNED_BUF(b, 10000);
	struct ledger_note note;
	uint64_t who;

	(void)state;
	assert_int_equal(
		ledger_note_sign(&key, seed, SPAN("one\n\ntwo\n"), &b), ERR_OK);
	assert_int_equal(ledger_note_parse(buf_span(&b), &note), ERR_OK);
	assert_int_equal(note.n_sigs, 1);
	assert_true(span_eq(note.text, SPAN("one\n\ntwo\n")));
	assert_int_equal(ledger_note_verify(&note, &key, 1, &who), ERR_OK);
	assert_int_equal(who, 1);
}

static void
every_changed_byte_is_noticed(void **state)
{
	OWNED_BUF(b, 10000);

	(void)state;
	assert_int_equal(
		ledger_note_sign(&key, seed, SPAN("one\ntwo\n"), &b), ERR_OK);
	for (size_t i = 0; i < b.n * 8; i++) {
		struct ledger_note note;
		enum err e;

		b.at[i / 8] ^= (uint8_t)(1 << i % 8);
		e = ledger_note_parse(buf_span(&b), &note);
		if (e == ERR_OK)
			e = ledger_note_verify(&note, &key, 1, NULL);
		assert_int_not_equal(e, ERR_OK);
		b.at[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

#define SIG DASH "n AAAAAQI=\n"

static void
only_the_strict_form_is_a_note(void **state)
{
	static const char *const wrong[] = {"", "\n", "text\n", "text\n\n",
		"text\n" SIG, "text\n\n" DASH "n AAAAAQI=", "text\r\n\n" SIG,
		"text\n\n" DASH "n AAAAAQI=\r\n",
		"text\n\n" DASH "n  AAAAAQI=\n", "text\n\n" DASH "n AAAAAQI\n",
		"text\n\n" DASH "n AAAAAQJ=\n", "text\n\n" DASH "n AAAAAQ==\n",
		"text\n\n" DASH "n AAAA\n", "text\n\n" DASH " AAAAAQI=\n",
		"text\n\n" DASH "a+b AAAAAQI=\n", "text\n\n- n AAAAAQI=\n",
		"text\n\n" DASH "a\xc2\xa0"
		"b AAAAAQI=\n",
		"text\n\n" DASH "a\xe3\x80\x80"
		"b AAAAAQI=\n",
		"te\txt\n\n" SIG, "te\x01xt\n\n" SIG, "te\xffxt\n\n" SIG,
		"te\xed\xa0\x80xt\n\n" SIG, "text\n\n" SIG "\n",
		"text\n\n" SIG "rest\n", "text\n\n" SIG " \n"};

	(void)state;
	assert_int_equal(parse("text\n\n" SIG), ERR_OK);
	assert_int_equal(parse("text\n\n" SIG SIG), ERR_OK);
	assert_int_equal(parse("t\xc3\xa4xt\n\n\n\n" SIG), ERR_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (parse(wrong[i]) != ERR_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
}

static void
a_hundred_signatures_and_no_more(void **state)
{
	static const int counts[] = {16, 100, 101};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		OWNED_BUF(b, 100000);
		struct ledger_note note;

		buf_text(&b, "text\n\n");
		for (int n = 0; n < counts[i]; n++)
			buf_text(&b, SIG);
		assert_int_equal(buf_error(&b), ERR_OK);
		assert_int_equal(ledger_note_parse(buf_span(&b), &note),
			counts[i] <= 100 ? ERR_OK : ERR_MALFORMED);
	}
}

static void
one_bad_signature_of_a_known_key_spoils_the_note(void **state)
{
	OWNED_BUF(b, 10000);
	struct ledger_note note;
	struct ledger_vkey other;
	static const uint8_t nobody[32] = {1};

	(void)state;
	assert_int_equal(
		ledger_vkey_make("nobody", LEDGER_VKEY_ED25519, nobody, &other),
		ERR_OK);
	assert_int_equal(
		ledger_note_sign(&key, seed, SPAN("text\n"), &b), ERR_OK);
	assert_int_equal(ledger_note_parse(buf_span(&b), &note), ERR_OK);
	assert_int_equal(
		ledger_note_verify(&note, &other, 1, NULL), ERR_BAD_SIGNATURE);
	/* A second line by the same key, over another text. */
	assert_int_equal(
		ledger_note_line(&key, seed, 0, SPAN("other\n"), &b), ERR_OK);
	assert_int_equal(ledger_note_parse(buf_span(&b), &note), ERR_OK);
	assert_int_equal(
		ledger_note_verify(&note, &key, 1, NULL), ERR_BAD_SIGNATURE);
}

static void
a_key_is_named_by_its_own_id(void **state)
{
	OWNED_BUF(b, 1000);
	struct ledger_vkey back;
	static const char *const names[] = {"", "a b", "a+b", "a\nb",
		"a\xe2\x80\xa8"
		"b",
		"a\xc3"};

	(void)state;
	ledger_vkey_text(&key, &b);
	assert_int_equal(ledger_vkey_parse(buf_span(&b), &back), ERR_OK);
	assert_string_equal(back.name, key.name);
	assert_int_equal(back.id, key.id);
	assert_memory_equal(back.public, key.public, 32);
	for (size_t i = 0; i < b.n; i++) {
		b.at[i] ^= 1;
		assert_int_equal(
			ledger_vkey_parse(buf_span(&b), &back), ERR_MALFORMED);
		b.at[i] ^= 1;
		assert_int_equal(ledger_vkey_parse(span_of(b.at, i), &back),
			ERR_MALFORMED);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(ledger_vkey_make(names[i], LEDGER_VKEY_ED25519,
					 key.public, &back),
			ERR_MALFORMED);
	assert_int_equal(
		ledger_vkey_make("ok", 2, key.public, &back), ERR_MALFORMED);
}

static void
a_checkpoint_is_three_lines(void **state)
{
	static const char *const wrong[] = {"", "o\n1\n", "o\n1\nAAAA\n",
		"\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n9223372036854775808\n"
		"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
		"o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		"o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"};
	OWNED_BUF(b, 1000);
	struct ledger_checkpoint cp = {.origin = "o", .size = 9007};
	struct ledger_checkpoint back;

	(void)state;
	memset(cp.root.at, 7, 32);
	cp.extension = SPAN("more\n");
	ledger_checkpoint_text(&cp, &b);
	assert_int_equal(ledger_checkpoint_parse(buf_span(&b), &back), ERR_OK);
	assert_string_equal(back.origin, "o");
	assert_int_equal(back.size, 9007);
	assert_memory_equal(back.root.at, cp.root.at, 32);
	assert_true(span_eq(back.extension, SPAN("more\n")));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (ledger_checkpoint_parse(span_text(wrong[i]), &back) !=
			ERR_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
}

static void
a_checkpoint_of_another_origin_is_not_the_ledgers(void **state)
{
	OWNED_BUF(text, 1000);
	OWNED_BUF(b, 1000);
	struct ledger_checkpoint cp = {.origin = "elsewhere", .size = 0};
	struct ledger_checkpoint back;

	(void)state;
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&key, seed, buf_span(&text), &b), ERR_OK);
	assert_int_equal(ledger_checkpoint_open(buf_span(&b), &key, &back),
		ERR_BAD_SIGNATURE);
}

static void
signing_survives_every_failed_allocation(void **state)
{
	struct ledger_vkey witness;

	(void)state;
	assert_int_equal(ledger_vkey_make("witness", LEDGER_VKEY_COSIGN,
				 key.public, &witness),
		ERR_OK);
	for (int n = 0;; n++) {
		OWNED_BUF(b, 10000);
		enum err e;

		assert_true(n < 100);
		mem_fail_after(n);
		e = ledger_note_sign(&key, seed, SPAN("text\n"), &b);
		if (e == ERR_OK)
			e = ledger_note_line(
				&witness, seed, 5, SPAN("text\n"), &b);
		mem_fail_after(-1);
		if (e == ERR_OK)
			break;
		assert_int_equal(e, ERR_NOMEM);
	}
}

/* ---- proof files ---- */

static void
make_proof(struct buf *file, struct span entry)
{
	OWNED_BUF(text, 1000);
	OWNED_BUF(signed_text, 1000);
	struct ledger_checkpoint cp = {.size = 3};
	struct ledger_proof_file f = {.index = 2, .proof = {.n = 1}};
	struct ledger_hash leaf = ledger_hash_leaf(entry);

	memset(f.proof.at[0].at, 9, 32);
	cp.root = ledger_hash_node(&f.proof.at[0], &leaf);
	memcpy(cp.origin, key.name, sizeof(cp.origin));
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&key, seed, buf_span(&text), &signed_text),
		ERR_OK);
	f.checkpoint = buf_span(&signed_text);
	ledger_proof_write(&f, file);
	assert_int_equal(buf_error(file), ERR_OK);
}

static void
a_proof_file_proves_its_entry_and_no_other(void **state)
{
	OWNED_BUF(file, 10000);
	struct ledger_checkpoint cp;
	uint64_t index;

	(void)state;
	make_proof(&file, SPAN("entry"));
	assert_int_equal(ledger_proof_check(buf_span(&file), SPAN("entry"),
				 &key, &index, &cp),
		ERR_OK);
	assert_int_equal(index, 2);
	assert_int_equal(cp.size, 3);
	assert_int_equal(ledger_proof_check(buf_span(&file), SPAN("entrz"),
				 &key, NULL, NULL),
		ERR_MISMATCH);
	for (size_t i = 0; i < file.n; i++) {
		file.at[i] ^= 1;
		assert_int_not_equal(ledger_proof_check(buf_span(&file),
					     SPAN("entry"), &key, NULL, NULL),
			ERR_OK);
		file.at[i] ^= 1;
		assert_int_not_equal(ledger_proof_check(span_of(file.at, i),
					     SPAN("entry"), &key, NULL, NULL),
			ERR_OK);
	}
}

static void
only_the_strict_form_is_a_proof_file(void **state)
{
#define CP "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" SIG
#define V1 "c2sp.org/tlog-proof@v1\n"
#define H "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
	static const char *const right[] = {V1 "index 0\n\n" CP,
		V1 "index 7\n" H H "\n" CP, V1 "extra AAAA\nindex 0\n\n" CP};
	static const char *const wrong[] = {"", V1, V1 "index 0\n",
		V1 "index 0\n" CP, V1 "index 00\n\n" CP, V1 "index 0\r\n\n" CP,
		V1 "index -1\n\n" CP, V1 "index 0\nAAAA\n\n" CP,
		V1 "extra AAA\nindex 0\n\n" CP,
		V1 "extra AAAA\nextra AAAA\nindex 0\n\n" CP,
		V1 "extra AA==AAAA\nindex 0\n\n" CP,
		V1 "index 0\nextra AAAA\n\n" CP, V1 "index 0\n\n",
		"c2sp.org/tlog-proof@v2\nindex 0\n\n" CP,
		V1 "index 0\n\n\n" CP "x"};
	struct ledger_proof_file f;

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		OWNED_BUF(again, 10000);

		assert_int_equal(
			ledger_proof_parse(span_text(right[i]), &f), ERR_OK);
		ledger_proof_write(&f, &again);
		assert_true(span_eq(buf_span(&again), span_text(right[i])));
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (ledger_proof_parse(span_text(wrong[i]), &f) !=
			ERR_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_that_we_sign_is_read_back),
		cmocka_unit_test(every_changed_byte_is_noticed),
		cmocka_unit_test(only_the_strict_form_is_a_note),
		cmocka_unit_test(a_hundred_signatures_and_no_more),
		cmocka_unit_test(
			one_bad_signature_of_a_known_key_spoils_the_note),
		cmocka_unit_test(a_key_is_named_by_its_own_id),
		cmocka_unit_test(a_checkpoint_is_three_lines),
		cmocka_unit_test(
			a_checkpoint_of_another_origin_is_not_the_ledgers),
		cmocka_unit_test(signing_survives_every_failed_allocation),
		cmocka_unit_test(a_proof_file_proves_its_entry_and_no_other),
		cmocka_unit_test(only_the_strict_form_is_a_proof_file),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
