/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * law_int - the syntax tree and the compiled form, for this folder, its tests
 * and a prover.
 *
 *    text ── lex ──> tokens ── parse, check ──> struct law_tree ── compile ──>
 *    struct law_test[] ── decide ──> answer
 *
 * Meaning of the tree (what a prover must state).  An atom is true of evidence
 * value v where v != 0 and `low` <= v <= `high` and bit v of `mask` is set; of
 * v == 0 (not known) it is false in a `require` and true in a `when`.  With
 * `since`, the value w of another day, v is not known where either is not, and
 * is else 1 + the days from w to v; a day before w is in no bounds.  A plain rule
 * might apply where `when` is NULL or true.  An exception might where its rule
 * might, its own `when` is surely true (read as a `require` is), and so is that
 * of no other exception to the rule that has a greater `priority`.  A rule, or
 * an exception, applies where it might and the `when` of no exception to it is
 * surely true.  It is met where it does not apply or `require` is NULL or true.
 * A NEVER is false.  The answer of a law is the strongest answer of the rules
 * not met, LAW_REVIEW without one; but where a rule marked `first` is not met,
 * the earliest such rule alone counts (it refuses, so that no answer becomes
 * weaker by it).  There is no negation within a condition, so `when` and
 * `require` are monotone in each atom.
 */

#include "base/arena.h"
#include "law/law.h"

enum {
	LAW_FILES_MAX = 8,
	LAW_SETTINGS_MAX = 16,
	LAW_PROOFS_MAX = 64,
	LAW_TESTS_MAX = 1024, /* comparisons in all files */
	LAW_DEPTH_MAX = 16,   /* nested parentheses */
	LAW_ATOMS_MAX = 64,   /* comparisons in one rule */
	LAW_SOURCE_MAX = 2000,
	LAW_QUOTE_MAX = 4000,
	LAW_ARENA = 1 << 18,
};

/* ---- the tree ---- */

enum law_node_kind { LAW_ATOM, LAW_AND, LAW_OR, LAW_NEVER };

struct law_node {
	enum law_node_kind kind;
	const struct law_node *left; /* of AND and OR */
	const struct law_node *right;
	enum evidence_id evidence; /* of an ATOM, as are the following */
	enum evidence_id since;    /* counted in days from it; EV_N: not so */
	uint32_t low;              /* stored values: 1 + word or number */
	uint32_t high;
	uint32_t mask; /* of words, by stored value; all ones elsewhere */
	unsigned line;
	unsigned column;
};

struct law_tree {
	struct law_rule shown; /* id, code, sentence, citation, position */
	const struct law_node *when;    /* NULL: always applies; the days of the
				      * rule's version are part of it */
	const struct law_node *require; /* NULL: an exception that lifts */
	size_t base; /* the rule that it is an exception to, else itself */
	unsigned priority; /* among the exceptions to one rule */
	unsigned column;
	size_t file;
};

/*
 * `prove`: what the parties expect of the whole law, for the prover alone; no
 * request is decided by it.  A condition that whatever is released meets; or
 * codes, the whole duty list; or the fields that may be disclosed at most.
 */
struct law_proof {
	const char *name;
	const char *sentence;
	const struct law_node *implied; /* NULL: the two others */
	const char *codes[LAW_RULES_MAX];
	size_t n_codes;  /* 0: not a duty list */
	unsigned fields; /* 0: not of fields */
};

enum law_file_kind { LAW_STATUTE, LAW_AGREEMENT };

struct law_file {
	enum law_file_kind kind;
	const char *path; /* as given to law_add() */
	const char *name; /* "26 USC 6103(i)(2)", "AG-IRS-ICE-2025" */
	const char *title;
	unsigned grants; /* field bits; of a statute */
	const char *grant_citation;
	bool named; /* the agreement narrows or designates it */
};

struct law_setting_value {
	const char *name;
	const char *text;
	uint32_t value;
};

/* What an atom holds against its bounds; 0: not known. */
static inline uint32_t
law_value(const struct evidence *ev, unsigned evidence, unsigned since)
{
	uint32_t v = ev->value[evidence];

	if (since == EV_N || v == 0)
		return v;
	if (ev->value[since] == 0)
		return 0;
	return v < ev->value[since] ? UINT32_MAX : 1 + v - ev->value[since];
}

/* ---- compiled ---- */

/* Where a test leads: another test, always one of a smaller index, or: */
enum { LAW_GO_TRUE = 0xffff, LAW_GO_FALSE = 0xfffe };

struct law_test {
	uint32_t low;
	uint32_t high;
	uint32_t mask;
	uint16_t evidence;
	uint16_t since;
	uint16_t yes;
	uint16_t no;
};

enum { LAW_NO_RULE = 0xff };

struct law_plan {
	uint16_t when;
	uint16_t require;
	uint8_t answer; /* enum law_answer */
	bool reads_record;
	bool first;
	uint8_t base;      /* as in the tree */
	uint8_t exception; /* the greatest priority first; LAW_NO_RULE */
	uint8_t next;      /* exception to the same rule; LAW_NO_RULE */
};

