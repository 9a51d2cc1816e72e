/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * matter - what an office has open beside the requests themselves: a batch
 * over a cap, an objection of law, a recall, an incident, a notice.
 *
 *            decision                 decision
 *    OPEN ------------> REPORTED ------------> CLOSED      (an incident)
 *      '-------------------------------------->            (all others)
 *
 * matter.def is the one list of kinds, of who opens and who answers, of the
 * clocks and of the words that a matter is opened with; docs/MATTERS.md is
 * printed from it.
 *
 *   M1  A matter is answered once, by a role that its decision names.
 *   M2  CLOSED is final.  No time closes a matter: a clock that ran out makes
 *       it overdue, which is shown, and what it stops stays stopped.
 *   M3  A decision that needs a ground has one; one that needs a rule begins
 *       with the name of a rule of the law (the caller knows the law).
 *   M4  Every field that its kind asks for is there, and is one text.
 *
 * No clock, file, database or log: people, roles and times come in.  The bytes
 * of an opening and of a decision are what the caller signs and enters.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum matter_kind {
	MATTER_NO_KIND,
#define KIND(NAME, text, who, hours, stops, meaning) MATTER_OF_##NAME,
#include "matter/matter.def"
	MATTER_N_KINDS
};

enum matter_state {
	MATTER_NO_STATE,
#define STATE(NAME, text) MATTER_##NAME,
#include "matter/matter.def"
	MATTER_N_STATES
};

enum matter_decision {
	MATTER_NO_DECISION,
#define DECISION(KIND, NAME, text, who, from, to, needs, meaning)              \
	MATTER_##KIND##_##NAME,
#include "matter/matter.def"
	MATTER_N_DECISIONS
};

/* MATTER_F_INCIDENT_WHAT and so on: one number for the fields of all kinds. */
enum matter_field {
#define FIELD(KIND, NAME, name, need, most, meaning) MATTER_F_##KIND##_##NAME,
#include "matter/matter.def"
	MATTER_N_FIELDS
};

enum matter_noted {
	MATTER_NO_NOTE,
#define NOTE(NAME, text, meaning) MATTER_NOTED_##NAME,
#include "matter/matter.def"
	MATTER_N_NOTES
};

/* Who acts; several bits for a person with several roles in force. */
enum matter_who {
	MATTER_BY_PROGRAM = 1 << 0,
	MATTER_BY_OPERATOR = 1 << 1,
	MATTER_BY_REVIEWER = 1 << 2,
	MATTER_BY_COUNSEL = 1 << 3,
	MATTER_BY_SAFEGUARDS = 1 << 4,
	MATTER_BY_REQUESTER = 1 << 5,
	MATTER_BY_OTHER = 1 << 6, /* another role of the custodian's */
	/* anybody with a role at the custodian */
	MATTER_BY_ANYBODY = MATTER_BY_OPERATOR | MATTER_BY_REVIEWER |
			    MATTER_BY_COUNSEL | MATTER_BY_SAFEGUARDS |
			    MATTER_BY_OTHER,
};

/* What waits while a matter is open. */
enum matter_stops {
	MATTER_STOPS_NONE,
	MATTER_STOPS_LOOKUP,  /* of its batch */
	MATTER_STOPS_RELEASE, /* an address, of its request or its batch */
};

enum matter_needs {
	MATTER_NEEDS_EITHER,
	MATTER_NEEDS_GROUND,
	MATTER_NEEDS_RULE,
};

enum {
	MATTER_FIELDS_MAX = 8, /* of one kind */
	MATTER_GROUND_MAX = 2000,
	MATTER_BYTES_MAX = 1 << 14, /* of an opening or a decision */
};

/* What a store keeps of one matter; its words are in its entries. */
struct matter {
	uint64_t n;         /* its number, from 1 */
	uint8_t kind;       /* enum matter_kind */
	uint8_t state;      /* enum matter_state */
	uint32_t batch;     /* 0: of no batch */
	uint64_t line;      /* 0: of no single request */
	int64_t opened_at;  /* seconds since 1970, UTC */
	int64_t due_at;     /* 0: no clock */
	int64_t changed_at; /* of the last decision, or opened_at */
	uint8_t decision;   /* the last one; MATTER_NO_DECISION: none */
};

