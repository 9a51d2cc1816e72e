/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * case - where one request stands, what may happen to it next, and by whom.
 *
 * case.def is the one list; docs/STATES.md is drawn from it.  A request has a
 * state and, kept apart from it, what package it was answered with: so a
 * request that is unresolved and was answered neutrally on the answer day
 * stays unresolved inside, and may still be resolved later.
 *
 *   C1  ADDRESS was answered if and only if it was delivered, and then the
 *       state is DELIVERED, RECALLED or DESTROYED.
 *   C2  REFUSED and WITHDRAWN have no package; RECEIVED has none yet; LAPSED
 *       has the neutral one.  Each other state is with or without it.  What
 *       was judged anew had no package.
 *   C3  Two people approve, neither of them the submitter (I6).
 *   C4  What is sealed goes on to be delivered or back to be decided anew; the
 *       neutral package never goes out while one is staged.
 *   C5  A withdrawal depends on nothing but whether a package went (and every
 *       accepted request gets one on the same day): it tells nothing.
 *
 * No clock, file, database or log: people, roles and times come in.  Signatures
 * are the caller's, and so is the entry, which must be durable before the
 * state that it names is stored (I1).
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "law/law.h"

enum case_state {
	CASE_NO_STATE, /* where the table has no move */
#define STATE(name, text, seen, meaning) CASE_##name,
#include "case/case.def"
	CASE_N_STATES
};

enum case_event {
	CASE_NO_EVENT,
#define EVENT(name, text, who, entry, meaning) CASE_TO_##name,
#include "case/case.def"
	CASE_N_EVENTS
};

enum case_answered {
#define ANSWERED(name, text, meaning) CASE_ANSWERED_##name,
#include "case/case.def"
	CASE_N_ANSWERED
};

/* Who acts; several bits for a person with several roles in force. */
enum case_who {
	CASE_BY_JUDGE = 1 << 0,
	CASE_BY_VAULT = 1 << 1,
	CASE_BY_KEEPER = 1 << 2,
	CASE_BY_REVIEWER = 1 << 3,
	CASE_BY_COUNSEL = 1 << 4,
	CASE_BY_REQUESTER = 1 << 5,
};

enum { CASE_PRINT = 32 };

/* Small and by value, since a batch has a million: what a store keeps. */
struct case_request {
	uint8_t state;    /* enum case_state */
	uint8_t answered; /* enum case_answered */
};

/* Who did it and when; prints are SHA-256 of certificates, NULL: none. */
struct case_act {
	unsigned who;             /* enum case_who bits */
	const uint8_t *by;        /* needed for people */
	const uint8_t *submitter; /* needed for APPROVE: the batch's */
	const uint8_t *first;     /* needed for the second APPROVE */
};

/* A new request: RECEIVED, no package. */
struct case_request case_received(void);

/* From a store or a ledger; refuses DAMAGED what C1 and C2 forbid. */
MUST_USE enum err case_load(
	uint8_t state, uint8_t answered, struct case_request *ret_request);

/* Asserts C1 and C2. */
void case_check(const struct case_request *request);

/*
 * Makes the one move that `event` asks for, or leaves `request` as it was.
 * Refuses NOT_ALLOWED (role; the submitter or the first approver approves),
 * BAD_MOVE (no such move), TOO_LATE (withdrawn after a package went; answered
 * twice), TOO_EARLY (lapses with no package).
 */
MUST_USE enum err case_apply(struct case_request *request,
	enum case_event event, const struct case_act *act,
	struct why *reterr_why);

/* The event by which the law's answer moves a request that is RECEIVED
 * (`half` EV_REQUEST) or ACCEPTED (EV_RECORD).  A REFUSED answer about an
 * accepted request is STOP: the registers changed under it, and what was
 * accepted is not refused in words that a requester could compare. */
enum case_event case_event_of(enum law_answer answer, enum evidence_half half);

/* The move in the table alone; CASE_NO_STATE: none. */
enum case_state case_move(enum case_state from, enum case_event event);

const char *case_state_text(enum case_state state);
const char *case_state_seen(enum case_state state); /* by the requester */
const char *case_state_meaning(enum case_state state);
const char *case_event_text(enum case_event event);
const char *case_event_entry(enum case_event event);
const char *case_event_meaning(enum case_event event);
unsigned case_event_who(enum case_event event);
const char *case_answered_text(enum case_answered answered);
const char *case_answered_meaning(enum case_answered answered);
bool case_state_parse(struct span text, enum case_state *ret_state);
bool case_event_parse(struct span text, enum case_event *ret_event);
bool case_answered_parse(struct span text, enum case_answered *ret_answered);

/* No event moves it any more. */
bool case_is_final(enum case_state state);

/* The table as Markdown with a Mermaid drawing: the whole docs/STATES.md. */
void case_print(struct buf *to);

/* ---- history ---- */

/* One step, as stored and committed to. */
struct case_step {
	enum case_event event;
	unsigned who;
	uint8_t by[CASE_PRINT]; /* zero: a process of ours */
	int64_t at;             /* seconds since 1970, UTC */
	uint64_t entry;         /* index of its ledger entry */
};

enum { CASE_STEP_BYTES = 51 }; /* version, event, who, by, at, entry */

void case_step_encode(const struct case_step *step, struct buf *to);

/* Refuses MALFORMED: another length, version, event or role. */
MUST_USE enum err case_step_decode(
	struct span bytes, struct case_step *ret_step);

/*
 * Walks a whole history from RECEIVED, and says where it ends.  Refuses
 * DAMAGED with the step's number: a move that there is not, a time before the
 * step before, an approval twice by one person or by the submitter.
 */
MUST_USE enum err case_replay(const struct case_step *steps, size_t n,
	const uint8_t submitter[CASE_PRINT], struct case_request *ret_request,
	struct why *reterr_why);

/* ---- totals ---- */

/* How many requests, by state and package: the only thing counted.  All other
 * numbers are sums of it and can be asked at any moment. */
struct case_totals {
	uint64_t n[CASE_N_STATES][CASE_N_ANSWERED];
	uint64_t total; /* counted on its own, so that it can disagree */
};

/* Adds `n` requests; must() that they were judged (not RECEIVED). */
void case_totals_add(struct case_totals *totals,
	const struct case_request *request, uint64_t n);

struct case_sums {
	uint64_t received;
	uint64_t refused; /* with those that request review gave back */
	uint64_t withdrawn;
	uint64_t accepted;
	uint64_t open;    /* accepted, no package yet */
	uint64_t neutral; /* answered neutrally */
	uint64_t delivered;
	uint64_t with_recipient;
	uint64_t recalled;
	uint64_t destroyed;
};

struct case_sums case_totals_sums(const struct case_totals *totals);

/*
 * I10: received = refused + accepted + withdrawn; accepted = open + neutral +
 * delivered; delivered = with the recipient + recalled + destroyed.  Also
 * received = total, and C1 and C2 for all that was counted.  False where totals
 * from outside do not tie.
 */
bool case_totals_tie(const struct case_totals *totals);
