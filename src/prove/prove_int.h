/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * prove_int - questions in SMT-LIB, and the solver; for this folder and its
 * tests.
 *
 * A question declares one or two copies of the evidence, `a` and `b`:
 *
 *	a0 .. aN        Int   the value of evidence N, 0 (not known) to its most
 *	a.sure.R        Bool  exception R's condition is surely true
 *	a.might.R       Bool  rule R applies but for its exceptions
 *	a.applies.R     Bool  rule R applies
 *	a.asked.R       Bool  what it requires is there
 *	a.met.R         Bool  it does not apply, or what it requires is there
 *	a.told.R        Bool  it is reported as not met: after `first`
 *	a.released      Bool  no rule is reported
 *	a.accepted      Bool  none is that reads the request alone
 *
 * and, for each property, a Bool that stands for what a counterexample would
 * be: the property holds where nothing makes it true.
 */

#include "law/law_int.h"
#include "prove/prove.h"

/* Of one text.  A law's arena bounds its comparisons to some thousands; each
 * is written twice, and takes 200 bytes at most. */
enum { PROVE_TEXT_MAX = 1 << 23 };

/* Declares and defines all of the above for copy 'a' or 'b'. */
void prove_smt_copy(const struct law *law, char copy, struct buf *to);

/* A condition of copy `copy`, as a `require` reads it. */
void prove_smt_node(const struct law_node *node, char copy, struct buf *to);

/* Opens `(declare-const NAME Bool)` and what follows from it; the caller writes
 * one condition and then "))\n". */
enum { PROVE_CLAIM_MAX = 48 };
void prove_smt_claim(const char *name, struct buf *to);

/*
 * Claims for copy 'a' or 'b': `written.a`, that one request can be written
 * which has this evidence; and `usually.a.I`, that the I-th fact is as it is on
 * an ordinary day.
 */
enum { PROVE_ORDINARY = 20 };
void prove_smt_written(char copy, struct buf *to);
void prove_smt_ordinary_name(char copy, unsigned i, char to[PROVE_CLAIM_MAX]);

/* ` (= ...)`: both copies agree on `id`. */
void prove_smt_same(enum evidence_id id, struct buf *to);

/* ---- properties ---- */

enum { PROVE_ABOUT_ALL = LAW_RULES_MAX };

struct prove_question {
	const struct law *law;
	enum prove_property property;
	size_t rule;      /* that it is about, or which `prove`; ABOUT_ALL */
	const bool *duty; /* the duty list, once it is known */
};

/* One condition: what a counterexample, or the example wanted, would be. */
void prove_question_put(const struct prove_question *question, struct buf *to);

/* The same of the duty list: the statutes grant, and this rule of the agreement
 * alone stands against. */
void prove_question_put_duty(
	const struct prove_question *question, struct buf *to);

/* Does the evaluator see in `ev` what the solver saw? */
bool prove_question_shown(
	const struct prove_question *question, const struct evidence ev[2]);

unsigned prove_copies(enum prove_property property); /* of the evidence */

/* An example is what is wanted, not what must not be. */
bool prove_wants_example(enum prove_property property);

bool prove_of_statute(const struct law *law, size_t rule);

/* ---- the solver ---- */

enum prove_found { PROVE_NOTHING, PROVE_SOMETHING, PROVE_NO_ANSWER };

struct prove_solver; /* Z3 behind it */
MUST_USE enum err prove_solver_new(struct prove_solver **ret_solver);
struct prove_solver *prove_solver_free(struct prove_solver *solver);
DEFINE_OWNED(prove_solver);

/*
 * Reads declarations and claims in place of what was read before.  False where
 * Z3 cannot read them, which is a bug of ours: nothing is proved by it.
 */
bool prove_solver_read(struct prove_solver *solver, struct span text);

/*
 * Is there evidence for which all of `claim` (names of Bools that the text
 * declared) are true?  With `n` copies, what was found is in `found[0..n)`.
 */
enum { PROVE_CLAIMS_MAX = 3 + 2 * PROVE_ORDINARY };
enum prove_found prove_solver_ask_all(struct prove_solver *solver,
	const char *const *claim, unsigned n_claims, unsigned n,
	struct evidence found[2]);

/* The same of one. */
enum prove_found prove_solver_ask(struct prove_solver *solver,
	const char *claim, unsigned n, struct evidence found[2]);
