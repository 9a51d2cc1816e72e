/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * entry - one line of the account, 256 bytes whatever it says.
 *
 *	offset	bytes	what
 *	0	4	"WLE1"
 *	4	1	type (ledger/entry.def)
 *	5	3	zero
 *	8	8	index, big-endian: its place in the ledger
 *	16	4	day since 1970-01-01, big-endian; informs, never orders
 *	20	4	zero
 *	24	32	tag: HMAC-SHA-256 under a key of the subject, or random
 *	56	32	root of the commitments
 *	88	32	hash of the law files in force; zero where none applied
 *	120	32	hash of engine, tables and ICU versions
 *	152	104	zero
 *
 * All else is behind the root.  Each field f of the type has a salt of its
 * own and a commitment of its own, so that it is shown alone, to one person:
 *
 *	salt_f = HMAC-SHA-256(entry key, "salt/" || f)
 *	C_f    = SHA-256("weir/field/v1" || u8 len || f || salt_f
 *			 || u32 len || value)
 *	root   = RFC 6962 root over the C_f, in the order of entry.def
 *
 * The entry key is 32 random bytes that the caller makes, keeps outside the
 * ledger and destroys to erase.
 */

#include "base/buf.h"
#include "base/err.h"
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
/* "S: what is about to be sealed". */
const char *ledger_type_meaning(enum ledger_type type);

struct ledger_entry {
	enum ledger_type type;
	uint64_t index; /* the keeper sets it when it appends */
	int32_t day;    /* as in base/day.h, 1970 or later */
	uint8_t tag[32];
	struct ledger_hash root;
	uint8_t law[32];
	uint8_t engine[32];
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
 * The root over `fields`, given in any order.  Refuses NOT_FOUND for a name
 * that the type does not have, EXISTS for one given twice, TOO_LARGE for a
 * value past LEDGER_OPENING_MAX.
 */
MUST_USE enum err ledger_commit(enum ledger_type type,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n_fields, struct ledger_hash *ret_root);

/*
 * One field shown alone.  As text:
 *
 *	weir/opening@v1\n
 *	field <name>\n
 *	salt <base64>\n
 *	value <base64>\n	("value " alone: empty)
 *	<base64 hash>\n		siblings, leaf end first
 */
struct ledger_opening {
	char field[32];
	uint8_t salt[32];
	struct span value; /* borrowed */
	struct ledger_proof proof;
};

/* As ledger_commit(), for the field `name`; NOT_FOUND where there is none. */
MUST_USE enum err ledger_opening_make(enum ledger_type type,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n_fields, const char *name, struct ledger_opening *ret_opening);

/* Refuses NOT_FOUND (no such field), MALFORMED (wrong length) and MISMATCH:
 * this entry does not commit to that. */
MUST_USE enum err ledger_opening_check(
	const struct ledger_entry *entry, const struct ledger_opening *o);

void ledger_opening_write(const struct ledger_opening *o, struct buf *to);

/* The value is decoded into `value`, which must outlive the opening.  Refuses
 * MALFORMED, TOO_LARGE. */
MUST_USE enum err ledger_opening_parse(struct span bytes, struct buf *value,
	struct ledger_opening *ret_opening);
