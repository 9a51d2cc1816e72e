/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of register.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/day.h"
#include "base/mem.h"
#include "register/register.h"

enum { DAY = 86400 };

static const int64_t monday = 1793491200; /* 2026-11-01T00:00:00Z */

static void
print_of(uint8_t n, uint8_t to[REGISTER_PRINT])
{
	memset(to, n, REGISTER_PRINT);
}

static struct register_act
act(enum register_verb verb, enum register_id id, int64_t at)
{
	struct register_act a = {.verb = verb, .row = {.id = id}, .at = at};

	print_of(0xaa, a.actor);
	return a;
}

static const uint8_t ana[REGISTER_PRINT] = {1};
static const uint8_t ben[REGISTER_PRINT] = {2};

static struct register_act
officer(const char *id, const char *unit, const uint8_t *print, int64_t at)
{
	struct register_act a = act(REG_ADD, REG_OFFICER, at);

	register_put(&a.row, REG_OFFICER_ID, span_text(id));
	register_put(&a.row, REG_OFFICER_NAME, SPAN("OFFICER 0160"));
	register_put(&a.row, REG_OFFICER_UNIT, span_text(unit));
	register_put(&a.row, REG_OFFICER_PRINT, span_of(print, REGISTER_PRINT));
	register_put(&a.row, REG_OFFICER_CERT, SPAN("\x30\x82 der"));
	return a;
}

static struct register_act
revoke_officer(const char *id, int64_t at)
{
	struct register_act a = act(REG_REVOKE, REG_OFFICER, at);

	register_put(&a.row, REG_OFFICER_ID, span_text(id));
	return a;
}

static struct register_act
role(const uint8_t *print, const char *word, int64_t at)
{
	struct register_act a = act(REG_ADD, REG_ROLE, at);

	register_put(&a.row, REG_ROLE_PRINT, span_of(print, REGISTER_PRINT));
	register_put(&a.row, REG_ROLE_ROLE, span_text(word));
	register_put(&a.row, REG_ROLE_NAME, SPAN("ANA"));
	register_put(&a.row, REG_ROLE_CERT, SPAN("der"));
	return a;
}

static void
apply(struct register_set *set, struct register_act a, enum err want)
{
	struct why why = {""};

	assert_int_equal(register_apply(set, &a, &why), want);
	assert_true((want == ERR_OK) == (why.text[0] == '\0'));
}

static bool
has(const struct register_set *set, const char *id, int64_t at)
{
	return register_find(set, REG_OFFICER, span_text(id), at) != NULL;
}

/* An officer is added, revoked and added again: each past moment can still be
 * asked, and the row says what it said then. */
static void
every_past_moment_can_be_asked(void **state)
{
	OWNED(register_set) set = NULL;
	const struct register_entry *entry;
	struct register_row row;

	(void)state;
	assert_int_equal(register_set_new(&set), ERR_OK);
	apply(set, officer("HSI-1", "Tampa", ana, monday), ERR_OK);
	apply(set, revoke_officer("HSI-1", monday + 100), ERR_OK);
	apply(set, officer("HSI-1", "Miami", ben, monday + 200), ERR_OK);
	assert_false(has(set, "HSI-1", monday - 1));
	assert_true(has(set, "HSI-1", monday));
	assert_true(has(set, "HSI-1", monday + 99));
	assert_false(has(set, "HSI-1", monday + 100));
	assert_false(has(set, "HSI-1", monday + 199));
	assert_true(has(set, "HSI-1", monday + 200));
	assert_false(has(set, "HSI-2", monday + 200));
	entry = register_find(set, REG_OFFICER, SPAN("HSI-1"), monday + 50);
	register_entry_row(entry, &row);
	assert_true(
		span_eq(register_get(&row, REG_OFFICER_UNIT), SPAN("Tampa")));
	entry = register_find(set, REG_OFFICER, SPAN("HSI-1"), monday + 500);
	register_entry_row(entry, &row);
	assert_true(
		span_eq(register_get(&row, REG_OFFICER_UNIT), SPAN("Miami")));
	assert_int_equal(register_n(set, REG_OFFICER), 2);
	assert_non_null(
		register_find_print(set, REG_OFFICER, ana, monday + 50));
	assert_null(register_find_print(set, REG_OFFICER, ana, monday + 300));
	assert_non_null(
		register_find_print(set, REG_OFFICER, ben, monday + 300));
}

