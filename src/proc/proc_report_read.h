/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_report_read - the whole ledger, entry by entry, opened with the evidence
 * key and told to report/report_ledger.h.
 *
 * The reading is an act of its own, entered and published first; so a report
 * is of a ledger that says that it was made.  What is read must lead to the
 * root that the keeper signed.  Lists that the store keeps of an act (what a
 * hold pulled back, what a demand names) count only where the act committed to
 * their hash.
 */

#include "proc/proc_account.h"
#include "proc/proc_permit.h"
#include "report/report_made.h"

struct proc_report_read {
	struct instance *in;
	struct report_ledger *ledger;
	uint64_t size; /* of the signed checkpoint: entries read */
	uint8_t root[32];
	char root_text[64]; /* base64 */
	int64_t as_of; /* 0: all; else what is of a later time is passed over */
	uint64_t passed_over;

	/* What to do with an entry that does not hold: NULL refuses with its
	 * sentence; else it is told, and the reading goes on. */
	enum err (*fault)(void *context, uint64_t entry, const char *what);
	void *context;
	bool other_root; /* with `fault`: they do not lead to what was signed */

	struct law *law; /* of the last batch */
	uint8_t law_hash[32];
	struct buf folded; /* texts on their way */
};

/* `act` and `object` are the words of the reading's own entry.  Refuses
 * NOT_ALLOWED, DAMAGED and MISMATCH with a sentence. */
MUST_USE enum err proc_report_read(struct instance *in, enum proc_permit permit,
	const char *act, struct span object, struct proc_report_read *read);
void proc_report_read_fini(struct proc_report_read *read);

/* What a row of the store says became of its request. */
enum report_state proc_report_state(const struct store_request *row);

/* Of which ledger this is. */
struct report_about proc_report_about(const struct proc_report_read *read);
