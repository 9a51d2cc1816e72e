/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each promise of hold.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "hold/hold.h"

static const struct hold_act ana = {.by = {1}, .at = 1793491200};
static const struct hold_act ben = {.by = {2}, .at = 1793491300};
static const struct hold_act eve = {
	.by = {3}, .counsel = true, .at = 1793491400};
static const struct hold_act ana_counsel = {
	.by = {1}, .counsel = true, .at = 1793491200};

/* ASCII only: enough for these names. */
static size_t
fold(struct span text, char to[256])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < 255; i++) {
		uint8_t c = text.at[i];
		bool word = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (c >= 'a' && c <= 'z') {
			c -= 32;
			word = true;
		}
		if (word)
			to[n++] = (char)c;
		else if (n > 0 && to[n - 1] != ' ')
			to[n++] = ' ';
	}
	while (n > 0 && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
	return n;
}

/* Scopes and exceptions up to NULL, which ends each list. */
static enum err
place(const char *const *scope, const char *const *except,
	const struct hold_act *by, struct hold **ret_hold, struct why *why)
{
	struct span scopes[300];
	struct span excepts[300];
	struct hold_order order = {
		.ground = HOLD_BY_COURT,
		.effect = HOLD_TO_STOP,
		.docket = SPAN("1:25-cv-12822 (D. Mass.)"),
		.review_day = DAY_NONE,
		.scopes = scopes,
		.exceptions = excepts,
	};

	for (; scope != NULL && scope[order.n_scopes] != NULL; order.n_scopes++)
		scopes[order.n_scopes] = span_text(scope[order.n_scopes]);
	for (; except != NULL && except[order.n_exceptions] != NULL;
		order.n_exceptions++)
		excepts[order.n_exceptions] =
			span_text(except[order.n_exceptions]);
	return hold_place(7, &order, by, fold, ret_hold, why);
}

static struct hold *
hold_on(const char *scope)
{
	const char *scopes[] = {scope, NULL};
	struct hold *hold = NULL;

	assert_int_equal(place(scopes, NULL, &ana, &hold, NULL), ERR_OK);
	return hold;
}

static struct hold *
hold_but(const char *scope, const char *except)
{
	const char *scopes[] = {scope, NULL};
	const char *excepts[] = {except, NULL};
	struct hold *hold = NULL;

	assert_int_equal(place(scopes, excepts, &ana, &hold, NULL), ERR_OK);
	return hold;
}

/* Walks a new hold to `state` by the shortest way. */
static struct hold *
hold_in(enum hold_state state)
{
	struct hold *h = hold_on("all");

	if (state == HOLD_LIFT_ASKED || state == HOLD_LIFTED)
		assert_int_equal(hold_apply(h, HOLD_ASK, &ben, NULL), ERR_OK);
	if (state == HOLD_LIFTED)
		assert_int_equal(hold_apply(h, HOLD_GRANT, &eve, NULL), ERR_OK);
	assert_int_equal(hold_state(h), state);
	return h;
}

/* A request as the vault knows it. */
static struct hold_target
target(void)
{
	return (struct hold_target){
		.agreement = SPAN("AG-IRS-ICE-2025"),
		.recipient = SPAN("ICE"),
		.officer = SPAN("HSI-40160"),
		.statute = SPAN("8-usc-1253-a-1-A"),
		.batch = SPAN("12"),
		.request = SPAN("R0000001"),
		.case_id = SPAN("HSI-HOU-25-325567"),
		.tin = {SPAN("136372188")},
		.name = {SPAN("MARIA LUISA LOPEZ GARCIA")},
		.person = SPAN("P00000017"),
		.day = day_of(2026, 11, 1),
	};
}

static bool
covers(const char *scope, struct hold_target t)
{
	OWNED(hold) hold = hold_on(scope);

	return hold_covers(hold, &t);
}

static bool
covers_but(const char *scope, const char *except, struct hold_target t)
{
	OWNED(hold) hold = hold_but(scope, except);

	return hold_covers(hold, &t);
}

/* The moves, written a second time on purpose: this is what hold.def means. */
static enum hold_state
expected(enum hold_state from, enum hold_event event)
{
	if (from == HOLD_PLACED && event == HOLD_ASK)
		return HOLD_LIFT_ASKED;
	if (from == HOLD_LIFT_ASKED && event == HOLD_GRANT)
		return HOLD_LIFTED;
	if (from == HOLD_LIFT_ASKED && event == HOLD_DENY)
		return HOLD_PLACED;
	return HOLD_NO_STATE;
}

static void
every_pair_of_state_and_event(void **state)
{
	(void)state;
	for (unsigned s = HOLD_PLACED; s < HOLD_N_STATES; s++) {
		for (unsigned v = HOLD_ASK; v <= HOLD_DENY; v++) {
			OWNED(hold) h = hold_in(s);
			enum hold_state to = expected(s, v);
			enum err want = to ? ERR_OK : ERR_BAD_MOVE;

			assert_int_equal(hold_apply(h, v, &eve, NULL), want);
			assert_int_equal(hold_state(h), to ? to : s);
		}
	}
}

/* ---- exceptions by a later order ---- */

static enum err
except(struct hold *h, const char *scope, const struct hold_act *by,
	uint32_t *ret_n, struct why *why)
{
	struct span text = span_text(scope);
	const uint8_t file[HOLD_PRINT] = {8};
	struct hold_except_order order = {
		.docket = SPAN("1:25-cv-12822, order of 3 November"),
		.note = SPAN("one case"),
		.order = file,
		.scopes = &text,
		.n_scopes = 1,
	};

	return hold_except(h, &order, by, fold, ret_n, why);
}

