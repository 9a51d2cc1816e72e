/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence, and the language of law files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/day.h"
#include "law/law_world.h"
#include "law/volume.h"

/* ---- evidence ---- */

static void
every_evidence_is_found_by_its_name_and_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EV_N; i++) {
		enum evidence_id id = (enum evidence_id)i;
		enum evidence_id found = EV_N;

		assert_true(
			evidence_find(span_text(evidence_name(id)), &found));
		assert_int_equal(found, id);
		assert_true(
			greatest_value(id) < 32 || evidence_n_words(id) == 0);
		for (uint32_t w = 0; w < evidence_n_words(id); w++) {
			struct evidence ev = {0};

			evidence_set_word(&ev, id, evidence_word(id, w));
			assert_int_equal(ev.value[id], w + 1);
			assert_true(evidence_is(&ev, id, evidence_word(id, w)));
		}
	}
	assert_false(
		evidence_find(SPAN("request.forms"), &(enum evidence_id){0}));
	assert_int_equal(evidence_half(EV_PERSON), EV_RECORD);
	assert_int_equal(evidence_half(EV_SAFEGUARDS), EV_REQUEST);
}

static void
a_number_past_its_most_is_its_most(void **state)
{
	struct evidence ev = {0};

	(void)state;
	evidence_set_number(&ev, EV_PERIODS, UINT64_MAX);
	assert_int_equal(ev.value[EV_PERIODS], 65);
	evidence_set_number(&ev, EV_PERIODS, 0);
	assert_int_equal(ev.value[EV_PERIODS], 1);
}

static void
a_day_is_told_as_one_and_kept_between_its_ends(void **state)
{
	OWNED_BUF(to, 4096);
	struct evidence ev = {0};

	(void)state;
	evidence_set_day(&ev, EV_TODAY, day_of(2026, 2, 28));
	evidence_set_day(&ev, EV_ORDER_DATE, day_of(1899, 12, 31));
	assert_int_equal(ev.value[EV_ORDER_DATE], 1);
	evidence_json(&ev, &to);
	assert_true(span_eq(
		buf_span(&to), SPAN("{\"request.today\":\"2026-02-28\","
				    "\"request.order-date\":\"1900-01-01\"}")));
	assert_int_equal(evidence_day(ev.value[EV_TODAY]), day_of(2026, 2, 28));
	evidence_set_day(&ev, EV_TODAY, day_of(2999, 1, 1));
	assert_int_equal(ev.value[EV_TODAY], evidence_greatest(EV_TODAY));
	assert_int_equal(
		evidence_day(ev.value[EV_TODAY]), day_of(2399, 12, 31));
}

static void
evidence_is_told_without_what_is_not_known(void **state)
{
	OWNED_BUF(to, 4096);
	struct evidence ev = {0};

	(void)state;
	evidence_json(&ev, &to);
	assert_true(span_eq(buf_span(&to), SPAN("{}")));
	buf_clear(&to);
	evidence_set_word(&ev, EV_ADDRESS, "zip-like");
	evidence_set_number(&ev, EV_PERIODS, 3);
	evidence_set_flag(&ev, EV_PERIODS_OVER, true);
	evidence_set_flag(&ev, EV_SIGNER, false);
	evidence_json(&ev, &to);
	assert_true(span_eq(buf_span(&to),
		SPAN("{\"request.address\":\"zip-like\",\"request.periods\":3,"
		     "\"request.periods-ended\":true,"
		     "\"request.signer-in-force\":false}")));
}

static void
encoded_evidence_comes_back_and_nothing_else_does(void **state)
{
	struct evidence ev;
	struct evidence back;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		OWNED_BUF(to, 4096);
		struct span bytes;
		uint32_t i = draw(EV_N);

		for (unsigned k = 0; k < EV_N; k++)
			ev.value[k] = draw_value((enum evidence_id)k);
		evidence_encode(&ev, &to);
		bytes = buf_span(&to);
		assert_int_equal(bytes.n, 2 + 4 * EV_N);
		assert_true(evidence_decode(bytes, &back));
		assert_memory_equal(&ev, &back, sizeof(ev));
		assert_false(
			evidence_decode(span_of(bytes.at, bytes.n - 1), &back));
		buf_u8(&to, 0);
		assert_false(evidence_decode(buf_span(&to), &back));

		ev.value[i] = greatest_value((enum evidence_id)i) + 1;
		buf_clear(&to);
		evidence_encode(&ev, &to);
		assert_false(evidence_decode(buf_span(&to), &back));
	}
}

static void
an_older_version_of_evidence_is_read_a_newer_is_not(void **state)
{
	OWNED_BUF(to, 4096);
	struct evidence back;

	(void)state;
	buf_u16be(&to, 2);
	buf_u32be(&to, 3);
	buf_u32be(&to, 2);
	assert_true(evidence_decode(buf_span(&to), &back));
	assert_int_equal(back.value[EV_FORM], 3);
	assert_int_equal(back.value[EV_MEMBERS], 2);
	assert_int_equal(back.value[EV_MEMBERS + 1], 0);
	buf_clear(&to);
	buf_u16be(&to, EV_N + 1);
	for (unsigned i = 0; i <= EV_N; i++)
		buf_u32be(&to, 0);
	assert_false(evidence_decode(buf_span(&to), &back));
}

/* ---- small laws ---- */

