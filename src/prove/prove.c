/* SPDX-License-Identifier: Apache-2.0 */
/* Every property of a law, asked and told. */
#include "prove/prove_int.h"

#include <stdio.h>
#include <string.h>

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

/* ---- asking ---- */

struct proving {
	const struct law *law;
	const struct prove_tell *tell;
	struct prove_solver *solver;
	struct prove_summary *summary;
};

/* "bear.3" of a rule, "live.64" of none. */
static void
claim_name(const char *word, size_t rule, char to[PROVE_CLAIM_MAX])
{
	(void)snprintf(to, PROVE_CLAIM_MAX, "%s.%zu", word, rule);
}

static void
put_claim(struct prove_question q, enum prove_property property, size_t rule,
	struct buf *to)
{
	char name[PROVE_CLAIM_MAX] = "";

	q.property = property;
	q.rule = rule;
	claim_name(prove_property_word(property), rule, name);
	prove_smt_claim(name, to);
	prove_question_put(&q, to);
	buf_text(to, "))\n");
}

static void
put_duty_claim(struct prove_question q, size_t rule, struct buf *to)
{
	char name[PROVE_CLAIM_MAX] = "";

	q.rule = rule;
	claim_name("duty-of", rule, name);
	prove_smt_claim(name, to);
	prove_question_put_duty(&q, to);
	buf_text(to, "))\n");
}

/* All that is asked of a law, in one text: read once, asked claim by claim. */
static void
put_claims(const struct law *law, const bool *duty, struct buf *to)
{
	const struct prove_question q = {.law = law, .duty = duty};

	prove_smt_copy(law, 'a', to);
	prove_smt_copy(law, 'b', to);
	prove_smt_written('a', to);
	prove_smt_written('b', to);
	for (size_t i = 0; i < law->n_rules; i++) {
		put_claim(q, PROVE_LOAD_BEARING, i, to);
		put_duty_claim(q, i, to);
	}
	for (size_t i = 0; i < law->n_proofs; i++)
		if (law->proof[i].implied != NULL)
			put_claim(q, PROVE_STATED, i, to);
	for (unsigned i = 0; i < PROVE_STATED; i++)
		if (i != PROVE_LOAD_BEARING)
			put_claim(
				q, (enum prove_property)i, PROVE_ABOUT_ALL, to);
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
	char name[PROVE_CLAIM_MAX] = "";

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
answer_of(const struct prove_question *q, const struct prove_result *r,
	enum prove_found found)
{
	bool wanted = prove_wants_example(q->property);

	if (found == PROVE_NO_ANSWER)
		return PROVE_UNKNOWN;
	if (found == PROVE_NOTHING)
		return wanted ? PROVE_FAILS : PROVE_HOLDS;
	if (!prove_question_shown(q, r->shown))
		return PROVE_DIFFERS;
	return wanted ? PROVE_HOLDS : PROVE_FAILS;
}

/*
 * Of all that shows the failure, one for which a request can be written, and
 * in which every fact is as on an ordinary day that may be so without the
 * failure going away: what is out of the ordinary is what matters.  What was
 * found first stays where there is no such request.
 */
static void
choose_example(struct proving *p, const struct prove_question *q,
	struct prove_result *r)
{
	unsigned copies = prove_copies(q->property);
	char name[PROVE_CLAIMS_MAX][PROVE_CLAIM_MAX];
	const char *claim[PROVE_CLAIMS_MAX];
	struct evidence found[2] = {0};
	unsigned n = 1 + copies;

	for (unsigned i = 0; i < PROVE_CLAIMS_MAX; i++)
		claim[i] = name[i];
	claim_name(prove_property_word(q->property), q->rule, name[0]);
	for (unsigned k = 0; k < copies; k++)
		(void)snprintf(name[1 + k], PROVE_CLAIM_MAX, "written.%c",
			(char)('a' + k));
	if (prove_solver_ask_all(p->solver, claim, n, copies, found) !=
			PROVE_SOMETHING ||
		!prove_question_shown(q, found))
		return;
	memcpy(r->shown, found, sizeof(found));
	for (unsigned i = 0; i < copies * PROVE_ORDINARY; i++) {
		prove_smt_ordinary_name(
			(char)('a' + i % copies), i / copies, name[n]);
		if (prove_solver_ask_all(p->solver, claim, n + 1, copies,
			    found) != PROVE_SOMETHING ||
			!prove_question_shown(q, found))
			continue;
		memcpy(r->shown, found, sizeof(found));
		n++;
	}
}

static struct prove_result
ask_property(struct proving *p, enum prove_property property, size_t rule)
{
	struct prove_question q = {p->law, property, rule, p->summary->duty};
	struct prove_result r = {
		.property = property, .text = prove_property_text(property)};
	unsigned copies = prove_copies(property);
	int64_t begun = now(p);
	enum prove_found found =
		ask(p, prove_property_word(property), rule, copies, r.shown);

	if (found == PROVE_SOMETHING)
		r.n_shown = copies;
	r.answer = answer_of(&q, &r, found);
	if (r.answer == PROVE_FAILS && r.n_shown > 0)
		choose_example(p, &q, &r);
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
		.text = prove_property_text(PROVE_LOAD_BEARING),
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
			!prove_of_statute(p->law, i) &&
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
		r = ask_property(p, (enum prove_property)i, PROVE_ABOUT_ALL);
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
	bool met[LAW_RULES_MAX];
	enum law_answer answer = law_decide(law, ev, EV_RECORD, met);
	size_t n = law_unmet(law, met, unmet);

	for (int i = 0; i < EV_N; i++) {
		enum evidence_id id = (enum evidence_id)i;

		if (!prove_named(law, id) &&
			(also == NULL || !prove_named(also, id)))
			continue;
		buf_printf(to, "  %-30s ", evidence_name(id));
		evidence_show(ev, id, to);
		buf_text(to, "\n");
	}
	buf_printf(to, "  answer: %s\n", law_answer_text(answer));
	for (size_t i = 0; i < n; i++)
		buf_printf(
			to, "    %s %s\n", unmet[i]->code, unmet[i]->sentence);
}
