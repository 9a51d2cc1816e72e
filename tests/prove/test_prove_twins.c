/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evaluator is the proof's twin: of every small input to each rule of the
 * law files, and of drawn laws with exceptions, versions and holds, both
 * readings say the same; and a planted difference is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/day.h"
#include "law/law_world.h"
#include "proc/proc_check.h"
#include "prove/prove_int.h"
#include "prove/prove_twin.h"

enum { TEXT = 1 << 16, VALUES_MAX = 64, COMBINATIONS_MAX = 40000 };

static struct law *
open_law(const char *agreement, const char *given)
{
	OWNED(law) law = NULL;
	OWNED_BUF(error, TEXT);
	char file[500];
	char statute[500];
	const char *statutes[] = {statute};

	snprintf(
		file, sizeof(file), "%s/agreements/%s", WEIR_SOURCE, agreement);
	snprintf(statute, sizeof(statute), "%s/agreements/%s", WEIR_SOURCE,
		given == NULL ? "" : given);
	assert_int_equal(proc_check_law(file, statutes, given == NULL ? 0 : 1,
				 &law, &error, NULL),
		ERR_OK);
	return law_take(&law);
}

/* ---- every small input ---- */

/* The evidence that one rule and its exceptions name, and the values of each
 * that any comparison can tell apart. */
struct space {
	enum evidence_id id[EV_N];
	uint32_t value[EV_N][VALUES_MAX];
	size_t n_values[EV_N];
	size_t n;
};

static void
add_value(struct space *s, size_t k, uint32_t v)
{
	if (v > evidence_greatest(s->id[k]))
		return;
	for (size_t i = 0; i < s->n_values[k]; i++)
		if (s->value[k][i] == v)
			return;
	assert_true(s->n_values[k] < VALUES_MAX);
	s->value[k][s->n_values[k]++] = v;
}

static size_t
add_evidence(struct space *s, enum evidence_id id)
{
	for (size_t k = 0; k < s->n; k++)
		if (s->id[k] == id)
			return k;
	s->id[s->n] = id;
	add_value(s, s->n, 0);
	add_value(s, s->n, 1);
	add_value(s, s->n, evidence_greatest(id));
	if (evidence_greatest(id) < 32)
		for (uint32_t v = 2; v < evidence_greatest(id); v++)
			add_value(s, s->n, v);
	return s->n++;
}

static void
add_node(struct space *s, const struct law_node *node)
{
	size_t k;

	if (node == NULL || node->kind == LAW_NEVER)
		return;
	if (node->kind != LAW_ATOM) {
		add_node(s, node->left);
		add_node(s, node->right);
		return;
	}
	k = add_evidence(s, node->evidence);
	for (uint32_t v = node->low > 0 ? node->low - 1 : 0; v <= node->low + 1;
		v++)
		add_value(s, k, v);
	for (uint32_t v = node->high - 1; v <= node->high + 1; v++)
		add_value(s, k, v);
	if (node->since == EV_N)
		return;
	/* days of the order, and today on both sides of the bound after each */
	add_value(s, k, 40000 + node->low - 1);
	add_value(s, k, 40000 + node->low - 2);
	add_value(s, k, 40000 - 1);
	add_value(s, add_evidence(s, node->since), 40000);
}

static size_t
root_of(const struct law *law, size_t i)
{
	while (law->rule[i].base != i)
		i = law->rule[i].base;
	return i;
}

static size_t
check_space(struct prove_twin *twin, const struct law *law, size_t root,
	const struct space *s)
{
	size_t total = 1;

	for (size_t k = 0; k < s->n; k++)
		total *= s->n_values[k];
	assert_true(total <= COMBINATIONS_MAX);
	for (size_t c = 0; c < total; c++) {
		struct evidence ev = {{0}};
		size_t left = c;

		ev.value[EV_FORM] = 3; /* else nothing but that is told */
		for (size_t k = 0; k < s->n; k++) {
			ev.value[s->id[k]] = s->value[k][left % s->n_values[k]];
			left /= s->n_values[k];
		}
		if (!prove_twin_agrees(twin, &ev))
			fail_msg("%s: case %zu of %zu", law_rule(law, root)->id,
				c, total);
	}
	return total;
}