#define STATUTE                                                                \
	"> quoted\n\n```weir\nstatute \"1 USC 1\" title \"One\"\n"             \
	"grant fields {name, mailing-address} cite \"1 USC 1(a)\"\n"
#define AGREEMENT                                                              \
	"```weir\nagreement AG-X title \"An agreement\"\n"                     \
	"narrows \"1 USC 1\" custodian a.b requester c.d\n"                    \
	"effective 2025-01-01 expires 2026-01-01\n"                            \
	"answer-days 30 lapse-days 60 expiry-days 90\n"
#define FIELDS "fields {mailing-address}\n"
#define RATE(statute, n, times)                                                \
	"base-rate \"" statute "\" " n " per-year times " times " cite \"T\"\n"
#define END "end\n```\n"

/* The rest of the two files; where it is refused, `error` says why. */
static enum err
load(const char *statute, const char *agreement, struct law **ret_law,
	struct law_error *error)
{
	OWNED(law) law = NULL;
	static char text[2][1 << 16];
	enum err e = law_new(&law);

	(void)snprintf(text[0], sizeof(text[0]), "%s", statute);
	(void)snprintf(text[1], sizeof(text[1]), "%s", agreement);
	assert_int_equal(e, ERR_OK);
	e = law_add(law, "s.md", span_text(text[0]), error);
	if (e == ERR_OK)
		e = law_add(law, "a.md", span_text(text[1]), error);
	memset(text, 'x', sizeof(text)); /* nothing of it is needed later */
	if (e == ERR_OK)
		e = law_seal(law, error);
	if (e == ERR_OK && ret_law != NULL)
		*ret_law = law_take(&law);
	return e;
}

static void
refused(const char *statute, const char *agreement, const char *file,
	const char *token, const char *says)
{
	struct law_error error;
	enum err e = load(statute, agreement, NULL, &error);

	if (e != ERR_MALFORMED || strstr(error.text, says) == NULL)
		fail_msg("%s%s: error %d, %s", statute, agreement, (int)e,
			error.text);
	assert_string_equal(error.file, file);
	if (token == NULL)
		return;
	assert_int_equal(error.length, strlen(token));
	assert_memory_equal(error.source + error.column - error.source_column,
		token, strlen(token));
}

#define RULE(id, body)                                                         \
	"rule " id " " body " else refuse CODE \"it is not so\" cite \"1\"\n"

