/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_doctor_int - what the checks share.
 *
 *	proc_doctor.c		the run; settings, opening
 *	proc_doctor_files.c	the folder, its files, the machine
 *	proc_doctor_ledger.c	ledger, witnesses, store, redo, clock
 *	proc_doctor_office.c	law, roll, roles, what is due
 */

#include "proc/proc_doctor.h"

enum { DOCTOR_DAY = 86400 };

/* What to do where a shadow has what lets something leave. */
#define DOCTOR_NO_SHADOW                                                       \
	"somebody changed it by hand: make another shadow, weir init DIR "     \
	"--shadow"

struct doctor {
	const struct proc_doctor_options *options;
	int dir;
	bool sandbox; /* or a shadow */
	bool shadow;
	bool is_open;
	struct instance *in;
	int64_t at; /* of the clock */

	const char *check;
	uint64_t told; /* by this check */
	proc_doctor_each *each;
	void *context;
	struct proc_doctor_result *result;
};

/* One finding.  A failure of `each` is returned and ends the run. */
MUST_USE enum err doctor_tell(struct doctor *d, enum doctor_level level,
	const char *todo, const char *fmt, ...) PRINTF_LIKE(4, 5);

#define CHECK(function, ...)                                                   \
	MUST_USE enum err doctor_##function(struct doctor *d);
#include "proc/proc_doctor.def"
