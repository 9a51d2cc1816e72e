/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * main - the command line of weir-verify.
 *
 *	main_args.c    options to struct main_asked, their files read
 *	main_check.c   the check, and what is printed
 */

#include "verify/verify.h"
#include "verify/verify_dir.h"

/* What a program that calls us reads. */
enum main_exit { MAIN_DONE = 0, MAIN_NO = 1, MAIN_USAGE = 2, MAIN_FAILURE = 3 };

/* Files that may be given. */
enum { MAIN_GIVEN = VERIFY_OLD + VERIFY_WITNESSES + 2 * VERIFY_RECEIPTS + 2 };

struct main_asked {
	const char *dir;
	bool has_vkey;
	bool json;
	bool only_help;
	struct verify_asked public;
	struct verify_given openings; /* no name: not asked for */
	struct ledger_policy *policy;
	struct buf file[MAIN_GIVEN]; /* what the spans point into */
	size_t n_files;
};

/* Help and errors of usage are printed.  main_asked_fini() in any case. */
enum main_exit main_args(int argc, char **argv, struct main_asked *ret_asked);
void main_asked_fini(struct main_asked *asked);

enum main_exit main_check(const struct main_asked *asked);

/* "weir-verify: ..." and LF on standard error. */
void main_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
