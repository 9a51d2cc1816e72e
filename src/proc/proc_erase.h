/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_erase - erasure: keys are destroyed, never history.
 *
 *          ASK            GRANT           all is gone
 *	---------> ASKED -----------> GRANTED -----------> DONE
 *	             '---- DENY ----> DENIED
 *
 * One person asks, another grants, one of them counsel.  Each is an act; and of
 * each request that goes there is an act "erase", which names the entries whose
 * sealed records are destroyed (ledger/statement.h, LEDGER_ERASE).  All acts are
 * in a signed checkpoint before the first byte is destroyed.  What a crash left
 * undone is done when the instance is opened next.
 *
 * Of a request go: the sealed records of its entries Q, M, S and D, with their
 * keys; what its row says of the person; its line in batches/N/requests; what
 * lies of it in sealed/; and the store's free pages, its log and the redo log,
 * where all that was too.  The public ledger stays byte for byte what it is.
 *
 * A request is kept, with a sentence that says why, while
 *
 *	it is open, or its package was not fetched
 *	a hold says to preserve it
 *	a matter about it is open
 *	a delay of it is not in the person's account yet
 *	its account is to be kept: five years from the last hand-over, and as
 *	long as the record itself (5 USC 552a(c)(2)), whatever the answer was
 *
 * proc_erase.c          who asks and who answers
 * proc_erase_survey.c   which requests, and why not
 * proc_erase_destroy.c  the acts, and what they destroy
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"

enum proc_erase_state {
	ERASE_NO_STATE,
#define STATE(NAME, text) ERASE_##NAME,
#include "proc/proc_erase.def"
	ERASE_N_STATES
};

enum proc_erase_ground {
	ERASE_NO_GROUND,
#define GROUND(NAME, text, meaning) ERASE_BY_##NAME,
#include "proc/proc_erase.def"
	ERASE_N_GROUNDS
};

enum proc_erase_scope {
	ERASE_NO_SCOPE,
#define SCOPE(NAME, text, meaning) ERASE_OF_##NAME,
#include "proc/proc_erase.def"
	ERASE_N_SCOPES
};

enum {
	PROC_ERASE_TEXT = 512,          /* bytes of a scope or a basis */
	PROC_ERASE_ACCOUNT_DAYS = 1827, /* five years, leap days and all */
};

const char *proc_erase_state_text(enum proc_erase_state state);
const char *proc_erase_ground_text(enum proc_erase_ground ground);
const char *proc_erase_scope_text(enum proc_erase_scope scope);
bool proc_erase_scope_parse(struct span text, enum proc_erase_scope *ret);
bool proc_erase_ground_parse(struct span text, enum proc_erase_ground *ret);

/* What is asked; as its entry has it. */
struct proc_erase_order {
	enum proc_erase_scope scope;
	char what[PROC_ERASE_TEXT]; /* an id, a number or a day */
	enum proc_erase_ground ground;
	char basis[PROC_ERASE_TEXT]; /* which schedule, which order */
	int32_t record_ended;        /* when the records themselves went, which
				      * whoever asks answers for; DAY_NONE */
};

/* Why a request is kept: a sentence. */
typedef enum err proc_erase_kept(
	void *context, const char *request, const char *why);

struct proc_erase_result {
	uint64_t n; /* of the erasure */
	uint64_t entry;
	uint64_t requests; /* that go, or are gone */
	uint64_t entries;  /* of them */
	uint64_t kept;
	uint64_t with_recipient; /* whose package somebody else still has */
};

/*
 * Asks.  Looks who would go and who is kept (`kept` may be NULL).  Refuses
 * NOT_ALLOWED, MALFORMED (a text), NOT_FOUND (nothing is in the scope), and
 * BAD_MOVE where all in the scope is kept, with the sentence of the first.
 */
MUST_USE enum err proc_erase_ask(struct instance *in,
	const struct proc_erase_order *order, proc_erase_kept *kept,
	void *context, struct proc_erase_result *ret_result);

/* Grants and erases; or denies, which whoever asked may also.  Refuses
 * NOT_ALLOWED, NOT_FOUND, BAD_MOVE (answered already). */
MUST_USE enum err proc_erase_grant(struct instance *in, uint64_t n,
	proc_erase_kept *kept, void *context,
	struct proc_erase_result *ret_result);
MUST_USE enum err proc_erase_deny(struct instance *in, uint64_t n);

struct proc_erase_item {
	struct store_erasure row;
	struct proc_erase_order order;
	uint8_t asker[CRYPTO_SHA256];
	int64_t asked_at;
};
/* In order; a reading.  Refuses NOT_ALLOWED. */
MUST_USE enum err proc_erase_list(struct instance *in,
	enum err (*each)(void *context, const struct proc_erase_item *item),
	void *context);

/* One of them; and while it is only asked, who would go now and who is kept
 * (`kept` may be NULL).  A reading.  Refuses NOT_ALLOWED, NOT_FOUND. */
MUST_USE enum err proc_erase_look(struct instance *in, uint64_t n,
	proc_erase_kept *kept, void *context, struct proc_erase_item *ret_item,
	struct proc_erase_result *ret_result);

/* Whenever the ledger is opened: ends what was granted. */
MUST_USE enum err proc_erase_finish(struct instance *in);

/* Is a request gone, and by which act? */
MUST_USE enum err proc_erase_gone(struct instance *in, uint32_t batch,
	uint64_t line, bool *ret_gone, uint64_t *ret_act);

/* ---- what its files share ---- */

MUST_USE enum err proc_erase_item_read(struct instance *in,
	const struct store_erasure *row, struct proc_erase_item *ret_item);

/* One request that goes. */
struct erase_target {
	struct proc_ref ref;
	char id[STORE_ID_MAX];
	uint64_t match; /* its newest M that was gone past */
};

struct erase_entry {
	size_t target;
	uint64_t index;
	uint8_t subject[STORE_HASH];
};

struct erase_survey {
	struct erase_target *target; /* by batch and line */
	size_t n;
	size_t room;
	struct erase_entry *entry; /* by target, then index */
	size_t n_entries;
	size_t entries_room;
	uint64_t found; /* in the scope, and not gone */
	uint64_t kept;
	uint64_t with_recipient;
	struct why first_kept;
};

/* Who goes, as it is on `today`; with `entries` also which of their entries. */
MUST_USE enum err erase_survey(struct instance *in,
	const struct proc_erase_order *order, int32_t today, bool entries,
	proc_erase_kept *kept, void *context, struct erase_survey *ret_survey);
void erase_survey_fini(struct erase_survey *survey);

/* Of an erasure that was granted: to its end. */
MUST_USE enum err erase_carry_out(struct instance *in,
	struct store_erasure *erasure, proc_erase_kept *kept, void *context,
	struct proc_erase_result *ret_result);