/* In which states of the hold, and of the exception, which event may come. */
static void
exceptions_come_only_while_the_hold_stands(void **state)
{
	static const struct hold_act ida = {.by = {4}, .at = 1793491500};
	static const struct hold_act joe = {
		.by = {5}, .counsel = true, .at = 1793491600};

	(void)state;
	for (unsigned s = HOLD_PLACED; s < HOLD_N_STATES; s++) {
		for (unsigned x = HOLD_EXCEPTION_ASKED;
			x < HOLD_N_EXCEPTION_STATES; x++) {
			OWNED(hold) h = hold_on("all");
			enum err want =
				s == HOLD_LIFTED || x != HOLD_EXCEPTION_ASKED
					? ERR_BAD_MOVE
					: ERR_OK;
			uint32_t n = 0;

			assert_int_equal(
				except(h, "batch=12", &ana, &n, NULL), ERR_OK);
			assert_int_equal(n, 1);
			if (x != HOLD_EXCEPTION_ASKED)
				assert_int_equal(
					hold_except_apply(h, 1,
						x == HOLD_EXCEPTION_GRANTED
							? HOLD_EXCEPT_GRANT
							: HOLD_EXCEPT_DENY,
						&eve, NULL),
					ERR_OK);
			if (s != HOLD_PLACED)
				assert_int_equal(
					hold_apply(h, HOLD_ASK, &ida, NULL),
					ERR_OK);
			if (s == HOLD_LIFTED)
				assert_int_equal(
					hold_apply(h, HOLD_GRANT, &joe, NULL),
					ERR_OK);
			assert_int_equal(hold_except_apply(h, 1,
						 HOLD_EXCEPT_GRANT, &joe, NULL),
				want);
			assert_int_equal(hold_state(h), s);
			assert_int_equal(except(h, "batch=3", &joe, &n, NULL),
				s == HOLD_LIFTED ? ERR_BAD_MOVE : ERR_OK);
			assert_int_equal(hold_except_apply(h, 7,
						 HOLD_EXCEPT_DENY, &joe, NULL),
				ERR_NOT_FOUND);
		}
	}
}

/* H6: the same rule as a lift. */
static void
two_people_except_and_one_is_counsel(void **state)
{
	const struct {
		const struct hold_act *ask;
		const struct hold_act *grant;
		enum err want;
	} tries[] = {
		{&ben, &ben, ERR_NOT_ALLOWED},
		{&eve, &eve, ERR_NOT_ALLOWED},
		{&ana_counsel, &ana, ERR_NOT_ALLOWED},
		{&ana, &ben, ERR_NOT_ALLOWED},
		{&ana, &eve, ERR_OK},
		{&ana_counsel, &ben, ERR_OK},
	};
	struct hold_exception_says says;

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		OWNED(hold) h = hold_on("all");
		struct hold_target t = target();
		bool granted = tries[i].want == ERR_OK;
		uint32_t n = 0;

		assert_int_equal(except(h, "case=HSI-HOU-25-325567",
					 tries[i].ask, &n, NULL),
			ERR_OK);
		assert_true(hold_covers(h, &t)); /* asked is not granted */
		assert_int_equal(hold_except_apply(h, n, HOLD_EXCEPT_GRANT,
					 tries[i].grant, NULL),
			tries[i].want);
		assert_int_equal(hold_covers(h, &t), !granted);
		assert_true(hold_exception(h, n, &says));
		assert_int_equal(says.state, granted ? HOLD_EXCEPTION_GRANTED
						     : HOLD_EXCEPTION_ASKED);
		/* exactly that case: another one, and doubt, stay in */
		t.case_id = SPAN("HSI-HOU-25-325568");
		assert_true(hold_covers(h, &t));
		t.case_id = SPAN("HSIHOU25325567");
		assert_true(hold_covers(h, &t));
	}
}

static void
what_an_exception_may_not_be(void **state)
{
	struct hold_act early = ana;
	struct hold_act nobody = {.at = ana.at};
	struct hold_target t = target();
	OWNED(hold) h = hold_on("all");
	struct hold_except_order order = {.n_scopes = 0};
	struct span all = SPAN("all");
	struct why why = {""};
	uint32_t n = 0;

	(void)state;
	early.at--;
	assert_int_equal(except(h, "all", &early, &n, NULL), ERR_TOO_EARLY);
	assert_int_equal(except(h, "all", &nobody, &n, NULL), ERR_NOT_ALLOWED);
	assert_int_equal(
		except(h, "planet=mars", &ana, &n, NULL), ERR_MALFORMED);
	assert_int_equal(
		except(h, "person=P00000017", &ana, &n, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "person_id"));
	assert_int_equal(
		hold_except(h, &order, &ana, fold, &n, NULL), ERR_MALFORMED);
	order.scopes = &all;
	order.n_scopes = 1;
	assert_int_equal(hold_except(h, &order, &ana, fold, &n, &why),
		ERR_MALFORMED); /* a court's, without a docket */
	assert_non_null(strstr(why.text, "docket"));
	assert_int_equal(hold_n_exceptions(h), 0);
	/* denied by counsel or by who asked, and by nobody else */
	assert_int_equal(except(h, "all", &ana, &n, NULL), ERR_OK);
	assert_int_equal(hold_except_apply(h, n, HOLD_EXCEPT_DENY, &ben, NULL),
		ERR_NOT_ALLOWED);
	assert_int_equal(
		hold_except_apply(h, n, HOLD_EXCEPT_DENY, &eve, NULL), ERR_OK);
	assert_true(hold_covers(h, &t));
	for (n = 1; n < HOLD_EXCEPTIONS_MAX;)
		assert_int_equal(except(h, "all", &eve, &n, NULL), ERR_OK);
	assert_int_equal(except(h, "all", &eve, &n, NULL), ERR_TOO_LARGE);
}

/* The maximum is of the hold and its exceptions together. */
static void
terms_are_counted_together(void **state)
{
	static char many[8 * 4096];
	OWNED(hold) h = hold_on("all");
	uint32_t n = 0;
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 4095; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at, "%scase=A",
			i == 0 ? "" : ",");
	assert_int_equal(except(h, many, &ana, &n, NULL), ERR_OK);
	assert_int_equal(except(h, "case=B", &ana, &n, NULL), ERR_TOO_LARGE);
	assert_int_equal(hold_n_exceptions(h), 1);
}

