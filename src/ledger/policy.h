/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * policy - whose signatures make a checkpoint good (c2sp.org/tlog-policy).
 *
 *	log <vkey> [<url>]
 *	witness <name> <vkey> [<url>]
 *	group <name> all|any|<k> <name>...
 *	quorum <name>|none		exactly one
 *
 * Words stand between spaces and tabs; empty lines and lines that begin with
 * # mean nothing.  A line refers to names of lines before it, and a name is
 * the member of one group at most, so that no witness counts twice.  Names are
 * bytes; "none", "all" and "any" are no names.  A log's key is of
 * type 01, a witness's of type 04; no key stands twice.
 *
 *	OWNED(ledger_policy) p = NULL;
 *	e = ledger_policy_parse(bytes, &p, &why);
 *	e = ledger_policy_check(p, bytes_of_a_checkpoint, until, &seen);
 *	if (seen.quorum) ...
 */

#include "base/own.h"
#include "ledger/note.h"

enum {
	LEDGER_POLICY_MAX = 1 << 17, /* bytes of a policy */
	LEDGER_POLICY_EACH = 64,     /* logs, witnesses, groups: of each */
	LEDGER_POLICY_URL = 512,
};

struct ledger_policy_log {
	struct ledger_vkey key;
	char url[LEDGER_POLICY_URL]; /* "": none */
};

struct ledger_policy_witness {
	char name[LEDGER_NAME_MAX];
	struct ledger_vkey key;
	char url[LEDGER_POLICY_URL];
};

/* Bit i of witnesses and groups: the i-th of the file is a member. */
struct ledger_policy_group {
	char name[LEDGER_NAME_MAX];
	unsigned least; /* so many members */
	uint64_t witnesses;
	uint64_t groups;
};

enum ledger_policy_quorum {
	LEDGER_QUORUM_NONE,
	LEDGER_QUORUM_WITNESS,
	LEDGER_QUORUM_GROUP,
};

struct ledger_policy {
	size_t n_logs;
	size_t n_witnesses;
	size_t n_groups;
	struct ledger_policy_log log[LEDGER_POLICY_EACH];
	struct ledger_policy_witness witness[LEDGER_POLICY_EACH];
	struct ledger_policy_group group[LEDGER_POLICY_EACH];
	enum ledger_policy_quorum quorum;
	size_t quorum_at; /* which witness or group */
};

/*
 * Refuses MALFORMED, TOO_LARGE (the file, or more than LEDGER_POLICY_EACH),
 * EXISTS (a name or a key that stands twice) and NOT_FOUND (a name of no line
 * before); `reterr_why` names the line.
 */
MUST_USE enum err ledger_policy_parse(struct span bytes,
	struct ledger_policy **ret_policy, struct why *reterr_why);
struct ledger_policy *ledger_policy_free(struct ledger_policy *policy);
DEFINE_OWNED(ledger_policy);

/* Each log of the policy that has had key->keys is known by all of them from
 * now on: a policy outlives a change of keys.  They are borrowed. */
void ledger_policy_know(struct ledger_policy *p, const struct ledger_vkey *key);

/* Would these witnesses (bit i: the i-th) be enough? */
bool ledger_policy_enough(const struct ledger_policy *p, uint64_t witnesses);

/* What a checkpoint is by a policy. */
struct ledger_policy_seen {
	struct ledger_checkpoint cp; /* its extension points into the bytes */
	uint64_t witnesses;          /* bit i: the i-th cosigned it */
	bool quorum;
	/* With a quorum of witnesses: the newest time from which on enough of
	 * them signed; 0 for a quorum of none. */
	int64_t at;
};

/*
 * Signed by a log of the policy whose name is the origin, and by which
 * witnesses: cosignatures later than `until` (seconds since 1970) count for
 * nothing.  Refuses MALFORMED, TOO_LARGE and BAD_SIGNATURE: no log of the
 * policy signed it, or a known key's signature does not hold.  That no quorum
 * is reached is an answer, and no refusal.
 */
MUST_USE enum err ledger_policy_check(const struct ledger_policy *p,
	struct span checkpoint, int64_t until,
	struct ledger_policy_seen *ret_seen);
