/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify - checks a ledger with nothing but what anybody may have of it.
 *
 * This folder includes base and ledger alone, so that what a court, an
 * inspector or a person runs is small enough to be read, and shares neither
 * its files nor its cryptographic library with the program that wrote the
 * ledger.  The same sources make `weir-verify` and the page in web/verify.
 *
 *	verify_public    the public files: signatures, every entry, every tile,
 *	                 older checkpoints, witnesses, the cover and the
 *	                 cadence, what requesters were told, and
 *	                 persons' accounts
 *	verify_openings  an inspector's openings: every commitment anew, then the
 *	                 law of the log (verify/rule.def)
 *
 * Files come through struct verify_source, which knows where they are; nothing
 * here opens a file.  The first fault is named by file and offset, and ends
 * the check: refusals are DAMAGED with the fault; failures IO and NOMEM mean
 * that there is no answer.
 */

#include "base/buf.h"
#include "base/err.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "ledger/statement.h"

enum {
	VERIFY_PATH = 256,         /* bytes of a file's name, terminated */
	VERIFY_FILE_MAX = 1 << 25, /* the largest file that has a place */
	VERIFY_WITNESSES = 32,
	VERIFY_OLD = 64, /* older checkpoints */
	VERIFY_RECEIPTS = 128,
	VERIFY_ACCOUNTS = 32,
	VERIFY_CADENCE = 3660, /* days */
	VERIFY_LANES = 64,     /* threads */
};

/* Takes the name of one file; what it answers ends the listing. */
typedef enum err verify_found(void *arg, const char *path);

struct verify_source {
	/* Appends the bytes of a regular file.  Refuses NOT_FOUND, DAMAGED (no
	 * regular file), TOO_LARGE.  Several threads may call it at once. */
	enum err (*read)(void *arg, const char *path, struct buf *to);
	/* Every file there is, in any order, by the same names. */
	enum err (*list)(void *arg, verify_found *found, void *found_arg);
	void *arg;
};

struct verify_fault {
	char file[VERIFY_PATH];
	uint64_t offset;
	char text[WHY_MAX];
};

/* Bytes that the asker brought, with the name to say of them. */
struct verify_given {
	const char *name;
	struct span bytes;
};

/* What requesters were told, summed: received = refused + accepted +
 * withdrawn. */
struct verify_told {
	uint64_t batches;
	uint64_t requests; /* by the receipts; below, by the replies */
	uint64_t received;
	uint64_t refused; /* with those that were given back */
	uint64_t accepted;
	uint64_t withdrawn;
};

/* Of one batch. */
struct verify_told_batch {
	uint64_t batch;
	uint64_t entry;
	uint64_t count;
	uint64_t refused; /* by the reply as it was first signed */
	bool replied;     /* such a reply was given */
};

/* What a person's account says that was given. */
struct verify_account {
	char person[LEDGER_PERSON_MAX];
	int32_t as_of;
	uint64_t query; /* the entry of its question */
	size_t disclosures;
	uint8_t hash[32]; /* SHA-256 of the file */
};

struct verify_asked {
	struct ledger_vkey vkey;
	struct verify_given old[VERIFY_OLD];
	size_t n_old;
	struct ledger_vkey witness[VERIFY_WITNESSES];
	size_t n_witnesses; /* all of them must have signed */
	/* Its quorum must have; signatures of after `policy_until`, seconds
	 * since 1970, count for nothing.  NULL: not asked. */
	struct ledger_policy *policy;
	int64_t policy_until;
	/* Receipts; reply[i] belongs to receipt[i], or has no name. */
	struct verify_given receipt[VERIFY_RECEIPTS];
	struct verify_given reply[VERIFY_RECEIPTS];
	size_t n_receipts;
	struct verify_given account[VERIFY_ACCOUNTS];
	size_t n_accounts;
	/* Days from one publication to the next, at the most; 0: what the
	 * public policy.settings promise, if anything. */
	unsigned cadence;
	int32_t today;  /* up to which the last has lasted; DAY_NONE: unknown */
	bool growing;   /* files past the checkpoint are passed over */
	unsigned lanes; /* threads; 0 is 1 */
};

struct verify_result {
	struct ledger_checkpoint cp;
	int32_t first_day; /* DAY_NONE: no entry */
	int32_t last_day;
	int32_t gap;      /* most days from one publication to the next */
	uint64_t gap_at;  /* the entry after it */
	int32_t map_day;  /* of the newest map; DAY_NONE: none */
	unsigned cadence; /* that was kept; 0: none was asked for */
	uint64_t files;   /* read, every one to its last byte */
	uint64_t passed;  /* that are no part of what is signed */
	uint64_t old_size[VERIFY_OLD];
	uint64_t cosigned_size; /* of what witnesses signed */
	size_t cosigned;        /* witnesses of the policy that signed it */
	int64_t cosigned_at;    /* the newest time at which enough had */
	struct verify_told told;
	/* Of each receipt of a batch, in their order. */
	struct verify_told_batch told_batch[VERIFY_RECEIPTS];
	size_t n_told;
	struct verify_account account[VERIFY_ACCOUNTS];
	size_t n_accounts;
};

MUST_USE enum err verify_public(const struct verify_source *source,
	const struct verify_asked *asked, struct verify_result *ret_result,
	struct verify_fault *reterr_fault);

/* ---- an inspector's openings ---- */

enum verify_rule {
#define RULE(ID, word, text, said) VERIFY_RULE_##ID,
#include "verify/rule.def"
	VERIFY_N_RULES
};

/* "held"; "no address leaves under a hold that covers it"; "I2". */
const char *verify_rule_word(enum verify_rule rule);
const char *verify_rule_text(enum verify_rule rule);
const char *verify_rule_said(enum verify_rule rule);

/* Takes one: at this entry this rule is broken, and how. */
typedef void verify_finding(
	void *arg, uint64_t index, enum verify_rule rule, const char *text);

/* By what became of each request: received = refused + accepted + withdrawn;
 * accepted = open + neutral + delivered. */
struct verify_totals {
	uint64_t batches;
	uint64_t received;
	uint64_t refused;
	uint64_t withdrawn;
	uint64_t accepted;
	uint64_t open;
	uint64_t neutral;
	uint64_t delivered; /* an address was handed over */
	uint64_t holds;     /* that stand */
	uint64_t delays;    /* of accounts, that stand */
	uint64_t erased;    /* entries whose key is destroyed */
	uint64_t findings;
};

/*
 * After verify_public() found nothing wrong: that the file opens each entry of
 * that checkpoint as the public entry commits to it (else DAMAGED, with the
 * fault), and the law of the log.  `today` is for what is overdue; DAY_NONE:
 * the day of the last entry.  Broken rules are findings and no refusal.
 */
MUST_USE enum err verify_openings(const struct verify_source *source,
	const struct verify_asked *asked, const struct verify_given *openings,
	int32_t today, struct verify_result *result, verify_finding *found,
	void *arg, struct verify_totals *ret_totals,
	struct verify_fault *reterr_fault);

/*
 * The answer as one JSON object and LF; `e` is OK or a refusal.  Of openings,
 * `totals` (NULL: none) and what verify_answer_finding() wrote of each finding.
 */
void verify_answer(enum err e, const struct verify_asked *asked,
	const struct verify_result *result, const struct verify_fault *fault,
	const struct verify_totals *totals, struct span findings,
	struct buf *to);
void verify_answer_finding(uint64_t index, enum verify_rule rule,
	const char *text, struct buf *to);
