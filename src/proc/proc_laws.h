/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_laws - the laws that past decisions name, each read once.
 *
 * A decision's entry names the set of law files it was made by.  Verbs that go
 * through past decisions again (replay, redecide) ask here; the laws live until
 * proc_laws_fini().
 */

#include "proc/proc_instance.h"

enum { PROC_LAWS = 64 };

struct proc_laws {
	struct {
		uint8_t hash[32];
		struct law *law; /* NULL: those files do not hold */
	} item[PROC_LAWS];
	size_t n;
};

/*
 * The law of a hash; *ret_law is NULL where its files are not kept as they
 * were.  The first time that is so it refuses, as instance_law() does; later
 * ERR_OK with NULL.  Refuses TOO_LARGE past PROC_LAWS.
 */
MUST_USE enum err proc_laws_get(struct proc_laws *laws, struct instance *in,
	const uint8_t hash[32], struct law **ret_law);
void proc_laws_fini(struct proc_laws *laws);
