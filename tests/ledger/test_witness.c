/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include <cmocka.h>

#include "base/code.h"
#include "crypto/crypto.h"
#include "ledger/witness.h"

#define DATA WEIR_SOURCE "/tests/ledger/data"

static const uint8_t seed[32] = "a log's seed for these tests....";
static struct ledger_vkey key;
static struct ledger_hash leaf[9];

static int
set_up(void **state)
{
	uint8_t public[32];

	(void)state;
	if (crypto_init() != ERR_OK ||
		crypto_ed_public(seed, public) != ERR_OK ||
		ledger_vkey_make("log.example/a", LEDGER_VKEY_ED25519, public,
			&key) != ERR_OK)
		return -1;
	for (size_t i = 0; i < 9; i++)
		leaf[i] = ledger_hash_leaf(span_of(&i, 1));
	return 0;
}

/* ---- what others decided ---- */

static struct ledger_vkey
key_of(const json_t *file)
{
	struct ledger_vkey theirs;
	uint8_t public[32];

	assert_true(code_hex_parse(span_text(json_string_value(json_object_get(
					   file, "log_ed25519_pub_hex"))),
		public, 32));
	assert_int_equal(ledger_vkey_make(json_string_value(json_object_get(
						  file, "log_origin")),
				 LEDGER_VKEY_ED25519, public, &theirs),
		ERR_OK);
	return theirs;
}

/* One after the other, as a witness would see them. */
static void
requests_of_sunlight_get_the_same_status(void **state)
{
	json_t *file = json_load_file(DATA "/add-checkpoint.json", 0, NULL);
	json_t *cases = json_object_get(file, "cases");
	struct ledger_vkey theirs = key_of(file);
	struct ledger_witness_kept kept = {.size = 0};

	(void)state;
	assert_int_equal(json_array_size(cases), 11);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *c = json_array_get(cases, i);
		struct span body = span_text(
			json_string_value(json_object_get(c, "body")));
		struct ledger_witness_request q;
		enum ledger_witness_status status = LEDGER_WITNESS_MALFORMED;

		if (ledger_witness_request_parse(body, &q) == ERR_OK)
			status = ledger_witness_decide(&q,
				strcmp(q.cp.origin, theirs.name) == 0 ? &theirs
								      : NULL,
				&kept);
		if (status != (unsigned)json_integer_value(
				      json_object_get(c, "want_code")))
			fail_msg("%s: %d",
				json_string_value(json_object_get(c, "name")),
				(int)status);
		if (status == LEDGER_WITNESS_OK)
			kept = (struct ledger_witness_kept){
				q.cp.size, q.cp.root};
	}
	assert_int_equal(kept.size, 5);
	json_decref(file);
}

/* ---- ours ---- */

/* Which hashes of level 0: a ledger of so few has no other. */
static enum err
tile(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	(void)arg;
	assert_int_equal(level, 0);
	assert_int_equal(n, 0);
	memcpy(to, leaf, (size_t)width * LEDGER_HASH);
	return ERR_OK;
}

static void
checkpoint(uint64_t size, uint8_t other, struct buf *to)
{
	struct ledger_checkpoint cp = {.origin = "log.example/a", .size = size};
	OWNED_BUF(text, 4096);

	cp.root = ledger_tree_over(leaf, size);
	cp.root.at[0] ^= other;
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&key, seed, buf_span(&text), to), ERR_OK);
}

/* From `old` to `size`, and what was kept is of `kept`. */
static enum ledger_witness_status
asked(uint64_t old, uint64_t size, uint64_t kept_size, size_t more,
	uint8_t other)
{
	struct ledger_tiles tiles = {.read = tile, .size = size};
	struct ledger_witness_kept kept = {.size = kept_size};
	struct ledger_proof proof = {.n = 0};
	struct ledger_witness_request q;
	OWNED_BUF(cp, 8192);
	OWNED_BUF(body, 1 << 16);

	kept.root = ledger_tree_over(leaf, kept_size);
	if (old > 0 && old < size)
		assert_int_equal(
			ledger_consistency_make(&tiles, old, &proof), ERR_OK);
	proof.n += more;
	checkpoint(size, other, &cp);
	ledger_witness_request_write(old, &proof, buf_span(&cp), &body);
	assert_int_equal(
		ledger_witness_request_parse(buf_span(&body), &q), ERR_OK);
	assert_int_equal(q.old, old);
	assert_int_equal(q.proof.n, proof.n);
	assert_int_equal(q.cp.size, size);
	return ledger_witness_decide(&q, &key, &kept);
}

static void
what_grew_out_of_what_was_kept_is_cosigned(void **state)
{
	(void)state;
	for (uint64_t old = 0; old <= 9; old++)
		for (uint64_t size = old; size <= 9; size++) {
			assert_int_equal(
				asked(old, size, old, 0, 0), LEDGER_WITNESS_OK);
			/* Another root, or a hash too many: never. */
			assert_int_equal(asked(old, size, old, 1, 0),
				LEDGER_WITNESS_INCONSISTENT);
			if (old > 0 || size == 0)
				assert_int_equal(asked(old, size, old, 0, 1),
					LEDGER_WITNESS_INCONSISTENT);
		}
}

