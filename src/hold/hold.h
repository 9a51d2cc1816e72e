/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * hold - an order that stops what it covers, and the two people who end it.
 *
 *             ASK                GRANT
 *    PLACED --------> LIFT_ASKED --------> LIFTED
 *       ^                 |
 *       '------ DENY -----'
 *
 * An order that comes later may let something through while the hold stands:
 * an exception, asked (EXCEPT) and granted (EXCEPT_GRANT) like a lift.  It
 * leaves the state as it is.
 *
 * hold.def is the authority for this drawing; tests/hold walks every pair of
 * state and event against it.  Invariants, checked at each entry and exit:
 *
 *   H1  A hold has a number, a placer, a ground, and at least one scope.
 *   H2  LIFT_ASKED and LIFTED know who asked; PLACED does not.
 *   H3  LIFTED knows who granted; that is not who asked (R20), and one of
 *       the two was counsel.
 *   H4  LIFTED is final.  Nothing lifts by itself: a review date reminds.
 *   H5  A hold stops from the moment it is placed until it is LIFTED, asked or
 *       not, also when the order's effective time is later: early is safe.
 *       Of a later exception only what is GRANTED takes anything out of it.
 *   H6  A GRANTED exception knows who asked and who granted, two people, one
 *       of them counsel; it is final, and so is a DENIED one.
 *
 * Times are seconds since 1970, UTC.  A person is the SHA-256 of a certificate
 * (32 bytes).  No clock, file or log; signatures over the bytes of an act are
 * made and checked by the caller.
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

struct hold;     /* opaque: hold_place() makes it, its caller owns it */
struct hold_set; /* holds, in the order of their numbers */

enum hold_state {
	HOLD_NO_STATE, /* where the table has no move */
#define STATE(name, text) HOLD_##name,
#include "hold/hold.def"
	HOLD_N_STATES
};

enum hold_event {
	HOLD_NO_EVENT,
#define EVENT(name, text) HOLD_##name,
#include "hold/hold.def"
	HOLD_N_EVENTS
};

enum hold_ground {
	HOLD_NO_GROUND,
#define GROUND(name, text) HOLD_BY_##name,
#include "hold/hold.def"
	HOLD_N_GROUNDS
};

/* STOP: nothing it covers leaves.  PRESERVE: nothing it covers is destroyed. */
enum hold_effect {
	HOLD_NO_EFFECT,
#define EFFECT(name, text) HOLD_TO_##name,
#include "hold/hold.def"
	HOLD_N_EFFECTS
};

/* Of an exception that a later order makes. */
enum hold_exception_state {
	HOLD_NO_EXCEPTION,
#define EXCEPTION(name, text) HOLD_EXCEPTION_##name,
#include "hold/hold.def"
	HOLD_N_EXCEPTION_STATES
};

enum hold_kind {
	HOLD_NO_KIND,
#define KIND(name, text) HOLD_OF_##name,
#include "hold/hold.def"
	HOLD_N_KINDS
};

enum {
	HOLD_PRINT = 32,
	HOLD_TERMS_MAX = 4096, /* of all scopes and exceptions of one hold */
	HOLD_VALUE_MAX = 256,  /* bytes of one value with its end */
	HOLD_SCOPES_MAX = 255,
	HOLD_EXCEPTIONS_MAX = 255, /* of later orders, for one hold */
	/* Sealed holds are numbered from here on, by their entry: so a gap
	 * between the others' numbers tells of none. */
	HOLD_SEALED_FROM = 1000000,
	HOLD_DOCKET_MAX = 128,
	HOLD_NOTE_MAX = 512,
	HOLD_BYTES_MAX = 1 << 21, /* of one encoded hold */
};

/*
 * Folds a name for comparison: person_fold(), given by the caller since this
 * folder knows no names.  Returns the length; `to` is terminated.
 */
typedef size_t hold_fold(struct span text, char to[256]);

