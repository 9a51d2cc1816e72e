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