static void
another_size_than_kept_is_told(void **state)
{
	(void)state;
	assert_int_equal(asked(3, 5, 4, 0, 0), LEDGER_WITNESS_OTHER_SIZE);
	assert_int_equal(asked(0, 5, 4, 0, 0), LEDGER_WITNESS_OTHER_SIZE);
	assert_int_equal(asked(3, 5, 0, 0, 0), LEDGER_WITNESS_OTHER_SIZE);
	/* Put back behind what was cosigned, with any old. */
	assert_int_equal(asked(3, 3, 5, 0, 0), LEDGER_WITNESS_OTHER_SIZE);
	assert_int_equal(asked(5, 3, 5, 0, 0), LEDGER_WITNESS_MALFORMED);
}

/* Two checkpoints of one size, both signed by the log. */
static void
a_split_view_is_refused(void **state)
{
	(void)state;
	assert_int_equal(asked(5, 5, 5, 0, 0), LEDGER_WITNESS_OK);
	assert_int_equal(asked(5, 5, 5, 0, 1), LEDGER_WITNESS_INCONSISTENT);
	assert_int_equal(asked(3, 5, 5, 0, 1), LEDGER_WITNESS_OTHER_SIZE);
}

static void
only_the_form_is_a_request(void **state)
{
	static const char *const wrong[] = {"", "old", "old 1", "old 1\n",
		"old 01\n\nCP", "old -1\n\nCP", "old  1\n\nCP", "Old 1\n\nCP",
		"old 1 \n\nCP", "old 1\r\n\nCP", "old 1\nAAAA\n\nCP",
		"old 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\nCP",
		"old 1\nCP", "old 1\n\n\nCP", "old 1\n\n",
		"old 9223372036854775808\n\nCP"};
	OWNED_BUF(cp, 8192);

	(void)state;
	checkpoint(5, 0, &cp);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		OWNED_BUF(body, 1 << 16);
		struct ledger_witness_request q;
		const char *at = strstr(wrong[i], "CP");
		size_t n =
			at == NULL ? strlen(wrong[i]) : (size_t)(at - wrong[i]);

		buf_bytes(&body, span_of(wrong[i], n));
		if (at != NULL)
			buf_bytes(&body, buf_span(&cp));
		if (ledger_witness_request_parse(buf_span(&body), &q) !=
			ERR_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
	}
}

static void
sixty_three_hashes_and_no_more(void **state)
{
	(void)state;
	for (int n = 63; n <= 64; n++) {
		OWNED_BUF(body, 1 << 16);
		struct ledger_witness_request q;

		buf_text(&body, "old 1\n");
		for (int i = 0; i < n; i++)
			buf_text(&body, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
					"AAAAA=\n");
		buf_text(&body, "\n");
		checkpoint(5, 0, &body);
		assert_int_equal(
			ledger_witness_request_parse(buf_span(&body), &q),
			n == 63 ? ERR_OK : ERR_MALFORMED);
	}
}

#define LINE "\xe2\x80\x94 w AAAAAQI=\n"

static void
an_answer_is_lines_or_a_size(void **state)
{
	static const char *const wrong[] = {"", "\n", "x\n", LINE "\n",
		"\n" LINE, LINE "x\n", LINE "\n" LINE, "y\n\n" LINE,
		"\xe2\x80\x94 w AAAAAQI="};
	uint64_t size;

	(void)state;
	assert_int_equal(ledger_witness_lines_check(SPAN(LINE)), ERR_OK);
	assert_int_equal(ledger_witness_lines_check(SPAN(LINE LINE)), ERR_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (ledger_witness_lines_check(span_text(wrong[i])) !=
			ERR_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
	assert_int_equal(
		ledger_witness_size_parse(SPAN("17\n"), &size), ERR_OK);
	assert_int_equal(size, 17);
	assert_int_equal(
		ledger_witness_size_parse(SPAN("17"), &size), ERR_MALFORMED);
	assert_int_equal(ledger_witness_size_parse(SPAN("17\n\n"), &size),
		ERR_MALFORMED);
	assert_int_equal(
		ledger_witness_size_parse(SPAN("017\n"), &size), ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_of_sunlight_get_the_same_status),
		cmocka_unit_test(what_grew_out_of_what_was_kept_is_cosigned),
		cmocka_unit_test(another_size_than_kept_is_told),
		cmocka_unit_test(a_split_view_is_refused),
		cmocka_unit_test(only_the_form_is_a_request),
		cmocka_unit_test(sixty_three_hashes_and_no_more),
		cmocka_unit_test(an_answer_is_lines_or_a_size),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
