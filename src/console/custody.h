/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * custody - cells of a list of packages, for the office and for an agency: what
 * was written of each, and the way to that letter.  `letters` is where those
 * stand ("/custody/letters").
 */

#include "console/page.h"
#include "proc/proc_custody.h"

/* When a letter was taken, as a link to it; "none" where `at` is 0. */
void custody_cell_letter(struct page *p, unsigned i, const char *letters,
	int64_t at, uint64_t entry);

/* Where it is kept, as its newest letter of custody says. */
void custody_cell_kept(struct page *p, unsigned i, const char *letters,
	const struct proc_custody_item *item);

/* The day of destruction, as its certificate says, and that certificate. */
MUST_USE enum err custody_cell_destroyed(struct page *p, unsigned i,
	const char *letters, const struct proc_custody_item *item);
