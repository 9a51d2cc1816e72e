/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions become tests that name where to go next.  The last comparison is
 * laid down first, so every jump goes to a smaller index: evaluation ends by
 * construction, and needs neither stack nor memory.
 */
#include "law/law_int.h"

static uint16_t
lay_atom(
	struct law *law, const struct law_node *node, uint16_t yes, uint16_t no)
{
	if (law->n_tests == LAW_TESTS_MAX)
		return LAW_GO_FALSE;
	law->test[law->n_tests] = (struct law_test){
		.low = node->low,
		.high = node->high,
		.mask = node->mask,
		.evidence = (uint16_t)node->evidence,
		.since = (uint16_t)node->since,
		.yes = yes,
		.no = no,
	};
	return (uint16_t)law->n_tests++;
}

/* As deep as a rule has comparisons: LAW_ATOMS_MAX. */
static uint16_t
lay(struct law *law, const struct law_node *node, uint16_t yes, uint16_t no)
{
	uint16_t right;

	if (node->kind == LAW_ATOM)
		return lay_atom(law, node, yes, no);
	if (node->kind == LAW_NEVER)
		return no;
	right = lay(law, node->right, yes, no);
	if (node->kind == LAW_AND)
		return lay(law, node->left, right, no);
	return lay(law, node->left, yes, right);
}

/* Puts an exception among those to its rule, the greatest priority first. */
static void
link_exception(struct law *law, size_t i)
{
	struct law_plan *plan = law->plan;
	uint8_t *at = &plan[law->rule[i].base].exception;

	while (*at != LAW_NO_RULE &&
		law->rule[*at].priority > law->rule[i].priority)
		at = &plan[*at].next;
	plan[i].next = *at;
	*at = (uint8_t)i;
}

enum err
law_compile(struct law *law)
{
	for (size_t i = 0; i < law->n_rules; i++) {
		const struct law_tree *rule = &law->rule[i];
		struct law_plan *plan = &law->plan[i];

		plan->when = LAW_GO_TRUE;
		if (rule->when != NULL)
			plan->when =
				lay(law, rule->when, LAW_GO_TRUE, LAW_GO_FALSE);
		plan->require = LAW_GO_TRUE;
		if (rule->require != NULL)
			plan->require = lay(
				law, rule->require, LAW_GO_TRUE, LAW_GO_FALSE);
		plan->answer = (uint8_t)rule->shown.answer;
		plan->reads_record = rule->shown.reads_record;
		plan->first = rule->shown.first;
		plan->base = (uint8_t)rule->base;
		plan->exception = LAW_NO_RULE;
		plan->next = LAW_NO_RULE;
		if (rule->base != i)
			link_exception(law, i);
	}
	return law->n_tests == LAW_TESTS_MAX ? ERR_TOO_LARGE : ERR_OK;
}