/* How many inputs there were. */
static size_t
check_all_small(const struct law *law)
{
	OWNED(prove_twin) twin = NULL;
	size_t total = 0;

	assert_int_equal(prove_twin_new(law, &twin), ERR_OK);
	for (size_t root = 0; root < law_n_rules(law); root++) {
		struct space s = {.n = 0};

		if (law->rule[root].base != root)
			continue;
		for (size_t i = 0; i < law_n_rules(law); i++) {
			if (root_of(law, i) != root)
				continue;
			add_node(&s, law->rule[i].when);
			add_node(&s, law->rule[i].require);
		}
		total += check_space(twin, law, root, &s);
	}
	return total;
}

static void
of_every_small_input_both_say_the_same(void **state)
{
	OWNED(law) a = open_law("irs-ice-2025.md", NULL);
	OWNED(law) b = open_law("irs-crime-2025.md", NULL);
	OWNED(law) c = open_law("examples/court-order.md", NULL);
	OWNED(law)
	d = open_law("examples/hospital-sheriff.md",
		"examples/45-cfr-164-512-f-2.md");
	size_t n = check_all_small(a) + check_all_small(b) +
		   check_all_small(c) + check_all_small(d);

	(void)state;
	print_message("%zu inputs\n", n);
	assert_true(n > 2000);
}

/* ---- drawn laws ---- */

struct writer {
	char text[1 << 15];
	size_t n;
};

static void PRINTF_LIKE(2, 3) put(struct writer *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	w->n += (size_t)vsnprintf(
		w->text + w->n, sizeof(w->text) - w->n, fmt, ap);
	va_end(ap);
	assert_true(w->n < sizeof(w->text));
}

static void
put_atom(struct writer *w, bool record)
{
	static const char *const request[] = {"request.order-stated",
		"request.address at least locality",
		"request.periods at most 3", "request.stay in {none, stayed}",
		"request.purpose is grand-jury",
		"request.today before 2026-01-01",
		"request.today from 2025-06-01 to 2025-06-30",
		"request.today more than 5 days after request.order-date",
		"request.today at most 5 days after request.order-date"};
	static const char *const of_record[] = {"record.own-row",
		"record.years at least all", "record.person at least rival"};

	put(w, "%s", record && draw(2) ? of_record[draw(3)] : request[draw(9)]);
}

static void
put_condition(struct writer *w, bool record)
{
	uint32_t n = 1 + draw(3);
	bool any = draw(2);

	for (uint32_t i = 0; i < n; i++) {
		put(w, "%s", i == 0 ? "" : any ? " or " : " and ");
		put_atom(w, record);
	}
}

static void
put_period(struct writer *w)
{
	if (draw(3) == 0)
		put(w, "from 2025-0%u-01 ", 1 + draw(4));
	if (draw(3) == 0)
		put(w, "until 2025-0%u-01 ", 6 + draw(3));
}

static void
put_must(struct writer *w, unsigned i, bool record)
{
	put(w, " require ");
	put(w, record ? "record.own-row or (" : "(");
	put_condition(w, false);
	put(w, ") else %s C%u \"s\"", record ? "withhold" : "refuse", i);
}

/* Rule 1 to 7: plain, excepted or a hold; every exception is to one above. */
static void
put_law(struct writer *w)
{
	bool record[8] = {false};

	w->n = 0;
	put(w, "```weir\nagreement AG-X title \"t\" narrows \"1 USC 1\" "
	       "custodian a requester b effective 2025-01-01 expires "
	       "2026-01-01 answer-days 1 lapse-days 1 expiry-days 1\n"
	       "fields {name}\n");
	for (unsigned i = 1; i < 8; i++) {
		unsigned base = 1 + draw(i);

		record[i] = i == 1 ? draw(2) : draw(3) == 0;
		if (base < i) {
			record[i] = record[base];
			put(w, "exception r%u to r%u priority %u ", i, base, i);
			put_period(w);
			put(w, "when ");
			put_condition(w, record[i]);
			if (draw(3) != 0)
				put_must(w, i, record[i]);
		} else if (draw(4) == 0) {
			record[i] = true;
			put(w, "hold r%u docket \"d\" ", i);
			put_period(w);
			put(w, "when ");
			put_condition(w, true);
			put(w, " withhold C%u \"s\"", i);
		} else {
			put(w, "rule r%u ", i);
			put_period(w);
			if (draw(2)) {
				put(w, "when ");
				put_condition(w, record[i]);
			}
			put_must(w, i, record[i]);
		}
		put(w, " cite \"c\"\n");
	}
	put(w, "end\n```\n");
}