/* Bytes of a program that knew no exceptions are read, and written again. */
static void
bytes_with_exceptions_go_both_ways(void **state)
{
	OWNED(hold) h = hold_on("all");
	OWNED(hold) back = NULL;
	OWNED_BUF(old, 1 << 16);
	OWNED_BUF(a, 1 << 16);
	OWNED_BUF(b, 1 << 16);
	OWNED_BUF(json, 1 << 16);
	uint32_t n;

	(void)state;
	hold_encode(h, &old);
	assert_int_equal(old.at[0], 1);
	assert_int_equal(except(h, "case=A,batch=3", &ana, &n, NULL), ERR_OK);
	assert_int_equal(except(h, "case=B", &ben, &n, NULL), ERR_OK);
	assert_int_equal(
		hold_except_apply(h, 1, HOLD_EXCEPT_GRANT, &eve, NULL), ERR_OK);
	hold_encode(h, &a);
	assert_int_equal(a.at[0], 2);
	/* what was placed, and was signed, is as it was */
	assert_memory_equal(a.at + 5, old.at, old.n);
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_OK);
	hold_encode(back, &b);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	for (size_t i = 0; i < a.n; i++) {
		OWNED(hold) cut = NULL;

		assert_int_equal(
			hold_decode(span_of(a.at, i), &cut), ERR_MALFORMED);
	}
	hold_json(back, HOLD_SHOW_ALL, &json);
	buf_u8(&json, 0);
	assert_non_null(strstr((const char *)json.at,
		"\"exceptions\":[{\"exception\":1,\"state\":\"granted\","));
	assert_non_null(strstr((const char *)json.at,
		"\"scope\":[\"case=A,batch=3\"],\"order\":\"08"));
	assert_non_null(strstr((const char *)json.at, "\"granted_by\":\"03"));
}

/* A grant that no two people made is refused, even from the store. */
static void
an_exception_that_no_two_people_made_is_refused(void **state)
{
	OWNED(hold) h = hold_on("all");
	OWNED(hold) back = NULL;
	OWNED_BUF(a, 1 << 16);
	uint8_t *granted;
	uint32_t n;

	(void)state;
	assert_int_equal(except(h, "all", &ben, &n, NULL), ERR_OK);
	assert_int_equal(
		hold_except_apply(h, n, HOLD_EXCEPT_GRANT, &eve, NULL), ERR_OK);
	hold_encode(h, &a);
	granted = a.at + a.n - 41;
	assert_memory_equal(granted, eve.by, HOLD_PRINT);
	granted[32] = 0; /* no counsel */
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_MALFORMED);
	granted[32] = 1;
	memcpy(granted, ben.by, HOLD_PRINT);
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_MALFORMED);
	memcpy(granted, eve.by, HOLD_PRINT);
	granted[-1] = HOLD_EXCEPTION_ASKED;
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_MALFORMED);
	granted[-1] = HOLD_EXCEPTION_DENIED;
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_OK);
}

static void
what_is_signed_of_an_exception(void **state)
{
	OWNED(hold) h = hold_on("all");
	OWNED_BUF(ask, 1 << 12);
	OWNED_BUF(grant, 1 << 12);
	size_t head = 19 + 1 + 8 + 1; /* the line, number, event */
	uint32_t n;

	(void)state;
	assert_int_equal(except(h, "case=A", &ben, &n, NULL), ERR_OK);
	hold_except_bytes(h, n, HOLD_EXCEPT, &ben, &ask);
	assert_int_equal(
		hold_except_apply(h, n, HOLD_EXCEPT_GRANT, &eve, NULL), ERR_OK);
	hold_except_bytes(h, n, HOLD_EXCEPT_GRANT, &eve, &grant);
	assert_true(span_starts(buf_span(&ask), SPAN("weir/hold-except/v1\n")));
	/* who grants signs all that was asked */
	assert_int_equal(ask.n, grant.n);
	assert_memory_equal(
		ask.at + head + 41, grant.at + head + 41, ask.n - head - 41);
	assert_memory_equal(grant.at + head, eve.by, HOLD_PRINT);
}

/* ---- what a hold pulls back ---- */

/* The rule, a second time and stupidly. */
static bool
pulled(const uint8_t *flags, size_t n, size_t i)
{
	if ((flags[i] & HOLD_OUT) == 0)
		return false;
	for (size_t k = 0; k < n; k++)
		if ((flags[k] & 7) == (HOLD_OUT | HOLD_RECORD))
			return true;
	return (flags[i] & HOLD_WRITTEN) != 0;
}

/* Every batch of four requests: what is pulled is all that was written, or all;
 * so two batches that differ in the record alone differ in no other way. */
static void
what_is_pulled_never_tells_who_was_found(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 1U << 12; v++) {
		uint8_t flags[4];
		uint8_t before[4];
		size_t n = 0;
		bool all = true;
		bool written = true;

		for (unsigned i = 0; i < 4; i++)
			before[i] = flags[i] = (v >> (3 * i)) & 7;
		n = hold_pull(flags, 4);
		for (size_t i = 0; i < 4; i++) {
			bool is = (flags[i] & HOLD_PULLED) != 0;
			bool out = (before[i] & HOLD_OUT) != 0;

			assert_int_equal(is, pulled(before, 4, i));
			assert_int_equal(flags[i] & 7, before[i]);
			n -= is;
			all = all && is == out;
			written =
				written &&
				is == (out && (before[i] & HOLD_WRITTEN) != 0);
		}
		assert_int_equal(n, 0);
		assert_true(all || written);
	}
}

/* A person was confirmed whose record is not shown: a TIN or a name may be
 * that person's. */
