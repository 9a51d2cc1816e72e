/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receipt is one text for one meaning, and proves a law only for exactly its
 * bytes, whole, for this program, and for a time.  The sentences are golden:
 * each is what counsel reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "law/law_int.h"
#include "proof/proof.h"

enum { FILES = 8 };

static struct {
	struct law *law;
	struct proof_file file[FILES];
	size_t n;
	struct proof_receipt whole; /* of the shipped law, all proved */
} s;

static int
begin(void **state)
{
	struct span text;
	const char *name;

	(void)state;
	assert_int_equal(crypto_init(), ERR_OK);
	assert_int_equal(law_new_shipped(&s.law), ERR_OK);
	for (s.n = 0; law_shipped(s.n, &name, &text); s.n++)
		proof_file_of(name, text, &s.file[s.n]);
	s.whole = (struct proof_receipt){.n_files = s.n};
	memcpy(s.whole.file, s.file, sizeof(s.file));
	(void)snprintf(s.whole.agreement, sizeof(s.whole.agreement), "%s",
		law_agreement_id(s.law));
	(void)snprintf(s.whole.program, sizeof(s.whole.program), "%s",
		proof_program());
	(void)snprintf(s.whole.solver, sizeof(s.whole.solver), "Z3 4.8.12.0");
	proof_world(s.whole.world);
	s.whole.day = day_of(2026, 11, 28);
	for (int i = 0; i < PROOF_STATED; i++)
		s.whole.line[s.whole.n_lines++].property =
			(enum proof_property)i;
	for (size_t i = 0; i < s.law->n_proofs; i++) {
		struct proof_line *line = &s.whole.line[s.whole.n_lines++];

		line->property = s.law->proof[i].implied != NULL
					 ? PROOF_STATED
					 : PROOF_COMPARED;
		(void)snprintf(line->about, sizeof(line->about), "%s",
			s.law->proof[i].name);
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	s.law = law_free(s.law);
	return 0;
}

/* ---- the text ---- */

static void
what_is_written_is_read_back(void **state)
{
	static struct proof_receipt again;
	OWNED_BUF(text, PROOF_BYTES_MAX);

	(void)state;
	proof_write(&s.whole, &text);
	assert_int_equal(buf_error(&text), ERR_OK);
	assert_int_equal(proof_read(buf_span(&text), &again, NULL), ERR_OK);
	assert_int_equal(again.n_lines, s.whole.n_lines);
	assert_memory_equal(again.line, s.whole.line, sizeof(again.line));
	assert_memory_equal(again.file, s.whole.file, sizeof(again.file));
	assert_string_equal(again.solver, "Z3 4.8.12.0");
	assert_int_equal(again.day, s.whole.day);
	assert_int_equal(proof_check(&again, s.law, s.file, s.n, NULL), ERR_OK);
}

/* Each byte changed, and each cut: another meaning, or refused. */
static void
no_two_texts_mean_the_same(void **state)
{
	static struct proof_receipt again;
	OWNED_BUF(text, PROOF_BYTES_MAX);

	(void)state;
	proof_write(&s.whole, &text);
	for (size_t i = 0; i < text.n; i++) {
		static const uint8_t flips[] = {1, 2, 0x20, 0x80};

		assert_int_equal(proof_read(span_of(text.at, i), &again, NULL),
			ERR_MALFORMED);
		for (size_t k = 0; k < sizeof(flips); k++) {
			text.at[i] ^= flips[k];
			if (proof_read(buf_span(&text), &again, NULL) ==
				ERR_OK) {
				OWNED_BUF(other, PROOF_BYTES_MAX);

				proof_write(&again, &other);
				assert_true(span_eq(
					buf_span(&other), buf_span(&text)));
			}
			text.at[i] ^= flips[k];
		}
	}
	buf_text(&text, "\n");
	assert_int_equal(
		proof_read(buf_span(&text), &again, NULL), ERR_MALFORMED);
}

static const struct {
	const char *text;
	const char *says;
} bad[] = {
	{"", "line 1 is not that of a receipt that weir agreement prove "
	     "writes"},
	{"weir/law-receipt/v2\n", "line 1 is not that of a receipt that weir "
				  "agreement prove writes"},
	{"weir/law-receipt/v1\nagreement A\nfile 00 x\n",
		"line 4 is not that of a receipt that weir agreement prove "
		"writes"},
};

static void
what_is_no_receipt_is_named_by_its_line(void **state)
{
	static struct proof_receipt r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct why why = {""};

		assert_int_equal(proof_read(span_text(bad[i].text), &r, &why),
			ERR_MALFORMED);
		assert_string_equal(why.text, bad[i].says);
	}
}

/* ---- what it proves ---- */

static void
refused(const struct proof_receipt *r, enum err e, const char *says)
{
	struct why why = {""};

	assert_int_equal(proof_check(r, s.law, s.file, s.n, &why), e);
	assert_string_equal(why.text, says);
}