static struct law *
drawn_law(struct writer *w)
{
	static const char statute[] =
		"> q\n\n```weir\nstatute \"1 USC 1\" title \"t\" grant fields "
		"{name} cite \"c\"\nrule s0 first require request.form at "
		"least malformed else refuse RQ-FORM \"s\" cite \"c\"\nend\n"
		"```\n";
	struct law_error error;
	OWNED(law) law = NULL;

	put_law(w);
	assert_int_equal(law_new(&law), ERR_OK);
	assert_int_equal(
		law_add(law, "s.md", span_text(statute), &error), ERR_OK);
	if (law_add(law, "a.md", span_text(w->text), &error) != ERR_OK)
		fail_msg("%s\n%u: %s", w->text, error.line, error.text);
	assert_int_equal(law_seal(law, &error), ERR_OK);
	return law_take(&law);
}

static void
draw_evidence(struct evidence *ev)
{
	for (int id = 0; id < EV_N; id++)
		ev->value[id] = draw_value((enum evidence_id)id);
	if (draw(8) != 0)
		ev->value[EV_FORM] = 3;
	if (draw(4) != 0) { /* the days that these laws speak of */
		evidence_set_day(
			ev, EV_TODAY, day_of(2024, 12, 1) + (int)draw(420));
		evidence_set_day(ev, EV_ORDER_DATE,
			evidence_day(ev->value[EV_TODAY]) - (int)draw(12) + 3);
	}
}

static void
of_drawn_laws_both_say_the_same(void **state)
{
	static struct writer w;
	size_t answers[LAW_REFUSED + 1] = {0};

	(void)state;
	for (int round = 0; round < 120; round++) {
		OWNED(law) law = drawn_law(&w);
		OWNED(prove_twin) twin = NULL;

		assert_int_equal(prove_twin_new(law, &twin), ERR_OK);
		for (int k = 0; k < 60; k++) {
			struct evidence ev;

			draw_evidence(&ev);
			if (!prove_twin_agrees(twin, &ev))
				fail_msg("%s", w.text);
			answers[law_decide(law, &ev, EV_RECORD, NULL)]++;
		}
	}
	assert_true(answers[LAW_REVIEW] > 100);
	assert_true(answers[LAW_WITHHELD] > 100);
	assert_true(answers[LAW_REFUSED] > 100);
}

/* A comparison moved by one in the compiled form, an exception forgotten. */
static void
a_planted_difference_is_seen(void **state)
{
	OWNED(law) law = open_law("irs-crime-2025.md", NULL);
	OWNED(prove_twin) twin = NULL;
	struct evidence ev = {{0}};
	size_t grand_jury = 0;

	(void)state;
	assert_int_equal(prove_twin_new(law, &twin), ERR_OK);
	while (strcmp(law_rule(law, grand_jury)->id, "cr.5-grand-jury") != 0)
		grand_jury++;
	evidence_set_word(&ev, EV_FORM, "readable");
	evidence_set_word(&ev, EV_PURPOSE, "grand-jury");
	evidence_set_flag(&ev, EV_PERIODS_OVER, true);
	evidence_set_number(&ev, EV_PERIODS, 7);
	assert_true(prove_twin_agrees(twin, &ev));
	law->test[law->plan[grand_jury].require].high--;
	assert_false(prove_twin_agrees(twin, &ev));
	law->test[law->plan[grand_jury].require].high++;
	assert_true(prove_twin_agrees(twin, &ev));
	law->plan[law->plan[grand_jury].base].exception =
		law->plan[grand_jury].next;
	assert_false(prove_twin_agrees(twin, &ev));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_every_small_input_both_say_the_same),
		cmocka_unit_test(of_drawn_laws_both_say_the_same),
		cmocka_unit_test(a_planted_difference_is_seen),
	};

	return cmocka_run_group_tests_name("prove-twins", tests, NULL, NULL);
}