/* The words of an opening: by place, the fields of its kind in their order. */
struct matter_words {
	struct span field[MATTER_FIELDS_MAX];
};

/*
 * Opens a matter of `kind`.  Refuses NOT_ALLOWED (this role opens none of this
 * kind), MALFORMED (M4; `reterr_why` names the field).  `at` is now; `n`, batch
 * and line are the caller's to set before and stay as they are.
 */
MUST_USE enum err matter_open(struct matter *matter, enum matter_kind kind,
	unsigned who, const struct matter_words *words, int64_t at,
	struct why *reterr_why);

/*
 * Makes the one move of `decision`, or leaves `matter` as it was.  Refuses
 * NOT_ALLOWED (role), BAD_MOVE (another kind's, or not in this state),
 * MALFORMED (no ground, or too long), TOO_EARLY (before the act before it).
 */
MUST_USE enum err matter_decide(struct matter *matter,
	enum matter_decision decision, unsigned who, struct span ground,
	int64_t at, struct why *reterr_why);

/* From a store: refuses DAMAGED what the two above cannot have made. */
MUST_USE enum err matter_check(const struct matter *matter);

bool matter_is_open(const struct matter *matter);
bool matter_overdue(const struct matter *matter, int64_t now);

/* ---- what is entered ---- */

/*
 * Canonical bytes: "weir/matter-open/v1\n", kind, batch, line, the fields; and
 * "weir/matter-decide/v1\n", n, decision, ground.  Reading refuses MALFORMED.
 */
void matter_open_encode(const struct matter *matter,
	const struct matter_words *words, struct buf *to);
MUST_USE enum err matter_open_decode(struct span bytes,
	struct matter *ret_matter, struct matter_words *ret_words);
void matter_decide_encode(uint64_t n, enum matter_decision decision,
	struct span ground, struct buf *to);
MUST_USE enum err matter_decide_decode(struct span bytes, uint64_t *ret_n,
	enum matter_decision *ret_decision, struct span *ret_ground);

/* What is noted of a matter beside its opening and its answer. */
struct matter_note {
	uint64_t n;       /* the matter */
	uint8_t noted;    /* enum matter_noted */
	uint8_t what;     /* LOOKED: the decision; AMENDED: the field's place */
	uint32_t batch;   /* LOOKED */
	uint64_t line;    /* LOOKED: the request's; LISTED: how many;
			   * AGAIN: the new matter */
	struct span text; /* LOOKED: the ground; AMENDED: the words; LISTED:
			   * SHA-256 in hex; UNTIL: the day;
			   * REPORTED: the time */
};

/* "weir/matter-note/v1\n", n, noted, what, batch, line, text.  Reading
 * refuses MALFORMED: another form, or what its kind of note cannot say. */
void matter_note_encode(const struct matter_note *note, struct buf *to);
MUST_USE enum err matter_note_decode(
	struct span bytes, struct matter_note *ret_note);

/*
 * How many of `n` answers a second look is drawn of: one in ten, at least 10,
 * at most 299, never more than there are.  It depends on their number and on
 * nothing else.
 */
uint64_t matter_look_size(uint64_t n);

/* ---- the tables ---- */

const char *matter_kind_text(enum matter_kind kind);
const char *matter_kind_meaning(enum matter_kind kind);
unsigned matter_kind_who(enum matter_kind kind);
enum matter_stops matter_kind_stops(enum matter_kind kind);
bool matter_kind_parse(struct span text, enum matter_kind *ret_kind);
const char *matter_state_text(enum matter_state state);
const char *matter_decision_text(enum matter_decision decision);
/* The decision where there is one, else the state. */
const char *matter_stands_text(const struct matter *matter);
const char *matter_decision_meaning(enum matter_decision decision);
enum matter_needs matter_decision_needs(enum matter_decision decision);
/* A word means a decision of that kind only. */
bool matter_decision_parse(enum matter_kind kind, struct span text,
	enum matter_decision *ret_decision);

const char *matter_noted_text(enum matter_noted noted);

/* The fields of a kind, in their order: names, and what each says. */
size_t matter_n_fields(enum matter_kind kind);
const char *matter_field_name(enum matter_kind kind, size_t i);
const char *matter_field_meaning(enum matter_kind kind, size_t i);

/* The table as Markdown: the whole docs/MATTERS.md. */
void matter_print(struct buf *to);
