/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * law - statutes and agreements as literate Markdown that is also the program.
 *
 * One Markdown file is read by law_parse() into a syntax tree (law_int.h, kept
 * for the prover), checked, and joined with others into one immutable `struct
 * law` that law_decide() evaluates without allocating.
 *
 *	statute file     may grant fields
 *	agreement file   `narrows` a statute: may only add conditions or remove
 *	                 fields, by syntax
 *
 * docs/LAW-LANGUAGE.md is the language.
 *
 * A rule reads evidence, and where it is not met ends in one answer:
 *
 *	refuse      goes back to the requester with code, sentence, citation;
 *	            only from REQUEST evidence (a type error otherwise)
 *	ask         request review first: a person reads the request itself;
 *	            only from REQUEST evidence
 *	unresolved  not one and only one person; RECORD evidence
 *	withhold    nothing may be given; RECORD evidence
 *
 * Strength: refuse > ask > withhold > unresolved > review; every rule that is
 * not met is listed, so that a requester can mend all of it at once.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "law/evidence.h"

enum {
	LAW_RULES_MAX = 64, /* in all files of one law */
	LAW_CODE_MAX = 32,  /* bytes of a code with its end */
	LAW_NAME_MAX = 64,
	LAW_TEXT_MAX = 400, /* bytes of a sentence or a citation */
	LAW_FILE_MAX = 1 << 20,
	LAW_SCREEN_DAYS = 90,       /* where an agreement states none */
	LAW_SCREEN_DAYS_MOST = 366, /* that it may state */
	LAW_PATH_MAX = 256, /* bytes kept of a file's name, with its end */
};

/* How much is taken in before counsel has looked (R22). */
enum law_cap {
	LAW_CAP_BATCH,       /* requests accepted in one batch */
	LAW_CAP_DAY,         /* under the agreement, of one day of receipt */
	LAW_CAP_OFFICER_DAY, /* of those, under one named officer */
	LAW_N_CAPS
};

/* How much a statute is used, and when so many requests are an alarm. */
struct law_base_rate {
	const char *statute;  /* "8 USC 1253(a)(1)(A)" */
	const char *citation; /* of the number */
	uint32_t per_year;    /* prosecutions, at least 1 */
	uint32_t times;       /* over per_year * times in 365 days: alarm */
};

enum law_answer {
	LAW_REVIEW, /* every rule is met: waits for people */
	LAW_UNRESOLVED,
	LAW_WITHHELD,
	LAW_ASK,
	LAW_REFUSED,
};

/* Field bits of 6103(b)(6) and the like; grants and agreements name them. */
enum law_field {
	LAW_FIELD_NAME = 1 << 0,
	LAW_FIELD_MAILING_ADDRESS = 1 << 1,
	LAW_FIELD_TIN = 1 << 2,
};

struct law; /* opaque; immutable once made; law_free() */

/* One rule as people read it; strings live as long as the law. */
struct law_rule {
	const char *id;       /* the rule's own label, "i2.B-i-address" */
	const char *code;     /* "I2-B1-ADDRESS" */
	const char *sentence; /* plain, ends without a full stop */
	const char *citation; /* "26 USC 6103(i)(2)(B)(i)" */
	const char *file;     /* as given to law_add() */
	const char *source;   /* the rule's own text, one line */
	const char *when;     /* of that, its condition to apply; "" without */
	const char *require;  /* of that, what it asks; "": an exception that
			       * lifts its rule, and is always met */
	const char *quote;    /* the statute's words above it; "" without */
	enum law_answer answer;
	bool reads_record;
	bool first; /* where it is not met, no other rule is looked at */
	const char *excepts; /* id of the rule it is an exception to, or NULL */
	const char *docket;  /* of a hold; NULL: it is a rule */
	int32_t from;        /* first day of this version; DAY_NONE: any */
	int32_t until;       /* first day no longer; DAY_NONE */
	unsigned line;
};

/* Where a law file is wrong: the token, its line and column, one sentence. */
struct law_error {
	char file[LAW_PATH_MAX]; /* "": of no one file */
	unsigned line;           /* 0: of no one line */
	unsigned column;         /* in bytes, the first is 1 */
	unsigned length;         /* of the token on that line, in bytes */
	char text[WHY_MAX];
	unsigned source_column;    /* column of the first byte of `source` */
	char source[LAW_TEXT_MAX]; /* the line; of a long one, the part around
				    * the token */
};

/*
 * agreements/x.md:12:1: an agreement may only narrow: it cannot grant
 *    12 | grant fields {name}
 *       | ^~~~~
 */
void law_error_show(const struct law_error *error, struct buf *to);

/*
 * Adds one file's text.  Order: statutes first, then the agreement that
 * narrows one of them.  Refuses MALFORMED (syntax, type, unknown name, a
 * statute it names that was not added, a code with two sentences, an agreement
 * that widens) and TOO_LARGE (over LAW_FILE_MAX, or too much of anything);
 * `reterr` says where.  law_new() fails NOMEM.  A law that refused a file can
 * only be freed.  `text` is not needed afterwards.
 */