static void
an_unseen_record_is_covered_in_doubt(void **state)
{
	struct hold_target t = target();

	(void)state;
	t.tin[0] = SPAN("");
	assert_false(covers("person=136372188", t));
	t.tin_unseen = true;
	assert_true(covers("person=136372188", t));
	assert_true(covers("batch=12,person=136372188", t));
	assert_false(covers("batch=11,person=136372188", t));
	assert_true(covers_but("all", "person=136372188", t));
	t.name_unseen = HOLD_UNSEEN_MORE;
	assert_true(covers("person=Maria Carmen Lopez", t));
	assert_false(covers("person=John Smith", t));
	t.name_unseen = HOLD_UNSEEN_ALL;
	assert_true(covers("person=John Smith", t));
	assert_true(covers_but("all", "person=John Smith", t));
}

/* Lifted, it stops nothing; what the order meant can be asked still. */
static void
a_lifted_hold_reaches_what_it_covered(void **state)
{
	OWNED(hold) h = hold_in(HOLD_LIFTED);
	struct hold_target t = target();

	(void)state;
	assert_false(hold_covers(h, &t));
	assert_true(hold_reaches(h, &t));
}

/* R20: two people, one of them counsel; one key is never two people, whatever
 * roles it has. */
static void
two_people_lift_and_one_is_counsel(void **state)
{
	const struct {
		const struct hold_act *ask;
		const struct hold_act *grant;
		enum err want;
	} tries[] = {
		{&ben, &ben, ERR_NOT_ALLOWED},
		{&eve, &eve, ERR_NOT_ALLOWED},
		{&ana_counsel, &ana, ERR_NOT_ALLOWED},
		{&ana, &ana_counsel, ERR_NOT_ALLOWED},
		{&ana, &ben, ERR_NOT_ALLOWED},
		{&ana, &eve, ERR_OK},
		{&ben, &eve, ERR_OK},
		{&ana_counsel, &ben, ERR_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		OWNED(hold) h = hold_on("all");
		struct hold_target t = target();

		assert_int_equal(
			hold_apply(h, HOLD_ASK, tries[i].ask, NULL), ERR_OK);
		assert_true(hold_covers(h, &t)); /* H5: asked is not lifted */
		assert_int_equal(
			hold_apply(h, HOLD_GRANT, tries[i].grant, NULL),
			tries[i].want);
		assert_int_equal(hold_covers(h, &t), tries[i].want != ERR_OK);
	}
}

static void
acts_name_an_actor_and_come_in_order(void **state)
{
	OWNED(hold) h = hold_in(HOLD_LIFT_ASKED);
	struct hold_act nobody = {.at = eve.at, .counsel = true};
	struct hold_act early = eve;
	struct hold_act late = ana;
	struct why why = {""};

	(void)state;
	late.at = ben.at;
	early.at = ben.at - 1;
	assert_int_equal(
		hold_apply(h, HOLD_GRANT, &nobody, NULL), ERR_NOT_ALLOWED);
	assert_int_equal(
		hold_apply(h, HOLD_GRANT, &early, NULL), ERR_TOO_EARLY);
	assert_int_equal(
		hold_apply(h, HOLD_DENY, &late, &why), ERR_NOT_ALLOWED);
	assert_string_equal(
		why.text, "only counsel, or who asked, ends a request to lift");
	assert_int_equal(hold_state(h), HOLD_LIFT_ASKED);
	assert_memory_equal(hold_asker(h), ben.by, HOLD_PRINT);
	early = ben;
	assert_int_equal(hold_apply(h, HOLD_DENY, &early, NULL), ERR_OK);
	assert_null(hold_asker(h));
	/* after a denial the old asker may grant another's wish */
	early.at = eve.at;
	assert_int_equal(hold_apply(h, HOLD_ASK, &eve, NULL), ERR_OK);
	assert_int_equal(hold_apply(h, HOLD_GRANT, &early, NULL), ERR_OK);
}

static void
each_scope_covers_what_it_names(void **state)
{
	static const struct {
		const char *scope;
		bool covers;
	} tries[] = {
		{"all", true},
		{"ALL", true},
		{"agreement=AG-IRS-ICE-2025", true},
		{"agreement=ag-irs-ice-2025", true},
		{"agreement=AG-IRS-ICE-2026", false},
		{"recipient=ICE", true},
		{"recipient=HSI-40160", true},
		{"recipient=CBP", false},
		{"statute=8 USC 1253", true},
		{"statute=8 U.S.C. \xc2\xa7 1253(a)(1)", true},
		{"statute=8 USC section 1253(a)(1)(A)", true},
		{"statute=8 USC 1253(a)(1)(B)", false},
		{"statute=8 USC 125", false},
		{"statute=8 USC", true},
		{"statute=18 USC 1253", false},
		{"batch=12", true},
		{"batch=1", false},
		{"request=R0000001", true},
		{"request=R0000002", false},
		{"case=HSI-HOU-25-325567", true},
		{"case=hsi hou 25 325567", true},
		{"case=HSI-HOU-25-325568", false},
		{"case=HSI-HOU-25", false},
		{"person=136-37-2188", true},
		{"person=136372188", true},
		{"person=tin:136 37 2188", true},
		{"person=136-37-2189", false},
		{"person=Maria Lopez Garcia", true},
		{"person=name:garcia lopez", true},
		{"person=Maria Lopez-Garc", false},
		{"person=maria luisalopezgarcia", true},
		{"person=Mario Lopez Garcia", false},
		{"person=P00000017", true},
		{"person=id:P00000018", false},
		{"from=2026-11-01", true},
		{"from=2026-11-02", false},
		{"until=2026-11-01", true},
		{"until=2026-10-31", false},
		{"all,from=2026-10-01,until=2026-12-01", true},
		{"all,from=2026-12-01,until=2026-12-02", false},
		{"agreement=AG-IRS-ICE-2025, batch=11", false},
		{"agreement=AG-IRS-ICE-2025, batch=11,batch=12", true},
		{"agreement=AG-1,batch=11,batch=12", false},
		{"case=HSI-1,case=HSI-HOU-25-325567", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		if (covers(tries[i].scope, target()) != tries[i].covers)
			fail_msg("%s", tries[i].scope);
}

static void
several_scopes_are_one_or_the_other(void **state)
{
	const char *scopes[] = {"batch=11", "case=HSI-HOU-25-325567", NULL};
	const char *neither[] = {"batch=11", "case=HSI-1", NULL};
	const char *excepts[] = {"case=HSI-2", "batch=12", NULL};
	struct hold_target t = target();
	OWNED(hold) a = NULL;
	OWNED(hold) b = NULL;
	OWNED(hold) c = NULL;

	(void)state;
	assert_int_equal(place(scopes, NULL, &ana, &a, NULL), ERR_OK);
	assert_int_equal(place(neither, NULL, &ana, &b, NULL), ERR_OK);
	assert_int_equal(place(scopes, excepts, &ana, &c, NULL), ERR_OK);
	assert_true(hold_covers(a, &t));
	assert_false(hold_covers(b, &t));
	assert_false(hold_covers(c, &t));
}

/* An injunction with an exception lets exactly the excepted case leave. */
static void
an_exception_lets_exactly_its_case_leave(void **state)
{
	struct hold_target t = target();

	(void)state;
	assert_false(covers_but("all", "case=HSI-HOU-25-325567", t));
	t.case_id = SPAN("HSI-HOU-25-325568");
	assert_true(covers_but("all", "case=HSI-HOU-25-325567", t));
	/* written otherwise it is perhaps the same case: not excepted */
	t.case_id = SPAN("HSIHOU25325567");
	assert_true(covers_but("all", "case=HSI-HOU-25-325567", t));
	/* a longer name is perhaps another person: not excepted */
	t = target();
	assert_true(covers_but("all", "person=Lopez Garcia", t));
	assert_false(covers_but("all", "person=Maria Luisa Lopez Garcia", t));
	assert_true(covers_but("all", "agreement=AG-IRS-ICE-2025,batch=11", t));
}

/* What is not known of a thing about to leave never lets it out. */
static void
doubt_is_covered_and_never_excepted(void **state)
{
	static const char *const kinds[] = {"agreement=AG-1", "recipient=CBP",
		"statute=26 USC 7201", "batch=3", "from=2030-01-01"};
	struct hold_target t = {.day = DAY_NONE};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_true(covers(kinds[i], t));
		assert_true(covers_but("all", kinds[i], t));
		assert_false(covers(kinds[i], target()));
	}
	assert_false(covers("person=136372188", t));
	assert_false(covers("person=P00000017", t));
	assert_false(covers("person=MARIA LOPEZ", t));
	assert_false(covers("case=HSI-1", t));
	t.statute = SPAN("8-usc-1253-a-1-other");
	assert_true(covers("statute=8 USC 1253(a)(1)(C)", t));
	assert_false(covers("statute=8 USC 1253(a)(2)", t));
	assert_true(covers_but("all", "statute=8 USC 1253(a)(1)(C)", t));
	t.statute = SPAN("8 USC 1253(a)");
	assert_true(covers("statute=8 USC 1253(a)(1)(C)", t));
}

/* The vault also asks with what the record says: a request that names no TIN
 * is held by the TIN of the person it was resolved to. */
static void
the_record_is_covered_as_the_request_is(void **state)
{
	struct hold_target t = target();

	(void)state;
	t.tin[0] = SPAN("");
	t.tin[1] = SPAN("136372188");
	t.name[0] = SPAN("M LOPEZ");
	t.name[1] = SPAN("MARIA LOPEZ GARCIA");
	assert_true(covers("person=136372188", t));
	assert_true(covers("person=Maria Garcia", t));
}

static void
orders_that_say_nothing_are_refused(void **state)
{
	static const char *const bad[] = {"", " ", "everything", "all=yes",
		"all,batch=1", "agreement=", "agreement", "batch=one",
		"batch=-1", "case=A,", ",case=A", "from=2026-02-30",
		"from=2026-01-02,until=2026-01-01",
		"from=2026-01-01,from=2026-01-02", "person=", "person=name:BO",
		"person=tin:12345678", "person=1234567890 1", "person=12345678",
		"person=1234567890",

		"person=DOE, JOHN", "statute=the immigration act",
		"statute=8 CFR 1", "statute=8", "case=a\x1b[2J", "case=\xff",
		"case=HSI\nall"};
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *scopes[] = {"batch=1", bad[i], NULL};
		OWNED(hold) hold = NULL;

		why = (struct why){""};
		if (place(scopes, NULL, &ana, &hold, &why) != ERR_MALFORMED ||
			hold != NULL || why.text[0] == '\0' ||
			hold_scope_check(span_text(bad[i]), fold, NULL) !=
				ERR_MALFORMED)
			fail_msg("%s", bad[i]);
	}
}

static void
a_hold_names_placer_scope_and_docket(void **state)
{
	struct hold_act nobody = {.at = 5};
	const char *all[] = {"all", NULL};
	OWNED(hold) hold = NULL;
	struct span scope = SPAN("all");
	struct hold_order order = {
		.ground = HOLD_BY_COURT,
		.effect = HOLD_TO_STOP,
		.review_day = DAY_NONE,
		.scopes = &scope,
		.n_scopes = 1,
	};

	(void)state;
	assert_int_equal(
		place(all, NULL, &nobody, &hold, NULL), ERR_NOT_ALLOWED);
	assert_int_equal(place(NULL, NULL, &ana, &hold, NULL), ERR_MALFORMED);
	assert_int_equal(
		hold_place(1, &order, &ana, fold, &hold, NULL), ERR_MALFORMED);
	order.docket = SPAN("1:25\x1b");
	assert_int_equal(
		hold_place(1, &order, &ana, fold, &hold, NULL), ERR_MALFORMED);
	order.docket = SPAN("1:25-cv-1");
	order.effective_at = -5;
	assert_int_equal(
		hold_place(1, &order, &ana, fold, &hold, NULL), ERR_MALFORMED);
	order.effective_at = ana.at + 99999; /* H5: later, and stops now */
	assert_int_equal(
		hold_place(1, &order, &ana, fold, &hold, NULL), ERR_OK);
	assert_true(hold_covers(hold, &(struct hold_target){.day = DAY_NONE}));
	assert_int_equal(hold_effective_at(hold), ana.at + 99999);
	assert_int_equal(hold_placed_at(hold), ana.at);
}

static void
a_review_date_reminds_and_never_lifts(void **state)
{
	struct span scope = SPAN("all");
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_STOP,
		.review_day = day_of(2026, 12, 1),
		.scopes = &scope,
		.n_scopes = 1,
	};
	struct hold_target t = target();
	OWNED(hold) h = NULL;

	(void)state;
	assert_int_equal(hold_place(1, &order, &ana, fold, &h, NULL), ERR_OK);
	assert_false(hold_review_due(h, day_of(2026, 11, 30)));
	assert_true(hold_review_due(h, day_of(2026, 12, 1)));
	assert_true(hold_review_due(h, day_of(2028, 1, 1)));
	assert_true(hold_covers(h, &t));
}

