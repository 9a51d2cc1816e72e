/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_courier - the process that alone reaches the network: it brings signed
 * checkpoints to witnesses and asks an authority for timestamps.
 *
 * It has the network and a socketpair to the judge, and no file but what
 * resolving a name needs; so what comes from outside is parsed where no record,
 * no key and no ledger is.  It carries public bytes only.  What it hands back is
 * checked anew by whoever uses it: cosignatures by the keeper, by the policy.
 * A timestamp's reply is DER; that is parsed here, and here only, with the
 * certificate that the judge sends along.
 *
 * One round asks all at once and takes ten seconds at most.  Who did not answer
 * is not asked again for a minute by the same process.  No redirection is
 * followed, no proxy used, no cookie kept.
 */

#include "base/buf.h"
#include "base/err.h"
#include "proc/proc_peer.h"

enum {
	COURIER_MOST = 64,        /* errands of one round */
	COURIER_URL = 640,        /* bytes of a URL */
	COURIER_BODY = 1 << 17,   /* of what is brought */
	COURIER_ANSWER = 1 << 16, /* of what comes back */
	COURIER_ROUND = 1 << 23,  /* of all of a round */
};

/* The child; no context. */
enum err proc_courier(int fd, void *context);

enum courier_kind {
	COURIER_ADD = 1,   /* add-checkpoint: lines, or with 409 a size */
	COURIER_GET = 2,   /* a checkpoint */
	COURIER_STAMP = 3, /* a timestamp request */
};

struct courier_errand {
	enum courier_kind kind;
	const char *url;
	struct span body;
};

struct courier_answer {
	unsigned status;  /* of HTTP; 0: no usable answer, `body` says why */
	struct span body; /* points into the buffer of courier_round() */
};

/* All errands at once.  `bytes` keeps what the answers point into. */
MUST_USE enum err courier_round(struct proc_peer *courier,
	const struct courier_errand *errands, size_t n, struct buf *bytes,
	struct courier_answer *ret_answers);

/* crypto_ts_check() in the courier; `nonce` NULL: any.  Refuses what that
 * refuses. */
MUST_USE enum err courier_stamped(struct proc_peer *courier, struct span reply,
	struct span data, const uint8_t *nonce, struct span certs,
	int64_t *ret_at, struct why *reterr_why);