static void
acts_that_cannot_be_are_refused(void **state)
{
	OWNED(register_set) set = NULL;
	struct register_act nobody = officer("HSI-9", "Tampa", ana, monday);

	(void)state;
	memset(nobody.actor, 0, sizeof(nobody.actor));
	assert_int_equal(register_set_new(&set), ERR_OK);
	apply(set, officer("HSI-1", "Tampa", ana, monday), ERR_OK);
	apply(set, nobody, ERR_NOT_ALLOWED);
	apply(set, officer("HSI-1", "Miami", ana, monday + 1), ERR_EXISTS);
	apply(set, officer("HSI-2", "Miami", ana, monday - 1), ERR_TOO_EARLY);
	apply(set, revoke_officer("HSI-3", monday + 1), ERR_NOT_FOUND);
	apply(set, officer("HSI-4", "", ana, monday + 1), ERR_MALFORMED);
	apply(set, officer("", "Tampa", ana, monday + 1), ERR_MALFORMED);
	apply(set, officer("HSI-4\n", "Tampa", ana, monday), ERR_MALFORMED);
	apply(set, officer("HSI-4", "Ta\x1b[2Jmpa", ana, monday),
		ERR_MALFORMED);
	apply(set, officer("HSI-4", "Ta\xe2\x80\xaempa", ana, monday),
		ERR_MALFORMED);
	apply(set, officer("HSI-4", "Ta\xffmpa", ana, monday), ERR_MALFORMED);
	apply(set, officer("HSI-4 ", "Tampa", ana, monday), ERR_MALFORMED);
	apply(set, role(ana, "king", monday), ERR_MALFORMED);
	assert_int_equal(register_n(set, REG_OFFICER), 1);
	assert_int_equal(register_n(set, REG_ROLE), 0);
	apply(set, revoke_officer("HSI-1", monday), ERR_OK);
	apply(set, revoke_officer("HSI-1", monday), ERR_NOT_FOUND);
}

static void
one_person_may_have_several_roles_and_no_more_than_given(void **state)
{
	OWNED(register_set) set = NULL;
	struct register_act a = act(REG_REVOKE, REG_ROLE, monday + 20);

	(void)state;
	assert_int_equal(register_set_new(&set), ERR_OK);
	apply(set, role(ana, "reviewer", monday), ERR_OK);
	apply(set, role(ana, "counsel", monday + 10), ERR_OK);
	apply(set, role(ana, "counsel", monday + 11), ERR_EXISTS);
	assert_true(register_has_role(set, ana, "reviewer", monday));
	assert_false(register_has_role(set, ana, "counsel", monday));
	assert_true(register_has_role(set, ana, "counsel", monday + 10));
	assert_false(register_has_role(set, ana, "operator", monday + 10));
	assert_false(register_has_role(set, ben, "reviewer", monday + 10));
	register_put(&a.row, REG_ROLE_PRINT, span_of(ana, REGISTER_PRINT));
	apply(set, a, ERR_MALFORMED); /* which role? */
	register_put(&a.row, REG_ROLE_ROLE, SPAN("reviewer"));
	apply(set, a, ERR_OK);
	assert_false(register_has_role(set, ana, "reviewer", monday + 20));
	assert_true(register_has_role(set, ana, "counsel", monday + 20));
}