static void
a_wrong_rule_is_shown_at_its_word(void **state)
{
	static const struct {
		const char *rule;
		const char *token;
		const char *says;
	} cases[] = {
		{RULE("x", "require request.adress at least deliverable"),
			"request.adress", "is `request.address` meant?"},
		{RULE("x", "require nonsense"), "nonsense",
			"no evidence of this name (it is"},
		{RULE("x", "require request.address at least deliverabel"),
			"deliverabel", "none, zip-like, locality, deliverable"},
		{RULE("x", "require request.address at least none"), "none",
			"asks nothing"},
		{RULE("x", "require request.address at most locality"), "most",
			"more is never worse"},
		{RULE("x", "require request.address is locality"), "is",
			"is a grade"},
		{RULE("x", "require request.address at least 2"), "2",
			"no such word"},
		{RULE("x", "require request.stay at least none"), "at",
			"asked with `is`"},
		{RULE("x", "require request.stay is nothing"), "nothing",
			"not-stated, stayed, none"},
		{RULE("x", "require request.stay in {none stayed}"), "stayed",
			"`}` belongs here"},
		{RULE("x", "require request.stay in {}"), "}",
			"a word belongs here"},
		{RULE("x", "require request.order-stated is false"), "false",
			"only ever asked to be true"},
		{RULE("x", "require request.order-stated at least true"), "at",
			"`else` belongs here"},
		{RULE("x", "require request.periods is 3"), "is",
			"is a number"},
		{RULE("x", "require request.periods at least many"), "many",
			"name of a setting"},
		{RULE("x", "require request.periods at least 65"), "65",
			"no further than 64"},
		{RULE("x", "require request.periods at most 64"), "64",
			"no further than 63"},
		{RULE("x", "require request.periods more than 64"), "64",
			"no further than 63"},
		{RULE("x", "require request.periods from 3 to 2"), "2",
			"nothing is from 3 to 2"},
		{RULE("x", "require request.periods at 3"), "3",
			"`least` or `most`"},
		{RULE("x", "require request.periods at least 007"), "007",
			"a number"},
		{RULE("x", "require request.periods at least 99999999999"),
			"99999999999", "a number"},
		{RULE("x", "require not request.order-stated"), "not",
			"no evidence"},
		{RULE("x", "require (request.order-stated"), "else",
			"`)` belongs here"},
		{RULE("x", "require request.order-stated and "
			   "request.only-named-members or "
			   "request.periods-ended"),
			"or", "say by ( )"},
		{RULE("x", "when request.order-stated"), "else",
			"`require` belongs here"},
		{RULE("x", "require record.own-row"), "refuse",
			"record.own-row, which only the roll tells"},
		{RULE("x", "when record.person at least rival require "
			   "request.order-stated"),
			"refuse", "which only the roll tells"},
		{"rule x require record.own-row else ask C \"s\" cite \"1\"\n",
			"ask", "which only the roll tells"},
		{"rule x require request.order-stated else withhold C \"s\" "
		 "cite \"1\"\n",
			"withhold", "the request alone"},
		{"rule x require request.order-stated else unresolved C \"s\" "
		 "cite \"1\"\n",
			"unresolved", "the request alone"},
		{"rule x first require request.order-stated else ask C \"s\" "
		 "cite \"1\"\n",
			"ask", "it must refuse"},
		{"rule x require request.order-stated else forbid C \"s\" "
		 "cite \"1\"\n",
			"forbid", "`refuse`, `ask`"},
		{"rule x require request.order-stated else refuse code \"s\" "
		 "cite \"1\"\n",
			"code", "capital letters"},
		{"rule x require request.order-stated else refuse "
		 "C123456789012345678901234567890123 \"s\" cite \"1\"\n",
			"C123456789012345678901234567890123",
			"capital letters"},
		{"rule x require request.order-stated else refuse C \"s.\" "
		 "cite \"1\"\n",
			"s.", "no full stop"},
		{"rule x require request.order-stated else refuse C \" \" "
		 "cite \"1\"\n",
			" ", "says nothing"},
		{"rule x require request.order-stated else refuse C \"s\"\n",
			"end", "`cite` belongs here"},
		{RULE("x", "require request.order-stated")
				RULE("x", "require request.order-stated"),
			"x", "stands in s.md, line 6"},
		{RULE("x",
			 "require request.order-stated") "rule y require request.order-stated else refuse CODE "
							 "\"it is other\" cite \"1\"\n",
			"it is other", "one code, one sentence"},
		{"rules\n", "rules", "neither"},
		{"custodian a.b\n", "custodian", "belongs to an agreement"},
		{"title \"Two\"\n", "title", "said already"},
		{"grant fields {face} cite \"1\"\n", "grant", "said already"},
		{"setting n 3 \"s\"\n", "setting", "belongs to an agreement"},
		{"rule x require request.form; else\n", ";", "no meaning"},
		{"rule x \xc3\xa9\n", "\xc3\xa9", "no meaning"},
		{"rule x require request.order-stated else refuse C \"s\n",
			"\"", "never closed by"},
		{"rule x require request.order-stated else refuse C \"s\n```\n"
		 "prose\" cite \"1\"\n",
			"\"", "never closed by"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[4096];

		(void)snprintf(
			text, sizeof(text), STATUTE "%s" END, cases[i].rule);
		refused(text, AGREEMENT FIELDS END, "s.md", cases[i].token,
			cases[i].says);
	}
}

static void
an_agreement_that_widens_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text; /* after AGREEMENT's first lines */
		const char *token;
		const char *says;
		unsigned line;
	} cases[] = {
		{FIELDS "grant fields {tin} cite \"1\"\n" END, "grant",
			"may only narrow: it cannot grant", 7},
		{"fields {mailing-address, tin}\n" END, "tin",
			"may only take away", 6},
		{"fields {mailing-address,\nface}\n" END, "face",
			"no such field", 7},
		{FIELDS RULE("i", "require request.order-stated") END, "i",
			"stands in s.md", 7},
		{FIELDS "narrows \"1 USC 1\"\n" END, "narrows", "already", 7},
		{FIELDS "designates \"1 USC 1\"\n" END, "1 USC 1",
			"named already", 7},
		{FIELDS "designates \"2 USC 2\"\n" END, "2 USC 2",
			"no statute of this name", 7},
		{FIELDS "rule y first require request.periods-ended else ask D "
			"\"s\" cite \"1\"\n" END,
			"ask", "silences", 7},
		{END, "AG-X", "`fields` is not said", 2},
		{FIELDS "setting n 5 \"s\"\nsetting n 6 \"s\"\n" END, "n",
			"taken", 8},
		{FIELDS "day-most 5\nday-most 6\n" END, "day-most",
			"said already", 8},
		{FIELDS "batch-most 0\n" END, "0", "from 1 to 100000000", 7},
		{FIELDS "officer-day-most 100000001\n" END, "100000001",
			"from 1 to 100000000", 7},
		{FIELDS "screen-days 0\n" END, "0", "from 1 to", 7},
		{FIELDS "screen-days 367\n" END, "367", "366 days old at most",
			7},
		{FIELDS "screen-days 5\nscreen-days 6\n" END, "screen-days",
			"said already", 8},
		{FIELDS "batch-most 1.5\n" END, "1.5", "from 1 to", 7},
		{FIELDS RATE("2 USC 2", "2", "3") END, "2 USC 2",
			"has not named such a statute", 7},
		{FIELDS RATE("AG-X", "2", "3") END, "AG-X",
			"has not named such a statute", 7},
		{FIELDS RATE("1 USC 1", "2", "3") RATE("1 USC 1", "2", "4") END,
			"1 USC 1", "a base rate already", 8},
		{FIELDS RATE("1 USC 1", "0", "3") END, "0", "from 1 to", 7},
		{FIELDS RATE("1 USC 1", "2", "0") END, "0", "from 1 to", 7},
		{FIELDS "base-rate \"1 USC 1\" 2 times 3\n" END, "times",
			"`per-year` belongs here", 7},
		{FIELDS "base-rate \"1 USC 1\" 2 per-year times 3\n" END, "end",
			"`cite` belongs here", 8},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[4096];
		struct law_error error;

		(void)snprintf(
			text, sizeof(text), AGREEMENT "%s", cases[i].text);
		refused(STATUTE RULE("i", "require request.order-stated") END,
			text, "a.md", cases[i].token, cases[i].says);
		assert_int_equal(
			load(STATUTE RULE("i", "require request.order-stated")
					END,
				text, NULL, &error),
			ERR_MALFORMED);
		assert_int_equal(error.line, cases[i].line);
	}
}

