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

#include "proc/proc_instance.h"

/*
 * Are the screens new enough for anything to leave on this day, by this law
 * (law_screen_days())?  Asks the vault for the age of a roll that was loaded
 * before its day was kept; in a sandbox, which plays any day, such a roll is as
 * new as the day played.  Refuses TOO_LATE with their age.
 */
MUST_USE enum err proc_screen_fresh(struct instance *in, const struct law *law);