/* I6: a renewed certificate, or a second one, makes no second person. */
static void
a_second_certificate_under_one_name_is_the_same_person(void **state)
{
	static const uint8_t other[REGISTER_PRINT] = {9};
	OWNED(register_set) set = NULL;
	struct register_act a;

	(void)state;
	assert_int_equal(register_set_new(&set), ERR_OK);
	a = role(ana, "reviewer", monday);
	register_put(&a.row, REG_ROLE_NAME, SPAN("Ana Reyes"));
	apply(set, a, ERR_OK);
	a = role(ben, "reviewer", monday);
	register_put(&a.row, REG_ROLE_NAME, SPAN("Ben Ortiz"));
	apply(set, a, ERR_OK);
	a = role(other, "operator", monday);
	register_put(&a.row, REG_ROLE_NAME, SPAN("ANA REYES"));
	apply(set, a, ERR_OK);
	assert_true(register_same_person(set, ana, ana));
	assert_true(register_same_person(set, ana, other));
	assert_true(register_same_person(set, other, ana));
	assert_false(register_same_person(set, ana, ben));
	assert_false(register_same_person(set, ben, other));
}

static void
certifiers_sign_only_within_their_days(void **state)
{
	OWNED(register_set) set = NULL;
	struct register_act a = act(REG_ADD, REG_CERTIFIER, monday);

	(void)state;
	register_put(&a.row, REG_CERTIFIER_ID, SPAN("ICE-DIR"));
	register_put(&a.row, REG_CERTIFIER_NAME, SPAN("ACTING DIRECTOR"));
	register_put(&a.row, REG_CERTIFIER_ROLE, SPAN("head of agency"));
	register_put(&a.row, REG_CERTIFIER_PRINT, span_of(ana, 32));
	register_put(&a.row, REG_CERTIFIER_CERT, SPAN("der"));
	register_put(&a.row, REG_CERTIFIER_FROM, SPAN("2026-11-03"));
	register_put(&a.row, REG_CERTIFIER_UNTIL, SPAN("2026-11-05"));
	register_put(&a.row, REG_CERTIFIER_AGREEMENT, SPAN("AG-IRS-ICE-2025"));
	assert_int_equal(register_set_new(&set), ERR_OK);
	apply(set, a, ERR_OK);
	for (int64_t d = 0; d < 6; d++) {
		bool in = d == 2 || d == 3; /* the 3rd and the 4th */

		assert_int_equal(register_find_print(set, REG_CERTIFIER, ana,
					 monday + d * DAY) != NULL,
			in);
	}
	assert_null(register_find(
		set, REG_CERTIFIER, SPAN("ICE-DIR"), monday + 2 * DAY - 1));
}