static void
an_agreement_needs_its_statute_and_its_data(void **state)
{
	static const char ok[] = STATUTE END;
	struct law_error error;

	(void)state;
	assert_int_equal(load(ok, AGREEMENT FIELDS END, NULL, &error), ERR_OK);
	refused(ok, "```weir\nagreement AG-X fields {name} end\n```\n", "a.md",
		"{", "say first which statute");
	refused(ok,
		"```weir\nagreement AG-X effective 2026-01-01 expires "
		"2026-01-01\n```\n",
		"a.md", "2026-01-01", "before it expires");
	refused(ok, "```weir\nagreement AG-X effective 2026-02-30\n```\n",
		"a.md", "2026-02-30", "exists");
	refused(ok, "```weir\nagreement AG-X answer-days 0\n```\n", "a.md", "0",
		"from 1 to");
	refused(ok, "```weir\nstatute \"1 USC 1\"\n```\n", "a.md", "1 USC 1",
		"in the law already");
	refused("```weir\nstatute \"1 USC 1\" title \"t\" end\n```\n",
		"```weir\nagreement AG-X narrows \"1 USC 1\"\n```\n", "a.md",
		"1 USC 1", "grants nothing");
	refused(ok, "```weir\nstatute \"2 USC 2\" title \"t\" end\n```\n", "",
		NULL, "no agreement");
	refused(AGREEMENT FIELDS END, ok, "s.md", "1 USC 1", "no statute");
	refused(STATUTE, AGREEMENT FIELDS END, "s.md", "```weir",
		"never closed");
	refused(STATUTE "```\n", AGREEMENT FIELDS END, "s.md", "1 USC 1",
		"`end` is not said");
	refused(STATUTE END "```weir\nrule\n```\n", AGREEMENT FIELDS END,
		"s.md", "rule", "after the end");
}

static void
a_statute_that_nothing_names_is_refused(void **state)
{
	OWNED(law) law = NULL;
	struct law_error error;

	(void)state;
	assert_int_equal(law_new(&law), ERR_OK);
	assert_int_equal(
		law_add(law, "s.md", SPAN(STATUTE END), &error), ERR_OK);
	assert_int_equal(law_add(law, "t.md",
				 SPAN("```weir\nstatute \"2 USC 2\" title "
				      "\"t\"\n" END),
				 &error),
		ERR_OK);
	assert_int_equal(
		law_add(law, "a.md", SPAN(AGREEMENT FIELDS END), &error),
		ERR_OK);
	assert_int_equal(law_seal(law, &error), ERR_MALFORMED);
	assert_string_equal(error.file, "t.md");
}

/* What a person sees and what the program reads are one text. */
static void
text_that_would_be_seen_otherwise_is_refused(void **state)
{
	static const struct {
		const char *text;
		const char *token;
		const char *says;
	} cases[] = {
		{"no block at all\n", NULL, "no ```weir block"},
		{"<!--\n```weir\n", "<!--", "no HTML"},
		{"<details>\n", "<details>", "no HTML"},
		{"``` weir\n", "``` weir", "opens with ```weir"},
		{"```Weir\n", "```Weir", "opens with ```weir"},
		{" ```weir\n", "```weir", "opens with ```weir"},
		{"> ```weir\n", "```weir", "opens with ```weir"},
		{"~~~weir\n", "~~~weir", "opens with ```weir"},
		{"````weir\n", "````weir", "opens with ```weir"},
		{"~~~\n```weir\n", "```weir", "inside another block"},
		{"```sh\nls\n", "```sh", "never closed"},
		{"```weir\n```sh\n", "```sh", "ends with ``` alone"},
		{"a\x01", "\x01", "control character"},
		{"a\xe2\x80\xae", "\xe2\x80\xae", "reading order"},
		{"a\xe2\x81\xa6", "\xe2\x81\xa6", "reading order"},
		{"a\xff", NULL, "not UTF-8"},
		{"```weir\nstatute \"1 USC 1\" title \"t\"\n" RULE(
			 "x", "require request.order-stated") END,
			"x", "stands under the words"},
	};
	static const char fine[] =
		"# A title\n\nText, `code`, ```code```.\n```sh\nls\n```\n"
		"~~~\n<b>\n~~~\n1 < 2\n" STATUTE END "More text.\n";
	struct law_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refused(cases[i].text, "", "s.md", cases[i].token,
			cases[i].says);
	assert_int_equal(
		load(fine, AGREEMENT FIELDS END, NULL, &error), ERR_OK);
}

