/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * witness - what a log asks of a witness, and what a witness answers
 * (c2sp.org/tlog-witness, add-checkpoint).
 *
 *	old <size>\n
 *	<base64 hash>\n			consistency proof, at most 63
 *	\n
 *	<checkpoint, signed>
 *
 * The answer is a function of the request and of what the witness kept:
 *
 *	400  not in this form, or old is past the checkpoint
 *	404  the origin is that of no log it knows
 *	403  that log's key did not sign it
 *	409  old is not what it cosigned last; the size of that is told
 *	422  the proof does not hold; or the size is the same and the root is not
 *	200  it is to be kept, and then cosigned
 *
 * Nothing is kept or signed here: see witness/witness.h.
 */

#include "ledger/note.h"
#include "ledger/tree.h"

enum {
	LEDGER_WITNESS_PROOF = 63,    /* hashes in a request */
	LEDGER_WITNESS_MAX = 1 << 17, /* bytes of a request */
	LEDGER_WITNESS_LINES = 1
			       << 15 /* bytes of an answer's signature lines */
};

/* Points into the bytes it was parsed from. */
struct ledger_witness_request {
	uint64_t old;
	struct ledger_proof proof;
	struct span checkpoint;
	struct ledger_note note;
	struct ledger_checkpoint cp;
};

/* `proof` has at most LEDGER_WITNESS_PROOF hashes. */
void ledger_witness_request_write(uint64_t old,
	const struct ledger_proof *proof, struct span checkpoint,
	struct buf *to);

/* Refuses MALFORMED, TOO_LARGE; looks at no signature. */
MUST_USE enum err ledger_witness_request_parse(
	struct span bytes, struct ledger_witness_request *ret_request);

/* What a witness has of one log: nothing yet is size 0. */
struct ledger_witness_kept {
	uint64_t size;
	struct ledger_hash root; /* of a size that is not 0 */
};

enum ledger_witness_status {
	LEDGER_WITNESS_OK = 200,
	LEDGER_WITNESS_MALFORMED = 400,
	LEDGER_WITNESS_NOT_SIGNED = 403,
	LEDGER_WITNESS_UNKNOWN = 404,
	LEDGER_WITNESS_OTHER_SIZE = 409,
	LEDGER_WITNESS_INCONSISTENT = 422,
};

/* One sentence for the body of a refusal: no byte of the request's. */
const char *ledger_witness_status_text(enum ledger_witness_status status);

/* `key` is the log's of that origin, NULL: it is not known. */
enum ledger_witness_status ledger_witness_decide(
	const struct ledger_witness_request *request,
	const struct ledger_vkey *key, const struct ledger_witness_kept *kept);

/*
 * The log's side: one or more signature lines and nothing else, as a note has
 * them.  Refuses MALFORMED, TOO_LARGE.
 */
MUST_USE enum err ledger_witness_lines_check(struct span lines);

/* The body of a 409: a size and LF.  Refuses MALFORMED. */
MUST_USE enum err ledger_witness_size_parse(
	struct span body, uint64_t *ret_size);
