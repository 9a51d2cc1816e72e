/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * note - C2SP signed notes, verifier keys and checkpoints.
 *
 *	<text, one or more lines>\n
 *	\n
 *	— NAME base64(key id, 4 bytes || signature)\n	(one or more)
 *
 *	key id = SHA-256(NAME || LF || type || public key), first 4 bytes
 *	vkey   = NAME+hex(key id)+base64(type || public key)
 *
 * A checkpoint is a note whose text is the ledger's origin, its size and its
 * root, a line each.  Types known here: 01, Ed25519 over the text with its
 * last LF; and 04, cosignature/v1 of a witness: u64 time || Ed25519 over
 * "cosignature/v1\ntime N\n" and the text.
 *
 * Stricter than the specification asks a reader to be: canonical base64, LF
 * only, UTF-8 without control characters, no byte more than the format has,
 * at most LEDGER_NOTE_SIGS signatures.
 */

#include "base/buf.h"
#include "base/err.h"
#include "ledger/tree.h"

enum {
	LEDGER_NOTE_MAX = 1000000, /* bytes of a whole note */
	LEDGER_NOTE_SIGS = 100,
	LEDGER_NAME_MAX = 256, /* a key name or an origin, terminated */
	LEDGER_VKEY_ED25519 = 1,
	LEDGER_VKEY_COSIGN = 4,
};

/* ---- keys ---- */

struct ledger_keys;

struct ledger_vkey {
	char name[LEDGER_NAME_MAX];
	uint32_t id;
	uint8_t type;
	uint8_t public[32];
	/* Of a log whose key was changed: all that it has had (ledger/keys.h),
	 * this one among them; borrowed.  Then a checkpoint counts as signed by
	 * it that any of them signed in its time.  NULL: it alone. */
	const struct ledger_keys *keys;
};

/* Refuses MALFORMED for a name that is empty, too long or holds a space, a
 * control character or '+'. */
MUST_USE enum err ledger_vkey_make(const char *name, uint8_t type,
	const uint8_t public[32], struct ledger_vkey *ret_key);

/* No LF at the end.  Refuses MALFORMED, also for an id that is not its own
 * and for types other than the two above. */
MUST_USE enum err ledger_vkey_parse(
	struct span text, struct ledger_vkey *ret_key);
void ledger_vkey_text(const struct ledger_vkey *key, struct buf *to);

/* ---- notes ---- */

struct ledger_note_sig {
	struct span name;
	struct span line; /* from the dash up to and with the LF */
	struct span code; /* base64 */
	uint32_t id;
};

/* Points into the bytes it was parsed from. */
struct ledger_note {
	struct span text; /* with its last LF */
	size_t n_sigs;
	struct ledger_note_sig sigs[LEDGER_NOTE_SIGS];
};

/* Refuses MALFORMED and, past LEDGER_NOTE_MAX, TOO_LARGE. */
MUST_USE enum err ledger_note_parse(
	struct span bytes, struct ledger_note *ret_note);

/*
 * The same, for who must tell a note that is none (400) from one whose
 * signature is wrong (403), as other readers do: base64 with stray bits is
 * taken for a signature, and that never verifies.
 */
MUST_USE enum err ledger_note_parse_lax(
	struct span bytes, struct ledger_note *ret_note);

/*
 * Signatures of unknown keys are passed over; one bad signature of a known
 * key refuses the note: BAD_SIGNATURE, as does a note that no key of `keys`
 * signed.  Bit i of ret_signed (NULL allowed) says that keys[i] signed; at
 * most 64 keys.
 */
MUST_USE enum err ledger_note_verify(const struct ledger_note *note,
	const struct ledger_vkey *keys, size_t n_keys, uint64_t *ret_signed);

/*
 * When that witness cosigned the note: the newest time, where it did so more
 * than once.  Refuses NOT_FOUND (it did not) and BAD_SIGNATURE.  `key` is of
 * type 04.
 */
MUST_USE enum err ledger_note_cosigned(const struct ledger_note *note,
	const struct ledger_vkey *key, int64_t *ret_at);

/* The text's first line of signature: `text`, an empty line, the line. */
MUST_USE enum err ledger_note_sign(const struct ledger_vkey *key,
	const uint8_t seed[32], struct span text, struct buf *to);

/* One more line for a note with this text: type 04 signs `at` too. */
MUST_USE enum err ledger_note_line(const struct ledger_vkey *key,
	const uint8_t seed[32], int64_t at, struct span text, struct buf *to);

/* The same of a signature of type 01 that was made elsewhere. */
void ledger_note_line_of(
	const struct ledger_vkey *key, const uint8_t sig[64], struct buf *to);

/* ---- checkpoints ---- */

struct ledger_checkpoint {
	char origin[LEDGER_NAME_MAX];
	uint64_t size;
	struct ledger_hash root;
	struct span extension; /* further lines; we write none */
};

void ledger_checkpoint_text(const struct ledger_checkpoint *cp, struct buf *to);

/* A note's text.  Refuses MALFORMED. */
MUST_USE enum err ledger_checkpoint_parse(
	struct span text, struct ledger_checkpoint *ret_cp);

/*
 * That a log signed its checkpoint of `size` entries: `key`, or one of
 * key->keys in its time.  With `past` also what a key signed after it was
 * stolen, but before it was changed: enough for who asks whether the ledger
 * grew out of it, and for nothing else.  Refuses BAD_SIGNATURE.
 */
MUST_USE enum err ledger_log_signed(const struct ledger_note *note,
	const struct ledger_vkey *key, uint64_t size, bool past);

/* A whole checkpoint file: parsed, signed by `key` (of type 01, whose name
 * must be the origin).  Refuses MALFORMED, TOO_LARGE, BAD_SIGNATURE. */
MUST_USE enum err ledger_checkpoint_open(struct span bytes,
	const struct ledger_vkey *key, struct ledger_checkpoint *ret_cp);

/* The same for a checkpoint kept from before, of which is asked whether the
 * ledger began as it: with `past`, above. */
MUST_USE enum err ledger_checkpoint_open_past(struct span bytes,
	const struct ledger_vkey *key, struct ledger_checkpoint *ret_cp);
