/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_front - the process that parses what a requester wrote.
 *
 * It holds the frozen file of requests (one descriptor), the socket, and no
 * records, no keys, no ledger.  It checks the manifest's signature, counts and
 * hashes the file, and turns each line into a request and its grades.
 */

#include "base/buf.h"
#include "crypto/crypto.h"
#include "law/evidence.h"
#include "letter/letter.h"
#include "proc/proc_peer.h"
#include "request/request.h"
#include "request/request_manifest.h"

struct proc_front_file {
	int fd; /* -1: only manifests and single lines */
	bool csv;
	int32_t today; /* day of receipt */
};

/* The child.  `context` is a struct proc_front_file. */
enum err proc_front(int fd, void *context);

/* ---- the judge's side ---- */

/* A certifier who may have signed. */
struct front_signer {
	struct span id;   /* as the register names the certifier */
	struct span cert; /* DER */
};

/*
 * Reads and checks a manifest and its signature, by one of `signers` whose id
 * the manifest names and whose certificate is valid at `at`.  Refuses
 * MALFORMED (the manifest) and BAD_SIGNATURE, with a sentence.
 */
MUST_USE enum err front_manifest(struct proc_peer *front, struct span manifest,
	struct span signature, const struct front_signer *signers,
	size_t n_signers, int64_t at, struct request_manifest *ret_manifest,
	struct why *reterr_why);

/*
 * Reads a letter; what it says points into `bytes`.  Who signed it is not asked.
 * Refuses MALFORMED, TOO_LARGE, with a sentence.
 */
MUST_USE enum err front_letter(struct proc_peer *front, struct span document,
	struct buf *bytes, struct letter *ret_letter, struct why *reterr_why);

/*
 * Is `signature` one over `document` by one of these certificates (DER), valid
 * at `at`?  Refuses MALFORMED, BAD_SIGNATURE, with a sentence.
 */
MUST_USE enum err front_signed(struct proc_peer *front, struct span document,
	struct span signature, const struct span *certs, size_t n, int64_t at,
	size_t *ret_signer, struct why *reterr_why);

struct front_file {
	uint8_t sha384[CRYPTO_SHA384];
	uint64_t bytes;
	uint64_t lines; /* records without the header, for CSV */
};

/* Hashes and counts. */
MUST_USE enum err front_begin(struct proc_peer *front,
	struct front_file *ret_file, struct why *reterr_why);

/*
 * Asks for the lines: of `of` fronts of one file, each is a process of its own,
 * front `part` gives every of-th chunk of FRONT_CHUNK lines, the first being
 * chunk `part`.  front_next() takes them.
 */
enum { FRONT_CHUNK = 100, FRONT_PARTS = 8 };
MUST_USE enum err front_send(
	struct proc_peer *front, uint32_t part, uint32_t of);

struct front_line {
	uint64_t line; /* from 1 */
	uint64_t offset;
	uint64_t length;
	struct request_keys keys;
	struct evidence evidence;
	struct span encoded; /* request_encode() bytes */
	struct request request;
};

/* A chunk of lines, to be cut by front_line_read(); *ret_end after the last. */
MUST_USE enum err front_next(struct proc_peer *front, struct buf *chunk,
	bool *ret_end, struct why *reterr_why);
MUST_USE enum err front_line_read(
	struct span *chunk, struct front_line *ret_line);

/* One JSON line graded without a process, for the requester's own program. */
MUST_USE enum err front_grade(struct request_reader *reader, struct span raw,
	int32_t today, struct arena *arena, struct front_line *ret_line);

/* ---- requests that come one at a time (request/request_single.h) ---- */

/* Who may have certified what comes from now on. */
enum { FRONT_SIGNERS = 256 };
MUST_USE enum err front_signers(struct proc_peer *front,
	const struct front_signer *signers, size_t n, struct why *reterr_why);

/*
 * What one envelope is.  Refused, with a sentence: MALFORMED, TOO_LARGE (it or
 * its manifest), MISMATCH (count or hash are not the line's), BAD_SIGNATURE.  A
 * line that is no request is not refused: its grades say so.
 */
struct front_single {
	enum err refused; /* or ERR_OK, and then all that follows */
	struct span why;
	uint8_t hash[CRYPTO_SHA256]; /* of the manifest */
	struct request_manifest manifest;
	struct span manifest_bytes;
	struct span signature;
	struct span line_bytes; /* as they came */
	struct front_line line; /* number 1 */
};
enum { FRONT_SINGLES = 64, FRONT_SINGLES_ANSWER = 1 << 24 };

/* Up to FRONT_SINGLES; front_single_read() cuts `answer`, one an envelope.  Of
 * what was asked nothing else is asked before it was heard. */
MUST_USE enum err front_singles_ask(struct proc_peer *front, int64_t at,
	int32_t today, const struct span *envelopes, size_t n);
MUST_USE enum err front_singles_hear(
	struct proc_peer *front, struct buf *answer, struct why *reterr_why);
MUST_USE enum err front_single_read(
	struct span *answer, struct front_single *ret_single);
