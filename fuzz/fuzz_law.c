/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Law files, parted by NUL bytes, and after the last one the evidence to judge
 * by them.  What loads is decided twice: as compiled, and by walking the tree.
 */
#include "law/law_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
walk(const struct law_node *node, const struct evidence *ev, bool unknown)
{
	uint32_t v;

	if (node->kind == LAW_AND)
		return walk(node->left, ev, unknown) &&
		       walk(node->right, ev, unknown);
	if (node->kind == LAW_OR)
		return walk(node->left, ev, unknown) ||
		       walk(node->right, ev, unknown);
	if (node->kind == LAW_NEVER)
		return false;
	v = law_value(ev, node->evidence, node->since);
	if (v == 0)
		return unknown;
	return v >= node->low && v <= node->high &&
	       (v > 31 || (node->mask >> v & 1) != 0);
}

/* The `when` of an exception, which has to be known to be true. */
static bool
walk_sure(const struct law *law, size_t i, size_t of, const struct evidence *ev)
{
	const struct law_tree *rule = &law->rule[i];

	return i != of && rule->shown.excepts != NULL && rule->base == of &&
	       walk(rule->when, ev, false);
}

static bool
walk_might(const struct law *law, size_t i, const struct evidence *ev)
{
	const struct law_tree *rule = &law->rule[i];

	if (rule->shown.excepts == NULL)
		return rule->when == NULL || walk(rule->when, ev, true);
	for (size_t k = 0; k < law->n_rules; k++)
		if (law->rule[k].priority > rule->priority &&
			walk_sure(law, k, rule->base, ev))
			return false;
	return walk(rule->when, ev, false) && walk_might(law, rule->base, ev);
}

static bool
walk_rule(const struct law *law, size_t i, const struct evidence *ev)
{
	const struct law_tree *rule = &law->rule[i];

	if (!walk_might(law, i, ev) || rule->require == NULL)
		return true;
	for (size_t k = 0; k < law->n_rules; k++)
		if (walk_sure(law, k, i, ev))
			return true;
	return walk(rule->require, ev, false);
}

static enum law_answer
walk_all(const struct law *law, const struct evidence *ev)
{
	enum law_answer answer = LAW_REVIEW;

	for (size_t i = 0; i < law->n_rules; i++)
		if (law->rule[i].shown.first && !walk_rule(law, i, ev))
			return LAW_REFUSED;
	for (size_t i = 0; i < law->n_rules; i++) {
		enum law_answer one = law->rule[i].shown.answer;

		if (one > answer && !walk_rule(law, i, ev))
			answer = one;
	}
	return answer;
}

static void
judge(const struct law *law, struct span seed)
{
	OWNED_BUF(to, 1 << 20);
	const struct law_rule *unmet[LAW_RULES_MAX];
	struct evidence ev = {0};
	bool met[LAW_RULES_MAX];

	for (size_t i = 0; i < EV_N && i < seed.n; i++) {
		enum evidence_id id = (enum evidence_id)i;
		uint32_t most = evidence_n_words(id);

		if (evidence_type(id) == EV_FLAG)
			most = 2;
		else if (most == 0)
			most = evidence_most(id) + 1;
		ev.value[i] = seed.at[i] % (most + 1);
	}
	must(law_decide(law, &ev, EV_RECORD, met) == walk_all(law, &ev));
	must((law_unmet(law, met, unmet) == 0) ==
		(walk_all(law, &ev) == LAW_REVIEW));
	must(law_decide(law, &ev, EV_REQUEST, met) != LAW_WITHHELD);
	must(law_decide(law, &ev, EV_REQUEST, met) != LAW_UNRESOLVED);
	law_trace(law, &ev, EV_RECORD, &to);
	law_trace_json(law, &ev, EV_RECORD, &to);
	law_print(law, &to);
	must(buf_error(&to) == ERR_OK);
}

static void
show(const struct law_error *error)
{
	OWNED_BUF(to, 1 << 16);

	must(error->text[0] != '\0');
	law_error_show(error, &to);
	must(buf_error(&to) == ERR_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED(law) law = NULL;
	struct span left = span_of(data, size);
	struct law_error error = {0};
	struct evidence ev;
	enum err e = law_new(&law);

	(void)evidence_decode(left, &ev);
	while (e == ERR_OK && left.n > 0 && memchr(left.at, 0, left.n) != NULL)
		e = law_add(law, "a.md", span_cut(&left, 0), &error);
	if (e == ERR_OK)
		e = law_seal(law, &error);
	if (e == ERR_OK)
		judge(law, left);
	else
		show(&error);
	return 0;
}