static void
it_is_of_exactly_these_bytes(void **state)
{
	static struct proof_receipt r;

	(void)state;
	r = s.whole;
	r.file[r.n_files - 1].hash[31] ^= 1;
	refused(&r, ERR_MISMATCH,
		"it is the receipt of another file: irs-ice-2025.md is not "
		"what was proved, byte for byte");
	r = s.whole;
	r.file[0].hash[0] ^= 1;
	refused(&r, ERR_MISMATCH,
		"it was proved with another statute: 26-usc-6103-i-2.md is not "
		"one of its files");
	r = s.whole;
	r.file[r.n_files] = r.file[r.n_files - 1];
	(void)snprintf(r.file[r.n_files - 1].name, PROOF_NAME_MAX, "more.md");
	r.file[r.n_files - 1].hash[0] ^= 1;
	r.n_files++;
	refused(&r, ERR_MISMATCH,
		"it was proved with another statute: more.md is not among "
		"those that would be loaded");
	r = s.whole;
	(void)snprintf(r.agreement, sizeof(r.agreement), "AG-OTHER");
	refused(&r, ERR_MISMATCH, "it is the receipt of AG-OTHER");
}

/* The statutes may have been read in another order. */
static void
the_order_of_statutes_is_nothing(void **state)
{
	static struct proof_receipt r;
	struct proof_file first;

	(void)state;
	r = s.whole;
	assert_true(r.n_files >= 3);
	first = r.file[0];
	r.file[0] = r.file[1];
	r.file[1] = first;
	assert_int_equal(proof_check(&r, s.law, s.file, s.n, NULL), ERR_OK);
}

static void
it_is_for_this_program(void **state)
{
	static struct proof_receipt r;

	(void)state;
	r = s.whole;
	(void)snprintf(r.program, sizeof(r.program), "weir-prove 0.0.9");
	refused(&r, ERR_TOO_LATE,
		"it is stale: weir-prove 0.0.9 proved it, and this program "
		"goes with weir-prove " WEIR_VERSION);
	r = s.whole;
	r.world[7] ^= 1;
	refused(&r, ERR_TOO_LATE,
		"it is stale: this program knows other evidence or asks other "
		"properties");
}

/* Every property, one after the other: not proved, and not asked. */
static void
all_of_it_is_proved(void **state)
{
	static struct proof_receipt r;

	(void)state;
	for (size_t i = 0; i < s.whole.n_lines; i++)
		for (int answer = PROOF_FAILS; answer < PROOF_ANSWERS;
			answer++) {
			r = s.whole;
			r.line[i].answer = (enum proof_answer)answer;
			assert_int_equal(
				proof_check(&r, s.law, s.file, s.n, NULL),
				ERR_NOT_ALLOWED);
		}
	for (size_t i = 0; i < s.whole.n_lines; i++) {
		r = s.whole;
		r.n_lines--;
		memmove(&r.line[i], &r.line[i + 1],
			(r.n_lines - i) * sizeof(r.line[0]));
		assert_int_equal(proof_check(&r, s.law, s.file, s.n, NULL),
			ERR_NOT_ALLOWED);
	}
	r = s.whole;
	r.line[PROOF_LOAD_BEARING].answer = PROOF_FAILS;
	(void)snprintf(
		r.line[PROOF_LOAD_BEARING].about, LAW_NAME_MAX, "ag.7-officer");
	refused(&r, ERR_NOT_ALLOWED,
		"'load-bearing' of ag.7-officer is not proved: fails");
	r = s.whole;
	r.line[PROOF_SILENT].property = PROOF_LIVE;
	refused(&r, ERR_NOT_ALLOWED,
		"it does not say whether 'silent' is proved");
	r = s.whole;
	r.n_lines--;
	refused(&r, ERR_NOT_ALLOWED,
		"it does not say whether `prove discloses` of the law is so");
}

static void
it_is_loaded_within_a_year(void **state)
{
	struct why why = {""};
	int32_t day = s.whole.day;

	(void)state;
	assert_int_equal(proof_check_day(&s.whole, day, NULL), ERR_OK);
	assert_int_equal(
		proof_check_day(&s.whole, day + PROOF_DAYS, NULL), ERR_OK);
	assert_int_equal(proof_check_day(&s.whole, day + PROOF_DAYS + 1, &why),
		ERR_TOO_LATE);
	assert_string_equal(why.text,
		"it is stale: it was proved on 2026-11-28, more than 366 days "
		"ago");
	assert_int_equal(
		proof_check_day(&s.whole, day - 1, &why), ERR_TOO_EARLY);
	assert_string_equal(
		why.text, "its day, 2026-11-28, lies in the future");
}

/* A name that would make another line is one word. */
static void
no_name_of_a_file_makes_a_line(void **state)
{
	static struct proof_receipt r;
	static struct proof_receipt again;
	OWNED_BUF(text, PROOF_BYTES_MAX);

	(void)state;
	r = s.whole;
	proof_file_of("a/b\nproperty live proved \xc3\xa9.md", SPAN("x"),
		&r.file[r.n_files - 1]);
	assert_string_equal(
		r.file[r.n_files - 1].name, "b_property_live_proved___.md");
	proof_write(&r, &text);
	assert_int_equal(proof_read(buf_span(&text), &again, NULL), ERR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(no_two_texts_mean_the_same),
		cmocka_unit_test(what_is_no_receipt_is_named_by_its_line),
		cmocka_unit_test(it_is_of_exactly_these_bytes),
		cmocka_unit_test(the_order_of_statutes_is_nothing),
		cmocka_unit_test(it_is_for_this_program),
		cmocka_unit_test(all_of_it_is_proved),
		cmocka_unit_test(it_is_loaded_within_a_year),
		cmocka_unit_test(no_name_of_a_file_makes_a_line),
	};

	return cmocka_run_group_tests_name("proof", tests, begin, end);
}