static void
safeguards_and_agreements_answer_for_the_moment(void **state)
{
	OWNED(register_set) set = NULL;
	struct register_act a = act(REG_ADD, REG_RECIPIENT, monday);
	struct register_act g = act(REG_ADD, REG_AGREEMENT, monday);
	struct why why = {""};

	(void)state;
	assert_int_equal(register_set_new(&set), ERR_OK);
	assert_false(register_safeguards(set, SPAN("ICE"), monday, &why));
	register_put(&a.row, REG_RECIPIENT_ID, SPAN("ICE"));
	register_put(&a.row, REG_RECIPIENT_NAME, SPAN("ICE"));
	register_put(&a.row, REG_RECIPIENT_SAFEGUARDS, SPAN("in-order"));
	register_put(&a.row, REG_RECIPIENT_REVIEW, SPAN("2026-11-02"));
	apply(set, a, ERR_OK);
	assert_true(register_safeguards(set, SPAN("ICE"), monday, NULL));
	assert_true(register_safeguards(set, SPAN("ICE"), monday + DAY, NULL));
	assert_false(
		register_safeguards(set, SPAN("ICE"), monday + 2 * DAY, &why));
	assert_string_equal(
		why.text, "the agency's safeguard review is overdue");
	a.verb = REG_REVOKE;
	apply(set, a, ERR_OK);
	a.verb = REG_ADD;
	register_put(&a.row, REG_RECIPIENT_SAFEGUARDS, SPAN("open-finding"));
	apply(set, a, ERR_OK);
	assert_false(register_safeguards(set, SPAN("ICE"), monday, &why));

	register_put(&g.row, REG_AGREEMENT_ID, SPAN("AG-1"));
	register_put(&g.row, REG_AGREEMENT_FILE, span_of(ana, 32));
	register_put(&g.row, REG_AGREEMENT_STATUS, SPAN("loaded"));
	apply(set, g, ERR_OK);
	assert_true(register_agreement_loaded(set, SPAN("AG-1"), ana, monday));
	assert_false(register_agreement_loaded(set, SPAN("AG-1"), ben, monday));
	g.verb = REG_REVOKE;
	g.at++;
	apply(set, g, ERR_OK);
	g.verb = REG_ADD;
	register_put(&g.row, REG_AGREEMENT_STATUS, SPAN("suspended"));
	apply(set, g, ERR_OK);
	assert_true(register_agreement_loaded(set, SPAN("AG-1"), ana, monday));
	assert_false(
		register_agreement_loaded(set, SPAN("AG-1"), ana, monday + 1));
}

/* 3,000 officers, every third revoked: asked by id and by certificate against
 * a walk over all rows. */
static void
the_index_finds_what_a_walk_finds(void **state)
{
	OWNED(register_set) set = NULL;
	enum { N = 3000 };

	(void)state;
	assert_int_equal(register_set_new(&set), ERR_OK);
	for (int i = 0; i < N; i++) {
		uint8_t print[REGISTER_PRINT] = {0};
		char id[16];

		(void)snprintf(id, sizeof(id), "HSI-%d", i);
		memcpy(print, &i, sizeof(i));
		apply(set, officer(id, "Tampa", print, monday + i), ERR_OK);
		if (i % 3 == 0)
			apply(set, revoke_officer(id, monday + i), ERR_OK);
	}
	for (size_t i = 0; i < N; i++) {
		const struct register_entry *e =
			register_at(set, REG_OFFICER, i);
		const struct register_entry *want = i % 3 == 0 ? NULL : e;
		struct register_row row;

		register_entry_row(e, &row);
		assert_ptr_equal(
			register_find(set, REG_OFFICER,
				register_get(&row, REG_OFFICER_ID), monday + N),
			want);
		assert_ptr_equal(
			register_find_print(set, REG_OFFICER,
				register_get(&row, REG_OFFICER_PRINT).at,
				monday + N),
			want);
	}
}

static void
bytes_go_both_ways_and_only_so(void **state)
{
	OWNED(register_set) set = NULL;
	OWNED(register_set) back = NULL;
	OWNED_BUF(a, 1 << 20);
	OWNED_BUF(b, 1 << 20);

	(void)state;
	assert_int_equal(register_set_new(&set), ERR_OK);
	assert_int_equal(register_set_new(&back), ERR_OK);
	apply(set, officer("HSI-1", "Tampa", ana, monday), ERR_OK);
	apply(set, officer("HSI-2", "Tampa", ben, monday), ERR_OK);
	apply(set, revoke_officer("HSI-1", monday + 5), ERR_OK);
	apply(set, officer("HSI-1", "Miami", ana, monday + 5), ERR_OK);
	register_encode(set, REG_OFFICER, &a);
	assert_int_equal(buf_error(&a), ERR_OK);
	assert_int_equal(register_decode(back, buf_span(&a)), ERR_OK);
	register_encode(back, REG_OFFICER, &b);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	assert_int_equal(register_decode(back, buf_span(&a)), ERR_EXISTS);
	apply(back, officer("HSI-3", "Tampa", ana, monday + 4), ERR_TOO_EARLY);
	apply(back, officer("HSI-1", "Tampa", ana, monday + 6), ERR_EXISTS);
	for (size_t n = 0; n < a.n; n++) {
		OWNED(register_set) cut = NULL;

		assert_int_equal(register_set_new(&cut), ERR_OK);
		assert_int_equal(
			register_decode(cut, span_of(a.at, n)), ERR_MALFORMED);
	}
}

