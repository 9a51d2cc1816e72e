/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax tree as SMT-LIB, after the meaning that law_int.h states. */
#include "prove/prove_int.h"

static bool
node_names(const struct law_node *node, enum evidence_id id)
{
	if (node == NULL)
		return false;
	if (node->kind == LAW_ATOM)
		return node->evidence == id || node->since == id;
	return node_names(node->left, id) || node_names(node->right, id);
}

bool
prove_named(const struct law *law, enum evidence_id id)
{
	for (size_t i = 0; i < law->n_rules; i++)
		if (node_names(law->rule[i].when, id) ||
			node_names(law->rule[i].require, id))
			return true;
	return false;
}

/* Words are few: each value that the mask lets through by itself. */
static void
put_words(const struct law_node *node, char copy, struct buf *to)
{
	uint32_t most = evidence_greatest(node->evidence);

	buf_text(to, "(or false");
	for (uint32_t v = 1; v <= most; v++)
		if (v >= node->low && v <= node->high &&
			(node->mask >> (v & 31) & 1) != 0)
			buf_printf(to, " (= %c%d %u)", copy,
				(int)node->evidence, (unsigned)v);
	buf_text(to, ")");
}

/* Days from one day to another, between bounds. */
static void
put_elapsed(
	const struct law_node *node, char copy, bool unknown, struct buf *to)
{
	int id = (int)node->evidence;
	int since = (int)node->since;

	buf_printf(to,
		unknown ? "(or (= %c%d 0) (= %c%d 0) "
			: "(and (not (= %c%d 0)) (not (= %c%d 0)) ",
		copy, id, copy, since);
	buf_printf(to, "(and (<= %u (- %c%d %c%d)) (<= (- %c%d %c%d) %u)))",
		(unsigned)(node->low - 1), copy, id, copy, since, copy, id,
		copy, since, (unsigned)(node->high - 1));
}

static void
put_atom(const struct law_node *node, char copy, bool unknown, struct buf *to)
{
	int id = (int)node->evidence;

	if (node->since != EV_N) {
		put_elapsed(node, copy, unknown, to);
		return;
	}
	buf_printf(to, unknown ? "(or (= %c%d 0) " : "(and (not (= %c%d 0)) ",
		copy, id);
	if (evidence_greatest(node->evidence) < 32)
		put_words(node, copy, to);
	else
		buf_printf(to, "(and (<= %u %c%d) (<= %c%d %u))",
			(unsigned)node->low, copy, id, copy, id,
			(unsigned)node->high);
	buf_text(to, ")");
}

/* As deep as the parser lets conditions nest and a rule has comparisons. */
static void
put_node(const struct law_node *node, char copy, bool unknown, struct buf *to)
{
	if (node->kind == LAW_ATOM) {
		put_atom(node, copy, unknown, to);
		return;
	}
	if (node->kind == LAW_NEVER) {
		buf_text(to, "false");
		return;
	}
	buf_text(to, node->kind == LAW_AND ? "(and " : "(or ");
	put_node(node->left, copy, unknown, to);
	buf_text(to, " ");
	put_node(node->right, copy, unknown, to);
	buf_text(to, ")");
}

void
prove_smt_node(const struct law_node *node, char copy, struct buf *to)
{
	put_node(node, copy, false, to);
}

/* Surely true: what an exception needs, and a rule yields to. */
static void
put_sure(const struct law *law, size_t i, char copy, struct buf *to)
{
	buf_printf(to, "(define-fun %c.sure.%zu () Bool ", copy, i);
	if (law->rule[i].base == i)
		buf_text(to, "false");
	else
		put_node(law->rule[i].when, copy, false, to);
	buf_text(to, ")\n");
}

static void
put_might(const struct law *law, size_t i, char copy, struct buf *to)
{
	const struct law_tree *rule = &law->rule[i];

	buf_printf(to, "(define-fun %c.might.%zu () Bool (and true ", copy, i);
	if (rule->base != i) {
		buf_printf(to, "%c.might.%zu %c.sure.%zu", copy, rule->base,
			copy, i);
		for (size_t k = 0; k < law->n_rules; k++)
			if (k != i && law->rule[k].base == rule->base &&
				law->rule[k].priority > rule->priority)
				buf_printf(to, " (not %c.sure.%zu)", copy, k);
	} else if (rule->when != NULL) {
		put_node(rule->when, copy, true, to);
	}
	buf_text(to, "))\n");
}