struct law {
	struct arena arena; /* every text and node */
	bool sealed;
	size_t n_files;
	size_t n_rules;
	size_t n_settings;
	size_t n_proofs;
	size_t n_tests;
	size_t agreement; /* index of its file; LAW_FILES_MAX: none yet */
	size_t narrows;   /* index of the statute */
	const char *custodian;
	const char *requester;
	int32_t effective;
	int32_t expires;
	unsigned answer_days;
	unsigned lapse_days;
	unsigned expiry_days;
	unsigned screen_days; /* 0: not stated */
	unsigned fields;
	uint32_t cap[LAW_N_CAPS]; /* 0: not set */
	size_t n_base_rates;
	struct law_base_rate base_rate[LAW_FILES_MAX]; /* a statute each */
	struct law_file file[LAW_FILES_MAX];
	struct law_tree rule[LAW_RULES_MAX];
	struct law_setting_value setting[LAW_SETTINGS_MAX];
	struct law_proof proof[LAW_PROOFS_MAX];
	struct law_plan plan[LAW_RULES_MAX];
	struct law_test test[LAW_TESTS_MAX];
};

/* Does rule `i` apply to this evidence, or an exception stand in for it? */
bool law_applies(const struct law *law, size_t i, const struct evidence *ev);
bool law_excepted(const struct law *law, size_t i, const struct evidence *ev);

/* Compiles every rule; refuses TOO_LARGE past LAW_TESTS_MAX. */
MUST_USE enum err law_compile(struct law *law);

/* ---- tokens ---- */

enum law_token_kind {
	LAW_END,    /* of the file */
	LAW_WORD,   /* request.form, 2025-04-07, I2-B1-NAME, 10, rule */
	LAW_STRING, /* text is what is between the quotes */
	LAW_MARK,   /* one of { } ( ) , */
	LAW_BREAK,  /* a block ends */
	LAW_BAD,    /* text is the bytes at fault, `bad` says why */
};

struct law_token {
	enum law_token_kind kind;
	struct span text; /* in the file */
	const char *bad;
};

struct law_lexer {
	struct span text;
	size_t at;
	bool inside;       /* of a block of ours */
	struct span opens; /* the line that opened it */
	struct span quote; /* from the first to the last quoted line above it */
};

struct law_lexer law_lexer_from(struct span text);
struct law_token law_lex(struct law_lexer *lexer);

/* ---- errors ---- */

/* Fills in place and line from `at`, a part of `text`; n == 0: no place. */
void law_error_set(struct law_error *error, const char *file, struct span text,
	struct span at);

/* ---- parsing ---- */

struct law_parser {
	struct law *law;
	size_t file; /* index of the one being read */
	struct law_lexer lexer;
	struct law_token token; /* looked at, not yet taken */
	enum err error;         /* the first; sticky */
	struct law_error *reterr;
	const uint8_t *end; /* of the token taken last */
	unsigned seen;      /* entries of the header, by index */
	unsigned depth;
	unsigned atoms;          /* of this rule */
	const uint8_t *quote_at; /* of the quotation kept last, in the file */
	const char *quote;       /* that one, as kept */
};

/* Sets the error at `at`, unless there is one; returns false. */
bool law_parse_fail(struct law_parser *p, struct span at, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

MUST_USE enum err law_parse(struct law_parser *p);

/* All NULL with the error set: a condition; what is never true; `when` (or
 * NULL) on the days from `from` until the one before `until` (or DAY_NONE). */
const struct law_node *law_parse_condition(struct law_parser *p);
const struct law_node *law_parse_never(struct law_parser *p, struct span at);
const struct law_node *law_parse_in_force(struct law_parser *p, struct span at,
	int32_t from, int32_t until, const struct law_node *when);

/* A rule, an exception or a hold; `at` is that word, taken already. */
bool law_parse_rule(struct law_parser *p, struct span at);

/* Tokens.  Each is false, or gives nothing, with the error set. */
bool law_parse_next(struct law_parser *p);
bool law_parse_at(const struct law_parser *p, const char *word);
bool law_parse_expect(struct law_parser *p, const char *word);
bool law_parse_take(
	struct law_parser *p, enum law_token_kind kind, struct span *ret_text);

bool law_parse_day(struct law_parser *p, int32_t *ret_day);
bool law_parse_text(struct law_parser *p, const char **ret_text);
bool law_parse_name(struct law_parser *p, const char **ret_name);

/* "`what` belongs here", and `meant`; or that the block ends without. */
bool law_parse_missing(
	struct law_parser *p, const char *what, const char *meant);

/* The quotation above the block; NULL with the error set. */
const char *law_parse_quote(struct law_parser *p);

/*
 * A copy in the law's memory with runs of blanks folded into one space; NULL
 * with the error set where it is longer than `max` - 1 bytes.
 */
const char *law_parse_keep(struct law_parser *p, struct span text, size_t max);

/* ---- spelling ---- */

/* Of the known words that were tried, the one nearest to `word`. */
struct law_spell {
	struct span word;
	size_t edits;
	const char *nearest; /* NULL: none is near */
	char meant[LAW_NAME_MAX + 24];
};
struct law_spell law_spell_of(struct span word);
void law_spell_try(struct law_spell *spell, const char *known);
const char *law_spell_meant(struct law_spell *spell); /* "; is `x` meant?" */

/* ---- checks ---- */

/* False with the error set at `at`. */
struct law_rule_words {
	struct span id;
	struct span code;
	struct span answer;
	struct span sentence;
};
bool law_check_rule(struct law_parser *p, struct law_tree *rule,
	const struct law_rule_words *words);

/* True where the condition reads RECORD evidence, and which. */
bool law_check_reads_record(
	const struct law_node *node, enum evidence_id *ret_id);

/* Looks up a name of evidence, and says which one may be meant. */
bool law_check_evidence(
	struct law_parser *p, struct span name, enum evidence_id *ret_id);