MUST_USE enum err law_new(struct law **ret_law);
MUST_USE enum err law_add(struct law *law, const char *file, struct span text,
	struct law_error *reterr);

/* Refuses MALFORMED where the files do not make one whole: no agreement, or a
 * statute was added that it neither narrows nor designates. */
MUST_USE enum err law_seal(struct law *law, struct law_error *reterr);
struct law *law_free(struct law *law);
DEFINE_OWNED(law);

size_t law_n_rules(const struct law *law);
const struct law_rule *law_rule(const struct law *law, size_t i);

/* The agreement's own data. */
const char *law_agreement_id(const struct law *law); /* "AG-IRS-ICE-2025" */
const char *law_agreement_title(const struct law *law);
const char *law_custodian(const struct law *law);
const char *law_requester(const struct law *law);
/* The statute that it narrows: "26 USC 6103(i)(2)". */
const char *law_provision(const struct law *law);
int32_t law_effective(const struct law *law);    /* first day in force */
int32_t law_expires(const struct law *law);      /* first day no longer */
unsigned law_answer_days(const struct law *law); /* receipt to answer day */
/* From the manifest's date to the day on which what still waits lapses. */
unsigned law_lapse_days(const struct law *law);
unsigned law_expiry_days(const struct law *law); /* a package's use, days */
/* Screens of (i)(6) that are older, in days, let nothing leave. */
unsigned law_screen_days(const struct law *law);
unsigned law_fields(const struct law *law); /* enum law_field bits disclosed */
const char *law_field_text(enum law_field field); /* "mailing-address" */

/* `setting NAME NUMBER`; false where the agreement has no such setting. */
bool law_setting(const struct law *law, struct span name, uint32_t *ret_value);

/* The greatest number that does not wait for counsel; 0: the agreement sets
 * no such cap. */
uint32_t law_cap(const struct law *law, enum law_cap cap);
const char *law_cap_text(enum law_cap cap); /* "officer-day-most" */

/* `base-rate`, at most one of each statute. */
size_t law_n_base_rates(const struct law *law);
const struct law_base_rate *law_base_rate(const struct law *law, size_t i);

/*
 * Decides.  `half` EV_REQUEST evaluates only the rules of the request half
 * (the answer is REFUSED, ASK, or REVIEW for "accepted"); EV_RECORD evaluates
 * all.  met[i] is set for each rule that holds or does not apply and cleared
 * for each that is not met; the caller gives LAW_RULES_MAX of them (NULL: not
 * wanted).  Allocates nothing.
 *
 * Evidence that is not known never meets a requirement, and never keeps a
 * rule from applying.
 */
enum law_answer law_decide(const struct law *law, const struct evidence *ev,
	enum evidence_half half, bool met[LAW_RULES_MAX]);

/*
 * What to tell of a decision: the rules not met, the strongest answer first
 * and then in the order of the files, each code once.  Returns how many.
 */
size_t law_unmet(const struct law *law, const bool met[LAW_RULES_MAX],
	const struct law_rule *ret_rules[LAW_RULES_MAX]);

const char *law_answer_text(enum law_answer answer); /* "refused" */

/*
 * The trace: what was asked, found and cited, clause by clause, for people.
 * Ends with the answer.
 */
void law_trace(const struct law *law, const struct evidence *ev,
	enum evidence_half half, struct buf *to);

/* The same, a clause at a time, for whoever lays it out.  `found` has a line
 * `name: value` for each evidence that the clause reads; until the next. */
struct law_traced {
	const struct law_rule *rule;
	const char *state; /* "met", "not met", "does not apply", ... */
	bool met;
	struct span found;
};
typedef void law_trace_each(void *context, const struct law_traced *traced);
void law_trace_clauses(const struct law *law, const struct evidence *ev,
	enum evidence_half half, law_trace_each *each, void *context);

/*
 * The same for programs: `{"answer":"refused","rules":[...]}`, a rule an object
 * of docs/formats/explain.md.
 */
void law_trace_json(const struct law *law, const struct evidence *ev,
	enum evidence_half half, struct buf *to);

/* The agreement as people read it: parties, term, settings, fields, rules. */
void law_print(const struct law *law, struct buf *to);

/*
 * The files that are part of the program, in the order law_add() wants;
 * ret_name is their path in the source tree ("statutes/8-usc-1253.md").
 * False from the first `i` that is not one.
 */
bool law_shipped(size_t i, const char **ret_name, struct span *ret_text);

/* Every statute that is part of the program, those above among them. */
bool law_statute(size_t i, const char **ret_name, struct span *ret_text);

/* The shipped ones, added and sealed.  Fails NOMEM. */
MUST_USE enum err law_new_shipped(struct law **ret_law);