/* A hold in each state, with every part in use. */
static struct hold *
full_hold(uint64_t number, enum hold_state state, enum hold_effect effect)
{
	const uint8_t file[HOLD_PRINT] = {9};
	const struct span scopes[] = {
		SPAN("agreement=AG-IRS-ICE-2025,statute=8 U.S.C. 1253"),
		SPAN("person=Maria  Lopez,person=136-37-2188,from=2026-01-01"),
	};
	const struct span excepts[] = {SPAN("case=HSI-1"), SPAN("batch=3")};
	struct hold_order order = {
		.ground = HOLD_BY_COURT,
		.effect = effect,
		.sealed = true,
		.docket = SPAN("1:25-cv-00457 (D.D.C.)"),
		.note = SPAN("see order, p. 3"),
		.order = file,
		.effective_at = ana.at - 1000,
		.served_at = ana.at - 10,
		.review_day = day_of(2027, 1, 1),
		.scopes = scopes,
		.n_scopes = 2,
		.exceptions = excepts,
		.n_exceptions = 2,
	};
	struct hold *h = NULL;

	assert_int_equal(
		hold_place(number, &order, &ana, fold, &h, NULL), ERR_OK);
	if (state != HOLD_PLACED)
		assert_int_equal(hold_apply(h, HOLD_ASK, &ben, NULL), ERR_OK);
	if (state == HOLD_LIFTED)
		assert_int_equal(hold_apply(h, HOLD_GRANT, &eve, NULL), ERR_OK);
	return h;
}