static void
too_much_is_refused_as_too_large(void **state)
{
	static char text[1 << 18];
	OWNED(law) law = NULL;
	struct law_error error;
	uint8_t *big = mem_zeroed(LAW_FILE_MAX + 1);
	size_t n;

	(void)state;
	assert_int_equal(law_new(&law), ERR_OK);
	assert_int_equal(
		law_add(law, "s.md", span_of(big, LAW_FILE_MAX + 1), &error),
		ERR_TOO_LARGE);
	assert_string_equal(error.text, "a law file is 1 MiB at most");
	mem_free(big);
	n = (size_t)snprintf(text, sizeof(text), "%s", STATUTE);
	for (int i = 0; i <= LAW_RULES_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"rule x%d require request.order-stated else refuse "
			"CODE \"it is not so\" cite \"1\"\n",
			i);
	(void)snprintf(text + n, sizeof(text) - n, "%s", END);
	refused(text, "", "s.md", "rule", "more than 64 rules");

	n = (size_t)snprintf(text, sizeof(text), "%srule x require ", STATUTE);
	for (int i = 0; i < 20; i++)
		text[n++] = '(';
	(void)snprintf(text + n, sizeof(text) - n, "%s", "a\n```\n");
	refused(text, "", "s.md", "(", "too many parentheses");

	n = (size_t)snprintf(text, sizeof(text), "%srule x require ", STATUTE);
	for (int i = 0; i < 70; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"request.order-stated and ");
	refused(text, "", "s.md", "request.order-stated",
		"too much for one rule");

	n = (size_t)snprintf(text, sizeof(text), "```weir\nstatute \"");
	memset(text + n, 'a', LAW_TEXT_MAX);
	(void)snprintf(text + n + LAW_TEXT_MAX, 20, "\" title \"t\"\n");
	refused(text, "", "s.md", NULL, "longer than 399 bytes");
}

static void
too_many_files_or_comparisons_are_too_large(void **state)
{
	static char text[1 << 18];
	OWNED(law) law = NULL;
	OWNED(law) many = NULL;
	struct law_error error;
	size_t n = 0;

	(void)state;
	assert_int_equal(law_new(&many), ERR_OK);
	for (int i = 0; i < LAW_FILES_MAX; i++) {
		snprintf(text, sizeof(text),
			"```weir\nstatute \"%d\" title \"t\"\n" END, i);
		assert_int_equal(
			law_add(many, "s.md", span_text(text), &error), ERR_OK);
	}
	assert_int_equal(
		law_add(many, "s.md", span_text(text), &error), ERR_TOO_LARGE);
	assert_string_equal(error.text, "more than a law can hold");

	n = (size_t)snprintf(text, sizeof(text), "%s", STATUTE);
	for (int i = 0; i < 17; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"rule x%d require request.order-stated", i);
		for (int k = 1; k < LAW_ATOMS_MAX; k++)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
				" and request.order-stated");
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			" else refuse CODE \"it is not so\" cite \"1\"\n");
	}
	(void)snprintf(text + n, sizeof(text) - n, "%s", END);
	assert_int_equal(
		load(text, AGREEMENT FIELDS END, &law, &error), ERR_TOO_LARGE);
	assert_string_equal(error.text, "too many comparisons");
}

static void
memory_used_up_is_too_large(void **state)
{
	static char text[1 << 20];
	OWNED(law) law = NULL;
	struct law_error error;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < LAW_RULES_MAX; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "> ");
		memset(text + n, 'q', 3900);
		n += 3900;
		n += (size_t)snprintf(text + n, sizeof(text) - n,
			"\n\n```weir\n%s" RULE(
				"x%d", "require request.order-stated") "```\n",
			i == 0 ? "statute \"1 USC 1\" title \"t\"\n" : "", i);
	}
	assert_int_equal(law_new(&law), ERR_OK);
	assert_int_equal(
		law_add(law, "s.md", span_of(text, n), &error), ERR_TOO_LARGE);
	assert_non_null(strstr(error.text, "this is too much for one law"));
}

static void
shows(const struct law_error *error, const char *want)
{
	OWNED_BUF(to, 1 << 16);

	law_error_show(error, &to);
	buf_u8(&to, '\0');
	assert_string_equal((const char *)buf_span(&to).at, want);
}

static void
an_error_is_shown_under_its_word(void **state)
{
	struct law_error error;

	(void)state;
	assert_int_equal(
		load(STATUTE END, AGREEMENT FIELDS "grant fields {name}\n" END,
			NULL, &error),
		ERR_MALFORMED);
	shows(&error,
		"a.md:7:1: an agreement may only narrow: it cannot grant\n"
		"    7 | grant fields {name}\n"
		"      | ^~~~~\n");
	/* a tab is a blank; one mark a character, not a byte */
	assert_int_equal(load("```weir\n\tstatute \"\xc3\xa9\xc3\xa9\" x\n", "",
				 NULL, &error),
		ERR_MALFORMED);
	shows(&error,
		"s.md:2:17: a rule or an entry of the header begins here, and "
		"this is neither\n"
		"    2 |  statute \"\xc3\xa9\xc3\xa9\" x\n"
		"      |               ^\n");
	assert_int_equal(load("```weir\nstatute \"\xc3\xa9.\" title \" \"\n",
				 "", NULL, &error),
		ERR_MALFORMED);
	assert_int_equal(load("\x01 \x1b[2J", "", NULL, &error), ERR_MALFORMED);
	shows(&error, "s.md:1:1: a control character\n"
		      "    1 | ? ?[2J\n"
		      "      | ^\n");
	assert_int_equal(load("x", "", NULL, &error), ERR_MALFORMED);
	shows(&error, "s.md: the file has no ```weir block\n");
}