/*
 * An order as it is placed.  Each scope is a text of terms joined by ',':
 *
 *	all
 *	agreement=AG-IRS-ICE-2025
 *	recipient=ICE,statute=8 USC 1253
 *	case=HSI-HOU-25-325567,case=HSI-HOU-25-325568,from=2025-06-01
 *	person=123-45-6789    person=MARIA LOPEZ GARCIA    person=P00000017
 *
 * Terms of different kinds must all hold, terms of one kind are alternatives;
 * a hold covers what any of its scopes covers and none of its exceptions does.
 * `from` and `until` are the first and last day of receipt.  A statute covers
 * all below it.  `recipient` is an agency's or an officer's id.  A person is
 * nine digits (TIN), two words or more (a name: covers every request whose
 * name has all these words, and excepts only the same words), else a person_id; tin:, name: and id: before the
 * value say which.  No value holds a comma.
 */
struct hold_order {
	enum hold_ground ground;
	enum hold_effect effect;
	bool sealed;          /* its existence is told to counsel only */
	struct span docket;   /* "1:25-cv-12822 (D. Mass.)" */
	struct span note;     /* may be empty */
	const uint8_t *order; /* SHA-256 of the order's file; NULL: no file */
	int64_t effective_at; /* 0: when it is placed */
	int64_t served_at;    /* 0: when it is placed */
	int32_t review_day;   /* DAY_NONE: none */
	const struct span *scopes;
	size_t n_scopes;
	const struct span *exceptions;
	size_t n_exceptions;
};

/* Who acts, with the role that the register gives at that moment. */
struct hold_act {
	uint8_t by[HOLD_PRINT]; /* never all zero */
	bool counsel;
	int64_t at;
};

/* How much of a name on the record is not shown: nothing of it; what may stand
 * beside the words requested (a middle name); all of it. */
enum hold_unseen { HOLD_SEEN, HOLD_UNSEEN_MORE, HOLD_UNSEEN_ALL };

/*
 * What is about to leave (or to be destroyed).  Empty or DAY_NONE: not known.
 * An unknown agreement, recipient, statute, batch or day is covered by a scope
 * and never excepted (the safe side); an unknown person, case or request is
 * not covered, since such a scope can only mean what it names.
 */
struct hold_target {
	struct span agreement;
	struct span recipient; /* agency */
	struct span officer;
	struct span statute; /* as cited, or the word of EV_AUTHORITY */
	struct span batch;   /* "12" */
	struct span request;
	struct span case_id;
	struct span tin[2]; /* digits: as requested; as on the record (vault) */
	struct span name[2]; /* hold_fold()ed: given, middle, surname */
	struct span person;  /* person_id; empty before anybody was looked up */
	int32_t day;         /* of receipt */
	/* A person was confirmed, and what the record says is not shown here:
	 * then a TIN or a name may be that person's, which covers and never
	 * excepts. */
	bool tin_unseen;
	enum hold_unseen name_unseen;
};

/*
 * Places.  Refuses MALFORMED (a scope, a text with control characters, a
 * missing part: `reterr_why` names it), TOO_LARGE, NOT_ALLOWED (by nobody);
 * fails NOMEM.  `number` is never 0: the ledger entry's index + 1, say.
 */
MUST_USE enum err hold_place(uint64_t number, const struct hold_order *order,
	const struct hold_act *act, hold_fold *fold, struct hold **ret_hold,
	struct why *reterr_why);
struct hold *hold_free(struct hold *hold);
DEFINE_OWNED(hold);

/* Would hold_place() take this scope?  For checking a command line. */
MUST_USE enum err hold_scope_check(
	struct span scope, hold_fold *fold, struct why *reterr_why);

/*
 * Makes the one move that `event` asks for, or leaves `hold` as it was.
 * Refuses BAD_MOVE (no such move), TOO_EARLY (before the act before it), and
 * NOT_ALLOWED: granting one's own wish, a grant where neither is counsel, an
 * act by nobody.  DENY may be said by counsel or by who asked.  Exceptions have
 * functions of their own, below.
 */
