/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_vault - the process that alone reads the roll, and alone makes
 * packages.  A disclosed address is in the clear nowhere else.
 *
 * It trusts nobody's word:
 *
 *   before it looks anybody up, the batch's entry and the lookup's entry are
 *   in the signed ledger, and the lookup commits to exactly these requests;
 *   before it prepares an address, the registers it was shown hash to the
 *   heads that the keeper signed, the law files it was shown hash to the
 *   agreement that they say is loaded, and name both fields that a package
 *   gives; that law over its own match says yes; two reviewers of that register
 *   signed the very verdict it computes anew, and none withheld it since; no
 *   hold covers the person, no screen stops it and the screens are not too old,
 *   the batch's certifier and the officer for that case are on the register;
 *   and entry S follows right after those heads, so nothing was placed since;
 *   before it seals, entry S, which it made itself, is in the signed ledger,
 *   and the ledger did not shrink.
 *
 * What the front read of a line it must believe: it parses no outside bytes;
 * and of the request half of the evidence, what depends on other requests.
 * Outside a sandbox the time it is told must be its own clock's, to an hour.
 */

#include "base/buf.h"
#include "law/evidence.h"
#include "ledger/entry.h"
#include "match/match.h"
#include "proc/proc_peer.h"
#include "register/register.h"

struct proc_vault_where {
	const char *path; /* of the instance */
	const char *roll; /* file below roll/: "current", or a hash's */
};

/* The child.  `context` is a struct proc_vault_where. */
enum err proc_vault(int fd, void *context);

/* ---- the judge's side ---- */

enum {
	VAULT_CHUNK = 1000,            /* requests of one sealing */
	VAULT_LOOKUP = 2000,           /* of one lookup */
	VAULT_LOOKUP_BYTES = 24 << 20, /* of all of them together */
};

/* An entry, opened and proved: what the vault believes. */
struct vault_proved {
	struct span proof; /* tlog-proof file */
	struct span entry; /* LEDGER_ENTRY bytes */
	const struct ledger_head *head;
	const uint8_t *key;
	const struct ledger_field *field;
	size_t n_fields;
};

/* SHA-256 over sized requests: what a lookup's entry commits to. */
void vault_requests_hash(
	const struct span *requests, size_t n, uint8_t ret_hash[32]);

/*
 * Looks up to VAULT_LOOKUP requests (request_encode() bytes) up.  `answer` keeps
 * what vault_found_read() cuts: for each its match_encode() bytes, where
 * confirmed the person_id, and the weights.  Refuses as the vault says.
 */
MUST_USE enum err vault_lookup(struct proc_peer *vault,
	const struct vault_proved *batch, const struct vault_proved *lookup,
	const struct span *requests, size_t n, struct buf *answer,
	struct why *reterr_why);
struct vault_found {
	struct span match; /* match_encode() bytes */
	struct match_result result;
	struct span person;  /* empty unless confirmed */
	struct span weights; /* match_weights_encode() bytes */
};
MUST_USE enum err vault_found_read(
	struct span *answer, struct vault_found *ret_found);

/* The hash that names the roll that serves; NOT_FOUND where none is loaded. */
MUST_USE enum err vault_roll(
	struct proc_peer *vault, uint8_t ret_hash[32], struct why *reterr_why);

/* The day on which that roll's file was made. */
MUST_USE enum err vault_roll_day(
	struct proc_peer *vault, int32_t *ret_day, struct why *reterr_why);

/*
 * What reviewers sign, for one request: SHA-256 over batch, line, the request,
 * the law, its answer, the person and the graded match.
 */
struct vault_verdict {
	uint32_t batch;
	uint64_t line;
	struct span request; /* request_encode() bytes */
	const uint8_t *law;  /* 32 */
	uint8_t answer;      /* enum law_answer */
	struct span match;   /* empty: not looked up */
	struct span person;
};
void vault_verdict_hash(
	const struct vault_verdict *verdict, uint8_t ret_hash[32]);

/* ---- sealing ---- */

/* One round of one batch, as the judge sees it; sent before each chunk. */
struct vault_round {
	const struct vault_proved *batch;
	struct span heads; /* the keeper's signed note */
	struct span holds; /* hold_set_encode() */
	struct span registers[REG_N];
	struct span approvals; /* u32 n; each: text, signature, signer, list */
	int64_t at;
	int32_t issued;
	int32_t received;
	int32_t day; /* that entries show */
	const uint8_t *law;
	const uint8_t *engine;
	struct span law_files; /* vault_law_encode(): hashed and parsed there */
};
MUST_USE enum err vault_begin(struct proc_peer *vault,
	const struct vault_round *round, struct why *reterr_why);

struct proc_law_file;
struct proc_proof;
void vault_law_encode(const struct proc_law_file *files, size_t n,
	const struct proc_proof *proof, struct buf *to);

struct vault_wish {
	uint64_t line;
	bool address; /* the judge's verdict; else neutral */
	struct span request;
	struct span evidence; /* evidence_encode() bytes, of the whole law */
	struct span codes;
};

enum vault_outcome {
	VAULT_ADDRESS = 1,
	VAULT_NEUTRAL,
	VAULT_NO_OFFICER, /* nobody to seal to: nothing is made */
};

/* Prepares; entries begin at `first`.  `answer` is cut by
 * vault_prepared_read(), one a wish. */
MUST_USE enum err vault_prepare(struct proc_peer *vault, uint64_t first,
	const struct vault_wish *wishes, size_t n, struct buf *answer,
	struct why *reterr_why);
struct vault_prepared {
	enum vault_outcome outcome;
	struct span why;       /* why not an address where one was wished */
	struct span entry;     /* S; empty with VAULT_NO_OFFICER */
	struct span opening;   /* account_opening_encode() bytes */
	struct span recipient; /* fingerprint */
};
MUST_USE enum err vault_prepared_read(
	struct span *answer, struct vault_prepared *ret_prepared);

/* `proofs` are the sized proofs of the entries just prepared, in order;
 * `answer` is their sized package files. */
MUST_USE enum err vault_seal(struct proc_peer *vault, struct span proofs,
	struct buf *answer, struct why *reterr_why);
