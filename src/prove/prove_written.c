/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which evidence one request can lead to: what a counterexample is asked to
 * keep to, so that it can be written down and submitted.  Nothing is proved
 * under this; it only chooses among what the solver may show.
 */
#include "prove/prove_int.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
	PERIODS_WRITTEN = 50, /* years that the member has room for */
	AGE_WRITTEN = 40000,  /* days: no order of before 1800 */
};

static uint32_t
value_of(enum evidence_id id, const char *word)
{
	uint32_t value = 0;

	must(evidence_find_word(id, span_text(word), &value));
	return value;
}

static void
put_is(enum evidence_id id, char copy, const char *word, struct buf *to)
{
	buf_printf(to, " (= %c%d %u)", copy, (int)id, value_of(id, word));
}

static void
put_least(enum evidence_id id, char copy, const char *word, struct buf *to)
{
	buf_printf(to, " (<= %u %c%d)", value_of(id, word), copy, (int)id);
}

/* All is known but the day and the age of an order that is not stated. */
static void
put_known(char c, struct buf *to)
{
	for (int id = 0; id < EV_N; id++)
		if (id != EV_ORDER_AGE && id != EV_ORDER_DATE)
			buf_printf(to, " (< 0 %c%d)", c, id);
	buf_printf(to, " (= (= %c%d 2) (< 0 %c%d)) (<= %c%d %d)", c, EV_ORDER,
		c, EV_ORDER_AGE, c, EV_ORDER_AGE, AGE_WRITTEN);
	buf_printf(to,
		" (= (= %c%d 2) (< 0 %c%d)) (=> (= %c%d 2) (= (- %c%d %c%d) "
		"(- %c%d 1)))",
		c, EV_ORDER, c, EV_ORDER_DATE, c, EV_ORDER, c, EV_TODAY, c,
		EV_ORDER_DATE, c, EV_ORDER_AGE);
	buf_printf(to, " (<= %c%d %d) (=> (= %c%d 1) (= %c%d 1))", c,
		EV_PERIODS, PERIODS_WRITTEN + 1, c, EV_PERIODS, c,
		EV_PERIODS_OVER);
}

/* A line that cannot be read says nothing; an identifier that is none makes
 * the request malformed. */
static void
put_form(char c, struct buf *to)
{
	static const enum evidence_id least[] = {EV_NAME, EV_ADDRESS,
		EV_PERIODS, EV_AUTHORITY, EV_REASON, EV_OFFICER, EV_CASE,
		EV_PURPOSE, EV_UNIT, EV_ORDER, EV_GROUND, EV_STAY, EV_TIN,
		EV_BIRTH, EV_COURT_ORDER};

	buf_text(to, " (=>");
	put_is(EV_FORM, c, "unreadable", to);
	buf_printf(to, " (and (= %c%d 2)", c, EV_MEMBERS);
	for (size_t i = 0; i < sizeof(least) / sizeof(least[0]); i++)
		buf_printf(to, " (= %c%d 1)", c, (int)least[i]);
	buf_text(to, ")) (=> (or");
	put_is(EV_TIN, c, "malformed", to);
	put_is(EV_BIRTH, c, "malformed", to);
	buf_text(to, ")");
	put_is(EV_FORM, c, "malformed", to);
	buf_text(to, ")");
}

/* A reason of its own speaks of the case and of a fact that the request has. */
static void
put_reason(char c, struct buf *to)
{
	buf_text(to, " (=>");
	put_least(EV_REASON, c, "borderline", to);
	buf_text(to, " (and");
	put_least(EV_CASE, c, "closed", to);
	buf_text(to, " (or");
	put_is(EV_NAME, c, "full", to);
	buf_printf(to, " (= %c%d 2))))", c, EV_ORDER);
}

/* As it is in an office on an ordinary day. */
static const struct {
	enum evidence_id id;
	const char *word; /* NULL: 2, which is true, or the number 1 */
} ordinary[] = {
	{EV_FORM, "readable"},
	{EV_MEMBERS, NULL},
	{EV_SIGNER, NULL},
	{EV_REASON_OWN, NULL},
	{EV_OFFICER, "engaged"},
	{EV_OFFICER_LOAD, NULL},
	{EV_FIRST, NULL},
	{EV_VOLUME, NULL},
	{EV_TERM, NULL},
	{EV_SAFEGUARDS, NULL},
	{EV_PERSON, "confirmed"},
	{EV_OWN_ROW, NULL},
	{EV_YEARS, "all"},
	{EV_SCREEN, NULL},
	{EV_NO_HOLD, NULL},
	{EV_NAME, "full"},
	{EV_ADDRESS, "deliverable"},
	{EV_REASON, "specific"},
	{EV_CASE, "open"},
	{EV_BIRTH, "given"},
};

static_assert(sizeof(ordinary) / sizeof(ordinary[0]) == PROVE_ORDINARY,
	"one claim each");

void
prove_smt_ordinary_name(char copy, unsigned i, char to[PROVE_CLAIM_MAX])
{
	(void)snprintf(to, PROVE_CLAIM_MAX, "usually.%c.%u", copy, i);
}

void
prove_smt_written(char copy, struct buf *to)
{
	char name[PROVE_CLAIM_MAX] = "written.?";

	name[strlen("written.")] = copy;
	prove_smt_claim(name, to);
	buf_text(to, "(and");
	put_known(copy, to);
	put_form(copy, to);
	put_reason(copy, to);
	buf_text(to, ")))\n");
	for (unsigned i = 0; i < PROVE_ORDINARY; i++) {
		uint32_t value =
			ordinary[i].word == NULL
				? 2
				: value_of(ordinary[i].id, ordinary[i].word);

		prove_smt_ordinary_name(copy, i, name);
		prove_smt_claim(name, to);
		buf_printf(to, "(= %c%d %u)))\n", copy, (int)ordinary[i].id,
			value);
	}
}