static void
bytes_go_both_ways_and_only_so(void **state)
{
	(void)state;
	for (unsigned s = HOLD_PLACED; s < HOLD_N_STATES; s++) {
		OWNED(hold) h = full_hold(7, s, HOLD_TO_STOP);
		OWNED(hold) back = NULL;
		OWNED_BUF(a, 1 << 16);
		OWNED_BUF(b, 1 << 16);

		hold_encode(h, &a);
		assert_int_equal(buf_error(&a), ERR_OK);
		assert_int_equal(hold_decode(buf_span(&a), &back), ERR_OK);
		hold_encode(back, &b);
		assert_true(span_eq(buf_span(&a), buf_span(&b)));
		assert_int_equal(hold_state(back), s);
		for (size_t n = 0; n < a.n; n++) {
			OWNED(hold) cut = NULL;

			assert_int_equal(hold_decode(span_of(a.at, n), &cut),
				ERR_MALFORMED);
		}
	}
}

/* Nobody's signature, one key twice, no counsel: not even from the store. */
static void
a_lift_that_no_two_people_made_is_refused(void **state)
{
	OWNED(hold) h = full_hold(7, HOLD_LIFTED, HOLD_TO_STOP);
	OWNED(hold) back = NULL;
	OWNED_BUF(a, 1 << 16);
	uint8_t *asked;
	uint8_t *granted;

	(void)state;
	hold_encode(h, &a);
	granted = a.at + a.n - 8 - 41;
	asked = granted - 41;
	assert_memory_equal(asked, ben.by, HOLD_PRINT);
	assert_memory_equal(granted, eve.by, HOLD_PRINT);
	granted[32] = 0;
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_MALFORMED);
	asked[32] = 1;
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_OK);
	memcpy(granted, asked, HOLD_PRINT);
	back = hold_free(back);
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_MALFORMED);
	memset(granted, 0, HOLD_PRINT);
	assert_int_equal(hold_decode(buf_span(&a), &back), ERR_MALFORMED);
}

static void
what_is_signed_is_what_was_placed(void **state)
{
	OWNED(hold) placed = full_hold(7, HOLD_PLACED, HOLD_TO_STOP);
	OWNED(hold) asked = full_hold(7, HOLD_LIFT_ASKED, HOLD_TO_STOP);
	OWNED(hold) other = full_hold(8, HOLD_PLACED, HOLD_TO_STOP);
	OWNED_BUF(a, 1 << 16);
	OWNED_BUF(b, 1 << 16);
	OWNED_BUF(c, 1 << 16);
	OWNED_BUF(d, 1 << 10);

	(void)state;
	hold_place_bytes(placed, &a);
	hold_place_bytes(asked, &b);
	hold_place_bytes(other, &c);
	hold_act_bytes(7, HOLD_GRANT, &eve, &d);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	assert_false(span_eq(buf_span(&a), buf_span(&c)));
	assert_true(span_starts(buf_span(&a), SPAN("weir/hold-place/v1\n")));
	assert_true(span_starts(buf_span(&d), SPAN("weir/hold-act/v1\n")));
	assert_int_equal(d.n, 17 + 8 + 1 + 32 + 1 + 8);
}

