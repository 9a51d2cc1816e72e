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
	enum law_answer answer;
	bool reads_record;
	unsigned line;
};

/* Where a law file is wrong: the token, its line and column, one sentence. */
struct law_error {
	unsigned line;
	unsigned column;
	unsigned length; /* of the token, in bytes */
	char text[WHY_MAX];
	char source[LAW_TEXT_MAX]; /* the whole line */
};

/*
 * Adds one file's text.  Order: statutes first, then the agreement that
 * narrows one of them.  Refuses MALFORMED (syntax, type, unknown name, an
 * agreement that widens; `reterr` says where), TOO_LARGE; fails NOMEM.
 */
MUST_USE enum err law_new(struct law **ret_law);
MUST_USE enum err law_add(struct law *law, const char *file, struct span text,
	struct law_error *reterr);

/* Refuses MALFORMED where the files do not make one whole: no agreement, a
 * statute it names is missing, no field granted, a code with two sentences. */
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
int32_t law_effective(const struct law *law);    /* first day in force */
int32_t law_expires(const struct law *law);      /* first day no longer */
unsigned law_answer_days(const struct law *law); /* receipt to answer day */
unsigned law_lapse_days(const struct law *law);
unsigned law_expiry_days(const struct law *law); /* a package's use, days */
unsigned law_fields(const struct law *law); /* enum law_field bits disclosed */

/*
 * Decides.  `half` EV_REQUEST evaluates only the rules of the request half
 * (the answer is REFUSED, ASK, or REVIEW for "accepted"); EV_RECORD evaluates
 * all.  met[i] is set for each rule that holds or does not apply; the caller
 * gives LAW_RULES_MAX of them (NULL: not wanted).  Allocates nothing.
 */
enum law_answer law_decide(const struct law *law, const struct evidence *ev,
	enum evidence_half half, bool met[LAW_RULES_MAX]);

/* The trace: what was asked, found and cited, clause by clause, for people. */
void law_trace(const struct law *law, const struct evidence *ev,
	enum evidence_half half, struct buf *to);
