/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_ledger - a ledger's public folder as anybody reads it: a custodian's
 * own, or a copy that somebody was sent.  No secret and no instance is needed,
 * nothing is written, and the keeper may go on publishing meanwhile.
 *
 *	struct proc_ledger l = PROC_LEDGER_NONE;
 *	e = proc_ledger_open("copy/ledger", "trusted.vkey", &l, &why);
 *	e = proc_ledger_head(&l, &why);		// l.cp, l.note
 *	e = proc_ledger_prove(&l, 17, &entry, &proof, &why);
 *	proc_ledger_close(&l);
 *
 * Without a key from elsewhere the folder's own ledger.vkey is taken: then all
 * that is shown is that the folder agrees with itself.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "ledger/entry.h"
#include "ledger/keys.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "ledger/tile.h"
#include "store/log.h"

/* All keys that a ledger has had, for who trusts one of them. */
struct proc_chain {
	struct ledger_keys keys;
	struct buf file; /* what they point into */
};
struct proc_chain *proc_chain_free(struct proc_chain *chain);
DEFINE_OWNED(proc_chain);

/* Of a public folder, which may have no file of them.  key->keys is set, and
 * lives as long as the chain.  Refuses DAMAGED. */
MUST_USE enum err proc_chain_folder(int dir, struct ledger_vkey *key,
	struct proc_chain **ret_chain, struct why *reterr_why);
/* Of a copy of such a file.  Refuses NOT_FOUND too. */
MUST_USE enum err proc_chain_file(const char *file, struct ledger_vkey *key,
	struct proc_chain **ret_chain, struct why *reterr_why);

struct proc_ledger {
	int dir;
	struct proc_chain *chain;
	struct ledger_vkey vkey; /* that is trusted, with its chain */
	bool own_key;            /* it is the folder's: nobody vouched for it */

	/* after proc_ledger_head() */
	struct buf note; /* the checkpoint's bytes */
	struct ledger_checkpoint cp;
};
#define PROC_LEDGER_NONE ((struct proc_ledger){.dir = -1})

/*
 * A verifier key: its text itself ("name+id+base64"), or the name of a file
 * that holds it on one line.  Refuses NOT_FOUND and TOO_LARGE (the file),
 * MALFORMED; fails IO.
 */
MUST_USE enum err proc_ledger_vkey(const char *text_or_file,
	struct ledger_vkey *ret_key, struct why *reterr_why);

/* `vkey` as above, or NULL for the folder's own.  Looks at no checkpoint.
 * Errors as proc_ledger_vkey(), and NOT_FOUND for the folder. */
MUST_USE enum err proc_ledger_open(const char *path, const char *vkey,
	struct proc_ledger *ret_ledger, struct why *reterr_why);
void proc_ledger_close(struct proc_ledger *ledger);

/* That of an instance: DIR/ledger, by its own key. */
MUST_USE enum err proc_ledger_in(const char *instance,
	struct proc_ledger *ret_ledger, struct why *reterr_why);

/* The policy that the folder shows, and its settings ("": none).  Nobody signed
 * these files: who wants to know whom to trust has a policy from elsewhere.
 * Refuses NOT_FOUND: none is loaded. */
MUST_USE enum err proc_ledger_policy(const struct proc_ledger *ledger,
	struct buf *policy, struct buf *settings, struct why *reterr_why);

/* Who cosigned the head. */
struct proc_ledger_watched {
	bool has_policy; /* one was given, or the folder shows one */
	size_t n_witnesses;
	struct ledger_policy_seen seen;
	/* Where the head has no quorum: the size that had one last; 0: none. */
	uint64_t before;
};

/*
 * After proc_ledger_head(): the head by `policy` (a file's bytes), NULL: by the
 * folder's own, if it has one.  Refuses what ledger_policy_parse() and
 * ledger_policy_check() refuse.  That there is no quorum is an answer.
 */
MUST_USE enum err proc_ledger_watched(const struct proc_ledger *ledger,
	const struct span *policy, int64_t until,
	struct proc_ledger_watched *ret_watched, struct why *reterr_why);

/*
 * The newest timestamp in the folder, by an authority of `certs` (PEM): the
 * ledger must have grown out of the checkpoint that it is over.  Refuses
 * NOT_FOUND (there is none), BAD_SIGNATURE and MALFORMED (it does not hold), and
 * as proc_ledger_began().
 */
MUST_USE enum err proc_ledger_stamped(const struct proc_ledger *ledger,
	struct span certs, uint64_t *ret_size, int64_t *ret_at,
	struct why *reterr_why);

/* Reads the checkpoint and checks its signature.  Refuses NOT_FOUND,
 * MALFORMED, TOO_LARGE, BAD_SIGNATURE. */
MUST_USE enum err proc_ledger_head(
	struct proc_ledger *ledger, struct why *reterr_why);

/*
 * Appends the bytes of entry `index`, and its proof as a tlog-proof file
 * (ledger/proof.h) under the head.  What is given was checked against that
 * head.  Refuses NOT_FOUND (no such entry yet) and DAMAGED (the tiles do not
 * lead to the signed root).
 */
MUST_USE enum err proc_ledger_prove(const struct proc_ledger *ledger,
	uint64_t index, struct buf *entry, struct buf *proof,
	struct why *reterr_why);

/* One entry of the tree under the head.  Refuses NOT_FOUND, DAMAGED. */
MUST_USE enum err proc_ledger_entry(const struct proc_ledger *ledger,
	uint64_t index, struct ledger_entry *ret_entry, struct why *reterr_why);

/* That the ledger began as the checkpoint `old` (the bytes of a file kept from
 * before).  Refuses MISMATCH: it did not; else as store_log_extends(). */
MUST_USE enum err proc_ledger_began(const struct proc_ledger *ledger,
	struct span old, uint64_t *ret_size, struct why *reterr_why);