static void
texts_and_json_say_what_was_placed(void **state)
{
	OWNED(hold) h = full_hold(7, HOLD_LIFTED, HOLD_TO_STOP);
	OWNED_BUF(text, 1 << 12);
	OWNED_BUF(json, 1 << 12);

	(void)state;
	hold_scope_text(h, HOLD_SHOW_ALL, &text);
	buf_u8(&text, 0);
	assert_string_equal((const char *)text.at,
		"agreement=AG-IRS-ICE-2025,statute=8-usc-1253\n"
		"person=name:MARIA LOPEZ,person=tin:136372188,from=2026-01-01\n"
		"except case=HSI-1\n"
		"except batch=3\n");
	hold_json(h, HOLD_SHOW_ALL, &json);
	buf_u8(&json, 0);
	assert_non_null(strstr((const char *)json.at,
		"\"except\":[\"case=HSI-1\",\"batch=3\"]"));
	assert_non_null(strstr((const char *)json.at,
		"\"lifted\":\"2026-11-01T00:03:20Z\",\"lifted_by\":\"03000000"));
	/* a scope as printed is a scope that is read */
	assert_int_equal(hold_scope_check(SPAN("agreement=AG-IRS-ICE-2025,"
					       "statute=8-usc-1253"),
				 fold, NULL),
		ERR_OK);
}

static void
the_set_says_which_hold(void **state)
{
	OWNED(hold_set) set = NULL;
	OWNED(hold_set) back = NULL;
	OWNED(hold) preserve = full_hold(3, HOLD_PLACED, HOLD_TO_PRESERVE);
	OWNED(hold) lifted = full_hold(5, HOLD_LIFTED, HOLD_TO_STOP);
	OWNED(hold) stop = full_hold(9, HOLD_PLACED, HOLD_TO_STOP);
	OWNED(hold) twice = full_hold(9, HOLD_PLACED, HOLD_TO_STOP);
	OWNED(hold) between = full_hold(7, HOLD_PLACED, HOLD_TO_STOP);
	struct hold_target t = target();
	OWNED_BUF(a, 1 << 16);
	OWNED_BUF(b, 1 << 16);

	(void)state;
	assert_int_equal(hold_set_new(&set), ERR_OK);
	assert_null(hold_set_covers(set, HOLD_TO_STOP, &t));
	assert_int_equal(hold_set_add(set, &preserve), ERR_OK);
	assert_null(preserve);
	assert_int_equal(hold_set_add(set, &lifted), ERR_OK);
	assert_null(hold_set_covers(set, HOLD_TO_STOP, &t));
	assert_int_equal(hold_set_add(set, &stop), ERR_OK);
	assert_int_equal(hold_set_add(set, &twice), ERR_EXISTS);
	assert_non_null(twice);
	assert_int_equal(
		hold_number(hold_set_covers(set, HOLD_TO_STOP, &t)), 9);
	assert_int_equal(
		hold_number(hold_set_covers(set, HOLD_TO_PRESERVE, &t)), 3);
	assert_ptr_equal(hold_set_find(set, 9), hold_set_at(set, 2));
	assert_null(hold_set_find(set, 4));
	hold_set_encode(set, &a);
	assert_int_equal(hold_set_decode(buf_span(&a), &back), ERR_OK);
	hold_set_encode(back, &b);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	assert_int_equal(hold_set_n(back), 3);
	/* one between them goes where its number belongs */
	assert_int_equal(hold_set_add(back, &between), ERR_OK);
	assert_int_equal(hold_number(hold_set_at(back, 2)), 7);
	assert_int_equal(hold_number(hold_set_at(back, 3)), 9);
	/* and no set is read in which they stand otherwise */
	buf_clear(&a);
	buf_clear(&b);
	buf_u8(&a, 1);
	buf_u32be(&a, 2);
	hold_encode(hold_set_at(back, 1), &b);
	buf_sized(&a, buf_span(&b));
	buf_clear(&b);
	hold_encode(hold_set_at(back, 0), &b);
	buf_sized(&a, buf_span(&b));
	back = hold_set_free(back);
	assert_int_equal(hold_set_decode(buf_span(&a), &back), ERR_MALFORMED);
}

/* Placing, encoding and decoding a set, with each allocation lost once. */
static void
lost_allocations_leave_nothing_behind(void **state)
{
	enum err e = ERR_NOMEM;

	(void)state;
	for (int n = 0; e == ERR_NOMEM; n++) {
		const char *scopes[] = {"case=A,case=B,case=C,case=D,case=E",
			"person=Maria Lopez", NULL};
		OWNED(hold_set) set = NULL;
		OWNED(hold_set) back = NULL;
		OWNED(hold) hold = NULL;
		OWNED_BUF(bytes, 1 << 16);
		uint32_t number = 0;

		mem_fail_after(n);
		e = place(scopes, NULL, &ana, &hold, NULL);
		assert_int_equal(e == ERR_OK, hold != NULL);
		if (e == ERR_OK)
			e = except(hold, "case=F", &ana, &number, NULL);
		if (e == ERR_OK)
			e = hold_set_new(&set);
		if (e == ERR_OK)
			e = hold_set_add(set, &hold);
		if (e == ERR_OK) {
			hold_set_encode(set, &bytes);
			e = buf_error(&bytes);
		}
		if (e == ERR_OK)
			e = hold_set_decode(buf_span(&bytes), &back);
		assert_int_equal(e == ERR_OK, back != NULL);
	}
	mem_fail_after(-1);
	assert_int_equal(e, ERR_OK);
}

/* ---- before all of a target is read ---- */

/* What is left of the target when these kinds are not read yet. */
static struct hold_target
without(struct hold_target t, unsigned kinds)
{
	const struct span none = span_of(NULL, 0);

	if ((kinds & 1u << HOLD_OF_RECIPIENT) != 0)
		t.officer = none;
	if ((kinds & 1u << HOLD_OF_STATUTE) != 0)
		t.statute = none;
	if ((kinds & 1u << HOLD_OF_REQUEST) != 0)
		t.request = none;
	if ((kinds & 1u << HOLD_OF_CASE) != 0)
		t.case_id = none;
	if ((kinds & 1u << HOLD_OF_PERSON) != 0) {
		t.tin[0] = t.name[0] = none;
	}
	t.person = none; /* as nobody writes it */
	return t;
}

