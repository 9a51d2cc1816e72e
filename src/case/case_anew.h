/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * case_anew - what becomes of an accepted request when it is decided anew (I2):
 * before a release, at sealing and at hand-over, from the registers, holds and
 * signatures of that moment.  The one place where it is decided; proc_release.c
 * and the simulation call it.
 */

#include "case/case.h"

/* What the moment says. */
struct case_moment {
	/* The whole law over what the request, the record, the registers, the
	 * holds and the open objections of this moment say: an address may
	 * leave once people have approved. */
	bool may;
	/* Who approved exactly this verdict, is a reviewer now, and is not the
	 * other one or the submitter: 0 to 2 people. */
	size_t n_approvers;
	const uint8_t *approver[2];
	const uint8_t *submitter;
	bool withheld; /* a reviewer withheld exactly this verdict, and last */
};

struct case_turn {
	bool address; /* an address is to be sealed for it */
	bool void_;   /* approvals that it had count no longer */
};

/*
 * Moves the request to where this moment puts it:
 *
 *	may not            STOPPED
 *	withheld           WITHHELD
 *	may, 0, 1, 2       REVIEW, APPROVED_ONCE, APPROVED
 *
 * from REVIEW, APPROVED_ONCE, APPROVED, SEALED and STOPPED; all other states
 * stay.  An address is to be sealed for one that is APPROVED then, and again
 * for one DELIVERED or RECALLED that two people still approve.
 */
void case_decide_anew(struct case_request *request,
	const struct case_moment *moment, struct case_turn *ret_turn);

/*
 * Is it (still) to be answered in a round?  `again`: it was answered while
 * something of its own stood in the way, or its package was pulled back, and
 * it goes again when that has ended; or all go again, whatever they got.
 */
bool case_awaits_answer(const struct case_request *request, bool again);

/* It waits for a reviewer who approves or withholds. */
bool case_awaits_approval(const struct case_request *request);
