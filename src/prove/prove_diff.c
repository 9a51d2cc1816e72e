/* SPDX-License-Identifier: Apache-2.0 */
/* Two laws over the same evidence: copy `a` is read by one, `b` by the other. */
#include "prove/prove_int.h"

#include <stdio.h>

const char *
prove_relation_text(enum prove_relation relation)
{
	static const char *const text[] = {
		[PROVE_EQUIVALENT] = "equivalent",
		[PROVE_MORE] = "more permissive",
		[PROVE_LESS] = "less permissive",
		[PROVE_NEITHER] = "neither",
		[PROVE_OPEN] = "not decided",
	};

	must(relation <= PROVE_OPEN);
	return text[relation];
}

struct comparing {
	const struct law *law[2];
	struct prove_solver *solver;
	void (*tell)(void *context, const struct prove_difference *difference);
	void *context;
	bool open;
};

static void
claim_of_more(unsigned one, char to[PROVE_CLAIM_MAX])
{
	(void)snprintf(to, PROVE_CLAIM_MAX, "%c.more", (int)('a' + one));
}

static void
claim_of_rule(unsigned one, size_t rule, char to[PROVE_CLAIM_MAX])
{
	(void)snprintf(to, PROVE_CLAIM_MAX, "%c.%zu", (int)('a' + one), rule);
}

/* "a.more": one releases, the other does not; "a.3": by rule 3 alone. */
static void
put_side(const struct comparing *c, unsigned one, struct buf *to)
{
	char releases = (char)('a' + one);
	char keeps = (char)('a' + (1 - one));
	const struct law *other = c->law[1 - one];
	char name[PROVE_CLAIM_MAX] = "";

	claim_of_more(one, name);
	prove_smt_claim(name, to);
	buf_printf(
		to, "(and %c.released (not %c.released))))\n", releases, keeps);
	for (size_t i = 0; i < other->n_rules; i++) {
		claim_of_rule(one, i, name);
		prove_smt_claim(name, to);
		buf_printf(
			to, "(and %c.released %c.told.%zu", releases, keeps, i);
		for (size_t k = 0; k < other->n_rules; k++)
			if (k != i)
				buf_printf(to, " (not %c.told.%zu)", keeps, k);
		buf_text(to, ")))\n");
	}
}

static bool
read_all(struct comparing *c)
{
	OWNED_BUF(text, PROVE_TEXT_MAX);

	prove_smt_copy(c->law[0], 'a', &text);
	prove_smt_copy(c->law[1], 'b', &text);
	buf_text(&text, "(assert (and");
	for (int id = 0; id < EV_N; id++)
		prove_smt_same((enum evidence_id)id, &text);
	buf_text(&text, "))\n");
	put_side(c, 0, &text);
	put_side(c, 1, &text);
	return buf_error(&text) == ERR_OK &&
	       prove_solver_read(c->solver, buf_span(&text));
}

/* The evaluator sees it too: one releases, the other does not. */
static bool
is_shown(const struct comparing *c, unsigned one, const struct evidence *ev)
{
	return law_decide(c->law[one], ev, EV_RECORD, NULL) == LAW_REVIEW &&
	       law_decide(c->law[1 - one], ev, EV_RECORD, NULL) != LAW_REVIEW;
}

static bool
ask(struct comparing *c, unsigned one, const char *claim,
	struct evidence *ret_shown)
{
	struct evidence found[2];
	enum prove_found answer = prove_solver_ask(c->solver, claim, 1, found);

	if (answer == PROVE_NO_ANSWER)
		c->open = true;
	if (answer != PROVE_SOMETHING)
		return false;
	if (!is_shown(c, one, &found[0]))
		c->open = true;
	*ret_shown = found[0];
	return true;
}

static bool
ask_side(struct comparing *c, unsigned one)
{
	const struct law *other = c->law[1 - one];
	struct prove_difference d = {.first = one == 0};
	char claim[PROVE_CLAIM_MAX] = "";
	bool more;

	claim_of_more(one, claim);
	more = ask(c, one, claim, &d.shown);
	for (size_t i = 0; more && i < other->n_rules; i++) {
		claim_of_rule(one, i, claim);
		d.rule = &other->rule[i].shown;
		if (ask(c, one, claim, &d.shown))
			c->tell(c->context, &d);
	}
	return more;
}

enum err
prove_diff(const struct law *a, const struct law *b,
	void (*tell)(void *context, const struct prove_difference *difference),
	void *context, enum prove_relation *ret_relation,
	unsigned ret_fields[2])
{
	OWNED(prove_solver) solver = NULL;
	struct comparing c = {.law = {a, b}, .tell = tell, .context = context};
	enum err e = prove_solver_new(&solver);
	bool more;
	bool less;

	must(a->sealed && b->sealed);
	if (e != ERR_OK)
		return e;
	c.solver = solver;
	must(read_all(&c));
	ret_fields[0] = a->fields & ~b->fields;
	ret_fields[1] = b->fields & ~a->fields;
	more = ask_side(&c, 0) || ret_fields[0] != 0;
	less = ask_side(&c, 1) || ret_fields[1] != 0;
	if (c.open)
		*ret_relation = PROVE_OPEN;
	else if (more && less)
		*ret_relation = PROVE_NEITHER;
	else if (more || less)
		*ret_relation = more ? PROVE_MORE : PROVE_LESS;
	else
		*ret_relation = PROVE_EQUIVALENT;
	return ERR_OK;
}
