/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * register - who and what the custodian knows: officers, certifiers, roles,
 * recipients, screens, agreements, each with its whole history.
 *
 *	act ── register_apply ──> struct register_set ── find ──> rows in force
 *	(signed, an entry)        rows with history
 *
 * register.def lists the registers and columns.  A row is never changed or
 * removed: an `add` appends it, a `revoke` says from when it no longer counts,
 * and a change is a revoke and an add.  So the state of any past moment can be
 * asked, which the replay of a decision needs (I11).
 *
 *   G1  Acts come in time order: none is before the one applied last.
 *   G2  At most one row in force has the same key in the same register.
 *   G3  added_at <= revoked_at, and only a revoked row names who revoked it.
 *   G4  Every value has the form that register.def gives its column.
 *
 * Times are seconds since 1970, UTC; people are the SHA-256 of their
 * certificate.  No clock, file, database or log; no signature is checked here:
 * the caller signs and verifies register_act_encode() and hashes
 * register_encode() (the register's head).
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "base/zone.h"

enum register_id {
#define REGISTER(ID, name, text) REG_##ID,
#include "register/register.def"
	REG_N
};

/* REG_OFFICER_NAME and so on: one number for every column of every register */
enum register_column {
#define COLUMN(REG, ID, name, type, need, most, words, text) REG_##REG##_##ID,
#include "register/register.def"
	REG_N_COLUMNS
};

enum register_type {
	REG_TEXT,
	REG_WORD,
	REG_HASH,
	REG_BYTES,
	REG_DAY,
	REG_FROM,
	REG_UNTIL,
};

enum register_need {
	REG_KEY,
	REG_MUST,
	REG_MAY,
	REG_LATER,
	REG_LATER_KEY,
};

enum {
	REGISTER_COLUMNS_MAX = 12, /* of one register */
	REGISTER_ROW_MAX = 24576,  /* bytes of one encoded row */
	REGISTER_PRINT = 32,       /* bytes of a fingerprint */
};

#define REGISTER_AT_NEVER INT64_MAX    /* revoked_at of a row in force */
#define REGISTER_AT_MAX 253402300799LL /* 9999-12-31T23:59:59Z */

/* What register.def says of a column. */
struct register_column_info {
	enum register_id id;
	const char *name;
	enum register_type type;
	enum register_need need;
	size_t most;
	const char *words; /* "a|b|c"; "" for the other types */
	const char *text;
};

const char *register_name(enum register_id id);
const char *register_text(enum register_id id);
bool register_parse(struct span name, enum register_id *ret_id);
const struct register_column_info *register_column(enum register_column c);
/* KEY or LATER_KEY: is the column one of those that name the row? */
bool register_is_key(enum register_column c);

/* The columns of a register are `first` to `first + n - 1`. */
enum register_column register_first(enum register_id id);
size_t register_n_columns(enum register_id id);

/* ---- one row ---- */

/*
 * Values by place in the register; spans are borrowed.  A HASH is 32 raw
 * bytes, BYTES are raw, all others text; empty is "not stated".
 */
struct register_row {
	enum register_id id;
	struct span value[REGISTER_COLUMNS_MAX];
};

/* must() that the column belongs to the row's register. */
struct span register_get(
	const struct register_row *row, enum register_column c);
void register_put(
	struct register_row *row, enum register_column c, struct span value);

/* The day of a DAY, FROM or UNTIL column; DAY_NONE when not stated. */
int32_t register_day(const struct register_row *row, enum register_column c);

/* Is the WORD column this word? */
bool register_is(const struct register_row *row, enum register_column c,
	const char *word);

/*
 * Sets a column by its name from its text form: hex for a HASH, base64 for
 * BYTES.  What is decoded is kept in `arena`, other text is borrowed.  Refuses
 * MALFORMED (no such column, not in its form) and TOO_LARGE with a sentence;
 * fails NOMEM when the arena is full.
 */
MUST_USE enum err register_put_text(struct register_row *row, struct span name,
	struct span text, struct arena *arena, struct why *reterr_why);

/*
 * G4, and every KEY and MUST is there (`keys_only`: the KEY columns only, as a
 * revocation needs).  Refuses MALFORMED with the column and a sentence.
 */
MUST_USE enum err register_check(
	const struct register_row *row, bool keys_only, struct why *reterr_why);

/* `{"register":"officer","id":"HSI-1",...}`, empty values left out. */
void register_row_json(const struct register_row *row, struct buf *to);

/*
 * Canonical bytes: u8 register, u8 number of columns, each value sized (u32);
 * the LATER columns after the last that is stated are left out.  Decoding
 * refuses MALFORMED (also a row that register_check() refuses, and a LATER
 * column that ought to be left out) and takes fewer columns than there are now
 * (an older row's), the rest empty.
 */
void register_row_encode(const struct register_row *row, struct buf *to);
MUST_USE enum err register_row_decode(
	struct span bytes, bool keys_only, struct register_row *ret_row);

/* ---- acts: what is signed and entered ---- */

enum register_verb { REG_ADD = 1, REG_REVOKE = 2 };

struct register_act {
	enum register_verb verb;
	struct register_row row; /* of a revocation: the KEY columns */
	uint8_t actor[REGISTER_PRINT];
	int64_t at; /* 0 to REGISTER_AT_MAX */
};

/*
 * Canonical bytes to sign and to commit in an entry.  They begin with
 * "weir/register-act/v1\n", so that no signature of another kind fits.
 * Decoding refuses MALFORMED; the row's spans point into `bytes`.
 */
void register_act_encode(const struct register_act *act, struct buf *to);
MUST_USE enum err register_act_decode(
	struct span bytes, struct register_act *ret_act);

/* ---- the registers ---- */

struct register_set; /* opaque; owns every row */

struct register_entry {
	int64_t added_at;
	int64_t revoked_at; /* REGISTER_AT_NEVER */
	uint8_t added_by[REGISTER_PRINT];
	uint8_t revoked_by[REGISTER_PRINT]; /* zero: nobody yet */
	struct span bytes;                  /* register_row_encode() */
	uint32_t next_key;                  /* internal: index chains, */
	uint32_t next_print;                /* 1 + place, 0 ends */
};

MUST_USE enum err register_set_new(struct register_set **ret_set);
struct register_set *register_set_free(struct register_set *set);
DEFINE_OWNED(register_set);

/* Whose days its rows name (UTC until it is said), and which day it is there. */
void register_set_zone(struct register_set *set, const struct zone *zone);
int32_t register_day_at(const struct register_set *set, int64_t at);

/*
 * Adds or revokes.  Refuses MALFORMED (the row), EXISTS (a row with this key
 * is in force), NOT_FOUND (none to revoke), TOO_EARLY (before the act applied
 * last, or before the row was added), NOT_ALLOWED (by nobody).  After a
 * refusal or a failure (NOMEM) the set is as it was.
 */
MUST_USE enum err register_apply(struct register_set *set,
	const struct register_act *act, struct why *reterr_why);

/* The row of an entry; its spans live as long as the set is not freed. */
void register_entry_row(
	const struct register_entry *entry, struct register_row *ret_row);

/* added_at <= at < revoked_at, and the FROM and UNTIL days hold on that day. */
bool register_in_force(const struct register_set *set,
	const struct register_entry *entry, int64_t at);

/* All rows ever added, oldest first. */
size_t register_n(const struct register_set *set, enum register_id id);
const struct register_entry *register_at(
	const struct register_set *set, enum register_id id, size_t i);

/*
 * The row in force at `at` whose first KEY column is `key` (for roles and
 * screens: the first of several); NULL when there is none.
 */
const struct register_entry *register_find(const struct register_set *set,
	enum register_id id, struct span key, int64_t at);

/*
 * The rows in force of that first KEY, one after another, the newest first:
 * `after` is NULL, then the one given last.  NULL: no more.
 */
const struct register_entry *register_next(const struct register_set *set,
	enum register_id id, struct span key, int64_t at,
	const struct register_entry *after);

/* The same by certificate; only registers with a fingerprint column. */
const struct register_entry *register_find_print(const struct register_set *set,
	enum register_id id, const uint8_t print[REGISTER_PRINT], int64_t at);

/* Has this person that role at that moment? */
bool register_has_role(const struct register_set *set,
	const uint8_t print[REGISTER_PRINT], const char *role, int64_t at);

/*
 * Are these two certificates one person's?  The same certificate, or two that
 * the role register has ever had under one name (case aside): a renewed or a
 * second certificate makes no second person (I6).
 */
bool register_same_person(const struct register_set *set,
	const uint8_t one[REGISTER_PRINT], const uint8_t other[REGISTER_PRINT]);

/*
 * May a person have this role beside those in force for the same person (the
 * same certificate or name, register_same_person())?  `row` is of the role
 * register and not yet in the set.  Refuses NOT_ALLOWED with the pair and why
 * (the APART lines of register.def).
 */
MUST_USE enum err register_apart(const struct register_set *set,
	const struct register_row *row, int64_t at, bool sandbox,
	struct why *reterr_why);

/*
 * May anything leave to this recipient on that day (R18)?  On the register, in
 * order, its corrective plan's day not past and its review not overdue.
 * `reterr_why` says what is wrong.
 */
bool register_safeguards(const struct register_set *set, struct span recipient,
	int64_t at, struct why *reterr_why);

/*
 * Is this officer engaged in that case (R11)?  Where the row states no matters:
 * yes; else the case number is one of them, whatever its case and blanks.
 */
bool register_engaged(const struct register_row *officer, struct span case_id);

/*
 * May this certifier's requests leave (R3)?  A registration of that id is in
 * force, for this agreement: the one that signed, or the one that took its
 * place.
 */
bool register_certifies(const struct register_set *set, struct span certifier,
	struct span agreement, int64_t at);

/* ---- screens: 26 USC 6103(i)(6) ---- */

/* The bit of a ground's word, 0 for another word; grounds are joined by |. */
unsigned register_ground(struct span word);

/*
 * Does a screen stop what is the person's?  `flagged`: grounds that the roll
 * itself gives.  A row of the register stops unless its finding is `clear`; the
 * roll's flag stops unless the register has the person with that ground as
 * `clear`.
 */
bool register_screened(const struct register_set *set, struct span person,
	unsigned flagged, int64_t at);

/* Has the register a `clear` for the person, of any ground? */
bool register_cleared(
	const struct register_set *set, struct span person, int64_t at);

/*
 * The day whose state the screens show: of the sources ci and exam the one that
 * is longer ago, each by its own list or by the roll, whichever is newer.
 * `roll_day` stands for a source of which nothing speaks: the day of the roll,
 * where it was loaded before this register was kept.
 */
int32_t register_screens_day(
	const struct register_set *set, int32_t roll_day, int64_t at);

/* The agreement's status is "loaded" for a file with this hash. */
bool register_agreement_loaded(const struct register_set *set,
	struct span agreement, const uint8_t file[REGISTER_PRINT], int64_t at);

/* The entry as JSON: the row, and when and by whom added and revoked. */
void register_entry_json(const struct register_entry *entry, struct buf *to);

/*
 * A whole register with its history, canonical: the same acts give the same
 * bytes.  register_decode() adds them to a set in which that register is
 * empty; refuses MALFORMED (form, order, a key twice in force), EXISTS (not
 * empty), NOMEM; after that the set must be freed.
 */
void register_encode(
	const struct register_set *set, enum register_id id, struct buf *to);
MUST_USE enum err register_decode(struct register_set *set, struct span bytes);
