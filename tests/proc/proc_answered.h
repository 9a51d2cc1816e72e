/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_answered - for tests of what comes after a round: a world whose batch 1
 * was approved by both reviewers and answered; each test works on a copy.
 */

#include "proc_world.h"

#include "proc/proc_release.h"

extern struct instance answered; /* what is open, or INSTANCE_NONE */
extern const char *answered_path;

/* Group setup; world_remove() is its teardown.  Setup and teardown of a test. */
int answered_make(void **state);
int answered_begin(void **state);
int answered_end(void **state);

void answered_fine(enum err e);
/* Opens with the ledger as that person; what was open is closed. */
void answered_as(const char *who);
/* A round on the day of receipt; nothing is open after it. */
void answered_release(struct proc_release_result *ret_result);
