/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of letter.h, and the page's tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/day.h"
#include "base/mem.h"
#include "letter/letter.h"

static const char *
filler(enum letter_member m)
{
	switch (m) {
	case LETTER_M_SIGNER:
		return "ICE-DIR";
	case LETTER_M_AGREEMENT:
		return "AG-IRS-ICE-2025";
	case LETTER_M_DATE:
	case LETTER_M_OPENED:
	case LETTER_M_DESTROYED:
		return "2026-03-02";
	case LETTER_M_SEQUENCE:
		return "7";
	case LETTER_M_REASON:
	case LETTER_M_HOLDER:
	case LETTER_M_PLACE:
	case LETTER_M_COPY:
	case LETTER_M_METHOD:
	case LETTER_M_WITNESS:
	case LETTER_N_MEMBERS:
		break;
	}
	return "the case \"C-1\" was closed; por se\xc3\xb1"
	       "al";
}

/* Every member that the kind has, filled. */
static void
letter_of(enum letter_kind kind, struct letter *ret)
{
	*ret = (struct letter){.kind = kind, .n_items = 2};
	for (unsigned m = 0; m < LETTER_N_MEMBERS; m++)
		if (letter_kind_has(kind, (enum letter_member)m))
			ret->member[m] =
				span_text(filler((enum letter_member)m));
	ret->item[0].request = span_text("R0000001");
	ret->item[1].request = span_text("R0000002");
	if (letter_kind_signer(kind) == LETTER_BY_OFFICER)
		memset(ret->item[1].package, 0xa5, LETTER_HASH);
}

static void
same(const struct letter *one, const struct letter *other)
{
	OWNED_BUF(a, LETTER_BYTES_MAX);
	OWNED_BUF(b, LETTER_BYTES_MAX);

	letter_encode(one, &a);
	letter_encode(other, &b);
	assert_int_equal(buf_error(&a), ERR_OK);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.at, b.at, a.n);
}

/* What it read lives until the next call. */
static enum err
parse(const char *json, struct letter *ret, struct why *why)
{
	static struct arena arena;

	if (arena.at == NULL)
		assert_int_equal(arena_init(&arena, LETTER_ARENA), ERR_OK);
	arena_reset(&arena);
	return letter_parse(span_text(json), &arena, ret, why);
}

static void
every_kind_is_written_and_read_the_same(void **state)
{
	(void)state;
	for (unsigned k = 1; k < LETTER_N_KINDS; k++) {
		struct letter letter;
		struct letter again;
		struct arena arena;
		struct why why;
		OWNED_BUF(json, LETTER_BYTES_MAX);
		OWNED_BUF(bytes, LETTER_BYTES_MAX);

		letter_of((enum letter_kind)k, &letter);
		assert_int_equal(letter_check(&letter, &why), ERR_OK);
		letter_json(&letter, &json);
		assert_int_equal(arena_init(&arena, LETTER_ARENA), ERR_OK);
		assert_int_equal(
			letter_parse(buf_span(&json), &arena, &again, &why),
			ERR_OK);
		same(&letter, &again);
		arena_fini(&arena);
		letter_encode(&letter, &bytes);
		assert_int_equal(
			letter_decode(buf_span(&bytes), &again), ERR_OK);
		same(&letter, &again);
	}
}

/* T1 */
static void
each_needed_member_is_needed_and_no_other_is_taken(void **state)
{
	(void)state;
	for (unsigned k = 1; k < LETTER_N_KINDS; k++)
		for (unsigned m = 0; m < LETTER_N_MEMBERS; m++) {
			struct letter letter;
			struct why why;
			bool has = letter_kind_has(
				(enum letter_kind)k, (enum letter_member)m);
			bool may =
				k == LETTER_DESTROYED && m == LETTER_M_WITNESS;

			letter_of((enum letter_kind)k, &letter);
			letter.member[m] = span_text(
				has ? "" : filler((enum letter_member)m));
			assert_int_equal(letter_check(&letter, &why),
				may ? ERR_OK : ERR_MALFORMED);
		}
}