static void
put_rule(const struct law *law, size_t i, char copy, struct buf *to)
{
	buf_printf(to, "(define-fun %c.applies.%zu () Bool (and %c.might.%zu",
		copy, i, copy, i);
	for (size_t k = 0; k < law->n_rules; k++)
		if (k != i && law->rule[k].base == i)
			buf_printf(to, " (not %c.sure.%zu)", copy, k);
	buf_printf(to, "))\n(define-fun %c.asked.%zu () Bool ", copy, i);
	if (law->rule[i].require == NULL)
		buf_text(to, "true");
	else
		put_node(law->rule[i].require, copy, false, to);
	buf_printf(to,
		")\n(define-fun %c.met.%zu () Bool (or (not %c.applies.%zu) "
		"%c.asked.%zu))\n",
		copy, i, copy, i, copy, i);
}

/* Rule `i` is marked `first`, is not met, and none before it is so. */
static void
put_alone(const struct law *law, size_t i, char copy, struct buf *to)
{
	buf_printf(to, "(define-fun %c.alone.%zu () Bool (and %s", copy, i,
		law->rule[i].shown.first ? "" : "false ");
	buf_printf(to, "(not %c.met.%zu)", copy, i);
	for (size_t k = 0; k < i; k++)
		if (law->rule[k].shown.first)
			buf_printf(to, " %c.met.%zu", copy, k);
	buf_text(to, "))\n");
}

static void
put_told(const struct law *law, size_t i, char copy, struct buf *to)
{
	buf_printf(to,
		"(define-fun %c.told.%zu () Bool (or %c.alone.%zu (and (not "
		"%c.met.%zu)",
		copy, i, copy, i, copy, i);
	for (size_t k = 0; k < law->n_rules; k++)
		if (law->rule[k].shown.first)
			buf_printf(to, " %c.met.%zu", copy, k);
	buf_text(to, ")))\n");
}

static void
put_outcome(const struct law *law, char copy, struct buf *to)
{
	buf_printf(to, "(define-fun %c.released () Bool (and true", copy);
	for (size_t i = 0; i < law->n_rules; i++)
		buf_printf(to, " (not %c.told.%zu)", copy, i);
	buf_printf(to, "))\n(define-fun %c.accepted () Bool (and true", copy);
	for (size_t i = 0; i < law->n_rules; i++)
		if (!law->rule[i].shown.reads_record)
			buf_printf(to, " (not %c.told.%zu)", copy, i);
	buf_text(to, "))\n");
}

void
prove_smt_copy(const struct law *law, char copy, struct buf *to)
{
	for (int id = 0; id < EV_N; id++)
		buf_printf(to,
			"(declare-const %c%d Int)\n(assert (and (<= 0 %c%d) "
			"(<= %c%d %u)))\n",
			copy, id, copy, id, copy, id,
			(unsigned)evidence_greatest((enum evidence_id)id));
	for (size_t i = 0; i < law->n_rules; i++)
		put_sure(law, i, copy, to);
	for (size_t i = 0; i < law->n_rules; i++)
		put_might(law, i, copy, to);
	for (size_t i = 0; i < law->n_rules; i++)
		put_rule(law, i, copy, to);
	for (size_t i = 0; i < law->n_rules; i++)
		put_alone(law, i, copy, to);
	for (size_t i = 0; i < law->n_rules; i++)
		put_told(law, i, copy, to);
	put_outcome(law, copy, to);
}

void
prove_smt_claim(const char *name, struct buf *to)
{
	buf_printf(to, "(declare-const %s Bool)\n(assert (=> %s ", name, name);
}

void
prove_smt_same(enum evidence_id id, struct buf *to)
{
	buf_printf(to, " (= a%d b%d)", (int)id, (int)id);
}
