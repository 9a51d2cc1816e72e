/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_screen - 26 USC 6103(i)(6): whom a disclosure could identify as an
 * informant, or whose tax matter it could impair.
 *
 *	lists of CI and Exam, the roll's own column ──> flags
 *	flag without a finding, or with `identify` or `impair` ──> nothing leaves
 *	finding `clear`, by the custodian ──> the flag stops nothing
 *
 * The requester and who approves see the same as of a person with nothing to
 * give; which ground it is, screener and counsel alone may see.
 */

#include "proc/proc_batch.h"

/*
 * A list replaces the rows that the same source's list before it brought: what
 * is new is added, what is gone ends, but a row with the finding `identify` or
 * `impair` stays until somebody determines anew.  One signed entry for the
 * whole list, and one for its day.  A process of its own, which has that file
 * and nothing else, parses it before the instance is opened.
 *
 * Refuses NOT_ALLOWED, NOT_FOUND, MALFORMED and TOO_LARGE (the file, with its
 * line), TOO_EARLY (a day before that of the list in force, or to come),
 * MISMATCH (not as many rows as stated; or the list would end more than half
 * of the rows of its source, and nobody stated how many it has).
 */
struct proc_screen_load {
	const char *file;
	const char *source; /* "ci", "exam" */
	int32_t as_of;      /* the day whose state it gives */
	bool states_rows;
	uint64_t rows; /* as the source states */
};
struct proc_screen_result {
	uint64_t rows; /* of the list, each person and ground once */
	uint64_t added;
	uint64_t ended;
	uint64_t kept;  /* not on the list, and determined to stop */
	uint64_t woken; /* requests that wait for reviewers again */
};
MUST_USE enum err proc_screen_load(const char *path,
	const struct proc_screen_load *load, const char *key,
	struct proc_screen_result *ret_result, struct why *reterr_why);

/*
 * The custodian's determination of one person and ground: "identify", "impair"
 * or "clear".  Goes to every row in force of them, of whatever source; where
 * there is none (the roll's own flag) one is added.  Counts the requests that
 * wait for reviewers again.  Refuses NOT_ALLOWED, MALFORMED.
 */
MUST_USE enum err proc_screen_determine(struct instance *in, const char *person,
	const char *ground, const char *finding, uint64_t *ret_woken);

/*
 * Requests that only a screen or a hold withheld when they were looked up, and
 * that none stops now, go to review; within no transaction.  No entry: it would
 * tell whom the screen was about.
 */
MUST_USE enum err proc_screen_wake(struct instance *in, uint64_t *ret_woken);

/* The same of one batch, within a transaction; adds to *woken. */
MUST_USE enum err proc_screen_wake_batch(
	struct instance *in, uint32_t n, uint64_t *woken);

/*
 * Where the person has nothing that may be given, for whatever reason of the
 * roll or a screen, and the actor may not know of screens (PERMIT_SCREEN_SEEN):
 * its evidence is told as not known, with the rules that this could be; then
 * true.  For what is shown, never for what is decided.
 */
bool proc_screen_veil(struct instance *in, const struct law *law,
	struct batch_request *request);

/* The roll that was just switched in is news of the screens: its row, within
 * no transaction.  A sandbox has none, since it plays any day. */
MUST_USE enum err proc_screen_of_roll(
	struct instance *in, const uint8_t roll[32], uint64_t rows);

/*
 * Are the screens new enough for anything to leave on this day, by this law
 * (law_screen_days())?  Asks the vault for the age of a roll that was loaded
 * before its day was kept; in a sandbox, which plays any day, such a roll is as
 * new as the day played.  Refuses TOO_LATE with their age.
 */
MUST_USE enum err proc_screen_fresh(struct instance *in, const struct law *law);
