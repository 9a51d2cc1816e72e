/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * entry - one line of the account, 256 bytes whatever it says.
 *
 *	offset	bytes	what
 *	0	4	"WLE2"
 *	4	4	zero
 *	8	8	index, big-endian: its place in the ledger
 *	16	4	day since 1970-01-01, big-endian; informs, never orders
 *	20	4	zero
 *	24	32	tag: HMAC-SHA-256 under a key of the subject, or random
 *	56	32	root of the commitments
 *	88	168	zero
 *
 * All else is behind the root: what kind of entry it is, the law in force and
 * the program (its head), and its fields, each of which has a salt of its own
 * so that it is shown alone, to one person:
 *
 *	salt_h = HMAC-SHA-256(entry key, "head")
 *	head   = SHA-256("weir/head/v2" || u8 kind || u8 number of fields
 *			 || law || engine || salt_h)
 *	salt_f = HMAC-SHA-256(entry key, "salt/" || f)
 *	leaf_f = SHA-256(00 || "weir/field/v2" || u8 kind || u8 len || f
 *			 || salt_f || u32 len || value)
 *	fields = RFC 6962 root over the leaf_f, in the order of entry.def
 *	root   = SHA-256("weir/entry/v2" || head || fields)
 *
 * The entry key is 32 random bytes that the caller makes, keeps outside the
 * ledger and destroys to erase.
 *
 * Ledgers of before have entries "WLE1", which go on being read, proved and
 * opened, and are not made any more: byte 4 is the kind, the law's hash stands
 * at 88 and the engine's at 120, in the open, and the root is that over
 *
 *	C_f = SHA-256("weir/field/v1" || u8 len || f || salt_f || u32 len
 *		      || value)	in the place of leaf_f, hashed as a leaf
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/read.h"
#include "ledger/tree.h"

enum {
	LEDGER_ENTRY = 256,
	LEDGER_KEY = 32,
	LEDGER_FIELDS = 16,         /* most fields of a type */
	LEDGER_OPENING_MAX = 65536, /* bytes of a value that is shown */
};

enum ledger_type {
	LEDGER_NO_TYPE,
#define TYPE(name, value, text, meaning) LEDGER_##name = (value),
#include "ledger/entry.def"
};

/* "seal"; NULL for what is no type. */
const char *ledger_type_text(enum ledger_type type);
/* The type of a word; LEDGER_NO_TYPE. */
enum ledger_type ledger_type_of(struct span word);
/* "S: what is about to be sealed". */
const char *ledger_type_meaning(enum ledger_type type);

/* What an entry is, and under which law and program it was made. */
struct ledger_head {
	enum ledger_type type;
	uint8_t n_fields;   /* that the type had when it was made */
	uint8_t law[32];    /* hash of the law files in force; zero: none */
	uint8_t engine[32]; /* hash of engine, tables and ICU versions */
};

/* `law` may be NULL: zero. */
struct ledger_head ledger_head_of(
	enum ledger_type type, const uint8_t *law, const uint8_t *engine);

/* Its 66 bytes: u8 type, u8 number of fields, law, engine.  False for a type
 * that there is not. */
void ledger_head_encode(const struct ledger_head *head, struct buf *to);
MUST_USE bool ledger_head_decode(
	struct reader *r, struct ledger_head *ret_head);

struct ledger_entry {
	uint64_t index; /* the keeper sets it when it appends */
	int32_t day;    /* as in base/day.h, 1970 or later */
	uint8_t tag[32];
	struct ledger_hash root;
	struct ledger_head told; /* "WLE1": in the open; else of no type */
};

void ledger_entry_write(const struct ledger_entry *e, uint8_t to[LEDGER_ENTRY]);

/* Refuses MALFORMED: length, first bytes, type, day, any byte not zero that
 * must be.  Whatever it accepts, ledger_entry_write() gives back. */
MUST_USE enum err ledger_entry_parse(
	struct span bytes, struct ledger_entry *ret_entry);

/* ---- commitments ---- */

struct ledger_field {
	const char *name;
	struct span value;
};

/* The i-th field of a type, NULL past the last. */
const char *ledger_field_name(enum ledger_type type, size_t i);

/* The name of a field of that type as the program has it; NULL: it has none. */
const char *ledger_field_known(enum ledger_type type, struct span name);

/*
 * The root of a new entry with that head, over `fields` given in any order.
 * Refuses NOT_FOUND for a name that the type does not have, EXISTS for one
 * given twice, TOO_LARGE for a value past LEDGER_OPENING_MAX.
 */
MUST_USE enum err ledger_commit(const struct ledger_head *head,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n_fields, struct ledger_hash *ret_root);

/* That `entry`, of either form, commits to exactly this.  Refuses as above,
 * and MISMATCH. */
MUST_USE enum err ledger_commits(const struct ledger_entry *entry,
	const struct ledger_head *head, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields);

/*
 * One field shown alone, with the head that says whose field it is.  As text:
 *
 *	weir/opening@v2\n
 *	kind <word>\n
 *	fields <number>\n
 *	law <base64>\n
 *	engine <base64>\n
 *	head <base64>\n		salt_h
 *	field <name>\n
 *	salt <base64>\n
 *	value <base64>\n	("value " alone: empty)
 *	<base64 hash>\n		siblings, leaf end first
 *
 * Of an entry "WLE1" the first line is weir/opening@v1, and the five lines of
 * the head are not there.
 */
struct ledger_opening {
	struct ledger_head head; /* of no type: of an entry "WLE1" */
	uint8_t head_salt[32];
	char field[32];
	uint8_t salt[32];
	struct span value; /* borrowed */
	struct ledger_proof proof;
};

/* Of `entry`, which commits to this; NOT_FOUND where there is no such field. */
MUST_USE enum err ledger_opening_make(const struct ledger_entry *entry,
	const struct ledger_head *head, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields, const char *name,
	struct ledger_opening *ret_opening);

/*
 * ret_head (NULL allowed) is what the entry is.  Refuses NOT_FOUND (no such
 * field), MALFORMED (wrong length, or of the other form) and MISMATCH: this
 * entry does not commit to that.
 */
MUST_USE enum err ledger_opening_check(const struct ledger_entry *entry,
	const struct ledger_opening *o, struct ledger_head *ret_head);

/* The same, and that the entry is of that type: else MISMATCH. */
MUST_USE enum err ledger_opening_of(const struct ledger_entry *entry,
	enum ledger_type type, const struct ledger_opening *o);

void ledger_opening_write(const struct ledger_opening *o, struct buf *to);

/* The value is decoded into `value`, which must outlive the opening.  Refuses
 * MALFORMED, TOO_LARGE. */
MUST_USE enum err ledger_opening_parse(struct span bytes, struct buf *value,
	struct ledger_opening *ret_opening);
