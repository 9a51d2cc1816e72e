/* SPDX-License-Identifier: Apache-2.0 */
/* What each property asks of the solver, and the same of the evaluator about
 * whatever the solver finds. */
#include "prove/prove_int.h"

#include <string.h>

const char *
prove_property_word(enum prove_property property)
{
	return proof_property_word((enum proof_property)property);
}

const char *
prove_property_text(enum prove_property property)
{
	return proof_property_text((enum proof_property)property);
}

/* ---- what is asked ---- */

/* What a released request must have at least: the value of `word`, or a flag's
 * true.  False: it is no property of that kind. */
static bool
needed(enum prove_property property, enum evidence_id *ret_id,
	uint32_t *ret_value)
{
	static const struct {
		bool is;
		enum evidence_id id;
		const char *word; /* NULL: of a flag */
	} needs[PROVE_N] = {
#define NEED(ID, word, text, evidence, least)                                  \
	[PROVE_##ID] = {true, (evidence), (least)},
#include "proof/proof.def"
	};

	*ret_id = needs[property].id;
	*ret_value = 2;
	if (needs[property].word != NULL)
		must(evidence_find_word(
			*ret_id, span_text(needs[property].word), ret_value));
	return needs[property].is;
}

bool
prove_property_evidence(enum prove_property property, enum evidence_id *ret_id)
{
	uint32_t value;

	must(property < PROVE_N);
	return needed(property, ret_id, &value);
}

static void
ask_need(const struct prove_question *q, struct buf *to)
{
	enum evidence_id id;
	uint32_t value;

	must(needed(q->property, &id, &value));
	buf_printf(to, "(and a.released (< a%d %u))", (int)id, (unsigned)value);
}

bool
prove_of_statute(const struct law *law, size_t rule)
{
	return law->file[law->rule[rule].file].kind == LAW_STATUTE;
}

/* `(and true X.RULE ...)` over the statutes' rules. */
static void
put_statutes_met(const struct law *law, struct buf *to)
{
	buf_text(to, "(and true");
	for (size_t i = 0; i < law->n_rules; i++)
		if (prove_of_statute(law, i))
			buf_printf(to, " a.met.%zu", i);
	buf_text(to, ")");
}

static void
ask_statute(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and a.released (not ");
	put_statutes_met(q->law, to);
	buf_text(to, "))");
}

static void
ask_fields(const struct prove_question *q, struct buf *to)
{
	const struct law *law = q->law;

	buf_printf(to, "(not (= #x00000000 (bvand #x%08x (bvnot #x%08x))))",
		law->fields, law->file[law->narrows].grants);
}

/* ... and a rule whose answer is `least` or stronger is told of one alone;
 * closes the `(and`. */
static void
put_differ(const struct law *law, enum law_answer least, struct buf *to)
{
	buf_text(to, " (or false");
	for (size_t i = 0; i < law->n_rules; i++)
		if (law->rule[i].shown.answer >= least)
			buf_printf(
				to, " (not (= a.told.%zu b.told.%zu))", i, i);
	buf_text(to, "))");
}

/* Two that differ in what the roll says, and a line told of one alone. */
static void
ask_silent(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and");
	for (int id = 0; id < EV_N; id++)
		if (evidence_half((enum evidence_id)id) == EV_REQUEST)
			prove_smt_same((enum evidence_id)id, to);
	put_differ(q->law, LAW_ASK, to);
}

static bool
is_ordered(enum evidence_id id)
{
	return evidence_type(id) == EV_GRADE || evidence_type(id) == EV_FLAG;
}

static void
ask_monotone(const struct prove_question *q, struct buf *to)
{
	(void)q;
	buf_text(to, "(and a.released (not b.released)");
	for (int id = 0; id < EV_N; id++)
		if (is_ordered((enum evidence_id)id))
			buf_printf(to, " (<= a%d b%d)", id, id);
		else
			prove_smt_same((enum evidence_id)id, to);
	buf_text(to, ")");
}

static void
ask_indifferent(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and");
	for (int id = 0; id < EV_N; id++)
		if (prove_named(q->law, (enum evidence_id)id))
			prove_smt_same((enum evidence_id)id, to);
	put_differ(q->law, LAW_REVIEW, to);
}

/* ` (and ...)`: all rules of the statute that grants stand aside, or all of
 * those that are designated. */
static void
put_aside(const struct law *law, bool grants, struct buf *to)
{
	buf_text(to, " (and true");
	for (size_t i = 0; i < law->n_rules; i++)
		if (prove_of_statute(law, i) &&
			(law->rule[i].file == law->narrows) == grants)
			buf_printf(to, " (not a.applies.%zu)", i);
	buf_text(to, ")");
}

/* Released, and the statute that grants stood aside, or each designated one. */
static void
ask_no_gap(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and a.released (or false");
	put_aside(q->law, true, to);
	if (q->law->n_files > 2) /* and the agreement is one */
		put_aside(q->law, false, to);
	buf_text(to, "))");
}

static void
ask_no_clash(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and a.accepted (or false");
	for (size_t i = 0; i < q->law->n_rules; i++)
		if (q->law->rule[i].shown.answer >= LAW_ASK)
			buf_printf(to, " a.told.%zu", i);
	buf_text(to, "))");
}

/* A line that cannot be read, and two codes are told of it. */
static void
ask_unreadable(const struct prove_question *q, struct buf *to)
{
	const struct law *law = q->law;

	buf_printf(to, "(and (<= a%d 1) (or false", EV_FORM);
	for (size_t i = 0; i < law->n_rules; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(law->rule[i].shown.code,
				    law->rule[k].shown.code) != 0)
				buf_printf(to, " (and a.told.%zu a.told.%zu)",
					i, k);
	buf_text(to, "))");
}

static void
ask_live(const struct prove_question *q, struct buf *to)
{
	(void)q;
	buf_text(to, "a.released");
}

/* An exception that lifts: released by it, and by it alone. */
static void
ask_lifts(const struct prove_question *q, struct buf *to)
{
	const struct law *law = q->law;
	size_t base = law->rule[q->rule].base;

	buf_printf(to, "(and a.released a.applies.%zu (not a.asked.%zu)",
		q->rule, base);
	for (size_t k = 0; k < law->n_rules; k++)
		if (k != q->rule && k != base && law->rule[k].base == base)
			buf_printf(to, " (not a.sure.%zu)", k);
	buf_text(to, ")");
}

/*
 * Rule `rule` is told, and without it the answer would be weaker or its code
 * would not be told; or, marked `first`, it silences another code.
 */
static void
ask_load_bearing(const struct prove_question *q, struct buf *to)
{
	const struct law *law = q->law;
	const struct law_rule *own = &law->rule[q->rule].shown;

	if (law->rule[q->rule].require == NULL) {
		ask_lifts(q, to);
		return;
	}
	buf_printf(to, "(and a.told.%zu (or (and true", q->rule);
	for (size_t i = 0; i < law->n_rules; i++)
		if (i != q->rule && law->rule[i].shown.answer >= own->answer)
			buf_printf(to, " a.met.%zu", i);
	buf_text(to, ") (and true");
	for (size_t i = 0; i < law->n_rules; i++)
		if (i != q->rule &&
			strcmp(law->rule[i].shown.code, own->code) == 0)
			buf_printf(to, " a.met.%zu", i);
	buf_printf(to, ") (and %s (or false", own->first ? "true" : "false");
	for (size_t i = 0; i < law->n_rules; i++)
		if (strcmp(law->rule[i].shown.code, own->code) != 0)
			buf_printf(to, " (not a.met.%zu)", i);
	buf_text(to, "))))");
}

/* The statutes grant, and this rule of the agreement alone stands against. */
void
prove_question_put_duty(const struct prove_question *q, struct buf *to)
{
	buf_printf(to, "(and a.told.%zu ", q->rule);
	put_statutes_met(q->law, to);
	for (size_t i = 0; i < q->law->n_rules; i++)
		if (i != q->rule)
			buf_printf(to, " a.met.%zu", i);
	buf_text(to, ")");
}

/* The statutes grant, nothing is released, and no rule of the list says so. */
static void
ask_duty(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and (not a.released) ");
	put_statutes_met(q->law, to);
	for (size_t i = 0; i < q->law->n_rules; i++)
		if (q->duty[i])
			buf_printf(to, " a.met.%zu", i);
	buf_text(to, ")");
}

/* Released, and what the file says of it is not so. */
static void
ask_stated(const struct prove_question *q, struct buf *to)
{
	buf_text(to, "(and a.released (not ");
	prove_smt_node(q->law->proof[q->rule].implied, 'a', to);
	buf_text(to, "))");
}

/* ---- the same, of the evaluator ---- */

static bool
node_holds(const struct law_node *node, const struct evidence *ev)
{
	uint32_t v;

	if (node->kind == LAW_AND)
		return node_holds(node->left, ev) &&
		       node_holds(node->right, ev);
	if (node->kind == LAW_OR)
		return node_holds(node->left, ev) ||
		       node_holds(node->right, ev);
	if (node->kind == LAW_NEVER)
		return false;
	v = law_value(ev, node->evidence, node->since);
	return v != 0 && v >= node->low && v <= node->high &&
	       (node->mask >> (v & 31) & 1) != 0;
}

struct decided {
	enum law_answer whole;
	enum law_answer early; /* of the request alone */
	bool met[LAW_RULES_MAX];
};

static struct decided
decide(const struct law *law, const struct evidence *ev)
{
	struct decided d = {0};

	d.early = law_decide(law, ev, EV_REQUEST, NULL);
	d.whole = law_decide(law, ev, EV_RECORD, d.met);
	return d;
}

static bool
statutes_met(const struct law *law, const struct decided *d)
{
	for (size_t i = 0; i < law->n_rules; i++)
		if (prove_of_statute(law, i) && !d->met[i])
			return false;
	return true;
}

static bool
told_alike(const struct law *law, const struct decided *a,
	const struct decided *b, enum law_answer least)
{
	for (size_t i = 0; i < law->n_rules; i++)
		if (law->rule[i].shown.answer >= least &&
			a->met[i] != b->met[i])
			return false;
	return true;
}

/* Does the evaluator see the counterexample that the solver saw? */
bool
prove_question_shown(
	const struct prove_question *q, const struct evidence ev[2])
{
	const struct law_rule *unmet[LAW_RULES_MAX];
	struct decided a = decide(q->law, &ev[0]);
	struct decided b = decide(q->law, &ev[1]);
	bool released = a.whole == LAW_REVIEW;
	enum evidence_id id;
	uint32_t value;

	if (needed(q->property, &id, &value))
		return released && ev[0].value[id] < value;
	switch (q->property) {
	case PROVE_STATUTE:
		return released && !statutes_met(q->law, &a);
	case PROVE_FIELDS:
		return (q->law->fields &
			       ~q->law->file[q->law->narrows].grants) != 0;
	case PROVE_SILENT:
		return !told_alike(q->law, &a, &b, LAW_ASK);
	case PROVE_MONOTONE:
		return released && b.whole != LAW_REVIEW;
	case PROVE_INDIFFERENT:
		return !told_alike(q->law, &a, &b, LAW_REVIEW);
	case PROVE_NO_GAP:
	case PROVE_LIVE:
		return released;
	case PROVE_UNREADABLE:
		return ev->value[EV_FORM] <= 1 &&
		       law_unmet(q->law, a.met, unmet) > 1;
	case PROVE_NO_CLASH:
		return a.early == LAW_REVIEW && a.whole >= LAW_ASK;
	case PROVE_LOAD_BEARING:
		return q->law->rule[q->rule].require == NULL ? released
							     : !a.met[q->rule];
	case PROVE_DUTY:
		return !released && statutes_met(q->law, &a);
	case PROVE_STATED:
		return released &&
		       !node_holds(q->law->proof[q->rule].implied, ev);
#define NEED(ID, word, text, evidence, least) case PROVE_##ID: /* above */
#include "proof/proof.def"
	case PROVE_COMPARED: /* not asked */
	case PROVE_N:
		break;
	}
	must(!"a property that is not listed");
}

/* ---- by property ---- */

static const struct {
	void (*ask)(const struct prove_question *q, struct buf *to);
	unsigned n;  /* copies of the evidence */
	bool wanted; /* an example is what is wanted, not what must not be */
} ways[PROVE_N] = {
#define NEED(ID, word, text, evidence, least)                                  \
	[PROVE_##ID] = {ask_need, 1, false},
#include "proof/proof.def"
	[PROVE_STATUTE] = {ask_statute, 1, false},
	[PROVE_FIELDS] = {ask_fields, 1, false},
	[PROVE_SILENT] = {ask_silent, 2, false},
	[PROVE_MONOTONE] = {ask_monotone, 2, false},
	[PROVE_INDIFFERENT] = {ask_indifferent, 2, false},
	[PROVE_NO_GAP] = {ask_no_gap, 1, false},
	[PROVE_NO_CLASH] = {ask_no_clash, 1, false},
	[PROVE_UNREADABLE] = {ask_unreadable, 1, false},
	[PROVE_LIVE] = {ask_live, 1, true},
	[PROVE_LOAD_BEARING] = {ask_load_bearing, 1, true},
	[PROVE_DUTY] = {ask_duty, 1, false},
	[PROVE_STATED] = {ask_stated, 1, false},
};

void
prove_question_put(const struct prove_question *q, struct buf *to)
{
	must(ways[q->property].ask != NULL);
	ways[q->property].ask(q, to);
}

unsigned
prove_copies(enum prove_property property)
{
	return ways[property].n;
}

bool
prove_wants_example(enum prove_property property)
{
	return ways[property].wanted;
}
