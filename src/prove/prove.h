/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * prove - what a law can never do, shown by a solver.
 *
 *	struct law_tree ── prove_smt.c ──> SMT-LIB ── Z3 ──> an answer, and
 *	where the answer is no, the evidence that shows it
 *
 * The solver reads the syntax tree, the evaluator (law_decide()) the compiled
 * form: two readings of one file.  So every example that the solver finds is
 * decided by the evaluator too, and a difference is a failure of its own
 * (PROVE_DIFFERS), never an answer.
 *
 * Evidence is finite (law/evidence.def), so each property is a question about
 * bounded integers without quantifiers, and Z3 decides it.  What it cannot
 * decide in time counts as not proved.
 *
 * docs/PROVING.md says what each property means to counsel.  Source: Cutler
 * and others, Cedar (OOPSLA 2024), for proof and differential test beside each
 * other; Merigoux and others, Catala (ICFP 2021), for gaps and clashes.
 *
 * Z3 is linked to the program `weir-prove` alone, never to `weir`.
 */

#include "law/law.h"
#include "proof/proof.h"

enum prove_answer {
	PROVE_HOLDS,
	PROVE_FAILS,
	PROVE_UNKNOWN, /* the solver gave up: not proved */
	PROVE_DIFFERS, /* solver and evaluator disagree: neither is believed */
};
const char *prove_answer_text(enum prove_answer answer);

enum prove_property {
#define PROPERTY(ID, word, text) PROVE_##ID,
#include "proof/proof.def"
	PROVE_N
};
const char *prove_property_word(enum prove_property property);
const char *prove_property_text(enum prove_property property);

/* The evidence that a property says a released request has; false: it says
 * nothing of one alone. */
bool prove_property_evidence(
	enum prove_property property, enum evidence_id *ret_id);

/* Does any rule of the law name it? */
bool prove_named(const struct law *law, enum evidence_id id);

/* One property of one law. */
struct prove_result {
	enum prove_property property;
	enum prove_answer answer;
	const char *about; /* name of a rule, or of a `prove`; NULL: all */
	const char *text;  /* the sentence that is proved or not */
	unsigned n_shown;  /* examples below: 0, 1 or 2 */
	struct evidence shown[2];
	uint32_t ms;
};

/* What `prove_law()` says besides. */
struct prove_summary {
	size_t n_asked;
	size_t n_held;
	bool duty
		[LAW_RULES_MAX]; /* refuses by itself what the statutes grant */
};

struct prove_tell {
	void (*tell)(void *context, const struct prove_result *result);
	void *context;
	int64_t (*ms)(
		void *context); /* a clock, for prove_result.ms; or NULL */
};

/*
 * Asks every property of a sealed law, in the order of proof.def, and tells
 * each answer.  LOAD_BEARING is asked once a rule and told once a rule that
 * fails, or once where all hold; STATED or COMPARED once a `prove`.  Fails
 * NOMEM.
 */
MUST_USE enum err prove_law(const struct law *law,
	const struct prove_tell *tell, struct prove_summary *ret_summary);

/* "Z3 4.8.12.0", cut to fit. */
void prove_solver_name(char *to, size_t size);

/* ---- the receipt ---- */

/* Begins one of a law that stands in these files, the agreement last. */
void prove_receipt_begin(const struct law *law, const struct proof_file *files,
	size_t n_files, int32_t today, struct proof_receipt *ret_receipt);

/* One more property, as prove_law() tells it. */
void prove_receipt_add(
	struct proof_receipt *receipt, const struct prove_result *result);

/* What two laws make of the same evidence. */
enum prove_relation {
	PROVE_EQUIVALENT, /* each releases what the other does */
	PROVE_MORE,       /* the first releases more */
	PROVE_LESS,       /* the first releases less */
	PROVE_NEITHER,    /* each releases what the other does not */
	PROVE_OPEN,       /* not decided, or the two readings differ */
};
const char *prove_relation_text(enum prove_relation relation);

/* One law releases `shown`, and the other keeps it back by `rule` alone. */
struct prove_difference {
	bool first; /* the first law is the one that releases */
	const struct law_rule *rule;
	struct evidence shown;
};

/*
 * Compares two sealed laws, and tells each rule of either by which alone it
 * keeps back what the other releases.  Fields are compared too: `ret_fields`
 * has those of the first, then of the second, that the other does not disclose;
 * a law that discloses more is more permissive.  Fails NOMEM.
 */
MUST_USE enum err prove_diff(const struct law *a, const struct law *b,
	void (*tell)(void *context, const struct prove_difference *difference),
	void *context, enum prove_relation *ret_relation,
	unsigned ret_fields[2]);

/*
 * An example as counsel reads it: the evidence that the law names (or `also`,
 * another; NULL), one a line, then the decision as the evaluator gives it.
 */
void prove_example(const struct law *law, const struct law *also,
	const struct evidence *ev, struct buf *to);