MUST_USE enum err hold_apply(struct hold *hold, enum hold_event event,
	const struct hold_act *act, struct why *reterr_why);

/* Does it stand and is the target in its scope?  Asks nothing of `effect`. */
bool hold_covers(const struct hold *hold, const struct hold_target *target);

/* The same of a hold that was lifted too: did the order mean this? */
bool hold_reaches(const struct hold *hold, const struct hold_target *target);

/*
 * What hold_covers() will say once all is known of what the requester wrote.
 * `unread` are kinds whose values are not in `target` yet, as bits (1u <<
 * HOLD_OF_CASE); RECIPIENT where only the officer is not.
 */
enum hold_glance { HOLD_COVERS_NOT, HOLD_COVERS_PERHAPS, HOLD_COVERS_SURELY };
enum hold_glance hold_glance(const struct hold *hold,
	const struct hold_target *target, unsigned unread);

/* ---- exceptions by a later order ---- */

struct hold_except_order {
	struct span docket;   /* of the later order; a court's hold needs it */
	struct span note;     /* may be empty */
	const uint8_t *order; /* SHA-256 of its file; NULL: no file */
	const struct span *scopes;
	size_t n_scopes;
};

/*
 * Asks for one; *ret_n is its number, from 1.  Changes nothing of what the hold
 * covers.  Refuses as hold_place(), and BAD_MOVE once the hold is lifted,
 * TOO_EARLY as hold_apply(), MALFORMED a scope that names a person_id: who is
 * let through is what the requester wrote, or the answer would tell who was
 * found.
 */
MUST_USE enum err hold_except(struct hold *hold,
	const struct hold_except_order *order, const struct hold_act *act,
	hold_fold *fold, uint32_t *ret_n, struct why *reterr_why);

/* EXCEPT_GRANT or EXCEPT_DENY of number `n`; refuses as hold_apply(), and
 * NOT_FOUND: there is no such exception. */
MUST_USE enum err hold_except_apply(struct hold *hold, uint32_t n,
	enum hold_event event, const struct hold_act *act,
	struct why *reterr_why);

struct hold_exception_says {
	enum hold_exception_state state;
	const char *docket;
	const char *note;
	const uint8_t *order;     /* NULL: no file */
	struct hold_act asked;    /* who, when */
	struct hold_act answered; /* granted or denied; by nobody in ASKED */
};
uint32_t hold_n_exceptions(const struct hold *hold);
/* False: there is no exception `n` (from 1). */
bool hold_exception(const struct hold *hold, uint32_t n,
	struct hold_exception_says *ret_says);
/* Its canonical scopes, one a line; `show` as below. */
enum hold_show { HOLD_SHOW_ALL, HOLD_SHOW_NOBODY };
void hold_exception_text(const struct hold *hold, uint32_t n,
	enum hold_show show, struct buf *to);

/* ---- what a hold pulls back ---- */

/*
 * Of one batch, for each request whose package nobody fetched: is it covered by
 * what the requester wrote, and is it by what the record says?  hold_pull()
 * sets HOLD_PULLED: of all that are so by what was written; and where the
 * record alone covers any, of every one in the batch.  So what is pulled back
 * never tells which of them were found on the roll (I9).
 */
enum hold_pulled {
	HOLD_OUT = 1 << 0,     /* its package is where it can be pulled back */
	HOLD_WRITTEN = 1 << 1, /* covered by what the requester wrote */
	HOLD_RECORD = 1 << 2,  /* covered by the record, or perhaps */
	HOLD_PULLED = 1 << 3,
};
/* How many are pulled. */
size_t hold_pull(uint8_t *flags, size_t n);

/* ---- what a hold says ---- */