/* Bytes of a register in which a key is in force twice, or whose rows are out
 * of order, are nobody's register. */
static void
a_register_that_no_acts_could_make_is_refused(void **state)
{
	OWNED(register_set) one = NULL;
	OWNED(register_set) two = NULL;
	OWNED_BUF(a, 1 << 16);
	OWNED_BUF(b, 1 << 16);
	OWNED_BUF(both, 1 << 17);
	OWNED(register_set) back = NULL;

	(void)state;
	assert_int_equal(register_set_new(&one), ERR_OK);
	assert_int_equal(register_set_new(&two), ERR_OK);
	assert_int_equal(register_set_new(&back), ERR_OK);
	apply(one, officer("HSI-1", "Tampa", ana, monday), ERR_OK);
	apply(two, officer("HSI-1", "Miami", ana, monday), ERR_OK);
	register_encode(one, REG_OFFICER, &a);
	register_encode(two, REG_OFFICER, &b);
	buf_bytes(&both, span_of(a.at, 2));
	buf_u32be(&both, 2);
	buf_bytes(&both, span_of(a.at + 6, a.n - 6));
	buf_bytes(&both, span_of(b.at + 6, b.n - 6));
	assert_int_equal(register_decode(back, buf_span(&both)), ERR_MALFORMED);
	back = register_set_free(back);
	two = register_set_free(two);
	buf_clear(&b);
	buf_clear(&both);
	assert_int_equal(register_set_new(&back), ERR_OK);
	assert_int_equal(register_set_new(&two), ERR_OK);
	apply(two, officer("HSI-2", "Miami", ana, monday - 1), ERR_OK);
	register_encode(two, REG_OFFICER, &b);
	buf_bytes(&both, span_of(a.at, 2));
	buf_u32be(&both, 2);
	buf_bytes(&both, span_of(a.at + 6, a.n - 6));
	buf_bytes(&both, span_of(b.at + 6, b.n - 6));
	assert_int_equal(register_decode(back, buf_span(&both)), ERR_MALFORMED);
}

static void
signed_bytes_of_an_act_go_both_ways(void **state)
{
	struct register_act a = officer("HSI-1", "Tampa", ana, monday);
	struct register_act back;
	OWNED_BUF(bytes, 1 << 16);
	OWNED_BUF(again, 1 << 16);

	(void)state;
	register_act_encode(&a, &bytes);
	assert_int_equal(buf_error(&bytes), ERR_OK);
	assert_true(
		span_starts(buf_span(&bytes), SPAN("weir/register-act/v1\n")));
	assert_int_equal(register_act_decode(buf_span(&bytes), &back), ERR_OK);
	assert_int_equal(back.verb, REG_ADD);
	assert_int_equal(back.at, monday);
	register_act_encode(&back, &again);
	assert_true(span_eq(buf_span(&bytes), buf_span(&again)));
	bytes.at[0] = 'x';
	assert_int_equal(
		register_act_decode(buf_span(&bytes), &back), ERR_MALFORMED);
}

/* What an older program wrote: fewer columns, the rest not stated. */
static void
older_rows_can_be_read(void **state)
{
	struct register_act a = officer("HSI-1", "Tampa", ana, monday);
	struct register_row back;
	OWNED_BUF(bytes, 1 << 16);

	(void)state;
	buf_u8(&bytes, REG_OFFICER);
	buf_u8(&bytes, 6);
	for (size_t i = 0; i < 6; i++)
		buf_sized(&bytes, a.row.value[i]);
	assert_int_equal(
		register_row_decode(buf_span(&bytes), false, &back), ERR_OK);
	assert_int_equal(register_get(&back, REG_OFFICER_ADDRESS).n, 0);
	bytes.at[1] = 200;
	assert_int_equal(register_row_decode(buf_span(&bytes), false, &back),
		ERR_MALFORMED);
}