static void
of_a_long_line_the_part_around_the_word_is_shown(void **state)
{
	static char text[5000];
	struct law_error error;
	size_t n;

	(void)state;
	for (size_t pad = 1; pad < 1000; pad++) {
		n = (size_t)snprintf(text, sizeof(text), "```weir\nstatute \"");
		for (size_t i = 0; i < pad; i++)
			n += (size_t)snprintf(text + n, 4, "\xe2\x80\x9c");
		(void)snprintf(text + n, 1500, "\" wrong %1000s", "x");
		if (pad * 3 >= LAW_TEXT_MAX)
			memmove(strchr(text, '"'), " ", 1);
		assert_int_equal(load(text, "", NULL, &error), ERR_MALFORMED);
		assert_true(span_is_utf8(span_text(error.source)));
		assert_true(error.column >= error.source_column);
		assert_true(error.column - error.source_column + 1 <=
			    strlen(error.source));
		if (pad * 3 < LAW_TEXT_MAX)
			assert_memory_equal(error.source + error.column -
						    error.source_column,
				"wrong", 5);
	}
}

/* ---- conditions mean what they say ---- */

struct writer {
	char text[4096];
	size_t n;
};

static void
write_text(struct writer *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	w->n += (size_t)vsnprintf(
		w->text + w->n, sizeof(w->text) - w->n, fmt, ap);
	va_end(ap);
	assert_true(w->n < sizeof(w->text));
}

/* Writes a comparison; says whether it holds, unknown counting as `unknown`. */
/* A comparison of day `id`, and what it amounts to. */
static bool
write_date(struct writer *w, const struct evidence *ev, enum evidence_id id,
	bool unknown)
{
	uint32_t v = ev->value[id];
	uint32_t other = ev->value[EV_ORDER_DATE];
	uint32_t n = draw(12);
	char day[DAY_TEXT];
	char last[DAY_TEXT];

	day_text(evidence_day(v == 0 ? 50 : v - 1 + n / 4), day);
	day_text(evidence_day(v == 0 ? 60 : v - 1 + n / 4 + n % 3), last);
	switch (draw(6)) {
	case 0:
		write_text(w, "before %s", day);
		return v == 0 ? unknown : n / 4 > 1;
	case 1:
		write_text(w, "from %s", day);
		return v == 0 ? unknown : n / 4 <= 1;
	case 2:
		write_text(w, "from %s to %s", day, last);
		return v == 0 ? unknown : n / 4 <= 1 && n / 4 + n % 3 >= 1;
	case 3:
		write_text(w, "at least %u days after request.order-date", n);
		return v == 0 || other == 0 ? unknown : v >= other + n;
	case 4:
		write_text(w, "at most %u days after request.order-date", n);
		return v == 0 || other == 0 ? unknown
					    : v >= other && v <= other + n;
	default:
		write_text(w, "more than %u days after request.order-date", n);
		return v == 0 || other == 0 ? unknown : v > other + n;
	}
}

static bool
write_atom(struct writer *w, const struct evidence *ev, bool unknown)
{
	enum evidence_id id;
	uint32_t v;
	uint32_t n;
	bool is = false;

	do
		id = (enum evidence_id)draw(EV_N);
	while (evidence_half(id) == EV_RECORD);
	v = ev->value[id];
	write_text(w, "%s ", evidence_name(id));
	switch (evidence_type(id)) {
	case EV_GRADE:
		n = 1 + draw(evidence_n_words(id) - 1);
		write_text(w, "at least %s", evidence_word(id, n));
		is = v >= n + 1;
		break;
	case EV_ONEOF:
		n = draw(evidence_n_words(id));
		if (draw(2)) {
			write_text(w, "is %s", evidence_word(id, n));
			is = v == n + 1;
			break;
		}
		write_text(w, "in {%s, %s}", evidence_word(id, n),
			evidence_word(id, 0));
		is = v == n + 1 || v == 1;
		break;
	case EV_FLAG:
		write_text(w, "%s", draw(2) ? "" : "is true");
		is = v == 2;
		break;
	case EV_COUNT:
	case EV_DAYS:
		n = draw(12);
		v--;
		switch (draw(4)) {
		case 0:
			write_text(w, "at least %u", n);
			is = v >= n;
			break;
		case 1:
			write_text(w, "at most %u", n);
			is = v <= n;
			break;
		case 2:
			write_text(w, "from %u to %u", n, n + 3);
			is = v >= n && v <= n + 3;
			break;
		default:
			write_text(w, "more than %u", n);
			is = v > n;
		}
		break;
	case EV_DATE:
		return write_date(w, ev, id, unknown);
	}
	return ev->value[id] == 0 ? unknown : is;
}

static bool
write_condition(struct writer *w, const struct evidence *ev, bool unknown,
	unsigned depth)
{
	unsigned n = 1 + draw(3);
	bool any = draw(2);
	bool all = !any;

	for (unsigned i = 0; i < n; i++) {
		bool one;

		write_text(w, "%s", i == 0 ? "" : any ? " or " : " and ");
		if (depth == 0 || draw(2)) {
			one = write_atom(w, ev, unknown);
		} else {
			write_text(w, "(");
			one = write_condition(w, ev, unknown, depth - 1);
			write_text(w, ")\n");
		}
		all = any ? all || one : all && one;
	}
	return all;
}