static const char *const glance_scopes[] = {"all", "recipient=ICE",
	"recipient=HSI-40160", "recipient=CBP", "agreement=AG-IRS-ICE-2025",
	"agreement=AG-2", "statute=8 USC 1253", "statute=18 USC 3", "batch=12",
	"batch=13", "request=R0000001", "request=R2", "case=HSI-HOU-25-325567",
	"case=HSI-2", "person=136372188", "person=MARIA LOPEZ",
	"person=P00000017", "from=2026-11-02",
	"batch=12,case=HSI-HOU-25-325567", "batch=13,person=136372188",
	"recipient=ICE,statute=8 USC 1253,until=2026-12-01"};
enum { N_GLANCE = sizeof(glance_scopes) / sizeof(*glance_scopes) };

static unsigned n_unsure;

static void
glance_is_never_wrong(const struct hold *hold, unsigned kinds)
{
	struct hold_target t = target();
	struct hold_target seen = without(t, kinds);
	enum hold_glance glance = hold_glance(hold, &seen, kinds);
	bool covered;

	t.person = span_of(NULL, 0);
	covered = hold_covers(hold, &t);
	assert_true(glance != (covered ? HOLD_COVERS_NOT : HOLD_COVERS_SURELY));
	assert_true(kinds != 0 || glance != HOLD_COVERS_PERHAPS);
	n_unsure += glance == HOLD_COVERS_PERHAPS;
}

static void
a_glance_is_what_the_whole_would_say(void **state)
{
	static const enum hold_kind unread[] = {HOLD_OF_RECIPIENT,
		HOLD_OF_STATUTE, HOLD_OF_REQUEST, HOLD_OF_CASE, HOLD_OF_PERSON};

	(void)state;
	for (size_t i = 0; i < N_GLANCE; i++) {
		for (size_t k = 0; k < N_GLANCE; k++) {
			OWNED(hold)
			hold = hold_but(glance_scopes[i], glance_scopes[k]);

			for (unsigned m = 0; m < 32; m++) {
				unsigned kinds = 0;

				for (size_t b = 0; b < 5; b++)
					if ((m & 1u << b) != 0)
						kinds |= 1u << unread[b];
				glance_is_never_wrong(hold, kinds);
			}
		}
	}
	assert_true(n_unsure > 100);
}

/* What makes a glance worth while: it does know. */
static void
a_glance_knows_what_it_can(void **state)
{
	const unsigned sealed = 1u << HOLD_OF_STATUTE | 1u << HOLD_OF_CASE |
				1u << HOLD_OF_PERSON;
	static const struct {
		const char *scope;
		enum hold_glance want;
	} tries[] = {{"all", HOLD_COVERS_SURELY},
		{"batch=12", HOLD_COVERS_SURELY}, {"batch=13", HOLD_COVERS_NOT},
		{"recipient=HSI-40160", HOLD_COVERS_SURELY},
		{"case=HSI-2", HOLD_COVERS_PERHAPS},
		{"case=HSI-2,batch=13", HOLD_COVERS_NOT},
		{"person=P00000017", HOLD_COVERS_NOT}};

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		OWNED(hold) hold = hold_on(tries[i].scope);
		struct hold_target t = without(target(), sealed);

		assert_int_equal(hold_glance(hold, &t, sealed), tries[i].want);
	}
	for (unsigned k = 0; k < 2; k++) {
		OWNED(hold)
		hold = hold_in(k == 0 ? HOLD_LIFT_ASKED : HOLD_LIFTED);
		struct hold_target t = target();

		assert_int_equal(hold_glance(hold, &t, 0),
			k == 0 ? HOLD_COVERS_SURELY : HOLD_COVERS_NOT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_state_and_event),
		cmocka_unit_test(exceptions_come_only_while_the_hold_stands),
		cmocka_unit_test(two_people_except_and_one_is_counsel),
		cmocka_unit_test(what_an_exception_may_not_be),
		cmocka_unit_test(terms_are_counted_together),
		cmocka_unit_test(bytes_with_exceptions_go_both_ways),
		cmocka_unit_test(
			an_exception_that_no_two_people_made_is_refused),
		cmocka_unit_test(what_is_signed_of_an_exception),
		cmocka_unit_test(what_is_pulled_never_tells_who_was_found),
		cmocka_unit_test(an_unseen_record_is_covered_in_doubt),
		cmocka_unit_test(a_lifted_hold_reaches_what_it_covered),
		cmocka_unit_test(two_people_lift_and_one_is_counsel),
		cmocka_unit_test(acts_name_an_actor_and_come_in_order),
		cmocka_unit_test(each_scope_covers_what_it_names),
		cmocka_unit_test(several_scopes_are_one_or_the_other),
		cmocka_unit_test(an_exception_lets_exactly_its_case_leave),
		cmocka_unit_test(doubt_is_covered_and_never_excepted),
		cmocka_unit_test(the_record_is_covered_as_the_request_is),
		cmocka_unit_test(orders_that_say_nothing_are_refused),
		cmocka_unit_test(a_hold_names_placer_scope_and_docket),
		cmocka_unit_test(a_review_date_reminds_and_never_lifts),
		cmocka_unit_test(bytes_go_both_ways_and_only_so),
		cmocka_unit_test(a_lift_that_no_two_people_made_is_refused),
		cmocka_unit_test(what_is_signed_is_what_was_placed),
		cmocka_unit_test(texts_and_json_say_what_was_placed),
		cmocka_unit_test(the_set_says_which_hold),
		cmocka_unit_test(a_glance_is_what_the_whole_would_say),
		cmocka_unit_test(a_glance_knows_what_it_can),
		cmocka_unit_test(lost_allocations_leave_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