/* A register that an older program wrote keeps its bytes, and so its head; only
 * what is stated later is written. */
static void
old_bytes_stay_what_they_were(void **state)
{
	enum { COLUMNS_THEN = 8 };
	OWNED(register_set) set = NULL;
	struct register_act a = officer("HSI-1", "Tampa", ana, monday);
	struct register_row back;
	OWNED_BUF(bytes, 1 << 16);
	OWNED_BUF(whole, 1 << 16);
	OWNED_BUF(again, 1 << 16);

	(void)state;
	register_row_encode(&a.row, &bytes);
	assert_int_equal(bytes.at[1], COLUMNS_THEN);
	assert_int_equal(register_set_new(&set), ERR_OK);
	apply(set, a, ERR_OK);
	register_encode(set, REG_OFFICER, &whole);
	set = register_set_free(set);
	assert_int_equal(register_set_new(&set), ERR_OK);
	assert_int_equal(register_decode(set, buf_span(&whole)), ERR_OK);
	register_encode(set, REG_OFFICER, &again);
	assert_true(span_eq(buf_span(&again), buf_span(&whole)));
	/* A column that ought to be left out is no second form of the row. */
	bytes.at[1]++;
	buf_sized(&bytes, span_of(NULL, 0));
	assert_int_equal(register_row_decode(buf_span(&bytes), false, &back),
		ERR_MALFORMED);
	register_put(&a.row, REG_OFFICER_MATTERS, SPAN("HSI-TPA-1"));
	buf_clear(&bytes);
	register_row_encode(&a.row, &bytes);
	assert_int_equal(bytes.at[1], COLUMNS_THEN + 1);
	assert_int_equal(
		register_row_decode(buf_span(&bytes), false, &back), ERR_OK);
	assert_true(span_eq(
		register_get(&back, REG_OFFICER_MATTERS), SPAN("HSI-TPA-1")));
}

static void
rows_are_set_and_shown_by_name(void **state)
{
	static const char hex[] = "0101010101010101010101010101010101010101"
				  "010101010101010101010101";
	struct register_row row = {.id = REG_ROLE};
	struct why why = {""};
	struct arena arena;
	OWNED_BUF(json, 4096);

	(void)state;
	assert_int_equal(arena_init(&arena, 65536), ERR_OK);
	assert_int_equal(register_put_text(&row, SPAN("fingerprint"),
				 span_text(hex), &arena, &why),
		ERR_OK);
	assert_int_equal(register_put_text(&row, SPAN("role"), SPAN("counsel"),
				 &arena, &why),
		ERR_OK);
	assert_int_equal(register_put_text(&row, SPAN("name"),
				 SPAN("Ana \"A\""), &arena, &why),
		ERR_OK);
	assert_int_equal(register_put_text(&row, SPAN("certificate"),
				 SPAN("ZGVy"), &arena, &why),
		ERR_OK);
	assert_int_equal(register_check(&row, false, &why), ERR_OK);
	register_row_json(&row, &json);
	buf_u8(&json, 0);
	assert_string_equal((const char *)json.at,
		"{\"register\":\"role\",\"fingerprint\":\"01010101010101010101"
		"01010101010101010101010101010101010101010101\",\"role\":"
		"\"counsel\",\"name\":\"Ana \\\"A\\\"\",\"certificate\":"
		"\"ZGVy\"}");
	assert_int_equal(register_put_text(&row, SPAN("role"), SPAN("king"),
				 &arena, &why),
		ERR_MALFORMED);
	assert_string_equal(why.text,
		"role role is not one of operator|reviewer|counsel|screener|"
		"safeguards|inspector|administrator|submitter|"
		"prover|signatory|requester");
	assert_int_equal(
		register_put_text(&row, SPAN("age"), SPAN("7"), &arena, &why),
		ERR_MALFORMED);
	assert_int_equal(register_put_text(&row, SPAN("fingerprint"),
				 SPAN("01"), &arena, &why),
		ERR_MALFORMED);
	arena_fini(&arena);
}

