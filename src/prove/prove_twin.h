/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * prove_twin - what the solver's reading of a law says of one set of evidence:
 * to hold against the evaluator (law_decide()), for tests and bench/twins.
 *
 * The whole law of copy `a` becomes one term of bits, and Z3 evaluates that in
 * a model which gives each piece of evidence its value.  So a case costs a
 * tenth of a millisecond, where a question costs ten.
 */

#include "law/law.h"

struct prove_twin;

/* Of a sealed law, which has to outlive it.  Fails NOMEM. */
MUST_USE enum err prove_twin_new(
	const struct law *law, struct prove_twin **ret_twin);
struct prove_twin *prove_twin_free(struct prove_twin *twin);
DEFINE_OWNED(prove_twin);

struct prove_twin_says {
	uint64_t told; /* bit R: rule R is reported as not met */
	bool released; /* none is */
	bool accepted; /* none is that reads the request alone */
};

/* False where Z3 gives no value, which is a bug of ours. */
bool prove_twin_says(struct prove_twin *twin, const struct evidence *ev,
	struct prove_twin_says *ret_says);

/* True where the evaluator says the same of it, rule by rule. */
bool prove_twin_agrees(struct prove_twin *twin, const struct evidence *ev);
