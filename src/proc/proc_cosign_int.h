/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* proc_cosign_int - what proc_cosign.c and proc_cosign_fresh.c share. */

#include "proc/proc_cosign.h"
#include "proc/proc_ledger.h"

/* The public folder, as a judge reads it. */
struct proc_cosign_public {
	int dir;
	struct proc_chain *chain;
	struct ledger_vkey vkey; /* in force, with its chain */
	struct buf checkpoint;
	struct ledger_checkpoint cp;
};

/* `ret->dir` is -1 before; fini in every case. */
MUST_USE enum err proc_cosign_public(
	struct instance *in, struct proc_cosign_public *ret);
void proc_cosign_public_fini(struct proc_cosign_public *p);
