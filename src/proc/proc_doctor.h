/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_doctor - what is wrong with an installation, and what to do about it.
 *
 * Reads and changes nothing but the log (which has who looked).  What cannot be
 * read is a finding, not a failure; so it works on an instance that no verb
 * can open.  proc_doctor.def lists the checks.
 */

#include "base/err.h"
#include "proc/proc_instance.h"

enum doctor_level { DOCTOR_FINE, DOCTOR_LOOK, DOCTOR_WRONG, DOCTOR_N };

struct doctor_finding {
	const char *check;
	enum doctor_level level;
	const char *text;
	const char *todo; /* "": nothing */
};
typedef enum err proc_doctor_each(
	void *context, const struct doctor_finding *finding);

struct proc_doctor_options {
	const char *path;
	const char *key; /* who looks; NULL: the sandbox's operator, nobody */
	int32_t clock;   /* as instance_open() */
	bool deep;       /* the whole ledger and roll */
};

struct proc_doctor_result {
	uint64_t n[DOCTOR_N];
};

/* Refuses NOT_FOUND: there is no such folder. */
MUST_USE enum err proc_doctor(const struct proc_doctor_options *options,
	proc_doctor_each *each, void *context,
	struct proc_doctor_result *ret_result, struct why *reterr_why);
