/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * release - what leaves: the package to the officer, the approval that two
 * reviewers sign, the line that answers a request at once.
 *
 * Minimisation is by type (I3, I7).  struct release_package has a place for
 * the request's id, the answer, and for an address the name as requested, the
 * person's own address by tax year, the purpose and the day it expires, with
 * the ledger's proof.  There is no place for a TIN, a birth date, an income, a
 * spouse, a preparer or a second person, so none can be serialised; an address
 * source other than the person's return or a third party's has no word here.
 *
 * Every package file has RELEASE_FILE_SIZE bytes, whatever it answers and
 * whatever kind of key the officer has: outsiders see one size.
 *
 *	package ── encode ──> JSON ── seal ──> CMS file of one size
 *	                               pads with blanks, AES-256-GCM to one
 *	                               officer; opened by `openssl cms -decrypt`
 *
 * Pure: no clock, no file; sealing draws its keys inside crypto.
 * docs/formats/package.md has the members and the bytes.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "crypto/crypto.h"

enum {
	RELEASE_FILE_SIZE = 16384, /* of every sealed package */
	RELEASE_PLAIN_MAX = 14848, /* of the JSON; leaves room for the envelope
				    * of the largest key allowed */
	RELEASE_YEARS_MAX = 10,
	RELEASE_ARENA = 4 * RELEASE_FILE_SIZE, /* enough to decode into */

	/* Bytes of UTF-8, most. */
	RELEASE_ID_MAX = 64,
	RELEASE_NAME_MAX = 128, /* each of given, middle, surname */
	RELEASE_SUFFIX_MAX = 32,
	RELEASE_PURPOSE_MAX = 64,
	RELEASE_FIELD_MAX = 256, /* each part of an address, as in the roll */
	RELEASE_ORIGIN_MAX = 128,
	RELEASE_PROOF_MAX = 4096, /* a billion entries need about 2,600 */
};

/* The neutral text, one constant (what the requester can learn, 2). */
#define RELEASE_NEUTRAL_TEXT                                                   \
	"As of this day nothing is released. This says nothing about whether " \
	"a record exists. A package may still follow."

enum release_answer { RELEASE_NEUTRAL, RELEASE_ADDRESS };

/* Preparer and care-of addresses are another person's: no word for them. */
enum release_source { RELEASE_RETURN, RELEASE_THIRD_PARTY };

struct release_address {
	uint16_t tax_year;
	enum release_source source;
	struct span line; /* delivery line; all parts as on the record */
	struct span unit;
	struct span city;
	struct span state;
	struct span zip;
};

/* Spans are borrowed.  A neutral package leaves name, purpose, expires (zero or
 * DAY_NONE) and addresses empty. */
struct release_package {
	struct span request_id;
	int32_t issued; /* the answer day (base/day.h) */
	bool sandbox;
	enum release_answer answer;

	struct span given; /* the name as requested */
	struct span middle;
	struct span surname;
	struct span suffix;
	struct release_address address[RELEASE_YEARS_MAX]; /* by year, rising */
	size_t n_addresses;
	struct span purpose; /* purpose code of the request (R12) */
	int32_t expires;     /* first day on which it may be used no longer */

	struct span origin; /* the ledger's */
	/*
	 * Text of a C2SP tlog-proof of entry S; its `extra` line may carry the
	 * entry and what opens its commitments.  Empty: none.
	 */
	struct span proof;
};

/*
 * The JSON, one line with LF, not padded.  Refuses MALFORMED (a field that is
 * not UTF-8, too long or missing; years not rising; a neutral package that
 * holds anything of a person) and TOO_LARGE (past RELEASE_PLAIN_MAX).  What a
 * requester writes always fits; ten years of addresses fit when each has up to
 * 600 bytes of text.  Fails NOMEM.
 */
MUST_USE enum err release_package_encode(const struct release_package *package,
	struct buf *to, struct why *reterr_why);

/*
 * The other way, for `weir package open`: blanks at the end are padding, all
 * else must be byte for byte what release_package_encode() writes.  Spans live
 * in `arena` (RELEASE_ARENA bytes).  Refuses MALFORMED; fails NOMEM.
 */
MUST_USE enum err release_package_decode(struct span plain, struct arena *arena,
	struct release_package *ret_package, struct why *reterr_why);