uint64_t hold_number(const struct hold *hold);
enum hold_state hold_state(const struct hold *hold);
enum hold_ground hold_ground(const struct hold *hold);
enum hold_effect hold_effect(const struct hold *hold);
bool hold_sealed(const struct hold *hold);
const char *hold_docket(const struct hold *hold);
const char *hold_note(const struct hold *hold);
/* SHA-256 of the order's file; NULL: there is none. */
const uint8_t *hold_order(const struct hold *hold);
const uint8_t *hold_placer(const struct hold *hold);
int64_t hold_placed_at(const struct hold *hold);
int64_t hold_effective_at(const struct hold *hold);
int64_t hold_served_at(const struct hold *hold);
/* DAY_NONE: none. */
int32_t hold_review_day(const struct hold *hold);
/* Who asked for the lift; NULL in PLACED. */
const uint8_t *hold_asker(const struct hold *hold);
int64_t hold_asked_at(const struct hold *hold);
/* Was that counsel, when it was asked? */
bool hold_asked_by_counsel(const struct hold *hold);

/* The review date has come and the hold stands. */
bool hold_review_due(const struct hold *hold, int32_t today);

/* Canonical scope texts as placed, one a line; exceptions begin with
 * "except ".  Later ones are not among them: hold_exception_text().  SHOW_NOBODY
 * is for who sees no record: whom a scope names is not shown, nor any note. */
void hold_scope_text(
	const struct hold *hold, enum hold_show show, struct buf *to);
void hold_json(const struct hold *hold, enum hold_show show, struct buf *to);

const char *hold_state_text(enum hold_state state);
const char *hold_event_text(enum hold_event event);
const char *hold_ground_text(enum hold_ground ground);
const char *hold_effect_text(enum hold_effect effect);
const char *hold_kind_text(enum hold_kind kind);
const char *hold_exception_state_text(enum hold_exception_state state);
bool hold_ground_parse(struct span text, enum hold_ground *ret_ground);
bool hold_effect_parse(struct span text, enum hold_effect *ret_effect);

/* ---- bytes ---- */

/*
 * The whole hold with its state; decoding refuses MALFORMED whatever
 * hold_place() and hold_apply() could not have made.
 */
void hold_encode(const struct hold *hold, struct buf *to);
MUST_USE enum err hold_decode(struct span bytes, struct hold **ret_hold);

/* Another one of the same bytes, the caller's own. */
MUST_USE enum err hold_copy(const struct hold *hold, struct hold **ret_copy);

/*
 * What is signed.  Placing: "weir/hold-place/v1\n" and the hold as placed.
 * An act: "weir/hold-act/v1\n", u64 number, u8 event, 32 by, u8 counsel,
 * u64 at.  An act on exception `n`: "weir/hold-except/v1\n", the same with its
 * own event, u32 n, and the exception as it was asked.
 */
void hold_place_bytes(const struct hold *hold, struct buf *to);
void hold_act_bytes(uint64_t number, enum hold_event event,
	const struct hold_act *act, struct buf *to);
void hold_except_bytes(const struct hold *hold, uint32_t n,
	enum hold_event event, const struct hold_act *act, struct buf *to);

/* ---- all holds ---- */

MUST_USE enum err hold_set_new(struct hold_set **ret_set);
struct hold_set *hold_set_free(struct hold_set *set);
DEFINE_OWNED(hold_set);

/*
 * Takes the hold (`*hold` is NULL after success; on refusal the caller keeps
 * it) and puts it where its number belongs.  Refuses EXISTS (its number is
 * there), fails NOMEM.
 */
MUST_USE enum err hold_set_add(struct hold_set *set, struct hold **hold);
size_t hold_set_n(const struct hold_set *set);
struct hold *hold_set_at(const struct hold_set *set, size_t i);
struct hold *hold_set_find(const struct hold_set *set, uint64_t number);

/* The first standing hold of that effect that covers it; NULL: none. */
const struct hold *hold_set_covers(const struct hold_set *set,
	enum hold_effect effect, const struct hold_target *target);

/* Canonical bytes of all: the caller hashes them for the head. */
void hold_set_encode(const struct hold_set *set, struct buf *to);
MUST_USE enum err hold_set_decode(struct span bytes, struct hold_set **ret_set);
