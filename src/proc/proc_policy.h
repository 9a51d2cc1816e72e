/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_policy - the policy of this ledger: who must cosign it, how old that may
 * be, whose timestamps it has.
 *
 * A change is an entry of kind register, by who may (PERMIT_POLICY), signed like
 * any; its record is the three texts, its head their hash.  The keeper takes
 * nothing else for the policy: a store or a folder that was edited is refused.
 * Who has no policy loaded has no witnesses, and nothing here concerns him.
 */

#include "ledger/policy.h"
#include "ledger/settings.h"
#include "proc/proc_instance.h"
#include "proc/proc_ledger.h"

/* How the keeper's list of heads calls it. */
#define PROC_POLICY_HEAD "policy"

enum {
	PROC_POLICY_MAX = 48 * 1024, /* bytes of the three texts */
	/* Of all the lines that its witnesses sign: a package's proof has room
	 * for so much (release/release.h). */
	PROC_POLICY_LINES = 1400,
};

/* The record: sized, one after the other. */
struct proc_policy_texts {
	struct span policy;
	struct span settings;
	struct span
		certs; /* PEM, of the time-stamping authority; may be empty */
};
void proc_policy_encode(const struct proc_policy_texts *t, struct buf *to);
/* False where it is no such record. */
bool proc_policy_texts(struct span record, struct proc_policy_texts *ret);

struct proc_policy {
	struct buf record;
	struct proc_policy_texts texts; /* point into it */
	struct ledger_policy *policy;
	struct ledger_settings settings;
	struct proc_chain *chain; /* a policy outlives a change of keys */
};
struct proc_policy *proc_policy_free(struct proc_policy *p);
DEFINE_OWNED(proc_policy);

/* Reads it out of the store, and tells it the keeper.  Nothing loaded: NULL.
 * Refuses MISMATCH: the store's is not the one that the ledger names. */
MUST_USE enum err proc_policy_open(struct instance *in);

/*
 * Loads FILE, with FILE.settings beside it where there is one and the certificate
 * that this names.  Its log must be this ledger.  Refuses NOT_ALLOWED, and
 * what the parsers refuse, with file and line.
 */
MUST_USE enum err proc_policy_load(struct instance *in, const char *file);