/*
 * What entry S commits to: SHA-256("weir package/v1\n", fingerprint of the
 * recipient's certificate, the JSON of the package without its proof).  The
 * officer computes it again from the opened package.  It is not salted, so
 * it is never published as it is: the ledger salts it.  Errors as encode.
 */
MUST_USE enum err release_commitment(const struct release_package *package,
	const uint8_t recipient[CRYPTO_SHA256],
	uint8_t ret_commitment[CRYPTO_SHA256]);

/*
 * Seals to one officer; appends exactly RELEASE_FILE_SIZE bytes.  To be called
 * only after entry S is durable (I1): this call makes the package's key.
 * Refuses as encode, and NOT_ALLOWED for a certificate that cannot receive.
 */
MUST_USE enum err release_package_seal(const struct release_package *package,
	const struct crypto_cert *recipient, struct buf *to,
	struct why *reterr_why);

/* The officer's side: opens into `plain`, then decodes.  Refuses MALFORMED,
 * BAD_SIGNATURE (not for this key, or changed on the way). */
MUST_USE enum err release_package_open(struct span file,
	const struct crypto_key *key, const struct crypto_cert *cert,
	struct arena *arena, struct release_package *ret_package,
	struct why *reterr_why);

/* ---- approvals (I6) ---- */

enum release_act { RELEASE_APPROVE, RELEASE_WITHHOLD };

enum { RELEASE_VERDICT_BYTES = 8 + 32 };

/* One verdict of the list: line number in the batch, hash of the verdict. */
struct release_verdict {
	uint64_t line;
	uint8_t hash[32];
};

/*
 * SHA-384 over (line u64be, hash) of each.  Refuses MALFORMED where lines do
 * not rise: the same list must not have two hashes.
 */
MUST_USE enum err release_verdicts_hash(const struct release_verdict *verdicts,
	size_t n, uint8_t ret_hash[CRYPTO_SHA384]);

/* The same of a list that is these bytes already, RELEASE_VERDICT_BYTES each:
 * for lists of any length. */
MUST_USE enum err release_verdicts_hash_bytes(
	struct span list, uint8_t ret_hash[CRYPTO_SHA384]);

struct release_approval {
	struct span origin; /* of the instance's ledger */
	uint64_t batch;
	enum release_act act;
	uint64_t count; /* of verdicts in the list */
	uint8_t verdicts[CRYPTO_SHA384];
};

/*
 * The bytes a reviewer signs:
 *
 *	weir approval/v1
 *	example.gov/ledger
 *	batch 7
 *	approve
 *	count 4190
 *	sha384 <96 hex digits>
 *
 * must() that the origin is one line of printable UTF-8, not empty.
 */
void release_approval_encode(
	const struct release_approval *approval, struct buf *to);

/* Refuses MALFORMED; `origin` points into `text`. */
MUST_USE enum err release_approval_decode(
	struct span text, struct release_approval *ret_approval);

MUST_USE enum err release_approval_sign(const struct crypto_key *key,
	const struct release_approval *approval, struct buf *to);

/* Refuses BAD_SIGNATURE, NOT_ALLOWED (a certificate of another kind). */
MUST_USE enum err release_approval_verify(const struct crypto_cert *cert,
	const struct release_approval *approval, struct span signature);

/* ---- the reply, given at once ---- */

/* As the requester sees it (case.def's `seen`). */
enum release_status {
	RELEASE_REFUSED,
	RELEASE_ACCEPTED,
	RELEASE_WITHDRAWN,
	RELEASE_RETURNED,
	RELEASE_SUPERSEDED,
};

struct release_reason {
	struct span code;
	struct span sentence;
	struct span citation;
};

/* Spans are borrowed; what is empty or zero is not written. */
struct release_reply {
	struct span request_id;
	enum release_status status;
	const struct release_reason *reasons;
	size_t n_reasons;
	const struct release_reason *advice; /* of accepted ones; no citation */
	size_t n_advice;
	int32_t since;      /* judged anew on that day (base/day.h) */
	struct span upheld; /* why a refusal stands that was looked at again */
	struct span due;    /* time by which that is answered */
};

/*
 * {"request_id":"…","status":"…","reasons":[{"code":…,"sentence":…,
 * "citation":…}]} and LF, with "advice" and the other members where they are
 * said.  An accepted request has no reasons, and another no advice, by must():
 * accepted lines differ in the id and in what their own words are advised.
 */
void release_reply_line(const struct release_reply *reply, struct buf *to);