static void
any_condition_decides_as_it_reads(void **state)
{
	size_t seen[2][2] = {0};

	(void)state;
	for (int round = 0; round < 5000; round++) {
		static struct writer w;
		OWNED(law) law = NULL;
		struct law_error error;
		struct evidence ev = {0};
		bool applies;
		bool good;
		bool met[LAW_RULES_MAX];

		for (unsigned i = 0; i < EV_N; i++)
			if (draw(4) != 0)
				ev.value[i] = draw_value((enum evidence_id)i);
		if (ev.value[EV_TODAY] != 0) /* near each other */
			ev.value[EV_TODAY] = 40000 + draw(12);
		if (ev.value[EV_ORDER_DATE] != 0)
			ev.value[EV_ORDER_DATE] = 40000 + draw(12);
		w.n = 0;
		write_text(&w, "%srule x when ", STATUTE);
		applies = write_condition(&w, &ev, true, 2);
		write_text(&w, " require ");
		good = write_condition(&w, &ev, false, 2);
		write_text(&w, " else refuse C \"s\" cite \"1\"\n%s", END);
		if (load(w.text, AGREEMENT FIELDS END, &law, &error) != ERR_OK)
			fail_msg("%s: %s", w.text, error.text);
		assert_int_equal(law_decide(law, &ev, EV_REQUEST, met),
			!applies || good ? LAW_REVIEW : LAW_REFUSED);
		assert_int_equal(met[0], !applies || good);
		seen[applies][good]++;
	}
	for (int i = 0; i < 4; i++)
		assert_true(seen[i / 2][i % 2] > 50);
}

static void
caps_and_base_rates_are_the_agreements(void **state)
{
	OWNED(law) law = NULL;
	OWNED_BUF(to, 1 << 16);
	struct law_error error;

	(void)state;
	assert_int_equal(
		load(STATUTE END,
			AGREEMENT FIELDS
			"batch-most 7 day-most 100000000\n"
			"officer-day-most 1\n" RATE("1 USC 1", "2", "1000") END,
			&law, &error),
		ERR_OK);
	assert_int_equal(law_cap(law, LAW_CAP_BATCH), 7);
	assert_int_equal(law_cap(law, LAW_CAP_DAY), 100000000);
	assert_int_equal(law_cap(law, LAW_CAP_OFFICER_DAY), 1);
	assert_int_equal(law_n_base_rates(law), 1);
	assert_string_equal(law_base_rate(law, 0)->statute, "1 USC 1");
	assert_string_equal(law_base_rate(law, 0)->citation, "T");
	assert_int_equal(law_base_rate(law, 0)->per_year, 2);
	assert_int_equal(law_base_rate(law, 0)->times, 1000);
	law_print(law, &to);
	buf_u8(&to, '\0');
	assert_non_null(strstr((const char *)buf_span(&to).at,
		"cap         7  requests accepted in one batch\n"
		"cap         100000000  requests accepted of one day\n"
		"cap         1  requests accepted of one day under one named "
		"officer\n"
		"base rate   1 USC 1: 2 a year, alarm over 1000 times as many  "
		"T\n"));
}

/* An agreement from before the word has the common number. */
static void
screens_have_an_age_in_every_agreement(void **state)
{
	OWNED(law) law = NULL;
	OWNED(law) old = NULL;
	struct law_error error;

	(void)state;
	assert_int_equal(
		load(STATUTE END, AGREEMENT FIELDS "screen-days 366\n" END,
			&law, &error),
		ERR_OK);
	assert_int_equal(law_screen_days(law), 366);
	assert_int_equal(
		load(STATUTE END, AGREEMENT FIELDS END, &old, &error), ERR_OK);
	assert_int_equal(law_screen_days(old), 90);
}

static void
an_agreement_without_caps_has_none(void **state)
{
	OWNED(law) law = NULL;
	OWNED_BUF(to, 1 << 16);
	struct law_error error;

	(void)state;
	assert_int_equal(
		load(STATUTE END, AGREEMENT FIELDS END, &law, &error), ERR_OK);
	for (int i = 0; i < LAW_N_CAPS; i++)
		assert_int_equal(law_cap(law, (enum law_cap)i), 0);
	assert_int_equal(law_n_base_rates(law), 0);
	law_print(law, &to);
	buf_u8(&to, '\0');
	assert_null(strstr((const char *)buf_span(&to).at, "cap  "));
	assert_null(strstr((const char *)buf_span(&to).at, "base rate"));
}

static struct law_volume
counted(uint64_t batch, uint64_t day, uint64_t officer, uint64_t cited)
{
	return (struct law_volume){{batch, day, officer}, SPAN("OFF-1"), 2, 1,
		{{cited, cited / 2}}};
}

static void
a_cap_is_over_from_the_next_on(void **state)
{
	OWNED(law) law = NULL;
	OWNED(law) none = NULL;
	struct law_error error;
	struct law_volume v;

	(void)state;
	assert_int_equal(
		load(STATUTE END,
			AGREEMENT FIELDS
			"batch-most 7 day-most 8 officer-day-most 9\n" RATE(
				"1 USC 1", "100000000", "100000000") END,
			&law, &error),
		ERR_OK);
	assert_int_equal(
		load(STATUTE END, AGREEMENT FIELDS END, &none, &error), ERR_OK);
	for (int cap = 0; cap < LAW_N_CAPS; cap++) {
		v = counted(7, 8, 9, 0);
		assert_false(law_volume_over(law, &v, (enum law_cap)cap));
		v.count[cap]++;
		for (int other = 0; other < LAW_N_CAPS; other++)
			assert_int_equal(
				law_volume_over(law, &v, (enum law_cap)other),
				other == cap);
		v.count[cap] = UINT64_MAX;
		assert_true(law_volume_over(law, &v, (enum law_cap)cap));
		assert_false(law_volume_over(none, &v, (enum law_cap)cap));
	}
	v = counted(0, 0, 0, 10000000000000000u);
	assert_false(law_volume_alarm(law, &v, 0));
	v.rate[0].cited++;
	assert_true(law_volume_alarm(law, &v, 0));
}

