/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* hold_int - what the files of this folder share. */

#include "hold/hold.h"

/* One term of a scope, in its canonical form; texts lie in hold->texts. */
struct hold_term {
	bool except;
	uint8_t scope; /* terms of one scope follow each other */
	enum hold_kind kind;
	uint32_t at;
	uint32_t n;
	int32_t day; /* FROM, UNTIL */
};

struct hold_terms {
	struct hold_term *at;
	size_t n;
	size_t size;
	struct buf texts;
};

/* What a later order lets through. */
struct hold_exception {
	enum hold_exception_state state;
	bool has_order;
	uint8_t order[HOLD_PRINT];
	char docket[HOLD_DOCKET_MAX + 1];
	char note[HOLD_NOTE_MAX + 1];
	struct hold_act asked;
	struct hold_act answered; /* by nobody in ASKED */
	struct hold_terms terms;
};

struct hold {
	uint64_t number;
	enum hold_state state;
	enum hold_ground ground;
	enum hold_effect effect;
	bool sealed;
	bool has_order;
	uint8_t order[HOLD_PRINT];
	char docket[HOLD_DOCKET_MAX + 1];
	char note[HOLD_NOTE_MAX + 1];
	int64_t effective_at;
	int64_t served_at;
	int32_t review_day;
	struct hold_act placed;
	struct hold_act asked;   /* by nobody in PLACED */
	struct hold_act granted; /* by nobody but in LIFTED */
	int64_t last_at;         /* of the act before, but for exceptions */
	struct hold_terms terms;
	struct hold_exception **exceptions; /* in the order they were asked */
	uint32_t n_exceptions;
};

enum {
	HOLD_FIELDS_MAX = 8, /* "kind=" and what is put before */
	HOLD_TEXTS_MAX = HOLD_TERMS_MAX * HOLD_VALUE_MAX,
};

#define HOLD_AT_MAX 253402300799LL /* 9999-12-31T23:59:59Z */

void hold_terms_init(struct hold_terms *terms);
void hold_terms_fini(struct hold_terms *terms);

/* Parses one scope and appends its terms; refuses as hold_place(). */
MUST_USE enum err hold_terms_add(struct hold_terms *terms, bool except,
	uint8_t scope, struct span text, hold_fold *fold,
	struct why *reterr_why);

/* Appends one term, `value` as written, unless it is not of its form. */
MUST_USE enum err hold_term_add(struct hold_terms *terms, bool except,
	uint8_t scope, enum hold_kind kind, struct span value, hold_fold *fold,
	struct why *reterr_why);

/* What no single term can show: `all` alone, days once and in order. */
MUST_USE enum err hold_terms_check(
	const struct hold_terms *terms, struct why *reterr_why);

struct span hold_term_text(
	const struct hold_terms *terms, const struct hold_term *term);

/* Writes "8-usc-1253-a-1" for any way of citing; false: not a citation. */
bool hold_statute(struct span text, char to[HOLD_VALUE_MAX]);

/* The term as it is typed, "case=HSI-1". */
void hold_term_print(const struct hold_terms *terms,
	const struct hold_term *term, struct buf *to);

/* Terms of these kinds (bits) look at what was not read yet: each is taken to
 * speak for covering, or against it. */
struct hold_unread {
	unsigned kinds;
	bool covered;
};
bool hold_terms_cover(const struct hold_terms *terms,
	const struct hold_target *target, struct hold_unread unread);
/* One of its scopes fits beyond doubt. */
bool hold_terms_surely(const struct hold_terms *terms,
	const struct hold_target *target, struct hold_unread unread);

/* The move in the table; HOLD_NO_STATE: there is none. */
enum hold_state hold_move(enum hold_state from, enum hold_event event);

/* Asserts H1 to H4, and H6. */
void hold_check(const struct hold *hold);

bool hold_is_nobody(const uint8_t print[HOLD_PRINT]);

/* A new hold with nothing in it; fails NOMEM. */
MUST_USE enum err hold_empty(struct hold **ret_hold);

/* One line of plain text that fits, or a refusal that names it. */
MUST_USE enum err hold_text_take(struct span text, const char *what, char *to,
	size_t size, struct why *reterr_why);

/* What no table can say of an act by somebody: named, and in order. */
MUST_USE enum err hold_act_check(const struct hold *hold,
	const struct hold_act *act, struct why *reterr_why);

/* Of two who end or except: another key, one of them counsel. */
MUST_USE enum err hold_second_check(const struct hold_act *first,
	const struct hold_act *second, const char *what,
	struct why *reterr_why);

/* The time of the newest act, exceptions too. */
int64_t hold_newest_at(const struct hold *hold);

/* ---- exceptions ---- */

/* An exception with nothing in it, at the end; fails NOMEM. */
MUST_USE enum err hold_exception_new(
	struct hold *hold, struct hold_exception **ret_exception);
void hold_exceptions_free(struct hold *hold);
/* Forgets the last one. */
void hold_exception_drop(struct hold *hold);
/* Asserts H6. */
void hold_exception_check(const struct hold_exception *x);
/* Terms of the hold and of all its exceptions. */
size_t hold_n_terms(const struct hold *hold);