static void
a_member_is_in_its_form(void **state)
{
	static const struct {
		enum letter_member member;
		const char *value;
	} bad[] = {
		{LETTER_M_SIGNER, "../x"},
		{LETTER_M_SIGNER, " "},
		{LETTER_M_DATE, "2026-02-30"},
		{LETTER_M_DATE, "2026-2-3"},
		{LETTER_M_SEQUENCE, "0"},
		{LETTER_M_SEQUENCE, "07"},
		{LETTER_M_SEQUENCE, "2147483648"},
		{LETTER_M_SEQUENCE, "-1"},
		{LETTER_M_REASON, "two\nlines"},
		{LETTER_M_REASON, "\x1b[2J"},
		{LETTER_M_REASON, "\xe2\x80\xae"
				  "evil"},
		{LETTER_M_REASON, "   "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct letter letter;
		struct why why;

		letter_of(LETTER_WITHDRAW, &letter);
		letter.member[bad[i].member] = span_text(bad[i].value);
		assert_int_equal(letter_check(&letter, &why), ERR_MALFORMED);
		assert_non_null(
			strstr(why.text, letter_member_name(bad[i].member)));
	}
}

/* T2 */
static void
it_is_about_some_requests_none_of_them_twice(void **state)
{
	struct letter letter;
	struct why why;

	(void)state;
	letter_of(LETTER_WITHDRAW, &letter);
	letter.n_items = 0;
	assert_int_equal(letter_check(&letter, &why), ERR_MALFORMED);
	letter.n_items = 2;
	letter.item[1].request = letter.item[0].request;
	assert_int_equal(letter_check(&letter, &why), ERR_MALFORMED);
	letter.item[1].request = span_text("no id");
	assert_int_equal(letter_check(&letter, &why), ERR_MALFORMED);
	letter.n_items = LETTER_ITEMS_MAX + 1;
	assert_int_equal(letter_check(&letter, &why), ERR_MALFORMED);
}

#define HEAD                                                                   \
	"\"weir:letter\":\"withdraw\",\"weir:signer\":\"D\","                  \
	"\"weir:date\":\"2026-03-02\",\"weir:agreementID\":\"A\","             \
	"\"weir:sequence\":7,\"weir:reason\":\"closed\","
#define TAIL "\"weir:requests\":[{\"weir:requestID\":\"R1\"}]"

static void
a_letter_by_hand_is_read(void **state)
{
	struct letter letter;
	struct why why;

	(void)state;
	assert_int_equal(
		parse(" {\n " TAIL " ,\n" HEAD " \"weir:requests\":[]}",
			&letter, &why),
		ERR_MALFORMED);
	assert_int_equal(parse("{" HEAD TAIL "}\n\n", &letter, &why), ERR_OK);
	assert_int_equal(letter_sequence(&letter), 7);
	assert_int_equal(
		letter_day(&letter, LETTER_M_DATE), day_of(2026, 3, 2));
}

static void
hostile_documents_are_refused_with_a_sentence(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"7",
		"{",
		"{}",
		"{" HEAD TAIL "} x",
		"{" HEAD TAIL ",\"weir:note\":\"x\"}",
		"{" HEAD TAIL ",\"weir:reason\":\"again\"}",
		"{" HEAD TAIL ",\"weir:holder\":\"x\"}",
		"{" HEAD "\"weir:requests\":{\"weir:requestID\":\"R1\"}}",
		"{" HEAD "\"weir:requests\":[\"R1\"]}",
		"{" HEAD "\"weir:requests\":[{\"weir:requestID\":7}]}",
		"{" HEAD "\"weir:requests\":[{\"weir:requestID\":\"R1\","
		"\"weir:packageHash\":\"00\"}]}",
		"{" HEAD "\"weir:requests\":[{\"weir:requestID\":\"a\\u0000\"}]"
		"}",
		"{\"weir:letter\":\"burn\"," TAIL "}",
		"{\"weir:letter\":7," TAIL "}",
		"{\"weir:letter\":\"withdraw\",\"weir:sequence\":\"7\"," TAIL
		"}",
		"{\"weir:letter\":\"withdraw\",\"weir:sequence\":1e3," TAIL "}",
		"{\"weir:letter\":\"withdraw\",\"weir:reason\":\"\"," TAIL "}",
		"{\"weir:letter\":\"withdraw\",\"\xff\":1," TAIL "}",
		"{\"weir:letter\":\"acknowledge\",\"weir:signer\":\"O\","
		"\"weir:date\":\"2026-03-02\",\"weir:openedDate\":"
		"\"2026-03-02\"," TAIL "}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct letter letter;
		struct why why = {""};

		if (parse(bad[i], &letter, &why) != ERR_MALFORMED)
			fail_msg("accepted: %s", bad[i]);
		assert_true(strlen(why.text) > 10);
	}
}

/* As deep and as crowded as 64 KiB can be: bounded memory, an answer. */
static void
deep_crowded_and_long_documents_are_refused(void **state)
{
	static char text[LETTER_BYTES_MAX + 2];
	struct letter letter;
	struct why why;

	(void)state;
	memset(text, '[', LETTER_BYTES_MAX);
	assert_int_equal(parse(text, &letter, &why), ERR_MALFORMED);
	for (size_t i = 0; i + 3 <= LETTER_BYTES_MAX; i += 3)
		memcpy(text + i, i == 0 ? "[[]" : ",[]", 3);
	assert_int_equal(parse(text, &letter, &why), ERR_MALFORMED);
	memset(text, ' ', LETTER_BYTES_MAX + 1);
	assert_int_equal(parse(text, &letter, &why), ERR_TOO_LARGE);
}

static void
bytes_that_are_no_letter_are_refused(void **state)
{
	struct letter letter;
	struct letter again;
	OWNED_BUF(bytes, LETTER_BYTES_MAX);

	(void)state;
	letter_of(LETTER_ACKNOWLEDGE, &letter);
	letter_encode(&letter, &bytes);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(letter_decode(span_of(bytes.at, n), &again),
			ERR_MALFORMED);
	buf_u8(&bytes, 0);
	assert_int_equal(
		letter_decode(buf_span(&bytes), &again), ERR_MALFORMED);
}

static void
the_page_has_the_tables(void **state)
{
	OWNED_BUF(want, 1 << 16);
	char *page = mem_zeroed(1 << 17);
	FILE *f = fopen(WEIR_SOURCE "/docs/formats/letters.md", "rb");

	(void)state;
	assert_non_null(f);
	assert_non_null(page);
	(void)!fread(page, 1, (1 << 17) - 1, f);
	(void)fclose(f);
	letter_print(&want);
	buf_u8(&want, 0);
	if (strstr(page, (const char *)want.at) == NULL)
		fail_msg("docs/formats/letters.md should have:\n%s",
			(const char *)want.at);
	mem_free(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_written_and_read_the_same),
		cmocka_unit_test(
			each_needed_member_is_needed_and_no_other_is_taken),
		cmocka_unit_test(a_member_is_in_its_form),
		cmocka_unit_test(it_is_about_some_requests_none_of_them_twice),
		cmocka_unit_test(a_letter_by_hand_is_read),
		cmocka_unit_test(hostile_documents_are_refused_with_a_sentence),
		cmocka_unit_test(deep_crowded_and_long_documents_are_refused),
		cmocka_unit_test(bytes_that_are_no_letter_are_refused),
		cmocka_unit_test(the_page_has_the_tables),
	};

	letter_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
