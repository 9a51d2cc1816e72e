/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* proc_keeper_int - the keeper's state, for its two files: proc_keeper.c (the
 * ledger, the heads) and proc_keeper_cosign.c (policy, witnesses, timestamps). */

#include "base/read.h"
#include "ledger/policy.h"
#include "store/log.h"

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
