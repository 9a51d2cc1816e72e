/* SPDX-License-Identifier: Apache-2.0 */
/* The properties: each a question to the solver, and the same claim asked of
 * the evaluator about whatever the solver finds. */
#include "prove/prove_int.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *word;
	const char *text;
} properties[PROVE_N] = {
#define PROPERTY(ID, word, text) [PROVE_##ID] = {(word), (text)},
#include "prove/prove.def"
};

const char *
prove_property_word(enum prove_property property)
{
	must(property < PROVE_N);
	return properties[property].word;
}

const char *
prove_property_text(enum prove_property property)
{
	must(property < PROVE_N);
	return properties[property].text;
}

const char *
prove_answer_text(enum prove_answer answer)
{
	static const char *const text[] = {
		[PROVE_HOLDS] = "proved",
		[PROVE_FAILS] = "fails",
		[PROVE_UNKNOWN] = "not decided",
		[PROVE_DIFFERS] = "solver and evaluator differ",
	};

	must(answer <= PROVE_DIFFERS);
	return text[answer];
}

/* ---- what is asked ---- */

enum { ABOUT_ALL = LAW_RULES_MAX };

struct question {
	const struct law *law;
	size_t rule; /* that it is about, or which `prove`; ABOUT_ALL */
	const bool *duty;
};

/* Released, though `id` is less than `word`. */
static void
ask_without(enum evidence_id id, const char *word, struct buf *to)
{
	uint32_t value = 2; /* of a flag: true */

	if (word != NULL)
		must(evidence_find_word(id, span_text(word), &value));
	buf_printf(to, "(and a.released (< a%d %u))", (int)id, (unsigned)value);
}

static void
ask_name(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_NAME, "full", to);
}

static void
ask_address(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_ADDRESS, "deliverable", to);
}

static void
ask_confirmed(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_PERSON, "confirmed", to);
}

static void
ask_hold(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_NO_HOLD, NULL, to);
}

static void
ask_screen(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_SCREEN, NULL, to);
}

static void
ask_term(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_TERM, NULL, to);
}

static void
ask_safeguards(const struct question *q, struct buf *to)
{
	(void)q;
	ask_without(EV_SAFEGUARDS, NULL, to);
}

static bool
of_statute(const struct law *law, size_t rule)
{
	return law->file[law->rule[rule].file].kind == LAW_STATUTE;
}

/* `(and true X.RULE ...)` over the statutes' rules. */
static void
put_statutes_met(const struct law *law, struct buf *to)
{
	buf_text(to, "(and true");
	for (size_t i = 0; i < law->n_rules; i++)
		if (of_statute(law, i))
			buf_printf(to, " a.met.%zu", i);
	buf_text(to, ")");
}

static void
ask_statute(const struct question *q, struct buf *to)
{
	buf_text(to, "(and a.released (not ");
	put_statutes_met(q->law, to);
	buf_text(to, "))");
}

static void
ask_fields(const struct question *q, struct buf *to)
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
ask_silent(const struct question *q, struct buf *to)
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
ask_monotone(const struct question *q, struct buf *to)
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
ask_indifferent(const struct question *q, struct buf *to)
{
	buf_text(to, "(and");
	for (int id = 0; id < EV_N; id++)
		if (prove_named(q->law, (enum evidence_id)id))
			prove_smt_same((enum evidence_id)id, to);
	put_differ(q->law, LAW_REVIEW, to);
}

/* Released, and all rules of one statute stood aside. */
static void
ask_no_gap(const struct question *q, struct buf *to)
{
	const struct law *law = q->law;

	buf_text(to, "(and a.released (or false");
	for (size_t f = 0; f < law->n_files; f++) {
		if (law->file[f].kind != LAW_STATUTE)
			continue;
		buf_text(to, " (and true");
		for (size_t i = 0; i < law->n_rules; i++)
			if (law->rule[i].file == f)
				buf_printf(to, " (not a.applies.%zu)", i);
		buf_text(to, ")");
	}
	buf_text(to, "))");
}

