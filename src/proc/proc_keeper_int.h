/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* proc_keeper_int - the keeper's state, for its files: proc_keeper.c (the
 * ledger, the heads), proc_keeper_cosign.c (policy, witnesses, timestamps) and
 * proc_keeper_keys.c (the key that signs, and the next one). */

#include "base/read.h"
#include "ledger/policy.h"
#include "proc/proc_peer.h"
#include "store/log.h"
#include "wire/wire.h"

enum { KEEPER_HEADS_MAX = 16, KEEPER_HEAD_NAME = 32 };

struct keeper_a_head {
	char name[KEEPER_HEAD_NAME];
	uint64_t index;
	uint8_t hash[32];
};

struct keeper {
	int fd;
	int public_dir;
	int private_dir;
	struct store_log *log;        /* NULL: closed */
	struct ledger_policy *policy; /* NULL: none was told */
	struct keeper_a_head head[KEEPER_HEADS_MAX];
	size_t n_heads;
	struct buf reply;
};

/* ---- proc_keeper_cosign.c ---- */

MUST_USE enum err keeper_serve_policy(
	struct keeper *k, struct reader *r, struct why *why);
MUST_USE enum err keeper_serve_cosign(
	struct keeper *k, struct reader *r, struct why *why);
MUST_USE enum err keeper_serve_stamp(
	struct keeper *k, struct reader *r, struct why *why);

/* ---- proc_keeper_keys.c ---- */

MUST_USE enum err keeper_serve_next(
	struct keeper *k, struct reader *r, struct why *why);
MUST_USE enum err keeper_serve_key(
	struct keeper *k, struct reader *r, struct why *why);

/* ---- the judge's side, proc_keeper.c ---- */

MUST_USE enum err keeper_ask(struct proc_peer *keeper, enum wire_message what,
	struct span payload, enum wire_message want, struct buf *answer,
	struct why *reterr_why);