static void
counts_come_back_and_nothing_else_does(void **state)
{
	struct law_volume v = counted(1, 2, UINT64_MAX, 40);
	struct law_volume back;
	OWNED_BUF(to, LAW_VOLUME_BYTES);
	struct span bytes;

	(void)state;
	law_volume_encode(&v, &to);
	bytes = buf_span(&to);
	assert_int_equal(law_volume_decode(bytes, &back), ERR_OK);
	assert_memory_equal(v.count, back.count, sizeof(v.count));
	assert_true(span_eq(v.officer, back.officer));
	assert_int_equal(back.officers_over, 2);
	assert_int_equal(back.n_rates, 1);
	assert_int_equal(back.rate[0].cited, 40);
	assert_int_equal(back.rate[0].accepted, 20);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(law_volume_decode(span_of(bytes.at, n), &back),
			ERR_MALFORMED);
	buf_u8(&to, 0);
	assert_int_equal(
		law_volume_decode(buf_span(&to), &back), ERR_MALFORMED);
}

static void
a_setting_stands_for_its_number(void **state)
{
	OWNED(law) law = NULL;
	struct law_error error;
	struct evidence ev = {0};

	(void)state;
	assert_int_equal(
		load(STATUTE END,
			AGREEMENT FIELDS "setting cap 7 \"years\"\n" RULE(
				"x", "require request.periods at most cap") END,
			&law, &error),
		ERR_OK);
	evidence_set_number(&ev, EV_PERIODS, 7);
	assert_int_equal(law_decide(law, &ev, EV_REQUEST, NULL), LAW_REVIEW);
	evidence_set_number(&ev, EV_PERIODS, 8);
	assert_int_equal(law_decide(law, &ev, EV_REQUEST, NULL), LAW_REFUSED);
	assert_string_equal(
		law_rule(law, 0)->require, "request.periods at most cap");
	assert_string_equal(law_rule(law, 0)->source,
		"rule x require request.periods at most cap else refuse CODE "
		"\"it is not so\" cite \"1\"");
	assert_int_equal(law_rule(law, 0)->line, 8);
}

static void
one_code_may_refuse_and_ask_each_with_its_sentence(void **state)
{
	OWNED(law) law = NULL;
	struct law_error error;
	const struct law_rule *unmet[LAW_RULES_MAX];
	struct evidence ev = {0};
	bool met[LAW_RULES_MAX];

	(void)state;
	assert_int_equal(
		load(STATUTE
			"rule b require request.officer at least engaged else "
			"ask C \"who\" cite \"1\"\n"
			"rule a require request.officer at least supervisor "
			"else refuse C \"none\" cite \"1\"\n" END,
			AGREEMENT FIELDS END, &law, &error),
		ERR_OK);
	evidence_set_word(&ev, EV_OFFICER, "none");
	assert_int_equal(law_decide(law, &ev, EV_REQUEST, met), LAW_REFUSED);
	assert_int_equal(law_unmet(law, met, unmet), 1);
	assert_string_equal(unmet[0]->sentence, "none");
	evidence_set_word(&ev, EV_OFFICER, "supervisor");
	assert_int_equal(law_decide(law, &ev, EV_REQUEST, met), LAW_ASK);
	assert_int_equal(law_unmet(law, met, unmet), 1);
	assert_string_equal(unmet[0]->sentence, "who");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_evidence_is_found_by_its_name_and_words),
		cmocka_unit_test(a_number_past_its_most_is_its_most),
		cmocka_unit_test(
			a_day_is_told_as_one_and_kept_between_its_ends),
		cmocka_unit_test(evidence_is_told_without_what_is_not_known),
		cmocka_unit_test(
			encoded_evidence_comes_back_and_nothing_else_does),
		cmocka_unit_test(
			an_older_version_of_evidence_is_read_a_newer_is_not),
		cmocka_unit_test(a_wrong_rule_is_shown_at_its_word),
		cmocka_unit_test(
			an_agreement_that_widens_is_refused_with_its_line),
		cmocka_unit_test(an_agreement_needs_its_statute_and_its_data),
		cmocka_unit_test(a_statute_that_nothing_names_is_refused),
		cmocka_unit_test(text_that_would_be_seen_otherwise_is_refused),
		cmocka_unit_test(too_much_is_refused_as_too_large),
		cmocka_unit_test(too_many_files_or_comparisons_are_too_large),
		cmocka_unit_test(memory_used_up_is_too_large),
		cmocka_unit_test(an_error_is_shown_under_its_word),
		cmocka_unit_test(
			of_a_long_line_the_part_around_the_word_is_shown),
		cmocka_unit_test(any_condition_decides_as_it_reads),
		cmocka_unit_test(caps_and_base_rates_are_the_agreements),
		cmocka_unit_test(screens_have_an_age_in_every_agreement),
		cmocka_unit_test(an_agreement_without_caps_has_none),
		cmocka_unit_test(a_cap_is_over_from_the_next_on),
		cmocka_unit_test(counts_come_back_and_nothing_else_does),
		cmocka_unit_test(a_setting_stands_for_its_number),
		cmocka_unit_test(
			one_code_may_refuse_and_ask_each_with_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