static void
ask_no_clash(const struct question *q, struct buf *to)
{
	buf_text(to, "(and a.accepted (or false");
	for (size_t i = 0; i < q->law->n_rules; i++)
		if (q->law->rule[i].shown.answer >= LAW_ASK)
			buf_printf(to, " a.told.%zu", i);
	buf_text(to, "))");
}

/* A line that cannot be read, and two codes are told of it. */
static void
ask_unreadable(const struct question *q, struct buf *to)
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
ask_live(const struct question *q, struct buf *to)
{
	(void)q;
	buf_text(to, "a.released");
}

/*
 * Rule `rule` is told, and without it the answer would be weaker or its code
 * would not be told; or, marked `first`, it silences another code.
 */
static void
ask_load_bearing(const struct question *q, struct buf *to)
{
	const struct law *law = q->law;
	const struct law_rule *own = &law->rule[q->rule].shown;

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
static void
ask_duty_of(const struct question *q, struct buf *to)
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
ask_duty(const struct question *q, struct buf *to)
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
ask_stated(const struct question *q, struct buf *to)
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
	v = ev->value[node->evidence];
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
lacks(const struct evidence *ev, enum evidence_id id, const char *word)
{
	uint32_t value = 2;

	if (word != NULL)
		must(evidence_find_word(id, span_text(word), &value));
	return ev->value[id] < value;
}

static bool
statutes_met(const struct law *law, const struct decided *d)
{
	for (size_t i = 0; i < law->n_rules; i++)
		if (of_statute(law, i) && !d->met[i])
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
static bool
is_shown(const struct question *q, enum prove_property property,
	const struct evidence *ev)
{
	struct decided a = decide(q->law, &ev[0]);
	struct decided b = decide(q->law, &ev[1]);
	const struct law_rule *unmet[LAW_RULES_MAX];
	bool released = a.whole == LAW_REVIEW;

	switch (property) {
	case PROVE_NAME:
		return released && lacks(ev, EV_NAME, "full");
	case PROVE_ADDRESS:
		return released && lacks(ev, EV_ADDRESS, "deliverable");
	case PROVE_CONFIRMED:
		return released && lacks(ev, EV_PERSON, "confirmed");
	case PROVE_HOLD:
		return released && lacks(ev, EV_NO_HOLD, NULL);
	case PROVE_SCREEN:
		return released && lacks(ev, EV_SCREEN, NULL);
	case PROVE_TERM:
		return released && lacks(ev, EV_TERM, NULL);
	case PROVE_SAFEGUARDS:
		return released && lacks(ev, EV_SAFEGUARDS, NULL);
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
		return !a.met[q->rule];
	case PROVE_DUTY:
		return !released && statutes_met(q->law, &a);
	case PROVE_STATED:
		return released &&
		       !node_holds(q->law->proof[q->rule].implied, ev);
	case PROVE_COMPARED: /* not asked */
	case PROVE_N:
		break;
	}
	must(!"a property that is not listed");
}

/* ---- asking ---- */

static const struct {
	void (*ask)(const struct question *q, struct buf *to);
	unsigned n;  /* copies of the evidence */
	bool wanted; /* an example is what is wanted, not what must not be */
} ways[PROVE_N] = {
	[PROVE_NAME] = {ask_name, 1, false},
	[PROVE_ADDRESS] = {ask_address, 1, false},
	[PROVE_STATUTE] = {ask_statute, 1, false},
	[PROVE_FIELDS] = {ask_fields, 1, false},
	[PROVE_CONFIRMED] = {ask_confirmed, 1, false},
	[PROVE_HOLD] = {ask_hold, 1, false},
	[PROVE_SCREEN] = {ask_screen, 1, false},
	[PROVE_TERM] = {ask_term, 1, false},
	[PROVE_SAFEGUARDS] = {ask_safeguards, 1, false},
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

struct proving {
	const struct law *law;
	const struct prove_tell *tell;
	struct prove_solver *solver;
	struct prove_summary *summary;
};

enum { CLAIM_MAX = 48 };

/* "bear.3" of a rule, "live.64" of none. */
static void
claim_name(const char *word, size_t rule, char to[CLAIM_MAX])
{
	(void)snprintf(to, CLAIM_MAX, "%s.%zu", word, rule);
}

static void
put_claim(const struct question *q, const char *word,
	void (*put)(const struct question *q, struct buf *to), struct buf *to)
{
	char name[CLAIM_MAX] = "";

	claim_name(word, q->rule, name);
	buf_printf(to, "(declare-const %s Bool)\n(assert (=> %s ", name, name);
	put(q, to);
	buf_text(to, "))\n");
}

static void
put_claims_of_all(const struct law *law, const bool *duty, struct buf *to)
{
	struct question q = {law, ABOUT_ALL, duty};

	for (unsigned i = 0; i < PROVE_N; i++)
		if (i != PROVE_LOAD_BEARING && i < PROVE_STATED)
			put_claim(&q, properties[i].word, ways[i].ask, to);
}

/* All that is asked of a law, in one text: read once, asked claim by claim. */
static void
put_claims(const struct law *law, const bool *duty, struct buf *to)
{
	struct question q = {law, 0, duty};

	prove_smt_copy(law, 'a', to);
	prove_smt_copy(law, 'b', to);
	for (q.rule = 0; q.rule < law->n_rules; q.rule++) {
		put_claim(&q, properties[PROVE_LOAD_BEARING].word,
			ask_load_bearing, to);
		put_claim(&q, "duty-of", ask_duty_of, to);
	}
	for (q.rule = 0; q.rule < law->n_proofs; q.rule++)
		if (law->proof[q.rule].implied != NULL)
			put_claim(&q, properties[PROVE_STATED].word, ask_stated,
				to);
	put_claims_of_all(law, duty, to);
}

static bool
read_claims(struct proving *p)
{
	OWNED_BUF(text, PROVE_TEXT_MAX);

	put_claims(p->law, p->summary->duty, &text);
	return buf_error(&text) == ERR_OK &&
	       prove_solver_read(p->solver, buf_span(&text));
}

static enum prove_found
ask(struct proving *p, const char *word, size_t rule, unsigned n,
	struct evidence found[2])
{
	char name[CLAIM_MAX] = "";

	memset(found, 0, 2 * sizeof(*found));
	claim_name(word, rule, name);
	return prove_solver_ask(p->solver, name, n, found);
}

static int64_t
now(const struct proving *p)
{
	return p->tell->ms == NULL ? 0 : p->tell->ms(p->tell->context);
}

static enum prove_answer
answer_of(const struct question *q, const struct prove_result *r,
	enum prove_found found)
{
	bool wanted = ways[r->property].wanted;

	if (found == PROVE_NO_ANSWER)
		return PROVE_UNKNOWN;
	if (found == PROVE_NOTHING)
		return wanted ? PROVE_FAILS : PROVE_HOLDS;
	if (!is_shown(q, r->property, r->shown))
		return PROVE_DIFFERS;
	return wanted ? PROVE_HOLDS : PROVE_FAILS;
}

static struct prove_result
ask_property(struct proving *p, enum prove_property property, size_t rule)
{
	struct question q = {p->law, rule, p->summary->duty};
	struct prove_result r = {
		.property = property, .text = properties[property].text};
	int64_t begun = now(p);
	enum prove_found found = ask(
		p, properties[property].word, rule, ways[property].n, r.shown);

	if (found == PROVE_SOMETHING)
		r.n_shown = ways[property].n;
	r.answer = answer_of(&q, &r, found);
	r.ms = (uint32_t)(now(p) - begun);
	p->summary->n_asked++;
	p->summary->n_held += r.answer == PROVE_HOLDS;
	return r;
}

static void
ask_each_rule(struct proving *p)
{
	struct prove_result all = {
		.property = PROVE_LOAD_BEARING,
		.answer = PROVE_HOLDS,
		.text = properties[PROVE_LOAD_BEARING].text,
	};

	for (size_t i = 0; i < p->law->n_rules; i++) {
		struct prove_result r = ask_property(p, PROVE_LOAD_BEARING, i);

		all.ms += r.ms;
		if (r.answer == PROVE_HOLDS)
			continue;
		all.answer = r.answer;
		r.about = p->law->rule[i].shown.id;
		p->tell->tell(p->tell->context, &r);
	}
	if (all.answer == PROVE_HOLDS)
		p->tell->tell(p->tell->context, &all);
}

static void
find_duties(struct proving *p)
{
	for (size_t i = 0; i < p->law->n_rules; i++) {
		struct evidence found[2];

		p->summary->duty[i] =
			!of_statute(p->law, i) &&
			ask(p, "duty-of", i, 1, found) == PROVE_SOMETHING;
	}
}

static bool
has_code(const struct law_proof *proof, const char *code)
{
	for (size_t i = 0; i < proof->n_codes; i++)
		if (strcmp(proof->codes[i], code) == 0)
			return true;
	return false;
}

/* Both ways: no code of the list is idle, and none is missing. */
static bool
list_is(const struct proving *p, const struct law_proof *proof)
{
	const struct law *law = p->law;
	bool used[LAW_RULES_MAX] = {false};

	for (size_t i = 0; i < law->n_rules; i++) {
		const char *code = law->rule[i].shown.code;

		if (!p->summary->duty[i])
			continue;
		if (!has_code(proof, code))
			return false;
		for (size_t k = 0; k < proof->n_codes; k++)
			used[k] |= strcmp(proof->codes[k], code) == 0;
	}
	for (size_t k = 0; k < proof->n_codes; k++)
		if (!used[k])
			return false;
	return true;
}

/* What needs no solver: lists and sets, as they stand. */
static struct prove_result
compare(struct proving *p, const struct law_proof *proof)
{
	struct prove_result r = {.property = PROVE_COMPARED};
	bool is = proof->fields != 0 ? (p->law->fields & ~proof->fields) == 0
				     : list_is(p, proof);

	r.answer = is ? PROVE_HOLDS : PROVE_FAILS;
	p->summary->n_asked++;
	p->summary->n_held += is;
	return r;
}

static void
ask_stated_all(struct proving *p)
{
	for (size_t i = 0; i < p->law->n_proofs; i++) {
		const struct law_proof *proof = &p->law->proof[i];
		struct prove_result r =
			proof->implied != NULL
				? ask_property(p, PROVE_STATED, i)
				: compare(p, proof);

		r.about = proof->name;
		r.text = proof->sentence;
		p->tell->tell(p->tell->context, &r);
	}
}

static void
ask_all(struct proving *p)
{
	for (unsigned i = 0; i < PROVE_STATED; i++) {
		struct prove_result r;

		if (i == PROVE_LOAD_BEARING) {
			ask_each_rule(p);
			continue;
		}
		r = ask_property(p, (enum prove_property)i, ABOUT_ALL);
		p->tell->tell(p->tell->context, &r);
	}
	ask_stated_all(p);
}

enum err
prove_law(const struct law *law, const struct prove_tell *tell,
	struct prove_summary *ret_summary)
{
	OWNED(prove_solver) solver = NULL;
	struct prove_summary summary = {0};
	struct proving p = {law, tell, NULL, &summary};
	enum err e = prove_solver_new(&solver);

	must(law->sealed);
	if (e != ERR_OK)
		return e;
	p.solver = solver;
	/* The list is found first, and then part of what is asked. */
	must(read_claims(&p));
	find_duties(&p);
	must(read_claims(&p));
	ask_all(&p);
	*ret_summary = summary;
	return ERR_OK;
}

/* ---- examples ---- */

void
prove_example(const struct law *law, const struct law *also,
	const struct evidence *ev, struct buf *to)
{
	const struct law_rule *unmet[LAW_RULES_MAX];
	struct decided d = decide(law, ev);
	size_t n = law_unmet(law, d.met, unmet);

	for (int i = 0; i < EV_N; i++) {
		enum evidence_id id = (enum evidence_id)i;

		if (!prove_named(law, id) &&
			(also == NULL || !prove_named(also, id)))
			continue;
		buf_printf(to, "  %-30s ", evidence_name(id));
		evidence_show(ev, id, to);
		buf_text(to, "\n");
	}
	buf_printf(to, "  answer: %s\n", law_answer_text(d.whole));
	for (size_t i = 0; i < n; i++)
		buf_printf(
			to, "    %s %s\n", unmet[i]->code, unmet[i]->sentence);
}
