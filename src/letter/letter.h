/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * letter - what a requester signs after its batch was sent: it takes a request
 * back, asks that a refusal be looked at again, acknowledges a package, says
 * where a copy is, certifies destruction (R25, R29).
 *
 *	{"weir:letter":"withdraw","weir:signer":"ICE-DIR",
 *	 "weir:date":"2026-03-02","weir:agreementID":"AG-IRS-ICE-2025",
 *	 "weir:sequence":7,"weir:reason":"the case was closed",
 *	 "weir:requests":[{"weir:requestID":"R0000017"}]}
 *
 * with a detached CMS signature beside it.  letter.def is the one list of kinds
 * and members; docs/formats/letters.md the page.
 *
 *   T1  A letter has every member that its kind needs, and no other.
 *   T2  It is about 1 to LETTER_ITEMS_MAX requests, none of them twice; in an
 *       officer's letter each with the hash of its package.
 *   T3  Whatever letter_parse() or letter_decode() accepts, letter_check()
 *       accepts, and letter_json() writes so that it is read the same.
 *
 * No clock, file or log.  A letter is hostile until its signature holds:
 * letter_parse() belongs in a process that holds nothing.  Who may sign is the
 * caller's to ask.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum letter_kind {
	LETTER_NO_KIND,
#define KIND(NAME, text, signer, meaning, effect) LETTER_##NAME,
#include "letter/letter.def"
	LETTER_N_KINDS
};

enum letter_member {
#define MEMBER(NAME, name, type, most, meaning) LETTER_M_##NAME,
#include "letter/letter.def"
	LETTER_N_MEMBERS
};

enum letter_signer { LETTER_BY_CERTIFIER, LETTER_BY_OFFICER };

enum {
	LETTER_BYTES_MAX = 64 * 1024, /* of the document, and of encoded ones */
	LETTER_ITEMS_MAX = 400,
	LETTER_HASH = 32, /* SHA-256 */
	LETTER_ARENA = 2 * LETTER_BYTES_MAX,
};

/* One request; `package` counts in an officer's letter only. */
struct letter_item {
	struct span request;
	uint8_t package[LETTER_HASH]; /* SHA-256 of the package file */
};

/* Spans are borrowed.  Members as text, whatever their type; empty: not
 * stated. */
struct letter {
	enum letter_kind kind;
	struct span member[LETTER_N_MEMBERS];
	struct letter_item item[LETTER_ITEMS_MAX];
	size_t n_items;
};

/* Once in a process, before it locks itself in: the JSON reader would else look
 * for randomness when it is needed first. */
void letter_init(void);

/* T1, T2 and the form of each member.  Refuses MALFORMED with the member and a
 * sentence. */
MUST_USE enum err letter_check(
	const struct letter *letter, struct why *reterr_why);

/* The document: one line with LF.  must() that letter_check() accepts it;
 * past LETTER_BYTES_MAX the caller's buffer has an error. */
void letter_json(const struct letter *letter, struct buf *to);

/*
 * Reads the document.  Members in any order, blanks anywhere, none twice.
 * Refuses MALFORMED, TOO_LARGE (past LETTER_BYTES_MAX) with a sentence; fails
 * NOMEM.  Spans live in `arena` (LETTER_ARENA bytes).
 */
MUST_USE enum err letter_parse(struct span json, struct arena *arena,
	struct letter *ret_letter, struct why *reterr_why);

/*
 * Canonical bytes, "weir/letter/v1\n" first: how a letter goes from one process
 * to another and is kept.  Decoding takes fewer members than there are now (an
 * older program's), refuses MALFORMED; spans point into `bytes`.
 */
void letter_encode(const struct letter *letter, struct buf *to);
MUST_USE enum err letter_decode(struct span bytes, struct letter *ret_letter);

/* A DAY member; DAY_NONE where it is not stated. */
int32_t letter_day(const struct letter *letter, enum letter_member member);
/* weir:sequence; 0 where it is not stated. */
uint32_t letter_sequence(const struct letter *letter);

/* ---- the tables ---- */

const char *letter_kind_text(enum letter_kind kind);
const char *letter_kind_meaning(enum letter_kind kind);
const char *letter_kind_effect(enum letter_kind kind);
enum letter_signer letter_kind_signer(enum letter_kind kind);
bool letter_kind_parse(struct span text, enum letter_kind *ret_kind);
bool letter_kind_has(enum letter_kind kind, enum letter_member member);
const char *letter_member_name(enum letter_member member);

/* The tables as Markdown, for docs/formats/letters.md. */
void letter_print(struct buf *to);
