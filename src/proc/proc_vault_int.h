/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside the vault: what proc_vault.c and proc_vault_seal.c share. */

#include "base/read.h"
#include "base/zone.h"
#include "crypto/crypto.h"
#include "hold/hold.h"
#include "law/law.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "proc/proc_vault.h"
#include "release/release.h"
#include "roll/roll.h"

enum {
	VAULT_PERSON_MAX = 64,
	VAULT_REQUEST_MAX = 1 << 17,
};

struct vault_approval {
	bool withhold;
	const uint8_t *signer; /* 32, in the round's bytes */
	struct span list;      /* of u64 line, 32 hash */
};

/* What VAULT_REGISTERS brought, after it was checked. */
struct vault_state {
	bool begun;
	struct buf bytes; /* the message; all spans below point into it */
	uint32_t batch;
	char batch_text[16];
	uint8_t submitter[32];
	struct span certifier; /* as the batch's entry names him */
	struct register_set *registers;
	struct hold_set *holds;
	uint8_t heads[32]; /* SHA-256 of the signed heads */
	uint64_t entries;  /* of the ledger when they were signed */
	struct vault_approval *approval;
	size_t n_approvals;
	size_t size_approvals;
	int64_t at;
	int32_t issued;
	int32_t received;
	int32_t day;      /* that entries show */
	bool sandbox;     /* as the ledger's origin says */
	struct zone zone; /* the instance's */
	uint8_t law_hash[32];
	uint8_t engine[32];
	struct law *law;       /* parsed here; its hash is law_hash */
	struct span agreement; /* the batch's, which is the law's */
};

/* Prepared and not yet sealed. */
struct vault_waiting {
	bool made;
	struct release_package package;
	struct arena arena; /* what the package's spans point into */
	struct crypto_cert *to_whom;
	const uint8_t *approver[2]; /* in the round's bytes, for an address */
	uint8_t entry[LEDGER_ENTRY];
	struct buf opening_plain; /* ledger_opening_write() of "plain" */
};

struct vault {
	int fd;
	struct roll *roll;         /* NULL: none loaded */
	struct match_rates *rates; /* of it; NULL until the first look-up */
	uint8_t roll_hash[32];
	struct zone zone; /* whose days all are */
	int32_t roll_day; /* on which its file was made */
	struct ledger_vkey vkey;
	uint64_t size; /* of the largest checkpoint seen: it never shrinks */
	struct vault_state round;
	struct vault_waiting waiting[VAULT_CHUNK];
	size_t n_waiting;
	struct buf reply;
};

/*
 * Reads an opened and proved entry of `type`: the proof holds under the
 * ledger's key, the ledger did not shrink, the fields are what the entry
 * commits to.  `field` gets the fields in the type's order.
 */
MUST_USE enum err vault_read_proved(struct vault *v, struct reader *r,
	enum ledger_type type, struct ledger_field field[LEDGER_FIELDS],
	struct why *why);
struct span vault_field(
	const struct ledger_field field[LEDGER_FIELDS], const char *name);

/* Match of one request; what is screened is asked of the registers besides, so
 * that a verdict does not change when a screen comes and goes. */
void vault_match(struct vault *v, const struct request *request,
	struct match_result *ret_result, struct span *ret_person);

/* ---- proc_vault_law.c ---- */

/* Parses the files; refuses MISMATCH where they are not those of `law_hash`,
 * or of another agreement than the batch's. */
MUST_USE enum err vault_read_law(
	struct vault *v, struct span files, struct why *why);

/* The time of the round is that of this moment. */
MUST_USE enum err vault_check_time(
	const struct vault_state *s, struct why *why);

/* Those files' receipt holds, by the registers that were read after them;
 * refuses NOT_ALLOWED. */
MUST_USE enum err vault_check_proof(
	struct vault *v, struct span bytes, struct why *why);

/* Why the law lets no address leave, over this evidence with the record half
 * that the vault found itself; NULL: it may.  I3, I8. */
const char *vault_law_says(const struct vault_state *s, struct span evidence,
	const struct match_result *result);

MUST_USE enum err vault_serve_round(
	struct vault *v, struct reader *r, struct why *why);
MUST_USE enum err vault_serve_prepare(
	struct vault *v, struct reader *r, struct why *why);
MUST_USE enum err vault_serve_seal(
	struct vault *v, struct reader *r, struct why *why);
void vault_forget_waiting(struct vault *v);
