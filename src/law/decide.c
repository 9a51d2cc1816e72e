/* SPDX-License-Identifier: Apache-2.0 */
#include "law/law_int.h"

/* `unknown`: what a comparison with evidence not known amounts to. */
static bool
holds(const struct law *law, uint16_t at, const struct evidence *ev,
	bool unknown)
{
	while (at < LAW_GO_FALSE) {
		const struct law_test *t = &law->test[at];
		uint32_t v = law_value(ev, t->evidence, t->since);
		bool yes = v == 0 ? unknown
				  : v >= t->low && v <= t->high &&
					    (t->mask >> (v & 31) & 1) != 0;

		at = yes ? t->yes : t->no;
	}
	return at == LAW_GO_TRUE;
}

bool
law_excepted(const struct law *law, size_t i, const struct evidence *ev)
{
	uint8_t e = law->plan[i].exception;

	for (; e != LAW_NO_RULE; e = law->plan[e].next)
		if (holds(law, law->plan[e].when, ev, false))
			return true;
	return false;
}

/* From an exception to its rule, and on; a rule stands before its exceptions. */
static bool
might_apply(const struct law *law, size_t i, const struct evidence *ev)
{
	while (law->plan[i].base != i) {
		size_t base = law->plan[i].base;
		uint8_t e = law->plan[base].exception;

		for (; e != i; e = law->plan[e].next)
			if (holds(law, law->plan[e].when, ev, false))
				return false;
		if (!holds(law, law->plan[i].when, ev, false))
			return false;
		i = base;
	}
	return holds(law, law->plan[i].when, ev, true);
}

bool
law_applies(const struct law *law, size_t i, const struct evidence *ev)
{
	return might_apply(law, i, ev) && !law_excepted(law, i, ev);
}

static bool
is_met(const struct law *law, size_t i, const struct evidence *ev,
	enum evidence_half half)
{
	const struct law_plan *plan = &law->plan[i];

	if (plan->reads_record && half == EV_REQUEST)
		return true;
	if (plan->base == i && plan->exception == LAW_NO_RULE)
		return !holds(law, plan->when, ev, true) ||
		       holds(law, plan->require, ev, false);
	return !law_applies(law, i, ev) || holds(law, plan->require, ev, false);
}

/* The rule marked `first` that is not met; n_rules without one. */
static size_t
first_unmet(const struct law *law, const struct evidence *ev,
	enum evidence_half half)
{
	for (size_t i = 0; i < law->n_rules; i++)
		if (law->plan[i].first && !is_met(law, i, ev, half))
			return i;
	return law->n_rules;
}

enum law_answer
law_decide(const struct law *law, const struct evidence *ev,
	enum evidence_half half, bool met[LAW_RULES_MAX])
{
	enum law_answer answer = LAW_REVIEW;
	size_t alone = first_unmet(law, ev, half);

	must(law->sealed);
	for (size_t i = 0; i < law->n_rules; i++) {
		const struct law_plan *plan = &law->plan[i];
		bool yes = alone < law->n_rules ? i != alone
						: is_met(law, i, ev, half);

		if (met != NULL)
			met[i] = yes;
		if (!yes && plan->answer > answer)
			answer = (enum law_answer)plan->answer;
	}
	return answer;
}

static bool
is_told(const struct law_rule *rule, const struct law_rule *const *told,
	size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(told[i]->code, rule->code) == 0)
			return true;
	return false;
}

size_t
law_unmet(const struct law *law, const bool met[LAW_RULES_MAX],
	const struct law_rule *ret_rules[LAW_RULES_MAX])
{
	size_t n = 0;

	for (unsigned answer = LAW_REFUSED; answer > LAW_REVIEW; answer--) {
		for (size_t i = 0; i < law->n_rules; i++) {
			const struct law_rule *rule = &law->rule[i].shown;

			if (!met[i] && rule->answer == answer &&
				!is_told(rule, ret_rules, n))
				ret_rules[n++] = rule;
		}
	}
	return n;
}

const char *
law_answer_text(enum law_answer answer)
{
	switch (answer) {
	case LAW_REVIEW:
		return "review";
	case LAW_UNRESOLVED:
		return "unresolved";
	case LAW_WITHHELD:
		return "withheld";
	case LAW_ASK:
		return "request-review";
	case LAW_REFUSED:
		return "refused";
	}
	must(!"an answer that is not listed");
}