/* Every allocation of a whole life of a set is lost once; the set is then as
 * it was before that act, and the act can be made again. */
static void
lost_allocations_change_nothing(void **state)
{
	bool through = false;

	(void)state;
	for (int n = 0; !through; n++) {
		OWNED(register_set) set = NULL;
		enum err e;
		int done = 0;

		mem_fail_after(n);
		e = register_set_new(&set);
		while (e == ERR_OK && done < 20) {
			char id[16];
			struct register_act a;

			(void)snprintf(id, sizeof(id), "HSI-%d", done);
			a = officer(id, "Tampa", ana, monday);
			e = register_apply(set, &a, NULL);
			done += e == ERR_OK;
		}
		through = e == ERR_OK;
		mem_fail_after(-1);
		assert_true(through || e == ERR_NOMEM);
		if (set != NULL)
			assert_int_equal(register_n(set, REG_OFFICER), done);
		for (int i = 0; set != NULL && i < done; i++) {
			char id[16];

			(void)snprintf(id, sizeof(id), "HSI-%d", i);
			assert_true(has(set, id, monday));
		}
	}
}

/* docs/formats/registers.md has a line for each column, in this order. */
static void
the_page_of_formats_is_this_table(void **state)
{
	static const char *const type[] = {
		"TEXT", "WORD", "HASH", "BYTES", "DAY", "FROM", "UNTIL"};
	static const char *const need[] = {
		"KEY", "MUST", "MAY", "LATER", "LATER_KEY"};
	static char page[1 << 16];
	const char *at = page;
	FILE *f = fopen(WEIR_SOURCE "/docs/formats/registers.md", "rb");

	(void)state;
	assert_non_null(f);
	assert_true(fread(page, 1, sizeof(page) - 1, f) > 0);
	(void)fclose(f);
	for (unsigned c = 0; c < REG_N_COLUMNS; c++) {
		const struct register_column_info *info = register_column(c);
		char line[256];

		(void)snprintf(line, sizeof(line),
			"\n| %s | %s | %s | %s | %zu | ",
			register_name(info->id), info->name, type[info->type],
			need[info->need], info->most);
		at = strstr(at, line);
		if (at == NULL)
			fail_msg("not in its place: %s", line + 1);
	}
	for (unsigned i = 0; i < REG_N; i++)
		assert_non_null(strstr(page, register_text(i)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_past_moment_can_be_asked),
		cmocka_unit_test(
			a_second_certificate_under_one_name_is_the_same_person),
		cmocka_unit_test(acts_that_cannot_be_are_refused),
		cmocka_unit_test(
			one_person_may_have_several_roles_and_no_more_than_given),
		cmocka_unit_test(certifiers_sign_only_within_their_days),
		cmocka_unit_test(
			safeguards_and_agreements_answer_for_the_moment),
		cmocka_unit_test(the_index_finds_what_a_walk_finds),
		cmocka_unit_test(bytes_go_both_ways_and_only_so),
		cmocka_unit_test(a_register_that_no_acts_could_make_is_refused),
		cmocka_unit_test(signed_bytes_of_an_act_go_both_ways),
		cmocka_unit_test(older_rows_can_be_read),
		cmocka_unit_test(old_bytes_stay_what_they_were),
		cmocka_unit_test(rows_are_set_and_shown_by_name),
		cmocka_unit_test(lost_allocations_change_nothing),
		cmocka_unit_test(the_page_of_formats_is_this_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
