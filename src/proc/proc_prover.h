/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_prover - the program weir-prove, which stands beside this one: the
 * solver is no part of the service.
 */

#include <stddef.h>

#include "base/err.h"

/* Where it stands: in the folder of the program that runs.  False where that
 * cannot be told (errno). */
bool proc_prover_path(char *to, size_t size);

/* Becomes it; comes back only where it cannot (errno).  `words` end with NULL,
 * the first is its name. */
void proc_prover_become(const char *path, const char *const *words);

/*
 * Runs it and waits; what it prints is not wanted.  Refuses NOT_ALLOWED where
 * its answer is no, and fails IO where it cannot be run (`reterr_why`).
 */
MUST_USE enum err proc_prover_run(
	const char *path, const char *const *words, struct why *reterr_why);
