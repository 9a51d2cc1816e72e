/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_batch - what the verbs on a batch share: a request's row with what its
 * entries say, the law's decision, and the words for people.
 */

#include "case/case.h"
#include "law/law.h"
#include "match/match.h"
#include "proc/proc_account.h"
#include "request/request.h"

/* The rules not met, as bits of law_n_rules(). */
uint64_t proc_batch_unmet(const bool met[LAW_RULES_MAX], size_t n_rules);
void proc_batch_met(uint64_t unmet, size_t n_rules, bool met[LAW_RULES_MAX]);

/*
 * The whole law over a request that was accepted.  What must be asked first was
 * answered by the person who let it go on: so the answer is never LAW_ASK, and
 * its rule stays among those not met.
 */
enum law_answer proc_batch_decide(const struct law *law,
	const struct evidence *ev, bool met[LAW_RULES_MAX]);

/* Codes of unmet rules, each once, joined by `sep`. */
void proc_batch_codes(
	const struct law *law, uint64_t unmet, const char *sep, struct buf *to);

/* The outcome as the custodian sees it: a word of DESIGN's table. */
const char *proc_batch_outcome(enum case_state state);

/* A request as its entries tell it; fini wipes. */
struct batch_request {
	struct store_request row;
	struct account_opened judged;  /* entry Q */
	struct account_opened matched; /* entry M; n_fields 0: none */
	struct request request;        /* points into judged */
	struct span encoded;
	struct evidence evidence; /* the newest, of both halves */
	struct match_result result;
	struct match_weights weights; /* not known of older entries */
	struct span match;            /* bytes; empty: not looked up */
	struct span person;           /* person_id; empty unless confirmed */
};
MUST_USE enum err proc_batch_open(struct instance *in,
	const struct store_request *row, struct batch_request *ret);
void proc_batch_fini(struct batch_request *request);

/* Moves a row; the move must be in the table (must()). */
void proc_batch_move(struct store_request *row, enum case_event event,
	const struct case_act *act);
extern const struct case_act proc_by_judge;
extern const struct case_act proc_by_vault;
extern const struct case_act proc_by_keeper;

/* What a hold looks at, of one request; `folded` holds its folded name. */
struct batch_target {
	struct hold_target target;
	char folded[256];
	char tin[10];
	char batch[16];
};
void proc_batch_target(const struct instance *in,
	const struct store_batch *batch, const struct request *request,
	struct span person, struct batch_target *ret_target);

/* What the registers of this moment say of all requests of a batch. */
struct batch_moment {
	const struct law *law;
	const struct store_batch *batch;
	bool term;
	bool safeguards;
};
struct batch_moment proc_batch_moment(const struct instance *in,
	const struct law *law, const struct store_batch *batch);

/* Sets that, and what they say of one: officer, unit, the age of its order;
 * and whether a hold covers it. */
void proc_batch_set_moment(const struct instance *in,
	const struct batch_moment *moment, const struct request *request,
	struct span person, struct evidence *ev);

/* The day on which a request is answered: its batch's, or where it was judged
 * anew, so many days after that. */
int32_t proc_batch_answer_day(const struct law *law,
	const struct store_batch *batch, const struct store_request *row);

/*
 * Sets whether a screen stops what is the confirmed person's, by the registers
 * of this moment and what the roll gave when it was looked at.  Which grounds
 * the roll gives, only the vault knows: where the register clears any of them
 * this says clear, and the vault, which seals, has the last word.
 */
void proc_batch_screen(const struct instance *in,
	const struct match_result *result, struct span person,
	struct evidence *ev);

/*
 * Entry Q: what was judged, with which evidence, under which registers; sets
 * row->judged.  `encoded` is request_encode() bytes.
 */
struct batch_judged {
	const struct law *law;
	const uint8_t *law_hash;  /* 32 bytes */
	const uint8_t *registers; /* 32 bytes: of all heads, as read */
	const struct evidence *evidence;
	struct span encoded;
	struct span manifest; /* hash, of a line that was certified by itself */
	struct span private;  /* kept with it (account_entry()) */
};
MUST_USE enum err proc_batch_enter(struct instance *in,
	const struct batch_judged *judged, struct store_request *row);
/* The same for made->index, to be put: touches nothing of the instance. */
MUST_USE enum err proc_batch_make(const struct instance *in,
	const struct batch_judged *judged, struct store_request *row,
	struct account_made *made);

/* Is a row one that this program wrote?  DAMAGED with a sentence where its
 * state is none: the store is bytes from outside. */
MUST_USE enum err proc_batch_sound(
	struct instance *in, const struct store_request *row);

/* Calls `each` for every row of a batch, in order of lines. */
MUST_USE enum err proc_batch_each(struct instance *in, uint32_t batch,
	enum err (*each)(void *context, struct store_request *row),
	void *context);

/* The same; `between` is called after every page of rows but the last, when no
 * row is in use: others may be let in there.  Each row is as its page had it. */
MUST_USE enum err proc_batch_each_between(struct instance *in, uint32_t batch,
	enum err (*each)(void *context, struct store_request *row),
	enum err (*between)(void *context), void *context);

/* The batch, or NOT_FOUND with a sentence. */
MUST_USE enum err proc_batch_get(
	struct instance *in, uint32_t n, struct store_batch *ret_batch);

/* The date in the manifest, from which what waits lapses; the day of receipt
 * of a batch that an older program took in, which is never earlier. */
MUST_USE enum err proc_batch_manifest_day(
	struct instance *in, const struct store_batch *batch, int32_t *ret_day);

/* Counts by state; I10 is checked (must()). */
MUST_USE enum err proc_batch_totals(
	struct instance *in, uint32_t batch, struct case_totals *ret_totals);

/* Removes the package of a request that was withdrawn, sealed to its officer
 * and never accounted for: nobody is to have it.  Where an order preserves it,
 * it is kept under another name.  None there is fine. */
MUST_USE enum err proc_batch_unstage(
	struct instance *in, const struct store_request *row);
